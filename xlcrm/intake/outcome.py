"""What an import comes to: how every sheet was understood, and what became of every row. Data, for people and for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from xlcrm.catalogue import Lang
from xlcrm.catalogue.intake import REASONS, WHERE
from xlcrm.forms.schema import Cell, Record

Outcome = Literal["imported", "duplicate", "listed"]


DUPLICATE, LISTED = "重复", "未读入"
"""What the sheet 读入结果 calls the outcomes."""
NOT_A_DUPLICATE = "不是重复"
"""What people write under 处理 of a row that was passed over as a duplicate."""


class SourceRow(NamedTuple):
    """A row of a file, or of the book."""

    file: str
    sheet: str
    row: int


@dataclass(slots=True)
class Draft:
    """A row to be written: its form, its fields, and, once decided, the worksheet row it gets (0: it is not written).

    One that is ``written`` holds its cells by header there, and no fields.
    """

    record: type[Record]
    fields: dict[str, Cell]
    row: int = 0
    written: Mapping[str, Cell] | None = None

    @property
    def sheet(self) -> str:
        return self.record.form.sheet

    def shown(self) -> dict[str, Cell]:
        """The filled cells by header."""
        if self.written is not None:
            return {header: value for header, value in self.written.items() if value is not None}
        names = self.record.form.by_name
        return {names[name].header: value for name, value in self.fields.items() if value is not None}


@dataclass(slots=True)
class Who:
    """Whom a row is about, as far as it says: ``phone`` is one that was read, ``typed`` what stood there otherwise."""

    name: str = ""
    phone: str = ""
    spare: str = ""
    typed: str = ""
    plate: str = ""
    vin: str = ""


NOBODY = Who()
_NOTHING: Mapping[str, object] = {}
_NO_CELLS: Mapping[str, Cell] = {}

Holder = Draft | Record
"""A row that stands: one this import makes, or one of the book."""


@dataclass(slots=True)
class Entry:
    """A source row: what it says, what it makes, and what became of it.

    ``drafts`` are the rows it makes, the main one first; ``others`` are further customers it names. ``main`` is the row it
    became, which an earlier row may have made or the book have held. ``rest`` is what no column of ours takes, as texts.
    ``mark`` identifies the row when it is read again. ``reason`` is a key of ``catalogue.intake.REASONS``.
    """

    place: SourceRow
    kind: str | None
    who: Who = field(default_factory=Who)
    drafts: list[Draft] = field(default_factory=list)
    others: Sequence[Who] = ()
    rest: Sequence[str] = ()
    outcome: Outcome = "listed"
    reason: str = ""
    about: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    customer: str = ""
    of: SourceRow | None = None
    filled: Mapping[str, Cell] = field(default_factory=lambda: _NO_CELLS)
    mark: str = ""
    main: Holder | None = None
    is_new: bool = True
    """Whether no earlier import read it; no second line is written of one that was."""
    is_ruled: bool = False
    """Whether people said that it is not a duplicate."""

    def keep(self, *texts: str) -> None:
        """Put texts to what no column of ours takes. Most rows have none: nothing of their own is held for it."""
        self.rest = (*self.rest, *texts)


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """How a column was understood: ``target`` is "sheet.column" or "", ``how`` a key of ``catalogue.intake.HOW``."""

    at: str
    source: str
    target: str
    how: str
    sample: str = ""


@dataclass(frozen=True)
class TableRead:
    """How a table was understood. ``notes`` are (key, about) of what a person should know of it."""

    file: str
    sheet: str
    kind: str | None
    header_row: int | None
    columns: tuple[ColumnRead, ...]
    counts: Mapping[str, int]
    notes: tuple[tuple[str, Mapping[str, object]], ...] = ()


def reason_of(entry: Entry, lang: Lang) -> str:
    """Why a row was not imported, or what it repeats, in words; "" for one that was imported."""
    if not entry.reason:
        return ""
    of = WHERE.say(lang, **entry.of._asdict()) if entry.of else ""
    return REASONS[entry.reason].say(lang, of=of, **entry.about)
