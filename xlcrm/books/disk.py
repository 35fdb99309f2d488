"""Files on a disk that others use too: read whole, written whole, and open to those who should read them.

A folder may be shared by several accounts. What is written beside a book and belongs to nobody (a lock, the folder of
backups) is as open as the folder, or the next account could not use it; what holds customers is never wider open than
the book it was made from. Our decision.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from pathlib import Path

LARGEST_FILE = 1 << 30
"""Bytes of a file that is read into memory."""

_HELD = (5, 32, 33)
"""Windows' errors while a scanner, a sync client or Excel holds a file: access denied, sharing and lock violation."""
_TRIES, _PAUSE = 6, 0.25
"""How often a held file is tried, and the seconds between."""
_ACCESS_LIST = "system.posix_acl_access"
"""The extended attribute in which Linux keeps whom a file is open to besides owner, group and all others."""


class IsAFolder(OSError):
    """What was to be read is a folder."""


class NotAFile(OSError):
    """What was to be read is a pipe, a device or a socket."""


class TooLarge(OSError):
    """A file larger than ``LARGEST_FILE``."""


# ---------------------------------------------------------------- reading


def content_of(path: Path) -> bytes:
    """A file's bytes. A pipe or a device, which may never end, is not even opened.

    Raises ``OSError`` as ``open`` does, and its kinds ``IsAFolder``, ``NotAFile`` and ``TooLarge``.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsAFolder(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise NotAFile(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    if found.st_size > LARGEST_FILE:
        raise TooLarge(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_bytes()


# ---------------------------------------------------------------- writing


def beside(target: Path) -> Path:
    """Where a file is written before it takes its place; what a computer that died left there goes."""
    return target.with_name(f"~xlcrm-{target.name}")


def write_new(path: Path, content: bytes, rights: int = 0o600) -> None:
    """A new file that has reached the disk, never through a link; readable by its owner only until its rights are given."""
    path.unlink(missing_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, rights)) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def take_place(temporary: Path, target: Path, content: bytes) -> None:
    """Rename over the target; a file held for a moment is waited for. A share may have renamed and fail to say so."""
    tries = 1
    while True:
        try:
            return os.replace(temporary, target)
        except OSError as error:
            if not temporary.exists() and _holds(target, content):
                return
            if tries == _TRIES or not is_held(error):
                raise
        tries += 1
        time.sleep(_PAUSE)


def settle(folder: Path) -> None:
    """Let a folder's new names reach the disk too; Windows sees to that itself."""
    with contextlib.suppress(OSError):
        if sys.platform != "win32":
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def remove(path: Path) -> None:
    """Remove a file, if it is there and can be."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def is_full(error: OSError) -> bool:
    """Whether there was no room left, on the disk or within the user's share of it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_held(error: OSError) -> bool:
    """Whether another program on Windows had the file."""
    return getattr(error, "winerror", None) in _HELD


def in_the_way(error: OSError, target: Path) -> Path | None:
    """What stands in the folder of ``target`` and was refused instead of it: a lock, a backup, what a dead press left."""
    named = error.filename2 or error.filename
    found = Path(os.fsdecode(named)) if isinstance(named, str | bytes | os.PathLike) else target
    while not os.path.lexists(found) and found != found.parent:
        found = found.parent
    return found if found != target and target.parent in found.parents else None


def _holds(path: Path, content: bytes) -> bool:
    try:
        return content_of(path) == content
    except OSError:
        return False


# ---------------------------------------------------------------- who may open what


def share(path: Path, folder: Path) -> None:
    """Make what was put into a folder, and holds no customers, as open as the folder; its owner's, where root made it."""
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    _belong(path, found)
    path.chmod(mode if path.is_dir() else mode & 0o666)


def new_folder(folder: Path) -> None:
    """A folder, with those above it, made where there is none; what is made is as open as the folder it stands in.

    Raises ``OSError`` as ``mkdir`` does; also where a file has the name.
    """
    if folder.is_dir():
        return
    if not folder.parent.exists():
        new_folder(folder.parent)
    try:
        folder.mkdir()
    except FileExistsError:
        if not folder.is_dir():  # else another account was faster
            raise
    else:
        share(folder, folder.parent)


def succeed(path: Path, former: Path) -> None:
    """Give a file that takes another's place what that had, as far as this account may.

    Owner, group, rights, access lists and other attributes.
    """
    path.chmod(_rights(path, former, ""))


def derive(path: Path, book: Path, at_most: int = 0o666) -> None:
    """Give a file made from a book the book's owner, group and access list, and its rights within ``at_most``.

    Its owner can always write it again.
    """
    path.chmod(_rights(path, book, _ACCESS_LIST) & at_most | stat.S_IRUSR | stat.S_IWUSR)


def _rights(path: Path, model: Path, attributes: str) -> int:
    """Give a file what its model has, and return the rights it may have: it is never wider open than its model.

    Where group or access list cannot be given, the group that the file has instead may do what everybody may.
    """
    found = model.stat()
    mode = stat.S_IMODE(found.st_mode) & 0o777
    is_same_group = _belong(path, found)
    if not (_take_attributes(path, model, attributes) and is_same_group):
        mode &= ~0o070 | (mode & 0o007) << 3
    return mode


def _belong(path: Path, found: os.stat_result) -> bool:
    """Give a file an owner and a group, where permitted; returns whether the group is that one now."""
    if sys.platform == "win32":
        return True
    for owner in (found.st_uid, -1):
        with contextlib.suppress(OSError):
            os.chown(path, owner, found.st_gid)
            return True
    return path.stat().st_gid == found.st_gid


def _take_attributes(path: Path, model: Path, beginning: str) -> bool:
    """Give a file a model's extended attributes of these names; returns whether its access list is the model's now.

    A list that the folder gave it goes where the model has none.
    """
    if sys.platform != "linux":
        return True
    wanted = _attributes(model)
    with contextlib.suppress(OSError):
        if _ACCESS_LIST not in wanted:
            os.removexattr(path, _ACCESS_LIST)
    for name, value in wanted.items():
        if name.startswith(beginning):
            with contextlib.suppress(OSError):
                os.setxattr(path, name, value)
    return _attributes(path).get(_ACCESS_LIST) == wanted.get(_ACCESS_LIST)


def _attributes(path: Path) -> dict[str, bytes]:
    """Extended attributes by name; none where the disk keeps none."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return {}
