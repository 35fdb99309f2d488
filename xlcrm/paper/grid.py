"""潜在顾客等级推进表 of a month: one line for each customer, one column for each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from xlcrm.catalogue import Words
from xlcrm.catalogue.paper import GROUPS
from xlcrm.forms.states import EXITS, ORDERED_GRADE, STOCK, UNCOUNTED, State
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import SIGNED, Source
from xlcrm.timeline.life import Event, Life, Standing

DAYS = tuple(f"d{day}" for day in range(1, 32))
"""Columns of the grid, one for each day of the month."""
PLANNED, FAILED_MARK = "*", "×"
MARKS = {
    State.ORDERED: ORDERED_GRADE,
    State.DELIVERED: "D",
    State.LOSS_PENDING: "F0",
    State.LOST: "F",
    State.FROZEN: "F2",
    State.UNREACHABLE: "L",
}
"""What the grid says of a customer without a grade."""


def grids(source: Source) -> Iterator[Paper]:
    """潜在顾客等级推进表, one for each consultant: by grade who stands in it and who left it this month, then open orders.

    One who has left the shop has a sheet too, while customers are on his name.
    """
    columns = ("name", "phone", "source", "model", "opening", *DAYS, "now", "notes")
    found: dict[tuple[str, str], list[Life]] = defaultdict(list)
    for life in sorted(source.timeline.lives.values(), key=lambda life: life.customer.phone):
        group = _group(source, life)
        if group:
            found[life.standing.consultant or "", group].append(life)
    others = () if source.only else sorted({who for who, _ in found}.difference(source.consultants))
    for consultant in (*source.consultants, *others):
        rows: list[tuple[PaperCell, ...]] = []
        for group, band in GROUPS.items():
            own = [grid_row(source, life) for life in found[consultant, group]]
            rows += [(Words(f"{band.zh}　{len(own)}", f"{band.en}: {len(own)}"),), *own, (None,) * len(columns)]
        head = source.head(consultant, month=True)
        yield Paper("grid", consultant, head, (PaperTable("", columns, tuple(rows)),), SIGNED, "marks")


def _group(source: Source, life: Life) -> str:
    """The grade a customer stands in, or stood in when he left this month; O for orders of before; else ""."""
    standing, before = life.standing, life.at(source.day_before_month)
    if standing.state in UNCOUNTED:
        return ""
    since = [step.after for step in life.steps if f"{step.on:%Y-%m}" == source.month]
    if standing.tracked or any(past.tracked for past in (before, *since) if past):
        return standing.grade or ""
    return ORDERED_GRADE if any(past.state == State.ORDERED for past in (before, *since) if past) else ""


def grid_row(source: Source, life: Life) -> tuple[PaperCell, ...]:
    """A customer's month: ``*`` where a contact was planned, the grade at the end of the day where one was made."""
    marks: dict[int, str] = {}
    customer, card = life.customer, life.customer.card
    plans = [row.planned_on for row in customer.follow_ups] + [row.next_on for row in customer.prospects]
    for on in plans:
        if on is not None and f"{on:%Y-%m}" == source.month:
            marks[on.day] = PLANNED
    moved = {step.on for step in life.steps if step.event is not Event.HANDOVER}
    reached = {contact.on for contact in life.contacts if contact.reached} | moved
    for day in sorted({contact.on for contact in life.contacts} | moved):
        if f"{day:%Y-%m}" == source.month:
            marks[day.day] = _mark(life.at(day)) if day in reached else FAILED_MARK
    opening = life.at(source.day_before_month)
    return (
        *(customer.name, customer.phone, card.source if card else None, customer.model or None),
        _mark(opening) if opening and opening.state in STOCK else None,
        *(marks.get(day) for day in range(1, 32)),
        *(_mark(life.standing), _notes(life)),
    )


def _notes(life: Life) -> str | None:
    """备注 of the grade sheet; of a customer who was lost, why."""
    losses = life.customer.losses
    if life.standing.state in EXITS and losses:
        return losses[-1].reason
    return next((row.remark for row in life.customer.prospects), None)


def _mark(standing: Standing | None) -> str:
    """What the grid says of a standing."""
    if standing is None:
        return ""
    return MARKS.get(standing.state, standing.grade or "")
