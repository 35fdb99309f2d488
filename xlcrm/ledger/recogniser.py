"""The one meaning of "this is that phone, plate or VIN", however it was typed and wherever it stands in a text.

The reader (``normal``), the masking (``safety.privacy``) and erasing (``safety.erase``, ``books.xlsx``) all go by it. People
type a number in full width, with blanks, dashes, strokes or brackets between its digits, with marks without a width that
come along from a chat, with the letter O for a zero, in Chinese numerals. So a text is folded first: one width, one case,
nothing invisible. What is known is then looked for with anything but letters and digits between its characters; before and
after it there is no further digit, and around a plate or a VIN no further Latin letter either.

Source: SPEC sections 4 (V04) and 9 (dirt), FACTS section 8; the shapes of plates are those of GA 36-2018. Our decision
where a text is ambiguous: what could be the number is the number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property

from xlcrm.patterns import lazy

# --- folding -----------------------------------------------------------------------------------------------------------

_INVISIBLE = frozenset(("Cf", "Cc", "Mn", "Me"))
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters by their category, but nothing is seen of them."""


class _Folding(dict[int, str]):
    """Character number → what it is folded to: digits of any script, capitals in half width, "" for what is not seen."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        if char.isspace():
            folded = " "
        elif unicodedata.category(char) in _INVISIBLE or char in _FILLERS:
            folded = ""
        else:
            digit = unicodedata.decimal(char, None)
            folded = unicodedata.normalize("NFKC", char).upper() if digit is None else str(digit)
            folded = folded if len(folded) == 1 else char  # one for one, or a place could not be found again
        self[number] = folded
        return folded


_FOLDED = _Folding()
_SPREAD = lazy(r"(?<=[^\W0-9A-Z_])[\s·•・‧]+(?=[^\W0-9A-Z_])")
"""Blanks inside a Chinese name ("张 三"), and the dot of names from the west of the country, which many leave out."""


def fold(text: str) -> str:
    """A text in half width and capitals, without invisible characters, every blank an ordinary one."""
    if text.isascii() and text.isprintable():
        return text.upper()
    return text.translate(_FOLDED)


def close_up(folded: str) -> str:
    """A folded text without the blanks and middle dots between two letters that are not Latin."""
    return _SPREAD.sub("", folded)


def bare(text: str) -> str:
    """The letters and digits of a text, folded."""
    return "".join(char for char in fold(text) if char.isalnum())


def found(pattern: re.Pattern[str], text: str, *, closed_up: bool = False) -> list[tuple[int, int, re.Match[str]]]:
    """Where a pattern stands in a text: start and end in the text as typed, and the match in the folded text."""
    folded = fold(text)
    matches = list(pattern.finditer(close_up(folded) if closed_up else folded))
    if not matches:
        return []
    starts = [at for at, char in enumerate(text) if fold(char)]
    if closed_up:
        blanks = {at for gap in _SPREAD.finditer(folded) for at in range(*gap.span())}
        starts = [start for at, start in enumerate(starts) if at not in blanks]
    return [(starts[match.start()], starts[match.end() - 1] + 1, match) for match in matches if match[0]]


def replaced(
    pattern: re.Pattern[str], text: str, by: Callable[[re.Match[str]], str | None], *, closed_up: bool = False
) -> str:
    """The text with what a pattern finds in it replaced; ``None`` leaves it as typed."""
    pieces, at = [], 0
    for start, end, match in found(pattern, text, closed_up=closed_up):
        new = by(match)
        pieces += [text[at:start], text[start:end] if new is None else new]
        at = end
    return "".join((*pieces, text[at:])) if pieces else text


# --- phones ------------------------------------------------------------------------------------------------------------

NUMBER = lazy(r"1[3-9][0-9]{9}|0(?:10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9][0-9][2-9][0-9]{6,7}|[48]00[0-9]{7}")
"""A phone in plain digits: mobile; landline with its area code (three digits: eight follow, four: seven or eight); service."""

_DIGITS = ("0O〇○零洞", "1IL一壹幺", "2二贰两", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒拐", "8八捌", "9九玖勾")
"""How each digit is written where somebody wants it overlooked, or knows no better."""
_PLAIN = str.maketrans({char: digit[0] for digit in _DIGITS for char in digit} | {"o": "0", "i": "1", "l": "1"})
_ANY = "".join(_DIGITS)
_ONE, _THREE_UP = "1一壹幺", "".join(_DIGITS[3:])
"""What a mobile begins with: a model may be called L9, so a letter is no one there."""
_NOT_DIGIT = lazy("[^0-9]")

_GAP = r"[-\s._]{0,2}"
_WIDE_GAP = r"[\W_]{0,5}"
"""Between the digits of a whole number, known by its length: 199/0000/0123, 199  *  0000  *  0123."""
_EXTENSION = r"(?:\s*(?:转|分机|ext\.?|x|#)[\s:]*(?P<extension>[0-9]{1,6}))?(?![0-9])"
_DASHED = r"(?:-(?P<dashed>[0-9]{1,6})(?![0-9]))?"
_MOBILE = f"[{_ONE}](?:{_WIDE_GAP}[{_THREE_UP}])(?:{_WIDE_GAP}[{_ANY}]){{9}}"
_AREA = r"10|2[0-9]|[3-9][0-9][0-9]"
_IN_TEXT = lazy(
    rf"(?<![0-9])(?:"
    rf"(?:\(?(?:\+|00)?86\)?{_GAP}|0)?(?P<mobile>{_MOBILE})"
    rf"|(?:\(?(?:\+|00)86\)?{_GAP}\(?0?|\(?0)(?P<area>{_AREA})\)?{_WIDE_GAP}(?P<local>[2-9][0-9]{{2,3}}{_WIDE_GAP}[0-9]{{4}})"
    rf"|(?P<service>[48]00(?:{_WIDE_GAP}[0-9]){{7}})"
    rf")(?(mobile)|{_DASHED}){_EXTENSION}",
    re.IGNORECASE,
)
_LOCAL = lazy(rf"(?<![-0-9])(?P<local>[2-9][0-9]{{2,3}}{_GAP}[0-9]{{4}}){_DASHED}{_EXTENSION}", re.IGNORECASE)


def numbers_in(words: str, area_code: str = "") -> tuple[list[str], str]:
    """Every phone number in a text as its digits, and the text without them.

    A local number of seven or eight digits is one only where the shop's ``area_code`` is known.
    """
    if numbers := [number for match in _IN_TEXT.finditer(words) if (number := _digits_of(match))]:
        return numbers, _IN_TEXT.sub(" ", words)
    if area_code and (match := _LOCAL.search(words)):
        number = area_code + _NOT_DIGIT.sub("", match["local"])
        if NUMBER.fullmatch(number):
            return [number], _LOCAL.sub(" ", words, count=1)
    return [], words


def extension_in(words: str, area_code: str = "") -> str:
    """The extension of the first number in a text, "" where it has none: 021-61230104转801 → 801. A mobile has none."""
    match = _IN_TEXT.search(words) or (_LOCAL.search(words) if area_code else None)
    if match is None or match.groupdict().get("mobile"):
        return ""
    return match["extension"] or match["dashed"] or ""


def _digits_of(match: re.Match[str]) -> str:
    """The digits of a number met in a text; "" where its area has no numbers of that length."""
    area = f"0{match['area']}" if match["area"] else ""
    digits = (match["mobile"] or match["service"] or match["local"]).translate(_PLAIN)
    number = area + _NOT_DIGIT.sub("", digits)
    return number if NUMBER.fullmatch(number) else ""


PHONE_SHAPE = (
    rf"(?<![0-9])(?:{_MOBILE}|0{_WIDE_GAP}(?:{_AREA}){_WIDE_GAP}[2-9](?:{_WIDE_GAP}[0-9]){{6,7}}"
    rf"|[48]{_WIDE_GAP}0{_WIDE_GAP}0(?:{_WIDE_GAP}[0-9]){{7}})(?![0-9])"
)
"""A whole phone number in a folded text, whoever's it is."""


# --- plates and VINs ---------------------------------------------------------------------------------------------------

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_JOINT = r"[-‐-―−·•・.:/*]?"
_JOINTS = r"[-‐-―−·•・.:/*\s]{0,3}"
ORDINARY_PLATE = (
    rf"[{_PROVINCES}]{_JOINTS}[A-Z]{_JOINTS}(?=(?:[A-Z]{_JOINT}){{0,5}}[0-9])"
    rf"(?:[A-Z0-9]{_JOINT}){{4}}(?:[学港澳警挂领]|[A-Z0-9](?:{_JOINT}[A-Z0-9])?)(?![A-Z0-9])"
)
"""In a folded text; a model (新A4) has fewer characters, a word no digit."""
PLATE_SHAPE = (
    rf"{ORDINARY_PLATE}"
    rf"|WJ{_JOINTS}[{_PROVINCES}]?{_JOINTS}(?:[0-9][0-9]{_JOINT})?[0-9]{{4}}[0-9A-Z](?![0-9A-Z])"
    rf"|[使领]{_JOINTS}[0-9]{{3}}{_JOINTS}[0-9]{{3}}(?![0-9])|(?<![0-9])[0-9]{{3}}{_JOINTS}[0-9]{{3}}使"
    rf"|[军空海北沈兰济南广成][A-Z]{_JOINTS}[0-9]{{5}}(?![0-9])|民航{_JOINTS}[A-Z0-9]{{5}}(?![A-Z0-9])"
)
"""Of the people's, the armed police, embassies, the army, airports."""
LOOSE_PLATE = rf"[{_PROVINCES}](?:[\W_]{{0,3}}[A-Z0-9]){{6,7}}(?![A-Z0-9])"
"""What may be a plate with blanks anywhere, or a model (新A4L 40T): one only where it is known."""
_VIN_CHARACTER = "[A-HJ-NPR-Z0-9]"
VIN_SHAPE = (
    rf"(?<![0-9A-Z])(?:{_VIN_CHARACTER}{{17}}"
    rf"|L(?:{_JOINTS}{_VIN_CHARACTER}){{12}}(?:{_JOINTS}[0-9]){{4}})(?![0-9A-Z])"
)
"""Seventeen characters; in groups only one of a car made in China, whose last four are digits."""
_PLATE, _VIN = lazy(PLATE_SHAPE), lazy(VIN_SHAPE)
_WHOLE_VIN = lazy(f"{_VIN_CHARACTER}{{17}}")
_AS_VIN = str.maketrans("OIQ", "010")


def plates_in(text: str) -> list[str]:
    """The plates in a text, as their letters and digits: "浙A7K9Q2"."""
    whole = bare(text)
    return [whole] if _PLATE.fullmatch(whole) else [bare(match[0]) for match in _PLATE.finditer(fold(text))]


def vins_in(text: str) -> list[str]:
    """The VINs in a text, as their letters and digits; the same character seventeen times is none."""
    whole = bare(text).translate(_AS_VIN)
    vins = [whole] if _WHOLE_VIN.fullmatch(whole) else [bare(match[0]) for match in _VIN.finditer(fold(text))]
    return [vin for vin in vins if len(set(vin)) > 1]


# --- one person's ------------------------------------------------------------------------------------------------------


class Traces:
    """The phones, plates and VINs of one person, found wherever they stand in a text.

    ``phones`` are digits as ``numbers_in`` gives them, ``cars`` letters and digits; in a shop with an ``area_code`` a
    landline of its area is also found without the code.
    """

    def __init__(self, phones: Iterable[str] = (), cars: Iterable[str] = (), area_code: str = "") -> None:
        self.phones = frozenset(phones)
        self.cars = frozenset(cars)
        self.area_code = area_code

    def __bool__(self) -> bool:
        return bool(self.phones or self.cars)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds them in a folded text; a phone as the group of that name."""
        phones = [one for phone in sorted(self.phones) for one in _ways_to_write(phone, self.area_code)]
        cars = [_spelled(car, _car_character) for car in sorted(self.cars)]
        around = [rf"(?<![0-9])(?P<phone>{'|'.join(phones)})(?![0-9])"] if phones else []
        around += [rf"(?<![0-9A-Z])(?:{'|'.join(cars)})(?![0-9A-Z])"] if cars else []
        return re.compile("|".join(around) or r"(?!)")

    def are_in(self, text: str) -> bool:
        """Whether any of them stands in a text."""
        return self.pattern.search(fold(text)) is not None

    def replaced(self, text: str, phone: str, car: str) -> str:
        """The text with ``phone`` in place of the phones and ``car`` in place of the others."""
        return replaced(self.pattern, text, lambda match: phone if match.lastgroup == "phone" else car)


_BETWEEN = r"[\W_]*"


def _ways_to_write(phone: str, area_code: str) -> list[str]:
    """Patterns for a phone: with or without the country's code, a landline of the shop's area without its area code."""
    country = rf"(?:[+(]*(?:0{_BETWEEN}0{_BETWEEN})?8{_BETWEEN}6{_BETWEEN})?"
    if phone[0] == "1":
        return [rf"{country}(?:0{_BETWEEN})?{_spelled(phone, _digit)}"]
    if phone[0] != "0":
        return [_spelled(phone, _digit)]
    ways = [rf"{country}(?:0{_BETWEEN})?{_spelled(phone[1:], _digit)}"]
    if area_code and phone.startswith(area_code):
        ways.append(_spelled(phone.removeprefix(area_code), _digit))
    return ways


def _spelled(known: str, character: Callable[[str], str]) -> str:
    return _BETWEEN.join(map(character, known))


def _digit(digit: str) -> str:
    return f"[{_DIGITS[int(digit)]}]"


def _car_character(character: str) -> str:
    return {"0": "[0O]", "O": "[0O]", "1": "[1I]", "I": "[1I]"}.get(character, re.escape(character))


# --- names and other words ---------------------------------------------------------------------------------------------


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds words in a folded text that was closed up, the longest at each place.

    One that begins or ends with a Latin letter or a digit does so where a word does: 12 is not in 2012.
    """
    by_first: dict[str, set[str]] = {}
    for word in words:
        if key := close_up(fold(word)).strip():
            by_first.setdefault(key[0], set()).add(key)
    return re.compile("|".join(_group(first, own) for first, own in sorted(by_first.items())) or r"(?!)")


def _group(first: str, words: set[str]) -> str:
    """An alternative of words that begin alike: the engine then looks at few of them at each place."""
    rests = [
        re.escape(word[1:]) + (r"(?![0-9A-Z])" if _is_latin(word[-1]) else "")
        for word in sorted(words, key=lambda word: (-len(word), word))
    ]
    before = r"(?<![0-9A-Z])" if _is_latin(first) else ""
    return f"{before}{re.escape(first)}(?:{'|'.join(rests)})"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
