"""Builds the workbook: the same bytes every time, on every system, from the forms, the buttons and the VBA sources."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlcrm.forms.schema import letters
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET, FindingRow
from xlcrm.forms.workbook import (
    BOOK_CODE_NAME,
    CODE_NAMES,
    CONF_SHEET,
    HEADER_ROW,
    INTERPRETER_MAC,
    INTERPRETER_WIN,
    LISTS_SHEET,
    SCHEMA,
    SCHEMA_PROPERTY,
    sheets_with,
)
from xlcrm.report.look import AS_TYPED, DEFAULT, Formats
from xlcrm.template import lists, sheets, vba, words
from xlcrm.template.package import packed, parts
from xlcrm.template.ribbon import PART, RELATIONSHIP, ribbon

MADE = dt.datetime(2026, 10, 1)
"""The workbook's date of creation: a build knows no clock."""

CONF = {
    INTERPRETER_WIN: "",
    INTERPRETER_MAC: "",
    "PYTHONPATH": "",
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    "USE UDF SERVER": "False",
    "SHOW CONSOLE": "False",
}
"""xlwings' configuration: a stray ``json.py`` beside the workbook must never be imported; no server, no black window."""


def build(store: str, switched: Collection[str] = ()) -> bytes:
    """The workbook (.xlsm) with set-up filled in and no data."""
    contents = parts(_workbook(store or Settings().store, switched))
    contents[PART] = ribbon()
    rels = contents["_rels/.rels"].decode()
    contents["_rels/.rels"] = rels.replace("</Relationships>", f"{RELATIONSHIP}</Relationships>").encode()
    return packed(contents)


def _workbook(store: str, switched: Collection[str]) -> bytes:
    """The workbook without its ribbon, which XlsxWriter does not write."""
    out = io.BytesIO()
    with Workbook(out, {**AS_TYPED, "default_format_properties": DEFAULT}) as workbook:
        workbook.set_properties({"title": "三表一卡 客户管理", "author": "xlcrm", "created": MADE})
        workbook.set_custom_property(SCHEMA_PROPERTY, SCHEMA)
        workbook.add_vba_project(io.BytesIO(vba.project(vba.modules(), sheets_with(switched))), is_stream=True)
        workbook.set_vba_name(BOOK_CODE_NAME)
        workbook.set_size(1920, 1200)
        make = Formats(workbook)
        for name in sheets_with(switched):
            sheet = workbook.add_worksheet(name)
            sheet.set_vba_name(CODE_NAMES[name])
            _fill(workbook, sheet, name, make, store, switched)
        for name, field in (("crm_place", "link"), ("crm_remedy", "remedy")):
            letter = letters(FindingRow.form.index[field] + 1)
            workbook.define_name(name, f"={FindingRow.form.sheet}!${letter}${HEADER_ROW}")
    return out.getvalue()


def _fill(
    workbook: Workbook, sheet: Worksheet, name: str, make: Formats, store: str, switched: Collection[str]
) -> None:
    if name == LISTS_SHEET:
        lists.fill(workbook, sheet, switched)
        sheet.hide()
    elif name == CONF_SHEET:
        _conf_sheet(workbook, sheet, make)
    else:
        sheet.set_tab_color(sheets.tab_colour(name))
        sheets.page_setup(sheet)
        if name == HOME_SHEET:
            sheets.home_sheet(workbook, sheet, make, store, switched)
        elif name == ANALYSIS_SHEET:
            sheets.analysis_sheet(workbook, sheet, make)
        else:
            sheets.form_sheet(sheet, FORMS[name], make, switched)


def _conf_sheet(workbook: Workbook, sheet: Worksheet, make: Formats) -> None:
    """Keys and values for xlwings, which ignores keys it does not know; what our own VBA reads has a name."""
    rows = CONF | words.TROUBLES
    sheet.write_column("A1", rows)
    sheet.write_column("B1", rows.values())
    sheet.set_column("A:B", 34, make(num_format="@"))
    sheet.hide()
    named = {"crm_python_win": INTERPRETER_WIN, "crm_python_mac": INTERPRETER_MAC} | {
        key: key for key in words.TROUBLES
    }
    for name, key in named.items():
        workbook.define_name(name, f"='{CONF_SHEET}'!$B${list(rows).index(key) + 1}")
