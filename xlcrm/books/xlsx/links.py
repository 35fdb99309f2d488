"""The hyperlinks of cells: an element after the rows, and for what lies outside the book a relationship."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import NamedTuple

from xlcrm.books.area import Area
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.books.xlsx.valuetext import INSIDE
from xlcrm.patterns import lazy

_HYPERLINK = lazy(rf"<hyperlink\b({INSIDE})>")
_REF = lazy(r'\sref="([^"]*)"')
_ID = lazy(r'\s(?:\w+:)id="([^"]*)"')
_NOT_KEPT = lazy(r'\s(?:\w+:uid|xmlns:\w+)="[^"]*"')
_RELATION = lazy(rf"<Relationship\b({INSIDE})>(?:</Relationship>)?")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


_MOST_CELLS = 10_000
"""A link over more cells belongs to the sheet, not to its rows."""


class CellLink(NamedTuple):
    """A cell's hyperlink: the other attributes of its element as they stand, and what it points to outside the book."""

    row: int
    column: int
    attributes: str
    relation: str | None

    def text(self, target: str | None) -> str:
        """As the journal keeps it."""
        return json.dumps([self.attributes, target], ensure_ascii=False)


def cell_links(tail: str) -> Iterator[CellLink]:
    """The hyperlinks in what stands after the rows of a sheet; one over several cells is a link of each."""
    for link in _HYPERLINK.finditer(tail):
        ref, relation = _REF.search(link[1]), _ID.search(link[1])
        try:
            area = Area.parse(ref[1]) if ref else None
        except ValueError:
            continue
        if area is not None and (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _MOST_CELLS:
            rest = link[1].removesuffix("/")
            for own in (_REF, _ID, _NOT_KEPT):
                rest = own.sub("", rest)
            for row in area.rows:
                for column in range(area.left, area.right + 1):
                    yield CellLink(row, column, rest.rstrip(), relation[1] if relation else None)


def target_of(relations: str, relation: str) -> str | None:
    """Where a relationship points, by its id."""
    for found in _RELATION.finditer(relations):
        if attribute(found[0], "Id") == relation:
            return html.unescape(attribute(found[0], "Target") or "")
    return None


def with_target(relations: str, target: str, wish: str) -> tuple[str, str]:
    """Relationships with one to a target outside the book, and its id: the one wished for, if nothing has it."""
    taken = {attribute(found[0], "Id") for found in _RELATION.finditer(relations)}
    key = next(
        name for name in (wish, *(f"rId{number}" for number in range(1, len(taken) + 2))) if name and name not in taken
    )
    quoted = marked(target).replace('"', "&quot;")
    line = f'<Relationship Id="{key}" Type="{OFFICE}/hyperlink" Target="{quoted}" TargetMode="External"/>'
    return relations.replace("</Relationships>", f"{line}</Relationships>"), key


def without_relation(relations: str, relation: str) -> str:
    """Relationships without one that nothing uses any more."""
    return _RELATION.sub(lambda found: "" if attribute(found[0], "Id") == relation else found[0], relations)


def linking(attributes: str, relation: str | None) -> str:
    """The attributes of a hyperlink's element."""
    return f' r:id="{relation}"{attributes}' if relation else attributes
