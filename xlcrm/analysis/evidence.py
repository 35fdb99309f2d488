"""What facts are drawn from: the books, the lives replayed from them, and what is known of every customer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from xlcrm.analysis.kept import KeptMonth, kept_months
from xlcrm.followup.dues import should_contact
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Care, FollowUp, Loss, Order, Prospect, Report, Visit
from xlcrm.forms.states import UNCOUNTED, Decision, State, Visiting
from xlcrm.forms.switched import Drive
from xlcrm.ledger.applications import repeated_applications
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, next_month
from xlcrm.safety.seals import sealed_months
from xlcrm.timeline.life import Contact, Life, Timeline
from xlcrm.timeline.meetings import meetings
from xlcrm.timeline.written import is_obsolete

P = TypeVar("P", FollowUp, Care)


class Profile(NamedTuple):
    """What the books know of a customer, wherever it stands."""

    source: str
    model: str
    rival: str
    first_contact: dt.date | None
    record: Record | None
    media: str = ""
    purchase_kind: str = ""


_STRANGER = Profile("", "", "", None, None)
_NEVER = ("", dt.date.max)


class PlacedOrder(NamedTuple):
    """An order placed: a row of 订单, or the mark of an order nobody has written there yet."""

    on: dt.date
    record: Order | Visit | Report
    customer: Customer | None
    consultant: str
    model: str
    cars: int = 1


class PlannedContact(NamedTuple, Generic[P]):
    """A contact planned for ``day`` and in time until ``due``, the month it counts in, and whose it is."""

    row: P
    day: dt.date
    due: dt.date
    month: str
    customer: Customer | None


@dataclass(frozen=True)
class Evidence:
    """What facts are drawn from: the books, the lives replayed from them, and the rows in error.

    ``closing`` are the days of closes that the book does not hold yet: those being made.
    """

    ledger: Ledger
    timeline: Timeline
    blocked: Collection[tuple[str, int]]
    today: dt.date
    closing: Mapping[str, dt.date] = field(default_factory=dict)

    def is_sound(self, record: Record) -> bool:
        return (record.at.sheet, record.at.row) not in self.blocked

    def profile(self, customer: Customer | None) -> Profile:
        """A customer's profile; of one the books do not know, an empty one."""
        return self._profiles.get(customer.key, _STRANGER) if customer is not None else _STRANGER

    @cached_property
    def _profiles(self) -> dict[Key, Profile]:
        return {customer.key: self._profile(customer) for customer in self.ledger.customers.values()}

    def _profile(self, customer: Customer) -> Profile:
        """The card says source and first contact, the grade sheet model and rival; the register fills what they leave."""
        visits = sorted(
            (v for v in customer.visits if self._counts(v)), key=lambda v: (v.date or dt.date.max, v.at.row)
        )
        wishes: list[Prospect | Visit] = [*customer.prospects, *visits]
        days = [card.first_contact for card in customer.cards]
        days += [row.first_contact if isinstance(row, Prospect) else row.date for row in wishes]
        return Profile(
            next((row.source for row in (*customer.cards, *wishes) if row.source), ""),
            next((row.model for row in wishes if row.model), ""),
            next((row.rival for row in wishes if row.rival), ""),
            next(filter(None, days), None),
            next(iter((*customer.cards, *wishes)), None),
            next((visit.media for visit in visits if visit.media), ""),
            next((card.purchase_kind for card in customer.cards if card.purchase_kind), ""),
        )

    @cached_property
    def visits(self) -> tuple[tuple[Visit, Customer | None], ...]:
        """The valid register rows of parties who came or called about a car, as they count, with the customer: the 批次."""
        rows = ((visit, self.ledger.customers.of(visit)) for visit in self.ledger.visits if self._counts(visit))
        return tuple((self._as_counted(visit, customer), customer) for visit, customer in rows)

    @cached_property
    def drives(self) -> Drives:
        """Who drove, by the rows that count."""
        return Drives(self.ledger, filter(self.is_sound, self.ledger.of(Drive)))

    def _counts(self, visit: Visit) -> bool:
        return visit.may_be_looking and visit.date is not None and self.is_sound(visit)

    def _as_counted(self, visit: Visit, customer: Customer | None) -> Visit:
        """A first visit of 无效 left no contact; that of 重复 is a repeat visit of the surviving card. SPEC section 2."""
        exit_ = self.void(customer, f"{visit.date:%Y-%m}")
        if exit_ == State.INVALID:
            return _with(visit, phone=None, grade=None, no_contact_reason=exit_)
        is_again = exit_ == State.DUPLICATE and visit.first == Visiting.FIRST
        return _with(visit, first=Visiting.AGAIN) if is_again else visit

    def void(self, customer: Customer | None, month: str) -> str:
        """无效 or 重复 of a customer who turned out to be none before the month's figures were final, else ""."""
        exit_, on = self._voids.get(customer.key, _NEVER) if customer is not None else _NEVER
        return exit_ if on <= self._known_until(month) else ""

    def _known_until(self, month: str) -> dt.date:
        """The last day whose decisions a month's figures know: a sealed month is not restated."""
        return self.closed_on.get(month) or (month_end(month) if month in self._sealed else self.today)

    @cached_property
    def closed_on(self) -> dict[str, dt.date]:
        """The day on which each month was closed whose figures are kept in 历月指标."""
        return {month: own.closed_on for month, own in self.kept.items()} | dict(self.closing)

    @cached_property
    def kept(self) -> dict[str, KeptMonth]:
        """The figures of closed months, by month."""
        return kept_months(self.ledger)

    @cached_property
    def _sealed(self) -> frozenset[str]:
        return frozenset(sealed_months(self.ledger))

    @cached_property
    def _voids(self) -> dict[Key, tuple[str, dt.date]]:
        """Customer → 无效 or 重复, and the day it was decided."""
        found: dict[Key, tuple[str, dt.date]] = {}
        for customer in self.ledger.customers.values():
            for loss in customer.losses:
                decided = loss.decided_on or loss.applied_on
                if loss.exit in UNCOUNTED and loss.decision == Decision.APPROVED and decided and self.is_sound(loss):
                    found.setdefault(customer.key, (loss.exit, decided))
        return found

    @cached_property
    def meetings(self) -> dict[Key, tuple[Contact, ...]]:
        """The contacts with each customer, as they count."""
        return {key: tuple(meetings(life)) for key, life in self.timeline.lives.items()}

    @cached_property
    def met(self) -> dict[dt.date, list[tuple[Life, Contact]]]:
        """The same by the first of their month, each with the life it is of."""
        found: dict[dt.date, list[tuple[Life, Contact]]] = defaultdict(list)
        for key, contacts in self.meetings.items():
            for contact in contacts:
                found[contact.on.replace(day=1)].append((self.timeline.lives[key], contact))
        return found

    @cached_property
    def came(self) -> dict[tuple[Key, dt.date], set[str | None]]:
        """首次/再次 of a customer's visits on a day."""
        found: dict[tuple[Key, dt.date], set[str | None]] = defaultdict(set)
        for visit, customer in self.visits:
            if customer is not None and visit.date is not None:
                found[customer.key, visit.date].add(visit.first)
        return found

    @cached_property
    def follow_ups_planned(self) -> tuple[PlannedContact[FollowUp], ...]:
        """Follow-ups planned for a day, but open ones of customers nobody is to contact any more."""
        return tuple(self._planned(self.ledger.follow_ups, is_care=False))

    @cached_property
    def cares_planned(self) -> tuple[PlannedContact[Care], ...]:
        """Care calls planned for a day, but open ones of customers nobody is to contact any more."""
        return tuple(self._planned(self.ledger.cares, is_care=True))

    def _planned(self, rows: Iterable[P], *, is_care: bool) -> Iterator[PlannedContact[P]]:
        for row in rows:
            day = row.planned_on
            if day is None or not self.is_sound(row):
                continue
            customer = self.ledger.customers.of(row)
            if row.done_on is None and customer is not None and not should_contact(customer, is_care=is_care):
                continue
            due = self.ledger.due_on(row, day)
            yield PlannedContact(row, day, due, self.month_due(row, day, due), customer)

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
    def repeated_applications(self) -> frozenset[Loss]:
        """Rows of 战败 about an application that another row stands for."""
        customers = self.ledger.customers.values()
        return frozenset(loss for customer in customers for loss in repeated_applications(customer.losses))

    @cached_property
    def orders(self) -> tuple[PlacedOrder, ...]:
        """Every order placed, the written ones first."""
        written = [
            PlacedOrder(o.placed_on, o, customer, o.consultant or "", o.model or "", o.quantity or 1)
            for o, customer in ((o, self.ledger.customers.of(o)) for o in self.ledger.orders)
            if o.placed_on and self.is_sound(o) and o not in self.ledger.originals
            if customer is None or not is_obsolete(customer, o, self.ledger)
        ]
        marked = [
            PlacedOrder(mark.on, mark.source, life.customer, mark.source.consultant or "", mark.source.model or "")
            for life in self.timeline.lives.values()
            for mark in life.unwritten_orders
        ]
        return (*written, *marked)

    def standing_row(self, month: str, life: Life) -> Record:
        """The row that proves a customer's standing: of 月初留存 if frozen, else where the customer stands in the books."""
        frozen = next((opening for opening in life.customer.openings if opening.month == month), None)
        known = frozen or self.profile(life.customer).record or next((step.evidence for step in life.steps), None)
        return known or life.customer.openings[-1]


def _with(visit: Visit, **values: object) -> Visit:
    """A register row with other values in some fields; what was typed stays."""
    return Visit.of(
        visit.at, visit.typed, visit.defects, [values.get(name, getattr(visit, name)) for name in Visit.form.index]
    )
