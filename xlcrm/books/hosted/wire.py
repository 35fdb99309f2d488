"""Changes as lines of plain ASCII, for hosts in which only a little VBA can write them (``template/vba/CrmBridge.bas``).

A line is tab-separated: what to do, the sheet, the area, and sometimes a fourth part.

- ``same``: where the sheet is not what it was when the button was pressed, the words of the fourth part are shown and
  nothing is written. The host knows both, for it remembers every sheet before it saves the copy.
- ``protected``, ``merged``, ``formula``, ``comment``, ``link``, ``shape``: likewise where a cell of the area is or has any
  of this, or a shape lies on its rows. These lines and ``same`` stand first.
- ``values``, ``formulas``: as many lines follow as the area has rows, with a cell for each column: ``.`` blank, ``T`` and
  ``F`` for a tick, a number (dates and times as serials of the 1900 system), ``'`` and text, ``=`` and a formula.
  A line too long for LibreOffice goes on in the next; a backslash stands at its end.
- ``table``: the table named in the fourth part covers the area from now on.

Everything but printable ASCII, and the backslash, is a backslash and the four hexadecimal digits of each UTF-16 unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from xlcrm.books.area import LONGEST_TEXT, Area, rectangles
from xlcrm.books.excel.excelvalue import Formula, as_formula, with_formulas
from xlcrm.books.xlsx.cellxml import stored
from xlcrm.catalogue import Lang
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block, Changes, StructureIssue, applied, headers_of
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, letters
from xlcrm.forms.sheets import FORMS

Cells = dict[tuple[int, int], Cell]
"""(row, column) → what will stand there."""

_CORNER = Area(1, 1, 1, 1)
"""Stands for the whole sheet."""
_LONGEST_LINE = 60_000
_ESCAPED = re.compile(r"[^ -~]|\\")


def lines(blocks: Iterable[Block], issues: Iterable[StructureIssue], changes: Changes, lang: Lang) -> list[str]:
    """The lines that make an open book, read as ``blocks``, what the changes want it to be; words are in ``lang``.

    Raises ``Refusal``: ``live.filter``, ``book.column_missing``, ``book.text_too_long``.
    """
    standing = {block.sheet: block for block in blocks}
    filtered = {issue.sheet for issue in issues if issue.kind == "filter"}
    touched = dict.fromkeys(sheet for sheet, change in (*changes.tables.items(), *changes.layouts.items()) if change)
    asked = [_line("same", sheet, _CORNER, explain(Refusal("live.changed", sheet=sheet), lang)) for sheet in touched]
    orders: list[str] = []
    for sheet, change in changes.tables.items():
        if change:
            if sheet in filtered:
                raise Refusal("live.filter", sheet=sheet)
            block = standing[sheet]
            after = applied(block, with_formulas(change, sheet, headers_of(block)), headers_of(block))
            differing = _differing(block, after, whole=change.replaced is not None)
            asked += _hindrances(sheet, differing, lang)
            if change.removed or change.inserted:
                moving = replace(_area(block), top=min({*change.removed, *change.inserted}))
                asked += _hanging(sheet, moving, lang)
            orders += _orders(sheet, differing)
            if block.taken or len(after.rows) != len(block.rows):
                orders.append(_line("table", sheet, _area(after), block.table))
    for sheet, cells in changes.layouts.items():
        if cells:
            places = {address: Area.parse(address) for address in cells}
            asked.append(_protected(sheet, lang))
            orders += _orders(sheet, {(places[a].top, places[a].left): as_formula(value) for a, value in cells.items()})
    return [*asked, *orders]


def escaped(text: str) -> str:
    """Text in printable ASCII, without a backslash, tab or line end of its own."""
    return _ESCAPED.sub(lambda found: _units(found[0]), text)


def _units(character: str) -> str:
    digits = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\{digits[i : i + 4]}" for i in range(0, len(digits), 4))


def _line(what: str, sheet: str, area: Area, rest: str = "") -> str:
    return f"{what}\t{escaped(sheet)}\t{area}\t{escaped(rest)}"


def _hindrances(sheet: str, cells: Cells, lang: Lang) -> Iterator[str]:
    """What must not be where a table is written; formulas are the program's own in a table it writes itself."""
    yield _protected(sheet, lang)
    for area in rectangles(cells):
        yield _line("merged", sheet, area, _why("live.merged", lang, sheet=sheet))
        if FORMS[sheet].checked:
            yield _line("formula", sheet, area, _why("live.formula", lang, sheet=sheet, cell=area))


def _hanging(sheet: str, moving: Area, lang: Lang) -> Iterator[str]:
    """What must not hang on rows that move: values are moved, and it would stay where another customer comes to stand.

    Formulas among them that show the same value as the next row would not be among the cells that differ.
    """
    about = {"sheet": sheet, "cell": moving}
    yield _line("comment", sheet, moving, _why("live.comment", lang, **about))
    yield _line("link", sheet, moving, explain(Refusal("live.link", **about), lang))
    yield _line("shape", sheet, moving, explain(Refusal("live.lying", **about), lang))
    if FORMS[sheet].checked:
        yield _line("formula", sheet, moving, _why("live.formula", lang, **about))


def _protected(sheet: str, lang: Lang) -> str:
    return _line("protected", sheet, _CORNER, _why("live.protected", lang, sheet=sheet))


def _why(key: str, lang: Lang, **about: object) -> str:
    return explain(Refusal(key, **about), lang)


def _orders(sheet: str, cells: Cells) -> Iterator[str]:
    """The cells in few rectangles, formulas and the blanks among them apart: they need another format."""
    linked = {column for (_, column), cell in cells.items() if isinstance(cell, Formula)}
    formulas = {
        (row, column): cell
        for (row, column), cell in cells.items()
        if isinstance(cell, Formula) or (cell is None and column in linked)
    }
    values = {at: cell for at, cell in cells.items() if at not in formulas}
    for what, group in (("values", values), ("formulas", formulas)):
        for area in rectangles(group):
            yield _line(what, sheet, area)
            columns = range(area.left, area.right + 1)
            for row in range(area.top, area.bottom + 1):
                yield from _in_pieces("\t".join(_written(group[row, column], sheet, row, column) for column in columns))


def _in_pieces(line: str) -> Iterator[str]:
    """A line in lines that LibreOffice does not cut; all but the last end in a backslash, which a whole line never does."""
    while len(line) > _LONGEST_LINE:
        yield line[:_LONGEST_LINE] + "\\"
        line = line[_LONGEST_LINE:]
    yield line


def _written(cell: Cell, sheet: str, row: int, column: int) -> str:
    if isinstance(cell, Formula):
        return escaped(cell)
    kept = stored(cell, date1904=False)
    if kept is None:
        return "."
    if isinstance(kept, bool):
        return "T" if kept else "F"
    if isinstance(kept, str):
        if len(kept.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            raise Refusal("book.text_too_long", sheet=sheet, cell=f"{letters(column)}{row}", limit=LONGEST_TEXT)
        return f"'{escaped(kept)}"
    return repr(kept)


def _differing(before: Block, after: Block, *, whole: bool) -> Cells:
    """The cells that are not what they were, by their place in the worksheet; rows that went are blank.

    New rows come whole, so that they are one rectangle; so do all others if ``whole``.
    """
    blank: tuple[Cell, ...] = (None,) * len(before.headers)
    rows = zip_longest(before.rows, after.rows, fillvalue=blank)
    return {
        (before.row + i, before.column + j): new
        for i, (was, now) in enumerate(rows, start=1)
        if whole or i > len(before.rows) or was != now
        for j, (old, new) in enumerate(zip(was, now, strict=True))
        if whole or i > len(before.rows) or old != new
    }


def _area(block: Block) -> Area:
    """The block with its header row."""
    return Area(block.row, block.column, block.row + len(block.rows), block.column + len(block.headers) - 1)
