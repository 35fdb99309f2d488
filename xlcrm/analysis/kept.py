"""历月指标 read back: the figures of closed months, as they were when each was closed. SPEC section 12."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from xlcrm.analysis.figures import Ratio
from xlcrm.forms.sheets import MonthFigure
from xlcrm.forms.states import FigureScope
from xlcrm.ledger.ledger import Ledger


class KeptMonth(NamedTuple):
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


KeptFigure = tuple[str | None, str | None, str | None, str | None, float | None, float | None, dt.date | None]
"""Of a row of 历月指标: month, scope, name, key, numerator, denominator, the day of the close."""


def kept_months(ledger: Ledger) -> dict[str, KeptMonth]:
    """The closed months whose figures the book holds, by month."""
    return kept_of(map(_kept, ledger.month_figures))


def kept_of(rows: Iterable[KeptFigure]) -> dict[str, KeptMonth]:
    """The months of some rows of 历月指标."""
    days: dict[str, dt.date] = {}
    found: dict[str, dict[tuple[str, str], dict[str, Ratio]]] = defaultdict(lambda: defaultdict(dict))
    for month, scope, name, key, top, bottom, closed_on in rows:
        if month and closed_on and scope and key and top is not None:
            days[month] = closed_on
            found[month][scope, name or ""][key] = Ratio(whole(top), None if bottom is None else whole(bottom))
    return {month: KeptMonth(days[month], own) for month, own in sorted(found.items())}


_kept: Callable[[MonthFigure], KeptFigure] = attrgetter(
    *("month", "scope", "name", "key", "numerator", "denominator", "closed_on")
)


def whole(value: float) -> float:
    """Whole numbers as ``int``: they are counts."""
    return int(value) if value == int(value) else value
