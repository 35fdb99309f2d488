"""自检: what is wrong on a computer, in words. Facts are gathered there, and judged apart from it.

Our decision throughout: the list is what stops a button at a dealership, each with what to do about it there.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

from xlcrm import __version__
from xlcrm.books.area import Area
from xlcrm.books.xlsx.parts import parsed
from xlcrm.books.xlsx.read import BookReader, open_book, require_crm_book
from xlcrm.books.xlsx.save import locked_by
from xlcrm.catalogue import Lang
from xlcrm.catalogue import selfcheck as words
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.workbook import CONF_SHEET, INTERPRETER_MAC, INTERPRETER_WIN, SCHEMA, SCHEMA_PROPERTY

Host = Literal["Excel", "WPS", "LibreOffice"]

OLDEST_PYTHON = (3, 11)
NEEDED = ("pydantic", "python-calamine", "XlsxWriter", "xlwings")
"""The packages behind the buttons; which versions, this package's own requirements say."""
INTERPRETER_KEY = INTERPRETER_WIN if os.name == "nt" else INTERPRETER_MAC
"""The key in a book's configuration that counts on this computer."""

_PROBE = """
import json, sys
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
_FROM_OUTSIDE = 3
"""Windows' zones from here on: the internet, restricted sites."""
_SECURITY = (
    r"Software\Policies\Microsoft\Office\16.0\Excel\Security",
    r"Software\Microsoft\Office\16.0\Excel\Security",
)
_OPENED_BY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"
_SIGNED_ONLY, _OFF = 3, 4
"""Excel's VBAWarnings."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python: ``version`` is ``None`` when it gave no answer; ``packages`` maps ``canonical`` names to versions."""

    path: str
    exists: bool
    version: tuple[int, ...] | None
    packages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook file: ``interpreter`` as its configuration names it, "" for none; ``held_by`` as ``locked_by`` tells."""

    name: str
    folder: str
    schema: int | None
    interpreter: str
    marked: bool
    passing: bool
    on_share: bool
    writable: bool
    held_by: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found: ``python`` is the one behind the buttons, ``host`` the program whose button was pressed, if one was."""

    python: Interpreter | None
    wanted: Mapping[str, str]
    host: Host | None
    opened_by: str
    macro_setting: int | None
    book: Book | None


class Trouble(NamedTuple):
    """A key of the catalogue, and what fills its blanks."""

    key: str
    about: Mapping[str, object]


class Report(NamedTuple):
    """What to tell the user: what has to be put right, and what is worth knowing, by its key; ``first`` sums it up."""

    first: str
    wrong: list[tuple[str, str]]
    notes: list[tuple[str, str]]

    @property
    def lines(self) -> list[str]:
        return [self.first, *(f"· {line}" for _, line in (*self.wrong, *self.notes))]

    @property
    def ok(self) -> bool:
        return not self.wrong


def report(book: Path | None, host: Host | None, lang: Lang) -> Report:
    """Check this computer, and a book where there is one. Raises the ``Refusal`` of a file that is no CRM book."""
    return told(gather(book, host), lang)


def told(facts: Facts, lang: Lang) -> Report:
    """The facts judged and put into words."""
    troubles = judge(facts)
    wrong = [(key, words.TROUBLES[key].say(lang, **about)) for key, about in troubles if key in words.TROUBLES]
    notes = [(key, words.NOTES[key].say(lang, **about)) for key, about in troubles if key in words.NOTES]
    python = facts.python
    if wrong or python is None:
        first = words.FOUND.say(lang, count=len(wrong))
    else:
        first = words.FINE.say(lang, version=_dotted(python.version or ()), xlcrm=python.packages.get("xlcrm", "?"))
    return Report(first, wrong, notes)


# ---------------------------------------------------------------- judging


def judge(facts: Facts) -> list[Trouble]:
    """Everything that stands between a user and his buttons, in the order to put it right."""
    return [*_of_python(facts), *_of_file(facts), *_of_layout(facts), *_of_programs(facts)]


def _of_python(facts: Facts) -> Iterator[Trouble]:
    python, name = facts.python, _name(facts)
    if python is None:
        yield Trouble("python.none", {"name": name})
        return
    if facts.book is not None and not facts.book.interpreter:
        yield Trouble("python.unnamed", {"path": python.path, "name": name})
    yield from of_interpreter(python, facts.wanted, name)


def of_interpreter(python: Interpreter, wanted: Mapping[str, str], name: str) -> Iterator[Trouble]:
    """What an interpreter lacks to stand behind the buttons of the book ``name``."""
    if not python.exists:
        yield Trouble("python.gone", {"path": python.path, "name": name})
    elif python.version is None:
        yield Trouble("python.silent", {"path": python.path})
    elif python.version < OLDEST_PYTHON:
        about = {"path": python.path, "version": _dotted(python.version), "wanted": _dotted(OLDEST_PYTHON)}
        yield Trouble("python.old", about)
    else:
        missing = [package for package in (*wanted, "xlcrm") if canonical(package) not in python.packages]
        if missing:
            yield Trouble("package.missing", {"packages": "、".join(missing), "name": name})
        for package, versions in wanted.items():
            version = python.packages.get(canonical(package))
            if version is not None and not satisfies(version, versions):
                about = {"package": package, "version": version, "wanted": versions, "name": name}
                yield Trouble("package.wrong", about)
        version = python.packages.get("xlcrm")
        if version is not None and version != __version__:
            yield Trouble("xlcrm.other", {"version": version, "here": __version__})


def _of_file(facts: Facts) -> Iterator[Trouble]:
    book = facts.book
    if book is None:
        return
    about = {"name": book.name, "folder": book.folder}
    if book.passing:
        yield Trouble("book.passing", about)
    elif not book.writable:
        yield Trouble("book.share_read_only" if book.on_share else "book.read_only", about)
    if book.marked and facts.host is None:
        yield Trouble("book.marked", about)
    if book.held_by is not None and facts.host is None:
        yield Trouble("book.open" if book.held_by else "book.open_somewhere", about | {"person": book.held_by})


def _of_layout(facts: Facts) -> Iterator[Trouble]:
    if facts.book is None:
        return
    about = {"name": facts.book.name, "found": facts.book.schema, "wanted": SCHEMA}
    if facts.book.schema is None:
        yield Trouble("book.unversioned", about)
    elif facts.book.schema != SCHEMA:
        yield Trouble("book.old" if facts.book.schema < SCHEMA else "book.new", about)


def _of_programs(facts: Facts) -> Iterator[Trouble]:
    if facts.host is None and facts.macro_setting == _OFF:
        yield Trouble("macros.off", {})
    if facts.host is None and facts.macro_setting == _SIGNED_ONLY:
        yield Trouble("macros.signed", {"folder": facts.book.folder if facts.book else ""})
    if facts.host == "WPS" or re.match("WPS|K?ET", facts.opened_by, re.IGNORECASE):
        yield Trouble("wps", {"name": _name(facts)})
    if facts.host == "LibreOffice":
        yield Trouble("libreoffice", {})


def _name(facts: Facts) -> str:
    return facts.book.name if facts.book else "CRM.xlsm"


def canonical(package: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version is one of those wanted: ``==0.37.8``, ``>=2.6``, "" for any."""
    relation, numbers = wanted[:2], _numbers(wanted)
    return not wanted or (_numbers(version) >= numbers if relation == ">=" else _numbers(version) == numbers)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


# ---------------------------------------------------------------- gathering


def gather(book: Path | None, host: Host | None) -> Facts:
    """Look at this computer; a button's own Python is the one it runs in."""
    found = _book(book) if book is not None else None
    if host is not None or found is None:
        python: Interpreter | None = probe(sys.executable)
    else:
        named = found.interpreter or shutil.which("python" if os.name == "nt" else "python3")
        python = probe(named) if named else None
    settings = (registry_value(key, "VBAWarnings") for key in _SECURITY)
    return Facts(
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
    return Book(
        name=path.name,
        folder=str(folder),
        schema=_schema(reader),
        interpreter=os.path.expandvars(
            next((str(v or "") for k, v in _configuration(reader) if k == INTERPRETER_KEY), "")
        ),
        marked=_is_marked(path),
        passing=is_passing(str(path.resolve())),
        on_share=str(folder).startswith("\\\\"),
        writable=os.access(path, os.W_OK) and _takes_files(folder),
        held_by=locked_by(path),
    )


def _schema(reader: BookReader) -> int | None:
    """The version of the layout a book was made with."""
    for member in reader.parts.related("", "custom-properties"):
        for element in parsed(reader.parts.package.read(member), reader.path.name):
            if element.get("name") == SCHEMA_PROPERTY:
                text = "".join(element.itertext())
                return int(float(text)) if re.fullmatch(r"\d+(\.0*)?", text) else None
    return None


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
