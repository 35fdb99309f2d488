"""For each wording of the relations and proposals one thing spoilt in a book where everything agrees.

What a person does to the book is an object that says what it leaves wrong, and what stood there while it was right: the
tests do it, ``tools/docs.py`` shows it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple, Protocol

from books import Row, blocks_of
from corner import shop
from memory import HE, NAMES, QIAN, STAFF, SUN, ZHOU, Memory, card, loss, order, plan, prospect, report, visit

from xlcrm.findings import Difference, Finding
from xlcrm.forms.schema import Cell
from xlcrm.forms.switched import KeptItem
from xlcrm.roll.proposals import propose

MON, TUE, WED, THU, FRI, SAT = (dt.date(2026, 10, day) for day in range(5, 11))
SUN_11, NEXT_MON = dt.date(2026, 10, 11), dt.date(2026, 10, 12)
LAST, NEXT = dt.date(2026, 10, 31), dt.date(2026, 11, 3)
STRANGER: Row = {"客户姓名": "路人", "电话": "19900000109"}
CALL: Row = {"目的": "售后回访"}
RECEIVED: Row = {"目的": "接待", "方式": "来店"}

# ---------------------------------------------------------------- what a person does to a book


Look = Callable[[Memory, dt.date], list[Finding]]


class Spoil(Protocol):
    """Something done to a book: rows are written ``sheet header=value …``, several with `` // `` between."""

    def __call__(self, book: Memory) -> None: ...
    def wrong(self) -> str:
        """What then stands in the book."""
        ...

    def right(self, book: Memory) -> str:
        """What stands there in the book before."""
        ...


@dataclass(frozen=True)
class Add:
    sheet: str
    rows: tuple[Row, ...]

    def __call__(self, book: Memory) -> None:
        book.add(self.sheet, *self.rows)

    def wrong(self) -> str:
        return " // ".join(_row(self.sheet, row) for row in self.rows)

    def right(self, _book: Memory) -> str:
        return f"{self.sheet} {ABSENT}"


@dataclass(frozen=True)
class Edit:
    sheet: str
    known: Row
    changed: Row

    def __call__(self, book: Memory) -> None:
        book.edit(self.sheet, self.known, self.changed)

    def wrong(self) -> str:
        return _said(self.sheet, self.known | self.changed)

    def right(self, book: Memory) -> str:
        row = book.row(self.sheet, **self.known)
        return _said(self.sheet, self.known | {header: row.get(header) for header in self.changed})


@dataclass(frozen=True)
class Delete:
    sheet: str
    known: Row

    def __call__(self, book: Memory) -> None:
        book.delete(self.sheet, self.known)

    def wrong(self) -> str:
        return f"{_said(self.sheet, self.known)} {ABSENT}"

    def right(self, book: Memory) -> str:
        return _row(self.sheet, book.row(self.sheet, **self.known))


@dataclass(frozen=True)
class Rolled:
    """级别推进 is pressed: nothing of it is a person's."""

    day: dt.date

    def __call__(self, book: Memory) -> None:
        book.roll(self.day)

    def wrong(self) -> str:
        return ""

    def right(self, _book: Memory) -> str:
        return ""


@dataclass(frozen=True)
class All:
    spoils: tuple[Spoil, ...]

    def __call__(self, book: Memory) -> None:
        for spoil in self.spoils:
            spoil(book)

    def wrong(self) -> str:
        return " // ".join(filter(None, (spoil.wrong() for spoil in self.spoils)))

    def right(self, book: Memory) -> str:
        return " // ".join(filter(None, (spoil.right(book) for spoil in self.spoils)))


ABSENT = "没有这一行"
_ALIKE = {
    *(
        "来店/来电",
        "进店时间",
        "离去时间",
        "拟购车型",
        "来源",
        "注释",
        "车型",
        "经过",
        "付款状态",
        "金额",
        "数量",
        "建卡日期",
    ),
    "初始级别",
    "申请人",
    "原因",
    "初洽日期",
    "入级日期",
    "订单号",
    "最近回访",
    "下次回访",
    "逾期天数",
    "首保到期",
    "保险到期",
    "类型",
    "同意联系",
    "购买日期",
    "销售顾问",
}
"""Columns that say nothing about the case, unless it is they that are changed."""


def _row(sheet: str, row: Row) -> str:
    """A row in the words that matter: who, when, and what is not the same in all rows."""
    return _said(sheet, {header: cell for header, cell in row.items() if header not in _ALIKE and cell is not None})


def _said(sheet: str, row: Row) -> str:
    names = [str(row[header]) for header in ("客户姓名", "顾客名称", "车主姓名") if header in row]
    names += [NAMES[str(row["电话"])]] if row.get("电话") in NAMES else []
    names += [name for phone, name in NAMES.items() if row.get("客户编号") == f"C0000{phone[-1]}"]
    who = {"客户": names[0]} if names else {}
    shown = {"客户姓名", "顾客名称", "车主姓名", "电话", "客户编号"} if names else set()
    cells = who | {header: cell for header, cell in row.items() if header not in shown}
    return " ".join((sheet, *(f"{header}={'' if cell is None else cell}" for header, cell in cells.items())))


def add(sheet: str, *rows: Row) -> Spoil:
    return Add(sheet, rows)


def edit(sheet: str, known: Row, **changed: Cell) -> Spoil:
    return Edit(sheet, known, changed)


def delete(sheet: str, known: Row) -> Spoil:
    return Delete(sheet, known)


def both(*spoils: Spoil) -> Spoil:
    return All(spoils)


# ---------------------------------------------------------------- the books where everything agrees


def typed() -> Memory:
    """Five days of 张敏, who rests on Tuesday: 何一 is followed up, 钱二 comes, 孙三 owns a car, 周四 is lost."""
    old = dt.date(2026, 9, 25)
    return Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, "A"), card(SUN, None, 状态="已交车"), card(ZHOU, None, 状态="战败")],
            "A级": [prospect(HE, "A")],
            "跟进记录": [
                {"客户编号": "C00001", "计划日期": WED, "计划方式": "电话", "计划目的": "促进", "销售顾问": "张敏"}
            ],
            "保有客户": [
                {
                    "客户编号": "C00003",
                    "车主姓名": "孙三",
                    "电话": SUN,
                    "车型": "远行X5",
                    "购买日期": old,
                    "交车日期": dt.date(2026, 9, 30),
                    "销售顾问": "张敏",
                }
            ],
            "关怀记录": [{"客户编号": "C00003", "关怀项目": "七日", "计划日期": WED, "销售顾问": "张敏"}],
            "战败": [loss(old, ZHOU, 审批="同意", 审批日期=old)],
            "来店登记": [visit(MON, QIAN, "H")],
            "日报": [
                report(MON, QIAN, "H", 下次回访日期=WED) | RECEIVED,
                plan(MON, WED, HE),
                plan(MON, WED, QIAN),
                plan(MON, WED, SUN) | CALL,
                report(WED, HE, "A", 原级别="A", 下次回访日期=dt.date(2026, 10, 14)),
                report(WED, QIAN, "H", 原级别="H", 下次回访日期=FRI),
                report(WED, SUN) | CALL,
                plan(THU, FRI, QIAN),
                report(FRI, QIAN, "A", 原级别="H", 下次回访日期=dt.date(2026, 10, 16)),
            ],
        }
    )


@cache
def agreeing() -> Memory:
    """The book rolled on Saturday; copy before changing it."""
    book = typed()
    book.roll(SAT)
    return book


@cache
def switched() -> Memory:
    """The same with two forms switched on: 钱二 drove on Monday, 何一 was called on at home on Wednesday."""
    book = agreeing().copy()
    book.edit("来店登记", {"电话": QIAN}, {"试乘试驾": "√"})
    drive: Row = {"日期": MON, "客户姓名": "钱二", "电话": QIAN, "试驾车型": "远行X5", "销售顾问": "张敏"}
    drive |= {"出发时间": dt.time(10), "驾照已验": "√", "已签保证书": "√"}
    call: Row = {"编号": "B1", "计划日期": WED, "预约日期": MON, "销售顾问": "张敏", "客户姓名": "何一", "电话": HE}
    call |= {"目的": "送资料", "执行日期": WED, "达到预期": "是"}
    book.edit("客户卡", {"电话": SUN}, {"类型": "单位"})
    company: Row = {"客户编号": "C00003", "单位名称": "孙三商行"}
    counted: Row = {"日期": MON, "批次": 1}
    walked: Row = {"日期": TUE, "检查人": "王经理", "项目": KeptItem.CARDS, "得分": 5}
    sheets = {"试驾": [drive], "拜访计划": [call], "单位客户": [company], "客流计数": [counted], "展厅检查": [walked]}
    book.blocks += [block for block in blocks_of(sheets) if block.sheet in sheets]
    return book


@cache
def closed() -> Memory:
    """The book with an open order, October closed."""
    book = typed()
    book.add("订单", order(FRI, QIAN))
    book.roll(LAST)
    book.close(LAST)
    return book


@cache
def lost() -> Memory:
    """何一 is given up on Thursday, with the manager's consent."""
    book = agreeing().copy()
    book.add("战败", loss(THU, HE, 审批="同意", 审批日期=THU))
    book.roll(SAT)
    return book


@cache
def new() -> Memory:
    """何一 came on Monday and is graded H; nothing else."""
    return shop()


@cache
def ordered() -> Memory:
    """何一 came on Monday and ordered on Wednesday."""
    book = shop()
    book.add("订单", order(WED, HE))
    book.roll(WED)
    return book


@cache
def delivered() -> Memory:
    """何一 came on Monday, ordered on Wednesday and has the car since Thursday."""
    book = shop()
    book.add("订单", order(WED, HE, 交车日期=THU))
    book.roll(THU)
    return book


@cache
def new_and_closed() -> Memory:
    """何一 came in October; October is closed."""
    book = shop()
    book.roll(LAST)
    book.close(LAST)
    return book


@cache
def planned_by_hand() -> Memory:
    """何一 is to be called on Friday, and somebody planned it by hand."""
    book = shop()
    book.add("日报", plan(MON, FRI, HE, 主管批示="带上报价"))
    book.edit("跟进记录", {"计划日期": WED}, {"计划日期": FRI})
    return book


@cache
def old(grade: str, *days_failed: dt.date) -> Memory:
    """何一 has stood in a grade sheet since before the logs began; on some days nobody reached him."""
    return Memory.holding(
        {
            "顾问": STAFF,
            "客户卡": [card(HE, grade)],
            f"{grade}级": [prospect(HE, grade, 入级日期=MON)],
            "日报": [report(day, 结果="未接通") for day in days_failed],
        }
    )


def spoilt(
    before: Memory, today: dt.date, spoil: Callable[[Memory], None], look: Look = Memory.crosscheck
) -> list[Finding]:
    """What is found after something was spoilt and was not before."""
    after = before.copy()
    spoil(after)
    known = Counter((f.wording, f.at) for f in look(before, today))
    found = []
    for finding in look(after, today):
        known[finding.wording, finding.at] -= 1
        if known[finding.wording, finding.at] < 0:
            found.append(finding)
    return found


# ---------------------------------------------------------------- one thing spoilt for each wording


def proposed(book: Memory, today: dt.date) -> list[Finding]:
    return propose(book.review(today))


def hinted(book: Memory, today: dt.date) -> list[Finding]:
    """What a roll would say and not say again."""
    return book.copy().roll(today).hints


class Case(NamedTuple):
    """What is spoilt, and what is found then: its kind (proposals have none), its place, in which book, on which day."""

    kind: Difference | None
    sheet: str
    header: str
    spoil: Spoil
    book: Callable[[], Memory] = agreeing
    today: dt.date = SAT
    look: Look = Memory.crosscheck
    beside: tuple[str, ...] = ()
    """What else is found of it, about something else."""

    def found(self) -> list[Finding]:
        """What is found after it was spoilt and was not before."""
        return spoilt(self.book(), self.today, self.spoil, self.look)

    def right(self) -> str:
        """What stands there while nothing is spoilt."""
        return self.spoil.right(self.book())


NEW_VISIT = visit(FRI, HE, "H", 顾客名称="路人", 电话="19900000109")
PLAN_OF_HE: Row = {"类别": "明日计划", "电话": HE}
PLAN_OF_QIAN: Row = {"日期": THU, "电话": QIAN}
PLAN_OF_SUN: Row = {"类别": "明日计划", "电话": SUN}
CARE: Row = {"客户编号": "C00003", "关怀项目": "七日"}
QIANS_OPENING: Row = {"月份": "2026-11", "电话": QIAN}
EARLIER = dt.date(2026, 10, 3)
LOG_OF_SAT = plan(SAT, dt.date(2026, 10, 16), QIAN)
"""The report of the day itself, which founds nothing new: 钱二 is to be called that Friday."""

MOVED_BY_HAND = both(
    delete("A级", {"电话": QIAN}),
    add("B级", prospect(QIAN, "B", 客户编号="C00005", 初洽日期=MON, 初始级别="H", 月初级别=None, 入级日期=FRI)),
    edit("客户卡", {"电话": QIAN}, 当前级别="B"),
)
"""钱二's row cut out of A级 and put into B级, the card changed with it, and nothing in the logs."""

D = Difference
SPOILT: dict[str, Case] = {
    "R1.report": Case(
        D.UNREGISTERED, "日报", "客户姓名", add("日报", report(WED, 电话=None, 客户姓名="路人") | RECEIVED)
    ),
    "R2.no_card": Case(D.UNCARDED, "A级", "电话", delete("客户卡", {"电话": HE})),
    "R2.two_cards": Case(D.TWO_STATES, "客户卡", "电话", add("客户卡", card(HE, "A", 客户编号="C00099"))),
    "R3.no_row": Case(D.NO_STATE, "客户卡", "当前级别", delete("A级", {"电话": HE})),
    "R3.two_rows": Case(D.TWO_STATES, "B级", "电话", add("B级", prospect(HE, "B", 月初级别=None))),
    "R3.wrong_sheet": Case(
        D.WRONG_SHEET,
        "B级",
        "电话",
        both(delete("A级", {"电话": HE}), add("B级", prospect(HE, "B", 月初级别="A"))),
    ),
    "R3.consultant": Case(D.WRONG_SHEET, "A级", "销售顾问", edit("A级", {"电话": HE}, 销售顾问="李强")),
    "R4.visit": Case(
        D.NO_STATE,
        "来店登记",
        "电话",
        both(add("来店登记", NEW_VISIT), add("日报", report(FRI) | STRANGER | RECEIVED)),
    ),
    "R4.unproved": Case(D.NO_STATE, "客户卡", "状态", edit("战败", {"电话": ZHOU}, 审批="驳回")),
    "R4.row": Case(D.TWO_STATES, "C级", "电话", add("C级", prospect(ZHOU, "C", 月初级别=None))),
    "R4.order": Case(D.TWO_STATES, "客户卡", "状态", add("订单", order(FRI, HE))),
    "R5.visit": Case(D.UNREPORTED, "来店登记", "顾客名称", add("来店登记", visit(FRI, QIAN) | {"首次/再次": "再次"})),
    "R5.contact": Case(
        D.UNREPORTED,
        "跟进记录",
        "执行日期",
        add("跟进记录", {"客户编号": "C00001", "执行日期": THU, "销售顾问": "张敏"}),
    ),
    "R5.no_visit": Case(D.UNFOUNDED, "日报", "客户姓名", add("日报", report(WED, QIAN) | RECEIVED)),
    "R5.stranger": Case(D.UNFOUNDED, "日报", "电话", add("日报", report(WED) | STRANGER)),
    "R5.not_on_card": Case(D.UNFOUNDED, "日报", "电话", add("日报", report(FRI, HE))),
    "R6.plan": Case(
        D.UNREPORTED,
        "跟进记录",
        "计划日期",
        both(
            add("跟进记录", {"客户编号": "C00001", "计划日期": SUN_11, "销售顾问": "张敏"}),
            add("日报", LOG_OF_SAT),
        ),
    ),
    "R6.plan_over": Case(D.UNREPORTED, "跟进记录", "计划日期", delete("日报", PLAN_OF_QIAN)),
    "R6.wrong_eve": Case(D.UNREPORTED, "跟进记录", "计划日期", edit("日报", PLAN_OF_QIAN, 日期=WED)),
    "R6.no_plan": Case(D.UNFOUNDED, "日报", "执行日期", add("日报", plan(SAT, SUN_11, HE))),
    "R6.no_plan_over": Case(D.UNFOUNDED, "日报", "执行日期", add("日报", plan(THU, FRI, HE))),
    "R7.card": Case(D.GRADES_DIFFER, "跟进记录", "回访后级别", edit("跟进记录", {"执行日期": FRI}, 回访后级别="B")),
    "R7.sheet": Case(D.GRADES_DIFFER, "B级", "电话", MOVED_BY_HAND),
    "R8.plan": Case(
        D.UNREPORTED,
        "关怀记录",
        "计划日期",
        both(
            add(
                "关怀记录",
                {"客户编号": "C00003", "关怀项目": "定期", "计划日期": SUN_11, "销售顾问": "张敏"},
            ),
            add("日报", LOG_OF_SAT),
        ),
    ),
    "R8.plan_over": Case(D.UNREPORTED, "关怀记录", "计划日期", delete("日报", PLAN_OF_SUN)),
    "R8.wrong_eve": Case(D.UNREPORTED, "关怀记录", "计划日期", edit("日报", PLAN_OF_SUN, 日期=TUE)),
    "R8.done": Case(D.UNREPORTED, "关怀记录", "执行日期", delete("日报", {"类别": "当日总结", "电话": SUN})),
    "R8.no_plan": Case(D.UNFOUNDED, "日报", "执行日期", add("日报", plan(SAT, SUN_11, SUN) | CALL)),
    "R8.no_plan_over": Case(D.UNFOUNDED, "日报", "执行日期", add("日报", plan(THU, FRI, SUN) | CALL)),
    "R8.no_call": Case(D.UNFOUNDED, "日报", "执行日期", add("日报", report(FRI, SUN) | CALL)),
    "R9.not_done": Case(
        D.PLAN_NOT_DONE,
        "跟进记录",
        "计划日期",
        both(
            add("跟进记录", {"客户编号": "C00001", "计划日期": THU, "销售顾问": "张敏"}),
            add("日报", plan(WED, THU, HE)),
        ),
    ),
    "R9.not_done_over": Case(
        D.PLAN_NOT_DONE,
        "跟进记录",
        "计划日期",
        add("跟进记录", {"客户编号": "C00001", "计划日期": MON, "销售顾问": "张敏"}),
    ),
    "R9.late": Case(
        D.LATE,
        "关怀记录",
        "执行日期",
        add(
            "关怀记录",
            {"客户编号": "C00003", "关怀项目": "三日", "计划日期": EARLIER, "执行日期": WED, "销售顾问": "张敏"},
        ),
    ),
    "R9.unplanned": Case(
        D.DONE_UNPLANNED,
        "跟进记录",
        "执行日期",
        both(edit("跟进记录", {"客户编号": "C00001", "执行日期": WED}, 计划日期=None), delete("日报", PLAN_OF_HE)),
    ),
    "R10.opening": Case(D.UNBALANCED, "月初留存", "级别", edit("A级", {"电话": HE}, 月初级别="B")),
    "R10.not_frozen": Case(D.UNBALANCED, "A级", "月初级别", edit("A级", {"电话": QIAN}, 月初级别="A")),
    "R10.chain": Case(D.UNBALANCED, "月初留存", "级别", edit("月初留存", QIANS_OPENING, 级别="C"), closed, NEXT),
    "R10.changed": Case(
        D.CHANGED_AFTER_CLOSE, "日报", "日期", edit("日报", {"日期": FRI, "电话": QIAN}, 主管批示="已阅"), closed, NEXT
    ),
    "R10.removed": Case(D.CHANGED_AFTER_CLOSE, "日报", "", delete("日报", PLAN_OF_HE), closed, NEXT),
    "R1.order": Case(
        D.UNREGISTERED,
        "订单",
        "订单号",
        both(edit("客户卡", {"电话": HE}, 初洽日期=TUE), add("订单", order(FRI, HE)), Rolled(SAT)),
    ),
    "R4.logs": Case(
        D.TWO_STATES,
        "客户卡",
        "状态",
        both(edit("客户卡", {"电话": HE}, 状态="在跟", 当前级别="A"), add("A级", prospect(HE, "A"))),
        lost,
    ),
    "R4.loss_of_buyer": Case(
        D.TWO_STATES,
        "战败",
        "类型",
        both(add("战败", loss(THU, HE, 类型="无效", 审批="同意", 审批日期=THU)), Rolled(THU)),
        ordered,
        THU,
    ),
    "R6.consultant": Case(
        D.WRONG_SHEET,
        "日报",
        "销售顾问",
        both(edit("客户卡", {"电话": HE}, 销售顾问="李强"), Rolled(WED)),
        planned_by_hand,
        WED,
    ),
    "R10.stock": Case(
        D.UNBALANCED,
        "客户卡",
        "电话",
        both(edit("客户卡", {"电话": HE}, 当前级别="C"), delete("H级", {"电话": HE})),
        new,
        WED,
    ),
    "R11.no_logs": Case(
        D.UNFOUNDED,
        "客户卡",
        "电话",
        both(delete("来店登记", {"电话": HE}), delete("日报", {"电话": HE}), Rolled(WED)),
        new,
        WED,
        beside=("R5.contact",),
    ),
    "R11.no_rows": Case(
        D.UNFOUNDED,
        "月初留存",
        "电话",
        both(delete("客户卡", {"电话": HE}), delete("H级", {"电话": HE})),
        new_and_closed,
        NEXT,
        beside=("R4.visit",),
    ),
    "R11.owner": Case(
        D.UNFOUNDED,
        "保有客户",
        "交车日期",
        both(edit("订单", {"电话": HE}, 交车日期=None), Rolled(FRI)),
        delivered,
        FRI,
    ),
    "R11.care": Case(
        D.UNFOUNDED,
        "关怀记录",
        "客户编号",
        both(edit("订单", {"电话": HE}, 交车日期=None), delete("保有客户", {"电话": HE})),
        delivered,
        FRI,
        beside=("R4.unproved",),
    ),
    "R12.drive": Case(D.UNREGISTERED, "试驾", "电话", edit("试驾", {"电话": QIAN}, 日期=TUE), switched),
    "R12.no_drive": Case(
        D.UNREPORTED,
        "来店登记",
        "试乘试驾",
        edit("试驾", {"电话": QIAN}, 客户姓名="何一", 电话=HE),
        switched,
        beside=("R12.drive",),
    ),
    "R12.not_made": Case(
        D.PLAN_NOT_DONE, "拜访计划", "计划日期", edit("拜访计划", {"电话": HE}, 执行日期=None), switched
    ),
    "R12.not_reported": Case(
        D.UNREPORTED, "拜访计划", "执行日期", edit("拜访计划", {"电话": HE}, 执行日期=THU), switched
    ),
    "R12.unplanned": Case(
        D.DONE_UNPLANNED, "日报", "方式", edit("日报", {"日期": FRI, "电话": QIAN}, 方式="拜访"), switched
    ),
    "R12.no_company": Case(D.UNCARDED, "客户卡", "类型", edit("客户卡", {"电话": HE}, 类型="单位"), switched),
    "R12.no_card": Case(
        D.UNFOUNDED,
        "单位客户",
        "客户编号",
        edit("单位客户", {"客户编号": "C00003"}, 客户编号="C00099"),
        switched,
        beside=("R12.no_company",),
    ),
    "R12.counted": Case(D.UNREGISTERED, "客流计数", "批次", edit("客流计数", {"日期": MON}, 批次=3), switched),
    "R12.inspected": Case(D.UNFOUNDED, "展厅检查", "得分", edit("展厅检查", {"日期": TUE}, 得分=0), switched),
    "G01.upgrade": Case(
        None, "A级", "预计购车日", edit("A级", {"电话": HE}, 预计购车日=NEXT_MON), partial(old, "A"), MON, proposed
    ),
    "G02.stale": Case(
        None,
        "H级",
        "入级日期",
        edit("H级", {"电话": HE}, 入级日期=dt.date(2026, 10, 1)),
        partial(old, "H"),
        FRI,
        proposed,
    ),
    "G03.unreachable": Case(
        None, "B级", "最近回访", add("日报", report(FRI, 结果="未接通")), partial(old, "B", WED, THU), FRI, proposed
    ),
    "G04.frozen": Case(
        None,
        "C级",
        "初洽日期",
        edit("C级", {"电话": HE}, 初洽日期=dt.date(2026, 4, 1)),
        partial(old, "C"),
        FRI,
        proposed,
    ),
    "G05.order": Case(
        None, "订单", "订单号", both(add("日报", report(WED, HE, 结果="已订")), Rolled(WED)), new, WED, proposed
    ),
    "G07.by_hand": Case(
        None,
        "客户卡",
        "客户姓名",
        both(
            add("客户卡", card(QIAN, "B", 初洽日期=TUE, 建卡日期=TUE)),
            add("B级", prospect(QIAN, "B", 初洽日期=TUE, 入级日期=TUE, 月初级别=None)),
        ),
        new,
        WED,
        hinted,
    ),
}
"""Wording → what has to be spoilt for exactly this one."""
