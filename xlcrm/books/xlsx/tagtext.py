"""Start tags as text: their attributes read and set, and whether XML is written the way spreadsheet programs write it.

Parts are edited as text (law 5), by patterns that know one way of writing. What is written in another way is found here
and declined, never misread.
"""

from __future__ import annotations

import re
from functools import cache

from xlcrm.patterns import lazy

_NAME = r"[\w:.-]++"
_TAG = rf'<(?:/{_NAME}|{_NAME}(?:\s++{_NAME}="[^"<>]*+")*+\s*+/?+)>'
_PROLOG = lazy(r"\ufeff?<\?xml[^?]*\?>")
_ODD = lazy(rf"<(?!{_TAG[1:]})")
"""A tag with single quotes, blanks around ``=`` or in its end, or a bare ``>`` in a value; a comment, CDATA, a directive."""
_BLANKS = " \t\r\n"
_NO_QUOTE = lazy('=[^"]')
_ODD_PAIRS = (lazy("<[!?]"), lazy("\t[=>]"), lazy("\r[=>]"), lazy("\n[=>]"))


def attribute(tag: str, name: str) -> str | None:
    """The value of an attribute as it stands in a start tag; ``None`` where there is none."""
    found = _attribute(name).search(tag)
    return found[2] if found else None


def set_attribute(tag: str, name: str, value: str | None) -> str:
    """A start tag with an attribute set, replaced where it stands: twice, it would be no XML. ``None`` takes it out."""
    new = "" if value is None else f' {name}="{value}"'
    found = _attribute(name).search(tag)
    if found:
        return tag[: found.start()] + new + tag[found.end() :]
    end = re.match(rf"<{_NAME}", tag)
    assert end is not None, "not a start tag"
    return tag[: end.end()] + new + tag[end.end() :]


@cache
def _attribute(name: str) -> re.Pattern[str]:
    return re.compile(rf"""\s+{name}\s*=\s*(["'])(.*?)\1""", re.DOTALL)


def is_usual(xml: str) -> bool:
    """Whether every tag is written as spreadsheet programs do: ``<name attribute="value"/>``.

    Looked for closely only where there is a mark of another way: that takes ten times as long as finding the marks.
    """
    prolog = _PROLOG.match(xml)
    body = xml[prolog.end() :] if prolog else xml
    may_be_odd = body.count("<") != body.count(">") or _has_odd_mark(body)
    return not (may_be_odd and _ODD.search(body))


def _has_odd_mark(xml: str) -> bool:
    """No odd tag of well-formed XML is without one of these marks, or without a ``>`` too many. Texts may have them too.

    Two characters are looked for in the faster way: by a pattern where the first is rare, as text where it is common.
    """
    marks: tuple[str, ...] = (" =", " >")
    if _NO_QUOTE.search(xml):
        marks += ("='", *(f"={blank}" for blank in _BLANKS))
    return any(mark in xml for mark in marks) or any(pattern.search(xml) for pattern in _ODD_PAIRS)
