"""Who is the same: a phone that can be read; without one, a chassis number, or a name with a plate.

Never a name with a model, a masked, rounded or blank phone, or the phone of a colleague or of somebody who recommends. One
phone under two different names is two customers who share a number, until somebody says otherwise. SPEC section 2.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Owner, Prospect, Visit
from xlcrm.intake.outcome import Draft, Who
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.names import may_be_one

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(eq=False, slots=True)
class Person:
    """A customer, with what the book and the files hold of him: rows of the book, and rows this import makes."""

    number: str = ""
    names: list[str] = field(default_factory=list)
    phone: str = ""
    shares: Person | None = None
    """Whose number it is as well."""
    card: Card | Draft | None = None
    row: Prospect | Draft | None = None
    owners: list[Owner | Draft] = field(default_factory=list)
    visits: list[Visit | Draft] = field(default_factory=list)
    graded: dt.date | None = None
    """Day of the newest contact that gave a grade to a card this import makes, and the grade it had before."""
    first_grade: str = ""
    met: dt.date | None = None
    """Day of the first contact that comes in with a card that does not say when he was first met."""

    @property
    def key(self) -> str:
        """What identifies the person before there is a number."""
        return self.number or (f"{self.phone} {self.names[0]}".strip() if self.shares and self.names else self.phone)

    def may_be(self, name: str) -> bool:
        """Whether a name may be the person's: one that contradicts none of those known."""
        return all(may_be_one(name, known) for known in self.names)


class People:
    """Everybody the book knows, and everybody the files add. ``no_keys`` are phones by which nobody is known."""

    def __init__(self, ledger: Ledger, no_keys: Collection[str]) -> None:
        self.everybody: list[Person] = []
        self._ledger = ledger
        self._by_phone: dict[str, list[Person]] = {}
        self._by_vin: dict[str, Person] = {}
        self._by_plate: dict[tuple[str, str], Person] = {}
        self._of_key: dict[str, Person] = {}
        self._no_keys = {c.phone for c in ledger.consultants if c.phone} | set(no_keys)
        self._read(ledger)

    def _read(self, ledger: Ledger) -> None:
        for customer in ledger.customers.values():
            person = Person(customer.number, [customer.name] if customer.name else [], customer.phone)
            person.card, person.row = customer.card, next(iter(customer.prospects), None)
            person.owners += customer.owners
            person.visits += customer.visits
            self.everybody.append(person)
            self._of_key[customer.key] = person
            phones = {customer.phone, *(card.spare_phone or "" for card in customer.cards)} - {""}
            for phone in phones:
                self._by_phone.setdefault(phone, []).append(person)
            for owner in customer.owners:
                self._remember(person, Who(owner.name or "", plate=owner.plate or "", vin=owner.vin or ""))

    def of(self, record: Record) -> Person | None:
        """The person of a row of the book; ``None`` where it names nobody."""
        customers = self._ledger.customers
        customer = customers.meant(record) if record.form.switch else customers.of(record)
        return self._of_key[customer.key] if customer is not None else None

    def find(self, who: Who) -> Person:
        """The person a row is about, a new one where nobody is known to be."""
        phone = who.phone if who.phone not in self._no_keys else ""
        if phone:
            sharing = self._by_phone.get(phone, [])
            person = next((p for p in sharing if p.may_be(who.name)), None)
            if person is None:
                person = self._new(phone, sharing[0] if sharing else None)
                self._by_phone.setdefault(phone, []).append(person)
        else:
            person = self._by_vin.get(_bare(who.vin)) if who.vin else None
            person = person or (self._by_plate.get((_bare(who.name), _bare(who.plate))) if who.plate else None)
            person = person or self._new("", None)
        self._remember(person, who)
        return person

    def _new(self, phone: str, shares: Person | None) -> Person:
        person = Person(phone=phone, shares=shares)
        self.everybody.append(person)
        return person

    def _remember(self, person: Person, who: Who) -> None:
        if who.name and who.name not in person.names:
            person.names.append(who.name)
        if who.vin:
            self._by_vin.setdefault(_bare(who.vin), person)
        if who.plate and who.name:
            self._by_plate.setdefault((_bare(who.name), _bare(who.plate)), person)

    def is_key(self, who: Who) -> bool:
        """Whether a row says enough to know its customer again."""
        return bool((who.phone and who.phone not in self._no_keys) or who.vin or (who.plate and who.name))


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", text).upper()
