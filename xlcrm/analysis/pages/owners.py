"""Page 11, 保有客户: the month's care due and done, next month's calendar, and owners about to be lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.figures import CustomerNumber, Name, Page, Table
from xlcrm.analysis.scope import Rate, Scope, by, named
from xlcrm.catalogue.labels import LABELS
from xlcrm.followup.care import unplanned
from xlcrm.forms.sheets import Care
from xlcrm.ledger.months import month_end, month_start, next_month

_CARE_RATE = Rate("care_rate", (Measure.CARE_ON_TIME,), (Measure.CARE_DUE,))


def page(scope: Scope) -> Page:
    """The page's tables."""
    columns = (Measure.CARE_DUE, Measure.CARE_ON_TIME, _CARE_RATE, Measure.CARE_LATE, Measure.CARE_UNDONE)
    return Page(
        "owners",
        (by("care_by_item", "item", scope.facts, _item, columns), _leaving(scope), _calendar(scope)),
    )


def _item(fact: Fact) -> str:
    return fact.record.item or "" if isinstance(fact.record, Care) else ""


def _calendar(scope: Scope) -> Table:
    """Next month's calls: those planned in 关怀记录, and those the calendar asks for that nobody has planned."""
    following = next_month(scope.month)
    first, last = month_start(following), month_end(following)
    calls = sorted([*_planned(scope, first, last), *_asked(scope, first, last)])
    rows = tuple(
        (day, item, CustomerNumber(customer), Name(name), named(person)) for day, item, customer, name, person in calls
    )
    return Table("care_calendar", ("day", "item", "customer", "owner", "consultant"), rows)


_Call = tuple[dt.date, str, str, str, str]
"""Day, item, 客户编号, name and consultant."""


def _planned(scope: Scope, first: dt.date, last: dt.date) -> Iterator[_Call]:
    for care in (care for c in scope.ledger.customers.values() if c.may_be_called for care in c.cares):
        if care.planned_on is not None and first <= care.planned_on <= last and care.done_on is None:
            yield care.planned_on, care.item or "", care.customer or "", care.name or "", care.consultant or ""


def _asked(scope: Scope, first: dt.date, last: dt.date) -> Iterator[_Call]:
    for _, owner, item, day in unplanned(scope.ledger, first, last):
        yield day, item, owner.customer or "", owner.name or "", owner.consultant or ""


def _leaving(scope: Scope) -> Table:
    status = {"owner.at_risk": LABELS["at_risk"], "owner.lost": LABELS["owner_lost"]}
    rows = tuple(
        (
            CustomerNumber(warning.customer),
            Name(warning.name),
            named(warning.person),
            warning.about["days"],
            status[warning.wording],
        )
        for warning in scope.warnings
        if warning.wording in status
    )
    return Table("owners_leaving", ("customer", "owner", "consultant", "days_unseen", "status"), rows)
