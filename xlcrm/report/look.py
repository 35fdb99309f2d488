"""The look of everything the program draws with XlsxWriter: colours, the house font, formats, widths that suit Chinese."""

from __future__ import annotations

import math
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONT = "Microsoft YaHei"
DEFAULT = {"font_name": FONT, "font_size": 10, "font_scheme": "none", "valign": "vcenter"}
AS_TYPED = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""How a new workbook is written: a text stays a text, whatever it begins with."""

INK = "#1F4E79"
BLUE = "#2E75B6"
PALE_BLUE = "#DDEBF7"
ORANGE = "#C55A11"
PALE_ORANGE = "#F8CBAD"
PALE_YELLOW = "#FFF2CC"
WHITE = "#FFFFFF"
GREY = "#7F7F7F"
PALE_GREY = "#EDEDED"
LINE = "#BFBFBF"
SERIES = (BLUE, PALE_ORANGE, "#843C0C", "#9DC3E6", ORANGE, "#FFE699", INK)
"""Colours of a chart's series, in order: blue and orange, distinguishable without red and green; neighbours also in grey."""


class Formats:
    """The formats of one workbook: ``formats(bold=True)`` gives the same format each time it is asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        asked = tuple(properties.items())
        if asked not in self._made:
            key = tuple(sorted(asked))
            if key not in self._made:
                self._made[key] = self._workbook.add_format(DEFAULT | properties)
            self._made[asked] = self._made[key]
        return self._made[asked]


def display_width(text: str) -> int:
    """Width in characters of the default font: a Chinese character counts two."""
    return len(text) if text.isascii() else sum(map(_width, text))


@cache
def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


@lru_cache(maxsize=1 << 12)
def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column of a width; a word or a bracket may go to the next one early."""
    return sum(max(1, math.ceil(display_width(line) / max(width - 2, 1))) for line in text.split("\n"))
