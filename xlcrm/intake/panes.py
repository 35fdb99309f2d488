"""A sheet with tables side by side, cut into a part for each: what stands beside a table is never read as its columns.

Two things show that a second table begins: a column that is blank from the headers down, where what stands right of it has
names or rows of its own; and, without one, headers that come again in the same row (姓名, 电话, 级别 … 姓名, 电话, 级别).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Grid
from xlcrm.intake.lexicon import Means, care_of, meanings_of, round_of, squeezed
from xlcrm.intake.looks import is_number, is_phone, text_of
from xlcrm.intake.regions import LOOKED_AT, Sheet, is_data, is_header, is_label

M = Means
_WHO = (M.NAME, M.PHONE)
_OF_ONE_TABLE = (M.NUMBER, M.DATE, M.GRADE, M.MODEL, M.SOURCE, M.CONSULTANT)
"""What a table says once of each customer: where it comes again beside name and phone, another table begins."""
_FIRST = tuple((means,) for means in (M.NUMBER, M.DATE, M.APPLIED_ON, M.ORDER_NUMBER, M.ORDERED_ON, M.LEAD_NUMBER))
"""What tables begin with, before the name."""
_OFTEN_FIRST = tuple((means,) for means in (M.FIRST_CONTACT, M.CARDED_ON, M.GRADED_ON, M.DELIVERED_ON, M.BOUGHT_ON))
"""And what they may begin with, where the rows that are filled say so too."""
_FEWER = 0.7
"""Of two tables with a gap between, how much shorter one is when the gap is no mere gap."""
_FULL = 0.6
"""How full the rows of a table are that ends before the one beside it."""
_LONE = 3
"""Filled cells of a row in which merged cells join the columns they cover: in one with fewer it is a title or a foot."""
_OFFSET = 3
"""Rows between the headers of two tables that are not two levels of one."""
_FEW_LABELS = 0.2
"""The share of values that may be called as a column is (来源: 来店/电)."""
_SAME = 0.7
"""The share of a card's labels that the card beside it has in the same rows."""
_SHORTEST_CARD = 3
"""Rows with labels by which a card is known."""


def panes(grid: Grid) -> list[list[Grid]]:
    """A sheet as bands from top to bottom, each with its parts from left to right, cells at their places.

    A sheet whose tables all stand below each other is one band with one part: the sheet itself.
    """
    sheet = Sheet(grid)
    if customers := _customers_across(sheet):
        return [[_column(grid, column) for column in customers]]
    bands = _bands(sheet)
    if len(bands) == 1 and len(bands[0].starts) < 2:
        return [[grid]]
    return [list(_parts(sheet, band)) for band in bands]


# ------------------------------------------------------------ a column for each customer


def _customers_across(sheet: Sheet) -> list[int]:
    """The columns of a sheet whose headers stand below each other in the first, a customer in each of the others."""
    labels = {
        row: meant
        for row in range(1, min(sheet.height, LOOKED_AT) + 1)
        if is_label(sheet.grid.cell(row, 1)) and (meant := meanings_of(text_of(sheet.grid.cell(row, 1)))[:1])
    }
    if len(labels) < _SHORTEST_CARD or (M.NAME,) not in labels.values():
        return []
    phones = next((row for row, meant in labels.items() if meant == (M.PHONE,)), 0)
    others = [cell for row in labels for at, cell in sheet.cells(row).items() if at > 1]
    columns = [at for at, cell in sheet.cells(phones).items() if at > 1 and is_phone(cell)] if phones else []
    is_beside = any(after - before > 1 for before, after in pairwise(columns))
    if is_beside or sum(map(is_label, others)) > _FEW_LABELS * len(others):
        return []
    return columns if len(columns) > 1 else []


def _column(grid: Grid, column: int) -> Grid:
    """A customer's column with the labels beside it, as a card."""
    rows = [(*[None] * (column - 2), grid.cell(row, 1), grid.cell(row, column)) for row in range(1, len(grid.rows) + 1)]
    return replace(grid, rows=rows, merged=[], dress={}, uncomputed=frozenset())


# ------------------------------------------------------------ bands


class _Band(NamedTuple):
    """Rows of a sheet, its first header among them, and the columns in which its parts begin."""

    first: int
    header: int
    last: int
    starts: tuple[int, ...]


def _bands(sheet: Sheet) -> list[_Band]:
    """The bands of a sheet: one, unless tables below others stand side by side where those do not."""
    top = _top(sheet)
    if not top:
        return [_Band(1, 1, sheet.height, ())]
    if len(_tables(_blocks(sheet, top, sheet.height))) > 1:
        return [_Band(1, top, sheet.height, _starts(sheet, top, sheet.height))]
    headers = [top, *(row for row in range(top + 1, sheet.height + 1) if _is_header_after_break(sheet, row))]
    firsts = [1, *(_first_title(sheet, row) for row in headers[1:]), sheet.height + 1]
    found: list[_Band] = []
    for header, (first, after) in zip(headers, pairwise(firsts), strict=True):
        starts = _starts(sheet, header, after - 1)
        if found and found[-1].starts == starts:
            found[-1] = found[-1]._replace(last=after - 1)
        else:
            found.append(_Band(first, header, after - 1, starts))
    return found


def _top(sheet: Sheet) -> int:
    """The first row that names things; 0 where none does."""
    rows = range(1, min(sheet.height, LOOKED_AT) + 1)
    return next((row for row in rows if sum(map(is_label, sheet.cells(row).values())) >= 2), 0)


def _is_header_after_break(sheet: Sheet, row: int) -> bool:
    return len(sheet.cells(row - 1)) < _LONE and is_header(sheet.cells(row))


def _first_title(sheet: Sheet, header: int) -> int:
    """The row of the first title right above a header."""
    first = header
    while 1 <= len(sheet.cells(first - 1)) < _LONE:
        first -= 1
    return first


def _starts(sheet: Sheet, top: int, bottom: int) -> tuple[int, ...]:
    """The columns in which the parts of some rows begin: the first is that of the sheet."""
    found: list[int] = []
    for block in _tables(_blocks(sheet, top, bottom)):
        found += [block.columns[0], *(_repeats(block) if block.is_headed else _cards_again(block))]
    return (1, *found[1:])


# ------------------------------------------------------------ tables with a gap between


@dataclass
class _Block:
    """Columns without a blank one among them; ``cells`` are those from the first headers down, by row and column."""

    sheet: Sheet
    columns: list[int]
    cells: dict[int, dict[int, Cell]]

    def joined(self, other: _Block) -> _Block:
        rows = sorted(self.cells.keys() | other.cells.keys())
        cells = {row: self.cells.get(row, {}) | other.cells.get(row, {}) for row in rows}
        return _Block(self.sheet, self.columns + other.columns, cells)

    def within(self, left: int, right: int) -> _Block:
        own = {
            row: {at: cell for at, cell in cells.items() if left <= at <= right} for row, cells in self.cells.items()
        }
        columns = [column for column in self.columns if left <= column <= right]
        return _Block(self.sheet, columns, {row: cells for row, cells in own.items() if cells})

    @property
    def is_table(self) -> bool:
        return len(self.columns) > 1 and len(self.cells) > 1

    @cached_property
    def header(self) -> int | None:
        return next((row for row, cells in self.cells.items() if is_header(cells)), None)

    @property
    def is_list(self) -> bool:
        return self.header is not None and not self.is_card

    @cached_property
    def is_headed(self) -> bool:
        """Whether its first row with labels is a header; that of a card has values between them."""
        first = next((cells for cells in self.cells.values() if any(map(is_label, cells.values()))), {})
        return is_header(first)

    @property
    def start(self) -> int:
        return self.header or min(self.cells)

    @cached_property
    def of_card(self) -> list[tuple[int, str]]:
        """The labels above the header with their rows: a card has many, with their values beside them."""
        above = {row: cells for row, cells in self.cells.items() if self.header is None or row < self.header}
        return [(row, text_of(cell)) for row, cells in above.items() for cell in cells.values() if is_label(cell)]

    @property
    def is_card(self) -> bool:
        return len({row for row, _ in self.of_card}) >= _SHORTEST_CARD

    @cached_property
    def labels(self) -> dict[int, str]:
        """The headers by column."""
        cells = self.cells[self.header] if self.header else {}
        return {at: text for at, cell in cells.items() if (text := text_of(cell))}

    @cached_property
    def rows(self) -> list[int]:
        """The rows below the header, with those that merged cells reach into."""
        reached = {row for row in self.cells if row > self.start}
        for span in self.sheet.grid.merged:
            if span.left in self.columns and span.top > self.start:
                reached.update(range(span.top, span.bottom + 1))
        return sorted(reached)

    def above(self, column: int) -> str:
        """The text over a header."""
        return text_of(self.sheet.shown(self.start - 1, column))


def _blocks(sheet: Sheet, top: int, bottom: int) -> list[_Block]:
    """The runs of columns that are filled from the first headers down, or merged with one that is.

    Where there is one run, only its first rows are kept: they show whether its headers come again.
    """
    filled = {column for row in range(top, bottom + 1) for column in sheet.cells(row)}
    for span in sheet.grid.merged:
        if span.right > span.left and top <= span.top <= bottom and len(sheet.cells(span.top)) >= _LONE:
            filled.update(range(span.left, span.right + 1))
    runs: list[list[int]] = []
    for column in sorted(filled):
        if runs and runs[-1][-1] == column - 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if len(runs) == 1:
        bottom = min(bottom, top + LOOKED_AT)
    rows = {row: cells for row in range(top, bottom + 1) if (cells := sheet.cells(row))}
    return [_Block(sheet, run, rows).within(run[0], run[-1]) for run in runs]


def _tables(blocks: Sequence[_Block]) -> list[_Block]:
    """Blocks put together that are one table with a gap in it."""
    found: list[_Block] = []
    for block in blocks:
        if found and not _are_two(found[-1], block):
            found[-1] = found[-1].joined(block)
        else:
            found.append(block)
    return found


def _are_two(left: _Block, right: _Block) -> bool:
    if not (left.is_table and right.is_table):
        return False
    if (left.is_card and not right.is_list) or (right.is_card and not left.is_list):
        return all(M.NAME in _meant(text for _, text in block.of_card) for block in (left, right))
    if _is_part(right.above(right.columns[0])) or (right.labels and all(map(_is_part, right.labels.values()))):
        return False
    return _name_the_same(left, right) or _start_apart(left, right) or _end_apart(left, right)


def _name_the_same(left: _Block, right: _Block) -> bool:
    """Whether both name customers, or have a header in common."""
    if {squeezed(text) for text in left.labels.values()} & {squeezed(text) for text in right.labels.values()}:
        return True
    return bool(_meant(left.labels.values()) & _meant(right.labels.values()) & {*_WHO})


def _is_part(text: str) -> bool:
    """Whether a header, or a text over some, says that they are part of a customer's row: 介绍人, 第二次跟进."""
    others = ((M.ASIDE,), (M.OTHERS_PHONE,))
    is_of_others = meanings_of(text)[:1] in others or meanings_of(f"{text}姓名")[:1] in others
    return is_of_others or round_of(text) is not None or care_of(text) is not None


def _meant(labels: Iterable[str]) -> set[Means]:
    return {means for text in labels for means in meanings_of(text)[:1]}


def _start_apart(left: _Block, right: _Block) -> bool:
    """Whether the headers of the right stand in other rows than those of the left: further off, or beside its data."""
    upper, lower = sorted((left, right), key=lambda block: block.start)
    between = [upper.cells.get(row, {}) for row in range(upper.start + 1, lower.start + 1)]
    return len(between) >= _OFFSET or any(is_data(cell) for cells in between for cell in cells.values())


def _end_apart(left: _Block, right: _Block) -> bool:
    """Whether one goes on where the other has long ended: a small table beside a list is full, and then there is none of it."""
    shorter, longer = sorted((left, right), key=lambda block: len(block.rows))
    if not shorter.rows or len(shorter.rows) > _FEWER * len(longer.rows):
        return False
    is_unbroken = all(after == before + 1 for before, after in pairwise(shorter.rows))
    cells = sum(len(shorter.cells.get(row, ())) for row in shorter.rows)
    return is_unbroken and cells >= _FULL * len(shorter.rows) * len(shorter.columns)


# ------------------------------------------------------------ headers that come again


def _repeats(block: _Block) -> Iterator[int]:
    """The columns at which the headers of a table come again."""
    labels = sorted(block.labels.items()) if block.header else []
    while (again := _second_run(block, labels)) is not None:
        yield labels[again][0]
        labels = labels[again:]


def _second_run(block: _Block, labels: Sequence[tuple[int, str]]) -> int | None:
    """Where among some headers a second run of them begins; ``None`` where none does."""
    texts = [squeezed(text) for _, text in labels]
    for name in (at for at, (_, text) in enumerate(labels) if meanings_of(text)[:1] == (M.NAME,)):
        again = next((at for at in range(name + 1, len(labels)) if _are_alike(labels[name][1], labels[at][1])), None)
        if again is None or _is_part(block.above(labels[again][0])):
            continue
        start = _first_before(block, labels, name, again)
        both = {*texts[:start]} & {*texts[start:]}
        meant = _meant(text for _, text in labels[:start]) & _meant(text for _, text in labels[start:])
        is_whole = len(both) > 1 and both >= {*texts[start:]}
        if is_whole or (M.NAME in meant and meant & {*_OF_ONE_TABLE} and len(meant) > 2):
            return start
    repeated = (at for at in range(1, len(labels)) if texts[at] in texts[:at])
    return next((at for at in repeated if _is_tally(block, labels[at][0])), None)


def _first_before(block: _Block, labels: Sequence[tuple[int, str]], name: int, again: int) -> int:
    """Where the run of a name that comes again begins: what stands before both names alike stands in its own table."""
    texts = [squeezed(text) for _, text in labels]
    alike = 0
    while again - alike - 1 > name > alike and texts[again - alike - 1] == texts[name - alike - 1]:
        alike += 1
    if alike:
        return again - alike
    start = again
    while (
        start - 1 > name
        and texts[start - 1] not in texts[again:]
        and _is_of_the_right(block, labels[start - 1], labels[name][0], labels[again][0])
    ):
        start -= 1
    return start


def _is_tally(block: _Block, start: int) -> bool:
    """Whether the columns from one on are a small table of numbers beside a list: 级别, 数量, 目标."""
    left, right = block.within(1, start - 1), block.within(start, block.columns[-1])
    counts = [cell for row in right.rows for at, cell in right.cells.get(row, {}).items() if at > start]
    is_counted = bool(counts) and all(map(is_number, counts))
    return is_counted and not _is_part(block.above(start)) and _end_apart(left, right)


def _is_of_the_right(block: _Block, label: tuple[int, str], left: int, right: int) -> bool:
    """Whether a column before the second name belongs to it: it is filled in its rows, or is how tables begin."""

    def rows(at: int) -> set[int]:
        return {row for row in block.rows if at in block.cells.get(row, {})}

    column, text = label
    own, named, others = rows(column), rows(right), rows(left)
    if named != others and own and own <= named and not own <= others:
        return True
    firsts = _FIRST if named == others else (*_FIRST, *_OFTEN_FIRST)
    return own == named and meanings_of(text)[:1] in firsts


def _are_alike(one: str, other: str) -> bool:
    return squeezed(one) == squeezed(other) or meanings_of(one)[:1] == meanings_of(other)[:1] == (M.NAME,)


# ------------------------------------------------------------ cards that come again


def _cards_again(block: _Block) -> Iterator[int]:
    """The columns at which further cards begin right beside the first, with its labels in its rows."""
    labels = {
        (row, at): meant
        for row, cells in block.cells.items()
        for at, cell in cells.items()
        if is_label(cell) and (meant := meanings_of(text_of(cell))[:1])
    }
    names = [(row, at) for (row, at), meant in labels.items() if meant == (M.NAME,)]
    starts = [at for row, at in names if row == names[0][0]]
    for start, after in pairwise((*starts, block.columns[-1] + 1)):
        shift = start - starts[0]
        own = {place: meant for place, meant in labels.items() if block.columns[0] + shift <= place[1] < after}
        alike = sum(labels.get((row, at - shift)) == meant for (row, at), meant in own.items())
        if shift and len({row for row, _ in own}) > 1 and alike >= _SAME * len(own):
            yield block.columns[0] + shift


# ------------------------------------------------------------ the parts


def _parts(sheet: Sheet, band: _Band) -> Iterator[Grid]:
    """The parts of a band, each with the titles that stand once for all: those in the first part alone, or merged over it."""
    bounds = [(left, after - 1) for left, after in pairwise((*band.starts, sheet.width + 1))]
    titles = _shared_titles(sheet, band, bounds)
    for left, right in bounds:
        yield _part(sheet.grid, band, left, right, titles if left > 1 else {})


def _shared_titles(sheet: Sheet, band: _Band, bounds: Sequence[tuple[int, int]]) -> dict[int, Cell]:
    """Lone titles above a row in which each part has a title of its own, by row."""
    own = (row for row in range(band.header - 1, band.first - 1, -1) if _is_over_all(sheet.cells(row), bounds))
    return {
        row: next(iter(cells.values()))
        for row in range(band.first, next(own, 0))
        if len(cells := sheet.cells(row)) == 1
    }


def _is_over_all(cells: Mapping[int, Cell], bounds: Sequence[tuple[int, int]]) -> bool:
    return all(any(left <= at <= right for at in cells) for left, right in bounds)


def _part(grid: Grid, band: _Band, left: int, right: int, titles: Mapping[int, Cell]) -> Grid:
    """The cells of a part with what is merged over it; the others are blank."""
    over = {span.top: grid.cell(span.top, span.left) for span in grid.merged if span.left < left <= span.right} | {
        **titles
    }
    rows: list[Sequence[Cell]] = [()] * (band.first - 1)
    for number in range(band.first, band.last + 1):
        own = grid.rows[number - 1][left - 1 : right]
        is_over = number in over and not any(cell is not None for cell in own)
        rows.append((*[None] * (left - 1), *([over[number]] if is_over else own)))

    def is_in(at: tuple[int, int]) -> bool:
        return band.first <= at[0] <= band.last and left <= at[1] <= right

    return replace(
        grid,
        rows=rows,
        merged=[
            span._replace(left=max(span.left, left), right=min(span.right, right))
            for span in grid.merged
            if span.left <= right and span.right >= left
        ],
        dress={at: worn for at, worn in grid.dress.items() if is_in(at)},
        uncomputed=frozenset(filter(is_in, grid.uncomputed)),
    )
