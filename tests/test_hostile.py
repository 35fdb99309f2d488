"""Nasty workbooks: each verb answers with findings or a refusal in words, soon, in little memory, and the file is as it was."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nasty import CASES, JOB, PLAIN, WORKS, plain

from xlcrm.books.session import FileSession
from xlcrm.catalogue.refusals import explain
from xlcrm.errors import Refusal
from xlcrm.verbs import VERBS, Outcome

SECONDS, MEGABYTES = 10, 500
"""What a verb may take of a nasty book."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process is forked")


def says(book: Path, verb: str, out: Path) -> tuple[str, Outcome | None]:
    """What a verb does to a book on its way into a copy: ``WORKS``, or the key of a refusal that has its words."""
    try:
        session = FileSession(book)
        outcome = VERBS[verb](session.blocks, session.issues, replace(JOB, layout=session.layout))
        session.apply(outcome.changes, out, forgets=outcome.forgets)
    except Refusal as refusal:
        explain(refusal, "zh")  # there are words for it, and every blank of them is filled
        return refusal.key, None
    return WORKS, outcome


def answers(book: Path) -> dict[str, Any]:
    """What all verbs say to a book and what validation finds in it; by a process of its own, for its time and memory.

    A verb that takes too long ends the process.
    """
    told = book.with_suffix(".json")
    child = os.fork()
    if child == 0:
        try:
            told.write_text(json.dumps(_answers(book)), "utf-8")
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "a traceback, or a verb that took too long, is above"
    # a child begins with the memory of its parent
    assert used.ru_maxrss - _resident() < MEGABYTES << 10
    found: dict[str, Any] = json.loads(told.read_text("utf-8"))
    return found


def _answers(book: Path) -> dict[str, Any]:
    said: dict[str, Any] = {}
    out = book.with_name("副本.xlsm")
    for verb in VERBS:
        signal.alarm(SECONDS)
        said[verb], outcome = says(book, verb, out)
        if verb == "validate" and outcome is not None:
            said["found"] = sorted(
                f"{finding.wording}@{finding.at.sheet}!{finding.at.cell}" for finding in outcome.findings
            )
    signal.alarm(0)
    return said


def _resident() -> int:
    """Kilobytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 10


def test_the_plain_month_works(tmp_path: Path) -> None:
    """What the cases are compared with."""
    book = tmp_path / "登记.xlsm"
    book.write_bytes(plain())
    assert answers(book) == PLAIN | {"found": []}


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_book(name: str, tmp_path: Path) -> None:
    case, book = CASES[name], tmp_path / "登记.xlsm"
    content = case.content()
    book.write_bytes(content)
    said = answers(book)
    found = said.pop("found", [])
    assert said == case.says
    assert set(case.found) <= set(found)
    assert book.read_bytes() == content


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60
