"""A book as it stood on a day: what happened later has not happened yet.

Rows of events dated later are gone, and later deliveries, cancellations, decisions and actions are blank. Cards, grade
sheets and 级别变更 give no day for most of what they hold and stay as they stand: where customers stood is known from their lives.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import (
    Card,
    JournalRow,
    Loss,
    MonthFigure,
    MoveRow,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Visit,
)
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, month_start

_BEGINS: dict[type[Record], str] = {
    Visit: "date",
    Report: "date",
    Order: "date",
    Loss: "applied_on",
    Card: "first_contact",
    Prospect: "first_contact",
    Owner: "delivered_on",
    MonthFigure: "closed_on",
}
"""The field that says since when a row is in the books."""
_WHOLE = (Visit, Report, MoveRow)
"""Rows that are there or not: a day of theirs that lies later is a slip."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def as_of(ledger: Ledger, day: dt.date) -> Ledger:
    """The book at the end of a day; the same object where nothing in it lies later."""
    cut = {sheet: tuple(_rows(rows, day)) for sheet, rows in ledger.records.items() if _reaches_beyond(rows, day)}
    differing = {sheet: rows for sheet, rows in cut.items() if rows != ledger.records[sheet]}
    return replace(ledger, records={**ledger.records, **differing}) if differing else ledger


def _reaches_beyond(rows: tuple[Record, ...], day: dt.date) -> bool:
    """Whether a day in the rows of a sheet lies later; of forms that begin with a month that is not known without looking."""
    if not rows:
        return False
    if isinstance(rows[0], Opening | JournalRow):
        return True
    names = {column.name for column in rows[0].form.past if not isinstance(rows[0], _WHOLE)}
    names |= {name for form, name in _BEGINS.items() if isinstance(rows[0], form)}
    names |= {_switched_day(rows[0])} - {""}
    return any(max([own for row in rows if (own := _day(row, name))], default=day) > day for name in names)


def _day(row: Record, name: str) -> dt.date | None:
    """The day that a field says, with or without a time."""
    value: dt.date | None = getattr(row, name)
    return value.date() if isinstance(value, dt.datetime) else value


def _rows(rows: tuple[Record, ...], day: dt.date) -> Iterator[Record]:
    for row in rows:
        begins = _since(row)
        if begins is None or begins <= day:
            yield row if isinstance(row, _WHOLE) else _cut(row, day)


def _since(row: Record) -> dt.date | None:
    """The day a row came into the books, ``None`` where it gives none; a month's stock and seal come with its days."""
    if isinstance(row, Opening):
        return month_start(row.month) if row.month else None
    if isinstance(row, JournalRow):
        return _sealed_on(row)
    if isinstance(row, Visit) and row.date and row.filed:
        # filled in before its own day: that day is a slip, and the row was there
        return min(row.date, row.filed.date())
    name = next((name for form, name in _BEGINS.items() if isinstance(row, form)), _switched_day(row))
    return _day(row, name) if name else None


def _switched_day(row: Record) -> str:
    """The field that says since when a row of a form to be switched on is in the books; of a plan none."""
    day = row.form.by_name[row.form.day] if row.form.switch and row.form.day else None
    return day.name if day is not None and day.past else ""


def _sealed_on(row: JournalRow) -> dt.date | None:
    """The last day of the month a line of 操作日志 seals, which stands as its place; ``None`` of any other line."""
    return month_end(row.place) if row.place and _MONTH.fullmatch(row.place) else None


def _cut(row: Record, day: dt.date) -> Record:
    """A row without what happened to it later; what was typed stays to be shown."""
    later = {column.name for column in row.form.past if (own := _day(row, column.name)) is not None and own > day}
    if not later:
        return row
    if "decided_on" in later:
        later |= {"decision", "returned_grade"}
    values = [None if name in later else getattr(row, name) for name in row.form.index]
    return type(row).of(row.at, row.typed, row.defects, values)
