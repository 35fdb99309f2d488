"""Handed out, filled in by many, and collected: the book is as if everybody had typed into it."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from desk import Desk
from hands import Copy, collect, handed, returned
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering import converted
from sizes import scaled

from xlcrm.books.returned import read_returned
from xlcrm.demo import simulate
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS
from xlcrm.hands.likeness import said
from xlcrm.hands.model import FILLED, taken
from xlcrm.hands.returned import Returned

MON, TODAY = dt.date(2026, 10, 5), dt.date(2026, 10, 24)
SHEETS = tuple(record.form.sheet for record in FILLED if not record.form.switch)
PERSONS = scaled(3, 20)
EDITS = scaled(8, 30)
RESAVED = scaled(0, 4)
"""Copies that LibreOffice saves before they come home."""
Edit = tuple[str, int, str, Cell]


@cache
def _shop() -> Desk:
    store = simulate(7, start=MON, end=TODAY, consultants=PERSONS, visits_a_month=PERSONS * 8, opening=PERSONS * 2)
    book = Desk.holding(store.sheets)
    book.press("roll", TODAY)
    return book


@cache
def _handed() -> list[Copy]:
    return [Copy.of(out) for out in handed(_shop(), TODAY)]


def shop() -> Desk:
    """Three weeks of a small shop, rolled."""
    return _shop().copy()


def texts(book: Desk) -> Counter[tuple[str, ...]]:
    """Every row of the sheets that are filled in, in whatever order."""
    found: Counter[tuple[str, ...]] = Counter()
    for sheet in SHEETS:
        for row in book.rows(sheet):
            found[(sheet, *(said(row.get(column.header)) for column in taken(FORMS[sheet])))] += 1
    return found


def counts(outcome: Any) -> dict[str, int]:
    names = ("new", "changed", "duplicate", "conflict", "wrong")
    return {name: sum(getattr(one, name) for one in outcome.receipts) for name in names}


# ------------------------------------------------------------ the law


def draw_edits(chance: random.Random, rows: dict[str, list[int]], count: int, mark: str) -> list[Edit]:
    """Changes of cells that every program keeps as they are: text, numbers, days, blanks; no cell twice.

    No more than two in a row: of one whose name, phone and story are others, nobody can say that it is the same.
    """
    found: dict[tuple[str, int, str], Edit] = {}
    for number in range(count):
        sheet = chance.choice([name for name in SHEETS if rows[name]])
        at = chance.choice(rows[sheet])
        if sum((of, row) == (sheet, at) for of, row, _ in found) == 2:
            continue
        column = chance.choice([c for c in taken(FORMS[sheet]) if c.name not in ("date", "applied_on")])
        value = chance.choice([f"{mark}{number}", chance.randrange(100), MON + dt.timedelta(chance.randrange(9)), None])
        found[sheet, at, column.header] = (sheet, at, column.header, value)
    return list(found.values())


def resaved(copies: Sequence[Copy]) -> list[Returned]:
    """Files as they come home from LibreOffice."""
    if not copies:
        return []
    with TemporaryDirectory() as name:
        written = [copy.write(Path(name) / f"{number}.xlsx") for number, copy in enumerate(copies)]
        return read_returned(converted(written, Path(name) / "saved", "xlsx"))


@pytest.mark.sized
@settings(max_examples=scaled(8, 12), deadline=None)
@given(seed=st.integers(0, 10_000))
def test_collecting_is_typing_into_the_book(seed: int) -> None:
    chance = random.Random(seed)
    book, typed = shop(), shop()
    copies = [copy.again() for copy in _handed()]
    ours = draw_edits(chance, {s: list(range(len(book.rows(s)))) for s in SHEETS}, EDITS, "总")
    for sheet, at, header, value in ours:
        for one in (book, typed):
            one.edit_row(sheet, at, {header: value})
    touched = {(sheet, at, header): value for sheet, at, header, value in ours}
    clashing = 0
    for number, copy in enumerate(copies):
        out = copy.handout
        rows = {fill.form.sheet: fill.rows for fill in out.fills}
        edits = draw_edits(chance, {s: list(range(len(rows[s]))) for s in SHEETS}, EDITS, f"顾{number}-")
        for sheet, index, header, value in edits:
            copy.put(sheet, index, header, value)
            handed_row = rows[sheet][index]
            name = next(c.name for c in FORMS[sheet].columns if c.header == header)
            at, before = handed_row.row - 2, handed_row.cells[name]
            if said(value) == said(before):
                continue
            if (sheet, at, header) in touched and said(touched[sheet, at, header]) not in (said(before), said(value)):
                clashing += 1
            else:
                typed.edit_row(sheet, at, {header: value})
        new: dict[str, Cell] = {
            "日期": TODAY,
            "顾客名称": f"新客{number}",
            "电话": f"1990009{number:04d}",
            "销售顾问": out.consultant,
        }
        copy.add("来店登记", dict(new))
        typed.add("来店登记", dict(new))
        for sheet in SHEETS:
            order = list(range(len(copy.rows(sheet))))
            chance.shuffle(order)
            copy.arrange(sheet, order)
        copy.rename("日报", f"我的报告{number}")
    homes = [copy.home for copy in copies[RESAVED:]] + resaved(copies[:RESAVED])
    chance.shuffle(homes)
    half = len(homes) // 2
    found = [collect(book, homes[:half], TODAY), collect(book, homes[half:], TODAY)]
    assert texts(book) == texts(typed)
    assert sum(counts(one)["conflict"] for one in found if one.receipts) == clashing
    assert len(book.rows("冲突")) == clashing
    chance.shuffle(homes)
    standing = book.tables()
    again = counts(collect(book, homes, TODAY))
    assert book.tables() == standing
    assert (again["new"], again["changed"], again["conflict"], again["wrong"]) == (0, 0, clashing, 0)


# ------------------------------------------------------------ kinds of trouble, one at a time


REGISTER, DAILY = "来店登记", "日报"
VISIT: dict[str, Cell] = {
    "日期": MON,
    "来店/来电": "来店",
    "首次/再次": "首次",
    "顾客名称": "何先生",
    "电话": "19900000001",
    "进店时间": dt.time(10, 0),
    "离去时间": dt.time(10, 40),
    "拟购车型": "远行A4",
    "意向级别": "B",
    "来源": "来店/电",
    "销售顾问": "张敏",
    "注释": "看了样车",
}


def small() -> Desk:
    """Two consultants, two parties, one report."""
    other = VISIT | {"顾客名称": "韩女士", "电话": "19900000002", "销售顾问": "李强", "注释": "约了试驾"}
    report: dict[str, Cell] = {
        **{"日期": MON, "销售顾问": "张敏", "类别": "当日总结", "执行日期": MON, "客户姓名": "何先生"},
        **{
            "电话": "19900000001",
            "目的": "接待",
            "方式": "来店",
            "现级别": "B",
            "经过": "看了样车",
            "主管批示": "盯紧",
        },
    }
    staff: list[dict[str, Cell]] = [{"姓名": name, "状态": "在岗"} for name in ("张敏", "李强")]
    return Desk.holding({REGISTER: [VISIT, other], DAILY: [report], "顾问": staff})


def copy_of(book: Desk, consultant: str = "张敏") -> Copy:
    return next(Copy.of(out) for out in handed(book, TODAY) if out.consultant == consultant)


def receipt(outcome: Any) -> str:
    (one,) = outcome.receipts
    return str(one.text)


def test_a_list_without_lines_says_so() -> None:
    copy = copy_of(Desk.holding({"顾问": [{"姓名": "张敏", "状态": "在岗"}]}))
    assert [copy.sheets[name][3][0] for name in ("今日清单", "我的潜客")] == ["今天没有要做的事。", "名下没有潜客。"]


def test_untouched_files_change_nothing() -> None:
    book = shop()
    before = book.tables()
    outcome = collect(book, [returned(out) for out in handed(book, TODAY)], TODAY)
    assert book.tables() == before
    assert counts(outcome) == {"new": 0, "changed": 0, "duplicate": 0, "conflict": 0, "wrong": 0}


def test_a_conflict_is_shown_side_by_side_and_decided_by_a_person() -> None:
    for ruling, stands in (("用回收的", "A"), ("用总表的", "H")):
        book = small()
        copy = copy_of(book)
        copy.put(REGISTER, 0, "意向级别", "A")
        book.edit(REGISTER, {"顾客名称": "何先生"}, {"意向级别": "H"})
        outcome = collect(book, [copy.home], TODAY)
        line = book.row("冲突")
        assert (line["栏目"], line["分发时"], line["总表现在"], line["回收的"]) == ("意向级别", "B", "H", "A")
        assert "您填 A，总表现在是 H" in receipt(outcome)
        assert book.row(REGISTER, 顾客名称="何先生")["意向级别"] == "H"
        book.edit("冲突", {"栏目": "意向级别"}, {"处理": ruling})
        decided = collect(book, [copy.home], TODAY)
        assert book.row(REGISTER, 顾客名称="何先生")["意向级别"] == stands
        assert counts(decided)["conflict"] == 0
        before = book.tables()
        collect(book, [copy.home], TODAY)
        assert book.tables() == before


def test_a_conflict_that_is_none_any_more_leaves_the_sheet() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "意向级别", "A")
    book.edit(REGISTER, {"顾客名称": "何先生"}, {"意向级别": "H"})
    collect(book, [copy.home], TODAY)
    book.edit(REGISTER, {"顾客名称": "何先生"}, {"意向级别": "A"})
    collect(book, [copy.home], TODAY)
    assert book.rows("冲突") == []


def test_the_same_file_twice_in_one_go_shows_a_conflict_once_and_another_version_does_not_settle_it() -> None:
    book = small()
    untouched, copy = copy_of(book), copy_of(book)
    copy.put(REGISTER, 0, "意向级别", "A")
    book.edit(REGISTER, {"顾客名称": "何先生"}, {"意向级别": "H"})
    collect(book, [copy.home, copy.home], TODAY)
    assert len(book.rows("冲突")) == 1
    collect(book, [untouched.home], TODAY)
    assert len(book.rows("冲突")) == 1


def test_a_copied_row_has_its_key_twice() -> None:
    book = small()
    copy = copy_of(book)
    copied = list(copy.rows(REGISTER)[0])
    copied[copy.headers(REGISTER).index("顾客名称")] = "钱先生"
    copied[copy.headers(REGISTER).index("电话")] = "19900000003"
    copy.sheets[REGISTER].append(copied)
    outcome = collect(book, [copy.home], TODAY)
    assert counts(outcome) == {"new": 0, "changed": 0, "duplicate": 0, "conflict": 1, "wrong": 0}
    assert "钱先生" in str(book.row("冲突", 栏目="整行")["回收的"])
    book.edit("冲突", {"栏目": "整行"}, {"处理": "作新行"})
    collect(book, [copy.home], TODAY)
    assert [row["顾客名称"] for row in book.rows(REGISTER)] == ["何先生", "韩女士", "钱先生"]


def test_a_sheet_copied_whole_is_read_once() -> None:
    book = small()
    copy = copy_of(book)
    copy.sheets["来店登记 (2)"] = [list(row) for row in copy.sheets[REGISTER]]
    assert counts(collect(book, [copy.home], TODAY))["conflict"] == 0


def test_what_was_collected_adds_nothing_again_whatever_became_of_it() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "注释", "下周再来")
    copy.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004", "销售顾问": None})
    assert counts(collect(book, [copy.home], TODAY))["new"] == 1
    assert book.row(REGISTER, 顾客名称="孙女士")["销售顾问"] == "张敏"
    book.edit(REGISTER, {"顾客名称": "何先生"}, {"注释": "经理改过"})
    book.edit(REGISTER, {"顾客名称": "孙女士"}, {"意向级别": "H", "注释": "经理也改过"})
    before = book.tables()
    again = collect(book, [copy.home], TODAY)
    assert book.tables() == before
    assert counts(again) == {"new": 0, "changed": 0, "duplicate": 2, "conflict": 0, "wrong": 0}
    book.delete(REGISTER, {"顾客名称": "孙女士"})
    before = book.tables()
    collect(book, [copy.home], TODAY)
    assert book.tables() == before


def test_a_new_row_filled_in_further_is_the_same_row() -> None:
    book = small()
    copy = copy_of(book)
    copy.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004"})
    collect(book, [copy.home], TODAY)
    copy.put(REGISTER, 1, "竞品", "大仲")
    outcome = collect(book, [copy.home], TODAY)
    assert counts(outcome)["changed"] == 1
    assert book.row(REGISTER, 顾客名称="孙女士")["竞品"] == "大仲"


def test_a_row_that_lost_its_key_is_known_by_what_it_says() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "行号", None)
    copy.put(REGISTER, 0, "意向级别", "A")
    outcome = collect(book, [copy.home], TODAY)
    assert counts(outcome) == {"new": 0, "changed": 1, "duplicate": 0, "conflict": 0, "wrong": 0}
    assert book.row(REGISTER, 顾客名称="何先生")["意向级别"] == "A"


def test_a_row_taken_out_of_the_file_stays_in_the_book() -> None:
    book = small()
    copy = copy_of(book)
    del copy.sheets[REGISTER][3]
    outcome = collect(book, [copy.home], TODAY)
    assert len(book.rows(REGISTER)) == 2
    assert "有 1 行在您的文件里不见了" in receipt(outcome)


def test_a_row_that_the_book_deleted_is_a_conflict_if_it_was_changed() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "意向级别", "A")
    book.delete(REGISTER, {"顾客名称": "何先生"})
    collect(book, [copy.home], TODAY)
    assert book.row("冲突")["栏目"] == "整行"
    book.edit("冲突", {"栏目": "整行"}, {"处理": "用回收的"})
    collect(book, [copy.home], TODAY)
    assert book.row(REGISTER, 顾客名称="何先生")["意向级别"] == "A"


def test_another_row_where_a_deleted_one_stood_is_not_his() -> None:
    book = small()
    book.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004", "注释": "问了贷款"})
    copy = copy_of(book)
    copy.put(REGISTER, 1, "意向级别", "A")
    book.delete(REGISTER, {"顾客名称": "孙女士"})
    book.add(REGISTER, VISIT | {"顾客名称": "周先生", "电话": "19900000005", "注释": "看了展车"})
    collect(book, [copy.home], TODAY)
    assert book.row(REGISTER, 顾客名称="周先生")["意向级别"] == "B"
    assert book.row("冲突")["总表现在"] == "（总表里这一行已删）"


def test_a_row_of_which_the_book_changed_most_is_found_where_it_stood() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "竞品", "大仲")
    other: dict[str, Cell] = {"首次/再次": "再次", "顾客名称": "何伟", "进店时间": dt.time(9), "离去时间": dt.time(11)}
    book.edit(
        REGISTER,
        {"顾客名称": "何先生"},
        other | {"拟购车型": "远行X7", "意向级别": "H", "来源": "基盘", "注释": "改过", "来店/来电": "来电"},
    )
    assert counts(collect(book, [copy.home], TODAY))["changed"] == 1
    assert book.row(REGISTER, 顾客名称="何伟")["竞品"] == "大仲"


def test_what_is_the_managers_and_what_has_no_column_is_not_taken_and_said() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(DAILY, 0, "主管批示", "不用盯")
    for row in copy.sheets[REGISTER][2:]:
        row.append(None)
    copy.sheets[REGISTER][2][-1], copy.sheets[REGISTER][3][-1] = "微信号", "随便写"
    outcome = collect(book, [copy.home], TODAY)
    assert counts(outcome)["wrong"] == 2
    assert "“主管批示”由经理填" in receipt(outcome)
    assert "“微信号”" in receipt(outcome)
    assert book.row(DAILY)["主管批示"] == "盯紧"


def test_what_is_the_managers_is_said_of_a_new_row_too_whenever_it_is_collected() -> None:
    book = small()
    copy = copy_of(book)
    copy.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004", "经理审核": "已阅"})
    copy.add(REGISTER, {"经理审核": "已阅"})
    for new in (1, 0):
        outcome = collect(book, [copy.home], TODAY)
        assert counts(outcome)["new"] == new
        assert receipt(outcome).count("“经理审核”由经理填") == 2
    assert "经理审核" not in book.row(REGISTER, 顾客名称="孙女士")


def test_anothers_customer_is_a_clash_that_names_who_registered_first() -> None:
    book = small()
    book.press("roll", TODAY)
    copy = copy_of(book)
    copy.add(REGISTER, VISIT | {"日期": TODAY, "首次/再次": "再次", "顾客名称": "韩女士", "电话": "19900000002"})
    outcome = collect(book, [copy.home], TODAY)
    assert f"韩女士(0002)：李强 先登记（{MON}）" in receipt(outcome)
    assert counts(outcome)["new"] == 1


def test_a_closed_month_takes_nothing_in() -> None:
    book = small()
    copy = copy_of(book)
    copy.put(REGISTER, 0, "注释", "补一句")
    copy.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004"})
    book.add("月初留存", {"月份": "2026-11", "客户编号": "C00001", "客户姓名": "何先生", "电话": "19900000001"})
    outcome = collect(book, [copy.home], TODAY)
    assert counts(outcome)["wrong"] == 2
    assert "2026-10 已结转封账" in receipt(outcome)
    assert len(book.rows(REGISTER)) == 2


def test_a_collect_is_undone_as_one() -> None:
    book = small()
    copy = copy_of(book)
    before = book.tables()
    copy.put(REGISTER, 0, "意向级别", "A")
    copy.add(REGISTER, VISIT | {"顾客名称": "孙女士", "电话": "19900000004"})
    collect(book, [copy.home], TODAY)
    book.press("undo", TODAY)
    assert book.tables() == before


@pytest.mark.parametrize("harm", ["none", "changed", "store", "left"])
def test_files_that_are_not_ours_are_refused(harm: str) -> None:
    book = small()
    copy = copy_of(book)
    if harm == "none":
        del copy.sheets["_base"]
    elif harm == "changed":
        copy.sheets["_base"][1][3] = str(copy.sheets["_base"][1][3]).replace("何先生", "孙先生")
    elif harm == "store":
        book.add("设置", {"键": "店名", "值": "别的店"})
    else:
        book.delete("顾问", {"姓名": "张敏"})
    keys = {
        "none": "collect.foreign",
        "changed": "collect.base_damaged",
        "store": "collect.other_store",
        "left": "collect.unknown_consultant",
    }
    with pytest.raises(Refusal) as refused:
        collect(book, [copy.home], TODAY)
    assert refused.value.key == keys[harm]
