"""Erasing a customer: what is personal goes from every sheet and from the journal, what is counted stays.

Name and phone become tokens that the customer's rows go on sharing, so that they still are one customer's and every
figure stays what it was. Free text becomes a token too, equal where texts were equal and about as long, since rules
compare and measure texts; everything else that is personal is emptied, but the 客户编号. ``forms.Privacy`` says which columns those are.

What was erased cannot be put back, and the journal lets go of everything that could be taken back before: any of it might
tell of the customer. Our decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from xlcrm.changes import Changes
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of
from xlcrm.forms.schema import CHECK_HEADER, Cell, Column, Kind, Privacy, Record, as_text, letters
from xlcrm.forms.sheets import FORMS, Consultant, FindingRow, JournalRow
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.normal import read_phone
from xlcrm.safety.journal import TAKEN_OUT

_SHORT = 10
"""Characters from which on a grade's jump counts as told (V13)."""
_POINTED_AT = re.compile(r"(.+)![A-Z]+(\d+)")


@dataclass(slots=True)
class Erased:
    """What erasing comes to: the ``token`` that stands for the name, the cells it changes, and where the name is left.

    ``mentions`` are cells of other customers in which the name stands: a person must look at them.
    """

    token: str
    changes: Changes = field(default_factory=Changes)
    count: int = 0
    mentions: list[str] = field(default_factory=list)


def erase(ledger: Ledger, who: str) -> Erased:
    """Erase the customer with a 客户编号 or phone. Raises ``Refusal("erase.unknown")``."""
    person = _Person(ledger, who)
    result = Erased(person.token)
    for line in ledger.journal:
        said = person.without(line.new, person.traces | person.names)
        if said != line.new:
            result.changes.put(line.at.sheet, line.at.row, "新值", said)
        is_own = line.verb == TAKEN_OUT and line.place in person.numbers
        before = person.token if is_own else person.without(line.old, person.traces)
        if before != line.old:
            result.changes.put(line.at.sheet, line.at.row, "旧值", before)
        if line.verb == TAKEN_OUT and person.without(before, person.names) != before:
            result.mentions.append(f"{line.at.sheet}!{line.at.cell('old')}")
    for sheet, block in ledger.blocks.items():
        if sheet == JournalRow.form.sheet:
            continue
        form = FORMS[sheet]
        columns = {block.headers[at]: form.by_name[name] for name, at in columns_of(block.headers, form).items()}
        for row, cells in enumerate(block.rows, block.row + 1):
            is_own = (sheet, row) in person.rows
            for at, (header, cell) in enumerate(zip(block.headers, cells, strict=True)):
                column = columns.get(header)
                new = person.cell(cell, column, header) if is_own else person.without(cell, person.traces)
                if new != cell:
                    result.changes.put(sheet, row, header, new)
                    result.count += 1
                if not is_own and not _is_name(column) and person.without(new, person.names) != new:
                    result.mentions.append(f"{sheet}!{letters(block.column + at)}{row}")
    return result


class _Person:
    """What the books know of one customer: the rows, by (sheet, row), and what shall stand for each telling text."""

    def __init__(self, ledger: Ledger, who: str) -> None:
        phone = read_phone(who, ledger.settings.area_code).value or ledger.phone_by_customer.get(who)
        card = ledger.card_by_phone.get(phone or "")
        main = card.phone if card and card.phone else phone
        self.numbers = {number for number, of in ledger.phone_by_customer.items() if main and of == main} | {who}
        every = [r for own in ledger.records.values() for r in own]
        records = [r for r in every if _is_of(ledger, r, main, self.numbers) or (not phone and _typed_as(r, who))]
        if not records:
            raise Refusal("erase.unknown", who=who)
        known = sorted(number for r in records if (number := getattr(r, "customer", None)))
        self.token = f"已删除{known[0] if known else ''}"
        self.rows = {(record.at.sheet, record.at.row) for record in records}
        self.number = _free_number(ledger, self.rows)
        phones = {str(p) for r in records for n in ("phone", "spare_phone") for p in _both(r, n)}
        # what leads to the customer wherever it stands: phones, and the car's plate and VIN
        self.traces: dict[str, str] = dict.fromkeys(phones, self.number)
        cars = {text.strip() for r in records for n in ("plate", "vin") if isinstance(text := _raw(r, n), str)}
        self.traces |= dict.fromkeys((text for text in cars if len(text) > 4), self.token)
        self.names: dict[str, str] = {}
        self._prose: dict[str, str] = {}
        shared = set(self._prose_of_others(ledger))
        for record in records:
            for column in record.form.columns:
                text = record.raw(column.name)
                if isinstance(text, str) and column.privacy is Privacy.NAME:
                    self.names.setdefault(text, self.token + (f"-{len(self.names) + 1}" if self.names else ""))
                elif isinstance(text, str) and column.privacy is Privacy.PROSE and text not in shared:
                    which = f"{self.token}-{len(self._prose) + 1}"
                    self._prose.setdefault(
                        text, which[3:] if len(text.strip()) < _SHORT else f"应要求删除的内容（{which}）"
                    )
        self.rows |= {(f.at.sheet, f.at.row) for f in ledger.of(FindingRow) if self._is_told_by(f)}

    def cell(self, cell: Cell, column: Column | None, header: str) -> Cell:
        """What shall stand in a cell of the customer's own rows; codes and figures stay, columns of the shop's own do not."""
        if column is None:
            return self.without(cell, self.traces | self.names) if header == CHECK_HEADER else None
        privacy = column.privacy
        if cell is None or (privacy is None and column.kind is not Kind.TEXT):
            return cell
        if privacy is Privacy.PHONE:
            return self.number if column.name == "phone" else None
        if privacy is Privacy.NAME:
            return self.names.get(str(cell), self.token)
        if privacy not in (None, Privacy.PROSE, Privacy.NUMBER):
            return None
        return self._prose.get(str(cell)) or self.without(cell, self.traces | self.names)

    def without(self, cell: Cell, secrets: Mapping[str, str]) -> Cell:
        """A cell in which texts are replaced wherever they stand."""
        if isinstance(cell, str):
            for secret in sorted(secrets, key=len, reverse=True):
                if len(secret) > 1:
                    cell = _written(secret).sub(secrets[secret], cell)
        return cell

    def _prose_of_others(self, ledger: Ledger) -> Iterator[Cell]:
        """Free texts that stand word for word in others' rows: they tell nothing of this customer."""
        for form in FORMS.values():
            columns = [column.name for column in form.columns if column.privacy is Privacy.PROSE]
            for record in ledger.of(form.record) if form.checked else ():
                if (record.at.sheet, record.at.row) not in self.rows:
                    yield from (record.raw(name) for name in columns)

    def _is_told_by(self, finding: FindingRow) -> bool:
        """Whether a finding points at a row of the customer, or shows one of the texts."""
        places = (_POINTED_AT.fullmatch(place or "") for place in (finding.link, finding.other))
        found = finding.found or ""
        return (
            any(at and (at[1], int(at[2])) in self.rows for at in places) or found in self._prose or found in self.names
        )


def _is_of(ledger: Ledger, record: Record, phone: str | None, numbers: set[str]) -> bool:
    if isinstance(record, Consultant):
        return False
    return getattr(record, "customer", None) in numbers or (phone is not None and ledger.phone_of(record) == phone)


def _typed_as(record: Record, who: str) -> bool:
    """Whether a row has as its phone what no rule takes for one."""
    typed = as_text(record.raw("phone")).strip() if "phone" in record.form.index else ""
    return typed != "" and typed == who.strip()


@cache
def _written(secret: str) -> re.Pattern[str]:
    """The ways to write a text: a number may have blanks, dots or dashes between its digits."""
    between = r"[\s.·_–—-]{0,2}" if secret.isdigit() else ""
    return re.compile(between.join(map(re.escape, secret)), re.IGNORECASE)


def _raw(record: Record, name: str) -> Cell:
    return record.raw(name) if name in record.form.index else None


def _both(record: Record, name: str) -> list[object]:
    """A phone as read and as typed."""
    return [
        value
        for value in (getattr(record, name, None), record.raw(name) if name in record.form.index else None)
        if value
    ]


def _is_name(column: Column | None) -> bool:
    return column is not None and column.privacy is Privacy.NAME


def _free_number(ledger: Ledger, rows: set[tuple[str, int]]) -> str:
    """A service number that nobody but these rows has, to stand for the phone."""
    others = (r for own in ledger.records.values() for r in own if (r.at.sheet, r.at.row) not in rows)
    taken = {getattr(record, "phone", None) for record in others}
    return next(number for n in range(1, 1_000_000) if (number := f"4000{n:06d}") not in taken)
