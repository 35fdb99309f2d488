"""今日清单: what each consultant does today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xlcrm.catalogue.firstten import joined
from xlcrm.catalogue.paper import KINDS
from xlcrm.followup.day import Task
from xlcrm.followup.hints import hints_of
from xlcrm.forms.states import Visiting
from xlcrm.forms.switched import CallOn
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import Source

_HINTS = 3
"""Reasons on a consultant's list, the most frequent first."""


def lists(source: Source) -> Iterator[Paper]:
    """今日清单, one for each consultant at work."""
    columns = ("no", "kind", "grade", "name", "phone", "model", "on", "late", "means", "last", "outcome")
    for consultant in source.consultants:
        if not source.day.works(consultant) and not source.only:
            continue
        rows = tuple(
            (number, why(t), t.grade, t.name, t.phone, t.model, t.on, t.late or None, t.means, t.last, None)
            for number, t in enumerate(source.day.of(consultant), start=1)
        )
        blocks = (
            PaperTable("tasks", columns, rows, least=15),
            *_asks(source, consultant),
            *_calls(source, consultant),
            *_hints(source, consultant),
        )
        yield Paper("today", consultant, source.head(consultant), blocks, ("consultant", "supervisor"))


def _asks(source: Source, consultant: str) -> Iterator[PaperTable]:
    """The questions of 首次十问 still open for those on the list, by their numbers there, with room for the answers."""
    tasks = enumerate(source.day.of(consultant), start=1)
    rows = tuple((number, task.name, joined(task.asks), None) for number, task in tasks if task.asks)
    if rows:
        yield PaperTable("asks", ("no", "name", "to_ask", "answers"), rows)


def _calls(source: Source, consultant: str) -> Iterator[PaperTable]:
    """The visits to be made, where the shop keeps 拜访计划."""
    if CallOn.form.sheet in source.ledger.blocks:
        from xlcrm.paper.switched import to_call_on

        yield from to_call_on(source, consultant)


def _hints(source: Source, consultant: str) -> Iterator[PaperTable]:
    """What to say where this month's first visitors of a consultant left nothing, in the shop's own words, if it has any."""
    words = hints_of(source.ledger)
    if not words:
        return
    first, today = source.today.replace(day=1), source.today
    counts = Counter(
        visit.no_contact_reason
        for visit in source.day.sound(source.ledger.visits)
        if visit.consultant == consultant and visit.first == Visiting.FIRST and visit.may_be_looking
        if visit.no_contact_reason in words and visit.date and first <= visit.date <= today
    )
    if counts:
        rows = tuple((reason, count, words[reason or ""]) for reason, count in counts.most_common(_HINTS))
        yield PaperTable("hints", ("no_contact", "times", "hint"), rows)


def why(task: Task) -> PaperCell:
    """Why a customer is on the list; of a care call, its 关怀项目."""
    return task.item or KINDS[task.kind.value]
