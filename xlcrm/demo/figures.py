"""The oracle's notebook: a month's figures, noted as things happen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from xlcrm.demo.customers import GRADES, Prospect
from xlcrm.demo.store import Counts, MonthTruth

_NO_STOCK = dict.fromkeys(GRADES, 0)


class Figures:
    """Counts by month. ``opened`` is whether a month has begun; stocks are counted when it does and every evening."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._orders: dict[str, Counter[str]] = {}
        self._opening: dict[str, Mapping[str, int]] = {}
        self._closing: dict[str, Mapping[str, int]] = {}

    def opened(self, month: str) -> bool:
        return month in self._counts

    def open(self, month: str, prospects: Iterable[Prospect]) -> None:
        """Begin a month with the stock at hand."""
        self._counts[month], self._orders[month] = Counter(), Counter()
        self._opening[month] = _stock(prospects)

    def close(self, date: dt.date, prospects: Iterable[Prospect]) -> None:
        """The evening of a day: the month's last one decides."""
        self._closing[f"{date:%Y-%m}"] = _stock(prospects)

    def count(self, date: dt.date, *figures: str) -> None:
        """One more of each of these; names are those of ``Counts``."""
        self._counts[f"{date:%Y-%m}"].update(figures)

    def cars(self, date: dt.date, figure: str, cars: int) -> None:
        """So many cars more of a figure."""
        self._counts[f"{date:%Y-%m}"][figure] += cars

    def order(self, date: dt.date, consultant: str, cars: int) -> None:
        """One more order."""
        self.count(date, "orders")
        self.cars(date, "cars", cars)
        self._orders[f"{date:%Y-%m}"][consultant] += 1

    def by_month(self) -> dict[str, MonthTruth]:
        """Everything noted, month by month."""
        return {
            month: MonthTruth(
                counts=Counts(**counts),
                opening_stock=dict(self._opening[month]),
                closing_stock=dict(self._closing[month]),
                orders_by_consultant=dict(self._orders[month]),
            )
            for month, counts in self._counts.items()
        }


def _stock(prospects: Iterable[Prospect]) -> dict[str, int]:
    return _NO_STOCK | Counter(p.grade for p in prospects if p.stocked)
