"""A shop's own files as plain grids: every kind of file, recognised by its content; what cannot be read is refused by name."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from otherbooks import WRITERS, Rows, xlsb

from xlcrm.books.sources import bound, read_source, read_sources, workbook
from xlcrm.books.sources.workbook import DRESSED_ROWS
from xlcrm.errors import Refusal
from xlcrm.intake.grid import Span

HEAD = ("日期", "姓名", "电话")
ROW = ("2026-11-03", "王伟明", "19900000101")
TEXT = "日期,姓名,电话\n2026-11-03,王伟明,19900000101\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_in_every_encoding_and_with_every_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = write(tmp_path, "登记.csv", TEXT.replace(",", separator).encode(encoding))
    (grid,) = read_source(path)
    assert [tuple(row) for row in grid.rows] == [HEAD, ROW]
    assert (grid.file, grid.undressed) == ("登记.csv", False)


def test_a_text_longer_than_the_csv_module_takes_by_itself(tmp_path: Path) -> None:
    csv.field_size_limit(131_072)  # Python's own, which any other reader may have raised
    (grid,) = read_source(write(tmp_path, "登记.csv", f"日期,注释\n2026-10-05,{'长' * 140_000}\n".encode()))
    assert grid.rows[1][1] == "长" * 140_000


def test_more_rows_than_are_read_together_are_refused_in_one_file_or_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bound, "MOST_ROWS", 3)
    files = [tmp_path / name for name in ("一月.csv", "二月.xlsx", "一年.csv")]
    files[0].write_text("姓名\n\n\n李\n", "utf-8")
    book = openpyxl.Workbook()
    for row in (["姓名"], ["王"]):
        book.active.append(row)
    book.save(files[1])
    files[2].write_text("姓名\n李\n王\n张\n", "utf-8")
    assert [len(read_sources([file])) for file in files[:2]] == [1, 1]
    for among, named in ((files[:2], "二月.xlsx"), (files[2:], "一年.csv")):
        with pytest.raises(Refusal) as refused:
            read_sources(among)
        assert refused.value.key == "source.many_rows"
        assert refused.value.about["name"] == named


def _csv(_sheet: str, rows: Rows) -> bytes:
    return "\n".join(str(cell) for (cell,) in rows).encode()


def _xlsx(sheet: str, rows: Rows) -> bytes:
    book, found = openpyxl.Workbook(), io.BytesIO()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(found)
    return found.getvalue()


@pytest.mark.parametrize("written", [_csv, _xlsx, *WRITERS.values()])
def test_of_too_many_rows_none_is_taken_beyond_the_first_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Callable[[str, Rows], bytes]
) -> None:
    taken: list[object] = []

    def is_filled(row: object) -> bool:
        taken.append(row)
        return True

    monkeypatch.setattr(workbook, "DRESSED_ROWS", 2)
    monkeypatch.setattr(bound, "MOST_ROWS", 3)
    monkeypatch.setattr(bound, "is_filled", is_filled)
    with pytest.raises(Refusal, match=r"source\.many_rows"):
        read_source(write(tmp_path, "一年", written("一月", [[f"客户{n}"] for n in range(9)])))
    assert len(taken) == 4


def test_a_web_page_named_xls(tmp_path: Path) -> None:
    page = (
        '<html><meta charset="gb2312"><table><tr><td colspan="3">来店登记</td></tr>'
        "<tr><th>日期</th><th>姓名</th><th>电话</th></tr>"
        "<tr><td>2026-11-03</td><td>王伟明</td><td>19900000101</td></tr></table></html>"
    )
    (grid,) = read_source(write(tmp_path, "导出.xls", page.encode("gbk")))
    assert [tuple(row) for row in grid.rows[1:]] == [HEAD, ROW]
    assert Span(1, 1, 1, 3) in grid.merged


def test_a_workbook_with_its_dress(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "11月"
    for row in (
        ("来店登记", None, None),
        HEAD,
        (dt.date(2026, 11, 3), "王伟明", "19900000101"),
        ("=1/0", "李秀兰", None),
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet["B3"].comment = Comment("老客户", "店")
    sheet["B3"].fill = PatternFill("solid", fgColor="FFFF0000")
    sheet["B4"].font = Font(strike=True)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("旧").sheet_state = "hidden"
    path = tmp_path / "登记.xlsx"
    book.save(path)
    grid, old = read_source(path)
    assert grid.sheet == "11月"
    assert list(grid.merged) == [Span(1, 1, 1, 3)]
    assert (grid.hidden, old.hidden) == (False, True)
    assert (set(grid.hidden_rows), set(grid.hidden_columns)) == ({4}, {3})
    assert "老客户" in grid.dress[3, 2].comment
    assert grid.dress[3, 2].colour
    assert grid.dress[4, 2].struck
    assert set(grid.uncomputed) == {(4, 1)}


def _zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)


LOOP = b"a link to itself"


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("坏.xlsx", b"PK\x03\x04 torn", "book.damaged"),
        ("锁.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "book.encrypted"),
        ("图.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\xff\xfe\x81", "source.encoding"),
        ("没有.csv", None, "book.missing"),
        ("空.xlsx", b"", "source.empty"),
        ("空.csv", b"", "source.empty"),
        ("零.csv", b"a,b\0,c\n1,2,3\n", "source.encoding"),
        ("引号.csv", '日期,姓名\n"没有完,1\n'.encode(), "source.bad_csv"),
        ("旧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "book.damaged"),
        ("自己.xlsx", LOOP, "book.unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, data: bytes | None, key: str) -> None:
    path = tmp_path / name
    if data is LOOP:
        path.symlink_to(path)
    elif data is not None:
        path.write_bytes(data)
    with pytest.raises(Refusal) as refused:
        read_source(path)
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("name", "parts", "key"),
    [
        ("表.numbers", {"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}, "source.unknown"),
        ("文.xlsx", {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}, "book.not_workbook"),
        ("无.xlsx", {}, "source.unknown"),
    ],
)
def test_a_package_that_is_no_workbook_is_refused(tmp_path: Path, name: str, parts: dict[str, bytes], key: str) -> None:
    _zip(tmp_path / name, parts)
    with pytest.raises(Refusal) as refused:
        read_source(tmp_path / name)
    assert refused.value.key == key


def test_a_workbook_that_lost_a_sheet_is_refused(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.xlsx", tmp_path / "登记.xlsx"
    openpyxl.Workbook().save(whole)
    with zipfile.ZipFile(whole) as file:
        parts = {name: file.read(name) for name in file.namelist() if not name.endswith("sheet1.xml")}
    _zip(path, parts)
    with pytest.raises(Refusal) as refused:
        read_source(path)
    assert refused.value.key == "book.damaged"


def test_a_workbook_that_defines_entities_is_refused(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain.xlsx", tmp_path / "登记.xlsx"
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    at = "xl/worksheets/sheet1.xml"
    parts[at] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + parts[at].partition(b"?>")[2]
    _zip(path, parts)
    with pytest.raises(Refusal):
        read_source(path)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("named", ["", ".xlsx"], ids=["as_it_is", "as_xlsx"])
def test_a_workbook_of_another_kind_whatever_it_is_called(tmp_path: Path, kind: str, named: str) -> None:
    rows = [("来店登记", None, None), HEAD, (*ROW[:2], 19900000101), ("2026-11-04", None, "19900000102")]
    (grid,) = read_source(write(tmp_path, f"登记{named or kind}", WRITERS[kind]("11月", rows)))
    assert (grid.sheet, grid.undressed) == ("11月", True)
    assert [[cell for cell in row if cell not in (None, "")] for row in grid.rows] == [
        [cell for cell in row if cell is not None] for row in rows
    ]
    assert grid.cell(4, 3) == "19900000102"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_torn_workbook_of_another_kind_is_refused(tmp_path: Path, kind: str) -> None:
    whole = WRITERS[kind]("11月", [HEAD, ROW])
    with pytest.raises(Refusal) as refused:
        read_source(write(tmp_path, f"登记{kind}", whole[: len(whole) // 3]))
    assert refused.value.key == "book.damaged"


def far(tmp_path: Path, value: str | None) -> Path:
    """A sheet with a cell in the last row and column, which holds a value or wears a colour only."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD)
    sheet.append(ROW)
    last = sheet.cell(1_048_576, 16_384, value)
    last.fill = PatternFill("solid", fgColor="FFFF0000")
    book.save(tmp_path / "登记.xlsx")
    return tmp_path / "登记.xlsx"


def test_a_value_in_the_farthest_cell_is_refused_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_source(far(tmp_path, "x"))
    assert (refused.value.key, refused.value.about["cell"]) == ("book.stray_cell", "XFD1048576")


def test_a_number_in_the_farthest_cell_of_a_binary_workbook_is_refused_before_room_is_taken_for_it(
    tmp_path: Path,
) -> None:
    book = tmp_path / "旧登记.xlsb"
    book.write_bytes(xlsb("登记", [("客户姓名", "电话"), ("何一", "19900000001")], far=True))
    with pytest.raises(Refusal) as refused:
        read_source(book)
    assert (refused.value.key, refused.value.about["cell"]) == ("book.stray_cell", "XFD1048576")


def test_a_colour_in_the_farthest_cell_is_none_of_the_sheet(tmp_path: Path) -> None:
    (grid,) = read_source(far(tmp_path, None))
    assert [tuple(row) for row in grid.rows] == [HEAD, ROW]


def test_a_sheet_of_more_rows_than_are_dressed_keeps_what_is_merged_and_hidden(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("来店登记", None))
    for number in range(DRESSED_ROWS):
        sheet.append((number, "王伟明"))
    sheet.merge_cells("A1:B1")
    sheet["B3"].comment = Comment("老客户", "店")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "导出.xlsx")
    (grid,) = read_source(tmp_path / "导出.xlsx")
    assert (len(grid.rows), grid.rows[-1]) == (DRESSED_ROWS + 1, (DRESSED_ROWS - 1, "王伟明"))
    assert (grid.undressed, grid.dress) == (True, {})
    assert (list(grid.merged), set(grid.hidden_rows), set(grid.hidden_columns)) == ([Span(1, 1, 1, 2)], {5}, {2})
