"""Who was met together: several persons of one customer, by one consultant, on one day, for one purpose, in one manner.

Who is met twice that way was met twice. Source: SPEC section 13.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from xlcrm.forms.sheets import Report, Visit
from xlcrm.forms.states import Channel, Means, Purpose

Meeting = tuple[object, ...]
"""Day, consultant, purpose, manner, and which one it was of those that a person had this way."""


class Meetings:
    """The meetings with one customer, whose rows are given in their order."""

    def __init__(self) -> None:
        self._turns: Counter[tuple[object, ...]] = Counter()

    def of(self, day: dt.date, row: Report | Visit) -> Meeting:
        """The meeting that a row is about."""
        occasion = (day, *_occasion(row))
        person = (*occasion, row.phone, row.name)
        self._turns[person] += 1
        return (*occasion, self._turns[person])


def _occasion(row: Report | Visit) -> tuple[str | None, str | None, str | None]:
    """Consultant, purpose and manner; a register row is a reception."""
    if isinstance(row, Report):
        return row.consultant, row.purpose, row.means
    return row.consultant, Purpose.RECEPTION, Means.PHONE if row.channel == Channel.CALL else Means.VISIT
