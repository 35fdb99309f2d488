"""A sheet understood: its tables with kind and columns, their rows sorted into customers and everything else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from xlcrm.forms.schema import Cell
from xlcrm.intake.columns import SAMPLE, Column, understood
from xlcrm.intake.context import Context, context_of, day_without_year
from xlcrm.intake.corrections import Corrections
from xlcrm.intake.grid import Grid
from xlcrm.intake.kinds import CARDS, FOLLOW_UPS, REPORTS, VISITS, TableKind, kind_of
from xlcrm.intake.lexicon import Means, meanings_of, squeezed
from xlcrm.intake.looks import is_date, is_ditto, is_full_name, is_person, is_phone, is_plate, is_tick, is_time, text_of
from xlcrm.intake.panes import panes
from xlcrm.intake.regions import INLINE, UNLABELLED, Region, Sheet, regions
from xlcrm.intake.words import WORDS, legends_of

M = Means
TOTAL, SIGNATURE, LEGEND, TEMPLATE, HEADER, BAND, EMPTY, NO_SHEET = (
    "total", "signature", "legend", "template", "header", "band", "empty", "no_sheet",
)  # fmt: skip
"""Why a row is no customer: keys of ``catalogue.intake.REASONS``."""


@dataclass(slots=True)
class Line:
    """A row below a header: its cells by column, unfolded, and what holds for it. ``listed`` says why it is no customer.

    ``below`` are further rows of the same customer, where each takes several.
    """

    row: int
    cells: dict[int, Cell]
    context: Context
    listed: str = ""
    below: list[dict[int, Cell]] = field(default_factory=list)


@dataclass
class Table:
    """A table or a card understood."""

    grid: Grid
    region: Region
    kind: TableKind | None
    columns: list[Column]
    lines: list[Line]
    context: Context
    legends: Mapping[str, Mapping[str, str]]
    owner: Table | None = None

    @property
    def header_row(self) -> int | None:
        return self.region.header_row

    @property
    def is_card(self) -> bool:
        return bool(self.region.card)

    def inherit(self, head: Context) -> None:
        """Take over what the head of the sheet says for a table further down: its day, its consultant."""
        head = replace(head, plans=None, grade="")
        self.context = self.context.or_else(head)
        for line in self.lines:
            line.context = line.context.or_else(head)

    def at(self, means: Means) -> Column | None:
        """The first column of a meaning."""
        return next((column for column in self.columns if column.means is means), None)


def tables_of(grids: Sequence[Grid], staff: Collection[str], today: dt.date, corrections: Corrections) -> list[Table]:
    """The tables of all sheets, in order. Consultants named in a column anywhere are known in titles everywhere."""
    drafts = [draft for grid in grids for draft in _drafts(grid)]
    known = set(staff)
    shaped: list[tuple[_Draft, Region, list[Column]]] = []
    for draft in drafts:
        for region in draft.regions:
            columns = _columns(draft.sheet, region, corrections)
            shaped.append((draft, region, columns))
            known |= _named_staff(draft.sheet, region, columns)
    known |= _sheets_of_staff(shaped)
    tables: list[Table] = []
    for draft, region, columns in shaped:
        owner = next((t for t in tables if t.region is region.owner), None)
        table = _table(draft.sheet, region, columns, known, today, corrections, owner)
        head = next((t for t in tables if t.grid is draft.head), None)
        if head is not None and owner is None and not table.is_card:
            table.inherit(head.context)
        tables.append(table)
    return tables


class _Draft(NamedTuple):
    """A part of a sheet with its tables; those of ``head`` stand above it, and say what holds below."""

    sheet: Sheet
    regions: list[Region]
    head: Grid


def _drafts(grid: Grid) -> Iterator[_Draft]:
    bands = panes(grid)
    for band in bands:
        for pane in band:
            head = bands[0][0] if len(bands[0]) == 1 else pane
            yield _Draft(Sheet(pane), _regions(pane, grid), head)


def _regions(pane: Grid, grid: Grid) -> list[Region]:
    """The tables of a part of a sheet; one beside another in which nobody finds his way is a table without headers."""
    found = regions(pane)
    return found if found or pane is grid else [Region(pane, [], 1, len(pane.rows))]


def _columns(sheet: Sheet, region: Region, corrections: Corrections) -> list[Column]:
    if region.card:
        return [
            corrections.column(_card_column(pair.label, number, pair.value))
            for number, pair in enumerate(region.card, start=1)
        ]
    rows = _sample(sheet, region)
    values = {head.column: [sheet.unfolded_rows(row, head.column) for row in rows] for head in region.heads}
    found = understood(region.heads, values, legends_of(_notes(sheet, region)))
    return [corrections.column(column) for column in found]


def _sheets_of_staff(shaped: Iterable[tuple[_Draft, Region, Sequence[Column]]]) -> set[str]:
    """Sheets that are called as people and list customers without saying whose: each is the list of a consultant."""
    found: set[str] = set()
    for draft, region, columns in shaped:
        meant, name = {column.means for column in columns}, draft.sheet.grid.sheet.strip()
        is_list = not region.card and M.NAME in meant and M.CONSULTANT not in meant
        if is_list and is_full_name(name) and not _BUSINESS.search(name):
            found.add(name)
    return found if len(found) > 1 else set()


def _sample(sheet: Sheet, region: Region) -> list[int]:
    """Rows that look like customers: as full as those that hold a phone, or as the fullest."""
    rows = range(region.first, min(region.last, region.first + SAMPLE) + 1)
    sizes = {row: len(cells) for row in rows if (cells := sheet.cells(row))}
    with_phone = {row: size for row, size in sizes.items() if any(map(is_phone, sheet.cells(row).values()))}
    if len(with_phone) > 1:
        usual = sorted(with_phone.values())[len(with_phone) // 2]
        return [row for row, size in sizes.items() if row in with_phone or size >= 0.8 * usual]
    return [row for row, size in sizes.items() if size >= 0.5 * max(sizes.values())]


def _card_column(label: str, at: int, value: Cell) -> Column:
    if label == UNLABELLED:
        return Column(at, label, M.UNLABELLED, "")
    meanings = meanings_of(label)
    means = next((m for m in meanings if value is None or m not in WORDS or WORDS[m].knows(text_of(value))), None)
    return Column(at, label, means or (meanings[0] if meanings else None), "label" if meanings else "")


def _notes(sheet: Sheet, region: Region) -> Iterator[str]:
    """Long texts of a table's own rows and titles: legends stand there."""
    yield from (title for title in region.titles if len(title) > 12)
    for row in range(max(region.first, region.last - 12), region.last + 1):
        for cell in sheet.cells(row).values():
            if isinstance(cell, str) and len(cell) > 12:
                yield text_of(cell)


_OF_STAFF = re.compile(r"日报|报告|顾问|业务员|销售员")
"""Titles of what a consultant fills in about himself: there 姓名 is his own."""
_BUSINESS = re.compile("[客户意向级订单战败成交卡表店]")
"""What stands in names of sheets that begin as a name does: 高意向, 成交."""
_STAFF_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_BEFORE_A_TITLE = re.compile(r"([\u4e00-\u9fff]{2,3})(?:\s+|的(?=客户))\S*(?:登记|日报|报告|台账|客户|跟进|跟踪)")
"""A name before what a sheet is: 张敏 来店登记表, 张敏的客户."""


def _named_staff(sheet: Sheet, region: Region, columns: Sequence[Column]) -> set[str]:
    """Names of a consultants' column: few people, many rows."""
    found: set[str] = set()
    for column in columns:
        if column.means is M.CONSULTANT and not region.card:
            last = min(region.last, region.first + 5 * SAMPLE)
            cells = [text_of(sheet.grid.cell(row, column.at)) for row in range(region.first, last + 1)]
            found |= {
                "".join(text.split())
                for text in cells
                if _STAFF_NAME.fullmatch("".join(text.split())) and not is_ditto(text)
            }
    labels = {M.CONSULTANT, M.NAME} if any(map(_OF_STAFF.search, region.titles)) else {M.CONSULTANT}
    for title in region.titles:
        named = INLINE.fullmatch(title)
        if named and labels & {*meanings_of(named[1])[:1]} and _STAFF_NAME.fullmatch(named[2].strip()):
            found.add(named[2].strip())
        before = _BEFORE_A_TITLE.match(title)
        if before and is_full_name(before[1]) and not _BUSINESS.search(before[1]):
            found.add(before[1])
    return found if len(found) <= _MOST_STAFF else set()


_MOST_STAFF = 60


def _table(
    sheet: Sheet,
    region: Region,
    columns: list[Column],
    staff: Collection[str],
    today: dt.date,
    corrections: Corrections,
    owner: Table | None,
) -> Table:
    grid = sheet.grid
    name = grid.sheet if grid.sheet != "csv" else ""
    names = [name, grid.file.rpartition(".")[0]]
    own = context_of(region.titles, staff)
    around = context_of(names, staff, is_name=True)
    context = own.or_else(around)
    said = corrections.kind(grid) if region.heads or region.card else None
    kind = said or _kind(region, columns, names, own, owner)
    if context.day is None and (own.day is None):
        context = replace(context, day=_day_of_names(region.titles, name, context, today))
    if kind is REPORTS and M.DATE in {column.means for column in columns}:  # the report's day, and that of the contact
        columns = [replace(c, means=M.PLANNED_ON) if c.means is M.DONE_ON else c for c in columns]
    table = Table(grid, region, kind, columns, [], context, legends_of(_notes(sheet, region)), owner)
    if region.card:
        table.lines = [_card_line(region, context)]
    else:
        table.lines = list(_Lines(table, sheet, staff, today).lines())
    return table


def _card_line(region: Region, context: Context) -> Line:
    """A card is one row: its labels are numbered like columns."""
    cells: dict[int, Cell] = {n: pair.value for n, pair in enumerate(region.card, start=1) if pair.value is not None}
    return Line(region.card_row, cells, context, "" if cells else TEMPLATE)


def _kind(
    region: Region, columns: Sequence[Column], names: Sequence[str], own: Context, owner: Table | None
) -> TableKind | None:
    if region.card:
        return CARDS
    if not region.heads:
        return None
    if owner is not None:
        return FOLLOW_UPS
    kind = kind_of(columns, region.titles, names)
    if kind is CARDS and own.plans is not None:
        return REPORTS
    return kind


def _day_of_names(titles: Sequence[str], sheet: str, context: Context, today: dt.date) -> dt.date | None:
    """The day of a sheet called 7日, 11-10 or 11月7日: its month and year may stand in the title or the file's name."""
    near = context.near(today)
    for text in (*(t for t in titles if len(t) <= 40), sheet):
        if re.search(r"\d\s*[日号]|^\d{1,2}[-.]\d{1,2}$", text.strip()) and not re.search(
            r"[-~至—]\s*\d{1,2}\s*[日号月]", text
        ):
            day = day_without_year(text, near)
            if day is not None:
                return day
    return None


# ------------------------------------------------------------ the rows below a header

_TOTAL = re.compile(
    r"^(?:\d{1,2}月|本月|本日|当月|本周|全店|[一二三四]季度|\d{4}年)?(?:合计|总计|小计|共计|总数|累计|合計|小計|総計|합계|소계|총계|(?:sub|grand)?total)s?(?:[:：]?.{0,6})$|^(?:本日止|截[止至]|本月累计|本日访问|本日.{0,6}合计)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:签字|签名|签章|审核人?|制表人?|填表人?|复核|确认人?|批准|支援事项|指示事项|主管|经理|负责人|店长)\s*[:：]|签字|签名|signature|署名|서명|結재",
    re.IGNORECASE,
)
_LEGEND_START = re.compile(
    r"^[*※★【\[(（]*(?:注意?|说明|备注|填[表写]|附注|提示|要求|图例|代码说明|级别说明|note|legend|備考|비고|凡例)[】\])）]*\s*(?:事项|说明)?\s*[:：0-9一1]|^(?:填表说明|填写说明)",
    re.IGNORECASE,
)
_CONSTANT = (
    M.NUMBER,
    M.WEEKDAY,
    M.DATE,
    M.CONSULTANT,
    M.CHANNEL,
    M.QUANTITY,
    M.CUSTOMER_NUMBER,
    M.SECTION,
    M.ORDER_NUMBER,
)
"""Columns that may be filled in a blank row of a form."""
_IDENTITY = (M.NAME, M.PHONE, M.PLATE, M.NICKNAME, M.VIN)
_FILLED_DOWN = (M.DATE,)


class _Lines:
    """Sorts the rows of a table, keeping in mind the band above and the row before."""

    def __init__(self, table: Table, sheet: Sheet, staff: Collection[str], today: dt.date) -> None:
        self.table, self.sheet, self.staff, self.today = table, sheet, staff, today
        self.by_at = {column.at: column for column in table.columns}
        self.name_at = next((c.at for c in table.columns if c.means is M.NAME), None)
        self.phone_at = next((c.at for c in table.columns if c.means is M.PHONE), None)
        self.header = {head.column: squeezed(head.own) for head in table.region.heads}
        self.fills_down = self._fills_down()

    def lines(self) -> Iterator[Line]:
        context, before = self.table.context, dict[int, Cell]()
        block: Line | None = None
        for row in range(self.table.region.first, self.table.region.last + 1):
            raw = self.sheet.cells(row)
            if not raw:
                continue
            if block is not None and self._continues(row):
                block.below.append(self._unfolded(row, raw, {}))
                continue
            reason = self._reason(row, raw)
            if reason == BAND:
                context = self._banded(raw, context)
                yield Line(row, raw, context, BAND)
                continue
            cells = self._unfolded(row, raw, before)
            line = Line(row, cells, context, reason or self._nobody(row, cells))
            if not line.listed:
                before = cells
                block = line if self._is_block(row) else None
            yield line

    def _fills_down(self) -> frozenset[int]:
        """Date columns in which a day is written once and left out below, as hand-kept registers do."""
        found = set()
        for column in self.table.columns:
            if column.means in _FILLED_DOWN and self.name_at:
                named = [
                    r
                    for r in range(self.table.region.first, self.table.region.last + 1)
                    if self.sheet.grid.cell(r, self.name_at) is not None
                ]
                blank = sum(self.sheet.unfolded_rows(r, column.at) is None for r in named)
                if named and 0.15 * len(named) <= blank < len(named):
                    found.add(column.at)
        return frozenset(found)

    def _unfolded(self, row: int, raw: Mapping[int, Cell], before: Mapping[int, Cell]) -> dict[int, Cell]:
        """The cells of a row with merged cells unfolded and ditto marks replaced."""
        cells: dict[int, Cell] = {}
        for at in self.by_at:
            cell = raw.get(at)
            if cell is None:
                cell = self.sheet.unfolded_rows(row, at)
            if is_ditto(cell) or (cell is None and at in self.fills_down):
                cell = before.get(at)
            if cell is not None:
                cells[at] = cell
        for at, cell in raw.items():
            cells.setdefault(at, cell)
        return cells

    def _is_block(self, row: int) -> bool:
        span = self.sheet.span(row, self.name_at) if self.name_at else None
        return span is not None and span.bottom > row

    def _continues(self, row: int) -> bool:
        """Whether a row belongs to the customer above: his name is merged over it."""
        span = self.sheet.span(row, self.name_at) if self.name_at else None
        return span is not None and span.top < row

    # ------------------------------------------------------------ what is no customer

    def _reason(self, row: int, raw: Mapping[int, Cell]) -> str:
        """Why a row is no customer, by its own cells; "" for one that may be."""
        if self.phone_at is not None and is_phone(raw.get(self.phone_at)):
            return ""
        texts = [text for cell in raw.values() if (text := text_of(cell))]
        if not texts:
            return EMPTY
        if self._is_header(raw):
            return HEADER
        first = texts[0] if not re.fullmatch(r"\d+", texts[0]) or len(texts) == 1 else texts[1]
        squeezed_first = "".join(first.split())
        if _TOTAL.match(squeezed_first):
            return TOTAL
        if _LEGEND_START.match(first) and (len(first) > 14 or len(raw) <= 2):
            return LEGEND
        if any(_SIGNATURE.search(text) and len(text) <= 40 for text in texts) and not self._has_person(raw):
            return SIGNATURE
        if len(raw) == 1 and len(first) > 24:
            return LEGEND
        if len(raw) <= 2 and self._is_band(row, raw):
            return BAND
        return ""

    def _is_header(self, raw: Mapping[int, Cell]) -> bool:
        same = sum(squeezed(text_of(cell)) == self.header.get(at) for at, cell in raw.items())
        return len(raw) >= 3 and same >= 0.6 * len(raw)

    def _has_person(self, raw: Mapping[int, Cell]) -> bool:
        cell = raw.get(self.name_at) if self.name_at else None
        return cell is not None and is_person(cell)

    def _is_band(self, row: int, raw: Mapping[int, Cell]) -> bool:
        """A text over the rows below: a day, a month, a consultant, a grade, the title of a part."""
        at, cell = next(iter(raw.items()))
        text = text_of(cell)
        span = self.sheet.span(row, at)
        is_wide = span is not None and span.right - span.left >= min(2, len(self.by_at) - 1)
        if is_wide:
            return True
        if at == self.name_at and is_person(cell) and text not in self.staff:
            return False
        own = self.by_at.get(at)
        if own is not None and own.means in (M.STORY, M.NOTE, M.MODEL):
            return False
        if len(raw) == 1 and isinstance(cell, str) and not re.fullmatch(r"\d+", text):
            return is_date(text) or text in self.staff or self._says_context(text) or at != self.name_at
        return False

    def _says_context(self, text: str) -> bool:
        found = context_of([text], self.staff)
        return bool(found.consultant or found.grade or found.month or found.day or found.plans is not None)

    def _banded(self, raw: Mapping[int, Cell], context: Context) -> Context:
        texts = [text_of(cell) for cell in raw.values()]
        found = context_of(texts, self.staff)
        base = self.table.context
        if found.day is None:
            near = found.or_else(context).near(self.today)
            days = [day for text in texts if re.search(r"\d", text) and (day := day_without_year(text, near))]
            cell = next(iter(raw.values()))
            day = (
                cell.date()
                if isinstance(cell, dt.datetime)
                else cell
                if isinstance(cell, dt.date)
                else days[0]
                if days
                else None
            )
            if day is not None:
                found = replace(found, day=day, year=day.year, month=day.month)
        return found.or_else(
            context if found.day or found.consultant else replace(base, consultant=context.consultant, day=context.day)
        )

    def _nobody(self, row: int, cells: Mapping[int, Cell]) -> str:
        """Why a row without a person is none; "" where one came whose name nobody wrote down."""
        filled = {at: cell for at, cell in cells.items() if at in self.by_at}
        if self.table.kind is None:
            return NO_SHEET
        if any(filled.get(c.at) is not None and _is_identity(c, filled[c.at]) for c in self.table.columns):
            return ""
        own = [at for at in filled if self.by_at[at].means not in _CONSTANT and not is_ditto(filled[at])]
        own = [at for at in own if self.sheet.grid.cell(row, at) is not None]
        if not own:
            return TEMPLATE if len(filled) == len(cells) else EMPTY
        marks = all(is_tick(filled[at]) or text_of(filled[at]) in ("/", "-", "—", "否", "无") for at in own)
        if marks:
            return TEMPLATE
        is_party = self.table.kind is VISITS and any(is_time(filled[at]) for at in own) and len(own) >= 2
        return "" if is_party or self.table.owner is not None else EMPTY


def _is_identity(column: Column, cell: Cell) -> bool:
    if column.means not in _IDENTITY or column.ticked:
        return False
    text = text_of(cell)
    if column.means is M.NAME:
        return bool(re.search(r"[^\W\d_]", text)) or is_phone(cell)
    if column.means is M.PLATE:
        return is_plate(text)
    return len(text) >= 4
