"""xlwings' VBA cut down to what a button calls.

Its other half (a DLL for worksheet functions, embedded code, conda, configuration files beside the book) is never used
here. Scanners quarantine books for it, and a configuration file that somebody puts beside the book could name a program.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

FORBIDDEN = (
    "Declare ",
    "xlwings64",
    "xlwings32",
    ".dylib",
    "XLPy",
    "LoadLibrary",
    "xlwings.pro",
    "LICENSE_KEY",
    "UDF",
    "conda.bat",
)
"""What must not be left; asserted at each build."""

_BEGINS = re.compile(r"^(?:Public |Private )?(?:Function|Sub) (\w+)")
_ENDS = re.compile(r"^End (?:Function|Sub)\b")
_DECLARES = ("#If VBA7 Then", "Public Const XLWINGS_VERSION")

REGIONS = (
    # the interpreter is the book's own, never a bare "python", which the current folder is searched for first
    (
        "    #If Mac Then\n        interpreter = GetConfig(",
        "    ' Check for embedded Python code",
        "    interpreter = CrmPython()\n\n",
    ),
    ("    ' Check for embedded Python code", "    ' The first 5 args are not", '    AddExcelDir = "False"\n\n'),
    ("    OPTIMIZED_CONNECTION = GetConfig(", "    ' Call Python platform-dependent", ""),
    ("        If OPTIMIZED_CONNECTION = True Then", "            RunPython = ExecuteWindows(", ""),
    (
        "        End If\n    #End If\nEnd Function\n\n\nSub ExecuteMac(",
        "Sub ExecuteMac(",
        "    #End If\nEnd Function\n\n\n",
    ),
    ("    CondaPath = GetConfig(", "    ' Handle ampersands and backslashes", ""),
    ('    If CondaPath <> "" And CondaEnv <> "" Then', "    If IsFrozen = False Then", ""),
    ("    ' Directory Config\n", "    ' Defaults\n", ""),
    (*_DECLARES, ""),
)
"""What is replaced where it stands first: from where, up to where, and by what."""


class Procedure(NamedTuple):
    """A procedure of a module: its name, "" for what stands between, and its lines."""

    name: str
    text: str


def trimmed(text: str) -> str:
    """The module without the regions. Raises ``ValueError`` for another version of the module than they were written for."""
    for start, end, new in REGIONS:
        begin, stop = (marker.replace("\n", "\r\n") for marker in (start, end))
        at = text.find(begin)
        until = text.find(stop, at + 1)
        if at < 0 or until < 0:
            raise ValueError(f"xlwings' VBA is not the one this was written for: {start!r}")
        text = text[:at] + new.replace("\n", "\r\n") + text[until:]
    return text


def cut(text: str, roots: Collection[str]) -> str:
    """The module with the procedures that ``roots`` reach, and nothing of ``FORBIDDEN``, which raises ``ValueError``."""
    procedures = list(_procedures(trimmed(text)))
    bodies = {procedure.name: procedure.text for procedure in procedures if procedure.name}
    reached: set[str] = set()
    waiting = [name for name in roots if name in bodies]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [word for word in re.findall(r"\w+", bodies[name]) if word in bodies]
    kept = "".join(one.text for one in procedures if not one.name or one.name in reached)
    for word in FORBIDDEN:
        if word in kept:
            raise ValueError(f"{word} is left in xlwings' VBA")
    return re.sub(r"(?:\r\n){3,}", "\r\n\r\n", kept)


def _procedures(text: str) -> Iterator[Procedure]:
    """The module in pieces, which together are the whole."""
    name, lines = "", list[str]()
    for line in text.splitlines(keepends=True):
        begins = _BEGINS.match(line)
        if begins and not name:
            yield Procedure("", "".join(lines))
            name, lines = begins[1], []
        lines.append(line)
        if name and _ENDS.match(line):
            yield Procedure(name, "".join(lines))
            name, lines = "", []
    yield Procedure(name, "".join(lines))
