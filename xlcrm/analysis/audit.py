"""Page 10, 稽核: the findings of validation and cross-check, by kind and person."""

from __future__ import annotations

from collections import Counter

from xlcrm.analysis.figures import Page, Table
from xlcrm.analysis.scope import Scope, cross
from xlcrm.catalogue.labels import LABELS, RULES
from xlcrm.findings import Difference, Severity

_SEVERITIES = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "hints"}


def page(scope: Scope) -> Page:
    """The page's tables."""
    severities = {severity.value: header for severity, header in _SEVERITIES.items()}
    by_person = ((finding.person, finding.severity.value) for finding in scope.findings)
    differences = ((finding.person, finding.kind.value) for finding in scope.findings if finding.kind)
    return Page(
        "audit",
        (
            _by_rule(scope),
            cross("findings_by_person", "person", by_person, severities),
            cross("differences_by_person", "person", differences, {kind.value: kind.value for kind in Difference}),
        ),
    )


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
