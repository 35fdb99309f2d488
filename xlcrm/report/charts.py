"""The native charts: which table each draws, and how. One list serves the sheet in the book and the workbook to mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from xlcrm.analysis.figures import Content, Ratio, Table
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import HOURS, LABELS, SENTENCES
from xlcrm.report.look import FONT, GREY, LINE, SERIES, WHITE
from xlcrm.report.style import DATE, DECIMAL, HEADER_FORMATS, NUMBER, PERCENT

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart


class Sketch(NamedTuple):
    """A chart of a table: ``kind`` is column or bar, ``series`` and ``label`` are headers.

    Rows are named by the first column unless said. ``subtype`` is "", stacked or percent_stacked; ``across`` draws the total
    row over the headers of ``series`` instead; ``interval`` are the headers of the ends between which the last series lies.
    ``unit`` is the key of what the title adds where the numbers are not counts, ``few`` says that they are small ones.
    """

    kind: str
    series: tuple[str, ...]
    subtype: str = ""
    across: bool = False
    label: str = ""
    interval: tuple[str, str] | None = None
    unit: str = ""
    few: bool = False


_STACKED, _SHARES = "stacked", "percent_stacked"
_HOURS = tuple(f"h{hour:02d}" for hour in HOURS)
_MARKET = Sketch("bar", ("first_visits_with_phone", "orders"))
_ON_TIME = Sketch("bar", ("not_on_time_rate",), unit="unit_not_on_time")
_REASONS = Sketch(
    "bar", ("group_company", "group_product", "group_customer", "group_consultant", "group_other"), _STACKED
)
_FLOW = ("stock", "new", "came_back", "ordered", "lost", "out_of_reach", "invalid")

SKETCHES: Mapping[str, Sketch] = {
    "twelve_months": Sketch("line", ("cars", "deliveries")),
    "month_funnel": Sketch("bar", ("count",)),
    "traffic_by_day": Sketch("column", ("visits_first", "visits_repeat", "calls"), _STACKED),
    "traffic_by_weekday": Sketch("column", ("a_day",), unit="unit_a_day"),
    "visits_by_hour": Sketch("column", _HOURS, across=True),
    "calls_by_hour": Sketch("column", _HOURS, across=True),
    "hour_load": Sketch("column", ("visits", "shared")),
    "kept_by_consultant": Sketch("column", ("first_visits_with_phone", "not_kept"), _STACKED),
    "unkept_reasons": Sketch("bar", ("not_kept",)),
    "stock_flow": Sketch("bar", _FLOW, _STACKED),
    "grade_moves": Sketch("bar", ("promoted", "stayed", "demoted", "gone"), _SHARES, unit="unit_share"),
    "forecast": Sketch("column", ("by_stage", "by_conversion"), interval=("low", "high"), unit="unit_orders"),
    "by_source": _MARKET,
    "by_model": _MARKET,
    "by_rival": _MARKET,
    "league": Sketch("column", ("cars", "target", "deliveries"), label="consultant", few=True),
    "grade_honesty": Sketch("column", ("kept_word", "broke_word"), _STACKED),
    "rival_reasons": Sketch("bar", ("price", "equipment", "taste", "reputation", "group_other"), _STACKED),
    "marks_by_month": Sketch("bar", ("marks_rate",)),
    "reason_groups": Sketch("bar", ("not_kept",)),
    "reason_tree": Sketch("bar", ("not_kept",), label="reason"),
    **dict.fromkeys(("reasons_by_consultant", "reasons_by_source", "reasons_by_hour"), _REASONS),
    "losses_by_consultant": Sketch("column", ("losses_approved", "losses_rejected"), _STACKED),
    "subjective_by_consultant": Sketch("column", ("losses_applied", "doubtful")),
    "punctuality_by_consultant": _ON_TIME,
    "findings_by_person": Sketch("column", ("errors", "warnings", "hints"), _STACKED),
    "cancelled_by_reason": Sketch("bar", ("cancellations",)),
    "leads_by_media": Sketch("bar", ("leads", "valid_leads", "invited", "came")),
    "costs_by_media": Sketch("bar", ("per_lead", "per_visit", "per_order"), unit="unit_yuan"),
    "counted_by_day": Sketch("column", ("registered", "missing"), _STACKED),
    "ten_by_consultant": Sketch("column", ("cards_made", "complete", "week_open")),
    "ten_by_question": Sketch("bar", ("unknown",)),
    "costs_by_kind": Sketch("bar", ("yuan",)),
    "drives_by_consultant": Sketch("column", ("drive_rows", "signatures", "feedbacks")),
    "visits_by_consultant": Sketch("column", ("visits_planned", "visits_made", "effective")),
    **dict.fromkeys(("marks_by_area", "marks_by_inspector", "marks_by_day"), Sketch("column", ("marks", "full_marks"))),
    "marks_lost": Sketch("bar", ("lost_marks",)),
    "care_by_item": Sketch("column", ("care_on_time", "care_late", "care_undone"), _STACKED),
}
"""The chart of a table by the table's key."""


class PlacedTable(NamedTuple):
    """A table where it stands in a sheet; rows and columns count from 0.

    ``columns`` holds the column of each header, ``total`` the row of the total, if any.
    """

    sheet: str
    table: Table
    columns: tuple[int, ...]
    header: int
    first: int
    last: int
    total: int | None

    def span(self, row: int, last_row: int, first: str, last: str) -> list[str | int]:
        """A range of the table between two headers, as XlsxWriter's charts take it."""
        left, right = (self.columns[self.table.headers.index(header)] for header in (first, last))
        return [self.sheet, row, left, last_row, right]

    def column(self, header: str) -> list[str | int]:
        """The range of one header's rows."""
        return self.span(self.first, self.last, header, header)


def has_something(table: Table) -> bool:
    """Whether a table's chart would show anything."""
    places = [table.headers.index(header) for header in SKETCHES[table.key].series]
    return any(_number(row[place]) for row in table.rows for place in places)


def _number(cell: Content) -> float:
    """What a chart draws of a cell."""
    value = cell.value if isinstance(cell, Ratio) else cell
    return float(value) if isinstance(value, int | float) else 0.0


def draw(workbook: Workbook, placed: PlacedTable, lang: Lang, width: int, height: int) -> tuple[Chart, str]:
    """The native chart of a placed table in pixels, and its alt text."""
    sketch = SKETCHES[placed.table.key]
    placed = _from_the_first_known(placed, sketch) if sketch.kind == "line" else placed
    options = {"type": sketch.kind} | ({"subtype": sketch.subtype} if sketch.subtype else {})
    chart: Any = workbook.add_chart(options)
    dated = HEADER_FORMATS.get(placed.table.headers[0]) == DATE
    series = _series(placed, sketch, lang)
    for i, (name, categories, values) in enumerate(series):
        fill = {"fill": {"color": SERIES[i]}, "border": {"color": WHITE, "width": 0.5}, "gap": 50}
        is_last = i == len(series) - 1
        reach = {}
        if sketch.interval and is_last and placed.table.rows:
            reach = {"y_error_bars": _error_bars(placed.table, sketch.series[i], *sketch.interval)}
        shape = HEADER_FORMATS.get(sketch.series[i], NUMBER)
        labels = {} if dated or reach else {"data_labels": _labels(placed.table, sketch, i, shape)}
        look = {"line": {"color": SERIES[i], "width": 2}} if sketch.kind == "line" else fill
        chart.add_series({"name": name, "categories": categories, "values": values, **look, **labels, **reach})
    title = placed.table.title.say(lang) + (LABELS[sketch.unit].say(lang) if sketch.unit else "")
    chart.set_title({"name": title, "name_font": _font(10, bold=True), "overlay": False})
    _axes(chart, placed, sketch, dated)
    one = len(sketch.series) == 1 or sketch.across
    chart.set_legend({"none": True} if one else {"position": "bottom", "font": _font(8)})
    chart.set_size({"width": width, "height": height})
    chart.set_chartarea({"border": {"color": LINE}})
    return chart, _alt_text(placed, sketch, lang)


def _from_the_first_known(placed: PlacedTable, sketch: Sketch) -> PlacedTable:
    """What a line is drawn over: the months before the first that is known would lie at 0."""
    places = [placed.table.headers.index(header) for header in sketch.series]
    known = [any(isinstance(row[place], int | float) for place in places) for row in placed.table.rows]
    skipped = known.index(True) if True in known else 0
    rest = placed.table._replace(rows=placed.table.rows[skipped:])
    return placed._replace(table=rest, first=placed.first + skipped)


_BARS_OF_FULL_SIZE = 8
"""Up to so many bars have names in the size of the other charts."""


def _axes(chart: Any, placed: PlacedTable, sketch: Sketch, dated: bool) -> None:
    # LibreOffice leaves out every second name where they have no room beneath one another
    size = 6 if sketch.kind == "bar" and len(placed.table.rows) > _BARS_OF_FULL_SIZE else 8
    names: dict[str, Any] = {"num_font": _font(size), "line": {"color": LINE}}
    lines = {"visible": True, "line": {"color": "#E7E6E6"}}
    numbers: dict[str, Any] = {"num_font": _font(8), "line": {"none": True}, "major_gridlines": lines, "min": 0}
    if sketch.subtype == _SHARES:
        numbers |= {"num_format": "0%", "max": 1}
    if sketch.interval and placed.table.rows:
        numbers["max"] = _top(placed.table, (*sketch.series, sketch.interval[1]))
    if step := _step(placed.table, sketch):
        numbers["major_unit"] = step
    if sketch.kind == "bar":
        hidden = {"visible": False, "major_gridlines": {"visible": False}, "min": 0}
        chart.set_x_axis(numbers if sketch.subtype else hidden)
        chart.set_y_axis(names | {"reverse": True, "crossing": "max", "interval_unit": 1})
    else:
        chart.set_x_axis(names | ({"num_format": "d", "text_axis": True} if dated else {}))
        chart.set_y_axis(numbers)


def _top(table: Table, headers: Sequence[str]) -> int:
    """Where the axis ends so that no interval is cut: programs scale it by the values alone."""
    places = [table.headers.index(header) for header in headers]
    return int(max(1.0, *(_number(row[place]) for row in table.rows for place in places)) * 1.1) + 1


_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_LINES = 6


def _step(table: Table, sketch: Sketch) -> int | None:
    """From one line of the axis to the next, a whole number for counts; ``None`` leaves it to the program.

    Where the numbers are not known yet, as in a template, small ones are counted one by one.
    """
    if sketch.unit or sketch.subtype == _SHARES:
        return None
    places = [table.headers.index(header) for header in sketch.series]
    rows = [table.total or ()] if sketch.across else table.rows
    numbers = [[n if isinstance(n := row[place], int) else 0 for place in places] for row in rows if row]
    most = max((sum(own) if sketch.subtype else max(own) for own in numbers), default=0)
    if not most:
        return 1 if sketch.few else None
    return next((step for step in _STEPS if step * _LINES >= most), _STEPS[-1])


def _error_bars(table: Table, of: str, low: str, high: str) -> dict[str, Any]:
    """How far the interval reaches below and above the values of a series."""
    value, bottom, top = (table.headers.index(header) for header in (of, low, high))
    below = [_number(row[value]) - _number(row[bottom]) for row in table.rows]
    above = [_number(row[top]) - _number(row[value]) for row in table.rows]
    return {"type": "custom", "line": {"color": GREY, "width": 1.25}, "plus_values": above, "minus_values": below}


_SMALLEST_LABELLED = 0.03
"""The share of a stack below which a part is too thin for its label."""


def _labels(table: Table, sketch: Sketch, i: int, shape: str) -> dict[str, Any]:
    """The value on or above its bar, as its column shows it; nothing for 0, and white where the bar is dark."""
    font = _font(8)
    if sketch.kind == "line":
        return {"value": True, "font": font, "position": "below" if i else "above"}
    if not sketch.subtype:
        return {"value": True, "font": font, "num_format": {DECIMAL: "0.0;;", PERCENT: "0.0%;;"}.get(shape, "0;;")}
    font["color"] = WHITE if luminance(SERIES[i]) < 0.55 else "#404040"
    thin = [{"delete": True} if is_thin else None for is_thin in _thin(table, sketch, i)]
    custom = {"custom": thin} if any(thin) else {}
    return {"value": True, "font": font, "num_format": "0.0;;" if shape == DECIMAL else "0;;", **custom}


def _thin(table: Table, sketch: Sketch, i: int) -> list[bool]:
    """Of every bar, whether the part of a series is too thin for a label: of its own bar where each fills the chart."""
    places = [table.headers.index(header) for header in sketch.series]
    stacks = [[_number(row[place]) for place in places] for row in table.rows]
    highest = max((sum(stack) for stack in stacks), default=0.0)
    of = [sum(stack) if sketch.subtype == _SHARES else highest for stack in stacks]
    return [stack[i] < _SMALLEST_LABELLED * whole for stack, whole in zip(stacks, of, strict=True)]


def luminance(color: str) -> float:
    """How light a colour prints in grey, from 0, black, to 1, white."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _series(placed: PlacedTable, sketch: Sketch, lang: Lang) -> list[tuple[str, list[str | int], list[str | int]]]:
    """Name, categories and values of every series."""
    if sketch.across and placed.total is not None:
        first, last = sketch.series[0], sketch.series[-1]
        hours = placed.span(placed.header, placed.header, first, last)
        return [(placed.table.title.say(lang), hours, placed.span(placed.total, placed.total, first, last))]
    categories = placed.column(sketch.label or placed.table.headers[0])
    return [(LABELS[header].say(lang), categories, placed.column(header)) for header in sketch.series]


def _font(size: int, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "bold": bold, "color": GREY if not bold else "#404040"}


def _alt_text(placed: PlacedTable, sketch: Sketch, lang: Lang) -> str:
    label = LABELS[sketch.label or placed.table.headers[0]].say(lang)
    if sketch.across:
        series = placed.table.title.say(lang)
    else:
        series = ("、" if lang == "zh" else ", ").join(LABELS[header].say(lang) for header in sketch.series)
    return SENTENCES["chart"].say(lang, title=placed.table.title.say(lang), label=label, series=series)
