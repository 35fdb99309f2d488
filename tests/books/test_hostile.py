"""Nasty workbooks: each verb answers with findings or a refusal in words, soon, in little memory, and the file is as it was."""

from __future__ import annotations

import json
import os
import random
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

import pytest
from mutants import mutant
from nasty import CASES, JOB, PLAIN, WORKS, plain, plain_parts
from sizes import scaled

from xlcrm.books.xlsx.cellxml import Stored, stored
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block, after
from xlcrm.errors import Refusal
from xlcrm.verbs import VERBS, Outcome

SECONDS, MEGABYTES = 10, 500
"""What a verb may take of a nasty book: of the processor's time, so that a busy machine fails nothing."""

pytestmark = pytest.mark.posix("a process is forked")


def says(book: Path, verb: str, out: Path | None = None) -> tuple[str, Outcome | None]:
    """What a verb does to a book, on its way into a copy or in its place: ``WORKS``, or the key of a refusal that has its words."""
    try:
        session = FileSession(book)
        outcome = VERBS[verb](session.blocks, session.issues, replace(JOB, layout=session.layout))
        session.apply(outcome.changes, out, erases=outcome.erases)
    except Refusal as refusal:
        explain(refusal, "zh")  # there are words for it, and every blank of them is filled
        return refusal.key, None
    return WORKS, outcome


def apart(work: Callable[[], Any], answer: Path) -> Any:
    """What some work gives, done by a process of its own for its time and memory.

    Its memory is bounded here; a verb that takes too long ends the process.
    """
    child = os.fork()
    if child == 0:
        try:
            answer.write_text(json.dumps(work()), "utf-8")
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "a traceback is above, or a verb took too long"
    # a child begins with the memory of its parent
    assert used.ru_maxrss - _resident() < MEGABYTES << 10
    return json.loads(answer.read_text("utf-8"))


def answers(book: Path) -> Any:
    """What all verbs say to a book, and what validation finds in it."""
    return apart(lambda: _answers(book), book.with_suffix(".json"))


def _answers(book: Path) -> dict[str, Any]:
    said: dict[str, Any] = {}
    out = book.with_name("副本.xlsm")
    for verb in VERBS:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        said[verb], outcome = says(book, verb, out)
        if verb == "validate" and outcome is not None:
            said["found"] = sorted(
                f"{finding.wording}@{finding.at.sheet}!{finding.at.cell}" for finding in outcome.findings
            )
    signal.setitimer(signal.ITIMER_PROF, 0)
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


_UNBOUND_PREFIX = expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]
PACKAGES, A_BATCH = scaled(100, 3000), 100
SECOND = {
    **{"validate": "roll", "roll": "undo", "check": "roll", "month": "validate", "undo": "redo", "erase": "undo"},
    **{"plan": "undo", "tidy": "undo", "handover": "undo", "close": "reopen"},
}
"""What is pressed after a press that worked."""


@pytest.mark.sized
@pytest.mark.parametrize("first", range(0, PACKAGES, A_BATCH))
def test_mutated_packages(first: int, tmp_path: Path) -> None:
    """A press ends in a refusal that leaves every byte, or in a book that opens again and holds what was to be written.

    Where it worked, another verb is pressed.
    """
    counted = apart(lambda: _mutants(range(first, first + A_BATCH), tmp_path), tmp_path / "answer.json")
    assert A_BATCH <= sum(counted.values()) <= 2 * A_BATCH
    assert counted[WORKS] > A_BATCH // 4, "many are opened and written"
    assert len(counted) > 5, "and many are refused, for many reasons"


def _mutants(seeds: range, folder: Path) -> Counter[str]:
    counted: Counter[str] = Counter()
    book = folder / "登记.xlsm"
    for seed in seeds:
        verb = random.Random(seed).choice(list(SECOND))
        # a roll has rows to move in a month not yet rolled, undo and erase have what was rolled
        book.write_bytes(mutant(seed, plain_parts(rolled=verb in ("undo", "erase", "close"))))
        try:
            said = _press(book, verb)
            counted[said] += 1
            if said == WORKS:
                counted[_press(book, SECOND[verb])] += 1
        except Exception as error:
            raise AssertionError(f"mutant {seed}, {verb}") from error
    signal.setitimer(signal.ITIMER_PROF, 0)
    return counted


def _press(book: Path, verb: str) -> str:
    """What a verb says to a book that it may write."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    before = book.read_bytes()
    said, outcome = says(book, verb)
    if outcome is None:
        assert book.read_bytes() == before
        return said
    former, session = BookReader(book, before), FileSession(book)
    _check_parts(former.parts.package, Package(book.read_bytes(), book.name))
    wanted = after([former.read(form) for form in former.forms], outcome.changes)
    assert [_standing(block) for block in session.blocks] == [_standing(block) for block in wanted]
    return said


def _check_parts(former: Package, written: Package) -> None:
    """What was rewritten is XML, no cell stands in it twice, and nothing was lost but what Excel works out for itself."""
    lost = set(former.members) - set(written.members)
    assert all("calcChain" in member or "volatile" in member for member in lost)
    for member in written.members:
        content, was = _content(written, member), _content(former, member)
        if member.endswith((".xml", ".rels")) and content != was and not (was and _has_strange_prefix(was)):
            assert content is not None
            tree = ElementTree.fromstring(content)
            places = [cell.get("r") for cell in tree.iterfind("{*}sheetData/{*}row/{*}c")]
            assert len(places) == len(set(places)), member


def _has_strange_prefix(content: bytes) -> bool:
    """Whether a part has had a prefix of which nothing says what it stands for: it is kept as it was."""
    try:
        ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        return error.code == _UNBOUND_PREFIX
    return False


def _content(package: Package, member: str) -> bytes | None:
    """A part; ``None`` for one with a bit turned over, which nobody reads and everybody copies."""
    try:
        return package.read(member)
    except Refusal:
        return None


def _standing(block: Block) -> tuple[str, list[list[Stored]]]:
    """The rows of a table that hold something."""
    rows = ([stored(cell, False) for cell in row] for row in block.rows)
    return block.sheet, [row for row in rows if any(cell is not None for cell in row)]
