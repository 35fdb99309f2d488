"""Everything one consultant has goes to others: who leaves, or is away for long, hands over his customers.

What goes along with a customer is in ``handover``. Source: SPEC section 2; who gets whom is our decision: of every kind the
same number, give or take one, the first to whoever has the fewest customers now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from xlcrm.changes import Changes, Value
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import HANDED_OVER
from xlcrm.forms.states import LEFT, STOCK, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_start
from xlcrm.review import Review
from xlcrm.roll.handover import hand_over
from xlcrm.roll.history import add_row
from xlcrm.roll.state import Move
from xlcrm.safety.journal import next_operation
from xlcrm.timeline.life import Event

PROSPECT, ORDERED, OWNER = "prospect", "ordered", "owner"
"""What a customer is to the consultant who gets him."""
RULES: Mapping[str, Callable[[Customer], str]] = {
    "evenly": lambda _: "",
    "model": lambda customer: customer.model,
    "grade": lambda customer: next((row.grade for row in customer.prospects if row.grade), ""),
}
"""By what customers are alike: those who are go to all in turn."""


@dataclass(slots=True)
class Reassigned:
    """Who got whom: ``received`` counts prospects, orders and owners for each consultant; ``unrolled`` customers have no
    card yet and stay.
    """

    moves: list[Move] = field(default_factory=list)
    received: dict[str, Counter[str]] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    unrolled: int = 0


def reassign(review: Review, former: str, to: Sequence[str], by: str) -> Reassigned:
    """Hand over every customer with open work of a consultant; without ``to`` to everybody else at work.

    Raises ``Refusal``: ``handover.unknown``, ``handover.same``, ``handover.no_heir``, ``handover.gone``,
    ``handover.nobody``.
    """
    ledger, lives = review.ledger, review.timeline.lives
    heirs = _heirs(ledger, former, to)
    start = month_start(review.open_month)
    day, operation = max(review.today, start), next_operation(ledger)
    owned = Counter(customer.owner for customer in ledger.customers.values() if customer.has_open_work)
    heirs.sort(key=lambda name: owned[name])
    result = Reassigned()
    leaving = [customer for customer in ledger.customers.values() if customer.number and _is_of(customer, former)]
    for customer, heir in _dealt(leaving, heirs, RULES[by]):
        unseen = lives[customer.key].handed_over_from if customer.key in lives else None
        for origin, target in ((unseen, former), (former, heir)):
            if origin is not None:
                about: dict[str, Value] = {"origin": origin, "target": target, "evidence": HANDED_OVER}
                about |= {"on": day, "customer": customer.number, "operation": operation}
                add_row(result.changes, ledger, customer, **about)
        hand_over(result.changes, customer, former, heir, review.today, start)
        result.received.setdefault(heir, Counter())[_kind(customer)] += 1
        who = (customer.number, customer.phone, customer.name)
        result.moves.append(Move(day, Event.HANDOVER, *who, former, heir, HANDED_OVER))
    moved = {customer.key for customer in leaving}
    result.unrolled = sum(
        life.standing.state in STOCK and life.standing.consultant == former
        for key, life in lives.items()
        if key not in moved
    )
    return result


def _is_of(customer: Customer, consultant: str) -> bool:
    return customer.owner == consultant and customer.has_open_work


def _kind(customer: Customer) -> str:
    if customer.prospects:
        return PROSPECT
    return ORDERED if customer.card is not None and customer.card.state == State.ORDERED else OWNER


def _heirs(ledger: Ledger, former: str, to: Sequence[str]) -> list[str]:
    """Who gets the customers: those named, else everybody at work but ``former``, in the order of 顾问."""
    status = {c.name: c.status for c in ledger.consultants if c.name}
    is_known = former in status or any(_is_of(customer, former) for customer in ledger.customers.values())
    if not is_known:
        raise Refusal("handover.unknown", name=former, names="、".join(status))
    for name in to:
        if name == former:
            raise Refusal("handover.same", name=former)
        if name not in status:
            raise Refusal("handover.no_heir", name=name, names="、".join(status))
        if status[name] == LEFT:
            raise Refusal("handover.gone", name=name)
    heirs = list(dict.fromkeys(to)) or [name for name in status if status[name] != LEFT and name != former]
    if not heirs:
        raise Refusal("handover.nobody", name=former)
    return heirs


def _dealt(
    customers: Iterable[Customer], heirs: Sequence[str], alike: Callable[[Customer], str]
) -> Iterator[tuple[Customer, str]]:
    """Each customer with who gets him: of every kind, and of those alike within it, one to each in turn."""
    groups: defaultdict[tuple[str, str], list[Customer]] = defaultdict(list)
    for customer in customers:
        groups[_kind(customer), alike(customer)].append(customer)
    turn = cycle(heirs)
    return ((customer, next(turn)) for group in sorted(groups) for customer in groups[group])
