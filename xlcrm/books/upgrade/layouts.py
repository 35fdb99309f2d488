"""The sheets that are not tables: 首页 and 月度分析, and the two hidden ones. Today's take the place of the former.

What people typed into them stays where it is, and so do their pictures, shapes and print set-up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.cellxml import cell_xml
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.sheetxml import SheetXml
from xlcrm.books.xlsx.tagtext import attribute
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import ANALYSIS_SHEET, HOME_SHEET
from xlcrm.forms.workbook import (
    CONF_SHEET,
    HOME_LAST,
    HOME_RESULT,
    HOME_STORE,
    INTERPRETER_MAC,
    INTERPRETER_WIN,
    LISTS_SHEET,
)
from xlcrm.report.analysis_sheet import headings

LAYOUTS = (HOME_SHEET, ANALYSIS_SHEET, LISTS_SHEET, CONF_SHEET)
_BY_TOOL = {cell for _, cell in (HOME_LAST, HOME_RESULT, HOME_STORE)}
_PRINT = re.compile(
    r"<(?P<name>printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks)\b[^>]*?(?:/>|(?<!/)>.*?</(?P=name)>)",
    re.DOTALL,
)
_VIEWS = re.compile(r"<sheetViews>.*?</sheetViews>", re.DOTALL)
_DRAWING = re.compile(r"<drawing\b[^>]*/>")
_BEFORE_DRAWING = re.compile(
    r"<(?:legacyDrawing|legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_ALTERNATIVE = re.compile(r"<mc:AlternateContent\b.*?</mc:AlternateContent>", re.DOTALL)
_ANCHOR = re.compile(r"<xdr:(twoCell|oneCell|absolute)Anchor\b")
_KEPT_KEYS = (INTERPRETER_WIN, INTERPRETER_MAC)
_TEXT = re.compile(r"<t\b[^>]*>([^<]*)</t>")


def renew_layout(work: Work, sheet: str) -> None:
    """Put today's sheet in the place of the book's. ``Refusal("upgrade.notes")`` for a sheet with comments of the shop's."""
    part = work.parts.sheets[sheet]
    if work.parts.related(part, "comments") or work.parts.related(part, "threadedComment"):
        raise Refusal("upgrade.notes", name=work.parts.package.name, sheet=sheet)
    former = work.opened(work.parts.package.read(part), sheet)
    printing = _own_printing(work, sheet)
    drawing = _own_drawing(work, part)
    drop_parts(work, part, kept=drawing)
    new = work.opened(work.made(work.fresh.sheets[sheet]).encode(), sheet)
    work.adopt_relations(work.fresh, work.fresh.sheets[sheet], part, work.convert)
    views = _VIEWS.search(work.parts.package.read(part).decode())
    tail_drawing = ""
    if drawing and "<drawing " not in new.tail:
        key = work.relate(part, _DRAWING_TYPE, drawing)
        tail_drawing = f'<drawing xmlns:r="{_OFFICE}" r:id="{key}"/>'

    def dressed(head: str, tail: str) -> tuple[str, str]:
        if views:
            head = _VIEWS.sub(lambda _: views[0], head)
        for name, element in printing.items():
            found = next((one for one in _PRINT.finditer(tail) if one["name"] == name), None)
            if found:
                tail = tail[: found.start()] + element + tail[found.end() :]
        if tail_drawing:
            before = _BEFORE_DRAWING.search(tail)
            at = before.start() if before else len(tail)
            tail = tail[:at] + tail_drawing + tail[at:]
        return head, tail

    new.edit(dressed)
    if sheet == CONF_SHEET:
        _keep_interpreters(work, new)
    elif sheet != LISTS_SHEET:
        _keep_typed(work, sheet, former, new)
    work.replace_sheet(sheet, new)


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING_TYPE = f"{_OFFICE}/drawing"


def drop_parts(work: Work, part: str, kept: str | None) -> None:
    """Drop what the former sheet led to, except for a drawing that is kept and what others lead to as well."""
    others = {
        target for name, other in work.parts.sheets.items() if other != part for target in _led_to(work.parts, other)
    }
    for target in sorted(_led_to(work.parts, part) - others):
        if target != kept and not (kept and target in _led_to(work.parts, kept)):
            work.drop(target)
    rels = work.parts.relations_part(part)
    if rels in work.parts.package:
        work.edit(rels, lambda text: re.sub(r"<Relationship\b[^>]*?(?:/>|></Relationship>)", "", text))


def _led_to(parts: Parts, part: str) -> set[str]:
    """Every part that one leads to, directly or not."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if parts.relations_part(one) in parts.package:
            new = {member for _, kind, member in parts.targets(one) if not kind.endswith("/theme")} - found
            found |= new
            waiting += new
    return found


def _own_drawing(work: Work, part: str) -> str | None:
    """The drawing of a sheet that has more in it than the template's charts and the shadows of form buttons.

    Of the template's own charts nothing is kept: today's sheet brings them.
    """
    for member in work.parts.related(part, "drawing"):
        text = work.text(member)
        bare = _ALTERNATIVE.sub("", text)
        if _ANCHOR.search(bare) and not work.parts.related(member, "chart"):
            work.put(member, bare)
            return member
    return None


def _own_printing(work: Work, sheet: str) -> dict[str, str]:
    """The elements of the print set-up that differ from what was released; a printer's own settings go."""

    def elements(xml: str) -> dict[str, str]:
        return {found["name"]: found[0] for found in _PRINT.finditer(xml)}

    own = elements(work.parts.package.read(work.parts.sheets[sheet]).decode())
    base = elements(work.base.package.read(work.base.sheets[sheet]).decode())
    return {
        name: re.sub(r'\sr:id="[^"]*"', "", element)
        for name, element in own.items()
        if not name.endswith("Breaks") and _meaning(element) != _meaning(base.get(name, ""))
    }


def _meaning(element: str) -> object:
    """What a print set-up says, whatever the order of its attributes and the form of its numbers."""
    pairs = re.findall(r'\s(\w+)="([^"]*)"', element)
    plain = {name: _number(value) for name, value in pairs if name not in ("horizontalDpi", "verticalDpi")}
    return plain, re.findall(r">([^<]+)<", element)


def _number(text: str) -> object:
    try:
        return round(float(text), 4)
    except ValueError:
        return text


def _keep_typed(work: Work, sheet: str, former: SheetXml, new: SheetXml) -> None:
    """Put every cell that people filled back where it stood.

    On 月度分析 the figures of the month last looked at stay only where today's sheet has the same places for them; what was
    typed where it has others goes below them.
    """
    own, released, today = (_shown(parts, sheet) for parts in (work.parts, work.base, work.fresh))
    figures: set[str] = set()
    drawn: set[str] = set()
    if sheet == ANALYSIS_SHEET and not _has_places(own):
        figures, drawn = _cells(work.base, sheet), _cells(work.fresh, sheet)
        if any(own.get(place, "") != released.get(place, "") for place in figures):
            work.said.append(("analysis", {"sheet": sheet}))
    overlaid = []
    below = max(new.numbers) + 2
    for row in former.numbers:
        typed = {
            column: xml
            for column, xml in former.cells(row).items()
            if (text := own.get(_place(xml), ""))
            and text != released.get(_place(xml), "")
            and _place(xml) not in figures
        }
        if any(_place(xml) in drawn for xml in typed.values()):
            moved = {
                column: re.sub(r'( r="[A-Z]+)\d+', rf"\g<1>{below}", xml, count=1) for column, xml in typed.items()
            }
            new.graft(below, moved)
            work.said.append(("moved", {"sheet": sheet, "row": row, "to": below}))
            below += 1
            continue
        overlaid += [
            _place(xml) for xml in typed.values() if sheet == HOME_SHEET and _place(xml) in today.keys() - _BY_TOOL
        ]
        is_tools = {column: sheet == ANALYSIS_SHEET or _place(xml) in _BY_TOOL for column, xml in typed.items()}
        new.graft(row, {at: _in_style(xml, new.style(row, at)) if is_tools[at] else xml for at, xml in typed.items()})
    if overlaid:
        work.said.append(("overlaid", {"sheet": sheet, "cells": "、".join(overlaid)}))


def _has_places(own: Mapping[str, str]) -> bool:
    """Whether 月度分析 of the book is laid out as today's."""
    return all(own.get(cell, "") in ("", heading) for cell, heading in headings().items())


def _cells(parts: Parts, sheet: str) -> set[str]:
    """Every cell that a template's sheet has, blank ones included."""
    return set(re.findall(r'<c r="([A-Z]+\d+)"', parts.package.read(parts.sheets[sheet]).decode()))


def _in_style(cell: str, style: str) -> str:
    bare = re.sub(r'^(<c\b[^>]*?)\ss="\d+"', r"\1", cell)
    return bare.replace("<c ", f"<c{style} ", 1)


def _place(cell: str) -> str:
    return attribute(cell[: cell.index(">")], "r") or ""


def _shown(parts: Parts, sheet: str) -> dict[str, str]:
    """What the cells of a sheet hold, as text, by address; blank ones are left out."""
    texts = parts.related(parts.workbook, "sharedStrings")
    shared = re.findall(r"<si>(.*?)</si>|<si/>", parts.package.read(texts[0]).decode(), re.DOTALL) if texts else []
    found = {}
    for cell in re.finditer(r"<c\b[^>]*?(?<!/)>.*?</c>", parts.package.read(parts.sheets[sheet]).decode(), re.DOTALL):
        start = cell[0][: cell[0].index(">") + 1]
        value = re.search(r"<v\b[^>]*>([^<]*)</v>", cell[0])
        if attribute(start, "t") == "s" and value:
            text = "".join(_TEXT.findall(shared[int(value[1])]))
        elif attribute(start, "t") == "inlineStr":
            text = "".join(_TEXT.findall(cell[0]))
        else:
            formula = re.search(r"<f\b[^>]*>([^<]*)</f>", cell[0])
            text = f"={formula[1]}" if formula else value[1] if value else ""
        if text:
            found[_place(start)] = html.unescape(text).replace("\r\n", "\n")
    return found


def _keep_interpreters(work: Work, new: SheetXml) -> None:
    """The Python of each system, and keys that somebody has added for xlwings."""
    own, today, released = (_keys(_shown(parts, CONF_SHEET)) for parts in (work.parts, work.fresh, work.base))
    rows = {key: row for row, key in enumerate(today, 1)}
    last = len(rows)
    for key, value in own.items():
        if key in rows and key in _KEPT_KEYS and value:
            new.graft(rows[key], {2: cell_xml(f"B{rows[key]}", new.style(rows[key], 2), value, False)})
        elif key not in rows and key not in released:
            last += 1
            cells = {1: cell_xml(f"A{last}", "", key, False), 2: cell_xml(f"B{last}", "", value, False)}
            new.graft(last, cells)


def _keys(shown: Mapping[str, str]) -> dict[str, str]:
    """Keys and values of the configuration, from the top down."""
    rows = sorted(int(place[1:]) for place in shown if re.fullmatch(r"A\d+", place))
    return {shown[f"A{row}"]: shown.get(f"B{row}", "") for row in rows}
