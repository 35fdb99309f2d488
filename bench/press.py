"""What a press of a button takes in LibreOffice, less its own saving of the copy, beside the command line on the same book.

    python bench/press.py [--runs N] [--book NAME]

Needs LibreOffice Calc. The book is opened once for each run and its buttons pressed one after another, on the machine's day;
before each press the same copy is saved by itself. The commands follow on a copy of the file, in the same order. Words are there
when the cell of the result changes first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from shelf import book  # beside this file

from xlcrm.forms.sheets import HOME_SHEET
from xlcrm.forms.workbook import HOME_RESULT

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
from libreoffice import drive  # beside the tests that use it

WORDS = """
Dim said As Long
Sub Words_modified(event)
    If said = 0 Then said = GetSystemTicks()
End Sub
Sub Words_disposing(event)
End Sub
"""
"""Basic that notes when something was first written into a cell."""
BUTTONS = {"validate": "BtnValidate", "roll": "BtnRoll", "check": "BtnCheck", "plan": "BtnPlan", "month": "BtnMonth"}
TARGET = 1.5


def main() -> None:
    """Print the medians, verb by verb."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--book", default="demo")
    args = parser.parse_args()
    os.environ |= {"XLCRM_PYTHON": sys.executable, "LC_ALL": "C.UTF-8"}
    pressed = [_pressed(book(args.book)) for _ in range(args.runs)]
    commands = [_commands(book(args.book)) for _ in range(args.runs)]
    print(f"{'':<10}{'words':>8}{'press':>8}{'saving':>8}{'less':>8}{'command':>9}{'ratio':>7}   (s; at most {TARGET})")
    for verb in BUTTONS:
        press, saving, words = (statistics.median(times[verb][i] for times in pressed) for i in (0, 1, 2))
        command = statistics.median(times[verb] for times in commands)
        less = press - saving
        print(f"{verb:<10}{words:>8.2f}{press:>8.2f}{saving:>8.2f}{less:>8.2f}{command:>9.2f}{less / command:>7.2f}")


def _pressed(source: Path) -> dict[str, tuple[float, float, float]]:
    """Seconds of each press, of saving the copy it saves, and until the press says something."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "CRM.xlsm")
        shutil.copy(source, path)
        answer = drive(path, [*_lines(path.parent)], seconds=900, also=WORDS)
        if answer != "done":
            sys.exit(f"LibreOffice: {answer or 'no answer'}")
        rows = (line.split() for line in Path(name, "times.txt").read_text().splitlines())
        return {verb: (int(press) / 1000, int(saving) / 1000, int(words) / 1000) for verb, saving, press, words in rows}


def _lines(folder: Path) -> Iterator[str]:
    yield "Dim old(0) As New com.sun.star.beans.PropertyValue"
    yield 'old(0).Name = "FilterName": old(0).Value = "MS Excel 97"'
    listener = 'CreateUnoListener("Words_", "com.sun.star.util.XModifyListener")'
    yield f'Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}").addModifyListener({listener})'
    for verb, button in BUTTONS.items():
        yield f'begun = GetSystemTicks(): book.storeToURL("{folder.as_uri()}/alone.copy", old())'
        yield f'said = 0: saved = GetSystemTicks(): Run(book, "CrmButtons.{button}"): done = GetSystemTicks()'
        yield f'Open ConvertFromURL("{folder.as_uri()}/times.txt") For Append As #2'
        yield f'Print #2, "{verb} " & (saved - begun) & " " & (done - saved) & " " & (said - saved)'
        yield "Close #2"


def _commands(source: Path) -> dict[str, float]:
    """Seconds of each command, whole processes on one book."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "CRM.xlsm")
        shutil.copy(source, path)
        for verb in BUTTONS:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "xlcrm.cli", verb, str(path)], capture_output=True, check=False)
            found[verb] = time.perf_counter() - start
    return found


if __name__ == "__main__":
    main()
