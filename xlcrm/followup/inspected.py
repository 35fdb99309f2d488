"""展厅检查, 潜客信息: what the books themselves say about the six items that are kept in them. SPEC section 14, items 57–62.

A walk looks at the last working day that is over, for the books of its own day are not written yet; at the losses of that
day's month until then; and at the month before its own. Our decision. A shop that words an item otherwise answers it itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xlcrm.forms.states import FAILED, GRADES, LEFT, Section
from xlcrm.forms.switched import DONE_OR_NOT, FULL_MARK, KeptItem
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import next_month


@dataclass(frozen=True, slots=True)
class Answer:
    """What the books say of an item: ``done`` of ``cases``; ``day`` is the day looked at."""

    item: str
    day: dt.date
    done: int
    cases: int

    @property
    def mark(self) -> int:
        """The points of it: all or none, or by degree."""
        if self.item.endswith(DONE_OR_NOT):
            return FULL_MARK if self.done == self.cases else 0
        return int(FULL_MARK * self.done / self.cases + 0.5)


def answers(ledger: Ledger, walk: dt.date) -> dict[str, Answer]:
    """Item → what the books say of it on the day of a walk; an item without a case is absent."""
    day = ledger.workdays.previous("", walk)
    found = {item: list(cases) for item, cases in _cases(ledger, day, walk)}
    return {item: Answer(item, day, sum(own), len(own)) for item, own in found.items() if own}


def _cases(ledger: Ledger, day: dt.date, walk: dt.date) -> Iterator[tuple[str, Iterable[bool]]]:
    """Item → whether each case of it was done."""
    yield KeptItem.CARDS, _carded(ledger, day)
    yield KeptItem.GRADES, _regraded(ledger, day)
    yield KeptItem.CONTACTS, _contacted(ledger, day)
    yield KeptItem.REPORTS, _reported(ledger, day)
    yield (
        KeptItem.LOSSES,
        (
            loss.reason is not None
            for loss in ledger.losses
            if loss.applied_on and day.replace(day=1) <= loss.applied_on <= day
        ),
    )
    closes = {row.month: row.closed_on for row in ledger.month_figures if row.closed_on}
    yield KeptItem.ANALYSIS, [closes.get(next_month(f"{walk:%Y-%m}", -1), dt.date.max) <= walk]


def _carded(ledger: Ledger, day: dt.date) -> Iterator[bool]:
    """Of each customer who came on a day and left a phone, whether the card was made by then."""
    visits = [visit for visit in ledger.visits if visit.date == day and visit.may_be_looking and visit.phone]
    customers = {customer.key: customer for visit in visits if (customer := ledger.customers.of(visit)) is not None}
    for customer in customers.values():
        yield any(card.carded_on is not None and card.carded_on <= day for card in customer.cards)


def _regraded(ledger: Ledger, day: dt.date) -> Iterator[bool]:
    """Of each customer on a grade sheet who was given a grade in a report of a day, whether his row knows of that contact."""
    reports = [r for r in ledger.reports if r.date == day and r.section == Section.DONE and r.grade_after in GRADES]
    customers = {customer.key: customer for report in reports if (customer := ledger.customers.of(report)) is not None}
    for customer in customers.values():
        if customer.prospects:
            yield any(row.last_contact is not None and row.last_contact >= day for row in customer.prospects)


def _contacted(ledger: Ledger, day: dt.date) -> Iterator[bool]:
    """Of each follow-up due on a day, whether it was made by then and reached the customer."""
    for plan in ledger.follow_ups:
        if plan.planned_on is not None and ledger.due_on(plan, plan.planned_on) == day:
            yield plan.done_on is not None and plan.done_on <= day and plan.result not in FAILED


def _reported(ledger: Ledger, day: dt.date) -> Iterator[bool]:
    """Of each consultant at work on a day, whether there is a report."""
    written = {report.consultant for report in ledger.reports if report.date == day and report.section == Section.DONE}
    for consultant in ledger.consultants:
        name, left = consultant.name, consultant.left_on
        is_there = consultant.status != LEFT or (left is not None and left > day)
        has_come = consultant.joined_on is None or consultant.joined_on <= day
        if name and is_there and has_come and ledger.workdays.works(name, day):
            yield name in written
