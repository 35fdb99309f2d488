"""The balance of the prospects: what stood at the opening, what came and went, what stands at the end.

Source: SPEC section 5. It must close for every grade and consultant and in total, and is shown as a table of zeros:

    月末 = 月初 + 新增 + 升降级转入 + 激活 + 退订回流 + 移交转入 − 升降级转出 − 移交转出 − 已订 − 战败 − 冻结 − 失控 − 无效/重复

Flows are counted from the steps of every life, stocks from where lives stand on two days: neither is derived from the other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TypedDict

from xlcrm.forms.states import GRADES, State
from xlcrm.ledger.months import month_end, month_start
from xlcrm.timeline.life import Event, Life, Standing, Step, Timeline

TOTAL = "合计"
"""Stands for all consultants, and for all grades, in the rows of totals."""

INFLOWS = ("opening", "new", "in", "revived", "returned", "handed_in")
OUTFLOWS = ("out", "handed_out", "ordered", "lost", "frozen", "unreachable", "invalid")

_LEFT_FOR = {
    State.ORDERED: "ordered",
    State.DELIVERED: "ordered",
    State.LOST: "lost",
    State.FROZEN: "frozen",
    State.UNREACHABLE: "unreachable",
}

BalanceRow = TypedDict(
    "BalanceRow",
    {
        "consultant": str,
        "grade": str,
        "opening": int,
        "new": int,
        "in": int,
        "revived": int,
        "returned": int,
        "handed_in": int,
        "out": int,
        "handed_out": int,
        "ordered": int,
        "lost": int,
        "frozen": int,
        "unreachable": int,
        "invalid": int,
        "closing": int,
        "difference": int,
    },
)
"""The balance of one grade of one consultant, in customers. ``difference``: closing less what the formula gives."""

Account = tuple[str, str]
"""A consultant and a grade; ``TOTAL`` stands for all of them."""

_Entry = tuple[Account, str]


def balance(timeline: Timeline, month: str) -> list[BalanceRow]:
    """A row for every consultant and grade, then one for each grade for all consultants, then the grand total.

    ``month`` (YYYY-MM) must not lie before the timeline's start; of a month not yet over, the end is as far as the
    timeline goes. A grade or consultant nobody wrote is "". Totals stand under ``TOTAL``.
    """
    before, end = month_start(month) - dt.timedelta(days=1), month_end(month)
    counts: dict[Account, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for life in timeline.lives.values():
        for account, name in _entries(life, before, end):
            counts[account][name] += 1
    consultants = sorted({consultant for consultant, _ in counts})
    grades = (*GRADES, *sorted({grade for _, grade in counts} - set(GRADES)))
    rows = [_row(consultant, grade, [counts[consultant, grade]]) for consultant in consultants for grade in grades]
    rows += [_row(TOTAL, grade, [counts[consultant, grade] for consultant in consultants]) for grade in grades]
    return [*rows, _row(TOTAL, TOTAL, counts.values())]


def _entries(life: Life, before: dt.date, end: dt.date) -> Iterator[_Entry]:
    """What one life puts into the accounts: its stocks on both days and its flows between them."""
    for name, standing in (("opening", life.at(before)), ("closing", life.at(end))):
        if standing is not None and standing.tracked:
            yield _account(standing), name
    for step in life.steps:
        if before < step.on <= end:
            yield from _flows(step)


def _flows(step: Step) -> Iterator[_Entry]:
    left = step.before if step.before is not None and step.before.tracked else None
    entered = step.after if step.after.tracked else None
    if left is not None and entered is not None:
        if _account(left) != _account(entered):
            is_handover = step.event is Event.HANDOVER
            yield _account(left), "handed_out" if is_handover else "out"
            yield _account(entered), "handed_in" if is_handover else "in"
    elif left is not None:
        yield _account(left), _LEFT_FOR.get(step.after.state, "invalid")
    elif entered is not None:
        yield _account(entered), "new" if step.before is None else _RETURNS.get(step.event, "revived")


_RETURNS = {Event.CANCEL: "returned"}


def _account(standing: Standing) -> Account:
    return standing.consultant or "", standing.grade or ""


def held_by_account(timeline: Timeline, day: dt.date) -> Counter[Account]:
    """How many of the prospects who stand in an account at the end of ``day`` count as their rows stand.

    Counted for every consultant and grade, and with ``TOTAL`` for the rows of totals; empty where nobody is held back.
    """
    counts: Counter[Account] = Counter()
    for key in timeline.held:
        end = timeline.lives[key].at(day)
        if end is not None and end.tracked:
            consultant, grade = _account(end)
            counts.update(product((consultant, TOTAL), (grade, TOTAL)))
    return counts


def _row(consultant: str, grade: str, counts: Iterable[dict[str, int]]) -> BalanceRow:
    merged: dict[str, int] = defaultdict(int)
    for own in counts:
        for name, number in own.items():
            merged[name] += number
    expected = sum(merged[name] for name in INFLOWS) - sum(merged[name] for name in OUTFLOWS)
    return {
        "consultant": consultant,
        "grade": grade,
        "opening": merged["opening"],
        "new": merged["new"],
        "in": merged["in"],
        "revived": merged["revived"],
        "returned": merged["returned"],
        "handed_in": merged["handed_in"],
        "out": merged["out"],
        "handed_out": merged["handed_out"],
        "ordered": merged["ordered"],
        "lost": merged["lost"],
        "frozen": merged["frozen"],
        "unreachable": merged["unreachable"],
        "invalid": merged["invalid"],
        "closing": merged["closing"],
        "difference": merged["closing"] - expected,
    }
