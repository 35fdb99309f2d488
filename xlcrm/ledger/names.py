"""Whether two names may be one person's. SPEC section 2 (who is who); the forms of address are those met in real logs."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from xlcrm.patterns import lazy

_TITLE = lazy(r"[老小]?.{0,2}?(?:先生|女士|小姐|太太|夫人|老师|老板|师傅|经理|总|哥|姐|叔|阿姨|大爷|大妈)")
_FAMILIAR = lazy(r"[老小]\w")
"""老王, 小李."""
_PLATE = lazy(r"[\u4e00-\u9fff][A-Z][·.\- ]?[A-Z0-9]{4,6}[A-Z0-9\u4e00-\u9fff]?")
"""沪A12345: the party was known by its car only."""
_NICKNAME = lazy(r"\w*(?:用户|网友|车友)\w*|匿名|未知|无名氏?")
"""懂车帝用户8310: what a lead platform calls somebody who gave no name."""


@lru_cache(maxsize=65_536)
def plain_name(name: str) -> str:
    """A name without blanks, in one width and case."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).upper()
    return name if plain == name else plain  # nearly all are: one text is held, not two


def may_be_one(one: str | None, other: str | None) -> bool:
    """Whether two names may be one person's: equal, one character off, or one of them no name but a title or a plate."""
    if not one or not other:
        return True
    if not is_name(one) or not is_name(other):
        return True
    return _one_off(plain_name(one), plain_name(other))


@lru_cache(maxsize=65_536)
def is_name(text: str) -> bool:
    """Whether a text names somebody: a title (何先生, 老王), a plate and a nickname do not."""
    name = plain_name(text)
    if "A" <= name[1:2] <= "Z" and _PLATE.fullmatch(name):  # compiled for few books: so many characters take 4 ms
        return False
    return not any(pattern.fullmatch(name) for pattern in (_TITLE, _FAMILIAR, _NICKNAME))


def _one_off(one: str, other: str) -> bool:
    """Whether one character put in, left out or changed makes one text of the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same:] == long[same + 1 :] or (len(short) == len(long) and short[same + 1 :] == long[same + 1 :])
