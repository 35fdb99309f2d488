"""What an operation overwrote, as text: the lines of 操作日志 marked 改动 hold it as JSON, in pieces that cells can hold."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from xlcrm.changes import ADDRESS, Attached, Value
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import JournalRow
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.touched import Cells, LayoutTouch, TableTouch, Touch, Touched

DETAIL = "改动"
"""动作 of the lines that hold what an operation overwrote."""

_PIECE = 8_000
"""Characters of a text in one cell: a cell holds more, but Excel takes no longer ones in a block."""

_NAMED = 3
"""Rows that a line names; all of them stand in 新值."""

_PART = re.compile(r"(\d+)/(\d+)")


def held_by(ledger: Ledger, number: int) -> Touched:
    """What the journal holds of an operation. Raises ``Refusal("undo.damaged")`` when some of it is missing or makes no
    sense.
    """
    found: dict[str, list[tuple[int, int, JournalRow]]] = {}
    for row in ledger.journal:
        if row.verb == DETAIL and row.operation == number:
            part = _PART.match(row.place or "")
            numbers = (int(part[1]), int(part[2])) if part else (0, 0)
            found.setdefault(row.sheet or "", []).append((*numbers, row))
    touched: Touched = {}
    for sheet, own in found.items():
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


def pieces(touch: TableTouch | LayoutTouch) -> Iterator[dict[str, Value]]:
    """位置, 旧值 and 新值 of the lines that hold a touch, its JSON cut into pieces that cells can hold."""
    old: object
    new: object
    if isinstance(touch, LayoutTouch):
        old, new = touch.old, {"cells": touch.new}
        place = f"{len(touch.new)}格"
    else:
        old = [row.old for row in touch.rows]
        touched = [_row(row) for row in touch.rows]
        new = {"rows": [touch.before, touch.after], "touched": touched}
        place = "、".join(f"第{row.row}行" for row in touch.rows[:_NAMED]) + ("…" if len(touched) > _NAMED else "")
    texts = [packed(old), packed(new)]
    parts = -(-max(map(len, texts)) // _PIECE)
    for part in range(parts):
        cut = [text[part * _PIECE : (part + 1) * _PIECE] or None for text in texts]
        yield JournalRow.cells(place=f"{part + 1}/{parts} {place}", old=cut[0], new=cut[1])


def _touch(old: Any, new: Any) -> TableTouch | LayoutTouch:
    if "cells" in new:
        was, now = unpacked(old) or {}, unpacked(new["cells"]) or {}
        if was.keys() != now.keys() or not all(map(ADDRESS.fullmatch, now)):
            raise ValueError("other cells than those that were overwritten, or none")
        return LayoutTouch(was, now)
    before, after = new["rows"]
    rows = [
        Touch(int(row), str(mark), str(customer), unpacked(was), unpacked(now), *_beside(*more))
        for was, (row, mark, customer, now, *more) in zip(old, new["touched"], strict=True)
    ]
    return TableTouch(int(before), int(after), rows)


def _row(row: Touch) -> list[object]:
    """A touch except for what was there before; what few rows have comes last, and only where they have it."""
    touched: list[object] = [row.row, row.mark, row.customer, row.new]
    if row.attached or row.origin:
        touched += [[list(attached) for attached in row.attached], row.origin]
    return touched


def _beside(attached: Any = (), origin: Any = None) -> tuple[tuple[Attached, ...], tuple[str, int] | None]:
    found = tuple(Attached(*map(str, one)) for one in attached)
    return found, (str(origin[0]), int(origin[1])) if origin else None


def packed(value: object) -> str:
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


def unpacked(cells: Any) -> Cells | None:
    """Cells by header, from what ``packed`` made of them. Raises what ``_UNTAGGED`` raises for nonsense."""
    if cells is None:
        return None
    return {at: _UNTAGGED[cell[0]](cell[1]) if isinstance(cell, list) else cell for at, cell in cells.items()}
