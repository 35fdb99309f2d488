"""The forms that a shop switched on, on paper: the statement signed before a test drive, visits to customers, and every
sheet as a list. Source: SPEC section 14; the words of the statement are our own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence

from xlcrm.catalogue import Words
from xlcrm.catalogue.paper import ASPECTS, INSPECTED
from xlcrm.followup.inspected import Answer, answers
from xlcrm.forms.schema import Form, Kind, Record, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.switched import CallOn, Drive, Inspection
from xlcrm.ledger.calls import Calls
from xlcrm.paper.model import Fields, Paper, PaperCell, PaperTable
from xlcrm.paper.source import Source

_DRAWN = 5
"""Visits the manager checks on a day. [S]"""
_BLANK_LINES = 15
_WIDEST = 14
"""Columns of a list on A4."""


def waivers(source: Source) -> Iterator[Paper]:
    """试乘试驾保证书: one for each drive of the day, filled in as far as it is known, and a blank one."""
    if Drive.form.sheet in source.ledger.blocks:
        drives = [d for d in source.ledger.of(Drive) if d.date == source.today and source.only in ("", d.consultant)]
        yield from (_waiver(source, drive) for drive in (*drives, None))


def _waiver(source: Source, drive: Drive | None) -> Paper:
    names: tuple[str, ...] = (
        "name",
        "phone",
        "licence",
        "drive_model",
        "plate",
        "drive_day",
        "started",
        "ended",
        "route",
        "km_out",
        "km_back",
        "companions",
    )
    fields = {"drive_model": "model", "drive_day": "date"}
    pairs = tuple((key, _value(drive, fields.get(key, key))) for key in names)
    aspects = PaperTable(
        "feedback", ("aspect", "good", "fair", "poor", "notes"), tuple((a, *"☐☐☐", "") for a in ASPECTS)
    )
    said = Fields("", (("felt", drive.feedback if drive else None),), 1)
    about = drive.name or "" if drive else ""
    head = source.head(drive.consultant or "" if drive else "")
    blocks = (Fields("driver", pairs), aspects, said)
    return Paper("waiver", about, head, blocks, ("customer", "consultant", "manager"), statement="waiver")


def _value(row: Record | None, name: str) -> PaperCell:
    """A field of a row as it is typed, ``None`` where the form or the row has none."""
    return row.shown(name) or None if row is not None and name in row.form.index else None


def visits(source: Source) -> Iterator[Paper]:
    """拜访计划与报告: what each consultant has planned and what came of the day's visits; then the manager's spot check."""
    book = Calls(source.ledger, source.ledger.of(CallOn))
    waiting = [call for call in book.rows if call.done_on is None and call.planned_on is not None]
    done = [call for call in book.rows if call.done_on == source.today]
    for consultant in source.consultants:
        planned = [call for call in waiting if book.whose(call) == consultant]
        made = [call for call in done if call.consultant == consultant]
        if planned or made:
            yield Paper(
                "visits", consultant, source.head(consultant), _plan_and_report(book, planned, made), _SIGN_BOTH
            )
    this_month = book.made(source.today.replace(day=1), source.today)
    drawn = draw(source.today, [min(rows, key=lambda call: call.number or "") for rows in this_month])
    if drawn and not source.only:
        rows = tuple((c.number, c.consultant, c.name, c.phone, c.done_on, c.purpose, c.effect, None) for c in drawn)
        columns = ("call_no", "consultant", "name", "phone", "done_on", "purpose", "effect", "checked")
        yield Paper("visits", "", source.head(), (PaperTable("spot_check", columns, rows),), ("manager",))


_SIGN_BOTH = ("consultant", "manager")


def _plan_and_report(book: Calls, planned: Sequence[CallOn], made: Sequence[CallOn]) -> tuple[PaperTable, PaperTable]:
    plan = PaperTable(
        "visits_planned",
        ("call_no", "planned_on", "name", "phone", "purpose", "agreed_on", "promised"),
        tuple(
            (c.number, c.planned_on, c.name, c.phone, c.purpose, c.agreed_on, book.carried_to(c))
            for c in sorted(planned, key=lambda c: (c.planned_on or dt.date.max, c.at.row))
        ),
    )
    report = PaperTable(
        "visits_made",
        ("call_no", "name", "persons", "purpose", "promised", "answered", "as_expected", "effect", "promises"),
        tuple(
            (
                c.number,
                c.name,
                c.persons,
                c.purpose,
                book.carried_to(c),
                c.answered,
                c.as_expected,
                c.effect,
                c.promises,
            )
            for c in made
        ),
    )
    return plan, report


def draw(day: dt.date, calls: Sequence[CallOn]) -> list[CallOn]:
    """Five of the visits made, by lot: the same for everybody who draws on that day. [S]"""

    def lot(call: CallOn) -> tuple[str, int]:
        return hashlib.sha256(f"{day} {call.number} {call.done_on}".encode()).hexdigest(), call.at.row

    return sorted(calls, key=lot)[:_DRAWN]


def walk(source: Source) -> Iterator[Paper]:
    """展厅检查表: every item of the shop's list, to be marked on a walk; what the books know is filled in with why."""
    if Inspection.form.sheet in source.ledger.blocks:
        items = source.ledger.codes[Inspection.form.by_name["item"].codes or ""].values
        known = answers(source.ledger, source.today)
        rows = tuple((number, item, *_suggested(known.get(item))) for number, item in enumerate(items, start=1))
        table = PaperTable("", ("no", "inspected_item", "mark", "notes"), rows)
        yield Paper("inspection", "", source.head(), (table,), ("inspector", "manager"), statement="inspection")


def _suggested(answer: Answer | None) -> tuple[PaperCell, PaperCell]:
    """The mark that the books suggest, and what they say; both blank where they do not know."""
    if answer is None:
        return "", ""
    about = {"day": f"{answer.day:%m-%d}", "done": answer.done, "cases": answer.cases}
    return answer.mark, Words(INSPECTED.zh.format(**about), INSPECTED.en.format(**about))


def lists(source: Source) -> Iterator[Paper]:
    """Every sheet that is switched on, as a list of the month's rows and of what is open, with lines for the pen."""
    for form in (form for sheet, form in FORMS.items() if form.switch and sheet in source.ledger.blocks):
        columns = tuple(column for column in form.columns if column.kind is not Kind.PHONE)
        if len(columns) > _WIDEST:
            yield from (_own_page(source, row) for row in source.ledger.of(form.record))
            continue
        rows = [row for row in source.ledger.of(form.record) if _is_current(row, form, source)]
        cells = tuple(tuple(as_text(row.raw(column.name)) or None for column in columns) for row in rows)
        table = PaperTable("", tuple(column.header for column in columns), cells, least=_BLANK_LINES)
        yield Paper("sheet", form.title, source.head(month=True), (table,), ("recorder", "manager"))


def _own_page(source: Source, row: Record) -> Paper:
    """A row of a form with more columns than a list has room for."""
    pairs = tuple((column.header, as_text(row.raw(column.name)) or None) for column in row.form.columns)
    blocks = (Fields("", pairs, 2),)
    return Paper("sheet", row.form.title, source.head(month=True), blocks, ("recorder", "manager"))


def _is_current(row: Record, form: Form, source: Source) -> bool:
    day = as_text(getattr(row, form.day)) if form.day else source.month
    is_open = bool(form.done) and getattr(row, form.done) is None
    return day[:7] == source.month or (is_open and day[:7] < source.month)


def to_call_on(source: Source, consultant: str) -> Iterator[PaperTable]:
    """The visits a consultant has to make by today, and the promises to customers of his that wait for an answer."""
    book = Calls(source.ledger, source.ledger.of(CallOn))
    due = sorted(
        (c.planned_on, c.at.row, c)
        for c in book.rows
        if c.done_on is None and c.planned_on and c.planned_on <= source.today and book.whose(c) == consultant
    )
    visited = {book.who(call) for *_, call in due}
    waiting = [own.made for own in book.promises if book.whose(own.made) == consultant]
    rows: list[tuple[PaperCell, ...]] = [(day, c.name, c.phone, c.purpose, book.carried_to(c)) for day, _, c in due]
    rows += [(None, c.name, c.phone, None, c.promises) for c in waiting if book.who(c) not in visited]
    if rows:
        columns = ("planned_on", "name", "phone", "purpose", "promised")
        yield PaperTable("calls", columns, tuple(rows))
