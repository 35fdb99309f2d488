"""修订记录: what people changed on a card since the last roll, where the shop keeps it. SPEC section 14.

The card carries a mark of what stood on it (内容记号), so that the next roll sees which fields differ. What stood there
before is known from the last revision of the field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from xlcrm.forms.schema import Cell, as_text
from xlcrm.forms.sheets import Card
from xlcrm.forms.switched import PROFILE, Revision
from xlcrm.roll.state import Case, RollState

_BY_ROLL = ("phone", "state", "grade", "first_contact", "carded_on", "consultant", "former_consultant", "revised_on")
"""Fields that a roll may write, or that say when: 级别变更 and the phones have a history of their own."""
FIELDS = tuple(column.name for column in Card.form.columns if not column.by_tool and column.name not in _BY_ROLL)
_DIGITS = 4


def mark_of(raw: Callable[[str], Cell]) -> str:
    """A mark of what stands in the fields of a card: a few digits for each, in their order."""
    texts = (as_text(raw(name)).strip() for name in FIELDS)
    return "".join(hashlib.blake2s(text.encode(), digest_size=_DIGITS // 2).hexdigest() for text in texts)


def keeps_revisions(state: RollState) -> bool:
    """Whether the book has the sheet and the columns."""
    return PROFILE in state.ledger.columns_on and Revision.form.sheet in state.ledger.blocks


def write_revisions(state: RollState, case: Case) -> None:
    """A row for every field that is not as the last roll left it; a card without a mark gets one."""
    card = case.customer.card
    if card is None or not keeps_revisions(state):
        return
    mark = mark_of(card.raw)
    if card.mark == mark:
        return
    former = card.mark if card.mark and len(card.mark) == len(mark) else mark
    for at, name in enumerate(FIELDS):
        place = slice(at * _DIGITS, (at + 1) * _DIGITS)
        if former[place] != mark[place]:
            header = Card.form.by_name[name].header
            before = state.revised.get((case.number, header))
            state.changes.add(
                Revision.form.sheet,
                Revision.cells(
                    on=state.today,
                    customer=case.number,
                    name=case.customer.name,
                    phone=state.phone_of(case.customer) or None,
                    header=header,
                    before=before,
                    after=card.shown(name) or None,
                    operation=state.operation,
                ),
            )
    state.put(card, mark=mark)
