"""The facts of 线索, 渠道费用 and 客流计数: of a shop that does without these forms, none. SPEC section 13."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator

from xlcrm.analysis.evidence import Evidence
from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.figures import half_up
from xlcrm.analysis.makefacts import fact_of_customer, fact_of_order, fact_of_visit
from xlcrm.forms.states import Channel
from xlcrm.forms.switched import DoorCount, Lead, MediaCost
from xlcrm.ledger.arrivals import Arrivals


def media_facts(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Leads given in the period and what became of them, what media cost in its month, parties counted at the door."""
    ledger = evidence.ledger
    costs = [row for row in ledger.of(MediaCost) if row.month == f"{first:%Y-%m}" and evidence.is_sound(row)]
    paid = {row.media for row in costs}
    if ledger.of(Lead):
        yield from _leads(evidence, first, last, paid)
    if costs:
        yield from _costs(evidence, first, costs)
        yield from _brought(evidence, first, last, paid)
    if ledger.of(DoorCount):
        yield from _counts(evidence, first, last)


def _leads(evidence: Evidence, first: dt.date, last: dt.date, paid: set[str | None]) -> Iterator[Fact]:
    """A lead is its consultant's, and about its own model; came: a visit from its day to the end of the period."""
    arrived = _arrivals(evidence, last)
    for lead in evidence.ledger.of(Lead):
        if lead.given_at is None or not first <= lead.given_at.date() <= last or not evidence.is_sound(lead):
            continue
        customer = evidence.ledger.customers.meant(lead)
        for measure, amount in _of_lead(lead, lead.given_at, lead.media in paid, arrived(lead)):
            fact = fact_of_customer(
                evidence, measure, lead.given_at.date(), lead, lead.consultant, customer, None, amount
            )
            yield fact._replace(model=lead.model or fact.model, media=lead.media or "")


def _of_lead(lead: Lead, given: dt.datetime, is_paid: bool, arrivals: list[dt.date]) -> Iterator[tuple[Measure, int]]:
    """What of a lead counts; only of a valid one it matters how soon it was answered, and whether the customer came."""
    yield Measure.LEADS, 1
    if is_paid:
        yield Measure.PAID_LEADS, 1
    if not lead.is_valid:
        return
    yield Measure.VALID_LEADS, 1
    if lead.answered is not None and lead.answered.date() == given.date():
        yield Measure.ANSWERED_SAME_DAY, 1
    if lead.answered is not None and dt.time.min not in (lead.answered.time(), given.time()):
        yield Measure.ANSWERS_TIMED, 1
        yield Measure.ANSWER_MINUTES, int((lead.answered - given).total_seconds() // 60)
    if lead.invited_on is not None:
        yield Measure.INVITED, 1
        if any(day >= given.date() for day in arrivals):
            yield Measure.CAME, 1


def _arrivals(evidence: Evidence, last: dt.date) -> Callable[[Lead], list[dt.date]]:
    """The days on which the customer of a lead came, up to the end of the period."""
    days: defaultdict[object, list[dt.date]] = defaultdict(list)
    for visit, customer in evidence.visits:
        if customer is not None and visit.channel == Channel.VISIT and visit.date and visit.date <= last:
            days[customer.key].append(visit.date)

    def of(lead: Lead) -> list[dt.date]:
        customer = evidence.ledger.customers.meant(lead)
        return days[customer.key] if customer is not None else []

    return of


def _costs(evidence: Evidence, first: dt.date, costs: list[MediaCost]) -> Iterator[Fact]:
    """Whole yuan, of the whole month however far it has gone."""
    for row in costs:
        amount = int(half_up(row.amount or 0, 0))
        fact = fact_of_customer(evidence, Measure.MEDIA_COST, first, row, None, None, None, amount)
        yield fact._replace(media=row.media or "")


def _brought(evidence: Evidence, first: dt.date, last: dt.date, paid: set[str | None]) -> Iterator[Fact]:
    """The parties and the orders of the media that cost something in the month."""
    for visit, _ in evidence.visits:
        if visit.date and first <= visit.date <= last and visit.media in paid:
            yield fact_of_visit(Measure.PAID_VISITS, visit, visit.date)
    for placed in evidence.orders:
        if first <= placed.on <= last and evidence.profile(placed.customer).media in paid:
            yield fact_of_order(evidence, Measure.PAID_ORDERS, placed.on, placed)


def _counts(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Parties by the counter, by the register in the same hours, and what the register lacks: more there make up for nothing."""
    arrivals = Arrivals(filter(evidence.is_sound, evidence.ledger.visits))
    for row in evidence.ledger.of(DoorCount):
        if row.date is None or not first <= row.date <= last or row.parties is None or row.hours is None:
            continue
        if not evidence.is_sound(row):
            continue
        registered = arrivals.during(row)
        amounts = {
            Measure.COUNTED: row.parties,
            Measure.REGISTERED: registered,
            Measure.MISSING: max(0, row.parties - registered),
        }
        for measure, amount in amounts.items():
            yield fact_of_customer(evidence, measure, row.date, row, None, None, None, amount)
