"""What a cell says, whatever way it was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell, as_text
from xlcrm.ledger.normal import (
    Reading,
    is_run,
    looks_like_formula,
    nearest,
    read_code,
    read_codes,
    read_count,
    read_date,
    read_grade,
    read_moment,
    read_money,
    read_month,
    read_number,
    read_person,
    read_phone,
    read_phones,
    read_text,
    read_tick,
    read_time,
)

TODAY = dt.date(2026, 10, 31)
DAY = dt.date(2026, 10, 5)
MORNING = dt.time(9, 30)
MOBILE = "19900000123"

CLEAN = ""
Case = tuple[Cell, Any, str]


def says(reading: Reading, value: object, trouble: str) -> None:
    """The value was understood and typed so, or nothing was and the trouble says why."""
    assert (reading.value, type(reading.value), reading.trouble) == (value, type(value), trouble)
    assert reading.readable is (value is not None or trouble == CLEAN)


def table(*cases: Case) -> pytest.MarkDecorator:
    """Parametrise over (cell, value, trouble), each case named by its cell."""
    return pytest.mark.parametrize(("raw", "value", "trouble"), cases, ids=[repr(raw) for raw, _, _ in cases])


# --- text --------------------------------------------------------------------------------------------------------------


@table(
    (None, None, CLEAN),
    ("", None, CLEAN),
    (" \u3000\t\n", None, CLEAN),
    ("张三丰", "张三丰", CLEAN),
    ("  张三丰\u3000", "张三丰", CLEAN),
    ("\u202d张三丰\u202c", "张三丰", CLEAN),
    ("张三\x00丰\x07", "张三丰", CLEAN),
    ("看车，谈价格。\r\n约周末", "看车，谈价格。\n约周末", CLEAN),
    ("本田\tCR-V", "本田 CR-V", CLEAN),
    ("=1+1", "=1+1", CLEAN),
    (3, "3", CLEAN),
    (3.0, "3", CLEAN),
    (2.5, "2.5", CLEAN),
    (DAY, "2026-10-05", CLEAN),
    (float("nan"), None, "V02.number"),
    (float("inf"), None, "V02.number"),
    (10**400, None, "V02.number"),
)
def test_text(raw: Cell, value: object, trouble: str) -> None:
    says(read_text(raw), value, trouble)


@table(
    ("张三丰", "张三丰", CLEAN),
    ("张 三", "张三", "V02.variant"),
    ("张\u3000三", "张三", "V02.variant"),
    (" 张三 ", "张三", CLEAN),
    ("John Smith", "John Smith", CLEAN),
    ("  ", None, CLEAN),
)
def test_person(raw: Cell, value: object, trouble: str) -> None:
    says(read_person(raw), value, trouble)


# --- dates and times ---------------------------------------------------------------------------------------------------


@table(
    (None, None, CLEAN),
    (" ", None, CLEAN),
    (DAY, DAY, CLEAN),
    (dt.datetime(2026, 10, 5, 17, 30), DAY, CLEAN),
    (46300, DAY, "V03.text"),
    (46300.0, DAY, "V03.text"),
    (46300.75, DAY, "V03.text"),
    ("46300", DAY, "V03.text"),
    (20261005, DAY, "V03.text"),
    (20261005.0, DAY, "V03.text"),
    ("20261005", DAY, "V03.text"),
    ("2026-10-05", DAY, "V03.text"),
    ("2026-10-5", DAY, "V03.text"),
    ("2026/10/5", DAY, "V03.text"),
    ("2026.10.5", DAY, "V03.text"),
    ("2026.3.5", dt.date(2026, 3, 5), "V03.text"),
    ("2026年10月5日", DAY, "V03.text"),
    ("2026 年 10 月 5 日", DAY, "V03.text"),
    ("２０２６－１０－０５", DAY, "V03.text"),
    ("2026—10—05", DAY, "V03.text"),
    ("\u3000 2026-10-05 ", DAY, "V03.text"),
    ("2026-10-05 00:00:00", DAY, "V03.text"),
    ("2026-10-05T08:15:00", DAY, "V03.text"),
    ("10月5日", DAY, "V03.text"),
    ("10月5号", DAY, "V03.text"),
    ("10/5", DAY, "V03.text"),
    ("10-5", DAY, "V03.text"),
    ("2027-13-40", None, "V03.unreadable"),
    ("2026-02-29", None, "V03.unreadable"),
    ("2月29日", None, "V03.unreadable"),
    ("0026-10-05", None, "V03.unreadable"),
    ("26-10-5", None, "V03.unreadable"),
    ("10/5/2026", None, "V03.unreadable"),
    ("2026-10-05 25:00", None, "V03.unreadable"),
    ("10.5", None, "V03.unreadable"),
    (10.5, None, "V03.unreadable"),
    (19999, None, "V03.unreadable"),
    (80001, None, "V03.unreadable"),
    ("明天", None, "V03.unreadable"),
    ("?", None, "V03.unreadable"),
    (True, None, "V03.unreadable"),
    (MORNING, None, "V03.unreadable"),
    (dt.timedelta(hours=9), None, "V03.unreadable"),
    (dt.date(9999, 12, 31), None, "V03.unreadable"),
    (dt.date(1899, 12, 31), None, "V03.unreadable"),
    (float("nan"), None, "V03.unreadable"),
)
def test_date(raw: Cell, value: object, trouble: str) -> None:
    says(read_date(raw, TODAY), value, trouble)


@pytest.mark.parametrize(
    ("near", "day"),
    [
        (dt.date(2026, 10, 31), dt.date(2026, 12, 30)),
        (dt.date(2027, 1, 2), dt.date(2026, 12, 30)),
        (dt.date(2026, 7, 2), dt.date(2026, 12, 30)),
        (dt.date(2026, 6, 29), dt.date(2025, 12, 30)),
    ],
    ids=["same year", "turn of the year", "just nearer ahead", "just nearer behind"],
)
def test_a_day_without_a_year_is_the_nearest(near: dt.date, day: dt.date) -> None:
    assert read_date("12月30日", near).value == day


def test_a_leap_day_without_a_year_is_that_of_the_leap_year_beside() -> None:
    assert read_date("2月29日", dt.date(2027, 12, 1)).value == dt.date(2028, 2, 29)


def test_a_date_read_from_text_says_what_was_meant() -> None:
    assert read_date("10月5日", TODAY).hint == "2026-10-05"


@table(
    (None, None, CLEAN),
    ("", None, CLEAN),
    ("9:30", MORNING, CLEAN),
    ("09:30", MORNING, CLEAN),
    ("15:20:00", dt.time(15, 20), CLEAN),
    ("15:20:07", dt.time(15, 20, 7), CLEAN),
    (MORNING, MORNING, CLEAN),
    (dt.time(9, 29, 59, 999_997), MORNING, CLEAN),
    (dt.time(23, 59, 59, 999_997), dt.time(23, 59, 59), CLEAN),
    (dt.datetime(1899, 12, 30, 9, 30), MORNING, CLEAN),
    (dt.timedelta(hours=9, minutes=30), MORNING, CLEAN),
    (0.395833333333333, MORNING, CLEAN),
    (0, dt.time(0, 0), CLEAN),
    (0.9999999999, dt.time(23, 59, 59), CLEAN),
    ("09：30", MORNING, "V03.text"),
    (" 9:30", MORNING, "V03.text"),
    ("9；30", MORNING, "V03.text"),
    ("9点半", MORNING, "V03.text"),
    ("9点30分", MORNING, "V03.text"),
    ("9时30分15秒", dt.time(9, 30, 15), "V03.text"),
    ("9点", dt.time(9, 0), "V03.text"),
    ("9点整", dt.time(9, 0), "V03.text"),
    ("9点5分", dt.time(9, 5), "V03.text"),
    ("0930", MORNING, "V03.text"),
    ("9.30", MORNING, "V03.text"),
    (9.3, None, "V03.unreadable"),
    (930, MORNING, "V03.text"),
    (1520.0, dt.time(15, 20), "V03.text"),
    ("下午3:20", dt.time(15, 20), "V03.text"),
    ("下午 15:20", dt.time(15, 20), "V03.text"),
    ("下午12点半", dt.time(12, 30), "V03.text"),
    ("3:20 PM", dt.time(15, 20), "V03.text"),
    ("上午9:30", MORNING, "V03.text"),
    ("中午11点半", dt.time(11, 30), "V03.text"),
    ("中午1点", dt.time(13, 0), "V03.text"),
    ("晚上8点", dt.time(20, 0), "V03.text"),
    ("2026-10-05 09:30:00", MORNING, "V03.text"),
    (46300.39583333333, MORNING, "V03.text"),
    ("25:61", None, "V03.unreadable"),
    ("24:00", None, "V03.unreadable"),
    ("9:60", None, "V03.unreadable"),
    ("9:3", None, "V03.unreadable"),
    ("上午12点", None, "V03.unreadable"),
    ("晚上12点", None, "V03.unreadable"),
    ("0960", None, "V03.unreadable"),
    (9, None, "V03.unreadable"),
    (-0.5, None, "V03.unreadable"),
    (DAY, None, "V03.unreadable"),
    ("2026-10-05", None, "V03.unreadable"),
    (dt.timedelta(hours=24), None, "V03.unreadable"),
    (dt.timedelta(hours=-1), None, "V03.unreadable"),
    (False, None, "V03.unreadable"),
    ("刚才", None, "V03.unreadable"),
)
def test_time(raw: Cell, value: object, trouble: str) -> None:
    says(read_time(raw), value, trouble)


@table(
    (None, None, CLEAN),
    (dt.datetime(2026, 10, 8, 17, 11, 39), dt.datetime(2026, 10, 8, 17, 11, 39), CLEAN),
    (dt.datetime(2026, 10, 8, 17, 11, 38, 999_999), dt.datetime(2026, 10, 8, 17, 11, 39), CLEAN),
    (dt.date(2026, 10, 8), dt.datetime(2026, 10, 8), CLEAN),
    ("2026-10-08 17:11:39", dt.datetime(2026, 10, 8, 17, 11, 39), "V03.text"),
    ("2026-10-08T17:11:39.500", dt.datetime(2026, 10, 8, 17, 11, 39), "V03.text"),
    ("2026/10/8 9:05", dt.datetime(2026, 10, 8, 9, 5), "V03.text"),
    ("2026-10-08", dt.datetime(2026, 10, 8), "V03.text"),
    ("10月8日下午5点半", dt.datetime(2026, 10, 8, 17, 30), "V03.text"),
    (46303.5, dt.datetime(2026, 10, 8, 12), "V03.text"),
    ("2026-10-0817:11", None, "V03.unreadable"),
    ("17:11:39", None, "V03.unreadable"),
    (dt.time(17, 11), None, "V03.unreadable"),
    (dt.datetime(9999, 12, 31, 23, 59, 59, 999_999), None, "V03.unreadable"),
)
def test_moment(raw: Cell, value: object, trouble: str) -> None:
    says(read_moment(raw, TODAY), value, trouble)


@table(
    (None, None, CLEAN),
    ("2026-10", "2026-10", CLEAN),
    (dt.date(2026, 10, 1), "2026-10", CLEAN),
    (dt.datetime(2026, 10, 1), "2026-10", CLEAN),
    ("2026-1", "2026-01", "V03.text"),
    ("2026年10月", "2026-10", "V03.text"),
    ("2026 年 1 月", "2026-01", "V03.text"),
    ("２０２６／１０", "2026-10", "V03.text"),
    ("2026.10", "2026-10", "V03.text"),
    ("202610", "2026-10", "V03.text"),
    (202610.0, "2026-10", "V03.text"),
    (46296, "2026-10", "V03.text"),
    ("2026-10-05", "2026-10", "V03.text"),
    (2026.1, None, "V03.unreadable"),
    ("2026-13", None, "V03.unreadable"),
    ("10月", None, "V03.unreadable"),
    ("10月5日", None, "V03.unreadable"),
    (dt.date(9999, 12, 1), None, "V03.unreadable"),
)
def test_month(raw: Cell, value: object, trouble: str) -> None:
    says(read_month(raw), value, trouble)


# --- phones ------------------------------------------------------------------------------------------------------------


@table(
    (None, None, CLEAN),
    ("  ", None, CLEAN),
    (MOBILE, MOBILE, CLEAN),
    ("02161234567", "02161234567", CLEAN),
    ("05718123456", "05718123456", CLEAN),
    ("057181234567", "057181234567", CLEAN),
    ("4001234567", "4001234567", CLEAN),
    # read through dirt
    (19900000123, MOBILE, "V04.dirty"),
    (19900000123.0, MOBILE, "V04.dirty"),
    ("１９９０００００１２３", MOBILE, "V04.dirty"),
    ("'19900000123", MOBILE, "V04.dirty"),
    ("\u202d19900000123\u202c", MOBILE, "V04.dirty"),
    (" 199 0000 0123 ", MOBILE, "V04.dirty"),
    ("199-0000-0123", MOBILE, "V04.dirty"),
    ("199—0000—0123", MOBILE, "V04.dirty"),
    ("+8619900000123", MOBILE, "V04.dirty"),
    ("+86 199-0000-0123", MOBILE, "V04.dirty"),
    ("(+86)19900000123", MOBILE, "V04.dirty"),
    ("008619900000123", MOBILE, "V04.dirty"),
    ("8619900000123", MOBILE, "V04.dirty"),
    ("019900000123", MOBILE, "V04.dirty"),
    ("手机：19900000123", MOBILE, "V04.dirty"),
    ("19900000123（妻子）", MOBILE, "V04.dirty"),
    ("1.9900000123E+10", MOBILE, "V04.dirty"),
    ("19900000123.0", MOBILE, "V04.dirty"),
    ("021-61234567", "02161234567", "V04.dirty"),
    ("（021）6123 4567", "02161234567", "V04.dirty"),
    ("+86 21 6123 4567", "02161234567", "V04.dirty"),
    ("021-61234567转801", "02161234567转801", "V04.dirty"),
    ("021-61234567 ext.801", "02161234567转801", "V04.dirty"),
    ("021-61234567-801", "02161234567转801", "V04.dirty"),
    ("0571-8123456-1", "05718123456转1", "V04.dirty"),
    ("400-123-4567", "4001234567", "V04.dirty"),
    ("400-123-4567转2", "4001234567转2", "V04.dirty"),
    ("02161234567转801", "02161234567转801", ""),
    # two in a cell: the first
    ("19900000123/19900000456", MOBILE, "V04.two"),
    ("19900000123 19900000456", MOBILE, "V04.two"),
    ("19900000123、021-61234567", MOBILE, "V04.two"),
    ("19900000123\n19900000456", MOBILE, "V04.two"),
    ("021-61234567-19900000123", "02161234567", "V04.two"),
    ("19900000123/456", MOBILE, "V04.two"),
    ("19900000123（2号）", MOBILE, "V04.two"),
    ("19900000123 19900000123", MOBILE, "V04.dirty"),
    # not a number
    ("1990070581", None, "V04.short"),
    ("+86 1990070581", None, "V04.short"),
    ("61234567", None, "V04.short"),
    ("021-6123456", None, "V04.short"),
    (12, None, "V04.short"),
    ("199000001234", None, "V04.long"),
    ("199 0000 0123 4", None, "V04.long"),
    ("110101199003071234", None, "V04.long"),
    ("12900000123", None, "V04.shape"),
    ("01912345601", None, "V04.shape"),
    ("11111111111", None, "V04.fake"),
    ("00000000000", None, "V04.fake"),
    ("12345678901", None, "V04.fake"),
    ("13812345678", None, "V04.fake"),
    ("138-1234-5678", None, "V04.fake"),
    ("19987654321", None, "V04.fake"),
    ("02187654321", None, "V04.fake"),
    ("不详", None, "V04.letters"),
    ("微信abc123", None, "V04.letters"),
    ("-", None, "V04.letters"),
    ("1.99E+10", None, "V04.rounded"),
    ("1.9900E10", None, "V04.rounded"),
    (1.99e20, None, "V04.letters"),
    (True, None, "V04.letters"),
    (DAY, None, "V04.letters"),
    (float("nan"), None, "V04.letters"),
)
def test_phone(raw: Cell, value: object, trouble: str) -> None:
    says(read_phone(raw), value, trouble)


@table(
    ("61234567", "02161234567", "V04.dirty"),
    ("6123-4567", "02161234567", "V04.dirty"),
    (61234567.0, "02161234567", "V04.dirty"),
    ("61234567转801", "02161234567转801", "V04.dirty"),
    ("61234567/61234568", "02161234567", "V04.two"),
    ("6123456", None, "V04.short"),
    ("2026-10-05", None, "V04.short"),
    ("1990070581", None, "V04.short"),
    (MOBILE, MOBILE, CLEAN),
)
def test_phone_where_the_area_code_is_known(raw: Cell, value: object, trouble: str) -> None:
    says(read_phone(raw, "021"), value, trouble)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("1111111", True),
        ("13812345678", True),
        ("19987654321", True),
        ("13801234567", True),
        ("13456789012", False),
        ("13800138000", False),
        (MOBILE, False),
        ("", False),
    ],
)
def test_is_run(digits: str, expected: bool) -> None:
    assert is_run(digits) is expected


# --- code lists --------------------------------------------------------------------------------------------------------


@table(
    (None, None, CLEAN),
    ("", None, CLEAN),
    ("H", "H", CLEAN),
    ("h", "H", "V02.variant"),
    ("Ｈ", "H", "V02.variant"),
    ("H级", "H", "V02.variant"),
    ("ａ级", "A", "V02.variant"),
    ("A級", "A", "V02.variant"),
    (" B ", "B", "V02.variant"),
    ("H/", "H", "V02.variant"),
    ("(C)", "C", "V02.variant"),
    ("H→A", "A", "V02.variant"),
    ("H->A", "A", "V02.variant"),
    ("h级—>a级", "A", "V02.variant"),
    ("H→B→A", "A", "V02.variant"),
    ("H→", None, "V02.unknown"),
    ("H/A", None, "V02.unknown"),
    ("O", None, "V02.unknown"),
    (1, None, "V02.unknown"),
    ("2", None, "V02.unknown"),
    ("?", None, "V02.unknown"),
    (True, None, "V02.unknown"),
    (DAY, None, "V02.unknown"),
)
def test_grade(raw: Cell, value: object, trouble: str) -> None:
    says(read_grade(raw, CODES["意向级别"]), value, trouble)


@table(
    ("O", "O", CLEAN),
    ("o", "O", "V02.variant"),
    ("H→F", "F", "V02.variant"),
    ("F0", None, "V02.unknown"),
)
def test_grade_of_a_contact(raw: Cell, value: object, trouble: str) -> None:
    says(read_grade(raw, CODES["接触级别"]), value, trouble)


@pytest.mark.parametrize(
    ("name", "raw", "value", "trouble", "hint"),
    [
        ("来店来电", "来店", "来店", CLEAN, ""),
        ("来店来电", None, None, CLEAN, ""),
        ("来店来电", "\u3000", None, CLEAN, ""),
        ("来店来电", "到店", "来店", CLEAN, ""),
        ("来店来电", "来 店", "来店", "V02.variant", "来店"),
        ("来店来电", "来店看", None, "V02.unknown", "来店"),
        ("来店来电", "路过", None, "V02.unknown", ""),
        ("来源", 3, "来店/电", CLEAN, ""),
        ("来源", 3.0, "来店/电", CLEAN, ""),
        ("来源", "1 VIP购车/介绍", "VIP购车/介绍", CLEAN, ""),
        ("来源", "6展示会", "展示会", "V02.variant", "展示会"),
        ("来源", "vip购车/介绍", "VIP购车/介绍", "V02.variant", "VIP购车/介绍"),
        ("来源", "ｋ", "潜在开发", "V02.variant", "潜在开发"),
        ("未留档原因", "客户—闲逛", "客户-闲逛", "V02.variant", "客户-闲逛"),
        ("未留档原因", "闲逛", None, "V02.unknown", "客户-闲逛"),
        ("状态", "f0", "战败待审", "V02.variant", "战败待审"),
        ("是否", True, "是", CLEAN, ""),
        ("是否", False, "否", CLEAN, ""),
        ("性别", True, None, "V02.unknown", ""),
        ("性别", DAY, None, "V02.unknown", ""),
        ("性别", float("nan"), None, "V02.unknown", ""),
    ],
)
def test_code(name: str, raw: Cell, value: object, trouble: str, hint: str) -> None:
    reading = read_code(raw, CODES[name])
    says(reading, value, trouble)
    assert reading.hint == hint


@table(
    (None, None, CLEAN),
    ("、", None, CLEAN),
    ("周一", (0,), CLEAN),
    ("周三、周一", (0, 2), CLEAN),
    ("周一，周三,周五/周日 周一", (0, 2, 4, 6), CLEAN),
    ("周1", (0,), "V02.variant"),
    ("周日、周７", (6,), "V02.variant"),
    ("星期一、礼拜天", (0, 6), "V02.variant"),
    ("周一、周八", None, "V02.unknown"),
    ("轮休", None, "V02.unknown"),
    (1, None, "V02.unknown"),
    (True, None, "V02.unknown"),
)
def test_codes(raw: Cell, value: object, trouble: str) -> None:
    says(read_codes(raw, CODES["星期"]), value, trouble)


def test_codes_say_what_was_meant() -> None:
    assert read_codes("礼拜天、星期一", CODES["星期"]).hint == "周一、周日"


@pytest.mark.parametrize("raw", ["√", "✓", "✔", "✔\ufe0f", "☑", "是", "有", "1", 1, 1.0, "Y", "y", "Ｙ", " yes ", True])
def test_ticked(raw: Cell) -> None:
    assert read_tick(raw) == Reading(True)


@pytest.mark.parametrize("raw", ["否", "无", "×", "✗", "0", 0, 0.0, "N", "no", False])
def test_not_ticked(raw: Cell) -> None:
    assert read_tick(raw) == Reading(False)


@pytest.mark.parametrize("raw", ["大概", "?", 2, DAY, float("nan")])
def test_neither_ticked_nor_not(raw: Cell) -> None:
    assert read_tick(raw) == Reading(None, "V02.unknown", readable=False)


@pytest.mark.parametrize("raw", [None, "", " "])
def test_a_blank_tick_is_blank(raw: Cell) -> None:
    assert read_tick(raw) == Reading(None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("张三封", "张三丰"), ("张三丰 ", "张三丰"), ("李四", ""), ("张", ""), ("", ""), ("张三丰" * 5000, "")],
)
def test_nearest(value: str, expected: str) -> None:
    assert nearest(value, ["王小明", "张三丰"]) == expected


def test_nothing_is_near_where_there_is_nothing() -> None:
    assert nearest("张三", []) == ""


# --- numbers -----------------------------------------------------------------------------------------------------------


@table(
    (None, None, CLEAN),
    (" ", None, CLEAN),
    (3, 3, CLEAN),
    (3.0, 3, CLEAN),
    ("3", 3, CLEAN),
    (0, 0, CLEAN),
    ("３", 3, "V02.variant"),
    ("3人", 3, "V02.variant"),
    ("3.00", 3, "V02.variant"),
    ("1,200", 1200, "V02.variant"),
    ("12,00", None, "V02.number"),
    (2.5, None, "V02.number"),
    (-1, None, "V02.number"),
    ("-1", None, "V02.number"),
    ("两三个", None, "V02.number"),
    (True, None, "V02.number"),
    (DAY, None, "V02.number"),
    (float("nan"), None, "V02.number"),
    (float("inf"), None, "V02.number"),
    (10**400, None, "V02.number"),
    ("1" * 5000, None, "V02.number"),
)
def test_count(raw: Cell, value: object, trouble: str) -> None:
    says(read_count(raw), value, trouble)


@table(
    (None, None, CLEAN),
    (227000, 227000.0, CLEAN),
    (227000.5, 227000.5, CLEAN),
    ("227000", 227000.0, CLEAN),
    ("-500.25", -500.25, CLEAN),
    ("227,000", 227000.0, "V02.variant"),
    ("￥227，000.00", 227000.0, "V02.variant"),
    ("22.7万", 227000.0, "V02.variant"),
    ("22.7 W", 227000.0, "V02.variant"),
    ("22.7万元", 227000.0, "V02.variant"),
    ("500元", 500.0, "V02.variant"),
    ("22,7000", None, "V02.number"),
    ("22万7", None, "V02.number"),
    ("面议", None, "V02.number"),
    (False, None, "V02.number"),
    (float("nan"), None, "V02.number"),
    (float("-inf"), None, "V02.number"),
    (10**400, None, "V02.number"),
)
def test_money(raw: Cell, value: object, trouble: str) -> None:
    says(read_money(raw), value, trouble)


# --- safety ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x","点我")',
        "+A1",
        "-A1",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "＠张三",
        "-无",
    ],
)
def test_a_formula_in_disguise(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "客户看车",
        "1+1=2",
        "-5",
        "-5.5%",
        "+8619900000001",
        "+86 199-0000-0001",
        "-",
        "--",
        "—",
        "＋",
        "－ 12",
        "张三@本店",
    ],
)
def test_no_formula(text: str) -> None:
    assert not looks_like_formula(text)


# --- what holds for every cell -----------------------------------------------------------------------------------------

READERS: dict[str, Callable[[Cell], Reading]] = {
    "text": read_text,
    "person": read_person,
    "date": lambda raw: read_date(raw, TODAY),
    "moment": lambda raw: read_moment(raw, TODAY),
    "time": read_time,
    "month": read_month,
    "phone": read_phone,
    "local phone": lambda raw: read_phone(raw, "021"),
    "grade": lambda raw: read_grade(raw, CODES["接触级别"]),
    "code": lambda raw: read_code(raw, CODES["来源"]),
    "tick": read_tick,
    "count": read_count,
    "money": read_money,
}

DIRT = "0123456789１９ -—－+/.,，、:：()（）年月日点分半时号上午下午转级→>HABCOhaＨ√是否万人eE'=\u3000\n\t\u202d\x00周一星期天"
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=0, max_value=20_991_231),
    st.integers(min_value=13_000_000_000, max_value=19_999_999_999),
    st.floats(),
    st.floats(min_value=0, max_value=100_000),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.text(),
    st.text(alphabet=DIRT, max_size=30),
    st.from_regex(r"(\+86 ?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(/1[3-9][0-9]{9})?", fullmatch=True),
    st.from_regex(r"(20[0-9]{2}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?( [0-9]{2}:[0-9]{2})?", fullmatch=True),
)


@pytest.mark.parametrize("kind", [*READERS, "codes"])
@given(raw=CELLS)
@example(raw=10**5000)
@example(raw="2026-1-1 " * 4000)
@example(raw="9" * 32_767)
@example(raw="=" * 32_767)
@example(raw="\ud800")
def test_every_cell_gets_an_answer(kind: str, raw: Cell) -> None:
    reading = (READERS | {"codes": lambda raw: read_codes(raw, CODES["星期"])})[kind](raw)
    assert (reading.value is None) or reading.readable
    assert reading.readable or reading.trouble


@pytest.mark.parametrize("kind", READERS)
@given(raw=CELLS)
def test_a_value_once_read_is_read_again_clean(kind: str, raw: Cell) -> None:
    reading = READERS[kind](raw)
    assert READERS[kind](reading.value) == Reading(reading.value)


@given(days=st.sets(st.integers(0, 6), min_size=1), separator=st.sampled_from("、，,/ "))
def test_weekdays_once_read_are_read_again_clean(days: set[int], separator: str) -> None:
    values = CODES["星期"].values
    assert read_codes(separator.join(values[i] for i in days), CODES["星期"]) == Reading(tuple(sorted(days)))


@given(
    day=st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), form=st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"])
)
def test_a_day_is_the_same_however_written(day: dt.date, form: str) -> None:
    assert read_date(day.strftime(form), TODAY) == Reading(day, "V03.text", hint=as_text(day))


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_a_day_within_half_a_year_needs_no_year(day: dt.date) -> None:
    for near in (day - dt.timedelta(days=182), day, day + dt.timedelta(days=182)):
        assert read_date(f"{day.month}月{day.day}日", near).value == day


@given(digits=st.integers(19_900_000_000, 19_999_999_999).map(str).filter(lambda digits: not is_run(digits)))
@pytest.mark.parametrize("dressed", ["+86{}", "{} ", "(0086) {}", "电话{}", "{}转1"])
def test_a_mobile_is_the_same_however_dressed(dressed: str, digits: str) -> None:
    assert read_phone(dressed.format(digits)) == Reading(digits, "V04.dirty", hint=digits)
    assert read_phone(int(digits)) == read_phone(float(digits)) == Reading(digits, "V04.dirty", hint=digits)


@given(minute=st.integers(0, 24 * 60 - 1))
def test_a_time_is_the_same_as_text_as_a_fraction_and_as_a_cell(minute: int) -> None:
    time = dt.time(minute // 60, minute % 60)
    cells: tuple[Cell, ...] = (time, f"{time:%H:%M}", minute / 1440, dt.timedelta(minutes=minute))
    assert [read_time(raw) for raw in cells] == [Reading(time)] * 4


@pytest.mark.parametrize(("raw", "value", "trouble"), [(2.5, 2.5, ""), (None, None, ""), ("约三", None, "V02.number")])
def test_a_number_the_tool_wrote(raw: Cell, value: float | None, trouble: str) -> None:
    reading = read_number(raw)
    assert (reading.value, reading.trouble) == (value, trouble)


@pytest.mark.parametrize(
    ("raw", "value", "trouble"),
    [
        (None, None, ""),
        ("19900000101、19900000102", ("19900000101", "19900000102"), ""),
        ("19900000101、1990000", None, "V04.short"),
    ],
)
def test_several_phones_in_one_cell(raw: Cell, value: tuple[str, ...] | None, trouble: str) -> None:
    reading = read_phones(raw)
    assert (reading.value, reading.trouble) == (value, trouble)
