"""Workbooks of the last century (.xls, .et) and the kinds nobody else reads (.xlsb, .ods), through python-calamine.

It gives values and merged cells; hidden rows and columns are among the values, colours and comments are not.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator

from xlcrm.books.area import Area
from xlcrm.books.sources.bound import bounded
from xlcrm.books.xlsx.guards import LARGEST_SPREAD
from xlcrm.books.xlsx.values import Values, failing_row
from xlcrm.errors import Refusal
from xlcrm.intake.grid import Grid, Span


def read_other(name: str, data: bytes) -> list[Grid]:
    """The worksheets of a workbook. Raises ``Refusal``: ``book.damaged``, ``book.cell_unreadable``, ``book.stray_cell``,
    ``source.many_rows``.
    """
    _not_too_far(name, data)
    values = Values(data, name, lambda sheet: failing_row(data, sheet))
    return [_grid(name, values, sheet, hidden) for sheet, hidden in values.worksheets]


def _grid(name: str, values: Values, sheet: str, hidden: bool) -> Grid:
    bottom, right = values.end(sheet)
    if bottom * right > LARGEST_SPREAD:
        raise Refusal("book.stray_cell", name=name, sheet=sheet, cell=str(Area(bottom, right, bottom, right)))
    rows = list(bounded(name, values.rows(sheet, Area(1, 1, bottom, right)))) if bottom else []
    merged = [Span(area.top, area.left, area.bottom, area.right) for area in values.merged(sheet)]
    return Grid(name, sheet, rows, merged, hidden=hidden, undressed=True)


_BINARY_SHEET = re.compile(r"xl/worksheets/(?:.*/)?([^/]+)\.bin", re.IGNORECASE)
_ROW, _CELLS = 0, range(2, 12)
"""Kinds of records of a binary sheet: the head of a row, which says its number, and the filled cells in it, with their column. [MS-XLSB]"""


def _not_too_far(name: str, data: bytes) -> None:
    """Refuse a binary workbook with a cell so far out that calamine would take room for all before it."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for member in parts.namelist():
            if sheet := _BINARY_SHEET.fullmatch(member):
                cells = list(_corner(parts.read(member)))
                bottom, right = (max((at[i] for at in cells), default=0) for i in (0, 1))
                if bottom * right > LARGEST_SPREAD:
                    cell = str(Area(bottom, right, bottom, right))
                    raise Refusal("book.stray_cell", name=name, sheet=sheet[1], cell=cell)


def _corner(part: bytes) -> Iterator[tuple[int, int]]:
    """The last column of each row of a binary sheet that holds cells, both from 1."""
    at, row, right = 0, 0, 0
    while at + 2 <= len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        if (kind == _ROW or kind in _CELLS) and at + 4 <= len(part):
            number = struct.unpack_from("<I", part, at)[0] + 1
            if kind == _ROW:
                if right:
                    yield row, right
                row, right = number, 0
            else:
                right = max(right, number)
        at += size
    if right:
        yield row, right


def _number(part: bytes, at: int, longest: int) -> tuple[int, int]:
    """A number of seven bits in each byte, the lowest first, and where the next begins."""
    number = 0
    for shift in range(longest):
        if at >= len(part):
            break
        byte = part[at]
        at += 1
        number |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            break
    return number, at
