"""A sheet of XlsxWriter whose usual cells are written in one step.

XlsxWriter writes a cell by way of a list of attributes and five calls, and a month's workbook has some forty thousand. What
is written is the same byte for byte (tests/report/test_quicksheet.py); whatever is no formatted text, number, day or blank is
left to XlsxWriter.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

_NUMBERS = ("Number", "Datetime")
"""The kinds of XlsxWriter's cells by their names, which are all it distinguishes them by."""


class QuickSheet(Worksheet):
    """To be given to ``Workbook.add_worksheet`` as its class."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        written = None if self.constant_memory or not cell.format else _written(row, col, cell)
        if written is None:
            super()._write_cell(row, col, cell)
        else:
            out: Any = self.fh  # XlsxWriter declares it as what it is before it is opened
            out.write(written)


def _written(row: int, col: int, cell: Any) -> str | None:
    """A cell as XlsxWriter writes it; ``None`` of a kind that is left to it."""
    start = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
    kind = type(cell).__name__
    if kind == "Blank":
        return f"{start}/>"
    if kind == "String":
        return f'{start} t="s"><v>{cell.string}</v></c>'
    return f"{start}><v>{cell.number:.16G}</v></c>" if kind in _NUMBERS else None
