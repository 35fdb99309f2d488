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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TypeGuard

from xlcrm.books.xlsx.looks import Looks
from xlcrm.books.xlsx.parts import Parts, TablePart
from xlcrm.books.xlsx.read import BookReader
from xlcrm.changes import Block
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import Form, as_text, letters

_BLANK = re.compile(rb"(?:<row [^<>]*/>)*")
"""Rows without cells."""
_HEAD = re.compile(rb"<row [^<>]*>")
_ROW, _MARK = b'<row r="', b'<c r="'
"""What a row, and a cell, begins with."""
_CELL = re.compile(
    rb'(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(?:<v>([^<]*)</v>|<is><t( xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
    rb'(?:<c r="([A-Z]+))?'
)
_ORDINARY = re.compile(rb' s="\d+" t="inlineStr"><is><t>([^<&\r_]+)</t></is></c>(?:<c r="([A-Z]+))?')
"""A cell as this program writes nearly all its texts, in which no character stands for another."""
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
        self._cells = _Cells(reader.parts)

    def of(self, form: Form, wanted: Collection[str] | None = None, holding: str = "") -> list[tuple[str, ...]]:
        """The rows below the header of a form's table, down to the end of the sheet, in its order.

        Shape: one text for each column of the form, "" for blank cells and columns the book lacks, as ``as_text`` shows what
        ``BookReader.read`` reads; only the ``wanted`` fields where they are given. Blank rows and foot rows are left out, and
        some of those where no cell shows the text ``holding``, which has no ``&`` in it; a row below the table is among the
        others, whether it belongs to the table or not. Raises ``Unusual``, and the ``Refusal`` of ``Parts.table_of``.
        """
        fields = [column.name for column in form.columns if wanted is None or column.name in wanted]
        marks = self._cells.marks_of(holding)
        return [row for _, row in self._rows(self._table(form), form, fields, marks)]

    def block(self, form: Form) -> Block:
        """The table as a block of texts, for one whose columns of days and numbers can be read from texts as well.

        Raises what ``of`` does, and ``Unusual`` where something stands below the table.
        """
        table = self._table(form)
        columns = columns_of(table.headers, form)
        fields = [column for column in form.columns if column.name in columns]
        rows = self._rows(table, form, [column.name for column in fields])
        if table.totals or (rows and rows[-1][0] > table.area.bottom):
            raise Unusual
        cells = tuple(tuple(text or None for text in row) for _, row in rows)
        return Block(form.sheet, table.name, table.area.top, 1, tuple(column.header for column in fields), cells)

    def _table(self, form: Form) -> TablePart:
        if self._parts.date1904:
            raise Unusual
        return self._parts.table_of(form.sheet)

    def _rows(
        self, table: TablePart, form: Form, fields: Sequence[str], marks: Sequence[bytes] = (b"",)
    ) -> list[tuple[int, tuple[str, ...]]]:
        """The rows below the header that hold some of the fields, and one of ``marks`` in their XML, each with its number."""
        columns = columns_of(table.headers, form)
        places = {
            letters(table.area.left + columns[own]).encode(): at for at, own in enumerate(fields) if own in columns
        }
        layouts, feet = _Layouts(places, len(fields)), _Feet()
        found = []
        for number, own, texts in _rows(self._parts.package.read(table.sheet_part), self._cells, marks):
            if number > table.area.top:
                row = layouts[own](texts)
                if not _is_understood(row):
                    raise Unusual
                first = row[0] or next(filter(None, row), "")
                if first and not feet[first]:
                    found.append((number, row))
        return found


Columns = tuple[bytes | None, ...]
Texts = tuple[str | None, ...]
Cut = tuple[bytes, Columns, Texts]
"""A row's number; the columns of its cells, and ``None``; "" and the texts of its cells, ``None`` of unusual ones."""


def _rows(xml: bytes, known: _Cells, marks: Sequence[bytes]) -> Iterator[tuple[int, Columns, Texts]]:
    """The rows of a sheet that have cells, and one of ``marks`` in them, cut."""
    begin, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if begin < 0:
        raise Unusual
    *rows, rest = xml[begin + len(b"<sheetData>") : end].split(b"</row>")
    if not _BLANK.fullmatch(rest):
        raise Unusual
    above = 0
    for row in rows if b"" in marks else [row for row in rows if any(mark in row for mark in marks)]:
        cut = _cut(row, known) or _cut_by_cells(row, known)
        if cut is not None:
            name, columns, texts = cut
            if not name.isdigit() or (number := int(name)) <= above:  # a cell that names another row than its own
                raise Unusual
            above = number
            yield number, columns, texts


def _cut(row: bytes, known: _Cells) -> Cut | None:
    """A row cut where its number stands, which all its cells are named by; ``None`` where that also stands elsewhere."""
    number = row[len(_ROW) : row.find(b'"', len(_ROW))]
    start, *pieces = row.split(number + b'"')
    if start != _ROW or len(pieces) < 2:
        return None
    try:
        columns, texts = zip(*map(known.__getitem__, pieces), strict=True)
    except KeyError:
        return None
    return (number, columns, texts) if columns.index(None) == len(columns) - 1 else None


def _cut_by_cells(row: bytes, known: _Cells) -> Cut | None:
    """The same cell by cell; ``None`` of a row without cells. Raises ``Unusual``."""
    row = _BLANK.sub(b"", row, count=1)
    if _HEAD.fullmatch(row):
        return None
    head, *cells = row.split(_MARK)
    if not cells or not _HEAD.fullmatch(head):
        raise Unusual
    names, _, ends = zip(*(cell.partition(b'"') for cell in cells), strict=True)
    named = tuple(name.rstrip(b"0123456789") for name in names)
    number = names[0][len(named[0]) :]
    pieces = [end + _MARK + column for end, column in zip((b">", *ends), named, strict=False)]
    try:
        columns, texts = zip(*map(known.__getitem__, (*pieces, ends[-1])), strict=True)
    except KeyError:
        raise Unusual from None
    if columns != (*named, None) or names != tuple(column + number for column in named):
        raise Unusual
    return number, columns, texts


def _is_understood(row: Texts) -> TypeGuard[tuple[str, ...]]:
    """Whether no cell of a row is an unusual one."""
    return None not in row


class _Layouts(dict[Columns, Callable[[Texts], Texts]]):
    """Takes the fields of a form out of a row's texts, by the columns of its cells; the first, which is "", where one is missing.

    Most rows have the same columns.
    """

    def __init__(self, places: Mapping[bytes, int], width: int) -> None:
        super().__init__()
        self._places = places
        self._width = width

    def __missing__(self, columns: Columns) -> Callable[[Texts], Texts]:
        picked = [0] * self._width
        for at, column in enumerate(columns, 1):
            if column is not None and column in self._places:
                picked[self._places[column]] = at
        self[columns] = found = itemgetter(*picked) if self._width > 1 else _only(*picked)
        return found


def _only(at: int) -> Callable[[Texts], Texts]:
    """``itemgetter`` of one place does not give a tuple."""
    return lambda texts: (texts[at],)


class _Feet(dict[str, bool]):
    """Whether a row is a foot row, by its first text."""

    def __missing__(self, first: str) -> bool:
        self[first] = found = is_foot([first])
        return found


class _Cells(dict[bytes, tuple[bytes | None, str | None]]):
    """The pieces of a row, cut where its number stands: the end of its head (``>`` or `` spans="1:9">``) and its cells without
    their names, each with the beginning of the next: `` s="3"><v>5</v></c><c r="B``.

    Of each the column of the next cell, ``None`` behind the last, and what the cell shows: ``None`` of an unusual one, "" of
    a head. What is neither is not there. Styles, types and values repeat in every row, and are read once.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self._are_days: dict[bytes, bool] = {}
        self._days, self._numbers = _Days(), _Numbers()
        self._looks: Looks | None = None

    def __missing__(self, piece: bytes) -> tuple[bytes | None, str | None]:
        found: tuple[bytes | None, str | None]
        if ordinary := _ORDINARY.fullmatch(piece):
            raw, column = ordinary.groups()
            text = raw.decode()
            self[piece] = found = column, text if text == text.strip() else None
            return found
        cell = _CELL.fullmatch(piece)
        if cell is None:
            self[piece] = found = _otherwise(piece)
            return found
        style, kind, value, kept, typed, column = cell.groups()
        try:
            if typed is not None and kind == b"inlineStr":
                self[piece] = found = column, _text(typed, kept)
            else:
                self[piece] = found = column, self._shown(style, kind, value, typed)
        except Unusual:
            self[piece] = found = column, None
        return found

    def _shown(self, style: bytes | None, kind: bytes | None, value: bytes | None, text: bytes | None) -> str:
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
        if style not in self._are_days:
            self._are_days[style] = self._is_of_days(style)
        return self._days[value] if self._are_days[style] else self._numbers[value]

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

    def marks_of(self, text: str) -> Sequence[bytes]:
        """Bytes of which at least one is in the XML of every row that shows a text; for no text, nothing, which every row holds."""
        kept_apart = [at for at, own in enumerate(self._strings if text else ()) if own is None or own == text]
        return (text.encode(), *([b"&#"] if text else ()), *(b"<v>%d</v>" % at for at in kept_apart))

    def _string(self, value: bytes) -> str:
        at = int(value)
        text = self._strings[at] if at < len(self._strings) else None
        if text is None:
            raise Unusual
        return text

    @cached_property
    def _strings(self) -> Sequence[str | None]:
        """The texts kept apart from their cells, ``None`` of unusual ones."""
        xml = next(iter(self._of_kind("sharedStrings")), b"")
        if b"<si/>" in xml or b"<!" in xml:
            raise Unusual
        return [_string(item) for item in xml.split(b"<si>")[1:]]

    def _of_kind(self, kind: str) -> list[bytes]:
        return [self._parts.package.read(member) for member in self._parts.related(self._parts.workbook, kind)]


class _Numbers(dict[bytes, str]):
    """Numbers as a cell shows them. Raises ``Unusual`` for anything else."""

    def __missing__(self, value: bytes) -> str:
        self[value] = text = as_text(_number(value))
        return text


class _Days(dict[bytes, str]):
    """Days, moments and times of day as a cell shows them. Raises ``Unusual``."""

    def __missing__(self, value: bytes) -> str:
        self[value] = text = _day(_number(value))
        return text


def _otherwise(piece: bytes) -> tuple[bytes | None, str | None]:
    """The end of a row's head, or an unusual cell, with the column of the next. Raises ``KeyError`` for what is neither."""
    own, mark, column = piece.rpartition(_MARK) if _MARK in piece else (piece, b"", b"A")
    is_one = own.endswith(b">") and b"<c" not in own and b"<row" not in own and b"<!" not in own
    if not is_one or not (column.isalpha() and column.isupper()):
        raise KeyError(piece)
    return column if mark else None, None if b"<" in own or own.endswith(b"/>") else ""


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


def _number(value: bytes) -> float:
    if not _NUMBER.fullmatch(value):
        raise Unusual
    number = float(value)
    if not math.isfinite(number):
        raise Unusual
    return number


def _day(number: float) -> str:
    """A day, a moment or a time of day."""
    if not (0 <= number < 1 or _FIRST_SURE <= number <= _LAST_SURE):
        raise Unusual
    moment = _DAY_ZERO + dt.timedelta(milliseconds=int(number * _MILLISECONDS + 0.5))
    if number < 1:
        return as_text(moment.time())
    return as_text(moment)
