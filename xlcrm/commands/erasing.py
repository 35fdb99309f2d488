"""``erase``: a marker, the book, its copies; and finishing one that was killed in between."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlcrm.catalogue import verbs as words
from xlcrm.commands.answers import tell, written_path

if TYPE_CHECKING:
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.safety.erase import Erasure
    from xlcrm.verbs import Job, Outcome


def finish_erase(args: argparse.Namespace, session: FileSession) -> bool:
    """Finish an erase that was killed after the book was written, whatever is pressed next.

    Returns whether it erased the customer asked for now, who is no longer in the book.
    """
    from xlcrm.books.xlsx.save import BACKUPS, ERASING

    book = args.book.resolve()
    if not (book.parent / BACKUPS / f"{book.name}{ERASING}").exists():
        return False
    from xlcrm.books import copies
    from xlcrm.catalogue import erasing

    history = copies.history_of(session.blocks)
    if not copies.is_unfinished(book, history):
        return False
    is_asked = args.verb == "erase" and copies.was_marked(book, args.customer)
    going = copies.copies_of(book, history)
    about = {"count": len(going), "folder": book.parent / BACKUPS}
    if args.dry_run:
        tell(args, [erasing.TO_FINISH.say(args.lang, **about)])
    else:
        held = copies.finish(book, going)
        tell(args, [erasing.FINISHED.say(args.lang, **about | {"count": len(going) - len(held)}), *_held(args, held)])
    return is_asked


def look_around(args: argparse.Namespace, session: FileSession, outcome: Outcome, erasure: Erasure) -> None:
    """Add to an erase where the customer is left outside the tables: in the book, and beside it."""
    from xlcrm.books import copies
    from xlcrm.books.xlsx.save import BACKUPS
    from xlcrm.catalogue import erasing
    from xlcrm.verbs import named

    target = written_path(args)
    going = copies.copies_of(target, copies.history_of(session.blocks))
    left = [*session.left(outcome.changes, erasure), *copies.left_beside(target, erasure, going)]
    places = [erasing.KINDS[one.kind].say(args.lang, place=one.place) for one in left]
    if places:
        outcome.said.append(erasing.LEFT.say(args.lang, **named(places)))
        outcome.kept += places
    if args.dry_run:
        outcome.said.append(erasing.FORGOTTEN.say(args.lang, count=len(going), folder=target.parent / BACKUPS))


def write_erased(
    args: argparse.Namespace, session: FileSession, outcome: Outcome, _job: Job, *, erasure: Erasure
) -> list[str]:
    """A marker, the book, its copies, in this order: what is killed in between, the next press finishes."""
    from xlcrm.books import copies
    from xlcrm.books.xlsx.save import BACKUPS
    from xlcrm.catalogue import erasing

    target = written_path(args)
    going = copies.copies_of(target, copies.history_of(session.blocks))
    with copies.begun(target, outcome.changes, erasure):
        written = session.apply(outcome.changes, args.output, erases=erasure)
    held = copies.finish(target, going)
    gone = erasing.FORGOTTEN.say(args.lang, count=len(going) - len(held), folder=target.parent / BACKUPS)
    return [gone, *_held(args, held), words.WRITTEN.say(args.lang, path=written)]


def _held(args: argparse.Namespace, held: Sequence[Path]) -> list[str]:
    """What to say of copies that could not be removed."""
    from xlcrm.catalogue import erasing

    if not held:
        return []
    names = "、".join(copy.name for copy in held)
    return [erasing.NOT_FORGOTTEN.say(args.lang, names=names, folder=held[0].parent)]
