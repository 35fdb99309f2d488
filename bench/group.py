"""What a store costs a group's run, beside a plain loop of pandas and of calamine over the same files in the same run.

    python bench/group.py [--stores N …] [--year BOOK] [--write]

Stores are copies of a few invented ones, each under a name of its own: half a second for a hundred of them. Seconds are CPU
seconds of one process, the least of several looks; trust the ratios. Peak memory is that of a process of its own that reads so
many stores one after another; whole commands are timed by the clock, on one core and on all. ``--year`` measures a year's book
with closed months as well. ``--write`` writes ``RESULTS-GROUP.md``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import python_calamine

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.read import open_book
from xlcrm.cli import main as command
from xlcrm.demo import simulate
from xlcrm.forms.sheets import Setting
from xlcrm.group.run import StoreTask, read_store
from xlcrm.group.store import StoreMonth

MONTH, LAST, NEXT = "2026-10", dt.date(2026, 10, 31), dt.date(2026, 11, 10)
SHEETS = ["来店登记", "日报"]
RESULTS = Path(__file__).with_name("RESULTS-GROUP.md")
NAME = "示范一店"
_PROTOTYPES = 3
_LOOKS = 5
_MEMORY = """
import datetime as dt, sys
from xlcrm.group.run import StoreTask, read_store
for book in sys.stdin.read().split():
    read_store(StoreTask(book, sys.argv[1], dt.date(2026, 11, 10)))
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak) // 1024)
"""
"""The peak by /proc: that of ``getrusage`` is also the parent's."""


def prototypes(folder: Path, *, close: bool) -> list[Path]:
    """Books of invented stores after a month of about 300 register rows, rolled, and closed if ``close``."""
    folder.mkdir()
    made = []
    for seed in range(_PROTOTYPES):
        book = folder / f"p{seed}.xlsm"
        store = simulate(seed, start=LAST.replace(day=1), end=LAST)
        named = [row for row in store.sheets.get("设置", []) if row["键"] != "店名"]
        fill_book(book, {**store.sheets, "设置": [*named, {"键": "店名", "值": NAME}]})
        quietly("roll", book)
        if close:
            quietly("close", book)
        made.append(book)
    return made


def quietly(verb: str, book: Path) -> None:
    code = command([verb, str(book), "--today", f"{LAST}", "--json", os.devnull])
    assert code != 2, (verb, book)


def copies(of: Sequence[Path], folder: Path, count: int) -> list[str]:
    """``count`` stores made of a few: each with its own name, and with that other bytes."""
    folder.mkdir()
    found = []
    packages = []
    for book in of:
        reader = open_book(book)
        part = reader.parts.sheets[Setting.form.sheet]
        packages.append((Package(reader.data, book.name), part))
    for number in range(count):
        package, part = packages[number % len(of)]
        xml = package.read(part)
        assert NAME.encode() in xml
        path = folder / f"{number:04d}.xlsm"
        path.write_bytes(package.rewritten({part: xml.replace(NAME.encode(), f"{number:04d}号店".encode())}))
        found.append(str(path))
    return found


def seconds(works: dict[str, tuple[Callable[[str], object], Sequence[str]]]) -> dict[str, float]:
    """CPU seconds for each file: the least of several looks at each work, in turn."""
    best: dict[str, float] = {}
    for look in range(_LOOKS + 1):
        for name, (work, files) in works.items():
            start = time.process_time()
            for file in files:
                work(file)
            if look:  # the first is for what is imported late
                best[name] = min(best.get(name, 1e9), (time.process_time() - start) / len(files))
    return best


def pandas(file: str) -> None:
    pd.read_excel(file, sheet_name=SHEETS)


def calamine(file: str) -> None:
    """Every sheet merely read."""
    book = python_calamine.load_workbook(file)
    for sheet in book.sheet_names:
        book.get_sheet_by_name(sheet).to_python()


def examined(file: str, *, month: str = MONTH, quick: bool = False) -> StoreMonth:
    """A store's month, as ``xlcrm group`` reads it."""
    return read_store(StoreTask(file, month, NEXT, quick=quick))


def peak(files: Iterable[str]) -> int:
    """MB of a process that reads the stores one after another."""
    run = [sys.executable, "-c", _MEMORY, MONTH]
    return int(subprocess.run(run, input="\n".join(files), capture_output=True, text=True, check=True).stdout)


def whole(folder: Path, workers: int | None, *more: str) -> float:
    """Seconds by the clock of the command over a folder of books."""
    with tempfile.TemporaryDirectory() as out:
        typed = [sys.executable, "-m", "xlcrm.cli", "group", str(folder), "-o", f"{out}/g.xlsx", "--today", f"{NEXT}"]
        typed += ["--workers", str(workers)] if workers else []
        start = time.perf_counter()
        code = subprocess.run([*typed, "--month", MONTH, *more], capture_output=True, check=False).returncode
        assert code != 2, typed
        return time.perf_counter() - start


def main() -> None:
    """Print what a store costs, and the ratios that are promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, nargs="+", default=[20])
    parser.add_argument("--year", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        f"Python {sys.version.split()[0]}, pandas {pd.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        closed, open_ = (prototypes(folder / kind, close=kind == "closed") for kind in ("closed", "open"))
        lines += costs(list(map(str, closed)), list(map(str, open_)))
        if args.year:
            lines += costs([str(args.year)], [], month="2026-09")
        for count in args.stores:
            start = time.perf_counter()
            books = copies(closed, folder / f"c{count}", count)
            made = time.perf_counter() - start
            opened = copies(open_, folder / f"o{count}", max(count // 10, 1))
            lines.append(f"| {count} stores made in {made:.1f} s | |")
            lines.append(
                f"| peak MB of a worker: 1, {count} closed; {len(opened)} open | {peak(books[:1])}, {peak(books)}; {peak(opened)} |"
            )
            start = time.perf_counter()
            for file in books[:20]:
                pandas(file)
            loop = (time.perf_counter() - start) / min(count, 20)
            lines.append(f"| plain loop of pandas, wall a store ({min(count, 20)} of them) | {loop:.3f} s |")
            for workers, more in ((1, ()), (None, ()), (None, ("--quick",))):
                wall = whole(folder / f"c{count}", workers, *more) / count
                title = (
                    f"xlcrm group, {'one core' if workers else 'all cores'}{' --quick' if more else ''}, wall a store"
                )
                lines.append(f"| {title} | {wall:.3f} s, {loop / wall:.1f} x |")
    text = "\n".join(lines)
    print(text)
    if args.write:
        RESULTS.write_text(
            f"# What a group's run costs\n\n`python bench/group.py --write` writes this page.\n\n{text}\n",
            encoding="utf-8",
        )


def costs(closed: Sequence[str], open_: Sequence[str], month: str = MONTH) -> list[str]:
    """What a store costs, and how often that is a plain loop's."""
    states = {examined(file, month=month).state for file in closed}
    assert states == {"closed"}, states
    works: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
        "pandas": (pandas, closed[:1]),
        "quick": (partial(examined, month=month, quick=True), closed),
        "closed": (partial(examined, month=month), closed),
    }
    if open_:
        works |= {"calamine": (calamine, open_), "open": (partial(examined, month=month), open_)}
    found = seconds(works)
    size = sum(Path(file).stat().st_size for file in closed) / len(closed) / 1e6
    lines = [
        "",
        f"| a book of {size:.1f} MB, CPU a store | |",
        "|---|---|",
        f"| pandas, two sheets | {found['pandas']:.3f} s |",
    ]
    for key, title in (("closed", "closed, seals checked"), ("quick", "closed, --quick")):
        lines.append(f"| {title} | {found[key]:.3f} s, pandas / {found['pandas'] / found[key]:.1f} |")
    if open_:
        lines.append(f"| calamine, all sheets | {found['calamine']:.3f} s |")
        lines.append(f"| open | {found['open']:.3f} s, {found['open'] / found['calamine']:.1f} x calamine |")
    return lines


if __name__ == "__main__":
    main()
