"""The eight relations between the forms, and the two that make them checkable: R1…R10, each a function in ``RELATIONS``.

Both directions always; every difference names its kind, both places and the person, and is reported once: what a row in
error may be the cause of is left to the validation, everything else is told beside it. Source: SPEC section 6; where it is
silent (severities, which place is named) our decision. The check is made on rolled books.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TypeVar

from xlcrm.crosscheck.heldback import HeldBack
from xlcrm.findings import Difference, Finding, Severity, Spot, spot
from xlcrm.followup.care import may_call
from xlcrm.followup.dues import has_left
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Care, FollowUp, Opening, Prospect, Report, Visit
from xlcrm.forms.states import EXITS, GRADES, TRACKED, UNCOUNTED
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, first_month, month_start
from xlcrm.safety.seals import broken_seals, day_field
from xlcrm.timeline.replay import KEEP, Timeline, replay
from xlcrm.validate import blocked_rows

Relation = Callable[["Books"], Iterator[Finding]]
_Plan = tuple[dt.date, dt.date | None]
"""The day a contact is planned for, and the day it was made."""
K = TypeVar("K")
V = TypeVar("V")

_OF_THE_ROLL = {
    "R4.logs",
    "R5.stranger",
    "R5.not_on_card",
    "R6.no_plan",
    "R7.card",
    "R7.sheet",
    "R8.no_plan",
    "R8.no_call",
    "R9.unplanned",
    "R10.chain",
}
"""Differences between a log and what the roll wrote from it: any log row of the customer that is in error may explain them."""


def crosscheck(ledger: Ledger, today: dt.date, validated: Collection[Finding]) -> list[Finding]:
    """Every difference between the forms of a rolled book, in the order of the relations.

    ``validated`` is what ``validate`` finds on the same book. The roll held the log rows in error back, so that the forms
    cannot agree in what it would have written: such a difference waits for the repair. So does one that looks for a log
    row, where that row may be the one that cannot be recognised. That a sealed month was changed is told all the same.
    """
    blocked = blocked_rows(validated)
    timeline = replay(ledger, today, blocked, first_month(ledger, today))
    held = HeldBack(ledger, today, validated, timeline.waiting)
    books = Books(ledger, today, blocked, timeline, held)
    at = {(r.at.sheet, r.at.row): r for records in ledger.records.values() for r in records}
    found = []
    for difference in chain.from_iterable(relation(books) for relation in RELATIONS):
        record = at.get((difference.at.sheet, difference.at.row))
        waits = held.explains if difference.wording in _OF_THE_ROLL else held.hides
        if record is None or difference.kind is Difference.CHANGED_AFTER_CLOSE or not waits(record):
            found.append(difference)
    return found


@dataclass(frozen=True)
class Books:
    """The ledger with what the relations look up in it again and again."""

    ledger: Ledger
    today: dt.date
    blocked: Collection[tuple[str, int]]
    timeline: Timeline
    held: HeldBack

    def made_by(self, report: Report, phone: str) -> list[_Plan]:
        """The plan that stood when a report was written; an order without a contact has taken it off the card since."""
        life = self.timeline.lives.get(phone)
        if life is None or report.date is None:
            return []
        made = [h.next_on for h in life.happenings if h.on <= report.date and h.next_on is not KEEP]
        return [(made[-1], None)] if made and made[-1] else []

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Register rows of parties that came to look at a car."""
        return tuple(v for v in self.ledger.visits if v.may_be_looking)

    @cached_property
    def arrivals(self) -> dict[str, list[Visit]]:
        """Register rows by phone, whatever the customer came for."""
        return _group((phone, v) for v in self.ledger.visits if (phone := self.ledger.phone_of(v)))

    @cached_property
    def nameless_arrivals(self) -> dict[tuple[str | None, dt.date | None], list[Visit]]:
        """Register rows that no phone identifies, by name and day; a phone that could not be read is none."""
        return _group(((v.name, v.date), v) for v in self.ledger.visits if v.phone is None)

    @cached_property
    def summaries(self) -> tuple[Report, ...]:
        return tuple(r for r in self.ledger.reports if r.section == "当日总结")

    @cached_property
    def plans(self) -> tuple[Report, ...]:
        return tuple(r for r in self.ledger.reports if r.section == "明日计划")

    @cached_property
    def told(self) -> dict[tuple[str | None, dt.date | None], list[Report]]:
        """当日总结 by customer (the phone, else the name) and day, rows in error included: they do tell of it."""
        reports = (r for r in self.ledger.reports if r.section == "当日总结")
        return _group(((self.key(r), r.date), r) for r in reports)

    @cached_property
    def planned(self) -> dict[tuple[str | None, dt.date | None], list[Report]]:
        """明日计划 by customer and the day planned, rows in error included."""
        return _group(((self.key(r), r.on), r) for r in self.ledger.reports if r.section == "明日计划")

    def key(self, record: Report | Visit) -> str | None:
        return self.ledger.phone_of(record) or record.name

    @cached_property
    def done(self) -> dict[tuple[str | None, dt.date | None], list[FollowUp]]:
        """Contacts on the backs of cards by customer and day."""
        return _group(((self.ledger.phone_of(f), f.done_on), f) for f in self.ledger.follow_ups if f.done_on)

    @cached_property
    def rows(self) -> dict[str, list[tuple[str, Prospect]]]:
        """Grade rows by phone."""
        return _group((self.ledger.phone_of(row) or "", (grade, row)) for grade, row in self.ledger.prospects)

    @cached_property
    def reported(self) -> tuple[dt.date, dt.date]:
        """First and last day of the open reports: what was planned outside them stands in an older report, or none yet."""
        days = [r.date for r in self.ledger.reports if r.date and self.timeline.start <= r.date <= self.today]
        return min(days, default=self.timeline.start), max(days, default=self.today)

    @property
    def logs_begin(self) -> dt.date:
        return self.reported[0]

    def known_before(self, phone: str, day: dt.date) -> bool:
        """Whether a card from before this book's register proves an older register row."""
        card = self.ledger.card_by_phone.get(phone)
        begin = month_start(earliest_month(self.ledger, self.today))
        first = min((v.date for v in self.ledger.visits if v.date and v.date >= begin), default=day)
        return card is not None and card.first_contact is not None and card.first_contact < min(first, day)


def _group(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def _difference(
    kind: Difference,
    wording: str,
    record: Record,
    name: str,
    other: Spot | None = None,
    severity: Severity = Severity.ERROR,
    **about: object,
) -> Finding:
    person = next((record.shown(n) for n in ("consultant", "applicant") if n in record.form.index), "")
    return Finding(wording, severity, spot(record, name), record.shown(name), person, kind, other, about)


def r1_registered(books: Books) -> Iterator[Finding]:
    """Every 接待/开拓 in the report, and every order, has its register row, that day or earlier."""
    for report in books.summaries:
        if report.receives and report.date is not None and not _is_registered(books, report):
            yield _difference(Difference.UNREGISTERED, "R1.report", report, "name")
    for order in books.ledger.orders:
        phone = books.ledger.phone_of(order)
        if not phone or order.date is None:
            continue
        visits = books.arrivals.get(phone, ())
        if not any(v.date and v.date <= order.date for v in visits) and not books.known_before(phone, order.date):
            yield _difference(Difference.UNREGISTERED, "R1.order", order, "number")


def _is_registered(books: Books, report: Report) -> bool:
    assert report.date is not None
    phone = books.ledger.phone_of(report)
    if (report.name, report.date) in books.nameless_arrivals:
        return True
    if phone is None:
        return any(v.name == report.name and v.date and v.date <= report.date for v in books.ledger.visits)
    visits = books.arrivals.get(phone, ())
    return any(v.date and v.date <= report.date for v in visits) or books.known_before(phone, report.date)


def r2_carded(books: Books) -> Iterator[Finding]:
    """Every H/A/B/C customer and every buyer has exactly one card."""
    buyers: list[Record] = [row for _, row in books.ledger.prospects]
    buyers += [*books.ledger.orders, *books.ledger.owners]
    missing: set[str] = set()
    for record in buyers:
        phone: str | None = getattr(record, "phone", None)
        is_known = phone in books.ledger.card_by_phone or phone in books.held.waiting
        if phone and not is_known and phone not in missing:
            missing.add(phone)
            yield _difference(Difference.UNCARDED, "R2.no_card", record, "phone")
    first: dict[str, Card] = {}
    for card in books.ledger.cards:
        if card.phone and card.state not in UNCOUNTED:
            before = first.setdefault(card.phone, card)
            if before is not card:
                clash = before.consultant != card.consultant
                kind = Difference.CLASH if clash else Difference.TWO_STATES
                yield _difference(kind, "R2.two_cards", card, "phone", spot(before, "phone"))


def r3_in_grade_sheet(books: Books) -> Iterator[Finding]:
    """Every H/A/B customer stands in exactly one grade sheet, the one of the card's grade, under its consultant; C may."""
    for card in _first_cards(books):
        if card.state not in TRACKED:
            continue
        rows = books.rows.get(card.phone or "", [])
        if not rows:
            if card.grade != "C":
                yield _difference(Difference.NO_STATE, "R3.no_row", card, "grade", grade=card.grade or "")
            continue
        kept = next((row for grade, row in rows if grade == card.grade), rows[0][1])
        for grade, row in rows:
            if row is not kept:
                clash = row.consultant != kept.consultant
                kind = Difference.CLASH if clash else Difference.TWO_STATES
                yield _difference(kind, "R3.two_rows", row, "phone", spot(kept, "phone"))
            elif grade != card.grade:
                yield _difference(
                    Difference.WRONG_SHEET, "R3.wrong_sheet", row, "phone", spot(card, "grade"), grade=card.grade or ""
                )
            elif row.consultant != card.consultant:
                yield _difference(
                    Difference.WRONG_SHEET,
                    "R3.consultant",
                    row,
                    "consultant",
                    spot(card, "consultant"),
                    consultant=card.consultant or "",
                )


def _first_cards(books: Books) -> Iterator[Card]:
    """One card a phone: a second one is R2's affair."""
    return (c for c in books.ledger.cards if c.phone and books.ledger.card_by_phone.get(c.phone) is c)


def r4_one_state(books: Books) -> Iterator[Finding]:
    """Every register row with a phone is in exactly one state; none lost, none twice."""
    ledger = books.ledger
    tracked_or_gone = set(ledger.card_by_phone) | set(books.rows) | {o.phone for o in ledger.owners}
    tracked_or_gone |= set(ledger.orders_by_phone) | set(ledger.losses_by_phone) | books.held.waiting
    for visit in books.visits:
        phone = ledger.phone_of(visit)
        if phone and phone not in tracked_or_gone:
            tracked_or_gone.add(phone)
            yield _difference(Difference.NO_STATE, "R4.visit", visit, "phone")
    owned = {ledger.phone_of(o) for o in ledger.owners}
    for card in _first_cards(books):
        found = list(_state_of_card(books, card, card.phone in owned))
        yield from found or _state_in_the_logs(books, card)


def _state_of_card(books: Books, card: Card, owns: bool) -> Iterator[Finding]:
    """The card's state has its proof, and nothing in the books proves another."""
    phone = card.phone or ""
    orders = books.ledger.orders_by_phone.get(phone, ())
    open_order = next((o for o in orders if o.date and not o.delivered_on and not o.cancelled_on), None)
    losses = books.ledger.losses_by_phone.get(phone, ())
    proved = {
        "已订": open_order is not None,
        "已交车": owns,
        **dict.fromkeys(EXITS, False),
        **{loss.exit or "战败": True for loss in losses if loss.decision == "同意"},
        "战败待审": any(loss.decision in (None, "待审") for loss in losses),
    }
    if not proved.get(card.state or "", True):
        yield _difference(Difference.NO_STATE, "R4.unproved", card, "state", state=card.state)
    if card.state not in TRACKED:
        for _, row in books.rows.get(phone, []):
            yield _difference(
                Difference.TWO_STATES, "R4.row", row, "phone", spot(card, "state"), state=card.state or ""
            )
    elif open_order is not None:
        yield _difference(
            Difference.TWO_STATES, "R4.order", card, "state", spot(open_order, "number"), state=card.state
        )


def _state_in_the_logs(books: Books, card: Card) -> Iterator[Finding]:
    """The card's state is the one the logs, orders and losses lead to: where a person set it back, there are two."""
    life = books.timeline.lives.get(card.phone or "")
    if life is None or life.standing is None or card.state is None or life.standing.state == card.state:
        return
    proof = next((spot(step.evidence, _first_key(step.evidence)) for step in reversed(list(life.steps))), None)
    yield _difference(Difference.TWO_STATES, "R4.logs", card, "state", proof, state=life.standing.shown)


def _first_key(record: Record) -> str:
    """The field that a place in a row is shown by."""
    return next(name for name in ("phone", "customer", "number") if name in record.form.index)


def r5_reported(books: Books) -> Iterator[Finding]:
    """Every reception and every contact dated d is in the 当日总结 of d, and the reverse. Owner calls: R8."""
    for visit in books.visits:
        if visit.date and visit.date >= books.logs_begin and not _is_told(books, visit):
            yield _difference(Difference.UNREPORTED, "R5.visit", visit, "name")
    for row in books.ledger.follow_ups:
        phone = books.ledger.phone_of(row)
        if not phone or row.done_on is None or row.done_on < books.logs_begin:
            continue
        visited = any(v.date == row.done_on for v in books.arrivals.get(phone, ()))
        if (phone, row.done_on) not in books.told and not visited:
            yield _difference(Difference.UNREPORTED, "R5.contact", row, "done_on")
    for report in books.summaries:
        if report.date and report.date >= books.logs_begin and report.purpose != "售后回访":
            yield from _foundation(books, report)


def _is_told(books: Books, visit: Visit) -> bool:
    """Whether a row of that day tells of the visit, by phone or, where no phone can be read, by name."""
    reports = [*books.told.get((books.key(visit), visit.date), ()), *books.told.get((visit.name, visit.date), ())]
    return any(r.tells_of_visit for r in reports)


def _foundation(books: Books, report: Report) -> Iterator[Finding]:
    """A row of 当日总结 has what it tells of: a reception its register row of the day, a contact its line on the card."""
    phone = books.ledger.phone_of(report)
    if report.receives:
        same_day = phone is not None and any(v.date == report.date for v in books.arrivals.get(phone, ()))
        same_day = same_day or (report.name, report.date) in books.nameless_arrivals
        if report.purpose == "接待" and not same_day and _is_registered(books, report):
            yield _difference(Difference.UNFOUNDED, "R5.no_visit", report, "name")
    elif phone is None:
        yield _difference(Difference.UNFOUNDED, "R5.stranger", report, "name")
    elif phone not in books.ledger.card_by_phone:
        if phone not in books.rows and phone not in books.ledger.orders_by_phone:
            yield _difference(Difference.UNFOUNDED, "R5.stranger", report, "phone")
    elif (phone, report.date) not in books.done:
        yield _difference(Difference.UNFOUNDED, "R5.not_on_card", report, "phone")


def r6_planned(books: Books) -> Iterator[Finding]:
    """Every plan for day d is in the 明日计划 made on the working day before d, and the reverse."""
    plans: set[tuple[str, dt.date]] = set()
    due: dict[str, list[_Plan]] = defaultdict(list)
    for row in books.ledger.follow_ups:
        phone = books.ledger.phone_of(row)
        if phone and row.planned_on:
            plans.add((phone, row.planned_on))
            due[phone].append((row.planned_on, row.done_on))
            yield from _in_tomorrows_plan(books, row, "planned_on", phone, row.planned_on)
    for _, prospect in books.ledger.prospects:
        phone = books.ledger.phone_of(prospect)
        if phone and prospect.next_on and (phone, prospect.next_on) not in plans:
            plans.add((phone, prospect.next_on))
            due[phone].append((prospect.next_on, None))
            yield from _in_tomorrows_plan(books, prospect, "next_on", phone, prospect.next_on)
    for report in books.plans:
        phone = books.ledger.phone_of(report)
        if report.purpose != "促进" or not report.on or not phone:
            continue
        if not _is_due(books, report, due.get(phone, ())) and not _is_due(books, report, books.made_by(report, phone)):
            yield _difference(Difference.UNFOUNDED, "R6.no_plan", report, "on", severity=Severity.WARNING)


def _is_due(books: Books, report: Report, plans: Iterable[_Plan]) -> bool:
    """Whether a row of 明日计划 has its plan: one for that day or for the days off before it, or one not yet done."""
    days = books.ledger.workdays

    def is_due(on: dt.date, done_on: dt.date | None) -> bool:
        if report.on in (on, days.on_or_after(report.consultant or "", on)):
            return True
        return report.date is not None and on <= report.date and (done_on is None or done_on > report.date)

    return any(is_due(*plan) for plan in plans)


def _in_tomorrows_plan(
    books: Books, row: FollowUp | Prospect | Care, name: str, phone: str, day: dt.date
) -> Iterator[Finding]:
    """Whether a plan stands in the 明日计划 of the working day before, for its day or, on a day off, for the next one.

    Plans the open logs cannot know of pass, those of customers who asked not to be contacted, and what is still open of
    those who have left.
    """
    days = books.ledger.workdays
    eve = days.previous(row.consultant or "", day)
    first, last = books.reported
    if not first <= eve <= last or not may_call(books.ledger, phone):
        return
    is_open = isinstance(row, Prospect) or row.done_on is None
    if is_open and (
        has_left(books.ledger, phone, is_care=isinstance(row, Care)) or books.held.may_move(row, day, until=day)
    ):
        return
    code = "R8" if isinstance(row, Care) else "R6"
    reports = [
        r for on in {day, days.on_or_after(row.consultant or "", day)} for r in books.planned.get((phone, on), ())
    ]
    found = [r for r in reports if (r.purpose == "售后回访") == isinstance(row, Care)]
    if not found:
        yield _difference(Difference.UNREPORTED, f"{code}.plan", row, name, severity=Severity.WARNING, day=day, eve=eve)
    elif not any(r.date in (eve, days.previous(r.consultant or "", day)) for r in found):
        other = spot(found[0], "date")
        yield _difference(
            Difference.UNREPORTED, f"{code}.wrong_eve", row, name, other, Severity.WARNING, day=day, eve=eve
        )


def r7_same_grade(books: Books) -> Iterator[Finding]:
    """Result on the card's back = grade in the grade sheet = 现级别 in the report, for the same contact."""
    for (phone, day), rows in books.done.items():
        reports = [r for r in books.told.get((phone, day), ()) if r.grade_after]
        if reports and rows[-1].grade_after and rows[-1].grade_after != reports[-1].grade_after:
            other = spot(reports[-1], "grade_after")
            yield _difference(
                Difference.GRADES_DIFFER, "R7.card", rows[-1], "grade_after", other, grade=reports[-1].grade_after
            )
    for card in _first_cards(books):
        life = books.timeline.lives.get(card.phone or "")
        rows_of = [row for grade, row in books.rows.get(card.phone or "", []) if grade == card.grade]
        if card.state not in TRACKED or life is None or life.standing is None or len(rows_of) != 1:
            continue
        if life.standing.tracked and life.standing.grade != card.grade:
            reported = [c.source for c in life.contacts if c.grade_after]
            last = _grade_spot(reported[-1]) if reported else None
            yield _difference(
                Difference.GRADES_DIFFER, "R7.sheet", rows_of[0], "phone", last, grade=life.standing.grade or ""
            )


def _grade_spot(source: Report | Visit) -> Spot:
    return spot(source, "grade_after" if isinstance(source, Report) else "grade")


def r8_care(books: Books) -> Iterator[Finding]:
    """Care planned for d or done on d on the card's front ↔ 明日计划 and 当日总结."""
    planned: dict[str, list[_Plan]] = defaultdict(list)
    done: set[tuple[str, dt.date]] = set()
    for care in books.ledger.cares:
        phone = books.ledger.phone_of(care)
        if not phone:
            continue
        if care.planned_on:
            planned[phone].append((care.planned_on, care.done_on))
            yield from _in_tomorrows_plan(books, care, "planned_on", phone, care.planned_on)
        if care.done_on:
            done.add((phone, care.done_on))
            calls = [r for r in books.told.get((phone, care.done_on), ()) if r.purpose == "售后回访"]
            if not calls and care.done_on >= books.logs_begin:
                yield _difference(Difference.UNREPORTED, "R8.done", care, "done_on", severity=Severity.WARNING)
    for report in (*books.plans, *books.summaries):
        if report.purpose != "售后回访" or not report.on:
            continue
        phone, is_plan = books.ledger.phone_of(report) or "", report.section == "明日计划"
        if not (_is_due(books, report, planned.get(phone, ())) if is_plan else (phone, report.on) in done):
            wording = "R8.no_plan" if is_plan else "R8.no_call"
            yield _difference(Difference.UNFOUNDED, wording, report, "on", severity=Severity.WARNING)


def r9_kept(books: Books) -> Iterator[Finding]:
    """Planned for d but not done, done but not planned, done late."""
    rows: list[FollowUp | Care] = [*books.ledger.follow_ups, *books.ledger.cares]
    for row in rows:
        if row.planned_on is None:
            if isinstance(row, FollowUp) and row.done_on:
                yield from _unplanned(books, row)
            continue
        due = books.ledger.due_on(row, row.planned_on)
        if row.done_on is None and due < books.today:
            if may_call(books.ledger, books.ledger.phone_of(row)) and not books.held.may_move(row, row.planned_on):
                days = (books.today - due).days
                yield _difference(
                    Difference.PLAN_NOT_DONE, "R9.not_done", row, "planned_on", severity=Severity.WARNING, days=days
                )
        elif row.done_on and row.done_on > due:
            days = (row.done_on - due).days
            yield _difference(Difference.LATE, "R9.late", row, "done_on", severity=Severity.WARNING, days=days)


def _unplanned(books: Books, row: FollowUp) -> Iterator[Finding]:
    """A contact the consultant sought (促进, not a visit) without a plan for the day."""
    phone = books.ledger.phone_of(row)
    reports = [r for r in books.told.get((phone, row.done_on), ()) if r.purpose == "促进" and r.means != "来店"]
    if reports and row.done_on and row.done_on >= books.logs_begin:
        other = spot(reports[0], "purpose")
        yield _difference(Difference.DONE_UNPLANNED, "R9.unplanned", row, "done_on", other, Severity.WARNING)


def r10_balanced(books: Books) -> Iterator[Finding]:
    """月初留存 of this month = closing stock of the last = 月初级别 in the grade sheets; a sealed month is unchanged."""
    month = first_month(books.ledger, books.today)
    frozen = {o.phone: o for o in books.ledger.openings if o.month == month and o.phone}
    yield from _chain(books, month, frozen)
    for _, row in books.ledger.prospects:
        opening = frozen.get(books.ledger.phone_of(row) or "")
        if not frozen:
            continue
        if opening is not None and opening.state in TRACKED and row.opening_grade not in (None, opening.grade):
            yield _difference(
                Difference.UNBALANCED,
                "R10.opening",
                opening,
                "grade",
                spot(row, "opening_grade"),
                grade=row.opening_grade,
            )
        elif opening is None and row.opening_grade in GRADES:
            yield _difference(Difference.UNBALANCED, "R10.not_frozen", row, "opening_grade")
    changed, removed = broken_seals(books.ledger)
    for record in changed:
        yield _difference(Difference.CHANGED_AFTER_CLOSE, "R10.changed", record, day_field(record))
    for (sheet, sealed), count in removed.items():
        about = {"month": sealed, "count": count}
        yield Finding(
            "R10.removed", Severity.ERROR, Spot(sheet, "A1", 1), kind=Difference.CHANGED_AFTER_CLOSE, about=about
        )


def _chain(books: Books, month: str, frozen: dict[str, Opening]) -> Iterator[Finding]:
    """The frozen opening against the replay of the months before it."""
    earliest = earliest_month(books.ledger, books.today)
    if earliest >= month:
        return
    eve = month_start(month) - dt.timedelta(days=1)
    past = replay(books.ledger, eve, books.blocked, earliest)
    for phone, opening in frozen.items():
        life = past.lives.get(phone)
        standing = life.standing if life else None
        if standing is None or (standing.state, standing.grade) != (opening.state, opening.grade):
            shown = standing.shown if standing else ""
            yield _difference(Difference.UNBALANCED, "R10.chain", opening, "grade", closing=shown)


RELATIONS: tuple[Relation, ...] = (
    r1_registered,
    r2_carded,
    r3_in_grade_sheet,
    r4_one_state,
    r5_reported,
    r6_planned,
    r7_same_grade,
    r8_care,
    r9_kept,
    r10_balanced,
)
"""Every relation, in the order of its code."""
