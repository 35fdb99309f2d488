"""The law of erasing: one customer and nobody else, whatever stands in the phones, plates, VINs and names of a shop."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import pytest
from desk import JOURNAL, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import STAFF, card, order, prospect, report, visit
from sizes import scaled

from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, as_text
from xlcrm.safety.seals import broken_seals

DAY, LAST, NEXT = dt.date(2026, 10, 5), dt.date(2026, 10, 31), dt.date(2026, 11, 3)
PHONES = ("19900000101", "19900000102", "19900000103", "02161230104")
SPARES = (
    None,
    "微信",
    "199",
    "1",
    "无",
    "同上",
    "19900000777",
    "199/0000/0778",
    "19900000779、19900000780",
    "19900000788",
    *PHONES,
    19900000781,
)
PLATES = (None, "新车未上牌", "无", "浙A", "浙A7K9Q2", "浙a·7k9q2", "浙A 12345", "WJ浙12345", "19900000102")
VINS = (None, "待补", "LSVAA4187E2123456", "lsvaa4187 e2123457", "E2123456", "1" * 17)
NAMES = ("何一", "何一鸣", "何 一", "王伟", "王伟", "张敏", "其他", "何先生", "Ann", "微信", "19900000101")
REMARKS = (
    None,
    "看了外观，问了分期",
    "微信联系，199 元保养",
    "199",
    "何一介绍，电话{phone}",
    "电话 {split}，车 {plate}",
    "{plate}与{vin}",
    "{phone}5",
    "{wide}转告",
    "新车未上牌，待补",
    "何一鸣的同学",
)
COLLEAGUES = [{**row, "电话": phone} for row, phone in zip(STAFF, (None, "19900000788"), strict=True)]


@dataclass
class Shop:
    """A book, and what was typed for each of its customers in columns that a phone, a plate or a VIN may stand in."""

    book: Desk
    typed: list[list[Cell]]
    names: list[str]


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Four customers in every sheet, with odd values, and remarks that mention each other."""

    def remark() -> str | None:
        text = draw(st.sampled_from(REMARKS))
        if text is None:
            return None
        phone = draw(st.sampled_from([*PHONES, "19900000777"]))
        between = draw(st.sampled_from(["/", " ", "\u2011", "\u200b", " * "]))
        split = f"{phone[:3]}{between}{phone[3:7]}、{phone[7:]}"
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in phone)
        plate, vin = draw(st.sampled_from(["浙A·7K9Q2", "浙A12345"])), "LSVAA 4187E 2123456"
        return text.format(phone=phone, split=split, wide=wide, plate=plate, vin=vin)

    sheets: dict[str, list[dict[str, Cell]]] = {"顾问": COLLEAGUES, "保有客户": [], "客户卡": [], "A级": []}
    typed: list[list[Cell]] = []
    names: list[str] = []
    for number, phone in enumerate(PHONES, 1):
        name, customer = draw(st.sampled_from(NAMES)), f"C0000{number}"
        spare, plate, vin = (draw(st.sampled_from(values)) for values in (SPARES, PLATES, VINS))
        who = {"客户编号": customer, "客户姓名": name, "电话": phone}
        sheets["客户卡"].append(card("19900000101", "A") | who | {"备用电话": spare, "人际": remark()})
        sheets["A级"].append(prospect("19900000101", "A") | who | {"备注": remark(), "竞品": remark()})
        logged = {"电话": draw(st.sampled_from([phone, spare])), "注释": remark()}
        sheets.setdefault("来店登记", []).append(visit(DAY, grade="A") | logged | {"顾客名称": name})
        reported = {"客户姓名": name, "电话": phone, "经过": remark(), "主管批示": remark()}
        sheets.setdefault("日报", []).append(report(DAY, grade="A") | reported)
        bought = {"客户姓名": name, "电话": phone, "客户编号": draw(st.sampled_from([customer, None]))}
        sheets.setdefault("订单", []).append(order(DAY) | bought)
        owner: dict[str, Cell] = {
            "客户编号": customer,
            "车主姓名": name,
            "电话": phone,
            "车型": "远行X5",
            "车牌": plate,
            "VIN": vin,
        }
        sheets["保有客户"].append(owner | {"购买日期": DAY, "交车日期": DAY, "销售顾问": "张敏"})
        typed.append([phone, spare, plate, vin])
        names.append(name)
    return Shop(Desk.holding(sheets), typed, names)


def letters(cell: Cell) -> str:
    """The letters and digits of a cell in one width and case: written apart from the code it judges."""
    return "".join(char for char in unicodedata.normalize("NFKC", as_text(cell)).upper() if char.isalnum())


def understood(typed: list[Cell]) -> set[str]:
    """The whole phones, plates and VINs among what was typed for a customer."""
    shapes = r"1[3-9]\d{9}|021\d{8}|(?:WJ)?浙[A-Z]?[A-Z0-9]{5}|[A-HJ-NPR-Z0-9]{17}"
    return {found for cell in typed for found in re.findall(shapes, letters(cell))}


def cells_of(book: Desk) -> dict[tuple[str, int, str], Cell]:
    return {
        (block.sheet, number, header): cell
        for block in book.blocks
        if block.sheet != JOURNAL
        for number, row in enumerate(block.rows, 2)
        for header, cell in zip(block.headers, row, strict=True)
    }


def is_name(one: str, other: str) -> bool:
    """A title is anybody's of that family name."""
    return one == other or ("何先生" in (one, other) and one[0] == other[0] == "何")


def own_rows(shop: Shop, which: int) -> set[tuple[str, int]]:
    """By number; without one, by a phone that is no other customer's first one, and his name."""
    phones = understood(shop.typed[which][:2]) - {*PHONES} | {PHONES[which]}
    own = set()
    for block in shop.book.blocks:
        for number, row in enumerate(block.rows, 2):
            cells = dict(zip(block.headers, row, strict=True))
            name = cells.get("顾客名称") or cells.get("客户姓名") or cells.get("车主姓名")
            customer = cells.get("客户编号")
            if block.sheet != "顾问" and (
                customer == f"C0000{which + 1}"
                or (
                    customer is None
                    and understood([cells.get("电话")]) & phones
                    and letters(name) == letters(shop.names[which])
                )
            ):
                own.add((block.sheet, number))
    return own


@settings(max_examples=scaled(60, 600), deadline=None)
@pytest.mark.sized
@given(shops(), st.integers(0, 3), st.booleans())
def test_outside_his_rows_only_what_holds_a_whole_number_of_his_differs(shop: Shop, which: int, by_phone: bool) -> None:
    before, his = cells_of(shop.book), understood(shop.typed[which])
    own = own_rows(shop, which)
    try:
        outcome = shop.book.decide("erase", NEXT, customer=PHONES[which] if by_phone else f"C0000{which + 1}")
    except Refusal as refusal:
        if refusal.key not in ("erase.structured", "erase.several"):
            raise
        return
    shop.book.apply(outcome.changes)
    after = cells_of(shop.book)
    theirs = {number for i, typed in enumerate(shop.typed) if i != which for number in understood(typed)}
    for place, cell in before.items():
        if after[place] != cell and place[:2] not in own:
            assert any(number in letters(cell) for number in his), (place, cell, after[place])
    for place, cell in after.items():
        if place[:2] in own and place[2] in ("客户姓名", "顾客名称", "车主姓名", "备用电话", "车牌", "VIN"):
            assert cell is None or str(cell).startswith("已删除"), (place, cell)
        for number in his - theirs - {"19900000788"}:
            assert not re.search(rf"(?<!\d){number}(?![0-9A-Z])", letters(cell)), (place, cell)


def test_only_the_seals_of_rows_he_is_in_are_made_again() -> None:
    """And a seal that somebody broke before stays broken."""
    shop = Desk.holding(
        {
            "顾问": STAFF,
            "客户卡": [
                card(phone, "A", 客户姓名=name) for phone, name in (("19900000101", "何一"), ("19900000102", "钱二"))
            ],
            "A级": [
                prospect(phone, "A", 客户姓名=name)
                for phone, name in (("19900000101", "何一"), ("19900000102", "钱二"))
            ],
            "日报": [
                report(DAY, "19900000101", "A"),
                report(DAY, "19900000102", "A", 经过="认识19900000101，想要白色的车"),
            ],
        }
    )
    for verb in ("roll", "close"):
        shop.press(verb, NEXT if verb == "close" else LAST)
    shop.edit("日报", {"电话": "19900000102"}, {"车型": "远行X7"})
    broken = [row.at.row for row in broken_seals(shop.ledger(NEXT))[0]]
    outcome = shop.decide("erase", NEXT, customer="C00001")
    shop.apply(outcome.changes)
    assert broken == [3]
    assert [row.at.row for row in broken_seals(shop.ledger(NEXT))[0]] == [3]
