"""New columns of a form, put in beside the one they follow in the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xlcrm.books.area import Area, letters
from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.aside import Aside, anchors_aside, comments_aside, filters_aside, vml_aside
from xlcrm.books.xlsx.cellxml import cell_xml, marked
from xlcrm.books.xlsx.follow import PLACES, Mention
from xlcrm.books.xlsx.parts import TablePart
from xlcrm.books.xlsx.tablexml import header_columns
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.errors import Refusal

_CELLS = re.compile(rb"<(?:\w+:)?sheetData\b")
_COL = re.compile(r"<col\b[^>]*>")
COLUMNS = re.compile(r"(<tableColumns\b[^>]*>)(.*?)(</tableColumns>)", re.DOTALL)
COLUMN = re.compile(r"<tableColumn\b[^>]*?(?:/>|(?<!/)>.*?</tableColumn>)", re.DOTALL)


def add_columns(work: Work, sheet: str) -> list[str]:
    """Put the columns that today's form has and the book lacks in their places; returns their headers.

    ``Refusal("upgrade.no_room")`` where the sheet is full, ``book.two_tables`` where columns would tear another table.
    """
    own, fresh = work.standing(sheet), work.fresh.table_of(sheet)
    known = header_columns(own)
    wanted = [header for header in fresh.headers if header not in known]
    work.headers[sheet] = dict(known)
    if not wanted:
        return []
    placed = sorted(_befores(fresh.headers, known, own), key=lambda pair: pair[0])
    shift = Aside(sheet, 0, -1, befores=tuple(before for before, _ in placed))
    headers = [header for _, header in placed]
    try:
        work.headers[sheet] = {header: shift.column(at) for header, at in known.items()}
    except ValueError as error:
        raise Refusal("upgrade.no_room", name=work.parts.package.name, sheet=sheet) from error
    work.headers[sheet] |= dict(zip(headers, shift.places(), strict=True))
    _require_whole(work, own, shift)
    work.sheet(sheet).aside(shift, [_width(work, sheet, header) for header in headers])
    follow_columns(work, sheet, shift)
    _widen(work, own, shift, headers)
    styles = (f' s="{_style(work, sheet, header)}"' for header in headers)
    new = zip(shift.places(), headers, styles, strict=True)
    work.sheet(sheet).graft(
        own.area.top, {at: cell_xml(f"{letters(at)}{own.area.top}", style, header, False) for at, header, style in new}
    )
    return headers


def _befores(headers: tuple[str, ...], known: Mapping[str, int], own: TablePart) -> Iterator[tuple[int, str]]:
    """Before which column of the book each new one goes: after the form's column before it, else before the next one."""
    for i, header in enumerate(headers):
        if header not in known:
            before = next((known[former] + 1 for former in reversed(headers[:i]) if former in known), None)
            later = next((known[other] for other in headers[i:] if other in known), own.area.left)
            yield before or later, header


def _require_whole(work: Work, own: TablePart, shift: Aside) -> None:
    """Columns run through the whole sheet: a table or pivot above or below must not be torn."""
    others = [table.area for table in work.parts.tables.values() if table.sheet == own.sheet and table.name != own.name]
    others += work.parts.pivots_of(own.sheet_part)
    if any(area.left < before <= area.right for area in others for before in shift.befores):
        raise Refusal("book.two_tables", sheet=own.sheet)


def follow_columns(work: Work, sheet: str, shift: Aside) -> None:
    """Let all that points at a sheet's columns, outside its own part, follow them."""
    mention = Mention(sheet)
    for name, part in work.parts.sheets.items():
        xml = work.parts.package.read(part)
        if name != sheet and _CELLS.search(xml) and mention.is_in(xml):
            work.sheet(name).follow(shift, mention)
    for place in PLACES:
        for part, home in work.parts.of_kind(place.kind):
            if home == sheet or (place.anywhere and mention.is_in(work.text(part).encode())):
                filtered = filters_aside(work.text(part), shift) if home == sheet else work.text(part)
                work.put(part, place.follow(filtered, shift, home))
    for kind, follow in (
        *(("comments", comments_aside), ("threadedComment", comments_aside)),
        *(("drawing", anchors_aside), ("vmlDrawing", vml_aside)),
    ):
        for part, home in work.parts.of_kind(kind):
            if home == sheet:
                work.put(part, follow(work.text(part), shift))


def _widen(work: Work, own: TablePart, shift: Aside, headers: list[str]) -> None:
    """The table part with its new columns."""
    text = work.text(own.part)
    found = COLUMNS.search(text)
    if found is None:
        raise work.unusual()
    columns = COLUMN.findall(found[2])
    number = max(int(attribute(column[: column.index(">") + 1], "id") or 0) for column in columns)
    for at, header in zip(shift.places(), headers, strict=True):
        number += 1
        columns.insert(at - shift.column(own.area.left) if at > own.area.left else 0, _column(number, header))
    left = min(shift.column(own.area.left), *shift.places())
    area = Area(own.area.top, left, own.area.bottom, left + len(columns) - 1)
    start = set_attribute(found[1], "count", str(len(columns)))
    text = f"{text[: found.start()]}{start}{''.join(columns)}{found[3]}{text[found.end() :]}"
    text = re.sub(r"<table\b[^>]*>", lambda tag: set_attribute(tag[0], "ref", str(area)), text, count=1)
    data = Area(area.top, area.left, area.bottom - own.totals, area.right)
    work.put(own.part, re.sub(r"<autoFilter\b[^>]*?(?=/?>)", lambda tag: set_attribute(tag[0], "ref", str(data)), text))


def _column(number: int, header: str) -> str:
    name = marked(header).replace('"', "&quot;")
    return f'<tableColumn id="{number}" name="{name}"/>'


def _fresh_column(work: Work, sheet: str, header: str) -> int:
    table = work.fresh.table_of(sheet)
    return table.area.left + table.headers.index(header)


def _width(work: Work, sheet: str, header: str) -> str:
    """The ``<col>`` of a column of today's template, its format among the book's."""
    at = _fresh_column(work, sheet, header)
    xml = work.fresh.package.read(work.fresh.sheets[sheet]).decode()
    for tag in _COL.findall(xml):
        if int(attribute(tag, "min") or 0) <= at <= int(attribute(tag, "max") or 0):
            style = attribute(tag, "style")
            return set_attribute(tag, "style", str(work.formats.cell(int(style)))) if style else tag
    return '<col min="1" max="1"/>'


def _style(work: Work, sheet: str, header: str) -> int:
    """The format of a header of today's template, among the book's."""
    table = work.fresh.table_of(sheet)
    name = f"{letters(_fresh_column(work, sheet, header))}{table.area.top}"
    found = re.search(rf'<c r="{name}" s="(\d+)"', work.fresh.package.read(work.fresh.sheets[sheet]).decode())
    return work.formats.cell(int(found[1])) if found else 0
