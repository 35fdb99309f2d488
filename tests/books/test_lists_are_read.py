"""The tool's lists on a screen and on paper: their columns fit, and what is longer takes several lines and is not cut off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from memory import STAFF

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes
from xlcrm.forms.sheets import FindingRow

SHEET = FindingRow.form.sheet
SCREEN, BESIDE = 1366, 50
"""Pixels of a small screen, and of its row numbers and scroll bar."""
LONG = "要么在当天的日报补写一行接待，要么把来店登记里的这一行改成实际的日期；属实就在处理里写已核实和原因。"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "CRM.xlsm"
    fill_book(path, {"顾问": STAFF})
    session = FileSession(path)
    changes = Changes()
    day = dt.date(2026, 10, 5)
    changes.replace(SHEET, [FindingRow.cells(date=day, remedy=text) for text in ("改日期。", LONG, "改日期。")])
    session.apply(changes)
    return path


def test_the_list_up_to_the_place_to_go_to_fits_a_small_screen(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)[SHEET]
    upto = FindingRow.form.headers.index("位置") + 1
    spans = ((one.min, min(one.max, upto), one.width) for one in sheet.column_dimensions.values())
    pixels = sum((last - first + 1) * (7 * width) for first, last, width in spans if first <= upto)
    assert pixels <= SCREEN - BESIDE


def test_a_row_of_the_list_is_as_high_as_its_longest_text(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)[SHEET]
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights == [None, 45, None]
    session = FileSession(path)
    changes = Changes()
    changes.replace(SHEET, [FindingRow.cells(remedy="改日期。") for _ in range(3)])
    session.apply(changes)
    sheet = openpyxl.load_workbook(path)[SHEET]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None] * 3
