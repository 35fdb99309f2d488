"""来店(电)顾客登记表 of a day."""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.forms.states import LOOKING
from xlcrm.paper.model import Paper, PaperTable
from xlcrm.paper.source import Source


def register(source: Source) -> Iterator[Paper]:
    """来店(电)顾客登记表 of the day."""
    columns = (
        "no",
        "stay",
        "channel",
        "first",
        "visit_purpose",
        "customer_name",
        "gender",
        "phone",
        "people",
        "model",
        "grade",
        "source",
        "media",
        "rival",
        "drive",
        "ordered",
        "no_contact",
        "consultant",
        "note",
    )
    visits = [v for v in source.day.visits if source.only in ("", v.consultant)]
    rows = tuple(
        (
            number,
            "-".join(time.strftime("%H:%M") if time else "" for time in (v.entered, v.left)),
            *(v.channel, v.first, v.purpose or LOOKING, v.name, v.gender, v.phone, v.people, v.model),
            *(v.grade, v.source, v.media, v.rival, _tick(v.test_drive), _tick(v.ordered), v.no_contact_reason),
            *(v.consultant, v.note),
        )
        for number, v in enumerate(visits, start=1)
    )
    table = PaperTable("", columns, rows, least=15)
    head = (*source.head(source.only), ("weather", "＿＿＿＿＿＿"))
    yield Paper("register", "", head, (table,), ("reception", "supervisor", "manager"))


def _tick(done: bool | None) -> str | None:
    return "√" if done else None
