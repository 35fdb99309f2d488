"""Changes as lines of text, for hosts in which only a little VBA can write them (``template/vba/CrmBridge.bas``).

A line is tab-separated: what to do, the sheet, the area, and sometimes a fourth part.

- ``same``: where the sheet is not what it was when the button was pressed, the words of the fourth part are shown and
  nothing is written. The host knows both, for it remembers every sheet before it saves the copy.
- ``protected``, ``merged``, ``formula``, ``comment``, ``link``, ``shape``: likewise where a cell of the area is or has any
  of this, or a shape lies on its rows. These lines and ``same`` stand first.
- ``values``, ``formulas``: as many lines follow as the area has rows, with a cell for each column: ``.`` blank, ``T`` and
  ``F`` for a tick, a number (dates and times as serials of the 1900 system), ``'`` and text, ``=`` and a formula.
  A line too long for LibreOffice goes on in the next; a backslash stands at its end.
- ``table``: the table named in the fourth part covers the area from now on.

Everything but printable ASCII, and the backslash, is a backslash and the four hexadecimal digits of each UTF-16 unit. A host
that reads UTF-8 gets Chinese as it is: to put it together takes a little VBA longer than all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from xlcrm.books.area import LONGEST_TEXT, Area, rectangles
from xlcrm.books.excel.excelvalue import Formula, as_formula, with_formulas
from xlcrm.books.xlsx.cellxml import stored
from xlcrm.catalogue import Lang
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block, Changes, StructureIssue, TableChange, applied, headers_of
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, letters
from xlcrm.forms.sheets import FORMS

Cells = dict[tuple[int, int], Cell]
"""(row, column) → what will stand there."""

_CORNER = Area(1, 1, 1, 1)
"""Stands for the whole sheet."""
_LONGEST_LINE = 60_000
"""Bytes, of which LibreOffice reads 65,534 as one line."""
_LONGEST_CHARACTER = 4
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\\]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_JUMP = re.compile(r'=HYPERLINK\(("(?:[^"]|"")*"),("(?:[^"]|"")*")\)')
SAMPLE = "汉字"
"""What a host writes into its question, to show how it writes Chinese."""


class Host(NamedTuple):
    """Who is to obey: whether it reads UTF-8, and whether it is LibreOffice, whose formulas part arguments with a semicolon."""

    reads_utf8: bool = False
    is_calc: bool = False

    @classmethod
    def asking(cls, question: bytes) -> Host:
        """By what it wrote into its question."""
        sample, _, name = question.strip().partition(b"\n")
        return cls(sample.strip() == SAMPLE.encode(), name.strip() == b"calc")


UNKNOWN = Host()
"""One that does not say, as books of 0.1 do not."""


def lines(
    blocks: Iterable[Block], issues: Iterable[StructureIssue], changes: Changes, lang: Lang, host: Host = UNKNOWN
) -> list[str]:
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
            moving = _moving(block, change)
            new = _area(block).bottom + 1 if change.replaced is None else block.row + 1
            # rows that move, in which no formula may stand, are written whole: few rectangles instead of hundreds
            whole = min(new, moving.top) if moving is not None and FORMS[sheet].checked else new
            differing = _differing(block, after, whole)
            asked += _hindrances(sheet, differing, moving, lang)
            if moving is not None:
                asked += _hanging(sheet, moving, lang)
            orders += _orders(sheet, differing, host)
            if block.taken or len(after.rows) != len(block.rows):
                orders.append(_line("table", sheet, _area(after), block.table))
    for sheet, cells in changes.layouts.items():
        if cells:
            places = {address: Area.parse(address) for address in cells}
            asked.append(_protected(sheet, lang))
            laid = {(places[a].top, places[a].left): as_formula(value) for a, value in cells.items()}
            orders += _orders(sheet, laid, host)
    return [piece for line in (*asked, *orders) for piece in _sent(line, host)]


def escaped(text: str) -> str:
    """Text in printable ASCII, without a backslash, tab or line end of its own."""
    return _in_ascii(_on_one_line(text))


def _on_one_line(text: str) -> str:
    """Text without a backslash, tab or line end of its own."""
    return _UNPRINTABLE.sub(_units, text) if _UNPRINTABLE.search(text) else text


def _in_ascii(line: str) -> str:
    return line if line.isascii() else _NOT_ASCII.sub(_units, line)


def _units(found: re.Match[str]) -> str:
    return _written_out(found[0])


@cache
def _written_out(character: str) -> str:
    digits = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\{digits[i : i + 4]}" for i in range(0, len(digits), 4))


def _line(what: str, sheet: str, area: Area, rest: str = "") -> str:
    return f"{what}\t{_on_one_line(sheet)}\t{area}\t{_on_one_line(rest)}"


def _hindrances(sheet: str, cells: Cells, moving: Area | None, lang: Lang) -> Iterator[str]:
    """What must not be where a table is written; formulas are the program's own in a table it writes itself.

    They are named by their column on rows that move, which are written whole.
    """
    yield _protected(sheet, lang)
    for area in rectangles(cells):
        yield _line("merged", sheet, area, _why("live.merged", lang, sheet=sheet))
        if FORMS[sheet].checked:
            for each in [area] if moving is None or area.bottom < moving.top else _columns(area):
                yield _line("formula", sheet, each, _why("live.formula", lang, sheet=sheet, cell=each))


def _columns(area: Area) -> list[Area]:
    return [replace(area, left=column, right=column) for column in range(area.left, area.right + 1)]


def _hanging(sheet: str, moving: Area, lang: Lang) -> Iterator[str]:
    """What must not hang on rows that move: values are moved, and it would stay where another customer comes to stand."""
    about = {"sheet": sheet, "cell": moving}
    yield _line("comment", sheet, moving, _why("live.comment", lang, **about))
    yield _line("link", sheet, moving, explain(Refusal("live.link", **about), lang))
    yield _line("shape", sheet, moving, explain(Refusal("live.lying", **about), lang))


def _protected(sheet: str, lang: Lang) -> str:
    return _line("protected", sheet, _CORNER, _why("live.protected", lang, sheet=sheet))


def _why(key: str, lang: Lang, **about: object) -> str:
    return explain(Refusal(key, **about), lang)


def _orders(sheet: str, cells: Cells, host: Host) -> Iterator[str]:
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
                yield "\t".join(_written(group[row, column], sheet, row, column, host) for column in columns)


def _sent(line: str, host: Host) -> Iterator[str]:
    """A line as a host reads it, in lines that LibreOffice does not cut; all but the last end in a backslash, which a whole
    line never does.
    """
    sent = line if host.reads_utf8 else _in_ascii(line)
    longest = _LONGEST_LINE if sent.isascii() else _LONGEST_LINE // _LONGEST_CHARACTER
    while len(sent) > longest:
        yield sent[:longest] + "\\"
        sent = sent[longest:]
    yield sent


def _written(cell: Cell, sheet: str, row: int, column: int, host: Host) -> str:
    if isinstance(cell, Formula):
        return _on_one_line(_JUMP.sub(r"=HYPERLINK(\1;\2)", cell) if host.is_calc else cell)
    kept = stored(cell, date1904=False)
    if kept is None:
        return "."
    if isinstance(kept, bool):
        return "T" if kept else "F"
    if isinstance(kept, str):
        if len(kept.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            raise Refusal("book.text_too_long", sheet=sheet, cell=f"{letters(column)}{row}", limit=LONGEST_TEXT)
        return f"'{_on_one_line(kept)}"
    return repr(kept)


def _moving(block: Block, change: TableChange) -> Area | None:
    """The rows that come to stand elsewhere, those in their way included."""
    moved = {*change.removed, *change.inserted}
    return replace(_area(block), top=min(moved)) if moved else None


def _differing(before: Block, after: Block, whole: int) -> Cells:
    """The cells that are not what they were, by their place in the worksheet; rows that went are blank.

    From the row ``whole`` on every cell is among them.
    """
    blank: tuple[Cell, ...] = (None,) * len(before.headers)
    rows = zip_longest(before.rows, after.rows, fillvalue=blank)
    return {
        (row, before.column + j): new
        for row, (was, now) in enumerate(rows, before.row + 1)
        if row >= whole or was != now
        for j, (old, new) in enumerate(zip(was, now, strict=True))
        if row >= whole or old != new
    }


def _area(block: Block) -> Area:
    """The block with its header row."""
    return Area(block.row, block.column, block.row + len(block.rows), block.column + len(block.headers) - 1)
