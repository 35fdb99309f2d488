"""The journal: what each button overwrote, kept in 操作日志, so that it can be taken back and put back again.

An operation has one line for people (时间, 用户, 动作, what it did) and, while it can still be taken back, lines marked
改动 that hold for each sheet what was overwritten (旧值) and what was left instead (新值), as JSON in pieces. What a
button added stands in the book itself; the journal keeps its hash only.

Source: SPEC section 5 (every button can be undone); the form is our decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlcrm.catalogue import Words
from xlcrm.changes import Changes, Layout, Value
from xlcrm.forms.sheets import JournalRow
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.journal_text import DETAIL, pieces
from xlcrm.safety.touched import touched_by

_SHEET = JournalRow.form.sheet
_PARTLY = " 部分"
_TAKEN_BACK = re.compile(rf"(\d+)({_PARTLY})?")
"""What stands under 位置 of an operation that took another back."""


class Operation(NamedTuple):
    """An operation of the journal; ``of`` is the number of the one it took back, ``partly`` if somebody's edits were kept.

    ``held`` is whether the journal still holds what it overwrote, ``what`` names it for people.
    """

    number: int
    of: int | None
    partly: bool
    held: bool
    what: str


# ---------------------------------------------------------------- what was done


def next_operation(ledger: Ledger) -> int:
    """The number of the operation that is being decided."""
    return 1 + max((row.operation or 0 for row in ledger.journal), default=0)


def operations(ledger: Ledger) -> list[Operation]:
    """Every operation of the journal, oldest first."""
    held = {row.operation for row in ledger.journal if row.verb == DETAIL}
    found: dict[int, Operation] = {}
    for row in ledger.journal:
        if row.time is not None and row.operation:
            of = _TAKEN_BACK.fullmatch(row.place or "")
            what = f"{row.verb} {row.time:%Y-%m-%d %H:%M}"
            found[row.operation] = Operation(
                row.operation, int(of[1]) if of else None, bool(of and of[2]), row.operation in held, what
            )
    return [found[number] for number in sorted(found)]


def stacks(history: Iterable[Operation]) -> tuple[list[Operation], list[Operation]]:
    """What can be taken back and what can be put back again, the next one last.

    Something new done after an undo leaves nothing to put back. What the journal holds no longer, or never held because
    nothing was overwritten, cannot be taken back.
    """
    done: dict[int, Operation] = {}
    undone: dict[int, Operation] = {}
    for operation in history:
        number, of = operation.number, operation.of
        if of in done:
            del done[of]
            undone[number] = operation
        elif of in undone:
            del undone[of]
            done[number] = operation
        else:
            undone.clear()
            done[number] = operation
    return [one for one in done.values() if one.held], [one for one in undone.values() if one.held]


def original(history: Iterable[Operation], operation: Operation) -> Operation:
    """What an undo or a redo is about in the end."""
    by_number = {one.number: one for one in history}
    while operation.of in by_number and operation.of < operation.number:
        operation = by_number[operation.of]
    return operation


def is_newest(ledger: Ledger, label: Words) -> bool:
    """Whether the last thing that was done is what a label names, in either language."""
    last = next((row.verb for row in reversed(ledger.journal) if row.time is not None), None)
    return last in (label.zh, label.en)


# ---------------------------------------------------------------- recording


def record(
    ledger: Ledger,
    changes: Changes,
    line: Mapping[str, Value],
    layout: Layout,
    of: int | None = None,
    *,
    partly: bool = False,
    forgets: bool = False,
) -> None:
    """Put an operation into the journal with what its changes overwrite; one that overwrites nothing leaves no line.

    ``line`` is the row for people, with 时间, 用户, 动作 and 新值. ``of`` is the operation taken back; if only ``partly``,
    what it overwrote is kept, for it may be nowhere else. Operations older than the shop wants to take back keep their line and lose
    what they overwrote; after one that ``forgets`` nothing can be taken back.
    """
    touched = {} if forgets else touched_by(ledger, changes, layout)
    if not touched and of is None and not forgets:
        return
    number = next_operation(ledger)
    history = [*operations(ledger), Operation(number, of, partly, bool(touched), "")]
    done, undone = stacks(history)
    depth = ledger.settings.undo_depth
    kept = {operation.number for operation in (*done[-depth:], *undone)}
    kept |= {operation.of for operation in history[-depth:] if operation.partly and operation.of}
    shown = None if of is None else f"{of}{_PARTLY if partly else ''}"
    changes.add(_SHEET, {**line, **JournalRow.cells(operation=number, place=shown)})
    for sheet, touch in touched.items():
        for piece in pieces(touch):
            changes.add(_SHEET, {**JournalRow.cells(verb=DETAIL, operation=number, sheet=sheet), **piece})
    for row in ledger.journal:
        if row.verb == DETAIL and (forgets or row.operation not in kept):
            changes.remove(_SHEET, row.at.row)


# ---------------------------------------------------------------- as text
