"""What people decide in 问题清单 and the books have to follow: whose a customer is (V09), and that two are one (V18).

The consultant named becomes the card's; the roll hands the customer over to him. One person on two cards leaves the books as
重复 of the other, decided on the day. Source: SPEC sections 2 and 11; that the card with an order survives is our decision.
"""

from __future__ import annotations

import datetime as dt

from xlcrm.catalogue.findings import SAME_PERSON
from xlcrm.changes import Changes
from xlcrm.findinglist import decisions
from xlcrm.findings import Finding
from xlcrm.forms.sheets import Card, ConfirmedRow, FindingRow, Loss
from xlcrm.forms.states import GRADES, UNCOUNTED, Decision, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.subjects import identified
from xlcrm.review import Review

_DECISIONS = ("V09", "V18")
_REASON = "放弃购买"
"""原因 must be one of its list; of a 重复 nobody counts it."""


def follow_rulings(review: Review, user: str) -> Changes:
    """The changes to cards and 战败 that decisions ask for; one about a customer without a card waits in 核实记录."""
    changes = Changes()
    ledger = review.ledger
    rows: list[FindingRow | ConfirmedRow] = [*ledger.of(FindingRow), *ledger.of(ConfirmedRow)]
    if any(row.ruling and row.code in _DECISIONS for row in rows):
        wanted = [finding for finding in review.findings if finding.code in _DECISIONS]
        for finding, ruling, kept in decisions(ledger, identified(ledger, wanted)):
            card = _card(ledger.customer_at(finding.at))
            if card is None:
                continue
            if kept is not None:
                changes.edit(kept, customer=card.customer)
            if finding.code == "V18":
                _merge(changes, ledger, finding, review.today, user)
            elif card.consultant != ruling:
                changes.edit(card, consultant=ruling, former_consultant=card.consultant)
    return changes


def _merge(changes: Changes, ledger: Ledger, finding: Finding, today: dt.date, user: str) -> None:
    """The later of the two leaves, or the one who bought nothing; two who bought stay two customers."""
    pair = [ledger.customer_at(place) for place in (finding.at, finding.other) if place is not None]
    leaving = next((one for one in pair if one is not None and not (one.orders or one.owners)), None)
    card, kept = _card(leaving), _card(next((one for one in pair if one is not leaving), None))
    if leaving is None or leaving.merged_on or card is None or kept is None:
        return
    changes.add(
        Loss.form.sheet,
        Loss.cells(
            customer=card.customer,
            name=card.name,
            phone=card.phone,
            grade_before=card.grade or GRADES[-1],
            exit=State.DUPLICATE,
            reason=_REASON,
            story=f"{SAME_PERSON}：{kept.customer} {kept.name}",
            applied_on=today,
            applicant=card.consultant,
            decision=Decision.APPROVED,
            decider=user or None,
            decided_on=today,
        ),
    )


def _card(customer: Customer | None) -> Card | None:
    """The card that counts, if it has a number."""
    card = customer.card if customer is not None else None
    return card if card is not None and card.customer and card.state not in UNCOUNTED else None
