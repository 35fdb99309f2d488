"""What is corrected after a roll: small books, one for each kind of correction."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from books import Row
from corner import FRI, MON, NEW, THU, WED, correct, grade_rows, people, shop, wordings
from memory import HE, QIAN, STAFF, SUN, Memory, card, loss, order, plan, prospect, report, visit

from xlcrm.errors import Refusal
from xlcrm.findings import Severity
from xlcrm.followup.day import Day, TaskKind
from xlcrm.forms.schema import Cell
from xlcrm.ledger.months import first_month
from xlcrm.timeline.balance import TOTAL, balance
from xlcrm.timeline.replay import replay

# ---------------------------------------------------------------- who is who


EVERYWHERE = ("来店登记", "日报", "客户卡", "H级")
PLACES = [places for count in (1, 2, 3) for places in combinations(EVERYWHERE, count)]


@pytest.mark.parametrize("sheets", PLACES)
def test_a_phone_corrected_anywhere_is_an_edit_of_the_same_customer(sheets: tuple[str, ...]) -> None:
    book = shop()
    for sheet in sheets:
        correct(book, sheet, HE, NEW)
    assert "V04.corrected" in wordings(book, WED)
    book.roll(WED)
    assert people(book) == [("何一", NEW, HE)]
    assert grade_rows(book) == [("H级", "何一", NEW)]
    assert not book.roll(WED).changes
    assert wordings(book, WED, Severity.ERROR) == []


@pytest.mark.parametrize("sheets", [("来店登记", "日报"), ("客户卡",), ("订单",)])
def test_so_is_that_of_one_who_ordered_and_stands_in_no_grade_sheet(sheets: tuple[str, ...]) -> None:
    book = shop()
    book.add("订单", order(WED, HE))
    book.roll(WED)
    for sheet in sheets:
        correct(book, sheet, HE, NEW)
    book.roll(THU)
    assert people(book) == [("何一", NEW, HE)]
    assert not book.roll(THU).changes
    assert wordings(book, THU, Severity.ERROR) == []


def test_a_phone_corrected_on_the_day_of_a_new_grade_comes_into_the_new_row() -> None:
    book = shop()
    correct(book, "客户卡", HE, NEW)
    book.add("日报", report(WED, HE, "A"))
    book.roll(WED)
    assert grade_rows(book) == [("A级", "何一", NEW)]
    assert not book.roll(WED).changes


def test_who_is_handed_over_on_the_day_of_a_new_grade_has_the_new_consultant_in_the_new_row() -> None:
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.add("日报", report(WED, HE, "A"))
    book.roll(WED)
    assert book.row("A级")["销售顾问"] == "李强"
    assert not book.roll(WED).changes


def test_a_phone_corrected_everywhere_leaves_nothing_to_do() -> None:
    book = shop()
    for sheet in ("来店登记", "日报", "客户卡", "H级"):
        correct(book, sheet, HE, NEW)
    assert not book.roll(MON).changes
    assert people(book) == [("何一", NEW, None)]


def test_a_phone_corrected_twice_and_one_put_back_on_the_card() -> None:
    book = shop()
    for old, new in ((HE, NEW), (NEW, "19900000110"), ("19900000110", HE)):
        correct(book, "客户卡", old, new)
        book.add("日报", report(WED, HE, 经过=f"核对了号码 {new}"))
        book.roll(WED)
        assert (people(book)[0][1], grade_rows(book)[0][2]) == (new, new)
        assert not book.roll(WED).changes
    assert people(book)[0][2] == f"{NEW}、19900000110"


def test_in_a_book_that_remembers_no_phone_two_against_one_is_an_error_that_names_both() -> None:
    book = shop()
    book.narrow("级别变更", "电话")
    for sheet in ("来店登记", "日报", "客户卡"):
        correct(book, sheet, HE, NEW)
    book.roll(WED)
    assert (people(book), grade_rows(book)) == ([("何一", NEW, None)], [("H级", "何一", HE)])
    [found] = [f for f in book.validate(WED) if f.wording == "V04.differs"]
    assert (found.severity, found.at.sheet, found.other and found.other.sheet) == (Severity.ERROR, "H级", "客户卡")


def test_a_card_without_a_column_for_former_phones_follows_logs_that_all_have_the_new_one() -> None:
    book = shop()
    book.narrow("客户卡", "曾用电话")
    for sheet in ("来店登记", "日报"):
        correct(book, sheet, HE, NEW)
    book.roll(WED)
    assert (people(book), grade_rows(book)) == ([("何一", NEW, None)], [("H级", "何一", NEW)])
    assert not book.roll(WED).changes


def test_a_former_phone_still_finds_the_customer() -> None:
    book = shop()
    correct(book, "客户卡", HE, NEW)
    book.roll(WED)
    book.add("日报", report(WED, HE, "A", 原级别="H"))
    book.roll(WED)
    assert people(book) == [("何一", NEW, HE)]
    assert grade_rows(book) == [("A级", "何一", NEW)]


def test_a_correction_onto_anothers_phone_is_one_error_that_names_both_and_moves_nobody() -> None:
    book = shop(HE, QIAN)
    before = grade_rows(book)
    correct(book, "来店登记", HE, QIAN, 顾客名称="何一")
    correct(book, "日报", HE, QIAN, 客户姓名="何一")
    [taken] = [f for f in book.validate(WED) if f.wording == "V04.taken"]
    assert (taken.severity, taken.about["who"], taken.about["holder"]) == (Severity.ERROR, "何一", "钱二")
    book.roll(WED)
    assert (len(book.rows("客户卡")), grade_rows(book)) == (2, before)


def test_a_card_given_anothers_phone_is_one_error_that_names_both_and_its_rows_stay() -> None:
    book = shop(HE, QIAN)
    book.edit("客户卡", {"电话": QIAN}, {"电话": HE})
    [taken] = [f for f in book.validate(WED) if f.wording == "V04.taken"]
    assert (taken.at.sheet, taken.about["who"], taken.about["holder"]) == ("客户卡", "钱二", "何一")
    book.roll(WED)
    assert grade_rows(book) == [("H级", "何一", HE), ("H级", "钱二", QIAN)]


def test_a_grade_corrected_in_the_logs_is_corrected_everywhere() -> None:
    book = shop()
    book.edit("来店登记", {"电话": HE}, {"意向级别": "B"})
    book.edit("日报", {"电话": HE}, {"现级别": "B"})
    book.roll(WED)
    assert [row["回访后级别"] for row in book.rows("跟进记录") if "执行日期" in row] == ["B"]
    assert [step for step in history(book) if step[1] == "新"] == [(MON, "新", "H")]
    assert wordings(book, WED, Severity.ERROR) == []
    assert not book.roll(WED).changes


def test_two_phones_exchanged_in_the_logs_regrade_nobody() -> None:
    book = shop(HE, QIAN)
    book.add("日报", report(WED, HE, "A", 原级别="H"), report(WED, QIAN, "B", 原级别="H"))
    book.roll(WED)
    before = people(book), grade_rows(book)
    for row in book.rows("日报"):
        book.edit("日报", row, {"电话": QIAN if row["电话"] == HE else HE})
    assert wordings(book, THU).count("V04.taken") == 2
    book.roll(THU)
    assert (people(book), grade_rows(book)) == before


@pytest.mark.parametrize("first", ["首次", "再次"])
def test_a_couple_with_one_number_are_two_customers_with_a_warning(first: str) -> None:
    book = shop()
    wife: Row = {"顾客名称": "郑乙", "注释": "太太自己来看车", "首次/再次": first}
    book.add("来店登记", visit(WED, HE, "B") | wife)
    book.add("日报", report(WED, HE, "B", 客户姓名="郑乙", 目的="接待", 方式="来店"))
    book.roll(WED)
    assert people(book) == [("何一", HE, None), ("郑乙", HE, None)]
    assert [sheet for sheet, *_ in grade_rows(book)] == ["H级", "B级"]
    assert [w for w in wordings(book, WED) if w[0] == "V"] == ["V18.shared"]
    book.add("日报", report(THU, HE, "A", 客户姓名="郑乙", 原级别="B"))
    book.roll(THU)
    assert grade_rows(book) == [("H级", "何一", HE), ("A级", "郑乙", HE)]


def test_a_title_or_one_character_makes_no_second_customer() -> None:
    book = shop()
    book.add(
        "日报", report(WED, HE, "A", 原级别="H", 客户姓名="何先生"), report(THU, HE, "B", 原级别="A", 客户姓名="何二")
    )
    book.roll(THU)
    assert grade_rows(book) == [("B级", "何一", HE)]
    assert [w for w in wordings(book, THU) if w.startswith("V18")] == ["V18.names"]


def test_a_switchboard_has_a_customer_for_each_extension() -> None:
    book = Memory.holding({"顾问": STAFF})
    for number, (phone, name) in enumerate((("021-61230104转801", "何一"), ("021-61230104转802", "钱二"))):
        book.add("来店登记", visit(MON) | {"电话": phone, "顾客名称": name, "注释": f"第{number}位来看车"})
    book.roll(MON)
    assert people(book) == [("何一", "02161230104转801", None), ("钱二", "02161230104转802", None)]


@pytest.mark.parametrize("name", ["何大一", "马六"])
def test_phone_and_name_replaced_in_the_logs_make_no_second_card(name: str) -> None:
    book = shop()
    for sheet, header in (("来店登记", "顾客名称"), ("日报", "客户姓名")):
        book.edit(sheet, {"电话": HE}, {"电话": NEW, header: name})
    book.roll(WED)
    is_clear = name == "何大一"  # one character off is the same person
    assert people(book) == [("何一", NEW, HE) if is_clear else ("何一", HE, None)]
    assert wordings(book, WED, Severity.ERROR) == ([] if is_clear else ["V04.replaced"])
    if not is_clear:
        [found] = [f for f in book.validate(WED) if f.wording == "V04.replaced"]
        assert found.other is not None
        assert (found.at.sheet, found.other.sheet, found.about["who"]) == ("来店登记", "客户卡", "何一")
        book.edit("客户卡", {"电话": HE}, {"客户姓名": name})
        book.roll(WED)
        assert people(book) == [(name, NEW, HE)]
        assert wordings(book, WED, Severity.ERROR) == []
    assert not book.roll(WED).changes


@pytest.mark.parametrize("same_words", [False, True])
def test_name_and_then_phone_replaced_by_anothers_make_no_third_card(same_words: bool) -> None:
    book = shop(HE, QIAN)
    if same_words:  # as some consultants copy their register into the report
        for row in book.rows("来店登记"):
            words = next(report["经过"] for report in book.rows("日报") if report["电话"] == row["电话"])
            book.edit("来店登记", row, {"注释": words})
    book.edit("来店登记", {"电话": HE}, {"顾客名称": "马六"})
    book.edit("日报", {"电话": HE}, {"客户姓名": "马六"})
    book.roll(WED)
    for sheet in ("来店登记", "日报"):
        correct(book, sheet, HE, QIAN)
    before = grade_rows(book)
    book.roll(THU)
    assert (len(people(book)), grade_rows(book)) == (2, before)
    assert {"V04.taken", "V04.replaced"} & {*wordings(book, THU, Severity.ERROR)}


def test_of_two_cards_with_one_name_and_phone_the_declared_one_alone_leaves() -> None:
    book = shop()
    second: Row = {"客户编号": "C00007", "初洽日期": MON}
    book.add("客户卡", card(HE, "B") | second)
    book.add("B级", prospect(HE, "B", 月初级别=None) | second)
    book.add("战败", loss(WED, HE, 客户编号="C00007", 类型="重复", 审批="同意", 审批日期=WED))
    book.roll(WED)
    assert [(row["客户编号"], row["状态"]) for row in book.rows("客户卡")] == [("C00001", "在跟"), ("C00007", "重复")]
    assert grade_rows(book) == [("H级", "何一", HE)]


# ---------------------------------------------------------------- rows typed twice


def test_reports_losses_and_orders_typed_twice_count_once() -> None:
    reported = report(WED, HE, "A", 原级别="H", 结果="战败申请")
    book = shop()
    book.add("日报", reported, reported)
    book.add("战败", loss(WED, HE), loss(WED, HE))
    book.add("订单", order(THU, HE), order(THU, HE))
    book.roll(THU)
    assert len([row for row in book.rows("跟进记录") if row.get("执行日期") == WED]) == 1
    assert wordings(book, THU).count("V18.equal") == 3
    assert len(book.rows("保有客户")) == 0


# ---------------------------------------------------------------- rows and lives


LAST, NEXT = dt.date(2026, 10, 31), dt.date(2026, 11, 3)


def stock(book: Memory, today: dt.date) -> dict[tuple[str, str], int]:
    """The closing stock that the balance counts, by consultant and grade."""
    rows = book.review(today).balance("2026-10")
    assert not any(row["difference"] for row in rows)
    return {
        (row["consultant"], row["grade"]): row["closing"]
        for row in rows
        if row["closing"] and TOTAL not in row.values()
    }


def test_a_customer_whose_logs_are_deleted_is_unfounded_counts_as_his_row_stands_and_keeps_the_month_open() -> None:
    book = shop(HE, QIAN)
    assert stock(book, WED) == {("张敏", "H"): 2}
    book.delete("来店登记", {"电话": HE})
    book.delete("日报", {"电话": HE})
    book.roll(WED)
    assert (len(people(book)), len(grade_rows(book))) == (2, 2)
    [found] = [f for f in book.crosscheck(WED) if f.code == "R11"]
    assert (found.wording, found.at.sheet, found.about["stood"]) == (
        "R11.no_logs",
        "客户卡",
        f"来店登记 {MON} 首次留档 H 张敏",
    )
    assert stock(book, WED) == {("张敏", "H"): 2}
    with pytest.raises(Refusal) as refused:
        book.close(LAST)
    assert (refused.value.key, refused.value.about["who"]) == ("close.held", "何一 C00001")


def history(book: Memory) -> list[tuple[Cell, Cell, Cell]]:
    return [(row["时间"], row["从"], row["到"]) for row in book.rows("级别变更")]


@pytest.mark.parametrize(("day", "later"), [(WED, THU), (THU, WED)])
def test_an_order_or_a_grade_given_another_day_after_the_roll_is_one_step_of_the_history(
    day: dt.date, later: dt.date
) -> None:
    book = shop(HE, QIAN)
    book.add("日报", report(day, HE, 结果="已订"), report(day, QIAN, "A"))
    book.add("订单", order(day, HE))
    book.roll(FRI)
    before = [(MON, "新", "H"), (MON, "新", "H")]
    assert history(book) == [*before, (day, "H", "已订"), (day, "H", "A")]
    for phone in (HE, QIAN):
        book.edit("日报", {"日期": day, "电话": phone}, {"日期": later, "执行日期": later})
    book.edit("订单", {"电话": HE}, {"订单日期": later})
    rolled = book.roll(FRI)
    assert history(book) == [*before, (later, "H", "已订"), (later, "H", "A")]
    assert [(move.on, move.origin, move.target) for move in rolled.moves] == [(later, "H", "已订"), (later, "H", "A")]
    assert all(str(later) in str(row["依据"]) for row in book.rows("级别变更")[2:])
    assert book.roll(FRI).moves == []
    [grade] = book.rows("A级")
    assert grade["入级日期"] == later


def test_a_step_given_an_earlier_day_leaves_the_later_one_the_last() -> None:
    book = shop()
    book.add("日报", report(THU, HE, "A"), report(FRI, HE, "B", 原级别="A"))
    book.roll(FRI)
    book.edit("日报", {"日期": THU, "电话": HE}, {"日期": WED, "执行日期": WED})
    book.roll(FRI)
    assert sorted(history(book), key=lambda step: str(step[0])) == [(MON, "新", "H"), (WED, "H", "A"), (FRI, "A", "B")]
    assert book.roll(FRI).moves == []


def test_a_step_taken_back_and_gone_again_keeps_its_three_rows() -> None:
    book = shop()
    book.add("日报", report(WED, HE, "A"))
    book.roll(WED)
    book.delete("日报", {"日期": WED, "电话": HE})
    book.roll(THU)
    book.add("日报", report(FRI, HE, "A"))
    book.roll(FRI)
    steps = [(MON, "新", "H"), (WED, "H", "A"), (THU, "A", "H"), (FRI, "H", "A")]
    assert history(book) == steps
    assert book.roll(FRI).moves == []


def test_a_visit_given_another_date_after_the_roll_stays_the_customers() -> None:
    book = shop()
    book.edit("来店登记", {"电话": HE}, {"日期": dt.date(2026, 10, 6)})
    book.roll(WED)
    assert (len(people(book)), len(grade_rows(book))) == (1, 1)
    assert [step for step in history(book) if step[1] == "新"] == [(dt.date(2026, 10, 6), "新", "H")]
    assert book.rows("客户卡")[0]["初洽日期"] == dt.date(2026, 10, 6)
    assert not book.roll(WED).changes
    assert stock(book, WED) == {("张敏", "H"): 1}


def test_a_customer_in_the_opening_stock_whose_rows_are_gone_is_reported() -> None:
    book = shop(HE, SUN)
    book.roll(LAST)
    book.close(LAST)
    book.delete("客户卡", {"电话": HE})
    book.delete("H级", {"电话": HE})
    assert [f.wording for f in book.crosscheck(NEXT) if f.code == "R11"] == ["R11.no_rows"]


def test_a_customer_who_orders_again_after_the_delivery_does_not_break_the_chain() -> None:
    book = Memory.holding({"顾问": STAFF, "来店登记": [visit(MON)], "订单": [order(WED, HE, 交车日期=FRI)]})
    book.roll(LAST)
    book.close(LAST)
    book.add("订单", order(NEXT, HE, 订单号="D2"))
    book.roll(dt.date(2026, 11, 30))
    book.close(dt.date(2026, 11, 30))
    december = dt.date(2026, 12, 31)
    book.roll(december)
    assert [f.wording for f in book.crosscheck(december) if f.code == "R10"] == []
    book.close(december)


@pytest.mark.parametrize("kind", ["无效", "重复"])
def test_an_exit_approved_after_an_order_is_an_error_until_the_order_is_cancelled(kind: str) -> None:
    book = shop()
    book.add("订单", order(WED, HE))
    book.roll(WED)
    book.add("战败", loss(THU, HE, 类型=kind, 审批="同意", 审批日期=THU))
    book.roll(THU)
    assert "R4.loss_of_buyer" in wordings(book, THU, Severity.ERROR)
    book.edit("订单", {"电话": HE}, {"退订日期": THU})
    assert "R4.loss_of_buyer" not in wordings(book, THU)


@pytest.mark.parametrize("gone", ["order", "delivery"])
def test_an_owner_whose_order_or_delivery_is_taken_back_is_unfounded(gone: str) -> None:
    book = shop()
    book.add("订单", order(WED, HE, 交车日期=THU))
    book.roll(THU)
    assert [f.wording for f in book.crosscheck(THU) if f.code == "R11"] == []
    if gone == "order":
        book.delete("订单", {"电话": HE})
    else:
        book.edit("订单", {"电话": HE}, {"交车日期": None})
    book.roll(FRI)
    assert [f.wording for f in book.crosscheck(FRI) if f.code == "R11"] == ["R11.owner"]


def test_a_missed_care_call_is_one_finding_with_both_codes() -> None:
    owner: Row = {
        "客户编号": "C00001",
        "车主姓名": "何一",
        "电话": HE,
        "车型": "远行X5",
        "购买日期": MON,
        "交车日期": MON,
    }
    call: Row = {"客户编号": "C00001", "关怀项目": "七日", "计划日期": WED, "销售顾问": "张敏"}
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, None, 状态="已交车")],
            "保有客户": [owner | {"销售顾问": "张敏"}],
            "关怀记录": [call],
            "日报": [report(MON, HE), report(FRI, HE, 经过="又打了一次")],
        }
    )
    missed = [f for f in book.crosscheck(FRI) if f.at.sheet == "关怀记录" and f.at.row == 2]
    assert [(f.wording, f.codes) for f in missed] == [("R9.not_done", ("R9", "R8"))]


# ---------------------------------------------------------------- handing over


def balances(book: Memory, today: dt.date) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """Handed in, handed out, closing and difference by consultant and grade."""
    ledger = book.ledger(today)
    rows = balance(replay(ledger, today, (), first_month(ledger, today)), "2026-10")
    figures = ("handed_in", "handed_out", "closing", "difference")
    return {(row["consultant"], row["grade"]): tuple(row[f] for f in figures) for row in rows}  # type: ignore[literal-required]


def test_a_consultant_changed_on_the_card_is_a_hand_over_and_open_work_moves_along() -> None:
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    moved = book.rows("级别变更")[-1]
    assert (moved["时间"], moved["从"], moved["到"], moved["依据"]) == (WED, "张敏", "李强", "移交")
    assert (book.row("H级")["销售顾问"], book.row("客户卡")["前销售顾问"]) == ("李强", "张敏")
    assert {"执行日期" in row: row["销售顾问"] for row in book.rows("跟进记录")} == {True: "张敏", False: "李强"}
    assert not book.roll(WED).changes
    found = balances(book, WED)
    assert (found["张敏", "H"], found["李强", "H"]) == ((0, 1, 0, 0), (1, 0, 1, 0))
    assert found["合计", "H"] == (1, 1, 1, 0)


def test_handed_over_and_back_and_across_a_months_end() -> None:
    book = shop()
    for day, to in ((WED, "李强"), (FRI, "张敏")):
        book.edit("客户卡", {"电话": HE}, {"销售顾问": to})
        book.roll(day)
    assert balances(book, FRI)["合计", "H"] == (2, 2, 1, 0)
    book.roll(LAST)
    book.close(LAST)
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(NEXT)
    assert [row["销售顾问"] for row in book.rows("月初留存") if row["月份"] == "2026-11"] == ["张敏"]
    assert not book.roll(NEXT).changes


def test_an_ordered_customer_handed_over_who_cancels_comes_back_to_the_new_consultant() -> None:
    book = shop()
    book.add("订单", order(WED, HE))
    book.roll(WED)
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(THU)
    book.edit("订单", {"电话": HE}, {"退订日期": FRI})
    book.roll(FRI)
    assert (book.row("A级")["销售顾问"], book.row("订单")["销售顾问"]) == ("李强", "张敏")
    assert stock(book, FRI) == {("李强", "A"): 1}
    assert not book.roll(FRI).changes
    assert [f.wording for f in book.crosscheck(FRI) if f.code in ("R3", "R4", "R10", "R11")] == []


def test_handed_over_twice_in_a_month_is_two_rows_and_the_last_owns_him() -> None:
    book = shop()
    book.add("顾问", {"姓名": "王芳", "状态": "在岗"})
    for day, to in ((WED, "李强"), (THU, "王芳")):
        book.edit("客户卡", {"电话": HE}, {"销售顾问": to})
        book.roll(day)
    handed = [(row["从"], row["到"]) for row in book.rows("级别变更") if row["依据"] == "移交"]
    assert handed == [("张敏", "李强"), ("李强", "王芳")]
    assert stock(book, THU) == {("王芳", "H"): 1}
    assert book.row("客户卡")["前销售顾问"] == "李强"


def test_handed_over_on_the_last_day_after_the_close_belongs_to_the_next_month() -> None:
    book = shop()
    book.roll(LAST)
    book.close(LAST)
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(LAST)
    november = dt.date(2026, 11, 30)
    book.roll(november)
    assert [f.wording for f in book.crosscheck(november) if f.code == "R10"] == []
    book.close(november)
    assert [row["销售顾问"] for row in book.rows("月初留存") if row["月份"] == "2026-12"] == ["李强"]


def test_a_call_on_the_day_of_the_first_visit_is_at_most_one_contact_without_a_plan() -> None:
    book = shop()
    book.add("日报", report(MON, HE, "H", 原级别="H", 经过="晚上打电话约了试驾", 下次回访日期=WED))
    book.roll(MON)
    found = [f for f in book.crosscheck(MON) if f.wording == "R9.unplanned"]
    assert len(found) <= 1
    assert all(book.rows("跟进记录")[f.at.row - 2]["经过"] == "晚上打电话约了试驾" for f in found)


def test_what_the_tool_planned_moves_along_in_the_open_month_only() -> None:
    for closed, consultant in ((False, "李强"), (True, "张敏")):
        book = shop()
        book.add("日报", plan(LAST, NEXT, HE))
        book.roll(LAST)
        if closed:
            book.close(LAST)
        book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
        book.roll(LAST)
        assert book.row("日报", 类别="明日计划")["销售顾问"] == consultant
        assert "R10.changed" not in wordings(book, LAST)


def test_whose_customer_it_is_delivers_whoever_signed() -> None:
    book = shop()
    book.add("订单", order(MON, HE, 订单号="D1", 预计交车=WED))
    book.roll(MON)
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    day = Day(book.ledger(WED), WED)
    assert [task.kind for task in day.of("李强")] == [TaskKind.DELIVERY]
    assert not day.of("张敏")
    assert book.row("订单")["销售顾问"] == "张敏"


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize(("sheet", "moves"), [("来店登记", []), ("客户卡", [("张敏", "李强")])])
def test_only_the_card_hands_over(sheet: str, moves: list[tuple[str, str]], ordered: bool) -> None:
    book = shop()
    if ordered:
        book.add("订单", order(MON, HE, 订单号="D1"))
        book.roll(MON)
    book.edit(sheet, {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    assert [(row["从"], row["到"]) for row in book.rows("级别变更") if row["依据"] == "移交"] == moves
    assert book.row("客户卡")["销售顾问"] == ("李强" if moves else "张敏")
    assert not book.roll(WED).changes


def test_a_consultant_whom_the_shop_does_not_have_gets_nobody() -> None:
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强强"})
    assert not book.roll(WED).changes
    assert wordings(book, WED, Severity.ERROR) == ["V07.unknown"]


def test_a_report_written_after_the_hand_over_of_the_day_makes_the_next_plan() -> None:
    book = shop()
    book.edit("客户卡", {"电话": HE}, {"销售顾问": "李强"})
    book.roll(WED)
    book.add("日报", report(WED, HE, "A", 原级别="H", 销售顾问="李强", 下次回访日期=dt.date(2026, 10, 12)))
    book.roll(WED)
    assert book.row("A级")["下次回访"] == dt.date(2026, 10, 12)
    assert [row["计划日期"] for row in book.rows("跟进记录") if "执行日期" not in row] == [dt.date(2026, 10, 12)]
    assert not book.roll(WED).changes
