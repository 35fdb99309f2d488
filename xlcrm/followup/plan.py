"""``plan``: tomorrow's 明日计划, written from what the books say is due, so that nobody copies.

Tomorrow is each consultant's next working day. What is overdue is planned again; what stands planned for that day is left
as it is. Source: SPEC section 6, R6 and R8.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from xlcrm.changes import Changes, Value
from xlcrm.errors import Refusal
from xlcrm.followup.dues import Due, dues
from xlcrm.forms.sheets import Report
from xlcrm.forms.states import Means, Purpose, Section
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import first_month, month_start


@dataclass(slots=True)
class TomorrowPlan:
    """What was planned: rows added for each consultant, contacts that nobody on duty owns, and the changes to 日报."""

    rows: Counter[str] = field(default_factory=Counter)
    orphans: list[Due] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)


def plan_tomorrow(ledger: Ledger, today: dt.date) -> TomorrowPlan:
    """The rows of 明日计划 that a rolled book lacks on the evening of ``today``.

    Raises ``Refusal("plan.closed")`` where the month is sealed already: its reports take no more rows.
    """
    opened = month_start(first_month(ledger, today))
    if opened > today:
        raise Refusal("plan.closed", month=f"{today:%Y-%m}")
    nameless = {(r.name, r.on) for r in ledger.reports if r.section == Section.PLANNED and not ledger.customers.of(r)}
    result = TomorrowPlan()
    days = ledger.workdays
    order = {c.name: i for i, c in enumerate(ledger.consultants)}
    for due in sorted(dues(ledger), key=lambda due: order.get(due.consultant, len(order))):
        tomorrow = days.next(due.consultant, today)
        if due.on > tomorrow:
            continue
        days_typed = {tomorrow, due.on} if due.on > today else {tomorrow}
        if not due.consultant:
            result.orphans.append(due)
        elif not any(_is_planned(due, day) or (due.customer.name, day) in nameless for day in days_typed):
            # the report of a day off is that of the last day worked, unless its month is sealed
            written = days.on_or_before(due.consultant, today)
            result.changes.add(Report.form.sheet, _row(due, written if written >= opened else today, tomorrow))
            result.rows[due.consultant] += 1
    return result


def is_for(ledger: Ledger, report: Report, on: dt.date, done_on: dt.date | None) -> bool:
    """Whether a row of 明日计划 is for a plan of a day: of that day or the days off before it, or overdue when it was written."""
    if report.on == on or (
        report.date is not None and on <= report.date and (done_on is None or done_on > report.date)
    ):
        return True
    return report.on == ledger.workdays.on_or_after(report.consultant or "", on)


def is_as_written(report: Report) -> bool:
    """Whether a row of 明日计划 stands as the tool writes it: nothing in it that only a person adds."""
    touched = (report.grade_after, report.story, report.result, report.next_on, report.remark)
    is_plain = report.purpose in (Purpose.PROMOTION, Purpose.CARE) and report.means in tuple(vars(Means).values())
    return report.section == Section.PLANNED and is_plain and not any(touched)


def _is_planned(due: Due, day: dt.date) -> bool:
    """Whether 明日计划 has a row for the contact on a day."""
    plans = (r for r in due.customer.reports if r.section == Section.PLANNED and r.on == day)
    return any((r.purpose == Purpose.CARE) == bool(due.item) for r in plans)


def _row(due: Due, written: dt.date, on: dt.date) -> dict[str, Value]:
    return Report.cells(
        date=written,
        consultant=due.consultant,
        section=Section.PLANNED,
        on=on,
        name=due.customer.name,
        phone=due.customer.phone,
        model=due.customer.model or None,
        purpose=due.purpose,
        means=due.means,
        grade_before=due.grade,
    )
