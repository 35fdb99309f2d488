"""The changes that write what was decided: rows at the ends of their tables, blanks filled, and the lines of 读入结果."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xlcrm.changes import Changes, filled
from xlcrm.forms.schema import Cell, Record, as_text
from xlcrm.forms.sheets import (
    Card,
    CodeEntry,
    Consultant,
    ImportRow,
    Loss,
    Order,
    Visit,
)
from xlcrm.forms.states import IMPORTED
from xlcrm.forms.switched import ORDER_STAGES
from xlcrm.intake.decide import Decision
from xlcrm.intake.outcome import DUPLICATE, LISTED, NOBODY, Draft, Entry, reason_of
from xlcrm.intake.same import Person
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.journal import next_operation

OUTCOMES = {"imported": IMPORTED, "duplicate": DUPLICATE, "listed": LISTED}
_LONGEST = 2000
"""Characters of what is kept beside a row: a cell must stay readable."""


@dataclass
class Writer:
    """Puts drafts into changes, in the order of the files, each with what its form must hold and the source does not say."""

    ledger: Ledger
    decision: Decision
    today: dt.date
    changes: Changes

    def write(self, entries: Sequence[tuple[Entry, Person | None]]) -> None:
        """Number the customers, complete the rows, and add them; from then on a draft holds nothing else."""
        self._complete_visits()
        self._last = _last_number(self.ledger)
        ends = {block.sheet: block.row + filled(block.rows) for block in self.ledger.blocks.values()}
        for entry, person in entries:
            for draft in entry.drafts:
                owner = person if draft is not None else None
                self._number(draft, owner)
        self._complete_customers()
        has_stages = ORDER_STAGES in self.ledger.columns_on
        nothing: dict[str, Cell] = {}  # one for all: rows that are written get no more fields
        for entry, person in entries:
            for draft in entry.drafts:
                if draft.record is Order and has_stages:  # a deposit alone is not read in
                    draft.fields.setdefault("firm_on", draft.fields.get("date"))
                ends[draft.sheet] = draft.row = ends.get(draft.sheet, 1) + 1
                draft.written = self.changes.add_final(draft.sheet, draft.record.cells(**draft.fields))
                draft.fields = nothing
            entry.customer = entry.customer or (person.key if person is not None and entry.outcome != "listed" else "")
        for (record, row), fields in self.decision.puts.items():
            for name, value in fields.items():
                self.changes.put(record.form.sheet, row, record.form.by_name[name].header, value)

    def _number(self, draft: Draft, person: Person | None) -> None:
        """The 客户编号: of a customer who has or gets a card; orders and losses of others wait for the roll."""
        if person is None or "customer" not in draft.record.form.by_name:
            return
        if not person.number and draft.record not in (Order, Loss):
            self._last += 1
            person.number = f"C{self._last:05d}"
        if person.number:
            draft.fields["customer"] = person.number

    # ------------------------------------------------------------ what a form must hold

    def _complete_visits(self) -> None:
        """首次/再次 by whether the customer was known before, 来店 for a register that only knows visits."""
        for person in self.decision.people.everybody:
            known = isinstance(person.card, Card)
            days = sorted(person.visits, key=lambda visit: (_day(visit), _clock(visit)))
            for number, visit in enumerate(days):
                if isinstance(visit, Draft):
                    fields = visit.fields
                    fields["first"] = fields.get("first") or ("再次" if number or known else "首次")
                    fields["channel"] = fields.get("channel") or "来店"
                    fields["source"] = fields.get("source") or _source_of(fields)

    def _complete_customers(self) -> None:
        for person in self.decision.people.everybody:
            if isinstance(person.card, Draft):
                self._complete_card(person, person.card.fields)
            if isinstance(person.row, Draft):
                self._complete_row(person, person.row.fields)

    def _complete_card(self, person: Person, card: dict[str, Cell]) -> None:
        visits = [visit for visit in person.visits if _day(visit) != dt.date.max]
        first = min(visits, key=_day) if visits else None
        card["source"] = card.get("source") or (self._of(first, "source") if first is not None else None)
        card["first_contact"] = card.get("first_contact") or (_day(first) if first is not None else person.met)
        card["carded_on"] = card.get("carded_on") or card.get("first_contact") or self.today
        card["first_contact"] = card.get("first_contact") or card["carded_on"]

    def _complete_row(self, person: Person, row: dict[str, Cell]) -> None:
        card = person.card
        for name in ("source", "first_contact", "consultant"):
            row[name] = row.get(name) or (self._of(card, name) if card is not None else None)
        draft = person.row
        assert isinstance(draft, Draft), "only a row this import makes is completed"
        row["initial_grade"] = (
            row.get("initial_grade") or person.first_grade or row.get("opening_grade") or draft.sheet[0]
        )
        row["graded_on"] = row.get("graded_on") or person.graded or row.get("first_contact") or self.today
        if isinstance(card, Draft) and card.fields.get("state") == "在跟":
            card.fields["grade"] = draft.sheet[0]

    def _of(self, holder: Draft | Record, name: str) -> Cell:
        return self.decision.held(holder, name)

    # ------------------------------------------------------------ 读入结果, 顾问, 字典

    def write_lines(self, entries: Sequence[Entry], now: dt.datetime) -> None:
        """One line for each row that was read for the first time, with its reason in words and what is kept beside; one for
        each further customer of a row too, so that he is known to have been read in.
        """
        operation = next_operation(self.ledger)
        lifted = {line.mark: line for line in self.decision.lifted}
        for entry in entries:
            if not entry.is_new:
                continue
            line = ImportRow.cells(
                time=now,
                file=entry.place.file,
                sheet=entry.place.sheet,
                row=entry.place.row,
                outcome=OUTCOMES[entry.outcome],
                target=_sheet_of(entry),
                customer=entry.customer if entry.customer.startswith("C") else None,
                name=entry.who.name or None,
                phone=entry.who.phone or entry.who.typed or None,
                reason=reason_of(entry, "zh") or None,
                filled=_listed(f"{header}：{as_text(value)}" for header, value in entry.filled.items()),
                rest=_listed(entry.rest),
                operation=operation,
                mark=entry.mark,
            )
            if entry.mark in lifted:
                for header, value in line.items():
                    self.changes.put(ImportRow.form.sheet, lifted[entry.mark].at.row, header, value)
            else:
                self.changes.add_final(ImportRow.form.sheet, line)
            for other in entry.others if entry.outcome == "imported" else ():
                who = ImportRow.cells(customer=None, name=other.name or None, phone=other.phone or other.typed or None)
                further = line | who | ImportRow.cells(filled=None, rest=None, mark=None)
                self.changes.add_final(ImportRow.form.sheet, further)
            entry.who = NOBODY  # his line says who it is


def _listed(texts: Iterable[str]) -> str | None:
    text = "；".join(filter(None, texts))
    return text[:_LONGEST] if text else None


def _sheet_of(entry: Entry) -> str | None:
    if entry.main is None or entry.outcome == "listed":
        return None
    return entry.main.sheet if isinstance(entry.main, Draft) else entry.main.at.sheet


def _last_number(ledger: Ledger) -> int:
    found = [re.fullmatch(r"C(\d{1,9})", number, re.ASCII) for number in ledger.customers.numbers]
    return max((int(number[1]) for number in found if number), default=0)


def _day(visit: Visit | Draft) -> dt.date:
    day = visit.fields.get("date") if isinstance(visit, Draft) else visit.date
    return day if isinstance(day, dt.date) else dt.date.max


def _clock(visit: Visit | Draft) -> dt.time:
    clock = visit.fields.get("entered") if isinstance(visit, Draft) else visit.entered
    return clock if isinstance(clock, dt.time) else dt.time()


_BY_MEDIA = {"朋友介绍": "VIP购车/介绍", "巡展": "展示会", "拜访": "潜在开发"}


def _source_of(fields: Mapping[str, Cell]) -> Cell:
    """The source of a party whose list has the channel alone, or nothing: it came or called of itself."""
    return _BY_MEDIA.get(as_text(fields.get("media")), "来店/电")


def new_staff(ledger: Ledger, names: Mapping[str, int], changes: Changes) -> list[str]:
    """Fill 顾问, where it is empty, with the consultants the files name."""
    if ledger.consultants:
        return []
    found = [name for name, _ in sorted(names.items(), key=lambda item: -item[1])]
    for name in found:
        changes.add(Consultant.form.sheet, Consultant.cells(name=name, status="在岗"))
    return found


def new_codes(ledger: Ledger, unread: Mapping[tuple[str, str], int], changes: Changes) -> list[tuple[str, str]]:
    """Put the shop's own channels and sources into 字典: lists, code → how often.

    What 字典 holds of a list takes the place of the house's own values, so where it holds none those go along.
    """
    found = []
    held = {entry.list for entry in ledger.of(CodeEntry)}
    for (name, code), _ in sorted(unread.items(), key=lambda item: -item[1]):
        if len(code) <= 12 and re.search(r"[\u4e00-\u9fff]{2}", code):
            for value in () if name in held else ledger.codes[name].values:
                changes.add(CodeEntry.form.sheet, CodeEntry.cells(list=name, code=value))
            held.add(name)
            changes.add(CodeEntry.form.sheet, CodeEntry.cells(list=name, code=code))
            found.append((name, code))
    return found
