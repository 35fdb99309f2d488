"""After the sale: the owners' care calendar.

Source: SPEC section 8. The items are the method's, offsets are settings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from xlcrm.followup.dues import should_contact
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import Owner
from xlcrm.forms.states import CareItem
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.ledger import Ledger

_AFTER_DELIVERY = (CareItem.DELIVERY, CareItem.THIRD_DAY, CareItem.SEVENTH_DAY)
_COVERS = 7
"""Days by which a planned call may stand off the calendar and still be the same call: days off move it.

Where a shop calls at shorter intervals, half of the shortest.
"""


class Cared(Protocol):
    """A delivered car and the dates known of it; ``forms.Owner`` is one."""

    @property
    def delivered_on(self) -> dt.date | None: ...
    @property
    def first_service_on(self) -> dt.date | None: ...
    @property
    def insured_until(self) -> dt.date | None: ...
    @property
    def inspected_until(self) -> dt.date | None: ...
    @property
    def last_seen_on(self) -> dt.date | None: ...
    @property
    def birthday(self) -> dt.date | None: ...


class OwnerDates(NamedTuple):
    """Dates a delivery sets where nobody typed others."""

    first_service: dt.date
    insurance: dt.date


class _NewCar(NamedTuple):
    delivered_on: dt.date | None
    first_service_on: dt.date | None
    insured_until: dt.date | None
    birthday: dt.date | None
    inspected_until: dt.date | None = None
    last_seen_on: dt.date | None = None


def owner_dates(delivered_on: dt.date, settings: Settings) -> OwnerDates:
    """首保到期, the earlier of its date and of its estimated mileage; 保险到期, a year less a day after delivery. [P]"""
    return OwnerDates(
        _service_after(delivered_on, settings), _in_year(delivered_on, delivered_on.year + 1) - dt.timedelta(days=1)
    )


def care_calendar(delivered_on: dt.date, birthday: dt.date | None, settings: Settings) -> list[tuple[str, dt.date]]:
    """The care of a fresh delivery's first year, (关怀项目, day) by day; of 定期, which never ends, only the first."""
    dates = owner_dates(delivered_on, settings)
    car = _NewCar(delivered_on, dates.first_service, dates.insurance, birthday)
    calendar: list[tuple[str, dt.date]] = []
    for item, day in care_dates(car, settings, delivered_on, dates.insurance):
        if item != CareItem.REGULAR or all(known != item for known, _ in calendar):
            calendar.append((item, day))
    return calendar


def care_dates(owner: Cared, settings: Settings, first: dt.date, last: dt.date) -> list[tuple[str, dt.date]]:
    """Every (关怀项目, day) of an owner from ``first`` to ``last``, by day; days off are not yet moved.

    二保 is due after the visit that served as 首保 by the rule of 首保; that visit is the first from the call for 首保 on
    (our decision: the books hold 最近进厂 only).
    """
    days = sorted((day, item) for item, day in _care(owner, settings, first, last) if first <= day <= last)
    return [(item, day) for day, item in days]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A customer's cars that are delivered just now and the care planned for them: neither is in the ledger yet."""

    owners: list[Owner] = field(default_factory=list)
    calls: list[tuple[str, dt.date]] = field(default_factory=list)
    """(关怀项目, day)"""


def unplanned(
    ledger: Ledger, first: dt.date, last: dt.date, delivered: Mapping[Key, Delivered] = {}
) -> Iterator[tuple[Customer, Owner, str, dt.date]]:
    """(customer, owner, 关怀项目, the consultant's working day) of the calls the calendar asks for that nobody has planned.

    Asked of the cars in the ledger and of those ``delivered`` just now. Owners who may not be called, or whose card is void,
    are left out.
    """
    leads = (ledger.settings.insurance_leads, ledger.settings.inspection_leads)
    gaps = [abs(one - other) for days in leads for one, other in pairwise(days)]
    covers = min([_COVERS, *(gap // 2 for gap in gaps)])
    for customer in ledger.customers.values():
        if not should_contact(customer, is_care=True):
            continue
        fresh = delivered.get(customer.key) or Delivered()
        planned: dict[str | None, list[dt.date]] = {}
        for call, on in chain(((care.item, care.planned_on) for care in customer.cares), fresh.calls):
            if on:
                planned.setdefault(call, []).append(on)
        for owner in chain(customer.owners, fresh.owners):
            for item, day in care_dates(owner, ledger.settings, first, last):
                known = planned.setdefault(item, [])
                if all(abs((other - day).days) > covers for other in known):
                    known.append(day)  # two cars, one call
                    yield customer, owner, item, ledger.workdays.on_or_after(owner.consultant or "", day)


def overdue(ledger: Ledger, today: dt.date) -> Iterator[tuple[Customer, Owner, str, dt.date]]:
    """(customer, owner, 关怀项目, the day it is about) of what is still to come, while the day of its last call is over.

    首保, 二保, 保险 and 年检 for which 关怀记录 has no call, as with owners loaded together with a book.
    """
    settings = ledger.settings
    for customer in ledger.customers.values():
        if not should_contact(customer, is_care=True):
            continue
        found: set[str] = set()
        for owner in customer.owners:
            for item, until, leads in _deadlines(owner, settings):
                first, last = (until - dt.timedelta(days=lead) for lead in (max(leads), min(leads)))
                called = (
                    day for care in customer.cares if care.item == item for day in (care.planned_on, care.done_on)
                )
                is_called = any(
                    day is not None and first - dt.timedelta(days=_COVERS) <= day <= until for day in called
                )
                if last < today < until and not is_called and item not in found:
                    found.add(item)  # two cars, one call
                    yield customer, owner, item, until


def _deadlines(owner: Cared, settings: Settings) -> Iterator[tuple[str, dt.date, tuple[int, ...]]]:
    """What a car is due for: 关怀项目, its day, and how many days before it calls are made."""
    if owner.delivered_on is not None:
        first_service = owner.first_service_on or _service_after(owner.delivered_on, settings)
        lead = (settings.service_lead,)
        seen = owner.last_seen_on
        if seen is None or seen < first_service - dt.timedelta(days=settings.service_lead):
            yield CareItem.FIRST_SERVICE, first_service, lead
        else:
            yield CareItem.SECOND_SERVICE, _service_after(seen, settings), lead
    if owner.insured_until is not None:
        yield CareItem.INSURANCE, owner.insured_until, tuple(settings.insurance_leads)
    if owner.inspected_until is not None:
        yield CareItem.INSPECTION, owner.inspected_until, tuple(settings.inspection_leads)


def _care(owner: Cared, settings: Settings, first: dt.date, last: dt.date) -> Iterator[tuple[str, dt.date]]:
    if owner.delivered_on is not None:
        yield from _care_of_delivery(owner, owner.delivered_on, settings, first, last)
    if owner.birthday is not None:
        for year in range(first.year, last.year + 1):
            yield CareItem.BIRTHDAY, _in_year(owner.birthday, year)
    for item, until, leads in (
        (CareItem.INSURANCE, owner.insured_until, settings.insurance_leads),
        (CareItem.INSPECTION, owner.inspected_until, settings.inspection_leads),
    ):
        if until is not None:
            yield from ((item, until - dt.timedelta(days=lead)) for lead in leads)


def _care_of_delivery(
    owner: Cared, delivered: dt.date, settings: Settings, first: dt.date, last: dt.date
) -> Iterator[tuple[str, dt.date]]:
    for i, offset in enumerate(settings.care_delivery):
        item = _AFTER_DELIVERY[i] if i < len(_AFTER_DELIVERY) else CareItem.OTHER
        yield item, delivered + dt.timedelta(days=offset)
    lead = dt.timedelta(days=settings.service_lead)
    service_call = (owner.first_service_on or _service_after(delivered, settings)) - lead
    yield CareItem.FIRST_SERVICE, service_call
    if owner.last_seen_on is not None and owner.last_seen_on >= service_call:
        yield CareItem.SECOND_SERVICE, _service_after(owner.last_seen_on, settings) - lead
    every = settings.care_every
    for turn in range(max(1, (first - delivered).days // every), (last - delivered).days // every + 1):
        yield CareItem.REGULAR, delivered + dt.timedelta(days=turn * every)


def _service_after(day: dt.date, settings: Settings) -> dt.date:
    return day + dt.timedelta(days=min(settings.first_service_days, settings.first_service_km // settings.km_a_day))


def _in_year(day: dt.date, year: int) -> dt.date:
    """The same day in another year; 29 February is kept on the 28th in a common year. [P]"""
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


def is_birthday(birthday: dt.date | None, day: dt.date) -> bool:
    """Whether a birthday is kept on a day: 29 February on the 28th in a common year. [P]"""
    return birthday is not None and birthday < day and _in_year(birthday, day.year) == day
