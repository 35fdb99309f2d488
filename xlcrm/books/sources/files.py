"""Which reader a file needs: by what the file begins with, for its name often says something else.

Exports of dealer systems named .xls are as often a web page or a text file as a workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from xlcrm.books.sources.bound import check_rows, is_filled
from xlcrm.books.sources.text import decoded, read_text
from xlcrm.books.sources.webpage import is_webpage, read_webpage
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.read import read_bytes
from xlcrm.errors import Refusal
from xlcrm.intake.grid import Grid

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
LARGEST_TEXT = 256 << 20
"""Bytes of a text file: a million rows of an export are a third of it."""


SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".txt", ".tsv", ".htm", ".html")
"""Of the files of a folder, those that are read."""
_NOT_TABLES = ("~", ".")
"""How files begin that other programs put beside open ones."""


def read_sources(
    paths: Iterable[Path], told: Callable[[str, int, int], None] = lambda file, number, count: None
) -> list[Grid]:
    """The sheets of some files, and of the files in some folders; ``told`` hears the file at hand, its number and their count.

    Raises ``Refusal``: those of ``read_source``, also of files with too many rows together, and ``import.no_files`` for a
    folder without any.
    """
    files = files_of(paths)
    grids: list[Grid] = []
    filled = 0
    for number, file in enumerate(files, start=1):
        told(file.name, number, len(files))
        found = read_source(file)
        filled += sum(is_filled(row) for grid in found for row in grid.rows)
        check_rows(file.name, filled)
        grids += found
    return grids


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Some files, and those in some folders that may hold tables. Raises ``Refusal("import.no_files")``."""
    return [file for path in paths for file in (_of_folder(path) if path.is_dir() else [path])]


def is_source(path: Path) -> bool:
    """Whether a file of a folder may hold tables, by its name."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(_NOT_TABLES)


def _of_folder(folder: Path) -> list[Path]:
    found = sorted(filter(is_source, folder.iterdir()))
    if not found:
        raise Refusal("import.no_files", folder=folder)
    return found


def read_source(path: Path) -> list[Grid]:
    """The sheets of a file, hidden ones too, in their order.

    Raises ``Refusal``: ``book.missing``, ``book.unreadable``, ``book.encrypted``, ``book.damaged``, ``book.bomb``,
    ``book.stray_cell``, ``source.empty``, ``source.unknown``, ``source.encoding``, ``source.bad_csv``, ``source.too_large``,
    ``source.many_rows``.
    """
    data = read_bytes(path)
    if not data:
        raise Refusal("source.empty", name=path.name)
    if data.startswith(b"PK"):
        return _workbook(path.name, data)
    if data.startswith(COMPOUND_FILE):
        from xlcrm.books.sources.other import read_other

        if ENCRYPTED_STREAM in data:
            raise Refusal("book.encrypted", name=path.name)
        return read_other(path.name, data)
    if len(data) > LARGEST_TEXT:
        raise Refusal("source.too_large", name=path.name)
    text = decoded(path.name, data)
    return [read_webpage(path.name, text) if is_webpage(text) else read_text(path.name, text)]


def _workbook(name: str, data: bytes) -> list[Grid]:
    """A zip of parts: a workbook of this century, or one of the kinds that only calamine reads (.xlsb, .ods)."""
    package = Package(data, name)
    if package.named("xl/workbook.bin") in package or "content.xml" in package:
        from xlcrm.books.sources.other import read_other

        return read_other(name, data)
    if package.named("[Content_Types].xml") not in package:
        raise Refusal("source.unknown", name=name)
    from xlcrm.books.sources.workbook import read_workbook

    return read_workbook(name, data)
