"""Differences between the forms: kinds for the relations R1…R10, planted in the sheets of a store already rolled.

A kind is named after its relation, "R5.visit". Each leaves the logs valid and makes one difference, reported at one place, but
for R1.order: an order nobody knows of lacks a register row and a card. Where a relation is two-sided, both sides have one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence

from xlcrm.demo.customers import GRADES
from xlcrm.demo.faults import REGISTER, REPORT, is_looking
from xlcrm.demo.planting import Bed, Fits, NoPlace, Planted
from xlcrm.demo.store import Row, Sheets
from xlcrm.forms.schema import Cell

CARD, BACK, CARE, OWNER, ORDER = "客户卡", "跟进记录", "关怀记录", "保有客户", "订单"
_DAY = dt.timedelta(days=1)
_STRANGER = "欧阳先生"
"""A party of no store: the invented surnames have one character."""


def plant_relations(sheets: Sheets, kinds: Sequence[str], seed: int, today: dt.date) -> tuple[Sheets, list[Planted]]:
    """A copy of a rolled store's sheets with one difference of each kind, and where they must be found.

    ``sheets`` hold what the roll wrote, 月初留存 included; ``today`` is the day of the roll. R10.chain and R10.changed need
    a closed month. Raises ``ValueError`` for a kind that does not exist, ``NoPlace`` when there is no place for one.
    """
    books = _Rolled(sheets, seed, today)
    for kind in kinds:
        if kind not in RELATION_FAULTS:
            raise ValueError(f"no fault is called {kind}")
        books.code = kind.partition(".")[0]
        RELATION_FAULTS[kind](books)
    return books.sheets, books.planted()


class _Rolled(Bed):
    """A bed of rolled books; ``code`` is the relation being planted for."""

    def __init__(self, sheets: Sheets, seed: int, today: dt.date) -> None:
        super().__init__({sheet: [_without_blanks(row) for row in rows] for sheet, rows in sheets.items()}, seed)
        self.today = today
        self.code = ""
        opened = max(str(row["月份"]) for row in self.sheets["月初留存"])
        self.logs_begin = min(_day(row, "日期") for row in self.sheets[REPORT] if f"{row['日期']:%Y-%m}" >= opened)
        self.orders = {row["电话"] for row in self.sheets[ORDER]}
        self.losses = {row["电话"] for row in self.sheets["战败"]}
        self.grade_rows: dict[str, tuple[str, Row]] = {
            str(row["电话"]): (grade, row) for grade in GRADES for row in self.sheets[f"{grade}级"]
        }
        self.newcomers = {
            row["电话"] for row in self.sheets[REGISTER] if row.get("首次/再次") == "首次" and "电话" in row
        }
        self.busy: dict[str | None, set[Cell]] = defaultdict(set)
        """Days by phone on which anything was planned, done, reported or registered."""
        for row in (*self.sheets[REGISTER], *self.sheets[REPORT]):
            self.busy[self.phone_of(row)] |= {row["日期"], row.get("执行日期")}
        for row in (*self.sheets[BACK], *self.sheets[CARE]):
            self.busy[self.phone_of(row)] |= {row.get("计划日期"), row.get("执行日期")}

    def expect(self, sheet: str, row: Row, header: str) -> None:
        """The relation being planted for must report this cell."""
        self.mark(self.code, sheet, row, header)

    def tracked(self, row: Row) -> bool:
        """A card of a customer followed up who never ordered nor was given up."""
        phone = row["电话"]
        return row["状态"] == "在跟" and phone not in self.orders and phone not in self.losses

    def new(self, row: Row) -> bool:
        """A tracked card of a customer the register brought."""
        return self.tracked(row) and row["电话"] in self.newcomers

    def free(self, sheet: str, fits: Fits) -> list[Row]:
        """Nothing from before the open logs: what a closed month holds is not looked at again."""
        dated = ("日期", "执行日期")
        return super().free(
            sheet, lambda row: all(_day(row, d) >= self.logs_begin for d in dated if d in row) and fits(row)
        )

    def pick_quiet(self, fits: Fits) -> tuple[Row, dt.date]:
        """A card, and a day after the first contact on which nothing happened with the customer."""
        card = self.pick(CARD, lambda row: fits(row) and bool(self._quiet_days(row)))
        return card, self.rng.choice(self._quiet_days(card))

    def _quiet_days(self, card: Row) -> list[dt.date]:
        first = max(_day(card, "初洽日期"), self.logs_begin) + _DAY
        days = [first + _DAY * n for n in range((self.today - first).days - 1)]
        return [day for day in days if day not in self.busy[self.phone_of(card)]]

    def fresh(self, header: str = "电话") -> str:
        """A phone or 客户编号 nobody has."""
        if header == "客户编号":
            return f"C{90_000 + len(self.places) * 10 + self.rng.randrange(10):05d}"
        return f"1991{self.rng.randrange(3_000_000, 6_000_000):07d}"

    def report(self, who: Row, day: dt.date, section: str, purpose: str, on: dt.date, means: str = "电话") -> Row:
        """A row added to 日报 for the customer of a card, with no grades."""
        contents: Row = {"经过": "问候近况，聊了聊用车打算", "结果": "其他"} if section == "当日总结" else {}
        row: Row = {
            "日期": day,
            "销售顾问": who["销售顾问"],
            "类别": section,
            "执行日期": on,
            "客户姓名": who["客户姓名"],
            "目的": purpose,
            "方式": means,
        }
        phone: Row = {"电话": who["电话"]} if "电话" in who else {}
        return self.add(REPORT, row | phone | contents)

    def somebody(self) -> Cell:
        """Some consultant at work."""
        return self.rng.choice([row["姓名"] for row in self.sheets["顾问"] if row["状态"] == "在岗"])

    def another(self, name: Cell) -> Cell:
        """A consultant at work other than one."""
        others = [row["姓名"] for row in self.sheets["顾问"] if row["状态"] == "在岗" and row["姓名"] != name]
        if not others:
            raise NoPlace("no other consultant")
        return self.rng.choice(others)


def _without_blanks(row: Row) -> Row:
    return {header: cell for header, cell in row.items() if cell is not None}


def _day(row: Row, header: str) -> dt.date:
    day = row[header]
    assert isinstance(day, dt.date)
    return day


# ---------------------------------------------------------------- R1, R2


def _r1_report(books: _Rolled) -> None:
    """A reception of a party the register does not know."""
    day = books.logs_begin + _DAY * books.rng.randrange((books.today - books.logs_begin).days)
    who: Row = {"销售顾问": books.somebody(), "客户姓名": _STRANGER}
    books.expect(REPORT, books.report(who, day, "当日总结", "接待", day, "来店"), "客户姓名")


def _r1_order(books: _Rolled) -> None:
    """An order of somebody without register row and card: one finding that names both codes."""
    order = _order(books, {"客户姓名": "欧阳一", "电话": books.fresh(), "销售顾问": books.somebody()})
    books.expect(ORDER, order, "订单号")


def _order(books: _Rolled, who: Row) -> Row:
    """A new open order of a customer."""
    return books.add(
        ORDER,
        {
            "订单号": f"D9{len(books.sheets[ORDER]):04d}",
            "客户姓名": who["客户姓名"],
            "电话": who["电话"],
            "订单日期": books.today,
            "车型": "远行X3",
            "数量": 1,
            "付款状态": "O1",
            "销售顾问": who["销售顾问"],
        },
    )


def _r2_no_card(books: _Rolled) -> None:
    """An owner without a card."""
    row: Row = {
        "客户编号": books.fresh("客户编号"),
        "车主姓名": "欧阳二",
        "电话": books.fresh(),
        "车型": "远行X5",
        "购买日期": books.logs_begin - 60 * _DAY,
        "交车日期": books.logs_begin - 50 * _DAY,
        "销售顾问": books.somebody(),
    }
    books.expect(OWNER, books.add(OWNER, row), "电话")


def _r2_two_cards(books: _Rolled) -> None:
    """A second card of one customer."""
    card = books.pick(CARD, books.tracked)
    books.expect(CARD, books.add(CARD, card | {"客户编号": books.fresh("客户编号")}), "电话")


# ---------------------------------------------------------------- R3


def _graded(books: _Rolled, grades: str) -> tuple[Row, str, Row]:
    """A tracked customer of some grades: card, grade, grade row."""
    card = books.pick(CARD, lambda row: books.tracked(row) and str(row["当前级别"]) in grades)
    return card, *books.grade_rows[str(card["电话"])]


def _next_grade(grade: str) -> str:
    return GRADES[(GRADES.index(grade) + 1) % len(GRADES)]


def _r3_no_row(books: _Rolled) -> None:
    card, grade, row = _graded(books, "HAB")
    books.remove(f"{grade}级", row)
    books.expect(CARD, card, "当前级别")


def _r3_wrong_sheet(books: _Rolled) -> None:
    _, grade, row = _graded(books, "HABC")
    wrong = f"{_next_grade(grade)}级"
    books.remove(f"{grade}级", row)
    books.expect(wrong, books.add(wrong, row), "电话")


def _r3_consultant(books: _Rolled) -> None:
    _, grade, row = _graded(books, "HABC")
    row["销售顾问"] = books.another(row["销售顾问"])
    books.expect(f"{grade}级", row, "销售顾问")


def _r3_two_rows(books: _Rolled) -> None:
    """The row left behind in the old sheet."""
    _, grade, row = _graded(books, "HABC")
    wrong = f"{_next_grade(grade)}级"
    books.expect(wrong, books.add(wrong, dict(row)), "电话")


def _r3_clash(books: _Rolled) -> None:
    """撞单: a second consultant keeps the customer too."""
    _, grade, row = _graded(books, "HABC")
    wrong = f"{_next_grade(grade)}级"
    books.expect(wrong, books.add(wrong, row | {"销售顾问": books.another(row["销售顾问"])}), "电话")


# ---------------------------------------------------------------- R4


def _r4_visit(books: _Rolled) -> None:
    """A first visit, registered and reported, that never became a card: the row was entered after the roll."""
    like = books.pick(REGISTER, lambda row: is_looking(row) and "电话" in row and row["首次/再次"] == "首次")
    visit = {h: v for h, v in like.items() if h != "现场订购"} | {"顾客名称": "欧阳三", "电话": books.fresh()}
    books.add(REGISTER, visit)
    day = _day(visit, "日期")
    books.report({**visit, "客户姓名": "欧阳三"}, day, "当日总结", "接待", day, "来店")
    books.expect(REGISTER, visit, "电话")


def _r4_unproved(books: _Rolled) -> None:
    """An owner's card that says 已订."""
    card = books.pick(CARD, lambda row: row["状态"] == "已交车")
    card["状态"] = "已订"
    books.expect(CARD, card, "状态")


def _r4_row(books: _Rolled) -> None:
    """An owner still in a grade sheet."""
    card = books.pick(CARD, lambda row: row["状态"] == "已交车")
    row: Row = {
        "客户编号": card["客户编号"],
        "客户姓名": card["客户姓名"],
        "电话": card["电话"],
        "拟购车型": "远行X5",
        "来源": card["来源"],
        "初洽日期": card["初洽日期"],
        "初始级别": "A",
        "入级日期": card["初洽日期"],
        "销售顾问": card["销售顾问"],
    }
    books.expect("A级", books.add("A级", row), "电话")


def _r4_order(books: _Rolled) -> None:
    """An open order of a customer still followed up."""
    card = books.pick(CARD, books.new)
    _order(books, card)
    books.expect(CARD, card, "状态")


# ---------------------------------------------------------------- R5


def _r5_visit(books: _Rolled) -> None:
    """A stranger's visit nobody reported."""
    visit = books.pick(REGISTER, lambda row: is_looking(row) and "电话" not in row and bool(_reports_of(books, row)))
    for report in _reports_of(books, visit):
        books.remove(REPORT, report)
    books.expect(REGISTER, visit, "顾客名称")


def _reports_of(books: _Rolled, visit: Row) -> list[Row]:
    """What was reported of a party without a phone."""
    key = (visit["日期"], visit["顾客名称"])
    return [r for r in books.sheets[REPORT] if (r["日期"], r["客户姓名"]) == key and r["目的"] == "接待"]


def _r5_contact(books: _Rolled) -> None:
    """A contact on the card's back that no report mentions."""
    card, day = books.pick_quiet(books.tracked)
    row = {**_on_back(card), "执行日期": day, "执行方式": "电话"}
    books.expect(BACK, books.add(BACK, row), "执行日期")


def _on_back(card: Row) -> Row:
    return {header: card[header] for header in ("客户编号", "客户姓名", "销售顾问")}


def _r5_no_visit(books: _Rolled) -> None:
    """A reception of a known customer on a day without a visit."""
    card, day = books.pick_quiet(books.new)
    books.expect(REPORT, books.report(card, day, "当日总结", "接待", day, "来店"), "客户姓名")


def _r5_not_on_card(books: _Rolled) -> None:
    """A reported contact the card's back does not have."""
    card, day = books.pick_quiet(books.tracked)
    books.expect(REPORT, books.report(card, day, "当日总结", "促进", day), "电话")


def _r5_stranger(books: _Rolled) -> None:
    """A follow-up of somebody without a card."""
    who: Row = {"客户姓名": "欧阳四", "电话": books.fresh(), "销售顾问": books.somebody()}
    books.expect(REPORT, books.report(who, books.today, "当日总结", "促进", books.today), "电话")


# ---------------------------------------------------------------- R6, R8: plans


def _planned(books: _Rolled, purpose: str, sheet: str) -> tuple[Row, Row]:
    """A row of 明日计划, not of the first day of the logs, and the row of ``sheet`` that plans the same contact."""
    plans = {(books.phone_of(row), row.get("计划日期")): row for row in books.sheets[sheet]}

    def fits(row: Row) -> bool:
        key = (books.phone_of(row), row["执行日期"])
        is_plan = row["类别"] == "明日计划" and row["目的"] == purpose and _day(row, "日期") > books.logs_begin
        return is_plan and key in plans

    report = books.pick(REPORT, fits)
    return report, plans[books.phone_of(report), report["执行日期"]]


def _forgotten(purpose: str, sheet: str) -> Callable[[_Rolled], None]:
    """A plan missing in the report of the working day before."""

    def plant(books: _Rolled) -> None:
        report, plan = _planned(books, purpose, sheet)
        books.remove(REPORT, report)
        books.expect(sheet, plan, "计划日期")

    return plant


def _wrong_eve(purpose: str, sheet: str) -> Callable[[_Rolled], None]:
    """A plan reported a day too early."""

    def plant(books: _Rolled) -> None:
        report, plan = _planned(books, purpose, sheet)
        report["日期"] = _day(report, "日期") - _DAY
        books.expect(sheet, plan, "计划日期")

    return plant


def _r6_no_plan(books: _Rolled) -> None:
    """A follow-up planned in the report only."""
    card, day = books.pick_quiet(books.tracked)
    books.expect(REPORT, books.report(card, day - _DAY, "明日计划", "促进", day), "执行日期")


# ---------------------------------------------------------------- R7


def _r7_card(books: _Rolled) -> None:
    """Another grade on the card's back than in the report."""

    def reported(row: Row) -> bool:
        """A follow-up described and graded in the report, the customer's only contact that day."""
        return "回访后级别" in row and (books.phone_of(row), row["执行日期"]) in graded

    graded = {
        (row.get("电话"), row["日期"]) for row in books.sheets[REPORT] if "现级别" in row and row["目的"] == "促进"
    }
    row = books.pick(BACK, reported)
    row["回访后级别"] = _next_grade(str(row["回访后级别"]))
    books.expect(BACK, row, "回访后级别")


def _r7_sheet(books: _Rolled) -> None:
    """Card and grade row regraded by hand, without a contact."""
    card, grade, row = _graded(books, "HABC")
    wrong = _next_grade(grade)
    card["当前级别"] = wrong
    books.remove(f"{grade}级", row)
    books.expect(f"{wrong}级", books.add(f"{wrong}级", row), "电话")


# ---------------------------------------------------------------- R8


def _r8_done(books: _Rolled) -> None:
    """A care call on the card's front that the report does not mention."""
    calls = {(r.get("电话"), r["日期"]): r for r in books.sheets[REPORT] if _is_care(r, "当日总结")}
    care = books.pick(CARE, lambda row: (books.phone_of(row), row.get("执行日期")) in calls)
    books.remove(REPORT, calls[books.phone_of(care), care["执行日期"]])
    books.expect(CARE, care, "执行日期")


def _is_care(row: Row, section: str) -> bool:
    return row["类别"] == section and row["目的"] == "售后回访"


def _r8_unfounded(section: str) -> Callable[[_Rolled], None]:
    """An owner's call planned or reported without a line on the card's front."""

    def plant(books: _Rolled) -> None:
        card, day = books.pick_quiet(lambda row: row["状态"] == "已交车")
        eve = day - _DAY if section == "明日计划" else day
        books.expect(REPORT, books.report(card, eve, section, "售后回访", day), "执行日期")

    return plant


# ---------------------------------------------------------------- R9, R10


def _r9_not_done(books: _Rolled) -> None:
    """A plan for the first day of the logs (the day before lies before them) never carried out."""
    card = books.pick(CARD, _before_logs(books))
    row = {**_on_back(card), "计划日期": books.logs_begin, "计划方式": "电话", "计划目的": "促进"}
    books.expect(BACK, books.add(BACK, row), "计划日期")


def _r9_late(books: _Rolled) -> None:
    """A plan for the first day of the logs carried out at a later contact."""
    card = books.pick(CARD, lambda row: _before_logs(books)(row) and bool(_contact_days(books, row)))
    row = {
        **_on_back(card),
        "计划日期": books.logs_begin,
        "执行日期": books.rng.choice(_contact_days(books, card)),
        "执行方式": "电话",
    }
    books.expect(BACK, books.add(BACK, row), "执行日期")


def _before_logs(books: _Rolled) -> Fits:
    """Tracked already when the logs begin, with nothing on that very day."""
    return lambda row: (
        books.tracked(row)
        and _day(row, "初洽日期") < books.logs_begin
        and books.logs_begin not in books.busy[books.phone_of(row)]
    )


def _contact_days(books: _Rolled, card: Row) -> list[dt.date]:
    rows = [row for row in books.sheets[BACK] if row["客户编号"] == card["客户编号"] and "回访后级别" in row]
    return [day for row in rows if (day := _day(row, "执行日期")) > books.logs_begin]


def _r9_unplanned(books: _Rolled) -> None:
    """A follow-up that neither card nor report had planned."""
    plans = {(r.get("电话"), r["执行日期"]): r for r in books.free(REPORT, lambda r: r["类别"] == "明日计划")}
    calls = {(r.get("电话"), r["日期"]) for r in books.sheets[REPORT] if r["目的"] == "促进" and "现级别" in r}

    def called(row: Row) -> bool:
        key = (books.phone_of(row), row.get("执行日期"))
        return row.get("计划日期") == row.get("执行日期") and key in plans and key in calls

    row = books.pick(BACK, called)
    books.remove(REPORT, plans[books.phone_of(row), row["计划日期"]])
    del row["计划日期"]
    books.expect(BACK, row, "执行日期")


def _r10_opening(books: _Rolled) -> None:
    """月初级别 in the grade sheet differs from the frozen stock."""
    frozen = {row["电话"]: row for row in books.sheets["月初留存"]}
    card = books.pick(CARD, lambda row: books.tracked(row) and row["电话"] in frozen)
    _, row = books.grade_rows[str(card["电话"])]
    row["月初级别"] = _next_grade(str(row["月初级别"]))
    books.expect("月初留存", frozen[card["电话"]], "级别")


def _r10_not_frozen(books: _Rolled) -> None:
    """A newcomer with a 月初级别."""
    frozen = {row["电话"] for row in books.sheets["月初留存"]}
    card = books.pick(CARD, lambda row: books.tracked(row) and row["电话"] not in frozen)
    grade, row = books.grade_rows[str(card["电话"])]
    row["月初级别"] = grade
    books.expect(f"{grade}级", row, "月初级别")


def _r10_chain(books: _Rolled) -> None:
    """The frozen stock of a month says another grade than the month before ended with. Of a customer gone since."""
    months = sorted({str(row["月份"]) for row in books.sheets["月初留存"]})
    if len(months) < 2:
        raise NoPlace("no month is closed")
    row = books.pick(
        "月初留存",
        lambda row: row["月份"] == months[-1] and row["状态"] == "在跟" and row["电话"] not in books.grade_rows,
    )
    row["级别"] = _next_grade(str(row["级别"]))
    books.expect("月初留存", row, "级别")


def _r10_changed(books: _Rolled) -> None:
    """封账后改动: a cell of a sealed month."""
    sealed = {row["位置"] for row in books.sheets.get("操作日志", ()) if row.get("动作") == "封账"}
    rows = [row for row in books.sheets[REGISTER] if f"{row['日期']:%Y-%m}" in sealed and row.get("经理审核") != "补审"]
    if not rows:
        raise NoPlace("no month is sealed")
    row = books.rng.choice(rows)
    row["经理审核"] = "补审"
    books.expect(REGISTER, row, "日期")


RELATION_FAULTS: dict[str, Callable[[_Rolled], None]] = {
    "R1.report": _r1_report,
    "R1.order": _r1_order,
    "R2.no_card": _r2_no_card,
    "R2.two_cards": _r2_two_cards,
    "R3.no_row": _r3_no_row,
    "R3.wrong_sheet": _r3_wrong_sheet,
    "R3.consultant": _r3_consultant,
    "R3.two_rows": _r3_two_rows,
    "R3.clash": _r3_clash,
    "R4.visit": _r4_visit,
    "R4.unproved": _r4_unproved,
    "R4.row": _r4_row,
    "R4.order": _r4_order,
    "R5.visit": _r5_visit,
    "R5.contact": _r5_contact,
    "R5.no_visit": _r5_no_visit,
    "R5.not_on_card": _r5_not_on_card,
    "R5.stranger": _r5_stranger,
    "R6.plan": _forgotten("促进", BACK),
    "R6.wrong_eve": _wrong_eve("促进", BACK),
    "R6.no_plan": _r6_no_plan,
    "R7.card": _r7_card,
    "R7.sheet": _r7_sheet,
    "R8.plan": _forgotten("售后回访", CARE),
    "R8.wrong_eve": _wrong_eve("售后回访", CARE),
    "R8.done": _r8_done,
    "R8.no_plan": _r8_unfounded("明日计划"),
    "R8.no_call": _r8_unfounded("当日总结"),
    "R9.not_done": _r9_not_done,
    "R9.late": _r9_late,
    "R9.unplanned": _r9_unplanned,
    "R10.opening": _r10_opening,
    "R10.not_frozen": _r10_not_frozen,
    "R10.chain": _r10_chain,
    "R10.changed": _r10_changed,
}
"""Every kind and how it is planted."""
