"""Which orders and losses stand in their sheets already, written by staff or, for a mark in the logs, by the roll."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import Loss, Order, Report, Visit
from xlcrm.forms.states import DECIDED, Result, Section, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger

TO_COMPLETE = "待补-"
"""How the 订单号 of an order begins that the roll wrote for a mark, until staff complete the row."""
UNPAID = "O1"
"""付款状态 of such an order: no deposit is known."""


def number_to_complete(customer: str, day: dt.date) -> str:
    """The 订单号 of the order that the roll writes for a mark of a day."""
    return f"{TO_COMPLETE}{customer}-{day:%Y%m%d}"


def is_to_complete(order: Order) -> bool:
    """Whether the row still has the number the roll gave it."""
    return (order.number or "").startswith(TO_COMPLETE)


def is_obsolete(customer: Customer, row: Order | Loss, ledger: Ledger) -> bool:
    """Whether the roll wrote the row for a mark and it stands for nothing any more."""
    return is_superseded(customer, row, ledger.settings) or is_unmarked(customer, row, ledger)


def is_unmarked(customer: Customer, row: Order | Loss, ledger: Ledger) -> bool:
    """Whether the roll wrote the row for a mark that is gone since, and nobody completed it.

    While a log row of the customer cannot be read, it may be the mark; in a closed month nothing is taken back.
    """
    day = row.placed_on if isinstance(row, Order) else row.applied_on
    if day is None or day < ledger.opened:
        return False
    if isinstance(row, Order):
        is_unmarked = _is_as_written(customer, row, day) and not order_marks(customer, day)
    else:
        is_unmarked = _is_applied_by_tool(customer, row) and not loss_marks(customer, day)
    logs: tuple[Visit | Report, ...] = (*customer.visits, *customer.reports)
    return is_unmarked and not any(log.defects for log in logs)


def order_marks(customer: Customer, day: dt.date) -> list[Visit | Report]:
    """The rows that mention an order on a day: 现场订购 in the register, 结果 已订 in the reports."""
    visits = [visit for visit in customer.visits if visit.date == day and visit.ordered]
    return [*visits, *_with_result(customer, day, Result.ORDERED)]


def loss_marks(customer: Customer, day: dt.date) -> list[Report]:
    """The reports that apply for a loss on a day."""
    return _with_result(customer, day, Result.LOSS_CLAIMED)


def _with_result(customer: Customer, day: dt.date, result: str) -> list[Report]:
    return [r for r in customer.reports if r.section == Section.DONE and r.date == day and r.result == result]


def _is_as_written(customer: Customer, order: Order, day: dt.date) -> bool:
    """Whether an order is cell for cell what the roll writes for a mark, except model and consultant."""
    is_plain = order.number == number_to_complete(customer.number, day) and order.payment in (None, UNPAID)
    return is_plain and order.quantity in (None, 1) and _is_untouched(customer, order)


def _is_applied_by_tool(customer: Customer, loss: Loss) -> bool:
    """Whether a loss is what the roll wrote for a report: the line of that contact still says so."""
    if is_completed(loss) or loss.exit != State.LOST:
        return False
    applied = ((row.done_on, row.story) for row in customer.follow_ups if row.result == Result.LOSS_CLAIMED)
    return (loss.applied_on, loss.story) in applied


def is_superseded(customer: Customer, row: Order | Loss, settings: Settings) -> bool:
    """Whether the roll wrote the row for a mark and staff, instead of completing it, wrote the same thing in another row."""
    day = row.placed_on if isinstance(row, Order) else row.applied_on
    if day is None or not _is_untouched(customer, row):
        return False
    others: list[Order | Loss]
    if isinstance(row, Order):
        others = [order for order in customer.orders if not is_to_complete(order)]
    else:
        others = [loss for loss in customer.losses if loss.reason]
    return any(_Row.of(other).answers(day, _near(settings)) for other in others)


def _is_untouched(customer: Customer, row: Order | Loss) -> bool:
    """Whether a row is still as the roll wrote it for a mark."""
    if isinstance(row, Order):
        completed = row.amount or row.received or row.due_on or row.delivered_on or row.cancelled_on
        return is_to_complete(row) and not completed
    if is_completed(row):
        return False
    applied = ((r.date, r.story) for r in customer.reports if r.result == Result.LOSS_CLAIMED)
    return (row.applied_on, row.story) in applied


def is_completed(loss: Loss) -> bool:
    """Whether anybody gave a reason for a loss, or decided it."""
    said = loss.reason or loss.rival or loss.decider or loss.decided_on or loss.returned_grade
    return bool(said) or loss.decision in DECIDED


def _near(settings: Settings) -> dt.timedelta:
    return dt.timedelta(days=settings.order_match_days)


class _Row(NamedTuple):
    """When an order or a loss was written, and when it was over: delivered, cancelled, or decided."""

    on: dt.date | None
    ended: dt.date | None

    @classmethod
    def of(cls, row: Order | Loss) -> _Row:
        if isinstance(row, Order):
            return cls(row.placed_on, row.cancelled_on or row.delivered_on)
        is_decided = row.decision in DECIDED
        return cls(row.applied_on, row.decided_on or row.applied_on if is_decided else None)

    def answers(self, day: dt.date, near: dt.timedelta) -> bool:
        """Whether it is what was mentioned on a day: written near it and not over before. An undated row may be."""
        is_over = self.on is not None and self.ended is not None and self.on < day and self.ended <= day
        return self.is_near(day, near) and not is_over

    def is_near(self, day: dt.date, near: dt.timedelta) -> bool:
        return self.on is None or abs(self.on - day) <= near


class Written:
    """Which order and loss rows stand in the book for a customer, readable or not in their other cells."""

    def __init__(self, customer: Customer, ledger: Ledger) -> None:
        self._near = _near(ledger.settings)
        self._orders = [_Row.of(o) for o in customer.orders if not is_obsolete(customer, o, ledger)]
        self._losses = [_Row.of(loss) for loss in customer.losses if not is_obsolete(customer, loss, ledger)]

    def order(self, day: dt.date) -> bool:
        """Whether a row stands for the order mentioned on a day; from now on one does."""
        return self._stands(self._orders, day)

    def loss(self, day: dt.date) -> bool:
        """Whether a row stands for the loss applied for on a day; from now on one does."""
        return self._stands(self._losses, day)

    def _stands(self, rows: list[_Row], day: dt.date) -> bool:
        stands = any(row.answers(day, self._near) for row in rows)
        if not stands:
            rows.append(_Row(day, None))
        return stands

    def ordered_before(self, day: dt.date) -> bool:
        """Whether an order was placed shortly before a day, whatever became of it."""
        return any(row.on is not None and row.on < day and row.is_near(day, self._near) for row in self._orders)
