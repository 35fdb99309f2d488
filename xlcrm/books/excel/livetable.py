"""A table open in Excel: its handles, what it holds, and what is in the way of writing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xlcrm.books.area import Area
from xlcrm.books.below import Sighted, rows_below
from xlcrm.books.excel.excelvalue import cell_of, clock_of
from xlcrm.books.excel.hanging import PICTURE, LiveBeside
from xlcrm.books.xlsx.shift import translated
from xlcrm.changes import Block, StructureIssue, headers_of
from xlcrm.forms.headers import columns_of, restored, typed_over
from xlcrm.forms.schema import CHECK_HEADER, Cell, Form, Kind, letters

if TYPE_CHECKING:
    from xlwings import Range, Sheet
    from xlwings.main import Table

Row = tuple[Cell, ...]
CELLS_AT_ONCE = 100_000
"""Larger blocks Excel may not give."""
Grid = Sequence[Sequence[Any]]
"""Rows of what a range gives."""


class LiveTable:
    """The table of a form, read at once: twelve calls or fewer, whatever its size.

    ``headers`` maps every header that may be written, the form's and the table's own, to the table's; ``kinds`` has the
    columns that the form knows, from 0, and ``calculated`` the formula, as it stands in the first row, of those of the
    shop's own that fill themselves. ``used`` is the last row that the sheet uses. A totals row is not data. ``issues`` are
    those that reading a file finds.
    """

    def __init__(self, sheet: Sheet, handle: Table, name: str, form: Form) -> None:
        self.sheet = sheet
        self.form = form
        self.handle = handle
        self.range = handle.range
        area = Area.parse(self.range.address)
        values = grid(self.range.raw_value)
        self.has_totals = handle.show_totals
        typed = tuple("" if value is None else str(value) for value in values[0])
        over = typed_over(typed, form)
        headers = restored(typed, over)
        fields = columns_of(headers, form)
        self.kinds = {at: form.by_name[field].kind for field, at in fields.items()}
        if self.kinds and CHECK_HEADER in headers:
            self.kinds[headers.index(CHECK_HEADER)] = Kind.TEXT
        lower, seen = self._sighted(area, headers)
        below = rows_below(form, seen)
        data = [*values[1 : len(values) - self.has_totals], *lower[: below.taken]]
        self.block = Block(form.sheet, name, area.top, area.left, headers, self._cells(data), over)
        self.headers = headers_of(self.block)
        self.formulas = self._formulas() if form.checked else {}
        self.calculated = self._calculated()
        self.errors = self._errors(data)
        self.block = replace(self.block, beside=LiveBeside(self, below.taken))
        native_filter = handle.api.AutoFilter
        self.is_filtered = native_filter is not None and bool(native_filter.FilterMode)
        self.issues = [*below.issues, *self._formula_issues(), *self._filter_issues(), *self._error_issues()]

    @property
    def top(self) -> int:
        """Worksheet row of the first data row."""
        return self.block.row + 1

    @property
    def bottom(self) -> int:
        """Worksheet row of the last data row."""
        return self.block.row + len(self.block.rows)

    def area(self, first: int, last: int) -> Area:
        """Worksheet rows over all columns of the table."""
        return Area(first, self.block.column, last, self.block.column + len(self.block.headers) - 1)

    def _cells(self, data: Grid) -> tuple[Row, ...]:
        clocks = [at for at, kind in self.kinds.items() if kind is Kind.TIME]
        rows = []
        for values in data:
            cells = list(map(cell_of, values))
            for at in clocks:
                cells[at] = clock_of(cells[at])
            rows.append(tuple(cells))
        return tuple(rows)

    def _sighted(self, area: Area, headers: Sequence[str]) -> tuple[Grid, Sighted]:
        """The rows below the table, as they come and as they are meant; asked no more of where nothing stands."""
        self.used = bottom = Area.parse(self.sheet.used_range.address).bottom
        lower: list[Sequence[Any]] = []
        step = max(1, CELLS_AT_ONCE // len(headers))
        for top in range(area.bottom + 1, bottom + 1, step):
            piece = Area(top, area.left, min(top + step - 1, bottom), area.right)
            lower += grid(self.sheet.range(str(piece)).raw_value)
        cells = self._below = self._cells(lower)
        if not any(cell is not None for row in cells for cell in row):
            return [], Sighted(area.bottom + 1, area.left, headers, ())
        whole = replace(area, top=area.bottom + 1, bottom=bottom)
        held = self.sheet.range(str(whole))
        return lower, Sighted(
            whole.top,
            whole.left,
            headers,
            cells,
            formulas=_formulas(held, whole, cells).keys(),
            merged=[] if held.merge_cells is False else [row for row in whole.rows if self._is_merged(whole, row)],
            others={row for other in self.others() for row in other.rows},
            closed=self.has_totals,
        )

    def _is_merged(self, area: Area, row: int) -> bool:
        return self.sheet.range(str(replace(area, top=row, bottom=row))).merge_cells is not False

    def others(self) -> Iterator[Area]:
        """Where other tables of the sheet and its pivot tables lie."""
        for table in self.sheet.tables:
            if table.name != self.handle.name:
                yield Area.parse(table.range.address)
        pivots = self.sheet.api.PivotTables()
        for number in range(1, pivots.Count + 1):
            yield Area.parse(pivots.Item(number).TableRange2.Address)

    def _formulas(self) -> dict[tuple[int, int], str]:
        """Formulas among the data, by row and column."""
        area = self.area(self.block.row, self.bottom)
        held = self.sheet.range(str(area)) if self.block.taken else self.range
        return _formulas(held, area, [self.block.headers, *self.block.rows])

    def _calculated(self) -> dict[int, str]:
        """The columns of the shop's own whose every filled row holds one formula, filled down."""
        found: dict[int, str] = {}
        for at in range(len(self.block.headers)) if self.formulas else ():
            column = self.block.column + at
            if at not in self.kinds:
                rows = [
                    row
                    for row, cells in enumerate(self.block.rows, self.top)
                    if any(cell is not None for cell in cells)
                ]
                filled = {translated(self.formulas.get((row, column), ""), self.top - row, 0) for row in rows}
                if len(filled) == 1 and filled != {""}:
                    found[at] = filled.pop()
        return found

    def occupied_below(self, rows: int) -> str | None:
        """The first cell that holds something in so many rows below the table and those it takes in."""
        for row, cells in enumerate(self._below[self.block.taken : self.block.taken + rows], self.bottom + 1):
            for column, cell in enumerate(cells, self.block.column):
                if cell is not None:
                    return f"{letters(column)}{row}"
        return None

    def beneath(self) -> Iterator[str]:
        """Other tables and pivot tables below this one and its columns: Excel does not move them with cells."""
        own = self.area(self.bottom + 1, max(self.used, self.bottom + 1))
        yield from (str(area) for area in (self.others() if self.used > self.bottom else ()) if area.meets(own))

    def is_merged_across(self) -> bool:
        """Whether merged cells below the table reach beyond its columns: Excel does not move a part of them."""
        below = self.area(self.bottom + 1, self.used)
        if self.used <= self.bottom or self.sheet.range(str(below)).merge_cells is False:
            return False
        edges = [(column, column + 1) for column in (below.left - 1, below.right) if column]
        return any(
            self.sheet.range(str(Area(row, left, row, right))).merge_cells is True
            for row in below.rows
            for left, right in edges
        )

    def is_picture(self, cell: str) -> bool:
        """Whether a formula shows a picture, as WPS does."""
        place = Area.parse(cell)
        return PICTURE in self.formulas.get((place.top, place.left), "")

    def _formula_issues(self) -> Iterator[StructureIssue]:
        for (row, column), text in self.formulas.items():
            if column - self.block.column in self.kinds:
                kind = "picture" if PICTURE in text else "formula"
                yield StructureIssue(kind, self.block.sheet, f"{letters(column)}{row}", text)

    def _filter_issues(self) -> Iterator[StructureIssue]:
        """The headers of the columns that rows are hidden by."""
        if self.is_filtered:
            for criteria in self.handle.autofilter.criteria:
                if criteria.type != "none":
                    at = criteria.field - 1
                    cell = f"{letters(self.block.column + at)}{self.block.row}"
                    yield StructureIssue("filter", self.block.sheet, cell, self.block.headers[at])

    def _errors(self, data: Grid) -> dict[tuple[int, int], str]:
        """Error values among the data, by row and column: they are the only values that come as ints."""
        return {
            (self.top + i, self.block.column + j): str(self.block.rows[i][j])
            for i, values in enumerate(data)
            if int in map(type, values)
            for j, value in enumerate(values)
            if type(value) is int
        }

    def _error_issues(self) -> Iterator[StructureIssue]:
        for (row, column), text in self.errors.items():
            if self.kinds and column - self.block.column not in self.kinds:
                continue
            yield StructureIssue("error", self.block.sheet, f"{letters(column)}{row}", text)


def _formulas(held: Range, area: Area, rows: Sequence[Row]) -> dict[tuple[int, int], str]:
    """Formulas of a range over an area, by row and column; a text that begins with = is its own value."""
    if held.api.HasFormula is False:
        return {}
    return {
        (area.top + i, area.left + j): text
        for i, (texts, cells) in enumerate(zip(grid(held.formula), rows, strict=False))
        for j, (text, cell) in enumerate(zip(texts, cells, strict=True))
        if isinstance(text, str) and text.startswith("=") and text != cell
    }


def grid(values: Any) -> Grid:
    """What a range gives, as rows; a single cell comes bare."""
    return values if isinstance(values, tuple | list) else ((values,),)
