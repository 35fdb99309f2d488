"""``xlcrm upgrade``: a book of an earlier version becomes one of this version, in one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from xlcrm.books.upgrade.columns import add_columns
from xlcrm.books.upgrade.contents import add_sheets, renew_macros, renew_names, renew_ribbon, set_version
from xlcrm.books.upgrade.dressing import renew_dressing
from xlcrm.books.upgrade.layouts import LAYOUTS, renew_layout
from xlcrm.books.upgrade.switching import drop_sheets, in_use, switched_on, switches_of
from xlcrm.books.upgrade.takeout import without_columns
from xlcrm.books.upgrade.work import Work
from xlcrm.books.xlsx.edition import Edition
from xlcrm.books.xlsx.properties import schema_of
from xlcrm.books.xlsx.read import BookReader, require_crm_book
from xlcrm.catalogue import Lang
from xlcrm.catalogue.upgrade import DONE, UNVERSIONED
from xlcrm.catalogue.verbs import LABELS
from xlcrm.changes import Block, Changes, Value, headers_of
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS, JournalRow, Order
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT, SCHEMA
from xlcrm.template import blank_book

_PREFILLED: Mapping[str, tuple[str, ...]] = {"设置": ("键",), "字典": ("类别", "代码")}
"""The sheets that a template has rows on, and the columns that say which is which."""
_EXPLAINED: Mapping[str, tuple[str, ...]] = {"设置": ("说明",), "字典": ("名称", "上级")}
"""Their columns in which the template explains a row."""


def released(schema: int) -> bytes:
    """The template as it was released with a layout; for today's and for one nobody knows, see ``Upgrade``."""
    return resources.files("xlcrm.template").joinpath("released", f"{schema}.xlsm").read_bytes()


OLDEST = 1


@dataclass(slots=True)
class Renewed:
    """What an upgrade did, for words: new sheets, those switched off that went, new columns, those that went and new rows by
    sheet, and what else to know.
    """

    found: int | None
    sheets: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    said: list[tuple[str, dict[str, object]]] = field(default_factory=list)


class Upgrade:
    """A book as it will be in today's layout; decided whole when it is made, written by ``books.xlsx.save.place``.

    Raises ``Refusal``: ``upgrade.newer``, ``upgrade.sheet_taken``, ``upgrade.no_room``, ``upgrade.notes``, ``upgrade.locked``,
    ``upgrade.forms``, ``upgrade.macros``, ``book.signed``, and those of reading and editing a book.
    """

    def __init__(self, reader: BookReader, now: dt.datetime, user: str, lang: Lang) -> None:
        require_crm_book(reader)
        name = reader.path.name
        if reader.parts.is_signed:
            raise Refusal("book.signed", name=name)
        found = schema_of(reader.parts)
        if found is not None and found > SCHEMA:
            raise Refusal("upgrade.newer", name=name, found=found, wanted=SCHEMA)
        self._before = self._blocks(reader)
        store = next((row[1] for row in self._rows("设置") if row[0] == "店名"), None)
        on = switched_on(self._before)
        self.done = Renewed(found)
        used = in_use(reader, self._before, on)
        reader, self.done.gone, kept = without_columns(reader, self._before, (*on, *used))
        self._reader = reader
        used += [switch for switch in kept if switch not in used]
        self._fresh_book = blank_book(str(store or ""), (*on, *used))
        fresh = BookReader(Path(name), self._fresh_book)
        there, wanted = switches_of(self._known()), switches_of(_headers(fresh))
        base = fresh if there == wanted else BookReader(Path(name), blank_book("", there))
        base = base if found == SCHEMA else BookReader(Path(name), released(found or OLDEST))
        self._used = used
        self._base, self._fresh = base, fresh
        self._touched: dict[str, set[int]] = {}
        self.is_due = found != SCHEMA or there != wanted or bool(self.done.gone) or self._lacks_something()
        before = UNVERSIONED.say(lang) if found is None else found
        self._line = now, user, LABELS["upgrade"].say(lang), DONE.say(lang, wanted=SCHEMA, found=before)
        self._edition = self._decide()

    def content(self) -> bytes:
        """The bytes of the book in today's layout."""
        return self._edition.content()

    @property
    def is_only_noted(self) -> bool:
        return False

    def verify(self, reader: BookReader) -> None:
        """Every cell of every table is where it was, under the same header: ``Refusal("book.not_verified")``."""
        self._edition.verify(reader)
        for block in (block for block in self._before if block.sheet not in self.done.dropped):
            new = reader.read(FORMS[block.sheet])
            gone = self.done.gone.get(block.sheet, ())
            place = _lost(block, new, self._touched.get(block.sheet, set()), gone)
            if place:
                raise Refusal("book.not_verified", name=reader.path.name, place=place)

    # ------------------------------------------------------------ deciding

    def _lacks_something(self) -> bool:
        own, fresh = self._reader.parts, self._fresh.parts
        if any(sheet not in own.sheets for sheet in fresh.sheets):
            return True
        known = self._known()
        return any(header not in known.get(sheet, ()) for sheet, own in _headers(self._fresh).items() for header in own)

    def _known(self) -> dict[str, set[str]]:
        """The headers of the book by sheet, in the form's spelling and its own, without those that go."""
        return {block.sheet: set(headers_of(block)) - {*self.done.gone.get(block.sheet, ())} for block in self._before}

    @property
    def sheets_changed(self) -> list[str]:
        """The sheets on which something is new."""
        done = self.done
        return [*done.sheets, *done.dropped, *done.columns, *done.gone, *done.rows, *LAYOUTS[:2]]

    def _decide(self) -> Edition:
        own, fresh = self._reader.parts, self._fresh.parts
        for sheet in FORMS:
            if sheet in own.sheets and sheet in fresh.sheets and not self._reader.has(FORMS[sheet]):
                raise Refusal("upgrade.sheet_taken", name=self._reader.path.name, sheet=sheet)
        work = Work(own, self._base.parts, fresh)
        self.done.dropped = drop_sheets(work)
        there = [sheet for sheet in FORMS if sheet in own.sheets and sheet in fresh.sheets]
        for sheet in there:
            if new := add_columns(work, sheet):
                self.done.columns[sheet] = new
        for sheet in there:
            renew_dressing(work, sheet)
        for sheet in LAYOUTS:
            if sheet in own.sheets:
                renew_layout(work, sheet)
        self.done.sheets = add_sheets(work)
        renew_names(work, self.done.sheets)
        set_version(work)
        renew_ribbon(work)
        renew_macros(work, self._fresh_book, self._reader.data)
        work.settle()
        self.done.said = [*self._own_columns(), *work.said]
        if self._used:
            self.done.said.append(("still_used", {"names": "、".join(self._used)}))
        between = BookReader(self._reader.path, work.content(), measured=True)
        changes = self._changes(between)
        edition = Edition(between.parts, between.taken)
        edition.apply(changes)
        return edition

    def _own_columns(self) -> Iterator[tuple[str, dict[str, object]]]:
        """Columns that the shop has had, and that today's form has under the same name."""
        for block in self._before:
            if block.sheet in self._base.sheets and block.sheet in self._fresh.sheets:
                known, released = headers_of(block), self._base.parts.table_of(block.sheet).headers
                today = self._fresh.parts.table_of(block.sheet).headers
                names = [header for header in today if header in known and header not in released]
                if names:
                    yield "own_column", {"sheet": block.sheet, "names": "、".join(names)}

    def _changes(self, between: BookReader) -> Changes:
        now, user, label, sentence = self._line
        changes = Changes()
        for sheet in _PREFILLED:
            self._prefill(between.read(FORMS[sheet]), sheet, changes)
        self._keep_orders(between, changes)
        between.read(JournalRow.form)
        changes.add(JournalRow.form.sheet, JournalRow.cells(time=now, user=user or None, verb=label, new=sentence))
        changes.lay(*HOME_LAST, f"{label} {now:%Y-%m-%d %H:%M}")
        changes.lay(*HOME_RESULT, sentence)
        self._touched = {sheet: set(change.cells) for sheet, change in changes.tables.items()}
        return changes

    def _keep_orders(self, between: BookReader, changes: Changes) -> None:
        """With 大定日期 a row without one is a deposit: what was an order before stays the order of its day."""
        form = Order.form
        firm_on, signed_on = (form.by_name[name].header for name in ("firm_on", "date"))
        if firm_on not in self.done.columns.get(form.sheet, ()):
            return
        block = between.read(form)
        at = block.headers.index(headers_of(block)[signed_on])
        for row, cells in enumerate(block.rows, block.row + 1):
            if cells[at] is not None:
                changes.put(form.sheet, row, firm_on, cells[at])
        self.done.said.append(("orders_kept", {}))

    def _prefill(self, block: Block, sheet: str, changes: Changes) -> None:
        """New settings and codes where today's template has them; those that the shop took out stay out."""
        fresh, base = (book.read(FORMS[sheet]) for book in (self._fresh, self._base))
        keys, explained = _PREFILLED[sheet], _EXPLAINED[sheet]
        own_at = _by_key(block, keys)
        released, today = _by_key(base, keys), _by_key(fresh, keys)
        before = block.row + 1
        for key, row in today.items():
            if key in own_at:
                before = block.row + 1 + own_at[key][0] + 1
                for header in explained:
                    was = released[key][1].get(header) if key in released else None
                    stands = own_at[key][1].get(header)
                    if key in released and stands == was != row[1].get(header):
                        changes.put(sheet, before - 1, header, row[1].get(header))
            elif key not in released:
                changes.insert(sheet, before, _values(row[1]))
                self.done.rows.setdefault(sheet, []).append("/".join(map(str, key)))

    def _rows(self, sheet: str) -> Iterator[tuple[Cell, ...]]:
        block = next((block for block in self._before if block.sheet == sheet), None)
        return iter(block.rows if block else ())

    def _blocks(self, reader: BookReader) -> list[Block]:
        there = [form for form in FORMS.values() if form.sheet in reader.sheets and reader.has(form)]
        reader.ahead(form.sheet for form in there)
        return [reader.read(form) for form in there]


def _values(row: Mapping[str, Cell]) -> dict[str, Value]:
    return {header: value for header, value in row.items() if value is not None}


def _by_key(block: Block, keys: tuple[str, ...]) -> dict[tuple[Cell, ...], tuple[int, dict[str, Cell]]]:
    """The rows of a block by what identifies them: their position and their cells by the form's headers."""
    own = headers_of(block)
    at = {header: block.headers.index(own[header]) for header in FORMS[block.sheet].headers if header in own}
    found: dict[tuple[Cell, ...], tuple[int, dict[str, Cell]]] = {}
    for i, row in enumerate(block.rows):
        cells = {header: row[place] for header, place in at.items()}
        found.setdefault(tuple(cells.get(key) for key in keys), (i, cells))
    return found


def _headers(book: BookReader) -> dict[str, tuple[str, ...]]:
    """The headers of every form of a template."""
    return {sheet: book.parts.table_of(sheet).headers for sheet in FORMS if sheet in book.parts.sheets}


def _lost(before: Block, after: Block, touched: set[int], gone: Collection[str]) -> str | None:
    """The first cell of a block that does not stand in the later one, row by row and header by header; ``gone`` are blank."""
    own = {header: after.headers.index(header) for header in before.headers if header in after.headers}
    if len(own) < len(set(before.headers) - set(gone)):
        return f"{before.sheet}!{before.row}"
    waiting = iter(after.rows)
    for i, row in enumerate(before.rows):
        if all(cell is None for cell in row) or before.row + 1 + i in touched:
            continue
        wanted = {own[header]: row[at] for at, header in enumerate(before.headers) if header in own}
        if not any(all(new[at] == cell for at, cell in wanted.items()) for new in waiting):
            return f"{before.sheet}!{before.row + 1 + i}"
    return None
