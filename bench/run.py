"""Whole processes on books of every size, beside merely reading the same book and beside what others would use.

    python bench/run.py [--all] [--runs N] [--books NAME …] [--as before]

Builds the books where they are not there yet (minutes, once), runs every command in turn, the floors among them, and writes
``RESULTS.md``: medians as ratios, wall and CPU, peak memory. It takes some ten minutes; with ``--all`` the three years and the
33-fold month are measured too, and the growth per row, in an hour. With ``--books`` only the tables of these are measured
again, so that the large ones can be measured one by one; the growth is worked out from what was measured last. What stands
below the line ``BY_HAND`` of the page stays.
``--as before`` keeps the figures as those the next run is compared with. Trust the ratios, and the CPU ones where the machine
has other work.
"""

from __future__ import annotations

import argparse
import compileall
import datetime as dt
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook
from shelf import KEPT, SHOPS, TODAY, book  # beside this file

import xlcrm

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
BEFORE = HERE / "before.json"
READ = "from python_calamine import CalamineWorkbook as W; w = W.from_path(r'{book}'); [w.get_sheet_by_name(n).to_python() for n in w.sheet_names]"
PANDAS = "import pandas"
VERBS = ("validate", "roll", "check", "plan", "undo", "month")
USUAL = ("demo", "year", "year-unclosed", "month-1", "month-10")
BY_HAND = "<!-- written by hand from here on -->"
GROWTH = ("month-1", "month-10", "month-33")
PEERS = "year-unclosed"
"""The book that the peers are tried on."""
TARGETS = {
    "year": {"validate": 2.0, "roll": 2.3, "check": 2.3, "plan": 2.3, "undo": 2.3, "month": 3.0},
    "year-unclosed": {"validate": 2.3, "roll": 2.8, "check": 2.8, "plan": 2.8, "month": 3.5},
    "demo": {"validate": 0.8, "roll": 1.0, "check": 1.0, "month": 2.0},
}
"""Wall, as a ratio to reading the book with calamine; of the demo month to ``import pandas``."""


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of the clock, seconds of both processors, MB at its peak."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str]) -> Cost:
    """One process; findings (exit 1) are not a failure."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def xlcrm_command(verb: str, path: Path) -> list[str]:
    return [sys.executable, "-m", "xlcrm.cli", verb, str(path), "--today", str(TODAY)]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def medians(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak")))


def measured(name: str, runs: int) -> dict[str, Cost]:
    """What every command takes on a book, the floors among them; each run has a fresh copy, and the first is left out."""
    source = book(name)
    found: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        done = {verb: Path(folder, f"{verb}.xlsm") for verb in ("plan", "check")}
        work = Path(folder, "work.xlsm")
        for verb, path in done.items():  # planned already, and a list of findings to undo
            shutil.copy(source, path)
            run(xlcrm_command(verb, path))
        for _ in range(runs + 1):
            found.setdefault("calamine", []).append(run(python(READ.format(book=source))))
            found.setdefault("pandas", []).append(run(python(PANDAS)))
            for verb in VERBS:
                shutil.copy({"plan": done["plan"], "undo": done["check"]}.get(verb, source), work)
                found.setdefault(verb, []).append(run(xlcrm_command(verb, work)))
    return {command: medians(costs[1:] or costs) for command, costs in found.items()}


def rows_of(path: Path) -> int:
    """How many rows the sheets of a book hold, headers among them."""
    workbook = CalamineWorkbook.from_path(str(path))
    return sum(workbook.get_sheet_by_name(name).total_height for name in workbook.sheet_names)


# ---------------------------------------------------------------- peers


def calls_by_cell() -> int:
    """The calls to Excel of a macro that reads the two logs cell by cell; ``com_calls.py`` counts those of the buttons."""
    workbook = CalamineWorkbook.from_path(str(book(PEERS)))
    logs = (workbook.get_sheet_by_name(name) for name in ("来店登记", "日报"))
    return sum(log.total_height * log.width for log in logs)


def peers() -> dict[str, Cost]:
    """What others would use for parts of it, on one book."""
    source = book(PEERS)
    checks = "pandera" if importlib.util.find_spec("pandera") else "plain pandas"
    read = f"import pandas as p; f = {{s: p.read_excel(r'{source}', sheet_name=s, dtype=object) for s in ('来店登记', '日报')}}"
    found = {
        f"pandas.read_excel of two sheets + {checks}": run(python(f"{read}\n{_CHECKS[checks]}")),
        "openpyxl load + save": run(
            python(f"import openpyxl; b = openpyxl.load_workbook(r'{source}', keep_vba=True); b.save('/dev/null')")
        ),
    }
    return found


_CHECKS = {
    "pandera": """
import pandera.pandas as pa
names = ('来店/来电', '首次/再次', '意向级别', '来源', '销售顾问')
pa.DataFrameSchema({name: pa.Column(object, nullable=True, checks=pa.Check.str_length(max_value=20)) for name in names}).validate(
    f['来店登记'], lazy=True)
""",
    "plain pandas": """
visits = f['来店登记']
for name in ('来店/来电', '首次/再次', '意向级别', '来源', '销售顾问'):
    visits[name].isna().sum(), visits[name].astype(str).str.len().max()
""",
}


# ---------------------------------------------------------------- the table


def versions() -> str:
    names = ("python-calamine", "openpyxl", "XlsxWriter", "pandas", "pandera")
    found = [f"{name} {importlib.metadata.version(name)}" for name in names if _is_there(name)]
    return "、".join([f"Python {platform.python_version()}", f"xlcrm {xlcrm.__version__}", *found])


def _is_there(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def table(
    name: str, costs: Mapping[str, Cost], before: Mapping[str, Mapping[str, float]] | None, runs: int
) -> list[str]:
    """A book's commands as ratios to reading it, and to ``import pandas``."""
    read, pandas = costs["calamine"], costs["pandas"]
    floor = pandas if name == "demo" else read
    lines = [
        f"## {name}: {rows_of(book(name)):,} rows",
        "",
        f"calamine reads it in {read.wall:.2f} s (CPU {read.cpu:.2f}, {read.peak:.0f} MB); "
        f"`import pandas` {pandas.wall:.2f} s (CPU {pandas.cpu:.2f}). {dt.date.today()}, medians of {runs}, load "
        f"{os.getloadavg()[0]:.1f}.",
        "",
        f"| × {'`import pandas`' if name == 'demo' else 'calamine'} | wall | CPU | before (CPU) | target | peak memory × calamine | s |",
        "|---|---|---|---|---|---|---|",
    ]
    for verb in VERBS:
        cost = costs[verb]
        target = TARGETS.get(name, {}).get(verb)
        then = f"{before[verb]['cpu'] / before[_floor(name)]['cpu']:.2f}" if before and verb in before else ""
        lines.append(
            f"| {verb} | {cost.wall / floor.wall:.2f} | {cost.cpu / floor.cpu:.2f} | {then} | {f'≤ {target}' if target else ''} "
            f"| {cost.peak / read.peak:.2f} | {cost.wall:.2f} |"
        )
    return [*lines, ""]


def _floor(name: str) -> str:
    return "pandas" if name == "demo" else "calamine"


def growth() -> list[str]:
    """How much a further row costs in a large month, over how much it costs in a small one; 1 is the same."""
    if not all(_kept(name).exists() for name in GROWTH):
        return []
    found = {name: _costs(json.loads(_kept(name).read_text())) for name in GROWTH}
    rows = [rows_of(book(name)) for name in GROWTH]
    lines = [
        "## Growth per row: (33 × − 10 ×) over (10 × − 1 ×); at most 1.2",
        "",
        "| | CPU | memory |",
        "|---|---|---|",
    ]
    for command in ("calamine", *VERBS):
        small, large, huge = (found[name][command] for name in GROWTH)

        def per_row(what: str, one: Cost, other: Cost, fewer: int, more: int) -> float:
            return float(getattr(other, what) - getattr(one, what)) / (more - fewer)

        ratios = [
            per_row(what, large, huge, rows[1], rows[2]) / per_row(what, small, large, rows[0], rows[1])
            for what in ("cpu", "peak")
        ]
        lines.append(f"| {command} | {ratios[0]:.2f} | {ratios[1]:.2f} |")
    return [*lines, ""]


def _kept(name: str) -> Path:
    """Where the costs of a book are kept that were measured last, beside it."""
    return KEPT / f"{name}.json"


def _costs(kept: Mapping[str, Mapping[str, float]]) -> dict[str, Cost]:
    return {command: Cost(**cost) for command, cost in kept.items()}


def _written() -> tuple[dict[str, list[str]], str]:
    """The sections of the page as it stands, by their heading's first word, and what somebody has written below them."""
    sections, _, by_hand = (RESULTS.read_text() if RESULTS.exists() else "").partition(BY_HAND)
    found = [section.splitlines() for section in sections.split("\n## ")[1:]]
    return {lines[0].split()[0].strip(":"): [f"## {lines[0]}", *lines[1:], ""] for lines in found}, by_hand


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="the large books too")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--books", nargs="*", default=[], metavar="NAME", help=f"of demo, {', '.join(SHOPS)}")
    parser.add_argument("--as", dest="kept", default="", choices=["", "before"])
    args = parser.parse_args()
    compileall.compile_dir(Path(xlcrm.__file__).parent, quiet=1)  # as an installation does, and as pandas is
    before = json.loads(BEFORE.read_text()) if BEFORE.exists() else {}
    sections, by_hand = _written()
    measured_now = {}
    for name in args.books or (("demo", *SHOPS) if args.all else USUAL):
        costs = measured(name, args.runs)
        measured_now[name] = {command: asdict(cost) for command, cost in costs.items()}
        sections[name] = table(name, costs, before.get(name), args.runs)
        print("\n".join(sections[name]), flush=True)
        if not args.kept:
            _kept(name).write_text(json.dumps(measured_now[name], indent=1))
    if args.kept:
        BEFORE.write_text(json.dumps(measured_now, indent=1))
        return
    sections["Growth"] = growth() or sections.get("Growth", [])
    if not args.books:
        sections["Others"] = _others()
    lines = [
        "# What a click costs",
        "",
        f"`python bench/run.py`: {versions()}; {os.cpu_count()} processors. Medians of whole processes in alternation; trust the "
        "ratios, and those of CPU where the load was above 1. Nothing is new to roll or to plan; undo takes a cross-check back, and "
        "where that found nothing the roll.",
        "",
    ]
    lines += [line for name in ("demo", *SHOPS, "Growth", "Others") for line in sections.get(name, [])]
    RESULTS.write_text("\n".join([*lines, BY_HAND]) + by_hand)


def _others() -> list[str]:
    """What others would use, and what a macro that reads cell by cell would cost."""
    lines = ["## Others", "", f"On the book {PEERS}, once each:", "", "| | s | CPU | MB |", "|---|---|---|---|"]
    lines += [f"| {name} | {c.wall:.1f} | {c.cpu:.1f} | {c.peak:.0f} |" for name, c in peers().items()]
    calls = calls_by_cell()
    return [
        *lines,
        "",
        f"A macro that reads the two logs cell by cell makes {calls:,} calls to Excel. No Excel ran here: at 0.1 to 1 ms "
        f"a call that is {calls / 10_000:.0f} to {calls / 1_000:.0f} s. A button makes some hundreds (`com_calls.py`).",
        "",
    ]


if __name__ == "__main__":
    main()
