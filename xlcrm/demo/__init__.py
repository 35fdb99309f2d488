"""An invented store to try everything on: deterministic, believable, with the truth known beside it.

``simulate`` makes a store, ``plant`` puts known faults into one, ``demo_store`` is the one shown to
people, ``write_csvs`` writes any of them to a folder.
"""

from __future__ import annotations

from xlcrm.demo.csvs import write_csvs
from xlcrm.demo.faults import RULE_FAULTS, plant
from xlcrm.demo.planting import NoPlace, Planted
from xlcrm.demo.showcase import demo_store
from xlcrm.demo.simulation import simulate
from xlcrm.demo.store import Counts, MonthTruth, Row, Sheets, Standing, Store, Truth

__all__ = [
    "RULE_FAULTS",
    "Counts",
    "MonthTruth",
    "NoPlace",
    "Planted",
    "Row",
    "Sheets",
    "Standing",
    "Store",
    "Truth",
    "demo_store",
    "plant",
    "simulate",
    "write_csvs",
]
