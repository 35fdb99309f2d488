"""The ground faults are planted in: a copy of the sheets, and places remembered however rows move."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from xlcrm.demo.store import Row, Sheets


class NoPlace(LookupError):
    """A store has no (more) place for a fault."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Where a fault must be found: rule or relation, sheet, data row counted from 1 below the header, header."""

    code: str
    sheet: str
    row: int
    header: str


Place = tuple[str, str, Row, str]
"""Code, sheet, the row itself, header: what becomes a ``Planted`` when everything is planted."""
Fits = Callable[[Row], bool]


class Bed:
    """A copy of a store's sheets to plant in. No row and no customer is used twice, so that faults keep apart."""

    def __init__(self, sheets: Sheets, seed: int) -> None:
        self.rng = random.Random(seed)
        self.sheets: Sheets = {sheet: [dict(row) for row in rows] for sheet, rows in sheets.items()}
        self.places: list[Place] = []
        self._used_rows: set[int] = set()
        self._used_phones: set[str] = set()
        self._phones = {str(row["客户编号"]): str(row["电话"]) for row in sheets["客户卡"] if "客户编号" in row}

    def phone_of(self, row: Row) -> str | None:
        """The customer of a row, by phone or by 客户编号."""
        phone = row.get("电话")
        return str(phone) if phone else self._phones.get(str(row.get("客户编号")))

    def free(self, sheet: str, fits: Fits) -> list[Row]:
        """Rows of a sheet that fit and are not used, nor their customers."""
        return [
            row
            for row in self.sheets[sheet]
            if id(row) not in self._used_rows and self.phone_of(row) not in self._used_phones and fits(row)
        ]

    def pick(self, sheet: str, fits: Fits) -> Row:
        """A free row, from now on used, and its customer with it. Raises ``NoPlace`` when there is none."""
        rows = self.free(sheet, fits)
        if not rows:
            raise NoPlace(f"no row in {sheet} to plant this fault in")
        return self.use(self.rng.choice(rows))

    def use(self, row: Row) -> Row:
        """Mark a row and its customer as used."""
        self._used_rows.add(id(row))
        phone = self.phone_of(row)
        if phone is not None:
            self._used_phones.add(phone)
        return row

    def add(self, sheet: str, row: Row) -> Row:
        """A new row at the foot of a sheet, in use."""
        self.sheets[sheet].append(row)
        return self.use(row)

    def remove(self, sheet: str, row: Row) -> None:
        """Take a row out of a sheet."""
        self.sheets[sheet] = [other for other in self.sheets[sheet] if other is not row]

    def mark(self, code: str, sheet: str, row: Row, header: str) -> None:
        """Note where a fault must be found."""
        self.places.append((code, sheet, row, header))

    def planted(self) -> list[Planted]:
        """Every noted place, rows counted as they stand now."""
        numbers = {id(row): number for rows in self.sheets.values() for number, row in enumerate(rows, start=1)}
        return [Planted(code, sheet, numbers[id(row)], header) for code, sheet, row, header in self.places]
