"""What lies beside a book when a customer is erased from it: former versions, which go, and other files, which are searched.

First a marker is put among the backups, then the book is written, then its copies go, then the marker: a press that is
killed in between leaves the marker, and the next press finishes what it began. The marker holds hashes only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path

from xlcrm.books.disk import content_of, is_full, new_folder, remove, settle, share, write_new
from xlcrm.books.xlsx.leftover import Left, holds
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.save import BACKUPS, ERASING, backups
from xlcrm.changes import Block, Changes, Link, Value
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import as_text
from xlcrm.forms.sheets import JournalRow
from xlcrm.ledger.normal import read_phone
from xlcrm.ledger.recogniser import bare
from xlcrm.safety.erase import Erasure

_ROUNDS = 50_000
"""A phone is easily guessed: trying them all will take days. Our decision."""
_MADE = ("表卡_", "月度分析_", "日报_", "移交_", "~xlcrm-")
"""How the names of files begin that the program writes beside a book."""
_FOLDERS = ("分发_", "回收", "旧表")
"""How the names of folders begin that hold hand-outs, those sent back, and what was read in: ``delivery``, ``books.inbox``."""
SCHEMA_FILE = "schema.json"
"""What every folder of exported data has, which may have any name: ``group.export``."""
_SEARCHED = (".xlsx", ".xlsm", ".csv", ".eml", ".json", ".txt", ".copy", ".changes", ".begun", ".done")
_BINARY = (".xls", ".xlsb", ".ods", ".et", ".pdf", ".parquet")
"""Files whose texts cannot be searched, or not all of them."""
_LARGEST = 64 << 20
_LOCK = ".lock"
_ENCRYPTED = b"\xd0\xcf\x11\xe0"

History = frozenset[tuple[str, str]]
"""The operations of a journal: when, and which number. A book and its former versions share some."""


def history_of(blocks: Iterable[Block]) -> History:
    """The operations that a book's journal has."""
    journal = next((block for block in blocks if block.sheet == JournalRow.form.sheet), None)
    if journal is None:
        return frozenset()
    at = columns_of(journal.headers, JournalRow.form)
    rows = ((row[at["time"]], row[at["operation"]]) for row in journal.rows)
    return frozenset((as_text(time), as_text(number)) for time, number in rows if time is not None)


def copies_of(book: Path, history: History) -> list[Path]:
    """The former versions of a book, also under a name it no longer has: no book of that name is there, and their journals
    have operations of this one's.
    """
    named: dict[str, list[Path]] = {}
    for backup in _others_backups(book):
        named.setdefault(re.sub(r"~\d+$", "", backup.stem) + backup.suffix, []).append(backup)
    former = [
        backup
        for name, own in named.items()
        if not book.with_name(name).exists() and any(_history_in(one) & history for one in own)
        for backup in own
    ]
    return [*backups(book), *former]


def left_beside(book: Path, erasure: Erasure, going: Collection[Path]) -> list[Left]:
    """The files beside a book that hold the customer, or that nobody can search; those that go are left out.

    Hand-outs, what came back, old sheets and exported data lie in folders of their own. In files that the program made his
    name counts too, in others only what is his alone. A folder of exported data is named once.
    """
    numbers = replace(erasure, names=()) if erasure.traces else erasure
    beside = sorted(book.parent.iterdir())
    files = [path for path in beside if path.is_file() and _is_searched(path) and path != book]
    folders = [path for path in beside if path.is_dir() and _is_of_the_program(path)]
    files += [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _is_searched(path, (*_SEARCHED, *_BINARY))
    ]
    found = [
        left
        for path in [*_others_backups(book), *files]
        if path not in going
        for left in _left_in_file(path, book.parent, erasure if path.name.startswith(_MADE) else numbers)
    ]
    exported = [path for path in beside if path not in folders and _is_export(path)]
    return [*found, *(left for folder in exported for left in _left_in_export(folder, erasure))]


@contextlib.contextmanager
def begun(book: Path, changes: Changes, erasure: Erasure) -> Iterator[None]:
    """Put the marker of an erase, which the block writes into the book; a refusal takes it away again.

    The marker says by the journal whether the book was written. Raises ``Refusal``: ``book.disk_full``, ``book.read_only``.
    """
    salt = secrets.token_hex(8)
    keys = [_hash(key, salt) for key in sorted(erasure.keys)]
    lines = changes.table(JournalRow.form.sheet).added
    time, number = (JournalRow.form.by_name[name].header for name in ("time", "operation"))
    line = next(row for row in lines if row.get(time) is not None)
    operation = [_shown(line[time]), _shown(line[number])]
    marker = _marker(book)
    try:
        new_folder(marker.parent)
        write_new(marker, json.dumps({"operation": operation, "salt": salt, "keys": keys}).encode())
        share(marker, marker.parent)
        settle(marker.parent)
    except OSError as error:
        key = "book.disk_full" if is_full(error) else "book.read_only"
        raise Refusal(key, name=book.name, folder=str(book.parent)) from error
    try:
        yield
    except Refusal:
        remove(marker)
        raise


def is_unfinished(book: Path, history: History) -> bool:
    """Whether an erase was written into a book, which its journal says, and its copies may still be there."""
    operation = _told(book).get("operation")
    return isinstance(operation, list) and tuple(operation) in history


def was_marked(book: Path, who: str) -> bool:
    """Whether the erase that the marker is of was of this customer."""
    told = _told(book)
    salt, keys = str(told.get("salt", "")), told.get("keys", [])
    asked = {who.strip(), bare(who), read_phone(who).value} - {None}
    return isinstance(keys, list) and any(_hash(key, salt) in keys for key in asked)


def finish(book: Path, copies: Iterable[Path]) -> list[Path]:
    """Remove the copies, and the marker when all are gone; returns those that could not be removed."""
    copies = list(copies)
    for copy in copies:
        remove(copy)
    held = [copy for copy in copies if copy.exists()]
    if not held:
        remove(_marker(book))
    return held


def _marker(book: Path) -> Path:
    return book.parent / BACKUPS / f"{book.name}{ERASING}"


def _told(book: Path) -> dict[str, object]:
    """What the marker says; nothing where there is none, or a broken one."""
    try:
        told = json.loads(content_of(_marker(book)))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _shown(value: Value) -> str:
    return value.text if isinstance(value, Link) else as_text(value)


def _hash(key: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", key.encode(), salt.encode(), _ROUNDS).hex()


def _others_backups(book: Path) -> list[Path]:
    """Backups in the folder that do not bear the book's name."""
    folder, own = book.parent / BACKUPS, backups(book)
    with contextlib.suppress(OSError):
        return sorted(p for p in folder.iterdir() if p.suffix in (".xlsx", ".xlsm") and p not in own)
    return []


def _history_in(backup: Path) -> History:
    try:
        return history_of([open_book(backup).read(JournalRow.form)])
    except Refusal:
        return frozenset()


def _is_of_the_program(folder: Path) -> bool:
    """Whether a folder has one of the program's names or files; the backups are looked at by themselves."""
    if folder.name == BACKUPS:
        return False
    with contextlib.suppress(OSError):
        return folder.name.startswith(_FOLDERS) or any(path.name.startswith(_MADE) for path in folder.iterdir())
    return False


def _is_searched(path: Path, kinds: Collection[str] = _SEARCHED) -> bool:
    """Whether a file may hold him: it is of some kinds, or the program's."""
    if path.name.startswith("~$") or path.name.endswith(_LOCK):
        return False
    made = path.name.startswith(_MADE) and path.suffix.lower() in _BINARY
    return made or path.name.startswith("~xlcrm-") or path.suffix.lower() in kinds


def _is_export(folder: Path) -> bool:
    """Whether a folder holds exported data with names and phones in it, or looks so and cannot be read."""
    schema = folder / SCHEMA_FILE
    if not folder.is_dir() or not schema.is_file():
        return False
    try:
        said = json.loads(content_of(schema))
    except (OSError, ValueError):
        return True
    return isinstance(said, dict) and "tables" in said and said.get("masked") is not True


def _left_in_export(folder: Path, erasure: Erasure) -> Iterator[Left]:
    files = (path for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".parquet"))
    left = next((left for path in files for left in _left_in_file(path, folder, erasure)), None)
    if left:
        yield Left("sealed" if left.kind == "sealed" else "export", folder.name)


def _left_in_file(path: Path, folder: Path, erasure: Erasure) -> Iterator[Left]:
    """Where he is left in a file; its place is said as seen from a folder, that of a backup by its name."""
    try:
        data = content_of(path) if path.stat().st_size <= _LARGEST else _ENCRYPTED
    except OSError:
        data = _ENCRYPTED
    place = path.name if path.parent.name == BACKUPS else path.relative_to(folder).as_posix()
    contents = list(_contents(path, data))
    if any(holds(content, erasure) for content in contents):
        yield Left("file", place)
    elif path.suffix.lower() in _BINARY or any(content.startswith(_ENCRYPTED) for content in contents):
        yield Left("sealed", place)


def _contents(path: Path, data: bytes) -> Iterator[bytes]:
    """A file's content; of a mail its parts."""
    if path.suffix.lower() != ".eml":
        yield data
        return
    for part in BytesParser(policy=policy.default).parsebytes(data).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content
