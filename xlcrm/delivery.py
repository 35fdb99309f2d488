"""From the analysis of a month to a draft in the user's mail program: shown, never sent."""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from pathlib import Path

from xlcrm.analysis.month import Month
from xlcrm.books.places import put
from xlcrm.catalogue import Lang
from xlcrm.catalogue import mail as words
from xlcrm.catalogue.verbs import WRITTEN
from xlcrm.report.mail import Mail, compose, draft
from xlcrm.report.workbook import file_name, workbook

FULL = "_完整"
"""What the names of a full copy and of its draft end in."""


def draft_name(month: Month, *, full: bool) -> str:
    """The draft's name: 月度分析_2026-10.eml, of a full copy 月度分析_2026-10_完整.eml."""
    return Path(_attached(month, full)).stem + ".eml"


def letter(month: Month, lang: Lang, password: str | None = None) -> Mail:
    """The mail with the month attached: masked, or in full and encrypted where there is a password.

    Raises ``Refusal`` for a weak password.
    """
    content = workbook(month, lang, names=password is not None)
    if password is not None:
        from xlcrm.report.encryption import encrypted

        content = encrypted(content, password)
    full = password is not None
    return compose(month, _attached(month, full), content, lang, full=full)


def hand_over(month: Month, book: Path, now: dt.datetime, lang: Lang) -> list[str]:
    """Write the masked draft beside its book and open it for the user; returns what to tell him.

    Raises ``Refusal`` as ``books.places.put`` does.
    """
    mail = letter(month, lang)
    path = book.with_name(draft_name(month, full=False))
    put(path, draft(mail, now), book)
    told = [words.DRAFTED.say(lang, month=month.month)]
    if not mail.to:
        told.append(words.NO_RECIPIENT.say(lang))
    if shown_in_outlook(mail):
        return [*told, words.SHOWN.say(lang)]
    opened = words.OPENED if _opened(path) else WRITTEN
    return [*told, opened.say(lang, path=path)]


def shown_in_outlook(mail: Mail) -> bool:
    """Whether a classic Outlook showed the mail; it is for the user to send it."""
    try:
        from pywintypes import com_error
        from win32com.client import Dispatch
    except ImportError:
        return False
    try:
        item = Dispatch("Outlook.Application").CreateItem(0)
        item.To = "; ".join(mail.to)
        item.CC = "; ".join(mail.copy)
        item.Subject = mail.subject
        item.HTMLBody = mail.html
        with tempfile.TemporaryDirectory() as folder:
            attachment = Path(folder) / mail.name
            attachment.write_bytes(mail.content)
            item.Attachments.Add(str(attachment))
        item.Display()
    except com_error:
        return False
    return True


def _opened(path: Path) -> bool:
    """Whether Windows opened the file with its mail program; elsewhere the user does."""
    if sys.platform != "win32":
        return False
    try:
        os.startfile(path)
    except OSError:
        return False
    return True


def _attached(month: Month, full: bool) -> str:
    name = Path(file_name(month))
    return f"{name.stem}{FULL}{name.suffix}" if full else name.name
