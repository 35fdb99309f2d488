"""Returned files merged into the book: three ways, row by row, against what was handed out.

A cell that only the consultant changed is taken; one that only the book changed stays; one that both changed differently is a
conflict, which a person decides on the sheet 冲突. What was taken is remembered on 读入结果 by marks of its cells, so that
the same file adds nothing when it comes again, whatever became of the rows since. Source: SPEC section 12.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import is_, itemgetter

from xlcrm.catalogue.hands import BLANK, COPIED, GONE, WHOLE_ROW
from xlcrm.changes import Changes, Value, filled
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Column, Form, Record, as_text
from xlcrm.forms.sheets import ConflictRow, ImportRow
from xlcrm.forms.states import COLLECTED, Ruling
from xlcrm.hands.likeness import Prints, Wanted, is_same, locate, mark, prints
from xlcrm.hands.model import FILLED, day_of, is_taken, shown, taken, whose
from xlcrm.hands.returned import Returned, ReturnedRow
from xlcrm.ledger import normal
from xlcrm.ledger.ledger import Ledger
from xlcrm.safety.journal import next_operation

_MARK = re.compile(r"([0-9a-f]{16}):([^:]+):([a-z_]+=[0-9a-f]*(?:,[a-z_]+=[0-9a-f]*)*)")
"""行标记 of what was collected: the hand-out, the row's key, and field=mark of every cell taken."""
_PERSONAL = {record.form.sheet: {c.name for c in taken(record.form) if c.privacy is not None} for record in FILLED}
"""Fields that say whose a row is."""


class Line:
    """A row of the book while files come in, where it stands or will; ``added`` are the cells of a new one.

    Most rows are returned as they were handed out: marks of a row's cells are worked out only when they are asked for.
    """

    def __init__(self, form: Form, row: int, typed: tuple[Cell, ...], added: dict[str, Value] | None = None) -> None:
        self.row = row
        self.typed = typed
        self.added = added
        self._form = form

    def cell(self, name: str) -> Cell:
        return self.typed[self._form.index[name]]

    @cached_property
    def prints(self) -> Prints:
        return prints(dict(zip(self._form.index, self.typed, strict=True)), taken(self._form))

    def put(self, name: str, cell: Cell) -> None:
        """Let a field say something else."""
        at = self._form.index[name]
        self.typed = (*self.typed[:at], cell, *self.typed[at + 1 :])
        self.__dict__.pop("prints", None)


@dataclass(frozen=True)
class Conflict:
    """What two hands wrote: ``at`` is the returned row, ``line`` the book's, ``column`` ``None`` for a whole row."""

    at: ReturnedRow
    form: Form
    line: Line | None
    column: Column | None
    before: str
    ours: str
    theirs: str
    mark: str


@dataclass(frozen=True)
class Wrong:
    """What was not taken of a row, and why: a key of ``catalogue.hands.REASONS``."""

    at: ReturnedRow
    form: Form
    reason: str
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """A row of which something was taken; ``cells`` counts them, all of a new row."""

    at: ReturnedRow
    form: Form
    line: Line
    cells: int
    is_new: bool


@dataclass
class Merged:
    """What became of one file. ``settled`` are the marks of conflicts that are none any more."""

    returned: Returned
    taken: list[Taken] = field(default_factory=list)
    duplicates: int = 0
    missing: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)

    @property
    def consultant(self) -> str:
        return self.returned.base.consultant


@dataclass
class Collected:
    """What became of all files, and what is written into the book."""

    files: list[Merged]
    changes: Changes

    @property
    def is_new(self) -> bool:
        return bool(self.changes)


def is_possible(ledger: Ledger) -> bool:
    """Whether a book has the sheets that collecting needs; one of 0.1 has not."""
    return {ImportRow.form.sheet, ConflictRow.form.sheet} <= ledger.blocks.keys()


def collect_files(ledger: Ledger, files: Iterable[Returned], today: dt.date, now: dt.datetime) -> Collected:
    """Merge files into the book, whatever their order.

    Raises ``Refusal``: ``collect.other_store``, ``collect.unknown_consultant``.
    """
    ordered = sorted(files, key=lambda file: (file.base.consultant, file.base.made, file.base.number, file.file))
    staff = {consultant.name for consultant in ledger.consultants}
    for file in ordered:
        if file.base.store != ledger.settings.store:
            raise Refusal("collect.other_store", name=file.file, store=file.base.store, own=ledger.settings.store)
        if file.base.consultant not in staff:
            raise Refusal("collect.unknown_consultant", name=file.file, consultant=file.base.consultant)
    merging = _Merging(ledger, today, now)
    return Collected([merging.take(file) for file in ordered], merging.changes)


class _Merging:
    """The book while files come in."""

    def __init__(self, ledger: Ledger, today: dt.date, now: dt.datetime) -> None:
        self.changes = Changes()
        self._today = today
        self._now = now
        self._since = ledger.opened
        self._operation = next_operation(ledger)
        self._sheets = {
            record.form.sheet: _Sheet(record.form, ledger.of(record))
            for record in FILLED
            if record.form.sheet in ledger.blocks
        }
        self._ends = {sheet: block.row + filled(block.rows) for sheet, block in ledger.blocks.items()}
        self._memory: defaultdict[tuple[str, str], dict[str, Prints]] = defaultdict(dict)
        for line in ledger.of(ImportRow):
            if found := _MARK.fullmatch(line.mark or ""):
                marks = dict(one.split("=") for one in found[3].split(","))
                self._memory[found[1], line.target or ""].setdefault(found[2], {}).update(marks)
        self._standing = {line.mark: line for line in ledger.of(ConflictRow) if line.mark}
        self._raised: set[str] = set()

    def take(self, file: Returned) -> Merged:
        merged = Merged(file)
        for record in FILLED:
            rows = file.rows.get(record.form.sheet)
            if rows is not None and record.form.sheet in self._sheets:
                _Table(self, merged, record.form, rows).merge()
            elif rows is not None:
                merged.wrong += (Wrong(row, record.form, "no_sheet", {"sheet": record.form.sheet}) for row in rows)
        self._settle(merged)
        return merged

    # ------------------------------------------------------------ what a table asks for

    def sheet(self, form: Form) -> _Sheet:
        return self._sheets[form.sheet]

    def remembered(self, number: str, form: Form) -> dict[str, Prints]:
        """What was taken of a hand-out so far: key → marks of the cells."""
        return self._memory[number, form.sheet]

    def ruling(self, mark: str) -> str:
        """What a person decided of a conflict, "" where nobody did."""
        line = self._standing.get(mark)
        return (line.ruling or "").strip() if line is not None else ""

    def sealed_month(self, form: Form, cell: Cell) -> str:
        """The closed month of a row of a day, "" of one that is open; forms to be switched on are not sealed."""
        day = normal.read_date(cell, self._today).value if not form.switch else None
        return f"{day:%Y-%m}" if day is not None and day < self._since else ""

    def put(self, form: Form, line: Line, column: Column, cell: Cell) -> None:
        self.sheet(form).put(line, column.name, cell)
        if line.added is not None:
            line.added[column.header] = cell
        else:
            self.changes.put(form.sheet, line.row, column.header, cell)

    def add(self, form: Form, cells: Mapping[str, Cell]) -> Line:
        self._ends[form.sheet] = row = self._ends[form.sheet] + 1
        added = self.changes.add(form.sheet, form.record.cells(**{n: c for n, c in cells.items() if c is not None}))
        line = Line(form, row, tuple(map(cells.get, form.index)), added)
        self.sheet(form).add(line)
        return line

    def remember(self, merged: Merged, form: Form, key: str, at: ReturnedRow, marks: Prints, about: str) -> None:
        """Write on 读入结果 what was taken of a row."""
        number = merged.returned.base.number
        self.remembered(number, form).setdefault(key, {}).update(marks)
        name, phone = (as_text(at.cells.get(name)) or None for name in ("name", "phone"))
        texts = ",".join(f"{name}={marks[name]}" for name in sorted(marks))
        cells: dict[str, Value] = ImportRow.cells(
            time=self._now,
            file=merged.returned.file,
            sheet=at.sheet,
            row=at.row,
            outcome=COLLECTED,
            target=form.sheet,
            name=name,
            phone=phone,
            filled=about or None,
            operation=self._operation,
            mark=f"{number}:{key}:{texts}",
        )
        self.changes.add(ImportRow.form.sheet, cells)

    # ------------------------------------------------------------ 冲突

    def _settle(self, merged: Merged) -> None:
        """Put new conflicts on the sheet, and take those away that are none any more; what people decided stays."""
        for own in merged.settled:
            line = self._standing.get(own)
            if line is not None and not line.ruling:
                self.changes.remove(ConflictRow.form.sheet, line.at.row)
                del self._standing[own]
        for conflict in merged.conflicts:
            if conflict.mark not in self._standing.keys() | self._raised:
                self.changes.add(ConflictRow.form.sheet, self._shown(merged, conflict))
                self._raised.add(conflict.mark)

    def _shown(self, merged: Merged, conflict: Conflict) -> dict[str, Value]:
        at, line, column = conflict.at, conflict.line, conflict.column
        who = (at.cells.get(name) if line is None else line.cell(name) for name in ("name", "phone"))
        name, phone = (as_text(cell) or None for cell in who)
        return ConflictRow.cells(
            time=self._now,
            file=merged.returned.file,
            consultant=merged.consultant,
            place=f"{at.sheet}!{at.row}",
            sheet=conflict.form.sheet,
            row=line.row if line is not None else None,
            name=name,
            phone=phone,
            header=column.header if column is not None else WHOLE_ROW.zh,
            before=conflict.before,
            ours=conflict.ours,
            theirs=conflict.theirs,
            operation=self._operation,
            mark=conflict.mark,
        )


class _Sheet:
    """The rows of one form in the book, and where each is found."""

    def __init__(self, form: Form, rows: Sequence[Record]) -> None:
        self.lines = [Line(form, row.at.row, row.typed) for row in rows]
        self.at = {line.row: at for at, line in enumerate(self.lines)}
        """Position among the lines by worksheet row."""

    def put(self, line: Line, name: str, cell: Cell) -> None:
        line.put(name, cell)
        if name == "name":
            self._named[mark(cell)].append(line)

    def add(self, line: Line) -> None:
        self.at[line.row] = len(self.lines)
        self.lines.append(line)
        self._named[mark(line.cell("name"))].append(line)

    def says(self, row: Prints) -> bool:
        """Whether a row that says just this is there already."""
        return any(line.prints == row for line in self._named[row.get("name", "")])

    @cached_property
    def _named(self) -> defaultdict[str, list[Line]]:
        """The lines by the mark of their name, or of a name they had."""
        found = defaultdict(list)
        for line in self.lines:
            found[mark(line.cell("name"))].append(line)
        return found


class _Table:
    """The rows of one form in one file, merged."""

    def __init__(self, book: _Merging, merged: Merged, form: Form, rows: Sequence[ReturnedRow]) -> None:
        self.book = book
        self.merged = merged
        self.form = form
        self.rows = rows
        self._base = merged.returned.base.rows.get(form.sheet, {})
        self._known = dict(book.remembered(merged.returned.base.number, form))

    def merge(self) -> None:
        by_key, loose = self._sorted()
        self.merged.missing += len(self._base.keys() - by_key.keys())
        as_it_went = self._as_they_went()
        changed = {key: rows for key, rows in by_key.items() if not as_it_went(key, rows)}
        found = self._located(changed)
        for key, rows in changed.items():
            line = self.book.sheet(self.form).lines[found[key]] if key in found else None
            if len(rows) == 1:
                self._row(key, rows[0], line)
            else:
                self._copies(key, rows, line)
        for row in loose:
            self._new(row)

    def _as_they_went(self) -> Callable[[str, Sequence[ReturnedRow]], bool]:
        """Whether the rows of a key are one row that says what was handed out, letter by letter: nothing is done about it."""
        there = [column for column in shown(self.form) if self.rows and column.name in self.rows[0].cells]
        of_row, of_base = _cells_at([c.name for c in there]), _cells_at([c.header for c in there])
        base = self._base

        def as_it_went(key: str, rows: Sequence[ReturnedRow]) -> bool:
            if len(rows) != 1 or key not in base or len(rows[0].cells) != len(self.rows[0].cells):
                return False
            return _are_equal(of_row(rows[0].cells), of_base(base[key].cells))

        return as_it_went

    def _located(self, changed: Collection[str]) -> dict[str, int]:
        """Where the returned rows that changed stand in the book: key → position.

        Where the book has moved or changed one of them too, all rows handed out, and those taken since, say where it is.
        """
        untouched = self._untouched(changed)
        if len(untouched) == len(changed):
            return untouched
        untouched = self._untouched(self._base)
        rows = (*self._base, *(key for key in self._known if key not in self._base))
        stood = {key: row.row for key, row in self._base.items()}
        wanted = [Wanted(key, self._expected(key), stood.get(key, 0)) for key in rows if key not in untouched]
        return locate(wanted, self.book.sheet(self.form).lines, _PERSONAL[self.form.sheet], untouched)

    def _untouched(self, keys: Iterable[str]) -> dict[str, int]:
        """Those of some rows that stand in the book where and as they were handed out: key → position."""
        sheet, columns = self.book.sheet(self.form), taken(self.form)
        of_line = itemgetter(*(self.form.index[column.name] for column in columns))
        of_base = _cells_at([column.header for column in columns])
        found = {}
        for key in keys:
            row = self._base.get(key)
            at = sheet.at.get(row.row) if row is not None else None
            if row is not None and at is not None and _are_equal(of_line(sheet.lines[at].typed), of_base(row.cells)):
                found[key] = at
        return found

    def _before(self, key: str) -> dict[str, Cell]:
        """A row as it was handed out, by field; empty for one that was not."""
        if key not in self._base:
            return {}
        cells = self._base[key].cells
        return {column.name: cells.get(column.header) for column in shown(self.form)}

    def _origin(self, key: str) -> Prints:
        """What a row said when it was handed out, or when it first was taken."""
        if key in self._base:
            return prints(self._before(key), taken(self.form))
        return _filled(self._known[key])

    def _expected(self, key: str) -> Prints:
        """What a row says in the book if nobody touched it since something of it was taken."""
        return _filled(self._origin(key) | self._known.get(key, {}))

    def _sorted(self) -> tuple[dict[str, list[ReturnedRow]], list[ReturnedRow]]:
        """The rows by their keys, and those that have none. One that lost its key is known by what it says."""
        by_key: dict[str, list[ReturnedRow]] = {}
        loose = []
        for row in self.rows:
            self._look_beside(row)
            if row.key in self._base:
                by_key.setdefault(row.key, []).append(row)
            else:
                loose.append(row)
        if loose:
            gone = [key for key in dict.fromkeys((*self._base, *self._known)) if key not in by_key]
            lost = [Wanted(key, self._origin(key)) for key in gone]
            found = locate(lost, [_Loose(self._prints(row)) for row in loose], _PERSONAL[self.form.sheet])
            by_key |= {key: [loose[at]] for key, at in found.items()}
            loose = [row for at, row in enumerate(loose) if at not in set(found.values())]
        return {key: self._distinct(rows) if len(rows) > 1 else rows for key, rows in by_key.items()}, loose

    def _distinct(self, rows: list[ReturnedRow]) -> list[ReturnedRow]:
        """Rows of one key; those that a copied sheet says once more are left out."""
        first = rows[0].sheet
        same = [self._prints(row) for row in rows if row.sheet == first]
        return [row for row in rows if row.sheet == first or self._prints(row) not in same]

    def _prints(self, row: ReturnedRow) -> Prints:
        return prints(self._filled_in(row), taken(self.form))

    def _filled_in(self, row: ReturnedRow) -> dict[str, Cell]:
        """The cells that count, the consultant's own name put in where he left it out."""
        cells = {column.name: row.cells.get(column.name) for column in taken(self.form)}
        who = whose(self.form)
        cells[who] = cells[who] or self.merged.consultant
        return cells

    def _look_beside(self, row: ReturnedRow) -> None:
        for header in row.beside:
            self.merged.wrong.append(Wrong(row, self.form, "column", {"header": header}))

    # ------------------------------------------------------------ a row handed out

    def _row(self, key: str, row: ReturnedRow, line: Line | None) -> None:
        """Merge a row with its base and the book's row."""
        known = self._known.get(key, {})
        changed = self._changed(key, row)
        own = [(column, cell) for column, cell in changed if is_taken(self.form, column)]
        self._leave_to_the_manager(row, changed, line)
        fresh = [(column, cell) for column, cell in own if known.get(column.name) != mark(cell)]
        if not fresh:
            self.merged.duplicates += bool(own) or key not in self._base
            return
        if line is None:
            self._gone(key, row, fresh)
            return
        if month := self._sealed(line, fresh):
            self.merged.wrong.append(Wrong(row, self.form, "closed", {"month": month}))
            return
        self._cells(key, row, line, fresh)

    def _leave_to_the_manager(
        self, row: ReturnedRow, cells: Iterable[tuple[Column, Cell]], line: Line | None = None
    ) -> None:
        """Say of cells that are not the consultant's to fill in, and that the book has otherwise, that they are not taken."""
        for column, cell in cells:
            if not is_taken(self.form, column) and (line is None or mark(line.cell(column.name)) != mark(cell)):
                self.merged.wrong.append(Wrong(row, self.form, "manager", {"header": column.header}))

    def _changed(self, key: str, row: ReturnedRow) -> list[tuple[Column, Cell]]:
        """The cells of a row that say something else than what was handed out, or what was taken of it before."""
        there = [column for column in shown(self.form) if column.name in row.cells]
        if key in self._base:
            before = self._before(key)
            return [(c, row.cells[c.name]) for c in there if not is_same(row.cells[c.name], before.get(c.name))]
        known, cells = self._origin(key), {**row.cells, **self._filled_in(row)}
        return [
            (c, cells[c.name])
            for c in there
            if mark(cells[c.name]) != (known.get(c.name, "") if is_taken(self.form, c) else "")
        ]

    def _sealed(self, line: Line, fresh: Iterable[tuple[Column, Cell]]) -> str:
        """The closed month that a row is of, or would be."""
        day = self.form.by_name[day_of(self.form)]
        days = [line.cell(day.name), *(cell for column, cell in fresh if column is day)]
        return next(filter(None, (self.book.sealed_month(self.form, one) for one in days)), "")

    def _cells(self, key: str, row: ReturnedRow, line: Line, fresh: Iterable[tuple[Column, Cell]]) -> None:
        before, known = self._before(key), self._known.get(key, {})
        put: Prints = {}
        changed = []
        for column, cell in fresh:
            name, theirs, ours = column.name, mark(cell), mark(line.cell(column.name))
            ruled = self.book.ruling(self._mark(key, column, theirs))
            if ours == theirs or ruled == Ruling.OURS:
                put[name] = theirs
                self.merged.settled.append(self._mark(key, column, theirs))
            elif ours == known.get(name, mark(before.get(name))) or ruled == Ruling.THEIRS:
                changed.append(f"{column.header}：{_shown(line.cell(name))}→{_shown(cell)}")
                self.book.put(self.form, line, column, cell)
                put[name] = theirs
            else:
                was = _shown(before.get(name)) if key in self._base else "—"
                sides = (was, _shown(line.cell(name)), _shown(cell))
                self.merged.conflicts.append(
                    Conflict(row, self.form, line, column, *sides, self._mark(key, column, theirs))
                )
        if changed:
            self.merged.taken.append(Taken(row, self.form, line, len(changed), is_new=False))
        if put:
            self.book.remember(self.merged, self.form, key, row, put, "；".join(changed))

    def _mark(self, key: str, column: Column | None, theirs: str) -> str:
        name = column.name if column is not None else "*"
        return f"{self.merged.returned.base.number}:{key}:{name}:{theirs}"

    def _gone(self, key: str, row: ReturnedRow, fresh: Iterable[tuple[Column, Cell]]) -> None:
        """The book's row was deleted and the consultant changed it: a person says whether it comes back."""
        theirs = "；".join(f"{column.header}：{_shown(cell)}" for column, cell in fresh)
        self._whole(key, row, None, GONE.zh, theirs)

    # ------------------------------------------------------------ copies

    def _copies(self, key: str, rows: Sequence[ReturnedRow], line: Line | None) -> None:
        """A key that stands twice: nobody but a person knows which row is meant for what."""
        origin = self._origin(key)
        copies = [row for row in rows if self._prints(row) != origin] or list(rows[1:])
        for row in copies:
            cells = self._filled_in(row)
            changed = [c for c in taken(self.form) if mark(cells[c.name]) != origin.get(c.name, "")]
            theirs = "；".join(f"{c.header}：{_shown(cells[c.name])}" for c in changed)
            self._whole(key, row, line, COPIED.zh, theirs or COPIED.zh)

    def _whole(self, key: str, row: ReturnedRow, line: Line | None, ours: str, theirs: str) -> None:
        own = self._prints(row)
        mark_ = self._mark(key, None, mark(repr(sorted(own.items()))))
        ruled = self.book.ruling(mark_)
        if ruled == Ruling.NEW or (ruled == Ruling.THEIRS and line is None):
            self._new(row)
        elif ruled == Ruling.THEIRS:
            self._row(key, row, line)
        elif ruled != Ruling.OURS:
            cells = self._before(key)
            said = (f"{c.header}：{_shown(cells[c.name])}" for c in taken(self.form) if cells.get(c.name) is not None)
            before = "；".join(said) if key in self._base else "—"
            self.merged.conflicts.append(Conflict(row, self.form, line, None, before, ours, theirs, mark_))

    # ------------------------------------------------------------ a new row

    def _new(self, row: ReturnedRow) -> None:
        cells = self._filled_in(row)
        who = whose(self.form)
        typed = [(c, row.cells[c.name]) for c in shown(self.form) if row.cells.get(c.name) is not None]
        if all(cell is None for name, cell in cells.items() if name != who):
            self._leave_to_the_manager(row, typed)
            return
        if row.is_foot:
            self.merged.wrong.append(Wrong(row, self.form, "foot"))
            return
        if month := self.book.sealed_month(self.form, cells.get(day_of(self.form))):
            self.merged.wrong.append(Wrong(row, self.form, "closed", {"month": month}))
            return
        own = prints(cells, taken(self.form))
        if self.book.sheet(self.form).says(own):
            self.merged.duplicates += 1
            return
        self._leave_to_the_manager(row, typed)
        line = self.book.add(self.form, cells)
        self.merged.taken.append(Taken(row, self.form, line, len(own), is_new=True))
        key = mark(repr(sorted(own.items())))
        self.book.remember(self.merged, self.form, key, row, own, "")


@dataclass(frozen=True, slots=True)
class _Loose:
    """A returned row without its key."""

    prints: Prints
    row: int = 0


def _cells_at(names: Sequence[str]) -> Callable[[Mapping[str, Cell]], tuple[Cell, ...]]:
    """Takes the cells of some columns out of a row."""
    return lambda cells: tuple(map(cells.get, names))


def _are_equal(one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether cells are the same and of the same types; 1 and True are equal for Python."""
    return one == other and all(map(is_, map(type, one), map(type, other)))


def _filled(marks: Prints) -> Prints:
    return {name: print_ for name, print_ in marks.items() if print_}


def _shown(cell: Cell) -> str:
    return as_text(cell) or BLANK.zh
