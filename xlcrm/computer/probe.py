"""What is found on a computer and of a book's file, for the 自检 to judge."""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath
from typing import Literal

from xlcrm.books.area import Area
from xlcrm.books.xlsx.parts import broken_parts
from xlcrm.books.xlsx.properties import schema_of
from xlcrm.books.xlsx.read import BookReader, open_book, require_crm_book
from xlcrm.books.xlsx.save import locked_by
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.workbook import CONF_SHEET, INTERPRETER_MAC, INTERPRETER_WIN, SCHEMA

Host = Literal["Excel", "WPS", "LibreOffice"]
NEEDED = ("pydantic", "python-calamine", "XlsxWriter", "xlwings")
"""The packages behind the buttons; which versions, this package's own requirements say."""
INTERPRETER_KEY = INTERPRETER_WIN if os.name == "nt" else INTERPRETER_MAC
"""The key in a book's configuration that counts on this computer."""
_PROBE = """
import sys
sys.path = [folder for folder in sys.path if folder]  # a json.py in the current folder is not Python's
import json
found = {}
try:
    from importlib.metadata import distributions
    for one in distributions():
        found.setdefault(str(one.metadata["Name"]), one.version)
except ImportError:
    pass
print(json.dumps([list(sys.version_info[:3]), found]))
"""
"""What another Python is asked; any Python 3 can answer."""
_PROBE_SECONDS = 60
_REQUIREMENT = re.compile(r"([\w.-]+)\s*([<>=!~][^;]*)?(?:;(.*))?")
_PASSING = re.compile(
    r"[\\/](?:Content\.Outlook|INetCache|Temporary Internet Files|Temp\d+_[^\\/]*\.zip|7zO[^\\/]*|Rar\$[^\\/]*)[\\/]",
    re.IGNORECASE,
)
"""Folders that mail programs and zip tools open files in, and empty later."""
_ZONE = re.compile(r"^ZoneId=(\d+)", re.MULTILINE)
_REMOTE = 4
"""What Windows calls a drive that is another computer's folder."""
_FROM_OUTSIDE = 3
"""Windows' zones from here on: the internet, restricted sites."""
_SECURITY = (
    r"Software\Policies\Microsoft\Office\16.0\Excel\Security",
    r"Software\Microsoft\Office\16.0\Excel\Security",
)
_OPENED_BY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python: ``version`` is ``None`` when it gave no answer; ``packages`` maps ``canonical`` names to versions."""

    path: str
    exists: bool
    version: tuple[int, ...] | None
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook file: ``interpreter`` as its configuration names it, "" for none; ``held_by`` as ``locked_by`` answers.

    ``broken`` are the members of the package that are not XML; ``left_behind`` who left and has customers still, with how
    many.
    """

    name: str
    folder: str
    schema: int | None
    interpreter: str
    marked: bool
    passing: bool
    on_share: bool
    writable: bool
    held_by: str | None
    broken: tuple[str, ...] = ()
    left_behind: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ComputerFacts:
    """What was found: ``python`` is the one behind the buttons, ``host`` the program whose button was pressed, if one was."""

    python: Interpreter | None
    wanted: Mapping[str, str]
    host: Host | None
    opened_by: str
    macro_setting: int | None
    book: Book | None


def canonical(package: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def gather(book: Path | None, host: Host | None) -> ComputerFacts:
    """Look at this computer; a button's own Python is the one it runs in."""
    found = _book(book) if book is not None else None
    if host is not None or found is None:
        python: Interpreter | None = probe(sys.executable)
    else:
        # on Windows a bare name is never started: the book's folder would be searched before the path
        named = found.interpreter or (shutil.which("python3") if os.name != "nt" else None)
        python = probe(named) if named else None
    settings = (registry_value(key, "VBAWarnings") for key in _SECURITY)
    return ComputerFacts(
        python,
        requirements(),
        host,
        str(registry_value(_OPENED_BY, "ProgId") or ""),
        next((value for value in settings if isinstance(value, int)), None),
        found,
    )


def requirements() -> dict[str, str]:
    """The packages behind the buttons with the versions wanted: {"xlwings": "==0.37.8", …}."""
    found = (_REQUIREMENT.match(line) for line in metadata.requires("xlcrm") or ())
    wanted = {match[1]: (match[2] or "").strip() for match in found if match and not match[3]}
    return {name: wanted[name] for name in NEEDED}


def probe(path: str) -> Interpreter:
    """Ask a Python what it is; another one than this is started for it."""
    if path == sys.executable:
        own: dict[str, str] = {}
        for one in metadata.distributions():
            own.setdefault(canonical(one.metadata["Name"]), one.version)
        return Interpreter(path, True, sys.version_info[:3], own)
    if not Path(path).is_file():
        return Interpreter(path, False, None, {})
    try:
        answer = subprocess.run(
            [path, "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            cwd=Path(path).parent,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=True,
        )
        version, packages = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return Interpreter(path, True, None, {})
    return Interpreter(path, True, tuple(version), {canonical(name): found for name, found in packages.items()})


def conf_cell(reader: BookReader) -> str:
    """Where a book's hidden configuration names the interpreter. Raises ``Refusal("book.sheet_missing")``."""
    keys = [row[0] for row in _configuration(reader)]
    if INTERPRETER_KEY not in keys:
        raise Refusal("book.sheet_missing", name=reader.path.name, sheet=CONF_SHEET)
    return f"B{keys.index(INTERPRETER_KEY) + 1}"


def _configuration(reader: BookReader) -> list[list[Cell]]:
    """Keys and values of the hidden sheet that xlwings reads; nothing for a book without it."""
    return reader.cells(CONF_SHEET, Area(1, 1, 20, 2)) if CONF_SHEET in reader.sheets else []


def _book(path: Path) -> Book:
    reader = open_book(path)
    require_crm_book(reader)
    folder = path.resolve().parent
    broken = broken_parts(reader.parts.package)
    try:
        schema, configuration = schema_of(reader.parts), _configuration(reader)
    except Refusal:
        if not broken:  # what is broken is said; else it would be that the book cannot be read
            raise
        schema, configuration = SCHEMA, []
    return Book(
        name=path.name,
        folder=str(folder),
        schema=schema,
        interpreter=_beside(next((str(v or "") for k, v in configuration if k == INTERPRETER_KEY), ""), folder),
        marked=_is_marked(path),
        passing=is_passing(str(path.resolve())),
        on_share=is_share(folder),
        writable=os.access(path, os.W_OK) and _takes_files(folder),
        held_by=locked_by(path),
        broken=tuple(broken),
        left_behind=() if broken else _left_behind(path),
    )


def _left_behind(path: Path) -> tuple[tuple[str, int], ...]:
    """Who left the shop and has customers still; nobody where the tables cannot be read, which the buttons themselves say."""
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.ledger.reading import read_ledger

    try:
        ledger = read_ledger(FileSession(path).blocks, dt.date.today())
    except Refusal:
        return ()
    return tuple(ledger.left_behind.items())


def _beside(interpreter: str, folder: Path) -> str:
    """The path a book means: ``.\\`` is its own folder, as VBA reads it."""
    if interpreter.startswith((".\\", "./")):
        return str(folder / interpreter[2:].replace("\\", os.sep))
    return os.path.expandvars(interpreter)


def is_share(folder: PurePath) -> bool:
    """Whether a folder is on another computer, also under a drive letter that somebody gave it."""
    if str(folder).startswith("\\\\"):
        return True
    windll = getattr(ctypes, "windll", None)
    return windll is not None and bool(folder.drive) and windll.kernel32.GetDriveTypeW(f"{folder.drive}\\") == _REMOTE


def _is_marked(path: Path) -> bool:
    """Whether Windows has noted that the file came from outside; elsewhere it notes nothing."""
    try:
        zone = _ZONE.search(Path(f"{path}:Zone.Identifier").read_text("utf-8", "replace"))
    except OSError:
        return False
    return zone is not None and int(zone[1]) >= _FROM_OUTSIDE


def is_passing(path: str) -> bool:
    """Whether a path leads into a folder that a mail program or a zip tool opens files in."""
    return _PASSING.search(path) is not None


def _takes_files(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def registry_value(key: str, name: str) -> object:
    """A value of the user's part of Windows' registry; ``None`` for none, and on other systems."""
    try:
        winreg = importlib.import_module("winreg")
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            value: object = winreg.QueryValueEx(opened, name)[0]
            return value
    except (ImportError, OSError):
        return None
