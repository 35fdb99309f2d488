"""Files that come back from consultants, read for their values alone: by python-calamine, whatever program saved them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from xlcrm.books.sources.files import COMPOUND_FILE, ENCRYPTED_STREAM, files_of
from xlcrm.books.sources.other import read_other
from xlcrm.books.xlsx.guards import far_cells
from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.read import read_bytes
from xlcrm.errors import Refusal
from xlcrm.hands.returned import Leaf, Returned, understand


def read_returned(paths: Iterable[Path], ask_password: Callable[[], str] | None = None) -> list[Returned]:
    """The returned files, and those in some folders; a password is asked for once, if one needs it.

    Raises ``Refusal``: those of ``read_source`` and ``understand``, and ``collect.password`` for a wrong one.
    """
    passwords: list[str] = []
    found = []
    for path in files_of(paths):
        data = read_bytes(path)
        if data.startswith(COMPOUND_FILE) and ENCRYPTED_STREAM in data and ask_password is not None:
            passwords = passwords or [ask_password()]
            data = _decrypted(path.name, data, passwords[0])
        found.append(understand(path.name, _leaves(path.name, data)))
    return found


def _leaves(name: str, data: bytes) -> list[Leaf]:
    if data.startswith(COMPOUND_FILE) and ENCRYPTED_STREAM in data:
        raise Refusal("book.encrypted", name=name)
    if data.startswith(b"PK"):
        _check_room(name, Package(data, name))
    elif not data.startswith(COMPOUND_FILE):
        raise Refusal("collect.foreign", name=name)
    return [Leaf(grid.sheet, grid.rows) for grid in read_other(name, data)]


def _check_room(name: str, package: Package) -> None:
    """Refuse a sheet with a value so far out that the rectangle up to it has no room: the reader of values takes all of it.

    Raises ``Refusal("book.stray_cell")``.
    """
    if package.named("xl/workbook.xml") not in package:
        return  # another kind of workbook, whose parts are written otherwise
    for sheet, part in Parts(package).sheets.items():
        if far := far_cells(package.read(part)):
            raise Refusal("book.stray_cell", name=name, sheet=sheet, cell="、".join(far))


def _decrypted(name: str, data: bytes, password: str) -> bytes:
    from msoffcrypto import OfficeFile
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    out = io.BytesIO()
    try:
        file = OfficeFile(io.BytesIO(data))
        file.load_key(password=password)
        file.decrypt(out)
    except (DecryptionError, InvalidKeyError) as error:
        raise Refusal("collect.password", name=name) from error
    return out.getvalue()
