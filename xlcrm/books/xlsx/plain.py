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
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, cached_property
from operator import getitem, itemgetter
from typing import NamedTuple

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
)
_ORDINARY = rb' s="\d+" t="inlineStr"><is><t>([^<&\r_]+)</t></is></c>'
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
_UNUSUAL = "\0"
"""Stands for what an unusual cell shows; no XML holds it."""
_DAY_ZERO = dt.date(1899, 12, 30)
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
        return self._rows(self._table(form), form, fields, marks)[0]

    def block(self, form: Form) -> Block:
        """The table as a block of texts, for one whose columns of days and numbers can be read from texts as well.

        Raises what ``of`` does, and ``Unusual`` where something stands below the table.
        """
        table = self._table(form)
        columns = columns_of(table.headers, form)
        fields = [column for column in form.columns if column.name in columns]
        rows, last = self._rows(table, form, [column.name for column in fields])
        if table.totals or last > table.area.bottom:
            raise Unusual
        cells = tuple(tuple(text or None for text in row) for row in rows)
        return Block(form.sheet, table.name, table.area.top, 1, tuple(column.header for column in fields), cells)

    def _table(self, form: Form) -> TablePart:
        if self._parts.date1904:
            raise Unusual
        return self._parts.table_of(form.sheet)

    def _rows(
        self, table: TablePart, form: Form, fields: Sequence[str], marks: Sequence[bytes] = (b"",)
    ) -> tuple[list[tuple[str, ...]], int]:
        """The rows below the header that hold some of the fields, and one of ``marks`` in their XML; the number of the last."""
        columns = columns_of(table.headers, form)
        places = {
            letters(table.area.left + columns[own]).encode(): at for at, own in enumerate(fields) if own in columns
        }
        layouts, feet = _Layouts(places, len(fields), self._cells), _Feet()
        found: list[tuple[str, ...]] = []
        above = last = 0
        for xml in _rows(self._parts.package.read(table.sheet_part), marks):
            number, row = layouts.cut(xml)
            if number is None:
                continue
            if number <= above:  # a cell that names another row than its own
                raise Unusual
            above = number
            if number > table.area.top:
                if self._cells.has_unusual and _UNUSUAL in row:
                    raise Unusual
                first = row[0] or next(filter(None, row), "")
                if first and not feet[first]:
                    found.append(row)
                    last = number
        return found, last


Columns = tuple[bytes, ...]
Texts = tuple[str, ...]
"""What cells show, ``_UNUSUAL`` of unusual ones."""
Cut = tuple[int | None, Texts]
"""A row's number, ``None`` of one without cells; the texts of the fields that are asked for."""


def _rows(xml: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """The XML of the rows of a sheet that have one of ``marks`` in them."""
    begin, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if begin < 0:
        raise Unusual
    *rows, rest = xml[begin + len(b"<sheetData>") : end].split(b"</row>")
    if not _BLANK.fullmatch(rest):
        raise Unusual
    return rows if b"" in marks else [row for row in rows if any(mark in row for mark in marks)]


class _Layouts(dict[Columns, "_Layout"]):
    """Cuts rows into cells, and takes the fields of a form out of them. Nearly every row has the columns of the one above it."""

    def __init__(self, places: Mapping[bytes, int], width: int, cells: _Cells) -> None:
        super().__init__()
        self._places, self._width, self._cells = places, width, cells
        self._last = _Layout((), _only(0))

    def cut(self, row: bytes) -> Cut:
        """A row cut where its number stands, which all its cells are named by; cell by cell where that also stands elsewhere."""
        number = row[len(_ROW) : row.find(b'"', len(_ROW))]
        start, *pieces = row.split(number + b'"')
        if start != _ROW or len(pieces) < 2 or not number.isdigit():
            return self._cut_by_cells(row)
        places, pick = self._last
        try:
            if len(places) == len(pieces):
                return int(number), pick(tuple(map(getitem, places, pieces)))
        except KeyError:
            pass
        try:
            self._last = self[tuple(piece.rpartition(_MARK)[2] for piece in pieces[:-1])]
            return int(number), self._last.texts(pieces)
        except KeyError:
            return self._cut_by_cells(row)

    def _cut_by_cells(self, row: bytes) -> Cut:
        """Raises ``Unusual``."""
        row = _BLANK.sub(b"", row, count=1)
        if _HEAD.fullmatch(row):
            return None, ()
        head, *cells = row.split(_MARK)
        if not cells or not _HEAD.fullmatch(head):
            raise Unusual
        names, _, ends = zip(*(cell.partition(b'"') for cell in cells), strict=True)
        columns = tuple(name.rstrip(b"0123456789") for name in names)
        number = names[0][len(columns[0]) :]
        if not number.isdigit() or names != tuple(column + number for column in columns):
            raise Unusual
        pieces = [end + _MARK + column for end, column in zip((b">", *ends), columns, strict=False)]
        try:
            return int(number), self[columns].texts((*pieces, ends[-1]))
        except KeyError:
            raise Unusual from None

    def __missing__(self, columns: Columns) -> _Layout:
        if not all(column.isalpha() and column.isupper() for column in columns):
            raise KeyError(columns)
        picked = [0] * self._width  # the head's "" where a column is missing
        for at, column in enumerate(columns, 1):
            if column in self._places:
                picked[self._places[column]] = at
        first, *ends = [*(_MARK + column for column in columns), b""]
        places = [
            _AskedPlace(self._cells.__getitem__, end) if at in picked else _Place(_unasked, end)
            for at, end in enumerate(ends, 1)
        ]
        places = [_Place(_head, first), *places]
        self[columns] = found = _Layout(places, itemgetter(*picked) if self._width > 1 else _only(*picked))
        return found


class _Layout(NamedTuple):
    """Rows with the same columns: what stands at each place of a row cut where its number stands, and the fields taken of it."""

    places: Sequence[_Place]
    pick: Callable[[Texts], Texts]

    def texts(self, pieces: Sequence[bytes]) -> Texts:
        """Raises ``KeyError`` where the columns are others."""
        if len(pieces) != len(self.places):
            raise KeyError
        return self.pick(tuple(map(getitem, self.places, pieces)))


class _Place(dict[bytes, str]):
    """The pieces at one place of a row, each with the beginning of the next cell: `` s="3"><v>5</v></c><c r="B``. First the end
    of the row's head (``>`` or `` spans="1:9">``), then its cells without their names.

    Of each what the cell shows. What is neither is not there.
    """

    def __init__(self, read: Callable[[bytes], str], end: bytes) -> None:
        super().__init__()
        self._read, self._end = read, end

    def __missing__(self, piece: bytes) -> str:
        if not piece.endswith(self._end):
            raise KeyError(piece)
        self[piece] = text = self._read(piece.removesuffix(self._end))
        return text


class _AskedPlace(_Place):
    """A place whose texts are asked for: an ordinary one is taken out of its piece at once."""

    def __init__(self, read: Callable[[bytes], str], end: bytes) -> None:
        super().__init__(read, end)
        self._ordinary = _ordinary(end)

    def __missing__(self, piece: bytes) -> str:
        if ordinary := self._ordinary(piece):
            text = ordinary[1].decode()
            if text.strip() == text:
                self[piece] = text
                return text
        return super().__missing__(piece)


@cache
def _ordinary(end: bytes) -> Callable[[bytes], re.Match[bytes] | None]:
    """Finds the text of an ordinary cell, after which there is ``end``."""
    return re.compile(_ORDINARY + re.escape(end)).fullmatch


def _head(end: bytes) -> str:
    """The end of a row's head shows nothing. Raises ``KeyError`` for anything else."""
    if not end.endswith(b">") or end.endswith(b"/>") or b"<" in end:
        raise KeyError(end)
    return ""


def _unasked(cell: bytes) -> str:
    """A cell that nobody asks for. Raises ``KeyError`` for what is none."""
    if not cell.endswith(b">") or b"<c" in cell or b"<row" in cell or b"<!" in cell:
        raise KeyError(cell)
    return ""


def _only(at: int) -> Callable[[Texts], Texts]:
    """``itemgetter`` of one place does not give a tuple."""
    return lambda texts: (texts[at],)


class _Feet(dict[str, bool]):
    """Whether a row is a foot row, by its first text."""

    def __missing__(self, first: str) -> bool:
        self[first] = found = is_foot([first])
        return found


class _Cells(dict[bytes, str]):
    """What cells show, by their XML without their names: `` s="3"><v>5</v></c>``; ``_UNUSUAL`` of unusual ones. What is no cell is
    not there. Styles, types and values repeat in every row, and are read once.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts
        self.has_unusual = False
        self._are_days: dict[bytes, bool] = {}
        self._looks: Looks | None = None

    def __missing__(self, cell: bytes) -> str:
        text = self._shows(cell)
        self.has_unusual |= text == _UNUSUAL
        self[cell] = text
        return text

    def _shows(self, cell: bytes) -> str:
        known = _CELL.fullmatch(cell)
        if known is None:
            return _unasked(cell) or _UNUSUAL
        style, kind, value, kept, typed = known.groups()
        try:
            if typed is not None and kind == b"inlineStr":
                return _text(typed, kept)
            return self._shown(style, kind, value, typed)
        except Unusual:
            return _UNUSUAL

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
        return _day(_number(value)) if self._are_days[style] else as_text(_number(value))

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
    day, moment = divmod(int(number * _MILLISECONDS + 0.5), _MILLISECONDS)
    if number < 1:
        return _clock(moment // 60_000)
    return f"{_date(day)} {_clock(moment // 60_000)}:{moment // 1000 % 60:02}" if moment else _date(day)


@cache
def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@cache
def _date(day: int) -> str:
    return as_text(_DAY_ZERO + dt.timedelta(day))
