"""客户管理卡 of a customer, both sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from xlcrm.catalogue.firstten import joined
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, Care, FollowUp
from xlcrm.forms.switched import PROFILE, Drive, Revision
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.firstten import FACTS, FirstTen
from xlcrm.paper.model import Fields, Paper, PaperCell, PaperTable
from xlcrm.paper.source import SIGNED, Source

_CARD_LINES = 16
"""Contacts, or care calls, on a side of a card, which is one page: the newest."""
_CAR = (
    "model",
    "vin",
    "plate",
    "use",
    "bought_on",
    "delivered_on",
    "first_service_on",
    "insured_until",
    "inspected_until",
    "last_seen_on",
)
_ORDER = ("number", "date", "model", "quantity", "amount", "payment", "received", "due_on", "delivered_on")
_REVISIONS = 8
"""Lines of the card's history: the newest."""
_PROFILE = ("spending", "education", "career")
_STAGED_ORDER = (*_ORDER[:2], "firm_on", "locked_on", *_ORDER[2:])
_CARE = ("item", "planned_on", "done_on", "means", "result", "story", "consultant")
_BACK = (
    "planned_on",
    "planned_means",
    "planned_purpose",
    "done_on",
    "means",
    "story",
    "result",
    "grade_before",
    "grade_after",
    "next_on",
)
_LOSS = ("applied_on", "grade_before", "exit", "reason", "rival", "story", "decision", "decider", "decided_on")
_LOSS_COLUMNS = (
    "applied_on",
    "grade_lost",
    "exit",
    "reason",
    "went_to",
    "explained",
    "decision",
    "decider",
    "decided_on",
)


def card(source: Source, who: str) -> Iterator[Paper]:
    """客户管理卡 of a customer, front (the owner) and back (the prospect); without a car and an order the back alone.

    Raises ``Refusal("print.no_customer")``.
    """
    customer = source.ledger.customers.find(who)
    card = customer.card if customer is not None else None
    if customer is None or card is None:
        raise Refusal("print.no_customer", customer=who)
    owners, orders = customer.owners, customer.deals
    columns = _STAGED_ORDER if any(order.has_stages for order in orders) else _ORDER
    identity = ("customer", "name", "gender", "phone", "spare_phone", "person_or_company", "birthday", "occupation")
    front: tuple[PaperTable | Fields, ...] = (
        Fields("owner", _pairs(card, (*identity, "address", "consultant"))),
        *([Fields("car", _pairs(owner, _CAR)) for owner in owners] or [Fields("car", _pairs(None, _CAR))]),
        PaperTable("orders", columns, tuple(_values(order, columns) for order in orders), least=2),
        _newest("cares", _CARE, [_values(care, _CARE) for care in _cares(customer)]),
    )
    back_head = (
        "customer",
        "name",
        "phone",
        "state",
        "grade",
        "source",
        "first_contact",
        "carded_on",
        "consultant",
        "former_consultant",
        "may_contact",
        "revised_on",
    )
    prose = ("needs", "family", "living", "character", "relations")
    back: tuple[PaperTable | Fields, ...] = (
        Fields("prospect", _pairs(card, back_head)),
        _need(source, customer, card),
        Fields(
            "person", _pairs(card, (*prose, *(_PROFILE if PROFILE in source.ledger.columns_on else ()))), per_line=1
        ),
        *_ten(source, customer, card),
        _newest("contacts", _BACK, [_values(row, _BACK) for row in _backs(customer)]),
        *_revisions(source, customer),
        PaperTable("losses", _LOSS_COLUMNS, tuple(_values(loss, _LOSS) for loss in customer.losses), least=1),
    )
    has_front = owners or orders or customer.cares
    for side, blocks in ((("card_front", front),) if has_front else ()) + (("card_back", back),):
        yield Paper(side, card.customer or customer.phone, source.head(), blocks, SIGNED)


def _ten(source: Source, customer: Customer, card: Card) -> Iterator[Fields]:
    """How many of the first ten questions are answered, where the shop asks them."""
    ten = FirstTen(source.ledger)
    if ten.is_asked:
        missing = ten.missing(customer)
        known = f"{len(FACTS) - len(missing)}/{len(FACTS)}"
        answers = (*_pairs(card, ("use", "budget")), ("decider_of", card.decider))
        yield Fields("ten", (("known", known), *answers, ("to_ask", joined(missing))), per_line=2)


def _revisions(source: Source, customer: Customer) -> Iterator[PaperTable]:
    """How the card changed, and who changed it: revisions of its fields and steps of the grade, where the shop keeps them."""
    if Revision.form.sheet not in source.ledger.blocks:
        return
    users = {row.operation: row.user for row in source.ledger.journal if row.time is not None}
    own = [row for row in source.ledger.of(Revision) if source.ledger.customers.meant(row) is customer]
    fields = [(row.on, row.header, row.before, row.after, users.get(row.operation)) for row in own]
    steps = [(row.on, row.evidence, row.origin, row.target, users.get(row.operation)) for row in customer.moves]
    rows = sorted((*fields, *steps), key=lambda row: row[0] or dt.date.min)
    more = max(0, len(rows) - _REVISIONS)
    columns = ("revision_day", "revision", "from", "to", "by")
    yield PaperTable("revisions", columns, tuple(rows[more:]), more, left_out="log", least=1)


def _need(source: Source, customer: Customer, card: Card) -> Fields:
    """What the customer wants, from the grade sheet; once out of it, from the order and the register."""
    row, order = next(iter(customer.prospects), None), next(reversed(customer.orders), None)
    visits = sorted(customer.visits, key=lambda v: v.date or dt.date.min, reverse=True)
    drives = Drives(source.ledger, source.ledger.of(Drive))
    drove = drives.first_of(customer) or next((v.date for v in visits if drives.drove(v, customer)), None)
    return Fields(
        "need",
        (
            ("wanted", customer.model or None),
            ("rival", (row.rival if row else None) or next((v.rival for v in visits if v.rival), None)),
            ("quantity", (row.quantity if row else None) or (order.quantity if order else None)),
            ("stage", row.stage if row else None),
            ("test_drive_on", (row.test_drive_on if row else None) or drove),
            ("expected_on", row.expected_on if row else None),
            *_pairs(card, ("purchase_kind", "present_car")),
            ("notes", row.remark if row else None),
        ),
    )


def _cares(customer: Customer) -> list[Care]:
    return sorted(customer.cares, key=lambda row: row.planned_on or dt.date.max)


def _backs(customer: Customer) -> list[FollowUp]:
    return sorted(customer.follow_ups, key=lambda row: row.done_on or row.planned_on or dt.date.max)


def _newest(title: str, columns: tuple[str, ...], rows: Sequence[tuple[PaperCell, ...]]) -> PaperTable:
    """As much of a log, in the order of time, as a side of a card holds."""
    more = max(0, len(rows) - _CARD_LINES)
    return PaperTable(title, columns, tuple(rows[more:]), more, left_out="log", least=_CARD_LINES)


def _pairs(record: Record | None, names: Iterable[str]) -> tuple[tuple[str, PaperCell], ...]:
    return tuple((name, getattr(record, name, None)) for name in names)


def _values(record: Record, names: Iterable[str]) -> tuple[PaperCell, ...]:
    return tuple(getattr(record, name) for name in names)
