"""The sheets that a shop switches on and off in 设置: which a book is to have, and how an empty one goes."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from itertools import chain

from xlcrm.books.upgrade.contents import SHEET_TAG, VIEW_TAG
from xlcrm.books.upgrade.layouts import LAYOUTS, drop_parts
from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.follow import PLACES
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.changes import Block, shops_own
from xlcrm.forms.settings import parse
from xlcrm.forms.sheets import FORMS, Setting
from xlcrm.forms.switched import SWITCHES
from xlcrm.forms.workbook import HEADER_ROW

_LYING = ("drawing", "threadedComment", "pivotTable", "queryTable", "ctrlProp")
"""What may lie on a sheet, besides what the template puts there."""


def switched_on(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The switches that 设置 has on."""
    block = next((block for block in blocks if block.sheet == Setting.form.sheet), None)
    texts = ([str(cell or "").strip() for cell in row] for row in (block.rows if block else ()))
    settings, _ = parse([(row[0], row[1]) for row in texts if row[0]])
    return settings.switched


def switches_of(headers: Mapping[str, Collection[str]]) -> set[str]:
    """What is switched on by the looks of a book: ``headers`` by sheet. A switch has all of its columns, or is not there."""
    sheets = {FORMS[sheet].switch for sheet in headers} - {""}
    brought = ((switch, own, headers[sheet]) for sheet in headers for switch, own in FORMS[sheet].switched.items())
    return sheets | {switch for switch, own, there in brought if set(own) <= set(there)}


def in_use(reader: BookReader, blocks: Iterable[Block], on: Collection[str]) -> list[str]:
    """The switches that are off and whose sheets cannot go: something stands there, or something points at them."""
    found = {block.sheet: block for block in blocks if FORMS[block.sheet].switch}
    off = {sheet: block for sheet, block in found.items() if FORMS[sheet].switch not in on}
    used = {FORMS[sheet].switch for sheet, block in off.items() if _is_used(reader, block)}
    return [switch for switch in SWITCHES if switch in used]


def _is_used(reader: BookReader, block: Block) -> bool:
    parts, part = reader.parts, reader.parts.sheets[block.sheet]
    bottom, right = reader.end(block.sheet)
    stands = bottom > HEADER_ROW or right > len(block.headers) or bool(shops_own(block))
    return stands or any(parts.related(part, kind) for kind in _LYING) or _is_mentioned(reader, block.sheet)


def _is_mentioned(reader: BookReader, sheet: str) -> bool:
    """Whether anything but the sheet itself and the sheets without a table names it."""
    parts, mention = reader.parts, re.compile(rf"(?<!\w){sheet}'?!")
    others = (part for name, part in parts.sheets.items() if name not in (sheet, *LAYOUTS))
    held = (
        member
        for kind in {place.kind for place in PLACES if place.kind != "workbook"}
        for member, home in parts.of_kind(kind)
        if home not in (sheet, *LAYOUTS)
    )
    workbook = parts.package.read(parts.workbook)
    local = re.sub(rb"<definedName\b[^>]*\slocalSheetId=[^>]*>[^<]*</definedName>", b"", workbook)
    tabs = re.sub(rb"<sheets>.*?</sheets>", b"", local, flags=re.DOTALL)
    xml = (tabs, *map(parts.package.read, chain(others, held)))
    return any(mention.search(one.decode("utf-8", "replace")) for one in xml)


def drop_sheets(work: Work) -> list[str]:
    """Take out the sheets of what is switched off, as today's template lacks them; returns them."""
    gone = [sheet for sheet, form in FORMS.items() if form.switch and work.has(form) and sheet not in work.fresh.sheets]
    for sheet in gone:
        part = work.parts.sheets[sheet]
        drop_parts(work, part, kept=None)
        work.unrelate(work.parts.workbook, part)
        work.drop(part)
        work.edit(work.parts.workbook, partial(_without_tab, sheet=sheet))
    return gone


def _without_tab(text: str, sheet: str) -> str:
    """The workbook's part without a sheet's tab and its names; what counts tabs by their place follows."""
    tabs = [html.unescape(attribute(tag, "name") or "") for tag in SHEET_TAG.findall(text)]
    at = tabs.index(sheet)
    tags = iter(range(len(tabs)))
    text = SHEET_TAG.sub(lambda tag: "" if next(tags) == at else tag[0], text)
    text = re.sub(rf'<definedName\b[^>]*\slocalSheetId="{at}"[^>]*>[^<]*</definedName>', "", text)

    def after(index: str | None) -> str:
        return str(int(index or 0) - (int(index or 0) > at))

    text = re.sub(r'(<definedName\b[^>]*?\slocalSheetId=")(\d+)', lambda found: found[1] + after(found[2]), text)

    def view(found: re.Match[str]) -> str:
        tag = set_attribute(found[0], "activeTab", after(attribute(found[0], "activeTab")))
        first = attribute(tag, "firstSheet")
        return set_attribute(tag, "firstSheet", after(first)) if first else tag

    return VIEW_TAG.sub(view, text)
