"""Books for tests without a file: sheets written as rows of {header: cell}, and the sample stores."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlcrm.changes import Block
from xlcrm.forms.schema import Cell, Form, Kind
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.reading import read_ledger

Row = dict[str, Cell]
Sheets = Mapping[str, Sequence[Row]]

STORES = Path(__file__).parents[1] / "data" / "stores"
"""The sample stores, one CSV a sheet, with their answers in ``expected.json``."""


def blocks_of(sheets: Sheets) -> list[Block]:
    """A block for every form: the form's own headers in row 1, the given rows below; a header not given is blank.

    Of the forms and columns that a shop switches on only those that are given.
    """
    forms = (form for form in FORMS.values() if not form.switch or form.sheet in sheets)
    return [_block(form, sheets.get(form.sheet, ())) for form in forms]


def _block(form: Form, rows: Sequence[Row]) -> Block:
    given = set[str]().union(*rows)
    headers = form.headers_with([switch for switch, own in form.switched.items() if given & set(own)])
    assert given <= set(headers), f"{form.sheet} has no {given - set(headers)}"
    cells = tuple(tuple(row.get(header) for header in headers) for row in rows)
    return Block(form.sheet, form.table, 1, 1, headers, cells)


def ledger_of(sheets: Sheets, today: dt.date) -> Ledger:
    """What a book with these sheets holds; data row i of a sheet stands at worksheet row i + 2."""
    assert sheets.keys() <= FORMS.keys(), f"no sheet {sheets.keys() - FORMS.keys()}"
    return read_ledger(blocks_of(sheets), today)


def read_csv_store(folder: Path) -> dict[str, list[Row]]:
    """A store kept as one CSV a sheet, as a spreadsheet would hold it: dates are dates, phones and ticks are text."""
    sheets: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.csv")):
        kinds = {column.header: column.kind for column in FORMS[path.stem].columns}
        with path.open(encoding="utf-8-sig", newline="") as lines:
            sheets[path.stem] = [
                {h: _typed(text, kinds[h]) for h, text in row.items()} for row in csv.DictReader(lines)
            ]
    return sheets


def _typed(text: str, kind: Kind) -> Cell:
    """A cell as a spreadsheet would take it: what cannot be read as its column's kind stays text."""
    if text == "":
        return None
    try:
        match kind:
            case Kind.DATE:
                return dt.date.fromisoformat(text)
            case Kind.TIME:
                return dt.time.fromisoformat(text)
            case Kind.MOMENT:
                return dt.datetime.fromisoformat(text)
            case Kind.COUNT:
                return int(text)
            case Kind.MONEY:
                return float(text)
    except ValueError:
        return text
    return text
