"""A book in memory with its buttons: pressed as a person would, its loose cells held beside the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from books import Sheets
from memory import Memory

from xlcrm.changes import Link, StructureIssue
from xlcrm.forms.schema import Cell
from xlcrm.verbs import VERBS, Job, Outcome

JOURNAL = "操作日志"
Tables = dict[str, tuple[tuple[Cell, ...], ...]]


@dataclass
class Desk(Memory):
    """Every table has at least its blank row, as in a workbook."""

    layouts: dict[str, dict[str, Cell]] = field(default_factory=dict)
    issues: list[StructureIssue] = field(default_factory=list)

    @classmethod
    def holding(cls, sheets: Sheets) -> Desk:
        blocks = Memory.holding(sheets).blocks
        return cls([replace(b, rows=b.rows or ((None,) * len(b.headers),)) for b in blocks])

    def copy(self) -> Desk:
        layouts = {sheet: dict(cells) for sheet, cells in self.layouts.items()}
        return Desk(list(self.blocks), layouts, self.issues)

    def job(self, today: dt.date) -> Job:
        return Job(today, dt.datetime.combine(today, dt.time(18)), "文员小吴", layout=self.layout)

    def layout(self, sheet: str, addresses: Collection[str]) -> Mapping[str, Cell]:
        return {at: self.layouts.get(sheet, {}).get(at) for at in addresses}

    def decide(self, verb: str, today: dt.date, **asked: Any) -> Outcome:
        return VERBS[verb](self.blocks, self.issues, replace(self.job(today), **asked))

    def press(self, verb: str, today: dt.date, **asked: Any) -> Outcome:
        """Decide and write."""
        outcome = self.decide(verb, today, **asked)
        self.apply(outcome.changes)
        for sheet, cells in outcome.changes.layouts.items():
            shown = {at: cell.text if isinstance(cell, Link) else cell for at, cell in cells.items()}
            self.layouts.setdefault(sheet, {}).update(shown)
        return outcome

    def tables(self) -> Tables:
        """Every cell of every table but the journal."""
        return {block.sheet: tuple(block.rows) for block in self.blocks if block.sheet != JOURNAL}
