"""A save that fails, dies or meets another: the book is afterwards the old or the new one, never a third."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import signal
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from systemcalls import SystemCalls, die_at
from workbooks import make_book

from xlcrm.books.alone import alone
from xlcrm.books.places import put, staged
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.save import BACKUPS
from xlcrm.changes import Changes, TableChange
from xlcrm.errors import Refusal

FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else multiprocessing.get_context("spawn")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ENOENT)
NAME = "登记.xlsm"


def note(text: str) -> Changes:
    return Changes({"来店登记": TableChange(cells={5: {"注释": text}}, added=[{"顾客名称": "新客户"}])})


class Disk:
    """A folder with one book, and what saving makes of it."""

    def __init__(self, folder: Path) -> None:
        self.book = make_book(folder / NAME, {"来店登记": [{"顾客名称": "王先生"}]}, sheets=("来店登记",))
        self.old = self.book.read_bytes()
        self.read = open_book(self.book)
        self.save()
        self.new = self.book.read_bytes()
        assert self.new != self.old
        self.reset()

    def save(self, text: str = "记") -> None:
        file.apply(self.read, note(text))

    def reset(self) -> None:
        for path in sorted(self.book.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        self.book.write_bytes(self.old)

    @property
    def backups(self) -> list[bytes]:
        return [path.read_bytes() for path in self.book.parent.glob(f"{BACKUPS}/登记~*")]

    def check(self) -> bool:
        """The book is the old one, or the new one with the old beside it; returns which. Backups are whole."""
        now = self.book.read_bytes()
        assert now in (self.old, self.new)
        assert set(self.backups) <= {self.old}
        if now == self.new:
            assert self.backups == [self.old]
        return now == self.new

    def check_next(self) -> None:
        """Whatever was left, the next save goes through and tidies up."""
        self.book.write_bytes(self.old)
        self.save()
        assert self.book.read_bytes() == self.new
        assert sorted(path.name for path in self.book.parent.iterdir()) == [BACKUPS, NAME]
        assert all(path.name.startswith("登记~") for path in (self.book.parent / BACKUPS).iterdir())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def calls_of_a_save(disk: Disk) -> int:
    with SystemCalls(0, "c_call", lambda: None) as calls:
        disk.save()
    disk.reset()
    return calls.count


@pytest.mark.posix("names POSIX's own calls")
def test_the_count_sees_every_kind_of_call(disk: Disk) -> None:
    seen: set[str] = set()

    class Names(SystemCalls):
        def _called(self, _frame: FrameType, event: str, function: Any) -> None:
            if event == "c_call" and self.asks_the_system(function):
                seen.add(function.__name__)

    with Names(0, "c_call", lambda: None):
        disk.save()
    assert seen >= {"open", "flock", "write", "flush", "fsync", "read", "chmod", "replace", "unlink", "mkdir", "stat"}


LOST = "a file that was opened and then given up stays open until the process ends, and Windows removes no open file"


@pytest.mark.parametrize("when", ["c_call", pytest.param("c_return", marks=pytest.mark.posix(LOST))])
def test_every_system_call_may_fail(disk: Disk, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is done, or although it was done: the refusal's promise that nothing changed is kept."""
    monkeypatch.setattr("xlcrm.books.disk._PAUSE", 0)
    total, refused = calls_of_a_save(disk), 0
    for at in range(1, total + 1):
        number = ERRORS[at % len(ERRORS)]

        def fail(number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        is_refused = False
        try:
            with SystemCalls(at, when, fail):
                disk.save()
        except Refusal:
            is_refused = True
        assert disk.check() is not is_refused, at
        refused += is_refused
        disk.check_next()
        disk.reset()
    assert refused > total // 3, "most of them matter"


@pytest.mark.posix("a process is forked")
def test_a_process_that_dies_at_any_system_call(disk: Disk) -> None:
    ends = {killed_at(disk, at) for at in range(1, calls_of_a_save(disk) + 1)}
    assert ends == {False, True}, "some died before the swap, some after"


def killed_at(disk: Disk, at: int) -> bool:
    die_at(at, disk.save)
    is_new = disk.check()
    disk.check_next()
    disk.reset()
    return is_new


@pytest.mark.posix("a process is forked")
def test_a_process_killed_at_random_moments(disk: Disk) -> None:
    """kill -9, 200 times, anywhere in a save; how long one lasts here is found by how many come before its end."""
    chance = random.Random(9)
    longest = 0.01
    killed = 0
    for _ in range(200):
        child = os.fork()
        if child == 0:
            disk.save()
            os._exit(0)
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        was_in_time = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        longest *= 1.1 if was_in_time else 0.8
        killed += was_in_time
        disk.check()
        disk.check_next()
        disk.reset()
    assert killed > 100, "most came before the end"


def race(book: Path, text: str, barrier: Barrier, outcomes: Any) -> None:
    """Reads, waits until the others have read, and saves; round after round."""
    for number in range(100):
        barrier.wait()
        read = open_book(book)
        barrier.wait()
        try:
            file.apply(read, note(f"{text}{number}"))
            outcomes.put((number, text, "saved"))
        except Refusal as refusal:
            outcomes.put((number, text, refusal.key))
        barrier.wait()


@pytest.mark.posix("processes are forked")
def test_two_save_at_once_and_one_wins(tmp_path: Path) -> None:
    """100 rounds: the loser gets a refusal, the winner's book stands, what was there before is among the backups."""
    disk = Disk(tmp_path)
    barrier, outcomes = FORK.Barrier(3), FORK.Queue()
    racers = [FORK.Process(target=race, args=(disk.book, text, barrier, outcomes)) for text in ("甲", "乙")]
    for racer in racers:
        racer.start()
    keys = set()
    for number in range(100):
        former = disk.book.read_bytes()
        for _ in range(3):
            barrier.wait(timeout=60)
        ends = {text: how for _, text, how in (outcomes.get(timeout=60), outcomes.get(timeout=60))}
        [winner] = [text for text, how in ends.items() if how == "saved"]
        keys |= set(ends.values()) - {"saved"}
        reader = open_book(disk.book)
        table = reader.parts.table_of("来店登记")
        assert reader.cells("来店登记", table.data)[0][table.headers.index("注释")] == f"{winner}{number}"
        assert table.data.bottom == 6 + number, "one row a round"
        assert former in disk.backups
    for racer in racers:
        racer.join()
    assert keys <= {"book.saving", "book.changed_meanwhile"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [BACKUPS, NAME]


def test_a_writer_meets_another(disk: Disk) -> None:
    with alone(disk.book), pytest.raises(Refusal, match=r"book\.saving"):
        disk.save()
    assert disk.book.read_bytes() == disk.old
    disk.save()
    assert disk.check()


@pytest.mark.posix("Windows removes no open file")
def test_a_lock_removed_by_its_holder_is_opened_again(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, opened = disk.book.with_name(f"~xlcrm-{NAME}.lock"), os.open
    gone = iter([True])

    def removed_meanwhile(path: Any, *args: Any, **more: Any) -> int:
        handle = opened(path, *args, **more)
        if Path(path) == lock and next(gone, False):
            lock.unlink()
        return handle

    monkeypatch.setattr(os, "open", removed_meanwhile)
    with alone(disk.book):
        assert lock.exists()
    assert not lock.exists()


@pytest.mark.posix("Windows has one kind of lock")
def test_a_share_that_keeps_no_locks_is_written_all_the_same(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def without(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", without)
    disk.save()
    assert disk.check()


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize(("code", "key"), [(errno.ENOSPC, "book.disk_full"), (errno.EACCES, "output.unwritable")])
def test_a_result_that_cannot_be_written_leaves_the_former_one(
    call: str, code: int, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, forms = tmp_path / "月度分析.xlsx", tmp_path / "表卡.xlsx"
    report.write_bytes(b"former")

    def fail(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Refusal) as refused:
        put(report, b"new")
    with pytest.raises(Refusal):
        put(forms, b"new")
    assert refused.value.key == key
    assert [(path, path.read_bytes()) for path in tmp_path.iterdir()] == [(report, b"former")]


def test_results_take_their_places_after_the_book_or_not_at_all(tmp_path: Path) -> None:
    report, forms = tmp_path / "月度分析.xlsx", tmp_path / "新" / "表卡.xlsx"
    report.write_bytes(b"former")
    report.chmod(0o640)
    with pytest.raises(ZeroDivisionError), staged({report: b"new"}):
        raise ZeroDivisionError
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"former"]
    with staged({report: b"new"}):
        assert report.read_bytes() == b"former"
    assert report.read_bytes() == b"new"
    assert os.name == "nt" or report.stat().st_mode & 0o777 == 0o640
    with pytest.raises(Refusal, match=r"output\.unwritable"), staged({report: b"newer", forms: b"new"}):
        pass
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]
