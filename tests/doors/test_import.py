"""``xlcrm import``: what a person sees before anything is written, and what can be taken back. SPEC section 13, issue 13."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.save import backups
from xlcrm.cli import main
from xlcrm.forms.schema import Cell, Record
from xlcrm.forms.sheets import ImportRow, Visit

REGISTER = """11月来店登记,,,,,,,,,
日期,进店时间,离店时间,客户姓名,电话,意向车型,级别,渠道,顾问,生日
2026-11-03,10:00,10:40,王伟明,19931079389,途岳,H,自然进店,张敏,5月1日
2026-11-04,11:00,11:20,李秀兰,19952856350,帕萨特,B,自然进店,张敏,
合计,,,2批,,,,,,
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "店.xlsm"
    assert main(["new", str(path)]) == 0
    return path


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "来店登记.csv"
    path.write_text(REGISTER, encoding="gb18030")
    return path


def read_in(book: Path, *files: Path, more: tuple[str, ...] = ()) -> dict[str, Any]:
    output = book.with_name("import.json")
    code = main(["import", str(book), *map(str, files), "--today", "2026-11-30", "--json", str(output), *more])
    assert code in (0, 1)
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def rows(book: Path, record: type[Record]) -> list[tuple[Cell, ...]]:
    block = open_book(book).read(record.form)
    return [tuple(row) for row in block.rows if any(cell is not None for cell in row)]


def test_it_is_shown_before_it_is_written(book: Path, register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    read_in(book, register)
    said = capsys.readouterr().out
    assert said.index("客户姓名") < said.index("已写入")
    assert "生日" in said


def test_a_dry_run_says_the_same_and_writes_nothing(book: Path, register: Path) -> None:
    before = book.read_bytes()
    dry = read_in(book, register, more=("--dry-run",))
    assert book.read_bytes() == before
    assert read_in(book, register)["rows"] == dry["rows"]


def test_every_row_has_one_outcome_and_every_column_a_place(book: Path, register: Path) -> None:
    found = read_in(book, register)
    assert [(row["row"], row["outcome"]) for row in found["rows"]] == [(3, "imported"), (4, "imported"), (5, "listed")]
    (read,) = found["files"]
    assert (read["form"], read["header_row"]) == ("来店登记", 2)
    assert {column["source"] for column in read["columns"]} == set(REGISTER.splitlines()[1].split(","))
    assert read["rows"] == {"read": 3, "imported": 2, "duplicate": 0, "listed": 1}
    assert len(rows(book, Visit)) == 2
    assert len(rows(book, ImportRow)) == 3


def test_the_same_file_again_adds_nothing(book: Path, register: Path) -> None:
    read_in(book, register)
    before = {record: rows(book, record) for record in (Visit, ImportRow)}
    again = read_in(book, register)
    assert {record: rows(book, record) for record in before} == before
    assert {row["outcome"] for row in again["rows"]} <= {"duplicate", "listed"}


def test_an_import_is_one_operation_and_is_taken_back_whole(book: Path, register: Path) -> None:
    read_in(book, register)
    assert len(backups(book)) == 1
    assert main(["undo", str(book)]) == 0
    assert rows(book, Visit) == []
    assert rows(book, ImportRow) == []
    assert main(["undo", str(book), "--redo"]) == 0
    assert len(rows(book, Visit)) == 2


def test_a_mapping_is_written_and_read_again(book: Path, register: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "对照.csv"
    read_in(book, register, more=("--dry-run", "--map", str(mapping)))
    with mapping.open(encoding="utf-8-sig", newline="") as text:
        lines = list(csv.DictReader(text))
    for line in lines:
        if line["原列名"] == "生日":
            line["改为"] = "注释"
    with mapping.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    second = read_in(book, register, more=("--map", str(mapping)))
    assert next(c for c in second["files"][0]["columns"] if c["source"] == "生日")["how"] == "person"
    assert "5月1日" in second["rows"][0]["values"]["注释"]


def test_a_folder_stands_for_its_files(book: Path, register: Path, tmp_path: Path) -> None:
    folder = tmp_path / "旧表"
    folder.mkdir()
    register.rename(folder / register.name)
    (folder / "说明.docx").write_bytes(b"x")
    assert len(read_in(book, folder)["rows"]) == 3


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("坏.xlsx", b"PK\x03\x04broken", "坏.xlsx"),
        ("图.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "图.csv"),
        ("无.csv", None, "无.csv"),
    ],
)
def test_a_file_that_cannot_be_read_refuses_everything(
    book: Path, register: Path, name: str, data: bytes | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, before = book.with_name(name), book.read_bytes()
    if data is not None:
        bad.write_bytes(data)
    assert main(["import", str(book), str(register), str(bad)]) == 2
    assert said in capsys.readouterr().err
    assert book.read_bytes() == before


def test_no_other_verb_loads_openpyxl(book: Path) -> None:
    """Nor anything else that takes long to load and is of no use to it; each command pays for its own only."""
    heavy = {
        "openpyxl",
        "xlsxwriter",
        "pandas",
        "lxml",
        "difflib",
        "xlcrm.intake.take",
        "xlcrm.paper.model",
        "xlcrm.roll.roll",
        "xlcrm.analysis",
        "xlcrm.crosscheck.relations",
        "xlcrm.delivery",
    }
    code = (
        "import sys; from xlcrm.cli import main\n"
        f"main(['validate', {str(book)!r}, '--today', '2026-11-30'])\n"
        f"print({heavy} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().endswith("set()")
