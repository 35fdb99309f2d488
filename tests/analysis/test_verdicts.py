"""What page 1 says: the largest consequence first, nothing that chance alone may bring, and what the books do not know as —."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from books import Row, ledger_of

from xlcrm.analysis import Month, analyse
from xlcrm.analysis.figures import Ratio, Unknown
from xlcrm.analysis.pages.verdicts import MOST
from xlcrm.review import Review

END = dt.date(2026, 10, 31)
NAMES = ("张敏", "李强", "王芳")


def visits(month: int, count: int, *, kept: int) -> list[Row]:
    """First visits on the days of a month, the first ``kept`` of them with a phone."""
    return [
        {
            "日期": dt.date(2026, month, 1 + n % 28),
            "来店/来电": "来店",
            "首次/再次": "首次",
            "电话": f"199{month:02d}{n:06d}" if n < kept else None,
            "意向级别": "C" if n < kept else None,
            "销售顾问": "张敏",
        }
        for n in range(count)
    ]


def orders(*whose: str, day: int = 5) -> list[Row]:
    return [
        {
            "订单号": f"D{n}",
            "电话": f"19988{n:06d}",
            "订单日期": dt.date(2026, 10, day),
            "车型": "远行A4",
            "销售顾问": name,
        }
        for n, name in enumerate(whose)
    ]


def targets(*each: int, month: str = "2026-10") -> list[Row]:
    return [{"月份": month, "顾问": name, "订单目标": n} for name, n in zip(NAMES, each, strict=False)]


def month_of(today: dt.date = END, **sheets: list[Row]) -> Month:
    staff: list[Row] = [{"姓名": name, "状态": "在岗"} for name in NAMES]
    ledger = ledger_of({"顾问": staff, "来店登记": visits(10, 1, kept=1), **sheets}, today)
    return analyse(Review(ledger, today, ()), "2026-10")


def said(month: Month) -> list[str]:
    return [sentence.zh for sentence in month.sentences]


# ---------------------------------------------------------------- the target


@pytest.mark.parametrize(
    ("ordered", "target", "verdict"),
    [
        ((), (2, 2, 2), "订车 0 台，差目标 6 台：3 位顾问各差 2 台。"),
        (("张敏", "张敏"), (2, 2), "订车 2 台，差目标 2 台：只有李强差 2 台。"),
        (("张敏",) * 5, (1, 2, 1), "订车 5 台，超目标 1 台：2 位顾问没有完成，李强差 2 台、王芳差 1 台。"),
        (("张敏", "李强"), (1, 1), "订车 2 台，正好达到目标。"),
        (("张敏",), (), "订车 1 台（1 单），本月未设目标。"),
    ],
)
def test_the_target_comes_first_and_says_who_is_short(
    ordered: tuple[str, ...], target: tuple[int, ...], verdict: str
) -> None:
    assert said(month_of(订单=orders(*ordered), 目标=targets(*target)))[0] == verdict


@pytest.mark.parametrize(("cars", "word"), [(1, "落后 2.0 台"), (3, "与进度相当"), (5, "领先 2.0 台")])
def test_of_a_month_not_over_the_pace_counts(cars: int, word: str) -> None:
    # 10 of 31 days gone: of 9 cars, 2.9 by now; of one car more or less than that nothing is said
    month = month_of(dt.date(2026, 10, 10), 订单=orders(*["张敏"] * cars), 目标=targets(9))
    expected = round(9 * 10 / 31, 1)
    assert (word if cars == 3 else f"{abs(cars - 9 * 10 / 31):.1f} 台") in said(month)[0]
    assert word[:2] in said(month)[0]
    assert cars == 3 or f"{expected}" in said(month)[0]


# ---------------------------------------------------------------- what moved


def test_a_rate_that_got_worse_by_more_than_chance_is_said_beside_its_past() -> None:
    month = month_of(来店登记=[*visits(9, 100, kept=90), *visits(10, 100, kept=50)])
    assert "留档率 50.0%，上月 90.0%。" in said(month)


def test_a_rate_is_compared_with_the_months_the_books_hold() -> None:
    slide = [visits(m, 100, kept=kept) for m, kept in ((8, 90), (9, 85), (10, 70))]
    assert "留档率 70.0%，前两月 87.5%，连降。" in said(month_of(来店登记=[row for own in slide for row in own]))


def test_a_slide_over_months_is_called_one() -> None:
    slide = [visits(m, 100, kept=kept) for m, kept in ((7, 90), (8, 85), (9, 80), (10, 70))]
    month = month_of(来店登记=[row for own in slide for row in own])
    assert "留档率 70.0%，前三月 85.0%，连降。" in said(month)
    slide[1], slide[2] = visits(8, 100, kept=80), visits(9, 100, kept=85)
    assert "留档率 70.0%，前三月 85.0%。" in said(month_of(来店登记=[row for own in slide for row in own]))


def test_chance_is_never_a_headline() -> None:
    for kept in range(10, 31):
        month = month_of(来店登记=[*visits(9, 30, kept=20), *visits(10, 30, kept=kept)])
        figure = month.figure("kept_rate")
        is_said = any(sentence.startswith("留档率") for sentence in said(month))
        assert is_said == (figure.beyond_chance or figure.has_drifted), kept


def test_there_are_three_to_five_verdicts_and_each_is_said_once() -> None:
    for month in (
        month_of(),
        month_of(来店登记=[*visits(9, 100, kept=90), *visits(10, 200, kept=50)], 目标=targets(2)),
    ):
        verdicts = [own for own in said(month) if not own.startswith(("账簿里没有", "“跟进记录”里没有"))]
        assert 3 <= len(verdicts) <= MOST
        assert len(set(verdicts)) == len(verdicts)


# ---------------------------------------------------------------- one order, and twelve months


def test_the_first_month_of_a_shop_gets_facts_and_no_verdicts() -> None:
    *facts, _, last = said(month_of(来店登记=visits(10, 3, kept=2)))
    assert facts == [
        "订车 0 台（0 单），本月未设目标。",
        "客流 3 批，首次 3 批，留档 2 批，试驾 0 次。",
        "新建卡 2 位，期末在跟 2 位。",
    ]
    assert last == "账簿从 2026-10 开始，下月起与上月比较。"


def test_every_table_names_consultants_in_the_order_of_cars_ordered() -> None:
    rows = visits(10, 30, kept=12)
    for n, row in enumerate(rows):
        row["销售顾问"] = NAMES[n % 3]
    month = month_of(来店登记=rows, 订单=orders("王芳", "王芳", "李强"), 目标=targets(1, 1, 1))
    order = {"王芳": 0, "李强": 1, "张敏": 2}
    seen = 0
    for table in (table for page in month.pages for table in page.tables):
        if "consultant" in table.headers[:2] and table.key not in ("punctuality_by_consultant", "pipeline"):
            names = [str(row[table.headers.index("consultant")]) for row in table.rows]
            places = [order[name] for name in names if name in order]
            assert all(a <= b for a, b in pairwise(places)), table.key
            seen += len(places) > 1
    assert seen > 3


def kept(month: str, cars: int) -> list[Row]:
    """What a close kept of a month: that nobody kept the other figures."""
    row: Row = {"月份": month, "范围": "全店", "指标": "订车（台）", "代码": "cars", "分子": cars, "结账日期": END}
    return [row, row | {"代码": "kept_rate", "分子": 3, "分母": 4}, row | {"代码": "target", "分子": 5}]


def test_months_kept_in_the_books_stand_in_the_line_of_twelve_and_a_year_ago() -> None:
    month = month_of(历月指标=[*kept("2025-10", 9), *kept("2026-02", 7), *kept("2024-10", 1)], 订单=orders("张敏"))
    table = month.table("twelve_months")
    cars = {row[0]: row[table.headers.index("cars")] for row in table.rows}
    assert (cars["2026-02"], cars["2026-10"], cars["2026-03"]) == (7, 1, Unknown.MONTH)
    assert "2025-10" not in cars
    assert (month.figure("cars").year, month.figure("kept_rate").year) == (Ratio(9), Ratio(3, 4))
    assert month.figure("batches").year is None
    # what no close keeps is made from what it kept
    assert month.figure("target_gap").year == Ratio(4)


def test_a_month_not_over_is_not_compared_with_a_whole_one_a_year_ago() -> None:
    assert month_of(dt.date(2026, 10, 10), 历月指标=kept("2025-10", 9)).figure("cars").year is None
