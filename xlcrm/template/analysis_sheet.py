"""The layout of 月度分析, drawn when the template is built: titles, frames, formats and native charts in fixed ranges.

Where each stands is decided in ``report.analysis_ranges``; a verb writes the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlcrm.analysis.figures import Figure
from xlcrm.catalogue.labels import LABELS
from xlcrm.report.analysis_ranges import (
    CHART_ROWS,
    COLUMNS,
    COUNT_COLUMNS,
    HEADING_ROW,
    KPIS_ROW,
    LANG,
    NOTE_ROW,
    RATE_COLUMNS,
    SENTENCE_ROWS,
    SENTENCES_ROW,
    WIDE,
    Slot,
    counts_of,
    empty_month,
    rates_of,
    slots,
)
from xlcrm.report.charts import PlacedTable, draw
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
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_FIRST_WIDTH, _WIDTH = 20.0, 9.0
_PIXELS_A_ROW = 20
_ROWS_A_PAGE = 46
"""Rows of common height; a header is half a row higher."""


def lay_out(workbook: Workbook, worksheet: Worksheet) -> None:
    """Draw titles, frames, formats and charts."""
    make = Formats(workbook)
    worksheet.set_column(0, 0, _FIRST_WIDTH)
    worksheet.set_column(1, COLUMNS - 1, _WIDTH)
    worksheet.hide_gridlines(2)
    worksheet.write_blank(HEADING_ROW, 0, None, make(**TITLE))
    worksheet.write_blank(NOTE_ROW, 0, None, make(**NOTE))
    for row in range(SENTENCES_ROW, SENTENCES_ROW + SENTENCE_ROWS):
        worksheet.write_blank(row, 0, None, make())
    _lay_out_kpis(worksheet, make)
    for slot in slots():
        _lay_out_slot(workbook, worksheet, make, slot)
    worksheet.set_h_pagebreaks(_page_breaks())


def _page_breaks() -> list[int]:
    """Rows a page begins with, so that no table or chart is cut: Excel may drop them to fit the width, others keep them."""
    breaks, top, headers = [], 0, 1
    for slot in slots():
        headers += 1
        if slot.end - top + headers / 2 > _ROWS_A_PAGE:
            breaks.append(slot.title)
            top, headers = slot.title, 1
    return breaks


def _lay_out_kpis(worksheet: Worksheet, make: Formats) -> None:
    _section(worksheet, make, KPIS_ROW, LABELS["kpis"].say(LANG))
    worksheet.set_row(KPIS_ROW + 1, 30)
    for columns, figures in ((COUNT_COLUMNS, counts_of(empty_month())), (RATE_COLUMNS, rates_of(empty_month()))):
        for header, (column, span) in columns.items():
            _cell(worksheet, make, KPIS_ROW + 1, column, span, LABELS[header].say(LANG), HEADER | FRAME)
            for row, figure in enumerate(figures, start=KPIS_ROW + 2):
                text = figure.label.say(LANG) if header == "figure" else ""
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


def _lay_out_slot(workbook: Workbook, worksheet: Worksheet, make: Formats, slot: Slot) -> None:
    _section(worksheet, make, slot.title, slot.heading)
    worksheet.set_row(slot.header, 30)
    for header, column in zip(slot.table.headers, slot.columns, strict=True):
        span, look = WIDE.get(header, 1), _layout_look(header) | FRAME
        _cell(worksheet, make, slot.header, column, span, LABELS[header].say(LANG), HEADER | FRAME)
        if slot.has_total:
            _cell(worksheet, make, slot.header + 1, column, span, "", look | TOTAL)
        for row in range(slot.first, slot.first + slot.room):
            _cell(worksheet, make, row, column, span, "", look)
    placed = _placed(str(worksheet.name), slot)
    if heated := HEATED.get(slot.table.key):
        _, top, left, bottom, right = placed.span(slot.first, placed.last, heated[0], heated[-1])
        worksheet.conditional_format(int(top), int(left), int(bottom), int(right), HEAT)
    if slot.chart:
        column = slot.width + 1 if slot.chart == "right" else 0
        rows = max(CHART_ROWS, slot.room + 2) if slot.chart == "right" else CHART_ROWS
        chart, alt_text = draw(workbook, placed, LANG, _pixels(column), min(rows, 20) * _PIXELS_A_ROW - 8)
        worksheet.insert_chart(slot.chart_row, column, chart, {"description": alt_text, "y_offset": 6})


def _layout_look(header: str) -> dict[str, Any]:
    """The look of a column; text stands in the general format, in which a writer can mark it as text and a number not."""
    look = column_look(header)
    return look | {"num_format": NUMBER} if look["num_format"] == TEXT else look


def _placed(sheet: str, slot: Slot) -> PlacedTable:
    total = slot.header + 1 if slot.has_total else None
    return PlacedTable(sheet, slot.table, slot.columns, slot.header, slot.first, slot.first + slot.room - 1, total)


def _pixels(column: int) -> int:
    """Width in pixels from a column of the grid to its right edge."""
    widths = [_FIRST_WIDTH, *[_WIDTH] * (COLUMNS - 1)]
    return sum(int(width * 7 + 5) for width in widths[column:])


def _section(worksheet: Worksheet, make: Formats, row: int, title: str) -> None:
    worksheet.write_string(row, 0, title, make(**SECTION))
    for column in range(1, COLUMNS):
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
