"""A phone corrected in one place: which of the customer's numbers is the new one.

Card, grade row and open logs had one number when the book was last rolled; a number that only one of them has was
typed since. What two of them have against a third, and the frozen stock knows, is the old one. Source: SPEC section 2
(who is who); how the new number is identified is our decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlcrm.forms.sheets import Card, Loss, Order, Prospect, Report, Visit
from xlcrm.ledger.customers import Customer, Customers, Key

Bearer = Card | Prospect | Visit | Report | Order | Loss


@dataclass(frozen=True, slots=True)
class Correction:
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


def corrections(customers: Customers) -> Iterator[Correction]:
    """One for every customer whose phones differ, and one for every number of another's that his log rows have."""
    logs: dict[Key, dict[str, Visit | Report | Order | Loss]] = {}
    for stray in customers.strays:
        logs.setdefault(stray.customer, {}).setdefault(stray.row.phone or "", stray.row)
    for customer in customers.values():
        if customer.card is not None and customer.card.phone:
            yield from _of(customers, customer, customer.card, customer.card.phone, logs.get(customer.key, {}))


def _of(
    customers: Customers, customer: Customer, card: Card, phone: str, logs: dict[str, Visit | Report | Order | Loss]
) -> Iterator[Correction]:
    known = {phone, card.spare_phone, *(card.former_phones or ())}
    row = next((row for row in customer.prospects if row.phone and row.phone not in known), None)
    foreign = {p for p in logs if _holder(customers, customer, p) is not None}
    for number in sorted(foreign):
        yield Correction(customer, logs[number], card, number, phone, _holder(customers, customer, number), False)
    own = {number: log for number, log in logs.items() if number not in foreign}
    frozen = {opening.phone for opening in customer.openings}
    held_by = _holder(customers, customer, phone)
    if row is None:
        is_clear = len(own) == 1
        for number, log in own.items():
            if _is_known_longer(customer, number, phone):
                yield Correction(customer, card, log, phone, number, held_by, is_clear and held_by is None)
            else:
                yield Correction(customer, log, card, number, phone, is_clear=is_clear)
    elif row.phone:
        holder = _holder(customers, customer, row.phone)
        if (row.phone in own and len(own) == 1) or (row.phone in frozen and not own):
            yield Correction(customer, card, row, phone, row.phone, held_by, held_by is None)
        else:
            yield Correction(customer, row, card, row.phone, phone, holder, holder is None and not own)


def _is_known_longer(customer: Customer, number: str, phone: str) -> bool:
    """Whether a number of the log rows is older than the card's.

    The frozen stock, the grade row and the front of the card know the old one. Where neither knows any, what several log rows have
    against the card alone is old: one cell was typed over rather than many.
    """
    written = {opening.phone for opening in customer.openings} | {owner.phone for owner in customer.owners}
    written |= {row.phone for row in customer.prospects}
    if written & {number, phone}:
        return number in written and phone not in written
    logs: list[Visit | Report | Order | Loss] = [*customer.visits, *customer.reports, *customer.orders]
    logs += customer.losses
    phones = [row.phone for row in logs]
    return phones.count(number) > 1 and phone not in phones


def _holder(customers: Customers, customer: Customer, phone: str) -> Customer | None:
    """Another customer whose own number a phone is."""
    return next((other for other in customers.holding(phone) if other.key != customer.key), None)
