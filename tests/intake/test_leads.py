"""Leads of a shop's file: a card each, and a row of 线索 beside it where the book has that form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from memory import Memory
from taking import answer_of, empty_book, grid, take

from xlcrm.intake.grid import Grid

GIVEN = dt.datetime(2026, 11, 3, 10, 30)
HE, QIAN = "19900000101", "19900000102"
HEAD = (
    "线索ID",
    "线索创建时间",
    "客户姓名",
    "手机号",
    "意向车系",
    "线索状态",
    "首次跟进时间",
    "邀约到店时间",
    "跟进人",
)
ROW = ("75", GIVEN, "何一", HE, "途岳", "已邀约", GIVEN + dt.timedelta(minutes=20), GIVEN.date(), "张敏")


def exported(*rows: tuple[Any, ...], file: str = "懂车帝线索导出.xlsx") -> Grid:
    return grid(HEAD, *rows, file=file)


def with_form() -> Memory:
    return Memory.holding({"线索": []})


def outcomes(book: Memory, source: Grid) -> list[tuple[str, str]]:
    return [(row["outcome"], row.get("target", {}).get("sheet", "")) for row in answer_of(take(book, [source]))["rows"]]


def test_a_lead_is_a_row_beside_its_card() -> None:
    book = with_form()
    assert outcomes(book, exported(ROW)) == [("imported", "客户卡")]
    assert book.rows("线索") == [
        {
            **{"日期": GIVEN, "渠道": "懂车帝", "客户姓名": "何一", "电话": HE, "车型": "途岳", "顾问": "张敏"},
            **{"首次跟进时间": GIVEN + dt.timedelta(minutes=20), "邀约到店日期": GIVEN.date()},
        }
    ]
    assert (book.row("客户卡")["状态"], book.rows("来店登记")) == ("在跟", [])


def test_a_book_without_the_form_keeps_the_card_alone() -> None:
    book, with_ = empty_book(), with_form()
    assert outcomes(book, exported(ROW)) == [("imported", "客户卡")]
    take(with_, [exported(ROW)])
    card, other = book.row("客户卡"), with_.row("客户卡")
    assert "首次跟进时间：2026-11-03 10:50:00" in str(card.pop("需求与预算")), "nothing is lost"
    assert "首次跟进时间" not in str(other.pop("需求与预算")), "it has a column"
    assert card == other
    assert book.rows("线索") == []


@pytest.mark.parametrize(
    ("state", "result", "card"),
    [("无效线索", "无效", "无效"), ("已成交", "已订", "已订"), ("战败", "放弃", "战败"), ("跟进中", None, "在跟")],
)
def test_what_became_of_it_is_its_result(state: str, result: str | None, card: str) -> None:
    book = with_form()
    take(book, [exported((*ROW[:5], state, *ROW[6:]))])
    assert (book.row("线索").get("结果"), book.row("客户卡")["状态"]) == (result, card)


def test_the_shops_own_columns_of_the_form_are_read_back() -> None:
    own = ("日期", "渠道", "客户姓名", "电话", "车型", "顾问", "首次跟进时间", "邀约到店日期", "结果")
    rows = [
        (GIVEN, "抖音", "何一", HE, "途岳", "张敏", GIVEN + dt.timedelta(hours=1), GIVEN.date(), "跟进中"),
        (GIVEN, "抖音", "钱二", QIAN, "途岳", "李强", None, None, "无效"),
    ]
    book = with_form()
    take(book, [grid(own, *rows, file="线索.xlsx")])
    found = book.rows("线索")
    assert [tuple(row.get(header) for header in own) for row in found] == rows
    assert [row["状态"] for row in book.rows("客户卡")] == ["在跟", "无效"]


def test_a_second_lead_of_a_customer_is_one_more_row_and_the_same_lead_none() -> None:
    book = with_form()
    take(book, [exported(ROW)])
    later = (ROW[0], GIVEN + dt.timedelta(days=9), *ROW[2:])
    assert outcomes(book, exported(later, file="易车线索.xlsx")) == [("imported", "线索")]
    assert outcomes(book, exported((*ROW[:-1], "李强"), file="懂车帝线索2.xlsx")) == [("duplicate", "")]
    assert [row["渠道"] for row in book.rows("线索")] == ["懂车帝", "易车"]
    assert len(book.rows("客户卡")) == 1
