"""What the roll proposes and never does by itself: upgrades, re-grading of parked prospects, 失控 and 冻结, and rows to
complete.

Proposals are findings of severity 提示, codes G01…G05 (our numbering; SPEC section 5 names them without codes).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xlcrm.findings import Finding, Severity, spot
from xlcrm.forms.sheets import Prospect
from xlcrm.forms.states import GRADES, State
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, next_month
from xlcrm.review import Review
from xlcrm.timeline.events import grade_by_date
from xlcrm.timeline.life import Life, Standing
from xlcrm.timeline.meetings import meetings
from xlcrm.timeline.written import is_to_complete


def propose(review: Review) -> list[Finding]:
    """Proposals for the prospects in the grade sheets, at most one for each prospect, the gravest first; then orders to complete."""
    ledger, timeline, today = review.ledger, review.timeline, review.today
    found: list[Finding] = []
    for customer in ledger.customers.values():
        life = timeline.lives.get(customer.key)
        if life is not None and life.standing.state == State.ACTIVE:
            for row in customer.prospects:
                found += list(_of_prospect(ledger, row, life, life.standing, today))[:1]
    return [*found, *_to_complete(ledger)]


def _to_complete(ledger: Ledger) -> Iterator[Finding]:
    """Orders the roll wrote for a mark in the logs: nobody has put in the contract yet."""
    for order in ledger.orders:
        if is_to_complete(order):
            at, found = spot(order, "number"), order.shown("number")
            yield Finding("G05.order", Severity.INFO, at, found, order.consultant or "")


def _of_prospect(ledger: Ledger, row: Prospect, life: Life, standing: Standing, today: dt.date) -> Iterator[Finding]:
    def proposal(wording: str, name: str, **about: object) -> Finding:
        return Finding(wording, Severity.INFO, spot(row, name), row.shown(name), standing.consultant or "", about=about)

    failed = _days_failed(life)
    if failed >= ledger.settings.lost_after_fails:
        yield proposal("G03.unreachable", "last_contact", days=failed)
    if row.first_contact and today >= _months_later(row.first_contact, ledger.settings.frozen_after_months):
        yield proposal("G04.frozen", "first_contact", months=ledger.settings.frozen_after_months)
    nearer = grade_by_date(ledger, row, today)
    if nearer and standing.grade in GRADES and GRADES.index(nearer) < GRADES.index(standing.grade):
        yield proposal(
            "G01.upgrade", "expected_on", grade=nearer, days=(row.expected_on - today).days if row.expected_on else 0
        )
    window = ledger.settings.window(standing.grade or "C")
    if window is not None and standing.since is not None and (today - standing.since).days > window:
        contacts = sum(1 for c in meetings(life) if c.on >= standing.since and c.reached)
        days = (today - standing.since).days
        yield proposal("G02.stale", "graded_on", grade=standing.grade, days=days, window=window, contacts=contacts)


def _days_failed(life: Life) -> int:
    """Different days of failed contacts since the last one that reached the customer."""
    days: set[dt.date] = set()
    for contact in life.contacts:
        if contact.reached:
            days.clear()
        else:
            days.add(contact.on)
    return len(days)


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    last = month_end(next_month(f"{day:%Y-%m}", months))
    return last.replace(day=min(day.day, last.day))
