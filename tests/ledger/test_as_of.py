"""A report as of a day is that of a book in which nothing later stands."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from memory import Memory

from xlcrm.demo import simulate
from xlcrm.forms.schema import Cell
from xlcrm.ledger.asof import as_of
from xlcrm.verbs import VERBS, Job, Outcome

LAST = dt.date(2026, 10, 31)
BEGINS = {"来店登记": "日期", "日报": "日期", "订单": "订单日期", "战败": "申请日期", "客户卡": "初洽日期"}
BEGINS |= {f"{grade}级": "初洽日期" for grade in "HABC"} | {"保有客户": "交车日期"}
ENDS = ("交车日期", "退订日期", "审批日期", "执行日期")


def rolled() -> Memory:
    store = simulate(5, start=dt.date(2026, 8, 1), end=LAST, consultants=3, visits_a_month=80, opening=30)
    book = Memory.holding(store.sheets)
    book.roll(LAST)
    return book


def cut(book: Memory, day: dt.date) -> Memory:
    """The book without what is dated later."""
    return Memory.holding({block.sheet: _cut(block.sheet, book.rows(block.sheet), day) for block in book.blocks})


def _cut(sheet: str, rows: list[Row], day: dt.date) -> list[Row]:
    kept = [row for row in rows if not _is_later(row.get(BEGINS.get(sheet, "")), day)]
    for row in kept if sheet != "日报" else ():
        for header in ENDS:
            if _is_later(row.get(header), day):
                row[header] = None
                if header == "审批日期":
                    row |= {"审批": "待审", "驳回后级别": None}
    return kept


def _is_later(cell: Cell, day: dt.date) -> bool:
    return isinstance(cell, dt.date) and dt.date(cell.year, cell.month, cell.day) > day


def analysed(book: Memory, day: dt.date, month: str) -> Outcome:
    return VERBS["month"](book.blocks, (), Job(day, dt.datetime.combine(day, dt.time(18)), month=month))


@pytest.mark.parametrize("day", [dt.date(2026, 10, 15), dt.date(2026, 9, 20)])
def test_a_report_of_a_day_is_that_of_a_book_cut_at_it(day: dt.date) -> None:
    book = rolled()
    whole, then = (analysed(own, day, f"{day:%Y-%m}") for own in (book, cut(book, day)))
    assert whole.analysis is not None
    assert then.analysis is not None
    assert whole.figures["counts"]["orders"] > 0
    assert whole.figures == then.figures
    assert whole.balance == then.balance
    reported = [[(w.wording, w.customer, w.about) for w in o.analysis.warnings] for o in (whole, then) if o.analysis]
    assert reported[0] == reported[1]


def test_a_month_gone_by_knows_nothing_of_the_next() -> None:
    book, end = rolled(), dt.date(2026, 9, 30)
    late = analysed(book, LAST, "2026-09")
    then = analysed(book, end, "2026-09")
    assert late.figures["counts"] == then.figures["counts"]
    assert late.analysis is not None
    assert then.analysis is not None
    assert [w.about for w in late.analysis.warnings] == [w.about for w in then.analysis.warnings]


def test_a_visit_filled_in_before_its_own_day_was_there() -> None:
    row: Row = {"日期": dt.date(2026, 11, 20), "填写时间": dt.datetime(2026, 10, 2, 18), "顾客名称": "秦女士"}
    ledger = Memory.holding({"来店登记": [row]}).ledger(LAST)
    assert as_of(ledger, LAST).visits == ledger.visits
    assert as_of(ledger, dt.date(2026, 10, 1)).visits == ()
