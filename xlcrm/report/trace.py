"""The sheet 明细: every fact the KPIs count, a line each, and the formulas that add them up again.

The lines of a measure stand together, so that a figure can link to the rows behind it. Sheet and row lead back to the book;
customers' names are masked as everywhere, and no phone stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlcrm.analysis.facts import Fact, Facts, Measure
from xlcrm.analysis.figures import NOTHING, Name, Unit
from xlcrm.analysis.kpis import Kpi
from xlcrm.catalogue import Lang
from xlcrm.catalogue.labels import LABELS, SENTENCES
from xlcrm.forms.schema import letters
from xlcrm.forms.sheets import FORMS
from xlcrm.report.look import Formats, display_width
from xlcrm.report.style import DATE, FRAME, HEADER, LINK, NOTE, Shown, not_printed, safe, shown
from xlcrm.safety.privacy import Veil

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from xlcrm.report.quicksheet import QuickSheet

_HEADERS = ("measure", "sheet", "row", "day", "name", "consultant", "source", "model", "grade", "amount")
_WIDTHS = (18, 11, 7, 8, 10, 11, 14, 14, 7, 8)
_MEASURE, _GRADE, _AMOUNT = (_HEADERS.index(header) for header in ("measure", "grade", "amount"))
_FIRST = 2
"""Row of the first line, from 0, below the note and the header."""


@dataclass(frozen=True)
class Trace:
    """The facts behind some KPIs as lines of a sheet; ``name`` is the sheet's."""

    name: str
    kpis: Sequence[Kpi]
    facts: Facts
    lang: Lang

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures with lines, in the order the KPIs name them."""
        return tuple(dict.fromkeys(m for kpi in self.kpis for m in kpi.measures))

    @cached_property
    def lines(self) -> dict[Measure, list[Fact]]:
        """The facts of every measure, by grade and in the order of the book."""
        sheets = {sheet: place for place, sheet in enumerate(FORMS)}
        return {
            measure: sorted(
                self.facts.of(measure), key=lambda f: (f.grade, sheets[f.record.at.sheet], f.record.at.row, f.on)
            )
            for measure in self.measures
        }

    @cached_property
    def count(self) -> int:
        """Lines of the sheet."""
        return sum(map(len, self.lines.values()))

    @cached_property
    def _starts(self) -> dict[Measure, int]:
        starts, row = {}, _FIRST
        for measure, facts in self.lines.items():
            starts[measure] = row
            row += len(facts)
        return starts

    def write(self, sheet: QuickSheet, make: Formats, veil: Veil | None, front: str) -> None:
        """Write the sheet: what it is, one header row, then a line for every fact; nothing of it is printed.

        ``front`` is the name of the first page, to which a link leads back.
        """
        sheet.write_string(0, 0, SENTENCES["trace_note"].say(self.lang, count=self.count), make(**NOTE))
        back = SENTENCES["to_front"].say(self.lang, page=front)
        sheet.write_url(0, len(_HEADERS), f"internal:'{front}'!A1", make(**LINK), string=back)
        sheet.set_column(len(_HEADERS), len(_HEADERS), display_width(back) + 2)
        for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
            sheet.write_string(1, column, LABELS[header].say(self.lang), make(**HEADER, **FRAME))
            sheet.set_column(column, column, width)
        sheet.lines(_FIRST, self._values(veil), _Looks(make).__getitem__)
        sheet.freeze_panes(_FIRST, 1)
        sheet.autofilter(1, 0, self._last, len(_HEADERS) - 1)
        not_printed(sheet, len(_HEADERS) + 1)

    def _values(self, veil: Veil | None) -> Iterator[tuple[Shown, ...]]:
        """The values of every line, as they are shown."""
        over, names = _Over(self.lang, veil, str), _Over(self.lang, veil, Name)
        for measure, facts in self.lines.items():
            label = LABELS[measure.value].say(self.lang)
            for fact in facts:
                record = fact.record
                name = names[getattr(record, "name", None) or ""]
                about = (over[fact.consultant], over[fact.source], over[fact.model])
                yield label, record.at.sheet, record.at.row, fact.on, name, *about, fact.grade, fact.amount

    def formula(self, kpi: Kpi, small: int) -> str:
        """An Excel formula that computes a KPI from the sheet, and shows it as ``Figure`` does."""
        top, bottom = self._sum(kpi, kpi.numerators), self._sum(kpi, kpi.denominators)
        if kpi.middle:
            [measure] = kpi.numerators
            first, last = self._block(measure)
            amounts = f"'{self.name}'!${letters(_AMOUNT + 1)}${first}:${letters(_AMOUNT + 1)}${last}"
            return f'=IF(COUNT({amounts})=0,"{NOTHING}",MEDIAN({amounts}))' if self.lines[measure] else f'="{NOTHING}"'
        if kpi.less:
            off = self._sum(kpi, kpi.less)
            return f'=IF({off}=0,"{NOTHING}",{top}-({off}))'
        if not kpi.denominators:
            return f"={top}"
        if kpi.of_mean:
            bottom = f"({bottom})/{len(kpi.denominators)}"
        rate = f"({top})/({bottom})"
        if kpi.unit is Unit.PERCENT:
            rate = f'IF({bottom}<{small},({top})&"/"&({bottom}),{rate})'
        return f'=IF({bottom}=0,"{NOTHING}",{rate})'

    def link(self, measures: Sequence[Measure], grade: str | None = None) -> str | None:
        """A link to the lines of some measures, of one grade if asked; ``None`` where there is none.

        The measures of one sum stand one below the other, in the order the KPIs name them first.
        """
        own = [m for m in measures if any(fact.grade == (grade or fact.grade) for fact in self.lines[m])]
        if not own:
            return None
        blocks = [self._block(measure, grade) for measure in own]
        first, last = min(first for first, _ in blocks), max(last for _, last in blocks)
        return f"internal:'{self.name}'!A{first}:{letters(len(_HEADERS))}{last}"

    def _block(self, measure: Measure, grade: str | None = None) -> tuple[int, int]:
        """The first and last row of a measure's lines as the sheet numbers them."""
        facts = self.lines[measure]
        start = self._starts[measure] + 1
        if grade is None:
            return start, start + max(len(facts) - 1, 0)
        own = [line for line, fact in enumerate(facts) if fact.grade == grade] or [0]
        return start + own[0], start + own[-1]

    def _sum(self, kpi: Kpi, measures: tuple[Measure, ...]) -> str:
        amounts, names, grades = (self._range(column) for column in (_AMOUNT, _MEASURE, _GRADE))
        of_grade = f',{grades},"{kpi.grade}"' if kpi.grade else ""
        labels = (LABELS[measure.value].say(self.lang) for measure in measures)
        return "+".join(f'SUMIFS({amounts},{names},"{label}"{of_grade})' for label in labels)

    @property
    def _last(self) -> int:
        return max(_FIRST, _FIRST + self.count - 1)

    def _range(self, column: int) -> str:
        name = letters(column + 1)
        return f"'{self.name}'!${name}${_FIRST + 1}:${name}${self._last + 1}"


class _Over(dict[str, Shown]):
    """How each text of a workbook is shown, read as what it is: most stand in thousands of lines."""

    def __init__(self, lang: Lang, veil: Veil | None, read: type[str]) -> None:
        super().__init__()
        self._lang, self._veil, self._read = lang, veil, read

    def __missing__(self, text: str) -> Shown:
        self[text] = found = shown(self._read(text), 0, self._lang, self._veil)
        return found


class _Looks(dict[Shown, "Format"]):
    """The look of every value of the sheet, made when it is first met: equal ones look alike."""

    def __init__(self, make: Formats) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Shown) -> Format:
        dated = {"num_format": DATE, "align": "center"} if isinstance(value, dt.date) else {}
        self[value] = look = self._make(**safe(dated, value))
        return look
