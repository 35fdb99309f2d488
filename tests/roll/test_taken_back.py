"""What the roll wrote from a log row goes with it: taken back, or given another day or another consultant."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from corner import FRI, MON, THU, WED, shop, wordings
from desk import Desk
from memory import HE, NAMES, QIAN, STAFF, Memory, card, loss, order, plan, prospect, report, visit

from xlcrm.findings import Severity

SAT = dt.date(2026, 10, 10)


def marked(sheet: str = "日报") -> Memory:
    """何一 ordered on Wednesday, as a report or the register says, and nobody wrote the order."""
    book = shop()
    if sheet == "日报":
        book.add("日报", report(WED, HE, 结果="已订"))
    else:
        book.add("来店登记", visit(WED, 现场订购="√", **{"首次/再次": "再次"}))
        book.add("日报", report(WED, HE, 目的="接待", 方式="来店"))
    book.roll(WED)
    assert book.row("订单")["订单号"] == "待补-C00001-20261007"
    return book


def unmark(book: Memory, sheet: str) -> None:
    book.edit(sheet, {"日期": WED}, {"结果": "继续跟进"} if sheet == "日报" else {"现场订购": None})


def stands(book: Memory) -> tuple[object, object]:
    return book.row("客户卡")["状态"], book.row("客户卡").get("当前级别")


# ---------------------------------------------------------------- the mark goes


@pytest.mark.parametrize("sheet", ["日报", "来店登记"])
def test_the_order_of_a_mark_that_is_gone_is_taken_back_and_said(sheet: str) -> None:
    book = marked(sheet)
    unmark(book, sheet)
    result = book.roll(THU)
    assert result.withdrawn == ["订单 2026-10-07 何一"]
    assert book.rows("订单") == []
    assert stands(book) == ("在跟", "H")
    assert not book.roll(THU).changes


@pytest.mark.parametrize("completed", [{"金额": 180000.0}, {"订单号": "D1"}, {"付款状态": "O2"}, {"预计交车": FRI}])
def test_an_order_that_somebody_completed_stays(completed: Row) -> None:
    book = marked()
    book.edit("订单", {"电话": HE}, completed)
    unmark(book, "日报")
    assert book.roll(THU).withdrawn == []
    assert len(book.rows("订单")) == 1
    assert stands(book) == ("已订", None)


def test_a_mark_on_another_day_takes_its_order_along() -> None:
    book = marked()
    book.edit("日报", {"日期": WED}, {"日期": THU, "执行日期": THU})
    book.roll(THU)
    assert [row["订单号"] for row in book.rows("订单")] == ["待补-C00001-20261008"]


def test_a_mark_that_cannot_be_read_takes_nothing_back() -> None:
    book = marked()
    book.edit("日报", {"日期": WED}, {"结果": "不知道写的什么"})
    assert book.roll(THU).withdrawn == []
    assert len(book.rows("订单")) == 1


def test_the_loss_of_a_report_that_is_gone_is_taken_back_but_not_one_with_a_reason() -> None:
    for reason, left in ((None, 0), ("他品牌-价格", 1)):
        book = shop()
        book.add("日报", report(WED, HE, 结果="战败申请"))
        book.roll(WED)
        if reason:
            book.edit("战败", {"电话": HE}, {"原因": reason})
        book.delete("日报", {"日期": WED})
        result = book.roll(THU)
        assert result.withdrawn == ([] if left else ["战败 2026-10-07 何一"])
        assert len(book.rows("战败")) == left
        assert stands(book)[0] == ("战败待审" if left else "在跟")
        assert not book.roll(THU).changes


# ---------------------------------------------------------------- the plan goes


def plans(book: Memory) -> list[object]:
    return [row["计划日期"] for row in book.rows("跟进记录") if "执行日期" not in row]


def test_a_late_report_takes_back_the_row_of_tomorrows_plan() -> None:
    book = Desk.holding({"顾问": [{"姓名": "张敏", "状态": "在岗"}]})
    book.add("来店登记", visit(MON))
    book.add("日报", report(MON, HE, "H", 目的="接待", 方式="来店", 下次回访日期=THU))
    book.press("roll", WED)
    book.press("plan", WED)
    assert book.row("日报", 类别="明日计划")["执行日期"] == THU
    book.add("日报", report(WED, HE, "H", 原级别="H", 下次回访日期=FRI))
    said = book.press("roll", THU).said
    assert any("明日计划 2026-10-08 何一" in sentence for sentence in said), said
    assert [row["类别"] for row in book.rows("日报")] == ["当日总结", "当日总结"]
    assert "R6.no_plan" not in wordings(book, THU)
    book.press("undo", THU)
    assert book.row("日报", 类别="明日计划")["执行日期"] == THU


def test_a_plan_that_was_right_when_it_was_made_and_one_that_a_person_wrote_stay() -> None:
    for typed in ({}, {"主管批示": "带上报价"}):
        book = shop()
        book.add("日报", plan(MON, WED, HE, **typed))
        if typed:
            book.add("日报", report(MON, HE, "H", 原级别="H", 下次回访日期=FRI, 经过="晚上又打了电话"))
        else:
            book.add("订单", order(WED, HE))
        assert book.roll(WED).withdrawn == []
        assert "明日计划" in [row["类别"] for row in book.rows("日报")]


def test_the_plan_of_a_report_that_is_taken_back_goes_and_the_one_before_it_stands() -> None:
    book = shop()
    book.add("日报", report(WED, HE, "H", 原级别="H", 下次回访日期=FRI))
    book.roll(WED)
    assert plans(book) == [FRI]
    book.delete("日报", {"日期": WED})
    result = book.roll(WED)
    assert result.withdrawn == ["跟进记录 2026-10-09 何一"]
    assert plans(book) == [WED]
    assert "R5.contact" in wordings(book, WED)
    assert not book.roll(WED).changes


def test_a_next_day_put_right_in_the_report_moves_the_plan() -> None:
    book = shop()
    book.edit("日报", {"日期": MON}, {"下次回访日期": THU})
    book.roll(MON)
    assert plans(book) == [THU]
    assert not book.roll(MON).changes


def test_a_plan_that_a_person_moved_stays() -> None:
    book = shop()
    book.edit("跟进记录", {"计划日期": WED}, {"计划日期": THU})
    assert book.roll(WED).withdrawn == []
    assert plans(book) == [THU]


# ---------------------------------------------------------------- another consultant, another day


def lines(book: Memory) -> list[tuple[object, object]]:
    done = [row for row in book.rows("跟进记录") if "执行日期" in row]
    return sorted((str(row["执行日期"]), row["销售顾问"]) for row in done)


@pytest.mark.parametrize("day", [MON, WED])
def test_a_report_moved_to_another_consultant_takes_its_line_along(day: dt.date) -> None:
    book = shop()
    book.add("日报", report(WED, HE, "H", 原级别="H"))
    book.roll(WED)
    book.edit("日报", {"日期": day}, {"销售顾问": "李强"})
    book.roll(THU)
    assert lines(book) == [(str(on), "李强" if on == day else "张敏") for on in (MON, WED)]
    assert book.row("客户卡")["销售顾问"] == book.row("H级")["销售顾问"] == "张敏"
    assert not book.roll(THU).changes


@pytest.mark.parametrize(("result", "sheet", "header"), [("已订", "订单", "销售顾问"), ("战败申请", "战败", "申请人")])
def test_and_the_order_or_the_loss_that_the_roll_wrote_from_it(result: str, sheet: str, header: str) -> None:
    book = shop()
    book.add("日报", report(WED, HE, 结果=result))
    book.roll(WED)
    book.edit("日报", {"日期": WED}, {"销售顾问": "李强"})
    book.roll(THU)
    assert book.row(sheet)[header] == "李强"


def test_a_report_given_another_day_takes_its_line_along() -> None:
    book = shop()
    book.add("日报", report(WED, HE, "H", 原级别="H", 下次回访日期=FRI))
    book.roll(WED)
    book.edit("日报", {"日期": WED}, {"日期": THU, "执行日期": THU})
    book.roll(THU)
    assert lines(book) == [(str(MON), "张敏"), (str(THU), "张敏")]
    assert plans(book) == [FRI]
    assert book.row("H级")["最近回访"] == THU
    assert "R5.contact" not in wordings(book, THU)
    assert not book.roll(THU).changes
    book.edit("日报", {"日期": THU}, {"日期": dt.date(2026, 10, 6), "执行日期": dt.date(2026, 10, 6)})
    book.roll(THU)
    assert book.row("H级")["最近回访"] == dt.date(2026, 10, 6)
    assert not book.roll(THU).changes


def give(book: Memory, day: dt.date, phone: str) -> None:
    """The report of a day turns out to be another customer's."""
    [row] = [row for row in book.rows("日报") if row["日期"] == day]
    book.edit("日报", row, {"电话": phone, "客户姓名": NAMES[phone]})


@pytest.mark.parametrize("result", ["继续跟进", "已订", "战败申请"])
def test_a_report_given_to_another_customer_is_his_as_if_it_had_always_been(result: str) -> None:
    book, other = shop(HE, QIAN), shop(HE, QIAN)
    for sheets, phone in ((book, HE), (other, QIAN)):
        sheets.add("日报", report(WED, phone, "A", 原级别="H", 经过="上午打电话约了试驾", 结果=result))
        sheets.roll(WED)
    give(book, WED, QIAN)
    said = book.roll(THU).withdrawn
    assert "跟进记录 2026-10-07 何一" in said
    other.roll(THU)
    for sheet in ("客户卡", "H级", "A级", "跟进记录", "订单", "战败"):
        rows, expected = (
            sorted(str({h: cell for h, cell in row.items() if h != "入级日期"}) for row in one.rows(sheet))
            for one in (book, other)
        )
        assert rows == expected
    assert not book.roll(THU).changes
    assert wordings(book, THU, Severity.ERROR) == wordings(other, THU, Severity.ERROR)


def test_a_report_given_away_after_a_later_contact_leaves_the_later_plan() -> None:
    book = shop(HE, QIAN)
    book.add("日报", report(WED, HE, 经过="约了试驾"), report(FRI, HE, 经过="改到下周"))
    book.roll(FRI)
    planned = [row["计划日期"] for row in book.rows("跟进记录") if "执行日期" not in row]
    give(book, WED, QIAN)
    assert book.roll(FRI).withdrawn == ["跟进记录 2026-10-07 何一"]
    assert lines(book) == [(str(MON), "张敏"), (str(MON), "张敏"), (str(WED), "张敏"), (str(FRI), "张敏")]
    assert [row["计划日期"] for row in book.rows("跟进记录") if "执行日期" not in row] != planned
    assert wordings(book, FRI, Severity.ERROR) == []


def test_a_care_call_given_to_another_owner_is_open_again_and_done_for_the_other() -> None:
    sold: Row = {"车型": "远行X5", "购买日期": MON, "交车日期": MON, "销售顾问": "张敏"}
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(phone, None, 状态="已交车") for phone in (HE, QIAN)],
            "保有客户": [
                sold | {"客户编号": f"C0000{phone[-1]}", "车主姓名": NAMES[phone], "电话": phone}
                for phone in (HE, QIAN)
            ],
            "关怀记录": [
                {"客户编号": f"C0000{phone[-1]}", "关怀项目": "三日", "计划日期": WED, "销售顾问": "张敏"}
                for phone in (HE, QIAN)
            ],
            "日报": [report(WED, HE, 目的="售后回访")],
        }
    )
    book.roll(WED)
    give(book, WED, QIAN)
    assert book.roll(THU).withdrawn == ["关怀记录 2026-10-07 何一"]
    done = {row["客户编号"]: row.get("执行日期") for row in book.rows("关怀记录") if row["计划日期"] == WED}
    assert done == {"C00001": None, "C00002": WED}
    assert not book.roll(THU).changes


def test_everything_moved_in_the_logs_leaves_the_card_to_whose_it_became() -> None:
    book = shop()
    for sheet in ("来店登记", "日报"):
        book.edit(sheet, {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    book.add("订单", order(WED, HE))
    book.roll(THU)
    book.roll(FRI)
    assert book.row("客户卡")["销售顾问"] == "张敏"
    assert [row for row in book.rows("级别变更") if row["依据"] == "移交"] == []


# ---------------------------------------------------------------- deleted by hand


@pytest.mark.parametrize("sheet", ["客户卡", "H级"])
def test_a_deleted_card_or_grade_row_is_made_again_and_said(sheet: str) -> None:
    book = shop()
    book.delete(sheet, {"电话": HE})
    assert book.roll(WED).restored == [f"{sheet} C00001 何一"]
    assert book.roll(WED).restored == []
    assert wordings(book, WED, Severity.ERROR) == []


@pytest.mark.parametrize(("sheet", "changed"), [("H级", "B级"), ("客户卡", "客户卡")])
def test_what_was_moved_by_hand_goes_back_with_the_next_contact_and_is_said(sheet: str, changed: str) -> None:
    book = shop()
    if sheet == "H级":
        row = book.row(sheet, 电话=HE)
        book.delete(sheet, {"电话": HE})
        book.add(changed, row)
    else:
        book.edit(sheet, {"电话": HE}, {"当前级别": "B"})
    assert book.roll(WED).put_right == []
    book.add("日报", report(THU, HE, "H", 原级别="H"))
    assert book.roll(THU).put_right == [f"{changed} C00001 何一"]
    assert (book.row("H级", 电话=HE)["客户编号"], stands(book)) == ("C00001", ("在跟", "H"))
    assert book.roll(THU).put_right == []


def test_so_is_the_row_of_one_who_stood_in_the_opening_stock() -> None:
    book = Memory.holding(
        {"顾问": STAFF, "客户卡": [card(HE, "B")], "B级": [prospect(HE, "B")], "日报": [report(MON, HE)]}
    )
    book.roll(MON)
    book.delete("B级", {"电话": HE})
    assert book.roll(WED).restored == ["B级 C00001 何一"]
    assert not book.roll(WED).changes


def test_a_loss_approved_rejected_and_approved_on_the_same_day_is_settled_by_one_roll() -> None:
    book = shop(HE)
    book.add("战败", loss(dt.date(2026, 10, 6), HE, 战败前级别="H", 审批="同意", 审批日期=dt.date(2026, 10, 6)))
    book.roll(dt.date(2026, 10, 6))
    book.edit("战败", {"电话": HE}, {"审批": "驳回", "审批日期": WED, "驳回后级别": "A"})
    book.roll(WED)
    book.edit("战败", {"电话": HE}, {"审批": "同意", "审批日期": WED, "驳回后级别": None})
    book.roll(WED)
    assert book.row("客户卡")["状态"] == "战败"
    assert [(row["从"], row["到"]) for row in book.rows("级别变更")][-1] == ("A", "战败")
    assert not book.roll(WED).changes


def test_a_row_that_goes_to_another_sheet_takes_the_new_day_of_the_first_visit_along() -> None:
    book = Memory.holding({"顾问": STAFF})
    book.add("来店登记", visit(WED, HE, "B"))
    book.roll(WED)
    book.edit("来店登记", {"日期": WED}, {"首次/再次": "再次"})
    book.add("来店登记", visit(MON, HE, "C"))
    book.roll(WED)
    assert book.row("C级")["初洽日期"] == MON
    assert not book.roll(WED).changes
