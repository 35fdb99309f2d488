"""``xlcrm demo DIR``: an invented store, three months of it, two of them closed, and the verbs of a month on its book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from xlcrm.books.new import fill_book
from xlcrm.books.places import put
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Lang
from xlcrm.catalogue import tour as words
from xlcrm.demo.completion import completed, looked_at
from xlcrm.demo.showcase import demo_store
from xlcrm.errors import Refusal
from xlcrm.ledger.reading import read_ledger
from xlcrm.report.workbook import file_name, workbook
from xlcrm.verbs import VERBS, Job, Outcome

BOOK = "CRM-示范店.xlsm"
TODAY = dt.date(2026, 10, 31)
"""The demo store's last day; its month is over and nothing lies in the future."""
CLOSED = ("2026-08", "2026-09")
STEPS = ("validate", "roll", *("close" for _ in CLOSED), "check", "month")
"""What is pressed, in this order; a close takes the first month that is open."""


def run_tour(folder: Path, lang: Lang, say: Callable[[str], None]) -> None:
    """Build the demo store in ``folder`` and walk through its month, reporting each step.

    Raises ``Refusal``: ``demo.no_folder``, and those of ``fill_book``: a demo book already there is not overwritten.
    """
    book = folder / BOOK
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("demo.no_folder", path=folder) from error
    say(words.BUILDING.say(lang))
    store, planted = demo_store()
    rows = fill_book(book, store.sheets)
    say(words.BUILT.say(lang, rows=rows, planted=len(planted)))
    outcomes: dict[str, Outcome] = {}
    for verb in STEPS:
        outcomes[verb] = _press(book, verb, lang)
        if verb == "roll":
            for by_hand in (lambda ledger: completed(ledger, TODAY), looked_at):
                session = FileSession(book)
                session.apply(by_hand(read_ledger(session.blocks, TODAY)))
            _press(book, verb, lang)
        say("  " + " ".join(outcomes[verb].said[:2] if verb == "check" else outcomes[verb].said[:1]))
    analysis = outcomes["month"].analysis
    assert analysis is not None, "a month that was pressed is analysed"
    report = folder / file_name(analysis)
    put(report, workbook(analysis, lang, names=True), book)
    for line in _summary(outcomes, lang):
        say(line)
    say(words.FILES.say(lang, book=book, report=report))


def _press(book: Path, verb: str, lang: Lang) -> Outcome:
    session = FileSession(book)
    job = Job(TODAY, dt.datetime.combine(TODAY, dt.time(18)), words.CLERK.say(lang), lang=lang, layout=session.layout)
    outcome = VERBS[verb](session.blocks, session.issues, job)
    session.apply(outcome.changes)
    return outcome


def _summary(outcomes: dict[str, Outcome], lang: Lang) -> list[str]:
    """What a manager would want to know first."""
    counts = outcomes["month"].figures["counts"]
    errors = sum(1 for f in outcomes["validate"].findings if f.severity.value == "error")
    zero = all(row["difference"] == 0 for row in outcomes["month"].balance)
    lines = [words.TRAFFIC.say(lang, **counts), words.DEALS.say(lang, **counts)]
    lines += outcomes["month"].said[1:]
    lines.append(words.HONESTY.say(lang, errors=errors, differences=len(outcomes["check"].lines)))
    lines.append((words.BALANCED if zero else words.UNBALANCED).say(lang))
    return [words.SUMMARY.say(lang), *(f"  {line}" for line in lines)]
