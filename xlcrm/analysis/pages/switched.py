"""Page 12, 选用表: what the month has in the forms that the shop switched on; tables without rows are left out. SPEC 14."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from xlcrm.analysis.facts import Facts, K, Measure, of_consultant, of_media
from xlcrm.analysis.figures import NOTHING, Content, Name, Page, Ratio, Table, fill, half_up
from xlcrm.analysis.kpis import SWITCHED_KPIS
from xlcrm.analysis.pages import firstten, reasons, steps
from xlcrm.analysis.scope import Scope, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.followup.costs import Costs
from xlcrm.formrules import due_of
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Order
from xlcrm.forms.switched import FULL_MARK, STEPS, CallOn, Drive, Expense, Inspection, Loan
from xlcrm.ledger.calls import Calls
from xlcrm.ledger.months import next_month

R = TypeVar("R", bound=Record)
_WORST = 10
_KPI = SWITCHED_KPIS
_OF_STAGES = (
    *(Measure.DEPOSITS, Measure.DEPOSITS_FIRMED, Measure.DEPOSITS_RETURNED),
    *(Measure.FIRM_ORDERS, Measure.LOCKED_ORDERS),
)
_OF_LEADS, _OF_COSTS = (
    tuple(dict.fromkeys(measure for kpi in _KPI.values() if kpi.given is given for measure in kpi.measures))
    for given in (Measure.LEADS, Measure.MEDIA_COST)
)
"""What the KPIs of leads and of costs count."""
_TREND = 6
"""Months whose marks stand beside each other, this one among them."""


def page(scope: Scope) -> Page | None:
    """The page, ``None`` where the month has nothing in these forms."""
    nine = steps.page(scope) if STEPS in scope.settings.switched else None
    own = [table for make in _TABLES for table in make(scope) if table.rows]
    tables = (*(nine.tables if nine else ()), *own)
    said = (*(nine.sentences if nine else ()), *_sentences(scope))
    return Page("switched", tables, said) if tables else None


def _sound(scope: Scope, record: type[R]) -> list[R]:
    """The rows of a form without an error."""
    return [row for row in scope.ledger.of(record) if scope.evidence.is_sound(row)]


def _in(scope: Scope, day: dt.date | None) -> bool:
    return day is not None and scope.first <= day <= scope.last


def _costs(scope: Scope) -> list[Table]:
    """The month's expenses by 类别, the greatest first."""
    rows = [row for row in _sound(scope, Expense) if _in(scope, row.date) and row.amount is not None]
    sums: defaultdict[str, float] = defaultdict(float)
    cases = Counter(row.kind or "" for row in rows)
    for row in rows:
        sums[row.kind or ""] += row.amount or 0
    total = sum(sums.values())
    lines = tuple(
        (named(kind), cases[kind], _yuan(sums[kind]), Ratio(sums[kind], total))
        for kind in sorted(sums, key=lambda kind: (-sums[kind], kind))
    )
    foot = (LABELS["total"], cases.total(), _yuan(total), Ratio(total, total))
    return [Table("costs_by_kind", ("kind", "cases", "yuan", "share"), lines, foot)]


def _sentences(scope: Scope) -> Iterable[Words]:
    """The month's expenses against its budget."""
    costs = Costs(scope.ledger, scope.month, _sound(scope, Expense))
    if costs.has_rows:
        key = "costs_of_month" if costs.budget is not None else "costs_without_budget"
        yield fill(SENTENCES[key], {"spent": half_up(costs.spent, 0), "budget": half_up(costs.budget or 0, 0)})


def _drives(scope: Scope) -> list[Table]:
    """Test drives of 试驾 by consultant: rows, how many of them with licence, signature and what the customer felt."""
    rows = [row for row in _sound(scope, Drive) if _in(scope, row.date)]

    def cells(own: Sequence[Drive]) -> tuple[Content, ...]:
        count = len(own)
        return (
            count,
            sum(bool(row.licence_seen) for row in own),
            sum(bool(row.signed) for row in own),
            sum(row.feedback is not None for row in own),
            Ratio(sum(row.feedback is not None for row in own), count),
        )

    headers = ("consultant", "drive_rows", "licences", "signatures", "feedbacks", "feedback_rate")
    return [_by_consultant(scope, "drives_by_consultant", headers, rows, cells)]


def _visits_made(scope: Scope) -> list[Table]:
    """Visits to customers by consultant: planned for the month, made in it, those that came to what was expected.

    Several persons of one customer are one visit, which came to what was expected if any of its rows says so.
    """
    calls = Calls(scope.ledger, _sound(scope, CallOn))
    planned, made = (visits(scope.first, scope.last) for visits in (calls.planned, calls.made))
    promised = Counter(promise.made.consultant or "" for promise in calls.promises if _in(scope, promise.made.done_on))

    def cells(*names: str) -> tuple[Content, ...]:
        ours = [rows for rows in planned if (rows[0].consultant or "") in names]
        own = [rows for rows in made if (rows[0].consultant or "") in names]
        effective = sum(any(row.is_effective for row in rows) for rows in own)
        undone = sum(
            all(row.done_on is None for row in rows) and (rows[0].planned_on or dt.date.max) < scope.today
            for rows in ours
        )
        unanswered = sum(promised[name] for name in names)
        return len(ours), len(own), effective, Ratio(effective, len(own)), undone, unanswered

    headers = ("consultant", "visits_planned", "visits_made", "effective", "effective_rate", "not_done", "unanswered")
    names = scope.in_order({rows[0].consultant or "" for rows in (*planned, *made)})
    lines = tuple((named(name), *cells(name)) for name in names)
    return [Table("visits_by_consultant", headers, lines, (LABELS["total"], *cells(*names)))]


def _by_consultant(
    scope: Scope,
    key: str,
    headers: tuple[str, ...],
    rows: Sequence[R],
    cells: Callable[[Sequence[R]], tuple[Content, ...]],
) -> Table:
    of: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        of[getattr(row, "consultant", None) or ""].append(row)
    lines = tuple((named(name), *cells(of[name])) for name in scope.in_order(of))
    return Table(key, headers, lines, (LABELS["total"], *cells(rows)))


def _stages(scope: Scope) -> list[Table]:
    """Deposits and firm orders of the month by who signed, and how many of each had come further by its end."""
    of = Facts(scope.facts.of(*_OF_STAGES)).parted(of_consultant)

    def cells(own: Facts) -> tuple[Content, ...]:
        return (
            *(own.total(Measure.DEPOSITS), own.total(Measure.DEPOSITS_FIRMED), _KPI["firm_rate"].ratio(own)),
            *(own.total(Measure.DEPOSITS_RETURNED), own.total(Measure.FIRM_ORDERS)),
            *(own.total(Measure.LOCKED_ORDERS), _KPI["locked_rate"].ratio(own)),
        )

    headers = (
        "consultant",
        "deposits",
        "deposits_firmed",
        "firm_rate",
        "deposits_returned",
        "firm_orders",
        "locked_orders",
        "locked_rate",
    )
    lines = tuple((named(name), *cells(of[name])) for name in scope.in_order(of))
    return [Table("order_stages", headers, lines, (LABELS["total"], *cells(_together(of))))]


def _cancelled(scope: Scope) -> list[Table]:
    """The month's cancelled orders by reason, each over all orders that could be cancelled, where the shop keeps reasons."""
    orders = [fact.record for fact in scope.facts.of(Measure.CANCELLATIONS) if isinstance(fact.record, Order)]
    reasons = Counter(order.cancel_reason or "" for order in orders if order.has_stages)
    of = sum(len(scope.facts.of(measure)) for measure in (Measure.ORDERS, Measure.OPEN_ORDERS))
    order = sorted(reasons, key=lambda reason: (not reason, -reasons[reason], reason))
    lines = tuple((named(reason), reasons[reason], Ratio(reasons[reason], of)) for reason in order)
    foot = (LABELS["total"], reasons.total(), Ratio(reasons.total(), of))
    return [Table("cancelled_by_reason", ("reason", "cancellations", "cancellation_rate"), lines, foot)]


def _leads(scope: Scope) -> list[Table]:
    """The month's leads by medium: valid ones, those answered on their day and how soon, those invited and those who came."""
    of = Facts(scope.facts.of(*_OF_LEADS)).parted(of_media)
    order = sorted(of, key=lambda media: (-of[media].total(Measure.LEADS), media))

    def cells(own: Facts) -> tuple[Content, ...]:
        minutes = _KPI["answer_median"].ratio(own).value
        return (
            *(own.total(Measure.LEADS), own.total(Measure.VALID_LEADS), _KPI["valid_rate"].ratio(own)),
            *(_KPI["same_day_rate"].ratio(own), None if minutes is None else round(minutes)),
            *(own.total(Measure.INVITED), own.total(Measure.CAME), _KPI["came_rate"].ratio(own)),
        )

    headers = ("leads", "valid_leads", "valid_rate", "same_day_rate", "minutes", "invited", "came", "came_rate")
    lines = tuple((named(media), *cells(of[media])) for media in order)
    return [Table("leads_by_media", ("media", *headers), lines, (LABELS["total"], *cells(_together(of))))]


def _media_costs(scope: Scope) -> list[Table]:
    """What each medium cost in the month, and what that is for each of its leads, parties and orders."""
    of = Facts(scope.facts.of(*_OF_COSTS)).parted(of_media)
    order = sorted(of, key=lambda media: (-of[media].total(Measure.MEDIA_COST), media))

    def cells(own: Facts) -> tuple[Content, ...]:
        shares = (_KPI[key].ratio(own).value for key in ("cost_per_lead", "cost_per_visit", "cost_per_order"))
        return own.total(Measure.MEDIA_COST), *(NOTHING if share is None else _yuan(share) for share in shares)

    headers = ("media", "yuan", "per_lead", "per_visit", "per_order")
    lines = tuple((named(media), *cells(of[media])) for media in order)
    return [Table("costs_by_media", headers, lines, (LABELS["total"], *cells(_together(of))))]


def _counted(scope: Scope) -> list[Table]:
    """Days with a count at the door: the counter's parties, the register's in the same hours, and what is missing."""
    of = Facts(scope.facts.of(Measure.COUNTED, Measure.REGISTERED, Measure.MISSING)).parted(lambda fact: fact.on)

    def cells(own: Facts) -> tuple[Content, ...]:
        counts = (own.total(measure) for measure in (Measure.COUNTED, Measure.REGISTERED, Measure.MISSING))
        return *counts, _KPI["missing_rate"].ratio(own)

    headers = ("day", "counter", "registered", "missing", "missing_rate")
    lines = tuple((day, *cells(of[day])) for day in sorted(of))
    return [Table("counted_by_day", headers, lines, (LABELS["total"], *cells(_together(of))))]


def _together(parts: Mapping[K, Facts]) -> Facts:
    return Facts(fact for own in parts.values() for fact in own)


def _inspections(scope: Scope) -> list[Table]:
    """The month's marks of the showroom: by area, inspector and day, the items that lost most, and the months before."""
    every = [row for row in _sound(scope, Inspection) if row.date and row.date <= scope.last and row.mark is not None]
    rows = [row for row in every if _in(scope, row.date)]
    months = {next_month(scope.month, -by) for by in range(_TREND)}

    def by(key: str, header: str, label: Callable[[Inspection], str | dt.date], of_: Sequence[Inspection]) -> Table:
        of: defaultdict[str | dt.date, list[Inspection]] = defaultdict(list)
        for row in of_:
            of[label(row)].append(row)
        lines = tuple((name, *_marks(of[name])) for name in (of if header in ("area", "person") else sorted(of)))
        headers = (header, "inspected", "marks", "full_marks", "marks_rate")
        return Table(key, headers, lines, (LABELS["total"], *_marks(of_)))

    lost: Counter[str] = Counter()
    seen = Counter(row.item or "" for row in rows)
    for row in rows:
        lost[row.item or ""] += FULL_MARK - (row.mark or 0)
    worst = sorted(((item, points) for item, points in lost.items() if points), key=lambda pair: (-pair[1], pair[0]))
    items = tuple((named(item), seen[item], points) for item, points in worst[:_WORST])
    trend = [row for row in every if f"{row.date:%Y-%m}" in months] if rows else []
    return [
        by("marks_by_area", "area", lambda row: row.area, rows),
        by("marks_by_inspector", "person", lambda row: row.inspector or "", rows),
        by("marks_by_day", "day", lambda row: row.date or dt.date.min, rows),
        Table("marks_lost", ("inspected_item", "inspected", "lost_marks"), items),
        by("marks_by_month", "month", lambda row: f"{row.date:%Y-%m}", trend),
    ]


def _marks(rows: Sequence[Inspection]) -> tuple[Content, ...]:
    """Items looked at, their marks, those they might have had, and the share."""
    marks, full = sum(row.mark or 0 for row in rows), FULL_MARK * len(rows)
    return len(rows), marks, full, Ratio(marks, full)


def _yuan(money: float) -> int:
    """Whole yuan, as the sentences say them."""
    return int(half_up(money, 0))


def _loans(scope: Scope) -> list[Table]:
    """Files that were out at the end of the month, those due longest first."""
    out = [
        (due, row)
        for row in _sound(scope, Loan)
        if row.date and row.date <= scope.last and (row.returned_on is None or row.returned_on > scope.last)
        if (due := due_of(row, scope.ledger)) is not None
    ]
    lines = tuple(
        (named(row.borrower or ""), Name(row.name or ""), row.content, row.date, due, max(0, (scope.last - due).days))
        for due, row in sorted(out, key=lambda pair: (pair[0], pair[1].at.row))
    )
    return [Table("files_out", ("person", "name", "telling", "lent_on", "due_on", "days_overdue"), lines)]


_TABLES: tuple[Callable[[Scope], list[Table]], ...] = (
    reasons.tables,
    firstten.tables,
    _costs,
    _stages,
    _cancelled,
    _leads,
    _media_costs,
    _counted,
    _drives,
    _visits_made,
    _inspections,
    _loans,
)
