"""The log rows in error: the roll held them back, and they may be why two forms do not agree.

Source: our decision. SPEC section 4 says that an error blocks the roll of its row, section 6 that nothing is lost: so that
one mistake is reported once, what such a row may explain waits for its repair, and everything else is reported beside it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Care, FollowUp, Prospect, Report, Visit
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.ledger import Ledger
from xlcrm.review import Review
from xlcrm.validate import blocked_rows

_KEYS = ("date", "on", "section", "purpose", "name", "phone")
"""By these a log row is found from the other forms: what is wrong in another field does not hide the row."""
_HEADERS = {form.by_name[key].header for form in (Visit.form, Report.form) for key in _KEYS if key in form.by_name}


class _Doubt(NamedTuple):
    """Log rows that may be the cause of a difference, by the customers they are about."""

    customers: frozenset[Key]
    named: Mapping[str, Collection[dt.date | None]]
    """By name, the days of rows whose phone may be what is wrong; ``None`` where the day itself may be."""

    def concerns(self, ledger: Ledger, record: Record) -> bool:
        customer = ledger.customers.of(record)
        if customer is not None and (customer.key in self.customers or customer.cards):
            return customer.key in self.customers
        name, day = getattr(record, "name", None), getattr(record, "date", None)
        days = self.named.get(name, ()) if name else ()
        return bool(days) and (customer is not None or day is None or None in days or day in days)


class HeldBack:
    """What the rows in error of a book may explain.

    ``waiting`` are the new customers whose first register row is in error: the roll has not moved them at all.
    """

    def __init__(self, review: Review) -> None:
        ledger = review.ledger
        self._ledger, self._today = ledger, review.today
        self._blocked = review.blocked
        self._lost = blocked_rows(f for f in review.errors if f.at.header in _HEADERS or not f.at.header)
        self._logs: list[Visit | Report] = [*ledger.visits, *ledger.reports]
        self.waiting = frozenset(
            customer.key for visit in review.timeline.waiting if (customer := ledger.customers.of(visit))
        )

    def explains(self, record: Record) -> bool:
        """Whether the row is in error, or another log row of its customer: the roll may have left it as it is."""
        return self._is_in_error(record) or self._unrolled.concerns(self._ledger, record)

    def hides(self, record: Record) -> bool:
        """Whether the log row that this row is compared with, or the row itself, may be one that cannot be recognised."""
        is_log = isinstance(record, Visit | Report)
        is_hidden = self._is_lost(record) if is_log else self._is_in_error(record)
        return is_hidden or self._unrecognised.concerns(self._ledger, record)

    def may_move(
        self, customer: Customer, plan: FollowUp | Prospect | Care, day: dt.date, until: dt.date = dt.date.max
    ) -> bool:
        """Whether a row in error may have changed a customer's plan for the day, or fulfilled it.

        That is any from the contact that made the plan on; a row whose own day cannot be read may be one. Care is planned
        by the delivery.
        """
        made = day
        if not isinstance(plan, Care):
            made = max((f.done_on for f in customer.follow_ups if f.done_on and f.done_on <= day), default=dt.date.min)
        return any(on is None or made <= on <= until for on in self._unrolled_days(customer))

    def _is_in_error(self, record: Record) -> bool:
        return (record.at.sheet, record.at.row) in self._blocked

    def _is_lost(self, row: Record) -> bool:
        """Whether a log row in error cannot be recognised from the other forms."""
        has_no_phone = isinstance(row, Visit) and not row.phone
        return (row.at.sheet, row.at.row) in self._lost or (has_no_phone and self._is_in_error(row))

    @cached_property
    def _unrolled(self) -> _Doubt:
        return self._doubt([row for row in self._logs if self._is_in_error(row)])

    @cached_property
    def _unrecognised(self) -> _Doubt:
        return self._doubt([row for row in self._logs if self._is_lost(row)])

    def _doubt(self, rows: Collection[Visit | Report]) -> _Doubt:
        of = self._ledger.customers.of
        customers = frozenset(customer.key for row in rows if (customer := of(row)))
        named: defaultdict[str, set[dt.date | None]] = defaultdict(set)
        for row in rows:
            if row.name:
                named[row.name].add(row.date if row.date and row.date <= self._today else None)
        return _Doubt(customers, named)

    def _unrolled_days(self, customer: Customer) -> Iterator[dt.date | None]:
        """Days of the log rows the roll left alone: those in error, and all of a customer who waits."""
        rows: list[Visit | Report] = [*customer.visits, *customer.reports]
        return (row.date for row in rows if customer.key in self.waiting or self._is_in_error(row))
