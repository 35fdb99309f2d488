"""Page 7, 顾问: the league table with targets, every consultant's rates, and how far each one's grades can be trusted."""

from __future__ import annotations

from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Page, Table
from xlcrm.analysis.pages import honesty
from xlcrm.analysis.scope import DRIVE_RATE, KEPT_RATE, ON_TIME_RATE, PROSPECT_RATE, Rate, Scope, Summed, by

_TARGET_RATE = Rate("target_rate", (Measure.CARS,), (Measure.TARGET,))
_LOSS_RATE = Rate("loss_rate", (Measure.APPROVED,), (Measure.NEW_CARDS, Measure.OPENING))


def page(scope: Scope) -> Page:
    """The page's tables."""
    return Page("consultants", (_league(scope), _rates(scope), *honesty.tables(scope)))


def _league(scope: Scope) -> Table:
    """Consultants by cars ordered, with their place; ties share it."""
    m = Measure
    columns = (
        *(
            m.CARS,
            m.TARGET,
            _TARGET_RATE,
            m.ORDERS,
            m.DELIVERIES,
            m.BATCHES,
            m.FIRST,
            m.FIRST_WITH_PHONE,
            m.REPEAT,
            m.DRIVES,
        ),
        *(m.OPENING, m.NEW_CARDS, m.APPROVED, m.CLOSING),
    )
    table = by("league", "consultant", scope.facts, of_consultant, columns, order=scope.consultants)
    cars = [row[1] for row in table.rows]
    rows = tuple((1 + cars.index(row[1]), *row) for row in table.rows)
    return Table("league", ("rank", *table.headers), rows, (None, *(table.total or ())))


def _rates(scope: Scope) -> Table:
    columns: tuple[Summed, ...] = (
        *(KEPT_RATE, DRIVE_RATE, scope.closing_rate, PROSPECT_RATE, _LOSS_RATE, ON_TIME_RATE),
    )
    table = by("league_rates", "consultant", scope.facts, of_consultant, columns, order=scope.consultants)
    return table._replace(both_sides=True)
