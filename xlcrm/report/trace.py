"""The sheet 明细: every row the KPIs count, with the amount it adds to each measure, and formulas that add them up again.

No name and no phone stands here: the sheet, the row, the day and the consultant lead back to the book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlcrm.analysis.facts import Fact, Facts, Measure
from xlcrm.analysis.figures import NOTHING, Unit
from xlcrm.analysis.kpis import Kpi
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms import FORMS, letters
from xlcrm.look import Formats
from xlcrm.report.style import DATE, FRAME, HEADER, Shown, header_width, put

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LEADING = ("sheet", "row", "day", "consultant", "source", "model", "grade")
_WIDTHS = (11, 7, 8, 11, 14, 14, 6)
_GRADE = _LEADING.index("grade")

_Row = tuple[str, int, dt.date, str, str, str, str]


@dataclass(frozen=True)
class Trace:
    """The facts behind some KPIs as rows of a sheet; ``name`` is the sheet's."""

    name: str
    kpis: Sequence[Kpi]
    facts: Facts

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures with a column, in the order the KPIs name them."""
        return tuple(dict.fromkeys(m for kpi in self.kpis for m in (*kpi.numerators, *kpi.denominators)))

    @cached_property
    def rows(self) -> dict[_Row, dict[Measure, int]]:
        """What each row of the books adds, in the order of the book."""
        found: dict[_Row, dict[Measure, int]] = {}
        for fact in self.facts.of(*self.measures):
            amounts = found.setdefault(_row(fact), {})
            amounts[fact.measure] = amounts.get(fact.measure, 0) + fact.amount
        sheets = {sheet: place for place, sheet in enumerate(FORMS)}
        return dict(sorted(found.items(), key=lambda item: (sheets[item[0][0]], *item[0][1:])))

    def write(self, sheet: Worksheet, make: Formats, lang: Lang) -> None:
        """Write the sheet: one header row, then a line for every row counted."""
        headers = (*_LEADING, *(measure.value for measure in self.measures))
        for column, header in enumerate(headers):
            label = LABELS[header].say(lang)
            sheet.write_string(0, column, label, make(**HEADER, **FRAME))
            width = _WIDTHS[column] if column < len(_WIDTHS) else header_width(label)
            sheet.set_column(column, column, width)
        plain, dated = make(), make(num_format=DATE, align="center")
        for line, (row, amounts) in enumerate(self.rows.items(), start=1):
            shown: Sequence[Shown] = row
            for column, value in enumerate(shown):
                put(sheet, line, column, value, dated if isinstance(value, dt.date) else plain)
            for measure, amount in amounts.items():
                sheet.write_number(line, self._column(measure), amount, plain)
        sheet.set_row(0, 30)
        sheet.freeze_panes(1, len(_LEADING))
        sheet.autofilter(0, 0, len(self.rows), len(headers) - 1)
        sheet.repeat_rows(0)

    def formula(self, kpi: Kpi, small: int) -> str:
        """An Excel formula that computes a KPI from the sheet, and shows it as ``Figure`` does."""
        top, bottom = self._sum(kpi, kpi.numerators), self._sum(kpi, kpi.denominators)
        if kpi.middle:
            amounts = self._range(self._column(kpi.numerators[0]))
            return f'=IF(COUNT({amounts})=0,"{NOTHING}",MEDIAN({amounts}))'
        if not kpi.denominators:
            return f"={top}"
        rate = f"({top})/({bottom})"
        if kpi.unit is Unit.PERCENT:
            rate = f'IF({bottom}<{small},({top})&"/"&({bottom}),{rate})'
        return f'=IF({bottom}=0,"{NOTHING}",{rate})'

    def _sum(self, kpi: Kpi, measures: tuple[Measure, ...]) -> str:
        ranges = [self._range(self._column(measure)) for measure in measures]
        if kpi.grade:
            grades = self._range(_GRADE)
            return "+".join(f'SUMIFS({amounts},{grades},"{kpi.grade}")' for amounts in ranges)
        return f"SUM({','.join(ranges)})"

    def _column(self, measure: Measure) -> int:
        return len(_LEADING) + self.measures.index(measure)

    def _range(self, column: int) -> str:
        name = letters(column + 1)
        return f"'{self.name}'!${name}$2:${name}${max(2, len(self.rows) + 1)}"


def _row(fact: Fact) -> _Row:
    at = fact.record.at
    return at.sheet, at.row, fact.on, fact.consultant, fact.source, fact.model, fact.grade
