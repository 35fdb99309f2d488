"""Drawing the facts of a period from its evidence, measure by measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial

from xlcrm.analysis.evidence import Evidence, PlacedOrder
from xlcrm.analysis.facts import Fact, Facts, Measure, Source
from xlcrm.analysis.makefacts import fact_of_customer, fact_of_order, fact_of_visit
from xlcrm.analysis.media import media_facts
from xlcrm.analysis.stages import stage_facts
from xlcrm.forms.sheets import Care, FollowUp, MonthFigure, MoveRow, Order, Visit
from xlcrm.forms.states import DECIDED, FAILED, UNCOUNTED, Decision, FigureScope, State, Visiting
from xlcrm.forms.switched import Drive
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.months import month_end, next_month
from xlcrm.timeline.life import Event, Standing, Step


def collect(evidence: Evidence, first: dt.date, last: dt.date) -> Facts:
    """Every fact from ``first``, the first of a month, to ``last``; of a whole closed month, with what was kept of it."""
    month = f"{first:%Y-%m}"
    sources: dict[Measure, Source] = {}
    for draw, measures in DRAWN.items():
        sources |= dict.fromkeys(measures, partial(draw, evidence, first, last))
    return Facts((), evidence.kept.get(month) if last == month_end(month) else None, sources)


def _visits(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    for visit, customer in evidence.visits:
        if visit.date is None or not first <= visit.date <= last:
            continue
        measures = [Measure.BATCHES]
        if visit.phone:
            measures.append(Measure.WITH_PHONE)
        if visit.first == Visiting.FIRST:
            measures += [Measure.FIRST, Measure.FIRST_WITH_PHONE] if visit.phone else [Measure.FIRST]
            measures += [Measure.FIRST_KNOWN] if _was_known(evidence, customer, visit.date) else []
        else:
            measures.append(Measure.REPEAT)
        if evidence.drives.drove(visit, customer):
            measures.append(Measure.DRIVES)
        for measure in measures:
            yield fact_of_visit(measure, visit, visit.date)
    for row, customer in evidence.drives.without(evidence.visits):
        if row.date is not None and first <= row.date <= last:
            yield fact_of_customer(evidence, Measure.DRIVES, row.date, row, row.consultant, customer, None)


def _was_known(evidence: Evidence, customer: Customer | None, day: dt.date) -> bool:
    """Whether a party was a customer of the books before the day: called on, or there once without the register."""
    life = evidence.timeline.of(customer)
    return life is not None and life.at(day - dt.timedelta(days=1)) is not None


def _drives(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Customers whose first test drive was in the period, and those of them who ordered in it. Nobody without a phone."""
    ordered = {order.customer.key for order in evidence.orders if order.customer and first <= order.on <= last}
    driven: dict[Key, tuple[Visit | Drive, Customer]] = {}
    for row, customer in sorted(_driven(evidence), key=lambda own: (own[0].date or dt.date.max, own[0].at.row)):
        driven.setdefault(customer.key, (row, customer))
    for key, (row, customer) in driven.items():
        if row.date is not None and first <= row.date <= last:
            measures = (Measure.FIRST_DRIVES, Measure.DRIVEN_ORDERED) if key in ordered else (Measure.FIRST_DRIVES,)
            for measure in measures:
                if isinstance(row, Visit):
                    yield fact_of_visit(measure, row, row.date)
                else:
                    yield fact_of_customer(evidence, measure, row.date, row, row.consultant, customer, None)


def _driven(evidence: Evidence) -> Iterator[tuple[Visit | Drive, Customer]]:
    """The visits with a drive, and the drives of 试驾 that no visit stands for."""
    for visit, customer in evidence.visits:
        if customer is not None and evidence.drives.drove(visit, customer):
            yield visit, customer
    for row, customer in evidence.drives.without(evidence.visits):
        if customer is not None:
            yield row, customer


def _stocks(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Who is in stock at the beginning and at the end."""
    month = f"{first:%Y-%m}"
    for measure, day, until, frozen in (
        (Measure.OPENING, first, first - dt.timedelta(days=1), month),
        (Measure.CLOSING, last, last, next_month(month)),
    ):
        for life in evidence.timeline.lives.values():
            standing = life.at(until)
            if standing is not None and standing.tracked:
                row, who, grade = evidence.standing_row(frozen, life), standing.consultant, standing.grade
                yield fact_of_customer(evidence, measure, day, row, who, life.customer, grade)


def _new_cards(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """The cards made, but of customers who turned out 无效 or 重复."""
    for life in evidence.timeline.lives.values():
        for step in life.steps:
            if not first <= step.on <= last or not _makes_card(step):
                continue
            row, who, grade = step.evidence, step.after.consultant, step.after.grade
            if evidence.void(life.customer, f"{first:%Y-%m}"):
                break
            if isinstance(row, Visit):
                yield fact_of_visit(Measure.NEW_CARDS, row, step.on)
            else:
                yield fact_of_customer(evidence, Measure.NEW_CARDS, step.on, row, who, life.customer, grade)


def _contacts(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Contacts with customers: one is counted until the day he turns 无效 or 重复."""
    for life, contact in evidence.met.get(first, ()):
        standing = life.at(contact.on) if first <= contact.on <= last else None
        if standing is None or standing.state in UNCOUNTED:
            continue
        row, who, grade = contact.source, contact.source.consultant, contact.grade_before
        for measure in (Measure.CONTACTS, Measure.REACHED) if contact.reached else (Measure.CONTACTS,):
            yield fact_of_customer(evidence, measure, contact.on, row, who, life.customer, grade)


def _orders(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    converted: set[Key | None] = set()
    for placed in evidence.orders:
        if first <= placed.on <= last:
            yield fact_of_order(evidence, Measure.ORDERS, placed.on, placed)
            yield fact_of_order(evidence, Measure.CARS, placed.on, placed, placed.cars)
            key = placed.customer.key if placed.customer else None
            since = evidence.profile(placed.customer).first_contact
            if since is not None and since <= placed.on:
                yield fact_of_order(evidence, Measure.CYCLED, placed.on, placed)
                yield fact_of_order(evidence, Measure.CYCLE_DAYS, placed.on, placed, (placed.on - since).days)
            opening = _opening_of(evidence, placed.customer, first)
            if opening is not None and key not in converted:
                converted.add(key)
                yield fact_of_order(evidence, Measure.CONVERTED, placed.on, placed)._replace(
                    consultant=opening.consultant or "", grade=opening.grade or ""
                )
            elif key not in converted and _is_new(evidence, placed.customer, first, last):
                converted.add(key)
                yield fact_of_order(evidence, Measure.CONVERTED_NEW, placed.on, placed)
        order = placed.record if isinstance(placed.record, Order) else None
        delivered, cancelled = (order.delivered_on, order.cancelled_on) if order else (None, None)
        ends = [day for day in (delivered, cancelled) if day]
        if placed.on < first and all(day >= first for day in ends):
            yield fact_of_order(evidence, Measure.OPEN_ORDERS, first, placed)
            yield fact_of_order(evidence, Measure.OPEN_CARS, first, placed, placed.cars)
        if delivered and first <= delivered <= last:
            yield fact_of_order(evidence, Measure.DELIVERIES, delivered, placed, placed.cars)
        if cancelled and first <= cancelled <= last:
            yield fact_of_order(evidence, Measure.CANCELLATIONS, cancelled, placed)


_BOUGHT_BEFORE = ("换购", "增购")
_REFERRING_SOURCE, _REFERRING_MEDIA = "VIP购车/介绍", "朋友介绍"


def _sales(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Where, to whom and for how much orders were placed, how long cars took, and which are still to come. SPEC section 13."""
    for placed in evidence.orders:
        order = placed.record if isinstance(placed.record, Order) else None
        if first <= placed.on <= last:
            that_day = evidence.came.get((placed.customer.key, placed.on), ()) if placed.customer else ()
            for measure, amount in _sale(evidence, placed, order, that_day):
                yield fact_of_order(evidence, measure, placed.on, placed, amount)
        delivered, cancelled = (order.delivered_on, order.cancelled_on) if order else (None, None)
        if delivered and first <= delivered <= last:
            yield fact_of_order(evidence, Measure.DELIVERED_ORDERS, delivered, placed)
            yield fact_of_order(evidence, Measure.DELIVERY_DAYS, delivered, placed, (delivered - placed.on).days)
        if placed.on <= last and all(day > last for day in (delivered, cancelled) if day):
            yield fact_of_order(evidence, Measure.NOT_DELIVERED, placed.on, placed, placed.cars)


_MONTHS_OF_DELIVERIES = 3


def _reserve(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Cars still to be delivered over next month's target; where there is none, over the mean of a month's deliveries.

    The mean is of this month and the two before, as far as the books reach: open cars times months, over all deliveries. Of
    months whose rows are in an older book the deliveries are those kept.
    """
    months, following = 1, next_month(f"{first:%Y-%m}")
    targets = [t for t in evidence.ledger.targets if t.month == following and t.orders and evidence.is_sound(t)]
    for target in targets:
        yield fact_of_customer(
            evidence, Measure.RESERVE_BASE, last, target, target.consultant, None, None, target.orders or 0
        )
    since, kept = first, _kept_deliveries(evidence)
    while not targets and months < _MONTHS_OF_DELIVERIES:
        before = (since - dt.timedelta(days=1)).replace(day=1)
        row = kept.get(f"{before:%Y-%m}")
        if before < evidence.timeline.start and row is None:
            break
        if before < evidence.timeline.start and row is not None:
            yield fact_of_customer(
                evidence, Measure.RESERVE_BASE, before, row, None, None, None, int(row.numerator or 0)
            )
        months, since = months + 1, before
    for placed in evidence.orders:
        order = placed.record if isinstance(placed.record, Order) else None
        delivered, cancelled = (order.delivered_on, order.cancelled_on) if order else (None, None)
        if not targets and delivered and since <= delivered <= last:
            yield fact_of_order(evidence, Measure.RESERVE_BASE, delivered, placed, placed.cars)
        if placed.on <= last and all(day > last for day in (delivered, cancelled) if day):
            yield fact_of_order(evidence, Measure.RESERVE, placed.on, placed, placed.cars * months)


def _kept_deliveries(evidence: Evidence) -> dict[str, MonthFigure]:
    """The shop's deliveries in each closed month, as they were kept."""
    rows = evidence.ledger.month_figures
    return {r.month or "": r for r in rows if r.scope == FigureScope.SHOP and r.key == Measure.DELIVERIES.value}


def _sale(
    evidence: Evidence, placed: PlacedOrder, order: Order | None, visits: Collection[str | None]
) -> Iterator[tuple[Measure, int]]:
    """What of one order counts; ``visits`` are the 首次/再次 of the customer's visits that day."""
    known = evidence.profile(placed.customer)
    if Visiting.FIRST in visits:
        yield Measure.AT_FIRST_VISIT, 1
    elif Visiting.AGAIN in visits:
        yield Measure.AT_REPEAT_VISIT, 1
    yield (Measure.KIND_KNOWN if known.purchase_kind else Measure.KIND_UNKNOWN), 1
    if known.purchase_kind in _BOUGHT_BEFORE:
        yield Measure.BOUGHT_BEFORE, 1
    yield (Measure.ORIGIN_KNOWN if known.source or known.media else Measure.ORIGIN_UNKNOWN), 1
    if known.source == _REFERRING_SOURCE or known.media == _REFERRING_MEDIA:
        yield Measure.REFERRED, 1
    if order is not None and order.amount:
        yield Measure.PRICE, round(order.amount)
        yield Measure.PRICED_CARS, placed.cars


def _opening_of(evidence: Evidence, customer: Customer | None, first: dt.date) -> Standing | None:
    """The standing a customer opened the month with, if in stock."""
    life = evidence.timeline.of(customer)
    standing = life.at(first - dt.timedelta(days=1)) if life else None
    return standing if standing is not None and standing.tracked else None


def _is_new(evidence: Evidence, customer: Customer | None, first: dt.date, last: dt.date) -> bool:
    """Whether a customer's card was made in the period."""
    life = evidence.timeline.of(customer)
    if life is None or evidence.void(customer, f"{first:%Y-%m}"):
        return False
    return any(first <= step.on <= last for step in life.steps if _makes_card(step))


def _makes_card(step: Step) -> bool:
    return step.event is Event.NEW and isinstance(step.evidence, Visit | MoveRow)


_BESIDE = {
    State.FROZEN: Measure.FROZEN,
    State.UNREACHABLE: Measure.UNREACHABLE,
    State.INVALID: Measure.INVALID,
    State.DUPLICATE: Measure.INVALID,
}
"""The exits other than a loss, by 类型."""


def _losses(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Applications and decisions of 类型 战败, and those nobody had decided at the end, whenever applied for.

    A frozen or unreachable customer is not a loss, and 无效 and 重复 put the books right: they stand beside.
    """
    for loss in evidence.ledger.losses:
        applied = loss.applied_on
        if applied is None or loss in evidence.ledger.originals or loss in evidence.repeated_applications:
            continue
        decided = loss.decided_on or applied
        customer = evidence.ledger.customers.of(loss)
        if loss.exit not in (None, State.LOST):
            if loss.decision == Decision.APPROVED and first <= decided <= last and evidence.is_sound(loss):
                measure = _BESIDE[loss.exit]
                yield fact_of_customer(evidence, measure, decided, loss, loss.applicant, customer, loss.grade_before)
            continue
        # what the roll wrote for a 战败申请 lacks its reason, which is an error until somebody adds it
        if not evidence.is_sound(loss) and (loss.decision in DECIDED or not loss.is_blank("reason")):
            continue
        measures: list[tuple[Measure, dt.date]] = [(Measure.APPLIED, applied)]
        if loss.decision == Decision.REJECTED:
            measures.append((Measure.REJECTED, decided))
        elif loss.decision == Decision.APPROVED:
            measures.append((Measure.APPROVED, decided))
        if applied <= last and (loss.decision not in DECIDED or decided > last):
            measures.append((Measure.PENDING, last))
        for measure, day in measures:
            if first <= day <= last:
                fact = fact_of_customer(evidence, measure, day, loss, loss.applicant, customer, loss.grade_before)
                yield fact._replace(rival=loss.rival or "")
    for life in evidence.timeline.lives.values():
        for mark in life.unwritten_losses:
            report = mark.report
            grade, who = report.grade_after or report.grade_before, report.consultant
            if first <= mark.on <= last:
                yield fact_of_customer(evidence, Measure.APPLIED, mark.on, report, who, life.customer, grade)
            if mark.on <= last:
                yield fact_of_customer(evidence, Measure.PENDING, last, report, who, life.customer, grade)


def _plans(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Follow-ups due, from the plans on the back of the cards as the roll keeps them."""
    month = f"{first:%Y-%m}"
    for plan, day, due, counts_in, customer in evidence.follow_ups_planned:
        done = plan.done_on
        own: list[tuple[Measure, int]] = []
        is_awaited = done is None and due >= evidence.today and first <= day
        if day <= last and (is_awaited or counts_in == month):
            own += _timeliness(plan, due, evidence.today)
        if due < evidence.today:
            own += [(Measure.OVERDUE, 1)] if due <= last and (done is None or done > last) else []
            own += [(Measure.OVERDUE_NOW, 1)] if done is None else []
        for measure, amount in own:
            yield fact_of_customer(evidence, measure, day, plan, plan.consultant, customer, plan.grade_before, amount)


def _timeliness(plan: FollowUp, day: dt.date, today: dt.date) -> Iterator[tuple[Measure, int]]:
    """What became of a plan good until ``day``. Until the day is over, what is not done yet is not due yet.

    Only a contact that reached the customer counts as done [S]: one both late and unreached counts as unreached.
    """
    if plan.done_on is None:
        if day >= today:
            yield Measure.DUE_TODAY, 1
            return
        yield Measure.UNDONE, 1
    elif plan.result in FAILED:
        yield Measure.UNREACHED, 1
    elif plan.done_on <= day:
        yield Measure.ON_TIME, 1
    else:
        yield Measure.LATE, 1
        yield Measure.DAYS_LATE, (plan.done_on - day).days
    yield Measure.DUE, 1


def _cares(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Care calls due, from 关怀记录; until the day is over, what is not done yet is not due yet."""
    month = f"{first:%Y-%m}"
    for care, day, due, counts_in, customer in evidence.cares_planned:
        if day > last or counts_in != month or (care.done_on is None and due >= evidence.today):
            continue
        for measure in _care_measures(care, due):
            yield fact_of_customer(evidence, measure, day, care, care.consultant, customer, None)


def _care_measures(care: Care, day: dt.date) -> tuple[Measure, ...]:
    if care.done_on is None or care.result in FAILED:
        return Measure.CARE_DUE, Measure.CARE_UNDONE
    return Measure.CARE_DUE, Measure.CARE_ON_TIME if care.done_on <= day else Measure.CARE_LATE


def _targets(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """The month's targets, whole however far the month has gone."""
    for target in evidence.ledger.targets:
        if target.month == f"{last:%Y-%m}" and evidence.is_sound(target):
            for measure, amount in ((Measure.TARGET, target.orders), (Measure.TARGET_CONTACTS, target.contacts_kept)):
                if amount:
                    yield fact_of_customer(evidence, measure, first, target, target.consultant, None, None, amount)


_Draw = Callable[[Evidence, dt.date, dt.date], Iterator[Fact]]
_m = Measure
DRAWN: dict[_Draw, tuple[Measure, ...]] = {
    _visits: (_m.BATCHES, _m.WITH_PHONE, _m.FIRST, _m.FIRST_WITH_PHONE, _m.FIRST_KNOWN, _m.REPEAT, _m.DRIVES),
    _drives: (_m.FIRST_DRIVES, _m.DRIVEN_ORDERED),
    _stocks: (_m.OPENING, _m.CLOSING),
    _new_cards: (_m.NEW_CARDS,),
    _contacts: (_m.CONTACTS, _m.REACHED),
    _orders: (
        *(_m.ORDERS, _m.CARS, _m.CYCLED, _m.CYCLE_DAYS, _m.CONVERTED, _m.CONVERTED_NEW),
        *(_m.OPEN_ORDERS, _m.OPEN_CARS, _m.DELIVERIES, _m.CANCELLATIONS),
    ),
    _sales: (
        *(_m.AT_FIRST_VISIT, _m.AT_REPEAT_VISIT, _m.KIND_KNOWN, _m.KIND_UNKNOWN, _m.BOUGHT_BEFORE, _m.ORIGIN_KNOWN),
        *(_m.ORIGIN_UNKNOWN, _m.REFERRED, _m.PRICE, _m.PRICED_CARS),
        *(_m.DELIVERED_ORDERS, _m.DELIVERY_DAYS, _m.NOT_DELIVERED),
    ),
    _reserve: (_m.RESERVE_BASE, _m.RESERVE),
    _losses: (_m.APPLIED, _m.APPROVED, _m.REJECTED, _m.PENDING, _m.FROZEN, _m.UNREACHABLE, _m.INVALID),
    _plans: (
        *(_m.DUE, _m.DUE_TODAY, _m.ON_TIME, _m.LATE, _m.DAYS_LATE, _m.UNREACHED, _m.UNDONE),
        *(_m.OVERDUE, _m.OVERDUE_NOW),
    ),
    _cares: (_m.CARE_DUE, _m.CARE_ON_TIME, _m.CARE_LATE, _m.CARE_UNDONE),
    _targets: (_m.TARGET, _m.TARGET_CONTACTS),
    media_facts: (
        *(_m.LEADS, _m.VALID_LEADS, _m.ANSWERED_SAME_DAY, _m.ANSWERS_TIMED, _m.ANSWER_MINUTES, _m.INVITED, _m.CAME),
        *(_m.MEDIA_COST, _m.PAID_LEADS, _m.PAID_VISITS, _m.PAID_ORDERS, _m.COUNTED, _m.REGISTERED, _m.MISSING),
    ),
    stage_facts: (_m.DEPOSITS, _m.DEPOSITS_FIRMED, _m.DEPOSITS_RETURNED, _m.FIRM_ORDERS, _m.LOCKED_ORDERS),
}
"""What draws the facts, and of which measures: a measure has one that draws it."""
