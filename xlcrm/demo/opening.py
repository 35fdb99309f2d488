"""What stands in the books when the simulation begins: the opening stock of prospects, and the owners with their care."""

from __future__ import annotations

import datetime as dt
import random

from xlcrm.demo import typed
from xlcrm.demo.chance import Wheel
from xlcrm.demo.customers import GRADES, CareCall, Owner, Prospect
from xlcrm.demo.market import CARS, ORIGINS
from xlcrm.demo.people import People
from xlcrm.demo.prose import Prose
from xlcrm.demo.staff import INTERVALS, Seller, days
from xlcrm.demo.store import Sheets

_STOCK = Wheel({"H": 8, "A": 21, "B": 39, "C": 32})
_KNOWN_FOR = {"H": (3, 20), "A": (3, 30), "B": (5, 45), "C": (7, 60)}
"""Days since 初洽日期, a grade."""
BUYS_WITHIN = {"H": (1, 7), "A": (8, 30), "B": (31, 90)}
"""Days to 预计购车日: the grade's window (SPEC section 2)."""
_STAGES = {"H": ("试车", "报价成交"), "A": ("展示", "试车"), "B": ("需求", "展示"), "C": ("初次接触", "需求")}

_FIRST_SERVICE_DAYS = 125
"""5000 km at 40 km a day come before 180 days. SPEC section 8, D."""
_CARE_EVERY = 90
_CARE_AHEAD = 31
_CARE_BEHIND = 30


def stock_up(
    rng: random.Random,
    people: People,
    sellers: list[Seller],
    former: Seller | None,
    start: dt.date,
    count: int,
    sheets: Sheets,
) -> list[Prospect]:
    """``count`` prospects on the books at ``start``, each typed in its grade sheet, on a card, with one open plan."""
    stock = []
    for i in range(count):
        prospect = _prospect(rng, people, sellers[i * len(sellers) // count], start)
        prospect.number = f"C{i + 1:05d}"
        stock.append(prospect)
        _type_prospect(rng, prospect, former if former and rng.random() < 0.12 else None, start, sheets)
    return stock


def _prospect(rng: random.Random, people: People, seller: Seller, start: dt.date) -> Prospect:
    name, gender = people.person()
    origin, car, grade = ORIGINS.spin(rng), CARS.spin(rng), _STOCK.spin(rng)
    first = start - dt.timedelta(days=rng.randint(*_KNOWN_FOR[grade]))
    return Prospect(
        name=name,
        gender=gender,
        phone=people.phone(),
        car=car,
        origin=origin,
        media=rng.choice(origin.media),
        rival=rng.choice((None, *car.rivals)),
        seller=seller,
        first=first,
        grade=grade,
        quiet_until=start - dt.timedelta(days=1),
        opening=grade,
        plan=_first_plan(rng, seller, grade, start),
    )


def _first_plan(rng: random.Random, seller: Seller, grade: str, start: dt.date) -> dt.date:
    """A working day within the interval, the day before it already inside the simulation: its 明日计划 can be written."""
    window = days(start + dt.timedelta(days=1), start + dt.timedelta(days=INTERVALS[grade]))
    return rng.choice([day for day in window if seller.works(day) and seller.last_workday(day) >= start])


def _type_prospect(rng: random.Random, p: Prospect, former: Seller | None, start: dt.date, sheets: Sheets) -> None:
    eve = start - dt.timedelta(days=1)
    last = max(p.first, eve - dt.timedelta(days=rng.randrange(INTERVALS[p.grade] // 2 + 1)))
    graded_on = p.first + (last - p.first) * rng.random()
    initial = p.grade if rng.random() < 0.7 else rng.choice(GRADES)
    buys = BUYS_WITHIN.get(p.grade)
    expected = start + dt.timedelta(days=rng.randint(*buys)) if buys and rng.random() < 0.5 else None
    stage = rng.choice(_STAGES[p.grade])
    sheets[f"{p.grade}级"].append(typed.prospect(p, initial, graded_on, expected, stage, last))
    sheets["客户卡"].append(typed.prospect_card(p, former, last))
    sheets["跟进记录"].append(typed.open_plan(p))


def own(
    rng: random.Random,
    people: People,
    sellers: list[Seller],
    prose: Prose,
    start: dt.date,
    end: dt.date,
    first_number: int,
    sheets: Sheets,
) -> tuple[list[Owner], list[CareCall]]:
    """Three owners a consultant from before ``start``, and the care calls due to them from ``start`` on."""
    everybody, calls = [], []
    for i in range(3 * len(sellers)):
        owner = _owner(rng, people, sellers[i % len(sellers)], start, f"C{first_number + i:05d}")
        everybody.append(owner)
        sheets["客户卡"].append(
            typed.owner_card(owner, ORIGINS.spin(rng).source, _recently(rng, owner.delivered, start))
        )
        calls += _type_owner(rng, owner, prose, start, end, sheets)
    return everybody, calls


def _owner(rng: random.Random, people: People, seller: Seller, start: dt.date, number: str) -> Owner:
    name, gender = people.person()
    delivered = seller.on_or_before(start - dt.timedelta(days=rng.randint(12, 1000)))
    bought = delivered - dt.timedelta(days=rng.randint(7, 14))
    return Owner(
        number=number,
        name=name,
        gender=gender,
        phone=people.phone(),
        car=CARS.spin(rng),
        seller=seller,
        first=bought - dt.timedelta(days=rng.randint(0, 40)),
        bought=bought,
        delivered=delivered,
        birthday=dt.date(rng.randint(1965, 1999), rng.randint(1, 12), rng.randint(1, 28)),
    )


def _recently(rng: random.Random, earliest: dt.date, start: dt.date) -> dt.date:
    return max(earliest, start - dt.timedelta(days=rng.randint(1, 80)))


def _type_owner(
    rng: random.Random, owner: Owner, prose: Prose, start: dt.date, end: dt.date, sheets: Sheets
) -> list[CareCall]:
    service = owner.delivered + dt.timedelta(days=_FIRST_SERVICE_DAYS)
    insured = _yearly(owner.delivered, start) - dt.timedelta(days=1)
    inspected = _yearly(owner.delivered, start + dt.timedelta(days=365 if rng.random() < 0.5 else 0))
    seen = _recently(rng, owner.delivered, start) if service < start else None
    sheets["保有客户"].append(typed.owner(owner, service, insured, inspected, seen))
    calls = []
    for planned, item in _care_calendar(owner, service, insured, inspected, start, end):
        if planned < start:
            sheets["关怀记录"].append(typed.care(owner, item, planned, prose.care(item)))
        elif owner.seller.last_workday(planned) >= start:
            sheets["关怀记录"].append(typed.care(owner, item, planned, None))
            calls.append(CareCall(owner.name, owner.phone, owner.car, owner.seller, item, planned))
    return calls


def _care_calendar(
    owner: Owner, service: dt.date, insured: dt.date, inspected: dt.date, start: dt.date, end: dt.date
) -> list[tuple[dt.date, str]]:
    """The owner's care from a month before ``start`` to a month after ``end``, at most one item each day. SPEC section 8."""
    wanted = [(service - dt.timedelta(days=15), "首保"), (_birthday(owner.birthday, start), "生日")]
    wanted += [(insured - dt.timedelta(days=lead), "保险") for lead in (45, 30, 15)]
    wanted += [(inspected - dt.timedelta(days=lead), "年检") for lead in (30, 15)]
    since, until = start - dt.timedelta(days=_CARE_BEHIND), end + dt.timedelta(days=_CARE_AHEAD)
    rounds = (until - owner.delivered).days // _CARE_EVERY
    wanted += [(owner.delivered + dt.timedelta(days=_CARE_EVERY * (n + 1)), "定期") for n in range(rounds)]
    calendar: dict[dt.date, str] = {}
    for day, item in wanted:
        if since <= day <= until:
            calendar.setdefault(owner.seller.on_or_after(day), item)
    return sorted(calendar.items())


def _yearly(delivered: dt.date, start: dt.date) -> dt.date:
    """The first anniversary of the delivery after ``start``."""
    return _birthday(delivered, start + dt.timedelta(days=1))


def _birthday(born: dt.date, start: dt.date) -> dt.date:
    """The next such day of the year, from ``start`` on; 29 February counts as the 28th."""
    day = dt.date(start.year, born.month, min(born.day, 28) if born.month == 2 else born.day)
    return day if day >= start else day.replace(year=start.year + 1)
