"""New books: the blank workbook, filled with a store's sheets where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlcrm.books.session import FileSession
from xlcrm.changes import Changes, TableChange, Value
from xlcrm.errors import Refusal
from xlcrm.importing import load_folder
from xlcrm.template import blank_book

Sheets = Mapping[str, Sequence[Mapping[str, Value]]]


def create_book(path: Path, folder: Path | None = None) -> int:
    """A new book at ``path``, filled from a folder of one CSV a sheet; returns the rows loaded.

    Raises ``Refusal("new.exists")`` rather than overwrite, and those of ``importing.load_folder``.
    """
    return fill_book(path, load_folder(folder) if folder is not None else {})


def fill_book(path: Path, sheets: Sheets) -> int:
    """A new book holding the given rows, {header: value} by sheet; returns how many there are.

    设置 and 字典 come filled: a row with a known key sets its value, any other is added.
    """
    if path.exists():
        raise Refusal("new.exists", path=path)
    path.write_bytes(blank_book())
    try:
        session = FileSession(path)
        changes = Changes()
        for sheet, rows in sheets.items():
            if sheet in _PREFILLED:
                _merge(session, sheet, rows, changes.table(sheet))
            else:
                changes.table(sheet).added.extend(map(dict, rows))
        if changes:
            session.apply(changes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return sum(len(rows) for rows in sheets.values())


_PREFILLED = {"设置": ("键",), "字典": ("类别", "代码")}
"""Sheets that are not blank in a new book, and the columns that tell their rows apart."""


def _merge(session: FileSession, sheet: str, rows: Sequence[Mapping[str, Value]], change: TableChange) -> None:
    block = next(b for b in session.blocks if b.sheet == sheet)
    keys = _PREFILLED[sheet]
    positions = [block.headers.index(key) for key in keys]
    stands: dict[tuple[Value, ...], int] = {
        tuple(row[p] for p in positions): block.row + 1 + i for i, row in enumerate(block.rows)
    }
    for row in rows:
        at = stands.get(tuple(row.get(key) for key in keys))
        if at is None:
            change.added.append(dict(row))
        else:
            change.cells[at] = dict(row)
