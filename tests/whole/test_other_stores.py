"""Stores of another maker than the demo: three months, dirty cells, closes in between, and an oracle written from SPEC.

The oracle knows the events as they happened, and nothing of the program: after each of six rolls it says state, grade and
consultant of every customer. Closed lists and forms are spelled out here on purpose.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from books import Row
from memory import Memory
from sizes import scaled

from xlcrm.forms.schema import Cell
from xlcrm.review import Review

STAFF = ("赵一明", "钱二宁", "孙三力")
GRADES = "HABC"
EXITS = {"战败": "他品牌-价格", "冻结": "放弃购买", "失控": "放弃购买", "无效": "放弃购买", "重复": "放弃购买"}
VOID = ("无效", "重复")
"""What nobody can be declared who owns a car."""
ROLLS = [dt.date(2026, month, day) for month, last in ((7, 31), (8, 31), (9, 30)) for day in (16, last)]
DAYS = [dt.date(2026, 7, 1) + dt.timedelta(days=n) for n in range(92)]


@dataclass
class Person:
    """What is true of a customer; ``pending`` is the number of the words of an open
    application, ``former`` the phones before a correction."""

    phone: str
    name: str
    consultant: str
    state: str = "在跟"
    grade: str | None = None
    pending: int | None = None
    former: set[str] = field(default_factory=set)
    touched: dt.date = dt.date.min
    owns: bool = False


@dataclass
class Maker:
    """Lives through the days: what staff type goes to ``book``, what is so to ``people``."""

    rng: random.Random
    book: Memory
    people: list[Person] = field(default_factory=list)
    couples: set[str] = field(default_factory=set)
    words: int = 0

    # ------------------------------------------------------------ how staff type

    def dirty(self, header: str, value: Cell) -> Cell:
        """A value as somebody in a hurry types it; it still means the same."""
        text = str(value)
        if header == "电话" and text.startswith("0"):
            return self.landline(text[:3], text[3:11], text[11:])
        if value is None or self.rng.random() < 0.6:
            return value
        if isinstance(value, dt.date):
            return self.rng.choice(
                (f"{value.year}年{value.month}月{value.day}日", f"{value:%Y.%m.%d}", f"{value:%Y/%m/%d}")
            )
        if isinstance(value, dt.time):
            return f"{value.hour}：{value.minute:02d}"
        if header == "电话":
            return self.rng.choice(
                (f"+86 {text}", f"{text[:3]}-{text[3:7]}-{text[7:]}", f" {text} ", text.translate(FULL_WIDTH))
            )
        if header in ("意向级别", "现级别", "战败前级别", "驳回后级别"):
            return self.rng.choice((text.lower(), f"{text}级", f" {text} ", text.translate(FULL_WIDTH)))
        if isinstance(value, str) and header not in ("订单号", "经过", "注释"):
            return f" {text}　"
        return value

    def landline(self, area: str, number: str, extension: str) -> str:
        bare = self.rng.choice(
            (f"{area}{number}", f"{area}-{number}", f"（{area}）{number}", f"{area} {number[:4]} {number[4:]}", number)
        )
        return f"{bare}{self.rng.choice(('转', '-', '分机'))}{extension}" if extension else bare

    def type(self, sheet: str, row: Row) -> None:
        self.book.add(sheet, {header: self.dirty(header, value) for header, value in row.items() if value is not None})

    def story(self, what: str) -> str:
        self.words += 1
        return f"{what}，第{self.words}次记录，谈得比较细"

    def visit(self, day: dt.date, who: Person, by: str, first: str, grade: str) -> None:
        row: Row = {"日期": day, "来店/来电": "来店", "首次/再次": first, "顾客名称": who.name, "电话": who.phone}
        row |= {"进店时间": dt.time(10, 5), "离去时间": dt.time(10, 50), "拟购车型": "远行X5", "意向级别": grade}
        self.type("来店登记", row | {"来源": "来店/电", "销售顾问": by, "注释": self.story("看车")})
        self.report(day, who, by, grade, 目的="接待", 方式="来店")

    def report(self, day: dt.date, who: Person, by: str, grade: str | None = None, **other: Cell) -> None:
        row: Row = {"日期": day, "销售顾问": by, "类别": "当日总结", "执行日期": day, "客户姓名": who.name}
        row |= {"电话": who.phone, "车型": "远行X5", "目的": "促进", "方式": "电话", "现级别": grade}
        self.type("日报", row | {"经过": self.story("聊了置换"), "结果": "继续跟进"} | other)

    # ------------------------------------------------------------ what happens in a shop

    def arrive(self, day: dt.date) -> None:
        n, by = len(self.people), self.rng.choice(STAFF)
        name = f"{'周吴郑王冯陈褚卫蒋沈'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10 % 10]}"
        phone = f"1990001{n:04d}"
        if n % 7 == 3:
            name, phone = f"第{'一二三四五六七八九十'[n % 10]}汽修公司{n}", f"0216123{n:04d}"
        elif n % 7 == 5:  # somebody behind the switchboard of a company
            phone = f"02161230100{800 + n}"
        elif n % 7 == 6:  # husband and wife, one number
            name, phone = f"欧阳{'甲乙丙丁戊己庚辛壬癸'[n // 7 % 10]}", self.people[n - 2].phone
            self.couples |= {who.phone for who in self.people if who.phone == phone}
        who = Person(phone, name, by, grade=self.rng.choice(GRADES), touched=day)
        self.people.append(who)
        self.visit(day, who, by, "首次", who.grade or "")

    def live(self, day: dt.date, who: Person) -> None:
        """One thing happens to a customer on a day."""
        happens = {"在跟": self.prospect, "已订": self.ordered, "战败待审": self.applied, "已交车": self.owner}
        who.touched = day
        happens.get(who.state, self.gone)(day, who)

    def prospect(self, day: dt.date, who: Person) -> None:
        chance, grade = self.rng.random(), self.rng.choice(GRADES)
        if chance < 0.35:
            self.report(day, who, who.consultant, grade)
            who.grade = grade
        elif chance < 0.5:
            self.report(day, who, who.consultant, 结果="未接通")
        elif chance < 0.6:  # a colleague receives him: he stays whose he is
            self.visit(day, who, self.rng.choice(STAFF), "再次", grade)
            who.grade = grade
        elif chance < 0.75:
            self.sell(day, who)
        elif chance < 0.85:  # the report says so, the contract is written later
            self.report(day, who, who.consultant, 结果="已订")
            who.state = "已订"
        else:
            self.apply(day, who)

    def sell(self, day: dt.date, who: Person) -> None:
        row: Row = {
            "订单号": f"N{day:%m%d}-{self.people.index(who)}",
            "客户姓名": who.name,
            "电话": who.phone,
            "订单日期": day,
            "车型": "远行X5",
        }
        self.type("订单", row | {"数量": 1, "金额": 180000.0, "付款状态": "O2", "销售顾问": who.consultant})
        who.state = "已订"

    def ordered(self, day: dt.date, who: Person) -> None:
        chance = self.rng.random()
        if chance < 0.3:  # a follow-up cannot re-grade who has ordered
            self.report(day, who, who.consultant, "C", 目的="手续")
        elif chance < 0.5:
            if self.end_order(who, 退订日期=day):
                who.state, who.grade = "在跟", "A"
        elif self.end_order(who, 交车日期=day):
            who.state, who.owns = "已交车", True

    def end_order(self, who: Person, **cells: Cell) -> bool:
        """Write into the open order that it is over; one that only a report mentioned has no row before the next roll."""
        for row in self.book.rows("订单"):
            is_his = phone_in(row) in {who.phone, *who.former} and clean(row["客户姓名"]) == who.name
            if is_his and not {"退订日期", "交车日期"} & row.keys():
                self.book.edit("订单", {"订单号": row["订单号"]}, cells)
                return True
        return False

    def owner(self, day: dt.date, who: Person) -> None:
        if self.rng.random() < 0.4:
            self.sell(day, who)

    def apply(self, day: dt.date, who: Person) -> None:
        exit_ = self.rng.choice([name for name in EXITS if name not in VOID or not who.owns])
        row: Row = {
            "客户姓名": who.name,
            "电话": who.phone,
            "战败前级别": who.grade,
            "类型": exit_,
            "原因": EXITS[exit_],
        }
        note = self.story(f"{who.phone}不买了")
        self.type("战败", row | {"说明": note, "申请日期": day, "申请人": who.consultant, "审批": "待审"})
        who.state, who.pending = "战败待审", self.words

    def applied(self, day: dt.date, who: Person) -> None:
        [row] = [r for r in self.book.rows("战败") if f"第{who.pending}次记录" in str(r["说明"])]
        if self.rng.random() < 0.6:
            self.book.edit("战败", {"说明": row["说明"]}, {"审批": "同意", "审批日期": day, "审批人": "经理"})
            who.state = str(row["类型"]).strip(" 　")
        else:
            who.state, who.grade = "在跟", self.rng.choice(GRADES)
            decision: Row = {"审批": "驳回", "审批日期": day, "驳回后级别": self.dirty("驳回后级别", who.grade)}
            self.book.edit("战败", {"说明": row["说明"]}, decision)

    def gone(self, day: dt.date, who: Person) -> None:
        if who.state in VOID:  # wrong data stay wrong data; of a duplicate whoever shares the phone is called
            if who.phone not in self.couples:
                self.report(day, who, who.consultant, "B")
        elif self.rng.random() < 0.5:  # he comes back
            who.state, who.grade = "在跟", self.rng.choice(GRADES)
            self.report(day, who, who.consultant, who.grade)

    def load(self) -> None:
        """Customers of the months before, as the shop's own sheets have them."""
        for grade in GRADES:
            n, known = len(self.people), dt.date(2026, 6, 20)
            who = Person(f"1990001{n:04d}", f"老{'甲乙丙丁'[n]}某", self.rng.choice(STAFF), grade=grade)
            self.people.append(who)
            about: Row = {"客户编号": f"C{n + 1:05d}", "客户姓名": who.name, "电话": who.phone, "来源": "来店/电"}
            about |= {"初洽日期": known, "销售顾问": who.consultant}
            self.type("客户卡", about | {"状态": "在跟", "当前级别": grade, "建卡日期": known})
            self.type(
                f"{grade}级", about | {"拟购车型": "远行X5", "初始级别": grade, "月初级别": grade, "入级日期": known}
            )

    def correct_phone(self) -> None:
        """Somebody notices a wrong digit and puts it right on the card; the logs keep the old number."""
        who = self.rng.choice(self.people)
        card = self.card(who)
        if not who.former and card and who.phone not in self.couples:
            new = f"1990009{who.phone[-4:]}"
            self.book.edit("客户卡", {"客户编号": card["客户编号"]}, {"电话": new})
            who.former.add(who.phone)
            who.phone = new

    def hand_over(self) -> None:
        """The manager types another consultant on a card."""
        who = self.rng.choice(self.people)
        card = self.card(who)
        if card:
            who.consultant = self.rng.choice(STAFF)
            self.book.edit("客户卡", {"客户编号": card["客户编号"]}, {"销售顾问": who.consultant})

    def card(self, who: Person) -> Row:
        """The customer's card, nothing before the roll that makes it."""
        return next((row for row in self.book.rows("客户卡") if known_as(row) == (who.phone, who.name)), {})


FULL_WIDTH = str.maketrans("0123456789HABC", "０１２３４５６７８９ＨＡＢＣ")
HALF_WIDTH = {wide: narrow for narrow, wide in FULL_WIDTH.items()}


def stands(book: Memory) -> dict[tuple[str, str], tuple[object, ...]]:
    """By phone and name: state, grade, consultant, and the sheets that hold him with the consultant there."""
    rows: dict[tuple[str, str], list[tuple[str, Cell]]] = {}
    for grade in GRADES:
        for row in book.rows(f"{grade}级"):
            rows.setdefault(known_as(row), []).append((grade, clean(row["销售顾问"])))
    cards = book.rows("客户卡")
    assert max(Counter(map(known_as, cards)).values()) == 1
    shown = {known_as(row): [clean(row.get(header)) for header in ("状态", "当前级别", "销售顾问")] for row in cards}
    return {who: (*cells, *rows.get(who, ())) for who, cells in shown.items()}


def known_as(row: Row) -> tuple[str, str]:
    return phone_in(row), str(row["客户姓名"]).strip(" 　")


def clean(cell: Cell) -> str | None:
    """What a typed word means."""
    return str(cell).translate(HALF_WIDTH).strip().removesuffix("级").upper() if cell else None


def phone_in(row: Row) -> str:
    digits = "".join(ch for ch in str(row["电话"]).translate(HALF_WIDTH) if ch.isdigit())
    digits = digits.removeprefix("86")
    return f"021{digits}" if digits.startswith("6") else digits


def so(people: list[Person]) -> dict[tuple[str, str], tuple[object, ...]]:
    """The same as the oracle knows it."""
    shown: dict[tuple[str, str], tuple[object, ...]] = {}
    for who in people:
        is_tracked = who.state in ("在跟", "战败待审")
        row = ((who.grade, who.consultant),) if is_tracked else ()
        shown[who.phone, who.name] = (who.state, who.grade if is_tracked else None, who.consultant, *row)
    return shown


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(scaled(2, 60)))
def test_every_customer_stands_where_the_oracle_says_after_each_of_six_rolls(seed: int) -> None:
    rng = random.Random(seed)
    shop: Row = {"键": "区号", "值": "021"}
    book = Memory.holding({"顾问": [{"姓名": name, "状态": "在岗"} for name in STAFF], "设置": [shop]})
    maker = Maker(rng, book)
    maker.load()
    for day in DAYS:
        for _ in range(rng.choice((0, 1, 1))):
            maker.arrive(day)
        for who in rng.sample(maker.people, min(len(maker.people), 2)):
            if who.touched != day:
                maker.live(day, who)
        if day not in ROLLS:
            continue
        if book.rows("月初留存"):  # before the first roll a card is only being filled in
            for _ in range(rng.choice((0, 1, 2))):
                maker.hand_over()
            maker.correct_phone()
        book.roll(day)
        assert stands(book) == so(maker.people), f"seed {seed}, {day}"
        assert not book.roll(day).changes
        errors = [f for f in (*book.validate(day), *book.crosscheck(day)) if f.code in ("R3", "R4", "R10", "R11")]
        assert errors == []
        review = Review(book.ledger(day), day)
        assert not any(row["difference"] for row in review.balance(f"{day:%Y-%m}"))
        if day.month != (day + dt.timedelta(days=1)).month:
            book.close(day)
