"""The formats of one workbook in the styles part of another: cell formats, and those of conditional formatting."""

from __future__ import annotations

import re
from collections.abc import Callable

from xlcrm.books.xlsx.tagtext import attribute, set_attribute

_HOLDERS = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
"""The elements of a styles part in their order (ECMA-376 part 1, 18.8.39)."""
_ELEMENTS = {"numFmts": "numFmt", "fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf", "dxfs": "dxf"}
_OWN_CODES = 164
"""Number formats from this number on are a workbook's own."""


class Formats:
    """A styles part that takes formats of another, ``fresh``, over; what is there already is found, else added at the end."""

    def __init__(self, own: str, fresh: str) -> None:
        self._xml = own
        self._standing = {holder: _elements(own, holder) for holder in _ELEMENTS}
        self._fresh = {holder: _elements(fresh, holder) for holder in _ELEMENTS}
        self._codes = {attribute(tag, "numFmtId"): tag for tag in self._fresh["numFmts"]}
        self._before = {holder: len(elements) for holder, elements in self._standing.items()}
        self._cells: dict[int, int] = {}

    def cell(self, number: int) -> int:
        """The number of a cell format of the other part in this one."""
        if number not in self._cells:
            xf = self._fresh["cellXfs"][number]
            start = xf[: xf.index(">") + 1]
            changed = start
            for name, holder in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                element = self._fresh[holder][int(attribute(start, name) or 0)]
                changed = set_attribute(changed, name, str(self._place(holder, element)))
            changed = set_attribute(changed, "numFmtId", self._code(attribute(start, "numFmtId") or "0"))
            self._cells[number] = self._place("cellXfs", changed + xf[len(start) :])
        return self._cells[number]

    def conditional(self, number: int) -> int:
        """The number of a format of conditional formatting of the other part in this one."""
        return self._place("dxfs", self._fresh["dxfs"][number])

    def xml(self) -> str:
        """The part with what was taken over."""
        xml = self._xml
        for holder, elements in self._standing.items():
            added = elements[self._before[holder] :]
            if added:
                xml = _with_added(xml, holder, "".join(added), len(elements))
        return xml

    def _place(self, holder: str, element: str) -> int:
        standing = self._standing[holder]
        if element not in standing:
            standing.append(element)
        return standing.index(element)

    def _code(self, number: str) -> str:
        if int(number) < _OWN_CODES:
            return number
        code = attribute(self._codes[number], "formatCode")
        found = next((tag for tag in self._standing["numFmts"] if attribute(tag, "formatCode") == code), None)
        if found is None:
            taken = [int(attribute(tag, "numFmtId") or 0) for tag in self._standing["numFmts"]]
            found = set_attribute(self._codes[number], "numFmtId", str(max([_OWN_CODES - 1, *taken]) + 1))
            self._standing["numFmts"].append(found)
        return attribute(found, "numFmtId") or "0"


def renumbered(sheet: str, cell: Callable[[int], int], conditional: Callable[[int], int]) -> str:
    """A worksheet part with the numbers of its formats changed."""

    def styled(tag: re.Match[str]) -> str:
        return f"{tag[1]}{cell(int(tag[2]))}"

    sheet = re.sub(r'(<(?:c|row)\b[^>]*?\ss=")(\d+)(?=")', styled, sheet)
    sheet = re.sub(r'(<col\b[^>]*?\sstyle=")(\d+)(?=")', styled, sheet)
    return re.sub(r'(\sdxfId=")(\d+)(?=")', lambda tag: f"{tag[1]}{conditional(int(tag[2]))}", sheet)


def _holder(holder: str) -> re.Pattern[str]:
    return re.compile(rf"(<{holder}\b[^>]*?)(?:/>|>(.*?)</{holder}>)", re.DOTALL)


def _elements(xml: str, holder: str) -> list[str]:
    found = _holder(holder).search(xml)
    element = _ELEMENTS[holder]
    each = re.compile(rf"<{element}\b[^>]*?(?:/>|(?<!/)>.*?</{element}>)", re.DOTALL)
    return each.findall(found[2]) if found and found[2] else []


def _with_added(xml: str, holder: str, added: str, count: int) -> str:
    found = _holder(holder).search(xml)
    if found:
        start = set_attribute(f"{found[1]}>", "count", str(count))
        return f"{xml[: found.start()]}{start}{found[2] or ''}{added}</{holder}>{xml[found.end() :]}"
    later = "|".join(_HOLDERS[_HOLDERS.index(holder) + 1 :])
    before = re.search(rf"<(?:{later})\b|</styleSheet>", xml)
    assert before is not None, "a styles part ends"
    return f'{xml[: before.start()]}<{holder} count="{count}">{added}</{holder}>{xml[before.start() :]}'
