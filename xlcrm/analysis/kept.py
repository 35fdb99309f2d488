"""历月指标 read back: the figures of closed months, as they were when each was closed. SPEC section 12."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlcrm.analysis.figures import Ratio
from xlcrm.forms.sheets import MonthFigure
from xlcrm.forms.states import FigureScope
from xlcrm.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """The figures of a closed month, by (scope, name) and key; ``closed_on`` is the day of its close."""

    closed_on: dt.date
    figures: Mapping[tuple[str, str], Mapping[str, Ratio]]

    def ratio(self, key: str) -> Ratio | None:
        """A figure of the shop; ``None`` of one that was not kept."""
        return self.figures.get((FigureScope.SHOP, ""), {}).get(key)

    def sums(self, key: str, scope: str) -> dict[str, float] | None:
        """A count by the names of a scope; ``None`` of one that was not kept. What no name divides is nobody's."""
        shop = self.ratio(key)
        if shop is None or shop.denominator is not None:
            return None
        found = {name: own[key].numerator for (kind, name), own in self.figures.items() if kind == scope and key in own}
        return found or ({"": shop.numerator} if shop.numerator else {})


def kept_months(ledger: Ledger) -> dict[str, KeptMonth]:
    """The closed months whose figures the book holds, by month."""
    return kept_of(ledger.month_figures)


def kept_of(rows: Iterable[MonthFigure]) -> dict[str, KeptMonth]:
    """The months of some rows of 历月指标."""
    days: dict[str, dt.date] = {}
    found: dict[str, dict[tuple[str, str], dict[str, Ratio]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row.month and row.closed_on and row.scope and row.key and row.numerator is not None:
            days[row.month] = row.closed_on
            bottom = None if row.denominator is None else whole(row.denominator)
            found[row.month][row.scope, row.name or ""][row.key] = Ratio(whole(row.numerator), bottom)
    return {month: KeptMonth(days[month], own) for month, own in sorted(found.items())}


def whole(value: float) -> float:
    """Whole numbers as ``int``: they are counts."""
    return int(value) if value == int(value) else value
