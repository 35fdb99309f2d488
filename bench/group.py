"""What a store costs a group's run, beside a plain loop of pandas and of calamine over the same files in the same run.

    python bench/group.py [--stores N …] [--year BOOK] [--write]

``--stores 20 400`` takes some six minutes on a quiet machine with two cores. Stores are copies of a few invented ones, each under a
name of its own: half a second for hundreds of them. What a store costs
are CPU seconds of one process, the least of several looks. Whole commands are beside a plain loop over some of the same files,
in turn: by the clock (all cores against one loop) and by CPU seconds (what a core does in the same time); where the machine has
other work, trust the second. A command's results are the same to the byte however it is run: one process, one for each core, a
cluster of two workers, killed in the middle and begun again; or the bench fails. Peak memory is that of a process of its own that
reads so many stores one after another. ``--year`` measures a year's book with closed months as well. ``--write`` writes
``RESULTS-GROUP.md``; what stands there below the line ``BY_HAND`` stays.
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
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import python_calamine
from distributed import LocalCluster

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.read import open_book
from xlcrm.cli import main as command
from xlcrm.demo import simulate
from xlcrm.forms.sheets import Setting
from xlcrm.group.places import CACHE
from xlcrm.group.run import StoreTask, read_store
from xlcrm.group.store import StoreMonth

MONTH, LAST, NEXT = "2026-10", dt.date(2026, 10, 31), dt.date(2026, 11, 10)
SHEETS = ["来店登记", "日报"]
RESULTS = Path(__file__).with_name("RESULTS-GROUP.md")
BY_HAND = "<!-- written by hand from here on -->"
NAME = "示范一店"
_PROTOTYPES = 3
_LOOKS = 5
_LOOPED = 20
"""Books that a plain loop reads, of which the others are copies."""
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


@dataclass(frozen=True)
class Run:
    """A run of the command, or of a loop: seconds by the clock, CPU seconds of all its processes, and its JSON."""

    wall: float
    cpu: float
    json: bytes = b""

    def beside(self, loop: Run, files: int, looped: int) -> str:
        """What it took for ``files`` stores, beside a loop over ``looped`` of them."""
        wall, cpu = (loop.wall / looped / (self.wall / files), loop.cpu / looped / (self.cpu / files))
        each = f"{self.wall / files:.3f} s, CPU {self.cpu / files:.3f} s"
        return f"{self.wall:.1f} s ({each} a store) | {wall:.1f} | {cpu:.1f} |"


def whole(folder: Path, *more: str, out: Path | None = None, kill_at: int = 0) -> Run:
    """The command over a folder of books; killed once it has read ``kill_at`` of them."""
    with tempfile.TemporaryDirectory() as fresh:
        out = out or Path(fresh)
        typed = [sys.executable, "-m", "xlcrm.cli", "group", str(folder), "-o", str(out / "g.xlsx")]
        typed += ["--json", str(out / "g.json"), "--today", f"{NEXT}", "--month", MONTH, *more]
        start = time.perf_counter()
        process = subprocess.Popen(typed, stdout=subprocess.DEVNULL)
        if kill_at:
            while len(list((out / CACHE).glob("*.parquet"))) < kill_at:
                time.sleep(0.05)
            process.kill()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in (0, 1) or kill_at, typed
        json = b"" if kill_at else (out / "g.json").read_bytes()
        return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, json)


def looped(work: Callable[[str], None], files: Sequence[str]) -> Run:
    """A plain loop, in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    for file in files:
        work(file)
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


def runs(folder: Path, files: Sequence[str], work: Callable[[str], None], by: str) -> list[str]:
    """Whole commands over the stores of a folder, which all come to the same, beside a plain loop over some of them."""
    some, count = files[:_LOOPED], len(files)
    loop = looped(work, some)
    found = {"one process": whole(folder, "--workers", "1"), "a process for each core": whole(folder)}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found["a cluster of two workers (CPU of the asking process)"] = whole(
            folder, "--scheduler", cluster.scheduler_address
        )
    with tempfile.TemporaryDirectory() as name:
        whole(folder, out=Path(name), kill_at=count // 2)
        found["killed in the middle, begun again"] = whole(folder, out=Path(name))
    assert len({run.json for run in found.values()}) == 1, "the same to the byte"
    found["a process for each core, --quick"] = whole(folder, "--quick")
    again = looped(work, some)
    loop = Run(min(loop.wall, again.wall), min(loop.cpu, again.cpu))
    return [
        "",
        f"| {count} books, the whole command | | {by}, wall / | {by}, CPU / |",
        "|---|---|---|---|",
        *(f"| {title} | {run.beside(loop, count, len(some))}" for title, run in found.items()),
    ]


def main() -> None:
    """Print what a store costs, and the ratios that are promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, nargs="*", default=[20])
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
        peaks = [("1", str(peak([str(closed[0])])), str(peak([str(open_[0])])))]
        for count in args.stores:
            books = copies(closed, folder / f"c{count}", count)
            opened = copies(open_, folder / f"o{count}", max(count // 10, 1))
            peaks.append((f"{count} closed, {len(opened)} open", str(peak(books)), str(peak(opened))))
            lines += runs(folder / f"c{count}", books, pandas, "pandas")
            lines += runs(folder / f"o{count}", opened, calamine, "calamine")
        lines += ["", "| stores read by one worker | peak MB, closed | open |", "|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in peaks]
    text = "\n".join(lines)
    print(text)
    if args.write:
        write(text)


def write(text: str) -> None:
    """Write the page of results; what was written there by hand stays."""
    _, _, by_hand = (RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "").partition(BY_HAND)
    head = "# What a group's run costs\n\n`python bench/group.py --stores 20 400 --year BOOK --write` writes the tables of this page.\n"
    RESULTS.write_text(f"{head}\n{text}\n\n{BY_HAND}{by_hand or chr(10)}", encoding="utf-8")


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
