"""Whatever a shop brought, the book is worked with afterwards: no verb is refused, and no error is found that no file has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from desk import Desk
from shops import STYLES
from taking import TODAY, grid, grids_of

from xlcrm.findings import Severity
from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Grid

NOBODY = ("nobody", "test drives")
"""Styles without a row of ours: there is nothing to analyse."""
OF_THE_FILE = {"grade other scale": {"V02.unknown"}, "lead export": {"V04.short"}}
"""What is wrong in a file itself: grades that nobody but the shop understands, masked phones."""


def errors(book: Desk, *verbs: str) -> set[str]:
    found = [finding for verb in verbs for finding in book.press(verb, TODAY).findings]
    return {one.wording for one in found if one.severity is Severity.ERROR}


@pytest.mark.parametrize("style", STYLES)
def test_after_an_import_all_verbs_run_and_find_only_the_errors_of_the_file(style: str, tmp_path: Path) -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=grids_of(STYLES[style][1](1), tmp_path), book="CRM.xlsm")
    verbs = ("validate", "roll", "check", *(() if style in NOBODY else ("month",)))
    assert errors(book, *verbs) == OF_THE_FILE.get(style, set())


def orders(*rows: tuple[Cell, ...]) -> Grid:
    return grid(
        ("订单号", "客户姓名", "电话", "订单日期", "车型", "交车日期", "退订日期", "销售顾问"), *rows, sheet="订车台账"
    )


ORDERED = ("D1", "何先生", "19900000001", dt.date(2026, 11, 3), "朗逸", None, None, "张敏")
DELIVERED = ("D2", "韩女士", "19900000002", dt.date(2026, 10, 3), "朗逸", dt.date(2026, 11, 8), None, "张敏")
CANCELLED = ("D3", "钱先生", "19900000003", dt.date(2026, 11, 4), "朗逸", None, dt.date(2026, 11, 9), "张敏")


def test_a_buyer_of_whom_nothing_else_is_known_gets_a_card_and_one_who_cancelled_does_not() -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=[orders(ORDERED, DELIVERED, CANCELLED)], book="CRM.xlsm")
    assert [(row["客户姓名"], row["状态"]) for row in book.rows("客户卡")] == [("何先生", "已订"), ("韩女士", "已交车")]
    assert errors(book, "validate", "roll", "check") == set()


def test_a_month_over_orders_alone_comes_out_and_says_that_there_is_no_register() -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=[orders(ORDERED, DELIVERED, CANCELLED)], book="CRM.xlsm")
    month = book.press("month", TODAY).analysis
    assert month is not None
    assert (month.figure("orders").value, month.figure("deliveries").value) == (2, 1)
    assert any("没有来店登记" in sentence.zh for sentence in month.sentences)


def test_what_is_typed_without_a_register_row_is_an_error_as_ever() -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=[orders(ORDERED)], book="CRM.xlsm")
    typed = dict(zip(("订单号", "客户姓名", "电话", "订单日期", "车型"), ("D9", "孙女士", "19900000009"), strict=False))
    book.add("订单", {**typed, "订单日期": TODAY, "车型": "朗逸", "数量": 1, "销售顾问": "张敏"})
    assert "R1.order" in errors(book, "check")


def register(note: tuple[str, ...]) -> Grid:
    headers = (
        "日期",
        "来店/来电",
        "首次/再次",
        "顾客名称",
        "电话",
        "进店时间",
        "离去时间",
        "拟购车型",
        "意向级别",
        "来源",
    )
    party = (
        TODAY,
        "来店",
        "首次",
        "何先生",
        "19900000001",
        dt.time(10),
        dt.time(10, 40),
        "朗逸",
        "B",
        "来店/电",
        "张敏",
    )
    return grid((*headers, "销售顾问", *note), (*party, *(None for _ in note)), sheet="来店登记")


@pytest.mark.parametrize(
    ("note", "severity"), [((), Severity.INFO), (("注释",), Severity.ERROR)], ids=["no column", "left blank"]
)
def test_a_required_column_that_the_file_has_not_is_a_hint_a_blank_cell_an_error(
    note: tuple[str, ...], severity: Severity
) -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=[register(note)], book="CRM.xlsm")
    [found] = [one for one in book.validate(TODAY) if one.code == "V01"]
    assert (found.at.header, found.severity) == ("注释", severity)
    book.press("roll", TODAY)
    assert len(book.rows("客户卡")) == (severity is Severity.INFO)


def test_cells_that_no_file_has_are_one_line_of_the_list(tmp_path: Path) -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=grids_of(STYLES["register bilingual"][1](1), tmp_path), book="CRM.xlsm")
    [line] = [row["应为"] for row in book.rows("问题清单") if row["代码"] == "V01"]
    assert len(book.rows("来店登记")) > 1
    assert "没有这些栏" in str(line)
