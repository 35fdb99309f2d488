"""What goes to support when the program itself failed: where it broke, and nothing of the customers."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlcrm import __version__
from xlcrm.changes import Block
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import Cell, Privacy, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.safety.privacy import Veil


def write_log(verb: str, error: BaseException, now: dt.datetime, blocks: Iterable[Block]) -> str:
    """Log an error; what it says of the customers in ``blocks`` is masked.

    Returns where the log is; where none can be written, the kind of the error instead.
    """
    about = f"xlcrm {__version__} {verb}\nPython {sys.version}\n{platform.platform()}\n\n"
    text = about + masked("".join(traceback.format_exception(error)), blocks)
    try:
        number, path = tempfile.mkstemp(".txt", f"{now:%Y%m%d-%H%M%S}-{verb}-", _folder())
        with open(number, "w", encoding="utf-8") as log:
            log.write(text)
    except OSError:
        return type(error).__name__
    return path


def _folder() -> Path:
    """Among the user's own files; for an account that has none, a new temporary folder."""
    try:
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xlcrm" / "log"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return Path(tempfile.mkdtemp(prefix="xlcrm-"))
    return folder


def masked(text: str, blocks: Iterable[Block]) -> str:
    """The text without what the blocks hold of persons, and without anything as long as a phone number."""
    return Veil(_personal(blocks)).over(text)


def _personal(blocks: Iterable[Block]) -> Iterator[tuple[str, Privacy]]:
    """Every personal cell, as it was typed and as a person would read it."""
    for block in blocks:
        form = FORMS[block.sheet]
        for name, at in columns_of(block.headers, form).items():
            privacy = form.by_name[name].privacy
            if privacy is not None:
                for cell in {row[at] for row in _rows(block)} - {None}:
                    yield from ((text, privacy) for text in (str(cell), as_text(cell)))


def _rows(block: Block) -> Sequence[tuple[Cell, ...]]:
    """The rows of a table; of one that cannot be read nothing can be named either."""
    try:
        return tuple(block.rows)
    except Refusal:
        return ()
