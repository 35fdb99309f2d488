"""Visits to customers: a promise is carried to the next visit until somebody answers it; persons met together are one visit."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row, ledger_of
from memory import HE, NAMES, QIAN, STAFF, SUN, card

from xlcrm.analysis import analyse
from xlcrm.analysis.figures import Ratio
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.findings import Finding
from xlcrm.forms.schema import Cell
from xlcrm.forms.switched import CallOn
from xlcrm.ledger.calls import Calls
from xlcrm.ledger.subjects import identified
from xlcrm.paper.model import PaperTable
from xlcrm.paper.press import papers
from xlcrm.review import Review

DAY = dt.date(2026, 10, 22)  # a Thursday: both work


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def call(number: str, planned: int, done: int | None, phone: str = HE, **other: Cell) -> Row:
    row: Row = {"编号": number, "计划日期": on(planned), "执行日期": on(done) if done else None, "销售顾问": "张敏"}
    row |= {"客户姓名": NAMES[phone], "电话": phone, "目的": "送资料", "预约日期": on(planned - 2)}
    return row | {"达到预期": "是" if done else None} | other


MADE = call("B1", 5, 5, 本次承诺="送脚垫")


def found(*calls: Row) -> list[Finding]:
    ledger = ledger_of({"顾问": STAFF, "客户卡": [card(HE)], "拜访计划": [*calls]}, DAY)
    return [f for f in identified(ledger, Review(ledger, DAY).findings) if f.wording == "V21.promise"]


def test_a_promise_not_answered_on_the_next_visit_is_to_be_put_right() -> None:
    (finding,) = found(MADE, call("B2", 12, 12))
    assert (finding.at.row, finding.at.header, finding.other and finding.other.row) == (3, "承诺答复", 2)
    assert (finding.name, finding.person, finding.handling.value) == (NAMES[HE], "张敏", "fix")


@pytest.mark.parametrize(
    "later",
    [
        (call("B2", 12, 12, 承诺答复="已送"),),
        (call("B2", 12, None),),  # not made yet
        (call("B2", 12, 12, QIAN),),  # another customer
        (call("B2", 5, 5, 目的="送资料", 见到的人="太太"),),  # the same visit
        (call("B2", 12, 12), call("B3", 15, 15, 承诺答复="已送")),  # answered at last
    ],
)
def test_nobody_is_asked_for_an_answer_that_is_there_or_not_due(later: tuple[Row, ...]) -> None:
    assert found(MADE, *later) == []


def test_what_is_written_as_promised_is_asked_for_once() -> None:
    ledger = ledger_of({"顾问": STAFF, "拜访计划": [MADE, call("B2", 12, 12, 上次承诺="送脚垫")]}, DAY)
    findings = [f for f in Review(ledger, DAY).findings if f.at.header == "承诺答复"]
    assert [f.code for f in findings] == ["V01"]


PLANNED = [MADE, call("B2", 12, 12, 本次承诺="报保险"), call("B3", 20, None), call("B4", 29, None)]


def test_it_stands_in_the_printed_plan_until_it_is_answered() -> None:
    def plan(*calls: Row, whose: str = "张敏") -> dict[object, object]:
        sheets: dict[str, list[Row]] = {"顾问": STAFF, "客户卡": [card(HE, 销售顾问=whose)], "拜访计划": [*calls]}
        (paper,) = papers(Review(ledger_of(sheets, DAY), DAY), "visits", whose).papers
        table = next(b for b in paper.blocks if isinstance(b, PaperTable) and b.title == "visits_planned")
        return {row[0]: row[-1] for row in table.rows}

    assert plan(*PLANNED, whose="李强") == plan(*PLANNED), "handed over since they were planned"
    assert plan(*PLANNED) == {"B3": "送脚垫；报保险", "B4": "送脚垫；报保险"}
    silent = call("B2", 12, 12)  # neither answered nor promised anything
    assert plan(MADE, silent, *PLANNED[2:]) == {"B3": "送脚垫", "B4": "送脚垫"}
    answered = call("B2", 12, 12, 本次承诺="报保险", 承诺答复="已送")
    assert plan(MADE, answered, *PLANNED[2:]) == {"B3": "报保险", "B4": "报保险"}
    assert plan(MADE, call("B3", 20, None, 上次承诺="送两副脚垫")) == {"B3": "送两副脚垫"}, "what was typed stays"


def test_the_report_of_a_visit_says_what_was_promised_before_it_also_when_it_was_answered() -> None:
    calls = [MADE, call("B2", 12, 12, 承诺答复="已送", 本次承诺="报保险"), call("B3", 20, 20, 承诺答复="报了")]
    for day, promised in ((12, "送脚垫"), (20, "报保险")):
        (paper, _) = papers(Review(ledger_of({"顾问": STAFF, "拜访计划": calls}, DAY), on(day)), "visits").papers
        made = next(b for b in paper.blocks if isinstance(b, PaperTable) and b.title == "visits_made")
        assert [row[made.columns.index("promised")] for row in made.rows] == [promised]


def test_todays_list_has_the_visits_to_make_and_every_promise_that_waits() -> None:
    promised = call("C1", 6, 6, SUN, 本次承诺="找试驾车")
    sheets: dict[str, list[Row]] = {"顾问": STAFF, "拜访计划": [*PLANNED, promised]}
    sheets["客户卡"] = [card(SUN, 销售顾问="李强")]  # handed over since
    made = papers(Review(ledger_of(sheets, DAY), DAY), "today").papers
    rows = {p.about: b.rows for p in made for b in p.blocks if isinstance(b, PaperTable) and b.title == "calls"}
    assert rows == {
        "张敏": ((on(20), NAMES[HE], HE, "送资料", "送脚垫；报保险"),),
        "李强": ((None, NAMES[SUN], SUN, None, "找试驾车"),),
    }
    without = papers(Review(ledger_of({"顾问": STAFF, "客户卡": sheets["客户卡"]}, DAY), DAY), "today").papers
    assert [len(paper.blocks) for paper in without] == [1, 1]


def test_persons_of_one_customer_met_together_are_one_visit() -> None:
    spare = "19900000199"
    sheets: dict[str, list[Row]] = {
        "顾问": STAFF,
        "客户卡": [card(HE, 备用电话=spare)],
        "拜访计划": [
            call("B1", 5, 5, 达到预期="否"),
            call("B2", 5, 5) | {"电话": spare},  # his wife, by her own phone
            call("B3", 5, None),  # a third who was not there
            call("B4", 6, 6, 销售顾问="李强"),
        ],
    }
    ledger = ledger_of(sheets, DAY)
    assert [len(rows) for rows in Calls(ledger, ledger.of(CallOn)).made(on(1), DAY)] == [2, 1]
    rows = {row[0]: row[1:] for row in analyse(Review(ledger, DAY), "2026-10").table("visits_by_consultant").rows}
    assert rows == {"张敏": (1, 1, 1, Ratio(1, 1), 0, 0), "李强": (1, 1, 1, Ratio(1, 1), 0, 0)}
    assert [f.at.row for f in Review(ledger, DAY).findings if f.wording == "V21.one_visit"] == [3]


def test_one_visit_missed_or_not_reported_is_one_difference() -> None:
    spare = {"电话": "19900000199", "客户姓名": NAMES[HE]}
    calls = [
        *(call("B1", 5, 5), call("B2", 5, 5) | spare, call("B3", 5, None) | spare),  # made, by two of three
        *(call("B4", 12, None), call("B5", 12, None) | spare),  # made by nobody
    ]
    ledger = ledger_of({"顾问": STAFF, "客户卡": [card(HE, 备用电话=spare["电话"])], "拜访计划": calls}, DAY)
    found = [(f.wording, f.at.row) for f in crosscheck(Review(ledger, DAY)) if f.code == "R12"]
    assert sorted(found) == [("R12.not_made", 5), ("R12.not_reported", 2)]


def test_the_lot_falls_on_visits_whatever_the_order_of_their_rows() -> None:
    calls = [call(f"B{n}", 5 + n % 9, 5 + n % 9, (HE, QIAN, SUN)[n % 3]) for n in range(36)]  # four rows for each visit

    def drawn(rows: list[Row]) -> list[object]:
        made = papers(Review(ledger_of({"顾问": STAFF, "拜访计划": rows}, DAY), DAY), "visits").papers
        return [
            row[0]
            for paper in made
            for b in paper.blocks
            if isinstance(b, PaperTable) and b.title == "spot_check"
            for row in b.rows
        ]

    assert drawn(calls) == drawn(calls[::-1])
    assert len(drawn(calls)) == 5
