"""The first ten questions to a prospect, in words."""

from __future__ import annotations

from collections.abc import Iterable

from xlcrm.catalogue import Words

TEN_FACTS = {
    "姓名": Words("姓名", "name"),
    "电话": Words("电话", "phone"),
    "职业/单位": Words("职业/单位", "occupation"),
    "住址": Words("住址", "address"),
    "现有车辆": Words("现有车辆", "present car"),
    "用途": Words("用途", "use"),
    "预算与付款": Words("预算与付款", "budget and payment"),
    "购车时间": Words("购车时间", "when to buy"),
    "关注车型与竞品": Words("关注车型与竞品", "models and rivals"),
    "决策人": Words("决策人", "who decides"),
}
"""The first ten questions as the book calls them."""


def joined(facts: Iterable[str]) -> Words:
    """Some of the ten, in a row."""
    words = [TEN_FACTS[fact] for fact in facts]
    return Words("、".join(one.zh for one in words), ", ".join(one.en for one in words))
