"""A sheet of somebody's file as plain cells: what the readers of ``books.sources`` give, whatever the kind of file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcrm.forms.schema import Cell


class Span(NamedTuple):
    """Merged cells, by worksheet rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Dress(NamedTuple):
    """What a cell wears: the colour of its ground as RRGGBB or "", its comment, whether its text is struck out."""

    colour: str = ""
    comment: str = ""
    struck: bool = False


CSV_SHEET = "csv"
"""What the only sheet of a text file is called."""


@dataclass(frozen=True)
class Grid:
    """A worksheet: ``rows[i][j]`` stands in worksheet row i + 1 and column j + 1; rows may be shorter than others.

    ``undressed`` says that colours and comments were not read, since the kind of file or its size does not allow it.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Span] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    dress: Mapping[tuple[int, int], Dress] = field(default_factory=dict)
    undressed: bool = False
    uncomputed: frozenset[tuple[int, int]] = frozenset()
    """Cells of formulas whose result the file does not hold: to us they are blank."""

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a worksheet row and column, ``None`` beyond what the sheet holds."""
        if not 1 <= row <= len(self.rows):
            return None
        cells = self.rows[row - 1]
        return cells[column - 1] if 1 <= column <= len(cells) else None
