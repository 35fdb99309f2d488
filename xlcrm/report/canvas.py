"""A page of the workbook to mail as it is drawn: text, tables and charts on the grid of ``pages``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from xlcrm.analysis.figures import Content, Table
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.report.charts import PlacedTable, draw
from xlcrm.report.composer import LISTS, ROW_PIXELS, TITLE_PIXELS, UNIT_PIXELS, Placement, head_of
from xlcrm.report.look import Formats, display_width
from xlcrm.report.quicksheet import QuickSheet
from xlcrm.report.style import (
    FRAME,
    HEADER,
    HEAT,
    HEATED,
    NOTE,
    SECTION,
    TOTAL,
    Shown,
    column_look,
    printed_width,
    safe,
    shown,
)
from xlcrm.safety.privacy import Veil

SIZE = {"font_size": 9}
_PIXELS_A_CHARACTER, _PADDING = 7.2, 10
_INSET = 3
"""Pixels between a chart and its place, so that its frame is not cut where a sheet of paper ends."""
_TITLE_WIDER = 1.3
"""How much wider the letters of a title are than those of a cell."""
_WIDEST, _PROSE = 14, {"hint": 34, "to_ask": 30}
"""Columns of the grid a cell takes at most; of what people write at length, by its header."""


@dataclass(frozen=True)
class Canvas:
    """One sheet of the workbook; rows and columns count from 0, ``small`` and ``veil`` are as in ``style.shown``."""

    book: Workbook
    sheet: QuickSheet
    make: Formats
    lang: Lang
    small: int
    veil: Veil | None
    placed: dict[str, PlacedTable] = field(default_factory=dict)

    def cell(self, row: int, column: int, span: int, content: Shown, look: Mapping[str, object], rows: int = 1) -> None:
        """A cell over ``span`` columns and some rows of the grid."""
        style = self.make(**safe({**SIZE, **look}, content))
        self.cover(row, column, span, style, rows)
        self.sheet.put(row, column, content, style)

    def cover(self, row: int, column: int, span: int, style: Format, rows: int = 1) -> None:
        """Merge what a cell takes of the grid."""
        if span > 1 or rows > 1:
            self.sheet.cover(row, column, rows, span, style)

    def section(self, row: int, left: int, width: int, title: str) -> None:
        """The title of a table, underlined over its width, in a row high enough to keep clear of the line."""
        self.sheet.set_row_pixels(row, TITLE_PIXELS)
        for column in range(left, left + width):
            self.sheet.put(row, column, title if column == left else None, self.make(**SECTION))

    def header(self, row: int, column: int, span: int, label: str) -> None:
        """The header of a column, over two rows."""
        self.cell(row, column, span, label, {**HEADER, **FRAME}, rows=2)

    def spans(self, table: Table) -> tuple[int, ...]:
        """The grid's columns that each column of a table takes: of its widest cell, and of its header on two lines."""
        return tuple(self._span(table, column) for column in range(len(table.headers)))

    def width(self, table: Table) -> int:
        """The grid's columns a table takes, with its title and its note."""
        note = units(display_width(table.note.say(self.lang))) if table.note else 0
        title = units(math.ceil(display_width(table.heading.say(self.lang)) * _TITLE_WIDER))
        return max(sum(self.spans(table)), note, title)

    def _span(self, table: Table, column: int) -> int:
        header = table.headers[column]
        cells = [row[column] for row in (*table.rows, *([table.total] if table.total else []))]
        widest = max((printed_width(self._shown(table, cell), header) for cell in cells), default=0)
        label = LABELS[header].say(self.lang)
        return min(max(2, units(max(widest, on_two_lines(label)))), _PROSE.get(header, _WIDEST))

    def table(self, table: Table, spot: Placement) -> None:
        """A table with its title, its rows and its total; where it stands is kept for its chart."""
        spans = self.spans(table)
        columns = tuple(spot.left + sum(spans[:i]) for i in range(len(spans)))
        self.section(spot.row, spot.left, sum(spans), table.heading.say(self.lang))
        if table.note:
            self.sheet.put(spot.row + 1, spot.left, table.note.say(self.lang), self.make(**{**SIZE, **NOTE}))
        first = row = spot.row + head_of(table)
        for header, column, span in zip(table.headers, columns, spans, strict=True):
            self.header(first - 2, column, span, LABELS[header].say(self.lang))
        for content in table.rows:
            self._row(row, table, content, columns, spans, {})
            row += 1
        if not table.rows:
            self.cell(row, spot.left, sum(spans), LABELS["none"].say(self.lang), {**NOTE, "indent": 1})
            row += 1
        if spot.left_out:
            said = SENTENCES["left_out_listed" if table.key in LISTS else "left_out"]
            more = said.say(self.lang, count=spot.left_out, sheet=table.title.say(self.lang))
            self.sheet.put(row, spot.left, more, self.make(**{**SIZE, **NOTE}))
        if table.total is not None:
            self._row(row, table, table.total, columns, spans, TOTAL)
        placed = PlacedTable(
            str(self.sheet.name), table, columns, first - 2, first, row - 1, row if table.total is not None else None
        )
        heated = [header for header in table.headers if header in HEATED.get(table.key, ())]
        if table.rows and heated:
            _, top, left, bottom, right = placed.span(first, row - 1, heated[0], heated[-1])
            self.sheet.conditional_format(int(top), int(left), int(bottom), int(right), HEAT)
        self.placed[table.key] = placed

    def _row(
        self,
        row: int,
        table: Table,
        content: Sequence[Content],
        columns: Sequence[int],
        spans: Sequence[int],
        look: Mapping[str, object],
    ) -> None:
        for header, column, span, cell in zip(table.headers, columns, spans, content, strict=True):
            self.cell(row, column, span, self._shown(table, cell), {**column_look(header), **FRAME, **look})

    def _shown(self, table: Table, cell: Content) -> Shown:
        return shown(cell, self.small, self.lang, self.veil, table.both_sides)

    def chart(self, key: str, spot: Placement) -> None:
        """The chart of a table that stands already."""
        width, height = spot.width * UNIT_PIXELS - 2 * _INSET, spot.height * ROW_PIXELS - 2 * _INSET
        chart, alt_text = draw(self.book, self.placed[key], self.lang, width, height)
        inset = {"x_offset": _INSET, "y_offset": _INSET}
        self.sheet.insert_chart(spot.row, spot.left, chart, {"description": alt_text, "object_position": 2, **inset})


def units(characters: int) -> int:
    """The grid's columns that so many characters of the tables' font take."""
    return -int(-(characters * _PIXELS_A_CHARACTER + _PADDING) // UNIT_PIXELS)


def on_two_lines(label: str) -> int:
    """The width of a label on two lines: half of it, or its longest word; a Chinese bracket may not begin a line."""
    half = (display_width(label) + 1) // 2
    if not label.isascii():
        return half + half % 2 + 2 * ("（" in label)
    return max(max(map(len, label.split())), half + 2 if " " in label else half)
