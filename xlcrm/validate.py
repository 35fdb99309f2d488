"""Validation of the logs: V01…V18, each a small named function in the list ``RULES``; V19…V31 stand in ``formrules``.

A rule sees the ledger and today, and yields findings; it never raises and never changes anything. Everything wrong is
reported in one run. Each rule's docstring carries a row it accepts (``Good``) and rows it reports (``Bad``, with the
header it reports after the arrow); the tests run them. Source: SPEC section 4; severities where it is silent: our decision.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from xlcrm.changes import StructureIssue
from xlcrm.findings import EXPLAINED, Finding, Severity, Spot, spot
from xlcrm.forms.schema import OPTIONAL, Column, Form, Kind, Record
from xlcrm.forms.sheets import (
    FORMS,
    Card,
    ColumnReading,
    Consultant,
    Loss,
    Order,
    Prospect,
    Report,
    Setting,
    Visit,
)
from xlcrm.forms.states import (
    DECIDED,
    FAILED,
    GRADES,
    LEFT,
    NOBODY,
    ORDERED_GRADE,
    STOCK,
    UNCOUNTED,
    Decision,
    Purpose,
    Result,
    Section,
    Visiting,
)
from xlcrm.forms.switched import Drive
from xlcrm.ledger.applications import repeated_applications
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, month_start
from xlcrm.ledger.names import is_name, plain_name
from xlcrm.ledger.normal import FORMULA_STARTS, looks_like_formula
from xlcrm.ledger.together import Meeting, Meetings

SUSPICIOUS = 3
"""Rows filled in at one moment (V10), or customers with one 经过 in a day (V11), from which on they are reported. SPEC section 4."""

Rule = Callable[[Ledger, dt.date], Iterator[Finding]]


def validate_logs(ledger: Ledger, today: dt.date, known: Iterable[Finding] | None = None) -> list[Finding]:
    """All findings on the ledger, as ``in_order`` puts them; ``known`` is what is ``judged`` of it already."""
    found = known if known is not None else judged(ledger, today)
    return in_order(
        ledger, [*found, *(finding for rule in _rules(ledger, warn=True) for finding in rule(ledger, today))]
    )


def in_order(ledger: Ledger, found: Iterable[Finding]) -> list[Finding]:
    """What the rules found on a ledger, its structure first, then in the order of sheets, rows and columns."""
    return [*structure(ledger.issues), *sorted(found, key=_position)]


def judged(ledger: Ledger, today: dt.date) -> list[Finding]:
    """What the rules find that may find an error, in no order: who asks which rows are in error asks no others."""
    return [finding for rule in _rules(ledger) for finding in rule(ledger, today)]


def _rules(ledger: Ledger, *, warn: bool = False) -> list[Rule]:
    """The rules of a book that may find an error, or those that only ``warn``."""
    return [rule for rule in rules_for(ledger) if (code_of(rule) in WARN_ONLY) == warn]


def rules_for(ledger: Ledger) -> tuple[Rule, ...]:
    """The rules that a book is asked: those of the forms to be switched on only where it has any."""
    if not ledger.settings.switched and not ledger.has_switched:
        return RULES
    from xlcrm.formrules import FORM_RULES

    return (*RULES, *FORM_RULES)


def code_of(rule: Rule) -> str:
    """The code that the findings of a rule have."""
    return rule.__name__[:3].upper()


def judged_again(
    before: Ledger, found: Iterable[Finding], ledger: Ledger, today: dt.date, changed: Collection[Key]
) -> list[Finding]:
    """What is ``judged`` of a ledger changed since ``found`` was on it; staff and settings must be the same.

    A rule of ``BY_CUSTOMER`` judges only the rows that are new and those of the customers ``changed``.
    """
    sheets = [sheet for sheet, rows in ledger.records.items() if rows != before.records.get(sheet)]
    now = {row for sheet in sheets for row in ledger.records[sheet]}
    then = {row for sheet in sheets for row in before.records.get(sheet, ())}
    gone, rows = then - now, now - then
    for customers in (before.customers, ledger.customers):
        rows |= {row for key in changed if key in customers for row in customers[key].rows} - gone
    part = _part(ledger, rows, changed)
    places = {(row.at.sheet, row.at.row) for row in rows}
    again = [
        f
        for rule in _rules(ledger)
        for f in (rule(part, today) if rule in BY_CUSTOMER else rule(ledger, today))
        if rule not in BY_CUSTOMER or (f.at.sheet, f.at.row) in places
    ]
    places |= {(row.at.sheet, row.at.row) for row in gone}
    codes = {code_of(rule) for rule in BY_CUSTOMER}
    kept = [f for f in found if f.code in codes and (f.at.sheet, f.at.row) not in places]
    return [*kept, *again]


def _part(ledger: Ledger, rows: Collection[Record], customers: Collection[Key]) -> Ledger:
    """The ledger with some rows and customers only, and with everybody who works in the shop."""
    records = {sheet: tuple(row for row in own if row in rows) for sheet, own in ledger.records.items()}
    records[Consultant.form.sheet] = ledger.consultants
    records[ColumnReading.form.sheet] = ledger.of(ColumnReading)  # V01 asks what a shop's own sheets hold
    part = replace(ledger, records=records, setting_troubles={})
    vars(part)["customers"] = ledger.customers.among(customers)  # whose they are is not worked out again
    vars(part)["brought"] = ledger.brought
    return part


_OF_STRUCTURE = {"filter": Severity.WARNING, "formula": Severity.WARNING, "part": Severity.INFO}


def structure(issues: Iterable[StructureIssue]) -> Iterator[Finding]:
    """What must not stand where data must be: a formula, a merged cell, an active filter, an error value, a picture, a row below the table."""
    for issue in issues:
        row = int("".join(ch for ch in issue.cell.partition(":")[0] if ch.isdigit()) or 0)
        severity = _OF_STRUCTURE.get(issue.kind, Severity.ERROR)
        yield Finding(f"V00.{issue.kind}", severity, Spot(issue.sheet, issue.cell, row), issue.text)


def blocked_rows(findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """(sheet, worksheet row) of every row with an error: the roll leaves such a row alone."""
    return {(f.at.sheet, f.at.row) for f in findings if f.severity is Severity.ERROR}


def uncounted_rows(findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """(sheet, worksheet row) of every row no figure counts: those in error, except for the logs of a month that is over."""
    return blocked_rows(f for f in findings if f.wording != "V03.month")


_SHEET_ORDER = {sheet: i for i, sheet in enumerate(FORMS)}


def _position(finding: Finding) -> tuple[int, int, int, str, str]:
    at = finding.at
    return _SHEET_ORDER.get(at.sheet, 99), at.row, len(at.cell), at.cell, finding.wording


def _person(record: Record) -> str:
    """The consultant a row belongs to, as typed."""
    for name in ("consultant", "applicant"):
        if name in record.form.index:
            return record.shown(name)
    return ""


def _finding(
    record: Record,
    name: str,
    wording: str,
    severity: Severity = Severity.ERROR,
    other: Spot | None = None,
    **about: object,
) -> Finding:
    return Finding(wording, severity, spot(record, name), record.shown(name), _person(record), None, other, about)


def _saying(
    ledger: Ledger, columns: Callable[[Form], Iterable[Column]], is_meant: Callable[[Any], bool]
) -> Iterator[tuple[Record, str]]:
    """Rows of the sheets people fill, and the fields among some columns in which they say what is meant.

    Names, phones and days repeat in every row: each value is asked about once.
    """
    for sheet, form in FORMS.items():
        rows = ledger.records.get(sheet, ()) if form.checked else ()
        for column in columns(form) if rows else ():
            value_of = attrgetter(column.name)
            meant = {value for value in {*map(value_of, rows)} if is_meant(value)}
            yield from ((row, column.name) for row in rows if value_of(row) in meant) if meant else ()


def _looking(visits: Iterable[Visit]) -> Iterator[Visit]:
    """Parties that came to look at a car: the only prospects."""
    return (v for v in visits if v.is_looking)


def _summaries(ledger: Ledger) -> Iterator[Report]:
    return (r for r in ledger.reports if r.section == Section.DONE)


def v01_required(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A required field is empty, with the conditions of the form. What a shop's own sheets have no column for is a hint.

    Good: 来店登记
    Good: 来店登记 电话= 意向级别= 未留档原因=客户-闲逛
    Bad: 来店登记 注释= → 注释
    Bad: 来店登记 电话= 意向级别= → 未留档原因
    Bad: 来店登记 意向级别= → 意向级别
    Bad: 日报 经过= → 经过
    Bad: 战败 驳回后级别= → 驳回后级别
    Bad: 战败 审批日期= → 审批日期
    """
    for sheet, form in FORMS.items():
        asked = [(at, column) for at, column in enumerate(form.columns) if column.required is not OPTIONAL]
        rows = ledger.records.get(sheet, ()) if form.checked else ()
        blank = ((record, column) for record in rows for at, column in asked if record.typed[at] is None)
        for record, column in blank:
            if column.required.holds(record):
                no_column = ledger.is_in_no_file(record, column.header)
                wording, severity = ("V01.no_column", Severity.INFO) if no_column else ("V01.empty", Severity.ERROR)
                yield _finding(record, column.name, wording, severity, header=column.header, when=column.required.words)
    for loss in ledger.losses:
        if loss.decision in DECIDED and loss.is_blank("decided_on"):
            yield _finding(loss, "decided_on", "V01.undated", Severity.WARNING)


def v02_code_list(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """A value outside its code list; what is meant is named. A value read through dirt is a hint only.

    Good: 来店登记 来店/来电=来电
    Bad: 来店登记 来店/来电=路过 → 来店/来电
    Bad: 来店登记 意向级别=ａ级 → 意向级别
    Bad: 来店登记 来店人数=两三个 → 来店人数
    """
    yield from _defects(ledger, "V02")
    rows = ledger.of(Setting)
    for i, trouble in ledger.setting_troubles.items():
        yield _finding(
            rows[i], "key" if trouble != "bad" else "value", f"V02.setting_{trouble}", key=rows[i].shown("key")
        )


def _defects(ledger: Ledger, code: str) -> Iterator[Finding]:
    """The reader's defects of one rule: errors where nothing could be read, hints where it was read through dirt."""
    for record in ledger.defective:
        for defect in record.defects:
            if defect.trouble.startswith(code):
                codes = record.form.by_name[defect.name].codes
                values = "、".join(ledger.codes[codes].values) if codes else ""
                severity = Severity.INFO if defect.readable else Severity.ERROR
                # a follow-up can set no O, D or F (V13): of 现级别 F0 the nearest code would be the next error
                helps = defect.name != "grade_after" or defect.hint in GRADES
                near = defect.trouble == "V02.unknown" and defect.hint and helps
                wording = "V02.near" if near else defect.trouble
                yield _finding(record, defect.name, wording, severity, hint=defect.hint, values=values)


_EARLIER = {
    "firm_on": "date",
    "locked_on": "firm_on",
    "delivered_on": "date",
    "cancelled_on": "date",
    "decided_on": "applied_on",
    "left_on": "joined_on",
}
"""A day of a row, and the day of the same row that it cannot lie before."""


def v03_dates(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """Not a date or a time; a date in the future where it cannot be; an end before its beginning; a log outside the month.

    Without a working month in 设置, a log from before the books begin is warned of: often a slip of the year.

    Good: 来店登记 日期=2026-10-05
    Bad: 来店登记 日期=2027-13-40 → 日期
    Bad: 来店登记 日期=2026-12-25 → 日期
    Bad: 来店登记 日期=3月5日 → 日期
    Bad: 来店登记 进店时间=25:61 → 进店时间
    Bad: 订单 交车日期=2026-10-05 → 交车日期
    Bad: 订单 交车日期=2026-10-08 退订日期=2026-10-09 → 退订日期
    Bad: 战败 审批日期=2026-10-05 → 审批日期
    """
    yield from _defects(ledger, "V03")
    yield from _ends(ledger)
    month = ledger.settings.month
    first = earliest_month(ledger, today)
    opening = month_start(first)

    def is_future(value: dt.date | None) -> bool:
        day = value.date() if isinstance(value, dt.datetime) else value
        return day is not None and day > today

    for record, name in _saying(ledger, lambda form: form.past, is_future):
        yield _finding(record, name, "V03.future", today=today)
    logs: list[Visit | Report] = [*ledger.visits, *ledger.reports]
    for log in logs:
        day = log.date
        if day is None:
            continue
        if month and day <= today and f"{day:%Y-%m}" != month:
            yield _finding(log, "date", "V03.month", month=month)
        elif not month and day < opening:
            yield _finding(log, "date", "V03.month", Severity.WARNING, month=first)


def _ends(ledger: Ledger) -> Iterator[Finding]:
    """Days that contradict another day of their row."""
    rows: list[Order | Loss | Consultant] = [*ledger.of(Order), *ledger.losses, *ledger.consultants]
    for row in rows:
        for name, earlier in _EARLIER.items():
            end, begin = getattr(row, name, None), getattr(row, earlier, None)
            if end is not None and begin is not None and end < begin:
                header = row.form.by_name[earlier].header
                yield _finding(row, name, "V03.before", header=header, day=begin)
        if isinstance(row, Order) and row.delivered_on and row.cancelled_on:
            yield _finding(row, "cancelled_on", "V03.both", day=row.delivered_on)


def v04_phones(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """Not a phone number, a fake, or a colleague's own; a number read through dirt is a hint.

    A report without a number, whose customer is known by name and model only, is warned of.

    Good: 来店登记 电话=19900000123
    Good: H级 // 日报 电话= 客户姓名=路人
    Bad: 来店登记 电话=1990000012 → 电话
    Bad: 来店登记 电话=11111111111 → 电话
    Bad: 来店登记 电话=不详 → 电话
    Bad: 来店登记 电话=+86_199-0000-0123 → 电话
    Bad: 来店登记 电话=19900000001 → 电话
    Bad: H级 // 日报 电话= → 电话
    """
    yield from _defects(ledger, "V04")
    own = {c.phone: c.name or "" for c in ledger.consultants if c.phone}
    for record, name in _saying(ledger, lambda form: form.by_kind.get(Kind.PHONE, ()), own.__contains__):
        if not isinstance(record, Consultant):
            yield _finding(record, name, "V04.colleague", colleague=own[getattr(record, name)])
    yield from _corrected(ledger)
    for report in ledger.reports:
        is_blank = report.phone is None and report.is_blank("phone")
        customer = ledger.customers.of(report) if is_blank else None
        if customer is not None:
            yield _finding(report, "phone", "V04.by_name", Severity.WARNING, phone=customer.phone)


def _corrected(ledger: Ledger) -> Iterator[Finding]:
    """Phones corrected, one finding for each: an edit of the same customer, another's number, or two and which is unclear."""
    for edit in ledger.corrections:
        customer = edit.customer
        about = {"who": customer.name, "number": customer.number, "phone": edit.old}
        if edit.holder is not None:
            about["holder"] = edit.holder.name
            yield _finding(edit.row, "phone", "V04.taken", Severity.ERROR, _place_of(edit.holder), **about)
        elif edit.is_clear:
            yield _finding(edit.row, "phone", "V04.corrected", Severity.INFO, spot(edit.other, "phone"), **about)
        else:
            wording = "V04.replaced" if edit.is_renamed else "V04.differs"
            yield _finding(edit.row, "phone", wording, Severity.ERROR, spot(edit.other, "phone"), **about)


def _place_of(customer: Customer) -> Spot:
    """Where a customer is found first: the card, else the first row that has his phone."""
    rows = (*customer.cards, *customer.prospects, *customer.visits, *customer.deals, *customer.reports)
    rows = (*rows, *customer.losses, *customer.owners)
    return spot(rows[0], "phone")


def v05_stay(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """离去时间 not after 进店时间; a stay too short or too long to be true.

    Good: 来店登记 进店时间=10:00 离去时间=10:40
    Bad: 来店登记 进店时间=10:00 离去时间=06:00 → 离去时间
    Bad: 来店登记 进店时间=10:00 离去时间=10:01 → 离去时间
    Bad: 来店登记 进店时间=09:00 离去时间=18:30 → 离去时间
    """
    settings = ledger.settings
    for visit in ledger.visits:
        if visit.entered is None or visit.left is None:
            continue
        minutes = _minutes(visit.left) - _minutes(visit.entered)
        if minutes <= 0:
            yield _finding(visit, "left", "V05.order", entered=visit.shown("entered"))
        elif minutes < settings.min_stay:
            yield _finding(
                visit, "left", "V05.short", Severity.WARNING, minutes=round(minutes), limit=settings.min_stay
            )
        elif minutes > settings.max_stay:
            yield _finding(visit, "left", "V05.long", Severity.WARNING, minutes=round(minutes), limit=settings.max_stay)


def _minutes(time: dt.time) -> float:
    return time.hour * 60 + time.minute + time.second / 60


def v06_contact_left(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """No contact left, yet a grade; or a phone, yet a reason for leaving none.

    Good: 来店登记 电话= 意向级别= 未留档原因=客户-闲逛
    Bad: 来店登记 电话= 意向级别=H 未留档原因=客户-闲逛 → 意向级别
    Bad: 来店登记 未留档原因=客户-闲逛 → 未留档原因
    """
    for visit in _looking(ledger.visits):
        if visit.is_blank("phone"):
            if not visit.is_blank("grade"):
                yield _finding(visit, "grade", "V06.grade")
        elif not visit.is_blank("no_contact_reason"):
            yield _finding(visit, "no_contact_reason", "V06.reason")


def v07_consultants(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """An unknown consultant; a log by one who has left; a customer still in the hands of one who has left.

    Good: 日报 销售顾问=张敏
    Bad: 日报 销售顾问=无名氏 → 销售顾问
    Bad: 日报 销售顾问=钱走 → 销售顾问
    Bad: 顾问 状态=离职 → 离职日期
    """
    staff = {c.name: c for c in ledger.consultants if c.name}
    for gone in ledger.consultants:
        if gone.status == LEFT and gone.is_blank("left_on"):
            yield _finding(gone, "left_on", "V07.undated", Severity.WARNING)
    names = "、".join(name for name, c in staff.items() if c.status != LEFT)

    def is_not_at_work(name: str | None) -> bool:
        return name is not None and (name not in staff or staff[name].status == LEFT)

    for record, field in _saying(ledger, lambda form: form.by_kind.get(Kind.PERSON, ()), is_not_at_work):
        one = staff.get(getattr(record, field))
        if one is None:
            yield _finding(record, field, "V07.unknown", names=names)
        else:
            yield from _by_someone_gone(record, field, one.left_on)


def _by_someone_gone(record: Record, name: str, left_on: dt.date | None) -> Iterator[Finding]:
    day: dt.date | None = getattr(record, "date", None) or getattr(record, "applied_on", None)
    if day is not None and left_on is not None and day > left_on:
        yield _finding(record, name, "V07.gone", day=left_on)
    elif isinstance(record, Prospect) or (isinstance(record, Card) and record.state in STOCK):
        yield _finding(record, name, "V07.orphan", Severity.WARNING)


def v08_first_or_again(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """首次 although the phone is known, 再次 although it is not; the same customer twice on one day; one order twice; several persons met together.

    A row whose date cannot be read still makes its phone known to the rows below it; one whose phone cannot be read may
    be the first of whoever has the same name, and so may, with a warning, one where none was left.

    Good: 来店登记 首次/再次=首次 // 来店登记 日期=2026-10-07 首次/再次=再次
    Good: 来店登记 电话=1990000012 // 来店登记 日期=2026-10-07 首次/再次=再次
    Bad: 来店登记 首次/再次=再次 → 首次/再次
    Bad: 来店登记 电话= 意向级别= 未留档原因=客户-闲逛 // 来店登记 日期=2026-10-07 首次/再次=再次 → 首次/再次
    Bad: 来店登记 // 来店登记 日期=2026-10-07 → 首次/再次
    Bad: 订单 // 订单 客户姓名=路人 → 订单号
    Bad: 来店登记 // 来店登记 首次/再次=再次 进店时间=16:00 离去时间=16:30 → 电话
    Bad: 客户卡 // 日报 // 日报 客户姓名=何先生 经过=太太也在，问了保险 → 客户姓名
    """
    seen: dict[Key, Visit] = {}
    unread: set[str | None] = set()
    phoneless: set[str | None] = set()
    for visit in _in_order(_looking(ledger.visits), today):
        customer = ledger.customers.of(visit)
        if customer is None:
            (phoneless if visit.is_blank("phone") else unread).add(visit.name)
            continue
        before, since = seen.get(customer.key), _known_since(customer)
        known = before is not None or (since is not None and visit.date is not None and since < visit.date)
        shares = len(ledger.customers.holding(visit.phone)) > 1  # the number is known, by another name (V18)
        other = spot(before, "phone") if before else None
        if visit.first == Visiting.FIRST and known:
            yield _finding(visit, "first", "V08.known", other=other)
        elif ledger.read_in.get(customer.key, dt.date.min) >= (visit.date or dt.date.max):
            pass  # a shop's own file begins somewhere: who had come before is not in it
        elif visit.first == Visiting.AGAIN and not (known or shares) and visit.date and visit.name not in unread:
            may_have_come = visit.name in phoneless
            severity = Severity.WARNING if may_have_come else Severity.ERROR
            yield _finding(visit, "first", "V08.nameless" if may_have_come else "V08.unknown", severity)
        if before is not None and before.date is not None and before.date == visit.date:
            yield _finding(visit, "phone", "V08.twice", Severity.WARNING, other)
        seen[customer.key] = visit
    for customer in ledger.customers.values():
        yield from _met_together(ledger, customer)
    yield from _repeated_orders(ledger)


def _repeated_orders(ledger: Ledger) -> Iterator[Finding]:
    """Orders with the number of one above them; a row equal to another in all a person types is V18's."""
    numbers: dict[str, Order] = {}
    for order in ledger.of(Order):
        placed = numbers.setdefault(order.number, order) if order.number else order
        if placed is not order and order not in ledger.originals:
            yield _finding(order, "number", "V08.order", Severity.WARNING, spot(placed, "number"))


def _met_together(ledger: Ledger, customer: Customer) -> Iterator[Finding]:
    """Reports of several persons of one customer met together: they count as one contact."""
    if len({(report.phone, report.name) for report in customer.reports}) < 2:
        return
    meetings = Meetings()
    first: dict[Meeting, Report] = {}
    for report in sorted(customer.reports, key=lambda r: r.at.row):
        is_contact = report.section == Section.DONE and report.purpose != Purpose.CARE
        if report.date is None or not is_contact or report in ledger.originals:
            continue
        other = first.setdefault(meetings.of(report.date, report), report)
        if other is not report:
            about = {"row": other.at.row, "who": other.name or ""}
            yield _finding(report, "name", "V08.together", Severity.WARNING, spot(other, "name"), **about)


def _in_order(visits: Iterable[Visit], today: dt.date) -> list[Visit]:
    """By date, then by row; a row without a possible date stands with the row above it."""
    ordered: list[tuple[dt.date, int, Visit]] = []
    last = dt.date.min
    for visit in visits:
        last = visit.date if visit.date is not None and visit.date <= today else last
        ordered.append((last, visit.at.row, visit))
    return [visit for _, _, visit in sorted(ordered, key=lambda item: item[:2])]


def _known_since(customer: Customer) -> dt.date | None:
    """The earliest day the books outside the register know a customer from.

    Card and grade row of one who came by the register say nothing of their own: they follow it.
    """
    days = [card.first_contact for card in customer.cards] + [row.first_contact for row in customer.prospects]
    days = [] if any(move.origin == NOBODY and not move.is_by_hand for move in customer.moves) else days
    days += [owner.bought_on for owner in customer.owners]
    days += [order.date for order in customer.deals]
    return min(filter(None, days), default=None)


def v09_two_consultants(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """One phone under two consultants (撞单): who registered first, who has the last real contact.

    Cards, register rows and orders claim a customer; the grade sheets are R3's. One handed over (前销售顾问 on the card)
    is not under two.

    Good: 来店登记 // 来店登记 日期=2026-10-07 首次/再次=再次
    Good: 客户卡 销售顾问=李强 前销售顾问=张敏 // 来店登记
    Bad: 来店登记 // 来店登记 日期=2026-10-07 首次/再次=再次 销售顾问=李强 → 销售顾问
    Bad: 客户卡 // 订单 销售顾问=李强 → 销售顾问
    Bad: 客户卡 备用电话=19900000124 // 来店登记 电话=19900000124 首次/再次=再次 销售顾问=李强 → 销售顾问
    """
    staff = ledger.staff
    for customer in ledger.customers.values():
        claims: list[Card | Visit | Order] = [c for c in customer.cards if c.state not in UNCOUNTED]
        claims += [*_in_order(_looking(customer.visits), today), *customer.deals]
        claims = [record for record in claims if record.phone and record.consultant in staff]
        for record in claims[1:]:
            first = claims[0]
            former = {name for move in customer.moves if move.is_handover for name in (move.origin, move.target)}
            handed_over = isinstance(first, Card) and record.consultant in {first.former_consultant, *former}
            if first.consultant != record.consultant and not handed_over:
                last = _last_real_contact(customer) or first.consultant
                about = {"first": first.consultant, "last": last}
                at = spot(first, "consultant")
                yield _finding(record, "consultant", "V09.clash", Severity.WARNING, at, **about)


def _last_real_contact(customer: Customer) -> str | None:
    """Consultant of the last contact that reached the customer."""
    reached = [
        (report.date, report.at.row, report.consultant)
        for report in customer.reports
        if report.section == Section.DONE and report.date and report.consultant and report.result not in FAILED
    ]
    return max(reached)[2] if reached else None


def v10_entered_late(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """填写时间 on a later day or after the day's cut-off; three or more rows with one timestamp.

    Good: 来店登记 填写时间=2026-10-05_11:20:00
    Bad: 来店登记 填写时间=2026-10-07_09:00:00 → 填写时间
    """
    cutoff = ledger.settings.cutoff
    together: dict[dt.datetime, list[Visit]] = defaultdict(list)
    for visit in ledger.visits:
        if visit.filed is None or visit.date is None:
            continue
        days = (visit.filed.date() - visit.date).days
        if days > 0:
            yield _finding(visit, "filed", "V10.later_day", Severity.WARNING, days=days)
        elif days == 0 and cutoff is not None and visit.filed.time() > cutoff:
            yield _finding(visit, "filed", "V10.cutoff", Severity.WARNING, cutoff=f"{cutoff:%H:%M}")
        if visit.filed.time() != dt.time(0):
            together[visit.filed].append(visit)
    for visits in together.values():
        if len(visits) >= SUSPICIOUS:
            for visit in visits:
                yield _finding(visit, "filed", "V10.together", Severity.WARNING, count=len(visits))


def v11_copied_stories(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """The same 经过 on three or more customers in a day, whoever wrote it.

    Good: 日报 // 日报 电话=19900000124 经过=聊了贷款
    Bad: 日报 // 日报 电话=19900000124 // 日报 电话=19900000125 → 经过
    """
    by_story: dict[tuple[dt.date | None, str], list[Report]] = defaultdict(list)
    for report in _summaries(ledger):
        if report.story:
            by_story[report.date, report.story].append(report)
    for reports in by_story.values():
        customers = {r.phone or r.name for r in reports}
        if len(customers) >= SUSPICIOUS:
            for report in reports:
                yield _finding(report, "story", "V11.copied", Severity.WARNING, count=len(customers))


def v12_waiver(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """试乘试驾 without 试驾保证书, which a shop that keeps the sheet 试驾 ticks there.

    Good: 来店登记 试乘试驾=√ 试驾保证书=√
    Good: 来店登记 试乘试驾=√ // 试驾
    Bad: 来店登记 试乘试驾=√ → 试驾保证书
    Bad: 来店登记 试乘试驾=√ // 试驾 日期=2026-10-06 → 试驾保证书
    """
    signed = [row for row in ledger.of(Drive) if row.signed]
    drives = Drives(ledger, signed) if signed else None
    for visit in ledger.visits:
        if (
            visit.test_drive
            and not visit.test_drive_waiver
            and not (drives and drives.of(visit, ledger.customers.of(visit)))
        ):
            yield _finding(visit, "test_drive_waiver", "V12.missing", Severity.WARNING)


def v13_grade_moves(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """O, D or F in 现级别: a follow-up can set none of them; a jump of two grades explained in fewer than ten characters.

    Good: 日报 原级别=C 现级别=H 经过=老婆催着要车，周末来交定金
    Bad: 日报 现级别=O → 现级别
    Bad: 日报 原级别=C 现级别=H 经过=想买 → 现级别
    """
    for report in ledger.reports:
        before, after = report.grade_before, report.grade_after
        if after is not None and after not in GRADES:
            yield _finding(report, "grade_after", "V13.not_by_follow_up", grade=after)
        elif (
            report.section == Section.DONE and _grades_apart(before, after) >= 2 and len(report.story or "") < EXPLAINED
        ):
            yield _finding(report, "grade_after", "V13.jump", Severity.WARNING, before=before, after=after)


def _grades_apart(one: str | None, other: str | None) -> int:
    return abs(GRADES.index(one) - GRADES.index(other)) if one in GRADES and other in GRADES else 0


def v14_next_contact(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """下次回访日期 before the contact, or later than the grade's interval allows.

    Good: 日报 现级别=A 下次回访日期=2026-10-12
    Bad: 日报 下次回访日期=2026-10-04 → 下次回访日期
    Bad: 日报 现级别=H 下次回访日期=2026-10-12 → 下次回访日期
    """
    for report in _summaries(ledger):
        if report.next_on is None or report.date is None:
            continue
        grade = ORDERED_GRADE if report.result == Result.ORDERED else report.grade_after or report.grade_before
        if report.next_on < report.date:
            yield _finding(report, "next_on", "V14.before", date=report.date)
        elif grade in (*GRADES, ORDERED_GRADE):
            days = ledger.settings.interval(grade)
            worked = ledger.workdays.within(report.consultant or "", report.date, days)
            latest = max(worked, report.date + dt.timedelta(days=days))
            if report.next_on > latest:
                yield _finding(report, "next_on", "V14.late", Severity.WARNING, grade=grade, latest=latest)


def v15_plan_day(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """明日计划 for a day before the report's own; 当日总结 of another day than the report's.

    Good: 日报 类别=明日计划 执行日期=2026-10-06 现级别= 经过= 结果= 下次回访日期=
    Bad: 日报 类别=明日计划 执行日期=2026-10-04 现级别= 经过= 结果= 下次回访日期= → 执行日期
    Bad: 日报 执行日期=2026-10-04 → 执行日期
    """
    for report in ledger.reports:
        if report.on is None or report.date is None:
            continue
        if report.section == Section.PLANNED and report.on < report.date:
            yield _finding(report, "on", "V15.plan", date=report.date)
        elif report.section == Section.DONE and report.on != report.date:
            yield _finding(report, "on", "V15.summary", Severity.WARNING, date=report.date)


def v16_grade_chain(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """现级别 of one contact differs from 原级别 of the customer's next, with nothing between that changes the grade.

    An order, a cancellation or a rejected loss between the two explains the difference.

    Good: 日报 现级别=A // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=A 下次回访日期=2026-10-12
    Bad: 日报 现级别=A // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=B 下次回访日期=2026-10-12 → 原级别
    """
    for customer in ledger.customers.values():
        contacts = [r for r in customer.reports if r.section == Section.DONE and r.phone]
        dated = sorted(((r.date, r.at.row, r) for r in contacts if r.date), key=lambda contact: contact[:2])
        last: tuple[dt.date, Report] | None = None
        for day, _, report in dated:
            if last is not None and report.grade_before in GRADES and report.grade_before != last[1].grade_after:
                since, before = last
                if not any(since <= turn <= day for turn in _turning_days(customer)):
                    about = {"grade": before.grade_after, "day": since}
                    at = spot(before, "grade_after")
                    yield _finding(report, "grade_before", "V16.broken", Severity.WARNING, at, **about)
            if report.grade_after in GRADES:
                last = day, report
            elif report.grade_after is not None:
                last = None


def _turning_days(customer: Customer) -> Iterator[dt.date]:
    """Days of an order, a cancellation, a rejected loss, or an upgrade the program made."""
    days = [day for order in customer.orders for day in (order.placed_on, order.cancelled_on)]
    days += [loss.decided_on or loss.applied_on for loss in customer.losses if loss.decision == Decision.REJECTED]
    days += [r.date for r in customer.reports if r.section == Section.DONE and r.result == Result.ORDERED]
    days += [move.on for move in customer.moves if move.is_by_date]
    return filter(None, days)


def v17_formula_text(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """Text that a spreadsheet would run as a formula.

    Good: 来店登记 注释=-5%
    Bad: 来店登记 注释==HYPERLINK("x","y") → 注释
    """
    for sheet, form in FORMS.items():
        # in a coded column such text is outside the list, and V02 says so
        places = [form.index[c.name] for c in form.by_kind.get(Kind.TEXT, ())] if form.checked else []
        for record in ledger.records.get(sheet, ()) if places else ():
            for place in places:
                cell = record.typed[place]
                if type(cell) is str and cell[:1] in FORMULA_STARTS and looks_like_formula(cell):
                    yield _finding(record, form.columns[place].name, "V17.formula", Severity.WARNING)


def v18_one_phone_two_names(ledger: Ledger, today: dt.date) -> Iterator[Finding]:
    """One phone, two different names; a row equal to another in all a person types, or about the same loss.

    Until somebody confirms it, two names are two customers who share a number, each with a card. A name of one
    customer's that is written otherwise in some rows is reported once; a title or a plate is not a name.

    Good: 来店登记 // 来店登记 日期=2026-10-07 首次/再次=再次 顾客名称=李女士
    Good: 客户卡 客户姓名=丁甲 // 客户卡 客户编号=C00009 客户姓名=郑乙 电话=19900000124
    Bad: 来店登记 顾客名称=丁甲 // 来店登记 日期=2026-10-07 顾客名称=郑乙 → 顾客名称
    Bad: 来店登记 顾客名称=丁甲 // 来店登记 日期=2026-10-07 首次/再次=再次 顾客名称=丁乙 → 顾客名称
    Bad: 日报 // 日报 → 日期
    Bad: 战败 // 战败 → 客户姓名
    Bad: 战败 // 战败 原因=他品牌-配置 → 客户姓名
    """
    for row, original in ledger.originals.items():
        if not isinstance(row, Setting):
            name = next(column.name for column in row.form.columns if not column.by_tool)
            yield _finding(row, name, "V18.equal", Severity.WARNING, spot(original, name), row=original.at.row)
    replaced: dict[Key, set[str]] = defaultdict(set)
    for edit in ledger.corrections:
        if edit.is_renamed:
            replaced[edit.customer.key].add(plain_name(edit.row.name or ""))
    first: dict[str, Customer] = {}
    for customer in ledger.customers.values():
        yield from _other_names(ledger, customer, replaced.get(customer.key, ()))
        for loss, counts in repeated_applications(customer.losses).items():
            if loss not in ledger.originals:
                about = {"row": counts.at.row, "exit": loss.exit}
                yield _finding(loss, "name", "V18.applied", Severity.WARNING, spot(counts, "name"), **about)
        is_counted = customer.card is None or customer.card.state not in UNCOUNTED
        if customer.phone and is_counted:
            other = first.setdefault(customer.phone, customer)
            named = next(iter(_named_rows(customer)), None)
            if other is not customer and named is not None:
                about = {"who": other.name, "phone": customer.phone}
                yield _finding(named, "name", "V18.shared", Severity.WARNING, _place_of(other), **about)


def _named_rows(customer: Customer) -> Iterator[Visit | Report | Order | Loss | Card]:
    """The log rows of a customer, then the cards: those that have a name a person typed."""
    yield from customer.visits
    yield from customer.reports
    yield from customer.deals
    yield from customer.losses
    yield from customer.cards


def _other_names(ledger: Ledger, customer: Customer, replaced: Collection[str]) -> Iterator[Finding]:
    """A name in some rows of a customer that is neither his nor a title, once for each; in all of them it is an edit.

    The name of one who was merged into him is his too; one ``replaced`` together with the phone is V04's.
    """
    if all(row.name == customer.name or not row.name for row in _named_rows(customer)):
        return  # as it nearly always is
    card = customer.card
    rows = [row for row in _named_rows(customer) if row.name and is_name(row.name)]
    logged = {plain_name(row.name or "") for row in rows if row is not card}
    is_edit = card is not None and len(logged) == 1
    merged = [other for other in ledger.customers.holding(customer.phone) if other.merged_on]
    known = {plain_name(one.name) for one in (customer, *merged)} | {*replaced}
    for row in rows if is_name(customer.name) else ():
        name = plain_name(row.name or "")
        if name not in known:
            known.add(name)
            wording, severity = ("V18.renamed", Severity.INFO) if is_edit else ("V18.names", Severity.WARNING)
            about = {"who": customer.name, "number": customer.number}
            yield _finding(row, "name", wording, severity, _place_of(customer), **about)


RULES: tuple[Rule, ...] = (
    v01_required,
    v02_code_list,
    v03_dates,
    v04_phones,
    v05_stay,
    v06_contact_left,
    v07_consultants,
    v08_first_or_again,
    v09_two_consultants,
    v10_entered_late,
    v11_copied_stories,
    v12_waiver,
    v13_grade_moves,
    v14_next_contact,
    v15_plan_day,
    v16_grade_chain,
    v17_formula_text,
    v18_one_phone_two_names,
)
"""Every rule, in the order of its code."""

BY_CUSTOMER: frozenset[Rule] = frozenset(
    {
        v01_required,
        v02_code_list,
        v05_stay,
        v06_contact_left,
        v07_consultants,
        v13_grade_moves,
        v14_next_contact,
        v15_plan_day,
    }
)
"""Of the rules that may find an error, those that judge a row by itself and the other rows of its customer; the others compare
customers."""

WARN_ONLY = frozenset(["V09", "V10", "V11", "V12", "V16", "V17", "V18", "V19", "V21", "V24", "V29", "V30"])
"""The codes of the rules that find no error."""
