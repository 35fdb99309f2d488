"""Text that a spreadsheet would run stays text, also when a person enters it again."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from itertools import chain, cycle
from pathlib import Path

import openpyxl
import pytest
from libreoffice import drive
from openpyxl.cell.cell import Cell
from workbooks import make_book

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.changes import Changes, TableChange, Value
from xlcrm.cli import main
from xlcrm.demo import simulate
from xlcrm.report.style import TEXT, safe

EVIL = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1"]
FIRST = 5
PROSE = ("经过", "注释", "备注", "竞品", "战败说明", "说明")
TEXT_CELLS = 4
"""com.sun.star.sheet.CellFlags.STRING"""


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


def test_any_other_text_keeps_its_format(evil: Path) -> None:
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


@pytest.fixture
def month(tmp_path: Path) -> list[Path]:
    """A store in which whatever can be typed begins like a formula, after all verbs: its book and all that was made from it."""
    store = simulate(
        7, start=dt.date(2026, 10, 1), end=dt.date(2026, 10, 31), consultants=2, visits_a_month=16, opening=6
    )
    names = {row["客户姓名"] for row in store.sheets["客户卡"]} | {row["顾客名称"] for row in store.sheets["来店登记"]}
    beginnings = cycle(EVIL)
    renamed = {name: next(beginnings) + str(name) for name in sorted(map(str, names))} | {"远行汽车示范店": "=1+1 店"}
    for row in chain(*store.sheets.values()):
        for header, value in row.items():
            if value in renamed:
                row[header] = renamed[str(value)]
            elif header in PROSE and value:
                row[header] = f"{next(beginnings)}{value}"
    book = tmp_path / "CRM.xlsm"
    fill_book(book, store.sheets)
    for verb in ("validate", "roll", "check", "plan", "month", "print"):
        assert main([verb, str(book), "--today", "2026-10-31"]) < 2
    return [book, tmp_path / "月度分析_2026-10.xlsx", tmp_path / "表卡_2026-10-31.xlsx"]


@pytest.mark.libreoffice
def test_entered_again_nothing_becomes_a_formula(month: list[Path], tmp_path: Path) -> None:
    """Every text cell of every sheet set to its own text, as F2 and Enter would."""
    enter = [
        "book.addActionLock()",
        "book.UndoManager.lock()",
        "For Each sheet In book.Sheets.ElementNames",
        f"cells = book.Sheets.getByName(sheet).queryContentCells({TEXT_CELLS}).Cells.createEnumeration()",
        "Do While cells.hasMoreElements() : one = cells.nextElement() : one.FormulaLocal = one.getString() : Loop",
        "Next",
    ]
    for made in month:
        apart = tmp_path / made.stem / made.name
        apart.parent.mkdir()
        shutil.copy(made, apart)
        assert drive(apart, enter) == "done"
        assert formulas(apart.parent / "after.xlsx") <= formulas(made), made.name
        assert any(text.startswith("=1+1") for text in texts(apart.parent / "after.xlsx")), "nothing was tried"


def formulas(book: Path) -> set[str]:
    return {f"{cell.parent.title}!{cell.coordinate}" for cell in cells_of(book) if cell.data_type == "f"}


def texts(book: Path) -> list[str]:
    return [cell.value for cell in cells_of(book) if cell.data_type == "s"]


def cells_of(book: Path) -> Iterator[Cell]:
    for sheet in openpyxl.load_workbook(book, read_only=True):
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_the_workbook_to_mail_marks_it_too() -> None:
    assert safe({"bold": True}, "=1+1") == {"bold": True, "num_format": TEXT, "quote_prefix": True}
    assert safe({"bold": True}, "王先生") == safe({"bold": True}, 5) == {"bold": True}
