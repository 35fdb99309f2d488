"""What the printed forms of a day are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xlcrm.catalogue import Words
from xlcrm.catalogue.paper import WEEKDAYS
from xlcrm.findings import Finding
from xlcrm.followup.day import Day
from xlcrm.ledger.months import month_start
from xlcrm.paper.model import PaperCell
from xlcrm.review import Review
from xlcrm.timeline.life import Life, Standing

SIGNED = ("consultant", "supervisor", "manager")
"""Who signs most forms."""


class Source:
    """The books on the day, whose month it is, and for which consultants the forms are made; ``now`` is the day of printing."""

    def __init__(
        self, review: Review, consultant: str = "", lines: Sequence[Finding] = (), now: dt.date | None = None
    ) -> None:
        self.ledger = review.ledger
        self.today = review.today
        self.now = now or review.today
        self.day = Day(review.ledger, review.today, review.uncounted)
        self.month = f"{review.today:%Y-%m}"
        self.day_before_month = month_start(self.month) - dt.timedelta(days=1)
        self.timeline = review.counted(self.month)
        self.only = consultant
        self.lines = lines
        self.consultants = (consultant,) if consultant else self.day.consultants

    def head(self, consultant: str = "", month: bool = False) -> tuple[tuple[str, PaperCell], ...]:
        when: tuple[str, PaperCell] = ("month", self.month) if month else ("day", self._dated(self.today))
        return (("store", self.ledger.settings.store), when, *([("consultant", consultant)] if consultant else []))

    def _dated(self, day: dt.date) -> Words:
        weekday = WEEKDAYS[day.weekday()]
        return Words(f"{day} {weekday.zh}", f"{day} {weekday.en}")


def opening_of(source: Source, life: Life) -> Standing | None:
    """Where a customer carried over stood when the month began; ``None`` of any other."""
    standing = life.at(source.day_before_month)
    return standing if standing is not None and standing.tracked else None
