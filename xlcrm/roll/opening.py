"""月初留存: the stock frozen at the start of a month."""

from __future__ import annotations

from xlcrm.changes import Changes
from xlcrm.forms.sheets import Opening
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
