"""A strict imitation of Excel for tests: an xlwings engine over openpyxl, behind the true xlwings API.

It imitates only what is known of Excel, and each imitation is a fact test in ``test_fakexl.py`` that a real Excel must pass
as well. A member it does not know is an error; so is whatever nobody knows for sure (``Unsettled``): the product must not
depend on it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlwings as xw

from fakexl.engine import ENGINE, Call
from fakexl.entry import ComError, Unsettled

__all__ = ["BUSY", "ENGINE", "Call", "ComError", "Unsettled", "contents", "opened", "start"]

BUSY = -2147418111
"""RPC_E_CALL_REJECTED: what COM says while a cell is being edited."""


def start() -> xw.App:
    """An Excel without a book, with xlwings' own objects in front of it."""
    if ENGINE.name not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines[ENGINE.name].activate()
    ENGINE.reset()
    return xw.App(add_book=False)


def opened(path: Path) -> xw.Book:
    """A workbook file open in an Excel of its own."""
    return start().books.open(str(path))


def contents(book: xw.Book) -> dict[str, Any]:
    """Everything that a write could change: cells with their kinds and formats, and the ranges of the tables."""
    return {
        sheet.title: (
            {table.displayName: table.ref for table in sheet.tables.values()},
            {
                cell.coordinate: (cell.data_type, cell.value, cell.number_format)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            },
        )
        for sheet in book.api.worksheets
    }
