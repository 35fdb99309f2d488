"""A month made by hand in the forms that a shop switches on: every figure counted here again, and both directions checked."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter, defaultdict

import pytest
from books import Row, blocks_of, ledger_of
from memory import HE, QIAN, STAFF, SUN, Memory, card, order, prospect, report, visit

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import NOTHING, Ratio
from xlcrm.analysis.keeping import figures_of
from xlcrm.analysis.kpis import SWITCHED_KPIS
from xlcrm.catalogue.labels import LABELS
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.followup.warnings import WarningKind
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.switched import CallOn
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.subjects import identified
from xlcrm.paper.model import Fields
from xlcrm.paper.press import papers
from xlcrm.paper.switched import draw
from xlcrm.report.composer import Flow, listed
from xlcrm.report.style import shown
from xlcrm.report.trace import Trace
from xlcrm.report.workbook import workbook
from xlcrm.review import Review
from xlcrm.verbs import VERBS, Job

MONTH = "2026-10"
DAY = dt.date(2026, 10, 20)


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def drive(day: int, phone: str, consultant: str = "张敏", **other: Cell) -> Row:
    row: Row = {"日期": on(day), "客户姓名": NAMES[phone], "电话": phone, "试驾车型": "远行X5", "销售顾问": consultant}
    return row | {"出发时间": dt.time(10), "返回时间": dt.time(10, 30), "驾照已验": "√", "已签保证书": "√"} | other


def call(number: str, planned: int, done: int | None, phone: str, consultant: str = "张敏", **other: Cell) -> Row:
    row: Row = {"编号": number, "计划日期": on(planned), "执行日期": on(done) if done else None, "销售顾问": consultant}
    row |= {"客户姓名": NAMES[phone], "电话": phone, "目的": "送资料", "预约日期": on(planned - 2)}
    return row | {"达到预期": "是" if done else None} | other


def spent(day: int, kind: str, amount: float) -> Row:
    return {"日期": on(day), "类别": kind, "金额": amount}


def mark(day: int, inspector: str, item: str, points: int) -> Row:
    return {"日期": on(day), "检查人": inspector, "项目": item, "得分": points}


def lead(day: int, hour: int, media: str, phone: str, answered: dt.datetime, **other: Cell) -> Row:
    row: Row = {"日期": dt.datetime(2026, 10, day, hour), "渠道": media, "电话": phone, "首次跟进时间": answered}
    return row | {"客户姓名": NAMES[phone]} | other


NAMES = {
    HE: str(visit(DAY, HE)["顾客名称"]),
    QIAN: str(visit(DAY, QIAN)["顾客名称"]),
    SUN: str(visit(DAY, SUN)["顾客名称"]),
}


def ticked(day: int, phone: str, **other: Cell) -> Row:
    return visit(on(day), phone) | {"试乘试驾": "√", "试驾保证书": "√"} | other


LOGS: dict[str, list[Row]] = {
    "顾问": STAFF,
    "来店登记": [
        ticked(2, HE),  # before the sheet was kept: the tick counts
        ticked(6, QIAN, 渠道="抖音"),  # stands in 试驾 too: once
        visit(on(7), SUN, 渠道="抖音"),  # in 试驾, not ticked
        ticked(9, HE, **{"首次/再次": "再次"}),  # ticked, not in 试驾: a difference, no drive
    ],
    "日报": [report(on(8), QIAN, 方式="拜访"), report(on(12), SUN, 方式="拜访")],
}
FORMS_OF_THE_MONTH: dict[str, list[Row]] = {
    "试驾": [
        *(drive(6, QIAN), drive(6, QIAN, 试驾车型="远行X7"), drive(7, SUN, "李强", 客户感受="安静")),
        drive(8, HE),  # no visit of that day: a difference, and a drive
    ],
    "拜访计划": [
        call("B1", 8, 8, QIAN),
        call("B2", 9, 9, HE, 达到预期="否"),  # not in a report of the day
        call("B3", 10, None, SUN, "李强"),  # planned, not made
        call("B4", 25, None, SUN, "李强"),  # yet to come
    ],
    "销售费用": [
        *(spent(3, "广告", 5000), spent(9, "活动", 1200.5), spent(10, "广告", 300)),
        {"日期": dt.date(2026, 9, 30), "类别": "广告", "金额": 9999},
    ],
    "费用预算": [{"月份": "2026-10", "预算": 6000}, {"月份": "2026-09", "预算": 100}],
    "线索": [
        lead(3, 9, "抖音", HE, answered=dt.datetime(2026, 10, 3, 9, 20), 邀约到店日期=on(9)),
        lead(4, 9, "抖音", QIAN, answered=dt.datetime(2026, 10, 5, 9), 邀约到店日期=on(6)),
        lead(
            8, 10, "抖音", SUN, answered=dt.datetime(2026, 10, 8, 10, 30), 邀约到店日期=on(9)
        ),  # came before, not since
        lead(9, 10, "懂车帝", HE, answered=dt.datetime(2026, 10, 9, 11), 结果="无效"),
        lead(10, 10, "抖音", QIAN, answered=dt.datetime(2026, 10, 10, 11)),
    ],
    "渠道费用": [{"月份": "2026-10", "渠道": "抖音", "金额": 4000}, {"月份": "2026-09", "渠道": "抖音", "金额": 1}],
    "客流计数": [
        {"日期": on(6), "时段": "10:00-12:00", "批次": 3},
        {"日期": on(7), "批次": 1},
        {"日期": on(8), "批次": 2},
        {"日期": on(9), "时段": "10:00-12:00"},
    ],
    "展厅检查": [
        mark(5, "王经理", "展厅-灯全亮（5/0）", 0),
        mark(5, "王经理", "展厅-地面玻璃干净", 3),
        mark(12, "李主管", "洗手间-没有异味", 5),
        mark(12, "李主管", "展厅-地面玻璃干净", 4),
    ],
    "借阅": [
        {"借阅日期": on(1), "借阅人": "王经理", "客户姓名": "何一", "电话": HE, "内容": "客户卡", "事由": "看需求"},
        {"借阅日期": on(1), "借阅人": "小吴", "内容": "全部客户", "事由": "对账", "归还日期": on(3)},
    ],
}


def analysed(sheets: dict[str, list[Row]]) -> Month:
    review = Review(ledger_of(sheets, DAY), DAY)
    return analyse(review, MONTH, crosscheck(review))


@pytest.fixture(scope="module")
def month() -> Month:
    return analysed(LOGS | FORMS_OF_THE_MONTH)


def test_drives_come_from_the_sheet_from_its_first_day_on_and_never_twice(month: Month) -> None:
    ticks_before = 1  # 2 October
    by_customer_and_day = {(row["电话"], row["日期"]) for row in FORMS_OF_THE_MONTH["试驾"]}
    assert month.facts.total(Measure.DRIVES) == ticks_before + len(by_customer_and_day)


def test_a_month_before_counts_none_of_the_rows_to_come() -> None:
    review = Review(ledger_of(LOGS | FORMS_OF_THE_MONTH, DAY), DAY)
    before = analyse(review, "2026-09")
    assert before.facts.total(Measure.DRIVES) == 0


def test_a_drive_without_a_visit_of_the_day_is_a_first_drive_and_a_stage_too() -> None:
    sheets: dict[str, list[Row]] = {
        "顾问": STAFF,
        "来店登记": [visit(on(6), QIAN), visit(on(7), SUN)],
        "客户卡": [card(QIAN, 初洽日期=on(6), 建卡日期=on(6)), card(SUN, 初洽日期=on(7), 建卡日期=on(7))],
        "A级": [prospect(QIAN, 初洽日期=on(6)), prospect(SUN, 初洽日期=on(7))],
        "订单": [order(on(12), SUN)],
        "试驾": [drive(8, QIAN), drive(9, QIAN), drive(10, SUN)],
    }
    month = analysed(sheets)
    assert month.facts.total(Measure.FIRST_DRIVES) == 2
    assert month.facts.total(Measure.DRIVEN_ORDERED) == 1, "SUN ordered"
    driving = {row[0]: row[1] for row in month.table("stages").rows}
    assert driving["试车"] == 1, "QIAN; SUN has ordered"
    (back,) = papers(Review(ledger_of(sheets, DAY), DAY), "card", customer=QIAN).papers
    need = next(block for block in back.blocks if isinstance(block, Fields) and block.title == "need")
    assert dict(need.pairs)["test_drive_on"] == on(8)


def test_a_drive_of_a_stranger_is_a_drive_and_nobodys_first() -> None:
    stranger = drive(8, QIAN) | {"客户姓名": "路人", "电话": "19900000188"}
    facts = analysed({"顾问": STAFF, "来店登记": [visit(on(6), QIAN)], "试驾": [stranger]}).facts
    assert (facts.total(Measure.DRIVES), facts.total(Measure.FIRST_DRIVES)) == (1, 0)


def test_an_order_of_a_medium_that_cost_something_has_its_cost(month: Month) -> None:
    with_order = analysed(LOGS | FORMS_OF_THE_MONTH | {"订单": [order(on(12), QIAN), order(on(13), HE)]})
    assert [with_order.facts.total(Measure.PAID_ORDERS), month.facts.total(Measure.PAID_ORDERS)] == [1, 0]
    assert with_order.figure("cost_per_order").now == Ratio(4000, 1), "QIAN came by 抖音, HE by nothing that was paid"


def test_hours_counted_twice_count_once() -> None:
    again: Row = {"日期": on(8), "批次": 9}
    sheets = LOGS | FORMS_OF_THE_MONTH | {"客流计数": [*FORMS_OF_THE_MONTH["客流计数"], again]}
    rows = {row[0]: row[1] for row in analysed(sheets).table("counted_by_day").rows}
    assert rows == {on(6): 3, on(7): 1, on(8): 2}


def test_a_call_at_the_door_is_nobody_who_came_in() -> None:
    calls = [*LOGS["来店登记"], visit(on(6), SUN, **{"来店/来电": "来电"})]
    table = analysed(LOGS | FORMS_OF_THE_MONTH | {"来店登记": calls}).table("counted_by_day")
    rows = {row[0]: row[2] for row in table.rows}
    assert rows[on(6)] == 1


def test_the_page_counts_what_stands_in_the_rows(month: Month) -> None:
    costs: defaultdict[str, float] = defaultdict(float)
    for row in FORMS_OF_THE_MONTH["销售费用"]:
        if f"{row['日期']:%Y-%m}" == MONTH:
            costs[str(row["类别"])] += float(str(row["金额"]))
    table = month.table("costs_by_kind")
    assert {row[0]: row[2] for row in table.rows} == {kind: math.floor(amount + 0.5) for kind, amount in costs.items()}
    assert table.total is not None
    assert table.total[1:3] == (3, 6501)
    assert [s.zh for s in month.pages[-1].sentences] == ["本月销售费用 6501 元，预算 6000 元。"]
    rows = {row[0]: row[1:] for row in month.table("visits_by_consultant").rows}
    assert rows["张敏"][:3] == (2, 2, 1)
    assert rows["李强"] == (1, 0, 0, Ratio(0, 0), 1, 0), "the other is yet to come"
    drives = {row[0]: row[1:5] for row in month.table("drives_by_consultant").rows}
    assert drives == {"张敏": (3, 3, 3, 0), "李强": (1, 1, 1, 1)}
    assert [(row[0], str(row[1]), row[5]) for row in month.table("files_out").rows] == [("王经理", "何一", 12)]


def test_leads_by_medium_with_what_each_cost(month: Month) -> None:
    rows = {row[0]: row[1:] for row in month.table("leads_by_media").rows}
    # given, valid, share; answered on the day; median of 20, 1440, 30 and 60 minutes; invited, came, share
    assert rows["抖音"] == (4, 4, Ratio(4, 4), Ratio(3, 4), 45, 3, 2, Ratio(2, 3))
    assert rows["懂车帝"] == (1, 0, Ratio(0, 1), Ratio(0, 0), None, 0, 0, Ratio(0, 0))
    media = Counter(row.get("渠道") for row in LOGS["来店登记"])
    (spent,) = month.table("costs_by_media").rows
    assert spent[:3] == ("抖音", 4000, 1000)
    assert media["抖音"] == 2
    assert spent[3:] == (2000, NOTHING), "nobody ordered"


def test_their_kpis_stand_with_the_others_beside_a_formula_over_their_rows(month: Month) -> None:
    sides = {key: (own.numerator, own.denominator) for own in month.figures if (key := own.key) in SWITCHED_KPIS}
    assert sides == {
        "leads": (5, None),
        "valid_rate": (4, 5),
        "same_day_rate": (3, 4),
        "answer_mean": (20 + 1440 + 30 + 60, 4),
        "answer_median": (45, None),
        "came_rate": (2, 3),
        "media_cost": (4000, None),
        "cost_per_lead": (4000, 4),
        "cost_per_visit": (4000, 2),
        "cost_per_order": (4000, 0),
        "counter": (6, None),
        "missing_rate": (4, 6),
    }
    assert [figure.key for figure in month.figures][-len(sides) :] == [key for key in SWITCHED_KPIS if key in sides]
    trace = Trace("明细", month.kpis, month.facts, "zh")
    formulas = [trace.formula(kpi, 5) for kpi in month.kpis[-len(sides) :]]
    labels = {text for formula in formulas for text in re.findall(r'\$[0-9]+,"([^"]+)"', formula)}
    assert labels <= {LABELS[measure.value].zh for measure in trace.lines}
    assert {fact.record.at.sheet for fact in trace.lines[Measure.PAID_VISITS]} == {"来店登记"}


def test_marks_of_the_showroom(month: Month) -> None:
    areas = {row[0]: row[1:] for row in month.table("marks_by_area").rows}
    assert areas == {"展厅": (3, 7, 15, Ratio(7, 15)), "洗手间": (1, 5, 5, Ratio(5, 5))}
    people = {row[0]: row[4] for row in month.table("marks_by_inspector").rows}
    assert people == {"王经理": Ratio(3, 10), "李主管": Ratio(9, 10)}
    assert [(row[0], row[2]) for row in month.table("marks_by_day").rows] == [(on(5), 3), (on(12), 9)]
    assert month.table("marks_lost").rows == (("展厅-灯全亮（5/0）", 1, 5), ("展厅-地面玻璃干净", 2, 3))


def test_the_page_draws_what_other_pages_draw(month: Month) -> None:
    tables = {table.key: table for table in month.pages[-1].tables}
    drawn = {strip[0][0] for strip in listed(tables).printed if not isinstance(strip, Flow)}
    assert {"costs_by_kind", "drives_by_consultant", "visits_by_consultant", "marks_by_area", "marks_lost"} <= drawn
    long = tables["marks_lost"]._replace(rows=tables["marks_lost"].rows * 20)
    still = tables["marks_lost"]._replace(rows=(("展厅-灯全亮（5/0）", 1, 0),))
    assert [listed({"marks_lost": table}).printed for table in (long, still)] == [(Flow("marks_lost"),)] * 2


def test_the_register_against_the_counter_at_the_door(month: Month) -> None:
    came = Counter(row["日期"] for row in LOGS["来店登记"])
    rows = {row[0]: row[1:] for row in month.table("counted_by_day").rows}
    assert rows == {
        on(6): (3, came[on(6)], 2, Ratio(2, 3)),
        on(7): (1, came[on(7)], 0, Ratio(0, 1)),
        on(8): (2, 0, 2, Ratio(2, 2)),
    }


@pytest.mark.parametrize(("limit", "is_warned"), [(None, True), (90000, False), (70000, True)])
def test_a_companys_own_credit_is_what_its_debt_is_measured_by(limit: int | None, is_warned: bool) -> None:
    """80,000 are owed, more than the shop's 50,000."""
    sheets: dict[str, list[Row]] = {
        "客户卡": [card(HE, 客户编号="C00001", 类型="单位")],
        "订单": [order(on(5), HE, 客户编号="C00001", 金额=180000, 已收款=100000)],
    }
    if limit:
        sheets["单位客户"] = [{"客户编号": "C00001", "单位名称": "远行贸易", "授信额度": limit}]
    kinds = {warning.kind for warning in analysed(LOGS | sheets).warnings}
    assert (WarningKind.RECEIVABLE in kinds) is is_warned


def test_costs_are_warned_of_against_the_months_own_budget(month: Month) -> None:
    (warning,) = [warning for warning in month.warnings if warning.kind is WarningKind.COSTS]
    assert (warning.about, warning.at and warning.at.sheet) == ({"spent": "6,500", "budget": "6,000"}, "费用预算")


def test_both_directions_are_found_with_customer_and_class() -> None:
    ledger = ledger_of(LOGS | FORMS_OF_THE_MONTH, DAY)
    found = [f for f in identified(ledger, crosscheck(Review(ledger, DAY))) if f.code == "R12"]
    assert {(f.wording, f.at.sheet, f.at.row, f.name, f.handling.value) for f in found} == {
        ("R12.drive", "试驾", 5, NAMES[HE], "fix"),
        ("R12.no_drive", "来店登记", 5, NAMES[HE], "fix"),
        ("R12.not_made", "拜访计划", 4, NAMES[SUN], "fix"),
        ("R12.not_reported", "拜访计划", 3, NAMES[HE], "fix"),
        ("R12.unplanned", "日报", 3, NAMES[SUN], "record"),
        ("R12.counted", "客流计数", 2, "", "confirm"),
        ("R12.counted", "客流计数", 4, "", "confirm"),
    }


def test_sheets_without_rows_change_no_figure_and_add_no_page() -> None:
    without, empty = analysed(LOGS), analysed(LOGS | {sheet: [] for sheet in FORMS_OF_THE_MONTH})
    assert figures_json(without) == figures_json(empty)
    assert [page.key for page in empty.pages] == [page.key for page in without.pages]
    assert "switched" not in [page.key for page in without.pages]
    assert workbook(without) == workbook(empty)
    books = [Review(ledger_of(sheets, DAY), DAY) for sheets in (LOGS, LOGS | {key: [] for key in FORMS_OF_THE_MONTH})]
    kept = [[vars(row) for row in figures_of(book, MONTH, DAY)] for book in books]
    assert kept[0] == kept[1]
    assert not {row["key"] for row in kept[0]} & SWITCHED_KPIS.keys()


def test_a_row_in_error_counts_nowhere() -> None:
    wrong = FORMS_OF_THE_MONTH | {"销售费用": [spent(3, "广告", 5000) | {"金额": "面议"}, spent(4, "活动", 10)]}
    table = analysed(LOGS | wrong).table("costs_by_kind")
    assert [row[:3] for row in table.rows] == [("活动", 1, 10)]


def test_printing_a_card_writes_who_has_it() -> None:
    sheets = (
        LOGS | FORMS_OF_THE_MONTH | {"客户卡": [card(HE, 客户编号="C00001")], "A级": [prospect(HE, 客户编号="C00001")]}
    )
    job = Job(DAY, dt.datetime(2026, 10, 20, 18), "小吴", form="card", customer="C00001")
    book = Memory(blocks_of(sheets))
    outcome = VERBS["print"](book.blocks, (), job)
    (row,) = outcome.changes.tables["借阅"].added
    assert (row["借阅日期"], row["借阅人"], row["客户编号"]) == (DAY, "小吴", "C00001")
    without = VERBS["print"](blocks_of(LOGS | {"客户卡": sheets["客户卡"], "A级": sheets["A级"]}), (), job)
    assert "借阅" not in without.changes.tables


def test_whatever_leaves_the_book_in_full_is_written_down() -> None:
    job = Job(DAY, dt.datetime(2026, 10, 20, 18), "小吴", in_full=True)
    for sheets, rows in ((LOGS | FORMS_OF_THE_MONTH, 1), (LOGS, 0)):
        changes = VERBS["mail"](blocks_of(sheets), (), job).changes
        assert sum(len(change.added) for sheet, change in changes.tables.items() if sheet == "借阅") == rows
        assert len(changes.tables["操作日志"].added) == 1


def test_an_erased_customer_stays_nowhere_in_them() -> None:
    sheets = LOGS | FORMS_OF_THE_MONTH | {"单位客户": [{"客户编号": "C9", "单位名称": "何一商行", "单位电话": HE}]}
    sheets["客户卡"] = [card(HE, 客户编号="C9", 类型="单位")]
    book = Memory(blocks_of(sheets))
    book.apply(VERBS["erase"](book.blocks, (), Job(DAY, dt.datetime(2026, 10, 20, 18), customer="C9")).changes)
    left = {(block.sheet, str(cell)) for block in book.blocks for row in block.rows for cell in row}
    traces = {sheet for sheet, text in left if HE in text or NAMES[HE] in text}
    assert not traces & {sheet for sheet, form in FORMS.items() if form.switch}
    counts = {sheet: len(rows) for sheet, rows in FORMS_OF_THE_MONTH.items()}
    assert {sheet: len(book.rows(sheet)) for sheet in counts} == counts, "what is counted stays"


def test_nobody_is_named_in_what_leaves_the_shop(month: Month) -> None:
    table = month.table("files_out")
    shown_ = [shown(cell, 5, "zh", month.veil) for row in table.rows for cell in row]
    assert not [cell for cell in shown_ if "何一" in str(cell)]
    assert month.veil.over(f"试驾的是 {NAMES[QIAN]} {QIAN}") != f"试驾的是 {NAMES[QIAN]} {QIAN}"


def test_the_forms_are_printed_where_they_are_switched_on() -> None:
    review = Review(ledger_of(LOGS | FORMS_OF_THE_MONTH, DAY), on(7))
    statements = papers(review, "waiver").papers
    assert [paper.about for paper in statements] == [NAMES[SUN], ""], "the day's, and a blank one"
    assert [paper.about for paper in papers(review, "sheets").papers] == [
        FORMS[s].title for s in FORMS if s in FORMS_OF_THE_MONTH
    ]
    assert papers(Review(ledger_of(LOGS, DAY), DAY), "sheets").papers == ()
    forms = {paper.form for paper in papers(Review(ledger_of(LOGS, DAY), DAY)).papers}
    assert not forms & {"waiver", "visits", "sheet"}


def test_everybody_draws_the_same_five_on_a_day() -> None:
    calls = [call(f"B{n}", 3 + n % 10, 3 + n % 10, (HE, QIAN, SUN)[n % 3]) for n in range(40)]
    first, again = (ledger_of({"顾问": STAFF, "拜访计划": rows}, DAY) for rows in (calls, calls[::-1]))

    def drawn(ledger: Ledger, day: dt.date) -> frozenset[str | None]:
        return frozenset(one.number for one in draw(day, ledger.of(CallOn)))

    assert drawn(first, DAY) == drawn(again, DAY)
    assert len(drawn(first, DAY)) == 5
    assert len({drawn(first, on(day)) for day in range(1, 29)}) > 20
