"""Where things stand in the workbook: what the verbs and the builder must agree on."""

from __future__ import annotations

from collections.abc import Collection

from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET

SCHEMA_PROPERTY = "xlcrm_schema"
"""The custom property that marks a workbook as ours; its value is the version of this layout."""
SCHEMA = 2

FixedCell = tuple[str, str]
"""A sheet and an address in it."""

HOME_STORE: FixedCell = (HOME_SHEET, "D4")
"""Shows the shop's name by a formula over 设置."""
HOME_LAST: FixedCell = (HOME_SHEET, "D5")
"""Which button was pressed last, and when; written by the verbs."""
HOME_RESULT: FixedCell = (HOME_SHEET, "D6")
"""What it did, in one sentence; written by the verbs."""

HEADER_ROW = 1
"""Worksheet row of every form's header: nothing stands above it, so that every program finds the headers."""
LAST_ROW = 20000
"""Drop-downs and colours reach down to this row."""

LISTS_SHEET = "_lists"
CONF_SHEET = "xlwings.conf"
"""Read by xlwings' VBA under exactly this name."""
INTERPRETER_WIN, INTERPRETER_MAC = "Interpreter_Win", "Interpreter_Mac"
"""Keys in it: the Python behind the buttons, on Windows and on every other system."""


def sheets_with(switched: Collection[str] = ()) -> tuple[str, ...]:
    """Every sheet of a book with these switches on, in the order of the tabs; the last two are hidden."""
    forms = [sheet for sheet, form in FORMS.items() if not form.switch or form.switch in switched]
    forms.insert(forms.index("顾问"), ANALYSIS_SHEET)
    return (HOME_SHEET, *forms, LISTS_SHEET, CONF_SHEET)


SHEETS: tuple[str, ...] = sheets_with()
"""The sheets of a book with nothing switched on."""

BOOK_CODE_NAME = "ThisWorkbook"
CODE_NAMES: dict[str, str] = {
    HOME_SHEET: "shHome",
    ANALYSIS_SHEET: "shAnalysis",
    LISTS_SHEET: "shLists",
    CONF_SHEET: "shConf",
} | {sheet: form.table.replace("tbl", "sh", 1) for sheet, form in FORMS.items()}
"""VBA's name for each sheet: its document module and its ``codeName``, which must agree."""
