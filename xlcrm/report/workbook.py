"""The workbook to mail: a sheet a page of the analysis, native charts, and the rows behind the figures. Generated whole."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlcrm.analysis.figures import Content, Figure, Page, Table, Unit
from xlcrm.analysis.kpis import kpis
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import HOURS, LABELS, SENTENCES
from xlcrm.look import DEFAULT, GREY, INK, PALE_BLUE, Formats
from xlcrm.report.charts import SKETCHES, Placed, draw
from xlcrm.report.style import (
    A4,
    FRAME,
    HEADER,
    HEAT,
    NOTE,
    SECTION,
    TITLE,
    TOTAL,
    UNIT_FORMATS,
    Shown,
    column_look,
    figure_cell,
    header_width,
    heading,
    note,
    printed_width,
    put,
    shown,
)
from xlcrm.report.trace import Trace

_TILES = (
    *("batches", "kept_rate", "test_drive_rate", "repeat_rate"),
    *("orders", "closing_rate", "on_time_rate", "target_rate"),
)
_TILES_A_LINE, _TILE_COLUMNS, _GRID_WIDTH = 4, 3, 11
_GRID = _TILES_A_LINE * _TILE_COLUMNS
"""The first page stands on a grid of equal columns, so that tiles and tables share it."""
_KPI_COLUMNS = {
    "figure": (0, 2),
    "value": (2, 1),
    "live": (3, 1),
    "numerator": (4, 1),
    "denominator": (5, 1),
    "previous": (6, 1),
    "mean3": (7, 1),
    "formula": (8, 4),
}
"""Where each column of the KPIs begins on the grid, and how many of its columns it takes."""
_WIDEST = 40
_CHART_WIDTH, _CHART_HEIGHT, _BAR, _GAP, _ROW = 520, 280, 32, 30, 20
_PAGE_WIDTH, _PAGE_HEIGHT, _TOP = 1040, 720, 3
"""An A4 page inside its margins, in pixels, and the row below its heading."""
_BESIDE = 7
"""Tables up to this many columns have their chart beside them, wider ones below."""


def file_name(month: Month) -> str:
    """The workbook's name: 月度分析_2026-10.xlsx."""
    return f"月度分析_{month.month}.xlsx"


def write_workbook(month: Month, path: Path, lang: Lang = "zh", names: bool = False) -> None:
    """Write the workbook of a month to ``path``; customers' names are masked unless ``names``."""
    path.write_bytes(workbook(month, lang, names))


def workbook(month: Month, lang: Lang = "zh", names: bool = False) -> bytes:
    """The workbook of a month as .xlsx, the same bytes for the same month."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": DEFAULT,
    }
    with Workbook(out, options) as book:
        made = dt.datetime.combine(month.until, dt.time())
        book.set_properties({"title": heading(month, lang), "author": month.settings.store, "created": made})
        writer = _Writer(book, Formats(book), month, lang, names)
        writer.write()
    return out.getvalue()


@dataclass(frozen=True)
class _Writer:
    book: Workbook
    make: Formats
    month: Month
    lang: Lang
    names: bool

    def write(self) -> None:
        """Every page, then the rows behind the figures."""
        trace = Trace(LABELS["trace"].say(self.lang), kpis(self.month.settings), self.month.facts)
        for number, page in enumerate(self.month.pages, start=1):
            sheet = self._sheet(f"{number} {page.title.say(self.lang)}")
            if number == 1:
                self._front_page(sheet, page, trace)
            else:
                widths = self._widths(page)
                for column, width in enumerate(widths):
                    sheet.set_column(column, column, width)
                blocks = self._tables(sheet, page.tables, _TOP, widths)
                sheet.set_h_pagebreaks(_page_breaks(blocks))
        trace.write(self._sheet(trace.name, headed=False), self.make, self.lang)

    def _sheet(self, name: str, headed: bool = True) -> Worksheet:
        """A sheet ready to print: A4 landscape, one page wide, its heading repeated, pages numbered."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.set_header(f"&L{_escaped(self.month.settings.store)}&R{_escaped(name)}")
        sheet.set_footer(f"&L{self.month.month}&R{SENTENCES['page'].say(self.lang)}")
        sheet.hide_gridlines(2)
        if headed:
            title = f"{heading(self.month, self.lang)}　{name}"
            sheet.set_row(0, 24)
            sheet.write_string(0, 0, title, self.make(**TITLE))
            sheet.write_string(1, 0, note(self.month, self.lang), self.make(**NOTE))
            sheet.repeat_rows(0, 1)
            sheet.freeze_panes(2, 0)
        return sheet

    # ------------------------------------------------------------ the first page

    def _front_page(self, sheet: Worksheet, page: Page, trace: Trace) -> None:
        """Sentences, tiles and the funnel on one page; then every KPI with both its sides and its past; then the tables."""
        sheet.set_column(0, _GRID - 1, _GRID_WIDTH)
        widths = [_GRID_WIDTH] * _GRID
        row = _TOP
        for sentence in self.month.sentences:
            sheet.write_string(row, 0, sentence.say(self.lang), self.make())
            row += 1
        funnel, *others = page.tables
        row = self._tiles(sheet, row + 1) + 1
        blocks = self._tables(sheet, [funnel], row, widths)
        row = blocks[-1].end
        end = self._kpis(sheet, row, trace) + 1
        blocks += [_Block(row, end, _pixels(widths)), *self._tables(sheet, others, end, widths)]
        sheet.set_h_pagebreaks(_page_breaks(blocks))

    def _tiles(self, sheet: Worksheet, top: int) -> int:
        """The headline figures, four a line; the row below them."""
        for i, key in enumerate(_TILES):
            figure = self.month.figure(key)
            line, place = divmod(i, _TILES_A_LINE)
            self._tile(sheet, top + line * (len(_TILE_LOOKS) + 1), place * _TILE_COLUMNS, figure)
        return top + len(_TILES) // _TILES_A_LINE * (len(_TILE_LOOKS) + 1)

    def _tile(self, sheet: Worksheet, row: int, column: int, figure: Figure) -> None:
        sides = f"{figure.numerator:g} ÷ {figure.denominator:g}" if figure.denominator is not None else ""
        past = SENTENCES["past"].say(self.lang, last=figure.in_words(figure.last), three=figure.in_words(figure.three))
        texts = (figure.label.say(self.lang), figure.shown, sides, past)
        for i, (text, (height, look)) in enumerate(zip(texts, _TILE_LOOKS, strict=True)):
            sheet.set_row(row + i, height)
            right = column + _TILE_COLUMNS - 2
            sheet.merge_range(
                row + i, column, row + i, right, text, self.make(**look, bg_color=PALE_BLUE, align="center")
            )

    def _kpis(self, sheet: Worksheet, top: int, trace: Trace) -> int:
        """Every KPI on a line: value, the same from a live formula, both sides, the past, the formula in words."""
        self._section(sheet, top, LABELS["kpis"].say(self.lang), _GRID)
        sheet.set_row(top + 1, 30)
        for header, (column, span) in _KPI_COLUMNS.items():
            self._merged(sheet, top + 1, column, span, LABELS[header].say(self.lang), HEADER)
        row = top + 2
        for kpi, figure in zip(trace.kpis, self.month.figures, strict=True):
            number = {"num_format": UNIT_FORMATS[figure.unit], "align": "right"}
            value = figure_cell(figure, figure.now)
            words = figure.formula.say(self.lang) if figure.unit is not Unit.COUNT else None
            cells: dict[str, tuple[Shown, Mapping[str, object]]] = {
                "figure": (figure.label.say(self.lang), {"align": "left", "indent": 1}),
                "value": (value, {"bold": True, **number}),
                "numerator": (figure.numerator, {"align": "right"}),
                "denominator": (figure.denominator, {"align": "right"}),
                "previous": (figure_cell(figure, figure.last), number),
                "mean3": (figure_cell(figure, figure.three), number),
                "formula": (words, {"align": "left", "indent": 1, **NOTE}),
            }
            for header, (content, look) in cells.items():
                self._merged(sheet, row, *_KPI_COLUMNS[header], content, look)
            live = self.make(**number, font_color=GREY, **FRAME)
            sheet.write_formula(row, _KPI_COLUMNS["live"][0], trace.formula(kpi, figure.small), live, value)
            row += 1
        return row

    def _merged(
        self, sheet: Worksheet, row: int, column: int, span: int, content: Shown, look: Mapping[str, object]
    ) -> None:
        style = self.make(**look, **FRAME)
        if span > 1:
            sheet.merge_range(row, column, row, column + span - 1, "", style)
        put(sheet, row, column, content, style)

    # ------------------------------------------------------------ tables and charts

    def _tables(self, sheet: Worksheet, tables: Sequence[Table], top: int, widths: Sequence[float]) -> list[_Block]:
        """Tables one below the other, each with its chart beside it or below."""
        blocks, row = [], top
        for table in tables:
            placed = self._table(sheet, table, row)
            end, edge = (placed.total or placed.last) + 2, _pixels(widths[: len(table.headers)])
            if _is_drawn(table):
                below, edge = self._chart(sheet, placed, widths)
                end = max(end, below)
            blocks.append(_Block(row, end, edge))
            row = end
        return blocks

    def _table(self, sheet: Worksheet, table: Table, top: int) -> Placed:
        headers = table.headers
        self._section(sheet, top, table.title.say(self.lang), len(headers))
        sheet.set_row(top + 1, 30)
        for column, header in enumerate(headers):
            sheet.write_string(top + 1, column, LABELS[header].say(self.lang), self.make(**HEADER, **FRAME))
        row = first = top + 2
        for content in table.rows:
            self._row(sheet, row, table, content, {})
            row += 1
        if not table.rows:
            sheet.write_string(row, 0, LABELS["none"].say(self.lang), self.make(**NOTE, indent=1))
            row += 1
        if table.total is not None:
            self._row(sheet, row, table, table.total, TOTAL)
        if table.rows and table.key in ("visits_by_hour", "calls_by_hour"):
            hours = [headers.index(f"h{hour:02d}") for hour in (HOURS[0], HOURS[-1])]
            sheet.conditional_format(first, hours[0], row - 1, hours[1], HEAT)
        total = row if table.total is not None else None
        return Placed(str(sheet.name), table, 0, top + 1, first, row - 1, total)

    def _row(
        self, sheet: Worksheet, row: int, table: Table, content: Sequence[Content], look: Mapping[str, object]
    ) -> None:
        for column, (header, cell) in enumerate(zip(table.headers, content, strict=True)):
            span = _GRID - column if header == "telling" else 1
            self._merged(sheet, row, column, span, self._shown(table, cell), {**column_look(header), **look})

    def _shown(self, table: Table, cell: Content) -> Shown:
        return shown(cell, self.month.settings.small_number, self.lang, self.names, table.both_sides)

    def _chart(self, sheet: Worksheet, placed: Placed, widths: Sequence[float]) -> tuple[int, int]:
        """Draw the table's chart; the row below it, and its right edge in pixels."""
        columns = len(placed.table.headers)
        left, width = 0, max(_CHART_WIDTH, _pixels(widths[:columns]))
        row, column = (placed.total or placed.last) + 1, 0
        if columns <= _BESIDE:
            row, column, width = placed.header, columns, _CHART_WIDTH
            left = _pixels(widths[:columns]) + _GAP
        height = _CHART_HEIGHT
        if SKETCHES[placed.table.key].kind == "bar":
            height = max(height, _BAR * (placed.last - placed.first + 1) + 90)
        chart, alt_text = draw(self.book, placed, self.lang, width, height)
        offsets = {"x_offset": _GAP if left else 0, "y_offset": 6, "object_position": 2}
        sheet.insert_chart(row, column, chart, {"description": alt_text, **offsets})
        return row + height // _ROW + 2, left + width

    def _section(self, sheet: Worksheet, row: int, title: str, columns: int) -> None:
        for column in range(columns):
            put(sheet, row, column, title if column == 0 else None, self.make(**SECTION))

    def _widths(self, page: Page) -> list[float]:
        """The width of every column of a page: of its widest cell, and of headers on two lines."""
        widths: dict[int, int] = {}
        for table in page.tables:
            for column, header in enumerate(table.headers):
                cells = [row[column] for row in (*table.rows, *([table.total] if table.total else []))]
                needed = [printed_width(self._shown(table, cell), header) + 2 for cell in cells]
                widest = max(header_width(LABELS[header].say(self.lang)), *needed, 0)
                widths[column] = max(widths.get(column, 0), min(widest, _WIDEST))
        return [float(widths[column]) for column in sorted(widths)]


_TILE_LOOKS: tuple[tuple[int, dict[str, object]], ...] = (
    (18, {"font_color": GREY}),
    (32, {"font_color": INK, "font_size": 20, "bold": True}),
    (16, {"font_color": INK}),
    (18, {"font_color": GREY, "font_size": 9}),
)
"""Height and look of a tile's four lines: label, value, both sides, the past."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that belong on one page, from ``first`` to before ``end``; ``width`` in pixels."""

    first: int
    end: int
    width: int


def _page_breaks(blocks: Sequence[_Block]) -> list[int]:
    """Rows a page begins with, so that no table or chart is cut where it fits on a page.

    Excel drops them where it fits the width; other programs keep them.
    """
    width = max(block.width for block in blocks)
    rows = int(_PAGE_HEIGHT * max(1.0, width / _PAGE_WIDTH) / _ROW)
    breaks, top = [], 0
    for block in blocks[1:]:
        if block.end - top > rows:
            breaks.append(block.first)
            top = block.first - _TOP
    return breaks


def _pixels(widths: Sequence[float]) -> int:
    """The width of some columns in pixels."""
    return sum(int(width * 7 + 5) for width in widths)


def _is_drawn(table: Table) -> bool:
    """Whether a table has a chart with anything in it."""
    sketch = SKETCHES.get(table.key)
    if sketch is None:
        return False
    places = [table.headers.index(header) for header in sketch.series]
    return any(isinstance(row[place], int | float) and row[place] for row in table.rows for place in places)


def _escaped(text: str) -> str:
    """Text for a header or footer, where & begins a command."""
    return text.replace("&", "&&")
