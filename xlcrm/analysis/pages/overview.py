"""Page 1, 总览: twelve months in a line, the month's funnel, targets with pro-rata progress, warnings."""

from __future__ import annotations

from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Content, Page, Ratio, Table, Unit, Unknown
from xlcrm.analysis.kpis import Kpi, kpis
from xlcrm.analysis.scope import Scope, cross, named
from xlcrm.catalogue.labels import LABELS
from xlcrm.followup.warnings import Pace, WarningKind, pace
from xlcrm.ledger.months import next_month

_FUNNEL = {
    Measure.BATCHES: "",
    Measure.FIRST: "",
    Measure.FIRST_WITH_PHONE: "kept_rate",
    Measure.DRIVES: "test_drive_rate",
    Measure.ORDERS: "closing_rate",
    Measure.DELIVERIES: "delivery_rate",
}
"""The steps of the funnel and the KPI of each: no step is a part of the one before, since repeat visitors join on the way."""
_LINE = ("batches", "kept_rate", "test_drive_rate", "closing_rate", "orders", "cars", "deliveries")
"""The KPIs of the line of twelve months."""
_MONTHS = 12


def page(scope: Scope) -> Page:
    """The tables of the page; its figures and sentences are the month's own."""
    tables = (_targets(scope), _funnel(scope), _twelve_months(scope), _warnings_by_kind(scope))
    return Page("overview", tables)


def _twelve_months(scope: Scope) -> Table:
    """This month and the eleven before it: as each was kept at its close, else as the rows of the book give it."""
    own = {kpi.key: kpi for kpi in kpis(scope.settings)}
    rows = []
    for by in range(_MONTHS - 1, -1, -1):
        month = next_month(scope.month, -by)
        ratios = (scope.of_month(own[key], by) for key in _LINE)
        rows.append((month, *(_cell(own[key], ratio) for key, ratio in zip(_LINE, ratios, strict=True))))
    return Table("twelve_months", ("month", *_LINE), tuple(rows))


def _cell(kpi: Kpi, ratio: Ratio | None) -> Content:
    if ratio is None:
        return Unknown.MONTH
    return int(ratio.numerator) if kpi.unit is Unit.COUNT else ratio


def _funnel(scope: Scope) -> Table:
    rates = {kpi.key: kpi for kpi in kpis(scope.settings)}
    rows = tuple(
        (
            LABELS[measure.value],
            scope.facts.total(measure),
            LABELS[key] if key else None,
            rates[key].ratio(scope.facts) if key else None,
        )
        for measure, key in _FUNNEL.items()
    )
    return Table("month_funnel", ("step", "count", "figure", "step_rate"), rows, both_sides=True)


def _targets(scope: Scope) -> Table:
    orders, cars, targets = (
        scope.facts.sums(measure, of_consultant) for measure in (Measure.ORDERS, Measure.CARS, Measure.TARGET)
    )
    paces = {
        name: pace(scope.ledger, name, cars.get(name, 0), targets.get(name, 0), scope.month, scope.last)
        for name in scope.in_order({*orders, *targets})
    }
    headers = ("consultant", "target", "orders", "cars", "achieved", "elapsed", "working", "expected", "gap")
    rows = tuple((named(name), *_pace_cells(orders.get(name, 0), own)) for name, own in paces.items())
    total = (LABELS["shop"], *_pace_cells(scope.facts.total(Measure.ORDERS), scope.pace))
    return Table("targets", headers, rows, total)


def _pace_cells(orders: int, own: Pace) -> tuple[Content, ...]:
    """``orders`` in 单, all else in 台."""
    expected, gap = round(own.expected, 1), round(own.cars - own.expected, 1)
    return own.target, orders, own.cars, Ratio(own.cars, own.target), own.elapsed, own.working, expected, gap


def _warnings_by_kind(scope: Scope) -> Table:
    pairs = ((warning.person, warning.kind.value) for warning in scope.warnings)
    kinds = {kind.value: kind.name.lower() for kind in WarningKind}
    table = cross("warnings_by_kind", "person", pairs, kinds, scope.consultants)
    # a warning of nobody's is the shop's
    rows = ((LABELS["shop"] if person == LABELS["blank"] else person, *cells) for person, *cells in table.rows)
    return table._replace(rows=tuple(rows))
