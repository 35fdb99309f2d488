"""Why visitors leave nothing, on page 12: the tree of reasons, whom and when it happens to, and what the shop wants said. [S]

It speaks of first visits, as page 3 does, in shops that keep 未留档话术.
"""

from __future__ import annotations

from collections import Counter

from xlcrm.analysis.facts import Fact, of_consultant, of_source
from xlcrm.analysis.figures import Content, Ratio, Table
from xlcrm.analysis.pages.contacts import GROUPS, OTHERS, group_of, grouped, reason_of, unkept_of
from xlcrm.analysis.scope import Scope, named
from xlcrm.catalogue.labels import LABELS
from xlcrm.followup.hints import hints_of
from xlcrm.forms.sheets import Visit
from xlcrm.forms.switched import Hint


def tables(scope: Scope) -> list[Table]:
    """The groups, their reasons, both by consultant, source and hour, and the hints; nothing where all left a phone."""
    unkept = unkept_of(scope) if Hint.form.sheet in scope.ledger.blocks else []
    if not unkept:
        return []
    counts = Counter(map(reason_of, unkept))
    return [
        _groups(counts),
        _tree(scope, counts),
        _hints(scope, counts),
        grouped("reasons_by_consultant", "consultant", unkept, of_consultant, scope.consultants),
        grouped("reasons_by_source", "source", unkept, of_source),
        grouped("reasons_by_hour", "hour", unkept, _hour, [f"{hour:02d}:00" for hour in range(24)]),
    ]


def _hour(fact: Fact) -> str:
    """The hour of entering as it is printed, "" where it is unknown."""
    entered = fact.record.entered if isinstance(fact.record, Visit) else None
    return f"{entered.hour:02d}:00" if entered else ""


def _groups(counts: Counter[str]) -> Table:
    """The method's groups in its order, those without a visit too."""
    sums = _by_group(counts)
    rows = tuple(
        (LABELS[key], sums[group], Ratio(sums[group], counts.total()))
        for group, key in (GROUPS | {OTHERS: "group_other"}).items()
        if group in GROUPS or sums[group]
    )
    total = (LABELS["total"], counts.total(), Ratio(counts.total(), counts.total()))
    return Table("reason_groups", ("reason_group", "not_kept", "share"), rows, total)


def _tree(scope: Scope, counts: Counter[str]) -> Table:
    """Every reason of the shop's list under its group, those nobody gave too; then what is not on the list."""
    sums = _by_group(counts)
    listed = scope.ledger.codes[Hint.form.by_name["reason"].codes or ""].values
    reasons = sorted({*listed, *counts}, key=lambda reason: (_place(reason), reason == "", -counts[reason], reason))
    rows: list[tuple[Content, ...]] = []
    for reason in reasons:
        group = group_of(reason)
        _, _, own = reason.partition("-")
        rows.append(
            (
                LABELS[GROUPS.get(group, "group_other")],
                named(own or reason),
                counts[reason],
                Ratio(counts[reason], sums[group]),
                Ratio(counts[reason], counts.total()),
            )
        )
    total = (LABELS["total"], None, counts.total(), None, Ratio(counts.total(), counts.total()))
    headers = ("reason_group", "reason", "not_kept", "share_of_group", "share")
    return Table("reason_tree", headers, tuple(rows), total)


def _hints(scope: Scope, counts: Counter[str]) -> Table:
    """The shop's own words for the reasons of the month, the most frequent first."""
    words = hints_of(scope.ledger)
    rows = tuple((reason, count, words[reason]) for reason, count in counts.most_common() if reason in words)
    return Table("reason_hints", ("reason", "not_kept", "hint"), rows)


def _by_group(counts: Counter[str]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for reason, count in counts.items():
        sums[group_of(reason)] += count
    return sums


def _place(reason: str) -> int:
    """Of a reason's group in the method's order, 其他 behind it."""
    return [*GROUPS, OTHERS].index(group_of(reason))
