"""Rows directly below a table belong to it, in every channel; what cannot be taken in is named. SPEC section 11."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from memory import HE, QIAN, STAFF, report
from memory import visit as visit_row
from shell import xlcrm
from workbooks import TOP, make_book

from xlcrm.books.below import Below, Sighted, rows_below
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.changes import Changes, TableChange
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS

VISIT = FORMS["来店登记"]
DAY = dt.date(2026, 10, 5)
HEADERS = VISIT.headers
FIRST = TOP + 1


def row(**values: Cell) -> tuple[Cell, ...]:
    return tuple(values.get(header) for header in HEADERS)


def visit(name: str, day: Cell = DAY) -> tuple[Cell, ...]:
    return row(日期=day, 顾客名称=name)


BLANK = row()


def below(*cells: tuple[Cell, ...], **more: Any) -> Below:
    return rows_below(VISIT, Sighted(10, 1, HEADERS, cells, **more))


def named(found: Below) -> list[tuple[str, str]]:
    return [(issue.kind, issue.cell) for issue in found.issues]


@pytest.mark.parametrize(
    ("cells", "taken", "issues"),
    [
        ((visit("何一"), visit("钱二")), 2, []),
        ((visit("何一"), BLANK, visit("钱二")), 1, [("below", "A12")]),
        ((BLANK, row(电话="19900000101")), 0, [("below", "G11")]),
        ((BLANK, row(电话=19900000101)), 0, [("below", "G11")]),
        ((BLANK, row(顾客名称="钱二", 日期="2026.10.5")), 0, [("below", "A11")]),
        ((BLANK, row(日期="说明：每天下班前填")), 0, []),
        ((row(日期="合计", 来店人数=7), row(日期="制表人签字：")), 0, []),
        ((visit("何一"), row(日期="合计", 来店人数=7), visit("钱二")), 1, [("below", "A12")]),
        ((row(顾客名称="没写日期的客户"),), 1, []),
    ],
)
def test_what_is_taken_in(cells: tuple[tuple[Cell, ...], ...], taken: int, issues: list[tuple[str, str]]) -> None:
    found = below(*cells)
    assert (found.taken, named(found)) == (taken, issues)


def test_a_row_of_formulas_only_is_a_foot() -> None:
    total = row(来店人数=7, 进店时间=dt.time(9))
    formulas = {(10, HEADERS.index("来店人数") + 1), (10, HEADERS.index("进店时间") + 1)}
    assert below(total, visit("何一"), formulas=formulas) == Below(0, below(BLANK, visit("何一")).issues)
    assert below(visit("何一"), formulas={(10, 1)}).taken == 1, "one formula in a typed row does not make a foot"


def test_what_is_in_the_way_is_named() -> None:
    assert named(below(visit("何一"), visit("钱二"), merged={11})) == [("joined", "A11")]
    assert named(below(visit("何一"), closed=True)) == [("joined", "A10")]
    assert below(visit("何一"), visit("数据透视表"), others={11}) == Below(1)


# Files


def typed(book: Path, rows: Mapping[int, Mapping[str, Any]], sheet: str = "来店登记") -> None:
    """By a script with openpyxl, which does not grow the table."""
    work = openpyxl.load_workbook(book)
    for number, values in rows.items():
        for header, value in values.items():
            work[sheet].cell(number, FORMS[sheet].headers.index(header) + 1, value)
    work.save(book)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make_book(tmp_path / "登记.xlsx", {"来店登记": [{"日期": DAY, "顾客名称": "何一"}]})


def write(book: Path, change: TableChange) -> None:
    """As a verb does: what was read is written."""
    reader = open_book(book)
    reader.read(VISIT)
    file.apply(reader, Changes({"来店登记": change}))


def names(book: Path) -> Sequence[Cell]:
    block = open_book(book).read(VISIT)
    return [cells[HEADERS.index("顾客名称")] for cells in block.rows]


TWO: dict[int, dict[str, Cell]] = {
    FIRST + 1: {"日期": DAY, "顾客名称": "钱二", "来店人数": 2},
    FIRST + 2: {"日期": DAY, "顾客名称": "孙三"},
}


def test_a_file_is_read_with_them(book: Path) -> None:
    typed(book, TWO)
    block = open_book(book).read(VISIT)
    assert names(book) == ["何一", "钱二", "孙三"]
    assert block.taken == 2


def test_formulas_and_errors_in_them_are_found(book: Path) -> None:
    typed(book, {FIRST + 1: {"日期": DAY, "来店人数": "=1+1"}})
    assert [(issue.kind, issue.cell) for issue in open_book(book).structure(VISIT)] == [("formula", f"J{FIRST + 1}")]


def test_the_table_and_what_covers_its_rows_grow_when_the_book_is_written(book: Path) -> None:
    typed(book, TWO)
    write(book, TableChange(cells={FIRST + 2: {"检查结果": "好"}}))
    sheet = openpyxl.load_workbook(book)["来店登记"]
    whole = f"A{TOP}:X{FIRST + 2}"
    assert (sheet.tables["tblVisit"].ref, sheet.tables["tblVisit"].autoFilter.ref) == (whole, whole)
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == [f"C{FIRST}:C{FIRST + 2}"]
    assert [str(rule.sqref) for rule in sheet.conditional_formatting] == [f"A{FIRST}:X{FIRST + 2}"]
    assert (sheet[f"E{FIRST + 2}"].value, sheet[f"X{FIRST + 2}"].value) == ("孙三", "好")
    again = open_book(book).read(VISIT)
    assert (len(again.rows), again.taken) == (3, 0)


def test_they_grow_with_every_table_that_was_read(book: Path) -> None:
    typed(book, TWO)
    reader = open_book(book)
    reader.read(VISIT)
    file.apply(reader, Changes({"日报": TableChange(added=[{"客户姓名": "何一"}])}))
    assert openpyxl.load_workbook(book)["来店登记"].tables["tblVisit"].ref == f"A{TOP}:X{FIRST + 2}"


def test_rows_come_and_go_among_them(book: Path) -> None:
    typed(book, TWO | {FIRST + 4: {"日期": "合计"}})
    write(book, TableChange(added=[{"顾客名称": "李四"}], removed={FIRST, FIRST + 1}))
    assert names(book) == ["孙三", "李四"]
    sheet = openpyxl.load_workbook(book)["来店登记"]
    assert sheet.tables["tblVisit"].ref == f"A{TOP}:X{FIRST + 1}"
    assert sheet[f"A{FIRST + 3}"].value == "合计", "what stood below follows"


def test_merged_cells_keep_a_row_out_and_it_is_named(book: Path) -> None:
    typed(book, TWO)
    work = openpyxl.load_workbook(book)
    work["来店登记"].merge_cells(f"E{FIRST + 2}:G{FIRST + 2}")
    work.save(book)
    reader = open_book(book)
    assert names(book) == ["何一", "钱二"]
    assert [(issue.kind, issue.cell) for issue in reader.structure(VISIT)] == [("joined", f"A{FIRST + 2}")]


# A whole day


def test_what_was_typed_below_is_rolled_and_the_roll_taken_back(tmp_path: Path) -> None:
    book = tmp_path / "CRM.xlsm"
    logs = {"来店登记": visit_row, "日报": report}
    fill_book(book, {"顾问": STAFF, **{sheet: [made(DAY, HE)] for sheet, made in logs.items()}})
    work = openpyxl.load_workbook(book, keep_vba=True)
    for sheet, made in logs.items():
        bottom = int(work[sheet].tables[FORMS[sheet].table].ref.rpartition(":")[2].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        for header, value in made(DAY, QIAN).items():
            work[sheet].cell(bottom + 1, FORMS[sheet].headers.index(header) + 1, value)
    work.save(book)
    when = ("--today", "2026-10-06")
    assert xlcrm("roll", book, *when).code == 0
    assert phones(book) == {HE, QIAN}
    assert {len(open_book(book).read(FORMS[sheet]).rows) for sheet in logs} == {2}
    assert xlcrm("undo", book, *when).code == 0
    assert phones(book) == {None}
    assert {len(open_book(book).read(FORMS[sheet]).rows) for sheet in logs} == {2}


def phones(book: Path) -> set[Cell]:
    block = open_book(book).read(FORMS["客户卡"])
    return {cells[block.headers.index("电话")] for cells in block.rows}
