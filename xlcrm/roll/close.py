"""Month close (月末结转): the stock is frozen into next month's 月初留存, every open prospect carries over, the month is sealed.

Source: SPEC section 5. Our decision: only the first open month can be closed, not before its last day, and not while rows
of it are in error or not yet rolled, or its opening or balance does not agree, for what is sealed must be right. Opening
a closed month again (反结账) is a deliberate act: the last one only, and the journal records who did it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from xlcrm.analysis.keeping import figures_of
from xlcrm.changes import Changes, TableChange
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.errors import Refusal
from xlcrm.findings import Difference, Finding, Severity, Spot
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, FollowUp, MonthFigure, MoveRow, Opening, Order
from xlcrm.forms.states import TRACKED
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, month_start, next_month
from xlcrm.review import Review
from xlcrm.roll.opening import add_no_opening, add_opening
from xlcrm.roll.roll import roll_prospects
from xlcrm.safety.journal import next_operation
from xlcrm.safety.seals import seal, seal_figures, sealed_months, unseal
from xlcrm.timeline.balance import balance


def close_month(review: Review, month: str | None = None) -> Changes:
    """The changes that close a month of a rolled book.

    Raises ``Refusal`` with ``close.not_open``, ``close.early``, ``close.not_rolled``, ``close.errors``,
    ``close.stuck``, ``close.held`` or ``close.unbalanced``.
    """
    month = month or review.open_month
    _require_closable(review, month)
    changes = Changes()
    operation = next_operation(review.ledger)
    _carry_over(review, month, changes)
    seal(review.ledger, month, operation, changes)
    figures = _figures_to_keep(review, month)
    for figure in figures:
        changes.add(MonthFigure.form.sheet, {c.header: getattr(figure, c.name) for c in figure.form.columns})
    seal_figures(figures, operation, changes)
    return changes


def _require_closable(review: Review, month: str) -> None:
    """Raises the refusals of ``close_month``, the first that fits."""
    ledger, today, timeline = review.ledger, review.today, review.timeline
    open_month, end = review.open_month, month_end(month)
    if month != open_month:
        raise Refusal("close.not_open", month=month, open=open_month)
    if today < end:
        raise Refusal("close.early", month=month, end=end)
    errors = _errors_until(ledger, end, review.errors)
    if errors:
        raise Refusal("close.errors", month=month, count=len(errors), where=_where(errors[0].at))
    rolled = roll_prospects(review)
    if rolled.stuck:
        raise Refusal("close.stuck", month=month, count=rolled.stuck)
    unrolled = rolled.changes.tables
    waiting = [record.form.sheet for record in (Opening, Card, MoveRow, FollowUp) if unrolled.get(record.form.sheet)]
    if waiting:
        raise Refusal("close.not_rolled", month=month, where=_first_changed(waiting[0], unrolled[waiting[0]]))
    held = review.as_rows_stand(review.blocked, today).held
    if held:
        first = min((ledger.customers[key] for key in held), key=lambda customer: customer.number)
        raise Refusal("close.held", month=month, count=len(held), who=f"{first.name} {first.number}".strip())
    places = [f"{row['consultant']} {row['grade']}" for row in balance(timeline, month) if row["difference"]]
    places += [_where(f.at) for f in crosscheck(review) if f.kind is Difference.UNBALANCED or "R10" in f.also]
    if places:
        raise Refusal("close.unbalanced", month=month, where=places[0])


def _carry_over(review: Review, month: str, changes: Changes) -> None:
    """Freeze the stock at the end of a month into the next one's 月初留存, and set every open prospect's 月初级别."""
    timeline, end, following = review.timeline, month_end(month), next_month(month)
    for life in timeline.lives.values():
        standing = life.at(end)
        if standing is not None:
            add_opening(changes, following, life.customer.number, life, standing)
    if not changes:
        add_no_opening(changes, following)
    for customer in review.ledger.customers.values():
        carried = timeline.lives.get(customer.key)
        standing = carried.at(end) if carried else None
        _set_opening_grade(changes, customer, standing.grade if standing is not None and standing.tracked else None)


def _figures_to_keep(review: Review, month: str) -> list[MonthFigure]:
    """The figures of the month being closed, and of closed months that have none: a book of 0.1 gets them now.

    Of those the plans of the last day count as their own month's. None where the book has no sheet for them.
    """
    ledger = review.ledger
    if MonthFigure.form.sheet not in ledger.blocks:
        return []
    known = {row.month for row in ledger.month_figures}
    older = [own for own in sealed_months(ledger) if own not in known and own >= review.earliest_month]
    closes = {own: month_start(next_month(own)) for own in older} | {month: review.today}
    then = review.as_of_today
    return [row for own, day in closes.items() for row in figures_of(then, own, day)]


def reopen_month(ledger: Ledger, month: str | None = None) -> tuple[str, Changes]:
    """The last closed month, and the changes that open it again: seal, frozen stock and figures go, 月初级别 is its own.

    Raises ``Refusal``: ``reopen.none``, ``reopen.not_last``, ``reopen.other_book`` for a month whose rows are in an older book.
    """
    closed = sealed_months(ledger)
    if not closed:
        raise Refusal("reopen.none")
    last = closed[-1]
    if not any(opening.month == last for opening in ledger.openings):
        raise Refusal("reopen.other_book", month=last)
    if month not in (None, last):
        raise Refusal("reopen.not_last", month=month, last=last)
    changes = Changes()
    unseal(ledger, last, changes)
    for opening in ledger.openings:
        if opening.month == next_month(last):
            changes.remove(opening.at.sheet, opening.at.row)
    for figure in ledger.month_figures:
        if figure.month == last:
            changes.remove(figure.at.sheet, figure.at.row)
    for customer in ledger.customers.values():
        frozen = [opening.grade for opening in customer.openings if opening.month == last and opening.state in TRACKED]
        _set_opening_grade(changes, customer, frozen[-1] if frozen else None)
    return last, changes


def _set_opening_grade(changes: Changes, customer: Customer, grade: str | None) -> None:
    """月初级别 in the customer's grade rows."""
    for row in customer.prospects:
        if row.opening_grade != grade:
            changes.edit(row, opening_grade=grade)


def _where(at: Spot) -> str:
    return f"{at.sheet}!{at.cell}"


def _first_changed(sheet: str, change: TableChange) -> str:
    """The first row that a roll would change, or the sheet that it would add rows to."""
    rows = sorted((*change.cells, *change.removed))
    return f"{sheet}!{rows[0]}" if rows else sheet


def _errors_until(ledger: Ledger, end: dt.date, findings: Iterable[Finding]) -> list[Finding]:
    """Errors in the logs, the orders and the losses of a month or before; a row without a readable date may be of it."""
    dated: list[tuple[Record, dt.date | None]] = [(row, row.date) for row in ledger.visits]
    dated += [(row, row.date) for row in ledger.reports]
    dated += [(row, row.placed_on) for row in ledger.of(Order)]
    dated += [(row, row.applied_on) for row in ledger.losses]
    in_month = {(row.at.sheet, row.at.row) for row, day in dated if day is None or day <= end}
    return [f for f in findings if f.severity is Severity.ERROR and (f.at.sheet, f.at.row) in in_month]
