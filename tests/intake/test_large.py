"""What comes in large: each row takes little memory, and whoever waits reads what is being done."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from shell import xlcrm
from taking import empty_book, job
from turns import SPEEDS, AtOnce, take_turns

from xlcrm.books.sources import read_source
from xlcrm.books.xlsx import blocks, package, sheetxml
from xlcrm.books.xlsx.sheetxml import SheetXml
from xlcrm.commands import onabook
from xlcrm.verbs import VERBS

HEADER = "日期,首次/再次,顾客名称,电话,进店时间,离去时间,拟购车型,意向级别,销售顾问,注释\n"
ROW = "2026-11-05,首次,何{0},199{0:08d},10:00,10:40,朗逸,B,张敏,看车，问了置换和贷款，{0}\n".replace("，", "；")


def register(folder: Path, rows: int) -> Path:
    path = folder / f"登记{rows}.csv"
    path.write_text(HEADER + "".join(map(ROW.format, range(rows))), "utf-8")
    return path


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """What gives the bytes that Python has held at most since."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peak(folder: Path, rows: int) -> int:
    """Bytes that Python held at most while a file was read and decided upon."""
    path, book = register(folder, rows), empty_book()
    with traced() as most:
        outcome = VERBS["import"](book.blocks, (), job([*read_source(path)]))
        assert outcome.intake is not None
        assert outcome.intake.count("imported") == rows
        return most()


def test_a_row_takes_little_memory_on_its_way_in(tmp_path: Path) -> None:
    """Measured: 3.3 kB; each row as a dict of its own would take 0.5 more."""
    peak(tmp_path, 1)  # what is kept for good
    few, many = peak(tmp_path, 200), peak(tmp_path, 500)
    assert (many - few) / 300 < 4200, (many - few) / 300


def written(folder: Path, rows: int) -> int:
    """Bytes that Python held at most while a file was read in by the command, up to the book written."""
    book, path = folder / f"{rows}.xlsm", register(folder, rows)
    xlcrm("new", book)
    with traced() as most:
        xlcrm("import", book, path)
        return most()


def test_a_row_takes_little_memory_up_to_the_book_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured: 5.6 kB, whether the second thread, which reads what was written, is first or last."""
    take_turns(monkeypatch, AtOnce)
    piece_by_piece(monkeypatch, 100)
    written(tmp_path, 1)  # what is kept for good
    few, many = written(tmp_path, 2), written(tmp_path, 800)
    assert (many - few) / 798 < 7000, (many - few) / 798


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_sheet_of_many_rows_is_never_held_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speed: type[AtOnce]
) -> None:
    take_turns(monkeypatch, speed)
    piece_by_piece(monkeypatch, 10)
    held: list[int] = []
    inflate, pieces = package.Package._inflate, SheetXml.pieces

    def inflated(self: package.Package, member: str) -> bytes:
        held.append(len(content := inflate(self, member)))
        return content

    def cut(self: SheetXml) -> Iterator[bytes]:
        for piece in pieces(self):
            held.append(len(piece))
            yield piece

    monkeypatch.setattr(package.Package, "_inflate", inflated)
    monkeypatch.setattr(SheetXml, "pieces", cut)
    book = tmp_path / "CRM.xlsm"
    xlcrm("new", book)
    held.clear()
    xlcrm("import", book, register(tmp_path, 800))
    with zipfile.ZipFile(book) as parts:
        largest = max(info.file_size for info in parts.infolist())
    assert largest > 2 * max(held), (largest, max(held))


def piece_by_piece(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Have what is done with very many rows done with few."""
    monkeypatch.setattr(sheetxml, "_MANY", many)
    monkeypatch.setattr(sheetxml, "_BLOCK", 50)
    monkeypatch.setattr(blocks, "LARGE_SHEET", many << 8)
    monkeypatch.setattr(blocks, "BLOCK", 1 << 16)
    monkeypatch.setattr(package, "_LARGE", many << 8)


def test_very_many_rows_are_written_and_proved_piece_by_piece_as_the_same_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for many in (1 << 20, 10):
        piece_by_piece(monkeypatch, many)
        book = tmp_path / f"{many}.xlsm"
        xlcrm("new", book)
        xlcrm("import", book, register(tmp_path, 150))
        with zipfile.ZipFile(book) as parts:
            made.append({name: parts.read(name) for name in parts.namelist()})
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if _timeless(made[0][name]) != _timeless(made[1][name])] == []


def _timeless(xml: bytes) -> bytes:
    """A part without the moments in it, and nothing of the journal: the second import comes later."""
    return b"" if "改动".encode() in xml else re.sub(rb"<v>\d{5}\.\d+</v>", b"", xml)


def test_a_row_of_many_that_did_not_reach_the_file_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piece_by_piece(monkeypatch, 10)
    written = SheetXml.pieces

    def one_other(self: SheetXml) -> Iterator[bytes]:
        return (piece.replace("何77<".encode(), "何76<".encode()) for piece in written(self))

    monkeypatch.setattr(SheetXml, "pieces", one_other)
    book = tmp_path / "CRM.xlsm"
    xlcrm("new", book)
    before = book.read_bytes()
    answer = xlcrm("import", book, register(tmp_path, 150))
    assert (answer.code, "来店登记 " in answer.err) == (2, True)
    assert book.read_bytes() == before


def test_a_large_file_is_read_with_progress_and_a_small_one_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {}
    for limit in (1 << 20, 100):
        monkeypatch.setattr(onabook, "TAKES_LONG", limit)
        book = tmp_path / f"{limit}.xlsm"
        xlcrm("new", book)
        said[limit] = xlcrm("import", book, register(tmp_path, 30)).err.splitlines()
    assert said[1 << 20] == []
    assert [word in line for word, line in zip(("登记30.csv", "31 行", "写入"), said[100], strict=True)] == [True] * 3
