"""Customers whom an error holds back: in the figures they count as their row stands.

The logs of such a customer are gone or in error, so that no life leads to where card and grade row stand. Until somebody
puts the logs right, the stock is what the sheets say. Source: SPEC section 2 (rows and lives).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from xlcrm.forms.schema import Record
from xlcrm.forms.states import STOCK, TRACKED, State
from xlcrm.ledger.customers import Customer, Key
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


def as_rows_stand(
    ledger: Ledger,
    timeline: Timeline,
    blocked: Collection[tuple[str, int]],
    until: dt.date,
    among: Collection[Key] | None = None,
) -> Timeline:
    """The lives as they count ``until`` a day: those held back by then end where their row stands (``Timeline.held``).

    Of a timeline ``among`` some customers only, the others are left out.
    """
    lives, held = dict(timeline.lives), []
    customers = ledger.customers if among is None else ledger.customers.among(among)
    for key, customer in customers.items():
        stands = row_standing(customer)
        if stands is None:
            continue
        standing, row = stands
        life = lives.get(key)
        if life is None and standing.state in STOCK:
            on = max(timeline.start, _began(customer) or until)
            if on > until:
                continue
            step = Step(on, Event.NEW, None, standing, row)
            lives[key] = Life(customer, None, standing, [Happening(on, Kept.KEPT, None, (step,))])
            held.append(key)
        elif (
            life is not None
            and _is_blocked(customer, blocked, until)
            and _is_rolled(life)
            and not _agree(life.standing, standing)
        ):
            on = max([until, *(happening.on for happening in life.happenings)])
            step = Step(on, Event.CORRECT, life.standing, standing, row)
            happenings = [*life.happenings, Happening(on, Kept.KEPT, None, (step,))]
            lives[key] = replace(life, standing=standing, happenings=happenings)
            held.append(key)
    return timeline._replace(lives=lives, held=frozenset(held))


def may_be_held(ledger: Ledger) -> frozenset[Key]:
    """The customers in stock, as their rows stand: whoever is held back is one of them, or has a log row in error."""
    stands = ((key, row_standing(customer)) for key, customer in ledger.customers.items())
    return frozenset(key for key, found in stands if found is not None and found[0].state in STOCK)


def _began(customer: Customer) -> dt.date | None:
    """The day a customer without a life came into the books, as the history of grades or the card says."""
    days = [move.on for move in customer.moves if move.on]
    days += [card.first_contact for card in customer.cards if card.first_contact]
    return min(days, default=None)


def _is_blocked(customer: Customer, blocked: Collection[tuple[str, int]], until: dt.date) -> bool:
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


def _agree(one: Standing, other: Standing) -> bool:
    """Whether two standings put a customer into the same stock."""
    if one.tracked and other.tracked:
        return (one.grade, one.consultant) == (other.grade, other.consultant)
    return one.state == other.state
