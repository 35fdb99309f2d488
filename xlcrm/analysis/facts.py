"""The facts of a period: every single thing the figures count, with the record that proves it.

A fact is one unit of one measure. Every figure is a sum of facts and every table a sum of facts by one of their attributes,
so consultants, sources and days add up to the same total, and each figure can be traced to its rows. Source of the measures:
SPEC section 7; rows in error are not facts. ``collect`` draws them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, TypeVar

from xlcrm.analysis.kept import KeptMonth
from xlcrm.forms.schema import Record
from xlcrm.forms.states import FigureScope

K = TypeVar("K", bound=Hashable)


class Measure(Enum):
    """What is counted. The value is the key of its label."""

    __hash__ = object.__hash__  # each fact asks for it: that of ``Enum`` is a call of Python's

    BATCHES = "batches"
    FIRST = "first_visits"
    FIRST_WITH_PHONE = "first_visits_with_phone"
    WITH_PHONE = "visits_with_phone"
    REPEAT = "repeat_visits"
    DRIVES = "test_drives"
    FIRST_DRIVES = "first_drives"
    DRIVEN_ORDERED = "driven_ordered"
    FIRST_KNOWN = "first_visits_known"
    NEW_CARDS = "new_cards"
    OPENING = "opening_stock"
    CLOSING = "closing_stock"
    ORDERS = "orders"
    CARS = "cars"
    AT_FIRST_VISIT = "orders_at_first_visit"
    AT_REPEAT_VISIT = "orders_at_repeat_visit"
    KIND_KNOWN = "orders_of_known_kind"
    KIND_UNKNOWN = "orders_of_unknown_kind"
    BOUGHT_BEFORE = "orders_of_owners"
    ORIGIN_KNOWN = "orders_of_known_origin"
    ORIGIN_UNKNOWN = "orders_of_unknown_origin"
    REFERRED = "orders_referred"
    PRICE = "order_value"
    PRICED_CARS = "priced_cars"
    CONVERTED = "converted"
    CONVERTED_NEW = "converted_new"
    CYCLED = "orders_of_known_age"
    CYCLE_DAYS = "cycle_days"
    OPEN_ORDERS = "open_orders"
    OPEN_CARS = "open_cars"
    DELIVERIES = "deliveries"
    DELIVERED_ORDERS = "delivered_orders"
    DELIVERY_DAYS = "delivery_days"
    NOT_DELIVERED = "cars_not_delivered"
    RESERVE = "reserve"
    RESERVE_BASE = "reserve_base"
    CANCELLATIONS = "cancellations"
    APPLIED = "losses_applied"
    APPROVED = "losses_approved"
    REJECTED = "losses_rejected"
    PENDING = "losses_pending"
    FROZEN = "frozen"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"
    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    DAYS_LATE = "days_late"
    UNREACHED = "unreached"
    UNDONE = "undone"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    OVERDUE_NOW = "overdue_now"
    CONTACTS = "contacts"
    REACHED = "reached"
    CARE_DUE = "care_due"
    CARE_ON_TIME = "care_on_time"
    CARE_LATE = "care_late"
    CARE_UNDONE = "care_undone"
    TARGET = "target"
    TARGET_CONTACTS = "target_contacts"
    DEPOSITS = "deposits"
    DEPOSITS_FIRMED = "deposits_firmed"
    DEPOSITS_RETURNED = "deposits_returned"
    FIRM_ORDERS = "firm_orders"
    LOCKED_ORDERS = "locked_orders"
    LEADS = "leads"
    VALID_LEADS = "valid_leads"
    ANSWERED_SAME_DAY = "answered_same_day"
    ANSWERS_TIMED = "answers_timed"
    ANSWER_MINUTES = "answer_minutes"
    INVITED = "invited"
    CAME = "came"
    MEDIA_COST = "media_cost"
    PAID_LEADS = "paid_leads"
    PAID_VISITS = "paid_visits"
    PAID_ORDERS = "paid_orders"
    COUNTED = "counter"
    REGISTERED = "registered"
    MISSING = "missing"


class Fact(NamedTuple):
    """One thing counted. An attribute nobody wrote is ""; ``amount`` is 1 except for days, minutes, cars, yuan, targets and
    the parties of a counter.
    """

    measure: Measure
    on: dt.date
    record: Record
    consultant: str
    source: str
    model: str
    rival: str
    grade: str
    amount: int = 1
    media: str = ""


def of_consultant(fact: Fact) -> str:
    """Whose it is."""
    return fact.consultant


def of_source(fact: Fact) -> str:
    """Where the customer came from."""
    return fact.source


def of_model(fact: Fact) -> str:
    """The car it is about."""
    return fact.model


def of_media(fact: Fact) -> str:
    """The medium that brought the customer."""
    return fact.media


def of_grade(fact: Fact) -> str:
    """The grade the customer had."""
    return fact.grade


SCOPES: dict[Callable[[Fact], str], str] = {
    of_consultant: FigureScope.CONSULTANT,
    of_source: FigureScope.SOURCE,
    of_model: FigureScope.MODEL,
    of_grade: FigureScope.GRADE,
}
"""The attributes by which the figures of a closed month are kept."""


Source = Callable[[], Iterable[Fact]]
"""Where the facts of some measures come from."""


class Facts:
    """The facts of one period, by measure.

    Of a closed month whose figures were ``kept``, sums are those kept; the facts are what the rows give now. Those of
    ``sources`` are drawn when one of their measures is first asked for: of a month that was kept hardly any is.
    """

    def __init__(
        self, facts: Iterable[Fact] = (), kept: KeptMonth | None = None, sources: Mapping[Measure, Source] | None = None
    ) -> None:
        self.kept = kept
        self._sources = dict(sources or {})
        self._by: dict[Measure, list[Fact]] = defaultdict(list)
        self._totals: dict[Measure, int] = {}
        for fact in facts:
            self._by[fact.measure].append(fact)

    def __iter__(self) -> Iterator[Fact]:
        while self._sources:
            self._draw(next(iter(self._sources.values())))
        return (fact for facts in self._by.values() for fact in facts)

    def of(self, *measures: Measure) -> list[Fact]:
        """All facts of some measures."""
        return [fact for measure in measures for fact in self._of(measure)]

    def _of(self, measure: Measure) -> Sequence[Fact]:
        if measure in self._sources:
            self._draw(self._sources[measure])
        return self._by.get(measure, ())

    def _draw(self, source: Source) -> None:
        """A source gives facts of no measure but those it stands for."""
        own = {measure: self._by[measure] for measure, other in self._sources.items() if other is source}
        for fact in source():
            own[fact.measure].append(fact)
        self._sources = {measure: other for measure, other in self._sources.items() if measure not in own}

    def has(self, measure: Measure) -> bool:
        """Whether anything of a measure was counted, or kept, though it came to 0."""
        return (self.kept is not None and self.kept.ratio(measure.value) is not None) or bool(self._of(measure))

    def total(self, *measures: Measure, grade: str | None = None) -> int:
        """The sum of some measures, of one grade if asked."""
        return sum(self._total(measure, grade) for measure in measures)

    def _total(self, measure: Measure, grade: str | None) -> int:
        kept = self.kept.ratio(measure.value) if self.kept else None
        if kept is None and grade is None:
            if measure not in self._totals:
                self._totals[measure] = sum([fact.amount for fact in self._of(measure)])
            return self._totals[measure]
        if kept is None:
            return sum([fact.amount for fact in self._of(measure) if fact.grade == grade])
        return int(kept.numerator) if grade is None else self.sums(measure, of_grade).get(grade, 0)

    def parted(self, by: Callable[[Fact], K]) -> dict[K, Facts]:
        """The facts of each value of an attribute; nothing of them was kept."""
        found: dict[K, Facts] = {}
        for fact in self:
            name = by(fact)
            if name not in found:
                found[name] = Facts()
            found[name]._by[fact.measure].append(fact)
        return found

    def sums(self, measure: Measure, by: Callable[[Fact], str]) -> dict[str, int]:
        """The sum of a measure by an attribute."""
        kept = self.kept.sums(measure.value, SCOPES[by]) if self.kept and by in SCOPES else None
        if kept is not None:
            return {name: int(number) for name, number in kept.items()}
        found: dict[str, int] = defaultdict(int)
        for fact in self._of(measure):
            found[by(fact)] += fact.amount
        return dict(found)
