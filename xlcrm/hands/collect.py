"""Files that come home, merged into the book: three ways, row by row, against what was handed out.

A cell that only the consultant changed is taken; one that only the book changed stays; one that both changed differently is a
conflict, which a person decides on the sheet 冲突. What was taken is remembered on 读入结果 by marks of its cells, so that
the same file adds nothing when it comes again, whatever became of the rows since. Source: SPEC section 12.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlcrm.catalogue.hands import BLANK, COPIED, GONE, WHOLE_ROW
from xlcrm.changes import Changes, Value, filled
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Column, Form, as_text
from xlcrm.forms.sheets import ConflictRow, ImportRow, Loss, Report, Visit
from xlcrm.forms.states import COLLECTED, Ruling
from xlcrm.hands.likeness import Prints, StandingRow, Wanted, is_same, locate, mark, prints
from xlcrm.hands.model import FILLED, is_taken, shown, taken
from xlcrm.hands.returned import Returned, ReturnedRow
from xlcrm.ledger import normal
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import open_since
from xlcrm.safety.journal import next_operation

_MARK = re.compile(r"([0-9a-f]{16}):([^:]+):([a-z_]+=[0-9a-f]*(?:,[a-z_]+=[0-9a-f]*)*)")
"""行标记 of what was collected: the hand-out, the row's key, and field=mark of every cell taken."""
_DAY = {Visit.form.sheet: "date", Report.form.sheet: "date", Loss.form.sheet: "applied_on"}
_PERSONAL = {record.form.sheet: {c.name for c in taken(record.form) if c.privacy is not None} for record in FILLED}
"""Fields that say whose a row is."""
_WHO = {Visit.form.sheet: "consultant", Report.form.sheet: "consultant", Loss.form.sheet: "applicant"}


@dataclass(eq=False)
class Line(StandingRow):
    """A row of the book while files come in, where it stands or will; ``added`` are the cells of a new one."""

    cells: dict[str, Cell]
    added: dict[str, Value] | None = None


@dataclass(frozen=True)
class Conflict:
    """What two hands wrote: ``at`` is the row that came home, ``line`` the book's, ``column`` ``None`` for a whole row."""

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
class Homecoming:
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

    files: list[Homecoming]
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
        self._since = open_since(ledger)
        self._operation = next_operation(ledger)
        self._lines = {record.form.sheet: list(_lines(ledger, record.form)) for record in FILLED}
        self._ends = {sheet: block.row + filled(block.rows) for sheet, block in ledger.blocks.items()}
        self._memory: defaultdict[tuple[str, str, str], Prints] = defaultdict(dict)
        for line in ledger.of(ImportRow):
            if found := _MARK.fullmatch(line.mark or ""):
                marks = dict(one.split("=") for one in found[3].split(","))
                self._memory[found[1], line.target or "", found[2]] |= marks
        self._standing = {line.mark: line for line in ledger.of(ConflictRow) if line.mark}
        self._raised: set[str] = set()

    def take(self, file: Returned) -> Homecoming:
        home = Homecoming(file)
        for record in FILLED:
            rows = file.rows.get(record.form.sheet)
            if rows is not None:
                _Table(self, home, record.form, rows).merge()
        self._settle(home)
        return home

    # ------------------------------------------------------------ what a table asks for

    def lines(self, form: Form) -> list[Line]:
        return self._lines[form.sheet]

    def remembered(self, number: str, form: Form) -> dict[str, Prints]:
        """What was taken of a hand-out before: key → marks of the cells."""
        return {key: marks for (of, sheet, key), marks in self._memory.items() if (of, sheet) == (number, form.sheet)}

    def ruling(self, mark: str) -> str:
        """What a person decided of a conflict, "" where nobody did."""
        line = self._standing.get(mark)
        return (line.ruling or "").strip() if line is not None else ""

    def sealed_month(self, form: Form, cells: Mapping[str, Cell]) -> str:
        """The closed month that a row is of, "" of one that is open."""
        day = normal.read_date(cells.get(_DAY[form.sheet]), self._today).value
        return f"{day:%Y-%m}" if day is not None and self._since is not None and day < self._since else ""

    def put(self, form: Form, line: Line, column: Column, cell: Cell) -> None:
        line.cells[column.name] = cell
        line.say(column.name, cell)
        if line.added is not None:
            line.added[column.header] = cell
        else:
            self.changes.put(form.sheet, line.row, column.header, cell)

    def add(self, form: Form, cells: dict[str, Cell]) -> Line:
        self._ends[form.sheet] = row = self._ends[form.sheet] + 1
        added = self.changes.add(form.sheet, form.record.cells(**{n: c for n, c in cells.items() if c is not None}))
        line = Line(row, prints(cells, taken(form)), cells, added)
        self._lines[form.sheet].append(line)
        return line

    def remember(self, home: Homecoming, form: Form, key: str, at: ReturnedRow, marks: Prints, about: str) -> None:
        """Write on 读入结果 what was taken of a row."""
        number = home.returned.base.number
        self._memory[number, form.sheet, key] |= marks
        name, phone = (as_text(at.cells.get(name)) or None for name in ("name", "phone"))
        texts = ",".join(f"{name}={marks[name]}" for name in sorted(marks))
        cells: dict[str, Value] = ImportRow.cells(
            time=self._now,
            file=home.returned.file,
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

    def _settle(self, home: Homecoming) -> None:
        """Put new conflicts on the sheet, and take those away that are none any more; what people decided stays."""
        for own in home.settled:
            line = self._standing.get(own)
            if line is not None and not line.ruling:
                self.changes.remove(ConflictRow.form.sheet, line.at.row)
                del self._standing[own]
        for conflict in home.conflicts:
            if conflict.mark not in self._standing.keys() | self._raised:
                self.changes.add(ConflictRow.form.sheet, self._shown(home, conflict))
                self._raised.add(conflict.mark)

    def _shown(self, home: Homecoming, conflict: Conflict) -> dict[str, Value]:
        at, line, column = conflict.at, conflict.line, conflict.column
        known = line.cells if line is not None else at.cells
        return ConflictRow.cells(
            time=self._now,
            file=home.returned.file,
            consultant=home.consultant,
            place=f"{at.sheet}!{at.row}",
            sheet=conflict.form.sheet,
            row=line.row if line is not None else None,
            name=as_text(known.get("name")) or None,
            phone=as_text(known.get("phone")) or None,
            header=column.header if column is not None else WHOLE_ROW.zh,
            before=conflict.before,
            ours=conflict.ours,
            theirs=conflict.theirs,
            operation=self._operation,
            mark=conflict.mark,
        )


@dataclass
class _Table:
    """The rows of one form in one file, merged."""

    book: _Merging
    home: Homecoming
    form: Form
    rows: Sequence[ReturnedRow]

    def merge(self) -> None:
        base = self.home.returned.base.rows.get(self.form.sheet, {})
        names = {column.header: column.name for column in shown(self.form)}
        self._before: dict[str, dict[str, Cell]] = {
            key: {names[header]: cell for header, cell in row.cells.items() if header in names}
            for key, row in base.items()
        }
        self._known = self.book.remembered(self.home.returned.base.number, self.form)
        columns = taken(self.form)
        handed = [Wanted(key, prints(cells, columns), base[key].row) for key, cells in self._before.items()]
        added = [Wanted(key, _filled(marks)) for key, marks in self._known.items() if key not in base]
        by_key, loose = self._sorted(handed, added)
        stands = [Wanted(w.key, self._now_expected(w), w.row) for w in (*handed, *added)]
        lines = self.book.lines(self.form)
        at = locate(stands, lines, _PERSONAL[self.form.sheet])
        self.home.missing += sum(w.key not in by_key for w in handed)
        self._origin = {w.key: w.prints for w in (*handed, *added)}
        for key, rows in by_key.items():
            line = lines[at[key]] if key in at else None
            if len(rows) == 1:
                self._row(key, rows[0], line)
            else:
                self._copies(key, rows, line)
        for row in loose:
            self._new(row)

    def _now_expected(self, one: Wanted) -> Prints:
        """What a row says in the book if nobody touched it since something of it was taken."""
        return _filled(one.prints | self._known.get(one.key, {}))

    def _sorted(
        self, handed: Sequence[Wanted], added: Sequence[Wanted]
    ) -> tuple[dict[str, list[ReturnedRow]], list[ReturnedRow]]:
        """The rows by their keys, and those that have none. One that lost its key is known by what it says."""
        keys = {one.key for one in handed}
        by_key: dict[str, list[ReturnedRow]] = {}
        loose = []
        for row in self.rows:
            self._look_beside(row)
            if row.key in keys:
                by_key.setdefault(row.key, []).append(row)
            else:
                loose.append(row)
        lost = [Wanted(one.key, one.prints) for one in (*handed, *added) if one.key not in by_key]
        found = locate(lost, [StandingRow(0, self._prints(row)) for row in loose], _PERSONAL[self.form.sheet])
        for key, at in found.items():
            by_key[key] = [loose[at]]
        rest = [row for at, row in enumerate(loose) if at not in set(found.values())]
        return {key: self._distinct(rows) if len(rows) > 1 else rows for key, rows in by_key.items()}, rest

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
        who = _WHO[self.form.sheet]
        cells[who] = cells[who] or self.home.consultant
        return cells

    def _look_beside(self, row: ReturnedRow) -> None:
        for header in row.beside:
            self.home.wrong.append(Wrong(row, self.form, "column", {"header": header}))

    # ------------------------------------------------------------ a row handed out

    def _row(self, key: str, row: ReturnedRow, line: Line | None) -> None:
        """Merge a row with its base and the book's row."""
        known = self._known.get(key, {})
        changed = self._changed(key, row)
        own = [(column, cell) for column, cell in changed if is_taken(self.form, column)]
        for column, cell in changed:
            if not is_taken(self.form, column) and (line is None or mark(line.cells.get(column.name)) != mark(cell)):
                self.home.wrong.append(Wrong(row, self.form, "manager", {"header": column.header}))
        fresh = [(column, cell) for column, cell in own if known.get(column.name) != mark(cell)]
        if not fresh:
            self.home.duplicates += bool(own) or key not in self._before
            return
        if line is None:
            self._gone(key, row, fresh)
            return
        if month := self._sealed(line, fresh):
            self.home.wrong.append(Wrong(row, self.form, "closed", {"month": month}))
            return
        self._cells(key, row, line, fresh)

    def _changed(self, key: str, row: ReturnedRow) -> list[tuple[Column, Cell]]:
        """The cells of a row that say something else than what was handed out, or what was taken of it before."""
        there = [column for column in shown(self.form) if column.name in row.cells]
        before = self._before.get(key)
        if before is not None:
            return [(c, row.cells[c.name]) for c in there if not is_same(row.cells[c.name], before.get(c.name))]
        known, cells = self._origin[key], {**row.cells, **self._filled_in(row)}
        return [
            (c, cells[c.name])
            for c in there
            if mark(cells[c.name]) != (known.get(c.name, "") if is_taken(self.form, c) else "")
        ]

    def _sealed(self, line: Line, fresh: Iterable[tuple[Column, Cell]]) -> str:
        """The closed month that a row is of, or would be."""
        after = line.cells | {column.name: cell for column, cell in fresh}
        return self.book.sealed_month(self.form, line.cells) or self.book.sealed_month(self.form, after)

    def _cells(self, key: str, row: ReturnedRow, line: Line, fresh: Iterable[tuple[Column, Cell]]) -> None:
        before, known = self._origin[key], self._known.get(key, {})
        put: Prints = {}
        changed = []
        for column, cell in fresh:
            name, theirs, ours = column.name, mark(cell), line.prints.get(column.name, "")
            ruled = self.book.ruling(self._mark(key, column, theirs))
            if ours == theirs or ruled == Ruling.OURS:
                put[name] = theirs
                self.home.settled.append(self._mark(key, column, theirs))
            elif ours == known.get(name, before.get(name, "")) or ruled == Ruling.THEIRS:
                changed.append(f"{column.header}：{_shown(line.cells.get(name))}→{_shown(cell)}")
                self.book.put(self.form, line, column, cell)
                put[name] = theirs
            else:
                was = _shown(self._before[key].get(name)) if key in self._before else "—"
                sides = (was, _shown(line.cells.get(name)), _shown(cell))
                self.home.conflicts.append(
                    Conflict(row, self.form, line, column, *sides, self._mark(key, column, theirs))
                )
        if changed:
            self.home.taken.append(Taken(row, self.form, line, len(changed), is_new=False))
        if put:
            self.book.remember(self.home, self.form, key, row, put, "；".join(changed))

    def _mark(self, key: str, column: Column | None, theirs: str) -> str:
        name = column.name if column is not None else "*"
        return f"{self.home.returned.base.number}:{key}:{name}:{theirs}"

    def _gone(self, key: str, row: ReturnedRow, fresh: Iterable[tuple[Column, Cell]]) -> None:
        """The book's row was deleted and the consultant changed it: a person says whether it comes back."""
        theirs = "；".join(f"{column.header}：{_shown(cell)}" for column, cell in fresh)
        self._whole(key, row, None, GONE.zh, theirs)

    # ------------------------------------------------------------ copies

    def _copies(self, key: str, rows: Sequence[ReturnedRow], line: Line | None) -> None:
        """A key that stands twice: nobody but a person knows which row is meant for what."""
        origin = self._origin[key]
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
            before = (
                "；".join(
                    f"{c.header}：{_shown(cell)}"
                    for c in taken(self.form)
                    if (cell := self._before[key].get(c.name)) is not None
                )
                if key in self._before
                else "—"
            )
            self.home.conflicts.append(Conflict(row, self.form, line, None, before, ours, theirs, mark_))

    # ------------------------------------------------------------ a new row

    def _new(self, row: ReturnedRow) -> None:
        cells = self._filled_in(row)
        who = _WHO[self.form.sheet]
        if all(cell is None for name, cell in cells.items() if name != who):
            return
        if row.is_foot:
            self.home.wrong.append(Wrong(row, self.form, "foot"))
            return
        if month := self.book.sealed_month(self.form, cells):
            self.home.wrong.append(Wrong(row, self.form, "closed", {"month": month}))
            return
        own = prints(cells, taken(self.form))
        if any(line.prints == own for line in self.book.lines(self.form)):
            self.home.duplicates += 1
            return
        line = self.book.add(self.form, cells)
        self.home.taken.append(Taken(row, self.form, line, len(own), is_new=True))
        key = mark(repr(sorted(own.items())))
        self.book.remember(self.home, self.form, key, row, own, "")


def _lines(ledger: Ledger, form: Form) -> Iterator[Line]:
    """The rows of a sheet of the book, those included that are no records."""
    for row in ledger.of(form.record):
        cells = {column.name: row.raw(column.name) for column in form.columns}
        yield Line(row.at.row, prints(cells, taken(form)), cells)


def _filled(marks: Prints) -> Prints:
    return {name: print_ for name, print_ in marks.items() if print_}


def _shown(cell: Cell) -> str:
    return as_text(cell) or BLANK.zh
