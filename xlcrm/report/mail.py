"""The mail with the month: a draft that every mail program opens unsent; the same inputs give the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from xlcrm.analysis.month import Month
from xlcrm.catalogue import Lang
from xlcrm.catalogue import mail as words
from xlcrm.catalogue.labels import LABELS

SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_THINGS = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail not yet sent: to whom, what it says, and the workbook attached to it.

    ``opening`` and ``lines`` stand above and below the ``figures``, a table whose first row is its header, and the ``things``
    that matter. ``ascii_name`` is what the workbook is called in a mail program that reads no Chinese names.
    """

    sender: str
    to: tuple[str, ...]
    copy: tuple[str, ...]
    subject: str
    lines: tuple[str, ...]
    name: str
    ascii_name: str
    content: bytes
    opening: tuple[str, ...] = ()
    figures: tuple[tuple[str, ...], ...] = ()
    things: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as plain text: the figures a line each, the things numbered."""
        figures = [f"{name}: {', '.join(cells)}" for name, *cells in self._named]
        things = [f"{i}. {thing}" for i, thing in enumerate(self.things, 1)]
        blocks = filter(None, (self.opening, figures, things, self.lines))
        return "\n\n".join("\n".join(block) for block in blocks) + "\n"

    @property
    def html(self) -> str:
        """The body as simple HTML."""
        above, below = (
            "".join(f"<p>{html.escape(line)}</p>" for line in lines) for lines in (self.opening, self.lines)
        )
        rows = "".join(_row(cells, "td" if place else "th") for place, cells in enumerate(self.figures))
        items = "".join(f"<li>{html.escape(thing)}</li>" for thing in self.things)
        style = 'border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse"'
        table, things = rows and f"<table {style}>{rows}</table>", items and f"<ol>{items}</ol>"
        return f"<html><body>{above}{table}{things}{below}</body></html>\n"

    @property
    def _named(self) -> list[tuple[str, ...]]:
        """The figures for plain text, where every value says what it is."""
        if not self.figures:
            return []
        (_, *headers), *rows = self.figures
        return [(name, *map(" ".join, zip(headers, cells, strict=True))) for name, *cells in rows]


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def compose(month: Month, name: str, content: bytes, lang: Lang, *, full: bool) -> Mail:
    """The mail of a month with the workbook ``content`` under ``name``; it names no customer, whoever reads it.

    ``full`` says that the workbook does, and is encrypted.
    """
    settings = month.settings
    store = _one_line(settings.store)
    about = {"store": store, "month": month.month, "until": month.until}
    opening, lines = (words.GREETING, words.FIRST), (words.FULL if full else words.MASKED, words.MADE)
    return Mail(
        sender=settings.mail_from,
        to=settings.mail_to,
        copy=settings.mail_copy,
        subject=words.SUBJECT.say(lang, **about),
        opening=tuple(line.say(lang, **about) for line in opening),
        figures=figures(month, lang),
        things=tuple(sentence.say(lang) for sentence in month.sentences[:_THINGS]),
        lines=tuple(line.say(lang, **about) for line in lines),
        name=name,
        ascii_name=f"month-{month.month}{'-full' if full else ''}.xlsx",
        content=content,
    )


_FIGURES = ("cars", "kept_rate", "test_drive_rate", "closing_rate", "on_time_rate")
_COLUMNS = ("figure", "value", "previous", "mean3", "year")


def figures(month: Month, lang: Lang) -> tuple[tuple[str, ...], ...]:
    """Five key figures beside their past, below a header."""
    rows = [tuple(LABELS[header].say(lang) for header in _COLUMNS)]
    for figure in map(month.figure, _FIGURES):
        ratios = (figure.now, figure.last, figure.three, figure.year)
        rows.append((figure.label.say(lang), *map(figure.in_words, ratios)))
    return tuple(rows)


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


def _one_line(text: str) -> str:
    """Typed text that is safe in the head of a mail: no line end, nothing invisible."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
