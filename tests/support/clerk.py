"""A clerk who works the list 问题清单 down: each line exactly as its remedy says, at the place it names, or by the row it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from books import Row
from desk import Desk

from xlcrm.changes import Changes
from xlcrm.findings import REWRITTEN, Finding, Handling
from xlcrm.forms.schema import Cell, Kind, Record
from xlcrm.forms.sheets import FORMS, Care, FollowUp, Report, Visit
from xlcrm.forms.states import LEFT
from xlcrm.ledger.ledger import Ledger

_WHY = "已核实：问过本人，确是这样"
_TEXT = "当时聊了车型、价格和置换，顾客要再想想"


@dataclass
class Clerk:
    """One book on one day. ``settled`` are the wordings that were put right, ``confirmed`` those that were confirmed."""

    desk: Desk
    today: dt.date
    _fresh: int = 0

    def work_down(self) -> None:
        """Validate and put right, roll, cross-check and put right; then the day ends as every day does."""
        self._settle("validate")
        self.desk.press("roll", self.today)
        self._settle("check")
        for verb in ("roll", "plan"):
            self.desk.press(verb, self.today)

    def left(self) -> list[Row]:
        """The lines of the list after another run."""
        for verb in ("roll", "check"):  # a roll validates too
            self.desk.press(verb, self.today)
        return self.desk.rows("问题清单")

    def _settle(self, verb: str) -> None:
        findings = self.desk.press(verb, self.today).findings
        changes = Changes()
        ledger = self.desk.ledger(self.today)
        rows = {(r.at.sheet, r.at.row): r for records in ledger.records.values() for r in records}
        for finding in findings:
            if finding.handling is Handling.FIX and finding.wording not in REWRITTEN:
                record = rows.get((finding.at.sheet, finding.at.row))
                assert record is not None, finding
                _SETTLE[finding.wording](Case(self, changes, ledger, finding, record))
        self.desk.apply(changes)
        self._confirm()
        if any(finding.wording in REWRITTEN for finding in findings):
            self.desk.press("tidy", self.today)

    def _confirm(self) -> None:
        block = self.desk.block("问题清单")
        changes = Changes()
        for number, row in enumerate(block.rows, block.row + 1):
            line = dict(zip(block.headers, row, strict=True))
            if line["类别"] == "要核实":
                ruling = line["当事人"] if line["代码"] == "V09" else _WHY
                changes.put("问题清单", number, "处理", ruling)
        self.desk.apply(changes)

    def fresh_phone(self) -> str:
        """A number nobody has, as the customer says it when asked again."""
        self._fresh += 1
        return f"1991{self._fresh:07d}"


class Case(NamedTuple):
    """A line to be settled: its finding, the row it names, and the changes the clerk is writing."""

    clerk: Clerk
    changes: Changes
    ledger: Ledger
    finding: Finding
    record: Record

    @property
    def day(self) -> dt.date:
        """The day of the row, else the day it was filled in, else today."""
        filed: dt.datetime | None = getattr(self.record, "filed", None)
        day: dt.date | None = getattr(self.record, "date", None)
        likely = filed.date() if filed is not None else self.clerk.today
        return day if day is not None and day <= self.clerk.today else likely

    def put(self, value: Cell) -> None:
        """An edit of the named cell."""
        at = self.finding.at
        self.changes.put(at.sheet, at.row, at.header, value)

    def report(self, day: dt.date, on: dt.date, **other: Cell) -> None:
        """A row added to 日报 about the customer of the row."""
        customer = self.ledger.customers.of(self.record)
        name = customer.name if customer else self.record.shown("name")
        model = (customer.model if customer else "") or getattr(self.record, "model", None)
        row: Row = Report.cells(
            date=day,
            consultant=self.record.shown("consultant"),
            section="当日总结",
            on=on,
            name=name,
            phone=customer.phone or None if customer else None,
            model=model,
            purpose="促进",
            means="电话",
            story=f"{_TEXT}（{name} {day}）",
            result="继续跟进",
        )
        self.changes.add(Report.form.sheet, row | Report.cells(**other))


Settle = Callable[[Case], None]


def _writes(value: Callable[[Case], Cell]) -> Settle:
    return lambda case: case.put(value(case))


def _missing(case: Case) -> Cell:
    form = FORMS[case.finding.at.sheet]
    column = next(column for column in form.columns if column.header == case.finding.at.header)
    if column.codes:
        return case.ledger.codes[column.codes].values[0]
    by_kind: dict[Kind, Cell] = {Kind.DATE: case.day, Kind.TIME: dt.time(10), Kind.COUNT: 1, Kind.MONEY: 1}
    by_kind |= {Kind.PERSON: _somebody(case), Kind.PHONE: _phone(case)}
    return by_kind.get(column.kind, f"{_TEXT}（{case.day} 第 {case.record.at.row} 行）")


def _phone(case: Case) -> str:
    """The number he is asked for again: the one in the other log of the day, else one nobody has."""
    return next((row.phone for row in _same_day(case) if row.phone), None) or case.clerk.fresh_phone()


def _somebody(case: Case) -> str:
    """Who really did it: the consultant in the other log of the day, else one on duty."""
    staff = [person.name for person in case.ledger.consultants if person.status != LEFT]
    return next((row.consultant for row in _same_day(case) if row.consultant in staff), None) or staff[0] or ""


def _same_day(case: Case) -> Iterator[Visit | Report]:
    """The log rows of somebody of that name on that day."""
    logs: tuple[Visit | Report, ...] = (*case.ledger.reports, *case.ledger.visits)
    return (row for row in logs if row.name == case.record.shown("name") and row.date == case.day)


def _a_while_later(case: Case) -> Cell:
    entered: dt.time = getattr(case.record, "entered")  # noqa: B009  # a visit's
    return (dt.datetime.combine(case.day, entered) + dt.timedelta(minutes=35)).time()


def _next_day(case: Case) -> Cell:
    latest = case.finding.about.get("latest")
    if isinstance(latest, dt.date):
        return latest
    return case.ledger.workdays.next(case.record.shown("consultant"), case.day)


def _report_the_day(case: Case) -> None:
    """What a register row or a contact asks for: a row in the report of that day."""
    record = case.record
    if isinstance(record, Visit):
        case.report(case.day, case.day, purpose="接待", means="来店" if record.channel == "来店" else "电话")
    elif isinstance(record, FollowUp) and record.done_on is not None:
        case.report(record.done_on, record.done_on)


def _purpose(record: Record) -> str:
    return "售后回访" if isinstance(record, Care) else "促进"


def _call_today(case: Case) -> None:
    today = case.clerk.today
    case.report(today, today, purpose=_purpose(case.record))


def _plan(case: Case) -> None:
    day, eve = case.finding.about["day"], case.finding.about["eve"]
    assert isinstance(day, dt.date)
    assert isinstance(eve, dt.date)
    case.report(eve, day, section="明日计划", story=None, result=None, purpose=_purpose(case.record))


_PHONES = ("short", "long", "shape", "fake", "letters", "rounded", "colleague")
_SETTLE: dict[str, Settle] = {
    "V01.empty": _writes(_missing),
    "V02.unknown": _writes(_missing),
    "V02.near": _writes(lambda case: str(case.finding.about["hint"])),
    "V03.unreadable": _writes(_missing),
    "V03.future": _writes(lambda case: case.day),
    **dict.fromkeys((f"V04.{trouble}" for trouble in _PHONES), _writes(_phone)),
    "V05.order": _writes(_a_while_later),
    "V06.grade": _writes(lambda _: None),
    "V06.reason": _writes(lambda _: None),
    "V07.unknown": _writes(_somebody),
    "V07.gone": _writes(_somebody),
    "V08.known": _writes(lambda _: "再次"),
    "V08.unknown": _writes(lambda _: "首次"),
    "V12.missing": _writes(lambda _: "√"),
    "V13.not_by_follow_up": _writes(lambda case: getattr(case.record, "grade_before", None)),
    "V14.before": _writes(_next_day),
    "V14.late": _writes(_next_day),
    "V15.plan": _writes(_next_day),
    "V15.summary": _writes(lambda case: case.day),
    "V16.broken": _writes(lambda case: str(case.finding.about["grade"])),
    "V17.formula": _writes(lambda case: f"备注：{case.finding.found}"),
    "R5.visit": _report_the_day,
    "R5.contact": _report_the_day,
    "R6.plan": _plan,
    "R8.plan": _plan,
    "R9.not_done": _call_today,
}
"""What each remedy says, as a hand."""
