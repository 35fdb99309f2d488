"""After an import the book is worked with: no error is found that the files do not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from shell import xlcrm
from taking import TODAY, grid

from xlcrm.books.xlsx.session import FileSession
from xlcrm.findings import Severity
from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Grid

DAY = dt.date(2026, 11, 5)
REGISTER = (
    "日期",
    "首次/再次",
    "顾客名称",
    "电话",
    "进店时间",
    "离去时间",
    "拟购车型",
    "意向级别",
    "渠道",
    "销售顾问",
    "注释",
)


def party(name: str, phone: str | None, first: str = "首次", media: str = "互联网") -> tuple[Cell, ...]:
    return (
        DAY,
        first,
        name,
        phone,
        dt.time(10),
        dt.time(10, 40),
        "朗逸",
        "B" if phone else None,
        media,
        "张敏",
        "看车",
    )


def register() -> Grid:
    """Two that came for the first time, one who had come before the file begins, a channel of the shop's own."""
    rows = (
        party("何先生", "19900000001"),
        party("韩女士", "19900000002", media="微信群"),
        party("钱先生", "19900000003", "再次"),
    )
    return grid(REGISTER, *rows, sheet="11月来店登记")


def graded() -> Grid:
    """A sheet of H with a column for each day: one was B at the month's beginning, one has his car already."""
    headers = ("客户姓名", "联系电话", "信息来源", "拟购车型", "前月确认度", *map(str, range(1, 31)))

    def row(name: str, phone: str, before: str, contacts: dict[int, str]) -> tuple[Cell, ...]:
        return (name, phone, "来店/电", "朗逸", before, *(contacts.get(day) for day in range(1, 31)))

    rows = (
        row("唐芳", "19900000011", "B", {5: "B", 8: "H", 12: "H"}),
        row("袁超", "19900000012", "H", {3: "H", 9: "D"}),
        row("王霞", "19900000013", "A", {2: "A", 20: "B"}),
    )
    title = ("11月意向客户级别状况表", "销售顾问：张敏")
    return grid(title, headers, *rows, sheet="张敏", file="11月意向客户级别状况表.xlsx")


@pytest.mark.parametrize("source", [register, graded])
def test_the_verbs_find_no_error_that_the_file_does_not_have(source: Callable[[], Grid]) -> None:
    book = Desk.holding({})
    outcome = book.press("import", TODAY, grids=[source()], book="CRM.xlsm")
    assert outcome.intake is not None
    assert outcome.intake.count("imported") == 3
    for verb in ("validate", "roll", "check", "month"):
        found = book.press(verb, TODAY).findings
        assert [(f.wording, f.at, f.found) for f in found if f.severity is Severity.ERROR] == [], verb


def test_what_is_typed_after_an_import_is_checked_as_ever() -> None:
    book = Desk.holding({})
    book.press("import", TODAY, grids=[register()], book="CRM.xlsm")
    later = TODAY + dt.timedelta(days=1)
    row = dict(book.rows("来店登记")[0]) | {
        "日期": later,
        "顾客名称": "孙女士",
        "电话": "19900000009",
        "首次/再次": "再次",
    }
    book.add("来店登记", row)
    book.add("日报", {"日期": later, "销售顾问": "张敏", "类别": "明日计划", "执行日期": later + dt.timedelta(days=1)})
    assert [f.wording for f in book.validate(later) if f.wording == "V08.unknown"] == ["V08.unknown"]
    assert [f.found for f in book.crosscheck(later) if f.wording == "R5.visit"] == ["孙女士"]


def test_a_new_book_takes_in_whatever_the_folder_holds(tmp_path: Path) -> None:
    folder, path = tmp_path / "旧", tmp_path / "CRM.xlsm"
    folder.mkdir()
    (folder / "顾问.csv").write_text("姓名,状态\n张敏,在岗\n", "utf-8")
    (folder / "十一月登记.csv").write_text(
        "日期,首次/再次,顾客名称,电话,进店时间,离去时间,拟购车型,意向级别,销售顾问,注释\n"
        "2026-11-05,首次,何先生,19900000001,10:00,10:40,朗逸,B,张敏,看车\n",
        "utf-8",
    )
    assert xlcrm("new", path, "--from", folder).code == 0
    blocks = {block.sheet: block for block in FileSession(path).blocks}
    assert [row[0] for row in blocks["顾问"].rows] == ["张敏"]
    assert [row[4] for row in blocks["来店登记"].rows] == ["何先生"]
    assert any("已读入" in row for row in blocks["读入结果"].rows)
