"""Header rows and foot rows as real files write them. SPEC section 9."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from xlcrm.forms.schema import CHECK_HEADER, Cell, Form

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


class TypedOver(NamedTuple):
    """A header that somebody typed into or cleared: where it stands among the headers, what it was, what stands there now."""

    position: int
    header: str
    typed: str

    @property
    def is_cleared(self) -> bool:
        """Whether it was only cleared; spreadsheet programs then number the column: 列1."""
        return not self.typed or re.fullmatch(r"(列|Column)\d+", self.typed) is not None


def typed_over(headers: Sequence[str], form: Form) -> TypedOver | None:
    """The one header of a form that is missing, where something unknown stands between the neighbours it has in the form.

    ``None`` where none is missing, or it is not clear which of the headers it was: two are missing, columns were moved or
    deleted, or what was typed is the header of another column. Our decision.
    """
    if set(form.headers).issubset(headers):  # as in most books
        return None
    columns = columns_of(headers, form)
    missing = [column for column in form.columns if column.name not in columns and not column.late]
    if len(missing) != 1:
        return None
    (lost,) = missing
    order = [column.name for column in form.columns if column.name in columns or column is lost]
    at = order.index(lost.name)
    position = columns[order[at - 1]] + 1 if at else 0
    ends = position + 1 >= len(headers) or headers[position + 1] == CHECK_HEADER
    fits = columns[order[at + 1]] == position + 1 if at + 1 < len(order) else ends
    if not fits or position >= len(headers) or position in columns.values() or headers[position] == CHECK_HEADER:
        return None
    return TypedOver(position, lost.header, headers[position])


def restored(headers: tuple[str, ...], over: TypedOver | None) -> tuple[str, ...]:
    """The headers with the one that was typed over as it was."""
    return (*headers[: over.position], over.header, *headers[over.position + 1 :]) if over else headers


def is_foot(cells: Iterable[Cell]) -> bool:
    """Whether a row is a total or a signature line rather than a record."""
    for first in cells:
        if first is not None:
            return isinstance(first, str) and _begins_foot(first)
    return False


@cache
def _begins_foot(text: str) -> bool:
    words = "".join(text.split())
    return words.startswith(FOOT_WORDS) or any(sign in words for sign in SIGNATURES)
