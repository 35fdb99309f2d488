"""What people decide in 问题清单 is done: whose customer he is (V09), and that two names are one person (V18)."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from desk import Desk
from memory import HE, STAFF, order, report, visit

DAY, NEXT, LATER = (dt.date(2026, 10, day) for day in (12, 13, 14))


def decide(desk: Desk, code: str, text: str) -> None:
    desk.edit("问题清单", {"代码": code}, {"处理": text})


def clash() -> Desk:
    """Zhang Min's customer, registered again by Li Qiang on the next day."""
    again = visit(NEXT, HE, **{"首次/再次": "再次"}, 销售顾问="李强")
    return Desk.holding(
        {"顾问": STAFF, "来店登记": [visit(DAY, HE), again], "日报": [report(DAY, HE, "H", 目的="接待")]}
    )


def two_names(**other: str) -> Desk:
    rows = [visit(DAY, HE), visit(NEXT, HE, grade="A", 顾客名称="郑乙", **other)]
    reports = [report(DAY, HE, "H", 目的="接待"), report(NEXT, HE, "A", 目的="接待", 客户姓名="郑乙")]
    return Desk.holding({"顾问": STAFF, "来店登记": rows, "日报": reports})


def lines(desk: Desk, code: str) -> list[Row]:
    return [row for row in desk.rows("问题清单") if str(row["代码"]).startswith(code)]


def consultants(desk: Desk) -> set[object]:
    (grade_row,) = [row for grade in "HABC" for row in desk.rows(f"{grade}级")]
    (card,) = desk.rows("客户卡")
    return {
        card["销售顾问"],
        grade_row["销售顾问"],
        *(row["销售顾问"] for row in desk.rows("跟进记录") if row.get("计划日期")),
    }


@pytest.mark.parametrize("first", ["roll", "validate"])
def test_the_consultant_the_manager_names_gets_the_customer(first: str) -> None:
    desk = clash()
    desk.press("roll", NEXT)
    decide(desk, "V09", "李强")
    said = desk.press(first, NEXT).said
    assert "按裁定改了 1 位客户的顾问，级别推进时移交。" in said
    assert desk.row("客户卡")["销售顾问"] == "李强"
    assert not lines(desk, "V09")
    desk.press("roll", NEXT)
    assert consultants(desk) == {"李强"}
    assert desk.row("客户卡")["前销售顾问"] == "张敏"
    assert [row["到"] for row in desk.rows("级别变更") if row["依据"] == "移交"] == ["李强"]
    assert desk.press("roll", NEXT).moves == []
    desk.press("check", NEXT)
    assert not lines(desk, "V09")
    assert not lines(desk, "R6")


def test_a_decision_before_the_first_roll_waits_for_the_card() -> None:
    desk = clash()
    desk.press("validate", NEXT)
    decide(desk, "V09", "李强")
    for verb in ("validate", "roll", "roll"):
        desk.press(verb, NEXT)
    assert consultants(desk) == {"李强"}
    assert desk.row("核实记录")["客户编号"] == desk.row("客户卡")["客户编号"]
    desk.edit("客户卡", {}, {"销售顾问": "张敏"})
    desk.press("roll", NEXT)
    assert consultants(desk) == {"张敏"}  # what was decided once does not undo a later hand-over


def test_whoever_is_named_must_be_on_duty() -> None:
    desk = clash()
    desk.press("roll", NEXT)
    desk.edit("顾问", {"姓名": "李强"}, {"状态": "离职", "离职日期": NEXT})
    decide(desk, "V09", "李强")
    desk.press("validate", NEXT)
    assert desk.row("客户卡")["销售顾问"] == "张敏"
    assert lines(desk, "V09")


@pytest.mark.parametrize("first", ["roll", "validate"])
def test_two_names_of_one_person_become_one_customer(first: str) -> None:
    desk = two_names()
    desk.press("roll", NEXT)
    assert len(desk.rows("客户卡")) == 2
    decide(desk, "V18", "是同一人：换了名字登记")
    assert "按“是同一人”合并 1 位，多出的卡级别推进时转为重复。" in desk.press(first, NEXT).said
    desk.press("roll", NEXT)
    states = {row["客户姓名"]: row["状态"] for row in desk.rows("客户卡")}
    assert states == {"何一": "在跟", "郑乙": "重复"}
    assert [row["客户姓名"] for grade in "HABC" for row in desk.rows(f"{grade}级")] == ["何一"]
    assert desk.press("roll", NEXT).moves == []
    desk.press("check", NEXT)
    assert not lines(desk, "V18")
    assert not lines(desk, "R")
    counts = desk.decide("month", NEXT).figures["counts"]
    assert (counts["new_cards"], counts["first_visits"], counts["repeat_visits"]) == (1, 1, 1)


def test_who_was_merged_comes_again_as_the_customer_he_is() -> None:
    desk = two_names()
    desk.press("roll", NEXT)
    decide(desk, "V18", "是同一人")
    desk.press("roll", NEXT)
    desk.add("来店登记", visit(LATER, HE, 顾客名称="郑乙", **{"首次/再次": "再次"}))
    desk.add("日报", report(LATER, HE, "H", 目的="接待", 客户姓名="郑乙"))
    desk.press("roll", LATER)
    (kept,) = [row for row in desk.rows("客户卡") if row["状态"] == "在跟"]
    done = [row for row in desk.rows("跟进记录") if row.get("执行日期") == LATER]
    assert [row["客户编号"] for row in done] == [kept["客户编号"]]
    assert not lines(desk, "V")


def test_whose_customer_he_is_already_stays_his() -> None:
    desk = clash()
    desk.press("roll", NEXT)
    decide(desk, "V09", "张敏")
    desk.press("validate", NEXT)
    card = desk.row("客户卡")
    assert (card["销售顾问"], card.get("前销售顾问")) == ("张敏", None)
    assert not lines(desk, "V09")


def test_two_who_both_bought_stay_two_customers() -> None:
    desk = two_names()
    desk.add("订单", order(NEXT, HE), order(NEXT, HE, 客户姓名="郑乙", 订单号="D2"))
    desk.press("roll", NEXT)
    decide(desk, "V18", "是同一人")
    desk.press("roll", NEXT)
    assert {row["客户姓名"]: row["状态"] for row in desk.rows("客户卡")} == {"何一": "已订", "郑乙": "已订"}


def test_a_merger_can_be_undone() -> None:
    desk = two_names()
    desk.press("roll", NEXT)
    decide(desk, "V18", "是同一人")
    before = desk.tables()
    desk.press("roll", NEXT)
    desk.press("undo", NEXT)
    assert {s: t for s, t in desk.tables().items() if s != "核实记录"} == {
        s: t for s, t in before.items() if s != "核实记录"
    }


def test_of_two_names_the_one_who_bought_stays() -> None:
    desk = two_names()
    desk.add("订单", order(NEXT, HE, 客户姓名="郑乙"))
    desk.press("roll", NEXT)
    decide(desk, "V18", "是同一人")
    desk.press("roll", NEXT)
    assert {row["客户姓名"]: row["状态"] for row in desk.rows("客户卡")} == {"何一": "重复", "郑乙": "已订"}
