"""The day: whom each consultant contacts today, what came of the day, who was missed.

Everything is taken from a rolled book. Source: SPEC sections 1 (meetings), 6 and 8.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeVar

from xlcrm.followup.care import is_birthday
from xlcrm.followup.dues import Due, dues, rank
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Loss, Order, Owner, Report, Visit
from xlcrm.forms.states import (
    FAILED,
    GRADES,
    LEFT,
    ORDERED_GRADE,
    TRACKED,
    UNCOUNTED,
    CareItem,
    Means,
    Purpose,
    Section,
    Visiting,
)
from xlcrm.forms.switched import Drive
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.firstten import FirstTen
from xlcrm.ledger.ledger import Ledger

R = TypeVar("R", bound=Record)


class TaskKind(Enum):
    """Why a customer stands on today's list. The value is the key of its label."""

    OVERDUE = "overdue"
    DUE = "due"
    EXPECTED = "expected"
    DELIVERY = "delivery"
    CARE = "care"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of today's list; ``late`` in days, ``last`` the last contact in words, ``item`` the 关怀项目.

    ``asks`` are the questions of 首次十问 still open for a prospect.
    """

    kind: TaskKind
    consultant: str
    phone: str
    name: str
    model: str
    grade: str | None
    on: dt.date
    late: int
    means: str = ""
    item: str = ""
    last: str = ""
    asks: tuple[str, ...] = ()

    @property
    def urgency(self) -> tuple[int, int, int, str]:
        """Sort key: the hottest grade first, of a grade the latest, orders and owners last."""
        return rank(self.grade), -self.late, list(TaskKind).index(self.kind), self.phone


@dataclass(frozen=True, slots=True)
class Score:
    """What came of a consultant's day. ``missed`` are contacts due until then and not made, ``reached`` those that were."""

    consultant: str
    batches: int
    kept: int
    drives: int
    orders: int
    deliveries: int
    reached: int
    missed: int
    losses: int
    planned: int


@dataclass(frozen=True)
class Day:
    """One day of a rolled book; ``blocked`` are the rows in error, which stand on lists and count in no result."""

    ledger: Ledger
    day: dt.date
    blocked: Collection[tuple[str, int]] = ()

    @cached_property
    def consultants(self) -> tuple[str, ...]:
        """Everybody on duty, in the order of 顾问."""
        return tuple(c.name for c in self.ledger.consultants if c.name and c.status != LEFT)

    def works(self, consultant: str) -> bool:
        return self.ledger.workdays.works(consultant, self.day)

    # ------------------------------------------------------------ today's list

    @cached_property
    def _ten(self) -> FirstTen:
        return FirstTen(self.ledger)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Every contact of the day, the most urgent first; a day off has what waits, for whoever stands in."""
        found = [*self._contacts(), *self._deliveries(), *self._birthdays()]
        return tuple(sorted(found, key=lambda task: task.urgency))

    def of(self, consultant: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.consultant == consultant)

    @cached_property
    def waiting(self) -> tuple[Due, ...]:
        """Contacts planned until the day and not made, those of the days off before it among them."""
        return tuple(due for due in dues(self.ledger) if due.on <= self.day)

    def is_missed(self, consultant: str, on: dt.date) -> bool:
        """Whether the day was the last for what was planned: what was planned for a day off is good until the next."""
        return self.ledger.workdays.on_or_after(consultant, on) <= self.day

    def _contacts(self) -> Iterator[Task]:
        for due in self.waiting:
            # what was planned for a day off is due on the next working day
            since = self.ledger.workdays.on_or_after(due.consultant, due.on)
            late = max(0, (self.day - since).days)
            if due.item:
                kind = TaskKind.CARE
            elif late:
                kind = TaskKind.OVERDUE
            else:
                kind = TaskKind.EXPECTED if due.means == Means.VISIT else TaskKind.DUE
            means, item = due.means, due.item
            yield self._task(kind, due.consultant, due.customer, due.grade, due.on, late, means=means, item=item)

    def _deliveries(self) -> Iterator[Task]:
        """Cars promised for today or before and not delivered; whose customer it is delivers, whoever signed."""
        for order in self.ledger.orders:
            if order.due_on and order.due_on <= self.day and not order.delivered_on and not order.cancelled_on:
                customer = self.ledger.customers.of(order)
                phone = customer.phone if customer is not None and customer.may_be_called else ""
                last = self.last_contact(customer) if phone and customer is not None else ""
                name, model = order.name or "", order.model or ""
                late = (self.day - order.due_on).days
                card = customer.card if customer is not None else None
                consultant = (card.consultant if card is not None else None) or order.consultant or ""
                yield Task(
                    TaskKind.DELIVERY, consultant, phone, name, model, ORDERED_GRADE, order.due_on, late, last=last
                )

    def _birthdays(self) -> Iterator[Task]:
        """Birthdays of today that no care call keeps."""
        called = {due.customer.key for due in self.waiting if due.item == CareItem.BIRTHDAY}
        for customer in self.ledger.customers.values():
            if customer.key in called or not customer.may_be_called:
                continue
            rows: list[Card | Owner] = [*(c for c in customer.cards if c.state not in UNCOUNTED), *customer.owners]
            row = next((row for row in rows if is_birthday(row.birthday, self.day)), None)
            if row is not None:
                grade = row.grade if isinstance(row, Card) and row.state in TRACKED else None
                yield self._task(TaskKind.BIRTHDAY, row.consultant or "", customer, grade, self.day, 0)

    def _task(
        self,
        kind: TaskKind,
        consultant: str,
        customer: Customer,
        grade: str | None,
        on: dt.date,
        late: int,
        means: str = "",
        item: str = "",
    ) -> Task:
        name, last = customer.name, self.last_contact(customer)
        asks = self._ten.missing(customer) if self._ten.is_asked and grade in GRADES else ()
        return Task(kind, consultant, customer.phone, name, customer.model, grade, on, late, means, item, last, asks)

    def last_contact(self, customer: Customer) -> str:
        """Day and words of the last contact before today, "" where there is none."""
        done = [(row.done_on, row.at.row, row) for row in customer.follow_ups if row.done_on and row.done_on < self.day]
        if not done:
            return ""
        day, _, row = max(done, key=lambda contact: contact[:2])
        return f"{day:%m-%d} {row.story or row.result or ''}".strip()

    # ------------------------------------------------------------ what came of the day

    def scores(self) -> list[Score]:
        """One line for each consultant."""
        return [self._score(consultant) for consultant in self.consultants]

    def _score(self, consultant: str) -> Score:
        visits = [v for v in self.sound(self._parties) if v.consultant == consultant]
        return Score(
            consultant,
            batches=len(visits),
            kept=sum(1 for v in visits if v.first == Visiting.FIRST and v.phone),
            drives=sum(1 for v in visits if self._drives.drove(v, self.ledger.customers.of(v))),
            orders=sum(1 for o in self.sound(self.ordered) if o.consultant == consultant),
            deliveries=sum(1 for o in self.sound(self.delivered) if o.consultant == consultant),
            reached=sum(1 for r in self.sound(self._reached) if r.consultant == consultant),
            missed=sum(
                1 for due in self.waiting if due.consultant == consultant and self.is_missed(consultant, due.on)
            ),
            losses=sum(1 for loss in self.sound(self.lost) if loss.applicant == consultant),
            planned=sum(1 for r in self.sound(self.plans) if r.consultant == consultant),
        )

    @cached_property
    def _drives(self) -> Drives:
        return Drives(self.ledger, self.sound(self.ledger.of(Drive)))

    def sound(self, rows: Iterable[R]) -> list[R]:
        """The rows without an error: as in the month's figures, only they count."""
        return [row for row in rows if (row.at.sheet, row.at.row) not in self.blocked]

    @cached_property
    def uncounted(self) -> int:
        """How many rows an error keeps out of the results."""
        rows = {*self._parties, *self._reached, *self.ordered, *self.delivered, *self.lost, *self.plans}
        return len(rows) - len(self.sound(rows))

    @cached_property
    def _parties(self) -> tuple[Visit, ...]:
        return tuple(v for v in self.visits if v.may_be_looking)

    @cached_property
    def _reached(self) -> tuple[Report, ...]:
        return tuple(r for r in self.reports if r.purpose != Purpose.RECEPTION and r.result not in FAILED)

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Register rows of the day, by the time they came."""
        rows = [v for v in self.ledger.visits if v.date == self.day]
        return tuple(sorted(rows, key=lambda v: (v.entered or dt.time.max, v.at.row)))

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """当日总结 of the day."""
        return tuple(r for r in self.ledger.reports if r.date == self.day and r.section == Section.DONE)

    @cached_property
    def plans(self) -> tuple[Report, ...]:
        """明日计划 written in the reports of the day."""
        return tuple(r for r in self.ledger.reports if r.date == self.day and r.section == Section.PLANNED)

    @cached_property
    def ordered(self) -> tuple[Order, ...]:
        return tuple(o for o in self.ledger.orders if o.placed_on == self.day)

    @cached_property
    def delivered(self) -> tuple[Order, ...]:
        return tuple(o for o in self.ledger.orders if o.delivered_on == self.day)

    @cached_property
    def lost(self) -> tuple[Loss, ...]:
        """Losses applied for on the day."""
        return tuple(loss for loss in self.ledger.losses if loss.applied_on == self.day)


def counted(tasks: Iterable[Task]) -> Counter[TaskKind]:
    """How many of each kind."""
    return Counter(task.kind for task in tasks)
