"""Columns that a shop switches on: ``xlcrm upgrade`` adds them and takes empty ones out; every channel reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import fakexl
import openpyxl
import pytest
from openpyxl.comments import Comment
from shell import xlcrm
from switches import block_of, put, switch

from xlcrm.books.excel.live import LiveSession
from xlcrm.books.hosted.copied import Copy
from xlcrm.books.new import fill_book
from xlcrm.books.upgrade.takeout import without_columns
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS, Card, Order
from xlcrm.ledger.reading import read_ledger
from xlcrm.template import blank_book

TEN = FORMS["客户卡"].switched["首次十问"]
CARD: dict[str, Cell] = {
    **{
        "客户编号": "K0001",
        "客户姓名": "何一",
        "电话": "19900000101",
        "状态": "跟进",
        "当前级别": "A",
        "来源": "自然到店",
    },
    **{"初洽日期": dt.date(2026, 10, 5), "建卡日期": dt.date(2026, 10, 5), "销售顾问": "林一", "人际": "同学"},
}
TODAY = dt.date(2026, 10, 8)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("blank") / "CRM.xlsm"
    fill_book(path, {"客户卡": [CARD]})
    return path.read_bytes()


@pytest.fixture
def book(blank: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "CRM.xlsm"
    path.write_bytes(blank)
    return path


@pytest.fixture
def on(tmp_path: Path) -> Path:
    """A book with 首次十问 on, and 选用表 empty."""
    path = tmp_path / "CRM.xlsm"
    path.write_bytes(blank_book("", ("首次十问",)))
    return path


def edited(book: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    """Let a person change the book in another program."""
    opened = openpyxl.load_workbook(book, keep_vba=True)
    change(opened)
    opened.save(book)


def letter(book: Path, header: str) -> str:
    cell = next(cell for cell in openpyxl.load_workbook(book)["客户卡"][1] if cell.value == header)
    return str(cell.column_letter)


def test_columns_come_in_their_places_as_if_the_book_had_been_made_so(book: Path) -> None:
    said = switch(book, "首次十问", "客户资料")
    assert "用途" in said
    assert block_of(book, "客户卡").headers == FORMS["客户卡"].headers_with(("首次十问", "客户资料"))
    (card,) = read_ledger(FileSession(book).blocks, TODAY).of(Card)
    assert (card.name, card.relations, card.use) == ("何一", "同学", None)
    ours, theirs = (openpyxl.load_workbook(file)["客户卡"] for file in (book, made(book.parent)))
    for own, other in zip(ours[1], theirs[1], strict=True):
        assert (own.value, own.comment.text, own.fill.fgColor.rgb) == (
            *(other.value, other.comment.text, other.fill.fgColor.rgb),
        )


def made(folder: Path) -> Path:
    path = folder / "made.xlsm"
    fill_book(path, {"设置": [{"键": "选用表", "值": "首次十问、客户资料"}], "客户卡": [CARD]})
    return path


def test_empty_columns_go_and_the_sheet_is_as_it_was(book: Path) -> None:
    before, sheet = block_of(book, "客户卡"), look(book)
    switch(book, "首次十问", "客户资料")
    said = switch(book)
    assert "已知十问" in said
    assert block_of(book, "客户卡") == before
    assert look(book) == sheet


def look(book: Path) -> tuple[object, ...]:
    """What a person sees of 客户卡 besides its cells."""
    sheet = openpyxl.load_workbook(book)["客户卡"]
    rules = sorted((str(rule.sqref), rule.type, str(rule.formula1)) for rule in sheet.data_validations.dataValidation)
    colours = sorted((str(area.sqref), rule.formula) for area in sheet.conditional_formatting for rule in area.rules)
    notes = [cell.comment and cell.comment.text for cell in sheet[1]]
    spans = {column: one.width for one in sheet.column_dimensions.values() for column in range(one.min, one.max + 1)}
    return rules, colours, notes, spans, sheet.freeze_panes, sheet.tables["tblCard"].ref


def test_a_column_with_something_in_it_stays_with_its_group_and_counts(book: Path) -> None:
    switch(book, "首次十问", "客户资料")
    put(book, "客户卡", 2, "决策人", "太太")
    assert "没有选用 首次十问" in switch(book)
    assert set(TEN) <= set(block_of(book, "客户卡").headers)
    assert "教育" not in block_of(book, "客户卡").headers
    (card,) = read_ledger(FileSession(book).blocks, TODAY).of(Card)
    assert card.decider == "太太"
    put(book, "客户卡", 2, "决策人", None)
    switch(book)
    assert not set(TEN) & set(block_of(book, "客户卡").headers)


POINTING = ("=COUNTA(客户卡!$@$2:$@$50)", "=客户卡!@2", "=COUNTA(客户卡!@:@)", "=COUNTA(tblCard[用途])")


def is_kept(book: Path) -> bool:
    """Whether 首次十问, switched off, stays."""
    reader = BookReader(book, book.read_bytes())
    return without_columns(reader, FileSession(book).blocks, ())[2] == ["首次十问"]


def test_columns_that_a_formula_points_at_stay(on: Path) -> None:
    opened = openpyxl.load_workbook(on, keep_vba=True)
    at = letter(on, "用途")
    assert not is_kept(on)
    for text in POINTING:
        opened["目标"]["H5"] = text.replace("@", at)
        opened.save(on)
        assert is_kept(on), text


def test_a_note_that_somebody_wrote_on_a_header_keeps_the_columns(on: Path) -> None:
    at = f"{letter(on, '用途')}1"
    edited(on, lambda opened: setattr(opened["客户卡"][at], "comment", Comment("问两次", "王经理")))
    assert is_kept(on)


def test_a_formula_over_them_shrinks_and_one_beside_them_follows(book: Path) -> None:
    def pointing(opened: openpyxl.Workbook) -> None:
        opened["目标"]["H5"], opened["目标"]["H6"] = "=客户卡!$X$2", "=COUNTA(客户卡!A2:X2)"

    edited(book, pointing)
    switch(book, "首次十问", "客户资料")
    between = openpyxl.load_workbook(book)["目标"]
    assert between["H5"].value != "=客户卡!$X$2"
    switch(book)
    after = openpyxl.load_workbook(book)["目标"]
    assert (after["H5"].value, after["H6"].value) == ("=客户卡!$X$2", "=COUNTA(客户卡!A2:X2)")


def test_a_column_of_the_shops_own_by_such_a_name_is_left_alone(book: Path) -> None:
    def own(opened: openpyxl.Workbook) -> None:
        sheet = opened["客户卡"]
        at = sheet.max_column + 1
        sheet.cell(1, at, "教育")
        sheet.tables["tblCard"].ref = f"A1:{sheet.cell(2, at).coordinate}"
        sheet.tables["tblCard"].tableColumns.append(
            openpyxl.worksheet.table.TableColumn(id=at, name="教育"),
        )

    edited(book, own)
    assert xlcrm("upgrade", book).code == 0
    assert block_of(book, "客户卡").headers[-1] == "教育"
    assert "事业" not in block_of(book, "客户卡").headers


def test_switching_one_on_and_another_off_in_one_upgrade(book: Path) -> None:
    switch(book, "首次十问")
    switch(book, "客户资料")
    assert block_of(book, "客户卡").headers == FORMS["客户卡"].headers_with(("客户资料",))
    before = sorted((book.parent / ".xlcrm-backup").iterdir())[-1].read_bytes()
    assert xlcrm("undo", book).code == 0
    assert book.read_bytes() == before


def test_every_channel_reads_them(book: Path) -> None:
    path = book.parent / "filled.xlsm"
    fill_book(path, {"客户卡": [{**CARD, "用途": "上下班"}]})
    blocks = FileSession(path).blocks
    held = [(block.headers, block.rows) for block in blocks if block.sheet == "客户卡"]
    assert "用途" in held[0][0]
    for others in (Copy(path, path.name).blocks, LiveSession(fakexl.opened(path)).blocks):
        assert [(block.headers, block.rows) for block in others if block.sheet == "客户卡"] == held


def test_what_was_an_order_stays_one_when_deposits_get_a_column(tmp_path: Path) -> None:
    path = tmp_path / "CRM.xlsm"
    placed = dt.date(2026, 10, 5)
    row: dict[str, Cell] = {
        "订单号": "D1",
        "客户姓名": "何一",
        "电话": "19900000101",
        "订单日期": placed,
        "车型": "远行X5",
    }
    fill_book(path, {"订单": [row | {"销售顾问": "林一"}]})
    said = switch(path, "大定锁单")
    assert "大定日期先填成订单日期" in said
    session, typed = FileSession(path), Changes()
    typed.add("订单", {"订单日期": dt.date(2026, 10, 7)})
    session.apply(typed)
    ledger = read_ledger(FileSession(path).blocks, TODAY)
    assert [(order.firm_on, order.is_deposit) for order in ledger.of(Order)] == [(placed, False), (None, True)]
    assert [order.placed_on for order in ledger.orders] == [placed]
    assert "大定日期先填" not in switch(path, "大定锁单"), "once"


def test_a_group_with_a_sheet_stays_whole_while_the_sheet_has_rows(tmp_path: Path) -> None:
    path = tmp_path / "CRM.xlsm"
    fill_book(
        path,
        {"客户卡": [CARD], "修订记录": [{"日期": TODAY, "客户编号": "K0001", "栏目": "家庭", "新内容": "两个孩子"}]},
    )
    before = block_of(path, "客户卡")
    assert "教育" in before.headers
    assert "已经是最新" in xlcrm("upgrade", path).out
    assert block_of(path, "客户卡") == before
