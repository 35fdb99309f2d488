"""What other parts than worksheets say about the rows of a sheet, following those rows when they move.

``PLACES``, the worksheet's own (``rules``) and the formulas of cells (``sheetxml``) are the places of a package that hold a
reference to a cell: a closed list, docs/references.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import quote, unquote

from xlcrm.books.xlsx.anchors import follow_anchors, follow_vml
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.rules import follow_sources
from xlcrm.books.xlsx.shift import Shift
from xlcrm.books.xlsx.valuetext import PREFIX, with_attributes, with_texts
from xlcrm.errors import Refusal
from xlcrm.patterns import lazy

COMMENT = lazy(rf"""(<{PREFIX}(?:comment|threadedComment)\b[^<>]*?\sref=["'])([A-Z]+)(\d+)(?=["'])""")

Follow = Callable[[str, Shift, str], str]
"""A part's XML, following a shift; the last is the sheet that unqualified references mean, "" where there are none."""


class Follower(NamedTuple):
    """A place that holds references, in the parts of a ``kind`` (a relationship's type, its last word).

    ``anywhere``: it may name the sheet whose rows move from any other sheet; else it is about its own sheet only.
    """

    key: str
    kind: str
    anywhere: bool
    follow: Follow


def follow_comments(xml: str, shift: Shift, emptied: Collection[int]) -> str:
    """A part of comments, old or threaded. ``Refusal("book.comment_on_row")`` rather than lose one with its row."""

    def moved(comment: re.Match[str]) -> str:
        row = shift.row(int(comment[3]))
        if row is None or int(comment[3]) in emptied:
            raise Refusal("book.comment_on_row", sheet=shift.sheet, cell=f"{comment[2]}{comment[3]}")
        return f"{comment[1]}{comment[2]}{row}"

    return COMMENT.sub(moved, xml)


def follow_table(xml: str, shift: Shift, home: str) -> str:
    """The ranges of a table whose rows move, and the formulas of any. A column's formula is the first row's, wherever that
    stands: only what it fixes follows.
    """
    own = home == shift.sheet
    if own:
        xml = with_attributes(xml, "table|autoFilter|sortState|sortCondition", "ref", partial(_cells, shift=shift))
    xml = with_texts(xml, "calculatedColumnFormula", partial(shift.formula, home=home, anchored=own))
    return with_texts(xml, "totalsRowFormula", partial(shift.formula, home=home))


def _cells(cells: str, shift: Shift) -> str:
    """Where cells go; those that are taken out are left as they are."""
    return shift.cells(cells) or cells


def _attributes(elements: str, names: str) -> Follow:
    """Attributes that hold formulas."""
    return lambda xml, shift, home: with_attributes(xml, elements, names, partial(shift.formula, home=home))


def _texts(elements: str) -> Follow:
    """Elements that hold formulas."""
    return lambda xml, shift, home: with_texts(xml, elements, partial(shift.formula, home=home))


def _own(elements: str, names: str) -> Follow:
    """Attributes that name cells of the sheet itself."""
    return lambda xml, shift, _: with_attributes(xml, elements, names, partial(_cells, shift=shift))


def _links(xml: str, shift: Shift, home: str) -> str:
    """Links to a place of the book that are kept among a part's relationships, as ``#H级!B2``."""

    def moved(target: str) -> str:
        if not target.startswith("#"):
            return target
        place = unquote(target[1:])
        new = shift.formula(place, home)
        return target if new == place else f"#{new if place == target[1:] else quote(new, safe=_PLAIN)}"

    return with_attributes(xml, "Relationship", "Target", moved)


_PLAIN = "'!$:"
"""Signs of a reference that no address encodes."""
RELATIONS = "relationships"
"""The kind of a part that holds the relationships of another."""

PLACES = (
    Follower("name", "workbook", True, _texts("definedName")),
    Follower("table", "table", True, follow_table),
    Follower("link", RELATIONS, True, _links),
    Follower("anchor", "drawing", False, lambda xml, shift, _: follow_anchors(xml, shift)),
    Follower("drawing", "drawing", True, _attributes("sp|cxnSp|pic|cameraTool", "textlink|cellRange")),
    Follower("vml", "vmlDrawing", True, follow_vml),
    Follower("control", "ctrlProp", True, _attributes("formControlPr", "fmlaLink|fmlaRange|fmlaTxbx|fmlaGroup")),
    Follower("chart", "chart", True, _texts("f|sqref")),
    Follower("chart", "chartEx", True, _texts("f")),
    Follower("chart.shape", "chartUserShapes", True, _attributes("sp", "textlink")),
    Follower("pivot", "pivotTable", False, _own("location", "ref")),
    Follower("pivot.source", "pivotCacheDefinition", True, lambda xml, shift, _: follow_sources(xml, shift, "")),
    Follower("xml.cell", "tableSingleCells", False, _own("singleXmlCell", "r")),
    Follower("view", "namedSheetView", False, _own("nsvFilter|sortRule|sortCondition", "ref")),
    Follower("connection", "connections", True, _attributes("parameter", "cell")),
)

_WITHOUT_CELLS = (
    "printerSettings",
    "hyperlink",
    "image",
    "slicer",
    "timeline",
    "customProperty",
    "oleObject",
    "package",
)
KNOWN_KINDS = frozenset((*(place.kind for place in PLACES), "comments", "threadedComment", *_WITHOUT_CELLS))
"""The parts a worksheet may have that either follow its rows or say nothing of cells."""


class Mention:
    """Finds a sheet's name in a part, where a reference or a source may begin with it."""

    def __init__(self, sheet: str) -> None:
        spelled = {sheet, sheet.lower(), sheet.upper()}
        spelled |= {name.replace("'", "''") for name in spelled}
        written = {marked(name) for name in spelled} | {quote(name) for name in spelled}
        written |= {name.encode("ascii", "xmlcharrefreplace").decode() for name in spelled}
        written |= {"".join(c if c.isascii() else f"&#x{ord(c):X};" for c in name) for name in spelled}
        self._names = [name.encode() for name in sorted(written)]
        self._patterns = [lazy(re.escape(name) + _NAME_ENDS) for name in self._names]

    def is_in(self, xml: bytes) -> bool:
        """Whether a part names the sheet."""
        found = (pattern for name, pattern in zip(self._names, self._patterns, strict=True) if name in xml)
        return any(pattern.search(xml) for pattern in found)

    def among(self, parts: Mapping[str, bytes]) -> list[str]:
        """The parts that name the sheet. Most sheets are named in none: all are looked through at once first."""
        if not self.is_in(b"\0".join(parts.values())):
            return []
        return [part for part, xml in parts.items() if self.is_in(xml)]


_NAME_ENDS = rb"""(?:'|&apos;|&#39;|%27)?[!"]"""
