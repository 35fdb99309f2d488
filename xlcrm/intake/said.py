"""What an import says to people: sentences for the message, and how every sheet was understood, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlcrm.catalogue import Lang
from xlcrm.catalogue import intake as words
from xlcrm.findings import Finding, Severity
from xlcrm.intake.corrections import UNUSED, lines_of
from xlcrm.intake.outcome import TableRead, reason_of
from xlcrm.intake.take import Intake
from xlcrm.ledger.ledger import Ledger

_NAMED = 12


def imported(found: Intake, findings: Sequence[Finding], lang: Lang) -> list[str]:
    """What was read in, what was added besides, and where to look."""
    if not found.entries:
        return [words.NOTHING_FOUND.say(lang, sheets=_listed([f"{read.file} {read.sheet}" for read in found.tables]))]
    if not found.is_new:
        return [words.NOTHING_NEW.say(lang)]
    counts = {outcome: found.count(outcome) for outcome in ("imported", "duplicate", "listed")}
    said = [words.IMPORTED.say(lang, **_size(found), **counts)]
    if found.staff:
        said.append(words.STAFF.say(lang, count=len(found.staff), names=_listed(found.staff)))
    if found.codes:
        said.append(words.CODES.say(lang, count=len(found.codes), names=_listed([code for _, code in found.codes])))
    if found.shared:
        names = [f"{phone[-4:]} {one}/{other}" for phone, one, other in found.shared]
        said.append(words.SHARED.say(lang, count=len(found.shared), names=_listed(names)))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = sum(finding.severity is Severity.WARNING for finding in findings)
    if errors or warnings:
        said.append(words.FINDINGS.say(lang, errors=errors, warnings=warnings))
    return [*said, words.LOOK.say(lang)]


def previewed(found: Intake, lang: Lang) -> list[str]:
    """What was understood, before anything is read in."""
    return [words.PREVIEW.say(lang, **_size(found))]


def is_seen(ledger: Ledger, found: Intake) -> bool:
    """Whether 读入对照 already shows how these files are understood."""
    seen = {(line.file, line.sheet, line.source) for line in lines_of(ledger)}
    return all((line.file, line.sheet, line.source) in seen for line in found.mapping)


def understood(found: Intake, lang: Lang) -> Iterator[str]:
    """For each table a line, its columns with what they were read as, how that is known and samples, and what to know."""
    for read in found.tables:
        if read.kind is None:
            yield f"【{read.file}】{read.sheet}：{words.NOBODY.say(lang)}"
            continue
        table = words.TABLE if read.header_row else words.CARD_TABLE
        counts = {outcome: read.counts.get(outcome, 0) for outcome in ("imported", "duplicate", "listed")}
        rows = read.counts.get("read", 0)
        yield table.say(
            lang, file=read.file, sheet=read.sheet, kind=read.kind, header=read.header_row, rows=rows, **counts
        )
        yield from (f"  {line}" for line in _columns(read, lang))
        yield from (f"  ! {words.NOTES[key].say(lang, **about)}" for key, about in read.notes)
    yield from _listed_rows(found, lang)


def _columns(read: TableRead, lang: Lang) -> Iterator[str]:
    days = [column for column in read.columns if column.how == "grid"]
    for column in read.columns:
        if column in days[1:]:
            continue
        source = f"{days[0].source}…{days[-1].source}" if column in days else column.source
        shown = f"（{_masked(column.sample)}）" if column.sample else ""
        how = words.HOW[column.how].say(lang)
        yield f"{column.at:>3} {source} → {column.target or UNUSED}　{how}{shown}"


def _listed_rows(found: Intake, lang: Lang) -> Iterator[str]:
    """Rows that were not taken in, by reason."""
    by_reason: dict[str, list[str]] = {}
    for entry in found.entries:
        if entry.outcome == "listed" and entry.is_new:
            by_reason.setdefault(reason_of(entry, lang), []).append(f"{entry.place.sheet}!{entry.place.row}")
    for reason, places in by_reason.items():
        yield f"{reason}：{_listed(places)}"


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def _masked(sample: str) -> str:
    """Samples for a terminal: of a phone the middle is hidden."""
    return re.sub(r"(?<!\d)(1\d{2})[-\s]?\d{4}[-\s]?(\d{4})(?!\d)", r"\1****\2", sample)


def _size(found: Intake) -> dict[str, int]:
    files = {read.file for read in found.tables}
    sheets = {(read.file, read.sheet) for read in found.tables}
    return {"files": len(files), "sheets": len(sheets), "rows": len(found.entries)}
