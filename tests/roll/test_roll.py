"""Rolling: every line of the table of events as a small scenario, and random months that must keep their promises."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from books import Row, Sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, NAMES, QIAN, STAFF, Memory, card, days, loss, order, plan, prospect, report, visit
from sizes import scaled

from xlcrm.findings import Finding, Severity
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import GRADE_SHEETS
from xlcrm.ledger.months import month_start
from xlcrm.roll.proposals import propose
from xlcrm.timeline.balance import balance
from xlcrm.timeline.replay import replay
from xlcrm.validate import blocked_rows, validate_logs

FIRST, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 24)
MON, TUE, WED, THU, FRI, SAT, SUN = (dt.date(2026, 10, day) for day in range(5, 12))
"""张敏 rests on Tuesdays, 李强 on Fridays."""
NEXT_MON = dt.date(2026, 10, 12)


def book_of(**sheets: list[Row]) -> Memory:
    """A book with its staff; ``H级`` and the other sheets as keyword arguments."""
    return Memory.holding({"顾问": STAFF, **sheets})


def rolled(today: dt.date = LAST, **sheets: list[Row]) -> Memory:
    book = book_of(**sheets)
    book.roll(today)
    return book


def place(book: Memory, phone: str = HE) -> tuple[Cell, Cell, list[str]]:
    """State and grade on the customer's one card, and the grade sheets the customer stands in."""
    own = book.row("客户卡", 电话=phone)
    sheets = [sheet for sheet in GRADE_SHEETS.values() for row in book.rows(sheet) if row["电话"] == phone]
    return own["状态"], own.get("当前级别"), sheets


def steps(book: Memory) -> list[tuple[Cell, Cell, Cell]]:
    return [(row["时间"], row["从"], row["到"]) for row in book.rows("级别变更")]


def plans(book: Memory) -> list[Cell]:
    """Days of the open plans."""
    return [row["计划日期"] for row in book.rows("跟进记录") if "执行日期" not in row]


def contacts(book: Memory) -> list[tuple[Cell, Cell, Cell, Cell]]:
    """Planned on, done on, grade before, grade after of every contact made."""
    return [
        (row.get("计划日期"), row["执行日期"], row.get("回访前级别"), row.get("回访后级别"))
        for row in book.rows("跟进记录")
        if "执行日期" in row
    ]


# ---------------------------------------------------------------- register rows


def test_a_first_visit_makes_a_card_a_grade_row_and_the_first_follow_up() -> None:
    book = rolled(MON, 来店登记=[visit(MON, 试乘试驾="√", 试驾保证书="√", 竞品="吉力")])
    assert place(book) == ("在跟", "H", ["H级"])
    assert steps(book) == [(MON, "新", "H")]
    own = book.row("客户卡", 客户姓名="何一")
    assert own["客户编号"] == "C00001"
    assert (own["初洽日期"], own["建卡日期"], own["销售顾问"], own["来源"]) == (MON, MON, "张敏", "来店/电")
    row = book.row("H级", 客户编号="C00001")
    assert (row["初洽日期"], row["入级日期"], row["初始级别"], row["试驾日期"]) == (MON, MON, "H", MON)
    assert (row["竞品"], row["最近回访"], row["下次回访"]) == ("吉力", MON, WED)
    assert "月初级别" not in row
    # the visit itself is the contact, and Tuesday is a day of rest
    assert contacts(book) == [(None, MON, None, "H")]
    assert plans(book) == [WED]


@pytest.mark.parametrize(("next_on", "first_follow_up"), [(THU, THU), (None, WED)])
def test_the_first_follow_up_is_as_the_days_report_says_else_the_next_working_day(
    next_on: dt.date | None, first_follow_up: dt.date
) -> None:
    reported = report(MON, grade="B", 目的="接待", 方式="来店", 下次回访日期=next_on)
    book = rolled(MON, 来店登记=[visit(MON, grade="B")], 日报=[reported])
    assert contacts(book) == [(None, MON, "B", "B")]
    assert plans(book) == [first_follow_up]


def test_a_known_customers_visit_is_noted_and_the_grade_comes_from_the_report() -> None:
    again: Row = {"首次/再次": "再次", "意向级别": "A"}
    book = rolled(MON, 来店登记=[visit(MON)])
    book.add("来店登记", visit(WED) | again)
    book.roll(WED)
    # no report mentions it: the visit is the contact planned for the day, and H stays H
    assert place(book) == ("在跟", "H", ["H级"])
    assert contacts(book) == [(None, MON, None, "H"), (WED, WED, "H", "H")]
    assert plans(book) == [FRI]
    book.add("来店登记", visit(FRI) | again)
    book.add("日报", report(FRI, grade="A", 目的="接待", 方式="来店", 原级别="H"))
    book.roll(FRI)
    assert place(book) == ("在跟", "A", ["A级"])
    assert contacts(book)[2:] == [(FRI, FRI, "H", "A")]
    assert len(book.rows("客户卡")) == 1


def test_the_report_of_a_visit_rolled_at_noon_takes_over_its_line_in_the_evening() -> None:
    again = visit(WED, grade="A", **{"首次/再次": "再次", "注释": "又来看了一次"})
    book = rolled(WED, **KNOWN, 来店登记=[again])
    assert contacts(book) == [(None, WED, "A", "A")]
    noon = book.copy()
    book.add("日报", report(WED, grade="H", 目的="接待", 方式="来店", 经过="谈定了价格", 下次回访日期=FRI))
    book.roll(WED)
    assert contacts(book) == [(None, WED, "A", "H")]
    assert (book.rows("跟进记录")[0]["经过"], plans(book), place(book)[0:2]) == ("谈定了价格", [FRI], ("在跟", "H"))
    evening = {sheet: book.rows(sheet) for sheet in ("跟进记录", "H级", "客户卡")}
    book.roll(WED)
    assert {sheet: book.rows(sheet) for sheet in evening} == evening
    # another line of the day, typed by hand, stays as it is
    by_hand: Row = {"客户编号": "C00001", "执行日期": WED, "经过": "自己记的", "销售顾问": "张敏"}
    noon.delete("跟进记录", {"执行日期": WED})
    noon.add("跟进记录", by_hand)
    noon.add("日报", report(WED, grade="H", 目的="接待", 方式="来店"))
    noon.roll(WED)
    assert noon.row("跟进记录", 执行日期=WED)["经过"] == "自己记的"


@pytest.mark.parametrize("purpose", ["接待", "开拓", "促进", "手续"])
def test_a_visit_reported_under_any_purpose_is_one_contact(purpose: str) -> None:
    again = visit(WED, grade="A", **{"首次/再次": "再次"})
    reported = report(WED, grade="H", 目的=purpose, 方式="来店", 下次回访日期=FRI)
    book = rolled(WED, **KNOWN, 来店登记=[again], 日报=[reported])
    assert contacts(book) == [(None, WED, "A", "H")]
    assert not [f for f in book.crosscheck(WED) if f.wording == "R5.visit"]


ERRAND: Row = {
    "来店目的": "手续",
    "首次/再次": "再次",
    "现场订购": "√",
    "意向级别": None,
    "拟购车型": None,
    "来源": None,
}


def test_an_order_on_an_errand_moves_a_known_customer_and_nobody_else() -> None:
    book = rolled(WED, **KNOWN, 来店登记=[visit(WED) | ERRAND, visit(WED, QIAN) | ERRAND])
    assert place(book) == ("已订", None, [])
    assert [(row["电话"], row["订单日期"]) for row in book.rows("订单")] == [(HE, WED)]
    assert contacts(book) == []
    assert len(book.rows("客户卡")) == 1
    again = book.copy()
    again.roll(WED)
    assert again.rows("级别变更") == book.rows("级别变更")


def test_an_owner_who_orders_in_a_care_call_has_ordered() -> None:
    reported = report(WED, 目的="售后回访", 结果="已订")
    book = rolled(WED, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=[owning()], 日报=[reported])
    assert place(book)[0] == "已订"
    assert [row["订单日期"] for row in book.rows("订单")] == [WED]


def test_a_colleagues_contact_does_not_move_the_customer_to_the_colleague() -> None:
    again = visit(WED, 销售顾问="李强") | {"首次/再次": "再次"}
    book = rolled(WED, 来店登记=[visit(MON), again], 日报=[report(WED, grade="A", 销售顾问="李强", 目的="接待")])
    assert book.row("客户卡")["销售顾问"] == "张敏"
    assert book.row("A级")["销售顾问"] == "张敏"
    assert book.rows("跟进记录")[1]["销售顾问"] == "李强"  # who did it, whoever planned it
    assert [f.wording for f in book.validate(WED)] == ["V09.clash"]


def test_a_spare_phone_leads_to_the_customer_it_belongs_to() -> None:
    book = rolled(
        WED,
        客户卡=[card(HE, "A", 备用电话=QIAN)],
        A级=[prospect(HE, "A")],
        来店登记=[visit(MON, QIAN, "H", 顾客名称="何一") | {"首次/再次": "再次"}],
        日报=[report(WED, QIAN, "H", 客户姓名="何一")],
    )
    assert place(book, HE) == ("在跟", "H", ["H级"])
    assert len(book.rows("客户卡")) == 1
    assert [on for _, on, _, _ in contacts(book)] == [MON, WED]


def test_parties_with_other_purposes_or_without_a_phone_are_not_prospects() -> None:
    book = rolled(
        来店登记=[
            visit(MON, 来店目的="维修"),
            visit(MON, grade=None, 电话=None, 未留档原因="客户-闲逛"),
        ]
    )
    assert book.rows("客户卡") == []
    assert book.rows("级别变更") == []


# ---------------------------------------------------------------- contacts and plans

KNOWN: dict[str, list[Row]] = {"客户卡": [card(HE, "A")], "A级": [prospect(HE, "A", 备注="要白色", 预计购车日=SUN)]}


def with_plan(on: dt.date) -> dict[str, list[Row]]:
    planned: Row = {
        "客户编号": "C00001",
        "客户姓名": "何一",
        "计划日期": on,
        "计划方式": "电话",
        "计划目的": "促进",
        "回访前级别": "A",
        "销售顾问": "张敏",
    }
    return {**KNOWN, "跟进记录": [planned]}


def test_a_new_grade_moves_the_row_with_everything_in_it() -> None:
    book = rolled(WED, **with_plan(WED), 日报=[report(WED, grade="H", 下次回访日期=THU)])
    assert place(book) == ("在跟", "H", ["H级"])
    row = book.row("H级")
    assert (row["备注"], row["初洽日期"], row["初始级别"], row["月初级别"]) == (
        "要白色",
        dt.date(2026, 9, 20),
        "A",
        "A",
    )
    assert (row["入级日期"], row["最近回访"], row["下次回访"]) == (WED, WED, THU)
    assert steps(book) == [(WED, "A", "H")]
    assert book.row("级别变更")["依据"] == "日报 2026-10-07 现级别 H"


def test_a_contact_on_the_day_planned_is_the_plans_doing_and_one_new_plan_follows() -> None:
    book = rolled(WED, **with_plan(WED), 日报=[report(WED, grade="A", 下次回访日期=SAT)])
    assert contacts(book) == [(WED, WED, "A", "A")]
    assert plans(book) == [SAT]
    assert len(book.rows("跟进记录")) == 2


def test_a_contact_after_the_day_planned_is_its_late_doing() -> None:
    book = rolled(THU, **with_plan(MON), 日报=[report(THU, grade="A", 下次回访日期=SAT)])
    assert contacts(book) == [(MON, THU, "A", "A")]
    assert plans(book) == [SAT]


def test_a_contact_before_the_day_planned_drops_the_plan() -> None:
    book = rolled(WED, **with_plan(FRI), 日报=[report(WED, grade="A", 下次回访日期=NEXT_MON)])
    assert contacts(book) == [(None, WED, "A", "A")]
    assert plans(book) == [NEXT_MON]


@pytest.mark.parametrize(
    ("on", "grade", "next_on"),
    [
        # H: two days on is the Friday
        (WED, "H", FRI),
        # A: seven days on is a Wednesday
        (WED, "A", dt.date(2026, 10, 14)),
        # H from a Sunday: two days on is a Tuesday, 张敏 rests: the Monday before
        (SUN, "H", NEXT_MON),
        # A from a Tuesday falls on a Tuesday: the Monday before
        (TUE, "A", NEXT_MON),
    ],
)
def test_without_a_next_day_the_interval_of_the_new_grade_counts(on: dt.date, grade: str, next_on: dt.date) -> None:
    book = rolled(on, **KNOWN, 日报=[report(on, grade=grade)])
    assert plans(book) == [next_on]


def test_a_contact_without_a_grade_leaves_the_grade() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, 结果="未接通")])
    assert place(book) == ("在跟", "A", ["A级"])
    assert contacts(book) == [(None, WED, "A", None)]
    assert plans(book) == [dt.date(2026, 10, 14)]


def test_a_contact_typed_on_the_card_by_hand_is_not_written_twice() -> None:
    by_hand: Row = {"客户编号": "C00001", "执行日期": WED, "执行方式": "电话", "回访后级别": "A", "销售顾问": "张敏"}
    book = rolled(WED, **KNOWN, 跟进记录=[by_hand], 日报=[report(WED, grade="A", 下次回访日期=SAT)])
    assert contacts(book) == [(None, WED, None, "A")]
    assert plans(book) == [SAT]
    assert book.row("A级")["下次回访"] == SAT


def test_an_older_contact_entered_late_is_noted_and_plans_nothing() -> None:
    book = rolled(THU, **KNOWN, 日报=[report(THU, grade="A", 下次回访日期=SAT)])
    book.add("日报", report(WED, grade="A", 下次回访日期=FRI))
    book.roll(FRI)
    assert [on for _, on, _, _ in contacts(book)] == [THU, WED]
    assert plans(book) == [SAT]


def test_the_days_a_plan_is_overdue_are_counted() -> None:
    book = rolled(MON, **with_plan(MON))
    assert "逾期天数" not in book.row("A级")
    book.roll(THU)
    assert book.row("A级")["逾期天数"] == 3
    book.add("日报", report(THU, 下次回访日期=SAT))
    book.roll(THU)
    assert "逾期天数" not in book.row("A级")


def test_a_contact_in_plans_only_moves_nothing() -> None:
    book = rolled(WED, **KNOWN, 日报=[plan(MON, WED, 现级别="H")])
    assert place(book) == ("在跟", "A", ["A级"])
    assert book.rows("跟进记录") == []


def test_a_report_without_a_phone_is_the_contact_of_the_one_with_that_name_and_model() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="H", 电话=None)])
    assert place(book) == ("在跟", "H", ["H级"])
    assert book.crosscheck(WED)[0].wording == "R9.unplanned"
    assert not book.roll(WED).changes


def test_contacts_of_a_phone_nobody_carded_move_nothing() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, QIAN, "H")])
    assert len(book.rows("客户卡")) == 1
    assert book.rows("跟进记录") == []


# ---------------------------------------------------------------- orders


def test_an_order_row_makes_an_ordered_customer_who_leaves_the_grade_sheet() -> None:
    book = rolled(WED, **with_plan(FRI), 订单=[order(WED)])
    assert place(book) == ("已订", None, [])
    assert steps(book) == [(WED, "A", "已订")]
    assert book.row("订单")["客户编号"] == "C00001"
    assert book.rows("跟进记录") == []


@pytest.mark.parametrize(
    "mark",
    [
        {"来店登记": [visit(WED, 现场订购="√") | {"首次/再次": "再次"}]},
        {"日报": [report(WED, grade="A", 结果="已订")]},
    ],
)
def test_a_mark_of_an_order_makes_an_ordered_customer(mark: dict[str, list[Row]]) -> None:
    book = rolled(WED, **KNOWN, **mark, 订单=[order(FRI)])
    assert place(book) == ("已订", None, [])
    assert steps(book) == [(WED, "A", "已订")]
    # the order row of these days is that order
    assert [row["订单号"] for row in book.rows("订单")] == ["D1009-1"]

    book = rolled(WED, **KNOWN, **mark)
    assert place(book) == ("已订", None, [])
    row = book.row("订单")
    assert (row["订单号"], row["客户编号"], row["电话"]) == ("待补-C00001-20261007", "C00001", HE)
    assert (row["订单日期"], row["车型"], row["销售顾问"]) == (WED, "远行X5", "张敏")
    assert [f.wording for f in propose(book.review(WED))] == ["G05.order"]


def test_an_order_written_for_a_mark_gives_way_to_the_row_staff_write_for_it() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="A", 结果="已订")])
    book.add("订单", order(THU))
    book.roll(THU)
    assert [row["订单号"] for row in book.rows("订单")] == ["D1008-1"]
    assert steps(book) == [(WED, "A", "已订")]


def test_an_order_completed_by_staff_stays() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="A", 结果="已订")])
    book.edit("订单", {"电话": HE}, {"金额": 180000.0})
    book.add("订单", order(THU))
    book.roll(THU)
    assert len(book.rows("订单")) == 2


def test_a_mark_on_an_ordered_customer_means_the_open_order() -> None:
    book = rolled(LAST, **KNOWN, 订单=[order(MON)], 日报=[report(dt.date(2026, 10, 20), 结果="已订", 目的="手续")])
    assert len(book.rows("订单")) == 1


def test_a_mark_after_a_cancellation_is_another_order() -> None:
    book = rolled(LAST, **KNOWN, 订单=[order(MON, 退订日期=WED)], 日报=[report(SAT, grade="A", 结果="已订")])
    assert place(book)[0] == "已订"
    assert [row["订单日期"] for row in book.rows("订单")] == [MON, SAT]


def test_a_mark_just_after_the_delivery_means_the_car_handed_over() -> None:
    reported = report(THU, 结果="已订", 目的="手续")
    book = rolled(THU, **KNOWN, 订单=[order(MON, 交车日期=WED)], 日报=[reported])
    assert place(book)[0] == "已交车"
    assert len(book.rows("订单")) == 1


def test_a_contact_regrades_no_ordered_customer_and_plans_only_as_it_says() -> None:
    reported = [report(THU, grade="C"), report(SAT, grade="H", 下次回访日期=NEXT_MON)]
    book = rolled(SUN, **KNOWN, 订单=[order(WED)], 日报=reported)
    assert place(book) == ("已订", None, [])
    assert steps(book) == [(WED, "A", "已订")]
    assert plans(book) == [NEXT_MON]


def test_a_cancelled_order_returns_the_customer_to_the_return_grade() -> None:
    cancelled = [order(WED, 退订日期=SAT)]
    book = rolled(SUN, **KNOWN, 订单=cancelled)
    assert place(book) == ("在跟", "A", ["A级"])
    assert steps(book) == [(WED, "A", "已订"), (SAT, "已订", "A")]
    assert plans(book) == [dt.date(2026, 10, 17)]
    row = book.row("A级")
    assert (row["入级日期"], row["下次回访"]) == (SAT, dt.date(2026, 10, 17))
    book = rolled(SUN, **KNOWN, 订单=cancelled, 设置=[{"键": "退订回流级别", "值": "B"}])
    assert place(book) == ("在跟", "B", ["B级"])


def test_a_delivery_makes_an_owner_and_a_care_calendar_off_the_days_of_rest() -> None:
    birthday = dt.date(1990, 12, 1)
    book = rolled(SUN, 客户卡=[card(HE, "A", 生日=birthday)], A级=[prospect(HE, "A")], 订单=[order(MON, 交车日期=SAT)])
    assert place(book) == ("已交车", None, [])
    owner = book.row("保有客户")
    assert (owner["客户编号"], owner["购买日期"], owner["交车日期"], owner["生日"]) == ("C00001", MON, SAT, birthday)
    assert (owner["首保到期"], owner["保险到期"]) == (dt.date(2027, 2, 12), dt.date(2027, 10, 9))
    calendar = [(row["关怀项目"], row["计划日期"]) for row in book.rows("关怀记录")]
    # the third day is a Tuesday, and so is the birthday: 张敏 calls on the Wednesday
    assert calendar[:4] == [
        ("交车当日", SAT),
        ("三日", dt.date(2026, 10, 14)),
        ("七日", dt.date(2026, 10, 17)),
        ("生日", dt.date(2026, 12, 2)),
    ]


def test_a_second_car_on_order_keeps_the_customer_ordered_and_the_first_is_cared_for() -> None:
    two = [order(MON, 交车日期=SAT), order(WED, 订单号="D2")]
    book = rolled(SUN, **KNOWN, 订单=two)
    assert place(book)[0] == "已订"
    assert [row["交车日期"] for row in book.rows("保有客户")] == [SAT]
    book.edit("订单", {"订单号": "D2"}, {"交车日期": NEXT_MON})
    book.roll(NEXT_MON)
    assert place(book)[0] == "已交车"
    assert [row["交车日期"] for row in book.rows("保有客户")] == [SAT, NEXT_MON]


def test_a_care_call_in_the_report_completes_the_oldest_open_call() -> None:
    call = {"目的": "售后回访", "结果": "继续跟进"}
    late, early = report(dt.date(2026, 10, 19), 目的="售后回访"), report(SUN) | call
    book = rolled(LAST, **KNOWN, 订单=[order(MON, 交车日期=SAT)], 日报=[late, early])
    done = [(row["关怀项目"], row["执行日期"]) for row in book.rows("关怀记录") if "执行日期" in row]
    assert done == [("交车当日", SUN), ("三日", dt.date(2026, 10, 19))]
    assert book.rows("跟进记录") == []


def owning(**other: Cell) -> Row:
    bought = dt.date(2023, 11, 20)
    owner: Row = {"客户编号": "C00001", "车主姓名": "何一", "电话": HE, "车型": "远行X5", "购买日期": bought}
    return owner | {"交车日期": bought, "销售顾问": "张敏"} | other


def asked(book: Memory) -> list[tuple[Cell, Cell]]:
    return [(row["关怀项目"], row["计划日期"]) for row in book.rows("关怀记录")]


def test_the_roll_plans_the_care_of_the_next_two_weeks_that_nobody_planned() -> None:
    # 年检 30 and 15 days before; the car was handed over more than a year ago, no delivery lays its calendar any more
    book = rolled(MON, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=[owning(年检到期=dt.date(2026, 11, 18))])
    assert asked(book) == [("年检", NEXT_MON + dt.timedelta(days=7))]
    again = book.copy()
    again.roll(MON)
    assert asked(again) == asked(book)
    book.roll(dt.date(2026, 10, 25))
    assert asked(book)[1:] == [("年检", dt.date(2026, 11, 4)), ("定期", dt.date(2026, 11, 4))]


def test_somebody_of_the_frozen_stock_alone_gets_no_number() -> None:
    stock: Row = {"月份": "2026-10", "客户姓名": "何一", "电话": HE, "级别": "H", "销售顾问": "张敏"}
    book = rolled(MON, 月初留存=[stock])
    assert (book.rows("客户卡"), book.rows("级别变更")) == ([], [])
    assert [found.wording for found in book.crosscheck(MON)] == ["R11.no_rows"]


def test_an_owner_without_a_number_is_planned_no_call() -> None:
    own = owning(客户编号=None, 年检到期=dt.date(2026, 11, 18))
    assert asked(rolled(MON, 保有客户=[own, own | {"年检到期": MON + dt.timedelta(days=3)}])) == []


def test_care_too_late_for_tomorrows_plan_is_planned_for_the_day_after_but_no_birthday_is() -> None:
    # 年检 15 days before falls on Monday, the working day after today; 张敏 rests on Tuesday
    own = owning(年检到期=NEXT_MON + dt.timedelta(days=15), 生日=dt.date(1990, 10, 12))
    book = rolled(SUN, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=[own])
    assert asked(book) == [("年检", dt.date(2026, 10, 14))]


@pytest.mark.parametrize(
    ("on", "cards", "cares"),
    [
        # nobody is called who asked not to be, nor a card that is a double
        (MON, {"同意联系": "否"}, []),
        (MON, {"状态": "重复"}, []),
        # planned already, a day off the calendar
        (MON, {}, [{"客户编号": "C00001", "关怀项目": "年检", "计划日期": SUN, "销售顾问": "张敏"}]),
    ],
)
def test_care_the_roll_does_not_plan(on: dt.date, cards: Row, cares: list[Row]) -> None:
    own = owning(年检到期=NEXT_MON + dt.timedelta(days=15))
    book = rolled(on, 客户卡=[card(HE, None, 状态="已交车") | cards], 保有客户=[own], 关怀记录=cares)
    assert len(asked(book)) == len(cares)


def test_calls_at_short_intervals_are_all_planned() -> None:
    own = owning(保险到期=dt.date(2026, 10, 22))
    leads: list[Row] = [{"键": "保险提前", "值": "10、5"}]
    book = rolled(MON, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=[own], 设置=leads)
    assert asked(book) == [("保险", NEXT_MON), ("保险", dt.date(2026, 10, 17))]


def test_two_cars_of_one_owner_are_one_call() -> None:
    until = dt.date(2026, 11, 18)
    cars = [owning(年检到期=until), owning(年检到期=until + dt.timedelta(days=1), 车型="远行E6")]
    assert len(asked(rolled(MON, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=cars))) == 1


def test_care_under_another_number_is_the_owners_by_phone() -> None:
    owner = owning(客户编号="V0007")
    call: Row = {"客户编号": "V0007", "关怀项目": "定期", "计划日期": WED, "销售顾问": "张敏"}
    reported = report(WED, 目的="售后回访", 结果="继续跟进")
    book = rolled(WED, 客户卡=[card(HE, None, 状态="已交车")], 保有客户=[owner], 关怀记录=[call], 日报=[reported])
    assert book.row("关怀记录", 计划日期=WED)["执行日期"] == WED
    assert not [f for f in book.crosscheck(WED) if f.wording in ("R8.no_call", "R9.not_done")]


def test_a_buyer_who_asked_not_to_be_called_gets_no_care() -> None:
    book = rolled(LAST, 客户卡=[card(HE, "A", 同意联系="否")], A级=[prospect(HE)], 订单=[order(MON, 交车日期=SAT)])
    assert place(book)[0] == "已交车"
    assert book.rows("关怀记录") == []


# ---------------------------------------------------------------- losses


def test_a_loss_applied_for_in_the_report_gets_its_row_and_the_prospect_stays_marked() -> None:
    book = rolled(WED, **with_plan(FRI), 日报=[report(WED, grade="B", 结果="战败申请")])
    assert place(book) == ("战败待审", "B", ["B级"])
    assert steps(book) == [(WED, "A", "B"), (WED, "B", "战败待审(B)")]
    assert book.row("B级")["战败待审"] == "待审"
    assert plans(book) == []
    row = book.row("战败")
    assert (row["客户编号"], row["战败前级别"], row["类型"], row["审批"]) == ("C00001", "B", "战败", "待审")
    assert (row["申请日期"], row["申请人"], row["说明"]) == (WED, "张敏", "10-07 与何一聊了置换和贷款")
    # the reason is the consultant's to give
    assert [(f.wording, f.at.header) for f in book.validate(WED)] == [("V01.empty", "原因")]


def test_a_loss_row_is_an_application_and_stands_for_the_reports() -> None:
    book = rolled(THU, **KNOWN, 日报=[report(WED, 结果="战败申请")], 战败=[loss(THU, 审批=None)])
    assert place(book) == ("战败待审", "A", ["A级"])
    row = book.row("战败")
    assert (row["客户编号"], row["审批"]) == ("C00001", "待审")
    assert steps(book) == [(WED, "A", "战败待审(A)")]


def test_a_loss_row_written_for_a_report_gives_way_to_the_one_staff_write() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, 结果="战败申请")])
    book.add("战败", loss(THU))
    book.roll(THU)
    assert book.row("战败")["原因"] == "他品牌-价格"


@pytest.mark.parametrize("exit_", ["战败", "冻结", "失控", "无效", "重复"])
@pytest.mark.parametrize("decided", [WED, SAT])
def test_an_approved_loss_leaves_the_grade_sheet(exit_: str, decided: dt.date) -> None:
    approved = loss(WED, 类型=exit_, 审批="同意", 审批日期=decided)
    book = rolled(SUN, **with_plan(FRI), 战败=[approved])
    assert place(book) == (exit_, None, [])
    assert steps(book) == [(WED, "A", "战败待审(A)"), (decided, "战败待审(A)", exit_)]
    assert plans(book) == []


def test_a_rejected_loss_returns_to_the_grade_the_manager_names() -> None:
    rejected = loss(WED, 审批="驳回", 审批日期=SAT, 驳回后级别="B")
    book = rolled(SUN, **KNOWN, 战败=[rejected])
    assert place(book) == ("在跟", "B", ["B级"])
    assert "战败待审" not in book.row("B级")
    assert plans(book) == [dt.date(2026, 10, 24)]


@pytest.mark.parametrize("decided", [MON, WED, None])
def test_a_second_application_after_a_rejection_gets_a_row_of_its_own(decided: dt.date | None) -> None:
    rejected = loss(MON, 审批="驳回", 审批日期=decided, 驳回后级别="B")
    book = rolled(SUN, **KNOWN, 战败=[rejected], 日报=[report(FRI, 结果="战败申请")])
    assert place(book) == ("战败待审", "B", ["B级"])
    assert [(row["申请日期"], row["审批"]) for row in book.rows("战败")] == [(MON, "驳回"), (FRI, "待审")]


def test_a_contact_while_the_loss_is_pending_may_change_the_grade_kept() -> None:
    book = rolled(SAT, **KNOWN, 战败=[loss(WED)], 日报=[report(FRI, grade="C")])
    assert place(book) == ("战败待审", "C", ["C级"])
    assert book.row("C级")["战败待审"] == "待审"
    assert plans(book) == []


@pytest.mark.parametrize(
    ("state", "revived"), [("战败", True), ("冻结", True), ("失控", True), ("无效", False), ("重复", False)]
)
def test_a_contact_with_a_grade_revives_who_was_lost_but_not_wrong_data(state: str, revived: bool) -> None:
    book = rolled(WED, 客户卡=[card(HE, None, 状态=state)], 日报=[report(WED, grade="B")])
    assert place(book) == (("在跟", "B", ["B级"]) if revived else (state, None, []))
    assert steps(book) == ([(WED, state, "B")] if revived else [])
    # the next roll remembers where he came from
    book.roll(SAT)
    assert steps(book) == ([(WED, state, "B")] if revived else [])


# ---------------------------------------------------------------- several events on one day


@pytest.mark.parametrize(
    ("sheets", "ends"),
    [
        # an old loss rejected in the morning, a report in the afternoon
        (
            {"战败": [loss(MON, 审批="驳回", 审批日期=WED, 驳回后级别="B")], "日报": [report(WED, grade="H")]},
            ("在跟", "H"),
        ),
        # an application and its approval on the day a contact was made
        ({"战败": [loss(WED, 审批="同意", 审批日期=WED)], "日报": [report(WED, grade="H")]}, ("战败", None)),
        # one order cancelled, another placed
        ({"订单": [order(MON, 退订日期=WED), order(WED, 订单号="D2")]}, ("已订", None)),
        # ordered, and the car taken home the same day
        ({"订单": [order(WED, 交车日期=WED)]}, ("已交车", None)),
        # ordered and regretted the same day
        ({"订单": [order(WED, 退订日期=WED)]}, ("在跟", "A")),
        # two contacts: the last grade of the day wins
        ({"日报": [report(WED, grade="B"), report(WED, grade="C")]}, ("在跟", "C")),
    ],
)
def test_one_days_events_come_in_their_order(sheets: dict[str, list[Row]], ends: tuple[str, str | None]) -> None:
    book = rolled(WED, **KNOWN, **sheets)
    assert place(book)[:2] == ends
    assert not book.roll(WED).changes


# ---------------------------------------------------------------- rows in error, and what is corrected later


def test_a_customer_whose_first_row_is_in_error_waits_and_rolls_after_its_repair() -> None:
    book = book_of(来店登记=[visit(MON, 注释=None)], 日报=[report(WED, grade="A")], 订单=[order(FRI)])
    book.roll(SAT)
    errors = [f for f in book.validate(SAT) if f.severity is Severity.ERROR]
    assert [(f.at.sheet, f.at.header) for f in errors] == [("来店登记", "注释")]
    assert book.rows("客户卡") == []
    assert book.rows("级别变更") == []
    book.edit("来店登记", {"日期": MON}, {"注释": "看了外观"})
    book.roll(SAT)
    assert place(book)[0] == "已订"
    assert steps(book) == [(MON, "新", "H"), (WED, "H", "A"), (FRI, "A", "已订")]


def test_only_the_row_in_error_waits_of_a_customer_already_known() -> None:
    book = book_of(**KNOWN, 日报=[report(WED, grade="O"), report(THU, grade="B")])
    book.roll(THU)
    assert steps(book) == [(THU, "A", "B")]
    book.edit("日报", {"日期": WED}, {"现级别": "H"})
    book.roll(THU)
    assert place(book) == ("在跟", "B", ["B级"])
    assert [on for _, on, _, _ in contacts(book)] == [THU, WED]
    assert not book.roll(THU).changes


def test_a_report_put_right_after_the_roll_puts_the_grade_right() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="C")])
    assert place(book) == ("在跟", "C", ["C级"])
    book.edit("日报", {"日期": WED}, {"现级别": "A"})
    book.roll(THU)
    assert place(book) == ("在跟", "A", ["A级"])
    assert steps(book) == [(WED, "A", "C"), (THU, "C", "A")]
    assert book.rows("级别变更")[1]["依据"] == "日志已改"
    assert not book.roll(THU).changes


def test_a_row_spoilt_after_the_roll_takes_nothing_back() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="H")])
    book.edit("日报", {"日期": WED}, {"经过": None})
    assert book.roll(THU).moves == []
    assert place(book) == ("在跟", "H", ["H级"])


def test_what_a_person_changed_on_the_card_is_left_to_the_cross_check() -> None:
    book = rolled(WED, **KNOWN, 日报=[report(WED, grade="H")])
    book.edit("客户卡", {"电话": HE}, {"当前级别": "B"})
    assert book.roll(THU).moves == []
    assert book.row("客户卡")["当前级别"] == "B"
    assert "R3.wrong_sheet" in [f.wording for f in book.crosscheck(THU)]


def test_a_card_typed_without_a_number_gets_one() -> None:
    unnumbered = [card(HE, "A", 客户编号=None)]
    taken = [prospect(QIAN, "B", 客户编号="C00007"), prospect(HE, "A", 客户编号=None)]
    book = rolled(WED, 客户卡=unnumbered, A级=taken[1:], B级=taken[:1], 日报=[report(WED, grade="A")])
    assert book.row("客户卡")["客户编号"] == "C00008"
    assert book.row("A级")["客户编号"] == "C00008"
    assert {row["客户编号"] for row in book.rows("跟进记录")} == {"C00008"}
    assert not book.roll(WED).changes


# ---------------------------------------------------------------- the opening of the first month


def test_an_order_of_nobody_known_makes_no_card_but_an_owner_without_a_number_gets_one() -> None:
    book = rolled(订单=[order(MON, HE)], 保有客户=[{"车主姓名": "钱二", "电话": QIAN, "交车日期": dt.date(2026, 4, 1)}])
    assert book.rows("客户卡") == []
    assert book.rows("关怀记录") == []


def test_an_order_spoken_of_on_a_care_call_is_the_one_that_is_open() -> None:
    called = report(WED, HE, 目的="售后回访", 结果="已订", 经过="问了交车，已经订了")
    book = rolled(
        WED, 来店登记=[visit(MON, HE)], 日报=[report(MON, HE, "H", 目的="接待"), called], 订单=[order(TUE, HE)]
    )
    assert place(book) == ("已订", None, [])
    assert [row["订单日期"] for row in book.rows("订单")] == [TUE]


def test_the_opening_stock_is_frozen_once() -> None:
    away: list[Row] = [card(QIAN, None, 状态="战败")]
    book = rolled(WED, 客户卡=KNOWN["客户卡"] + away, A级=KNOWN["A级"], 日报=[report(WED, grade="H")])
    frozen = book.rows("月初留存")
    assert [(row["月份"], row["电话"], row["状态"], row["级别"]) for row in frozen] == [("2026-10", HE, "在跟", "A")]
    book.add("日报", report(FRI, grade="C"))
    book.roll(FRI)
    assert book.rows("月初留存") == frozen


def test_a_slip_of_the_year_is_not_the_opening_of_the_books() -> None:
    slip = report(dt.date(2025, 10, 6), QIAN, grade="A")
    book = book_of(**KNOWN, 日报=[slip, report(WED, grade="H")])
    assert [(f.wording, f.severity) for f in book.validate(WED)] == [("V03.month", Severity.WARNING)]
    book.roll(WED)
    assert {row["月份"] for row in book.rows("月初留存")} == {"2026-10"}


def test_a_prospect_typed_in_during_the_month_keeps_the_base_the_first_roll_saw() -> None:
    book = rolled(MON, **KNOWN, 日报=[report(MON)])
    book.add("客户卡", card(QIAN, "B", 初洽日期=TUE, 建卡日期=TUE))
    book.add("B级", prospect(QIAN, "B", 初洽日期=TUE, 入级日期=TUE, 月初级别=None))
    book.add("日报", report(WED, QIAN, "H"))
    book.roll(WED)
    assert place(book, QIAN) == ("在跟", "H", ["H级"])
    book.roll(THU)
    assert steps(book) == [(TUE, "新", "B"), (WED, "B", "H")]


# ---------------------------------------------------------------- proposals


def proposals(today: dt.date, **sheets: list[Row]) -> list[Finding]:
    found = propose(rolled(today, **sheets).review(today))
    assert all(f.severity is Severity.INFO for f in found)
    return found


def test_an_expected_day_inside_a_nearer_window_proposes_the_upgrade() -> None:
    near = [prospect(HE, "A", 入级日期=MON, 预计购车日=NEXT_MON)]
    (finding,) = proposals(MON, 客户卡=[card(HE, "A")], A级=near)
    assert (finding.wording, finding.at.header, finding.person) == ("G01.upgrade", "预计购车日", "张敏")
    assert finding.about == {"grade": "H", "days": 7}
    assert proposals(MON - dt.timedelta(days=1), 客户卡=[card(HE, "A")], A级=near) == []


def test_a_prospect_parked_beyond_the_window_is_to_be_graded_again() -> None:
    parked = [prospect(HE, "H", 入级日期=dt.date(2026, 10, 1))]
    reported = [report(MON, grade="H"), report(WED, 结果="未接通")]
    assert proposals(THU, 客户卡=[card(HE, "H")], H级=parked, 日报=reported) == []
    (finding,) = proposals(FRI, 客户卡=[card(HE, "H")], H级=parked, 日报=reported)
    assert finding.wording == "G02.stale"
    assert finding.about == {"grade": "H", "days": 8, "window": 7, "contacts": 1}
    assert proposals(LAST, 客户卡=[card(HE, "C")], C级=[prospect(HE, "C")]) == []


def test_three_failed_contacts_on_three_days_propose_unreachable() -> None:
    failed = [report(day, 结果="未接通") for day in (WED, WED, THU, FRI)]
    assert proposals(FRI, 客户卡=[card(HE, "B")], B级=[prospect(HE, "B")], 日报=failed[:3]) == []
    (finding,) = proposals(FRI, 客户卡=[card(HE, "B")], B级=[prospect(HE, "B")], 日报=failed)
    assert (finding.wording, finding.about) == ("G03.unreachable", {"days": 3})
    reached = [*failed[:3], report(FRI, grade="B"), report(SAT, 结果="信息不准")]
    assert proposals(SAT, 客户卡=[card(HE, "B")], B级=[prospect(HE, "B")], 日报=reached) == []


@pytest.mark.parametrize(("first", "due"), [(dt.date(2026, 4, 12), False), (dt.date(2026, 4, 11), True)])
def test_six_months_without_an_order_propose_to_freeze(first: dt.date, due: bool) -> None:
    old = [prospect(HE, "C", 初洽日期=first)]
    found = proposals(SUN, 客户卡=[card(HE, "C", 初洽日期=first)], C级=old)
    assert [f.wording for f in found] == ["G04.frozen"] * due


def test_the_setting_makes_the_upgrade_and_keeps_it_on_record() -> None:
    book = book_of(
        客户卡=[card(HE, "A")],
        A级=[prospect(HE, "A", 预计购车日=NEXT_MON)],
        设置=[{"键": "自动升级", "值": "是"}],
    )
    book.roll(dt.date(2026, 10, 4))
    assert steps(book) == []
    book.roll(MON)
    assert place(book) == ("在跟", "H", ["H级"])
    assert steps(book) == [(MON, "A", "H")]
    # the row that was the reason leaves the sheets: the history stays as it was
    book.add("订单", order(WED))
    book.roll(WED)
    book.roll(THU)
    assert steps(book) == [(MON, "A", "H"), (WED, "H", "已订")]


def test_an_upgrade_on_record_keeps_its_reason_when_the_days_before_it_change() -> None:
    book = book_of(**KNOWN, 设置=[{"键": "自动升级", "值": "是"}])
    book.roll(MON)
    before = MON - dt.timedelta(days=1)
    book.add("日报", report(before, grade="C"))
    book.roll(MON)
    assert steps(book) == [(MON, "A", "H"), (before, "A", "C"), (MON, "C", "H")]
    assert (
        book.rows("级别变更")[2]["依据"] == book.rows("级别变更")[0]["依据"] == "A级 2026-10-05 预计购车日 2026-10-11"
    )


# ---------------------------------------------------------------- random months


def state_of(book: Memory) -> dict[str, list[tuple[object, ...]]]:
    """What a roll writes, without numbers of customers and operations."""
    phones = {row["客户编号"]: row["电话"] for row in book.rows("客户卡")}
    grade_rows = [
        (
            sheet,
            *(
                row.get(h)
                for h in ("电话", "入级日期", "最近回访", "下次回访", "逾期天数", "战败待审", "月初级别", "销售顾问")
            ),
        )
        for sheet in GRADE_SHEETS.values()
        for row in book.rows(sheet)
    ]
    headers = ("计划日期", "执行日期", "经过", "结果", "回访前级别", "回访后级别", "销售顾问")
    contacts = [(phones[row["客户编号"]], *(row.get(h) for h in headers)) for row in book.rows("跟进记录")]
    return {
        "客户卡": sorted(
            (row.get("电话"), row.get("状态"), row.get("当前级别"), row.get("销售顾问")) for row in book.rows("客户卡")
        ),
        "级别表": sorted(grade_rows, key=str),
        "跟进记录": sorted(contacts, key=str),
        "级别变更": sorted(
            {(row["时间"], phones[row["客户编号"]], row["从"], row["到"]) for row in book.rows("级别变更")}, key=str
        ),
        "订单": sorted(((row["电话"], row["订单日期"]) for row in book.rows("订单")), key=str),
        "战败": sorted(
            ((row["电话"], row["申请日期"], row["战败前级别"], row.get("审批")) for row in book.rows("战败")), key=str
        ),
        "保有客户": sorted(((row["电话"], row["交车日期"]) for row in book.rows("保有客户")), key=str),
        "关怀记录": sorted(
            (
                (phones[row["客户编号"]], row["关怀项目"], row["计划日期"], row.get("执行日期"))
                for row in book.rows("关怀记录")
            ),
            key=str,
        ),
    }


@dataclass(frozen=True)
class Deed:
    """Something staff write into the books on a day."""

    on: dt.date
    written: Callable[[Memory], None]
    reported: str

    def __repr__(self) -> str:
        return f"{self.on:%m-%d} {self.reported}"


@st.composite
def months(draw: st.DrawFn, late: bool = False) -> tuple[Sheets, list[Deed]]:
    """Who is known at the start, and what staff write day by day; ``late``: some of it days after it happened.

    Late, the manager also decides, and the clerk completes, rows that only a roll has written, and the program upgrades
    prospects whose day comes near: both depend on the evenings the books were rolled.
    """
    phones = list(NAMES)[: draw(st.integers(1, 4))]
    grades = st.sampled_from("HABC")
    known = {phone: draw(grades) for phone in phones if draw(st.booleans())}
    sheets: dict[str, list[Row]] = {"顾问": STAFF, "客户卡": [card(p, g) for p, g in known.items()]}
    for phone, grade in known.items():
        expected = draw(st.sampled_from((None, FIRST + dt.timedelta(days=12), FIRST + dt.timedelta(days=40))))
        sheets.setdefault(GRADE_SHEETS[grade], []).append(prospect(phone, grade, 预计购车日=expected))
    if late and draw(st.booleans()):
        sheets["设置"] = [{"键": "自动升级", "值": "是"}]
    staff = _Staff(dict.fromkeys(known, FIRST), {}, {})
    deeds: list[Deed] = []
    for day in days(FIRST, FIRST + dt.timedelta(days=draw(st.integers(5, 19)))):
        for phone in phones:
            for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
                delay = draw(st.sampled_from((0, 0, 1, 3))) if late else 0
                deeds += draw(_deeds(day, max(FIRST, day - dt.timedelta(days=delay)), phone, staff))
                if late and draw(st.booleans()):
                    deeds.append(draw(_afterthought(day, phone)))
    return sheets, deeds


@dataclass
class _Staff:
    """What staff remember of their customers: since when they know them, what is ordered, what is applied for."""

    seen: dict[str, dt.date]
    orders: dict[str, Row]
    losses: dict[str, Row]


@st.composite
def _deeds(draw: st.DrawFn, written_on: dt.date, day: dt.date, phone: str, staff: _Staff) -> list[Deed]:
    """One thing that happened on a day with a customer, as the rows it leaves."""
    grade = draw(st.sampled_from("HABC"))

    def add(sheet: str, row: Row) -> Deed:
        reported = " ".join(
            str(row[h]) for h in ("现级别", "意向级别", "结果", "下次回访日期", "现场订购") if row.get(h)
        )
        return Deed(written_on, lambda book: book.add(sheet, row), f"{sheet} {day:%m-%d} {NAMES[phone]} {reported}")

    def edit(sheet: str, known: Row, changed: Row) -> Deed:
        reported = f"{sheet} {NAMES[phone]} {' '.join(map(str, changed.values()))}"
        return Deed(written_on, lambda book: book.edit(sheet, known, changed), reported)

    kind = draw(st.sampled_from(("follow", "follow", "follow", "visit", "lose", "decide", "order", "end")))
    if phone not in staff.seen or kind == "visit":
        day, again = written_on, "再次" if phone in staff.seen else "首次"
        staff.seen.setdefault(phone, written_on)
        row = visit(day, phone, grade) | {"首次/再次": again, "现场订购": draw(st.sampled_from(("√", None, None)))}
        reported = draw(st.booleans())
        return [add("来店登记", row)] + [add("日报", report(day, phone, grade, 目的="接待", 方式="来店"))] * reported
    # what happened before his first visit would make that visit an error (V08), and he would wait
    day = max(day, staff.seen[phone])
    if kind == "follow":
        result = draw(st.sampled_from(("继续跟进", "继续跟进", "未接通", "战败申请", "已订")))
        later = draw(st.sampled_from((None, 1, 3)))
        next_on = day + dt.timedelta(days=later) if later else None
        after, consultant = draw(st.sampled_from((grade, None))), draw(st.sampled_from(("张敏", "张敏", "李强")))
        return [add("日报", report(day, phone, after, 结果=result, 下次回访日期=next_on, 销售顾问=consultant))]
    if kind == "lose" and phone not in staff.losses:
        row = staff.losses[phone] = loss(day, phone)
        return [add("战败", row)]
    if kind == "decide" and phone in staff.losses:
        row = staff.losses.pop(phone)
        known = {header: row[header] for header in ("电话", "申请日期", "原因")} | {"审批": "待审"}
        decided: Row = draw(st.sampled_from((APPROVED, REJECTED))) | {"审批日期": written_on}
        return [edit("战败", known, decided)]
    if kind == "order" and phone not in staff.orders:
        row = staff.orders[phone] = order(day, phone)
        return [add("订单", row)]
    if kind == "end" and phone in staff.orders:
        row = staff.orders.pop(phone)
        return [edit("订单", {"订单号": row["订单号"]}, {draw(st.sampled_from(("交车日期", "退订日期"))): written_on})]
    return []


APPROVED: Row = {"审批": "同意"}
REJECTED: Row = {"审批": "驳回", "驳回后级别": "B"}


@st.composite
def _afterthought(draw: st.DrawFn, day: dt.date, phone: str) -> Deed:
    """What is done to a row that a roll wrote for a mark, if there is one."""
    decided: Row = draw(st.sampled_from((APPROVED, REJECTED))) | {"审批日期": day, "原因": "放弃购买"}
    completed: Row = {"订单号": f"D-{phone[-1]}-{day:%m%d}", "金额": 200000.0}
    completed |= draw(st.sampled_from(({}, {"交车日期": day}, {"退订日期": day})))

    def write(book: Memory) -> None:
        for sheet, changed in (("战败", decided), ("订单", completed)):
            by_roll = [
                row
                for row in book.rows(sheet)
                if row["电话"] == phone
                and (str(row.get("订单号")).startswith("待补") or (sheet == "战败" and "原因" not in row))
            ]
            if by_roll:
                book.edit(sheet, by_roll[0], changed)

    return Deed(day, write, f"待补 {NAMES[phone]} {completed} {decided}")


def written(sheets: Sheets, deeds: list[Deed]) -> Memory:
    """The book as typed, nothing rolled."""
    book = Memory.holding(sheets)
    for deed in deeds:
        deed.written(book)
    return book


def rolled_daily(sheets: Sheets, deeds: list[Deed], last: dt.date) -> Memory:
    """The book as typed and rolled every evening."""
    book = Memory.holding(sheets)
    for day in days(FIRST, last):
        for deed in deeds:
            if deed.on == day:
                deed.written(book)
        book.roll(day)
    return book


def assert_settled(book: Memory) -> None:
    """Every customer has one card, one state and one place, and at most one plan."""
    places = Counter((row["电话"], sheet) for sheet in GRADE_SHEETS.values() for row in book.rows(sheet))
    plans = Counter(row["客户编号"] for row in book.rows("跟进记录") if "执行日期" not in row)
    cards = book.rows("客户卡")
    assert len({row["电话"] for row in cards}) == len(cards)
    assert {phone for phone, _ in places} <= {row["电话"] for row in cards}
    for row in cards:
        own = {sheet: count for (phone, sheet), count in places.items() if phone == row["电话"]}
        tracked = row["状态"] in ("在跟", "战败待审")
        assert own == ({GRADE_SHEETS[str(row["当前级别"])]: 1} if tracked else {}), row
        assert ("当前级别" in row) == tracked
        assert plans[row["客户编号"]] <= (row["状态"] in ("在跟", "已订")), row
    delivered = Counter(row["电话"] for row in book.rows("订单") if "交车日期" in row)
    assert Counter(row["电话"] for row in book.rows("保有客户")) == delivered
    # who stands where is proved by the logs: what remains to say is about plans and reports
    found = [f.wording for f in book.crosscheck(LAST) if f.code in ("R2", "R3", "R4", "R7", "R10")]
    assert found == [], found


OWNED_BY_ROLL = {"客户卡": {"状态", "当前级别"}, "订单": {"客户编号"}, "战败": {"客户编号", "审批"}}


def typed_cells(book: Memory) -> Counter[tuple[str, str, str]]:
    """Every cell a person typed in the logs, the cards, the orders and the losses, except for those the roll fills."""
    return Counter(
        (sheet, header, str(cell))
        for sheet in ("来店登记", "日报", "客户卡", "订单", "战败")
        for row in book.rows(sheet)
        for header, cell in row.items()
        if header not in OWNED_BY_ROLL.get(sheet, ())
    )


def assert_rolled(book: Memory, today: dt.date) -> None:
    """Nothing is left to roll."""
    again = book.copy().roll(today)
    assert not again.moves
    assert not again.changes


def assert_balanced(book: Memory, today: dt.date) -> None:
    ledger = book.ledger(today)
    timeline = replay(ledger, today, blocked_rows(validate_logs(ledger, today)), "2026-10")
    assert timeline.start == month_start("2026-10")
    assert [row for row in balance(timeline, "2026-10") if row["difference"]] == []


@pytest.mark.sized
@settings(max_examples=scaled(60, 600), deadline=None)
@given(months())
def test_rolled_once_everybody_is_in_one_place_and_nothing_typed_is_lost(month: tuple[Sheets, list[Deed]]) -> None:
    sheets, deeds = month
    book = written(sheets, deeds)
    before = typed_cells(book)
    book.roll(LAST)
    assert_settled(book)
    assert before <= typed_cells(book)
    assert_balanced(book, LAST)
    assert_rolled(book, LAST)


@pytest.mark.sized
@settings(max_examples=scaled(40, 400), deadline=None)
@given(months())
def test_rolling_every_evening_comes_to_the_same_as_rolling_once(month: tuple[Sheets, list[Deed]]) -> None:
    sheets, deeds = month
    once = written(sheets, deeds)
    once.roll(LAST)
    daily = rolled_daily(sheets, deeds, LAST)
    assert_settled(daily)
    assert state_of(daily) == state_of(once)


@pytest.mark.sized
@settings(max_examples=scaled(40, 400), deadline=None)
@given(months(late=True))
def test_what_is_written_late_is_rolled_late(month: tuple[Sheets, list[Deed]]) -> None:
    sheets, deeds = month
    daily = rolled_daily(sheets, deeds, LAST)
    assert_settled(daily)
    assert typed_cells(written(sheets, deeds)) <= typed_cells(daily)
    assert_balanced(daily, LAST)
    assert_rolled(daily, LAST)


def test_a_lost_prospect_without_a_card_keeps_the_row_that_is_all_we_know() -> None:
    book = Memory.holding(
        {
            "顾问": [{"姓名": "张敏", "状态": "在岗"}],
            "C级": [{"客户编号": "C00005", "客户姓名": NAMES[HE], "电话": HE, "销售顾问": "张敏"}],
            "战败": [
                {
                    "客户姓名": NAMES[HE],
                    "电话": HE,
                    "战败前级别": "C",
                    "类型": "战败",
                    "原因": "放弃购买",
                    "申请日期": dt.date(2026, 10, 5),
                    "申请人": "张敏",
                    "审批": "同意",
                }
            ],
        }
    )
    book.roll(dt.date(2026, 10, 31))
    assert book.row("C级", 电话=HE)["客户编号"] == "C00005"
    again = book.roll(dt.date(2026, 10, 31))
    assert not again.moves
    assert not again.changes


# ---------------------------------------------------------------- what staff typed in the grade sheets


def taken_out(book: Memory) -> list[tuple[Cell, Cell, Cell]]:
    return [(row["工作表"], row["位置"], row["旧值"]) for row in book.rows("操作日志") if row["动作"] == "移出"]


def test_what_was_typed_into_a_row_that_leaves_the_grade_sheets_stays_in_the_journal() -> None:
    typed: Row = {"备注": "要白色", "预计购车日": dt.date(2026, 10, 20), "流程阶段": "展示", "数量": 1}
    book = rolled(A级=[prospect(HE, "A") | typed], 客户卡=[card(HE, "A")], 订单=[order(TUE)])
    assert place(book) == ("已订", None, [])
    assert taken_out(book) == [("A级", "C00001", "预计购车日：2026-10-20；流程阶段：展示；备注：要白色")]
    book.roll(LAST)
    assert len(taken_out(book)) == 1


def test_nothing_is_kept_of_a_row_nobody_typed_in() -> None:
    book = rolled(A级=[prospect(HE, "A")], 客户卡=[card(HE, "A")], 订单=[order(TUE)])
    assert taken_out(book) == []


@pytest.mark.parametrize("there_too", [True, False])
def test_a_column_of_the_shops_own_goes_along_where_the_other_sheet_has_it(there_too: bool) -> None:
    book = book_of(
        A级=[prospect(HE, "A") | {"备注": "要白色"}], 客户卡=[card(HE, "A")], 日报=[report(MON, grade="H", 原级别="A")]
    )
    for sheet in ("A级", "H级") if there_too else ("A级",):
        book.widen(sheet, "介绍人", "周老师")
    book.roll(MON)
    (row,) = book.rows("H级")
    assert (row["备注"], row.get("介绍人")) == ("要白色", "周老师" if there_too else None)
    assert taken_out(book) == [] if there_too else [("A级", "C00001", "介绍人：周老师")]


def test_care_due_for_a_car_that_is_rolled_late_is_planned_by_the_same_roll() -> None:
    """The calendar lays a delivery's first 定期 only; months later the next one may fall within the next two weeks."""
    today = dt.date(2027, 4, 4)
    book = rolled(today, 来店登记=[visit(MON)], 订单=[order(MON, 交车日期=SAT)])
    planned = [row["计划日期"] for row in book.rows("关怀记录") if row["关怀项目"] == "定期"]
    assert planned == [dt.date(2027, 1, 8), dt.date(2027, 4, 8)]
    once = book.rows("关怀记录")
    book.roll(today)
    assert book.rows("关怀记录") == once
