"""Working days: closed days of the shop, days of rest of a consultant."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcrm.ledger.workdays import Workdays

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (dt.date(2026, 10, day) for day in range(5, 12))
WORKDAYS = Workdays(closed=(THURSDAY,), rest={"张三": (0,), "李四": (1, 2), "王五": tuple(range(7))})


@pytest.mark.parametrize(
    ("consultant", "day", "works"),
    [
        ("张三", MONDAY, False),
        ("张三", TUESDAY, True),
        ("张三", THURSDAY, False),
        ("张三", SUNDAY, True),
        ("李四", MONDAY, True),
        ("李四", WEDNESDAY, False),
        ("无名氏", SUNDAY, True),
        ("无名氏", THURSDAY, False),
    ],
)
def test_works(consultant: str, day: dt.date, works: bool) -> None:
    assert WORKDAYS.works(consultant, day) is works


@pytest.mark.parametrize(
    ("day", "previous", "on_or_before", "on_or_after", "following"),
    [
        (MONDAY, dt.date(2026, 10, 4), MONDAY, MONDAY, FRIDAY),
        (TUESDAY, MONDAY, MONDAY, FRIDAY, FRIDAY),
        (THURSDAY, MONDAY, MONDAY, FRIDAY, FRIDAY),
        (FRIDAY, MONDAY, FRIDAY, FRIDAY, SATURDAY),
    ],
    ids=["before two days of rest and a closed day", "day of rest", "closed day", "after them"],
)
def test_the_days_around(
    day: dt.date, previous: dt.date, on_or_before: dt.date, on_or_after: dt.date, following: dt.date
) -> None:
    assert WORKDAYS.previous("李四", day) == previous
    assert WORKDAYS.on_or_before("李四", day) == on_or_before
    assert WORKDAYS.on_or_after("李四", day) == on_or_after
    assert WORKDAYS.next("李四", day) == following


@pytest.mark.parametrize(
    ("consultant", "first", "last", "days"),
    [
        ("李四", MONDAY, SUNDAY, 4),
        ("张三", MONDAY, MONDAY, 0),
        ("张三", TUESDAY, TUESDAY, 1),
        ("无名氏", MONDAY, SUNDAY, 6),
        ("无名氏", SUNDAY, MONDAY, 0),
    ],
    ids=["a week", "one day of rest", "one day of work", "closed day only", "nothing between"],
)
def test_count(consultant: str, first: dt.date, last: dt.date, days: int) -> None:
    assert WORKDAYS.count(consultant, first, last) == days


def test_seven_days_of_rest_count_as_none() -> None:
    assert WORKDAYS.next("王五", WEDNESDAY) == FRIDAY
    assert WORKDAYS.count("王五", MONDAY, SUNDAY) == 6


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
ANY_WORKDAYS = st.builds(
    lambda closed, days: Workdays(closed, {"张三": tuple(days)}), st.sets(DAYS), st.sets(st.integers(0, 6))
)


@given(workdays=ANY_WORKDAYS, day=DAYS)
def test_next_and_previous_are_worked_and_skip_no_working_day(workdays: Workdays, day: dt.date) -> None:
    following, before = workdays.next("张三", day), workdays.previous("张三", day)
    assert before < day < following
    assert workdays.works("张三", before)
    assert workdays.works("张三", following)
    assert workdays.count("张三", before, following) == 2 + workdays.works("张三", day)


@given(workdays=ANY_WORKDAYS, day=DAYS)
def test_a_working_day_is_its_own_and_another_is_its_neighbour(workdays: Workdays, day: dt.date) -> None:
    on_or_before, on_or_after = workdays.on_or_before("张三", day), workdays.on_or_after("张三", day)
    if workdays.works("张三", day):
        assert on_or_before == on_or_after == day
    else:
        assert (on_or_before, on_or_after) == (workdays.previous("张三", day), workdays.next("张三", day))
