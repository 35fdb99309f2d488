"""The group's own list of its stores: a CSV with the columns store, region, brand. SPEC section 12."""

from __future__ import annotations

from pathlib import Path

from xlcrm.books.sources import read_source
from xlcrm.errors import Refusal
from xlcrm.group.consolidate import Region

_HEADERS = {
    "store": ("store", "店", "店名", "门店", "经销商"),
    "region": ("region", "区域", "大区", "地区"),
    "brand": ("brand", "品牌"),
}


def read_regions(path: Path) -> list[Region]:
    """The stores of a list, in its order. Raises ``Refusal``: ``group.regions``, and those of ``read_source``."""
    rows = [row for grid in read_source(path) for row in grid.rows if any(row)]
    headers = [str(cell or "").strip().lower() for cell in rows[0]] if rows else []
    at = {
        name: next((i for i, header in enumerate(headers) if header in spellings), None)
        for name, spellings in _HEADERS.items()
    }
    if at["store"] is None:
        raise Refusal("group.regions", name=path.name)
    found = []
    for row in rows[1:]:
        cells = {name: str(row[i] or "").strip() for name, i in at.items() if i is not None and i < len(row)}
        if cells.get("store"):
            found.append(Region(**cells))
    return found
