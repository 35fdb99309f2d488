"""Month close: the stock frozen and carried over, the month sealed, later changes found, and every refusal."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from memory import (
    FIRST,
    HE,
    LAST,
    MIDDLE,
    QIAN,
    STAFF,
    SUN,
    ZHOU,
    Memory,
    loss,
    october,
    order,
    report,
    visit,
)

from xlcrm.errors import Refusal
from xlcrm.findings import Difference
from xlcrm.roll.close import reopen_month
from xlcrm.safety.seals import SEAL_VERB, digest

NEXT = dt.date(2026, 11, 3)


def typed() -> Memory:
    return Memory.holding(october())


def rolled() -> Memory:
    book = typed()
    book.roll(LAST)
    return book


def closed() -> Memory:
    book = rolled()
    book.close(LAST)
    return book


def frozen(book: Memory, month: str) -> list[tuple[object, ...]]:
    headers = ("电话", "状态", "级别", "销售顾问", "入级日期")
    return [tuple(row.get(h) for h in headers) for row in book.rows("月初留存") if row["月份"] == month]


# ---------------------------------------------------------------- freeze and carry over


def test_the_closing_stock_is_the_opening_of_the_next_month() -> None:
    book = closed()
    since = dt.date(2026, 9, 28)
    assert frozen(book, "2026-10") == [
        (HE, "在跟", "A", "张敏", since),
        (SUN, "在跟", "B", "张敏", since),
        (ZHOU, "在跟", "C", "张敏", since),
    ]
    # the ordered customer is in the books until the car is delivered, the lost one is out of them
    assert frozen(book, "2026-11") == [
        (HE, "在跟", "H", "张敏", MIDDLE),
        (SUN, "已订", "B", "张敏", MIDDLE),
        (QIAN, "在跟", "B", "张敏", LAST),
    ]


def test_every_open_prospect_carries_over_with_its_grade() -> None:
    book = rolled()
    assert "月初级别" not in book.row("B级", 电话=QIAN)
    assert book.row("H级", 电话=HE)["月初级别"] == "A"
    book.close(LAST)
    assert book.row("B级", 电话=QIAN)["月初级别"] == "B"
    assert book.row("H级", 电话=HE)["月初级别"] == "H"


def test_a_pending_loss_carries_over_with_the_grade_kept() -> None:
    book = typed()
    book.add("战败", loss(LAST, HE))
    book.roll(LAST)
    book.close(LAST)
    assert (HE, "战败待审", "H", "张敏", MIDDLE) in frozen(book, "2026-11")
    assert book.row("H级", 电话=HE)["月初级别"] == "H"


def test_a_closed_month_leaves_nothing_to_roll_and_nothing_to_find() -> None:
    book = closed()
    assert not book.roll(LAST).changes
    assert [f for f in book.crosscheck(LAST) if f.code == "R10"] == []


def test_the_month_may_be_closed_when_the_next_has_begun() -> None:
    book = rolled()
    book.add("日报", report(NEXT, HE, "C"))
    book.roll(NEXT)
    book.close(NEXT)
    assert (HE, "在跟", "H", "张敏", MIDDLE) in frozen(book, "2026-11")
    assert book.row("C级", 电话=HE)["月初级别"] == "H"
    assert not book.roll(NEXT).changes
    assert [f for f in book.crosscheck(NEXT) if f.code == "R10"] == []


def test_the_next_month_begins_where_the_last_ended() -> None:
    book = closed()
    book.edit("订单", {"电话": SUN}, {"交车日期": NEXT})
    book.add("日报", report(NEXT, QIAN, "A"), report(NEXT, ZHOU, "B"))
    result = book.roll(NEXT)
    assert {(m.phone, m.origin, m.target) for m in result.moves} == {
        (SUN, "已订", "已交车"),
        (QIAN, "B", "A"),
        (ZHOU, "战败", "B"),
    }
    assert not book.roll(NEXT).changes
    book.close(dt.date(2026, 11, 30), "2026-11")
    assert {row[:3] for row in frozen(book, "2026-12")} == {
        (HE, "在跟", "H"),
        (QIAN, "在跟", "A"),
        (ZHOU, "在跟", "B"),
    }
    assert [f for f in book.crosscheck(dt.date(2026, 11, 30)) if f.code == "R10"] == []


def test_a_step_of_a_closed_month_that_is_deleted_is_written_again_and_brings_nobody_back() -> None:
    book = closed()
    book.delete("级别变更", {"电话": ZHOU, "到": "战败"})
    (move,) = book.roll(NEXT).moves
    assert (move.origin, move.target) == ("战败待审(C)", "战败")
    assert not book.roll(NEXT).changes
    assert book.row("客户卡", 电话=ZHOU)["状态"] == "战败"
    assert [row for grade in "HABC" for row in book.rows(f"{grade}级") if row["电话"] == ZHOU] == []


def test_a_new_store_without_any_stock_can_close_its_first_month() -> None:
    book = Memory.holding({"顾问": STAFF, "来店登记": [visit(FIRST)], "日报": [report(FIRST, grade="H", 目的="接待")]})
    book.roll(LAST)
    assert book.rows("月初留存") == [{"月份": "2026-10"}]
    book.close(LAST)
    assert [f.wording for f in book.validate(LAST)] == []
    assert frozen(book, "2026-11") == [(HE, "在跟", "H", "张敏", FIRST)]


def test_a_month_that_ends_without_stock_is_closed_all_the_same() -> None:
    book = Memory.holding({"顾问": STAFF, "来店登记": [visit(FIRST)], "订单": [order(FIRST, 交车日期=MIDDLE)]})
    book.roll(LAST)
    book.close(LAST)
    with pytest.raises(Refusal) as refused:
        book.close(LAST, "2026-10")
    assert refused.value.key == "close.not_open"
    book.add("来店登记", visit(NEXT, QIAN, "A"))
    book.roll(NEXT)
    assert book.row("客户卡", 电话=HE)["状态"] == "已交车"
    assert book.row("A级")["电话"] == QIAN


# ---------------------------------------------------------------- the seal


def later_changes(book: Memory) -> list[tuple[str, str, int]]:
    found = [f for f in book.crosscheck(NEXT) if f.kind is Difference.CHANGED_AFTER_CLOSE]
    return [(f.wording, f.at.sheet, f.at.row) for f in found]


def test_the_seal_is_in_the_journal_and_holds_while_nothing_changes() -> None:
    book = closed()
    seals = [row for row in book.rows("操作日志") if row["动作"] == SEAL_VERB]
    assert [(row["工作表"], row["位置"]) for row in seals] == [
        (sheet, "2026-10") for sheet in ("来店登记", "日报", "订单", "战败", "历月指标")
    ]
    assert later_changes(book) == []


def test_rows_sorted_and_rows_of_the_next_month_break_no_seal() -> None:
    book = closed()
    rows = book.rows("日报")
    book.empty("日报")
    book.add("日报", *reversed(rows))
    book.add("日报", report(NEXT, HE, "H"))
    assert later_changes(book) == []


def test_a_check_result_breaks_no_seal() -> None:
    book = closed()
    book.edit("日报", {"电话": HE}, {"检查结果": "通过"})
    assert later_changes(book) == []


@pytest.mark.parametrize("header", ["经过", "现级别", "主管批示", "电话"])
def test_a_row_changed_after_the_close_is_found(header: str) -> None:
    book = closed()
    changed: Row = {"经过": "改口了", "现级别": "A", "主管批示": "已阅", "电话": ZHOU}
    book.edit("日报", {"电话": HE}, {header: changed[header]})
    assert later_changes(book) == [("R10.changed", "日报", 4)]


def test_a_row_added_after_the_close_is_found() -> None:
    book = closed()
    book.add("来店登记", visit(MIDDLE, ZHOU, "H") | {"首次/再次": "再次"})
    # in error or not: ZHOU's second row says it was the first
    book.add("来店登记", visit(LAST, ZHOU, "H"))
    assert later_changes(book) == [("R10.changed", "来店登记", 3), ("R10.changed", "来店登记", 4)]


def test_rows_deleted_after_the_close_are_counted() -> None:
    book = closed()
    book.delete("日报", {"电话": HE})
    book.delete("日报", {"电话": SUN})
    assert later_changes(book) == [("R10.removed", "日报", 1)]
    (finding,) = (f for f in book.crosscheck(NEXT) if f.wording == "R10.removed")
    assert finding.about == {"month": "2026-10", "count": 2}


def test_a_row_moved_into_another_month_is_missing_from_the_sealed_one() -> None:
    book = closed()
    book.edit("日报", {"电话": HE}, {"日期": NEXT, "执行日期": NEXT})
    assert later_changes(book) == [("R10.removed", "日报", 1)]


def test_a_row_changed_and_another_deleted_are_one_each() -> None:
    book = closed()
    book.edit("日报", {"电话": HE}, {"经过": "改口了"})
    book.delete("日报", {"电话": SUN})
    assert sorted(wording for wording, _, _ in later_changes(book)) == ["R10.changed", "R10.removed"]


def test_the_price_of_an_order_may_be_completed_after_the_close_and_not_changed() -> None:
    book = typed()
    book.edit("订单", {"电话": SUN}, {"金额": None})
    book.roll(LAST)
    book.close(LAST)
    book.edit("订单", {"电话": SUN}, {"金额": 175000.0})
    assert later_changes(book) == []
    book.edit("订单", {"电话": SUN}, {"数量": 2})
    assert later_changes(book) == [("R10.changed", "订单", 2)]


def test_a_seal_of_version_0_1_knew_neither_cars_nor_price_and_holds() -> None:
    book = closed()
    [sold] = book.ledger(NEXT).orders
    cells = [sold.phone, str(sold.placed_on), sold.model, sold.consultant, "", ""]
    book.edit("操作日志", {"动作": SEAL_VERB, "工作表": "订单"}, {"新值": digest(map(str, cells))})
    assert later_changes(book) == []
    book.edit("订单", {"电话": SUN}, {"金额": 175000.0})
    assert later_changes(book) == []
    book.edit("订单", {"电话": SUN}, {"车型": "远行S3"})
    assert later_changes(book) == [("R10.changed", "订单", 2)]


def test_what_becomes_of_an_order_or_a_loss_in_the_next_month_breaks_no_seal() -> None:
    book = typed()
    book.add("战败", loss(LAST, HE))
    book.roll(LAST)
    book.close(LAST)
    book.edit("订单", {"电话": SUN}, {"交车日期": NEXT, "付款状态": "O4", "已收款": 1.0})
    book.edit("战败", {"电话": HE}, {"审批": "驳回", "审批日期": NEXT, "驳回后级别": "A"})
    assert later_changes(book) == []


@pytest.mark.parametrize(
    ("sheet", "known", "changed"),
    [
        ("订单", {"电话": SUN}, {"交车日期": LAST}),
        ("订单", {"电话": SUN}, {"车型": "远行S3"}),
        ("订单", {"电话": SUN}, {"数量": 2}),
        ("订单", {"电话": SUN}, {"金额": 175000.0}),
        ("订单", {"电话": SUN}, {"金额": None}),
        ("战败", {"电话": ZHOU}, {"审批": "驳回"}),
        ("战败", {"电话": ZHOU}, {"类型": "冻结"}),
    ],
)
def test_an_order_or_a_loss_changed_after_the_close_is_found(sheet: str, known: Row, changed: Row) -> None:
    book = closed()
    book.edit(sheet, known, changed)
    assert later_changes(book) == [("R10.changed", sheet, 2)]


def test_an_order_deleted_or_written_after_the_close_is_found() -> None:
    book = closed()
    book.delete("订单", {"电话": SUN})
    assert later_changes(book) == [("R10.removed", "订单", 1)]
    book.add("战败", loss(MIDDLE, QIAN))
    assert ("R10.changed", "战败", 3) in later_changes(book)


# ---------------------------------------------------------------- reopening


def tables(book: Memory) -> dict[str, list[Row]]:
    return {block.sheet: book.rows(block.sheet) for block in book.blocks}


def test_a_month_opened_again_is_as_before_it_was_closed() -> None:
    book = rolled()
    before = tables(book)
    book.close(LAST)
    month, changes = reopen_month(book.ledger(NEXT))
    book.apply(changes)
    assert (month, tables(book)) == ("2026-10", before)
    book.close(LAST)
    assert tables(book) == tables(closed())


def test_a_month_opened_again_can_be_put_right_and_closed() -> None:
    book = closed()
    book.apply(reopen_month(book.ledger(NEXT), "2026-10")[1])
    book.edit("日报", {"电话": SUN}, {"经过": "改口了，说下月再看"})
    book.roll(NEXT)
    book.close(NEXT)
    assert later_changes(book) == []


def test_only_the_last_closed_month_is_opened_again() -> None:
    with pytest.raises(Refusal) as refused:
        reopen_month(closed().ledger(NEXT), "2026-09")
    assert (refused.value.key, refused.value.about) == ("reopen.not_last", {"month": "2026-09", "last": "2026-10"})
    with pytest.raises(Refusal) as refused:
        reopen_month(rolled().ledger(NEXT))
    assert refused.value.key == "reopen.none"


# ---------------------------------------------------------------- refusals


def refused(book: Memory, today: dt.date, month: str | None = None) -> Refusal:
    before = list(book.blocks)
    with pytest.raises(Refusal) as caught:
        book.close(today, month)
    assert book.blocks == before
    return caught.value


@pytest.mark.parametrize("month", ["2026-09", "2026-11"])
def test_only_the_open_month_is_closed(month: str) -> None:
    refusal = refused(rolled(), NEXT, month)
    assert (refusal.key, refusal.about) == ("close.not_open", {"month": month, "open": "2026-10"})


def test_a_closed_month_is_not_closed_again() -> None:
    assert refused(closed(), NEXT, "2026-10").about == {"month": "2026-10", "open": "2026-11"}


def test_a_month_is_not_closed_before_its_last_day() -> None:
    book = rolled()
    assert refused(book, LAST - dt.timedelta(days=1)).key == "close.early"
    book.close(LAST)


def test_a_month_never_rolled_is_not_closed() -> None:
    assert refused(typed(), LAST).key == "close.not_rolled"


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("日报", report(LAST, HE, "H", 经过="下午又来电话")),
        ("来店登记", visit(LAST, ZHOU, "H") | {"首次/再次": "再次"}),
        ("订单", order(LAST, HE)),
    ],
)
def test_a_month_with_logs_not_rolled_yet_is_not_closed(sheet: str, row: Row) -> None:
    book = rolled()
    book.add(sheet, row)
    assert refused(book, LAST).key == "close.not_rolled"
    book.roll(LAST)
    book.close(LAST)


def test_a_plan_overdue_since_the_last_roll_keeps_nobody_from_closing() -> None:
    book = rolled()
    book.close(NEXT)


def test_a_month_with_rows_in_error_is_not_closed() -> None:
    book = rolled()
    book.add("日报", report(MIDDLE, HE, "O"))
    refusal = refused(book, LAST)
    assert (refusal.key, refusal.about) == ("close.errors", {"month": "2026-10", "count": 1, "where": "日报!K6"})


def test_an_order_in_error_is_not_closed_over() -> None:
    book = rolled()
    book.add("订单", order(MIDDLE, HE, 车型=None))
    assert refused(book, LAST).key == "close.errors"


def test_an_error_in_the_next_month_keeps_nobody_from_closing() -> None:
    book = rolled()
    book.add("日报", report(NEXT, HE, "O"))
    book.close(NEXT)


def test_a_month_whose_opening_was_changed_is_not_closed() -> None:
    book = rolled()
    book.edit("月初留存", {"电话": HE}, {"级别": "C"})
    book.roll(LAST)
    assert refused(book, LAST).key == "close.unbalanced"
