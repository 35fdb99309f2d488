"""How the printed pages are composed: strips of lanes, in which tables and charts stand one below the other.

A page stands on a grid of equal narrow columns, so that tables of different columns share it; every row is equally high, and
a header takes two. A strip is not parted by a page's end; a long list flows through columns, page by page, its header
repeated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xlcrm.analysis.figures import Table
from xlcrm.report.charts import SKETCHES, has_something

WIDTH = 42
"""Columns of the grid; a page that needs more is printed smaller."""
UNIT_PIXELS, ROW_PIXELS = 26, 17
TITLE_ROWS = 2
_TITLE_PIXELS = 47
_PAPER_WIDTH, _PAPER_HEIGHT = 1045, 688
"""An A4 page inside its margins."""
_HEAD = 3
"""Rows of a table above its rows: the title, and a header of two; a note takes one more."""
_CHART_ROWS, _SHORTEST, _NARROWEST, _FEWEST = 12, 9, 12, 8
"""Rows of a chart, and of one with a few bars; columns of the narrowest; rows of a list worth beginning on a page."""
_BAR_ROWS = 0.75


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of a table."""

    key: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A long list that flows through ``columns`` side by side."""

    key: str
    columns: int = 1


Lane = tuple[str | Chart, ...]
Strip = tuple[Lane, ...]

KPIS = "kpis"
PAGES: Mapping[str, tuple[Strip | Flow, ...]] = {
    "overview": (
        (("month_funnel",), (Chart("month_funnel"),), (Chart("targets"),)),
        ((KPIS,),),
        (("targets",), ("warnings_by_kind",)),
        Flow("warnings_of_money"),
    ),
    "traffic": (
        (("traffic_by_day",), (Chart("traffic_by_day"), "traffic_by_weekday", Chart("traffic_by_weekday"))),
        (("visits_by_hour",), ("stays",)),
        (("calls_by_hour",),),
        (("hour_load",), (Chart("hour_load"),)),
    ),
    "contacts_kept": (
        (("kept_by_consultant",), (Chart("kept_by_consultant"),)),
        (("unkept_reasons",), (Chart("unkept_reasons"),), ("unkept_by_consultant",)),
    ),
    "grades": (
        (("grade_matrix",), (Chart("grade_moves"),)),
        (("stock_flow", Chart("stock_flow")), ("grade_moves", "grade_days")),
        (("balance",),),
        Flow("balance_by_consultant"),
    ),
    "funnel": (
        (("stages",), (Chart("stages"),)),
        (("conversions",), ("outlook",)),
        (("not_delivered_by_age",),),
        (("forecast",), (Chart("forecast"),)),
    ),
    "market": (
        (("by_source",), (Chart("by_source"),)),
        (("by_model",), (Chart("by_model"),)),
        (("by_rival",), (Chart("by_rival"),)),
        (("by_media",),),
    ),
    "consultants": (
        (("league", Chart("league")),),
        (("league_rates",),),
        (("grade_honesty",), (Chart("grade_honesty"),)),
        Flow("grade_outcomes", 2),
    ),
    "losses": (
        (("losses_by_reason",), (Chart("losses_by_reason"),)),
        (("rival_reasons",), (Chart("rival_reasons"),)),
        (("losses_by_consultant",), (Chart("losses_by_consultant"),), ("losses_by_grade",)),
        (("subjective_by_consultant",), (Chart("subjective_by_consultant"),)),
        (("losses_returned",), ("losses_by_rival",)),
        Flow("subjective_losses"),
        Flow("losses_cross", 2),
    ),
    "punctuality": (
        (("punctuality_by_grade",), (Chart("punctuality_by_grade"),)),
        (("punctuality_by_consultant",), (Chart("punctuality_by_consultant"),)),
        (("contacts_by_purpose",),),
        Flow("overdue_customers", 2),
        Flow("neglected", 2),
        Flow("stale_cards", 3),
    ),
    "audit": (
        (("findings_by_person",), (Chart("findings_by_person"),)),
        (("differences_by_person",),),
        Flow("findings_by_code"),
        Flow("changed_since_close"),
    ),
    "owners": (
        (("care_by_item",), (Chart("care_by_item"),)),
        Flow("owners_leaving", 2),
        Flow("care_calendar", 2),
    ),
}
"""What stands on every page, strip by strip."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A table, or the chart of the table of that key, where it stands on the grid."""

    what: Table | str | Chart
    row: int
    left: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ComposedPage:
    """A page composed: its spots, the rows a sheet of paper begins with, and the columns of its grid."""

    spots: tuple[Placement, ...]
    breaks: tuple[int, ...]
    columns: int


def rows_a_page(columns: int) -> int:
    """Rows that fit a sheet of paper whose grid has so many columns, below the repeated title."""
    scale = min(1.0, _PAPER_WIDTH / (columns * UNIT_PIXELS))
    return int((_PAPER_HEIGHT / scale - _TITLE_PIXELS) / ROW_PIXELS)


@dataclass
class Composer:
    """Composes one page from ``top`` on; ``widths`` and ``heights`` say what each table, or other block, takes."""

    tables: Mapping[str, Table]
    widths: Mapping[str, int]
    heights: Mapping[str, int]
    top: int

    def compose(self, strips: Sequence[Strip | Flow]) -> ComposedPage:
        """Lay out every strip in order."""
        self._spots: list[Placement] = []
        self._breaks: list[int] = []
        self._row, self._page = self.top, TITLE_ROWS
        self._columns = max([WIDTH, *(self._needed(strip) for strip in strips)])
        self._rows = rows_a_page(self._columns)
        for strip in strips:
            if isinstance(strip, Flow):
                self._flow(self.tables[strip.key], strip.columns)
            else:
                self._strip([lane for lane in map(self._drawn, strip) if lane])
        return ComposedPage(tuple(self._spots), tuple(self._breaks), self._columns)

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
        bars = max(rows * len(sketch.series) * (not sketch.subtype), rows * 1.5) if sketch.kind == "bar" else 0
        return max(_SHORTEST if sketch.subtype and bars else _CHART_ROWS, math.ceil(_BAR_ROWS * bars) + 4)

    def _flow(self, table: Table, columns: int) -> None:
        """As much of a list as the paper has room for, in columns of the same length, then the rest on the next."""
        width, rows = self.widths[table.key], table.rows
        head = head_of(table)
        if self._left < min(len(rows), _FEWEST) + head + 1:
            self._break()
        while True:
            room = max(self._left - head - (table.total is not None), 1)
            own, rows = rows[: room * columns], rows[room * columns :]
            each = max(1, math.ceil(len(own) / columns))
            for column in range(columns):
                part = own[column * each : (column + 1) * each]
                is_last = not rows and (column + 1) * each >= len(own)
                if part or column == 0:
                    piece = replace(table, rows=part, total=table.total if is_last else None)
                    self._spots.append(Placement(piece, self._row, column * (width + 1), width, height_of(piece)))
                if is_last:
                    break
            self._row += each + head + (table.total is not None and not rows) + 1
            if not rows:
                return
            self._break()


def height_of(table: Table) -> int:
    """Rows a table takes with its title, header and total; an empty one says so in a row."""
    return head_of(table) + max(1, len(table.rows)) + (table.total is not None)


def head_of(table: Table) -> int:
    """Rows of a table above its rows."""
    return _HEAD + (table.note is not None)
