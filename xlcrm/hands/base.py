"""What was handed out, as text in a very hidden sheet of the file: a row that comes back is compared with it.

It stands in the file, so that a book does not grow by every hand-out and any old file can be collected. A checksum shows
whether somebody changed it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, as_text
from xlcrm.hands.model import Handout
from xlcrm.safety.journal_text import packed, unpacked

BASE_SHEET = "_base"
_MARK, _VERSION = "xlcrm-handout", "1"
_PIECE = 30_000
"""Characters of a text in one cell; a cell holds 32,767."""


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A row as it was handed out: cells by header, and the worksheet row where it stood in the book."""

    row: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Base:
    """Everything a file was handed out with: sheet → key → row."""

    consultant: str
    made: dt.datetime
    store: str
    number: str
    rows: Mapping[str, Mapping[str, BaseRow]]


def base_lines(handout: Handout) -> list[list[str]]:
    """The cells of the hidden sheet, line by line; the first says whose file it is."""
    lines = []
    for fill in handout.fills:
        for row in fill.rows:
            text = packed({column.header: row.cells.get(column.name) for column in fill.columns})
            pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
            lines.append([fill.form.sheet, row.key, str(row.row), *pieces])
    head = [handout.consultant, handout.made.isoformat(), handout.store]
    return [[_MARK, _VERSION, *head, _number(head, lines)], *lines]


def _number(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """The hand-out's number, which is the checksum of all it holds."""
    text = "\n".join("\t".join(line) for line in (head, *lines))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_base(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a sheet is the base of a hand-out, whatever it is called."""
    return bool(rows) and bool(rows[0]) and rows[0][0] == _MARK


def read_base(file: str, rows: Sequence[Sequence[Cell]]) -> Base:
    """The base of a file that came back. Raises ``Refusal("collect.base_damaged")``."""
    try:
        return _read(rows)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refusal("collect.base_damaged", name=file) from error


def _read(rows: Sequence[Sequence[Cell]]) -> Base:
    (_, version, *head, number), *lines = ([as_text(cell) for cell in row if cell is not None] for row in rows)
    lines = [line for line in lines if line]
    if version != _VERSION or _number(head, lines) != number:
        raise ValueError("not as it was handed out")
    consultant, made, store = head
    found: dict[str, dict[str, BaseRow]] = {}
    for sheet, key, row, *pieces in lines:
        found.setdefault(sheet, {})[key] = BaseRow(int(row), unpacked(json.loads("".join(pieces))) or {})
    return Base(consultant, dt.datetime.fromisoformat(made), store, number, found)
