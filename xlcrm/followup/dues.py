"""Whom to contact: every open follow-up and care call, whose it is, since when it waits.

A plan on the card's back and 下次回访 in the grade sheet are one contact; one row for each customer is enough, care calls apart.
Who asked not to be contacted, or has left the books, is on no list. Source: SPEC sections 6 and 8.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import NamedTuple

from xlcrm.forms.sheets import Care, FollowUp, Prospect
from xlcrm.forms.states import EXITS, GRADES, LEFT, ORDERED_GRADE, UNCOUNTED, Means, Purpose, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger


class Due(NamedTuple):
    """A contact to be made: ``on`` is the day planned, ``item`` the 关怀项目 of a care call, "" of a follow-up.

    ``grade`` is H, A, B, C or, of an order not delivered, O; ``None`` of an owner. ``consultant`` is who makes it, "" where
    nobody on duty is known.
    """

    on: dt.date
    consultant: str
    customer: Customer
    grade: str | None
    purpose: str
    means: str
    item: str = ""

    @property
    def urgency(self) -> tuple[bool, int, dt.date, str]:
        """Sort key: follow-ups before care calls, the hottest grade first, of a grade the longest waiting."""
        return bool(self.item), rank(self.grade), self.on, self.customer.phone


def rank(grade: str | None) -> int:
    """Sort key of a grade: the hottest first, then open orders, last those without a grade."""
    grades = (*GRADES, ORDERED_GRADE)
    return grades.index(grade) if grade in grades else len(grades)


def dues(ledger: Ledger) -> list[Due]:
    """Every open contact, one for each customer and kind, the one planned first; most urgent first."""
    absent = frozenset(c.name for c in ledger.consultants if c.name and c.status == LEFT)
    found: list[Due] = []
    for customer in ledger.customers.values():
        for is_care, planned in ((False, _follow_ups(customer, absent)), (True, _cares(customer, absent))):
            if customer.phone and should_contact(customer, is_care=is_care):
                found += sorted(planned, key=lambda due: due.on)[:1]
    return sorted(found, key=lambda due: due.urgency)


def has_left(customer: Customer, *, is_care: bool) -> bool:
    """Whether nobody is to be contacted any more: a customer lost, or, of a car sold before that, a card that is void."""
    card = customer.card
    return card is not None and card.state in (UNCOUNTED if is_care else EXITS)


def should_contact(customer: Customer, *, is_care: bool) -> bool:
    """Whether anybody is to call: not a customer who asked not to be called, nor one who has left."""
    return customer.may_be_called and not has_left(customer, is_care=is_care)


def _follow_ups(customer: Customer, absent: Collection[str]) -> Iterator[Due]:
    """Open plans on the back of the card, and those that stand in the grade sheets only."""
    for plan in customer.follow_ups:
        if plan.planned_on is not None and plan.done_on is None:
            yield _due(customer, plan, plan.planned_on, absent, plan.planned_purpose, plan.planned_means)
    for row in customer.prospects:
        if row.next_on is not None:
            yield _due(customer, row, row.next_on, absent)


def _cares(customer: Customer, absent: Collection[str]) -> Iterator[Due]:
    for care in customer.cares:
        if care.planned_on is not None and care.done_on is None:
            yield _due(customer, care, care.planned_on, absent, Purpose.CARE, care.means, care.item or "")


def _due(
    customer: Customer,
    row: FollowUp | Prospect | Care,
    on: dt.date,
    absent: Collection[str],
    purpose: str | None = None,
    means: str | None = None,
    item: str = "",
) -> Due:
    card = customer.card
    grade = next((prospect.grade for prospect in customer.prospects), None)
    if grade is None and card is not None and card.state == State.ORDERED:
        grade = ORDERED_GRADE
    asked = (row.consultant, card.consultant if card else None)
    consultant = next((name for name in asked if name and name not in absent), "")
    purpose, means = purpose or Purpose.PROMOTION, means or Means.PHONE
    return Due(on, consultant, customer, None if item else grade, purpose, means, item)
