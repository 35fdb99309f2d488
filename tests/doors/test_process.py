"""The command as a process among others: streams that are closed, locales without Chinese, results in place or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest
from shell import TODAY, contents, declines, parsed, xlcrm
from walks import Walk

from xlcrm.catalogue.disk import STANDARD_OUTPUT, reason
from xlcrm.catalogue.refusals import REFUSALS, explain
from xlcrm.errors import Refusal

pytestmark = pytest.mark.posix("pipes, devices and locales as POSIX has them")
CLI = [sys.executable, "-P", "-m", "xlcrm.cli"]


def run(
    *typed: object,
    out: int | IO[bytes] = subprocess.PIPE,
    closed: tuple[int, ...] = (),
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command with its standard output somewhere, or with streams closed."""

    def close() -> None:
        for number in closed:
            os.close(number)

    words = [*CLI, *map(str, typed)]
    return subprocess.run(
        words, stdout=out, stderr=subprocess.PIPE, env={**os.environ, **(env or {})}, preexec_fn=close, timeout=120
    )


def gone() -> int:
    """The end to write to of a pipe that nobody reads any more."""
    end, begin = os.pipe()
    os.close(end)
    return begin


# ---------------------------------------------------------------- streams


@pytest.mark.parametrize("where", ["gone", "full", "closed", "all closed"])
def test_words_that_nobody_reads_change_nothing(book: Path, where: str) -> None:
    """The book is written, and the exit code is that of what was found."""
    before = book.read_bytes()
    if "closed" in where:
        done = run("validate", book, "--today", TODAY, closed=(1,) if where == "closed" else (0, 1, 2))
    elif where == "gone":
        done = run("validate", book, "--today", TODAY, out=gone())
    else:
        with open("/dev/full", "wb") as full:
            done = run("validate", book, "--today", TODAY, out=full)
    assert (done.returncode, done.stderr) == (0, b"")
    assert book.read_bytes() != before
    assert sorted(path.name for path in book.parent.iterdir()) == [".xlcrm-backup", book.name]


@pytest.mark.parametrize("typed", [("--help",), ("validate", "--help")])
def test_help_that_nobody_reads(typed: tuple[str, ...]) -> None:
    done = run(*typed, out=gone())
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_that_cannot_be_printed_whole_is_reported(book: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = run("validate", book, "--today", TODAY, "--json", "-", out=full)
    words = explain(Refusal("output.stream", name=STANDARD_OUTPUT, reason=reason(errno.ENOSPC)), "zh")
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (2, words)


def test_json_for_a_closed_output_is_declined_before_anything_is_done(book: Path) -> None:
    before = contents(book.parent)
    done = run("validate", book, "--today", TODAY, "--json", "-", closed=(1,))
    assert (done.returncode, done.stderr.decode()) == (2, explain(Refusal("output.no_stdout"), "zh") + "\n")
    assert contents(book.parent) == before


def test_json_for_a_reader_who_has_gone(book: Path) -> None:
    assert run("validate", book, "--today", TODAY, "--json", "-", out=gone()).returncode == 0


# ---------------------------------------------------------------- --json


def test_json_waits_for_the_book(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that cannot be written leaves the JSON of before; one that can leaves a whole one."""
    path = book.with_name("店.json")
    path.write_text("before")
    book.chmod(0o444)
    assert declines(xlcrm("validate", book, "--today", TODAY, "--json", path), "book.read_only")
    assert path.read_text() == "before"
    book.chmod(0o644)
    replace = os.replace

    def replaced(source: Path, target: Path) -> None:
        if Path(target) == book:
            assert path.read_text() == "before"
        replace(source, target)

    monkeypatch.setattr(os, "replace", replaced)
    assert xlcrm("validate", book, "--today", TODAY, "--json", path).code == 0
    assert parsed(path.read_text("utf-8"))["verb"] == "validate"
    assert {found.name for found in book.parent.iterdir()} == {".xlcrm-backup", book.name, "店.json"}


def test_json_that_has_no_room_leaves_book_and_json(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book.with_name("店.json")
    path.write_text("before")
    before, fsync = contents(book.parent), os.fsync

    def full(handle: int) -> None:
        if os.path.basename(os.readlink(f"/proc/self/fd/{handle}")) == "~xlcrm-店.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    assert declines(xlcrm("validate", book, "--today", TODAY, "--json", path), "book.disk_full")
    assert contents(book.parent) == before


@pytest.mark.parametrize("rights", [0o600, 0o640])
def test_json_is_not_more_widely_readable_than_the_book(book: Path, rights: int) -> None:
    path = book.with_name("店.json")
    book.chmod(rights)
    assert xlcrm("validate", book, "--today", TODAY, "--json", path).code == 0
    assert xlcrm("selfcheck", book, "--json", book.with_name("自检.json")).code in (0, 1)
    assert [found.stat().st_mode & 0o777 for found in (path, book.with_name("自检.json"))] == [rights] * 2


def test_json_into_a_device_or_a_pipe(book: Path) -> None:
    assert xlcrm("validate", book, "--today", TODAY, "--json", "/dev/null").code == 0
    assert not Path("/dev/null").is_file()
    pipe = book.with_name("管道")
    os.mkfifo(pipe)
    answer = xlcrm("validate", book, "--today", TODAY, "--json", pipe)
    assert (answer.code, answer.err) == (
        2,
        REFUSALS["output.stream"].say("zh", name=pipe, reason="不是普通文件") + "\n",
    )
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert xlcrm("validate", book, "--today", TODAY, "--json", pipe).code == 0
        assert reader.stdout
        assert parsed(reader.stdout.read().decode())["verb"] == "validate"


# ---------------------------------------------------------------- backups


def test_presses_that_change_nothing_push_out_no_backup(book: Path) -> None:
    for _ in range(2):
        xlcrm("validate", book, "--today", TODAY)
    kept = contents(book.parent / ".xlcrm-backup")
    assert xlcrm("validate", book, "--today", TODAY).code == 0
    assert contents(book.parent / ".xlcrm-backup") == kept
    xlcrm("roll", book, "--today", TODAY)
    assert contents(book.parent / ".xlcrm-backup").keys() - kept.keys()


# ---------------------------------------------------------------- -o


USUAL = {
    "roll": "店.xlsm",
    "month": "月度分析_2026-10.xlsx",
    "mail": "月度分析_2026-10.eml",
    "print": "表卡_2026-10-31.xlsx",
}


@pytest.mark.parametrize("verb", USUAL)
def test_a_folder_stands_for_the_usual_name_inside_it(book: Path, verb: str) -> None:
    folder = book.parent / "结果.xlsx"
    folder.mkdir()
    before = book.read_bytes()
    answer = xlcrm(verb, book, "--today", TODAY, "-o", folder)
    assert answer.code == 0, answer.err
    assert [path.name for path in folder.iterdir()] == [USUAL[verb]]
    assert answer.out.splitlines()[-1].endswith(str(folder / USUAL[verb]))
    assert book.read_bytes() == before
    assert (
        f"{folder / USUAL[verb]}" in xlcrm(verb, book, "--today", TODAY, "-o", folder, "--dry-run").out
        or verb == "roll"
    )


# ---------------------------------------------------------------- locales


@pytest.mark.parametrize("verb", ["month", "mail", "print", "validate"])
def test_a_locale_without_chinese(book: Path, verb: str) -> None:
    """Files of Chinese names are read and written, and words are UTF-8."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run(verb, book, "--today", TODAY, "--json", book.with_name("果.json"), env=plain)
    assert done.returncode == 0, done.stderr.decode()
    written = {path.name for path in book.parent.iterdir()}
    assert written >= {book.name, "果.json", USUAL.get(verb, book.name)}
    assert "已写入" in done.stdout.decode("utf-8")


# ---------------------------------------------------------------- reasons


def test_why_is_never_said_in_the_systems_own_words() -> None:
    for number in errno.errorcode:
        words = reason(number)
        assert words.zh != os.strerror(number)
        assert not any(letter.isascii() and letter.isalpha() for letter in words.zh), words
        assert words.en.isascii()


def test_a_disk_that_fails_is_named_in_one_language(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    said = {lang: xlcrm("validate", book, "--today", TODAY, "--lang", lang).err for lang in ("zh", "en")}
    assert "（磁盘读写出错）" in said["zh"]
    assert "(the disk has a read or write error)" in said["en"]


def test_a_missing_stdin_is_not_a_terminal(book: Path) -> None:
    done = run("mail", book, "--today", TODAY, "--full", closed=(0,))
    assert done.stderr.decode() == explain(Refusal("password.no_terminal"), "zh") + "\n"


def test_a_verb_that_finds_errors_says_so_with_its_code_even_unread(careless_book: Path) -> None:
    assert run("validate", careless_book, "--today", TODAY, out=gone()).returncode == 1


@pytest.fixture
def careless_book(book: Path, careless: Walk) -> Path:
    book.write_bytes(careless.before("validate").read_bytes())
    return book
