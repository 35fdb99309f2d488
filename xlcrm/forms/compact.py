"""Rows in little room, for what comes in by the hundred thousand."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
L = TypeVar("L", bound=Hashable)
V = TypeVar("V")


class CompactRow(Mapping[K, V]):
    """The cells of a row by header or column, in a fifth of a dict's room: rows that fill the same cells share the names."""

    __slots__ = ("_at", "_cells")

    def __init__(self, names: tuple[K, ...], cells: tuple[V, ...]) -> None:
        self._at: Mapping[K, int] = _places(names)
        self._cells = cells

    def __getitem__(self, name: K) -> V:
        return self._cells[self._at[name]]

    def __iter__(self) -> Iterator[K]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._cells)

    def under(self, names: tuple[L, ...]) -> CompactRow[L, V]:
        """The same cells, held once, under other names, each another."""
        return CompactRow(names, self._cells)


@lru_cache(maxsize=1024)
def _places(names: tuple[K, ...]) -> Mapping[K, int]:
    return {name: at for at, name in enumerate(names)}
