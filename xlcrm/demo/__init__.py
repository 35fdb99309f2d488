"""An invented store to try everything on: deterministic, believable, with the truth known beside it.

``simulate`` makes a store, ``plant`` and ``plant_relations`` put known faults into one, ``demo_store`` is the one shown to
people, ``write_csvs`` writes any of them to a folder.
"""

from __future__ import annotations

from xlcrm.demo.csvs import write_csvs
from xlcrm.demo.faults import RULE_FAULTS, plant
from xlcrm.demo.planting import NoPlace, Planted
from xlcrm.demo.relation_faults import RELATION_FAULTS, plant_relations
from xlcrm.demo.showcase import demo_store
from xlcrm.demo.simulation import simulate
from xlcrm.demo.store import Counts, MonthTruth, Row, Sheets, Standing, Store, Truth

FAULT_KINDS = (*RULE_FAULTS, *RELATION_FAULTS)
"""The names of all faults, V01… for ``plant``, R1… for ``plant_relations``."""

__all__ = [
    "FAULT_KINDS",
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
    "plant_relations",
    "simulate",
    "write_csvs",
]
