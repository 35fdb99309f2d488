"""What goes to support when the program itself failed: where it broke, and nothing of the customers."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from xlcrm import __version__
from xlcrm.changes import Block
from xlcrm.forms import FORMS
from xlcrm.ledger import columns_of

MASK = "***"
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")
"""Seven digits or more, as typed: a phone, an id."""


def write_log(verb: str, error: Exception, now: dt.datetime, blocks: Iterable[Block]) -> Path:
    """Log an error among the user's own files; what it says of the customers in ``blocks`` is masked. Returns the file."""
    folder = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xlcrm" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%d-%H%M%S}-{verb}.txt"
    about = f"xlcrm {__version__} {verb}\nPython {sys.version}\n{platform.platform()}\n\n"
    path.write_text(about + masked("".join(traceback.format_exception(error)), blocks), encoding="utf-8")
    return path


def masked(text: str, blocks: Iterable[Block]) -> str:
    """The text without what the blocks hold of persons, and without anything as long as a phone number."""
    private: set[str] = set()
    for block in blocks:
        form = FORMS[block.sheet]
        columns = [at for name, at in columns_of(block.headers, form).items() if form.by_name[name].privacy]
        private.update(str(row[at]) for row in block.rows for at in columns if row[at] is not None)
    for secret in sorted((s for s in private if len(s) > 1 and s in text), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _LONG_NUMBER.sub(MASK, text)
