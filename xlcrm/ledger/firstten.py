"""首次十问: the ten facts to be asked of a new prospect, and which of them the books do not know yet. SPEC section 14.

A fact is known wherever it stands. That one needs both a model and a rival, and that somebody who buys a first car has no
present one, are our decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from xlcrm.forms.sheets import Card
from xlcrm.forms.states import TRACKED
from xlcrm.forms.switched import FIRST_TEN, Company
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger

_FIRST_CAR = "首购"


def _on_card(*names: str) -> Callable[[Customer, Company | None], bool]:
    return lambda who, _: who.card is not None and any(not who.card.is_blank(name) for name in names)


def _known_of_company(card_field: str, field: str) -> Callable[[Customer, Company | None], bool]:
    on_card = _on_card(card_field)
    return lambda who, company: on_card(who, company) or (company is not None and not company.is_blank(field))


def _has_present_car(who: Customer, company: Company | None) -> bool:
    is_first = who.card is not None and who.card.purchase_kind == _FIRST_CAR
    return is_first or bool(who.owners) or _on_card("present_car")(who, company)


def _has_use(who: Customer, company: Company | None) -> bool:
    return _on_card("use")(who, company) or any(not owner.is_blank("use") for owner in who.owners)


def _has_rival(who: Customer, _: Company | None) -> bool:
    return bool(who.model) and any(not row.is_blank("rival") for row in (*who.prospects, *who.visits))


FACTS: tuple[tuple[str, Callable[[Customer, Company | None], bool]], ...] = (
    ("姓名", lambda who, _: bool(who.name)),
    ("电话", lambda who, _: bool(who.phone)),
    ("职业/单位", _known_of_company("occupation", "name")),
    ("住址", _known_of_company("address", "address")),
    ("现有车辆", _has_present_car),
    ("用途", _has_use),
    ("预算与付款", _on_card("budget")),
    ("购车时间", lambda who, _: any(not row.is_blank("expected_on") for row in who.prospects)),
    ("关注车型与竞品", _has_rival),
    ("决策人", _on_card("decider")),
)
"""The ten in the order of asking, as the book calls them, and how each is known."""


class FirstTen:
    """Which of the ten the books know of each customer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def is_asked(self) -> bool:
        """Whether the shop asks: the book has the columns."""
        return FIRST_TEN in self._ledger.columns_on

    def missing(self, customer: Customer) -> tuple[str, ...]:
        """What is still to be asked."""
        company = self._companies.get(customer.number)
        return tuple(fact for fact, is_known in FACTS if not is_known(customer, company))

    def shown(self, customer: Customer) -> str:
        """How many of the ten are known, and what is missing: ``7/10 缺：住址、用途、决策人``."""
        missing = self.missing(customer)
        short = f" 缺：{'、'.join(missing)}" if missing else ""
        return f"{len(FACTS) - len(missing)}/{len(FACTS)}{short}"

    def tracked(self) -> Iterator[tuple[Card, Customer]]:
        """The cards of the prospects who are asked, each with its customer."""
        for customer in self._ledger.customers.values():
            if customer.card is not None and customer.card.state in TRACKED:
                yield customer.card, customer

    @cached_property
    def _companies(self) -> dict[str, Company]:
        found: dict[str, Company] = {}
        for row in self._ledger.of(Company):
            found.setdefault(row.customer or "", row)
        return found
