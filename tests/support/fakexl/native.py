"""What xlwings passes on untouched (``.api``): of COM's own objects only the few members that the product asks for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from fakexl.entry import ComError

if TYPE_CHECKING:
    from fakexl import engine

_COMMENTED = -4144


class Application:
    """Excel itself: ``AutoCorrect``."""

    def __init__(self) -> None:
        self.AutoCorrect = AutoCorrect()

    @property
    def fills_columns_(self) -> bool:
        return self.AutoCorrect.AutoFillFormulasInLists


class AutoCorrect:
    def __init__(self) -> None:
        self.AutoFillFormulasInLists = True


class Worksheet:
    def __init__(self, cells: Any) -> None:
        self._cells = cells

    @property
    def ProtectContents(self) -> bool:
        return bool(self._cells.protection.sheet)

    @property
    def FilterMode(self) -> bool:
        """Of the sheet's own filter; whether a table's counts too is not settled."""
        return bool(self._cells.auto_filter.filterColumn)

    def Protect(self) -> None:
        self._cells.protection.sheet = True

    def Unprotect(self) -> None:
        self._cells.protection.sheet = False


class ListObject:
    def __init__(self, table: Any) -> None:
        self._table = table

    @property
    def AutoFilter(self) -> AutoFilter | None:
        return AutoFilter(self._table) if self._table.autoFilter is not None else None


class AutoFilter:
    def __init__(self, table: Any) -> None:
        self._table = table

    @property
    def FilterMode(self) -> bool:
        return bool(self._table.autoFilter.filterColumn)


class Range:
    def __init__(self, cells: engine.Range) -> None:
        self._cells = cells

    @property
    def HasFormula(self) -> bool | None:
        kinds = {cell.data_type == "f" for cell in itertools.chain.from_iterable(self._cells.rows_())}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def Address(self) -> str:
        return self._cells.address

    def SpecialCells(self, kind: int) -> Commented:
        if kind != _COMMENTED:
            raise NotImplementedError(f"SpecialCells({kind})")
        cells = [cell for cell in itertools.chain.from_iterable(self._cells.rows_()) if cell.comment]
        if not cells:
            raise ComError("No cells were found.")
        return Commented(",".join(f"${cell.column_letter}${cell.row}" for cell in cells))


class Commented:
    def __init__(self, address: str) -> None:
        self.Address = address
