"""A customer who is erased, outside the tables of a book that other programs wrote in."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from memory import HE
from nasty import make_month
from shell import xlcrm
from workbooks import TOP, members, share_texts

from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.session import FileSession
from xlcrm.ledger.reading import read_ledger

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPLIT = f"{HE[:3]}/{HE[3:7]}/{HE[7:]}"
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in HE)
OWN_ROW, OTHERS_ROW = TOP + 1, TOP + 2
"""Rows of 客户卡: 何一's, and another's."""


@dataclass(frozen=True)
class Erased:
    before: dict[str, bytes]
    after: dict[str, bytes]
    said: str
    code: int

    def text(self, member: str) -> str:
        return html.unescape(self.after[member].decode())


def part_of(book: Path, sheet: str) -> str:
    parts = Parts(Package(book.read_bytes(), book.name))
    return parts.sheets[sheet]


def add(content: dict[str, bytes], home: str, kind: str, member: str, xml: str) -> str:
    """A part that another one points at; the id of the relationship."""
    folder, name = home.rsplit("/", 1)
    relations = f"{folder}/_rels/{name}.rels"
    start = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    text = content.get(relations, start).decode()
    key = f"rId{900 + text.count('<Relationship ')}"
    external = ' TargetMode="External"' if kind == "hyperlink" else ""
    target = member if external else f"/{member}"
    line = f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{external}/></Relationships>'
    content[relations] = text.replace("</Relationships>", line).encode()
    if not external:
        content[member] = f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'.encode()
    return key


def put_in(content: dict[str, bytes], member: str, before: str, xml: str) -> None:
    text = content[member].decode()
    assert before in text, member
    content[member] = text.replace(before, xml + before, 1).encode()


def dressed(book: Path) -> None:
    """Leave 何一 wherever other programs leave people."""
    content, home, cards = members(book), part_of(book, "首页"), part_of(book, "客户卡")
    shared = content["xl/sharedStrings.xml"].decode()
    count = len(re.findall("<si>", shared))
    rich = f"<si><r><t>{HE[:4]}</t></r><r><rPr><b/></rPr><t>{HE[4:]}转</t></r></si>"
    content["xl/sharedStrings.xml"] = shared.replace("</sst>", f"<si><t>电话{SPLIT}</t></si>{rich}</sst>").encode()
    rows = (
        f'<row r="900"><c r="B900" t="s"><v>{count}</v></c><c r="C900" t="s"><v>{count + 1}</v></c>'
        f'<c r="D900"><v>{HE}</v></c><c r="E900"><v>0.{HE}</v></c><c r="F900" t="inlineStr"><is><t>何一</t></is></c>'
        f'<c r="G900" t="str"><f>客户卡!B5</f><v>何一</v></c><c r="H900" t="inlineStr"><is><t>{WIDE}</t></is></c></row>'
    )
    put_in(content, home, "</sheetData>", rows)
    links = "".join(
        f'<hyperlink ref="E{row}" r:id="{add(content, cards, "hyperlink", target, "")}" display="{HE}"/>'
        for row, target in ((OWN_ROW, "https://example.com/heyi"), (OTHERS_ROW, f"tel:{HE}"))
    )
    tail = "<printOptions" if b"<printOptions" in content[cards] else "<pageMargins"
    put_in(content, cards, tail, f'<hyperlinks xmlns:r="{OFFICE}">{links}</hyperlinks>')
    header = f"<headerFooter><oddHeader>&amp;L何一 {HE}</oddHeader></headerFooter>"
    text = content[home].decode()
    at = re.search(r"<(?:headerFooter|drawing|legacyDrawing|tableParts|/worksheet)", text)
    assert at
    content[home] = (text[: at.start()] + header + text[at.start() :]).encode()
    comments = "".join(
        f'<comment ref="{ref}" authorId="0"><text><r><t>{text}</t></r></text></comment>'
        for ref, text in ((f"C{OWN_ROW}", "喜欢白色，爱打球"), (f"C{OTHERS_ROW}", f"找{SPLIT}"), ("A1", "何一来过"))
    )
    listed = f'<comments xmlns="{MAIN}"><authors><author/></authors><commentList>{comments}</commentList></comments>'
    add(content, cards, "comments", "xl/comments90.xml", listed)
    thread = (
        f'<ThreadedComments xmlns="urn:t"><threadedComment ref="D{OTHERS_ROW}" id="1"><text>{SPLIT}</text>'
        "</threadedComment></ThreadedComments>"
    )
    add(content, cards, "threadedComment", "xl/threadedComments/threadedComment90.xml", thread)
    box = (
        f'<xdr:wsDr xmlns:xdr="{DRAWN}/spreadsheetDrawing" xmlns:a="{DRAWN}/main"><xdr:twoCellAnchor><xdr:from>'
        f"<xdr:col>1</xdr:col><xdr:row>{OWN_ROW - 1}</xdr:row></xdr:from><xdr:sp><xdr:txBody><a:p><a:r><a:t>199 </a:t></a:r>"
        f"<a:r><a:t>{HE[3:]}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    add(content, cards, "drawing", "xl/drawings/drawing90.xml", box)
    chart = (
        f'<c:chartSpace xmlns:c="{DRAWN}/chart"><c:strCache><c:pt idx="0"><c:v>何一</c:v></c:pt>'
        f'<c:pt idx="1"><c:v>{HE}</c:v></c:pt></c:strCache></c:chartSpace>'
    )
    add(content, "xl/drawings/drawing90.xml", "chart", "xl/charts/chart90.xml", chart)
    counted = (
        f'<pivotCacheDefinition xmlns="{MAIN}"><cacheFields count="1"><cacheField name="电话">'
        f'<sharedItems minValue="{HE}" count="2"><s v="{SPLIT}"/><s v="何一"/></sharedItems>'
        "</cacheField></cacheFields></pivotCacheDefinition>"
    )
    add(content, "xl/workbook.xml", "pivotCacheDefinition", "xl/pivotCache/pivotCacheDefinition90.xml", counted)
    records = f'<pivotCacheRecords xmlns="{MAIN}" count="1"><r><x v="0"/><n v="{HE}"/></r></pivotCacheRecords>'
    add(
        content,
        "xl/pivotCache/pivotCacheDefinition90.xml",
        "pivotCacheRecords",
        "xl/pivotCache/pivotCacheRecords90.xml",
        records,
    )
    put_in(content, "xl/workbook.xml", "</definedNames>", f'<definedName name="重点">"何一 {HE}"</definedName>')
    put_in(content, "xl/workbook.xml", "</definedNames>", f'<definedName name="区" comment="先打 {HE}">1</definedName>')
    put_in(content, "docProps/core.xml", "</cp:coreProperties>", f"<dc:subject>何一 {HE}</dc:subject>")
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as package:
        for member, data in content.items():
            package.writestr(member, data)


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    book = make_month(tmp_path_factory.mktemp("erased") / "店.xlsm")
    dressed(book)
    before = members(book)
    answer = xlcrm("erase", book, "--customer", "C00001", "--today", "2026-11-01")
    assert answer.err == ""
    return Erased(before, members(book), answer.out, answer.code)


@pytest.mark.parametrize(
    "member",
    [
        "xl/sharedStrings.xml",
        "xl/comments90.xml",
        "xl/threadedComments/threadedComment90.xml",
        "xl/drawings/drawing90.xml",
        "xl/charts/chart90.xml",
        "xl/pivotCache/pivotCacheDefinition90.xml",
        "xl/pivotCache/pivotCacheRecords90.xml",
        "xl/worksheets/_rels/sheet7.xml.rels",
    ],
)
def test_his_numbers_are_overwritten_in_place(erased: Erased, member: str) -> None:
    """In the same runs, the same items and as many of them; nothing is removed."""
    if member.endswith(".rels"):
        member = next(name for name in erased.after if name.endswith(".rels") and b"tel:" in erased.after[name])
    before, after = erased.before[member].decode(), erased.text(member)
    assert erased.before[member] != erased.after[member]
    assert not re.search(rf"{HE}|{SPLIT}|{HE[3:]}|{HE[4:]}", after)
    assert re.findall(r"<[\w:]+|count=\"\d+\"", before) == re.findall(r"<[\w:]+|count=\"\d+\"", after)


def test_what_hangs_on_his_own_rows_says_nothing_more(erased: Erased) -> None:
    comments = erased.text("xl/comments90.xml")
    assert "白色" not in comments
    assert "何一来过" in comments, "a name elsewhere is not rewritten"
    links = next(erased.text(name) for name in erased.after if b"about:blank" in erased.after[name])
    assert ("example.com/heyi" in links, "tel:4000000001" in links) == (False, True)


def test_cells_beside_the_tables(erased: Erased) -> None:
    home = next(erased.text(name) for name in erased.after if b'"B900"' in erased.after[name])
    cells = dict(re.findall(r'<c r="([A-H]900)"[^>]*>(.*?)</c>', home))
    assert cells["D900"] == "<v>4000000001</v>"
    assert cells["E900"] == f"<v>0.{HE}</v>", "a part of a number is none"
    assert "何一" in cells["F900"]
    assert cells["G900"] == "<f>客户卡!B5</f><v>已删除C00001</v>"
    assert WIDE not in cells["H900"]


@pytest.mark.parametrize(
    "place",
    [
        "名称 重点",
        "名称 区",
        "页眉页脚 首页",
        "别的表 首页!F900",
        "批注 客户卡!A1",
        "文档属性",
        "数据透视表",
        "图片或图形在此人的行上 客户卡!5",
    ],
)
def test_what_may_not_be_changed_is_named(erased: Erased, place: str) -> None:
    assert erased.code == 1
    assert place in erased.said


def test_what_is_no_more_than_part_of_a_number_is_not_named(erased: Erased) -> None:
    assert "首页!E900" not in erased.said


def test_texts_that_another_program_keeps_apart_go_with_their_cells(tmp_path: Path) -> None:
    """A cell written over leaves its shared text behind: it is emptied, and all others keep their numbers."""
    book = make_month(tmp_path / "店.xlsm")
    share_texts(book)
    before = members(book)["xl/sharedStrings.xml"].decode()
    assert HE in before
    assert xlcrm("erase", book, "--customer", "C00001", "--today", "2026-11-01").code == 0
    after = members(book)["xl/sharedStrings.xml"].decode()
    assert HE not in after
    assert "何一" not in after
    assert len(re.findall("<si>", before)) == len(re.findall("<si>", after))
    ledger = read_ledger(FileSession(book).blocks, dt.date(2026, 11, 1))
    assert [card.name for card in ledger.cards] == ["已删除C00001", "孙三", "钱二"]
