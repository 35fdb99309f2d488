"""Whom to contact: every open follow-up and care call, whose it is, since when it waits.

A plan on the card's back and 下次回访 in the grade sheet are one contact; one row a customer is enough, a care call apart.
Who asked not to be contacted, or has left the books, stands on no list. Source: SPEC sections 6 and 8.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from xlcrm.followup.care import may_call
from xlcrm.forms.sheets import Care, FollowUp, Order, Owner, Prospect, Report, Visit
from xlcrm.forms.states import EXITS, GRADES, LEFT, UNCOUNTED, Means, Purpose, State
from xlcrm.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Due:
    """A contact to be made: ``on`` is the day planned, ``item`` the 关怀项目 of a care call, "" of a follow-up.

    ``grade`` is H, A, B, C or, of an order not delivered, O; ``None`` of an owner. ``consultant`` is who makes it, "" where
    nobody on duty is known.
    """

    on: dt.date
    consultant: str
    phone: str
    customer: str
    name: str
    model: str
    grade: str | None
    purpose: str
    means: str
    item: str = ""

    @property
    def urgency(self) -> tuple[bool, int, dt.date, str]:
        """Sort key: follow-ups before care calls, the hottest grade first, of a grade the longest waiting."""
        grades = (*GRADES, "O")
        grade = grades.index(self.grade) if self.grade in grades else len(grades)
        return bool(self.item), grade, self.on, self.phone

    def late(self, day: dt.date) -> int:
        """Days overdue on a day, 0 while it is not."""
        return max(0, (day - self.on).days)


def dues(ledger: Ledger) -> list[Due]:
    """Every open contact, one a customer and kind, the one planned first; most urgent first."""
    found: dict[tuple[str, bool], Due] = {}
    books = _Books(ledger)
    for due in sorted((*books.follow_ups(), *books.cares()), key=lambda due: due.on):
        if is_waited_for(ledger, due.phone, is_care=bool(due.item)):
            found.setdefault((due.phone, bool(due.item)), due)
    return sorted(found.values(), key=lambda due: due.urgency)


def models(ledger: Ledger) -> dict[str, str]:
    """Model of each customer by phone: the car ordered, owned, wanted, else the one last spoken of."""
    rows: list[Order | Owner | Prospect | Visit | Report] = [*ledger.orders, *ledger.owners]
    rows += [*(row for _, row in ledger.prospects), *reversed(ledger.reports), *reversed(ledger.visits)]
    return {ledger.phone_of(row) or "": row.model for row in reversed(rows) if row.model}


def has_left(ledger: Ledger, phone: str, *, is_care: bool) -> bool:
    """Whether nobody is to be contacted any more: a customer lost, or, of a car sold before that, a card that is void."""
    card = ledger.card_by_phone.get(phone)
    return card is not None and card.state in (UNCOUNTED if is_care else EXITS)


def is_waited_for(ledger: Ledger, phone: str, *, is_care: bool) -> bool:
    """Whether anybody is to call: not who asked not to be called, nor who left."""
    return may_call(ledger, phone) and not has_left(ledger, phone, is_care=is_care)


@dataclass(frozen=True)
class _Books:
    """The books, with what is looked up in them for every contact."""

    ledger: Ledger

    @cached_property
    def rows(self) -> dict[str, tuple[str, Prospect]]:
        """Grade and row of each customer in the grade sheets, by phone."""
        found: dict[str, tuple[str, Prospect]] = {}
        for grade, row in self.ledger.prospects:
            found.setdefault(self.ledger.phone_of(row) or "", (grade, row))
        return found

    @cached_property
    def models(self) -> dict[str, str]:
        return models(self.ledger)

    @cached_property
    def left(self) -> frozenset[str]:
        return frozenset(c.name for c in self.ledger.consultants if c.name and c.status == LEFT)

    def follow_ups(self) -> Iterator[Due]:
        """Open plans on the backs of the cards, and those that stand in the grade sheets only."""
        for plan in self.ledger.follow_ups:
            if plan.planned_on is not None and plan.done_on is None:
                yield from self._due(plan, plan.planned_on, plan.planned_purpose, plan.planned_means)
        for _, row in self.ledger.prospects:
            if row.next_on is not None:
                yield from self._due(row, row.next_on)

    def cares(self) -> Iterator[Due]:
        for care in self.ledger.cares:
            if care.planned_on is not None and care.done_on is None:
                yield from self._due(care, care.planned_on, "售后回访", care.means, care.item or "")

    def _due(
        self,
        row: FollowUp | Prospect | Care,
        on: dt.date,
        purpose: str | None = None,
        means: str | None = None,
        item: str = "",
    ) -> Iterator[Due]:
        phone = self.ledger.phone_of(row)
        if not phone:
            return
        card = self.ledger.card_by_phone.get(phone)
        grade, prospect = self.rows.get(phone, (None, None))
        if grade is None and card is not None and card.state == State.ORDERED:
            grade = "O"
        asked = (row.consultant, card.consultant if card else None)
        yield Due(
            on,
            next((name for name in asked if name and name not in self.left), ""),
            phone,
            row.customer or (card.customer if card else None) or "",
            next((known.name for known in (row, card, prospect) if known and known.name), ""),
            self.models.get(phone, ""),
            None if item else grade,
            purpose or Purpose.PROMOTION,
            means or Means.PHONE,
            item,
        )
