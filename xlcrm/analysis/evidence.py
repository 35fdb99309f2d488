"""What facts are drawn from: the books, the lives replayed from them, and what is known of every customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Care, FollowUp, Order, Report, Visit
from xlcrm.forms.states import UNCOUNTED, Decision, State, Visiting
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, next_month
from xlcrm.safety.seals import sealed_months
from xlcrm.timeline.replay import Timeline, is_superseded


class Profile(NamedTuple):
    """What the books know of a customer, wherever it stands."""

    source: str
    model: str
    rival: str
    first_contact: dt.date | None
    record: Record | None


_STRANGER = Profile("", "", "", None, None)


class Placed(NamedTuple):
    """An order placed: a row of 订单, or the mark of an order nobody has written there yet."""

    on: dt.date
    record: Order | Visit | Report
    phone: str
    consultant: str
    model: str
    cars: int = 1


@dataclass(frozen=True)
class Evidence:
    """What facts are drawn from: the books, the lives replayed from them, and the rows in error."""

    ledger: Ledger
    timeline: Timeline
    blocked: Collection[tuple[str, int]]
    today: dt.date

    def is_sound(self, record: Record) -> bool:
        return (record.at.sheet, record.at.row) not in self.blocked

    def profile(self, phone: str | None) -> Profile:
        """A customer's profile; of one the books do not know, an empty one."""
        return self._profiles.get(phone or "", _STRANGER)

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        """The card says source and first contact, the grade sheet model and rival; the register fills what they leave."""
        found: dict[str, Profile] = {}

        def learn(phone: str | None, row: Record, since: dt.date | None, *known: str | None) -> None:
            if phone:
                old = found.get(phone, _STRANGER)
                kept = (old.source, old.model, old.rival)
                source, model, rival = (mine or new or "" for mine, new in zip(kept, known, strict=True))
                found[phone] = Profile(source, model, rival, old.first_contact or since, old.record or row)

        for card in self.ledger.cards:
            learn(card.phone, card, card.first_contact, card.source, None, None)
        for _, row in self.ledger.prospects:
            learn(self.ledger.phone_of(row), row, row.first_contact, row.source, row.model, row.rival)
        for visit in sorted(self.visits, key=lambda v: (v.date or dt.date.max, v.at.row)):
            learn(self.ledger.phone_of(visit), visit, visit.date, visit.source, visit.model, visit.rival)
        return found

    def customer(self, phone: str | None) -> str:
        """客户编号 of a customer, "" of one without a card."""
        return self.ledger.customer_by_phone.get(phone or "", "")

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """The valid register rows of parties who came or called about a car, as they count: the 批次."""
        return tuple(
            self._as_counted(v) for v in self.ledger.visits if v.may_be_looking and v.date and self.is_sound(v)
        )

    def _as_counted(self, visit: Visit) -> Visit:
        """A first visit of 无效 left no contact; that of 重复 is a repeat visit of the surviving card. SPEC section 2."""
        exit_ = self.void(self.ledger.phone_of(visit) or "", f"{visit.date:%Y-%m}")
        if exit_ == State.INVALID:
            return _with(visit, phone=None, grade=None, no_contact_reason=exit_)
        is_again = exit_ == State.DUPLICATE and visit.first == Visiting.FIRST
        return _with(visit, first=Visiting.AGAIN) if is_again else visit

    def void(self, phone: str, month: str) -> str:
        """无效 or 重复 of a customer who turned out to be none before the month's figures were final, else ""."""
        exit_, on = self._voids.get(phone, ("", dt.date.max))
        return exit_ if on <= self._known_until(month) else ""

    def _known_until(self, month: str) -> dt.date:
        """The last day whose decisions a month's figures know: a sealed month is not restated."""
        if month not in self._sealed:
            return self.today
        return self.closed_on.get(month) or month_end(month)

    @cached_property
    def closed_on(self) -> dict[str, dt.date]:
        """The day on which each month was closed whose figures are kept in 历月指标."""
        return {row.month: row.closed_on for row in self.ledger.month_figures if row.month and row.closed_on}

    @cached_property
    def _sealed(self) -> frozenset[str]:
        return frozenset(sealed_months(self.ledger))

    @cached_property
    def _voids(self) -> dict[str, tuple[str, dt.date]]:
        """Customer → 无效 or 重复, and the day it was decided."""
        found: dict[str, tuple[str, dt.date]] = {}
        for loss in self.ledger.losses:
            decided = loss.decided_on or loss.applied_on
            if loss.exit in UNCOUNTED and loss.decision == Decision.APPROVED and decided and self.is_sound(loss):
                found.setdefault(self.ledger.phone_of(loss) or "", (loss.exit, decided))
        return found

    def month_due(self, plan: FollowUp | Care, planned: dt.date, due: dt.date) -> str:
        """The month a plan falls due in: its own, or the next where that was closed before the day was over.

        ``due`` is the day until which the plan is in time. So it counts in exactly one month. SPEC section 12.
        """
        month = f"{planned:%Y-%m}"
        while (closed := self.closed_on.get(month)) and due >= closed:
            if plan.done_on is not None and plan.done_on <= closed:
                break
            month = next_month(month)
        return month

    @cached_property
    def orders(self) -> tuple[Placed, ...]:
        """Every order placed, the written ones first."""
        written = [
            Placed(o.date, o, self.ledger.phone_of(o) or "", o.consultant or "", o.model or "", o.quantity or 1)
            for o in self.ledger.orders
            if o.date and self.is_sound(o) and not is_superseded(self.ledger, o)
        ]
        marked = [
            Placed(mark.date, mark, life.phone, mark.consultant or "", mark.model or "")
            for life in self.timeline.lives.values()
            for mark in life.unwritten_orders
            if mark.date
        ]
        return (*written, *marked)

    @cached_property
    def _opening_rows(self) -> dict[tuple[str, str], Record]:
        return {(o.month, o.phone): o for o in self.ledger.openings if o.month and o.phone}

    def standing_row(self, month: str, phone: str) -> Record:
        """The row that proves a customer's standing: of 月初留存 if frozen, else where the customer stands in the books."""
        record = self._opening_rows.get((month, phone)) or self.profile(phone).record
        return record or next(self.timeline.lives[phone].steps).evidence


def _with(visit: Visit, **values: object) -> Visit:
    """A register row with other values in some fields; what was typed stays."""
    return Visit.of(
        visit.at, visit.typed, visit.defects, [values.get(name, getattr(visit, name)) for name in Visit.form.index]
    )
