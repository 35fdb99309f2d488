"""The sheets a person sees: 首页, one sheet for each form, and the place of 月度分析."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import CHECK_HEADER, TEXT_FORMAT, Column, Form, Kind, Privacy
from xlcrm.forms.settings import DECLARED, Settings, as_written
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, GRADE_SHEETS, HOME_SHEET, FindingRow, JournalRow
from xlcrm.forms.switched import SWITCHES
from xlcrm.forms.workbook import HEADER_ROW, HOME_LAST, HOME_RESULT, HOME_STORE, LAST_ROW, sheets_with
from xlcrm.report import look
from xlcrm.report.look import Formats, display_width
from xlcrm.safety.journal_text import DETAIL
from xlcrm.template import columns, words
from xlcrm.template.analysis_sheet import lay_out
from xlcrm.template.buttons import BUTTONS

A4 = 9
TABLE_STYLE = "Table Style Light 9"
TITLE = {"bold": True, "font_size": 14, "font_color": look.INK}
HINT = {"font_color": look.GREY}
LINK = {"font_color": look.BLUE, "underline": 1}
_BUTTON_ROW = 30
"""Points of a row of 首页 beside which a button stands."""
_HINT_WIDTH = 76
"""Of a line of help on 首页, in characters: longer ones take two lines."""

TAB_COLOURS = (
    (look.INK, (HOME_SHEET,)),
    (look.BLUE, ("来店登记", "日报")),
    (look.ORANGE, tuple(GRADE_SHEETS.values())),
    ("#9DC3E6", ("客户卡", "跟进记录", "订单", "保有客户", "关怀记录", "战败")),
    ("#F4B183", (ANALYSIS_SHEET,)),
    ("#8EA9DB", tuple(sheet for sheet, form in FORMS.items() if form.switch)),
    (look.GREY, ("顾问", "目标", "设置", "字典")),
    (
        "#BFBFBF",
        ("问题清单", "核实记录", "级别变更", "月初留存", "历月指标", "操作日志", "读入结果", "读入对照", "冲突"),
    ),
)
"""Daily logs, grade sheets, card, results, what the shop switched on, set-up, the tool's own."""


def tab_colour(name: str) -> str:
    """The colour of a sheet's group."""
    return next(colour for colour, group in TAB_COLOURS if name in group)


def page_setup(sheet: Worksheet) -> None:
    """A4 landscape, one page wide, sheet name and page numbers at the foot."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页&R&D")


def form_sheet(sheet: Worksheet, form: Form, make: Formats, switched: Collection[str] = ()) -> None:
    """A form: one table from the first cell on, with its set-up rows or one blank row; its title stands on the print.

    Nothing stands above the headers, so that every other program finds them where it looks first.
    """
    sheet.set_header(f"&C&14{form.title}")
    top = HEADER_ROW - 1
    headers = form.headers_with(switched)
    rows = _PREFILLED[form.sheet](switched) if form.sheet in _PREFILLED else []
    sheet.add_table(
        top,
        0,
        top + max(1, len(rows)),
        len(headers) - 1,
        {
            "name": form.table,
            "style": TABLE_STYLE,
            "columns": [{"header": header} for header in headers],
        },
    )
    _columns(sheet, form, form.columns_with(switched), rows, make)
    for row, (values, font) in enumerate(rows, start=HEADER_ROW):
        for column, value in enumerate(values):
            if value:
                sheet.write_string(row, column, value, make(num_format=TEXT_FORMAT, **font))
    _colour_rows(sheet, form, form.columns_with(switched), make)
    sheet.set_row(top, 36)
    sheet.freeze_panes(HEADER_ROW, _naming_column(form.columns_with(switched)) + 1)
    sheet.repeat_rows(top)


def _columns(sheet: Worksheet, form: Form, own: Sequence[Column], rows: list[Row], make: Formats) -> None:
    """Headers with their help, formats over whole columns, drop-downs, and no green corners on text."""
    top = HEADER_ROW - 1
    texts = []
    for i, column in enumerate(own):
        properties = columns.properties_in(form, column)
        if form is FindingRow.form and column.name in ("link", "other"):
            properties |= LINK
        filled = max((display_width(values[i]) + 1.0 for values, _ in rows), default=0.0)
        sheet.set_column(i, i, max(columns.width_in(form, column), filled), make(**properties))
        filled_by_people = form.checked or column.by_hand
        header = columns.header_properties(column) if filled_by_people else columns.TOOL_HEADER
        sheet.write_string(top, i, column.header, make(**header))
        if properties["num_format"] == TEXT_FORMAT:
            letter = xl_col_to_name(i)
            texts.append(f"{letter}{HEADER_ROW + 1}:{letter}{LAST_ROW}")
        if form.checked:
            tip = columns.tip(column)
            _comment(sheet, i, tip if i else f"{words.HINTS[form.sheet]}\n\n{tip}")
            if rule := columns.check(column):
                sheet.data_validation(HEADER_ROW, i, LAST_ROW - 1, i, rule)
    if form.checked:
        last = len(own)
        sheet.set_column(last, last, columns.WIDER[CHECK_HEADER], make(**columns.cell_properties(Kind.TEXT)))
        sheet.write_string(top, last, CHECK_HEADER, make(**columns.TOOL_HEADER))
        _comment(sheet, last, words.CHECK_TIP)
    sheet.ignore_errors({"number_stored_as_text": " ".join(texts)})


def _comment(sheet: Worksheet, column: int, text: str) -> None:
    lines = text.split("\n")
    options = {
        "author": "xlcrm",
        "font_name": look.DEFAULT["font_name"],
        "font_size": 9,
        "width": 24 + 6 * max(display_width(line) for line in lines),
        "height": 10 + 18 * len(lines),
    }
    sheet.write_comment(HEADER_ROW - 1, column, text, options)


def _colour_rows(sheet: Worksheet, form: Form, own: Sequence[Column], make: Formats) -> None:
    """Rows by what the tool found in them; the words say the same, so that nobody depends on the colour."""
    at = {column.name: i for i, column in enumerate(own)}
    last = len(own) - (not form.checked)

    def colour(first: int, until: int, criteria: str, shape: dict[str, Any]) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": make(**shape)}
        sheet.conditional_format(HEADER_ROW, first, LAST_ROW - 1, until, rule)

    row = HEADER_ROW + 1
    if "overdue" in at:
        overdue = at["overdue"]
        colour(overdue, overdue, f"=N(${xl_col_to_name(overdue)}{row})>0", {"bold": True, "font_color": look.ORANGE})
    if form is JournalRow.form:
        # what an undo needs is written for the program: out of sight, and in its place
        verb, first, until = (at[name] for name in ("verb", "old", "new"))
        colour(first, until, f'=${xl_col_to_name(verb)}{row}="{DETAIL}"', {"num_format": ";;;"})
    if form.checked:
        result = f"LEFT(${xl_col_to_name(last)}{row},2)"
    elif "severity" in at:
        result = f"${xl_col_to_name(at['severity'])}{row}"
    else:
        return
    colour(0, last, f'={result}="错误"', {"bg_color": look.PALE_ORANGE})
    colour(0, last, f'={result}="警告"', {"bg_color": look.PALE_YELLOW})


def _naming_column(own: Sequence[Column]) -> int:
    """The column that says whose row it is: it stays in sight when the sheet is scrolled sideways."""
    return next((i for i, column in enumerate(own) if column.privacy is Privacy.NAME), 0)


Row = tuple[tuple[str, ...], dict[str, Any]]
"""The cells of a set-up row and the font properties they are written in."""


def _setting_rows(switched: Collection[str]) -> list[Row]:
    """Every setting, but those of forms that are not switched on."""
    house = Settings(switched=tuple(name for name in SWITCHES if name in switched))
    used = ((name, d) for name, d in DECLARED.items() if not d.switch or d.switch in switched)
    return [((d.key, as_written(getattr(house, name)), d.about), {}) for name, d in used]


def _code_rows(switched: Collection[str]) -> list[Row]:
    rows: list[Row] = []
    for codes in (codes for codes in CODES.values() if not codes.switch or codes.switch in switched):
        font = {"font_color": look.GREY} if codes.closed else {}
        for code in codes.values:
            parent = code.partition("-")[0] if "-" in code else ""
            rows.append(((codes.name, code, words.LABELS.get((codes.name, code), ""), parent), font))
    return rows


_PREFILLED = {"设置": _setting_rows, "字典": _code_rows}


def analysis_sheet(workbook: Workbook, sheet: Worksheet, make: Formats) -> None:
    """月度分析: the layout and charts that the verb fills with values, and a heading that the month's own replaces."""
    lay_out(workbook, sheet)
    sheet.write_string(0, 0, ANALYSIS_SHEET, make(**TITLE))
    sheet.write_string(1, 0, words.HINTS[ANALYSIS_SHEET], make(**HINT))


def home_sheet(workbook: Workbook, sheet: Worksheet, make: Formats, store: str, switched: Collection[str] = ()) -> None:
    """首页: what was done last, the order of the day's work, a button for each verb, and the way to every sheet."""
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 1)
    for span, wide in (("A:A", 1), ("B:B", 6), ("C:C", 13), ("D:D", 74), ("E:E", 1), ("F:F", 6), ("G:H", 14)):
        sheet.set_column(span, wide)
    sheet.set_row(0, 36)
    sheet.write_string("B1", "三表一卡 客户管理", make(bold=True, font_size=20, font_color=look.INK))
    sheet.write_string("B2", "当天登记，当天核对，月底的数字就对得上。", make(**HINT))
    _status(workbook, sheet, make, store)
    steps_end = _steps(sheet, 7, make)
    _buttons(sheet, 7, make)
    _directory(sheet, steps_end + 1, make, sheets_with(switched))


def _status(workbook: Workbook, sheet: Worksheet, make: Formats, store: str) -> None:
    line = {"bottom": 1, "bottom_color": look.PALE_BLUE}
    for label, name, (_, cell) in (
        ("店名", "crm_store", HOME_STORE),
        ("上次操作", "crm_last", HOME_LAST),
        ("结果", "crm_result", HOME_RESULT),
    ):
        row, column = xl_cell_to_rowcol(cell)
        sheet.set_row(row, 24)
        sheet.write_blank(row, column - 2, None, make(**line))
        sheet.write_string(row, column - 1, label, make(bold=True, font_color=look.INK, **line))
        sheet.write_blank(row, column, None, make(text_wrap=True, **line))
        workbook.define_name(name, f"={HOME_SHEET}!{_absolute(cell)}")
    first = HEADER_ROW + 1
    keys, settings = f"设置!$A${first}:$A$500", f"设置!$B${first}:$B$500"
    formula = f'=IFERROR(INDEX({settings},MATCH("店名",{keys},0))&"","")'
    sheet.write_formula(HOME_STORE[1], formula, make(bold=True, **line), store)


def _absolute(cell: str) -> str:
    row, column = xl_cell_to_rowcol(cell)
    return f"${xl_col_to_name(column)}${row + 1}"


def _section(sheet: Worksheet, row: int, first: int, last: int, title: str, make: Formats) -> None:
    bar = make(bold=True, font_color=look.WHITE, bg_color=look.INK, indent=1)
    sheet.set_row(row, 22)
    for column in range(first, last + 1):
        sheet.write_blank(row, column, None, bar)
    sheet.write_string(row, first, title, bar)


def _steps(sheet: Worksheet, top: int, make: Formats) -> int:
    """The order of the work from row ``top`` on; returns the row below."""
    _section(sheet, top, 1, 3, "每天按这个顺序做", make)
    for row, step in enumerate(words.STEPS, start=top + 1):
        sheet.set_row(row, _BUTTON_ROW)
        sheet.write_string(row, 1, step.when, make(bold=True, font_color=look.ORANGE, align="center"))
        if step.sheet:
            _link(sheet, row, step.sheet, step.what, make)
        else:
            sheet.write_string(row, 2, step.what, make(bold=True))
        sheet.write_string(row, 3, step.words, make(text_wrap=True))
    return top + 1 + len(words.STEPS)


def _link(sheet: Worksheet, row: int, name: str, text: str, make: Formats) -> None:
    """A link to where one types next, the first free row; on a sheet of the tool's, to its first row. Never to a header."""
    if name in FORMS and FORMS[name].checked:
        free = f"COUNTA('{name}'!$A:$A)+1"
        sheet.write_formula(row, 2, f'=HYPERLINK("#\'{name}\'!A"&{free},"{text}")', make(**LINK), text)
    else:
        first = HEADER_ROW + 1 if name in FORMS else 1
        sheet.write_url(row, 2, f"internal:'{name}'!A{first}", make(**LINK), text)


def _buttons(sheet: Worksheet, top: int, make: Formats) -> None:
    """The buttons beside the steps, grouped as in the ribbon: two in each row."""
    _section(sheet, top, 5, 7, "按钮", make)
    row = top + 1
    for group, buttons in groupby(BUTTONS, key=lambda button: button.group):
        sheet.write_string(row, 5, group, make(bold=True, font_color=look.INK))
        for place, button in enumerate(buttons):
            options = {
                "macro": button.macro,
                "caption": button.label,
                "description": button.super_tip,
                "width": 104,
                "height": 32,
                "x_offset": 3,
                "y_offset": 4,
            }
            sheet.set_row(row + place // 2, _BUTTON_ROW)
            sheet.insert_button(row + place // 2, 6 + place % 2, options)
        row += 1 + place // 2
    sheet.merge_range(row, 5, row + 1, 7, words.IF_SILENT, make(text_wrap=True, font_size=8, **HINT))


def _directory(sheet: Worksheet, top: int, make: Formats, sheets: Sequence[str]) -> None:
    """Every sheet once, with a link and what it is for."""
    _section(sheet, top, 1, 3, words.DIRECTORY, make)
    named = [name for name in sheets if name in words.HINTS]
    for row, name in enumerate(named, start=top + 1):
        sheet.set_row(row, 18 if display_width(words.HINTS[name]) <= _HINT_WIDTH else 32)
        sheet.write_string(row, 1, "■", make(font_color=tab_colour(name), align="center"))
        _link(sheet, row, name, name, make)
        sheet.write_string(row, 3, words.HINTS[name], make(text_wrap=True))
