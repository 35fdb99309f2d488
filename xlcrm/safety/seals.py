"""Sealed months: what a closed month said, so that a later change in it is found.

A seal is one digest for each row, kept in 操作日志 by the month close. Of a row of 来店登记, 日报 and 历月指标 it covers every
cell; of an order or a loss, which lives on, what happened until the month was over, with the cars and the price that the
month's figures count: payments, a price that was still missing and a delivery of the next month break no seal. Rows may be
sorted or moved; a row changed or added shows by a digest the seal does not know. Source: SPEC section 5 (month close); the
form is our decision.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2s
from operator import attrgetter
from typing import Any

from xlcrm.changes import Changes
from xlcrm.forms.schema import Cell, as_text
from xlcrm.forms.sheets import JournalRow, Loss, MonthFigure, Order, Report, Visit
from xlcrm.forms.states import DECIDED
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end

SEAL_VERB = "封账"
_DATED_OTHERWISE = (Order.form.sheet, MonthFigure.form.sheet)
"""Sheets whose rows may have another date than the one their seal goes by, or none."""
_DIGITS = 8
_A_CELL = 900
"""Digests a cell holds: under the 8,203 characters that Excel takes in a block."""
_SEALED = (Visit, Report, Order, Loss)

Sealed = Visit | Report | Order | Loss | MonthFigure
SealedRow = tuple[str, str, str]
"""Sheet, month and digest of a row."""
Digests = Mapping[tuple[str, str], Sequence[str]]
"""The digests of rows by sheet and month."""
Seals = Mapping[tuple[str, str], str]
"""The digests of sealed rows by sheet and month, one after the other."""


def seal(ledger: Ledger, month: str, operation: int, changes: Changes) -> None:
    """Write the seal of a month: its rows' digests, by sheet, in 操作日志; a sheet without rows has an empty one."""
    for record in _SEALED:
        rows: Sequence[Sealed] = ledger.orders if record is Order else ledger.of(record)
        _write(record, month, [row for row in rows if sealed_month(row) == month], operation, changes)


def seal_figures(figures: Sequence[MonthFigure], operation: int, changes: Changes) -> None:
    """Write the seals of rows of 历月指标 that are being written, each of its month; a month may be sealed already."""
    for month in sorted({sealed_month(row) for row in figures}):
        _write(MonthFigure, month, [row for row in figures if sealed_month(row) == month], operation, changes)


def _write(form: type[Sealed], month: str, rows: Sequence[Sealed], operation: int, changes: Changes) -> None:
    found = _digests_of(rows)
    for start in range(0, len(found) or 1, _A_CELL):
        changes.add(
            JournalRow.form.sheet,
            JournalRow.cells(
                verb=SEAL_VERB,
                operation=operation,
                sheet=form.form.sheet,
                place=month,
                new="".join(found[start : start + _A_CELL]) or None,
            ),
        )


def unseal(ledger: Ledger, month: str, changes: Changes) -> None:
    """Take the seal of a month away."""
    for row in _seals(ledger):
        if row.place == month:
            changes.remove(row.at.sheet, row.at.row)


def sealed_months(ledger: Ledger) -> list[str]:
    """The closed months, in order."""
    return sorted({row.place for row in _seals(ledger) if row.place})


def broken_seals(
    ledger: Ledger, asks: Callable[[str], bool] = lambda _: True
) -> tuple[list[Sealed], dict[tuple[str, str], int]]:
    """What happened to sealed months since: rows changed or added, and how many are gone by (sheet, month).

    A changed row counts once, as the changed row; only what is missing beyond those is gone. Rows changed in months that
    nobody ``asks`` for are left out, but those that have no date or one of another month than the seal's.
    """
    seals: dict[tuple[str, str], list[str]] = {}
    for line in _seals(ledger):
        seals.setdefault((line.sheet or "", line.place or ""), []).extend(_digests(line))
    standing: dict[tuple[str, str], list[Sealed]] = {key: [] for key in seals}
    for row in _rows(ledger):
        if (key := (row.at.sheet, sealed_month(row))) in standing:
            standing[key].append(row)
    changed: list[Sealed] = []
    for (sheet, month), rows in standing.items():
        if asks(month) or sheet in _DATED_OTHERWISE:
            known = Counter(seals[sheet, month])
            for row, digest in zip(rows, _digests_of(rows), strict=True):
                sealed_as = (
                    digest if known[digest] > 0 else next((o for o in _other_digests(row) if known[o] > 0), None)
                )
                if sealed_as is not None:
                    known[sealed_as] -= 1
                else:
                    changed.append(row)
    gone = {key: len(digests) - len(standing[key]) for key, digests in seals.items()}
    return changed, {key: count for key, count in gone.items() if count > 0}


def seals_of(lines: Iterable[Sequence[str]]) -> Seals:
    """The seals by the lines that keep them: sheet, month and digests; a seal may take several."""
    known: dict[tuple[str, str], str] = defaultdict(str)
    for sheet, month, digests in lines:
        known[sheet, month] += digests
    return known


def stand_as_sealed(seals: Seals, rows: Digests) -> bool:
    """Whether the rows of the sealed months are those that were sealed. Of rows that are not, ``broken_seals`` says which."""
    return all(
        own == "".join(found := rows.get(key, ())) or sorted(_cut(own)) == sorted(found) for key, own in seals.items()
    )


def sealed_row(row: Sealed, seals: Seals) -> SealedRow:
    """What its seal knows a row by; one that it does not know is known by its own digest."""
    sheet, month, own = row.at.sheet, sealed_month(row), _digest(row)
    known = seals.get((sheet, month), "")
    if own not in known:
        own = next((other for other in _other_digests(row) if other in _cut(known)), own)
    return sheet, month, own


def reseal(before: Ledger, after: Ledger, changes: Changes) -> None:
    """Let the seals know rows that the program itself had to change: the same rows, in two readings of the book.

    No other row's seal is touched, and a seal that somebody broke stays broken.
    """
    touched = {(sheet, row) for sheet, change in changes.tables.items() for row in change.cells}
    known = {
        at: _known_as(row)
        for row in _rows(before)
        if sealed_month(row) and (at := (row.at.sheet, row.at.row)) in touched
    }
    renamed: dict[tuple[str, str], dict[str, str]] = {}
    for row in _rows(after):
        old = known.get((row.at.sheet, row.at.row))
        if old is not None and old != (new := _known_as(row)):
            renamed.setdefault((row.at.sheet, sealed_month(row)), {}).update(zip(old, new, strict=True))
    for line in _seals(before):
        others = renamed.get((line.sheet or "", line.place or ""))
        if others and line.new:
            digests = [others.get(digest, digest) for digest in _digests(line)]
            changes.put(line.at.sheet, line.at.row, "新值", "".join(digests))


def day_field(row: Sealed) -> str:
    """The column that says which month a row is of."""
    return _DAY_FIELDS.get(type(row), "date")


_DAY_FIELDS: Mapping[type[Sealed], str] = {Loss: "applied_on", MonthFigure: "month"}


def _seals(ledger: Ledger) -> Iterator[JournalRow]:
    return (row for row in ledger.journal if row.verb == SEAL_VERB)


def _digests(line: JournalRow) -> list[str]:
    return _cut(line.new or "")


def _cut(digests: str) -> list[str]:
    return [digests[i : i + _DIGITS] for i in range(0, len(digests), _DIGITS)]


def _rows(ledger: Ledger) -> tuple[Sealed, ...]:
    return (*ledger.visits, *ledger.reports, *ledger.orders, *ledger.losses, *ledger.month_figures)


def sealed_month(row: Sealed) -> str:
    """The month a row is of, "" where its day is not known."""
    return _month_of(_WHEN[type(row)](row))


_WHEN: Mapping[type[Sealed], Callable[[Any], dt.date | str | None]] = {
    Visit: attrgetter("date"),
    Report: attrgetter("date"),
    Order: attrgetter("placed_on"),
    Loss: attrgetter("applied_on"),
    MonthFigure: attrgetter("month"),
}


@cache
def _month_of(day: dt.date | str | None) -> str:
    return f"{day:%Y-%m}" if isinstance(day, dt.date) else day or ""


def row_digests(rows: Iterable[Iterable[str]]) -> list[str]:
    """The digests of rows by their sealed values; where every cell is sealed, these are their texts in the order of the form."""
    return [blake2s("\x1f".join(values).encode(), digest_size=_DIGITS // 2).hexdigest() for values in rows]


def digest(values: Iterable[str]) -> str:
    """The digest of one row."""
    return row_digests([values])[0]


def _digest(row: Sealed) -> str:
    return _digests_of([row])[0]


def _known_as(row: Sealed) -> tuple[str, ...]:
    """All that a seal may know a row by."""
    return (_digest(row), *_other_digests(row))


def _other_digests(row: Sealed) -> tuple[str, ...]:
    """What else a seal may know a row by: an order before its price was typed, or as version 0.1 sealed it, without cars and price."""
    if not isinstance(row, Order):
        return ()
    before = _order_values(row)
    return digest([*before, str(row.quantity or 1), ""]), digest(before)


def _digests_of(rows: Iterable[Sealed]) -> list[str]:
    """The digest of every row."""
    texts = _Texts()
    return row_digests(_sealed_values(row, texts) for row in rows)


class _Texts(dict[Cell, str]):
    """``as_text`` of cells. Days and times stand in many rows and are kept; equal cells of other types may read otherwise."""

    def __missing__(self, cell: Cell) -> str:
        text = as_text(cell)
        if type(cell) in _ALIKE:
            self[cell] = text
        return text


_ALIKE = frozenset((dt.date, dt.datetime, dt.time, type(None)))
_WHOLE = (Visit, Report, MonthFigure)
"""The forms of which every cell of a row is sealed."""


def _sealed_values(row: Sealed, texts: _Texts) -> Iterable[str]:
    """The values of a row that its seal covers."""
    if isinstance(row, _WHOLE):
        cells = row.typed or [getattr(row, column.name) for column in row.form.columns]
        return [cell if type(cell) is str else texts[cell] for cell in cells]
    if isinstance(row, Order):
        return [*_order_values(row), str(row.quantity or 1), texts[row.amount]]
    decided = row.decided_on or row.applied_on
    end = month_end(sealed_month(row))
    is_over = row.decision in DECIDED and decided is not None and decided <= end
    decision = [row.decision or "", str(decided), row.returned_grade or ""] if is_over else []
    return [row.phone or "", str(row.applied_on), row.exit or "", row.applicant or "", *decision]


def _order_values(row: Order) -> list[str]:
    end = month_end(sealed_month(row))
    ended = [str(day) if day and day <= end else "" for day in (row.delivered_on, row.cancelled_on)]
    return [row.phone or "", str(row.placed_on), row.model or "", row.consultant or "", *ended]
