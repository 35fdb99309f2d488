"""What a cell of a shop's own file says, as the value our column holds; what cannot be read stays as typed.

Wider than the reading of a book (``ledger.normal``), which it goes by: shops write days as 11.5, 26.11.3 or 5-Nov-26, and
the table around a cell often says what the cell alone does not.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from xlcrm.forms.schema import Cell, Kind, as_text
from xlcrm.intake.looks import is_date, is_full_name, is_tick, is_titled, is_untick, text_of
from xlcrm.ledger.normal import read_count, read_date, read_money, read_person, read_phone, read_text, read_time

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ENGLISH_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s/.-]*([a-z]{3})[a-z]*\.?[\s/.,-]*(\d{2,4})?(.*)", re.IGNORECASE)
_AMERICAN_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s*(\d{4})?(.*)", re.IGNORECASE)
_POINTED = re.compile(r"(\d{1,2})\s*\.\s*(\d{1,2})(?:日|号)?")
_SHORT_YEAR = re.compile(r"['’]?(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(.*)")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(.*)")
_WEEKDAY = re.compile(
    r"\s*[（(][^()（）]{1,4}[)）]$|\s*(?:星期|周|礼拜)[一二三四五六日天]$|\s*[月火水木金土日]曜日?$|(?<=\d)\.$"
)
_REIWA = re.compile(r"令和(\d{1,2}|元)年")
_LONE_DAY = re.compile(r"(\d{1,2})\s*[日号]")
_BETWEEN = re.compile(r"\s*(?:[-–—−―~～〜至到]|to)+\s*", re.IGNORECASE)
_CLOCK = r"(?:凌晨|早上|上午|中午|下午|晚上|am|pm)?\s*\d{1,2}\s*[:点时時시]\s*(?:\d{1,2}|半)?\s*[分분]?(?::\d\d)?\s*(?:am|pm)?"
_MOMENT = re.compile(
    rf"(.*?\d.*?)(?:[\s,]+|(?<=[日号)])|(?=[凌早上中下晚]))({_CLOCK}(?:{_BETWEEN.pattern}{_CLOCK})?)\s*", re.IGNORECASE
)
"""A day with a time, or with two, behind it: 11.5 10:20, 11.6(四)下午2点半, 11.7 10:20-11:00."""
_HALVES = {"오전": "上午", "오후": "下午", "時": "时", "시": "点", "분": "分"}
_SEVERAL = re.compile(r"[/、,，;；|\n]|\s{2,}| 或 |和")


def read_day(cell: Cell, near: dt.date, *, day_first: bool = False) -> dt.date | None:
    """A day in any of the ways it is written; one without its year lies near ``near``."""
    if isinstance(cell, dt.datetime):
        return cell.date() if cell.year > 1900 else None
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool) and 1 <= cell <= 31:
        return _made(near.year, near.month, cell)
    if isinstance(cell, str):
        return _day_of_text(cell, near, day_first)
    day: dt.date | None = read_date(cell, near).value
    return day


@lru_cache(maxsize=16384)
def _day_of_text(typed: str, near: dt.date, day_first: bool) -> dt.date | None:
    text = unicodedata.normalize("NFKC", typed).strip()
    text = text.replace("년", "年").replace("월", "月").replace("일", "日")
    text = _REIWA.sub(lambda found: f"{2018 + (1 if found[1] == '元' else int(found[1]))}年", text)
    text = _WEEKDAY.sub("", text).strip() or text
    plain: dt.date | None = read_date(text, near).value
    if plain is not None:
        return plain
    if found := _MOMENT.fullmatch(text):
        return _day_of_text(found[1], near, day_first)
    if found := _POINTED.fullmatch(text):
        return _nearest(int(found[1]), int(found[2]), near)
    if found := _DAY_FIRST.match(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        month, day = (second, first) if first > 12 or (day_first and second <= 12) else (first, second)
        return _made(year, month, day)
    if found := _SHORT_YEAR.match(text):
        return _made(2000 + int(found[1]), int(found[2]), int(found[3]))
    if found := _ENGLISH_DAY.match(text):
        return _of_month(found[2], int(found[1]), found[3], near)
    if found := _AMERICAN_DAY.match(text):
        return _of_month(found[1], int(found[2]), found[3], near)
    if found := _LONE_DAY.fullmatch(text):
        return _made(near.year, near.month, int(found[1]))
    return None


def _of_month(name: str, day: int, year: str | None, near: dt.date) -> dt.date | None:
    month = _MONTHS.get(name.lower())
    if month is None:
        return None
    if year is None:
        return _nearest(month, day, near)
    return _made(int(year) if len(year) == 4 else 2000 + int(year), month, day)


def _made(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, near: dt.date) -> dt.date | None:
    made = [day_ for year in (near.year, near.year - 1, near.year + 1) if (day_ := _made(year, month, day))]
    return min(made, key=lambda day_: abs(day_ - near), default=None)


def is_day_first(cells: Sequence[Cell], month: int | None) -> bool:
    """Whether a column writes 03/11/2026 for the third of November: a day over twelve shows it, else the month of the sheet."""
    found = [match for cell in cells if isinstance(cell, str) and (match := _DAY_FIRST.match(cell.strip()))]
    firsts, seconds = {int(m[1]) for m in found}, {int(m[2]) for m in found}
    if any(first > 12 for first in firsts):
        return True
    if any(second > 12 for second in seconds) or not found:
        return False
    return month is not None and seconds == {month} and firsts != {month}


def numbered_days(cells: Sequence[Cell], near: dt.date) -> dict[int, dt.date | None]:
    """Days that stand as numbers (10.5 is 5 October), by their place; 10.1 may have been 10.10, and its neighbours decide.

    ``None`` where they do not: the cell stays as typed.
    """
    choices: list[list[dt.date]] = [_choices(cell, near) for cell in cells]
    found: dict[int, dt.date | None] = {}
    before: dt.date | None = None
    for at, options in enumerate(choices):
        if isinstance(cells[at], float):
            after = next((later[0] for later in choices[at + 1 :] if len(later) == 1), None)
            fitting = [day for day in options if (before is None or day >= before) and (after is None or day <= after)]
            found[at] = fitting[0] if len(fitting) == 1 else options[0] if len(options) == 1 else None
        if len(options) == 1:
            before = options[0]
        elif found.get(at):
            before = found[at]
    return found


def _choices(cell: Cell, near: dt.date) -> list[dt.date]:
    if not isinstance(cell, float):
        day = read_day(cell, near) if cell is not None else None
        return [day] if day else []
    month, _, digits = repr(cell).partition(".")
    if not 1 <= int(month) <= 12 or len(digits) > 2:
        return []
    days = [int(digits)] if len(digits) == 2 else [int(digits), int(digits) * 10]
    return [made for day in days if (made := _nearest(int(month), day, near))]


def read_clock(cell: Cell) -> dt.time | None:
    """A time of day, also of a cell that holds the day as well."""
    if isinstance(cell, str):
        for foreign, ours in _HALVES.items():
            cell = cell.replace(foreign, ours)
    clock: dt.time | None = read_time(cell).value
    if clock is not None:
        return clock
    if isinstance(cell, str) and (found := re.search(r"(\d{1,2})\s*[:：]\s*(\d{2})(?::\d{2})?\s*$", cell)):
        return _time(int(found[1]), int(found[2]))
    return None


def _time(hour: int, minute: int) -> dt.time | None:
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def split_stay(text: str) -> tuple[dt.time | None, dt.time | None]:
    """9：30～10:15 → the two times; ``(None, None)`` for what are not two times."""
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip()) if part]
    if len(parts) != 2:
        return None, None
    return read_clock(parts[0]), read_clock(parts[1])


def times_of(cell: Cell) -> tuple[dt.time | None, dt.time | None]:
    """The time, or the two, that stand behind a day in one cell: 11.5 10:20-11:00 → 10:20 and 11:00."""
    if not isinstance(cell, str):
        return read_clock(cell), None
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if found is None:
        return read_clock(cell), None
    stay = split_stay(found[2])
    return stay if stay != (None, None) else (read_clock(found[2]), None)


def minutes_of(cell: Cell) -> int | None:
    """How long a stay lasted: 45, 45分钟, 1小时20分, 1:20."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return int(cell) if cell >= 1 else round(cell * 1440)
    if isinstance(cell, dt.time):
        return cell.hour * 60 + cell.minute
    text = text_of(cell)
    found = re.fullmatch(r"(?:(\d{1,2})\s*(?:小时|时|h|:))?\s*(?:(\d{1,3})\s*(?:分钟?|min|m)?)?", text, re.IGNORECASE)
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found and any(found.groups()) else None


def phones_of(cell: Cell, area_code: str) -> tuple[list[str], str]:
    """The numbers of a cell, and what was typed where none can be read."""
    typed = as_text(cell).strip().lstrip("'’`")
    reading = read_phone(cell if not isinstance(cell, str) else typed, area_code)
    if reading.value is None:
        return [], typed
    found = [reading.value]
    for part in _SEVERAL.split(typed) if isinstance(cell, str) else ():
        other = read_phone(part, area_code)
        if other.value is not None and other.value not in found and other.trouble != "V04.two":
            found.append(other.value)
    return found, ""


_WITH_PHONE = re.compile(r"(.*?)[\s:：(（/-]*((?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2})[)）\s]*(.*)", re.DOTALL)


def name_and_phone(text: str) -> tuple[str, str]:
    """王伟 19900000101 → the name and the phone typed with it, "" where there is none."""
    found = _WITH_PHONE.fullmatch(text)
    return ((found[1] or found[3]).strip(" ,，、;；:："), found[2]) if found else (text, "")


def several_people(text: str) -> list[str]:
    """The customers of a cell that names several: 王伟19900000101、李娜19900000102; one, where it is one."""
    parts = [part.strip() for part in re.split(r"[、,，;；\n]|/(?=\D)", text) if part.strip()]
    if len(parts) < 2:
        return [text]
    people = [name_and_phone(part) for part in parts]
    with_phone = sum(bool(phone) for _, phone in people)
    if with_phone == len(parts):
        return parts
    are_names = all(is_full_name(name) or is_titled(name) for name, _ in people)
    return parts if are_names and not with_phone else [text]


def read_mark(cell: Cell) -> bool | None:
    """Whether a mark says yes or no; a day that stands for a mark says yes."""
    if cell is None:
        return None
    if is_tick(cell) or (is_date(cell) and not isinstance(cell, (int, float))):
        return True
    if is_untick(cell):
        return False
    text = text_of(cell)
    if re.match(r"已|有|yes|done|是", text, re.IGNORECASE):
        return True
    return False if re.match(r"未|无|没|no\b|否", text, re.IGNORECASE) else None


_SPOKEN_SUM = re.compile(r"[¥￥]?\s?(\d{1,4})[万wW](\d)千?元?")
"""An amount as it is said: 19万8 are 19.8万. In a book it is an error; what a shop wrote before is read."""


def plain(cell: Cell, kind: Kind) -> Cell:
    """A count, an amount, a colleague's name or a text; what cannot be read as such stays as typed."""
    spoken = _SPOKEN_SUM.fullmatch(cell.strip()) if kind is Kind.MONEY and isinstance(cell, str) else None
    if spoken:
        cell = f"{spoken[1]}.{spoken[2]}万"
    reading = {Kind.COUNT: read_count, Kind.MONEY: read_money, Kind.PERSON: read_person}.get(kind, read_text)(cell)
    value: Cell = reading.value
    return value if value is not None else as_text(cell).strip() or None
