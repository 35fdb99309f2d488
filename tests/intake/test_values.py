"""Cells as shops write them: days, times, phones, names, marks; what lies around them says what they alone do not."""

from __future__ import annotations

import datetime as dt

import pytest

from xlcrm.forms.schema import Cell
from xlcrm.intake.context import Context, context_of, day_without_year
from xlcrm.intake.grades import end_of, grade_of
from xlcrm.intake.lexicon import Means
from xlcrm.intake.values import (
    is_day_first,
    minutes_of,
    name_and_phone,
    numbered_days,
    phones_of,
    read_clock,
    read_day,
    read_mark,
    several_people,
    split_stay,
)
from xlcrm.intake.words import WORDS, legends_of

NEAR = dt.date(2026, 11, 15)
FIFTH = dt.date(2026, 11, 5)


@pytest.mark.parametrize(
    "cell",
    [
        FIFTH, dt.datetime(2026, 11, 5, 14, 3), 46331, "2026-11-05", "2026.11.5", "20261105", "11月5日", "11月5号（周四）",
        "11/5", "11.5", "26.11.5", "5-Nov-26", "Nov 5, 2026", "2026年 11月 5日", "2026년 11월 5일", "2026. 11. 5.",
        "令和8年11月5日", "5日", 5, "2026-11-05 12:28:00",
    ],
)  # fmt: skip
def test_a_day(cell: Cell) -> None:
    assert read_day(cell, NEAR) == FIFTH


@pytest.mark.parametrize("cell", ["年底", "下月", "13.45", "11月31日", "", "王伟", "9:30"])
def test_no_day(cell: Cell) -> None:
    assert read_day(cell, NEAR) is None


def test_a_day_without_a_year_lies_near_the_others() -> None:
    assert read_day("1月4日", dt.date(2026, 12, 20)) == dt.date(2027, 1, 4)
    assert read_day("12月20日", dt.date(2027, 1, 4)) == dt.date(2026, 12, 20)


def test_day_and_month_are_known_by_a_day_over_twelve_or_by_the_month_of_the_sheet() -> None:
    assert is_day_first(["03/11/2026", "25/11/2026"], None)
    assert not is_day_first(["03/11/2026", "11/25/2026"], None)
    assert is_day_first(["03/11/2026", "04/11/2026"], 11)
    assert read_day("03/11/2026", NEAR, day_first=True) == dt.date(2026, 11, 3)
    assert read_day("11/03/2026", NEAR) == dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ([10.5], [5]),
        ([10.25], [25]),
        ([10.09, 10.1, 10.12], [9, 10, 12]),
        (["10.2", 10.1], [10]),
        ([10.1], [None]),
        ([10.1, 10.05], [1, 5]),
        ([10.18, 10.2, 10.21], [18, 20, 21]),
    ],
)
def test_days_written_as_numbers_are_decided_by_their_neighbours(cells: list[Cell], days: list[int | None]) -> None:
    """10.1 may have been typed 10.10, which a number cell forgets."""
    found = numbered_days(cells, dt.date(2026, 10, 15))
    assert [day and day.day for day in found.values()] == days


@pytest.mark.parametrize(
    ("text", "stay"),
    [
        ("9：30～10:15", (dt.time(9, 30), dt.time(10, 15))),
        ("9:30至10:15", (dt.time(9, 30), dt.time(10, 15))),
        ("9点半-10点", (dt.time(9, 30), dt.time(10))),
        ("오후 2:05~오후 3:00", (dt.time(14, 5), dt.time(15))),
        ("一上午", (None, None)),
        ("9:30", (None, None)),
    ],
)
def test_both_times_in_one_cell(text: str, stay: tuple[dt.time | None, dt.time | None]) -> None:
    assert split_stay(text) == stay


def test_a_time_beside_its_day() -> None:
    assert read_clock("2026-11-03 12:28:00") == dt.time(12, 28)
    assert read_clock(dt.datetime(2026, 11, 3, 12, 28)) == dt.time(12, 28)
    assert read_clock("下午3:20") == dt.time(15, 20)


@pytest.mark.parametrize(
    ("cell", "minutes"), [(45, 45), ("45分钟", 45), ("1小时20分", 80), ("1:20", 80), ("很久", None)]
)
def test_how_long(cell: Cell, minutes: int | None) -> None:
    assert minutes_of(cell) == minutes


@pytest.mark.parametrize(
    ("cell", "found", "typed"),
    [
        (19931079389, ["19931079389"], ""),
        ("+86 199-3107-9389", ["19931079389"], ""),
        ("19931079389/19952856350", ["19931079389", "19952856350"], ""),
        ("'19931079389", ["19931079389"], ""),
        ("199****9389", [], "199****9389"),
        ("1.99E+10", [], "1.99E+10"),
        ("不留", [], "不留"),
    ],
)
def test_phones(cell: Cell, found: list[str], typed: str) -> None:
    assert phones_of(cell, "") == (found, typed)


def test_a_name_with_its_phone() -> None:
    assert name_and_phone("王伟 19931079389") == ("王伟", "19931079389")
    assert name_and_phone("王伟（19931079389）") == ("王伟", "19931079389")
    assert name_and_phone("王伟") == ("王伟", "")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("王伟19931079389、李娜19952856350", 2),
        ("王伟、李娜、张三", 3),
        ("王伟\n李娜", 2),
        ("王伟", 1),
        ("沪DX2657", 1),
        ("欧阳娜娜，问了分期", 1),
        ("张三（朋友李四介绍）、价格谈到19万", 1),
    ],
)
def test_several_people_in_one_cell(text: str, count: int) -> None:
    assert len(several_people(text)) == count


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("√", True),
        ("V", True),
        (1, True),
        ("已试驾", True),
        (FIFTH, True),
        ("否", False),
        ("未试", False),
        ("看情况", None),
    ],
)
def test_marks(cell: Cell, mark: bool | None) -> None:
    assert read_mark(cell) is mark


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("H", "H"),
        ("ａ级", "A"),
        ("H→A", "A"),
        ("意向B", "B"),
        ("H（7天内）", "H"),
        ("O", "O"),
        ("D", None),
        ("Hot", None),
        ("1", None),
    ],
)
def test_grades(text: str, grade: str | None) -> None:
    assert grade_of(text) == grade


def test_letters_that_end_a_row_of_a_grid() -> None:
    ends = {text: end_of(text) for text in ("O", "D", "F1", "F2", "L", "A", "*")}
    assert ends == {"O": "已订", "D": "已交车", "F1": "战败", "F2": "冻结", "L": "失控", "A": None, "*": None}


# ------------------------------------------------------------------------------------------------ what stands around


@pytest.mark.parametrize(
    ("texts", "context"),
    [
        (["来店客流登记表      2026 年 11 月 7 日"], Context(day=dt.date(2026, 11, 7), year=2026, month=11)),
        (["（ 11 ）月份意向客户级别状况表", "2026年"], Context(year=2026, month=11)),
        (["销售顾问：张敏", "2026年11月"], Context(year=2026, month=11, consultant="张敏")),
        (["张敏 11月接待登记"], Context(month=11, consultant="张敏")),
        (["H级客户"], Context(grade="H")),
        (["明日工作计划"], Context(plans=True)),
        (["制表日期：2026-11-30"], Context(year=2026, month=11)),
        (["Showroom Traffic Log - November 2026"], Context(year=2026, month=11)),
        (["전시장 내방고객 (2026년 11월)"], Context(year=2026, month=11)),
        (["A卡"], Context()),
    ],
)
def test_what_a_title_says(texts: list[str], context: Context) -> None:
    assert context_of(texts, {"张敏", "李强"}) == context


def test_days_of_sheets_and_bands() -> None:
    assert day_without_year("7日", NEAR) == dt.date(2026, 11, 7)
    assert day_without_year("11月7日 星期六", NEAR) == dt.date(2026, 11, 7)
    assert day_without_year("11-10", NEAR) == dt.date(2026, 11, 10)
    assert day_without_year("小计", NEAR) is None


def test_legends_by_the_word_before_them() -> None:
    text = "注：F首次来店，S第二次以上。级别：O订车 H 7天内 A 15天。渠道：A:报纸广告；B:电台广告；D:车展"
    legends = legends_of([text])
    assert legends["渠道"] == {"A": "报纸广告", "B": "电台广告", "D": "车展"}
    assert legends["级别"]["A"] == "15天"
    assert legends[""]["F"] == "首次来店"


@pytest.mark.parametrize(
    ("means", "text", "value"),
    [
        (Means.CHANNEL, "Walk-in", "来店"),
        (Means.CHANNEL, "전화", "来电"),
        (Means.FIRST, "Be-back", "再次"),
        (Means.FIRST, "新規", "首次"),
        (Means.FIRST, "第3次", "再次"),
        (Means.SOURCE, "老客户转介绍", "VIP购车/介绍"),
        (Means.SOURCE, "车展活动", "展示会"),
        (Means.MEDIA, "公交车广告", "户外"),
        (Means.LOSS_KIND, "休眠", "冻结"),
        (Means.LOSS_REASON, "同城店便宜", "他店同品牌-价格"),
        (Means.LOSS_REASON, "没现车，去别店提了", "他店同品牌-缺货"),
        (Means.LOSS_REASON, "说不清", None),
        (Means.DECISION, "再跟一次", "驳回"),
        (Means.CONTACT_BY, "T", "电话"),
        (Means.CONTACT_BY, "亲访", "拜访"),
    ],
)
def test_words_of_lists(means: Means, text: str, value: str | None) -> None:
    assert WORDS[means].read(text) == value
