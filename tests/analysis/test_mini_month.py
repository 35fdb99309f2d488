"""A month small enough to be worked out by hand: 28 rows, and every KPI they come to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from books import Row, ledger_of

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.findings import Finding, Severity, Spot
from xlcrm.forms.schema import Cell
from xlcrm.review import Review

DAY = dt.date(2026, 10, 31)


def on(day: int, month: int = 10) -> dt.date:
    return dt.date(2026, month, day)


def card(phone: str, grade: str | None, consultant: str, first_contact: dt.date, state: str = "在跟") -> Row:
    return {
        "客户编号": f"C{phone[-3:]}",
        "客户姓名": f"客{phone[-3:]}",
        "电话": phone,
        "状态": state,
        "当前级别": grade,
        "来源": "基盘",
        "初洽日期": first_contact,
        "建卡日期": first_contact,
        "销售顾问": consultant,
    }


def visit(day: int, consultant: str, phone: str | None = None, **other: Cell) -> Row:
    row: Row = {
        "日期": on(day),
        "来店/来电": "来店",
        "首次/再次": "首次",
        "顾客名称": "何先生",
        "电话": phone,
        "进店时间": dt.time(10, 0),
        "离去时间": dt.time(10, 30),
        "拟购车型": "远行A4",
        "来源": "来店/电",
        "销售顾问": consultant,
    }
    return row | other


def report(day: int, phone: str, purpose: str, result: str) -> Row:
    return {
        "日期": on(day),
        "销售顾问": "张敏",
        "类别": "当日总结",
        "执行日期": on(day),
        "客户姓名": "何先生",
        "电话": phone,
        "目的": purpose,
        "方式": "电话",
        "结果": result,
    }


def order(number: str, phone: str, placed: dt.date, **ended: Cell) -> Row:
    row: Row = {"订单号": number, "电话": phone, "订单日期": placed, "车型": "远行A4", "销售顾问": "张敏"}
    return row | ended


def loss(phone: str, grade: str, kind: str, applied: int, decision: str, decided: int, back: str | None = None) -> Row:
    return {
        "电话": phone,
        "战败前级别": grade,
        "类型": kind,
        "原因": "放弃购买",
        "申请日期": on(applied),
        "申请人": "李强",
        "审批": decision,
        "审批日期": on(decided),
        "驳回后级别": back,
    }


def plan(customer: str, planned: dt.date, done: dt.date | None, grade: str) -> Row:
    return {"客户编号": customer, "计划日期": planned, "执行日期": done, "回访前级别": grade, "销售顾问": "张敏"}


# opening stock: 101 is H, 102 and 103 are A, 104 is C; 105 waits for the car
SHEETS: dict[str, list[Row]] = {
    "客户卡": [
        card("19900000101", "H", "张敏", on(20, 9)) | {"购车类型": "换购"},
        card("19900000102", "A", "张敏", on(25, 9)) | {"购车类型": "首购", "来源": "VIP购车/介绍"},
        card("19900000103", "A", "李强", on(10, 9)),
        card("19900000104", "C", "李强", on(1, 8)),
        card("19900000105", None, "张敏", on(1, 9), "已订"),
    ],
    "来店登记": [
        visit(2, "张敏", "19900000201", 意向级别="A", 试乘试驾="√"),
        visit(2, "张敏", 未留档原因="客户-闲逛"),
        visit(3, "李强", "19900000202", 意向级别="B", 来源="基盘", **{"来店/来电": "来电"}),
        visit(5, "李强", "19900000203", 意向级别="H", 试乘试驾="√", 现场订购="√"),
        visit(6, "张敏", "19900000201", 意向级别="A", 试乘试驾="√", **{"首次/再次": "再次"}),
        visit(8, "李强", "19900000105", 来店目的="提车"),  # no party about a car
        visit(9, "李强", 未留档原因="公司-环境", 进店时间=dt.time(14, 0), 离去时间=dt.time(15, 40)),
        visit(10, "张敏", "19900000204", 意向级别="A"),  # row 9, in error: no party
    ],
    "日报": [
        report(2, "19900000101", "促进", "继续跟进"),
        report(5, "19900000102", "促进", "未接通"),
        report(6, "19900000201", "接待", "继续跟进"),
    ],
    "订单": [
        order("D0", "19900000105", on(28, 9), 交车日期=on(4), 数量=2),
        order("D1", "19900000101", on(7), 交车日期=on(20), 金额=180000.0),
        order("D2", "19900000102", on(12), 退订日期=on(15), 数量=3, 金额=600000.0),
    ],
    "战败": [
        loss("19900000103", "A", "战败", 10, "同意", 11),
        loss("19900000104", "C", "战败", 20, "驳回", 21, "B"),
        loss("19900000202", "B", "冻结", 25, "同意", 26),
    ],
    "跟进记录": [
        plan("C101", on(30, 9), on(30, 9), "H"),  # last month's
        plan("C101", on(2), on(2), "H"),
        plan("C102", on(3), on(5), "A"),
        plan("C104", on(30), None, "C"),
    ],
    "目标": [
        {"月份": "2026-10", "顾问": "张敏", "订单目标": 4, "留档目标": 10},
        {"月份": "2026-10", "顾问": "李强", "订单目标": 2, "留档目标": 10},
    ],
}
IN_ERROR = Finding("V01.empty", Severity.ERROR, Spot("来店登记", "A9", 9))


@pytest.fixture(scope="module")
def month() -> Month:
    assert sum(map(len, SHEETS.values())) < 30
    return analyse(Review(ledger_of(SHEETS, DAY), DAY, [IN_ERROR]), "2026-10")


def test_counts(month: Month) -> None:
    assert figures_json(month)["counts"] == {
        "batches": 6,  # 2, 2, 3, 5, 6, 9 October
        "first_visits": 5,  # all but the 6th
        "first_visits_with_phone": 3,  # 201, 202, 203
        "repeat_visits": 1,
        "test_drives": 3,  # 2, 5, 6 October
        "new_cards": 3,
        "orders": 3,  # D1, D2 and the tick of 203, for which no row stands
        "cars": 5,  # D1 one, D2 three, 203 one
        "deliveries": 3,  # D0 two, D1 one
        "cancellations": 1,  # D2
        "losses_applied": 2,  # 103 and 104; 202 is frozen, which is not a loss
        "losses_approved": 1,  # 103
    }


def test_stocks(month: Month) -> None:
    figures = figures_json(month)
    assert figures["opening_stock"] == {"H": 1, "A": 2, "B": 0, "C": 1}
    # 102 came back to A by the cancellation, 201 is A, 104 was returned to B by the manager
    assert figures["closing_stock"] == {"H": 0, "A": 2, "B": 1, "C": 0}
    assert figures["orders_by_consultant"] == {"张敏": 2, "李强": 1}


RATES = {
    "kept_rate": (3, 5),
    "test_drive_rate": (3, 4),  # 3 kept + 1 repeat
    "repeat_rate": (1, 3),
    "closing_rate": (3, 3),
    "prospect_rate": (3, 7),  # 3 new + 4 at the opening
    "loss_rate": (1, 7),
    "conversion_h": (1, 1),  # 101
    "conversion_a": (1, 2),  # 102, though he cancelled
    "conversion_b": (0, 0),
    "conversion_c": (0, 1),
    "delivery_rate": (3, 7),  # 5 cars ordered + 2 of D0, open at the opening
    "cancellation_rate": (1, 4),  # 3 orders + D0
    "on_time_rate": (1, 3),  # plans of 2, 3 and 30 October
    "reached_rate": (5, 6),  # 3 reports, and 3 register rows no report mentions; 102 was not reached
    "target_rate": (5, 6),  # cars
    "drive_closing_rate": (1, 2),  # 201 and 203 drove first, 203 ordered
    "first_visit_closing_rate": (1, 3),  # 203
    "repeat_visit_closing_rate": (0, 1),  # 201 did not order
    "contact_frequency": (5, 3.5),  # 4 customers at the opening, 3 at the end
    "return_rate": (1, 7),  # 201 again; nobody carded came for the first time
    "owner_share": (1, 2),  # 101 replaces a car, 102 buys the first; of 203 nothing is known
    "referral_share": (1, 3),  # 102
    "mean_price": (780_000, 4),  # D1 one car, D2 three; of 203 no price is known
    "reserve_rate": (1, 3),  # 203's car; no target for November, and one month's deliveries of 3 cars
    "delivery_mean": (19, 2),  # D0 6 days, D1 13
}
MEANS = {"cycle_mean", "cycle_median", "delivery_median"}
COUNTS = {
    "opening_stock": 4,
    "closing_stock": 3,
    "open_orders": 1,  # D0
    "open_cars": 2,
    "cars_not_delivered": 1,  # 203
    "frozen": 1,  # 202
    "unreachable": 0,
    "invalid": 0,
    "overdue_now": 1,  # the plan of 30 October
    "target_gap": -1,  # 5 cars of 6
    "orders_of_unknown_kind": 1,  # 203; 101 replaces a car, 102 buys the first
    "orders_of_unknown_origin": 0,
}


@pytest.mark.parametrize("key", RATES)
def test_rates(month: Month, key: str) -> None:
    figure = month.figure(key)
    assert (figure.numerator, figure.denominator) == RATES[key]


def test_sales_cycle(month: Month) -> None:
    # 101: 20 September to 7 October, 17 days; 102: 25 September to 12 October, 17 days; 203: the same day
    mean, middle = month.figure("cycle_mean"), month.figure("cycle_median")
    assert (mean.numerator, mean.denominator, middle.value) == (34, 3, 17)
    assert month.figure("delivery_median").value == 9.5


def test_every_kpi_is_pinned_here(month: Month) -> None:
    counted = figures_json(month)["counts"].keys() | COUNTS.keys()
    assert {figure.key for figure in month.figures} == counted | RATES.keys() | MEANS
    assert {key: month.figure(key).value for key in COUNTS} == COUNTS


def test_zero_denominator_and_few_cases_show_no_percentage(month: Month) -> None:
    assert month.figure("conversion_b").value is None
    assert month.figure("conversion_b").shown == "—"
    assert month.figure("test_drive_rate").shown == "3/4"
    assert month.figure("kept_rate").shown == "60.0%"


def test_a_figure_knows_its_rows(month: Month) -> None:
    rows = {(place.sheet, place.row) for place in month.figure("delivery_rate").rows}
    # D0, D1, D2 and the register row with the tick
    assert rows == {("订单", 2), ("订单", 3), ("订单", 4), ("来店登记", 5)}


def test_balance(month: Month) -> None:
    total = {row["grade"]: row for row in month.balance if row["consultant"] == "合计"}
    # H: 101 and the new 203 ordered
    assert total["H"] | {"opening": 1, "new": 1, "ordered": 2, "closing": 0, "difference": 0} == total["H"]
    # A: 102, 103, the new 201; 102 ordered and returned, 103 lost
    expected = {"opening": 2, "new": 1, "ordered": 1, "returned": 1, "lost": 1, "closing": 2, "difference": 0}
    assert total["A"] | expected == total["A"]
    # B: the new 202 frozen, 104 came from C
    assert total["B"] | {"new": 1, "in": 1, "frozen": 1, "closing": 1, "difference": 0} == total["B"]
    assert total["C"] | {"opening": 1, "out": 1, "closing": 0, "difference": 0} == total["C"]
    assert total["合计"] | {"opening": 4, "new": 3, "closing": 3, "difference": 0} == total["合计"]


def rows_of(month: Month, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = figures_json(month)["tables"][key]
    return rows


def test_matrix(month: Month) -> None:
    filled = {
        (row["origin"], end): number
        for row in rows_of(month, "grade_matrix")
        for end, number in row.items()
        if end not in ("origin", "total") and number and row["origin"] != "合计"
    }
    assert filled == {
        ("H", "D"): 1,  # 101
        ("A", "A"): 1,  # 102
        ("A", "F"): 1,  # 103
        ("C", "B"): 1,  # 104
        ("新", "A"): 1,  # 201
        ("新", "F2"): 1,  # 202
        ("新", "O"): 1,  # 203
    }


def test_traffic(month: Month) -> None:
    days = {row["day"]: row for row in rows_of(month, "traffic_by_day")}
    assert len(days) == 32  # 31 days and the total
    second = days["2026-10-02"]
    assert (second["weekday"], second["visits_first"], second["total"]) == ("周五", 2, 2)
    assert days["2026-10-03"]["calls"] == 1
    stays = {row["stay"]: row["total"] for row in rows_of(month, "stays")}
    # four visits of half an hour, one of 100 minutes; the call is not a visit
    assert (stays["30–60 分钟"], stays["1–2 小时"], stays["平均（分钟）"]) == (4, 1, 44)
    hours = rows_of(month, "visits_by_hour")
    assert [row["h14"] for row in hours] == [0, 0, 0, 0, 1, 0, 0, 1]  # Friday 9 October, and the total


def test_unkept_reasons(month: Month) -> None:
    assert [(row["reason"], row["not_kept"]) for row in rows_of(month, "unkept_reasons")] == [
        ("公司-环境", 1),
        ("客户-闲逛", 1),
        ("合计", 2),
    ]


def test_days_in_grade(month: Month) -> None:
    days = {row["grade"]: row for row in rows_of(month, "grade_days")}
    # H: 101 since 20 September until 7 October, 203 of the same day
    assert (days["H"]["left_grade"], days["H"]["mean_days_left"]) == (2, 8.5)
    # A: 102 back since 15 October, 201 since 2 October
    assert (days["A"]["in_grade"], days["A"]["mean_days_in"], days["A"]["over_window"]) == (2, 22.5, 0)


def test_promoted_and_demoted(month: Month) -> None:
    moves = {row["grade"]: row for row in rows_of(month, "grade_moves")}
    assert [moves["H"][key] for key in ("customers", "promoted", "gone")] == [2, 2, 0]  # 101, 203
    assert [moves["A"][key] for key in ("customers", "stayed", "gone")] == [3, 2, 1]  # 102, 201; 103
    assert [moves["C"][key] for key in ("customers", "promoted")] == [1, 1]  # 104


def test_forecast(month: Month) -> None:
    # three customers tracked, all at the first stage: 3 × 5 %; too few cases for a conversion of the shop's own
    *_, total = rows_of(month, "forecast")
    assert (total["customers"], total["by_stage"], total["by_conversion"], total["unmeasured"]) == (3, 0.15, 0.0, 3)
    assert {row["remark"] for row in rows_of(month, "conversions")} == {"样本太少"}


def test_losses(month: Month) -> None:
    [by_li, total] = rows_of(month, "losses_by_consultant")
    assert (by_li["consultant"], by_li["losses_approved"], by_li["losses_rejected"]) == ("李强", 1, 1)
    assert total["reject_rate"] == {"numerator": 1, "denominator": 2, "value": 1 / 2}
    doubts = {row["customer"]: row for row in rows_of(month, "subjective_losses")}
    # 103: nobody called between 1 and 10 October, one call in 7 days was due, and 放弃购买 without a story
    assert doubts["C103"]["contacts_due"] == 1
    assert doubts["C103"]["why"] == "联系次数不足、没写经过"


def test_punctuality(month: Month) -> None:
    *_, total = rows_of(month, "punctuality_by_consultant")
    assert [total[key] for key in ("due", "on_time", "late", "mean_days_late", "undone", "overdue")] == [
        3,
        1,
        1,
        2,
        1,
        1,
    ]


def test_targets(month: Month) -> None:
    rows = {row["consultant"]: row for row in rows_of(month, "targets")}
    assert (rows["张敏"]["gap"], rows["李强"]["gap"], rows["全店"]["gap"]) == (0.0, -1.0, -1.0)
    assert [rows["张敏"][unit] for unit in ("orders", "cars")] == [2, 4]
    assert rows["全店"]["working"] == 31


def test_without_a_past_the_sentences_say_so(month: Month) -> None:
    assert [sentence.zh for sentence in month.sentences] == [
        "订车 5 台，差目标 1 台：只有李强差 1 台。",
        "战败申请 2 份，2 份有疑点，见表 8-7。",
        "逾期未回访 1 位，最久 1 天（表 9-4）；外欠 1 单共 180,000 元，其中 1 单已交车（表 5-6）。",
        "其中 1 张订单只有下订标记，尚未写入“订单”表；请先做级别推进。",
        "账簿从 2026-10 开始，下月起与上月比较。",
    ]


def test_weeks_run_from_monday_to_sunday_and_are_cut_at_the_ends_of_the_month(month: Month) -> None:
    counted = ("batches", "first_visits_with_phone", "test_drives", "orders", "cars", "deliveries", "losses_approved")
    rows = {row["week"]: [row[key] for key in counted] for row in rows_of(month, "traffic_by_week")}
    assert rows == {
        "10-01–10-04": [3, 2, 1, 0, 0, 2, 0],  # visits of the 2nd and 3rd; D0 delivered, two cars
        "10-05–10-11": [3, 1, 2, 2, 2, 0, 1],  # 203, 201 again, one without a phone; D1 and the tick of 203; 103 lost
        "10-12–10-18": [0, 0, 0, 1, 3, 0, 0],  # D2, three cars
        "10-19–10-25": [0, 0, 0, 0, 0, 1, 0],  # D1 delivered
        "10-26–10-31": [0, 0, 0, 0, 0, 0, 0],
        "合计": [6, 3, 3, 3, 5, 3, 1],
    }


def test_background(month: Month) -> None:
    rows = [list(row.values()) for row in rows_of(month, "background")]
    # of the opening stock 101 replaces a car and 102 buys the first; of 103, 104 and the three new ones nobody wrote it
    assert [[*row[:5], (row[5]["numerator"], row[5]["denominator"]), *row[6:]] for row in rows] == [
        ["购车类型", "首购", 1, 0, 1, (1, 1), 0, 0],
        ["购车类型", "换购", 1, 0, 1, (1, 1), 1, 0],
        ["购车类型", "未填", 2, 3, 1, (1, 5), 2, 1],
    ]


def test_the_pipeline_names_every_customer_tracked_at_the_end(month: Month) -> None:
    rows = rows_of(month, "pipeline")
    assert [(row["name"], row["grade"], row["probability"], row["consultant"]) for row in rows] == [
        ("何先生", "A", 0.05, "张敏"),  # 201
        ("客102", "A", 0.05, "张敏"),  # back by the cancellation
        ("客104", "B", 0.05, "李强"),  # returned by the manager
    ]


def test_follow_ups_not_on_time_are_a_share_of_those_due(month: Month) -> None:
    [own, _] = rows_of(month, "punctuality_by_consultant")
    # of 2, 3 and 30 October the second was made on the 5th, the third not at all
    assert (own["not_on_time_rate"]["numerator"], own["not_on_time_rate"]["denominator"]) == (2, 3)


def test_rivals_have_no_contact_rate(month: Month) -> None:
    assert {row["kept_rate"]["value"] for row in rows_of(month, "by_rival")} == {None}


def test_of_twelve_months_those_the_books_do_not_know_are_blank(month: Month) -> None:
    *before, now = rows_of(month, "twelve_months")
    assert [row["month"] for row in before] == [
        *(f"2025-{n}" for n in (11, 12)),
        *(f"2026-{n:02d}" for n in range(1, 10)),
    ]
    assert {value for row in before for key, value in row.items() if key != "month"} == {None}
    assert [now[key] for key in ("batches", "orders", "cars", "deliveries")] == [6, 3, 5, 3]
