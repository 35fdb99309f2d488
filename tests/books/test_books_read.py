"""Reading files: blocks as a person sees them, whatever stands above, beside or in the way."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest
import xlsxwriter
from turns import SPEEDS, AtOnce, take_turns
from workbooks import TOP, add_members, edit_member, make_book, members, write_cell

from xlcrm.books.area import Area, column_number, letters
from xlcrm.books.xlsx.read import BookReader, open_book, require_crm_book
from xlcrm.books.xlsx.values import Values
from xlcrm.changes import Block
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS

VISIT, REPORT = FORMS["来店登记"], FORMS["日报"]
SHEET = "xl/worksheets/sheet2.xml"
"""The part of 来店登记 in ``make_book``: 首页 is the first."""


def refusal_of(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        open_book(path)
    return caught.value


def column(block: Block, header: str) -> list[Cell]:
    at = block.headers.index(header)
    return [row[at] for row in block.rows]


def visits(tmp_path: Path, *rows: dict[str, Cell]) -> Path:
    return make_book(tmp_path / "登记.xlsx", {"来店登记": rows})


def with_cell(path: Path, cell: str, xml: str) -> Path:
    """The book with one cell of 来店登记 as another program would have written it."""
    edit_member(path, SHEET, rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', xml, pattern=True)
    return path


def test_a_block_stands_where_the_table_stands(tmp_path: Path) -> None:
    path = visits(tmp_path, {}, {}, {"顾客名称": "王先生"}, {})
    block = open_book(path).read(VISIT)
    assert (block.sheet, block.table, block.row, block.column) == ("来店登记", "tblVisit", TOP, 1)
    assert block.headers == VISIT.headers
    assert column(block, "顾客名称") == [None, None, "王先生"], "down to the last row that holds something"


def test_a_reader_names_the_file_its_sheets_and_tables(tmp_path: Path) -> None:
    path = visits(tmp_path, {})
    reader = open_book(path)
    assert reader.path == path
    assert reader.data == path.read_bytes()
    assert reader.sheets == ("首页", "来店登记", "日报", "客户卡")
    assert reader.tables["tblVisit"] == ("来店登记", f"A{TOP}:X{TOP + 1}")


def test_values_come_as_they_are_meant(tmp_path: Path) -> None:
    row: dict[str, Cell] = {
        "日期": dt.date(2026, 10, 5),
        "填写时间": dt.datetime(2026, 10, 5, 18, 30, 15),
        "进店时间": dt.time(9, 30),
        "电话": "019900000000",
        "来店人数": 19900000000.0,
        "拟购车型": 12.5,
        "试乘试驾": True,
        "注释": " =1+1\n第二行 _x0041_ ",
        "经理审核": "",
    }
    block = open_book(visits(tmp_path, row)).read(VISIT)
    read = dict(zip(block.headers, block.rows[0], strict=True))
    assert {header: read[header] for header in row} == row | {"来店人数": 19_900_000_000, "经理审核": None}
    assert type(read["来店人数"]) is int


def test_the_1904_calendar(tmp_path: Path) -> None:
    path = make_book(tmp_path / "苹果.xlsx", {"来店登记": [{"日期": dt.date(2026, 10, 5)}]}, date1904=True)
    assert column(open_book(path).read(VISIT), "日期") == [dt.date(2026, 10, 5)]


@pytest.mark.parametrize(
    "xml", ['t="e"><v>#N/A</v>', 't="e"><f>NA()</f><v>#N/A</v>', 't="e"><f t="shared" si="0"/><v>#N/A</v>']
)
def test_an_error_is_not_a_blank(tmp_path: Path, xml: str) -> None:
    path = with_cell(visits(tmp_path, {}), "E5", f'<c r="E5" s="2" {xml}</c>')
    with_cell(path, "A1", '<c r="A1" t="e"><v>#REF!</v></c>')
    assert column(open_book(path).read(VISIT), "顾客名称") == ["#N/A"]


def test_inline_text_and_rich_text(tmp_path: Path) -> None:
    path = with_cell(
        visits(tmp_path, {}), "E5", '<c r="E5" t="inlineStr"><is><r><t>王</t></r><r><t>先生</t></r></is></c>'
    )
    assert column(open_book(path).read(VISIT), "顾客名称") == ["王先生"]


def test_a_table_is_found_by_name_in_any_case_or_as_the_only_one(tmp_path: Path) -> None:
    path = visits(tmp_path, {"顾客名称": "王先生"})
    edit_member(path, "xl/tables/table1.xml", 'displayName="tblVisit"', 'displayName="TBLVISIT"')
    assert open_book(path).read(VISIT).table == "TBLVISIT"
    edit_member(path, "xl/tables/table1.xml", 'displayName="TBLVISIT"', 'displayName="表1"')
    assert column(open_book(path).read(VISIT), "顾客名称") == ["王先生"]


def test_headers_are_as_typed(tmp_path: Path) -> None:
    path = visits(tmp_path, {})
    edit_member(path, "xl/tables/table1.xml", 'name="检查结果"', 'name=" 顾客_x000a_名称&amp;"')
    assert open_book(path).read(VISIT).headers[-1] == " 顾客\n名称&"


def test_a_totals_row_is_not_data(tmp_path: Path) -> None:
    path = visits(tmp_path, {"顾客名称": "王先生"}, {"顾客名称": "合计"})
    edit_member(path, "xl/tables/table1.xml", 'totalsRowShown="0"', 'totalsRowCount="1"')
    assert column(open_book(path).read(VISIT), "顾客名称") == ["王先生"]


@pytest.mark.parametrize("area", ["B2:C3", "A1:A1", "D9:E9", "C3:D4", "A1:F9"])
def test_cells_of_any_area(tmp_path: Path, area: str) -> None:
    """The sheet's values begin at C3, and every area is given whole, blanks included."""
    path = tmp_path / "块.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("表")
    book.add_worksheet("空")
    values: dict[tuple[int, int], Cell] = {(3, 3): 1, (3, 4): "a", (5, 3): "b"}
    for (row, column), value in values.items():
        write_cell(sheet, row, column, value)
    book.close()
    reader, wanted = open_book(path), Area.parse(area)
    rows, columns = range(wanted.top, wanted.bottom + 1), range(wanted.left, wanted.right + 1)
    assert reader.cells("表", wanted) == [[values.get((row, column)) for column in columns] for row in rows]
    assert reader.cells("空", wanted) == [[None for _ in columns] for _ in rows]


def test_what_is_not_a_plain_value_is_named(tmp_path: Path) -> None:
    path = visits(tmp_path, {"电话": "19900000000"}, {}, {})
    with_cell(path, "E6", '<c r="E6"><f>A5&amp;"x"</f><v>1</v></c>')
    with_cell(path, "F6", '<c r="F6" t="e"><v>#REF!</v></c>')
    with_cell(path, "A7", '<c r="A7"><f t="shared" si="3"/><v>2</v></c>')
    edit_member(path, SHEET, "</mergeCells>", '<mergeCell ref="H6:I7"/></mergeCells>')
    edit_member(path, "xl/tables/table1.xml", f'<autoFilter ref="A{TOP}:X{TOP + 3}"/>',
                f'<autoFilter ref="A{TOP}:X{TOP + 3}"><filterColumn colId="6"><filters blank="1"/></filterColumn>'
                '<filterColumn colId="7" hiddenButton="1"/></autoFilter>')  # fmt: skip
    found = open_book(path).structure(VISIT)
    assert [(issue.kind, issue.cell, issue.text) for issue in found] == [
        ("formula", "E6", '=A5&"x"'),
        ("formula", "A7", "="),
        ("merged", "H6", "H6:I7"),
        ("filter", f"G{TOP}", "电话"),
        ("error", "F6", "#REF!"),
    ]
    assert {issue.sheet for issue in found} == {"来店登记"}


def test_a_filter_of_the_sheet_counts_where_it_meets_the_table(tmp_path: Path) -> None:
    path = visits(tmp_path, {})
    edit_member(path, SHEET, "<mergeCells", f'<autoFilter ref="B{TOP}:D{TOP + 1}"><filterColumn colId="1"><filters/></filterColumn>'
                                            "</autoFilter><mergeCells")  # fmt: skip
    assert [(i.kind, i.cell, i.text) for i in open_book(path).structure(VISIT)] == [("filter", f"C{TOP}", "首次/再次")]
    edit_member(path, SHEET, f'ref="B{TOP}:D{TOP + 1}"', 'ref="B1:D2"')
    assert open_book(path).structure(VISIT) == []


def test_a_title_above_and_a_foot_below_are_not_issues(tmp_path: Path) -> None:
    path = make_book(tmp_path / "登记.xlsx", foot=True)
    assert [issue for form in (VISIT, REPORT) for issue in open_book(path).structure(form)] == []


def test_the_programs_own_links_are_not_issues_in_its_own_tables(tmp_path: Path) -> None:
    path = make_book(tmp_path / "登记.xlsx", sheets=["问题清单", "来店登记"])
    with_cell(path, "D5", '<c r="D5" t="str"><f>HYPERLINK("#A1","x")</f><v>x</v></c>')
    assert open_book(path).structure(FORMS["问题清单"]) == []


@pytest.mark.parametrize(
    ("member", "old", "new", "key"),
    [
        ("xl/workbook.xml", 'name="来店登记"', 'name="十月登记"', "book.sheet_renamed"),
        ("xl/tables/table1.xml", 'ref="A4', 'headerRowCount="0" ref="A4', "book.header_hidden"),
        ("xl/worksheets/_rels/sheet2.xml.rels", "/table", "/tableau", "book.table_missing"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, member: str, old: str, new: str, key: str) -> None:
    path = visits(tmp_path, {})
    edit_member(path, member, old, new)
    with pytest.raises(Refusal) as caught:
        open_book(path).read(VISIT)
    assert (caught.value.key, caught.value.about["sheet"]) == (key, "来店登记")


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        open_book(visits(tmp_path, {})).read(FORMS["订单"])
    assert (caught.value.key, caught.value.about["sheet"]) == ("book.sheet_missing", "订单")


def test_a_book_without_the_three_tables_is_not_a_crm_book(tmp_path: Path) -> None:
    require_crm_book(open_book(make_book(tmp_path / "crm.xlsx")))
    reader = open_book(make_book(tmp_path / "其他.xlsx", sheets=["来店登记", "订单"]))
    assert (reader.has(VISIT), reader.has(REPORT)) == (True, False)
    with pytest.raises(Refusal) as caught:
        require_crm_book(reader)
    assert (caught.value.key, caught.value.about["missing"]) == ("book.not_crm", "日报、客户卡")


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "无.xlsx").key == "book.missing"
    assert refusal_of(tmp_path / "无" / "无.xlsx").key == "book.missing"
    assert refusal_of(tmp_path).key == "book.is_folder"


def test_a_terabyte_of_nothing_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert refusal_of(path).key == "book.too_large"


@pytest.mark.parametrize(
    ("member", "old", "new", "key"),
    [
        ("[Content_Types].xml", "<Types", "<!DOCTYPE x><Types", None),
        ("_rels/.rels", "officeDocument\"", "worddocument\"", "book.not_workbook"),
        ("xl/workbook.xml", "<workbook", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook", "book.damaged"),
        ("xl/workbook.xml", "<sheets>", "<sheets", "book.damaged"),
        ("xl/tables/table1.xml", 'ref="A4:X5"', 'ref="A4:"', "book.damaged"),
    ],
)  # fmt: skip
def test_parts_that_make_no_sense(tmp_path: Path, member: str, old: str, new: str, key: str | None) -> None:
    path = visits(tmp_path, {})
    edit_member(path, member, old, new)
    if key is None:
        assert open_book(path).sheets
    else:
        assert refusal_of(path).key == key


def test_a_zip_that_is_not_a_workbook(tmp_path: Path) -> None:
    add_members(tmp_path / "照片.xlsx", {"照片.png": b""})
    assert refusal_of(tmp_path / "照片.xlsx").key == "book.not_workbook"


def test_a_sheet_that_is_not_xml_is_damaged(tmp_path: Path) -> None:
    path = visits(tmp_path, {})
    edit_member(path, SHEET, "</sheetData>.*", "", pattern=True)
    with pytest.raises(Refusal, match=r"book\.damaged"):
        open_book(path).read(VISIT)
    edit_member(path, "xl/styles.xml", "<fonts.*", "<fonts", pattern=True)
    with pytest.raises(Refusal, match=r"book\.damaged"):
        open_book(path).read(REPORT)


@pytest.mark.parametrize("speed", SPEEDS)
def test_sheets_parsed_ahead_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speed: type[AtOnce]
) -> None:
    take_turns(monkeypatch, speed)
    path = visits(tmp_path, {"顾客名称": "王先生"})
    ahead = open_book(path)
    ahead.ahead(("日报", "来店登记", "没有"))
    assert [ahead.read(form) for form in (VISIT, REPORT)] == [open_book(path).read(form) for form in (VISIT, REPORT)]


class Noting:
    """A calamine that notes when it is asked for a sheet."""

    asked = Event()

    @classmethod
    def from_filelike(cls, _file: object) -> Noting:
        return cls()

    def get_sheet_by_name(self, _name: str) -> object:
        self.asked.set()
        return object()


def test_a_sheet_is_parsed_while_the_next_is_looked_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlcrm.books.xlsx.values.CalamineWorkbook", Noting)

    def looked_over() -> Iterator[tuple[str, int]]:
        yield "日报", 1
        assert Noting.asked.wait(20)

    Values(b"", "CRM.xlsm", lambda sheet: None).ahead(looked_over())


class OneByOne:
    """A calamine that says which sheet it begins, and parses it when it may go on."""

    begun: SimpleQueue[str] = SimpleQueue()
    goes_on: SimpleQueue[None] = SimpleQueue()

    @classmethod
    def from_filelike(cls, _file: object) -> OneByOne:
        return cls()

    def get_sheet_by_name(self, name: str) -> object:
        self.begun.put(name)
        self.goes_on.get(timeout=20)
        return object()


def test_a_sheet_given_to_be_read_before_another_may_be_parsed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlcrm.books.xlsx.values.CalamineWorkbook", OneByOne)
    values = Values(b"", "CRM.xlsm", lambda sheet: None)
    values.ahead([("日报", 100), ("来店登记", 1)])
    assert OneByOne.begun.get(timeout=20) == "日报"
    assert values.before("日报") == "来店登记"
    OneByOne.goes_on.put(None)
    assert OneByOne.begun.get(timeout=20) == "来店登记"
    assert values.before("来店登记") is None
    OneByOne.goes_on.put(None)


class Sheet:
    """A sheet that can be seen to be gone."""


def test_a_sheet_that_was_read_is_gone_while_the_next_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Sheet]] = []
    begun, goes_on = SimpleQueue[str](), SimpleQueue[None]()

    class Kept:
        @classmethod
        def from_filelike(cls, _file: object) -> Kept:
            return cls()

        def get_sheet_by_name(self, name: str) -> Sheet:
            begun.put(name)
            goes_on.get(timeout=20)
            made.append(weakref.ref(sheet := Sheet()))
            return sheet

    monkeypatch.setattr("xlcrm.books.xlsx.values.CalamineWorkbook", Kept)
    values = Values(b"", "CRM.xlsm", lambda sheet: None)
    values.ahead([("日报", 100), ("来店登记", 90)])
    assert begun.get(timeout=20) == "日报"
    goes_on.put(None)
    assert begun.get(timeout=20) == "来店登记"
    values._sheet("日报")
    assert made[0]() is not None
    values.drop("日报")
    assert made[0]() is None
    goes_on.put(None)


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_sheet_that_is_not_xml_is_damaged_ahead_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speed: type[AtOnce]
) -> None:
    take_turns(monkeypatch, speed)
    path = visits(tmp_path, {})
    edit_member(path, SHEET, "</sheetData>.*", "", pattern=True)
    reader = open_book(path)
    reader.ahead(["来店登记"])
    with pytest.raises(Refusal, match=r"book\.damaged"):
        reader.read(VISIT)


class PanicException(BaseException):
    """As pyo3 raises it: no Exception, and not to be imported."""


class Panicking:
    """A calamine that panics over every sheet, as 0.5 did over an empty <v/>."""

    @classmethod
    def from_filelike(cls, _file: object) -> Panicking:
        return cls()

    def get_sheet_by_name(self, _name: str) -> object:
        raise PanicException("index out of bounds")


@pytest.mark.parametrize("ahead", [False, True])
def test_what_makes_calamine_panic_is_a_damaged_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: bool
) -> None:
    path = visits(tmp_path, {})
    monkeypatch.setattr("xlcrm.books.xlsx.values.CalamineWorkbook", Panicking)
    take_turns(monkeypatch, AtOnce)
    reader = open_book(path)
    if ahead:
        reader.ahead(["来店登记"])
    with pytest.raises(Refusal, match=r"book\.damaged"):
        reader.read(VISIT)


def test_a_value_far_out_is_named_rather_than_read(tmp_path: Path) -> None:
    path = visits(tmp_path, {"顾客名称": "王先生"})
    edit_member(path, SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    edit_member(path, SHEET, '<dimension ref="A1:X5"/>', '<dimension ref="A1:XFD1048576"/>')
    assert column(open_book(path).read(VISIT), "顾客名称") == ["王先生"]
    edit_member(path, "xl/worksheets/sheet1.xml", '<dimension ref="B2"/>', '<dimension ref="A1:XFD1048576"/>')
    edit_member(path, "xl/worksheets/sheet1.xml", "<sheetData>.*</sheetData>", "<sheetData/>", pattern=True)
    assert open_book(path).cells("首页", Area(1, 1, 1, 1)) == [[None]]
    edit_member(path, SHEET, '<c r="XFD1048576" s="1"/>', '<c r="XFD1048576"><v>1</v></c>')
    with pytest.raises(Refusal) as caught:
        open_book(path).read(VISIT)
    assert (caught.value.key, caught.value.about["cell"]) == ("book.stray_cell", "XFD1048576")


def test_column_letters() -> None:
    assert [letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(letters(n)) == n for n in range(1, 2000))
    with pytest.raises(ValueError, match="A:B"):
        Area.parse("A:B")


def test_reading_brings_no_heavy_library_in(tmp_path: Path) -> None:
    path = visits(tmp_path, {})
    code = (
        "import sys, pathlib; from xlcrm.books.xlsx.read import open_book; from xlcrm.forms.sheets import FORMS;"
        f"open_book(pathlib.Path({str(path)!r})).read(FORMS['来店登记']);"
        "print({'openpyxl', 'pandas', 'lxml', 'pydantic', 'xlsxwriter', 'xlwings'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_reading_twice_reads_the_same_moment(tmp_path: Path) -> None:
    path = visits(tmp_path, {"顾客名称": "王先生"})
    reader = BookReader(path, path.read_bytes())
    path.unlink()
    assert reader.read(VISIT) == reader.read(VISIT)


def test_the_helper_keeps_what_stands_around(tmp_path: Path) -> None:
    """The books of these tests hold what must survive in those of ``test_books_file``."""
    names = set(members(make_book(tmp_path / "a.xlsx", foot=True)))
    assert {"xl/vbaProject.bin", "customXml/item1.xml", "xl/charts/chart1.xml", "xl/comments1.xml"} <= names
