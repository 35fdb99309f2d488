"""级别变更: one row for every step of a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from xlcrm.changes import Changes, Value, headers_of
from xlcrm.forms.sheets import CORRECTED, MoveRow
from xlcrm.forms.states import NOBODY
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.roll.state import Case, Move, RollState
from xlcrm.timeline.life import Event, Step, evidence_text


def write_steps(state: RollState, case: Case, steps: Iterable[Step]) -> bool:
    """Add the steps that 级别变更 does not hold yet; whether there were any."""
    fresh = False
    for step in steps:
        origin, target = step.printed
        key = (step.on, origin, target)
        if case.unmatched[key] > 0:
            case.unmatched[key] -= 1
        elif stray := _re_dated(state, case, step):
            fresh |= step.before is not None
            _re_date(state, case, stray, step)
        elif step.before is not None or not any(origin == NOBODY for _, origin, _ in case.unmatched):
            # whatever day and grade it was, he was new once; what differs now is a correction
            fresh = True
            _write(state, case, step.on, step.event, origin, target, evidence_text(step))
    return fresh


def _re_dated(state: RollState, case: Case, step: Step) -> MoveRow | None:
    """The row of a step whose log was given another day since; rows in error say nothing yet."""
    if state.is_held(case.customer):
        return None
    return next((row for row in case.strays if (row.origin or "", row.target or "") == step.printed), None)


def _re_date(state: RollState, case: Case, row: MoveRow, step: Step) -> None:
    """The row goes along with its log: the customer went that way once."""
    origin, target = step.printed
    case.strays.remove(row)
    case.unmatched.subtract([(row.on or step.on, origin, target)])
    case.graded[row.at.row] = step.on, target
    evidence = evidence_text(step)
    state.put(row, on=step.on, evidence=evidence)
    customer = case.customer
    state.moves.append(Move(step.on, step.event, case.number, customer.phone, customer.name, origin, target, evidence))


def correct(state: RollState, case: Case) -> bool:
    """Put right what an earlier roll made of logs that say otherwise by now; whether there was anything.

    Rows in error say nothing yet: a customer with one waits. What a person changed on a card or in a grade sheet is
    left to the cross-check.
    """
    target = case.standing.shown
    newest = case.newest
    if newest is None or newest == target or state.is_held(case.customer):
        return False
    _write(state, case, state.today, Event.CORRECT, newest, target, CORRECTED)
    return True


def _write(state: RollState, case: Case, on: dt.date, event: Event, origin: str, target: str, evidence: str) -> None:
    if event is not Event.HANDOVER:
        case.graded[max(case.graded, default=0) + 1] = on, target
    customer = case.customer
    state.moves.append(Move(on, event, case.number, customer.phone, customer.name, origin, target, evidence))
    phone = state.phone_of(customer) if customer.key not in state.unclear else ""
    step: dict[str, Value] = {"origin": origin, "target": target, "evidence": evidence, "operation": state.operation}
    add_row(state.changes, state.ledger, customer, on=on, customer=case.number, phone=phone or None, **step)


def add_row(changes: Changes, ledger: Ledger, who: Customer, **cells: Value) -> None:
    """Add a row of one customer to 级别变更, as far as a book of an earlier layout has the columns."""
    known = headers_of(ledger.blocks[MoveRow.form.sheet])
    row = MoveRow.cells(name=who.name or None, **cells)
    changes.add(MoveRow.form.sheet, {header: cell for header, cell in row.items() if header in known})
