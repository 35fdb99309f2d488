"""跟进记录, the back of the card: contacts done, and the one open plan of a prospect."""

from __future__ import annotations

import datetime as dt

from xlcrm.changes import Value
from xlcrm.forms.sheets import FollowUp, Report
from xlcrm.forms.states import Channel, Means, Purpose, State
from xlcrm.roll.history import correct, write_steps
from xlcrm.roll.state import Case, Pending, RollState
from xlcrm.timeline.life import Contact, Happening, Kept, Life, Standing
from xlcrm.timeline.replay import interval_day


class _Lines:
    """The contacts done that the card's back holds, each given to the contact of the logs it was made from."""

    def __init__(self, life: Life, start: dt.date) -> None:
        done = [row for row in life.customer.follow_ups if row.done_on]
        self._open = sorted(done, key=lambda row: (row.done_on or dt.date.min, row.at.row))
        in_logs = {contact.on for contact in life.contacts}
        self._orphans = [row for row in done if row.done_on and row.done_on >= start and row.done_on not in in_logs]
        self.newest = next((row for row in reversed(self._open) if row.done_on and row.done_on >= start), None)
        self.contacts: dict[FollowUp, Contact] = {}

    @property
    def left(self) -> tuple[FollowUp, ...]:
        """The lines that no contact of the logs was given."""
        return tuple(self._open)

    def take(self, contact: Contact, *, may_be_moved: bool) -> FollowUp | None:
        """The line of a contact; ``may_be_moved``: also one of another day in the same words, whose own day has no contact."""
        lines = [row for row in self._open if row.done_on == contact.on]
        line = next((row for row in lines if row.story == _words(contact)), next(iter(lines), None))
        if line is None and may_be_moved and _words(contact):
            line = next((row for row in self._orphans if row.story == _words(contact)), None)
        if line is not None:
            self._open.remove(line)
            self.contacts[line] = contact
            self._orphans = [row for row in self._orphans if row is not line]
        return line


def write_happenings(state: RollState, case: Case) -> bool:
    """Write the contacts and steps the books do not hold yet; whether there were any.

    Only what is newer than everything the books hold makes plans: an older contact, entered late, is noted.
    """
    lines, is_held = _Lines(case.life, state.timeline.start), state.is_held(case.customer)
    fresh: list[tuple[int, Happening, Contact | None]] = []
    newest = -1
    for i, happening in enumerate(case.life.happenings):
        is_fresh = is_stepped = write_steps(state, case, happening.steps)
        contact = happening.contact
        if contact is not None and (line := lines.take(contact, may_be_moved=not is_held)):
            is_fresh |= _replace_register_contact(state, case, line, contact)
            _follow_log(state, line, contact)
            if is_stepped:
                _follow_result(state, line, contact)
            contact = None
        if is_fresh or contact is not None:
            fresh.append((i, happening, contact))
        elif happening.contact is not None or (happening.steps and not isinstance(happening.next_on, Kept)):
            newest = i  # who was handed over, or upgraded by date, may be called later on that day
    given = [line for line in lines.left if not is_held and state.is_given_away(line)]
    case.unlogged = [line.done_on for line in lines.left if line.done_on and line not in given]
    for line in given:
        _withdraw_contact(state, case, line, is_newest=line is lines.newest)
    for i, happening, contact in fresh:
        if i > newest:
            _execute_and_plan(state, case, happening, contact)
        elif contact is not None:
            _add_contact(state, case, contact)
    is_corrected = correct(state, case)
    for line, contact in lines.contacts.items() if is_corrected else ():
        _follow_result(state, line, contact)
    is_fresh = is_corrected or bool(fresh)
    if case.life.happenings:
        if not is_held:
            _withdraw_plan(state, case, lines)
        _settle_plans(state, case, is_fresh)
    return is_fresh


def _follow_log(state: RollState, line: FollowUp, contact: Contact) -> None:
    """A line goes along when the log row it was made from is given another day or another consultant."""
    if line.story == _words(contact):
        consultant = contact.source.consultant or line.consultant
        state.put(line, done_on=contact.on, consultant=consultant)


def _follow_result(state: RollState, line: FollowUp, contact: Contact) -> None:
    """Grade and result of a line are those of its report where that was corrected: then the customer moved too."""
    if line.story == _words(contact) and isinstance(contact.source, Report):
        state.put(line, grade_after=contact.grade_after, result=contact.source.result)


def _withdraw_contact(state: RollState, case: Case, line: FollowUp, *, is_newest: bool) -> None:
    """Take back a contact whose report is another customer's by now; what the newest fulfilled is planned again."""
    state.withdrawn.append(f"{FollowUp.form.sheet} {line.done_on} {case.customer.name}")
    if is_newest and line.planned_on is not None:
        state.put(line, consultant=case.standing.consultant, **dict.fromkeys(_OF_CONTACT))
        case.plans.insert(0, Pending(line.planned_on, line.at.row))
    else:
        state.changes.remove(line.at.sheet, line.at.row)


def _withdraw_plan(state: RollState, case: Case, lines: _Lines) -> None:
    """Take back the plan that the newest report made, where that is gone or names another day since."""
    line = lines.newest
    contact = lines.contacts.get(line) if line is not None else None
    if line is None or line.done_on is None or case.standing.state != State.ACTIVE:
        return
    made = line.next_on
    if contact is None and made is None:
        grade = line.grade_after or line.grade_before
        standing = Standing(State.ACTIVE, grade, case.standing.consultant, None)
        made = interval_day(state.ledger, standing, line.done_on)
    elif contact is not None and (not isinstance(contact.source, Report) or contact.source.next_on == made):
        return
    plan = next((plan for plan in case.plans if plan.on == made), None)
    if plan is None or made == _next(state, case.standing, case.life.happenings[-1]):
        return
    if contact is not None and isinstance(contact.source, Report):
        state.put(line, next_on=contact.source.next_on)
    _drop(state, case, plan)
    state.withdrawn.append(f"{FollowUp.form.sheet} {plan.on} {case.customer.name}")


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
        _drop(state, case, plan)


def _drop(state: RollState, case: Case, plan: Pending) -> None:
    case.plans.remove(plan)
    if isinstance(plan.row, int):
        case.dropped.append(plan.on)
        state.changes.remove(FollowUp.form.sheet, plan.row)
    else:
        added = state.changes.table(FollowUp.form.sheet).added
        added[:] = [row for row in added if row is not plan.row]


def _add_contact(state: RollState, case: Case, contact: Contact) -> None:
    about: dict[str, Value] = {"consultant": case.life.stood(contact.on).consultant} | _done(contact)
    cells = FollowUp.cells(customer=case.number, name=case.customer.name, **about)
    state.changes.add(FollowUp.form.sheet, cells)


_OF_CONTACT = ("done_on", "means", "story", "result", "grade_after", "next_on")
"""What a contact fills in the row of its plan."""


def _words(contact: Contact) -> str | None:
    source = contact.source
    return source.story if isinstance(source, Report) else source.note


def _done(contact: Contact) -> dict[str, Value]:
    """What the back of the card holds of a contact done, by field."""
    source = contact.source
    # the consultant is who did it, whoever planned it
    done: dict[str, Value] = {
        "done_on": contact.on,
        "grade_before": contact.grade_before,
        "consultant": source.consultant,
    }
    if isinstance(source, Report):
        return done | {
            "means": source.means,
            "story": _words(contact),
            "result": source.result,
            "grade_after": contact.grade_after,
            "next_on": source.next_on,
        }
    means = Means.PHONE if source.channel == Channel.CALL else Means.VISIT
    return done | {"means": means, "story": _words(contact), "grade_after": contact.grade_after}
