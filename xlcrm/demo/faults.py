"""Faults of the logs: one or more kinds for each rule V01…V17, each changing as little as the rule needs.

A kind is named after its rule, "V04.short". Most change one cell; V08.twice and V09.clash add a row, V10.together and
V11.copied touch three, V13.jump two cells. Each picks its place so that its own rule reports it there and no other rule
reports anything: a row that an error holds back belongs to a stranger, or to a customer of whom nothing comes later.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from xlcrm.demo.behaviour import is_jump
from xlcrm.demo.customers import GRADES
from xlcrm.demo.planting import Bed, Fits, NoPlace, Planted
from xlcrm.demo.staff import INTERVALS
from xlcrm.demo.store import Row, Sheets, Store
from xlcrm.forms.schema import Cell

REGISTER, REPORT = "来店登记", "日报"
_DAY = dt.timedelta(days=1)


def plant(
    store: Store, kinds: Sequence[str], seed: int, *, since: dt.date = dt.date.min
) -> tuple[Store, list[Planted]]:
    """A copy of a store with one fault of each kind (a kind may be given more than once), and where they must be found.

    Rows of the logs dated before ``since`` stay as they are, so that their months can be closed.
    ``truth`` stays that of the store before: a row in error is left alone by the roll. Raises ``ValueError`` for a kind
    that does not exist, and ``NoPlace`` when the store has no (more) place for one: a small store has no long list of
    customers with one visit, and only a large one has somebody who left.
    """
    ground = _Ground(store, seed, since)
    for kind in kinds:
        if kind not in RULE_FAULTS:
            raise ValueError(f"no fault is called {kind}")
        ground.code = kind.partition(".")[0]
        RULE_FAULTS[kind](ground)
    return Store(ground.sheets, store.truth), ground.planted()


# ---------------------------------------------------------------- what may be touched


@dataclass(frozen=True)
class _Logs:
    """What the choice of a place has to know of the logs."""

    today: dt.date
    visits: Counter[str]
    """看车 rows of the register by phone."""
    contacts: dict[str, list[Row]]
    """当日总结 rows by phone, in order."""
    settled: frozenset[str]
    """Phones in any other sheet but the grade sheets: orders, losses, cards, owners."""
    turned: frozenset[str]
    """Phones with an order or a loss."""
    colleagues: dict[str, str]
    """Phones of the consultants by name."""
    rest_days: dict[str, str]
    gone: tuple[str, ...]

    @classmethod
    def of(cls, sheets: Sheets, today: dt.date) -> _Logs:
        contacts: dict[str, list[Row]] = defaultdict(list)
        for row in sheets[REPORT]:
            if row["类别"] == "当日总结" and "电话" in row:
                contacts[str(row["电话"])].append(row)
        turned = {str(row["电话"]) for sheet in ("订单", "战败") for row in sheets[sheet]}
        known = {str(row["电话"]) for sheet in ("客户卡", "保有客户") for row in sheets[sheet]}
        staff = {str(row["姓名"]): row for row in sheets["顾问"]}
        return cls(
            today=today,
            visits=Counter(str(row["电话"]) for row in sheets[REGISTER] if is_looking(row) and "电话" in row),
            contacts=dict(contacts),
            settled=frozenset(turned | known),
            turned=frozenset(turned),
            colleagues={name: str(row["电话"]) for name, row in staff.items() if row["状态"] == "在岗"},
            rest_days={name: str(row["休息日"]) for name, row in staff.items()},
            gone=tuple(name for name, row in staff.items() if row["状态"] == "离职"),
        )

    def is_lonely(self, row: Row) -> bool:
        """A first visit with a phone of whom nothing else is in the books but its report."""
        phone = str(row.get("电话"))
        contacts = self.contacts.get(phone, ())
        return is_looking(row) and self.visits[phone] == 1 and len(contacts) <= 1 and phone not in self.settled

    def is_last_contact(self, row: Row) -> bool:
        """The last word on a customer who is followed up."""
        phone = str(row.get("电话"))
        contacts = self.contacts.get(phone, ())
        return len(contacts) > 0 and contacts[-1] == row and row.get("结果") == "继续跟进" and phone not in self.turned

    def works(self, name: str, day: dt.date) -> bool:
        return self.rest_days[name] != "周" + "一二三四五六日"[day.weekday()]


def is_looking(row: Row) -> bool:
    """A party that came to look at a car."""
    return row.get("来店目的") in (None, "看车")


def _with_phone(row: Row) -> bool:
    return is_looking(row) and "电话" in row


def _stranger(row: Row) -> bool:
    return is_looking(row) and "电话" not in row


def _stranger_told(row: Row) -> bool:
    """A reported party that left no phone."""
    return row["类别"] == "当日总结" and "电话" not in row


def _date(row: Row, header: str = "日期") -> dt.date:
    day = row[header]
    assert isinstance(day, dt.date)
    return day


def _minutes(row: Row, header: str) -> int:
    time = row[header]
    assert isinstance(time, dt.time)
    return time.hour * 60 + time.minute


def _filed(row: Row) -> dt.datetime:
    moment = row["填写时间"]
    assert isinstance(moment, dt.datetime)
    return moment


def _in_time(row: Row) -> bool:
    return _filed(row).date() == _date(row)


class _Ground(Bed):
    """A bed for faults of the logs; ``code`` is the rule being planted for."""

    def __init__(self, store: Store, seed: int, since: dt.date) -> None:
        super().__init__(store.sheets, seed)
        self.logs = _Logs.of(store.sheets, store.truth.today)
        self.since = since
        self.code = ""

    def free(self, sheet: str, fits: Fits) -> list[Row]:
        return [row for row in super().free(sheet, fits) if _date(row) >= self.since]

    def expect(self, sheet: str, row: Row, header: str) -> None:
        """The rule being planted for must report this cell."""
        self.mark(self.code, sheet, row, header)


@dataclass(frozen=True)
class _Spot:
    """The row a wrong value is made up for."""

    ground: _Ground
    row: Row

    @property
    def rng(self) -> random.Random:
        return self.ground.rng

    @property
    def logs(self) -> _Logs:
        return self.ground.logs

    @property
    def day(self) -> dt.date:
        return _date(self.row)


# ---------------------------------------------------------------- one cell

Plant = Callable[[_Ground], None]
Where = Callable[[_Logs], Fits]
Wrong = Callable[[_Spot], Cell]


def _slip(sheet: str, header: str, where: Where, wrong: Wrong, ground: _Ground) -> None:
    """Put a wrong value into one cell of a row that fits; ``None`` empties it."""
    row = ground.pick(sheet, where(ground.logs))
    value = wrong(_Spot(ground, row))
    if value is None:
        del row[header]
    else:
        row[header] = value
    ground.expect(sheet, row, header)


def _visit(header: str, where: Where, wrong: Wrong) -> Plant:
    return partial(_slip, REGISTER, header, where, wrong)


def _report(header: str, where: Where, wrong: Wrong) -> Plant:
    return partial(_slip, REPORT, header, where, wrong)


def _rows(fits: Fits) -> Where:
    return lambda logs: fits


def _put(value: Cell) -> Wrong:
    return lambda at: value


_blank = _put(None)


def _lonely(logs: _Logs) -> Fits:
    return logs.is_lonely


def _last(logs: _Logs) -> Fits:
    return logs.is_last_contact


def _last_for_a_week(logs: _Logs) -> Fits:
    """The last contact, the next one due within the week that an ordered customer may wait."""
    return lambda row: (
        logs.is_last_contact(row) and "下次回访日期" in row and _date(row, "下次回访日期") <= _date(row) + 7 * _DAY
    )


def _told_twice(logs: _Logs) -> Fits:
    """The last contact of a customer whose contact before is in the report too."""
    return lambda row: logs.is_last_contact(row) and len(logs.contacts[str(row["电话"])]) > 1


def _recent_stranger(logs: _Logs) -> Fits:
    """Near enough to today for a date without a year."""
    return lambda row: _stranger(row) and (logs.today - _date(row)).days < 100


def _filed_in_time(logs: _Logs) -> Fits:
    """So that the next morning is not in the future."""
    return lambda row: _in_time(row) and _date(row) < logs.today


_any_stranger, _any_stranger_told, _any_prospect = _rows(_stranger), _rows(_stranger_told), _rows(_with_phone)


def _future(at: _Spot) -> Cell:
    return at.logs.today + _DAY * at.rng.randint(3, 40)


def _serial(at: _Spot) -> Cell:
    return (at.day - dt.date(1899, 12, 30)).days


def _run(at: _Spot) -> Cell:
    return f"1{at.rng.randint(3, 9)}123456789"


def _colleagues_phone(at: _Spot) -> Cell:
    """One not used yet: the same number twice would be a customer known already."""
    taken = {visit.get("电话") for visit in at.ground.sheets[REGISTER]}
    free = [phone for phone in at.logs.colleagues.values() if phone not in taken]
    return at.rng.choice(free) if free else _nobody("every colleague's phone is planted")


def _dirty(at: _Spot) -> Cell:
    phone = str(at.row["电话"])
    return f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}"


def _two_numbers(at: _Spot) -> Cell:
    return f"{at.row['电话']}/199{at.rng.randrange(50_000_000, 90_000_000)}"


def _stay(shortest: int, longest: int) -> Wrong:
    """A 离去时间 so many minutes after the 进店时间."""

    def wrong(at: _Spot) -> Cell:
        left = _minutes(at.row, "进店时间") + at.rng.randint(shortest, longest)
        return dt.time(left // 60, left % 60)

    return wrong


def _someone_gone(at: _Spot) -> Cell:
    return at.rng.choice(at.logs.gone) if at.logs.gone else _nobody("nobody has left this store")


def _nobody(why: str) -> Cell:
    raise NoPlace(why)


def _next_morning(at: _Spot) -> Cell:
    return dt.datetime.combine(at.day + _DAY, dt.time(9, at.rng.randrange(60), at.rng.randrange(60)))


def _too_late(at: _Spot) -> Cell:
    return at.day + _DAY * (INTERVALS[str(at.row["现级别"])] + at.rng.randint(2, 9))


def _days_before(longest: int) -> Wrong:
    return lambda at: at.day - _DAY * at.rng.randint(1, longest)


def _other_grade(at: _Spot) -> Cell:
    """Another 原级别 than the contact before left, no jump away from 现级别."""
    after = str(at.row["现级别"])
    return at.rng.choice([grade for grade in GRADES if grade != at.row["原级别"] and not is_jump(grade, after)])


def _wide_grade(at: _Spot) -> Cell:
    """A → ａ级: full width, as a Chinese keyboard types it."""
    return f"{chr(ord(str(at.row['意向级别']).lower()) + 0xFEE0)}级"


def _formula(start: str) -> Wrong:
    return lambda at: f'{start}HYPERLINK("http://car.invalid/{at.rng.randrange(1000)}","看配置")'


# ---------------------------------------------------------------- more than one cell


def _twice_a_day(ground: _Ground) -> None:
    """The same customer in the register again in the evening."""
    first = ground.pick(REGISTER, lambda row: _with_phone(row) and _minutes(row, "离去时间") < 18 * 60)
    again = _again(first, _date(first), ground)
    ground.expect(REGISTER, ground.add(REGISTER, again), "电话")


def _second_consultant(ground: _Ground) -> None:
    """A customer back on a later day, received and registered by another consultant."""

    def has_time(row: Row) -> bool:
        return (
            _with_phone(row) and ground.logs.visits[str(row["电话"])] == 1 and _date(row) + 3 * _DAY < ground.logs.today
        )

    first = ground.pick(REGISTER, has_time)
    day = _date(first) + _DAY * ground.rng.randint(1, 3)
    others = [name for name in ground.logs.colleagues if name != first["销售顾问"] and ground.logs.works(name, day)]
    if not others:
        raise NoPlace("no other consultant is on duty")
    again = _again(first, day, ground) | {"销售顾问": ground.rng.choice(others)}
    ground.expect(REGISTER, ground.add(REGISTER, again), "销售顾问")


def _again(first: Row, day: dt.date, ground: _Ground) -> Row:
    """A short evening visit of a customer of whom ``first`` is another row."""
    minute = ground.rng.randrange(30)
    kept = ("来店目的", "顾客名称", "性别", "电话", "来店人数", "拟购车型", "意向级别", "来源", "渠道", "销售顾问")
    return {header: first[header] for header in kept if header in first} | {
        "日期": day,
        "来店/来电": "来店",
        "首次/再次": "再次",
        "进店时间": dt.time(18, minute),
        "离去时间": dt.time(18, minute + 25),
        "注释": "带家人再看一次车，还没定颜色",
        "填写时间": dt.datetime.combine(day, dt.time(19, minute, ground.rng.randrange(60))),
    }


def _filed_together(ground: _Ground) -> None:
    """Three rows of a day filed in one second."""
    rows = _three(ground, REGISTER, _in_time, lambda row: row["日期"])
    moment = max(_filed(row) for row in rows)
    for row in rows:
        row["填写时间"] = moment
        ground.expect(REGISTER, row, "填写时间")


def _copied(ground: _Ground) -> None:
    """Three follow-ups of a consultant on one day described in the same words."""
    rows = _three(ground, REPORT, _is_plain_follow_up, lambda row: (row["日期"], row["销售顾问"]))
    for row in rows:
        row["经过"] = rows[0]["经过"]
        ground.expect(REPORT, row, "经过")


def _is_plain_follow_up(row: Row) -> bool:
    grades = str(row.get("原级别")), str(row.get("现级别"))
    return row["目的"] == "促进" and row.get("结果") == "继续跟进" and not is_jump(*grades)


def _three(ground: _Ground, sheet: str, fits: Fits, group: Callable[[Row], object]) -> list[Row]:
    """Three free rows of one group."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in ground.free(sheet, fits):
        groups[group(row)].append(row)
    large = [rows for rows in groups.values() if len(rows) >= 3]
    if not large:
        raise NoPlace(f"no three rows of {sheet} belong together")
    return [ground.use(row) for row in ground.rng.sample(ground.rng.choice(large), 3)]


def _unexplained_jump(ground: _Ground) -> None:
    """Two grades cooler in three words. Of a customer of whom nothing comes later."""
    row = ground.pick(REPORT, lambda row: ground.logs.is_last_contact(row) and row.get("原级别") in ("H", "A"))
    row["现级别"] = GRADES[GRADES.index(str(row["原级别"])) + 2]
    row["经过"] = ground.rng.choice(("不急了", "再等等", "想缓缓", "先看看"))
    ground.expect(REPORT, row, "现级别")


# ---------------------------------------------------------------- the list

RULE_FAULTS: dict[str, Plant] = {
    "V01.note": _visit("注释", _any_stranger, _blank),
    "V01.left": _visit("离去时间", _any_stranger, _blank),
    "V01.model": _visit("拟购车型", _any_stranger, _blank),
    "V01.source": _visit("来源", _any_stranger, _blank),
    "V01.reason": _visit("未留档原因", _any_stranger, _blank),
    "V01.grade": _visit("意向级别", _lonely, _blank),
    "V01.story": _report("经过", _any_stranger_told, _blank),
    "V02.channel": _visit("来店/来电", _any_stranger, _put("路过")),
    "V02.source": _visit("来源", _any_stranger, _put("网络")),
    "V02.purpose": _report("目的", _any_stranger_told, _put("聊天")),
    "V02.near": _visit("意向级别", _any_prospect, _wide_grade),
    "V03.unreadable": _visit("日期", _any_stranger, _put("13月32日")),
    "V03.time": _visit("进店时间", _any_stranger, _put("25:70")),
    "V03.future": _visit("日期", _any_stranger, _future),
    "V03.dotted": _visit("日期", _any_stranger, lambda at: f"{at.day:%Y.%m.%d}"),
    "V03.yearless": _visit("日期", _recent_stranger, lambda at: f"{at.day.month}月{at.day.day}日"),
    "V03.serial": _visit("日期", _any_stranger, _serial),
    "V04.short": _visit("电话", _lonely, lambda at: str(at.row["电话"])[:-1]),
    "V04.equal": _visit("电话", _lonely, _put("11111111111")),
    "V04.run": _visit("电话", _lonely, _run),
    "V04.colleague": _visit("电话", _lonely, _colleagues_phone),
    "V04.dirty": _visit("电话", _any_prospect, _dirty),
    "V04.two": _visit("电话", _any_prospect, _two_numbers),
    "V05.order": _visit("离去时间", _any_stranger, _stay(-90, -5)),
    "V05.short": _visit("离去时间", _rows(is_looking), _stay(1, 1)),
    "V05.long": _visit(
        "离去时间",
        _rows(lambda row: is_looking(row) and _minutes(row, "进店时间") < 14 * 60),
        _stay(490, 560),
    ),
    "V06.grade": _visit("意向级别", _any_stranger, _put("B")),
    "V06.reason": _visit("未留档原因", _lonely, _put("客户-闲逛")),
    "V07.unknown": _visit("销售顾问", _any_stranger, _put("无名氏")),
    "V07.report": _report("销售顾问", _any_stranger_told, _put("无名氏")),
    "V07.gone": _visit("销售顾问", _any_stranger, _someone_gone),
    "V08.known": _visit("首次/再次", _rows(lambda row: _with_phone(row) and row["首次/再次"] == "再次"), _put("首次")),
    "V08.unknown": _visit("首次/再次", _lonely, _put("再次")),
    "V08.twice": _twice_a_day,
    "V09.clash": _second_consultant,
    "V10.late": _visit("填写时间", _filed_in_time, _next_morning),
    "V10.together": _filed_together,
    "V11.copied": _copied,
    "V12.waiver": _visit("试驾保证书", _rows(lambda row: "试驾保证书" in row), _blank),
    "V13.order": _report("现级别", _last_for_a_week, _put("O")),
    "V13.delivered": _report("现级别", _last_for_a_week, _put("D")),
    "V13.lost": _report("现级别", _last_for_a_week, _put("F")),
    "V13.jump": _unexplained_jump,
    "V14.before": _report("下次回访日期", _last, _days_before(5)),
    "V14.late": _report("下次回访日期", _last, _too_late),
    "V15.plan": _report("执行日期", _rows(lambda row: row["类别"] == "明日计划"), _days_before(1)),
    "V16.broken": _report("原级别", _told_twice, _other_grade),
    "V17.note": _visit("注释", _any_stranger, _formula("=")),
    "V17.story": _report("经过", _any_stranger_told, _formula("@")),
}
"""Every kind and how it is planted."""
