"""What each consultant at work is handed: his list of today, his prospects and plans, his findings, and sheets to fill in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from xlcrm.catalogue.firstten import joined
from xlcrm.catalogue.hands import EMPTY, LISTS
from xlcrm.catalogue.paper import COLUMNS, KINDS
from xlcrm.changes import headers_of, row_of
from xlcrm.errors import Refusal
from xlcrm.followup.day import Day
from xlcrm.forms.schema import Column, Kind, Record
from xlcrm.forms.sheets import FindingRow, FollowUp, Loss, ProspectH
from xlcrm.forms.states import DECIDED
from xlcrm.hands.discretion import Discretion
from xlcrm.hands.likeness import key_of, prints
from xlcrm.hands.model import (
    FILLED,
    FillTable,
    HandedCell,
    HandedRow,
    Handout,
    Pointer,
    ReadTable,
    day_of,
    shown,
    taken,
    whose,
)
from xlcrm.ledger.ledger import Ledger

_TODAY: tuple[tuple[str, Kind], ...] = (
    ("no", Kind.COUNT),
    ("kind", Kind.TEXT),
    ("grade", Kind.GRADE),
    ("name", Kind.TEXT),
    ("phone", Kind.PHONE),
    ("model", Kind.TEXT),
    ("on", Kind.DATE),
    ("late", Kind.COUNT),
    ("means", Kind.TEXT),
    ("last", Kind.TEXT),
)
_PROSPECT = (
    "name",
    "phone",
    "model",
    "source",
    "first_contact",
    "graded_on",
    "expected_on",
    "stage",
    "last_contact",
    "next_on",
    "overdue",
    "rival",
    "loss_pending",
    "remark",
)
_PLAN = ("planned_on", "name", "planned_means", "planned_purpose")
_PLACES = ("link", "other")
"""Columns of 问题清单 that point into the book."""


def hand_out(ledger: Ledger, rolled: Ledger, today: dt.date, now: dt.datetime) -> list[Handout]:
    """A hand-out for every consultant at work, in the order of 顾问.

    The sheets to fill in hold the rows as the book has them, so that they can be compared when they come back; the lists
    are made as if it was ``rolled``. Raises ``Refusal("handout.nobody")``.
    """
    day = Day(rolled, today)
    if not day.consultants:
        raise Refusal("handout.nobody")
    handing = _Handing(ledger, day)
    return [handing.to(consultant, now) for consultant in day.consultants]


class _Handing:
    """The book of one day, asked for each consultant."""

    def __init__(self, ledger: Ledger, day: Day) -> None:
        self._ledger = ledger
        self._day = day
        self._since = ledger.opened
        self._discretion = Discretion(ledger)
        self._lists = Discretion(day.ledger)
        self._filled = [record for record in FILLED if record.form.sheet in ledger.blocks]
        self._keys = {record: _keys(ledger.of(record)) for record in self._filled}
        self._at = {(sheet, row.at.row): row for sheet, rows in ledger.records.items() for row in rows}

    def to(self, consultant: str, now: dt.datetime) -> Handout:
        fills = tuple(self._fill(record, consultant) for record in self._filled)
        reads = (
            self._today(consultant),
            self._prospects(consultant),
            self._plans(consultant),
            self._findings(consultant, fills),
        )
        store = self._ledger.settings.store
        return Handout(consultant, self._day.day, now, store, self._ledger.codes, reads, fills)

    # ------------------------------------------------------------ to fill in

    def _fill(self, record: type[Record], consultant: str) -> FillTable:
        there = headers_of(self._ledger.blocks[record.form.sheet])
        columns = tuple(column for column in shown(record.form) if column.header in there)
        rows = [
            HandedRow(
                self._keys[record][row],
                row.at.row,
                {column.name: row.raw(column.name) for column in columns},
                self._over(self._ledger.checks[row.at.sheet].get(row.at.row, ""), consultant),
            )
            for row in self._ledger.of(record)
            if self._is_his(row, consultant) and self._is_open(row)
        ]
        return FillTable(record.form, columns, tuple(rows))

    def _is_his(self, row: Record, consultant: str) -> bool:
        return row.raw(whose(row.form)) == consultant and self._discretion.may_read(consultant, row)

    def _is_open(self, row: Record) -> bool:
        """Whether no closed month holds the row; what waits for a decision, or is not done yet, waits however long."""
        if isinstance(row, Loss) and row.decision not in DECIDED:
            return True
        if row.form.done and getattr(row, row.form.done) is None:
            return True
        day = getattr(row, day_of(row.form))
        day = day.date() if isinstance(day, dt.datetime) else day
        return day is None or day >= self._since

    # ------------------------------------------------------------ to read

    def _today(self, consultant: str) -> ReadTable:
        rows: list[tuple[HandedCell, ...]] = [
            (
                *(number, task.item or KINDS[task.kind.value].zh, task.grade, task.name, task.phone, task.model),
                *(task.on, task.late or None, task.means, self._lists.over(task.last, consultant)),
            )
            for number, task in enumerate(self._day.of(consultant), start=1)
        ]
        columns = tuple((COLUMNS[key].zh, kind) for key, kind in _TODAY)
        asks = [joined(task.asks).zh for task in self._day.of(consultant)]
        if any(asks):
            columns = (*columns, (COLUMNS["to_ask"].zh, Kind.TEXT))
            rows = [(*row, ask or None) for row, ask in zip(rows, asks, strict=True)]
        return ReadTable(LISTS["today"].zh, EMPTY["today"].zh, columns, tuple(rows))

    def _prospects(self, consultant: str) -> ReadTable:
        rows = [
            (prospect.grade, *(self._cell(prospect, name, consultant) for name in _PROSPECT))
            for prospect in self._day.ledger.prospects
            if prospect.consultant == consultant and self._lists.may_read(consultant, prospect)
        ]
        columns = (("级别", Kind.GRADE), *(_head(ProspectH, name) for name in _PROSPECT))
        return ReadTable(LISTS["prospects"].zh, EMPTY["prospects"].zh, columns, tuple(rows))

    def _plans(self, consultant: str) -> ReadTable:
        customers = self._day.ledger.customers
        plans = [
            plan
            for plan in self._day.ledger.follow_ups
            if plan.consultant == consultant and plan.planned_on is not None and plan.done_on is None
            if self._lists.may_read(consultant, plan)
        ]
        rows = []
        for plan in sorted(plans, key=lambda plan: (plan.planned_on or dt.date.max, plan.at.row)):
            customer = customers.of(plan)
            phone = customer.phone if customer is not None else None
            rows.append((*(self._cell(plan, name, consultant) for name in _PLAN), phone))
        columns = (*(_head(FollowUp, name) for name in _PLAN), (COLUMNS["phone"].zh, Kind.PHONE))
        return ReadTable(LISTS["plans"].zh, EMPTY["plans"].zh, columns, tuple(rows))

    def _findings(self, consultant: str, fills: tuple[FillTable, ...]) -> ReadTable:
        """His lines of 问题清单 as they stand, pointing into his own sheets."""
        handed = {(fill.form.sheet, row.row): index for fill in fills for index, row in enumerate(fill.rows)}
        columns = tuple(column for column in FindingRow.form.columns if not column.by_hand)
        rows = []
        for line in self._ledger.of(FindingRow):
            if line.person != consultant or not self._may_read_line(line, consultant):
                continue
            cells = [
                self._pointer(line, column, handed)
                if column.name in _PLACES
                else self._cell(line, column.name, consultant)
                for column in columns
            ]
            rows.append(tuple(cells))
        heads = tuple((column.header, column.kind) for column in columns)
        return ReadTable(LISTS["findings"].zh, EMPTY["findings"].zh, heads, tuple(rows))

    def _may_read_line(self, line: FindingRow, consultant: str) -> bool:
        row = self._row_at(line.shown("link"))
        return row is None or self._discretion.may_read(consultant, row)

    def _row_at(self, place: str) -> Record | None:
        sheet, _, cell = place.rpartition("!")
        return self._at.get((sheet, row_of(cell)))

    def _pointer(self, line: FindingRow, column: Column, handed: Mapping[tuple[str, int], int]) -> Pointer | None:
        sheet, _, cell = line.shown(column.name).rpartition("!")
        index = handed.get((sheet, row_of(cell)))
        return None if index is None else Pointer(sheet, index)

    # ------------------------------------------------------------ cells

    def _cell(self, row: Record, name: str, consultant: str) -> HandedCell:
        cell = row.raw(name)
        return self._over(cell, consultant) if isinstance(cell, str) else cell

    def _over(self, text: str, consultant: str) -> str:
        return self._lists.over(text, consultant)


def _head(record: type[Record], name: str) -> tuple[str, Kind]:
    column = record.form.by_name[name]
    return column.header, column.kind


def _keys(rows: tuple[Record, ...]) -> Mapping[Record, str]:
    """A key for every row of a sheet, by what it says; equal rows are counted."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        own = prints({column.name: row.raw(column.name) for column in taken(row.form)}, taken(row.form))
        text = repr(sorted(own.items()))
        found[row] = key_of(row.form.sheet, own, seen[text])
        seen[text] += 1
    return found
