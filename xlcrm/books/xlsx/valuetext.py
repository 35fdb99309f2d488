"""Values inside XML changed where they stand: attributes and texts of some elements, whatever their prefix.

The rest of the text stays byte for byte (law 5). Other programs choose their own prefixes and quotes, so neither is
relied on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache, partial

from xlcrm.books.xlsx.cellxml import marked

Change = Callable[[str], str]
"""From a value without its markup to the value it will have; the same where nothing changes."""

PREFIX = r"(?:[\w.-]+:)?"
INSIDE = r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
"""What stands in a start tag after the element's name."""


def with_attributes(xml: str, elements: str, names: str, change: Change) -> str:
    """XML with the values of some attributes of some elements changed; ``a|b`` names several."""
    if not any(element in xml for element in elements.split("|")):
        return xml
    value = _attribute(names)
    return _tag(elements).sub(lambda tag: value.sub(partial(_changed, change=change), tag[0]), xml)


def with_texts(xml: str, elements: str, change: Change) -> str:
    """XML with the texts of some elements changed; ``a|b`` names several."""
    return _text(elements).sub(lambda found: f"{found[1]}{_again(found[2], change, '')}", xml)


def _changed(found: re.Match[str], change: Change) -> str:
    return f"{found[1]}{_again(found[3], change, found[2])}"


def _again(raw: str, change: Change, quote: str) -> str:
    """A value as it stands, if it stays what it means; else with its new meaning marked up."""
    value = html.unescape(raw)
    new = change(value)
    if new == value:
        return raw
    escaped = marked(new)
    return escaped.replace(quote, "&quot;" if quote == '"' else "&apos;") if quote else escaped


@cache
def _tag(elements: str) -> re.Pattern[str]:
    return re.compile(rf"<{PREFIX}(?:{elements})\b{INSIDE}>")


@cache
def _attribute(names: str) -> re.Pattern[str]:
    return re.compile(rf"""(\s(?:{names})\s*=\s*(["']))((?:(?!\2).)*)""", re.DOTALL)


@cache
def _text(elements: str) -> re.Pattern[str]:
    return re.compile(rf"(<{PREFIX}(?:{elements})(?:\s{INSIDE})?(?<!/)>)([^<]+)(?=</)")
