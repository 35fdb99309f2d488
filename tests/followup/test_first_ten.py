"""首次十问: what is known wherever it stands; on the card, the day's list, in the month, and at the roll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from books import Row, ledger_of
from memory import HE, QIAN, STAFF, SUN, ZHOU, Memory, card, prospect, visit

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.analysis.figures import Ratio
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.forms.schema import Cell
from xlcrm.ledger.firstten import FACTS, FirstTen
from xlcrm.ledger.subjects import identified
from xlcrm.paper.model import Fields, PaperTable
from xlcrm.paper.press import papers
from xlcrm.review import Review
from xlcrm.validate import validate_logs

DAY = dt.date(2026, 10, 20)
WHOLE: Row = {
    **{"职业/单位": "教师", "住址": "一号路1号", "现有车辆": "远行X3", "用途": "代步"},
    **{"预算与付款": "15万，贷款", "决策人": "太太"},
}


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def asked(phone: str, number: str, made: int, **other: Cell) -> Row:
    row = card(phone, 客户编号=number, 建卡日期=on(made), 初洽日期=on(made), 销售顾问="张敏", 当前级别="A")
    return row | {"用途": None} | other


def graded(phone: str, number: str, **other: Cell) -> Row:
    return prospect(phone, 客户编号=number, 预计购车日=on(28), 竞品="山海S1", 销售顾问="张敏") | other


BOOK: dict[str, list[Row]] = {
    "顾问": STAFF,
    "来店登记": [visit(on(5), HE, 竞品=None), visit(on(6), QIAN, 竞品=None), visit(on(16), SUN, 竞品=None)],
    "客户卡": [
        asked(HE, "C00001", 5, **WHOLE),
        asked(QIAN, "C00002", 6, 销售顾问="李强", 初洽日期=dt.date(2026, 9, 28)),
        asked(SUN, "C00003", 16, 购车类型="首购", 用途="代步"),
    ],
    "A级": [
        graded(HE, "C00001"),
        graded(QIAN, "C00002", 预计购车日=None, 竞品=None, 销售顾问="李强"),
        graded(SUN, "C00003"),
    ],
}
OPEN = ("职业/单位", "住址", "现有车辆", "用途", "预算与付款", "购车时间", "关注车型与竞品", "决策人")


def missing(sheets: Mapping[str, list[Row]], number: str) -> tuple[str, ...]:
    ledger = ledger_of(sheets, DAY)
    customer = ledger.customers.numbered(number)
    assert customer is not None
    return FirstTen(ledger).missing(customer)


def test_ten_are_asked_and_each_is_known_where_it_stands() -> None:
    assert len(FACTS) == 10
    assert missing(BOOK, "C00001") == ()
    assert missing(BOOK, "C00002") == OPEN
    assert missing(BOOK, "C00003") == ("职业/单位", "住址", "预算与付款", "决策人")


@pytest.mark.parametrize(
    ("sheet", "row", "known"),
    [
        ("单位客户", {"客户编号": "C00002", "单位名称": "远行贸易", "单位地址": "二号路"}, {"职业/单位", "住址"}),
        ("保有客户", {"客户编号": "C00002", "车主姓名": "钱四", "电话": QIAN, "用途": "出租"}, {"现有车辆", "用途"}),
        ("来店登记", visit(on(9), QIAN, 竞品="山海S1"), {"关注车型与竞品"}),
        ("A级", graded(QIAN, "C00002", 竞品=None), {"购车时间"}),
    ],
)
def test_a_fact_that_stands_elsewhere_is_known(sheet: str, row: Row, known: set[str]) -> None:
    with_it = BOOK | {sheet: [*BOOK.get(sheet, ()), row]}
    assert set(OPEN) - set(missing(with_it, "C00002")) == known


def analysed(sheets: dict[str, list[Row]]) -> Month:
    review = Review(ledger_of(sheets, DAY), DAY)
    return analyse(review, "2026-10", crosscheck(review))


@pytest.fixture(scope="module")
def month() -> Month:
    return analysed(BOOK)


def test_the_month_counts_the_cards_made_in_it(month: Month) -> None:
    """Counted by hand: 10 and 6 of ten known on two cards of 张敏, 2 on 李强's, made ten days after the first contact."""
    rows = {row[0]: row[1:] for row in month.table("ten_by_consultant").rows}
    assert rows == {"张敏": (2, 8.0, 1, Ratio(1, 2), 0, 0), "李强": (1, 2.0, 0, Ratio(0, 1), 1, 1)}
    table = month.table("ten_by_consultant")
    assert table.total is not None
    assert table.total[1:] == (3, round((10 + 6 + 2) / 3, 1), 1, Ratio(1, 3), 1, 1)
    unknown = {getattr(question, "zh", ""): count for question, count, _ in month.table("ten_by_question").rows}
    assert unknown == {
        **{"职业/单位": 2, "住址": 2, "预算与付款": 2, "决策人": 2},
        **{"现有车辆": 1, "用途": 1, "购车时间": 1, "关注车型与竞品": 1},
    }
    ((who, name, made, _),) = month.table("ten_overdue").rows
    assert (who, str(name), made) == ("李强", BOOK["客户卡"][1]["客户姓名"], on(6))


@pytest.mark.parametrize("made", [None, dt.date(2026, 9, 30)])
def test_a_card_of_another_month_is_not_among_them(made: dt.date | None) -> None:
    cards = [*BOOK["客户卡"][:2], BOOK["客户卡"][2] | {"建卡日期": made}]
    rows = {row[0]: row[1] for row in analysed(BOOK | {"客户卡": cards}).table("ten_by_consultant").rows}
    assert rows == {"张敏": 1, "李强": 1}


def test_both_findings_name_the_customer_and_the_class() -> None:
    ledger = ledger_of(BOOK, DAY)
    found = [f for f in identified(ledger, validate_logs(ledger, DAY)) if f.code == "V30"]
    name = BOOK["客户卡"][1]["客户姓名"]
    assert {(f.wording, f.at.row, f.name, f.handling.value) for f in found} == {
        ("V30.late", 3, name, "record"),
        ("V30.unasked", 3, name, "fix"),
    }
    (unasked,) = (f for f in found if f.wording == "V30.unasked")
    assert unasked.about["known"] == 10 - len(str(unasked.about["missing"]).split("、"))


def on_paper(form: str, consultant: str = "", customer: str = "") -> dict[tuple[str, str], Fields | PaperTable]:
    made = papers(Review(ledger_of(WAITING, DAY), DAY), form, consultant, customer)
    return {(paper.about, block.title): block for paper in made.papers for block in paper.blocks}


WAITING = BOOK | {"跟进记录": [{"客户编号": "C00003", "计划日期": on(19), "销售顾问": "张敏", "计划方式": "电话"}]}
"""A contact with the third is due."""


def test_the_days_list_says_what_to_ask_and_has_room_for_the_answer() -> None:
    asks = on_paper("today", "张敏")["张敏", "asks"]
    assert isinstance(asks, PaperTable)
    ((number, _, what, room),) = asks.rows
    assert (number, getattr(what, "zh", what), room) == (1, "职业/单位、住址、预算与付款、决策人", None)
    assert ("李强", "asks") not in on_paper("today", "李强")


def test_the_card_shows_how_many_are_known_and_the_new_columns() -> None:
    ten = on_paper("card", customer="C00003")["C00003", "ten"]
    assert isinstance(ten, Fields)
    pairs = dict(ten.pairs)
    assert (pairs["known"], pairs["use"]) == ("6/10", "代步")


def without_columns(sheets: dict[str, list[Row]]) -> dict[str, list[Row]]:
    cards = [{k: v for k, v in row.items() if k not in ("用途", "预算与付款", "决策人")} for row in sheets["客户卡"]]
    return sheets | {"客户卡": cards}


def test_a_shop_without_the_columns_has_neither_figure_nor_finding() -> None:
    sheets = without_columns(BOOK)
    assert [page.key for page in analysed(sheets).pages][-1] != "switched"
    assert "ten_by_consultant" not in str(figures_json(analysed(sheets)))
    ledger = ledger_of(sheets, DAY)
    assert [f for f in validate_logs(ledger, DAY) if f.code == "V30"] == []
    review = Review(ledger, DAY)
    tables = [block for paper in papers(review, "today").papers for block in paper.blocks]
    assert [table for table in tables if table.title == "asks"] == []


def test_the_roll_writes_how_many_are_known_and_a_second_one_changes_nothing() -> None:
    book = Memory.holding(BOOK | {"来店登记": [visit(on(19), ZHOU, 竞品="山海S1")]})
    book.roll(on(20))
    known = {row["电话"]: row.get("已知十问") for row in book.rows("客户卡")}
    assert known[QIAN] == f"2/10 缺：{'、'.join(OPEN)}"
    assert known[ZHOU] == "3/10 缺：职业/单位、住址、现有车辆、用途、预算与付款、购车时间、决策人"
    book.edit("客户卡", {"电话": ZHOU}, {"用途": "代步", "购车类型": "首购"})
    for _ in range(2):
        book.roll(on(20))
        assert book.row("客户卡", 电话=ZHOU)["已知十问"] == "5/10 缺：职业/单位、住址、预算与付款、购车时间、决策人"
    assert not book.roll(on(20)).changes
