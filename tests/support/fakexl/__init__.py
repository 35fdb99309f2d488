"""A strict imitation of Excel for tests: an xlwings engine over openpyxl, behind the true xlwings API.

It imitates only what is known of Excel, and each imitation is a fact test in ``test_fakexl.py`` that a real Excel must pass
as well. A member it does not know is an error; so is whatever nobody knows for sure (``Unsettled``): the product must not
depend on it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from fakexl.engine import ENGINE, Call
from fakexl.entry import ComError, Unsettled

__all__ = [
    "BUSY",
    "ENGINE",
    "EXCELS",
    "REFUSED",
    "Call",
    "ComError",
    "Unsettled",
    "contents",
    "excel",
    "opened",
    "start",
]

BUSY = -2147418111
"""RPC_E_CALL_REJECTED: what COM says while a cell is being edited."""
REFUSED: tuple[type[Exception], ...] = (ComError,)
"""What Excel raises."""
_LIVE = [pytest.mark.live_excel]
if sys.platform == "win32":
    REFUSED += (importlib.import_module("pywintypes").com_error,)
else:
    _LIVE.append(pytest.mark.skip(reason="needs a real Excel on Windows"))
EXCELS = ["imitation", pytest.param("excel", marks=_LIVE)]
"""What a test of a fact runs on: see ``excel``."""


@contextmanager
def excel(kind: str) -> Iterator[xw.App]:
    """The imitation, or a real Excel without a window."""
    if kind == "imitation":
        yield start()
    else:
        xw.engines["excel"].activate()
        with xw.App(visible=False, add_book=False) as app:
            yield app


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
