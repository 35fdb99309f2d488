"""The month as plain data for JSON, under the names every store's figures are compared by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Content, Ratio, Table, Unknown
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Words
from xlcrm.forms.states import GRADES

COUNTS = (
    Measure.BATCHES,
    Measure.FIRST,
    Measure.FIRST_WITH_PHONE,
    Measure.REPEAT,
    Measure.DRIVES,
    Measure.NEW_CARDS,
    Measure.ORDERS,
    Measure.CARS,
    Measure.DELIVERIES,
    Measure.CANCELLATIONS,
    Measure.APPLIED,
    Measure.APPROVED,
)


def figures_json(month: Month) -> dict[str, Any]:
    """The month's figures: counts, stocks by grade, orders by consultant, KPIs with both sides, the balance, all tables."""
    facts = month.facts
    return {
        "month": month.month,
        "until": month.until.isoformat(),
        "counts": {measure.value: facts.total(measure) for measure in COUNTS},
        "cars_by_consultant": facts.sums(Measure.CARS, of_consultant),
        "opening_stock": {grade: facts.total(Measure.OPENING, grade=grade) for grade in GRADES},
        "closing_stock": {grade: facts.total(Measure.CLOSING, grade=grade) for grade in GRADES},
        "orders_by_consultant": facts.sums(Measure.ORDERS, of_consultant),
        "kpis": {
            figure.key: {
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "value": figure.value,
                "last_month": figure.previous,
                "mean3": figure.mean3,
                "last_year": figure.year.value if figure.year else None,
            }
            for figure in month.figures
        },
        "held": month.held,
        "closed_on": month.closed_on.isoformat() if month.closed_on else None,
        "balance": list(month.balance),
        "tables": {table.key: _rows(table) for page in month.pages for table in page.tables},
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    return [dict(zip(table.headers, map(_plain, row), strict=True)) for row in rows]


def _plain(cell: Content) -> Any:
    if isinstance(cell, Ratio):
        return {"numerator": cell.numerator, "denominator": cell.denominator, "value": cell.value}
    if isinstance(cell, Words):
        return cell.zh
    if isinstance(cell, Unknown):
        return None
    return cell.isoformat() if isinstance(cell, dt.date) else cell
