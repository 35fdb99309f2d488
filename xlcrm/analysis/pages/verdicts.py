"""What the month says in ten seconds: three to five sentences, the largest consequence first, then what must be known besides.

A difference that chance alone may bring is never said here. First the target, then the rate and the count that got worse,
then customers about to be lost, then who waits to be called or owes money, then the month to come; good news where there is
room. Our decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from xlcrm.analysis.facts import Measure, of_consultant
from xlcrm.analysis.figures import Figure, Table, Unit, fill
from xlcrm.analysis.kpis import all_kpis
from xlcrm.analysis.pages import funnel
from xlcrm.analysis.scope import Scope
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, MONTHS, SENTENCES
from xlcrm.followup.warnings import WarningKind
from xlcrm.forms.sheets import Order
from xlcrm.forms.states import FigureScope

MOST, FEWEST = 5, 3
"""Sentences of a month."""
_NAMED = 4
"""Names, of consultants or of figures, that a sentence lists at most."""
_STOCKS = ("opening_stock", "closing_stock", "open_orders", "open_cars", "cars_not_delivered", "overdue_now")
"""Counts that carry the months before with them: no month's doing."""
_NO_SHARES = ("target_rate", "reserve_rate", "delivery_rate", "return_rate")
"""Percentages whose numerator is not part of the denominator: of them nothing can be said about chance."""


def sentences(scope: Scope, figures: Sequence[Figure], tables: Mapping[str, Table]) -> tuple[Words, ...]:
    """The verdicts of a month, and below them what must be known to trust its figures."""
    worse = [_moved(scope, figure) for figure in _strongest(figures, worse=True)]
    better = [_moved(scope, figure) for figure in _strongest(figures, worse=False)]
    verdicts = [
        *_target(scope),
        *worse,
        *_doubts(scope, tables["subjective_losses"]),
        *_waiting(scope, tables["overdue_customers"], tables["warnings_of_money"]),
        *funnel.to_come(scope),
        *better,
    ]
    if len(verdicts) < FEWEST:
        verdicts += _facts(scope)
    return (*verdicts[:MOST], *_to_know(scope, tables["changed_since_close"]))


# ---------------------------------------------------------------- the target


def _target(scope: Scope) -> Iterator[Words]:
    """How far the month is from its target, and which consultants are short of theirs."""
    shop = scope.pace
    about: dict[str, object] = {"cars": shop.cars, "target": shop.target, "orders": scope.facts.total(Measure.ORDERS)}
    if not shop.target:
        yield fill(SENTENCES["no_target"], about)
        return
    if scope.is_over:
        gap = shop.cars - shop.target
        kind = "target_short" if gap < 0 else "target_over" if gap else "target_met"
        yield _with(fill(SENTENCES[kind], about | {"by": abs(gap)}), _short(scope))
        return
    ahead = shop.cars - shop.expected
    about |= {"elapsed": shop.elapsed, "working": shop.working, "expected": f"{shop.expected:.1f}"}
    kind = "pace_behind" if shop.behind else "pace_ahead" if ahead >= 1 else "pace_even"
    yield fill(SENTENCES[kind], about | {"by": f"{abs(ahead):.1f}"})


def _short(scope: Scope) -> Words | None:
    """Whose own target was missed, and by how much, the furthest first."""
    cars, targets = (scope.facts.sums(measure, of_consultant) for measure in (Measure.CARS, Measure.TARGET))
    short = {name: targets[name] - cars.get(name, 0) for name in scope.in_order(targets)}
    short = {name: by for name, by in sorted(short.items(), key=lambda own: -own[1]) if by > 0 and name}
    if not short:
        return None
    if len(short) > 1 and len(set(short.values())) == 1:
        return fill(SENTENCES["each_short"], {"count": len(short), "by": next(iter(short.values()))})
    listed = [fill(SENTENCES["one_short"], {"name": name, "by": by}) for name, by in list(short.items())[:_NAMED]]
    names = _listed(listed, more=len(short) > _NAMED)
    sentence = SENTENCES["short" if len(short) > 1 else "short_alone"]
    return Words(
        sentence.zh.format(count=len(short), names=names.zh), sentence.en.format(count=len(short), names=names.en)
    )


def _with(head: Words, tail: Words | None) -> Words:
    """A sentence, with what else belongs to it after a colon."""
    if tail is None:
        return Words(f"{head.zh}。", f"{head.en}.")
    return Words(f"{head.zh}：{tail.zh}。", f"{head.en}: {tail.en}.")


def _listed(parts: Sequence[Words], *, more: bool = False) -> Words:
    end = SENTENCES["more"] if more else Words("", "")
    return Words("、".join(part.zh for part in parts) + end.zh, ", ".join(part.en for part in parts) + end.en)


# ---------------------------------------------------------------- what moved


def _strongest(figures: Sequence[Figure], *, worse: bool) -> list[Figure]:
    """The rate and the count that moved most for the worse, or for the better, by more than chance."""
    found = []
    for unit in (Unit.PERCENT, Unit.COUNT):
        moved = [
            figure
            for figure in figures
            if figure.unit is unit and figure.good and figure.key not in (*_STOCKS, *_NO_SHARES)
            if figure.beyond_chance or figure.has_drifted
            if (_by(figure) * figure.good < 0) is worse
        ]
        found += sorted(moved, key=lambda figure: -abs(_by(figure)))[:1]
    return found


def _by(figure: Figure) -> float:
    """How far a figure moved: since the three months before where it drifted, else since the last."""
    return figure.drift if figure.has_drifted else figure.deviation


def _moved(scope: Scope, figure: Figure) -> Words:
    """A figure beside the past it differs from, and whether it has gone the same way month by month."""
    past = figure.three if figure.has_drifted else figure.last
    span = _months_before(scope, figure) if figure.has_drifted else _last_month(scope)
    way = "up" if _by(figure) > 0 else "down"
    sentence = SENTENCES[f"moved_{way}"]
    again = SENTENCES[f"again_{way}"] if _goes_on(scope, figure) else Words("", "")
    about = {"now": figure.in_words(figure.now), "past": figure.in_words(past)}
    return Words(
        sentence.zh.format(label=figure.label.zh, span=span.zh, again=again.zh, **about),
        sentence.en.format(label=figure.label.en, span=span.en, again=again.en, **about),
    )


def _months_before(scope: Scope, figure: Figure) -> Words:
    """The months that a figure has drifted from: those of the three before that the books hold."""
    if scope.past.months == 1:
        return _last_month(scope)
    count = MONTHS[scope.past.months]
    words = SENTENCES["months_before_each" if figure.unit is Unit.COUNT else "months_before_all"]
    return Words(words.zh.format(count=count.zh), words.en.format(count=count.en))


def _last_month(scope: Scope) -> Words:
    return SENTENCES["last_month"] if scope.is_over else fill(SENTENCES["same_days"], {"day": scope.last.day})


def _goes_on(scope: Scope, figure: Figure) -> bool:
    """Whether each of the last months known, two at least, lies beyond the one before it, in the same direction."""
    kpi = next(kpi for kpi in all_kpis(scope.settings) if kpi.key == figure.key)
    values = [figure.value, *(kpi.ratio(period).value for period in scope.past.periods if kpi.is_known(period))]
    if len(values) < 3 or None in values:
        return False
    steps = [(now or 0) - (before or 0) for now, before in pairwise(values)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


# ---------------------------------------------------------------- customers


def _doubts(scope: Scope, doubtful: Table) -> Iterator[Words]:
    if doubtful.rows:
        about = {"applied": scope.facts.total(Measure.APPLIED), "count": len(doubtful.rows)}
        yield fill(SENTENCES["doubts"], about | {"table": doubtful.number})


def _waiting(scope: Scope, overdue: Table, owing: Table) -> Iterator[Words]:
    """Who waits for a call, who owes money, and what was spent beyond the budget."""
    owed = [warning for warning in scope.warnings if warning.kind is WarningKind.RECEIVABLE]
    parts: list[Words] = []
    if overdue.rows:
        days = overdue.rows[0][overdue.headers.index("days_overdue")]
        parts.append(fill(SENTENCES["overdue"], {"count": len(overdue.rows), "days": days, "table": overdue.number}))
    if owed:
        delivered = sum(warning.wording == "order.owed_delivered" for warning in owed)
        money = sum(int(str(warning.about["owed"]).replace(",", "")) for warning in owed)
        kind = "owed_delivered" if delivered else "owed"
        about = {"count": len(owed), "owed": f"{money:,}", "delivered": delivered, "table": owing.number}
        parts.append(fill(SENTENCES[kind], about))
    over = next((warning for warning in scope.warnings if warning.kind is WarningKind.COSTS), None)
    if over is not None:
        parts.append(fill(SENTENCES["costs_over"], over.about))
    if parts:
        yield Words("；".join(part.zh for part in parts) + "。", "; ".join(part.en for part in parts) + ".")


# ---------------------------------------------------------------- facts, and what must be known


def _facts(scope: Scope) -> list[Words]:
    """The month in plain numbers, where there is little else to say."""
    keys = ("batches", "first_visits", "first_visits_with_phone", "test_drives", "new_cards", "closing_stock")
    about = {key: scope.facts.total(Measure(key)) for key in keys}
    return [fill(SENTENCES["facts_traffic"], about), fill(SENTENCES["facts_stock"], about)]


def _to_know(scope: Scope, changed: Table) -> Iterator[Words]:
    """What the figures leave out, or whose figures they are."""
    if before := scope.closed_before:
        yield fill(SENTENCES["book_before"], {"closed": before.closed_on})
        return
    if not any(visit.date and scope.first <= visit.date <= scope.last for visit in scope.ledger.visits):
        yield SENTENCES["no_register"]
    marks = [fact for fact in scope.facts.of(Measure.ORDERS) if not isinstance(fact.record, Order)]
    if marks:
        yield fill(SENTENCES["unwritten"], {"count": len(marks)})
    if held := len(scope.evidence.timeline.held):
        yield fill(SENTENCES["held"], {"count": held})
    done = (row.done_on for row in scope.ledger.follow_ups if row.done_on)
    if scope.facts.of(Measure.CONTACTS) and not any(scope.first <= day <= scope.last for day in done):
        yield SENTENCES["unrolled"]
    yield from _since_the_close(scope, changed)
    if scope.past.last is None:
        yield fill(SENTENCES["no_past"], {"month": scope.month})


def _since_the_close(scope: Scope, changed: Table) -> Iterator[Words]:
    """That the rows of a closed month give other figures by now, with the first few of the shop's."""
    own = [figure for figure in scope.changed if figure.scope == FigureScope.SHOP]
    if scope.facts.kept and scope.changed:
        names = _listed([LABELS[figure.key] for figure in own[:_NAMED]], more=len(own) > _NAMED)
        sentence = SENTENCES["changed_since" if own else "changed_in_parts"]
        about = {"closed": scope.facts.kept.closed_on, "count": len(own), "table": changed.number}
        yield Words(sentence.zh.format(names=names.zh, **about), sentence.en.format(names=names.en, **about))
