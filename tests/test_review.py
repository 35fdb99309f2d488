"""A ledger is examined once: how often each verb validates, replays and reads, and what a review says after changes."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import pytest
from books import STORES, blocks_of, read_csv_store
from desk import Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import Memory
from sizes import scaled

from xlcrm.analysis.pages.audit import of_period
from xlcrm.changes import Block, Changes, after
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.customers import Customers
from xlcrm.ledger.months import month_end, month_start
from xlcrm.ledger.reading import read_ledger
from xlcrm.ledger.subjects import asks_for, identified, in_scope
from xlcrm.report.analysis_sheet import headings
from xlcrm.review import Review
from xlcrm.roll.roll import roll_prospects
from xlcrm.timeline.life import Life, Timeline
from xlcrm.timeline.replay import replay
from xlcrm.validate import judged, validate_logs
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 10, 31)
NOW = dt.datetime(2026, 10, 31, 18)


@cache
def store(name: str) -> tuple[Block, ...]:
    return tuple(blocks_of(read_csv_store(STORES / name)))


@cache
def rolled(name: str) -> tuple[Block, ...]:
    review = Review(read_ledger(store(name), DAY), DAY)
    return tuple(after(store(name), roll_prospects(review).changes))


@cache
def pressed(name: str, *verbs: str) -> tuple[Block, ...]:
    """The store after some buttons."""
    book = Desk(list(store(name)))
    for verb in verbs:
        book.press(verb, DAY)
    return tuple(book.blocks)


# ---------------------------------------------------------------- once a click


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, *functions: Callable[..., object]) -> Iterator[Counter[str]]:
    """How often functions are called, in whichever module they were imported by name."""
    calls = Counter[str]()

    def counting(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            calls[function.__name__] += 1
            return function(*args, **named)

        return call

    holders = [module for name, module in [*sys.modules.items()] if name.startswith("xlcrm")]
    with monkeypatch.context() as patch:
        for function in functions:
            counter = counting(function)
            for holder in (*holders, Customers):
                if vars(holder).get(function.__name__) is function:
                    patch.setattr(holder, function.__name__, counter)
        yield calls


JOBS = {
    "validate": Job(DAY, NOW),
    "roll": Job(DAY, NOW),
    "plan": Job(DAY, NOW),
    "check": Job(DAY, NOW),
    "month": Job(DAY, NOW),
    "mail": Job(DAY, NOW),
    "print": Job(DAY, NOW),
    "handover": Job(DAY, NOW, former="张敏"),
    "close": Job(DAY, NOW),
    "tidy": Job(DAY, NOW),
    "handout": Job(DAY, NOW),
    "import": Job(DAY, NOW),
    "collect": Job(DAY, NOW),
    "erase": Job(DAY, NOW, customer="C00001"),
    "undo": Job(DAY, NOW),
    "redo": Job(DAY, NOW),
    "reopen": Job(DAY, NOW),
    "newyear": Job(DAY, NOW),
}
UNROLLED = ("roll", "plan", "print")
"""Verbs pressed on a book nobody has rolled; the others on a rolled one."""
BEFORE = {"undo": ("roll",), "redo": ("roll", "undo"), "reopen": ("roll", "close"), "newyear": ("roll", "close")}
"""Which buttons were pressed before."""
WITHOUT_LIVES = ("validate", "tidy", "import", "collect", "erase", "undo", "redo", "reopen")
"""Verbs that need not know where customers stand."""
CLEAN_ONLY = ("close", "reopen", "newyear")
"""A month with errors is not closed."""
CLICKS = [(verb, name) for verb in JOBS for name in ("clean", "faulty") if name == "clean" or verb not in CLEAN_ONLY]


@pytest.mark.parametrize(("verb", "name"), CLICKS)
def test_a_click_reads_validates_and_replays_once(verb: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headings()  # where things stand on 月度分析 is worked out once, from an empty book
    blocks = store(name) if verb in UNROLLED else rolled(name)
    if verb in BEFORE:
        blocks = pressed(name, *BEFORE[verb])
    with counted(monkeypatch, read_ledger, judged, validate_logs, replay) as calls:
        VERBS[verb](blocks, (), JOBS[verb])
    assert calls["read_ledger"] == 1
    assert calls["judged"] <= 1
    assert calls["validate_logs"] <= (verb not in ("check", "plan"))  # which rows are in error needs no rule that warns
    assert calls["replay"] == (verb not in WITHOUT_LIVES)


def test_every_verb_is_counted() -> None:
    assert JOBS.keys() == VERBS.keys()


LOOKUPS_A_ROW = 1.1


@pytest.mark.parametrize("verb", ["print", "roll", "check", "month"])
def test_whose_a_row_is_is_looked_up_a_few_times_at_most(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = store("faulty")
    rows = sum(any(cell is not None for cell in row) for block in blocks for row in block.rows)
    with counted(monkeypatch, Customers.of) as calls:
        VERBS[verb](blocks, (), JOBS[verb])
    assert calls["of"] <= LOOKUPS_A_ROW * rows


# ---------------------------------------------------------------- what is left is examined by what changed


def as_data(record: Record) -> tuple[object, ...]:
    return record.at.sheet, record.at.row, record.typed, record.defects


def lives(timeline: Timeline) -> list[tuple[object, ...]]:
    """Everything a timeline says, without the identity of its rows."""
    return [_life(life) for life in timeline.lives.values()] + [as_data(visit) for visit in timeline.waiting]


def _life(life: Life) -> tuple[object, ...]:
    happenings = [
        (
            h.on,
            h.next_on,
            h.contact and (h.contact.on, as_data(h.contact.source), h.contact.grade_before, h.contact.grade_after),
            [(step.on, step.event, step.before, step.after, as_data(step.evidence)) for step in h.steps],
        )
        for h in life.happenings
    ]
    marks = [as_data(mark.source) for mark in life.unwritten_orders]
    marks += [as_data(mark.report) for mark in life.unwritten_losses]
    return life.customer.key, life.base, life.standing, happenings, marks, [as_data(row) for row in life.deliveries]


def everything(review: Review) -> dict[str, object]:
    records = {sheet: [as_data(row) for row in rows] for sheet, rows in review.ledger.records.items()}
    return {
        "records": records,
        "checks": review.ledger.checks,
        "findings": [*review.findings],
        "blocked": review.blocked,
        "lives": lives(review.timeline),
        "balance": review.balance(review.open_month),
    }


@cache
def part(name: str, is_rolled: bool) -> tuple[Block, ...]:
    """The beginning of a store: what is typed in the first days, and what a roll makes of it."""
    book = Memory([replace(block, rows=block.rows[:25]) for block in store(name)])
    if is_rolled:
        book.roll(DAY)
    return tuple(book.blocks)


def spoiled(chance: random.Random, blocks: list[Block]) -> Changes:
    """What a verb might do to a book: cells set, emptied or exchanged, rows added, doubled, put in and taken out."""
    changes = Changes()
    filled = [block for block in blocks if block.sheet in FORMS and any(any(row) for row in block.rows)]
    for _ in range(chance.randint(1, 8)):
        block = chance.choice(filled)
        headers = [h for h in block.headers if h]
        row, other = (chance.randrange(len(block.rows)) for _ in range(2))
        values = dict(zip(block.headers, block.rows[other], strict=True))
        header = chance.choice(headers)
        match chance.choice(("set", "empty", "add", "insert", "remove")):
            case "set":
                changes.put(block.sheet, block.row + 1 + row, header, values[header])
            case "empty":
                changes.put(block.sheet, block.row + 1 + row, header, None)
            case "add":
                changes.add(block.sheet, values)
            case "insert":
                changes.insert(block.sheet, block.row + 1 + row, values)
            case "remove":
                changes.remove(block.sheet, block.row + 1 + row)
    return changes


@pytest.mark.sized
@settings(max_examples=scaled(40, 500), deadline=None)
@given(chance=st.randoms(use_true_random=False), is_rolled=st.booleans(), name=st.sampled_from(("clean", "faulty")))
def test_a_review_after_changes_is_a_review_of_the_book_they_leave(
    chance: random.Random, is_rolled: bool, name: str
) -> None:
    book = Memory([*part(name, is_rolled)])
    before = book.review(DAY)
    assert before.timeline.lives
    changes = spoiled(chance, book.blocks)
    book.apply(changes)
    assert everything(before.after(changes)) == everything(book.review(DAY))


@pytest.mark.parametrize("name", ["clean", "faulty"])
def test_a_review_after_a_roll_is_a_review_of_the_rolled_book(name: str) -> None:
    before = Memory([*store(name)]).review(DAY)
    left = before.after(roll_prospects(before).changes)
    assert everything(left) == everything(Memory([*rolled(name)]).review(DAY))


NEXT = dt.date(2026, 11, 5)


@pytest.mark.sized
@settings(max_examples=scaled(4, 300), deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_what_is_not_asked_for_is_left_out_and_nothing_else(chance: random.Random) -> None:
    book = Memory([*pressed("clean", "roll", "close")])
    for _ in range(chance.randint(1, 4)):
        book.apply(spoiled(chance, book.blocks))
    review = book.review(NEXT)
    ledger, everything_found = review.ledger, crosscheck(review)
    for month in (None, "2026-10", "2026-11"):
        asked = crosscheck(review, asks_for(ledger, NEXT, month))
        whole, part = (in_scope(ledger, identified(ledger, own), NEXT, month) for own in (everything_found, asked))
        assert part == whole
        if month is not None:
            days = month_start(month), month_end(month)
            assert of_period(ledger, asked, *days) == of_period(ledger, everything_found, *days)
    for month in ("2026-10", "2026-11"):
        assert book.review(NEXT).held(month) == review.counted(month).held


def test_what_changes_nothing_is_the_same_review() -> None:
    review = Memory([*rolled("clean")]).review(DAY)
    assert review.after(roll_prospects(review).changes) is review
