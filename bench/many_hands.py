"""Reading in, handing out and collecting, in seconds of this processor and as ratios to merely reading the files.

    python bench/many_hands.py [ROWS]

The promises: an import of 10,000 register rows takes at most twice a full openpyxl load of the file and one validate; a
hand-out for 20 consultants five seconds; a collect of 20 files twice the reading of book and files. Reading is what any click
does before it decides something: the book to a ledger, the files to rows; what other readers take for the same is said beside it.
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import openpyxl
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from xlcrm.books.handed import file_name, workbook
from xlcrm.books.new import create_book, fill_book
from xlcrm.books.returned import read_returned
from xlcrm.books.sources import read_sources
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes
from xlcrm.demo import simulate
from xlcrm.hands.returned import Returned
from xlcrm.ledger.reading import read_ledger
from xlcrm.verbs import VERBS, Job, Outcome

DAY = dt.date(2026, 10, 31)
JOB = Job(DAY, dt.datetime.combine(DAY, dt.time(18)))
TRIES = 3
"""Of which the best counts: whatever else the machine does only adds to it."""
T = TypeVar("T")


def main() -> None:
    """Make the books, do each thing once, and print what it took."""
    gc.disable()
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        _import(Path(name), rows)
        _hands(Path(name))


def _import(folder: Path, rows: int) -> None:
    old, book = folder / "旧登记.xlsx", folder / "空.xlsm"
    headers = (
        "日期",
        "进店时间",
        "离店时间",
        "客户姓名",
        "联系电话",
        "意向车型",
        "级别",
        "信息来源",
        "接待顾问",
        "备注",
    )
    with Workbook(str(old), {"default_date_format": "yyyy-mm-dd"}) as made:
        sheet = made.add_worksheet("登记")
        sheet.write_row(0, 0, headers)
        for i in range(rows):
            day = DAY - dt.timedelta(days=i % 300)
            person = (f"客户{i}", f"199{i:08d}", "朗逸", "HABC"[i % 4], "来店/电", f"顾问{i % 20}", f"看车，第{i}次")
            sheet.write_row(i + 1, 0, (day, "10:00", "10:40", *person))
    create_book(book)
    loading, _ = _timed(lambda: openpyxl.load_workbook(old))
    session = FileSession(book)
    reading, grids = _timed(lambda: read_sources([old]))
    job = replace(JOB, grids=grids, book=book.name)
    deciding, outcome = _timed(lambda: VERBS["import"](session.blocks, session.issues, job))
    session.apply(outcome.changes)
    validating, _ = _timed(lambda: _press("validate", book))
    total, promised = reading + deciding, loading + validating
    print(
        f"import of {rows} rows {total:.1f} s = {total / promised:.2f} × (openpyxl load {loading:.1f} + validate {validating:.1f})"
    )


def _hands(folder: Path) -> None:
    book, out = folder / "CRM.xlsm", folder / "分发"
    out.mkdir()
    fill_book(
        book, simulate(3, start=DAY.replace(day=1), end=DAY, consultants=20, visits_a_month=750, opening=600).sheets
    )
    session = FileSession(book)
    session.apply(_press("roll", book).changes)
    making, _ = _timed(lambda: _hand_out(book, out))
    print(f"hand-out for 20 consultants {making:.1f} s")
    files = [book, *sorted(out.glob("*.xlsx"))]
    readers = {"python-calamine": _by_calamine, "openpyxl": _by_openpyxl}
    others = {name: _timed(partial(read, files))[0] for name, read in readers.items()}
    for edits in (0, 30):
        reading, merging, writing = min((_collect(book, out, edits) for _ in range(TRIES)), key=sum)
        total = reading + merging + writing
        beside = ", ".join(f"{total / took:.2f} × {name} ({took:.2f} s)" for name, took in others.items())
        print(
            f"collect of 20 files with {edits} edits each {total:.2f} s = {total / reading:.2f} × reading book and files; {beside}"
        )
        print(f"  reading {reading:.2f} + merging {merging:.2f} + writing {writing:.2f}")


def _collect(book: Path, out: Path, edits: int) -> tuple[float, float, float]:
    """Seconds of reading, of merging, and of writing."""
    reading, (opened, returned) = _timed(lambda: (_opened(book), read_returned([out])))
    understanding, _ = _timed(lambda: read_ledger(opened.blocks, DAY, opened.issues))
    job = replace(JOB, returned=[_edited(file, edits) for file in returned])
    pressing, changes = _timed(partial(_collected, opened, job))
    writing, _ = _timed(partial(opened.apply, changes, book.with_name("collected.xlsm")))
    return reading + understanding, pressing - understanding, writing


def _by_calamine(files: list[Path]) -> None:
    for file in files:
        workbook = CalamineWorkbook.from_path(file)
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()


def _by_openpyxl(files: list[Path]) -> None:
    for file in files:
        openpyxl.load_workbook(file)


def _collected(opened: FileSession, job: Job) -> Changes:
    return VERBS["collect"](opened.blocks, opened.issues, job).changes


def _edited(file: Returned, edits: int) -> Returned:
    """A file with one cell changed in each of some rows, taken in turn from the sheets."""
    rows = {sheet: list(own) for sheet, own in file.rows.items()}
    for number in range(edits):
        own = rows[("来店登记", "日报")[number % 2]]
        at, field = number // 2, ("note", "story")[number % 2]
        if at < len(own):
            own[at] = replace(own[at], cells={**own[at].cells, field: f"改过的一句，第{number}次"})
    return replace(file, rows=rows)


def _hand_out(book: Path, out: Path) -> None:
    for one in _press("handout", book).handed:
        (out / file_name(one)).write_bytes(workbook(one))


def _opened(book: Path) -> FileSession:
    session = FileSession(book)
    assert session.blocks
    assert session.issues is not None
    return session


def _press(verb: str, book: Path) -> Outcome:
    session = FileSession(book)
    return VERBS[verb](session.blocks, session.issues, JOB)


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = do()
    return time.process_time() - began, result


if __name__ == "__main__":
    main()
