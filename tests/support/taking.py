"""Files read into a book in memory, as the verb does it, with the JSON an outside check would see."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from memory import Memory
from shops.paper import File

from xlcrm.books.sources import read_source
from xlcrm.contract import to_json
from xlcrm.forms.schema import Cell
from xlcrm.intake.corrections import MapLine
from xlcrm.intake.grid import Grid, Span
from xlcrm.verbs import VERBS, Job, Outcome

TODAY = dt.date(2026, 11, 30)
BOOK = "CRM.xlsm"


def job(grids: Sequence[Grid], mapping: Sequence[MapLine] = (), **other: Any) -> Job:
    return Job(TODAY, dt.datetime(2026, 11, 30, 18), grids=grids, mapping=mapping, book=BOOK, **other)


def take(book: Memory, grids: Sequence[Grid], mapping: Sequence[MapLine] = (), **other: Any) -> Outcome:
    """Import into a book in memory."""
    outcome = VERBS["import"](book.blocks, (), job(grids, mapping, **other))
    book.apply(outcome.changes)
    return outcome


def answer_of(outcome: Outcome) -> dict[str, Any]:
    """The JSON of an import, through its text, as an outside check reads it."""
    found: dict[str, Any] = json.loads(json.dumps(to_json(outcome, Path(BOOK), job(()))))
    return found


def grids_of(files: Iterable[File], folder: Path) -> list[Grid]:
    """The sheets of files, once written and read."""
    return [grid for file in files for grid in read_source(file.write(folder))]


def grid(
    *rows: Sequence[Cell], sheet: str = "Sheet1", file: str = "旧表.xlsx", merged: Iterable[Span] = (), **other: Any
) -> Grid:
    """A sheet as plain cells."""
    return Grid(file, sheet, rows, tuple(merged), **other)


def empty_book() -> Memory:
    return Memory.holding({})
