"""The market around the invented store: cars, rivals, where customers come from, and when.

Every brand and model is invented. Code lists (来源, 渠道, reasons) are those of SPEC section 9; shares and odds are ours,
chosen so that a sales manager finds the month believable.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from xlcrm.demo.chance import Wheel, poisson


@dataclass(frozen=True, slots=True)
class Car:
    """A model on sale: ``pull`` scales the chance of an order, ``price`` is in yuan."""

    model: str
    price: int
    pull: float
    rivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a customer comes from: ``pull`` scales the chance of an order, ``leaves`` is that of leaving a phone."""

    source: str
    media: tuple[str, ...]
    pull: float
    leaves: float


CARS = Wheel(
    {
        Car("远行X5", 159_800, 1.15, ("云驰L6", "星野M5")): 30,
        Car("远行X3", 119_800, 1.00, ("星野M3", "赤骥K3")): 24,
        Car("远行A4", 99_800, 0.90, ("赤骥K3", "澜途E4")): 18,
        Car("远行E6", 189_800, 1.25, ("澜途E5", "云驰E7")): 14,
        Car("远行X7", 229_800, 0.80, ("云驰L8", "星野M7")): 9,
        Car("远行S9", 319_800, 0.65, ("云驰L8", "澜途S8")): 5,
    }
)

ORIGINS = Wheel(
    {
        Origin("来店/电", ("店头", "偶然", "户外", "电台"), 0.85, 0.66): 38,
        Origin("来店/电", ("汽车之家", "懂车帝", "易车"), 1.05, 0.82): 24,
        Origin("来店/电", ("抖音", "互联网"), 0.60, 0.74): 13,
        Origin("VIP购车/介绍", ("朋友介绍",), 1.70, 0.95): 9,
        Origin("基盘", ("朋友介绍", "短信"), 1.50, 0.95): 6,
        Origin("展示会", ("巡展", "户外"), 0.70, 0.85): 6,
        Origin("潜在开发", ("拜访", "传单"), 0.80, 0.88): 3,
        Origin("内部购车", ("其他",), 1.60, 0.97): 1,
    }
)

NO_CONTACT_REASONS = Wheel(
    {
        "客户-闲逛": 34,
        "客户-时机未到": 22,
        "产品-价格": 14,
        "客户-已定品牌": 10,
        "顾问-技巧": 7,
        "顾问-专业": 4,
        "公司-环境": 3,
        "产品-落差": 3,
        "客户-不愉快经历": 2,
        "顾问-态度": 1,
    }
)

LOSS_REASONS = Wheel(
    {
        "他品牌-价格": 22,
        "他品牌-喜好": 14,
        "他品牌-配置": 9,
        "他品牌-口碑": 6,
        "他店同品牌-价格": 16,
        "他店同品牌-缺货": 6,
        "他店同品牌-促销": 5,
        "本店原因-跟进不及时": 5,
        "本店原因-需求不清": 3,
        "放弃购买": 14,
    }
)

FIRST_GRADES = Wheel({"H": 9, "A": 25, "B": 34, "C": 32})
OTHER_PURPOSES = Wheel({"维修": 60, "手续": 20, "其他": 20})

WALK_IN_HOURS = Wheel({9: 6, 10: 15, 11: 14, 12: 4, 13: 6, 14: 15, 15: 16, 16: 15, 17: 6})
CALL_HOURS = Wheel({9: 18, 10: 22, 11: 16, 12: 4, 13: 4, 14: 11, 15: 10, 16: 9, 17: 6})

_WEEKDAYS = (0.92, 0.95, 0.98, 1.02, 1.13, 1.60, 1.60)
"""Traffic of Monday … Sunday; a weekend day sees 1.6 times an average weekday."""
_DAYS_A_MONTH = 365.25 / 12


def parties(rng: random.Random, day: dt.date, a_month: float) -> int:
    """How many parties of a kind come on a day when ``a_month`` come in an average month."""
    weight = _WEEKDAYS[day.weekday()] * len(_WEEKDAYS) / sum(_WEEKDAYS)
    return poisson(rng, a_month / _DAYS_A_MONTH * weight)


def moment(rng: random.Random, hours: Wheel[int]) -> int:
    """When a party comes or calls, in minutes after midnight."""
    return hours.spin(rng) * 60 + rng.randrange(60)
