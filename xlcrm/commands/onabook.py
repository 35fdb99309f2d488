"""A verb on a book: read, decided, said, written."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from xlcrm.catalogue import verbs as words
from xlcrm.commands.answers import STDOUT, check_places, json_answer, new_password, tell, typed_password, written_path
from xlcrm.commands.arguments import SUFFIX, job_of
from xlcrm.commands.erasing import finish_erase, look_around, write_erased
from xlcrm.commands.upgrading import undo_upgrade
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.catalogue import Words
    from xlcrm.delivery import Wanted
    from xlcrm.intake.take import Intake
    from xlcrm.verbs import Job, Outcome

TAKES_LONG = 2 << 20
"""Bytes of files from which on reading takes so long that progress is reported: 10,000 rows of text."""
SHOWN = 20
"""How many lines of 问题清单 a terminal shows without ``--list``."""


def on_a_book(args: argparse.Namespace) -> int:
    """One verb on one book; exit code 1 for errors found in it."""
    from xlcrm.books.xlsx.session import FileSession

    check_places(args)
    session = args.session = FileSession(args.book)
    job = replace(job_of(args), layout=session.layout)
    if args.verb == "import":
        job = _with_files(args, job)
    elif args.verb == "collect":
        job = _with_returned(args, job)
    elif args.verb == "handover":
        job = replace(job, former=args.former, to=tuple(args.to), by=args.by)
    from xlcrm.verbs import VERBS as RUN  # now, for the session's sheets are parsed meanwhile

    if args.verb == "undo" and undo_upgrade(args, session, job):
        return 0
    is_finished = finish_erase(args, session)
    try:
        outcome = RUN[args.verb](session.blocks, session.issues, job)
    except Refusal as refusal:
        if refusal.key != "erase.unknown" or not is_finished:
            raise
        return 0
    if outcome.intake is not None:
        _show_understood(args, outcome.intake)
        job = replace(job, grids=())  # a large file needs the room to be written
        if not args.json:
            outcome.intake = None
    if outcome.erases is not None:  # this cannot be taken back: what it will do is said first
        look_around(args, session, outcome, outcome.erases)
        tell(args, outcome.said)

    def answer() -> dict[str, Any]:
        from xlcrm.contract import to_json

        return to_json(outcome, args.book, job)

    write = _write if outcome.erases is None else partial(write_erased, erasure=outcome.erases)
    with json_answer(args, answer):
        after = _would_do(args, outcome, job) if args.dry_run else write(args, session, outcome, job)
        tell(args, after if outcome.erases is not None else [*outcome.said, *_listed(args, outcome), *after])
    return 1 if outcome.has_errors or (outcome.erases is not None and outcome.kept) else 0


def _listed(args: argparse.Namespace, outcome: Outcome) -> list[str]:
    """The lines of 问题清单, names hidden: all where they are asked for, the first on a terminal, none in a pipe."""
    wants_all = getattr(args, "lists", False)
    if not outcome.lines or outcome.veil is None or not (wants_all or sys.stdout.isatty()):
        return []
    from xlcrm.messages import in_one_line

    veil = outcome.veil()
    shown = outcome.lines if wants_all else outcome.lines[:SHOWN]
    listed = [in_one_line(line, veil, args.lang) for line in shown]
    more = len(outcome.lines) - len(shown)
    return [*listed, words.MORE_LINES.say(args.lang, count=more)] if more else listed


def _with_files(args: argparse.Namespace, job: Job) -> Job:
    """The job with the files to be read in, and what people say of their columns."""
    from xlcrm.books.sources import files_of, read_mapping, read_sources
    from xlcrm.catalogue import intake

    args.waits = sum(file.stat().st_size for file in files_of(args.files) if file.is_file()) >= TAKES_LONG

    def progress(file: str, number: int, count: int) -> None:
        _progress(args, intake.READING, file=file, number=number, count=count)

    mapping = read_mapping(args.mapping) if args.mapping is not None and args.mapping.exists() else []
    grids = read_sources(args.files, progress)
    _progress(args, intake.UNDERSTANDING, rows=f"{sum(len(grid.rows) for grid in grids):,}")
    return replace(job, grids=grids, mapping=mapping, book=args.book.name)


def _progress(args: argparse.Namespace, wording: Words, **about: object) -> None:
    """What is being done, to a terminal; where somebody waits for long, to whatever takes standard error."""
    if args.waits or sys.stderr.isatty():
        print(wording.say(args.lang, **about), file=sys.stderr, flush=True)


def _with_returned(args: argparse.Namespace, job: Job) -> Job:
    """The job with the files that consultants sent back."""
    from xlcrm.books.returned import read_returned
    from xlcrm.catalogue import hands as handing

    ask = (lambda: typed_password(handing.PASSWORD.say(args.lang))) if args.password else None
    return replace(job, returned=read_returned(args.files, ask), book=args.book.name)


def _show_understood(args: argparse.Namespace, found: Intake) -> None:
    """How every sheet was understood, said before anything is written; ``--map`` gets it as a file to be edited."""
    from xlcrm.intake.said import understood

    if found.is_new:
        print(*understood(found, args.lang), sep="\n", file=sys.stderr if args.json == STDOUT else sys.stdout)
    if args.mapping is not None and not args.mapping.exists():
        from xlcrm.books.sources import write_mapping

        write_mapping(args.mapping, found.mapping)
    if found.is_new and not args.dry_run:
        from xlcrm.catalogue.intake import WRITING

        _progress(args, WRITING, book=args.book.name)


def _wanted(args: argparse.Namespace, job: Job) -> Wanted:
    """Results go where ``-o`` says, if it says so of them; else beside the book that is written."""
    from xlcrm.delivery import Wanted

    is_locked = getattr(args, "full", False) or (args.verb == "handout" and args.password)
    ask = (lambda: new_password(args.lang)) if is_locked else None
    named = args.output if args.verb in (*SUFFIX, "handout") else None
    return Wanted(
        args.book if named else written_path(args), args.lang, job.now, named, getattr(args, "pdf", False), ask
    )


def _would_do(args: argparse.Namespace, outcome: Outcome, job: Job) -> list[str]:
    sheets = [sheet for sheet, change in outcome.changes.tables.items() if change]
    sheets += [sheet for sheet, cells in outcome.changes.layouts.items() if cells]
    would = [words.DRY_RUN.say(args.lang, sheets="、".join(sheets) or "—")]
    if outcome.makes_files:
        from xlcrm.delivery import places

        would += [words.WOULD_WRITE.say(args.lang, path=path) for path in places(outcome, _wanted(args, job))]
    return would


def _write(args: argparse.Namespace, session: FileSession, outcome: Outcome, job: Job) -> list[str]:
    """Write the book or its copy, and what stands beside it; with ``-o`` for that, the book itself is left alone.

    What stands beside is made and its place tried first, so that nothing is left to fail once the book is written.
    """
    if not outcome.makes_files:
        written = session.apply(outcome.changes, args.output)
        return [words.WRITTEN.say(args.lang, path=written)]
    from xlcrm.books.places import staged
    from xlcrm.delivery import deliver, make

    wanted = _wanted(args, job)
    if not outcome.changes or (wanted.output is not None and args.verb == "month"):
        return deliver(outcome, wanted)
    results = make(outcome, wanted)
    with staged(results.files, args.book):
        written = session.apply(outcome.changes, None if wanted.output else args.output)
    return [words.WRITTEN.say(args.lang, path=written), *results.written(args.lang)]
