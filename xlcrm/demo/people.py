"""Invented people: no name twice in a store, no phone twice, all phones from 19900000000 up."""

from __future__ import annotations

import random
from itertools import pairwise

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏飞波斌宇浩凯帆健俊文林鑫宁旭建龙亮晨峰昊博睿泽远航志诚"
_FEMALE = "芳娜敏静丽艳娟霞玲梅婷雪琳慧莹洁佳怡欣颖倩璐瑶蕾薇月岚蓉思雨清雅涵菲燕琴云秋"

_FIRST_PHONE = 19_900_100_000


class People:
    """Hands out names and phones, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._phone = _FIRST_PHONE + 10_000 * rng.randrange(3_000)

    def person(self) -> tuple[str, str]:
        """A full name and 男 or 女."""
        while True:
            gender = self._rng.choice("男女")
            given = _MALE if gender == "男" else _FEMALE
            name = self._rng.choice(_SURNAMES) + "".join(self._rng.sample(given, self._rng.choice((1, 2, 2))))
            if name not in self._names:
                self._names.add(name)
                return name, gender

    def phone(self) -> str:
        """The next number, in uneven steps, that no rule takes for a fake."""
        while True:
            self._phone += self._rng.randrange(3, 60)
            if not _looks_fake(str(self._phone)):
                return str(self._phone)


def title(rng: random.Random) -> tuple[str, str]:
    """What is noted of a party that leaves no contact, 王先生, with 男 or 女."""
    gender = rng.choice("男女")
    return rng.choice(_SURNAMES) + ("先生" if gender == "男" else "女士"), gender


def _looks_fake(phone: str) -> bool:
    """Five equal digits or five in a run, upward or downward."""
    steps = [int(b) - int(a) for a, b in pairwise(phone)]
    return any(len(set(steps[i : i + 4])) == 1 and abs(steps[i]) <= 1 for i in range(len(steps) - 3))
