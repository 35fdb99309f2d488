"""What is written is whole: every part is XML, and what is not written as usual is edited right or declined."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import openpyxl
import pytest
from workbooks import TOP, edit_member, make_book, members

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx import sheetxml
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.tagtext import attribute, is_usual, set_attribute
from xlcrm.changes import Changes, TableChange
from xlcrm.computer.probe import gather
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS

FIRST = TOP + 1
SHEET, STYLES = "xl/worksheets/sheet2.xml", "xl/styles.xml"
NOTE = "-客户说周六带太太来看车"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make_book(tmp_path / "登记.xlsx", {"来店登记": [{"顾客名称": f"客户{i}", "注释": "好"} for i in (1, 2, 3)]})


def note(book: Path, text: str = NOTE) -> None:
    """Write a note that begins like a formula into the first row."""
    file.apply(open_book(book), Changes({"来店登记": TableChange(cells={FIRST: {"注释": text}})}))


def all_whole(book: Path) -> None:
    for member, content in members(book).items():
        if member.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)


# Attributes


@pytest.mark.parametrize(
    ("tag", "after"),
    [
        ("<xf>", '<xf quotePrefix="1">'),
        ('<xf a="1"/>', '<xf quotePrefix="1" a="1"/>'),
        ('<xf quotePrefix="0" a="1"/>', '<xf quotePrefix="1" a="1"/>'),
        ("<x:xf a=\"1\"\n  quotePrefix = 'false'/>", '<x:xf a="1" quotePrefix="1"/>'),
        ('<xf myquotePrefix="0"/>', '<xf quotePrefix="1" myquotePrefix="0"/>'),
    ],
)
def test_an_attribute_is_set_once(tag: str, after: str) -> None:
    assert set_attribute(tag, "quotePrefix", "1") == after
    assert attribute(after, "quotePrefix") == "1"
    assert attribute(set_attribute(after, "quotePrefix", None), "quotePrefix") is None


@pytest.mark.parametrize(
    ("xml", "usual"),
    [
        ('<?xml version="1.0"?>\n<a b="1" c="2"><d/>A = B, x >= "1", \'=x</a>', True),
        ('<a b="1"\n  c="2"  />', True),
        ("<a b='1'/>", False),
        ('<a b ="1"/>', False),
        ('<a b= "1"/>', False),
        ('<a b="x>y"/>', False),
        ("<a></a >", False),
        ("<a><!-- x --></a>", False),
        ("<a><![CDATA[x]]></a>", False),
        ("<a><?x?></a>", False),
    ],
)
def test_what_spreadsheet_programs_write(xml: str, usual: bool) -> None:
    assert is_usual(xml) is usual


# Formats


def resaved(book: Path) -> None:
    """By openpyxl, which says ``quotePrefix="0"`` aloud in every format."""
    openpyxl.load_workbook(book).save(book)
    assert b'quotePrefix="0"' in members(book)[STYLES]


def prefixed(book: Path) -> None:
    xml = re.sub(r"<(/?)(\w+)(?=[\s>/])", r"<\1s:\2", members(book)[STYLES].decode().partition("?>")[2])
    edit_member(book, STYLES, r"(?s)\?>.*", "?>" + xml.replace("xmlns=", "xmlns:s=", 1).replace("\\", ""), pattern=True)


def without_numbers(book: Path) -> None:
    edit_member(book, STYLES, r' numFmtId="0"(?= fontId="0" fillId="0" borderId="1")', "", pattern=True)


@pytest.mark.parametrize("written", [resaved, prefixed, without_numbers])
def test_text_is_marked_as_text_in_styles_of_other_programs(book: Path, written: Callable[[Path], None]) -> None:
    written(book)
    note(book)
    all_whole(book)
    cell = openpyxl.load_workbook(book)["来店登记"][f"U{FIRST}"]
    assert (cell.value, cell.quotePrefix, cell.number_format) == (NOTE, True, "@")


def test_a_format_of_another_program_is_added_once(book: Path) -> None:
    resaved(book)
    note(book)
    once = members(book)[STYLES]
    note(book, "=1+1")
    assert members(book)[STYLES] == once


# Shapes of a sheet's part


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'<c r="E{FIRST}"', f'<c\n r="E{FIRST}"'),
        (f'<c r="E{FIRST}"', f'<c\t r="E{FIRST}"'),
        (f'<c r="E{FIRST}"', f"<c r='E{FIRST}'"),
        (f'<c r="E{FIRST}"', f'<c r ="E{FIRST}"'),
        (f'<c r="E{FIRST}"', f'<c r="e{FIRST}"'),
        (f'<c r="E{FIRST}"', f'<c ph=">" r="E{FIRST}"'),
        (f'<row r="{FIRST}"', f"<row r='{FIRST}'"),
        ("</c><c", "</c ><c"),
        ("</row><row", "</row\n><row"),
        ("</row><row", "</row><?x?><row"),
        ('<mergeCell ref="A1:D1"/>', "<mergeCell ref='A1:D1'/>"),
    ],
)
def test_a_sheet_not_written_as_usual_is_declined(book: Path, old: str, new: str) -> None:
    edit_member(book, SHEET, old, new)
    before = book.read_bytes()
    with pytest.raises(Refusal) as caught:
        file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "客户4"}])}))
    assert caught.value.key == "book.resave"
    assert book.read_bytes() == before


def test_a_cell_named_by_entities_is_declined_as_it_is_read(book: Path) -> None:
    edit_member(book, SHEET, f'<c r="E{FIRST}"', f'<c r="&#69;{FIRST}"')
    before = book.read_bytes()
    with pytest.raises(Refusal) as caught:
        file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "客户4"}])}))
    assert caught.value.key == "book.damaged"
    assert book.read_bytes() == before


@pytest.mark.parametrize("name", [f"E{FIRST + 1}", f"D{FIRST}"])
def test_a_row_whose_cells_are_misnamed_is_declined_where_it_changes(book: Path, name: str) -> None:
    edit_member(book, SHEET, f'<c r="E{FIRST}"', f'<c r="{name}"')
    row = re.search(f'<row r="{FIRST}".*?</row>'.encode(), members(book)[SHEET])
    assert row is not None
    file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "客户4"}])}))
    assert row[0] in members(book)[SHEET], "nobody looks into it"
    before = book.read_bytes()
    for change in (TableChange(cells={FIRST: {"注释": "x"}}), TableChange(inserted={FIRST: [{"注释": "x"}]})):
        with pytest.raises(Refusal) as caught:
            file.apply(open_book(book), Changes({"来店登记": change}))
        assert caught.value.key == "book.resave"
    assert book.read_bytes() == before


def test_only_rows_that_change_are_looked_into(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a sheet of plain values, however many it has."""
    judged = Mock(side_effect=sheetxml._is_known)
    monkeypatch.setattr(sheetxml, "_is_known", judged)
    note(book, "好")
    assert [call.args[0] for call in judged.call_args_list] == [FIRST, FIRST + 2], "its own, and the table's last"


def test_a_part_looked_through_for_each_sheet_that_moves_is_inflated_once(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = open_book(book).parts
    inflated = Mock(side_effect=parts.package._inflate)
    monkeypatch.setattr(parts.package, "_inflate", inflated)
    assert len({parts.referring(SHEET) for _ in range(3)}) == 1
    inflated.assert_called_once_with(SHEET)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'<c r="E{FIRST}" s="2" t="s">', f'<c s="2"\n t="s" r="E{FIRST}">'),
        (f'<row r="{FIRST}"', f'<row\n  r="{FIRST}"'),
        ('<mergeCell ref="A1:D1"/>', '<mergeCell\n ref="A1:D1" />'),
    ],
)
def test_line_ends_between_other_attributes_are_edited_right(book: Path, old: str, new: str) -> None:
    edit_member(book, SHEET, old, new)
    file.apply(
        open_book(book), Changes({"来店登记": TableChange(cells={FIRST: {"顾客名称": "客户9"}}, removed={FIRST + 1})})
    )
    all_whole(book)
    block = open_book(book).read(FORMS["来店登记"])
    assert [row[4] for row in block.rows] == ["客户9", "客户3"]


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/tables/table1.xml"])
def test_other_parts_in_single_quotes_are_edited_right(book: Path, member: str) -> None:
    text = members(book)[member].decode().partition("?>")[2]
    edit_member(book, member, r"(?s)\?>.*", "?>" + text.replace('"', "'"), pattern=True)
    file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "客户4"}])}))
    all_whole(book)
    sheet = openpyxl.load_workbook(book)["来店登记"]
    assert (sheet.tables["tblVisit"].ref, sheet["E8"].value) == (f"A{TOP}:X{FIRST + 3}", "客户4")


# What is read back


def damaged(book: Path) -> None:
    """The styles as version 0.1 left them: an attribute twice."""
    edit_member(book, STYLES, "<xf ", '<xf quotePrefix="1" quotePrefix="1" ')


def test_a_book_with_damaged_styles_is_not_written(book: Path) -> None:
    damaged(book)
    with pytest.raises(Refusal) as caught:
        note(book, "好")
    assert (caught.value.key, caught.value.about["part"]) == ("book.part_damaged", STYLES)


def test_a_part_that_was_made_no_xml_does_not_take_the_books_place(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = book.read_bytes()
    monkeypatch.setattr(Styles, "xml", lambda self: '<styleSheet a="1" a="1"/>')
    with pytest.raises(Refusal) as caught:
        note(book)
    assert (caught.value.key, caught.value.about["place"]) == ("book.not_verified", STYLES)
    assert book.read_bytes() == before


def test_the_selfcheck_looks_at_all_parts(tmp_path: Path) -> None:
    book = tmp_path / "CRM.xlsm"
    fill_book(book, {})
    found = gather(book, None).book
    assert found is not None
    assert found.broken == ()
    damaged(book)
    edit_member(book, "docProps/app.xml", "</Properties>", "</Properties")
    found = gather(book, None).book
    assert found is not None
    assert set(found.broken) == {STYLES, "docProps/app.xml"}
