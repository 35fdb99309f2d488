"""The cell formats of the styles part: text that a spreadsheet would run is marked as text.

A text cell becomes a formula when a person presses F2 and Enter in it, unless its format carries ``quotePrefix`` (Excel,
WPS) or is that of text (LibreOffice).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from xlcrm.books.xlsx.looks import Looks
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.changes import Value
from xlcrm.ledger.normal import starts_like_formula
from xlcrm.patterns import lazy

_FORMATS = lazy(r"(<(?:\w+:)?cellXfs\b[^>]*>)(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = lazy(r"<((?:\w+:)?xf)\b[^>]*?(?:/>|[^/]>.*?</\1>)", re.DOTALL)
_START = lazy(r"<[\w:]+\b[^>]*?(?=/?>)")
_NUMBER = lazy(r"\d+")
_WRAPS = lazy(r'\swrapText="(?:1|true)"')
_AS_TEXT = {"numFmtId": "49", "applyNumberFormat": "1"}


class Styles:
    """The styles part ``xml``; formats that cells need are added behind those that stand."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._found = _FORMATS.search(xml)
        self._formats = [form[0] for form in _FORMAT.finditer(self._found[2])] if self._found else []
        self._standing = len(self._formats)
        self._looks: Looks | None = None
        self._wrapping: dict[str, bool] = {}
        self._found_changes: dict[tuple[str, Callable[[str], str]], str] = {}

    @property
    def looks(self) -> Looks:
        """What the formats look like, those added included."""
        if self._looks is None or self._looks.count != len(self._formats):
            self._looks = Looks(self.xml())
        return self._looks

    def xml(self) -> str:
        """The part as it is now."""
        found, added = self._found, "".join(self._formats[self._standing :])
        if not added or found is None:
            return self._xml
        start = set_attribute(found[1], "count", str(len(self._formats)))
        return f"{self._xml[: found.start()]}{start}{found[2]}{added}{self._xml[found.end(2) :]}"

    def fitting(self, style: str, value: Value) -> str:
        """The style attribute (`` s="5"`` or "") for a cell of some style that is to hold a value.

        Text that begins like a formula is marked as text; a number is not, or it would be text when next edited.
        """
        if isinstance(value, str):
            return self._changed(style, _quoted) if starts_like_formula(value) else style
        return style if value is None else self._changed(style, _unquoted)

    def wraps(self, style: str) -> bool:
        """Whether the format of a style attribute breaks long texts into lines."""
        if style not in self._wrapping:
            number = _NUMBER.search(style)
            at = int(number[0]) if number else 0
            self._wrapping[style] = at < len(self._formats) and _WRAPS.search(self._formats[at]) is not None
        return self._wrapping[style]

    def _changed(self, style: str, change: Callable[[str], str]) -> str:
        """The style with its format changed; asked for every cell, so what was found once is kept."""
        if (style, change) not in self._found_changes:
            self._found_changes[style, change] = self._with_change(style, change)
        return self._found_changes[style, change]

    def _with_change(self, style: str, change: Callable[[str], str]) -> str:
        number = _NUMBER.search(style)
        at = int(number[0]) if number else 0
        if at >= len(self._formats):
            return style
        form = change(self._formats[at])
        if form == self._formats[at]:
            return style
        if form not in self._formats:
            self._formats.append(form)
        return f' s="{self._formats.index(form)}"'


def _quoted(form: str) -> str:
    start = _start(form)
    if _is_quoted(start):
        return form
    wanted: dict[str, str | None] = {"quotePrefix": "1"}
    if attribute(start, "numFmtId") in (None, "0"):
        wanted |= _AS_TEXT
    return _with_attributes(form, wanted)


def _unquoted(form: str) -> str:
    return _with_attributes(form, {"quotePrefix": None}) if _is_quoted(_start(form)) else form


def _is_quoted(start: str) -> bool:
    return attribute(start, "quotePrefix") in ("1", "true")


def _start(form: str) -> str:
    """The start tag of a format, without its end."""
    start = _START.match(form)
    assert start is not None, "formats begin with their tag"
    return start[0]


def _with_attributes(form: str, values: Mapping[str, str | None]) -> str:
    start = changed = _start(form)
    for name, value in values.items():
        changed = set_attribute(changed, name, value)
    return changed + form[len(start) :]
