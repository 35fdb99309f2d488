"""Results outside the book take their places together, or none of them does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xlcrm.books import places
from xlcrm.books.disk import take_place
from xlcrm.books.places import put_all
from xlcrm.errors import Refusal


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Path, bytes]:
    """A workbook and its PDF, which a viewer holds."""

    def held(temporary: Path, target: Path, content: bytes) -> None:
        if target.suffix == ".pdf":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(temporary), None, str(target))
        take_place(temporary, target, content)

    monkeypatch.setattr(places, "take_place", held)
    return {tmp_path / "月度分析.xlsx": b"new", tmp_path / "月度分析.pdf": b"new"}


def test_where_the_second_cannot_be_placed_the_first_is_not_left(pair: dict[Path, bytes], tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"output\.unwritable"):
        put_all(pair)
    assert list(tmp_path.iterdir()) == []


def test_where_the_second_cannot_be_placed_the_first_is_as_it_was(pair: dict[Path, bytes], tmp_path: Path) -> None:
    for path in pair:
        path.write_bytes(b"old")
        path.chmod(0o640)
    with pytest.raises(Refusal, match=r"output\.unwritable"):
        put_all(pair)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys(pair, b"old")
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in pair} == {0o640}


def test_both_are_placed(tmp_path: Path) -> None:
    wanted = {tmp_path / "月度分析.xlsx": b"one", tmp_path / "月度分析.pdf": b"two"}
    put_all(wanted)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == wanted
