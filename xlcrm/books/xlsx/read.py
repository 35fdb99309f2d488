"""Reading a workbook file: blocks out, nothing changed.

Values come through python-calamine, the fastest reader measured; what it leaves out (where a sheet begins, error values,
formulas, merged cells, filters) is found in the parts themselves.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Event, Thread

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from xlcrm.books.area import Area, column_number, letters
from xlcrm.books.disk import LARGEST_FILE, IsAFolder, NotAFile, TooLarge, content_of
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts, Table, filtered_columns
from xlcrm.catalogue.disk import reason
from xlcrm.changes import Block, StructureIssue
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Form
from xlcrm.forms.sheets import FORMS

CRM_SHEETS = ("来店登记", "日报", "客户卡")
"""The tables that make a workbook a CRM book; the others may be missing."""
NOT_THERE = ("book.sheet_missing", "book.sheet_renamed", "book.table_missing")
"""Refusals that tell a table is missing, and not that something is wrong with it."""

_FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>([^<]*)<)")
_ERROR_MARK = b't="e"'
_ERROR = re.compile(rb"<[^>]*>\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]*)<")
_CELL = rb"[A-Z]{1,3}[1-9]\d{0,6}"
_PLACE = re.compile(rb'\sr="(' + _CELL + rb')"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="(' + _CELL + rb":" + _CELL + rb')"')
_FILTER = re.compile(
    rb'<(?:\w+:)?autoFilter\b[^>]*?\sref="(' + _CELL + rb":" + _CELL + rb')"[^>]*(?<!/)>(.*?)</(?:\w+:)?autoFilter>',
    re.DOTALL,
)
_LARGEST_SPREAD = 8_000_000
"""Cells of the rectangle around a sheet's values: calamine keeps all of it in memory, 32 bytes a cell."""
_UNSPACED = bytes.maketrans(b"'", b'"'), b" \t\r\n"
_FAR = re.compile(rb'r="(?:[A-Za-z]{3}\d|[C-Zc-z][A-Za-z]\d|[A-Za-z]{0,2}\d{6})')
"""A row from 100,000 or a column from CA on, in XML without blanks: all before them is no ``_LARGEST_SPREAD``.

The digit tells a place from an attribute that only ends in r: operator="between" stands in many sheets.
"""
_ROW_OR_CELL = re.compile(rb"""<(?:\w+:)?(row|c)\b((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_NUMBERED = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{0,18})""")
_NO_NUMBER = "#NUM!"
"""What a cell holding NaN or infinity, which Excel does not know, is read as."""
_WHOLE_BELOW = 1e15
"""Floats from here on have no exact whole number behind them."""


def open_book(path: Path) -> BookReader:
    """Read a workbook file. Raises the ``Refusal`` of ``read_bytes``, ``Package`` and ``Parts``."""
    return BookReader(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """A file's bytes.

    Raises ``Refusal``: ``book.missing``, ``book.is_folder``, ``book.not_a_file``, ``book.too_large``, ``book.unreadable``.
    """
    name = path.name or str(path.resolve())
    try:
        return content_of(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refusal("book.missing", name=name) from error
    except IsAFolder as error:
        raise Refusal("book.is_folder", name=name, example=path / "CRM.xlsm") from error
    except NotAFile as error:
        raise Refusal("book.not_a_file", name=name) from error
    except TooLarge as error:
        raise Refusal("book.too_large", name=name, limit=LARGEST_FILE >> 20) from error
    except OSError as error:
        raise Refusal("book.unreadable", name=name, reason=reason(error.errno)) from error


class BookReader:
    """A workbook as it was at one moment: its tables as blocks, each sheet parsed once.

    ``data`` are the bytes read; ``sheets`` are in the order of the tabs; ``tables`` maps a table's name to its sheet and
    its range, header row included. Of a book ``measured`` already it is known that no value stands too far out.
    """

    def __init__(self, path: Path, data: bytes, *, measured: bool = False) -> None:
        self.path = path
        self.data = data
        self.parts = Parts(Package(data, path.name))
        self.sheets = tuple(self.parts.sheets)
        self.tables = {table.name: (table.sheet, str(table.area)) for table in self.parts.tables.values()}
        self._sheets: dict[str, CalamineSheet] = {}
        self._measured = set(self.sheets) if measured else set[str]()
        self._ahead: _Ahead | None = None

    def has(self, form: Form) -> bool:
        """Whether the table of a form is there. Raises ``Refusal``: ``book.header_hidden``, ``book.damaged``."""
        try:
            self.parts.table_of(form.sheet)
        except Refusal as refusal:
            if refusal.key not in NOT_THERE:
                raise
            return False
        return True

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the book: all but the optional ones whose sheet it lacks. Raises what ``read`` does."""
        return tuple(form for form in FORMS.values() if not self._does_without(form))

    def _does_without(self, form: Form) -> bool:
        """Whether a form is one of those a book may lack, and this one does; a renamed sheet is not lacking."""
        try:
            self.parts.table_of(form.sheet)
        except Refusal as refusal:
            if not (form.optional and refusal.key == "book.sheet_missing"):
                raise
            return True
        return False

    def ahead(self, sheets: Iterable[str]) -> None:
        """Begin to parse sheets, the largest first, beside what the caller does next."""
        standing = [name for name in sheets if name in self.parts.sheets]
        for name in standing:
            self._check_spread(name)
        self._ahead = _Ahead(self._open(), sorted(standing, key=lambda name: -len(self._sheet_xml(name))))

    def read(self, form: Form) -> Block:
        """A form's table; found by the table's name, else as the only table of the form's sheet.

        Raises ``Refusal``: ``book.sheet_missing``, ``book.table_missing``, ``book.header_hidden``.
        """
        table = self.parts.table_of(form.sheet)
        rows = tuple(map(tuple, self.cells(table.sheet, self._reaching(table))))
        return Block(table.sheet, table.name, table.area.top, table.area.left, table.headers, rows)

    def _reaching(self, table: Table) -> Area:
        """The data rows down to the sheet's last value: a table may be drawn over a million blank rows."""
        data = table.data
        end = self._sheet(table.sheet).end or (0, 0)
        area = Area(data.top, data.left, min(data.bottom, max(data.top, end[0] + 1)), data.right)
        if _spread([area]) > _LARGEST_SPREAD:
            raise Refusal(
                "book.stray_cell", name=self.path.name, sheet=table.sheet, cell=f"{letters(end[1] + 1)}{end[0] + 1}"
            )
        return area

    def cells(self, sheet: str, area: Area) -> list[list[Cell]]:
        """The values of an area, row by row: blanks as ``None``, whole floats as ``int``, errors as their text (``#N/A``)."""
        values = values_of(self._sheet(sheet), area)
        for row, column, text in self._errors(sheet, area):
            values[row - area.top][column - area.left] = text
        return values

    def structure(self, form: Form) -> list[StructureIssue]:
        """What in the data rows of a form's table is no plain value: formulas, merged cells, filters, errors.

        Formulas are the program's own in a table it writes itself, and are not reported there.
        """
        table = self.parts.table_of(form.sheet)
        return [
            *(self._formulas(table) if form.checked else ()),
            *self._merged(table),
            *self._filters(table),
            *(
                StructureIssue("error", table.sheet, f"{letters(column)}{row}", text)
                for row, column, text in self._errors(table.sheet, table.data)
            ),
        ]

    def _formulas(self, table: Table) -> Iterator[StructureIssue]:
        xml = self._sheet_xml(table.sheet)
        if any(mark in xml for mark in _FORMULA_MARKS):
            for formula in _FORMULA.finditer(xml):
                at = _place(xml, formula.start())
                if at and (at.top, at.left) in table.data:
                    yield StructureIssue("formula", table.sheet, str(at), f"={_text(formula[1] or b'')}")

    def _merged(self, table: Table) -> Iterator[StructureIssue]:
        for ref in _MERGED.findall(self._after_rows(table.sheet)):
            area = Area.parse(ref.decode())
            if area.meets(table.area):
                yield StructureIssue("merged", table.sheet, f"{letters(area.left)}{area.top}", str(area))

    def _filters(self, table: Table) -> Iterator[StructureIssue]:
        columns = [table.area.left + column for column in table.filtered]
        filter_of_sheet = _FILTER.search(self._after_rows(table.sheet))
        if filter_of_sheet:
            area = Area.parse(filter_of_sheet[1].decode())
            if area.meets(table.area):
                columns += [area.left + column for column in filtered_columns(filter_of_sheet[2])]
        for column in columns:
            header = table.headers[column - table.area.left] if (table.area.top, column) in table.area else ""
            yield StructureIssue("filter", table.sheet, f"{letters(column)}{table.area.top}", header)

    def _errors(self, sheet: str, area: Area) -> Iterator[tuple[int, int, str]]:
        xml = self._sheet_xml(sheet)
        mark = xml.find(_ERROR_MARK)
        while mark >= 0:
            at, error = _place(xml, mark + len(_ERROR_MARK)), _ERROR.match(xml, xml.rfind(b"<", 0, mark))
            if at and error and (at.top, at.left) in area:
                yield at.top, at.left, _text(error[1])
            mark = xml.find(_ERROR_MARK, mark + 1)

    @cached_property
    def _workbook(self) -> CalamineWorkbook:
        return self._open()

    def _open(self) -> CalamineWorkbook:
        with refusing_the_unreadable(self.path.name):
            return CalamineWorkbook.from_filelike(io.BytesIO(self.data))

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._sheets:
            with refusing_the_unreadable(self.path.name):
                self._sheets[name] = self._parsed(name)
        return self._sheets[name]

    def _parsed(self, name: str) -> CalamineSheet:
        self._check_spread(name)
        ahead = self._ahead.sheet(name) if self._ahead else None
        return ahead or self._workbook.get_sheet_by_name(name)

    def _check_spread(self, name: str) -> None:
        """Refuse a sheet with a value so far out that reading it would take gigabytes, whatever dimension it claims."""
        if name in self._measured:
            return
        xml = self._sheet_xml(name)
        if _FAR.search(xml.translate(*_UNSPACED)):
            self._refuse_far(name, xml)
        self._measured.add(name)

    def _refuse_far(self, name: str, xml: bytes) -> None:
        filled = _filled(xml)
        if _spread(filled) > _LARGEST_SPREAD:
            far = {str(max(filled, key=lambda cell: cell.bottom)), str(max(filled, key=lambda cell: cell.right))}
            raise Refusal("book.stray_cell", name=self.path.name, sheet=name, cell="、".join(sorted(far)))

    def _after_rows(self, name: str) -> bytes:
        return self._sheet_xml(name).rpartition(b"sheetData")[2]

    def _sheet_xml(self, name: str) -> bytes:
        return self.parts.package.read(self.parts.sheets[name])


class _Ahead:
    """Sheets being parsed in a second thread, from a workbook of its own: calamine lets the lock go while it parses."""

    def __init__(self, workbook: CalamineWorkbook, names: Iterable[str]) -> None:
        self._workbook = workbook
        self._done = {name: Event() for name in names}
        self._unclaimed = dict.fromkeys(self._done, True)
        self._found: dict[str, CalamineSheet | BaseException] = {}
        Thread(target=self._parse, daemon=True).start()

    def sheet(self, name: str) -> CalamineSheet | None:
        """The sheet, waited for; ``None`` where it is not begun, and now the caller's. Raises what parsing it raised."""
        if name not in self._done or self._claim(name):
            return None
        self._done[name].wait()
        found = self._found[name]
        if isinstance(found, BaseException):
            raise found
        return found

    def _claim(self, name: str) -> bool:
        """Whether a sheet is the asker's to parse: the first one's to ask."""
        return self._unclaimed.pop(name, False)

    def _parse(self) -> None:
        for name, done in self._done.items():
            if self._claim(name):
                try:
                    self._found[name] = self._workbook.get_sheet_by_name(name)
                except (
                    BaseException
                ) as error:  # raised where the sheet is asked for, or it would be waited for for ever
                    self._found[name] = error
                done.set()


@contextmanager
def refusing_the_unreadable(name: str) -> Iterator[None]:
    """Refuse (``book.damaged``) a book that calamine cannot read: it raises its own error, or its Rust code panics.

    A panic is no ``Exception``, and its class cannot be imported.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            raise Refusal("book.damaged", name=name) from error
        raise


def require_crm_book(reader: BookReader) -> None:
    """Refuse (``book.not_crm``) a workbook without the tables of 来店登记, 日报 and 客户卡."""
    missing = [sheet for sheet in CRM_SHEETS if not reader.has(FORMS[sheet])]
    if missing:
        raise Refusal("book.not_crm", name=reader.path.name, missing="、".join(missing))


def values_of(source: CalamineSheet, area: Area) -> list[list[Cell]]:
    """The values of an area as calamine has them: blanks as ``None``, whole floats as ``int``; error values are blank."""
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    blank: list[Cell] = [None] * width
    if source.start is None:
        return [blank[:] for _ in range(height)]
    first_row, first_column = source.start[0] + 1, source.start[1] + 1
    lines = source.to_python(nrows=max(0, area.bottom - first_row + 1))
    before = blank[: max(0, first_column - area.left)]
    low, high = max(0, area.left - first_column), max(0, area.right - first_column + 1)
    found = []
    for row in range(area.top, area.bottom + 1):
        at = row - first_row
        line = lines[at][low:high] if 0 <= at < len(lines) else None
        # texts, most of all cells, are spared the call
        cells = [] if line is None else [*before, *((v or None) if type(v) is str else _normal(v) for v in line)]
        found.append([*cells, *blank[len(cells) :]])
    return found


def _normal(value: Cell) -> Cell:
    """One meaning for what calamine gives: no floats where a whole number stands, and none that is no number."""
    if isinstance(value, float) and not math.isfinite(value):
        return _NO_NUMBER
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_BELOW:
        return int(value)
    return value


def _filled(xml: bytes) -> list[Area]:
    """Where a sheet's cells with content stand; a cell without a name stands right of the last."""
    row = column = 0
    found: list[Area] = []
    for tag in _ROW_OR_CELL.finditer(xml):
        at = _NUMBERED.search(tag[2])
        if tag[1] == b"row":
            row, column = int(at[2]) if at and at[2] else row + 1, 0
            continue
        column = column_number(at[1].decode().upper()) if at and at[1] else column + 1
        if not tag[2].endswith(b"/"):
            bottom = int(at[2]) if at and at[2] else row
            found.append(Area(bottom, column, bottom, column))
    return found


def _spread(areas: list[Area]) -> int:
    """Cells of the rectangle around all of them."""
    height = max((area.bottom for area in areas), default=0) - min((area.top for area in areas), default=1) + 1
    width = max((area.right for area in areas), default=0) - min((area.left for area in areas), default=1) + 1
    return height * width


def _place(xml: bytes, before: int) -> Area | None:
    """The cell named by the last tag that begins before a position."""
    start = xml.rfind(b"<", 0, before)
    found = _PLACE.search(xml, start, xml.find(b">", start))
    return Area.parse(found[1].decode()) if found else None


def _text(xml: bytes) -> str:
    return html.unescape(xml.decode(errors="replace"))
