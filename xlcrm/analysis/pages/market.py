"""Page 6, 来源 · 车型 · 竞品: parties, contacts kept, test drives, orders and deliveries by where customers come from."""

from __future__ import annotations

from collections.abc import Callable

from xlcrm.analysis.facts import Fact, Measure, of_model, of_source
from xlcrm.analysis.figures import Page
from xlcrm.analysis.scope import KEPT_RATE, Scope, Summed, by

_VIEWS: tuple[tuple[str, str, Callable[[Fact], str]], ...] = (
    ("by_source", "source", of_source),
    ("by_model", "model", of_model),
    ("by_rival", "rival", lambda fact: fact.rival),
    ("by_media", "media", lambda fact: fact.media),
)


def page(scope: Scope) -> Page:
    """The page's tables. An order's source, medium and rival are the customer's, its model is its own."""
    columns: tuple[Summed, ...] = (
        Measure.BATCHES,
        Measure.FIRST,
        Measure.FIRST_WITH_PHONE,
        KEPT_RATE,
        Measure.DRIVES,
        Measure.ORDERS,
        scope.closing_rate,
        Measure.DELIVERIES,
    )
    tables = [by(key, header, scope.facts, attribute, columns) for key, header, attribute in _VIEWS]
    return Page("market", tuple(tables))
