"""The demo store: three months of a shop like many, with one or two mistakes of every kind the rules know."""

from __future__ import annotations

import datetime as dt

from xlcrm.demo.faults import plant
from xlcrm.demo.planting import Planted
from xlcrm.demo.simulation import simulate
from xlcrm.demo.store import Store

_SEED = 20260801
OPEN_SINCE = dt.date(2026, 10, 1)
"""The tour closes the months before; every planted fault lies in the open one."""
_KINDS = (
    "V01.note",
    "V01.story",
    "V02.channel",
    "V02.near",
    "V03.future",
    "V03.dotted",
    "V04.short",
    "V04.dirty",
    "V05.order",
    "V05.long",
    "V06.grade",
    "V06.reason",
    "V07.unknown",
    "V07.gone",
    "V08.known",
    "V08.twice",
    "V09.clash",
    "V10.late",
    "V10.together",
    "V11.copied",
    "V12.waiver",
    "V12.waiver",
    "V13.order",
    "V13.jump",
    "V14.before",
    "V14.late",
    "V15.plan",
    "V16.broken",
    "V17.note",
    "V17.story",
)


def demo_store() -> tuple[Store, list[Planted]]:
    """Eight consultants from August to October 2026, about 300 register rows a month, always the same; and what was planted.

    The people are as people are: besides the planted faults there are late entries, forgotten plans and missing reports.
    """
    store = simulate(_SEED, start=dt.date(2026, 8, 1), end=dt.date(2026, 10, 31))
    return plant(store, _KINDS, _SEED, since=OPEN_SINCE)
