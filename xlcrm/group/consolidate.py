"""A group's month: sums of numerators and denominators over its stores, their ranks, and what is wrong where.

Never a mean of percentages. Medians cannot be added, and what is overdue now is not a month's: the group has neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.keeping import to_keep
from xlcrm.analysis.kpis import Kpi, all_kpis
from xlcrm.catalogue import Words
from xlcrm.catalogue import group as words
from xlcrm.findings import Severity
from xlcrm.forms.codes import CODES
from xlcrm.forms.settings import Settings
from xlcrm.forms.states import FigureScope
from xlcrm.group.store import SHOP, StoreMonth, StoreState
from xlcrm.group.totals import Sum, Totals, add_up

KPIS: tuple[Kpi, ...] = tuple(kpi for kpi in all_kpis(Settings()) if not (kpi.middle or kpi.of_today or kpi.less))
"""What a group can count, in the order of a store's month. 目标差额 is the difference of both sides of 目标完成率."""
SUMMED: dict[str, Kpi] = {kpi.key: kpi for kpi in (*KPIS, *to_keep(Settings())) if not kpi.middle}
"""The same with the counts beside them that a store keeps, by key."""
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Region:
    """Where a store belongs, as the group's own list says."""

    store: str
    region: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """A store's place in a league of ``of`` stores, 1 the best; equal figures share one. ``quartile`` 1 is the best quarter."""

    place: int
    of: int

    @property
    def quartile(self) -> int:
        return (self.place - 1) * _QUARTERS // self.of + 1


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the group must know of a store: the key of its wording, and how grave it is."""

    key: str
    store: str
    book: str
    severity: Severity
    said: Words


@dataclass(frozen=True)
class Group:
    """The month (YYYY-MM) of a group. ``stores`` stand in the order of their books; ``added`` are the sums over those that are
    counted, where somebody made them already.
    """

    month: str
    stores: tuple[StoreMonth, ...]
    regions: Mapping[str, Region] = field(default_factory=dict)
    added: Totals | None = None

    @property
    def counted(self) -> list[StoreMonth]:
        """The stores whose figures are in the sums."""
        return [store for store in self.stores if store.counts]

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """What this group counts: the KPIs of a form that shops may do without where a store has them."""
        known = {key for store in self.counted for key in store.shop(self.month)}
        return tuple(kpi for kpi in KPIS if kpi.given is None or kpi.key in known)

    def sums(self, month: str) -> dict[str, Sum]:
        """The figures of a month by key, of the stores whose books know it."""
        return _in_order(self.totals, month)

    @cached_property
    def totals(self) -> Totals:
        """The sums over the stores that are counted."""
        return add_up(self.counted) if self.added is None else self.added

    def by(self, attribute: str) -> dict[str, dict[str, Sum]]:
        """The sums of the month by ``region`` or ``brand``, "" for the stores the list leaves out."""
        parts: dict[str, list[StoreMonth]] = {}
        for store in self.counted:
            parts.setdefault(getattr(self.region(store), attribute), []).append(store)
        return {
            name: _in_order(add_up(own), self.month)
            for name, own in sorted(parts.items(), key=lambda part: (part[0] == "", part))
        }

    def region(self, store: StoreMonth) -> Region:
        return self.regions.get(store.store, Region(store.store))

    def parts(self, scope: str) -> dict[str, dict[str, Ratio]]:
        """The sums of the month by the names of a scope: grades in their order, others the busiest first."""
        found = {
            name: {key: sum_.ratio for key, sum_ in own.items()}
            for (kind, name), own in self.totals.get(self.month, {}).items()
            if kind == scope
        }
        rank = {grade: at for at, grade in enumerate(CODES["接触级别"].values if scope == FigureScope.GRADE else ())}
        return dict(
            sorted(found.items(), key=lambda part: (part[0] == "", rank.get(part[0], 0), -_busy(part[1]), part[0]))
        )

    @cached_property
    def ranks(self) -> dict[str, dict[str, Rank]]:
        """Every store's place by book and key; none of a figure that is neither good nor bad, that has
        too few cases, or is the same everywhere.
        """
        found: dict[str, dict[str, Rank]] = {store.book: {} for store in self.stores}
        small = Settings().small_number
        for kpi in KPIS:
            if not kpi.good:
                continue
            values = {
                s.book: v for s in self.counted if (v := _judged(s.shop(self.month).get(kpi.key), small)) is not None
            }
            if len(set(values.values())) == 1:
                continue  # nobody is better than anybody
            places: dict[float, int] = {}
            for place, value in enumerate(sorted(values.values(), reverse=kpi.good > 0), 1):
                places.setdefault(value, place)
            for book, value in values.items():
                found[book][kpi.key] = Rank(places[value], len(values))
        return found

    @cached_property
    def troubles(self) -> list[Trouble]:
        """Who did not report, whose month is not closed, does not balance or has broken seals, whose book is older."""
        found = [trouble for store in self.stores for trouble in _troubles(store)]
        reported = {store.store for store in self.stores}
        missing = [region.store for region in self.regions.values() if region.store not in reported]
        found += [_trouble("missing", name, "", Severity.ERROR) for name in missing]
        names = [store.store for store in self.stores if store.state != StoreState.UNREAD]
        twice = {name for name in names if names.count(name) > 1}
        found += [_trouble("twice", s.store, s.book, Severity.WARNING) for s in self.stores if s.store in twice]
        if len(divisors := sorted({store.divisor for store in self.counted})) > 1:
            found.append(_trouble("divisors", "", "", Severity.WARNING, divisors="、".join(divisors)))
        return sorted(found, key=lambda trouble: list(Severity).index(trouble.severity))


def consolidate(
    month: str, stores: Iterable[StoreMonth], regions: Iterable[Region] = (), added: Totals | None = None
) -> Group:
    """The group's month; the order in which the stores came does not matter. ``added`` are its sums, where they are made."""
    of = {region.store: region for region in regions}
    return Group(month, tuple(sorted(stores, key=lambda s: s.book)), of, added)


def _in_order(totals: Totals, month: str) -> dict[str, Sum]:
    """The shop's figures of a month, in the order in which a group shows them."""
    found = totals.get(month, {}).get(SHOP, {})
    return {key: found[key] for key in SUMMED if key in found}


def _busy(figures: Mapping[str, Ratio]) -> float:
    """How much happened: parties, and orders beside them."""
    return sum(figures[key].numerator for key in ("batches", "orders") if key in figures)


def _judged(ratio: Ratio | None, small: int) -> float | None:
    """A figure by which stores are ranked; ``None`` where too few cases stand behind it."""
    if ratio is None or (ratio.denominator is not None and ratio.denominator < small):
        return None
    return ratio.value


def _troubles(store: StoreMonth) -> Iterable[Trouble]:
    at = store.store, store.book
    if store.why is not None:
        yield _trouble("unread", *at, Severity.ERROR, why=store.why)
    if store.state == StoreState.NONE:
        yield _trouble("none", *at, Severity.ERROR, month=store.month)
    if store.broken:
        yield _trouble("broken", *at, Severity.ERROR, months="、".join(store.broken))
    if store.unbalanced:
        yield _trouble("unbalanced", *at, Severity.ERROR, month=store.month, count=store.unbalanced)
    if store.state == StoreState.OPEN:
        yield _trouble("open", *at, Severity.WARNING, month=store.month)
    if store.lacks:
        yield _trouble("older", *at, Severity.INFO, sheets="、".join(store.lacks))


def _trouble(key: str, store: str, book: str, severity: Severity, **about: object) -> Trouble:
    sentence = words.TROUBLES[key]
    zh, en = (
        {name: given.say(lang) if isinstance(given, Words) else given for name, given in about.items()}
        for lang in ("zh", "en")
    )
    return Trouble(key, store, book, severity, Words(sentence.zh.format(**zh), sentence.en.format(**en)))
