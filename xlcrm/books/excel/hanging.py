"""What hangs on the rows of a table open in Excel: asked for all rows together, and cell by cell only where there is something.

Rows are moved as a person would move them, so that what hangs on a row that stays in its sheet goes with it. What hangs on
a row that is taken out is found here, in the words of ``changes.Attached``.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from xlcrm.books.area import Area, addresses, rectangles
from xlcrm.books.excel.busy import answering, is_busy
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.content import formula_of
from xlcrm.books.xlsx.shift import ROW, relocated
from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.changes import LOOSE, Attached, Beside
from xlcrm.forms.schema import NUMBER_FORMATS, letters

if TYPE_CHECKING:
    from xlwings import Range, Sheet

    from xlcrm.books.excel.livetable import LiveTable

    Look = Callable[[Range], object]

PICTURE = "DISPIMG("
NO_FILL = -4142
"""Excel's xlColorIndexNone."""
_COMMENTED = -4144
"""Excel's xlCellTypeComments."""
_EXCEL = "excel"
"""How a format begins that is kept in the journal as a number format and a fill; one from a file cannot be found again here."""
_GENERAL = "General"
"""The number format of a cell that nobody has given one: nothing that would have to go along."""
_NOTE, _FREE = 4, 3
"""Office's msoComment, Excel's xlFreeFloating."""


class LiveBeside(Beside):
    """Of an open table the formulas are known; what else hangs on its rows, Excel is asked when they are to be taken out."""

    def __init__(self, table: LiveTable, taken: int) -> None:
        super().__init__(taken)
        self._table = table
        self._asked: dict[int, tuple[Attached, ...]] = {}

    def calculated(self) -> frozenset[str]:
        return frozenset(self._table.block.headers[at] for at in self._table.calculated)

    def formulas(self) -> Collection[tuple[int, str]]:
        block = self._table.block
        return [(row, block.headers[column - block.column]) for row, column in self._table.formulas]

    def on(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:
        if not self._table.form.checked:
            return {}
        wanted = [row for row in sorted(rows) if self._table.top <= row <= self._table.bottom]
        unknown = [row for row in wanted if row not in self._asked]
        if unknown:
            self._asked |= dict.fromkeys(unknown, ())
            with answering():
                for row, attached in _hanging(self._table, unknown):
                    self._asked[row] = (*self._asked[row], attached)
        return {row: self._asked[row] for row in wanted if self._asked[row]}

    def over(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:
        found = self.on(rows).items()
        return {row: tuple(one for one in hung if one.kind in ("link", *LOOSE)) for row, hung in found}


def _hanging(table: LiveTable, rows: list[int]) -> Iterator[tuple[int, Attached]]:
    yield from _known(table, rows)
    for address in addresses(table.area(row, row) for row in rows):
        held = table.sheet.range(address)
        for cell in _commented(held):
            yield cell.top, Attached("comment", "", str(cell))
    yield from _links(table, rows)
    yield from _shapes(table, rows)
    for place in _looking_otherwise(table, rows):
        held = table.sheet.range(str(place))
        interior = held.api.Interior
        fill = None if interior.ColorIndex == NO_FILL else interior.Color
        yield place.top, _at(table, place, "format", json.dumps([_EXCEL, held.number_format, fill]))


def _known(table: LiveTable, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
    """Formulas that are not their column's, and error values."""
    for (row, column), formula in table.formulas.items():
        if row in rows and column - table.block.column not in table.calculated:
            kind, place = "picture" if PICTURE in formula else "formula", Area(row, column, row, column)
            kept = "" if kind == "picture" else f"><f>{marked(elsewhere(formula, table, row, table)[1:])}</f>"
            yield row, _at(table, place, kind, kept)
    for (row, column), error in table.errors.items():
        if row in rows and (row, column) not in table.formulas:
            is_picture = error == "#VALUE!"  # as a picture in a cell reads; typed, it is an error to the validation
            kept = "" if is_picture else f' t="e"><v>{error}</v>'
            yield row, _at(table, Area(row, column, row, column), "picture" if is_picture else "error", kept)


def _at(table: LiveTable, place: Area, kind: str, text: str = "") -> Attached:
    return Attached(kind, table.block.headers[place.left - table.block.column], str(place), text)


def elsewhere(formula: str, home: LiveTable, row: int, to: LiveTable) -> str:
    """A formula of a row as it reads in a row of another table, or of its own, ``ROW`` in place of the row's number."""
    shared = (header for header in home.block.headers if header in to.block.headers)
    columns = {
        letters(home.block.column + home.block.headers.index(header)): letters(
            to.block.column + to.block.headers.index(header)
        )
        for header in shared
    }
    names = (home.block.table, to.block.table)
    return relocated(formula, home=home.block.sheet, row=row, to=to.block.sheet, columns=columns, tables=names)


def hang_again(sheet: Sheet, cell: str, attached: Attached) -> None:
    """Put back what the journal kept of a cell, whether it was read in a file or here."""
    held = sheet.range(cell)
    formula = formula_of(f"<c{attached.text}</c>") if attached.kind == "formula" else None
    if formula:
        held.api.Formula = f"={formula.replace(ROW, str(Area.parse(cell).top))}"
    elif attached.kind == "error":
        held.raw_value = attached.text.partition("<v>")[2].partition("</v>")[0]
    elif attached.kind == "link":
        attributes, target = json.loads(attached.text)
        sheet.api.Hyperlinks.Add(held.api, target or "", html.unescape(attribute(f"<a{attributes}>", "location") or ""))
    elif attached.kind == "format" and attached.text.startswith(f'["{_EXCEL}"'):
        _, held.number_format, fill = json.loads(attached.text)
        if fill is not None:
            held.api.Interior.Color = fill


def _link_text(address: str, place: str) -> str:
    """A link as the journal keeps one that was read in a file."""
    location = ' location="{}"'.format(marked(place).replace('"', "&quot;")) if place else ""
    return json.dumps([location, address or None], ensure_ascii=False)


def _commented(held: Range) -> Iterator[Area]:
    """Cells with a comment. That there is none is an error to Excel."""
    try:
        found = held.api.SpecialCells(_COMMENTED).Address
    except Exception as error:  # COM's own, which has no name here
        if is_busy(error):
            raise
        return
    for area in map(Area.parse, found.split(",")):
        for row in area.rows:
            yield replace(area, top=row, bottom=row)


def _links(table: LiveTable, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
    links = table.sheet.api.Hyperlinks
    for link in links if links.Count else ():
        over = Area.parse(link.Range.Address)
        for row in set(rows).intersection(over.rows):
            for column in range(max(over.left, table.block.column), min(over.right, table.area(row, row).right) + 1):
                place = Area(row, column, row, column)
                yield row, _at(table, place, "link", _link_text(link.Address or "", link.SubAddress or ""))


def _shapes(table: LiveTable, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
    """Pictures, shapes and controls that begin on the rows and go with their cells; not the boxes of comments."""
    shapes = table.sheet.api.Shapes
    if shapes.Count != table.sheet.api.Comments.Count:
        for shape in shapes:
            if shape.Type != _NOTE and shape.Placement != _FREE:
                row = shape.TopLeftCell.Row
                if row in rows:
                    yield row, Attached("drawing", "", shape.Name)


def _looking_otherwise(table: LiveTable, rows: list[int]) -> Iterator[Area]:
    """Cells of the rows with a fill, or with a number format that is not the one of their column."""
    found: set[Area] = set()
    for row in _differing(table, [table.area(row, row) for row in rows], _fill, {NO_FILL}):
        each = [replace(row, left=at, right=at) for at in range(row.left, row.right + 1)]
        found |= set(_differing(table, each, _fill, {NO_FILL}))
    for columns, usual in _columns(table):
        cells = rectangles((row, at) for at in columns for row in rows)
        if not _is_alike(table, cells, _number_format, usual):
            whole = rectangles((row, at) for at in columns for row in range(table.top, table.bottom + 1))
            usual |= {_number_format(table.sheet.range(address)) for address in addresses(whole)} - {None}
            cells = [Area(row, at, row, at) for at in columns for row in rows]
            found |= set(_differing(table, cells, _number_format, usual))
    yield from sorted(found, key=lambda area: (area.top, area.left))


def _columns(table: LiveTable) -> Iterator[tuple[list[int], set[object]]]:
    """The columns that can have number formats of their own, those of one kind together, and what is usual in them.

    Text is text in any format. A column of the shop's own has the format of its first row.
    """
    by_format: dict[str, list[int]] = {}
    for at, kind in table.kinds.items():
        if kind in NUMBER_FORMATS:
            by_format.setdefault(NUMBER_FORMATS[kind], []).append(table.block.column + at)
    for usual, columns in by_format.items():
        yield columns, {usual, _GENERAL}
    for at in range(len(table.block.headers)):
        if at not in table.kinds:
            column = table.block.column + at
            yield [column], {table.sheet.range(f"{letters(column)}{table.top}").number_format, _GENERAL}


def _differing(table: LiveTable, areas: list[Area], look: Look, usual: set[object]) -> Iterator[Area]:
    """Those areas that do not look as usual: all are asked together, and by halves where they are not alike."""
    if not areas or _is_alike(table, areas, look, usual):
        return
    if len(areas) == 1:
        yield areas[0]
        return
    middle = len(areas) // 2
    yield from _differing(table, areas[:middle], look, usual)
    yield from _differing(table, areas[middle:], look, usual)


def _is_alike(table: LiveTable, areas: Iterable[Area], look: Look, usual: set[object]) -> bool:
    return all(look(table.sheet.range(address)) in usual for address in addresses(areas))


def _fill(cells: Range) -> object:
    """The fill's number; ``None`` where cells differ."""
    return cells.api.Interior.ColorIndex


def _number_format(cells: Range) -> object:
    """The number format; ``None`` where cells differ."""
    return cells.number_format
