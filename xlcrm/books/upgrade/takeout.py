"""The columns that a shop switches off in 设置: they go from a sheet where nothing stands on them or points at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from xlcrm.books.area import Area
from xlcrm.books.upgrade.columns import COLUMN, COLUMNS, follow_columns
from xlcrm.books.upgrade.dressing import COMMENT, SHAPE, said
from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.aside import Away, Pointed
from xlcrm.books.xlsx.follow import PLACES, Mention
from xlcrm.books.xlsx.parts import TablePart
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.tablexml import header_columns
from xlcrm.books.xlsx.tagtext import set_attribute
from xlcrm.changes import Block, headers_of
from xlcrm.forms.sheets import FORMS
from xlcrm.template.columns import tip

Gone = dict[str, list[str]]
"""By sheet, the headers of the columns taken out."""


def without_columns(
    reader: BookReader, blocks: Sequence[Block], on: Collection[str]
) -> tuple[BookReader, Gone, list[str]]:
    """The book without the columns of what is off, which of them these are, and the switches whose columns cannot go.

    The columns of a switch go together. A sheet that has some of them only, has columns of the shop's own.
    """
    gone: Gone = {}
    kept: list[str] = []
    for switch, columns in _off(blocks, on).items():
        try:
            reader = _taken_out(reader, columns)
        except Pointed:
            kept.append(switch)
            continue
        for sheet, headers in columns.items():
            gone.setdefault(sheet, []).extend(headers)
    return reader, gone, kept


def _off(blocks: Sequence[Block], on: Collection[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """By switch that is off and by sheet, its headers, where the sheet has them all."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for block in blocks:
        for switch, headers in FORMS[block.sheet].switched.items():
            if switch not in on and set(headers) <= set(headers_of(block)):
                found.setdefault(switch, {})[block.sheet] = headers
    return found


def _taken_out(reader: BookReader, columns: Mapping[str, Sequence[str]]) -> BookReader:
    """The book without some headers of some sheets. Raises ``Pointed``."""
    work = Work(reader.parts, reader.parts, reader.parts)
    for sheet, headers in columns.items():
        own = work.standing(sheet)
        known = header_columns(own)
        gone = {known[header]: header for header in headers}
        _require_unnamed(work, own, headers)
        _drop_notes(work, own, gone)
        shift = Away(sheet, 0, -1, gone=tuple(sorted(gone)))
        work.sheet(sheet).away(shift, own.area.top)
        follow_columns(work, sheet, shift)
        _narrow(work, own, gone)
    work.settle()
    return BookReader(reader.path, work.content())


def _require_unnamed(work: Work, own: TablePart, headers: Sequence[str]) -> None:
    """No formula names a column by its header, no pivot counts the table, and no column fills itself."""
    parts = work.parts
    members = {*parts.sheets.values(), *(member for place in PLACES for member, _ in parts.of_kind(place.kind))}
    texts = {member: parts.package.read(member) for member in members}
    if any(f"[{header}]".encode() in text for header in headers for text in texts.values()):
        raise Pointed
    mention = Mention(own.sheet)
    pivots = (texts[member] for member, _ in parts.of_kind("pivotCacheDefinition"))
    if any(mention.is_in(text) or f'"{own.name}"'.encode() in text for text in pivots):
        raise Pointed


def _drop_notes(work: Work, own: TablePart, gone: Mapping[int, str]) -> None:
    """Take our own tips off the headers; a note that somebody changed stays, and the column with it."""
    form = FORMS[own.sheet]
    tips = {column.header: tip(column) for column in form.columns}
    ours = {Area(own.area.top, at, own.area.top, at): tips[header] for at, header in gone.items()}
    for member in work.parts.related(own.sheet_part, "comments"):
        notes = {Area.parse(note[1]): note[0] for note in COMMENT.finditer(work.text(member))}
        dropped = [place for place, words in ours.items() if place in notes and said(notes[place]) == words]
        for place in dropped:
            work.put(member, work.text(member).replace(notes[place], "", 1))
        for boxes in work.parts.related(own.sheet_part, "vmlDrawing"):
            for shape in list(_boxes(work.text(boxes), dropped)):
                work.put(boxes, work.text(boxes).replace(shape, "", 1))


def _boxes(vml: str, places: Collection[Area]) -> Iterator[str]:
    """The shapes of the notes on some cells."""
    marks = [(f"<x:Row>{place.top - 1}</x:Row>", f"<x:Column>{place.left - 1}</x:Column>") for place in places]
    for shape in SHAPE.findall(vml):
        if any(row in shape and column in shape for row, column in marks):
            yield shape


def _narrow(work: Work, own: TablePart, gone: Collection[int]) -> None:
    """The table part without the columns; its ranges have followed."""
    text = work.text(own.part)
    found = COLUMNS.search(text)
    if found is None:
        raise work.unusual()
    columns = COLUMN.findall(found[2])
    if any("Formula" in column or "totalsRow" in column for column in (columns[at - own.area.left] for at in gone)):
        raise Pointed
    stay = [column for at, column in enumerate(columns, own.area.left) if at not in gone]
    start = set_attribute(found[1], "count", str(len(stay)))
    work.put(own.part, f"{text[: found.start()]}{start}{''.join(stay)}{found[3]}{text[found.end() :]}")
