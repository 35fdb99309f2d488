"""The books of a group read by the workers of a Dask cluster, and their figures added up there.

Each store is a partition of a Dask DataFrame, written as Parquet by the worker that read its book; the cluster then adds up
what is written. Only a store's own figures, for its line and its sheet, and the sums come back.
"""

from __future__ import annotations

from collections.abc import Sequence

import dask.dataframe as dd
import pandas as pd
from distributed import Client, Future, as_completed

from xlcrm.errors import Refusal
from xlcrm.group.run import Done, StoreTask, read_store
from xlcrm.group.store import StoreMonth
from xlcrm.group.totals import Totals, addends, totals

_OF, _SIDES = ["month", "scope", "name", "key"], ["numerator", "denominator", "divided", "stores"]
_TYPES = {"book": "string", "store": "string", **dict.fromkeys(_OF, "string"), **dict.fromkeys(_SIDES, "int64")}


def read_clustered(tasks: Sequence[StoreTask], done: Done, address: str, facts: str) -> tuple[list[StoreMonth], Totals]:
    """Every store, in no particular order, and the sums over them; ``facts`` is the folder, or the address of one, where the
    workers write what is added up. What a lost worker was at, Dask gives to another.

    Raises ``Refusal``: ``group.no_scheduler`` where no cluster answers, ``group.facts`` where it cannot write or read there.
    """
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise Refusal("group.no_scheduler", address=address) from error
    with client:
        read = client.map(read_store, tasks, pure=False)
        stores = []
        for _, store in as_completed(read, with_results=True):
            stores.append(store)
            done(store)
        try:
            return stores, _added(client.map(frame, read, pure=False), facts)
        except OSError as error:
            raise Refusal("group.facts", place=facts) from error


def frame(store: StoreMonth) -> pd.DataFrame:
    """What a store adds to the sums. Shape: ``book, store, month, scope, name, key, numerator, denominator, divided, stores``;
    both sides in ten-thousandths.
    """
    rows = [(store.book, store.store, *addend) for addend in addends(store)]
    return pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)


def _added(frames: Sequence[Future], place: str) -> Totals:
    """The sums, by way of the Parquet that the workers write."""
    meta = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})
    dd.from_delayed(frames, meta=meta).to_parquet(place, write_index=False, overwrite=True)
    sums = dd.read_parquet(place).groupby(_OF)[_SIDES].sum(split_out=1).compute()
    return totals((*of, *map(int, sides)) for of, sides in zip(sums.index, sums.to_numpy(), strict=True))
