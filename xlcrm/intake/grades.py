"""Grades as shops write them, and the letters that end a customer's row. SPEC section 2, practice."""

from __future__ import annotations

import re

from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import ProspectA, ProspectB, ProspectC, ProspectH
from xlcrm.forms.states import GRADES
from xlcrm.intake.looks import text_of

SHEETS: dict[str, type[Record]] = {"H": ProspectH, "A": ProspectA, "B": ProspectB, "C": ProspectC}
"""The grade sheet of each grade."""
_ENDS = {"O": "已订", "D": "已交车", "F": "战败", "F0": "战败待审", "F1": "战败", "F2": "冻结", "L": "失控"}
_WRITTEN = re.compile(r"(?:意向)?([HABCOFDNL]\d?)\s*(?:级|級|类|卡|客户)?(?:[(（].*)?", re.IGNORECASE)
_WORDS = {
    **dict.fromkeys(("订", "定", "下订", "已订", "订车", "下定"), "O"),
    **dict.fromkeys(("交", "交车", "已交车", "提车"), "D"),
    **dict.fromkeys(("败", "战败", "已战败"), "F"),
}
"""The same in words, as they are put into the days of a grid."""
_ARROW = re.compile(r"[-=]*[>→⇒➔]")


def letter_of(text: str) -> str:
    """The letter of a text that is one: h, Ａ级, F1, H（7天内）, 订; "" for any other text."""
    found = _WRITTEN.fullmatch(text_of(text))
    return found[1].upper() if found else _WORDS.get(text_of(text), "")


def grade_of(text: str) -> str | None:
    """The grade of the method a text says, of H→A the last one, O included; ``None`` for another house's."""
    letter = letter_of(_ARROW.split(text_of(text))[-1].strip())
    return letter if letter in (*GRADES, "O") else None


def end_of(text: str) -> str | None:
    """The state with which a customer leaves the grade sheets: O, D, F, F1, F2, L."""
    return _ENDS.get(letter_of(text))
