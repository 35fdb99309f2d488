"""A book as pandas tables, for those who outgrow a workbook. SPEC section 12 ("Tidy data").

Every form is a frame with the same columns and types every time, whatever the book holds. Texts, phones and ids stand as
they were typed; dates, grades, ticks and numbers as they were understood. What the frames have no place for, a cell that
could not be read or was read through dirt, a column of the shop's own, a foot row, stands word for word in one more
frame, ``原文``. So every typed cell is found, and no row is left out.

Without being asked, nothing here says who a customer is: frames are masked as the month's workbook is, and the column
``customer`` numbers the customers, so that masked frames can still be joined. pandas is an extra
(``pip install "xlcrm[data]"``); nothing that a click runs imports this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.month import facts_of_month
from xlcrm.books.xlsx.read import open_book, require_crm_book
from xlcrm.changes import Block
from xlcrm.errors import Refusal
from xlcrm.forms.codes import CODES
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import CHECK_HEADER, Cell, Column, Form, Kind, Record, as_text, letters
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import next_month
from xlcrm.ledger.reading import read_ledger
from xlcrm.review import Review
from xlcrm.safety.privacy import HIDDEN, Veil, masked, veil_of

Backend = Literal["numpy_nullable", "pyarrow"]
"""How pandas keeps the values, as in its own readers: in its nullable types, or in Arrow's."""

REST = "原文"
"""The frame of everything typed that the others have no place for."""

STRING, CATEGORY, TRUTH = "string", "category", "boolean"
DAY, SPAN = "datetime64[us]", "timedelta64[us]"
COUNT, NUMBER = "Int64", "Float64"
_DTYPES = {
    Kind.DATE: DAY,
    Kind.MOMENT: DAY,
    Kind.TIME: SPAN,
    Kind.COUNT: COUNT,
    Kind.MONEY: NUMBER,
    Kind.NUMBER: NUMBER,
    Kind.TICK: TRUTH,
}
"""A time of day is the time since midnight, which can be added and compared; every kind that is missing here is text."""
_AS_TYPED = (Kind.TEXT, Kind.PHONE, Kind.PHONES, Kind.CODES)
"""Kinds whose text is kept letter for letter."""


class Field(NamedTuple):
    """A column of a frame: its name, its pandas type, and the values of a category in their order."""

    name: str
    dtype: str
    values: tuple[str, ...] = ()


PROVENANCE = (Field("sheet", STRING), Field("row", COUNT), Field("customer", COUNT))
"""Behind the columns of every form: worksheet and row, and a number of the customer, the same in all frames of one read."""
REST_FIELDS = (Field("sheet", STRING), Field("row", COUNT), Field("column", STRING), Field("text", STRING))
FACT_FIELDS = (
    Field("store", STRING),
    Field("month", STRING),
    Field("measure", CATEGORY, tuple(measure.value for measure in Measure)),
    Field("consultant", STRING),
    Field("source", STRING),
    Field("model", STRING),
    Field("grade", CATEGORY, CODES["接触级别"].values),
    Field("day", DAY),
    Field("amount", COUNT),
    Field("sheet", STRING),
    Field("row", COUNT),
)


def fields_of(form: Form) -> tuple[Field, ...]:
    """The columns of a form's frame: its own under their headers, 检查结果 where it has one, then ``PROVENANCE``."""
    check = (Field(CHECK_HEADER, STRING),) if form.checked else ()
    return (*map(_field, form.columns), *check, *PROVENANCE)


def _field(column: Column) -> Field:
    """Grades and lists of the method are ordered categories; a list that belongs to the shop is text."""
    codes = CODES.get(column.codes or "")
    if codes is not None and codes.closed and column.kind in (Kind.GRADE, Kind.CODE):
        return Field(column.header, CATEGORY, codes.values)
    return Field(column.header, _DTYPES.get(column.kind, STRING))


def read_book(
    path: str | Path,
    *,
    sheets: Iterable[str] | None = None,
    masked: bool = True,
    dtype_backend: Backend = "numpy_nullable",
) -> dict[str, pd.DataFrame]:
    """The sheets of a book as frames, by sheet name, and beside them ``原文`` (sheet, row, column, text).

    Shape: one row for each row of the sheet, ``fields_of(FORMS[sheet])`` as columns; a sheet the book lacks is an empty
    frame. ``sheets`` asks for some of them. Unless ``masked`` is false, names, phones, ids, addresses, birthdays and prose
    are hidden. Raises ``Refusal``: ``frames.no_sheet``, and those of opening a book.
    """
    wanted = list(FORMS) if sheets is None else list(sheets)
    if unknown := [sheet for sheet in wanted if sheet not in FORMS]:
        raise Refusal("frames.no_sheet", sheets="、".join(unknown))
    ledger = read(path, dt.date.today())
    return frames_of(ledger, wanted, Masking(ledger) if masked else None, dtype_backend)


def read_facts(
    path: str | Path, *, today: dt.date | None = None, dtype_backend: Backend = "numpy_nullable"
) -> pd.DataFrame:
    """Every single thing the figures of a book count, one row each; nobody's name is among them.

    Shape: ``store, month, measure, consultant, source, model, grade, day, amount, sheet, row``. A figure of ``xlcrm month``
    is a sum of ``amount`` over some measures and a month (``analysis.kpis`` says which); ``amount`` is 1, except for days, minutes,
    cars, yuan, targets and the parties of a counter; docs/data.md lists the measures. Months run from the earliest of which the
    book knows the opening stock, to that of ``today`` (default: now); nothing later is counted. Raises ``Refusal`` as opening a
    book does.
    """
    today = today or dt.date.today()
    ledger = read(path, today)
    return facts_frame(facts_of(ledger, today, ledger.store(Path(path).stem)), dtype_backend)


# ---------------------------------------------------------------- reading


def read(path: str | Path, today: dt.date) -> Ledger:
    """The ledger of a workbook file. Raises the ``Refusal`` of ``open_book``, ``require_crm_book`` and ``read_ledger``."""
    reader = open_book(Path(path))
    require_crm_book(reader)
    return read_ledger([reader.read(form) for form in reader.forms], today)


def facts_of(ledger: Ledger, today: dt.date, store: str) -> list[tuple[Any, ...]]:
    """The rows of ``read_facts``, month by month."""
    review = Review(ledger, today).as_of_today
    veil = veil_of(ledger)
    rows: list[tuple[Any, ...]] = []
    month = review.earliest_month
    while month <= f"{today:%Y-%m}":
        for fact in facts_of_month(review, month):
            words = (veil.over(text) or None for text in (fact.consultant, fact.source, fact.model))
            at = fact.record.at
            grade = fact.grade or None
            rows.append((store, month, fact.measure.value, *words, grade, fact.on, fact.amount, at.sheet, at.row))
        month = next_month(month)
    return rows


def facts_frame(rows: Sequence[tuple[Any, ...]], backend: Backend = "numpy_nullable") -> pd.DataFrame:
    """The rows of ``facts_of`` as a frame."""
    return _frame(FACT_FIELDS, list(zip(*rows, strict=True)) or [()] * len(FACT_FIELDS), backend)


def frames_of(
    ledger: Ledger, sheets: Iterable[str], shown: Masking | None, backend: Backend = "numpy_nullable"
) -> dict[str, pd.DataFrame]:
    """Frames of some sheets of a ledger, and ``原文``; ``shown`` says what is shown of each value, ``None`` everything."""
    numbers = {key: number for number, key in enumerate(ledger.customers, 1)}
    frames = {}
    rest: list[tuple[str, int, str, str]] = []
    for sheet in sheets:
        form, records = FORMS[sheet], ledger.records.get(sheet, ())
        columns: list[Sequence[Any]] = [_values(column, records, shown) for column in form.columns]
        if form.checked:
            checks = ledger.checks.get(sheet, {})
            columns.append([_over(checks.get(record.at.row), shown) for record in records])
        owners = [ledger.customers.of(record) for record in records]
        columns += [[sheet] * len(records), [record.at.row for record in records]]
        columns.append([numbers[owner.key] if owner else None for owner in owners])
        frames[sheet] = _frame(fields_of(form), columns, backend)
        if sheet in ledger.blocks:
            rest += _left_over(ledger.blocks[sheet], form, records, shown)
    frames[REST] = _frame(REST_FIELDS, list(zip(*rest, strict=True)) or [()] * len(REST_FIELDS), backend)
    return frames


# ---------------------------------------------------------------- values


class Masking:
    """What is shown of a book's values to eyes that need not know its customers."""

    def __init__(self, ledger: Ledger) -> None:
        self.veil: Veil = veil_of(ledger)

    def text(self, text: str, column: Column | None) -> str:
        """A text of a column of the forms; of a column the forms do not know, ``None``, nothing is shown."""
        if column is None:
            return text and HIDDEN
        return masked(text, column.privacy) if column.privacy else self.veil.over(text)


def _values(column: Column, records: Sequence[Record], shown: Masking | None) -> list[Any]:
    """A column's cells as the frame holds them."""
    value = _VALUES.get(column.kind, _understood)
    if shown is None:
        return [value(record, column.name) for record in records]
    if column.privacy is not None and column.kind in _DTYPES:
        return [None] * len(records)
    if column.kind in (Kind.GRADE, Kind.CODE, *_DTYPES):
        return [value(record, column.name) for record in records]
    # a phone is masked as understood: as typed, its digits may stand apart
    texts = [_understood(record, column.name) or value(record, column.name) for record in records]
    return [None if text is None else shown.text(_joined(text), column) for text in texts]


def _understood(record: Record, name: str) -> Any:
    return getattr(record, name)


def _typed(record: Record, name: str) -> str | None:
    return _text(record.raw(name))


def _midnight(record: Record, name: str) -> dt.datetime | None:
    day: dt.date | None = getattr(record, name)
    return None if day is None else dt.datetime(day.year, day.month, day.day)


def _since_midnight(record: Record, name: str) -> dt.timedelta | None:
    time: dt.time | None = getattr(record, name)
    return None if time is None else dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second)


_VALUES: Mapping[Kind, Callable[[Record, str], Any]] = {
    **dict.fromkeys(_AS_TYPED, _typed),
    Kind.DATE: _midnight,
    Kind.TIME: _since_midnight,
}


def _text(cell: Cell) -> str | None:
    """A cell letter for letter; a truth as Excel shows it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return None if cell is None else as_text(cell)


def _joined(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _over(text: str | None, shown: Masking | None) -> str | None:
    return text if text is None or shown is None else shown.veil.over(text)


def _left_over(
    block: Block, form: Form, records: Iterable[Record], shown: Masking | None
) -> Iterator[tuple[str, int, str, str]]:
    """Sheet, row, column and text of every typed cell of a block that its form's frame does not hold as typed."""
    known = {at: form.by_name[name] for name, at in columns_of(block.headers, form).items()}
    by_row = {record.at.row: record for record in records}
    check = block.headers.index(CHECK_HEADER) if form.checked and CHECK_HEADER in block.headers else None
    for number, cells in enumerate(block.rows, block.row + 1):
        record = by_row.get(number)
        for at, cell in enumerate(cells):
            column = known.get(at)
            if cell is None or (record is not None and (at == check or _holds(record, column, cell))):
                continue
            text = _text(cell) or ""
            name = column.header if column else block.headers[at] or letters(block.column + at)
            yield block.sheet, number, name, shown.text(text, column) if shown else text


def _holds(record: Record, column: Column | None, cell: Cell) -> bool:
    """Whether the frame has a cell as it was typed."""
    if column is None:
        return False
    if column.kind in _AS_TYPED:
        return record.raw(column.name) is not None
    value = getattr(record, column.name)
    return value is not None and (value == cell if isinstance(cell, bool) else as_text(value) == as_text(cell))


# ---------------------------------------------------------------- frames


def _frame(fields: Sequence[Field], columns: Sequence[Sequence[Any]], backend: Backend) -> pd.DataFrame:
    """A frame of columns in the types of its fields."""
    made = {field.name: _series(values, field, backend) for field, values in zip(fields, columns, strict=True)}
    return pd.DataFrame(made, columns=[field.name for field in fields])


def _series(values: Sequence[Any], field: Field, backend: Backend) -> pd.Series:
    if field.dtype == CATEGORY:
        return pd.Series(pd.Categorical(values, categories=list(field.values), ordered=True))
    return pd.Series(list(values), dtype=field.dtype if backend == "numpy_nullable" else _arrow(field.dtype))


def _arrow(dtype: str) -> Any:
    """Arrow's type for one of pandas' own."""
    import pyarrow as pa

    types = {
        STRING: pa.string(),
        DAY: pa.timestamp("us"),
        SPAN: pa.duration("us"),
        COUNT: pa.int64(),
        NUMBER: pa.float64(),
        TRUTH: pa.bool_(),
    }
    return pd.ArrowDtype(types[dtype])
