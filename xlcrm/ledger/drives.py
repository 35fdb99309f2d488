"""Who drove a car, and on which day: the sheet 试驾 says so from the first day it has, the register's tick before.

So no drive is counted twice: SPEC section 14; that one customer's drives of a day are one is our decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property

from xlcrm.forms.sheets import Visit
from xlcrm.forms.switched import Drive
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.ledger import Ledger

Driven = tuple[Key, dt.date]


class Drives:
    """The drives of a book: ``rows`` are those of 试驾 that count, ``since`` the first day it speaks of, if any."""

    def __init__(self, ledger: Ledger, rows: Iterable[Drive]) -> None:
        self._ledger = ledger
        self.rows = tuple(rows)
        self.since = min((row.date for row in self.rows if row.date), default=dt.date.max)

    def is_known(self, visit: Visit) -> bool:
        """Whether 试驾 speaks of the day of a visit."""
        return visit.date is not None and visit.date >= self.since

    def drove(self, visit: Visit, customer: Customer | None) -> bool:
        """Whether a party drove."""
        return self.of(visit, customer) is not None if self.is_known(visit) else bool(visit.test_drive)

    def of(self, visit: Visit, customer: Customer | None) -> Drive | None:
        """The row of 试驾 for the visit of a customer."""
        if customer is None or visit.date is None or not self.rows:
            return None
        return self._by_day.get((customer.key, visit.date))

    def first_of(self, customer: Customer) -> dt.date | None:
        """The first day on which 试驾 has a customer."""
        return self._first.get(customer.key)

    def without(self, parties: Iterable[tuple[Visit, Customer | None]]) -> Iterator[tuple[Drive, Customer | None]]:
        """The drives that no visit of the day stands for, with their customers; one for each customer and day."""
        met: set[tuple[str, dt.date | None]] = set()
        if self.rows:
            met = {(customer.key, visit.date) for visit, customer in parties if customer is not None}
        for row in self.rows:
            customer = self._ledger.customers.meant(row)
            who = (customer.key if customer else row.phone or row.name or "", row.date)
            if who not in met:
                met.add(who)
                yield row, customer

    @cached_property
    def _first(self) -> dict[Key, dt.date]:
        found: dict[Key, dt.date] = {}
        for key, day in sorted(self._by_day, key=lambda driven: driven[1]):
            found.setdefault(key, day)
        return found

    @cached_property
    def _by_day(self) -> dict[Driven, Drive]:
        """The first row of each customer and day."""
        found: dict[Driven, Drive] = {}
        for row in self.rows:
            customer = self._ledger.customers.meant(row)
            if customer is not None and row.date is not None:
                found.setdefault((customer.key, row.date), row)
        return found
