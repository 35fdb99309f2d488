"""The quick way to write a sheet gives the bytes of XlsxWriter's own."""

from __future__ import annotations

import datetime as dt
import io

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xlcrm.report.look import AS_TYPED
from xlcrm.report.quicksheet import QuickSheet


def written(kind: type[Worksheet]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, AS_TYPED) as book:
        book.set_properties({"created": dt.datetime(2026, 10, 31)})
        bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "mm-dd"})
        sheet = book.add_worksheet("表", kind)
        sheet.set_column(3, 3, 9, bold)
        sheet.set_row(2, 30, dated)
        for row in range(20):
            sheet.write_string(row, 0, "<王> & 李", bold)
            sheet.write_string(row, 1, "", dated)
            sheet.write_blank(row, 2, None, bold)
            sheet.write_number(row, 3, row / 3)
            sheet.write_number(row, 4, 10**row, bold)
            sheet.write_datetime(row, 5, dt.datetime(2026, 10, row + 1, 9, 30), dated)
            sheet.write_formula(row, 6, "=SUM(A1:A2)", bold, "—")
            sheet.write_boolean(row, 30, True, bold)
            sheet.write_rich_string(row, 31, "a", bold, "b", bold)
            sheet.merge_range(row, 32, row, 34, "", dated)
    return out.getvalue()


def test_what_is_written_in_one_step_is_what_xlsxwriter_writes() -> None:
    assert written(QuickSheet) == written(Worksheet)
