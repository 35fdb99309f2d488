"""The KPIs of the month, as a list: each a sum of measures over a sum of measures.

Source: SPEC section 7. 成交率 is known in five readings; which divisor a shop uses is a setting, and is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from xlcrm.analysis.facts import Fact, Facts, Measure
from xlcrm.analysis.figures import Figure, Ratio, Unit
from xlcrm.analysis.kept import KeptMonth
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.settings import Divisor, Settings

DIVISORS: dict[Divisor, Measure] = {
    "首次留档": Measure.FIRST_WITH_PHONE,
    "首次批次": Measure.FIRST,
    "全部批次": Measure.BATCHES,
    "留档批次": Measure.WITH_PHONE,
    "新建卡": Measure.NEW_CARDS,
}
"""What orders are divided by in 成交率, by the setting 成交率分母."""


_LESS_IS_BETTER = (
    "cancellations",
    "losses_applied",
    "losses_approved",
    "loss_rate",
    "cancellation_rate",
    *(
        "frozen",
        "unreachable",
        "invalid",
        "overdue_now",
        "cycle_mean",
        "cycle_median",
        "delivery_mean",
        "delivery_median",
    ),
    "answer_mean",
    "answer_median",
    "cost_per_lead",
    "cost_per_visit",
    "cost_per_order",
    "missing_rate",
)
_NEITHER = (
    "media_cost",
    "counter",
    "opening_stock",
    "closing_stock",
    "open_orders",
    "open_cars",
    "cars_not_delivered",
    "mean_price",
    "owner_share",
    "referral_share",
    "orders_of_unknown_kind",
    "orders_of_unknown_origin",
)


class Kpi(NamedTuple):
    """One KPI: numerators ÷ denominators, of one grade if set; ``middle`` asks for the median of the numerator's facts.

    One ``of_today`` is not a month's: it has no past. One ``of_mean`` is divided by the mean of its denominators. What ``less``
    comes to is taken off the numerators; where there is nothing to take off, there is no figure. What is ``given`` is a
    count of a form that a shop may do without: where nothing of it was counted, there is no such KPI.
    """

    key: str
    unit: Unit
    numerators: tuple[Measure, ...]
    denominators: tuple[Measure, ...] = ()
    grade: str | None = None
    middle: bool = False
    of_today: bool = False
    of_mean: bool = False
    less: tuple[Measure, ...] = ()
    given: Measure | None = None

    def is_known(self, facts: Facts) -> bool:
        """Whether the books have what it is about: all but the KPIs of forms to be switched on are always known."""
        return self.given is None or facts.has(self.given)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Everything it counts."""
        return *self.numerators, *self.less, *self.denominators

    def ratio(self, facts: Facts) -> Ratio:
        """The KPI over some facts, as it was kept where it was."""
        kept = facts.kept.ratio(self.key) if facts.kept else None
        if kept is not None:
            return kept
        if self.middle:
            amounts = [fact.amount for fact in facts.of(*self.numerators)]
            return Ratio(median(amounts)) if amounts else Ratio(0, 0)
        numerator = facts.total(*self.numerators, grade=self.grade)
        if self.less:
            off = facts.total(*self.less, grade=self.grade)
            return Ratio(numerator - off) if off else Ratio(0, 0)
        if not self.denominators:
            return Ratio(numerator)
        denominator = facts.total(*self.denominators, grade=self.grade)
        return Ratio(numerator, denominator / len(self.denominators) if self.of_mean else denominator)

    def kept_in(self, kept: KeptMonth) -> Ratio | None:
        """The KPI as a closed month kept it; ``None`` where neither it nor what it counts was kept."""
        own = kept.ratio(self.key)
        if own is None and not self.middle and all(kept.ratio(measure.value) for measure in self.measures):
            return self.ratio(Facts((), kept))
        return own

    def over(self, past: Past) -> Ratio | None:
        """The KPI over the months before together, as far as they know it; of a count, a month's mean."""
        periods = [period for period in past.periods if self.is_known(period)]
        if not periods or self.of_today:
            return None
        if self.middle:
            return self.ratio(Facts(fact for period in periods for fact in period.of(*self.numerators)))
        ratios = [self.ratio(period) for period in periods]
        numerator = sum(ratio.numerator for ratio in ratios)
        if not self.denominators:
            return Ratio(numerator, len(periods))
        return Ratio(numerator, sum(ratio.denominator or 0 for ratio in ratios))

    def facts(self, facts: Facts) -> Iterator[Fact]:
        """The facts behind numerator and denominator, none where there is no figure."""
        if self.less and not facts.of(*self.less):
            return iter(())
        counted = facts.of(*self.measures)
        return (fact for fact in counted if self.grade is None or fact.grade == self.grade)

    @property
    def good(self) -> int:
        """1 where more is better, -1 where less is, 0 where neither is."""
        return 0 if self.key in _NEITHER else -1 if self.key in _LESS_IS_BETTER else 1

    @property
    def formula(self) -> Words:
        """The KPI in words: 试乘试驾 ÷ (首次留档 + 再次来店)."""
        top, bottom = _sum(self.numerators, self.grade), _sum(self.denominators, self.grade)
        if self.of_mean:
            bottom = Words(f"{bottom.zh}的平均", f"the mean of {bottom.en}")
        if self.middle:
            return Words(f"{top.zh}的中位数", f"median of {top.en}")
        if self.less:
            off = _sum(self.less, self.grade)
            return Words(f"{top.zh} − {off.zh}", f"{top.en} − {off.en}")
        return Words(f"{top.zh} ÷ {bottom.zh}", f"{top.en} ÷ {bottom.en}") if self.denominators else top


def _sum(measures: tuple[Measure, ...], grade: str | None) -> Words:
    labels = [LABELS[measure.value] for measure in measures]
    zh, en = " + ".join(label.zh for label in labels), " + ".join(label.en for label in labels)
    if grade:
        return Words(f"{grade}级{zh}", f"{en} at {grade}")
    return Words(f"({zh})", f"({en})") if len(labels) > 1 else Words(zh, en)


def count(measure: Measure) -> Kpi:
    """A measure as a KPI of its own."""
    return Kpi(measure.value, Unit.COUNT, (measure,))


def _rate(key: str, numerator: Measure, *denominators: Measure, grade: str | None = None) -> Kpi:
    return Kpi(key, Unit.PERCENT, (numerator,), denominators, grade)


def kpis(settings: Settings) -> tuple[Kpi, ...]:
    """The KPIs of every shop in the order they are printed: the counts, then the rates."""
    m = Measure
    counts = (
        *(m.BATCHES, m.FIRST, m.FIRST_WITH_PHONE, m.REPEAT, m.DRIVES, m.NEW_CARDS, m.OPENING, m.CLOSING),
        *(m.OPEN_ORDERS, m.OPEN_CARS, m.ORDERS, m.CARS, m.DELIVERIES, m.CANCELLATIONS),
        *(m.NOT_DELIVERED, m.APPLIED, m.APPROVED, m.FROZEN, m.UNREACHABLE, m.INVALID),
        *(m.KIND_UNKNOWN, m.ORIGIN_UNKNOWN),
    )
    return (
        *map(count, counts),
        Kpi("overdue_now", Unit.COUNT, (m.OVERDUE_NOW,), of_today=True),
        _rate("kept_rate", m.FIRST_WITH_PHONE, m.FIRST),
        _rate("test_drive_rate", m.DRIVES, m.FIRST_WITH_PHONE, m.REPEAT),
        _rate("repeat_rate", m.REPEAT, m.FIRST_WITH_PHONE),
        _rate("closing_rate", m.ORDERS, DIVISORS[settings.divisor]),
        _rate("prospect_rate", m.ORDERS, m.NEW_CARDS, m.OPENING),
        _rate("loss_rate", m.APPROVED, m.NEW_CARDS, m.OPENING),
        *(_rate(f"conversion_{g.lower()}", m.CONVERTED, m.OPENING, grade=g) for g in "HABC"),
        _rate("delivery_rate", m.DELIVERIES, m.CARS, m.OPEN_CARS),
        _rate("cancellation_rate", m.CANCELLATIONS, m.ORDERS, m.OPEN_ORDERS),
        _rate("on_time_rate", m.ON_TIME, m.DUE),
        _rate("reached_rate", m.REACHED, m.CONTACTS),
        Kpi("cycle_mean", Unit.DAYS, (m.CYCLE_DAYS,), (m.CYCLED,)),
        Kpi("cycle_median", Unit.DAYS, (m.CYCLE_DAYS,), middle=True),
        _rate("target_rate", m.CARS, m.TARGET),
        Kpi("target_gap", Unit.DIFFERENCE, (m.CARS,), less=(m.TARGET,)),
        _rate("drive_closing_rate", m.DRIVEN_ORDERED, m.FIRST_DRIVES),
        _rate("first_visit_closing_rate", m.AT_FIRST_VISIT, m.FIRST_WITH_PHONE),
        _rate("repeat_visit_closing_rate", m.AT_REPEAT_VISIT, m.REPEAT),
        Kpi("contact_frequency", Unit.TIMES, (m.REACHED,), (m.OPENING, m.CLOSING), of_mean=True),
        Kpi("return_rate", Unit.PERCENT, (m.FIRST_KNOWN, m.REPEAT), (m.NEW_CARDS, m.OPENING)),
        _rate("owner_share", m.BOUGHT_BEFORE, m.KIND_KNOWN),
        _rate("referral_share", m.REFERRED, m.ORIGIN_KNOWN),
        Kpi("mean_price", Unit.MONEY, (m.PRICE,), (m.PRICED_CARS,)),
        _rate("reserve_rate", m.RESERVE, m.RESERVE_BASE),
        Kpi("delivery_mean", Unit.DAYS, (m.DELIVERY_DAYS,), (m.DELIVERED_ORDERS,)),
        Kpi("delivery_median", Unit.DAYS, (m.DELIVERY_DAYS,), middle=True),
    )


def _switched() -> tuple[Kpi, ...]:
    """The KPIs of 大定锁单, 线索, 渠道费用 and 客流计数. SPEC section 13."""
    m = Measure
    cost = (m.MEDIA_COST,)
    return (
        Kpi("deposits", Unit.COUNT, (m.DEPOSITS,), given=m.DEPOSITS),
        Kpi("firm_rate", Unit.PERCENT, (m.DEPOSITS_FIRMED,), (m.DEPOSITS,), given=m.DEPOSITS),
        Kpi("firm_orders", Unit.COUNT, (m.FIRM_ORDERS,), given=m.FIRM_ORDERS),
        Kpi("locked_rate", Unit.PERCENT, (m.LOCKED_ORDERS,), (m.FIRM_ORDERS,), given=m.FIRM_ORDERS),
        Kpi("leads", Unit.COUNT, (m.LEADS,), given=m.LEADS),
        Kpi("valid_rate", Unit.PERCENT, (m.VALID_LEADS,), (m.LEADS,), given=m.LEADS),
        Kpi("same_day_rate", Unit.PERCENT, (m.ANSWERED_SAME_DAY,), (m.VALID_LEADS,), given=m.LEADS),
        Kpi("answer_mean", Unit.MINUTES, (m.ANSWER_MINUTES,), (m.ANSWERS_TIMED,), given=m.LEADS),
        Kpi("answer_median", Unit.MINUTES, (m.ANSWER_MINUTES,), middle=True, given=m.LEADS),
        Kpi("came_rate", Unit.PERCENT, (m.CAME,), (m.INVITED,), given=m.LEADS),
        Kpi("media_cost", Unit.MONEY, cost, given=m.MEDIA_COST),
        Kpi("cost_per_lead", Unit.MONEY, cost, (m.PAID_LEADS,), given=m.MEDIA_COST),
        Kpi("cost_per_visit", Unit.MONEY, cost, (m.PAID_VISITS,), given=m.MEDIA_COST),
        Kpi("cost_per_order", Unit.MONEY, cost, (m.PAID_ORDERS,), given=m.MEDIA_COST),
        Kpi("counter", Unit.COUNT, (m.COUNTED,), given=m.COUNTED),
        Kpi("missing_rate", Unit.PERCENT, (m.MISSING,), (m.COUNTED,), given=m.COUNTED),
    )


SWITCHED_KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in _switched()}
"""The KPIs of forms that a shop may do without, by key, in the order they are printed behind the others."""


def all_kpis(settings: Settings) -> tuple[Kpi, ...]:
    """The KPIs of every shop, and those of forms that one may do without."""
    return *kpis(settings), *SWITCHED_KPIS.values()


def known_kpis(settings: Settings, facts: Facts) -> tuple[Kpi, ...]:
    """The KPIs that are printed of some facts."""
    return tuple(kpi for kpi in all_kpis(settings) if kpi.is_known(facts))


class Past(NamedTuple):
    """The months before, the last first, as far as the books reach: up to the same day, and ``whole`` from first to last.

    ``year`` is the same month last year, ``None`` where its figures were not kept or this month is not over.
    """

    periods: tuple[Facts, ...]
    whole: tuple[Facts, ...]
    year: KeptMonth | None = None

    @property
    def last(self) -> Facts | None:
        """Last month, ``None`` beyond the books."""
        return self.periods[0] if self.periods else None

    @property
    def months(self) -> int:
        return len(self.periods)


def figure(kpi: Kpi, now: Facts, past: Past, small: int) -> Figure:
    """A KPI as a figure beside its past; ``small`` is the least number of cases a percentage is shown for."""
    places = {(fact.record.at.sheet, fact.record.at.row): fact.record.at for fact in kpi.facts(now)}
    has_last = past.last is not None and kpi.is_known(past.last) and not kpi.of_today
    last = kpi.ratio(past.last) if past.last is not None and has_last else None
    year = kpi.kept_in(past.year) if past.year is not None else None
    rows, ratio = tuple(places.values()), kpi.ratio(now)
    return Figure(kpi.key, kpi.unit, ratio, last, kpi.over(past), rows, kpi.formula, small, kpi.good, year)
