"""What each close writes into 历月指标: the month's figures, of the shop and of every consultant, source, model and grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from xlcrm.analysis.collect import collect
from xlcrm.analysis.evidence import Evidence
from xlcrm.analysis.facts import SCOPES, Facts, Measure
from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kept import KeptMonth
from xlcrm.analysis.kpis import Kpi, all_kpis, count
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.schema import Place
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import MonthFigure
from xlcrm.forms.states import FigureScope
from xlcrm.ledger.months import month_end, month_start
from xlcrm.review import Review

_BESIDE = (
    *(Measure.WITH_PHONE, Measure.CONVERTED, Measure.CONVERTED_NEW, Measure.REJECTED, Measure.DUE, Measure.ON_TIME),
    *(Measure.CONTACTS, Measure.REACHED, Measure.TARGET, Measure.TARGET_CONTACTS),
    *(Measure.CARE_DUE, Measure.CARE_ON_TIME),
)
"""Counts that are not KPIs, but the sides of rates in the tables by consultant, source, model and grade.

What became of a call that was not made in time, made later or never, is no figure of the month: it goes on.
"""


def to_keep(settings: Settings) -> tuple[Kpi, ...]:
    """The figures that are kept: every KPI of a month, and the counts that the tables beside them divide.

    A difference is made again from what it takes off what: its parts would not add up to it.
    """
    return (*(kpi for kpi in all_kpis(settings) if not kpi.of_today and not kpi.less), *map(count, _BESIDE))


def figures_of(review: Review, month: str, closed_on: dt.date) -> Iterator[MonthFigure]:
    """The rows of 历月指标 for a month of a book as it stands, closed on a day; none of them stands in a book yet."""
    evidence = Evidence(review.ledger, review.lives(month), review.uncounted, review.today, {month: closed_on})
    facts = collect(evidence, month_start(month), month_end(month))
    for (scope, name), own in figures_by_scope(facts, review.ledger.settings).items():
        for key, ratio in own.items():
            yield MonthFigure(
                at=Place(MonthFigure.form.sheet, 0, {}),
                month=month,
                scope=scope,
                name=name or None,
                label=LABELS[key].zh,
                key=key,
                numerator=ratio.numerator,
                denominator=ratio.denominator,
                closed_on=closed_on,
            )


def figures_by_scope(facts: Facts, settings: Settings) -> dict[tuple[str, str], dict[str, Ratio]]:
    """Every figure by scope and name; of all but the shop those that counted something."""
    wanted = [kpi for kpi in to_keep(settings) if kpi.is_known(facts)]
    found: dict[tuple[str, str], dict[str, Ratio]] = {
        (FigureScope.SHOP, ""): {kpi.key: kpi.ratio(facts) for kpi in wanted}
    }
    for attribute, scope in SCOPES.items():
        parts = facts.parted(attribute)
        divided = {kpi.key for kpi in wanted if any(attribute(fact) for fact in kpi.facts(facts))}
        for name in sorted(parts):
            ratios = {kpi.key: kpi.ratio(parts[name]) for kpi in wanted if kpi.key in divided}
            found[scope, name] = {key: ratio for key, ratio in ratios.items() if ratio.numerator or ratio.denominator}
    return found


class Changed(NamedTuple):
    """A figure of a closed month for which its rows give another number by now."""

    scope: str
    name: str
    key: str
    kept: Ratio
    now: Ratio


def changed(kept: KeptMonth, facts: Facts, settings: Settings) -> list[Changed]:
    """What of a closed month's figures the rows give otherwise by now, the shop's first."""
    now = figures_by_scope(Facts(facts), settings)
    known = {kpi.key for kpi in to_keep(settings)}
    found = []
    for scope, name in dict.fromkeys((*kept.figures, *now)):
        was, own = kept.figures.get((scope, name), {}), now.get((scope, name), {})
        for key in dict.fromkeys((*was, *own)):
            shop = kept.ratio(key)
            if shop is None or key not in known:
                continue  # a figure that one version knows and the other does not
            nothing = Ratio(0, None if shop.denominator is None else 0)
            if was.get(key, nothing) != own.get(key, nothing):
                found.append(Changed(scope, name, key, was.get(key, nothing), own.get(key, nothing)))
    return found
