"""What people put right in how files were understood: kept per shop in the sheet 读入对照, or given in a file.

A line names a column by its header, and says in 改为 what it is: 来店登记.电话, or 不用. A line for a whole sheet says which
form it is; a line with a value says what the shop means by it (意向级别, Hot → H).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from xlcrm.forms.sheets import GRADE_SHEETS, ColumnReading
from xlcrm.intake.columns import Column
from xlcrm.intake.grid import Grid
from xlcrm.intake.kinds import KINDS, TableKind
from xlcrm.intake.lexicon import Means, squeezed
from xlcrm.ledger.ledger import Ledger

UNUSED = "不用"
WHOLE_SHEET = "（整张表）"
VALUE = "值"
"""What stands under 位置 of a line about a value."""


@dataclass(frozen=True)
class Corrections:
    """Headers → what they mean (``None``: not used), sheets → their kind, values → what they stand for."""

    columns: Mapping[str, Means | None] = field(default_factory=dict)
    kinds: Mapping[tuple[str, str], TableKind | None] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def column(self, column: Column) -> Column:
        """A column as the people say it is."""
        key = squeezed(column.source)
        if key not in self.columns:
            return column
        means = self.columns[key]
        return replace(
            column, means=means or Means.ASIDE, how="person" if means else "unused", ticked="", turn=0, care="", day=0
        )

    def kind(self, grid: Grid) -> TableKind | None:
        """The kind the people say a sheet is; ``None`` where they say nothing."""
        return self.kinds.get((grid.file, grid.sheet)) or self.kinds.get(("", grid.sheet))

    def value(self, header: str, text: str) -> str | None:
        """What the people say a value stands for."""
        return self.values.get((squeezed(header), squeezed(text)))


class MapLine(NamedTuple):
    """A line of 读入对照, or of a file for it: how a column, a sheet or a value was understood, and what it is instead."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    source: str = ""
    sample: str = ""
    target: str = ""
    how: str = ""
    instead: str = ""

    @property
    def about(self) -> tuple[str, str, str, str]:
        """What the line is about, whatever it says of it."""
        return self.file, self.sheet, self.source, self.sample if self.cell == VALUE else ""


HEADERS = tuple(column.header for column in ColumnReading.form.columns)
"""The headers of the sheet and of a file, in the order of ``MapLine``."""


def lines_of(ledger: Ledger) -> list[MapLine]:
    """The lines of 读入对照."""
    return [MapLine(*(line.shown(name) for name in MapLine._fields)) for line in ledger.of(ColumnReading)]


def corrections_of(lines: Iterable[MapLine]) -> tuple[Corrections, list[str]]:
    """The corrections of some lines, and what stands in 改为 that is not a form or column of ours; blank lines say nothing."""
    columns: dict[str, Means | None] = {}
    kinds: dict[tuple[str, str], TableKind | None] = {}
    values: dict[tuple[str, str], str] = {}
    unknown: list[str] = []
    for line in lines:
        instead = line.instead.strip()
        if not instead:
            continue
        if line.cell == VALUE:
            values[squeezed(line.source), squeezed(line.sample)] = instead
        elif line.source in (WHOLE_SHEET, ""):
            if instead in KINDS:
                kinds[line.file, line.sheet] = KINDS[instead]
            elif instead != UNUSED:
                unknown.append(instead)
        elif instead == UNUSED:
            columns[squeezed(line.source)] = None
        elif (means := meaning_of_target(instead)) is not None:
            columns[squeezed(line.source)] = means
        else:
            unknown.append(instead)
    return Corrections(columns, kinds, values), unknown


def meaning_of_target(target: str) -> Means | None:
    """来店登记.电话 → what a column must mean to be written there; a header alone is looked for in every form."""
    sheet, _, header = target.rpartition(".")
    if sheet in GRADE_SHEETS.values():
        sheet = "级别表"
    kinds = [KINDS[sheet]] if sheet in KINDS else KINDS.values() if not sheet else ()
    for kind in kinds:
        for means, (record, name) in kind.targets.items():
            if record.form.by_name[name].header == header:
                return means
    return None
