"""What a consultant is handed: sheets to fill in, sheets to read, and what stood in them, to compare with later.

Source: SPEC section 12; that the base travels in the file itself, and which rows go along, are our decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import Cell, Column, Form, Kind, Record
from xlcrm.forms.sheets import Loss, Report, Visit
from xlcrm.forms.switched import CallOn, Drive, Lead

KEY_HEADER = "行号"
"""The hidden column by which a row is recognised, wherever it was moved to."""
FILLED: tuple[type[Record], ...] = (Visit, Report, Loss, Drive, CallOn, Lead)
"""The forms a consultant fills in; those with a switch only in the books that have their sheet."""
_MANAGERS: Mapping[str, Collection[str]] = {
    Visit.form.sheet: {"reviewed"},
    Report.form.sheet: {"remark"},
    Loss.form.sheet: {"decision", "decider", "decided_on", "returned_grade"},
}
"""Columns in which the manager answers: a consultant reads them, what is typed there is not taken."""


def shown(form: Form) -> tuple[Column, ...]:
    """The columns of a sheet to fill in."""
    return _SHOWN[form.sheet]


def is_taken(form: Form, column: Column) -> bool:
    """Whether a consultant's word counts in a column."""
    return not column.by_tool and column.name not in _MANAGERS.get(form.sheet, ())


def taken(form: Form) -> tuple[Column, ...]:
    """The columns that are taken from a file that comes back."""
    return _TAKEN[form.sheet]


def day_of(form: Form) -> str:
    """The field that says which day a row is of."""
    return form.day or ("applied_on" if form is Loss.form else "date")


def whose(form: Form) -> str:
    """The field that says which consultant's row it is."""
    return "applicant" if form is Loss.form else "consultant"


_SHOWN = {r.form.sheet: tuple(column for column in r.form.columns_with() if not column.by_tool) for r in FILLED}
_TAKEN = {r.form.sheet: tuple(column for column in r.form.columns_with() if is_taken(r.form, column)) for r in FILLED}


@dataclass(frozen=True, slots=True)
class HandedRow:
    """A row of the book as it was handed out: cells by field, of the columns shown; ``row`` is its worksheet row then."""

    key: str
    row: int
    cells: Mapping[str, Cell]
    check: str = ""


@dataclass(frozen=True, slots=True)
class FillTable:
    """A sheet to fill in: the columns that the book has of it, and the rows that are there already."""

    form: Form
    columns: tuple[Column, ...]
    rows: tuple[HandedRow, ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A cell that jumps to the row of a sheet to fill in: ``index`` counts its rows from 0."""

    sheet: str
    index: int


HandedCell = Cell | Pointer


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A sheet to read: a heading with the kind of what stands below it for each column; ``empty`` is said where nothing does."""

    title: str
    empty: str
    columns: tuple[tuple[str, Kind], ...]
    rows: tuple[tuple[HandedCell, ...], ...]


@dataclass(frozen=True)
class Handout:
    """Everything one consultant gets, made for a ``day`` at the moment ``made``."""

    consultant: str
    day: dt.date
    made: dt.datetime
    store: str
    codes: Mapping[str, CodeList]
    reads: tuple[ReadTable, ...]
    fills: tuple[FillTable, ...]

    @property
    def rows(self) -> int:
        return sum(len(fill.rows) for fill in self.fills)
