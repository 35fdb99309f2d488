"""Where everything on a sheet goes when whole columns are put in: ``shift`` for columns.

Only an upgrade puts columns in. Everything that follows rows (``follow.PLACES``, ``rules``) follows columns by the same
calls; what names its columns apart from its rows (cells, widths, notes, objects, page breaks) is here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from xlcrm.books.area import LAST_COLUMN, Area, column_number, letters
from xlcrm.books.xlsx.anchors import client_data
from xlcrm.books.xlsx.follow import COMMENT
from xlcrm.books.xlsx.shift import Shift, unquoted
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.books.xlsx.valuetext import INSIDE, PREFIX, with_texts
from xlcrm.patterns import lazy

_WORD = lazy(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>(?:'(?:[^']|'')*'|(?:\[\d+\])?[\w.]+)!)?"
    r"(?P<cells>\$?[A-Z]{1,3}\$?[1-9]\d{0,6}(?::\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3})"
    r"(?![\w.(\[!])"
    r"|\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
    r"|[\w.\\]+"
)
"""A formula's words, as in ``shift``; the references are to cells or to whole columns."""
_CORNER = lazy(r"(\$?)([A-Z]+)(\$?\d+)?")
_WHOLE = lazy(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}")
_CELL = lazy(r'(<c (?:[^>]*?\s)?r=")([A-Z]{1,3})(?=\d)')
_COLS = lazy(r"<cols>(.*?)</cols>", re.DOTALL)
_COL = lazy(r"<col\b[^>]*>")
_BREAKS = lazy(r"<colBreaks\b[^>]*>.*?</colBreaks>", re.DOTALL)
_BREAK = lazy(r'(<brk\b[^>]*?\sid=")(\d+)')
_PANE = lazy(r"<pane\b[^>]*>")
_ANCHOR = lazy(
    rf"<(?P<name>{PREFIX}(?P<kind>twoCellAnchor|oneCellAnchor|anchor))\b(?P<flags>{INSIDE})>.*?</(?P=name)>", re.DOTALL
)
_ANCHOR_COLUMN = lazy(rf"(<{PREFIX}(from|to)>\s*<{PREFIX}col>\s*)(\d+)")
_EDIT_AS = lazy(r"""\seditAs=["'](\w+)""")
_LEFT, _RIGHT = 0, 4
"""Where the columns of a VML object stand among the eight numbers of its anchor."""


@dataclass(frozen=True, slots=True)
class Aside(Shift):
    """New columns of a sheet: one before each of ``befores`` (sorted; a column as often as there are new ones before it).

    ``first`` and ``last`` are 0 and −1, and mean no row: none moves, and nothing grows downwards.
    """

    befores: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.befores)

    def column(self, column: int) -> int:
        """Where a column goes. Raises ``ValueError`` where it is pushed off the sheet."""
        place = column + bisect_right(self.befores, column)
        if place > LAST_COLUMN:
            raise ValueError(f"column {letters(column)} is pushed off the sheet")
        return place

    def places(self) -> list[int]:
        """Where the new columns stand afterwards."""
        return [before + i for i, before in enumerate(self.befores)]

    def row(self, row: int) -> int | None:
        return row

    def area(self, area: Area) -> Area | None:
        """An area that has a new column within grows with it."""
        return Area(area.top, self.column(area.left), area.bottom, self.column(area.right))

    def same_rows(self, area: Area) -> Area | None:
        return self.area(area)

    def stays(self, before: Sequence[Area], after: Sequence[Area]) -> bool:
        return min((area.left for area in before), default=0) == min((area.left for area in after), default=0)

    def cells(self, cells: str) -> str:
        return " ".join(self._moved(ref) if _WHOLE.fullmatch(ref) else self._placed(ref) for ref in cells.split())

    def formula(self, formula: str, home: str, *, anchored: bool = False) -> str:
        def moved(word: re.Match[str]) -> str:
            if word["cells"] is None:
                return word[0]
            sheet = word["sheet"] or ""
            if (unquoted(sheet) if sheet else home).casefold() != self.sheet.casefold():
                return word[0]
            if anchored and not all(fixed for fixed, _, _ in _CORNER.findall(word["cells"])):
                return word[0]
            return sheet + self._moved(word["cells"])

        return _WORD.sub(moved, formula)

    def _placed(self, ref: str) -> str:
        try:
            return str(self.area(Area.parse(ref)))
        except ValueError:
            return ref

    def _moved(self, cells: str) -> str:
        return _CORNER.sub(
            lambda corner: f"{corner[1]}{letters(self.column(column_number(corner[2])))}{corner[3] or ''}", cells
        )


class Pointed(Exception):
    """Something stands on, or points at, a column that was to be taken out."""


@dataclass(frozen=True, slots=True)
class Away(Aside):
    """Columns of a sheet that are taken out, with nothing on them: ``gone`` (sorted).

    An area shrinks, and is gone where it held nothing else; raises ``Pointed`` for a reference that begins or ends there.
    """

    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone)

    def column(self, column: int) -> int:
        if column in self.gone:
            raise Pointed
        return column - bisect_right(self.gone, column)

    def area(self, area: Area) -> Area | None:
        stay = [column for column in range(area.left, area.right + 1) if column not in self.gone]
        return Area(area.top, self.column(stay[0]), area.bottom, self.column(stay[-1])) if stay else None

    def cells(self, cells: str) -> str:
        refs = cells.split()
        whole = (self._moved(ref) if _WHOLE.fullmatch(ref) else self._kept(ref) for ref in refs)
        return " ".join(filter(None, whole))

    def _kept(self, ref: str) -> str:
        try:
            place = self.area(Area.parse(ref))
        except ValueError:
            return ref
        return str(place) if place else ""

    def without_widths(self, head: str) -> str:
        """What stands before the rows, the ``<col>`` of the columns parted from those of the others and taken out."""

        def parted(tag: re.Match[str]) -> str:
            start, end = int(attribute(tag[0], "min") or 1), int(attribute(tag[0], "max") or 1)
            cuts = [start - 1, *(column for column in self.gone if start <= column <= end), end + 1]
            spans = ((before + 1, after - 1) for before, after in pairwise(cuts))
            return "".join(_at(tag[0], first, last) for first, last in spans if first <= last)

        return _COL.sub(parted, head)


def cells_aside(row: str, shift: Aside) -> str:
    """A row's XML, its cells in their new columns."""
    return _CELL.sub(lambda cell: f"{cell[1]}{letters(shift.column(column_number(cell[2])))}", row)


def head_aside(head: str, shift: Aside, widths: Sequence[str]) -> str:
    """What stands before the rows: panes and widths; ``widths`` are the ``<col>`` of the new columns, without their place."""
    head = _PANE.sub(partial(_pane, shift=shift), head)
    found = _COLS.search(head)
    new = [_at(tag, place, place) for tag, place in zip(widths, shift.places(), strict=True)]
    cols = sorted([*(_spread(found[1], shift) if found else ()), *new], key=lambda tag: int(attribute(tag, "min") or 0))
    text = f"<cols>{''.join(cols)}</cols>"
    if found:
        return f"{head[: found.start()]}{text}{head[found.end() :]}"
    at = head.rindex("<sheetData")
    return f"{head[:at]}{text}{head[at:]}" if new else head


_FILTER = lazy(rf"<(?P<name>{PREFIX}autoFilter)\b(?P<flags>{INSIDE})>.*?</(?P=name)>", re.DOTALL)
_FILTERED = lazy(r'(\scolId=")(\d+)')


def filters_aside(xml: str, shift: Aside) -> str:
    """The columns that filters hide rows by, counted from the first of their range; to be called before the range follows."""

    def moved(found: re.Match[str]) -> str:
        try:
            left = Area.parse(attribute(f"<a {found['flags']}>", "ref") or "").left
        except ValueError:
            return found[0]
        start = shift.column(left)
        return _FILTERED.sub(lambda one: f"{one[1]}{shift.column(left + int(one[2])) - start}", found[0])

    return _FILTER.sub(moved, xml)


def breaks_aside(tail: str, shift: Aside) -> str:
    """Page breaks between columns."""
    return _BREAKS.sub(
        lambda found: _BREAK.sub(lambda one: f"{one[1]}{shift.column(int(one[2]) + 1) - 1}", found[0]), tail
    )


def comments_aside(xml: str, shift: Aside) -> str:
    """A part of comments, old or threaded."""
    return COMMENT.sub(lambda found: f"{found[1]}{letters(shift.column(column_number(found[2])))}{found[3]}", xml)


def anchors_aside(xml: str, shift: Aside) -> str:
    """The objects of a drawing part, or the controls of a worksheet part: by their own rule, with their cells or not."""
    return _ANCHOR.sub(partial(_anchor, shift=shift), xml)


def vml_aside(vml: str, shift: Aside) -> str:
    """The boxes of notes beside their cells, and the controls."""

    def moved(data: re.Match[str]) -> str:
        found = re.search(rf"<{PREFIX}Column>\s*(\d+)", data[0]) if data["type"] == "Note" else None
        by = shift.column(int(found[1]) + 1) - int(found[1]) - 1 if found else None
        text = with_texts(data[0], "Column", lambda at: str(int(at) + (by or 0)))
        return with_texts(text, "Anchor", partial(_numbers_aside, shift=shift, by=by))

    return client_data(vml).sub(moved, vml)


def _pane(tag: re.Match[str], shift: Aside) -> str:
    """A frozen pane keeps the columns it kept in sight, new ones among them."""
    frozen = attribute(tag[0], "xSplit")
    if not frozen or not frozen.isdecimal() or not (attribute(tag[0], "state") or "").startswith("frozen"):
        return tag[0]
    return set_attribute(tag[0], "xSplit", str(shift.column(int(frozen))))


def _spread(cols: str, shift: Aside) -> list[str]:
    """The ``<col>`` elements, parted where a new column comes between."""
    parts: list[str] = []
    for tag in _COL.findall(cols):
        start, end = int(attribute(tag, "min") or 1), int(attribute(tag, "max") or 1)
        cuts = sorted({before for before in shift.befores if start < before <= end})
        for first, stop in zip([start, *cuts], [*cuts, end + 1], strict=True):
            last = min(shift.column(first) + stop - 1 - first, LAST_COLUMN)
            parts.append(_at(tag, shift.column(first), last))
    return parts


def _at(tag: str, first: int, last: int) -> str:
    return set_attribute(set_attribute(tag, "max", str(last)), "min", str(first))


def _anchor(anchor: re.Match[str], shift: Aside) -> str:
    edit_as = _EDIT_AS.search(anchor["flags"])
    said = edit_as[1] if edit_as else "twoCell"
    if said == "absolute":
        return anchor[0]
    start = next((int(at) for _, end, at in _ANCHOR_COLUMN.findall(anchor[0]) if end == "from"), None)
    if start is None:
        return anchor[0]
    by = shift.column(start + 1) - start - 1

    def moved(corner: re.Match[str]) -> str:
        at = int(corner[3])
        return f"{corner[1]}{at + by if said == 'oneCell' or corner[2] == 'from' else shift.column(at + 1) - 1}"

    return _ANCHOR_COLUMN.sub(moved, anchor[0])


def _numbers_aside(anchor: str, shift: Aside, by: int | None) -> str:
    """The anchor of a VML object; a note moves ``by`` columns as its cell does."""
    numbers = anchor.split(",")
    if len(numbers) != 8 or not all(number.strip().lstrip("-").isdecimal() for number in numbers):
        return anchor
    places = [int(number) for number in numbers]
    for at in (_LEFT, _RIGHT):
        places[at] += shift.column(places[at] + 1) - places[at] - 1 if by is None else by
    return ", ".join(map(str, places))
