"""What a workbook holds: immutable records of every form, each knowing its sheet and row (read by ``reading``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from xlcrm.changes import Block, StructureIssue
from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import Record
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import (
    GRADE_SHEETS,
    Card,
    Care,
    Consultant,
    FollowUp,
    JournalRow,
    Loss,
    MonthFigure,
    MoveRow,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Target,
    Visit,
)
from xlcrm.forms.states import UNCOUNTED
from xlcrm.ledger.workdays import Workdays

R = TypeVar("R", bound=Record)
K = TypeVar("K", Order, Loss, FollowUp)


@dataclass(frozen=True)
class Ledger:
    """Everything in a book, by form, in the order of its rows."""

    records: Mapping[str, tuple[Record, ...]]
    codes: Mapping[str, CodeList]
    settings: Settings
    setting_troubles: Mapping[int, str]
    checks: Mapping[str, Mapping[int, str]]
    """Sheet → worksheet row → what 检查结果 holds now."""
    blocks: Mapping[str, Block]
    """What was read, by sheet."""
    issues: tuple[StructureIssue, ...] = ()
    """What in the tables is no plain value."""

    def of(self, record: type[R]) -> tuple[R, ...]:
        """All records of one form."""
        return cast(tuple[R, ...], self.records.get(record.form.sheet, ()))

    @property
    def visits(self) -> tuple[Visit, ...]:
        return self.of(Visit)

    @property
    def reports(self) -> tuple[Report, ...]:
        return self.of(Report)

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.of(Card)

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        return self.of(FollowUp)

    @property
    def orders(self) -> tuple[Order, ...]:
        return self.of(Order)

    @property
    def owners(self) -> tuple[Owner, ...]:
        return self.of(Owner)

    @property
    def cares(self) -> tuple[Care, ...]:
        return self.of(Care)

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self.of(Loss)

    @property
    def consultants(self) -> tuple[Consultant, ...]:
        return self.of(Consultant)

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.of(Target)

    @property
    def openings(self) -> tuple[Opening, ...]:
        return self.of(Opening)

    @property
    def month_figures(self) -> tuple[MonthFigure, ...]:
        return self.of(MonthFigure)

    @property
    def moves(self) -> tuple[MoveRow, ...]:
        return self.of(MoveRow)

    @property
    def journal(self) -> tuple[JournalRow, ...]:
        return self.of(JournalRow)

    @cached_property
    def prospects(self) -> tuple[tuple[str, Prospect], ...]:
        """Rows of the four grade sheets with the grade of their sheet, H first."""
        return tuple(
            (grade, cast(Prospect, row)) for grade, sheet in GRADE_SHEETS.items() for row in self.records.get(sheet, ())
        )

    @cached_property
    def card_by_phone(self) -> dict[str, Card]:
        """The first card of each phone, one marked 重复 or 无效 only where there is no other.

        A spare phone leads to its card where no card has it as the phone.
        """
        found: dict[str, Card] = {}
        cards = sorted(self.cards, key=lambda card: card.state in UNCOUNTED)
        for card in cards:
            if card.phone:
                found.setdefault(card.phone, card)
        for card in cards:
            if card.spare_phone:
                found.setdefault(card.spare_phone, card)
        return found

    @cached_property
    def phone_by_customer(self) -> dict[str, str]:
        """客户编号 → phone, from the cards first, then from the grade sheets, the owners and the frozen stock."""
        found: dict[str, str] = {}
        rows: list[Card | Prospect | Owner | Opening] = [*self.cards, *(p for _, p in self.prospects), *self.owners]
        rows += self.openings
        for row in rows:
            if row.customer and row.phone:
                found.setdefault(row.customer, row.phone)
        return found

    @cached_property
    def customer_by_phone(self) -> dict[str, str]:
        """Phone → 客户编号, the first that ``phone_by_customer`` has."""
        return {phone: customer for customer, phone in reversed(self.phone_by_customer.items())}

    @cached_property
    def orders_by_phone(self) -> dict[str, tuple[Order, ...]]:
        """Orders of each customer, in the order of the sheet."""
        return self._by_phone(self.orders)

    @cached_property
    def losses_by_phone(self) -> dict[str, tuple[Loss, ...]]:
        """Loss rows of each customer, in the order of the sheet."""
        return self._by_phone(self.losses)

    @cached_property
    def follow_ups_by_phone(self) -> dict[str, tuple[FollowUp, ...]]:
        """Card backs of each customer, in the order of the sheet."""
        return self._by_phone(self.follow_ups)

    def _by_phone(self, rows: Iterable[K]) -> dict[str, tuple[K, ...]]:
        found: dict[str, list[K]] = {}
        for row in rows:
            phone = self.phone_of(row)
            if phone:
                found.setdefault(phone, []).append(row)
        return {phone: tuple(own) for phone, own in found.items()}

    def phone_of(self, record: Record) -> str | None:
        """The customer's key: the record's phone through the card (a spare phone leads to the main one), else by 客户编号.

        A report without a phone is keyed by name and model, where they are nobody else's: of a reception, among the
        parties of the day's register, else among all customers of the books.
        """
        phone: str | None = getattr(record, "phone", None)
        if phone is None:
            if isinstance(record, Report):
                if not record.is_blank("phone"):
                    return None
                if record.receives:
                    return self._phone_by_arrival.get((record.date, record.name, record.model))
                return self._phone_by_name.get((record.name, record.model))
            customer: str | None = getattr(record, "customer", None)
            return self.phone_by_customer.get(customer) if customer else None
        card = self.card_by_phone.get(phone)
        return card.phone if card is not None and card.phone else phone

    @cached_property
    def _phone_by_name(self) -> dict[tuple[str | None, str | None], str]:
        """Name and model → phone, where exactly one customer of the books has both."""
        phones: dict[tuple[str | None, str | None], set[str]] = {}
        rows: list[Visit | Prospect | Order | Owner] = [*self.visits, *(row for _, row in self.prospects)]
        rows += [*self.orders, *self.owners]
        for row in rows:
            phone = self.phone_of(row)
            if phone and row.name and row.model:
                phones.setdefault((row.name, row.model), set()).add(phone)
        return {key: own.pop() for key, own in phones.items() if len(own) == 1}

    @cached_property
    def _phone_by_arrival(self) -> dict[tuple[dt.date | None, str | None, str | None], str]:
        """Day, name and model → phone, where exactly one party of the day had both, and left a phone."""
        phones: dict[tuple[dt.date | None, str | None, str | None], set[str | None]] = {}
        for visit in self.visits:
            if visit.date and visit.name and visit.model:
                phones.setdefault((visit.date, visit.name, visit.model), set()).add(self.phone_of(visit))
        found = {key: own.pop() for key, own in phones.items() if len(own) == 1}
        return {key: phone for key, phone in found.items() if phone}

    @cached_property
    def not_to_be_called(self) -> frozenset[str]:
        """Phones of customers who did not agree to be contacted: what a cell means that cannot be read is not guessed."""
        refused = [
            c for c in self.cards if c.may_contact == "否" or (c.may_contact is None and not c.is_blank("may_contact"))
        ]
        return frozenset(phone for card in refused for phone in (card.phone, card.spare_phone) if phone)

    def due_on(self, row: FollowUp | Care, day: dt.date) -> dt.date:
        """The day by which what is planned for ``day`` is in time: a day off is made good on the next working day."""
        return self.workdays.on_or_after(row.consultant or "", day)

    @cached_property
    def workdays(self) -> Workdays:
        """When the shop and each consultant work."""
        rest = {c.name: c.rest_days for c in self.consultants if c.name and c.rest_days}
        return Workdays(self.settings.closed_days, rest)
