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
from xlcrm.forms.sheets import FORMS, GRADE_SHEETS, Card, Care, FollowUp, Prospect, Report, Visit
from xlcrm.forms.states import LEFT
from xlcrm.ledger.ledger import Ledger
from xlcrm.review import Review

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
        for verb in ("validate", "validate", "roll", "check"):  # a grade put right may be too low for the next contact
            self._settle(verb)
        for verb in ("roll", "plan"):
            self.desk.press(verb, self.today)

    def rounds(self, most: int) -> list[Row]:
        """What is left after so many rounds: a call made up for today may leave a plan that nothing is behind."""
        for _ in range(most):
            self.work_down()
            if not self.left():
                break
        return self.left()

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
        row |= Report.cells(**other)
        if row not in self.changes.table(Report.form.sheet).added:  # one call settles every plan that was missed
            self.changes.add(Report.form.sheet, row)


Settle = Callable[[Case], None]


def _writes(value: Callable[[Case], Cell]) -> Settle:
    return lambda case: case.put(value(case))


def _missing(case: Case) -> Cell:
    if isinstance(case.record, Visit) and case.record.entered and case.finding.at.header == "离去时间":
        return _a_while_later(case)
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
    visit = case.record
    assert isinstance(visit, Visit)
    assert visit.entered is not None
    return (dt.datetime.combine(case.day, visit.entered) + dt.timedelta(minutes=35)).time()


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


def _register(case: Case) -> None:
    """The register row a report or an order asks for."""
    record, customer = case.record, case.ledger.customers.of(case.record)
    known = customer is not None and bool(customer.visits or customer.cards)
    row: Row = Visit.cells(
        date=case.day,
        channel="来店",
        first="再次" if known else "首次",
        name=record.shown("name"),
        phone=getattr(record, "phone", None),
        entered=dt.time(10),
        left=dt.time(10, 40),
        model=record.shown("model") or (customer.model if customer else "") or "远行X5",
        source="来店/电",
        consultant=record.shown("consultant"),
        note=f"{_TEXT}（补登 {case.day}）",
    )
    blank = getattr(record, "phone", None) is None
    row |= Visit.cells(no_contact_reason="客户-闲逛") if blank else Visit.cells(grade="H")
    case.changes.add(Visit.form.sheet, row)


def _register_the_buyer(case: Case) -> None:
    _register(case)
    case.report(case.day, case.day, purpose="接待", means="来店")


def _as_the_logs_say(case: Case) -> None:
    """The state of a card that nothing proves, put back to what the logs lead to."""
    customer = case.ledger.customers.of(case.record)
    assert customer is not None
    standing = Review(case.ledger, case.clerk.today).timeline.lives[customer.key].standing
    state = "已交车" if customer.owners else standing.state
    case.changes.edit(case.record, state=state, grade=standing.grade if standing.tracked else None)


def _make_card(case: Case) -> None:
    """The card of an owner, or of whoever stands in a grade sheet."""
    record = case.record
    begun: dt.date = getattr(record, "first_contact", None) or getattr(record, "bought_on", None) or case.day
    grade = record.grade if isinstance(record, Prospect) else None
    row: Row = Card.cells(
        customer=record.shown("customer"),
        name=record.shown("name"),
        phone=record.shown("phone"),
        state="在跟" if grade else "已交车",
        source="来店/电",
        first_contact=begun,
        carded_on=begun,
        consultant=record.shown("consultant"),
    )
    case.changes.add(Card.form.sheet, row | Card.cells(grade=grade))


def _delete(case: Case) -> None:
    case.changes.remove(case.record.at.sheet, case.record.at.row)


def _put_into_sheet(case: Case, grade: str, record: Prospect | None = None) -> None:
    """The row of a customer in the sheet of a grade: moved there, or put back from the card."""
    card = case.ledger.customers.of(case.record)
    assert card is not None
    assert card.card is not None
    if record is not None:
        case.changes.remove(record.at.sheet, record.at.row)
        cells: Row = {c.header: record.raw(c.name) for c in record.form.columns}
    else:
        cells = Prospect.cells(
            customer=card.number,
            name=card.name,
            phone=card.phone,
            model=card.model,
            source="来店/电",
            first_contact=card.card.first_contact,
            initial_grade=grade,
            opening_grade=next((o.grade for o in reversed(card.openings)), None),
            graded_on=card.card.first_contact,
            consultant=card.card.consultant,
        )
    case.changes.add(GRADE_SHEETS[grade], cells)


def _move_to_the_card(case: Case) -> None:
    assert isinstance(case.record, Prospect)
    _put_into_sheet(case, str(case.finding.about["grade"]), case.record)


def _move_back(case: Case) -> None:
    """Card and row as the last contact has it."""
    _move_to_the_card(case)
    customer = case.ledger.customers.of(case.record)
    assert customer is not None
    assert customer.card is not None
    case.changes.edit(customer.card, grade=str(case.finding.about["grade"]))


def _report_the_call(case: Case) -> None:
    record = case.record
    assert isinstance(record, Care)
    assert record.done_on is not None
    case.report(record.done_on, record.done_on, purpose="售后回访")


def _note_the_call(case: Case) -> None:
    record, customer = case.record, case.ledger.customers.of(case.record)
    assert isinstance(record, Report)
    assert customer is not None
    row: Row = Care.cells(
        customer=customer.number,
        name=customer.name,
        item="定期",
        planned_on=record.on,
        done_on=record.on,
        consultant=record.consultant,
    )
    case.changes.add(Care.form.sheet, row)


_PHONES = ("short", "long", "shape", "fake", "letters", "rounded", "colleague")
_SETTLE: dict[str, Settle] = {
    "V01.empty": _writes(_missing),
    "V02.unknown": _writes(_missing),
    "V02.near": _writes(lambda case: str(case.finding.about["hint"])),
    "V03.unreadable": _writes(_missing),
    "V03.future": _writes(lambda case: case.day),
    **dict.fromkeys((f"V04.{trouble}" for trouble in _PHONES), _writes(_phone)),
    "V04.two": _writes(lambda case: str(case.finding.about["hint"])),
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
    "R1.report": _register,
    "R1.order": _register_the_buyer,
    "R2.no_card": _make_card,
    "R2.two_cards": lambda case: case.changes.edit(case.record, state="重复"),
    "R3.no_row": lambda case: _put_into_sheet(case, str(case.finding.about["grade"])),
    "R3.two_rows": _delete,
    "R3.wrong_sheet": _move_to_the_card,
    "R3.consultant": _writes(lambda case: str(case.finding.about["consultant"])),
    "R4.unproved": _as_the_logs_say,
    "R4.visit": lambda _: None,
    "R4.row": _delete,
    "R4.order": lambda _: None,
    "R5.no_visit": _register,
    "R5.not_on_card": lambda _: None,
    "R5.stranger": _delete,
    "R6.no_plan": _delete,
    "R7.card": _writes(lambda case: str(case.finding.about["grade"])),
    "R7.sheet": _move_back,
    "R8.done": _report_the_call,
    "R8.no_call": _note_the_call,
    "R8.no_plan": _delete,
    "R10.opening": _writes(lambda case: str(case.finding.about["grade"])),
    "R10.not_frozen": _writes(lambda _: None),
    "R5.visit": _report_the_day,
    "R5.contact": _report_the_day,
    "R6.plan": _plan,
    "R8.plan": _plan,
    "R9.not_done": _call_today,
}
"""What each remedy says, as a hand."""
