"""Packages that are whole but not put together as usual: they are read and edited all the same, or declined for the true reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from nasty import (
    BOOK,
    BOOK_RELS,
    FIRST,
    STYLES,
    TEXTS,
    TYPES,
    VISIT,
    VISIT_RELS,
    VISITS,
    Parts,
    before,
    edit,
    packed,
    plain_parts,
    relation,
)
from workbooks import members

from xlcrm.books.sources.files import read_source
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.catalogue.refusals import REFUSALS, explain
from xlcrm.changes import Changes, TableChange
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS

MOVE = Changes({"来店登记": TableChange(added=[{"顾客名称": "何二"}], removed={FIRST})})
MACROS, CHART = "xl/macrosheets/sheet1.xml", "xl/chartsheets/sheet1.xml"


def made(tmp_path: Path, change: Callable[[Parts], Parts | None]) -> Path:
    parts = dict(plain_parts())
    book = tmp_path / "登记.xlsm"
    book.write_bytes(packed(change(parts) or parts))
    return book


def moved(book: Path) -> dict[str, bytes]:
    """Let rows of 来店登记 go and come, and read them again; returns the parts after."""
    names = [row[4] for row in open_book(book).read(FORMS["来店登记"]).rows]
    before = members(book)
    file.apply(open_book(book), MOVE)
    after = members(book)
    assert list(after) == list(before), "every part keeps its name and place"
    assert [row[4] for row in open_book(book).read(FORMS["来店登记"]).rows] == [*names[1:], "何二"]
    return after


def renamed(parts: Parts, names: dict[str, str]) -> Parts:
    return {names.get(name, name): content for name, content in parts.items()}


def encoded(parts: Parts, member: str, home: str, name: str) -> Parts:
    """Give a part another name, which the relationships at ``home`` write encoded; its own relationships go along."""
    edit(parts, home, re.escape(member.rpartition("/")[2]), quote(name))
    folder, _, old = member.rpartition("/")
    return renamed(parts, {member: f"{folder}/{name}", f"{folder}/_rels/{old}.rels": f"{folder}/_rels/{name}.rels"})


# Names of parts


@pytest.mark.parametrize(
    "name", [VISIT, VISITS, VISIT_RELS, BOOK, BOOK_RELS, TEXTS, STYLES, TYPES, "_rels/.rels", "folders"]
)
def test_names_of_parts_are_equal_ignoring_case(tmp_path: Path, name: str) -> None:
    def change(parts: Parts) -> Parts:
        if name == "folders":
            return {member.replace("worksheets", "Worksheets"): content for member, content in parts.items()}
        return renamed(parts, {name: name.upper()})

    moved(made(tmp_path, change))


def test_a_reference_in_other_letters_than_its_part(tmp_path: Path) -> None:
    moved(made(tmp_path, lambda parts: edit(parts, BOOK_RELS, "worksheets/sheet2", "Worksheets/Sheet2")))


@pytest.mark.parametrize("name", ["来店 登记.xml", "sheet 2.xml", "sheet%202.xml"])
@pytest.mark.parametrize(("member", "home"), [(VISIT, BOOK_RELS), (VISITS, VISIT_RELS)])
def test_names_of_parts_may_be_encoded(tmp_path: Path, member: str, home: str, name: str) -> None:
    def change(parts: Parts) -> Parts:
        changed = encoded(parts, member, home, name)
        changed[home] = changed[home].replace(b"%2520", b"%20")  # encoded in the directory too
        return changed

    moved(made(tmp_path, change))


def test_two_parts_of_one_name_are_damage(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"book\.damaged"):
        open_book(made(tmp_path, lambda parts: {**parts, VISIT.upper(): parts[VISIT]}))


def sheet_outside(parts: Parts) -> Parts:
    """The sheet in a folder that says nothing of its kind."""
    edit(parts, BOOK_RELS, "worksheets/sheet2", "sheet2")
    parts[VISIT_RELS] = parts[VISIT_RELS].replace(b"../", b"")
    return {name.replace("worksheets/", "") if "sheet2.xml" in name else name: xml for name, xml in parts.items()}


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: encoded(parts, TEXTS, BOOK_RELS, "texts.xml"),
        lambda parts: encoded(parts, STYLES, BOOK_RELS, "my styles.xml"),
        lambda parts: encoded(parts, BOOK, "_rels/.rels", "book.xml"),
        sheet_outside,
    ],
)
def test_a_part_that_the_reader_cannot_find_is_left_to_excel(
    tmp_path: Path, change: Callable[[Parts], Parts | None]
) -> None:
    with pytest.raises(Refusal, match=r"book\.resave"):
        open_book(made(tmp_path, change)).read(FORMS["来店登记"])


# Sheets that are not worksheets


def with_macros(parts: Parts) -> None:
    """A hidden sheet of Excel 4 macros that looks at a cell of 来店登记."""
    parts[MACROS] = (
        '<xm:macrosheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><sheetData><row r="1">'
        f'<c r="A1" t="b"><f>ALERT(来店登记!E{FIRST + 1})</f><v>0</v></c></row></sheetData></xm:macrosheet>'
    ).encode()
    macros = relation("xlMacrosheet", "macrosheets/sheet1.xml")
    macros = re.sub(r"openxmlformats.org/officeDocument", "microsoft.com/office", macros)
    before(parts, BOOK_RELS, "</Relationships>", macros)
    before(parts, BOOK, "</sheets>", '<sheet name="宏1" sheetId="99" state="veryHidden" r:id="own-xlMacrosheet"/>')


def test_a_hidden_sheet_of_macros_follows_the_rows_it_looks_at(tmp_path: Path) -> None:
    parts = moved(made(tmp_path, with_macros))
    assert f"<f>ALERT(来店登记!E{FIRST})</f>".encode() in parts[MACROS]


@pytest.mark.parametrize("change", [with_macros, lambda parts: renamed(parts, {TYPES: TYPES.lower()})])
def test_it_can_be_imported_too(tmp_path: Path, change: Callable[[Parts], Parts | None]) -> None:
    assert "来店登记" in {grid.sheet for grid in read_source(made(tmp_path, change))}


@pytest.mark.parametrize("name", ["来店登记图", "来店登记!图"])
def test_a_chart_sheet_that_mentions_the_sheet_is_left_alone(tmp_path: Path, name: str) -> None:
    xml = (
        '<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews/>'
        "<headerFooter><oddHeader>&amp;C来店登记!E6 的 sheetData</oddHeader></headerFooter></chartsheet>"
    ).encode()

    def change(parts: Parts) -> None:
        parts[CHART] = xml
        before(parts, BOOK_RELS, "</Relationships>", relation("chartsheet", "chartsheets/sheet1.xml"))
        before(parts, BOOK, "</sheets>", f'<sheet name="{name}" sheetId="99" r:id="own-chartsheet"/>')

    assert moved(made(tmp_path, change))[CHART] == xml


# What is declined


@pytest.mark.parametrize("name", ["登记.xlsx", "登记.xlsm", "登记.xlsb"])
def test_the_binary_format_is_named_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    def change(parts: Parts) -> Parts:
        edit(parts, "_rels/.rels", "xl/workbook.xml", "xl/workbook.bin")
        return renamed(parts, {BOOK: "xl/workbook.bin"}) | {"xl/workbook.bin": b"\x83\x01\x00\x80\x01\x32"}

    book = made(tmp_path, change).rename(tmp_path / name)
    with pytest.raises(Refusal, match=r"book\.binary") as caught:
        open_book(book)
    assert "另存为" in explain(caught.value, "zh")


def signed(parts: Parts) -> None:
    base = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = f"{base}/digital-signature"
    origin = f'<Relationship Id="own" Type="{kind}/origin" Target="_xmlsignatures/origin.sigs"/>'
    signature = f'<Relationship Id="own" Type="{kind}/signature" Target="sig1.xml"/>'
    before(parts, "_rels/.rels", "</Relationships>", origin)
    parts["_xmlsignatures/origin.sigs"] = b""
    parts["_xmlsignatures/sig1.xml"] = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    parts["_xmlsignatures/_rels/origin.sigs.rels"] = (
        f'<Relationships xmlns="{base}">{signature}</Relationships>'.encode()
    )


def test_a_signed_book_is_read_but_not_written(tmp_path: Path) -> None:
    book = made(tmp_path, signed)
    content = book.read_bytes()
    reader = open_book(book)
    assert reader.read(FORMS["来店登记"]).rows
    with pytest.raises(Refusal, match=r"book\.signed") as caught:
        file.apply(reader, MOVE)
    assert "查看签名" in explain(caught.value, "zh")
    assert book.read_bytes() == content
    assert not (tmp_path / file.BACKUPS).exists()


@pytest.mark.parametrize("key", ["book.binary", "book.signed", "book.resave"])
def test_none_of_them_is_called_damaged(key: str) -> None:
    assert "损坏" not in REFUSALS[key].zh
