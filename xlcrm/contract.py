"""The JSON that ``--json`` prints: a contract with outside checks. Extend it, never break it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcrm.catalogue import Lang
from xlcrm.catalogue.findings import expected, remedy
from xlcrm.findings import Finding, Handling, Severity
from xlcrm.forms.schema import Record
from xlcrm.roll.state import Move
from xlcrm.verbs import Job, Outcome

if TYPE_CHECKING:
    from xlcrm.computer.selfcheck import Diagnosis
    from xlcrm.hands.model import Handout
    from xlcrm.intake.outcome import Entry, Holder
    from xlcrm.intake.take import Intake


def to_json(outcome: Outcome, book: Path, job: Job) -> dict[str, Any]:
    """One object per run: findings, moves, figures, the balance, and what an undo kept; ``row`` is the worksheet row."""
    return {
        "verb": outcome.verb,
        "book": str(book),
        "today": job.today.isoformat(),
        "findings": [_finding(finding, job.lang) for finding in outcome.findings],
        "moves": [_move(move) for move in outcome.moves],
        "figures": outcome.figures,
        "balance": outcome.balance,
        "kept": outcome.kept,
        **(_intake(outcome.intake) if outcome.intake is not None else {}),
        **({"files": [_handed(one) for one in outcome.handed]} if outcome.handed else {}),
        **({"files": [asdict(one) for one in outcome.receipts]} if outcome.receipts is not None else {}),
    }


def _handed(one: Handout) -> dict[str, Any]:
    """What a consultant is handed, in numbers: rows of each sheet."""
    rows = {fill.form.sheet: len(fill.rows) for fill in one.fills}
    return {"consultant": one.consultant, "rows": rows, "lists": {read.title: len(read.rows) for read in one.reads}}


def _intake(found: Intake) -> dict[str, Any]:
    """How an import understood each table, and what became of every row of the files."""
    from xlcrm.intake.outcome import reason_of

    def row_of(entry: Entry) -> dict[str, Any]:
        place = {"file": entry.place.file, "sheet": entry.place.sheet, "row": entry.place.row, "outcome": entry.outcome}
        row: dict[str, Any] = {**place, "reason": reason_of(entry, "zh"), "customer": entry.customer or None}
        if entry.outcome == "imported" and entry.main is not None:
            row |= _written(entry.main)
        if entry.outcome == "duplicate" and entry.of is not None:
            row |= {"of": entry.of._asdict(), "filled": _cells(entry.filled)}
        if more := [draft for draft in entry.drafts if draft is not entry.main]:
            row["more"] = [{"sheet": draft.sheet, "row": draft.row, "values": _cells(draft.shown())} for draft in more]
        return row | ({"rest": "；".join(entry.rest)} if entry.rest else {})

    return {
        "files": [
            {
                "file": read.file,
                "sheet": read.sheet,
                "form": read.kind,
                "header_row": read.header_row,
                "columns": [{"at": c.at, "source": c.source, "target": c.target, "how": c.how} for c in read.columns],
                "rows": {name: read.counts.get(name, 0) for name in ("read", "imported", "duplicate", "listed")},
                "notes": [key for key, _ in read.notes],
            }
            for read in found.tables
        ],
        "rows": [row_of(entry) for entry in found.entries],
    }


def _written(main: Holder) -> dict[str, Any]:
    """Where a row stands in the book, and what it holds there."""
    if isinstance(main, Record):
        held = {column.header: main.raw(column.name) for column in main.form.columns}
        return {"target": {"sheet": main.at.sheet, "row": main.at.row}, "values": _cells(held)}
    return {"target": {"sheet": main.sheet, "row": main.row}, "values": _cells(main.shown())}


def _cells(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cells as the contract writes them: days YYYY-MM-DD, times HH:MM, ticks true or false."""
    return {header: _cell(value) for header, value in values.items() if value is not None}


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, dt.time) else value


def selfcheck_json(report: Diagnosis, book: Path | None, today: dt.date) -> dict[str, Any]:
    """What ``selfcheck`` found in the same shape: ``code`` is what is wrong, ``found`` its sentence; it has no place."""
    nowhere = {"sheet": "", "cell": "", "row": 0, "field": "", "expected": "", "remedy": "", "person": "", "kind": None}
    nowhere |= {"customer": "", "customer_id": None, "date": None, "class": Handling.FIX.value, "confirmed": False}
    lines = [(Severity.ERROR, *trouble) for trouble in report.wrong] + [(Severity.INFO, *note) for note in report.notes]
    return {
        "verb": "selfcheck",
        "book": str(book or ""),
        "today": today.isoformat(),
        "findings": [
            {"code": key, "codes": [key], "severity": severity.value, "found": line, "other": None, **nowhere}
            for severity, key, line in lines
        ],
        "moves": [],
        "figures": {},
        "balance": [],
        "kept": [],
    }


def _finding(finding: Finding, lang: Lang) -> dict[str, Any]:
    other = finding.other
    return {
        "code": finding.code,
        "codes": list(finding.codes),
        "severity": finding.severity.value,
        "sheet": finding.at.sheet,
        "cell": finding.at.cell,
        "row": finding.at.row,
        "field": finding.at.header,
        "found": finding.found,
        "expected": expected(finding, lang),
        "remedy": remedy(finding, lang),
        "person": finding.person,
        "kind": finding.kind.value if finding.kind else None,
        "customer": finding.customer,
        "customer_id": finding.number or None,
        "date": finding.date.isoformat() if finding.date else None,
        "class": finding.handling.value,
        "confirmed": finding.confirmed,
        "other": {"sheet": other.sheet, "cell": other.cell} if other else None,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "customer": move.customer,
        "phone": move.phone,
        "name": move.name,
        "from": move.origin,
        "to": move.target,
        "evidence": move.evidence,
        "on": move.on.isoformat(),
        "event": move.event.value,
    }
