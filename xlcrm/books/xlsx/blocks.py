"""A large sheet that this program wrote, read back a block of rows at a time: the whole of it takes a gigabyte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xlcrm.books.area import Area
from xlcrm.books.xlsx.paths import passable
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.values import Values
from xlcrm.forms.schema import Cell
from xlcrm.patterns import lazy

LARGE_SHEET = 16 << 20
"""Bytes of a sheet's part, inflated, from which on it is read back in blocks."""
BLOCK = 4 << 20
"""Bytes of rows that are read together."""
_ROOT = lazy(rb"<worksheet\b[^>]*>")
_NUMBER = lazy(rb'<row\b[^>]*?\sr="(\d+)"')
_DATA, _DATA_END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_BLANK = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
_INFLATED = 1 << 16
"""Bytes of other sheets that need not be parsed to read one."""


def is_large(reader: BookReader, sheet: str) -> bool:
    """Whether a sheet is to be read in blocks."""
    return reader.parts.package.size(reader.parts.sheets[sheet]) >= LARGE_SHEET


def rows_by_blocks(reader: BookReader, sheet: str, area: Area) -> Iterator[list[Cell]]:
    """What ``BookReader.rows`` gives, error values blank: each block is read as the only rows of a book that is the same
    otherwise.

    For parts as ``SheetXml`` writes them. Raises what ``Values`` does.
    """
    package, part = passable(reader.parts), reader.parts.sheets[sheet]
    others = {other: _BLANK for other in reader.parts.sheets.values() if package.size(other) >= _INFLATED}
    top = area.top
    for last, xml in _blocks(package.pieces(part)):
        bottom = min(last, area.bottom)
        if bottom >= top:
            block = Values(package.rewritten(others | {part: xml}), reader.path.name, lambda _: None)
            yield from block.rows(sheet, replace(area, top=top, bottom=bottom))
            top = bottom + 1
    for _ in range(top, area.bottom + 1):
        yield [None] * (area.right - area.left + 1)


def _blocks(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """A sheet's part with some of its rows and nothing behind them, and the number of the last."""
    held = b""
    frame = b""
    for piece in pieces:
        held += piece
        if not frame and _DATA in held:
            root = _ROOT.search(held)
            frame = (root[0] if root else b"") + _DATA
            held = held[held.index(_DATA) + len(_DATA) :]
        if frame and len(held) >= BLOCK:
            end = held.rfind(_ROW_END) + len(_ROW_END)
            yield from _block(frame, held[:end])
            held = held[end:]
    yield from _block(frame, held.partition(_DATA_END)[0])


def _block(frame: bytes, rows: bytes) -> Iterator[tuple[int, bytes]]:
    last = _NUMBER.match(rows, rows.rfind(b"<row"))
    if last:
        yield int(last[1]), frame + rows + _DATA_END + b"</worksheet>"
