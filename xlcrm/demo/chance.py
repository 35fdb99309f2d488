"""Small helpers of chance: every draw of a simulation comes from one ``random.Random``."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Wheel(Generic[T]):
    """A wheel of fortune: values and the width of their sectors."""

    def __init__(self, sectors: Mapping[T, float]) -> None:
        self._values = tuple(sectors)
        self._edges = tuple(accumulate(sectors.values()))

    def spin(self, rng: random.Random) -> T:
        return rng.choices(self._values, cum_weights=self._edges)[0]


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson number (Knuth's method, fit for the small means of a shop's day)."""
    floor, count, product = math.exp(-mean), 0, rng.random()
    while product > floor:
        count += 1
        product *= rng.random()
    return count
