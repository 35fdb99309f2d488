"""Forms that a shop switched on go to the consultants who fill them in, and come home by the same three-way merge."""

from __future__ import annotations

import datetime as dt

import pytest
from desk import Desk
from hands import Copy, collect, handed
from logexamples import STAFF, VALID, cells

from xlcrm.forms.schema import Cell
from xlcrm.hands.receipt import Receipt

DAY = dt.date(2026, 10, 8)
ROWS = {
    "来店登记": [""],
    "试驾": ["", "销售顾问=李强 客户姓名=韩二 电话=19900000124"],
    "拜访计划": ["执行日期= 达到预期= 承诺答复= 效果="],
    "线索": ["", "顾问=李强 客户姓名=韩二 电话=19900000124"],
}
FILLED: dict[str, tuple[str, Cell]] = {
    "试驾": ("客户感受", "后排宽敞，想再试一次"),
    "拜访计划": ("执行日期", DAY),
    "线索": ("车型", "远行X7"),
}


def shop(*switched: str) -> Desk:
    sheets = {sheet: ROWS[sheet] for sheet in ("来店登记", *switched)}
    rows = {sheet: [cells(sheet, VALID[sheet]) | cells(sheet, one) for one in own] for sheet, own in sheets.items()}
    if switched:
        rows["设置"] = [{"键": "选用表", "值": "、".join(switched)}]
    return Desk.holding({"顾问": STAFF, **rows})


def copy_of(book: Desk, consultant: str = "张敏") -> Copy:
    return next(Copy.of(out) for out in handed(book, DAY) if out.consultant == consultant)


def home(book: Desk, copy: Copy) -> Receipt:
    """The receipt of a file that came home."""
    [receipt] = collect(book, [copy.home], DAY).receipts or []
    return receipt


def test_a_shop_that_switched_nothing_on_hands_out_what_it_always_did() -> None:
    assert FILLED.keys().isdisjoint(copy_of(shop()).sheets)


@pytest.mark.parametrize("sheet", FILLED)
def test_his_rows_of_a_switched_form_go_out_and_nobody_elses(sheet: str) -> None:
    [row] = copy_of(shop(sheet)).rows(sheet)[:1]
    assert "19900000123" in row
    assert not any("19900000124" in other for other in copy_of(shop(sheet)).rows(sheet))


@pytest.mark.parametrize("sheet", FILLED)
def test_what_he_fills_in_is_collected_once(sheet: str) -> None:
    book = shop(sheet)
    copy, (header, value) = copy_of(book), FILLED[sheet]
    copy.put(sheet, 0, header, value)
    copy.add(sheet, {**cells(sheet, VALID[sheet]), "客户姓名": "孙三", "电话": "19900000125"})
    receipt = home(book, copy)
    assert (receipt.new, receipt.changed, receipt.conflict, receipt.wrong) == (1, 1, 0, 0)
    assert book.rows(sheet)[0][header] == value
    assert book.rows(sheet)[-1]["客户姓名"] == "孙三"
    standing = book.tables()
    again = home(book, copy)
    assert (again.new, again.changed) == (0, 0)
    assert book.tables() == standing


@pytest.mark.parametrize("sheet", FILLED)
def test_a_cell_that_both_changed_is_a_conflict(sheet: str) -> None:
    book = shop(sheet)
    copy = copy_of(book)
    header = {"试驾": "路线", "拜访计划": "效果", "线索": "车型"}[sheet]
    copy.put(sheet, 0, header, "顾问写的")
    book.edit_row(sheet, 0, {header: "总表写的"})
    receipt = home(book, copy)
    assert (receipt.changed, receipt.conflict) == (0, 1)
    assert [(row["工作表"], row["栏目"]) for row in book.rows("冲突")] == [(sheet, header)]


def test_a_plan_that_waits_goes_out_however_old_it_is_and_a_done_one_of_a_closed_month_does_not() -> None:
    book = shop("拜访计划")
    done = cells("拜访计划", VALID["拜访计划"]) | {
        "编号": "B002",
        "计划日期": dt.date(2026, 8, 3),
        "执行日期": dt.date(2026, 8, 3),
    }
    book.add("拜访计划", done)
    book.edit_row("拜访计划", 0, {"计划日期": dt.date(2026, 8, 4)})
    book.add("月初留存", {"月份": "2026-10"})
    assert [row[0] for row in copy_of(book).rows("拜访计划") if row[0]] == ["B001"]


def test_a_file_with_a_form_that_the_book_has_no_more_says_so() -> None:
    copy = copy_of(shop("试驾"))
    receipt = home(shop(), copy)
    assert receipt.wrong == 1
    assert "没有“试驾”这张表" in receipt.text
