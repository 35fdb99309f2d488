"""By what a row is recognised: a mark for every cell, and the row of the book that shares most of them.

A row may have been sorted elsewhere, saved by another program, and edited on both sides since it was handed out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xlcrm.forms.schema import Cell, Column, as_text

Prints = dict[str, str]
"""Field → mark of what its cell says; a blank cell has none."""
_DIGITS = 8
_LIKELY, _POSSIBLE = 0.75, 0.5
"""The share of cells that two versions of a row have in common: anywhere, and where the row is expected to stand."""
_TELLING = 25
"""Rows with the same value in a column, up to which it says whose row it is."""


def said(cell: Cell) -> str:
    """What a cell says, with its type, however a program wrote it when the file was saved again; "" of a blank one."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    match cell:
        case str():
            return "s" + cell.replace("\r\n", "\n").replace("\r", "\n")
        case bool():
            return f"b{cell}"
        case dt.datetime():
            moment = cell.replace(microsecond=0) + dt.timedelta(seconds=cell.microsecond >= 500_000)
            return "d" + as_text(moment)
        case dt.date():
            return "d" + as_text(cell)
        case dt.time():
            return _clock(dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second), cell.microsecond)
        case dt.timedelta():
            return _clock(cell - dt.timedelta(microseconds=cell.microseconds), cell.microseconds)
    return "n" + as_text(cell)


def _clock(whole: dt.timedelta, microseconds: int) -> str:
    return f"t{round(whole.total_seconds()) + (microseconds >= 500_000)}"


def mark(cell: Cell) -> str:
    """A short hash of what a cell says; "" of a blank one."""
    if cell is None:
        return ""
    return _mark_of(cell) if type(cell) in _ALIKE_WHEN_EQUAL else _digest(said(cell))


_ALIKE_WHEN_EQUAL = frozenset((str, dt.date))
"""Types of which equal cells say the same; of others, 1 and True are equal."""


@lru_cache(maxsize=1 << 16)
def _mark_of(cell: str | dt.date) -> str:
    return _digest(said(cell))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] if text else ""


def is_same(one: Cell, other: Cell) -> bool:
    """Whether two cells say the same."""
    return (type(one) is type(other) and one == other) or mark(one) == mark(other)


def prints(cells: Mapping[str, Cell], columns: Iterable[Column]) -> Prints:
    """The marks of a row's cells."""
    found = {}
    for column in columns:
        cell = cells.get(column.name)
        if cell is not None and (print_ := mark(cell)):
            found[column.name] = print_
    return found


def key_of(sheet: str, row: Prints, among: int) -> str:
    """A row's key, from what it says; ``among`` counts equal rows above it."""
    text = f"{sheet}|{sorted(row.items())}|{among}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def likeness(one: Prints, other: Prints) -> float:
    """The share of their filled cells that two rows have in common, 0 to 1."""
    filled = one.keys() | other.keys()
    return len(one.items() & other.items()) / len(filled) if filled else 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row to be found: what it said, and the worksheet row where it stood (0 where that is not known)."""

    key: str
    prints: Prints
    row: int = 0


def whole(row: Prints) -> frozenset[tuple[str, str]]:
    """All marks of a row as one thing, to be compared with others."""
    return frozenset(row.items())


def locate(
    wanted: Sequence[Wanted], rows: Sequence[Prints], wholes: Iterable[frozenset[tuple[str, str]]] | None = None
) -> dict[str, int]:
    """Where rows stand now: key → position among ``rows``. First those unchanged, then the likest of what is left.

    No row is found twice, and one that is gone is not found. ``wholes`` are the rows as ``whole``, where they are known.
    """
    found: dict[str, int] = {}
    equal: defaultdict[frozenset[tuple[str, str]], list[int]] = defaultdict(list)
    for at, row in enumerate(map(whole, rows) if wholes is None else wholes):
        equal[row].append(at)
    for one in wanted:
        same = equal.get(whole(one.prints))
        if same and one.prints:
            found[one.key] = same.pop(0)
    changed = [one for one in wanted if one.key not in found and one.prints]
    if changed:
        _locate_changed(changed, wanted, rows, found)
    return found


def _locate_changed(
    changed: Sequence[Wanted], wanted: Sequence[Wanted], rows: Sequence[Prints], found: dict[str, int]
) -> None:
    taken = set(found.values())
    free = set(range(len(rows))) - taken
    holding: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at in sorted(free):
        for item in rows[at].items():
            holding[item].append(at)
    stood = sorted((one.row, found[one.key]) for one in wanted if one.row and one.key in found)
    pairs = []
    for one in changed:
        expected = _expected(one.row, stood)
        near: Counter[int] = Counter(at for at in expected if at in free)
        for item in one.prints.items():
            if len(own := holding.get(item, [])) <= _TELLING:
                near.update(own)
        for at in near:
            alike = likeness(one.prints, rows[at])
            if alike >= (_POSSIBLE if at in expected else _LIKELY):
                distance = min((abs(at - e) for e in expected), default=0)
                pairs.append((-alike, distance, one.key, at))
    for _, _, key, at in sorted(pairs):
        if key not in found and at not in taken:
            found[key] = at
            taken.add(at)


def _expected(row: int, stood: Sequence[tuple[int, int]]) -> set[int]:
    """Where a row stands if it still is beside the rows that were above and below it."""
    if not row or not stood:
        return set()
    at = bisect_left(stood, (row, -1))
    beside = stood[max(0, at - 1) : at + 1]
    return {now + row - then for then, now in beside}
