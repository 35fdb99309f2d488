"""The mail with the month: a draft that every mail program opens unsent. Pure: the same inputs give the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from xlcrm.analysis.month import Month
from xlcrm.care import EarlyWarning, WarningKind
from xlcrm.catalogue import Lang
from xlcrm.catalogue import mail as words
from xlcrm.catalogue.labels import LABELS, WARNINGS

CHINA = dt.timezone(dt.timedelta(hours=8))
"""The shops' clock: China has one time zone and no summer time."""
SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_GRAVEST = (
    WarningKind.PROGRESS,
    WarningKind.RECEIVABLE,
    WarningKind.COSTS,
    WarningKind.LEAVING,
    WarningKind.STALE_CARD,
)
"""Warnings, the one to be told first: the month's target, then money, then customers. Our decision."""
_THINGS = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail not yet sent: to whom, what it says, and the workbook attached to it."""

    sender: str
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: str
    lines: tuple[str, ...]
    things: tuple[str, ...]
    name: str
    content: bytes

    @property
    def text(self) -> str:
        """The body as plain text; the ``things`` that matter stand numbered below the first line."""
        first, *rest = self.lines
        return "\n".join((first, "", *(f"{i}. {thing}" for i, thing in enumerate(self.things, 1)), "", *rest, ""))

    @property
    def html(self) -> str:
        """The body as simple HTML."""
        first, *rest = (f"<p>{html.escape(line)}</p>" for line in self.lines)
        items = "".join(f"<li>{html.escape(thing)}</li>" for thing in self.things)
        return f"<html><body>{first}<ol>{items}</ol>{''.join(rest)}</body></html>\n"


def compose(month: Month, name: str, content: bytes, lang: Lang, *, full: bool) -> Mail:
    """The mail of a month with the workbook ``content`` under ``name``; it names no customer, whoever reads it.

    ``full`` says that the workbook does, and is encrypted.
    """
    settings = month.settings
    store = _one_line(settings.store)
    about = {"store": store, "month": month.month, "until": month.until}
    lines = (words.FIRST, words.FULL if full else words.MASKED, words.MADE)
    return Mail(
        sender=settings.mail_from,
        to=settings.mail_to,
        copy=settings.mail_copy,
        subject=words.SUBJECT.say(lang, **about),
        lines=tuple(line.say(lang, **about) for line in lines),
        things=things(month, lang),
        name=name,
        content=content,
    )


def things(month: Month, lang: Lang) -> tuple[str, ...]:
    """The three things that matter: what the month's sentences say, and the gravest warning, of no named customer."""
    told = [sentence.say(lang) for sentence in month.sentences]
    warning = _gravest(month)
    if warning is None:
        return tuple(told[:_THINGS])
    text = WARNINGS[warning.wording].say(lang, **warning.about)
    person = month.veil.over(_one_line(warning.person)) or LABELS["shop"].say(lang)
    kind = LABELS[warning.kind.name.lower()].say(lang)
    others = sum(own.kind is warning.kind for own in month.warnings)
    return (*told[: _THINGS - 1], words.WARNING.say(lang, kind=kind, person=person, text=text, count=others))


def draft(mail: Mail, now: dt.datetime) -> bytes:
    """The mail as a file ``.eml`` that opens ready to be sent. ``now`` is the shop's own time."""
    key = hashlib.sha256(repr((mail, now)).encode()).hexdigest()
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mail.subject
    if mail.sender:
        message["From"] = mail.sender
    if mail.to:
        message["To"] = ", ".join(mail.to)
    if mail.copy:
        message["Cc"] = ", ".join(mail.copy)
    message["Date"] = format_datetime(now.replace(tzinfo=CHINA))
    message["Message-ID"] = f"<{key[:32]}@xlcrm.invalid>"
    message["X-Unsent"] = "1"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    message.add_attachment(mail.content, *SHEET, filename=mail.name)
    for i, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={key[32:]}{i}=")
    return message.as_bytes()


def _gravest(month: Month) -> EarlyWarning | None:
    """The first of the gravest kind; of the shop's own warnings before a consultant's."""
    own = sorted(month.warnings, key=lambda warning: (_GRAVEST.index(warning.kind), warning.person != ""))
    return own[0] if own else None


def _one_line(text: str) -> str:
    """Typed text that is safe in the head of a mail: no line end, nothing invisible."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
