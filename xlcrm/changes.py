"""What a verb decided to do to a book: data, decided whole, applied by one writer for each kind of book.

``Block`` is a table as a book gives it; ``Changes`` is what shall be different. Law 4: copy first, remove last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
