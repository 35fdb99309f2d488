"""Writing files: what a change says happens, everything else survives, and a refusal leaves every byte as it was."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from dirt import DIRTY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libreoffice import drive
from openpyxl.worksheet.worksheet import Worksheet
from sizes import scaled
from workbooks import FORMATS, TOP, add_members, edit_member, make_book, members, raw

from xlcrm.books.area import LAST_ROW, Area
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.save import BACKUPS, locked_by
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Changes, Link, TableChange, Value, applied
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Kind
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.recogniser import Traces
from xlcrm.safety.erase import Erasure

VISIT = FORMS["来店登记"]
SHEET, TABLE = "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"
"""The parts of 来店登记 in ``make_book``: 首页 is the first sheet."""
FIRST = TOP + 1
"""Its first data row."""

NOBODY = Erasure("已删除", "4000000001", frozenset(), Traces(), ())
"""An erase of which only the copies matter."""


def visit(number: int) -> dict[str, Cell]:
    return {
        "日期": dt.date(2026, 10, number),
        "顾客名称": f"客户{number}",
        "电话": f"1990000000{number}",
        "来店人数": number,
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Five visits with a foot below them."""
    return make_book(tmp_path / "登记.xlsm", {"来店登记": [visit(i) for i in range(1, 6)]}, foot=True)


def write(path: Path, changes: Changes, out: Path | None = None) -> Path:
    return file.apply(open_book(path), changes, out)


def changed(*, cells: Mapping[int, Mapping[str, Value]] = {}, **change: Any) -> Changes:
    """Changes to 来店登记."""
    return Changes({"来店登记": TableChange(cells={row: dict(values) for row, values in cells.items()}, **change)})


def column(path: Path, header: str, sheet: str = "来店登记") -> list[Cell]:
    block = open_book(path).read(FORMS[sheet])
    return [row[block.headers.index(header)] for row in block.rows]


def part(path: Path, member: str = SHEET) -> str:
    return members(path)[member].decode()


def sheet_of(path: Path, sheet: str = "来店登记") -> Worksheet:
    found = openpyxl.load_workbook(path)[sheet]
    assert isinstance(found, Worksheet)
    return found


def different_members(before: bytes, after: Path) -> set[str]:
    names = members(after).keys()
    return {name for name in names if raw(before, name) != raw(after.read_bytes(), name)}


@contextmanager
def refused(path: Path, key: str, **about: object) -> Iterator[None]:
    """The block is refused, in words, and the folder of the book holds what it held."""

    def held() -> dict[Path, bytes | None]:
        return {found: found.read_bytes() if found.is_file() else None for found in path.parent.rglob("*")}

    before = held()
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.key == key
    assert caught.value.about.items() >= about.items()
    assert "没有改动任何内容" in explain(caught.value, "zh")
    assert "Nothing was changed" in explain(caught.value, "en")
    assert held() == before


# What survives


def test_one_cell_changes_one_part_and_in_it_one_row(book: Path) -> None:
    before, xml = book.read_bytes(), part(book)
    write(book, changed(cells={FIRST + 1: {"检查结果": "电话少一位"}}))
    assert different_members(before, book) == {SHEET}
    row = re.compile(rf'<row r="{FIRST + 1}".*?</row>')
    assert row.split(part(book)) == row.split(xml)
    assert column(book, "检查结果") == [None, "电话少一位", None, None, None]


def test_rows_in_and_out_change_only_the_parts_that_name_rows(book: Path) -> None:
    before = book.read_bytes()
    write(book, changed(added=[visit(6), visit(7)]))
    assert different_members(before, book) == {
        SHEET,
        TABLE,
        "xl/workbook.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }


def test_what_stands_before_the_rows_and_after_their_rules_is_untouched(book: Path) -> None:
    before = part(book)
    write(book, changed(added=[visit(6)], removed={FIRST}))
    after = part(book)
    assert after.partition("<sheetData>")[0] == before.partition("<sheetData>")[0]
    assert after.partition("<pageMargins")[2] == before.partition("<pageMargins")[2]


def test_everything_around_the_table_follows_its_rows(book: Path) -> None:
    write(book, changed(added=[visit(6), visit(7), visit(8)], removed={FIRST + 1}))
    last, sheet = FIRST + 6, sheet_of(book)
    assert (sheet.tables["tblVisit"].ref, sheet.tables["tblVisit"].autoFilter.ref) == (f"A{TOP}:X{last}",) * 2
    assert [str(rule.sqref) for rule in sheet.conditional_formatting] == [f"A{FIRST}:X{last}"]
    assert [rule.formula for rule in sheet.conditional_formatting[f"A{FIRST}:X{last}"]] == [[f'$X{FIRST}<>""']]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == [f"C{FIRST}:C{last}"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:D1", f"A{last + 3}:D{last + 3}"}
    assert (sheet[f"A{last + 2}"].value, sheet[f"B{last + 2}"].value) == ("合计", f"=COUNTA(A{FIRST}:A{last})")
    assert sheet[f"A{last + 2}"].comment.text == "每日核对"
    assert sheet.print_area == f"'来店登记'!$A$1:$X${last}"
    assert sheet.print_title_rows == f"${TOP}:${TOP}"
    assert f"<x:Row>{last + 1}</x:Row>" in part(book, "xl/drawings/vmlDrawing1.vml")
    assert "来店登记!$J$5:$J$5" in part(book, "xl/charts/chart1.xml")
    assert f'<dimension ref="A1:X{last + 3}"/>' in part(book)


def test_formulas_of_other_sheets_follow_the_rows(book: Path) -> None:
    edit_member(
        book,
        "xl/worksheets/sheet1.xml",
        "</row>",
        '<c r="C2"><f>COUNTA(来店登记!E5:E9)&amp;"来店登记!E9"</f></c></row>',
    )
    write(book, changed(added=[visit(6)]))
    assert sheet_of(book, "首页")["C2"].value == '=COUNTA(来店登记!E5:E10)&"来店登记!E9"'


def test_new_rows_look_like_most(book: Path) -> None:
    """Not as high as the one above them, nor hidden like it."""
    edit_member(
        book,
        SHEET,
        f'<row r="{FIRST + 4}" spans="1:24"',
        f'<row r="{FIRST + 4}" spans="1:24" ht="30" customHeight="1" hidden="1"',
    )
    write(book, changed(added=[{"日期": dt.date(2026, 10, 9), "电话": "19900000009"}]))
    sheet = sheet_of(book)
    assert (sheet[f"A{FIRST + 5}"].number_format, sheet[f"A{FIRST + 5}"].is_date) == (FORMATS[Kind.DATE], True)
    assert (sheet[f"G{FIRST + 5}"].number_format, sheet[f"G{FIRST + 5}"].border.left.style) == ("@", "thin")
    assert sheet[f"V{FIRST + 5}"].number_format == FORMATS[Kind.MOMENT]
    assert (sheet.row_dimensions[FIRST + 5].height, sheet.row_dimensions[FIRST + 5].hidden) == (None, False)


def test_a_cell_keeps_its_style_and_a_new_one_takes_its_columns(book: Path) -> None:
    edit_member(book, SHEET, f'<c r="A{FIRST}" s="1">', f'<c r="A{FIRST}" s="3">')
    for row in range(FIRST, FIRST + 5):
        edit_member(book, SHEET, f'<c r="V{row}" s="5"/>', "" if row == FIRST else f'<c r="V{row}" s="4"/>')
        edit_member(book, SHEET, f'<c r="H{row}" s="4"/>', "")
    moment = dt.datetime(2026, 10, 5, 9, 30)
    entered = {"进店时间": dt.time(9, 30)}
    write(book, changed(cells={FIRST: {"日期": None, "填写时间": moment, **entered}, FIRST + 1: entered}))
    sheet = sheet_of(book)
    assert (sheet[f"A{FIRST}"].value, sheet[f"A{FIRST}"].number_format) == (None, "@")
    assert sheet[f"V{FIRST}"].number_format == FORMATS[Kind.TIME], "of most rows that have the cell"
    assert {sheet[f"H{row}"].number_format for row in (FIRST, FIRST + 1)} == {FORMATS[Kind.TIME]}, "of the column"


def test_cells_that_are_not_there_stay_so_when_nothing_is_written(book: Path) -> None:
    edit_member(book, SHEET, f'<c r="X{FIRST + 4}" s="2"/>', "")
    edit_member(
        book, SHEET, f'<c r="W{FIRST}" s="2"/>', f'<c r="W{FIRST}" t="inlineStr"><is><t> r="X{FIRST}"</t></is></c>'
    )
    edit_member(book, SHEET, f'<c r="X{FIRST}" s="2"/>', f'<c r="X{FIRST}"/>')
    write(book, changed(cells={FIRST + 4: {"检查结果": None}}, added=[visit(6)]))
    assert f'r="X{FIRST + 4}"' not in part(book)
    assert f'<c r="X{FIRST + 5}" s="2"/>' in part(book), "as most rows have it"


def test_a_height_nobody_chose_is_left_to_the_program(book: Path) -> None:
    edit_member(book, SHEET, f'<row r="{FIRST}"', f'<row r="{FIRST}" ht="60"')
    edit_member(book, SHEET, f'<row r="{FIRST + 1}"', f'<row r="{FIRST + 1}" ht="40" customHeight="1"')
    write(book, changed(cells={FIRST: {"注释": "长" * 90}, FIRST + 1: {"注释": "短"}}))
    heights = [sheet_of(book).row_dimensions[row].height for row in (FIRST, FIRST + 1)]
    assert heights == [None, 40]


# What is written


VALUES: dict[str, Value] = {
    "text": "王先生",
    "formula": "=1+1",
    "blanks": "  两边有空 ",
    "lines": "一\n二\r\n三\t四",
    "markup": "<&>\"'",
    "control": "a\x01b_x0041_c",
    "emoji": "🚗",
    "longest": "长" * 32_767,
    "int": 3,
    "float": 0.1,
    "tick": True,
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_value_comes_back_as_it_was_written(book: Path, value: Value) -> None:
    write(book, changed(cells={FIRST: {"注释": value}}))
    assert column(book, "注释")[0] == value
    assert sheet_of(book)[f"U{FIRST}"].data_type == {str: "s", bool: "b"}.get(type(value), "n")


def test_dirty_values_survive_unchanged(book: Path) -> None:
    """In the place of other values and in new rows, under every heading, whatever should stand there; and moved by others."""
    headers = ("顾客名称", "电话", "日期", "来店人数", "注释")
    edited = dict(enumerate(DIRTY[:5], FIRST))
    change = changed(cells={row: dict.fromkeys(headers, dirty) for row, dirty in edited.items()})
    change.tables["来店登记"].added = [dict.fromkeys(headers, dirty) for dirty in DIRTY]
    write(book, change)
    write(book, changed(removed={FIRST}))
    survivors = [*DIRTY[1:5], *DIRTY]
    for header in headers:
        assert column(book, header) == survivors
    sheet = sheet_of(book)
    written = [sheet[f"U{row}"] for row, _ in enumerate(survivors, FIRST)]
    assert [(cell.value, cell.data_type) for cell in written] == [(dirty, "s") for dirty in survivors]


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_and_times(tmp_path: Path, date1904: bool) -> None:
    path = make_book(tmp_path / "登记.xlsx", date1904=date1904)
    row: dict[str, Value] = {
        "日期": dt.date(2026, 10, 5),
        "填写时间": dt.datetime(2026, 10, 5, 18, 30, 15),
        "进店时间": dt.time(9, 30),
        "离去时间": dt.timedelta(hours=10, minutes=5),
    }
    write(path, changed(added=[row]))
    assert {h: column(path, h) for h in row} == {h: [v] for h, v in (row | {"离去时间": dt.time(10, 5)}).items()}
    sheet = sheet_of(path)
    assert sheet[f"A{FIRST}"].value == dt.datetime(2026, 10, 5)
    assert sheet[f"V{FIRST}"].value == dt.datetime(2026, 10, 5, 18, 30, 15)


def test_days_before_the_calendar_begins(tmp_path: Path) -> None:
    path = make_book(tmp_path / "登记.xlsx")
    days = [dt.date(1899, 12, 31), dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1)]
    write(path, changed(added=[{"日期": day} for day in [*days, dt.datetime(1899, 12, 31, 9)]]))
    assert column(path, "日期") == ["1899-12-31", *days[1:], "1899-12-31 09:00:00"]


def test_a_value_that_is_not_a_number_is_a_programmers_error(book: Path) -> None:
    with pytest.raises(ValueError, match="nan"):
        write(book, changed(cells={FIRST: {"来店人数": float("nan")}}))


def test_a_link_jumps_and_shows_its_text(book: Path) -> None:
    link = Link("H级", "C7", '看"H级"' + "长" * 300)
    changes = changed(cells={FIRST: {"注释": link}})
    write(book, changes)
    assert column(book, "注释")[0] == link.text
    formula = sheet_of(book)[f"U{FIRST}"].value
    assert formula.startswith('=HYPERLINK("#\'H级\'!C7","看""H级""长')
    assert all(len(text[1:-1].replace('""', '"')) <= 255 for text in re.findall(r'"(?:[^"]|"")*"', formula))


def test_half_a_character_is_replaced(book: Path) -> None:
    write(book, changed(cells={FIRST: {"注释": "a\ud800b"}}))
    assert column(book, "注释")[0] == "a\ufffdb"


def test_headers_in_the_shops_own_spelling(book: Path) -> None:
    edit_member(book, TABLE, 'name="顾客名称"', 'name=" 客户 姓名"')
    edit_member(book, TABLE, 'name="检查结果"', 'name="检查&#10;结果"')
    write(book, changed(cells={FIRST: {"顾客名称": "王先生", "检查结果": "好"}}))
    assert [sheet_of(book)[f"{letter}{FIRST}"].value for letter in "EX"] == ["王先生", "好"]


def test_a_table_of_no_form_takes_its_own_headers(book: Path) -> None:
    edit_member(book, "xl/workbook.xml", 'name="日报"', 'name="其他"')
    write(book, Changes({"其他": TableChange(added=[{"客户姓名": "王先生"}])}))
    assert sheet_of(book, "其他")[f"E{FIRST}"].value == "王先生"


def test_several_sheets_at_once(book: Path) -> None:
    changes = changed(removed={FIRST})
    changes.add("日报", {"客户姓名": "王先生"})
    changes.add("日报", {"客户姓名": "李女士"})
    changes.add("客户卡", {"客户姓名": "李女士"})
    write(book, changes)
    assert column(book, "顾客名称") == ["客户2", "客户3", "客户4", "客户5"]
    assert (column(book, "客户姓名", "日报"), column(book, "客户姓名", "客户卡")) == (["王先生", "李女士"], ["李女士"])


# Layout cells


def test_layout_cells_in_old_and_new_rows(book: Path) -> None:
    edit_member(
        book,
        "xl/worksheets/sheet1.xml",
        "</sheetData>",
        '<row r="7" s="1" customFormat="1"/><row r="9"><c r="D9"/></row></sheetData>',
    )
    cells: dict[str, Value] = {
        "A2": "左",
        "B2": 5,
        "C2": "右",
        "C4": "新",
        "D7": dt.date(2026, 10, 5),
        "C9": 1,
        "E9": 2,
    }
    changes = Changes(layouts={"首页": cells})
    write(book, changes)
    sheet = sheet_of(book, "首页")
    assert [sheet[cell].value for cell in ("A2", "B2", "C2", "C4", "C9", "E9")] == ["左", 5, "右", "新", 1, 2]
    assert sheet["D7"].value == dt.datetime(2026, 10, 5), "the row's style says it is a date"
    assert '<dimension ref="A2:E9"/>' in part(book, "xl/worksheets/sheet1.xml")


def test_the_first_cell_of_an_empty_sheet(book: Path) -> None:
    edit_member(book, "xl/worksheets/sheet1.xml", "<sheetData>.*</sheetData>", "<sheetData/>", pattern=True)
    changes = Changes()
    changes.lay("首页", "B3", "早")
    write(book, changes)
    assert sheet_of(book, "首页")["B3"].value == "早"


def test_a_layout_cell_below_a_table_moves_with_it(book: Path) -> None:
    changes = changed(added=[visit(6)], removed={FIRST, FIRST + 1})
    changes.lay("来店登记", "B1", "标题")
    changes.lay("来店登记", "E12", "底下")
    write(book, changes)
    assert (sheet_of(book)["E11"].value, sheet_of(book)["A10"].value) == ("底下", "合计")


# The meaning of a change: what ``applied`` says


TYPED: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.DATE: st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31)),
    Kind.TIME: st.times().map(lambda time: time.replace(microsecond=0)),
    Kind.MOMENT: st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2099, 1, 1)).map(
        lambda t: t.replace(hour=t.hour or 1, microsecond=0)
    ),
    Kind.COUNT: st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9).map(lambda number: number + 0.5),
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=20)
ROW: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {}, optional={c.header: st.none() | TYPED.get(c.kind, TEXT) for c in VISIT.columns}
)


@st.composite
def table_changes(draw: st.DrawFn, rows: int) -> TableChange:
    numbers = st.integers(FIRST, FIRST + rows - 1)
    if draw(st.integers(0, 3)) == 0:
        return TableChange(replaced=draw(st.lists(ROW, max_size=8)))
    return TableChange(
        cells=draw(st.dictionaries(numbers, ROW, max_size=4)),
        added=draw(st.lists(ROW, max_size=4)),
        inserted=draw(
            st.dictionaries(st.integers(FIRST, FIRST + rows), st.lists(ROW, min_size=1, max_size=2), max_size=3)
        ),
        removed=draw(st.sets(numbers, max_size=rows)),
    )


@pytest.mark.sized
@settings(max_examples=scaled(60, 600), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_means_what_applied_says(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.just({}) | st.integers(1, 9).map(visit), min_size=1, max_size=6))
    change = data.draw(table_changes(len(rows)))
    path = make_book(tmp_path_factory.mktemp("any") / "登记.xlsx", {"来店登记": rows}, foot=True)
    wanted = applied(open_book(path).read(VISIT), change, {header: header for header in VISIT.headers})
    write(path, Changes({"来店登记": change}))
    assert open_book(path).read(VISIT).rows == wanted.rows
    last, xml = TOP + len(wanted.rows), part(path)
    assert f'<c r="B{last + 2}" s="2"><f>COUNTA(A{FIRST}:A{last})</f>' in xml
    assert f'<mergeCell ref="A{last + 3}:D{last + 3}"/>' in xml
    assert f'sqref="A{FIRST}:X{last}"' in xml
    assert re.findall(r'<row r="(\d+)"', xml) == sorted(set(re.findall(r'<row r="(\d+)"', xml)), key=int)


def test_an_empty_table_begins_with_its_blank_row(tmp_path: Path) -> None:
    path = make_book(tmp_path / "登记.xlsx", foot=True)
    edit_member(path, TABLE, "<table ", '<table insertRow="1" ')
    write(path, changed(added=[visit(1)]))
    assert column(path, "顾客名称") == ["客户1"]
    assert "insertRow" not in part(path, TABLE)
    assert sheet_of(path)[f"A{FIRST + 2}"].value == "合计"


def test_an_emptied_table_keeps_a_blank_row_with_its_styles(book: Path) -> None:
    write(book, changed(removed=set(range(FIRST, FIRST + 5))))
    block = open_book(book).read(VISIT)
    assert block.rows == ((None,) * len(VISIT.headers),)
    assert sheet_of(book)[f"A{FIRST}"].number_format == FORMATS[Kind.DATE]


def test_rows_all_exchanged_keep_rules_and_styles(book: Path) -> None:
    write(book, changed(removed=set(range(FIRST, FIRST + 5)), added=[visit(8), visit(9)]))
    assert column(book, "日期") == [dt.date(2026, 10, 8), dt.date(2026, 10, 9)]
    assert [str(rule.sqref) for rule in sheet_of(book).data_validations.dataValidation] == [f"C{FIRST}:C{FIRST + 1}"]


def test_a_totals_row_stays_last(book: Path) -> None:
    edit_member(book, TABLE, 'totalsRowShown="0"', 'totalsRowCount="1"')
    write(book, changed(added=[visit(8)]))
    assert column(book, "顾客名称") == ["客户1", "客户2", "客户3", "客户4", "客户8"]
    assert sheet_of(book)[f"E{FIRST + 5}"].value == "客户5"
    assert open_book(book).tables["tblVisit"][1] == f"A{TOP}:X{FIRST + 5}"


def test_a_row_outside_the_table_is_a_programmers_error(book: Path) -> None:
    for changes in (changed(cells={TOP: {"注释": "x"}}), changed(removed={FIRST + 5})):
        with pytest.raises(ValueError, match="tblVisit"):
            write(book, changes)


# Rules and formulas on the way


def test_rules_of_rows_that_go_go_with_them(book: Path) -> None:
    edit_member(
        book,
        SHEET,
        "<pageMargins",
        f'<hyperlinks><hyperlink ref="E{FIRST + 1}" location="A1"/></hyperlinks><pageMargins',
    )
    edit_member(book, SHEET, 'count="1"><dataValidation ', f'count="2"><dataValidation type="list" sqref="D{FIRST + 1} D{FIRST + 3}">'
                f'<formula1>$D${FIRST + 1}:$D${FIRST + 4}</formula1></dataValidation><dataValidation ')  # fmt: skip
    edit_member(
        book,
        SHEET,
        "<mergeCells",
        f'<sortState ref="A{FIRST}:B{FIRST + 4}"><sortCondition ref="B{FIRST + 1}"/></sortState><mergeCells',
    )
    edit_member(book, SHEET, "<dataValidations", '<conditionalFormatting sqref="A:A"><cfRule priority="3"/></conditionalFormatting>'
                f'<conditionalFormatting sqref="B{FIRST + 1}"><cfRule type="expression" priority="2">'
                f"<formula>B{FIRST + 1}=1</formula></cfRule></conditionalFormatting><dataValidations")  # fmt: skip
    write(book, changed(removed={FIRST + 1}))
    xml = part(book)
    assert "<hyperlinks" not in xml
    assert f'sqref="B{FIRST + 1}"' not in xml
    assert 'sqref="A:A"' in xml
    assert f'<sortState ref="A{FIRST}:B{FIRST + 3}"><sortCondition ref="B{FIRST + 1}"/>' in xml
    assert f'count="2"><dataValidation type="list" sqref="D{FIRST + 2}"><formula1>$D${FIRST + 1}:$D${FIRST + 3}<' in xml


def test_rules_in_extensions_and_pieces_follow_too(book: Path) -> None:
    rules = (
        f'<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="expression"><xm:f>$A${FIRST}=1</xm:f></x14:cfRule>'
        f"<xm:sqref>A{FIRST}:A{FIRST + 1} A{FIRST + 3}:A{FIRST + 4}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
    )
    edit_member(book, SHEET, "</worksheet>", f"<extLst><ext>{rules}</ext></extLst></worksheet>")
    write(book, changed(added=[visit(6)], removed={FIRST}))
    assert f"<xm:sqref>A{FIRST} A{FIRST + 2}:A{FIRST + 4}</xm:sqref>" in part(book)
    assert "<xm:f>#REF!=1</xm:f>" in part(book)


def test_page_breaks_stay_before_their_rows(book: Path) -> None:
    def breaks(*rows: int) -> str:
        each = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in rows)
        return f'<rowBreaks count="{len(rows)}" manualBreakCount="{len(rows)}">{each}</rowBreaks>'

    edit_member(book, SHEET, "(?=<legacyDrawing)", breaks(TOP, FIRST, FIRST + 1, FIRST + 4, FIRST + 5), pattern=True)
    write(book, changed(added=[visit(6), visit(7)], removed={FIRST + 1}))
    assert breaks(TOP, FIRST, FIRST + 5, FIRST + 6) in part(book), (
        "the break before the row that went is the next one's"
    )
    write(book, changed(removed={FIRST, FIRST + 1}))
    assert breaks(TOP, FIRST + 3, FIRST + 4) in part(book)


def test_a_pivot_table_counts_the_rows_it_counted(book: Path) -> None:
    def cache(source: str) -> str:
        return f'<pivotCacheDefinition><cacheSource type="worksheet"><worksheetSource {source}/></cacheSource></pivotCacheDefinition>'

    sources = {
        "1": f'ref="A{TOP}:X{FIRST + 4}" sheet="来店登记"',
        "2": f'ref="A{TOP}:X{FIRST + 4}" sheet="日报"',
        "3": f'ref="A{TOP}:X{FIRST + 4}" sheet="来店登记" r:id="rId1"',
        "4": 'name="tblVisit"',
    }
    names = {number: f"xl/pivotCache/pivotCacheDefinition{number}.xml" for number in sources}
    add_members(book, {names[number]: cache(source).encode() for number, source in sources.items()})
    for number in sources:
        related(book, f"pivotCache/pivotCacheDefinition{number}.xml", "pivotCacheDefinition")
    write(book, changed(added=[visit(6)]))
    sources["1"] = f'ref="A{TOP}:X{FIRST + 5}" sheet="来店登记"'
    assert {number: part(book, name) for number, name in names.items()} == {n: cache(s) for n, s in sources.items()}


def sparkline(drawn: str, cell: str) -> str:
    return f"<x14:sparkline><xm:f>{drawn}</xm:f><xm:sqref>{cell}</xm:sqref></x14:sparkline>"


def with_sparklines(book: Path, member: str, *lines: str) -> None:
    groups = "".join(
        f"<x14:sparklineGroup><x14:sparklines>{line}</x14:sparklines></x14:sparklineGroup>" for line in lines
    )
    all_of_it = f'<extLst><ext uri="x"><x14:sparklineGroups>{groups}</x14:sparklineGroups></ext></extLst>'
    edit_member(book, member, "</worksheet>", f"{all_of_it}</worksheet>")


def test_sparklines_follow_the_cells_they_stand_in_and_draw(book: Path) -> None:
    below, beside = sparkline(f"来店登记!J{FIRST}:J{FIRST + 4}", f"J{FIRST + 6}"), sparkline("来店登记!B6:D6", "Z6")
    with_sparklines(book, SHEET, below, beside)
    write(book, changed(removed={FIRST + 1}))
    assert sparkline(f"来店登记!J{FIRST}:J{FIRST + 3}", f"J{FIRST + 5}") in part(book)
    assert part(book).count("<x14:sparklineGroup>") == 1, "the one beside the row went with it"
    with_sparklines(book, SHEET, sparkline("来店登记!B5:D5", "Z5"))
    write(book, changed(removed={FIRST}))
    assert part(book).count("<extLst>") == 1, "the last one took with it what held it"


def test_rules_and_sparklines_of_other_sheets_follow_the_rows(book: Path) -> None:
    rule = '<conditionalFormatting sqref="B2"><cfRule><formula>B2&lt;SUM(来店登记!$J$5:$J$9)</formula></cfRule></conditionalFormatting>'
    edit_member(book, "xl/worksheets/sheet1.xml", "<pageMargins", f"{rule}<pageMargins")
    with_sparklines(book, "xl/worksheets/sheet1.xml", sparkline("来店登记!J5:J9", "B3"))
    write(book, changed(added=[visit(6)]))
    home = part(book, "xl/worksheets/sheet1.xml")
    assert rule.replace("$J$9", "$J$10") in home
    assert sparkline("来店登记!J5:J10", "B3") in home


def with_shared_formulas(book: Path) -> Path:
    for row in range(FIRST, FIRST + 5):
        formula = (
            f'<f t="shared" ref="J{FIRST}:J{FIRST + 4}" si="0">LEN(E{FIRST})+$A$1</f>'
            if row == FIRST
            else '<f t="shared" si="0"/>'
        )
        edit_member(
            book, SHEET, rf'<c r="J{row}" s="2">.*?</c>', f'<c r="J{row}" s="2">{formula}<v>3</v></c>', pattern=True
        )
    edit_member(
        book,
        SHEET,
        "</row>",
        '<c r="Z1"><f t="shared" ref="Z1:AA1" si="7">A1</f></c><c r="AA1"><f t="shared" si="7"/></c></row>',
    )
    return book


def test_shared_formulas_part_when_their_first_row_goes(book: Path) -> None:
    write(with_shared_formulas(book), changed(removed={FIRST, FIRST + 2}))
    found = [sheet_of(book)[f"J{row}"].value for row in range(FIRST, FIRST + 3)]
    assert found == [f"=LEN(E{row})+$A$1" for row in range(FIRST, FIRST + 3)]
    above = '<c r="Z1"><f t="shared" ref="Z1:AA1" si="7">A1</f></c><c r="AA1"><f t="shared" si="7"/></c>'
    assert above in part(book), "above the table nothing moves"


def test_shared_formulas_part_when_their_first_cell_is_overwritten(book: Path) -> None:
    write(with_shared_formulas(book), changed(cells={FIRST: {"来店人数": 3}}))
    assert [sheet_of(book)[f"J{row}"].value for row in (FIRST, FIRST + 1)] == [3, f"=LEN(E{FIRST + 1})+$A$1"]


def test_shared_formulas_stay_when_another_cell_is_written(book: Path) -> None:
    write(with_shared_formulas(book), changed(cells={FIRST: {"注释": "x"}}))
    assert part(book).count('t="shared"') == 7


def test_a_shared_formula_without_its_text_is_not_touched(book: Path) -> None:
    with_shared_formulas(book)
    edit_member(book, SHEET, f">LEN(E{FIRST})+$A$1</f>", "></f>")
    with refused(book, "book.resave"):
        write(book, changed(removed={FIRST + 1}))


def test_array_formulas_below_move(book: Path) -> None:
    edit_member(book, SHEET, "<f>COUNTA(A5:A9)</f>", '<f t="array" ref="B11">SUM(J5:J9*1)</f>')
    write(book, changed(added=[visit(6)]))
    assert '<c r="B12" s="2"><f t="array" ref="B12">SUM(J5:J10*1)</f>' in part(book)


def related(book: Path, target: str, kind: str) -> None:
    """Let the workbook part point to another part."""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    relation = f'<Relationship Id="rId9{target}" Type="{kind}" Target="{target}"/>'
    edit_member(book, "xl/_rels/workbook.xml.rels", "</Rel", f"{relation}</Rel")


def with_calc_chain(book: Path) -> Path:
    add_members(book, {"xl/calcChain.xml": b'<calcChain><c r="B11" i="2"/></calcChain>'})
    override = '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/>'
    edit_member(book, "[Content_Types].xml", "</Types>", f"{override}</Types>")
    related(book, "calcChain.xml", "calcChain")
    return book


@pytest.mark.parametrize(
    "changes",
    [
        changed(added=[visit(6)]),
        changed(cells={FIRST: {"注释": Link("日报", "A1", "看")}}),
        Changes(layouts={"首页": {"B2": 1}}),
    ],
    ids=["a formula moves", "a link is written", "a formula is overwritten"],
)
def test_the_calculation_chain_goes_when_formulas_change(book: Path, changes: Changes) -> None:
    write(with_calc_chain(book), changes)
    assert "xl/calcChain.xml" not in members(book)
    assert "calcChain" not in part(book, "[Content_Types].xml") + part(book, "xl/_rels/workbook.xml.rels")


def test_the_calculation_chain_stays_otherwise(book: Path) -> None:
    before = with_calc_chain(book).read_bytes()
    write(book, changed(cells={FIRST: {"注释": "x"}}))
    assert different_members(before, book) == {SHEET}


@pytest.mark.parametrize(
    "there",
    [
        "",
        '<calcPr calcId="191029"/>',
        '<calcPr calcId="191029" fullCalcOnLoad="0"></calcPr>',
        '<calcPr calcId="1" fullCalcOnLoad="1"/>',
    ],
)
def test_formulas_are_calculated_when_the_book_is_opened(book: Path, there: str) -> None:
    edit_member(book, "xl/workbook.xml", '<calcPr calcId="124519" fullCalcOnLoad="1"/>', f"{there}<extLst/>")
    write(book, changed(cells={FIRST: {"注释": "x"}}))
    workbook = part(book, "xl/workbook.xml")
    assert re.search(r'</definedNames><calcPr[^>]* fullCalcOnLoad="1"[^>]*>', workbook)
    assert workbook.count("fullCalcOnLoad") == 1
    assert openpyxl.load_workbook(book).calculation.fullCalcOnLoad


# Refusals


def test_a_file_that_changed_meanwhile(book: Path) -> None:
    read = open_book(book)
    write(book, changed(cells={FIRST: {"注释": "别人"}}))
    with refused(book, "book.changed_meanwhile", name="登记.xlsm"):
        file.apply(read, changed(cells={FIRST: {"注释": "我"}}))


@pytest.mark.parametrize("changes", [Changes(layouts={"首页": {"B3": "早"}}), changed(added=[visit(6)])])
def test_a_value_far_out_on_a_sheet_that_is_written_but_was_not_read(book: Path, changes: Changes) -> None:
    sheet = {"首页": "xl/worksheets/sheet1.xml"}.get(next(iter(changes.layouts), ""), SHEET)
    edit_member(book, sheet, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    with refused(book, "book.stray_cell", cell="XFD1048576"):
        write(book, changes)


def excel_lock(name: str) -> bytes:
    ansi, wide = name.encode("gb18030"), name.encode("utf-16-le")
    return (
        bytes([len(ansi)])
        + ansi.ljust(54)
        + len(name).to_bytes(2, "little")
        + (wide + " ".encode("utf-16-le") * 54)[:108]
    )


@pytest.mark.parametrize(
    ("lock", "content", "person"),
    [
        ("~$登记.xlsm", excel_lock("王经理"), "王经理"),
        ("~$登记.xlsm", b"\x06" + "王经理".encode("gb18030"), "王经理"),
        (".~lock.登记.xlsm#", "王经理,wang,PC-7,10.10.2026 09:30,file:///x;".encode(), "王经理"),
        (".~lock.登记.xlsm#", b",wang,PC-7,10.10.2026 09:30,file:///x;", "wang"),
    ],
)
def test_a_book_that_somebody_has_open(book: Path, lock: str, content: bytes, person: str) -> None:
    (book.parent / lock).write_bytes(content)
    assert locked_by(book) == person
    with refused(book, "book.open_elsewhere", person=person):
        write(book, changed(removed={FIRST}))


def test_a_book_that_is_open_somewhere(book: Path) -> None:
    assert locked_by(book) is None
    (book.parent / "~$登记.xlsm").write_bytes(b"")
    assert locked_by(book) == ""
    with refused(book, "book.open_somewhere"):
        write(book, changed(removed={FIRST}))


def test_a_lock_that_cannot_be_read_is_a_lock(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "denied", path)

    book.with_name(f"~${book.name}").touch()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", denied)
        assert locked_by(book) == ""


def test_a_read_only_file(book: Path) -> None:
    book.chmod(0o444)
    with refused(book, "book.read_only", folder=str(book.parent)):
        write(book, changed(removed={FIRST}))


def failing(error: OSError) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("function", "error", "key"),
    [
        ("os.fsync", OSError(errno.ENOSPC, "No space left on device"), "book.disk_full"),
        ("os.chmod", OSError(errno.EDQUOT, "Disk quota exceeded"), "book.disk_full"),
        ("os.open", PermissionError(errno.EACCES, "Permission denied"), "book.read_only"),
        ("os.replace", PermissionError(errno.EACCES, "Permission denied"), "book.read_only"),
        ("os.fsync", OSError(errno.EROFS, "Read-only file system"), "book.read_only"),
        ("os.fsync", OSError(errno.EIO, "Input/output error"), "book.not_written"),
    ],
)
def test_a_disk_that_fails(
    book: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: OSError, key: str
) -> None:
    (book.parent / BACKUPS).mkdir()
    monkeypatch.setattr(function, failing(error))
    with refused(book, key):
        write(book, changed(removed={FIRST}))


class HeldError(PermissionError):
    """What Windows says while another program holds a file."""

    winerror = 32


def test_a_file_held_for_a_moment_is_waited_for(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, tries = os.replace, iter([HeldError(), HeldError()])

    def held(source: Path, target: Path) -> None:
        for error in tries:
            raise error
        replace(source, target)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr("xlcrm.books.disk._PAUSE", 0.001)
    write(book, changed(removed={FIRST}))
    assert column(book, "顾客名称")[0] == "客户2"


def test_a_file_that_stays_held(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (book.parent / BACKUPS).mkdir()
    monkeypatch.setattr(os, "replace", failing(HeldError()))
    monkeypatch.setattr("xlcrm.books.disk._PAUSE", 0.001)
    with refused(book, "book.held"):
        write(book, changed(removed={FIRST}))


def test_a_new_file_taken_away_is_not_a_success(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virus scanner may remove a fresh workbook with macros: then the old book stands where the new one should."""

    def taken_away(source: Path, _target: Path) -> None:
        Path(source).unlink()
        raise FileNotFoundError(errno.ENOENT, "No such file")

    (book.parent / BACKUPS).mkdir()
    monkeypatch.setattr(file, "_keep", lambda *_: None)
    monkeypatch.setattr(os, "replace", taken_away)
    monkeypatch.setattr("xlcrm.books.disk._PAUSE", 0.001)
    with refused(book, "book.folder_missing"):
        write(book, changed(removed={FIRST}))


@pytest.mark.parametrize(
    "cell", ["<c r='A1' t='s'>\n<v>{}</v></c>", '<c r="A1" t = "s" ><v xml:space="preserve"> {} </v></c>']
)
def test_what_others_wrote_elsewhere_is_never_forgotten(book: Path, cell: str) -> None:
    home, shared = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    row = f'<sheetData><row r="1">{cell.format(part(book, shared).count("<si>"))}</row>'
    edit_member(book, home, "<sheetData>", row)
    edit_member(book, shared, "</sst>", "<si><t>店里自己的话</t></si><si><t>没人用</t></si></sst>")
    file.apply(open_book(book), changed(cells={FIRST: {"注释": "x"}}), erases=NOBODY)
    texts = part(book, shared)
    assert ("店里自己的话" in texts, "没人用" in texts) == (True, False)
    edit_member(book, home, "</v>", "?</v>")
    with refused(book, "book.resave"):
        file.apply(open_book(book), changed(cells={FIRST: {"注释": "y"}}), erases=NOBODY)


def test_backups_that_are_held_stay_and_the_book_is_written(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(book, changed(cells={FIRST: {"注释": "x"}}))
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("登记~"):
            raise HeldError
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    file.apply(open_book(book), changed(cells={FIRST: {"注释": "y"}}), erases=NOBODY)
    assert column(book, "注释")[0] == "y"
    assert file.backups(book)


def test_a_last_row_whose_text_keeps_its_blanks_is_not_a_blank_row(book: Path) -> None:
    row = f'<row r="{FIRST + 4}"><c r="A{FIRST + 4}" t="str"><v xml:space="preserve"> 手写的一行</v></c></row>'
    edit_member(book, SHEET, f'<row r="{FIRST + 4}".*?</row>', row, pattern=True)
    write(book, changed(added=[visit(6)]))
    assert column(book, "顾客名称")[-1] == "客户6"
    assert str(column(book, "日期")[-2]).strip() == "手写的一行"


def test_a_folder_that_is_not_there(book: Path) -> None:
    with refused(book, "book.folder_missing", folder=str(book.parent / "无")):
        write(book, changed(removed={FIRST}), book.parent / "无" / "新.xlsm")


@pytest.mark.parametrize("fault", ["the old bytes", "half the bytes"])
def test_a_disk_that_lies(book: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    old, changes = book.read_bytes(), changed(cells={FIRST: {"注释": "x"}})

    def lying(handle: int) -> None:
        os.ftruncate(handle, len(old) // 2)
        if fault == "the old bytes":
            os.pwrite(handle, old, 0)

    monkeypatch.setattr(os, "fsync", lying)
    with refused(book, "book.not_verified", place="来店登记 U5" if fault == "the old bytes" else "登记.xlsm"):
        write(book, changes)
    with refused(book, "book.not_verified"):
        write(book, changed(added=[visit(6)]))


def test_a_change_by_somebody_else_while_writing(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = open_book(book)
    fsync = os.fsync

    def saved_by_somebody(handle: int) -> None:
        fsync(handle)
        book.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", saved_by_somebody)
    with pytest.raises(Refusal, match=r"book\.changed_meanwhile"):
        file.apply(read, changed(removed={FIRST}))
    assert book.read_bytes() == b"theirs"
    assert [found.name for found in book.parent.iterdir()] == ["登记.xlsm"]


def test_a_column_that_is_not_there(book: Path) -> None:
    with refused(book, "book.column_missing", sheet="来店登记", header="车牌"):
        write(book, changed(added=[{"车牌": "京A"}]))
    write(book, changed(added=[{"车牌": None, "顾客名称": "王先生"}]))
    assert column(book, "顾客名称")[-1] == "王先生"


@pytest.mark.parametrize("text", ["长" * 32_768, "🚗" * 16_384])
def test_a_text_no_cell_can_hold(book: Path, text: str) -> None:
    with refused(book, "book.text_too_long", sheet="来店登记", cell=f"U{FIRST}"):
        write(book, changed(cells={FIRST: {"注释": text}}))


def lowered(book: Path, by: int) -> Path:
    """The book with all of 来店登记 standing lower."""
    number = re.compile(r'(?<=[A-Z])\d+(?=[:" )])|(?<=<row r=")\d+')
    for member in (SHEET, TABLE):
        text = number.sub(lambda row: str(int(row[0]) + by), part(book, member))
        edit_member(book, member, part(book, member), text)
    return book


def test_rows_that_would_be_pushed_off_the_sheet(book: Path) -> None:
    by = LAST_ROW - FIRST - 8
    edit_member(lowered(book, by), SHEET, "</sheetData>", f'<row r="{LAST_ROW}"><c r="A{LAST_ROW}" s="1"/></row></sheetData>')  # fmt: skip
    with refused(book, "book.sheet_full", sheet="来店登记", last=LAST_ROW):
        write(book, changed(added=[visit(6), visit(7)]))
    write(book, changed(added=[visit(6)]))
    rows = re.findall(r'<row r="(\d+)"', part(book))
    assert rows[-1] == str(LAST_ROW), "the blank row went"
    assert f'<mergeCell ref="A{LAST_ROW}:D{LAST_ROW}"/>' in part(book)


def test_a_table_that_ends_with_the_sheet(book: Path) -> None:
    lowered(book, LAST_ROW - FIRST - 4)
    edit_member(book, SHEET, f'(?s)<row r="{LAST_ROW + 2}.*</mergeCells>', "</sheetData>", pattern=True)
    with refused(book, "book.sheet_full"):
        write(book, changed(added=[visit(6)]))
    write(book, changed(removed={LAST_ROW}, added=[visit(6)]))
    assert column(book, "顾客名称")[-1] == "客户6"


def test_something_beside_a_row_that_goes(book: Path) -> None:
    edit_member(book, SHEET, rf'(<row r="{FIRST + 1}".*?)</row>', r'\1<c r="Z6"><v>1</v></c></row>', pattern=True)
    with refused(book, "book.beside_table", cell=f"Z{FIRST + 1}"):
        write(book, changed(removed={FIRST + 1}))
    write(book, changed(removed={FIRST}))
    assert sheet_of(book)[f"Z{FIRST}"].value == 1, "a remark stays beside its row"


def test_a_comment_on_a_row_that_goes(book: Path) -> None:
    edit_member(book, "xl/comments1.xml", 'ref="A11"', f'ref="E{FIRST + 2}"')
    with refused(book, "book.comment_on_row", sheet="来店登记", cell=f"E{FIRST + 2}"):
        write(book, changed(removed={FIRST + 2}))
    with refused(book, "book.comment_on_row"):
        write(book, changed(removed=set(range(FIRST, FIRST + 5))))
    write(book, changed(removed={FIRST}))
    assert sheet_of(book)[f"E{FIRST + 1}"].comment.text == "每日核对"


def test_another_table_below(book: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
    relation = f'<Relationship Id="rId9" Type="{kind}" Target="../tables/table9.xml"/>'
    edit_member(book, "xl/worksheets/_rels/sheet2.xml.rels", "</Rel", f"{relation}</Rel")
    other = part(book, TABLE).replace("tblVisit", "另表").replace(f'ref="A{TOP}:X9"', 'ref="A11:B12"')
    add_members(book, {"xl/tables/table9.xml": other.encode()})
    with refused(book, "book.two_tables", sheet="来店登记"):
        write(book, changed(added=[visit(6)]))
    write(book, changed(cells={FIRST: {"注释": "x"}}))
    assert column(book, "注释")[0] == "x"


def test_a_sheet_that_is_missing(book: Path) -> None:
    with refused(book, "book.sheet_missing", sheet="月度分析"):
        write(book, Changes(layouts={"月度分析": {"A1": 1}}))
    with refused(book, "book.sheet_missing", sheet="订单"):
        write(book, Changes({"订单": TableChange(added=[{"订单号": "1"}])}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<sheetData>", "<!-- x --><sheetData>"),
        ("<c r=\"A5\" s=\"1\">", "<c s=\"1\">"),
        ("<row r=\"5\"", "<row"),
        ("<row r=\"5\"", "<row r=\"4\""),
    ],
)  # fmt: skip
def test_xml_that_spreadsheet_programs_do_not_write(book: Path, old: str, new: str) -> None:
    edit_member(book, SHEET, old, new)
    with refused(book, "book.resave"):
        write(book, changed(removed={FIRST}))


def test_xml_with_prefixed_names(book: Path) -> None:
    xml = part(book).replace("<worksheet xmlns=", "<worksheet xmlns:x=")
    edit_member(
        book,
        SHEET,
        r"(?s)<worksheet.*",
        re.sub(r"<(/?)(\w+)(?=[\s>/])", r"<\1x:\2", xml[xml.index("<worksheet") :]),
        pattern=True,
    )
    assert column(book, "顾客名称")[0] == "客户1"
    with refused(book, "book.resave"):
        write(book, changed(removed={FIRST}))


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_in_another_encoding(book: Path, member: str, encoding: str) -> None:
    content = members(book)
    content[member] = content[member].decode().replace("UTF-8", encoding).encode(encoding)
    book.unlink()
    add_members(book, content)
    with refused(book, "book.encoding", part=member):
        open_book(book)


def test_what_another_program_keeps_for_itself_may_be_in_any_encoding(book: Path) -> None:
    add_members(book, {"customXml/item9.xml": '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")})
    write(book, changed(removed={FIRST}))


# The file's place


def test_a_copy_leaves_the_book_alone(book: Path) -> None:
    before, out = book.read_bytes(), book.parent / "副本.xlsm"
    assert write(book, changed(removed={FIRST}), out) == out
    assert book.read_bytes() == before
    assert column(out, "顾客名称")[0] == "客户2"
    assert sorted(found.name for found in book.parent.iterdir()) == ["副本.xlsm", "登记.xlsm"]


def test_the_last_five_versions_are_kept(book: Path) -> None:
    (book.parent / BACKUPS).mkdir()
    (book.parent / BACKUPS / "别的~1.xlsm").write_bytes(b"another book's")
    versions = []
    for number in range(12):
        versions.append(book.read_bytes())
        assert write(book, changed(cells={FIRST: {"来店人数": 100 + number}})) == book
    kept = {found.name: found.read_bytes() for found in (book.parent / BACKUPS).iterdir()}
    assert kept == {f"登记~{n}.xlsm": versions[n - 1] for n in range(8, 13)} | {"别的~1.xlsm": b"another book's"}


def test_a_backup_that_cannot_be_removed_stays(book: Path) -> None:
    for number in range(1, 7):
        (book.parent / BACKUPS / f"登记~{number}.xlsm").mkdir(parents=True)
    write(book, changed(removed={FIRST}))
    assert len(list((book.parent / BACKUPS).iterdir())) == 7


def test_no_change_leaves_the_book_alone(book: Path) -> None:
    before = book.stat().st_mtime_ns, book.read_bytes()
    assert write(book, Changes(tables={"来店登记": TableChange()})) == book
    assert (book.stat().st_mtime_ns, book.read_bytes()) == before
    book.chmod(0o640)
    out = write(book, Changes(tables={"来店登记": TableChange()}), book.parent / "副本.xlsm")
    assert out.stat().st_mode & 0o777 == 0o640
    assert out.read_bytes() == before[1]


def test_rights_and_links_are_kept(book: Path) -> None:
    book.chmod(0o640)
    link = book.parent / "链接.xlsm"
    link.symlink_to(book)
    assert write(link, changed(removed={FIRST})) == book
    assert link.is_symlink()
    assert book.stat().st_mode & 0o777 == 0o640


@pytest.mark.libreoffice
def test_libreoffice_opens_what_was_written(tmp_path: Path) -> None:
    path = make_book(tmp_path / "book.xlsx", {"来店登记": [visit(i) for i in range(1, 6)]}, foot=True)
    changes = changed(
        added=[visit(6), visit(7)], removed={FIRST}, cells={FIRST + 1: {"注释": Link("日报", "A4", "看")}}
    )
    write(path, changes)
    assert drive(path, ["book.calculateAll()"]) == "done"
    after = tmp_path / "after.xlsx"
    assert column(after, "顾客名称") == [f"客户{i}" for i in range(2, 8)]
    assert open_book(after).cells("来店登记", Area(12, 1, 12, 2)) == [["合计", 6]]
    assert column(after, "注释")[0] == "看"
