"""Text files: comma, semicolon or tab between the cells, in the encodings that programs of this country write."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator

from xlcrm.books.sources.bound import bounded
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import CSV_SHEET, Grid

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",\t;"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""The first line that names the delimiter for Excel."""
_PROTECTED = re.compile(r'="([^"]*)"')
"""="19900000101": how exports keep Excel from making a number of a phone."""
_LINE = re.compile(r"(?!\Z)([^\r\n]*)(\r\n|\r|\n|\Z)")
_SAMPLE = 50
"""Lines by which the delimiter is judged."""
_LARGEST_CELL = 1 << 20
"""Characters; the csv reader's own limit is less than what Excel writes for a long remark."""


def decoded(name: str, data: bytes) -> str:
    """The text of a file: by its mark of the encoding, else as UTF-8, UTF-16 or GB18030. Raises ``source.encoding``."""
    mark = next((encoding for bom, encoding in _MARKS if data.startswith(bom)), None)
    candidates = [mark] if mark else [*_unmarked_utf16(data), "utf-8", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal("source.encoding", name=name)


def _unmarked_utf16(data: bytes) -> list[str]:
    """UTF-16 without a mark shows by the zero bytes of its commas and line ends."""
    start = data[:4000]
    if start[1::2].count(0) > len(start) // 20:
        return ["utf-16-le"]
    return ["utf-16-be"] if start[0::2].count(0) > len(start) // 20 else []


def read_text(name: str, text: str) -> Grid:
    """The records of a text file as rows; a blank line is a blank row. Raises ``source.bad_csv`` and ``source.many_rows``."""
    cell = _Cells().__getitem__
    rows = (tuple(map(cell, record)) for record in records(name, text))
    return Grid(name, CSV_SHEET, list(bounded(name, rows)))


def records(name: str, text: str) -> Iterator[list[str]]:
    """The records of a text file, one at a time; a blank line, and the one that names the delimiter, has no cells.

    Raises ``source.bad_csv``.
    """
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _delimiter(text)
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        if separator:
            next(reader)
            yield []
        yield from reader
    except csv.Error as error:
        raise Refusal("source.bad_csv", name=name, line=reader.line_num) from error


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most cells, the same number in most of them."""

    def regularity(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in text[:100_000].splitlines()[:_SAMPLE])
        del counts[0]
        found, lines = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return (lines, found)

    return max(_DELIMITERS, key=regularity)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text one at a time, each ended as Python ends them: a second copy of a large file has no room."""
    return (f"{line[1]}\n" if line[2] else line[1] for line in _LINE.finditer(text))


class _Cells(dict[str, Cell]):
    """What the texts of a file mean; of those that stand in many cells one object is kept."""

    def __missing__(self, text: str) -> Cell:
        cell = _cell(text)
        if len(self) < _SHARED:
            self[text] = cell
        return cell


_SHARED = 1 << 14
"""Texts that are kept: of codes, names of people and times there are fewer, and a remark comes only once."""


def _cell(text: str) -> Cell:
    """A cell's text; blanks are none, and what only keeps a spreadsheet from making a number of it goes."""
    protected = _PROTECTED.fullmatch(text)
    if protected:
        text = protected[1]
    return text if text.strip() else None
