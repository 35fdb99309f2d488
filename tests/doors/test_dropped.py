"""Books dropped on a .cmd of the Windows zip: which ones, whatever their names, and what is done to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlcrm import dropped
from xlcrm.books.new import fill_book


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (
            r'C:\Windows\system32\cmd.exe /c ""D:\三表一卡\校验-拖到这里.cmd" "D:\店 里\CRM.xlsm""',
            [r"D:\店 里\CRM.xlsm"],
        ),
        (r'cmd.exe /c ""D:\x\校验-拖到这里.cmd" D:\a&b.xlsm"', [r"D:\a&b.xlsm"]),
        (r'cmd.exe /c ""D:\x\校验-拖到这里.cmd" D:\100%.xlsm"', [r"D:\100%.xlsm"]),
        (r'cmd.exe /c ""D:\x\校验-拖到这里.cmd" D:\a^b.xlsm"', [r"D:\a^b.xlsm"]),
        (
            r'cmd.exe /c ""D:\x\校验.cmd" "D:\一 店.xlsm" \\server\店\二.xlsm"',
            [r"D:\一 店.xlsm", r"\\server\店\二.xlsm"],
        ),
        (r'cmd.exe /c ""D:\x\自检.cmd""', []),
        (r'"C:\Windows\system32\cmd.exe"', []),
    ],
)
def test_the_names_are_those_that_explorer_gave(line: str, names: list[str]) -> None:
    assert dropped.names(line) == names


def test_every_book_is_checked_and_the_worst_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(dropped.DROPPED, raising=False)
    fill_book(tmp_path / "好.xlsm", {})
    assert dropped.main(["validate", str(tmp_path / "好.xlsm"), str(tmp_path / "没有.xlsm")]) == 2
    said = capsys.readouterr()
    assert "还没有日志" in said.out
    assert "没有.xlsm" in said.err


def test_a_file_that_is_not_a_book_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(dropped.DROPPED, raising=False)
    assert dropped.main(["validate", str(tmp_path / "信.docx")]) == 2
    assert dropped.main(["validate"]) == 2
    said = capsys.readouterr().out
    assert "不是 .xlsm" in said
    assert "拖到" in said


def test_selfcheck_looks_at_the_book_of_the_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(dropped.DROPPED, raising=False)
    monkeypatch.setenv(dropped.HERE, str(tmp_path))
    fill_book(tmp_path / "CRM.xlsm", {})
    dropped.main(["selfcheck"])
    assert "自检" in capsys.readouterr().out
