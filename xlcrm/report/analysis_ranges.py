"""Where everything stands on the sheet 月度分析: fixed ranges, so that a verb only ever writes values.

A table longer than its place ends in a row that sums up the rest; a shorter one leaves its place blank. The total stands
first, so that no gap parts it from its rows.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

from xlcrm.analysis.figures import Figure, Table, Unit
from xlcrm.analysis.kpis import SWITCHED_KPIS
from xlcrm.analysis.month import Month, analyse
from xlcrm.catalogue import Lang
from xlcrm.ledger.reading import read_ledger
from xlcrm.report.printed import as_drawn
from xlcrm.review import Review

LANG: Lang = "zh"
COLUMNS = 16
CHART_ROWS = 13
HEADING_ROW, NOTE_ROW, SENTENCES_ROW, SENTENCE_ROWS = 0, 1, 2, 8
KPIS_ROW = SENTENCES_ROW + SENTENCE_ROWS + 1
"""Rows, from 0; in the first two the template says what the sheet is for until a month stands there."""
_TABLES: tuple[tuple[str, int, str], ...] = (
    ("targets", 12, ""),
    ("month_funnel", 6, "right"),
    ("twelve_months", 12, "right"),
    ("warnings_by_kind", 12, ""),
    ("traffic_by_day", 31, "right"),
    ("traffic_by_week", 6, ""),
    ("traffic_by_weekday", 7, "right"),
    ("visits_by_hour", 7, "below"),
    ("calls_by_hour", 7, ""),
    ("kept_by_consultant", 12, "right"),
    ("unkept_reasons", 13, "right"),
    ("grade_matrix", 6, ""),
    ("stock_flow", 2, "below"),
    ("balance", 4, ""),
    ("grade_moves", 4, "right"),
    ("outlook", 4, ""),
    ("forecast", 9, "right"),
    ("by_source", 8, "right"),
    ("by_model", 10, "right"),
    ("by_media", 18, ""),
    ("league", 12, "below"),
    ("grade_honesty", 12, "below"),
    ("losses_by_reason", 12, ""),
    ("rival_reasons", 8, "right"),
    ("losses_by_consultant", 12, "right"),
    ("subjective_by_consultant", 12, "right"),
    ("punctuality_by_grade", 4, ""),
    ("punctuality_by_consultant", 12, "right"),
    ("findings_by_code", 20, ""),
    ("differences_by_person", 12, ""),
    ("care_by_item", 10, "right"),
)
"""The tables of the sheet in order, the rows each has room for, and where its chart stands."""
WIDE = {"rule": 3, "basis": 3, "verdict": 3, "figure": 2, "step_rate": 2, "kept_h": 2, "kept_a": 2, "kept_b": 2}
"""Columns that take several of the grid's."""


class Slot(NamedTuple):
    """The place of a table: its title's row, the rows it has room for, its headers and the grid column of each."""

    title: int
    room: int
    table: Table
    columns: tuple[int, ...]
    chart: str

    @property
    def header(self) -> int:
        return self.title + 1

    @property
    def has_total(self) -> bool:
        return self.table.total is not None

    @property
    def first(self) -> int:
        """The first row of data, below the total."""
        return self.header + (2 if self.has_total else 1)

    @property
    def width(self) -> int:
        """The grid's columns the table takes."""
        return self.columns[-1] + WIDE.get(self.table.headers[-1], 1)

    @property
    def chart_row(self) -> int:
        return self.header if self.chart == "right" else self.first + self.room

    @property
    def end(self) -> int:
        """The first row below the table and its chart."""
        bottom = self.first + self.room
        return max(bottom, self.chart_row + CHART_ROWS) if self.chart else bottom

    @property
    def heading(self) -> str:
        """What is written above the table: its title and, where it has one, its note."""
        return "　".join(words.say(LANG) for words in (self.table.heading, self.table.note) if words)


@cache
def empty_month() -> Month:
    """A month in which nothing happened: it has every figure and every table's headers."""
    day = dt.date(2000, 1, 31)
    return analyse(Review(read_ledger((), day), day, findings=()), f"{day:%Y-%m}")


@cache
def slots() -> tuple[Slot, ...]:
    """Every slot, top to bottom."""
    slots: list[Slot] = []
    row = KPIS_ROW + 3 + max(len(counts := counts_of(empty_month())), len(empty_month().figures) - len(counts))
    for key, room, chart in _TABLES:
        table = as_drawn(empty_month().table(key))
        columns, at = [], 0
        for header in table.headers:
            columns.append(at)
            at += WIDE.get(header, 1)
        slots.append(Slot(row, room, table, tuple(columns), chart))
        row = slots[-1].end + 1
    return tuple(slots)


def counts_of(month: Month) -> list[Figure]:
    """The figures of the left half of the KPIs: of every shop, for the sheet has no room for what one may do without."""
    return [figure for figure in _of_every_shop(month) if figure.unit is Unit.COUNT]


def rates_of(month: Month) -> list[Figure]:
    """The figures of the right half."""
    return [figure for figure in _of_every_shop(month) if figure.unit is not Unit.COUNT]


def _of_every_shop(month: Month) -> list[Figure]:
    return [figure for figure in month.figures if figure.key not in SWITCHED_KPIS]


COUNT_COLUMNS = {"figure": (0, 1), "value": (1, 1), "previous": (2, 1), "mean3": (3, 1), "year": (4, 1)}
RATE_COLUMNS = {
    "figure": (5, 2),
    "value": (7, 1),
    "numerator": (8, 1),
    "denominator": (9, 1),
    "previous": (10, 1),
    "mean3": (11, 1),
    "year": (12, 1),
    "formula": (13, 3),
}
"""Columns of the two halves of the KPIs: where each begins, and how many of the grid's it takes."""
