"""Made workbooks with the same bytes on every system: zipfile notes in each member which one it ran on."""

from __future__ import annotations

import io
import struct
import zipfile

_UNIX = 3
_FIXED = 46
"""Bytes of an entry of the directory before its name."""
_SYSTEM = 5
"""Where in it the system stands."""


def settled(package: bytes) -> bytes:
    """A zip that was just made, as if made on Unix, whose mark every program reads."""
    out = bytearray(package)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        at, members = archive.start_dir, len(archive.infolist())
    for _ in range(members):
        out[at + _SYSTEM] = _UNIX
        at += _FIXED + sum(struct.unpack_from("<3H", out, at + 28))
    return bytes(out)
