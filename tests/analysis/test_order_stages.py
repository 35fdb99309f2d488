"""大定日期, 锁单日期 and 退订原因: a deposit is not an order, in the lives, the roll, the seals and the figures."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, STAFF, SUN, Memory, order, visit
from sizes import scaled

from xlcrm.analysis import Month, analyse
from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kpis import SWITCHED_KPIS
from xlcrm.analysis.month import facts_of_month
from xlcrm.forms.schema import Cell
from xlcrm.paper.model import PaperTable
from xlcrm.paper.press import papers
from xlcrm.safety.seals import broken_seals

DAY = dt.date(2026, 10, 31)
MONTH = "2026-10"


def on(day: int, month: int = 10) -> dt.date:
    return dt.date(2026, month, day)


def staged(day: int, phone: str, firm: dt.date | None = None, locked: dt.date | None = None, **other: Cell) -> Row:
    """An order signed on a day of October."""
    stages: Row = {"订单号": f"D{day}", "大定日期": firm, "锁单日期": locked}
    return order(on(day), phone) | stages | other


def came(*phones: str) -> list[Row]:
    return [visit(on(2), phone, "A") for phone in phones]


def book_of(*orders: Row, visits: tuple[str, ...] = (HE, QIAN, SUN), **sheets: list[Row]) -> Memory:
    return Memory.holding({"顾问": STAFF, "来店登记": came(*visits), "订单": list(orders)} | sheets)


def month_of(book: Memory, today: dt.date = DAY, month: str = MONTH) -> Month:
    return analyse(book.review(today).as_of_today, month)


def sides(month: Month) -> dict[str, tuple[float, float | None]]:
    return {own.key: (own.numerator, own.denominator) for own in month.figures if own.key in SWITCHED_KPIS}


def test_a_deposit_leaves_the_customer_in_the_grade_sheet_until_it_is_firm() -> None:
    book = book_of(staged(5, HE), visits=(HE,))
    book.roll(on(6))
    assert (book.row("客户卡")["状态"], len(book.rows("A级"))) == ("在跟", 1)
    assert book.row("订单")["客户编号"] == book.row("客户卡")["客户编号"]
    book.edit("订单", {"订单号": "D5"}, {"大定日期": on(9)})
    book.roll(on(9))
    assert (book.row("客户卡")["状态"], book.rows("A级")) == ("已订", [])
    (move,) = [row for row in book.rows("级别变更") if str(row["到"]).startswith("已订")]
    assert str(move["时间"])[:10] == "2026-10-09"


def test_the_months_figures_are_counted_again_by_hand() -> None:
    month = month_of(
        book_of(
            staged(3, HE, firm=on(8), locked=on(20)),  # a deposit made firm, then locked in
            staged(4, QIAN),  # a deposit
            staged(6, SUN, firm=on(6)),  # firm at once
        )
    )
    assert (month.figure("orders").numerator, month.figure("deposits").numerator) == (2, 2)
    assert sides(month) == {"deposits": (2, None), "firm_rate": (1, 2), "firm_orders": (2, None), "locked_rate": (1, 2)}
    table = month.table("order_stages")
    assert table.total is not None
    assert table.total[1:] == (2, 1, Ratio(1, 2), 0, 2, 1, Ratio(1, 2))


LATER = st.none() | st.integers(0, 20)
"""Days after the stage before; a stage that is never reached."""
DEALS = st.lists(st.tuples(st.integers(2, 31), LATER, LATER, LATER, st.sampled_from(["张敏", "李强"])), max_size=3)


@pytest.mark.sized
@settings(max_examples=scaled(10, 500), deadline=None)
@given(deals=DEALS)
def test_a_deposit_is_never_an_order_whatever_becomes_of_it(
    deals: list[tuple[int, int | None, int | None, int | None, str]],
) -> None:
    orders, signed_on, firm_on = [], [], []
    for phone, (day, firm, locked, cancelled, who) in zip((HE, QIAN, SUN), deals, strict=False):
        signed_on.append(on(day))
        firm_on.append(_after(signed_on[-1], firm))
        last = _after(firm_on[-1], locked) or firm_on[-1] or signed_on[-1]
        gone = _after(last, cancelled)
        stages: Row = {"锁单日期": _after(firm_on[-1], locked), "退订日期": gone, "退订原因": gone and "价格"}
        orders.append(staged(day, phone, firm_on[-1]) | stages | {"销售顾问": who})
    review = book_of(*orders).review(on(31, 12)).as_of_today
    for month in (MONTH, "2026-11", "2026-12"):
        facts = facts_of_month(review, month)
        assert facts.total(Measure.ORDERS) == sum(f"{day}".startswith(month) for day in firm_on)
        deposits = [day for day, firm in zip(signed_on, firm_on, strict=True) if day != firm]
        assert facts.total(Measure.DEPOSITS) == sum(f"{day}".startswith(month) for day in deposits)
        for measure in (Measure.ORDERS, Measure.DEPOSITS, Measure.DEPOSITS_RETURNED, Measure.CANCELLATIONS):
            assert sum(facts.sums(measure, of_consultant).values()) == facts.total(measure)


def _after(day: dt.date | None, days: int | None) -> dt.date | None:
    return None if day is None or days is None else day + dt.timedelta(days=days)


def test_an_order_is_of_the_month_in_which_it_became_one() -> None:
    book = book_of(staged(30, HE, firm=on(2, 11)), visits=(HE,))
    october, november = (month_of(book, on(10, 11), month) for month in (MONTH, "2026-11"))
    assert [month.figure("orders").numerator for month in (october, november)] == [0, 1]
    assert sides(october) == {"deposits": (1, None), "firm_rate": (0, 1)}
    assert sides(november) == {"firm_orders": (1, None), "locked_rate": (0, 1)}


def test_cancelled_orders_by_reason_and_returned_deposits_apart() -> None:
    month = month_of(
        book_of(
            staged(3, HE, firm=on(3), 退订日期=on(12), 退订原因="交期太长"),
            staged(4, QIAN, 退订日期=on(9)),
            staged(6, SUN, firm=on(6)),
        )
    )
    assert month.figure("cancellations").numerator == 1
    table = month.table("cancelled_by_reason")
    assert (table.rows, table.total and table.total[1:]) == ((("交期太长", 1, Ratio(1, 2)),), (1, Ratio(1, 2)))
    (stages,) = [row for row in month.table("order_stages").rows if row[0] == "张敏"]
    assert stages[4] == 1


def test_a_closed_month_is_not_changed_by_a_deposit_that_becomes_firm() -> None:
    book = book_of(staged(30, HE), visits=(HE,))
    book.roll(DAY)
    book.close(DAY)
    book.edit("订单", {"订单号": "D30"}, {"大定日期": on(2, 11)})
    assert broken_seals(book.ledger(on(3, 11))) == ([], {})
    book.roll(on(3, 11))
    assert book.row("客户卡")["状态"] == "已订"
    assert [f for f in book.validate(on(3, 11)) if f.wording.startswith("R10")] == []


def test_the_row_that_the_roll_adds_for_a_mark_is_an_order() -> None:
    book = Memory.holding(
        {
            "顾问": STAFF,
            "来店登记": [visit(on(2), HE, "A", 现场订购="√"), *came(QIAN)],
            "订单": [staged(4, QIAN)],
        }
    )
    book.roll(on(4))
    added = book.row("订单", 电话=HE)
    assert added["大定日期"] == on(2)
    before = book.rows("订单")
    book.roll(on(4))
    assert book.rows("订单") == before


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (staged(5, HE, firm=on(4)), ("V03.before", "大定日期")),
        (staged(5, HE, firm=on(8), locked=on(7)), ("V03.before", "锁单日期")),
        (staged(5, HE, firm=on(8), 退订日期=on(9)), ("V01.empty", "退订原因")),
        (staged(5, HE, 退订日期=on(9)), None),
        (staged(5, HE, firm=on(8), 退订日期=on(9), 退订原因="价格"), None),
    ],
)
def test_days_and_reasons(row: Row, found: tuple[str, str] | None) -> None:
    findings = [f for f in book_of(row, visits=(HE,)).validate(DAY) if f.at.sheet == "订单"]
    assert [(f.wording, f.at.header) for f in findings] == ([found] if found else [])


def test_shops_without_the_columns_see_nothing_of_them() -> None:
    plain = Memory.holding({"顾问": STAFF, "来店登记": came(HE), "订单": [order(on(5), HE) | {"退订日期": on(9)}]})
    month = month_of(plain)
    assert (month.figure("orders").numerator, sides(month)) == (1, {})
    assert "switched" not in [page.key for page in month.pages]
    assert [f for f in plain.validate(DAY) if f.at.sheet == "订单"] == []


def test_the_card_prints_the_stages_and_what_is_a_deposit() -> None:
    book = book_of(staged(3, HE, firm=on(8), locked=on(20)), staged(9, HE), visits=(HE,))
    book.roll(DAY)
    customer = str(book.row("客户卡")["客户编号"])
    front = papers(book.review(DAY), "card", customer=customer).papers[0]
    (orders,) = [block for block in front.blocks if isinstance(block, PaperTable) and block.title == "orders"]
    assert orders.columns[:4] == ("number", "date", "firm_on", "locked_on")
    assert [row[2:4] for row in orders.rows] == [(on(8), on(20)), (None, None)]


def test_a_deposit_typed_without_a_card_is_known_by_its_row() -> None:
    ledger = book_of(staged(9, HE), visits=()).ledger(DAY)
    (customer,) = ledger.customers.values()
    assert (customer.orders, len(customer.deposits), customer.phone) == ((), 1, HE)
    assert (ledger.orders, len(customer.rows)) == ((), 1)
