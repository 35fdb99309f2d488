"""The JSON that ``--json`` prints: a contract with outside checks. Extend it, never break it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcrm.catalogue import Lang
from xlcrm.catalogue.findings import expected, remedy
from xlcrm.findings import Finding, Severity
from xlcrm.roll.state import Move
from xlcrm.verbs import Job, Outcome

if TYPE_CHECKING:
    from xlcrm.computer.selfcheck import Diagnosis


def to_json(outcome: Outcome, book: Path, job: Job) -> dict[str, Any]:
    """One object a run: findings, moves, figures the balance, and what an undo kept; ``row`` is the worksheet row."""
    return {
        "verb": outcome.verb,
        "book": str(book),
        "today": job.today.isoformat(),
        "findings": [_finding(finding, job.lang) for finding in outcome.findings],
        "moves": [_move(move) for move in outcome.moves],
        "figures": outcome.figures,
        "balance": outcome.balance,
        "kept": outcome.kept,
    }


def selfcheck_json(report: Diagnosis, book: Path | None, today: dt.date) -> dict[str, Any]:
    """What ``selfcheck`` found in the same shape: ``code`` is what is wrong, ``found`` its sentence; it has no place."""
    nowhere = {"sheet": "", "cell": "", "row": 0, "field": "", "expected": "", "remedy": "", "person": "", "kind": None}
    lines = [(Severity.ERROR, *trouble) for trouble in report.wrong] + [(Severity.INFO, *note) for note in report.notes]
    return {
        "verb": "selfcheck",
        "book": str(book or ""),
        "today": today.isoformat(),
        "findings": [
            {"code": key, "severity": severity.value, "found": line, "other": None, **nowhere}
            for severity, key, line in lines
        ],
        **{"moves": [], "figures": {}, "balance": [], "kept": []},
    }


def _finding(finding: Finding, lang: Lang) -> dict[str, Any]:
    other = finding.other
    return {
        "code": finding.code,
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
