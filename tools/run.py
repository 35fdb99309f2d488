"""Set everything up in .venv and run the demo or the tests; needs Python 3.11 with pip, nothing else.

python tools/run.py demo [FOLDER]                without a folder a new one each time: demo, demo-2 …
python tools/run.py test [pytest arguments]
python tools/run.py sizes [FILE …]               the property tests in their large size, file by file: takes hours
python tools/run.py wine                         the Windows zip, built and run under Wine
python tools/run.py fresh                        a clone, a wheel, and the commands of the READMEs, as a stranger
python tools/run.py newest [pytest arguments]    the tests, with the Python that runs this, in an environment of its own
python tools/run.py oldest [pytest arguments]    the tests, with the oldest libraries that pyproject.toml admits
python tools/run.py coverage [pytest arguments]  the branches of the core that tests run; fails below 100 %
python tools/run.py release [STEP …]             all of this but sizes, mutants, equal zips; fails without Wine or a newer Python
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = ROOT / ".venv-oldest"
NEWEST = ROOT / ".venv-newest"
PYTEST = ("-m", "pytest", "-n", "auto", "--dist", "worksteal")
"""As many processes as processors, each with a part of the tests in their order: those that share a fixture stay together."""
COVERAGE = ("--cov", "--cov-report=term-missing:skip-covered")


def call(*command: object) -> None:
    """Run a command in the project's folder; leave with its exit code if it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT)
    if code:
        sys.exit(code)


def install(venv: Path, *wanted: str) -> Path:
    """Make an environment where it is missing and install the program and what is wanted; returns its Python.

    Debian's Python has no ensurepip: the outer pip installs into the environment.
    """
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        call(sys.executable, "-m", "venv", "--without-pip", venv)
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet")
    call(*pip, *wanted)
    # where Python may not write its caches (PYTHONDONTWRITEBYTECODE), every click would compile the program again
    call(python, "-m", "compileall", "-q", "xlcrm")
    return python


def free_folder(name: str) -> str:
    """A folder that is not there yet: a demo that somebody has worked in is not overwritten."""
    others = (f"{name}-{number}" for number in range(2, 1000))
    return next(folder for folder in (name, *others) if not (ROOT / folder).exists())


def sizes(python: Path, files: list[str]) -> int:
    """Run the test files that have a large size, each by itself, so that what was run stands when the rest is cut short.

    Prints for each file as soon as it is done how it ended and how long it took; returns 1 where one of them failed.
    """
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    wanted = files or [str(test.relative_to(ROOT)) for test in tests if "mark.sized" in test.read_text("utf-8")]
    command = (python, *PYTEST, "-q", "--hypothesis-profile=release", "-m", "sized")
    failed = 0
    for file in wanted:
        begun = time.monotonic()
        code = subprocess.call([*map(str, command), file], cwd=ROOT)
        print(f"{'FAILED' if code else 'passed'} {file} {time.monotonic() - begun:.0f} s", flush=True)
        failed |= bool(code)
    return int(failed)


APART = (
    "catalogue",
    "crosscheck",
    "demo",
    "followup",
    "ledger",
    "roll",
    "safety",
    "timeline",
    "doors/test_bridge.py",
    "doors/test_macros.py",
    "analysis/test_mini_month.py",
    "books/test_books_shift.py",
    "books/test_saves.py",
    "whole/test_sample_stores.py",
    "test_changes.py",
    "test_validate.py",
)
"""Tests of code that uses no library, or only what other tests cover: they add nothing about an older library."""


def oldest_libraries() -> list[str]:
    """What to install for the oldest libraries the program admits, with test tools as they come."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    libraries = [requirement.replace(">=", "==") for requirement in project["dependencies"]]
    pinned = {requirement.partition("=")[0] for requirement in libraries}
    tools = [tool for tool in project["optional-dependencies"]["dev"] if tool.partition("=")[0] not in pinned]
    return ["--editable", ".", *libraries, *tools]


def dev(venv: Path = VENV) -> Path:
    """The Python of an environment with the tools for tests."""
    return install(venv, "--editable", ".[dev]")


def demo(rest: list[str]) -> None:
    """The invented shop, in a new folder or the one that is named."""
    call(install(VENV, "--editable", "."), "-m", "xlcrm.cli", "demo", *(rest or [free_folder("demo")]))


def test(rest: list[str]) -> None:
    """Static checks, then all tests."""
    python = dev()
    call(python, "-m", "ruff", "check", ".")
    call(python, "-m", "ruff", "format", "--check", ".")
    call(python, "-m", "mypy")
    call(python, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    call(python, "-m", "xlcrm.template", "--check")
    call(python, "tools/docs.py", "--check")
    call(python, *PYTEST, *rest)


def coverage(rest: list[str]) -> None:
    """The tests with branches counted; what must be reached is in pyproject.toml."""
    call(dev(), *PYTEST, "-q", "-m", "not libreoffice", *COVERAGE, *rest)


def check_release(rest: list[str]) -> None:
    """The check before a release."""
    import release

    sys.exit(release.main(dev(), rest))


def as_stranger(_rest: list[str]) -> None:
    """What the READMEs say, in a clone."""
    import release

    sys.exit(release.fresh()[0])


def newest(rest: list[str]) -> None:
    """The tests with the Python that runs this."""
    call(dev(NEWEST), *PYTEST, "-m", "not pinned and not libreoffice", *rest)


def oldest(rest: list[str]) -> None:
    """The tests with the oldest libraries."""
    ignored = [f"--ignore=tests/{place}" for place in APART]
    python = install(OLDEST, *oldest_libraries())
    call(python, *PYTEST, "-m", "not pinned and not libreoffice", *ignored, *rest)


TASKS: dict[str, Callable[[list[str]], None]] = {
    "demo": demo,
    "test": test,
    "sizes": lambda rest: sys.exit(sizes(dev(), rest)),
    "wine": lambda rest: call(dev(), "tools/wine.py", *rest),
    "fresh": as_stranger,
    "newest": newest,
    "oldest": oldest,
    "coverage": coverage,
    "release": check_release,
}
"""What can be asked for, as the docstring above lists it."""


def main() -> None:
    """Do the task that the first argument names; without one, or with another, say what there is."""
    name, *rest = sys.argv[1:] or [""]
    if name not in TASKS:
        sys.exit(__doc__)
    TASKS[name](rest)


if __name__ == "__main__":
    main()
