"""Page 4, 级别推进: where the opening stock went, the balance, days in grade, promoted and demoted."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from xlcrm.analysis.figures import Content, Page, Ratio, Table, mean
from xlcrm.analysis.scope import Scope, named, placed
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.states import GRADES, State
from xlcrm.timeline.balance import TOTAL, Account, BalanceRow, held_by_account
from xlcrm.timeline.life import Life, Standing

_LETTERS = {
    State.ORDERED: "O",
    State.DELIVERED: "D",
    State.LOST: "F",
    State.FROZEN: "F2",
    State.UNREACHABLE: "L",
    State.INVALID: "invalid",
    State.DUPLICATE: "invalid",
}
_ENDS = (*GRADES, "O", "D", "F", "F2", "L", "invalid")
_ORIGINS = {**{grade: grade for grade in GRADES}, "new": "new_customer", "back": "came_back"}
_Number = Literal[
    "opening",
    "new",
    "in",
    "revived",
    "returned",
    "handed_in",
    "out",
    "handed_out",
    "ordered",
    "lost",
    "frozen",
    "unreachable",
    "invalid",
    "closing",
    "difference",
]
_BALANCE: tuple[_Number, ...] = get_args(_Number)
"""The numbers of a row of the balance, in the order of the formula."""


def page(scope: Scope) -> Page:
    """The page's tables."""
    rows, held = scope.balance, held_by_account(scope.evidence.timeline, scope.last)
    return Page(
        "grades",
        (
            _matrix(scope),
            _flow([row for row in rows if row["consultant"] == row["grade"] == TOTAL]),
            _moves(scope),
            _days(scope),
            _balance("balance", [row for row in rows if row["consultant"] == TOTAL], held),
            _balance("balance_by_consultant", _by_consultant(scope), held),
        ),
    )


def _ways(scope: Scope) -> Iterator[tuple[str, str, Life]]:
    """Every life of the month as (origin, end, life): those in stock at the opening, the new ones, and who came back."""
    before = scope.first - dt.timedelta(days=1)
    for life in scope.evidence.timeline.lives.values():
        opening, end = life.at(before), life.stood(scope.last)
        if opening is None:
            origin = "new"
        elif opening.tracked:
            origin = opening.grade or ""
        elif any(step.after.tracked for step in life.steps if before < step.on <= scope.last):
            origin = "back"
        else:
            continue
        yield origin, _end(end), life


def _end(standing: Standing) -> str:
    return (standing.grade or "") if standing.tracked else _LETTERS[standing.state]


def _matrix(scope: Scope) -> Table:
    """Rows add up to the opening stock and the new customers, columns of grades to the closing stock.

    A customer who waits for the decision on a loss stays in the grade.
    """
    counts = Counter((origin, end) for origin, end, _ in _ways(scope))
    origins = [*_ORIGINS, *({origin for origin, _ in counts} - set(_ORIGINS))]
    ends = [*_ENDS, *({"blank"} if any(end == "" for _, end in counts) else ())]
    rows: list[tuple[Content, ...]] = []
    for origin in origins:
        own = [counts[origin, "" if end == "blank" else end] for end in ends]
        rows.append((LABELS[_ORIGINS[origin]] if origin in _ORIGINS else LABELS["blank"], *own, sum(own)))
    sums = [sum(counts[origin, "" if end == "blank" else end] for origin in origins) for end in ends]
    return Table("grade_matrix", ("origin", *ends, "total"), tuple(rows), (LABELS["total"], *sums, sum(sums)))


def _balance(key: str, rows: list[BalanceRow], held: Counter[Account]) -> Table:
    """The formula of SPEC section 5, one row for each grade: the difference must be 0.

    Where customers count as their rows stand, for their log entries are in error, a last column says how many (SPEC 2).
    """
    of_all = key == "balance"
    cells = [
        (
            *(() if of_all else (named(row["consultant"]),)),
            LABELS["total"] if row["grade"] == TOTAL else named(row["grade"]),
            *(row[name] for name in _BALANCE),
            *((held[row["consultant"], row["grade"]],) if held else ()),
        )
        for row in rows
    ]
    headers = (*(() if of_all else ("consultant",)), "grade", *_BALANCE, *(("as_rows_stand",) if held else ()))
    return Table(key, headers, tuple(cells[:-1] if of_all else cells), cells[-1] if of_all else None)


def _by_consultant(scope: Scope) -> list[BalanceRow]:
    place = placed(scope.consultants)
    return sorted(
        (row for row in scope.balance if row["consultant"] != TOTAL), key=lambda row: place(row["consultant"])
    )


def _flow(rows: list[BalanceRow]) -> Table:
    """The balance of the shop as two equal sides: who was there or came, and who is there or went."""
    [row] = rows
    into = (row["opening"], row["new"], row["revived"] + row["returned"], None, None, None, None)
    gone = (row["frozen"] + row["unreachable"], row["invalid"])
    out = (row["closing"], None, None, row["ordered"], row["lost"], *gone)
    sides = ((LABELS["flow_in"], into), (LABELS["flow_out"], out))
    headers = ("side", "stock", "new", "came_back", "ordered", "lost", "out_of_reach", "invalid", "total")
    return Table("stock_flow", headers, tuple((name, *own, sum(filter(None, own))) for name, own in sides))


@dataclass(slots=True)
class _Stays:
    """Lengths of stay in one grade, in days: of those that ended in the month, and of those still going on."""

    ended: list[int] = field(default_factory=list)
    going_on: list[int] = field(default_factory=list)


def _days(scope: Scope) -> Table:
    stays: defaultdict[str, _Stays] = defaultdict(_Stays)
    for life in scope.evidence.timeline.lives.values():
        for grade, days, is_over in _stays_of(life, scope):
            (stays[grade].ended if is_over else stays[grade].going_on).append(days)
    rows = []
    for grade in GRADES:
        own = stays[grade]
        window = scope.settings.window(grade)
        beyond = sum(days > window for days in own.going_on) if window is not None else None
        cells = (len(own.ended), _rounded(own.ended), len(own.going_on), _rounded(own.going_on), beyond)
        rows.append((grade, *cells))
    headers = ("grade", "left_grade", "mean_days_left", "in_grade", "mean_days_in", "over_window")
    return Table("grade_days", headers, tuple(rows))


def _stays_of(life: Life, scope: Scope) -> Iterator[tuple[str, int, bool]]:
    """The stays of a customer in a grade that ended in the month, and the one going on at its end."""
    for step in life.steps:
        before = step.before
        if before is None or not before.tracked or before.since is None or not scope.first <= step.on <= scope.last:
            continue
        if not step.after.tracked or step.after.grade != before.grade:
            yield before.grade or "", (step.on - before.since).days, True
    end = life.stood(scope.last)
    if end.tracked and end.since is not None:
        yield end.grade or "", (scope.last - end.since).days, False


def _rounded(days: list[int]) -> float | None:
    average = mean(days)
    return None if average is None else round(average, 1)


def _moves(scope: Scope) -> Table:
    """Of all who opened the month in a grade or came new into it: how many stood higher, or ordered, at the end."""
    ways: dict[str, Counter[str]] = {grade: Counter() for grade in GRADES}
    for origin, end, life in _ways(scope):
        grade = origin if origin != "new" else next(life.steps).after.grade
        if grade in ways:
            ways[grade][_direction(grade, end)] += 1
    rows = tuple((grade, *_move_cells(own)) for grade, own in ways.items())
    total = (LABELS["total"], *_move_cells(sum(ways.values(), Counter())))
    headers = ("grade", "customers", "promoted", "promoted_share", "stayed", "demoted", "demoted_share", "gone")
    return Table("grade_moves", headers, rows, total)


def _direction(grade: str, end: str) -> str:
    if end in ("O", "D"):
        return "promoted"
    if end not in GRADES:
        return "gone"
    places = GRADES.index(end) - GRADES.index(grade)
    return "promoted" if places < 0 else "demoted" if places > 0 else "stayed"


def _move_cells(own: Counter[str]) -> tuple[Content, ...]:
    customers, up, down = own.total(), own["promoted"], own["demoted"]
    return customers, up, Ratio(up, customers), own["stayed"], down, Ratio(down, customers), own["gone"]
