"""What reading in a large file costs: seconds and peak memory of whole processes, in several sizes and formats.

    python bench/intake.py [FORMAT …]

The promise: a 33 MB export or 100,000 rows takes bounded memory, with progress. Memory is said above what the same command
takes for ten rows, for each row and in multiples of the file; ten times the rows must not take more than ten times that.
The .xls are written by LibreOffice, which writes at most 65,536 rows.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from xlsxwriter import Workbook

from xlcrm.books.new import create_book

DAY = dt.date(2026, 10, 31)
HEADERS = ("日期", "进店时间", "离店时间", "客户姓名", "联系电话", "意向车型", "级别", "信息来源", "接待顾问", "备注")
SIZES = {"csv": (10, 10_000, 100_000), "xlsx": (10, 10_000, 100_000), "xls": (10, 10_000, 60_000)}
LONG = "客户看车两次，比较了配置和价格，问了置换和贷款，约下周带家人试驾；"
"""A remark of a usual length; fifty of them make an export of 33 MB of 10,000 rows."""


class Cost(NamedTuple):
    seconds: float
    megabytes: float
    progress: int


def main() -> None:
    """Write each file, read it in, and print what it took."""
    wanted = sys.argv[1:] or [*SIZES, "wide"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in wanted:
            if kind == "wide":
                _report(folder, "csv", (10, 10_000), remark=LONG * 32, label="csv with long remarks")
            else:
                _report(folder, kind, SIZES[kind], remark=LONG)


def _report(folder: Path, kind: str, sizes: Sequence[int], *, remark: str, label: str = "") -> None:
    base: Cost | None = None
    for rows in sizes:
        file = _WRITERS[kind](folder / f"旧登记{rows}.{kind}", rows, remark)
        cost = _imported(file, folder)
        base = base or cost
        above = cost.megabytes - base.megabytes
        size = file.stat().st_size / 2**20
        share = f" = {above * 1024 / rows:.1f} kB a row, {above / size:.1f} × the file" if rows > sizes[0] else ""
        print(
            f"{label or kind}, {rows} rows, {size:.1f} MB: {cost.seconds:.1f} s CPU, peak {cost.megabytes:.0f} MB"
            f" ({above:.0f} above {sizes[0]} rows{share}), {cost.progress} lines of progress",
            flush=True,
        )


def _imported(file: Path, folder: Path) -> Cost:
    """One whole ``xlcrm import`` into a blank book."""
    book = folder / "CRM.xlsm"
    create_book(book)
    command = [sys.executable, "-m", "xlcrm", "import", str(book), str(file), "--today", str(DAY)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1), said
    book.unlink()
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said.count("\n"))


def _rows(count: int, remark: str) -> Iterator[tuple[object, ...]]:
    for i in range(count):
        day = DAY - dt.timedelta(days=i % 300)
        yield (
            day,
            "10:00",
            "10:40",
            f"客户{i}",
            f"199{i:08d}",
            "朗逸",
            "HABC"[i % 4],
            "来店/电",
            f"顾问{i % 20}",
            f"{remark}{i}",
        )


def _csv(path: Path, rows: int, remark: str) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADERS, *_rows(rows, remark)])
    return path


def _xlsx(path: Path, rows: int, remark: str) -> Path:
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "constant_memory": True}) as made:
        sheet = made.add_worksheet("登记")
        for at, row in enumerate([HEADERS, *_rows(rows, remark)]):
            sheet.write_row(at, 0, row)
    return path


def _xls(path: Path, rows: int, remark: str) -> Path:
    source = _xlsx(path.with_suffix(".xlsx"), rows, remark)
    command = ["soffice", "--headless", "--convert-to", "xls", "--outdir", str(path.parent), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return path


_WRITERS: dict[str, Callable[[Path, int, str], Path]] = {"csv": _csv, "xlsx": _xlsx, "xls": _xls}


if __name__ == "__main__":
    main()
