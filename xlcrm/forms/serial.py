"""Days and times of day as the numbers a workbook keeps: days since its epoch, and parts of a day."""

from __future__ import annotations

import datetime as dt

from xlcrm.forms.schema import as_text

_EPOCH_1900, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_LEAP_BUG_ENDS = 61
"""Serial of 1900-03-01: Excel's 1900 system counts a 29 February that never was, so earlier days are one less."""
_DAY = 86_400


def serial(value: dt.date | dt.time | dt.timedelta, *, date1904: bool = False) -> str | int | float:
    """A day, a time or both as the number that is kept; a date before the epoch as text, as Excel keeps it."""
    if isinstance(value, dt.datetime):
        day = serial(value.date(), date1904=date1904)
        return day + _fraction(value.time()) if isinstance(day, int) else as_text(value)
    if isinstance(value, dt.date):
        days = (value - (_EPOCH_1904 if date1904 else _EPOCH_1900)).days
        if not date1904 and days < _LEAP_BUG_ENDS:
            days -= 1
        return as_text(value) if days < (0 if date1904 else 1) else days
    return _fraction(value) if isinstance(value, dt.time) else value / dt.timedelta(days=1)


def _fraction(time: dt.time) -> float:
    seconds = time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1_000_000
    return seconds / _DAY
