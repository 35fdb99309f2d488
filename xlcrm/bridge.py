"""``python -m xlcrm.bridge VERB STEM``: a verb on a book that is open where xlwings cannot run (LibreOffice, WPS …).

The button's VBA saves a copy of the open book as ``STEM.copy``, starts this, and waits. ``STEM`` is
``<folder of the book>/~xlcrm-<time>-<name of the book>``. Three files answer, all of them plain ASCII:

- ``STEM.begun``, at once and until done: Python is there and at work;
- ``STEM.changes``: what to write into the open book, in the words of ``books.wire``;
- ``STEM.done``, last: one line, the message to the user, ``books.wire.escaped``.

The VBA removes them all. Whatever happens, the user reads words and never a traceback.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from xlcrm.books.copied import Copy
from xlcrm.books.wire import escaped, lines
from xlcrm.catalogue import Lang
from xlcrm.catalogue.refusals import explain
from xlcrm.catalogue.verbs import WRITTEN
from xlcrm.changes import Block, Changes
from xlcrm.errors import Refusal
from xlcrm.template.layout import HOME_RESULT
from xlcrm.verbs import VERBS, Job

LANG: Lang = "zh"


def main(arguments: Sequence[str]) -> None:
    """Answer one press of a button; a host that has given up meanwhile gets no answer."""
    verb, stem = arguments
    copy, begun, changes, done = (Path(f"{stem}.{ending}") for ending in ("copy", "begun", "changes", "done"))
    if copy.exists():
        begun.touch()
        try:
            message, orders = answer(verb, copy)
            if begun.exists():
                changes.write_text("".join(f"{line}\n" for line in orders), "ascii")
                begun.write_text(f"{escaped(message)}\n", "ascii")
                os.replace(begun, done)
        finally:
            begun.unlink(missing_ok=True)


def answer(verb: str, copy: Path) -> tuple[str, list[str]]:
    """The message to the user, and the lines to be written; a refusal is written too, as the result on 首页."""
    blocks: list[Block] = []
    now = dt.datetime.now().replace(microsecond=0)
    try:
        book = Copy(copy, copy.stem.split("-", 2)[2])
        blocks = book.blocks
        outcome = VERBS[verb](blocks, book.issues, Job(now.date(), now, getpass.getuser(), lang=LANG))
        orders = lines(blocks, book.issues, outcome.changes, LANG)
        said = list(outcome.said)
        if outcome.analysis is not None:
            from xlcrm.report.workbook import file_name, write_workbook

            path = copy.with_name(file_name(outcome.analysis))
            try:
                write_workbook(outcome.analysis, path, LANG)
            except OSError as error:
                raise Refusal("live.report_held", name=path.name, folder=path.parent) from error
            said.append(WRITTEN.say(LANG, path=path))
        return "\n".join(said), orders
    except Refusal as refusal:
        message = explain(refusal, LANG)
    except Exception as error:
        from xlcrm.catalogue.macros import CRASHED
        from xlcrm.supportlog import write_log

        message = CRASHED.say(LANG, log=write_log(verb, error, now, blocks))
    result = Changes()
    result.lay(*HOME_RESULT, message)
    return message, lines([], [], result, LANG)


if __name__ == "__main__":
    main(sys.argv[1:])
