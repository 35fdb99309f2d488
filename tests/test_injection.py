"""Text that a spreadsheet would run stays text, also when a person enters it again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from libreoffice import drive
from workbooks import make_book

from xlcrm.books import file
from xlcrm.books.read import open_book
from xlcrm.changes import Changes, TableChange, Value
from xlcrm.report.style import TEXT, safe

EVIL = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1"]
FIRST = 5


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A book with such text in new rows, over other text, and where a date belongs."""
    book = make_book(tmp_path / "店.xlsx", {"来店登记": [{"顾客名称": "王先生", "注释": "好"}]})
    cells: dict[int, dict[str, Value]] = {FIRST: {"注释": EVIL[0], "日期": EVIL[2]}}
    added: list[dict[str, Value]] = [{"日期": dt.date(2026, 10, 1), "来店人数": 2, "注释": text} for text in EVIL]
    changes = Changes({"来店登记": TableChange(cells=cells, added=[*added, {"注释": "好"}])})
    file.apply(open_book(book), changes)
    return book


def test_such_text_is_marked_as_text(evil: Path) -> None:
    sheet = openpyxl.load_workbook(evil)["来店登记"]
    marked = {cell.value: cell for row in sheet.iter_rows(min_row=FIRST) for cell in row if cell.quotePrefix}
    assert {"=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1"} <= marked.keys()
    assert {cell.data_type for value, cell in marked.items() if value is not None} == {"s"}
    assert sheet[f"A{FIRST}"].quotePrefix
    assert sheet[f"A{FIRST}"].number_format == "yyyy-mm-dd", "the column stays one of dates"


def test_what_is_no_such_text_keeps_its_format(evil: Path) -> None:
    sheet = openpyxl.load_workbook(evil)["来店登记"]
    dated = sheet[f"A{FIRST + 1}"]
    assert (dated.is_date, dated.number_format, dated.quotePrefix) == (True, "yyyy-mm-dd", False)
    assert sheet[f"E{FIRST}"].quotePrefix is False


def test_a_format_is_added_once_and_taken_off_for_a_number(evil: Path) -> None:
    before = openpyxl.load_workbook(evil)
    changes = Changes({"来店登记": TableChange(cells={FIRST: {"注释": 7, "日期": dt.date(2026, 10, 2)}})})
    file.apply(open_book(evil), changes)
    after = openpyxl.load_workbook(evil)
    sheet = after["来店登记"]
    assert sheet[f"A{FIRST}"].quotePrefix is False
    assert sheet[f"A{FIRST}"].value == dt.datetime(2026, 10, 2)
    assert len(after._cell_styles) <= len(before._cell_styles) + 2


@pytest.mark.libreoffice
def test_entered_again_it_gives_no_formula(evil: Path) -> None:
    """Every text cell of the table set to its own text, as F2 and Enter would."""
    enter = [
        'sheet = book.Sheets.getByName("来店登记")',
        f"For r = {FIRST - 1} To {FIRST + 12} : For c = 0 To 24",
        "one = sheet.getCellByPosition(c, r)",
        "If one.Type = com.sun.star.table.CellContentType.TEXT And c > 0 Then one.FormulaLocal = one.getString()",
        "Next : Next",
    ]
    assert drive(evil, enter) == "done"
    sheet = openpyxl.load_workbook(evil.parent / "after.xlsx")["来店登记"]
    cells = [cell for row in sheet.iter_rows(min_row=FIRST) for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "=1+1" in {cell.value for cell in cells}


def test_the_workbook_to_mail_marks_it_too() -> None:
    assert safe({"bold": True}, "=1+1") == {"bold": True, "num_format": TEXT, "quote_prefix": True}
    assert safe({"bold": True}, "王先生") == safe({"bold": True}, 5) == {"bold": True}
