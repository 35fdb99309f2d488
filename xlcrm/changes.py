"""What a verb decided to do to a book: data, decided whole, applied by one writer for each kind of book.

``Block`` is a table as a book gives it; ``Changes`` is what shall be different. Law 4: copy first, remove last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlcrm.forms import Cell


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that shows ``text`` and jumps to a cell of the same book. Made by the program only, never from typed text."""

    sheet: str
    cell: str
    text: str


Value = Cell | Link


@dataclass(frozen=True, slots=True)
class Block:
    """A table of a book: where it stands and what its cells hold.

    ``row`` and ``column`` (1-based) are the header row's; ``headers`` are as typed; ``rows`` hold one cell a header.
    Rows filled with nothing (the blank row of an empty table) are included, so that row i stands at worksheet row
    ``row + 1 + i``.
    """

    sheet: str
    table: str
    row: int
    column: int
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class StructureIssue:
    """Something in a table that is no data: ``kind`` is formula, merged, filter or error; ``text`` what stands there."""

    kind: str
    sheet: str
    cell: str
    text: str


@dataclass(slots=True)
class TableChange:
    """What shall be different in one table.

    ``cells``: worksheet row → {header: value}; ``added``: rows put at the end as {header: value}; ``removed``: worksheet
    rows taken out, after everything else is written. Rows are those of the book as it was read. A tool-written table is
    replaced whole by ``replaced`` (then the other three are empty).
    """

    cells: dict[int, dict[str, Value]] = field(default_factory=dict)
    added: list[dict[str, Value]] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    replaced: Sequence[Mapping[str, Value]] | None = None

    def __bool__(self) -> bool:
        return bool(self.cells or self.added or self.removed) or self.replaced is not None


@dataclass(slots=True)
class Changes:
    """Everything one verb does to a book: tables by sheet name, and loose cells of layout sheets (首页, 月度分析)."""

    tables: dict[str, TableChange] = field(default_factory=dict)
    layouts: dict[str, dict[str, Value]] = field(default_factory=dict)

    def table(self, sheet: str) -> TableChange:
        return self.tables.setdefault(sheet, TableChange())

    def put(self, sheet: str, row: int, header: str, value: Value) -> None:
        self.table(sheet).cells.setdefault(row, {})[header] = value

    def add(self, sheet: str, row: Mapping[str, Value]) -> None:
        self.table(sheet).added.append(dict(row))

    def remove(self, sheet: str, row: int) -> None:
        self.table(sheet).removed.add(row)

    def replace(self, sheet: str, rows: Iterable[Mapping[str, Value]]) -> None:
        self.table(sheet).replaced = [dict(row) for row in rows]

    def lay(self, sheet: str, cell: str, value: Value) -> None:
        self.layouts.setdefault(sheet, {})[cell] = value

    def __bool__(self) -> bool:
        return any(self.tables.values()) or any(self.layouts.values())


def applied(block: Block, change: TableChange, headers: Mapping[str, str]) -> Block:
    """The block as it stands after a change: the one meaning every writer must give it.

    ``headers`` maps the form's headers to the block's own. Cells are set, rows are added (trailing blank rows are filled
    first), then rows are removed; an emptied table keeps one blank row. A ``Link`` leaves its text.
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
        rows = [written(row, change.cells.get(first + i, {})) for i, row in enumerate(block.rows)]
        kept = {i for i in range(len(rows)) if first + i not in change.removed}
        end = max((i + 1 for i, row in enumerate(rows) if any(cell is not None for cell in row)), default=0)
        fills = len(change.added)
        tail = rows[end + fills :] if change.added else rows[end:]
        rows = [row for i, row in enumerate(rows[:end]) if i in kept]
        rows += [written(blank, values) for values in change.added]
        rows += tail
    return replace(block, rows=tuple(rows) or (blank,))
