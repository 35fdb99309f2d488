"""A sheet of XlsxWriter that takes and writes cells in bulk.

XlsxWriter takes a cell by way of two calls and its checks, and writes it by way of a list of attributes and five calls; a
month's workbook has some hundred thousand. What is written is the same byte for byte (tests/report/test_quicksheet.py); cells
of other kinds are left to XlsxWriter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple, Worksheet

from xlcrm.report.style import Shown

_SPANNED = 16
"""Rows whose cells' first and last column every one of them names."""
_letters = cache(xl_col_to_name)


class Laid:
    """A cell that is the same wherever it stands in a workbook: it is made where it stands first."""

    __slots__ = ("is_text", "look", "made", "value")

    def __init__(self, value: Shown, look: Format) -> None:
        self.value, self.look, self.is_text = value, look, isinstance(value, str)
        self.made: Any = None


class QuickSheet(Worksheet):
    """To be given to ``Workbook.add_worksheet`` as its class, of a sheet without comments; rows and columns count from 0."""

    _ends: Mapping[int, tuple[int, int]]
    """The first and the last column of every row that has cells."""
    str_table: Any  # as are others below, XlsxWriter declares it as what it is before the sheet has a workbook

    def put(self, row: int, column: int, value: Shown, look: Format) -> None:
        """A cell as what it is: text is always text, whatever it begins with."""
        if isinstance(value, str) and len(value) > self.xls_strmax // 2:
            self.write_string(row, column, value, look)  # it is cut where Excel would refuse it
        else:
            self.table[row][column] = self._cell(value, look)

    def lay(self, row: int, cells: Sequence[Laid]) -> None:
        """A row of cells from its first column on."""
        line = self.table[row]
        texts = 0
        for column, laid in enumerate(cells):
            if laid.made is None:
                self.put(row, column, laid.value, laid.look)
                laid.made = line[column]
            else:
                line[column] = laid.made
                texts += laid.is_text
        self.str_table.count += texts

    def lines(self, first: int, lines: Iterable[Sequence[Shown]], look: Callable[[Shown], Format]) -> None:
        """Rows of cells from a row on, whose look their value decides: an equal value is the same cell wherever it stands."""
        known: dict[Shown, Any] = {}
        texts = 0
        for row, values in enumerate(lines, first):
            cells = self.table[row]
            for column, value in enumerate(values):
                if value not in known:
                    known[value] = self._cell(value, look(value))
                    texts -= isinstance(value, str)  # counted already
                cells[column] = known[value]
                texts += isinstance(value, str)
        self.str_table.count += texts

    def cover(self, row: int, column: int, rows: int, columns: int, look: Format) -> None:
        """Merge an area; what it holds is put into its first cell. One that meets another is refused as XlsxWriter does."""
        blank, area = CellBlankTuple(look), range(column, column + columns)
        for at in range(row, row + rows):
            places = dict.fromkeys([(at, place) for place in area], True)
            if not self.merged_cells.keys().isdisjoint(places):
                self.merge_range(row, column, row + rows - 1, column + columns - 1, "", look)
            self.merged_cells.update(places)
            self.table[at].update(dict.fromkeys(area, blank))
        self.merge.append([row, column, row + rows - 1, column + columns - 1])

    def _cell(self, value: Shown, look: Format) -> Any:
        if value is None:
            return CellBlankTuple(look)
        if isinstance(value, str):
            return CellStringTuple(self.str_table._get_shared_string_index(value), look)
        if isinstance(value, dt.date):
            as_number: Callable[[dt.datetime], float] = self._convert_date_time
            return CellDatetimeTuple(as_number(dt.datetime.combine(value, dt.time())), look)
        if not isfinite(value):
            raise ValueError(value)
        return CellNumberTuple(value, look)

    # ---------------------------------------------------------------- writing, by the names XlsxWriter calls it by

    def _assemble_xml_file(self) -> None:
        self._ends = {row: (min(cells), max(cells)) for row, cells in self.table.items() if cells}
        if self._ends:
            firsts, lasts = zip(*self._ends.values(), strict=True)
            self._check_dimensions(min(self._ends), min(firsts))
            self._check_dimensions(max(self._ends), max(lasts))
        super()._assemble_xml_file()

    def _calculate_spans(self) -> None:
        blocks: dict[int, tuple[int, int]] = {}
        for row, ends in self._ends.items():
            first, last = blocks.get(row // _SPANNED, ends)
            blocks[row // _SPANNED] = min(first, ends[0]), max(last, ends[1])
        self.row_spans = {block: f"{first + 1}:{last + 1}" for block, (first, last) in blocks.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        out: Any = self.fh
        is_usual = self.default_row_height == self.original_row_height
        tails: dict[int, str] = {}
        styles = _Styles()
        for row in sorted({*self.row_info, *(row for row, cells in self.table.items() if cells)}):
            cells, span, own = self.table[row], self.row_spans.get(row // _SPANNED), self.row_info.get(row)
            if not cells:
                self._write_empty_row(row, span, own)
                continue
            if own is None and is_usual:
                out.write(f'<row r="{row + 1}" spans="{span}">')
            else:
                self._write_row(row, span, own)
            number, texts = f'{row + 1}"', list[str]()
            for column in sorted(cells):
                cell = cells[column]
                tail = tails.get(id(cell))
                if tail is None:
                    tail = tails[id(cell)] = _tail(cell, styles)
                if tail:
                    texts.append(f'<c r="{_letters(column)}{number}{tail}')
                else:
                    out.write("".join(texts))
                    texts.clear()
                    self._write_cell(row, column, cell)
            out.write("".join(texts) + "</row>")

    def _write_merge_cells(self) -> None:
        if self.merge:
            areas = "".join(
                f'<mergeCell ref="{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"/>'
                for top, left, bottom, right in self.merge
            )
            out: Any = self.fh
            out.write(f'<mergeCells count="{len(self.merge)}">{areas}</mergeCells>')


def _tail(cell: Any, styles: _Styles) -> str:
    """A cell as XlsxWriter writes it behind its place; "" of one that is left to it."""
    if cell.format is None:
        return ""
    match cell:
        case CellBlankTuple():
            return f"{styles[cell.format]}/>"
        case CellStringTuple():
            return f'{styles[cell.format]} t="s"><v>{cell.string}</v></c>'
        case CellNumberTuple() | CellDatetimeTuple():
            return f"{styles[cell.format]}><v>{cell.number:.16G}</v></c>"
    return ""


class _Styles(dict[Format, str]):
    """The attribute of a cell for each format; formats are numbered as they are met."""

    def __missing__(self, look: Format) -> str:
        number: Callable[[], int] = look._get_xf_index
        self[look] = found = f' s="{number()}"'
        return found
