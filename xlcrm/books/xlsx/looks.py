"""What the formats of a styles part look like, so that one can be found again when a program has numbered them otherwise."""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import blake2s

from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.books.xlsx.valuetext import PREFIX
from xlcrm.patterns import lazy

_FORMATS = lazy(rf"<{PREFIX}cellXfs\b[^>]*>(.*?)</{PREFIX}cellXfs>", re.DOTALL)
_FORMAT = lazy(rf"<({PREFIX}xf)\b[^>]*?(?:/>|(?<!/)>.*?</\1>)", re.DOTALL)
_NUMBER_FORMAT = lazy(rf"<{PREFIX}numFmt\b[^>]*>")
_DIGITS = lazy(r"\d+")
_PARTS = (("fonts", "font", "fontId"), ("fills", "fill", "fillId"), ("borders", "border", "borderId"))


class Looks:
    """The formats of the styles part ``xml``. A style is a cell's attribute, `` s="5"`` or ""."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        found = _FORMATS.search(xml)
        self._formats = [form[0] for form in _FORMAT.finditer(found[1])] if found else []

    @property
    def count(self) -> int:
        """How many formats there are."""
        return len(self._formats)

    def number_format(self, style: str) -> str:
        """The code of a style's number format, or the number of one built in."""
        at = _at(style)
        return self._code(self._formats[at]) if at < len(self._formats) else "0"

    def look(self, style: str) -> str:
        """A style with a hash of what it looks like: ``5 9f3c01aa``."""
        at = _at(style)
        return f"{at} {self._hashes[at]}" if at < len(self._hashes) else ""

    def style(self, look: str) -> str | None:
        """The style with a look; ``None`` where there is none like it any more."""
        number, _, wanted = look.partition(" ")
        at = int(number) if number.isdecimal() else 0
        if at >= len(self._hashes) or self._hashes[at] != wanted:
            at = self._hashes.index(wanted) if wanted in self._hashes else -1
        return None if at < 0 else f' s="{at}"' if at else ""

    @cached_property
    def _hashes(self) -> list[str]:
        elements = {name: self._elements(holder, element) for holder, element, name in _PARTS}
        return [self._hash(form, elements) for form in self._formats]

    def _hash(self, form: str, elements: dict[str, list[str]]) -> str:
        start = form[: form.index(">") + 1]
        parts = [self._code(form), form[len(start) :]]
        for name, standing in elements.items():
            number = int(attribute(start, name) or 0)
            parts.append(standing[number] if number < len(standing) else "")
        return blake2s("\x1f".join(parts).encode(), digest_size=4).hexdigest()

    def _code(self, form: str) -> str:
        number = attribute(form[: form.index(">") + 1], "numFmtId") or "0"
        return self._codes.get(number, number)

    @cached_property
    def _codes(self) -> dict[str, str]:
        tags = _NUMBER_FORMAT.findall(self._xml)
        return {attribute(tag, "numFmtId") or "": attribute(tag, "formatCode") or "" for tag in tags}

    def _elements(self, holder: str, element: str) -> list[str]:
        found = re.search(rf"<{PREFIX}{holder}\b[^>]*>(.*?)</{PREFIX}{holder}>", self._xml, re.DOTALL)
        each = re.compile(rf"<({PREFIX}{element})\b[^>]*?(?:/>|(?<!/)>.*?</\1>)", re.DOTALL)
        return [one[0] for one in each.finditer(found[1])] if found else []


def _at(style: str) -> int:
    number = _DIGITS.search(style)
    return int(number[0]) if number else 0
