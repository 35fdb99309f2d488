"""A workbook that opens with a password only: AES-256 as Excel itself encrypts (ECMA-376 agile), by msoffcrypto-tool."""

from __future__ import annotations

import io
from itertools import pairwise

from xlcrm.errors import Refusal

SHORTEST = 10
"""Characters of a password, at least. Excel's limit is 255. Our decision."""
LONGEST = 255
_KINDS = 2


def require_strong(password: str) -> None:
    """Refuse what is guessed at once: ``password.short``, ``password.plain``, ``password.long``.

    Two kinds of characters and five different ones, and no run up or down.
    """
    if len(password) < SHORTEST:
        raise Refusal("password.short", least=SHORTEST)
    if len(password) > LONGEST:
        raise Refusal("password.long", most=LONGEST)
    kinds = {_kind(char) for char in password}
    steps = {ord(b) - ord(a) for a, b in pairwise(password)}
    if len(kinds) < _KINDS or len(set(password)) < SHORTEST // 2 or len(steps) <= _KINDS:
        raise Refusal("password.plain")


def _kind(char: str) -> str:
    return "digit" if char.isdigit() else "letter" if char.isascii() and char.isalpha() else "other"


def encrypted(content: bytes, password: str) -> bytes:
    """The workbook, encrypted. Raises ``Refusal`` for a weak password; different bytes each time, since it is salted."""
    from msoffcrypto.format.ooxml import OOXMLFile

    require_strong(password)
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()
