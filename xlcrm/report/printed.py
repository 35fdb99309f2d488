"""How a table is printed: without the columns nobody reads, and with blanks where nearly everything is 0."""

from __future__ import annotations

from collections.abc import Sequence

from xlcrm.analysis.figures import Content, Table
from xlcrm.report.charts import SKETCHES

_PLUMBING = ("below", "above")
"""Columns for programs that draw."""
_MEANT = "difference"
"""A column whose 0 says something."""
_SPARSE = frozenset(
    (
        "visits_by_hour",
        "calls_by_hour",
        "grade_matrix",
        "balance",
        "balance_by_consultant",
        "stock_flow",
        "unkept_by_consultant",
        "rival_reasons",
        "losses_by_reason",
        "losses_by_rival",
        "losses_by_consultant",
        "losses_by_grade",
        "subjective_by_consultant",
        "findings_by_code",
        "findings_by_person",
        *(
            "handling_by_person",
            "differences_by_person",
            "warnings_by_kind",
            "grade_outcomes",
            "background",
            "traffic_by_day",
        ),
    )
)
"""Tables most of whose counts are 0."""


def as_drawn(table: Table) -> Table:
    """The table without the columns that only programs need."""
    return _with_columns(table, [header not in _PLUMBING for header in table.headers])


def as_printed(table: Table) -> Table:
    """The table as paper shows it; its chart finds its columns in it."""
    if table.key not in _SPARSE or not table.rows:
        return as_drawn(table)
    rows = [*table.rows, *([table.total] if table.total else [])]
    needed = (*(SKETCHES[table.key].series if table.key in SKETCHES else ()), _MEANT)
    kept = [
        header in needed or any(row[place] not in (0, None) for row in rows)
        for place, header in enumerate(table.headers)
    ]

    def without_zeros(row: tuple[Content, ...]) -> tuple[Content, ...]:
        cells = zip(row, table.headers, strict=True)
        return tuple(None if cell == 0 and header != _MEANT else cell for cell, header in cells)

    total = without_zeros(table.total) if table.total else None
    return _with_columns(table._replace(rows=tuple(map(without_zeros, table.rows)), total=total), kept)


def _with_columns(table: Table, kept: Sequence[bool]) -> Table:
    def pick(row: tuple[Content, ...]) -> tuple[Content, ...]:
        return tuple(cell for cell, is_kept in zip(row, kept, strict=True) if is_kept)

    headers = tuple(header for header, is_kept in zip(table.headers, kept, strict=True) if is_kept)
    return table._replace(headers=headers, rows=tuple(map(pick, table.rows)), total=table.total and pick(table.total))
