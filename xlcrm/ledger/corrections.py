"""A phone corrected somewhere: which of the customer's numbers is the new one.

Card, grade row and open logs had one number when the book was last rolled. 级别变更 and the frozen stock remember it, so
that another one was typed since, in one place or in several. Where nothing remembers, as in books of earlier versions, a
number in the logs or on the card against the two others was typed since. Source: SPEC section 2 (who is who); how the new
number is identified is our decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from xlcrm.forms.sheets import Card, Loss, Order, Prospect, Report, Visit
from xlcrm.ledger.customers import Customer, Customers, Key
from xlcrm.ledger.names import may_be_one

Log = Visit | Report | Order | Loss
Bearer = Card | Prospect | Log


class Correction(NamedTuple):
    """A customer's phones that differ: ``row`` has the number typed since, ``other`` the one known before.

    ``holder`` is another customer who holds the new number. Where it is unclear which number is the new one, or it is
    somebody else's, nothing follows it (``is_clear``).
    """

    customer: Customer
    row: Bearer
    other: Bearer
    new: str
    old: str
    holder: Customer | None = None
    is_clear: bool = True

    @property
    def is_renamed(self) -> bool:
        """Whether name and phone were both replaced: it may be somebody else."""
        rows: list[Card | Prospect] = [*self.customer.cards, *self.customer.prospects]
        return not any(may_be_one(self.row.name, row.name) for row in rows)


def corrections(customers: Customers) -> Iterator[Correction]:
    """One for every customer whose phones differ, and one for every number of another's that his log rows have."""
    logs: dict[Key, dict[str, Log]] = {}
    for stray in customers.strays:
        logs.setdefault(stray.customer, {}).setdefault(stray.row.phone or "", stray.row)
    for customer in customers.values():
        if customer.card is not None and customer.card.phone:
            for one in _of(customers, customer, customer.card, customer.card.phone, logs.get(customer.key, {})):
                yield one._replace(is_clear=False) if one.is_renamed else one


def _of(
    customers: Customers, customer: Customer, card: Card, phone: str, logs: Mapping[str, Log]
) -> Iterator[Correction]:
    known = {phone, card.spare_phone, *(card.former_phones or ())}
    row = next((row for row in customer.prospects if row.phone and row.phone not in known), None)
    foreign = {p for p in logs if _holder(customers, customer, p) is not None}
    for number in sorted(foreign):
        yield Correction(customer, logs[number], card, number, phone, _holder(customers, customer, number), False)
    own = {number: log for number, log in logs.items() if number not in foreign}
    remembered = _by_memory(customers, customer, card, row, own)
    if remembered is not None:
        yield remembered
    else:
        yield from _by_places(customers, customer, card, row, own)


def _by_memory(
    customers: Customers, customer: Customer, card: Card, row: Prospect | None, logs: Mapping[str, Log]
) -> Correction | None:
    """The correction where there are two numbers and one of them is known to be the old one."""
    bearers: dict[str, Bearer] = {}
    written: list[Bearer] = [card, *([row] if row is not None else []), *logs.values()]
    for bearer in written:
        bearers.setdefault(bearer.phone or "", bearer)
    known: Set[str | None] = {o.phone for o in customer.openings} | {move.phone for move in customer.moves}
    if card.phone in (card.former_phones or ()):
        # a former number stands on the card only where somebody typed it again
        known = bearers.keys() - {card.phone}
    new = [number for number in bearers if number not in known]
    if len(bearers) != 2 or len(new) != 1:
        return None
    [old] = bearers.keys() - new
    holder = _holder(customers, customer, new[0])
    return Correction(customer, bearers[new[0]], bearers[old], new[0], old, holder, holder is None)


def _by_places(
    customers: Customers, customer: Customer, card: Card, row: Prospect | None, logs: Mapping[str, Log]
) -> Iterator[Correction]:
    """The same by where the numbers stand; a grade row that differs from a card alone may be either."""
    phone = card.phone or ""
    held_by = _holder(customers, customer, phone)
    if row is None:
        is_clear = len(logs) == 1
        for number, log in logs.items():
            if _is_known_longer(customer, number, phone):
                yield Correction(customer, card, log, phone, number, held_by, is_clear and held_by is None)
            else:
                yield Correction(customer, log, card, number, phone, is_clear=is_clear)
    else:
        its_phone = row.phone or ""
        holder = _holder(customers, customer, its_phone)
        if logs.keys() == {its_phone}:
            yield Correction(customer, card, row, phone, its_phone, held_by, held_by is None)
        else:
            yield Correction(customer, row, card, its_phone, phone, holder, is_clear=False)


def _is_known_longer(customer: Customer, number: str, phone: str) -> bool:
    """Whether a number of the log rows is older than the card's.

    The frozen stock, the grade row and the front of the card know the old one. Where neither knows any, what several log rows have
    against the card alone is old: one cell was typed over rather than many.
    """
    written = {opening.phone for opening in customer.openings} | {owner.phone for owner in customer.owners}
    written |= {row.phone for row in customer.prospects}
    if written & {number, phone}:
        return number in written and phone not in written
    phones = [row.phone for row in _logs(customer)]
    return phones.count(number) > 1 and phone not in phones


def _logs(customer: Customer) -> tuple[Log, ...]:
    return (*customer.visits, *customer.reports, *customer.deals, *customer.losses)


def _holder(customers: Customers, customer: Customer, phone: str) -> Customer | None:
    """Another customer whose own number a phone is."""
    return next((other for other in customers.holding(phone) if other.key != customer.key), None)
