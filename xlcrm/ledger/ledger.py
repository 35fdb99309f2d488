"""What a workbook holds: immutable records of every form, each knowing its sheet and row (read by ``reading``)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TypeVar, cast

from xlcrm.changes import Block, StructureIssue, row_of
from xlcrm.findings import Spot
from xlcrm.forms.codes import CodeList
from xlcrm.forms.schema import Place, Record
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import (
    FORMS,
    GRADE_SHEETS,
    Card,
    Care,
    ColumnReading,
    Consultant,
    FollowUp,
    ImportRow,
    JournalRow,
    Loss,
    MonthFigure,
    Opening,
    Order,
    Owner,
    Prospect,
    Report,
    Target,
    Visit,
)
from xlcrm.forms.states import IMPORTED, LEFT
from xlcrm.ledger.corrections import Correction, corrections
from xlcrm.ledger.customers import Customer, Customers, Key
from xlcrm.ledger.months import month_start
from xlcrm.ledger.whose import customers_of
from xlcrm.ledger.workdays import Workdays

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Ledger:
    """Everything in a book, by form, in the order of its rows."""

    records: Mapping[str, tuple[Record, ...]]
    codes: Mapping[str, CodeList]
    settings: Settings
    setting_troubles: Mapping[int, str]
    checks: Mapping[str, Mapping[int, str]]
    """Sheet → worksheet row → what 检查结果 holds now."""
    blocks: Mapping[str, Block]
    """What was read, by sheet."""
    issues: Sequence[StructureIssue] = ()
    """What in the tables is not a plain value."""

    def store(self, otherwise: str) -> str:
        """What the shop is called: its 店名; of a book that was never given one, ``otherwise``."""
        return otherwise if self.settings.store == Settings().store else self.settings.store

    def of(self, record: type[R]) -> tuple[R, ...]:
        """All records of one form."""
        return cast(tuple[R, ...], self.records.get(record.form.sheet, ()))

    @cached_property
    def columns_on(self) -> frozenset[str]:
        """The switches in 设置 all of whose columns the book has."""
        widened = ((block, FORMS[sheet].switched.items()) for sheet, block in self.blocks.items())
        return frozenset(switch for block, brought in widened for switch, own in brought if {*own} <= {*block.headers})

    @property
    def has_switched(self) -> bool:
        """Whether the book has sheets or columns of those that a shop switches on."""
        return bool(self.columns_on) or any(FORMS[sheet].switch for sheet in self.blocks)

    @property
    def visits(self) -> tuple[Visit, ...]:
        return self.of(Visit)

    @property
    def reports(self) -> tuple[Report, ...]:
        return self.of(Report)

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.of(Card)

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        return self.of(FollowUp)

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The orders, without the rows of deposits."""
        return tuple(row for row in self.of(Order) if not row.is_deposit)

    @property
    def owners(self) -> tuple[Owner, ...]:
        return self.of(Owner)

    @property
    def cares(self) -> tuple[Care, ...]:
        return self.of(Care)

    @property
    def losses(self) -> tuple[Loss, ...]:
        return self.of(Loss)

    @property
    def consultants(self) -> tuple[Consultant, ...]:
        return self.of(Consultant)

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.of(Target)

    @property
    def openings(self) -> tuple[Opening, ...]:
        return self.of(Opening)

    @property
    def month_figures(self) -> tuple[MonthFigure, ...]:
        return self.of(MonthFigure)

    @property
    def journal(self) -> tuple[JournalRow, ...]:
        return self.of(JournalRow)

    @cached_property
    def prospects(self) -> tuple[Prospect, ...]:
        """Rows of the four grade sheets, H first."""
        return tuple(cast(Prospect, row) for sheet in GRADE_SHEETS.values() for row in self.records.get(sheet, ()))

    @cached_property
    def originals(self) -> dict[Record, Record]:
        """Rows that repeat one above them in all a person types, with that row. What the tool fills is not compared.

        Except 客户编号 of a card: one customer with two numbers has two cards (R2).
        """
        found: dict[Record, Record] = {}
        for sheet, form in FORMS.items():
            number = "customer" if form is Card.form else ""
            typed = itemgetter(*(i for i, c in enumerate(form.columns) if not c.by_tool or c.name == number))
            rows = self.records.get(sheet, ()) if form.checked else ()
            hashes = [hash(typed(row.typed)) for row in rows]
            times = Counter(hashes)
            alike = (row for row, own in zip(rows, hashes, strict=True) if times[own] > 1)
            seen: dict[tuple[object, ...], Record] = {}  # the cells of few rows: very many have no room twice
            for row in alike:
                first = seen.setdefault(typed(row.typed), row)
                if first is not row:
                    found[row] = first
        return found

    @cached_property
    def defective(self) -> tuple[Record, ...]:
        """The rows of the sheets people fill of which a cell could not be read, or was read through dirt."""
        checked = (self.records[sheet] for sheet in self.records if FORMS[sheet].checked)
        return tuple(row for rows in checked for row in rows if row.defects)

    def row_at(self, at: Spot | Place) -> Record | None:
        """The row that a place is in."""
        if at.sheet not in self._numbered:
            self._numbered[at.sheet] = {row.at.row: row for row in self.records.get(at.sheet, ())}
        return self._numbered[at.sheet].get(at.row)

    @cached_property
    def _numbered(self) -> dict[str, dict[int, Record]]:
        """The rows of a sheet by their numbers, of the sheets that were asked about."""
        return {}

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The phones corrected since the book was rolled."""
        return tuple(corrections(self.customers))

    @cached_property
    def customers(self) -> Customers:
        """Everybody the books know, with all rows; whose each row is, is worked out here and nowhere else."""
        return customers_of(self.records)

    def customer_at(self, at: Spot | Place) -> Customer | None:
        """Whose row a place is in."""
        record = self.row_at(at)
        return self.customers.of(record) if record is not None else None

    @cached_property
    def read_in(self) -> dict[Key | str, dt.date]:
        """The customers whom the shop's own files brought, with the last day on which one did; without a phone, by name.

        What the books hold about them from before that day is what the files say.
        """
        return {key: max(map(_read_on, brought)) for key, brought in self.brought.items()}

    @cached_property
    def brought(self) -> dict[Key | str, tuple[ImportRow, ...]]:
        """The lines of 读入结果 by which somebody came in, each with its moment."""
        found: dict[Key | str, tuple[ImportRow, ...]] = {}
        for line in self.of(ImportRow):
            if line.outcome == IMPORTED and line.time is not None:
                numbered = self.customers.numbered(line.customer)
                customers = (numbered,) if numbered is not None else self.customers.holding(line.phone)
                for key in [customer.key for customer in customers] or filter(None, [line.name]):
                    found[key] = (*found.get(key, ()), line)
        return found

    @cached_property
    def _file_columns(self) -> dict[tuple[str | None, str | None], dict[int, set[str]]]:
        """The headers of ours that the columns of a shop's own sheet became, by the row where its headers stand."""
        found: dict[tuple[str | None, str | None], dict[int, set[str]]] = {}
        for line in self.of(ColumnReading):
            row = row_of(line.cell or "")
            headers = found.setdefault((line.file, line.sheet), {}).setdefault(row, set())
            headers.add((line.target or "").rpartition(".")[2])
        return found

    def _had_column(self, line: ImportRow, header: str) -> bool:
        """Whether the table that a row was read from has a column of that name of ours, as far as 读入对照 says."""
        tables = self._file_columns.get((line.file, line.sheet), {})
        above = max((row for row in tables if row < (line.row or 0)), default=None)
        return above is None or header in tables[above]

    def is_in_no_file(self, record: Record, header: str) -> bool:
        """Whether a row came from a shop's own sheets, none of which has such a column."""
        if not self._file_columns:
            return False
        customer, day = self.customers.of(record), getattr(record, "date", None)
        brought = self.brought.get(customer.key if customer is not None else getattr(record, "name", None) or "", ())
        lines = [line for line in brought if day is None or day <= _read_on(line)]
        return bool(lines) and not any(self._had_column(line, header) for line in lines)

    def stands_as_read(self, customer: Customer, since: dt.date) -> bool:
        """Whether a file brought a customer of whom no report says since then how he became what he is."""
        return customer.key in self.read_in and not any(r.date and r.date >= since for r in customer.reports)

    @cached_property
    def staff(self) -> frozenset[str]:
        """The names in 顾问, of those who left too."""
        return frozenset(consultant.name for consultant in self.consultants if consultant.name)

    @cached_property
    def left_behind(self) -> dict[str, int]:
        """Consultants who left and still have customers with open work, with how many, in the order of 顾问."""
        owned = Counter(customer.owner for customer in self.customers.values() if customer.has_open_work)
        gone = (consultant.name for consultant in self.consultants if consultant.status == LEFT)
        return {name: owned[name] for name in gone if name and owned[name]}

    def due_on(self, row: FollowUp | Care, day: dt.date) -> dt.date:
        """The day by which what is planned for ``day`` is in time: a day off is made up for on the next working day."""
        return self.workdays.on_or_after(row.consultant or "", day)

    @cached_property
    def opened(self) -> dt.date:
        """The first day of the open month; of a book that froze no stock yet, the first day there is."""
        return max((month_start(opening.month) for opening in self.openings if opening.month), default=dt.date.min)

    @cached_property
    def workdays(self) -> Workdays:
        """When the shop and each consultant work."""
        rest = {c.name: c.rest_days for c in self.consultants if c.name and c.rest_days}
        return Workdays(self.settings.closed_days, rest)


def _read_on(line: ImportRow) -> dt.date:
    """The day of a line of 读入结果 that has its moment."""
    assert line.time is not None
    return line.time.date()
