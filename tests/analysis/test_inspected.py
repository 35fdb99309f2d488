"""展厅检查: what the books answer themselves, what the inspector wrote otherwise, and the months beside each other."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row, ledger_of
from memory import HE, QIAN, STAFF, SUN, card, loss, prospect, report, visit

from xlcrm.analysis import analyse
from xlcrm.analysis.figures import Ratio
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.followup.inspected import Answer, answers
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell
from xlcrm.forms.switched import KEPT_ITEMS, KeptItem
from xlcrm.paper.model import PaperTable
from xlcrm.paper.press import papers
from xlcrm.review import Review

MON, TUE, WED = (dt.date(2026, 10, day) for day in (5, 6, 7))
DONE: Row = {"执行日期": MON, "结果": "继续跟进"}


def plan(phone: str, **other: Cell) -> Row:
    row: Row = {"客户编号": f"C0000{phone[-1]}", "计划日期": MON, "销售顾问": "张敏"}
    return row | other


KEPT: dict[str, list[Row]] = {
    "顾问": [*STAFF, {"姓名": "老陈", "状态": "离职", "离职日期": MON}],
    "来店登记": [visit(MON, HE), visit(MON, QIAN)],
    "日报": [report(MON, HE, "A"), report(MON, QIAN, "A", 销售顾问="李强")],
    "客户卡": [card(phone, 初洽日期=MON, 建卡日期=MON) for phone in (HE, QIAN)],
    "A级": [prospect(phone, 最近回访=MON) for phone in (HE, QIAN)],
    "跟进记录": [plan(HE, **DONE), plan(QIAN, **DONE), plan(SUN, **DONE)],
    "战败": [loss(MON, SUN)],
    "历月指标": [{"月份": "2026-09", "范围": "全店", "代码": "orders", "分子": 1, "结账日期": dt.date(2026, 10, 2)}],
}
CASES = {
    **{KeptItem.CARDS: 2, KeptItem.GRADES: 2, KeptItem.CONTACTS: 3},
    **{KeptItem.REPORTS: 2, KeptItem.LOSSES: 1, KeptItem.ANALYSIS: 1},
}
LACKING: dict[str, tuple[dict[str, list[Row]], int, int]] = {
    # item → what the books then hold, how many cases were done, and the mark of it
    KeptItem.CARDS: ({"客户卡": [KEPT["客户卡"][0], card(QIAN, 初洽日期=MON, 建卡日期=TUE)]}, 1, 0),
    KeptItem.GRADES: ({"A级": [KEPT["A级"][0], prospect(QIAN, 最近回访=dt.date(2026, 10, 1))]}, 1, 0),
    KeptItem.CONTACTS: ({"跟进记录": [plan(HE, **DONE), plan(QIAN, **DONE) | {"结果": "未接通"}, plan(SUN)]}, 1, 2),
    KeptItem.REPORTS: ({"日报": [report(MON, HE, "A"), report(MON, QIAN, "A")]}, 1, 0),
    KeptItem.LOSSES: ({"战败": [loss(MON, SUN, 原因=None)]}, 0, 0),
    KeptItem.ANALYSIS: ({"历月指标": []}, 0, 0),
}


def test_the_items_of_the_default_list_are_those_the_books_can_answer() -> None:
    assert [item for item in CODES["检查项目"].values if item.startswith("潜客信息")] == list(KEPT_ITEMS)
    assert set(KEPT_ITEMS) == LACKING.keys()


def test_books_that_are_kept_have_full_marks() -> None:
    found = answers(ledger_of(KEPT, TUE), TUE)
    assert found == {item: Answer(item, MON, cases, cases) for item, cases in CASES.items()}
    assert {answer.mark for answer in found.values()} == {5}


@pytest.mark.parametrize("item", KEPT_ITEMS)
def test_what_was_not_done_costs_the_marks_of_its_item_alone(item: str) -> None:
    changed, done, mark = LACKING[item]
    found = answers(ledger_of(KEPT | changed, TUE), TUE)
    assert (found[item].done, found[item].cases, found[item].mark) == (done, CASES[item], mark)
    assert {other for other, answer in found.items() if answer.mark != 5} == {item}


def test_of_what_there_was_no_case_the_books_say_nothing() -> None:
    found = answers(ledger_of({"顾问": STAFF}, TUE), TUE)
    assert found.keys() == {KeptItem.REPORTS, KeptItem.ANALYSIS}


def test_a_grade_given_to_a_customer_on_no_grade_sheet_does_not_count() -> None:
    found = answers(ledger_of(KEPT | {"A级": KEPT["A级"][:1]}, TUE), TUE)
    assert found[KeptItem.GRADES] == Answer(KeptItem.GRADES, MON, 1, 1)


def walked(day: dt.date, item: str, mark: int) -> Row:
    return {"日期": day, "检查人": "王经理", "项目": item, "得分": mark}


def test_a_mark_that_the_books_do_not_bear_out_is_said_with_both_and_confirmed_by_a_person() -> None:
    changed, *_ = LACKING[KeptItem.CONTACTS]
    marks = [walked(TUE, KeptItem.CONTACTS, 4), walked(TUE, KeptItem.CARDS, 5), walked(TUE, "展厅-温度与气味", 1)]
    marks.append(walked(TUE, KeptItem.LOSSES, 0) | {"检查人": "李主管"})
    review = Review(ledger_of(KEPT | changed | {"展厅检查": marks}, WED), WED)
    found = [f for f in crosscheck(review) if f.wording == "R12.inspected"]
    assert [(f.at.row, f.found, f.about["mark"], f.about["done"], f.about["cases"], f.person) for f in found] == [
        (2, "4", 2, 1, 3, "王经理"),
        (5, "0", 5, 1, 1, "李主管"),
    ]
    assert {f.handling.value for f in found} == {"confirm"}


def test_the_walk_sheet_has_the_marks_the_books_suggest_and_why() -> None:
    changed, *_ = LACKING[KeptItem.CONTACTS]
    review = Review(ledger_of(KEPT | changed | {"展厅检查": []}, TUE), TUE)
    (paper,) = papers(review, "inspection").papers
    (table,) = (block for block in paper.blocks if isinstance(block, PaperTable))
    rows = {str(row[1]): row[2:] for row in table.rows}
    assert rows.keys() == set(CODES["检查项目"].values)
    said = rows[KeptItem.CONTACTS][1]
    assert rows[KeptItem.CONTACTS][0] == 2
    assert getattr(said, "zh", "") == "按 10-05 的账：3 项做了 1 项"
    assert {rows[item] for item in rows if item not in KEPT_ITEMS} == {("", "")}


def test_the_months_stand_beside_each_other() -> None:
    marks = [walked(dt.date(2026, month, 3), "展厅-温度与气味", month - 6) for month in (7, 8, 9, 10)]
    marks[0]["日期"] = dt.date(2026, 4, 30)  # more than half a year ago
    month = analyse(Review(ledger_of({"顾问": STAFF, "展厅检查": marks}, WED), WED), "2026-10")
    assert [(row[0], row[-1]) for row in month.table("marks_by_month").rows] == [
        ("2026-08", Ratio(2, 5)),
        ("2026-09", Ratio(3, 5)),
        ("2026-10", Ratio(4, 5)),
    ]
    earlier = analyse(Review(ledger_of({"顾问": STAFF, "展厅检查": marks[1:3]}, WED), WED), "2026-10")
    assert "switched" not in [page.key for page in earlier.pages], "the month itself has no walk"
