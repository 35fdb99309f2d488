"""What a column looks like in the sheet: its number format, its width, its drop-down, and the words that help to fill it.

All of it follows from the declaration in ``forms``.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import ALWAYS, CHECK_HEADER, NUMBER_FORMATS, OPTIONAL, TEXT_FORMAT, Column, Form, Kind, Privacy
from xlcrm.forms.sheets import ConfirmedRow, ConflictRow, FindingRow
from xlcrm.report import look
from xlcrm.report.look import display_width
from xlcrm.template.lists import PEOPLE, list_name

TICK = "√"

CENTRED = {Kind.DATE, Kind.TIME, Kind.MOMENT, Kind.MONTH, Kind.GRADE, Kind.TICK}
NUMBERS = {Kind.COUNT, Kind.MONEY, Kind.NUMBER}

WIDTHS = {
    Kind.DATE: 11.0,
    Kind.TIME: 7.0,
    Kind.MOMENT: 16.0,
    Kind.MONTH: 9.0,
    Kind.PHONE: 13.0,
    Kind.PHONES: 13.0,
    Kind.MONEY: 13.0,
    Kind.PERSON: 10.0,
    Kind.CODES: 14.0,
    Kind.TEXT: 12.0,
}
"""In characters; a kind not listed is as wide as its header or its longest code."""
PRIVATE_WIDTHS = {Privacy.PROSE: 24.0, Privacy.ADDRESS: 20.0, Privacy.IDENTITY: 12.0}
WIDER = {
    **{
        "处理": 22.0,
        "客户": 13.0,
        "当事人": 9.0,
        "差异": 11.0,
        "位置": 14.0,
        "发现": 22.0,
        "应为": 34.0,
        "处理办法": 54.0,
    },
    **{"对照位置": 14.0, "依据": 44.0, CHECK_HEADER: 40.0},
}
"""Columns the tool writes sentences into."""
LIST_WIDTHS = {
    **{"ruling": 15.0, "handling": 8.0, "severity": 7.0, "subject": 13.0, "person": 9.0},
    **{"found": 20.0, "expected": 24.0, "remedy": 44.0, "link": 14.0, "other": 14.0},
}
"""问题清单 up to 位置 is to be seen at once on a screen of 1366 pixels: what is longer wraps."""
WRAPPED = {
    FindingRow.form.sheet: ("ruling", "found", "expected", "remedy"),
    ConfirmedRow.form.sheet: ("ruling", "found", "content", "notes"),
    ConflictRow.form.sheet: ("before", "ours", "theirs"),
}
"""Fields of the tool's lists whose texts are read to their end, in as many lines as they take."""
ONE_LINE = 9
"""Headers up to this width stand on one line, above the filter arrow; longer ones on two."""

EXAMPLES = {
    Kind.DATE: "日期，例如 2026-10-05",
    Kind.TIME: "时间，例如 09:30",
    Kind.MOMENT: "日期和时间，例如 2026-10-05 18:20",
    Kind.MONTH: "月份，例如 2026-10",
    Kind.PHONE: "11 位手机号，例如 19900000000；固定电话带区号",
    Kind.PHONES: "电话，几个用、隔开",
    Kind.TICK: f"做了填 {TICK}，没做留空",
    Kind.COUNT: "整数",
    Kind.MONEY: "金额，单位元",
    Kind.NUMBER: "数字",
    Kind.PERSON: "姓名，与“顾问”表一致",
}

_FIRST_DAY = dt.date(1900, 1, 1)
_CHECKS: dict[Kind, dict[str, Any]] = {
    Kind.DATE: {"validate": "date", "criteria": ">=", "value": _FIRST_DAY},
    Kind.TIME: {"validate": "time", "criteria": "between", "minimum": dt.time(0), "maximum": dt.time(23, 59, 59)},
    Kind.MOMENT: {"validate": "date", "criteria": ">=", "value": _FIRST_DAY},
    Kind.COUNT: {"validate": "integer", "criteria": ">=", "value": 0},
    Kind.MONEY: {"validate": "decimal", "criteria": ">=", "value": 0},
    Kind.TICK: {"validate": "list", "source": [TICK]},
    Kind.PERSON: {"validate": "list", "source": f"={PEOPLE}"},
}


def cell_properties(kind: Kind) -> dict[str, Any]:
    """Properties of a cell format for a kind."""
    return {
        "num_format": NUMBER_FORMATS.get(kind, TEXT_FORMAT),
        "align": "center" if kind in CENTRED else "right" if kind in NUMBERS else "left",
    }


def _header(ground: str, ink: str, bold: bool) -> dict[str, Any]:
    return {
        "bg_color": ground,
        "font_color": ink,
        "bold": bold,
        "align": "center",
        "text_wrap": True,
        "border": 1,
        "border_color": look.WHITE,
    }


TOOL_HEADER = _header(look.PALE_GREY, look.GREY, False)


def header_properties(column: Column) -> dict[str, Any]:
    """Properties of a header cell: the darker, the more needed; grey is the tool's."""
    if column.by_tool:
        return TOOL_HEADER
    if column.required is ALWAYS:
        return _header(look.INK, look.WHITE, True)
    if column.required is OPTIONAL:
        return _header(look.PALE_BLUE, look.INK, False)
    return _header(look.BLUE, look.WHITE, True)


def header_width(header: str) -> float:
    """Width in characters that shows a header, on one line or two."""
    wide = display_width(header)
    return wide + 1.0 if wide <= ONE_LINE else 2.0 * math.ceil(wide / 4) + 3.0


def width(column: Column) -> float:
    """Width in characters, wide enough for the header and for what the column usually holds."""
    codes = CODES[column.codes].values if column.codes and column.kind is not Kind.CODES else ()
    return max(
        header_width(column.header),
        WIDTHS.get(column.kind, 0.0),
        PRIVATE_WIDTHS.get(column.privacy, 0.0) if column.privacy else 0.0,
        WIDER.get(column.header, 0.0),
        *(display_width(code) + 1.0 for code in codes),
    )


def width_in(form: Form, column: Column) -> float:
    """Width in characters of a form's column."""
    own = LIST_WIDTHS.get(column.name) if form is FindingRow.form else None
    return own or width(column)


def properties_in(form: Form, column: Column) -> dict[str, Any]:
    """Properties of the cell format of a form's column."""
    wrapped = WRAPPED.get(form.sheet, ())
    if not wrapped:
        return cell_properties(column.kind)
    return cell_properties(column.kind) | {"valign": "vcenter", "text_wrap": column.name in wrapped}


def tip(column: Column) -> str:
    """What goes into the column, in a few short lines: whether it must be filled, how it is written, what to choose."""
    if column.by_tool:
        return "由工具填写"
    lines = [column.required.words or "选填"]
    if column.kind in EXAMPLES:
        lines.append(EXAMPLES[column.kind])
    if column.codes:
        codes = CODES[column.codes]
        if len(codes.values) <= 9:
            lines.append(" / ".join(codes.values))
        lines.append("从下拉列表选择" if codes.closed else "从下拉列表选择；可在“字典”里增减")
    if column.kind is Kind.CODES:
        lines.append("可填几个，用、隔开")
    return "\n".join(lines)


def check(column: Column) -> dict[str, Any] | None:
    """The data validation of a column's cells: it offers a list or doubts a value, and never refuses one."""
    if column.by_tool:
        return None
    rule = {"validate": "list", "source": f"={list_name(column.codes)}"} if column.codes else _CHECKS.get(column.kind)
    return None if rule is None else doubting(column, rule)


def doubting(column: Column, rule: dict[str, Any]) -> dict[str, Any]:
    """A data validation that asks again, in words, whether a value is meant."""
    return rule | {
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": f"“{column.header}”：{tip(column)}\n\n仍要这样填吗？",
        "show_error": column.kind is not Kind.CODES,
    }
