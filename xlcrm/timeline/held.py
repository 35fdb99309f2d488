"""Customers whom an error holds back: in the figures they count as their row stands.

The logs of such a customer are gone or in error, so that no life leads to where card and grade row stand. Until somebody
puts the logs right, the stock is what the sheets say. Source: SPEC section 2 (rows and lives).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from xlcrm.forms.schema import Record
from xlcrm.forms.states import STOCK, TRACKED, State
from xlcrm.ledger.customers import Customer, Customers, Key
from xlcrm.ledger.ledger import Ledger
from xlcrm.timeline.life import Event, Happening, Kept, Life, Standing, Step, Timeline


def row_standing(customer: Customer) -> tuple[Standing, Record] | None:
    """Where the sheets say that a customer stands, with the row that says so; ``None`` of one in no stock."""
    card, rows = customer.card, customer.prospects
    kept = next((row for row in rows if card is not None and row.grade == card.grade), next(iter(rows), None))
    if card is not None and card.state is not None and card.state not in TRACKED:
        return Standing(card.state, card.grade, card.consultant, card.first_contact), card
    if kept is not None:
        state = State.LOSS_PENDING if kept.loss_pending else State.ACTIVE
        return Standing(state, kept.grade, kept.consultant, kept.graded_on), kept
    if card is not None and card.state is not None:
        return Standing(card.state, card.grade, card.consultant, card.first_contact), card
    return None


def astray(ledger: Ledger, timeline: Timeline) -> dict[Key, tuple[Standing, Record]]:
    """The customers whose rows put them into another stock than their lives do: where the rows say, and the row that says so."""
    found = ((key, row_standing(customer)) for key, customer in ledger.customers.items())
    return {
        key: stands for key, stands in found if stands is not None and _is_astray(timeline.lives.get(key), stands[0])
    }


def as_rows_stand(
    timeline: Timeline,
    rows: Mapping[Key, tuple[Standing, Record]],
    customers: Customers,
    is_held: Callable[[Customer], bool],
    until: dt.date,
) -> Timeline:
    """The lives as they count ``until`` a day: those held back by then end where their row stands (``Timeline.held``).

    ``rows`` are those of the customers ``astray``; ``is_held`` says whether an error holds back one who has a life.
    """
    lives, held = dict(timeline.lives), []
    for key, (standing, row) in rows.items():
        customer, life = customers[key], lives.get(key)
        if life is None:
            on = max(timeline.start, _began(customer) or until)
            step = Step(on, Event.NEW, None, standing, row)
            corrected = Life(customer, None, standing, [Happening(on, Kept.KEPT, None, (step,))])
        elif is_held(customer) and _is_rolled(life):
            on = max([until, *(happening.on for happening in life.happenings)])
            step = Step(on, Event.CORRECT, life.standing, standing, row)
            happenings = [*life.happenings, Happening(on, Kept.KEPT, None, (step,))]
            corrected = replace(life, standing=standing, happenings=happenings)
        else:
            continue
        if on <= until:
            lives[key] = corrected
            held.append(key)
    return timeline._replace(lives=lives, held=frozenset(held))


def off_opening(timeline: Timeline, current: Timeline, among: Collection[Key]) -> frozenset[Key]:
    """Which of some customers the books before a month leave elsewhere than where its opening stock has them.

    ``timeline`` goes up to the month or beyond, ``current`` starts with it.
    """
    before = current.start - dt.timedelta(days=1)
    return frozenset(
        key for key in among if not _is_same(_at(timeline.lives.get(key), before), _at(current.lives.get(key), before))
    )


def from_opening(timeline: Timeline, current: Timeline, among: Collection[Key], until: dt.date) -> Timeline:
    """The lives up to a day, of some customers corrected to the opening stock that ``current`` starts from and as it goes on."""
    lives = dict(timeline.lives)
    for key in among:
        life = _joined(lives.pop(key, None), current.lives.get(key), current.start, until)
        if life is not None:
            lives[key] = life
    return timeline._replace(lives=lives, held=current.held)


def _joined(past: Life | None, life: Life | None, start: dt.date, until: dt.date) -> Life | None:
    """One life of two: what happened before the start as the first has it, then the second."""
    if life is None:
        return None
    before = start - dt.timedelta(days=1)
    stood, happenings = _at(past, before), [happening for happening in life.happenings if happening.on <= until]
    if past is not None and stood is not None and life.base is not None:
        earlier = [happening for happening in past.happenings if happening.on < start]
        if not _is_same(stood, life.base):
            own = life.customer
            row = (*own.cards, *own.prospects, *own.openings)[-1]
            step = Step(before, Event.CORRECT, stood, life.base, row)
            earlier.append(Happening(before, Kept.KEPT, None, (step,)))
        life, happenings = past, [*earlier, *happenings]
    joined = replace(life, happenings=happenings)
    standing = joined.at(until)
    return replace(joined, standing=standing) if standing is not None else None


def _at(life: Life | None, day: dt.date) -> Standing | None:
    return life.at(day) if life is not None else None


def _began(customer: Customer) -> dt.date | None:
    """The day a customer without a life came into the books, as the history of grades or the card says."""
    days = [move.on for move in customer.moves if move.on]
    days += [card.first_contact for card in customer.cards if card.first_contact]
    return min(days, default=None)


def is_blocked(customer: Customer, blocked: Collection[tuple[str, int]], until: dt.date) -> bool:
    """Whether a log row of the customer is in error that says something of the days until then, or may."""
    rows: list[tuple[Record, dt.date | None]] = [(row, row.date) for row in customer.visits]
    rows += [(row, row.date) for row in customer.reports]
    rows += [(row, row.placed_on) for row in customer.deals]
    rows += [(row, row.applied_on) for row in customer.losses]
    return any((day is None or day <= until) and (row.at.sheet, row.at.row) in blocked for row, day in rows)


def _is_rolled(life: Life) -> bool:
    """Whether 级别变更 holds every step: until then card and grade row stand where an earlier roll left them."""
    written = {(move.on, move.origin or "", move.target) for move in life.customer.moves}
    return all((step.on, *step.printed) in written for step in life.steps)


def _is_astray(life: Life | None, standing: Standing) -> bool:
    """Whether a row puts a customer into another stock than the life does; one without a life is in none."""
    return standing.state in STOCK if life is None else not _is_same(life.standing, standing)


def _is_same(one: Standing | None, other: Standing | None) -> bool:
    """Whether two standings put a customer into the same stock."""
    if one is None or other is None:
        return one is other
    if one.tracked and other.tracked:
        return (one.grade, one.consultant) == (other.grade, other.consultant)
    return one.state == other.state
