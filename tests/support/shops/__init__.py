"""Workbooks as shops keep them, invented by seed, each with its answer: what an import must make of every row.

Written from how real forms and exports look, not from what the reader knows. Every phone is 199 and eight digits.
"""

from __future__ import annotations

from shops.judge import Verdict, judge
from shops.styles import STYLES

__all__ = ["STYLES", "Verdict", "judge"]
