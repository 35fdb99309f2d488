"""What a cell holds as it stands in XML, so that it can be put into another row with all that is its own."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import NamedTuple

from xlcrm.books.xlsx.cellxml import marked, stored
from xlcrm.books.xlsx.shift import ROW, Shift, relocated
from xlcrm.books.xlsx.valuetext import with_texts
from xlcrm.changes import Value
from xlcrm.patterns import lazy

_CELL = lazy(r"<c\b(?P<attributes>[^>]*?)(?:/>|>(?P<inner>.*)</c>)", re.DOTALL)
_PLACE = lazy(r'\s(?:r|s)="[^"]*"')
_FORMULA = lazy(r"(<f\b[^>]*?)(?:/>|>([^<]*)</f>)")
_ARRAY = lazy(r'(?<=\sref=")[A-Z]+\d+(?=")')
_SHARED_TEXT = lazy(r'\st="s"[^>]*>\s*<v>(\d+)</v>')
_PICTURE = lazy(r"\bDISPIMG\(")
_RUN = lazy(r"<r[\s>]")
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


class Content(NamedTuple):
    """A cell's content. ``value`` is what it reads as; ``text`` its XML from behind the cell's name on, ``ROW`` in place of the
    row's number, or ``None`` where the value says all.

    ``style`` is the attribute it had (`` s="5"``, "" for none), ``None`` where it had no cell; ``own``: not the usual one of
    its column, so that it goes along. ``link`` are the attributes of the cell's hyperlink.
    """

    value: Value
    text: str | None = None
    style: str | None = None
    own: bool = False
    link: str = ""

    def at(self, ref: str, row: int, style: str) -> str:
        """The cell at a place, in a style."""
        return f'<c r="{ref}"{style}{(self.text or "").replace(ROW, str(row))}</c>'


def kind_of(cell: str, rich: Collection[int]) -> str | None:
    """What a cell is but a plain value, as ``Attached.kind`` names it; ``rich`` are the shared texts with formats inside.

    An error with value metadata is a picture in the cell, or data that Excel fetches. An extension goes along as formats do.
    """
    found = _CELL.match(cell)
    if found is None or found["inner"] is None:
        return None
    attributes, inner = found["attributes"], found["inner"]
    if " vm=" in attributes or _PICTURE.search(inner):
        return "picture"
    if "<f" in inner:
        return "formula"
    if ' t="e"' in attributes:
        return "error"
    shared = _SHARED_TEXT.search(cell)
    return "rich" if _RUN.search(inner) or "<extLst" in inner or (shared and int(shared[1]) in rich) else None


def formula_of(cell: str) -> str | None:
    """The formula of a cell, "" where it has one without its text."""
    found = _FORMULA.search(cell)
    return html.unescape(found[2] or "") if found else None


def text_of(cell: str) -> str | None:
    """A cell's XML from behind its name and style on, without its end; ``None`` for an empty cell."""
    found = _CELL.match(cell)
    if found is None or not found["inner"]:
        return None
    return f"{_PLACE.sub('', found['attributes'])}>{found['inner']}"


def elsewhere(text: str, home: str, row: int, to: str, columns: Mapping[str, str], tables: tuple[str, str]) -> str:
    """A cell's text with its formula fit for a row of another sheet, or for any row of its own."""
    relocate = partial(relocated, home=home, row=row, to=to, columns=columns, tables=tables)

    def moved(formula: re.Match[str]) -> str:
        tag = _ARRAY.sub(
            lambda ref: f"{columns.get(ref[0].rstrip('0123456789'), ref[0].rstrip('0123456789'))}{ROW}", formula[1]
        )
        return f"{tag}/>" if formula[2] is None else f"{tag}>{marked(relocate(html.unescape(formula[2])))}</f>"

    return _FORMULA.sub(moved, text)


def follow_content(content: Content, shift: Shift, home: str) -> Content:
    """A content on its way to the sheet ``home``, its formula following the rows of a sheet."""
    if content.text is None or "<f" not in content.text:
        return content
    follow = partial(shift.formula, home=home)
    return content._replace(text=with_texts(content.text, "f", follow))


def computed(formula: str, value: Value, date1904: bool, *, is_array: bool = False, column: str = "") -> Content:
    """A cell of a column that fills itself, showing a value until it is calculated."""
    kept = stored(value, date1904)
    tag = f'<f t="array" ref="{column}{ROW}">' if is_array else "<f>"
    kinds = {str: ' t="str"', bool: ' t="b"'}
    kind = "" if kept is None else ' t="e"' if kept in _ERRORS else kinds.get(type(kept), "")
    shown = f"{kept:d}" if isinstance(kept, bool) else marked(kept) if isinstance(kept, str) else repr(kept)
    result = "" if kept is None else f"<v>{shown}</v>"
    return Content(value, f"{kind}>{tag}{marked(formula)}</f>{result}")
