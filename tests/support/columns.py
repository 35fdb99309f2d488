"""Columns of a shop's own in a table of a package, as other programs write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlcrm.books.area import Area, letters

Parts = dict[str, bytes]


def own_column(
    parts: Parts, sheet: str, table: str, header: str, cells: Mapping[int, str] = {}, formula: str = ""
) -> str:
    """Add a last column to the table of a part, filled with a ``formula`` where there is one; ``cells`` maps worksheet rows
    to what stands between ``<c r="Y5"`` and ``</c>``. Its letter.
    """
    xml = parts[table].decode()
    ref = re.search(r' ref="([^"]+)"', xml)
    assert ref is not None
    area = Area.parse(ref[1])
    wider = Area(area.top, area.left, area.bottom, area.right + 1)
    letter = letters(wider.right)
    count = int(re.search(r'tableColumns count="(\d+)"', xml)[1])  # type: ignore[index]
    inner = f"><calculatedColumnFormula>{formula}</calculatedColumnFormula></tableColumn>" if formula else "/>"
    xml = xml.replace(f'ref="{area}"', f'ref="{wider}"').replace(
        f'tableColumns count="{count}"', f'tableColumns count="{count + 1}"'
    )
    xml = xml.replace("</tableColumns>", f'<tableColumn id="{count + 1}" name="{header}"{inner}</tableColumns>')
    parts[table] = xml.encode()
    text = parts[sheet].decode()
    for row, cell in {area.top: f' t="inlineStr"><is><t>{header}</t></is>', **cells}.items():
        at = text.index("</row>", text.index(f'<row r="{row}"'))
        text = f'{text[:at]}<c r="{letter}{row}"{cell}</c>{text[at:]}'
    parts[sheet] = text.encode()
    return letter


def cell_at(parts: Parts, sheet: str, ref: str) -> str:
    """A cell as it stands; "" where it is not there."""
    found = re.search(rf'<c r="{ref}"[^>]*?(?:/>|>.*?</c>)', parts[sheet].decode())
    return found[0] if found else ""
