"""今日清单: what each consultant does today."""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.catalogue.paper import KINDS
from xlcrm.followup.day import Task
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import Source


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
        table = PaperTable("tasks", columns, rows, least=15)
        yield Paper("today", consultant, source.head(consultant), (table,), ("consultant", "supervisor"))


def why(task: Task) -> PaperCell:
    """Why a customer is on the list; of a care call, its 关怀项目."""
    return task.item or KINDS[task.kind.value]
