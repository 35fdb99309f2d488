"""Walks through a month on the command line, done once and looked at by many tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shell import TODAY, Answer, parsed, xlcrm

STEPS = ("validate", "tidy", "roll", "roll again", "check", "month", "plan", "close", "reopen", "undo")
"""What is done to a store's book, in this order, once it is loaded."""


@dataclass(frozen=True)
class Walk:
    """A store taken through its month: the book as it stood after each step, and what the step answered."""

    after: dict[str, Path]
    answers: dict[str, Answer]
    json: dict[str, dict[str, Any]]

    def before(self, step: str) -> Path:
        """The book a step was done to."""
        steps = list(self.after)
        return self.after[steps[steps.index(step) - 1]]


@dataclass(frozen=True)
class Demo:
    """What ``xlcrm demo DIR`` left and said."""

    folder: Path
    book: Path
    report: Path
    answer: Answer


def walk_through(source: Path, folder: Path) -> Walk:
    """Load a store of CSV files and do every step on its last day; a refused step leaves the book as it was, and no JSON."""
    book = folder / "work" / "店.xlsm"
    book.parent.mkdir()
    walk = Walk({}, {}, {})
    for step in ("new", *STEPS):
        result = folder / f"{step}.json"
        if step == "new":
            walk.answers[step] = xlcrm("new", book, "--from", source)
        else:
            walk.answers[step] = xlcrm(step.split()[0], book, "--today", TODAY, "--json", result)
        if result.exists():
            walk.json[step] = parsed(result.read_text("utf-8"))
        walk.after[step] = Path(shutil.copy(book, folder / f"{step}.xlsm"))
    return walk


def give_demo(folder: Path) -> Demo:
    """The demo in a new folder."""
    answer = xlcrm("demo", folder)
    (book,) = folder.glob("*.xlsm")
    (report,) = folder.glob("*.xlsx")
    return Demo(folder, book, report, answer)
