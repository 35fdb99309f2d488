"""What a verb decided to do to a book: data, decided whole, applied by one writer for each kind of book.

``Block`` is a table as a book gives it; ``Changes`` is what will be different. Law 4: copy first, remove last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar, overload

from xlcrm.forms.compact import CompactRow
from xlcrm.forms.headers import TypedOver, columns_of
from xlcrm.forms.schema import CHECK_HEADER, Cell, Record, letters
from xlcrm.forms.sheets import FORMS, FindingRow

T = TypeVar("T", covariant=True)


class Late(Sequence[T]):
    """A sequence that is made when it is first looked into: a verb pays for the sheets it asks for.

    What making it raises is raised there, every time it is tried.
    """

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Sequence[T]:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[T]:
        return iter(self._made)

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return self._made[at]

    def __eq__(self, other: object) -> bool:
        return self._made == (other._made if isinstance(other, Late) else other)

    def __repr__(self) -> str:
        return repr(self._made)


class Link(NamedTuple):
    """A cell that shows ``text`` and jumps to a cell of the same book. Made by the program only, never from typed text."""

    sheet: str
    cell: str
    text: str


Value = Cell | Link
C = TypeVar("C", bound=Value)


class Attached(NamedTuple):
    """What hangs on a row beside its values, on the cell ``cell`` of the column ``header`` ("" where it is not a column's).

    ``kind`` is one of ``CARRIED`` or ``LOOSE``. ``text`` is what puts it back where the cell is gone; "" where nothing does.
    """

    kind: str
    header: str
    cell: str
    text: str = ""


CARRIED = ("format", "formula", "error", "rich", "link", "picture")
"""What belongs to a cell and goes where it goes: its own format, a formula that is not its column's, an error value, a text
with formats inside, a hyperlink, a picture in the cell."""
POINTING = ("reference", "name", "chart", "elsewhere")
"""A reference to the row alone from a formula of a sheet, a name, a chart, or from elsewhere."""
LOOSE = ("comment", "thread", "drawing", "control", "sparkline", "rule", "beside", *POINTING)
"""What does not belong to a cell: what lies on the row, a rule for it alone, cells beside the table, what points at it."""


class Beside:
    """What a table holds beside its values, as far as a channel knows: here nothing but how many of the last rows, ``taken``, stand
    below the table.
    """

    def __init__(self, taken: int = 0) -> None:
        self._taken = taken

    @property
    def taken(self) -> int:
        return self._taken

    def calculated(self) -> frozenset[str]:
        """The headers of the columns that fill themselves with a formula."""
        return frozenset()

    def formulas(self) -> Collection[tuple[int, str]]:
        """Worksheet row and header of every cell that is a formula."""
        return ()

    def on(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:  # noqa: ARG002
        """What hangs on worksheet rows that are to be taken out together."""
        return {}

    def over(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:  # noqa: ARG002
        """The part of ``on`` that does not belong to a cell: links and ``LOOSE``. Faster to find."""
        return {}


@dataclass(frozen=True, slots=True)
class Block:
    """A table of a book: where it stands and what its cells hold.

    ``row`` and ``column`` (1-based) are the header row's; ``headers`` are as typed, except for the one ``over`` which something
    was typed; ``rows`` hold one cell for each header.
    Rows filled with nothing (the blank row of an empty table) are included, so that row i stands at worksheet row
    ``row + 1 + i``; blank rows below everything on the sheet need not be. ``beside`` is of the book as it was read.
    The rows of a file are read when they are first asked for, and may be refused there: ``BookReader.table``.
    """

    sheet: str
    table: str
    row: int
    column: int
    headers: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    over: TypedOver | None = None
    beside: Beside = field(default_factory=Beside, compare=False, repr=False)

    @property
    def taken(self) -> int:
        """How many of the last rows stand below the table, which takes them in when the book is written."""
        return self.beside.taken

    @property
    def cell_over(self) -> str:
        """The address of the header that something was typed over, "" for none."""
        return f"{letters(self.column + self.over.position)}{self.row}" if self.over else ""


class MovedRow(dict[str, Value]):
    """A new row that an old one becomes: what hangs on its cells comes along.

    ``origin`` is the sheet and the worksheet row taken out for it, ``None`` where it no longer stands; ``kept`` maps headers
    to the worksheet columns of the origin that hold the same values. ``restored`` is put back as well.
    """

    def __init__(
        self,
        values: Mapping[str, Value],
        origin: tuple[str, int] | None,
        kept: Mapping[str, int],
        restored: Iterable[Attached] = (),
    ) -> None:
        super().__init__(values)
        self.origin = origin
        self.kept = kept
        self.restored = tuple(restored)


def moved_row(block: Block, row: int, values: Mapping[str, Value], restored: Iterable[Attached] = ()) -> MovedRow:
    """A new row that the row at a worksheet row of a block becomes."""
    cells, at = block.rows[row - block.row - 1], headers_of(block)
    kept = {
        header: block.column + index
        for header, value in values.items()
        if header in at and _is_kept(cells[index := block.headers.index(at[header])], value)
    }
    return MovedRow(values, (block.sheet, row), kept, restored)


def _is_kept(old: Cell, new: Value) -> bool:
    return old is not None and type(old) is type(new) and old == new


class StructureIssue(NamedTuple):
    """Something in a table that is not data: ``kind`` is formula, merged, filter, error, picture or part; ``text`` what stands
    there.

    Or a row below it: ``joined`` to it and kept out by what is in the way, or ``below`` a blank row or a foot.
    """

    kind: str
    sheet: str
    cell: str
    text: str


@dataclass(slots=True)
class TableChange:
    """What will be different in one table.

    ``cells``: worksheet row → {header: value}; ``added``: rows put at the end as {header: value}; ``inserted``: rows put
    in before a worksheet row; ``removed``: worksheet rows taken out, after everything else is written. Rows are those of
    the book as it was read. A tool-written table is replaced whole by ``replaced`` (then the others are empty).
    """

    cells: dict[int, dict[str, Value]] = field(default_factory=dict)
    added: list[Mapping[str, Value]] = field(default_factory=list)
    inserted: dict[int, list[dict[str, Value]]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    replaced: Sequence[Mapping[str, Value]] | None = None

    def __bool__(self) -> bool:
        return bool(self.cells or self.added or self.inserted or self.removed) or self.replaced is not None

    def place(self, row: int) -> int:
        """Where a worksheet row that stays stands afterwards."""
        put_in = sum(len(new) for before, new in self.inserted.items() if before <= row)
        return row - sum(gone < row for gone in self.removed) + put_in


@dataclass(slots=True)
class Changes:
    """Everything one verb does to a book: tables by sheet name, and loose cells of layout sheets (首页, 月度分析)."""

    tables: dict[str, TableChange] = field(default_factory=dict)
    layouts: dict[str, dict[str, Value]] = field(default_factory=dict)

    def table(self, sheet: str) -> TableChange:
        return self.tables.setdefault(sheet, TableChange())

    def put(self, sheet: str, row: int, header: str, value: Value) -> None:
        self.table(sheet).cells.setdefault(row, {})[header] = value

    def edit(self, record: Record, **values: Value) -> None:
        """Put values into fields of a row of the book."""
        for header, value in record.cells(**values).items():
            self.put(record.at.sheet, record.at.row, header, value)

    def add(self, sheet: str, row: Mapping[str, Value]) -> dict[str, Value]:
        """Put a row at the end of a table; returns its cells, which may be changed until they are written."""
        added = row if isinstance(row, MovedRow) else dict(row)
        self.table(sheet).added.append(added)
        return added

    def add_final(self, sheet: str, row: Mapping[str, C]) -> CompactRow[str, C]:
        """Put a row at the end of a table that will not be changed any more, of which there may be very many."""
        added = CompactRow(tuple(row), tuple(row.values()))
        self.table(sheet).added.append(added)
        return added

    def insert(self, sheet: str, before: int, row: Mapping[str, Value]) -> None:
        self.table(sheet).inserted.setdefault(before, []).append(dict(row))

    def remove(self, sheet: str, row: int) -> None:
        self.table(sheet).removed.add(row)

    def replace(self, sheet: str, rows: Iterable[Mapping[str, Value]]) -> None:
        self.table(sheet).replaced = [row if isinstance(row, MovedRow) else dict(row) for row in rows]

    def lay(self, sheet: str, cell: str, value: Value) -> None:
        self.layouts.setdefault(sheet, {})[cell] = value

    def follow(self, first: Changes) -> None:
        """Put ``first``, which only edits and adds rows, before these changes."""
        for sheet, change in first.tables.items():
            own = self.table(sheet)
            own.added[:0] = change.added
            for row, cells in change.cells.items():
                own.cells[row] = cells | own.cells.get(row, {})

    def __bool__(self) -> bool:
        return any(self.tables.values()) or any(self.layouts.values())


def applied(block: Block, change: TableChange, headers: Mapping[str, str]) -> Block:
    """The block as it stands after a change: the one meaning every writer must give it.

    ``headers`` maps the form's headers to the block's own. Cells are set, rows are put in (at the latest after the last
    that holds anything), rows are added (trailing blank rows are filled first), then rows are removed; an emptied table
    keeps one blank row. A ``Link`` leaves its text. A row of which no cell is set is the same tuple.
    """
    at = {header: block.headers.index(own) for header, own in headers.items()}
    width = len(block.headers)

    def written(row: Iterable[Cell], values: Mapping[str, Value]) -> tuple[Cell, ...]:
        cells = list(row)
        for header, value in values.items():
            cells[at[header]] = value.text if isinstance(value, Link) else value
        return tuple(cells)

    blank: tuple[Cell, ...] = (None,) * width
    if change.replaced is not None:
        rows = [written(blank, values) for values in change.replaced]
    else:
        first = block.row + 1
        edits = change.cells
        rows = [written(row, edits[i]) if i in edits else row for i, row in enumerate(block.rows, first)]
        end = filled(rows)
        fills = len(change.added)
        tail = rows[end + fills :] if change.added else rows[end:]
        coming = {before: [written(blank, values) for values in new] for before, new in change.inserted.items()}
        body: list[tuple[Cell, ...]] = []
        for number, row in enumerate(rows[:end], first):
            body += coming.pop(number, ())
            if number not in change.removed:
                body.append(row)
        body += (row for _, late in sorted(coming.items()) for row in late)
        rows = [*body, *(written(blank, values) for values in change.added), *tail]
    return replace(block, rows=tuple(rows) or (blank,))


def filled(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows there are without the blank ones at the end."""
    return next((i for i in range(len(rows), 0, -1) if any(cell is not None for cell in rows[i - 1])), 0)


def headers_of(block: Block) -> dict[str, str]:
    """Every header that may be written into a block, the form's and its own → its own."""
    form = FORMS[block.sheet]
    own = {header: header for header in reversed(block.headers)}
    return own | {form.by_name[name].header: block.headers[at] for name, at in columns_of(block.headers, form).items()}


def shops_own(block: Block) -> dict[str, int]:
    """The columns that a shop has added to a table: header → position."""
    known = columns_of(block.headers, FORMS[block.sheet]).values()
    return {
        header: at for at, header in enumerate(block.headers) if at not in known and header not in ("", CHECK_HEADER)
    }


def after(blocks: Sequence[Block], changes: Changes) -> list[Block]:
    """The blocks of a book as they stand once the changes are applied."""
    result = []
    for block in blocks:
        change = changes.tables.get(block.sheet)
        if change:
            block = applied(block, change, headers_of(block))
        result.append(block)
    return result


Layout = Callable[[str, Collection[str]], Mapping[str, Cell]]
"""What a channel answers when asked for loose cells: the sheet and their addresses → what they hold now."""


def no_layout(sheet: str, addresses: Collection[str]) -> Mapping[str, Cell]:  # noqa: ARG001
    """The answer of a book without loose cells."""
    return dict.fromkeys(addresses)


ADDRESS = re.compile(r"[A-Z]{1,3}([1-9]\d*)")
"""A cell's address; its group is the worksheet row."""


def row_of(address: str) -> int:
    """The worksheet row of an address, 0 of any other text."""
    found = ADDRESS.fullmatch(address)
    return int(found[1]) if found else 0


_LINKED = FindingRow.cells(link=None, other=None)


def linked(row: Mapping[str, Value]) -> dict[str, Value]:
    """A row of 问题清单 as it stands, its links made from their text."""
    cells = dict(row)
    for header in _LINKED:
        sheet, bang, cell = str(cells.get(header) or "").rpartition("!")
        if bang and sheet in FORMS and ADDRESS.fullmatch(cell):
            cells[header] = Link(sheet, cell, f"{sheet}!{cell}")
    return cells
