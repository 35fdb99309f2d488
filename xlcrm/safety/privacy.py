"""What is shown of a customer to eyes that need not know him: the one place that decides.

Which columns are personal, the forms declare (``forms.Privacy``). ``masked`` shows one value of such a column; a ``Veil``
hides the values of a whole book wherever they stand in other text: a remark that names a customer, the message of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import normalize

from xlcrm.forms.schema import Privacy, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.ledger import Ledger

HIDDEN = "****"

_PHONE = r"\d{7,}|(?<![0-9A-Z])\d(?:[\s.·_–—-]{0,2}\d){6,}"
"""Seven digits or more, as typed, with blanks, dots or dashes between: a phone, an identity card."""
_PLATE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•.\s-]?"
    r"(?:[A-Z0-9]{5,6}|[A-Z0-9]{4}[学港澳警挂])"
)
_VIN = r"(?<![0-9A-Z])[A-HJ-NPR-Z0-9]{17}(?![0-9A-Z])"
_LOOKS_PERSONAL = re.compile(f"(?P<identity>{_VIN})|(?P<phone>{_PHONE})|(?P<plate>{_PLATE})")
_WHOLE_PLATE = re.compile(_PLATE)


def masked(text: str, privacy: Privacy) -> str:
    """One personal value for others' eyes: 张*, 199****5678, 沪A****, the end of a 客户编号; of anything else nothing."""
    text = text.strip()
    match privacy:
        case Privacy.NAME:
            return text and text[0] + "*"
        case Privacy.PHONE if len(text) >= 10 and text.isascii() and text.isdigit():
            return text[:3] + HIDDEN + text[-4:]
        case Privacy.PLATE if _WHOLE_PLATE.fullmatch(_folded(text)):
            return text[:2] + HIDDEN
        case Privacy.NUMBER if len(text) > 4:
            return HIDDEN + text[-2:]
    return text and HIDDEN


def _folded(text: str) -> str:
    """The text with its letters and digits in one width and case, character for character."""
    folded = (normalize("NFKC", char).upper() for char in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))


class Veil:
    """Hides personal values in any text, and whatever looks like a phone, a plate, an identity card or a VIN.

    ``secrets`` are the values a book holds, with what makes each personal; one character alone is none. ``open_words`` stay
    readable although a customer may be called the same: the staff's names, the words of code lists. A secret in Latin
    letters or digits counts as a whole word only: 客户编号 12 is not hidden in "2012".
    """

    def __init__(self, secrets: Iterable[tuple[str, Privacy]], open_words: Iterable[str] = ()) -> None:
        self._known: dict[str, Privacy | None] = {text: privacy for text, privacy in secrets if len(text) > 1}
        self._known.update(dict.fromkeys(filter(None, open_words)))
        self._lengths = sorted({len(text) for text in self._known}, reverse=True)

    def over(self, text: str) -> str:
        """The text as others may read it."""
        known = self._over_known(text)
        pieces, at = [], 0
        for found in _LOOKS_PERSONAL.finditer(_folded(known)):
            pieces += [known[at : found.start()], masked(found[0], Privacy(found.lastgroup))]
            at = found.end()
        return "".join((*pieces, known[at:]))

    def _over_known(self, text: str) -> str:
        """The longest known value at each place, from the left, masked or, of an open word, left as it is."""
        pieces, at = [], 0
        while at < len(text):
            found = next((text[at : at + n] for n in self._lengths if self._stands(text, at, n)), text[at])
            privacy = self._known.get(found)
            pieces.append(masked(found, privacy) if privacy else found)
            at += len(found)
        return "".join(pieces)

    def _stands(self, text: str, at: int, length: int) -> bool:
        if at + length > len(text) or text[at : at + length] not in self._known:
            return False
        return not _is_inside_word(text, at) and not _is_inside_word(text, at + length)


def _is_inside_word(text: str, at: int) -> bool:
    """Whether a place lies between two Latin letters or digits."""
    pair = text[max(at - 1, 0) : at + 1]
    return len(pair) == 2 and at > 0 and pair.isascii() and pair.isalnum()


def veil_of(ledger: Ledger) -> Veil:
    """Hides the customers of the book in any text. Prose is left out: no paragraph stands inside another text."""
    staff = [consultant.name or "" for consultant in ledger.consultants]
    words = [word for codes in ledger.codes.values() for word in codes.values]
    return Veil(_personal(ledger), [*staff, *words])


def _personal(ledger: Ledger) -> Iterator[tuple[str, Privacy]]:
    """Every personal value but prose, as typed and as understood."""
    for sheet, records in ledger.records.items():
        for column in FORMS[sheet].columns:
            if column.privacy not in (None, Privacy.PROSE):
                cells = {record.raw(column.name) for record in records}
                cells |= {getattr(record, column.name) for record in records}
                texts = {as_text(cell) for cell in cells}
                if column.privacy is Privacy.NAME:
                    texts |= {"".join(text.split()) for text in texts}
                yield from ((text, column.privacy) for text in texts)
