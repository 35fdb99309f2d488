"""What consultants complete by hand after a roll: how far each prospect is, when he means to buy, and who he is."""

from __future__ import annotations

import datetime as dt
import random

from xlcrm.catalogue.findings import CONFIRMED
from xlcrm.changes import Changes
from xlcrm.demo.chance import Wheel
from xlcrm.demo.opening import BUYS_WITHIN
from xlcrm.forms.sheets import Card, FindingRow
from xlcrm.ledger.ledger import Ledger

_STAGES = {
    "H": Wheel({"展示": 2, "试车": 4, "报价成交": 4}),
    "A": Wheel({"需求": 2, "展示": 4, "试车": 4}),
    "B": Wheel({"初次接触": 2, "需求": 5, "展示": 3}),
    "C": Wheel({"初次接触": 7, "需求": 3}),
}
_BUYS_WITHIN = BUYS_WITHIN | {"C": (91, 150)}
_TOLD = 0.85
"""The share of prospects whose day somebody wrote down."""


_KINDS = Wheel({"首购": 46, "换购": 36, "增购": 18})
_WORK = Wheel(
    {"企业职员": 26, "个体经营": 20, "教师": 12, "医生": 8, "工程师": 12, "公务员": 8, "会计": 8, "司机": 4, "退休": 2}
)
_PRESENT_CARS = Wheel({"远行 A4": 22, "星野 M3": 20, "赤骥 K3": 18, "云驰 L6": 14, "澜途 E4": 10, "金帆": 6})
_ASKED = 0.8
"""The share of customers who were asked each of these."""
_AGES_IN_DAYS = (22 * 365, 62 * 365)

_WHY = ("等新车到店，经理已知", "等旧车卖掉，月底再谈", "家里商量中，约好下周来店")
_LEFT_OPEN = 2
"""So many proposals nobody has looked at yet."""


def looked_at(ledger: Ledger) -> Changes:
    """What the manager says at the evening meeting of the proposals to grade again: most prospects stay where they are."""
    changes = Changes()
    proposed = [row for row in ledger.of(FindingRow) if row.code == "G02"]
    for number, row in enumerate(proposed[_LEFT_OPEN:]):
        changes.edit(row, ruling=f"{CONFIRMED}：{_WHY[number % len(_WHY)]}")
    return changes


def completed(ledger: Ledger, today: dt.date) -> Changes:
    """预计购车日 and 流程阶段 of the prospects of a rolled book, where they are blank, past or as the roll set them; and who they are."""
    changes = Changes()
    for row in ledger.prospects:
        rng = random.Random(row.phone)
        buys_on = today + dt.timedelta(days=rng.randint(*_BUYS_WITHIN[row.grade]))
        stage = _STAGES[row.grade].spin(rng)
        is_near = row.expected_on is not None and row.expected_on >= today
        if rng.random() < _TOLD and not is_near and not row.loss_pending:
            changes.put(row.at.sheet, row.at.row, "预计购车日", buys_on)
        if row.stage in (None, "初次接触"):
            changes.put(row.at.sheet, row.at.row, "流程阶段", stage)
    for card in ledger.cards:
        _describe(changes, card, today)
    return changes


def _describe(changes: Changes, card: Card, today: dt.date) -> None:
    """购车类型, 职业, 生日 and the car he has, as far as he was asked; a first buyer has none."""
    rng = random.Random(f"{card.phone} asked")
    kind, work, car = _KINDS.spin(rng), _WORK.spin(rng), _PRESENT_CARS.spin(rng)
    age, driven = rng.randint(3, 9), rng.randint(3, 16)
    born = today - dt.timedelta(days=rng.randint(*_AGES_IN_DAYS))
    asked_kind, asked_work, asked_age = (rng.random() < _ASKED for _ in range(3))
    changes.edit(
        card,
        purchase_kind=kind if asked_kind else None,
        present_car=f"{car} {today.year - age}年/{driven}万公里" if asked_kind and kind != "首购" else None,
        occupation=work if asked_work else None,
        birthday=born if asked_age else None,
    )
