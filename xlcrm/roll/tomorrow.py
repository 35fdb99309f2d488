"""明日计划: a row that the tool wrote, and nobody touched, goes when the plan it is for is dropped."""

from __future__ import annotations

import datetime as dt

from xlcrm.followup.plan import is_as_written, is_for
from xlcrm.forms.sheets import FollowUp
from xlcrm.forms.states import Purpose
from xlcrm.roll.state import Case, RollState


def withdraw_rows(state: RollState, case: Case) -> None:
    """Take back the rows of the open month whose plan this roll dropped: a report came late, or was taken back.

    A row that was right when it was written stays: what happened on the day planned is no reason to change the plan.
    """
    if not case.dropped or state.is_held(case.customer):
        return
    stand = list(_plans(state, case))
    for report in case.customer.reports:
        is_for_plan = is_as_written(report) and report.purpose == Purpose.PROMOTION
        if not is_for_plan or report.date is None or report.date < state.timeline.start:
            continue
        planned = case.life.planned(report.date)
        reasons = [*stand, (planned, None)] if planned else stand
        was_for_dropped = any(is_for(state.ledger, report, day, None) for day in case.dropped)
        if was_for_dropped and not any(is_for(state.ledger, report, *reason) for reason in reasons):
            state.withdraw(report, f"{report.section} {report.on} {case.customer.name}")


def _plans(state: RollState, case: Case) -> list[tuple[dt.date, dt.date | None]]:
    """The plans of the card's back after this roll: the day planned, and the day done."""
    change, header = state.changes.table(FollowUp.form.sheet), FollowUp.form.by_name["done_on"].header
    plans: list[tuple[dt.date, dt.date | None]] = [(plan.on, None) for plan in case.plans]
    for row in case.customer.follow_ups:
        if row.planned_on and row.at.row not in change.removed:
            done_on = change.cells.get(row.at.row, {}).get(header, row.done_on)
            plans.append((row.planned_on, done_on if isinstance(done_on, dt.date) else None))
    return plans
