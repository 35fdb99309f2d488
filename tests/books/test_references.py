"""The closed list of the places that hold a reference to a cell: each follows the rows of a sheet, wherever it stands."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from nasty import packed
from workbooks import TOP, make_book, members

from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.follow import Mention
from xlcrm.books.xlsx.read import open_book
from xlcrm.catalogue.references import REFERENCES
from xlcrm.changes import Changes, TableChange
from xlcrm.forms.schema import Cell

HOME, VISITS, BOOK = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# 来店登记 has five visits, rows 5 to 9. Row 6 goes and two are added: 7…9 become 6…8, and what is below goes one down.
FIRST = TOP + 1
CHANGES = Changes({"来店登记": TableChange(removed={FIRST + 1}, added=[{"顾客名称": "六"}, {"顾客名称": "七"}])})


class Example(NamedTuple):
    """XML with a reference, before and after. It is put before a ``mark`` of the part ``at``; without a mark it is a new
    part of a kind, which ``at`` points to.
    """

    key: str
    before: str
    after: str
    at: str = VISITS
    mark: str = "<pageMargins"
    kind: str = ""


def head(key: str, before: str, after: str) -> Example:
    """Before the rows of the sheet itself."""
    return Example(key, before, after, mark="<sheetFormatPr")


def tail(key: str, before: str, after: str) -> Example:
    """After them."""
    return Example(key, before, after)


def home(key: str, before: str, after: str) -> Example:
    """On another sheet."""
    return Example(key, before, after, HOME)


def cell(key: str, before: str, after: str, at: str = HOME) -> Example:
    """In a cell below everything else."""
    row = '<row r="{0}"><c r="B{0}">{1}</c></row>'
    number = 40 if at == HOME else 41
    return Example(key, row.format(40, before), row.format(number, after), at, "</sheetData>")


def part(key: str, kind: str, before: str, after: str, at: str = VISITS) -> Example:
    """In a part of its own."""
    return Example(key, before, after, at, "", kind)


def corner(end: str, row: int, offset: int, p: str) -> str:
    return f"<{p}:{end}><{p}:col>3</{p}:col><{p}:colOff>0</{p}:colOff><{p}:row>{row - 1}</{p}:row><{p}:rowOff>{offset}</{p}:rowOff></{p}:{end}>"


def anchor(top: int, bottom: int, said: str = "", lying: str = "sp", offset: int = 9, p: str = "xdr") -> str:
    """An object from one row to another; ``p`` is the writer's prefix."""
    corners = corner("from", top, 0, p) + corner("to", bottom, offset, p)
    return f"<{p}:twoCellAnchor{said}>{corners}<{p}:{lying}/></{p}:twoCellAnchor>"


def control(top: int, bottom: int, flags: str, linked: str) -> str:
    corners = corner("from", top, 0, "xdr") + corner("to", bottom, 9, "xdr")
    return f'<controlPr linkedCell="{linked}" listFillRange="来店登记!$B$7:$B$9"><anchor{flags}>{corners}</anchor></controlPr>'


def vml(kind: str, *inside: str, p: str = "x") -> str:
    data = "".join(f"<{p}:{line.partition('>')[0]}>{line.partition('>')[2]}" for line in inside)
    data = re.sub(r"</(?=\w)", f"</{p}:", data)
    return (
        f'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:{p}="urn:schemas-microsoft-com:office:excel"><v:shape>'
        f'<{p}:ClientData ObjectType="{kind}">{data}</{p}:ClientData></v:shape></xml>'
    )


def note(row: int, p: str) -> str:
    lines = (f"Anchor>1, 15, {row - 2}, 2, 6, 49, {row}, 16</Anchor>", f"Row>{row - 1}</Row>", "Column>4</Column>")
    return vml("Note", "MoveWithCells/>", *lines, p=p)


def box(top: int, bottom: int, *flags: str, linked: str) -> str:
    lines = (f"Anchor>1, 0, {top - 1}, 0, 2, 0, {bottom - 1}, 5</Anchor>", f"FmlaLink>{linked}</FmlaLink>")
    return vml("Checkbox", *flags, *lines)


def extension(body: str) -> str:
    return f'<extLst><ext uri="x">{body}</ext></extLst>'


EXAMPLES = [
    cell("formula", "<f>SUM(来店登记!J7:J8)+来店登记!$B$9</f>", "<f>SUM(来店登记!J6:J7)+来店登记!$B$8</f>"),
    cell("formula", "<f>COUNTA('来店登记'!E5:E9)</f>", "<f>COUNTA('来店登记'!E5:E10)</f>"),
    cell("formula", '<f t="array" ref="B40">SUM(B7*B9)</f>', '<f t="array" ref="B41">SUM(B6*B8)</f>', VISITS),
    cell(
        "formula",
        '<f t="dataTable" ref="B40" dt2D="1" dtr="1" r1="B7" r2="B8"/>',
        '<f t="dataTable" ref="B41" dt2D="1" dtr="1" r1="B6" r2="B7"/>',
        VISITS,
    ),
    cell("formula", '<f t="shared" ref="B40" si="3">B7+1</f>', "<f>B6+1</f>", VISITS),
    Example("dimension", "", '<dimension ref="A1:X13"/>', mark=""),
    head(
        "window",
        '<customSheetViews><customSheetView topLeftCell="A8"><pane topLeftCell="C7"/>'
        '<selection activeCell="B8" sqref="B8 C7:D9"/></customSheetView></customSheetViews>',
        '<customSheetViews><customSheetView topLeftCell="A7"><pane topLeftCell="C6"/>'
        '<selection activeCell="B7" sqref="B7 C6:D8"/></customSheetView></customSheetViews>',
    ),
    tail(
        "filter",
        '<autoFilter ref="AA4:AB8"><sortState ref="AA7:AB8"><sortCondition ref="AB7:AB8"/></sortState></autoFilter>',
        '<autoFilter ref="AA4:AB7"><sortState ref="AA6:AB7"><sortCondition ref="AB6:AB7"/></sortState></autoFilter>',
    ),
    tail(
        "validation",
        '<dataValidations count="1"><dataValidation sqref="D7 D8:E9"><formula1>$B$7:$B$8</formula1></dataValidation></dataValidations>',
        '<dataValidations count="1"><dataValidation sqref="D6 D7:E8"><formula1>$B$6:$B$7</formula1></dataValidation></dataValidations>',
    ),
    home(
        "validation",
        '<dataValidations count="1"><dataValidation sqref="D7"><formula1>来店登记!$B$7</formula1></dataValidation></dataValidations>',
        '<dataValidations count="1"><dataValidation sqref="D7"><formula1>来店登记!$B$6</formula1></dataValidation></dataValidations>',
    ),
    tail(
        "validation",
        extension(
            "<x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>$B$7</xm:f></x14:formula1><xm:sqref>D8</xm:sqref>"
            "</x14:dataValidation></x14:dataValidations>"
        ),
        extension(
            "<x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>$B$6</xm:f></x14:formula1><xm:sqref>D7</xm:sqref>"
            "</x14:dataValidation></x14:dataValidations>"
        ),
    ),
    tail(
        "conditional",
        '<conditionalFormatting sqref="D7:D8"><cfRule><formula>$B$8&gt;1</formula></cfRule>'
        '<cfRule><colorScale><cfvo type="formula" val="$B$9"/><cfvo type="num" val="7"/></colorScale></cfRule></conditionalFormatting>',
        '<conditionalFormatting sqref="D6:D7"><cfRule><formula>$B$7&gt;1</formula></cfRule>'
        '<cfRule><colorScale><cfvo type="formula" val="$B$8"/><cfvo type="num" val="7"/></colorScale></cfRule></conditionalFormatting>',
    ),
    home(
        "conditional",
        '<conditionalFormatting sqref="D7"><cfRule><dataBar><cfvo type="num" val="来店登记!$B$9"/></dataBar></cfRule></conditionalFormatting>',
        '<conditionalFormatting sqref="D7"><cfRule><dataBar><cfvo type="num" val="来店登记!$B$8"/></dataBar></cfRule></conditionalFormatting>',
    ),
    tail(
        "conditional",
        extension(
            "<q:conditionalFormatting><q:cfRule><q:cfvo><m:f>$B$9</m:f></q:cfvo></q:cfRule><m:sqref>D7</m:sqref></q:conditionalFormatting>"
        ),
        extension(
            "<q:conditionalFormatting><q:cfRule><q:cfvo><m:f>$B$8</m:f></q:cfvo></q:cfRule><m:sqref>D6</m:sqref></q:conditionalFormatting>"
        ),
    ),
    tail(
        "sparkline",
        extension(
            "<x14:sparklineGroup><xm:f>来店登记!A7:A9</xm:f><x14:sparklines><x14:sparkline><xm:f>来店登记!J7:J8</xm:f>"
            "<xm:sqref>Z8</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        ),
        extension(
            "<x14:sparklineGroup><xm:f>来店登记!A6:A8</xm:f><x14:sparklines><x14:sparkline><xm:f>来店登记!J6:J7</xm:f>"
            "<xm:sqref>Z7</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        ),
    ),
    tail(
        "hyperlink",
        '<hyperlinks><hyperlink ref="E8" location="来店登记!A9" display="a"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="E7" location="来店登记!A8" display="a"/></hyperlinks>',
    ),
    home(
        "hyperlink",
        '<hyperlinks><hyperlink ref="E8" location="\'来店登记\'!A9"/></hyperlinks>',
        '<hyperlinks><hyperlink ref="E8" location="\'来店登记\'!A8"/></hyperlinks>',
    ),
    tail(
        "merged",
        '<mergeCells count="1"><mergeCell ref="AA7:AB8"/></mergeCells>',
        '<mergeCells count="1"><mergeCell ref="AA6:AB7"/></mergeCells>',
    ),
    tail(
        "protected",
        '<protectedRanges><protectedRange name="a" sqref="D7 E20"/></protectedRanges>',
        '<protectedRanges><protectedRange name="a" sqref="D6 E21"/></protectedRanges>',
    ),
    tail(
        "ignored",
        '<ignoredErrors><ignoredError sqref="G8" numberStoredAsText="1"/></ignoredErrors>',
        '<ignoredErrors><ignoredError sqref="G7" numberStoredAsText="1"/></ignoredErrors>',
    ),
    tail(
        "break",
        '<rowBreaks count="1" manualBreakCount="1"><brk id="7" max="16383" man="1"/></rowBreaks>',
        '<rowBreaks count="1" manualBreakCount="1"><brk id="6" max="16383" man="1"/></rowBreaks>',
    ),
    tail(
        "scenario",
        '<scenarios sqref="D9"><scenario name="旺季"><inputCells r="B8" val="9"/></scenario></scenarios>',
        '<scenarios sqref="D8"><scenario name="旺季"><inputCells r="B7" val="9"/></scenario></scenarios>',
    ),
    tail("watch", '<cellWatches><cellWatch r="B8"/></cellWatches>', '<cellWatches><cellWatch r="B7"/></cellWatches>'),
    home(
        "consolidation",
        '<dataRefs><dataRef ref="A7:B8" sheet="来店登记"/><dataRef ref="A7" sheet="日报"/></dataRefs>',
        '<dataRefs><dataRef ref="A6:B7" sheet="来店登记"/><dataRef ref="A7" sheet="日报"/></dataRefs>',
    ),
    tail(
        "extension",
        extension('<x15:webExtension appRef="{1}"><xm:f>来店登记!A7</xm:f></x15:webExtension>'),
        extension('<x15:webExtension appRef="{1}"><xm:f>来店登记!A6</xm:f></x15:webExtension>'),
    ),
    tail(
        "control",
        control(7, 8, ' moveWithCells="1" sizeWithCells="1"', "$B$9"),
        control(6, 7, ' moveWithCells="1" sizeWithCells="1"', "$B$8").replace("$7:$B$9", "$6:$B$8"),
    ),
    tail("control", control(7, 8, "", "B9"), control(7, 8, "", "B8").replace("$7:$B$9", "$6:$B$8")),
    home(
        "control", control(7, 8, "", "来店登记!$B$9"), control(7, 8, "", "来店登记!$B$8").replace("$7:$B$9", "$6:$B$8")
    ),
    part(
        "control",
        "ctrlProp",
        '<formControlPr objectType="CheckBox" fmlaLink="$B$9" fmlaRange="$B$7:$B$8"/>',
        '<formControlPr objectType="CheckBox" fmlaLink="$B$8" fmlaRange="$B$6:$B$7"/>',
    ),
    part(
        "control",
        "ctrlProp",
        '<formControlPr objectType="CheckBox" fmlaLink="来店登记!$B$9" fmlaTxbx="B9"/>',
        '<formControlPr objectType="CheckBox" fmlaLink="来店登记!$B$8" fmlaTxbx="B9"/>',
        HOME,
    ),
    part(
        "control", "vmlDrawing", box(7, 8, linked="$B$9"), box(6, 7, linked="$B$8").replace("1, 0, 5, 0", "1, 0, 5, 0")
    ),
    part(
        "control",
        "vmlDrawing",
        box(7, 8, "MoveWithCells/>", "SizeWithCells/>", linked="来店登记!$B$9"),
        box(7, 8, "MoveWithCells/>", "SizeWithCells/>", linked="来店登记!$B$8"),
    ),
    Example(
        "name",
        '<definedName name="甲">来店登记!$B$8</definedName><definedName name="乙">日报!$B$8</definedName>',
        '<definedName name="甲">来店登记!$B$7</definedName><definedName name="乙">日报!$B$8</definedName>',
        BOOK,
        "</definedNames>",
    ),
    Example(
        "table",
        "<calculatedColumnFormula>B$9+1</calculatedColumnFormula>",
        "<calculatedColumnFormula>B$8+1</calculatedColumnFormula>",
        "xl/tables/table1.xml",
        "</tableColumns>",
    ),
    Example(
        "table",
        '<totalsRowFormula a="1">SUM(来店登记!B7:B8)</totalsRowFormula>',
        '<totalsRowFormula a="1">SUM(来店登记!B6:B7)</totalsRowFormula>',
        "xl/tables/table2.xml",
        "</tableColumns>",
    ),
    part("comment", "comments", '<comments><comment ref="B8"/></comments>', '<comments><comment ref="B7"/></comments>'),
    part("comment", "comments", "<x:comment a='1' ref='B20'/>", "<x:comment a='1' ref='B21'/>"),
    *(part("comment", "vmlDrawing", note(8, p), note(7, p)) for p in ("x", "ns2", "excel")),
    part("thread", "threadedComment", '<threadedComment ref="B8" id="1"/>', '<threadedComment ref="B7" id="1"/>'),
    part("drawing", "drawing", anchor(7, 8), anchor(6, 7)),
    part("drawing", "drawing", anchor(5, 8), anchor(5, 7)),
    part("drawing", "drawing", anchor(9, 10, offset=0, p="ns0"), anchor(8, 9, offset=0, p="ns0")),
    part("drawing", "drawing", anchor(5, 12, ' editAs="oneCell"'), anchor(5, 12, ' editAs="oneCell"')),
    part("drawing", "drawing", anchor(7, 12, ' editAs="oneCell"'), anchor(6, 11, ' editAs="oneCell"')),
    part("drawing", "drawing", anchor(7, 8, ' editAs="absolute"'), anchor(7, 8, ' editAs="absolute"')),
    part("drawing", "drawing", anchor(7, 20, lying="graphicFrame"), anchor(7, 20, lying="graphicFrame")),
    part("drawing", "drawing", anchor(12, 20, lying="graphicFrame"), anchor(13, 21, lying="graphicFrame")),
    part(
        "drawing",
        "drawing",
        "<xdr:oneCellAnchor>" + corner("from", 8, 0, "xdr") + "<xdr:pic/></xdr:oneCellAnchor>",
        "<xdr:oneCellAnchor>" + corner("from", 7, 0, "xdr") + "<xdr:pic/></xdr:oneCellAnchor>",
    ),
    part("drawing", "drawing", '<xdr:sp macro="" textlink="$B$8"/>', '<xdr:sp macro="" textlink="$B$7"/>'),
    part("drawing", "drawing", '<xdr:sp textlink="来店登记!$B$8"/>', '<xdr:sp textlink="来店登记!$B$7"/>', HOME),
    part(
        "drawing",
        "drawing",
        '<a14:cameraTool cellRange="来店登记!$B$7:$C$8"/>',
        '<a14:cameraTool cellRange="来店登记!$B$6:$C$7"/>',
        HOME,
    ),
    Example(
        "link",
        f'<Relationship Id="rId77" Type="{OFFICE}/hyperlink" Target="#来店登记!B8" TargetMode="External"/>',
        f'<Relationship Id="rId77" Type="{OFFICE}/hyperlink" Target="#来店登记!B7" TargetMode="External"/>',
        "xl/worksheets/_rels/sheet1.xml.rels",
        "</Relationships>",
    ),
    Example(
        "link",
        f'<Relationship Id="rId77" Type="{OFFICE}/hyperlink" Target="#%E6%9D%A5%E5%BA%97%E7%99%BB%E8%AE%B0!B8" TargetMode="External"/>',
        f'<Relationship Id="rId77" Type="{OFFICE}/hyperlink" Target="#%E6%9D%A5%E5%BA%97%E7%99%BB%E8%AE%B0!B7" TargetMode="External"/>',
        "xl/drawings/_rels/drawing1.xml.rels",
        "</Relationships>",
    ),
    part(
        "chart",
        "chart",
        "<c:ser><c:tx><c:f>来店登记!$E$7</c:f></c:tx><c15:f>来店登记!$J$7:$J$8</c15:f><c15:sqref>来店登记!$J$9</c15:sqref></c:ser>",
        "<c:ser><c:tx><c:f>来店登记!$E$6</c:f></c:tx><c15:f>来店登记!$J$6:$J$7</c15:f><c15:sqref>来店登记!$J$8</c15:sqref></c:ser>",
        "xl/drawings/drawing1.xml",
    ),
    part(
        "chart",
        "chartEx",
        '<cx:numDim><cx:f dir="row">来店登记!$J$7:$J$8</cx:f></cx:numDim>',
        '<cx:numDim><cx:f dir="row">来店登记!$J$6:$J$7</cx:f></cx:numDim>',
        "xl/drawings/drawing1.xml",
    ),
    part(
        "chart",
        "chartUserShapes",
        '<cdr:sp textlink="来店登记!$J$7"/>',
        '<cdr:sp textlink="来店登记!$J$6"/>',
        "xl/charts/chart1.xml",
    ),
    part(
        "pivot",
        "pivotTable",
        '<location ref="AD12:AE20" firstDataRow="1"/>',
        '<location ref="AD13:AE21" firstDataRow="1"/>',
    ),
    part(
        "source",
        "pivotCacheDefinition",
        '<x><worksheetSource ref="A4:X9" sheet="来店登记"/><rangeSet ref="A7:B8" sheet="来店登记"/><rangeSet ref="A7" sheet="日报"/></x>',
        '<x><worksheetSource ref="A4:X10" sheet="来店登记"/><rangeSet ref="A6:B7" sheet="来店登记"/><rangeSet ref="A7" sheet="日报"/></x>',
        BOOK,
    ),
    part("xml", "tableSingleCells", '<singleXmlCell id="1" r="B8"/>', '<singleXmlCell id="1" r="B7"/>'),
    part("sheet view", "namedSheetView", '<nsvFilter ref="A4:X9"/>', '<nsvFilter ref="A4:X10"/>'),
    part("connection", "connections", '<parameter cell="来店登记!$B$8"/>', '<parameter cell="来店登记!$B$7"/>', BOOK),
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    visits: list[dict[str, Cell]] = [{"日期": dt.date(2026, 10, day), "顾客名称": f"客户{day}"} for day in range(1, 6)]
    return make_book(tmp_path_factory.mktemp("引用") / "登记.xlsm", {"来店登记": visits}, foot=True).read_bytes()


def test_the_list_is_closed_and_every_entry_is_tested() -> None:
    assert {example.key for example in EXAMPLES} == REFERENCES.keys()


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.key} {i}" for i, e in enumerate(EXAMPLES)])
def test_a_reference_follows_its_cells(plain: bytes, tmp_path: Path, example: Example) -> None:
    book = tmp_path / "登记.xlsm"
    book.write_bytes(plain)
    content = members(book)
    at = example.at
    if example.kind:
        at = f"xl/other/{example.kind}7.xml"
        content[at] = example.before.encode()
        relate(content, example.at, at, example.kind)
    elif example.mark:
        text = content.get(
            at, b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        ).decode()
        assert example.mark in text
        content[at] = text.replace(example.mark, example.before + example.mark, 1).encode()
    book.write_bytes(packed(content))
    file.apply(open_book(book), CHANGES)
    after = members(book)[at].decode()
    assert example.after in after
    assert not example.kind or after == example.after


def relate(content: dict[str, bytes], owner: str, part: str, kind: str) -> None:
    """Let a part point to another."""
    folder, name = owner.rsplit("/", 1)
    rels = f"{folder}/_rels/{name}.rels"
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    relation = f'<Relationship Id="rId77" Type="{OFFICE}/{kind}" Target="/{part}"/></Relationships>'
    content[rels] = content.get(rels, empty).replace(b"</Relationships>", relation.encode())


def test_parts_name_a_sheet_each_by_itself() -> None:
    parts = {
        "begun": "<f>'日",
        "ended": "报'!A1</f>",
        "named": "<f>日报!A1</f>",
        "written": "<a>日报</a>",
        "coded": "#%E6%97%A5%E6%8A%A5!A1",
    }
    found = Mention("日报").among({part: text.encode() for part, text in parts.items()})
    assert found == ["named", "coded"]
    assert Mention("日报").among({"begun": "<f>'日".encode(), "ended": "报'!A1</f>".encode()}) == []
