"""A strict imitation of Excel for tests: an xlwings engine over openpyxl, behind the true xlwings API.

It imitates only what is known of Excel, and each imitation is a fact test in ``test_fakexl.py`` that a real Excel must pass
as well. A member it does not know is an error; so is whatever nobody knows for sure (``Unsettled``): the product must not
depend on it.
"""

from __future__ import annotations

import xlwings as xw

from fakexl.engine import ENGINE, Call
from fakexl.entry import ComError, Unsettled

__all__ = ["BUSY", "ENGINE", "Call", "ComError", "Unsettled", "start"]

BUSY = -2147418111
"""RPC_E_CALL_REJECTED: what COM says while a cell is being edited."""


def start() -> xw.App:
    """An Excel without a book, with xlwings' own objects in front of it."""
    if ENGINE.name not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines[ENGINE.name].activate()
    ENGINE.reset()
    return xw.App(add_book=False)
