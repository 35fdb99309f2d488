"""A book in memory: what a writer does to a file is done to blocks, so that a verb can be repeated without files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from books import Row, Sheets, blocks_of, read_csv_store

from xlcrm.changes import Block, Changes, after
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.findings import Finding
from xlcrm.forms.schema import Cell
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.reading import read_ledger
from xlcrm.review import Review
from xlcrm.roll.close import close_month
from xlcrm.roll.roll import Roll, roll_prospects


@dataclass
class Memory:
    """The blocks of a book, and the verbs of the core applied to them."""

    blocks: list[Block]

    @classmethod
    def holding(cls, sheets: Sheets) -> Memory:
        return cls(blocks_of(sheets))

    @classmethod
    def of_store(cls, folder: Path) -> Memory:
        return cls(blocks_of(read_csv_store(folder)))

    def copy(self) -> Memory:
        return Memory(list(self.blocks))

    # ------------------------------------------------------------ what the book holds

    def ledger(self, today: dt.date) -> Ledger:
        return read_ledger(self.blocks, today)

    def block(self, sheet: str) -> Block:
        return next(block for block in self.blocks if block.sheet == sheet)

    def rows(self, sheet: str) -> list[Row]:
        """The rows of a sheet as {header: cell}, blank cells left out, blank rows too."""
        if all(block.sheet != sheet for block in self.blocks):  # of a form that is not switched on
            return []
        block = self.block(sheet)
        rows: list[Row] = []
        for cells in block.rows:
            row: Row = {h: cell for h, cell in zip(block.headers, cells, strict=True) if cell is not None}
            rows += [row] if row else []
        return rows

    def widen(self, sheet: str, header: str, value: Cell) -> None:
        """A column of the shop's own, the same in every row that holds something."""
        block = self.block(sheet)
        rows = tuple((*row, value if any(cell is not None for cell in row) else None) for row in block.rows)
        self.blocks[self.blocks.index(block)] = replace(block, headers=(*block.headers, header), rows=rows)

    def narrow(self, sheet: str, *headers: str) -> None:
        """A table without some columns, as a book of an earlier layout has it."""
        block = self.block(sheet)
        kept = [at for at, header in enumerate(block.headers) if header not in headers]
        rows = tuple(tuple(row[at] for at in kept) for row in block.rows)
        shown = tuple(block.headers[at] for at in kept)
        self.blocks[self.blocks.index(block)] = replace(block, headers=shown, rows=rows)

    def drop(self, sheet: str) -> None:
        """A book without an optional sheet."""
        self.blocks.remove(self.block(sheet))

    def row(self, sheet: str, **known: object) -> Row:
        """The one row of a sheet that holds these cells."""
        found = [row for row in self.rows(sheet) if all(row.get(h) == value for h, value in known.items())]
        assert len(found) == 1, f"{len(found)} rows of {sheet} with {known}"
        return found[0]

    # ------------------------------------------------------------ what a person does to it

    def add(self, sheet: str, *rows: Row) -> None:
        changes = Changes()
        for row in rows:
            changes.add(sheet, row)
        self.apply(changes)

    def edit(self, sheet: str, known: Row, changed: Row) -> None:
        """Change cells of the one row that holds the known ones."""
        changes = Changes()
        for header, value in changed.items():
            changes.put(sheet, self._row_number(sheet, known), header, value)
        self.apply(changes)

    def edit_row(self, sheet: str, at: int, changed: Row) -> None:
        """Change cells of the row at a position, from 0."""
        changes = Changes()
        for header, value in changed.items():
            changes.put(sheet, self.block(sheet).row + 1 + at, header, value)
        self.apply(changes)

    def delete(self, sheet: str, known: Row) -> None:
        changes = Changes()
        changes.remove(sheet, self._row_number(sheet, known))
        self.apply(changes)

    def empty(self, sheet: str) -> None:
        """Take out every row of a sheet."""
        changes = Changes()
        changes.replace(sheet, [])
        self.apply(changes)

    def _row_number(self, sheet: str, known: Row) -> int:
        block = self.block(sheet)
        rows = [dict(zip(block.headers, cells, strict=True)) for cells in block.rows]
        found = [i for i, row in enumerate(rows) if all(row.get(h) == value for h, value in known.items())]
        assert len(found) == 1, f"{len(found)} rows of {sheet} with {known}"
        return block.row + 1 + found[0]

    # ------------------------------------------------------------ what the program does to it

    def apply(self, changes: Changes) -> None:
        self.blocks = after(self.blocks, changes)

    def review(self, today: dt.date) -> Review:
        return Review(self.ledger(today), today)

    def validate(self, today: dt.date) -> list[Finding]:
        return [*self.review(today).findings]

    def roll(self, today: dt.date) -> Roll:
        """Roll and apply."""
        result = roll_prospects(self.review(today))
        self.apply(result.changes)
        return result

    def close(self, today: dt.date, month: str | None = None) -> None:
        """Close a month and apply; a refusal changes nothing."""
        self.apply(close_month(self.review(today), month))

    def crosscheck(self, today: dt.date) -> list[Finding]:
        return crosscheck(self.review(today))


def days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    """Every day from the first to the last, both included."""
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))


# ---------------------------------------------------------------- rows as staff type them

STAFF: list[Row] = [
    {"姓名": "张敏", "状态": "在岗", "休息日": "周二"},
    {"姓名": "李强", "状态": "在岗", "休息日": "周五"},
]
NAMES = {"19900000101": "何一", "19900000102": "钱二", "19900000103": "孙三", "19900000104": "周四"}
"""Who calls from which phone."""
HE, QIAN, SUN, ZHOU = NAMES


def visit(day: dt.date, phone: str = HE, grade: str | None = "H", **other: Cell) -> Row:
    """A row of 来店登记: a first visit of one who left a phone."""
    row: Row = {
        "日期": day,
        "来店/来电": "来店",
        "首次/再次": "首次",
        "顾客名称": NAMES[phone],
        "电话": phone,
        "进店时间": dt.time(10),
        "离去时间": dt.time(10, 40),
        "拟购车型": "远行X5",
        "意向级别": grade,
        "来源": "来店/电",
        "销售顾问": "张敏",
        "注释": "看了外观，问了分期",
    }
    return row | other


def report(day: dt.date, phone: str = HE, grade: str | None = None, **other: Cell) -> Row:
    """A row of 当日总结: a follow-up by phone; ``grade`` is the 现级别."""
    row: Row = {
        "日期": day,
        "销售顾问": "张敏",
        "类别": "当日总结",
        "执行日期": day,
        "客户姓名": NAMES[phone],
        "电话": phone,
        "车型": "远行X5",
        "目的": "促进",
        "方式": "电话",
        "现级别": grade,
        "经过": f"{day:%m-%d} 与{NAMES[phone]}聊了置换和贷款",
        "结果": "继续跟进",
    }
    return row | other


def plan(day: dt.date, on: dt.date, phone: str = HE, **other: Cell) -> Row:
    """A row of 明日计划."""
    row = report(day, phone) | {"类别": "明日计划", "执行日期": on, "经过": None, "结果": None}
    return row | other


def order(day: dt.date, phone: str = HE, **other: Cell) -> Row:
    row: Row = {
        "订单号": f"D{day:%m%d}-{phone[-1]}",
        "客户姓名": NAMES[phone],
        "电话": phone,
        "订单日期": day,
        "车型": "远行X5",
        "数量": 1,
        "金额": 180000.0,
        "付款状态": "O2",
        "销售顾问": "张敏",
    }
    return row | other


def loss(day: dt.date, phone: str = HE, **other: Cell) -> Row:
    """A row of 战败, to be decided."""
    row: Row = {
        "客户姓名": NAMES[phone],
        "电话": phone,
        "战败前级别": "H",
        "类型": "战败",
        "原因": "他品牌-价格",
        "申请日期": day,
        "申请人": "张敏",
        "审批": "待审",
    }
    return row | other


def card(phone: str = HE, grade: str | None = "A", **other: Cell) -> Row:
    """A card of a prospect known before the logs begin."""
    row: Row = {
        "客户编号": f"C0000{phone[-1]}",
        "客户姓名": NAMES[phone],
        "电话": phone,
        "状态": "在跟",
        "当前级别": grade,
        "来源": "来店/电",
        "初洽日期": dt.date(2026, 9, 20),
        "建卡日期": dt.date(2026, 9, 20),
        "销售顾问": "张敏",
    }
    return row | other


def prospect(phone: str = HE, grade: str = "A", **other: Cell) -> Row:
    """A row of a grade sheet, of a prospect known before the logs begin."""
    row: Row = {
        "客户编号": f"C0000{phone[-1]}",
        "客户姓名": NAMES[phone],
        "电话": phone,
        "拟购车型": "远行X5",
        "来源": "来店/电",
        "初洽日期": dt.date(2026, 9, 20),
        "初始级别": grade,
        "月初级别": grade,
        "入级日期": dt.date(2026, 9, 28),
        "销售顾问": "张敏",
    }
    return row | other


FIRST, MIDDLE, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 20), dt.date(2026, 10, 31)


def october() -> Sheets:
    """October of four customers: 何一 regraded, 钱二 new, 孙三 ordered, 周四 lost."""
    return {
        "顾问": STAFF,
        "客户卡": [card(HE, "A"), card(SUN, "B"), card(ZHOU, "C")],
        "A级": [prospect(HE, "A")],
        "B级": [prospect(SUN, "B")],
        "C级": [prospect(ZHOU, "C")],
        "来店登记": [visit(FIRST, QIAN, "H")],
        "日报": [
            report(FIRST, QIAN, "H", 目的="接待", 方式="来店"),
            report(FIRST, SUN, "B"),
            report(MIDDLE, HE, "H"),
            report(LAST, QIAN, "B"),
        ],
        "订单": [order(MIDDLE, SUN)],
        "战败": [loss(MIDDLE, ZHOU, 审批="同意", 审批日期=LAST)],
    }
