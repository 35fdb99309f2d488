"""Store months kept as Parquet under the hash of their book, so that a run that was stopped, or comes again, reads only what changed.

Nothing of a customer is in them: what a group knows of a store is figures. What an open month says depends on the day it
is asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xlcrm import __version__
from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kept import whole
from xlcrm.books.disk import beside, take_place, write_new
from xlcrm.group.store import StoreMonth, StoreState, rows_of

_ABOUT = b"xlcrm"
_COLUMNS = (
    *(("month", pa.string()), ("scope", pa.string()), ("name", pa.string()), ("key", pa.string())),
    *(("numerator", pa.float64()), ("denominator", pa.float64())),
)
"""Of the values of ``rows_of``."""
_DIGITS = 16


class Cache:
    """The store months of a folder, one file for each book and month; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def find(self, book: str, data: bytes, month: str, today: dt.date, quick: bool) -> StoreMonth | None:
        """A store's month as it was read before from these bytes; a file that cannot be read counts as none."""
        if self.folder is None:
            return None
        with suppress(OSError, pa.ArrowException, ValueError, KeyError):
            store, asked = _made(book, (self.folder / _name(book, month, quick)).read_bytes())
            if asked == _asked(store, data, today):
                return store
        return None

    def keep(self, store: StoreMonth, data: bytes, today: dt.date, quick: bool) -> None:
        """Keep what was read; a book that could not be read is tried again the next time."""
        if self.folder is None or store.state == StoreState.UNREAD:
            return
        path = self.folder / _name(store.book, store.month, quick)
        with suppress(OSError):  # a cache that cannot be written costs time, nothing else
            self.folder.mkdir(exist_ok=True)
            content = _content(store, _asked(store, data, today))
            write_new(beside(path), content)
            take_place(beside(path), path, content)


def _name(book: str, month: str, quick: bool) -> str:
    of = hashlib.blake2b(book.encode(), digest_size=_DIGITS).hexdigest()
    return f"{of}-{month}{'-quick' if quick else ''}.parquet"


def _asked(store: StoreMonth, data: bytes, today: dt.date) -> list[str]:
    """What a store's month depends on: the book's hash, the program, and of a month that is not closed the day."""
    day = [] if store.state == StoreState.CLOSED else [today.isoformat()]
    return [hashlib.blake2b(data, digest_size=_DIGITS).hexdigest(), __version__, *day]


def _content(store: StoreMonth, asked: list[str]) -> bytes:
    about = {
        "asked": asked,
        "store": store.store,
        "month": store.month,
        "state": store.state,
        "closed_on": store.closed_on and store.closed_on.isoformat(),
        "broken": store.broken,
        "unbalanced": store.unbalanced,
        "lacks": store.lacks,
        "divisor": store.divisor,
    }
    columns = list(zip(*rows_of(store), strict=True)) or [()] * len(_COLUMNS)
    schema = pa.schema(_COLUMNS, metadata={_ABOUT: json.dumps(about).encode()})
    out = io.BytesIO()
    arrays = [_ARRAYS[kind](values) for values, (_, kind) in zip(columns, _COLUMNS, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()


def _texts(texts: Sequence[str]) -> pa.Array:
    """An array of texts. ``pa.array`` would import pandas, which takes as long as ten stores, in every process."""
    known = {text: text.encode() for text in set(texts)}
    raw = [known[text] for text in texts]
    ends = array("i", accumulate(map(len, raw), initial=0))
    return pa.StringArray.from_buffers(len(raw), pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(raw)))


def _numbers(numbers: Sequence[float | None]) -> pa.Array:
    """An array of numbers. Where some are missing, a bit for each says which."""
    bits = None
    if None in numbers:
        known = int("".join(["01"[number is not None] for number in reversed(numbers)]), 2)
        bits = pa.py_buffer(known.to_bytes(len(numbers) // 8 + 1, "little"))
    values = array("d", [number or 0 for number in numbers])
    return pa.Array.from_buffers(pa.float64(), len(numbers), [bits, pa.py_buffer(values.tobytes())])


_ARRAYS: dict[pa.DataType, Callable[[Sequence[Any]], pa.Array]] = {pa.string(): _texts, pa.float64(): _numbers}


def _made(book: str, content: bytes) -> tuple[StoreMonth, list[str]]:
    """A store's month as kept, and what it was made of."""
    table = pq.ParquetFile(io.BytesIO(content)).read()
    about: dict[str, Any] = json.loads(table.schema.metadata[_ABOUT])
    figures: dict[str, dict[tuple[str, str], dict[str, Ratio]]] = {}
    for row in table.to_pylist():
        by = figures.setdefault(row["month"], {}).setdefault((row["scope"], row["name"]), {})
        by[row["key"]] = Ratio(
            whole(row["numerator"]), None if row["denominator"] is None else whole(row["denominator"])
        )
    closed_on, broken = about["closed_on"], about["broken"]
    store = StoreMonth(
        book=book,
        store=about["store"],
        month=about["month"],
        state=about["state"],
        closed_on=dt.date.fromisoformat(closed_on) if closed_on else None,
        broken=None if broken is None else tuple(broken),
        unbalanced=about["unbalanced"],
        lacks=tuple(about["lacks"]),
        divisor=about["divisor"],
        figures=figures,
    )
    return store, about["asked"]
