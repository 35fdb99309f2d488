"""月初留存: the stock frozen at the start of a month."""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.changes import Changes
from xlcrm.findings import Finding, Severity, spot
from xlcrm.forms.sheets import Card, ImportRow, Opening
from xlcrm.forms.states import STOCK
from xlcrm.roll.state import RollState
from xlcrm.timeline.life import Life, Standing


def freeze_opening(state: RollState, month: str) -> None:
    """Freeze the opening stock of the first month rolled: the bases of all lives; of a new book, that there was none."""
    for life in state.timeline.lives.values():
        if life.base is not None:
            add_opening(state.changes, month, state.number_of(life.customer), life, life.base)
    if state.timeline.lives and not state.changes.table(Opening.form.sheet):
        add_no_opening(state.changes, month)


def add_typed_cards(state: RollState, month: str) -> None:
    """Freeze those too whose cards were typed by hand since, but known before the month: they are stock all the same."""
    for life in state.timeline.lives.values():
        customer = life.customer
        is_frozen = any(opening.month == month for opening in customer.openings)
        if life.base is not None and customer.card is not None and not is_frozen:
            add_opening(state.changes, month, state.number_of(customer), life, life.base)


def typed_by_hand(state: RollState, month: str) -> Iterator[Finding]:
    """A hint, once, for every card typed by hand since the stock was frozen; one that was read in has its row in 读入结果."""
    imported = {row.customer for row in state.ledger.of(ImportRow) if row.customer}
    for life in state.timeline.lives.values():
        card, standing = life.customer.card, life.base
        begun = next((step for step in life.steps if step.before is None), None)
        is_new = begun is not None and isinstance(begun.evidence, Card)
        is_old = standing is not None and standing.state in STOCK
        is_frozen = any(opening.month == month for opening in life.customer.openings)
        if card is not None and card.customer not in imported and not is_frozen and (is_new or is_old):
            about = {"counts": "新增" if is_new else "月初留存"}
            yield Finding(
                "G07.by_hand", Severity.INFO, spot(card, "name"), card.shown("name"), card.consultant or "", about=about
            )


def add_opening(changes: Changes, month: str, number: str, life: Life, standing: Standing) -> None:
    """One row of 月初留存, for a customer who is not out of the books."""
    if standing.state in STOCK:
        changes.add(
            Opening.form.sheet,
            Opening.cells(
                month=month,
                customer=number,
                name=life.customer.name,
                phone=life.customer.phone,
                state=standing.state,
                grade=standing.grade,
                consultant=standing.consultant,
                graded_on=standing.since,
            ),
        )


def add_no_opening(changes: Changes, month: str) -> None:
    """The mark of a month without stock, so that it is known to be frozen."""
    changes.add(Opening.form.sheet, Opening.cells(month=month))
