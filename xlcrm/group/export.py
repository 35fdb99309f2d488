"""Books as data files for other programs: CSV or Parquet, in folders by store and month, with a schema. SPEC section 12.

The same tables, columns and types every time. What has a day lies in folders by store and month, as Hive, Dask, Spark
and DuckDB read them (``来店登记/store=一号店/month=2026-10/``); what stands now, cards and grade sheets, by store only.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from xlcrm.books.copies import SCHEMA_FILE
from xlcrm.books.places import make_folder, put
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import verbs as words
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Form, Kind, Record
from xlcrm.forms.sheets import (
    FORMS,
    Care,
    FollowUp,
    ImportRow,
    JournalRow,
    Loss,
    MonthFigure,
    MoveRow,
    Opening,
    Order,
    Report,
    Target,
    Visit,
)
from xlcrm.forms.switched import SWITCHED
from xlcrm.frames import (
    CATEGORY,
    FACT_FIELDS,
    REST,
    REST_FIELDS,
    SPAN,
    Field,
    Masking,
    facts_frame,
    facts_of,
    fields_of,
    frames_of,
    read,
)
from xlcrm.verbs import Job, noted

VERSION = 1
"""Of the tables, columns and types; it changes when one of them does."""
FACTS = "facts"
NO_MONTH = "none"
"""The month of rows whose day is blank or cannot be read. Hive's own name for that is one pyarrow cannot read as a category."""

_DAYS: dict[type[Record], tuple[str, ...]] = {
    Visit: ("date",),
    Report: ("date",),
    FollowUp: ("done_on", "planned_on"),
    Order: ("date",),
    Care: ("planned_on",),
    Loss: ("applied_on",),
    Target: ("month",),
    MoveRow: ("on",),
    Opening: ("month",),
    MonthFigure: ("month",),
    JournalRow: ("time",),
    ImportRow: ("time",),
    **{record: (record.form.day,) for record in SWITCHED if record.form.day},
}
"""The field that says of which month a row is, the next where it is blank."""
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%=\x00-\x1f]|^\.+$|[. ]$')

Trouble = tuple[Path, Refusal]


def export(
    books: Iterable[Path],
    folder: Path,
    job: Job,
    *,
    parquet: bool = False,
    done: Callable[[Path], None] = lambda book: None,
) -> list[Trouble]:
    """Write every book into the folder; returns the books that cannot be read, with the reason.

    With names and phones only what says so in its 操作日志: a book that cannot be written is left out.
    Raises ``Refusal``: ``export.not_empty`` where something stands in the folder, and those of ``places.make_folder`` and ``places.put``.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("export.not_empty", folder=str(folder))
    make_folder(folder)
    write = _parquet if parquet else _csv
    troubles = []
    for book in books:
        try:
            ledger = read(book, job.today)
            if job.in_full:
                FileSession(book).apply(noted("export", words.TAKEN_OUT.say(job.lang), job, ledger, words.LENT_ALL))
        except Refusal as refusal:
            troubles.append((book, refusal))
            continue
        tables = frames_of(ledger, FORMS, None if job.in_full else Masking(ledger))
        store = ledger.store(book.stem)
        tables[FACTS] = facts_frame(facts_of(ledger, job.today, store))
        for place, frame in _parts(tables, store):
            part = folder / place / f"{_part_name(book)}.{'parquet' if parquet else 'csv'}"
            make_folder(part.parent)
            put(part, write(frame), book)
        done(book)
    text = json.dumps(schema(parquet=parquet, masked=not job.in_full), ensure_ascii=False, indent=1) + "\n"
    put(folder / SCHEMA_FILE, text.encode())
    return troubles


def schema(*, parquet: bool, masked: bool) -> dict[str, Any]:
    """What the schema file says: every table with its partitions and columns."""
    return {
        "version": VERSION,
        "format": "parquet" if parquet else "csv",
        "masked": masked,
        "tables": {name: _described(name, fields, by) for name, fields, by in tables()},
    }


def tables() -> Iterator[tuple[str, tuple[Field, ...], tuple[str, ...]]]:
    """Every table: its name, its columns, and by what its folders are parted."""
    for sheet, form in FORMS.items():
        yield sheet, fields_of(form), ("store", "month") if form.record in _DAYS else ("store",)
    yield REST, REST_FIELDS, ("store",)
    yield FACTS, tuple(field for field in FACT_FIELDS if field.name not in ("store", "month")), ("store", "month")


def _described(name: str, fields: Iterable[Field], by: Iterable[str]) -> dict[str, Any]:
    columns = FORMS[name].columns if name in FORMS else ()
    personal = {column.header: column.privacy.value for column in columns if column.privacy}
    return {
        "partitioned_by": list(by),
        "columns": [
            {"name": field.name, "type": field.dtype}
            | ({"values": list(field.values)} if field.dtype == CATEGORY else {})
            | ({"personal": personal[field.name]} if field.name in personal else {})
            for field in fields
        ],
    }


def _parts(tables: dict[str, pd.DataFrame], store: str) -> Iterator[tuple[Path, pd.DataFrame]]:
    """The frames cut into their folders; what has no rows has no file."""
    of = f"store={_as_name(store)}"
    for name, frame in tables.items():
        months = _months(name, frame)
        if months is None:
            if len(frame):
                yield Path(name) / of, frame
            continue
        own = frame.drop(columns=["store", "month"]) if name == FACTS else frame
        for month, part in own.groupby(months, sort=True):
            yield Path(name) / of / f"month={_as_name(str(month))}", part


def _months(name: str, frame: pd.DataFrame) -> pd.Series | None:
    """The month of each row, ``None`` of a table that is not parted by month."""
    if name == FACTS:
        return frame["month"]
    form: Form | None = FORMS.get(name)
    fields = _DAYS.get(form.record) if form else None
    if form is None or fields is None:
        return None
    month = pd.Series(pd.NA, index=frame.index, dtype="string")
    for field in fields:
        column = form.by_name[field]
        values = frame[column.header]
        month = month.fillna(values if column.kind is Kind.MONTH else values.dt.strftime("%Y-%m").astype("string"))
    return month.fillna(NO_MONTH)


def _as_name(text: str) -> str:
    """A value as the name of a folder, on every system: what may not stand in one as its percent code."""
    return _NOT_IN_NAMES.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text) or "%20"


def _part_name(book: Path) -> str:
    """The file of a book in each folder, the same every time: two books may have one store's name."""
    return f"part-{hashlib.blake2s(str(book.resolve()).encode(), digest_size=6).hexdigest()}"


def _csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; days as 2026-10-05, times as 09:30:00."""
    shown = frame.copy()
    for name, dtype in frame.dtypes.items():
        if str(dtype) == SPAN:
            shown[name] = (pd.Timestamp(0) + frame[name]).dt.strftime("%H:%M:%S")
    text: str = shown.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, engine="pyarrow", index=False)
    return out.getvalue()
