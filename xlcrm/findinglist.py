"""Where staff read findings: the sheet 问题清单 and the column 检查结果."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xlcrm.catalogue import Lang
from xlcrm.catalogue.findings import SEVERITIES, brief, expected, remedy
from xlcrm.changes import Changes, Link, Value, linked, moved_row, shops_own
from xlcrm.findings import Finding, Severity, Spot
from xlcrm.forms.schema import CHECK_HEADER, as_text
from xlcrm.forms.sheets import FORMS, FindingRow
from xlcrm.ledger.ledger import Ledger


def write_checks(changes: Changes, ledger: Ledger, findings: Iterable[Finding], lang: Lang) -> None:
    """检查结果: what is wrong with each row, the gravest first; blank for a row without a fault.

    What stands outside the rows (a filter in the header, a formula far below) has no cell for it.
    A mark of approval would outlive the next edit of its row, so there is none.
    """
    by_row: dict[tuple[str, int], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: list(Severity).index(f.severity)):
        by_row.setdefault((finding.at.sheet, finding.at.row), []).append(finding)
    for sheet, block in ledger.blocks.items():
        if FORMS[sheet].checked:
            now = ledger.checks[sheet]
            rows = range(block.row + 1, block.row + 1 + len(block.rows))
            texts = {
                row: "；".join(brief(f, lang) for f in own)
                for (on, row), own in by_row.items()
                if on == sheet and row in rows
            }
            for row in texts.keys() | now.keys():
                if texts.get(row) != now.get(row):
                    changes.put(sheet, row, CHECK_HEADER, texts.get(row))


def list_findings(
    changes: Changes, ledger: Ledger, findings: Iterable[Finding], codes: tuple[str, ...], lang: Lang
) -> None:
    """Put the findings into 问题清单 in place of the verb's own earlier ones; those of other verbs stay.

    What staff wrote beside a finding, in columns of their own, stays with it.
    """
    standing = ledger.of(FindingRow)
    kept = [r for r in standing if not (r.code or "").startswith(codes)]
    rows = [_shown(finding, lang) for finding in findings] + [_again(row) for row in kept]
    changes.replace(FindingRow.form.sheet, _with_notes(ledger, rows, standing))


def _with_notes(
    ledger: Ledger, rows: Iterable[dict[str, Value]], standing: Iterable[FindingRow]
) -> Iterator[Mapping[str, Value]]:
    """The new rows, each with the cells of the shop's own columns that stood beside the same finding."""
    block = ledger.blocks[FindingRow.form.sheet]
    own = shops_own(block)
    noted: dict[tuple[str, ...], list[tuple[int, dict[str, Value]]]] = {}
    for record in standing if own else ():
        cells = block.rows[record.at.row - block.row - 1]
        notes: dict[str, Value] = {header: cells[at] for header, at in own.items() if cells[at] is not None}
        if notes:
            key = _identity(record.cells(**{name: record.raw(name) for name in _SAME}))
            noted.setdefault(key, []).append((record.at.row, notes))
    for values in rows:
        beside = noted.get(_identity(values))
        if beside:
            row, notes = beside.pop(0)
            yield moved_row(block, row, {**values, **notes})
        else:
            yield values


_SAME = ("code", "link", "header", "found")
"""By these a finding is the same as one that stood in the list."""
_SAME_HEADERS = [FindingRow.form.by_name[name].header for name in _SAME]


def _identity(values: Mapping[str, Value]) -> tuple[str, ...]:
    cells = (values.get(header) for header in _SAME_HEADERS)
    return tuple(cell.text if isinstance(cell, Link) else as_text(cell) if cell is not None else "" for cell in cells)


def _shown(finding: Finding, lang: Lang) -> dict[str, Value]:
    return FindingRow.cells(
        code=finding.code,
        severity=SEVERITIES[finding.severity],
        kind=finding.kind.value if finding.kind else None,
        link=_link(finding.at),
        header=finding.at.header or None,
        found=finding.found or None,
        expected=expected(finding, lang),
        remedy=remedy(finding, lang),
        person=finding.person or None,
        other=_link(finding.other) if finding.other else None,
    )


def _link(at: Spot) -> Link:
    return Link(at.sheet, at.cell, f"{at.sheet}!{at.cell}")


def _again(row: FindingRow) -> dict[str, Value]:
    """A row of 问题清单 as it stands, its links made from their text."""
    return linked({c.header: row.raw(c.name) for c in row.form.columns})
