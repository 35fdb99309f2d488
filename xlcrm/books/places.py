"""Where files may be written: asked before anything is, so that a refusal leaves everything as it was."""

from __future__ import annotations

from pathlib import Path

from xlcrm.books.file import locked_by
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
        raise Refusal("output.unwritable", **about) from error
