"""The life of every customer: what the logs say happened, replayed in order from a base.

The books hold events (register rows, reports, orders, losses) and standings (cards, grade sheets). A customer's life starts
from the base, the standing at the start of the first open month, and every event of the logs moves it by one step. The
roll compares where lives end with what the sheets say; the analysis reads the same steps month by month.

Source: SPEC sections 2 and 5. Order of a customer's events within a day is our decision (see ``_Phase``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import TypeGuard

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import BY_DATE, Card, Loss, MoveRow, Order, Prospect, Report, Visit
from xlcrm.forms.states import FAILED, GRADES, REVIVED, TRACKED
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_start


class Event(Enum):
    """What moved a customer."""

    NEW = "新增"
    REGRADE = "升降级"
    REVIVE = "激活"
    UPGRADE = "自动升级"
    ORDER = "下订"
    CANCEL = "退订"
    DELIVER = "交车"
    APPLY = "战败申请"
    APPROVE = "同意战败"
    REJECT = "驳回战败"
    CORRECT = "更正"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands. ``grade`` is the one held, or last held before leaving; ``since`` the day it was entered."""

    state: str
    grade: str | None
    consultant: str | None
    since: dt.date | None

    @property
    def tracked(self) -> bool:
        return self.state in TRACKED

    @property
    def shown(self) -> str:
        """As printed in 级别变更: the grade of a prospect, 战败待审(A), or the state."""
        if self.state == "在跟":
            return self.grade or "在跟"
        return f"{self.state}({self.grade})" if self.state == "战败待审" else self.state


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a customer, with the record that proves it. ``before`` is ``None`` for a new customer."""

    on: dt.date
    event: Event
    before: Standing | None
    after: Standing
    evidence: Record


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with a customer: a row of 当日总结, or a register row that no report tells of."""

    on: dt.date
    source: Report | Visit
    grade_before: str | None
    grade_after: str | None

    @property
    def reached(self) -> bool:
        return not (isinstance(self.source, Report) and self.source.result in FAILED)


NOBODY = "新"
"""Where a new customer comes from, as printed in 级别变更."""
KEEP = dt.date.min
"""Marks a happening that leaves the customer's open plan as it is."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A contact or a step, in order, and the day the customer shall be contacted next (``None``: no plan; ``KEEP``)."""

    on: dt.date
    next_on: dt.date | None
    contact: Contact | None = None
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Life:
    """One customer from the base to today."""

    phone: str
    name: str
    base: Standing | None
    standing: Standing | None = None
    happenings: list[Happening] = field(default_factory=list)
    first_visit: Visit | None = None
    unwritten_orders: list[Visit | Report] = field(default_factory=list)
    """Marks of an order for which no row stands in 订单."""
    unwritten_losses: list[Report] = field(default_factory=list)
    """Applications for a loss for which no row stands in 战败."""
    deliveries: list[Order] = field(default_factory=list)
    """Orders whose car was handed over."""

    @property
    def steps(self) -> Iterator[Step]:
        return (step for happening in self.happenings for step in happening.steps)

    @property
    def contacts(self) -> Iterator[Contact]:
        return (happening.contact for happening in self.happenings if happening.contact)

    def at(self, day: dt.date) -> Standing | None:
        """The standing at the end of a day."""
        standing = self.base
        for step in self.steps:
            if step.on > day:
                break
            standing = step.after
        return standing


@dataclass(frozen=True, slots=True)
class Timeline:
    """All lives by phone, from ``start`` on; ``waiting`` are register rows in error whose customer waits for their repair."""

    start: dt.date
    lives: Mapping[str, Life]
    waiting: tuple[Visit, ...]


def replay(ledger: Ledger, today: dt.date, blocked: Collection[tuple[str, int]], month: str) -> Timeline:
    """Replay every customer's life from the opening of ``month`` to ``today``.

    ``blocked`` are the (sheet, row) with validation errors: they are left out, and a customer whose first register row is
    among them waits. Events before the month belong to the base.
    """
    start = month_start(month)
    bases = _bases(ledger, month, start)
    events, waiting = _events(ledger, today, blocked, start, bases)
    lives: dict[str, Life] = {}
    for phone in (*bases, *(p for p in events if p not in bases)):
        life = _live(ledger, phone, bases.get(phone), events.get(phone, []))
        if life.standing is not None:
            lives[phone] = life
    return Timeline(start, lives, waiting)


# ---------------------------------------------------------------- the base


def _bases(ledger: Ledger, month: str, start: dt.date) -> dict[str, tuple[str, Standing]]:
    """Phone → name and standing at the start of the month, of every customer the books knew then.

    Frozen customers stand as frozen. The others stand as typed, but where 级别变更 tells that a roll moved them since.
    """
    bases = {
        o.phone: (o.name or "", Standing(o.state or "在跟", o.grade, o.consultant, o.graded_on))
        for o in ledger.openings
        if o.month == month and o.phone
    }
    rows: dict[str, tuple[str, Prospect]] = {}
    for grade, row in ledger.prospects:
        phone = ledger.phone_of(row)
        if phone:
            rows.setdefault(phone, (grade, row))
    new, origins = _first_visits(ledger, start), _origins(ledger, start)
    for card in ledger.cards:
        phone = card.phone or ""
        is_first = ledger.card_by_phone.get(phone) is card
        if not is_first or phone in bases or _is_new(card, new.get(phone), origins.get(phone)):
            continue
        standing = Standing(card.state or "在跟", card.grade, card.consultant, card.first_contact)
        if phone in rows:
            grade, row = rows[phone]
            standing = replace(standing, grade=row.opening_grade or grade, since=row.graded_on)
        bases[phone] = (card.name or "", _moved_back(standing, origins.get(phone)))
    for phone, (grade, row) in rows.items():
        known = phone in bases or phone in ledger.card_by_phone
        if not known and not _is_new(row, new.get(phone), origins.get(phone)):
            standing = Standing("在跟", row.opening_grade or grade, row.consultant, row.graded_on)
            bases[phone] = (row.name or "", _moved_back(standing, origins.get(phone)))
    return bases


def _origins(ledger: Ledger, start: dt.date) -> dict[str, str]:
    """Phone → where the customer stood before the first step written into 级别变更 from the start on."""
    origins: dict[str, str] = {}
    moves = [move for move in ledger.moves if move.on is not None and move.on >= start]
    for move in sorted(moves, key=lambda m: (m.on, m.at.row)):
        phone = ledger.phone_by_customer.get(move.customer or "")
        if phone:
            origins.setdefault(phone, move.origin or NOBODY)
    return origins


def _moved_back(standing: Standing, origin: str | None) -> Standing:
    """The standing before the steps taken since, from its printed form (``Standing.shown``)."""
    if origin is None:
        return standing
    if origin in GRADES:
        return replace(standing, state="在跟", grade=origin)
    state, _, grade = origin.rstrip(")").partition("(")
    return replace(standing, state=state, grade=grade or None)


def _first_visits(ledger: Ledger, start: dt.date) -> dict[str, dt.date]:
    """Phone → day of the first register row from the start on."""
    first: dict[str, dt.date] = {}
    for visit in ledger.visits:
        phone = ledger.phone_of(visit)
        if phone and visit.date and visit.date >= start and visit.may_be_looking:
            first[phone] = min(visit.date, first.get(phone, visit.date))
    return first


def _is_new(row: Card | Prospect, first_visit: dt.date | None, origin: str | None) -> bool:
    """Whether a carded customer came into the books by a register row that stands in the open logs."""
    if origin is not None:
        return origin == NOBODY
    return first_visit is not None and (row.first_contact is None or row.first_contact >= first_visit)


# ---------------------------------------------------------------- the events


class _Phase(IntEnum):
    """Order of one customer's events on one day: what was decided before the day's work, the day's work, its fruits.

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


@dataclass(frozen=True, slots=True)
class _Occurrence:
    on: dt.date
    phase: _Phase
    row: int
    event: Event | None
    source: Record
    grade: str | None = None


def _events(
    ledger: Ledger,
    today: dt.date,
    blocked: Collection[tuple[str, int]],
    start: dt.date,
    bases: Mapping[str, tuple[str, Standing]],
) -> tuple[dict[str, list[_Occurrence]], tuple[Visit, ...]]:
    """Phone → events from the start to today, in order; and the rows whose customers wait."""
    events: dict[str, list[_Occurrence]] = defaultdict(list)

    def is_open(record: Record) -> bool:
        return (record.at.sheet, record.at.row) not in blocked

    first_rows: dict[str, Visit] = {}
    visits = [v for v in ledger.visits if (v.may_be_looking or v.ordered) and ledger.phone_of(v)]
    for visit in sorted(visits, key=lambda v: (v.date if v.date and v.date <= today else dt.date.min, v.at.row)):
        phone = ledger.phone_of(visit) or ""
        if visit.may_be_looking:
            first_rows.setdefault(phone, visit)
        if is_open(visit) and visit.date and start <= visit.date <= today:
            events[phone].append(_Occurrence(visit.date, _Phase.VISIT, visit.at.row, None, visit))
    for report in ledger.reports:
        phone = ledger.phone_of(report) or ""
        tells = report.section == "当日总结" and (report.purpose != "售后回访" or report.result == "已订")
        if phone and tells and is_open(report) and report.date and start <= report.date <= today:
            events[phone].append(_Occurrence(report.date, _Phase.REPORT, report.at.row, None, report))
    for occurrence, phone in _order_events(ledger):
        if is_open(occurrence.source) and start <= occurrence.on <= today:
            events[phone].append(occurrence)
    for occurrence, phone in _loss_events(ledger):
        if is_open(occurrence.source) and start <= occurrence.on <= today:
            events[phone].append(occurrence)
    for occurrence, phone in _upgrades(ledger, today):
        if start <= occurrence.on <= today:
            events[phone].append(occurrence)
    waiting = {p: v for p, v in first_rows.items() if p not in bases and not is_open(v)}
    for phone in waiting:
        events.pop(phone, None)
    for occurrences in events.values():
        occurrences.sort(key=lambda o: (o.on, o.phase, o.row))
    return events, tuple(waiting.values())


def _order_events(ledger: Ledger) -> Iterator[tuple[_Occurrence, str]]:
    for order in ledger.orders:
        phone = ledger.phone_of(order)
        if not phone or order.date is None or is_superseded(ledger, order):
            continue
        row = order.at.row
        yield _Occurrence(order.date, _Phase.ORDER, row, Event.ORDER, order), phone
        if order.cancelled_on is not None:
            phase = _Phase.DECIDED if order.cancelled_on == order.date else _Phase.DECIDED_BEFORE
            yield _Occurrence(order.cancelled_on, phase, row, Event.CANCEL, order), phone
        elif order.delivered_on is not None:
            yield _Occurrence(order.delivered_on, _Phase.DELIVER, row, Event.DELIVER, order), phone


def _loss_events(ledger: Ledger) -> Iterator[tuple[_Occurrence, str]]:
    for loss in ledger.losses:
        phone = ledger.phone_of(loss)
        if not phone or loss.applied_on is None or is_superseded(ledger, loss):
            continue
        row = loss.at.row
        yield _Occurrence(loss.applied_on, _Phase.APPLY, row, Event.APPLY, loss), phone
        decided = loss.decided_on or loss.applied_on
        phase = _Phase.DECIDED if decided == loss.applied_on else _Phase.DECIDED_BEFORE
        if loss.decision == "同意":
            yield _Occurrence(decided, phase, row, Event.APPROVE, loss), phone
        elif loss.decision == "驳回":
            yield _Occurrence(decided, phase, row, Event.REJECT, loss, loss.returned_grade), phone


def _upgrades(ledger: Ledger, today: dt.date) -> Iterator[tuple[_Occurrence, str]]:
    """The upgrades earlier rolls made, and, where the shop wants them made, those due today.

    What was made stands in 级别变更: the row that was its reason may have changed or left the grade sheets since.
    """
    for move in ledger.moves:
        phone = ledger.phone_by_customer.get(move.customer or "")
        if phone and move.on and move.is_by_date:
            yield _Occurrence(move.on, _Phase.UPGRADE, move.at.row, Event.UPGRADE, move, move.target), phone
    if ledger.settings.auto_upgrade:
        for _, row in ledger.prospects:
            phone, grade = ledger.phone_of(row), grade_by_date(ledger, row, today)
            if phone and grade:
                yield _Occurrence(today, _Phase.UPGRADE, row.at.row, Event.UPGRADE, row, grade), phone


def grade_by_date(ledger: Ledger, row: Prospect, today: dt.date) -> str | None:
    """The grade whose window 预计购车日 falls into, ``None`` when it is blank or past."""
    if row.expected_on is None or row.expected_on < today:
        return None
    days = (row.expected_on - today).days
    return next((g for g in GRADES if days <= (ledger.settings.window(g) or days)), None)


# ---------------------------------------------------------------- marks and rows

TO_COMPLETE = "待补-"
"""How the 订单号 of an order begins that the roll wrote for a mark, until staff complete the row."""


def is_superseded(ledger: Ledger, row: Order | Loss) -> bool:
    """Whether the roll wrote the row for a mark and staff, instead of completing it, wrote the same thing in another row."""
    day = row.date if isinstance(row, Order) else row.applied_on
    if day is None or not _is_untouched(ledger, row):
        return False
    phone, near = ledger.phone_of(row) or "", dt.timedelta(days=ledger.settings.order_match_days)
    others: list[Order | Loss]
    if isinstance(row, Order):
        others = [order for order in ledger.orders_by_phone.get(phone, ()) if not is_to_complete(order)]
    else:
        others = [loss for loss in ledger.losses_by_phone.get(phone, ()) if loss.reason]
    return any(_Row.of(other).tells_of(day, near) for other in others)


def _is_untouched(ledger: Ledger, row: Order | Loss) -> bool:
    """Whether a row is still as the roll wrote it for a mark."""
    if isinstance(row, Order):
        completed = row.amount or row.received or row.due_on or row.delivered_on or row.cancelled_on
        return is_to_complete(row) and not completed
    if row.reason or row.rival or row.decider or row.decided_on or row.returned_grade:
        return False
    phone = ledger.phone_of(row)
    told = ((r.date, r.story) for r in ledger.reports if r.result == "战败申请" and ledger.phone_of(r) == phone)
    return (row.applied_on, row.story) in told


def is_to_complete(order: Order) -> bool:
    """Whether the row still has the number the roll gave it."""
    return (order.number or "").startswith(TO_COMPLETE)


@dataclass(frozen=True, slots=True)
class _Row:
    """When an order or a loss was written, and when it was over: delivered, cancelled, or decided."""

    on: dt.date | None
    ended: dt.date | None

    @classmethod
    def of(cls, row: Order | Loss) -> _Row:
        if isinstance(row, Order):
            return cls(row.date, row.cancelled_on or row.delivered_on)
        return cls(row.applied_on, row.decided_on or row.applied_on if row.decision in ("同意", "驳回") else None)

    def tells_of(self, day: dt.date, near: dt.timedelta) -> bool:
        """Whether it is what a mark of a day tells of: written near it and not over before. An undated row may be."""
        is_over = self.on is not None and self.ended is not None and self.on < day and self.ended <= day
        return self.is_near(day, near) and not is_over

    def is_near(self, day: dt.date, near: dt.timedelta) -> bool:
        return self.on is None or abs(self.on - day) <= near


# ---------------------------------------------------------------- one life


def _live(ledger: Ledger, phone: str, base: tuple[str, Standing] | None, occurrences: Iterable[_Occurrence]) -> Life:
    name, standing = base if base else ("", None)
    life = Life(phone, name, standing, standing)
    days = list(occurrences)
    told = {o.on for o in days if isinstance(o.source, Report) and o.source.tells_of_visit}
    written = _Written(ledger, phone)
    for occurrence in days:
        source = occurrence.source
        if _is_errand(source):
            _order_of_errand(life, occurrence.on, source, written)
        elif isinstance(source, Visit):
            _visit(ledger, life, source, occurrence.on in told, written)
        elif isinstance(source, Report):
            _report(ledger, life, source, written)
        elif life.standing is not None:
            _move(ledger, life, occurrence)
    return life


class _Written:
    """Which order and loss rows stand in the book for a phone, readable or not in their other cells."""

    def __init__(self, ledger: Ledger, phone: str) -> None:
        self.near = dt.timedelta(days=ledger.settings.order_match_days)
        orders, losses = ledger.orders_by_phone.get(phone, ()), ledger.losses_by_phone.get(phone, ())
        self.orders = [_Row.of(order) for order in orders if not is_superseded(ledger, order)]
        self.losses = [_Row.of(loss) for loss in losses if not is_superseded(ledger, loss)]

    def order(self, day: dt.date) -> bool:
        """Whether a row stands for the order that a mark of a day tells of; from now on one does."""
        return self._stands(self.orders, day)

    def loss(self, day: dt.date) -> bool:
        """Whether a row stands for the loss that a report of a day applies for; from now on one does."""
        return self._stands(self.losses, day)

    def _stands(self, rows: list[_Row], day: dt.date) -> bool:
        stands = any(row.tells_of(day, self.near) for row in rows)
        if not stands:
            rows.append(_Row(day, None))
        return stands

    def ordered_before(self, day: dt.date) -> bool:
        """Whether an order was placed shortly before a day, whatever became of it."""
        return any(row.on is not None and row.on < day and row.is_near(day, self.near) for row in self.orders)


def _visit(ledger: Ledger, life: Life, visit: Visit, told: bool, written: _Written) -> None:
    """A register row: a new customer, or a contact noted; 现场订购 is an order."""
    assert visit.date is not None
    steps: list[Step] = []
    is_new = life.standing is None
    if is_new:
        life.name, life.first_visit = visit.name or "", visit
        steps.append(
            _step(life, visit.date, Event.NEW, Standing("在跟", visit.grade, visit.consultant, visit.date), visit)
        )
    if visit.ordered:
        steps += _order_mark(life, visit.date, visit, written)
    standing = life.standing
    assert standing is not None
    contact = None if told else Contact(visit.date, visit, None if is_new else standing.grade, standing.grade)
    # a visit the day's report tells of leaves the plans to the report, which is the doing of the one due
    next_on: dt.date | None = KEEP
    if standing.state != "在跟" and not told:
        next_on = None
    elif is_new:
        next_on = ledger.workdays.next(standing.consultant or "", visit.date)
    life.happenings.append(Happening(visit.date, next_on, contact, tuple(steps)))


def _is_errand(source: Record) -> TypeGuard[Visit | Report]:
    """Whether a known customer came, or was called, for something else than buying: no contact of a prospect."""
    if isinstance(source, Report):
        return source.purpose == "售后回访"
    return isinstance(source, Visit) and not source.may_be_looking


def _order_of_errand(life: Life, day: dt.date, mark: Visit | Report, written: _Written) -> None:
    """An order placed on an errand or in a care call moves a known customer like any other."""
    steps = _order_mark(life, day, mark, written) if life.standing is not None else []
    if steps:
        life.happenings.append(Happening(day, None, None, tuple(steps)))


def _report(ledger: Ledger, life: Life, report: Report, written: _Written) -> None:
    """A row of 当日总结: a contact, and what it changed. A contact of a customer nobody carded belongs to no life."""
    standing = life.standing
    assert report.date is not None
    if standing is None:
        return
    before = standing.grade
    steps: list[Step] = []
    grade = report.grade_after if report.grade_after in GRADES else None
    if grade and standing.state in REVIVED:
        after = Standing("在跟", grade, standing.consultant, report.date)
        steps.append(_step(life, report.date, Event.REVIVE, after, report))
    elif grade and standing.tracked and grade != standing.grade:
        after = replace(standing, grade=grade, since=report.date)
        steps.append(_step(life, report.date, Event.REGRADE, after, report))
    if report.result == "已订":
        steps += _order_mark(life, report.date, report, written)
    elif report.result == "战败申请" and life.standing is not None and life.standing.state == "在跟":
        steps.append(_step(life, report.date, Event.APPLY, replace(life.standing, state="战败待审"), report))
        if not written.loss(report.date):
            life.unwritten_losses.append(report)
    contact = Contact(report.date, report, before, grade)
    life.happenings.append(Happening(report.date, _next_after(ledger, life, report), contact, tuple(steps)))


def _next_after(ledger: Ledger, life: Life, report: Report) -> dt.date | None:
    """The next contact: as the report says, else the interval of the grade, on a working day; none for one who left.

    A new customer is followed up first on the next working day.
    """
    standing = life.standing
    assert standing is not None
    assert report.date is not None
    if standing.state == "在跟":
        if report.next_on is None and life.first_visit is not None and life.first_visit.date == report.date:
            return ledger.workdays.next(standing.consultant or "", report.date)
        return report.next_on or interval_day(ledger, standing, report.date)
    return report.next_on if standing.state == "已订" else None


def interval_day(ledger: Ledger, standing: Standing, day: dt.date) -> dt.date:
    """``day`` plus the interval of the grade, moved back to a working day of the consultant but never to ``day`` itself."""
    return ledger.workdays.within(standing.consultant or "", day, ledger.settings.interval(standing.grade or "C"))


def _order_mark(life: Life, day: dt.date, mark: Visit | Report, written: _Written) -> list[Step]:
    """A tick or a 结果 that tells of an order: the customer is ordered; where no row stands in 订单, one is to be written.

    Of a customer whose order is open, or whose car was handed over just now, it tells of that one. Our decision.
    """
    standing = life.standing
    assert standing is not None
    has_it = standing.state == "已交车" and written.ordered_before(day)
    if standing.state == "已订" or has_it:
        return []
    if not written.order(day):
        life.unwritten_orders.append(mark)
    return [_step(life, day, Event.ORDER, replace(standing, state="已订", since=day), mark)]


def _move(ledger: Ledger, life: Life, occurrence: _Occurrence) -> None:
    """An order, a loss or an upgrade moves the customer, where the state allows it."""
    standing = life.standing
    assert standing is not None
    day, source = occurrence.on, occurrence.source
    after: Standing | None = None
    next_on: dt.date | None = None
    if occurrence.event is Event.DELIVER:
        assert isinstance(source, Order)
        life.deliveries.append(source)
    match occurrence.event:
        case Event.ORDER if standing.state != "已订":
            after = replace(standing, state="已订", since=day)
        case Event.CANCEL if standing.state == "已订" and not _other_open_order(ledger, life, occurrence):
            after = replace(standing, state="在跟", grade=ledger.settings.return_grade, since=day)
        case Event.DELIVER if standing.state != "已交车" and not _other_open_order(ledger, life, occurrence):
            after = replace(standing, state="已交车", since=day)
        case Event.APPLY if standing.state == "在跟":
            after = replace(standing, state="战败待审")
        case Event.APPROVE if standing.state == "战败待审":
            assert isinstance(source, Loss)
            after = replace(standing, state=source.exit or "战败", since=day)
        case Event.REJECT if standing.state == "战败待审":
            after = replace(standing, state="在跟", grade=occurrence.grade or standing.grade, since=day)
        case Event.UPGRADE if standing.state == "在跟" and _hotter(occurrence.grade, standing.grade):
            after, next_on = replace(standing, grade=occurrence.grade, since=day), KEEP
        case _:
            return
    assert after is not None
    assert occurrence.event is not None
    if occurrence.event in (Event.CANCEL, Event.REJECT):
        next_on = interval_day(ledger, after, day)
    step = _step(life, day, occurrence.event, after, source)
    life.happenings.append(Happening(day, next_on, None, (step,)))


def _hotter(grade: str | None, than: str | None) -> bool:
    return grade in GRADES and than in GRADES and GRADES.index(grade) < GRADES.index(than)


def _other_open_order(ledger: Ledger, life: Life, end: _Occurrence) -> bool:
    """Whether another order of the customer is open when one ends, be it only a mark so far."""
    for order in ledger.orders_by_phone.get(life.phone, ()):
        ended = order.cancelled_on or order.delivered_on
        placed = order.date is not None and (order.date, _Phase.ORDER) < (end.on, end.phase)
        is_open = placed and (ended is None or ended > end.on)
        if is_open and order is not end.source and not is_superseded(ledger, order):
            return True
    return bool(life.unwritten_orders)


def _step(life: Life, day: dt.date, event: Event, after: Standing, evidence: Record) -> Step:
    step = Step(day, event, life.standing, after, evidence)
    life.standing = after
    return step


def evidence_text(step: Step) -> str:
    """What proves a step, in words that stay true when rows move: 日报 2026-10-05 现级别 A."""
    source, sheet = step.evidence, step.evidence.at.sheet
    if isinstance(source, Report):
        what = (
            f"现级别 {source.grade_after}" if step.event in (Event.REGRADE, Event.REVIVE) else f"结果 {source.result}"
        )
    elif isinstance(source, Visit):
        what = "现场订购" if step.event is Event.ORDER else f"首次留档 {source.grade}"
    elif isinstance(source, Order):
        what = f"{step.event.value} {source.number or ''}".strip()
    elif isinstance(source, Loss):
        what = step.event.value
    elif isinstance(source, MoveRow):
        return source.evidence or ""
    else:
        what = f"{BY_DATE} {source.shown('expected_on')}"
    return f"{sheet} {step.on} {what}"
