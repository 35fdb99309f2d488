"""Reading a workbook file: blocks out, nothing changed.

Values come through python-calamine, the fastest reader measured; what it leaves out (where a sheet begins, error values,
formulas, merged cells, filters) is found in the parts themselves.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from xlcrm.books.area import Area, letters
from xlcrm.books.below import Below, Sighted, rows_below
from xlcrm.books.disk import LARGEST_FILE, IsAFolder, NotAFile, TooLarge, content_of
from xlcrm.books.xlsx.beside import FileBeside
from xlcrm.books.xlsx.follow import KNOWN_KINDS
from xlcrm.books.xlsx.guards import LARGEST_SPREAD, far_cells, low_date, plain_frame, spread, unreadable_cell
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts, TablePart, filtered_columns
from xlcrm.books.xlsx.paths import passable, simpler
from xlcrm.books.xlsx.values import Values
from xlcrm.catalogue.disk import reason
from xlcrm.changes import Block, Late, StructureIssue
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import Cell, Form
from xlcrm.forms.sheets import FORMS
from xlcrm.patterns import lazy

CRM_SHEETS = ("来店登记", "日报", "客户卡")
"""The tables that make a workbook a CRM book; the others may be missing."""
NOT_THERE = ("book.sheet_missing", "book.sheet_renamed", "book.table_missing")
"""Refusals that mean a table is missing, and not that something is wrong with it."""

_FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")
_FORMULA = lazy(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>([^<]*)<)")
_IN_CELLS = ("formula", "error", "picture")
"""Issues that only columns of the form can have."""
_PICTURE = b"DISPIMG("
"""The function by which WPS shows a picture in a cell."""
_ERROR_MARK = lazy(rb"""\st\s*=\s*["']e["']""")
_ERROR = lazy(rb"<[^>]*>\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]*)<")
_CELL = rb"[A-Z]{1,3}[1-9]\d{0,6}"
_PLACE = lazy(rb"""\sr\s*=\s*["'](""" + _CELL + rb""")["']""")
_MERGED = lazy(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["'](""" + _CELL + rb":" + _CELL + rb""")["']""")
_FILTER = lazy(
    rb'<(?:\w+:)?autoFilter\b[^>]*?\sref="(' + _CELL + rb":" + _CELL + rb')"[^>]*(?<!/)>(.*?)</(?:\w+:)?autoFilter>',
    re.DOTALL,
)


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
        self._late: dict[str, Late[tuple[Cell, ...]]] = {}
        self._below: dict[str, Below] = {}
        self._safe = set(self.sheets) if measured else set[str]()
        self._looked_over: set[str] = set()

    def has(self, form: Form) -> bool:
        """Whether the table of a form is there. Raises ``Refusal``: ``book.header_hidden``, ``book.damaged``."""
        if form.switch and self._does_without(form):
            return False
        try:
            self.parts.table_of(form.sheet)
        except Refusal as refusal:
            if refusal.key not in NOT_THERE:
                raise
            return False
        return True

    @cached_property
    def _passable(self) -> Package:
        return passable(self.parts)

    @cached_property
    def _values(self) -> Values:
        return Values(self._passable.data, self.path.name, self._culprit, self._simpler)

    @contextmanager
    def only(self, sheets: Collection[str]) -> Iterator[None]:
        """Meanwhile no values are read but those of some sheets: calamine holds a copy of the file that it reads."""
        parts, everything = self.parts.sheets, self._values
        others = set(parts.values()) - {parts[sheet] for sheet in sheets}  # sheets may share one
        data = self._passable.joined({}, others)
        self._values = Values(data, self.path.name, self._culprit, self._simpler)
        try:
            yield
        finally:
            self._values = everything

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the book: all but the optional ones whose sheet it lacks. Raises what ``read`` does."""
        return tuple(form for form in FORMS.values() if not self._does_without(form))

    def _does_without(self, form: Form) -> bool:
        """Whether a form is one of those a book may lack, and this one does; a renamed sheet is not lacking.

        A sheet that only happens to be called like a form to be switched on is the shop's own.
        """
        if form.switch:
            return all(table.lower() != form.table.lower() for table in self.tables)
        try:
            self.parts.table_of(form.sheet)
        except Refusal as refusal:
            if not (form.optional and refusal.key == "book.sheet_missing"):
                raise
            return True
        return False

    def ahead(self, sheets: Iterable[str]) -> None:
        """Begin to parse sheets, each as soon as it is looked over, beside what the caller does next.

        Raises what ``guard`` does.
        """
        standing = [name for name in dict.fromkeys(sheets) if name in self.parts.sheets]
        sizes = {name: self.parts.package.size(self.parts.sheets[name]) for name in standing}
        self._values.ahead(self._guarded(sizes))

    def _guarded(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """Sheets as they are looked over, the largest first, with their sizes, while the part of the next one is inflated."""
        order = sorted(sizes, key=sizes.__getitem__, reverse=True)
        for name, following in zip_longest(order, order[1:]):
            if following is not None:
                self.parts.package.begin(self.parts.sheets[following])
            self.guard(name)
            yield name, sizes[name]

    def read(self, form: Form) -> Block:
        """A form's table; found by the table's name, else as the only table of the form's sheet.

        Raises ``Refusal``: ``book.sheet_missing``, ``book.table_missing``, ``book.header_hidden``, and those of ``guard`` and
        ``Values``.
        """
        table = self.table(form)
        return replace(table, rows=tuple(table.rows))

    def table(self, form: Form) -> Block:
        """The same, but that its rows are read, and may be refused, when they are first asked for."""
        table = self.parts.table_of(form.sheet)
        beside = FileBeside(self.parts, form.sheet, self.grown)
        rows = self._late[form.sheet] = Late(lambda: self._rows_of(form.sheet))
        area = table.area
        return Block(table.sheet, table.name, area.top, area.left, table.headers, rows, table.over, beside)

    def _rows_of(self, sheet: str) -> tuple[tuple[Cell, ...], ...]:
        """The rows of a form's table; others are read while its sheet is being parsed, which is not kept."""
        while (other := self._values.before(sheet)) is not None:
            with contextlib.suppress(Refusal):  # met again where they are asked for
                len(self._late.get(other, ()))
        rows = tuple(map(tuple, self.cells(sheet, self._reaching(self.grown(sheet)))))
        self._values.drop(sheet)
        return rows

    def let_go(self) -> None:
        """Drop what was parsed: a book that is being written needs the room."""
        vars(self).pop("_values", None)

    def grown(self, sheet: str) -> TablePart:
        """The table of a form's sheet with the rows directly below it that belong to it. Raises what ``read`` does."""
        table = self.parts.table_of(sheet)
        return table._replace(area=replace(table.area, bottom=table.area.bottom + self.below(sheet).taken))

    def below(self, sheet: str) -> Below:
        """What stands below the table of a form's sheet. Raises what ``read`` does."""
        if sheet not in self._below:
            table = self.parts.table_of(sheet)
            form, bottom = FORMS.get(sheet), self.end(sheet)[0]
            is_more = form is not None and bottom > table.area.bottom
            self._below[sheet] = rows_below(form, self._sighted(table, bottom)) if form and is_more else Below()
        return self._below[sheet]

    @property
    def taken(self) -> dict[str, int]:
        """How many rows below it each table takes in, by sheet, of the tables that were read."""
        return {sheet: below.taken for sheet, below in self._below.items() if below.taken}

    def _sighted(self, table: TablePart, bottom: int) -> Sighted:
        """The rows below a table, down to the sheet's last that holds anything."""
        area = Area(table.area.bottom + 1, table.area.left, bottom, table.area.right)
        if spread([area]) > LARGEST_SPREAD:
            raise Refusal(
                "book.stray_cell", name=self.path.name, sheet=table.sheet, cell=f"{letters(area.left)}{bottom}"
            )
        others = [other.area for other in self.parts.tables.values() if other.sheet == table.sheet and other != table]
        others += self.parts.pivots_of(table.sheet_part)
        return Sighted(
            area.top,
            area.left,
            table.headers,
            tuple(map(tuple, self.cells(table.sheet, area))),
            formulas={(at.top, at.left) for at, _ in self._formulas_in(table.sheet, area)},
            merged=_rows(self._merged_areas(table.sheet), area),
            others=_rows(others, area),
            closed=table.totals > 0,
        )

    def _reaching(self, table: TablePart) -> Area:
        """The data rows down to the sheet's last value: a table may be drawn over a million blank rows."""
        data = table.data
        bottom, right = self.end(table.sheet)
        area = Area(data.top, data.left, min(data.bottom, max(data.top, bottom)), data.right)
        if spread([area]) > LARGEST_SPREAD:
            raise Refusal("book.stray_cell", name=self.path.name, sheet=table.sheet, cell=f"{letters(right)}{bottom}")
        return area

    def cells(self, sheet: str, area: Area) -> list[list[Cell]]:
        """The values of an area, row by row: blanks as ``None``, whole floats as ``int``, errors as their text (``#N/A``)."""
        return list(self.rows(sheet, area))

    def rows(self, sheet: str, area: Area) -> Iterator[list[Cell]]:
        """The same row by row, of which only one is held; the sheet's part is not needed any more once this returns."""
        self.guard(sheet)
        errors: dict[int, dict[int, str]] = {}
        for row, column, text, _ in self._errors(sheet, area):
            errors.setdefault(row, {})[column - area.left] = text
        if not errors:
            return self._values.rows(sheet, area)
        return (
            [errors[row].get(at, value) for at, value in enumerate(values)] if row in errors else values
            for row, values in enumerate(self._values.rows(sheet, area), area.top)
        )

    def structure(self, form: Form) -> list[StructureIssue]:
        """Everything in the data rows of a form's table that is not a plain value: formulas, errors, pictures, merged cells, filters; and
        parts of the sheet that are not known.

        Formulas are the program's own in a table it writes itself, and are not reported there. In a shop's own columns
        may stand what it likes.
        """
        table = self.grown(form.sheet)
        known = {table.area.left + at for at in columns_of(table.headers, form).values()}
        found = [
            *self.below(form.sheet).issues,
            *(self._formulas(table) if form.checked else ()),
            *self._merged(table),
            *self._filters(table),
            *self._error_issues(table),
            *self._unknown_parts(table),
        ]
        return [i for i in found if i.kind not in _IN_CELLS or not known or Area.parse(i.cell).left in known]

    @cached_property
    def issues(self) -> Sequence[StructureIssue]:
        """The ``structure`` of every form, looked for when it is first asked for."""
        return Late(lambda: [issue for form in self.forms for issue in self.structure(form)])

    def _formulas(self, table: TablePart) -> Iterator[StructureIssue]:
        for at, formula in self._formulas_in(table.sheet, table.data):
            kind = "picture" if _PICTURE in formula[0] else "formula"
            yield StructureIssue(kind, table.sheet, str(at), f"={_text(formula[1] or b'')}")

    def _formulas_in(self, sheet: str, area: Area) -> Iterator[tuple[Area, re.Match[bytes]]]:
        """The cells of an area that hold a formula, with it."""
        xml = self._not_plain(sheet)
        if any(mark in xml for mark in _FORMULA_MARKS):
            for formula in _FORMULA.finditer(xml):
                at = _place(xml, formula.start())
                if at and (at.top, at.left) in area:
                    yield at, formula

    def _error_issues(self, table: TablePart) -> Iterator[StructureIssue]:
        """Error values; one with value metadata is a picture in the cell, or data that Excel fetches."""
        for row, column, text, is_picture in self._errors(table.sheet, table.data):
            kind = "picture" if is_picture else "error"
            yield StructureIssue(kind, table.sheet, f"{letters(column)}{row}", text)

    def _unknown_parts(self, table: TablePart) -> Iterator[StructureIssue]:
        """Parts of the sheet of which it is not known whether they point at cells."""
        kinds = dict.fromkeys(kind for kind in self.parts.kinds_of(table.sheet_part) if kind not in KNOWN_KINDS)
        for kind in kinds:
            yield StructureIssue("part", table.sheet, f"{letters(table.area.left)}{table.area.top}", kind)

    def _merged(self, table: TablePart) -> Iterator[StructureIssue]:
        for area in self._merged_areas(table.sheet):
            if area.meets(table.area):
                yield StructureIssue("merged", table.sheet, f"{letters(area.left)}{area.top}", str(area))

    def _merged_areas(self, sheet: str) -> list[Area]:
        return [Area.parse(ref.decode()) for ref in _MERGED.findall(self._after_rows(sheet))]

    def _filters(self, table: TablePart) -> Iterator[StructureIssue]:
        columns = [table.area.left + column for column in table.filtered]
        filter_of_sheet = _FILTER.search(self._after_rows(table.sheet))
        if filter_of_sheet:
            area = Area.parse(filter_of_sheet[1].decode())
            if area.meets(table.area):
                columns += [area.left + column for column in filtered_columns(filter_of_sheet[2])]
        for column in columns:
            header = table.headers[column - table.area.left] if (table.area.top, column) in table.area else ""
            yield StructureIssue("filter", table.sheet, f"{letters(column)}{table.area.top}", header)

    def _errors(self, sheet: str, area: Area) -> Iterator[tuple[int, int, str, bool]]:
        """Row, column and text of the error values of an area, and whether it is the stand-in of a picture."""
        xml = self._not_plain(sheet)
        if b'"e"' in xml or b"'e'" in xml:
            for mark in _ERROR_MARK.finditer(xml):
                start = xml.rfind(b"<", 0, mark.start())
                at, error = _place(xml, mark.end()), _ERROR.match(xml, start)
                if at and error and (at.top, at.left) in area:
                    yield at.top, at.left, _text(error[1]), b" vm=" in xml[start : xml.find(b">", start)]

    def end(self, sheet: str) -> tuple[int, int]:
        """The last row and column of a sheet that hold something."""
        self.guard(sheet)
        return self._values.end(sheet)

    def guard(self, name: str) -> None:
        """Refuse what must not reach calamine: ``book.stray_cell``, ``book.cell_unreadable``."""
        if name in self._safe:
            return
        about = {"name": self.path.name, "sheet": name}
        if self._is_plain(name):
            self._safe.add(name)
            return
        if far := far_cells(self._sheet_xml(name)):
            raise Refusal("book.stray_cell", **about, cell="、".join(far))
        if low := low_date(self._passable, self.parts.sheets[name], name):
            raise Refusal("book.cell_unreadable", **about, cell=low)
        self._safe.add(name)

    def _is_plain(self, name: str) -> bool:
        """Whether nothing but plain values stands in a sheet; then its part, which is large, is not kept."""
        part = self.parts.sheets[name]
        if part not in self._looked_over:
            self._looked_over.add(part)
            frame = plain_frame(self._sheet_xml(name))
            if frame is not None:
                self.parts.frames[part] = frame
                self.parts.package.forget(part)
        return part in self.parts.frames

    def _not_plain(self, name: str) -> bytes:
        """The part of a sheet, nothing of one that is known to hold plain values only."""
        return b"" if self.parts.sheets[name] in self.parts.frames else self._sheet_xml(name)

    def _simpler(self, sheet: str) -> bytes | None:
        return simpler(self._passable, self.parts.sheets[sheet])

    def _culprit(self, sheet: str) -> str | None:
        return unreadable_cell(self._passable, self.parts.sheets[sheet], sheet)

    def _after_rows(self, name: str) -> bytes:
        """What stands behind the rows of a sheet's part."""
        xml = self.parts.referring(self.parts.sheets[name])
        return xml[xml.rfind(b"sheetData") + 1 :]

    def _sheet_xml(self, name: str) -> bytes:
        return self.parts.package.read(self.parts.sheets[name])


def require_crm_book(reader: BookReader) -> None:
    """Refuse (``book.not_crm``) a workbook without the tables of 来店登记, 日报 and 客户卡.

    Where one of these only stands under another name, that is said: ``book.sheet_renamed``.
    """
    missing = []
    for sheet in CRM_SHEETS:
        try:
            reader.parts.table_of(sheet)
        except Refusal as refusal:
            if refusal.key not in NOT_THERE or refusal.key == "book.sheet_renamed":
                raise
            missing.append(sheet)
    if missing:
        raise Refusal("book.not_crm", name=reader.path.name, missing="、".join(missing))


def _rows(areas: Iterable[Area], within: Area) -> set[int]:
    """The rows of an area that any of some areas reaches into."""
    met = (area for area in areas if area.meets(within))
    return {row for area in met for row in range(max(area.top, within.top), min(area.bottom, within.bottom) + 1)}


def _place(xml: bytes, before: int) -> Area | None:
    """The cell named by the last tag that begins before a position."""
    start = xml.rfind(b"<", 0, before)
    found = _PLACE.search(xml, start, xml.find(b">", start))
    return Area.parse(found[1].decode()) if found else None


def _text(xml: bytes) -> str:
    return html.unescape(xml.decode(errors="replace"))
