"""Reading the books of a group: one after another, or by processes over all cores.

Both, and the workers of a Dask cluster (``cluster``), call the same function for each book, so they come to the same. A process
that dies with its book costs that book only; nothing but figures comes back, so memory does not grow with the number of stores.
What reads a book is imported when the first one is read: by then the processes have begun to do the same.
"""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlcrm.catalogue import Words
from xlcrm.catalogue.group import WORKER_LOST
from xlcrm.catalogue.refusals import why
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.group.store import StoreMonth

Done = Callable[["StoreMonth"], None]
"""Called for each store as soon as it is there."""


@dataclass(frozen=True, slots=True)
class StoreTask:
    """A book to be read: a path, or an address that fsspec knows. ``cache`` is the folder of what was read before."""

    book: str
    month: str
    today: dt.date
    cache: str | None = None
    quick: bool = False


def read_store(task: StoreTask) -> StoreMonth:
    """A store's month, from the cache where its book has not changed since.

    Garbage is collected once, when the book is done with: until then nearly all of it is needed. What stood before is old
    by then, and is not looked at.
    """
    gc.collect(1)
    was_on = gc.isenabled()
    gc.disable()
    try:
        return _store_of(task)
    finally:
        gc.collect(1)
        if was_on:
            gc.enable()


def _store_of(task: StoreTask) -> StoreMonth:
    from xlcrm.group.cache import Cache
    from xlcrm.group.store import store_month, unread

    try:
        data = _bytes(task.book)
    except Refusal as refusal:
        return unread(task.book, task.month, Words(why(refusal, "zh"), why(refusal, "en")))
    cache = Cache(Path(task.cache) if task.cache else None)
    store = cache.find(task.book, data, task.month, task.today, task.quick)
    if store is None:
        store = store_month(task.book, data, task.month, task.today, quick=task.quick)
        cache.keep(store, data, task.today, task.quick)
    return store


def _bytes(book: str) -> bytes:
    """The bytes of a book. Raises the ``Refusal`` of ``read_bytes``; ``book.unreadable`` for an address."""
    from xlcrm.books.xlsx.read import read_bytes

    if "://" not in book:
        return read_bytes(Path(book))
    import fsspec

    try:
        with fsspec.open(book, "rb") as file:
            data: bytes = file.read()
            return data
    except Exception as error:  # whatever the store behind the address raises
        raise Refusal("book.unreadable", name=book, reason=str(error)) from error


def read_all(tasks: Sequence[StoreTask], done: Done, workers: int | None = None) -> list[StoreMonth]:
    """Every store, in no particular order, by ``workers`` processes (default: one for each core)."""
    workers = max(1, workers or os.cpu_count() or 1)
    stores = map(read_store, tasks) if workers == 1 or len(tasks) < 2 else _pooled(tasks, workers)
    found = []
    for store in stores:
        found.append(store)
        done(store)
    return found


def _pooled(tasks: Sequence[StoreTask], workers: int) -> Iterator[StoreMonth]:
    """By processes. When one dies, all that were at work are lost: what is left is then read in a process for each book."""
    left = {task.book: task for task in tasks}
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(workers, len(tasks)), spawn) as pool:
            for future in as_completed([pool.submit(read_store, task) for task in tasks]):
                store = future.result()
                del left[store.book]
                yield store
    except BrokenProcessPool:
        for task in left.values():
            yield _alone(task)


def _alone(task: StoreTask) -> StoreMonth:
    from xlcrm.group.store import unread

    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            return pool.submit(read_store, task).result()
    except BrokenProcessPool:
        return unread(task.book, task.month, WORKER_LOST)
