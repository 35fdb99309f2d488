"""How a fact comes by its attributes: from the visit that it is, or from what the books know of its customer."""

from __future__ import annotations

import datetime as dt

from xlcrm.analysis.evidence import Evidence, PlacedOrder
from xlcrm.analysis.facts import Fact, Measure
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Visit
from xlcrm.ledger.customers import Customer


def fact_of_visit(measure: Measure, visit: Visit, day: dt.date) -> Fact:
    """A visit, or something that was done at it."""
    return Fact(
        measure,
        day,
        visit,
        visit.consultant or "",
        visit.source or "",
        visit.model or "",
        visit.rival or "",
        visit.grade or "",
        media=visit.media or "",
    )


def fact_of_customer(
    evidence: Evidence,
    measure: Measure,
    on: dt.date,
    record: Record,
    consultant: str | None,
    customer: Customer | None,
    grade: str | None,
    amount: int = 1,
) -> Fact:
    """Something about a customer, with the source, model, rival and medium that the books know of him."""
    known = evidence.profile(customer)
    return Fact(
        measure,
        on,
        record,
        consultant or "",
        known.source,
        known.model,
        known.rival,
        grade or "",
        amount,
        known.media,
    )


def fact_of_order(evidence: Evidence, measure: Measure, on: dt.date, placed: PlacedOrder, amount: int = 1) -> Fact:
    """Something about an order: its own model outranks what the customer was looking for."""
    fact = fact_of_customer(evidence, measure, on, placed.record, placed.consultant, placed.customer, None, amount)
    return fact._replace(model=placed.model or fact.model)
