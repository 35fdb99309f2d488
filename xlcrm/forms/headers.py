"""Header rows and foot rows as real files write them. SPEC section 9."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from xlcrm.forms.schema import Cell, Form

FOOT_WORDS = ("合计", "总计", "小计", "累计", "制表", "填表人", "审核")
"""How a foot row below the data begins; such rows are not records. SPEC section 9."""
SIGNATURES = ("签字", "签名", "签章")
"""What the first cell of a line for signatures says somewhere: 销售经理签字."""


def columns_of(headers: Iterable[str], form: Form) -> dict[str, int]:
    """Field name → position among ``headers``, through every known spelling; an exact header wins, else the first.

    Blanks, full-width signs and the asterisk of a required column are seen through.
    """
    squeezed = ["".join(normalize("NFKC", header).split()).strip("*") for header in headers]
    exact = {c.header: c.name for c in form.columns}
    found: dict[str, int] = {}
    for names in (exact, form.spelled):
        for position, header in enumerate(squeezed):
            name = names.get(header)
            if name is not None and name not in found and position not in found.values():
                found[name] = position
    return found


def is_foot(cells: Iterable[Cell]) -> bool:
    """Whether a row is a total or a signature line rather than a record."""
    for first in cells:
        if first is not None:
            break
    else:
        return False
    if not isinstance(first, str):
        return False
    words = "".join(first.split())
    return words.startswith(FOOT_WORDS) or any(sign in words for sign in SIGNATURES)
