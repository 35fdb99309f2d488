"""An upgrade taken back: the former book is put back whole, as long as nothing was done or typed since.

Nothing in the book says so; the former book is upgraded once more in memory, and what comes out is compared.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from xlcrm.books.area import Area
from xlcrm.books.upgrade.upgrade import Upgrade
from xlcrm.books.xlsx.read import BookReader, open_book
from xlcrm.books.xlsx.save import backups, place
from xlcrm.catalogue import Lang
from xlcrm.catalogue.verbs import LABELS
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS, JournalRow
from xlcrm.forms.workbook import LISTS_SHEET
from xlcrm.ledger.reading import read_ledger


def former(path: Path) -> bytes | None:
    """The book as it was before the upgrade that was the last that was done to it; ``None`` where it is not known any more
    or something was done since.
    """
    now = open_book(path)
    backup = next((BookReader(backup, backup.read_bytes()) for backup in reversed(backups(path.resolve()))), None)
    if backup is None:
        return None
    block = now.read(JournalRow.form)
    journal = reversed(read_ledger([block], dt.date.today()).journal)
    line, time = next((row, row.time) for row in journal if row.time is not None)
    lang: Lang = "en" if line.verb == LABELS["upgrade"].en else "zh"
    try:
        again = Upgrade(BookReader(path, backup.data), time, line.user or "", lang).content()
    except Refusal:
        return None
    return backup.data if _held(BookReader(path, again)) == _held(now) else None


def put_back(path: Path, content: bytes) -> Path:
    """Write the former book in the place of the upgraded one, of which a backup is kept; returns the file written."""
    return place(open_book(path), lambda: _Former(content))


@dataclass(frozen=True, slots=True)
class _Former:
    """A book that takes another's place as it is."""

    held: bytes
    is_only_noted: bool = False

    def content(self) -> bytes:
        return self.held

    def verify(self, reader: BookReader) -> None:
        """It was a book before."""


def _held(book: BookReader) -> dict[str, list[list[Cell]]]:
    """What every cell of every sheet holds, blank rows left out; the hidden lists are formulas."""
    found = {}
    for sheet in book.sheets:
        if sheet != LISTS_SHEET:
            bottom, right = book.end(sheet)
            rows = book.cells(sheet, Area(1, 1, max(bottom, 1), max(right, 1)))
            width = right if sheet not in FORMS else max(len(FORMS[sheet].columns) + 1, right)
            found[sheet] = [row + [None] * (width - len(row)) for row in rows if any(cell is not None for cell in row)]
    return found
