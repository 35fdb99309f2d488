"""``python -m xlcrm.bridge VERB STEM``: a verb on a book that is open where xlwings cannot run (LibreOffice, WPS …).

The button's VBA puts its question into ``STEM.asked`` (``books.hosted.wire.Host``), starts this, saves a copy of the open book
as ``STEM.saving`` meanwhile, names it ``STEM.copy``, and waits. ``STEM`` is
``<folder of the book>/~xlcrm-<time>-<name of the book>``. 自检 needs no copy; books of 0.1 ask with the copy alone.
Three files answer:

- ``STEM.begun``, at once and until done: Python is there and at work;
- ``STEM.changes``: what to write into the open book, in the words of ``books.hosted.wire``, in UTF-8 or ASCII;
- ``STEM.done``, last: a line with the message to the user, and where a file was made beside the book a second one, to be
  added to the words of a host that could not write the changes; both ``books.hosted.wire.escaped``, in ASCII.

They are new files whatever stood there, readable by their owner only. The VBA removes them all; what a press that died
left there, the next one removes. Whatever happens, the user reads words and never a traceback.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from xlcrm.books.disk import derive, is_full, write_new
from xlcrm.books.hosted.copied import COMPOUND_FILE, Copy
from xlcrm.books.hosted.wire import UNKNOWN, Host, escaped, lines
from xlcrm.books.xlsx.read import read_bytes
from xlcrm.catalogue import Lang
from xlcrm.catalogue.disk import reason
from xlcrm.catalogue.refusals import explain
from xlcrm.catalogue.verbs import LABELS
from xlcrm.changes import Block, Changes
from xlcrm.computer.account import user_name
from xlcrm.computer.terminal import in_utf8
from xlcrm.errors import Refusal
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT
from xlcrm.verbs import VERBS, Job

LANG: Lang = "zh"
ENDINGS = ("asked", "saving", "copy", "begun", "changes", "done")
OLD = 3600
"""Seconds after which nobody waits for an answer any more: the VBA gives up after 900."""
_GLANCE = 0.01
"""Seconds between two looks whether the copy is there."""


class Answer(NamedTuple):
    """The message to the user, the lines to be written, and what is added to the host's words if it cannot write them."""

    message: str
    orders: list[str]
    made: str = ""


def main(arguments: Sequence[str]) -> None:
    """Answer one press of a button; a host that has given up meanwhile gets no answer."""
    verb, stem = arguments
    asked, _, copy, begun, changes, done = (Path(f"{stem}.{ending}") for ending in ENDINGS)
    if not (asked.exists() or copy.exists()):
        return
    made = ""
    try:
        write_new(begun, b"")
        if verb != "selfcheck" and not _is_saved(copy, asked):
            return
        with contextlib.suppress(OSError):
            derive(copy, _book_of(copy))
        _clear(copy if copy.exists() else asked)
        message, orders, made = answer(verb, copy)
        if begun.exists():
            write_new(changes, "".join(f"{line}\n" for line in orders).encode())
            with open(begun, "w", encoding="ascii", opener=_no_link) as file:
                file.writelines(f"{escaped(said)}\n" for said in (message, made) if said)
            os.replace(begun, done)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # what was to be written must not be obeyed in part
        message = f"{_unanswered(verb, copy, error)}{made}"
        if os.path.lexists(begun):
            with contextlib.suppress(OSError):
                write_new(changes, b"")
                write_new(begun, f"{escaped(message)}\n".encode("ascii"))
                os.replace(begun, done)
    finally:
        begun.unlink(missing_ok=True)


def _is_saved(copy: Path, asked: Path) -> bool:
    """Whether the copy is there, which the host saves while Python starts; one that has given up takes its question back."""
    patience = time.monotonic() + OLD
    while not copy.exists() and asked.exists() and time.monotonic() < patience:
        time.sleep(_GLANCE)
    return copy.exists()


def _unanswered(verb: str, copy: Path, error: BaseException) -> str:
    """What to say, and to log, where an answer could not be made or written: the host then changes nothing."""
    from xlcrm.catalogue.macros import BOOK_UNCHANGED
    from xlcrm.computer.supportlog import write_log

    log = write_log(verb, error, dt.datetime.now().replace(microsecond=0), [])
    if not isinstance(error, OSError):
        return BOOK_UNCHANGED.say(LANG, log=log)
    book, file = _book_of(copy), Path(os.fsdecode(error.filename or copy)).name
    key = "book.disk_full" if is_full(error) else "book.beside_refused"
    about = {"name": book.name, "folder": book.parent, "file": file, "reason": reason(error.errno)}
    return explain(Refusal(key, **about), LANG)


def _no_link(name: str, flags: int) -> int:
    """Open a file, but not through a link that somebody has put into its place."""
    return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0))


def _book_of(copy: Path) -> Path:
    return copy.with_name(copy.stem.split("-", 2)[2])


def _clear(own: Path) -> None:
    """Remove what presses that died left beside the book: the customers lie open in it. Their age goes by the folder's own clock,
    which has just been put on a file of this press's ``own``.
    """
    now = own.stat().st_mtime
    for ending in ENDINGS:
        for path in own.parent.glob(f"~xlcrm-{'[0-9]' * 6}-*.{ending}"):
            with contextlib.suppress(OSError):  # another has it open, or removes it too
                if path.stat().st_mtime < now - OLD:
                    path.unlink()


def answer(verb: str, copy: Path) -> Answer:
    """The answer to a press; a refusal is written too, as the result on 首页."""
    blocks: list[Block] = []
    now = dt.datetime.now().replace(microsecond=0)
    book = _book_of(copy)
    try:
        if verb == "selfcheck":
            return _checked(book, copy, now)
        found = Copy(copy, book.name)
        blocks = found.blocks
        return _pressed(verb, found, book, now, _host_of(copy))
    except Refusal as refusal:
        message = explain(refusal, LANG)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a library's Rust is not an Exception
        from xlcrm.catalogue.macros import CRASHED
        from xlcrm.computer.supportlog import write_log

        message = CRASHED.say(LANG, log=write_log(verb, error, now, blocks))
    return Answer(message, _on_home(verb, message, now))


def _pressed(verb: str, found: Copy, book: Path, now: dt.datetime, host: Host) -> Answer:
    """What a verb decided about the copy, and the files it made beside the book."""
    from xlcrm.books.inbox import FOLDERS, with_files

    job = Job(now.date(), now, user_name(), lang=LANG, layout=found.layout)
    if verb in FOLDERS:
        job = with_files(job, verb, book)
    outcome = VERBS[verb](found.blocks, found.issues, job)
    orders = lines(found.blocks, found.issues, outcome.changes, LANG, host) if outcome.changes else []
    said, made = list(outcome.said), ""
    if outcome.makes_files:
        from xlcrm.catalogue.macros import MADE, OPEN_BESIDE
        from xlcrm.delivery import Wanted, deliver

        delivered = deliver(outcome, Wanted(book, LANG, now, opens_draft=True))
        said += delivered
        if verb in ("month", "print"):
            said.append(OPEN_BESIDE.say(LANG))
        made = "".join(f"\n{line}" for line in (MADE.say(LANG), *delivered))
    answered = Answer("\n".join(said), orders) if outcome.changes else _only_said(verb, said, now)
    return answered._replace(made=made)


def _checked(book: Path, copy: Path, now: dt.datetime) -> Answer:
    """自检: it asks for no data, and reports on 首页 as every verb does."""
    from xlcrm.computer.selfcheck import diagnose

    is_calc = read_bytes(copy).startswith(COMPOUND_FILE) if copy.exists() else _host_of(copy).is_calc
    said = diagnose(book, "LibreOffice" if is_calc else "Excel", LANG).lines
    return _only_said("selfcheck", said, now)


def _host_of(copy: Path) -> Host:
    """Who asked."""
    asked = copy.with_suffix(".asked")
    return Host.asking(asked.read_bytes()) if asked.exists() else UNKNOWN


def _only_said(verb: str, said: list[str], now: dt.datetime) -> Answer:
    """A message of a verb that leaves the tables alone, and its first line as the result on 首页."""
    return Answer("\n".join(said), _on_home(verb, said[0], now))


def _on_home(verb: str, result: str, now: dt.datetime) -> list[str]:
    """The lines that write on 首页 what was pressed, and its result."""
    changes = Changes()
    changes.lay(*HOME_LAST, f"{LABELS[verb].say(LANG)} {now:%Y-%m-%d %H:%M}")
    changes.lay(*HOME_RESULT, result)
    return lines([], [], changes, LANG)


if __name__ == "__main__":
    in_utf8()
    main(sys.argv[1:])
