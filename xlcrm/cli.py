"""The command line: the same verbs as the buttons, for shells, servers and outside checks.

Exit codes: 0 clean, 1 errors found, 2 the program declined (a message in words; nothing was changed)
or failed (a message in words that names the log for support, and whether the book was changed).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from xlcrm.commands import arguments, grouping, others, upgrading
from xlcrm.commands.onabook import on_a_book
from xlcrm.computer.terminal import in_utf8, open_streams, say
from xlcrm.computer.usage import command_of, parsed, signs_of_life, take_language, worded
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.changes import Block

_COMMANDS = {
    "demo": others.demo,
    "export": grouping.export_books,
    "group": grouping.group,
    "new": others.new,
    "newyear": others.newyear,
    "selfcheck": others.selfcheck,
    "setup": others.set_up,
    "upgrade": upgrading.upgrade,
}
"""Commands that are not verbs on a book."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    open_streams()
    given = list(sys.argv[1:] if argv is None else argv)
    lang = take_language(given)
    command = command_of(given, arguments.COMMANDS, lang)
    parser = worded(arguments.parser(command), lang)
    if not given:
        say(parser.format_help())
        return 0
    args = parsed(given, parser, command)
    args.lang = lang
    is_asking = getattr(args, "full", False) or getattr(args, "password", False)
    speaks = args.verb in ("demo", "group", "setup") or is_asking
    try:
        with contextlib.nullcontext() if speaks else signs_of_life(lang):
            return _COMMANDS.get(args.verb, on_a_book)(args)
    except Refusal as refusal:
        from xlcrm.catalogue.refusals import explain

        say(explain(refusal, args.lang), to=sys.stderr)
    except SystemExit:
        raise
    except (KeyboardInterrupt, EOFError):
        from xlcrm.catalogue.verbs import CANCELLED

        say(CANCELLED.say(args.lang), to=sys.stderr)
    except BaseException as error:  # a panic of a library's Rust is not an Exception
        say(_crashed(args, error), to=sys.stderr)
    return 2


def _crashed(args: argparse.Namespace, error: BaseException) -> str:
    """What to say about an unexpected error; it is logged without the customers of the book that was read."""
    from xlcrm.catalogue import macros as failed
    from xlcrm.computer.supportlog import write_log

    session: FileSession | None = args.session
    blocks: Sequence[Block] = ()
    if session is not None:
        with contextlib.suppress(BaseException):  # to read them may be what failed
            blocks = session.blocks
    log = write_log(args.verb, error, dt.datetime.now(), blocks)
    is_unchanged = args.verb in (*arguments.ON_A_BOOK, "redo") and (session is None or session.is_as_read)
    state = failed.BOOK_UNCHANGED if is_unchanged else failed.NOT_DONE
    return state.say(args.lang, log=log)


def run() -> NoReturn:
    """The command ``xlcrm``: a short-lived process, in which collecting garbage costs more than it frees.

    It leaves without taking its memory apart, record by record: everything is written and closed by then.
    """
    gc.disable()
    in_utf8()
    try:
        code = main()
    except SystemExit as leaving:  # argparse's own way out
        code = int(leaving.code or 0)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read the words has gone
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
