"""Applications for a loss: two rows of 战败 about one loss are one application. Source: SPEC section 2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from xlcrm.forms.sheets import Loss
from xlcrm.forms.states import DECIDED


def repeated_applications(losses: Sequence[Loss]) -> dict[Loss, Loss]:
    """Rows of one customer about a loss that was applied for already, each with the row that counts for it.

    An application lasts until it is decided; of its rows the one decided counts, else the first.
    """
    found: dict[Loss, Loss] = {}
    for exit_ in dict.fromkeys(loss.exit for loss in losses) if len(losses) > 1 else ():
        own = [(loss.applied_on, loss.at.row, loss) for loss in losses if loss.exit == exit_ and loss.applied_on]
        rows: list[Loss] = []
        for applied_on, _, loss in sorted(own, key=lambda entry: entry[:2]):
            if rows and applied_on > _ended(rows):
                found |= _counted_once(rows)
                rows = []
            rows.append(loss)
        found |= _counted_once(rows)
    return found


def _ended(rows: Iterable[Loss]) -> dt.date:
    return min(
        (row.decided_on or row.applied_on or dt.date.max for row in rows if row.decision in DECIDED),
        default=dt.date.max,
    )


def _counted_once(rows: list[Loss]) -> dict[Loss, Loss]:
    counts = next((row for row in rows if row.decision in DECIDED), next(iter(rows), None))
    return {row: counts for row in rows if counts is not None and row is not counts}
