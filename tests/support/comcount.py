"""How many calls a click makes to Excel: xlwings' own Windows engine, unmodified, over an imitation of COM that counts.

Each call goes to another program, so that their number is what a click costs. Nothing of Excel's behaviour is imitated
here (``fakexl`` does that): values come from blocks, and writes are only counted.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import MagicMock, patch

import xlwings as xw

from xlcrm.books.area import Area
from xlcrm.books.excel.excelvalue import sent
from xlcrm.catalogue.macros import DECIDING, READING, WRITING
from xlcrm.changes import Block
from xlcrm.forms.schema import NUMBER_FORMATS, TEXT_FORMAT, Kind
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.workbook import SHEETS

HWND = 1
BOOK = "CRM.xlsm"


class Call(NamedTuple):
    """A call to a COM object: of which sheet ("" for none), the member, what it was set to."""

    sheet: str
    member: str
    value: object = None


class Dispatch:
    """What pywin32 makes of a COM object; here the base of the imitations."""


def _windows_engine() -> ModuleType:
    """xlwings' module for Windows, imported where its imports do not exist."""
    com_error = type("com_error", (Exception,), {"hresult": 0, "excepinfo": None})
    client = SimpleNamespace(
        CDispatch=Dispatch,
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
        Dispatch=None,
        DispatchEx=None,
    )
    stubs: dict[str, Any] = {
        "pywintypes": SimpleNamespace(com_error=com_error, error=OSError, TimeType=dt.datetime, IID=str),
        "pythoncom": SimpleNamespace(CoInitialize=lambda: None, __file__="", ole_error=com_error),
        "win32com": SimpleNamespace(client=client),
        "win32com.client": client,
        "win32process": SimpleNamespace(GetWindowThreadProcessId=lambda hwnd: (0, 4242)),
        "win32timezone": MagicMock(),
        "win32api": MagicMock(),
        "win32con": MagicMock(),
        "win32gui": MagicMock(),
        "xlwings._win32patch": SimpleNamespace(CoClassBaseClass=client.CoClassBaseClass),
    }
    windows = {"oledll": MagicMock(), "windll": MagicMock(), "PyDLL": MagicMock()}
    with (
        patch.dict(sys.modules, stubs),
        patch.multiple(ctypes, create=True, **windows),
        patch.object(atexit, "register", lambda function: function),
    ):
        from xlwings import _xlwindows
    return _xlwindows


ENGINE: Any = _windows_engine()


class Com(Dispatch):
    """A COM object: only the members a subclass has, each counted."""

    _excel: Excel
    _sheet: str

    def __init__(self, excel: Excel, sheet: str = "") -> None:
        object.__setattr__(self, "_excel", excel)
        object.__setattr__(self, "_sheet", sheet)

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            if not hasattr(type(self), name):
                raise NotImplementedError(f"{type(self).__name__}.{name}")
            self._excel.calls.append(Call(self._sheet, f"{type(self).__name__}.{name}"))
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if not hasattr(type(self), name):
            raise NotImplementedError(f"{type(self).__name__}.{name}")
        self._excel.calls.append(Call(self._sheet, f"{type(self).__name__}.{name}=", value))

    def _range(self, area: Area) -> Range:
        cells = Range(self._excel, self._sheet)
        object.__setattr__(cells, "_area", area)
        return cells


class Application(Com):
    Hwnd = HWND
    ScreenUpdating = True
    EnableEvents = True
    Calculation = -4105
    StatusBar = False

    @property
    def Application(self) -> Application:
        return self

    @property
    def Workbooks(self) -> Workbooks:
        return Workbooks(self._excel)

    @property
    def AutoCorrect(self) -> AutoCorrect:
        return AutoCorrect(self._excel)


class AutoCorrect(Com):
    AutoFillFormulasInLists = True


class Workbooks(Com):
    def __call__(self, name: str) -> Workbook:
        self._excel.calls.append(Call("", "Workbooks()"))
        assert name.lower() == BOOK.lower()
        return Workbook(self._excel)


class Workbook(Com):
    Name = BOOK

    @property
    def FullName(self) -> str:
        return str(self._excel.folder / BOOK)

    @property
    def Application(self) -> Application:
        return Application(self._excel)

    @property
    def Worksheets(self) -> Worksheets:
        return Worksheets(self._excel)


class Worksheets(Com):
    Count = len(SHEETS)

    def __call__(self, name: str) -> Worksheet:
        self._excel.calls.append(Call(name, "Worksheets()"))
        return Worksheet(self._excel, name)


class Worksheet(Com):
    ProtectContents = False
    FilterMode = False

    @property
    def ListObjects(self) -> ListObjects:
        return ListObjects(self._excel, self._sheet)

    @property
    def Shapes(self) -> Nothing:
        return Nothing(self._excel, self._sheet)

    @property
    def Hyperlinks(self) -> Nothing:
        return Nothing(self._excel, self._sheet)

    @property
    def Comments(self) -> Nothing:
        return Nothing(self._excel, self._sheet)

    @property
    def UsedRange(self) -> Range:
        block = self._excel.blocks[self._sheet]
        return self._range(Area(block.row, 1, block.row + len(block.rows), len(block.headers)))

    def Range(self, address: str) -> Range:
        return self._range(Area.parse(address.split(",")[0]))


class Nothing(Com):
    """An empty collection."""

    Count = 0


class ListObjects(Com):
    def Item(self, name: str) -> ListObject:
        assert self._excel.blocks[self._sheet].table == name
        return ListObject(self._excel, self._sheet)


class ListObject(Com):
    ShowTotals = False

    @property
    def Range(self) -> Range:
        block = self._excel.blocks[self._sheet]
        return self._range(Area(block.row, 1, block.row + len(block.rows), len(block.headers)))

    @property
    def AutoFilter(self) -> AutoFilter:
        return AutoFilter(self._excel, self._sheet)

    def Resize(self, cells: object) -> None:
        """Only counted."""


class AutoFilter(Com):
    FilterMode = False


class Range(Com):
    _area: Area
    HasFormula = False
    MergeCells = False

    @property
    def Address(self) -> str:
        return str(self._area)

    @property
    def Value(self) -> Sequence[Sequence[object]]:
        block = self._excel.blocks.get(self._sheet)
        if block is not None and self._area.top == block.row:
            return self._excel.values[self._sheet]
        return [[None] * (self._area.right - self._area.left + 1)] * (self._area.bottom - self._area.top + 1)

    @property
    def NumberFormat(self) -> str:
        """As in the template."""
        form = FORMS[self._sheet]
        at = self._area.left - self._excel.blocks[self._sheet].column
        kind = form.columns_with()[at].kind if at < len(form.columns_with()) else Kind.TEXT
        return NUMBER_FORMATS.get(kind, TEXT_FORMAT)

    Formula = ""

    def ClearContents(self) -> None:
        """Only counted."""

    def Delete(self, Shift: int) -> None:
        """Only counted."""

    def Insert(self, Shift: int, CopyOrigin: int) -> None:
        """Only counted."""

    @property
    def Interior(self) -> Interior:
        return Interior(self._excel, self._sheet)

    def SpecialCells(self, _kind: int) -> None:
        raise ENGINE.pywintypes.com_error("No cells were found.")


class Interior(Com):
    ColorIndex = -4142


class Excel:
    """An open book with these tables, every call made to it, and the modes of the messages shown."""

    def __init__(self, blocks: Iterable[Block], folder: Path) -> None:
        self.blocks = {block.sheet: block for block in blocks}
        self.folder = folder
        self.calls: list[Call] = []
        self.alerts: list[str] = []
        self.values: dict[str, Sequence[Sequence[object]]] = {
            sheet: [block.headers, *(tuple(sent(cell, False) or None for cell in row) for row in block.rows)]
            for sheet, block in self.blocks.items()
        }

    @contextlib.contextmanager
    def clicked(self) -> Iterator[None]:
        """In here a button of the book was pressed: Python was started by xlwings' VBA."""
        argv = ["-c", f"--wb={BOOK}", "--from_xl=1", f"--hwnd={HWND}"]
        window = ENGINE.COMRetryObjectWrapper(Application(self))
        with (
            patch.object(sys, "argv", argv),
            patch.object(sys, "platform", "win32"),
            patch.object(xw, "_xlwindows", ENGINE, create=True),
            patch.object(ENGINE, "get_xl_app_from_hwnd", lambda hwnd: window),
            patch.object(ENGINE.App, "alert", lambda app, prompt, title, buttons, mode, back: self.alerts.append(mode)),
        ):
            yield


@dataclass(frozen=True)
class Bill:
    """The calls of a click: of each sheet while reading and deciding, of each while writing, and those of no sheet."""

    read: Counter[str]
    written: Counter[str]
    besides: int

    @property
    def total(self) -> int:
        return self.read.total() + self.written.total() + self.besides


def bill(calls: Iterable[Call]) -> Bill:
    """The calls by what the click was doing, as its status bar says."""
    stages = {READING: Counter[str](), DECIDING: Counter[str](), WRITING: Counter[str]()}
    doing = Counter[str]()
    besides = 0
    for call in calls:
        if call.member == "Application.StatusBar=":
            said = str(call.value).rpartition("：")[2]
            doing = next((stages[stage] for stage in stages if stage.zh.endswith(f"：{said}")), doing)
        if call.sheet:
            doing[call.sheet] += 1
        else:
            besides += 1
    return Bill(stages[READING] + stages[DECIDING], stages[WRITING], besides)
