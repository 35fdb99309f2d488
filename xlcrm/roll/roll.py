"""Rolling prospects between the grade sheets: what the logs say happened, written where the method wants it.

``roll_prospects`` is pure: it compares where every life ends (``timeline``) with what the sheets say, and returns the
moves and the changes; each module of this wing writes one sheet. Applying the changes and rolling again
changes nothing. Source: SPEC section 5.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from xlcrm.changes import Changes
from xlcrm.findings import Finding
from xlcrm.ledger.customers import Key
from xlcrm.review import Review
from xlcrm.roll.card_back import write_happenings
from xlcrm.roll.care_calls import plan_ahead, write_done
from xlcrm.roll.deals import write_losses, write_orders
from xlcrm.roll.handover import hand_over
from xlcrm.roll.hindrance import Hindrance, hindered
from xlcrm.roll.hindrance import findings as hindrances
from xlcrm.roll.known import write_known
from xlcrm.roll.opening import add_typed_cards, freeze_opening, typed_by_hand
from xlcrm.roll.phones import may_follow, write_phones
from xlcrm.roll.revisions import write_revisions
from xlcrm.roll.standing import add_card, follow_register, write_card, write_grade_row
from xlcrm.roll.state import Case, Move, RollState
from xlcrm.roll.tomorrow import withdraw_rows
from xlcrm.timeline.life import Life


@dataclass(slots=True)
class Roll:
    """The result of rolling: the moves and the changes to write.

    ``hindered`` are findings on rows whose customers stay where they are; ``stuck`` how many customers these are.
    ``withdrawn`` names the rows taken back because what an earlier roll wrote them for is gone, ``restored`` the cards and
    grade rows that somebody deleted and the roll made again, ``put_right`` those that somebody moved by hand; ``hints``
    say once what is new and looks odd; ``lapsed_care`` counts the care calls missed before the book began, which nobody plans any more.
    """

    moves: list[Move]
    changes: Changes
    hindered: list[Finding]
    stuck: int
    withdrawn: list[str]
    restored: list[str]
    put_right: list[str]
    hints: list[Finding]
    lapsed_care: int


def roll_prospects(review: Review) -> Roll:
    """Roll every prospect to where the logs put him by the day of the review."""
    state = _rolled(review, ())
    stuck, found = dict[Key, list[Hindrance]](), hindered(state)
    while found.keys() - stuck.keys():  # one who stays may leave another's row the last to which something points
        stuck |= found
        state = _rolled(review, stuck)
        found = hindered(state)
    unmoved = list(hindrances(state, stuck))
    return Roll(
        state.moves,
        state.changes,
        unmoved,
        len(stuck),
        state.withdrawn,
        state.restored,
        state.put_right,
        state.hints,
        state.lapsed_care,
    )


def _rolled(review: Review, stuck: Collection[Key]) -> RollState:
    """A roll of everybody but those who are ``stuck``."""
    ledger = review.ledger
    differing = ledger.corrections
    edits = {edit.customer.key: edit for edit in differing if may_follow(edit)}
    unclear = {edit.customer.key for edit in differing} - edits.keys()
    state = RollState(ledger, review.today, review.timeline, review.blocked, corrections=edits, unclear=unclear)
    write_phones(state)
    month = review.open_month
    for life in review.timeline.lives.values():
        case = _case(state, life) if life.customer.key not in stuck else None
        if case is not None:
            _settle(state, case)
    if any(opening.month == month for opening in ledger.openings):
        state.hints.extend(typed_by_hand(state, month))
        add_typed_cards(state, month)
    else:
        freeze_opening(state, month)
    write_done(state)
    plan_ahead(state)
    return state


def _settle(state: RollState, case: Case) -> None:
    """Bring every sheet to where a life ends."""
    add_card(state, case)
    former = case.life.handed_over_from
    if former is not None:
        to = case.standing.consultant or ""
        hand_over(state.changes, case.customer, former, to, state.today, state.timeline.start)
    follow_register(state, case)
    fresh = write_happenings(state, case)
    withdraw_rows(state, case)
    if fresh:
        write_card(state, case)
    write_grade_row(state, case, fresh)
    write_orders(state, case)
    write_losses(state, case)
    write_known(state, case)
    write_revisions(state, case)


def _case(state: RollState, life: Life) -> Case | None:
    """The customer with his 客户编号, a new one where the books have none.

    ``None`` for one who has no row to carry a number: the cross-check asks for the card.
    """
    customer = life.customer
    number = customer.number
    if not number:
        if not customer.cards and not customer.prospects and life.first_visit is None:
            return None
        number = state.give_number(customer)
        for row in (*customer.cards[:1], *customer.prospects):
            state.put(row, customer=number)
    return Case.of(life, number, state.timeline.start)
