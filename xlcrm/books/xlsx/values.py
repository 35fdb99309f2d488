"""Values by python-calamine, the fastest reader measured: the only module that calls it.

Whatever it raises becomes a ``Refusal``: its own errors, overflows of Python's days, panics of its Rust, which are no
``Exception`` and have no class to import.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from threading import Condition, Lock, Thread
from typing import TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from xlcrm.books.area import Area
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell

Culprit = Callable[[str], str | None]
"""From a sheet's name to the cell that cannot be read; ``None`` where it is not a single cell's fault."""
Simpler = Callable[[str], bytes | None]
"""From a sheet's name to the file with that sheet in words that calamine knows; ``None`` where it is in no others."""
T = TypeVar("T")

_SMALL = 4
"""How many times a small sheet goes into the one that is waited for, in bytes."""
_AT_ONCE = 500
"""Rows that are asked for together."""
_NO_NUMBER = "#NUM!"
"""What a cell holding NaN or infinity, which Excel does not know, is read as."""
_WHOLE_BELOW = 1e15
"""Floats from here on have no exact whole number behind them."""


class Values:
    """The sheets of a workbook file; ``book`` is its name, for the words of a refusal.

    A sheet that calamine stumbles over is tried once more as ``simpler`` gives it. Raises ``Refusal``: ``book.damaged``, and
    ``book.cell_unreadable`` where the ``culprit`` of a sheet is known.
    """

    def __init__(self, data: bytes, book: str, culprit: Culprit, simpler: Simpler = lambda _: None) -> None:
        self._data = data
        self._book = book
        self._culprit = culprit
        self._simpler = simpler
        self._sheets: dict[str, CalamineSheet] = {}
        self._meant = _Meant()
        self._ends: dict[str, tuple[int, int]] = {}
        self._ahead: _Ahead | None = None
        self._opening = Lock()  # it takes the file's bytes twice: two threads would take them four times

    @property
    def names(self) -> list[str]:
        """The sheets in the order of the tabs."""
        return self._workbook.sheet_names

    @property
    def worksheets(self) -> list[tuple[str, bool]]:
        """The sheets that hold cells, charts left out, each with whether it is hidden."""
        found = self._workbook.sheets_metadata
        cells = (sheet for sheet in found if sheet.typ is SheetTypeEnum.WorkSheet)
        return [(sheet.name, sheet.visible is not SheetVisibleEnum.Visible) for sheet in cells]

    def merged(self, name: str) -> list[Area]:
        """The merged cells of a sheet."""
        spans = self._sheet(name).merged_cell_ranges or ()
        return [Area(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in spans]

    def ahead(self, sizes: Iterable[tuple[str, int]]) -> None:
        """Begin to parse sheets, each as soon as it is named, with its size, beside what the caller does meanwhile."""
        if self._ahead is None:
            self._ahead = _Ahead(self._open)
            if len(self._data) >= _LARGE:
                _keep_one_heap()
        for name, size in sizes:
            self._ahead.begin(name, size)

    def before(self, name: str) -> str | None:
        """A sheet to be read while one is parsed that was begun; each is named once, ``None`` where there is none."""
        return self._ahead.before(name) if self._ahead else None

    def end(self, name: str) -> tuple[int, int]:
        """The last row and column of a sheet that hold something, 1-based; (0, 0) of a blank one."""
        if name not in self._ends:
            row, column = self._sheet(name).end or (-1, -1)
            self._ends[name] = row + 1, column + 1
        return self._ends[name]

    def drop(self, name: str) -> None:
        """Let a sheet go that is read: one that is asked for again is parsed again."""
        self._sheets.pop(name, None)

    def cells(self, name: str, area: Area) -> list[list[Cell]]:
        """The values of an area: blanks as ``None``, whole floats as ``int``; error values are blank."""
        return list(self.rows(name, area))

    def rows(self, name: str, area: Area) -> Iterator[list[Cell]]:
        """The same row by row, of which only some are held."""
        rows = _rows(self._sheet(name), area, self._meant)
        while some := self._asked(lambda: [*islice(rows, _AT_ONCE)], name):
            yield from some

    @cached_property
    def _workbook(self) -> CalamineWorkbook:
        return self._open()

    def _open(self) -> CalamineWorkbook:
        with self._opening:
            return self._asked(lambda: CalamineWorkbook.from_filelike(io.BytesIO(self._data)))

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._sheets:
            self._sheets[name] = self._asked(lambda: self._parsed(name), name)
        return self._sheets[name]

    def _parsed(self, name: str) -> CalamineSheet:
        try:
            ahead = self._ahead.sheet(name) if self._ahead else None
            return ahead or self._workbook.get_sheet_by_name(name)
        except Exception:  # calamine's own errors; its panics come from numbers
            simpler = self._simpler(name)
            if simpler is None:
                raise
            return CalamineWorkbook.from_filelike(io.BytesIO(simpler)).get_sheet_by_name(name)

    def _asked(self, ask: Callable[[], T], sheet: str = "") -> T:
        try:
            return ask()
        except (Refusal, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            cell = self._culprit(sheet) if sheet else None
            if cell is None:
                raise Refusal("book.damaged", name=self._book) from error
            raise Refusal("book.cell_unreadable", name=self._book, sheet=sheet, cell=cell) from error


class _Ahead:
    """Sheets being parsed in a second thread, the largest first, from a workbook of its own: calamine lets the lock go while it
    parses.
    """

    def __init__(self, open_workbook: Callable[[], CalamineWorkbook]) -> None:
        self._open_workbook = open_workbook
        self._workbook: CalamineWorkbook | None = None
        self._changed = Condition()
        self._is_running = False
        self._unread: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._parsing = ""
        self._found: dict[str, CalamineSheet | BaseException] = {}

    def begin(self, name: str, size: int) -> None:
        """Let a sheet of so many bytes be parsed."""
        with self._changed:
            self._waiting[name] = self._unread[name] = size
            if not self._is_running:
                self._is_running = True
                Thread(target=self._parse, daemon=True).start()

    def before(self, name: str) -> str | None:
        """A small sheet to be read before one that the thread is parsing, each once; ``None`` where there is none."""
        with self._changed:
            if name != self._parsing or name not in self._unread:  # or it is read already, before another
                return None
            smallest = min(self._unread, key=self._unread.__getitem__)
            if self._unread[smallest] * _SMALL > self._unread[name]:
                return None
            del self._unread[smallest]
            return smallest

    def sheet(self, name: str) -> CalamineSheet | None:
        """The sheet, waited for; ``None`` where it was not begun, or was given away: it is the caller's. Raises what parsing raised."""
        with self._changed:
            self._unread.pop(name, None)
            self._waiting.pop(name, None)
            while name == self._parsing:
                self._changed.wait()
            found = self._found.pop(name, None)
        if isinstance(found, BaseException):
            raise found
        return found

    def _parse(self) -> None:
        while name := self._next():
            found = self._parsed(name)
            with self._changed:
                self._found[name], self._parsing = found, ""
                self._changed.notify()
            del found  # whoever asks for it drops it while the next is parsed

    def _parsed(self, name: str) -> CalamineSheet | BaseException:
        """A sheet, or what parsing it raised, which is raised where the sheet is asked for."""
        try:
            self._workbook = self._workbook or self._open_workbook()
            return self._workbook.get_sheet_by_name(name)
        except BaseException as error:
            return error

    def _next(self) -> str:
        """The sheet to be parsed next, "" for none."""
        with self._changed:
            self._parsing = max(self._waiting, key=self._waiting.__getitem__, default="")
            self._waiting.pop(self._parsing, None)
            self._is_running = self._parsing != ""
            return self._parsing


_LARGE = 4 << 20
"""Bytes of a book that takes room."""
_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's ``mallopt``."""


def _keep_one_heap() -> None:
    """Let the thread that parses take memory from where all of it is taken.

    glibc gives a thread a heap of its own, and what is given back there is of no use to others: 50 MB of a year's book.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back_memory(book_size: int) -> None:
    """Give what was freed since a large book was read back to the system, where glibc would keep it between what is in use.

    A quarter of what sheets took; a few thousandths of a second.
    """
    if book_size >= _LARGE and sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)


def can_be_read(data: bytes, sheet: str) -> bool:
    """Whether calamine reads all cells of a sheet of a workbook file."""
    try:
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return False
    return True


def failing_row(data: bytes, sheet: str) -> str | None:
    """The row of a sheet that calamine stumbles over, as ``7:7``: of the old format it gives rows one by one, and no cell."""
    row = 0
    try:
        found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)
        row = (found.start or (0, 0))[0] + 1
        for _ in found.iter_rows():
            row += 1
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return f"{row}:{row}" if row else None
    return None


def _rows(source: CalamineSheet, area: Area, meant: _Meant) -> Iterator[list[Cell]]:
    """The rows of an area. Calamine gives them from row 1 on, their cells from the sheet's first filled column on."""
    width = area.right - area.left + 1
    blank: list[Cell] = [None] * width
    rest = area.bottom - area.top + 1
    if source.start is not None:
        first_column = source.start[1] + 1
        before = blank[: max(0, first_column - area.left)]
        low, high = max(0, area.left - first_column), max(0, area.right - first_column + 1)
        for line in islice(source.iter_rows(), area.top - 1, area.bottom):
            cells = [*map(meant.__getitem__, line[low:high])]
            if len(cells) != width:
                cells = [*before, *cells, *blank]
                del cells[width:]
            yield cells
            rest -= 1
    yield from (blank[:] for _ in range(rest))


class _Meant(dict[Cell, Cell]):
    """What the values mean that calamine gives: "" is a blank.

    Texts and days stand in many cells: of those that are equal one object is kept. Of other types some are equal that are not
    alike, such as 1 and True: nothing is kept.
    """

    def __init__(self) -> None:
        super().__init__({"": None})

    def __missing__(self, value: Cell) -> Cell:
        if type(value) in _ALIKE:
            self[value] = value
            return value
        return _normal(value)


_ALIKE = frozenset((str, dt.date))
"""Types of which equal values are alike."""


def _normal(value: Cell) -> Cell:
    """One meaning for what calamine gives: no floats where a whole number stands, and none that is not a number."""
    if isinstance(value, float) and not math.isfinite(value):
        return _NO_NUMBER
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_BELOW:
        return int(value)
    return value
