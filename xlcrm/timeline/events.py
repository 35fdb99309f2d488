"""Where every life starts, and what the logs say happened since, in order.

Source: SPEC section 5. Order of a customer's events within a day is our decision (see ``_Phase``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from enum import IntEnum
from typing import NamedTuple

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import CORRECTED, Card, FollowUp, Loss, MoveRow, Order, Prospect, Report, Visit
from xlcrm.forms.states import GRADES, NOBODY, Decision, Purpose, Result, Section, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.timeline.life import Event, Standing
from xlcrm.timeline.written import is_obsolete

# ---------------------------------------------------------------- the base


def base_of(customer: Customer, month: str, start: dt.date, *, as_read: bool = False) -> Standing | None:
    """Where a customer stood at the start of the month; ``None`` of one whom the books did not know then.

    A frozen customer stands as frozen. Another stands as typed, except where 级别变更 shows that a roll has moved him since.
    ``as_read``: a file brought him, which says what he has become and not how.
    """
    standing = _base_of(customer, month, start, as_read)
    if standing is None:
        return None
    return standing._replace(consultant=owner_at(customer, start, standing.consultant))


def begun_by_hand(
    customer: Customer, base: Standing | None, start: dt.date, today: dt.date
) -> tuple[Standing, Card | MoveRow] | None:
    """Where a customer began whose card was typed by hand since the opening stock was frozen, with the row that says so.

    His 初洽日期 is in the open month and no register row began him; one known before it is opening stock. 级别变更 keeps
    it from the roll on that sees the card.
    """
    card = customer.card
    if card is None:
        return None
    move = next((move for move in customer.moves if move.is_by_hand and move.on and move.on >= start), None)
    if move is not None and move.on is not None:
        first = _first_visit(customer, start)
        stood = Standing(State.ACTIVE, None, owner_at(customer, start, card.consultant), move.on)
        is_first = base is None and (first is None or first > move.on)
        return (_moved_back(stood, move.target), move) if is_first and move.on <= today else None
    is_unknown = base is not None and base.tracked and not customer.openings and not customer.moves
    if not is_unknown or base is None or card.first_contact is None or not start <= card.first_contact <= today:
        return None
    return base._replace(since=base.since or card.first_contact), card


def owner_at(customer: Customer, start: dt.date, typed: str | None) -> str | None:
    """Whose customer he was at the start, or at his first visit: as typed, until a hand-over.

    The register never changes 客户卡.销售顾问: 级别变更 keeps whose he became. Where it does not say, and the card agrees with
    what an earlier roll wrote of the first visit, the row of the register was corrected since.
    """
    handovers = [(move.on, move.at.row, move.origin) for move in customer.moves if move.is_handover and move.on]
    since = [origin for on, _, origin in sorted(handovers) if on >= start]
    if since:
        return since[0]
    card = customer.card
    if card is None or customer.openings:
        return typed
    became = next((move.first_consultant for move in customer.moves if move.first_consultant), None)
    if became is not None:
        return became
    first = (row for row in customer.follow_ups if row.done_on and row.done_on == card.first_contact)
    written: tuple[Prospect | FollowUp, ...] = (*customer.prospects, *first)
    return card.consultant if any(row.consultant == card.consultant for row in written) else typed


def _base_of(customer: Customer, month: str, start: dt.date, as_read: bool) -> Standing | None:
    frozen = [opening for opening in customer.openings if opening.month == month]
    if frozen:
        opening = frozen[-1]
        return Standing(opening.state or State.ACTIVE, opening.grade, opening.consultant, opening.graded_on)
    card, row = customer.card, next(iter(customer.prospects), None)
    if card is not None:
        known_since = card.first_contact
        standing = Standing(card.state or State.ACTIVE, card.grade, card.consultant, known_since)
        if row is not None:
            standing = standing._replace(grade=_grade(row, as_read), since=row.graded_on)
    elif row is not None:
        known_since = row.first_contact
        standing = Standing(State.ACTIVE, _grade(row, as_read), row.consultant, row.graded_on)
    else:
        return None
    origin = _origin(customer, start)
    return None if _is_new(known_since, _first_visit(customer, start), origin) else _moved_back(standing, origin)


def _grade(row: Prospect, as_read: bool) -> str:
    return row.grade if as_read else row.opening_grade or row.grade


def _origin(customer: Customer, start: dt.date) -> str | None:
    """Where the customer stood before the first step written into 级别变更 from the start on; a correction is none: it says what
    the list said, not where he stood.
    """
    moves = [
        (move.on, move.at.row, move.origin or NOBODY)
        for move in customer.moves
        if move.on and move.on >= start and not move.is_handover and move.evidence != CORRECTED
    ]
    return min(moves)[2] if moves else None


def _moved_back(standing: Standing, origin: str | None) -> Standing:
    """The standing before the steps taken since, from its printed form (``Standing.shown``)."""
    if origin is None:
        return standing
    if origin in GRADES:
        return standing._replace(state=State.ACTIVE, grade=origin)
    state, _, grade = origin.rstrip(")").partition("(")
    return standing._replace(state=state, grade=grade or None)


def _first_visit(customer: Customer, start: dt.date) -> dt.date | None:
    """Day of the first register row from the start on."""
    return min((v.date for v in customer.visits if v.date and v.date >= start and v.may_be_looking), default=None)


def _is_new(known_since: dt.date | None, first_visit: dt.date | None, origin: str | None) -> bool:
    """Whether a carded customer came into the books by a register row that stands in the open logs."""
    if origin is not None:
        return origin == NOBODY
    return first_visit is not None and (known_since is None or known_since >= first_visit)


# ---------------------------------------------------------------- the events


class _Phase(IntEnum):
    """Order of one customer's events on one day: what was decided before the day's work, the work, what came of it.

    The program's own upgrade comes last: it judges the evening.
    """

    DECIDED_BEFORE = 0
    VISIT = 1
    REPORT = 2
    ORDER = 3
    APPLY = 4
    DECIDED = 5
    DELIVER = 6
    UPGRADE = 7
    HANDOVER = 8


class Occurrence(NamedTuple):
    """Something that happened to a customer on a day; ``event`` is ``None`` of a contact, ``grade`` what it leads to."""

    on: dt.date
    phase: _Phase
    event: Event | None
    source: Visit | Report | Order | Loss | MoveRow | Prospect
    grade: str | None = None

    @property
    def place(self) -> tuple[dt.date, _Phase, int]:
        """Sort key: by day, within it by phase, then by row."""
        return self.on, self.phase, self.source.at.row


class Happened(NamedTuple):
    """Which rows of a book count as events: from ``start`` to ``today``, except those in error."""

    ledger: Ledger
    start: dt.date
    today: dt.date
    blocked: Collection[tuple[str, int]]

    def to(self, customer: Customer) -> list[Occurrence]:
        """A customer's events in order."""
        start, end = self.start, max(self.today, self.start)
        found = [*_visits(customer, start, end), *_reports(customer, start, end), *_orders(customer, self.ledger)]
        found += (*_losses(customer, self.ledger), *_upgrades(customer, self.ledger, self.today))
        counted = [o for o in found if start <= o.on <= end and self.is_sound(o.source)]
        return sorted(counted, key=lambda o: o.place) if len(counted) > 1 else counted

    def waiting_visit(self, customer: Customer) -> Visit | None:
        """The register row in error that a customer not known before waits for."""
        looking = [v for v in customer.visits if v.may_be_looking]
        first = min(
            looking, key=lambda v: (v.date if v.date and v.date <= self.today else dt.date.min, v.at.row), default=None
        )
        return first if first is not None and not self.is_sound(first) else None

    def is_sound(self, record: Record) -> bool:
        """Whether a row counts: one in error and one typed twice do not; 级别变更 and a grade row's proposal always do."""
        if isinstance(record, MoveRow | Prospect):
            return True
        return (record.at.sheet, record.at.row) not in self.blocked and record not in self.ledger.originals


def _visits(customer: Customer, start: dt.date, end: dt.date) -> Iterator[Occurrence]:
    for visit in customer.visits:
        if visit.date and start <= visit.date <= end and (visit.may_be_looking or visit.ordered):
            yield Occurrence(visit.date, _Phase.VISIT, None, visit)


def _reports(customer: Customer, start: dt.date, end: dt.date) -> Iterator[Occurrence]:
    for report in customer.reports:
        on, counts = report.date, report.purpose != Purpose.CARE or report.result == Result.ORDERED
        if on and start <= on <= end and report.section == Section.DONE and counts:
            yield Occurrence(on, _Phase.REPORT, None, report)


def _orders(customer: Customer, ledger: Ledger) -> Iterator[Occurrence]:
    for order in customer.orders:
        on = order.placed_on
        if on is None or is_obsolete(customer, order, ledger):
            continue
        yield Occurrence(on, _Phase.ORDER, Event.ORDER, order)
        if order.cancelled_on is not None:
            phase = _Phase.DECIDED if order.cancelled_on == on else _Phase.DECIDED_BEFORE
            yield Occurrence(order.cancelled_on, phase, Event.CANCEL, order)
        elif order.delivered_on is not None:
            yield Occurrence(order.delivered_on, _Phase.DELIVER, Event.DELIVER, order)


def _losses(customer: Customer, ledger: Ledger) -> Iterator[Occurrence]:
    for loss in customer.losses:
        if loss.applied_on is None or is_obsolete(customer, loss, ledger):
            continue
        yield Occurrence(loss.applied_on, _Phase.APPLY, Event.APPLY, loss)
        decided = loss.decided_on or loss.applied_on
        phase = _Phase.DECIDED if decided == loss.applied_on else _Phase.DECIDED_BEFORE
        if loss.decision == Decision.APPROVED:
            yield Occurrence(decided, phase, Event.APPROVE, loss)
        elif loss.decision == Decision.REJECTED:
            yield Occurrence(decided, phase, Event.REJECT, loss, loss.returned_grade)


def _upgrades(customer: Customer, ledger: Ledger, today: dt.date) -> Iterator[Occurrence]:
    """The upgrades earlier rolls made, and, where the shop wants them made, those due today.

    What was made stands in 级别变更: the row that was its reason may have changed or left the grade sheets since.
    """
    for move in customer.moves:
        if move.on and move.is_handover:
            yield Occurrence(move.on, _Phase.HANDOVER, Event.HANDOVER, move)
        elif move.on and move.is_by_date:
            yield Occurrence(move.on, _Phase.UPGRADE, Event.UPGRADE, move, move.target)
    if ledger.settings.auto_upgrade:
        for row in customer.prospects:
            grade = grade_by_date(ledger, row, today)
            if grade:
                yield Occurrence(today, _Phase.UPGRADE, Event.UPGRADE, row, grade)


def grade_by_date(ledger: Ledger, row: Prospect, today: dt.date) -> str | None:
    """The grade whose window 预计购车日 falls into, ``None`` when it is blank or past."""
    if row.expected_on is None or row.expected_on < today:
        return None
    days = (row.expected_on - today).days
    return next((g for g in GRADES if days <= (ledger.settings.window(g) or days)), None)


def is_before(order: Order, end: Occurrence) -> bool:
    """Whether an order was placed before another one ended."""
    return order.placed_on is not None and (order.placed_on, _Phase.ORDER) < (end.on, end.phase)
