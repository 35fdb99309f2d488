"""Where results that are no book go: asked before anything is written, and written whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from xlcrm.books.xlsx.save import beside, is_full, locked_by, remove, take_place, write_new
from xlcrm.errors import Refusal


def require_suffix(path: Path, suffix: str) -> None:
    """Refuse (``output.suffix``) a name under which Excel would not open what is written there."""
    if path.suffix.lower() != suffix.lower():
        raise Refusal("output.suffix", name=path.name, suffix=suffix)


def require_apart(path: Path, *others: Path) -> None:
    """Refuse (``output.same``) a place where something else stands or will stand, however the two are written."""
    if path.resolve() in {other.resolve() for other in others}:
        raise Refusal("output.same", name=path.name)


def require_writable(path: Path) -> None:
    """Refuse a place where no file can be written now: ``book.folder_missing``, ``book.open_elsewhere``,
    ``book.open_somewhere``, ``output.unwritable``.

    The file is opened to append and nothing is appended, which fails where writing would; a new one is removed again.
    """
    about = {"name": path.name, "folder": str(path.parent)}
    if not path.parent.is_dir():
        raise Refusal("book.folder_missing", **about)
    person = locked_by(path)
    if person is not None:
        raise Refusal("book.open_elsewhere" if person else "book.open_somewhere", name=path.name, person=person)
    is_new = not path.exists()
    try:
        path.open("ab").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise _unwritable(path) from error


def put(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all. Raises ``Refusal``: ``output.unwritable``, ``book.disk_full``."""
    place = path.resolve()
    with _waiting({place: content}) as temporaries, _told(_unwritable(path)):
        take_place(temporaries[place], place, content)


@contextmanager
def staged(contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Files written beside their places, which they take when the block, in which a book is written, ends well.

    Raises ``Refusal``: ``output.unwritable``, ``book.disk_full`` before the block, and then nothing was written;
    ``output.late`` after it for one that could not take its place.
    """
    resolved = {path.resolve(): content for path, content in contents.items()}
    with _waiting(resolved) as temporaries:
        yield
        for place, content in resolved.items():
            with _told(Refusal("output.late", name=place.name, folder=str(place.parent))):
                take_place(temporaries[place], place, content)


@contextmanager
def _waiting(contents: Mapping[Path, bytes]) -> Iterator[Mapping[Path, Path]]:
    """Files written beside their places, as long as the block lasts: place → where its file waits."""
    temporaries = {place: beside(place) for place in contents}
    try:
        for place, temporary in temporaries.items():
            with _told(_unwritable(place)):
                write_new(temporary, contents[place], rights=0o666)
                if place.exists():
                    shutil.copymode(place, temporary)
        yield temporaries
    finally:
        for temporary in temporaries.values():
            remove(temporary)


def _unwritable(path: Path) -> Refusal:
    return Refusal("output.unwritable", name=path.name, folder=str(path.parent))


@contextmanager
def _told(refusal: Refusal) -> Iterator[None]:
    """What goes wrong with the disk, in words; that it is full says more, but not too late."""
    try:
        yield
    except OSError as error:
        if is_full(error) and refusal.key != "output.late":
            raise Refusal("book.disk_full", **refusal.about) from error
        raise refusal from error
