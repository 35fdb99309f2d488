"""What must not reach calamine, tested against calamine itself; and what it stumbles over, named with its cell."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty import VISIT, before, cell, edit, packed, plain_parts
from python_calamine import CalamineWorkbook

from xlcrm.books.area import Area
from xlcrm.books.xlsx import guards
from xlcrm.books.xlsx.guards import far_cells, plain_frame
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.values import Values, failing_row
from xlcrm.catalogue.refusals import explain
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS

FAR = "XFD1048576"
ROOM = 1 << 30
"""Bytes calamine may have: what the guards let through takes a quarter of it."""
FULL = '<c r="{}"><v>1</v></c>'
ROWS = {
    "a name": f'<row r="9">{FULL.format(FAR)}</row>',
    "two names": f'<row r="9"><c r="A9" r="{FAR}"><v>1</v></c></row>',
    "two names the other way": f'<row r="9"><c r="{FAR}" r="A9"><v>1</v></c></row>',
    "a row of two names": '<row r="9" r="1048576"><c><v>1</v></c></row>',
    "small letters": f'<row r="9">{FULL.format(FAR.lower())}</row>',
    "more letters than there are columns": f'<row r="9">{FULL.format("A" * 10 + "9")}</row>',
    "entities": f'<row r="9">{FULL.format("&#88;FD1048576")}</row>',
    "a name in a namespace": f'<row r="9"><c x:r="{FAR}"><v>1</v></c></row>',
    "an element in a namespace": f'<x:row r="9"><x:c r="{FAR}"><x:v>1</x:v></x:c></x:row>',
    "line ends": f'<row r="9"><c\tr\n=\r"{FAR}"><v>1</v></c></row>',
    "single quotes and a bracket": f"<row r='9'><c x='>' r='{FAR}'><v>1</v></c></row>",
    "quotes in quotes": f"""<row r="9"><c x='"' r="{FAR}" y='"'><v>1</v></c></row>""",
    "leading zeros": f'<row r="9">{FULL.format("XFD0000001048576")}</row>',
    "dollars": f'<row r="9">{FULL.format("$XFD$1048576")}</row>',
    "nothing named": "<row/>" * 60_000 + f"<row>{'<c/>' * 60_000}<c><v>1</v></c></row>",
    "rows named and cells not": f'<row r="99999">{"<c/>" * 16_000}<c><v>1</v></c></row>',
    "a second name behind the type": f'<row r="9"><c r="A9" t="n" r="{FAR}"><v>1</v></c></row>',
    "a second name of the row in a namespace": '<row r="9" x:r="1048576"><c><v>1</v></c></row>',
    "a second name of the row behind a bracket": '<row r="9" x=">" r="1048576"><c><v>1</v></c></row>',
    "a format only": f'<row r="9"><c r="{FAR}" s="1"/></row>',
    "no value": f'<row r="9"><c r="{FAR}"></c></row>',
}


@pytest.mark.posix("a process is forked")
@pytest.mark.parametrize("kind", ROWS)
def test_what_calamine_would_take_for_far_is_found(kind: str) -> None:
    parts = dict(plain_parts())
    before(parts, VISIT, "</sheetData>", ROWS[kind])
    assert (plain_frame(parts[VISIT]) is None and far_cells(parts[VISIT])) or fits(packed(parts))


@pytest.mark.parametrize(
    "odd",
    [
        '<c r="A9"><f>1+1</f><v>2</v></c>',
        '<c r="A9" t="e"><v>#N/A</v></c>',
        '<c r="A9"><v>-1E300</v></c>',
        '<c r="A9"><v> -1E300</v></c>',
        '<c r="A9" s="1" cm="1"><v>1</v></c>',
        "<c t='n' r='A9'><v>1</v></c>",
    ],
)
def test_what_has_to_be_looked_at_is_not_plain(odd: str) -> None:
    parts = dict(plain_parts())
    assert plain_frame(parts[VISIT])
    before(parts, VISIT, "</sheetData>", f'<row r="9" spans="1:2" ht="15" customHeight="1">{FULL.format("A9")}</row>')
    assert plain_frame(parts[VISIT])
    before(parts, VISIT, "</sheetData>", f'<row r="10">{odd}</row>')
    assert plain_frame(parts[VISIT]) is None


PIECES = (
    *(
        '<row r="9">',
        '<row r="9" spans="1:2" x:ht="15"/>',
        '<row r="9" r="1">',
        "<row>",
        "</row>",
        "</row >",
        '<c r="A9">',
    ),
    *(
        '<c r="A9" s="1"/>',
        '<c r="ZZ9" t="n">',
        '<c r="A9" t="e">',
        "</c>",
        "<v>",
        "<v/>",
        "</v>",
        "<is>",
        "</is>",
        "<t>",
    ),
    *('<t xml:space="preserve">', "</t>", "1", "-1", " ", "<f>", "</f>", "<!-- x -->", FULL.format("B9"), "x"),
    *('<c r="A9" t="inlineStr"><is><t>', "</t></is></c>", '<c r="A9" s="3" t="s"><v>', "</v></c>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_read_along_as_plain_has_no_tag_that_is_not(rows: str) -> None:
    data = f'<row r="8"><c r="A8"><v>1</v></c>{rows}</row>'.encode()
    assert not (guards._PLAIN_ROWS.fullmatch(data) and guards._NOT_PLAIN.search(data))


def fits(book: bytes) -> bool:
    """Whether calamine reads 来店登记 in little room, or declines; done by a process of its own, which may die of it."""
    import resource

    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("来店登记")
        except Exception as error:
            os._exit(isinstance(error, MemoryError))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("kind", ["a format only", "a name in a namespace"])
def test_what_takes_no_room_is_let_through(kind: str) -> None:
    parts = dict(plain_parts())
    before(parts, VISIT, "</sheetData>", ROWS[kind])
    assert far_cells(parts[VISIT]) == []


# Cells that cannot be read


def with_cell(value: str, form: str = "yyyy-mm-dd", kind: str = "") -> bytes:
    """The month with a cell of a format in H6, and its neighbours plain numbers."""
    parts = dict(plain_parts())
    edit(parts, "xl/styles.xml", 'formatCode="yyyy-mm-dd"', f'formatCode="{form}"')
    cell(parts, "A6", "><v>46300</v></c>")
    cell(parts, "A5", "><v>46300</v></c>")
    cell(parts, "G6", "><v>19900000102</v></c>")
    cell(parts, "H6", f' s="1"{kind}><v>{value}</v></c>')
    cell(parts, "J6", "><v>-1e15</v></c>")
    return packed(parts)


UNREADABLE = {
    "a large negative date": with_cell("-1e15"),
    "minus infinity as a time": with_cell("-1e999", "hh:mm"),
    "a phone as a duration": with_cell("19900000102", "[h]:mm"),
    "a large negative duration": with_cell("-1e20", "[h]:mm"),
    "a long number as a duration": with_cell("1234567890123", "[mm]:ss"),
    "no number": with_cell("12:30", kind=' t="n"'),
    "no truth": with_cell("maybe", kind=' t="b"'),
    "a text that is not there": with_cell("987654", kind=' t="s"'),
    "a kind of its own": with_cell("1", kind=' t="money"'),
}


def read(reader: BookReader, ahead: bool) -> None:
    if ahead:
        reader.ahead(["来店登记"])
    reader.read(FORMS["来店登记"])


def only_newer(kind: str) -> bool:
    """Whether the oldest calamine that is admitted reads it after all: as a truth that is false."""
    return kind == "no truth"


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.pinned) if only_newer(kind) else kind for kind in UNREADABLE]
)
def test_a_cell_that_cannot_be_read_is_named(kind: str, ahead: bool, capfd: pytest.CaptureFixture[str]) -> None:
    reader = BookReader(Path("登记.xlsm"), UNREADABLE[kind])
    with pytest.raises(Refusal) as caught:
        read(reader, ahead)
    assert caught.value.key == "book.cell_unreadable"
    assert caught.value.about == {"name": "登记.xlsm", "sheet": "来店登记", "cell": "H6"}
    assert "H6" in explain(caught.value, "zh")
    assert capfd.readouterr().err == "", "a panic is heard before it can be caught"


def test_large_negative_numbers_that_are_not_dates_are_read() -> None:
    reader = BookReader(Path("登记.xlsm"), with_cell("-5"))
    assert reader.read(FORMS["来店登记"]).rows[1][9] == -1e15


def test_a_sheet_that_no_single_cell_spoils_is_damaged() -> None:
    parts = dict(plain_parts())
    edit(parts, VISIT, "</sheetData>.*", "")
    with pytest.raises(Refusal) as caught:
        BookReader(Path("登记.xlsm"), packed(parts)).read(FORMS["来店登记"])
    assert caught.value.key == "book.damaged"


def test_the_old_format_names_the_row() -> None:
    """Its cells come row by row, whatever the format: here a package, for want of a program that writes the old one."""
    book = UNREADABLE["a phone as a duration"]
    values = Values(book, "登记.xls", lambda sheet: failing_row(book, sheet))
    with pytest.raises(Refusal) as caught:
        values.cells("来店登记", Area(1, 1, 6, 24))
    assert (caught.value.key, caught.value.about["cell"]) == ("book.cell_unreadable", "6:6")
    assert failing_row(packed(plain_parts()), "来店登记") is None


@pytest.mark.parametrize(
    ("last", "is_far", "is_looked_over"),
    [("T110369", False, False), ("Z300000", False, False), ("Z400000", True, True), ("AA110369", False, True)],
)
def test_years_of_reports_are_not_looked_over_cell_by_cell(
    last: str, is_far: bool, is_looked_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bytes] = []
    filled = guards._filled

    def noted(xml: bytes) -> Iterator[Area]:
        looked.append(xml)
        return filled(xml)

    monkeypatch.setattr(guards, "_filled", noted)
    row = last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = f'<row r="1">{FULL.format("A1")}</row><row r="{row}">{FULL.format(last)}</row>'
    assert bool(far_cells(f"<sheetData>{rows}</sheetData>".encode())) is is_far
    assert bool(looked) is is_looked_over
