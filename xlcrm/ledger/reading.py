"""From blocks of cells to records: the only way into a ``Ledger``.

Nothing is judged here: what could not be read is a ``Defect`` on its record, for the rules to report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from xlcrm.changes import Block, Changes, StructureIssue, after
from xlcrm.errors import Refusal
from xlcrm.forms.codes import CODES, CodeList, with_dictionary
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import CHECK_HEADER, Cell, Column, Defect, Form, Kind, Place, Record, as_text, letters
from xlcrm.forms.settings import parse
from xlcrm.forms.sheets import (
    FORMS,
    CodeEntry,
    Setting,
)
from xlcrm.ledger import normal
from xlcrm.ledger.ledger import Ledger

T = TypeVar("T")


def read_ledger(blocks: Iterable[Block], today: dt.date, issues: Sequence[StructureIssue] = ()) -> Ledger:
    """Understand every block, its rows when they are first asked for; ``today`` gives dates without a year their year,
    ``issues`` are kept for the validation.

    Raises ``Refusal``, ``form.columns_missing`` or ``form.headers_changed``, when a block lacks columns of its form.
    """
    by_sheet = {block.sheet: block for block in blocks}
    reader = _Reader(today, CODES, "")
    entries = [r for r in reader.records(by_sheet, "字典") if isinstance(r, CodeEntry)]
    codes = with_dictionary([(e.list, e.code) for e in entries if e.list and e.code])
    rows = [r for r in reader.records(by_sheet, "设置") if isinstance(r, Setting)]
    settings, troubles = parse([(row.shown("key").strip(), row.shown("value").strip()) for row in rows])
    reader = _Reader(today, codes, settings.area_code)
    for sheet in FORMS:
        if sheet in by_sheet:
            reader.columns(by_sheet[sheet])
    records = _BySheet({sheet: partial(reader.records, by_sheet, sheet) for sheet in FORMS})
    checks = _BySheet({sheet: partial(_checks, block) for sheet, block in by_sheet.items()})
    return Ledger(records, codes, settings, troubles, checks, by_sheet, issues)


def ledger_after(ledger: Ledger, changes: Changes, today: dt.date) -> Ledger:
    """The ledger of the book as the changes leave it; the same object where they leave every table as it is.

    A row that stays what and where it was is the same record; only the others are read.
    """
    touched = [ledger.blocks[sheet] for sheet, change in changes.tables.items() if change]
    if not touched:
        return ledger
    left = {block.sheet: block for block in after(touched, changes)}
    blocks = {**ledger.blocks, **left}
    if not left.keys().isdisjoint((CodeEntry.form.sheet, Setting.form.sheet)):
        return read_ledger(blocks.values(), today, ledger.issues)
    reader = _Reader(today, ledger.codes, ledger.settings.area_code)

    def again(sheet: str) -> tuple[Record, ...]:
        return reader.records(blocks, sheet, _unchanged(ledger, left[sheet]))

    records = _BySheet(
        {sheet: partial(again if sheet in left else ledger.records.__getitem__, sheet) for sheet in FORMS}
    )
    checks = _BySheet(
        {s: partial(_checks, left[s]) if s in left else partial(ledger.checks.__getitem__, s) for s in blocks}
    )
    return replace(ledger, records=records, checks=checks, blocks=blocks)


class _BySheet(Mapping[str, T]):
    """Something of every sheet, read when it is first asked for: few verbs look into all of them."""

    def __init__(self, read: Mapping[str, Callable[[], T]]) -> None:
        self._read = read
        self._known: dict[str, T] = {}

    def __getitem__(self, sheet: str) -> T:
        if sheet not in self._known:
            self._known[sheet] = self._read[sheet]()
        return self._known[sheet]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _unchanged(ledger: Ledger, block: Block) -> dict[int, Record]:
    """By worksheet row, the records of a table that stands as ``block`` now, of the rows that are the same in both."""
    old, first = ledger.blocks[block.sheet].rows, block.row + 1
    places = ((record, record.at.row - first) for record in ledger.records[block.sheet])
    return {record.at.row: record for record, at in places if at < len(block.rows) and block.rows[at] is old[at]}


def _checks(block: Block) -> dict[int, str]:
    if CHECK_HEADER not in block.headers:
        return {}
    at = block.headers.index(CHECK_HEADER)
    return {block.row + 1 + i: as_text(row[at]) for i, row in enumerate(block.rows) if row[at] is not None}


def _lacking(block: Block, columns: Mapping[str, int], missing: Sequence[str]) -> Refusal:
    """The refusal of a table that lacks columns of its form, naming the headers that may be what they were changed to."""
    shown = [
        f"{letters(block.column + at)}{block.row}" + (f"“{header}”" if header else "")
        for at, header in enumerate(block.headers)
        if at not in columns.values() and header != CHECK_HEADER
    ]
    about = {"sheet": block.sheet, "headers": "、".join(missing)}
    if not shown:
        return Refusal("form.columns_missing", **about)
    return Refusal("form.headers_changed", **about, shown="、".join(shown))


def _row(record: Record) -> int:
    return record.at.row


NOTHING_KNOWN: Mapping[int, Record] = {}


class _Reader(NamedTuple):
    today: dt.date
    codes: Mapping[str, CodeList]
    area_code: str

    def records(
        self, blocks: Mapping[str, Block], sheet: str, known: Mapping[int, Record] = NOTHING_KNOWN
    ) -> tuple[Record, ...]:
        """The records of a sheet, in the order of its rows; those of ``known`` rows are not read."""
        block = blocks.get(sheet)
        if block is None:
            return ()
        form, columns = FORMS[sheet], self.columns(block)
        taken = _typed(block.rows, [columns.get(c.name) for c in form.columns])
        numbered = enumerate(taken, block.row + 1)
        rows = [(i, typed) for i, typed in numbered if i not in known and _is_filled(typed) and not is_foot(typed)]
        if not rows:
            return tuple(known.values())
        numbers, cells = zip(*rows, strict=True)
        lettered = {name: letters(block.column + at) for name, at in columns.items()}
        places = [*map(Place, repeat(sheet), numbers, repeat(lettered))]
        made = _made(form, places, cells, [self._read_as(column) for column in form.columns])
        return tuple(sorted((*known.values(), *made), key=_row)) if known else made

    def columns(self, block: Block) -> dict[str, int]:
        """The columns of a table by the fields of its form. Raises what ``read_ledger`` does."""
        form = FORMS[block.sheet]
        columns = columns_of(block.headers, form)
        missing = [c.header for c in form.columns if c.name not in columns and not c.late]
        if missing:
            raise _lacking(block, columns, missing)
        return columns

    def _read_as(self, column: Column) -> _Read:
        """The reader of a column: a function of the cell."""
        match column.kind:
            case Kind.DATE:
                return lambda raw: normal.read_date(raw, self.today)
            case Kind.MOMENT:
                return lambda raw: normal.read_moment(raw, self.today)
            case Kind.PHONE:
                return lambda raw: normal.read_phone(raw, self.area_code)
            case Kind.PHONES:
                return lambda raw: normal.read_phones(raw, self.area_code)
            case Kind.GRADE | Kind.CODE | Kind.CODES:
                codes = self.codes[column.codes or ""]
                read = {
                    Kind.GRADE: normal.read_grade,
                    Kind.CODE: normal.read_code,
                    Kind.CODES: normal.read_codes,
                }[column.kind]
                return lambda raw: read(raw, codes)
            case Kind.TIME:
                return normal.read_time
            case Kind.MONTH:
                return normal.read_month
            case Kind.TICK:
                return normal.read_tick
            case Kind.COUNT:
                return normal.read_count
            case Kind.MONEY:
                return normal.read_money
            case Kind.NUMBER:
                return normal.read_number
            case Kind.PERSON:
                return normal.read_person
        return normal.read_text


def _typed(rows: Iterable[tuple[Cell, ...]], positions: Sequence[int | None]) -> Iterable[tuple[Cell, ...]]:
    """The cells of rows at some positions, blank where there is none; the rows themselves where that is what they hold."""
    width = len(positions)
    if positions == list(range(width)):
        return (row if len(row) == width else row[:width] for row in rows)
    placed = itemgetter(*(-1 if at is None else at for at in positions))
    return (placed((*row, None)) for row in rows)


_Read = Callable[[Cell], normal.Reading]


class _Known(dict[Cell, Any]):
    """The values of a column's cells: names, codes, grades and days repeat in every row, and are read once.

    ``odd`` are the readings of cells with nothing but blanks in them, and of those that were not read, or through dirt.
    """

    def __init__(self, read: _Read) -> None:
        super().__init__({None: None})
        self._read = read
        self.odd: dict[Cell, normal.Reading] = {}

    def __missing__(self, cell: Cell) -> Any:
        reading = self._read(cell)
        if reading.trouble or reading.value is None:
            self.odd[cell] = reading
        self[cell] = reading.value
        return reading.value


_REPEATED = frozenset((str, dt.date, type(None)))
"""Types of which equal cells are alike; of others, 1 and True are equal, so that they are read one by one."""


def _single(read: _Read, cell: Cell, row: int, odd: dict[int, normal.Reading]) -> Any:
    """The value of a cell read by itself; what is odd about it is noted under its row."""
    reading = read(cell)
    if reading.trouble or reading.value is None:
        odd[row] = reading
    return reading.value


def _made(
    form: Form, places: Sequence[Place], rows: Sequence[tuple[Cell, ...]], readers: Iterable[_Read]
) -> tuple[Record, ...]:
    """The records of some rows, read column by column, which takes a quarter less time than cell by cell.

    A cell with nothing but blanks in it is blank, a row of such cells no record.
    """
    columns: list[list[Any]] = []
    defects: dict[int, list[Defect]] = {}
    blanks: dict[int, set[int]] = {}
    for at, (column, read, cells) in enumerate(zip(form.columns, readers, zip(*rows, strict=True), strict=True)):
        known = _Known(read)
        odd: dict[int, normal.Reading] = {}
        if _REPEATED.issuperset(map(type, cells)):
            columns.append([*map(known.__getitem__, cells)])
        else:
            columns.append(
                [known[c] if type(c) in _REPEATED else _single(read, c, i, odd) for i, c in enumerate(cells)]
            )
        if known.odd:
            odd |= {i: known.odd[cell] for i, cell in enumerate(cells) if type(cell) in _REPEATED and cell in known.odd}
        for row, reading in sorted(odd.items()):
            if reading.trouble:
                defect = Defect(column.name, reading.trouble, reading.readable, reading.hint)
                defects.setdefault(row, []).append(defect)
            else:
                blanks.setdefault(row, set()).add(at)
    typed = [*rows]
    for row, blank in blanks.items():
        typed[row] = tuple([None if at in blank else cell for at, cell in enumerate(typed[row])])
    noted = [tuple(defects.get(row, ())) for row in range(len(rows))] if defects else repeat(())
    made = tuple(map(form.row, places, typed, noted, *columns))
    return tuple(record for record in made if _is_filled(record.typed)) if blanks else made


def _is_filled(cells: tuple[Cell, ...]) -> bool:
    """Whether a cell of a row is not blank; the first seldom is."""
    return cells[0] is not None or cells.count(None) != len(cells)
