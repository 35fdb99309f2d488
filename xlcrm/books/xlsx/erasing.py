"""A customer who is erased, in the parts of a package other than tables: overwritten in place where that may be.

Every text keeps its place and its number; nothing is taken out. Only his phones, plates and VINs are overwritten; a name too
where it is a copy that programs make again by themselves (what a formula or a chart last showed), and all of a comment or a
link on his own rows. What stays (names, headers, rules, other programs' parts) ``leftover`` finds, for a person to see to.

Source: what other programs keep where, FACTS section 8; the division is our decision.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import count
from posixpath import basename

from xlcrm.books.area import Area
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.parts import Parts, TablePart
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, JournalRow
from xlcrm.ledger.recogniser import found
from xlcrm.safety.erase import Erasure

PREFIX = r"(?:[\w.-]+:)?"
ITEM = re.compile(rf"<({PREFIX}(?:si|is|text|p|textbox))\b[^>]*(?<!/)>.*?</\1>", re.DOTALL)
"""What holds one text, in however many runs: a shared text, a cell's own, a comment's, a paragraph of a text box."""
SHARED = re.compile(rf"<({PREFIX}si)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)
CELL = re.compile(rf"<({PREFIX}c)\b([^>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
COMMENT = re.compile(rf"<({PREFIX}(?:comment|threadedComment))\b([^>]*)>.*?</\1>", re.DOTALL)
NODE = re.compile(r"(?<=>)[^<]+(?=<)")
_VALUE = re.compile(rf"<({PREFIX}(?:v|pt))\b[^>]*(?<!/)>[^<]*</\1>")
"""What a formula or a chart last showed."""
_FORMULA = re.compile(rf"<{PREFIX}f\b")
SHOWN = re.compile(rf"<{PREFIX}v\b[^>]*>\s*(\d+)\s*<")
"""The number of the shared text that a cell shows."""
_COUNTED = re.compile(rf"<{PREFIX}(?:s|n|sharedItems)\b[^>]*>")
"""What a pivot table counted last, in attributes."""
_COUNTED_IN = ("v", "minValue", "maxValue")
_LINK = re.compile(rf"<{PREFIX}hyperlink\b[^>]*>")
_LINK_SHOWS = ("display", "tooltip")
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_NOWHERE = "about:blank"
_NUMERIC = re.compile(r"[-+0-9.eE]+")

Rows = Mapping[str, Collection[int]]
"""Worksheet rows by sheet."""


def own_rows(erasure: Erasure) -> dict[str, set[int]]:
    """His rows by sheet; those of the journal, whose rows move when it is shortened, are left out."""
    rows: dict[str, set[int]] = {}
    for sheet, row in erasure.rows:
        if sheet != JournalRow.form.sheet:
            rows.setdefault(sheet, set()).add(row)
    return rows


def form_tables(parts: Parts) -> Iterator[TablePart]:
    """The tables of the forms, whose cells ``safety.erase`` decides upon."""
    names = {form.table.lower() for form in FORMS.values()}
    return (table for table in parts.tables.values() if table.name.lower() in names)


def overwritten(
    parts: Parts, read: Callable[[str], bytes], areas: Mapping[str, Area], erasure: Erasure
) -> dict[str, bytes]:
    """The parts with something overwritten.

    ``read`` gives a part as it is to be written, ``areas`` where the forms' tables then stand, by sheet: their cells were
    decided upon already, and are left as they are.
    """
    own = own_rows(erasure)
    sheets = {part: sheet for sheet, part in parts.sheets.items()}
    homes = {part: sheet for kind in ("comments", "threadedComment") for part, sheet in parts.of_kind(kind)}
    relations = {parts.relations_part(part): sheet for part, sheet in sheets.items()}
    texts = parts.related(parts.workbook, "sharedStrings")
    result: dict[str, bytes] = {}
    for member in parts.package.members:
        xml = decoded(read(member))
        if xml is None:
            continue
        if member in texts:
            kept = {number for sheet, area in areas.items() for number in _shown_in(read(parts.sheets[sheet]), area)}
            new = SHARED.sub(partial(_shared, kept, count(), erasure), xml)
        elif member in sheets:
            new = _sheet_over(xml, sheets[member], areas.get(sheets[member]), erasure, own)
        elif member in homes:
            new = COMMENT.sub(partial(_comment, own.get(homes[member], ()), erasure), xml)
        elif member in relations:
            sheet = relations[member]
            links = _own_links(decoded(read(parts.sheets[sheet])) or "", own.get(sheet, ()))
            new = _RELATION.sub(partial(_relation, links, erasure), xml)
        else:
            new = _other_over(xml, member, erasure)
        if new != xml:
            result[member] = new.encode()
    return result


def is_in(text: str, erasure: Erasure) -> bool:
    """Whether he stands in a text of a package; a number, which may be a part of a day, is only the phone itself."""
    return _whole(text) in erasure.traces.phones if _NUMERIC.fullmatch(text) else erasure.is_in(text)


def decoded(data: bytes) -> str | None:
    """A part as text; ``None`` for one that is not XML in UTF-8."""
    try:
        return data.decode("utf-8") if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else None
    except UnicodeDecodeError:
        return None


def texts_of(xml: str) -> list[str]:
    """The text nodes of some XML, as they are read."""
    return [html.unescape(node) for node in NODE.findall(xml)]


def cells_outside(xml: str, area: Area | None) -> Iterator[tuple[str, re.Match[str]]]:
    """The cells with content that stand outside an area, by name."""
    for cell in CELL.finditer(xml):
        place = attribute(f"<c{cell[2]}>", "r") or ""
        if cell[3] and not _stands_in(place, area):
            yield place, cell


def _stands_in(place: str, area: Area | None) -> bool:
    """Whether a cell stands in an area; one that is not named does not."""
    cell = _cell(place)
    return area is not None and cell is not None and (cell.top, cell.left) in area


def _cell(place: str | None) -> Area | None:
    try:
        return Area.parse(place or "")
    except ValueError:
        return None


def _is_on(place: str | None, rows: Collection[int]) -> bool:
    """Whether a cell, or the first of several, stands on one of some rows."""
    cell = _cell(place)
    return cell is not None and cell.top in rows


def _shown_in(sheet: bytes, area: Area) -> Iterator[int]:
    """The numbers of the shared texts that cells of an area show."""
    for cell in CELL.finditer(sheet.decode("utf-8", "replace")):
        tag = f"<c{cell[2]}>"
        place, shown = attribute(tag, "r"), SHOWN.search(cell[3] or "")
        if shown and attribute(tag, "t") == "s" and _stands_in(place or "", area):
            yield int(shown[1])


def _shared(kept: Collection[int], numbers: Iterator[int], erasure: Erasure, item: re.Match[str]) -> str:
    return item[0] if next(numbers) in kept else _text_over(item[0], erasure)


def _sheet_over(xml: str, sheet: str, area: Area | None, erasure: Erasure, own: Rows) -> str:
    """A worksheet: its cells outside the table, and the links on its cells."""

    def cell_over(cell: re.Match[str]) -> str:
        tag = f"<c{cell[2]}>"
        if not cell[3] or attribute(tag, "t") == "s" or _stands_in(attribute(tag, "r") or "", area):
            return cell[0]
        named = sheet == ANALYSIS_SHEET or _FORMULA.search(cell[3]) is not None
        items = ITEM.sub(lambda item: _text_over(item[0], erasure, named=named), cell[0])
        return _VALUE.sub(lambda value: _text_over(value[0], erasure, named=named), items)

    def link_over(link: re.Match[str]) -> str:
        tag = link[0]
        is_own = _is_on(attribute(tag, "ref"), own.get(sheet, ()))
        for name in _LINK_SHOWS:
            if shown := attribute(tag, name):
                new = "" if is_own else erasure.without(html.unescape(shown))
                tag = tag if new == html.unescape(shown) else set_attribute(tag, name, html.escape(new))
        return tag

    return _LINK.sub(link_over, CELL.sub(cell_over, xml))


def _comment(own: Collection[int], erasure: Erasure, comment: re.Match[str]) -> str:
    """A comment without his numbers; one on his own rows says nothing more."""
    if not _is_on(attribute(f"<c{comment[2]}>", "ref"), own):
        return ITEM.sub(lambda item: _text_over(item[0], erasure), comment[0])
    tokens = iter((erasure.token,))
    return ITEM.sub(lambda item: NODE.sub(lambda _: next(tokens, ""), item[0]), comment[0])


def _own_links(xml: str, own: Collection[int]) -> set[str]:
    """The relationships behind the links on his rows."""
    links = (link[0] for link in _LINK.finditer(xml))
    return {
        key[1]
        for link in links
        if _is_on(attribute(link, "ref"), own) and (key := re.search(r'\s\w+:id="([^"]*)"', link))
    }


def _relation(own_links: Collection[str], erasure: Erasure, relation: re.Match[str]) -> str:
    """A relationship; where a link leads is a text like another (tel:19900000001)."""
    tag = relation[0]
    kind, target = attribute(tag, "Type") or "", attribute(tag, "Target") or ""
    if basename(kind) != "hyperlink":
        return tag
    new = _NOWHERE if attribute(tag, "Id") in own_links else erasure.without(html.unescape(target))
    return tag if new == html.unescape(target) else set_attribute(tag, "Target", html.escape(new))


def _other_over(xml: str, member: str, erasure: Erasure) -> str:
    """Text boxes, what charts last showed, what pivot tables last counted; any other part is left."""
    if "/pivotCache/" in member:
        return _COUNTED.sub(lambda tag: _counted_over(tag[0], erasure), xml)
    if "/charts/" in member:
        shown = _VALUE.sub(lambda value: _text_over(value[0], erasure, named=True), xml)
        return ITEM.sub(lambda item: _text_over(item[0], erasure), shown)
    if "/drawings/" in member:
        return ITEM.sub(lambda item: _text_over(item[0], erasure), xml)
    return xml


def _counted_over(tag: str, erasure: Erasure) -> str:
    """A tag of a pivot table's cache, its values without his numbers."""
    for name in _COUNTED_IN:
        if value := attribute(tag, name):
            new = _value_over(html.unescape(value), erasure)
            tag = tag if new == html.unescape(value) else set_attribute(tag, name, html.escape(new))
    return tag


def _value_over(text: str, erasure: Erasure) -> str:
    """A text without his numbers."""
    return _cut(text, 0, _spots(text, erasure, named=False))


def _text_over(xml: str, erasure: Erasure, *, named: bool = False) -> str:
    """The XML of one text without his numbers, and without his names if ``named``; its runs stay, if empty."""
    nodes = list(NODE.finditer(xml))
    texts = [html.unescape(node[0]) for node in nodes]
    spots = _spots("".join(texts), erasure, named=named)
    if not spots:
        return xml
    pieces, at, start = [], 0, 0
    for node, text in zip(nodes, texts, strict=True):
        new = _cut(text, start, spots)
        pieces += [xml[at : node.start()], node[0] if new == text else marked(new)]
        at, start = node.end(), start + len(text)
    return "".join((*pieces, xml[at:]))


def _spots(text: str, erasure: Erasure, *, named: bool) -> list[tuple[int, int, str]]:
    """What is to be overwritten in a text: start, end, and what takes the place.

    Of a number, which may be a part of a day, only one that is the phone itself.
    """
    if _NUMERIC.fullmatch(text):
        return [(0, len(text), erasure.number)] if _whole(text) in erasure.traces.phones else []
    spots = [
        (start, end, erasure.number if match.lastgroup == "phone" else erasure.token)
        for start, end, match in found(erasure.traces.pattern, text)
    ]
    if named:
        spots += [(start, end, erasure.token) for start, end, _ in found(erasure.name_pattern, text, closed_up=True)]
    return sorted(spots)


def _whole(text: str) -> str:
    """The digits of a whole number, as 19900000001.0 or 1.9900000001E10; "" of any other."""
    try:
        number = float(text)
    except ValueError:
        return ""
    return f"{number:.0f}" if number.is_integer() else ""


def _cut(text: str, start: int, spots: list[tuple[int, int, str]]) -> str:
    """A run that begins at ``start`` of a text, with what stands for the spots; a spot is written where it begins."""
    pieces, at, end = [], start, start + len(text)
    for first, last, token in spots:
        if last > at and first < end:
            pieces += [text[at - start : first - start], token] if first >= at else []
            at = min(last, end)
    return "".join((*pieces, text[at - start :]))
