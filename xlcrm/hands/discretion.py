"""Nobody reads another's customers: who may read of whom, and texts with the others hidden."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from xlcrm.forms.schema import Privacy, Record
from xlcrm.forms.sheets import Card, Owner, Report, Visit
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.recogniser import any_of, close_up, fold, replaced
from xlcrm.safety.privacy import masked


class Discretion:
    """Whose each customer is. A customer without a consultant is nobody's secret."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._owners: defaultdict[str, set[str]] = defaultdict(set)
        self._privacy: dict[str, Privacy] = {}
        for customer in ledger.customers.values():
            for text, privacy in _known_by(customer):
                key = close_up(fold(text)).strip()
                self._owners[key].add(customer.owner)
                self._privacy[key] = privacy
        staff = {close_up(fold(consultant.name or "")).strip() for consultant in ledger.consultants}
        self._pattern = any_of(key for key in self._owners if len(key) > 1 and key not in staff)

    def may_read(self, consultant: str, row: Record) -> bool:
        """Whether a row is of a customer of his, or of nobody's."""
        customer = self._ledger.customers.of(row)
        return customer is None or customer.owner in ("", consultant)

    def over(self, text: str, consultant: str) -> str:
        """A text as the consultant may read it: customers of others alone are masked."""

        def shown(match: re.Match[str]) -> str | None:
            owners = self._owners[match[0]]
            return None if owners & {"", consultant} else masked(match[0], self._privacy[match[0]])

        return replaced(self._pattern, text, shown, closed_up=True)


def _known_by(customer: Customer) -> Iterator[tuple[str, Privacy]]:
    """Number, names and phones of a customer."""
    yield customer.number, Privacy.NUMBER
    yield customer.name, Privacy.NAME
    yield customer.phone, Privacy.PHONE
    rows: tuple[Card | Visit | Report | Owner, ...]
    rows = (*customer.cards, *customer.visits, *customer.reports, *customer.owners)
    for row in rows:
        yield row.name or "", Privacy.NAME
        yield row.phone or "", Privacy.PHONE
    for card in customer.cards:
        for phone in (card.spare_phone, *(card.former_phones or ())):
            yield phone or "", Privacy.PHONE
