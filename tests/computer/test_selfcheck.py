"""自检: facts of a computer judged one by one, and gathered from this one."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from shell import xlcrm
from workbooks import make_book

from xlcrm import __version__
from xlcrm.books.new import fill_book
from xlcrm.catalogue.selfcheck import NOTES, TROUBLES
from xlcrm.computer.probe import (
    INTERPRETER_KEY,
    Book,
    ComputerFacts,
    Interpreter,
    conf_cell,
    gather,
    is_passing,
    is_share,
    probe,
    registry_value,
    requirements,
)
from xlcrm.computer.selfcheck import diagnose, judge, satisfies, worded
from xlcrm.computer.setup import place
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.workbook import SCHEMA

WANTED = {"pydantic": ">=2.6", "xlwings": "==0.37.8"}
PYTHON = Interpreter(
    "C:\\py\\python.exe", True, (3, 12, 1), {"pydantic": "2.9", "xlwings": "0.37.8", "xlcrm": __version__}
)
BOOK = Book("CRM.xlsm", "D:\\店", SCHEMA, PYTHON.path, False, False, False, True, None)
FINE = ComputerFacts(PYTHON, WANTED, None, "Excel.SheetMacroEnabled.12", 2, BOOK)


def python(**changed: Any) -> ComputerFacts:
    return replace(FINE, python=replace(PYTHON, **changed))


def packages(**versions: str) -> ComputerFacts:
    return python(packages={name: version for name, version in {**PYTHON.packages, **versions}.items() if version})


def book(**changed: Any) -> ComputerFacts:
    return replace(FINE, book=replace(BOOK, **changed))


CASES: Mapping[str, ComputerFacts] = {
    "python.none": replace(FINE, python=None),
    "python.gone": python(exists=False, version=None),
    "python.silent": python(version=None),
    "python.old": python(version=(3, 10, 14)),
    "python.unnamed": book(interpreter=""),
    "package.missing": packages(pydantic=""),
    "package.wrong": packages(xlwings="0.33.1"),
    "xlcrm.other": packages(xlcrm="0.0.9"),
    "book.broken": book(broken=("xl/styles.xml",)),
    "book.passing": book(passing=True, writable=False),
    "book.share_read_only": book(on_share=True, writable=False),
    "book.read_only": book(writable=False),
    "book.marked": book(marked=True),
    "book.open": book(held_by="王经理"),
    "book.open_somewhere": book(held_by=""),
    "book.unversioned": book(schema=None),
    "book.old": book(schema=SCHEMA - 1),
    "book.new": book(schema=SCHEMA + 1),
    "staff.left": book(left_behind=(("张敏", 3),)),
    "macros.off": replace(FINE, macro_setting=4),
    "macros.signed": replace(FINE, macro_setting=3),
    "wps": replace(FINE, opened_by="ET.Xlsm.9"),
    "libreoffice": replace(FINE, host="LibreOffice"),
}
"""What is wrong → the facts that show it, everything else being well."""


def test_every_wording_has_its_case() -> None:
    assert CASES.keys() == TROUBLES.keys() | NOTES.keys()


@pytest.mark.parametrize("key", CASES)
def test_only_what_is_wrong_is_said(key: str) -> None:
    assert [trouble.key for trouble in judge(CASES[key])] == [key]
    first, line = worded(CASES[key], "zh").lines
    assert first == (
        "自检：1 处要处理。" if key in TROUBLES else f"自检：一切正常。Python 3.12.1，xlcrm {_xlcrm(CASES[key])}。"
    )
    assert line.startswith("· ")
    assert len(worded(CASES[key], "en").lines) == 2
    assert worded(CASES[key], "en").ok == (key in NOTES)


def _xlcrm(facts: ComputerFacts) -> str:
    assert facts.python is not None
    return facts.python.packages["xlcrm"]


@pytest.mark.parametrize("facts", [FINE, replace(FINE, book=None), replace(FINE, macro_setting=None, opened_by="")])
def test_a_good_computer(facts: ComputerFacts) -> None:
    diagnose = worded(facts, "zh")
    assert (diagnose.lines, diagnose.ok) == ([f"自检：一切正常。Python 3.12.1，xlcrm {__version__}。"], True)


@pytest.mark.parametrize("key", ["book.marked", "book.open", "macros.off", "macros.signed"])
def test_a_pressed_button_proves_that_macros_run(key: str) -> None:
    assert judge(replace(CASES[key], host="Excel")) == []


def test_all_missing_packages_are_one_trouble() -> None:
    (trouble,) = judge(python(packages={}))
    assert trouble.about["packages"] == "pydantic、xlwings、xlcrm"


@pytest.mark.parametrize(
    ("version", "wanted", "good"),
    [
        ("2.10.1", ">=2.6", True),
        ("2.6", ">=2.6", True),
        ("2.5.3", ">=2.6", False),
        ("0.37.8", "==0.37.8", True),
        ("0.37.10", "==0.37.8", False),
        ("3.3.1", "<3.4,>=3.3.0", True),
        ("3.4", "<3.4,>=3.3.0", False),
        ("3.2.9", "<3.4,>=3.3.0", False),
        ("1", "", True),
    ],
)
def test_versions(version: str, wanted: str, good: bool) -> None:
    assert satisfies(version, wanted) == good


@pytest.mark.parametrize(
    ("path", "passing"),
    [
        (r"C:\Users\li\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\X1Y2\CRM.xlsm", True),
        (r"C:\Users\li\AppData\Local\Temp\Temp1_店.zip\CRM.xlsm", True),
        (r"C:\Users\li\AppData\Local\Temp\7zO4C1\CRM.xlsm", True),
        (r"C:\Users\li\AppData\Local\Temp\Rar$DIa1.2\CRM.xlsm", True),
        (r"D:\店\CRM.xlsm", False),
        ("/tmp/店/CRM.xlsm", False),
    ],
)
def test_folders_that_are_emptied_later(path: str, passing: bool) -> None:
    assert is_passing(path) == passing


# ---------------------------------------------------------------- this computer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "店.xlsm"
    fill_book(file, {})
    return file


def keys(path: Path | None) -> set[str]:
    return {trouble.key for trouble in judge(gather(path, None))}


def test_a_book_that_names_this_python(path: Path) -> None:
    place(path, sys.executable)
    facts = gather(path, None)
    assert facts.python == probe(sys.executable)
    assert facts.book == Book(path.name, str(path.parent), SCHEMA, sys.executable, False, False, False, True, None)
    assert diagnose(path, None, "zh").ok


def test_without_a_book_this_python_is_looked_at() -> None:
    assert gather(None, None).python == probe(sys.executable)
    assert keys(None) == set()


def test_a_button_looks_at_the_python_it_runs_in(path: Path) -> None:
    place(path, "/nowhere/python")
    python = gather(path, "LibreOffice").python
    assert python is not None
    assert python.path == sys.executable


def test_a_book_that_names_a_python_elsewhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELSEWHERE", "/nowhere")
    place(path, "$ELSEWHERE/python")
    facts = gather(path, None)
    assert facts.python == Interpreter("/nowhere/python", False, None, {})
    assert keys(path) == {"python.gone"}


@pytest.mark.posix("names Python as POSIX does")
def test_a_book_that_names_none_takes_the_first_on_the_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert keys(path) == {"python.unnamed"}
    monkeypatch.setenv("PATH", "/nowhere")
    assert keys(path) == {"python.none"}


def test_a_file_from_outside(path: Path) -> None:
    place(path, sys.executable)
    stream = Path(f"{path}:Zone.Identifier")
    stream.write_text("[ZoneTransfer]\nZoneId=3\nHostUrl=about:internet\n")
    assert keys(path) == {"book.marked"}
    stream.write_text("[ZoneTransfer]\nZoneId=1\n")
    assert keys(path) == set()


def test_a_file_somebody_has_open(path: Path) -> None:
    place(path, sys.executable)
    path.with_name(f".~lock.{path.name}#").write_text(",wang,PC-1,21.11.2026 18:00,")
    assert keys(path) == {"book.open"}


def test_a_folder_that_takes_no_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(path, sys.executable)

    def refuse(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert keys(path) == {"book.read_only"}


def test_a_book_made_elsewhere(tmp_path: Path) -> None:
    stranger = make_book(tmp_path / "别家.xlsx", sheets=FORMS)
    assert "book.unversioned" in keys(stranger)
    with pytest.raises(Refusal, match=r"book\.sheet_missing"):
        place(stranger, sys.executable)


@pytest.mark.posix("asks for the cell of this system, and expects that of a Mac")
def test_where_a_book_names_its_python(path: Path) -> None:
    from xlcrm.books.xlsx.read import open_book

    assert INTERPRETER_KEY == "Interpreter_Mac"
    assert conf_cell(open_book(path)) == "B2"


# ---------------------------------------------------------------- other Pythons


def script(folder: Path, text: str) -> str:
    """A program that stands for a Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.posix("a script with #! stands for Python")
def test_another_python_is_asked(tmp_path: Path) -> None:
    answer = json.dumps([[3, 8, 10], {"Python_Calamine": "0.4.0"}])
    path = script(tmp_path, f"echo '{answer}'")
    assert probe(path) == Interpreter(path, True, (3, 8, 10), {"python-calamine": "0.4.0"})


@pytest.mark.parametrize("text", ["exit 1", "echo hello", "kill -9 $$"])
def test_a_python_that_does_not_start(tmp_path: Path, text: str) -> None:
    path = script(tmp_path, text)
    assert probe(path) == Interpreter(path, True, None, {})


@pytest.mark.posix("asks for packages that only an environment for tests has")
def test_a_python_as_another_process_says_what_it_says_of_itself(tmp_path: Path) -> None:
    link = tmp_path / "python"
    own = probe(sys.executable)
    other = probe(script(tmp_path, f'exec "{sys.executable}" "$@"'))
    assert (other.path, other.version, other.packages["xlwings"]) == (str(link), own.version, own.packages["xlwings"])


def test_the_packages_wanted_are_those_of_this_project() -> None:
    wanted = requirements()
    assert wanted["xlwings"] == "==0.37.8"
    assert all(satisfies(probe(sys.executable).packages[name.lower()], versions) for name, versions in wanted.items())


# ---------------------------------------------------------------- Windows


def test_the_registry(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    values = {
        (r"Software\Microsoft\Office\16.0\Excel\Security", "VBAWarnings"): 4,
        (r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice", "ProgId"): "WPS.Xlsm.6",
    }

    @contextlib.contextmanager
    def open_key(root: str, key: str) -> Iterator[str]:
        assert root == "HKCU"
        if key not in {known for known, _ in values}:
            raise FileNotFoundError(key)
        yield key

    winreg: Any = types.ModuleType("winreg")
    winreg.HKEY_CURRENT_USER, winreg.OpenKey = "HKCU", open_key
    winreg.QueryValueEx = lambda key, name: (values[key, name], 1)
    assert registry_value("Software", "anything") is None
    monkeypatch.setitem(sys.modules, "winreg", winreg)
    place(path, sys.executable)
    assert keys(path) == {"macros.off", "wps"}
    values[r"Software\Policies\Microsoft\Office\16.0\Excel\Security", "VBAWarnings"] = 3
    assert keys(path) == {"macros.signed", "wps"}


# ---------------------------------------------------------------- the command


def test_the_command(path: Path, tmp_path: Path) -> None:
    place(path, sys.executable)
    good = xlcrm("selfcheck", path)
    assert (good.code, good.out.startswith("自检：一切正常"), good.err) == (0, True, "")
    place(path, "/nowhere/python")
    bad = xlcrm("selfcheck", path, "--lang", "en")
    assert (bad.code, bad.out.splitlines()[0]) == (1, "Self-check: 1 to fix.")
    worded = xlcrm("selfcheck", path, "--json", "-", "--today", "2026-10-31")
    found = [(finding["code"], finding["severity"], finding["found"]) for finding in worded.json["findings"]]
    assert (worded.code, worded.json["verb"], worded.json["today"], len(found)) == (1, "selfcheck", "2026-10-31", 1)
    assert worded.err.splitlines()[1] == f"· {found[0][2]}"
    assert worded.json.keys() == xlcrm("validate", path, "--dry-run", "--json", "-").json.keys()
    stray = tmp_path / "stray.xlsx"
    stray.write_text("no workbook")
    assert xlcrm("selfcheck", stray).code == 2


def test_a_python_beside_the_book_is_named_from_the_books_folder(tmp_path: Path) -> None:
    """As in the Windows zip, which is unpacked anywhere."""
    book = tmp_path / "CRM.xlsm"
    place(book, ".\\python\\python.exe")
    found = gather(book, None).book
    assert found is not None
    assert found.interpreter == str(tmp_path / "python" / "python.exe")


def test_a_drive_letter_may_be_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = types.SimpleNamespace(kernel32=types.SimpleNamespace(GetDriveTypeW=lambda root: 4 if root == "Z:\\" else 3))
    monkeypatch.setattr("ctypes.windll", kinds, raising=False)
    folders = (PureWindowsPath(folder) for folder in (r"\\server\店", r"Z:\店", r"D:\店"))
    assert [is_share(folder) for folder in folders] == [True, True, False]
