"""The list 问题清单: whom and when, what is to be done, what people said of it, and in which order."""

from __future__ import annotations

import datetime as dt
from unittest.mock import Mock

import pytest
from books import Row
from desk import Desk
from memory import HE, QIAN, STAFF, SUN, card, order, report, visit

from xlcrm import findinglist
from xlcrm.catalogue.findings import FINDINGS
from xlcrm.catalogue.verbs import MOVED
from xlcrm.findings import HANDLING, Finding, Handling, Severity, Spot
from xlcrm.forms.schema import Cell
from xlcrm.messages import in_one_line
from xlcrm.timeline.life import Event

DAY = dt.date(2026, 10, 12)
LATER = dt.date(2026, 10, 13)
LONG: Row = {"进店时间": dt.time(9), "离去时间": dt.time(18, 30)}


def shop(**other: Cell) -> Desk:
    """One visit that lasted nine hours and a half."""
    return Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE) | LONG | other]})


def lines(desk: Desk, code: str = "") -> list[Row]:
    return [row for row in desk.rows("问题清单") if str(row["代码"]).startswith(code)]


def write(desk: Desk, code: str, text: str) -> None:
    """Somebody writes under 处理 beside the one line of a code."""
    desk.edit("问题清单", {"代码": code}, {"处理": text})


def test_every_wording_has_its_handling_and_every_handling_its_wording() -> None:
    codes = {wording.partition(".")[0] for wording in FINDINGS}
    assert HANDLING.keys() <= codes | FINDINGS.keys()
    for wording in FINDINGS:
        assert Finding(wording, Severity.INFO, Spot("", "", 0)).handling in Handling


def test_a_line_names_the_customer_the_day_and_what_to_do() -> None:
    desk = shop()
    (finding,) = desk.press("validate", DAY).findings
    assert (finding.customer, finding.date, finding.handling) == ("何一 0101", DAY, Handling.CONFIRM)
    (line,) = lines(desk)
    shown = [line[header] for header in ("类别", "级别", "日期", "客户", "当事人", "发现", "位置", "代码")]
    assert shown == ["要核实", "警告", DAY, "何一 0101", "张敏", "18:30", "来店登记!I2", "V05"]


def test_the_same_row_of_two_sheets_has_its_own_words_in_each() -> None:
    received = report(DAY, HE, "H", 目的="接待", 经过=None)
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE, 注释=None)], "日报": [received]})
    desk.press("validate", DAY)
    assert [desk.row(sheet)["检查结果"] for sheet in ("来店登记", "日报")] == [
        "错误 V01 注释：补填“注释”。",
        "错误 V01 经过：补填“经过”。",
    ]


def test_a_list_that_nobody_wrote_into_is_made_without_looking_for_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Mock(side_effect=findinglist._key)
    monkeypatch.setattr(findinglist, "_key", asked)
    desk = shop()
    for _ in range(2):
        desk.press("validate", DAY)
    assert (len(lines(desk, "V05")), asked.called) == (1, False)
    write(desk, "V05", "问过了")
    desk.press("validate", DAY)
    assert (lines(desk, "V05")[0]["处理"], asked.called) == ("问过了", True)


def test_what_was_confirmed_does_not_come_back_unless_it_changes() -> None:
    desk = shop()
    desk.press("validate", DAY)
    write(desk, "V05", "已核实：陪家人看了一天")
    (finding,) = desk.press("validate", LATER).findings
    assert finding.confirmed
    assert lines(desk) == []
    (kept,) = desk.rows("核实记录")
    said = [kept[header] for header in ("用户", "处理", "代码", "日期", "客户姓名", "内容")]
    assert said == ["文员小吴", "已核实：陪家人看了一天", "V05", DAY, "何一", "570"]
    desk.add("来店登记", visit(LATER, QIAN))
    assert lines(desk) == []
    desk.edit("来店登记", {"电话": HE}, {"进店时间": dt.time(8)})
    desk.press("validate", LATER)
    assert [line["代码"] for line in lines(desk)] == ["V05"]


def test_in_a_book_without_a_sheet_for_it_what_was_confirmed_is_kept_nowhere() -> None:
    desk = shop()
    desk.drop("核实记录")
    desk.press("validate", DAY)
    write(desk, "V05", "已核实：陪家人看了一天")
    assert not desk.press("validate", LATER).findings[0].confirmed
    write(desk, "V05", "问过了")
    desk.edit("来店登记", {"电话": HE}, {"离去时间": dt.time(10)})
    assert desk.press("validate", LATER).findings == []
    assert lines(desk) == []


def test_it_is_the_same_finding_on_another_row() -> None:
    desk = shop()
    desk.press("validate", DAY)
    write(desk, "V05", "已核实：是")
    desk.press("validate", DAY)
    moved = desk.row("来店登记")
    desk.empty("来店登记")
    desk.add("来店登记", visit(DAY, SUN), moved)
    desk.press("validate", DAY)
    assert lines(desk) == []


def test_a_confirmed_error_is_still_an_error_and_keeps_what_was_written() -> None:
    desk = shop(注释=None)
    desk.press("validate", DAY)
    write(desk, "V01", "已核实：没什么可写")
    outcome = desk.press("validate", DAY)
    assert [f.code for f in outcome.findings if f.severity is Severity.ERROR] == ["V01"]
    assert lines(desk, "V01")[0]["处理"] == "已核实：没什么可写"
    assert desk.rows("核实记录") == []
    assert any("“已核实”" in said for said in outcome.said)


def test_of_a_clash_the_manager_says_whose_customer_it_is() -> None:
    desk = shop()
    desk.add("来店登记", visit(LATER, HE, 销售顾问="李强") | {"首次/再次": "再次"})
    desk.press("validate", LATER)
    write(desk, "V09", "路人甲")
    desk.press("validate", LATER)
    assert lines(desk, "V09")
    write(desk, "V09", "李强")
    desk.press("validate", LATER)
    assert not lines(desk, "V09")


def test_the_gravest_first_then_by_consultant_then_by_day() -> None:
    desk = Desk.holding(
        {
            "顾问": STAFF,
            "来店登记": [
                visit(LATER, HE) | LONG,
                visit(LATER, QIAN, 注释=None),
                visit(DAY, SUN, 注释=None) | {"销售顾问": "李强"},
                visit(DAY, "19900000104", 注释=None),
            ],
        }
    )
    desk.press("validate", LATER)
    shown = [(line["级别"], line["当事人"], line["日期"]) for line in lines(desk)]
    assert shown == [("错误", "张敏", DAY), ("错误", "张敏", LATER), ("错误", "李强", DAY), ("警告", "张敏", LATER)]


def test_what_is_on_record_is_listed_only_where_a_setting_says_so() -> None:
    late = dt.datetime(2026, 10, 13, 9)
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE, 填写时间=late)]})
    (finding,) = desk.press("validate", LATER).findings
    assert (finding.code, finding.handling) == ("V10", Handling.RECORD)
    assert lines(desk) == []
    desk.add("设置", {"键": "清单含记录在案", "值": "是"})
    desk.press("validate", LATER)
    assert [line["类别"] for line in lines(desk)] == ["记录在案"]


def test_hints_of_one_kind_are_one_line_with_their_number() -> None:
    desk = Desk.holding(
        {"顾问": STAFF, "来店登记": [visit(DAY, phone, 电话=f"+86 {phone}") for phone in (HE, QIAN, SUN)]}
    )
    assert len(desk.press("validate", DAY).findings) == 3
    (line,) = lines(desk, "V04")
    assert "3 个电话" in str(line["处理办法"])


def test_one_text_for_three_customers_is_one_line_and_confirmed_together() -> None:
    texts = [report(DAY, phone, 经过="电话无人接听，明天再打") for phone in (HE, QIAN, SUN)]
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, p) for p in (HE, QIAN, SUN)], "日报": texts})
    assert [f.code for f in desk.press("validate", DAY).findings] == ["V11"] * 3
    write(desk, "V11", "已核实：真的都没接")
    assert all(f.confirmed for f in desk.press("validate", DAY).findings)
    assert lines(desk) == []


def test_notes_beside_a_line_that_goes_are_kept() -> None:
    desk = shop(注释=None)
    desk.press("validate", DAY)
    desk.widen("问题清单", "谁管", "王店长")
    write(desk, "V01", "问过了")
    desk.edit("来店登记", {"电话": HE}, {"注释": "看了外观"})
    desk.press("validate", DAY)
    (kept,) = desk.rows("核实记录")
    assert (kept["代码"], kept["客户姓名"], kept["店内备注"]) == ("V01", "何一", "谁管：王店长；处理：问过了")
    assert "处理" not in kept
    assert [line["谁管"] for line in lines(desk, "V05")] == ["王店长"]


def test_what_is_kept_of_a_line_names_the_number_of_the_card() -> None:
    desk = Desk.holding(
        {"顾问": STAFF, "客户卡": [card(HE) | {"客户编号": "C00007"}], "来店登记": [visit(DAY, HE, 注释=None)]}
    )
    desk.press("validate", DAY)
    write(desk, "V01", "问过了")
    desk.edit("来店登记", {"电话": HE}, {"注释": "看了外观"})
    desk.press("validate", DAY)
    assert [kept["客户编号"] for kept in desk.rows("核实记录")] == ["C00007"]


def test_of_two_lines_alike_a_note_beside_the_second_stays() -> None:
    long = [visit(DAY, HE) | LONG | {"首次/再次": kind} for kind in ("首次", "再次")]
    desk = Desk.holding({"顾问": STAFF, "来店登记": long})
    desk.press("validate", DAY)
    _, second = lines(desk, "V05")
    desk.edit("问题清单", {"位置": second["位置"]}, {"处理": "问过了"})
    desk.press("validate", DAY)
    assert sorted(str(line.get("处理") or "") for line in lines(desk, "V05")) == ["", "问过了"]
    assert desk.rows("核实记录") == []


@pytest.mark.parametrize("lacking", [("处理", "类别", "日期", "客户")])
def test_a_book_of_0_1_is_drawn_with_the_columns_it_has(lacking: tuple[str, ...]) -> None:
    desk = shop()
    desk.narrow("问题清单", *lacking)
    desk.drop("核实记录")
    desk.press("validate", DAY)
    desk.widen("问题清单", "谁管", "王店长")
    desk.press("validate", DAY)
    (line,) = lines(desk)
    assert (line["代码"], line["谁管"]) == ("V05", "王店长")


def test_without_a_sheet_for_it_what_was_confirmed_stays_in_its_line() -> None:
    desk = shop()
    desk.drop("核实记录")
    desk.press("validate", DAY)
    write(desk, "V05", "已核实：问过了")
    desk.press("validate", DAY)
    assert [line["处理"] for line in lines(desk, "V05")] == ["已核实：问过了"]


def test_a_month_narrows_the_list() -> None:
    september = dt.date(2026, 9, 12)
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(september, QIAN) | LONG, visit(DAY, HE) | LONG]})
    assert len(desk.press("validate", DAY).findings) == 2
    assert [f.date for f in desk.press("validate", DAY, month="2026-09").findings] == [september]


def test_of_a_closed_month_only_what_broke_its_seal_is_listed() -> None:
    september = dt.date(2026, 9, 12)
    desk = Desk.holding(
        {
            "顾问": STAFF,
            "来店登记": [visit(september, HE, 来店目的="维修") | LONG, visit(DAY, QIAN) | LONG],
        }
    )
    desk.press("roll", DAY)
    desk.press("close", DAY)
    assert [f.date for f in desk.press("validate", DAY).findings] == [DAY]
    desk.edit("来店登记", {"电话": HE}, {"注释": "改了"})
    assert [f.wording for f in desk.press("check", DAY).findings if f.code == "R10"] == ["R10.changed"]


def test_tidy_rewrites_what_was_read_through_dirt_and_can_be_undone() -> None:
    dirty: Row = {"电话": f"+86 {HE}", "日期": "2026.10.12", "意向级别": "ｈ级"}
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE) | dirty]})
    before = desk.tables()
    assert desk.press("tidy", DAY).said == ["3 处已改成规范写法，点“撤销”可以退回。"]
    row = desk.row("来店登记")
    assert (row["电话"], row["日期"], row["意向级别"]) == (HE, DAY, "H")
    assert lines(desk) == []
    assert desk.decide("tidy", DAY).said == ["都是规范写法，没有要改的。"]
    desk.press("undo", DAY)
    assert desk.tables() == before


def test_tidy_says_what_is_still_wrong() -> None:
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE, 意向级别="ｈ级", 注释=None)]})
    said = desk.press("tidy", DAY).said
    assert said[0].startswith("1 处已改成规范写法")
    assert said[1].startswith("1 行日志里有 1 处错误")


def test_tidy_leaves_a_closed_month_as_it_was_sealed() -> None:
    september = dt.date(2026, 9, 12)
    sealed = visit(september, HE, 来店目的="维修", 电话=f"+86 {HE}")
    desk = Desk.holding({"顾问": STAFF, "来店登记": [sealed, visit(DAY, QIAN, 电话=f"+86 {QIAN}")]})
    desk.press("roll", DAY)
    desk.press("close", DAY)
    desk.press("tidy", DAY)
    assert [row["电话"] for row in desk.rows("来店登记")] == [f"+86 {HE}", QIAN]


def test_two_relations_of_one_row_are_one_finding() -> None:
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE)], "订单": [order(DAY, QIAN)]})
    assert [f.codes for f in desk.press("check", DAY).findings if f.at.sheet == "订单"] == [("R1", "R2")]
    assert [line["代码"] for line in lines(desk) if line["客户"] == "钱二 0102"] == ["R1、R2"]


def test_the_paper_each_consultant_gets() -> None:
    desk = shop(注释=None)
    desk.add("来店登记", visit(LATER, QIAN, 注释=None, 销售顾问="李强"))
    papers = desk.decide("print", LATER, form="issues").papers
    assert papers is not None
    tables = {paper.about: paper.blocks[0] for paper in papers.papers}
    assert tables.keys() == {"张敏", "李强"}
    (row,) = (row for row in getattr(tables["李强"], "rows", ()) if row[2] == "钱二 0102" and "注释" in str(row[3]))
    assert (row[1], row[-1]) == (LATER, "☐")


def test_a_line_for_the_terminal_hides_the_customer_and_keeps_the_day() -> None:
    outcome = shop(注释=f"何一的电话 {HE}").decide("validate", DAY)
    assert outcome.veil is not None
    (text,) = (in_one_line(line, outcome.veil(), "zh") for line in outcome.lines)
    assert text.startswith("警告 V05 2026-10-12 张敏 何* 0101 来店登记!I2 离去时间 18:30: 停留 570 分钟")


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ([], "还没有日志，先到“来店登记”填一行。"),
        ([visit(DAY, HE)], "1 行日志没有错误，可以级别推进。"),
        ([visit(DAY, HE) | LONG], "1 行日志没有错误，可以级别推进。问题清单里另有要核实 1 处。"),
        ([visit(DAY, HE, 注释=None)], "1 行日志里有 1 处错误，点“下一处”去改，改好再校验一次。"),
    ],
)
def test_the_validation_says_what_to_do_next_and_recites_no_zeros(logs: list[Row], said: str) -> None:
    assert Desk.holding({"顾问": STAFF, "来店登记": logs}).decide("validate", DAY).said == [said]


def test_the_roll_says_what_moved_and_what_did_not() -> None:
    desk = Desk.holding({"顾问": STAFF, "来店登记": [visit(DAY, HE), visit(DAY, QIAN, 注释=None)]})
    assert desk.press("roll", DAY).said == ["新建卡 1 位。还有 1 行有错误没有推进，点“下一处”去改。"]
    assert desk.row("级别变更")["客户姓名"] == "何一"
    assert desk.press("roll", DAY).said[0].startswith("没有要推进的。")


def test_what_moved_customers_all_has_its_words() -> None:
    assert {event.value for event in Event} <= MOVED.keys()


def test_erasing_a_customer_takes_him_out_of_the_list_and_of_what_was_confirmed() -> None:
    desk = shop(注释=None)
    desk.add("来店登记", visit(DAY, QIAN) | LONG)
    desk.press("validate", DAY)
    for row in lines(desk, "V05"):
        desk.edit("问题清单", {"代码": "V05", "客户": row["客户"]}, {"处理": f"已核实：{row['客户']}说的"})
    desk.press("validate", DAY)
    desk.decide("erase", DAY, customer=HE)
    desk.press("erase", DAY, customer=HE)
    left = [*desk.rows("核实记录"), *desk.rows("问题清单")]
    assert not [cell for row in left for cell in row.values() if "何一" in str(cell) or "0101" in str(cell)]
    assert [row["客户姓名"] for row in desk.rows("核实记录") if row["电话"] == QIAN] == ["钱二"]
