"""Any month of any shop: registering, following up, losing, ordering, editing by hand, closing, undoing, in any order."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress

import pytest
from desk import JOURNAL, Desk, Tables
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from memory import HE, STAFF, loss, order, report, visit
from sizes import scaled

from xlcrm.changes import Changes
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, as_text
from xlcrm.forms.sheets import GRADE_SHEETS
from xlcrm.forms.states import GRADES, TRACKED
from xlcrm.ledger.months import first_month, month_end
from xlcrm.timeline.balance import balance
from xlcrm.timeline.replay import replay
from xlcrm.validate import blocked_rows

FIRST = dt.date(2026, 10, 26)
PHONES = tuple(f"199000002{n:02d}" for n in range(6))
A_GRADE = st.sampled_from(GRADES)
A_CUSTOMER = st.sampled_from(PHONES)
SORTED = ("H级", "A级", "B级", "C级", "跟进记录", "客户卡", "级别变更")


def without_numbers(tables: Tables) -> Tables:
    """The tables without 操作号, which counts the presses of buttons."""
    return tables | {"级别变更": tuple(row[:-1] for row in tables["级别变更"])}


class Shop(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book = Desk.holding({"顾问": STAFF, "设置": [{"键": "可撤销次数", "值": "3"}]})
        self.today = FIRST
        self.typed: Counter[str] = Counter()
        self.words = 0

    # ------------------------------------------------------------ what people type

    def word(self) -> str:
        """A text nobody typed before, which must be in the book from now on."""
        self.words += 1
        text = f"第{self.words}句话，聊了置换和贷款的事"
        self.typed[text] += 1
        return text

    @initialize()
    def begin(self) -> None:
        self.register(PHONES[0], "A")
        self.register(PHONES[1], "B")

    @rule(phone=A_CUSTOMER, grade=A_GRADE)
    def register(self, phone: str, grade: str) -> None:
        if not self.told_today("来店登记", phone):
            first = "再次" if any(row["电话"] == phone for row in self.book.rows("来店登记")) else "首次"
            row = visit(self.today, HE, grade, **{"首次/再次": first, "注释": self.word()})
            self.book.add("来店登记", row | {"顾客名称": f"客{phone[-2:]}", "电话": phone})

    @rule(phone=A_CUSTOMER, grade=A_GRADE, result=st.sampled_from(("继续跟进", "未接通", "已订", "战败申请")))
    def follow_up(self, phone: str, grade: str, result: str) -> None:
        """A contact, perhaps with another grade, an order or an application for a loss."""
        card = next((row for row in self.book.rows("客户卡") if row["电话"] == phone), None)
        if card is not None and not self.told_today("日报", phone):
            now = grade if card["状态"] == "在跟" else None
            row = report(self.today, HE, now, 原级别=card.get("当前级别"), 经过=self.word(), 结果=result)
            self.book.add("日报", row | {"客户姓名": f"客{phone[-2:]}", "电话": phone})

    def told_today(self, sheet: str, phone: str) -> bool:
        return any(row["日期"] == self.today and row["电话"] == phone for row in self.book.rows(sheet))

    @rule(phone=A_CUSTOMER)
    def sell(self, phone: str) -> None:
        row = order(self.today, HE, 订单号=self.word())
        self.book.add("订单", row | {"客户姓名": f"客{phone[-2:]}", "电话": phone})

    @rule(phone=A_CUSTOMER)
    def give_up(self, phone: str) -> None:
        row = loss(self.today, HE, 说明=self.word())
        self.book.add("战败", row | {"客户姓名": f"客{phone[-2:]}", "电话": phone})

    @rule(data=st.data(), header=st.sampled_from(("交车日期", "退订日期")))
    def end_order(self, data: st.DataObject, header: str) -> None:
        self.type_over(
            data, "订单", {header: self.today}, lambda row: not row.get("交车日期") and not row.get("退订日期")
        )

    @rule(data=st.data(), grade=A_GRADE, decision=st.sampled_from(("同意", "驳回")))
    def decide(self, data: st.DataObject, grade: str, decision: str) -> None:
        cells: dict[str, Cell] = {"审批": decision, "审批日期": self.today}
        self.type_over(data, "战败", cells | ({"驳回后级别": grade} if decision == "驳回" else {}))

    @rule(data=st.data(), sheet=st.sampled_from(tuple(GRADE_SHEETS.values())))
    def remark(self, data: st.DataObject, sheet: str) -> None:
        if self.book.rows(sheet):
            self.type_over(data, sheet, {"备注": self.word()})

    @rule(data=st.data())
    def complete_card(self, data: st.DataObject) -> None:
        if self.book.rows("客户卡"):
            self.type_over(data, "客户卡", {"需求与预算": self.word()})

    @rule(data=st.data(), grade=A_GRADE)
    def correct(self, data: st.DataObject, grade: str) -> None:
        """A log that was wrong is corrected."""
        self.type_over(data, "日报", {"现级别": grade})

    @rule(sheet=st.sampled_from(SORTED))
    def sort(self, sheet: str) -> None:
        rows = self.book.rows(sheet)
        self.book.empty(sheet)
        self.book.add(sheet, *reversed(rows))

    def type_over(self, data: st.DataObject, sheet: str, cells: dict[str, Cell], fits: object = None) -> None:
        """Type into one row; what it said before is the typist's own to overwrite."""
        block = self.book.block(sheet)
        rows = [dict(zip(block.headers, row, strict=True)) for row in block.rows]
        open_rows = [i for i, row in enumerate(rows) if any(row.values()) and (not callable(fits) or fits(row))]
        if open_rows:
            at = data.draw(st.sampled_from(open_rows))
            self.typed.subtract(as_text(rows[at][header]) for header in cells)
            changes = Changes()
            for header, value in cells.items():
                changes.put(sheet, block.row + 1 + at, header, value)
            self.book.apply(changes)
        else:
            self.typed.subtract(as_text(value) for value in cells.values())

    @rule(days=st.integers(1, 2))
    def sleep(self, days: int) -> None:
        self.today += dt.timedelta(days=days)

    # ------------------------------------------------------------ what the buttons do

    @rule(verb=st.sampled_from(("validate", "check", "roll", "roll", "roll")))
    def press(self, verb: str) -> None:
        before = self.book.tables()
        self.book.press(verb, self.today)
        after = self.book.tables()
        again = self.book.copy()
        again.press(verb, self.today)
        assert again.tables() == after, "pressed twice is pressed once"
        if after != before:
            self.taken_back_is_never_done(before, verb)

    @rule()
    def close_day(self) -> None:
        for verb in ("validate", "roll", "check"):
            self.press(verb)
        self.sleep(1)

    @rule()
    def close_month(self) -> None:
        self.today = max(self.today, month_end(first_month(self.book.ledger(self.today), self.today)))
        self.press("roll")
        before = self.book.tables()
        try:
            self.book.press("close", self.today)
        except Refusal:
            assert self.book.tables() == before
        else:
            self.taken_back_is_never_done(before, "close")

    @rule()
    def reopen_month(self) -> None:
        before = self.book.tables()
        with suppress(Refusal):
            self.book.press("reopen", self.today)
            self.taken_back_is_never_done(before, "reopen")

    def taken_back_is_never_done(self, before: Tables, verb: str) -> None:
        after, other = self.book.tables(), self.book.copy()
        assert other.press("undo", self.today).kept == []
        assert other.tables() == before
        again = other.copy()
        again.press(verb, self.today)
        assert without_numbers(again.tables()) == without_numbers(after), "done after an undo is done"
        assert other.press("redo", self.today).kept == []
        assert other.tables() == after

    @rule(data=st.data(), phone=A_CUSTOMER, grade=A_GRADE)
    def change_ones_mind(self, data: st.DataObject, phone: str, grade: str) -> None:
        """Something is rolled, somebody types on, and then it is taken back."""
        self.sleep(1)
        self.follow_up(phone, grade, "继续跟进")
        self.press("roll")
        self.complete_card(data)
        self.take_back("undo")

    @precondition(lambda self: self.book.rows(JOURNAL))
    @rule(verb=st.sampled_from(("undo", "undo", "redo")))
    def take_back(self, verb: str) -> None:
        with suppress(Refusal):
            self.book.press(verb, self.today)

    # ------------------------------------------------------------ what always holds

    @invariant()
    def every_customer_is_in_one_state_and_place(self) -> None:
        cards = self.book.rows("客户卡")
        assert len({row["电话"] for row in cards}) == len({row["客户编号"] for row in cards}) == len(cards)
        places = [(row["电话"], grade) for grade, sheet in GRADE_SHEETS.items() for row in self.book.rows(sheet)]
        tracked = [(row["电话"], row["当前级别"]) for row in cards if row["状态"] in TRACKED]
        assert sorted(places) == sorted(tracked)
        assert all("当前级别" not in row for row in cards if row["状态"] not in TRACKED)

    @invariant()
    def the_balance_closes(self) -> None:
        ledger = self.book.ledger(self.today)
        month = first_month(ledger, self.today)
        timeline = replay(ledger, self.today, blocked_rows(self.book.validate(self.today)), month)
        assert not any(row["difference"] for row in balance(timeline, month))

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        cells = {as_text(cell) for block in self.book.blocks for row in block.rows for cell in row}
        # a long text stands in pieces, one below the other
        columns = zip(*self.book.block(JOURNAL).rows, strict=True)
        journal = "\n".join("".join(map(as_text, column)) for column in columns)
        lost = [text for text, times in self.typed.items() if times > 0 and text not in cells and text not in journal]
        assert lost == []


Shop.TestCase.settings = settings(
    max_examples=scaled(12, 500), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyShop = pytest.mark.sized(Shop.TestCase)
