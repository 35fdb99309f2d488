"""The sheet 月度分析 inside the book: its layout is drawn when the template is built, its values are written by a verb.

What a channel cannot draw, the template already holds: titles, frames, formats and native charts stand in fixed ranges, so
that live Excel, files and other spreadsheet programs only ever write values. A table longer than its place ends in a row
that sums up the rest; a shorter one leaves its place blank. The total stands first, so that no gap parts it from its rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xlcrm.analysis.figures import Content, Figure, Ratio, Table, Unit, fill
from xlcrm.analysis.month import Month, analyse
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.changes import Value
from xlcrm.forms.schema import letters
from xlcrm.ledger.reading import read_ledger
from xlcrm.report.charts import Placed, draw
from xlcrm.report.look import Formats
from xlcrm.report.style import (
    FRAME,
    HEADER,
    HEAT,
    HEATED,
    NOTE,
    NUMBER,
    SECTION,
    TEXT,
    TITLE,
    TOTAL,
    UNIT_FORMATS,
    column_look,
    figure_cell,
    heading,
    note,
    shown,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_LANG: Lang = "zh"
_COLUMNS = 16
_FIRST_WIDTH, _WIDTH = 20.0, 9.0
_PIXELS_A_ROW = 20
_CHART_ROWS = 13
_ROWS_A_PAGE = 46
"""Rows of common height; a header is half a row higher."""

_HEADING, _NOTE, _SENTENCES, _SENTENCE_ROWS = 0, 1, 2, 7
_KPIS = _SENTENCES + _SENTENCE_ROWS + 1
"""Rows, from 0; in the first two the template says what the sheet is for until a month stands there."""

_PLAN: tuple[tuple[str, int, str], ...] = (
    ("month_funnel", 6, "right"),
    ("targets", 12, "right"),
    ("warnings_by_kind", 12, ""),
    ("traffic_by_day", 31, "right"),
    ("traffic_by_weekday", 7, "right"),
    ("visits_by_hour", 7, "below"),
    ("calls_by_hour", 7, ""),
    ("kept_by_consultant", 12, "right"),
    ("unkept_reasons", 13, "right"),
    ("grade_matrix", 6, ""),
    ("stock_flow", 2, "below"),
    ("balance", 4, ""),
    ("grade_moves", 4, "right"),
    ("forecast", 9, "right"),
    ("outlook", 4, ""),
    ("by_source", 8, "right"),
    ("by_model", 10, "right"),
    ("league", 12, "below"),
    ("grade_honesty", 12, "below"),
    ("losses_by_reason", 12, "right"),
    ("rival_reasons", 8, "right"),
    ("losses_by_consultant", 12, "right"),
    ("subjective_by_consultant", 12, "right"),
    ("punctuality_by_grade", 4, "right"),
    ("punctuality_by_consultant", 12, "right"),
    ("findings_by_code", 20, ""),
    ("differences_by_person", 12, ""),
    ("care_by_item", 10, "right"),
)
"""The tables of the sheet in order, the rows each has room for, and where its chart stands."""
_WIDE = {"rule": 3, "basis": 3, "verdict": 3, "figure": 2, "step_rate": 2, "kept_h": 2, "kept_a": 2, "kept_b": 2}
"""Columns that take several of the grid's."""


@dataclass(frozen=True, slots=True)
class _Slot:
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
        return self.columns[-1] + _WIDE.get(self.table.headers[-1], 1)

    @property
    def chart_row(self) -> int:
        return self.header if self.chart == "right" else self.first + self.room

    @property
    def end(self) -> int:
        """The first row below the table and its chart."""
        bottom = self.first + self.room
        return max(bottom, self.chart_row + _CHART_ROWS) if self.chart else bottom


@cache
def _empty() -> Month:
    """A month in which nothing happened: it has every figure and every table's headers."""
    day = dt.date(2000, 1, 31)
    return analyse(read_ledger((), day), day, f"{day:%Y-%m}", ())


@cache
def _slots() -> tuple[_Slot, ...]:
    """Every slot, top to bottom."""
    slots: list[_Slot] = []
    row = _KPIS + 3 + max(len(counts := _counts(_empty())), len(_empty().figures) - len(counts))
    for key, room, chart in _PLAN:
        table = _empty().table(key)
        columns, at = [], 0
        for header in table.headers:
            columns.append(at)
            at += _WIDE.get(header, 1)
        slots.append(_Slot(row, room, table, tuple(columns), chart))
        row = slots[-1].end + 1
    return tuple(slots)


def _counts(month: Month) -> list[Figure]:
    return [figure for figure in month.figures if figure.unit is Unit.COUNT]


def _rates(month: Month) -> list[Figure]:
    return [figure for figure in month.figures if figure.unit is not Unit.COUNT]


_COUNT_COLUMNS = {"figure": (0, 1), "value": (1, 1), "previous": (2, 1), "mean3": (3, 1)}
_RATE_COLUMNS = {
    "figure": (5, 2),
    "value": (7, 1),
    "numerator": (8, 1),
    "denominator": (9, 1),
    "previous": (10, 1),
    "mean3": (11, 1),
    "formula": (12, 4),
}
"""Columns of the two halves of the KPIs: where each begins, and how many of the grid's it takes."""


# ---------------------------------------------------------------- at build time


def lay_out(workbook: Workbook, worksheet: Worksheet) -> None:
    """Draw titles, frames, formats and charts."""
    make = Formats(workbook)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, _COLUMNS - 1, _WIDTH)
    worksheet.hide_gridlines(2)
    worksheet.write_blank(_HEADING, 0, None, make(**TITLE))
    worksheet.write_blank(_NOTE, 0, None, make(**NOTE))
    for row in range(_SENTENCES, _SENTENCES + _SENTENCE_ROWS):
        worksheet.write_blank(row, 0, None, make())
    _lay_out_kpis(worksheet, make)
    for slot in _slots():
        _lay_out_slot(workbook, worksheet, make, slot)
    worksheet.set_h_pagebreaks(_page_breaks())


def _page_breaks() -> list[int]:
    """Rows a page begins with, so that no table or chart is cut: Excel may drop them to fit the width, others keep them."""
    breaks, top, headers = [], 0, 1
    for slot in _slots():
        headers += 1
        if slot.end - top + headers / 2 > _ROWS_A_PAGE:
            breaks.append(slot.title)
            top, headers = slot.title, 1
    return breaks


def _lay_out_kpis(worksheet: Worksheet, make: Formats) -> None:
    _section(worksheet, make, _KPIS, LABELS["kpis"].say(_LANG))
    worksheet.set_row(_KPIS + 1, 30)
    for columns, figures in ((_COUNT_COLUMNS, _counts(_empty())), (_RATE_COLUMNS, _rates(_empty()))):
        for header, (column, span) in columns.items():
            _cell(worksheet, make, _KPIS + 1, column, span, LABELS[header].say(_LANG), HEADER | FRAME)
            for row, figure in enumerate(figures, start=_KPIS + 2):
                text = figure.label.say(_LANG) if header == "figure" else ""
                _cell(worksheet, make, row, column, span, text, _kpi_look(header, figure) | FRAME)


def _kpi_look(header: str, figure: Figure) -> dict[str, Any]:
    match header:
        case "figure":
            return {"align": "left", "indent": 1}
        case "formula":
            return {"align": "left", "indent": 1, **NOTE}
        case "value":
            return {"align": "right", "num_format": UNIT_FORMATS[figure.unit], "bold": True}
        case "previous" | "mean3":
            return {"align": "right", "num_format": UNIT_FORMATS[figure.unit]}
    return {"align": "right"}


def _lay_out_slot(workbook: Workbook, worksheet: Worksheet, make: Formats, slot: _Slot) -> None:
    titles = [slot.table.title, *filter(None, [slot.table.note])]
    _section(worksheet, make, slot.title, "　".join(title.say(_LANG) for title in titles))
    worksheet.set_row(slot.header, 30)
    for header, column in zip(slot.table.headers, slot.columns, strict=True):
        span, look = _WIDE.get(header, 1), _layout_look(header) | FRAME
        _cell(worksheet, make, slot.header, column, span, LABELS[header].say(_LANG), HEADER | FRAME)
        if slot.has_total:
            _cell(worksheet, make, slot.header + 1, column, span, "", look | TOTAL)
        for row in range(slot.first, slot.first + slot.room):
            _cell(worksheet, make, row, column, span, "", look)
    placed = _placed(str(worksheet.name), slot)
    if slot.table.key in HEATED:
        _, top, left, bottom, right = placed.span(slot.first, placed.last, *HEATED[slot.table.key])
        worksheet.conditional_format(int(top), int(left), int(bottom), int(right), HEAT)
    if slot.chart:
        column = slot.width + 1 if slot.chart == "right" else 0
        rows = max(_CHART_ROWS, slot.room + 2) if slot.chart == "right" else _CHART_ROWS
        chart, alt_text = draw(workbook, placed, _LANG, _pixels(column), min(rows, 20) * _PIXELS_A_ROW - 8)
        worksheet.insert_chart(slot.chart_row, column, chart, {"description": alt_text, "y_offset": 6})


def _layout_look(header: str) -> dict[str, Any]:
    """The look of a column; text stands in the general format, in which a writer can mark it as text and a number not."""
    look = column_look(header)
    return look | {"num_format": NUMBER} if look["num_format"] == TEXT else look


def _placed(sheet: str, slot: _Slot) -> Placed:
    total = slot.header + 1 if slot.has_total else None
    return Placed(sheet, slot.table, slot.columns, slot.header, slot.first, slot.first + slot.room - 1, total)


def _pixels(column: int) -> int:
    """Width in pixels from a column of the grid to its right edge."""
    widths = [_FIRST_WIDTH, *[_WIDTH] * (_COLUMNS - 1)]
    return sum(int(width * 7 + 5) for width in widths[column:])


def _section(worksheet: Worksheet, make: Formats, row: int, title: str) -> None:
    worksheet.write_string(row, 0, title, make(**SECTION))
    for column in range(1, _COLUMNS):
        worksheet.write_blank(row, column, None, make(**SECTION))


def _cell(
    worksheet: Worksheet, make: Formats, row: int, column: int, span: int, text: str, look: dict[str, Any]
) -> None:
    """A cell of the layout; blank where a verb will write.

    One that spans runs over into blank cells without lines between: merged cells would be in the way of a live write.
    """
    if span > 1 and look.get("align") == "center":
        look = look | {"align": "center_across", "text_wrap": False}
    for i in range(span):
        lines = {"left": int(i == 0), "right": int(i == span - 1)} if span > 1 else {}
        style = make(**(look | lines))
        if text and i == 0:
            worksheet.write_string(row, column, text, style)
        else:
            worksheet.write_blank(row, column + i, None, style)


# ---------------------------------------------------------------- at every analysis


def values(month: Month) -> dict[str, Value]:
    """What to write: every cell of every fixed range, blank ones included, so that an older month leaves nothing."""
    cells: dict[str, Value] = {
        _address(_HEADING, 0): heading(month, _LANG),
        _address(_NOTE, 0): note(month, _LANG),
    }
    sentences = [sentence.say(_LANG) for sentence in month.sentences]
    for i in range(_SENTENCE_ROWS):
        cells[_address(_SENTENCES + i, 0)] = sentences[i] if i < len(sentences) else None
    for columns, figures in ((_COUNT_COLUMNS, _counts(month)), (_RATE_COLUMNS, _rates(month))):
        for row, figure in enumerate(figures, start=_KPIS + 2):
            shows: dict[str, Value] = {
                "value": figure_cell(figure, figure.now),
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "previous": figure_cell(figure, figure.last),
                "mean3": figure_cell(figure, figure.three),
                "formula": figure.formula.say(_LANG),
            }
            cells |= {_address(row, columns[header][0]): value for header, value in shows.items() if header in columns}
    for slot in _slots():
        cells |= dict(_table_values(slot, month))
    return cells


def _table_values(slot: _Slot, month: Month) -> Iterator[tuple[str, Value]]:
    table = month.table(slot.table.key)
    rows: list[tuple[Content, ...]] = list(table.rows)
    if len(rows) > slot.room:
        rows = [*rows[: slot.room - 1], _together(table.headers, rows[slot.room - 1 :])]
    lines = [(slot.first + i, rows[i] if i < len(rows) else None) for i in range(slot.room)]
    if slot.has_total:
        lines.insert(0, (slot.header + 1, table.total))
    for row, content in lines:
        known = dict(zip(table.headers, content, strict=True)) if content else {}
        for header, column in zip(slot.table.headers, slot.columns, strict=True):
            cell = shown(known.get(header), month.settings.small_number, _LANG, None, table.both_sides)
            yield _address(row, column), cell


_UNSUMMED = ("rank", "elapsed", "working")


def _together(headers: tuple[str, ...], rows: list[tuple[Content, ...]]) -> tuple[Content, ...]:
    """The rows there is no room for, as one: counts and rates are added up, the rest is left blank."""
    merged: list[Content] = []
    for header, column in zip(headers, zip(*rows, strict=True), strict=True):
        if header in _UNSUMMED:
            merged.append(None)
        elif all(isinstance(cell, Ratio) for cell in column):
            ratios = [cell for cell in column if isinstance(cell, Ratio)]
            merged.append(Ratio(sum(r.numerator for r in ratios), sum(r.denominator or 0 for r in ratios)))
        elif all(isinstance(cell, int) for cell in column):
            merged.append(sum(cell for cell in column if isinstance(cell, int)))
        else:
            merged.append(None)
    merged[0] = fill(SENTENCES["others"], {"count": len(rows)})
    return tuple(merged)


def _address(row: int, column: int) -> str:
    return f"{letters(column + 1)}{row + 1}"
