"""Cells by number and by name: ``(6, 2)`` is ``B6``; ``Area(6, 2, 12, 8)`` is ``B6:H12``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from xlcrm.forms.schema import Cell, letters
from xlcrm.patterns import lazy

__all__ = ["LAST_COLUMN", "LAST_ROW", "Area", "column_number", "letters", "loose_cells"]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = lazy(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


@cache
def column_number(name: str) -> int:
    """A is column 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, ref: str) -> Area:
        """From ``B6:H12``, ``$B$6`` …; ``ValueError`` for anything else (whole columns, ``#REF!``)."""
        corners = [_CELL.fullmatch(corner) for corner in ref.split(":")]
        first, last = corners[0], corners[-1]
        if first is None or last is None or len(corners) > 2:
            raise ValueError(f"not an area: {ref}")
        return cls(int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))

    def __str__(self) -> str:
        first, last = f"{letters(self.left)}{self.top}", f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def rows(self) -> range:
        return range(self.top, self.bottom + 1)

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


def loose_cells(addresses: Collection[str], read: Callable[[Area], Sequence[Sequence[Cell]]]) -> dict[str, Cell]:
    """What some cells of a sheet hold, read at once: ``read`` gives the rows of an area."""
    places = {address: Area.parse(address) for address in addresses}
    rows, columns = [place.top for place in places.values()], [place.left for place in places.values()]
    whole = Area(min(rows), min(columns), max(rows), max(columns))
    found = read(whole)
    return {address: found[place.top - whole.top][place.left - whole.left] for address, place in places.items()}


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Area]:
    """Few rectangles that hold exactly the given cells: runs along the rows, equal runs of neighbouring rows together."""
    runs: list[list[int]] = []
    for row, column in sorted(cells):
        if runs and (runs[-1][0], runs[-1][2]) == (row, column - 1):
            runs[-1][2] = column
        else:
            runs.append([row, column, column])
    tops: dict[tuple[int, int, int], int] = {}
    for row, left, right in runs:
        tops[left, right, row] = tops.pop((left, right, row - 1), row)
    joined = (Area(top, left, bottom, right) for (left, right, bottom), top in tops.items())
    return sorted(joined, key=lambda area: (area.top, area.left))


LONGEST_TEXT = 32_767
"""UTF-16 units; Excel cuts a longer text when it opens the file."""
LONGEST_ADDRESS = 255
"""Characters of an address that names several areas to Excel."""


def addresses(areas: Iterable[Area]) -> list[str]:
    """The areas named together, in as few addresses as Excel can read."""
    found: list[str] = []
    for area in map(str, areas):
        if found and len(found[-1]) + 1 + len(area) <= LONGEST_ADDRESS:
            found[-1] += f",{area}"
        else:
            found.append(area)
    return found
