"""Which books a group has: files, and the workbooks in folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from xlcrm.errors import Refusal

SUFFIXES = (".xlsm", ".xlsx")
_MADE = ("~", ".", "月度分析_", "表卡_", "集团月报_")
"""How the names begin of what Excel, this program or the system puts beside books."""


def books_in(places: Iterable[Path]) -> list[Path]:
    """Every book once, in the order of their paths; of a folder all workbooks in it and below, hidden folders left out.

    Raises ``Refusal``: ``book.missing`` for a place there is not, ``group.no_books`` where there is none at all.
    """
    given = list(places)
    found: dict[Path, Path] = {}
    for place in given:
        if not place.exists():
            raise Refusal("book.missing", name=place.name or str(place))
        for book in sorted(_below(place)) if place.is_dir() else [place]:
            found.setdefault(book.resolve(), book)
    if not found:
        raise Refusal("group.no_books", places="、".join(map(str, given)))
    return sorted(found.values(), key=str)


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        names = path.relative_to(folder).parts
        is_made = names[-1].startswith(_MADE) or any(name.startswith(".") for name in names[:-1])
        if path.suffix.lower() in SUFFIXES and not is_made and path.is_file():
            yield path
