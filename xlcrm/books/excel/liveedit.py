"""Changes on their way into an open book: rows moved as a person moves them, and rectangles of cells.

What a change means is ``changes.applied``; here it happens to Excel. All is checked before the first write.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from xlcrm.books.area import LAST_ROW, LONGEST_TEXT, Area, addresses, rectangles
from xlcrm.books.excel.excelvalue import Entry, Formula, cell_of, entry_of, formula_of, sent, with_formulas
from xlcrm.books.excel.hanging import NO_FILL, elsewhere, hang_again
from xlcrm.books.excel.livetable import LiveTable, Row, grid
from xlcrm.books.xlsx.shift import ROW, translated
from xlcrm.changes import CARRIED, LOOSE, Attached, Link, MovedRow, TableChange, Value, applied, filled
from xlcrm.errors import Refusal
from xlcrm.forms.schema import CHECK_HEADER, NUMBER_FORMATS, Cell, Kind, letters

if TYPE_CHECKING:
    from xlwings import Range, Sheet

CELLS_A_WRITE = 100_000
"""Excel may not take larger blocks at once."""
_IN_CELL = ("formula", "picture", "error")
"""What a cell is but a value."""


class LiveTableEdit:
    """A change decided for a table; false where nothing would differ.

    ``make_room`` puts blank rows in, ``carry`` copies what hangs on rows that come from elsewhere, ``write`` writes the
    values, ``remove`` takes rows out: each for every table before the next begins. Rows are put in and taken out by Excel,
    and what hangs on the others, or refers to them, goes with them.

    Raises ``Refusal``, and then nothing was written: when made ``book.column_missing``, ``book.text_too_long``,
    ``book.sheet_full``, ``live.formula``, ``live.picture``, ``live.error``, ``live.totals``; by ``check``
    ``live.protected``, ``live.filter``, ``live.merged``, ``live.below``, ``live.beneath``.
    """

    def __init__(self, table: LiveTable, change: TableChange, tables: Mapping[str, LiveTable]) -> None:
        self._table, self._tables = table, tables
        self._is_replaced = change.replaced is not None
        block = table.block
        change_made = with_formulas(change, block.sheet, table.headers)
        edited = applied(block, TableChange(cells=change_made.cells), table.headers).rows
        end = table.top + (0 if change.replaced is not None else filled(edited))
        coming = [(min(before, end), row) for before, new in sorted(change.inserted.items()) for row in new]
        self._room = [row for row, _ in coming if row <= table.bottom]
        self._going = sorted(row for row in change.removed if table.top <= row < end)
        after = applied(block, replace(change_made, removed=set()), table.headers).rows
        if table.top + len(after) - 1 > LAST_ROW:
            raise Refusal("book.sheet_full", sheet=block.sheet, last=LAST_ROW)
        self._new: dict[int, Mapping[str, Value]] = {row + i: new for i, (row, new) in enumerate(coming)}
        self._new |= {end + len(coming) + i: new for i, new in enumerate(change.added)}
        height = len(block.rows) + len(self._room)
        self._growth = max(0, len(after) - height)
        self._whole = table.area(block.row, block.row + max(1, len(after)))
        self._resized = len(after) != height or block.taken > 0
        if table.has_totals and (self._resized or self._moves):
            raise Refusal("live.totals", sheet=block.sheet)
        blank: Row = (None,) * len(block.headers)
        before = list(block.rows)
        for i, row in enumerate(self._room):
            before.insert(row + i - table.top, blank)
        height = max(height, len(after))
        old, new = _padded(before, height, blank), _padded(after, height, blank)
        self._boxes = [_box(area, new, table, self) for area in self._areas(old, new)]

    def __bool__(self) -> bool:
        return bool(self._boxes or self._resized or self._moves)

    @property
    def sheet(self) -> str:
        return self._table.block.sheet

    @property
    def _moves(self) -> bool:
        return bool(self._going or self._room)

    @property
    def has_formulas(self) -> bool:
        """Whether formulas are among what is written or copied."""
        filled_in = self._new and (
            self._table.calculated or any(isinstance(row, MovedRow) for row in self._new.values())
        )
        return bool(filled_in) or any(box.has_formulas for box in self._boxes)

    def place(self, row: int) -> int:
        """Where a worksheet row of the book as it was read stands, once room has been made."""
        return row + bisect_right(self._room, row)

    def check(self) -> None:
        """Refuse what Excel would not take, or would put elsewhere."""
        table, sheet, name = self._table, self._table.sheet, self._table.block.sheet
        check_unprotected(sheet)
        if table.is_filtered or sheet.api.FilterMode:
            raise Refusal("live.filter", sheet=name)
        if table.range.merge_cells is not False or (self._moves and table.is_merged_across()):
            raise Refusal("live.merged", sheet=name)
        occupied = table.occupied_below(self._growth)
        if occupied:
            raise Refusal("live.below", sheet=name, cell=occupied)
        self._check_nothing_is_lost()
        beneath = next(table.beneath(), None) if self._moves else None
        if beneath:
            raise Refusal("live.beneath", sheet=name, cell=beneath)

    def _check_nothing_is_lost(self) -> None:
        """Refuse to take out rows with something that goes with its cells only."""
        sheet = self._table.block.sheet
        for hung in self._table.block.beside.on(self._going).values():
            for attached in hung:
                if attached.kind == "comment":
                    raise Refusal("live.comment", sheet=sheet, cell=attached.cell)
                if attached.kind in LOOSE:
                    raise Refusal("live.shape", sheet=sheet, shape=attached.cell)

    def is_free(self) -> bool:
        """Whether nothing is in the way."""
        try:
            self.check()
        except Refusal:
            return False
        return True

    def make_room(self) -> None:
        """Put blank rows in. They take the look of the row above: its fill and its number formats are taken off them."""
        table = self._table
        put_in = [row + i for i, row in enumerate(self._room)]
        for area in _runs(put_in, table):
            table.sheet.range(str(area)).insert("down", "format_from_left_or_above")
        for address in addresses(_runs(put_in, table)):
            table.sheet.range(address).api.Interior.ColorIndex = NO_FILL
        for number_format in NUMBER_FORMATS.values() if put_in else ():
            columns = [at for at, kind in table.kinds.items() if NUMBER_FORMATS.get(kind) == number_format]
            cells = rectangles((row, table.block.column + at) for at in columns for row in put_in)
            for address in addresses(cells):
                table.sheet.range(address).number_format = number_format

    def carry(self, edits: Mapping[str, LiveTableEdit]) -> None:
        """Copy what hangs on the cells of rows that come from other places; ``edits`` by sheet."""
        for row, new in self._new.items():
            for column, (table, attached) in self._carried(new, CARRIED).items():
                source = Area.parse(attached.cell)
                moved = edits[table.block.sheet].place(source.top) if table.block.sheet in edits else source.top
                to = self._table.sheet.range(f"{letters(column)}{row}")
                table.sheet.range(f"{letters(source.left)}{moved}").copy(to)
                formula = table.formulas.get((source.top, source.left))
                if formula is not None:
                    to.api.Formula = elsewhere(formula, table, source.top, self._table).replace(ROW, str(row))

    def write(self) -> None:
        """Write everything; the table takes in what it gained."""
        for box in self._boxes:
            box.write(self._table.sheet)
        if self._resized:
            self._table.handle.resize(self._table.sheet.range(str(self._whole)))
        for at, formula in self._table.calculated.items():
            for area in _runs(sorted(self._new), self._table):
                cells = replace(area, left=self._table.block.column + at, right=self._table.block.column + at)
                text = translated(formula, area.top - self._table.top, 0)
                self._table.sheet.range(str(cells)).api.Formula = text
        for row, new in self._new.items():
            for attached in new.restored if isinstance(new, MovedRow) else ():
                if attached.header in self._table.headers:
                    column = self._column(attached.header)
                    hang_again(self._table.sheet, f"{letters(column)}{row}", attached)

    def remove(self) -> None:
        """Take out the rows that were to go; of a table that would be empty a blank one stays."""
        gone = [self.place(row) for row in self._going]
        sheet = self._table.sheet
        if gone and len(gone) == self._whole.bottom - self._whole.top:
            sheet.range(str(self._table.area(gone[0], gone[0]))).clear_contents()
            del gone[0]
        for area in reversed(_runs(gone, self._table)):
            sheet.range(str(area)).delete("up")

    def _areas(self, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Area]:
        """The cells to be written: around those that differ in rows that stand, 检查结果 apart, for it differs nearly always
        and the others rarely; and new rows whole. Cells that are copied, and columns that fill themselves, are not among them.
        """
        table, left = self._table, self._table.block.column
        columns = [left + at for at in range(len(table.block.headers)) if at not in table.calculated]
        kept = {(row, column) for row, new in self._new.items() for column in self._carried(new, _IN_CELL)}
        own = left + table.block.headers.index(CHECK_HEADER) if CHECK_HEADER in table.block.headers else None
        parts: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
        whole: list[tuple[int, int]] = []
        for row, (before, after) in enumerate(zip(old, new, strict=True), table.top):
            if row in self._new or row > table.bottom + len(self._room) or (self._is_replaced and before != after):
                whole += [(row, column) for column in columns if (row, column) not in kept]
            elif before != after:
                for column in columns:
                    if before[column - left] != after[column - left]:
                        parts[column == own].append((row, column))
        for cells in filter(None, parts.values()):
            rows, across = zip(*cells, strict=True)
            around = Area(min(rows), min(across), max(rows), max(across))
            is_plain = not any((self.place(row), column) in around for row, column in self._not_plain())
            yield from [around] if is_plain else rectangles(cells)
        if self._is_replaced and whole:
            yield table.area(whole[0][0], whole[-1][0])
        else:
            yield from rectangles(whole)

    def _not_plain(self) -> Iterator[tuple[int, int]]:
        """The cells that writing their value would spoil."""
        yield from self._table.formulas
        yield from self._table.errors

    def _carried(self, new: Mapping[str, Value], kinds: Collection[str]) -> dict[int, tuple[LiveTable, Attached]]:
        """Attachments of some kinds on the cells of the row that a new row was: column where each goes → its table and itself.

        A formula or an error goes only where the value does, a format and a link in any case.
        """
        origin = new.origin if isinstance(new, MovedRow) else None
        if not isinstance(new, MovedRow) or origin is None or origin[0] not in self._tables:
            return {}
        table = self._tables[origin[0]]
        found: dict[int, tuple[LiveTable, Attached]] = {}
        for attached in table.block.beside.on([origin[1]]).get(origin[1], ()):
            goes = attached.kind not in _IN_CELL or attached.header in new.kept
            if attached.kind in kinds and goes and attached.header in self._table.headers:
                column = self._column(attached.header)
                if column - self._table.block.column not in self._table.calculated:
                    found[column] = table, attached
        return found

    def _column(self, header: str) -> int:
        """The worksheet column of a header that may be written."""
        block = self._table.block
        return block.column + block.headers.index(self._table.headers[header])


class Box:
    """A rectangle of cells to be written, in pieces that Excel takes; ``kinds`` are those of its columns."""

    def __init__(self, area: Area, rows: Sequence[Row], kinds: Sequence[Kind | None]) -> None:
        self._area = area
        self._rows = rows
        self._entries = [entry_of(kind, cells) for kind, cells in zip(kinds, zip(*rows, strict=True), strict=True)]

    @property
    def has_formulas(self) -> bool:
        """Whether the program's own formulas are among the cells."""
        return any(isinstance(cell, Formula) for row in self._rows for cell in row)

    def write(self, sheet: Sheet) -> None:
        """Send the cells, each column in the format that keeps them what they are."""
        formatted: list[tuple[Range, str]] = []
        for entry in dict.fromkeys(self._entries):
            if entry.before:
                for address in addresses(self._columns_of(entry)):
                    cells = sheet.range(address)
                    cells.number_format = entry.before
                    if entry.after:
                        formatted.append((cells, entry.after))
        step = max(1, CELLS_A_WRITE // (self._area.right - self._area.left + 1))
        for top in range(self._area.top, self._area.bottom + 1, step):
            piece = replace(self._area, top=top, bottom=min(top + step - 1, self._area.bottom))
            _send(sheet.range(str(piece)), self._sent(piece))
        for cells, after in formatted:
            cells.number_format = after

    def _sent(self, piece: Area) -> list[list[object]]:
        """The rows of a piece as Excel takes them."""
        quoted = [entry.quoted for entry in self._entries]
        rows = self._rows[piece.top - self._area.top : piece.bottom - self._area.top + 1]
        return [[sent(cell, q) for cell, q in zip(row, quoted, strict=True)] for row in rows]

    def _columns_of(self, entry: Entry) -> Iterator[Area]:
        """The columns that are sent in one way, neighbours together."""
        columns = [column for column, other in enumerate(self._entries, self._area.left) if other == entry]
        for _, run in groupby(enumerate(columns), key=lambda pair: pair[1] - pair[0]):
            first, *others = (column for _, column in run)
            yield replace(self._area, left=first, right=others[-1] if others else first)


class LayoutEdit:
    """Loose cells of a sheet without a table. Their formats are the template's, and stay.

    Raises ``Refusal("book.text_too_long")``.
    """

    def __init__(self, sheet: str, cells: Mapping[str, Value]) -> None:
        places = {address: Area.parse(address) for address in cells}
        self._cells: dict[tuple[int, int], Cell] = {
            (places[address].top, places[address].left): formula_of(value) if isinstance(value, Link) else value
            for address, value in cells.items()
        }
        for (row, column), cell in self._cells.items():
            _check_length(cell, sheet, row, column)

    def write(self, sheet: Sheet) -> None:
        """Send the cells: many scattered ones as one rectangle, in which what stands between is sent back as it is."""
        areas = rectangles(self._cells)
        if len(areas) > _SCATTERED and self._send_whole(sheet, _around(areas)):
            return
        for area in areas:
            _send(sheet.range(str(area)), self._rows(area, {}))

    def _send_whole(self, sheet: Sheet, whole: Area) -> bool:
        """Whether everything could be sent at once: formulas and errors between the cells would not come back the same."""
        held = sheet.range(str(whole))
        if held.api.HasFormula is not False:
            return False
        between: dict[tuple[int, int], Cell] = {}
        for row, values in enumerate(grid(held.raw_value), whole.top):
            for column, value in enumerate(values, whole.left):
                if type(value) is int and (row, column) not in self._cells:  # errors are the only ints
                    return False
                between[row, column] = cell_of(value)
        _send(held, self._rows(whole, between))
        return True

    def _rows(self, area: Area, between: Mapping[tuple[int, int], Cell]) -> list[list[object]]:
        cells = {**between, **self._cells}
        rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        return [[sent(cells[row, column], True) for column in columns] for row in rows]


_SCATTERED = 2
"""Rectangles up to which each is sent by itself."""


def _around(areas: Sequence[Area]) -> Area:
    """The rectangle around them all."""
    top, left = min(area.top for area in areas), min(area.left for area in areas)
    return Area(top, left, max(area.bottom for area in areas), max(area.right for area in areas))


def check_unprotected(sheet: Sheet) -> None:
    """Raises ``Refusal("live.protected")``."""
    if sheet.api.ProtectContents:
        raise Refusal("live.protected", sheet=sheet.name)


def _runs(rows: Sequence[int], table: LiveTable) -> list[Area]:
    """Neighbouring rows together, over all columns of the table."""
    found: list[Area] = []
    for row in rows:
        if found and found[-1].bottom == row - 1:
            found[-1] = replace(found[-1], bottom=row)
        else:
            found.append(table.area(row, row))
    return found


def _box(area: Area, rows: Sequence[Row], table: LiveTable, edit: LiveTableEdit) -> Box:
    """The cells of an area, from all rows of the table as they will be.

    A formula or an error value in the area is refused: it could not be written back as it was.
    """
    if place := _first_in(area, table.formulas, edit):
        raise Refusal(
            "live.picture" if table.is_picture(place) else "live.formula", sheet=table.block.sheet, cell=place
        )
    if place := _first_in(area, table.errors, edit):
        raise Refusal("live.error", sheet=table.block.sheet, cell=place)
    columns = range(area.left - table.block.column, area.right - table.block.column + 1)
    cut = [row[columns.start : columns.stop] for row in rows[area.top - table.top : area.bottom - table.top + 1]]
    for i, row_cells in enumerate(cut, area.top):
        for j, cell in enumerate(row_cells, area.left):
            _check_length(cell, table.block.sheet, i, j)
    return Box(area, cut, [table.kinds.get(at) for at in columns])


def _first_in(area: Area, places: Iterable[tuple[int, int]], edit: LiveTableEdit) -> str | None:
    """The first of some cells of the book as it was read that comes to stand in an area."""
    return next((f"{letters(column)}{row}" for row, column in places if (edit.place(row), column) in area), None)


def _padded(rows: Sequence[Row], height: int, blank: Row) -> list[Row]:
    return [*rows, *(blank for _ in range(height - len(rows)))]


def _send(cells: Range, rows: list[list[object]]) -> None:
    cells.raw_value = rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def _check_length(cell: Cell, sheet: str, row: int, column: int) -> None:
    if isinstance(cell, str) and 2 * len(cell) > LONGEST_TEXT and len(cell.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise Refusal("book.text_too_long", sheet=sheet, cell=f"{letters(column)}{row}", limit=LONGEST_TEXT)
