"""The people the simulation moves about: prospects, orders, applications for a loss, owners' care calls."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from xlcrm.demo.market import Car, Origin
from xlcrm.demo.staff import Seller
from xlcrm.demo.store import Row, Standing

GRADES = ("H", "A", "B", "C")


@dataclass(slots=True, eq=False)
class Prospect:
    """A customer with a phone, as the consultant knows him.

    ``plan`` is the day of the open follow-up, ``quiet_until`` the last day on which nobody speaks to him (again),
    ``registered`` whether the register has a row of him (opening stock: only after a visit).
    """

    name: str
    gender: str
    phone: str
    car: Car
    origin: Origin
    media: str
    rival: str | None
    seller: Seller
    first: dt.date
    grade: str
    quiet_until: dt.date
    opening: str = ""
    number: str | None = None
    plan: dt.date | None = None
    state: str = "在跟"
    registered: bool = False

    def can_talk(self, day: dt.date) -> bool:
        """Whether he may be spoken to: tracked, not yet spoken to today, and his consultant is there."""
        return self.state == "在跟" and self.quiet_until < day and self.seller.works(day)

    @property
    def stocked(self) -> bool:
        """Whether he stands in a grade sheet."""
        return self.state in ("在跟", "战败待审")

    def leave(self, state: str) -> None:
        """Out of the follow-ups."""
        self.state, self.plan = state, None

    def come_back(self, grade: str, day: dt.date) -> None:
        """Tracked again at a grade, after a cancelled order or a rejected loss; left in peace until the follow-up."""
        self.state, self.grade = "在跟", grade
        self.plan = self.seller.due(day, grade)
        self.quiet_until = self.plan - dt.timedelta(days=1)

    def standing(self) -> Standing:
        grade = self.grade if self.stocked else ""
        return Standing(self.name, self.state, grade, self.seller.name, self.first, self.opening, self.plan)


@dataclass(slots=True, eq=False)
class Deal:
    """An order and what will become of it: delivered on a day, or cancelled on one."""

    prospect: Prospect
    cars: int
    row: Row
    deliver_on: dt.date | None
    cancel_on: dt.date | None


@dataclass(slots=True, eq=False)
class Application:
    """An application for a loss and how the manager will decide it; ``returned`` is 驳回后级别, "" when approved."""

    prospect: Prospect
    row: Row
    applied_on: dt.date
    decide_on: dt.date
    returned: str


@dataclass(slots=True, eq=False)
class Owner:
    """A customer who drives the car already."""

    number: str
    name: str
    gender: str
    phone: str
    car: Car
    seller: Seller
    first: dt.date
    bought: dt.date
    delivered: dt.date
    birthday: dt.date

    def standing(self) -> Standing:
        return Standing(self.name, "已交车", "", self.seller.name, self.first, "", None)


@dataclass(slots=True, eq=False)
class CareCall:
    """A care call due to an owner, old or new."""

    name: str
    phone: str
    car: Car
    seller: Seller
    item: str
    planned: dt.date
    done: bool = False

    def is_due(self, day: dt.date) -> bool:
        """Whether the call is still to be made and can be made that day."""
        return not self.done and self.planned <= day and self.seller.works(day)
