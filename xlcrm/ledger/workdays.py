"""Working days: the shop opens every day except its closed days, a consultant works every open day except the days of rest.

Source: SPEC section 6. Dealers work weekends and holidays, so no calendar of public holidays is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

_ONE = dt.timedelta(days=1)
_WEEK = frozenset(range(7))
_NONE: frozenset[int] = frozenset()


class Workdays:
    """Who works when. A consultant without an entry rests on no day.

    ``closed`` are the days the shop is shut, ``rest`` the weekdays (0 is Monday) a consultant rests on. Nobody rests all
    week: such an entry is a slip in 顾问 and counts as none. Our decision.
    """

    def __init__(self, closed: Collection[dt.date], rest: Mapping[str, tuple[int, ...]]) -> None:
        self._closed = frozenset(closed)
        self._after: dict[tuple[str, dt.date], dt.date] = {}
        self._rest = {consultant: frozenset(days) for consultant, days in rest.items() if not _WEEK.issubset(days)}

    def works(self, consultant: str, day: dt.date) -> bool:
        """Whether the shop is open and the consultant does not rest."""
        return day not in self._closed and day.weekday() not in self._rest.get(consultant, _NONE)

    def next(self, consultant: str, day: dt.date) -> dt.date:
        """The first working day after a day."""
        return self.on_or_after(consultant, day + _ONE)

    def previous(self, consultant: str, day: dt.date) -> dt.date:
        """The last working day before a day."""
        return self.on_or_before(consultant, day - _ONE)

    def on_or_after(self, consultant: str, day: dt.date) -> dt.date:
        """The day itself if worked, else the next that is."""
        key = consultant, day
        known = self._after.get(key)
        if known is None:
            while not self.works(consultant, day):
                day += _ONE
            known = self._after[key] = day
        return known

    def on_or_before(self, consultant: str, day: dt.date) -> dt.date:
        """The day itself if worked, else the last that was."""
        while not self.works(consultant, day):
            day -= _ONE
        return day

    def within(self, consultant: str, day: dt.date, days: int) -> dt.date:
        """The last working day of the ``days`` after a day; where there is none, the first after them."""
        latest = day + days * _ONE
        worked = self.on_or_before(consultant, latest)
        return worked if worked > day else self.on_or_after(consultant, latest)

    def count(self, consultant: str, first: dt.date, last: dt.date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 if ``last`` comes first."""
        return sum(self.works(consultant, first + n * _ONE) for n in range((last - first).days + 1))
