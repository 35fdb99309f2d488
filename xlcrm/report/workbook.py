"""The workbook of a month: a sheet a page without macros, native charts, and the rows behind the figures. Generated whole.

One month makes two: with names for the shop, masked for the mail.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import NamedTuple, cast

from xlsxwriter import Workbook

from xlcrm.analysis.figures import Page, Table
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.catalogue.paper import NAMES_INSIDE
from xlcrm.report.canvas import SIZE, Canvas, units
from xlcrm.report.composer import (
    LISTS,
    PAGES,
    ROW_PIXELS,
    TITLE_PIXELS,
    UNIT_PIXELS,
    WIDTH,
    Chart,
    ComposedPage,
    Composer,
    height_of,
    listed,
)
from xlcrm.report.front import draw_front, draw_kpis, kpi_rows, kpi_spans, tiles_end
from xlcrm.report.look import AS_TYPED, Formats, display_width
from xlcrm.report.printed import as_printed
from xlcrm.report.quicksheet import QuickSheet
from xlcrm.report.settled import settled
from xlcrm.report.style import (
    A4,
    FRAME,
    HEADER,
    LINK,
    NOTE,
    TITLE,
    VERDICT,
    column_look,
    heading,
    not_printed,
    note,
    printed_width,
    safe,
    shown,
)
from xlcrm.report.trace import Trace
from xlcrm.safety.privacy import Veil

_MEASURE = {"font_name": "Arial", "font_size": 10, "font_scheme": "none"}
"""The font widths of columns are counted in: its digits, or its twins', are seven pixels wide on every machine."""
_TOP = 2
"""The row below the heading, which is repeated on every sheet of paper."""


def file_name(month: Month) -> str:
    """The workbook's name: 月度分析_2026-10.xlsx."""
    return f"月度分析_{month.month}.xlsx"


def workbook(month: Month, lang: Lang = "zh", names: bool = False) -> bytes:
    """The workbook of a month as .xlsx, the same bytes for the same month.

    Customers are masked, as whoever gets it by mail may see it, unless ``names``: that is for the shop, and says so.
    """
    out = io.BytesIO()
    with Workbook(out, {**AS_TYPED, "default_format_properties": dict(_MEASURE)}) as book:
        made = dt.datetime.combine(month.until, dt.time())
        book.set_properties({"title": heading(month, lang), "author": month.settings.store, "created": made})
        trace = Trace(LABELS["trace"].say(lang), month.kpis, month.facts, lang)
        _Writer(book, Formats(book), month, lang, None if names else month.veil, trace).write()
    return settled(out.getvalue())


class _Writer(NamedTuple):
    book: Workbook
    make: Formats
    month: Month
    lang: Lang
    veil: Veil | None
    trace: Trace

    def write(self) -> None:
        """Every page, then the rows behind the figures."""
        names = [f"{number} {page.title.say(self.lang)}" for number, page in enumerate(self.month.pages, start=1)]
        proof = LABELS["kpis"].say(self.lang)
        for name, page in zip(names, self.month.pages, strict=True):
            self._page(name, page, names[0], proof)
            if name == names[0]:
                self._key_figures(proof, names[0])
        for table in (table for page in self.month.pages for table in page.tables if table.key in LISTS):
            self._list(table, names[0])
        sheet = self._sheet(self.trace.name)
        self.trace.write(sheet, self.make, self.veil, names[0])

    def _key_figures(self, name: str, front: str) -> None:
        """Every KPI on a line, beside the formula that computes it again from the rows behind."""
        sheet = self._sheet(name)
        canvas = self._canvas(sheet)
        columns = sum(kpi_spans(self.month, self.lang).values())
        self._head(sheet, name, columns)
        self._back(sheet, columns, front)
        draw_kpis(canvas, self.month, self.trace, _TOP)
        sheet.print_area(0, 0, _TOP + kpi_rows(self.month) - 1, columns - 1)
        sheet.fit_to_pages(1, 1)

    def _canvas(self, sheet: QuickSheet) -> Canvas:
        return Canvas(self.book, sheet, self.make, self.lang, self.month.settings.small_number, self.veil)

    def _back(self, sheet: QuickSheet, columns: int, front: str) -> None:
        """A link to the first page, at the right end of the heading."""
        back = SENTENCES["to_front"].say(self.lang, page=front)
        at = columns - units(display_width(back))
        sheet.write_url(0, at, f"internal:'{front}'!A1", self.make(**SIZE, **LINK), string=back)

    def _page(self, name: str, page: Page, front: str, proof: str) -> None:
        sheet = self._sheet(name)
        canvas = self._canvas(sheet)
        tables = {table.key: as_printed(table) for table in page.tables}
        is_front = page is self.month.pages[0]
        top = tiles_end(self.month) if is_front else _TOP + len(page.sentences) + bool(page.sentences)
        plan = self._plan(canvas, page.key, tables, top)
        self._head(sheet, name, plan.columns)
        for row, sentence in enumerate(page.sentences, start=_TOP):
            sheet.set_row_pixels(row, TITLE_PIXELS)
            sheet.put(row, 0, sentence.say(self.lang), self.make(**VERDICT, bold=row == _TOP))
        if is_front:
            draw_front(canvas, self.month, plan.columns, proof, _TOP)
        else:
            self._back(sheet, plan.columns, front)
        for spot in plan.spots:
            if isinstance(spot.what, Table):
                canvas.table(spot.what, spot)
        for spot in plan.spots:
            if isinstance(spot.what, Chart):
                canvas.chart(spot.what.key, spot)
        sheet.set_h_pagebreaks(list(plan.breaks))
        sheet.print_area(0, 0, plan.printed - 1, plan.columns - 1)
        if plan.has_more:
            sheet.put(plan.printed + 1, 0, SENTENCES["for_the_screen"].say(self.lang), self.make(**NOTE))

    def _list(self, table: Table, front: str) -> None:
        """A list on a sheet of its own, with a filter; printed from here only by who wants all of it."""
        sheet = self._sheet(table.title.say(self.lang))
        back = SENTENCES["to_front"].say(self.lang, page=front)
        sheet.write_url(0, len(table.headers), f"internal:'{front}'!A1", self.make(**LINK), string=back)
        for column, header in enumerate(table.headers):
            label = LABELS[header].say(self.lang)
            cells = [shown(row[column], self.month.settings.small_number, self.lang, self.veil) for row in table.rows]
            widest = max((printed_width(cell, header) for cell in cells), default=0)
            sheet.set_column(column, column, max(widest, display_width(label) + 3) + 2)
            sheet.write_string(0, column, label, self.make(**HEADER, **FRAME))
            for row, cell in enumerate(cells, start=1):
                sheet.put(row, column, cell, self.make(**safe({**column_look(header), **FRAME}, cell)))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.headers) - 1)
        not_printed(sheet, len(table.headers) + 2)

    def _plan(self, canvas: Canvas, key: str, tables: dict[str, Table], top: int) -> ComposedPage:
        widths = {own: canvas.width(table) for own, table in tables.items()}
        heights = {own: height_of(table) for own, table in tables.items()}
        return Composer(tables, widths, heights, top).compose(PAGES.get(key) or listed(tables))

    def _sheet(self, name: str) -> QuickSheet:
        """A sheet ready to print: A4 landscape, one page wide, pages numbered, the shop's name above."""
        sheet = cast(QuickSheet, self.book.add_worksheet(name, QuickSheet))
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.5)
        inside = "" if self.veil else f"&C{_escaped(NAMES_INSIDE.say(self.lang))}"
        sheet.set_header(f"&L{_escaped(self.month.settings.store)}{inside}&R{_escaped(name)}")
        sheet.set_footer(f"&L{self.month.month}&R{SENTENCES['page'].say(self.lang)}")
        sheet.hide_gridlines(2)
        return sheet

    def _head(self, sheet: QuickSheet, name: str, columns: int) -> None:
        """The grid, and the two rows repeated on every sheet of paper."""
        sheet.set_default_row(ROW_PIXELS * 0.75)
        sheet.set_column_pixels(0, max(columns, WIDTH) - 1, UNIT_PIXELS)
        sheet.set_row(0, 19)
        sheet.set_row(1, 24)
        title = f"{heading(self.month, self.lang)}　{name}"
        sheet.write_string(0, 0, title, self.make(**safe(TITLE, title)))
        said, look = note(self.month, self.lang), self.make(**NOTE, font_size=8, text_wrap=True, valign="top")
        sheet.merge_range(1, 0, 1, columns - 1, said, look)
        sheet.repeat_rows(0, 1)
        sheet.freeze_panes(2, 0)


def _escaped(text: str) -> str:
    """Text for a header or footer, where & begins a command."""
    return text.replace("&", "&&")
