"""Changes on their way into an open book: rectangles of cells, checked before the first is written.

What a change means is ``changes.applied``; here it happens to Excel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from xlcrm.books.area import LAST_ROW, LONGEST_TEXT, Area, rectangles
from xlcrm.books.excel.excelvalue import Entry, Formula, cell_of, entry_of, formula_of, sent, with_formulas
from xlcrm.books.excel.livetable import LiveTable, Row, grid
from xlcrm.changes import Link, TableChange, Value, applied
from xlcrm.errors import Refusal
from xlcrm.forms.schema import CHECK_HEADER, Cell, Kind, letters

if TYPE_CHECKING:
    from xlwings import Range, Sheet

CELLS_A_WRITE = 100_000
"""Excel may not take larger blocks at once."""
LONGEST_ADDRESS = 255
"""Characters of an address that names several ranges."""
_BUSY = {-2147418111, -2147417846, -2146777998}
"""COM's errors while Excel is in the middle of an entry or asks something: call rejected, retry later, ignored."""
_COMMENTED = -4144
"""Excel's xlCellTypeComments."""
_NOTE, _FREE = 4, 3
"""Office's msoComment, Excel's xlFreeFloating."""


class TableEdit:
    """A change decided for a table; false where nothing would differ.

    ``copy`` puts everything where it will stand, with the rows to be removed below it; ``remove`` cuts those off. The
    formats of the worksheet's rows stay where they are.

    Raises ``Refusal``, and then nothing was written: when made ``book.column_missing``, ``book.text_too_long``,
    ``book.sheet_full``, ``live.formula``, ``live.picture``, ``live.error``, ``live.totals``; by ``check``
    ``live.protected``, ``live.filter``, ``live.merged``, ``live.below``, ``live.comment``, ``live.link``, ``live.shape``.
    """

    def __init__(self, table: LiveTable, change: TableChange) -> None:
        self._table = table
        block = table.block
        after = applied(block, with_formulas(change, block.sheet, table.headers), table.headers).rows
        going = (block.rows[row - table.top] for row in sorted(change.removed) if table.top <= row <= table.bottom)
        parked = [row for row in going if _height([row])]
        staying = after[: _height(after)]
        height = max(len(block.rows), len(after), len(staying) + len(parked))
        blank: Row = (None,) * len(block.headers)
        if table.top + height - 1 > LAST_ROW:
            raise Refusal("book.sheet_full", sheet=block.sheet, last=LAST_ROW)
        old, new = _padded(block.rows, height, blank), _padded([*staying, *parked], height, blank)
        first_parked = table.top + len(staying)
        self._parked = table.area(first_parked, first_parked + len(parked) - 1) if parked else None
        self._whole = table.area(block.row, block.row + len(after))
        self._resized = height > len(block.rows) or height > len(after) or block.taken > 0
        if self._resized and table.has_totals:
            raise Refusal("live.totals", sheet=block.sheet)
        self._moves = self._parked is not None or bool(change.inserted)
        moves = self._resized or self._moves
        areas = _changed_rows(old, new, table, self._parked) if moves else _changed_cells(old, new, table)
        self._boxes = [_box(area, new, table) for area in areas]

    def __bool__(self) -> bool:
        return bool(self._boxes or self._resized)

    @property
    def has_formulas(self) -> bool:
        """Whether the program's own formulas are among what is written."""
        return any(box.has_formulas for box in self._boxes)

    def check(self) -> None:
        """Refuse what Excel would not take, or would put elsewhere."""
        sheet, name = self._table.sheet, self._table.block.sheet
        check_unprotected(sheet)
        if self._table.is_filtered or sheet.api.FilterMode:
            raise Refusal("live.filter", sheet=name)
        if self._table.range.merge_cells is not False:
            raise Refusal("live.merged", sheet=name)
        for box in self._boxes:
            box.hold(sheet)
            occupied = box.occupied_below(self._table.bottom)
            if occupied:
                raise Refusal("live.below", sheet=name, cell=occupied)
            if self._moves:
                _check_nothing_hangs(box, sheet)

    def is_free(self) -> bool:
        """Whether nothing is in the way."""
        try:
            self.check()
        except Refusal:
            return False
        return True

    def copy(self) -> None:
        """Write everything; the table takes in what it gained."""
        for box in self._boxes:
            box.write(self._table.sheet)
        if not self._parked:
            self._resize()

    def remove(self) -> None:
        """Clear the rows that were to go."""
        if self._parked:
            for box in self._boxes:
                box.clear_from(self._parked.top, self._table.sheet)
            self._resize()

    def _resize(self) -> None:
        if self._resized:
            self._table.handle.resize(self._table.sheet.range(str(self._whole)))


class Box:
    """A rectangle of cells to be written, in pieces that Excel takes; ``kinds`` are those of its columns."""

    def __init__(self, area: Area, rows: Sequence[Row], kinds: Sequence[Kind | None]) -> None:
        self._area = area
        self._rows = rows
        self._entries = [entry_of(kind, cells) for kind, cells in zip(kinds, zip(*rows, strict=True), strict=True)]
        self._pieces: list[tuple[Area, Range]] = []

    @property
    def has_formulas(self) -> bool:
        """Whether the program's own formulas are among the cells."""
        return any(isinstance(cell, Formula) for row in self._rows for cell in row)

    def hold(self, sheet: Sheet) -> None:
        """Take hold of the ranges."""
        area = self._area
        step = max(1, CELLS_A_WRITE // (area.right - area.left + 1))
        for top in range(area.top, area.bottom + 1, step):
            piece = Area(top, area.left, min(top + step - 1, area.bottom), area.right)
            self._pieces.append((piece, sheet.range(str(piece))))

    def occupied_below(self, bottom: int) -> str | None:
        """The first cell below a row that holds something now; only pieces that reach there are read."""
        for piece, held in self._pieces:
            if piece.bottom > bottom:
                for row, values in enumerate(grid(held.raw_value), piece.top):
                    for column, value in enumerate(values, piece.left):
                        if row > bottom and cell_of(value) is not None:
                            return f"{letters(column)}{row}"
        return None

    @property
    def area(self) -> Area:
        return self._area

    def linked(self) -> str | None:
        """Cells with a hyperlink, which would stay when its row moves."""
        return next((str(piece) for piece, held in self._pieces if held.api.Hyperlinks.Count), None)

    def commented(self) -> str | None:
        """A cell with a comment, which would stay when its row moves. That there is none is an error to Excel."""
        for _, held in self._pieces:
            try:
                found = held.api.SpecialCells(_COMMENTED)
            except Exception as error:  # COM's own, which has no name here
                if is_busy(error):
                    raise
            else:
                return str(Area.parse(found.Address.split(",")[0]))
        return None

    def write(self, sheet: Sheet) -> None:
        """Send the cells, each column in the format that keeps them what they are."""
        formatted: list[tuple[Range, str]] = []
        for entry in dict.fromkeys(self._entries):
            if entry.before:
                for address in _addresses(self._columns_of(entry)):
                    cells = sheet.range(address)
                    cells.number_format = entry.before
                    if entry.after:
                        formatted.append((cells, entry.after))
        for piece, held in self._pieces:
            _send(held, self._sent(piece))
        for cells, after in formatted:
            cells.number_format = after

    def clear_from(self, row: int, sheet: Sheet) -> None:
        """Blank what was written from a row on: by sending it again, a call less than clearing it takes.

        Cells that were given another format since would not take the same again.
        """
        if any(entry.after for entry in self._entries):
            sheet.range(str(replace(self._area, top=row))).clear_contents()
            return
        blank: list[object] = [""] * (self._area.right - self._area.left + 1)
        for piece, held in self._pieces:
            if piece.bottom >= row:
                rows = enumerate(self._sent(piece), piece.top)
                _send(held, [blank if number >= row else cells for number, cells in rows])

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


def _check_nothing_hangs(box: Box, sheet: Sheet) -> None:
    """Refuse rows on which something hangs: values are moved, and it would stay where another customer comes to stand."""
    commented = box.commented()
    if commented:
        raise Refusal("live.comment", sheet=sheet.name, cell=commented)
    linked = box.linked()
    if linked:
        raise Refusal("live.link", sheet=sheet.name, cell=linked)
    shapes = sheet.api.Shapes
    if shapes.Count != sheet.api.Comments.Count:  # the boxes of comments are among them
        for shape in shapes:
            is_note, is_free = shape.Type == _NOTE, shape.Placement == _FREE
            if not is_note and not is_free and box.area.top <= shape.TopLeftCell.Row <= box.area.bottom:
                raise Refusal("live.shape", sheet=sheet.name, shape=shape.Name)


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


def is_busy(error: BaseException) -> bool:
    """Whether COM says that Excel takes no calls now. The exception's type exists on Windows only."""
    details = getattr(error, "excepinfo", None)
    codes = {getattr(error, "hresult", None), details[5] if details else None}
    return bool(codes & _BUSY) or type(error).__name__ == "ExcelBusyError"


def check_unprotected(sheet: Sheet) -> None:
    """Raises ``Refusal("live.protected")``."""
    if sheet.api.ProtectContents:
        raise Refusal("live.protected", sheet=sheet.name)


def _changed_rows(old: Sequence[Row], new: Sequence[Row], table: LiveTable, parked: Area | None) -> list[Area]:
    """Everything from the first row that differs to the last, with the rows that the table gains and those parked."""
    pairs = enumerate(zip(old, new, strict=True), table.top)
    rows = {row for row, (before, after) in pairs if before != after or row > table.bottom}
    rows |= set(range(parked.top, parked.bottom + 1)) if parked else set()
    return [table.area(min(rows), max(rows))] if rows else []


def _changed_cells(old: Sequence[Row], new: Sequence[Row], table: LiveTable) -> list[Area]:
    """The rectangle around the cells that differ, and that of 检查结果 apart: it differs nearly always, the others rarely."""
    own = table.block.headers.index(CHECK_HEADER) if CHECK_HEADER in table.block.headers else None
    parts: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
    for i, (before, after) in enumerate(zip(old, new, strict=True)):
        if before != after:
            for j, (one, other) in enumerate(zip(before, after, strict=True)):
                if one != other:
                    parts[j == own].append((table.top + i, table.block.column + j))
    found = []
    for cells in filter(None, parts.values()):
        rows, columns = zip(*cells, strict=True)
        found.append(Area(min(rows), min(columns), max(rows), max(columns)))
    return found


def _box(area: Area, rows: Sequence[Row], table: LiveTable) -> Box:
    """The cells of an area, from all rows of the table as they will be.

    A formula or an error value in the area is refused: it could not be written back as it was.
    """
    if place := _first_in(area, table.formulas):
        if table.is_picture(place):
            raise Refusal("live.picture", sheet=table.block.sheet, cell=place)
        raise Refusal("live.formula", sheet=table.block.sheet, cell=place)
    if place := _first_in(area, table.errors):
        raise Refusal("live.error", sheet=table.block.sheet, cell=place)
    columns = range(area.left - table.block.column, area.right - table.block.column + 1)
    cut = [row[columns.start : columns.stop] for row in rows[area.top - table.top : area.bottom - table.top + 1]]
    for i, row_cells in enumerate(cut, area.top):
        for j, cell in enumerate(row_cells, area.left):
            _check_length(cell, table.block.sheet, i, j)
    return Box(area, cut, [table.kinds.get(at) for at in columns])


def _first_in(area: Area, places: Iterable[tuple[int, int]]) -> str | None:
    return next((f"{letters(column)}{row}" for row, column in places if (row, column) in area), None)


def _height(rows: Sequence[Row]) -> int:
    """How many rows there are without the blank ones at the end."""
    return max((i + 1 for i, row in enumerate(rows) if any(cell is not None for cell in row)), default=0)


def _padded(rows: Sequence[Row], height: int, blank: Row) -> list[Row]:
    return [*rows, *(blank for _ in range(height - len(rows)))]


def _addresses(areas: Iterable[Area]) -> list[str]:
    """The areas named together, in as few addresses as Excel can read."""
    addresses: list[str] = []
    for area in map(str, areas):
        if addresses and len(addresses[-1]) + 1 + len(area) <= LONGEST_ADDRESS:
            addresses[-1] += f",{area}"
        else:
            addresses.append(area)
    return addresses


def _send(cells: Range, rows: list[list[object]]) -> None:
    cells.raw_value = rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def _check_length(cell: Cell, sheet: str, row: int, column: int) -> None:
    if isinstance(cell, str) and 2 * len(cell) > LONGEST_TEXT and len(cell.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        raise Refusal("book.text_too_long", sheet=sheet, cell=f"{letters(column)}{row}", limit=LONGEST_TEXT)
