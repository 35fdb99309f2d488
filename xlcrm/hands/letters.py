"""A letter to everybody who gets customers in a hand-over: whom, and what is known of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlcrm.catalogue import Lang
from xlcrm.catalogue import hands as words
from xlcrm.forms.schema import as_text
from xlcrm.forms.sheets import Order
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger

_CONTACTS = 5
"""The last contacts that a letter names."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What ``heir`` should know of the customers he got on a day."""

    heir: str
    day: dt.date
    text: str


def letters(ledger: Ledger, former: str, received: Iterable[tuple[str, str]], day: dt.date, lang: Lang) -> list[Letter]:
    """One letter for each heir; ``received`` are 客户编号 with who gets the customer, ``ledger`` the book before."""
    by_heir: dict[str, list[Customer]] = {}
    for number, heir in received:
        if (customer := ledger.customers.numbered(number)) is not None:
            by_heir.setdefault(heir, []).append(customer)
    return [Letter(heir, day, "\n".join(_lines(former, heir, own, day, lang)) + "\n") for heir, own in by_heir.items()]


def _lines(former: str, heir: str, customers: list[Customer], day: dt.date, lang: Lang) -> Iterator[str]:
    yield words.LETTER.say(lang, day=day, former=former, heir=heir, count=len(customers))
    for number, customer in enumerate(customers, start=1):
        yield ""
        yield f"{number}. {_who(customer)}"
        for label, text in _history(customer, lang).items():
            if text:
                yield f"   {words.LETTER_LINES[label].say(lang)}  {text}"


def _who(customer: Customer) -> str:
    """Name, phone, state or grade, and car."""
    card = customer.card
    grade = next((f"{row.grade}级" for row in customer.prospects), "")
    state = grade or (card.state if card is not None else "") or ""
    return " ".join(filter(None, (customer.name, customer.phone, customer.number, state, customer.model)))


def _history(customer: Customer, lang: Lang) -> Mapping[str, str]:
    """What the new consultant should know, by the key of its label; "" where nothing is known."""
    card = customer.card
    open_orders = [o for o in customer.orders if o.delivered_on is None and o.cancelled_on is None]
    planned = sorted((row.planned_on, as_text(row.planned_on)) for row in customer.open_contacts if row.planned_on)
    done = sorted(
        (row for row in customer.follow_ups if row.done_on), key=lambda row: (row.done_on or dt.date.min, row.at.row)
    )
    contacts = [
        " ".join(filter(None, (as_text(row.done_on), row.means, row.result, row.story)))
        for row in reversed(done[-_CONTACTS:])
    ]
    return {
        "no_contact": words.ASKED_NOT.say(lang) if not customer.may_be_called else "",
        "first": as_text(card.first_contact) if card is not None else "",
        "needs": (card.needs or "") if card is not None else "",
        "next": "、".join(text for _, text in planned),
        "orders": "；".join(map(_order, open_orders)),
        "cars": "；".join(
            " ".join(filter(None, (car.model, car.plate, as_text(car.delivered_on)))) for car in customer.owners
        ),
        "contacts": "\n             ".join(contacts),
    }


def _order(order: Order) -> str:
    return " ".join(filter(None, (order.number, order.model, order.payment, as_text(order.due_on))))
