"""The showroom on one day: who comes, who receives them, and the register they are written in."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xlcrm.demo import market, typed
from xlcrm.demo.customers import Deal, Prospect
from xlcrm.demo.people import title
from xlcrm.demo.staff import Seller
from xlcrm.demo.store import Row
from xlcrm.forms.schema import Cell

_FIRST, _AGAIN, _OTHER = 0.70, 0.05, 0.06
"""Shares of register rows: first visits, visits of a prospect who drops in, other errands. Invited prospects and customers
who collect their cars make up the rest."""
_CALLS = 0.16
_APPOINTMENTS = {"H": 0.10, "A": 0.06, "B": 0.03, "C": 0.015}
"""How often a follow-up that is due becomes a visit to the showroom."""
_INVITED_MORE = 3.0
"""Times as often for one of the opening stock: he will sign only in the showroom."""

_LATE_ENTRY = 0.15
_NEXT_MORNING = (24 + 9) * 60
_PARTY_SIZES = (1, 1, 2, 2, 2, 3, 4)


@dataclass(slots=True)
class Arrival:
    """A party on its way, at a ``minute`` after midnight: ``prospect`` when known, ``deal`` when it collects its car."""

    minute: int
    purpose: str = "看车"
    prospect: Prospect | None = None
    deal: Deal | None = None
    by_call: bool = False

    @property
    def means(self) -> str:
        """方式 in the report."""
        return "电话" if self.by_call else "来店"


@dataclass(slots=True)
class Day:
    """A working day: who is on duty, what each has reported, until which minute each is busy, whom each received."""

    date: dt.date
    on_duty: list[Seller]
    reported: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    busy: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)

    def free_seller(self, minute: int) -> Seller:
        """Of those not with a customer the one who received fewest, else whoever is free first."""
        free = [s for s in self.on_duty if self.busy[s.name] <= minute]
        if free:
            return min(free, key=lambda s: (self.received[s.name], self.busy[s.name]))
        return min(self.on_duty, key=lambda s: self.busy[s.name])

    def title(self, rng: random.Random) -> tuple[str, str]:
        """A title nobody else has that day: without a phone the name is all there is."""
        while True:
            name, gender = title(rng)
            if name not in self.titles:
                self.titles.add(name)
                return name, gender


class Showroom:
    """Draws the day's parties and writes the register. ``visits`` are register rows in an average month."""

    def __init__(self, rng: random.Random, visits: int, end: dt.date, register: list[Row]) -> None:
        self._rng, self._visits, self._end, self._register = rng, visits, end, register

    def arrivals(self, day: Day, prospects: list[Prospect], deals: list[Deal]) -> list[Arrival]:
        """The day's parties in the order they come; nobody comes to a shop where nobody is on duty."""
        if not day.on_duty:
            return []
        known = [*self._returning(day.date, prospects), *self._collecting(day.date, deals)]
        coming = [*self._newcomers(day.date), *known, *self._errands(day.date)]
        return sorted(coming, key=lambda arrival: arrival.minute)

    def _newcomers(self, date: dt.date) -> Iterator[Arrival]:
        for _ in range(market.parties(self._rng, date, self._visits * _FIRST)):
            by_call = self._rng.random() < _CALLS
            hours = market.CALL_HOURS if by_call else market.WALK_IN_HOURS
            yield Arrival(market.moment(self._rng, hours), by_call=by_call)

    def _returning(self, date: dt.date, prospects: list[Prospect]) -> Iterator[Arrival]:
        """Prospects invited for their follow-up, and those who drop in before it."""
        here = [p for p in prospects if p.plan is not None and p.can_talk(date)]
        invited = [p for p in here if p.plan == date and self._accepts(p)]
        others = [p for p in here if p.plan is not None and p.plan > date]
        dropping_in = min(market.parties(self._rng, date, self._visits * _AGAIN), len(others))
        for prospect in (*invited, *self._rng.sample(others, dropping_in)):
            yield Arrival(self._walk_in(), prospect=prospect)

    def _accepts(self, p: Prospect) -> bool:
        """Whether one who is due today comes instead of being called."""
        return self._rng.random() < _APPOINTMENTS[p.grade] * (1 if p.registered else _INVITED_MORE)

    def _collecting(self, date: dt.date, deals: list[Deal]) -> Iterator[Arrival]:
        for deal in deals:
            if deal.deliver_on == date:
                yield Arrival(self._walk_in(), "提车", deal.prospect, deal)

    def _errands(self, date: dt.date) -> Iterator[Arrival]:
        for _ in range(market.parties(self._rng, date, self._visits * _OTHER)):
            yield Arrival(self._walk_in(), market.OTHER_PURPOSES.spin(self._rng))

    def _walk_in(self) -> int:
        return market.moment(self._rng, market.WALK_IN_HOURS)

    def register(
        self,
        day: Day,
        arrival: Arrival,
        seller: Seller,
        first: str,
        person: tuple[str, str],
        minutes: int,
        story: str,
        about: Mapping[str, Cell],
    ) -> None:
        """Write a row: ``person`` is name and 性别, ``minutes`` the talk. A party waits until its consultant is free."""
        done = max(arrival.minute, day.busy[seller.name]) + minutes
        day.busy[seller.name] = done
        day.received[seller.name] += 1
        row: dict[str, Cell] = {
            "日期": day.date,
            "来店/来电": "来电" if arrival.by_call else "来店",
            "首次/再次": first,
            "来店目的": arrival.purpose,
            "顾客名称": person[0],
            "性别": person[1],
            "进店时间": typed.clock(arrival.minute),
            "离去时间": typed.clock(done),
            "来店人数": 1 if arrival.by_call else self._rng.choice(_PARTY_SIZES),
            "销售顾问": seller.name,
            "注释": story,
            "填写时间": self._entry_time(day.date, seller, done),
            "经理审核": "已阅" if day.date < self._end else None,
        }
        self._register.append(typed.filled(row | dict(about)))

    def _entry_time(self, date: dt.date, seller: Seller, done: int) -> dt.datetime:
        """填写时间: within two hours of leaving; by the forgetful sometimes the next morning."""
        late = seller.slips(self._rng, _LATE_ENTRY) and date < self._end
        begin = _NEXT_MORNING if late else done + 2
        seconds = begin * 60 + self._rng.randrange(100 * 60)
        return dt.datetime.combine(date, dt.time()) + dt.timedelta(seconds=seconds)
