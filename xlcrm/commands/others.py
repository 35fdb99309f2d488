"""Commands that make a book, or are about this computer."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

from xlcrm.catalogue import verbs as words
from xlcrm.commands.answers import STDOUT, json_answer
from xlcrm.commands.arguments import day_of, parser
from xlcrm.commands.onabook import on_a_book
from xlcrm.computer.terminal import require_output, say


def new(args: argparse.Namespace) -> int:
    """A new book, with what a folder holds."""
    from xlcrm.books.new import create_book

    others = _recognised(args.source) if args.source is not None else []
    rows, unread = create_book(args.book, args.source, others)
    say(words.CREATED.say(args.lang, book=args.book, rows=rows))
    for file, columns in unread.items():
        say(words.UNREAD.say(args.lang, file=file, columns="、".join(columns)))
    if not others:
        return 0
    return on_a_book(parser().parse_args(["import", *map(str, (args.book, *others))], args))


def _recognised(folder: Path) -> list[Path]:
    """The files of a folder that are not sheets of ours, yet tables of customers; they are imported."""
    from xlcrm.books.csvfolder import other_files
    from xlcrm.books.sources import read_source
    from xlcrm.intake.corrections import corrections_of
    from xlcrm.intake.tables import tables_of

    known, _ = corrections_of([])
    today = dt.date.today()
    return [
        path
        for path in other_files(folder)
        if any(table.kind is not None for table in tables_of(read_source(path), (), today, known))
    ]


def newyear(args: argparse.Namespace) -> int:
    """The next book, beside the one that stays."""
    from xlcrm.books.xlsx.session import FileSession

    session = args.session = FileSession(args.book)
    from xlcrm.delivery import Wanted, deliver
    from xlcrm.verbs import VERBS as RUN
    from xlcrm.verbs import Job

    now = dt.datetime.now().replace(microsecond=0)
    job = Job(day_of(args.today) or now.date(), now, lang=args.lang)
    outcome = RUN["newyear"](session.blocks, session.issues, job)
    say(*outcome.said, *deliver(outcome, Wanted(args.book, args.lang, now, args.new)))
    return 0


def set_up(args: argparse.Namespace) -> int:
    """What this computer's buttons need."""
    from xlcrm.computer.setup import setup

    return setup(args.book, args.env, args.lang, say)


def selfcheck(args: argparse.Namespace) -> int:
    """Whether this computer and a book are as they should be; exit code 1 where not."""
    from xlcrm.computer.selfcheck import diagnose
    from xlcrm.contract import selfcheck_json

    if args.json == STDOUT:
        require_output()
    found = diagnose(args.book, None, args.lang)
    today = day_of(args.today) or dt.date.today()
    with json_answer(args, lambda: selfcheck_json(found, args.book, today)):
        say(*found.lines, to=sys.stderr if args.json == STDOUT else sys.stdout)
    return 0 if found.ok else 1


def demo(args: argparse.Namespace) -> int:
    """The demo store and its tour."""
    from xlcrm.computer.setup import as_named, place
    from xlcrm.demo.tour import BOOK, run_tour

    run_tour(args.folder, args.lang, say)
    # its buttons work at once: the Python that made the book is the one behind them
    place(args.folder / BOOK, as_named(Path(sys.executable), os.environ.get("LOCALAPPDATA")))
    return 0
