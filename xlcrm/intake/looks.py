"""What a cell looks like, whatever its header says: the evidence of the values."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from xlcrm.forms.schema import Cell, as_text
from xlcrm.ledger.normal import read_date, read_phone, read_time

_DITTO = frozenset(
    (
        "同上",
        "〃",
        "″",
        '"',
        "“",
        "”",
        "''",
        "''",
        "々",
        "ゝ",
        "同前",
        "同",
        "上同",
        "-do-",
        "do",
        "ditto",
        "↑",
        "仝",
        "''''",
        "”“",
    )
)
_MASKED = re.compile(r"1[3-9]\d[*xX＊●•]{3,8}\d{2,4}|1[3-9]\d{0,2}[*＊xX]+\d*")
_LONG_NUMBER = re.compile(r"\+?[\d\s().-]{7,20}")
_TICKS = frozenset(
    (
        "√",
        "✓",
        "✔",
        "☑",
        "●",
        "○",
        "◯",
        "◎",
        "★",
        "■",
        "V",
        "v",
        "是",
        "有",
        "1",
        "Y",
        "y",
        "对",
        "OK",
        "ok",
        "已",
        "O",
        "o",
    )
)
_NOT_TICKS = frozenset(("×", "✗", "✘", "否", "无", "0", "N", "n", "没", "未", "X", "x", "-", "—", "/", "無"))
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"(?:[{_PROVINCES}使领][A-Z]|WJ[{_PROVINCES}]?)[·.\-\s]?[A-HJ-NP-Z0-9]{{4,6}}[学警港澳]?", re.IGNORECASE
)
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)
_TITLE = re.compile(
    r".{0,3}(?:先生|女士|小姐|老师|太太|夫人|师傅|老板|总|经理|主任|医生|阿姨|大哥|大姐|哥|姐|MR\.?|MS\.?|MRS\.?)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?|[\u4e00-\u9fff]\s[\u4e00-\u9fff]")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳上官司马诸葛"
)
_GRADE = re.compile(
    r"(?:意向)?([HABCOFDNL])\d?(?:级|級|类|卡|客户|[(（].*)?|[HABCOFDN]\s*[-=]*[>→]\s*[HABCOFDN]\d?|f[012]",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\s*(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}\s*月\s*\d{1,2}|\d{4}년"
    r"|\d{1,2}[-/.]\d{1,2}(?!\d)(?!\s*[-/.:：]\s*\d)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{2}\.\s?\d{1,2}\.\s?\d{1,2}"
    r"|\d{1,2}[-/ ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:19|20)\d{6}(?!\d))",
    re.IGNORECASE,
)
_TIMED = re.compile(
    r"\s*(?:凌晨|早上|上午|中午|下午|晚上|오전|오후|am|pm)?\s*\d{1,2}\s*(?:[:：点时時시]\s*(?:\d{1,2}|半)?\s*[分분]?|\.\d\d)(?::\d\d)?\s*(?:am|pm)?\s*",
    re.IGNORECASE,
)
_STAY = re.compile(rf"{_TIMED.pattern}(?:[-–—−―~～〜至到]|to)+{_TIMED.pattern}", re.IGNORECASE)
_HAS_CLOCK = re.compile(r"\d\s*(?:[:：]\s*\d|[点时時])")
_FAR = dt.date(2026, 1, 1)


def text_of(cell: Cell) -> str:
    """A cell's text in half width, without outer blanks; "" for a blank one."""
    if cell is None:
        return ""
    text = as_text(cell)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def is_ditto(cell: Cell) -> bool:
    """Whether a cell says that it is as the one above."""
    return isinstance(cell, str) and "".join(cell.split()).lower() in _DITTO


@lru_cache(maxsize=4096)
def _is_phone_text(text: str) -> bool:
    if _MASKED.fullmatch(text):
        return True
    digits = sum(ch.isdigit() for ch in text)
    return (
        7 <= digits <= 26
        and (read_phone(text).readable or _LONG_NUMBER.fullmatch(text) is not None)
        and not _DATED.match(text)
    )


def is_phone(cell: Cell) -> bool:
    """A phone number, also a masked, a rounded or a short one."""
    if isinstance(cell, str):
        return _is_phone_text(text_of(cell))
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1e9 <= cell < 1e12


def is_date(cell: Cell) -> bool:
    """A day, with or without its year, with or without a time."""
    if isinstance(cell, dt.date):
        return not (isinstance(cell, dt.datetime) and cell.year < 1901)
    if isinstance(cell, str):
        return (_DATED.match(cell) is not None and not is_phone(cell)) or (
            len(cell) < 9 and read_date(cell, _FAR).value is not None
        )
    return (
        isinstance(cell, (int, float))
        and not isinstance(cell, bool)
        and (20_000 < cell < 80_000 or (isinstance(cell, float) and 1 <= cell < 13))
    )


def is_time(cell: Cell) -> bool:
    """A time of day and nothing else."""
    if isinstance(cell, dt.datetime):
        return cell.year < 1901
    if isinstance(cell, (dt.time, dt.timedelta)):
        return True
    if isinstance(cell, str):
        return _TIMED.fullmatch(unicodedata.normalize("NFKC", cell)) is not None
    return isinstance(cell, float) and 0 < cell < 1 and read_time(cell).readable


def is_moment(cell: Cell) -> bool:
    """A day with a time that is not midnight."""
    if isinstance(cell, dt.datetime):
        return cell.time() != dt.time() and cell.year > 1900
    return isinstance(cell, str) and is_date(cell) and _HAS_CLOCK.search(cell) is not None


def is_stay(cell: Cell) -> bool:
    """Two times in one cell: 9：30～10:15."""
    return isinstance(cell, str) and _STAY.fullmatch(unicodedata.normalize("NFKC", cell)) is not None


def is_tick(cell: Cell) -> bool:
    """A mark that says yes, as in a column to be ticked."""
    return cell is True or text_of(cell) in _TICKS


def is_untick(cell: Cell) -> bool:
    """A mark that says no."""
    return cell is False or text_of(cell) in _NOT_TICKS


def is_number(cell: Cell) -> bool:
    """A number, also as text with commas or 万."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return True
    return (
        isinstance(cell, str)
        and re.fullmatch(r"[¥￥]?\s*-?[\d,]+(?:\.\d+)?\s*(?:万|w|元|万元|k)?", cell.strip(), re.IGNORECASE) is not None
    )


def is_grade(cell: Cell) -> bool:
    """A letter of the method, as it is written: H, Ａ, b级, H→A, F0."""
    return isinstance(cell, str) and _GRADE.fullmatch(text_of(cell)) is not None


def is_plate(text: str) -> bool:
    """A number plate."""
    return _PLATE.fullmatch(text) is not None


def is_vin(cell: Cell) -> bool:
    """A chassis number."""
    return isinstance(cell, str) and _VIN.fullmatch(cell.strip()) is not None


def is_titled(text: str) -> bool:
    """A name that names nobody in particular: 王先生, 某女士."""
    return _TITLE.fullmatch(text) is not None


def is_full_name(text: str) -> bool:
    """A surname with a given name, two to four characters: surer than ``is_person``."""
    return _PERSON.fullmatch(text) is not None and text[0] in _SURNAMES


def is_person(cell: Cell) -> bool:
    """A name, a title or a plate: what stands in the column of customers."""
    text = text_of(cell)
    return bool(_PERSON.fullmatch(text)) or is_titled(text) or is_plate(text)


def share(cells: Iterable[Cell], looks: Callable[[Cell], bool]) -> float:
    """The part of the filled cells that looks like something; 0 where none is filled."""
    filled = [cell for cell in cells if cell is not None]
    return sum(map(looks, filled)) / len(filled) if filled else 0.0
