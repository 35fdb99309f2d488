"""Packages gone wrong by chance, the same every time for a seed.

Half of them blindly: bits flipped, members dropped and swapped, XML shuffled. Half as another program might do it: whole XML,
in which attributes, elements, references, names of parts and relationships are not what they were.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from nasty import Parts, packed

IN_CELLS = (
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
    "-1e15",
    "-99999999999999",
    "19900000102",
    "46300.99999999",
    "2958466",
)
"""What a cell's value is replaced by; where it is formatted as a date or a duration, calamine cannot read some of them."""
JUNK = (
    *IN_CELLS,
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
"""What any other value is replaced by."""
FORMATS = ("[h]:mm", "[mm]:ss", "hh:mm", "yyyy-mm-dd", "General", "@", "0.00")
_VALUE, _TEXT, _TAG, _ATTRIBUTE = r'(?<==")[^"]*(?=")', "(?<=>)[^<]+(?=<)", "<[^>]+>", r'\s[\w:]+="[^"]*"'


def mutant(seed: int, whole: Mapping[str, bytes]) -> bytes:
    """A package of some parts, gone wrong in a place or a few."""
    rng, parts = random.Random(seed), dict(whole)
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 3)):
            rng.choice(_REBUILDS)(parts, rng)
    elif rng.random() < 0.3:
        return _flipped(packed(parts), rng, rng.randint(1, 5))
    else:
        for _ in range(rng.randint(1, 2)):
            rng.choices((_drop, _swap, _flip, _shuffle), (6, 6, 8, 80))[0](parts, _member(parts, rng), rng)
    return packed(parts)


def _member(parts: Parts, rng: random.Random, pattern: str = r".*\.(?:xml|rels)") -> str:
    """One of the parts whose names match, most often one that is read."""
    names = [name for name in parts if re.fullmatch(pattern, name)]
    read = [name for name in names if re.fullmatch(r"xl/(?:worksheets/|tables/|)[^/]*", name)]
    return rng.choice(read if read and rng.random() < 0.8 else names or list(parts))


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
    parts[member] = _encoded(rng.choice(_SHUFFLES)(_decoded(parts[member]), rng))


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


# ---------------------------------------------------------------- as another program might write

Rebuild = Callable[[Parts, random.Random], None]
_XML, _SHEETS, _RELATIONS = r".*\.(?:xml|rels)", r"xl/worksheets/sheet\d+\.xml", r".*\.rels"
_LEAF = r"<([\w:]+)\b[^<>]*(?:/>|>[^<>]*</\1>)"
_REFERENCE = r'\s(?:r|s|ref|sqref|spans|count|colId)="[^"]*"'
_FAR = ("A0", "XFD1048576", "XFE1048577", "A5:X1048577", "X6:A4", "A:X", "-1", "0", "99999", "4294967296", "A5 C7")
_NAMES = ("r", "s", "t", "ref", "id", "name", "x")


def _on(pattern: str, change: Callable[[str, random.Random], str], members: str = _XML) -> Rebuild:
    """Change one piece of a part; a part without any stays."""

    def rebuilt(parts: Parts, rng: random.Random) -> None:
        member = _member(parts, rng, members)
        text = _decoded(parts[member])
        start, end = _piece(text, pattern, rng)
        if end:
            parts[member] = _encoded(text[:start] + change(text[start:end], rng) + text[end:])

    return rebuilt


def _moved(pattern: str, to: str) -> Rebuild:
    """Take a piece out of a part and put it behind another."""

    def rebuilt(parts: Parts, rng: random.Random) -> None:
        member = _member(parts, rng)
        text = _decoded(parts[member])
        start, end = _piece(text, pattern, rng)
        without = text[:start] + text[end:]
        _, at = _piece(without, to, rng)
        parts[member] = _encoded(without[:at] + text[start:end] + without[at:])

    return rebuilt


def _throughout(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Rebuild:
    """Write a whole part in another way."""

    def rebuilt(parts: Parts, rng: random.Random) -> None:
        member = _member(parts, rng)
        parts[member] = _encoded(re.sub(pattern, new, _decoded(parts[member])))

    return rebuilt


def _decoded(part: bytes) -> str:
    return part.decode("utf-8", "surrogateescape")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _value_of(attribute: str, value: str) -> str:
    return f'{attribute.partition("=")[0]}="{value}"'


def _requoted(attribute: str, rng: random.Random) -> str:
    name, _, value = attribute.partition("=")
    return rng.choice((f"{name}='{value[1:-1]}'", f"{name} = {value}", f"\n{name}={value}", f"{attribute}\n\t"))


def _retargeted(target: str, rng: random.Random) -> str:
    old = target[9:-1]
    new = (old.upper(), old.replace("e", "%65"), f"/xl/{old}", f"../{old}", "", "#A1", "sheet3.xml", "styles.xml")
    return f' Target="{rng.choice(new)}"' + rng.choice(("", "", ' TargetMode="External"'))


def _part_renamed(parts: Parts, rng: random.Random) -> None:
    """With what names it, or without."""
    member = _member(parts, rng)
    folder, _, name = member.rpartition("/")
    new = rng.choice((name.upper(), f"a {name}", f"a%20{name}", f"{name}.bin", f"sub/{name}", "中.xml"))
    parts[f"{folder}/{new}".lstrip("/")] = parts.pop(member)
    if rng.random() < 0.5:
        for home in [home for home in parts if home.endswith(".rels") or home.startswith("[")]:
            parts[home] = parts[home].replace(name.encode(), new.replace(" ", "%20").encode())


_REBUILDS = (
    _on(_ATTRIBUTE, lambda attribute, _: attribute * 2),
    _on(_ATTRIBUTE, lambda attribute, rng: attribute + _value_of(attribute, rng.choice(_FAR))),
    _on(_ATTRIBUTE, lambda attribute, rng: f" {rng.choice(_NAMES)}={attribute.partition('=')[2]}"),
    _on(_ATTRIBUTE, _requoted),
    _on(_REFERENCE, lambda attribute, rng: _value_of(attribute, rng.choice(_FAR))),
    _on(_LEAF, lambda element, _: element * 2),
    _on(_LEAF, lambda element, rng: element + rng.choice(("<!-- > -->", "<?x y?>", "\n\n"))),
    _on(r"<v>[^<]*</v>", lambda _, rng: f"<v>{rng.choice(IN_CELLS)}</v>", _SHEETS),
    _on(r' s="\d+"', lambda _, rng: f' s="{rng.randrange(12)}"', _SHEETS),
    _on(r' formatCode="[^"]*"', lambda _, rng: f' formatCode="{rng.choice(FORMATS)}"', r"xl/styles\.xml"),
    _on(r' Target="[^"]*"', _retargeted, _RELATIONS),
    _moved(_ATTRIBUTE, r"<\w+"),
    _moved(_LEAF, _LEAF),
    _throughout(_ATTRIBUTE, lambda attribute: attribute[0].replace('"', "'")),
    _throughout(r"<(/?)(\w+)(?=[\s>/])", r"<\1x:\2"),
    _part_renamed,
)
