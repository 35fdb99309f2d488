"""Who leaves and has customers still: it is said, handed over by the button, and each heir gets a letter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from books import Row
from desk import Desk
from memory import HE, card, prospect

from xlcrm.books.new import fill_book
from xlcrm.catalogue.labels import WARNINGS
from xlcrm.computer.probe import gather
from xlcrm.computer.selfcheck import worded
from xlcrm.errors import Refusal
from xlcrm.followup.warnings import LEFT_BEHIND, warnings

DAY = dt.date(2026, 10, 24)


def shop() -> Desk:
    """何先生 is a prospect of 张敏, who has left; 李强 is at work."""
    staff: list[Row] = [{"姓名": "张敏", "状态": "离职", "离职日期": DAY}, {"姓名": "李强", "状态": "在岗"}]
    calls: list[Row] = [
        {
            "客户编号": "C00001",
            "客户姓名": "何先生",
            "执行日期": DAY,
            "执行方式": "电话",
            "经过": "嫌贵",
            "销售顾问": "张敏",
        },
        {"客户编号": "C00001", "客户姓名": "何先生", "计划日期": DAY + dt.timedelta(3), "销售顾问": "张敏"},
    ]
    return Desk.holding(
        {
            "顾问": staff,
            "客户卡": [card(phone=HE, grade="B")],
            "B级": [prospect(phone=HE, grade="B")],
            "跟进记录": calls,
        }
    )


def test_the_month_names_who_left_customers_behind() -> None:
    found = [w for w in warnings(shop().ledger(DAY), DAY, "2026-10", {}) if w.wording == LEFT_BEHIND]
    assert [(w.person, WARNINGS[w.wording].say("zh", **w.about)) for w in found] == [
        ("张敏", "已离职，名下还有 1 位客户没有移交")
    ]


def test_the_button_hands_over_who_left_with_a_letter_to_each_heir() -> None:
    book = shop()
    outcome = book.press("handover", DAY)
    assert book.row("客户卡")["销售顾问"] == "李强"
    (letter,) = outcome.letters
    assert letter.heir == "李强"
    assert "1. " in letter.text
    assert HE in letter.text
    assert "2026-10-24 电话 嫌贵" in letter.text
    assert "2026-10-27" in letter.text
    with pytest.raises(Refusal, match=r"handover\.no_leaver"):
        book.press("handover", DAY)


def test_the_self_check_names_him_too(tmp_path: Path) -> None:
    path = tmp_path / "CRM.xlsm"
    fill_book(path, {sheet: shop().rows(sheet) for sheet in ("顾问", "客户卡", "B级", "跟进记录")})
    said = worded(gather(path, None), "zh")
    assert ("staff.left", "张敏 已离职，名下还有 1 位客户没有人跟：请点“移交”，或运行 xlcrm handover。") in said.notes
