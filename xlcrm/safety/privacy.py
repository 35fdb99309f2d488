"""What is shown of a customer to eyes that need not know him: the one place that decides.

Which columns are personal, the forms declare (``forms.Privacy``). ``masked`` shows one value of such a column; a ``Veil``
hides the values of a whole book wherever they stand in other text: a remark that names a customer, the message of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import attrgetter

from xlcrm.forms.schema import Form, Privacy, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.recogniser import (
    LOOSE_PLATE,
    ORDINARY_PLATE,
    PHONE_SHAPE,
    PLATE_SHAPE,
    VIN_SHAPE,
    any_of,
    bare,
    close_up,
    fold,
    plates_in,
    replaced,
)
from xlcrm.patterns import lazy

HIDDEN = "****"

_LETTERED = r"(?<![0-9A-Z])[IL][3-9][0-9OIL]{9}(?![0-9A-Z])"
"""A phone whose first digit was typed as a letter."""
_SEVEN_DIGITS = r"[0-9]{7,}|(?<![0-9A-Z])[0-9](?:[-\s._·‐-―−]{0,3}[0-9]){6,}"
"""Seven digits or more, as typed, with blanks, dots or dashes between: part of a phone, an identity card."""
_AT = r"\s?(?:@|\[AT\]|\(AT\))\s?"
_MAIL = (
    rf"[A-Z0-9._%+-]*{_AT}[A-Z0-9-]+(?:\s?\.\s?[A-Z0-9-]+)+|[A-Z0-9._%+-]+{_AT}[A-Z][A-Z0-9-]+"
    rf"|[A-Z0-9._%+-]+{_AT}\w+\.\w+"
)
"""Also with blanks around its @ and dots, without its ending, or of a domain in Chinese."""
_CHAT = (
    r"(?P<app>[微薇威V]\s?信|加微|WECHAT|WEIXIN|扣扣|企鹅|(?:抖音|快手|小红书|钉钉)(?=号)"
    r"|(?<![0-9A-Z])(?:WX|VX|Q\s?Q|V(?=\s?:))|(?:加|\+)\s?V(?![A-Z]))"
    r"(?:号码?|账号|帐号|ID|名|好友)?[是为]?[\W_]{0,3}(?:[A-Z0-9][-_A-Z0-9]{4,19}|[0-9](?:\s[0-9]){4,})"
    r"|(?<![0-9A-Z])WXID_[-_A-Z0-9]+"
)
"""An account after the word that says of what: 微信 heyi88, 加v heyi88, QQ 123456."""
_VIN_AS_TYPED = r"(?<![0-9A-Z])(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{17}(?![0-9A-Z])"
"""The letters I, O and Q are in no VIN, but are typed for 1 and 0."""
_LOOKS_PERSONAL = lazy(
    f"(?P<identity>{VIN_SHAPE}|{_VIN_AS_TYPED}|{_MAIL}|{_CHAT})|(?P<plate>{PLATE_SHAPE})"
    f"|(?P<phone>{PHONE_SHAPE}|{_LETTERED}|{_SEVEN_DIGITS})|(?P<loose>{LOOSE_PLATE})"
)
_ORDINARY_PLATE = lazy(ORDINARY_PLATE)
_WORD = lazy("[0-9A-Z]+")


def masked(text: str, privacy: Privacy) -> str:
    """One personal value for others' eyes: 张*, 199****5678, 沪A****, the end of a 客户编号; of anything else nothing."""
    text = text.strip()
    match privacy:
        case Privacy.NAME:
            return text and text[0] + "*"
        case Privacy.PHONE if len(text) >= 10 and text.isascii() and text.isdigit():
            return text[:3] + HIDDEN + text[-4:]
        case Privacy.PLATE if _ORDINARY_PLATE.fullmatch(fold(text)):
            return text[:2] + HIDDEN
        case Privacy.NUMBER if len(text) > 4:
            return HIDDEN + text[-2:]
    return text and HIDDEN


_FEW_TEXTS = 100
_SHORT = 30
"""Characters of a text up to which it has fewer pieces than most books have secrets."""
_PLATE_LENGTH = len("浙A12345")


class Veil:
    """Hides personal values in any text, and whatever looks like a phone, a plate, an identity card, a VIN, a mail address or
    an account of a chat.

    ``secrets`` are the values a book holds, with what makes each personal; one character alone is none. ``open_words`` stay
    readable although a customer may be called the same: the staff's names, the words of code lists. A secret in Latin
    letters or digits counts as a whole word only: 客户编号 12 is not hidden in "2012". ``plates`` are texts with plates in
    them, which are hidden with blanks anywhere.

    The same texts come again and again, so each is looked at once.
    """

    def __init__(
        self, secrets: Iterable[tuple[str, Privacy]], open_words: Iterable[str] = (), plates: Iterable[str] = ()
    ) -> None:
        self._secrets = list(secrets)
        self._typed_plates = plates
        self._open_words = list(open_words)
        self._shown: dict[str, str] = {}

    def over(self, text: str) -> str:
        """The text as others may read it."""
        shown = self._shown.get(text)
        if shown is None:
            unlike = replaced(_LOOKS_PERSONAL, text, self._mask)
            shown = self._shown[text] = self._named_masked(unlike) if self._may_name(unlike) else unlike
        return shown

    def _mask(self, match: re.Match[str]) -> str | None:
        """What looks personal, masked; the group says what it looks like. The name of a chat app stays readable."""
        if match.lastgroup == "loose":
            return HIDDEN if bare(match[0])[:_PLATE_LENGTH] in self._plates else None
        return (match["app"] or "") + masked(match[0], Privacy(match.lastgroup))

    @cached_property
    def _plates(self) -> set[str]:
        """The known plates as far as the shortest go, so that a digit that follows one hides none."""
        return {plate[:_PLATE_LENGTH] for text in self._typed_plates for plate in plates_in(text)}

    def _named_masked(self, text: str) -> str:
        return replaced(self._pattern, text, self._known_masked, closed_up=True)

    def _may_name(self, text: str) -> bool:
        """Whether the pattern has to look. To build it takes as long as to look for every secret in some hundred texts."""
        if len(self._shown) >= _FEW_TEXTS:
            return True
        flat = close_up(fold(text))
        if len(flat) > _SHORT:
            return any(privacy and secret in flat for secret, privacy in self._known.items())
        ends = range(2, len(flat) + 1)
        return any(self._known.get(flat[start:end]) for end in ends for start in range(end - 1))

    def _known_masked(self, match: re.Match[str]) -> str | None:
        """A value the book knows, masked; an open word and a word that is neither stay."""
        privacy = self._known.get(match[0])
        return masked(match[0], privacy) if privacy else None

    @cached_property
    def _known(self) -> dict[str, Privacy | None]:
        """Every secret and every open word, as ``any_of`` finds it."""
        known: dict[str, Privacy | None] = {
            key: privacy for text, privacy in self._secrets if len(key := close_up(fold(text)).strip()) > 1
        }
        return known | dict.fromkeys(close_up(fold(word)).strip() for word in self._open_words)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """What is known at a place, else a whole Latin word or number: those are looked up."""
        others = any_of(word for word in self._known if not _WORD.fullmatch(word))
        return re.compile(f"{others.pattern}|{_WORD.pattern}")


def veil_of(ledger: Ledger, secrets: Iterable[tuple[str, Privacy]] = ()) -> Veil:
    """Hides the customers of the book in any text, and further ``secrets`` of it. Prose is left out: no paragraph stands
    inside another text.
    """
    return Veil((*_personal(ledger), *secrets), open_words(ledger))


def open_words(ledger: Ledger) -> list[str]:
    """What stays readable although a customer may be called the same: the staff's names, the words of code lists."""
    staff = [consultant.name or "" for consultant in ledger.consultants]
    return staff + [word for codes in ledger.codes.values() for word in codes.values]


_LOOKED_FOR = (Privacy.PROSE, Privacy.PLATE)
"""What a column may be without its values being secrets: a plate is known by its looks, and beside it stands what car it is."""


def secret_columns(form: Form) -> dict[str, Privacy]:
    """The fields of a form whose values are secrets, with what makes each personal."""
    return {c.name: c.privacy for c in form.columns if c.privacy and c.privacy not in _LOOKED_FOR}


def _personal(ledger: Ledger) -> Iterator[tuple[str, Privacy]]:
    """Every personal value but prose, as typed and as understood."""
    for sheet in ledger.records:
        for name, privacy in secret_columns(FORMS[sheet]).items():
            at, records = FORMS[sheet].index[name], ledger.records[sheet]
            cells = {record.typed[at] for record in records if record.typed}
            cells.update(map(attrgetter(name), records))
            yield from ((as_text(cell), privacy) for cell in cells)
