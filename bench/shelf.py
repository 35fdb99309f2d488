"""The books that are measured, built once and kept in ``bench/.books``, which git ignores.

A year is the demo's generator run for twelve months and taken through them as a shop does: the month's logs are typed, the
book is rolled on the last day, the month is closed. Nothing is left to roll in a book that is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Block, Changes, Value, after
from xlcrm.demo.showcase import demo_store
from xlcrm.demo.simulation import simulate
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import FORMS, Loss, Order, Report, Visit
from xlcrm.ledger.months import month_end, next_month
from xlcrm.template import blank_book
from xlcrm.verbs import VERBS, Job

KEPT = Path(__file__).parent / ".books"
Row = dict[str, Value]
Rows = list[Row]
_BEGINS: Mapping[type[Record], str] = {Visit: "日期", Report: "日期", Order: "订单日期", Loss: "申请日期"}
_LATER = {"交车日期": (), "退订日期": (), "审批日期": ("审批", "驳回后级别")}
"""Days of a row that may lie after its beginning, and the cells that are filled with them."""
_SEED = 20261031


@dataclass(frozen=True)
class Shop:
    """What is simulated: months up to October 2026, parties a month, and how many of the months are closed."""

    months: int
    visits: int
    closed: int = 0

    @property
    def first(self) -> str:
        return next_month(LAST_MONTH, 1 - self.months)


LAST_MONTH = "2026-10"
TODAY = month_end(LAST_MONTH)
SHOPS = {
    "year": Shop(12, 300, closed=11),
    "year-unclosed": Shop(12, 300),
    "three-years": Shop(36, 300, closed=35),
    "month-1": Shop(1, 300),
    "month-10": Shop(1, 3000),
    "month-33": Shop(1, 10000),
}


def book(name: str) -> Path:
    """The book of that name, built where it is not there yet."""
    path = KEPT / f"{name}.xlsm"
    if not path.exists():
        KEPT.mkdir(exist_ok=True)
        fill_book(path, _demo_month() if name == "demo" else _lived(SHOPS[name]))
    return path


def _demo_month() -> Mapping[str, Sequence[Mapping[str, Value]]]:
    """The demo store with the logs of October only: about 300 register rows and its reports; nothing is rolled yet."""
    store, _ = demo_store()
    logs = (Visit.form.sheet, Report.form.sheet)
    return {
        sheet: [row for row in rows if sheet not in logs or str(row.get("日期")) >= "2026-10-01"]
        for sheet, rows in store.sheets.items()
    }


def _lived(shop: Shop) -> dict[str, Rows]:
    """The sheets of a shop that was rolled on the last day of each month, and closed where it is to be."""
    start = dt.date.fromisoformat(f"{shop.first}-01")
    consultants = 8 * max(1, shop.visits // 300)
    store = simulate(
        _SEED,
        start=start,
        end=TODAY,
        consultants=consultants,
        visits_a_month=shop.visits,
        opening=95 * max(1, shop.visits // 300),
        diligent=True,
    )
    typed: dict[str, Rows] = {sheet: [{**row} for row in rows] for sheet, rows in store.sheets.items()}
    desk = _Desk({sheet: rows for sheet, rows in typed.items() if sheet not in _sheets_of_logs()})
    months = [next_month(shop.first, by) for by in range(shop.months)]
    ends = [month_end(month) for month in months] if shop.closed else [TODAY]
    for number, end in enumerate(ends, start=1):
        desk.type({sheet: _until(typed[sheet], header, end) for sheet, header in _sheets_of_logs().items()})
        desk.press("roll", end)
        if number <= shop.closed:
            desk.press("close", end)
    return desk.rows()


def _sheets_of_logs() -> dict[str, str]:
    return {record.form.sheet: header for record, header in _BEGINS.items()}


def _until(rows: Rows, header: str, end: dt.date) -> Rows:
    """The rows typed by the end of a day; what happened to them later is blank."""
    return [_cut(row, end) for row in rows if _day(row.get(header)) <= end]


def _cut(row: Row, end: dt.date) -> Row:
    later = {name for day, also in _LATER.items() if row.get(day) and _day(row[day]) > end for name in (day, *also)}
    cut = {name: None if name in later else value for name, value in row.items()}
    return cut | {"审批": "待审"} if "审批" in later else cut


def _day(value: Value) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.min


class _Desk:
    """A book in memory and its buttons."""

    def __init__(self, sheets: Mapping[str, Rows]) -> None:
        blank = KEPT / "blank.xlsm"
        blank.write_bytes(blank_book(""))
        self._blocks: list[Block] = FileSession(blank).blocks
        blank.unlink()
        self._typed: dict[str, Rows] = {}
        changes = Changes()
        for sheet, rows in sheets.items():
            if sheet not in ("设置", "字典"):
                changes.table(sheet).added.extend(rows)
        self._apply(changes)

    def type(self, sheets: Mapping[str, Rows]) -> None:
        """Bring the logs to what is typed by now: rows are added, and cells of earlier ones filled in."""
        changes = Changes()
        for sheet, rows in sheets.items():
            before = self._typed.get(sheet, [])
            block = next(block for block in self._blocks if block.sheet == sheet)
            for number, (old, new) in enumerate(zip(before, rows, strict=False), start=block.row + 1):
                for header in new:
                    if old.get(header) != new[header]:
                        changes.put(sheet, number, header, new[header])
            changes.table(sheet).added.extend(rows[len(before) :])
            self._typed[sheet] = rows
        self._apply(changes)

    def press(self, verb: str, day: dt.date) -> None:
        job = Job(day, dt.datetime.combine(day, dt.time(18)), "文员小吴")
        self._apply(VERBS[verb](self._blocks, (), job).changes)

    def _apply(self, changes: Changes) -> None:
        self._blocks = after(self._blocks, changes)

    def rows(self) -> dict[str, Rows]:
        return {block.sheet: [*_filled(block)] for block in self._blocks if block.sheet in FORMS}


def _filled(block: Block) -> Iterator[Row]:
    for row in block.rows:
        cells: Row = {h: cell for h, cell in zip(block.headers, row, strict=True) if cell is not None and h}
        if cells:
            yield cells
