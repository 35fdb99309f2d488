"""Hand-outs made from a book in memory, through the real workbook and back, and what a consultant does to them between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from desk import Desk

from xlcrm.books.handed import file_name, workbook
from xlcrm.books.returned import read_returned
from xlcrm.books.sources.other import read_other
from xlcrm.forms.schema import Cell
from xlcrm.hands.model import KEY_HEADER, Handout
from xlcrm.hands.returned import Leaf, Returned, understand
from xlcrm.verbs import Outcome


def handed(book: Desk, today: dt.date) -> list[Handout]:
    return list(book.decide("handout", today).handed)


def returned(handout: Handout, folder: Path | None = None) -> Returned:
    """A hand-out as it comes home when nobody touched it."""
    with TemporaryDirectory() as own:
        path = (folder or Path(own)) / file_name(handout)
        path.write_bytes(workbook(handout))
        return read_returned([path])[0]


@dataclass
class Copy:
    """A consultant's file, to be edited as he would; ``home`` is what is sent back."""

    handout: Handout
    sheets: dict[str, list[list[Cell]]]

    @classmethod
    def of(cls, handout: Handout) -> Copy:
        grids = read_other(file_name(handout), workbook(handout))
        return cls(handout, {grid.sheet: [list(row) for row in grid.rows] for grid in grids})

    def again(self) -> Copy:
        """The same file, untouched."""
        return Copy(self.handout, {sheet: [list(row) for row in rows] for sheet, rows in self.sheets.items()})

    def headers(self, sheet: str) -> list[str]:
        return [str(cell or "") for cell in self.sheets[sheet][2]]

    def rows(self, sheet: str) -> list[list[Cell]]:
        """The rows below the headers, which may be changed in place."""
        return self.sheets[sheet][3:]

    def put(self, sheet: str, index: int, header: str, value: Cell) -> None:
        """Change a cell of a row handed out."""
        self.sheets[sheet][3 + index][self.headers(sheet).index(header)] = value

    def add(self, sheet: str, row: dict[str, Cell]) -> None:
        """Type a row below those that are there."""
        headers = self.headers(sheet)
        self.sheets[sheet].append([row.get(header) for header in headers])

    def key(self, sheet: str, index: int) -> Cell:
        return self.rows(sheet)[index][self.headers(sheet).index(KEY_HEADER)]

    def arrange(self, sheet: str, order: Sequence[int]) -> None:
        """Sort the rows otherwise, a blank row above each tenth."""
        rows = self.rows(sheet)
        blank: list[Cell] = [None] * len(self.headers(sheet))
        sorted_: list[list[Cell]] = []
        for number, at in enumerate(order):
            if number % 10 == 9:
                sorted_.append(list(blank))
            sorted_.append(rows[at])
        self.sheets[sheet][3:] = sorted_

    def rename(self, sheet: str, new: str) -> None:
        self.sheets[new] = self.sheets.pop(sheet)

    def write(self, path: Path) -> Path:
        """The file as a program without any of our formats writes it."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(path)
        return path

    @property
    def home(self) -> Returned:
        return understand(file_name(self.handout), [Leaf(name, rows) for name, rows in self.sheets.items()])


def collect(book: Desk, files: Iterable[Returned], today: dt.date) -> Outcome:
    return book.press("collect", today, returned=list(files))
