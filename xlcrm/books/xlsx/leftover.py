"""Where in a package a customer still stands once he was erased: what may not be changed, for a person to see to.

The tables' own cells are not looked into: ``safety.erase`` names those.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xlcrm.books.xlsx.erasing import (
    CELL,
    COMMENT,
    ITEM,
    PREFIX,
    SHARED,
    SHOWN,
    cells_outside,
    decoded,
    form_tables,
    is_in,
    own_rows,
    texts_of,
)
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.errors import Refusal
from xlcrm.safety.erase import Erasure

_NAME = re.compile(rf'<{PREFIX}definedName\b[^>]*?\sname="([^"]*)"[^>]*>([^<]*)<')
_HEADERS = re.compile(rf"<({PREFIX}headerFooter)\b.*?</\1>", re.DOTALL)
_ANCHOR = re.compile(rf"<{PREFIX}from>.*?<{PREFIX}row>(\d+)<", re.DOTALL)
_VALUE_OF = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_ZIP = b"PK\3\4"
_ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
_KINDS = {
    "drawing": "drawing",
    "vmlDrawing": "drawing",
    "chart": "chart",
    "chartEx": "chart",
    "chartUserShapes": "chart",
    "pivotCacheDefinition": "pivot",
    "pivotCacheRecords": "pivot",
    "pivotTable": "pivot",
    "externalLink": "external",
    "comments": "comment",
    "threadedComment": "comment",
    "person": "comment",
}
"""The last word of a relationship's type → what the part is to a person."""


@dataclass(frozen=True, slots=True)
class Left:
    """A place where he is left: ``kind`` is a key of ``catalogue.erasing.KINDS``, ``place`` a cell, a sheet, a name, a part."""

    kind: str
    place: str


def left_in(parts: Parts, erasure: Erasure) -> list[Left]:
    """Every place outside the tables, and the pictures on his own rows, which nobody can search; none is named twice."""
    package = parts.package
    seen = {*parts.sheets.values(), *parts.related(parts.workbook, "sharedStrings"), parts.workbook}
    homes = {part: (kind, sheet) for kind in _KINDS for part, sheet in parts.of_kind(kind)}
    found = [*_in_workbook(parts, erasure), *_in_sheets(parts, erasure)]
    for member in package.members:
        if member not in seen:
            kind, sheet = homes.get(member, ("", ""))
            found += _in_part(package.read(member), member, _KINDS.get(kind, ""), sheet, erasure)
    found += _on_own_rows(parts, erasure)
    return list(dict.fromkeys(found))


def holds(data: bytes, erasure: Erasure) -> bool:
    """Whether a file or a part holds him anywhere: XML, a package of parts, text, or text within what is none."""
    if data.startswith(_ZIP):
        try:
            package = Package(data, "")
            return any(holds(package.read(member), erasure) for member in package.members)
        except Refusal:
            return False
    xml = decoded(data)
    if xml is not None:
        return _any_of(_strings(xml), erasure)
    if b"\0" not in data:
        for encoding in ("utf-8", "gb18030"):
            with contextlib.suppress(UnicodeDecodeError):
                return erasure.is_in(data.decode(encoding))
    known = (*erasure.traces.phones, *erasure.traces.cars, *erasure.names)
    return any(text.encode(encoding) in data for text in known for encoding in _ENCODINGS)


def _in_workbook(parts: Parts, erasure: Erasure) -> Iterator[Left]:
    xml = decoded(parts.package.read(parts.workbook)) or ""
    for name in _NAME.finditer(xml):
        if _any_of((html.unescape(name[2]), *_strings(name[0])), erasure):
            yield Left("name", html.unescape(name[1]))
    if _any_of(_strings(_NAME.sub("", xml)), erasure):
        yield Left("other", parts.workbook)


def _in_sheets(parts: Parts, erasure: Erasure) -> Iterator[Left]:
    """The sheets: their cells outside the tables of the forms, their headers and footers, and what rules there are."""
    texts = [
        "".join(texts_of(item[0]))
        for part in parts.related(parts.workbook, "sharedStrings")
        for item in SHARED.finditer(decoded(parts.package.read(part)) or "")
    ]
    holding = {number for number, text in enumerate(texts) if erasure.is_in(text)}
    areas = {table.sheet: table.area for table in form_tables(parts)}
    for sheet, part in parts.sheets.items():
        xml = decoded(parts.package.read(part)) or ""
        for place, cell in cells_outside(xml, areas.get(sheet)):
            shown = SHOWN.search(cell[3])
            if attribute(f"<c{cell[2]}>", "t") == "s":
                is_held = shown is not None and int(shown[1]) in holding
            else:
                is_held = _any_of(_strings(cell[0]), erasure)
            if is_held:
                yield Left("cell", f"{sheet}!{place}")
        rest = CELL.sub("", xml)
        for headers in _HEADERS.finditer(rest):
            if _any_of(_strings(headers[0]), erasure):
                yield Left("header", sheet)
        if _any_of(_strings(_HEADERS.sub("", rest)), erasure):
            yield Left("rule", sheet)


def _in_part(data: bytes, member: str, kind: str, sheet: str, erasure: Erasure) -> Iterator[Left]:
    xml = decoded(data)
    if kind == "comment" and xml is not None:
        for comment in COMMENT.finditer(xml):
            if _any_of(_strings(comment[0]), erasure):
                yield Left("comment", f"{sheet}!{attribute(f'<c{comment[2]}>', 'ref')}")
        xml = COMMENT.sub("", xml)
        data = xml.encode()
    if holds(data, erasure):
        if member.startswith("docProps/"):
            yield Left("properties", member)
        elif kind:
            yield Left(kind, sheet or member)
        else:
            yield Left("other", member)


def _on_own_rows(parts: Parts, erasure: Erasure) -> Iterator[Left]:
    own = own_rows(erasure)
    for part, sheet in parts.of_kind("drawing"):
        for row in _ANCHOR.findall(decoded(parts.package.read(part)) or ""):
            if int(row) + 1 in own.get(sheet, ()):
                yield Left("picture", f"{sheet}!{int(row) + 1}")


def _strings(xml: str) -> Iterator[str]:
    """Every text of some XML, with its runs joined, and every attribute."""
    for item in ITEM.finditer(xml):
        yield "".join(texts_of(item[0]))
    yield from texts_of(xml)
    for one, other in _VALUE_OF.findall(xml):
        yield html.unescape(one or other)


def _any_of(texts: Iterable[str], erasure: Erasure) -> bool:
    return any(is_in(text, erasure) for text in texts if len(text) > 1)
