"""Reading a shop's own files into a book: from grids to what was understood, what became of every row, and the changes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlcrm.catalogue.intake import HOW
from xlcrm.changes import Changes
from xlcrm.forms.schema import Kind, as_text, letters
from xlcrm.forms.sheets import ColumnReading, ImportRow
from xlcrm.forms.states import GRADES
from xlcrm.forms.switched import Lead
from xlcrm.intake.columns import Column
from xlcrm.intake.corrections import UNUSED, VALUE, WHOLE_SHEET, MapLine, corrections_of
from xlcrm.intake.decide import Decision, Row
from xlcrm.intake.facts import Reader
from xlcrm.intake.grades import end_of, grade_of, letter_of
from xlcrm.intake.grid import Grid
from xlcrm.intake.kinds import LEADS, LEADS_KEPT, PROSPECTS, TableKind
from xlcrm.intake.lexicon import Means
from xlcrm.intake.make import entries_of, mark_of, target_of, whole
from xlcrm.intake.outcome import ColumnRead, Entry, Outcome, SourceRow, TableRead
from xlcrm.intake.same import People
from xlcrm.intake.tables import NO_SHEET, Table, tables_of
from xlcrm.intake.values import phones_of
from xlcrm.intake.words import WORDS
from xlcrm.intake.write import Writer, new_codes, new_staff
from xlcrm.ledger.ledger import Ledger

M = Means
_SAMPLES = 3


@dataclass
class Intake:
    """Everything an import found and decided.

    ``mapping`` are the lines of 读入对照. ``staff`` were put into 顾问, where it was empty, ``codes`` (list and value) into
    字典; ``shared`` are phones that stand under two names, with both.
    """

    tables: list[TableRead]
    entries: list[Entry]
    changes: Changes
    mapping: list[MapLine] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    shared: list[tuple[str, str, str]] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        return sum(entry.outcome == outcome for entry in self.entries)

    @property
    def is_new(self) -> bool:
        """Whether there is anything that no earlier import read."""
        return any(entry.is_new for entry in self.entries)


def take_in(
    grids: Sequence[Grid], ledger: Ledger, today: dt.date, now: dt.datetime, lines: Sequence[MapLine], book: str
) -> Intake:
    """Read the sheets of some files into a book called ``book``; ``lines`` are what people say of their columns.

    Pure: the ledger is what the book holds, the changes are what is added to it.
    """
    corrections, _ = corrections_of(lines)
    tables = tables_of(grids, {c.name for c in ledger.consultants if c.name}, today, corrections)
    if Lead.form.sheet in ledger.blocks:
        for table in tables:
            table.kind = LEADS_KEPT if table.kind is LEADS else table.kind
    readers = {
        id(table): Reader(table, ledger.codes, ledger.settings.area_code, today, corrections)
        for table in tables
        if table.kind is not None
    }
    people = People(ledger, _others_phones(tables, ledger.settings.area_code))
    rows = list(_rows(tables, readers))
    understood = [_understood(table, readers.get(id(table))) for table in tables]
    for table in tables:
        table.lines.clear()  # entries are made of them all: what is decided from here on needs the room
    decision = Decision(ledger, book, people)
    decision.settle(rows)
    changes = Changes()
    writer = Writer(ledger, decision, today, changes)
    writer.write([(row.entry, row.person) for row in rows])
    staff = new_staff(ledger, _staff_named(rows), changes)
    codes = new_codes(ledger, _own_codes(tables, readers), changes)
    entries = [row.entry for row in rows]
    reads = [*_counted(tables, understood, rows), *_without_tables(grids, tables)]
    writer.write_lines(entries, now)
    mapping = _mapping(reads, readers.values(), lines)
    changes.replace(ColumnReading.form.sheet, [ColumnReading.cells(**line._asdict()) for line in mapping])
    return Intake(reads, entries, changes, mapping, staff, codes, _shared(people))


def _rows(tables: Sequence[Table], readers: Mapping[int, Reader]) -> Iterator[Row]:
    """An entry for every row of every table; of rows that say the same, the second has a mark of its own."""
    seen: Counter[str] = Counter()
    for table in tables:
        for entry in _entries(table, readers.get(id(table))):
            seen[entry.mark] += 1
            if seen[entry.mark] > 1:
                entry.mark = f"{entry.mark}-{seen[entry.mark]}"
            yield Row(entry, table, (table.context.year or 0, table.context.month or 0))


def _entries(table: Table, reader: Reader | None) -> Iterator[Entry]:
    if reader is None:
        for line in table.lines:
            place = SourceRow(table.grid.file, table.grid.sheet, line.row)
            reason = line.listed or NO_SHEET
            yield Entry(place, None, reason=reason, rest=(whole(line.cells),), mark=mark_of(None, line))
    else:
        yield from entries_of(reader)


def _others_phones(tables: Iterable[Table], area_code: str) -> set[str]:
    """Phones of consultants and of those who recommend: nobody is known by them."""
    found: set[str] = set()
    for table in tables:
        for column in table.columns:
            if column.means is M.OTHERS_PHONE:
                for line in table.lines:
                    found.update(phones_of(line.cells.get(column.at), area_code)[0])
    return found


def _staff_named(rows: Iterable[Row]) -> Counter[str]:
    """How often each consultant is named in what comes in."""
    found: Counter[str] = Counter()
    for row in rows:
        for draft in row.entry.drafts:
            shown = draft.shown()
            for column in draft.record.form.by_kind.get(Kind.PERSON, ()):
                name = shown.get(column.header)
                if isinstance(name, str) and 2 <= len(name) <= 20 and not any(ch in name for ch in "/、，,;；"):
                    found[name] += 1
    return found


def _own_codes(tables: Iterable[Table], readers: Mapping[int, Reader]) -> Counter[tuple[str, str]]:
    """Channels and sources of the shop's own, which its 字典 does not have."""
    found: Counter[tuple[str, str]] = Counter()
    for table in tables:
        reader = readers.get(id(table))
        for (source, typed), count in reader.unread.items() if reader else ():
            means = next((c.means for c in table.columns if c.source == source), None)
            if means in (M.MEDIA, M.SOURCE):
                found[WORDS[means].codes.name, typed] += count
    return found


def _shared(people: People) -> list[tuple[str, str, str]]:
    return [
        (person.phone, person.shares.names[0], person.names[0])
        for person in people.everybody
        if person.shares is not None and person.shares.names and person.names
    ]


# ------------------------------------------------------------ how it was understood


def _understood(table: Table, reader: Reader | None) -> TableRead:
    """How a table was understood, as far as its lines say; what became of them is counted later."""
    columns = tuple(_column_read(table, column) for column in table.columns)
    kind = table.kind.name if table.kind else None
    notes = tuple(_notes(table, reader))
    return TableRead(table.grid.file, table.grid.sheet, kind, table.header_row, columns, {}, notes)


def _counted(tables: Sequence[Table], understood: Sequence[TableRead], rows: Sequence[Row]) -> Iterator[TableRead]:
    """How each table was understood, with what became of its rows."""
    counts: dict[int, Counter[str]] = {id(table): Counter(read=0) for table in tables}
    for row in rows:
        counts[id(row.table)].update((row.entry.outcome, "read"))
    for table, read in zip(tables, understood, strict=True):
        yield replace(read, counts=counts[id(table)])


def _column_read(table: Table, column: Column) -> ColumnRead:
    target = target_of(table.kind, column) if table.kind else ""
    how = column.how
    if column.means is None or (
        table.kind and not column.day and column.means not in table.kind.targets and not column.turn
    ):
        free = table.kind.free if table.kind else None
        how = (
            column.how
            if column.how == "unused"
            else "free"
            if target and free
            else "beside"
            if table.kind
            else column.how
        )
    at = letters(table.region.card[column.at - 1].column if table.is_card else column.at)
    cells = [
        as_text(cell).strip()
        for line in table.lines[:50]
        if not line.listed and (cell := line.cells.get(column.at)) is not None
    ]
    return ColumnRead(
        at, column.source, target, how, "、".join(list(dict.fromkeys(filter(None, cells)))[:_SAMPLES])[:40]
    )


def _notes(table: Table, reader: Reader | None) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What a person should know of a table: hidden parts, colours, comments, values nobody knows."""
    grid = table.grid
    rows = {line.row for line in table.lines if not line.listed}
    if grid.hidden:
        yield "hidden_sheet", {}
    if hidden := rows & grid.hidden_rows:
        yield "hidden_rows", {"count": len(hidden)}
    if hidden_columns := {column.at for column in table.columns} & grid.hidden_columns:
        yield "hidden_columns", {"count": len(hidden_columns)}
    if grid.undressed:
        yield "undressed", {}
    yield from _dress_notes(table, rows)
    if grid.uncomputed and (blank := sum(row in rows for row, _ in grid.uncomputed)):
        yield "uncomputed", {"count": blank}
    if not table.lines:
        yield "no_rows", {}
    if reader is not None:
        yield from _value_notes(table, reader)


def _dress_notes(table: Table, rows: set[int]) -> Iterator[tuple[str, Mapping[str, object]]]:
    dress = table.grid.dress
    usual = Counter(d.colour for (row, _), d in dress.items() if row in rows)
    coloured = sorted(
        {
            row
            for (row, _), d in dress.items()
            if row in rows and d.colour and usual[d.colour] < 0.5 * sum(usual.values()) + 1
        }
    )
    if coloured and len(coloured) < 0.5 * len(rows):
        yield "coloured", {"count": len(coloured), "row": coloured[0]}
    struck = sorted({row for (row, _), d in dress.items() if row in rows and d.struck})
    if struck:
        yield "struck", {"count": len(struck), "row": struck[0]}
    if comments := sum(bool(d.comment) for (row, _), d in dress.items() if row in rows):
        yield "comments", {"count": comments}


def _value_notes(table: Table, reader: Reader) -> Iterator[tuple[str, Mapping[str, object]]]:
    by_source: dict[str, list[str]] = {}
    for source, typed in reader.unread:
        by_source.setdefault(source, []).append(typed)
    for source, values in by_source.items():
        yield "unknown_values", {"source": source, "count": len(values), "values": "、".join(values[:8])}
    grades = table.at(M.GRADE)
    if grades is not None and table.kind is not None:
        said = Counter(
            as_text(cell).strip() for line in table.lines if not line.listed and (cell := line.cells.get(grades.at))
        )
        if _is_other_scale(said, table.kind):
            yield "scale", {"values": "、".join(sorted(said)[:8])}


def _is_other_scale(said: Mapping[str, int], kind: TableKind) -> bool:
    """Whether grades are another house's: A to D without H, Hot to Cold, numbers."""
    known = {text: grade_of(text) for text in said if text}
    foreign = any(grade is None and end_of(text) is None for text, grade in known.items())
    no_h = "H" not in known.values() and any(letter_of(text) == "D" for text in known)
    return no_h or (foreign and (kind is PROSPECTS or not set(known.values()) & set(GRADES)))


def _without_tables(grids: Sequence[Grid], tables: Sequence[Table]) -> Iterator[TableRead]:
    """Sheets in which no table was found: named, and nothing imported."""
    known = {(table.grid.file, table.grid.sheet) for table in tables}
    for grid in grids:
        if (grid.file, grid.sheet) not in known:
            yield TableRead(grid.file, grid.sheet, None, None, (), Counter(read=0))


# ------------------------------------------------------------ 读入对照


def _mapping(reads: Sequence[TableRead], readers: Iterable[Reader], said: Sequence[MapLine]) -> list[MapLine]:
    """How every sheet, column and unknown value was understood; what people wrote under 改为 stays above it."""
    kept = [line for line in said if line.instead.strip()]
    about = {line.about for line in kept}
    lines = []
    for read in reads:
        lines.append(MapLine(read.file, read.sheet, "", WHOLE_SHEET, "", read.kind or UNUSED))
        for column in read.columns:
            cell = f"{column.at}{read.header_row or ''}"
            how = HOW[column.how].say("zh")
            lines.append(
                MapLine(read.file, read.sheet, cell, column.source, column.sample, column.target or UNUSED, how)
            )
    for reader in readers:
        grid = reader.table.grid
        lines += [MapLine(grid.file, grid.sheet, VALUE, source, typed) for source, typed in reader.unread]
    return [*dict.fromkeys(kept), *(line for line in lines if line.about not in about)]


def is_possible(ledger: Ledger) -> bool:
    """Whether a book has the sheets an import needs; one of 0.1 has not."""
    return {ImportRow.form.sheet, ColumnReading.form.sheet} <= ledger.blocks.keys()
