"""What stands around a table and holds for all its rows: the day, the month, the consultant, the grade, the section.

It is read from titles and bands, from the sheet's name and the file's, the nearest first.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from xlcrm.intake.lexicon import Means, meanings_of
from xlcrm.intake.regions import INLINE

_FULL = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?(?!\d)")
_SOLID = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)\s*年?")
_MONTH = re.compile(r"(?<![\d.])[(（]?\s*(\d{1,2})\s*[)）]?\s*月份?")
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d\d)\s*[-./年]?\s*(0?[1-9]|1[0-2])(?![\d])")
_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?(?!\d)")
_SHORT_DAY = re.compile(r"(\d{1,2})[-.月](\d{1,2})日?")
_ONLY_DAY = re.compile(r"(\d{1,2})[日号]")
_ENGLISH = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_ENGLISH_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b\.?", re.IGNORECASE)
_NOT_ITS_DAY = re.compile(r"制表|打印|导出|填表|截[止至]|更新|审核|签|printed|exported|至|—|~|～")
"""A day beside such a word is not the day of the rows."""
_GRADE_NAME = re.compile(r"(?<![A-Z])([HABC])\s*[级級类]|^([HABC])$", re.IGNORECASE)
_PLAN_NAME = re.compile(r"明日|次日|明天|计划表|tomorrow|翌日|내일")
_DONE_NAME = re.compile(r"当日|今日|今天|总结|today|本日")


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a row though its cells do not say it; ``None`` and "" where nothing does."""

    day: dt.date | None = None
    year: int | None = None
    month: int | None = None
    consultant: str = ""
    grade: str = ""
    plans: bool | None = None

    def near(self, today: dt.date) -> dt.date:
        """The day near which a day without its year lies."""
        if self.day is not None:
            return self.day
        if self.month is None:
            return dt.date(self.year, 7, 1) if self.year and self.year != today.year else today
        year = self.year or min(
            (today.year, today.year - 1, today.year + 1), key=lambda y: abs(dt.date(y, self.month or 1, 15) - today)
        )
        return dt.date(year, self.month, 15)

    def or_else(self, other: Context) -> Context:
        """This, and what only the other knows."""
        mine = {name: getattr(self, name) for name in ("day", "year", "month", "plans")}
        theirs = {name: getattr(other, name) for name in mine}
        return Context(
            **{name: value if value is not None else theirs[name] for name, value in mine.items()},
            consultant=self.consultant or other.consultant,
            grade=self.grade or other.grade,
        )


def context_of(texts: Iterable[str], staff: Collection[str], *, is_name: bool = False) -> Context:
    """What some texts say together. ``staff`` are names of consultants; ``is_name``: the texts are names of a sheet or file."""
    found = Context()
    for text in texts:
        found = found.or_else(_read(_of_here(text), staff, is_name))
    return found


def _of_here(text: str) -> str:
    """A text in half width, its years and months as they are written here."""
    text = unicodedata.normalize("NFKC", text).strip()
    return text.replace("년", "年").replace("월", "月").replace("일", "日")


def _read(text: str, staff: Collection[str], is_name: bool) -> Context:
    context = _consultant_of(text, staff)
    day = _day_of(text, is_name)
    if day is not None and not _NOT_ITS_DAY.search(text):
        context = replace(context, day=day, year=day.year, month=day.month)
    else:
        year, month = _month_of(text, is_name)
        context = replace(context, year=year, month=month)
    grade = _GRADE_NAME.search(text) if len(text) <= 16 else None
    if grade:
        context = replace(context, grade=(grade[1] or grade[2]).upper())
    if len(text) <= 24 and (_PLAN_NAME.search(text) or _DONE_NAME.search(text)):
        context = replace(context, plans=bool(_PLAN_NAME.search(text)))
    return context


def _day_of(text: str, is_name: bool) -> dt.date | None:
    found = _FULL.search(text) or (_SOLID.search(text) if is_name else None)
    if found is None:
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def _month_of(text: str, is_name: bool) -> tuple[int | None, int | None]:
    """Year and month."""
    year = _YEAR.search(text)
    month = _MONTH.search(text)
    both = _YEAR_MONTH.search(text)
    english = _ENGLISH_MONTH.search(text)
    short = _SHORT_DAY.fullmatch(text) if is_name else None
    number = (
        int(month[1])
        if month
        else int(both[2])
        if both
        else _ENGLISH[english[1].lower()[:3]]
        if english
        else int(short[1])
        if short
        else None
    )
    return int(year[1]) if year else None, number if number and 1 <= number <= 12 else None


def day_without_year(text: str, near: dt.date) -> dt.date | None:
    """11月7日 星期六, 7日, 11-10: a day of the month or year that ``near`` lies in, if the text says one."""
    text = unicodedata.normalize("NFKC", text).strip()
    whole = _day_of(text, False)
    if whole is not None:
        return whole
    found = _DAY_OF_MONTH.search(text) or _SHORT_DAY.match(text)
    month, day = (int(found[1]), int(found[2])) if found else (near.month, 0)
    if not found and (alone := _ONLY_DAY.match(text)):
        day = int(alone[1])
    candidates = [_made(year, month, day) for year in (near.year, near.year - 1, near.year + 1)]
    return min((made for made in candidates if made), key=lambda made: abs(made - near), default=None)


def _made(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


def _consultant_of(text: str, staff: Collection[str]) -> Context:
    """销售顾问：张敏, or a consultant's name somewhere in a short text."""
    for part in re.split(r"\s{2,}|[|｜]", text):
        found = INLINE.fullmatch(part)
        if found and meanings_of(found[1])[:1] == (Means.CONSULTANT,):
            name = found[2].split()[0] if found[2].split() else ""
            return Context(consultant=name.strip("_ 　"))
    named = [name for name in staff if name in text] if len(text) <= 40 else []
    return Context(consultant=max(named, key=len)) if len(named) == 1 else Context()
