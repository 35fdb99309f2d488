"""Whether grades meant what they say: of the customers a consultant put into H, A or B, who ordered within its window. [P]

A judgement is an entry into a grade; it is due when the grade's window is over, and counts in the month it falls due.
Entries from before the books begin are left out: those among them who ordered at once are no longer to be seen. C has no
window, so nothing can be held against it. Our decisions.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xlcrm.analysis.figures import Content, Ratio, Table
from xlcrm.analysis.scope import Scope, named, placed
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.states import GRADES
from xlcrm.timeline.life import Event, Life

_JUDGED = ("H", "A", "B")
_OUTCOMES = ("kept_word", "went_up", "stayed", "went_down", "gone")


class _Judgement(NamedTuple):
    """One entry into a grade whose window is over, and what had become of the customer by then."""

    consultant: str
    grade: str
    outcome: str


def tables(scope: Scope) -> tuple[Table, Table]:
    """Every consultant's share of judgements that came true, by grade; and what became of the others."""
    judged = list(_judgements(scope))
    return _by_consultant(scope, judged), _outcomes(scope, judged)


def _judgements(scope: Scope) -> Iterator[_Judgement]:
    for life in scope.evidence.timeline.lives.values():
        for step in life.steps:
            before, after = step.before, step.after
            window = scope.settings.window(after.grade or "")
            if window is None or not after.tracked or (before and before.tracked and before.grade == after.grade):
                continue
            due = step.on + dt.timedelta(days=window)
            if scope.first <= due <= scope.last:
                yield _Judgement(
                    after.consultant or "", after.grade or "", _outcome(life, after.grade or "", step.on, due)
                )


def _outcome(life: Life, grade: str, since: dt.date, due: dt.date) -> str:
    """A customer who ordered kept the word, though the order be cancelled later."""
    if any(step.event is Event.ORDER and since <= step.on <= due for step in life.steps):
        return "kept_word"
    now = life.at(due)
    if now is None or not now.tracked or now.grade not in GRADES:
        return "gone"
    places = GRADES.index(now.grade) - GRADES.index(grade)
    return "went_up" if places < 0 else "went_down" if places > 0 else "stayed"


def _kept(judged: Iterable[_Judgement], grade: str = "") -> Ratio:
    own = [judgement for judgement in judged if grade in ("", judgement.grade)]
    return Ratio(sum(judgement.outcome == "kept_word" for judgement in own), len(own))


def _by_consultant(scope: Scope, judged: list[_Judgement]) -> Table:
    def cells(own: list[_Judgement]) -> tuple[Content, ...]:
        kept = int(_kept(own).numerator)
        return len(own), kept, len(own) - kept, *(_kept(own, grade) for grade in _JUDGED)

    names = scope.in_order(judgement.consultant for judgement in judged)
    rows = tuple((named(name), *cells([own for own in judged if own.consultant == name])) for name in names)
    headers = ("consultant", "judged", "kept_word", "broke_word", *(f"kept_{grade.lower()}" for grade in _JUDGED))
    return Table("grade_honesty", headers, rows, (LABELS["total"], *cells(judged)), both_sides=True)


def _outcomes(scope: Scope, judged: list[_Judgement]) -> Table:
    counts = Counter((own.consultant, own.grade, own.outcome) for own in judged)
    place = placed(scope.consultants)
    pairs = sorted(
        {(own.consultant, own.grade) for own in judged}, key=lambda pair: (place(pair[0]), GRADES.index(pair[1]))
    )
    rows = []
    for name, grade in pairs:
        own = [counts[name, grade, outcome] for outcome in _OUTCOMES]
        rows.append((named(name), LABELS[grade], sum(own), *own))
    sums = [sum(own.outcome == outcome for own in judged) for outcome in _OUTCOMES]
    total = (LABELS["total"], None, len(judged), *sums)
    return Table("grade_outcomes", ("consultant", "grade", "judged", *_OUTCOMES), tuple(rows), total)
