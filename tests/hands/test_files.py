"""The files themselves: what each consultant gets, saved by other programs, and collected by the command."""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from rendering import converted
from shell import Answer, declines, xlcrm

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.demo import simulate
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.reading import read_ledger

DAY = dt.date(2026, 10, 17)
TODAY = ("--today", DAY.isoformat())
PASSWORD = "Xiaowu-2026-mima"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rolled book, which only its owner may read, and what was handed out of it, in the folder 分发."""
    book = tmp_path_factory.mktemp("店") / "CRM.xlsm"
    store = simulate(5, start=DAY.replace(day=5), end=DAY, consultants=3, visits_a_month=40, opening=12)
    fill_book(book, store.sheets)
    assert xlcrm("roll", book, *TODAY).code in (0, 1)
    book.chmod(0o600)
    assert xlcrm("handout", book, book.parent / "分发", *TODAY).code == 0
    return book


def ledger_of(book: Path) -> Ledger:
    return read_ledger(FileSession(book).blocks, DAY)


def handed(book: Path) -> dict[str, Path]:
    """The files by consultant."""
    return {path.stem.split("_")[1]: path for path in sorted((book.parent / "分发").glob("*.xlsx"))}


def edited(path: Path, folder: Path, name: str = "") -> Path:
    """The file as openpyxl saves it, with a row changed and one typed far below."""
    book = openpyxl.load_workbook(path)
    sheet = book["来店登记"]
    headers = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, headers["注释"], "约了周六再来")
    typed = {"日期": DAY, "顾客名称": "新女士", "电话": "19900009999", "来店/来电": "来店"}
    for header, value in typed.items():
        sheet.cell(150, headers[header], value)
    book.save(folder / (name or path.name))
    return folder / (name or path.name)


def test_nobody_gets_anothers_customers(shop: Path) -> None:
    ledger = ledger_of(shop)
    assert set(handed(shop)) == {consultant.name for consultant in ledger.consultants}
    for name, path in handed(shop).items():
        with zipfile.ZipFile(path) as package:
            text = "\n".join(package.read(part).decode("utf-8", "replace") for part in package.namelist())
        own = [c for c in ledger.customers.values() if c.owner in ("", name)]
        others = [c for c in ledger.customers.values() if c not in own]
        known = {text for c in own for text in (c.phone, c.number, c.name)}
        assert others
        assert [
            word for c in others for word in (c.phone, c.number) if word and word in text and word not in known
        ] == []
        assert all(c.phone in text for c in own if c.prospects)


def test_files_are_named_by_the_consultant_and_open_no_wider_than_the_book(shop: Path) -> None:
    for name, path in handed(shop).items():
        assert path.name == f"日报_{name}_{DAY}.xlsx"
        assert path.with_suffix(".eml").exists()
        assert path.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(path)
    assert {"来店登记", "日报", "战败"} <= set(book.sheetnames)
    assert book["_base"].sheet_state == "veryHidden"
    assert book["今日清单"].protection.sheet
    sheet = book["来店登记"]
    assert sheet.column_dimensions[sheet.cell(3, sheet.max_column).column_letter].hidden
    assert len(sheet.data_validations.dataValidation) > 10


@pytest.mark.parametrize("program", ["openpyxl", pytest.param("LibreOffice", marks=pytest.mark.libreoffice)])
def test_a_file_saved_by_another_program_is_collected(shop: Path, tmp_path: Path, program: str) -> None:
    book = tmp_path / "CRM.xlsm"
    book.write_bytes(shop.read_bytes())
    sent = [edited(path, tmp_path, f"改名{i}.xlsx") for i, path in enumerate(handed(shop).values())]
    if program == "LibreOffice":
        sent = converted(sent, tmp_path / "saved", "xlsx")
    would = xlcrm("collect", book, *sent, *TODAY, "--dry-run")
    assert book.read_bytes() == shop.read_bytes()
    done = xlcrm("collect", book, *sent, *TODAY)
    assert done.out.startswith(
        f"收了 {len(sent)} 份：新增 {len(sent)} 行，改动 {len(sent)} 行，重复 0 行，冲突 0 处，不收 0 行。"
    )
    assert would.out.splitlines()[0] == done.out.splitlines()[0]
    visits = [visit for visit in ledger_of(book).visits if visit.phone == "19900009999"]
    assert {visit.consultant for visit in visits} == set(handed(shop))
    assert "没有新的内容" in xlcrm("collect", book, *reversed(sent), *TODAY).out
    xlcrm("undo", book, *TODAY)
    assert [v.typed for v in ledger_of(book).visits] == [v.typed for v in ledger_of(shop).visits]


def _far(good: Path, folder: Path) -> Path:
    """A file in whose first sheet a value stands in the last cell there is: the rectangle up to it has no room anywhere."""
    path = folder / "远的.xlsx"
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(good) as file, zipfile.ZipFile(path, "w") as copy:
        for name in file.namelist():
            is_first = name == "xl/worksheets/sheet1.xml"
            copy.writestr(name, file.read(name).replace(b"</sheetData>", cell) if is_first else file.read(name))
    return path


def test_a_file_that_is_not_ours_is_refused_and_nothing_is_written(shop: Path, tmp_path: Path) -> None:
    book = tmp_path / "CRM.xlsm"
    book.write_bytes(shop.read_bytes())
    good = next(iter(handed(shop).values()))
    other, damaged = tmp_path / "别的.xlsx", tmp_path / "坏的.xlsx"
    openpyxl.Workbook().save(other)
    damaged.write_bytes(good.read_bytes()[:3000])
    answers: list[Answer] = [
        xlcrm("collect", book, good, bad, *TODAY) for bad in (other, damaged, _far(good, tmp_path))
    ]
    assert declines(answers[0], "collect.foreign")
    assert declines(answers[1], "book.damaged")
    assert declines(answers[2], "book.stray_cell")
    assert book.read_bytes() == shop.read_bytes()


def test_with_a_password_they_are_encrypted_and_collected_with_it(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, passwords = tmp_path / "CRM.xlsm", [PASSWORD] * 3 + ["别的密码Abc-12345"]
    book.write_bytes(shop.read_bytes())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: passwords.pop(0))
    assert xlcrm("handout", book, tmp_path / "分发", *TODAY, "--password").code == 0
    sent = list(handed(book).values())
    assert not any(map(zipfile.is_zipfile, sent))
    assert declines(xlcrm("collect", book, *sent, *TODAY), "book.encrypted")
    assert "没有新的内容" in xlcrm("collect", book, *sent, *TODAY, "--password").out
    assert declines(xlcrm("collect", book, *sent, *TODAY, "--password"), "collect.password")
