"""Nasty workbooks: a small month with one thing wrong about it, made by code, and what each verb is to say to it."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from memory import HE, QIAN, STAFF, SUN, card, order, prospect, report, visit
from workbooks import TOP, make_book, members

from xlcrm.books.area import LAST_ROW
from xlcrm.books.xlsx.session import FileSession
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS
from xlcrm.verbs import VERBS, Job

JOB = Job(dt.date(2026, 11, 1), dt.datetime(2026, 11, 1, 20), "文员小吴", customer="C00001", former="张敏")
WORKS = "works"
PLAIN = dict.fromkeys(VERBS, WORKS) | {
    "reopen": "reopen.none",
    "redo": "redo.nothing",
    "newyear": "newyear.not_closed",
}
"""What the verbs say to the month with nothing wrong."""
WITHOUT_READING = {verb: PLAIN[verb] for verb in ("reopen", "redo", "newyear")}
"""They have nothing to do in that month, and say so before they look into a sheet that cannot be read."""
FIRST = TOP + 1
"""The first data row of every table: 10-05, 来店登记 has two."""

Parts = dict[str, bytes]
Make = Callable[[Parts], bytes | None]


@dataclass(frozen=True)
class Case:
    """``make`` changes the parts of the month, or gives the bytes of a file. ``says`` is by verb ``WORKS`` or a refusal's
    key; ``found`` is what validation finds beyond the plain month: codes with their cells.
    """

    make: Make
    says: Mapping[str, str]
    found: tuple[str, ...]

    def content(self) -> bytes:
        parts = dict(plain_parts())
        made = self.make(parts)
        return packed(parts) if made is None else made


CASES: dict[str, Case] = {}


def nasty(everywhere: str = "", *found: str, **says: str) -> Callable[[Make], Make]:
    """Register a case: the refusal every verb gives (else what the plain month gets), and of which verbs that differs."""

    def register(make: Make) -> Make:
        usual = dict.fromkeys(PLAIN, everywhere) if everywhere else PLAIN
        CASES[make.__name__] = Case(make, usual | says, found)
        return make

    return register


# ---------------------------------------------------------------- the month


def make_month(path: Path, *, rolled: bool = True) -> Path:
    """Four prospects' October with its journal begun: every verb finds something to do."""
    day = dt.date(2026, 10, 5)
    rows = {
        "顾问": STAFF,
        "客户卡": [card(HE, "H"), card(SUN, "A")],
        "H级": [prospect(HE, "H")],
        "A级": [prospect(SUN, "A")],
        "来店登记": [visit(day, HE, "H", **{"首次/再次": "再次"}), visit(day, QIAN, "A")],
        "日报": [report(day, HE, "H"), report(day, SUN, "A")],
        "订单": [order(day, SUN)],
    }
    make_book(path, rows, sheets=FORMS, blank=[ANALYSIS_SHEET])
    if rolled:
        session = FileSession(path)
        session.apply(VERBS["roll"](session.blocks, session.issues, JOB).changes)
    return path


@cache
def plain() -> bytes:
    """The month's file."""
    with tempfile.TemporaryDirectory() as folder:
        return make_month(Path(folder) / "登记.xlsm").read_bytes()


@cache
def plain_parts(*, rolled: bool = True) -> Mapping[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        return members(make_month(Path(folder) / "登记.xlsm", rolled=rolled))


def packed(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def sheet(name: str) -> str:
    """The part of a form's sheet; 首页 is the first."""
    return f"xl/worksheets/sheet{list(FORMS).index(name) + 2}.xml"


def table(name: str) -> str:
    return f"xl/tables/table{list(FORMS).index(name) + 1}.xml"


VISIT, VISITS = sheet("来店登记"), table("来店登记")
BOOK, BOOK_RELS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
VISIT_RELS = VISIT.replace("worksheets/", "worksheets/_rels/") + ".rels"
TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"


def edit(parts: Parts, member: str, old: str, new: str) -> None:
    """Change a part by a pattern, once; it must be there."""
    changed, count = re.subn(old, lambda _: new, parts[member].decode(), count=1, flags=re.DOTALL)
    assert count, f"{old} is not in {member}"
    parts[member] = changed.encode()


def cell(parts: Parts, ref: str, xml: str, member: str = VISIT) -> None:
    """Replace a cell's attributes and content."""
    edit(parts, member, rf'<c r="{ref}"[^>]*?(?:/>|>.*?</c>)', f'<c r="{ref}"{xml}')


def before(parts: Parts, member: str, mark: str, xml: str) -> None:
    edit(parts, member, mark, xml + mark)


def text(value: str) -> str:
    """A cell's text, as given: to be marked up by the caller."""
    return f' t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(value: str) -> str:
    return f"><v>{value}</v></c>"


# ---------------------------------------------------------------- files that are not packages


@nasty("book.damaged")
def an_empty_file(_: Parts) -> bytes:
    return b""


@nasty("book.not_workbook")
def a_csv_by_the_name_of_a_workbook(_: Parts) -> bytes:
    return "日期,顾客名称\n2026-10-05,何一\n".encode("gb18030")


@nasty("book.not_workbook")
def a_web_page_by_the_name_of_a_workbook(_: Parts) -> bytes:
    return "<html><table><tr><td>来店登记</td></tr></table></html>".encode()


@nasty("book.old_format")
def the_format_of_1997(_: Parts) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


@nasty("book.encrypted")
def a_password_to_open(_: Parts) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + plain()


@nasty("book.damaged")
def the_first_half(_: Parts) -> bytes:
    return plain()[: len(plain()) // 2]


@nasty("book.damaged")
def all_but_the_last_byte(_: Parts) -> bytes:
    return plain()[:-1]


@nasty("book.damaged")
def the_second_half_of_zeros(_: Parts) -> bytes:
    """What a computer that lost its power leaves."""
    return plain()[: len(plain()) // 2].ljust(len(plain()), b"\0")


@nasty("book.not_workbook")
def a_program_before_the_package(_: Parts) -> bytes:
    return b"MZ" + bytes(510) + plain()


@nasty("book.not_workbook")
def a_text_document(_: Parts) -> bytes:
    return packed({TYPES: b"<Types/>", "word/document.xml": b"<document/>"})


# ---------------------------------------------------------------- packages


@nasty("book.bomb")
def a_part_of_blanks(parts: Parts) -> None:
    edit(parts, VISIT, "</sheetData>", "</sheetData>" + " " * (60 << 20))


@nasty("book.bomb")
def a_bomb_in_many_small_parts(parts: Parts) -> None:
    """Each of them is below what a part may be; the whole is not."""
    parts |= {f"xl/media/image{i}.png": bytes(6 << 20) for i in range(30)}


@nasty("book.damaged")
def a_part_larger_than_the_directory_tells(parts: Parts) -> bytes:
    edit(parts, VISIT, "</sheetData>", "</sheetData>" + " " * (40 << 20))
    return with_entry(packed(parts), VISIT, 24, struct.pack("<L", 9000))


@nasty("book.damaged")
def a_part_with_another_checksum(parts: Parts) -> bytes:
    return with_entry(packed(parts), VISIT, 16, b"\1\2\3\4")


@nasty("book.damaged")
def a_part_under_a_password(parts: Parts) -> bytes:
    return with_entry(packed(parts), VISIT, 8, b"\1\0")


@nasty("book.damaged")
def two_parts_in_one_place(parts: Parts) -> bytes:
    return with_entry(packed(parts), VISIT, 42, bytes(4))


@nasty("book.damaged")
def a_part_beyond_the_file(parts: Parts) -> bytes:
    return with_entry(packed(parts), VISIT, 42, struct.pack("<L", 1 << 30))


def with_entry(content: bytes, member: str, at: int, new: bytes) -> bytes:
    """The file with some bytes of a member's entry in the directory replaced."""
    changed = bytearray(content)
    entry = changed.rfind(member.encode()) - 46
    assert changed[entry : entry + 4] == b"PK\1\2"
    changed[entry + at : entry + at + len(new)] = new
    return bytes(changed)


@nasty("book.damaged")
def packed_by_another_method(parts: Parts) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


@nasty("book.damaged")
def one_part_twice(parts: Parts) -> bytes:
    target = io.BytesIO(packed(parts))
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(VISIT, b"<worksheet/>")
    return target.getvalue()


@nasty("book.damaged")
def a_name_that_leads_up(parts: Parts) -> None:
    parts["../../autostart.xml"] = b"<x/>"


@nasty("book.damaged")
def a_name_from_the_root(parts: Parts) -> None:
    parts["/etc/cron.d/x"] = b"<x/>"


@nasty("book.damaged")
def a_name_on_a_drive(parts: Parts) -> None:
    parts["C:/Windows/x.dll"] = b"<x/>"


@nasty("book.damaged")
def a_name_with_backslashes(parts: Parts) -> None:
    parts["xl\\..\\..\\x.xml"] = b"<x/>"


@nasty()
def five_thousand_parts_of_nothing(parts: Parts) -> None:
    parts |= {f"xl/media/{i}.png": b"" for i in range(5_000)}


@nasty()
def a_long_remark_after_the_package(parts: Parts) -> bytes:
    target = io.BytesIO(packed(parts))
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"PK\1\2" * 16_000
    return target.getvalue()


@nasty()
def folders_among_the_parts(parts: Parts) -> None:
    parts |= {"xl/": b"", "xl/worksheets/": b""}


# ---------------------------------------------------------------- XML

BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY j SYSTEM "http://127.0.0.1:9/x">]>'


@nasty("book.damaged")
def a_billion_laughs_in_the_workbook(parts: Parts) -> None:
    before(parts, BOOK, "<workbook", BOMB)
    edit(parts, BOOK, 'name="首页"', 'name="&j;"')


@nasty("book.damaged")
def a_billion_laughs_in_a_table(parts: Parts) -> None:
    before(parts, VISITS, "<table ", BOMB)
    edit(parts, VISITS, 'name="顾客名称"', 'name="&j;"')


@nasty("book.cell_unreadable", **WITHOUT_READING)
def a_billion_laughs_in_a_sheet(parts: Parts) -> None:
    before(parts, VISIT, "<worksheet", BOMB)
    cell(parts, f"E{FIRST}", text("&j;"))


@nasty("book.damaged")
def a_billion_laughs_in_the_texts(parts: Parts) -> None:
    before(parts, TEXTS, "<sst", BOMB)
    edit(parts, TEXTS, "<t>", "<t>&j;")


@nasty("book.damaged")
def a_file_of_the_computer_as_text(parts: Parts) -> None:
    before(parts, TEXTS, "<sst", OUTSIDE)
    edit(parts, TEXTS, "<t>", "<t>&a;")


@nasty("book.damaged")
def a_document_type_in_the_relationships(parts: Parts) -> None:
    before(parts, BOOK_RELS, "<Relationships", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')


@nasty(erase="book.resave")
def a_document_type_in_a_sheet(parts: Parts) -> None:
    before(parts, VISIT, "<worksheet", '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">')


@nasty("book.damaged")
def a_workbook_part_of_five_megabytes(parts: Parts) -> None:
    """A tree of it would take a hundred."""
    before(parts, BOOK, "<sheets>", "<x/>" * (5 << 18))


@nasty()
def elements_nested_twenty_thousand_deep(parts: Parts) -> None:
    before(parts, BOOK, "<sheets>", "<x>" * 20_000 + "</x>" * 20_000)


@nasty()
def a_sheet_nested_twenty_thousand_deep(parts: Parts) -> None:
    before(parts, VISIT, "<sheetData>", "<x>" * 20_000 + "</x>" * 20_000)


@nasty("book.damaged")
def an_attribute_of_five_megabytes(parts: Parts) -> None:
    edit(parts, VISITS, 'name="顾客名称"', f'name="{"长" * (5 << 20)}"')


@nasty("book.encoding")
def an_encoding_nobody_knows(parts: Parts) -> None:
    edit(parts, BOOK, "UTF-8", "x-klingon")


@nasty("book.damaged", **WITHOUT_READING)
def a_sheet_that_ends_in_the_middle(parts: Parts) -> None:
    parts[VISIT] = parts[VISIT][: len(parts[VISIT]) // 2]


@nasty(erase="book.resave")
def rows_without_an_end(parts: Parts) -> None:
    parts[VISIT] = parts[VISIT].replace(b"</row>", b"")


@nasty("book.damaged")
def bytes_that_are_no_text(parts: Parts) -> None:
    parts[BOOK] = parts[BOOK].replace("来店登记".encode(), "来店登记".encode("gb18030"))


@nasty("book.cell_unreadable", **WITHOUT_READING)
def bytes_that_are_no_text_in_a_cell(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("王"))
    parts[VISIT] = parts[VISIT].replace("王".encode(), "王".encode("gb18030"))


@nasty("book.cell_unreadable", **WITHOUT_READING)
def half_a_character(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("&#xD800;"))


@nasty("book.cell_unreadable", **WITHOUT_READING)
def a_character_number_beyond_them_all(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("&#99999999999;"))


@nasty(erase="book.resave")
def a_sheet_with_remarks_in_its_xml(parts: Parts) -> None:
    before(parts, VISIT, "<sheetData>", "<!-- 别的软件 -->")


@nasty(erase="book.resave")
def a_sheet_with_a_literal_section(parts: Parts) -> None:
    cell(parts, f"U{FIRST}", text("<![CDATA[<row r='5'>]]>"))


@nasty()
def a_cell_with_an_extension(parts: Parts) -> None:
    """calamine stumbles over it."""
    cell(parts, f"U{FIRST}", ' t="inlineStr"><is><t>看了车</t></is><extLst><ext uri="{0}"><a/></ext></extLst></c>')


@nasty("book.encoding")
def a_sheet_in_utf_16(parts: Parts) -> None:
    parts[VISIT] = parts[VISIT].decode().replace("UTF-8", "UTF-16").encode("utf-16")


@nasty(erase="book.resave")
def names_with_prefixes(parts: Parts) -> None:
    xml = re.sub(r"<(/?)(\w+)(?=[\s>/])", r"<\1x:\2", parts[VISIT].decode())
    parts[VISIT] = xml.replace("xmlns=", "xmlns:x=").encode()


@nasty()
def a_part_for_another_world(parts: Parts) -> None:
    parts["customXml/item1.xml"] = BOMB.encode() + b"<x>&j;</x>"


# ---------------------------------------------------------------- parts and relationships


@nasty("book.not_workbook")
def no_content_types(parts: Parts) -> None:
    del parts[TYPES]


@nasty("book.not_workbook")
def no_relationships(parts: Parts) -> None:
    del parts["_rels/.rels"]


@nasty("book.damaged")
def no_workbook_part(parts: Parts) -> None:
    del parts[BOOK]


@nasty("book.damaged")
def no_part_of_a_sheet(parts: Parts) -> None:
    del parts[VISIT]


@nasty("book.damaged")
def no_part_of_a_table(parts: Parts) -> None:
    del parts[VISITS]


@nasty("book.not_crm")
def no_relationships_of_a_sheet(parts: Parts) -> None:
    del parts[VISIT_RELS]


@nasty("book.damaged")
def no_shared_texts(parts: Parts) -> None:
    del parts[TEXTS]


@nasty("book.damaged")
def no_styles(parts: Parts) -> None:
    del parts[STYLES]


@nasty()
def content_types_of_something_else(parts: Parts) -> None:
    parts[TYPES] = parts[TYPES].replace(b"spreadsheetml.worksheet", b"drawingml.chart")


@nasty()
def content_types_that_are_no_xml(parts: Parts) -> None:
    parts[TYPES] = b"<Types"


def relation(kind: str, target: str, more: str = "") -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="own-{kind}" Type="{base}/{kind}" Target="{target}"{more}/>'


@nasty()
def relationships_in_a_circle(parts: Parts) -> None:
    before(parts, BOOK_RELS, "</Relationships>", relation("worksheet", "workbook.xml") + relation("theme", "_rels/workbook.xml.rels"))  # fmt: skip
    before(parts, VISIT_RELS, "</Relationships>", relation("worksheet", "../workbook.xml") + relation("x", "sheet3.xml"))  # fmt: skip


@nasty("book.damaged")
def a_sheet_that_is_its_own_table(parts: Parts) -> None:
    edit(parts, VISIT_RELS, r"\.\./tables/table\d+\.xml", VISIT.rpartition("/")[2])


@nasty("book.not_crm")
def a_sheet_that_is_the_workbook(parts: Parts) -> None:
    edit(parts, BOOK_RELS, r"worksheets/sheet2\.xml", "workbook.xml")


@nasty("book.not_crm")
def a_sheet_of_the_computers_files(parts: Parts) -> None:
    edit(parts, BOOK_RELS, r"worksheets/sheet2\.xml", "../../../../../../etc/passwd")


@nasty("book.not_crm")
def a_sheet_in_the_web(parts: Parts) -> None:
    edit(parts, BOOK_RELS, r'worksheets/sheet2\.xml"', 'http://127.0.0.1:9/sheet2.xml" TargetMode="External"')


@nasty()
def links_to_other_books(parts: Parts) -> None:
    before(parts, BOOK_RELS, "</Relationships>", relation("externalLink", "externalLinks/externalLink1.xml"))
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + relation("externalLinkPath", r"\\server\share\x.xlsx", ' TargetMode="External"')
        + "</Relationships>"
    ).encode()
    before(parts, BOOK, "</definedNames>", "<definedName name=\"外\">'[1]来店登记'!$A$5</definedName>")


@nasty()
def targets_from_the_root(parts: Parts) -> None:
    edit(parts, BOOK_RELS, 'Target="worksheets/sheet2', 'Target="/xl/worksheets/sheet2')


@nasty("book.not_crm")
def no_sheet_at_all(parts: Parts) -> None:
    edit(parts, BOOK, "<sheets>.*</sheets>", "<sheets/>")


@nasty("book.sheet_renamed")
def a_sheet_renamed(parts: Parts) -> None:
    edit(parts, BOOK, 'name="日报"', 'name="日报 (2)"')


@nasty("book.damaged")
def two_sheets_of_one_part(parts: Parts) -> None:
    before(parts, BOOK, "</sheets>", '<sheet name="影子" sheetId="99" r:id="rId2"/>')


@nasty("book.damaged")
def two_sheets_of_one_name(parts: Parts) -> None:
    before(parts, BOOK, "</sheets>", '<sheet name="来店登记" sheetId="99" r:id="rId1"/>')


@nasty()
def hidden_sheets(parts: Parts) -> None:
    edit(parts, BOOK, 'name="来店登记"', 'name="来店登记" state="hidden"')
    edit(parts, BOOK, 'name="日报"', 'name="日报" state="veryHidden"')


@nasty()
def five_hundred_more_sheets(parts: Parts) -> None:
    sheets = "".join(f'<sheet name="附{i}" sheetId="{i + 100}" r:id="rId1"/>' for i in range(500))
    before(parts, BOOK, "</sheets>", sheets)


@nasty()
def locked_sheets_and_a_locked_book(parts: Parts) -> None:
    before(parts, BOOK, "<bookViews", '<workbookProtection workbookPassword="CC1A" lockStructure="1"/>')
    edit(parts, VISIT, "</sheetData>", '</sheetData><sheetProtection password="CC1A" sheet="1" objects="1"/>')


@nasty()
def names_that_lead_nowhere(parts: Parts) -> None:
    names = '<definedName name="甲">乙</definedName><definedName name="乙">甲</definedName><definedName name="丙">#REF!</definedName>'
    before(parts, BOOK, "</definedNames>", names)


# ---------------------------------------------------------------- tables


def reach(parts: Parts, ref: str) -> None:
    """Let the table of 来店登记 lie elsewhere."""
    parts[VISITS] = re.sub(rb'ref="[^"]*"', f'ref="{ref}"'.encode(), parts[VISITS])


def widen(parts: Parts, header: str) -> None:
    """Let the table of 来店登记 have one more column."""
    reach(parts, f"A{TOP}:Y{FIRST + 1}")
    before(parts, VISITS, "</tableColumns>", f'<tableColumn id="25" name="{header}"/>')


@nasty("book.damaged")
def a_table_past_the_last_row(parts: Parts) -> None:
    reach(parts, f"A{TOP}:X{LAST_ROW + 1}")


@nasty()
def a_table_of_a_million_blank_rows(parts: Parts) -> None:
    reach(parts, f"A{TOP}:X{LAST_ROW}")


@nasty()
def a_list_of_a_hundred_thousand_blank_rows(parts: Parts) -> None:
    """Its rows are exchanged for the findings: all of them go."""
    member = table("问题清单")
    parts[member] = re.sub(rb'(ref="A\d+:[A-Z]+)\d+', rb"\g<1>100000", parts[member])


@nasty()
def twenty_thousand_styled_blank_rows(parts: Parts) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}" s="1"/><c r="E{r}" s="2"/></row>' for r in range(20, 20_020))
    before(parts, VISIT, "</sheetData>", rows)
    reach(parts, f"A{TOP}:X20019")


@nasty("book.damaged")
def a_table_upside_down(parts: Parts) -> None:
    reach(parts, f"X{FIRST}:A{TOP}")


@nasty("book.damaged")
def a_table_of_whole_columns(parts: Parts) -> None:
    reach(parts, "A:X")


@nasty("book.damaged")
def a_table_nowhere(parts: Parts) -> None:
    reach(parts, "#REF!")


@nasty("book.damaged")
def a_table_wider_than_its_headers(parts: Parts) -> None:
    reach(parts, f"A{TOP}:Z{FIRST + 1}")


@nasty("book.damaged")
def more_totals_than_rows(parts: Parts) -> None:
    edit(parts, VISITS, "<table ", '<table totalsRowCount="9" ')


@nasty("book.damaged")
def a_count_with_thirty_digits(parts: Parts) -> None:
    edit(parts, VISITS, "<table ", f'<table totalsRowCount="{"9" * 30}" ')


@nasty("book.damaged")
def a_count_of_five_thousand_digits(parts: Parts) -> None:
    """Python itself refuses to read such a number."""
    edit(parts, VISITS, "<table ", f'<table totalsRowCount="{"9" * 5000}" ')


@nasty("book.header_hidden")
def a_table_without_its_header_row(parts: Parts) -> None:
    edit(parts, VISITS, "<table ", '<table headerRowCount="0" ')


@nasty()
def headers_twice(parts: Parts) -> None:
    widen(parts, "电话")


@nasty()
def headers_of_blanks_and_escapes(parts: Parts) -> None:
    widen(parts, " _x000a__x0000__xD800_ ")


@nasty()
def a_header_typed_over(parts: Parts) -> None:
    edit(parts, VISITS, 'name="电话"', 'name="寻呼机"')


@nasty("form.headers_changed")
def two_headers_typed_over(parts: Parts) -> None:
    edit(parts, VISITS, 'name="电话"', 'name="寻呼机"')
    edit(parts, VISITS, 'name="日期"', 'name="张三"')


@nasty("book.damaged")
def two_tables_of_one_name(parts: Parts) -> None:
    edit(parts, table("日报"), 'displayName="[^"]*"', 'displayName="tblVisit"')


@nasty("", "V00.merged@来店登记!A1", "V02.near@来店登记!B4", close="close.errors")
def a_table_laid_over_the_title(parts: Parts) -> None:
    reach(parts, f"A1:X{FIRST + 1}")


# ---------------------------------------------------------------- rows and cells


@nasty("book.stray_cell")
def a_value_in_the_last_cell(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"><v>1</v></c></row>')


@nasty("book.stray_cell")
def a_value_in_the_last_cell_behind_a_small_dimension(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"><v>1</v></c></row>')
    edit(parts, VISIT, '<dimension ref="[^"]*"', '<dimension ref="A1:X6"')


@nasty("book.stray_cell")
def a_value_in_the_last_cell_of_a_nameless_row(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", f"<row  r = '{LAST_ROW}'><c\nr='XFD{LAST_ROW}'><v>1</v></c></row>")


@nasty()
def a_format_in_the_last_cell(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}" s="1"/></row>')


@nasty()
def a_dimension_of_everything(parts: Parts) -> None:
    edit(parts, VISIT, '<dimension ref="[^"]*"', f'<dimension ref="A1:XFD{LAST_ROW}"')


@nasty()
def a_dimension_of_one_cell(parts: Parts) -> None:
    edit(parts, VISIT, '<dimension ref="[^"]*"', '<dimension ref="A1"')


@nasty()
def a_dimension_backwards(parts: Parts) -> None:
    edit(parts, VISIT, '<dimension ref="[^"]*"', '<dimension ref="X9:A1"')


@nasty()
def a_dimension_with_twenty_digits(parts: Parts) -> None:
    edit(parts, VISIT, '<dimension ref="[^"]*"', '<dimension ref="A1:X99999999999999999999"')


@nasty("book.stray_cell")
def a_row_with_twenty_digits(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", '<row r="99999999999999999999"><c r="A99999999999999999999"><v>1</v></c></row>')  # fmt: skip


@nasty()
def a_cell_beyond_the_last_column(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", '<row r="9"><c r="XFE9"><v>1</v></c></row>')


@nasty("book.damaged", **WITHOUT_READING)
def a_cell_in_row_nought(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", '<row r="0"><c r="A0"><v>1</v></c></row>')


@nasty(erase="book.resave")
def rows_out_of_order(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", '<row r="2"><c r="B2"><v>1</v></c></row>')


@nasty(erase="book.resave")
def a_row_twice(parts: Parts) -> None:
    before(parts, VISIT, "</sheetData>", f'<row r="{FIRST}"><c r="U{FIRST}"><v>1</v></c></row>')


@nasty(close="close.held")
def rows_and_cells_without_numbers(parts: Parts) -> None:
    """Each stands behind the last, so rows that are left out move the others up, out of the table: their customers have
    cards without logs, over which no month is closed.
    """
    parts[VISIT] = re.sub(rb'<(row|c) r="\w+"', rb"<\1", parts[VISIT])


@nasty()
def more_texts_than_there_is_room_for(parts: Parts) -> None:
    """calamine asks for the room at once, and the process is gone."""
    edit(parts, TEXTS, ' uniqueCount="\\d+"', " uniqueCount = '4000000000'")


@nasty("book.cell_unreadable", **WITHOUT_READING)
def a_text_that_is_not_there(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", ' t="s"><v>99999999</v></c>')


@nasty(erase="book.resave")
def a_text_with_a_number_below_zero(parts: Parts) -> None:
    """It reads as no text; what it says cannot be known to be overwritten."""
    cell(parts, f"E{FIRST}", ' t="s"><v>-1</v></c>')


@nasty("book.cell_unreadable", **WITHOUT_READING)
def a_kind_of_cell_nobody_knows(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", ' t="zz"><v>1</v></c>')


@nasty("", "V01.empty@来店登记!E5", "V01.empty@来店登记!U5", close="close.errors")
def cells_with_a_kind_and_nothing_else(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", ' t="inlineStr"/>')
    cell(parts, f"U{FIRST}", ' t="str"><v/></c>')
    cell(parts, f"E{FIRST + 1}", ' t="b"></c>')


@nasty("", "V03.text@来店登记!A5")
def a_style_that_is_not_there(parts: Parts) -> None:
    cell(parts, f"A{FIRST}", ' s="99999"><v>46300</v></c>')


@nasty("", "V00.error@来店登记!E5", "V00.error@来店登记!G5", close="close.errors")
def errors_of_later_years(parts: Parts) -> None:
    """calamine knows the seven of Excel 2007."""
    cell(parts, f"E{FIRST}", ' t="e"><v>#SPILL!</v></c>')
    cell(parts, f"G{FIRST}", ' t="e"><v>#FIELD!</v></c>')
    edit(parts, VISIT, "</sheetData>", '<row r="50"><c r="AA50" t="e"><v>#BUSY!</v></c></row></sheetData>')


@nasty("", "V00.error@来店登记!E5", "V00.formula@来店登记!E5", "V00.error@来店登记!A6", close="close.errors")
def formulas_that_return_errors(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", ' t="e"><f>VLOOKUP(1,A:A,1,0)</f><v>#N/A</v></c>')
    cell(parts, f"G{FIRST}", ' t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    cell(parts, f"A{FIRST + 1}", ' t="e"><f>#REF!+1</f><v>#REF!</v></c>')


@nasty("", "V00.formula@来店登记!E5", "V00.formula@来店登记!G5", close="close.errors")
def formulas_without_values(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", "><f>A5&amp;B5</f></c>")
    cell(parts, f"G{FIRST}", '><f t="shared" si="7"/></c>')


@nasty("", "V00.formula@来店登记!J5", "V00.formula@来店登记!J6")
def formulas_in_a_circle(parts: Parts) -> None:
    cell(parts, f"J{FIRST}", f"><f>J{FIRST + 1}</f><v>0</v></c>")
    cell(parts, f"J{FIRST + 1}", f"><f>J{FIRST}</f><v>0</v></c>")


@nasty("", "V00.formula@来店登记!J5")
def a_formula_of_eight_thousand_brackets(parts: Parts) -> None:
    cell(parts, f"J{FIRST}", f"><f>{'(' * 8000}1{')' * 8000}</f><v>1</v></c>")


@nasty("", "V17.formula@来店登记!E5", "V17.formula@来店登记!U5", close="close.not_rolled")
def commands_as_text(parts: Parts) -> None:
    """Another name beside a known phone is somebody of his own (V18), whose card a roll has yet to make."""
    cell(parts, f"U{FIRST}", text("=cmd|' /C calc'!A0"))
    cell(parts, f"E{FIRST}", text("@SUM(1+9)*cmd|' /C calc'!A0"))


@nasty("", "V03.unreadable@来店登记!A5", "V03.unreadable@来店登记!A6", close="close.errors")
def dates_before_the_calendar(parts: Parts) -> None:
    for row, serial in ((FIRST, "-5"), (FIRST + 1, "0")):
        cell(parts, f"A{row}", f' s="1"><v>{serial}</v></c>')


@nasty("", "V03.month@来店登记!A5", "V03.unreadable@来店登记!A6", close="close.errors")
def the_day_that_never_was(parts: Parts) -> None:
    cell(parts, f"A{FIRST}", ' s="1"><v>60</v></c>')
    cell(parts, f"A{FIRST + 1}", ' s="1"><v>0.999999</v></c>')


@nasty("", "V03.unreadable@来店登记!A5", "V03.unreadable@来店登记!A6", close="close.errors")
def dates_after_the_calendar(parts: Parts) -> None:
    for row, serial in ((FIRST, "2958466"), (FIRST + 1, "1e300")):
        cell(parts, f"A{row}", f' s="1"><v>{serial}</v></c>')


@nasty("", "V03.unreadable@来店登记!A6", close="close.errors")
def dates_as_text_in_the_iso_kind(parts: Parts) -> None:
    cell(parts, f"A{FIRST}", ' s="1" t="d"><v>2026-10-05</v></c>')
    cell(parts, f"A{FIRST + 1}", ' s="1" t="d"><v>2026-99-99T99:99:99</v></c>')


@nasty("", "V03.future@H级!F5", month="month.empty", mail="month.empty")
def the_calendar_of_1904(parts: Parts) -> None:
    """Every day is four years later: the logs say nothing of this month yet, its stock are the rows that stand, and so it
    closes; the days to come are errors of the months they name.
    """
    edit(parts, BOOK, "<workbookPr ", '<workbookPr date1904="1" ')


@nasty("", "V02.number@来店登记!J5", "V04.letters@来店登记!G5", close="close.errors")
def numbers_that_are_none(parts: Parts) -> None:
    for ref, value in ((f"J{FIRST}", "NaN"), (f"G{FIRST}", "INF"), (f"A{FIRST + 1}", "-1e999"), (f"J{FIRST + 1}", "nan")):  # fmt: skip
        cell(parts, ref, number(value))


@nasty("", "V02.number@来店登记!J5", "V04.letters@来店登记!G5", close="close.errors")
def numbers_as_large_as_they_get(parts: Parts) -> None:
    for ref, value in ((f"J{FIRST}", "1.7976931348623157e308"), (f"G{FIRST}", "-4.9e-324"), (f"J{FIRST + 1}", "1e15")):
        cell(parts, ref, number(value))


@nasty("", "V02.number@来店登记!J5", close="close.errors")
def a_number_that_is_a_word(parts: Parts) -> None:
    cell(parts, f"J{FIRST}", number("三"))


@nasty(close="close.errors", **dict.fromkeys(("validate", "tidy", "erase"), "book.part_damaged"))
def control_characters(parts: Parts) -> None:
    """XML cannot hold them: Excel opens no such book."""
    cell(parts, f"U{FIRST}", text("\x01\x02\x1f\x7f\x85"))


@nasty("", "V01.empty@来店登记!U5", close="close.errors")
def control_characters_in_escapes(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("何_x0000__x0001__x000B_一&#9;&#10;&#13;"))
    cell(parts, f"U{FIRST}", text("_x0001__x0002__x001F_&#127;&#133;"))


@nasty("", "V04.dirty@来店登记!G5")
def characters_that_show_nothing(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("\ufeff何\u200b一\u202e\u2066"))
    cell(parts, f"G{FIRST}", text("\u202a19900000101\u202c"))


@nasty()
def a_text_longer_than_a_cell(parts: Parts) -> None:
    cell(parts, f"U{FIRST}", text("长" * 32_768))


@nasty()
def a_name_longer_than_a_cell(parts: Parts) -> None:
    cell(parts, f"E{FIRST}", text("何" * 32_768))


@nasty()
def a_text_of_half_a_million_characters(parts: Parts) -> None:
    cell(parts, f"U{FIRST}", text("长短" * (1 << 18)))


@nasty("", "V00.merged@来店登记!A1", "V00.merged@来店登记!E5", close="close.errors")
def cells_merged_across_the_rows(parts: Parts) -> None:
    edit(parts, VISIT, "</mergeCells>", f'<mergeCell ref="E{FIRST}:G{FIRST + 1}"/><mergeCell ref="A1:XFD{LAST_ROW}"/></mergeCells>')  # fmt: skip


def filtered(parts: Parts, column: str) -> None:
    """Let the table of 来店登记 be filtered by a column, from 0."""
    by = f'<filterColumn colId="{column}"><filters><filter val="何"/></filters></filterColumn>'
    edit(parts, VISITS, r"<autoFilter [^>]*/>", f'<autoFilter ref="A{TOP}:X{FIRST + 1}">{by}</autoFilter>')


@nasty("", "V00.filter@来店登记!E4")
def rows_hidden_by_a_filter(parts: Parts) -> None:
    filtered(parts, "4")


@nasty()
def a_filter_on_a_column_that_is_not_there(parts: Parts) -> None:
    filtered(parts, "9" * 30)


@nasty()
def a_date_format_of_ten_thousand_letters(parts: Parts) -> None:
    edit(parts, STYLES, "yyyy-mm-dd", "yyyy" * 2500)


@nasty()
def a_book_that_runs_garbage(parts: Parts) -> None:
    parts["xl/vbaProject.bin"] = bytes(1000)
