"""The first page of the workbook to mail: what the month says in sentences, the headline figures, and the proof of each."""

from __future__ import annotations

from collections.abc import Mapping

from xlcrm.analysis.figures import Figure, Unit, half_up
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.forms.schema import letters
from xlcrm.report.canvas import SIZE, Canvas, on_two_lines, units
from xlcrm.report.composer import TITLE_PIXELS
from xlcrm.report.look import BLUE, GREY, INK, ORANGE, PALE_BLUE, display_width
from xlcrm.report.style import FRAME, LINK, NOTE, UNIT_FORMATS, VERDICT, Shown, exact_cell, figure_cell
from xlcrm.report.trace import Trace

_TILES = (
    "target_gap",
    "orders",
    "closing_rate",
    "kept_rate",
    "test_drive_rate",
    "overdue_now",
    "cars_not_delivered",
    "reserve_rate",
    "batches",
    "on_time_rate",
)
_TILES_A_LINE = 5
_TILE_ROWS = 7
"""Rows from one line of tiles to the next: label, value on two, both sides, the past, the trend, a gap."""
_COLUMNS = {
    "figure": 0,
    "value": 3,
    "live": 3,
    "agrees": 2,
    "numerator": 3,
    "denominator": 3,
    "previous": 3,
    "mean3": 3,
    "year": 3,
    "trend": 0,
    "formula": 0,
}
"""The columns of the KPIs and what each takes of the grid at least; its header and its texts may take more."""
_TONES = {1: BLUE, -1: ORANGE, 0: GREY}
TOP = 3
"""Row of the first sentence."""


def kpi_rows(month: Month) -> int:
    """Rows the KPIs take with their title and header."""
    return len(month.figures) + 3


def kpi_spans(month: Month, lang: Lang) -> dict[str, int]:
    """The columns of the grid that each column of the KPIs takes."""
    texts = {
        "figure": [figure.label.say(lang) for figure in month.figures],
        "trend": [trend(figure, lang)[0] for figure in month.figures],
        "formula": [figure.formula.say(lang) for figure in month.figures],
    }
    wide = {header: units(max(map(display_width, own)) + 1) for header, own in texts.items()}
    headers = {header: units(on_two_lines(LABELS[header].say(lang))) for header in _COLUMNS}
    return {header: max(span, headers[header], wide.get(header, 0)) for header, span in _COLUMNS.items()}


def tiles_end(month: Month) -> int:
    """The row below the tiles."""
    return TOP + len(month.sentences) + 2 + len(_TILES) // _TILES_A_LINE * _TILE_ROWS


def trend(figure: Figure, lang: Lang) -> tuple[str, int]:
    """How a figure moved since last month, shown by arrow, amount and word; and 1 for better, -1 for worse, 0 for neither.

    The word is that of the three months before where only they differ by more than chance.
    """
    if figure.last is None or figure.now.value is None or figure.last.value is None:
        return "", 0
    by = figure.now.value - figure.last.value
    arrow = "▲" if by > 0 else "▼" if by < 0 else "＝"
    drifted = _tone(figure, figure.drift) if figure.has_drifted else 0
    if by == 0:
        same = LABELS["same"].say(lang)
        return f"{arrow} {same} {LABELS[_DRIFTED[drifted]].say(lang)}" if drifted else f"{arrow} {same}", drifted
    match figure.unit:
        case Unit.PERCENT:
            few = min(figure.denominator or 0, figure.last.denominator or 0) < figure.small
            if few:
                return LABELS["few_cases"].say(lang), 0
            amount = SENTENCES["points"].say(lang, by=_signed(by * 100))
        case Unit.DAYS:
            return f"{arrow} {SENTENCES['days'].say(lang, by=_signed(by))}", 0
        case Unit.MINUTES | Unit.TIMES | Unit.MONEY | Unit.DIFFERENCE:
            return f"{arrow} {_signed(by)}", 0
        case Unit.COUNT:
            amount = f"{by:+g}"
    if not figure.good:
        return f"{arrow} {amount}", 0
    tone = _tone(figure, by) if figure.beyond_chance else 0
    verdict = LABELS[_DRIFTED[drifted] if drifted and not tone else _VERDICTS[tone]].say(lang)
    return f"{arrow} {amount} {verdict}", tone or drifted


_VERDICTS = {1: "better", -1: "worse", 0: "by_chance"}
_DRIFTED = {1: "drifted_better", -1: "drifted_worse"}


def _tone(figure: Figure, by: float) -> int:
    """1 where a move is for the better, -1 where for the worse, 0 where neither."""
    return figure.good if by > 0 else -figure.good


def _signed(number: float) -> str:
    text = half_up(number, 1)
    return text if text.startswith("-") else f"+{text}"


def draw_front(canvas: Canvas, month: Month, columns: int, proof: str, kpis_at: int) -> None:
    """Sentences and tiles from the top, over the columns of the grid; the KPIs stand on the sheet ``proof`` from a row on."""
    for row, sentence in enumerate(month.sentences, start=TOP):
        canvas.sheet.set_row_pixels(row, TITLE_PIXELS)
        look = canvas.make(**VERDICT, bold=row == TOP)
        canvas.sheet.put(row, 0, sentence.say(canvas.lang), look)
    row = TOP + len(month.sentences)
    first, last = kpis_at + 4, kpis_at + 3 + len(month.figures)
    column = _letter(kpi_spans(month, canvas.lang), "agrees")
    agree = f"COUNTIF('{proof}'!{column}{first}:{column}{last},\"✓\")"
    before, after = SENTENCES["agreed"].say(canvas.lang, count=len(month.figures), agree="|").split("|")
    formula = f'="{before}"&{agree}&"{after}"'
    text = f"{before}{len(month.figures)}{after}"
    canvas.sheet.write_formula(row, 0, formula, canvas.make(**NOTE), text)
    for i, key in enumerate(_TILES):
        line, place = divmod(i, _TILES_A_LINE)
        left = place * (columns + 1) // _TILES_A_LINE
        width = (place + 1) * (columns + 1) // _TILES_A_LINE - left - 1
        _tile(canvas, row + 2 + line * _TILE_ROWS, left, width, month.figure(key))


def _place(spans: Mapping[str, int], header: str) -> int:
    """The grid's column a column of the KPIs begins at."""
    return sum(list(spans.values())[: list(spans).index(header)])


def _letter(spans: Mapping[str, int], header: str) -> str:
    return letters(_place(spans, header) + 1)


def _tile(canvas: Canvas, row: int, left: int, width: int, figure: Figure) -> None:
    sides = f"{figure.numerator:g} ÷ {figure.denominator:g}" if figure.denominator else " "
    last, three, year = (figure.in_words(ratio) for ratio in (figure.last, figure.three, figure.year))
    past = SENTENCES["past"].say(canvas.lang, last=last, three=three, year=year)
    change, tone = trend(figure, canvas.lang)
    lines: tuple[tuple[str, int, dict[str, object]], ...] = (
        (figure.label.say(canvas.lang), 1, {"font_color": INK}),
        (figure.shown, 2, {"font_color": INK, "font_size": 20, "bold": True}),
        (sides, 1, {"font_color": INK}),
        (past, 1, {"font_color": GREY, "font_size": 8}),
        (change, 1, {"font_color": _TONES[tone], "bold": bool(tone)}),
    )
    for text, rows, look in lines:
        canvas.cell(row, left, width, text, {"align": "center", "bg_color": PALE_BLUE, **look}, rows)
        row += rows


def draw_kpis(canvas: Canvas, month: Month, trace: Trace, top: int) -> None:
    """Every KPI on a line: linked to its rows, beside a live formula over them, and whether the two agree."""
    spans = kpi_spans(month, canvas.lang)
    canvas.section(top, 0, sum(spans.values()), LABELS["kpis"].say(canvas.lang))
    left = 0
    for header, span in spans.items():
        canvas.header(top + 1, left, span, LABELS[header].say(canvas.lang))
        left += span
    for row, (kpi, figure) in enumerate(zip(trace.kpis, month.figures, strict=True), start=top + 3):
        _kpi(canvas, row, spans, figure, trace.formula(kpi, figure.small))
        links = {"figure": kpi.numerators, "numerator": kpi.numerators, "denominator": kpi.denominators}
        if kpi.less:
            del links["numerator"]
        for header, measures in links.items():
            link = trace.link(measures, kpi.grade)
            if link:
                _link(canvas, row, _place(spans, header), header, figure, link)


def _kpi(canvas: Canvas, row: int, spans: Mapping[str, int], figure: Figure, live: str) -> None:
    number: dict[str, object] = {"num_format": UNIT_FORMATS[figure.unit], "align": "right"}
    change, tone = trend(figure, canvas.lang)
    words = figure.formula.say(canvas.lang) if figure.unit is not Unit.COUNT else None
    value, this, other = exact_cell(figure), f"{_letter(spans, 'value')}{row + 1}", f"{_letter(spans, 'live')}{row + 1}"
    check = f'=IF(IF(ISNUMBER({this}),IF(ISNUMBER({other}),ABS({this}-{other})<0.000001),{this}={other}),"✓","✗")'
    cells: dict[str, tuple[Shown, dict[str, object]]] = {
        "figure": (figure.label.say(canvas.lang), {"align": "left", "indent": 1}),
        "value": (value, {"bold": True, **number}),
        "live": (value, {"font_color": GREY, **number}),
        "agrees": ("✓", {"align": "center"}),
        "numerator": (figure.numerator, {"align": "right"}),
        "denominator": (figure.denominator, {"align": "right"}),
        "previous": (figure_cell(figure, figure.last), number),
        "mean3": (figure_cell(figure, figure.three), number),
        "year": (figure_cell(figure, figure.year), number),
        "trend": (change, {"align": "left", "indent": 1, "font_color": _TONES[tone]}),
        "formula": (words, {"align": "left", "indent": 1, **NOTE}),
    }
    formulas = {"live": live, "agrees": check}
    left = 0
    for header, span in spans.items():
        content, look = cells[header]
        if header in formulas:
            style = canvas.make(**{**SIZE, **look, **FRAME})
            canvas.cover(row, left, span, style)
            canvas.sheet.write_formula(row, left, formulas[header], style, content)
        else:
            canvas.cell(row, left, span, content, {**look, **FRAME})
        left += span


def _link(canvas: Canvas, row: int, column: int, header: str, figure: Figure, link: str) -> None:
    """Turn a cell of the KPIs into a link; a number stays a number."""
    align = {"align": "left", "indent": 1} if header == "figure" else {"align": "right"}
    style = canvas.make(**{**SIZE, **align, **FRAME, **LINK})
    text = figure.label.say(canvas.lang) if header == "figure" else None
    tip = SENTENCES["to_rows"].say(canvas.lang)
    canvas.sheet.write_url(row, column, link, style, string=text or "0", tip=tip)
    if text is None:
        number = figure.numerator if header == "numerator" else figure.denominator
        canvas.sheet.write_number(row, column, number or 0, style)
