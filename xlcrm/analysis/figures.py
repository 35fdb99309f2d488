"""What a figure is: a ratio that knows both its sides, and a table of cells that know what they are."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import NamedTuple

from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS, NOTES
from xlcrm.forms.schema import Place

_CHANCE = 1.96
NOTHING = "—"
"""What a ratio shows when its denominator is zero. SPEC section 7."""


def half_up(value: float, digits: int) -> str:
    """A number in words as a spreadsheet rounds it: 81.25 is 81.3, where Python's own formats say 81.2."""
    return str(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percent(share: float) -> str:
    """A share in words: 81.3%."""
    return f"{half_up(share * 100, 1)}%"


class Unit(Enum):
    """How a figure is read."""

    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    MINUTES = "minutes"
    TIMES = "times"
    MONEY = "money"
    DIFFERENCE = "difference"


class Unknown(Enum):
    """A cell of which the books know nothing, shown as "—": nobody may take it for 0."""

    MONTH = "month"
    STEP = "step"


class Name(str):
    """A customer's name: masked in what leaves the shop, until somebody asks for names."""

    __slots__ = ()


class CustomerNumber(str):
    """客户编号: masked as the name is, for it leads to the customer."""

    __slots__ = ()


class Percent(float):
    """A fraction that is not a count of cases, shown as a percentage: a probability, the end of an interval."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """Numerator ÷ denominator; a plain number has no denominator. In a table, a ratio is a percentage."""

    numerator: float
    denominator: float | None = None

    def __reduce__(self) -> tuple[type[Ratio], tuple[float, float | None]]:
        """By its sides alone: a group gets thousands from every store."""
        return Ratio, (self.numerator, self.denominator)

    def __add__(self, other: Ratio) -> Ratio:
        """Both sides added, as figures of several shops are put together; a plain number has no denominator."""
        is_plain = self.denominator is None and other.denominator is None
        bottom = None if is_plain else (self.denominator or 0) + (other.denominator or 0)
        return Ratio(self.numerator + other.numerator, bottom)

    @property
    def value(self) -> float | None:
        """``None`` when the denominator is zero."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None

    def as_cell(self, small: int) -> float | str:
        """The percentage as a fraction; "3/4" where fewer than ``small`` cases stand behind it, "—" where none does."""
        if self.value is None:
            return NOTHING
        if self.denominator is not None and self.denominator < small:
            return f"{self.numerator:g}/{self.denominator:g}"
        return self.value

    def shown(self, small: int) -> str:
        cell = self.as_cell(small)
        return cell if isinstance(cell, str) else percent(cell)


Content = str | Name | CustomerNumber | int | float | Percent | dt.date | Ratio | Words | Unknown | None
"""A cell of a table: words are the program's own, text is the shop's."""


class Figure(NamedTuple):
    """One figure of the month beside last month's, that of the three months before and that of the month a year ago.

    ``now``, ``last``, ``three`` and ``year`` keep their sides, so that no percentage is ever averaged; the last three are
    ``None`` where the books do not reach back so far. ``rows`` are the places behind numerator and denominator.
    ``small`` is the least number of cases a percentage is shown for; ``good`` is 1 where more is better, -1 where less is,
    0 where neither is.
    """

    key: str
    unit: Unit
    now: Ratio
    last: Ratio | None
    three: Ratio | None
    rows: tuple[Place, ...]
    formula: Words
    small: int
    good: int
    year: Ratio | None = None

    @property
    def label(self) -> Words:
        return LABELS[self.key]

    @property
    def numerator(self) -> float:
        return self.now.numerator

    @property
    def denominator(self) -> float | None:
        return self.now.denominator

    @property
    def value(self) -> float | None:
        return self.now.value

    @property
    def previous(self) -> float | None:
        """Last month's value, of the same days where this month is not over."""
        return self.last.value if self.last else None

    @property
    def mean3(self) -> float | None:
        """The value over the three months before (those the books reach back to) together; of a count, a month's mean."""
        return self.three.value if self.three else None

    @property
    def deviation(self) -> float:
        """How many standard deviations the figure lies from last month's, were both months alike.

        0 where nothing can be said: no past, too few cases, or no count of cases.
        """
        last = self.last
        return self._from(last if last is None or last.denominator is not None else Ratio(last.numerator, 1))

    @property
    def drift(self) -> float:
        """The same against the three months before together: a slow slide shows here, though no month differs from the last."""
        return self._from(self.three)

    def _from(self, past: Ratio | None) -> float:
        """The deviation from a past, which of a count is a sum over a number of months."""
        now = self.now
        if past is None or now.value is None or past.value is None or self.unit not in (Unit.COUNT, Unit.PERCENT):
            return 0.0
        months = past.denominator or 0
        if now.denominator is None:
            spread = (now.numerator + past.numerator) / (1 + months) * (1 + 1 / months)
        elif min(now.denominator, months) < self.small:
            return 0.0
        else:
            share = (now.numerator + past.numerator) / (now.denominator + months)
            spread = share * (1 - share) * (1 / now.denominator + 1 / months)
        return (now.value - past.value) / math.sqrt(spread) if spread > 0 else 0.0

    @property
    def beyond_chance(self) -> bool:
        """Whether the change since last month is more than chance, which alone brings one in twenty. Our decision."""
        return abs(self.deviation) >= _CHANCE

    @property
    def has_drifted(self) -> bool:
        """Whether the figure differs from the three months before by more than chance."""
        return abs(self.drift) >= _CHANCE

    @property
    def shown(self) -> str:
        """The value in words: 71.7 %, a count, days with one decimal; never a percentage of a few cases."""
        return self.in_words(self.now)

    def in_words(self, ratio: Ratio | None) -> str:
        """Any of the figure's ratios as ``shown`` would say it."""
        if ratio is None or ratio.value is None:
            return NOTHING
        if self.unit is Unit.PERCENT:
            return ratio.shown(self.small)
        if self.unit is Unit.MONEY:
            return f"{int(half_up(ratio.value, 0)):,}"
        number = half_up(ratio.value, 1)
        if self.unit is Unit.DIFFERENCE and ratio.value > 0:
            number = f"+{number}"
        return number.removesuffix(".0") if self.unit in (Unit.COUNT, Unit.DIFFERENCE) else number


class Table(NamedTuple):
    """A table of the analysis. ``key`` and ``headers`` are keys of ``LABELS``; every row has one cell for each header.

    ``both_sides`` asks for every rate's numerator and denominator in its cell, where no columns beside it say them.
    ``number`` is that of the page and of the table on it, as printed: 8-5.
    """

    key: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Content, ...], ...]
    total: tuple[Content, ...] | None = None
    both_sides: bool = False
    number: str = ""

    @property
    def title(self) -> Words:
        return LABELS[self.key]

    @property
    def heading(self) -> Words:
        """The title with its number, as it stands above the table."""
        above, title = LABELS["numbered"], self.title
        zh = above.zh.format(number=self.number, title=title.zh)
        return Words(zh, above.en.format(number=self.number, title=title.en))

    @property
    def note(self) -> Words | None:
        """What must be known to read it, if anything."""
        return NOTES.get(self.key)


class Page(NamedTuple):
    """A page of the analysis: its place in the method's list of eleven, what it says in sentences, and its tables."""

    key: str
    tables: tuple[Table, ...]
    sentences: tuple[Words, ...] = ()

    @property
    def title(self) -> Words:
        return LABELS[self.key]


def wilson(successes: int, cases: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; (0, 1) without cases."""
    if cases == 0:
        return 0.0, 1.0
    z = 1.959964
    share = successes / cases
    scale = 1 + z * z / cases
    middle = (share + z * z / (2 * cases)) / scale
    reach = z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / scale
    return max(0.0, middle - reach), min(1.0, middle + reach)


def mean(numbers: Sequence[float]) -> float | None:
    """The mean, ``None`` of nothing."""
    return sum(numbers) / len(numbers) if numbers else None


def fill(words: Words, about: Mapping[str, object]) -> Words:
    """Words with their blanks filled."""
    return Words(words.zh.format(**about), words.en.format(**about))
