"""销售活动日报表 of a day, one for each consultant, with the foot that the paper form has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from xlcrm.catalogue.paper import KINDS
from xlcrm.forms.codes import CODES
from xlcrm.forms.sheets import Report
from xlcrm.forms.states import FAILED, GRADES, ORDERED_GRADE, Section, State
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import SIGNED, Source, opening_of
from xlcrm.timeline.life import Event

_DONE = ("no", "name", "phone", "model", "purpose", "means", "before", "after", "story", "result", "next", "remark")
_PLANNED = ("no", "name", "phone", "model", "purpose", "means", "before", "on", "remark")
_FIELDS = {"before": "grade_before", "after": "grade_after", "next": "next_on"}
"""The fields of 日报 behind columns of other names."""


def reports(source: Source) -> Iterator[Paper]:
    """销售活动日报表, one for each consultant, its foot counted from the books."""
    for consultant in source.consultants:
        done = [r for r in source.day.reports if r.consultant == consultant]
        planned = [r for r in source.day.plans if r.consultant == consultant]
        if not done and not planned and not source.day.works(consultant):
            continue
        blocks = (
            PaperTable("summary", _DONE, tuple(_rows(source, _DONE, done)), least=6),
            PaperTable("plan", _PLANNED, tuple(_rows(source, _PLANNED, planned)), least=4),
            *foot(source, consultant),
        )
        yield Paper("report", consultant, source.head(consultant), blocks, SIGNED)


def _rows(source: Source, columns: Iterable[str], reports: Iterable[Report]) -> Iterator[tuple[PaperCell, ...]]:
    """The rows of a half of the report, numbered."""
    for number, report in enumerate(reports, start=1):
        cells = {"no": number, "phone": _phone(source, report)}
        yield tuple(
            cells[column] if column in cells else getattr(report, _FIELDS.get(column, column)) for column in columns
        )


def _phone(source: Source, report: Report) -> str | None:
    customer = None if report.phone else source.ledger.customers.of(report)
    return customer.phone if customer is not None else report.phone


def foot(source: Source, consultant: str) -> tuple[PaperTable, PaperTable]:
    """The report's foot: stock by grade today, carried over, new of the month, sold; and visits made."""
    stock, carried, new, sold = (Counter[str]() for _ in range(4))
    for life in source.timeline.lives.values():
        opening = opening_of(source, life)
        if opening is not None and opening.consultant == consultant:
            carried[opening.grade or ""] += 1
        standing = life.standing
        if standing.consultant == consultant:
            if standing.tracked:
                stock[standing.grade or ""] += 1
            elif standing.state == State.ORDERED:
                stock[ORDERED_GRADE] += 1
        for step in life.steps:
            if step.after.consultant == consultant and f"{step.on:%Y-%m}" == source.month:
                if step.event is Event.NEW:
                    new[step.after.grade or ""] += 1
                elif step.event is Event.ORDER:
                    sold["carried" if opening else "new"] += 1
    owned = sum(1 for owner in source.ledger.owners if owner.consultant == consultant)
    rows: tuple[tuple[PaperCell, ...], ...] = (
        (KINDS["stock"], *_by_grade(stock), stock[ORDERED_GRADE], None, owned),
        (KINDS["carried"], *_by_grade(carried), None, sold["carried"], None),
        (KINDS["new"], *_by_grade(new), None, sold["new"], None),
    )
    stock_table = PaperTable("foot", ("measure", *GRADES, "sum", "open_orders", "sold", "owners"), rows)
    return stock_table, _visits_made(source, consultant)


def _visits_made(source: Source, consultant: str) -> PaperTable:
    """The contacts that reached a customer, by purpose: of the day, and of the month until then."""
    purposes = CODES["活动目的"].values
    counts = []
    for first in (source.today, source.today.replace(day=1)):
        made = Counter(
            r.purpose
            for r in source.ledger.reports
            if r.consultant == consultant and r.section == Section.DONE and r.result not in FAILED
            if r.date and first <= r.date <= source.today
        )
        counts.append((*(made[purpose] for purpose in purposes), made.total()))
    return PaperTable(
        "visits",
        ("measure", *(f"p{i}" for i in range(len(purposes))), "sum"),
        ((KINDS["made_today"], *counts[0]), (KINDS["made_month"], *counts[1])),
    )


def _by_grade(counts: Counter[str]) -> tuple[int, ...]:
    """Counts of H, A, B, C and their sum."""
    by_grade = tuple(counts[grade] for grade in GRADES)
    return *by_grade, sum(by_grade)
