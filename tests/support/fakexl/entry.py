"""What Excel makes of a value that a program sets, and what it gives back: both differ from what a file holds."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import unicodedata
from typing import Any, NamedTuple

from openpyxl.styles.numbers import is_datetime
from openpyxl.utils.datetime import from_excel, to_excel

GENERAL, TEXT = "General", "@"
LONGEST_TEXT = 32_767
ERROR_CODES = {
    "#DIV/0!": -2146826281,
    "#N/A": -2146826246,
    "#NAME?": -2146826259,
    "#NULL!": -2146826288,
    "#NUM!": -2146826252,
    "#REF!": -2146826265,
    "#VALUE!": -2146826273,
}

_FIFTEEN_DIGITS = decimal.Context(prec=15, rounding=decimal.ROUND_DOWN)
_NUMBER = re.compile(r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(%?)")
_DATES = (
    (re.compile(r"(?P<y>\d{4})[-/年](?P<m>\d{1,2})[-/月](?P<d>\d{1,2})日?"), "yyyy/m/d"),
    (re.compile(r"(?P<y>\d{4})[-/年](?P<m>\d{1,2})月?"), "mmm-yy"),
    (re.compile(r"(?P<m>\d{1,2})[-/月](?P<d>\d{1,2})日?"), "d-mmm"),
)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_STRING = r'"((?:[^"]|"")*)"'
_HYPERLINK = re.compile(rf"=HYPERLINK\({_STRING},{_STRING}\)")
_SUM = re.compile(r"=([\d.]+)\+([\d.]+)")


KNOWN: dict[str, object] = {"=NA()": ERROR_CODES["#N/A"]}
"""What other formulas give."""


class ComError(Exception):
    """What COM raises; ``hresult`` says why, as with pywin32."""

    def __init__(self, words: str, hresult: int = -2147352567) -> None:
        super().__init__(words)
        self.hresult = hresult
        self.excepinfo = (0, "Microsoft Excel", words, None, 0, -2146827284)


class Unsettled(Exception):
    """Nobody knows what Excel does here."""


class Held(NamedTuple):
    """What a cell holds: openpyxl's data type, the value, the number format it took on, and whether ' was typed first."""

    type: str
    value: Any
    format: str
    quoted: bool = False


def entered(value: object, number_format: str) -> Held:
    """What a cell of a number format holds once ``Range.Value`` was set to a value."""
    if value is None or value == "":
        return Held("n", None, number_format)
    if number_format == TEXT:
        return Held("s", _as_text(value), TEXT)
    if isinstance(value, bool):
        return Held("b", value, number_format)
    if isinstance(value, int) and abs(value) >= 2**31:
        raise Unsettled(f"{value} does not fit 32 bits: send a float")
    if isinstance(value, int | float):
        return Held("n", float(value), number_format)
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise Unsettled(f"COM may move {value} by the time zone: send UTC")
        date_format = "yyyy/m/d" if value.time() == dt.time() else "yyyy/m/d h:mm"
        return _dated(to_excel(value.replace(tzinfo=None)), number_format, date_format)
    if isinstance(value, str):
        return _typed(value, number_format)
    raise TypeError(f"COM takes no {type(value).__name__}")


def _as_text(value: object) -> str:
    """What a cell formatted as text holds."""
    if isinstance(value, str):
        if value.startswith("'"):
            raise Unsettled("an apostrophe into a cell formatted as text")
        return _fitting(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unsettled(f"{value!r} into a cell formatted as text")
    return f"{value:.15g}"


def _typed(text: str, number_format: str) -> Held:
    if text.startswith("'"):
        return Held("s", _fitting(text[1:]), number_format, quoted=True)
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.upper() in ("TRUE", "FALSE"):
        return Held("b", plain.upper() == "TRUE", number_format)
    if plain.upper() in ERROR_CODES:
        return Held("e", plain.upper(), number_format)
    number = _NUMBER.fullmatch(plain)
    if number:
        kept = float(_FIFTEEN_DIGITS.create_decimal(plain.rstrip("%").replace(",", "")))
        return Held("n", kept / 100 if number[1] else kept, number_format)
    if plain.startswith("="):
        return Held("f", plain, number_format)
    if plain[:1] in ("+", "-", "@"):
        raise Unsettled(f"{text!r}: a formula, or an error")
    return _date(plain, number_format) or Held("s", _fitting(text), number_format)


def _date(plain: str, number_format: str) -> Held | None:
    time = _TIME.fullmatch(plain)
    if time:
        hours, minutes, seconds = (int(part or 0) for part in time.groups())
        return _dated((hours * 3600 + minutes * 60 + seconds) / 86_400, number_format, "h:mm")
    for pattern, date_format in _DATES:
        found = pattern.fullmatch(plain)
        if found:
            parts = {"y": dt.date.today().year, "d": 1} | {key: int(part) for key, part in found.groupdict().items()}
            try:
                day = dt.datetime(parts["y"], parts["m"], parts["d"])
            except ValueError:
                return None
            return _dated(to_excel(day), number_format, date_format)
    return None


def _dated(serial: float, number_format: str, date_format: str) -> Held:
    """A date typed into a cell without a format gives it one."""
    return Held("n", serial, date_format if number_format == GENERAL else number_format)


def _fitting(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise ComError("text longer than a cell")
    return text


def given(cell: Any) -> object:
    """What ``Range.Value`` gives of an openpyxl cell."""
    value = cell.value
    if cell.data_type == "f":
        return calculated(value)
    if cell.data_type == "e":
        return ERROR_CODES[value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        value = to_excel(value)
    if is_datetime(cell.number_format) in ("date", "datetime"):
        moment: dt.datetime = from_excel(value) if value >= 1 else dt.datetime(1899, 12, 30) + dt.timedelta(value)
        return moment.replace(tzinfo=dt.UTC)
    if any(sign in cell.number_format for sign in "¥￥€£"):
        return decimal.Decimal(f"{value:.4f}")
    return float(value)


def calculated(formula: str) -> object:
    """The value of the few formulas that tests need."""
    link = _HYPERLINK.fullmatch(formula)
    if link:
        return link[2].replace('""', '"')
    total = _SUM.fullmatch(formula)
    if total:
        return float(total[1]) + float(total[2])
    if formula.startswith("=COUNTA("):  # a total below a table: that it is a formula is all that is asked
        return 0.0
    if formula in KNOWN:
        return KNOWN[formula]
    raise NotImplementedError(f"cannot calculate {formula}")


def formula_text(cell: Any) -> str:
    """What ``Range.Formula`` gives: a formula, or the constant as it would be typed."""
    value = given(cell) if cell.data_type != "f" else cell.value
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
