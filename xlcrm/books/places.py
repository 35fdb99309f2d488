"""Where results other than the book go: asked before anything is written, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from xlcrm.books.disk import beside, content_of, derive, in_the_way, is_full, new_folder, remove, take_place, write_new
from xlcrm.books.xlsx.save import locked_by
from xlcrm.catalogue.disk import reason
from xlcrm.errors import Refusal


def require_suffix(path: Path, suffix: str) -> None:
    """Refuse (``output.suffix``) a name under which Excel would not open what is written there."""
    if path.suffix.lower() != suffix.lower():
        raise Refusal("output.suffix", name=path.name, suffix=suffix)


def require_apart(path: Path, *others: Path) -> None:
    """Refuse (``output.same``) a place where something else stands or will stand, however the two are written."""
    if _resolved(path) in map(_resolved, others):
        raise Refusal("output.same", name=path.name)


def require_other(path: Path, book: Path) -> None:
    """Refuse (``output.is_book``) to write a copy or a result over the book itself."""
    if _resolved(path) == _resolved(book):
        raise Refusal("output.is_book", name=book.name)


def placed(output: Path, usual: str) -> Path:
    """Where a result goes: a folder stands for the usual name inside it. Raises ``Refusal("output.unwritable")``."""
    with _refusing(output):
        return output / usual if output.is_dir() else output


def in_file_names(text: str) -> str:
    """A text as the name of a file can hold it on every system."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", text)


def make_folder(folder: Path) -> None:
    """A folder for results, made where there is none, as open as the one it stands in.

    Raises ``Refusal("output.unwritable")``.
    """
    with _refusing(folder):
        new_folder(folder)


def is_stream(path: Path) -> bool:
    """Whether a place is a pipe or a device, where nothing can wait and nothing be replaced."""
    with _refusing(path):
        return path.exists() and not (path.is_file() or path.is_dir())


def pour(path: Path, content: bytes) -> None:
    """Write into a device, or a pipe that somebody reads: ``Refusal("output.stream")`` where nobody does."""
    try:
        handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "wb") as stream:
            os.set_blocking(handle, True)
            stream.write(content)
    except OSError as error:
        raise Refusal("output.stream", name=str(path), reason=reason(error.errno)) from error


def _resolved(path: Path) -> Path:
    # of links that lead in a circle Python 3.13 gives back one, earlier versions raise
    with contextlib.suppress(RuntimeError):
        resolved = path.resolve()
        if not resolved.is_symlink():
            return resolved
    raise Refusal("output.unwritable", name=path.name, folder=str(path.parent), reason=reason(errno.ELOOP))


def require_writable(path: Path) -> None:
    """Refuse a place where no file can be written now: ``book.folder_missing``, ``book.open_elsewhere``,
    ``book.open_somewhere``, ``output.unwritable``, ``book.beside_refused``.

    The file is opened to append and nothing is appended, which fails where writing would; a new one is removed again.
    """
    with _refusing(path):
        if not path.parent.is_dir():
            raise Refusal("book.folder_missing", name=path.name, folder=str(path.parent))
        is_new = not path.exists()
        if not is_new and not path.is_file():  # a pipe would be waited for
            code = errno.EISDIR if path.is_dir() else errno.ENODEV
            raise OSError(code, os.strerror(code))
    person = locked_by(path)
    if person is not None:
        raise Refusal("book.open_elsewhere" if person else "book.open_somewhere", name=path.name, person=person)
    with _refusing(path):
        path.open("ab").close()
        if is_new:
            path.unlink()


def put(path: Path, content: bytes, book: Path | None = None) -> None:
    """Write a file, whole or not at all: ``put_all`` of one."""
    put_all({path: content}, book)


def put_all(contents: Mapping[Path, bytes], book: Path | None = None) -> None:
    """Write files, each of them whole, and all or none; made from a book, they are never wider open than the ``book``.

    Raises ``Refusal``: ``output.unwritable``, ``book.beside_refused``, ``book.disk_full``.
    """
    resolved = {path.resolve(): content for path, content in contents.items()}
    former: dict[Path, bytes | None] = {}
    with _waiting(resolved, book) as temporaries:
        try:
            for place, content in resolved.items():
                with _refusing(place):
                    kept = content_of(place) if place.exists() and len(resolved) > 1 else None
                    take_place(temporaries[place], place, content)
                    former[place] = kept
        except Refusal:
            for place, kept in former.items():
                _put_back(place, kept, temporaries[place], book)
            raise


def _put_back(place: Path, content: bytes | None, temporary: Path, book: Path | None) -> None:
    """What stood in a place before, as far as the disk allows."""
    if content is None:
        remove(place)
        return
    with suppress(OSError):
        write_new(temporary, content)
        _give_rights(temporary, place, book)
        take_place(temporary, place, content)


@contextmanager
def staged(contents: Mapping[Path, bytes], book: Path | None = None) -> Iterator[None]:
    """Files written beside their places, which they take when the block, in which the ``book`` is written, ends well.

    Raises ``Refusal``: those of ``put`` before the block, and then nothing was written; ``output.late`` after it for one
    that could not take its place.
    """
    resolved = {path.resolve(): content for path, content in contents.items()}
    with _waiting(resolved, book) as temporaries:
        yield
        for place, content in resolved.items():
            with _refusing(place, late=True):
                take_place(temporaries[place], place, content)


@contextmanager
def _waiting(contents: Mapping[Path, bytes], book: Path | None) -> Iterator[Mapping[Path, Path]]:
    """Files written beside their places, as long as the block lasts: place → where its file waits."""
    temporaries = {place: beside(place) for place in contents}
    try:
        for place, temporary in temporaries.items():
            with _refusing(place):
                write_new(temporary, contents[place], 0o600 if book else 0o666)
                _give_rights(temporary, place, book)
        yield temporaries
    finally:
        for temporary in temporaries.values():
            remove(temporary)


def _give_rights(temporary: Path, place: Path, book: Path | None) -> None:
    """The rights of its book, less what the file that stands there does not allow; the owner's alone where both are gone."""
    former = stat.S_IMODE(place.stat().st_mode) if place.exists() else None
    if book is not None and book.exists():
        derive(temporary, book, 0o666 if former is None else former)
    elif former is not None:
        temporary.chmod(former)


@contextmanager
def _refusing(place: Path, *, late: bool = False) -> Iterator[None]:
    """What goes wrong with the disk, in words; that it is full says more, but not too late."""
    try:
        yield
    except OSError as error:
        about = {"name": place.name, "folder": str(place.parent), "reason": reason(error.errno)}
        hindrance = in_the_way(error, place)
        if late:
            raise Refusal("output.late", **about) from error
        if is_full(error):
            raise Refusal("book.disk_full", **about) from error
        if hindrance is not None:
            raise Refusal("book.beside_refused", **about, file=hindrance.name) from error
        raise Refusal("output.unwritable", **about) from error
