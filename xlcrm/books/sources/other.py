"""Workbooks of the last century (.xls, .et) and the kinds nobody else reads (.xlsb, .ods), through python-calamine.

It gives values and merged cells; hidden rows and columns are among the values, colours and comments are not.
"""

from __future__ import annotations

from xlcrm.books.area import Area
from xlcrm.books.xlsx.guards import LARGEST_SPREAD
from xlcrm.books.xlsx.values import Values, failing_row
from xlcrm.errors import Refusal
from xlcrm.intake.grid import Grid, Span


def read_other(name: str, data: bytes) -> list[Grid]:
    """The worksheets of a workbook. Raises ``Refusal``: ``book.damaged``, ``book.cell_unreadable``, ``book.stray_cell``."""
    values = Values(data, name, lambda sheet: failing_row(data, sheet))
    return [_grid(name, values, sheet, hidden) for sheet, hidden in values.worksheets]


def _grid(name: str, values: Values, sheet: str, hidden: bool) -> Grid:
    bottom, right = values.end(sheet)
    if bottom * right > LARGEST_SPREAD:
        raise Refusal("book.stray_cell", name=name, sheet=sheet, cell=str(Area(bottom, right, bottom, right)))
    rows = [tuple(row) for row in values.cells(sheet, Area(1, 1, bottom, right))] if bottom else []
    merged = [Span(area.top, area.left, area.bottom, area.right) for area in values.merged(sheet)]
    return Grid(name, sheet, rows, merged, hidden=hidden, undressed=True)
