"""What other parts say about the rows of a sheet, following those rows when they move.

Pictures and charts keep their place: they lie on the sheet, not in its rows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from xlcrm.books.xlsx.sheetxml import follow_formula, follow_refs
from xlcrm.books.xlsx.shift import Shift
from xlcrm.errors import Refusal

_COMMENT = re.compile(r'(<(?:\w+:)?(?:comment|threadedComment)\b[^>]*?\sref="[A-Z]+)(\d+)(?=")')
_NOTE = re.compile(r'<x:ClientData\s[^>]*?ObjectType="Note".*?</x:ClientData>', re.DOTALL)
_NOTE_ROW = re.compile(r"(?<=<x:Row>)\d+(?=</x:Row>)")
_NOTE_ANCHOR = re.compile(r"(?<=<x:Anchor>)[^<]+(?=</x:Anchor>)")
_ANCHOR_ROWS = (2, 6)
"""Where a box's top and bottom rows stand among the eight numbers of its anchor."""
_NAME = re.compile(r"(<(?:\w+:)?definedName\b[^>]*>)([^<]+)(?=<)")
_PIVOT_SOURCE = re.compile(r'<(?:\w+:)?worksheetSource\b(?=[^>]*?\ssheet="([^"]*)")(?![^>]*?\sr:id=)[^>]*>')
"""With ``r:id`` the cells are another workbook's."""
_CHART_RANGE = re.compile(r"(<(?:\w+:)?f>)([^<]+)(?=<)")


def follow_comments(xml: str, shift: Shift, emptied: Collection[int]) -> str:
    """A part of comments, old or threaded. ``Refusal("book.comment_on_row")`` rather than lose one with its row."""

    def moved(comment: re.Match[str]) -> str:
        row = shift.row(int(comment[2]))
        if row is None or int(comment[2]) in emptied:
            cell = comment[0].rpartition('"')[2]
            raise Refusal("book.comment_on_row", sheet=shift.sheet, cell=cell)
        return f"{comment[1]}{row}"

    return _COMMENT.sub(moved, xml)


def follow_notes(vml: str, shift: Shift) -> str:
    """The boxes of old comments. Buttons are in the same part and keep their place."""

    def moved(note: re.Match[str]) -> str:
        found = _NOTE_ROW.search(note[0])
        row = int(found[0]) + 1 if found else 0
        by = (shift.row(row) or row) - row
        placed = _NOTE_ROW.sub(str(row - 1 + by), note[0])
        return _NOTE_ANCHOR.sub(lambda anchor: _anchored(anchor[0], by), placed)

    return _NOTE.sub(moved, vml)


def follow_names(workbook: str, shift: Shift) -> str:
    """The names of the workbook part: print areas, lists, whatever a shop has named."""
    return _NAME.sub(lambda name: name[1] + follow_formula(name[2], shift, ""), workbook)


def follow_chart(chart: str, shift: Shift) -> str:
    """The ranges a chart draws."""
    return _CHART_RANGE.sub(lambda found: found[1] + follow_formula(found[2], shift, ""), chart)


def follow_pivot(cache: str, shift: Shift) -> str:
    """The cells of the sheet that a pivot table counts, where they are named by their place."""

    def moved(source: re.Match[str]) -> str:
        is_here = html.unescape(source[1]).casefold() == shift.sheet.casefold()
        return follow_refs(source[0], shift) if is_here else source[0]

    return _PIVOT_SOURCE.sub(moved, cache)


def _anchored(anchor: str, by: int) -> str:
    numbers = [int(number) for number in anchor.split(",")]
    for at in _ANCHOR_ROWS:
        numbers[at] += by
    return ", ".join(map(str, numbers))
