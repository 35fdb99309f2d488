"""What leaves the shop names no customer, whatever was typed where: every part of the workbook, and the mail around it."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from functools import cache
from typing import Any

import pytest
from books import Row
from desk import Desk
from memory import STAFF, SUN, card, loss, order, report, visit

from xlcrm.analysis import Month
from xlcrm.delivery import letter
from xlcrm.ledger.recogniser import bare
from xlcrm.report.mail import draft

TYPED = {
    "19900000901": (
        "199/0000/0901",
        "199,0000,0901",
        "199、0000、0901",
        "199*0000*0901",
        "199:0000:0901",
        "199;0000;0901",
        "(199)0000(0901)",
        "199   0000   0901",
        *(f"199{dash}0000{dash}0901" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"),
        "199  /  0000  /  0901",
        "199\u200b0000\u200d0901",
        "１９９００００\ufeff０９０１",
    ),
    "19900001234": (
        "199OOOO1234",
        "一九九零零零零一二三四",
        "壹玖玖〇〇〇〇壹贰叁肆",
        "幺九九洞洞洞洞幺两三四",
        "l99OOOOl234",
    ),
    "02161230901": ("021/6123/0901", "(021)6123*0901"),
    "WJ浙12345": ("WJ浙12345", "ＷＪ浙·12345"),
    "使123456": ("使123456", "使 123-456"),
    "浙A7K9Q2": ("浙A7K9Q2", "浙a·7k9q2", "浙A\u200b7K9Q2", "浙 A 7K9Q2", "浙A—7K9Q2", "浙A/7K9Q2"),
    "LSVAA4187E2123456": ("LSVAA4187E2123456", "lsvaa 4187e2 123456"),
    "LSVAA4187E212345O": ("LSVAA4187E212345O",),
    "HEYI@EXAMPLE.COM": ("heyi@example.com", "heyi ＠ example . com"),
    "HEYI": ("heyi@example", "heyi[at]example.com", "heyi@公司.中国"),
    "HEYI88": (
        "微信heyi88",
        "微信号：heyi88",
        "微 信 heyi88",
        "微信号是heyi88",
        "微信名“heyi88”",
        "加微信好友heyi88",
        "vx heyi88",
        "加WeChat: heyi88",
        "v：heyi88",
        "+V heyi88",
        "加v heyi88",
        "加微heyi88",
        "抖音号heyi88",
    ),
    "654321": ("QQ654321", "qq号 654321", "Q Q：654321", "QQ号是6 5 4 3 2 1", "企鹅号654321"),
    "欧阳何一": ("欧阳何一", "欧阳 何一", "欧 阳　何 一", "欧阳\u200b何一", "欧阳·何一"),
}
"""What must not be read → how it is typed."""
SPELLINGS = [(secret, typed) for secret, ways in TYPED.items() for typed in ways]
LAST = dt.date(2026, 10, 31)


PLAIN = "远行X7"
"""A model that is not a secret."""


def a_month() -> Month:
    """Each of the texts wherever a shop may type what its month shows: models, rivals, channels, consultants, reasons."""
    day = LAST.replace(day=5)
    texts = [PLAIN, *(typed for _, typed in SPELLINGS)]
    phones = [f"1990000{number}" for number in range(3001, 3001 + len(texts))]
    sheets: dict[str, list[Row]] = {"来店登记": [], "日报": [], "订单": [], "战败": []}
    for typed, phone in zip(texts, phones, strict=True):
        own: Any = {"顾客名称": "赵某", "电话": phone}
        named: Any = {"客户姓名": "赵某", "电话": phone, "车型": typed}
        sheets["来店登记"] += [
            visit(day, **own, 拟购车型=typed, 竞品=typed, 注释=typed),
            visit(day.replace(day=6), **own, **{"首次/再次": "再次"}, 渠道=typed, 销售顾问=typed),
        ]
        sheets["日报"].append(report(day, **named, 经过=f"{typed} 聊了贷款", 主管批示=typed, 现级别="H"))
        sheets["订单"].append(order(day.replace(day=20), **named, 订单号=f"D{phone}"))
        lost: Any = {"客户姓名": "赵某", "电话": phone, "去向/竞品": typed, "说明": typed}
        sheets["战败"].append(loss(day, **lost, 审批="同意", 审批日期=day))
    book = Desk.holding({"顾问": STAFF, "客户卡": [card(SUN, "B", 客户姓名="欧阳何一")], **sheets})
    book.press("validate", LAST)
    analysis = book.decide("month", LAST).analysis
    assert analysis is not None
    return analysis


def readable(content: bytes) -> Iterator[str]:
    """Every text and every attribute of every part of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            for found in re.finditer(r'>([^<]+)<|="([^"]*)"', package.read(name).decode()):
                yield html.unescape(found[1] or found[2] or "")


@cache
def sent() -> dict[str, str]:
    """Every text of the mail, its own and the attached workbook's → its letters and digits."""
    mail = letter(a_month(), "zh")
    message = BytesParser(policy=policy.default).parsebytes(draft(mail, dt.datetime(2026, 10, 31, 18)))
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return {text: bare(text) for text in (str(message["Subject"]), *bodies, *readable(mail.content))}


@pytest.mark.parametrize(("secret", "typed"), SPELLINGS)
def test_none_of_it_is_read_in_what_is_sent(secret: str, typed: str) -> None:
    assert [text for text, letters in sent().items() if bare(secret) in letters or typed in text] == []


def test_the_search_sees_cells_the_cached_labels_of_charts_and_the_mail() -> None:
    with zipfile.ZipFile(io.BytesIO(letter(a_month(), "zh").content)) as package:
        holding = {name.split("/")[1] for name in package.namelist() if PLAIN in package.read(name).decode()}
    assert holding == {"charts", "sharedStrings.xml"}
