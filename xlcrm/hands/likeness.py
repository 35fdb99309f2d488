"""By what a row is recognised: a mark for every cell, and the row of the book that shares most of them.

A row may have been sorted elsewhere, saved by another program, and edited on both sides since it was handed out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from xlcrm.forms.schema import Cell, Column, as_text

Prints = dict[str, str]
"""Field → mark of what its cell says; a blank cell has none."""
_DIGITS = 8
_LIKELY, _POSSIBLE = 0.75, 0.5
"""The share of cells that two versions of a row have in common: anywhere, and where the row is expected to stand."""
_TELLING = 25
"""Rows with the same value in a column, up to which it says which row may be meant."""


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


class StandingRow(Protocol):
    """A row among which others are looked for: its worksheet row (0 where places say nothing), and what it says."""

    @property
    def row(self) -> int: ...

    @property
    def prints(self) -> Prints: ...


def locate(
    wanted: Sequence[Wanted], rows: Sequence[StandingRow], personal: Set[str], untouched: Mapping[str, int] = {}
) -> dict[str, int]:
    """Where rows stand now: key → position among ``rows``. First those unchanged, then those much alike wherever they
    are, then those that stand between the same neighbours as before.

    ``personal`` are the fields that say whose a row is: name, phone, what was talked about. A changed row has one of them in
    common, or is another row. No row is found twice, and one that is gone is not found. ``untouched`` are rows that are
    known to stand where they stood: key → position.
    """
    if not wanted:
        return dict(untouched)
    found = _unchanged(wanted, rows, untouched)
    changed = [one for one in wanted if one.key not in found and one.prints]
    if changed:
        search = _Search(changed, rows, personal)
        search.anywhere(found)
        search.in_place(found, wanted, untouched)
    return found


def _unchanged(wanted: Sequence[Wanted], rows: Sequence[StandingRow], untouched: Mapping[str, int]) -> dict[str, int]:
    found = dict(untouched)
    wholes = [(one.key, frozenset(one.prints.items())) for one in wanted if one.prints]
    equal: dict[frozenset[tuple[str, str]], list[int]] = {own: [] for _, own in wholes}
    others = set(range(len(rows))).difference(untouched.values())
    for at in sorted(others):
        own = frozenset(rows[at].prints.items())
        if own in equal:
            equal[own].append(at)
    found.update((key, equal[own].pop(0)) for key, own in wholes if equal[own])
    return found


class _Search:
    """Rows that were changed since, looked for among all."""

    def __init__(self, changed: Sequence[Wanted], rows: Sequence[StandingRow], personal: Set[str]) -> None:
        self._changed = changed
        self._rows = rows
        self._personal = personal
        self._at = {row.row: at for at, row in enumerate(rows) if row.row}
        self._holding: dict[tuple[str, str], list[int]] = {item: [] for one in changed for item in one.prints.items()}
        for at, row in enumerate(rows):
            for item in row.prints.items():
                if item in self._holding:
                    self._holding[item].append(at)

    def anywhere(self, found: dict[str, int]) -> None:
        """Rows that have most of their cells in common."""
        pairs = []
        for one in self._changed:
            holding = (self._holding[item] for item in one.prints.items())
            for at in {at for own in holding if len(own) <= _TELLING for at in own}:
                alike = likeness(one.prints, self._rows[at].prints)
                if alike >= _LIKELY and self._is_of_the_same(one, at):
                    pairs.append((-alike, abs(self._rows[at].row - one.row), one.key, at))
        _pair(pairs, found)

    def in_place(self, found: dict[str, int], wanted: Sequence[Wanted], untouched: Mapping[str, int]) -> None:
        """Rows beside their neighbours that have half of their cells in common, or what nobody else has."""
        beside = [(one.row, self._rows[found[one.key]].row) for one in wanted if one.row and one.key in found]
        beside += ((self._rows[at].row, self._rows[at].row) for at in untouched.values())
        beside.sort()
        pairs = []
        for one in self._changed:
            expected = _expected(one.row, beside)
            for at in (self._at[row] for row in expected if row in self._at):
                alike = likeness(one.prints, self._rows[at].prints)
                if (alike >= _POSSIBLE and self._is_of_the_same(one, at)) or (
                    len(expected) == 1 and self._is_of_nobody_else(one, at)
                ):
                    pairs.append((-alike, abs(self._rows[at].row - one.row), one.key, at))
        _pair(pairs, found)

    def _is_of_the_same(self, one: Wanted, at: int) -> bool:
        """Whether two rows have something personal in common, or one of them nothing personal at all."""
        own, other = (
            {name: row.prints[name] for name in self._personal & row.prints.keys()} for row in (one, self._rows[at])
        )
        return not own or not other or bool(own.items() & other.items())

    def _is_of_nobody_else(self, one: Wanted, at: int) -> bool:
        """Whether a row has something personal in common that stands nowhere else."""
        return any(self._holding[item] == [at] for item in one.prints.items() if item[0] in self._personal)


def _pair(pairs: Iterable[tuple[float, int, str, int]], found: dict[str, int]) -> None:
    """Bring together what is likest and nearest first; a row belongs to one."""
    taken = set(found.values())
    for _, _, key, at in sorted(pairs):
        if key not in found and at not in taken:
            found[key] = at
            taken.add(at)


def _expected(row: int, beside: Sequence[tuple[int, int]]) -> set[int]:
    """Where a row stands if it still is beside the rows above and below it; where it was if nothing is known of those."""
    if not row or not beside:
        return {row} - {0}
    at = bisect_left(beside, (row, -1))
    return {now + row - then for then, now in beside[max(0, at - 1) : at + 1]}
