"""What a click takes in a new year's book, beside the same click in a new shop's with the same customers, and in one that also
knows what was done with them.

    python bench/newyear.py BOOK [--today YYYY-MM-DD] [--verbs validate …]

``BOOK`` is closed; the next one is made of it as ``xlcrm newyear`` does. The new shop has the same cards, stock, open plans, owners,
care and logs of the first month, and nothing of the past: no contacts, losses, grade history and figures of closed months. The shop
that knows its customers has their contacts and losses too: what the new book then takes longer is what months leave behind. CPU
seconds of whole processes, in turn, the least of several looks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.read import open_book
from xlcrm.forms.schema import CHECK_HEADER, Cell
from xlcrm.forms.sheets import FollowUp, JournalRow, Loss, MonthFigure, MoveRow

_MONTHS = [form.form.sheet for form in (MoveRow, MonthFigure, JournalRow)]
_LIST = "问题清单"
_LOOKS = 3

Sheets = dict[str, list[dict[str, Cell]]]


def rows_of(book: Path) -> Sheets:
    """What people and the program typed, by sheet and header."""
    reader = open_book(book)
    blocks = [reader.read(form) for form in reader.forms if form.sheet != _LIST]
    return {
        block.sheet: [
            {h: v for h, v in zip(block.headers, row, strict=True) if v is not None and h != CHECK_HEADER}
            for row in block.rows
            if any(value is not None for value in row)
        ]
        for block in blocks
    }


def knows_its_customers(sheets: Sheets) -> Sheets:
    return {sheet: rows for sheet, rows in sheets.items() if sheet not in _MONTHS}


def new_shop(sheets: Sheets) -> Sheets:
    plans = [row for row in sheets[FollowUp.form.sheet] if FollowUp.form.by_name["done_on"].header not in row]
    return {**knows_its_customers(sheets), Loss.form.sheet: [], FollowUp.form.sheet: plans}


def seconds(verb: str, book: Path, today: str) -> float:
    """CPU seconds of the command."""
    typed = [sys.executable, "-m", "xlcrm.cli", verb, str(book), "--today", today]
    process = subprocess.Popen(typed, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), typed
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("book", type=Path)
    parser.add_argument("--today", default="2026-10-31")
    parser.add_argument("--verbs", nargs="+", default=["validate"])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        year, shop, known = (Path(folder, f"{name}.xlsm") for name in ("year", "shop", "known"))
        made = [sys.executable, "-m", "xlcrm.cli", "newyear", str(args.book), str(year), "--today", args.today]
        subprocess.run(made, check=True)
        sheets = rows_of(year)
        year.unlink()
        fill_book(year, sheets)  # all written alike
        fill_book(shop, new_shop(sheets))
        fill_book(known, knows_its_customers(sheets))
        for verb in args.verbs:
            looks = [[seconds(verb, book, args.today) for book in (year, shop, known)] for _ in range(_LOOKS)]
            own, new, same = (min(column) for column in zip(*looks, strict=True))
            print(f"{verb}: new year's book {own:.2f} s; new shop's {new:.2f} s, {own / new:.2f} x", end="; ")
            print(f"of a shop that knows its customers {same:.2f} s, {own / same:.2f} x")


if __name__ == "__main__":
    main()
