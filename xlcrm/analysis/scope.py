"""What every page of the analysis looks at, and the one way to make a table of sums."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from xlcrm.analysis.evidence import Evidence
from xlcrm.analysis.facts import Fact, Facts, Measure, of_consultant
from xlcrm.analysis.figures import Content, Ratio, Table
from xlcrm.analysis.keeping import Changed
from xlcrm.analysis.kept import KeptMonth
from xlcrm.analysis.kpis import DIVISORS, Kpi, Past
from xlcrm.catalogue.labels import LABELS
from xlcrm.findings import Finding
from xlcrm.followup.warnings import EarlyWarning, Pace, pace
from xlcrm.forms.settings import Settings
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, month_end, next_month
from xlcrm.timeline.balance import BalanceRow


@dataclass(frozen=True)
class Scope:
    """One month from its ``first`` day to ``last``, which is the day of the analysis where the month is not over.

    ``changed`` is what its rows give otherwise by now, where the month is closed and its figures were kept.
    """

    evidence: Evidence
    month: str
    first: dt.date
    last: dt.date
    facts: Facts
    past: Past
    findings: Sequence[Finding]
    warnings: Sequence[EarlyWarning]
    balance: Sequence[BalanceRow]
    changed: Sequence[Changed] = ()

    @property
    def ledger(self) -> Ledger:
        return self.evidence.ledger

    @property
    def settings(self) -> Settings:
        return self.evidence.ledger.settings

    @property
    def today(self) -> dt.date:
        return self.evidence.today

    @property
    def closed_before(self) -> KeptMonth | None:
        """The month as it was closed in the book before this one: its figures came along, its rows did not."""
        return self.facts.kept if self.month < earliest_month(self.ledger, self.today) else None

    @property
    def is_over(self) -> bool:
        """Whether the scope is a whole month."""
        return self.last == month_end(self.month)

    @property
    def days(self) -> list[dt.date]:
        """Every day of the scope."""
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def pace(self) -> Pace:
        """The shop's month against all targets together."""
        cars, target = self.facts.total(Measure.CARS), self.facts.total(Measure.TARGET)
        return pace(self.ledger, "", cars, target, self.month, self.last)

    @cached_property
    def consultants(self) -> tuple[str, ...]:
        """The one order in which every table names consultants: by cars ordered, then as 顾问 lists them."""
        cars = self.facts.sums(Measure.CARS, of_consultant)
        listed = dict.fromkeys(row.name for row in self.ledger.consultants if row.name)
        names = [*listed, *sorted(cars.keys() - listed.keys() - {""})]
        return tuple(sorted(names, key=lambda name: -cars.get(name, 0)))

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Consultants in that order, then others by name, and nobody last."""
        return sorted(set(names), key=placed(self.consultants))

    def of_month(self, kpi: Kpi, by: int) -> Ratio | None:
        """A KPI of the month so many months ago, 0 this one: as it was kept, else as its rows give it.

        ``None`` of a month of which neither is known.
        """
        if not by:
            return kpi.ratio(self.facts)
        if by <= len(self.past.whole):
            return kpi.ratio(self.past.whole[by - 1])
        kept = self.evidence.kept.get(next_month(self.month, -by))
        return kpi.kept_in(kept) if kept is not None else None

    @property
    def closing_rate(self) -> Rate:
        """成交率 by the shop's divisor."""
        return Rate("closing_rate", (Measure.ORDERS,), (DIVISORS[self.settings.divisor],))


class Rate(NamedTuple):
    """A column of a table: some measures over others."""

    key: str
    numerators: tuple[Measure, ...]
    denominators: tuple[Measure, ...]


KEPT_RATE = Rate("kept_rate", (Measure.FIRST_WITH_PHONE,), (Measure.FIRST,))
DRIVE_RATE = Rate("test_drive_rate", (Measure.DRIVES,), (Measure.FIRST_WITH_PHONE, Measure.REPEAT))
PROSPECT_RATE = Rate("prospect_rate", (Measure.ORDERS,), (Measure.NEW_CARDS, Measure.OPENING))
ON_TIME_RATE = Rate("on_time_rate", (Measure.ON_TIME,), (Measure.DUE,))


class Mean(NamedTuple):
    """A column of a table: a measure by case of another."""

    key: str
    numerator: Measure
    denominator: Measure


Summed = Measure | Rate | Mean
_Sums = Mapping[Measure, Mapping[str, int]]


def named(text: str) -> Content:
    """A label as a cell: what nobody wrote is called 未填."""
    return text or LABELS["blank"]


def placed(order: Sequence[str]) -> Callable[[str], tuple[bool, int, str]]:
    """A key that sorts labels as they stand in an order, those not in it by name behind it, and blanks last."""
    places = {label: place for place, label in enumerate(order)}
    return lambda label: (label == "", places.get(label, len(places)), label)


def by(
    key: str,
    header: str,
    facts: Facts,
    attribute: Callable[[Fact], str],
    columns: Sequence[Summed],
    first: Sequence[str] = (),
    order: Sequence[str] = (),
) -> Table:
    """A table of sums by an attribute of the facts, with their total.

    Rows are those of ``first``, whatever they come to; then those of ``order``; then by the first column, the greatest
    first, and blanks last.
    """
    measures = dict.fromkeys(measure for column in columns for measure in _measures(column))
    sums = {measure: facts.sums(measure, attribute) for measure in measures}
    labels = {label for found in sums.values() for label in found}
    leading = sums[_measures(columns[0])[0]]
    place = placed(order)
    rest = sorted(labels - set(first), key=lambda label: (*place(label)[:2], -leading.get(label, 0), label))
    rows = [(named(label), *_cells(columns, sums, (label,))) for label in (*first, *rest)]
    total = (LABELS["total"], *_cells(columns, sums, labels))
    headers = tuple(column.value if isinstance(column, Measure) else column.key for column in columns)
    return Table(key, (header, *headers), tuple(rows), total)


def _measures(column: Summed) -> tuple[Measure, ...]:
    match column:
        case Measure():
            return (column,)
        case Rate():
            return *column.numerators, *column.denominators
    return column.numerator, column.denominator


def _cells(columns: Sequence[Summed], sums: _Sums, labels: Collection[str]) -> list[Content]:
    """The sums of some labels together, one cell for each column."""

    def added(*measures: Measure) -> int:
        return sum(sums[measure].get(label, 0) for measure in measures for label in labels)

    def cell(column: Summed) -> Content:
        match column:
            case Measure():
                return added(column)
            case Rate():
                return Ratio(added(*column.numerators), added(*column.denominators))
        cases = added(column.denominator)
        return round(added(column.numerator) / cases, 1) if cases else None

    return [cell(column) for column in columns]


def cross(
    key: str, header: str, pairs: Iterable[tuple[str, str]], columns: Mapping[str, str], order: Sequence[str] = ()
) -> Table:
    """A table that counts pairs of a row and a column, with totals both ways, in an order, then the fullest row first.

    ``columns`` maps every column a pair may name to the key of its header.
    """
    counts = Counter(pairs)
    totals: Counter[str] = Counter()
    for (label, _), number in counts.items():
        totals[label] += number
    place = placed(order)
    ordered = sorted(totals, key=lambda label: (*place(label)[:2], -totals[label], label))
    rows = tuple((named(label), *(counts[label, column] for column in columns), totals[label]) for label in ordered)
    sums = [sum(counts[label, column] for label in ordered) for column in columns]
    return Table(key, (header, *columns.values(), "total"), rows, (LABELS["total"], *sums, totals.total()))
