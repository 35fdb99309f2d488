"""What a customer's life is made of: standings, the steps between them, contacts, and all of it in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import BY_DATE, BY_HAND, FIRST_KEPT, HANDED_OVER, Card, Loss, MoveRow, Order, Report, Visit
from xlcrm.forms.states import FAILED, NOBODY, TRACKED, State
from xlcrm.ledger.customers import Customer, Key


class Event(Enum):
    """What moved a customer."""

    NEW = "新增"
    REGRADE = "升降级"
    REVIVE = "激活"
    UPGRADE = "自动升级"
    ORDER = "下订"
    CANCEL = "退订"
    DELIVER = "交车"
    APPLY = "战败申请"
    APPROVE = "同意战败"
    REJECT = "驳回战败"
    CORRECT = "更正"
    HANDOVER = "移交"


class Standing(NamedTuple):
    """Where a customer stands. ``grade`` is the one held, or last held before leaving; ``since`` the day it was entered."""

    state: str
    grade: str | None
    consultant: str | None
    since: dt.date | None

    @property
    def tracked(self) -> bool:
        return self.state in TRACKED

    @property
    def shown(self) -> str:
        """As printed in 级别变更: the grade of a prospect, 战败待审(A), or the state."""
        if self.state == State.ACTIVE:
            return self.grade or State.ACTIVE
        return f"{self.state}({self.grade})" if self.state == State.LOSS_PENDING else self.state


class Step(NamedTuple):
    """One move of a customer, with the record that proves it. ``before`` is ``None`` for a new customer."""

    on: dt.date
    event: Event
    before: Standing | None
    after: Standing
    evidence: Record

    @property
    def printed(self) -> tuple[str, str]:
        """从 and 到 of 级别变更: consultants where the customer was handed over."""
        if self.before is None:
            return NOBODY, self.after.shown
        if self.event is Event.HANDOVER:
            return self.before.consultant or "", self.after.consultant or ""
        return self.before.shown, self.after.shown


class Contact(NamedTuple):
    """One contact with a customer: a row of 当日总结, or a register row that no report mentions."""

    on: dt.date
    source: Report | Visit
    grade_before: str | None
    grade_after: str | None

    @property
    def reached(self) -> bool:
        return not (isinstance(self.source, Report) and self.source.result in FAILED)


class Kept(Enum):
    """A happening may leave the customer's open plan as it is."""

    KEPT = "kept"


class Happening(NamedTuple):
    """A contact or a step, in order, and the day of the next contact: ``None`` for no plan, ``KEPT`` for the open one."""

    on: dt.date
    next_on: dt.date | Kept | None
    contact: Contact | None = None
    steps: tuple[Step, ...] = ()


class OrderMark(NamedTuple):
    """A register row or a report that mentions an order, and its day."""

    on: dt.date
    source: Visit | Report


class LossMark(NamedTuple):
    """A report that applies for a loss, and its day."""

    on: dt.date
    report: Report


@dataclass(slots=True)
class Life:
    """One customer from the base, where he stood at the start, to ``standing``, where he stands today."""

    customer: Customer
    base: Standing | None
    standing: Standing
    happenings: list[Happening] = field(default_factory=list)
    first_visit: Visit | None = None
    unwritten_orders: list[OrderMark] = field(default_factory=list)
    """Marks of an order for which no row stands in 订单."""
    unwritten_losses: list[LossMark] = field(default_factory=list)
    """Applications for a loss for which no row stands in 战败."""
    deliveries: list[Order] = field(default_factory=list)
    """Orders whose car was handed over."""

    @property
    def handed_over_from(self) -> str | None:
        """The consultant before a change on the card that 级别变更 does not hold yet; ``None`` where there is none."""
        new = [s for s in self.steps if s.event is Event.HANDOVER and not isinstance(s.evidence, MoveRow)]
        return new[-1].before.consultant if new and new[-1].before is not None else None

    def planned(self, day: dt.date) -> dt.date | None:
        """The next contact as it was planned at the end of a day, ``None`` where there was no plan."""
        made = [h.next_on for h in self.happenings if h.on <= day and not isinstance(h.next_on, Kept)]
        return made[-1] if made else None

    @property
    def steps(self) -> Iterator[Step]:
        return (step for happening in self.happenings for step in happening.steps)

    @property
    def contacts(self) -> Iterator[Contact]:
        return (happening.contact for happening in self.happenings if happening.contact)

    def at(self, day: dt.date) -> Standing | None:
        """The standing at the end of a day."""
        standing = self.base
        for happening in self.happenings:
            for step in happening.steps:
                if step.on > day:
                    return standing
                standing = step.after
        return standing

    def stood(self, day: dt.date) -> Standing:
        """The standing at the end of a day on which the life had begun."""
        return self.at(day) or self.standing


class Timeline(NamedTuple):
    """All lives from ``start`` on; ``waiting`` are register rows in error whose customers wait for their repair.

    ``held`` are the customers who count as their row stands (see ``held``).
    """

    start: dt.date
    lives: Mapping[Key, Life]
    waiting: tuple[Visit, ...]
    held: frozenset[Key] = frozenset()

    def of(self, customer: Customer | None) -> Life | None:
        """The life of a customer, ``None`` of one who has none yet."""
        return self.lives.get(customer.key) if customer is not None else None


def evidence_text(step: Step) -> str:
    """What proves a step, in words that stay true when rows move: 日报 2026-10-05 现级别 A."""
    if step.event is Event.HANDOVER:
        return HANDED_OVER
    if isinstance(step.evidence, MoveRow):
        return step.evidence.evidence or ""
    return f"{step.evidence.at.sheet} {step.on} {_proof(step)}"


def _proof(step: Step) -> str:
    """The cell of the evidence that proves the step: 现级别 A."""
    match step.evidence:
        case Report() as report if step.event in (Event.REGRADE, Event.REVIVE):
            return f"现级别 {report.grade_after}"
        case Report() as report:
            return f"结果 {report.result}"
        case Visit() if step.event is Event.ORDER:
            return "现场订购"
        case Visit() as visit:
            return f"{FIRST_KEPT} {visit.grade} {visit.consultant or ''}".rstrip()
        case Order() as order:
            return f"{step.event.value} {order.number or ''}".strip()
        case Loss():
            return step.event.value
        case Card():
            return f"{BY_HAND} {step.after.grade} {step.after.consultant or ''}".rstrip()
        case row:
            return f"{BY_DATE} {row.shown('expected_on')}"
