"""One folder, several accounts: nobody is locked out by who came first, and nothing is wider open than its book."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from accounts import (
    ACCESS,
    ANN,
    AUDITOR,
    BOB,
    DEFAULT,
    SHOP,
    STRANGER,
    access_list,
    as_account,
    give,
    only_root,
    rights_of,
    shared_folder,
)
from workbooks import make_book

from xlcrm.books.alone import alone
from xlcrm.books.copies import begun, finish, was_marked
from xlcrm.books.places import make_folder, put, staged
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.save import BACKUPS, backups
from xlcrm.changes import Changes, TableChange
from xlcrm.errors import Refusal
from xlcrm.ledger.recogniser import Traces
from xlcrm.safety.erase import Erasure

pytestmark = only_root
NAME = "登记.xlsm"
LOCK = f"~xlcrm-{NAME}.lock"


@pytest.fixture
def folder() -> Iterator[Path]:
    with shared_folder(0o2770) as folder:
        yield folder


def book_in(folder: Path, rights: int = 0o660) -> Path:
    return give(
        make_book(folder / NAME, {"来店登记": [{"顾客名称": "王先生"}]}, sheets=("来店登记",)), ANN, SHOP, rights
    )


def saved_by(user: int, book: Path) -> tuple[str, str]:
    """What an account hears when it presses a button: a refusal and the file it names, else two empty texts."""

    def press() -> tuple[str, str]:
        try:
            file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "新客户"}])}))
        except Refusal as refusal:
            return refusal.key, str(refusal.about.get("file", ""))
        return "", ""

    return as_account(user, press)


DONE = ("", "")


@pytest.mark.parametrize("rights", [0o2770, 0o770, 0o2775, 0o777])
def test_accounts_press_in_turn(rights: int) -> None:
    with shared_folder(rights) as folder:
        book = book_in(folder)
        for user in (ANN, BOB, ANN, BOB):
            assert saved_by(user, book) == DONE
            assert rights_of(book) == (user, SHOP, 0o660)
        backups = folder / BACKUPS
        assert rights_of(backups)[1:] == (SHOP, rights)
        assert {rights_of(backup)[1:] for backup in backups.iterdir()} == {(SHOP, 0o660)}
        for user in (ANN, BOB):
            assert as_account(user, lambda: [len(path.read_bytes()) > 0 for path in backups.iterdir()]) == [True] * 4


@pytest.mark.parametrize("rights", [0o2770, 0o775, 0o700])
def test_a_folder_for_results_is_as_open_as_the_one_it_stands_in(rights: int) -> None:
    """Hand-outs, what is collected, exported data: whoever may put files beside the book may put them there."""
    with shared_folder(rights) as folder:
        as_account(ANN, lambda: make_folder(folder / "回收"))
        as_account(ANN, lambda: make_folder(folder / "数据" / "来店登记" / "month=2026-10"))
        made = [path for path in folder.rglob("*") if path.is_dir()]
        assert len(made) == 4
        assert {rights_of(path)[1:] for path in made} == {(SHOP, rights)}


def test_an_erase_that_was_killed_can_be_finished_by_another_account(folder: Path) -> None:
    book = book_in(folder)
    erasure = Erasure("已删除C00001", "4000000001", frozenset(), Traces(), (), frozenset({"C00001"}))
    changes = Changes({"操作日志": TableChange(added=[{"时间": "2026-11-01 20:00", "操作号": "7"}])})

    def die() -> None:
        with begun(book, changes, erasure):
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(EOFError):
        as_account(ANN, die)
    assert rights_of(folder / BACKUPS) == (ANN, SHOP, 0o2770)
    assert as_account(BOB, lambda: was_marked(book, "C00001"))
    assert saved_by(BOB, book) == DONE
    assert as_account(BOB, lambda: finish(book, backups(book))) == []
    assert list((folder / BACKUPS).iterdir()) == []


@pytest.mark.parametrize("rights", [0o2770, 0o770, 0o777])
def test_a_press_that_died_locks_nobody_out(rights: int) -> None:
    def die() -> None:
        with alone(book):
            os.kill(os.getpid(), signal.SIGKILL)

    with shared_folder(rights) as folder:
        book = book_in(folder)
        with pytest.raises(EOFError):
            as_account(ANN, die)
        assert rights_of(folder / LOCK) == (ANN, SHOP, rights & 0o666)
        assert saved_by(BOB, book) == DONE
        assert not (folder / LOCK).exists()


def test_a_lock_of_an_older_version_locks_nobody_out(folder: Path) -> None:
    book = book_in(folder)
    give(folder / LOCK, ANN, ANN, 0o644)
    assert saved_by(BOB, book) == DONE


def test_who_meets_another_account_hears_that_it_is_saving(folder: Path) -> None:
    book = book_in(folder)
    with alone(book):
        assert saved_by(BOB, book) == ("book.saving", "")


def test_a_lock_is_never_a_link(folder: Path) -> None:
    book = book_in(folder)
    (folder / LOCK).symlink_to(folder / "别的.txt")
    assert saved_by(BOB, book) == ("book.beside_refused", LOCK)
    assert not (folder / "别的.txt").exists()


@pytest.mark.parametrize(
    ("name", "is_folder"),
    [(LOCK, False), (BACKUPS, True), (f"{BACKUPS}/~xlcrm-{NAME}", True), (f"~xlcrm-{NAME}", True)],
)
def test_what_is_in_the_way_is_named(folder: Path, name: str, is_folder: bool) -> None:
    """Not the book: that could be opened."""
    book = book_in(folder)
    before = book.read_bytes()
    hindrance = folder / name
    if is_folder:
        hindrance.mkdir(parents=True)
    give(hindrance, ANN, ANN, 0o700 if is_folder else 0o600)
    assert saved_by(BOB, book) == ("book.beside_refused", hindrance.name)
    assert book.read_bytes() == before


def test_root_leaves_the_clerk_what_is_the_clerks() -> None:
    with shared_folder(0o700, ANN, ANN) as folder:
        book = give(book_in(folder), ANN, ANN, 0o600)
        os.setxattr(book, ACCESS, access_list(AUDITOR, 4))
        os.setxattr(book, "user.note", b"kept")
        before = rights_of(book)
        assert saved_by(0, book) == DONE
        (backup,) = (folder / BACKUPS).iterdir()
        for path in (book, backup):
            assert rights_of(path) == before
            assert os.getxattr(path, ACCESS) == access_list(AUDITOR, 4)
            assert os.getxattr(path, "user.note") == b"kept"
        assert rights_of(folder / BACKUPS) == (ANN, ANN, 0o700)
        assert saved_by(ANN, book) == DONE


def test_a_copy_is_the_clerks_too() -> None:
    with shared_folder(0o700, ANN, ANN) as folder:
        book = book_in(folder)
        copy = folder / "新.xlsm"
        file.apply(open_book(book), Changes(), copy)
        assert rights_of(copy) == rights_of(book)


@pytest.mark.parametrize("rights", [0o600, 0o640, 0o664, 0o440])
def test_what_is_made_from_a_book_is_as_open_as_the_book(folder: Path, rights: int) -> None:
    book, report, forms = book_in(folder, rights=rights), folder / "月度分析.xlsx", folder / "表卡.xlsx"
    give(forms, ANN, SHOP, 0o644)
    put(report, b"customers", book)
    with staged({forms: b"customers"}, book):
        pass
    assert rights_of(report) == (ANN, SHOP, rights | 0o600)
    assert rights_of(forms) == (ANN, SHOP, rights & 0o644 | 0o600)


def test_a_stranger_who_may_write_the_folder_opens_nothing_to_his_group() -> None:
    with shared_folder(0o777) as folder:
        book, report = book_in(folder, rights=0o664), folder / "月度分析.xlsx"
        as_account(STRANGER, lambda: put(report, b"customers", book))
        assert rights_of(report) == (STRANGER, STRANGER, 0o644)


def test_what_the_folder_would_open_stays_as_closed_as_the_book(folder: Path) -> None:
    book, report = book_in(folder, rights=0o600), folder / "月度分析.xlsx"
    os.setxattr(folder, DEFAULT, access_list(AUDITOR, 6))
    put(report, b"customers", book)
    assert saved_by(ANN, book) == DONE
    (backup,) = (folder / BACKUPS).iterdir()
    for path in (report, book, backup):
        assert rights_of(path)[2] == 0o600
        assert ACCESS not in os.listxattr(path)


def test_what_waits_for_its_place_is_never_wider_open_than_the_book(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, fsync, seen = book_in(folder, rights=0o640), os.fsync, dict[str, int]()

    def look(handle: int) -> None:
        for path in folder.rglob("~xlcrm-*"):
            seen[path.name] = seen.get(path.name, 0) | path.stat().st_mode & 0o777
        fsync(handle)

    monkeypatch.setattr(os, "fsync", look)
    put(folder / "表卡.xlsx", b"customers", book)
    file.apply(open_book(book), Changes({"来店登记": TableChange(added=[{"顾客名称": "新客户"}])}))
    assert seen.pop(LOCK) == 0o660, "it is empty, and everybody's"
    assert seen.keys() == {f"~xlcrm-{NAME}", "~xlcrm-表卡.xlsx"}
    assert not any(rights & ~0o640 for rights in seen.values())
