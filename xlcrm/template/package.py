"""The package around the sheets: parts added, written in one order with one date, and compared part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The one date of every part: a build knows no clock."""


def parts(package: bytes) -> dict[str, bytes]:
    """Every part of a package by name, in the order of the package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: Mapping[str, bytes]) -> bytes:
    """A package with the parts in a fixed order: the content types first, as Office has them, then by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.create_system = 0
            info.external_attr = 0
            archive.writestr(info, contents[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def differences(left: bytes, right: bytes) -> list[str]:
    """Names of the parts that differ, are missing on one side, or stand elsewhere; compression does not matter."""
    ours, theirs = parts(left), parts(right)
    unequal = [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
    moved = [a for a, b in zip(ours, theirs, strict=False) if a != b]
    return unequal or moved
