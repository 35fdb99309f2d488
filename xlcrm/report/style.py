"""The look of the analysis: colours, formats, widths, and how a cell of a table is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import (
    NOTHING,
    Content,
    CustomerNumber,
    Figure,
    Name,
    Percent,
    Ratio,
    Unit,
    Unknown,
    half_up,
    percent,
)
from xlcrm.analysis.kpis import DIVISORS
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue.labels import HOURS, LABELS, SENTENCES
from xlcrm.forms.schema import Privacy
from xlcrm.forms.sheets import Target
from xlcrm.forms.states import GRADES
from xlcrm.ledger.normal import starts_like_formula
from xlcrm.report.look import BLUE, GREY, INK, LINE, PALE_BLUE, WHITE, display_width
from xlcrm.safety.privacy import Veil, masked

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

TITLE = {"bold": True, "font_size": 14, "font_color": INK}
SECTION = {"bold": True, "font_size": 11, "font_color": INK, "bottom": 2, "bottom_color": BLUE}
HEADER = {"bold": True, "font_color": INK, "bg_color": PALE_BLUE, "align": "center", "text_wrap": True}
FRAME = {"border": 1, "border_color": LINE}
TOTAL = {"bold": True, "bg_color": "#F2F2F2"}
NOTE = {"font_color": GREY}
VERDICT = {"font_size": 11, "font_color": INK}
LINK = {"font_color": BLUE, "underline": 1}
HEATED = {
    "visits_by_hour": tuple(f"h{hour:02d}" for hour in HOURS),
    "calls_by_hour": tuple(f"h{hour:02d}" for hour in HOURS),
    "grade_matrix": (*GRADES, "O", "D", "F", "F2", "L", "invalid"),
}
"""Tables that are maps of heat, and their headers that take part."""
HEAT = {"type": "2_color_scale", "min_color": WHITE, "max_color": "#F4B183"}

Shown = str | int | float | dt.date | None
"""What a spreadsheet takes."""

A4 = 9
TEXT, NUMBER, PERCENT, DECIMAL, DATE, DAY = "@", "General", "0.0%", "0.0", "mm-dd", "yyyy-mm-dd"
MONEY, SIGNED = "#,##0", "+0;-0;0"

_COLUMNS = {
    PERCENT: "complete_rate unknown_rate firm_rate locked_rate cancellation_rate "
    "share_of_group bought_rate method_chance feedback_rate effective_rate valid_rate same_day_rate came_rate missing_rate marks_rate "
    "kept_rate test_drive_rate closing_rate prospect_rate loss_rate on_time_rate reached_rate target_rate achieved "
    "share step_rate shared_share probability conversion share_low share_high promoted_share demoted_share reject_rate "
    "kept_h kept_a kept_b doubtful_share care_rate not_on_time_rate",
    DECIMAL: "expected gap a_day mean_days_left mean_days_in weighted by_stage by_conversion low high below above "
    "expected_orders visits_a_day mean_days_late known_facts",
    DATE: "day applied_on left_on back_on due_on lent_on carded_on",
    DAY: "expected_on",
    TEXT: "question to_ask area inspected_item nine_step recorded_in reason_group hint "
    "step figure consultant person kind name telling weekday stay reason grade origin stage remark month source media model "
    "rival went_to customer decision why purpose code rule item owner status hour side basis verdict standing "
    "aspect background_value week age figure_scope figure_name at_the_close now",
}
HEADER_FORMATS: dict[str, str] = {header: shape for shape, headers in _COLUMNS.items() for header in headers.split()}
"""Number format of a column by the key of its header; columns not named hold counts."""
UNIT_FORMATS = {
    Unit.COUNT: NUMBER,
    Unit.PERCENT: PERCENT,
    Unit.DAYS: DECIMAL,
    Unit.MINUTES: DECIMAL,
    Unit.TIMES: DECIMAL,
    Unit.MONEY: MONEY,
    Unit.DIFFERENCE: SIGNED,
}


def column_look(header: str) -> dict[str, Any]:
    """Properties of the cells of a column: its number format, and text to the left."""
    shape = HEADER_FORMATS.get(header, NUMBER)
    aligned = {TEXT: "left", DATE: "center", DAY: "center"}.get(shape, "right")
    return {"num_format": shape, "align": aligned, "indent": int(shape == TEXT)}


def shown(cell: Content, small: int, lang: Lang, veil: Veil | None, both_sides: bool = False) -> Shown:
    """A cell as a spreadsheet takes it: words spoken, rates as fractions or, of few cases, as text.

    A ``veil`` hides customers in whatever the shop typed; without one they are named.
    """
    match cell:
        case Words():
            return cell.say(lang)
        case Ratio():
            rate = cell.as_cell(small)
            sides = f"{cell.numerator:g}/{cell.denominator:g}"
            return f"{percent(rate)} ({sides})" if both_sides and isinstance(rate, float) else rate
        case Name():
            return masked(cell, Privacy.NAME) if veil else str(cell)
        case CustomerNumber():
            return masked(cell, Privacy.NUMBER) if veil else str(cell)
        case str():
            return veil.over(cell) if veil else cell
        case Percent():
            return float(cell)
        case Unknown():
            return NOTHING
    return cell


def safe(look: Mapping[str, Any], value: Shown) -> dict[str, Any]:
    """A look that also marks text as text where a spreadsheet would run it once a person enters it again."""
    runs = isinstance(value, str) and starts_like_formula(value)
    return {**look, "num_format": TEXT, "quote_prefix": True} if runs else dict(look)


def figure_cell(figure: Figure, ratio: Ratio | None) -> Shown:
    """One of a figure's ratios as a spreadsheet takes it; "—" where there is nothing to show."""
    if ratio is None or ratio.value is None:
        return NOTHING
    return ratio.as_cell(figure.small) if figure.unit is Unit.PERCENT else round(ratio.value, 1)


def exact_cell(figure: Figure) -> Shown:
    """The figure's own value, not rounded: what a formula over the rows must come to."""
    exact = figure.value if figure.unit is not Unit.PERCENT else figure.now.as_cell(figure.small)
    return NOTHING if exact is None else exact


def heading(month: Month, lang: Lang) -> str:
    """The shop and the month, as the title of every sheet."""
    return SENTENCES["heading"].say(lang, store=month.settings.store, month=month.month)


def note(month: Month, lang: Lang) -> str:
    """What must be known to read the figures: until when, over what, compared with what."""
    settings = month.settings
    parts = [SENTENCES["until"].say(lang, until=month.until)]
    if month.closed_on:
        parts.append(SENTENCES["kept"].say(lang, closed=month.closed_on))
    if not month.is_over and month.months_before:
        parts.append(SENTENCES["same_days_all"].say(lang, day=month.until.day))
    if 0 < month.months_before < 3:
        parts.append(SENTENCES["months_before"].say(lang, count=month.months_before))
    divisor = LABELS[DIVISORS[settings.divisor].value].say(lang)
    parts += [
        SENTENCES["divisor"].say(lang, divisor=divisor),
        SENTENCES["small"].say(lang, small=settings.small_number),
    ]
    parts.append(SENTENCES["order"].say(lang))
    basis = {type(fact.record) for fact in month.facts.of(Measure.RESERVE_BASE)}
    if basis:
        parts.append(SENTENCES["reserve_target" if Target in basis else "reserve_mean"].say(lang))
    if month.logs_in_error:
        parts.append(SENTENCES["logs_in_error"].say(lang, count=month.logs_in_error))
    if lang == "en":
        parts.append(SENTENCES["stays_chinese"].en)
    return ("；" if lang == "zh" else "; ").join(parts)


def printed_width(value: Shown, header: str) -> int:
    """How wide a cell prints, in characters."""
    if isinstance(value, dt.date):
        return len(f"{value:%Y-%m-%d}" if HEADER_FORMATS.get(header) == DAY else f"{value:%m-%d}")
    if isinstance(value, float):
        return len(percent(value) if HEADER_FORMATS.get(header) == PERCENT else half_up(value, 1))
    return display_width(str(value)) if value is not None else 0


def not_printed(sheet: Worksheet, blank: int) -> None:
    """Leave a sheet out of what is printed: its print area is one cell of a blank column, which is not a page."""
    sheet.print_area(0, blank, 0, blank)
    sheet.set_header("")
    sheet.set_footer("")
