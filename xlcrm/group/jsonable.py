"""A group's month as plain data for JSON: the common object of every command, and ``stores``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xlcrm.analysis.jsonable import COUNTS
from xlcrm.catalogue import Lang
from xlcrm.group.consolidate import Group, Rank, Trouble
from xlcrm.group.store import StoreMonth, compared
from xlcrm.group.totals import Sum


def group_json(group: Group, books: str, today: dt.date, lang: Lang) -> dict[str, Any]:
    """A group's month: its sums under the names of a store's month, and ``stores``; what is wrong stands in ``findings``."""

    now, last, year = (group.sums(month) for month in (group.month, *compared(group.month)))
    ranks = group.ranks
    counts = {measure.value: now[measure.value].ratio.numerator if measure.value in now else 0 for measure in COUNTS}
    kpis = {kpi.key: _sum(now.get(kpi.key), last.get(kpi.key), year.get(kpi.key)) for kpi in group.kpis}
    parts = {attribute: group.by(attribute) if group.regions else {} for attribute in ("region", "brand")}
    return {
        "verb": "group",
        "book": books,
        "today": today.isoformat(),
        "findings": [_trouble(trouble, lang) for trouble in group.troubles],
        "moves": [],
        "figures": {
            "month": group.month,
            "counts": counts,
            "kpis": kpis,
            **{
                f"{name}s": {of: {key: _sum(found) for key, found in own.items()} for of, own in by.items()}
                for name, by in parts.items()
            },
        },
        "balance": [],
        "kept": [],
        "stores": [_store(group, store, ranks[store.book], lang) for store in group.stores],
    }


def _store(group: Group, store: StoreMonth, ranks: Mapping[str, Rank], lang: Lang) -> dict[str, Any]:

    now, last, year = (store.shop(month) for month in (group.month, *compared(group.month)))
    region = group.region(store)
    return {
        "book": store.book,
        "store": store.store,
        "region": region.region,
        "brand": region.brand,
        "state": store.state,
        "why": store.why.say(lang) if store.why else None,
        "closed_on": store.closed_on.isoformat() if store.closed_on else None,
        "broken": None if store.broken is None else list(store.broken),
        "unbalanced": store.unbalanced,
        "lacks": list(store.lacks),
        "kpis": {
            key: {
                "numerator": ratio.numerator,
                "denominator": ratio.denominator,
                "value": ratio.value,
                "last_month": last[key].value if key in last else None,
                "last_year": year[key].value if key in year else None,
                "rank": ranks[key].place if key in ranks else None,
                "of": ranks[key].of if key in ranks else None,
                "quartile": ranks[key].quartile if key in ranks else None,
            }
            for key, ratio in now.items()
        },
    }


def _sum(now: Sum | None, *past: Sum | None) -> dict[str, Any]:
    """A figure of several stores; ``stores`` is over how many."""
    return {
        "numerator": now.ratio.numerator if now else None,
        "denominator": now.ratio.denominator if now else None,
        "value": now.ratio.value if now else None,
        "stores": now.stores if now else 0,
        **{
            name: own.ratio.value if own else None for name, own in zip(("last_month", "last_year"), past, strict=False)
        },
    }


def _trouble(trouble: Trouble, lang: Lang) -> dict[str, Any]:
    """What is wrong with a store, in the shape of a finding; ``person`` is the store, it has no place in a book."""
    nowhere = {
        "sheet": "",
        "cell": "",
        "row": 0,
        "field": "",
        "expected": "",
        "remedy": "",
        "kind": None,
        "other": None,
    }
    found = {"found": trouble.said.say(lang), "person": trouble.store, "book": trouble.book}
    return {
        "code": f"group.{trouble.key}",
        "codes": [f"group.{trouble.key}"],
        "severity": trouble.severity.value,
        **found,
        **nowhere,
    }
