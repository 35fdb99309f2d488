"""Where the tables and cards of a sheet stand: header rows, their levels, and which rows lie below which.

A header is a row whose cells name columns; a card is a run of rows in which the same columns name what stands right of
them. Everything is found by what the cells say, merged cells helping where there are any.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from xlcrm.forms.schema import Cell
from xlcrm.forms.states import GRADES
from xlcrm.intake.grid import Grid, Span
from xlcrm.intake.lexicon import Means, care_of, meanings_of, round_of, squeezed
from xlcrm.intake.looks import is_date, is_phone, is_stay, is_time, text_of
from xlcrm.intake.words import WORDS

UNLABELLED = Means.UNLABELLED.value
"""Stands for the label that there is none of."""
LOOKED_AT = 80
"""Rows from the top among which the first header is looked for."""
_LEVELS = 3
_LONGEST_LABEL = 40
_SHARE_OF_LABELS = 0.5
_SHARE_OF_ADJOINING = 0.4
"""Labels of a card that may have a label beside them: a value may be called as a column is (来店/电)."""


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a column: its own text, and that of the groups above it."""

    column: int
    own: str
    group: str = ""
    date: dt.date | None = None

    @property
    def source(self) -> str:
        return f"{self.group}/{self.own}" if self.group else self.own


@dataclass
class Region:
    """A table: its header, and the rows from ``first`` to ``last`` below it. ``titles`` are texts above it.

    Of a card the pairs of label and value stand in ``card``, and there are no heads. ``owner`` is the card a table of
    contacts stands under.
    """

    grid: Grid
    titles: list[str]
    first: int
    last: int
    header_row: int | None = None
    heads: list[Head] = field(default_factory=list)
    card: list[Pair] = field(default_factory=list)
    card_row: int = 0
    owner: Region | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A label of a card and what stands beside it; what no label names stands under ``UNLABELLED``."""

    label: str
    value: Cell
    row: int
    column: int


class Sheet:
    """A grid with its merged cells unfolded where that helps to understand it."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._owner: dict[tuple[int, int], Span] = {
            (row, column): span
            for span in grid.merged
            if (span.bottom - span.top + 1) * (span.right - span.left + 1) <= _LARGEST_SPAN
            for row in range(span.top, span.bottom + 1)
            for column in range(span.left, span.right + 1)
        }

    @property
    def height(self) -> int:
        return len(self.grid.rows)

    def span(self, row: int, column: int) -> Span | None:
        """The merged cells a cell is part of."""
        return self._owner.get((row, column))

    def shown(self, row: int, column: int) -> Cell:
        """What a person sees at a place: the value of the merged cells it is part of."""
        span = self.span(row, column)
        return self.grid.cell(span.top, span.left) if span else self.grid.cell(row, column)

    def cells(self, row: int) -> dict[int, Cell]:
        """The filled cells of a row by column, without unfolding."""
        if not 1 <= row <= self.height:
            return {}
        return {column: cell for column, cell in enumerate(self.grid.rows[row - 1], 1) if cell is not None}

    @cached_property
    def width(self) -> int:
        return max(map(len, self.grid.rows), default=0)

    def unfolded_rows(self, row: int, column: int) -> Cell:
        """A cell below a header: what the first of the rows it is merged with says, in its own column."""
        span = self.span(row, column)
        return self.grid.cell(span.top, column) if span and span.left == column else self.grid.cell(row, column)


_LARGEST_SPAN = 20_000
"""Cells of a merged range that is unfolded: a title over a whole empty sheet is none."""


def regions(grid: Grid) -> list[Region]:
    """The tables and cards of a sheet, from top to bottom."""
    return list(_Finder(Sheet(grid)).find())


def is_label(cell: Cell) -> bool:
    """Whether a cell may name a column: its text is known to."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_LABEL or INLINE.fullmatch(text_of(cell)):
        return False
    return bool(meanings_of(cell)) or care_of(cell) is not None or round_of(cell) is not None


INLINE = re.compile(r"\s*([^:]{2,12}?)\s*:\s*(\S.*)", re.DOTALL)
"""A label with its value in one cell: 销售顾问：张敏."""


def is_data(cell: Cell) -> bool:
    """Whether a cell is what stands below headers and never in them."""
    if isinstance(cell, (dt.time, dt.timedelta)):
        return True
    return is_phone(cell) or (isinstance(cell, str) and (is_stay(cell) or is_time(cell)))


def is_header(cells: Mapping[int, Cell]) -> bool:
    """Whether the filled cells of a row name columns: most of its texts are known to, and nothing in it is data."""
    texts = [cell for cell in cells.values() if isinstance(cell, str)]
    if len(texts) < 2 or any(map(is_data, cells.values())) or any(is_date(text) for text in texts if not _is_day(text)):
        return False
    if sum(len(text) for text in texts) > 60 * len(texts):
        return False
    days = sum(map(_is_day, cells.values()))
    known = sum(map(is_label, cells.values()))
    grades = [text for text in texts if text.strip().removesuffix("级") in GRADES and not is_label(text)]
    others = len(cells) - known - (days if days >= _SHORTEST_GRID else 0) - (len(grades) if len(grades) > 1 else 0)
    if days >= _SHORTEST_GRID:
        return known >= 1
    return (known >= 3 and known >= others) or (known >= 2 and others == 0)


class _Finder:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.grid = sheet.grid

    def find(self) -> Iterator[Region]:
        row, titles = 1, list[str]()
        before: Region | None = None
        card: Region | None = None
        while row <= self.sheet.height:
            start = self._next_start(row, before is None)
            if start is None:
                break
            titles = self._texts(row if before is None else self._title_from(row, start), start - 1)
            if self._is_card(start):
                card = before = self._card(start, titles)
                card.card += self._loose(card.last + 1)
            else:
                before = self._table(start, titles)
                before.owner = card if self._belongs(before) else None
            yield before
            row = before.last + 1

    def _next_start(self, row: int, is_first: bool) -> int | None:
        bottom = min(self.sheet.height, row + LOOKED_AT) if is_first else self.sheet.height
        return next((at for at in range(row, bottom + 1) if self._is_card(at) or self._is_header(at)), None)

    def _title_from(self, row: int, start: int) -> int:
        """Where the titles of a later table begin: the lone texts right above it."""
        top = start
        while top > row and 1 <= len(self.sheet.cells(top - 1)) <= 3:
            top -= 1
        return top

    def _texts(self, top: int, bottom: int) -> list[str]:
        """The texts of some rows; a label and what stands right of it also as one: 销售顾问:张敏."""
        found: list[str] = []
        for row in range(top, bottom + 1):
            texts = [text for cell in self.sheet.cells(row).values() if (text := text_of(cell))]
            pairs = ((one.rstrip(": "), other) for one, other in pairwise(texts) if not is_label(other))
            found += [*texts, *(f"{label}:{value}" for label, value in pairs if is_label(label))]
        return found

    # ------------------------------------------------------------ headers

    def _labels(self, row: int) -> set[int]:
        return {column for column, cell in self.sheet.cells(row).items() if is_label(cell)}

    def _is_header(self, row: int) -> bool:
        return is_header(self.sheet.cells(row))

    def _table(self, start: int, titles: list[str]) -> Region:
        low = self._lowest_level(start)
        top = self._highest_level(start)
        heads = self._heads(top, low)
        region = Region(self.grid, titles, low + 1, self._end(low, heads), low, heads)
        return region

    def _lowest_level(self, start: int) -> int:
        """The last row of a header that begins at a row: one whose cells stand below groups, or beside merged ones."""
        low = start
        while low - start < _LEVELS - 1 and low < self.sheet.height and self._is_sub_header(low + 1):
            low += 1
        return low

    def _is_sub_header(self, row: int) -> bool:
        cells = self.sheet.cells(row)
        if not cells or any(is_data(cell) or isinstance(cell, dt.date) for cell in cells.values()):
            return False
        above = self.sheet.cells(row - 1)
        if any(isinstance(cell, (int, float)) and not _is_day(cell) for cell in cells.values()):
            return False
        if any(len(text_of(cell)) > _LONGEST_LABEL for cell in cells.values()):
            return False
        merged_down = [c for c in above if (span := self.sheet.span(row - 1, c)) and span.bottom >= row]
        if merged_down:
            return all((span := self.sheet.span(row, c)) is None or span.top == row for c in cells)
        own = [column for column in cells if column not in above or self._is_group(row - 1, column)]
        is_finer = len(cells) < len(above) * 2 or self._is_header(row)
        return len(own) == len(cells) and any(self._is_group(row - 1, c) for c in above) and is_finer

    def _is_group(self, row: int, column: int) -> bool:
        """Whether a header cell names several columns: it is merged to the right, or those right of it are blank."""
        span = self.sheet.span(row, column)
        if span is not None:
            return span.right > span.left
        cells = self.sheet.cells(row)
        return (
            column + 1 not in cells
            and self.sheet.grid.cell(row + 1, column) is not None
            and self.sheet.grid.cell(row + 1, column + 1) is not None
        )

    def _highest_level(self, start: int) -> int:
        """The first row of a header: a row of groups may stand above the row that names columns."""
        top = start
        while start - top < _LEVELS - 1 and top > 1 and self._is_group_row(top - 1, top):
            top -= 1
        return top

    def _is_group_row(self, row: int, below: int) -> bool:
        cells = self.sheet.cells(row)
        if len(cells) < 2 or any(is_data(cell) or is_date(cell) or ":" in text_of(cell) for cell in cells.values()):
            return False
        texts = [text_of(cell) for cell in cells.values()]
        if any(len(text) > 16 for text in texts):
            return False
        grouping = [column for column in cells if self._covers_several(row, column, below)]
        return len(grouping) >= 1 and all(
            column in grouping or ((span := self.sheet.span(row, column)) and span.bottom >= below) for column in cells
        )

    def _covers_several(self, row: int, column: int, below: int) -> bool:
        span = self.sheet.span(row, column)
        if span is None:
            return (
                column + 1 not in self.sheet.cells(row)
                and len({column, column + 1} & self.sheet.cells(below).keys()) == 2
            )
        return span.right > span.left and span.right - span.left < 40

    def _heads(self, top: int, low: int) -> list[Head]:
        groups: dict[int, list[str]] = {}
        for row in range(top, low):
            last = ""
            for column in range(1, self.sheet.width + 1):
                span = self.sheet.span(row, column)
                text = text_of(self.sheet.shown(row, column))
                if span is not None and span.bottom >= low:
                    last = ""
                    continue
                if text:
                    last = text if self._is_group(row, column) or span is not None else ""
                elif span is not None or self.sheet.grid.cell(low, column) is None:
                    last = ""
                if last and (not groups.get(column) or groups[column][-1] != last):
                    groups.setdefault(column, []).append(last)
        heads = []
        for column in range(1, self.sheet.width + 1):
            cell = self.sheet.shown(low, column)
            for row in range(low - 1, top - 1, -1):
                if cell is None:
                    cell = self.sheet.shown(row, column)
            own = text_of(cell)
            above = [text for text in groups.get(column, ()) if text != own]
            day = cell if isinstance(cell, dt.date) else None
            if own:
                heads.append(Head(column, _one_line(own, cell), "-".join(above), day))
        return heads

    def _end(self, low: int, heads: Sequence[Head]) -> int:
        """The last row of a table: before the next header or card, which stands after a break."""
        texts = {head.column: squeezed(head.own) for head in heads}
        is_after_break = False
        for row in range(low + 1, self.sheet.height + 1):
            cells = self.sheet.cells(row)
            if len(cells) <= 2:
                is_after_break = True
            elif is_after_break:
                if self._is_card(row) or (
                    self._is_header(row) and not _repeats(texts, cells, self._has_title(row, low))
                ):
                    return self._title_from(low + 1, row) - 1 if self._has_title(row, low) else row - 1
                is_after_break = self._is_foot(cells)
            elif self._is_foot(cells):
                is_after_break = True
        return self.sheet.height

    def _has_title(self, row: int, low: int) -> bool:
        return row - 1 > low and 1 <= len(self.sheet.cells(row - 1)) <= 2

    def _is_foot(self, cells: Mapping[int, Cell]) -> bool:
        first = text_of(next(iter(cells.values()), None))
        return first.startswith(("合计", "小计", "总计", "注", "说明", "备注", "total", "Total", "TOTAL"))

    def _belongs(self, table: Region) -> bool:
        """Whether a table right below a card lists contacts with its customer: it names nobody itself."""
        meanings = {means for head in table.heads for means in meanings_of(head.own)[:1]}
        return not meanings & {Means.NAME, Means.PHONE}

    # ------------------------------------------------------------ cards

    def _is_card(self, row: int) -> bool:
        """Whether a card begins at a row: the rows below it name things in the same columns, their values between."""
        labels, cells = self._card_labels(row), self.sheet.cells(row)
        if not 1 <= len(labels) <= 8 or self._adjoining(row) > len(labels) * _SHARE_OF_ADJOINING:
            return False
        names = self._names(row, labels)
        following = 0
        for at in range(row + 1, min(row + 8, self.sheet.height) + 1):
            own = self._card_labels(at)
            is_alike = len(own & labels) >= max(1, len(labels) * _SHARE_OF_LABELS)
            if not is_alike or self._adjoining(at) > len(own) * _SHARE_OF_ADJOINING:
                break
            following += 1
            names |= self._names(at, own)
        is_enough = following >= 2 or (following == 1 and len(cells) >= len(labels))
        return is_enough and bool(names & {Means.NAME, Means.PHONE}) and len(names) >= 4

    def _card_labels(self, row: int) -> set[int]:
        """The columns of labels in a row of a card: what stands right of a label is its value, whatever it says."""
        found: set[int] = set()
        values: set[int] = set()
        for column in sorted(self._labels(row)):
            if column not in values:
                found.add(column)
                values.add(self._value_column(row, column))
        return found

    def _adjoining(self, row: int) -> int:
        """How many labels of a row would have another for a value; one that is on the label's own list is a value."""
        labels = self._labels(row)
        values = {column: self._value_column(row, column) for column in self._card_labels(row)}
        return sum(value in labels and not self._is_listed(row, column, value) for column, value in values.items())

    def _is_listed(self, row: int, label: int, value: int) -> bool:
        """Whether a cell is on the list of what a label may say: 来源 beside 来店/电."""
        texts = text_of(self.grid.cell(row, label)), text_of(self.grid.cell(row, value))
        means = next(iter(meanings_of(texts[0])), None)
        return means in WORDS and WORDS[means].knows(texts[1])

    def _names(self, row: int, labels: Iterable[int]) -> set[Means]:
        texts = (text_of(self.grid.cell(row, column)) for column in labels)
        return {means for text in texts for means in meanings_of(text)[:1]}

    def _value_column(self, row: int, column: int) -> int:
        span = self.sheet.span(row, column)
        return (span.right if span else column) + 1

    def _card(self, start: int, titles: list[str]) -> Region:
        rows = list(self._rows_of_card(start))
        named = Counter(column for row in rows for column in self._card_labels(row))
        labels = {column for column in self._card_labels(start) if named[column] > 1}
        pairs = [pair for row in rows for pair in (*self._pairs(row, labels), *self._unlabelled(row, labels))]
        region = Region(self.grid, titles, start, rows[-1], card=pairs)
        region.card_row = next((p.row for p in pairs if meanings_of(p.label)[:1] == (Means.NAME,)), start)
        return region

    def _rows_of_card(self, start: int) -> Iterator[int]:
        """The rows from the first on that have labels where it has some."""
        labels = self._card_labels(start)
        for row in range(start, self.sheet.height + 1):
            own = self._card_labels(row)
            is_over = self._adjoining(row) > len(own) * _SHARE_OF_ADJOINING or self._is_title(row)
            if not own & labels or is_over:
                return
            yield row

    def _is_title(self, row: int) -> bool:
        """Whether a row is one text over all the columns, or one above a header."""
        cells = self.sheet.cells(row)
        if len(cells) != 1:
            return False
        span = self.sheet.span(row, next(iter(cells)))
        return (span is not None and span.right - span.left >= 3) or self._is_header(row + 1)

    def _pairs(self, row: int, labels: set[int]) -> Iterator[Pair]:
        """Labels of a row with what stands right of them."""
        known = self._card_labels(row)
        for column in self._named(row, labels):
            value = self._value_column(row, column)
            label = text_of(self.grid.cell(row, column))
            yield Pair(label, None if value in known else self.grid.cell(row, value), row, column)

    def _named(self, row: int, labels: set[int]) -> list[int]:
        """The columns of a row's labels: one that nobody knows stands in a column of labels, one elsewhere has a value."""
        known = self._card_labels(row)
        return [
            column
            for column, cell in self.sheet.cells(row).items()
            if (column in labels and (column in known or isinstance(cell, str)))
            or (column in known and self.grid.cell(row, self._value_column(row, column)) is not None)
        ]

    def _unlabelled(self, row: int, labels: set[int]) -> Iterator[Pair]:
        """What stands in a row of a card right of its labels and is the value of none: somebody noted it there."""
        named = self._named(row, labels)
        values = {self._value_column(row, column) for column in named}
        for column, cell in self.sheet.cells(row).items():
            if column not in values.union(named) and column > min(named, default=column):
                yield Pair(UNLABELLED, cell, row, column)

    def _loose(self, row: int) -> Iterator[Pair]:
        """What stands below a card and is the title of nothing further down."""
        start = self._next_start(row, is_first=False)
        end = self.sheet.height + 1 if start is None else self._title_from(row, start)
        for at in range(row, end):
            yield from (Pair(UNLABELLED, cell, at, column) for column, cell in self.sheet.cells(at).items())


_SHORTEST_GRID = 10
"""Columns a run of days needs to be a grid."""


def _is_day(cell: Cell) -> bool:
    """A day's number of the month, as it heads a column of a grid; or the day itself."""
    if isinstance(cell, dt.datetime):
        return cell.time() == dt.time()
    if isinstance(cell, int):
        return 1 <= cell <= 31
    text = text_of(cell).removesuffix("日").removesuffix("号")
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 31


def _one_line(text: str, cell: Cell) -> str:
    return text if isinstance(cell, str) else str(cell.day) if isinstance(cell, dt.date) else text


def _repeats(texts: Mapping[int, str], cells: Mapping[int, Cell], has_title: bool) -> bool:
    """Whether a row is the header once more, as on a new page: one under a title of its own begins another table."""
    same = sum(texts.get(column) == squeezed(text_of(cell)) for column, cell in cells.items())
    return same >= 0.7 * len(cells) and not has_title
