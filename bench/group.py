"""What a store costs a group's run, beside a plain loop of pandas and of calamine over the same files in the same run.

    python bench/group.py [STORES]

Stores are copies of one month of a sample store, closed and not closed. Seconds are CPU seconds of one process; trust the
ratios. Peak memory is that of a process of its own that reads so many stores one after another.
"""

from __future__ import annotations

import datetime as dt
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import python_calamine

from xlcrm.cli import main as command
from xlcrm.group.run import StoreTask, read_store
from xlcrm.group.store import StoreMonth, StoreState

MONTH, LAST, NEXT = "2026-10", "2026-10-31", dt.date(2026, 11, 10)
STORE = Path(__file__).resolve().parent.parent / "tests" / "data" / "stores" / "clean"
SHEETS = ["来店登记", "日报"]
_MEMORY = """
import datetime as dt, resource, sys
from xlcrm.group.run import StoreTask, read_store
for book in sys.argv[2:]:
    read_store(StoreTask(book, sys.argv[1], dt.date(2026, 11, 10)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def books(folder: Path, count: int, *, close: bool) -> list[str]:
    """Copies of the sample store's book after its month."""
    book = folder / ("closed" if close else "open") / "0.xlsm"
    book.parent.mkdir()
    command(["new", str(book), "--from", str(STORE)])
    command(["roll", str(book), "--today", LAST])
    if close:
        command(["close", str(book), "--today", LAST])
    return [str(book), *(str(shutil.copy(book, book.with_name(f"{n}.xlsm"))) for n in range(1, count))]


def seconds(work: Callable[[str], object], files: Sequence[str]) -> float:
    """CPU seconds for each file; the first is read once before, for what is imported late."""
    work(files[0])
    start = time.process_time()
    for file in files:
        work(file)
    return (time.process_time() - start) / len(files)


def calamine(file: str) -> None:
    """Every sheet merely read."""
    book = python_calamine.load_workbook(file)
    for sheet in book.sheet_names:
        book.get_sheet_by_name(sheet).to_python()


def peak(files: Sequence[str]) -> int:
    """MB of a process that reads the stores one after another."""
    run = subprocess.run([sys.executable, "-c", _MEMORY, MONTH, *files], capture_output=True, text=True, check=True)
    return int(run.stdout)


def examined(file: str, *, quick: bool) -> StoreMonth:
    """A store's month, as ``xlcrm group`` reads it."""
    return read_store(StoreTask(file, MONTH, NEXT, quick=quick))


def main() -> None:
    """Print what a store costs, and the ratios that are promised."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        closed, open_ = (books(Path(name), count, close=close) for close in (True, False))
        assert read_store(StoreTask(closed[0], MONTH, NEXT)).state == StoreState.CLOSED
        loop = seconds(lambda file: pd.read_excel(file, sheet_name=SHEETS), closed[:3])
        plain = seconds(calamine, open_)
        for what, files, quick, floor, of in (
            ("closed, quick", closed, True, loop, "1/pandas"),
            ("closed, with seals", closed, False, loop, "1/pandas"),
            ("open", open_, False, plain, "calamine"),
        ):
            own = seconds(partial(examined, quick=quick), files)
            ratio = loop / own if of == "1/pandas" else own / floor
            print(f"{what:20} {own:6.3f} s a store   {ratio:5.1f} x {of}")
        print(f"{'pandas, two sheets':20} {loop:6.3f} s   calamine, all sheets {plain:6.3f} s")
        print(f"peak MB: {peak(closed[:1])} for one store, {peak(closed)} for {count}; open: {peak(open_)} for {count}")
        print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
