"""级别变更: one row for every step of a customer."""

from __future__ import annotations

from collections.abc import Iterable

from xlcrm.forms.sheets import MoveRow
from xlcrm.roll.state import Case, Move, RollState
from xlcrm.timeline.replay import NOBODY, Event, Step, evidence_text


def write_steps(state: RollState, case: Case, steps: Iterable[Step]) -> bool:
    """Add the steps that 级别变更 does not hold yet; whether there were any."""
    fresh = False
    for step in steps:
        origin, target = step.before.shown if step.before else NOBODY, step.after.shown
        key = (step.on, case.number, origin, target)
        if state.written_moves[key] > 0:
            state.written_moves[key] -= 1
            continue
        fresh = True
        life = case.life
        _write(
            state, Move(step.on, step.event, case.number, life.phone, life.name, origin, target, evidence_text(step))
        )
    return fresh


def correct(state: RollState, case: Case) -> bool:
    """Put right what an earlier roll made of logs that say otherwise by now; whether there was anything.

    Rows in error say nothing yet: a customer with one waits. What a person changed on a card or in a grade sheet is
    left to the cross-check.
    """
    life, target = case.life, case.standing.shown
    newest = state.newest_target(case.number) or target
    if newest == target or life.phone in state.held:
        return False
    _write(state, Move(state.today, Event.CORRECT, case.number, life.phone, life.name, newest, target, "日志已改"))
    return True


def _write(state: RollState, move: Move) -> None:
    state.note_move(move.customer, move.on, move.target)
    state.moves.append(move)
    state.changes.add(
        MoveRow.form.sheet,
        MoveRow.cells(
            on=move.on,
            customer=move.customer,
            origin=move.origin,
            target=move.target,
            evidence=move.evidence,
            operation=state.operation,
        ),
    )
