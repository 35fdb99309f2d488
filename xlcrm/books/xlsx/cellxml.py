"""A value as a cell of a worksheet part holds it, and the cell's XML.

Text is written inline and never as a formula; characters XML cannot hold are escaped the way Excel does (``_x000D_``).
"""

from __future__ import annotations

import math
import re

from xlcrm.changes import Link, Value
from xlcrm.forms.serial import serial
from xlcrm.patterns import lazy

Stored = str | int | float | bool | None

_NO_CHARACTERS = lazy("[\ud800-\udfff\ufffe\uffff]")
_ESCAPES = lazy(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKED = lazy("[&<>]")
_LONGEST_LITERAL = 255
"""Characters of a text inside a formula; longer ones are joined with ``&``."""


def stored(value: Value, date1904: bool) -> Stored:
    """What is kept of a value: text, a number (dates and times as serials), a tick, or nothing.

    A date before the book's epoch is kept as text, as Excel does. ``ValueError`` for a number that is none.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _NO_CHARACTERS.sub("\ufffd", value) if _NO_CHARACTERS.search(value) else value
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"no cell can hold {value}")
        return value
    if isinstance(value, Link):
        return value.text
    return serial(value, date1904=date1904)


def cell_xml(ref: str, style: str, value: Value, date1904: bool) -> str:
    """A ``<c>`` element; ``style`` is its attribute (`` s="5"``) or ""."""
    return f'<c r="{ref}"{after_name(style, value, date1904)}'


def after_name(style: str, value: Value, date1904: bool) -> str:
    """The same from behind the cell's name on."""
    kept = stored(value, date1904)
    if kept is None:
        return f"{style}/>"
    if isinstance(kept, str):
        text = _ESCAPES.sub(_escaped, kept) if _ESCAPES.search(kept) else kept
        if isinstance(value, Link):
            return f'{style} t="str"><f>{marked(_jump(value))}</f><v>{marked(text)}</v></c>'
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return f'{style} t="inlineStr"><is><t{space}>{marked(text)}</t></is></c>'
    if isinstance(kept, bool):
        return f'{style} t="b"><v>{kept:d}</v></c>'
    return f"{style}><v>{kept!r}</v></c>"


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _jump(link: Link) -> str:
    """A formula, because a hyperlink proper would have to be registered outside the cell."""
    sheet = link.sheet.replace("'", "''")
    target = _literal(f"#'{sheet}'!{link.cell}")
    return f"HYPERLINK({target},{_literal(link.text)})"


def _literal(text: str) -> str:
    pieces = [text[at : at + _LONGEST_LITERAL] for at in range(0, len(text), _LONGEST_LITERAL)] or [""]
    return "&".join('"{}"'.format(piece.replace('"', '""')) for piece in pieces)


def marked(text: str) -> str:
    """Text with the characters of XML markup escaped."""
    return _MARKED.sub(lambda found: _MARKUP[found[0]], text) if _MARKED.search(text) else text
