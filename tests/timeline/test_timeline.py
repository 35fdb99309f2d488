"""Lives: where they start, in which order a day's events move them, and what waits."""

from __future__ import annotations

import datetime as dt

import pytest
from books import Row, ledger_of
from memory import HE, QIAN, STAFF, SUN, Memory, card, loss, order, prospect, report, visit

from xlcrm.forms.sheets import GRADE_SHEETS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, first_month, month_end, month_start, next_month
from xlcrm.timeline.events import grade_by_date
from xlcrm.timeline.life import Event, Life, Standing, Timeline, evidence_text
from xlcrm.timeline.replay import interval_day, replay
from xlcrm.validate import blocked_rows, validate_logs

TODAY = dt.date(2026, 10, 31)
MON, TUE, WED, THU, FRI, SAT, SUN_DAY = (dt.date(2026, 10, day) for day in range(5, 12))
OLD = dt.date(2026, 9, 28)
Sheets = dict[str, list[Row]]


def ledger(**sheets: list[Row]) -> Ledger:
    return ledger_of({"顾问": STAFF, **sheets}, TODAY)


def timeline(book: Ledger, month: str = "2026-10", today: dt.date = TODAY) -> Timeline:
    return replay(book, today, blocked_rows(validate_logs(book, today)), month)


def life(book: Ledger, phone: str = HE, month: str = "2026-10") -> Life:
    return of(timeline(book, month), phone)


def of(found: Timeline, phone: str) -> Life:
    """The life of the customer with a phone."""
    return next(life for life in found.lives.values() if life.customer.phone == phone)


def base(book: Ledger, phone: str = HE, month: str = "2026-10") -> tuple[str, str | None] | None:
    found = life(book, phone, month).base
    return (found.state, found.grade) if found else None


def frozen(phone: str, state: str, grade: str | None, month: str = "2026-10") -> Row:
    return {
        "月份": month,
        "客户编号": f"C0000{phone[-1]}",
        "电话": phone,
        "状态": state,
        "级别": grade,
        "销售顾问": "张敏",
    }


def moved(day: dt.date, origin: str, target: str) -> Row:
    return {"时间": day, "客户编号": "C00001", "从": origin, "到": target, "依据": "日报"}


# ---------------------------------------------------------------- the base


@pytest.mark.parametrize(
    ("sheets", "stands"),
    [
        # the opening grade of the sheet, else the sheet
        ({"客户卡": [card(HE, "H")], "H级": [prospect(HE, "H", 月初级别="B")]}, ("在跟", "B")),
        ({"客户卡": [card(HE, "H")], "H级": [prospect(HE, "H", 月初级别=None)]}, ("在跟", "H")),
        # a card without a row, a row without a card
        ({"客户卡": [card(HE, "C")]}, ("在跟", "C")),
        ({"A级": [prospect(HE, "A")]}, ("在跟", "A")),
        # the state is the card's
        ({"客户卡": [card(HE, "A", 状态="战败待审")], "A级": [prospect(HE, "A")]}, ("战败待审", "A")),
        ({"客户卡": [card(HE, None, 状态="已订")]}, ("已订", None)),
        # frozen stock is stronger than all of it
        (
            {"客户卡": [card(HE, "H")], "H级": [prospect(HE, "H")], "月初留存": [frozen(HE, "已订", None)]},
            ("已订", None),
        ),
        # who was not in the stock, and was moved since, stood where the history says
        (
            {
                "客户卡": [card(HE, "H")],
                "H级": [prospect(HE, "H")],
                "级别变更": [moved(WED, "战败", "B"), moved(THU, "B", "H")],
            },
            ("战败", None),
        ),
        (
            {
                "客户卡": [card(HE, None, 状态="战败")],
                "级别变更": [moved(THU, "战败待审(B)", "战败"), moved(MON, "A", "B")],
            },
            ("在跟", "A"),
        ),
        ({"客户卡": [card(HE, "B")], "级别变更": [moved(THU, "战败待审(B)", "B")]}, ("战败待审", "B")),
        # what happened before the month is not a step of it
        ({"客户卡": [card(HE, "H")], "级别变更": [moved(OLD, "A", "H")]}, ("在跟", "H")),
        # of two cards the one that counts
        ({"客户卡": [card(HE, None, 状态="重复"), card(HE, "B", 客户编号="C00009")]}, ("在跟", "B")),
    ],
)
def test_where_a_known_customer_starts(sheets: Sheets, stands: tuple[str, str | None]) -> None:
    assert base(ledger(**sheets)) == stands


@pytest.mark.parametrize(
    "sheets",
    [
        {"来店登记": [visit(MON)]},
        # the card a roll or a person made for the visit
        {"来店登记": [visit(MON)], "客户卡": [card(HE, "H", 初洽日期=MON)], "H级": [prospect(HE, "H", 初洽日期=MON)]},
    ],
)
def test_who_came_by_the_register_starts_from_nothing(sheets: Sheets) -> None:
    own = life(ledger(**sheets))
    assert own.base is None
    assert [(step.on, step.event, step.after.shown) for step in own.steps] == [(MON, Event.NEW, "H")]


def test_a_customer_of_a_closed_month_is_not_new_in_the_next() -> None:
    book = ledger(
        客户卡=[card(HE, None, 状态="战败", 初洽日期=MON)],
        月初留存=[frozen(QIAN, "在跟", "A", "2026-11")],
        来店登记=[visit(MON), visit(dt.date(2026, 11, 3)) | {"首次/再次": "再次"}],
    )
    lives = replay(book, dt.date(2026, 11, 30), set(), "2026-11")
    assert of(lives, HE).base == Standing("战败", None, "张敏", MON)
    assert of(lives, QIAN).base == Standing("在跟", "A", "张敏", None)


# ---------------------------------------------------------------- the order of events


def events(book: Ledger) -> list[Event]:
    return [step.event for step in life(book, HE).steps]


def test_events_come_by_date_then_by_the_days_order_then_by_row() -> None:
    book = ledger(
        来店登记=[visit(MON, 现场订购="√")],
        日报=[report(FRI, grade="C"), report(THU, grade="B"), report(THU, grade="A")],
        订单=[order(MON, 退订日期=WED)],
        战败=[loss(SAT, 审批="驳回", 审批日期=SAT, 驳回后级别="H")],
    )
    assert [(step.on, step.event, step.after.shown) for step in life(book).steps] == [
        (MON, Event.NEW, "H"),
        (MON, Event.ORDER, "已订"),
        (WED, Event.CANCEL, "A"),
        (THU, Event.REGRADE, "B"),
        (THU, Event.REGRADE, "A"),
        (FRI, Event.REGRADE, "C"),
        (SAT, Event.APPLY, "战败待审(C)"),
        (SAT, Event.REJECT, "H"),
    ]


def test_what_lies_ahead_or_before_the_month_is_not_an_event() -> None:
    book = ledger(
        客户卡=[card(HE, "A")],
        日报=[report(OLD, grade="H"), report(WED, grade="B")],
        月初留存=[frozen(HE, "在跟", "A")],
    )
    assert events(book) == [Event.REGRADE]
    assert [step.on for step in of(replay(book, TUE, set(), "2026-10"), HE).steps] == []


def test_each_step_is_proved_by_its_record() -> None:
    book = ledger(
        来店登记=[visit(MON)],
        日报=[report(WED, grade="A"), report(SAT, 结果="战败申请")],
        订单=[order(THU, 退订日期=FRI)],
    )
    assert [evidence_text(step) for step in life(book).steps] == [
        "来店登记 2026-10-05 首次留档 H 张敏",
        "日报 2026-10-07 现级别 A",
        "订单 2026-10-08 下订 D1008-1",
        "订单 2026-10-09 退订 D1008-1",
        "日报 2026-10-10 结果 战败申请",
    ]


def test_the_standing_of_any_evening() -> None:
    own = life(ledger(来店登记=[visit(WED)], 订单=[order(FRI)]))
    stands = [own.at(day) for day in (TUE, WED, THU, FRI, TODAY)]
    assert [standing and standing.shown for standing in stands] == [None, "H", "H", "已订", "已订"]


def test_a_contact_that_reached_nobody() -> None:
    reported = [report(WED, 结果="未接通"), report(THU, 结果="信息不准"), report(FRI, 结果=None), report(SAT)]
    own = life(ledger(客户卡=[card(HE, "A")], 日报=reported))
    assert [contact.reached for contact in own.contacts] == [False, False, True, True]


# ---------------------------------------------------------------- who waits


def test_a_customer_waits_for_the_first_register_row() -> None:
    found = timeline(ledger(来店登记=[visit(MON, 离去时间=None), visit(MON, QIAN)], 日报=[report(WED, grade="A")]))
    assert list(found.lives) == [QIAN]
    assert [row.phone for row in found.waiting] == [HE]


def test_a_customer_with_a_base_waits_for_nothing() -> None:
    book = ledger(
        客户卡=[card(HE, "A")], 来店登记=[visit(MON, 注释=None) | {"首次/再次": "再次"}], 日报=[report(WED, grade="B")]
    )
    found = timeline(book)
    assert found.waiting == ()
    assert [step.event for step in of(found, HE).steps] == [Event.REGRADE]


def test_a_row_whose_date_cannot_be_read_comes_first() -> None:
    found = timeline(ledger(来店登记=[visit(WED), visit(MON, 日期="去年", 销售顾问="李强")]))
    assert list(found.lives) == []
    assert [row.at.row for row in found.waiting] == [3]


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("grade", "day", "due"),
    [
        ("H", MON, WED),
        # two days after the Sunday is a Tuesday, when 张敏 rests
        ("H", SUN_DAY, dt.date(2026, 10, 12)),
        ("A", TUE, dt.date(2026, 10, 12)),
        ("B", WED, dt.date(2026, 10, 21)),
        ("C", MON, dt.date(2026, 11, 4)),
    ],
)
def test_the_interval_ends_on_a_working_day(grade: str, day: dt.date, due: dt.date) -> None:
    assert interval_day(ledger(), Standing("在跟", grade, "张敏", None), day) == due


def test_an_interval_all_of_rest_ends_after_it() -> None:
    shut: Row = {"键": "店休日", "值": "2026-10-08、2026-10-09"}
    assert interval_day(ledger(设置=[shut]), Standing("在跟", "H", "王芳", None), WED) == SAT


@pytest.mark.parametrize(
    ("days", "grade"), [(-1, None), (0, "H"), (7, "H"), (8, "A"), (30, "A"), (31, "B"), (90, "B"), (91, "C")]
)
def test_the_grade_by_the_day_of_purchase(days: int, grade: str | None) -> None:
    book = ledger(C级=[prospect(HE, "C", 预计购车日=TODAY + dt.timedelta(days=days))])
    assert grade_by_date(book, book.prospects[0], TODAY) == grade


@pytest.mark.parametrize(
    ("sheets", "first", "earliest"),
    [
        ({}, "2026-10", "2026-10"),
        ({"日报": [report(OLD)], "来店登记": [visit(MON)]}, "2026-09", "2026-09"),
        # a month apart is a slip of the year, a log of tomorrow says nothing
        ({"日报": [report(dt.date(2025, 10, 5)), report(MON), report(dt.date(2026, 12, 1))]}, "2026-10", "2026-10"),
        ({"日报": [report(OLD)], "设置": [{"键": "工作月", "值": "2026-10"}]}, "2026-10", "2026-10"),
        (
            {
                "月初留存": [frozen(HE, "在跟", "A", "2026-08"), frozen(HE, "在跟", "A", "2026-09")],
                "日报": [report(MON)],
            },
            "2026-09",
            "2026-08",
        ),
    ],
)
def test_the_months_of_a_book(sheets: Sheets, first: str, earliest: str) -> None:
    book = ledger(**sheets)
    assert (first_month(book, TODAY), earliest_month(book, TODAY)) == (first, earliest)


def test_months_turn_over_the_year() -> None:
    assert (next_month("2026-12"), next_month("2026-01", -1), next_month("2026-11", 14)) == (
        "2027-01",
        "2025-12",
        "2028-01",
    )
    assert (month_start("2028-02"), month_end("2028-02")) == (dt.date(2028, 2, 1), dt.date(2028, 2, 29))


# ---------------------------------------------------------------- the same lives before and after the roll


def test_a_rolled_book_gives_the_same_lives() -> None:
    book = Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, "A"), card(SUN, None, 状态="战败")],
            "A级": [prospect(HE, "A")],
            "来店登记": [visit(MON, QIAN)],
            "日报": [report(WED, HE, "H"), report(WED, SUN, "B"), report(THU, QIAN, 结果="已订")],
        }
    )

    def reported() -> dict[str, list[tuple[dt.date, Event, str]]]:
        lives = timeline(book.ledger(TODAY)).lives.values()
        return {life.customer.phone: [(s.on, s.event, s.after.shown) for s in life.steps] for life in lives}

    before = reported()
    book.roll(TODAY)
    assert reported() == before
    assert {row["电话"] for sheet in GRADE_SHEETS.values() for row in book.rows(sheet)} == {HE, SUN}
