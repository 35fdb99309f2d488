"""Taking back what was read into an empty book: it is empty again, and what hangs on its first rows stands where it stood."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from shell import TODAY, xlcrm

ROWS = """日期,客户姓名,联系电话,意向车型,级别,信息来源,接待顾问
2026-10-01,何一,19900000001,朗逸,B,来店/电,张敏
2026-10-02,何二,19900000002,途岳,A,抖音直播,李强
2026-10-03,何三,19900000003,朗逸,H,来店/电,王芳
"""


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Path]:
    """The parts of a new book, and that book with a file read in."""
    folder = tmp_path_factory.mktemp("read")
    (folder / "登记.csv").write_text(ROWS, "utf-8")
    xlcrm("new", folder / "CRM.xlsm")
    new = parts_of(folder / "CRM.xlsm")
    assert "已写入" in xlcrm("import", folder / "CRM.xlsm", folder / "登记.csv", "--today", TODAY).out
    return new, folder / "CRM.xlsm"


def test_every_part_holds_again_what_it_held(taken_in: tuple[dict[str, bytes], Path], tmp_path: Path) -> None:
    new, book = taken_in[0], Path(shutil.copy(taken_in[1], tmp_path))
    full = parts_of(book)
    assert len(differing(new, full)) > 3
    for _ in range(2):
        assert "没有动" not in (said := xlcrm("undo", book, "--today", TODAY).out), said
        assert differing(new, parts_of(book)) == []
        assert "没有动" not in (said := xlcrm("undo", "--redo", book, "--today", TODAY).out), said
        assert differing(full, parts_of(book)) == []


def test_where_a_row_is_kept_the_first_one_goes_only_if_nothing_points_at_it(
    taken_in: tuple[dict[str, bytes], Path], tmp_path: Path
) -> None:
    book = Path(shutil.copy(taken_in[1], tmp_path))
    edited = parts_of(book) | {
        name: part.replace("李强".encode(), "李刚".encode())
        for name, part in parts_of(book).items()
        if b'codeName="shConsultant"' in part
    }
    with zipfile.ZipFile(book, "w") as parts:
        for name, part in edited.items():
            parts.writestr(name, part)
    said = xlcrm("undo", book, "--today", TODAY).out
    names = re.findall(r"<t>(\w+)</t>", sheet(parts_of(book), "shConsultant"))
    assert ("李刚" in names, "王芳" in names, "顾问!A" in said) == (True, False, True)
    assert "#REF!" not in parts_of(book)["xl/workbook.xml"].decode()


def parts_of(book: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(book) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The parts that hold something else, except for the journal, which grows, and 首页, which says what was done last."""
    changing = ("shJournal", "shHome", "tblJournal")
    return [
        name
        for name in sorted(one.keys() | other.keys())
        if held(one.get(name, b"")) != held(other.get(name, b""))
        and not any(word in one.get(name, b"").decode("utf-8", "replace") for word in changing)
    ]


def held(part: bytes) -> bytes:
    """A part without blank cells and rows, and without the extent that a sheet says of itself."""
    full = re.sub(rb'<dimension [^>]*>| spans="[^"]*"|<c [^>]*/>', b"", part)
    return re.sub(rb"<row [^>]*(/>|></row>)", b"", full).replace(b"<sheetData></sheetData>", b"<sheetData/>")


def sheet(parts: dict[str, bytes], code: str) -> str:
    return next(part.decode() for part in parts.values() if f'codeName="{code}"'.encode() in part)
