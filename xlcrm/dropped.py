"""Books dropped on a .cmd of the Windows zip: ``python -m xlcrm.dropped VERB`` does the verb to each of them.

For computers where Excel may start no program, and for WPS without VBA. The names come from the command line of the .cmd
itself (``XLCRM_DROPPED``): what cmd hands on is cut at ``&``, and ``%`` and ``^`` are gone.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from xlcrm.catalogue.dropped import DROP, EACH, NONE, WHICH
from xlcrm.cli import main as command
from xlcrm.computer.terminal import open_streams, say

BOOKS = (".xlsm", ".xlsx")
HERE, DROPPED = "XLCRM_HERE", "XLCRM_DROPPED"
_PATH = re.compile(r"""(?<![^\s"])(?:[A-Za-z]:\\|\\\\)""")
"""Where a full path begins: Explorer names nothing else."""


def names(line: str) -> list[str]:
    """The files on the command line of a .cmd, which itself comes first; Explorer quotes only names with blanks."""
    after = re.search(r"\.cmd\"?", line, re.IGNORECASE)
    rest = line[after.end() :] if after else ""
    starts = [found.start() for found in _PATH.finditer(rest)]
    pieces = (rest[start:end] for start, end in zip(starts, [*starts[1:], len(rest)], strict=False))
    return [piece.partition('"')[0].strip() if '"' in piece else piece.strip() for piece in pieces]


def main(arguments: Sequence[str] | None = None) -> int:
    """The worst exit code of all. Without a book, says what to do; ``selfcheck`` then looks at the book of the zip."""
    open_streams()
    verb, *given = sys.argv[1:] if arguments is None else arguments
    dropped = names(os.environ.get(DROPPED, "")) or given
    books = [Path(name) for name in dropped if name.lower().endswith(BOOKS)]
    if not books:
        own = Path(os.environ.get(HERE, "."), "CRM.xlsm")
        if verb != "selfcheck" or not own.exists():
            say(NONE.say("zh") if dropped else DROP.say("zh"))
            return 2
        books = [own]
    say(WHICH.say("zh", count=len(books)))
    return max(_do(verb, book) for book in books)


def _do(verb: str, book: Path) -> int:
    say(EACH.say("zh", book=book))
    return command(["setup", "--book", str(book)] if verb == "setup" else [verb, str(book)])


if __name__ == "__main__":
    sys.exit(main())
