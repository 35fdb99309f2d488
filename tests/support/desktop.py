"""A person at a screen: LibreOffice Calc on a virtual display, and a hand that moves the real mouse."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from xml.sax.saxutils import escape

from libreoffice import DRIVER

T = TypeVar("T")

PROGRAMS = ("soffice", "Xvfb", "openbox", "xdotool")
SETTINGS: dict[str, dict[str, object]] = {
    "org.openoffice.Office.Common/Security/Scripting": {"MacroSecurityLevel": 0},
    "org.openoffice.Office.Common/Misc": {"ShowTipOfTheDay": "false", "FirstRun": "false"},
    "org.openoffice.Setup/Office": {"ooSetupInstCompleted": "true"},
    "org.openoffice.Setup/Product": {"WhatsNew": "false", "LastTimeGetInvolvedShown": 9999999999},
}
"""Macros run, and nothing greets a new user over the sheet."""
BOX = "^xlcrm$"
"""The title of every message box."""

MACRO = """
Sub Main
    On Error Goto leave
    Dim answer As String
    {lines}
leave:
    If Err <> 0 Then answer = "line " & Erl & ": " & Error$
    Open ConvertFromURL("{answer}.part") For Output As #1
    Print #1, answer
    Close #1
    Name ConvertFromURL("{answer}.part") As ConvertFromURL("{answer}")
    ThisComponent.CurrentController.Frame.ContainerWindow.setVisible(False)
End Sub
"""
"""Runs in a document of its own, which only hides: closing the document one runs in kills LibreOffice."""
OPEN = """
    Dim book As Object, buttons As Object, i, control, at
    Dim allowed(0) As New com.sun.star.beans.PropertyValue
    allowed(0).Name = "MacroExecutionMode": allowed(0).Value = 4
    book = StarDesktop.loadComponentFromURL("{book}", "_blank", 0, allowed())
    Wait 500
    buttons = book.Sheets.getByIndex(0).DrawPage.Forms.getByIndex(0)
    For i = 0 To buttons.Count - 1
        control = book.CurrentController.getControl(buttons.getByIndex(i))
        at = control.getAccessibleContext().getLocationOnScreen()
        answer = answer & buttons.getByIndex(i).Label & " " & (at.X + control.PosSize.Width \\ 2) & " " & _
            (at.Y + control.PosSize.Height \\ 2) & Chr(10)
    Next
"""
IN_BOOK = """
    Dim documents As Object, document As Object, xlsx(0) As New com.sun.star.beans.PropertyValue
    xlsx(0).Name = "FilterName": xlsx(0).Value = "Calc MS Excel 2007 XML"
    documents = StarDesktop.Components.createEnumeration()
    Do While documents.hasMoreElements()
        document = documents.nextElement()
        If document.URL = "{book}" Then {line}
    Loop
"""


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A virtual screen with a window manager, for as long as needed; its display is given."""
    ready, tell = os.pipe()
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, ready)
        server = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "1600x1200x24"]
        stack.enter_context(_running(server, os.environ.copy(), (tell,)))
        os.close(tell)
        display = f":{os.read(ready, 16).decode().strip()}"
        stack.enter_context(_running(["openbox"], os.environ | {"DISPLAY": display}))
        yield display


class Calc:
    """A book open in a LibreOffice Calc of its own. ``buttons`` are the sheet buttons of 首页 and their places on screen."""

    def __init__(self, book: Path, display: str) -> None:
        self._book = book
        self._folder = book.parent / "office"
        self._env = os.environ | {"DISPLAY": display, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "gen"}
        self._stack = contextlib.ExitStack()
        self._macros = 0
        self.buttons: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        settings = self._folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_settings(), "utf-8")
        with contextlib.ExitStack() as stack:
            for line in self._run(OPEN.format(book=self._book.as_uri()), stack).splitlines():
                label, x, y = line.split()
                self.buttons[label] = int(x), int(y)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def click(self, label: str) -> None:
        """Click a button with the mouse; returns when its message box stands on the screen."""
        self.press(label)
        _until(lambda: self._hand("search", "--onlyvisible", "--name", BOX), f"no message after a click on {label}")

    def press(self, label: str) -> None:
        """Click a button that shows no message box."""
        x, y = self.buttons[label]
        self._hand("mousemove", x, y, "click", 1)

    def confirm(self) -> None:
        """Press Return in the message box; returns when it is gone."""
        box = self._hand("search", "--onlyvisible", "--name", BOX)
        self._hand("windowactivate", "--sync", box, "key", "Return")
        _until(lambda: not self._hand("search", "--onlyvisible", "--name", BOX), "the message stays")

    def save(self, copy: Path) -> None:
        """Save the open document as it stands beside itself, as .xlsx."""
        said = self._in_book(f'document.storeToURL("{copy.as_uri()}", xlsx())')
        assert (said, copy.exists()) == ("", True), said

    def cursor(self) -> str:
        """The cell the cursor is on, like 日报!B3."""
        found = self._in_book("answer = document.CurrentSelection.AbsoluteName")
        return found.replace("$", "").replace(".", "!")

    def _in_book(self, line: str) -> str:
        """Run a line of Basic on the open ``document``."""
        with contextlib.ExitStack() as stack:
            return self._run(IN_BOOK.format(book=self._book.as_uri(), line=line), stack)

    def _run(self, lines: str, stack: contextlib.ExitStack) -> str:
        """Run lines of Basic; what they put into ``answer``. The first call starts the program, later ones reach it."""
        self._macros += 1
        answer = self._folder / f"answer{self._macros}.txt"
        document = self._folder / f"macro{self._macros}.fods"
        document.write_text(DRIVER.format(escape(MACRO.format(lines=lines, answer=answer.as_uri()))), "utf-8")
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        stack.enter_context(_running(["soffice", profile, "--norestore", "--nologo", str(document)], self._env))
        _until(answer.exists, "LibreOffice does not answer")
        return answer.read_text("utf-8").strip()

    def _hand(self, *words: object) -> str:
        command = ["xdotool", *map(str, words)]
        return subprocess.run(command, env=self._env, capture_output=True, text=True, timeout=30).stdout.strip()


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}">'
        + "".join(
            f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>' for name, value in values.items()
        )
        + "</item>"
        for path, values in SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )


@contextlib.contextmanager
def _running(command: list[str], env: dict[str, str], pass_fds: tuple[int, ...] = ()) -> Iterator[None]:
    """A program with all it starts, ended at the end."""
    found = shutil.which(command[0])
    assert found, f"{command[0]} is not installed"
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [found, *command[1:]], env=env, start_new_session=True, stdout=quiet, stderr=quiet, pass_fds=pass_fds
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _until(found: Callable[[], T], otherwise: str, seconds: int = 60) -> T:
    """What is found, as soon as there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if something := found():
            return something
        time.sleep(0.05)
    raise AssertionError(otherwise)
