"""Whole processes on the demo store's month, as ratios to ``python -c "import pandas"`` in the same environment and run.

    python bench/whole_process.py [RUNS]

The promise: ``xlcrm validate`` takes no longer than importing pandas. Medians of alternating runs; trust the ratios.
"""

from __future__ import annotations

import compileall
import datetime as dt
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlcrm
from xlcrm.books.new import fill_book
from xlcrm.demo.showcase import demo_store
from xlcrm.forms.sheets import Report, Visit

FLOOR = [sys.executable, "-c", "import pandas"]
VERBS = ("validate", "roll", "check", "month")


def seconds(command: list[str]) -> float:
    """Wall seconds of one run; findings (exit 1) are no failure."""
    start = time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} failed with {code}")
    return time.perf_counter() - start


def one_month(folder: Path) -> Path:
    """The demo store with the logs of October only: about 300 register rows and its reports."""
    store, _ = demo_store()
    sheets = dict(store.sheets)
    for sheet in (Visit.form.sheet, Report.form.sheet):
        sheets[sheet] = [row for row in sheets[sheet] if str(row.get("日期")) >= "2026-10-01"]
        print(f"{sheet}: {len(sheets[sheet])} rows")
    book = folder / "book.xlsm"
    fill_book(book, sheets)
    return book


def main() -> None:
    """Print medians and ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    compileall.compile_dir(Path(xlcrm.__file__).parent, quiet=1)  # as an installation does, and as pandas is
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = one_month(folder)
        times: dict[str, list[float]] = {verb: [] for verb in ("import pandas", *VERBS)}
        for _ in range(runs + 1):
            times["import pandas"].append(seconds(FLOOR))
            for verb in VERBS:
                book = folder / "work.xlsm"
                shutil.copy(source, book)
                command = [sys.executable, "-m", "xlcrm.cli", verb, str(book), "--today", str(dt.date(2026, 10, 31))]
                times[verb].append(seconds(command))
        floor = statistics.median(times["import pandas"][1:])
        for name_, measured in times.items():
            median = statistics.median(measured[1:])
            print(f"{name_:14} {median:6.3f} s  {median / floor:5.2f} x import pandas")


if __name__ == "__main__":
    main()
