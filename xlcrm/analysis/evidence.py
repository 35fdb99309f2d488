"""What facts are drawn from: the books, the lives replayed from them, and what is known of every customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Order, Report, Visit
from xlcrm.ledger.ledger import Ledger
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
