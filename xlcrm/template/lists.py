"""The lists behind the drop-downs: a hidden sheet with one column a code list, and a defined name for each.

A closed list is the method's and stands there as it is. An open list follows the sheet 字典 by formula, so that a shop's
own values appear wherever in 字典 their row stands. Only functions that Excel, WPS and LibreOffice share are used.
"""

from __future__ import annotations

from collections.abc import Collection

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlcrm.forms.codes import CODES, CodeList
from xlcrm.forms.workbook import HEADER_ROW, LISTS_SHEET

PEOPLE = "名单_顾问"
"""Defined name over 顾问[姓名]."""
ROOM = 60
"""Values an open list can have."""
FIRST = HEADER_ROW + 1
LAST_CODE = 2000
LAST_PERSON = 500


def list_name(codes: str) -> str:
    """The defined name of a code list."""
    return f"字典_{codes}"


def fill(workbook: Workbook, sheet: Worksheet, switched: Collection[str] = ()) -> None:
    """Write every list of a book with these switches on, and define its name."""
    used = (codes for codes in CODES.values() if not codes.switch or codes.switch in switched)
    for column, codes in enumerate(used):
        sheet.write_string(0, column, codes.name)
        first, last = (xl_rowcol_to_cell(row, column, True, True) for row in (1, ROOM))
        if codes.closed:
            sheet.write_column(1, column, codes.values)
            last = xl_rowcol_to_cell(len(codes.values), column, True, True)
            workbook.define_name(list_name(codes.name), f"={LISTS_SHEET}!{first}:{last}")
        else:
            _follow(sheet, column, codes)
            filled = f'SUMPRODUCT(--({LISTS_SHEET}!{first}:{last}<>""))'
            workbook.define_name(list_name(codes.name), f"={_down(f'{LISTS_SHEET}!{first}', filled)}")
    people = f"顾问!$A${FIRST}"
    workbook.define_name(PEOPLE, f"={_down(people, f'COUNTA({people}:$A${LAST_PERSON})')}")


def _down(first: str, count: str) -> str:
    """A reference to so many cells from the first one down, at least that one."""
    return f"OFFSET({first},0,0,MAX(1,{count}),1)"


def _follow(sheet: Worksheet, column: int, codes: CodeList) -> None:
    """One formula a cell: the n-th 代码 in 字典 whose 类别 is this list's name."""
    lists, values = (f"字典!${letter}${FIRST}:${letter}${LAST_CODE}" for letter in "AB")
    name = xl_rowcol_to_cell(0, column, True, True)
    for row in range(1, ROOM + 1):
        nth = f"SMALL(IF({lists}={name},ROW({lists})-{FIRST - 1}),{row})"
        shown = codes.values[row - 1] if row <= len(codes.values) else ""
        sheet.write_array_formula(row, column, row, column, f'{{=IFERROR(INDEX({values},{nth}),"")}}', None, shown)
