"""How many rows are read in together. Source: our decision; docs/limits.md says what they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell

MOST_ROWS = 200_000
"""Until the book is written each takes about 4 kB."""


def bounded(name: str, rows: Iterable[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
    """The rows of a sheet as they come. Raises ``source.many_rows`` at the first filled one too many."""
    filled = 0
    for row in rows:
        filled += is_filled(row)
        check_rows(name, filled)
        yield tuple(row)


def check_rows(name: str, filled: int) -> None:
    """Refuse more filled rows than are read in together, ``source.many_rows``; ``name`` is the file with which they are so many."""
    if filled > MOST_ROWS:
        raise Refusal("source.many_rows", name=name, most=f"{MOST_ROWS:,}")


def is_filled(row: Sequence[Cell]) -> bool:
    """Whether anything stands in a row."""
    return any(cell is not None for cell in row)
