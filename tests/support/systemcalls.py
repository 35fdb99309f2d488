"""What a program asks of the system while it works, and a process that dies in the middle of it."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class SystemCalls:
    """Counts what a program asks of the system, and does something at the ``at``-th: before it happens, or after."""

    def __init__(self, at: int, when: str, act: Callable[[], None]) -> None:
        self.at, self.when, self.act, self.count = at, when, act, 0

    def __enter__(self) -> SystemCalls:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, _frame: FrameType, event: str, function: Any) -> None:
        if event == self.when and self.asks_the_system(function):
            self.count += 1
            if self.count == self.at:
                self.act()

    @staticmethod
    def asks_the_system(function: Any) -> bool:
        owner = getattr(function, "__self__", None)
        module = getattr(function, "__module__", None)
        pure = function.__name__ in ("fspath", "getpid", "_path_normpath", "getcwd")
        files = isinstance(owner, io.IOBase) and not isinstance(owner, io.BytesIO)
        return not pure and (files or module in ("posix", "nt", "fcntl", "msvcrt", "_io", "io"))


def die_at(at: int, do: Callable[[], object]) -> None:
    """Do something in a process of its own, which is killed when it asks the system for the ``at``-th time."""
    child = os.fork()
    if child == 0:
        with SystemCalls(at, "c_call", lambda: os.kill(os.getpid(), signal.SIGKILL)):
            do()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
