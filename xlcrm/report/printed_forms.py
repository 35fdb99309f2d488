"""The printed forms, drawn: a sheet a form on A4, ready to sign. Generated whole.

A sheet is a grid of narrow columns, each as wide as one Chinese character of the forms' print; cells are merged over as many
as they need, so that tables of different columns fill the same width.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue.paper import (
    COLUMNS,
    FORMS,
    KEEP_INSIDE,
    MARKS,
    MORE,
    NONE,
    NOTICES,
    PAGE,
    SIGNED,
    STATEMENTS,
    TABS,
    TITLES,
)
from xlcrm.forms.schema import as_text
from xlcrm.paper.grid import DAYS
from xlcrm.paper.model import Fields, Paper, PaperCell, Papers, PaperTable
from xlcrm.report.look import AS_TYPED, DEFAULT, GREY, INK, ORANGE, PALE_BLUE, PALE_GREY, Formats, display_width
from xlcrm.report.settled import settled
from xlcrm.report.style import A4, safe

_UNIT = 1.0
"""Width of a grid column: 12 pixels, a Chinese character of 9 points."""
_FIELD = 6
_LINE, _PAD = 13.5, 5.0
"""Points of a line of print, and around the lines of a row."""
_RULE = {"border": 1, "border_color": GREY}
_SMALL = {"font_size": 9}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a form lies on A4: ``columns`` grid columns across, ``height`` of its page in points, ``one`` page always."""

    columns: int
    height: float
    landscape: bool = False
    one: bool = False


_PORTRAIT, _LANDSCAPE = _Layout(60, 760), _Layout(87, 515, landscape=True)
LAYOUTS = {
    "today": _LANDSCAPE,
    "issues": _LANDSCAPE,
    "morning": replace(_PORTRAIT, one=True),
    "evening": _PORTRAIT,
    "register": replace(_LANDSCAPE, columns=96, height=570),
    "report": _LANDSCAPE,
    "grid": replace(_LANDSCAPE, columns=103, height=610),
    "card_front": replace(_PORTRAIT, columns=66, one=True),
    "card_back": replace(_PORTRAIT, columns=66, one=True),
    "waiver": replace(_PORTRAIT, one=True),
    "visits": _LANDSCAPE,
    "inspection": replace(_PORTRAIT, one=True),
    "sheet": _LANDSCAPE,
}
_SHRINK = 1.45
"""How much too high a form may be and still be printed smaller, on one page."""
_WIDTHS: dict[int, str] = {
    2: "no done gender people drive H A B C",
    3: "event_day grade means grade_before grade_after channel first visit_purpose opening now late quantity ordered",
    4: "planned_means planned_purpose sum batches kept drives orders deliveries reached missed what exit decision on before after p0 p1 p2 p3 p4 "
    "overdue care birthday",
    5: "purpose grade_lost went_to kind name customer_name media rival next planned losses due expected delivery owners decider consultant item "
    "result",
    6: "revision_day by model stay no_contact number amount received reason planned_on done_on next_on applied_on decided_on date due_on "
    "delivered_on payment",
    7: "phone source measure subject",
    8: "open_orders sold remark place",
    18: "found",
    24: "inspected_item",
    20: "outcome to_ask",
    12: "revision from",
}
_UNITS = {key: units for units, keys in _WIDTHS.items() for key in keys.split()} | dict.fromkeys(DAYS, 2)
_PROSE = (
    "to",
    "answers",
    "effect",
    "hint",
    "promised",
    "promises",
    "说明",
    "事由",
    "客户感受",
    "效果",
    "to_do",
    "story",
    "explained",
    "note",
    "notes",
    "last",
    "remark",
    "reason",
)
"""Columns that take what is left of the width, the first of these that a table has."""
_LEFT = frozenset((*_PROSE, "found", "place", "model", "rival", "no_contact"))
_SHORT = frozenset(("on", "next", "event_day"))
"""Days near enough to be shown without their year."""


def file_name(papers: Papers) -> str:
    """The workbook's name: 表卡_2026-10-31.xlsx."""
    return f"表卡_{papers.day}.xlsx"


def workbook(papers: Papers, lang: Lang = "zh") -> bytes:
    """The forms as .xlsx, the same bytes for the same forms; names are shown."""
    out = io.BytesIO()
    with Workbook(out, {**AS_TYPED, "default_format_properties": DEFAULT}) as book:
        created = dt.datetime.combine(papers.day, dt.time())
        book.set_properties({"title": KEEP_INSIDE.say(lang), "author": papers.store, "created": created})
        make = Formats(book)
        names: set[str] = set()
        for paper in papers.papers:
            _Sheet(book.add_worksheet(_name(paper, lang, names)), make, paper, lang).draw()
    return settled(out.getvalue())


def _name(paper: Paper, lang: Lang, taken: set[str]) -> str:
    """A sheet's name: what Excel allows of it, and no other sheet's."""
    name = re.sub(r"[\[\]:*?/\\']", "", f"{TABS[paper.form].say(lang)} {paper.about}".strip())[:28]
    number = 2
    wanted = name
    while wanted.casefold() in taken:
        wanted, number = f"{name} {number}", number + 1
    taken.add(wanted.casefold())
    return wanted


class _Sheet:
    """One form being drawn, from the top."""

    def __init__(self, sheet: Worksheet, make: Formats, paper: Paper, lang: Lang) -> None:
        self.sheet = sheet
        self.make = make
        self.paper = paper
        self.lang = lang
        self.layout = LAYOUTS[paper.form]
        self.row = 0
        self.height = 0.0

    def draw(self) -> None:
        self._page()
        self._heading()
        foot = self._blocks()
        for paragraph in STATEMENTS.get(self.paper.statement, ()):
            self._paragraph(paragraph.say(self.lang))
        self._signatures()
        shrinks = self.layout.one or self.height <= _SHRINK * self.layout.height
        self.sheet.fit_to_pages(1, 1 if shrinks else 0)
        if foot and not shrinks:
            self.sheet.set_h_pagebreaks([foot])
        self.sheet.print_area(0, 0, self.row - 1, self.layout.columns - 1)

    def _page(self) -> None:
        sheet = self.sheet
        sheet.set_paper(A4)
        if self.layout.landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer(f"&L&8{KEEP_INSIDE.say(self.lang)}&R&8{PAGE.say(self.lang)}")
        sheet.hide_gridlines(2)
        sheet.set_column(0, self.layout.columns - 1, _UNIT)

    def _heading(self) -> None:
        """The title, whom and what day the paper is of, what is to be noticed, and what its marks mean."""
        lang = self.lang
        self._line(
            FORMS[self.paper.form].say(lang, about=self.paper.about),
            26,
            bold=True,
            font_size=16,
            font_color=INK,
            align="center",
        )
        colon = "：" if lang == "zh" else ": "
        head = [f"{COLUMNS[key].say(lang)}{colon}{self._text(value)}" for key, value in self.paper.head]
        self._line("　　".join(head), 18, **_SMALL)
        if self.paper.notice:
            self._line(
                NOTICES[self.paper.notice].say(lang, day=self.paper.of_day),
                16,
                font_size=9,
                bold=True,
                font_color=ORANGE,
            )
        if self.paper.legend:
            self._line(MARKS.say(lang), 16, font_size=8, font_color=GREY)

    def _blocks(self) -> int:
        """Draw tables and fields; returns the row in which the foot begins, 0 where there is none."""
        foot = 0
        for block in self.paper.blocks:
            if block.title == "foot":
                foot = self.row
            if isinstance(block, PaperTable):
                self._table(block)
            else:
                self._fields(block)
        return foot

    # ------------------------------------------------------------ blocks

    def _table(self, table: PaperTable) -> None:
        self._title(table.title)
        columns = table.columns
        labels = [COLUMNS[key].say(self.lang) if key in COLUMNS else key for key in columns]
        spans = spans_of(columns, labels, self.layout.columns)
        headers = [head(label, span) for label, span in zip(labels, spans, strict=True)]
        self._cells(headers, spans, [{"bold": True, "bg_color": PALE_BLUE, "align": "center"}] * len(columns))
        if len(self.paper.blocks) == 1:
            self.sheet.repeat_rows(0, self.row - 1)
        for number, cells in enumerate(table.rows, start=1):
            if len(cells) == 1:
                self._cells(cells, [self.layout.columns], [{"bold": True, "bg_color": PALE_GREY, "align": "left"}])
                continue
            row = [_short(key, cell) for key, cell in zip(columns, cells, strict=True)]
            is_total = table.total and number == len(table.rows)
            self._cells(row, spans, [_look(key, total=is_total) for key in columns])
        for _ in range(table.least - len(table.rows)):
            self._cells([None] * len(columns), spans, [{}] * len(columns))
        if not table.rows and not table.least:
            self._line(NONE.say(self.lang), 18, **_SMALL, font_color=GREY)
        if table.more:
            self._line(MORE[table.left_out].say(self.lang, count=table.more), 18, **_SMALL, font_color=GREY)

    def _fields(self, fields: Fields) -> None:
        self._title(fields.title)
        label: dict[str, Any] = {"bold": True, "bg_color": PALE_GREY, "align": "center"}
        for start in range(0, len(fields.pairs), fields.per_line):
            pairs = list(fields.pairs[start : start + fields.per_line])
            pairs += [("", None)] * (fields.per_line - len(pairs))
            cells: list[PaperCell] = []
            for key, value in pairs:
                cells += [COLUMNS.get(key, key) if key else None, value]
            width = self.layout.columns // fields.per_line
            spans = [_FIELD, width - _FIELD] * fields.per_line
            spans[-1] += self.layout.columns - sum(spans)
            self._cells(cells, spans, [label, {"align": "left"}] * fields.per_line)

    def _title(self, key: str) -> None:
        if key:
            self._line(TITLES[key].say(self.lang), 20, bold=True, font_color=INK, font_size=10)

    def _paragraph(self, text: str) -> None:
        """Text across the page, on as many lines as it takes."""
        look = {"text_wrap": True, "valign": "top", "font_size": 10}
        self._merged(0, self.layout.columns, text, look)
        self._next(_lines(text, int(self.layout.columns * 0.9)) * (_LINE + 2) + _PAD)

    def _signatures(self) -> None:
        """A line to sign on for each, with the day beside it."""
        colon = "：" if self.lang == "zh" else ": "
        lines = [f"{SIGNED[key].say(self.lang)}{colon}＿＿＿＿＿＿＿＿" for key in self.paper.signed]
        self._line("　　　".join(lines), 32, font_size=10, align="right")

    # ------------------------------------------------------------ cells

    def _line(self, text: str, height: float, **look: Any) -> None:
        """Words across the page."""
        self._merged(0, self.layout.columns, text, look)
        self._next(height)

    def _cells(self, cells: Sequence[PaperCell], spans: Sequence[int], looks: Sequence[Mapping[str, Any]]) -> None:
        """A framed row, as high as its longest cell is long."""
        texts = [self._text(cell) for cell in cells]
        lines = max(_lines(text, span) for text, span in zip(texts, spans, strict=True))
        column = 0
        for cell, text, span, look in zip(cells, texts, spans, looks, strict=True):
            number = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
            style = {"align": "center", "text_wrap": True, "num_format": "#,##0", **_SMALL, **_RULE, **look}
            self._merged(column, span, text, style, number)
            column += span
        self._next(lines * _LINE + _PAD)

    def _next(self, height: float) -> None:
        """The row just written gets its height, in points."""
        self.sheet.set_row(self.row, height)
        self.height += height
        self.row += 1

    def _merged(self, column: int, span: int, text: str, look: Mapping[str, Any], number: float | None = None) -> None:
        """Text is always text, whatever it begins with."""
        style = self.make(**(safe(look, text) if number is None else look))
        if span > 1:
            self.sheet.merge_range(self.row, column, self.row, column + span - 1, "", style)
        if number is not None:
            self.sheet.write_number(self.row, column, number, style)
        elif text:
            self.sheet.write_string(self.row, column, text, style)
        else:
            self.sheet.write_blank(self.row, column, None, style)

    def _text(self, cell: PaperCell) -> str:
        """A cell as it is printed."""
        if isinstance(cell, Words):
            return cell.say(self.lang)
        if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
            return cell.isoformat()
        if isinstance(cell, float):
            return f"{cell:,.0f}"
        return as_text(cell)


def _look(key: str, *, total: bool) -> dict[str, Any]:
    look: dict[str, Any] = {"align": "left"} if key in _LEFT else {}
    return look | ({"bold": True, "bg_color": PALE_GREY} if total else {})


def _short(key: str, cell: PaperCell) -> PaperCell:
    return f"{cell:%m-%d}" if key in _SHORT and isinstance(cell, dt.date) else cell


def spans_of(columns: Sequence[str], labels: Sequence[str], width: int) -> list[int]:
    """How many grid columns each column takes; what is left goes to its prose, or to all of them alike.

    A column is as wide at least as its label on two lines, so that no word of it is parted.
    """
    spans = [max(_UNITS.get(key, 6), _room_for(label)) for key, label in zip(columns, labels, strict=True)]
    rest = width - sum(spans)
    prose = next((key for key in _PROSE if key in columns), None)
    if prose is not None:
        spans[columns.index(prose)] += rest
        return spans
    shares = [rest * span // sum(spans) for span in spans]
    shares[-1] += rest - sum(shares)
    return [span + share for span, share in zip(spans, shares, strict=True)]


def _room_for(label: str) -> int:
    """Grid columns that a label takes on as many lines as it has words, a long one without blanks on two."""
    longest = max(map(display_width, label.split())) if label.isascii() else 2 * -(-len(label) // 2)
    return -(-(longest + 1) // 2)


def head(label: str, span: int) -> str:
    """A label in a cell of so many grid columns: on one line, else parted between its words, 客户 | 姓名."""
    if label.isascii() or display_width(label) <= _room(span):
        return label
    middle = -(-len(label) // 2)
    return f"{label[:middle]}\n{label[middle:]}"


def _lines(text: str, span: int) -> int:
    """Lines a text takes in a cell of so many grid columns."""
    return sum(max(1, -(-display_width(line) // _room(span))) for line in text.split("\n")) if text else 1


def _room(span: int) -> int:
    """Width of text, in characters, that so many grid columns hold."""
    return max(2, 2 * span - 1)
