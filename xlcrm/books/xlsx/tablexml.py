"""A ``TableChange`` applied to a table: its rows in the worksheet part, its ranges in the table part.

What a change means is ``changes.applied``; here it happens to XML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from xlcrm.books.area import LAST_ROW, Area, letters
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.content import Content, computed, follow_content, formula_of
from xlcrm.books.xlsx.parts import TablePart
from xlcrm.books.xlsx.sheetxml import Put, SheetXml
from xlcrm.books.xlsx.shift import Shift, translated
from xlcrm.books.xlsx.tagtext import set_attribute
from xlcrm.books.xlsx.valuetext import with_texts
from xlcrm.changes import TableChange, Value
from xlcrm.errors import Refusal
from xlcrm.forms.compact import CompactRow
from xlcrm.forms.headers import TypedOver, columns_of
from xlcrm.forms.schema import CHECK_HEADER
from xlcrm.forms.sheets import FORMS
from xlcrm.patterns import lazy

_COLUMN = lazy(r"<(?:\w+:)?tableColumn\b[^>]*>")
_INSERT_ROW = lazy(r'\sinsertRow="[^"]*"')

WrittenCells = Mapping[int, Mapping[int, Put]]
"""Row → column → what was written into a cell."""


Contents = Callable[[Mapping[str, Value]], Mapping[int, Content]]
"""Of a new row: what comes along from the row it was, by column number."""


class TableEdit(NamedTuple):
    """What happened to a table: how rows moved, the old rows whose content went, what stands where afterwards."""

    shift: Shift
    emptied: frozenset[int]
    written: WrittenCells


class _Rows(NamedTuple):
    """What a table is to hold: rows put where they stand, rows emptied, new ones before a row, new ones after the last."""

    put: dict[int, Mapping[int, Put]]
    emptied: frozenset[int]
    inserted: list[tuple[int, Mapping[int, Put]]]
    added: list[Mapping[int, Put]]


def change_table(
    sheet: SheetXml, table: TablePart, change: TableChange, others: Sequence[Area], contents: Contents
) -> TableEdit:
    """Apply a change to the rows of the worksheet part; ``others`` are the areas of the sheet's other tables.

    New rows take the height of the row above, those of a table replaced whole that of their text, the usual styles of
    their columns, the formulas of those that fill themselves, and ``contents``.

    Raises ``Refusal``: ``book.column_missing``, ``book.beside_table``, ``book.two_tables``, ``book.text_too_long``,
    ``book.sheet_full``; ``ValueError`` for a row outside the table.
    """
    data = table.data
    standing = data.rows
    makes = _NewRows(sheet, table, contents)
    whole = [makes.row_of_all(values) for values in change.replaced or ()]
    rows = _changed(sheet, makes, change) if change.replaced is None else _replaced(sheet, makes, whole)
    gone = set(rows.emptied)
    if len(gone) == len(standing):
        gone.remove(data.top)
        rows = _with_first_row(sheet, makes, rows)
    befores = tuple(before for before, _ in rows.inserted)
    shift = Shift(table.sheet, data.top, data.bottom, tuple(sorted(gone)), len(rows.added), befores)
    new = dict(zip(shift.places(), (values for _, values in rows.inserted), strict=True))
    new |= dict(enumerate(rows.added, shift.end - len(rows.added) + 1))
    if shift:
        _check_room(sheet, table, shift, others)
        sheet.move(shift)
        new = {row: makes.placed(values, row, shift) for row, values in new.items()}
        for top, run in _runs(new):
            sheet.insert(top, run, shift.area(data) or data, fits=bool(whole))
    for row, values in zip(standing, whole, strict=False):
        sheet.fit(row, values)
    places = ((shift.row(row), values) for row, values in rows.put.items())
    return TableEdit(shift, rows.emptied, {row: values for row, values in places if row is not None} | new)


class _NewRows:
    """Makes the new rows of a table: cells by column number from values by header."""

    def __init__(self, sheet: SheetXml, table: TablePart, contents: Contents) -> None:
        self.table = table
        self.columns = _columns(table)
        self.blank: dict[int, Put] = dict.fromkeys(range(table.data.left, table.data.right + 1))
        self._date1904 = sheet.date1904
        self._contents = contents
        self._calculated = filling(table, lambda: sheet)

    def row(self, values: Mapping[str, Value]) -> Mapping[int, Put]:
        """A new row: its values, what comes along, and what fills itself."""
        if isinstance(values, CompactRow) and not self._calculated:
            return self.columns(values)
        row: dict[int, Put] = {**self.columns(values), **self._contents(values)}
        for column, (formula, is_array) in self._calculated.items():
            kept = row.get(column)
            shown = kept.value if isinstance(kept, Content) else kept
            own = kept.style if isinstance(kept, Content) and kept.own else None
            filled = computed(formula, shown, self._date1904, is_array=is_array, column=letters(column))
            row[column] = filled._replace(style=own, own=own is not None)
        return row

    def row_of_all(self, values: Mapping[str, Value]) -> Mapping[int, Put]:
        """A new row that says of every column what stands there."""
        return {**self.blank, **self.row(values)}

    def placed(self, values: Mapping[int, Put], row: int, shift: Shift | None = None) -> Mapping[int, Put]:
        """A new row at its place: what fills itself is filled down to there, as the column's formula is the first row's;
        what came along follows the rows of this sheet as it refers to them.
        """
        carried = {column: value for column, value in values.items() if isinstance(value, Content)}
        if not carried:
            return values
        placed = dict(values)
        for column, value in carried.items():
            if value.text is not None and column in self._calculated:
                placed[column] = value._replace(text=self._filled_down(value.text, row, shift))
            elif shift:
                placed[column] = follow_content(value, shift, self.table.sheet)
        return placed

    def _filled_down(self, text: str, row: int, shift: Shift | None) -> str:
        """A formula of the first row as it stands in another."""

        def there(formula: str) -> str:
            first = shift.formula(formula, self.table.sheet, anchored=True) if shift else formula
            return translated(first, row - self.table.data.top, 0)

        return with_texts(text, "f", there)


def _replaced(sheet: SheetXml, makes: _NewRows, whole: list[Mapping[int, Put]]) -> _Rows:
    """Put rows in place of all there are."""
    data = makes.table.data
    rows = data.rows
    put = {row: makes.placed(values, row) for row, values in zip(rows, whole, strict=False)}
    _put(sheet, put, data)
    return _Rows(put, frozenset(rows[len(whole) :]), [], whole[len(rows) :])


def _changed(sheet: SheetXml, makes: _NewRows, change: TableChange) -> _Rows:
    """Put cells into rows that stand there, and added rows into the blank ones at the table's end."""
    table, data = makes.table, makes.table.data
    rows = data.rows
    put: dict[int, Mapping[int, Put]] = {row: dict(makes.columns(values)) for row, values in change.cells.items()}
    added = [makes.row(values) for values in change.added]
    if not change.removed | put.keys() <= set(rows):
        raise ValueError(f"{table.name} has rows {rows}, not {sorted(change.removed | put.keys())}")
    _put(sheet, put, data)
    end = next((row for row in reversed(rows) if not sheet.is_blank(row, data)), data.top - 1)
    inserts = sorted(change.inserted.items())
    inserted = [(min(before, end + 1), makes.row(values)) for before, news in inserts for values in news]
    fills = {
        row: makes.placed(values, row) for row, values in zip(range(end + 1, data.bottom + 1), added, strict=False)
    }
    _put(sheet, fills, data)
    emptied = frozenset(row for row in change.removed if row <= end)
    return _Rows(put | fills, emptied, inserted, added[len(fills) :])


def _with_first_row(sheet: SheetXml, makes: _NewRows, rows: _Rows) -> _Rows:
    """The same where all rows are emptied: a table keeps one, which holds the first of the new ones, or nothing."""
    data = makes.table.data
    inserted, added = rows.inserted, rows.added
    first: Mapping[int, Put] = {}
    if inserted:
        first, inserted = inserted[0][1], inserted[1:]
    elif added:
        first, added = added[0], added[1:]
    kept = {**makes.blank, **first}
    sheet.empty_links(data.top, data)
    sheet.put(data.top, kept, near=data, new=True)
    later = [(max(before, data.top + 1), values) for before, values in inserted]
    return _Rows(rows.put | {data.top: kept}, rows.emptied, later, added)


def filling(table: TablePart, sheet: Callable[[], SheetXml]) -> dict[int, tuple[str, bool]]:
    """The formulas of the columns that fill themselves, as in the table's first row.

    One that names the cells of a row counts where the first row has it: of any other it is not known what it means.
    """

    def is_known(column: int, formula: str) -> bool:
        if translated(formula, 1, 0) == formula:
            return True
        return formula_of(sheet().cells(table.data.top).get(column, "")) == formula

    return {column: found for column, found in table.calculated.items() if is_known(column, found[0])}


def _runs(rows: Mapping[int, Mapping[int, Put]]) -> Iterator[tuple[int, list[Mapping[int, Put]]]]:
    """Rows that stand one below another, together, with the number of the first; the rows come in their order."""
    for _, run in groupby(enumerate(rows.items()), key=lambda pair: pair[1][0] - pair[0]):
        numbered = [row for _, row in run]
        yield numbered[0][0], [values for _, values in numbered]


def with_header(xml: str, over: TypedOver) -> str:
    """The part of a table with the name of the column whose header was typed over."""
    column = list(_COLUMN.finditer(xml))[over.position]
    named = set_attribute(column[0], "name", marked(over.header).replace('"', "&quot;"))
    return xml[: column.start()] + named + xml[column.end() :]


def offers_no_row(xml: str) -> str:
    """The part of a table that has rows: it no longer offers an empty one."""
    return _INSERT_ROW.sub("", xml)


def _put(sheet: SheetXml, cells: Mapping[int, Mapping[int, Put]], data: Area) -> None:
    for row, values in cells.items():
        sheet.put(row, values, near=data)


def header_columns(table: TablePart) -> Mapping[str, int]:
    """Every header that may be written → its column number, the form's headers found in whatever spelling the table has."""
    return _header_columns(table.sheet, table.headers, table.area.left)


@cache
def _header_columns(sheet: str, headers: tuple[str, ...], left: int) -> Mapping[str, int]:
    squeezed = ["".join(header.split()) for header in headers]
    known = {header: at for at, header in reversed(list(enumerate(squeezed))) if header == CHECK_HEADER}
    form = FORMS.get(sheet)
    if form is not None:
        known |= {form.by_name[name].header: at for name, at in columns_of(headers, form).items()}
    known |= {header: at for at, header in reversed(list(enumerate(headers)))}
    return {header: left + at for header, at in known.items()}


def _columns(table: TablePart) -> Callable[[Mapping[str, Value]], Mapping[int, Value]]:
    """From {header: value} to {column number: value}."""
    known = header_columns(table)

    def columns(values: Mapping[str, Value]) -> Mapping[int, Value]:
        if isinstance(values, CompactRow) and known.keys() >= values.keys():
            return values.under(tuple(known[header] for header in values))
        missing = next((header for header, value in values.items() if header not in known and value is not None), None)
        if missing is not None:
            raise Refusal("book.column_missing", sheet=table.sheet, header=missing)
        return {known[header]: value for header, value in values.items() if header in known}

    return columns


def _check_room(sheet: SheetXml, table: TablePart, shift: Shift, others: Sequence[Area]) -> None:
    """Whole worksheet rows move: nothing may be lost with them, and no other table torn."""
    if any(other.bottom >= shift.first for other in others):
        raise Refusal("book.two_tables", sheet=table.sheet)
    grown = max(0, shift.end - shift.last)
    if shift.end > LAST_ROW or sheet.is_filled_below(LAST_ROW - grown):
        raise Refusal("book.sheet_full", sheet=table.sheet, last=LAST_ROW)
    data = table.data
    for row in shift.removed:
        column = sheet.filled_beside(row, data)
        if column is not None:
            raise Refusal("book.beside_table", sheet=table.sheet, cell=f"{letters(column)}{row}")
