"""The smallest workbooks of the kinds that openpyxl does not write: .xls, .xlsb and .ods, a sheet with texts and numbers each.

Sources: [MS-XLS], [MS-CFB], [MS-XLSB], ODF 1.3; only the records that a reader asks for.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str | float | None]]
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM = 4096
"""Bytes below which a stream would have to stand in the small sectors."""


def xls(sheet: str, rows: Rows) -> bytes:
    """A workbook of Excel 97."""
    cells = b"".join(
        _biff(0x0204, struct.pack("<HHHHB", row, column, 0, len(cell), 1) + cell.encode("utf-16-le"))
        if isinstance(cell, str)
        else _biff(0x0203, struct.pack("<HHHd", row, column, 0, cell))
        for row, column, cell in _filled(rows)
    )
    size = _biff(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    own = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + size + cells + _biff(0x000A, b"")
    name = struct.pack("<BBBB", 0, 0, len(sheet), 1) + sheet.encode("utf-16-le")
    before = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _biff(0x0042, struct.pack("<H", 1200))
    at = len(before) + 4 + 4 + len(name) + 4
    return _compound("Workbook", before + _biff(0x0085, struct.pack("<I", at) + name) + _biff(0x000A, b"") + own)


def xlsb(sheet: str, rows: Rows, *, far: bool = False) -> bytes:
    """A binary workbook of Excel 2007; ``far``: with a number in the last cell there is."""
    wide = max(map(len, rows))
    body = [_brt(0x81), _brt(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, wide - 1)), _brt(0x91)]
    for row, cells in enumerate(rows):
        body.append(_brt(0x00, struct.pack("<II", row, 0) + bytes(9)))
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                body.append(_brt(0x06, struct.pack("<II", column, 0) + _wide(cell)))
            elif cell is not None:
                body.append(_brt(0x05, struct.pack("<IId", column, 0, cell)))
    if far:
        body.append(_brt(0x00, struct.pack("<II", 1048575, 0) + bytes(9)))
        body.append(_brt(0x05, struct.pack("<IId", 16383, 0, 1)))
    body += [_brt(0x92), _brt(0x82)]
    book = [_brt(0x83), _brt(0x8F), _brt(0x9C, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)), _brt(0x90)]
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return _zip(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "xl/workbook.bin": b"".join([*book, _brt(0x84)]),
            "xl/_rels/workbook.bin.rels": relations.encode(),
            "xl/worksheets/sheet1.bin": b"".join(body),
        }
    )


def ods(sheet: str, rows: Rows) -> bytes:
    """A spreadsheet of LibreOffice or WPS, with the million blank rows that they write below the last."""

    def cell(value: str | float | None) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            kind = 'office:value-type="string"'
            return f"<table:table-cell {kind}><text:p>{escape(value)}</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="{escape(sheet)}">{lines}{blank}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return _zip(
        {"mimetype": kind.encode(), "META-INF/manifest.xml": manifest.encode(), "content.xml": content.encode()}
    )


WRITERS: dict[str, Callable[[str, Rows], bytes]] = {".xls": xls, ".xlsb": xlsb, ".ods": ods}


def _filled(rows: Rows) -> list[tuple[int, int, str | float]]:
    return [(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None]


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _brt(kind: int, data: bytes = b"") -> bytes:
    def number(value: int) -> bytes:
        found = []
        while True:
            value, low = value >> 7, value & 0x7F
            found.append(low | (0x80 if value else 0))
            if not value:
                return bytes(found)

    return number(kind) + number(len(data)) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def _compound(name: str, data: bytes) -> bytes:
    """A compound file with one stream: its sectors are the allocation table, the directory, then the stream."""
    data = data.ljust(_SMALLEST_STREAM, b"\0")
    data += bytes(-len(data) % _SECTOR)
    count = len(data) // _SECTOR
    chain = [*range(3, count + 2), _END]
    table = [_FAT, _END, *chain]
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))

    def entry(named: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = named.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
        return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, _END, 0) + entry(name, 2, _FREE, 2, len(data))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    return head + fat + directory.ljust(_SECTOR, b"\0") + data
