"""Sealed months: what the logs of a closed month said, so that a later change in them is found.

A seal is one digest a row of 来店登记 and 日报, kept in 操作日志 by the month close. Rows may be sorted or moved; a row
changed or added shows by a digest the seal does not know. Source: SPEC section 5 (month close); the form is our decision.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from xlcrm.changes import Changes
from xlcrm.forms import JournalRow, Report, Visit
from xlcrm.ledger import Ledger

SEAL_VERB = "封账"
_DIGITS = 8
_A_CELL = 3000
"""Digests a cell holds, well under a cell's 32,767 characters."""


def seal(ledger: Ledger, month: str, operation: int, changes: Changes) -> None:
    """Write the seal of a month: its rows' digests, by sheet, in 操作日志."""
    for rows in (ledger.visits, ledger.reports):
        digests = [_digest(row) for row in rows if _month(row) == month]
        for start in range(0, len(digests), _A_CELL):
            changes.add(
                JournalRow.form.sheet,
                {
                    "动作": SEAL_VERB,
                    "操作号": operation,
                    "工作表": rows[0].at.sheet,
                    "位置": month,
                    "新值": "".join(digests[start : start + _A_CELL]),
                },
            )


def broken_seals(ledger: Ledger) -> tuple[list[Visit | Report], dict[tuple[str, str], int]]:
    """What happened to sealed months since: rows changed or added, and how many are gone by (sheet, month).

    A changed row counts once, as the changed row; only what is missing beyond those is gone.
    """
    seals: dict[tuple[str, str], Counter[str]] = {}
    for row in ledger.journal:
        if row.verb == SEAL_VERB and row.sheet and row.place and row.new:
            digests = [row.new[i : i + _DIGITS] for i in range(0, len(row.new), _DIGITS)]
            seals.setdefault((row.sheet, row.place), Counter()).update(digests)
    sealed_months = {month for _, month in seals}
    changed: dict[tuple[str, str], list[Visit | Report]] = {}
    rows: list[Visit | Report] = [*ledger.visits, *ledger.reports]
    for record in rows:
        key = record.at.sheet, _month(record)
        if key[1] in sealed_months:
            known = seals.get(key, Counter())
            digest = _digest(record)
            if known[digest] > 0:
                known[digest] -= 1
            else:
                changed.setdefault(key, []).append(record)
    missing = {key: known.total() - len(changed.get(key, ())) for key, known in seals.items()}
    removed = {key: count for key, count in missing.items() if count > 0}
    return [record for own in changed.values() for record in own], removed


def _month(row: Visit | Report) -> str:
    return f"{row.date:%Y-%m}" if row.date else ""


def _digest(row: Visit | Report) -> str:
    typed = "\x1f".join(row.shown(column.name) for column in row.form.columns)
    return hashlib.blake2s(typed.encode(), digest_size=_DIGITS // 2).hexdigest()
