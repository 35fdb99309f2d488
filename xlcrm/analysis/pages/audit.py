"""Page 10, 稽核: the findings of validation and cross-check, by kind and person.

A finding on a row with a day of its own counts in the month of that day; one on a row without (a card, a grade sheet, a
setting) counts as it stands. Our decision.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from xlcrm.analysis.figures import Page, Ratio, Table
from xlcrm.analysis.scope import Scope, cross, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, RULES
from xlcrm.findings import Difference, Finding, Severity
from xlcrm.forms.sheets import Report, Visit
from xlcrm.forms.states import FigureScope
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.subjects import event_day

_LOGS = (Visit, Report)
_HANDLED = {"fix": "to_fix", "confirm": "to_confirm", "confirmed": "confirmed", "record": "on_record"}
"""What is to be done about a finding, or was: the header of its column."""
_SEVERITIES = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "hints"}


def page(scope: Scope) -> Page:
    """The page's tables."""
    kinds = {kind.value: kind.value for kind in Difference}
    severities = {severity.value: header for severity, header in _SEVERITIES.items()}
    by_person = ((finding.person, finding.severity.value) for finding in scope.findings)
    handled = ((f.person, "confirmed" if f.confirmed else f.handling.value) for f in scope.findings)
    differences = ((finding.person, finding.kind.value) for finding in scope.findings if finding.kind)
    return Page(
        "audit",
        (
            cross("findings_by_person", "person", by_person, severities, scope.consultants),
            cross("handling_by_person", "person", handled, _HANDLED, scope.consultants),
            cross("differences_by_person", "person", differences, kinds, scope.consultants),
            _by_rule(scope),
            _changed(scope),
        ),
    )


def _changed(scope: Scope) -> Table:
    """What of a closed month's figures its rows give otherwise by now, numerator and denominator of each."""
    rows = tuple(
        (
            _SCOPES[own.scope],
            named(own.name) if own.scope != FigureScope.SHOP else None,
            LABELS[own.key],
            _sides(own.kept),
            _sides(own.now),
        )
        for own in scope.changed
    )
    return Table("changed_since_close", ("figure_scope", "figure_name", "figure", "at_the_close", "now"), rows)


_SCOPES = {
    scope: Words(scope, LABELS[key].en)
    for scope, key in (
        (FigureScope.SHOP, "shop"),
        (FigureScope.CONSULTANT, "consultant"),
        (FigureScope.SOURCE, "source"),
        (FigureScope.MODEL, "model"),
        (FigureScope.GRADE, "grade"),
    )
}


def _sides(ratio: Ratio) -> str:
    bottom = "" if ratio.denominator is None else f"/{ratio.denominator:g}"
    return f"{ratio.numerator:g}{bottom}"


def of_period(ledger: Ledger, findings: Iterable[Finding], first: dt.date, last: dt.date) -> list[Finding]:
    """The findings of a period: those on its rows, and those on rows without a day."""
    rows = ((finding, ledger.row_at(finding.at)) for finding in findings)
    return [finding for finding, row in rows if first <= ((row and event_day(row)) or first) <= last]


def logs_in_error(ledger: Ledger, blocked: Collection[tuple[str, int]], first: dt.date, last: dt.date) -> int:
    """How many log rows of a period are in error and so count nowhere, those included whose day cannot be read."""
    rows = (row for form in _LOGS for row in ledger.of(form) if (row.at.sheet, row.at.row) in blocked)
    return sum(first <= (event_day(row) or first) <= last for row in rows)


def _by_rule(scope: Scope) -> Table:
    """One row for each rule and kind of difference, in the order of the rules."""
    counts = Counter((finding.code, finding.kind, finding.severity) for finding in scope.findings)
    rows = []
    for code, kind in sorted({(code, kind) for code, kind, _ in counts}, key=_place):
        own = [counts[code, kind, severity] for severity in _SEVERITIES]
        rows.append((code, RULES[code], LABELS[kind.value] if kind else None, *own, sum(own)))
    sums = [sum(finding.severity is severity for finding in scope.findings) for severity in _SEVERITIES]
    total = (LABELS["total"], None, None, *sums, sum(sums))
    headers = ("code", "rule", "kind", *_SEVERITIES.values(), "total")
    return Table("findings_by_code", headers, tuple(rows), total)


def _place(rule: tuple[str, Difference | None]) -> tuple[int, int]:
    code, kind = rule
    return list(RULES).index(code), list(Difference).index(kind) if kind else 0
