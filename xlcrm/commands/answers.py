"""What every command does with its results: sentences, JSON, places, passwords."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcrm.commands.arguments import SUFFIX
from xlcrm.computer.terminal import print_whole, require_output, say
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.catalogue import Lang

STDOUT = "-"
"""What ``--json`` calls standard output."""


def tell(args: argparse.Namespace, lines: Sequence[str]) -> None:
    """Sentences for the user; with ``--json -`` standard output belongs to the JSON, so they go to standard error."""
    say(*lines, to=sys.stderr if args.json == STDOUT else sys.stdout)


@contextlib.contextmanager
def json_answer(args: argparse.Namespace, answer: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """What ``--json`` asks for, made before the block in which the book is written, and whole in its place after it."""
    if not args.json:
        yield
        return
    text = json.dumps(answer(), ensure_ascii=False, indent=1) + "\n"
    if args.json == STDOUT:
        yield
        print_whole(text)
        return
    from xlcrm.books.places import is_stream, pour, staged

    path = Path(args.json)
    if is_stream(path):
        yield
        pour(path, text.encode())
    else:
        with staged({path: text.encode()}, getattr(args, "book", None)):
            yield


def written_path(args: argparse.Namespace) -> Path:
    """The file that is written: the book, or its copy."""
    target: Path = args.output or args.book
    return target.resolve()


def check_places(args: argparse.Namespace) -> None:
    """Refuse places where the results cannot go, before anything is read."""
    if args.json == STDOUT:
        require_output()
    if args.output is None and args.json in (None, STDOUT):
        return
    from xlcrm.books.places import is_stream, placed, require_apart, require_other, require_suffix, require_writable

    if args.output is not None and args.verb != "handout":
        if args.verb not in SUFFIX:
            args.output = placed(args.output, args.book.name)
        if not args.output.is_dir():
            require_suffix(args.output, SUFFIX.get(args.verb, args.book.suffix))
        require_other(args.output, args.book)
    if args.json not in (None, STDOUT) and not is_stream(Path(args.json)):
        require_apart(Path(args.json), args.book, *filter(None, [args.output]))
        require_writable(Path(args.json))


def typed_password(asked: str) -> str:
    """A password typed at the terminal, never shown; one that comes through a pipe is refused."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refusal("password.no_terminal")
    return getpass.getpass(f"{asked} > ")


def new_password(lang: Lang) -> str:
    """A password typed twice at the terminal, never shown and never kept; one that comes through a pipe is refused."""
    from xlcrm.catalogue import mail as mail_words
    from xlcrm.report.encryption import require_strong

    password = typed_password(mail_words.PASSWORD.say(lang))
    require_strong(password)
    if getpass.getpass(f"{mail_words.PASSWORD_AGAIN.say(lang)} > ") != password:
        raise Refusal("password.differs")
    return password
