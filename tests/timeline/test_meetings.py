"""Several persons of one customer met together are one contact; met twice, two."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from memory import HE, STAFF, Memory, card, report, visit

from xlcrm.forms.schema import Cell
from xlcrm.timeline.life import Contact
from xlcrm.timeline.meetings import meetings
from xlcrm.timeline.replay import replay

DAY = dt.date(2026, 10, 5)
WIFE = "19900000109"


def met(*reports: dict[str, Cell], visits: int = 0) -> list[Contact]:
    """The meetings with one customer, whose card names the phone of his wife too."""
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, "B", 备用电话=WIFE)],
            "日报": list(reports),
            "来店登记": [visit(DAY, HE, "B", **{"首次/再次": "再次"})] * visits,
        }
    )
    timeline = replay(book.ledger(DAY), DAY, (), "2026-10")
    return [contact for life in timeline.lives.values() for contact in meetings(life)]


def husband(**other: Cell) -> dict[str, Cell]:
    return report(DAY, HE, "B", 客户姓名="何一") | other


def wife(**other: Cell) -> dict[str, Cell]:
    return report(DAY, HE, "B", 客户姓名="何太太", 电话=WIFE) | other


def test_a_couple_met_together_is_one_contact() -> None:
    assert len(met(husband(), wife())) == 1


def test_who_is_called_twice_was_contacted_twice() -> None:
    assert len(met(husband(), husband(经过="下午又打了一次"))) == 2
    assert len(met(husband(), husband(经过="下午又打了一次"), wife())) == 2


def test_another_consultant_purpose_manner_or_day_is_another_contact() -> None:
    others: list[dict[str, Cell]] = [
        {"销售顾问": "李强"},
        {"目的": "手续"},
        {"方式": "微信"},
        {"日期": DAY - dt.timedelta(days=1)},
    ]
    assert [len(met(husband(), wife(**other))) for other in others] == [2, 2, 2, 2]


def test_the_customer_was_reached_if_anybody_was() -> None:
    [contact] = met(husband(结果="未接通"), wife())
    assert contact.reached
    [contact] = met(husband(结果="未接通"), wife(结果="未接通"))
    assert not contact.reached


def test_register_rows_of_one_visit_that_no_report_mentions_are_contacts_of_one_person() -> None:
    assert len(met(visits=1)) == 1


@given(st.lists(st.sampled_from(["何一", "何太太", "何老先生"]), max_size=8))
def test_contacts_are_as_many_as_the_person_met_most_often(names: list[str]) -> None:
    rows = [husband(客户姓名=name, 经过=f"第{i}次") for i, name in enumerate(names)]
    assert len(met(*rows)) == max(map(names.count, names), default=0)
