"""Values at Excel's door: what a range gives, and what must be sent so that a cell holds what is meant.

Excel takes a value set by a program as if it were typed: '001' becomes 1, '1-2' a day, '=1+1' a formula, unless the cell
is formatted as text. A number sent into a cell formatted as text becomes text.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from xlcrm.changes import Link, TableChange, Value
from xlcrm.errors import Refusal
from xlcrm.forms.schema import GENERAL, NUMBER_FORMATS, TEXT_FORMAT, Cell, Kind, as_text

_ERRORS = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}
_OTHER_ERROR = "#ERROR!"
_WHOLE_BELOW = 1e15
"""Floats from here on have no exact whole number behind them."""
_FIRST_YEAR = 1900
_EPOCH = dt.datetime(1899, 12, 30)
_DAY_MS = 86_400_000
_DAYS = 2_958_466
"""Excel's days end with the year 9999."""

_RETYPED = re.compile(
    r"^\s*['=+\-@#/＝＋－＠]|^\s*(?:true|false)\s*$|^(?=.*\d)(?:[^\u3400-\u9fff]|[年月日时時分秒上下午])*$",
    re.IGNORECASE | re.DOTALL,
)
"""Text that Excel may take for something else: it begins with a sign, or has digits and no word that is none of a date's.
Rather too much than too little."""


class Formula(str):
    """A formula made by the program. Every other text is data, whatever it begins with."""


class Entry(NamedTuple):
    """How a column's cells are sent: formatted ``before``, text marked as text with an apostrophe, formatted ``after``."""

    before: str | None
    quoted: bool
    after: str | None


_AS_IT_STANDS = Entry(None, False, None)


def cell_of(value: object) -> Cell:
    """A value as ``Range.raw_value`` gives it (COM's types) as the cell a file would give.

    Whole floats are ints, error codes their text, a midnight is its date, a time of day on day 0 a time.
    Raises ``TypeError`` for what Excel never gives.
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _WHOLE_BELOW else value
    if isinstance(value, bool):
        return value
    if isinstance(value, int):  # numbers are always floats
        return _ERRORS.get(value, _OTHER_ERROR)
    if isinstance(value, dt.datetime):
        time = dt.time(value.hour, value.minute, value.second, value.microsecond)
        day = dt.date(value.year, value.month, value.day)
        if value.year < _FIRST_YEAR:
            return time
        return dt.datetime.combine(day, time) if time != dt.time() else day
    if isinstance(value, decimal.Decimal):  # a cell with a currency format
        return cell_of(float(value))
    raise TypeError(f"Excel gave a {type(value).__name__}")


def clock_of(cell: Cell) -> Cell:
    """A cell of a time column: Excel gives a time of day as a part of a day, to the millisecond here as in files."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell < _DAYS:
        return cell
    moment = _EPOCH + dt.timedelta(milliseconds=round(cell * _DAY_MS))
    return moment.time() if moment.date() == _EPOCH.date() else moment


def with_formulas(change: TableChange, sheet: str, headers: Collection[str]) -> TableChange:
    """The change to a table with these headers, its links as formulas.

    Raises ``Refusal("book.column_missing")`` where something belongs into a column that the table lacks.
    """

    def cells(row: Mapping[str, Value]) -> dict[str, Value]:
        missing = next((header for header, value in row.items() if header not in headers and value is not None), None)
        if missing is not None:
            raise Refusal("book.column_missing", sheet=sheet, header=missing)
        return {header: as_formula(value) for header, value in row.items() if header in headers}

    return replace(
        change,
        cells={row: cells(values) for row, values in change.cells.items()},
        added=[cells(row) for row in change.added],
        inserted={before: [cells(row) for row in new] for before, new in change.inserted.items()},
        replaced=None if change.replaced is None else [cells(row) for row in change.replaced],
    )


def as_formula(value: Value) -> Cell:
    """A value as a cell takes it: a link is a formula."""
    return formula_of(value) if isinstance(value, Link) else value


def formula_of(link: Link) -> Formula:
    """The formula that shows a link; a hyperlink proper would take one call for each cell."""
    sheet = link.sheet.replace("'", "''")
    target = _literal(f"#'{sheet}'!{link.cell}")
    return Formula(f"=HYPERLINK({target},{_literal(link.text)})")


def _literal(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def entry_of(kind: Kind | None, cells: Iterable[Cell]) -> Entry:
    """How to send these cells of one column; ``kind`` is ``None`` for a column that no form knows.

    A column that would come through unharmed is left as it is formatted. Dates keep a column from being text: there they
    would be bare numbers.
    """
    standing = [cell for cell in cells if cell is not None]
    texts = [cell for cell in standing if isinstance(cell, str)]
    retyped = any(_RETYPED.search(text) for text in texts)
    if any(isinstance(text, Formula) for text in texts):
        return Entry(GENERAL, True, None)
    if kind in NUMBER_FORMATS:
        return Entry(NUMBER_FORMATS[kind], True, None) if retyped else _AS_IT_STANDS
    if not standing or (kind is None and not retyped):
        return _AS_IT_STANDS
    if len(texts) == len(standing) and not any(text.startswith("'") for text in texts):
        return Entry(TEXT_FORMAT, False, None)
    dates = any(isinstance(cell, dt.date) for cell in standing)
    return Entry(GENERAL, True, None if kind is None or dates else TEXT_FORMAT)


def sent(cell: Cell, quoted: bool) -> object:
    """A cell as Excel takes it: numbers are floats, days are in UTC (COM would move any other), blanks are empty text."""
    match cell:
        case None:
            return ""
        case Formula() | bool():
            return cell
        case str():
            return f"'{cell}" if quoted and _RETYPED.search(cell) else cell
        case int() | float():
            return float(cell)
        case dt.datetime():
            return cell.replace(tzinfo=dt.UTC) if cell.year >= _FIRST_YEAR else sent(as_text(cell), quoted)
        case dt.date():
            return sent(dt.datetime(cell.year, cell.month, cell.day), quoted)
        case dt.time():
            return (dt.datetime.combine(_EPOCH, cell) - _EPOCH) / dt.timedelta(days=1)
        case dt.timedelta():
            return cell / dt.timedelta(days=1)
