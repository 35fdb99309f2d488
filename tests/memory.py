"""A book in memory: what a writer does to a file is done to blocks, so that a verb can be repeated without files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from books import Row, Sheets, blocks_of, read_csv_store

from xlcrm import close as closing
from xlcrm.changes import Block, Changes
from xlcrm.crosscheck import crosscheck
from xlcrm.findings import Finding
from xlcrm.ledger import Ledger, read_ledger
from xlcrm.roll import Roll, roll
from xlcrm.validate import validate
from xlcrm.verbs import after


@dataclass
class Memory:
    """The blocks of a book, and the verbs of the core applied to them."""

    blocks: list[Block]

    @classmethod
    def holding(cls, sheets: Sheets) -> Memory:
        return cls(blocks_of(sheets))

    @classmethod
    def of_store(cls, folder: Path) -> Memory:
        return cls(blocks_of(read_csv_store(folder)))

    def copy(self) -> Memory:
        return Memory(list(self.blocks))

    # ------------------------------------------------------------ what the book holds

    def ledger(self, today: dt.date) -> Ledger:
        return read_ledger(self.blocks, today)

    def block(self, sheet: str) -> Block:
        return next(block for block in self.blocks if block.sheet == sheet)

    def rows(self, sheet: str) -> list[Row]:
        """The rows of a sheet as {header: cell}, blank cells left out, blank rows too."""
        block = self.block(sheet)
        rows: list[Row] = []
        for cells in block.rows:
            row: Row = {h: cell for h, cell in zip(block.headers, cells, strict=True) if cell is not None}
            rows += [row] if row else []
        return rows

    def row(self, sheet: str, **known: object) -> Row:
        """The one row of a sheet that holds these cells."""
        found = [row for row in self.rows(sheet) if all(row.get(h) == value for h, value in known.items())]
        assert len(found) == 1, f"{len(found)} rows of {sheet} with {known}"
        return found[0]

    # ------------------------------------------------------------ what a person does to it

    def add(self, sheet: str, *rows: Row) -> None:
        changes = Changes()
        for row in rows:
            changes.add(sheet, row)
        self.apply(changes)

    def edit(self, sheet: str, known: Row, changed: Row) -> None:
        """Change cells of the one row that holds the known ones."""
        changes = Changes()
        for header, value in changed.items():
            changes.put(sheet, self._row_number(sheet, known), header, value)
        self.apply(changes)

    def delete(self, sheet: str, known: Row) -> None:
        changes = Changes()
        changes.remove(sheet, self._row_number(sheet, known))
        self.apply(changes)

    def _row_number(self, sheet: str, known: Row) -> int:
        block = self.block(sheet)
        rows = [dict(zip(block.headers, cells, strict=True)) for cells in block.rows]
        found = [i for i, row in enumerate(rows) if all(row.get(h) == value for h, value in known.items())]
        assert len(found) == 1, f"{len(found)} rows of {sheet} with {known}"
        return block.row + 1 + found[0]

    # ------------------------------------------------------------ what the program does to it

    def apply(self, changes: Changes) -> None:
        self.blocks = after(self.blocks, changes)

    def validate(self, today: dt.date) -> list[Finding]:
        return validate(self.ledger(today), today)

    def roll(self, today: dt.date) -> Roll:
        """Roll and apply."""
        result = roll(self.ledger(today), today)
        self.apply(result.changes)
        return result

    def close(self, today: dt.date, month: str | None = None) -> None:
        """Close a month and apply; a refusal changes nothing."""
        self.apply(closing.close(self.ledger(today), today, month))

    def crosscheck(self, today: dt.date) -> list[Finding]:
        return crosscheck(self.ledger(today), today)


def days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    """Every day from the first to the last, both included."""
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
