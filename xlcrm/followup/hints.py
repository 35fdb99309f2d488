"""What the shop wants said to visitors who leave nothing, by the reason written in the register. SPEC section 14."""

from __future__ import annotations

from xlcrm.forms.switched import Hint
from xlcrm.ledger.ledger import Ledger


def hints_of(ledger: Ledger) -> dict[str, str]:
    """Reason → the shop's own words, of those it wrote; the first row of a reason counts."""
    found: dict[str, str] = {}
    for row in ledger.of(Hint):
        if row.reason and row.words:
            found.setdefault(row.reason, row.words)
    return found
