"""Packages gone wrong by chance: bits flipped, members dropped and swapped, XML shuffled; the same every time for a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from nasty import Parts, packed, plain, plain_parts

JUNK = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "NaN",
    "1e999",
    "A0",
    "XFD1048576",
    "A1:XFD1048576",
    "1048577",
    "#REF!",
    "s",
    "e",
    "d",
    "b",
    "str",
    "true",
    "&#0;",
    "&amp;",
    "\x01",
    "日报",
    "_x0000_",
    "_xD800_",
    "..",
    "/etc/passwd",
    "http://x/",
    "\U0001f697",
)
"""What a value is replaced by."""
_VALUE, _TEXT, _TAG, _ATTRIBUTE = r'(?<==")[^"]*(?=")', "(?<=>)[^<]+(?=<)", "<[^>]+>", r'\s[\w:]+="[^"]*"'


def mutant(seed: int) -> bytes:
    """The plain month, gone wrong in a place or a few."""
    rng = random.Random(seed)
    if rng.random() < 0.15:
        return _flipped(plain(), rng, rng.randint(1, 5))
    parts = dict(plain_parts())
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    read = [name for name in names if re.fullmatch(r"xl/(?:worksheets/|tables/|)[^/]*", name)]
    for _ in range(rng.randint(1, 2)):
        member = rng.choice(read if rng.random() < 0.8 else names)
        if member in parts:
            rng.choices((_drop, _swap, _flip, _shuffle), (6, 6, 8, 80))[0](parts, member, rng)
    return packed(parts)


def _drop(parts: Parts, member: str, _: random.Random) -> None:
    del parts[member]


def _swap(parts: Parts, member: str, rng: random.Random) -> None:
    other = rng.choice(list(parts))
    parts[member], parts[other] = parts[other], parts[member]


def _flip(parts: Parts, member: str, rng: random.Random) -> None:
    parts[member] = _flipped(parts[member], rng, 1)


def _flipped(content: bytes, rng: random.Random, count: int) -> bytes:
    """Some bits of it turned over, half of them near the end: there a package has its directory."""
    changed = bytearray(content)
    for _ in range(count if changed else 0):
        at = rng.randrange(len(changed)) if rng.random() < 0.5 else -1 - rng.randrange(min(3000, len(changed)))
        changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _shuffle(parts: Parts, member: str, rng: random.Random) -> None:
    text = parts[member].decode("utf-8", "surrogateescape")
    parts[member] = rng.choice(_SHUFFLES)(text, rng).encode("utf-8", "surrogateescape")


def _piece(text: str, pattern: str, rng: random.Random) -> tuple[int, int]:
    """Where one of the pieces that match begins and ends; the very start where there is none."""
    found = list(re.finditer(pattern, text))
    return rng.choice(found).span() if found else (0, 0)


def _junk_for(pattern: str) -> Callable[[str, random.Random], str]:
    def replaced(text: str, rng: random.Random) -> str:
        start, end = _piece(text, pattern, rng)
        return text[:start] + rng.choice(JUNK) + text[end:]

    return replaced


def _without(pattern: str) -> Callable[[str, random.Random], str]:
    def cut(text: str, rng: random.Random) -> str:
        start, end = _piece(text, pattern, rng)
        return text[:start] + text[end:]

    return cut


def _twice(text: str, rng: random.Random) -> str:
    start, end = _piece(text, _TAG, rng)
    return text[:end] + text[start:end] + text[end:]


def _exchanged(pattern: str) -> Callable[[str, random.Random], str]:
    def exchanged(text: str, rng: random.Random) -> str:
        (a, b), (c, d) = sorted(_piece(text, pattern, rng) for _ in range(2))
        return text if c < b else text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]

    return exchanged


def _bitten(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.randrange(200) :]


def _grown(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(JUNK) + text[at:]


_SHUFFLES = (
    _junk_for(_VALUE),
    _junk_for(_TEXT),
    _without(_TAG),
    _without(_ATTRIBUTE),
    _twice,
    _exchanged(_TAG),
    _exchanged(_VALUE),
    _bitten,
    _grown,
)
