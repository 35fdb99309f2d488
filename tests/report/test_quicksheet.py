"""The quick way to write a sheet gives the bytes of XlsxWriter's own."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlcrm.report.look import AS_TYPED
from xlcrm.report.quicksheet import Laid, QuickSheet

DAY = dt.date(2026, 10, 7)
LINES = [("甲", DAY, 1, "A", None), ("甲", DAY, 2.5, "", 1), ("=A1", dt.date(1900, 2, 28), 2.5, "A", 0)]


def written(kind: type[Worksheet], draw: Callable[[Any, Format, Format], None]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, AS_TYPED) as book:
        book.set_properties({"created": dt.datetime(2026, 10, 31)})
        sheet = book.add_worksheet("表", kind)
        draw(sheet, book.add_format({"bold": True}), book.add_format({"num_format": "mm-dd"}))
    return out.getvalue()


def whatever_there_is(sheet: Worksheet, bold: Format, dated: Format) -> None:
    sheet.set_column(3, 3, 9, bold)
    sheet.set_row(2, 30, dated)
    sheet.set_row(25, 30)
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


def in_low_rows(sheet: Worksheet, bold: Format, dated: Format) -> None:
    sheet.set_default_row(12.75)
    whatever_there_is(sheet, bold, dated)


def slowly(sheet: Worksheet, bold: Format, dated: Format) -> None:
    for row, values in enumerate(LINES, 40):
        for column, value in enumerate(values):
            put_slowly(sheet, row, column, value, dated if isinstance(value, dt.date) else bold)
    for row, value in enumerate((None, "=A1", "长" * 20_000, 7, 0.1, DAY)):
        if row % 2 == 0:
            sheet.merge_range(row, 1, row, 3, "", bold)
        put_slowly(sheet, row, 6, value, dated)
    sheet.merge_range(10, 2, 11, 2, "", bold)


def quickly(sheet: QuickSheet, bold: Format, dated: Format) -> None:
    sheet.lines(40, LINES, lambda value: dated if isinstance(value, dt.date) else bold)
    for row, value in enumerate((None, "=A1", "长" * 20_000, 7, 0.1, DAY)):
        if row % 2 == 0:
            sheet.cover(row, 1, 1, 3, bold)
        sheet.put(row, 6, value, dated)
    sheet.cover(10, 2, 2, 1, bold)


def put_slowly(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write(row, column, value, look)


@pytest.mark.parametrize("draw", [whatever_there_is, in_low_rows])
def test_what_is_written_in_one_step_is_what_xlsxwriter_writes(draw: Callable[[Any, Format, Format], None]) -> None:
    assert written(QuickSheet, draw) == written(Worksheet, draw)


def test_what_is_taken_in_bulk_is_what_xlsxwriter_takes_cell_by_cell() -> None:
    assert written(QuickSheet, quickly) == written(Worksheet, slowly)


def test_a_cell_laid_in_many_rows_is_written_in_each_of_them() -> None:
    values = ("甲", 1, None, "长" * 20_000, "甲")

    def laid(sheet: QuickSheet, bold: Format, _: Format) -> None:
        cells = [Laid(value, bold) for value in values]
        for row in range(3):
            sheet.lay(row, cells[row:])

    def typed(sheet: Worksheet, bold: Format, _: Format) -> None:
        for row in range(3):
            for column, value in enumerate(values[row:]):
                put_slowly(sheet, row, column, value, bold)

    assert written(QuickSheet, laid) == written(Worksheet, typed)


def test_areas_that_meet_are_refused_as_are_numbers_that_no_cell_holds() -> None:
    def meeting(sheet: QuickSheet, bold: Format, dated: Format) -> None:
        sheet.cover(1, 1, 2, 2, bold)
        sheet.cover(2, 2, 1, 3, dated)

    with pytest.raises(OverlappingRange):
        written(QuickSheet, meeting)
    with pytest.raises(ValueError, match="nan"):
        written(QuickSheet, lambda sheet, bold, dated: sheet.put(0, 0, float("nan"), bold))
