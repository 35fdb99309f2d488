"""The state of one roll: what is known of the book, what was decided so far, and the customer at hand."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from xlcrm.changes import Changes, Value
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Loss, Order, Owner, Prospect, Report, Visit
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.journal import next_operation
from xlcrm.timeline.replay import Event, Life, Standing, Timeline


@dataclass(frozen=True, slots=True)
class Move:
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
    """One customer of a roll: the life, where it ends, and what the sheets hold of the customer."""

    life: Life
    standing: Standing
    number: str
    """The 客户编号."""
    card: Card | None
    rows: list[tuple[str, Prospect]]
    """Rows of the grade sheets, each with its grade."""
    plans: list[Pending]
    """Open plans of the card's back, earliest first, while the roll executes, adds and drops them."""


@dataclass
class RollState:
    """What the modules of the roll share: each writes its sheet's part of ``changes``."""

    ledger: Ledger
    today: dt.date
    timeline: Timeline
    blocked: Collection[tuple[str, int]]
    changes: Changes = field(default_factory=Changes)
    moves: list[Move] = field(default_factory=list)
    planned_care: dict[str, list[Pending]] = field(default_factory=dict)
    """Care calls this roll adds, by 客户编号."""

    def __post_init__(self) -> None:
        known: list[Card | Prospect | Owner] = [
            *self.ledger.cards,
            *(row for _, row in self.ledger.prospects),
            *self.ledger.owners,
        ]
        numbers = [re.fullmatch(r"C(\d{1,9})", row.customer or "", re.ASCII) for row in known]
        self._last_number = max((int(number[1]) for number in numbers if number), default=0)
        self.operation = next_operation(self.ledger)
        self.written_moves = Counter((m.on, m.customer, m.origin, m.target) for m in self.ledger.moves)
        self._newest_moves: dict[str, tuple[dt.date, str]] = {}
        for move in self.ledger.moves:
            if move.on and move.customer and move.target:
                self.note_move(move.customer, move.on, move.target)
        self.prospects: dict[str, list[tuple[str, Prospect]]] = {}
        for grade, row in self.ledger.prospects:
            phone = self.ledger.phone_of(row)
            if phone:
                self.prospects.setdefault(phone, []).append((grade, row))
        events: list[Visit | Report | Order | Loss] = [*self.ledger.visits, *self.ledger.reports, *self.ledger.orders]
        events += self.ledger.losses
        self.held = {self.ledger.phone_of(row) for row in events if (row.at.sheet, row.at.row) in self.blocked}
        self.notes = {(self.ledger.phone_of(v), v.date, v.note) for v in self.ledger.visits if v.note}
        self.customers = dict(self.ledger.customer_by_phone)
        self.customers |= {phone: c.customer for phone, c in self.ledger.card_by_phone.items() if c.customer}

    def next_number(self) -> str:
        """A 客户编号 no customer has."""
        self._last_number += 1
        return f"C{self._last_number:05d}"

    def note_move(self, customer: str, on: dt.date, target: str) -> None:
        """Remember where the newest step on record leads."""
        if customer not in self._newest_moves or self._newest_moves[customer][0] <= on:
            self._newest_moves[customer] = on, target

    def newest_target(self, customer: str) -> str | None:
        """Where the newest step on record leads, ``None`` where there is none."""
        _, target = self._newest_moves.get(customer, (None, None))
        return target

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
