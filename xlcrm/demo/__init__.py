"""An invented store to try everything on: deterministic, believable, with the truth known beside it."""

from __future__ import annotations

from xlcrm.demo.simulation import simulate
from xlcrm.demo.store import Counts, MonthTruth, Row, Sheets, Standing, Store, Truth

__all__ = ["Counts", "MonthTruth", "Row", "Sheets", "Standing", "Store", "Truth", "simulate"]
