"""Several accounts on one computer. Only root can be them all; elsewhere these tests are left out."""

from __future__ import annotations

import os
import pickle
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

only_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can be several accounts")

ANN, BOB, STRANGER = 61_001, 61_002, 61_003
"""User numbers, and those of the groups that are theirs alone."""
SHOP = 61_100
"""The group of Ann and Bob."""
AUDITOR = 61_004


def as_account(user: int, do: Callable[[], T]) -> T:
    """What a function answers when this account calls it; its umask is the usual one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([user, SHOP] if user != STRANGER else [user])
            os.setgid(user)
            os.setuid(user)
            os.umask(0o022)
            os.write(writing, pickle.dumps(do()))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        answered = file.read()  # before it is waited for: a pipe holds 64 kB
    os.waitpid(child, 0)
    answer: T = pickle.loads(answered)
    return answer


@contextmanager
def shared_folder(rights: int, owner: int = ANN, group: int = SHOP) -> Iterator[Path]:
    """A folder that other accounts can reach; pytest's own are open to root alone."""
    with tempfile.TemporaryDirectory() as outer:
        os.chmod(outer, 0o755)
        folder = Path(outer) / "共享"
        folder.mkdir()
        os.chown(folder, owner, group)
        folder.chmod(rights)
        yield folder


def give(path: Path, owner: int, group: int, rights: int) -> Path:
    """Make a file somebody's; one that is not there is empty."""
    path.touch()
    os.chown(path, owner, group)
    path.chmod(rights)
    return path


def rights_of(path: Path) -> tuple[int, int, int]:
    """Owner, group and rights of a file."""
    found = path.stat()
    return found.st_uid, found.st_gid, found.st_mode & 0o7777


ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"


def access_list(user: int, rights: int) -> bytes:
    """A list that opens a file to one more user, as Linux keeps it: owner and that user, and nobody else."""
    nobody = 0xFFFFFFFF
    entries = [(0x01, 6, nobody), (0x02, rights, user), (0x04, 0, nobody), (0x10, rights, nobody), (0x20, 0, nobody)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
