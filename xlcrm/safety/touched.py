"""What a verb's changes touch in a book, row by row: what they overwrite, and what they leave.

Rows are identified by a hash of their content, not by their number: rows may be sorted, inserted and deleted before an
operation is taken back.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2s
from itertools import chain
from typing import NamedTuple

from xlcrm.changes import Attached, Block, Changes, Layout, Link, MovedRow, TableChange, Value, filled, headers_of
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import Cell
from xlcrm.forms.serial import serial
from xlcrm.forms.sheets import FORMS, JournalRow, Opening
from xlcrm.ledger.ledger import Ledger

TAKEN_OUT = "移出"
"""动作 of the lines that keep for good what staff had typed into a row that a roll took out of a grade sheet; 位置 is its 客户编号."""
_DAY = 86_400
_LARGEST = 1e300
"""A number that is still one when taken times the seconds of a day."""
_FORMULA = re.compile(r"<f[\s/>]")
"""In the XML of a cell; a font has a <family>."""
Cells = dict[str, Cell]


class Touch(NamedTuple):
    """A row that an operation touched, at worksheet row ``row``; its cells by header as typed in the sheet.

    ``old`` is what it held: the changed cells, or all of a row taken out; ``None`` for a row put in. ``new`` is what the
    changed cells were left with; ``None`` for a row taken out. ``mark`` is the hash of the row as it was left, "" for none;
    ``customer`` whose it is: the rows of a customer are taken back together or not at all. ``attached`` hung on the cells of
    a row taken out, or was hung again on those of a row put in; ``origin`` is the sheet and the worksheet row that a row put in was moved from.
    """

    row: int
    mark: str
    customer: str
    old: Cells | None
    new: Cells | None
    attached: tuple[Attached, ...] = ()
    origin: tuple[str, int] | None = None


class TableTouch(NamedTuple):
    """What an operation touched in a table, and how many data rows that had before and after."""

    before: int
    after: int
    rows: list[Touch]


class LayoutTouch(NamedTuple):
    """Loose cells by address, before and after."""

    old: Cells
    new: Cells


Touched = dict[str, TableTouch | LayoutTouch]
"""What an operation touched, by sheet."""


def touched_by(ledger: Ledger, changes: Changes, layout: Layout) -> Touched:
    """What some changes would overwrite or add; sheets where nothing would differ are left out."""
    touched: Touched = {}
    for sheet, change in changes.tables.items():
        if change:
            table = _replaced if change.replaced is not None else _changed
            touch = table(ledger.blocks[sheet], change, ledger.blocks)
            if touch.rows:
                touched[sheet] = touch
    for sheet, cells in changes.layouts.items():
        before = layout(sheet, cells.keys())
        differing = {at: _bare(new) for at, new in cells.items() if not is_same(_bare(new), before.get(at))}
        if differing:
            touched[sheet] = LayoutTouch({at: before.get(at) for at in differing}, differing)
    return touched


class Marks:
    """What identifies the rows of a block: hashes of all their cells, whatever the order of the columns, and their customers."""

    def __init__(self, block: Block) -> None:
        form = FORMS[block.sheet]
        self._block = block
        self._order = sorted((header, at) for at, header in enumerate(block.headers))
        columns = columns_of(block.headers, form)
        self._customer = None if form.record is Opening else columns.get("customer")
        self._taken_out = (columns["verb"], columns["place"]) if form.record is JournalRow else None

    def mark(self, cells: Sequence[Cell], computed: Collection[str] = ()) -> str:
        """Twelve hexadecimal digits. What is ``computed``, by header, is not part of it: it changes by itself."""
        standing = ((header, cells[at]) for header, at in self._order)
        parts = [
            f"{header}\x1e'{cell}" if type(cell) is str else f"{header}\x1e{meant(cell)}"
            for header, cell in standing
            if cell is not None and cell != "" and header not in computed
        ]
        return blake2s("\x1f".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()

    def standing(self) -> Iterator[tuple[int, str]]:
        """Every row's position and mark, as the book was read."""
        computed = computed_cells(self._block)
        for at, row in enumerate(self._block.rows):
            yield at, self.mark(row, computed.get(self._block.row + 1 + at, ()))

    def customer(self, cells: Sequence[Cell]) -> str:
        """The 客户编号, "" for rows that belong to nobody; frozen stock belongs to its month, and what was typed into a row that
        was taken out goes back with it.
        """
        if self._taken_out is not None:
            verb, place = self._taken_out
            return str(cells[place] or "") if cells[verb] == TAKEN_OUT else ""
        return str(cells[self._customer] or "") if self._customer is not None else ""

    def cells(self, cells: Sequence[Cell]) -> Cells:
        """The cells that hold something, by header."""
        return {header: cell for header, cell in zip(self._block.headers, cells, strict=True) if cell is not None}


def computed_cells(block: Block) -> dict[int, set[str]]:
    """The headers of the cells that are formulas, by worksheet row. A tool-written table's are the program's own."""
    found: dict[int, set[str]] = {}
    for row, header in block.beside.formulas() if FORMS[block.sheet].checked else ():
        found.setdefault(row, set()).add(header)
    return found


def _computed(block: Block, values: Mapping[str, Value], blocks: Mapping[str, Block]) -> set[str]:
    """The headers under which a new row will compute its cells."""
    computed = set(block.beside.calculated())
    computed |= {attached.header for attached in _put_back(values) if _FORMULA.search(attached.text)}
    if isinstance(values, MovedRow) and values.origin:
        sheet, row = values.origin
        own = headers_of(block)
        formulas = computed_cells(blocks[sheet]).get(row, set())
        origin = blocks[sheet]
        computed |= {
            own[header] for header, column in values.kept.items() if origin.headers[column - origin.column] in formulas
        }
    return computed


def _put_back(values: Mapping[str, Value]) -> tuple[Attached, ...]:
    """What is hung on a new row again."""
    return values.restored if isinstance(values, MovedRow) else ()


def meant(cell: Cell) -> str:
    """What a cell means, as a book keeps it: days and times of day are numbers, to the second, in whatever format."""
    match cell:
        case str():
            return f"'{cell}" if cell else ""
        case None:
            return ""
        case bool():
            return "T" if cell else "F"
        case dt.date() | dt.time() | dt.timedelta():
            return meant(serial(cell))
        case _:
            return str(round(cell * _DAY)) if abs(cell) < _LARGEST else repr(cell)


def is_same(one: Cell, other: Cell) -> bool:
    """Whether two cells mean the same."""
    return one is other or meant(one) == meant(other)


def _bare(value: Value) -> Cell:
    return value.text if isinstance(value, Link) else value


def _written(row: Sequence[Cell], values: Mapping[str, Value], at: Mapping[str, int]) -> tuple[Cell, ...]:
    cells = list(row)
    for header, value in values.items():
        cells[at[header]] = _bare(value)
    return tuple(cells)


def _places(block: Block) -> dict[str, int]:
    """Every header that may be written → the position of its column."""
    return {header: block.headers.index(own) for header, own in headers_of(block).items()}


def _changed(block: Block, change: TableChange, blocks: Mapping[str, Block]) -> TableTouch:
    """What ``changes.applied`` does to the rows of a block."""
    marks, at, first = Marks(block), _places(block), block.row + 1
    blank: tuple[Cell, ...] = (None,) * len(block.headers)
    rows = list(block.rows)
    for row, values in change.cells.items():
        rows[row - first] = _written(rows[row - first], values, at)
    end = filled(rows)
    last = filled([() if row in change.removed else cells for row, cells in enumerate(rows, first)])
    gone = sorted(row for row in change.removed if row < first + end)
    coming = [(min(row, first + end), values) for row, new in sorted(change.inserted.items()) for values in new]
    befores = [row for row, _ in coming]
    computed, hanging = computed_cells(block), block.beside.on(gone) if gone else {}
    touches = []
    for row in sorted(change.cells.keys() - set(gone)):
        before, after = block.rows[row - first], rows[row - first]
        differing = [i for i, cell in enumerate(after) if not is_same(cell, before[i])]
        if differing and row >= first + last:  # emptied at the table's end: no later row marks its place
            touches.append(Touch(row, "", marks.customer(before), marks.cells(before), None))
        elif differing:
            old, new = ({block.headers[i]: cells[i] for i in differing} for cells in (before, after))
            lands = row - bisect_left(gone, row) + bisect_right(befores, row)
            left = marks.mark(after, computed.get(row, set()) - new.keys())
            touches.append(Touch(lands, left, marks.customer(after), old, new))
    for row in gone:
        before = block.rows[row - first]
        kept = tuple(attached for attached in hanging.get(row, ()) if attached.text)
        touches.append(Touch(row, "", marks.customer(before), marks.cells(before), None, kept))
    placed = ((row - bisect_left(gone, row) + i, put_in) for i, (row, put_in) in enumerate(coming))
    for row, put_in in chain(placed, enumerate(change.added, first + end - len(gone) + len(coming))):
        after = _written(blank, put_in, at)
        origin = put_in.origin if isinstance(put_in, MovedRow) else None
        mark = marks.mark(after, _computed(block, put_in, blocks))
        touches.append(Touch(row, mark, marks.customer(after), None, {}, _put_back(put_in), origin))
    height = max(len(rows), end + len(change.added)) - len(gone) + len(coming)
    return TableTouch(len(rows), max(height, 1), touches)


def _replaced(block: Block, change: TableChange, blocks: Mapping[str, Block]) -> TableTouch:
    """A table replaced as a whole: rows that were there before, in the same order, were not touched."""
    marks, at, first = Marks(block), _places(block), block.row + 1
    blank: tuple[Cell, ...] = (None,) * len(block.headers)
    standing: dict[str, list[int]] = {}
    for i, mark in marks.standing():
        standing.setdefault(mark, []).append(i)
    touches, reached = [], -1
    left = {i for i, row in enumerate(block.rows) if marks.cells(row)}
    for i, values in enumerate(change.replaced or ()):
        after = _written(blank, values, at)
        mark = marks.mark(after, _computed(block, values, blocks))
        same = next((row for row in standing.get(mark, ()) if row > reached), None)
        if same is None:
            touches.append(Touch(first + i, mark, marks.customer(after), None, {}))
        else:
            reached = same
            left.discard(same)
    for i in sorted(left):
        row = block.rows[i]
        touches.append(Touch(first + i, "", marks.customer(row), marks.cells(row), None))
    return TableTouch(len(block.rows), max(len(change.replaced or ()), 1), touches)
