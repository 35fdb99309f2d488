"""Who comes to an invented shop: names, phones, cars, and what consultants note about them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "子轩浩宇梓涵欣怡雨桐思远佳宁志强建国秀兰海燕晓东春梅立新玉华"
CONSULTANTS = ("周晓明", "吴倩", "郑凯", "孙丽华", "钱进")
MODELS = {
    "国产": ("星河L7", "星河S5", "远途X7", "远途E6"),
    "大众": ("帕萨特", "途岳", "朗逸", "ID.4 X"),
    "丰田": ("凯美瑞", "RAV4荣放", "卡罗拉", "汉兰达"),
    "进口": ("BMW 3系", "BMW X3", "BMW i3", "BMW 5系"),
}
STORIES = (
    "看了实车，问置换补贴",
    "要白色现车，等通知",
    "和家人一起来看空间",
    "谈到贷款，月供三千左右",
    "比较了两家的落地价",
    "周末再来试驾",
)
FOLLOW_UPS = (
    "报了落地价，客户考虑",
    "约周六到店",
    "客户出差，下周再联系",
    "微信发了报价单",
    "确认试驾时间",
    "等家人意见",
)
SOURCES = ("VIP购车/介绍", "基盘", "来店/电", "内部购车", "潜在开发", "展示会")
RIVALS = ("比亚迪宋", "本田CR-V", "哈弗H6", "吉利星越")
GRADES = ("H", "A", "B", "C")


@dataclass(frozen=True)
class Party:
    """One who came, or one who is being followed: everything any of the forms asks about."""

    person: str
    name: str
    phone: str | None
    gender: str
    day: dt.date
    entered: dt.time
    left: dt.time
    by: str
    first: str
    people: int
    model: str
    grade: str | None
    source: str
    rival: str | None
    drive: bool
    ordered: bool
    consultant: str
    story: str


class Crowd:
    """Invented people of one shop, the same for the same seed."""

    def __init__(self, seed: int, month: dt.date = dt.date(2026, 11, 1)) -> None:
        self.random = random.Random(seed)
        self.month = month
        self.consultants = tuple(self.random.sample(CONSULTANTS, 4))
        self.models = self.random.choice(tuple(MODELS.values()))
        self._phones: set[str] = set()
        self._names: set[str] = set(CONSULTANTS)
        self._number = 0

    def phone(self) -> str:
        while True:
            phone = f"199{self.random.randrange(10**8):08d}"
            if phone not in self._phones and len(set(phone[3:])) > 2:
                self._phones.add(phone)
                return phone

    def name(self) -> str:
        while True:
            given = self.random.sample(GIVEN, self.random.choice((1, 2, 2)))
            name = self.random.choice(SURNAMES) + "".join(given)
            if all(len(set(name) & set(other)) < 2 for other in self._names):
                self._names.add(name)
                return name

    def plate(self) -> str:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        return (
            self.random.choice("京沪苏浙鲁豫粤皖")
            + self.random.choice(letters)
            + "".join(self.random.choice(letters + "0123456789") for _ in range(2))
            + f"{self.random.randrange(1000):03d}"
        )

    def days(self, count: int) -> list[dt.date]:
        return sorted(self.month.replace(day=self.random.randint(1, 28)) for _ in range(count))

    def parties(self, count: int, *, without_phone: float = 0.15, again: float = 0.1) -> list[Party]:
        """Parties of a month in the order they came; some left no phone, some came a second time."""
        parties: list[Party] = []
        for day in self.days(count):
            known = [p for p in parties if p.phone and p.day < day and p.first == "首次"]
            if known and self.random.random() < again:
                before = self.random.choice(known)
                if not any(p.person == before.person and p.first == "再次" for p in parties):
                    parties.append(self._stay(replace(before, day=day, first="再次", ordered=False)))
                    continue
            parties.append(self.party(day, with_phone=self.random.random() >= without_phone))
        return parties

    def party(self, day: dt.date, *, with_phone: bool = True) -> Party:
        self._number += 1
        gender = self.random.choice("男女")
        name = self.name()
        if not with_phone:
            title = "先生" if gender == "男" else "女士"
            name = self.random.choice((f"{name[0]}{title}", f"某{title}", self.plate()))
        party = Party(
            person=f"p{self._number}",
            name=name,
            phone=self.phone() if with_phone else None,
            gender=gender,
            day=day,
            entered=dt.time(0),
            left=dt.time(0),
            by=self.random.choice(("来店", "来店", "来店", "来电")),
            first="首次",
            people=self.random.randint(1, 4),
            model=self.random.choice(self.models),
            grade=self.random.choice(GRADES) if with_phone else None,
            source=self.random.choice(SOURCES),
            rival=self.random.choice((*RIVALS, None)),
            drive=self.random.random() < 0.4,
            ordered=with_phone and self.random.random() < 0.08,
            consultant=self.random.choice(self.consultants),
            story=self.random.choice(STORIES),
        )
        return self._stay(party)

    def _stay(self, party: Party) -> Party:
        start = self.random.randint(9 * 60, 17 * 60)
        end = start + self.random.randint(10, 100)
        return replace(
            party, entered=dt.time(start // 60, start % 60), left=dt.time(end // 60, end % 60), story=self.story()
        )

    def story(self) -> str:
        return self.random.choice(STORIES)

    def follow_up(self) -> str:
        return self.random.choice(FOLLOW_UPS)

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def numbered(self, start: int) -> Iterator[int]:
        while True:
            yield start
            start += self.random.randint(1, 3)
