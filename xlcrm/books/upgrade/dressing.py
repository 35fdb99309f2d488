"""What a form's sheet has beside its cells: drop-downs, colours, tips on the headers, and the headers' own look.

What the book has as it was released is replaced by today's; what the shop has changed or added stays.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from xlcrm.books.area import Area, letters
from xlcrm.books.upgrade.formats import renumbered
from xlcrm.books.upgrade.work import Placed, Work
from xlcrm.books.xlsx.aside import vml_aside
from xlcrm.books.xlsx.parts import Parts
from xlcrm.books.xlsx.shift import translated
from xlcrm.books.xlsx.tagtext import attribute, set_attribute
from xlcrm.books.xlsx.valuetext import with_texts

_HOLDER = re.compile(r"(<dataValidations\b[^>]*>)(.*?)</dataValidations>", re.DOTALL)
_VALIDATION = re.compile(r"<dataValidation\b[^>]*?(?:/>|(?<!/)>.*?</dataValidation>)", re.DOTALL)
_COLOURING = re.compile(r"<conditionalFormatting\b[^>]*>.*?</conditionalFormatting>", re.DOTALL)
_COLOUR_RULE = re.compile(r"<cfRule\b[^>]*?(?:/>|(?<!/)>.*?</cfRule>)", re.DOTALL)
_FORMULA = re.compile(r"<formula([12]?)>([^<]*)</formula\1>")
_COL = re.compile(r"<col\b[^>]*>")
_PRIORITY = re.compile(r'\spriority="(\d+)"')
_AFTER_COLOURS = (
    "dataValidations|hyperlinks|printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches"
    "|ignoredErrors|smartTags|drawing|legacyDrawing|legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems"
    "|tableParts|extLst"
)
"""The elements of a worksheet that follow its colours, in their order (ECMA-376 part 1, 18.3.1.99)."""
COMMENT = re.compile(r'<comment\b[^>]*?\sref="([A-Z]+\d+)"[^>]*>.*?</comment>', re.DOTALL)
_COMMENT_TEXT = re.compile(r"<text>.*?</text>", re.DOTALL)
_T = re.compile(r"<t\b[^>]*>([^<]*)</t>")
_AUTHORS = re.compile(r"<author>([^<]*)</author>")
SHAPE = re.compile(r"<v:shape\b.*?</v:shape>", re.DOTALL)
_SHAPE_NUMBER = re.compile(r'id="_x0000_s(\d+)"')


def renew_dressing(work: Work, sheet: str) -> None:
    """Renew what a form's sheet has beside its cells; new columns stand already."""
    _code_name(work, sheet)
    _validations(work, sheet)
    _colours(work, sheet)
    _headers(work, sheet)
    _widths(work, sheet)
    _tips(work, sheet)


def _fresh_tail(parts: Parts, sheet: str) -> str:
    return parts.package.read(parts.sheets[sheet]).decode().rpartition("</sheetData>")[2]


def _code_name(work: Work, sheet: str) -> None:
    """VBA's name of the sheet, which some programs lose."""
    found = re.search(r'codeName="(\w+)"', work.fresh.package.read(work.fresh.sheets[sheet]).decode())

    def named(head: str, tail: str) -> tuple[str, str]:
        if found is None or f'codeName="{found[1]}"' in head:
            return head, tail
        if "<sheetPr" in head:
            return re.sub(
                r"<sheetPr\b[^>]*?(?=/?>)", lambda tag: set_attribute(tag[0], "codeName", found[1]), head, count=1
            ), tail
        root = re.search(r"<worksheet\b[^>]*>", head)
        at = root.end() if root else 0
        return f'{head[:at]}<sheetPr codeName="{found[1]}"/>{head[at:]}', tail

    work.sheet(sheet).edit(named)


# ---------------------------------------------------------------- drop-downs


class _Rule(NamedTuple):
    """A validation: what it asks for, whatever it says, and its XML."""

    key: tuple[str | None, ...]
    xml: str
    areas: list[Area]

    @property
    def columns(self) -> set[int]:
        return {column for area in self.areas for column in range(area.left, area.right + 1)}


def _rules(xml: str) -> Iterator[_Rule]:
    for found in _VALIDATION.findall(xml):
        start = found[: found.index(">") + 1]
        formulas = {number: html.unescape(text).strip() for number, text in _FORMULA.findall(found)}
        key = attribute(start, "type"), attribute(start, "operator"), formulas.get("1"), formulas.get("2")
        areas = [
            Area.parse(ref) for ref in (attribute(start, "sqref") or "").split() if re.match(r"\$?[A-Z]+\$?\d", ref)
        ]
        yield _Rule(key, found, areas)


def _at(rule: _Rule, areas: list[Area]) -> str:
    start = rule.xml[: rule.xml.index(">") + 1]
    return set_attribute(start, "sqref", " ".join(map(str, areas))) + rule.xml[len(start) :]


def _by_column(parts: Parts, sheet: str, placed: Placed) -> dict[int, _Rule]:
    """The rules of a template by the column of the book that each is for."""
    found: dict[int, _Rule] = {}
    for rule in _rules(_fresh_tail(parts, sheet)):
        areas = [area for one in rule.areas if (area := placed.area(one))]
        found |= dict.fromkeys({area.left for area in areas}, rule._replace(areas=areas))
    return found


def _validations(work: Work, sheet: str) -> None:
    placed = work.placed(work.fresh, sheet)
    fresh = _by_column(work.fresh, sheet, placed)
    base = _by_column(work.base, sheet, work.placed(work.base, sheet)) if sheet in work.base.sheets else {}

    def renewed(head: str, tail: str) -> tuple[str, str]:
        holder = _HOLDER.search(tail)
        kept: list[str] = []
        taken: set[int] = set()
        places: dict[int, list[Area]] = {}
        for rule in _rules(holder[2]) if holder else ():
            ours = {c for c in rule.columns if any(c in by and by[c].key == rule.key for by in (fresh, base))}
            for area in rule.areas:
                for column in ours.intersection(range(area.left, area.right + 1)):
                    places.setdefault(column, []).append(Area(area.top, column, area.bottom, column))
            rest = rule.columns - ours
            if ours and rest:
                narrow = [
                    Area(a.top, c, a.bottom, c) for a in rule.areas for c in range(a.left, a.right + 1) if c in rest
                ]
                kept.append(_at(rule, narrow))
            elif not ours:
                kept.append(rule.xml)
            taken |= rest
        ours_now = [
            with_texts(_at(rule, places.get(column, rule.areas)), "formula[12]", lambda text: work.here(text, sheet))
            for column, rule in sorted(fresh.items())
            if column not in taken
        ]
        standing = [*ours_now, *kept]
        start = set_attribute(holder[1] if holder else "<dataValidations>", "count", str(len(standing)))
        text = f"{start}{''.join(standing)}</dataValidations>" if standing else ""
        if holder:
            return head, f"{tail[: holder.start()]}{text}{tail[holder.end() :]}"
        return head, _before(tail, _AFTER_COLOURS.partition("|")[2], text)

    work.sheet(sheet).edit(renewed)


def _before(tail: str, elements: str, text: str) -> str:
    found = re.search(rf"<(?:{elements})\b|</worksheet>", tail)
    assert found is not None, "a worksheet part ends"
    return tail[: found.start()] + text + tail[found.start() :]


# ---------------------------------------------------------------- colours


def _colours(work: Work, sheet: str) -> None:
    """The template's colours are formulas: those it has no more go, new ones come, the others take today's format."""
    fresh = dict(_colour_rules(work, work.fresh, sheet))
    base = dict(_colour_rules(work, work.base, sheet)) if sheet in work.base.sheets else {}

    def renewed(head: str, tail: str) -> tuple[str, str]:
        met: set[str] = set()

        def rule(found: re.Match[str], top: int) -> str:
            formula = _colour_formula(found[0], top)
            met.add(formula)
            if formula in fresh:
                number = attribute(fresh[formula][1], "dxfId")
                start = found[0][: found[0].index(">") + 1]
                return set_attribute(start, "dxfId", number) + found[0][len(start) :]
            return "" if formula in base else found[0]

        def block(found: re.Match[str]) -> str:
            refs = re.findall(r"[A-Z]+(\d+)", attribute(found[0][: found[0].index(">") + 1], "sqref") or "")
            text = _COLOUR_RULE.sub(lambda one: rule(one, min(map(int, refs), default=1)), found[0])
            return text if "<cfRule" in text else ""

        tail = _COLOURING.sub(block, tail)
        first = 1 + max((int(number) for number in _PRIORITY.findall(tail)), default=0)
        new = [(cells, xml) for formula, (cells, xml) in fresh.items() if formula not in met]
        text = "".join(
            f'<conditionalFormatting sqref="{cells}">{_PRIORITY.sub(f" priority={chr(34)}{number}{chr(34)}", xml)}'
            "</conditionalFormatting>"
            for number, (cells, xml) in enumerate(new, first)
        )
        return head, _before(tail, _AFTER_COLOURS, text)

    work.sheet(sheet).edit(renewed)


def _colour_rules(work: Work, parts: Parts, sheet: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The colour rules of a template by their formula as it reads in the book: where they are for, and their XML."""
    placed = work.placed(parts, sheet)
    for block in _COLOURING.findall(_fresh_tail(parts, sheet)):
        cells = attribute(block[: block.index(">") + 1], "sqref") or ""
        top = Area.parse(cells.split()[0]).top
        for rule in _COLOUR_RULE.findall(block):
            xml = with_texts(rule, "formula", lambda text: placed.formula(text, sheet))
            if parts is work.fresh:
                xml = renumbered(xml, int, work.formats.conditional)
            yield _colour_formula(xml, top), (placed.cells(cells), xml)


def _colour_formula(rule: str, top: int) -> str:
    """A rule's formula as it reads in row 2, which is the first of the rows that the template colours."""
    found = _FORMULA.search(rule)
    return translated(html.unescape(found[2]), 2 - top, 0).replace(" ", "") if found else rule


# ---------------------------------------------------------------- headers


def _headers(work: Work, sheet: str) -> None:
    """Headers that look as they were released look as they do today."""
    if sheet not in work.base.sheets:
        return
    own, was, today = work.looks
    table, fresh, base = work.standing(sheet), work.fresh.table_of(sheet), work.base.table_of(sheet)
    cells = work.sheet(sheet)
    for i, header in enumerate(fresh.headers):
        if header not in base.headers or header not in work.headers[sheet]:
            continue
        at = work.headers[sheet][header]
        released = _header_style(work.base, sheet, base.area.left + base.headers.index(header), base.area.top)
        now = _header_style(work.fresh, sheet, fresh.area.left + i, fresh.area.top)
        stands = cells.style(table.area.top, at)
        is_ours = _bare_look(own.look(stands)) == _bare_look(was.look(released))
        if stands and is_ours and _bare_look(today.look(now)) != _bare_look(was.look(released)):
            number = int(re.sub(r"\D", "", now) or 0)
            cells.restyle(table.area.top, at, f' s="{work.formats.cell(number)}"')


def _bare_look(look: str) -> str:
    return look.partition(" ")[2]


def _header_style(parts: Parts, sheet: str, column: int, row: int) -> str:
    found = re.search(rf'<c r="{letters(column)}{row}"( s="\d+")', parts.package.read(parts.sheets[sheet]).decode())
    return found[1] if found else ""


def _widths(work: Work, sheet: str) -> None:
    """Columns as wide as they were released are as wide as today's."""
    if sheet not in work.base.sheets:
        return
    fresh, base = ((_width_of(parts, sheet), work.placed(parts, sheet)) for parts in (work.fresh, work.base))
    released = {base[1].column(column): width for column, width in base[0].items()}
    wanted = {fresh[1].column(column): width for column, width in fresh[0].items()}
    new = {column: width for column, width in wanted.items() if column in released and released[column] != width}

    def renewed(head: str, tail: str) -> tuple[str, str]:
        def parted(tag: re.Match[str]) -> str:
            first, last = (int(attribute(tag[0], name) or 0) for name in ("min", "max"))
            width = attribute(tag[0], "width")
            if not any(column in new and _same(released[column], width) for column in range(first, last + 1)):
                return tag[0]
            return "".join(
                set_attribute(
                    set_attribute(set_attribute(tag[0], "max", str(column)), "min", str(column)),
                    "width",
                    new[column] if column in new and _same(released[column], width) else width,
                )
                for column in range(first, last + 1)
            )

        return _COL.sub(parted, head), tail

    if new:
        work.sheet(sheet).edit(renewed)


def _width_of(parts: Parts, sheet: str) -> dict[int, str]:
    tags = _COL.findall(parts.package.read(parts.sheets[sheet]).decode())
    return {
        column: attribute(tag, "width") or ""
        for tag in tags
        for column in range(int(attribute(tag, "min") or 1), int(attribute(tag, "max") or 1) + 1)
    }


def _same(width: str, other: str | None) -> bool:
    """Programs round widths as they like."""
    return other is not None and abs(float(width or 0) - float(other or 0)) < 0.05


# ---------------------------------------------------------------- tips


def _tips(work: Work, sheet: str) -> None:
    """The notes on the headers: those that say what was released say what today's do; new columns have theirs."""
    own = work.parts.related(work.parts.sheets[sheet], "comments")
    boxes = work.parts.related(work.parts.sheets[sheet], "vmlDrawing")
    if not own or not boxes:
        return
    fresh, base = _notes(work, work.fresh, sheet), _notes(work, work.base, sheet)
    text = work.text(own[0])
    standing = {found[1]: found[0] for found in COMMENT.finditer(text)}
    for place, (header, note) in fresh.items():
        released = next((former for other, former in base.values() if other == header), None)
        if place in standing:
            if released is not None and said(standing[place]) == said(released) != said(note):
                text = text.replace(standing[place], _saying(standing[place], note))
        elif released is None:
            text = _with_note(text, place, note)
            work.put(boxes[0], _with_box(work.text(boxes[0]), _box(work, sheet, place)))
    work.put(own[0], text)


def _notes(work: Work, parts: Parts, sheet: str) -> dict[str, tuple[str, str]]:
    """The notes of a template: the cell of the book → its header and the note."""
    if sheet not in parts.sheets:
        return {}
    table, placed = parts.table_of(sheet), work.placed(parts, sheet)
    top = work.standing(sheet).area.top
    found = {}
    for member in parts.related(parts.sheets[sheet], "comments"):
        for note in COMMENT.finditer(parts.package.read(member).decode()):
            at = Area.parse(note[1])
            if at.top == table.area.top:
                header = table.headers[at.left - table.area.left]
                found[f"{letters(placed.column(at.left))}{top}"] = header, note[0]
    return found


def _saying(note: str, other: str) -> str:
    """A note with another's text."""
    here, there = _COMMENT_TEXT.search(note), _COMMENT_TEXT.search(other)
    return note.replace(here[0], there[0]) if here and there else note


def said(note: str) -> str:
    """The words of a note."""
    return "".join(html.unescape(text) for text in _T.findall(note)).replace("\r", "").strip()


def _with_note(xml: str, place: str, note: str) -> str:
    """Comments stand in the order of their cells, as Excel writes them."""
    authors = _AUTHORS.findall(xml)
    if "xlcrm" not in authors:
        xml = xml.replace("</authors>", "<author>xlcrm</author></authors>")
        authors.append("xlcrm")
    start = note[: note.index(">") + 1]
    start = set_attribute(set_attribute(start, "ref", place), "authorId", str(authors.index("xlcrm")))
    new = start + note[note.index(">") + 1 :]
    return xml.replace("</commentList>", f"{new}</commentList>")


def _box(work: Work, sheet: str, place: str) -> str:
    """The box of a note of today's template, beside its cell in the book."""
    placed = work.placed(work.fresh, sheet)
    (member,) = work.fresh.related(work.fresh.sheets[sheet], "vmlDrawing")
    vml = work.fresh.package.read(member).decode()
    root = vml[: vml.index(">") + 1]
    at = Area.parse(place)
    shapes = (found[0] for found in SHAPE.finditer(vml_aside(vml, placed)))
    return root + next((shape for shape in shapes if f"<x:Column>{at.left - 1}</x:Column>" in shape), "")


def _with_box(vml: str, box: str) -> str:
    """A VML part with one more shape, under a number of its own; its prefixes are declared on the shape itself."""
    root, shape = box[: box.index(">")], box[box.index(">") + 1 :]
    declared = root[len("<xml") :]
    number = 1 + max((int(found) for found in _SHAPE_NUMBER.findall(vml)), default=1024)
    shape = _SHAPE_NUMBER.sub(f'id="_x0000_s{number}"', shape, count=1)
    shape = re.sub(r'\stype="#\w+"', "", shape, count=1) if 'id="_x0000_t202"' not in vml else shape
    at = vml.rindex("</")
    return f"{vml[:at]}{shape.replace('<v:shape', f'<v:shape{declared}', 1)}{vml[at:]}"
