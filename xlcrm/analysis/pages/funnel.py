"""Page 5, 漏斗与预测: tracked customers by stage, and the orders to expect by the method and by this shop's own past.

The method weighs a customer by the stage reached [S]. 流程阶段 is filled by hand, so a customer with 试驾日期 stands at least at
试车 (our decision). The shop's own conversion is measured: of the customers who opened a
whole month in a grade, how many ordered in it, over the months the books hold (this one if over, and three before). Orders
also come from customers who are not in the books yet: of the new cards of those months, how many ordered in the same month.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import Content, CustomerNumber, Name, Page, Percent, Ratio, Table, fill, half_up, wilson
from xlcrm.analysis.scope import Scope, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, SENTENCES, WARNINGS
from xlcrm.followup.warnings import LEFT_BEHIND, WarningKind
from xlcrm.forms.codes import CODES
from xlcrm.forms.sheets import Prospect
from xlcrm.forms.states import GRADES, State
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.months import next_month
from xlcrm.timeline.life import Standing

ENOUGH = 20
"""Cases below which a conversion is not shown. Our decision."""
_STAGES = CODES["流程阶段"].values
_DRIVEN = "试车"
_LAST_MONTH = 6
"""Months ahead with a row of their own."""


class _Tracked(NamedTuple):
    """A customer in 在跟 at the end of the month; ``expected`` is the month of the purchase, or a label's key."""

    grade: str
    stage: str
    expected: str


class _Conversion(NamedTuple):
    cases: int
    orders: int

    @property
    def is_measured(self) -> bool:
        return self.cases >= ENOUGH

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.orders, self.cases)

    @property
    def share(self) -> float:
        return self.orders / self.cases


_UNKNOWN = _Conversion(0, 0)
"""Of a grade nobody wrote, nothing was measured."""


def page(scope: Scope) -> Page:
    """The page's tables."""
    tracked = _tracked(scope)
    conversions = _conversions(scope)
    coming = _next_month(scope, tracked, conversions)
    total = _expectation(scope, tracked, conversions)
    tables = (
        _outlook(scope, coming),
        _not_delivered(scope),
        _stages(scope, tracked),
        _conversion_table(conversions),
        _forecast(scope, tracked, conversions),
        _warnings_of_money(scope),
        _pipeline(scope),
    )
    return Page("funnel", tables, (*_verdict_of(coming), *_why_they_differ(total)))


def to_come(scope: Scope) -> Iterator[Words]:
    """The cars to expect next month, between what and what, and whether that will do; nothing where nothing is known."""
    return _verdict_of(_next_month(scope, _tracked(scope), _conversions(scope)))


def _verdict_of(coming: _NextMonth) -> Iterator[Words]:
    own = coming.together
    if own.is_known:
        low, high = (half_up(end, 0) for end in (own.low, own.high))
        about = {"month": coming.month, "low": low, "high": high, "expected": half_up(own.by_conversion, 1)}
        sentence = SENTENCES["to_come" if coming.target else "to_come_untargeted"]
        about |= {"target": str(coming.target)}
        zh = sentence.zh.format(verdict=coming.verdict.zh, **about)
        yield Words(zh, sentence.en.format(verdict=coming.verdict.en, **about))


def _why_they_differ(total: _Expectation) -> Iterator[Words]:
    """Why the method expects other orders of the same customers than the shop's own past does."""
    by_stage, own = (half_up(number, 1) for number in (total.percent / 100, total.by_conversion))
    if total.customers and total.is_known and by_stage != own:
        yield fill(SENTENCES["why_they_differ"], {"by_stage": by_stage, "by_conversion": own})


_AGES = (("age_30", 30), ("age_60", 60), ("age_90", 90), ("age_over", None))
"""Bands of days since the order and the last day of each."""


def _not_delivered(scope: Scope) -> Table:
    """Orders not delivered at the end, in orders and in cars, by how long they wait."""
    bands: dict[str, list[int]] = {band: [] for band, _ in _AGES}
    for fact in scope.facts.of(Measure.NOT_DELIVERED):
        days = (scope.last - fact.on).days
        bands[next(band for band, until in _AGES if until is None or days <= until)].append(fact.amount)
    rows = tuple((LABELS[band], len(cars), sum(cars)) for band, cars in bands.items())
    total = (LABELS["total"], sum(map(len, bands.values())), sum(map(sum, bands.values())))
    return Table("not_delivered_by_age", ("age", "open_at_end", Measure.NOT_DELIVERED.value), rows, total)


def _tracked(scope: Scope) -> list[_Tracked]:
    found = []
    for life in scope.evidence.timeline.lives.values():
        standing = life.at(scope.last)
        if standing is not None and standing.state == State.ACTIVE:
            own = next(iter(life.customer.prospects), None)
            found.append(_Tracked(standing.grade or "", _stage(scope, life.customer), _expected(scope, standing, own)))
    return found


def _warnings_of_money(scope: Scope) -> Table:
    """The few warnings to be read one by one; the others stand on the pages of their customers."""
    kinds = (WarningKind.PROGRESS, WarningKind.COSTS, WarningKind.RECEIVABLE)
    few = [warning for warning in scope.warnings if warning.wording == LEFT_BEHIND]
    few += [warning for kind in kinds for warning in scope.warnings if warning.kind is kind]
    rows = tuple(
        (
            LABELS[warning.kind.name.lower()],
            warning.person or LABELS["shop"],
            CustomerNumber(warning.customer) if warning.customer else None,
            Name(warning.name) if warning.name else None,
            fill(WARNINGS[warning.wording], warning.about),
        )
        for warning in few
    )
    return Table("warnings_of_money", ("kind", "person", "customer", "name", "telling"), rows)


def _pipeline(scope: Scope) -> Table:
    """漏斗管理: every customer in 在跟 on a line, whose purchase is expected first on top; the seed's own table. [S]"""
    found: list[tuple[dt.date, str, tuple[Content, ...]]] = []
    for life in scope.evidence.timeline.lives.values():
        standing = life.at(scope.last)
        if standing is None or standing.state != State.ACTIVE:
            continue
        customer, row = life.customer, next(iter(life.customer.prospects), None)
        stage, day = _stage(scope, customer), row.expected_on if row else None
        cells: tuple[Content, ...] = (
            *(CustomerNumber(customer.number), Name(customer.name), customer.model or None, standing.grade),
            *((row.quantity if row else None) or 1, stage, Percent(scope.settings.stage_probability(stage) / 100)),
            *(day, named(standing.consultant or "")),
        )
        found.append((day or dt.date.max, customer.number, cells))
    headers = ("customer", "name", "model", "grade", "cars_wanted", "stage", "probability", "expected_on", "consultant")
    return Table("pipeline", headers, tuple(cells for *_, cells in sorted(found, key=lambda own: own[:2])))


def _stage(scope: Scope, customer: Customer) -> str:
    """The stage as written, that of the test drive at least where one was made."""
    row = next(iter(customer.prospects), None)
    written = (row.stage if row else None) or _STAGES[0]
    days = (row.test_drive_on if row else None, scope.evidence.drives.first_of(customer))
    driven = any(day is not None and day <= scope.last for day in days)
    return max(written, _DRIVEN, key=_STAGES.index) if driven and written in _STAGES else written


def _expected(scope: Scope, standing: Standing, row: Prospect | None) -> str:
    """The month of 预计购车日; where it is blank, of the end of the grade's window from today."""
    day = row.expected_on if row else None
    if day is None:
        window = scope.settings.window(standing.grade or "")
        if window is None:
            return "later"
        day = scope.last + dt.timedelta(days=window)
    if day < scope.last:
        return "overdue_month"
    month = f"{day:%Y-%m}"
    return month if month <= next_month(scope.month, _LAST_MONTH) else "later"


def _stages(scope: Scope, tracked: list[_Tracked]) -> Table:
    """Customers in 在跟 by stage; who waits for the decision on a loss is in stock too, and expected to order nothing."""
    rows: list[tuple[Content, ...]] = []
    for stage in _STAGES:
        customers = sum(customer.stage == stage for customer in tracked)
        percent = scope.settings.stage_probability(stage)
        rows.append((stage, customers, Percent(percent / 100), customers * percent / 100))
    weighted = sum(scope.settings.stage_probability(customer.stage) for customer in tracked) / 100
    pending = sum(
        s is not None and s.state == State.LOSS_PENDING
        for s in (life.at(scope.last) for life in scope.evidence.timeline.lives.values())
    )
    rows.append((LABELS["awaiting_loss"], pending, None, None))
    total = (LABELS["total"], len(tracked) + pending, None, weighted)
    return Table("stages", ("stage", "customers", "probability", "weighted"), tuple(rows), total)


_NEW = "new_customer"
"""The key of those who were not in stock at the opening, beside the grades."""


def _conversions(scope: Scope) -> dict[str, _Conversion]:
    """Grade, or ``_NEW`` → what was measured of it over whole months."""
    periods = list(scope.past.whole)
    if scope.is_over:
        periods.append(scope.facts)
    new = _Conversion(
        sum(period.total(Measure.NEW_CARDS) for period in periods),
        sum(period.total(Measure.CONVERTED_NEW) for period in periods),
    )
    return {_NEW: new} | {
        grade: _Conversion(
            sum(period.total(Measure.OPENING, grade=grade) for period in periods),
            sum(period.total(Measure.CONVERTED, grade=grade) for period in periods),
        )
        for grade in GRADES
    }


def _conversion_table(conversions: dict[str, _Conversion]) -> Table:
    rows: list[tuple[Content, ...]] = []
    for grade in (*GRADES, _NEW):
        own = conversions[grade]
        low, high = own.interval
        measured = (Ratio(own.orders, own.cases), Percent(low), Percent(high))
        shown: tuple[Content, ...] = (*measured, None) if own.is_measured else (None, None, None, LABELS["too_few"])
        rows.append((LABELS["new_cards" if grade == _NEW else grade], own.cases, own.orders, *shown))
    headers = ("grade", "opening_stock", "converted", "conversion", "share_low", "share_high", "remark")
    return Table("conversions", headers, tuple(rows))


@dataclass(slots=True)
class _Expectation:
    """The orders to expect of some customers.

    ``percent`` sums the probabilities of their stages, ``unmeasured`` counts those whose grade has too few cases.
    """

    customers: int = 0
    percent: int = 0
    by_conversion: float = 0.0
    low: float = 0.0
    high: float = 0.0
    unmeasured: int = 0

    def add(self, own: _Conversion) -> None:
        """One more customer of a conversion."""
        self.customers += 1
        if not own.is_measured:
            self.unmeasured += 1
            return
        low, high = own.interval
        self.by_conversion += own.share
        self.low += low
        self.high += high

    @property
    def is_known(self) -> bool:
        """Whether anything was measured: of customers of too few cases nothing is shown, not even 0."""
        return self.unmeasured < self.customers or not self.customers

    def cells(self) -> tuple[Content, ...]:
        numbers = (self.percent / 100, self.by_conversion, self.low, self.high)
        stage, own, low, high = (round(number, 2) for number in numbers)
        return self.customers, stage, own, low, high, round(own - low, 2), round(high - own, 2), self.unmeasured


def _forecast(scope: Scope, tracked: list[_Tracked], conversions: dict[str, _Conversion]) -> Table:
    """Expected orders by month of purchase; the interval weighs every customer by the ends of the conversion's interval."""
    months: dict[str, list[_Tracked]] = defaultdict(list)
    for customer in tracked:
        months[customer.expected].append(customer)
    order = sorted(months, key=lambda month: (month == "later", month != "overdue_month", month))
    rows = tuple(
        (LABELS.get(month, month), *_expectation(scope, months[month], conversions).cells()) for month in order
    )
    headers = ("month", "customers", "by_stage", "by_conversion", "low", "high", "below", "above", "unmeasured")
    return Table("forecast", headers, rows, (LABELS["total"], *_expectation(scope, tracked, conversions).cells()))


def _expectation(scope: Scope, tracked: list[_Tracked], conversions: dict[str, _Conversion]) -> _Expectation:
    """The orders to expect of some customers, by their stages and by their grades' conversions."""
    expectation = _Expectation()
    for customer in tracked:
        expectation.percent += scope.settings.stage_probability(customer.stage)
        expectation.add(conversions.get(customer.grade, _UNKNOWN))
    return expectation


class _NextMonth(NamedTuple):
    """What to expect next month, in cars: of the stock, of customers yet to come, and of both together.

    Customers yet to come are as many as a month brought so far; each order is for as many cars as this shop's orders were.
    ``basis`` is the key of what the target is.
    """

    month: str
    stock: _Expectation
    to_come: _Expectation
    together: _Expectation
    target: int
    basis: str
    verdict: Words


def _next_month(scope: Scope, tracked: list[_Tracked], conversions: dict[str, _Conversion]) -> _NextMonth:
    months, new = scope.past.months + scope.is_over, conversions[_NEW]
    stock = [conversions.get(customer.grade, _UNKNOWN) for customer in tracked]
    to_come = [new] * (round(new.cases / months) if months else 0)
    following = next_month(scope.month)
    own = sum(t.orders or 0 for t in scope.ledger.targets if t.month == following and scope.evidence.is_sound(t))
    target, basis = (own, "outlook_next") if own else (scope.pace.target, "outlook_as_now")
    cars = _cars_an_order(scope)
    known, coming, both = (_expected_of(own, cars) for own in (stock, to_come, [*stock, *to_come]))
    verdict = _verdict(both, target, is_whole=months > 0)
    return _NextMonth(following, known, coming, both, target, basis, verdict)


def _outlook(scope: Scope, coming: _NextMonth) -> Table:
    """Will the target be made, in cars: this month by its pace, next month by the shop's own conversions."""
    rows = (
        *(() if scope.is_over else (_pace_row(scope),)),
        (LABELS["outlook_stock"], *_outlook_cells(coming.stock), None, None),
        (LABELS["outlook_new"], *_outlook_cells(coming.to_come), None, None),
        (
            fill(LABELS[coming.basis], {"month": coming.month}),
            *_outlook_cells(coming.together),
            coming.target or None,
            coming.verdict,
        ),
    )
    return Table("outlook", ("basis", "customers", "expected_orders", "low", "high", "target", "verdict"), rows)


def _cars_an_order(scope: Scope) -> float:
    """Cars of an order, over this month and those before it; 1 where there was none."""
    orders, cars = (
        sum(facts.total(measure) for facts in (scope.facts, *scope.past.whole))
        for measure in (Measure.ORDERS, Measure.CARS)
    )
    return cars / orders if orders else 1.0


def _expected_of(customers: list[_Conversion], cars: float) -> _Expectation:
    """What to expect of some customers, in cars at so many an order."""
    expectation = _Expectation()
    for own in customers:
        expectation.add(own)
    return replace(
        expectation,
        by_conversion=expectation.by_conversion * cars,
        low=expectation.low * cars,
        high=expectation.high * cars,
    )


def _outlook_cells(expectation: _Expectation) -> tuple[Content, ...]:
    numbers = (expectation.by_conversion, expectation.low, expectation.high)
    return expectation.customers, *(round(number, 1) if expectation.is_known else None for number in numbers)


def _verdict(expectation: _Expectation, target: int, *, is_whole: bool) -> Words:
    """Whether the target will be made; ``is_whole`` says that customers to come could be measured.

    Customers of too few cases may bring any number of orders: only what the others bring already can decide.
    """
    if not target:
        return LABELS["no_target"]
    if expectation.low >= target:
        return LABELS["outlook_yes"]
    if expectation.unmeasured or not is_whole:
        return LABELS["outlook_too_few"]
    return LABELS["outlook_no" if expectation.high < target else "outlook_open"]


def _pace_row(scope: Scope) -> tuple[Content, ...]:
    """The cars this month will bring, should every working day bring as many as the days gone."""
    own = scope.pace
    if not own.elapsed:
        return LABELS["outlook_pace"], None, None, None, None, own.target or None, LABELS["outlook_too_few"]
    expected = own.cars * own.working / own.elapsed
    verdict = LABELS[("on_pace" if expected >= own.target else "behind_pace") if own.target else "no_target"]
    return LABELS["outlook_pace"], None, round(expected, 1), None, None, own.target or None, verdict
