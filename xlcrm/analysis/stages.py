"""The facts of an order's stages, 小定, 大定 and 锁单: of a shop without these columns, none. SPEC section 13."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xlcrm.analysis.evidence import Evidence, PlacedOrder
from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.makefacts import fact_of_order
from xlcrm.forms.sheets import Order


def stage_facts(evidence: Evidence, first: dt.date, last: dt.date) -> Iterator[Fact]:
    """Deposits paid, and orders made firm, in the period, with those that had come further by its end.

    One made firm on the day it was signed was never a deposit. Our decision.
    """
    ledger = evidence.ledger
    for order in ledger.of(Order):
        if order.date is None or not order.has_stages or not evidence.is_sound(order) or order in ledger.originals:
            continue
        who = ledger.customers.of(order)
        placed = PlacedOrder(order.date, order, who, order.consultant or "", order.model or "", order.quantity or 1)
        for measure, on in _reached(order, order.date, last):
            if first <= on <= last:
                yield fact_of_order(evidence, measure, on, placed)


def _reached(order: Order, signed: dt.date, last: dt.date) -> Iterator[tuple[Measure, dt.date]]:
    """The stages of an order, each with the day by which it is counted: that of the stage it is a part of."""
    firm = order.firm_on
    if firm != signed:
        yield Measure.DEPOSITS, signed
        if firm is not None and firm <= last:
            yield Measure.DEPOSITS_FIRMED, signed
        if firm is None and order.cancelled_on is not None:
            yield Measure.DEPOSITS_RETURNED, order.cancelled_on
    if firm is not None:
        yield Measure.FIRM_ORDERS, firm
        if order.locked_on is not None and order.locked_on <= last:
            yield Measure.LOCKED_ORDERS, firm
