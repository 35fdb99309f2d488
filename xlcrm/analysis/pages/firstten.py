"""首次十问 and 一周内建档 on page 12: the cards made in the month, by consultant; which questions stay open; who is overdue.

How much a card says is known as of today only; a card marked 重复 or 无效 counts nowhere. SPEC section 14.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from xlcrm.analysis.figures import Content, Name, Ratio, Table
from xlcrm.analysis.scope import Scope, named
from xlcrm.catalogue.firstten import TEN_FACTS, joined
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.sheets import Card
from xlcrm.forms.states import UNCOUNTED
from xlcrm.ledger.firstten import FACTS, FirstTen


@dataclass(frozen=True, slots=True)
class _Asked:
    """A card made in the month: what is still to be asked, whether a week has passed since, and whether it was made late."""

    card: Card
    missing: tuple[str, ...]
    is_due: bool
    is_late: bool

    @property
    def is_overdue(self) -> bool:
        return self.is_due and bool(self.missing)


def tables(scope: Scope) -> list[Table]:
    """By consultant, by question, and the cards that are not complete a week after they were made."""
    if not FirstTen(scope.ledger).is_asked:
        return []
    asked = _asked(scope)
    return [_by_consultant(scope, asked), _by_question(asked), _overdue(asked)]


def _asked(scope: Scope) -> list[_Asked]:
    ten, days = FirstTen(scope.ledger), scope.settings.ten_days
    found = []
    for customer in scope.ledger.customers.values():
        card = customer.card
        if card is None or card.state in UNCOUNTED or not scope.evidence.is_sound(card):
            continue
        if card.carded_on is None or not scope.first <= card.carded_on <= scope.last:
            continue
        is_late = card.first_contact is not None and (card.carded_on - card.first_contact).days > days
        found.append(_Asked(card, ten.missing(customer), (scope.today - card.carded_on).days > days, is_late))
    return found


def _by_consultant(scope: Scope, asked: Sequence[_Asked]) -> Table:
    def cells(own: Sequence[_Asked]) -> tuple[Content, ...]:
        known = sum(len(FACTS) - len(one.missing) for one in own)
        complete = sum(not one.missing for one in own)
        return (
            *(len(own), round(known / len(own), 1) if own else None, complete, Ratio(complete, len(own))),
            *(sum(one.is_overdue for one in own), sum(one.is_late for one in own)),
        )

    headers = ("consultant", "cards_made", "known_facts", "complete", "complete_rate", "week_open", "made_late")
    names = scope.in_order(one.card.consultant or "" for one in asked)
    rows = tuple((named(name), *cells([a for a in asked if (a.card.consultant or "") == name])) for name in names)
    return Table("ten_by_consultant", headers, rows, (LABELS["total"], *cells(asked)))


def _by_question(asked: Sequence[_Asked]) -> Table:
    unknown = Counter(fact for one in asked for fact in one.missing)
    rows = tuple(
        (TEN_FACTS[fact], unknown[fact], Ratio(unknown[fact], len(asked))) for fact, _ in FACTS if unknown[fact]
    )
    return Table("ten_by_question", ("question", "unknown", "unknown_rate"), rows)


def _overdue(asked: Sequence[_Asked]) -> Table:
    due = sorted(
        (one for one in asked if one.is_overdue), key=lambda one: (one.card.carded_on or dt.date.max, one.card.at.row)
    )
    rows = tuple(
        (named(one.card.consultant or ""), Name(one.card.name or ""), one.card.carded_on, joined(one.missing))
        for one in due
    )
    return Table("ten_overdue", ("consultant", "name", "carded_on", "to_ask"), rows)
