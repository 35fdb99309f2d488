"""九大步骤 of a month made by hand: every count recounted here from the rows, by step and by consultant."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row, ledger_of
from memory import HE, QIAN, STAFF, SUN, ZHOU, card, order, prospect, report, visit

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.analysis.figures import NOTHING, Content, Percent, Ratio, Unknown
from xlcrm.report.style import shown
from xlcrm.review import Review

MONTH = "2026-10"
DAY = dt.date(2026, 10, 30)
ON: Row = {"键": "选用表", "值": "九大步骤"}


def on(day: int, month: int = 10) -> dt.date:
    return dt.date(2026, month, day)


BOOKS: dict[str, list[Row]] = {
    "顾问": STAFF,
    "设置": [ON],
    "来店登记": [
        visit(on(3, 9), ZHOU, 试乘试驾="√", 试驾保证书="√"),
        visit(on(2), HE, 试乘试驾="√", 试驾保证书="√"),
        visit(on(9), HE, **{"首次/再次": "再次", "销售顾问": "李强"}),  # one customer, of who met him first
        visit(on(5), QIAN),
        visit(on(6), SUN, **{"来店/来电": "来电", "销售顾问": "李强"}),  # interest, no reception
        visit(
            on(7), HE, 顾客名称="某先生", 电话=None, 意向级别=None, 未留档原因="客户-闲逛", 试乘试驾="√", 试驾保证书="√"
        ),
    ],
    "日报": [report(on(20), ZHOU)],
    "客户卡": [
        card(HE, 客户编号="C1", 需求与预算="15 万，家用", 初洽日期=on(2), 建卡日期=on(2)),
        card(QIAN, 客户编号="C2", 初洽日期=on(5), 建卡日期=on(5), 状态="已订", 当前级别=None),
        card(SUN, 客户编号="C3", 销售顾问="李强", 初洽日期=on(6), 建卡日期=on(6)),
        card(ZHOU, 客户编号="C4", 初洽日期=on(3, 9), 建卡日期=on(3, 9), 状态="已交车", 当前级别=None),
    ],
    "A级": [
        prospect(HE, 客户编号="C1", 流程阶段="初次接触", 初洽日期=on(2)),
        prospect(
            SUN, 客户编号="C3", 流程阶段="报价成交", 销售顾问="李强", 初洽日期=on(6)
        ),  # passed 需求 and 展示, not the drive
    ],
    "订单": [
        order(on(12), QIAN, 客户编号="C2"),  # nothing but a reception before
        order(on(20, 9), ZHOU, 客户编号="C4", 交车日期=on(10)),
    ],
    "关怀记录": [
        {
            "客户编号": "C4",
            "关怀项目": "三日",
            "计划日期": on(13),
            "执行日期": on(13),
            "结果": "继续跟进",
            "销售顾问": "张敏",
        },
        {
            "客户编号": "C4",
            "关怀项目": "七日",
            "计划日期": on(17),
            "执行日期": on(17),
            "结果": "未接通",
            "销售顾问": "李强",
        },
    ],
}


def analysed(sheets: dict[str, list[Row]]) -> Month:
    return analyse(Review(ledger_of(sheets, DAY), DAY), MONTH)


@pytest.fixture(scope="module")
def month() -> Month:
    return analysed(BOOKS)


def by_step(month: Month) -> dict[str, tuple[Content, ...]]:
    return {str(shown(row[0], 5, "zh", None)): row for row in month.table("nine_steps").rows}


NAMES = ("集客", "接待", "需求分析", "介绍", "试驾", "异议", "报价成交", "交车", "关怀")
REACHED = {
    **{"集客": {"HE", "QIAN", "SUN", "nameless"}, "接待": {"HE", "QIAN", "nameless"}, "需求分析": {"HE", "SUN"}},
    **{"介绍": {"SUN"}, "试驾": {"HE", "nameless"}, "报价成交": {"QIAN", "SUN"}, "交车": {"ZHOU"}, "关怀": {"ZHOU"}},
}
EVER = {**REACHED, "集客": {*REACHED["集客"], "ZHOU"}, "接待": {*REACHED["接待"], "ZHOU"}}
EVER |= {"试驾": {*REACHED["试驾"], "ZHOU"}, "报价成交": {*REACHED["报价成交"], "ZHOU"}, "异议": set()}


def test_each_step_has_the_customers_with_a_record_of_it(month: Month) -> None:
    rows = by_step(month)
    assert tuple(rows) == NAMES
    for place, name in enumerate(NAMES):
        later = set().union(*(REACHED.get(other, set()) for other in NAMES[place + 1 :]))
        reached = len(REACHED[name]) if name in REACHED else Unknown.STEP
        assert rows[name][2:4] == (reached, len(later - EVER[name])), name
    assert shown(rows["异议"][2], 5, "zh", None) == NOTHING, "no column records it: not 0"


def test_the_methods_chance_stands_beside_what_this_shop_measured(month: Month) -> None:
    rows = {name: row[4:] for name, row in by_step(month).items()}
    assert {name: cells[0] for name, cells in rows.items() if cells[0] is not None} == {
        **{"接待": Percent(0.05), "需求分析": Percent(0.25), "介绍": Percent(0.35)},
        **{"试驾": Percent(0.4), "报价成交": Percent(0.9), "交车": Percent(1)},
    }
    # August to October: five came (one nameless), ZHOU and QIAN bought; of those who called or came, the same two
    assert rows["集客"][1:] == (5, 2, Ratio(2, 5))
    assert rows["接待"][1:] == (4, 2, Ratio(2, 4))
    assert rows["需求分析"][1:] == (1, 0, Ratio(0, 1)), "a stage is not kept when the customer buys"
    assert rows["试驾"][1:] == (3, 1, Ratio(1, 3))
    assert rows["报价成交"][1:] == (2, 2, Ratio(2, 2))
    for name in ("介绍", "异议", "关怀"):
        assert rows[name][1:] == (Unknown.STEP,) * 3, name


def test_a_cancelled_order_is_not_a_sale() -> None:
    orders = [*BOOKS["订单"][1:], order(on(12), QIAN, 客户编号="C2", 退订日期=on(15))]
    rows = by_step(analysed(BOOKS | {"订单": orders}))
    assert rows["报价成交"][2] == len(REACHED["报价成交"]), "it was placed all the same"
    assert rows["报价成交"][5:] == (2, 1, Ratio(1, 2))


def test_each_customer_stands_under_whose_record_came_first(month: Month) -> None:
    table = month.table("steps_by_consultant")
    rows = {row[0]: row[1:] for row in table.rows}
    unknown = Unknown.STEP
    assert rows["张敏"] == (3, 3, 1, 0, 2, unknown, 1, 1, 1)
    assert rows["李强"] == (1, 0, 1, 1, 0, unknown, 1, 0, 0)
    assert table.total is not None
    assert table.total[1:] == (4, 3, 2, 1, 2, unknown, 2, 1, 1)


def test_a_lead_that_nobody_has_yet_stands_under_who_received_the_customer() -> None:
    given: Row = {"日期": dt.datetime(2026, 10, 1, 9), "渠道": "抖音", "电话": QIAN, "客户姓名": "钱二"}
    month = analysed(BOOKS | {"线索": [given, given | {"电话": "19900000188", "客户姓名": "路人"}]})
    rows = {shown(row[0], 5, "zh", None): row[1] for row in month.table("steps_by_consultant").rows}
    assert rows == {"张敏": 3, "李强": 1, "未填": 1}, "the stranger is nobody's; QIAN is counted once"


@pytest.mark.parametrize(("result", "count"), [(None, 5), ("无效", 4)])
def test_a_lead_without_a_customer_behind_it_was_not_gathered(result: str | None, count: int) -> None:
    lead: Row = {"日期": dt.datetime(2026, 10, 1, 9), "渠道": "抖音", "电话": "19900000188", "结果": result}
    assert by_step(analysed(BOOKS | {"线索": [lead | {"客户姓名": "路人"}]}))["集客"][2] == count


def test_a_drive_is_on_record_without_a_visit_and_in_the_grade_sheet_before_the_drives_were_written() -> None:
    drive: Row = {"日期": on(8), "客户姓名": "路人", "电话": "19900000188", "试驾车型": "远行X5", "销售顾问": "李强"}
    drive |= {"出发时间": dt.time(10), "返回时间": dt.time(10, 30), "驾照已验": "√", "已签保证书": "√"}

    def driven(day: dt.date) -> dict[object, Content]:
        grades = [BOOKS["A级"][0], BOOKS["A级"][1] | {"试驾日期": day}]
        table = analysed(BOOKS | {"试驾": [drive], "A级": grades}).table("steps_by_consultant")
        return {row[0]: row[5] for row in table.rows}

    assert driven(on(6)) == {"张敏": 2, "李强": 2}, "HE and a nameless one ticked; the stranger, and SUN before him"
    assert driven(on(9)) == {"张敏": 2, "李强": 1}, "试驾 speaks of that day, and has no SUN"


def test_the_sentence_says_who_bought_without_a_drive_on_record(month: Month) -> None:
    (said,) = month.pages[-1].sentences
    assert said.zh == "九大步骤：本月集客 4 位，试驾 2 位，走到报价成交 2 位，其中 2 位没有试驾记录。"


@pytest.mark.parametrize("header", ["需求与预算", "用途", "预算与付款"])
def test_a_need_is_known_wherever_the_card_says_it(header: str) -> None:
    cards = [card(QIAN, 客户编号="C2", 初洽日期=on(5), 建卡日期=on(5), **{header: "家用"})]
    assert by_step(analysed(BOOKS | {"客户卡": cards, "A级": []}))["需求分析"][2] == 1


def test_a_row_in_error_proves_nothing() -> None:
    visits = [*BOOKS["来店登记"][:3], visit(on(5), QIAN, 进店时间="上午")]
    rows = by_step(analysed(BOOKS | {"来店登记": visits}))
    assert rows["接待"][2] == 1


def test_a_shop_that_did_not_switch_it_on_has_the_same_month() -> None:
    off = analysed({sheet: rows for sheet, rows in BOOKS.items() if sheet != "设置"})
    assert "switched" not in [page.key for page in off.pages]
    on_, without = figures_json(analysed(BOOKS)), figures_json(off)
    for key in ("nine_steps", "steps_by_consultant"):
        del on_["tables"][key]
    assert on_ == without
