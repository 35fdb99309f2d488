"""A file that came back: which of its sheets is which form, and its rows with their keys.

A consultant may have renamed, sorted or filtered his sheets, moved columns, typed below the table, and saved with any program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import CHECK_HEADER, Cell, Form, as_text
from xlcrm.hands.base import Base, is_base, read_base
from xlcrm.hands.model import FILLED, KEY_HEADER, shown

_HEADER_ROWS = 14
"""Rows from the top in which headers are looked for."""


class Leaf(NamedTuple):
    """A sheet of a file as plain cells, from its first row and column on."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class ReturnedRow:
    """A row of a file: where it stands there, its key ("" of one without), cells by field of the columns the sheet has.

    ``beside`` are the cells of columns that the consultant put in, by header.
    """

    sheet: str
    row: int
    key: str
    cells: Mapping[str, Cell]
    beside: Mapping[str, Cell]
    is_foot: bool = False


@dataclass(frozen=True)
class Returned:
    """A file that came back: rows by the sheet of their form."""

    file: str
    base: Base
    rows: Mapping[str, Sequence[ReturnedRow]]


def understand(file: str, leaves: Sequence[Leaf]) -> Returned:
    """What a file holds. Raises ``Refusal``: ``collect.foreign``, ``collect.base_damaged``."""
    base = next((leaf for leaf in leaves if is_base(leaf.rows)), None)
    if base is None:
        raise Refusal("collect.foreign", name=file)
    rows: dict[str, list[ReturnedRow]] = {}
    for leaf in leaves:
        if leaf is not base and (found := _table(leaf)):
            form, at = found
            rows.setdefault(form.sheet, []).extend(_rows(leaf, form, at))
    return Returned(file, read_base(file, base.rows), rows)


def _table(leaf: Leaf) -> tuple[Form, int] | None:
    """The form a sheet was handed out for, and where its headers stand, from 0: most of the form's own and the key's."""
    best: tuple[int, Form, int] | None = None
    for at, cells in enumerate(leaf.rows[:_HEADER_ROWS]):
        headers = set(_headers(cells))
        for record in FILLED:
            own = [column.header for column in shown(record.form)]
            count = sum(header in headers for header in own) + (KEY_HEADER in headers)
            if count > len(own) / 2 and (best is None or count > best[0]):
                best = count, record.form, at
    return best[1:] if best else None


def _headers(cells: Sequence[Cell]) -> list[str]:
    return ["".join(normalize("NFKC", as_text(cell)).split()) for cell in cells]


def _rows(leaf: Leaf, form: Form, at: int) -> Iterator[ReturnedRow]:
    headers = _headers(leaf.rows[at])
    fields = columns_of(headers, form)
    key = headers.index(KEY_HEADER) if KEY_HEADER in headers else None
    known = {*fields.values(), key}
    others = {i: header for i, header in enumerate(headers) if header not in ("", CHECK_HEADER) and i not in known}
    for number, cells in enumerate(leaf.rows[at + 1 :], start=at + 2):
        own = {name: _cell(cells, i) for name, i in fields.items()}
        beside = {header: cell for i, header in others.items() if (cell := _cell(cells, i)) is not None}
        if any(cell is not None for cell in own.values()) or beside:
            text = as_text(_cell(cells, key)).strip() if key is not None else ""
            yield ReturnedRow(leaf.name, number, text, own, beside, is_foot(own.values()))


def _cell(cells: Sequence[Cell], at: int) -> Cell:
    """A cell, blank where nothing but blanks stand in it."""
    cell = cells[at] if at < len(cells) else None
    return None if isinstance(cell, str) and not cell.strip() else cell
