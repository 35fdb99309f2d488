"""The process a command runs in: its encoding, and streams that somebody may have closed or stopped reading."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

from xlcrm.catalogue.disk import STANDARD_OUTPUT, reason
from xlcrm.errors import Refusal

_NAMED_BY_US = "月度分析"
"""What a locale must be able to write: files have such names."""


def in_utf8() -> None:
    """Start this Python again in UTF-8 where the locale knows no Chinese (C, latin-1): files could not be named there.

    A locale that knows it, such as GBK, stays: its file names are not in UTF-8.
    """
    try:
        _NAMED_BY_US.encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        if sys.executable and not sys.flags.utf8_mode:
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def open_streams() -> None:
    """Standard output and error in UTF-8, whatever the console's code page; what it cannot show must not stop the work.

    One that was closed before the program began becomes one that nobody reads: its number could otherwise become a book's.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(io.FileIO(os.devnull, "w")), "utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def require_output() -> None:
    """Refuse (``output.no_stdout``) to put a result on a standard output that was closed."""
    if getattr(sys.stdout, "name", None) == os.devnull:
        raise Refusal("output.no_stdout")


def say(*lines: str, to: TextIO | None = None) -> None:
    """Print words at once; a reader that has gone, or a full disk, stops nothing."""
    stream = to or sys.stdout
    try:
        print(*lines, sep="\n", file=stream, flush=True)
    except OSError:
        _silence(stream)


def print_whole(text: str) -> None:
    """Print what a program waits for.

    A reader that has gone is not an error; any other failure to write is ``Refusal("output.stream")``.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise Refusal("output.stream", name=STANDARD_OUTPUT, reason=reason(error.errno)) from error


def _silence(stream: TextIO) -> None:
    """Let what still waits to be written, and all that follows, go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
