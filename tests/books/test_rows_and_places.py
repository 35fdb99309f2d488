"""Whatever points at a row goes on pointing at its customer, through roll, undo, redo and close; other writers' books too."""

from __future__ import annotations

import contextlib
import io
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import ooxml
import openpyxl
import pytest
from columns import Parts, own_column
from memory import HE, QIAN, STAFF, SUN, ZHOU, card, order, prospect, report
from nasty import table
from openpyxl.comments import Comment
from rendering import converted
from sizes import scaled
from test_dressed_up import DRAWING, MAIN, a_picture, relations
from test_rows_go_along import (
    CHECKBOX,
    DAY,
    FIRST,
    H_RELS,
    OFFICE,
    XDR,
    A,
    H,
    attach,
    change,
    names,
    press,
    put_in,
    shop,
)
from workbooks import make_book, members

from xlcrm.books.area import letters
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS

HOME, BOOK, CHART = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/charts/chart1.xml"
BOOK_RELS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
KEYS = " ".join(f'{name}="{{0000000{i}-0000-0000-0000-000000000000}}"' for i, name in enumerate(("personId", "id")))
OPEN = "application/vnd.openxmlformats-officedocument"
MICROSOFT = "http://schemas.microsoft.com/office"
THREADS = f"{MICROSOFT}/2017/10/relationships/threadedComment"
PHONES = (HE, SUN, QIAN, ZHOU)


class Reference(NamedTuple):
    """Something that points at the row ``{0}`` of H级 (``{1}``: from 0), put before a mark of a part or a part of its own."""

    at: str
    mark: str
    xml: str
    found: str

    def put(self, parts: Parts, row: int) -> None:
        xml = self.xml.format(row, row - 1, row)
        if self.mark:
            put_in(parts, xml, self.at, self.mark)
        else:
            attach(parts, self.at, self.at.split("/")[1], xml)

    def rows(self, parts: Parts) -> range:
        """The rows it points at; none where it is lost."""
        found = re.search(self.found, parts[self.at].decode())
        numbers = [int(number) for number in found.groups() if number] if found else []
        return range(numbers[0], numbers[-1] + 1) if numbers else range(0)


CORNER = "<xdr:col>22</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{1}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
REFERENCES = {
    "name": Reference(BOOK, "</definedNames>", '<definedName name="他">H级!$B${0}</definedName>', r"H级!\$B\$(\d+)<"),
    "formula": Reference(HOME, "</row>", '<c r="F2"><f>H级!B{0}&amp;""</f></c>', r"<f>H级!B(\d+)"),
    "chart": Reference(CHART, "</c:chartSpace>", "<c:f>H级!$B${0}</c:f>", r"H级!\$B\$(\d+)<"),
    "rule": Reference(
        H,
        "<pageMargins",
        '<conditionalFormatting sqref="B{0}"><cfRule type="containsBlanks" priority="9"/></conditionalFormatting>',
        r'sqref="B(\d+)(?::B(\d+))?"',  # on the only row that is left it is a rule of all rows, and grows with them
    ),
    "link": Reference(
        HOME,
        "<pageMargins",
        '<hyperlinks><hyperlink ref="F9" location="H级!B{0}"/></hyperlinks>',
        r'location="H级!B(\d+)',
    ),
    "drawing": Reference(
        "xl/drawing/d7.xml",
        "",
        f'<xdr:wsDr xmlns:xdr="{XDR}"><xdr:oneCellAnchor><xdr:from>{CORNER}</xdr:from><xdr:ext cx="9" cy="9"/>'
        '<xdr:sp textlink="$B${2}"/><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>',
        r'textlink="\$B\$(\d+)"',
    ),
    "comment": Reference("xl/comments/c7.xml", "", '<comments><comment ref="B{0}"/></comments>', r'ref="B(\d+)"'),
    "thread": Reference(
        "xl/threadedComment/t7.xml",
        "",
        '<ThreadedComments><threadedComment ref="B{0}"/></ThreadedComments>',
        r'ref="B(\d+)"',
    ),
    "control": Reference("xl/ctrlProp/k7.xml", "", '<formControlPr fmlaLink="$B${0}"/>', r'fmlaLink="\$B\$(\d+)"'),
}
OWNED = re.compile(
    r"xl/(?:worksheets/sheet|tables/table)\d+\.xml|xl/(?:workbook|styles)\.xml|xl/worksheets/_rels/.*|\[Content_Types\]\.xml"
)


def a_shop(path: Path, rng: random.Random) -> Path:
    """Four prospects in H级, some of whom are regraded or order."""
    phones = rng.sample(PHONES, 4)
    fates = {phone: rng.choice(("stays", "A", "B", "C", "orders")) for phone in phones}
    rows: dict[str, list[dict[str, Cell]]] = {
        "顾问": STAFF,
        "客户卡": [card(phone, "H") for phone in phones],
        "H级": [prospect(phone, "H") for phone in phones],
        "日报": [report(DAY, phone, fate) for phone, fate in fates.items() if len(fate) == 1],
        "订单": [order(DAY, phone) for phone, fate in fates.items() if fate == "orders"],
    }
    return make_book(path / "登记.xlsm", rows, sheets=FORMS, blank=[ANALYSIS_SHEET])


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(scaled(30, 300)))
def test_what_points_at_a_row_goes_on_pointing_at_its_customer(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    book = a_shop(tmp_path, rng)
    placed = {key: rng.randrange(FIRST, FIRST + 4) for key in rng.sample(sorted(REFERENCES), rng.randint(1, 4))}
    drawn = [key for key in placed if REFERENCES[key].mark == ""]
    for key in drawn[1:]:  # one part of its own is enough: they share a relationship
        del placed[key]

    def dressed(parts: Parts) -> None:
        for key, row in placed.items():
            REFERENCES[key].put(parts, row)

    change(book, dressed)
    before = members(book)
    customers = names(book, "H级")

    def pointing() -> dict[str, list[Cell]]:
        parts, standing = members(book), names(book, "H级")
        return {key: [standing[row - FIRST] for row in REFERENCES[key].rows(parts)] for key in placed}

    at_first = {key: customers[row - FIRST] for key, row in placed.items()}
    states = []
    for verb in ("roll", "undo", "redo", "close"):
        with contextlib.suppress(Refusal) if verb == "close" else contextlib.nullcontext():
            press(book, verb)
        pointed = pointing()
        assert {key: name for key, name in at_first.items() if name not in pointed[key]} == {}, verb
        assert all(len(found) == 1 for key, found in pointed.items() if key != "rule")
        states.append(names(book, "H级"))
        if verb == "undo":
            after = members(book)
            assert {name for name in before if after[name] != before[name] and not OWNED.fullmatch(name)} == set()
    assert states[1] == customers
    assert states[2] == states[0]


# ---------------------------------------------------------------- books of other writers


def by_openpyxl(book: Path) -> None:
    """Saved by openpyxl with a note on a row that stays, a link on the row that goes, and a formula column."""
    loaded = openpyxl.load_workbook(book, keep_vba=True)
    loaded["H级"][f"B{FIRST + 1}"].comment = Comment("周末带太太来", "张敏")
    loaded["H级"][f"B{FIRST}"].hyperlink = "https://x.invalid/档案"
    target = io.BytesIO()
    loaded.save(target)
    book.write_bytes(target.getvalue())


def like_exceljs(book: Path) -> None:
    """No spans, no dimension, texts inline with properties, a self-closed header count."""

    def rewritten(parts: Parts) -> None:
        for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
            text = re.sub(r' spans="[^"]*"|<dimension[^>]*/>', "", parts[name].decode())
            parts[name] = text.encode()
        put_in(parts, f'<hyperlinks><hyperlink ref="C{FIRST}" r:id="rId55" tooltip="档案"/></hyperlinks>')
        relation = (
            f'<Relationship Id="rId55" Type="{OFFICE}/hyperlink" Target="https://x.invalid/" TargetMode="External"/>'
        )
        parts[H_RELS] = parts[H_RELS].replace(b"</Relationships>", f"{relation}</Relationships>".encode())

    change(book, rewritten)


def typed(parts: Parts, part: str, content: str) -> None:
    """Name the content type of a part."""
    put_in(parts, f'<Override PartName="/{part}" ContentType="{content}"/>', TYPES, "</Types>")


def with_days(parts: Parts) -> None:
    """A column that fills itself in two of the grade sheets: who leaves them leaves its formula behind."""
    for name, at, rows in (("H级", H, (5, 6, 7)), ("A级", A, (5,))):
        formula = f"TODAY()-{FORMS[name].table}[[#This Row],[入级日期]]"
        own_column(parts, at, table(name), "天数", {row: f"><f>{formula}</f><v>{row}</v>" for row in rows}, formula)


def with_pivot(parts: Parts) -> None:
    """A pivot below H级 that counts its customers."""
    headers = FORMS["H级"].headers
    fields = "".join(f'<cacheField name="{header}" numFmtId="0"><sharedItems/></cacheField>' for header in headers)
    axis = '<pivotField axis="axisRow" showAll="0"><items count="1"><item t="default"/></items></pivotField>'
    columns = f'{axis}<pivotField dataField="1" showAll="0"/>{"<pivotField/>" * (len(headers) - 2)}'
    pivot = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="人数" cacheId="7" dataCaption="值">'
        '<location ref="B40:C42" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        f'<pivotFields count="{len(headers)}">{columns}</pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        '<dataFields count="1"><dataField name="人数" fld="1" subtotal="count"/></dataFields></pivotTableDefinition>'
    )
    cache = (
        f'<pivotCacheDefinition xmlns="{MAIN}" refreshOnLoad="1" recordCount="0"><cacheSource type="worksheet">'
        f'<worksheetSource ref="A{FIRST - 1}:{letters(len(headers))}{FIRST + 2}" sheet="H级"/></cacheSource>'
        f'<cacheFields count="{len(headers)}">{fields}</cacheFields></pivotCacheDefinition>'
    )
    cached = (f"{OFFICE}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition7.xml")
    attach(parts, "xl/pivotTables/pivotTable7.xml", "pivotTable", pivot, key="rId71")
    parts["xl/pivotTables/_rels/pivotTable7.xml.rels"] = relations(cached)
    attach(parts, "xl/pivotCache/pivotCacheDefinition7.xml", "pivotCacheDefinition", cache, BOOK_RELS, key="rId771")
    caches = f'<pivotCaches><pivotCache xmlns:r="{OFFICE}" cacheId="7" r:id="rId771"/></pivotCaches>'
    put_in(parts, caches, BOOK, "</workbook>")
    typed(parts, "xl/pivotTables/pivotTable7.xml", f"{OPEN}.spreadsheetml.pivotTable+xml")
    typed(parts, "xl/pivotCache/pivotCacheDefinition7.xml", f"{OPEN}.spreadsheetml.pivotCacheDefinition+xml")


def with_picture(parts: Parts) -> None:
    """A picture and a text box over two rows that stay."""
    lower = DRAWING.replace(b"<xdr:row>1<", b"<xdr:row>%d<" % FIRST).replace(
        b"<xdr:row>6<", b"<xdr:row>%d<" % (FIRST + 1)
    )
    attach(parts, "xl/drawings/drawing7.xml", "drawing", lower.decode(), key="rId72")
    parts["xl/drawings/_rels/drawing7.xml.rels"] = relations((f"{OFFICE}/image", "../media/image7.png"))
    parts["xl/media/image7.png"] = a_picture()
    put_in(parts, f'<drawing xmlns:r="{OFFICE}" r:id="rId72"/>', H, "<legacyDrawing")
    typed(parts, "xl/drawings/drawing7.xml", f"{OPEN}.drawing+xml")
    typed(parts, "xl/media/image7.png", "image/png")


WPS_PICTURE = ' t="str"><f>_xlfn.DISPIMG("ID_5BA4",1)</f><v>=DISPIMG("ID_5BA4",1)</v>'
EXCEL_PICTURE = ' t="e" vm="1"><v>#VALUE!</v>'
RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
RICH_PARTS = {
    "rdrichvalue": (
        "rdRichValue",
        f'<rvData xmlns="{RICH}" count="1"><rv s="0"><v>0</v><v>5</v></rv></rvData>',
    ),
    "rdrichvaluestructure": (
        "rdRichValueStructure",
        f'<rvStructures xmlns="{RICH}" count="1"><s t="_localImage"><k n="_rvRel:LocalImageIdentifier" t="i"/>'
        '<k n="CalcOrigin" t="i"/></s></rvStructures>',
    ),
    "richValueRel": (
        "richValueRel",
        f'<richValueRels xmlns="{MICROSOFT}/spreadsheetml/2022/richvaluerel" xmlns:r="{OFFICE}"><rel r:id="rId1"/></richValueRels>',
    ),
}
"""The parts that Excel keeps a picture of a cell in: content type and text."""


ATTACHED = ' t="inlineStr"><is><t>见图</t></is>'


def with_attachments(parts: Parts) -> None:
    """A column of the shop's own for them."""
    own_column(parts, A, table("A级"), "附件")
    own_column(parts, H, table("H级"), "附件", {FIRST: ATTACHED, FIRST + 1: ATTACHED})


def with_pictures_in_cells(parts: Parts) -> None:
    """As WPS keeps them in the row that goes, as Excel does in one that stays; each program has its parts for them."""
    last = letters(len(FORMS["H级"].headers) + 1 + ('name="天数"' in parts[table("H级")].decode()))
    for row, picture in ((FIRST, WPS_PICTURE), (FIRST + 1, EXCEL_PICTURE)):
        cell = rf'(<c r="{last}{row}"(?: s="\d+")?).*?(?=</c>)'
        xml, count = re.subn(cell, rf"\g<1>{picture}", parts[H].decode(), count=1)
        assert count == 1
        parts[H] = xml.encode()
    held = (
        '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
        f' xmlns:xdr="{XDR}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{OFFICE}">'
        '<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="ID_5BA4"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic></etc:cellImage></etc:cellImages>'
    )
    attach(parts, "xl/cellimages.xml", "http://www.wps.cn/officeDocument/2020/cellImage", held, BOOK_RELS, "rId781")
    parts["xl/_rels/cellimages.xml.rels"] = relations((f"{OFFICE}/image", "media/image8.png"))
    typed(parts, "xl/cellimages.xml", "application/vnd.wps-officedocument.cellimage+xml")
    parts["xl/media/image8.png"] = a_picture()
    typed(parts, "xl/media/image8.png", "image/png")
    values = (
        f'<metadata xmlns="{MAIN}" xmlns:xlrd="{RICH}"><metadataTypes count="1"><metadataType name="XLRICHVALUE"'
        ' minSupportedVersion="120000" copy="1" pasteAll="1"/></metadataTypes><futureMetadata name="XLRICHVALUE" count="1">'
        '<bk><extLst><ext uri="{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}"><xlrd:rvb i="0"/></ext></extLst></bk>'
        '</futureMetadata><valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
    )
    attach(parts, "xl/metadata.xml", "sheetMetadata", values, BOOK_RELS, "rId782")
    typed(parts, "xl/metadata.xml", f"{OPEN}.spreadsheetml.sheetMetadata+xml")
    for number, (name, (kind, content)) in enumerate(RICH_PARTS.items(), 783):
        year = 2022 if name == "richValueRel" else 2017
        attach(
            parts,
            f"xl/richData/{name}.xml",
            f"{MICROSOFT}/{year}/{10 if year == 2022 else '06'}/relationships/{kind}",
            content,
            BOOK_RELS,
            f"rId{number}",
        )
        typed(parts, f"xl/richData/{name}.xml", f"application/vnd.ms-excel.{kind.lower()}+xml")
    parts["xl/richData/_rels/richValueRel.xml.rels"] = relations((f"{OFFICE}/image", "../media/image8.png"))


def like_excel(book: Path) -> None:
    """A calculated column, a link inside the book; a pivot below the table, a checkbox and a thread on a row that stays."""

    def dressed(parts: Parts) -> None:
        with_days(parts)
        put_in(parts, f'<hyperlinks><hyperlink ref="C{FIRST}" location="首页!A1"/></hyperlinks>')
        with_pivot(parts)
        thread = f'<threadedComment ref="B{FIRST + 1}" {KEYS}><text>周末来？</text></threadedComment>'
        threads = (
            f'<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments">{thread}</ThreadedComments>'
        )
        box = f'<formControlPr xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" objectType="CheckBox" fmlaLink="$W${FIRST + 1}"/>'
        attach(parts, "xl/threadedComments/threadedComment7.xml", THREADS, threads, key="rId73")
        attach(parts, "xl/ctrlProps/ctrlProp7.xml", "ctrlProp", box, key="rId74")
        typed(parts, "xl/threadedComments/threadedComment7.xml", "application/vnd.ms-excel.threadedcomments+xml")
        typed(parts, "xl/ctrlProps/ctrlProp7.xml", "application/vnd.ms-excel.controlproperties+xml")
        typed(parts, "xl/drawings/vmlDrawing7.vml", f"{OPEN}.vmlDrawing")
        lower = CHECKBOX.replace(f" {FIRST - 1}, 0, 23, 0, {FIRST}, ", f" {FIRST}, 0, 23, 0, {FIRST + 1}, ")
        attach(parts, "xl/drawings/vmlDrawing7.vml", "vmlDrawing", lower, key="rId75")
        put_in(parts, '<legacyDrawing r:id="rId75"/>', H, "<tableParts")

    change(book, dressed)


def by_libreoffice(book: Path) -> None:
    """All that LibreOffice keeps: links, a note, a rule and a list, a picture over cells, a formula column, a chart, a pivot."""
    by_openpyxl(book)

    def dressed(parts: Parts) -> None:
        with_days(parts)
        with_attachments(parts)
        with_pivot(parts)
        with_picture(parts)

    change(book, dressed)
    book.write_bytes(converted([book], book.parent / "calc", "xlsx")[0].read_bytes())


FOLLOWING = re.compile("omment|vmlDrawing|drawings/drawing|pivot|ctrlProp")
"""Parts that say on which rows something lies."""
WRITERS: dict[str, Callable[[Path], None]] = {"openpyxl": by_openpyxl, "exceljs": like_exceljs, "excel": like_excel}
KEPT = ("hyperlink ", "conditionalFormatting ", "dataValidation ", "<f")
"""What stands in H级 as LibreOffice saved it."""
KEPT_PARTS = ("comments", "media/", "drawings/", "charts/", "pivotTables/", "pivotCache/")


@pytest.mark.ooxml
@pytest.mark.parametrize("writer", WRITERS)
def test_a_book_dressed_by_another_writer_is_as_sound_after_every_press(tmp_path: Path, writer: str) -> None:
    book = shop(tmp_path)
    WRITERS[writer](book)
    change(book, with_attachments)
    change(book, with_pictures_in_cells)
    stays_sound(book)


@pytest.mark.ooxml
@pytest.mark.libreoffice
def test_a_book_dressed_by_libreoffice_is_as_sound_after_every_press(tmp_path: Path) -> None:
    book = shop(tmp_path)
    by_libreoffice(book)
    parts = members(book)
    assert [mark for mark in KEPT if mark not in parts[H].decode()] == []
    assert [kind for kind in KEPT_PARTS if not any(part.startswith(f"xl/{kind}") for part in parts)] == []
    change(book, with_pictures_in_cells)
    stays_sound(book)


def stays_sound(book: Path) -> None:
    """What the product does not own stays byte for byte, or follows its rows and comes back; the Open XML SDK finds nothing
    that it did not find before.
    """
    copies = [book.with_name("0.xlsm")]
    copies[0].write_bytes(book.read_bytes())
    before = members(book)
    others = {name for name in before if not OWNED.fullmatch(name)}
    for number, verb in enumerate(("validate", "roll", "undo", "redo"), 1):
        assert press(book, verb).kept == [], verb
        copies.append(book.with_name(f"{number}.xlsm"))
        copies[-1].write_bytes(book.read_bytes())
        after = members(book)
        different = {name for name in others if after.get(name) != before[name]}
        assert all(FOLLOWING.search(name) for name in different), verb
        assert verb not in ("validate", "undo") or different == set(), verb
    faults = {fault.partition("/")[2] for fault in ooxml.faults(copies[0])}
    later = {fault.partition("/")[2] for fault in ooxml.faults(*copies[1:])}
    assert not any("cannot be opened" in fault for fault in faults)
    assert later <= faults
    assert names(book, "A级") == ["何一"]
    assert WPS_PICTURE in after[A].decode()
    assert EXCEL_PICTURE in after[H].decode()
