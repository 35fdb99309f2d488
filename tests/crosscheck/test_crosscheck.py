"""The ten relations: a small rolled store where everything agrees, and one thing spoilt at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, SUN, ZHOU, Memory, card, loss, order, prospect, report, visit
from spoils import (
    CARE,
    FRI,
    LAST,
    RECEIVED,
    SAT,
    SPOILT,
    THU,
    WED,
    D,
    add,
    agreeing,
    both,
    edit,
    spoilt,
    typed,
)

from xlcrm.catalogue.findings import FINDINGS
from xlcrm.changes import Changes
from xlcrm.crosscheck.relations import RELATIONS
from xlcrm.errors import Refusal
from xlcrm.findings import Difference
from xlcrm.forms.schema import Cell


def test_where_everything_agrees_nothing_is_found() -> None:
    assert agreeing().validate(SAT) == []
    assert agreeing().crosscheck(SAT) == []


@pytest.mark.parametrize("wording", SPOILT)
def test_one_thing_spoilt_is_one_difference(wording: str) -> None:
    case = SPOILT[wording]
    found = [(f.wording, f.kind, f.at.sheet, f.at.header) for f in case.found() if f.wording not in case.beside]
    assert found == [(wording, case.kind, case.sheet, case.header)]


@pytest.mark.parametrize("wording", SPOILT)
def test_what_is_spoilt_was_right_before(wording: str) -> None:
    case = SPOILT[wording]
    assert wording not in {f.wording for f in case.look(case.book(), case.today)}
    assert case.spoil.wrong() != case.right()


def test_no_wording_and_no_kind_is_without_a_case() -> None:
    hung = {w for w in FINDINGS if w.startswith("G06")}  # in tests/books/test_rows_go_along.py
    assert SPOILT.keys() == {w for w in FINDINGS if w[0] in "RG"} - hung
    assert {case.kind for case in SPOILT.values()} | {D.CLASH} == {None, *Difference}
    related = {wording.partition(".")[0] for wording in SPOILT if wording.startswith("R")}
    assert related == {relation.__name__.partition("_")[0].upper() for relation in RELATIONS}


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


def test_a_contact_under_a_name_nobody_has_is_unfounded() -> None:
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
    listed = [f for f in book.crosscheck(today) if f.code == "R9" and f.at.sheet == "跟进记录"]
    assert [(f.wording, f.about["days"]) for f in listed if f.found == "2026-10-13"] == found


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


# ---------------------------------------------------------------- what is not a difference


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
        # a care call without a day is the validation's
        add("关怀记录", {"客户编号": "C00003", "关怀项目": "定期", "销售顾问": "张敏"}),
        # a call from before the logs may have had a car of that time
        add(
            "关怀记录",
            {
                "客户编号": "C00001",
                "关怀项目": "三日",
                "计划日期": dt.date(2026, 8, 3),
                "执行日期": dt.date(2026, 8, 3),
                "销售顾问": "张敏",
            },
        ),
        # so is a row of the register, or of the counter at the door, without its day
        add("来店登记", visit(FRI, HE, 日期=None)),
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
    (finding,) = spoilt(agreeing(), SAT, SPOILT["R3.consultant"].spoil)
    assert (finding.at.sheet, finding.at.cell, finding.found) == ("A级", "S2", "李强")
    assert finding.other is not None
    assert (finding.other.sheet, finding.other.header) == ("客户卡", "销售顾问")
    assert finding.person == "李强"
    (late,) = spoilt(agreeing(), SAT, SPOILT["R9.late"].spoil)
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
    "H",
    "O",
    "在跟",
    "已订",
    "战败",
    "重复",
    "同意",
    "驳回",
    "战败申请",
    "售后回访",
    "√",
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
