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
    rows = range(data.top, data.bottom + 1)
    columns = _columns(table)
    blank: dict[int, Put] = dict.fromkeys(range(data.left, data.right + 1))
    inserted: list[tuple[int, Mapping[int, Put]]] = []
    calculated = filling(table, lambda: sheet)

    def fresh(values: Mapping[str, Value]) -> Mapping[int, Put]:
        """A new row."""
        if isinstance(values, CompactRow) and not calculated:
            return columns(values)
        row: dict[int, Put] = {**columns(values), **contents(values)}
        for column, (formula, is_array) in calculated.items():
            kept = row.get(column)
            shown = kept.value if isinstance(kept, Content) else kept
            own = kept.style if isinstance(kept, Content) and kept.own else None
            filled = computed(formula, shown, sheet.date1904, is_array=is_array, column=letters(column))
            row[column] = filled._replace(style=own, own=own is not None)
        return row

    def down(values: Mapping[int, Put], row: int, shift: Shift | None = None) -> Mapping[int, Put]:
        """A new row at its place: what fills itself is filled down to there, as the column's formula is the first row's;
        what came along follows the rows of this sheet as it refers to them.
        """

        def first(formula: str) -> str:
            return shift.formula(formula, table.sheet, anchored=True) if shift else formula

        carried = {column: value for column, value in values.items() if isinstance(value, Content)}
        if not carried:
            return values
        placed = dict(values)
        for column, value in carried.items():
            if value.text is not None and column in calculated:
                text = with_texts(value.text, "f", lambda formula: translated(first(formula), row - data.top, 0))
                placed[column] = value._replace(text=text)
            elif shift:
                placed[column] = follow_content(value, shift, table.sheet)
        return placed

    whole: list[Mapping[int, Put]] = []
    cells: dict[int, Mapping[int, Put]]
    if change.replaced is not None:
        whole = [{**blank, **fresh(values)} for values in change.replaced]
        cells, added = {row: down(values, row) for row, values in zip(rows, whole, strict=False)}, whole[len(rows) :]
        emptied = set(rows[len(whole) :])
        _put(sheet, cells, data)
    else:
        cells = {row: dict(columns(values)) for row, values in change.cells.items()}
        added = [fresh(values) for values in change.added]
        if not change.removed | cells.keys() <= set(rows):
            raise ValueError(f"{table.name} has rows {rows}, not {sorted(change.removed | cells.keys())}")
        _put(sheet, cells, data)
        end = next((row for row in reversed(rows) if not sheet.is_blank(row, data)), data.top - 1)
        inserted = [
            (min(before, end + 1), fresh(new)) for before, news in sorted(change.inserted.items()) for new in news
        ]
        emptied = {row for row in change.removed if row <= end}
        fills = {row: down(values, row) for row, values in zip(range(end + 1, data.bottom + 1), added, strict=False)}
        _put(sheet, fills, data)
        cells |= fills
        added = added[len(fills) :]

    gone = set(emptied)
    if len(gone) == len(rows):
        gone.remove(data.top)
        first = inserted.pop(0)[1] if inserted else added.pop(0) if added else {}
        inserted = [(max(before, data.top + 1), values) for before, values in inserted]
        cells[data.top] = {**blank, **first}
        sheet.empty_links(data.top, data)
        sheet.put(data.top, cells[data.top], near=data, new=True)
    befores = tuple(before for before, _ in inserted)
    shift = Shift(table.sheet, data.top, data.bottom, tuple(sorted(gone)), len(added), befores)
    new = dict(zip(shift.places(), (values for _, values in inserted), strict=True))
    new |= dict(enumerate(added, shift.end - len(added) + 1))
    if shift:
        _check_room(sheet, table, shift, others)
        sheet.move(shift)
        new = {row: down(values, row, shift) for row, values in new.items()}
        for top, run in _runs(new):
            sheet.insert(top, run, shift.area(data) or data, fits=bool(whole))
    for row, values in zip(rows, whole, strict=False):
        sheet.fit(row, values)
    places = ((shift.row(row), values) for row, values in cells.items())
    written = {row: values for row, values in places if row is not None} | new
    return TableEdit(shift, frozenset(emptied), written)


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
