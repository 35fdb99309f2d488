"""New books: the blank workbook, filled with a store's sheets where there is one."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path

from xlcrm.books.csvfolder import Loaded, load_folder
from xlcrm.books.places import require_suffix
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes, TableChange, Value
from xlcrm.errors import Refusal
from xlcrm.forms.settings import parse
from xlcrm.forms.sheets import FORMS
from xlcrm.template import blank_book

Sheets = Mapping[str, Sequence[Mapping[str, Value]]]
SUFFIX = ".xlsm"
"""A new book holds macros; under another extension Excel refuses to open it."""


def create_book(
    path: Path, folder: Path | None = None, without: Collection[Path] = ()
) -> tuple[int, Mapping[str, Sequence[str]]]:
    """A new book at ``path``, filled from a folder with one CSV for each sheet, some files of it left alone.

    Returns the rows loaded, and by file the columns that no sheet has a place for. Raises ``Refusal``: those of
    ``fill_book`` and of ``importing.load_folder``.
    """
    loaded = load_folder(folder, without) if folder is not None else Loaded()
    return fill_book(path, loaded.sheets), loaded.unread


def fill_book(path: Path, sheets: Sheets, whole: Collection[str] = ()) -> int:
    """A new book holding the given rows, {header: value} by sheet; returns how many there are.

    设置 and 字典 come filled: a row with a known key sets its value, any other is added; one of them that is given ``whole``
    holds the given rows only. Raises ``Refusal``: ``new.exists``
    rather than overwrite, ``output.suffix`` for a name Excel would not open, and those of ``books.file``.
    """
    if path.exists():
        raise Refusal("new.exists", path=path)
    require_suffix(path, SUFFIX)
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / path.name
        name = next((row.get("值") for row in sheets.get("设置", ()) if row.get("键") == "店名"), None)
        blank.write_bytes(blank_book(str(name or ""), _switched(sheets)))
        session = FileSession(blank)
        changes = Changes()
        for sheet, rows in sheets.items():
            if sheet in whole:
                changes.replace(sheet, rows)
            elif sheet in _PREFILLED:
                _merge(session, sheet, rows, changes.table(sheet))
            else:
                changes.table(sheet).added.extend(row if isinstance(row, dict) else dict(row) for row in rows)
        session.apply(changes, path, blank=True)
    return sum(len(rows) for rows in sheets.values())


def _switched(sheets: Sheets) -> set[str]:
    """The switches of a new book: those that its settings have on, and those of the sheets and columns it is given."""
    texts = ((str(row.get("键") or "").strip(), str(row.get("值") or "").strip()) for row in sheets.get("设置", ()))
    settings, _ = parse([text for text in texts if text[0]])
    of_sheets = {FORMS[sheet].switch for sheet, rows in sheets.items() if rows} - {""}
    return {*settings.switched, *of_sheets, *chain.from_iterable(map(_switched_columns, sheets, sheets.values()))}


def _switched_columns(sheet: str, rows: Collection[Mapping[str, Value]]) -> set[str]:
    """The switches of the columns that some rows fill."""
    of = {header: switch for switch, headers in FORMS[sheet].switched.items() for header in headers}
    return {of[header] for row in rows for header in of.keys() & row.keys() if row[header] is not None} if of else set()


_PREFILLED = {"设置": ("键",), "字典": ("类别", "代码")}
"""Sheets that are not blank in a new book, and the columns that identify their rows."""


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
