"""Phones that differ between the books of one customer: which is new, where nothing but the places say so."""

from __future__ import annotations

import datetime as dt

from books import Row, Sheets, ledger_of
from memory import HE, QIAN, card, prospect, visit

from xlcrm.ledger.corrections import corrections
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


def test_a_card_without_any_log_takes_the_one_new_row_of_its_name() -> None:
    known = card(QIAN, 客户编号="C00001", 客户姓名="何一", 初洽日期=MON)
    later = visit(dt.date(2026, 10, 7), HE, **{"首次/再次": "再次"})
    books = ledger({"客户卡": [known], "来店登记": [later]})
    assert len(books.customers) == 1
