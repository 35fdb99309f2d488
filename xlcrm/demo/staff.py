"""The sales staff and their calendar: the shop is open every day, a consultant rests one day a week."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from xlcrm.demo.people import People

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
INTERVALS = {"H": 2, "A": 7, "B": 14, "C": 30}
"""Days within which a customer of a grade is contacted again. SPEC section 2."""

_REST_DAYS = (1, 3, 0, 2, 4)
"""Weekends are when customers come: everybody rests on a day from Monday to Friday."""
_LONG_AGO = dt.timedelta(days=700)


@dataclass(frozen=True, slots=True)
class Seller:
    """A consultant (销售顾问): ``skill`` scales the chance of an order, ``diligence`` 1 never forgets anything."""

    name: str
    phone: str
    rest: int
    skill: float
    diligence: float
    joined: dt.date
    left: dt.date | None = None

    def works(self, day: dt.date) -> bool:
        return day.weekday() != self.rest

    def next_workday(self, day: dt.date) -> dt.date:
        """The first working day after ``day``."""
        return self.on_or_after(day + _DAY)

    def last_workday(self, day: dt.date) -> dt.date:
        """The last working day before ``day``."""
        return self.on_or_before(day - _DAY)

    def on_or_after(self, day: dt.date) -> dt.date:
        return day if self.works(day) else day + _DAY

    def on_or_before(self, day: dt.date) -> dt.date:
        return day if self.works(day) else day - _DAY

    def due(self, day: dt.date, grade: str) -> dt.date:
        """When a customer of a grade is contacted again at the latest: a day off moves it back."""
        return self.on_or_before(day + dt.timedelta(days=INTERVALS[grade]))

    def slips(self, rng: random.Random, weight: float) -> bool:
        """Whether something is forgotten this time; ``weight`` is the chance of it for one without any diligence."""
        return rng.random() < (1 - self.diligence) * weight


_DAY = dt.timedelta(days=1)


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from ``first`` to ``last``, both included."""
    for n in range((last - first).days + 1):
        yield first + dt.timedelta(days=n)


def hire(rng: random.Random, people: People, count: int, start: dt.date, diligent: bool) -> list[Seller]:
    """The consultants at work, their days off spread over the week."""
    return [
        Seller(
            name=people.person()[0],
            phone=people.phone(),
            rest=_REST_DAYS[i % len(_REST_DAYS)],
            skill=rng.uniform(0.75, 1.3),
            diligence=1.0 if diligent else rng.uniform(0.72, 0.97),
            joined=start - dt.timedelta(days=rng.randrange(120, 1500)),
        )
        for i in range(count)
    ]


def departed(rng: random.Random, people: People, start: dt.date) -> Seller:
    """A consultant who left some weeks before ``start``; the customers were handed to others."""
    left = start - dt.timedelta(days=rng.randrange(20, 90))
    return Seller(people.person()[0], people.phone(), 0, 1.0, 1.0, left - _LONG_AGO, left)
