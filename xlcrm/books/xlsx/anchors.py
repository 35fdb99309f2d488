"""Drawings, controls and notes lie on a sheet by the cells of their corners, and follow the rows of those cells.

Pictures, shapes and controls belong to the row they begin on. Charts and slicers lie on the sheet: beside a table they keep
their place, below it they follow. What is not to move with cells stays. Source: ECMA-376 part 1, 20.5.2; part 4, 14.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple

from xlcrm.books.xlsx.shift import Shift
from xlcrm.books.xlsx.valuetext import INSIDE, PREFIX, with_texts
from xlcrm.patterns import lazy

_ANCHOR = lazy(
    rf"<(?P<name>{PREFIX}(?P<kind>twoCellAnchor|oneCellAnchor|anchor))\b(?P<flags>{INSIDE})>.*?</(?P=name)>", re.DOTALL
)
_CORNER = lazy(
    rf"(?P<before><{PREFIX}(?P<end>from|to)>\s*<{PREFIX}col>[^<]*</{PREFIX}col>\s*<{PREFIX}colOff>[^<]*</{PREFIX}colOff>"
    rf"\s*<{PREFIX}row>\s*)(?P<row>\d+)(?P<after>\s*</{PREFIX}row>\s*<{PREFIX}rowOff>\s*(?P<offset>-?\d+))"
)
_ON_SHEET = lazy(rf"<{PREFIX}graphicFrame\b")
_NAME = lazy(rf"""<{PREFIX}cNvPr\b[^<>]*?\sname=["']([^"'<>]*)""")
_EDIT_AS = lazy(r"""\seditAs=["'](\w+)""")
_MOVES, _SIZES = (re.compile(rf"""\s{flag}=["'](?:1|true)""") for flag in ("moveWithCells", "sizeWithCells"))

_EXCEL = lazy(r"""\sxmlns(?::([\w.-]+))?\s*=\s*["']urn:schemas-microsoft-com:office:excel["']""")
_FORMULAS = "FmlaLink|FmlaRange|FmlaTxbx|FmlaPict|FmlaGroup"
_TOP, _BOTTOM, _BOTTOM_OFFSET = 2, 6, 7
"""Where the rows of a VML object stand among the eight numbers of its anchor."""


class Span(NamedTuple):
    """The worksheet rows an object lies on; ``flush`` with the upper edge of the last. Whether it moves and sizes with
    cells, and whether it is a chart, which lies on the sheet.
    """

    top: int
    bottom: int
    flush: bool
    moves: bool
    sizes: bool
    on_sheet: bool = False

    @property
    def belongs_to_row(self) -> bool:
        return self.moves and not self.on_sheet

    def followed(self, shift: Shift) -> Span:
        """Where it lies after a shift."""
        if not self.moves or (self.on_sheet and self.top <= shift.last):
            return self
        top = _place(self.top, shift)
        if self.on_sheet or not self.sizes:
            return self._replace(top=top, bottom=self.bottom + top - self.top)
        last = max(self.bottom - self.flush, self.top)
        return self._replace(top=top, bottom=max(_place(last, shift) + self.bottom - last, top))


class Object(NamedTuple):
    """An object that belongs to a row, and what it is called."""

    row: int
    name: str


def follow_anchors(xml: str, shift: Shift) -> str:
    """The objects of a drawing part, or the controls of a worksheet part."""
    return _ANCHOR.sub(partial(_anchor_followed, shift=shift), xml)


def follow_vml(vml: str, shift: Shift, home: str) -> str:
    """The boxes of notes, and the controls with their cells; elements are known by their namespace, not by a prefix."""
    return client_data(vml).sub(partial(_client_followed, shift=shift, home=home), vml)


def objects(xml: str) -> Iterator[Object]:
    """The objects of a drawing part, or the controls of a worksheet part, that belong to rows."""
    for anchor in _ANCHOR.finditer(xml):
        span = _span(anchor)
        if span and span.belongs_to_row:
            name = _NAME.search(anchor[0])
            yield Object(span.top, name[1] if name else "")


def vml_objects(vml: str) -> Iterator[Object]:
    """The controls of a VML part that belong to rows. Notes do not: their comments do."""
    for data in client_data(vml).finditer(vml):
        span = _vml_span(data)
        if span and span.belongs_to_row and data["type"] != "Note":
            yield Object(span.top, data["type"])


def _place(row: int, shift: Shift) -> int:
    """Where a row goes, or the next one that stays."""
    while row <= shift.last and shift.row(row) is None:
        row += 1
    return shift.row(row) or row


def _anchor_followed(anchor: re.Match[str], shift: Shift) -> str:
    span = _span(anchor)
    if span is None:
        return anchor[0]
    place = span.followed(shift)
    rows = {"from": place.top - 1, "to": place.bottom - 1}
    return _CORNER.sub(lambda corner: f"{corner['before']}{rows[corner['end']]}{corner['after']}", anchor[0])


def _span(anchor: re.Match[str]) -> Span | None:
    corners = {corner["end"]: corner for corner in _CORNER.finditer(anchor[0])}
    start, stop = corners.get("from"), corners.get("to")
    if start is None:
        return None
    top = int(start["row"]) + 1
    bottom = int(stop["row"]) + 1 if stop else top
    flush = stop is not None and int(stop["offset"]) == 0 and bottom > top
    moves, sizes = _behaviour(anchor)
    return Span(top, bottom, flush, moves, sizes, _ON_SHEET.search(anchor[0]) is not None)


def _behaviour(anchor: re.Match[str]) -> tuple[bool, bool]:
    """Whether an object moves with cells, and whether it sizes with them: of drawings the rule, of controls what is said."""
    if anchor["kind"] == "anchor":
        return _MOVES.search(anchor["flags"]) is not None, _SIZES.search(anchor["flags"]) is not None
    edit_as = _EDIT_AS.search(anchor["flags"])
    said = edit_as[1] if edit_as else "twoCell"
    return said != "absolute", said == "twoCell" and anchor["kind"] == "twoCellAnchor"


def client_data(vml: str) -> re.Pattern[str]:
    """What Excel keeps in the shapes of a VML part: parts name its namespace by prefixes of their own."""
    prefixes = set(_EXCEL.findall(vml))
    return _client_data_of("|".join(sorted(f"{re.escape(prefix)}:" if prefix else "" for prefix in prefixes)))


@cache
def _client_data_of(prefixes: str) -> re.Pattern[str]:
    return re.compile(
        rf"""<(?P<prefix>{prefixes})ClientData\b[^<>]*?\sObjectType=["'](?P<type>\w+)["']{INSIDE}>.*?</(?P=prefix)ClientData>""",
        re.DOTALL,
    )


def _client_followed(data: re.Match[str], shift: Shift, home: str) -> str:
    """A note's box keeps its place beside the cell; a control lies where its anchor says."""
    text = with_texts(data[0], _FORMULAS, partial(shift.formula, home=home))
    if home != shift.sheet:
        return text
    if data["type"] == "Note":
        row = int(_number(data, "Row") or 0) + 1
        by = (shift.row(row) or row) - row
        text = with_texts(text, "Row", lambda _: str(row - 1 + by))
        return with_texts(text, "Anchor", lambda anchor: _anchor(anchor, by, by))
    span = _vml_span(data)
    if span is None:
        return text
    place = span.followed(shift)
    return with_texts(text, "Anchor", lambda anchor: _anchor(anchor, place.top - span.top, place.bottom - span.bottom))


def _vml_span(data: re.Match[str]) -> Span | None:
    """The rows of a control. ``MoveWithCells`` and ``SizeWithCells`` say, other than their names, that it does not."""
    numbers = _numbers(_text(data, "Anchor") or "")
    if len(numbers) <= _BOTTOM_OFFSET:
        return None
    top, bottom = numbers[_TOP] + 1, numbers[_BOTTOM] + 1
    moves, sizes = (_text(data, flag) in (None, "False", "f") for flag in ("MoveWithCells", "SizeWithCells"))
    return Span(top, bottom, numbers[_BOTTOM_OFFSET] == 0 and bottom > top, moves, moves and sizes)


def _text(data: re.Match[str], element: str) -> str | None:
    """The text of an element of a shape's data, "" of an empty one; ``None`` where it is not there."""
    found = re.search(rf"<{PREFIX}{element}\s*(?:/>|>([^<]*)<)", data[0])
    return (found[1] or "").strip() if found else None


def _number(data: re.Match[str], element: str) -> str | None:
    text = _text(data, element)
    return text if text and text.isdecimal() else None


def _numbers(anchor: str) -> list[int]:
    try:
        return [int(number) for number in anchor.split(",")]
    except ValueError:
        return []


def _anchor(anchor: str, top_by: int, bottom_by: int) -> str:
    numbers = _numbers(anchor)
    if len(numbers) <= _BOTTOM or not (top_by or bottom_by):
        return anchor
    numbers[_TOP] += top_by
    numbers[_BOTTOM] += bottom_by
    return ", ".join(map(str, numbers))
