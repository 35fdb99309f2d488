"""The life of every customer: what the logs say happened, replayed in order from a base.

The books hold events (register rows, reports, orders, losses) and standings (cards, grade sheets). A customer's life starts
from the base, the standing at the start of the first open month, and every event of the logs moves it by one step. The
roll compares where lives end with what the sheets say; the analysis reads the same steps month by month.

Source: SPEC sections 2 and 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Loss, MoveRow, Order, Report, Visit
from xlcrm.forms.states import GRADES, REVIVED, Purpose, Result, State
from xlcrm.ledger.customers import Customer, Customers, Key
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_start
from xlcrm.timeline.events import Happened, Occurrence, base_of, begun_by_hand, is_before, owner_at
from xlcrm.timeline.life import Contact, Event, Happening, Kept, Life, LossMark, OrderMark, Standing, Step, Timeline
from xlcrm.timeline.written import Written, is_obsolete


def replay(
    ledger: Ledger,
    today: dt.date,
    blocked: Collection[tuple[str, int]],
    month: str,
    among: Collection[Key] | None = None,
) -> Timeline:
    """Replay every customer's life from the opening of ``month`` to ``today``, or those ``among`` some customers only.

    ``blocked`` are the (sheet, row) with validation errors: they are left out, and a customer whose first register row is
    among them waits. Events before the month belong to the base.
    """
    customers = ledger.customers if among is None else ledger.customers.among(among)
    return _replayed(ledger, customers, today, blocked, month, {})


def replay_changed(
    before: Timeline,
    ledger: Ledger,
    today: dt.date,
    blocked: Collection[tuple[str, int]],
    month: str,
    changed: Collection[Key],
) -> Timeline:
    """The same of a book changed since it was replayed: only the customers whose rows are ``changed`` are replayed again."""
    known = {key: life for key, life in before.lives.items() if key not in changed}
    return _replayed(ledger, ledger.customers, today, blocked, month, known)


def _replayed(
    ledger: Ledger,
    customers: Customers,
    today: dt.date,
    blocked: Collection[tuple[str, int]],
    month: str,
    known: Mapping[Key, Life],
) -> Timeline:
    start = month_start(month)
    happened = Happened(ledger, start, today, blocked)
    frozen = {opening.month for opening in ledger.openings if opening.month}
    is_now = not frozen or max(today, start) >= month_start(max(frozen))
    lives: dict[Key, Life] = {}
    waiting: list[Visit] = []
    for key, customer in customers.items():
        if key in known:
            lives[key] = known[key]
            continue
        base = base_of(customer, month, start, as_read=ledger.stands_as_read(customer, start))
        begun = begun_by_hand(customer, base, start, today) if month in frozen else None
        if begun is not None:
            base = None
        waits_for = happened.waiting_visit(customer) if base is None and begun is None else None
        if waits_for is not None:
            waiting.append(waits_for)
            continue
        course = _Course(ledger, customer, base, start, begun)
        life = course.run(happened.to(customer))
        if life is not None:
            if is_now:
                course.hand_over(life, max(start, today))
            lives[key] = life
    return Timeline(start, lives, tuple(waiting))


def interval_day(ledger: Ledger, standing: Standing, day: dt.date) -> dt.date:
    """``day`` plus the interval of the grade, moved back to a working day of the consultant but never to ``day`` itself."""
    return ledger.workdays.within(standing.consultant or "", day, ledger.settings.interval(standing.grade or "C"))


@dataclass(slots=True)
class _Course:
    """One life while it is replayed."""

    ledger: Ledger
    customer: Customer
    base: Standing | None
    start: dt.date
    begun: tuple[Standing, Card | MoveRow] | None = None
    """Where a customer begins whose card was typed by hand."""

    def hand_over(self, life: Life, today: dt.date) -> None:
        """客户卡.销售顾问 is whose customer he is, from the first replay that sees the change; a name that is not in 顾问 changes nothing."""
        card, standing = self.customer.card, life.standing
        later = any(move.is_handover and move.on and move.on > today for move in self.customer.moves)
        if card is None or card.consultant not in self.ledger.staff or later:
            return
        if standing.consultant in (None, "", card.consultant):
            return
        step = _step(life, today, Event.HANDOVER, standing._replace(consultant=card.consultant), card)
        life.happenings.append(Happening(today, Kept.KEPT, None, (step,)))

    def run(self, occurrences: Iterable[Occurrence]) -> Life | None:
        """The life; ``None`` for a customer with neither a base nor a register row to begin with."""
        days = list(occurrences)
        reported = {o.on for o in days if isinstance(o.source, Report) and o.source.mentions_visit}
        written = Written(self.customer, self.ledger)
        life = Life(self.customer, self.base, self.base) if self.base is not None else self._begun_by_hand()
        for occurrence in days:
            day, source = occurrence.on, occurrence.source
            if isinstance(source, Visit) and source.may_be_looking:
                life = self._visit(life, day, source, day in reported, written)
            elif life is None:
                # a contact with somebody who has no card belongs to no life
                continue
            elif _is_errand(source):
                _order_of_errand(life, OrderMark(day, source), written)
            elif isinstance(source, Report):
                self._report(life, day, source, written)
            else:
                self._move(life, occurrence)
        return life

    def _begun_by_hand(self) -> Life | None:
        if self.begun is None:
            return None
        standing, row = self.begun
        on = row.on if isinstance(row, MoveRow) else row.first_contact
        on = on or self.start
        step = Step(on, Event.NEW, None, standing, row)
        return Life(self.customer, None, standing, [Happening(on, Kept.KEPT, None, (step,))])

    def _visit(self, life: Life | None, day: dt.date, visit: Visit, reported: bool, written: Written) -> Life:
        """A register row: a new customer, or a contact noted; 现场订购 is an order."""
        steps: list[Step] = []
        is_new = life is None
        if life is None:
            owner = owner_at(self.customer, self.start, visit.consultant)
            standing = Standing(State.ACTIVE, visit.grade, owner, day)
            life = Life(self.customer, None, standing, first_visit=visit)
            steps.append(Step(day, Event.NEW, None, standing, visit))
        if visit.ordered:
            steps += _order_mark(life, OrderMark(day, visit), written)
        standing = life.standing
        contact = None if reported else Contact(day, visit, None if is_new else standing.grade, standing.grade)
        # the report of a visit decides the plans, and is the contact that fulfils the one due
        next_on: dt.date | Kept | None = Kept.KEPT
        if standing.state != State.ACTIVE and not reported:
            next_on = None
        elif is_new:
            next_on = self.ledger.workdays.next(standing.consultant or "", day)
        life.happenings.append(Happening(day, next_on, contact, tuple(steps)))
        return life

    def _report(self, life: Life, day: dt.date, report: Report, written: Written) -> None:
        """A row of 当日总结: a contact, and what it changed."""
        before = life.standing.grade
        steps: list[Step] = []
        grade = report.grade_after if report.grade_after in GRADES else None
        if grade and life.standing.state in REVIVED:
            after = Standing(State.ACTIVE, grade, life.standing.consultant, day)
            steps.append(_step(life, day, Event.REVIVE, after, report))
        elif grade and life.standing.tracked and grade != life.standing.grade:
            steps.append(_step(life, day, Event.REGRADE, life.standing._replace(grade=grade, since=day), report))
        if report.result == Result.ORDERED:
            steps += _order_mark(life, OrderMark(day, report), written)
        elif report.result == Result.LOSS_CLAIMED and life.standing.state == State.ACTIVE:
            steps.append(_step(life, day, Event.APPLY, life.standing._replace(state=State.LOSS_PENDING), report))
            if not written.loss(day):
                life.unwritten_losses.append(LossMark(day, report))
        contact = Contact(day, report, before, grade)
        life.happenings.append(Happening(day, self._next_after(life, day, report), contact, tuple(steps)))

    def _next_after(self, life: Life, day: dt.date, report: Report) -> dt.date | None:
        """The next contact: as the report says, else the interval of the grade, on a working day; none for one who left.

        A new customer is followed up first on the next working day.
        """
        standing = life.standing
        if standing.state == State.ACTIVE:
            if report.next_on is None and life.first_visit is not None and life.first_visit.date == day:
                return self.ledger.workdays.next(standing.consultant or "", day)
            return report.next_on or interval_day(self.ledger, standing, day)
        return report.next_on if standing.state == State.ORDERED else None

    def _move(self, life: Life, occurrence: Occurrence) -> None:
        """An order, a loss or an upgrade moves the customer, where the state allows it."""
        standing, day, source = life.standing, occurrence.on, occurrence.source
        after: Standing | None = None
        next_on: dt.date | Kept | None = None
        match occurrence.event:
            case Event.ORDER if standing.state != State.ORDERED:
                after = standing._replace(state=State.ORDERED, since=day)
            case Event.CANCEL if standing.state == State.ORDERED and not self._other_open_order(life, occurrence):
                after = standing._replace(state=State.ACTIVE, grade=self.ledger.settings.return_grade, since=day)
                next_on = interval_day(self.ledger, after, day)
            case Event.DELIVER if isinstance(source, Order):
                life.deliveries.append(source)
                if standing.state != State.DELIVERED and not self._other_open_order(life, occurrence):
                    after = standing._replace(state=State.DELIVERED, since=day)
            case Event.APPLY if standing.state == State.ACTIVE:
                after = standing._replace(state=State.LOSS_PENDING)
            case Event.APPROVE if standing.state == State.LOSS_PENDING and isinstance(source, Loss):
                after = standing._replace(state=source.exit or State.LOST, since=day)
            case Event.REJECT if standing.state == State.LOSS_PENDING:
                after = standing._replace(state=State.ACTIVE, grade=occurrence.grade or standing.grade, since=day)
                next_on = interval_day(self.ledger, after, day)
            case Event.HANDOVER if isinstance(source, MoveRow):
                after, next_on = standing._replace(consultant=source.target), Kept.KEPT
            case Event.UPGRADE if standing.state == State.ACTIVE and _hotter(occurrence.grade, standing.grade):
                after, next_on = standing._replace(grade=occurrence.grade, since=day), Kept.KEPT
        if after is not None and occurrence.event is not None:
            step = _step(life, day, occurrence.event, after, source)
            life.happenings.append(Happening(day, next_on, None, (step,)))

    def _other_open_order(self, life: Life, end: Occurrence) -> bool:
        """Whether another order of the customer is open when one ends, if only a mark so far."""
        for order in self.customer.orders:
            ended = order.cancelled_on or order.delivered_on
            is_open = is_before(order, end) and (ended is None or ended > end.on)
            if is_open and order is not end.source and not is_obsolete(self.customer, order, self.ledger):
                return True
        return bool(life.unwritten_orders)


def _is_errand(source: object) -> TypeGuard[Visit | Report]:
    """Whether a known customer came, or was called, for something other than buying: not a contact with a prospect."""
    if isinstance(source, Report):
        return source.purpose == Purpose.CARE
    return isinstance(source, Visit) and not source.may_be_looking


def _order_of_errand(life: Life, mark: OrderMark, written: Written) -> None:
    """An order placed on an errand or in a care call moves a known customer like any other."""
    steps = _order_mark(life, mark, written)
    if steps:
        life.happenings.append(Happening(mark.on, None, None, tuple(steps)))


def _order_mark(life: Life, mark: OrderMark, written: Written) -> list[Step]:
    """A tick or a 结果 that mentions an order: the customer is ordered; where no row stands in 订单, one is to be written.

    Of a customer whose order is open, or whose car was handed over just now, it means that one. Our decision.
    """
    standing, day = life.standing, mark.on
    has_it = standing.state == State.DELIVERED and written.ordered_before(day)
    if standing.state == State.ORDERED or has_it:
        return []
    if not written.order(day):
        life.unwritten_orders.append(mark)
    return [_step(life, day, Event.ORDER, standing._replace(state=State.ORDERED, since=day), mark.source)]


def _hotter(grade: str | None, than: str | None) -> bool:
    return grade in GRADES and than in GRADES and GRADES.index(grade) < GRADES.index(than)


def _step(life: Life, day: dt.date, event: Event, after: Standing, evidence: Record) -> Step:
    step = Step(day, event, life.standing, after, evidence)
    life.standing = after
    return step
