"""Phones that differ between the books of one customer: which is new, where nothing but the places say so."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row, Sheets, ledger_of
from memory import HE, QIAN, SUN, card, prospect, report, visit

from xlcrm.ledger.corrections import corrections
from xlcrm.ledger.customers import Key
from xlcrm.ledger.ledger import Ledger

MON = dt.date(2026, 10, 5)
NEW = "19900000109"


def ledger(sheets: Sheets) -> Ledger:
    return ledger_of(sheets, dt.date(2026, 10, 9))


def found(sheets: Sheets) -> list[tuple[str, str, str, bool]]:
    """Of every correction: the sheet that has the new number, that number, the old one, and whether this is sure."""
    return [(one.row.at.sheet, one.new, one.old, one.is_clear) for one in corrections(ledger(sheets).customers)]


def test_the_front_of_the_card_of_an_owner_is_newer_than_what_his_car_and_the_register_have() -> None:
    owner: Row = {"客户编号": "C00001", "车主姓名": "何一", "电话": HE}
    sold = card(HE, None, 电话=NEW, 状态="已交车")
    assert found({"客户卡": [sold], "保有客户": [owner], "来店登记": [visit(MON, HE)]}) == [("客户卡", NEW, HE, True)]


def test_a_card_against_grade_row_and_register_is_the_one_that_was_corrected() -> None:
    known = card(HE, 电话=NEW)
    assert found({"客户卡": [known], "A级": [prospect(HE)], "来店登记": [visit(MON, HE)]}) == [
        ("客户卡", NEW, HE, True)
    ]


def test_a_row_of_a_closed_month_keeps_its_old_number() -> None:
    known = card(HE, 电话=NEW)
    opening: Row = {"月份": "2026-10", "客户编号": "C00001", "客户姓名": "何一", "电话": HE}
    closed, open_ = visit(dt.date(2026, 9, 20), HE), visit(MON, HE)
    assert found({"客户卡": [known], "月初留存": [opening], "来店登记": [closed]}) == []
    assert found({"客户卡": [known], "月初留存": [opening], "来店登记": [open_]}) == [("客户卡", NEW, HE, True)]


def test_a_card_without_number_and_phone_is_nobodys() -> None:
    assert len(ledger({"客户卡": [{"客户姓名": "何一", "状态": "在跟"}]}).customers) == 0


def test_a_second_card_with_the_same_phone_and_name_but_no_number_is_the_same_customers() -> None:
    twice = [card(HE), card(HE, 客户编号=None)]
    (customer,) = ledger({"客户卡": twice}).customers.values()
    assert (customer.number, len(customer.cards)) == ("C00001", 2)


@pytest.mark.parametrize(("register", "daily"), [(QIAN, HE), (HE, QIAN)])
def test_both_logs_of_a_visit_stay_his_whose_card_has_it_where_one_has_somebody_elses_phone(
    register: str, daily: str
) -> None:
    words = "约好来看现车，更在意后排空间"
    contact: Row = {"客户编号": "C00001", "客户姓名": "何一", "执行日期": MON, "执行方式": "来店", "经过": words}
    came = visit(MON, register, 顾客名称="何一", 注释=words, **{"首次/再次": "再次"})
    received = report(MON, daily, "A", 客户姓名="何一", 目的="接待", 方式="来店", 经过=words)
    books = ledger({"客户卡": [card(HE), card(QIAN)], "跟进记录": [contact], "来店登记": [came], "日报": [received]})
    his = books.customers[Key("C00001")]
    assert (len(books.customers), len(his.visits), len(his.reports)) == (2, 1, 1)


def test_a_call_that_said_the_same_as_a_visit_of_somebody_else_of_that_name_takes_it_from_nobody() -> None:
    words = "看车"
    contact: Row = {"客户编号": "C00001", "客户姓名": "何一", "执行日期": MON, "执行方式": "电话", "经过": words}
    came = visit(MON, SUN, 顾客名称="何一", 注释=words)
    books = ledger(
        {"客户卡": [card(HE)], "跟进记录": [contact], "来店登记": [came], "日报": [report(MON, HE, 经过=words)]}
    )
    assert [len(customer.visits) for customer in books.customers.values()] == [0, 1]


def test_a_card_without_any_log_takes_the_one_new_row_of_its_name() -> None:
    known = card(QIAN, 客户编号="C00001", 客户姓名="何一", 初洽日期=MON)
    later = visit(dt.date(2026, 10, 7), HE, **{"首次/再次": "再次"})
    books = ledger({"客户卡": [known], "来店登记": [later]})
    assert len(books.customers) == 1
