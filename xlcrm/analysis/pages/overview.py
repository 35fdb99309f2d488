"""Page 1, 总览: the month's funnel, targets with pro-rata progress, warnings, and what changed most, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Content, CustomerNumber, Figure, Name, Page, Ratio, Table, Unit, fill
from xlcrm.analysis.kpis import kpis
from xlcrm.analysis.scope import Scope, cross, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, SENTENCES, WARNINGS
from xlcrm.followup.warnings import LEFT_BEHIND, Pace, WarningKind, pace
from xlcrm.forms.sheets import Order
from xlcrm.forms.states import FigureScope
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
_STOCKS = tuple(
    measure.value
    for measure in (
        *(Measure.OPENING, Measure.CLOSING, Measure.OPEN_ORDERS, Measure.OPEN_CARS),
        *(Measure.NOT_DELIVERED, Measure.OVERDUE_NOW),
    )
)


def page(scope: Scope) -> Page:
    """The tables of the page; its figures and sentences are the month's own."""
    return Page("overview", (_funnel(scope), _targets(scope), _warnings_by_kind(scope), _warnings_of_money(scope)))


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
    names = sorted({*orders, *targets}, key=lambda name: (name == "", -targets.get(name, 0), name))
    paces = {
        name: pace(scope.ledger, name, cars.get(name, 0), targets.get(name, 0), scope.month, scope.last)
        for name in names
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
    shop = LABELS["shop"].zh
    pairs = ((warning.person or shop, warning.kind.value) for warning in scope.warnings)
    return cross("warnings_by_kind", "person", pairs, {kind.value: kind.name.lower() for kind in WarningKind})


def _warnings_of_money(scope: Scope) -> Table:
    """The few warnings to be read one by one; the others stand on the pages of their customers."""
    kinds = (WarningKind.PROGRESS, WarningKind.COSTS, WarningKind.RECEIVABLE)
    told = [warning for warning in scope.warnings if warning.wording == LEFT_BEHIND]
    told += [warning for kind in kinds for warning in scope.warnings if warning.kind is kind]
    rows = tuple(
        (
            LABELS[warning.kind.name.lower()],
            warning.person or LABELS["shop"],
            CustomerNumber(warning.customer) if warning.customer else None,
            Name(warning.name) if warning.name else None,
            fill(WARNINGS[warning.wording], warning.about),
        )
        for warning in told
    )
    return Table("warnings_of_money", ("kind", "person", "customer", "name", "telling"), rows)


# ---------------------------------------------------------------- sentences


def sentences(scope: Scope, figures: Sequence[Figure]) -> tuple[Words, ...]:
    """Two or three sentences: the progress, and what changed most against last month."""
    return (*_progress(scope), *_since_the_close(scope), *_changes(scope, figures))


def _progress(scope: Scope) -> Iterator[Words]:
    shop = scope.pace
    if shop.target:
        yield fill(
            SENTENCES["progress"],
            {
                "cars": shop.cars,
                "target": shop.target,
                "elapsed": shop.elapsed,
                "working": shop.working,
                "expected": f"{shop.expected:.1f}",
            },
        )
    marks = [fact for fact in scope.facts.of(Measure.ORDERS) if not isinstance(fact.record, Order)]
    if marks:
        yield fill(SENTENCES["unwritten"], {"count": len(marks)})
    if held := len(scope.evidence.timeline.held):
        yield fill(SENTENCES["held"], {"count": held})
    done = (row.done_on for row in scope.ledger.follow_ups if row.done_on)
    if scope.facts.of(Measure.CONTACTS) and not any(scope.first <= day <= scope.last for day in done):
        yield SENTENCES["unrolled"]


def _since_the_close(scope: Scope) -> Iterator[Words]:
    """That the rows of a closed month give other figures by now, with the first few of the shop's."""
    own = [figure for figure in scope.changed if figure.scope == FigureScope.SHOP]
    if scope.facts.kept and scope.changed:
        told = [LABELS[figure.key] for figure in own[:_NAMED]]
        names = Words("、".join(label.zh for label in told), ", ".join(label.en for label in told))
        more = SENTENCES["more"] if len(own) > _NAMED else Words("", "")
        sentence = SENTENCES["changed_since" if own else "changed_in_parts"]
        about = {"closed": scope.facts.kept.closed_on, "count": len(own)}
        zh = sentence.zh.format(names=names.zh + more.zh, **about)
        yield Words(zh, sentence.en.format(names=names.en + more.en, **about))


_NAMED = 4


def _changes(scope: Scope, figures: Sequence[Figure]) -> Iterator[Words]:
    """The count and the rate that moved most; that nothing moved; or that there is nothing to compare with."""
    if scope.past.last is None:
        yield fill(SENTENCES["no_past"], {"month": next_month(scope.month, -1)})
        return
    span = SENTENCES["last_month"] if scope.is_over else fill(SENTENCES["same_days"], {"day": scope.last.day})
    moved = [figure for unit in (Unit.COUNT, Unit.PERCENT) for figure in _strongest(figures, unit)]
    yield from (_change(figure, figure.last, span) for figure in moved if figure.last is not None)
    if not moved:
        yield Words(SENTENCES["steady"].zh.format(span=span.zh), SENTENCES["steady"].en.format(span=span.en))


def _strongest(figures: Sequence[Figure], unit: Unit) -> list[Figure]:
    """The figure of a unit that moved most, if any did; stocks carry the months before with them and are left out."""
    flows = [figure for figure in figures if figure.unit is unit and figure.key not in _STOCKS]
    best = max(flows, key=lambda figure: abs(figure.deviation), default=None)
    return [best] if best is not None and best.deviation else []


def _change(figure: Figure, last: Ratio, span: Words) -> Words:
    kind = "count" if figure.unit is Unit.COUNT else "rate"
    direction = "up" if figure.deviation > 0 else "down"
    about = {
        "now": figure.shown,
        "last": figure.in_words(last),
        "by": f"{abs(figure.now.numerator - last.numerator):g}",
        "numerator": f"{figure.now.numerator:g}",
        "denominator": f"{figure.now.denominator or 0:g}",
        "last_numerator": f"{last.numerator:g}",
        "last_denominator": f"{last.denominator or 0:g}",
    }
    sentence = _say(f"{kind}_{direction}", span, figure.label, about)
    if figure.beyond_chance:
        return sentence
    apart = "by_chance"
    if figure.has_drifted:
        apart = "drifted_better" if (figure.drift > 0) == (figure.good > 0) else "drifted_worse"
    return Words(sentence.zh + SENTENCES[apart].zh, sentence.en + SENTENCES[apart].en)


def _say(key: str, span: Words, label: Words, about: Mapping[str, object]) -> Words:
    sentence = SENTENCES[key]
    zh = sentence.zh.format(label=label.zh, span=span.zh, **about)
    return Words(zh, sentence.en.format(label=label.en, span=span.en, **about))
