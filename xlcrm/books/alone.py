"""One writer at a time for each file, on one computer or on several that share a folder.

What is locked is a file beside the book, and the system releases it when its holder ends, however it ends: nothing is
left to be found stale. Windows has its server keep such locks, Linux those of NFS and SMB likewise.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from xlcrm.books.disk import share
from xlcrm.errors import Refusal

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""Of a share that keeps no locks: there the fingerprint alone stands between two writers."""
_HELD = (errno.EACCES, errno.EDEADLK, 0)
"""How Windows says that another has the lock; Wine says nothing at all, which is 0."""
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Be the only one who writes ``target``. ``Refusal("book.saving")`` while another is; ``OSError`` as of any file."""
    path = target.with_name(f"~xlcrm-{target.name}.lock")
    handle = _locked(path, target.name)
    try:
        yield
    finally:
        _release(handle, path)


def _locked(path: Path, name: str) -> int:
    """The lock file, held. One that its former holder has removed meanwhile locks nobody out, and is opened again."""
    while True:
        handle = _opened(path)
        try:
            _lock(handle)
            if _is_still(handle, path):
                return handle
        except BlockingIOError as error:
            os.close(handle)
            raise Refusal("book.saving", name=name) from error
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _opened(path: Path) -> int:
    """The lock file, never through a link; a new one is as open as its folder, that the next account may open it too.

    One that another account left and let nobody write is opened to be read: Linux locks that as well.
    """
    while True:
        try:
            return os.open(path, os.O_RDWR | _NO_LINK)
        except PermissionError:
            with contextlib.suppress(FileNotFoundError):  # its holder was just done
                return os.open(path, os.O_RDONLY | _NO_LINK)
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):  # another was faster
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
                with contextlib.suppress(OSError):
                    share(path, path.parent)
                return handle


def _lock(handle: int) -> None:
    """``BlockingIOError`` when another has it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            raise BlockingIOError(*error.args) from error
    else:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise


def _is_still(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _release(handle: int, path: Path) -> None:
    """Windows removes no open file; elsewhere it must go before the next can have it.

    Whatever fails here, the file that was locked is written: nothing is to be said of it.
    """
    if sys.platform == "win32":
        for _ in range(2):  # left open it would stay beside the book, locked until this process ends
            with contextlib.suppress(OSError):
                os.close(handle)
                break
    with contextlib.suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # written by nobody, it has nothing to lose
            os.close(handle)
