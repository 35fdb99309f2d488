"""The state of one roll: what is known of the book, what was decided so far, and the customer at hand."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from xlcrm.changes import Changes, Value, headers_of
from xlcrm.findings import Finding
from xlcrm.followup.care import Delivered
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import CORRECTED, Care, FollowUp, Loss, MoveRow, Order, Report, Visit
from xlcrm.forms.states import Section
from xlcrm.forms.switched import Revision
from xlcrm.ledger.corrections import Correction
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.firstten import FirstTen
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.journal import next_operation
from xlcrm.timeline.life import Event, Life, Standing, Timeline
from xlcrm.timeline.written import is_obsolete


class Move(NamedTuple):
    """One step newly written into the books; ``origin`` and ``target`` as printed in 级别变更."""

    on: dt.date
    event: Event
    customer: str
    phone: str
    name: str
    origin: str
    target: str
    evidence: str


@dataclass(slots=True, eq=False)
class Pending:
    """A contact or care call planned and not done; ``row`` is its worksheet row, or the cells this roll adds for it."""

    on: dt.date
    row: int | dict[str, Value]


@dataclass(slots=True)
class Case:
    """One customer of a roll: the life, and what the roll has decided so far."""

    life: Life
    number: str
    """The 客户编号."""
    plans: list[Pending]
    """Open plans of the card's back, earliest first, while the roll executes, adds and drops them."""
    dropped: list[dt.date] = field(init=False, default_factory=list)
    """Days of the plans that the book held and this roll took out."""
    unlogged: list[dt.date] = field(init=False, default_factory=list)
    """Days of the contacts on the card's back that stand in no log of the open month."""
    unmatched: Counter[tuple[dt.date, str, str]]
    """Day, 从 and 到 of the rows of 级别变更 that no step of the life has answered yet."""
    graded: dict[int, tuple[dt.date, str]]
    """Day and 到 of the rows of 级别变更 but hand-overs, by worksheet row; those that this roll adds come last."""
    strays: list[MoveRow]
    """Rows of 级别变更 of the open months that are not steps of the life: their logs were re-dated, corrected or deleted."""

    @classmethod
    def of(cls, life: Life, number: str, start: dt.date) -> Case:
        plans = [
            Pending(row.planned_on, row.at.row)
            for row in life.customer.follow_ups
            if row.planned_on and not row.done_on
        ]
        moves = [(m.on, m.at.row, m.origin or "", m.target) for m in life.customer.moves if m.on and m.target]
        graded = {m.at.row: (m.on, m.target) for m in life.customer.moves if m.on and m.target and not m.is_handover}
        return cls(
            life,
            number,
            sorted(plans, key=lambda plan: plan.on),
            Counter((on, origin, target) for on, _, origin, target in moves),
            graded,
            _strays(life, start),
        )

    @property
    def customer(self) -> Customer:
        return self.life.customer

    @property
    def newest(self) -> str | None:
        """到 of the newest row of 级别变更, ``None`` where there is none."""
        at = max(self.graded, key=lambda row: (self.graded[row][0], row), default=None)
        return self.graded[at][1] if at is not None else None

    @property
    def standing(self) -> Standing:
        return self.life.standing


def _strays(life: Life, start: dt.date) -> list[MoveRow]:
    """None once a correction was written: it answered them."""
    steps = Counter((step.on, *step.printed) for step in life.steps)
    strays = []
    for row in life.customer.moves:
        key = (row.on or start, row.origin or "", row.target or "")
        if steps[key] > 0:
            steps[key] -= 1
        elif row.on is not None and row.on >= start and not row.is_handover:
            strays.append(row)
    return [] if any(row.evidence == CORRECTED for row in strays) else strays


@dataclass
class RollState:
    """What the modules of the roll share: each writes its sheet's part of ``changes``."""

    ledger: Ledger
    today: dt.date
    timeline: Timeline
    blocked: Collection[tuple[str, int]]
    changes: Changes = field(default_factory=Changes)
    moves: list[Move] = field(default_factory=list)
    planned_care: dict[Key, list[Pending]] = field(default_factory=dict)
    """Care calls this roll adds."""
    delivered: dict[Key, Delivered] = field(default_factory=dict)
    """The cars this roll delivers, by customer."""
    new_numbers: dict[Key, str] = field(default_factory=dict)
    """客户编号 this roll gives."""

    hints: list[Finding] = field(default_factory=list)
    """What to point out once."""
    lapsed_care: int = 0
    """Care calls missed before the book began, which nobody plans any more."""
    restored: list[str] = field(default_factory=list)
    """Cards and grade rows that were deleted and are made again: sheet, 客户编号 and name."""
    put_right: list[str] = field(default_factory=list)
    """Cards and grade rows that somebody moved by hand and a contact brought back to what the logs say, named alike."""
    withdrawn: list[str] = field(default_factory=list)
    """Rows taken back because what they were written for is gone: sheet, day and name."""
    corrections: Mapping[Key, Correction] = field(default_factory=dict)
    """Phones corrected since the last roll, which the customers' other rows follow."""
    unclear: Collection[Key] = ()
    """Customers whose phones differ, and nobody can say which is the new one."""

    def __post_init__(self) -> None:
        known = (re.fullmatch(r"C(\d{1,9})", number, re.ASCII) for number in self.ledger.customers.numbers)
        self._last_number = max((int(number[1]) for number in known if number), default=0)
        self.operation = next_operation(self.ledger)

    def has_moved(self, case: Case) -> bool:
        """Whether this roll has written a move of the customer at hand."""
        return bool(self.moves) and self.moves[-1].customer == case.number

    @cached_property
    def ten(self) -> FirstTen:
        """What the books know of the first ten questions."""
        return FirstTen(self.ledger)

    @cached_property
    def revised(self) -> dict[tuple[str, str], str | None]:
        """What the last revision of a card's field left, by 客户编号 and header."""
        return {(row.customer or "", row.header or ""): row.after for row in self.ledger.of(Revision)}

    def number_of(self, customer: Customer) -> str:
        """The customer's 客户编号, "" of one who has none and gets none."""
        return customer.number or self.new_numbers.get(customer.key, "")

    def phone_of(self, customer: Customer) -> str:
        """The customer's first phone, a corrected one as it is now."""
        edit = self.corrections.get(customer.key)
        return edit.new if edit is not None else customer.phone

    def give_number(self, customer: Customer) -> str:
        """A 客户编号 no customer has."""
        self._last_number += 1
        number = self.new_numbers[customer.key] = f"C{self._last_number:05d}"
        return number

    def has_column(self, record: type[Record], name: str) -> bool:
        """Whether the book has a column that a shop switches on."""
        return record.form.by_name[name].header in headers_of(self.ledger.blocks[record.form.sheet])

    def withdraw(self, row: Record, which: str) -> None:
        """Take a row back that an earlier roll wrote, and say so."""
        self.changes.remove(row.at.sheet, row.at.row)
        self.withdrawn.append(f"{row.at.sheet} {which}")

    def is_held(self, customer: Customer) -> bool:
        """Whether a log row of the customer is in error: it says nothing yet. One about to be taken back never will."""
        rows: list[Visit | Report | Order | Loss] = [*customer.visits, *customer.reports]
        deals: list[Order | Loss] = [*customer.orders, *customer.losses]
        rows += [row for row in deals if not is_obsolete(customer, row, self.ledger)]
        return any((row.at.sheet, row.at.row) in self.blocked for row in rows)

    def is_given_away(self, line: FollowUp | Care) -> bool:
        """Whether the report that a contact of the open month was written from is another customer's since."""
        is_open = line.done_on is not None and line.done_on >= self.timeline.start
        return is_open and self._unwritten[line.done_on, line.story] > 0

    @cached_property
    def _unwritten(self) -> Counter[tuple[dt.date | None, str | None]]:
        """Day and words of the reports that no card of their customers holds yet, and how many there are."""
        unwritten: Counter[tuple[dt.date | None, str | None]] = Counter()
        for customer in self.ledger.customers.values():
            lines: tuple[FollowUp | Care, ...] = (*customer.follow_ups, *customer.cares)
            reports = [report for report in customer.reports if report.section == Section.DONE and report.story]
            reports = [report for report in reports if (report.at.sheet, report.at.row) not in self.blocked]
            said = Counter((report.date, report.story) for report in reports)
            unwritten += said - Counter((line.done_on, line.story) for line in lines)
        return unwritten

    def put(self, record: Record, **values: Value) -> None:
        """Write fields of a row, where they are different."""
        for name, value in values.items():
            if getattr(record, name) != value or (value is not None and record.is_blank(name)):
                self.changes.edit(record, **{name: value})

    def fill(self, sheet: str, plan: Pending, cells: Mapping[str, Value]) -> None:
        """What was planned is done: fill the plan's own row."""
        if isinstance(plan.row, int):
            for header, value in cells.items():
                self.changes.put(sheet, plan.row, header, value)
        else:
            plan.row.update(cells)
