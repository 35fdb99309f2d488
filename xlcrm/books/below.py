"""What stands below a table: rows that belong to it, and rows that must not be passed over. SPEC section 11.

LibreOffice, WPS and scripts do not grow a table when somebody types below it, as Excel does. The same meaning for every
channel: cells in, decision out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from xlcrm.changes import StructureIssue
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import Cell, Form, Kind, as_text, letters
from xlcrm.ledger.normal import read_date, read_phone

Row = tuple[Cell, ...]


class Sighted(NamedTuple):
    """The rows below a table down to the last that holds anything, within the table's columns.

    ``row`` and ``column`` (1-based) are where they begin, ``headers`` the table's. ``formulas`` are the cells (worksheet
    row, column) that hold one; ``merged`` the rows that merged cells reach into; ``others`` those of another table or a
    pivot table. ``closed``: the table ends in a totals row, and takes in nothing.
    """

    row: int
    column: int
    headers: Sequence[str]
    cells: Sequence[Row]
    formulas: Collection[tuple[int, int]] = ()
    merged: Collection[int] = ()
    others: Collection[int] = ()
    closed: bool = False


class Below(NamedTuple):
    """``taken``: how many rows belong to the table; ``issues`` name those that do not and hold what a record holds."""

    taken: int = 0
    issues: tuple[StructureIssue, ...] = ()


def rows_below(form: Form, seen: Sighted) -> Below:
    """Which rows below the table of a form belong to it: those directly below, up to a blank row or a foot.

    A total, a signature or a row of nothing but formulas is a foot. A row that merged cells or the table's own totals
    row keep out is named, and so is any later row with a date or a phone (``Below.issues``).
    """
    fields = columns_of(seen.headers, form)
    dates = {at for name, at in fields.items() if form.by_name[name].kind in (Kind.DATE, Kind.MOMENT)}
    taken, adjoins = 0, True
    issues: list[StructureIssue] = []
    for row, cells in enumerate(seen.cells, seen.row):
        filled = [at for at, cell in enumerate(cells) if cell is not None]
        if not filled or row in seen.others or _is_foot(row, cells, filled, seen):
            adjoins = False
        elif adjoins and not seen.closed and row not in seen.merged:
            taken += 1
        elif adjoins or _is_record(cells, dates):
            kind = "joined" if adjoins else "below"
            cell = f"{letters(seen.column + filled[0])}{row}"
            issues.append(StructureIssue(kind, form.sheet, cell, as_text(cells[filled[0]])))
    return Below(taken, tuple(issues))


def _is_foot(row: int, cells: Row, filled: Sequence[int], seen: Sighted) -> bool:
    return is_foot(cells) or all((row, seen.column + at) in seen.formulas for at in filled)


def _is_record(cells: Row, dates: Collection[int]) -> bool:
    """Whether a row holds a day or a phone number."""
    return any(
        isinstance(cell, dt.date)
        or (at in dates and read_date(cell, _ANY_DAY).value is not None)
        or (isinstance(cell, str | int | float) and not isinstance(cell, bool) and read_phone(cell).value is not None)
        for at, cell in enumerate(cells)
    )


_ANY_DAY = dt.date(2026, 1, 1)
"""Near which a day without a year would lie; which one it is does not matter here."""
