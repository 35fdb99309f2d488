"""Cell formats: made once for each set of properties, and the few colours of the house."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

DEFAULT = {"font_name": "Microsoft YaHei", "font_size": 10, "font_scheme": "none", "valign": "vcenter"}

INK = "#1F4E79"
BLUE = "#2E75B6"
PALE_BLUE = "#DDEBF7"
ORANGE = "#C55A11"
PALE_ORANGE = "#F8CBAD"
PALE_YELLOW = "#FFF2CC"
WHITE = "#FFFFFF"
GREY = "#7F7F7F"
PALE_GREY = "#EDEDED"


class Formats:
    """The formats of one workbook: ``formats(bold=True)`` gives the same format each time it is asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]
