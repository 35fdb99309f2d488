"""The journal: what each button overwrote, kept in 操作日志, so that it can be taken back and put back again.

An operation has one line for people (时间, 用户, 动作, what it did) and, while it can still be taken back, lines marked
改动 that hold for each sheet what was overwritten (旧值) and what was left instead (新值), as JSON in pieces. A row is
known again by a mark of everything the operation left in it, not by its number: rows may be sorted, put in and deleted
meanwhile. What a button added stands in the book itself; the journal keeps its mark only.

Source: SPEC section 5 (every button can be undone); the form is our decision.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2s
from typing import Any, NamedTuple

from xlcrm.changes import Block, Changes, Link, TableChange, Value, filled, headers_of
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS, JournalRow, Opening
from xlcrm.ledger.ledger import Ledger

DETAIL = "改动"
"""动作 of the lines that hold what an operation overwrote."""

TAKEN_OUT = "移出"
"""动作 of the lines that keep for good what staff had typed into a row that a roll took out of a grade sheet."""
_SHEET = JournalRow.form.sheet
_PIECE = 8_000
"""Characters of a text in one cell: a cell holds more, but Excel takes no longer ones in a block."""
_NAMED = 3
"""Rows that a line names; all of them stand in 新值."""
_PART = re.compile(r"(\d+)/(\d+)")
_PARTLY = " 部分"
_TAKEN_BACK = re.compile(rf"(\d+)({_PARTLY})?")
"""What stands under 位置 of an operation that took another back."""
_LINKS = ("位置", "对照位置")
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d*")
_DAY = 86_400
_LARGEST = 1e300
"""A number that is still one when taken times the seconds of a day."""
_EPOCH = dt.datetime(1899, 12, 30)

Cells = dict[str, Cell]
Layout = Callable[[str, Collection[str]], Mapping[str, Cell]]
"""What a channel answers when asked for loose cells: the sheet and their addresses → what they hold now."""


def no_layout(sheet: str, addresses: Collection[str]) -> Mapping[str, Cell]:  # noqa: ARG001
    """The answer of a book without loose cells."""
    return dict.fromkeys(addresses)


class Touch(NamedTuple):
    """A row that an operation touched, at worksheet row ``row``; its cells by header as typed in the sheet.

    ``old`` is what it held: the changed cells, or all of a row taken out; ``None`` for a row put in. ``new`` is what the
    changed cells were left with; ``None`` for a row taken out. ``mark`` tells the row as it was left, "" for none;
    ``customer`` whose it is: the rows of a customer are taken back together or not at all.
    """

    row: int
    mark: str
    customer: str
    old: Cells | None
    new: Cells | None


class TableTouch(NamedTuple):
    """What an operation touched in a table, and how many data rows that had before and after."""

    before: int
    after: int
    rows: list[Touch]


class LayoutTouch(NamedTuple):
    """Loose cells by address, before and after."""

    old: Cells
    new: Cells


Touched = dict[str, TableTouch | LayoutTouch]
"""What an operation touched, by sheet."""


class Operation(NamedTuple):
    """An operation of the journal; ``of`` is the number of the one it took back, ``partly`` if somebody's edits were kept.

    ``held`` tells whether the journal still holds what it overwrote, ``what`` names it for people.
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

    ``line`` gives 时间, 用户, 动作 and 新值; ``of`` is the operation taken back, if only ``partly`` what it overwrote is
    held on to, for it may be nowhere else. Operations older than the shop wants to take back keep their line and lose
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
    changes.add(_SHEET, {**line, "操作号": number, "位置": shown})
    for sheet, touch in touched.items():
        for piece in _pieces(touch):
            changes.add(_SHEET, {"动作": DETAIL, "操作号": number, "工作表": sheet, **piece})
    for row in ledger.journal:
        if row.verb == DETAIL and (forgets or row.operation not in kept):
            changes.remove(_SHEET, row.at.row)


def touched_by(ledger: Ledger, changes: Changes, layout: Layout) -> Touched:
    """What some changes would overwrite or add; sheets where nothing would differ are left out."""
    touched: Touched = {}
    for sheet, change in changes.tables.items():
        if change:
            table = _replaced if change.replaced is not None else _changed
            touch = table(ledger.blocks[sheet], change)
            if touch.rows:
                touched[sheet] = touch
    for sheet, cells in changes.layouts.items():
        before = layout(sheet, cells.keys())
        differing = {at: _bare(new) for at, new in cells.items() if not is_same(_bare(new), before.get(at))}
        if differing:
            touched[sheet] = LayoutTouch({at: before.get(at) for at in differing}, differing)
    return touched


class Marks:
    """What tells the rows of a block: marks of all their cells, whatever the order of the columns, and their customers."""

    def __init__(self, block: Block) -> None:
        form = FORMS[block.sheet]
        self._block = block
        self._order = sorted((header, at) for at, header in enumerate(block.headers))
        self._customer = None if form.record is Opening else columns_of(block.headers, form).get("customer")

    def mark(self, cells: Sequence[Cell]) -> str:
        """Twelve hexadecimal digits."""
        told = (f"{header}\x1e{meant(cells[at])}" for header, at in self._order if cells[at] not in (None, ""))
        return blake2s("\x1f".join(told).encode("utf-8", "replace"), digest_size=6).hexdigest()

    def customer(self, cells: Sequence[Cell]) -> str:
        """The 客户编号, "" for rows that belong to nobody; frozen stock belongs to its month."""
        return str(cells[self._customer] or "") if self._customer is not None else ""

    def cells(self, cells: Sequence[Cell]) -> Cells:
        """The cells that hold something, by header."""
        return {header: cell for header, cell in zip(self._block.headers, cells, strict=True) if cell is not None}


def meant(cell: Cell) -> str:
    """What a cell means, the same through every channel: days and times of day are numbers, to the second."""
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell else ""
        case bool():
            return "T" if cell else "F"
        case int() | float():
            return str(round(cell * _DAY)) if abs(cell) < _LARGEST else repr(cell)
        case dt.datetime():
            return str(round((cell - _EPOCH).total_seconds()))
        case dt.date():
            return str((cell - _EPOCH.date()).days * _DAY)
        case dt.time():
            return str((cell.hour * 60 + cell.minute) * 60 + cell.second)
        case dt.timedelta():
            return str(round(cell.total_seconds()))


def linked(row: Mapping[str, Value]) -> dict[str, Value]:
    """A row of 问题清单 with its links made anew from their text."""
    cells = dict(row)
    for header in _LINKS:
        sheet, bang, cell = str(cells.get(header) or "").rpartition("!")
        if bang and sheet in FORMS and _ADDRESS.fullmatch(cell):
            cells[header] = Link(sheet, cell, f"{sheet}!{cell}")
    return cells


def is_same(one: Cell, other: Cell) -> bool:
    """Whether two cells mean the same."""
    return meant(one) == meant(other)


def _bare(value: Value) -> Cell:
    return value.text if isinstance(value, Link) else value


def _written(row: Sequence[Cell], values: Mapping[str, Value], at: Mapping[str, int]) -> tuple[Cell, ...]:
    cells = list(row)
    for header, value in values.items():
        cells[at[header]] = _bare(value)
    return tuple(cells)


def _places(block: Block) -> dict[str, int]:
    """Every header that may be written → the position of its column."""
    return {header: block.headers.index(own) for header, own in headers_of(block).items()}


def _changed(block: Block, change: TableChange) -> TableTouch:
    """What ``changes.applied`` does to the rows of a block."""
    marks, at, first = Marks(block), _places(block), block.row + 1
    blank: tuple[Cell, ...] = (None,) * len(block.headers)
    rows = list(block.rows)
    for row, values in change.cells.items():
        rows[row - first] = _written(rows[row - first], values, at)
    end = filled(rows)
    gone = sorted(row for row in change.removed if row < first + end)
    coming = [(min(row, first + end), values) for row, new in sorted(change.inserted.items()) for values in new]
    befores = [row for row, _ in coming]
    touches = []
    for row in sorted(change.cells.keys() - set(gone)):
        before, after = block.rows[row - first], rows[row - first]
        differing = [i for i, cell in enumerate(after) if not is_same(cell, before[i])]
        if differing and row >= first + end:  # emptied at the table's end: its place is as good as gone
            touches.append(Touch(row, "", marks.customer(before), marks.cells(before), None))
        elif differing:
            old, new = ({block.headers[i]: cells[i] for i in differing} for cells in (before, after))
            lands = row - bisect_left(gone, row) + bisect_right(befores, row)
            touches.append(Touch(lands, marks.mark(after), marks.customer(after), old, new))
    for row in gone:
        before = block.rows[row - first]
        touches.append(Touch(row, "", marks.customer(before), marks.cells(before), None))
    placed = [(row - bisect_left(gone, row) + i, values) for i, (row, values) in enumerate(coming)]
    placed += enumerate(change.added, first + end - len(gone) + len(coming))
    for row, values in placed:
        after = _written(blank, values, at)
        touches.append(Touch(row, marks.mark(after), marks.customer(after), None, {}))
    height = max(len(rows), end + len(change.added)) - len(gone) + len(coming)
    return TableTouch(len(rows), max(height, 1), touches)


def _replaced(block: Block, change: TableChange) -> TableTouch:
    """A table written anew: rows that were there before, in the same order, were not touched."""
    marks, at, first = Marks(block), _places(block), block.row + 1
    blank: tuple[Cell, ...] = (None,) * len(block.headers)
    standing: dict[str, list[int]] = {}
    for i, row in enumerate(block.rows):
        standing.setdefault(marks.mark(row), []).append(i)
    touches, reached = [], -1
    left = {i for i, row in enumerate(block.rows) if marks.cells(row)}
    for i, values in enumerate(change.replaced or ()):
        after = _written(blank, values, at)
        mark = marks.mark(after)
        same = next((row for row in standing.get(mark, ()) if row > reached), None)
        if same is None:
            touches.append(Touch(first + i, mark, marks.customer(after), None, {}))
        else:
            reached = same
            left.discard(same)
    for i in sorted(left):
        row = block.rows[i]
        touches.append(Touch(first + i, "", marks.customer(row), marks.cells(row), None))
    return TableTouch(len(block.rows), max(len(change.replaced or ()), 1), touches)


# ---------------------------------------------------------------- as text


def held_by(ledger: Ledger, number: int) -> Touched:
    """What the journal holds of an operation. Raises ``Refusal("undo.damaged")`` when some of it is missing or makes no
    sense.
    """
    pieces: dict[str, list[tuple[int, int, JournalRow]]] = {}
    for row in ledger.journal:
        if row.verb == DETAIL and row.operation == number:
            part = _PART.match(row.place or "")
            numbers = (int(part[1]), int(part[2])) if part else (0, 0)
            pieces.setdefault(row.sheet or "", []).append((*numbers, row))
    touched: Touched = {}
    for sheet, own in pieces.items():
        own.sort(key=lambda piece: piece[0])
        if [(at, of) for at, of, _ in own] != [(at, len(own)) for at in range(1, len(own) + 1)]:
            raise Refusal("undo.damaged", number=number)
        texts = ("".join(str(row.raw(name) or "") for _, _, row in own) for name in ("old", "new"))
        try:
            touched[sheet] = _touch(*map(json.loads, texts))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise Refusal("undo.damaged", number=number) from error
        if isinstance(touched[sheet], TableTouch) and sheet not in ledger.blocks:
            raise Refusal("undo.damaged", number=number)
    return touched


def _pieces(touch: TableTouch | LayoutTouch) -> Iterator[dict[str, Value]]:
    """位置, 旧值 and 新值 of the lines that hold a touch, its JSON cut into pieces that cells can hold."""
    old: object
    new: object
    if isinstance(touch, LayoutTouch):
        old, new = touch.old, {"cells": touch.new}
        place = f"{len(touch.new)}格"
    else:
        old = [row.old for row in touch.rows]
        touched = [[row.row, row.mark, row.customer, row.new] for row in touch.rows]
        new = {"rows": [touch.before, touch.after], "touched": touched}
        place = "、".join(f"第{row.row}行" for row in touch.rows[:_NAMED]) + ("…" if len(touched) > _NAMED else "")
    texts = [_json(old), _json(new)]
    parts = -(-max(map(len, texts)) // _PIECE)
    for part in range(parts):
        cut = [text[part * _PIECE : (part + 1) * _PIECE] or None for text in texts]
        yield {"位置": f"{part + 1}/{parts} {place}", "旧值": cut[0], "新值": cut[1]}


def _touch(old: Any, new: Any) -> TableTouch | LayoutTouch:
    if "cells" in new:
        was, now = _cells(old) or {}, _cells(new["cells"]) or {}
        if was.keys() != now.keys() or not all(map(_ADDRESS.fullmatch, now)):
            raise ValueError("other cells than those that were overwritten, or none")
        return LayoutTouch(was, now)
    before, after = new["rows"]
    rows = [
        Touch(int(row), str(mark), str(customer), _cells(was), _cells(now))
        for was, (row, mark, customer, now) in zip(old, new["touched"], strict=True)
    ]
    return TableTouch(int(before), int(after), rows)


def _json(value: object) -> str:
    """Days and times as a list of a letter and a text, since no cell is a list."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_tagged)


def _tagged(cell: object) -> list[str]:
    match cell:
        case dt.datetime():
            return ["m", cell.isoformat()]
        case dt.date():
            return ["d", cell.isoformat()]
        case dt.time():
            return ["t", cell.isoformat()]
        case dt.timedelta():
            return ["s", str(cell.total_seconds())]
    raise TypeError(f"no cell holds a {type(cell).__name__}")


_UNTAGGED: dict[str, Callable[[str], Cell]] = {
    "m": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "t": dt.time.fromisoformat,
    "s": lambda seconds: dt.timedelta(seconds=float(seconds)),
}


def _cells(cells: Any) -> Cells | None:
    if cells is None:
        return None
    return {at: _UNTAGGED[cell[0]](cell[1]) if isinstance(cell, list) else cell for at, cell in cells.items()}
