"""The writer for workbook files: changes in, the same file out.

Laws 4 and 5: what will be written is known whole before the first byte is; it goes beside the book, is read back and
compared, and only then takes the book's place. Until that moment nothing of the book has changed.
"""

from __future__ import annotations

import contextlib
import errno
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from xlcrm.books.alone import alone
from xlcrm.books.disk import (
    beside,
    content_of,
    in_the_way,
    is_full,
    is_held,
    new_folder,
    remove,
    settle,
    succeed,
    take_place,
    write_new,
)
from xlcrm.books.xlsx.edition import Edition
from xlcrm.books.xlsx.read import BookReader, read_bytes
from xlcrm.books.xlsx.values import give_back_memory
from xlcrm.catalogue.disk import reason
from xlcrm.changes import Changes
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.safety.erase import Erasure

BACKUPS = ".xlcrm-backup"
"""The folder beside a book where its former versions are kept."""
ERASING = ".erasing"
"""What the marker of an erase ends in, among the backups: ``books.copies``."""
KEPT_BACKUPS = 5

_EXCEL_NAME_SIZE, _EXCEL_NAME = 55, 57
"""Where Excel's lock file has the length and the text of the name in UTF-16."""


def apply(
    book: BookReader, changes: Changes, out: Path | None = None, *, erases: Erasure | None = None, blank: bool = False
) -> Path:
    """Write changes decided on a reading of a book into its file, or into a copy at ``out``; returns the file written.

    The former version of the file written is kept beside it in ``.xlcrm-backup``, the last five of them, unless the press
    changed nothing but its own note in 操作日志 and on 首页. Without changes
    a book is left alone. A change that ``erases`` a customer also overwrites him outside the tables, and leaves no backup, but
    for those that cannot be removed (``backups`` lists them). A ``blank`` book, whose file is nobody's,
    gives its copy no owner and no rights: it is as any new file of its folder.

    Raises ``Refusal``, and then no book was changed: ``book.changed_meanwhile``, ``book.open_elsewhere``,
    ``book.open_somewhere``, ``book.saving``, ``book.read_only``, ``book.beside_refused``, ``book.disk_full``, ``book.held``,
    ``book.folder_missing``, ``book.not_written``, ``book.not_verified``, ``book.part_damaged``, and those of ``open_book``,
    ``BookReader.guard`` and ``Edition``.
    """
    if not changes and (out is None or out.resolve() == book.path.resolve()):
        _check_same(book.path.resolve(), book)
        return book.path.resolve()

    def edition() -> Edition:
        for sheet in {*changes.layouts, *changes.tables}.intersection(book.sheets):
            book.guard(sheet)  # what was written is read back
        for sheet in changes.tables.keys() & book.sheets:
            book.below(sheet)  # a table that is changed takes in the rows below it
        book.let_go()
        made = Edition(book.parts, book.taken)
        made.apply(changes)
        if erases:
            made.erase(erases)
        return made

    return place(book, edition, out, forgets=erases is not None, blank=blank)


class Made(Protocol):
    """A book that is to take another's place: an edition, an upgrade."""

    @property
    def is_only_noted(self) -> bool: ...

    def content(self) -> bytes: ...

    def verify(self, reader: BookReader) -> None: ...


def place(
    book: BookReader, make: Callable[[], Made], out: Path | None = None, *, forgets: bool = False, blank: bool = False
) -> Path:
    """Write what is made of a book into its file, or into a copy at ``out``, as ``apply`` does; returns the file written.

    One that ``forgets`` leaves no backup. Raises the refusals of ``apply``.
    """
    source = book.path.resolve()
    target = out.resolve() if out else source
    give_back_memory(len(book.data))
    try:
        with alone(target):
            _place(book, source, target, make, forgets, blank)
    except OSError as error:
        raise _refused(error, target) from error
    return target


def backups(book: Path) -> list[Path]:
    """The former versions of a book, oldest first."""
    return [backup for _, backup in sorted(_backups(book))]


def locked_by(path: Path) -> str | None:
    """Who has a book open, by the lock file beside it: ``None`` for nobody, "" for somebody unnamed.

    A hint, not a lock: a program that crashed leaves its lock file behind. Excel's is ``~$book.xlsx`` (the name in the
    local encoding after its length in a byte, then both again in UTF-16), LibreOffice's ``.~lock.book.xlsx#``.
    """
    for lock, name_in in ((f"~${path.name}", _excel_name), (f".~lock.{path.name}#", _libreoffice_name)):
        try:
            return name_in(content_of(path.with_name(lock)))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return ""
    return None


def _place(book: BookReader, source: Path, target: Path, make: Callable[[], Made], forgets: bool, blank: bool) -> None:
    """Write beside the target, check what was written, keep the former version, take its place.

    One that ``forgets`` keeps the former version only until then.

    Owner and rights are those of the file replaced, a new one's those of the source.
    """
    _check_same(source, book)
    _check_free(target)
    made = make()
    temporary, backup, placed = beside(target), None, False
    try:
        content = made.content()
        write_new(temporary, content, 0o666 if blank else 0o600)
        _check_written(temporary, content, made, target.name)
        _check_same(source, book)
        replaced = target == source or target.exists()
        if not blank:
            succeed(temporary, target if replaced else source)
        # presses that change nothing would push out the backups that are of use
        if replaced and not (target == source and made.is_only_noted):
            backup = _keep(target, book.data if target == source else target.read_bytes())
        _check_free(target)
        _check_same(source, book)
        take_place(temporary, target, content)
        placed = True
    finally:
        remove(temporary)
        if backup and not placed:
            remove(backup)
    settle(target.parent)
    if forgets:
        for former in backups(target):
            remove(former)
    _forget_old(target)


def _check_same(source: Path, book: BookReader) -> None:
    """Refuse when the file does not hold the bytes any more that were read."""
    if read_bytes(source) != book.data:
        raise Refusal("book.changed_meanwhile", name=book.path.name)


def _check_written(path: Path, content: bytes, made: Made, name: str) -> None:
    try:
        give_back_memory(len(content))
        written = read_bytes(path)
        if written == content:
            written = content  # which is held anyway
        made.verify(BookReader(path.with_name(name), written, measured=True))
    except Refusal as refusal:
        if refusal.key in ("book.not_verified", "book.part_damaged"):
            raise
        raise Refusal("book.not_verified", name=name, place=name) from refusal
    if written is not content:
        raise Refusal("book.not_verified", name=name, place=name)


def _check_free(target: Path) -> None:
    person = locked_by(target)
    if person is not None:
        raise Refusal("book.open_elsewhere" if person else "book.open_somewhere", name=target.name, person=person)
    if target.exists() and not target.stat().st_mode & stat.S_IWRITE:
        raise Refusal("book.read_only", name=target.name, folder=str(target.parent))


def _refused(error: OSError, target: Path) -> Refusal:
    """What went wrong with the disk, in a user's words."""
    about = {"name": target.name, "folder": str(target.parent)}
    if is_full(error):
        return Refusal("book.disk_full", **about)
    if is_held(error):
        return Refusal("book.held", **about)
    hindrance = in_the_way(error, target)
    if hindrance is not None:
        return Refusal("book.beside_refused", **about, file=hindrance.name, reason=reason(error.errno))
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return Refusal("book.read_only", **about)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Refusal("book.folder_missing", **about)
    return Refusal("book.not_written", **about, reason=reason(error.errno))


def _keep(target: Path, content: bytes) -> Path:
    """Put what a file holds under the next number among its backups."""
    folder = target.parent / BACKUPS
    new_folder(folder)
    number = max((number for number, _ in _backups(target)), default=0) + 1
    backup, temporary = folder / f"{target.stem}~{number}{target.suffix}", beside(folder / target.name)
    try:
        write_new(temporary, content)
        succeed(temporary, target)
        take_place(temporary, backup, content)
    finally:
        remove(temporary)
    settle(folder)
    return backup


def _forget_old(target: Path) -> None:
    """Remove all but the newest backups; one that cannot be removed now is met again next time."""
    with contextlib.suppress(OSError):
        for _, backup in sorted(_backups(target))[:-KEPT_BACKUPS]:
            remove(backup)


def _backups(target: Path) -> list[tuple[int, Path]]:
    """The backups of a book with their numbers, in no order."""
    numbered = re.compile(rf"{re.escape(target.stem)}~(\d+){re.escape(target.suffix)}")
    folder = target.parent / BACKUPS
    found = ((numbered.fullmatch(backup.name), backup) for backup in (folder.iterdir() if folder.is_dir() else ()))
    return [(int(name[1]), backup) for name, backup in found if name]


def _excel_name(lock: bytes) -> str:
    size = int.from_bytes(lock[_EXCEL_NAME_SIZE:_EXCEL_NAME], "little")
    name = lock[_EXCEL_NAME : _EXCEL_NAME + 2 * size].decode("utf-16-le", "replace")
    return (name or lock[1 : 1 + lock[0]].decode("gb18030", "replace") if lock else "").strip()


def _libreoffice_name(lock: bytes) -> str:
    """The display name, else the account's."""
    fields = lock.decode("utf-8", "replace").split(",")
    return next((field.strip() for field in fields[:2] if field.strip()), "")
