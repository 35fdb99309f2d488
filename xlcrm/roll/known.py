"""客户卡.已知十问: how many of the first ten questions are answered, where the shop asks them."""

from __future__ import annotations

from xlcrm.roll.state import Case, RollState


def write_known(state: RollState, case: Case) -> None:
    """What is known of a tracked prospect; who has left keeps what stood there."""
    card = case.customer.card
    if state.ten.is_asked and card is not None and case.standing.tracked:
        state.put(card, known=state.ten.shown(case.customer))
