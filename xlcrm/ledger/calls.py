"""Visits to customers, of 拜访计划: which rows are one visit, and what was promised on one and never answered.

Several persons of one customer whom a consultant meets for one purpose on one day are one visit. SPEC sections 13 and 14.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from xlcrm.forms.switched import CallOn
from xlcrm.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise made on a visit that no later one answered; ``next`` is the first visit made since, if there was one."""

    made: CallOn
    next: CallOn | None


class Calls:
    """Some rows of 拜访计划."""

    def __init__(self, ledger: Ledger, rows: Iterable[CallOn]) -> None:
        self._ledger = ledger
        self.rows = tuple(rows)

    def who(self, call: CallOn) -> str:
        """The customer of a row: one for all his phones; of a stranger the phone, else the name."""
        customer = self._ledger.customers.meant(call)
        return customer.key if customer is not None else call.phone or call.name or ""

    def whose(self, call: CallOn) -> str | None:
        """The consultant whose customer it is now, who makes the visit and keeps the promise; of a stranger, the one on the row."""
        customer = self._ledger.customers.meant(call)
        card = customer.card if customer is not None else None
        return (card.consultant if card is not None else None) or call.consultant

    def visit_of(self, call: CallOn, day: dt.date | None) -> tuple[object, ...]:
        """What the rows of one visit on a day have in common."""
        return call.consultant, self.who(call), call.purpose, day

    def planned(self, first: dt.date, last: dt.date) -> list[Sequence[CallOn]]:
        """The visits planned for some days, each with its rows."""
        return self._visits(first, last, lambda call: call.planned_on)

    def made(self, first: dt.date, last: dt.date) -> list[Sequence[CallOn]]:
        """The visits made on some days, each with its rows."""
        return self._visits(first, last, lambda call: call.done_on)

    def _visits(
        self, first: dt.date, last: dt.date, day_of: Callable[[CallOn], dt.date | None]
    ) -> list[Sequence[CallOn]]:
        found: defaultdict[tuple[object, ...], list[CallOn]] = defaultdict(list)
        for call in self.rows:
            if (day := day_of(call)) is not None and first <= day <= last:
                found[self.visit_of(call, day)].append(call)
        return list(found.values())

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """Every promise that nobody has answered yet, the oldest first."""
        found = []
        for own in self._made_by_customer.values():
            for call in (call for call in own if not call.is_blank("promises")):
                later = [other for other in own if _day(other) > _day(call)]
                if all(other.is_blank("answered") for other in later):
                    found.append(Promise(call, next(iter(later), None)))
        return tuple(sorted(found, key=lambda promise: (_day(promise.made), promise.made.at.row)))

    @cached_property
    def _made_by_customer(self) -> dict[str, list[CallOn]]:
        found: defaultdict[str, list[CallOn]] = defaultdict(list)
        for call in sorted(self.rows, key=lambda own: (_day(own), own.at.row)):
            if call.done_on is not None:
                found[self.who(call)].append(call)
        return found

    def carried_to(self, call: CallOn) -> str | None:
        """What is to be answered on a visit: as written, else what was promised before it and not answered before it."""
        if not call.is_blank("promised"):
            return call.shown("promised")
        waiting: list[CallOn] = []
        for other in self._made_by_customer.get(self.who(call), ()):
            if _day(other) >= (call.done_on or dt.date.max):
                break
            if not other.is_blank("answered"):
                waiting = [one for one in waiting if _day(one) == _day(other)]
            if not other.is_blank("promises"):
                waiting.append(other)
        return "；".join(made.shown("promises") for made in waiting) or None


def _day(call: CallOn) -> dt.date:
    return call.done_on or call.planned_on or dt.date.max
