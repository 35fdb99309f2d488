"""``upgrade``, and its way back."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from xlcrm.catalogue import verbs as words
from xlcrm.commands.answers import check_places, json_answer, tell
from xlcrm.computer.account import user_name

if TYPE_CHECKING:
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.verbs import Job


def upgrade(args: argparse.Namespace) -> int:
    """A book of an earlier version becomes one of this version."""
    from xlcrm.books.upgrade.upgrade import Upgrade
    from xlcrm.books.upgrade.words import sentences, upgrade_json
    from xlcrm.books.xlsx.read import open_book
    from xlcrm.books.xlsx.save import place
    from xlcrm.catalogue import upgrade as upgrading
    from xlcrm.forms.workbook import SCHEMA

    check_places(args)
    reader = open_book(args.book)
    now = dt.datetime.now().replace(microsecond=0)
    made = Upgrade(reader, now, user_name(), args.lang)
    lines = sentences(made.done, args.lang)
    if not made.is_due:
        lines = [upgrading.CURRENT.say(args.lang, name=args.book.name, wanted=SCHEMA)]
    with json_answer(args, lambda: upgrade_json(made.done, args.book, now.date())):
        if made.is_due and args.dry_run:
            lines.append(words.DRY_RUN.say(args.lang, sheets="、".join(made.sheets_changed) or "—"))
        elif made.is_due:
            written = place(reader, lambda: made, args.output)
            lines += [words.WRITTEN.say(args.lang, path=written), upgrading.HOW_BACK.say(args.lang)]
        tell(args, lines)
    return 0


def undo_upgrade(args: argparse.Namespace, session: FileSession, job: Job) -> bool:
    """Put the book back as it was before an upgrade, if that was the last that was done to it; returns whether it was."""
    from xlcrm.catalogue import upgrade as upgrading
    from xlcrm.ledger.reading import read_ledger
    from xlcrm.safety.journal import is_newest

    if args.output is not None or not is_newest(read_ledger(session.blocks, job.today), words.LABELS["upgrade"]):
        return False
    from xlcrm.books.upgrade.back import former, put_back

    found = former(args.book)
    if found is None:
        return False
    with json_answer(args, lambda: _undone_json(args, job)):
        if args.dry_run:
            tell(args, [words.DRY_RUN.say(args.lang, sheets=args.book.name)])
        else:
            written = put_back(args.book, found)
            done = upgrading.UNDONE.say(args.lang, name=args.book.name)
            tell(args, [done, words.WRITTEN.say(args.lang, path=written)])
    return True


def _undone_json(args: argparse.Namespace, job: Job) -> dict[str, Any]:
    from xlcrm.contract import to_json
    from xlcrm.verbs import Outcome

    return to_json(Outcome("undo", []), args.book, job)
