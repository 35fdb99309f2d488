"""``xlcrm setup``: on one computer, a Python of their own for the buttons, and a workbook that knows it.

What is to be done is a list of commands, decided before the first one runs. Our decision: the environment holds what the
buttons need and no more (no pandas, no openpyxl), since each click starts it.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path, PurePath
from typing import NamedTuple

from xlcrm import __version__
from xlcrm.books.places import require_suffix, require_writable
from xlcrm.books.xlsx.read import open_book, require_crm_book
from xlcrm.books.xlsx.save import apply
from xlcrm.catalogue import Lang
from xlcrm.catalogue import selfcheck as words
from xlcrm.changes import Changes
from xlcrm.computer.pages import manual
from xlcrm.computer.probe import conf_cell, requirements
from xlcrm.errors import Refusal
from xlcrm.forms.workbook import CONF_SHEET
from xlcrm.template import blank_book

SUFFIX = ".xlsm"
_COMPILE = (
    "import compileall, sysconfig, sys; sys.exit(not compileall.compile_dir(sysconfig.get_path('purelib'), quiet=1))"
)
_NO_STRAYS = {"PYTHONSAFEPATH": "1"}
"""So that no json.py is imported that lies in the current folder, which is often the book's."""
_IMPORT = "import xlcrm.macros, xlcrm.bridge, xlcrm.report.workbook"
_LAST_LINES = 15
"""How many of the last lines of a failed command are shown."""
_LOCAL = "LOCALAPPDATA"


class SetupStep(NamedTuple):
    """A command, and the key of the words for what it does."""

    key: str
    command: list[str]


def setup(book: Path | None, env: Path | None, lang: Lang, say: Callable[[str], None]) -> int:
    """Make the environment, try it, then put the book in place; reports each step. Returns 0, or 1 when a step failed.

    A book that is there already only gets its Python. Raises ``Refusal``, and then nothing was done:
    ``setup.store_python``, ``setup.no_pip``, ``setup.env_occupied``, and those of reading and placing the book.
    """
    home = (env or default_env()).resolve()
    if is_from_store(sys.executable, sys.base_prefix):
        raise Refusal("setup.store_python", python=sys.executable)
    if is_bundle():
        return _connect(book, lang, say)
    _check(home, book)
    interpreter = interpreter_of(home)
    with tempfile.TemporaryDirectory() as folder:
        for step in plan(home, pack(Path(folder)), requirements(), platform.system()):
            said = words.STEPS[step.key].say(lang, env=home, version=__version__)
            say(f"{said} …")
            done = subprocess.run(
                step.command, capture_output=True, text=True, errors="replace", env=os.environ | _NO_STRAYS
            )
            if done.returncode:
                answer = (done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:]
                say(words.FAILED.say(lang, step=said, answer="\n".join(answer)))
                return 1
    if book is None:
        say(words.NO_BOOK.say(lang))
    else:
        placed = words.CONNECTED if book.exists() else words.PLACED
        place(book, as_named(interpreter, os.environ.get(_LOCAL)))
        say(placed.say(lang, book=book, interpreter=interpreter))
        remaining = words.REMAINING.get(platform.system(), words.REMAINING_ELSEWHERE)
        say(remaining.say(lang, folder=book.resolve().parent))
    return 0


def is_from_store(*paths: str) -> bool:
    """Whether a Python is that of the Microsoft Store: what it writes under %LOCALAPPDATA% lands elsewhere, unseen by Excel."""
    return any(re.search(r"\\(?:WindowsApps|PythonSoftwareFoundation\.Python\.)", path) for path in paths)


def is_bundle() -> bool:
    """Whether this is the Python of the Windows zip, which has all it needs: its paths are fixed, and it has no pip."""
    return any(Path(sys.executable).parent.glob("python3*._pth"))


def _connect(book: Path | None, lang: Lang, say: Callable[[str], None]) -> int:
    """In the Windows zip nothing is to be installed: a book gets this Python."""
    if book is None:
        say(words.NO_BOOK.say(lang))
        return 0
    placed = words.CONNECTED if book.exists() else words.PLACED
    place(book, sys.executable)
    say(placed.say(lang, book=book, interpreter=sys.executable))
    say(words.REMAINING["Windows"].say(lang, folder=book.resolve().parent))
    return 0


def default_env() -> Path:
    """Where the buttons' Python is kept: among the user's own files, never beside a book that travels."""
    return Path(os.environ.get(_LOCAL) or Path.home()) / "xlcrm" / "env"


def interpreter_of(env: Path) -> Path:
    """The Python of an environment."""
    return env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def as_named(interpreter: PurePath, local: str | None) -> str:
    """How a book names the interpreter: from ``%LOCALAPPDATA%`` on, where it lies there, so that the book may travel."""
    if local and interpreter.is_relative_to(local):
        return f"%{_LOCAL}%\\{interpreter.relative_to(local)}"
    return str(interpreter)


def plan(env: Path, wheel: Path, packages: Mapping[str, str], system: str) -> list[SetupStep]:
    """The commands in their order; pip finds packages where this computer is configured to, without a network too."""
    python = str(interpreter_of(env))
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet"]
    wanted = [f"{name}{versions}" for name, versions in packages.items()]
    steps = [
        SetupStep("venv", [sys.executable, "-m", "venv", "--without-pip", str(env)]),
        SetupStep("packages", [*pip, *wanted]),
        SetupStep("xlcrm", [*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel)]),
        SetupStep("compile", [python, "-c", _COMPILE]),
        SetupStep("import", [python, "-c", _IMPORT]),
    ]
    if system == "Darwin":
        steps.append(SetupStep("applescript", [str(Path(python).with_name("xlwings")), "runpython", "install"]))
    return steps


def pack(folder: Path) -> Path:
    """This package as a wheel, made from its installed files: nothing has to be built or fetched."""
    home = Path(__file__).parents[1]
    about = metadata.distribution("xlcrm")
    files = {
        path.relative_to(home.parent).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    if (first := manual()) is not None:
        pages = (path for path in sorted(first.parent.rglob("*")) if path.is_file())
        files |= {f"xlcrm/pages/{path.relative_to(first.parent).as_posix()}": path.read_bytes() for path in pages}
    info = f"xlcrm-{__version__}.dist-info"
    files[f"{info}/METADATA"] = (about.read_text("METADATA") or about.read_text("PKG-INFO") or "").encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: xlcrm\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = (about.read_text("entry_points.txt") or "").encode()
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = folder / f"xlcrm-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return wheel


def place(book: Path, interpreter: str) -> None:
    """A new book whose buttons use ``interpreter``; of a book that is there, only that is changed.

    Raises ``Refusal``: ``output.suffix``, and those of ``open_book`` and ``books.file.apply``.
    """
    if book.exists():
        _name(book, interpreter, None)
    else:
        require_suffix(book, SUFFIX)
        with tempfile.TemporaryDirectory() as folder:
            blank = Path(folder) / book.name
            blank.write_bytes(blank_book())
            _name(blank, interpreter, book)


def _name(book: Path, interpreter: str, out: Path | None) -> None:
    reader = open_book(book)
    require_crm_book(reader)
    changes = Changes()
    changes.lay(CONF_SHEET, conf_cell(reader), interpreter)
    apply(reader, changes, out, blank=out is not None)


def _check(env: Path, book: Path | None) -> None:
    """Everything that can be known before anything is done."""
    if importlib.util.find_spec("pip") is None:
        raise Refusal("setup.no_pip", python=sys.executable)
    if env.is_file() or (env.is_dir() and any(env.iterdir()) and not (env / "pyvenv.cfg").exists()):
        raise Refusal("setup.env_occupied", path=env)
    if book is not None:
        require_suffix(book, SUFFIX)
        require_writable(book)
        if book.exists():
            reader = open_book(book)
            require_crm_book(reader)
            conf_cell(reader)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
