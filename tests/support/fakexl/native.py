"""What xlwings passes on untouched (``.api``): of COM's own objects only the few members that the product asks for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.styles import PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink as PxHyperlink

from fakexl.entry import ComError

if TYPE_CHECKING:
    from fakexl import engine

_COMMENTED = -4144
_NOTE, _PICTURE = 4, 13
_NO_FILL, _RED = -4142, 3


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

    @property
    def Shapes(self) -> list_:
        """Pictures, and the boxes of comments."""
        notes = [Shape(_NOTE, cell.row, "") for row in self._cells.iter_rows() for cell in row if cell.comment]
        return list_([*notes, *(Shape(_PICTURE, image.anchor._from.row + 1, "驾照") for image in self._cells._images)])

    @property
    def Hyperlinks(self) -> Hyperlinks:
        return Hyperlinks(Hyperlink(cell) for row in self._cells.iter_rows() for cell in row if cell.hyperlink)

    @property
    def Comments(self) -> list_:
        return list_(cell for row in self._cells.iter_rows() for cell in row if cell.comment)

    def PivotTables(self) -> PivotTables:
        return PivotTables([pivot.location.ref for pivot in self._cells._pivots])

    def Protect(self) -> None:
        self._cells.protection.sheet = True

    def Unprotect(self) -> None:
        self._cells.protection.sheet = False


class list_(list[Any]):
    """A collection as COM has it."""

    @property
    def Count(self) -> int:
        return len(self)


class Shape:
    Placement = 1

    def __init__(self, kind: int, row: int, name: str) -> None:
        self.Type, self.Name = kind, name
        self.TopLeftCell = Corner(row)


class Corner(NamedTuple):
    Row: int


class PivotTables:
    def __init__(self, places: list[str]) -> None:
        self._places = places

    @property
    def Count(self) -> int:
        return len(self._places)

    def Item(self, number: int) -> PivotTable:
        return PivotTable(self._places[number - 1])


class PivotTable:
    def __init__(self, place: str) -> None:
        self._place = place

    @property
    def TableRange2(self) -> Place:
        return Place(self._place)


class Place(NamedTuple):
    Address: str


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
    def Formula(self) -> Any:
        return self._cells.formula

    @Formula.setter
    def Formula(self, text: str) -> None:
        self._cells.fill_(text)

    @property
    def Address(self) -> str:
        return self._cells.address

    @property
    def Interior(self) -> Interior:
        return Interior(list(self._cells.all_cells_()))

    def SpecialCells(self, kind: int) -> Commented:
        if kind != _COMMENTED:
            raise NotImplementedError(f"SpecialCells({kind})")
        cells = [cell for cell in self._cells.all_cells_() if cell.comment]
        if not cells:
            raise ComError("No cells were found.")
        return Commented(",".join(f"${cell.column_letter}${cell.row}" for cell in cells))


class Hyperlinks(list_):
    """Those of a sheet's cells."""

    def Add(self, anchor: Range, address: str, place: str) -> None:
        (cell,) = anchor._cells.all_cells_()
        cell._hyperlink = PxHyperlink(ref=cell.coordinate, target=address or None, location=place or None)


class Hyperlink:
    def __init__(self, cell: Any) -> None:
        self.Range = Place(f"${cell.column_letter}${cell.row}")
        self.Address, self.SubAddress = cell.hyperlink.target, cell.hyperlink.location


class Interior:
    """The fill of cells."""

    def __init__(self, cells: list[Any]) -> None:
        self._cells = cells

    @property
    def ColorIndex(self) -> int | None:
        """Of cells with different fills there is none."""
        found = {_RED if cell.fill.fill_type else _NO_FILL for cell in self._cells}
        return found.pop() if len(found) == 1 else None

    @ColorIndex.setter
    def ColorIndex(self, value: int) -> None:
        assert value == _NO_FILL, "fills are only taken away"
        for cell in self._cells:
            cell.fill = PatternFill()

    @property
    def Color(self) -> float:
        """Blue, green and red, as Excel gives them."""
        rgb = self._cells[0].fill.fgColor.rgb[-6:]
        return float(int(rgb[4:] + rgb[2:4] + rgb[:2], 16))

    @Color.setter
    def Color(self, value: float) -> None:
        bgr = f"{int(value):06X}"
        for cell in self._cells:
            cell.fill = PatternFill("solid", fgColor=f"FF{bgr[4:]}{bgr[2:4]}{bgr[:2]}")


class Commented:
    def __init__(self, address: str) -> None:
        self.Address = address
