"""The manager's monthly analysis: every figure of a month in one object, each traceable to its rows. SPEC section 7."""

from __future__ import annotations

from xlcrm.analysis.figures import Figure, Name, Page, Percent, Ratio, Table, Unit
from xlcrm.analysis.jsonable import figures_json
from xlcrm.analysis.month import Month, analyse

__all__ = [
    "Figure",
    "Month",
    "Name",
    "Page",
    "Percent",
    "Ratio",
    "Table",
    "Unit",
    "analyse",
    "figures_json",
]
