"""How the printed pages are composed: strips of lanes, in which tables and charts stand one below the other.

A page stands on a grid of equal narrow columns, so that tables of different columns share it; every row is equally high, and
a header takes two. A strip is not parted by a page's end; a long list flows through columns, page by page, its header
repeated. What a page is printed without stands below its print area, for the screen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlcrm.analysis.figures import Table
from xlcrm.report.charts import SKETCHES, has_something

WIDTH, WIDEST = 42, 52
"""Columns of the grid; a page that needs more is printed smaller, and so is one that then takes fewer sheets of paper: down to
the smallest print that is read without effort.
"""
UNIT_PIXELS, ROW_PIXELS = 26, 17
TITLE_ROWS = 2
TITLE_PIXELS = 23
"""Height of a row with the title of a table, so that the title is clear of the rule below it."""
_HEADING_PIXELS = 59
_PAPER_WIDTH, _PAPER_HEIGHT = 1045, 688
"""An A4 page inside its margins."""
_HEAD = 3
"""Rows of a table above its rows: the title, and a header of two; a note takes one more."""
_CHART_ROWS, _SHORTEST, _NARROWEST = 12, 9, 12
"""Rows of a chart, and of one with a few bars; columns of the narrowest."""
_BAR_ROWS, _SPACED = 0.62, 1.6
"""Rows that a bar takes, and bars that one alone takes with the space around it."""
_SHORT = 20
"""Rows of a table that stands on one sheet of paper, beside its chart."""
_WORTH = 3
"""Rows of a list worth printing at all."""
_ENDLESS = 100_000
"""Rows of a sheet that nobody prints."""
_TITLES = 5
"""Rows with titles that a sheet of paper has at most, one below the other."""


class Chart(NamedTuple):
    """The chart of a table."""

    key: str


class Flow(NamedTuple):
    """A long list that flows through ``columns`` side by side.

    It begins on a sheet of paper that has room for ``least`` rows of it; one of 0 never begins another. One that ``fits``
    prints no more than the sheet of paper has room for, and says how much it leaves to the screen.
    """

    key: str
    columns: int = 1
    fits: bool = False
    least: int = 8


Lane = tuple[str | Chart, ...]
Strip = tuple[Lane, ...]

LISTS = ("pipeline",)
"""Tables with a sheet of their own, to filter and to sort."""


class PageLayout(NamedTuple):
    """What of a page is printed, strip by strip, and what stands below for the screen alone.

    What a list that ``fits`` does not print follows there whole. ``columns`` are those of the grid, at least: the more, the
    smaller it is printed.
    """

    printed: tuple[Strip | Flow, ...]
    screen: tuple[Flow, ...] = ()
    columns: int = WIDTH


PAGES: Mapping[str, PageLayout] = {
    "overview": PageLayout(
        (
            (("targets",), (Chart("twelve_months"),)),
            (("month_funnel",), (Chart("month_funnel"),)),
        ),
        (Flow("twelve_months"), Flow("warnings_by_kind")),
        columns=52,
    ),
    "traffic": PageLayout(
        (
            (("traffic_by_day",), (Chart("traffic_by_day"), "traffic_by_week", "traffic_by_weekday")),
            (("visits_by_hour",), ("stays",)),
            (("calls_by_hour",),),
            (("hour_load",), (Chart("hour_load"),)),
        ),
    ),
    "contacts_kept": PageLayout(
        (
            (("kept_by_consultant",), (Chart("kept_by_consultant"),)),
            (("unkept_reasons",), (Chart("unkept_reasons"),), ("unkept_by_consultant",)),
        ),
    ),
    "grades": PageLayout(
        (
            (("grade_matrix",), (Chart("grade_moves"),)),
            (("stock_flow", Chart("stock_flow")), ("grade_moves", "grade_days")),
            (("balance",),),
        ),
        (Flow("balance_by_consultant"),),
    ),
    "funnel": PageLayout(
        (
            (("outlook",), ("not_delivered_by_age",)),
            (("stages",), ("conversions",)),
            (("forecast",), (Chart("forecast"),)),
            Flow("warnings_of_money"),
            Flow("pipeline", 2, fits=True),
        ),
    ),
    "market": PageLayout(
        (
            (("by_source",), ("by_model",)),
            (("by_media",), ("by_rival",)),
            ((Chart("by_source"),), (Chart("by_model"),)),
            (("background",), (Chart("by_rival"),)),
        ),
    ),
    "consultants": PageLayout(
        (
            (("league",),),
            (("league_rates",), (Chart("league"),)),
            (("grade_honesty",), (Chart("grade_honesty"),)),
        ),
        (Flow("grade_outcomes"),),
    ),
    "losses": PageLayout(
        (
            (("losses_by_reason",), ("rival_reasons",), (Chart("rival_reasons"),)),
            (("losses_by_consultant",), ("losses_by_grade",)),
            (("subjective_by_consultant",), (Chart("subjective_by_consultant"),), ("losses_returned",)),
            Flow("subjective_losses"),
        ),
        (Flow("losses_by_rival"), Flow("losses_cross")),
        columns=54,
    ),
    "punctuality": PageLayout(
        (
            (("punctuality_by_grade",), ("contacts_by_purpose",)),
            (("punctuality_by_consultant",), (Chart("punctuality_by_consultant"),)),
            Flow("overdue_customers", 2),
            Flow("neglected", 2, fits=True, least=0),
            Flow("stale_cards", 3, fits=True, least=0),
        ),
    ),
    "audit": PageLayout(
        (
            (("findings_by_person",), ("handling_by_person",), (Chart("findings_by_person"),)),
            (("differences_by_person",), ("findings_by_code",)),
            Flow("changed_since_close", fits=True, least=0),
        ),
    ),
    "owners": PageLayout(
        (
            (("care_by_item",), (Chart("care_by_item"),)),
            Flow("owners_leaving", 2, fits=True),
            Flow("care_calendar", 3, fits=True, least=0),
        ),
    ),
}
"""What stands on every page, strip by strip."""


def listed(tables: Mapping[str, Table]) -> PageLayout:
    """A page of the tables that happen to be there, one below the other, a short one beside its chart."""

    def strip(key: str, table: Table) -> Strip | Flow:
        is_drawn = key in SKETCHES and len(table.rows) <= _SHORT and has_something(table)
        return ((key,), (Chart(key),)) if is_drawn else Flow(key)

    return PageLayout(tuple(strip(key, table) for key, table in tables.items()))


class Placement(NamedTuple):
    """A table, or the chart of the table of that key, where it stands on the grid.

    ``left_out`` are the rows of a list that its last part says it leaves to the screen.
    """

    what: Table | str | Chart
    row: int
    left: int
    width: int
    height: int
    left_out: int = 0


class ComposedPage(NamedTuple):
    """A page composed: its spots, the rows a sheet of paper begins with, and the columns of its grid.

    ``printed`` is the first row that is not printed; from the row after it on stands what is for the screen, if anything.
    """

    spots: tuple[Placement, ...]
    breaks: tuple[int, ...]
    columns: int
    printed: int
    has_more: bool


def rows_a_page(columns: int) -> int:
    """Rows that fit a sheet of paper whose grid has so many columns, below the repeated title."""
    scale = min(1.0, _PAPER_WIDTH / (columns * UNIT_PIXELS))
    return int((_PAPER_HEIGHT / scale - _HEADING_PIXELS - _TITLES * (TITLE_PIXELS - ROW_PIXELS)) / ROW_PIXELS)


@dataclass
class Composer:
    """Composes one page from ``top`` on; ``widths`` and ``heights`` say what each table, or other block, takes."""

    tables: Mapping[str, Table]
    widths: Mapping[str, int]
    heights: Mapping[str, int]
    top: int

    def compose(self, layout: PageLayout) -> ComposedPage:
        """Lay out every strip in order, then what is for the screen alone: on the fewest sheets of paper, as large as they allow."""
        needed = max([layout.columns, *(self._needed(strip) for strip in layout.printed)])
        pages = (self._composed(layout, columns) for columns in range(needed, max(needed, WIDEST) + 1))
        return min(pages, key=lambda page: (len(page.breaks), page.columns))

    def _composed(self, layout: PageLayout, columns: int) -> ComposedPage:
        self._spots: list[Placement] = []
        self._breaks: list[int] = []
        self._row, self._page = self.top, TITLE_ROWS
        self._columns = columns
        self._rows = rows_a_page(columns)
        cut: list[Flow] = []
        for strip in layout.printed:
            if not isinstance(strip, Flow):
                self._strip([lane for lane in map(self._drawn, strip) if lane])
            elif self._flow(self.tables[strip.key], strip):
                cut += [strip] if strip.key not in LISTS else []
        printed, beside = self._row - 1, [*(flow._replace(fits=False) for flow in cut), *layout.screen]
        self._row += 3
        self._rows = _ENDLESS
        for flow in beside:
            self._flow(self.tables[flow.key], flow)
        return ComposedPage(tuple(self._spots), tuple(self._breaks), self._columns, printed, bool(beside))

    def _drawn(self, lane: Lane) -> Lane:
        """A lane without charts that would show nothing."""
        return tuple(
            piece for piece in lane if not (isinstance(piece, Chart) and not has_something(self.tables[piece.key]))
        )

    def _needed(self, strip: Strip | Flow) -> int:
        if isinstance(strip, Flow):
            return strip.columns * (self.widths[strip.key] + 1) - 1
        return sum(self._narrowest(lane) + 1 for lane in map(self._drawn, strip) if lane) - 1

    def _narrowest(self, lane: Lane) -> int:
        return max(_NARROWEST if isinstance(piece, Chart) else self.widths[piece] for piece in lane)

    @property
    def _left(self) -> int:
        """Rows left on the sheet of paper."""
        return self._page + self._rows - self._row

    def _break(self) -> None:
        if self._row > self._page:
            self._breaks.append(self._row)
            self._page = self._row

    def _strip(self, lanes: Sequence[Lane]) -> None:
        """Lanes side by side; charts share the rows and the width that tables leave."""
        if not lanes:
            return
        height = max(sum(self._height(piece) + 1 for piece in lane) - 1 for lane in lanes)
        if height > self._left:
            self._break()
        widths = [self._narrowest(lane) for lane in lanes]
        growing = [i for i, lane in enumerate(lanes) if any(isinstance(piece, Chart) for piece in lane)]
        spare = self._columns - sum(widths) - len(lanes) + 1
        for turn, i in enumerate(growing):
            widths[i] += spare // len(growing) + (turn < spare % len(growing))
        left = 0
        for lane, width in zip(lanes, widths, strict=True):
            self._lane(lane, left, width, height)
            left += width + 1
        self._row += height + 1

    def _lane(self, lane: Lane, left: int, width: int, height: int) -> None:
        row = self._row
        charts = sum(isinstance(piece, Chart) for piece in lane)
        spare = height - sum(self._height(piece) + 1 for piece in lane) + 1
        for piece in lane:
            own = self._height(piece)
            if isinstance(piece, Chart):
                own += spare // charts
            what = self.tables.get(piece, piece) if isinstance(piece, str) else piece
            self._spots.append(Placement(what, row, left, width, own))
            row += own + 1

    def _height(self, piece: str | Chart) -> int:
        if isinstance(piece, str):
            return self.heights[piece]
        sketch, rows = SKETCHES[piece.key], len(self.tables[piece.key].rows)
        beside = rows * len(sketch.series) * (not sketch.subtype)
        bars = max(beside, rows * _SPACED) if sketch.kind == "bar" else 0
        return max(_SHORTEST if bars else _CHART_ROWS, math.ceil(_BAR_ROWS * bars) + 3)

    def _flow(self, table: Table, flow: Flow) -> int:
        """As much of a list as the paper has room for, in columns of the same length, then the rest on the next.

        Returns how many rows of a list that ``fits`` are left out.
        """
        rows, head = table.rows, head_of(table)
        if flow.least == 0 and self._left < min(len(rows), _WORTH) + head + 1:
            return len(rows)
        if self._left < min(len(rows), flow.least) + head + 1:
            self._break()
        while True:
            room = max(self._left - head - (table.total is not None), 1) * flow.columns
            is_cut = flow.fits and len(rows) > room
            own, rows = (
                (rows[: room - flow.columns], rows[room - flow.columns :]) if is_cut else (rows[:room], rows[room:])
            )
            left_out = len(rows) if is_cut else 0
            each = self._columns_of(table._replace(rows=own), flow, is_end=is_cut or not rows, left_out=left_out)
            self._row += each + head + (table.total is not None and not rows) + 1 + is_cut
            if is_cut or not rows:
                return left_out
            self._break()

    def _columns_of(self, table: Table, flow: Flow, *, is_end: bool, left_out: int) -> int:
        """A part of a list in columns side by side, the total below the last of them; returns the rows of a column."""
        each = max(1, math.ceil(len(table.rows) / flow.columns))
        for column in range(flow.columns):
            part = table.rows[column * each : (column + 1) * each]
            is_last = is_end and (column + 1) * each >= len(table.rows)
            total = table.total if is_last and not left_out else None
            piece, width = table._replace(rows=part, total=total), self.widths[table.key]
            if part or column == 0:
                spot = Placement(piece, self._row, column * (width + 1), width, height_of(piece))
                self._spots.append(spot._replace(left_out=left_out if column == 0 else 0))
            if is_last:
                break
        return each


def height_of(table: Table) -> int:
    """Rows a table takes with its title, header and total; an empty one says so in a row."""
    return head_of(table) + max(1, len(table.rows)) + (table.total is not None)


def head_of(table: Table) -> int:
    """Rows of a table above its rows."""
    return _HEAD + (table.note is not None)
