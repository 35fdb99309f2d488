"""What a worksheet part says about cells outside its rows, following the rows of a sheet: views, rules, links, controls.

Source: ECMA-376 part 1, 18.3.1; [MS-XLSX] for what Excel added in extensions.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from xlcrm.books.area import Area
from xlcrm.books.xlsx.anchors import follow_anchors
from xlcrm.books.xlsx.shift import Shift
from xlcrm.books.xlsx.valuetext import INSIDE, PREFIX, with_attributes, with_texts
from xlcrm.patterns import lazy

_NAMING = (
    ("sheetPr", "syncRef"),
    ("selection", "activeCell|sqref"),
    ("scenarios", "sqref"),
    ("inputCells|cellWatch|cellSmartTags", "r"),
    ("autoFilter|sortState|sortCondition", "ref"),
)
"""Elements and attributes that name cells; one whose cells are taken out keeps what it says."""
_FORMULA_TEXTS = "formula[12]?|f"
_CONTROL = ("controlPr", "linkedCell|listFillRange")
_FORMULA_ATTRIBUTES = (("cfvo", "val"), ("hyperlink", "location"), _CONTROL)

_RULES = "protectedRange|mergeCell|conditionalFormatting|dataValidation|hyperlink|ignoredError|sparkline"
_RULE = lazy(
    rf"<(?P<name>{PREFIX}(?P<element>{_RULES}))\b{INSIDE}(?:(?<=/)>|>.*?</(?P=name)>)|<{PREFIX}f>[^<]+</", re.DOTALL
)
"""A rule with its cells, or a formula of an extension that is not a rule's: the dates of sparklines, what an add-in binds."""
_FIXED_SIZE = ("mergeCell", "hyperlink", "sparkline")
"""Rules about single places: they do not take in new rows."""
_RULE_CELLS = lazy(rf'(\s(?:sqref|ref)="|<{PREFIX}sqref>)([^"<]+)')
_LASTING = ("protectedRange", "conditionalFormatting", "dataValidation", "sparkline")
_OWN = lazy(r'\s(?:priority|\w+:uid|id)="[^"]*"|\d+(?=[^<>]*</(?:\w+:)?f(?:ormula[12]?)?>)')
"""What distinguishes two rules that say the same: their number, and the rows of their formulas."""
_HOLDERS = "protectedRanges|mergeCells|dataValidations|hyperlinks|ignoredErrors|conditionalFormattings"
_HOLDER = lazy(rf"(<({PREFIX}(?:{_HOLDERS}))\b{INSIDE}>)(.*?)(</\2>)", re.DOTALL)
_HELD = lazy(rf"<{PREFIX}(?:{_RULES})\b")
_COUNT = lazy(r'(?<=\scount=")\d+')
_HOLLOW = lazy(
    rf"<({PREFIX}sparklineGroup)\b{INSIDE}>(?:(?!<{PREFIX}sparkline>|</\1>).)*</\1>"
    rf"|<({PREFIX}(?:sparklineGroups|ext|extLst))\b{INSIDE}></\2>",
    re.DOTALL,
)
"""What holds nothing once what it was for is gone; programs take it for damage."""
_BREAKS = lazy(r"<rowBreaks\b[^>]*>(.*?)</rowBreaks>", re.DOTALL)
_BREAK = lazy(r'(<brk\b[^>]*?\sid=")(\d+)("[^>]*?(?:/>|></brk>))')
_SET_BY_HAND = lazy(r'\sman="(?:1|true)"')
_CONTROL_ANCHOR = lazy(r"<anchor\b[^>]*>.*?</anchor>", re.DOTALL)


_SOURCES = "worksheetSource|rangeSet|dataRef"
_SOURCE = lazy(rf"<{PREFIX}(?:{_SOURCES})\b{INSIDE}>")
_SHEET = lazy(r"""\ssheet=["']([^"'<>]*)""")
_OTHER_BOOK = lazy(r"\s\w+:id=")
"""Of a source: its cells are another workbook's."""

_LINKS_END = lazy("</hyperlinks>")
_BEFORE_LINKS = lazy(
    "</?(?:sheetData|sheetCalcPr|sheetProtection|protectedRanges|scenarios|autoFilter|sortState|dataConsolidate"
    "|customSheetViews|mergeCells|phoneticPr|conditionalFormatting|dataValidations)\\b[^>]*>"
)
"""The elements that stand before the hyperlinks: where the last of these tags ends, they may begin."""


def follow_own(xml: str, shift: Shift) -> str:
    """What stands before the rows or after them, in the part of the sheet whose rows move."""
    for elements, names in _NAMING:
        xml = with_attributes(xml, elements, names, lambda cells: shift.cells(cells) or cells)
    xml = with_attributes(xml, "sheetView|customSheetView|pane", "topLeftCell", partial(_scrolled, shift=shift))
    followed = _RULE.sub(partial(_rule_followed, shift=shift), xml)
    if followed.count("<") < xml.count("<"):  # some rule went
        followed = _HOLDER.sub(_recounted, followed)
        while hollow := _HOLLOW.search(followed):
            followed = followed[: hollow.start()] + followed[hollow.end() :]
    followed = with_attributes(followed, *_CONTROL, partial(shift.formula, home=shift.sheet))
    followed = follow_sources(followed, shift, shift.sheet)
    followed = _CONTROL_ANCHOR.sub(lambda anchor: follow_anchors(anchor[0], shift), followed)
    return _BREAKS.sub(partial(_breaks_followed, shift=shift), followed)


def follow_sources(xml: str, shift: Shift, home: str) -> str:
    """The cells that a pivot table or a consolidation counts, where they are named by their place on a sheet."""

    def moved(source: re.Match[str]) -> str:
        sheet = _SHEET.search(source[0])
        if (
            _OTHER_BOOK.search(source[0])
            or (html.unescape(sheet[1]) if sheet else home).casefold() != shift.sheet.casefold()
        ):
            return source[0]
        return with_attributes(source[0], _SOURCES, "ref", lambda cells: shift.cells(cells) or cells)

    return _SOURCE.sub(moved, xml)


def follow_elsewhere(xml: str, shift: Shift, home: str) -> str:
    """What stands before the rows or after them, in the part of another sheet, ``home``."""
    return follow_sources(follow_formulas(xml, shift, home), shift, home)


def follow_formulas(xml: str, shift: Shift, home: str, *, anchored: bool = False) -> str:
    """The formulas of rules, links and controls of the sheet ``home``."""
    follow = partial(shift.formula, home=home, anchored=anchored)
    for elements, names in _FORMULA_ATTRIBUTES:
        xml = with_attributes(xml, elements, names, follow)
    return with_texts(xml, _FORMULA_TEXTS, follow)


def with_links(tail: str, links: Sequence[str]) -> str:
    """What stands after the rows, with hyperlinks added; their place among the elements is fixed."""
    if not links:
        return tail
    held = _LINKS_END.search(tail)
    if held:
        return f"{tail[: held.start()]}{''.join(links)}{tail[held.start() :]}"
    after = [element.end() for element in _BEFORE_LINKS.finditer(tail)]
    at = max(after, default=0)
    return f"{tail[:at]}<hyperlinks>{''.join(links)}</hyperlinks>{tail[at:]}"


def without_links(tail: str, row: int, columns: Area) -> str:
    """What stands after the rows, without the hyperlinks of single cells of a row."""

    def kept(rule: re.Match[str]) -> str:
        cells = _RULE_CELLS.search(rule[0]) if rule["element"] == "hyperlink" else None
        area = _area(cells[2]) if cells else None
        goes = area is not None and area.top == area.bottom == row and columns.left <= area.left <= columns.right
        return "" if goes else rule[0]

    bare = _RULE.sub(kept, tail)
    return _HOLDER.sub(_recounted, bare) if bare != tail else tail


def lone_rules(tail: str, rows: Collection[int], data: Area) -> Iterator[tuple[int, str, str]]:
    """Rules for cells of one of some rows only, which would be lost with the row: the row, what the rule is, its cells.

    One that says the same of other rows too, or is for all the rows ``data``, is not lost. Ignored errors are nothing to
    keep.
    """
    bodies: Counter[str] = Counter()
    lone: list[tuple[int, str, str, str]] = []
    for rule in _RULE.finditer(tail):
        cells = _RULE_CELLS.search(rule[0]) if rule["element"] in _LASTING else None
        if cells:
            body = _OWN.sub("", f"{rule[0][: cells.start()]}{rule[0][cells.end() :]}")
            bodies[body] += 1
            areas = [_area(ref) for ref in cells[2].split()]
            tops = {area.top for area in areas if area and area.top == area.bottom}
            is_of_table = data.top == data.bottom and rule["element"] != "sparkline"
            if len(tops) == 1 and not is_of_table and tops <= set(rows) and all(a and a.top == a.bottom for a in areas):
                kind = "sparkline" if rule["element"] == "sparkline" else "rule"
                lone.append((tops.pop(), kind, cells[2], body))
    return ((row, kind, where) for row, kind, where, body in lone if bodies[body] == 1)


def _scrolled(cell: str, shift: Shift) -> str:
    """The first cell a window shows; one that shows the table from its first row on goes on doing so."""
    area = _area(cell)
    return cell if area is None or area.top <= shift.first else shift.cells(cell) or cell


def _rule_followed(found: re.Match[str], shift: Shift) -> str:
    """A rule about cells, following a shift; "" when all its cells are gone."""
    rule = found[0]
    cells = _RULE_CELLS.search(rule) if found["element"] else None
    if cells is None:
        return follow_formulas(rule, shift, shift.sheet)
    refs = cells[2].split()
    areas = [area for ref in refs if (area := _area(ref))]
    grows = found["element"] not in _FIXED_SIZE and min((area.top for area in areas), default=0) <= shift.first
    moved = [place for ref in refs if (place := _place(ref, shift, grows=grows))]
    if not moved:
        return ""
    stays = shift.stays(areas, [area for ref in moved if (area := _area(ref))])
    placed = f"{rule[: cells.start()]}{cells[1]}{' '.join(moved)}{rule[cells.end() :]}"
    return follow_formulas(placed, shift, shift.sheet, anchored=stays and found["element"] != "sparkline")


def _area(ref: str) -> Area | None:
    """An area; ``None`` for whole columns, which stay where they are."""
    try:
        return Area.parse(ref)
    except ValueError:
        return None


def _place(ref: str, shift: Shift, *, grows: bool) -> str:
    """Where a rule's area goes, "" when it is gone; one over all data rows takes in the new ones."""
    area = _area(ref)
    if area is None:
        return shift.cells(ref)
    place = shift.same_rows(area)
    if place and grows and area.bottom == shift.last:
        place = Area(place.top, place.left, shift.end, place.right)
    if place and grows and area.top == shift.first and area.bottom >= shift.last:
        place = Area(shift.first, place.left, place.bottom, place.right)
    return str(place) if place else ""


def _recounted(holder: re.Match[str]) -> str:
    """A holder of rules with its count corrected; an empty one goes."""
    count = len(_HELD.findall(holder[3]))
    return f"{_COUNT.sub(str(count), holder[1])}{holder[3]}{holder[4]}" if count else ""


def _breaks_followed(found: re.Match[str], shift: Shift) -> str:
    """The page breaks, each before the row it stood before; where that row is taken out, before the next one."""
    placed: dict[int, str] = {}
    for start, row, end in _BREAK.findall(found[1]):
        below = int(row) + 1
        while below <= shift.last and shift.row(below) is None:
            below += 1
        place = shift.row(below)
        if place is not None:
            placed.setdefault(place - 1, f"{start}{place - 1}{end}")
    breaks = "".join(placed.values())
    by_hand = len(_SET_BY_HAND.findall(breaks))
    counts = f'<rowBreaks count="{len(placed)}" manualBreakCount="{by_hand}">'
    return f"{counts}{breaks}</rowBreaks>" if placed else ""
