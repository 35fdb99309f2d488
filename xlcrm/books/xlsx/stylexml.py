"""The cell formats of the styles part: text that a spreadsheet would run is marked as text.

A text cell becomes a formula when a person presses F2 and Enter in it, unless its format carries ``quotePrefix`` (Excel,
WPS) or is that of text (LibreOffice).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from xlcrm.changes import Value
from xlcrm.ledger.normal import starts_like_formula

_FORMATS = re.compile(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_FORMAT = re.compile(r"<xf\b[^>]*?(?:/>|[^/]>.*?</xf>)", re.DOTALL)
_COUNT = re.compile(r'(?<=<cellXfs count=")\d+')
_QUOTED = re.compile(r'\squotePrefix="(?:1|true)"')
_GENERAL = re.compile(r'\snumFmtId="0"')
_APPLIED = re.compile(r'\s(?:applyNumberFormat|quotePrefix)="[^"]*"')
_NUMBER = re.compile(r"\d+")


class Styles:
    """The styles part ``xml``; formats that cells need are added behind those that stand."""

    def __init__(self, xml: str) -> None:
        self._xml = xml
        found = _FORMATS.search(xml)
        self._end = found.end(1) if found else 0
        self._formats: list[str] = _FORMAT.findall(found[1]) if found else []
        self._standing = len(self._formats)

    def xml(self) -> str:
        """The part as it is now."""
        added = "".join(self._formats[self._standing :])
        if not added:
            return self._xml
        return _COUNT.sub(str(len(self._formats)), f"{self._xml[: self._end]}{added}{self._xml[self._end :]}", count=1)

    def fitting(self, style: str, value: Value) -> str:
        """The style attribute (`` s="5"`` or "") for a cell of some style that is to hold a value.

        Text that begins like a formula is marked as text; a number is not, or it would be text when next edited.
        """
        if isinstance(value, str):
            return self._changed(style, _quoted) if starts_like_formula(value) else style
        return style if value is None else self._changed(style, _unquoted)

    def _changed(self, style: str, change: Callable[[str], str]) -> str:
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
    if _QUOTED.search(form):
        return form
    text = ' numFmtId="49" applyNumberFormat="1"' if _GENERAL.search(form) else ""
    plain = _APPLIED.sub("", _GENERAL.sub("", form)) if text else form
    return plain.replace("<xf", f'<xf quotePrefix="1"{text}', 1)


def _unquoted(form: str) -> str:
    return _QUOTED.sub("", form)
