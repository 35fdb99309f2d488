"""What a consultant reads of the file he sent: the receipt (回执), as text to paste into a chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xlcrm.catalogue import Lang
from xlcrm.catalogue import hands as words
from xlcrm.catalogue.findings import brief
from xlcrm.findings import Finding, Severity
from xlcrm.forms.schema import Record, as_text
from xlcrm.forms.sheets import Loss
from xlcrm.hands.collect import Merged, Taken
from xlcrm.hands.discretion import Discretion
from xlcrm.hands.returned import ReturnedRow
from xlcrm.ledger.ledger import Ledger


@dataclass(frozen=True)
class Receipt:
    """What became of one file, in numbers and in words; ``text`` is for the consultant."""

    file: str
    consultant: str
    new: int
    changed: int
    duplicate: int
    conflict: int
    clash: int
    wrong: int
    faults: int
    text: str


def receipts(files: Sequence[Merged], after: Ledger, findings: Sequence[Finding], lang: Lang) -> list[Receipt]:
    """A receipt for each file; ``after`` is the book once everything is written, ``findings`` those of its logs."""
    by_row: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        by_row.setdefault((finding.at.sheet, finding.at.row), []).append(finding)
    book = _Book(after, by_row)
    return [_receipt(merged, book, lang) for merged in files]


def summary(made: Sequence[Receipt], is_new: bool, findings: Sequence[Finding], lang: Lang) -> list[str]:
    """What the clerk reads: the sum, where to decide, and the receipts."""
    if not is_new and not any(one.conflict or one.wrong for one in made):
        said = [words.NOTHING_NEW.say(lang, files=len(made))]
    else:
        names = ("new", "changed", "duplicate", "conflict", "wrong")
        counts = {name: sum(getattr(one, name) for one in made) for name in names}
        said = [words.COLLECTED.say(lang, files=len(made), **counts)]
        if counts["conflict"]:
            said.append(words.SEE_CONFLICTS.say(lang))
        counted = Counter(finding.severity for finding in findings)
        errors, warnings = counted[Severity.ERROR], counted[Severity.WARNING]
        if is_new and (errors or warnings):
            said.append(words.FINDINGS.say(lang, errors=errors, warnings=warnings))
    return [*said, *("\n" + one.text for one in made)]


@dataclass(frozen=True)
class _Book:
    """The book as the files leave it."""

    ledger: Ledger
    findings: Mapping[tuple[str, int], Sequence[Finding]]

    @cached_property
    def rows(self) -> Mapping[tuple[str, int], Record]:
        return {(sheet, row.at.row): row for sheet, own in self.ledger.records.items() for row in own}

    @cached_property
    def discretion(self) -> Discretion:
        return Discretion(self.ledger)

    def errors(self, taken: Taken, lang: Lang) -> Iterator[str]:
        """What is wrong with a row that was taken."""
        for finding in self.findings.get((taken.form.sheet, taken.line.row), ()):
            if finding.severity is Severity.ERROR:
                yield brief(finding, lang)

    def first_with(self, taken: Taken, consultant: str) -> tuple[str, str] | None:
        """Who of the others registered the customer of a row first, and the day ("" where it is not known)."""
        row = self.rows.get((taken.form.sheet, taken.line.row))
        customer = self.ledger.customers.of(row) if row is not None and not isinstance(row, Loss) else None
        if customer is None:
            return None
        dated = [visit for visit in customer.visits if visit.date and visit.consultant]
        first = min(
            dated, key=lambda visit: (visit.date, visit.entered is None, visit.entered, visit.at.row), default=None
        )
        owner = customer.owner or (first.consultant if first is not None else None) or ""
        if owner in ("", consultant):
            return None
        earliest = next((visit.date for visit in dated if visit is first and visit.consultant == owner), None)
        return owner, as_text(earliest)


def _receipt(merged: Merged, book: _Book, lang: Lang) -> Receipt:
    new = sum(taken.is_new for taken in merged.taken)
    cells = sum(taken.cells for taken in merged.taken if not taken.is_new)
    conflicts, wrong = list(_conflicts(merged, lang)), list(_wrong(merged, lang))
    clashes, faults = list(_clashes(merged, book, lang)), list(_faults(merged, book, lang))
    changed = len(merged.taken) - new
    lines = [
        words.RECEIPT.say(lang, consultant=merged.consultant, file=merged.returned.file),
        words.TAKEN.say(lang, new=new, changed=changed, cells=cells),
    ]
    if merged.duplicates:
        lines.append(words.DUPLICATE.say(lang, count=merged.duplicates))
    if merged.missing:
        lines.append(words.MISSING.say(lang, count=merged.missing))
    listed = ((words.CONFLICTS, conflicts), (words.CLASHES, clashes), (words.WRONG, wrong), (words.FAULTS, faults))
    for heading, own in listed:
        if own:
            lines += [heading.say(lang, count=len(own)), *own]
    if not any(own for _, own in listed):
        lines.append(words.ALL_WELL.say(lang))
    counts = (new, changed, merged.duplicates, len(conflicts), len(clashes), len(wrong), len(faults))
    return Receipt(merged.returned.file, merged.consultant, *counts, "\n".join(lines))


def _conflicts(merged: Merged, lang: Lang) -> Iterator[str]:
    """A line for each cell, or whole row, that a person has to decide."""
    for one in merged.conflicts:
        header = one.column.header if one.column is not None else words.WHOLE_ROW.say(lang)
        place = _place(one.at, lang)
        yield words.CONFLICT_LINE.say(lang, place=place, header=header, theirs=one.theirs, ours=one.ours)


def _wrong(merged: Merged, lang: Lang) -> Iterator[str]:
    """A line for everything that was not taken, with the reason."""
    for one in merged.wrong:
        reason = words.REASONS[one.reason].say(lang, **one.about)
        yield words.WRONG_LINE.say(lang, place=_place(one.at, lang), reason=reason)


def _clashes(merged: Merged, book: _Book, lang: Lang) -> Iterator[str]:
    """A line for each row about another consultant's customer."""
    for taken in merged.taken:
        if first := book.first_with(taken, merged.consultant):
            said = words.CLASH_LINE if first[1] else words.CLASH_UNDATED
            yield said.say(lang, place=_place(taken.at, lang), first=first[0], day=first[1])


def _faults(merged: Merged, book: _Book, lang: Lang) -> Iterator[str]:
    """A line for each error in the rows that were taken, other consultants' customers hidden."""
    for taken in merged.taken:
        for error in book.errors(taken, lang):
            reason = book.discretion.over(error, merged.consultant)
            yield words.WRONG_LINE.say(lang, place=_place(taken.at, lang), reason=reason)


def _place(at: ReturnedRow, lang: Lang) -> str:
    """Where a row stands in his file, and whose it is: the name and the last four digits of the phone."""
    name, phone = (as_text(at.cells.get(field)) for field in ("name", "phone"))
    who = f"{name}({phone[-4:]})" if phone else name
    return words.PLACE.say(lang, sheet=at.sheet, row=at.row, who=who).strip()
