"""Every customer whom the figures count stands in a row, and what is typed by hand is pointed out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Literal

import pytest
from books import Row
from corner import FRI, MON, THU, WED, shop, wordings
from desk import Desk
from memory import HE, QIAN, STAFF, SUN, Memory, card, loss, order, plan, prospect, report, visit

from xlcrm.analysis import analyse, figures_json
from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import Content, Table
from xlcrm.errors import Refusal
from xlcrm.findings import Finding, Severity
from xlcrm.review import Review
from xlcrm.timeline.balance import TOTAL, BalanceRow, balance

TUE, LAST, NEXT = dt.date(2026, 10, 6), dt.date(2026, 10, 31), dt.date(2026, 11, 3)


def review(book: Memory, today: dt.date) -> Review:
    return Review(book.ledger(today), today)


def named(found: list[Finding], code: str) -> list[Finding]:
    return [f for f in found if code in f.codes]


# ---------------------------------------------------------------- stock = rows


def test_after_a_roll_the_stock_is_the_rows_of_the_sheets() -> None:
    book = shop(HE, QIAN, SUN)
    book.edit("客户卡", {"电话": QIAN}, {"销售顾问": "李强"})
    book.add("日报", report(WED, SUN, "B", 原级别="H", 经过="预算没谈拢，要等到过年才定"))
    book.roll(WED)
    assert named(book.crosscheck(WED), "R10") == []


@pytest.mark.parametrize(
    ("sheet", "edited", "wording"),
    [
        ("H级", {"销售顾问": "李强"}, "R3.consultant"),
        ("客户卡", {"当前级别": "B"}, "R3.wrong_sheet"),
        ("客户卡", {"状态": "已订", "当前级别": None}, "R4.unproved"),
    ],
)
def test_a_row_moved_by_hand_is_one_line_that_names_the_stock_too(sheet: str, edited: Row, wording: str) -> None:
    book = shop()
    book.edit(sheet, {"电话": HE}, edited)
    found = [f for f in book.crosscheck(WED) if f.wording == wording]
    assert len(found) == 1
    assert ("R10" in found[0].codes) == (sheet == "H级")
    assert [f.wording for f in named(book.crosscheck(WED), "R10") if f.wording == "R10.stock"] == []


def test_a_grade_row_that_got_the_number_of_one_who_has_left_stays_until_somebody_says_whose_it_is() -> None:
    book = shop(HE, QIAN)
    gone = loss(TUE, HE, 审批="同意", 审批日期=TUE, 战败前级别="H")
    book.add("战败", gone)
    book.roll(TUE)
    book.edit("H级", {"电话": QIAN}, {"客户编号": book.row("客户卡", 电话=HE)["客户编号"], "备注": "喜欢红色"})
    book.roll(WED)
    assert "喜欢红色" in [row.get("备注") for row in book.rows("H级")]
    assert "V04.taken" in wordings(book, WED, Severity.ERROR)


def test_the_card_of_one_who_has_left_has_logs_behind_it_as_any_other() -> None:
    book = shop(HE, QIAN)
    book.add("战败", loss(TUE, HE, 类型="无效", 审批="同意", 审批日期=TUE, 战败前级别="H"))
    book.roll(TUE)
    assert "R11.no_logs" not in wordings(book, WED, Severity.ERROR)
    book.delete("来店登记", {"电话": HE})
    found = next(f for f in book.crosscheck(WED) if f.wording == "R11.no_logs")
    assert found.at.row == book.review(WED).ledger.cards[0].at.row


def test_a_row_that_nothing_else_explains_is_a_finding_of_its_own() -> None:
    """C may stand on the card alone, so that R3 has nothing against it; the logs say H."""
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"当前级别": "C"})
    book.delete("H级", {"电话": HE})
    [found] = named(book.crosscheck(WED), "R10")
    assert (found.wording, found.at.sheet, found.about["counted"]) == ("R10.stock", "客户卡", "张敏 H")


def test_a_row_under_another_consultant_than_the_figures_keeps_the_month_open() -> None:
    book = shop()
    book.edit("H级", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(LAST)
    with pytest.raises(Refusal, match=r"close\.unbalanced"):
        book.close(LAST)


def test_who_is_held_back_counts_as_his_row_stands_and_is_named_in_figures_sentences_and_check() -> None:
    book = shop(HE, QIAN)
    book.delete("来店登记", {"电话": HE})
    book.delete("日报", {"电话": HE})
    for today in (WED, NEXT):
        month = analyse(review(book, today), "2026-10")
        figures = figures_json(month)
        assert (figures["held"], figures["closing_stock"]["H"]) == (1, 2)
        assert any("1 位客户" in sentence.zh for sentence in month.sentences)
        assert held_cells(month.table("balance")) == {"H": 1}
        assert held_cells(month.table("balance_by_consultant")) == {"张敏 H": 1}
        [total] = [r for r in review(book, today).balance("2026-10") if r["consultant"] == r["grade"] == TOTAL]
        assert (total["closing"], total["difference"]) == (2, 0)
    desk = Desk(book.blocks)
    assert "有 1 位客户的日志有错误或已删除，留存暂按级别表里的行计。" in desk.press("check", WED).said
    with pytest.raises(Refusal, match="close"):
        book.close(LAST)


@pytest.mark.parametrize("grade", ["H", "B"])
@pytest.mark.parametrize("consultant", ["张敏", "李强"])
def test_sealed_logs_and_the_row_changed_alike_start_from_the_frozen_stock_and_end_where_the_row_stands(
    grade: str, consultant: str
) -> None:
    """Before, the balance ended where the frozen stock had him and the figures where his row stands."""
    book = shop(HE, QIAN)
    book.roll(LAST)
    book.close(LAST)
    for sheet in ("来店登记", "日报"):
        book.delete(sheet, {"电话": HE})
    row = book.row("H级", 电话=HE)
    book.delete("H级", {"电话": HE})
    book.add(f"{grade}级", row | {"销售顾问": consultant})
    book.roll(NEXT)
    seen = review(book, NEXT)
    rows = seen.balance("2026-11")
    assert stock(rows, "opening") == {("张敏", "H"): 2}
    assert stock(rows, "closing") == Counter([("张敏", "H"), (consultant, grade)])
    assert not any(row["difference"] for row in rows)
    assert balance(seen.counted("2026-11"), "2026-11") == rows
    errors = [f for f in book.crosscheck(NEXT) if f.severity is Severity.ERROR]
    assert {"R10.chain", "R10.removed"} <= {f.wording for f in errors}


def stock(rows: list[BalanceRow], name: Literal["opening", "closing"]) -> dict[tuple[str, str], int]:
    """The opening or closing stock by consultant and grade."""
    return {(row["consultant"], row["grade"]): row[name] for row in rows if row[name] and TOTAL not in row.values()}


def test_the_balance_has_no_column_for_the_held_back_where_nobody_is() -> None:
    month = analyse(review(shop(HE), WED), "2026-10")
    assert "as_rows_stand" not in (*month.table("balance").headers, *month.table("balance_by_consultant").headers)


def held_cells(table: Table) -> dict[str, Content]:
    """The rows in which somebody counts as his row stands, by the row's first words."""
    assert table.headers[-1] == "as_rows_stand"
    words = table.headers.index("opening")
    return {" ".join(str(cell) for cell in row[:words]): row[-1] for row in table.rows if row[-1]}


# ---------------------------------------------------------------- typed by hand


def by_hand(first: dt.date) -> Memory:
    book = shop()
    book.add("客户卡", card(QIAN, "B", 初洽日期=first, 建卡日期=first))
    book.add("B级", prospect(QIAN, "B", 初洽日期=first, 入级日期=first, 月初级别=None))
    return book


@pytest.mark.parametrize(("first", "new", "opening"), [(TUE, 2, 0), (dt.date(2026, 9, 20), 1, 1)])
def test_a_card_typed_by_hand_is_a_hint_once_and_is_new_or_opening_stock(
    first: dt.date, new: int, opening: int
) -> None:
    book = by_hand(first)
    [hint] = book.roll(WED).hints
    assert (hint.wording, hint.severity, hint.found) == ("G07.by_hand", Severity.INFO, "钱二")
    assert book.roll(WED).hints == []
    assert not book.roll(WED).changes
    [total] = [r for r in review(book, WED).balance("2026-10") if r["consultant"] == r["grade"] == TOTAL]
    assert (total["opening"], total["new"], total["closing"], total["difference"]) == (opening, new, 2, 0)
    assert len([row for row in book.rows("月初留存") if "电话" in row]) == opening
    assert wordings(book, WED, Severity.ERROR) == []


def test_a_card_typed_by_hand_goes_through_the_months_like_any_other() -> None:
    book = by_hand(TUE)
    book.roll(WED)
    book.add("日报", report(THU, QIAN, "A", 原级别="B"))
    book.roll(LAST)
    book.close(LAST)
    november = dt.date(2026, 11, 30)
    assert not book.roll(november).hints
    assert named(book.crosscheck(november), "R10") == []
    book.close(november)


def test_a_register_row_written_afterwards_is_what_began_the_customer() -> None:
    book = by_hand(TUE)
    book.roll(WED)
    book.add("来店登记", visit(MON, QIAN, "B", 注释="补登的来店"))
    book.add("日报", report(MON, QIAN, "B", 目的="接待", 方式="来店"))
    book.roll(WED)
    assert [row["从"] for row in book.rows("级别变更") if row["客户编号"] == "C00002"] == ["新"]
    assert book.row("客户卡", 电话=QIAN)["初洽日期"] == MON
    assert not book.roll(WED).changes


# ---------------------------------------------------------------- one application, one contact


def test_two_rows_about_one_loss_are_one_application_with_a_warning() -> None:
    book = shop()
    book.add("战败", loss(WED, HE), loss(THU, HE, 原因="他品牌-配置", 申请人="李强"))
    book.roll(THU)
    assert wordings(book, THU).count("V18.applied") == 1
    facts = analyse(review(book, THU), "2026-10").facts
    assert [facts.total(m) for m in (Measure.APPLIED, Measure.PENDING)] == [1, 1]
    book.edit("战败", {"原因": "他品牌-配置"}, {"审批": "同意", "审批日期": FRI})
    facts = analyse(review(book, FRI), "2026-10").facts
    assert [facts.total(m) for m in (Measure.APPLIED, Measure.APPROVED, Measure.PENDING)] == [1, 1, 0]


def test_another_application_after_the_decision_is_another() -> None:
    book = shop()
    book.add("战败", loss(WED, HE, 审批="驳回", 审批日期=THU, 驳回后级别="B"), loss(FRI, HE, 原因="他品牌-配置"))
    assert "V18.applied" not in wordings(book, FRI)


def test_several_persons_of_one_customer_met_together_are_to_be_confirmed() -> None:
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"备用电话": "19900000109"})
    book.add("日报", report(WED, HE), report(WED, HE, 电话="19900000109", 客户姓名="何太太", 经过="太太也在，问了保险"))
    [found] = [f for f in book.validate(WED) if f.wording == "V08.together"]
    assert (found.found, found.about["who"], found.handling.value) == ("何太太", "何一", "confirm")


# ---------------------------------------------------------------- handing over, care


def test_a_typed_plan_for_one_handed_over_is_named_and_an_untouched_one_goes_along() -> None:
    book = shop()
    book.add("日报", plan(MON, FRI, HE, 主管批示="带上报价"))
    book.edit("跟进记录", {"计划日期": WED}, {"计划日期": FRI})
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    [found] = [f for f in book.crosscheck(WED) if f.wording == "R6.consultant"]
    assert (found.found, found.about["consultant"], found.handling.value) == ("张敏", "李强", "fix")
    book.edit("日报", {"类别": "明日计划"}, {"销售顾问": "李强"})
    assert "R6.consultant" not in wordings(book, WED)


def test_care_of_one_whose_delivery_is_taken_back_is_unfounded_until_it_is_put_back() -> None:
    book = shop()
    book.add("订单", order(WED, HE, 交车日期=THU))
    book.roll(THU)
    book.edit("订单", {"电话": HE}, {"交车日期": None})
    book.delete("保有客户", {"电话": HE})
    found = [f for f in book.crosscheck(FRI) if f.code == "R11"]
    assert [(f.wording, f.at.sheet, f.at.row) for f in found] == [("R11.care", "关怀记录", 2)]
    book.edit("订单", {"电话": HE}, {"交车日期": THU})
    assert [f for f in book.crosscheck(FRI) if f.wording == "R11.care"] == []


OWNER: Row = {
    "客户编号": "C00001",
    "车主姓名": "何一",
    "电话": HE,
    "车型": "远行X5",
    "购买日期": dt.date(2025, 10, 10),
    "交车日期": dt.date(2025, 10, 12),
    "最近进厂": dt.date(2026, 8, 1),
    "销售顾问": "张敏",
}


def loaded(**dates: dt.date) -> Memory:
    owner = OWNER | dict(dates)
    came = [report(MON, QIAN, "H", 目的="接待", 方式="来店")]
    return Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, None, 状态="已交车")],
            "保有客户": [owner],
            "来店登记": [visit(MON, QIAN)],
            "日报": came,
        }
    )


def test_care_of_a_car_loaded_with_the_book_is_not_a_finding() -> None:
    book = loaded()
    book.add("关怀记录", {"客户编号": "C00001", "关怀项目": "定期", "计划日期": FRI, "销售顾问": "张敏"})
    book.roll(MON)
    assert [f for f in book.crosscheck(MON) if f.code == "R11"] == []


def test_a_call_overdue_when_the_owner_is_loaded_is_planned_while_its_day_is_to_come() -> None:
    book = loaded(保险到期=dt.date(2026, 10, 12))
    book.roll(MON)
    assert (
        book.row("关怀记录", 关怀项目="保险")["计划日期"] == THU
    )  # 张敏 rests on Tuesday: the first day 明日计划 can hold
    assert not book.roll(MON).changes


def test_calls_missed_before_the_book_began_are_said_once_and_not_planned() -> None:
    book = loaded(保险到期=dt.date(2026, 10, 1))
    assert book.roll(MON).lapsed_care > 0
    assert "保险" not in [row["关怀项目"] for row in book.rows("关怀记录")]
    assert book.roll(MON).lapsed_care == 0
