"""Whom a finding is about, and the day of the event. SPEC section 11."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from xlcrm.findings import Difference, Finding
from xlcrm.forms.schema import Privacy, Record
from xlcrm.forms.sheets import (
    FORMS,
    Card,
    Care,
    FollowUp,
    Loss,
    MoveRow,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Visit,
)
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, first_month, month_end, month_start

_EVENTS: dict[type[Record], tuple[str, ...]] = {
    Visit: ("date",),
    Report: ("date",),
    FollowUp: ("done_on", "planned_on"),
    Order: ("date",),
    Loss: ("applied_on",),
    Care: ("done_on", "planned_on"),
}
"""The fields that date a row about one event; the first that is filled counts."""
_STANDING: dict[type[Record], tuple[str, ...]] = {
    Card: ("first_contact",),
    Prospect: ("graded_on", "first_contact"),
    Owner: ("delivered_on", "bought_on"),
    MoveRow: ("on",),
}
"""For a row about how things stand now: the day since when they do."""
_OF_NOW = {
    "R2",
    "R3",
    "R4",
    "R7.sheet",
    "R9.not_done",
    "R10",
    "R11",
    "R12.not_made",
    "V23.overdue",
    "V30.unasked",
    "G01",
    "G02",
    "G03",
    "G04",
    "G05",
    "G06",
}
"""Rules, and wordings of rules, about how things stand now, whatever the day of the row they name."""


def event_day(record: Record) -> dt.date | None:
    """The day of the event that a row is about; ``None`` of a row that is about none, or does not say when."""
    if record.form.switch:
        day = getattr(record, record.form.day) if record.form.day else None
        return day.date() if isinstance(day, dt.datetime) else day if isinstance(day, dt.date) else None
    return _first_day(record, _dating(record.form.sheet)[0])


def _first_day(record: Record, fields: tuple[str, ...]) -> dt.date | None:
    days: Iterator[dt.date | None] = (getattr(record, name) for name in fields)
    return next(filter(None, days), None)


@cache
def _dating(sheet: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that date the rows of a sheet as an event, and as what stands now; asked for every finding."""
    event, standing = (
        next((names for record, names in fields.items() if issubclass(FORMS[sheet].record, record)), ())
        for fields in (_EVENTS, _STANDING)
    )
    return event, standing


@cache
def _naming(sheet: str) -> str | None:
    """The field of a sheet that holds a name, ``None`` where it has none."""
    return next((column.name for column in FORMS[sheet].columns if column.privacy is Privacy.NAME), None)


def identified(ledger: Ledger, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, each with its customer and its day."""
    return [_identified(ledger, finding, ledger.row_at(finding.at)) for finding in findings]


def _identified(ledger: Ledger, finding: Finding, record: Record | None) -> Finding:
    if record is None:
        return finding
    customer = ledger.customers.meant(record) if record.form.switch else ledger.customers.of(record)
    named = _naming(record.form.sheet)
    if customer is not None:
        name, phone = customer.name or (record.shown(named).strip() if named else ""), customer.phone
    else:
        name = record.shown(named).strip() if named else ""
        phone = (getattr(record, "phone", None) or "") if named else ""
    number = customer.number if customer is not None else ""
    return finding._replace(name=name, phone=phone, number=number, date=_day(record))


def _day(record: Record) -> dt.date | None:
    if isinstance(record, Opening):
        return month_start(record.month) if record.month else None
    return event_day(record) or _first_day(record, _dating(record.form.sheet)[1])


def in_scope(ledger: Ledger, findings: Iterable[Finding], today: dt.date, month: str | None = None) -> list[Finding]:
    """What can still be worked on: the months not closed, how things stand now, and what was changed in a closed month.

    ``month`` narrows that to the days of one month, closed or not, and to what has no day. The findings are identified.
    """
    if month is not None:
        return [f for f in findings if f.date is None or f"{f.date:%Y-%m}" == month]
    closed = closed_days(ledger, today)

    def is_open(finding: Finding) -> bool:
        if finding.kind is Difference.CHANGED_AFTER_CLOSE or not _OF_NOW.isdisjoint((finding.code, finding.wording)):
            return True
        record = ledger.row_at(finding.at)
        day = _last_day(record) if record is not None else None
        return day is None or not _lies_in(day, closed)

    return [finding for finding in findings if is_open(finding)]


class Asked(NamedTuple):
    """What of the differences anybody asks for: those in reports of a ``day``, and rows changed since a ``month`` was closed."""

    day: Callable[[dt.date], bool]
    month: Callable[[str], bool]


def _always(_: object) -> bool:
    return True


EVERYTHING = Asked(_always, _always)


def asks_for(ledger: Ledger, today: dt.date, month: str | None = None) -> Asked:
    """What ``in_scope`` lets pass."""
    if month is not None:
        first, last = month_start(month), month_end(month)
        return Asked(lambda day: first <= day <= last, month.__eq__)
    begin, opened = closed_days(ledger, today)
    return Asked(lambda day: not begin <= day < opened, _always)


def is_closed(record: Record, closed: tuple[dt.date, dt.date]) -> bool:
    """Whether the event that a row is about lies in a closed month; ``closed`` are the ``closed_days``."""
    day = event_day(record)
    return day is not None and _lies_in(day, closed)


def closed_days(ledger: Ledger, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first of the closed days, and the first day after them."""
    return month_start(earliest_month(ledger, today)), month_start(first_month(ledger, today))


def _lies_in(day: dt.date, days: tuple[dt.date, dt.date]) -> bool:
    return days[0] <= day < days[1]


def _last_day(record: Record) -> dt.date | None:
    """The last day on which something happened to what a row is about: an order of a closed month may be delivered now."""
    day = event_day(record)
    if day is None or not isinstance(record, Order | Loss):
        return day
    later: Iterator[dt.date | None] = (getattr(record, column.name) for column in record.form.past)
    return max([day, *filter(None, later)])
