"""Taking back what a button did: the changes that put back what the journal holds of one operation.

What a person has changed since is kept: a row is taken back only where it still is as the operation left it, and the rows
of a customer, whose state they describe together, only if all of them are. Taking back is itself an operation, and can be
taken back in the same way. Our decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from xlcrm.changes import (
    LOOSE,
    POINTING,
    Attached,
    Block,
    Changes,
    Layout,
    MovedRow,
    TableChange,
    Value,
    filled,
    headers_of,
    linked,
    moved_row,
)
from xlcrm.forms.schema import Cell, letters
from xlcrm.forms.sheets import FORMS, FindingRow, JournalRow
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.touched import LayoutTouch, Marks, TableTouch, Touch, Touched, is_same


@dataclass(slots=True)
class Reverted:
    """The result of taking back; ``count`` rows and loose cells become what they were, ``kept`` are changed since."""

    changes: Changes = field(default_factory=Changes)
    kept: list[str] = field(default_factory=list)
    count: int = 0


Found = list[tuple[Touch, int | None]]
"""Touches with the position among a block's rows where each was found as it was left; ``None`` where nothing was left."""


@dataclass(slots=True)
class _Sought:
    """The touched rows of a table: those that stand as they were left, and those that stay as they are now."""

    touch: TableTouch
    found: Found
    lost: list[Touch]

    def back(self, edited: Collection[str]) -> Found:
        """What is taken back where the rows of these customers are kept."""
        return [(touch, at) for touch, at in self.found if touch.customer not in edited]


def revert(ledger: Ledger, touched: Touched, layout: Layout) -> Reverted:
    """Decide how what an operation touched becomes what it was."""
    result = Reverted()
    sought = {
        sheet: _Sought(touch, *_found(ledger.blocks[sheet], touch.rows))
        for sheet, touch in touched.items()
        if isinstance(touch, TableTouch)
    }
    edited = _edited(ledger.blocks, sought)
    for sheet, touch in touched.items():
        if isinstance(touch, LayoutTouch):
            _cells_back(result, sheet, touch, layout)
        else:
            result.kept += (_place(ledger.blocks[sheet], row) for row in sought[sheet].lost)
    moved = {
        touch.origin: (sheet, at)
        for sheet, table in sought.items()
        for touch, at in table.found
        if touch.origin and at is not None
    }
    for sheet, table in sought.items():
        back = table.back(edited)
        result.count += len(back)
        change = _rows_back(ledger.blocks, sheet, table.touch, back, moved)
        if change:
            result.changes.tables[sheet] = change
    return result


def _cells_back(result: Reverted, sheet: str, touch: LayoutTouch, layout: Layout) -> None:
    now = layout(sheet, touch.new.keys())
    for at, left in touch.new.items():
        if is_same(left, now.get(at)):
            result.changes.lay(sheet, at, touch.old[at])
            result.count += 1
        else:
            result.kept.append(f"{sheet}!{at}")


def _found(block: Block, touches: Iterable[Touch]) -> tuple[Found, list[Touch]]:
    """Where the touched rows stand now, of rows alike the nearest; and those that are no longer as they were left."""
    marks, first = Marks(block), block.row + 1
    standing: dict[str, list[int]] = {}
    for at, mark in marks.standing():
        standing.setdefault(mark, []).append(at)
    found: Found = []
    lost = []
    for touch in touches:
        alike = standing.get(touch.mark)
        if not touch.mark:
            found.append((touch, None))
        elif alike:
            nearest = min(alike, key=lambda at: abs(first + at - touch.row))
            alike.remove(nearest)
            found.append((touch, nearest))
        else:
            lost.append(touch)
    return found, lost


def _edited(blocks: Mapping[str, Block], sought: Mapping[str, _Sought]) -> set[str]:
    """The customers whose rows are all kept. Burdened rows become lost: again and again, for where one more row is kept, another
    that was to stay blank would go.
    """
    while True:
        edited = {row.customer for table in sought.values() for row in table.lost if row.customer}
        burdened = {sheet: _burdened(blocks[sheet], table, edited) for sheet, table in sought.items()}
        if not any(burdened.values()):
            return edited
        for sheet, rows in burdened.items():
            table, staying = sought[sheet], set(map(id, rows))
            table.lost += rows
            table.found = [(touch, at) for touch, at in table.found if id(touch) not in staying]


def _burdened(block: Block, table: _Sought, edited: Collection[str]) -> list[Touch]:
    """Rows that would go, and on which somebody has since put what cannot go: a comment, a picture, a reference from
    elsewhere; on a row that was not moved here, and so goes nowhere, a link, a formula or a picture in a cell too, unless
    the operation itself hung it there again. What refers to a row that stays, blank, loses nothing: the list of names
    begins at the first row of 顾问.
    """
    first = block.row + 1
    going = {first + at: touch for touch, at in table.found if at is not None and touch.old is None}
    if not going or not FORMS[block.sheet].checked:
        return []
    over = block.beside.over(going)
    inside = block.beside.on([row for row, touch in going.items() if not touch.origin])
    blank = {first + at for at in _emptied(block, table.touch, table.back(edited))}

    def is_burden(row: int, attached: Attached) -> bool:
        touch = going[row]
        hung_again = {(kept.kind, kept.header) for kept in touch.attached}
        in_cell = attached.kind in ("link", "formula", "picture") and not touch.origin
        is_lost = attached.kind in LOOSE and not (attached.kind in POINTING and row in blank)
        return is_lost or (in_cell and (attached.kind, attached.header) not in hung_again)

    return [
        touch
        for row, touch in going.items()
        if any(is_burden(row, attached) for attached in (*over.get(row, ()), *inside.get(row, ())))
    ]


def _rows_back(
    blocks: Mapping[str, Block],
    sheet: str,
    table: TableTouch,
    back: Found,
    moved: Mapping[tuple[str, int], tuple[str, int]],
) -> TableChange:
    """Rows put in go, rows taken out come back to where they stood among the others, cells hold what they held.

    A row that was moved comes back from where it stands now (``moved``: sheet and position), with what hangs on it. The
    table gets back the height it had; of rows put in where it was blank, the blank ones stay. A column that a person
    has taken out meanwhile does not come back.
    """
    block = blocks[sheet]
    first, height, known = block.row + 1, len(block.rows), headers_of(block)
    going = {at for touch, at in back if at is not None and touch.old is None}
    gone = sorted((touch for touch, _ in back if touch.old and touch.new is None), key=lambda touch: touch.row)
    coming = [(touch.row - first, _again(blocks, touch, known, moved.get((sheet, touch.row)))) for touch in gone]
    was = ((first + at, touch.old) for touch, at in back if at is not None and touch.old is not None)
    change = TableChange(cells={row: {**_of_columns(known, cells)} for row, cells in was})
    if block.sheet == FindingRow.form.sheet:
        return TableChange(replaced=list(_restored(block, _lines(height, going, coming))))
    emptied = _emptied(block, table, back)
    is_higher = table.before - table.after + len(going) < len(coming)
    change.cells |= {first + at: dict.fromkeys(block.headers) for at in emptied}
    going.difference_update(emptied)
    last = filled(block.rows) - 1
    change.removed = {first + at for at in going}
    following = height
    for line in reversed(_lines(height, going, coming)):
        if isinstance(line, int):
            following = line
        elif block.sheet == JournalRow.form.sheet or (following > last and is_higher):
            change.added.insert(0, line)
        else:
            change.inserted.setdefault(first + following, []).insert(0, line)
    return change


def _again(
    blocks: Mapping[str, Block], touch: Touch, known: Collection[str], place: tuple[str, int] | None
) -> dict[str, Value]:
    """A row that comes back, from ``place``, the sheet and position where it stands now, if it was moved."""
    cells = _of_columns(known, touch.old or {})
    if place is not None:
        sheet, at = place
        return moved_row(blocks[sheet], blocks[sheet].row + 1 + at, cells, touch.attached)
    return MovedRow(cells, None, {}, touch.attached) if touch.attached else {**cells}


def _emptied(block: Block, table: TableTouch, back: Found) -> list[int]:
    """Of the rows that go at the end of a table the first ones, as many as it lacks to its former height: they stay, blank,
    as they were when rows were put into them.
    """
    going = {at for touch, at in back if at is not None and touch.old is None}
    coming = sum(touch.old is not None and touch.new is None for touch, _ in back)
    start = end = filled(block.rows)
    while start - 1 in going:
        start -= 1
    lacking = table.before - table.after + len(going) - coming
    return list(range(start, min(end, start + max(lacking, 0))))


def _of_columns(headers: Collection[str], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells of columns that are there."""
    return {header: cell for header, cell in cells.items() if header in headers}


def _lines(
    height: int, going: Collection[int], coming: Iterable[tuple[int, dict[str, Value]]]
) -> list[int | dict[str, Value]]:
    """The rows of a table afterwards: the position of one that stays, the cells of one that comes back."""
    lines: list[int | dict[str, Value]] = [at for at in range(height) if at not in going]
    for at, cells in coming:
        lines.insert(at, cells)
    return lines


def _restored(block: Block, lines: Iterable[int | Mapping[str, Value]]) -> Iterator[dict[str, Value]]:
    """A table's lines whole, links as links; blank ones are left out."""
    for line in lines:
        cells = dict(zip(block.headers, block.rows[line], strict=True)) if isinstance(line, int) else line
        if any(cell is not None for cell in cells.values()):
            yield linked(cells)


def _place(block: Block, touch: Touch) -> str:
    """Where a touched row stands, as far as is known: H级!A5 C00012."""
    marks = Marks(block)
    rows = (block.row + 1 + at for at, row in enumerate(block.rows) if marks.customer(row) == touch.customer)
    row = next(rows, touch.row) if touch.customer else touch.row
    return f"{block.sheet}!{letters(block.column)}{row} {touch.customer}".rstrip()
