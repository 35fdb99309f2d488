"""Any shop that corrects after every roll: phones, names, consultants, grades, days, deletions, hand-overs, merges.

After the next roll everybody stands in one place, the figures count the rows, and nothing was changed in silence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress
from functools import cache

import pytest
from desk import Desk, Tables
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from memory import HE, loss, order, report, visit
from sizes import scaled

from xlcrm.changes import Changes
from xlcrm.demo import simulate
from xlcrm.errors import Refusal
from xlcrm.findings import Finding, Severity
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import GRADE_SHEETS, Card, Prospect
from xlcrm.forms.states import GRADES, TRACKED
from xlcrm.ledger.customers import Customer
from xlcrm.review import Review
from xlcrm.timeline.balance import TOTAL, balance
from xlcrm.verbs import Outcome

FIRST, TODAY = dt.date(2026, 10, 1), dt.date(2026, 10, 14)
LOGS = ("来店登记", "日报")
GRADED = tuple(GRADE_SHEETS.values())
DATED = (("订单", "订单日期"), ("订单", "交车日期"), ("订单", "退订日期"), ("战败", "申请日期"), ("战败", "审批日期"))
A_NUMBER = st.integers(0, 99)
Shown = dict[str, tuple[Cell, ...]]


@cache
def _rolled(seed: int) -> Desk:
    store = simulate(seed, start=FIRST, end=TODAY, consultants=2, visits_a_month=16, opening=4, diligent=True)
    book = Desk.holding(store.sheets)
    book.press("roll", TODAY)
    return book


def stands(book: Desk) -> Shown:
    """By 客户编号: state, grade, consultant and phone on the card, and where and whose the grade rows are."""
    shown: dict[str, list[Cell]] = {}
    for row in book.rows("客户卡"):
        cells = [row.get(header) for header in ("状态", "当前级别", "销售顾问", "电话")]
        shown[str(row.get("客户编号"))] = cells
    for sheet in GRADE_SHEETS.values():
        for row in book.rows(sheet):
            shown.setdefault(str(row.get("客户编号")), []).extend((sheet, row.get("销售顾问"), row.get("电话")))
    return {number: tuple(cells) for number, cells in shown.items()}


def without_hints(tables: Tables) -> Tables:
    """The tables without what is said once only, of a card typed by hand."""
    return tables | {"问题清单": tuple(line for line in tables["问题清单"] if any(line) and line[-1] != "G07")}


def in_stock(customer: Customer) -> list[Prospect | Card]:
    """The rows that a customer stands in stock with: C may stand on the card alone."""
    cards = [card for card in customer.cards if card.state in TRACKED and card.grade == "C"]
    return list(customer.prospects) or list(cards)


class Corrections(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book, self.today, self.count = Desk([]), TODAY, 0

    @initialize(seed=st.integers(1, 3))
    def begin(self, seed: int) -> None:
        self.book = _rolled(seed).copy()
        self.staff = [str(row["姓名"]) for row in self.book.rows("顾问")]

    # ------------------------------------------------------------ what people correct

    def pick(self, sheet: str, at: int, **known: Cell) -> int | None:
        """The place of one of the rows of a sheet that hold these cells."""
        block = self.book.block(sheet)
        rows = [dict(zip(block.headers, cells, strict=True)) for cells in block.rows]
        fits = [i for i, row in enumerate(rows) if any(row.values()) and all(row[h] == v for h, v in known.items())]
        return block.row + 1 + fits[at % len(fits)] if fits else None

    def cell(self, sheet: str, row: int, header: str) -> Cell:
        block = self.book.block(sheet)
        return block.rows[row - block.row - 1][block.headers.index(header)]

    def shown(self, sheet: str, row: int) -> dict[str, Cell]:
        """The cells of a row that hold something, by header."""
        block = self.book.block(sheet)
        cells = zip(block.headers, block.rows[row - block.row - 1], strict=True)
        return {header: cell for header, cell in cells if cell is not None}

    def put(self, sheet: str, row: int | None, **cells: Cell) -> None:
        changes = Changes()
        for header, value in cells.items():
            if row is not None:
                changes.put(sheet, row, header, value)
        self.book.apply(changes)

    def remove(self, sheet: str, row: int | None) -> None:
        changes = Changes()
        if row is not None:
            changes.remove(sheet, row)
        self.book.apply(changes)

    def replace_everywhere(self, sheets: tuple[str, ...], header: str, old: Cell, new: Cell) -> None:
        for sheet in sheets:
            name = "顾客名称" if (sheet, header) == ("来店登记", "客户姓名") else header
            block = self.book.block(sheet)
            for i, cells in enumerate(block.rows):
                if cells[block.headers.index(name)] == old:
                    self.put(sheet, block.row + 1 + i, **{name: new})

    def someone(self, at: int) -> dict[str, Cell]:
        cards = self.book.rows("客户卡")
        return cards[at % len(cards)]

    @rule(at=A_NUMBER, sheets=st.sampled_from((LOGS, ("客户卡",), ("日报",), (*LOGS, "客户卡"), GRADED)))
    def correct_phone(self, at: int, sheets: tuple[str, ...]) -> None:
        self.count += 1
        self.replace_everywhere(sheets, "电话", self.someone(at)["电话"], f"199777{self.count:05d}")
        self.roll()

    @rule(at=A_NUMBER, other=A_NUMBER)
    def correct_phone_onto_anothers(self, at: int, other: int) -> None:
        self.replace_everywhere(LOGS, "电话", self.someone(at)["电话"], self.someone(other)["电话"])
        self.roll()

    @rule(at=A_NUMBER, other=A_NUMBER)
    def swap_phones(self, at: int, other: int) -> None:
        """Each of two customers has the other's number in the logs."""
        one, two = self.someone(at)["电话"], self.someone(other)["电话"]
        for old, new in ((one, "换号"), (two, one), ("换号", two)):
            self.replace_everywhere(LOGS, "电话", old, new)
        self.roll()

    @rule(at=A_NUMBER, sheets=st.sampled_from((LOGS, ("客户卡",), (*LOGS, "客户卡"))))
    def correct_name(self, at: int, sheets: tuple[str, ...]) -> None:
        self.count += 1
        tens, ones = divmod(self.count, 10)  # any two names differ in two characters: one is a slip of the pen
        new = f"改{'一二三四五六七八九十'[ones]}{'甲乙丙丁'[tens % 4]}{'赵钱孙李周吴郑王冯陈'[(tens + ones) % 10]}"
        self.replace_everywhere(sheets, "客户姓名", self.someone(at)["客户姓名"], new)
        self.roll()

    @rule(at=A_NUMBER, to=A_NUMBER, sheet=st.sampled_from(("客户卡", "客户卡", "来店登记", "日报")))
    def correct_consultant(self, at: int, to: int, sheet: str) -> None:
        self.put(sheet, self.pick(sheet, at), 销售顾问=self.staff[to % len(self.staff)])
        self.roll()

    @rule(at=A_NUMBER, other=A_NUMBER)
    def give_report(self, at: int, other: int) -> None:
        """A report turns out to be about another customer."""
        who = self.someone(other)
        row = self.pick("日报", at, 类别="当日总结")
        self.put("日报", row, 客户姓名=who["客户姓名"], 电话=who["电话"])
        self.roll()

    @rule(at=A_NUMBER, grade=st.sampled_from(GRADES))
    def correct_grade(self, at: int, grade: str) -> None:
        row = self.pick("日报", at, 类别="当日总结")
        if row is not None and self.cell("日报", row, "现级别"):
            self.put("日报", row, 现级别=grade)
        self.roll()

    @rule(at=A_NUMBER, sheet=st.sampled_from(LOGS), back=st.integers(1, 3))
    def correct_day(self, at: int, sheet: str, back: int) -> None:
        row = self.pick(sheet, at)
        day = self.cell(sheet, row, "日期") if row is not None else None
        if isinstance(day, dt.date):
            new = max(FIRST, day - dt.timedelta(days=back))
            self.put(sheet, row, 日期=new, **({"执行日期": new} if sheet == "日报" else {}))
        self.roll()

    @rule(at=A_NUMBER, sheet=st.sampled_from((*LOGS, "订单", "客户卡", *GRADE_SHEETS.values(), "战败")))
    def delete(self, at: int, sheet: str) -> None:
        self.remove(sheet, self.pick(sheet, at))
        self.roll()

    @rule(at=A_NUMBER)
    def delete_all_logs(self, at: int) -> None:
        phone = self.someone(at)["电话"]
        for sheet in LOGS:
            while (row := self.pick(sheet, 0, 电话=phone)) is not None:
                self.remove(sheet, row)
        self.roll()

    @rule(at=A_NUMBER, result=st.sampled_from(("已订", "战败申请", "继续跟进", "未接通")))
    def mark(self, at: int, result: str) -> None:
        """A report says something else than it did."""
        self.put("日报", self.pick("日报", at, 类别="当日总结"), 结果=result)
        self.roll()

    @rule(at=A_NUMBER, kind=st.sampled_from(("重复", "无效", "战败")))
    def merge_or_lose(self, at: int, kind: str) -> None:
        who = self.someone(at)
        about = {
            "客户姓名": who["客户姓名"],
            "电话": who["电话"],
            "类型": kind,
            "战败前级别": who.get("当前级别") or "A",
        }
        self.book.add("战败", loss(self.today, HE, **about, 申请人=self.staff[0], 审批="同意", 审批日期=self.today))
        self.roll()

    @rule(at=A_NUMBER, cars=st.sampled_from((1, 2)))
    def sell(self, at: int, cars: int) -> None:
        who, self.count = self.someone(at), self.count + 1
        about = {"客户姓名": who["客户姓名"], "电话": who["电话"], "订单号": f"W{self.count}", "数量": cars}
        self.book.add("订单", order(self.today, HE, **about, 销售顾问=self.staff[0]))
        self.roll()

    @rule(at=A_NUMBER, header=st.sampled_from(("退订日期", "交车日期")), taken_back=st.booleans())
    def end_order(self, at: int, header: str, taken_back: bool) -> None:
        self.put("订单", self.pick("订单", at), **{header: None if taken_back else self.today})
        self.roll()

    @rule(at=A_NUMBER, grade=st.sampled_from(GRADES))
    def contact(self, at: int, grade: str) -> None:
        who, self.count = self.someone(at), self.count + 1
        if who["状态"] in TRACKED:
            about = {"客户姓名": who["客户姓名"], "电话": who["电话"], "原级别": who.get("当前级别")}
            story = f"第{self.count}次联系，聊了置换和贷款的事"
            self.book.add("日报", report(self.today, HE, grade, **about, 销售顾问=who["销售顾问"], 经过=story))
        self.roll()

    @rule(at=A_NUMBER, result=st.sampled_from(("未接通", "信息不准", "其他")), times=st.integers(1, 3))
    def call(self, at: int, result: str, times: int) -> None:
        """A prospect, a buyer or an owner is called, perhaps late and in vain; several persons of one customer are one contact."""
        who = self.someone(at)
        for _ in range(times):
            self.count += 1
            about = {"客户姓名": who["客户姓名"], "电话": who["电话"], "原级别": who.get("当前级别"), "结果": result}
            about |= {
                "目的": "促进" if who["状态"] in TRACKED else "售后回访",
                "经过": f"第{self.count}次打电话，说了一会儿",
            }
            self.book.add("日报", report(self.today, HE, None, **about, 销售顾问=who["销售顾问"]))
        self.roll()

    @rule(at=A_NUMBER, ago=st.integers(0, 40))
    def load_owner(self, at: int, ago: int) -> None:
        """An owner whose car was delivered elsewhere, or before, is typed into the list; care calls may be due already."""
        who, bought = self.someone(at), self.today - dt.timedelta(days=ago)
        about = {
            "客户编号": who["客户编号"],
            "车主姓名": who["客户姓名"],
            "电话": who["电话"],
            "销售顾问": who["销售顾问"],
        }
        self.book.add("保有客户", about | {"车型": "远行X5", "购买日期": bought, "交车日期": bought})
        self.roll()

    @rule()
    def plan_tomorrow(self) -> None:
        self.book.press("plan", self.today)
        self.roll()

    @rule(to=A_NUMBER)
    def hand_everything_over(self, to: int) -> None:
        former, heir = (self.staff[(to + i) % len(self.staff)] for i in (0, 1))
        if any(row.get("销售顾问") == former for row in self.book.rows("客户卡")):
            self.book.press("handover", self.today, former=former, to=[heir])
        self.roll()

    @rule(
        at=A_NUMBER,
        back=st.integers(0, 5),
        is_new=st.booleans(),
        is_couple=st.booleans(),
        grade=st.sampled_from(GRADES),
    )
    def register_late(self, at: int, back: int, is_new: bool, is_couple: bool, grade: str) -> None:
        """A visit of some days ago: of a new customer, of a known one, or of two who share a phone."""
        self.count += 1
        who, name = (
            self.someone(at),
            f"迟登{'甲乙丙丁戊己庚辛壬癸'[self.count % 10]}{'赵钱孙李周吴郑王冯陈'[self.count // 10 % 10]}",
        )
        about: dict[str, Cell] = {
            "顾客名称": name if is_new or is_couple else who["客户姓名"],
            "电话": f"199888{self.count:05d}" if is_new else who["电话"],
            "首次/再次": "首次" if is_new else "再次",
            "销售顾问": self.staff[at % len(self.staff)],
            "注释": f"第{self.count}次来店看车，谈了价格",
        }
        day = max(FIRST, self.today - dt.timedelta(days=back))
        self.book.add("来店登记", visit(day, HE, grade, **about))
        self.roll()

    @rule(at=A_NUMBER, extension=st.integers(801, 803))
    def register_behind_a_switchboard(self, at: int, extension: int) -> None:
        self.count += 1
        about: dict[str, Cell] = {
            "顾客名称": f"分机{'甲乙丙丁戊己庚辛壬癸'[self.count % 10]}",
            "销售顾问": self.staff[at % len(self.staff)],
        }
        about |= {"电话": f"02988880000转{extension}", "注释": f"第{self.count}次来店，单位用车"}
        self.book.add("来店登记", visit(self.today, HE, GRADES[at % len(GRADES)], **about))
        self.roll()

    @rule(at=A_NUMBER, sheet=st.sampled_from(LOGS))
    def type_twice(self, at: int, sheet: str) -> None:
        row = self.pick(sheet, at)
        if row is not None:
            self.book.add(sheet, self.shown(sheet, row))
        self.roll()

    @rule(at=A_NUMBER)
    def leave_no_contact(self, at: int) -> None:
        """A register row that had a phone says that none was left."""
        self.put("来店登记", self.pick("来店登记", at), 电话=None, 意向级别=None, 未留档原因="客户-闲逛")
        self.roll()

    @rule(at=A_NUMBER, decision=st.sampled_from(("同意", "驳回", "待审")), grade=st.sampled_from(GRADES))
    def decide_otherwise(self, at: int, decision: str, grade: str) -> None:
        cells: dict[str, Cell] = {"审批": decision, "审批日期": None if decision == "待审" else self.today}
        cells["驳回后级别"] = grade if decision == "驳回" else None
        self.put("战败", self.pick("战败", at), **cells)
        self.roll()

    @rule(at=A_NUMBER, back=st.integers(1, 4), place=st.sampled_from(DATED))
    def redate(self, at: int, back: int, place: tuple[str, str]) -> None:
        sheet, header = place
        row = self.pick(sheet, at)
        day = self.cell(sheet, row, header) if row is not None else None
        if isinstance(day, dt.date):
            self.put(sheet, row, **{header: max(FIRST, day - dt.timedelta(days=back))})
        self.roll()

    @rule(at=A_NUMBER, sheets=st.permutations(tuple(GRADE_SHEETS.values())))
    def move_grade_row(self, at: int, sheets: list[str]) -> None:
        """Somebody moves a row to another grade sheet by hand."""
        row = self.pick(sheets[0], at)
        if row is not None:
            cells = self.shown(sheets[0], row)
            self.remove(sheets[0], row)
            self.book.add(sheets[1], cells)
        self.roll()

    @rule(sheet=st.sampled_from((*LOGS, *GRADE_SHEETS.values(), "客户卡", "订单", "跟进记录")))
    def sort(self, sheet: str) -> None:
        rows = self.book.rows(sheet)
        self.book.empty(sheet)
        self.book.add(sheet, *reversed(rows))
        self.roll()

    @rule()
    def undo(self) -> None:
        with suppress(Refusal):  # nothing to undo
            self.book.press("undo", self.today)
        self.roll()

    @rule(days=st.integers(1, 2))
    def sleep(self, days: int) -> None:
        self.today = min(self.today + dt.timedelta(days=days), dt.date(2026, 10, 31))
        self.roll()

    # ------------------------------------------------------------ what holds after the next roll

    def roll(self) -> None:
        before, tables = stands(self.book), self.book.tables()
        said_before = self.book.validate(self.today)
        outcome = self.book.press("roll", self.today)
        after = self.book.tables()
        again = self.book.copy()
        again.press("roll", self.today)
        assert without_hints(again.tables()) == without_hints(after), "rolled twice is rolled once"
        if after != tables:
            undone = self.book.copy()
            assert undone.press("undo", self.today).kept == []
            assert undone.tables() == tables
        self.everybody_stands_once()
        found = [*self.book.validate(self.today), *self.book.crosscheck(self.today)]
        self.every_card_has_a_life_or_a_finding(found)
        self.the_figures_count_the_rows(found)
        self.nothing_changed_in_silence(before, outcome, said_before)

    def everybody_stands_once(self) -> None:
        numbers = [row.get("客户编号") for row in self.book.rows("客户卡")]
        assert len(numbers) == len(set(numbers)), "no second card"
        rows = Counter(row.get("客户编号") for sheet in GRADE_SHEETS.values() for row in self.book.rows(sheet))
        assert max(rows.values(), default=1) == 1, "no second grade row"
        ledger = self.book.ledger(self.today)
        assert all(len(customer.cards) <= 1 for customer in ledger.customers.values())

    def named(self, found: list[Finding]) -> set[str]:
        """The 客户编号 of everybody whom a finding is about, or who shares its place."""
        ledger = self.book.ledger(self.today)
        at = {(r.at.sheet, r.at.row): r for records in ledger.records.values() for r in records}
        numbers: set[str] = set()
        for finding in found:
            for place in (finding.at, finding.other):
                record = at.get((place.sheet, place.row)) if place is not None else None
                customer = ledger.customers.of(record) if record is not None else None
                if customer is not None:
                    numbers.add(customer.number)
        return numbers

    def every_card_has_a_life_or_a_finding(self, found: list[Finding]) -> None:
        review = Review(self.book.ledger(self.today), self.today)
        named = self.named(found)
        for key, customer in review.ledger.customers.items():
            card, life = customer.card, review.timeline.lives.get(key)
            if card is None and not customer.prospects:
                continue
            agrees = life is not None and card is not None and life.standing.state == card.state
            assert agrees or customer.number in named, (customer.number, customer.name, life and life.standing)

    def the_figures_count_the_rows(self, found: list[Finding]) -> None:
        review = Review(self.book.ledger(self.today), self.today)
        rows = review.balance("2026-10")
        assert not any(row["difference"] for row in rows)
        assert rows == balance(review.counted("2026-10"), "2026-10")
        counted = {
            (r["consultant"], r["grade"]): r["closing"] for r in rows if TOTAL not in r.values() and r["closing"]
        }
        stock = {key: in_stock(customer) for key, customer in review.ledger.customers.items()}
        in_sheets = Counter((row.consultant or "", row.grade or "") for rows in stock.values() for row in rows)
        errors = self.named([finding for finding in found if finding.severity is Severity.ERROR])
        is_off = False
        for key, life in review.counted("2026-10").lives.items():
            customer, standing = review.ledger.customers[key], life.standing
            stands_for = [(standing.consultant, standing.grade)] if standing.tracked else []
            if stands_for != [(row.consultant, row.grade) for row in stock[key]]:
                assert customer.number in errors, (customer.number, standing)
                is_off = True
        assert is_off or counted == in_sheets

    def nothing_changed_in_silence(self, before: Shown, outcome: Outcome, said: list[Finding]) -> None:
        after = stands(self.book)
        moved = {move.customer for move in outcome.moves} | self.named([*said, *outcome.findings])
        for number in before.keys() & after.keys():
            if before[number] != after[number]:
                mentioned = number in moved or any(number in sentence for sentence in outcome.said)
                assert mentioned, (number, before[number], after[number], outcome.said)


Corrections.TestCase.settings = settings(
    max_examples=scaled(4, 400),
    stateful_step_count=scaled(8, 20),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestCorrections = pytest.mark.sized(Corrections.TestCase)
