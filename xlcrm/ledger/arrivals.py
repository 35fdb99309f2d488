"""When parties came into the showroom by the register, to be held against the counter at the door. SPEC section 13."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from xlcrm.forms.sheets import Visit
from xlcrm.forms.states import Channel
from xlcrm.forms.switched import DoorCount


class Arrivals:
    """The times of day at which some visits began."""

    def __init__(self, visits: Iterable[Visit]) -> None:
        self._entered: defaultdict[dt.date, list[dt.time]] = defaultdict(list)
        for visit in visits:
            if visit.date and visit.entered and visit.channel == Channel.VISIT:
                self._entered[visit.date].append(visit.entered)

    def during(self, count: DoorCount) -> int:
        """How many parties came in the hours of a row of 客流计数; of one without day or hours nobody did."""
        if count.date is None or count.hours is None:
            return 0
        first, last = count.hours
        return sum(first <= time < last for time in self._entered[count.date])
