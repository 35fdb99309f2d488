"""The rows of a table as texts, in one pass over its sheet's XML, where that is written in the ordinary way.

Whether a sealed month stands as it was sealed is asked of thousands of rows, of which nothing but the text of their cells is
wanted: to read them as every other verb does would cost three times as much. What Excel, WPS, LibreOffice, openpyxl and this
program usually write is understood. Anything else (a formula, an error, formatted text, a number format that is not known
here) makes the sheet an unusual one, and its reader is asked instead: what is answered here is never another answer.
"""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeGuard

from xlcrm.books.xlsx.looks import Looks
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.read import BookReader
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import Form, as_text, letters

_BETWEEN = re.compile(rb"(?:<row [^<>]*>(?:</row>)?)*")
"""What may stand between the cells of two rows: the start of the second, blank rows before it."""
_NAME = re.compile(rb'<c r="([A-Z]+)(\d+)"')
_CELL = re.compile(
    rb'(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(?:<v>([^<]*)</v>|<is><t( xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_STRING = re.compile(rb'<t( xml:space="preserve")?>([^<]*)</t>')
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_QUOTED = re.compile(r'"[^"]*"|\\.|General')
_DAYS = frozenset(
    {
        *("14", "15", "16", "17", "20", "21", "22"),
        *("yyyy-mm-dd", "yyyy/m/d", "yyyy/mm/dd", "yyyy-m-d", "m/d", "hh:mm", "h:mm", "hh:mm:ss", "h:mm:ss"),
        *("yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm:ss", "yyyy/m/d h:mm", "yyyy/mm/dd hh:mm"),
    }
)
"""Number formats of days and times: those built in by their number, others by their code."""
_NUMBERS = frozenset({*map(str, range(5)), *("9", "10", "11", "12", "13", "37", "38", "39", "40", "48", "49")})
_DAY_ZERO = dt.datetime(1899, 12, 30)
_FIRST_SURE, _LAST_SURE = 61, 2_958_465
"""Days that every program counts alike: Excel knows a 29 February 1900, which is day 60."""
_MILLISECONDS = 86_400_000


class Unusual(Exception):
    """A sheet, or the book, is written in a way that is not understood here."""


class PlainRows:
    """The tables of a book as rows of texts."""

    def __init__(self, reader: BookReader) -> None:
        self._parts = reader.parts
        self._shown = _Texts(reader.parts)

    def of(self, form: Form, wanted: Collection[str] | None = None) -> list[tuple[str, ...]]:
        """The rows below the header of a form's table, down to the end of the sheet, in its order.

        Shape: one text for each column of the form, "" for blank cells and columns the book lacks, as ``as_text`` shows what
        ``BookReader.read`` reads; only the ``wanted`` fields where they are given. Blank rows and foot rows are left out; a
        row below the table is among the others, whether it belongs to the table or not. Raises ``Unusual``, and the
        ``Refusal`` of ``Parts.table_of``.
        """
        table = self._parts.table_of(form.sheet)
        if self._parts.date1904:
            raise Unusual
        columns = columns_of(table.headers, form)
        fields = [column.name for column in form.columns if wanted is None or column.name in wanted]
        places = {
            letters(table.area.left + columns[own]).encode(): at for at, own in enumerate(fields) if own in columns
        }
        layouts, feet = _Layouts(places, len(fields)), _Feet()
        found = []
        for number, own, texts in self._rows(table.sheet_part, places):
            if number > table.area.top:
                row = tuple(map([*texts, ""].__getitem__, layouts[own]))
                if not _is_understood(row):
                    raise Unusual
                if any(row) and not feet[next(filter(None, row))]:
                    found.append(row)
        return found

    def _rows(self, part: str, wanted: Collection[bytes]) -> Iterator[tuple[int, tuple[bytes, ...], list[str | None]]]:
        """Of each row that has cells its number, their columns and the texts of the ``wanted``, ``None`` of an unusual one."""
        xml = self._parts.package.read(part)
        begin, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
        if begin < 0 or b"<!" in xml:
            raise Unusual
        before, *found = _NAME.split(xml[begin + len(b"<sheetData>") : end])
        if not _BETWEEN.fullmatch(before):
            raise Unusual
        columns, numbers, cells = found[::3], found[1::3], found[2::3]
        rows = [(int(number), len(list(own))) for number, own in groupby(numbers)]
        last, above = -1, 0
        for number, count in rows:
            last += count
            if number <= above:  # a cell that names another row than its own
                raise Unusual
            above = number
            cells[last], _, rest = cells[last].partition(b"</row>")
            if not _BETWEEN.fullmatch(rest):
                raise Unusual
        shown = self._shown
        texts = [shown[cell] if column in wanted else "" for column, cell in zip(columns, cells, strict=True)]
        at = 0
        for number, count in rows:
            yield number, tuple(columns[at : at + count]), texts[at : at + count]
            at += count


def _is_understood(row: tuple[str | None, ...]) -> TypeGuard[tuple[str, ...]]:
    """Whether no cell of a row is an unusual one."""
    return None not in row


class _Layouts(dict[tuple[bytes, ...], Sequence[int]]):
    """Which cell of a row holds each field of a form, by the columns of the cells; the one behind the last where none does.

    Most rows have the same.
    """

    def __init__(self, places: Mapping[bytes, int], width: int) -> None:
        super().__init__()
        self._places = places
        self._width = width

    def __missing__(self, columns: tuple[bytes, ...]) -> Sequence[int]:
        picked = [len(columns)] * self._width
        for at, column in enumerate(columns):
            if column in self._places:
                picked[self._places[column]] = at
        self[columns] = picked
        return picked


class _Feet(dict[str, bool]):
    """Whether a row is a foot row, by its first text."""

    def __missing__(self, first: str) -> bool:
        self[first] = found = is_foot([first])
        return found


class _Texts(dict[bytes, str | None]):
    """What cells show by what stands behind their names, ``None`` of unusual ones.

    Styles, types and values repeat in every row, and are read once.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._are_days: dict[bytes, bool] = {}
        self._strings: Sequence[str | None] | None = None
        self._looks: Looks | None = None

    def __missing__(self, cell: bytes) -> str | None:
        found = _CELL.fullmatch(cell)
        try:
            self[cell] = shown = self._shown(*found.groups()) if found else None
        except Unusual:
            self[cell] = shown = None
        return shown

    def _shown(
        self, style: bytes | None, kind: bytes | None, value: bytes | None, kept: bytes | None, text: bytes | None
    ) -> str:
        if kind == b"inlineStr" and value is None:
            return _text(text or b"", kept)
        if text is not None:
            raise Unusual
        if not value:
            return ""
        match kind:
            case None | b"n":
                return self._number(style or b"0", value)
            case b"s":
                return self._string(value)
            case b"str":
                return _text(value, None)
            case b"b" if value in (b"0", b"1"):
                return as_text(value == b"1")
        raise Unusual

    def _number(self, style: bytes, value: bytes) -> str:
        if not _NUMBER.fullmatch(value):
            raise Unusual
        if style not in self._are_days:
            self._are_days[style] = self._is_of_days(style)
        number = float(value)
        if not math.isfinite(number):
            raise Unusual
        return _day(number) if self._are_days[style] else as_text(number)

    def _is_of_days(self, style: bytes) -> bool:
        """Whether numbers of a style are days or times."""
        if self._looks is None:
            xml = next(iter(self._of_kind("styles")), b"")
            self._looks = Looks(xml.decode())
        code = self._looks.number_format(f' s="{style.decode()}"')
        if code in _DAYS:
            return True
        if code in _NUMBERS or (not code.isdecimal() and not re.search(r"[dmyhsDMYHS\[]", _QUOTED.sub("", code))):
            return False
        raise Unusual

    def _string(self, value: bytes) -> str:
        if self._strings is None:
            xml = next(iter(self._of_kind("sharedStrings")), b"")
            self._strings = [_string(item) for item in xml.split(b"<si>")[1:]]
            if b"<si/>" in xml or b"<!" in xml:
                raise Unusual
        at = int(value)
        text = self._strings[at] if at < len(self._strings) else None
        if text is None:
            raise Unusual
        return text

    def _of_kind(self, kind: str) -> list[bytes]:
        return [self._parts.package.read(member) for member in self._parts.related(self._parts.workbook, kind)]


def _string(item: bytes) -> str | None:
    """A text kept apart from its cells; ``None`` of a formatted one."""
    found = _STRING.match(item)
    if found is None or item[found.end() :].split(b"</sst>")[0].strip() != b"</si>":
        return None
    try:
        return _text(found[2], found[1])
    except Unusual:
        return None


def _text(raw: bytes, kept: bytes | None) -> str:
    """A text as it was typed; blanks around it count only where they are said to be kept."""
    text = raw.decode()
    if "\r" in text or "_x" in text or (kept is None and text != text.strip()):
        raise Unusual
    return html.unescape(text) if "&" in text else text


def _day(number: float) -> str:
    """A day, a moment or a time of day."""
    if not (0 <= number < 1 or _FIRST_SURE <= number <= _LAST_SURE):
        raise Unusual
    moment = _DAY_ZERO + dt.timedelta(milliseconds=int(number * _MILLISECONDS + 0.5))
    if number < 1:
        return as_text(moment.time())
    return as_text(moment)
