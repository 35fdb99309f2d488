"""What must not reach calamine: values so far out that it asks for hundreds of gigabytes, numbers that make its Rust panic.

Both guards are tested against calamine itself: whatever it takes for a place or a number, they take for one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from xlcrm.books.area import Area, column_number
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.paths import simpler
from xlcrm.books.xlsx.values import Values, can_be_read
from xlcrm.errors import Refusal
from xlcrm.patterns import lazy

LARGEST_SPREAD = 8_000_000
"""Cells of the rectangle around a sheet's values: calamine keeps all of it in memory, 32 bytes a cell."""
_NOT_PLAIN = lazy(
    rb'<(?!/(?:c|v|is|t|row)>|c r="[AB]?[A-Z]\d{1,5}"(?: s="\d+")?(?: t="(?:b|d|n|s|str|inlineStr)")?/?>'
    rb'|v>[^-\s]|is>|t>|t xml:space="preserve">|row r="\d{1,5}"(?: (?!(?:\w+:)?r=)[\w:]+="[^"<>]*")*/?>)'
)
"""A tag among the rows of a sheet that is no row or cell named in the first place, no value above zero, no text: it may be a
formula, an error value, a cell far out or without a name, or written in a way of its own."""
_VALUE = rb'(?: t="(?:b|d|n|s|str)")?+>(?:<v>[^-\s<][^<]*+</v>)?+</c>'
_TEXT = rb' t="inlineStr"><is><t(?: xml:space="preserve")?+>[^<]*+</t></is></c>'
_CELLS = rb'(?:<c r="[AB]?[A-Z]\d{1,5}+"(?: s="\d++")?+(?:/>|' + _TEXT + rb"|" + _VALUE + rb"))*+"
_ROW_TAG = rb'<row r="\d{1,5}+"(?: (?!(?:\w+:)?r=)[\w:]+="[^"<>]*")*+'
_PLAIN_ROWS = lazy(rb"(?:" + _ROW_TAG + rb"(?:/>|>" + _CELLS + rb"</row>))*+")
"""Rows without any such tag, as most programs write them: read along in less than half the time of looking at each tag."""
_UNSPACED = bytes.maketrans(b"'", b'"'), b" \t\r\n"
_FAR = lazy(rb'r="(?:[A-Za-z]{3,}\d|[C-Zc-z][A-Za-z]\d|[A-Za-z]{0,2}\d{6})')
"""A row from 100,000 or a column from CA on, in XML without blanks: all before them is no ``LARGEST_SPREAD``.

The digit distinguishes a place from an attribute that only ends in r: operator="between" stands in many sheets.
"""
_LATE, _WIDE = lazy(rb'r="[A-Za-z]{0,2}(\d{6,18})'), lazy(rb'r="[A-Za-z]{2,}\d')
_LETTERS = 26
_ROW_OR_CELL = lazy(rb"""<(?:\w+:)?(row|c)\b((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_NUMBERED = lazy(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d{0,18})""")

_LOW = lazy(rb">\s*(-(?:\d{12}|[\d.]*[eE]|[iI])[^<]*)<")
_DAYS = (dt.date, dt.time, dt.timedelta)
_LOWEST = -1e11
"""Of a date calamine counts milliseconds in 64 bits; below this it panics."""

_ROW = lazy(rb"<(?:\w+:)?row\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(?:/>|>.*?</(?:\w+:)?row\s*>)", re.DOTALL)
_CELL = lazy(rb"<(?:\w+:)?c\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(?:/>|>.*?</(?:\w+:)?c\s*>)", re.DOTALL)
_CELL_TAG = lazy(rb"<(?:\w+:)?c\b[^>]*>")
_PLACE = lazy(rb"""\sr\s*=\s*["']([A-Z]{1,3}[1-9]\d{0,6})["']""")


def plain_frame(xml: bytes) -> bytes | None:
    """A sheet's part without its rows, where all their cells hold text and numbers above zero only, within the first 99,999
    rows and 78 columns; else ``None``.

    One pass that most sheets of a shop pass, in place of the searches for everything that could be wrong with them.
    """
    begin, end = xml.find(b"<sheetData>") + len(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if not len(b"<sheetData>") <= begin <= end:
        return None
    if not _PLAIN_ROWS.fullmatch(xml, begin, end) and _NOT_PLAIN.search(xml, begin, end):
        return None
    return xml[:begin] + xml[end:]


def far_cells(xml: bytes) -> list[str]:
    """The outermost cells of a sheet's part whose values take too much room, whatever dimension it claims; else none."""
    unspaced = xml.translate(*_UNSPACED)
    if not _has_nameless(xml) and (not _FAR.search(unspaced) or _is_narrow(unspaced)):
        return []
    filled = list(_filled(xml))
    if spread(filled) <= LARGEST_SPREAD:
        return []
    return sorted({str(max(filled, key=lambda cell: cell.bottom)), str(max(filled, key=lambda cell: cell.right))})


def spread(areas: list[Area]) -> int:
    """Cells of the rectangle around all of them."""
    height = max((area.bottom for area in areas), default=0) - min((area.top for area in areas), default=1) + 1
    width = max((area.right for area in areas), default=0) - min((area.left for area in areas), default=1) + 1
    return height * width


def _is_narrow(unspaced: bytes) -> bool:
    """Whether a sheet of many rows has no column beyond Z and so few rows that they are no ``LARGEST_SPREAD``: years of reports."""
    height = max(map(int, _LATE.findall(unspaced)), default=0)
    return height * _LETTERS <= LARGEST_SPREAD and not _WIDE.search(unspaced)


def _has_nameless(xml: bytes) -> bool:
    """Whether a row or a cell may be counted rather than named: spreadsheet programs write its place first."""
    cells = xml.count(b"<c ") == xml.count(b'<c r="') and xml.count(b"<row ") == xml.count(b'<row r="')
    others = (b"<c>", b"<c/", b"<row>", b"<row/", b":c ", b":c>", b":c/", b":row")
    return not cells or any(other in xml for other in others)


def _filled(xml: bytes) -> Iterator[Area]:
    """Where a sheet's cells with content stand; a cell without a name stands right of the last.

    Of a place given twice calamine takes the last.
    """
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        name, number = (_NUMBERED.findall(tag[2]) or [(b"", b"")])[-1]
        if tag[1] == b"row":
            row, column = int(number) if number else row + 1, 0
            continue
        column = column_number(name.decode().upper()) if name else column + 1
        if not tag[2].endswith(b"/"):
            bottom = int(number) if number else row
            yield Area(bottom, column, bottom, column)


def low_date(package: Package, part: str, sheet: str) -> str | None:
    """A cell of a sheet with a number so far below zero, formatted as a date or a time, that calamine would panic.

    It would be heard on standard error before anybody could catch it. What is a date calamine knows: it is asked with
    smaller numbers in their places, and may refuse another cell of the sheet.
    """
    xml = package.read(part)
    if b">-" not in xml:
        return None
    low = [found for found in _LOW.finditer(xml) if _number(found[1]) <= _LOWEST]
    places = [place for found in low if (place := _cell_before(xml, found.start()))]
    if not places:
        return None
    harmless = _LOW.sub(lambda found: b">-1<" if _number(found[1]) <= _LOWEST else found[0], xml)
    asked = Package(package.rewritten({part: harmless}), package.name)
    values = Values(
        asked.data, package.name, lambda sheet: unreadable_cell(asked, part, sheet), lambda _: simpler(asked, part)
    )
    shown = ((place, values.cells(sheet, place)[0][0]) for place in places)
    return next((str(place) for place, value in shown if isinstance(value, _DAYS)), None)


def _number(text: bytes) -> float:
    """A number as Rust reads it; 0 for what is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def _cell_before(xml: bytes, at: int) -> Area | None:
    """The cell that a position inside it belongs to."""
    tags = list(_CELL_TAG.finditer(xml, xml.rfind(b"<row", 0, at) if b"<row" in xml else 0, at))
    found = _PLACE.search(tags[-1][0]) if tags else None
    return Area.parse(found[1].decode()) if found else None


def unreadable_cell(package: Package, part: str, sheet: str) -> str | None:
    """The first cell of a sheet that calamine stumbles over; ``None`` where it is no single cell's fault.

    Found by giving it ever fewer of the rows, then of the cells of one: so nothing is assumed of what it can read.
    """
    xml = package.read(part)
    rows = list(_ROW.finditer(xml))
    if not rows:
        return None
    before, after = xml[: rows[0].start()], xml[rows[-1].end() :]

    def stumbles(rows: bytes) -> bool:
        return not can_be_read(package.rewritten({part: before + rows + after}), sheet)

    try:
        row = _first([row[0] for row in rows], stumbles)
        if row is None:
            return None
        cells = [cell[0] for cell in _CELL.finditer(row)]
        start, end = row[: row.index(b">") + 1], row[row.rindex(b"<") :]
        cell = _first(cells, lambda some: stumbles(start + some + end))
    except Refusal:  # a package that cannot be written again
        return None
    found = _PLACE.search(cell) if cell else None
    return found[1].decode() if found else None


def _first(pieces: list[bytes], stumbles: Callable[[bytes], bool]) -> bytes | None:
    """The first piece that is stumbled over, in as few tries as can be; ``None`` where all together are not, or none are."""
    low, high = 0, len(pieces)
    if stumbles(b"") or not stumbles(b"".join(pieces)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if stumbles(b"".join(pieces[low:middle])):
            high = middle
        else:
            low = middle
    return pieces[low]
