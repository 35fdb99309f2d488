"""关怀记录: care calls done, and those of the next days planned."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection

from xlcrm.followup.care import overdue, unplanned
from xlcrm.forms.sheets import Care
from xlcrm.forms.states import CareItem, Purpose, Section
from xlcrm.ledger.customers import Customer
from xlcrm.roll.state import Pending, RollState

_AHEAD = dt.timedelta(days=14)
"""How far ahead the roll plans care: longer than the shop's longest holiday."""


def write_done(state: RollState) -> None:
    """A 售后回访 in 当日总结 executes the owner's oldest open care call planned until that day.

    One whose report is another customer's by now is open again.
    """
    for customer in state.ledger.customers.values():
        given = [care for care in customer.cares if state.is_given_away(care)]
        for care in given:
            state.put(care, **dict.fromkeys(("done_on", "means", "result", "story")))
            state.withdrawn.append(f"{Care.form.sheet} {care.done_on} {customer.name}")
        calls = _open_calls(state, customer, given)
        done = Counter(care.done_on for care in customer.cares if care.done_on and care not in given)
        for report in sorted(customer.reports, key=lambda r: (r.date or dt.date.min, r.at.row)):
            is_care = report.section == Section.DONE and report.purpose == Purpose.CARE
            if not is_care or (report.at.sheet, report.at.row) in state.blocked or report.date is None:
                continue
            if done[report.date] > 0:
                done[report.date] -= 1
                continue
            due = next((call for call in calls if call.on <= report.date), None)
            if due is not None:
                calls.remove(due)
                cells = Care.cells(done_on=report.date, means=report.means, result=report.result, story=report.story)
                state.fill(Care.form.sheet, due, cells)


def plan_ahead(state: RollState) -> None:
    """Plan the calls of the next two weeks that nobody has planned: a delivery lays only the calendar of the first year.

    Owners whom this very roll delivers, after logs of months were typed at once, are asked too: a second roll finds nothing.

    A call whose day is too near for 明日计划 is planned for the first day that is not; a birthday, which nobody keeps
    later, stands in the day's own list.
    """
    workdays = state.ledger.workdays
    _plan_overdue(state)
    for customer, owner, item, day in unplanned(state.ledger, state.today, state.today + _AHEAD, state.delivered):
        if owner.customer:
            tomorrow = workdays.next(owner.consultant or "", state.today)
            on = max(day, workdays.next(owner.consultant or "", tomorrow))
            if on == day or item != CareItem.BIRTHDAY:
                add_care(state, customer, item, on, owner.consultant)


def _plan_overdue(state: RollState) -> None:
    """Plan the last call before a day still to come that should have been made already: an owner was loaded late.

    Of other calls missed before the book began the number is said, in its first roll.
    """
    ledger, workdays, planned = state.ledger, state.ledger.workdays, 0
    for customer, owner, item, until in overdue(ledger, state.today):
        if owner.customer:
            tomorrow = workdays.next(owner.consultant or "", state.today)
            after = workdays.next(owner.consultant or "", tomorrow)
            add_care(state, customer, item, after if after <= until else tomorrow, owner.consultant)
            planned += 1
    if not ledger.openings:
        since = state.today - dt.timedelta(days=ledger.settings.care_every)
        missed = sum(1 for _ in unplanned(ledger, since, state.today - dt.timedelta(days=1)))
        state.lapsed_care = max(0, missed - planned)


def add_care(state: RollState, customer: Customer, item: str, on: dt.date, consultant: str | None) -> None:
    """Plan a care call."""
    number = state.number_of(customer)
    cells = Care.cells(customer=number, name=customer.name, item=item, planned_on=on, consultant=consultant)
    state.planned_care.setdefault(customer.key, []).append(Pending(on, state.changes.add(Care.form.sheet, cells)))


def _open_calls(state: RollState, customer: Customer, reopened: Collection[Care]) -> list[Pending]:
    """Open care calls, oldest first, those of cars delivered in this very roll included."""
    cares = [row for row in customer.cares if row.done_on is None or row in reopened]
    calls = [Pending(row.planned_on, row.at.row) for row in cares if row.planned_on]
    return sorted([*calls, *state.planned_care.get(customer.key, ())], key=lambda call: call.on)
