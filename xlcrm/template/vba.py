"""The VBA project: a few lines of our own, a procedure for each sheet button, and xlwings' own module.

Everything is ASCII with CRLF line ends and compiles in Excel and in LibreOffice. LibreOffice ignores every ``#`` line and
so sees both branches of each ``#If``; a module that does not compile is silently dead there, and a class takes all the
others with it. So xlwings' modules, taken from the installed package that Python will run, are patched where the branches
exclude each other.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import distribution
from pathlib import Path

import xlsxwriter
from pyopenvba import ExcelFile, VBAModuleKind

from xlcrm.forms.workbook import BOOK_CODE_NAME, CODE_NAMES, SHEETS
from xlcrm.template.buttons import BUTTONS
from xlcrm.template.cut import cut

RUNS_IN_EXCEL = {f'App = "Microsoft {name}"': name == "Excel" for name in ("Excel", "Word", "Access", "PowerPoint")}


@dataclass(frozen=True, slots=True)
class Module:
    """A standard or class module, as the editor would export it."""

    name: str
    kind: VBAModuleKind
    text: str


def modules() -> list[Module]:
    """The modules that hold code, by name; workbook and sheets have an empty document module each."""
    own = [
        Module(source.name.removesuffix(".bas"), VBAModuleKind.standard, crlf(source.read_text("ascii")))
        for source in resources.files("xlcrm.template").joinpath("vba").iterdir()
        if source.name.endswith(".bas")
    ]
    called = {word for module in own for word in re.findall(r"\w+", module.text)}
    return sorted([*own, _buttons(), *_xlwings(called)], key=lambda module: module.name)


def project(code: Sequence[Module], sheets: Sequence[str] = SHEETS) -> bytes:
    """``vbaProject.bin`` with these modules and a document module for the workbook and each sheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skeleton.xlsm"
        with xlsxwriter.Workbook(path) as skeleton:
            skeleton.set_vba_name(BOOK_CODE_NAME)
            for sheet in sheets:
                skeleton.add_worksheet(sheet).set_vba_name(CODE_NAMES[sheet])
        with ExcelFile(path) as book:
            vba = book.add_vba_project()
            for module in code:
                vba.add_module(module.name, module.text, kind=module.kind)
            book.save()
        with zipfile.ZipFile(path) as package:
            return package.read("xl/vbaProject.bin")


def crlf(text: str) -> str:
    """VBA's line ends, whatever the file was checked out with."""
    return "\r\n".join(text.splitlines()) + "\r\n"


def _buttons() -> Module:
    subs = "".join(f'\nPublic Sub {button.macro}()\n    CrmRun "{button.verb}"\nEnd Sub\n' for button in BUTTONS)
    text = f'Attribute VB_Name = "CrmButtons"\nOption Explicit\n\' Made from buttons.py: one for each sheet button.\n{subs}'
    return Module("CrmButtons", VBAModuleKind.standard, crlf(text))


def _xlwings(called: Collection[str]) -> list[Module]:
    """Of xlwings' module (BSD-3) what is called, and the Dictionary (MIT) it needs on a Mac."""
    home = Path(str(distribution("xlwings").locate_file("xlwings")))  # importing it would drag pandas in
    main = settled(crlf((home / "xlwings.bas").read_text("ascii")), RUNS_IN_EXCEL)
    for old, new in _PATCHES:
        main = _patched(main, crlf(old), crlf(new))
    main = cut(_patched(_patched(main, *_START), *_PATHS), called)
    dictionary = crlf((home / "addin" / "Dictionary.cls").read_text("ascii"))
    for compare, number in (("Binary", 0), ("Text", 1), ("Database", 2)):
        dictionary = _patched(dictionary, f"VBA.vb{compare}Compare", str(number))
    return [
        Module("xlwings", VBAModuleKind.standard, main),
        Module("Dictionary", VBAModuleKind.other, dictionary),
    ]


def settled(text: str, known: Mapping[str, bool]) -> str:
    """The source with each ``#If`` block decided whose first condition is known; the others stand as they are."""
    kept: list[str] = []
    open_blocks: list[_Block | None] = []
    for line in text.splitlines(keepends=True):
        directive = re.match(r"\s*#(If|ElseIf|Else|End If)\b\s*(.*?)(?:\s+Then\b.*)?\s*$", line)
        word, condition = directive.groups() if directive else ("", "")
        if word == "If":
            open_blocks.append(_Block(known[condition]) if condition in known else None)
        block = open_blocks[-1] if word else None
        if word == "End If":
            open_blocks.pop()
        if block is not None:
            if word in ("ElseIf", "Else"):
                block.turn(word == "Else" or known[condition])
        elif all(outer is None or outer.taken for outer in open_blocks):
            kept.append(line)
    return "".join(kept)


class _Block:
    """A decided ``#If`` block: whether its present branch is the one taken, and whether one was."""

    def __init__(self, holds: bool) -> None:
        self.taken = self.done = holds

    def turn(self, holds: bool) -> None:
        self.taken = holds and not self.done
        self.done = self.done or holds


def _patched(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"xlwings' VBA is not the one this patch was written for: {text.count(old)} times {old!r}")
    return text.replace(old, new)


_PATCHES = (
    (
        """\
    #If Mac Then
    Dim d As Dictionary
    Set d = New Dictionary
    #Else
    Dim d As Object
    Set d = CreateObject("Scripting.Dictionary")
    #End If
""",
        """\
    Dim d As Object
    #If Mac Then
    Set d = New Dictionary
    #Else
    Set d = CreateObject("Scripting.Dictionary")
    #End If
""",
    ),
)
"""Declared twice where both branches are seen."""

_START = (
    r'" -B -c ""import xlwings.utils;xlwings.utils.prepare_sys_path(\""" & PYTHONPATH & "\""); " & PythonCommand',
    r'" -B -P -c """ & PythonCommand',
)
"""How a click starts Python on Windows, without what it does not need.

The paths are for books that have Python beside them: a book's own would go through ``cmd``, which reads ``^``, ``%`` and
``&`` in it, and an empty one stands for the current folder, from where a stray json.py would be imported; ``-P`` keeps
that folder out too. xlwings imported first would bring pandas in where it is installed: 0.44 s instead of 0.17.
"""
_PATHS = (
    'AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ";" & GetConfig("ONEDRIVE_CONSUMER_MAC")',
    'AddExcelDir & ";;;" & GetConfig("ONEDRIVE_CONSUMER_MAC")',
)
"""On a Mac the paths go through a shell, which reads ``$`` and ``"`` in them."""
