"""自检: what is wrong on a computer, in words. The facts are gathered by ``probe`` and judged here.

Our decision throughout: the list is what stops a button at a dealership, each with what to do about it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from operator import eq, ge, lt
from pathlib import Path
from typing import NamedTuple

from xlcrm import __version__
from xlcrm.catalogue import Lang
from xlcrm.catalogue import selfcheck as words
from xlcrm.computer.probe import ComputerFacts, Host, Interpreter, canonical, gather
from xlcrm.forms.workbook import SCHEMA

OLDEST_PYTHON = (3, 11)

_NAMED = 5
"""How many broken parts of a book are named."""
_SIGNED_ONLY, _OFF = 3, 4
"""Excel's VBAWarnings."""


class Trouble(NamedTuple):
    """A key of the catalogue, and what fills its blanks."""

    key: str
    about: Mapping[str, object]


class Diagnosis(NamedTuple):
    """What to say to the user: what has to be corrected, and what is worth knowing, by its key; ``first`` sums it up."""

    first: str
    wrong: list[tuple[str, str]]
    notes: list[tuple[str, str]]

    @property
    def lines(self) -> list[str]:
        return [self.first, *(f"· {line}" for _, line in (*self.wrong, *self.notes))]

    @property
    def ok(self) -> bool:
        return not self.wrong


def diagnose(book: Path | None, host: Host | None, lang: Lang) -> Diagnosis:
    """Check this computer, and a book where there is one. Raises the ``Refusal`` of a file that is not a CRM book."""
    return worded(gather(book, host), lang)


def worded(facts: ComputerFacts, lang: Lang) -> Diagnosis:
    """The facts judged and put into words."""
    troubles = judge(facts)
    wrong = [(key, words.TROUBLES[key].say(lang, **about)) for key, about in troubles if key in words.TROUBLES]
    notes = [(key, words.NOTES[key].say(lang, **about)) for key, about in troubles if key in words.NOTES]
    python = facts.python
    if wrong or python is None:
        first = words.FOUND.say(lang, count=len(wrong))
    else:
        first = words.FINE.say(lang, version=_dotted(python.version or ()), xlcrm=python.packages.get("xlcrm", "?"))
    return Diagnosis(first, wrong, notes)


# ---------------------------------------------------------------- judging


def judge(facts: ComputerFacts) -> list[Trouble]:
    """Everything that stands between a user and his buttons, in the order to put it right."""
    return [*_of_python(facts), *_of_file(facts), *_of_layout(facts), *_of_programs(facts), *_of_staff(facts)]


def _of_staff(facts: ComputerFacts) -> Iterator[Trouble]:
    for name, count in facts.book.left_behind if facts.book is not None else ():
        yield Trouble("staff.left", {"person": name, "count": count})


def _of_python(facts: ComputerFacts) -> Iterator[Trouble]:
    python, name = facts.python, _name(facts)
    if python is None:
        yield Trouble("python.none", {"name": name})
        return
    if facts.book is not None and not facts.book.interpreter and not facts.book.broken:
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


def _of_file(facts: ComputerFacts) -> Iterator[Trouble]:
    book = facts.book
    if book is None:
        return
    about = {"name": book.name, "folder": book.folder}
    if book.broken:
        yield Trouble("book.broken", about | {"parts": "、".join(book.broken[:_NAMED])})
    if book.passing:
        yield Trouble("book.passing", about)
    elif not book.writable:
        yield Trouble("book.share_read_only" if book.on_share else "book.read_only", about)
    if book.marked and facts.host is None:
        yield Trouble("book.marked", about)
    if book.held_by is not None and facts.host is None:
        yield Trouble("book.open" if book.held_by else "book.open_somewhere", about | {"person": book.held_by})


def _of_layout(facts: ComputerFacts) -> Iterator[Trouble]:
    if facts.book is None:
        return
    about = {"name": facts.book.name, "found": facts.book.schema, "wanted": SCHEMA}
    if facts.book.schema is None:
        yield Trouble("book.unversioned", about)
    elif facts.book.schema != SCHEMA:
        yield Trouble("book.old" if facts.book.schema < SCHEMA else "book.new", about)


def _of_programs(facts: ComputerFacts) -> Iterator[Trouble]:
    if facts.host is None and facts.macro_setting == _OFF:
        yield Trouble("macros.off", {})
    if facts.host is None and facts.macro_setting == _SIGNED_ONLY:
        yield Trouble("macros.signed", {"folder": facts.book.folder if facts.book else ""})
    if facts.host == "WPS" or re.match("WPS|K?ET", facts.opened_by, re.IGNORECASE):
        yield Trouble("wps", {"name": _name(facts)})
    if facts.host == "LibreOffice":
        yield Trouble("libreoffice", {})


def _name(facts: ComputerFacts) -> str:
    return facts.book.name if facts.book else "CRM.xlsm"


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version is one of those wanted: ``==0.37.8``, ``>=2.6``, ``<3.4,>=3.3.0``, "" for any."""
    bounds = re.findall(r"(==|>=|<)\s*([\d.]+)", wanted)
    return all(_RELATIONS[relation](_numbers(version), _numbers(bound)) for relation, bound in bounds)


_RELATIONS = {"==": eq, ">=": ge, "<": lt}
"""The relations that our own requirements use."""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
