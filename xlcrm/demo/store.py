"""What a simulation gives: the sheets as typed by staff, and the truth of the store, known without reading them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from xlcrm.forms.schema import Cell

Row = dict[str, Cell]
"""A row as typed: header → cell; a blank cell is absent."""
Sheets = dict[str, list[Row]]
"""Sheet name → rows in their order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands at the end of the simulation.

    ``grade`` is "" unless the customer is 在跟 or 战败待审; ``first`` is 初洽日期; ``opening`` the grade in the opening stock
    as of the simulation's start, "" for one who came later; ``next`` the open follow-up, which may lie in the past.
    """

    name: str
    state: str
    grade: str
    consultant: str
    first: dt.date
    opening: str
    next: dt.date | None


@dataclass(frozen=True, slots=True)
class Counts:
    """A month's figures. Purposes other than 看车 are in none of the first five.

    ``orders`` and the ``cars`` on them are counted when placed, cancelled later or not; ``deliveries`` are cars;
    ``losses_applied`` (by 申请日期) and ``losses_approved`` (by 审批日期) are those of 类型 战败: a frozen or unreachable
    customer is not a loss.
    """

    batches: int = 0
    first_visits: int = 0
    first_visits_with_phone: int = 0
    repeat_visits: int = 0
    test_drives: int = 0
    new_cards: int = 0
    orders: int = 0
    cars: int = 0
    deliveries: int = 0
    cancellations: int = 0
    losses_applied: int = 0
    losses_approved: int = 0


@dataclass(frozen=True, slots=True)
class MonthTruth:
    """A month, or the part of it inside the simulation. Stocks are prospects per grade, those 战败待审 included."""

    counts: Counts
    opening_stock: dict[str, int]
    closing_stock: dict[str, int]
    orders_by_consultant: dict[str, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """The oracle: what became of everybody, kept by the simulation while it ran.

    ``closing`` is keyed by phone; ``by_month`` by YYYY-MM, in order. The figures beside them are the last month's.
    """

    today: dt.date
    closing: dict[str, Standing]
    by_month: dict[str, MonthTruth]

    @property
    def month(self) -> str:
        return f"{self.today:%Y-%m}"

    @property
    def counts(self) -> Counts:
        return self.by_month[self.month].counts

    @property
    def opening_stock(self) -> dict[str, int]:
        return self.by_month[self.month].opening_stock

    @property
    def closing_stock(self) -> dict[str, int]:
        return self.by_month[self.month].closing_stock

    @property
    def orders_by_consultant(self) -> dict[str, int]:
        return self.by_month[self.month].orders_by_consultant


@dataclass(frozen=True, slots=True)
class Store:
    """A store's books before any button is pressed, with what is true of it."""

    sheets: Sheets
    truth: Truth
