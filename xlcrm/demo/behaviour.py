"""How customers react: the outcome of a contact, of an order, of an application for a loss."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from xlcrm.demo.chance import Wheel
from xlcrm.demo.customers import GRADES, Prospect
from xlcrm.demo.market import CARS, FIRST_GRADES, Origin
from xlcrm.demo.people import People
from xlcrm.demo.staff import INTERVALS, Seller, days

_ORDERS = {"H": 0.095, "A": 0.04, "B": 0.006, "C": 0.002}
_LOSSES = {"H": 0.025, "A": 0.05, "B": 0.13, "C": 0.24}
_VISIT_BOOST = 1.8
"""A talk in the showroom is worth more than a call."""
_DRIVE_BOOST = 1.5

_CALL_MEANS = Wheel({"电话": 62, "微信": 30, "短信": 4, "拜访": 4})
_CALL_STEPS = Wheel({-2: 1, -1: 28, 0: 10, 1: 58, 2: 3})
"""Steps of the grade when it changes after a call: −1 is one warmer, 1 is one cooler. Interest fades by itself."""
_VISIT_STEPS = Wheel({-2: 6, -1: 60, 1: 30, 2: 4})
_CALL_CHANGES = {"H": 0.36, "A": 0.26, "B": 0.22, "C": 0.20}
_VISIT_CHANGES = 0.40
_DRIVE_CHANGES = 0.65
_DRIVE_STEPS = Wheel({-2: 10, -1: 80, 1: 10})

_PAYMENTS = Wheel({"O1": 8, "O2": 72, "O3": 20})
_DEPOSITS = (2_000, 5_000, 10_000, 20_000)
_EXITS = Wheel({"战败": 95, "冻结": 5})
_CALL_EXITS = Wheel({"战败": 92, "冻结": 5, "失控": 3})
"""Only a call can fail to reach the customer for good."""
_DECISION_DAYS = Wheel({0: 50, 1: 22, 2: 10, 3: 8, 5: 6, 8: 4})
_REJECTED = 0.16
_CANCELLED = 0.07


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contact came to: the grade after it, 结果, and for an application for a loss its 类型."""

    grade: str
    result: str
    exit: str = ""


def newcomer(rng: random.Random, people: People, seller: Seller, origin: Origin, day: dt.date) -> Prospect:
    """Somebody who leaves a phone on his first visit."""
    name, gender = people.person()
    car = CARS.spin(rng)
    return Prospect(
        name=name,
        gender=gender,
        phone=people.phone(),
        car=car,
        origin=origin,
        media=rng.choice(origin.media),
        rival=rng.choice((None, *car.rivals)),
        seller=seller,
        first=day,
        grade=FIRST_GRADES.spin(rng),
        quiet_until=day,
        registered=True,
    )


def means_of_call(rng: random.Random) -> str:
    """方式 of a follow-up."""
    return _CALL_MEANS.spin(rng)


def call(rng: random.Random, p: Prospect, means: str) -> Outcome:
    """The outcome of a call, a message or a visit at the customer's."""
    if means == "电话" and rng.random() < 0.09:
        return Outcome(p.grade, "未接通")
    if means == "电话" and rng.random() < 0.01:
        return Outcome(p.grade, "信息不准")
    if p.registered and means in ("电话", "拜访") and rng.random() < _ORDERS[p.grade] * _appeal(p):
        return Outcome("H", "已订")
    if rng.random() < _LOSSES[p.grade] / p.seller.skill:
        return Outcome(p.grade, "战败申请", _CALL_EXITS.spin(rng) if means == "电话" else _EXITS.spin(rng))
    steps = _CALL_STEPS if rng.random() < _CALL_CHANGES[p.grade] else None
    return Outcome(_regraded(rng, p.grade, steps), "继续跟进")


def talk(rng: random.Random, p: Prospect, drove: bool) -> Outcome:
    """The outcome of a later visit to the showroom."""
    boost = _VISIT_BOOST * (_DRIVE_BOOST if drove else 1)
    if rng.random() < _ORDERS[p.grade] * _appeal(p) * boost:
        return Outcome("H", "已订")
    if rng.random() < _LOSSES[p.grade] / p.seller.skill / 3:
        return Outcome(p.grade, "战败申请", _EXITS.spin(rng))
    changed = rng.random() < (_DRIVE_CHANGES if drove else _VISIT_CHANGES)
    steps = _DRIVE_STEPS if drove else _VISIT_STEPS
    return Outcome(_regraded(rng, p.grade, steps if changed else None), "继续跟进")


def first_talk(rng: random.Random, p: Prospect, drove: bool) -> Outcome:
    """The outcome of a first visit: the grade given then, rarely an order on the spot."""
    grade = _regraded(rng, p.grade, _DRIVE_STEPS) if drove and rng.random() < 0.4 else p.grade
    if grade == "H" and rng.random() < 0.08 * _appeal(p):
        return Outcome("H", "已订")
    return Outcome(grade, "继续跟进")


def is_jump(before: str, after: str) -> bool:
    """Two grades or more at once."""
    return abs(GRADES.index(before) - GRADES.index(after)) >= 2


def next_contact(rng: random.Random, seller: Seller, day: dt.date, grade: str) -> dt.date:
    """下次回访日期: a working day in the later half of the grade's interval."""
    interval = INTERVALS[grade]
    window = days(day + dt.timedelta(days=(interval + 1) // 2), day + dt.timedelta(days=interval))
    return rng.choice([each for each in window if seller.works(each)])


def payment(rng: random.Random, amount: int) -> tuple[str, int]:
    """付款状态 and 已收款 of a new order."""
    state = _PAYMENTS.spin(rng)
    return state, {"O1": 0, "O2": rng.choice(_DEPOSITS), "O3": amount}[state]


def discounted(rng: random.Random, price: int) -> int:
    """The price agreed on, in hundreds of yuan."""
    return round(price * rng.uniform(0.93, 1.0) / 100) * 100


def fate_of_order(rng: random.Random, seller: Seller, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The day of delivery, 7–14 days later, or that of the cancellation, 2–6 days later; a working day either way."""
    cancelled = rng.random() < _CANCELLED
    first, last = (2, 6) if cancelled else (7, 14)
    window = days(day + dt.timedelta(days=first), day + dt.timedelta(days=last))
    chosen = rng.choice([each for each in window if seller.works(each)])
    return (None, chosen) if cancelled else (chosen, None)


def decision(rng: random.Random, applied_on: dt.date, grade: str) -> tuple[dt.date, str]:
    """The day the manager decides, and 驳回后级别, "" when approved."""
    decided_on = applied_on + dt.timedelta(days=_DECISION_DAYS.spin(rng))
    rejected = rng.random() < _REJECTED
    return decided_on, rng.choice((grade, grade, "B", "A")) if rejected else ""


def _appeal(p: Prospect) -> float:
    return p.seller.skill * p.origin.pull * p.car.pull


def _regraded(rng: random.Random, grade: str, steps: Wheel[int] | None) -> str:
    if steps is None:
        return grade
    place = GRADES.index(grade) + steps.spin(rng)
    return GRADES[min(max(place, 0), len(GRADES) - 1)]
