"""Loading a store kept as one CSV for each sheet: ``xlcrm new BOOK --from FOLDER``.

A CSV named as a sheet of ours is that sheet, cell by cell; every other file of the folder is read in as ``import`` reads it.

Every value is stored as its form's type when it is written as a spreadsheet would take it; anything else stays as typed,
for V02–V04 to report. Customer text is text, whatever it begins with. Headers are read in every known spelling, below title
rows too; foot rows and blank rows are left out. Source: SPEC section 9; the two-cell reading of 进店-离去时间 likewise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from unicodedata import normalize

from xlcrm.books.disk import LARGEST_FILE, TooLarge, content_of
from xlcrm.books.sources.files import is_source
from xlcrm.books.sources.text import decoded, records
from xlcrm.changes import Value
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import CHECK_HEADER, Cell, Form, Kind, letters
from xlcrm.forms.sheets import FORMS

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_STAY_HEADERS = ("进店-离去时间", "进店离去时间", "在店时段", "进店-离店时间")
_HEADER_WITHIN = 10
"""A header row is looked for among the first rows of a file."""


_TYPED = tuple(sheet for sheet, form in FORMS.items() if form.checked)
"""Sheets a person fills: what a CSV of a store is called."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: rows as {header of the form: cell} by sheet, and by file the filled columns no form has a place for.

    Such a column is named by its header, by its letter where it has none.
    """

    sheets: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)


def other_files(folder: Path) -> list[Path]:
    """The files of a folder that are a shop's own and not sheets of ours: the import reads them."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if is_source(path)]
    return sorted(path for path in found if path.suffix.lower() != ".csv" or path.stem not in _TYPED)


def load_folder(folder: Path, without: Collection[Path] = ()) -> Loaded:
    """The rows of every CSV file of a folder, except for some.

    Raises ``Refusal``: ``new.no_folder``, ``new.no_sheets``, ``new.unknown_sheet``, ``new.unreadable``, ``new.too_large``,
    ``new.no_header``, and those of ``sources.text``.
    """
    if not folder.is_dir():
        raise Refusal("new.no_folder", path=folder)
    loaded = Loaded()
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path not in without):
        if path.stem not in _TYPED:
            raise Refusal("new.unknown_sheet", path=path.name, sheets="、".join(_TYPED))
        _load_sheet(path, FORMS[path.stem], loaded)
    if not loaded.sheets and not without:
        raise Refusal("new.no_sheets", path=folder)
    return loaded


def _load_sheet(path: Path, form: Form, into: Loaded) -> None:
    lines = _lines(path)
    first = list(islice(lines, _HEADER_WITHIN))
    top, columns = _header(first, form, path)
    stay = next((i for i, h in enumerate(first[top]) if "".join(h.split()) in _STAY_HEADERS), None)
    rows: list[dict[str, Value]] = []
    filled: set[int] = set()
    for line in chain(first[top + 1 :], lines):
        texts = [text if text.strip() else None for text in line]
        if not any(texts) or is_foot(texts):
            continue
        row: dict[str, Value] = {}
        for column in form.columns:
            at = columns.get(column.name)
            text = texts[at] if at is not None and at < len(texts) else None
            if text is not None:
                row[column.header] = as_typed(text, column.kind)
        if stay is not None and stay < len(texts) and texts[stay]:
            row |= _stay(str(texts[stay]))
        rows.append(row)
        filled.update(i for i, text in enumerate(texts) if text)
    into.sheets[form.sheet] = rows
    unread = _names(first[top], sorted(filled - {*columns.values(), stay}))
    if unread:
        into.unread[path.name] = unread


def _names(headers: Sequence[str], columns: Sequence[int]) -> list[str]:
    """What columns are called; 检查结果, which the tool rewrites, is left out."""
    names = [headers[i].strip() if i < len(headers) else "" for i in columns]
    return [name or letters(i + 1) for i, name in zip(columns, names, strict=True) if name != CHECK_HEADER]


def _lines(path: Path) -> Iterator[list[str]]:
    """The lines of a file, one at a time: a year of a group has hundreds of thousands."""
    try:
        data = content_of(path)
    except TooLarge as error:
        raise Refusal("new.too_large", path=path.name, limit=LARGEST_FILE >> 20) from error
    except OSError as error:
        raise Refusal("new.unreadable", path=path.name) from error
    return records(path.name, decoded(path.name, data))


def _header(lines: Sequence[Sequence[str]], form: Form, path: Path) -> tuple[int, dict[str, int]]:
    """The row that names the most columns, and where they stand; one that names fewer than two is none."""
    found = [(columns_of(line, form), i) for i, line in enumerate(lines)]
    columns, top = max(found, key=lambda item: len(item[0]), default=({}, 0))
    if len(columns) < min(2, len(form.columns)):
        raise Refusal("new.no_header", path=path.name, sheet=form.sheet, headers="、".join(form.headers[:4]))
    return top, columns


def _stay(text: str) -> dict[str, Value]:
    """9：30～10:15 in one cell → 进店时间 and 离去时间."""
    parts = [part for part in re.split(r"\s*[-–—~〜至到]+\s*", normalize("NFKC", text).strip()) if part]
    if len(parts) != 2:
        return {"进店时间": text}
    return {"进店时间": as_typed(parts[0], Kind.TIME), "离去时间": as_typed(parts[1], Kind.TIME)}


@lru_cache(maxsize=4096)
def as_typed(text: str, kind: Kind) -> Cell:
    """A cell as a spreadsheet would hold it after the text was typed into a column of this kind.

    Days, names and codes come again and again; rows that hold the same one share it.
    """
    trimmed = text.strip()
    try:
        match kind:
            case Kind.DATE:
                return _day(trimmed) or text
            case Kind.TIME:
                return _time(trimmed) or text
            case Kind.MOMENT:
                day, _, time = trimmed.partition(" ")
                date, clock = _day(day), _time(time.strip() or "00:00")
                return dt.datetime.combine(date, clock) if date and clock else text
            case Kind.COUNT if trimmed.isascii() and trimmed.isdigit() and len(trimmed) < 10:
                return int(trimmed)
            case Kind.MONEY if re.fullmatch(r"\d{1,12}(\.\d{1,4})?", trimmed):
                return float(trimmed)
    except ValueError:
        return text
    return text


def _day(text: str) -> dt.date | None:
    found = _DATE.fullmatch(text)
    return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _time(text: str) -> dt.time | None:
    found = _TIME.fullmatch(text)
    return dt.time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
