"""The packages we make, in the eyes of Microsoft's Open XML SDK: nothing that Excel would offer to repair."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from dirt import DIRTY
from memory import STAFF, report, visit
from ooxml import faults
from walks import Walk
from workbooks import edit_member

from xlcrm.books.new import fill_book

pytestmark = pytest.mark.ooxml

CRM = Path(__file__).parents[2] / "workbook" / "CRM.xlsm"
DAY = dt.date(2026, 10, 5)


@pytest.mark.parametrize("version", ["Office2013", "Microsoft365"])
def test_the_shipped_workbook(version: str) -> None:
    assert faults(CRM, version=version) == []


def test_a_book_through_its_month(small: Walk, careless: Walk) -> None:
    steps = ("month", "plan", "close", "undo")
    books = [*(small.after[step] for step in steps), careless.after["check"], careless.after["undo"]]
    assert len({book.read_bytes() for book in books}) == len(books), "every step wrote"
    assert faults(*books) == []


def test_the_monthly_workbook(small: Walk, careless: Walk) -> None:
    reports = [next((walk.after["new"].parent / "work").glob("月度分析_*.xlsx")) for walk in (small, careless)]
    assert faults(*reports) == []


def test_a_book_of_dirty_values(tmp_path: Path) -> None:
    book = tmp_path / "CRM.xlsm"
    visits = [visit(DAY) | {"顾客名称": text} for text in DIRTY]
    fill_book(book, {"顾问": STAFF, "来店登记": visits, "日报": [report(DAY)]})
    assert faults(book) == []


@pytest.mark.parametrize(
    ("member", "right", "wrong"),
    [
        ("customUI/customUI.xml", 'size="large"', 'size="huge"'),
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetDatum/><sheetData>"),
        ("xl/tables/table1.xml", 'id="1" name="日期"', 'id="one" name="日期"'),
    ],
)
def test_what_is_wrong_would_be_found(member: str, right: str, wrong: str, tmp_path: Path) -> None:
    book = Path(shutil.copy(CRM, tmp_path))
    edit_member(book, member, right, wrong)
    assert any(f"/{member} " in fault for fault in faults(book))
