"""Workbooks (.xlsx, .xlsm) through openpyxl, which alone reads colours, comments and what is hidden.

One streaming pass over each sheet comes first: it counts, finds merged and hidden parts, and refuses what would not fit
into memory. A large sheet is then read without its dress.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, BinaryIO
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import PatternFill

from xlcrm.books.area import Area, column_number
from xlcrm.books.sources.bound import bounded
from xlcrm.books.sources.other import read_other
from xlcrm.books.xlsx.guards import LARGEST_SPREAD
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.paths import passable
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Dress, Grid, Span

DRESSED_ROWS = 20_000
"""Rows of a sheet up to which it is read with its dress."""
_DRESSED_SPREAD = 2_000_000
"""Cells of the rectangle around its values, likewise."""
_PROLOG = 8192
"""Bytes in which a part's document type stands, if it has one."""
_PLAIN = Dress()


def read_workbook(name: str, data: bytes) -> list[Grid]:
    """The worksheets of a workbook. Raises ``Refusal``: ``book.damaged``, ``book.resave``, ``book.bomb``, ``book.stray_cell``.

    One whose styles or drawings openpyxl cannot understand is read for its values alone.
    """
    surveys = _surveyed(name, data)
    is_small = all(survey.is_small for survey in surveys.values())
    try:
        return _grids(name, data, surveys, dressed=is_small)
    except Refusal:
        raise
    except Exception:  # openpyxl raises whatever comes up where another program wrote what it does not expect
        found = read_other(name, passable(Parts(Package(data, name))).data)
        return [_completed(grid, surveys.get(grid.sheet)) for grid in found]


@dataclass(slots=True)
class _Survey:
    """What the first pass found on a sheet."""

    bottom: int = 0
    right: int = 0
    merged: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)

    @property
    def is_small(self) -> bool:
        return self.bottom <= DRESSED_ROWS and self.bottom * self.right <= _DRESSED_SPREAD


def _surveyed(name: str, data: bytes) -> dict[str, _Survey]:
    """A survey of every worksheet by its name. A document type in any part is refused: entities grow without end."""
    parts = Parts(Package(data, name)).sheets
    found: dict[str, _Survey] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            with archive.open(member) as part:
                if member.endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in part.read(_PROLOG).upper():
                    raise Refusal("book.damaged", name=name)
        for sheet, member in parts.items():
            if member not in archive.namelist():
                raise Refusal("book.damaged", name=name)
            with archive.open(member) as part:
                found[sheet] = _survey(name, sheet, part)
    return found


def _survey(name: str, sheet: str, part: Any) -> _Survey:
    scan = _Scan()
    try:
        scan.parser.ParseFile(part)
    except (expat.ExpatError, ValueError, zipfile.BadZipFile) as error:
        raise Refusal("book.damaged", name=name) from error
    survey = scan.finished()
    if survey.bottom * survey.right > LARGEST_SPREAD:
        corner = Area(survey.bottom, survey.right, survey.bottom, survey.right)
        raise Refusal("book.stray_cell", name=name, sheet=sheet, cell=str(corner))
    return survey


@cache
def _column_of(letters: str) -> int:
    return column_number(letters.upper())


class _Scan:
    """The handlers of one pass over a sheet's part. A cell without a name stands right of the last."""

    def __init__(self) -> None:
        self._found = _Survey()
        self._row = self._column = 0
        self._has_formula = self._has_value = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start

    def finished(self) -> _Survey:
        self._leave_cell()
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._leave_cell()
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = _column_of(letters) if letters else self._column + 1
        elif tag in ("v", "is"):
            self.parser.CharacterDataHandler = self._text  # an empty value, as of a formula never computed, has none
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            self._leave_cell()
            self._row = int(attributes.get("r") or self._row + 1)
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self._found.hidden_rows.add(self._row)
        elif tag == "mergeCell":
            area = Area.parse(attributes.get("ref", ""))
            self._found.merged.append(Span(area.top, area.left, area.bottom, area.right))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self._found.hidden_columns.update(range(first, last + 1))

    def _text(self, _: str) -> None:
        self._has_value = True
        self.parser.CharacterDataHandler = None

    def _leave_cell(self) -> None:
        found = self._found
        self.parser.CharacterDataHandler = None
        if self._has_value:
            found.bottom = self._row if self._row > found.bottom else found.bottom
            found.right = self._column if self._column > found.right else found.right
        elif self._has_formula:
            found.uncomputed.add((self._row, self._column))
        self._has_formula = self._has_value = False


def _grids(name: str, data: bytes, surveys: Mapping[str, _Survey], *, dressed: bool) -> list[Grid]:
    stream: BinaryIO = io.BytesIO(data)
    book = load_workbook(stream, read_only=not dressed, data_only=True)
    grids = []
    for sheet in book.worksheets:
        survey = surveys.get(sheet.title, _Survey())
        rows, dress = _dressed_rows(sheet, survey) if dressed else (list(bounded(name, _bare_rows(sheet, survey))), {})
        hidden = sheet.sheet_state != "visible"
        grid = Grid(name, sheet.title, rows, dress=dress, hidden=hidden, undressed=not dressed)
        grids.append(_completed(grid, survey))
    return grids


def _dressed_rows(sheet: Any, survey: _Survey) -> tuple[list[tuple[Cell, ...]], dict[tuple[int, int], Dress]]:
    """The cells of the rectangle around the values, and what they wear, by row and column; most wear nothing.

    What is coloured beyond it may reach to the last cell there is.
    """
    rows: list[tuple[Cell, ...]] = []
    found: dict[tuple[int, int], Dress] = {}
    styles: dict[int, Dress] = {}
    area = {"min_row": 1, "max_row": survey.bottom, "min_col": 1, "max_col": survey.right}
    for row in sheet.iter_rows(**area) if survey.bottom else ():
        rows.append(tuple(_plain(cell.value) for cell in row))
        for cell in row:
            if isinstance(cell, SheetCell) and (cell.has_style or cell.comment):
                dress = _dress(cell, styles)
                if dress != _PLAIN:
                    found[cell.row, cell.column] = dress
    return rows, found


def _dress(cell: SheetCell, styles: dict[int, Dress]) -> Dress:
    """What a cell wears. ``styles`` are the looks of the styles met so far, by their number."""
    style = cell.style_id
    if style not in styles:
        styles[style] = Dress(_colour(cell.fill), struck=bool(cell.font.strike))
    return styles[style]._replace(comment=cell.comment.text) if cell.comment else styles[style]


def _bare_rows(sheet: Any, survey: _Survey) -> Iterator[tuple[Cell, ...]]:
    """Rows in the order of the file, without trailing blanks; what the sheet says of its own size may be a lie."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=survey.bottom or 1, values_only=True):
        end = next((i for i in range(len(row), 0, -1) if row[i - 1] is not None), 0)
        yield tuple(map(_plain, row[:end]))


def _plain(value: Any) -> Cell:
    """A cell without openpyxl's own types; blank text is none, a whole float a whole number."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    plain: Cell = value
    return plain


def _colour(fill: PatternFill) -> str:
    """A solid ground's colour as RRGGBB; one of the theme's by its number, since the theme is not read."""
    if fill.fill_type != "solid":
        return ""
    colour = fill.fgColor
    if colour.type == "rgb":
        return str(colour.rgb)[-6:]
    return f"{colour.type}{colour.theme if colour.type == 'theme' else colour.indexed}"


def _completed(grid: Grid, survey: _Survey | None) -> Grid:
    """A grid with what the first pass found."""
    if survey is None:
        return grid
    return replace(
        grid,
        merged=survey.merged,
        hidden_rows=frozenset(survey.hidden_rows),
        hidden_columns=frozenset(survey.hidden_columns),
        uncomputed=frozenset(survey.uncomputed),
    )
