"""九大步骤 on page 12: how far customers came, from what is recorded; the method's chance of a sale and this shop's own. [S]

A step counts for the customers with a record of it; of 异议, for which no form has a column, nothing is known, and nothing is
guessed. Records with a day count in its month. 流程阶段 and the needs on the card have none: they count for customers of whom something
else was recorded in the month. A stage stands for the stages before it too, except the test drive, which has records of its
own. Each party that left no phone is a customer. The shop's own chance is measured on records that stay when the customer
buys: 流程阶段 goes with the row of the grade sheet. All this is our decision.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from xlcrm.analysis.figures import Content, Page, Percent, Ratio, Table, Unknown, fill
from xlcrm.analysis.scope import Scope, named
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.forms.codes import CODES
from xlcrm.forms.sheets import Order
from xlcrm.forms.states import FAILED, UNCOUNTED, Channel
from xlcrm.forms.switched import Lead
from xlcrm.ledger.months import month_start, next_month
from xlcrm.timeline.life import Event

_MONTHS_BEFORE = 3
"""Months before this one over which the shop's own chances are measured, as those of the grades are."""
_STAGES = CODES["流程阶段"].values


class Way(Enum):
    """The nine steps in their order; the value is the key of the label."""

    GATHERED = "step_gathered"
    RECEIVED = "step_received"
    NEED = "step_need"
    SHOWN = "step_shown"
    DRIVEN = "step_driven"
    OBJECTIONS = "step_objections"
    SOLD = "step_sold"
    DELIVERED = "step_delivered"
    CARED = "step_cared"


_ORDER = tuple(Way)
_STAGE_OF: Mapping[Way, str] = {
    Way.RECEIVED: "初次接触",
    Way.NEED: "需求",
    Way.SHOWN: "展示",
    Way.DRIVEN: "试车",
    Way.SOLD: "报价成交",
    Way.DELIVERED: "交车",
}
"""The 流程阶段 of a step, of which the method gives the chance of a sale."""
_PASSED = (Way.NEED, Way.SHOWN)
"""Steps that a later stage stands for as well."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """A record of a step of a customer: its day, ``None`` of what has none, and whose work it was.

    ``lasts`` says that it stays on record when the customer buys.
    """

    step: Way
    who: str
    on: dt.date | None
    consultant: str | None
    lasts: bool = True


_Reached = Mapping[Way, Mapping[str, str]]
"""Step → the customers who reached it, with the consultant of the first record that names one."""


class _Books:
    """What is on record of every step until the end of a scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._proofs = [own for own in _proofs(scope) if own.on is None or own.on <= scope.last]
        self._proofs.sort(key=lambda own: own.on or dt.date.max)
        self._days = [(own.who, own.on) for own in self._proofs if own.on is not None]
        for key, contacts in scope.evidence.meetings.items():
            self._days += [(key, contact.on) for contact in contacts]

    @cached_property
    def of_month(self) -> _Reached:
        """The steps reached in the month."""
        return self._reached(self._scope.first)

    @cached_property
    def measured(self) -> _Reached:
        """The steps on lasting record in the months over which the shop's own chances are measured."""
        return self._reached(self._since, only_lasting=True)

    def _reached(self, first: dt.date, *, only_lasting: bool = False) -> _Reached:
        last = self._scope.last
        touched = {who for who, on in self._days if first <= on <= last}
        found: dict[Way, dict[str, str]] = {step: {} for step in _ORDER}
        for own in self._proofs:
            is_in = first <= own.on <= last if own.on is not None else own.who in touched
            if is_in and (own.lasts or not only_lasting):
                found[own.step][own.who] = found[own.step].get(own.who) or own.consultant or ""
        return found

    @property
    def _since(self) -> dt.date:
        return month_start(next_month(self._scope.month, -_MONTHS_BEFORE))

    def without(self, step: Way, customers: Iterable[str]) -> int:
        """How many of some customers have no record of a step at all."""
        known = {own.who for own in self._proofs if own.step is step}
        return len(set(customers) - known)

    @cached_property
    def bought(self) -> set[str]:
        """Customers with an order placed or delivered in the measured months that is not cancelled."""
        found: set[str] = set()
        for placed in self._scope.evidence.orders:
            order = placed.record if isinstance(placed.record, Order) else None
            days = [placed.on, *([order.delivered_on] if order and order.delivered_on else [])]
            is_cancelled = order and order.cancelled_on and order.cancelled_on <= self._scope.last
            if placed.customer and not is_cancelled and any(self._since <= day <= self._scope.last for day in days):
                found.add(placed.customer.key)
        return found


def page(scope: Scope) -> Page:
    """The steps of the shop and by consultant, with a sentence about the month's."""
    books = _Books(scope)
    counts = {step.value: len(customers) for step, customers in books.of_month.items()}
    counts["undriven"] = books.without(Way.DRIVEN, books.of_month[Way.SOLD])
    tables = (_of_shop(scope, books), _by_consultant(scope, books.of_month))
    return Page("switched", tables, (fill(SENTENCES["nine_steps"], counts),))


def _of_shop(scope: Scope, books: _Books) -> Table:
    """Each step: who reached it, who went on without a record of it, and the chance of a sale for those who reached it."""
    rows: list[tuple[Content, ...]] = []
    for place, step in enumerate(_ORDER):
        later = {who for other in _ORDER[place + 1 :] for who in books.of_month[other]}
        stage = _STAGE_OF.get(step)
        rows.append(
            (
                LABELS[step.value],
                LABELS[f"{step.value}_from"],
                Unknown.STEP if step is Way.OBJECTIONS else len(books.of_month[step]),
                books.without(step, later),
                Percent(scope.settings.stage_probability(stage) / 100) if stage else None,
                *_own_chance(books, step),
            )
        )
    headers = (
        "nine_step",
        "recorded_in",
        "reached_month",
        "no_record",
        "method_chance",
        "measured",
        "bought",
        "bought_rate",
    )
    return Table("nine_steps", headers, tuple(rows))


def _own_chance(books: _Books, step: Way) -> tuple[Content, ...]:
    """Customers who reached a step, those of them who bought, and their share; nothing of what no record is kept of."""
    if step in (Way.SHOWN, Way.OBJECTIONS, Way.CARED):
        return Unknown.STEP, Unknown.STEP, Unknown.STEP
    customers = books.measured[step].keys()
    bought = len(customers & books.bought)
    return len(customers), bought, Ratio(bought, len(customers))


def _by_consultant(scope: Scope, reached: _Reached) -> Table:
    """The customers who reached each step in the month, by the consultant of the record."""
    counts = {step: Counter(customers.values()) for step, customers in reached.items()}

    def cells(*names: str) -> tuple[Content, ...]:
        sums = {step: sum(own[name] for name in names) for step, own in counts.items()}
        return tuple(Unknown.STEP if step is Way.OBJECTIONS else sums[step] for step in _ORDER)

    names = scope.in_order({name for own in counts.values() for name in own})
    rows = tuple((named(name), *cells(name)) for name in names)
    headers = ("consultant", *(step.value for step in _ORDER))
    return Table("steps_by_consultant", headers, rows, (LABELS["total"], *cells(*names)))


def _proofs(scope: Scope) -> Iterator[_Proof]:
    yield from _of_visits(scope)
    yield from _of_new(scope)
    yield from _of_stages(scope)
    yield from _of_orders(scope)
    for care in filter(scope.evidence.is_sound, scope.ledger.cares):
        if care.done_on is not None and care.result not in FAILED:
            owner = scope.ledger.customers.of(care)
            yield _Proof(Way.CARED, owner.key if owner else care.customer or "", care.done_on, care.consultant)


def _of_visits(scope: Scope) -> Iterator[_Proof]:
    """Parties of the register, and the test drives of both forms."""
    drives = scope.evidence.drives
    for visit, customer in scope.evidence.visits:
        who, day = customer.key if customer else f"{visit.at.row}", visit.date
        yield _Proof(Way.GATHERED, who, day, visit.consultant)
        if visit.channel != Channel.CALL:
            yield _Proof(Way.RECEIVED, who, day, visit.consultant)
        if drives.drove(visit, customer):
            row = drives.of(visit, customer)
            yield _Proof(Way.DRIVEN, who, day, row.consultant if row else visit.consultant)
    for row, customer in drives.without(scope.evidence.visits):
        yield _Proof(Way.DRIVEN, customer.key if customer else row.phone or "", row.date, row.consultant)


def _of_new(scope: Scope) -> Iterator[_Proof]:
    """Customers who came into the books by another door, and leads."""
    for key, life in scope.evidence.timeline.lives.items():
        for step in life.steps:
            if step.event is Event.NEW and life.standing.state not in UNCOUNTED:
                yield _Proof(Way.GATHERED, key, step.on, step.after.consultant)
    for lead in filter(scope.evidence.is_sound, scope.ledger.of(Lead)):
        if lead.given_at is not None and lead.is_valid:
            customer = scope.ledger.customers.meant(lead)
            who = customer.key if customer else lead.phone or ""
            yield _Proof(Way.GATHERED, who, lead.given_at.date(), lead.consultant)


def _of_stages(scope: Scope) -> Iterator[_Proof]:
    """What the card and the grade sheet know of a customer; 试驾日期 where 试驾 does not speak of the day."""
    for customer in scope.ledger.customers.values():
        for card in customer.cards:
            if (card.needs or card.use or card.budget) and card.state not in UNCOUNTED:
                yield _Proof(Way.NEED, customer.key, None, card.consultant)
        for row in filter(scope.evidence.is_sound, customer.prospects):
            if row.test_drive_on is not None and row.test_drive_on < scope.evidence.drives.since:
                yield _Proof(Way.DRIVEN, customer.key, row.test_drive_on, row.consultant)
            at = _STAGES.index(row.stage) if row.stage in _STAGES else -1
            for step, stage in _STAGE_OF.items():
                place = _STAGES.index(stage)
                if step is not Way.RECEIVED and (place == at or (step in _PASSED and place < at)):
                    yield _Proof(step, customer.key, None, row.consultant, lasts=False)


def _of_orders(scope: Scope) -> Iterator[_Proof]:
    for placed in scope.evidence.orders:
        order = placed.record if isinstance(placed.record, Order) else None
        who = placed.customer.key if placed.customer else (order.phone or "" if order else "")
        yield _Proof(Way.SOLD, who, placed.on, placed.consultant)
        if order and order.delivered_on:
            yield _Proof(Way.DELIVERED, who, order.delivered_on, placed.consultant)
