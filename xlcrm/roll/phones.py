"""A corrected phone brings the customer's other rows along: the card, the grade row, the owner; logs stay as typed."""

from __future__ import annotations

from xlcrm.forms.sheets import Loss, Order, Owner, Prospect, Report, Visit
from xlcrm.ledger.corrections import Correction
from xlcrm.roll.state import RollState

BETWEEN = "、"
"""Between two numbers of 曾用电话."""


def write_phones(state: RollState) -> None:
    """Write every new number that is clear on the card and in the grade row; the card remembers the old one.

    The newest row of 级别变更 remembers the new one, so that a later correction is recognised (``ledger.corrections``).
    """
    for edit in state.corrections.values():
        for card in edit.customer.cards[:1]:
            if remembers(edit):
                former = dict.fromkeys((*(card.former_phones or ()), edit.old))
                state.changes.edit(card, former_phones=BETWEEN.join(number for number in former if number != edit.new))
            state.put(card, phone=edit.new)
        moves = [move for move in edit.customer.moves if "phone" in move.at.letters]
        for move in moves[-1:]:
            state.put(move, phone=edit.new)
        rows: list[Prospect | Owner] = [*edit.customer.prospects, *edit.customer.owners]
        for row in rows:
            if row.phone == edit.old:
                state.put(row, phone=edit.new)


def remembers(edit: Correction) -> bool:
    """Whether the card has a column for former phones; books of the first layout lack it."""
    return edit.customer.card is not None and "former_phones" in edit.customer.card.at.letters


def may_follow(edit: Correction) -> bool:
    """Whether the other rows can follow a correction.

    Where rows of the logs still have the old number and the card cannot remember it, they stay: the next roll could not
    know which of the two is the new one.
    """
    customer = edit.customer
    logs: list[Visit | Report | Order | Loss] = [*customer.visits, *customer.reports, *customer.deals]
    logs += customer.losses
    return edit.is_clear and (remembers(edit) or all(row.phone != edit.old for row in logs))
