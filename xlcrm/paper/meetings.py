"""早会 and 夕会: one page each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlcrm.catalogue.paper import KINDS
from xlcrm.followup.day import Day, TaskKind, counted
from xlcrm.forms.states import GRADES, Decision
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import Source
from xlcrm.paper.today import why

_LISTED, _MEETING_LINES = 10, 42
"""Rows of a list on a meeting's one page, and of all its tables; what is longer says how many are left out."""
_SCORES = ("batches", "kept", "drives", "orders", "deliveries", "reached")


def morning_meeting(source: Source) -> Iterator[Paper]:
    """早会: what came of yesterday, and today's work."""
    yesterday = Day(source.ledger, source.ledger.workdays.previous("", source.today), source.day.blocked)
    wins = [(o.consultant, o.name, o.model, KINDS["ordered"]) for o in yesterday.sound(yesterday.ordered)]
    wins += [(o.consultant, o.name, o.model, KINDS["delivered"]) for o in yesterday.sound(yesterday.delivered)]
    hot = [(t.consultant, t.grade, t.name, t.model, why(t), t.late or None) for t in source.day.tasks]
    blocks = (
        _scored("yesterday", yesterday, _SCORES),
        PaperTable("wins", ("consultant", "name", "model", "what"), tuple(wins)),
        _work(source),
        PaperTable("urgent", ("consultant", "grade", "name", "model", "kind", "late"), tuple(hot)),
    )
    paper = Paper("morning", "", source.head(), _on_one_page(blocks, "urgent"), ("manager", "recorder"))
    # who is due stands in the books as of now, whichever morning is asked for
    yield paper if source.now <= source.today else replace(paper, notice="as_of_now", of_day=source.now)


def _work(source: Source) -> PaperTable:
    """How much each consultant has to do today."""
    rows: list[tuple[PaperCell, ...]] = []
    sums = Counter[TaskKind]()
    for consultant in source.day.consultants:
        if not source.day.works(consultant):
            rows.append((consultant, *(None for _ in TaskKind), KINDS["rests"]))
            continue
        counts = counted(source.day.of(consultant))
        sums += counts
        rows.append((consultant, *(counts[kind] for kind in TaskKind), counts.total()))
    rows.append((KINDS["total"], *(sums[kind] for kind in TaskKind), sums.total()))
    return PaperTable("work", ("consultant", *(kind.value for kind in TaskKind), "sum"), tuple(rows), total=True)


def evening_meeting(source: Source) -> Iterator[Paper]:
    """夕会: what came of today, who was lost and who was missed, tomorrow's plan."""
    day = source.day
    lost = [
        (
            loss.applicant,
            loss.name,
            loss.grade_before,
            loss.exit,
            loss.reason,
            loss.rival,
            loss.decision or Decision.OPEN,
        )
        for loss in source.ledger.losses
        if source.today in (loss.applied_on, loss.decided_on)
    ]
    missed = [
        (t.consultant, t.grade, t.name, t.model, why(t), t.on, t.late or None)
        for t in day.tasks
        if t.kind not in (TaskKind.BIRTHDAY, TaskKind.DELIVERY) and day.is_missed(t.consultant, t.on)
    ]
    planned = [
        (r.consultant, r.grade_before, r.name, r.model, r.purpose, r.means, r.on)
        for r in sorted(day.plans, key=lambda r: GRADES.index(r.grade_before) if r.grade_before in GRADES else 9)
    ]
    blocks = (
        _scored("results", day, (*_SCORES, "missed", "losses", "planned")),
        PaperTable("lost", ("consultant", "name", "grade", "exit", "reason", "rival", "decision"), tuple(lost)),
        PaperTable("missed_list", ("consultant", "grade", "name", "model", "kind", "on", "late"), tuple(missed)),
        PaperTable("plan", ("consultant", "grade", "name", "model", "purpose", "means", "on"), tuple(planned)),
    )
    yield Paper("evening", "", source.head(), _on_one_page(blocks, "missed_list", "plan"), ("manager", "recorder"))


def _scored(title: str, day: Day, columns: tuple[str, ...]) -> PaperTable:
    """One line for each consultant, and the shop's."""
    scores = day.scores()
    rows = [tuple(getattr(score, column) for column in columns) for score in scores]
    total = tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * len(columns)
    named = [(score.consultant, *row) for score, row in zip(scores, rows, strict=True)]
    lines = (*named, (KINDS["total"], *total))
    return PaperTable(title, ("consultant", *columns), lines, day.uncounted, left_out="errors", total=True)


def _on_one_page(tables: Sequence[PaperTable], most: str, whole: str = "") -> tuple[PaperTable, ...]:
    """As much of every list as a meeting's page holds; what room the others leave goes to the one named ``most``.

    The list named ``whole`` is printed whole, on another page if need be.
    """
    lists = [table for table in tables if table.title != whole]
    rows = {table.title: len(table.rows) if table.total else min(len(table.rows), _LISTED) for table in lists}
    rows[most] += max(0, _MEETING_LINES - sum(rows.values()))
    rows = {table.title: rows.get(table.title, len(table.rows)) for table in tables}
    return tuple(
        table if table.total else replace(table, rows=table.rows[:named], more=max(0, len(table.rows) - named))
        for table, named in zip(tables, rows.values(), strict=True)
    )
