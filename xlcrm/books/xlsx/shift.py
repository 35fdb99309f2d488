"""Where everything on a sheet goes when rows of its table are taken out, put in, or put at the table's end.

Excel does this whenever a person inserts or deletes rows; a file has nobody to do it. Whole worksheet rows move, so only
rows are ever renumbered.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from xlcrm.books.area import LAST_COLUMN, LAST_ROW, Area, column_number, letters
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.patterns import lazy

_WORD = lazy(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>(?:'(?:[^']|'')*'|(?:\[\d+\])?[\w.]+)!)?"
    r"(?P<cells>\$?[A-Z]{1,3}\$?[1-9]\d{0,6}(?::\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?|\$?[1-9]\d{0,6}:\$?[1-9]\d{0,6})"
    r"(?![\w.(\[!])"
    r"|\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
    r"|[\w.\\]+"
)
"""A formula's words: text, references to cells or whole rows, structured references, names. Only references have groups."""
_CORNER = lazy(r"(\$?[A-Z]+|)(\$?)([1-9]\d*)")
_LOST = "#REF!"
_NEEDS_NO_QUOTES = lazy(r"[^\W\d][\w.]*")
ROW = "\0"
"""What stands for a row's number until it is known: no formula and no XML can hold it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """``removed`` (sorted) of the data rows ``first`` to ``last`` of a sheet's table go, ``added`` new ones follow the last.

    ``inserted`` (sorted) are the rows before which a new one is put, as often as there are new ones, up to the one after
    the last. At least one row must stay or come: a table without data rows does not exist.
    """

    sheet: str
    first: int
    last: int
    removed: tuple[int, ...] = ()
    added: int = 0
    inserted: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.inserted)

    @property
    def end(self) -> int:
        """The table's last data row afterwards."""
        return self.last - len(self.removed) + self.added + len(self.inserted)

    def row(self, row: int) -> int | None:
        """Where a worksheet row goes; ``None`` when it is taken out, or pushed off the end of the sheet."""
        if row > self.last:
            place = row - self.last + self.end
            return place if place <= LAST_ROW else None
        before = bisect_left(self.removed, row)
        gone = before < len(self.removed) and self.removed[before] == row
        return None if gone else row - before + bisect_right(self.inserted, row)

    def places(self) -> list[int]:
        """Where the inserted rows stand afterwards."""
        return [row - bisect_left(self.removed, row) + i for i, row in enumerate(self.inserted)]

    def area(self, area: Area) -> Area | None:
        """Where an area goes; ``None`` when all its rows are taken out.

        An area over all the data rows down to the last takes the new rows in.
        """
        place = self.same_rows(area)
        if place is None:
            return None
        top, bottom = place.top, place.bottom
        if area.top <= self.first and area.bottom == self.last != LAST_ROW:
            bottom = self.end
        if area.top == self.first and area.bottom >= self.last:
            top = self.first
        return Area(top, place.left, bottom, place.right)

    def same_rows(self, area: Area) -> Area | None:
        """The same without rows that are new at its ends."""
        top, bottom = area.top, area.bottom
        while top <= bottom and self.row(top) is None:
            top += 1
        while bottom >= top and self.row(bottom) is None:
            bottom -= 1
        new_top, new_bottom = self.row(top), self.row(bottom)
        if top > bottom or new_top is None or new_bottom is None:
            return None
        return Area(new_top, area.left, LAST_ROW if area.bottom == LAST_ROW else new_bottom, area.right)

    def stays(self, before: Sequence[Area], after: Sequence[Area]) -> bool:
        """Whether the first cell of a rule's areas, which its relative references start from, stays where it is."""
        return min((area.top for area in before), default=0) == min((area.top for area in after), default=0)

    def cells(self, cells: str) -> str:
        """Where cells and areas go that are named one after another (``B3 D5:E9``); those that are taken out are left out.

        Whole columns, and what names no cells, stay as they are.
        """
        moved = []
        for ref in cells.split():
            try:
                place = self.area(Area.parse(ref))
            except ValueError:
                moved.append(ref)
            else:
                moved += [str(place)] if place else []
        return " ".join(moved)

    def formula(self, formula: str, home: str, *, anchored: bool = False) -> str:
        """A formula standing on the sheet ``home``, its references to this sheet following their cells.

        The references of conditional formats and validations are relative to the first cell of their range: when that
        cell stays (``anchored``) relative rows stay with it.
        """

        def moved(word: re.Match[str]) -> str:
            sheet = word["sheet"] or ""
            if (unquoted(sheet) if sheet else home).casefold() != self.sheet.casefold():
                return word[0]
            corners = _corners(word)
            if anchored and not all(fixed for _, fixed, _ in corners):
                return word[0]
            area = Area(corners[0][2], 1, corners[-1][2], 1)
            place = self.area(area) if len(corners) > 1 else self.same_rows(area)
            if place is None:
                return f"{sheet}{_LOST}"
            rows = (place.top, place.bottom)
            return sheet + ":".join(
                f"{column}{fixed}{row}" for (column, fixed, _), row in zip(corners, rows, strict=False)
            )

        return _with_references(formula, moved)


@dataclass(frozen=True, slots=True)
class Watch(Shift):
    """Moves nothing, and remembers the rows of the sheet that formulas refer to."""

    seen: list[Area] = field(default_factory=list)

    def area(self, area: Area) -> Area | None:
        return area

    def row(self, row: int) -> int | None:
        return row

    def formula(self, formula: str, home: str, *, anchored: bool = False) -> str:
        def noted(word: re.Match[str]) -> str:
            sheet = word["sheet"] or ""
            corners = _corners(word)
            is_here = (unquoted(sheet) if sheet else home).casefold() == self.sheet.casefold()
            if is_here and not (anchored and not all(fixed for _, fixed, _ in corners)):
                self.seen.append(Area(corners[0][2], 1, corners[-1][2], 1))
            return word[0]

        return _with_references(formula, noted)


def follow_formula(xml: str, shift: Shift, home: str) -> str:
    """A formula as it stands in XML, following a shift; the same text where nothing moves."""
    formula = html.unescape(xml)
    moved = shift.formula(formula, home)
    return xml if moved == formula else marked(moved)


@dataclass(frozen=True, slots=True)
class Growth(Shift):
    """The table takes in the ``added`` rows that stand below its last already: no row goes anywhere."""

    def row(self, row: int) -> int | None:
        """Where every row stays."""
        return row


def translated(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads when filled ``rows`` down and ``columns`` to the right: relative references move along."""

    def filled(word: re.Match[str]) -> str:
        corners = []
        for column, fixed, row in _corners(word):
            if column and not column.startswith("$"):
                number = column_number(column) + columns
                if not 1 <= number <= LAST_COLUMN:
                    return _LOST
                column = letters(number)
            new_row = row if fixed else row + rows
            if not 1 <= new_row <= LAST_ROW:
                return _LOST
            corners.append(f"{column}{fixed}{new_row}")
        return (word["sheet"] or "") + ":".join(corners)

    return _with_references(formula, filled)


def relocated(
    formula: str, *, home: str, row: int, to: str, columns: Mapping[str, str], tables: tuple[str, str]
) -> str:
    """A formula of a row of the sheet ``home``, as it reads in a row of the sheet ``to``, ``ROW`` in place of its number.

    References to cells of the row itself stay with the row, in the column that ``columns`` names; those to other cells of
    ``home`` go on meaning them. ``tables`` are the names of the two tables.
    """

    def moved(word: re.Match[str]) -> str:
        sheet = word["sheet"] or ""
        named = unquoted(sheet).casefold() if sheet else home.casefold()
        if named == home.casefold():
            corners = _corners(word)
            if all(at == row and column.lstrip("$") in columns for column, _, at in corners):
                return ":".join(
                    f"{'$' * column.startswith('$')}{columns[column.lstrip('$')]}{fixed}{ROW}"
                    for column, fixed, _ in corners
                )
            return word[0] if sheet or to == home else f"{_quoted(home)}!{word['cells']}"
        return word["cells"] if named == to.casefold() else word[0]

    own, other = tables
    this_row = re.compile(rf"\b{re.escape(own)}(?=\[\[#This Row\])", re.IGNORECASE)
    return this_row.sub(other, _with_references(formula, moved))


def _with_references(formula: str, change: Callable[[re.Match[str]], str]) -> str:
    return _WORD.sub(lambda word: change(word) if word["cells"] else word[0], formula)


def _corners(word: re.Match[str]) -> list[tuple[str, str, int]]:
    """The corners of a reference: column with its ``$`` ("" for whole rows), ``$`` of the row, row."""
    return [(corner[1], corner[2], int(corner[3])) for corner in _CORNER.finditer(word["cells"])]


def _quoted(sheet: str) -> str:
    """A sheet's name as a reference begins with it."""
    return sheet if _NEEDS_NO_QUOTES.fullmatch(sheet) else "'{}'".format(sheet.replace("'", "''"))


def unquoted(sheet: str) -> str:
    """The sheet's name from ``Name!`` or ``'It''s'!``."""
    name = sheet[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
