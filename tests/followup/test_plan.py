"""``plan``: the rows of tomorrow, so that nobody copies, and the cross-check finds each of them in its place."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

import pytest
from books import Row
from memory import HE, QIAN, STAFF, SUN, ZHOU, Memory, card, prospect, report, visit
from memory import plan as planned

from xlcrm.changes import Changes, Value
from xlcrm.demo import simulate
from xlcrm.errors import Refusal
from xlcrm.findings import Finding
from xlcrm.followup.dues import dues
from xlcrm.followup.plan import plan_tomorrow
from xlcrm.forms.schema import Cell
from xlcrm.verbs import VERBS, Job, Outcome

MON, TUE, WED, THU = (dt.date(2026, 10, day) for day in range(5, 9))
"""张敏 rests on Tuesday."""
LAST = dt.date(2026, 10, 31)
STORES = 20


def follow_up(phone: str, on: dt.date, **other: Cell) -> Row:
    row: Row = {
        "客户编号": f"C0000{phone[-1]}",
        "计划日期": on,
        "计划方式": "微信",
        "计划目的": "促进",
        "销售顾问": "张敏",
    }
    return row | other


def store(**sheets: list[Row]) -> Memory:
    """何一 (A) and 钱二 (H) tracked, 孙三 an owner; logs of Monday."""
    book: dict[str, list[Row]] = {
        "顾问": STAFF,
        "客户卡": [card(HE, "A"), card(QIAN, "H"), card(SUN, None, 状态="已交车")],
        "A级": [prospect(HE, "A")],
        "H级": [prospect(QIAN, "H")],
        "日报": [report(MON, ZHOU) | {"目的": "接待", "方式": "来店"}],
        "来店登记": [visit(MON, ZHOU, "C")],
    }
    return Memory.holding(book | sheets)


def rows(book: Memory, today: dt.date) -> list[Mapping[str, Value]]:
    """What ``plan`` adds to 日报."""
    return plan_tomorrow(book.ledger(today), today).changes.table("日报").added


def press(book: Memory, today: dt.date) -> Outcome:
    """The verb, and its changes applied."""
    outcome = VERBS["plan"](book.blocks, [], Job(today, dt.datetime.combine(today, dt.time(18))))
    book.apply(Changes(outcome.changes.tables))
    return outcome


def differences(book: Memory, today: dt.date) -> list[Finding]:
    """Plans that the cross-check misses in 明日计划, and rows of 明日计划 without a plan."""
    return [f for f in book.crosscheck(today) if f.wording.startswith(("R6", "R8"))]


def test_what_is_due_on_the_next_working_day_stands_in_the_report_of_today() -> None:
    book = store(跟进记录=[follow_up(HE, WED), follow_up(QIAN, THU)])
    (row,) = rows(book, MON)
    assert row == {
        "日期": MON,
        "销售顾问": "张敏",
        "类别": "明日计划",
        "执行日期": WED,
        "客户姓名": "何一",
        "电话": HE,
        "车型": "远行X5",
        "目的": "促进",
        "方式": "微信",
        "原级别": "A",
    }


def test_days_off_before_it_and_what_is_overdue_belong_to_it_the_hottest_grade_first() -> None:
    book = store(跟进记录=[follow_up(HE, dt.date(2026, 10, 2)), follow_up(QIAN, TUE)])
    assert [(row["客户姓名"], row["执行日期"]) for row in rows(book, MON)] == [("钱二", WED), ("何一", WED)]


def test_a_plan_that_stands_in_the_grade_sheet_only_counts() -> None:
    book = store(A级=[prospect(HE, "A", 下次回访=WED)])
    assert [row["客户姓名"] for row in rows(book, MON)] == ["何一"]


def test_who_ordered_is_due_as_such() -> None:
    book = store(客户卡=[card(HE, None, 状态="已订")], A级=[], 跟进记录=[follow_up(HE, TUE)])
    assert [(due.grade, due.on) for due in dues(book.ledger(MON))] == [("O", TUE)]


def test_care_calls_are_planned_apart_from_follow_ups() -> None:
    care: Row = {"客户编号": "C00003", "车主姓名": "孙三", "关怀项目": "七日", "计划日期": WED, "销售顾问": "张敏"}
    book = store(关怀记录=[care, care | {"关怀项目": "生日", "计划日期": MON}], 跟进记录=[follow_up(SUN, WED)])
    assert [(row["客户姓名"], row["目的"]) for row in rows(book, MON)] == [("孙三", "促进"), ("孙三", "售后回访")]


def test_on_a_day_off_the_report_of_the_last_day_worked_takes_the_rows() -> None:
    (row,) = rows(store(跟进记录=[follow_up(HE, WED)]), TUE)
    assert (row["日期"], row["执行日期"]) == (MON, WED)


def test_a_row_already_typed_is_neither_doubled_nor_changed() -> None:
    typed = planned(MON, WED, HE, 方式="拜访")
    book = store(跟进记录=[follow_up(HE, WED), follow_up(QIAN, WED)], 日报=[typed])
    change = plan_tomorrow(book.ledger(MON), MON).changes.table("日报")
    assert [row["客户姓名"] for row in change.added] == ["钱二"]
    assert not change.cells
    assert not change.removed


def test_a_row_typed_without_a_phone_counts_by_its_name() -> None:
    typed = planned(MON, WED, HE, 电话=None, 车型="说不清")
    assert not rows(store(跟进记录=[follow_up(HE, WED)], 日报=[typed]), MON)


def test_who_asked_not_to_be_contacted_is_on_no_list_and_missed_by_nobody() -> None:
    book = store(客户卡=[card(HE, "A", 同意联系="否")], 跟进记录=[follow_up(HE, WED)], H级=[])
    book.roll(MON)
    assert [row["客户姓名"] for row in rows(book, MON)] == ["周四"]
    press(book, MON)
    assert not differences(book, MON)


def test_a_row_typed_for_a_day_off_is_not_doubled_for_the_day_after() -> None:
    book = store(跟进记录=[follow_up(HE, TUE)], 日报=[planned(MON, TUE, HE)])
    assert not rows(book, MON)
    assert [row["客户姓名"] for row in rows(book, TUE)] == ["何一"], "once the day is past it is overdue"


@pytest.mark.parametrize("state", ["战败", "冻结", "失控", "无效", "重复"])
def test_who_has_left_is_on_no_list_and_missed_by_nobody(state: str) -> None:
    book = store(客户卡=[card(HE, "A", 状态=state)], 跟进记录=[follow_up(HE, WED)], A级=[], H级=[])
    assert not [row for row in rows(book, MON) if row["客户姓名"] == "何一"]
    assert not [f for f in book.crosscheck(MON) if f.code == "R6" and f.at.sheet == "跟进记录"]


@pytest.mark.parametrize(("state", "called"), [("战败", True), ("无效", False)])
def test_an_owner_lost_as_a_prospect_is_still_cared_for(state: str, called: bool) -> None:
    care: Row = {"客户编号": "C00003", "关怀项目": "七日", "计划日期": WED, "销售顾问": "张敏"}
    book = store(客户卡=[card(SUN, None, 状态=state)], 关怀记录=[care], A级=[], H级=[])
    assert [row["目的"] for row in rows(book, MON) if row["客户姓名"] == "孙三"] == ["售后回访"] * called


def test_customers_of_a_consultant_who_left_go_to_the_one_on_the_card_or_are_named() -> None:
    gone: Row = {"姓名": "王五", "状态": "离职"}
    book = store(
        顾问=[*STAFF, gone],
        客户卡=[card(HE, "A", 销售顾问="李强"), card(QIAN, "H", 销售顾问="王五")],
        跟进记录=[follow_up(HE, TUE, 销售顾问="王五"), follow_up(QIAN, TUE, 销售顾问="王五")],
    )
    found = plan_tomorrow(book.ledger(MON), MON)
    assert [(row["客户姓名"], row["销售顾问"]) for row in found.changes.table("日报").added] == [("何一", "李强")]
    assert [due.customer.name for due in found.orphans] == ["钱二"]
    assert "1 位" in press(book, MON).said[-1]


def test_the_new_customers_of_today_are_planned_before_anybody_rolled() -> None:
    book = store()
    assert press(book, MON).said == ["给 1 位顾问的明日计划添了 1 行。"]
    assert book.row("日报", 类别="明日计划")["客户姓名"] == "周四"
    assert not book.rows("跟进记录")
    book.roll(MON)
    assert not differences(book, MON)


def test_a_sealed_month_takes_no_more_plans() -> None:
    book = store()
    book.roll(LAST)
    book.close(LAST)
    with pytest.raises(Refusal) as refused:
        plan_tomorrow(book.ledger(LAST), LAST)
    assert refused.value.key == "plan.closed"


def test_a_day_off_after_the_close_does_not_break_the_seal() -> None:
    book = store(顾问=[{"姓名": "张敏", "状态": "在岗", "休息日": "周日"}])
    book.roll(LAST)
    book.close(LAST)
    sunday = dt.date(2026, 11, 1)
    press(book, sunday)
    assert {row["日期"] for row in book.rows("日报") if row["类别"] == "明日计划"} == {sunday}
    assert not [f for f in book.crosscheck(sunday) if f.code in ("R6", "R8") or f.wording == "R10.changed"]


def test_nothing_due_adds_nothing_and_leaves_no_trace() -> None:
    outcome = VERBS["plan"](store().blocks, [], Job(dt.date(2026, 10, 4), dt.datetime(2026, 10, 4, 18)))
    assert not outcome.changes.tables


@pytest.mark.parametrize("seed", range(STORES))
def test_after_plan_nothing_planned_for_tomorrow_is_missing_and_a_second_press_adds_nothing(seed: int) -> None:
    """On any evening of a month, with rows of the plan forgotten and plans missed, as careless consultants do."""
    rng = random.Random(seed)
    end = dt.date(2026, 10, rng.randint(12, 31))
    start = dt.date(2026, 10, 1)
    careless = simulate(seed, start=start, end=end, consultants=2 + seed % 3, visits_a_month=40, opening=15)
    book = Memory.holding(careless.sheets)
    book.roll(end)
    kept = [r for r in book.rows("日报") if r["类别"] != "明日计划" or (r["日期"] != end and rng.random() < 0.7)]
    changes = Changes()
    changes.replace("日报", kept)
    book.apply(changes)
    wrong = book.validate(end)
    days = book.ledger(end).workdays
    before = book.rows("日报")

    press(book, end)
    assert book.rows("日报")[: len(before)] == before
    added = book.rows("日报")[len(before) :]
    assert added
    assert all(row["执行日期"] == days.next(str(row["销售顾问"]), end) for row in added)
    assert [(f.wording, f.at) for f in book.validate(end)] == [(f.wording, f.at) for f in wrong]
    tomorrow = {c.name: days.next(c.name or "", end) for c in book.ledger(end).consultants}
    missed = [f for f in differences(book, end) if f.about.get("day") == tomorrow.get(f.person)]
    unfounded = [f for f in differences(book, end) if f.at.sheet == "日报" and f.at.row > len(before) + 1]
    assert (missed, unfounded) == ([], [])

    held = book.rows("日报")
    press(book, end)
    assert book.rows("日报") == held
