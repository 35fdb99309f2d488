"""A small rolled shop, the days of its first week, and what a person corrects in it."""

from __future__ import annotations

import datetime as dt

from memory import HE, NAMES, STAFF, Memory, report, visit

from xlcrm.findings import Severity
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import GRADE_SHEETS

MON, WED, THU, FRI = (dt.date(2026, 10, day) for day in (5, 7, 8, 9))
NEW = "19900000109"


def shop(*names: str) -> Memory:
    """A rolled book: each customer came on Monday, was received, and is graded H; 张敏 has them all."""
    book = Memory.holding({"顾问": STAFF})
    for phone in names or (HE,):
        came = report(MON, phone, "H", 目的="接待", 方式="来店", 下次回访日期=WED)
        book.add("来店登记", visit(MON, phone, 注释=f"{NAMES[phone]}看了外观"))
        book.add("日报", came)
    book.roll(MON)
    return book


def correct(book: Memory, sheet: str, old: str, new: str, **known: Cell) -> None:
    """A person types another phone over every row of a sheet that has the old one."""
    for row in [row for row in book.rows(sheet) if row.get("电话") == old]:
        book.edit(sheet, row | known, {"电话": new})


def people(book: Memory) -> list[tuple[Cell, Cell, Cell]]:
    """Name, phone and former phones on every card."""
    return [(row["客户姓名"], row["电话"], row.get("曾用电话")) for row in book.rows("客户卡")]


def grade_rows(book: Memory) -> list[tuple[str, Cell, Cell]]:
    return [(sheet, row["客户姓名"], row["电话"]) for sheet in GRADE_SHEETS.values() for row in book.rows(sheet)]


def wordings(book: Memory, today: dt.date, severity: Severity | None = None) -> list[str]:
    findings = [*book.validate(today), *book.crosscheck(today)]
    return sorted(f.wording for f in findings if severity in (None, f.severity))
