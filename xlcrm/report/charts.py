"""The native charts: which table each draws, and how. One list serves the sheet in the book and the workbook to mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcrm.analysis.figures import Table
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import HOURS, LABELS, SENTENCES
from xlcrm.look import FONT, GREY, LINE, SERIES
from xlcrm.report.style import DATE, NUMBER_FORMATS

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart


@dataclass(frozen=True, slots=True)
class Sketch:
    """A chart of a table: ``kind`` is column or bar, ``series`` and ``label`` are headers.

    Rows are named by the first column unless said; ``across`` draws the total row over the headers of ``series`` instead.
    """

    kind: str
    series: tuple[str, ...]
    stacked: bool = False
    across: bool = False
    label: str = ""


_HOURS = tuple(f"h{hour:02d}" for hour in HOURS)
_MARKET = Sketch("bar", ("first_visits_with_phone", "orders"))
_ON_TIME = Sketch("column", ("on_time", "late", "undone"), stacked=True)

SKETCHES: Mapping[str, Sketch] = {
    "month_funnel": Sketch("bar", ("count",)),
    "targets": Sketch("column", ("orders", "target")),
    "traffic_by_day": Sketch("column", ("visits_first", "visits_repeat", "calls"), stacked=True),
    "traffic_by_weekday": Sketch("column", ("a_day",)),
    "visits_by_hour": Sketch("column", _HOURS, across=True),
    "calls_by_hour": Sketch("column", _HOURS, across=True),
    "kept_by_consultant": Sketch("column", ("first_visits_with_phone", "not_kept"), stacked=True),
    "unkept_reasons": Sketch("bar", ("not_kept",)),
    "grade_matrix": Sketch("bar", ("H", "A", "B", "C", "O", "D", "F", "F2", "L", "invalid"), stacked=True),
    "stages": Sketch("bar", ("customers",)),
    "forecast": Sketch("column", ("by_stage", "by_conversion")),
    "by_source": _MARKET,
    "by_model": _MARKET,
    "by_rival": _MARKET,
    "league": Sketch("column", ("orders", "target", "deliveries"), label="consultant"),
    "losses_by_reason": Sketch("bar", ("losses_approved",)),
    "losses_by_consultant": Sketch("column", ("losses_approved", "losses_rejected"), stacked=True),
    "punctuality_by_grade": _ON_TIME,
    "punctuality_by_consultant": _ON_TIME,
    "findings_by_person": Sketch("column", ("errors", "warnings", "hints"), stacked=True),
    "care_by_item": Sketch("column", ("care_on_time", "care_late", "care_undone"), stacked=True),
}
"""The chart of a table by the table's key."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A table where it stands in a sheet; rows and columns count from 0. ``total`` is the row of the total, if any."""

    sheet: str
    table: Table
    column: int
    header: int
    first: int
    last: int
    total: int | None

    def span(self, row: int, last_row: int, first: str, last: str) -> list[str | int]:
        """A range of the table between two headers, as XlsxWriter's charts take it."""
        left, right = (self.column + self.table.headers.index(header) for header in (first, last))
        return [self.sheet, row, left, last_row, right]


def draw(workbook: Workbook, placed: Placed, lang: Lang, width: int, height: int) -> tuple[Chart, str]:
    """The native chart of a placed table in pixels, and its alt text."""
    sketch = SKETCHES[placed.table.key]
    options = {"type": sketch.kind} | ({"subtype": "stacked"} if sketch.stacked else {})
    chart: Any = workbook.add_chart(options)
    for i, (name, categories, values) in enumerate(_series(placed, sketch, lang)):
        labels = {} if sketch.stacked else {"data_labels": {"value": True, "font": _font(8)}}
        fill = {"fill": {"color": SERIES[i]}, "border": {"none": True}, "gap": 60}
        chart.add_series({"name": name, "categories": categories, "values": values, **fill, **labels})
    title = placed.table.title.say(lang)
    chart.set_title({"name": title, "name_font": _font(11, bold=True), "overlay": False})
    names: dict[str, Any] = {"num_font": _font(8), "line": {"color": LINE}}
    numbers = {
        "num_font": _font(8),
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}},
        "min": 0,
    }
    if sketch.kind == "bar":
        chart.set_x_axis(
            numbers if sketch.stacked else {"visible": False, "major_gridlines": {"visible": False}, "min": 0}
        )
        chart.set_y_axis(names | {"reverse": True, "crossing": "max"})
    else:
        dated = NUMBER_FORMATS.get(placed.table.headers[0]) == DATE
        chart.set_x_axis(names | ({"num_format": "d", "text_axis": True} if dated else {}))
        chart.set_y_axis(numbers)
    chart.set_legend(
        {"none": True} if len(sketch.series) == 1 or sketch.across else {"position": "bottom", "font": _font(9)}
    )
    chart.set_size({"width": width, "height": height})
    chart.set_chartarea({"border": {"color": LINE}})
    return chart, _alt_text(placed, sketch, lang)


def _series(placed: Placed, sketch: Sketch, lang: Lang) -> list[tuple[str, list[str | int], list[str | int]]]:
    """Name, categories and values of every series."""
    if sketch.across:
        assert placed.total is not None
        first, last = sketch.series[0], sketch.series[-1]
        hours = placed.span(placed.header, placed.header, first, last)
        return [(placed.table.title.say(lang), hours, placed.span(placed.total, placed.total, first, last))]
    label = sketch.label or placed.table.headers[0]
    categories = placed.span(placed.first, placed.last, label, label)
    return [
        (LABELS[header].say(lang), categories, placed.span(placed.first, placed.last, header, header))
        for header in sketch.series
    ]


def _font(size: int, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "bold": bold, "color": GREY if not bold else "#404040"}


def _alt_text(placed: Placed, sketch: Sketch, lang: Lang) -> str:
    label = LABELS[sketch.label or placed.table.headers[0]].say(lang)
    if sketch.across:
        series = placed.table.title.say(lang)
    else:
        series = ("、" if lang == "zh" else ", ").join(LABELS[header].say(lang) for header in sketch.series)
    return SENTENCES["chart"].say(lang, title=placed.table.title.say(lang), label=label, series=series)
