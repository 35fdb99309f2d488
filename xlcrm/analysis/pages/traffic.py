"""Page 2, 客流规律: parties by day, weekday and hour, visits and calls apart, first and repeat, length of stay. [S]"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import mean, median
from typing import NamedTuple

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import Content, Page, Ratio, Table
from xlcrm.analysis.scope import Scope, by
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import HOURS, LABELS, WEEKDAYS
from xlcrm.forms.sheets import Visit
from xlcrm.forms.states import Channel, Visiting

_KINDS: tuple[tuple[str, Callable[[Visit], bool]], ...] = (
    ("visits_first", lambda v: v.channel != Channel.CALL and v.first != Visiting.AGAIN),
    ("visits_repeat", lambda v: v.channel != Channel.CALL and v.first == Visiting.AGAIN),
    ("calls", lambda v: v.channel == Channel.CALL),
)
"""Every party is exactly one of these."""
_STAYS = (("stay_10", 10), ("stay_30", 30), ("stay_60", 60), ("stay_120", 120), ("stay_long", 24 * 60 + 1))
"""Bands of stay and the minutes each ends before."""


def page(scope: Scope) -> Page:
    """The page's tables."""
    visits = [fact.record for fact in scope.facts.of(Measure.BATCHES) if isinstance(fact.record, Visit)]
    came = [visit for visit in visits if visit.channel != Channel.CALL]
    called = [visit for visit in visits if visit.channel == Channel.CALL]
    return Page(
        "traffic",
        (
            _by_day(scope, visits),
            _by_week(scope),
            _by_weekday(scope, visits),
            _by_hour("visits_by_hour", came),
            _stays(came),
            _by_hour("calls_by_hour", called),
            _load(scope, came, called),
        ),
    )


def _counts(visits: Sequence[Visit]) -> list[int]:
    return [sum(map(is_kind, visits)) for _, is_kind in _KINDS]


def _by_day(scope: Scope, visits: Sequence[Visit]) -> Table:
    rows: list[tuple[Content, ...]] = []
    for day in scope.days:
        own = [visit for visit in visits if visit.date == day]
        rows.append((day, WEEKDAYS[day.weekday()], *_counts(own), len(own)))
    headers = ("day", "weekday", *(kind for kind, _ in _KINDS), "total")
    return Table("traffic_by_day", headers, tuple(rows), (LABELS["total"], None, *_counts(visits), len(visits)))


_WEEKLY = (
    *(Measure.BATCHES, Measure.FIRST_WITH_PHONE, Measure.DRIVES, Measure.ORDERS, Measure.CARS, Measure.DELIVERIES),
    Measure.APPROVED,
)


def _by_week(scope: Scope) -> Table:
    """The weeks of the month, Monday to Sunday, cut at its ends. SPEC section 13."""
    weeks = {day: _week(scope, day) for day in scope.days}
    order = tuple(dict.fromkeys(weeks.values()))
    table = by("traffic_by_week", "week", scope.facts, lambda fact: weeks[fact.on], _WEEKLY, order)
    rows = ((Words(week, week), *cells) for week, (_, *cells) in zip(order, table.rows, strict=True))
    return table._replace(rows=tuple(rows))


def _week(scope: Scope, day: dt.date) -> str:
    monday = day - dt.timedelta(days=day.weekday())
    first, last = max(monday, scope.first), min(monday + dt.timedelta(days=6), scope.last)
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"


def _by_weekday(scope: Scope, visits: Sequence[Visit]) -> Table:
    rows: list[tuple[Content, ...]] = []
    for weekday, name in enumerate(WEEKDAYS):
        own = [visit for visit in visits if visit.date and visit.date.weekday() == weekday]
        days = sum(day.weekday() == weekday for day in scope.days)
        rows.append((name, *_counts(own), len(own), days, _a_day(own, days)))
    headers = ("weekday", *(kind for kind, _ in _KINDS), "total", "days_of_kind", "a_day")
    days = len(scope.days)
    total = (LABELS["total"], *_counts(visits), len(visits), days, _a_day(visits, days))
    return Table("traffic_by_weekday", headers, tuple(rows), total)


def _a_day(visits: Sequence[Visit], days: int) -> float | None:
    return round(len(visits) / days, 1) if days else None


def _by_hour(key: str, visits: Sequence[Visit]) -> Table:
    """Weekday × hour of entering; a row whose time is unknown is in no hour, as valid rows never are."""
    counts = [[0] * len(HOURS) for _ in WEEKDAYS]
    for visit in visits:
        if visit.date and visit.entered:
            counts[visit.date.weekday()][_hour(visit.entered) - HOURS[0]] += 1
    rows: list[tuple[Content, ...]] = [(name, *own, sum(own)) for name, own in zip(WEEKDAYS, counts, strict=True)]
    totals = [sum(column) for column in zip(*counts, strict=True)]
    headers = ("weekday", *(f"h{hour:02d}" for hour in HOURS), "total")
    return Table(key, headers, tuple(rows), (LABELS["total"], *totals, sum(totals)))


class _Arrival(NamedTuple):
    """A party that came: the hour, how many parties were in the shop then, and whether its consultant was with another."""

    visit: Visit
    hour: int
    at_once: int
    shared: bool


def _load(scope: Scope, came: Sequence[Visit], called: Sequence[Visit]) -> Table:
    """Which hour is short of hands: parties at once, and those whose consultant was still with another party.

    Hours without a party are left out.
    """
    arrivals = list(_arrivals(came))
    calls = Counter(_hour(visit.entered) for visit in called if visit.entered)
    rows: list[tuple[Content, ...]] = []
    for hour in (hour for hour in HOURS if calls[hour] or any(arrival.hour == hour for arrival in arrivals)):
        own = [arrival for arrival in arrivals if arrival.hour == hour]
        most = max((arrival.at_once for arrival in own), default=0)
        rows.append((LABELS[f"h{hour:02d}"], calls[hour], *_load_cells(scope, own), most))
    total = (LABELS["total"], calls.total(), *_load_cells(scope, arrivals), None)
    headers = ("hour", "calls", "visits", "visits_a_day", "shared", "shared_share", "kept_rate", "at_once")
    return Table("hour_load", headers, tuple(rows), total)


def _load_cells(scope: Scope, own: Sequence[_Arrival]) -> tuple[Content, ...]:
    shared, visits = sum(arrival.shared for arrival in own), [arrival.visit for arrival in own]
    firsts = [visit for visit in visits if visit.first == Visiting.FIRST]
    kept = Ratio(sum(visit.phone is not None for visit in firsts), len(firsts))
    return len(own), _a_day(visits, len(scope.days)), shared, Ratio(shared, len(own)), kept


def _arrivals(came: Sequence[Visit]) -> Iterator[_Arrival]:
    days: dict[dt.date | None, list[tuple[Visit, dt.time, dt.time]]] = defaultdict(list)
    for visit in came:
        if visit.entered and visit.left:
            days[visit.date].append((visit, visit.entered, visit.left))
    for visits in days.values():
        for visit, entered, _ in visits:
            others = [other for other, first, last in visits if other is not visit and first <= entered < last]
            shared = any(other.consultant == visit.consultant for other in others)
            yield _Arrival(visit, _hour(entered), len(others) + 1, shared)


def _hour(entered: dt.time) -> int:
    """The hour of entering, among those with a column."""
    return min(max(entered.hour, HOURS[0]), HOURS[-1])


def _stays(visits: Sequence[Visit]) -> Table:
    """How long visitors stayed, first and repeat apart."""
    firsts = [_minutes(v.entered, v.left) for v in visits if v.first != Visiting.AGAIN and v.entered and v.left]
    repeats = [_minutes(v.entered, v.left) for v in visits if v.first == Visiting.AGAIN and v.entered and v.left]
    rows: list[tuple[Content, ...]] = []
    reached = 0
    for band, until in _STAYS:
        in_band = [sum(reached <= stay < until for stay in stays) for stays in (firsts, repeats)]
        rows.append((LABELS[band], *in_band, sum(in_band)))
        reached = until
    rows.append(_middle(LABELS["mean_minutes"], mean, firsts, repeats))
    rows.append(_middle(LABELS["median_minutes"], median, firsts, repeats))
    return Table("stays", ("stay", "first", "repeat", "total"), tuple(rows))


def _middle(
    name: Words, middle: Callable[[list[int]], float], firsts: list[int], repeats: list[int]
) -> tuple[Content, ...]:
    return name, *(round(middle(stays), 1) if stays else None for stays in (firsts, repeats, firsts + repeats))


def _minutes(entered: dt.time, left: dt.time) -> int:
    return left.hour * 60 + left.minute - entered.hour * 60 - entered.minute
