"""A book dressed up by other programs: whatever the product does to it, what it does not own is there byte for byte."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from memory import HE, QIAN, STAFF, SUN, card, order, prospect, report, visit
from nasty import packed
from workbooks import TOP, make_book, members, raw

from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS
from xlcrm.verbs import VERBS, Job

JOB = Job(dt.date(2026, 11, 1), dt.datetime(2026, 11, 1, 20), "文员小吴")
PRESSED = ("validate", "roll", "check", "month", "undo")
DRESSED = ("来店登记", "客户卡", "H级", "问题清单", "操作日志")
"""Sheets that are dressed: one that is only read or marked, those whose rows come and go, those whose rows are replaced as a whole."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def a_picture() -> bytes:
    """A PNG of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">2L5B", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xff\x80\0")) + chunk(b"IEND", b"")


def relations(*targets: tuple[str, str]) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="{to}"/>' for i, (kind, to) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()


ANCHOR = (
    "<xdr:from><xdr:col>25</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:to><xdr:col>28</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>6</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
)
TEXT_BOX = (
    '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="便笺"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>电话先核对再填</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
PICTURE = (
    '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="店招" descr="店招"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
    f'<a:blip xmlns:r="{OFFICE}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
    '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
)
DRAWING = (
    f'{HEAD}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    + "".join(
        f"<xdr:twoCellAnchor>{ANCHOR}{shape}<xdr:clientData/></xdr:twoCellAnchor>" for shape in (TEXT_BOX, PICTURE)
    )
    + "</xdr:wsDr>"
).encode()


def parts_of(sheet: str, number: int) -> dict[str, bytes]:
    """What is added to the package for a dressed sheet; comments hang on its title."""
    threaded = (
        f'{HEAD}<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="A1" dT="2026-10-05T10:00:00.00" personId="{{1}}" id="{{{number}}}">'
        f"<text>{sheet}谁来填？</text></threadedComment></ThreadedComments>"
    )
    slicer = (
        f'{HEAD}<slicers xmlns="{MICROSOFT}/spreadsheetml/2009/9/main">'
        f'<slicer name="切片{number}" cache="切片_{number}" rowHeight="241300"/></slicers>'
    )
    pivot = (
        f'{HEAD}<pivotTableDefinition xmlns="{MAIN}" name="透视{number}" cacheId="90" dataCaption="值">'
        '<location ref="AD3:AE9" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>'
    )
    return {
        f"xl/drawings/drawing{number}.xml": DRAWING,
        f"xl/drawings/_rels/drawing{number}.xml.rels": relations((f"{OFFICE}/image", f"../media/image{number}.png")),
        f"xl/media/image{number}.png": a_picture(),
        f"xl/threadedComments/threadedComment{number}.xml": threaded.encode(),
        f"xl/slicers/slicer{number}.xml": slicer.encode(),
        f"xl/pivotTables/pivotTable{number}.xml": pivot.encode(),
        f"xl/pivotTables/_rels/pivotTable{number}.xml.rels": relations(
            (f"{OFFICE}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition90.xml")
        ),
    }


PARTS_OF_THE_BOOK = {
    "customXml/item9.xml": "<店 xmlns='urn:x'>一号店<审批 级='2'/></店>".encode(),
    "customXml/_rels/item9.xml.rels": relations((f"{OFFICE}/customXmlProps", "itemProps9.xml")),
    "customXml/itemProps9.xml": b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"/>',
    "xl/persons/person.xml": f'{HEAD}<personList xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments">'
    '<person displayName="张敏" id="{1}"/></personList>'.encode(),
    "xl/slicerCaches/slicerCache90.xml": f'{HEAD}<slicerCacheDefinition xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" '
    'name="切片_90" sourceName="意向级别"/>'.encode(),
    "xl/pivotCache/pivotCacheDefinition90.xml": f'{HEAD}<pivotCacheDefinition xmlns="{MAIN}" recordCount="0">'
    '<cacheSource type="worksheet"><worksheetSource name="tblVisit"/></cacheSource><cacheFields count="0"/>'
    "</pivotCacheDefinition>".encode(),
}
RICH = '<si><r><rPr><b/><color rgb="FFFF0000"/></rPr><t>当月</t></r><r><t xml:space="preserve"> 记录</t></r></si>'
AFTER_ROWS = (
    '<protectedRanges><protectedRange name="经理" sqref="A1:D2" password="CC1A"/></protectedRanges>'
    '<scenarios current="0"><scenario name="旺季"><inputCells r="B2" val="9"/></scenario></scenarios>'
)
SPARKLINES = (
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" '
    f'xmlns:x14="{MICROSOFT}/spreadsheetml/2009/9/main"><x14:sparklineGroups xmlns:xm="{MICROSOFT}/excel/2006/main">'
    '<x14:sparklineGroup type="column"><x14:colorSeries rgb="FF376092"/><x14:sparklines><x14:sparkline>'
    "<xm:f>首页!B2:D2</xm:f><xm:sqref>C2</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
    '</x14:sparklineGroups></ext><ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}" '
    f'xmlns:x14="{MICROSOFT}/spreadsheetml/2009/9/main"><x14:slicerList><x14:slicer r:id="rId94"/></x14:slicerList></ext></extLst>'
)


def sheet_part(sheet: str) -> str:
    """首页 is the first sheet of ``make_book``."""
    return f"xl/worksheets/sheet{list(FORMS).index(sheet) + 2}.xml"


def dress(path: Path) -> dict[str, bytes]:
    """Dress a book up; returns the parts that were added."""
    content = members(path)
    added = dict(PARTS_OF_THE_BOOK)
    rich = content["xl/sharedStrings.xml"].decode().count("<si>")
    content["xl/sharedStrings.xml"] = content["xl/sharedStrings.xml"].replace(b"</sst>", f"{RICH}</sst>".encode())
    for number, sheet in enumerate(DRESSED, 90):
        part = sheet_part(sheet)
        added |= parts_of(sheet, number)
        named = (
            (f"{OFFICE}/drawing", f"../drawings/drawing{number}.xml"),
            (f"{MICROSOFT}/2017/10/relationships/threadedComment", f"../threadedComments/threadedComment{number}.xml"),
            (f"{MICROSOFT}/2007/relationships/slicer", f"../slicers/slicer{number}.xml"),
            (f"{OFFICE}/pivotTable", f"../pivotTables/pivotTable{number}.xml"),
        )
        lines = "".join(
            f'<Relationship Id="rId{i}" Type="{kind}" Target="{to}"/>'
            for i, (kind, to) in zip((91, 92, 94, 93), named, strict=True)
        )
        rels = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
        content[rels] = content[rels].replace(b"</Relationships>", f"{lines}</Relationships>".encode())
        xml = content[part].decode()
        title = f'<c r="E2" t="s"><v>{rich}</v></c>'
        xml = xml.replace(f'<row r="{TOP}"', f'<row r="2" ht="21" customHeight="1">{title}</row><row r="{TOP}"', 1)
        xml = xml.replace("</sheetData>", f"</sheetData>{AFTER_ROWS}", 1)
        xml = re.sub(r"(?=<legacyDrawing |<tableParts )", '<drawing r:id="rId91"/>', xml, count=1)
        content[part] = xml.replace("</worksheet>", f"{SPARKLINES}</worksheet>").encode()
    book_rels = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{to}"/>'
        for key, kind, to in (
            ("rId990", f"{OFFICE}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition90.xml"),
            ("rId991", f"{MICROSOFT}/2007/relationships/slicerCache", "slicerCaches/slicerCache90.xml"),
            ("rId992", f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml"),
            ("rId993", f"{OFFICE}/customXml", "../customXml/item9.xml"),
        )
    )
    caches = '<pivotCaches><pivotCache cacheId="90" r:id="rId990"/></pivotCaches></workbook>'
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(b"</workbook>", caches.encode())
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace(b"</Relationships>", f"{book_rels}</Relationships>".encode())
    path.write_bytes(packed(content | added))
    return added


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A month with titles above its tables, and totals, comments and signature lines below them."""
    day = dt.date(2026, 10, 5)
    rows: dict[str, list[dict[str, Cell]]] = {
        "顾问": STAFF,
        "客户卡": [card(HE, "H"), card(SUN, "A")],
        "H级": [prospect(HE, "H")],
        "A级": [prospect(SUN, "A")],
        "来店登记": [visit(day, HE, "H", 电话="1990000010"), visit(day, QIAN, "A")],
        "日报": [report(day, HE, "H"), report(day, SUN, "A")],
        "订单": [order(day, SUN)],
    }
    return make_book(tmp_path / "登记.xlsm", rows, sheets=FORMS, blank=[ANALYSIS_SHEET], foot=True)


def pressed(path: Path, verb: str) -> None:
    session = FileSession(path)
    outcome = VERBS[verb](session.blocks, session.issues, replace(JOB, layout=session.layout))
    session.apply(outcome.changes)


OWNED = re.compile(
    r"xl/(?:worksheets/sheet|tables/table|comments|drawings/vmlDrawing|charts/chart)\d+\.(?:xml|vml)|xl/workbook\.xml"
)
FOLLOWING = re.compile(r"xl/(?:drawings/drawing|pivotTables/pivotTable)\d+\.xml")
"""Parts of others that say on which rows they lie: that follows the rows, and nothing else in them changes."""


def foreign(content: Mapping[str, bytes]) -> set[str]:
    """Parts that the product neither owns nor lets follow the rows of its tables."""
    return {name for name in content if not OWNED.fullmatch(name) and not FOLLOWING.fullmatch(name)}


def placed(content: Mapping[str, bytes]) -> dict[str, str]:
    """The parts that follow rows, without the numbers of those rows."""
    rows = re.compile(r'(?<=<xdr:row>)\d+|(?<=[A-Z])\d+(?=[:"])')
    return {name: rows.sub("", part.decode()) for name, part in content.items() if FOLLOWING.fullmatch(name)}


def outside(xml: str, table: str) -> tuple[str, list[str], list[str]]:
    """A sheet without its table's rows: all but the rows, the rows above and those below, free of numbers that follow rows."""
    top, bottom = (int(row) for row in re.findall(r"\d+", table))
    head, rows, tail = re.fullmatch(r"(.*<sheetData>)(.*)(</sheetData>.*)", xml, re.DOTALL).groups()  # type: ignore[union-attr]
    above, below = [], []
    for row in re.findall(r'<row r="\d+".*?(?:</row>|/>(?=<row|$))', rows, re.DOTALL):
        number = int(re.search(r"\d+", row)[0])  # type: ignore[index]
        if number <= top:
            above.append(row)
        elif number > bottom:
            below.append(_unnumbered(row))
    return _unnumbered(re.sub("<dimension[^>]*>", "", head + tail)), above, below


def _unnumbered(xml: str) -> str:
    """Without the numbers of rows in ranges (a range of one column is as one of its cells), and the results of formulas."""
    bare = re.sub(r'(?<=[A-Z$])\d+(?=[":)$ <,&=])|(?<=r=")\d+(?=")|<v>\d+</v>', "", xml)
    return re.sub(r"(?<![A-Z])([A-Z]{1,3}):\1(?![A-Z])", r"\1", bare)


def test_what_it_does_not_own_survives_every_button(book: Path) -> None:
    added = dress(book)
    before, raws = members(book), book.read_bytes()
    tables = open_book(book).tables
    for verb in PRESSED:
        pressed(book, verb)
        now, after = book.read_bytes(), members(book)
        assert after.keys() == before.keys(), verb
        names = foreign(before)
        assert added.keys() <= names | placed(before).keys()
        assert placed(after) == placed(before), verb
        assert {name for name in names if raw(now, name) != raw(raws, name)} <= {"xl/styles.xml"}, verb
        for sheet in DRESSED:
            part, name = sheet_part(sheet), FORMS[sheet].table
            was = outside(before[part].decode(), tables[name][1])
            is_now = outside(after[part].decode(), open_book(book).tables[name][1])
            assert is_now == was, f"{sheet} after {verb}"


def test_the_buttons_did_something_to_it(book: Path) -> None:
    """Else the test above could not fail: rows come and go on dressed sheets."""
    dress(book)
    before = members(book)
    heights = {sheet: open_book(book).tables[FORMS[sheet].table] for sheet in DRESSED}
    for verb in PRESSED[:3]:
        pressed(book, verb)
    after = members(book)
    assert all(before[sheet_part(sheet)] != after[sheet_part(sheet)] for sheet in DRESSED)
    grown = {sheet for sheet in DRESSED if open_book(book).tables[FORMS[sheet].table] != heights[sheet]}
    assert {"问题清单", "操作日志"} <= grown


def test_the_dress_is_what_openpyxl_loses(book: Path, tmp_path: Path) -> None:
    """It is really there, and read by others: what a round trip drops is what the product keeps."""
    added = dress(book)
    with pytest.warns(UserWarning, match="not supported and will be removed"):
        loaded = openpyxl.load_workbook(book)
    assert loaded["来店登记"]["E2"].value == "当月 记录"
    target = io.BytesIO()
    loaded.save(target)
    copy = tmp_path / "副本.xlsx"
    copy.write_bytes(target.getvalue())
    lost = [part for part, content in added.items() if content not in members(copy).values()]
    assert len(lost) > len(DRESSED) * 5
    assert b"protectedRange" not in members(copy)[sheet_part("来店登记")]
