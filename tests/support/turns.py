"""How fast a second thread is, chosen: a test of what two threads do comes to the same on every machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

THREADS = ("xlcrm.books.xlsx.values.Thread", "xlcrm.books.xlsx.package.Thread")
"""Where the program takes its second threads from."""


class AtOnce:
    """A thread that has done everything when it was started."""

    def __init__(self, target: Callable[[], None], *, daemon: bool) -> None:
        assert daemon, "the program does not wait for it when it ends"
        self._target = target

    def start(self) -> None:
        self._target()

    def join(self) -> None:
        pass


class NoTurn(AtOnce):
    """A thread that gets no turn until it is waited for."""

    def start(self) -> None:
        pass

    def join(self) -> None:
        self._target()


SPEEDS = (AtOnce, NoTurn)


def take_turns(monkeypatch: pytest.MonkeyPatch, speed: type[AtOnce]) -> None:
    """Let the second threads of the program be as fast as ``speed``."""
    for place in THREADS:
        monkeypatch.setattr(place, speed)
