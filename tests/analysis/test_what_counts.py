"""What counts as what: void cards, cars and orders, exits that are not losses, calls late and unreached. SPEC 2 and 13."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from memory import HE, QIAN, STAFF, SUN, ZHOU, Memory, card, loss, order, report, visit

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kept import kept_months
from xlcrm.analysis.pages.funnel import _Expectation, _verdict
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.schema import Cell

FIRST, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 31)
NEXT = dt.date(2026, 11, 10)


def month_of(book: Memory, today: dt.date = LAST, month: str = "2026-10") -> Month:
    return analyse(book.review(today), month)


def values(month: Month, *keys: str) -> list[float | None]:
    return [month.figure(key).value for key in keys]


def sides(month: Month, key: str) -> tuple[float, float | None]:
    return month.figure(key).numerator, month.figure(key).denominator


def void(phone: str, kind: str, decided: dt.date) -> dict[str, Cell]:
    """A card found to be none."""
    return loss(FIRST, phone, 类型=kind, 审批="同意", 审批日期=decided, 原因="放弃购买", 说明="空号")


# ---------------------------------------------------------------- 无效 and 重复


def visited(*losses: dict[str, Cell]) -> Memory:
    """Two first visits with a phone and one without, on one day."""
    return Memory.holding(
        {
            "顾问": STAFF,
            "来店登记": [
                visit(FIRST, HE),
                visit(FIRST, QIAN),
                visit(FIRST, SUN, None, 电话=None, 未留档原因="客户-闲逛"),
            ],
            "战败": list(losses),
        }
    )


KEPT = ("batches", "first_visits", "first_visits_with_phone", "repeat_visits", "new_cards")


@pytest.mark.parametrize(
    ("kind", "counted"),
    [("无效", [3, 3, 1, 0, 1]), ("重复", [3, 2, 1, 1, 1]), ("失控", [3, 3, 2, 0, 2])],
)
def test_a_void_card_was_no_contact_kept_and_a_double_one_a_repeat_visit(kind: str, counted: list[int]) -> None:
    month = month_of(visited(void(HE, kind, LAST)))
    assert values(month, *KEPT) == counted
    assert sides(month, "prospect_rate") == (0, counted[-1])
    traffic = month.table("traffic_by_day")
    day = next(dict(zip(traffic.headers, row, strict=True)) for row in traffic.rows if row[0] == FIRST)
    assert (day["visits_first"], day["visits_repeat"], day["total"]) == (counted[1], counted[3], 3)


def test_only_the_balance_carries_a_void_card_in_and_out() -> None:
    month = month_of(visited(void(HE, "无效", LAST)))
    [total] = [row for row in month.balance if row["consultant"] == row["grade"] == "合计"]
    assert (total["new"], total["invalid"], total["closing"], total["difference"]) == (2, 1, 1, 0)


def test_why_no_contact_was_kept_names_the_void_card() -> None:
    month = month_of(visited(void(HE, "无效", LAST)))
    assert {row[0]: row[1] for row in month.table("unkept_reasons").rows} == {"客户-闲逛": 1, "无效": 1}


def test_a_card_that_nobody_decided_on_counts() -> None:
    pending = void(HE, "无效", LAST) | {"审批": "待审", "审批日期": None}
    assert values(month_of(visited(pending)), *KEPT) == [3, 3, 2, 0, 2]


def test_a_month_still_open_knows_what_was_decided_later_a_sealed_one_does_not() -> None:
    book = visited()
    book.roll(LAST)
    sealed = Memory(list(book.blocks))
    sealed.close(LAST)
    for one in (book, sealed):
        one.add("战败", void(HE, "无效", NEXT))
    assert values(month_of(book, NEXT), *KEPT) == [3, 3, 1, 0, 1]
    assert values(month_of(sealed, NEXT), *KEPT) == [3, 3, 2, 0, 2]
    # the exit stands in the month in which it is decided
    assert values(month_of(sealed, NEXT, "2026-11"), "invalid") == [1]


def test_an_application_in_a_report_only_is_of_its_month_and_waits_until_somebody_decides() -> None:
    september, october = dt.date(2026, 9, 20), dt.date(2026, 10, 20)
    visits = [visit(dt.date(2026, 9, 10), HE, "A"), visit(FIRST, QIAN, "A")]
    reports = [report(september, HE, "A", 结果="战败申请"), report(october, QIAN, "A", 结果="战败申请")]
    book = Memory.holding({"顾问": STAFF, "来店登记": visits, "日报": reports})
    found = [month_of(book, month=month).facts for month in ("2026-09", "2026-10")]
    assert [(facts.total(Measure.APPLIED), facts.total(Measure.PENDING)) for facts in found] == [(1, 1), (1, 2)]


def test_a_figure_without_its_code_or_its_number_is_not_kept() -> None:
    whole: Row = {"月份": "2026-09", "结账日期": FIRST, "范围": "全店", "代码": "orders", "分子": 3}
    rows = [whole, *({k: v for k, v in whole.items() if k != lacking} for lacking in ("代码", "分子"))]
    kept = kept_months(Memory.holding({"历月指标": rows}).ledger(LAST))
    assert {month: own.ratio("orders") for month, own in kept.items()} == {"2026-09": Ratio(3)}


# ---------------------------------------------------------------- what is to be expected


@pytest.mark.parametrize(
    ("low", "high", "unmeasured", "target", "is_whole", "said"),
    [
        (3, 5, 0, 0, True, "no_target"),
        (3, 5, 2, 3, False, "outlook_yes"),
        (1, 5, 2, 3, True, "outlook_too_few"),
        (1, 5, 0, 3, False, "outlook_too_few"),
        (1, 2, 0, 3, True, "outlook_no"),
        (1, 5, 0, 3, True, "outlook_open"),
    ],
)
def test_what_is_said_of_the_target(
    low: float, high: float, unmeasured: int, target: int, is_whole: bool, said: str
) -> None:
    expected = _Expectation(5, low=low, high=high, unmeasured=unmeasured)
    assert _verdict(expected, target, is_whole=is_whole) == LABELS[said]


def test_before_the_first_open_day_no_pace_is_known() -> None:
    book = Memory.holding({"顾问": STAFF, "目标": [{"月份": "2026-10", "顾问": "张敏", "订单目标": 2}]})
    book.add("设置", {"键": "店休日", "值": "2026-10-01"})
    month = month_of(book, today=dt.date(2026, 10, 1))
    pace = month.table("outlook").rows[0]
    assert (pace[0], pace[-1]) == (LABELS["outlook_pace"], LABELS["outlook_too_few"])


# ---------------------------------------------------------------- cars and orders


def test_cars_are_counted_where_cars_are_meant_and_orders_where_orders_are() -> None:
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE), card(QIAN), card(SUN), card(ZHOU, None, 状态="已订")],
            "目标": [{"月份": "2026-10", "顾问": "张敏", "订单目标": 10}],
            "订单": [
                order(dt.date(2026, 9, 20), ZHOU, 数量=4, 交车日期=LAST),
                order(FIRST, HE, 数量=3),
                order(FIRST, QIAN, 数量=2, 退订日期=LAST),
                order(FIRST, SUN, 数量=None),
            ],
        }
    )
    month = month_of(book)
    assert values(month, "orders", "cars", "deliveries", "cancellations", "open_orders", "open_cars") == [
        3,
        6,
        4,
        1,
        1,
        4,
    ]
    assert sides(month, "target_rate") == (6, 10)
    assert sides(month, "delivery_rate") == (4, 10)
    assert sides(month, "cancellation_rate") == (1, 4)
    assert sides(month, "prospect_rate") == (3, 3)
    [league] = month.table("league").rows
    shown = dict(zip(month.table("league").headers, league, strict=True))
    assert (shown["cars"], shown["orders"], shown["deliveries"]) == (6, 3, 4)
    counts = figures_json(month)["counts"]
    assert (counts["orders"], counts["cars"]) == (3, 6)


# ---------------------------------------------------------------- exits, contacts


def test_a_loss_is_what_is_called_one_and_the_other_exits_stand_beside() -> None:
    kinds = {HE: "战败", QIAN: "冻结", SUN: "失控", ZHOU: "无效"}
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(phone) for phone in kinds],
            "战败": [loss(FIRST, phone, 类型=kind, 审批="同意", 审批日期=LAST) for phone, kind in kinds.items()],
        }
    )
    month = month_of(book)
    assert values(month, "losses_applied", "losses_approved", "frozen", "unreachable", "invalid") == [1, 1, 1, 1, 1]
    assert sides(month, "loss_rate") == (1, 4)
    [row] = month.table("losses_by_consultant").rows
    assert row[-3:] == (1, 1, 1)


def test_persons_met_together_are_one_contact_of_the_month() -> None:
    wife = "19900000109"
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, 备用电话=wife)],
            "日报": [report(FIRST, HE, 结果="未接通"), report(FIRST, HE, 客户姓名="何太太", 电话=wife)],
        }
    )
    assert sides(month_of(book), "reached_rate") == (1, 1)


def test_a_call_both_late_and_unreached_counts_as_unreached_and_is_said_to() -> None:
    plan: dict[str, Cell] = {
        "客户编号": "C00001",
        "计划日期": FIRST,
        "执行日期": FIRST + dt.timedelta(days=3),
        "结果": "未接通",
        "销售顾问": "张敏",
    }
    month = month_of(Memory.holding({"顾问": STAFF, "客户卡": [card(HE)], "跟进记录": [plan]}))
    table = month.table("punctuality_by_consultant")
    [row] = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
    assert (row["due"], row["on_time"], row["late"], row["unreached"]) == (1, 0, 0, 1)
    assert table.note is not None
    assert "未联系上" in table.note.zh
