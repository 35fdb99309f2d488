"""The figures of a closed month outlive its rows: kept at the close, printed ever after, and what differs is said."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import pytest
from memory import HE, QIAN, STAFF, SUN, Memory, card, order, prospect, report, visit

from xlcrm.analysis import Month, Ratio, analyse, figures_json
from xlcrm.analysis.collect import DRAWN
from xlcrm.analysis.facts import Fact, Facts, Measure, of_grade
from xlcrm.analysis.kept import KeptMonth
from xlcrm.findings import Difference
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import MonthFigure
from xlcrm.forms.states import FigureScope
from xlcrm.roll.close import reopen_month
from xlcrm.verbs import Job, close, undo

FIRST, LAST = dt.date(2026, 9, 7), dt.date(2026, 9, 30)
NEXT = dt.date(2026, 10, 20)
SEPTEMBER, OCTOBER = "2026-09", "2026-10"
SHEET = MonthFigure.form.sheet


def month_of(book: Memory, month: str = SEPTEMBER, today: dt.date = NEXT) -> Month:
    return analyse(book.review(today).as_of_today, month)


def sides(month: Month, key: str) -> tuple[float, float | None]:
    return month.figure(key).numerator, month.figure(key).denominator


def rolled() -> Memory:
    """September: 何一 planned for the 10th and for the last day, 钱二 new, 孙三 ordered two cars."""
    plans: list[dict[str, Cell]] = [
        {"客户编号": "C00001", "客户姓名": "何一", "计划日期": day, "计划目的": "促进", "销售顾问": "张敏"}
        for day in (LAST,)
    ]
    book = Memory.holding(
        {
            "顾问": [row | {"休息日": None} for row in STAFF],
            "目标": [{"月份": SEPTEMBER, "顾问": "张敏", "订单目标": 3, "留档目标": 9}],
            "客户卡": [card(HE, "B", 初洽日期=dt.date(2026, 8, 20)), card(SUN, "A", 初洽日期=dt.date(2026, 8, 20))],
            "B级": [prospect(HE, "B", 初洽日期=dt.date(2026, 8, 20), 下次回访=LAST)],
            "A级": [prospect(SUN, "A", 初洽日期=dt.date(2026, 8, 20))],
            "跟进记录": plans,
            "来店登记": [visit(FIRST, QIAN, "B")],
            "日报": [report(FIRST, QIAN, "B", 目的="接待", 方式="来店", 下次回访日期=dt.date(2026, 9, 21))],
            "订单": [order(FIRST, SUN, 数量=2)],
        }
    )
    book.roll(LAST)
    return book


def closed(on: dt.date = LAST) -> Memory:
    book = rolled()
    book.roll(on)
    book.close(on, SEPTEMBER)
    return book


# ---------------------------------------------------------------- what is kept


def test_the_figures_kept_are_those_printed_that_day() -> None:
    before, after = month_of(rolled(), today=LAST), month_of(closed(), today=LAST)
    assert before.closed_on is None
    assert after.closed_on == LAST
    assert [(f.key, f.now) for f in after.figures] == [(f.key, f.now) for f in before.figures]
    plain, kept = figures_json(before), figures_json(after)
    assert kept | {"closed_on": None} == plain


def test_the_parts_of_a_count_add_up_to_it() -> None:
    rows = closed().rows(SHEET)
    whole = {row["代码"]: row["分子"] for row in rows if row["范围"] == "全店" and "分母" not in row}
    for scope in ("顾问", "来源", "车型"):
        parts: dict[object, float] = defaultdict(float)
        for row in rows:
            if row["范围"] == scope and "分母" not in row:
                parts[row["代码"]] += float(str(row["分子"]))
        assert {key: number for key, number in parts.items() if number} == {
            key: number for key, number in whole.items() if key in parts and number
        }, scope


def test_kept_rows_are_typed_and_closed() -> None:
    rows = closed().ledger(NEXT).month_figures
    assert {row.scope for row in rows} == {*vars(FigureScope).values()} & {"全店", "顾问", "来源", "车型", "级别"}
    assert {(row.month, row.closed_on) for row in rows} == {(SEPTEMBER, LAST)}
    assert len({(row.scope, row.name, row.key) for row in rows}) == len(rows)
    assert all(not row.defects and row.label and row.numerator is not None for row in rows)


# ---------------------------------------------------------------- printed ever after


def tampered() -> Memory:
    book = closed()
    book.edit("来店登记", {"电话": QIAN}, {"试乘试驾": "√", "试驾保证书": "√"})
    return book


def test_a_closed_month_prints_what_was_kept_and_says_what_the_rows_give_now() -> None:
    month = month_of(tampered())
    assert month.figure("test_drives").value == 0
    assert any("结账" in sentence.zh and "试乘试驾" in sentence.zh for sentence in month.sentences)
    rows = month.table("changed_since_close").rows
    shown = {tuple(str(getattr(row[n], "zh", row[n])) for n in (0, 2)): row[3:] for row in rows}
    assert shown["全店", "试乘试驾"] == ("0", "1")
    assert shown["顾问", "试乘试驾"] == ("0", "1")
    [source] = month.table("by_source").rows
    assert dict(zip(month.table("by_source").headers, source, strict=True))["test_drives"] == 0


def test_a_closed_month_whose_rows_stand_says_nothing() -> None:
    month = month_of(closed())
    assert month.changed == ()
    assert not any("结账" in sentence.zh for sentence in month.sentences)


def test_a_figure_that_another_version_kept_is_not_a_change() -> None:
    book = closed()
    book.edit(SHEET, {"代码": "orders", "范围": "全店"}, {"代码": "of_another_version"})
    assert month_of(book).changed == ()


def test_the_month_after_compares_with_what_was_kept() -> None:
    book = tampered()
    book.add("日报", report(NEXT, QIAN, "B"))
    book.roll(dt.date(2026, 10, 31))
    month = month_of(book, OCTOBER, dt.date(2026, 10, 31))
    assert month.figure("test_drives").previous == 0


def test_a_report_of_a_day_before_the_close_knows_nothing_of_it() -> None:
    assert month_of(closed(NEXT), today=LAST).closed_on is None


def test_a_kept_figure_changed_by_hand_is_found() -> None:
    book = closed()
    book.edit(SHEET, {"代码": "orders", "范围": "全店"}, {"分子": 9})
    found = [f for f in book.crosscheck(NEXT) if f.kind is Difference.CHANGED_AFTER_CLOSE]
    assert [(f.wording, f.at.sheet) for f in found] == [("R10.changed", SHEET)]


# ---------------------------------------------------------------- a plan of the last day


@pytest.mark.parametrize("made", [None, LAST, LAST + dt.timedelta(days=1), NEXT])
@pytest.mark.parametrize("closing", [LAST, LAST + dt.timedelta(days=1), dt.date(2026, 10, 5)])
def test_a_plan_of_the_last_day_is_due_in_exactly_one_month(closing: dt.date, made: dt.date | None) -> None:
    book = rolled()
    if made and made <= closing:
        book.add("日报", report(made, HE, "B"))
    book.roll(closing)
    book.close(closing, SEPTEMBER)
    at_close = sides(month_of(book, today=closing), "on_time_rate")
    if made and made > closing:
        book.add("日报", report(made, HE, "B"))
    book.roll(NEXT)
    september, october = (sides(month_of(book, month), "on_time_rate") for month in (SEPTEMBER, OCTOBER))
    assert september == at_close, "what was printed stays"
    # 钱二's call of the 21st was never made; of the last day's plan the close decides
    in_september = 2 if closing > LAST or made == LAST else 1
    others = month_of(book, OCTOBER).facts
    carried = [fact for fact in others if fact.measure.value == "due" and f"{fact.on:%Y-%m}" == SEPTEMBER]
    assert september[1] == in_september
    assert len(carried) == 2 - in_september
    assert october[1] is not None


# ---------------------------------------------------------------- taking back, older books


def test_reopening_takes_the_figures_back() -> None:
    book = rolled()
    before = {block.sheet: book.rows(block.sheet) for block in book.blocks}
    book.close(LAST)
    assert book.rows(SHEET)
    book.apply(reopen_month(book.ledger(NEXT))[1])
    assert {block.sheet: book.rows(block.sheet) for block in book.blocks} == before


def test_undo_takes_the_figures_back() -> None:
    book = rolled()
    now = dt.datetime.combine(LAST, dt.time(18))
    book.apply(close(book.blocks, (), Job(LAST, now)).changes)
    assert book.rows(SHEET)
    book.apply(undo(book.blocks, (), Job(LAST, now)).changes)
    assert book.rows(SHEET) == []


def without_the_sheet(book: Memory) -> Memory:
    return Memory([block for block in book.blocks if block.sheet != SHEET])


def test_a_book_without_the_sheet_is_closed_and_says_so() -> None:
    book = without_the_sheet(rolled())
    outcome = close(book.blocks, (), Job(LAST, dt.datetime.combine(LAST, dt.time(18))))
    assert SHEET not in outcome.changes.tables
    assert any(SHEET in sentence for sentence in outcome.said)
    book.apply(outcome.changes)
    assert month_of(book).closed_on is None


def test_closed_months_without_figures_get_them_at_the_next_close() -> None:
    older = without_the_sheet(rolled())
    older.close(LAST)
    book = Memory.holding({})
    book.blocks = [next((own for own in older.blocks if own.sheet == block.sheet), block) for block in book.blocks]
    before = sides(month_of(book), "on_time_rate")
    end = dt.date(2026, 10, 31)
    book.roll(end)
    book.close(end)
    assert {row["月份"] for row in book.rows(SHEET)} == {SEPTEMBER, OCTOBER}
    month = month_of(book, today=end)
    assert month.closed_on is not None
    assert (sides(month, "on_time_rate"), month.changed) == (before, ())
    assert [f for f in book.crosscheck(end) if f.code == "R10"] == []


def test_the_rows_of_a_month_that_was_kept_are_looked_at_for_what_was_not_kept_alone() -> None:
    def rows() -> list[Fact]:
        raise AssertionError("looked at")

    kept = KeptMonth(
        LAST, {(FigureScope.SHOP, ""): {"orders": Ratio(3)}, (FigureScope.GRADE, "A"): {"orders": Ratio(2)}}
    )
    facts = Facts((), kept, dict.fromkeys((Measure.ORDERS, Measure.CARS), rows))
    assert facts.has(Measure.ORDERS)
    assert facts.total(Measure.ORDERS) == 3
    assert facts.total(Measure.ORDERS, grade="A") == 2
    assert facts.sums(Measure.ORDERS, of_grade) == {"A": 2}
    for look in (lambda: facts.total(Measure.CARS), lambda: facts.of(Measure.ORDERS), lambda: list(facts)):
        with pytest.raises(AssertionError, match="looked at"):
            look()


def test_every_measure_is_drawn_by_one_part_of_the_collecting() -> None:
    assert Counter(measure for measures in DRAWN.values() for measure in measures) == Counter(Measure)
