"""``xlcrm setup``: the commands it decides on, the book it puts in place, and one real run without a network."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
import strays
from packaging.requirements import Requirement
from shell import contents, declines, xlcrm
from workbooks import make_book, members

from xlcrm import __version__
from xlcrm.books.area import Area
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.computer import setup as setup_pc
from xlcrm.computer.probe import conf_cell, gather, requirements
from xlcrm.computer.selfcheck import worded
from xlcrm.computer.setup import SetupStep, as_named, default_env, interpreter_of, is_from_store, pack, place, plan
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.workbook import CONF_SHEET
from xlcrm.template import blank_book

ENV, WHEEL = Path("环境"), Path("xlcrm.whl")
PIP = ["-m", "pip", "--python", "环境/bin/python", "--disable-pip-version-check", "install", "--quiet"]


@pytest.mark.posix("paths as POSIX writes them")
@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_the_commands(system: str) -> None:
    steps = plan(ENV, WHEEL, {"pydantic": ">=2.6", "xlwings": "==0.37.8"}, system)
    assert steps[:3] == [
        SetupStep("venv", [sys.executable, "-m", "venv", "--without-pip", "环境"]),
        SetupStep("packages", [sys.executable, *PIP, "pydantic>=2.6", "xlwings==0.37.8"]),
        SetupStep("xlcrm", [sys.executable, *PIP, "--no-deps", "--no-index", "--force-reinstall", "xlcrm.whl"]),
    ]
    assert {step.command[0] for step in steps[3:5]} == {"环境/bin/python"}
    assert steps[5:] == (
        [SetupStep("applescript", ["环境/bin/xlwings", "runpython", "install"])] if system == "Darwin" else []
    )


@pytest.mark.parametrize(
    ("interpreter", "local", "named"),
    [
        (
            PureWindowsPath(r"C:\Users\张三\AppData\Local\xlcrm\env\Scripts\python.exe"),
            r"C:\Users\张三\AppData\Local",
            r"%LOCALAPPDATA%\xlcrm\env\Scripts\python.exe",
        ),
        (
            PureWindowsPath(r"D:\xlcrm\Scripts\python.exe"),
            r"C:\Users\张三\AppData\Local",
            r"D:\xlcrm\Scripts\python.exe",
        ),
        (PurePosixPath("/home/zhang/xlcrm/env/bin/python"), None, "/home/zhang/xlcrm/env/bin/python"),
    ],
)
def test_a_book_may_travel_between_the_users_of_windows(
    interpreter: PurePosixPath | PureWindowsPath, local: str | None, named: str
) -> None:
    assert as_named(interpreter, local) == named


@pytest.mark.posix("HOME is POSIX's")
def test_the_environment_is_kept_among_the_users_own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_env() == tmp_path / "xlcrm" / "env"
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert default_env() == Path("/local/xlcrm/env")


def test_the_wheel_holds_every_file_and_its_digest(tmp_path: Path) -> None:
    wheel = pack(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    info = f"xlcrm-{__version__}.dist-info"
    record = list(csv.reader(files[f"{info}/RECORD"].decode().splitlines()))
    assert [name for name, *_ in record] == list(files)
    for name, digest, size in record[:-1]:
        assert base64.urlsafe_b64decode(f"{digest.removeprefix('sha256=')}=") == hashlib.sha256(files[name]).digest()
        assert int(size) == len(files[name])
    assert {"xlcrm/py.typed", "xlcrm/bridge.py", "xlcrm/template/vba/CrmBridge.bas"} <= files.keys()
    assert {"xlcrm/pages/index.html", "xlcrm/pages/gallery/overview.png"} <= files.keys()
    assert not any("__pycache__" in name for name in files)
    assert b"xlcrm" in files[f"{info}/entry_points.txt"]


# ---------------------------------------------------------------- the book


def test_a_new_book_knows_its_python_and_nothing_else_is_changed(tmp_path: Path) -> None:
    path, blank = tmp_path / "店.xlsm", tmp_path / "blank.xlsm"
    blank.write_bytes(blank_book())
    place(path, r"%LOCALAPPDATA%\xlcrm\env\Scripts\python.exe")
    new, old = members(path), members(blank)
    changed = {name for name in new.keys() | old.keys() if new.get(name) != old.get(name)}
    conf = f"xl/worksheets/sheet{len(FileSession(path).blocks) + 4}.xml"
    assert changed == {conf}
    assert b"%LOCALAPPDATA%\\xlcrm\\env\\Scripts\\python.exe" in new[conf]
    assert not (tmp_path / ".xlcrm-backup").exists()


def test_a_book_that_is_there_is_connected_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "店.xlsm"
    fill_book(path, {"顾问": [{"姓名": "张敏", "状态": "在岗"}]})
    before = FileSession(path).blocks
    place(path, "/env/bin/python")
    assert FileSession(path).blocks == before
    found = gather(path, None).book
    assert found is not None
    assert found.interpreter == "/env/bin/python"
    assert len(list((tmp_path / ".xlcrm-backup").iterdir())) == 1


# ---------------------------------------------------------------- what is declined


def declined(key: str, tmp_path: Path, *typed: object) -> bool:
    """Whether ``xlcrm setup`` declined in these words, and left everything as it was."""
    before = contents(tmp_path)
    answer = xlcrm("setup", *typed)
    return declines(answer, key) and contents(tmp_path) == before


@pytest.mark.posix("the zip's Python has no pip and needs no environment")
def test_an_environment_in_a_folder_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert declined("setup.env_occupied", tmp_path, "--env", tmp_path)
    assert declined("setup.env_occupied", tmp_path, "--env", tmp_path / "notes.txt")


def test_a_book_excel_would_not_open(tmp_path: Path) -> None:
    assert declined("output.suffix", tmp_path, "--env", tmp_path / "env", "--book", tmp_path / "店.xlsx")


def test_a_book_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "没有" / "店.xlsm"
    assert declined("book.folder_missing", tmp_path, "--env", tmp_path / "env", "--book", path)


def test_another_kind_of_book(tmp_path: Path) -> None:
    other = make_book(tmp_path / "别的.xlsm", sheets=["来店登记"])
    assert declined("book.not_crm", tmp_path, "--env", tmp_path / "env", "--book", other)
    old = make_book(tmp_path / "旧的.xlsm", sheets=FORMS)
    assert declined("book.sheet_missing", tmp_path, "--env", tmp_path / "env", "--book", old)


@pytest.mark.posix("the zip's Python has no pip and needs no environment")
def test_a_python_without_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert declined("setup.no_pip", tmp_path, "--env", tmp_path / "env")


@pytest.mark.parametrize(
    ("python", "is_stores"),
    [
        (r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0\python.exe", True),
        (r"C:\Users\wu\AppData\Local\Microsoft\WindowsApps\python.exe", True),
        (r"C:\Users\wu\AppData\Local\Programs\Python\Python313\python.exe", False),
        (r"D:\xlcrm\python\python.exe", False),
    ],
)
def test_python_of_the_store(python: str, is_stores: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_from_store(python) is is_stores
    if is_stores:
        monkeypatch.setattr(sys, "base_prefix", python)
        assert declined("setup.store_python", tmp_path, "--env", tmp_path / "env")


def test_the_windows_zip_only_gives_a_book_its_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python" / "python.exe"
    python.parent.mkdir()
    python.with_name("python313._pth").touch()
    monkeypatch.setattr(sys, "executable", str(python))
    book = tmp_path / "CRM.xlsm"
    assert setup_pc.setup(book, None, "zh", lambda _: None) == 0
    reader = open_book(book)
    assert reader.cells(CONF_SHEET, Area.parse(conf_cell(reader)))[0][0] == str(python)


@pytest.mark.posix("the zip's Python has no pip and needs no environment")
def test_a_step_that_fails_is_reported_and_the_book_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [SetupStep("packages", [sys.executable, "-c", "import sys; sys.exit('no such package')"])]
    monkeypatch.setattr(setup_pc, "plan", lambda *given: failing)
    answer = xlcrm("setup", "--env", tmp_path / "env", "--book", tmp_path / "店.xlsm")
    assert answer.code == 1
    assert answer.out.splitlines()[-2:] == ["没有成功：安装按钮要用的包。程序的回答：", "no such package"]
    assert not (tmp_path / "店.xlsm").exists()


# ---------------------------------------------------------------- one real run


@pytest.mark.posix("the zip's Python has no pip and needs no environment")
def test_for_real_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in needed():
        repack(name, wheels)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    env, path = tmp_path / "环 境", tmp_path / "店.xlsm"
    strays.plant(tmp_path)
    monkeypatch.chdir(tmp_path)
    answer = xlcrm("setup", "--env", env, "--book", path)
    assert answer.code == 0, answer.out
    assert "三下" in answer.out

    python = interpreter_of(env)
    facts = gather(path, None)
    assert facts.python is not None
    assert facts.python.path == str(python)
    assert worded(facts, "zh").ok
    assert not {"pandas", "numpy", "openpyxl", "pyopenvba", "pip"} & facts.python.packages.keys()
    assert list(env.rglob("xlwings/__pycache__/main.*.pyc"))

    stem = tmp_path / f"~xlcrm-101500-{path.name}"
    Path(f"{stem}.copy").write_bytes(path.read_bytes())
    subprocess.run([python, "-P", "-m", "xlcrm.bridge", "validate", stem], check=True, timeout=60, cwd=tmp_path)
    assert Path(f"{stem}.done").exists()
    assert strays.imported(tmp_path) == []


def needed() -> set[str]:
    """The packages behind the buttons, and those they need."""
    found: set[str] = set()
    waiting = list(requirements())
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            lines = map(Requirement, distribution(name).requires or ())
            waiting += [line.name for line in lines if line.marker is None or line.marker.evaluate({"extra": ""})]
    return found


def repack(name: str, folder: Path) -> None:
    """The wheel a package was installed from, put together again from its installed files."""
    package = distribution(name)
    tag = next(line for line in str(package.read_text("WHEEL")).splitlines() if line.startswith("Tag: "))
    title = package.metadata["Name"].replace("-", "_")
    with zipfile.ZipFile(folder / f"{title}-{package.version}-{tag.removeprefix('Tag: ')}.whl", "w") as archive:
        for file in package.files or ():
            if not file.parts[0].startswith("..") and file.suffix != ".pyc":
                archive.write(os.fspath(file.locate()), file.as_posix())
