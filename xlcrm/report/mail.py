"""The mail with the month: a draft that every mail program opens unsent; the same inputs give the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from urllib.parse import quote

from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import fill
from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue import mail as words
from xlcrm.catalogue.labels import LABELS, WARNINGS
from xlcrm.followup.warnings import WarningKind

SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_THINGS = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail not yet sent: to whom, what it says, and the workbook attached to it.

    ``ascii_name`` is what the workbook is called in a mail program that reads no Chinese names.
    """

    sender: str
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: str
    lines: tuple[str, ...]
    things: tuple[str, ...]
    name: str
    ascii_name: str
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
        ascii_name=f"month-{month.month}{'-full' if full else ''}.xlsx",
        content=content,
    )


def things(month: Month, lang: Lang) -> tuple[str, ...]:
    """The three things that matter: what the month's sentences say, and what is gravest besides, of no named customer."""
    wording = [sentence.say(lang) for sentence in month.sentences]
    found = next(filter(None, (thing(month) for thing in _BESIDES)), None)
    if found is None:
        return tuple(wording[:_THINGS])
    person = month.veil.over(_one_line(found.person)) or LABELS["shop"].say(lang)
    about = {key: own.say(lang) if isinstance(own, Words) else own for key, own in found.about.items()}
    return (*wording[: _THINGS - 1], found.words.say(lang, person=person, **about))


def draft(mail: Mail, now: dt.datetime) -> bytes:
    """The mail as a file ``.eml`` that opens ready to be sent. ``now`` without a zone is the time of this computer's clock."""
    key = hashlib.sha256(repr((mail, now)).encode()).hexdigest()
    message = EmailMessage(policy=_AS_SET)
    message["Subject"] = mail.subject
    if mail.sender:
        message["From"] = mail.sender
    if mail.to:
        message["To"] = ", ".join(mail.to)
    if mail.copy:
        message["Cc"] = ", ".join(mail.copy)
    message["Date"] = format_datetime(now if now.tzinfo else now.astimezone())
    message["Message-ID"] = f"<{key[:32]}@xlcrm.invalid>"
    message["X-Unsent"] = "1"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    message.add_attachment(mail.content, *SHEET)
    (attachment,) = message.iter_attachments()
    _name(attachment, mail)
    for i, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={key[32:]}{i}=")
    return message.as_bytes()


_AS_SET = SMTP.clone(refold_source="none")
"""Headers set raw are written as they are: Python would split a long name into pieces (``filename*0*=``)."""


def _name(attachment: Message, mail: Mail) -> None:
    """Name the attachment in all three ways that mail programs read, each in one piece.

    RFC 2231 is the standard; Outlook and QQ Mail read the encoded word (RFC 2047), which the standard does not foresee
    here; what reads neither has ASCII. Without a name they understand they show ATT00001 or untitled.bin.
    """
    word = Header(mail.name, "utf-8").encode()
    del attachment["Content-Type"], attachment["Content-Disposition"]
    attachment.set_raw("Content-Type", f'{"/".join(SHEET)};\r\n name="{word}"')
    names = f"filename*=utf-8''{quote(mail.name)};\r\n filename=\"{mail.ascii_name}\""
    attachment.set_raw("Content-Disposition", f"attachment;\r\n {names}")


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something to be said besides the sentences, and whose it is, "" of the shop."""

    words: Words
    person: str
    about: Mapping[str, object]


def _behind(month: Month) -> _Thing | None:
    """Consultants behind the target where the shop is not: that the shop is, the month's sentence says already."""
    own = [warning for warning in month.warnings if warning.kind is WarningKind.PROGRESS]
    if not own or any(not warning.person for warning in own):
        return None
    worst = max(own, key=lambda warning: float(warning.about["expected"]) - int(warning.about["cars"]))
    return _Thing(words.BEHIND, worst.person, {"count": len(own), "text": fill(WARNINGS[worst.wording], worst.about)})


def _costs(month: Month) -> _Thing | None:
    own = [warning for warning in month.warnings if warning.kind is WarningKind.COSTS]
    return _Thing(words.COSTS, "", own[0].about) if own else None


def _owed(month: Month, *, delivered: bool) -> _Thing | None:
    """Money owed for cars handed over, or for those still to be."""
    own = [
        warning
        for warning in month.warnings
        if warning.kind is WarningKind.RECEIVABLE and (warning.wording == "order.owed_delivered") is delivered
    ]
    if not own:
        return None
    most = max(own, key=lambda warning: int(str(warning.about["owed"]).replace(",", "")))
    wording = words.OWED_DELIVERED if delivered else words.OWED
    return _Thing(wording, most.person, {"count": len(own), "owed": most.about["owed"]})


def _unattended(month: Month) -> _Thing | None:
    """Follow-ups overdue, or losses there is a doubt about: whichever concerns more customers."""
    overdue, doubtful = month.table("overdue_customers").rows, month.table("subjective_losses").rows
    if not overdue and not doubtful:
        return None
    if len(doubtful) > len(overdue):
        applied = month.facts.total(Measure.APPLIED)
        return _Thing(words.DOUBTFUL, "", {"count": len(doubtful), "applied": applied})
    longest = dict(zip(month.table("overdue_customers").headers, overdue[0], strict=True))
    person = longest["consultant"]
    about = {"count": len(overdue), "days": longest["days_overdue"]}
    return _Thing(words.OVERDUE, person if isinstance(person, str) else "", about)


def _first_of(month: Month, kind: WarningKind, wording: Words) -> _Thing | None:
    """How many warnings of a kind there are, and the one gone longest."""
    own = [warning for warning in month.warnings if warning.kind is kind and "days" in warning.about]
    if not own:
        return None
    longest = max(own, key=lambda warning: int(warning.about["days"]))
    text = fill(WARNINGS[longest.wording], longest.about)
    return _Thing(wording, longest.person, {"count": len(own), "text": text})


_BESIDES: tuple[Callable[[Month], _Thing | None], ...] = (
    _behind,
    partial(_owed, delivered=True),
    _costs,
    _unattended,
    partial(_first_of, kind=WarningKind.LEAVING, wording=words.LEAVING),
    partial(_owed, delivered=False),
    partial(_first_of, kind=WarningKind.STALE_CARD, wording=words.STALE),
)
"""What may be said besides, the gravest first: the target, money, then customers; a car not handed over is still paid for.

Our decision.
"""


def _one_line(text: str) -> str:
    """Typed text that is safe in the head of a mail: no line end, nothing invisible."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
