"""One meaning for a value: what a cell says, whatever way it was typed.

A function a kind of column (``forms.Kind``). Each takes a cell as the book gives it and returns a ``Reading``: it never
raises and never guesses between two meanings. A clean cell is answered first, so that a clean book costs nothing; the
dirt it survives is that of SPEC sections 4 and 9. Reading a value once read gives it back, clean.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import Cell, as_text
from xlcrm.forms.states import NO, YES
from xlcrm.ledger.recogniser import NUMBER, extension_in, numbers_in
from xlcrm.patterns import lazy


class Reading(NamedTuple):
    """What a cell was understood to say.

    ``value`` is ``None`` when the cell is blank or not readable. ``trouble`` is "" for a clean cell, else a key of the
    catalogue ("V03.text"). ``hint`` is the value in words when it was read through dirt, the nearest value of the code
    list when it was not in it, else "".
    """

    value: Any
    trouble: str = ""
    readable: bool = True
    hint: str = ""


BLANK = Reading(None)


def _through(value: Any, trouble: str, words: str) -> Reading:
    return Reading(value, trouble, True, words)


def _unreadable(trouble: str, hint: str = "") -> Reading:
    return Reading(None, trouble, False, hint)


_LINE_BREAK = lazy("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = lazy("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
"""Control characters, and the marks without a width that come along when a number is pasted from a chat or an address book."""
_DASHES = str.maketrans(dict.fromkeys("‐‒–—―−", "-"))
_HUGE = 1e15
"""From here on a number in a cell no longer holds every digit."""


def _fold(text: str) -> str:
    """A short value in half width, on one line, with one kind of blank and of dash."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_DASHES).split())


def _words(raw: Cell) -> str:
    """A text or a number, folded; "" when blank, "?" (which no reader understands) when it is neither or no true number."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return _fold(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not abs(raw) < _HUGE:
        return "?"
    return as_text(raw)


def read_text(raw: Cell) -> Reading:
    """Free text as typed, without control characters and outer blanks; line breaks inside it stay."""
    if raw is None:
        return BLANK
    if not isinstance(raw, str):
        if isinstance(raw, (int, float)) and not abs(raw) < _HUGE:
            return _unreadable("V02.number")
        return Reading(as_text(raw) or None)
    text = raw.strip()
    if not text.isprintable():
        text = _UNSEEN.sub("", _LINE_BREAK.sub("\n", text).replace("\t", " ")).strip()
    return Reading(text or None)


_PADDING = lazy(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def read_person(raw: Cell) -> Reading:
    """A colleague's name; two characters are often spread with a blank to the width of three ("张 三")."""
    reading = read_text(raw)
    if reading.value is None:
        return reading
    if len(reading.value.split()) == 1:
        return reading
    name = _PADDING.sub("", reading.value)
    return reading if name == reading.value else _through(name, "V02.variant", name)


# --- dates and times ---------------------------------------------------------------------------------------------------

_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Days outside are slips (0026-10-05) or mean "never" (9999-12-31): they must not be used in arithmetic. Our decision."""
_DAY_ZERO = dt.datetime(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_SERIAL = lazy(r"\d{5}(?:\.\d+)?", re.ASCII)
_SOLID = lazy(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DATED = lazy(
    r"(?:(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]|(\d{1,2})\s*[-/月])\s*(\d{1,2})(?!\d)\s*[日号]?[\sT]*(.*)", re.ASCII
)
_PLAIN_TIME = lazy(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?", re.ASCII)
_TIME = lazy(
    r"(凌晨|早上|上午|中午|下午|晚上|am|pm)?\s*(\d{1,2})\s*"
    r"(?:[:;点时]\s*(半|\d\d|\d(?=\s*分))\s*(?:[:;分]\s*(?:(\d{1,2})(?:\.\d+)?秒?)?)?|[点时]整?)\s*(am|pm)?",
    re.ASCII | re.IGNORECASE,
)
# 9.3 may have been typed 9.30, which a number cell forgets: after a point both digits must stand
_POINT_TIME = lazy(r"(\d{1,2})\.(\d\d)", re.ASCII)
_SOLID_TIME = lazy(r"(\d{1,2})(\d\d)", re.ASCII)


def read_date(raw: Cell, near: dt.date) -> Reading:
    """A day, as ``datetime.date``. A day without a year (10月5日) is the one nearest to ``near``."""
    if isinstance(raw, dt.date):
        day = raw.date() if isinstance(raw, dt.datetime) else raw
        return Reading(day) if _FIRST_DAY <= day <= _LAST_DAY else _unreadable("V03.unreadable")
    if not (words := _words(raw)):
        return BLANK
    moment = _moment_of(words, near)
    return _through(moment.date(), "V03.text", as_text(moment.date())) if moment else _unreadable("V03.unreadable")


def read_moment(raw: Cell, near: dt.date) -> Reading:
    """A day and a time, as ``datetime.datetime`` to the second; a day alone is its midnight."""
    if isinstance(raw, dt.date):
        day, time = (raw.date(), _to_second(raw.time())) if isinstance(raw, dt.datetime) else (raw, dt.time())
        known = _FIRST_DAY <= day <= _LAST_DAY
        return Reading(dt.datetime.combine(day, time)) if known else _unreadable("V03.unreadable")
    if not (words := _words(raw)):
        return BLANK
    moment = _moment_of(words, near)
    return _through(moment, "V03.text", as_text(moment)) if moment else _unreadable("V03.unreadable")


def read_time(raw: Cell) -> Reading:
    """A time of day, as ``datetime.time`` to the second. Text like 9:30 is clean: these columns are typed so."""
    if isinstance(raw, str) and _PLAIN_TIME.fullmatch(raw):
        hour, _, rest = raw.partition(":")
        return Reading(dt.time(int(hour), int(rest[:2]), int(rest[3:] or 0)))
    if isinstance(raw, (dt.time, dt.datetime)):
        return Reading(_to_second(raw.time() if isinstance(raw, dt.datetime) else raw))
    if isinstance(raw, dt.timedelta):
        return Reading(_clock(raw.total_seconds())) if 0 <= raw.days < 1 else _unreadable("V03.unreadable")
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 <= raw < 1:
        return Reading(_clock(raw * 86_400))
    if not (words := _words(raw)):
        return BLANK
    time = _time_of(words)
    if time is None and (moment := _moment_of(words, None)) and moment.time() != dt.time():
        time = moment.time()
    return _through(time, "V03.text", as_text(time)) if time else _unreadable("V03.unreadable")


_MONTH = lazy(r"(?:19|2[01])\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
# 2026.1 may have been typed 2026.10, which a number cell forgets: after a point both digits must stand
_TYPED_MONTH = lazy(r"(\d{4})(?:\s*[-/年]\s*(\d{1,2})|\.?(\d\d))\s*月?", re.ASCII)


def read_month(raw: Cell) -> Reading:
    """A month, as "2026-10". A date is clean: Excel makes one of 2026-10 as soon as it is typed."""
    if isinstance(raw, str) and _MONTH.fullmatch(raw):
        return Reading(raw)
    if isinstance(raw, dt.date):
        day = read_date(raw, _FIRST_DAY)
        return day._replace(value=f"{day.value:%Y-%m}") if day.readable else day
    if not (words := _words(raw)):
        return BLANK
    found = _TYPED_MONTH.fullmatch(words)
    first = _day(int(found[1]), int(found[2] or found[3]), 1) if found else _moment_of(words, None)
    month = f"{first:%Y-%m}" if first else ""
    return _through(month, "V03.text", month) if month else _unreadable("V03.unreadable")


def _moment_of(words: str, near: dt.date | None) -> dt.datetime | None:
    """A moment typed as text or as a serial number; without ``near``, a day needs its year."""
    if _SERIAL.fullmatch(words):
        days = float(words)
        if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
            return None
        day = (_DAY_ZERO + dt.timedelta(days=int(days))).date()
        return dt.datetime.combine(day, _clock(days % 1 * 86_400))
    if found := _SOLID.fullmatch(words):
        solid = _day(int(found[1]), int(found[2]), int(found[3]))
        return dt.datetime.combine(solid, dt.time()) if solid else None
    if not (found := _DATED.fullmatch(words)):
        return None
    year, month, month_alone, number, rest = found.groups()
    time = _time_of(rest) if rest else dt.time()
    dated = None
    if year:
        dated = _day(int(year), int(month), int(number))
    elif near:
        dated = _nearest_day(int(month_alone), int(number), near)
    return dt.datetime.combine(dated, time) if dated and time else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        made = dt.date(year, month, day)
    except ValueError:
        return None
    return made if _FIRST_DAY <= made <= _LAST_DAY else None


def _nearest_day(month: int, day: int, near: dt.date) -> dt.date | None:
    years = (near.year, near.year - 1, near.year + 1)
    days = [made for year in years if (made := _day(year, month, day))]
    return min(days, key=lambda made: abs(made - near), default=None)


def _time_of(words: str) -> dt.time | None:
    """A time typed as people say it (9点半, 下午3:20) or without a colon (0930, 9.30)."""
    if found := _TIME.fullmatch(words):
        before, hours, minutes, seconds, after = found.groups()
        hour = _hour((before or after or "").lower(), int(hours))
        minute = 30 if minutes == "半" else int(minutes or 0)
        second = int(seconds or 0)
    elif found := _SOLID_TIME.fullmatch(words) or _POINT_TIME.fullmatch(words):
        hour, minute, second = int(found[1]), int(found[2]), 0
    else:
        return None
    if hour is None or hour > 23 or minute > 59 or second > 59:
        return None
    return dt.time(hour, minute, second)


def _hour(half: str, hour: int) -> int | None:
    """The hour of the day; what may be noon or midnight (上午12点, 晚上12点) is not guessed."""
    if half in ("凌晨", "早上", "上午", "am"):
        return hour if hour < 12 else None
    if half == "晚上" and hour == 12:
        return None
    if half and hour < 12 and not (half == "中午" and hour >= 10):
        return hour + 12
    return hour


def _clock(seconds: float) -> dt.time:
    """A time from the seconds since midnight, to the nearest second of that day."""
    whole = min(round(seconds), 86_399)
    return dt.time(whole // 3600, whole // 60 % 60, whole % 60)


def _to_second(time: dt.time) -> dt.time:
    """Excel keeps a time as a fraction of a day, so that 9:30 may come back as 09:29:59.999997."""
    if not time.microsecond:
        return time
    return _clock(time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6)


# --- phones ------------------------------------------------------------------------------------------------------------

EXTENSION = "转"
"""Before the extension of a switchboard's number."""
_EXTENDED = lazy(f"(?!1)(?:{NUMBER.pattern}){EXTENSION}[0-9]{{1,6}}")
_SCIENTIFIC = lazy(r"(\d)(?:\.(\d*))?e\+?(\d{1,3})", re.ASCII | re.IGNORECASE)
_AS_FLOAT = lazy(r"^(\d{7,12})\.0+$", re.ASCII)
_NOT_DIGIT = lazy(r"\D", re.ASCII)
_BETWEEN_TWO = lazy(r"[/\\、,;|()]|[^\W\d_]")
_COUNTRY = lazy(r"^(?:00)?86(?=1)", re.ASCII)
_RUN = lazy("|".join(row[i : i + 8] for row in ("0123456789", "9876543210") for i in range(3)))


def read_phone(raw: Cell, area_code: str = "") -> Reading:
    """A phone number, as its digits: "19912345678", "02161234567", "4001234567"; the extension of a landline is part of it: "…转801".

    A local number of seven or eight digits is read only where the shop's ``area_code`` is set.
    """
    if isinstance(raw, str) and (NUMBER.fullmatch(raw) or _EXTENDED.fullmatch(raw)):
        return _unreadable("V04.fake") if _is_fake(raw.partition(EXTENSION)[0]) else Reading(raw)
    if not (words := _words(raw)):
        return BLANK
    words = _AS_FLOAT.sub(r"\1", words)
    if found := _SCIENTIFIC.fullmatch(words):
        digits = found[1] + (found[2] or "")
        places = int(found[3]) + 1
        if len(digits) < places:
            return _unreadable("V04.rounded")
        words = digits[:places]
    numbers, rest = numbers_in(words, area_code)
    if not numbers:
        return _unreadable(_why_no_phone(words))
    if _is_fake(numbers[0]):
        return _unreadable("V04.fake")
    left_over = bool(_NOT_DIGIT.sub("", rest))
    if left_over and not _BETWEEN_TWO.search(rest):
        return _unreadable("V04.long")
    two = left_over or len(set(numbers)) > 1
    extension = extension_in(words, area_code)
    number = numbers[0] + (EXTENSION + extension if extension else "")
    return _through(number, "V04.two" if two else "V04.dirty", number)


def _why_no_phone(words: str) -> str:
    digits = _NOT_DIGIT.sub("", words)
    if not digits or (len(digits) < 7 and re.search(r"[^\W\d_]", words)):
        return "V04.letters"
    digits = _COUNTRY.sub("", digits)
    if len(digits) >= 7 and is_run(digits):
        return "V04.fake"
    if len(digits) < 11:
        return "V04.short"
    return "V04.shape" if len(digits) == 11 or (len(digits) == 12 and digits[0] == "0") else "V04.long"


def _is_fake(number: str) -> bool:
    """A company may well have bought 400-1234567: of a service number only what follows counts."""
    return is_run(number[3:] if number[0] in "48" else number)


def is_run(digits: str) -> bool:
    """A number nobody has: every digit the same, or eight and more counting up or down."""
    return len(set(digits)) == 1 or _RUN.search(digits) is not None


# --- code lists --------------------------------------------------------------------------------------------------------


def read_code(raw: Cell, codes: CodeList) -> Reading:
    """A value of a code list. A spelling the list knows is clean; width, case and blanks are forgiven."""
    if raw in codes.values:
        return Reading(raw)
    if isinstance(raw, bool):
        return read_code(YES if raw else NO, codes)
    typed = raw if isinstance(raw, str) else _words(raw)
    if value := codes.spellings.get(typed):
        return Reading(value)
    key = _loose(typed)
    if not key:
        return BLANK
    if value := _loose_values(codes.values, tuple(codes.spellings.items())).get(key):
        return _through(value, "V02.variant", value)
    return _unreadable("V02.unknown", nearest(typed, codes.values))


_ARROW = lazy(r"[-=]{0,3}>|[→⇒➔➜]")
_AROUND_GRADE = " 级級等/|\\,.;:、。()[]*'\"?!-~"


def read_grade(raw: Cell, codes: CodeList) -> Reading:
    """A grade, as its capital letter; of "H→A" the last one. A grade written as a number is not guessed."""
    if raw in codes.values:
        return Reading(raw)
    if not (words := _words(raw)):
        return BLANK
    grade = _ARROW.split(words.upper())[-1].strip(_AROUND_GRADE)
    if grade in codes.values:
        return _through(grade, "V02.variant", grade)
    return _unreadable("V02.unknown", nearest(grade, codes.values))


_LIST_BREAK = lazy(r"[、,/;\s]+")
_WEEKDAY = lazy(r"(?:周|星期|礼拜)([一二三四五六日天1-7])")
_WEEKDAY_CHARACTERS = dict(zip("1234567天", "一二三四五六日日", strict=True))


def read_codes(raw: Cell, codes: CodeList) -> Reading:
    """Several values of a code list, as their places in it, in order: "周三、周一" → (0, 2). One unknown spoils all."""
    if not (words := _words(raw)):
        return BLANK
    places = set()
    trouble = ""
    for part in filter(None, _LIST_BREAK.split(words)):
        reading = read_code(part, codes)
        if not reading.readable and (day := _WEEKDAY.fullmatch(part)):
            weekday = "周" + _WEEKDAY_CHARACTERS.get(day[1], day[1])
            reading = _through(weekday, "V02.variant", weekday) if weekday in codes.values else reading
        if not reading.readable:
            return reading
        trouble = trouble or reading.trouble
        places.add(codes.values.index(reading.value))
    found = tuple(sorted(places))
    return Reading(found or None, trouble, True, "、".join(codes.values[i] for i in found) if trouble else "")


def read_phones(raw: Cell, area_code: str = "") -> Reading:
    """Several phone numbers, "19900000101、19900000102", as a tuple; one that cannot be read spoils all."""
    if not (words := _words(raw)):
        return BLANK
    readings = [read_phone(part, area_code) for part in filter(None, _LIST_BREAK.split(words))]
    unreadable = next((reading for reading in readings if not reading.readable), None)
    return unreadable or Reading(tuple(reading.value for reading in readings))


_TICKED = frozenset(("√", "✓", "✔", "☑", "是", "有", "1", "y", "yes", "true"))
_NOT_TICKED = frozenset(("否", "无", "×", "✗", "0", "n", "no", "false"))


def read_tick(raw: Cell) -> Reading:
    """A tick, as a bool; every usual way to make one is clean."""
    if raw == "√":
        return Reading(True)
    if isinstance(raw, bool):
        return Reading(raw)
    if not (mark := _words(raw).lower()):
        return BLANK
    if mark in _TICKED or mark in _NOT_TICKED:
        return Reading(mark in _TICKED)
    return _unreadable("V02.unknown")


def _loose(text: str) -> str:
    return _fold(text).replace(" ", "").casefold()


@lru_cache(maxsize=64)
def _loose_values(values: tuple[str, ...], spellings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {_loose(spelling): value for spelling, value in spellings} | {_loose(value): value for value in values}


def nearest(value: str, candidates: Iterable[str]) -> str:
    """The candidate most like a value, "" if none is near: only ever a hint."""
    return _nearest(_loose(value)[:40], tuple(candidates))


@lru_cache(maxsize=4096)
def _nearest(value: str, candidates: tuple[str, ...]) -> str:
    import difflib  # most books are without a mistake that asks for it

    loose = {_loose(candidate): candidate for candidate in candidates}
    # 0.55: a reason without its group is near (闲逛, 客户-闲逛), two words of two characters that share one are not
    near = difflib.get_close_matches(value, loose, n=1, cutoff=0.55)
    return loose[near[0]] if near else ""


# --- numbers -----------------------------------------------------------------------------------------------------------

_PLAIN_COUNT = lazy(r"\d{1,15}", re.ASCII)
_COUNTED = lazy(r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.0+)? ?[人位个批台辆套天次]?", re.ASCII)
_PLAIN_MONEY = lazy(r"-?\d{1,10}(?:\.\d{1,9})?", re.ASCII)
_SUM = lazy(r"¥? ?(-?(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,10})(?:\.\d{1,9})?) ?(万|w)?元?", re.ASCII | re.IGNORECASE)


def read_count(raw: Cell) -> Reading:
    """A whole number from 0 up, as ``int``."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        whole = 0 <= raw < _HUGE and raw == int(raw)
        return Reading(int(raw)) if whole else _unreadable("V02.number")
    if not (words := _words(raw)):
        return BLANK
    if raw == words and _PLAIN_COUNT.fullmatch(words):
        return Reading(int(words))
    if not (found := _COUNTED.fullmatch(words)):
        return _unreadable("V02.number")
    count = int(found[1].replace(",", ""))
    return _through(count, "V02.variant", str(count))


def read_number(raw: Cell) -> Reading:
    """A number as the tool itself wrote it, as ``float``."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and abs(raw) < _HUGE:
        return Reading(float(raw))
    return _unreadable("V02.number") if _words(raw) else BLANK


def read_money(raw: Cell) -> Reading:
    """An amount in yuan, as ``float``: "227,000" and "22.7万" are both 227000."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return Reading(float(raw)) if abs(raw) < _HUGE else _unreadable("V02.number")
    if not (words := _words(raw)):
        return BLANK
    if raw == words and _PLAIN_MONEY.fullmatch(words):
        return Reading(float(words))
    if not (found := _SUM.fullmatch(words)):
        return _unreadable("V02.number")
    amount = float(found[1].replace(",", ""))
    yuan = round(amount * 10_000, 2) if found[2] else amount
    return _through(yuan, "V02.variant", as_text(yuan))


# --- safety ------------------------------------------------------------------------------------------------------------

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_SIGNED = lazy(r"[-+－＋]+|[-+－＋]\s*\d[\d\s,.]*%?|[+＋]\s*86[-\s\d()]*")


def starts_like_formula(text: str) -> bool:
    """Text to be marked as text wherever it is written: rather too much than too little."""
    return text[:1] in FORMULA_STARTS


def looks_like_formula(text: str) -> bool:
    """A spreadsheet would run this text; a signed number, a phone with +86 and a lone dash are none. Rule V17."""
    return starts_like_formula(text) and not _SIGNED.fullmatch(text)
