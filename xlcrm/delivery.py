"""Results outside the book: the workbook of a month and its PDF, the printed forms, the draft of the mail.

They are named, made and placed here, so that every door gives the same files under the same names and says the same of
them. A draft is shown in the user's mail program, never sent.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xlcrm.books.places import in_file_names, make_folder, placed, put_all, require_writable
from xlcrm.catalogue import Lang, hands
from xlcrm.catalogue import mail as words
from xlcrm.catalogue.verbs import LABELS, NEW_YEAR_PROOF, WRITTEN
from xlcrm.errors import Refusal
from xlcrm.verbs import Outcome

if TYPE_CHECKING:
    from xlcrm.analysis.month import Month
    from xlcrm.hands.letters import Letter
    from xlcrm.hands.model import Handout
    from xlcrm.report.mail import Mail
    from xlcrm.roll.newyear import NextBook

FULL = "_完整"
"""What the names of a full copy and of its draft end in."""
_NAMED = 20
"""Customers that a sentence can name."""


class Wanted(NamedTuple):
    """Where the results of a verb go, and how they are made.

    They stand beside the ``book`` under their own names, or the first of them where ``output`` says, which may be a
    folder for them. With ``ask_password`` the month to be mailed is complete and encrypted, without it masked; it is
    asked once the place is known to be free.
    """

    book: Path
    lang: Lang
    now: dt.datetime
    output: Path | None = None
    pdf: bool = False
    ask_password: Callable[[], str] | None = None
    opens_draft: bool = False
    """Whether a draft opens where this computer can: in classic Outlook, else in the mail program of Windows."""


@dataclass(slots=True)
class Results:
    """Files made and not yet placed, and what there is to say of them."""

    files: dict[Path, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    mail: Mail | None = None

    def written(self, lang: Lang) -> list[str]:
        """What to say once the files stand in their places."""
        return [*self.said, *(WRITTEN.say(lang, path=path) for path in self.files)]


def places(outcome: Outcome, wanted: Wanted) -> list[Path]:
    """Where the results of a verb go; none of a verb that only writes the book."""
    if outcome.handed:
        folder = _handout_folder(outcome, wanted)
        return [folder / name for one in outcome.handed for name in _handed_names(one)]
    if outcome.letters:
        return [wanted.book.with_name(_letter_name(letter)) for letter in outcome.letters]
    name = _name(outcome, wanted.book, full=wanted.ask_password is not None)
    if name is None:
        return []
    first = wanted.book.with_name(name) if wanted.output is None else placed(wanted.output, name)
    return [first, first.with_suffix(".pdf")] if wanted.pdf else [first]


def make(outcome: Outcome, wanted: Wanted) -> Results:
    """The results of a verb. Raises ``Refusal`` as ``require_writable`` does, and for a weak password."""
    paths = places(outcome, wanted)
    if outcome.handed:
        make_folder(_handout_folder(outcome, wanted))
    for path in paths:
        require_writable(path)
    if outcome.handed:
        return _handed(outcome, paths, wanted)
    if outcome.next_book is not None:
        return _next_book(outcome.next_book, paths[0], wanted)
    if outcome.letters:
        texts = (letter.text.replace("\n", "\r\n").encode("utf-8-sig") for letter in outcome.letters)
        return Results(dict(zip(paths, texts, strict=True)))
    if outcome.papers is not None:
        from xlcrm.report.printed_forms import workbook as forms_workbook

        return Results({paths[0]: forms_workbook(outcome.papers, wanted.lang)})
    if outcome.analysis is None:
        return Results()
    if outcome.verb == "mail":
        return _draft(outcome.analysis, paths[0], wanted)
    from xlcrm.report.workbook import workbook

    contents = [workbook(outcome.analysis, wanted.lang, names=True)]  # it stays in the shop; what is mailed is masked
    if wanted.pdf:
        from xlcrm.report.pdf import pdf

        contents.append(pdf(contents[0]))
    return Results(dict(zip(paths, contents, strict=True)))


def deliver(outcome: Outcome, wanted: Wanted) -> list[str]:
    """Make the results of a verb that leaves the book alone, and place them; returns what to say.

    Raises ``Refusal`` as ``make`` and ``books.places.put_all`` do, and then nothing was placed.
    """
    results = make(outcome, wanted)
    put_all(results.files, wanted.book)
    if results.mail is None or not wanted.opens_draft:
        return results.written(wanted.lang)
    if shown_in_outlook(results.mail):
        return [*results.said, words.SHOWN.say(wanted.lang)]
    opened = [(words.OPENED if _opened(path) else WRITTEN).say(wanted.lang, path=path) for path in results.files]
    return [*results.said, *opened]


def _letter_name(letter: Letter) -> str:
    """移交_张敏_2026-10-31.txt, by the day of the hand-over."""
    return f"{LABELS['handover'].zh}_{in_file_names(letter.heir)}_{letter.day}.txt"


def _handout_folder(outcome: Outcome, wanted: Wanted) -> Path:
    """Where hand-outs go: the folder asked for, else 分发_2026-10-31 beside the book."""
    return wanted.output or wanted.book.with_name(f"{LABELS[outcome.verb].zh}_{outcome.handed[0].day}")


def _handed_names(one: Handout) -> tuple[str, str]:
    """What a consultant's workbook and the draft with it are called."""
    from xlcrm.books.handed import file_name

    name = file_name(one)
    return name, Path(name).with_suffix(".eml").name


def _handed(outcome: Outcome, paths: Sequence[Path], wanted: Wanted) -> Results:
    """A workbook for each consultant and the draft that takes it along; all with one password, where one is asked for."""
    from xlcrm.books.handed import letter, workbook

    password = wanted.ask_password() if wanted.ask_password is not None else None
    results = Results(said=[] if password else [hands.HANDED_OPEN.say(wanted.lang)])
    for one, place, draft_place in zip(outcome.handed, paths[::2], paths[1::2], strict=True):
        content = workbook(one, wanted.lang)
        if password is not None:
            from xlcrm.report.encryption import encrypted

            content = encrypted(content, password)
        results.files[place] = content
        results.files[draft_place] = letter(one, place.name, content, wanted.lang)
    return results


def _next_book(coming: NextBook, path: Path, wanted: Wanted) -> Results:
    """The next year's book, made and read back: every customer in it is proved to be what he was.

    Raises ``Refusal``: ``newyear.differs``, and those of ``fill_book``.
    """
    from xlcrm.books.new import SUFFIX, fill_book
    from xlcrm.books.places import require_suffix
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.ledger.reading import read_ledger
    from xlcrm.review import Review
    from xlcrm.roll.newyear import WHOLE_LISTS, carried, differing

    if path.exists():
        raise Refusal("new.exists", path=path)
    require_suffix(path, SUFFIX)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        fill_book(made, coming.sheets, WHOLE_LISTS)
        session = FileSession(made)
        found = carried(Review(read_ledger(session.blocks, coming.today, session.issues), coming.today))
        if lost := differing(coming.customers, found):
            raise Refusal("newyear.differs", count=len(lost), who="、".join(lost[:_NAMED]))
        return Results({path: made.read_bytes()}, [NEW_YEAR_PROOF.say(wanted.lang, count=len(found))])


def _name(outcome: Outcome, book: Path, *, full: bool) -> str | None:
    if outcome.next_book is not None:
        return f"{book.stem}_{outcome.next_book.month}.xlsm"
    if outcome.papers is not None:
        from xlcrm.report.printed_forms import file_name as forms_name

        return forms_name(outcome.papers)
    if outcome.analysis is None:
        return None
    if outcome.verb == "mail":
        return draft_name(outcome.analysis, full=full)
    from xlcrm.report.workbook import file_name

    return file_name(outcome.analysis)


def draft_name(month: Month, *, full: bool) -> str:
    """The draft's name: 月度分析_2026-10.eml, of a full copy 月度分析_2026-10_完整.eml."""
    return Path(_attached(month, full=full)).stem + ".eml"


def _attached(month: Month, *, full: bool) -> str:
    from xlcrm.report.workbook import file_name

    name = Path(file_name(month))
    return f"{name.stem}{FULL}{name.suffix}" if full else name.name


def letter(month: Month, lang: Lang, password: str | None = None) -> Mail:
    """The mail with the month attached: masked, or in full and encrypted where there is a password.

    Raises ``Refusal`` for a weak password.
    """
    from xlcrm.report.mail import compose
    from xlcrm.report.workbook import workbook

    full = password is not None
    content = workbook(month, lang, names=full)
    if password is not None:
        from xlcrm.report.encryption import encrypted

        content = encrypted(content, password)
    return compose(month, _attached(month, full=full), content, lang, full=full)


def _draft(month: Month, path: Path, wanted: Wanted) -> Results:
    from xlcrm.report.mail import draft

    password = wanted.ask_password() if wanted.ask_password is not None else None
    mail = letter(month, wanted.lang, password)
    drafted = words.DRAFTED if password is None else words.DRAFTED_FULL
    said = [drafted.say(wanted.lang, month=month.month)]
    if not mail.to:
        said.append(words.NO_RECIPIENT.say(wanted.lang))
    return Results({path: draft(mail, wanted.now)}, said, mail)


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
    start = getattr(os, "startfile", None)
    if start is None:
        return False
    try:
        start(path)
    except OSError:
        return False
    return True
