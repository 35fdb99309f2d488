"""A customer is a thing: one customer and everything the books hold of him.

A customer is a 客户编号. Phones are attributes that find him; before there is a card, the normalised phone is the key. One
phone with two different names is two customers who share a number: the second's key is phone and name. ``whose`` decides
which customer a row is of, once for every row. Source: SPEC section 2 (who is who).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, NewType

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Care, FollowUp, Loss, MoveRow, Opening, Order, Owner, Prospect, Report, Visit
from xlcrm.forms.states import STOCK, YES, Decision, State
from xlcrm.ledger.names import may_be_one

Key = NewType("Key", str)
"""A 客户编号; of a customer without one the phone; of a second one under that phone, phone and name."""


class Customer(NamedTuple):
    """One customer with all rows, each form in the order of its sheet; grade rows H first.

    ``number`` is the 客户编号, ``phone`` the first phone, both "" where the books know none. Of several cards the one
    that counts leads: one marked 重复 or 无效 only where there is no other.
    """

    key: Key
    number: str
    name: str
    phone: str
    cards: tuple[Card, ...] = ()
    prospects: tuple[Prospect, ...] = ()
    visits: tuple[Visit, ...] = ()
    reports: tuple[Report, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    orders: tuple[Order, ...] = ()
    losses: tuple[Loss, ...] = ()
    owners: tuple[Owner, ...] = ()
    cares: tuple[Care, ...] = ()
    openings: tuple[Opening, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    deposits: tuple[Order, ...] = ()
    """Rows of 订单 that are not orders yet."""

    @property
    def deals(self) -> tuple[Order, ...]:
        """Every row of 订单."""
        return *self.orders, *self.deposits

    @property
    def rows(self) -> tuple[Record, ...]:
        """Every row, in the order of the fields."""
        logs = (*self.visits, *self.reports, *self.follow_ups, *self.deals, *self.losses)
        return (*self.cards, *self.prospects, *logs, *self.owners, *self.cares, *self.openings, *self.moves)

    @property
    def card(self) -> Card | None:
        """The card that counts."""
        return self.cards[0] if self.cards else None

    @property
    def open_contacts(self) -> tuple[FollowUp | Care, ...]:
        """Follow-ups and care calls planned and not made."""
        rows: tuple[FollowUp | Care, ...] = (*self.follow_ups, *self.cares)
        return tuple(row for row in rows if row.planned_on and row.done_on is None)

    @property
    def owner(self) -> str:
        """The consultant whose customer he is, "" where nobody wrote it."""
        rows = (*self.cards[:1], *self.prospects, *self.owners, *self.open_contacts)
        return next((row.consultant for row in rows if row.consultant), "")

    @property
    def has_open_work(self) -> bool:
        """Whether anybody has something to do for him: a prospect, an open order, an owner, a contact planned."""
        is_open = any(order.delivered_on is None and order.cancelled_on is None for order in self.orders)
        in_stock = self.card is not None and self.card.state in STOCK
        return is_open or in_stock or bool(self.prospects or self.owners or self.open_contacts)

    @property
    def merged_on(self) -> dt.date | None:
        """The day on which he was found to be another customer on the books (重复), ``None`` where he was not."""
        days = [
            loss.decided_on or loss.applied_on
            for loss in self.losses
            if loss.exit == State.DUPLICATE and loss.decision == Decision.APPROVED
        ]
        return min(filter(None, days), default=None)

    @property
    def model(self) -> str:
        """The car ordered, owned or wanted, else the one last spoken of; "" where none is known."""
        rows: tuple[Order | Owner | Prospect | Report | Visit, ...] = (*self.orders, *self.owners, *self.prospects)
        rows = (*rows, *reversed(self.reports), *reversed(self.visits))
        return next((row.model for row in rows if row.model), "")

    @property
    def may_be_called(self) -> bool:
        """Whether no card refuses contact: what a cell means that cannot be read is not guessed."""
        return all(c.may_contact == YES or c.is_blank("may_contact") for c in self.cards)


class Stray(NamedTuple):
    """A log row known to be a customer's although it has a phone that is not his.

    ``holder`` is whose phone it is, ``None`` where it is nobody's: then the phone was corrected.
    """

    row: Visit | Report | Order | Loss
    customer: Key
    holder: Key | None


class Customers(Mapping[Key, Customer]):
    """All customers: first those the sheets number, then as the register names them."""

    def __init__(
        self,
        customers: Iterable[Customer],
        keys: Mapping[Record, Key],
        phones: Mapping[str, tuple[Key, ...]],
        numbers: Mapping[str, Key],
        strays: tuple[Stray, ...],
    ) -> None:
        self._by_key = {customer.key: customer for customer in customers}
        self.numbers = numbers
        """Every 客户编号 of the books, with its customer's key."""
        self._keys, self._phones = keys, phones
        self.strays = strays

    def __getitem__(self, key: Key) -> Customer:
        return self._by_key[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def among(self, keys: Collection[Key]) -> Customers:
        """Some of the customers only, to go through."""
        some = (customer for key, customer in self._by_key.items() if key in keys)
        return Customers(some, self._keys, self._phones, self.numbers, self.strays)

    def of(self, row: Record) -> Customer | None:
        """Whose a row is; ``None`` of one that names nobody."""
        key = self._keys.get(row)
        return None if key is None else self._by_key[key]

    def meant(self, row: Record) -> Customer | None:
        """The customer a row of a form to be switched on is about: by its 客户编号, else by its phone and its name."""
        if (numbered := self.numbered(getattr(row, "customer", None))) is not None:
            return numbered
        holders, name = self.holding(getattr(row, "phone", None)), getattr(row, "name", None) or ""
        return next((one for one in holders if may_be_one(one.name, name)), None)

    def holding(self, phone: str | None) -> tuple[Customer, ...]:
        """Everybody a phone finds, the one whose first phone it is in front."""
        return tuple(self._by_key[key] for key in self._phones.get(phone or "", ()))

    def find(self, who: str) -> Customer | None:
        """The customer with a 客户编号 or a phone."""
        return self.numbered(who) or next(iter(self.holding(who)), None)

    def numbered(self, number: str | None) -> Customer | None:
        """The customer with a 客户编号."""
        return self._by_key.get(self.numbers.get(number or "", Key("")))
