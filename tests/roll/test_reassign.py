"""The verb ``handover``: everything a consultant has goes to others, and comes back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

import pytest
from books import Row
from desk import Desk, Tables
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, STAFF, SUN, ZHOU, card, order, prospect, report, visit

from xlcrm.demo import simulate
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.months import first_month
from xlcrm.roll.reassign import RULES
from xlcrm.timeline.balance import TOTAL, balance
from xlcrm.timeline.replay import replay
from xlcrm.validate import blocked_rows

MON, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 31)
NEWCOMERS: list[Row] = [{"姓名": name, "状态": "在岗"} for name in ("新一", "新二")]


@cache
def _rolled(seed: int) -> Desk:
    store = simulate(
        seed, start=MON.replace(day=1), end=LAST, consultants=2, visits_a_month=30, opening=10, diligent=True
    )
    book = Desk.holding(store.sheets)
    book.add("顾问", *NEWCOMERS)
    book.press("roll", LAST)
    return book


def rolled(seed: int) -> Desk:
    """A month of a diligent shop, rolled; two newcomers have nobody yet."""
    return _rolled(seed).copy()


def staff(book: Desk) -> list[str]:
    return [str(row["姓名"]) for row in book.rows("顾问") if row not in NEWCOMERS]


def owned(book: Desk) -> Counter[str]:
    return Counter(c.owner for c in book.ledger(LAST).customers.values() if c.has_open_work)


def findings(book: Desk) -> Counter[tuple[str, str, str]]:
    return Counter((f.code, f.at.sheet, f.wording) for f in (*book.validate(LAST), *book.crosscheck(LAST)))


def kept(tables: Tables) -> Tables:
    """What handing over and back must leave: all but 级别变更 and 前销售顾问."""
    at = [column.header for column in FORMS["客户卡"].columns].index("前销售顾问")
    cards = tuple((*row[:at], *row[at + 1 :]) for row in tables["客户卡"])
    return {sheet: rows for sheet, rows in tables.items() if sheet != "级别变更"} | {"客户卡": cards}


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 3), st.sampled_from(sorted(RULES)), st.booleans())
def test_handing_over_and_back_is_identity_and_each_can_be_undone(seed: int, by: str, to_both: bool) -> None:
    book = rolled(seed)
    former, heirs = staff(book)[0], ["新一", "新二"][: 1 + to_both]
    before, had, said = book.tables(), owned(book), findings(book)
    outcome = book.press("handover", LAST, former=former, to=heirs, by=by)
    assert {(m.origin, m.evidence) for m in outcome.moves} == {(former, "移交")}
    assert Counter(m.target for m in outcome.moves) == Counter({name: owned(book)[name] for name in heirs})
    assert owned(book)[former] == 0
    assert sum(owned(book)[name] for name in heirs) == had[former] > 0
    assert findings(book) == said
    again = book.copy()
    again.press("roll", LAST)
    assert again.tables() | {"问题清单": ()} == book.tables() | {"问题清单": ()}

    for heir in heirs:
        book.press("handover", LAST, former=heir, to=[former])
    assert kept(book.tables()) == kept(before)
    for _ in (*heirs, former):
        book.press("undo", LAST)
    assert book.tables() == before


@pytest.mark.parametrize("seed", [1, 2])
def test_the_balance_closes_for_everybody_and_what_is_handed_in_was_handed_out(seed: int) -> None:
    book = rolled(seed)
    outcome = book.press("handover", LAST, former=staff(book)[0])
    ledger = book.ledger(LAST)
    month = first_month(ledger, LAST)
    rows = balance(replay(ledger, LAST, blocked_rows(book.validate(LAST)), month), month)
    assert not any(row["difference"] for row in rows)
    for row in rows:
        if row["consultant"] == TOTAL:
            assert row["handed_in"] == row["handed_out"]
    assert 0 < rows[-1]["handed_out"] <= len(outcome.moves)


# ---------------------------------------------------------------- who gets whom


def small() -> Desk:
    """何一 (A) and 钱二 (H) are 张敏's, 孙三 ordered from him; 周四 is 李强's."""
    book = Desk.holding(
        {
            "顾问": [*STAFF, {"姓名": "王芳", "状态": "在岗"}, {"姓名": "赵离", "状态": "离职"}],
            "客户卡": [card(HE, "A"), card(QIAN, "H"), card(SUN, "B"), card(ZHOU, "C", 销售顾问="李强")],
            "A级": [prospect(HE, "A")],
            "H级": [prospect(QIAN, "H")],
            "B级": [prospect(SUN, "B")],
            "C级": [prospect(ZHOU, "C", 销售顾问="李强")],
            "日报": [report(MON, SUN)],
            "订单": [order(MON, SUN)],
        }
    )
    book.press("roll", MON)
    return book


def given_to(book: Desk, **asked: Any) -> dict[str, str]:
    moves = book.press("handover", MON, former="张敏", **asked).moves
    return {move.phone: move.target for move in moves}


def test_without_to_everybody_else_at_work_shares_and_who_has_fewest_is_first() -> None:
    assert given_to(small()) == {SUN: "王芳", HE: "李强", QIAN: "王芳"}


def test_an_owner_without_a_card_goes_along_and_who_has_it_already_is_left() -> None:
    book = small()
    car: Row = {"客户编号": "C00008", "车主姓名": "郑乙", "电话": "19900000108", "销售顾问": "张敏"}
    call: Row = {"客户编号": "C00008", "关怀项目": "定期", "计划日期": LAST, "销售顾问": "李强"}
    book.add("保有客户", car)
    book.add("关怀记录", call)
    book.press("handover", MON, former="张敏", to=["李强"])
    assert book.row("保有客户", 客户编号="C00008")["销售顾问"] == "李强"
    assert book.row("关怀记录", 客户编号="C00008")["销售顾问"] == "李强"


def test_those_named_get_them_all() -> None:
    book = small()
    outcome = book.press("handover", MON, former="张敏", to=["李强"])
    assert outcome.said == [
        "张敏 名下有事未了的 3 位客户已移交。",
        "李强 接 3 位：潜客 2，订车未交 1，车主 0。",
    ]
    assert book.row("订单")["销售顾问"] == "张敏"
    assert {row["前销售顾问"] for row in book.rows("客户卡") if "前销售顾问" in row} == {"张敏"}


@pytest.mark.parametrize("by", ["model", "grade"])
def test_those_alike_are_shared_too(by: str) -> None:
    book = small()
    for i in range(8):
        grade, model = ("A", "远行X5") if i % 2 else ("H", "远行X7")
        who: Row = {"电话": f"1990000020{i}", "客户编号": f"C0020{i}", "客户姓名": f"客{i}"}
        book.add("客户卡", card(HE, grade, **who))
        book.add(f"{grade}级", prospect(HE, grade, 拟购车型=model, **who))
    got = given_to(book, by=by)
    for odd in (0, 1):
        assert Counter(got[f"1990000020{i}"] for i in range(8) if i % 2 == odd) == {"李强": 2, "王芳": 2}


def test_a_change_nobody_rolled_yet_is_written_too_and_who_has_no_card_waits() -> None:
    book = small()
    book.edit("客户卡", {"电话": ZHOU}, {"销售顾问": "张敏"})
    book.add("来店登记", visit(MON, HE, "H", 电话="19900000107", 顾客名称="郑七"))
    said = book.press("handover", MON, former="张敏", to=["王芳"]).said
    assert said[-1] == "张敏 另有 1 位客户还没有建卡编号，没有移交：先做级别推进，再移交一次。"
    number = book.row("客户卡", 电话=ZHOU)["客户编号"]
    moves = [(row["从"], row["到"]) for row in book.rows("级别变更") if row["客户编号"] == number]
    assert moves[-2:] == [("李强", "张敏"), ("张敏", "王芳")]
    assert all(move.origin != "李强" for move in book.press("roll", MON).moves)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"former": "无此人"}, "handover.unknown"),
        ({"to": ["无此人"]}, "handover.no_heir"),
        ({"to": ["赵离"]}, "handover.gone"),
        ({"to": ["李强", "张敏"]}, "handover.same"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(asked: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal, match=key.replace(".", r"\.")):
        small().press("handover", MON, **{"former": "张敏"} | asked)


def test_nobody_at_work_takes_nobody() -> None:
    book = small()
    for name in ("李强", "王芳"):
        book.edit("顾问", {"姓名": name}, {"状态": "离职"})
    with pytest.raises(Refusal, match=r"handover\.nobody"):
        book.press("handover", MON, former="张敏")
