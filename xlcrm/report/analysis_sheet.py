"""The values of the sheet 月度分析; titles, frames, formats and charts stand in the template already.

So live Excel, files and other spreadsheet programs, which cannot draw alike, only ever write values.
"""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.analysis.figures import Content, Ratio, fill
from xlcrm.analysis.month import Month
from xlcrm.catalogue.labels import SENTENCES
from xlcrm.changes import Value
from xlcrm.forms.schema import letters
from xlcrm.report.analysis_ranges import (
    COUNT_COLUMNS,
    HEADING_ROW,
    KPIS_ROW,
    LANG,
    NOTE_ROW,
    RATE_COLUMNS,
    SENTENCE_ROWS,
    SENTENCES_ROW,
    Slot,
    counts_of,
    rates_of,
    slots,
)
from xlcrm.report.style import (
    figure_cell,
    heading,
    note,
    shown,
)


def headings() -> dict[str, str]:
    """Where the template drew the heading of each table: address → text. A sheet of another layout has others there."""
    return {_address(slot.title, 0): slot.heading for slot in slots()}


def values(month: Month) -> dict[str, Value]:
    """What to write: every cell of every fixed range, blank ones included, so that an older month leaves nothing."""
    cells: dict[str, Value] = {
        _address(HEADING_ROW, 0): heading(month, LANG),
        _address(NOTE_ROW, 0): note(month, LANG),
    }
    sentences = [sentence.say(LANG) for sentence in month.sentences]
    for i in range(SENTENCE_ROWS):
        cells[_address(SENTENCES_ROW + i, 0)] = sentences[i] if i < len(sentences) else None
    for columns, figures in ((COUNT_COLUMNS, counts_of(month)), (RATE_COLUMNS, rates_of(month))):
        for row, figure in enumerate(figures, start=KPIS_ROW + 2):
            shows: dict[str, Value] = {
                "value": figure_cell(figure, figure.now),
                "numerator": figure.numerator,
                "denominator": figure.denominator,
                "previous": figure_cell(figure, figure.last),
                "mean3": figure_cell(figure, figure.three),
                "year": figure_cell(figure, figure.year),
                "formula": figure.formula.say(LANG),
            }
            cells |= {_address(row, columns[header][0]): value for header, value in shows.items() if header in columns}
    for slot in slots():
        cells |= dict(_table_values(slot, month))
    return cells


def _table_values(slot: Slot, month: Month) -> Iterator[tuple[str, Value]]:
    table = month.table(slot.table.key)
    rows: list[tuple[Content, ...]] = list(table.rows)
    if len(rows) > slot.room:
        rows = [*rows[: slot.room - 1], _together(table.headers, rows[slot.room - 1 :])]
    lines = [(slot.first + i, rows[i] if i < len(rows) else None) for i in range(slot.room)]
    if slot.has_total:
        lines.insert(0, (slot.header + 1, table.total))
    for row, content in lines:
        known = dict(zip(table.headers, content, strict=True)) if content else {}
        for header, column in zip(slot.table.headers, slot.columns, strict=True):
            cell = shown(known.get(header), month.settings.small_number, LANG, None, table.both_sides)
            yield _address(row, column), cell


_UNSUMMED = ("rank", "elapsed", "working")


def _together(headers: tuple[str, ...], rows: list[tuple[Content, ...]]) -> tuple[Content, ...]:
    """The rows there is no room for, as one: counts and rates are added up, the rest is left blank."""
    merged: list[Content] = []
    for header, column in zip(headers, zip(*rows, strict=True), strict=True):
        if header in _UNSUMMED:
            merged.append(None)
        elif all(isinstance(cell, Ratio) for cell in column):
            ratios = [cell for cell in column if isinstance(cell, Ratio)]
            merged.append(Ratio(sum(r.numerator for r in ratios), sum(r.denominator or 0 for r in ratios)))
        elif all(isinstance(cell, int) for cell in column):
            merged.append(sum(cell for cell in column if isinstance(cell, int)))
        else:
            merged.append(None)
    merged[0] = fill(SENTENCES["others"], {"count": len(rows)})
    return tuple(merged)


def _address(row: int, column: int) -> str:
    return f"{letters(column + 1)}{row + 1}"
