"""The facts of a period: every single thing the figures count, with the record that proves it.

A fact is one unit of one measure. Every figure is a sum of facts and every table a sum of facts by one of their attributes,
so consultants, sources and days add up to the same total, and each figure can be traced to its rows. Source of the measures:
SPEC section 7; rows in error are no facts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from xlcrm.followup.dues import is_waited_for
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Care, FollowUp, Order, Report, Visit
from xlcrm.forms.states import DECIDED, FAILED, UNCOUNTED, Decision, State, Visiting
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import next_month
from xlcrm.timeline.replay import Event, Life, Standing, Step, Timeline, is_superseded


class Measure(Enum):
    """What is counted. The value is the key of its label."""

    BATCHES = "batches"
    FIRST = "first_visits"
    FIRST_WITH_PHONE = "first_visits_with_phone"
    WITH_PHONE = "visits_with_phone"
    REPEAT = "repeat_visits"
    DRIVES = "test_drives"
    NEW_CARDS = "new_cards"
    OPENING = "opening_stock"
    CLOSING = "closing_stock"
    ORDERS = "orders"
    CONVERTED = "converted"
    CONVERTED_NEW = "converted_new"
    CYCLED = "orders_of_known_age"
    CYCLE_DAYS = "cycle_days"
    OPEN_ORDERS = "open_orders"
    DELIVERIES = "deliveries"
    CANCELLATIONS = "cancellations"
    APPLIED = "losses_applied"
    APPROVED = "losses_approved"
    REJECTED = "losses_rejected"
    PENDING = "losses_pending"
    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    DAYS_LATE = "days_late"
    UNREACHED = "unreached"
    UNDONE = "undone"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    CONTACTS = "contacts"
    REACHED = "reached"
    CARE_DUE = "care_due"
    CARE_ON_TIME = "care_on_time"
    CARE_LATE = "care_late"
    CARE_UNDONE = "care_undone"
    TARGET = "target"
    TARGET_CONTACTS = "target_contacts"


class Fact(NamedTuple):
    """One thing counted. An attribute nobody wrote is ""; ``amount`` is 1 but for days and targets."""

    measure: Measure
    on: dt.date
    record: Record
    consultant: str
    source: str
    model: str
    rival: str
    grade: str
    amount: int = 1


class Facts:
    """The facts of one period, by measure."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by: dict[Measure, list[Fact]] = defaultdict(list)
        for fact in facts:
            self._by[fact.measure].append(fact)

    def __iter__(self) -> Iterator[Fact]:
        return (fact for facts in self._by.values() for fact in facts)

    def of(self, *measures: Measure) -> list[Fact]:
        """All facts of some measures."""
        return [fact for measure in measures for fact in self._by.get(measure, ())]

    def total(self, *measures: Measure, grade: str | None = None) -> int:
        """The sum of some measures, of one grade if asked."""
        return sum(fact.amount for fact in self.of(*measures) if grade is None or fact.grade == grade)

    def sums(self, measure: Measure, by: Callable[[Fact], str]) -> dict[str, int]:
        """The sum of a measure by an attribute."""
        found: dict[str, int] = defaultdict(int)
        for fact in self.of(measure):
            found[by(fact)] += fact.amount
        return dict(found)


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
        """The valid register rows of parties who came or called about a car: the 批次."""
        return tuple(v for v in self.ledger.visits if v.may_be_looking and v.date and self.is_sound(v))

    @cached_property
    def orders(self) -> tuple[Placed, ...]:
        """Every order placed, the written ones first."""
        written = [
            Placed(o.date, o, self.ledger.phone_of(o) or "", o.consultant or "", o.model or "")
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


def collect(evidence: Evidence, first: dt.date, last: dt.date) -> Facts:
    """Every fact from ``first``, the first of a month, to ``last``."""
    return Facts(
        fact
        for source in (_visits, _lives, _orders, _losses, _plans, _cares, _targets)
        for fact in source(evidence, first, last)
    )


def _visits(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    for visit in evidence.visits:
        assert visit.date is not None
        if not first <= visit.date <= last:
            continue
        measures = [Measure.BATCHES]
        if visit.phone:
            measures.append(Measure.WITH_PHONE)
        if visit.first == Visiting.FIRST:
            measures += [Measure.FIRST, Measure.FIRST_WITH_PHONE] if visit.phone else [Measure.FIRST]
        elif visit.first == Visiting.AGAIN:
            measures.append(Measure.REPEAT)
        if visit.test_drive:
            measures.append(Measure.DRIVES)
        for measure in measures:
            yield _of_visit(measure, visit, visit.date)


def _of_visit(measure: Measure, visit: Visit, day: dt.date) -> Fact:
    return Fact(
        measure,
        day,
        visit,
        visit.consultant or "",
        visit.source or "",
        visit.model or "",
        visit.rival or "",
        visit.grade or "",
    )


def _lives(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Stocks at both ends, new cards, and contacts. A customer is counted until the day he turns 无效 or 重复."""
    for life in evidence.timeline.lives.values():
        yield from _stocks(evidence, life, first, last)
        for step in life.steps:
            if isinstance(step.evidence, Visit) and _makes_card(step) and first <= step.on <= last:
                yield _of_visit(Measure.NEW_CARDS, step.evidence, step.on)
        for contact in life.contacts:
            standing = life.at(contact.on) if first <= contact.on <= last else None
            if standing is None or standing.state in UNCOUNTED:
                continue
            who = contact.source.consultant
            measures = (Measure.CONTACTS, Measure.REACHED) if contact.reached else (Measure.CONTACTS,)
            for measure in measures:
                yield _of_customer(evidence, measure, contact.on, contact.source, who, life.phone, contact.grade_before)


def _stocks(evidence: Evidence, life: Life, first: dt.date, last: dt.date) -> Iterator[Fact]:
    month = f"{first:%Y-%m}"
    for measure, day, standing, frozen in (
        (Measure.OPENING, first, life.at(first - dt.timedelta(days=1)), month),
        (Measure.CLOSING, last, life.at(last), next_month(month)),
    ):
        if standing is not None and standing.tracked:
            record = evidence.standing_row(frozen, life.phone)
            yield _of_customer(evidence, measure, day, record, standing.consultant, life.phone, standing.grade)


def _of_customer(
    evidence: Evidence,
    measure: Measure,
    on: dt.date,
    record: Record,
    consultant: str | None,
    phone: str | None,
    grade: str | None,
    amount: int = 1,
) -> Fact:
    known = evidence.profile(phone)
    return Fact(measure, on, record, consultant or "", known.source, known.model, known.rival, grade or "", amount)


def _orders(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    converted: set[str] = set()
    for placed in evidence.orders:
        if first <= placed.on <= last:
            yield _of_order(evidence, Measure.ORDERS, placed.on, placed)
            since = evidence.profile(placed.phone).first_contact
            if since is not None and since <= placed.on:
                yield _of_order(evidence, Measure.CYCLED, placed.on, placed)
                yield _of_order(evidence, Measure.CYCLE_DAYS, placed.on, placed, (placed.on - since).days)
            opening = _opening_of(evidence, placed.phone, first)
            if opening is not None and placed.phone not in converted:
                converted.add(placed.phone)
                yield _of_order(evidence, Measure.CONVERTED, placed.on, placed)._replace(
                    consultant=opening.consultant or "", grade=opening.grade or ""
                )
            elif placed.phone not in converted and _is_new(evidence, placed.phone, first, last):
                converted.add(placed.phone)
                yield _of_order(evidence, Measure.CONVERTED_NEW, placed.on, placed)
        order = placed.record if isinstance(placed.record, Order) else None
        delivered, cancelled = (order.delivered_on, order.cancelled_on) if order else (None, None)
        ends = [day for day in (delivered, cancelled) if day]
        if placed.on < first and all(day >= first for day in ends):
            yield _of_order(evidence, Measure.OPEN_ORDERS, first, placed)
        if delivered and first <= delivered <= last:
            yield _of_order(evidence, Measure.DELIVERIES, delivered, placed)
        if cancelled and first <= cancelled <= last:
            yield _of_order(evidence, Measure.CANCELLATIONS, cancelled, placed)


def _opening_of(evidence: Evidence, phone: str, first: dt.date) -> Standing | None:
    """The standing a customer opened the month with, if in stock."""
    life = evidence.timeline.lives.get(phone)
    standing = life.at(first - dt.timedelta(days=1)) if life else None
    return standing if standing is not None and standing.tracked else None


def _is_new(evidence: Evidence, phone: str, first: dt.date, last: dt.date) -> bool:
    """Whether a customer's card was made in the period."""
    life = evidence.timeline.lives.get(phone)
    return life is not None and any(first <= step.on <= last for step in life.steps if _makes_card(step))


def _makes_card(step: Step) -> bool:
    return step.event is Event.NEW and isinstance(step.evidence, Visit)


def _of_order(evidence: Evidence, measure: Measure, on: dt.date, placed: Placed, amount: int = 1) -> Fact:
    fact = _of_customer(evidence, measure, on, placed.record, placed.consultant, placed.phone, None, amount)
    return fact._replace(model=placed.model or fact.model)


def _losses(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Applications and decisions of 类型 战败, and those nobody had decided at the end, whenever applied for.

    A frozen or unreachable customer is no loss, 无效 and 重复 mend the books.
    """
    for loss in evidence.ledger.losses:
        applied = loss.applied_on
        if loss.exit not in (None, State.LOST) or applied is None:
            continue
        decided = loss.decided_on or applied
        # what the roll wrote for a 战败申请 lacks its reason, which is an error until somebody adds it
        if not evidence.is_sound(loss) and (loss.decision in DECIDED or not loss.is_blank("reason")):
            continue
        measures: list[tuple[Measure, dt.date]] = [(Measure.APPLIED, applied)]
        if loss.decision == Decision.REJECTED:
            measures.append((Measure.REJECTED, decided))
        elif loss.decision == Decision.APPROVED:
            measures.append((Measure.APPROVED, decided))
        if applied <= last and (loss.decision not in DECIDED or decided > last):
            measures.append((Measure.PENDING, last))
        phone = evidence.ledger.phone_of(loss)
        for measure, day in measures:
            if first <= day <= last:
                fact = _of_customer(evidence, measure, day, loss, loss.applicant, phone, loss.grade_before)
                yield fact._replace(rival=loss.rival or "")
    for life in evidence.timeline.lives.values():
        for mark in life.unwritten_losses:
            grade = mark.grade_after or mark.grade_before
            if mark.date and first <= mark.date <= last:
                yield _of_customer(evidence, Measure.APPLIED, mark.date, mark, mark.consultant, life.phone, grade)
            if mark.date and mark.date <= last:
                yield _of_customer(evidence, Measure.PENDING, last, mark, mark.consultant, life.phone, grade)


def _plans(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Follow-ups due, from the plans on the back of the cards as the roll keeps them."""
    for plan in evidence.ledger.follow_ups:
        day, done = plan.planned_on, plan.done_on
        if day is None or day > last or not evidence.is_sound(plan):
            continue
        phone = evidence.ledger.phone_of(plan)
        if done is None and not is_waited_for(evidence.ledger, phone or "", is_care=False):
            continue
        own: list[tuple[Measure, int]] = []
        due = evidence.ledger.due_on(plan, day)
        if day >= first:
            own += _timeliness(plan, due, evidence.today)
        if due < evidence.today and due <= last and (done is None or done > last):
            own.append((Measure.OVERDUE, 1))
        for measure, amount in own:
            yield _of_customer(evidence, measure, day, plan, plan.consultant, phone, plan.grade_before, amount)


def _timeliness(plan: FollowUp, day: dt.date, today: dt.date) -> Iterator[tuple[Measure, int]]:
    """What became of a plan good until ``day``. Until the day is over, what is not done yet is not due yet.

    Only a contact that reached the customer counts as done. [S]
    """
    if plan.done_on is None:
        if day >= today:
            yield Measure.DUE_TODAY, 1
            return
        yield Measure.UNDONE, 1
    elif plan.result in FAILED:
        yield Measure.UNREACHED, 1
    elif plan.done_on <= day:
        yield Measure.ON_TIME, 1
    else:
        yield Measure.LATE, 1
        yield Measure.DAYS_LATE, (plan.done_on - day).days
    yield Measure.DUE, 1


def _cares(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    for care in evidence.ledger.cares:
        day = care.planned_on
        if day is None or not first <= day <= last or not evidence.is_sound(care):
            continue
        phone = evidence.ledger.phone_of(care)
        if care.done_on is None and not is_waited_for(evidence.ledger, phone or "", is_care=True):
            continue
        for measure in _care_measures(care, evidence.ledger.due_on(care, day)):
            yield _of_customer(evidence, measure, day, care, care.consultant, phone, None)


def _care_measures(care: Care, day: dt.date) -> tuple[Measure, ...]:
    if care.done_on is None or care.result in FAILED:
        return Measure.CARE_DUE, Measure.CARE_UNDONE
    return Measure.CARE_DUE, Measure.CARE_ON_TIME if care.done_on <= day else Measure.CARE_LATE


def _targets(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """The month's targets, whole however far the month has gone."""
    for target in evidence.ledger.targets:
        if target.month == f"{last:%Y-%m}" and evidence.is_sound(target):
            for measure, amount in ((Measure.TARGET, target.orders), (Measure.TARGET_CONTACTS, target.contacts_kept)):
                if amount:
                    yield _of_customer(evidence, measure, first, target, target.consultant, None, None, amount)
