"""A json.py that lies beside the book is not run, whichever way a button or a command starts Python."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import strays

from xlcrm.computer.probe import probe
from xlcrm.template import vba


def vba_text(expression: str, **names: str) -> str:
    """What a VBA expression of texts and names put together with & says."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([\w.]+)(?:\(\))?', expression)
    return "".join(names[name] if name else text.replace('""', '"') for text, name in parts)


def line_of(module: str, pattern: str) -> str:
    """The expression that one line of our macros makes a command of."""
    text = next(found.text for found in vba.modules() if found.name == module)
    (found,) = re.findall(pattern, text)
    return str(found)


def excel(_stem: Path) -> list[str]:
    made = line_of("xlwings", r"RunCommand = CondaCmd & (PythonInterpreter & \" -B .*)\r")
    call = "import xlcrm.macros; xlcrm.macros.run('validate')"
    return shlex.split(vba_text(made, PythonInterpreter=shlex.quote(sys.executable), PythonCommand=call))


def bridge(stem: Path) -> list[str]:
    made = line_of("CrmBridge", r"Shell (.*), 0\r")
    return shlex.split(vba_text(made, CrmPython=sys.executable, verb="validate", stem=str(stem)))


def command(stem: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("xlcrm")), "validate", stem.name.split("-", 2)[2]]


@pytest.mark.parametrize(
    "channel", [excel, bridge, pytest.param(command, marks=pytest.mark.posix("the zip has no launcher"))]
)
def test_no_channel_imports_what_lies_beside_the_book(
    book: Path, tmp_path: Path, channel: Callable[[Path], list[str]]
) -> None:
    stem = book.with_name(f"~xlcrm-101500-{book.name}")
    shutil.copy(book, f"{stem}.copy")
    strays.plant(book.parent)
    env = os.environ | {"LOCALAPPDATA": str(tmp_path)}
    done = subprocess.run(channel(stem), cwd=book.parent, env=env, capture_output=True, text=True, timeout=120)
    assert strays.imported(book.parent) == []
    assert done.returncode == (1 if channel is excel else 0), done.stderr
    if channel is excel:
        (log,) = (tmp_path / "xlcrm" / "log").iterdir()
        assert "Book.caller()" in log.read_text("utf-8"), "it came as far as to ask for Excel"
    if channel is bridge:
        assert Path(f"{stem}.done").exists()


@pytest.mark.posix("the zip's Python never looks into the current folder")
def test_strays_are_run_where_nothing_is_done_about_them(tmp_path: Path) -> None:
    strays.plant(tmp_path)
    subprocess.run([sys.executable, "-c", "import json"], cwd=tmp_path, check=True)
    assert strays.imported(tmp_path) == ["json.py.imported"]


@pytest.mark.posix("links are made by administrators only")
def test_a_python_that_is_asked_what_it_is_runs_none(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    strays.plant(tmp_path)
    assert probe(str(tmp_path / "python")).version == sys.version_info[:3]
    assert strays.imported(tmp_path) == []
