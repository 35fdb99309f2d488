"""What each column of a table holds: by its header, by the group above it, by its neighbours and by its own values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from xlcrm.forms.schema import Cell
from xlcrm.intake.lexicon import OTHER_DESK, Means, care_of, meanings_of, round_of, squeezed
from xlcrm.intake.looks import (
    is_date,
    is_ditto,
    is_grade,
    is_moment,
    is_number,
    is_person,
    is_phone,
    is_plate,
    is_stay,
    is_tick,
    is_time,
    is_untick,
    is_vin,
    share,
    text_of,
)
from xlcrm.intake.regions import Head
from xlcrm.intake.words import WORDS

M = Means
SAMPLE = 300
"""Rows by which a column is judged."""
_ENOUGH, _SOME = 0.5, 0.3
"""Shares of a column's values that bear a meaning out, or speak for it where nothing speaks for another."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column understood: what it ``means``, and how that is known (a key of ``catalogue.intake``).

    ``ticked``: a mark in it says this value (促进 under 目的). ``day``: the day of the month of a column of a grid.
    ``turn``: which of several follow-ups beside each other it belongs to. ``care``: the care call it belongs to.
    """

    at: int
    source: str
    means: Means | None
    how: str = ""
    ticked: str = ""
    day: int = 0
    turn: int = 0
    care: str = ""


def understood(
    heads: Sequence[Head], values: Mapping[int, Sequence[Cell]], legends: Mapping[str, Mapping[str, str]]
) -> list[Column]:
    """Every column; ``values`` are cells below each header, ``legends`` what letters mean by the notes of the sheet."""
    legend: dict[str, str] = {}
    for found in legends.values():
        legend = {**found, **legend}
    values = {at: _decoded(cells, legends.get(_name_of(heads, at), {})) for at, cells in values.items()}
    columns = _grid(heads) or {}
    for head in heads:
        if head.column not in columns:
            columns[head.column] = _special(head) or _ordinary(head, values.get(head.column, ()))
    _ticked(columns, heads, values, legend)
    _untangle(columns, values)
    _by_values(columns, values)
    return [columns[head.column] for head in heads]


def _name_of(heads: Sequence[Head], at: int) -> str:
    return next((head.own for head in heads if head.column == at), "")


def _decoded(cells: Sequence[Cell], legend: Mapping[str, str]) -> Sequence[Cell]:
    """Cells with the letters of a legend of the column's own put into words."""
    return [legend.get(text_of(cell), cell) for cell in cells] if legend else cells


# ------------------------------------------------------------ a column a day

_SHORTEST_GRID = 10


def _grid(heads: Sequence[Head]) -> dict[int, Column]:
    """A run of days 1, 2, 3 …: a month's grid, its last days maybe missing."""
    best: list[tuple[Head, int]] = []
    run: list[tuple[Head, int]] = []
    for head in heads:
        day = _day_number(head)
        is_next = bool(run) and day == run[-1][1] + 1
        run = [*run, (head, day)] if is_next else [(head, day)] if day == 1 else []
        if len(run) > len(best):
            best = list(run)
    if len(best) < _SHORTEST_GRID:
        return {}
    return {head.column: Column(head.column, str(day), None, "grid", day=day) for head, day in best}


def _day_number(head: Head) -> int:
    if head.date is not None:
        return head.date.day
    found = re.fullmatch(r"(?:\d{1,2}[月/.-])?(\d{1,2})[日号]?", head.own.strip())
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else 0


# ------------------------------------------------------------ follow-ups and care calls beside each other


def _special(head: Head) -> Column | None:
    for care, told in ((care_of(head.group), head.own), (care_of(head.own), "")):
        if care is not None:
            item, rest = care
            return Column(head.column, head.source, _told(rest or told), "group", care=item)
    for turn, told in ((round_of(head.group), head.own), (round_of(head.own), "")):
        if turn is not None:
            number, rest = turn
            return Column(head.column, head.source, _told(rest or told), "group", turn=number)
    return None


def _told(text: str) -> Means | None:
    """What a column of a follow-up holds: its day, its story, the grade after it … by the words after its number."""
    meanings = meanings_of(text) if text else ()
    kinds = {
        M.DATE: M.DONE_ON,
        M.MOMENT_OR_TIME: M.DONE_ON,
        M.GRADE: M.GRADE_AFTER,
        M.NOTE: M.STORY,
        M.RESULT_GRADE: M.GRADE_AFTER,
    }
    if not meanings:
        return M.DONE_ON if text in ("时", "日", "期") else None
    return kinds.get(meanings[0], meanings[0])


# ------------------------------------------------------------ one column by its header and its values


def _ordinary(head: Head, values: Sequence[Cell]) -> Column:
    meanings = meanings_of(head.own)
    how = "header"
    if head.group and (not meanings or head.own in _NEEDS_GROUP):
        joined = meanings_of(f"{head.group}{head.own}") or _by_group(head)
        if joined:
            meanings, how = joined, "group"
    if not meanings:
        return Column(head.column, head.source, None)
    chosen = _fitting(meanings, values)
    if chosen is None:
        return Column(head.column, head.source, None, "doubtful")
    return Column(head.column, head.source, chosen, how if chosen is meanings[0] else "values")


_NEEDS_GROUP = ("原来", "现在", "日期", "时间", "级别", "是", "否", "有", "无")


def _by_group(head: Head) -> tuple[Means, ...]:
    """What a short word means below a group: 进度确认/原来, 计划/日期."""
    group = meanings_of(head.group)[:1]
    is_plan = "计划" in head.group or "预定" in head.group
    word = meanings_of(head.own)[:1]
    if set(group) & {M.STAY, M.MOMENT_OR_TIME, M.DURATION}:
        word = word or meanings_of(f"{head.own}时间")[:1]
    if is_plan and word:
        kinds = {
            M.DATE: M.PLANNED_ON,
            M.MOMENT_OR_TIME: M.PLANNED_ON,
            M.CONTACT_BY: M.PLANNED_MEANS,
            M.PURPOSE: M.PLANNED_PURPOSE,
        }
        return (kinds.get(word[0], word[0]),)
    return word or (group if group and group[0] in WORDS else ())


def _fitting(meanings: Sequence[Means], values: Sequence[Cell]) -> Means | None:
    """The first meaning that the values bear out; the likeliest where there are none to ask."""
    filled = [cell for cell in values if cell is not None and not is_ditto(cell)]
    if not filled:
        return meanings[0]
    fits = [(_fit(means, filled), means) for means in meanings]
    for fit, means in fits:
        if fit >= _ENOUGH:
            return means
    best, means = max(fits, key=lambda pair: pair[0])
    if meanings[0] in _MUST_FIT and len(filled) >= 3 and best == 0:
        return None
    return means if fits[0][0] == 0 and best >= _SOME else meanings[0]


def _coded(means: Means) -> Callable[[Cell], bool]:
    return lambda cell: WORDS[means].knows(text_of(cell))


_LOOKS: dict[Means, Callable[[Cell], bool]] = {
    M.PHONE: is_phone,
    M.OTHERS_PHONE: is_phone,
    M.SPARE_PHONE: is_phone,
    M.TIME_IN: lambda cell: (is_time(cell) and not is_date(cell)) or is_stay(cell),
    M.TIME_OUT: lambda cell: is_time(cell) or is_moment(cell),
    M.STAY: is_stay,
    M.DURATION: lambda cell: is_number(cell) or "分" in text_of(cell),
    M.GRADE: lambda cell: is_grade(cell) or WORDS[M.GRADE].knows(text_of(cell)),
    M.VIN: is_vin,
    M.PLATE: lambda cell: is_plate(text_of(cell)),
    M.AMOUNT: is_number,
    M.RECEIVED: is_number,
    M.QUANTITY: is_number,
    M.MODEL: lambda cell: not is_phone(cell) and not is_date(cell) and not is_tick(cell),
    M.NAME: lambda cell: isinstance(cell, str) and not is_date(cell),
    M.CONSULTANT: lambda cell: isinstance(cell, str) and not is_date(cell) and not is_phone(cell),
    M.DRIVE: lambda cell: is_tick(cell) or is_untick(cell) or is_date(cell),
    M.ORDERED: lambda cell: is_tick(cell) or is_untick(cell) or is_date(cell),
    M.DATE: is_date,
    M.DONE_ON: is_date,
}
_DATES = (
    M.PLANNED_ON, M.NEXT_ON, M.LAST_ON, M.FIRST_CONTACT, M.CARDED_ON, M.GRADED_ON, M.ORDERED_ON, M.SMALL_DEPOSIT_ON,
    M.FIRM_ORDER_ON, M.LOCKED_ON, M.DUE_ON, M.DELIVERED_ON, M.CANCELLED_ON, M.BOUGHT_ON, M.FIRST_SERVICE_ON,
    M.INSURED_UNTIL, M.INSPECTED_UNTIL, M.LAST_SEEN_ON, M.BIRTHDAY, M.APPLIED_ON, M.DECIDED_ON, M.FILED, M.DRIVE_DATE,
)  # fmt: skip
_LOOKS |= dict.fromkeys(_DATES, is_date)
_MUST_FIT = (M.PHONE, M.SPARE_PHONE, M.VIN, M.TIME_IN, M.TIME_OUT, M.STAY)
"""A column without a single value that looks like these is something else, whatever its header says."""


def _fit(means: Means, filled: Sequence[Cell]) -> float:
    if means in _LOOKS:
        return share(filled, _LOOKS[means])
    if means in WORDS:
        return share(filled, _coded(means))
    return _ENOUGH  # a text, which nothing can contradict


# ------------------------------------------------------------ columns whose header is the value


_TICKED = (
    M.FIRST,
    M.DRIVE,
    M.ORDERED,
    M.PURPOSE,
    M.CHANNEL,
    M.GENDER,
    M.CONTACT_BY,
    M.GRADE,
    M.SOURCE,
    M.MEDIA,
    M.VISIT_PURPOSE,
    M.LOSS_KIND,
    M.RESULT,
    M.SECOND,
    M.PERSON_KIND,
)


_NAMED = (M.MODEL, M.RIVAL, M.LOSS_REASON)
"""Groups whose headers are values that no list has: 车型 over 途岳 and 朗逸."""


def _ticked(
    columns: dict[int, Column], heads: Sequence[Head], values: Mapping[int, Sequence[Cell]], legend: Mapping[str, str]
) -> None:
    """Runs of columns to be ticked: below one group, or two and more side by side whose headers are values of one list."""
    by_group: dict[str, list[Head]] = {}
    for head in heads:
        by_group.setdefault(head.group, []).append(head)
    for group, members in by_group.items():
        marked = [
            head for head in members if _is_to_be_ticked(values.get(head.column, ())) and not columns[head.column].day
        ]
        for run in _runs(marked):
            if not any(cell is not None for head in run for cell in values.get(head.column, ())):
                continue
            means = _of_run(group, run, legend)
            if means is not None:
                for head in run:
                    value = _value_of(means, head, legend) or head.own
                    columns[head.column] = Column(head.column, head.source, means, "ticked", ticked=value)


def _is_to_be_ticked(values: Sequence[Cell]) -> bool:
    filled = [cell for cell in values if cell is not None]
    return not filled or share(filled, lambda cell: is_tick(cell) or is_untick(cell)) >= 0.8


def _runs(marked: Sequence[Head]) -> list[list[Head]]:
    runs: list[list[Head]] = []
    for head in marked:
        if runs and head.column == runs[-1][-1].column + 1:
            runs[-1].append(head)
        else:
            runs.append([head])
    return [run for run in runs if len(run) > 1]


def _of_run(group: str, run: Sequence[Head], legend: Mapping[str, str]) -> Means | None:
    """Which list the headers of a run are values of: that of the group where it is one, else the first that knows all."""
    first = next(iter(meanings_of(group)), None)
    if first in _NAMED:
        return first
    above = [means for means in meanings_of(group) if means in _TICKED]
    for means in (*above, *(means for means in _TICKED if means not in above)):
        known = [_value_of(means, head, legend) for head in run]
        is_sure = means in above or means in (M.FIRST, M.CHANNEL, M.PURPOSE, M.GENDER, M.GRADE)
        if is_sure and all(known) and len(set(known)) > 1:
            return means
    return above[0] if above and above[0] in (M.PURPOSE, M.MEDIA, M.SOURCE, M.RESULT, M.CONTACT_BY) else None


def _value_of(means: Means, head: Head, legend: Mapping[str, str]) -> str:
    """What a mark below a header says; "" where the header is no value of the list."""
    own = head.own.strip()
    if means in _NAMED:
        return own
    told = legend.get(own.upper(), "")
    if means in (M.DRIVE, M.ORDERED, M.SECOND):
        return "是" if is_tick(own) else "否" if is_untick(own) else ""
    words = WORDS[means]
    if means is M.FIRST and told:
        return words.read(told) or words.read(own) or ""
    return words.read(own) or words.read(told) or ""


# ------------------------------------------------------------ columns against each other


def _untangle(columns: dict[int, Column], values: Mapping[int, Sequence[Cell]]) -> None:
    """Two columns for one thing: which is it, and what is the other."""
    by_means: dict[Means, list[int]] = {}
    for at, column in columns.items():
        if column.means and not (column.ticked or column.turn or column.care or column.day):
            by_means.setdefault(column.means, []).append(at)
    if M.MOMENT_OR_TIME in by_means:
        for at in by_means[M.MOMENT_OR_TIME]:
            columns[at] = replace(columns[at], means=_moment(values.get(at, ()), by_means), how="values")
    if len(by_means.get(M.TIME_IN, ())) == 2 and M.TIME_OUT not in by_means:
        columns[by_means[M.TIME_IN][1]] = replace(columns[by_means[M.TIME_IN][1]], means=M.TIME_OUT, how="neighbours")
    if (
        M.TIME_IN in by_means
        and M.DATE not in by_means
        and share(values.get(by_means[M.TIME_IN][0], ()), is_moment) >= _ENOUGH
    ):
        columns[by_means[M.TIME_IN][0]] = replace(columns[by_means[M.TIME_IN][0]], means=M.DATE, how="values")
    grades = {at: share(values.get(at, ()), _LOOKS[M.GRADE]) for at in by_means.get(M.GRADE, ())}
    if M.MODEL not in by_means and max(grades.values(), default=0) >= _ENOUGH and 0 in grades.values():
        at = next(at for at, fit in grades.items() if not fit)
        columns[at] = replace(columns[at], means=M.MODEL, how="neighbours")  # 意向 beside 级别
    phones = by_means.get(M.PHONE, [])
    for at in phones[1:]:
        columns[at] = replace(columns[at], means=M.SPARE_PHONE, how="neighbours")
    if M.NICKNAME in by_means and M.NAME not in by_means:
        at = by_means[M.NICKNAME][0]
        columns[at] = replace(columns[at], means=M.NAME, how="neighbours")
    named, served = by_means.get(M.NAME, []), by_means.get(M.CONSULTANT, [])
    for at in named if len(named) > 1 and not served else ():
        if squeezed(columns[at].source) == "owner":  # of the record: who has the customer beside it
            columns[at] = replace(columns[at], means=M.CONSULTANT, how="neighbours")
    before = [at for at in served if re.fullmatch(OTHER_DESK, squeezed(columns[at].source))]
    for at in before if len(before) < len(served) else ():
        columns[at] = replace(columns[at], means=M.ASIDE, how="neighbours")


def _moment(values: Sequence[Cell], known: Mapping[Means, list[int]]) -> Means:
    if share(values, is_stay) >= _ENOUGH:
        return M.STAY
    if share(values, is_date) >= _ENOUGH:
        return M.DATE
    return M.TIME_IN if M.TIME_IN not in known else M.TIME_OUT


def _by_values(columns: dict[int, Column], values: Mapping[int, Sequence[Cell]]) -> None:
    """What no header says may be seen: a column of phones where nothing else is one, then one of names."""
    known = {column.means for column in columns.values()}
    for means, looks in ((M.PHONE, is_phone), (M.NAME, is_person), (M.DATE, is_date)):
        if means in known:
            continue
        free = [at for at, c in columns.items() if c.means is None and not (c.day or c.turn or c.care or c.ticked)]
        found = [at for at in free if len(values.get(at, ())) >= 3 and share(values.get(at, ()), looks) >= 0.8]
        if found and not (means is M.NAME and M.PHONE not in {c.means for c in columns.values()}):
            columns[found[0]] = replace(columns[found[0]], means=means, how="values")


def day_of_grid(year: int, month: int, day: int) -> dt.date | None:
    """The day of a column of a grid; ``None`` for the 31st of a shorter month."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
