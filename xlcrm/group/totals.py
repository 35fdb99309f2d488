"""Figures added up over stores: both sides of each, by month, scope and name.

They are added as whole ten-thousandths, so that they come to the same in whatever order, by one process or by many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kept import whole
from xlcrm.forms.states import FigureScope
from xlcrm.group.store import Part, StoreMonth

_PARTS = 10_000
_NOTHING = 0, 0, 0, 0


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure summed over ``stores`` stores."""

    ratio: Ratio
    stores: int


Totals = Mapping[str, Mapping[Part, Mapping[str, Sum]]]
"""By month, part and key."""
Addend = tuple[str, str, str, str, int, int, int, int]
"""Month, scope, name, key; the numerator and the denominator in ten-thousandths, of how many stores there is one, and of how
many stores all this is."""


def addends(store: StoreMonth) -> Iterator[Addend]:
    """What a store adds to the sums: nothing where it is not counted. Consultants are the store's own, and not added up."""
    for month, by in store.figures.items() if store.counts else ():
        for (scope, name), own in by.items():
            if scope != FigureScope.CONSULTANT:
                for key, ratio in own.items():
                    sides = round(ratio.numerator * _PARTS), round((ratio.denominator or 0) * _PARTS)
                    yield month, scope, name, key, *sides, int(ratio.denominator is not None), 1


def add_up(stores: Iterable[StoreMonth]) -> Totals:
    """The sums over some stores."""
    found: dict[tuple[str, str, str, str], tuple[int, int, int, int]] = {}
    for store in stores:
        for month, scope, name, key, *sides in addends(store):
            of = month, scope, name, key
            above, below, divided, count = found.get(of, _NOTHING)
            found[of] = above + sides[0], below + sides[1], divided + sides[2], count + sides[3]
    return totals((*of, *sides) for of, sides in found.items())


def totals(added: Iterable[Addend]) -> Totals:
    """The sums as they are asked for, of rows that are one for each month, scope, name and key."""
    found: dict[str, dict[Part, dict[str, Sum]]] = {}
    for month, scope, name, key, numerator, denominator, divided, stores in added:
        ratio = Ratio(whole(numerator / _PARTS), whole(denominator / _PARTS) if divided else None)
        found.setdefault(month, {}).setdefault((scope, name), {})[key] = Sum(ratio, stores)
    return found
