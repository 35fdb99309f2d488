"""The forms a shop prints: today's lists, both meetings, the register and report of a day, the grade grids, a card.

Source: SPEC section 3 and the layouts real brands print (PRACTICE); a rolled book is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from xlcrm.errors import Refusal
from xlcrm.findings import Finding
from xlcrm.forms.sheets import FORMS
from xlcrm.paper.card import card
from xlcrm.paper.grid import grids
from xlcrm.paper.issues import issues
from xlcrm.paper.meetings import evening_meeting, morning_meeting
from xlcrm.paper.model import FORM_NAMES, Paper, Papers
from xlcrm.paper.register import register
from xlcrm.paper.report import reports
from xlcrm.paper.source import Source
from xlcrm.paper.today import lists
from xlcrm.review import Review


def papers(
    review: Review,
    form: str = "",
    consultant: str = "",
    customer: str = "",
    lines: Sequence[Finding] = (),
    now: dt.date | None = None,
) -> Papers:
    """The forms of a day: all of them or one; a consultant's only, where one is named; a card where a customer is.

    Those of forms that are switched on come when they are asked for, visits with the day's.

    ``lines`` are those of 问题清单; ``now`` is the day they are printed on, that of the review unless said.

    Raises ``Refusal``: ``print.no_consultant``, ``print.no_customer``, ``print.card_of_whom``.
    """
    source = Source(review, consultant, lines, now)
    if consultant and consultant not in source.day.consultants:
        raise Refusal("print.no_consultant", name=consultant)
    if form == "card" and not customer:
        raise Refusal("print.card_of_whom")
    made: list[Paper] = []
    for name in [form] if form else FORM_NAMES:
        if name in _SWITCHED:
            if name == form or name == "visits":
                made += _switched(source, name)
        elif name != "card":
            made += _MAKERS[name](source)
        elif customer:
            made += card(source, customer)
    return Papers(review.ledger.settings.store, review.today, tuple(made))


_SWITCHED = ("waiver", "visits", "inspection", "sheets")


def _switched(source: Source, name: str) -> Iterator[Paper]:
    """A form of those that a shop switches on; nothing where it has none."""
    if not any(FORMS[sheet].switch for sheet in source.ledger.blocks):
        return
    from xlcrm.paper import switched

    makers = {
        "waiver": switched.waivers,
        "visits": switched.visits,
        "inspection": switched.walk,
        "sheets": switched.lists,
    }
    yield from makers[name](source)


_MAKERS: dict[str, Callable[[Source], Iterator[Paper]]] = {
    "today": lists,
    "issues": issues,
    "morning": morning_meeting,
    "evening": evening_meeting,
    "register": register,
    "report": reports,
    "grid": grids,
}
"""Every form but the card, which is a customer's."""
