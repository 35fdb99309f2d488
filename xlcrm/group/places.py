"""Which books a group has: files, and the workbooks in folders, on this computer or behind an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from xlcrm.errors import Refusal

CACHE = ".xlcrm-group"
"""The folder beside a group's workbook in which what was read is kept."""
SUFFIXES = (".xlsm", ".xlsx")
_MADE = ("~", ".", "月度分析_", "表卡_", "集团月报_")
"""How the names begin of what Excel, this program or the system puts beside books."""


def file_name(month: str) -> str:
    """The name of a group's workbook: 集团月报_2026-10.xlsx."""
    return f"集团月报_{month}.xlsx"


def books_in(places: Iterable[Path], but: Path | None = None) -> list[Path]:
    """Every book once, in the order of their paths; of a folder all workbooks in it and below, hidden folders left out.

    ``but`` is what the program writes there itself.

    Raises ``Refusal``: ``book.missing`` for a place there is not, ``group.no_books`` where there is none at all.
    """
    given = list(places)
    found: dict[Path, Path] = {}
    for place in given:
        if not place.exists():
            raise Refusal("book.missing", name=place.name or str(place))
        for book in _below(place) if place.is_dir() else [place]:
            found.setdefault(book.resolve(), book)
    if but is not None:
        found.pop(but.resolve(), None)
    if not found:
        raise Refusal("group.no_books", places="、".join(map(str, given)))
    return sorted(found.values(), key=str)


def addresses_in(places: Iterable[str], but: Path | None = None) -> list[str]:
    """The same of places that may be addresses (``s3://…``, whatever fsspec knows): what ``run`` reads.

    Raises ``Refusal``: those of ``books_in``, and ``book.unreadable`` for an address that does not answer.
    """
    given = list(places)
    remote = [place for place in given if is_address(place)]
    local = [Path(place) for place in given if not is_address(place)]
    found = [address for place in remote for address in _behind(place)]
    found += map(str, books_in(local, but)) if local else ()
    if not found:
        raise Refusal("group.no_books", places="、".join(given))
    return sorted(dict.fromkeys(found))


def is_address(place: str) -> bool:
    """Whether a place is an address rather than a path."""
    return "://" in place


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if _is_book(path.relative_to(folder).as_posix()) and path.is_file())


def _behind(address: str) -> list[str]:
    """The books behind an address of a folder, or the address of a book itself."""
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(address)
        names = [str(name) for name in system.find(root)]
    except Exception as error:  # whatever the store behind the address raises
        raise Refusal("book.unreadable", name=address, reason=str(error)) from error
    return [
        str(system.unstrip_protocol(name))
        for name in names
        if name == root or _is_book(name.removeprefix(root).lstrip("/"))
    ]


def _is_book(name: str) -> bool:
    """Whether a file below a folder is a book: by its name, and the names of the folders between."""
    *folders, last = PurePosixPath(name).parts
    is_made = last.startswith(_MADE) or any(folder.startswith(".") for folder in folders)
    return PurePosixPath(last).suffix.lower() in SUFFIXES and not is_made
