"""Handing over: from the roll that sees another 销售顾问 on the card, open work is the new consultant's.

Who did what stays as it was: visits, contacts, losses and 订单.销售顾问 never change. Source: SPEC section 2.
"""

from __future__ import annotations

import datetime as dt

from xlcrm.changes import Changes
from xlcrm.followup.plan import is_as_written
from xlcrm.forms.sheets import Care, FollowUp, Owner, Prospect, Report
from xlcrm.ledger.customers import Customer


def hand_over(changes: Changes, customer: Customer, former: str, to: str, today: dt.date, opened: dt.date) -> None:
    """Give a customer's open work to another consultant: grade row, open plans, care, and what tomorrow's plan holds.

    Rows of 明日计划 that a person wrote stay, for the cross-check to name, and so do those of a sealed month: ``opened`` is the
    first day of the open one.
    """
    if customer.card is not None:
        changes.edit(customer.card, consultant=to, former_consultant=former)
    rows: list[Prospect | FollowUp | Care | Owner | Report] = [*customer.prospects, *customer.owners]
    rows += [row for row in customer.follow_ups if row.planned_on and row.done_on is None]
    rows += [row for row in customer.cares if row.planned_on and row.done_on is None]
    rows += [row for row in customer.reports if _is_written_ahead(row, today, opened) and is_as_written(row)]
    for row in rows:
        if row.consultant != to:
            changes.edit(row, consultant=to)


def _is_written_ahead(report: Report, today: dt.date, opened: dt.date) -> bool:
    """Whether a row plans a day to come, in a report of the open month."""
    return report.on is not None and report.on > today and report.date is not None and report.date >= opened
