"""Web pages that dealer systems export under the name .xls: the rows of all their tables, one below the other."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Grid, Span

_TABLE = re.compile(r"<table[\s>]", re.IGNORECASE)
_LARGEST_SPAN = 1000


def is_webpage(text: str) -> bool:
    """Whether a text begins as markup and holds a table."""
    return text.lstrip("\ufeff \r\n\t").startswith("<") and _TABLE.search(text[:200_000]) is not None


def read_webpage(name: str, text: str) -> Grid:
    """The tables of a page; the sheet is called as Excel would call it, by the file."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return Grid(name, name.rpartition(".")[0] or name, parser.rows(), parser.merged, undressed=True)


class _Tables(HTMLParser):
    """Collects cells by row and column; cells that span others stand in the first place and leave the rest blank."""

    def __init__(self) -> None:
        super().__init__()
        self.merged: list[Span] = []
        self._cells: dict[tuple[int, int], str] = {}
        self._taken: set[tuple[int, int]] = set()
        self._row = self._column = 0
        self._text: list[str] | None = None

    def rows(self) -> list[tuple[Cell, ...]]:
        width = max((column for _, column in self._cells), default=0)
        return [
            tuple(self._cells.get((row, column)) or None for column in range(1, width + 1))
            for row in range(1, self._row + 1)
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_cell()
            self._row, self._column = self._row + 1, 0
        elif tag in ("td", "th") and self._row:
            self._end_cell()
            self._begin_cell(dict(attrs))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        down, across = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        span = Span(self._row, self._column, self._row + down - 1, self._column + across - 1)
        if down > 1 or across > 1:
            self.merged.append(span)
            self._taken |= {
                (row, column) for row in range(span.top, span.bottom + 1) for column in range(span.left, span.right + 1)
            }
        self._text = []
        self._place = (span.top, span.left)
        self._column = span.right

    def _end_cell(self) -> None:
        if self._text is not None:
            text = "".join(self._text).replace("\xa0", " ").strip()
            self._cells[self._place] = text
            self._text = None


def _span(text: str | None) -> int:
    """How many rows or columns a cell takes; nonsense takes one."""
    return min(int(text), _LARGEST_SPAN) if text and text.isascii() and text.isdigit() and int(text) else 1
