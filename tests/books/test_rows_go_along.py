"""A row is more than its values: what hangs on it goes along and comes back, or its customer stays where he is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from columns import Parts, cell_at, own_column
from memory import HE, QIAN, STAFF, SUN, ZHOU, card, order, prospect, report, visit
from nasty import packed, sheet, table
from workbooks import TOP, make_book, members

from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.findings import expected, remedy
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS
from xlcrm.verbs import VERBS, Job, Outcome

DAY = dt.date(2026, 10, 20)
JOB = Job(dt.date(2026, 10, 31), dt.datetime(2026, 10, 31, 20), "文员小吴")
H, A = sheet("H级"), sheet("A级")
H_RELS = H.replace("worksheets/", "worksheets/_rels/") + ".rels"
FIRST = TOP + 1
"""何一 in H级, who goes to A级 below 周四; 孙三 stands below him, and orders or stays."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


def shop(path: Path, *, sun_orders: bool = False, new: bool = False) -> Path:
    rows: dict[str, list[dict[str, Cell]]] = {
        "顾问": STAFF,
        "客户卡": [card(HE, "H"), card(SUN, "H"), card(QIAN, "H"), card(ZHOU, "A")],
        "H级": [prospect(HE, "H"), prospect(SUN, "H"), prospect(QIAN, "H")],
        "A级": [prospect(ZHOU, "A")],
        "日报": [report(DAY, HE, "A"), report(DAY, ZHOU, "B")],
        "订单": [order(DAY, SUN)] if sun_orders else [],
        "来店登记": [visit(DAY, HE, "C", 电话="19900000177", 顾客名称="新一")] if new else [],
    }
    return make_book(path / "登记.xlsm", rows, sheets=FORMS, blank=[ANALYSIS_SHEET])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return shop(tmp_path)


def change(book: Path, make: Callable[[Parts], object]) -> None:
    """What another program did to the book."""
    parts = members(book)
    make(parts)
    book.write_bytes(packed(parts))


def press(book: Path, verb: str) -> Outcome:
    session = FileSession(book)
    outcome = VERBS[verb](session.blocks, session.issues, replace(JOB, layout=session.layout))
    session.apply(outcome.changes)
    return outcome


def names(book: Path, of: str) -> list[Cell]:
    block = open_book(book).read(FORMS[of])
    return [row[block.headers.index("客户姓名")] for row in block.rows]


def attach(parts: Parts, part: str, kind: str, content: str, rels: str = H_RELS, key: str = "rId77") -> None:
    """A part that a sheet points to; ``kind`` is the relationship's type, without its address where that is usual."""
    parts[part] = content.encode()
    address = kind if ":" in kind else f"{OFFICE}/{kind}"
    relation = f'<Relationship Id="{key}" Type="{address}" Target="/{part}"/></Relationships>'
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())


def put_in(parts: Parts, xml: str, at: str = H, mark: str = "<pageMargins") -> None:
    """Put XML before a mark of a part."""
    before, found, rest = parts[at].decode().partition(mark)
    assert found, f"{at} has no {mark}"
    parts[at] = f"{before}{xml}{found}{rest}".encode()


def in_row(parts: Parts, cell: str) -> None:
    """Put a cell at the end of the first row of H级."""
    before, row, rest = parts[H].decode().partition(f'<row r="{FIRST}"')
    parts[H] = f"{before}{row}{rest.replace('</row>', f'{cell}</row>', 1)}".encode()


# ---------------------------------------------------------------- what goes along


CELLS = {
    "a WPS picture": ' t="str"><f>_xlfn.DISPIMG("ID_5BA4",1)</f><v>=DISPIMG("ID_5BA4",1)</v>',
    "a picture in the cell": ' t="e" vm="1"><v>#VALUE!</v>',
    "an error": ' t="e"><v>#N/A</v>',
    "an error of later years": ' t="e"><v>#SPILL!</v>',
    "an extension": '><v>5</v><extLst><ext uri="{0}"><a/></ext></extLst>',
    "a formula": "><f>$I5+1</f><v>46302</v>",
    "an array formula": '><f t="array" ref="U5">SUM(L5*2)</f><v>2</v>',
    "a text with formats inside": ' t="inlineStr"><is><r><rPr><b/></rPr><t>急</t></r><r><t>，周末来</t></r></is>',
    "a number in its own format": ' s="3"><v>46310</v>',
    "a blank cell with a fill": ' s="3">',
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_goes_along_with_its_customer_and_comes_back(book: Path, cell: str) -> None:
    def with_columns(parts: Parts) -> None:
        assert own_column(parts, H, table("H级"), "附件", {FIRST: cell}) == "V"
        own_column(parts, A, table("A级"), "附件")

    change(book, with_columns)
    before = cell_at(members(book), H, f"V{FIRST}").replace('"></c>', '"/>')
    press(book, "roll")
    rolled = members(book)
    assert (names(book, "H级")[0], names(book, "A级")) == ("孙三", ["何一"])
    assert cell_at(rolled, A, f"V{FIRST}") == before
    assert press(book, "undo").kept == []
    assert names(book, "H级")[:2] == ["何一", "孙三"]
    assert cell_at(members(book), H, f"V{FIRST}") == before
    assert press(book, "redo").kept == []
    assert cell_at(members(book), A, f"V{FIRST}") == before


def test_a_formula_goes_on_meaning_what_it_meant(book: Path) -> None:
    """Cells of the row by their column there, cells elsewhere by their sheet."""

    def with_columns(parts: Parts) -> None:
        cell = "><f>L5*$Z$1+tblGradeH[[#This Row],[数量]]+A级!B2</f><v>3</v>"
        own_column(parts, H, table("H级"), "附件", {FIRST: cell})
        own_column(parts, A, table("A级"), "别的")
        own_column(parts, A, table("A级"), "附件")

    change(book, with_columns)
    press(book, "roll")
    assert "<f>L5*H级!$Z$1+tblGradeA[[#This Row],[数量]]+B2</f>" in cell_at(members(book), A, f"W{FIRST}")
    press(book, "undo")
    assert "<f>L5*$Z$1+tblGradeH[[#This Row],[数量]]+A级!B2</f>" in cell_at(members(book), H, f"V{FIRST}")


@pytest.mark.parametrize("location", [' location="首页!A1" tooltip="看"', ' r:id="rId55" display="档案"'])
def test_a_link_goes_along(book: Path, location: str) -> None:
    def linked(parts: Parts) -> None:
        put_in(parts, f'<hyperlinks><hyperlink ref="B{FIRST}"{location}/></hyperlinks>')
        relation = f'<Relationship Id="rId55" Type="{OFFICE}/hyperlink" Target="https://x.invalid/a?b=1&amp;c=2" TargetMode="External"/>'
        parts[H_RELS] = parts[H_RELS].replace(b"</Relationships>", f"{relation}</Relationships>".encode())

    def links(at: str) -> list[tuple[str, str, bool]]:
        parts = members(book)
        rels = parts[at.replace("worksheets/", "worksheets/_rels/") + ".rels"].decode()
        found = re.findall(r'<hyperlink ref="(\w+)"[^>]*?(location|r:id)="([^"]*)', parts[at].decode())
        return [(ref, kind, kind == "location" or f'Id="{value}"' in rels) for ref, kind, value in found]

    change(book, linked)
    before = links(H)
    press(book, "roll")
    assert (links(H), links(A)) == ([], before)
    assert ("x.invalid" in members(book)[H_RELS].decode()) == ("r:id" not in location), "no address is left behind"
    press(book, "undo")
    assert (links(H), links(A)) == (before, [])


@pytest.mark.parametrize("formula", ["L6*2", "SUM(L$5:L$7)", "L5+L7"])
def test_a_formula_comes_back_to_the_rows_it_meant(book: Path, formula: str) -> None:
    def with_columns(parts: Parts) -> None:
        own_column(parts, H, table("H级"), "附件", {FIRST: f"><f>{formula}</f><v>3</v>"})
        own_column(parts, A, table("A级"), "附件")

    change(book, with_columns)
    press(book, "roll")
    rolled = cell_at(members(book), A, f"V{FIRST}")
    press(book, "undo")
    assert f"<f>{formula}</f>" in cell_at(members(book), H, f"V{FIRST}")
    press(book, "redo")
    assert cell_at(members(book), A, f"V{FIRST}") == rolled


@pytest.mark.parametrize("over", [f"B{FIRST}:C{FIRST}", f"B{FIRST}:B{FIRST + 1}"])
def test_a_link_over_several_cells_goes_along_from_each(book: Path, over: str) -> None:
    change(book, lambda parts: put_in(parts, f'<hyperlinks><hyperlink ref="{over}" location="首页!A1"/></hyperlinks>'))

    def linked(at: str) -> set[str]:
        return set(re.findall(r'<hyperlink ref="(\w+)" location="首页!A1"/>', members(book)[at].decode()))

    corners = set(over.split(":"))
    press(book, "roll")
    assert linked(A) == {corner for corner in corners if corner.endswith(str(FIRST))}
    assert linked(H) == {f"B{FIRST}" for corner in corners if not corner.endswith(str(FIRST))}
    press(book, "undo")
    assert (linked(H), linked(A)) == (corners, set())


@pytest.mark.parametrize("cell", [' s="5" t="d"><v>2026-10-05</v>', ' s="5" t="inlineStr"><is><t>急</t></is>'])
def test_a_format_comes_back_from_a_sheet_where_no_other_row_is(book: Path, cell: str) -> None:
    """There it cannot be seen that it is a cell's own."""

    def with_columns(parts: Parts) -> None:
        own_column(parts, H, table("H级"), "附件", {FIRST: cell})
        own_column(parts, A, table("A级"), "附件")

    change(book, with_columns)
    before = cell_at(members(book), H, f"V{FIRST}")
    for verb, at in (("roll", A), ("undo", H), ("redo", A)):
        press(book, verb)
        assert ' s="5"' in cell_at(members(book), at, f"V{FIRST}"), verb
    press(book, "undo")
    assert cell_at(members(book), H, f"V{FIRST}") == before


def test_a_new_row_does_not_take_the_height_of_its_neighbour(book: Path) -> None:
    def higher(parts: Parts) -> None:
        tag = f'<row r="{FIRST + 1}"'
        parts[H] = parts[H].replace(tag.encode(), f'{tag} ht="50" customHeight="1"'.encode())

    change(book, higher)
    press(book, "roll")
    press(book, "undo")
    assert re.findall(r'<row r="(\d+)"[^>]* ht="50"', members(book)[H].decode()) == [str(FIRST + 1)]


def test_a_column_that_fills_itself_fills_new_rows(book: Path) -> None:
    of = {"H级": "tblGradeH", "A级": "tblGradeA"}

    def with_columns(parts: Parts) -> None:
        for name, at, rows in (("H级", H, (5, 6, 7)), ("A级", A, (5,))):
            formula = f"TODAY()-{of[name]}[[#This Row],[入级日期]]"
            cells = {row: f"><f>{formula}</f><v>{row}</v>" for row in rows}
            own_column(parts, at, table(name), "天数", cells, formula)

    change(book, with_columns)
    before = members(book)[H]
    press(book, "roll")
    assert "<f>TODAY()-tblGradeA[[#This Row],[入级日期]]</f>" in cell_at(members(book), A, f"V{FIRST}")
    assert "<f>TODAY()-tblGradeH" in cell_at(members(book), H, f"V{FIRST}")
    change(book, lambda parts: parts.update({A: parts[A].replace(b"</f></c>", b"</f><v>99</v></c>")}))
    assert press(book, "undo").kept == [], "what calculates itself was not changed by anybody"
    assert cell_at(members(book), H, f"V{FIRST}") == cell_at({H: before}, H, f"V{FIRST}")


def test_a_column_filled_with_the_cells_of_its_row_is_filled_down(book: Path) -> None:
    """As typed without a click: =L5*2 in the first row, =L6*2 below it. It holds nobody up."""

    def with_columns(parts: Parts) -> None:
        for name, at, rows in (("H级", H, (5, 6, 7)), ("A级", A, (5,))):
            cells = {row: f"><f>L{row}*2+L$3</f><v>2</v>" for row in rows}
            own_column(parts, at, table(name), "双倍", cells, "L5*2+L$3")

    def filled(at: str) -> list[tuple[str, str]]:
        return re.findall(r'<c r="(V[5-9])"[^>]*><f>([^<]*)</f>', members(book)[at].decode())

    change(book, with_columns)
    before = filled(H)
    assert [f for f in press(book, "roll").findings if f.code == "G06"] == []
    assert names(book, "A级") == ["何一"]
    assert (filled(H), filled(A)) == (before[:2], before[:1])
    assert "<calculatedColumnFormula>L5*2+L$3<" in members(book)[table("H级")].decode()
    assert press(book, "undo").kept == []
    assert (filled(H), filled(A)) == (before, before[:1])


def test_a_customer_who_leaves_comes_back_with_what_hung_on_his_cells(tmp_path: Path) -> None:
    book = shop(tmp_path, sun_orders=True)
    cells = {
        "公式": "><f>L6*2</f><v>2</v>",
        "错误": ' t="e"><v>#DIV/0!</v>',
        "字": CELLS["a text with formats inside"],
        "底": ' s="3"><v>7</v>',
    }

    def dressed(parts: Parts) -> None:
        for header, cell in cells.items():
            own_column(parts, H, table("H级"), header, {FIRST + 1: cell})
        put_in(parts, f'<hyperlinks><hyperlink ref="C{FIRST + 1}" location="首页!A1"/></hyperlinks>')

    change(book, dressed)
    before = members(book)
    press(book, "roll")
    assert "孙三" not in names(book, "H级")
    assert press(book, "undo").kept == []
    now = members(book)
    assert names(book, "H级")[:2] == ["何一", "孙三"]
    for letter in "VWXY":
        assert cell_at(now, H, f"{letter}{FIRST + 1}") == cell_at(before, H, f"{letter}{FIRST + 1}")
    assert f'<hyperlink ref="C{FIRST + 1}" location="首页!A1"/>' in now[H].decode()
    assert press(book, "redo").kept == [], "nobody changed what was put back"
    assert "孙三" not in names(book, "H级")


def test_a_new_row_takes_the_style_most_rows_have(book: Path) -> None:
    """Not the fill of its neighbour, nor of the row whose place it takes."""

    def painted(parts: Parts) -> None:
        parts[H] = re.sub(rf'<c r="([A-T]){FIRST}" s="\d+"', rf'<c r="\g<1>{FIRST}" s="5"', parts[H].decode()).encode()

    change(book, painted)
    before = members(book)
    press(book, "roll")
    rolled = members(book)
    assert ' s="5"' in cell_at(rolled, A, f"B{FIRST}"), "his own fill goes along"
    press(book, "undo")
    assert cell_at(members(book), H, f"B{FIRST}") == cell_at(before, H, f"B{FIRST}")


# ---------------------------------------------------------------- who stays


def drawing(inside: str, *, edit_as: str = "oneCell") -> str:
    corners = "".join(
        f"<xdr:{end}><xdr:col>22</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
        for end, row in (("from", FIRST - 1), ("to", FIRST))
    )
    anchor = f'<xdr:twoCellAnchor editAs="{edit_as}">{corners}{inside}<xdr:clientData/></xdr:twoCellAnchor>'
    return f'<xdr:wsDr xmlns:xdr="{XDR}">{anchor}</xdr:wsDr>'


SHAPE = '<xdr:sp textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="驾照"/></xdr:nvSpPr></xdr:sp>'
CHECKBOX = (
    '<xml xmlns:x="urn:schemas-microsoft-com:office:excel"><x:ClientData ObjectType="Checkbox"><x:SizeWithCells/>'
    f"<x:Anchor>22, 0, {FIRST - 1}, 0, 23, 0, {FIRST}, 0</x:Anchor></x:ClientData></xml>"
)
STAYS: dict[str, tuple[str, Callable[[Parts], object]]] = {
    "a comment": (
        "comment",
        lambda p: attach(p, "xl/c7.xml", "comments", f'<comments><comment ref="B{FIRST}"/></comments>'),
    ),
    "a thread": (
        "thread",
        lambda p: attach(p, "xl/t7.xml", "threadedComment", f'<T><threadedComment ref="B{FIRST}"/></T>'),
    ),
    "a shape": ("drawing", lambda p: attach(p, "xl/d7.xml", "drawing", drawing(SHAPE))),
    "a checkbox": ("control", lambda p: attach(p, "xl/v7.vml", "vmlDrawing", CHECKBOX)),
    "a sparkline": (
        "sparkline",
        lambda p: put_in(p, f"<x14:sparkline><xm:f>A1:A2</xm:f><xm:sqref>W{FIRST}</xm:sqref></x14:sparkline>"),
    ),
    "a rule of his own": (
        "rule",
        lambda p: put_in(
            p, f'<conditionalFormatting sqref="B{FIRST}"><cfRule type="containsBlanks"/></conditionalFormatting>'
        ),
    ),
    "a list of his own": (
        "rule",
        lambda p: put_in(p, f'<dataValidations><dataValidation sqref="B{FIRST} D{FIRST}"/></dataValidations>'),
    ),
    "cells beside the table": ("beside", lambda p: in_row(p, f'<c r="Z{FIRST}"><v>1</v></c>')),
    "a formula of another sheet": (
        "reference",
        lambda p: put_in(p, f'<c r="F2"><f>H级!B{FIRST}</f></c>', "xl/worksheets/sheet1.xml", "</row>"),
    ),
    "a formula of another row": (
        "reference",
        lambda p: put_in(p, f'<row r="40"><c r="B40"><f>B{FIRST}</f></c></row>', H, "</sheetData>"),
    ),
    "a name": (
        "name",
        lambda p: put_in(
            p, f'<definedName name="他">H级!$B${FIRST}</definedName>', "xl/workbook.xml", "</definedNames>"
        ),
    ),
    "a chart": (
        "chart",
        lambda p: put_in(p, f"<c:f>H级!$B${FIRST}:$D${FIRST}</c:f>", "xl/charts/chart1.xml", "</c:chartSpace>"),
    ),
    "a linked checkbox elsewhere": (
        "elsewhere",
        lambda p: attach(p, "xl/k7.xml", "ctrlProp", f'<formControlPr fmlaLink="$B${FIRST}"/>'),
    ),
}


@pytest.mark.parametrize("case", STAYS)
def test_what_cannot_go_along_holds_back_that_customer_only(book: Path, case: str) -> None:
    kind, make = STAYS[case]
    change(book, make)
    outcome = press(book, "roll")
    found = [finding for finding in outcome.findings if finding.code == "G06"]
    assert {(f.wording, f.at.sheet, f.at.row, f.severity.value) for f in found} == {
        (f"G06.{kind}", "H级", FIRST, "error")
    }
    assert all(expected(f, lang) and remedy(f, lang) for f in found for lang in ("zh", "en"))
    assert found[0].person == "张敏"
    assert outcome.said[1].startswith("另有 1 位客户留在原处")
    assert (names(book, "H级")[0], names(book, "A级"), names(book, "B级")) == ("何一", [None], ["周四"])
    assert [move.name for move in outcome.moves] == ["周四"]


def test_a_picture_needs_a_column_to_go_to(book: Path) -> None:
    change(book, lambda parts: own_column(parts, H, table("H级"), "照片", {FIRST: CELLS["a picture in the cell"]}))
    (finding,) = [finding for finding in press(book, "roll").findings if finding.code == "G06"]
    assert "在“A级”加上同名的列“照片”" in remedy(finding, "zh")
    change(book, lambda parts: own_column(parts, A, table("A级"), "照片"))
    assert [f for f in press(book, "roll").findings if f.code == "G06"] == []
    assert names(book, "A级") == ["何一"]


def test_a_picture_that_would_leave_the_grade_sheets_stays(tmp_path: Path) -> None:
    book = shop(tmp_path, sun_orders=True)
    change(book, lambda parts: own_column(parts, H, table("H级"), "照片", {FIRST + 1: CELLS["a WPS picture"]}))
    outcome = press(book, "roll")
    assert [(f.wording, f.at.row) for f in outcome.findings if f.code == "G06"] == [("G06.picture_leaves", FIRST)]
    assert names(book, "H级")[0] == "孙三"
    assert cell_at(members(book), H, f"V{FIRST}").endswith('</f><v>=DISPIMG("ID_5BA4",1)</v></c>')


def test_a_rule_that_holds_for_others_too_stays_with_them(book: Path) -> None:
    rule = '<conditionalFormatting sqref="B{0}"><cfRule type="expression" priority="{0}"><formula>$B{0}=""</formula></cfRule></conditionalFormatting>'
    change(book, lambda parts: put_in(parts, rule.format(FIRST) + rule.format(FIRST + 1)))
    assert [f for f in press(book, "roll").findings if f.code == "G06"] == []


@pytest.mark.parametrize("at", [A, sheet("客户卡")])
def test_what_somebody_hung_on_a_row_since_is_kept_by_undo(tmp_path: Path, at: str) -> None:
    """On a row that moved, and on a row that the roll had put in."""
    book = shop(tmp_path, new=True)
    press(book, "roll")
    row = FIRST if at == A else FIRST + 4
    rels = at.replace("worksheets/", "worksheets/_rels/") + ".rels"
    change(book, lambda parts: attach(parts, "xl/c7.xml", "comments", f'<c><comment ref="B{row}"/></c>', rels))
    outcome = press(book, "undo")
    customer = "C00001" if at == A else "C00005"
    assert [place.split()[1] for place in outcome.kept] == [customer]
    assert ("何一" in names(book, "A级")) == (at == A)
    assert ("新一" in names(book, "客户卡")) == (at != A)


@pytest.mark.parametrize("cell", ["a WPS picture", "a formula"])
def test_more_than_a_value_put_into_a_new_row_since_is_kept_by_undo(tmp_path: Path, cell: str) -> None:
    book = shop(tmp_path, new=True)
    press(book, "roll")
    row = FIRST + names(book, "C级").index("新一")
    change(book, lambda parts: own_column(parts, sheet("C级"), table("C级"), "附件", {row: CELLS[cell]}))
    assert [place.split()[1] for place in press(book, "undo").kept] == ["C00005"]
    assert "新一" in names(book, "C级")


def test_notes_beside_the_findings_stay_with_them(book: Path) -> None:
    """A column that somebody added to 问题清单, when the same things are found again and others no more."""
    press(book, "check")
    listed = table("问题清单"), sheet("问题清单")

    def noted(parts: Parts) -> None:
        rows = {row: f' t="inlineStr"><is><t>谁管{row}</t></is>' for row in range(FIRST, FIRST + 3)}
        own_column(parts, listed[1], listed[0], "处理人", rows)

    change(book, noted)
    before = open_book(book).read(FORMS["问题清单"])
    press(book, "check")
    block = open_book(book).read(FORMS["问题清单"])
    found, place, note = (block.headers.index(header) for header in ("发现", "位置", "处理人"))
    notes = {(row[place], row[found]): row[note] for row in before.rows}
    assert [row[note] for row in block.rows] == [notes[row[place], row[found]] for row in block.rows]
    assert sum(row[note] is not None for row in block.rows) == 3


# ---------------------------------------------------------------- what is a picture, what an error


@pytest.mark.parametrize("cell", ["a WPS picture", "a picture in the cell", "an error", "a formula"])
def test_a_column_of_the_shops_own_may_hold_what_it_likes(book: Path, cell: str) -> None:
    change(book, lambda parts: own_column(parts, H, table("H级"), "附件", {FIRST: CELLS[cell]}))
    assert [f for f in press(book, "validate").findings if f.code == "V00"] == []


@pytest.mark.parametrize("cell", ["a WPS picture", "a picture in the cell"])
def test_a_picture_where_a_text_must_be_is_not_taken_for_an_error(book: Path, cell: str) -> None:
    def placed(parts: Parts) -> None:
        parts[H] = re.sub(
            rf'<c r="T{FIRST}"[^>]*/>', lambda _: f'<c r="T{FIRST}"{CELLS[cell]}</c>', parts[H].decode()
        ).encode()

    change(book, placed)
    (finding,) = [f for f in press(book, "validate").findings if f.code == "V00"]
    assert (finding.wording, finding.at.cell) == ("V00.picture", f"T{FIRST}")
    assert "剪切" in remedy(finding, "zh")


def test_a_part_of_unknown_kind_is_named_once(book: Path) -> None:
    change(book, lambda parts: attach(parts, "xl/x7.xml", "holograms", "<h/>"))
    hints = [f for f in press(book, "roll").findings if f.code == "V00"]
    assert [(f.wording, f.at.sheet, f.found, f.severity.value) for f in hints] == [
        ("V00.part", "H级", "holograms", "info")
    ]
    assert names(book, "A级") == ["何一"]
