"""The ten relations: a small rolled store where everything agrees, and one thing spoilt at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import pytest
from books import Row
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, STAFF, SUN, ZHOU, Memory, card, loss, order, plan, prospect, report, visit

from xlcrm.catalogue.findings import FINDINGS
from xlcrm.changes import Changes
from xlcrm.crosscheck.relations import RELATIONS
from xlcrm.errors import Refusal
from xlcrm.findings import Difference, Finding
from xlcrm.forms.schema import Cell

MON, TUE, WED, THU, FRI, SAT = (dt.date(2026, 10, day) for day in range(5, 11))
SUN_11 = dt.date(2026, 10, 11)
LAST, NEXT = dt.date(2026, 10, 31), dt.date(2026, 11, 3)
STRANGER: Row = {"客户姓名": "路人", "电话": "19900000109"}
CALL: Row = {"目的": "售后回访"}
RECEIVED: Row = {"目的": "接待", "方式": "来店"}


def typed() -> Memory:
    """Five days of 张敏, who rests on Tuesday: 何一 is followed up, 钱二 comes, 孙三 owns a car, 周四 is lost."""
    old = dt.date(2026, 9, 25)
    return Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, "A"), card(SUN, None, 状态="已交车"), card(ZHOU, None, 状态="战败")],
            "A级": [prospect(HE, "A")],
            "跟进记录": [
                {"客户编号": "C00001", "计划日期": WED, "计划方式": "电话", "计划目的": "促进", "销售顾问": "张敏"}
            ],
            "保有客户": [
                {
                    "客户编号": "C00003",
                    "车主姓名": "孙三",
                    "电话": SUN,
                    "车型": "远行X5",
                    "购买日期": old,
                    "交车日期": dt.date(2026, 9, 30),
                    "销售顾问": "张敏",
                }
            ],
            "关怀记录": [{"客户编号": "C00003", "关怀项目": "七日", "计划日期": WED, "销售顾问": "张敏"}],
            "战败": [loss(old, ZHOU, 审批="同意", 审批日期=old)],
            "来店登记": [visit(MON, QIAN, "H")],
            "日报": [
                report(MON, QIAN, "H", 下次回访日期=WED) | RECEIVED,
                plan(MON, WED, HE),
                plan(MON, WED, QIAN),
                plan(MON, WED, SUN) | CALL,
                report(WED, HE, "A", 原级别="A", 下次回访日期=dt.date(2026, 10, 14)),
                report(WED, QIAN, "H", 原级别="H", 下次回访日期=FRI),
                report(WED, SUN) | CALL,
                plan(THU, FRI, QIAN),
                report(FRI, QIAN, "A", 原级别="H", 下次回访日期=dt.date(2026, 10, 16)),
            ],
        }
    )


@cache
def agreeing() -> Memory:
    """The book rolled on Saturday; copy before changing it."""
    book = typed()
    book.roll(SAT)
    return book


@cache
def closed() -> Memory:
    """The book with an open order, October closed."""
    book = typed()
    book.add("订单", order(FRI, QIAN))
    book.roll(LAST)
    book.close(LAST)
    return book


def test_where_everything_agrees_nothing_is_found() -> None:
    assert agreeing().validate(SAT) == []
    assert agreeing().crosscheck(SAT) == []


def spoilt(before: Memory, today: dt.date, spoil: Callable[[Memory], None]) -> list[Finding]:
    """What is found after something was spoilt and was not before."""
    after = before.copy()
    spoil(after)
    known = Counter((f.wording, f.at) for f in before.crosscheck(today))
    found = []
    for finding in after.crosscheck(today):
        known[finding.wording, finding.at] -= 1
        if known[finding.wording, finding.at] < 0:
            found.append(finding)
    return found


def add(sheet: str, *rows: Row) -> Callable[[Memory], None]:
    return lambda book: book.add(sheet, *rows)


def edit(sheet: str, known: Row, **changed: Cell) -> Callable[[Memory], None]:
    return lambda book: book.edit(sheet, known, changed)


def delete(sheet: str, known: Row) -> Callable[[Memory], None]:
    return lambda book: book.delete(sheet, known)


def both(*spoils: Callable[[Memory], None]) -> Callable[[Memory], None]:
    def spoil(book: Memory) -> None:
        for one in spoils:
            one(book)

    return spoil


def moved_by_hand(book: Memory) -> None:
    """钱二's row cut out of A级 and put into B级, the card changed with it, and nothing in the logs."""
    row = book.row("A级", 电话=QIAN)
    book.add("B级", row)
    book.delete("A级", {"电话": QIAN})
    book.edit("客户卡", {"电话": QIAN}, {"当前级别": "B"})


NEW_VISIT = visit(FRI, HE, "H", 顾客名称="路人", 电话="19900000109")
PLAN_OF_HE: Row = {"类别": "明日计划", "电话": HE}
PLAN_OF_QIAN: Row = {"日期": THU, "电话": QIAN}
PLAN_OF_SUN: Row = {"类别": "明日计划", "电话": SUN}
CARE: Row = {"客户编号": "C00003", "关怀项目": "七日"}
EARLIER = dt.date(2026, 10, 3)
LOG_OF_SAT = plan(SAT, dt.date(2026, 10, 16), QIAN)
"""The report of the day itself, which founds nothing new: 钱二 is to be called that Friday."""

Case = tuple[Difference, str, str, Callable[[Memory], None]]
D = Difference
SPOILT: dict[str, Case] = {
    "R1.report": (D.UNREGISTERED, "日报", "客户姓名", add("日报", report(WED, 电话=None, 客户姓名="路人") | RECEIVED)),
    "R2.no_card": (D.UNCARDED, "A级", "电话", delete("客户卡", {"电话": HE})),
    "R2.two_cards": (D.TWO_STATES, "客户卡", "电话", add("客户卡", card(HE, "A", 客户编号="C00099"))),
    "R3.no_row": (D.NO_STATE, "客户卡", "当前级别", delete("A级", {"电话": HE})),
    "R3.two_rows": (D.TWO_STATES, "B级", "电话", add("B级", prospect(HE, "B", 月初级别=None))),
    "R3.wrong_sheet": (
        D.WRONG_SHEET,
        "B级",
        "电话",
        both(delete("A级", {"电话": HE}), add("B级", prospect(HE, "B", 月初级别="A"))),
    ),
    "R3.consultant": (D.WRONG_SHEET, "A级", "销售顾问", edit("A级", {"电话": HE}, 销售顾问="李强")),
    "R4.visit": (
        D.NO_STATE,
        "来店登记",
        "电话",
        both(add("来店登记", NEW_VISIT), add("日报", report(FRI) | STRANGER | RECEIVED)),
    ),
    "R4.unproved": (D.NO_STATE, "客户卡", "状态", edit("战败", {"电话": ZHOU}, 审批="驳回")),
    "R4.row": (D.TWO_STATES, "C级", "电话", add("C级", prospect(ZHOU, "C", 月初级别=None))),
    "R4.order": (D.TWO_STATES, "客户卡", "状态", add("订单", order(FRI, HE))),
    "R5.visit": (D.UNREPORTED, "来店登记", "顾客名称", add("来店登记", visit(FRI, QIAN) | {"首次/再次": "再次"})),
    "R5.contact": (
        D.UNREPORTED,
        "跟进记录",
        "执行日期",
        add("跟进记录", {"客户编号": "C00001", "执行日期": THU, "销售顾问": "张敏"}),
    ),
    "R5.no_visit": (D.UNFOUNDED, "日报", "客户姓名", add("日报", report(WED, QIAN) | RECEIVED)),
    "R5.stranger": (D.UNFOUNDED, "日报", "电话", add("日报", report(WED) | STRANGER)),
    "R5.not_on_card": (D.UNFOUNDED, "日报", "电话", add("日报", report(FRI, HE))),
    "R6.plan": (
        D.UNREPORTED,
        "跟进记录",
        "计划日期",
        both(
            add("跟进记录", {"客户编号": "C00001", "计划日期": SUN_11, "销售顾问": "张敏"}),
            add("日报", LOG_OF_SAT),
        ),
    ),
    "R6.plan_over": (D.UNREPORTED, "跟进记录", "计划日期", delete("日报", PLAN_OF_QIAN)),
    "R6.wrong_eve": (D.UNREPORTED, "跟进记录", "计划日期", edit("日报", PLAN_OF_QIAN, 日期=WED)),
    "R6.no_plan": (D.UNFOUNDED, "日报", "执行日期", add("日报", plan(SAT, SUN_11, HE))),
    "R6.no_plan_over": (D.UNFOUNDED, "日报", "执行日期", add("日报", plan(THU, FRI, HE))),
    "R7.card": (D.GRADES_DIFFER, "跟进记录", "回访后级别", edit("跟进记录", {"执行日期": FRI}, 回访后级别="B")),
    "R7.sheet": (D.GRADES_DIFFER, "B级", "电话", moved_by_hand),
    "R8.plan": (
        D.UNREPORTED,
        "关怀记录",
        "计划日期",
        both(
            add(
                "关怀记录",
                {"客户编号": "C00003", "关怀项目": "定期", "计划日期": SUN_11, "销售顾问": "张敏"},
            ),
            add("日报", LOG_OF_SAT),
        ),
    ),
    "R8.plan_over": (D.UNREPORTED, "关怀记录", "计划日期", delete("日报", PLAN_OF_SUN)),
    "R8.wrong_eve": (D.UNREPORTED, "关怀记录", "计划日期", edit("日报", PLAN_OF_SUN, 日期=TUE)),
    "R8.done": (D.UNREPORTED, "关怀记录", "执行日期", delete("日报", {"类别": "当日总结", "电话": SUN})),
    "R8.no_plan": (D.UNFOUNDED, "日报", "执行日期", add("日报", plan(SAT, SUN_11, SUN) | CALL)),
    "R8.no_plan_over": (D.UNFOUNDED, "日报", "执行日期", add("日报", plan(THU, FRI, SUN) | CALL)),
    "R8.no_call": (D.UNFOUNDED, "日报", "执行日期", add("日报", report(FRI, SUN) | CALL)),
    "R9.not_done": (
        D.PLAN_NOT_DONE,
        "跟进记录",
        "计划日期",
        both(
            add("跟进记录", {"客户编号": "C00001", "计划日期": THU, "销售顾问": "张敏"}),
            add("日报", plan(WED, THU, HE)),
        ),
    ),
    "R9.not_done_over": (
        D.PLAN_NOT_DONE,
        "跟进记录",
        "计划日期",
        add("跟进记录", {"客户编号": "C00001", "计划日期": MON, "销售顾问": "张敏"}),
    ),
    "R9.late": (
        D.LATE,
        "关怀记录",
        "执行日期",
        add(
            "关怀记录",
            {"客户编号": "C00003", "关怀项目": "三日", "计划日期": EARLIER, "执行日期": WED, "销售顾问": "张敏"},
        ),
    ),
    "R9.unplanned": (
        D.DONE_UNPLANNED,
        "跟进记录",
        "执行日期",
        both(edit("跟进记录", {"客户编号": "C00001", "执行日期": WED}, 计划日期=None), delete("日报", PLAN_OF_HE)),
    ),
    "R10.opening": (D.UNBALANCED, "月初留存", "级别", edit("A级", {"电话": HE}, 月初级别="B")),
    "R10.not_frozen": (D.UNBALANCED, "A级", "月初级别", edit("A级", {"电话": QIAN}, 月初级别="A")),
}
"""Wording → its kind, the place it names, and what has to be spoilt in the rolled book for exactly this one."""

QIANS_OPENING: Row = {"月份": "2026-11", "电话": QIAN}
SPOILT_AFTER_CLOSE: dict[str, Case] = {
    "R10.chain": (D.UNBALANCED, "月初留存", "级别", edit("月初留存", QIANS_OPENING, 级别="C")),
    "R10.changed": (D.CHANGED_AFTER_CLOSE, "日报", "日期", edit("日报", {"日期": FRI, "电话": QIAN}, 主管批示="已阅")),
    "R10.removed": (D.CHANGED_AFTER_CLOSE, "日报", "", delete("日报", PLAN_OF_HE)),
}


def assert_only(wording: str, case: Case, found: list[Finding]) -> None:
    kind, sheet, header, _ = case
    assert [(f.wording, f.kind, f.at.sheet, f.at.header) for f in found] == [(wording, kind, sheet, header)]


@pytest.mark.parametrize("wording", SPOILT)
def test_one_thing_spoilt_is_one_difference(wording: str) -> None:
    assert_only(wording, SPOILT[wording], spoilt(agreeing(), SAT, SPOILT[wording][3]))


@pytest.mark.parametrize("wording", SPOILT_AFTER_CLOSE)
def test_one_thing_spoilt_after_the_close_is_one_difference(wording: str) -> None:
    assert_only(wording, SPOILT_AFTER_CLOSE[wording], spoilt(closed(), NEXT, SPOILT_AFTER_CLOSE[wording][3]))


def test_an_order_without_a_register_row_is_one_difference() -> None:
    def came_by_no_visit(book: Memory) -> None:
        book.edit("客户卡", {"电话": HE}, {"初洽日期": TUE})
        book.add("订单", order(FRI, HE))
        book.roll(SAT)

    found = spoilt(agreeing(), SAT, came_by_no_visit)
    assert_only("R1.order", (D.UNREGISTERED, "订单", "订单号", came_by_no_visit), found)


def test_no_wording_and_no_kind_is_without_a_case() -> None:
    cases = {**SPOILT, **SPOILT_AFTER_CLOSE}
    corrections = {"R4.loss_of_buyer", "R11.no_logs", "R11.no_rows", "R11.owner"}  # in test_small_books
    corrections |= {"R6.consultant", "R10.stock", "R11.care"}
    assert {*cases, "R1.order", "R4.logs", *corrections} == {w for w in FINDINGS if w.startswith("R")}
    assert {kind for kind, _, _, _ in cases.values()} | {D.CLASH} == set(Difference)
    assert {wording.partition(".")[0] for wording in (*cases, *corrections)} == {
        relation.__name__.partition("_")[0].upper() for relation in RELATIONS
    }


@pytest.mark.parametrize(
    ("spoil", "wording", "sheet"),
    [
        (add("客户卡", card(HE, "A", 客户编号="C00099", 销售顾问="李强")), "R2.two_cards", "客户卡"),
        (add("B级", prospect(HE, "B", 月初级别=None, 销售顾问="李强")), "R3.two_rows", "B级"),
    ],
)
def test_one_phone_under_two_consultants_is_a_clash(spoil: Callable[[Memory], None], wording: str, sheet: str) -> None:
    (finding,) = spoilt(agreeing(), SAT, spoil)
    assert (finding.wording, finding.kind, finding.at.sheet) == (wording, D.CLASH, sheet)
    assert finding.person == "李强"
    assert finding.other is not None


def test_a_contact_told_by_a_name_nobody_has_is_unfounded() -> None:
    (finding,) = spoilt(agreeing(), SAT, add("日报", report(WED, 电话=None, 客户姓名="路人")))
    assert (finding.wording, finding.at.header) == ("R5.stranger", "客户姓名")


def test_a_next_day_in_the_grade_sheet_without_a_plan_is_a_plan_too() -> None:
    def typed_over(book: Memory) -> None:
        book.edit("A级", {"电话": HE}, {"下次回访": FRI})

    (finding,) = spoilt(agreeing(), SAT, typed_over)
    assert (finding.wording, finding.at.sheet, finding.at.header) == ("R6.plan_over", "A级", "下次回访")
    assert finding.about == {"day": FRI, "eve": THU}


def test_a_plan_that_an_order_took_off_the_card_had_its_reason() -> None:
    book = typed()
    book.delete("日报", {"电话": QIAN, "日期": FRI})
    book.add("订单", order(FRI, QIAN))
    book.roll(SAT)
    assert [f.wording for f in book.crosscheck(SAT) if f.code == "R6"] == []


@pytest.mark.parametrize(
    ("today", "found"),
    [
        # 张敏 rests on Tuesday: the plan is good until Wednesday
        (dt.date(2026, 10, 14), []),
        (dt.date(2026, 10, 15), [("R9.not_done", 1)]),
    ],
)
def test_a_plan_on_a_day_off_is_late_after_the_next_working_day(today: dt.date, found: list[tuple[str, int]]) -> None:
    book = agreeing().copy()
    book.edit("跟进记录", {"客户编号": "C00001", "执行日期": None}, {"计划日期": dt.date(2026, 10, 13)})
    told = [f for f in book.crosscheck(today) if f.code == "R9" and f.at.sheet == "跟进记录"]
    assert [(f.wording, f.about["days"]) for f in told if f.found == "2026-10-13"] == found


def test_who_asked_not_to_be_called_is_not_said_to_be_late() -> None:
    book = agreeing().copy()
    late = dt.date(2026, 10, 30)
    assert [f for f in book.crosscheck(late) if f.wording == "R9.not_done" and f.at.sheet == "跟进记录"]
    for row in book.rows("客户卡"):
        book.edit("客户卡", {"客户编号": row["客户编号"]}, {"同意联系": "否"})
    assert not [f for f in book.crosscheck(late) if f.wording == "R9.not_done"]


@pytest.mark.parametrize(("state", "wording"), [("在跟", "R4.logs"), ("冻结", "R4.unproved"), ("重复", "R4.unproved")])
def test_a_lost_customer_set_back_by_hand_is_in_two_states(state: str, wording: str) -> None:
    book = agreeing().copy()
    book.add("战败", loss(THU, HE, 审批="同意", 审批日期=THU))
    book.roll(SAT)
    before = book.copy()

    def spoil(after: Memory) -> None:
        after.edit("客户卡", {"电话": HE}, {"状态": state, "当前级别": "A" if state == "在跟" else None})
        if state == "在跟":
            after.add("A级", prospect(HE, "A"))

    (finding,) = spoilt(before, SAT, spoil)
    assert (finding.wording, finding.at.header) == (wording, "状态")


# ---------------------------------------------------------------- what is no difference


@pytest.mark.parametrize(
    "harmless",
    [
        # a duplicate card marked as such, below or above the one that counts
        add("客户卡", card(HE, None, 客户编号="C00099", 状态="重复", 销售顾问="李强")),
        # C may stand in its sheet or on the card only
        add("客户卡", card(HE, "C", 客户姓名="路人", 电话="19900000109", 客户编号="C00099")),
        # who came for something else is received and reported too
        both(
            add(
                "来店登记", visit(FRI, HE, None, 来店目的="维修", 顾客名称="路人", 电话=None, 拟购车型=None, 来源=None)
            ),
            add("日报", report(FRI, 客户姓名="路人", 电话=None) | RECEIVED),
        ),
        # so is an owner, by phone
        both(add("来店登记", visit(FRI, SUN, 来店目的="维修")), add("日报", report(FRI, SUN) | RECEIVED)),
        # a party without a phone, mentioned by its name
        both(
            add("来店登记", visit(FRI, grade=None, 顾客名称="路人", 电话=None, 未留档原因="客户-闲逛")),
            add("日报", report(FRI, 客户姓名="路人", 电话=None) | RECEIVED),
        ),
        # a plan for the day after the last report may still be written
        add("跟进记录", {"客户编号": "C00001", "计划日期": dt.date(2026, 10, 11), "销售顾问": "张敏"}),
        # a care call after a day off: the working day before the Wednesday is the Monday
        edit("关怀记录", CARE, 结果="继续跟进"),
    ],
)
def test_harmless(harmless: Callable[[Memory], None]) -> None:
    assert spoilt(agreeing(), SAT, harmless) == []


def test_a_duplicate_card_above_the_true_one_does_not_hide_it() -> None:
    book = typed()
    cards = book.rows("客户卡")
    book.empty("客户卡")
    book.add("客户卡", card(HE, None, 客户编号="C00099", 状态="重复"), *cards)
    book.roll(SAT)
    assert book.row("客户卡", 客户编号="C00001")["状态"] == "在跟"
    assert "C00099" not in {row["客户编号"] for row in book.rows("跟进记录")}
    assert book.crosscheck(SAT) == []


def test_a_slip_of_the_year_in_the_register_makes_no_old_customer_unregistered() -> None:
    book = typed()
    book.add("来店登记", visit(dt.date(2025, 10, 5), ZHOU, "H"))
    book.add("订单", order(FRI, HE))
    book.roll(SAT)
    assert "R1.order" not in {f.wording for f in book.crosscheck(SAT)}


# ---------------------------------------------------------------- reported once, and left to the validation


def test_a_customer_with_a_log_row_in_error_is_left_to_the_validation() -> None:
    book = typed()
    book.edit("日报", {"日期": FRI}, {"现级别": "O"})
    book.roll(SAT)
    assert [f.wording for f in book.validate(SAT)] == ["V13.not_by_follow_up"]
    assert book.crosscheck(SAT) == []


def test_both_places_and_the_person_are_named() -> None:
    (finding,) = spoilt(agreeing(), SAT, SPOILT["R3.consultant"][3])
    assert (finding.at.sheet, finding.at.cell, finding.found) == ("A级", "S2", "李强")
    assert finding.other is not None
    assert (finding.other.sheet, finding.other.header) == ("客户卡", "销售顾问")
    assert finding.person == "李强"
    (late,) = spoilt(agreeing(), SAT, SPOILT["R9.late"][3])
    assert late.about == {"days": 4}


# ---------------------------------------------------------------- whatever stands in a cell

ODD: tuple[Cell, ...] = (
    *(
        None,
        "",
        " ",
        "=1+1",
        "#N/A",
        "合计",
        "新",
        "\x00",
        "x" * 40_000,
        "2026-10-08",
        HE,
        QIAN,
        "张敏",
        "李强",
        "C00001",
    ),
    *("H", "O", "在跟", "已订", "战败", "重复", "同意", "驳回", "战败申请", "售后回访", "√"),
    *(0, -5, 3.7, 1e20, 10**30, float("nan"), float("inf"), True, False),
    *(WED, dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.datetime(2026, 10, 7, 3, 4), dt.time(3), dt.timedelta(days=3)),
)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.booleans())
def test_no_cell_stops_a_verb_or_makes_the_second_roll_differ(data: st.DataObject, is_rolled: bool) -> None:
    book = typed()
    book.add("订单", order(FRI, QIAN))
    book.add("战败", loss(THU, HE))
    book.add("设置", {"键": "自动升级", "值": "是"})
    if is_rolled:
        book.roll(SAT)
    for _ in range(data.draw(st.integers(1, 4))):
        block = data.draw(st.sampled_from([block for block in book.blocks if block.rows]))
        row = block.row + 1 + data.draw(st.integers(0, len(block.rows) - 1))
        changes = Changes()
        changes.put(block.sheet, row, data.draw(st.sampled_from(block.headers)), data.draw(st.sampled_from(ODD)))
        book.apply(changes)
    book.validate(SAT)
    book.crosscheck(SAT)
    book.roll(SAT)
    assert not book.roll(SAT).changes
    with suppress(Refusal):
        book.close(LAST)
