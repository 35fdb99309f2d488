"""A workbook under construction, and what an import must make of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from xlcrm.forms.schema import Cell

Outcome = Literal["imported", "duplicate", "listed"]
GRADE_SHEETS = ("H级", "A级", "B级", "C级")
PROSPECT = ("客户卡", *GRADE_SHEETS)


@dataclass(frozen=True)
class Want:
    """What must become of a source row. ``values`` must all stand in the new row; a tuple means any of these.

    ``more`` are further rows it makes: sheet and values. ``group`` rows are one visit or one customer: exactly one is
    imported. ``soft`` is text that must survive somewhere in what the row became.
    """

    outcomes: tuple[Outcome, ...]
    sheets: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    group: str | None = None
    more: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    soft: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a style: its header as one of ``spellings``, what it says of a record, and where that belongs.

    ``target`` is "sheet.column"; ``None`` is not a column of ours, and such a column may go to free text.
    """

    spellings: tuple[str, ...]
    target: str | None
    says: Callable[[Any], Cell]
    also: tuple[str | None, ...] = ()


@dataclass
class Sheet:
    """A sheet being written, with the answers to its columns and rows."""

    name: str
    form: str | None
    header_row: int | None = None
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    colours: dict[tuple[int, int], str] = field(default_factory=dict)
    columns: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    rows: dict[int, Want] = field(default_factory=dict)
    forms: tuple[str | None, ...] = ()

    def put(self, row: int, column: int, *values: Cell) -> None:
        for at, value in enumerate(values, column):
            if value is not None:
                self.cells[row, at] = value

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        self.merged.append(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")

    def header(self, row: int, columns: Sequence[tuple[str, Column]], left: int = 1) -> None:
        """One header row, and the right answer for each of its columns."""
        self.header_row = row
        for at, (spelling, column) in enumerate(columns, left):
            self.put(row, at, spelling)
            self.answer(at, column)

    def answer(self, at: int, column: Column) -> None:
        self.columns[get_column_letter(at)] = (column.target, *column.also)

    def want(self, row: int, want: Want) -> None:
        self.rows[row] = want

    def listed(self, row: int, *values: Cell, column: int = 1) -> None:
        """A row that is nobody: a total, a signature, a legend."""
        self.put(row, column, *values)
        self.want(row, Want(("listed",)))

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=0)


@dataclass
class File:
    """A file of the shop's: sheets, and the kind of file they are written to."""

    name: str
    sheets: list[Sheet]
    encoding: str = "utf-8-sig"
    delimiter: str = ","

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if self.name.endswith(".xlsx"):
            _workbook(self.sheets).save(path)
        elif self.name.endswith(".xls"):
            path.write_text(_webpage(self.sheets[0]), encoding=self.encoding)
        else:
            text = io.StringIO(newline="")
            writer = csv.writer(text, delimiter=self.delimiter)
            writer.writerows(_lines(self.sheets[0]))
            path.write_bytes(text.getvalue().encode(self.encoding))
        return path


def _lines(sheet: Sheet) -> list[list[str]]:
    right = max(column for _, column in sheet.cells)
    return [[_typed(sheet.cells.get((r, c))) for c in range(1, right + 1)] for r in range(1, sheet.bottom + 1)]


def _typed(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:%H:%M}" if isinstance(cell, dt.time) else str(cell)


def _webpage(sheet: Sheet) -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in _lines(sheet))
    return f'<html><head><meta charset="utf-8"></head><body><table border="1">{rows}</table></body></html>'


def _workbook(sheets: Sequence[Sheet]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        for (row, column), value in sheet.cells.items():
            cell = made.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # text beginning with = stays text
            if isinstance(value, dt.date):
                cell.number_format = "yyyy/m/d"
            if isinstance(value, dt.time):
                cell.number_format = "h:mm"
        for (row, column), colour in sheet.colours.items():
            made.cell(row, column).fill = PatternFill("solid", fgColor=colour)
        for area in sheet.merged:
            made.merge_cells(area)
        for row in sheet.hidden_rows:
            made.row_dimensions[row].hidden = True
        for column in sheet.hidden_columns:
            made.column_dimensions[get_column_letter(column)].hidden = True
        made.sheet_state = "hidden" if sheet.hidden else "visible"
    return book
