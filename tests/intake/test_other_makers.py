"""Small lists in the words of other makers and dealer systems: each cell comes to the column where a person would look for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from taking import answer_of, empty_book, grid, take

from xlcrm.forms.schema import Cell

DAY = dt.date(2026, 11, 3)
EARLIER = dt.date(2026, 10, 20)
PHONE, OTHER = "19900000301", "19900000302"


def read(*rows: tuple[Cell, ...], sheet: str = "Sheet1", file: str = "旧表.xlsx") -> tuple[Any, list[dict[str, Any]]]:
    """The book after an import of a sheet, and the outcomes of its rows."""
    book = empty_book()
    return book, answer_of(take(book, [grid(*rows, sheet=sheet, file=file)]))["rows"]


def test_a_group_of_two_levels_of_channels() -> None:
    head = (
        "客流日期",
        "抵店时间",
        "离店时刻",
        "潜客名称",
        "Tel.",
        "渠道大类",
        "渠道小类",
        "意向产品",
        "销顾",
        "接待备注",
    )
    book, rows = read(head, (DAY, "10:00", "10:40", "王伟明", PHONE, "来店/电", "抖音", "途岳", "张敏", "带家人来看"))
    assert [row["outcome"] for row in rows] == ["imported"]
    found = book.row("来店登记")
    assert (found["来源"], found["渠道"], found["拟购车型"]) == ("来店/电", "抖音", "途岳")
    assert (found["销售顾问"], found["注释"]) == ("张敏", "带家人来看")


@pytest.mark.parametrize(
    ("header", "cells", "ours", "said"),
    [
        ("接待", ("张敏", "李强"), "销售顾问", "张敏"),
        ("接待", ("来电", "来店"), "来店/来电", "来电"),
        ("Owner", ("张敏", "李强"), "销售顾问", "张敏"),
        ("Assigned To", ("张敏", "李强"), "销售顾问", "张敏"),
        ("新/老", ("老", "新"), "首次/再次", "再次"),
        ("検討車種", ("途岳", "朗逸"), "拟购车型", "途岳"),
        ("희망차종", ("途岳", "朗逸"), "拟购车型", "途岳"),
        ("Enquiry Source", ("来店/电", "来店/电"), "来源", "来店/电"),
        ("備考欄", ("看了两次", "还来"), "注释", "看了两次"),
        ("특이사항", ("看了两次", "还来"), "注释", "看了两次"),
    ],
)
def test_a_column_of_a_register(header: str, cells: tuple[str, str], ours: str, said: str) -> None:
    head = ("来店日時", "进店时间", "离店时间", "Guest Name", "聯絡電話", header)
    people = (("王伟明", PHONE), ("李秀兰", OTHER))
    book, _ = read(head, *((DAY, "10:00", "10:40", *who, cell) for who, cell in zip(people, cells, strict=True)))
    assert book.rows("来店登记")[0][ours] == said


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("首次接触", "初洽日期"),
        ("First Contact", "初洽日期"),
        ("首触时间", "初洽日期"),
        ("初访日期", "初洽日期"),
        ("待跟进日期", "下次回访"),
        ("Next Action Date", "下次回访"),
        ("次回アポ", "下次回访"),
        ("재방문예정일", "下次回访"),
        ("预计成交月份", "预计购车日"),
    ],
)
def test_a_day_of_a_prospect(header: str, ours: str) -> None:
    head = ("客户全称", "手机号", "车系车型", "意向级别", header, "建档人")
    people = (("王伟明", PHONE), ("李秀兰", OTHER))
    book, _ = read(head, *((*who, "途岳", "A", EARLIER, "张敏") for who in people))
    assert [row[ours] for row in book.rows("A级")] == [EARLIER, EARLIER]
    assert {row["销售顾问"] for row in book.rows("A级")} == {"张敏"}


@pytest.mark.parametrize(
    ("typed", "price"), [("19万8", 198_000.0), ("19.8w", 198_000.0), ("¥19万8千", 198_000.0), ("19W", 190_000.0)]
)
def test_a_price_as_it_is_said(typed: str, price: float) -> None:
    head = ("Booking No", "Booking Date", "Customer", "Mobile", "Model", "实际售价", "Booking Amount", "销顾")
    book, rows = read(head, ("D1", DAY, "王伟明", PHONE, "途岳", typed, "5000", "张敏"))
    assert [row["outcome"] for row in rows] == ["imported"]
    found = book.row("订单")
    assert (found["订单号"], found["订单日期"], found["金额"], found["已收款"]) == ("D1", DAY, price, 5000)


def test_who_had_a_customer_first_is_not_his_consultant() -> None:
    head = ("进店日期", "进店时间", "离店时间", "客户名", "手机", "邀约专员", "销售顾问")
    book, _ = read(head, (DAY, "10:00", "10:40", "王伟明", PHONE, "邵丽", "张敏"))
    found = book.row("来店登记")
    assert found["销售顾问"] == "张敏"
    assert "邵丽" in found["注释"]


@pytest.mark.parametrize("title", ["张敏 来店登记表", "张敏的客户登记", "张敏　客户来店登记"])
def test_a_consultant_before_a_title(title: str) -> None:
    head = ("日期", "进店时间", "离店时间", "客户姓名", "电话", "意向车型")
    book, _ = read((title,), head, (DAY, "10:00", "10:40", "王伟明", PHONE, "途岳"))
    assert book.row("来店登记")["销售顾问"] == "张敏"


@pytest.mark.parametrize("title", ["高意向 客户登记", "万达店 来店登记表", "十一月 来店登记表", "成交的客户登记"])
def test_no_consultant_before_a_title(title: str) -> None:
    head = ("日期", "进店时间", "离店时间", "客户姓名", "电话", "意向车型")
    book, _ = read((title,), head, (DAY, "10:00", "10:40", "王伟明", PHONE, "途岳"))
    assert "销售顾问" not in book.row("来店登记")
