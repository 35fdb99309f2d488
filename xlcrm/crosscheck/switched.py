"""R12: the forms that a shop switches on against those that everybody has, both directions. SPEC section 14.

Nothing here is an error: a form that a shop may leave out never keeps it from closing a month. Our decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xlcrm.crosscheck.index import Books
from xlcrm.findings import Difference, Finding, Severity, spot
from xlcrm.followup.inspected import Answer, answers
from xlcrm.forms.schema import Record
from xlcrm.forms.states import COMPANY, UNCOUNTED, Means, Section
from xlcrm.forms.switched import KEPT_ITEMS, CallOn, Company, DoorCount, Drive, Inspection
from xlcrm.ledger.arrivals import Arrivals
from xlcrm.ledger.calls import Calls
from xlcrm.ledger.customers import Key
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.subjects import closed_days


def differences(books: Books) -> Iterator[Finding]:
    """What 试驾 and 拜访计划 say and the register and the reports do not, and the reverse."""
    yield from _drives(books)
    yield from _visits_made(books)
    yield from _companies(books)
    yield from _counted(books)
    yield from _inspected(books)


def _companies(books: Books) -> Iterator[Finding]:
    """A card of a company without a row in 单位客户, and a row there that no such card stands for."""
    rows = books.ledger.of(Company)
    if Company.form.sheet not in books.ledger.blocks:
        return
    known = {row.customer for row in rows}
    cards = [card for card in books.ledger.cards if card.person_or_company == COMPANY and card.state not in UNCOUNTED]
    for card in cards:
        if card.customer not in known:
            yield _difference(Difference.UNCARDED, "R12.no_company", card, "person_or_company")
    numbers = {card.customer for card in cards}
    for row in rows:
        if row.customer and row.customer not in numbers:
            yield _difference(Difference.UNFOUNDED, "R12.no_card", row, "customer")


def _inspected(books: Books) -> Iterator[Finding]:
    """A mark of 展厅检查 that is not what the books say of the item."""
    _, first_open = closed_days(books.ledger, books.today)
    known: dict[dt.date, dict[str, Answer]] = {}
    for row in books.ledger.of(Inspection):
        if row.item not in KEPT_ITEMS or row.mark is None or row.date is None or row.date < first_open:
            continue
        if row.date not in known:
            known[row.date] = answers(books.ledger, row.date)
        answer = known[row.date].get(row.item)
        if answer is not None and row.mark != answer.mark:
            about = {"day": answer.day, "done": answer.done, "cases": answer.cases, "mark": answer.mark}
            person, at = row.inspector or "", spot(row, "mark")
            yield Finding(
                "R12.inspected", Severity.WARNING, at, row.shown("mark"), person, Difference.UNFOUNDED, about=about
            )


def _counted(books: Books) -> Iterator[Finding]:
    """Parts of days in which the counter at the door saw more parties than the register has."""
    rows = books.ledger.of(DoorCount)
    arrivals = Arrivals(books.ledger.visits if rows else ())
    for row in rows:
        if row.date and row.hours and row.parties is not None:
            registered = arrivals.during(row)
            if registered < row.parties:
                about = {"registered": registered, "missing": row.parties - registered}
                yield _difference(Difference.UNREGISTERED, "R12.counted", row, "parties", **about)


def _difference(kind: Difference, wording: str, record: Record, name: str, **about: object) -> Finding:
    person = record.shown("consultant") if "consultant" in record.form.index else ""
    at = spot(record, name)
    return Finding(wording, Severity.WARNING, at, record.shown(name), person, kind, about=about)


def _drives(books: Books) -> Iterator[Finding]:
    """A drive without a register row of that day; a party that drove, by its tick, and has no row in 试驾."""
    ledger = books.ledger
    drives = Drives(ledger, ledger.of(Drive))
    parties = [(visit, ledger.customers.of(visit)) for visit in ledger.visits]
    for row, _ in drives.without(parties):
        yield _difference(Difference.UNREGISTERED, "R12.drive", row, "phone")
    for visit, customer in parties:
        if visit.test_drive and visit.phone and drives.is_known(visit) and drives.of(visit, customer) is None:
            yield _difference(Difference.UNREPORTED, "R12.no_drive", visit, "test_drive")


def _visits_made(books: Books) -> Iterator[Finding]:
    """A visit planned and not made, or made and not in the report of its day; one in a report that nobody planned.

    A visit is one, however many persons were to be met.
    """
    calls = Calls(books.ledger, books.ledger.of(CallOn))
    since = min((call.planned_on for call in calls.rows if call.planned_on), default=dt.date.max)
    settled = {calls.visit_of(call, call.planned_on) for call in calls.rows if call.done_on}
    made: set[tuple[Key | str | None, dt.date | None]] = set()
    for call in calls.rows:
        customer = books.ledger.customers.meant(call)
        key, visit = customer.key if customer else call.name, calls.visit_of(call, call.planned_on)
        if call.is_blank("done_on") and call.planned_on and call.planned_on < books.today and visit not in settled:
            settled.add(visit)
            yield _difference(Difference.PLAN_NOT_DONE, "R12.not_made", call, "planned_on")
        is_known = (key, call.done_on) in made or (key, call.done_on) in books.done_reports
        if call.done_on and call.done_on >= books.logs_begin and not is_known:
            yield _difference(Difference.UNREPORTED, "R12.not_reported", call, "done_on")
        made.add((key, call.done_on))
    for customer, report in books.reports(Section.DONE):
        who = customer.key if customer else report.name
        if report.means == Means.CALL_ON and report.date and report.date >= since and (who, report.date) not in made:
            yield _difference(Difference.DONE_UNPLANNED, "R12.unplanned", report, "means")
