"""跟进记录, the back of the card: contacts done, and the one open plan of a prospect."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from xlcrm.changes import Value
from xlcrm.forms.sheets import FollowUp, Report
from xlcrm.forms.states import Channel, Means, Purpose, State
from xlcrm.roll.history import correct, write_steps
from xlcrm.roll.state import Case, Pending, RollState
from xlcrm.timeline.life import Contact, Happening, Kept, Standing
from xlcrm.timeline.replay import interval_day


def write_happenings(state: RollState, case: Case) -> bool:
    """Write the contacts and steps the books do not hold yet; whether there were any.

    Only what is newer than everything the books hold makes plans: an older contact, entered late, is noted.
    """
    done: dict[dt.date, list[FollowUp]] = defaultdict(list)
    for row in case.customer.follow_ups:
        if row.done_on:
            done[row.done_on].append(row)
    fresh: list[tuple[int, Happening, Contact | None]] = []
    newest = -1
    for i, happening in enumerate(case.life.happenings):
        is_fresh = write_steps(state, case, happening.steps)
        contact = happening.contact
        if contact is not None and (rows := done[contact.on]):
            is_fresh |= _replace_register_contact(state, case, rows.pop(0), contact)
            contact = None
        if is_fresh or contact is not None:
            fresh.append((i, happening, contact))
        elif happening.contact is not None or happening.steps:
            newest = i
    for i, happening, contact in fresh:
        if i > newest:
            _execute_and_plan(state, case, happening, contact)
        elif contact is not None:
            _add_contact(state, case, contact)
    is_fresh = correct(state, case) or bool(fresh)
    if case.life.happenings:
        _settle_plans(state, case, is_fresh)
    return is_fresh


def _replace_register_contact(state: RollState, case: Case, row: FollowUp, contact: Contact) -> bool:
    """Let the report of a visit replace the line that an earlier roll made of its register row; whether it did."""
    notes = {(visit.date, visit.note) for visit in case.customer.visits if visit.note}
    of_register = row.result is None and (row.done_on, row.story) in notes
    if not of_register or not isinstance(contact.source, Report):
        return False
    other = {name: value for name, value in _done(contact).items() if getattr(row, name) != value}
    state.changes.edit(row, **other)
    return bool(other)


def _settle_plans(state: RollState, case: Case, fresh: bool) -> None:
    """An active prospect always has a plan; one who ordered has only what the last report gave, one who left has none."""
    last = case.life.happenings[-1]
    if case.standing.state == State.ACTIVE:
        planned = _next(state, case.standing, last)
        if planned is not None and not case.plans:
            _add_plan(state, case, case.standing, planned)
    elif fresh:
        ordered, next_on = case.standing.state == State.ORDERED, last.next_on
        _drop_others(state, case, next_on if ordered and not isinstance(next_on, Kept) else None)


def _execute_and_plan(state: RollState, case: Case, happening: Happening, contact: Contact | None) -> None:
    """Execute or drop the open plans, and make the one new plan of the happening."""
    if contact is not None:
        due = next((plan for plan in case.plans if plan.on <= contact.on), None)
        if due is not None:
            state.fill(FollowUp.form.sheet, due, FollowUp.cells(**_done(contact)))
            case.plans.remove(due)
        else:
            _add_contact(state, case, contact)
    if isinstance(happening.next_on, Kept) and (case.plans or contact is None):
        return
    standing = case.life.stood(happening.on)
    next_on = _next(state, standing, happening)
    _drop_others(state, case, next_on)
    if next_on is not None and not case.plans:
        _add_plan(state, case, standing, next_on)


def _next(state: RollState, standing: Standing, happening: Happening) -> dt.date | None:
    """The day of the next contact after a happening, whatever was planned before."""
    next_on = happening.next_on
    return interval_day(state.ledger, standing, happening.on) if isinstance(next_on, Kept) else next_on


def _add_plan(state: RollState, case: Case, standing: Standing, on: dt.date) -> None:
    added = state.changes.add(
        FollowUp.form.sheet,
        FollowUp.cells(
            customer=case.number,
            name=case.customer.name,
            planned_on=on,
            planned_means=Means.PHONE,
            planned_purpose=Purpose.PROMOTION,
            grade_before=standing.grade,
            consultant=standing.consultant,
        ),
    )
    case.plans.append(Pending(on, added))


def _drop_others(state: RollState, case: Case, kept: dt.date | None) -> None:
    """Take out the open plans of other days."""
    for plan in [plan for plan in case.plans if plan.on != kept]:
        case.plans.remove(plan)
        if isinstance(plan.row, int):
            state.changes.remove(FollowUp.form.sheet, plan.row)
        else:
            added = state.changes.table(FollowUp.form.sheet).added
            added[:] = [row for row in added if row is not plan.row]


def _add_contact(state: RollState, case: Case, contact: Contact) -> None:
    consultant = contact.source.consultant or case.life.stood(contact.on).consultant
    cells = FollowUp.cells(customer=case.number, name=case.customer.name, consultant=consultant, **_done(contact))
    state.changes.add(FollowUp.form.sheet, cells)


def _done(contact: Contact) -> dict[str, Value]:
    """What the back of the card holds of a contact done, by field."""
    source = contact.source
    done: dict[str, Value] = {"done_on": contact.on, "grade_before": contact.grade_before}
    if isinstance(source, Report):
        return done | {
            "means": source.means,
            "story": source.story,
            "result": source.result,
            "grade_after": contact.grade_after,
            "next_on": source.next_on,
        }
    means = Means.PHONE if source.channel == Channel.CALL else Means.VISIT
    return done | {"means": means, "story": source.note, "grade_after": contact.grade_after}
