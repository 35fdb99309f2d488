"""Two stores made outside the project, with their answers: what validation, roll and cross-check must make of them."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from books import STORES
from memory import Memory

from xlcrm.findings import Severity
from xlcrm.forms.sheets import GRADE_SHEETS, Report, Visit

TODAY = dt.date(2026, 10, 31)
NAMES = ("clean", "faulty")


@cache
def answers(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STORES / name / "expected.json").read_text(encoding="utf-8"))
    return found


@cache
def rolled(name: str) -> Memory:
    """The store rolled once on the last of the month; not to be changed."""
    book = Memory.of_store(STORES / name)
    book.roll(TODAY)
    return book


@cache
def closing(name: str) -> dict[str, tuple[str, str, str]]:
    """State, grade and consultant of every customer at the end, as the answers give them.

    The answers leave a loss pending that was decided on the day it was applied for. SPEC section 5 decides it: an approved
    one is out of the books by its 类型, a rejected one stands at 驳回后级别.
    """
    stands = {phone: (c["state"], c["grade"], c["consultant"]) for phone, c in answers(name)["closing"].items()}
    for loss in Memory.of_store(STORES / name).rows("战败"):
        phone = str(loss["电话"])
        state, _, consultant = stands[phone]
        if state == "战败待审" and loss.get("审批日期") == loss["申请日期"]:
            if loss["审批"] == "同意":
                stands[phone] = str(loss["类型"]), "", consultant
            elif loss["审批"] == "驳回":
                stands[phone] = "在跟", str(loss["驳回后级别"]), consultant
    return stands


def test_the_clean_store_has_no_error() -> None:
    assert [f for f in Memory.of_store(STORES / "clean").validate(TODAY) if f.severity is Severity.ERROR] == []


def test_every_planted_fault_is_found_and_nothing_else_is_an_error() -> None:
    planted = Counter((f["code"], f["sheet"], f["row"] + 1, f["field"]) for f in answers("faulty")["faults"])
    assert planted.total() == 46
    findings = Memory.of_store(STORES / "faulty").validate(TODAY)
    found = Counter((f.code, f.at.sheet, f.at.row, f.at.header) for f in findings)
    assert planted - found == Counter()
    errors = Counter((f.code, f.at.sheet, f.at.row, f.at.header) for f in findings if f.severity is Severity.ERROR)
    assert errors - planted == Counter()


def test_every_customer_of_the_clean_store_ends_in_state_grade_and_hands() -> None:
    book = rolled("clean")
    cards = {row["电话"]: (row["状态"], row.get("当前级别", ""), row["销售顾问"]) for row in book.rows("客户卡")}
    assert cards == closing("clean")


def test_the_grade_sheets_of_the_clean_store_hold_exactly_the_tracked_customers() -> None:
    book = rolled("clean")
    rows = Counter(
        (row["电话"], grade, row["销售顾问"], row.get("战败待审"))
        for grade, sheet in GRADE_SHEETS.items()
        for row in book.rows(sheet)
    )
    tracked = Counter(
        (phone, grade, consultant, "待审" if state == "战败待审" else None)
        for phone, (state, grade, consultant) in closing("clean").items()
        if state in ("在跟", "战败待审")
    )
    assert rows == tracked


def test_the_next_contact_of_the_clean_store_is_the_one_expected() -> None:
    book = rolled("clean")
    planned = {row["电话"]: row.get("下次回访") for sheet in GRADE_SHEETS.values() for row in book.rows(sheet)}
    expected = {
        phone: dt.date.fromisoformat(customer["next"])
        for phone, customer in answers("clean")["closing"].items()
        if customer["next"] and closing("clean")[phone][0] == "在跟"
    }
    assert len(expected) > 200
    assert {phone: planned[phone] for phone in expected} == expected


def test_the_faulty_store_ends_as_expected_except_for_customers_with_a_row_in_error() -> None:
    book = rolled("faulty")
    ledger = book.ledger(TODAY)
    held = {(f.at.sheet, f.at.row) for f in book.validate(TODAY) if f.severity is Severity.ERROR}
    rows: list[Visit | Report] = [*ledger.visits, *ledger.reports]
    # a phone or a date may be what is wrong: then only the name identifies the row
    waiting = {row.name for row in rows if (row.at.sheet, row.at.row) in held}
    assert 0 < len(waiting) <= len(held)
    names = {phone: customer["name"] for phone, customer in answers("faulty")["closing"].items()}
    expected = {phone: stands for phone, stands in closing("faulty").items() if names[phone] not in waiting}
    cards = {row["电话"]: (row["状态"], row.get("当前级别", ""), row["销售顾问"]) for row in book.rows("客户卡")}
    assert {phone: cards.get(phone) for phone in expected} == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_opening_stock_is_the_one_frozen(name: str) -> None:
    frozen = Counter(row["级别"] for row in rolled(name).rows("月初留存"))
    assert dict(frozen) == answers(name)["opening_stock"]


@pytest.mark.parametrize("name", NAMES)
def test_orders_by_consultant(name: str) -> None:
    orders = Counter(row["销售顾问"] for row in rolled(name).rows("订单"))
    assert dict(orders) == answers(name)["orders_by_consultant"]


@pytest.mark.parametrize("name", NAMES)
def test_rolling_twice_changes_nothing(name: str) -> None:
    again = rolled(name).copy().roll(TODAY)
    assert again.moves == []
    assert not again.changes


def test_rolling_the_clean_store_week_by_week_and_at_noon_ends_in_the_same_books() -> None:
    book = Memory.of_store(STORES / "clean")
    logs = {sheet: book.rows(sheet) for sheet in ("来店登记", "日报")}
    for sheet in logs:
        book.empty(sheet)
    since = dt.date(2026, 10, 1)
    for until in (dt.date(2026, 10, 7), dt.date(2026, 10, 14), dt.date(2026, 10, 21), TODAY):
        book.add("日报", *(row for row in logs["日报"] if since <= _day(row) < until))
        book.add("来店登记", *(row for row in logs["来店登记"] if since <= _day(row) <= until))
        book.roll(until)  # at noon: the reports of the day are written in the evening
        book.add("日报", *(row for row in logs["日报"] if _day(row) == until))
        book.roll(until)
        since = until + dt.timedelta(days=1)
    for sheet in ("客户卡", *GRADE_SHEETS.values(), "跟进记录"):
        assert _by_phone(book, sheet) == _by_phone(rolled("clean"), sheet)


def _by_phone(book: Memory, sheet: str) -> list[str]:
    """The rows of a sheet in no order, with the phone for the number, which is given as customers come.

    What a done contact was planned as is left out: an application for a loss, which stands in the store's 战败 from the
    start, takes the day's plan away at noon.
    """
    phones = {row["客户编号"]: row["电话"] for row in book.rows("客户卡")}
    rows = [row | {"客户编号": phones[row["客户编号"]]} for row in book.rows(sheet)]
    return sorted(
        str({h: x for h, x in row.items() if "执行日期" not in row or not h.startswith("计划")}) for row in rows
    )


def _day(row: dict[str, Any]) -> dt.date:
    day: dt.date = row["日期"]
    return day


def test_the_cross_check_of_the_clean_store_misses_only_the_care_calls_nobody_made() -> None:
    findings = rolled("clean").crosscheck(TODAY)
    assert {(f.code, f.at.sheet) for f in findings} == {("R8", "关怀记录"), ("R9", "关怀记录")}
