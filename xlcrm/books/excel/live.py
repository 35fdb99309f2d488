"""A workbook open in Excel, in the hands of one verb: read once, decided upon, written once.

Every word to Excel is a call to another program. Tables are read and written as blocks, with the same number of calls
whatever their size, and handles are kept. Law 4: everything is checked before the first write; rows are copied first and
removed last. Excel for Windows: what xlwings has no word for is asked of COM.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from xlcrm.books.area import Area, loose_cells
from xlcrm.books.excel.busy import answering
from xlcrm.books.excel.excelvalue import cell_of
from xlcrm.books.excel.liveedit import LayoutEdit, LiveTableEdit, check_unprotected
from xlcrm.books.excel.livetable import LiveTable, grid
from xlcrm.books.xlsx.read import CRM_SHEETS, NOT_THERE
from xlcrm.changes import Block, Changes, StructureIssue, TableChange
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Form
from xlcrm.forms.sheets import FORMS, HOUSE_FORMS
from xlcrm.forms.workbook import SHEETS

if TYPE_CHECKING:
    from xlwings import App, Book, Sheet


_LAYOUTS = len(SHEETS) - len(HOUSE_FORMS)
"""How many sheets of a book are not forms."""


class LiveSession:
    """All tables of a CRM book open in Excel, as they were when the button was pressed.

    Raises ``Refusal`` when the book is not a CRM book (``book.not_crm``), lacks a table it cannot do without
    (``book.sheet_missing``, ``book.sheet_renamed``, ``book.table_missing``, ``book.header_hidden``) or when Excel does not
    answer (``live.busy``).
    ``writing`` is whether anything may have been written.
    """

    def __init__(self, book: Book) -> None:
        self.writing = False
        self._book = book
        self._sheets: dict[str, Sheet] = {}
        with answering():
            self._worksheets = book.sheets
            self._tables = self._read_all()
        self.blocks: list[Block] = [table.block for table in self._tables.values()]
        self.issues: list[StructureIssue] = [issue for table in self._tables.values() for issue in table.issues]

    def layout(self, sheet: str, addresses: Collection[str]) -> dict[str, Cell]:
        """What loose cells of a sheet hold. Raises ``Refusal``: ``book.sheet_missing``, ``live.busy``."""

        def read(area: Area) -> list[list[Cell]]:
            return [list(map(cell_of, row)) for row in grid(self._sheet(sheet).range(str(area)).raw_value)]

        with answering():
            return loose_cells(addresses, read)

    def apply(self, changes: Changes) -> None:
        """Write the changes into the open book; saving it is left to the user.

        Raises ``Refusal``, and then nothing was written: ``book.sheet_missing``, ``live.busy``, and those of
        ``LiveTableEdit``.
        """
        edits = [
            LiveTableEdit(self._tables[sheet], change, self._tables)
            for sheet, change in changes.tables.items()
            if change
        ]
        edits = [edit for edit in edits if edit]
        taking = [table for sheet, table in self._tables.items() if table.block.taken and not changes.tables.get(sheet)]
        layouts = [LayoutEdit(sheet, cells) for sheet, cells in changes.layouts.items()]
        with answering():
            for edit in edits:
                edit.check()
            # a table with rows below it that nothing else is changed in takes them in where it can
            edits += [edit for edit in (LiveTableEdit(table, TableChange(), {}) for table in taking) if edit.is_free()]
            sheets = [self._sheet(name) for name in changes.layouts]
            for sheet in sheets:
                check_unprotected(sheet)
        self.writing = True
        with _quiet(self._book.app, formulas=any(edit.has_formulas for edit in edits)):
            for edit in edits:
                edit.make_room()
            by_sheet = {edit.sheet: edit for edit in edits}
            for edit in edits:
                edit.carry(by_sheet)
            for edit in edits:
                edit.write()
            for edit in edits:
                edit.remove()
            for layout, sheet in zip(layouts, sheets, strict=True):
                layout.write(sheet)

    def _read_all(self) -> dict[str, LiveTable]:
        tables: dict[str, LiveTable] = {}
        missing: list[str] = []
        for sheet in CRM_SHEETS:
            try:
                tables[sheet] = self._read(FORMS[sheet])
            except Refusal as refusal:
                if refusal.key not in NOT_THERE or refusal.key == "book.sheet_renamed":
                    raise
                missing.append(sheet)
        if missing:
            raise Refusal("book.not_crm", name=self._book.name, missing="、".join(missing))
        for sheet, form in FORMS.items():
            if sheet not in tables and not form.switch and not self._does_without(form):
                tables[sheet] = self._read(form)
        if self._worksheets.count > len(tables) + _LAYOUTS:
            tables |= {form.sheet: self._read(form) for form in self._switched_on()}
        return {sheet: tables[sheet] for sheet in FORMS if sheet in tables}

    def _switched_on(self) -> Iterator[Form]:
        """The forms to be switched on that the book has, found by their tables on the sheets that not every book has.

        A sheet that only happens to be called like such a form is the shop's own.
        """
        known = set(SHEETS)
        names = [name for sheet in self._worksheets if (name := sheet.name) not in known]
        switched = {form.table: form for form in FORMS.values() if form.switch}
        for name in names:
            for table in self._sheet(name).tables:
                if form := switched.get(table.name):
                    if name != form.sheet:
                        raise Refusal("book.sheet_renamed", name=self._book.name, sheet=form.sheet, found=name)
                    yield form

    def _does_without(self, form: Form) -> bool:
        """Whether a form is one of those a book may lack, and this one does, as in files."""
        try:
            self._sheet(form.sheet)
        except Refusal as refusal:
            if not (form.optional and refusal.key == "book.sheet_missing"):
                raise
            return True
        return False

    def _read(self, form: Form) -> LiveTable:
        """By the form's table name, else the only table of the form's sheet, as in files."""
        sheet = self._sheet(form.sheet)
        try:
            name, handle = form.table, sheet.tables[form.table]
        except KeyError:
            standing = list(sheet.tables)
            if len(standing) != 1:
                raise self._no_table(form) from None
            name, handle = standing[0].name, standing[0]
        table = LiveTable(sheet, handle, name, form)
        if not table.kinds and not handle.show_headers:
            raise Refusal("book.header_hidden", name=self._book.name, sheet=form.sheet)
        return table

    def _sheet(self, name: str) -> Sheet:
        if name not in self._sheets:
            try:
                self._sheets[name] = self._worksheets[name]
            except Exception as error:  # COM's own, which has no name here
                if name in [sheet.name for sheet in self._worksheets]:
                    raise
                raise self._no_table(FORMS[name]) if name in FORMS else self._no_sheet(name) from error
        return self._sheets[name]

    def _no_table(self, form: Form) -> Refusal:
        """Where the table of a form went."""
        for sheet in self._worksheets:
            if sheet.name != form.sheet and any(table.name == form.table for table in sheet.tables):
                return Refusal("book.sheet_renamed", name=self._book.name, sheet=form.sheet, found=sheet.name)
        if form.sheet in self._sheets:
            return Refusal("book.table_missing", name=self._book.name, sheet=form.sheet)
        return self._no_sheet(form.sheet)

    def _no_sheet(self, name: str) -> Refusal:
        return Refusal("book.sheet_missing", name=self._book.name, sheet=name)


@contextlib.contextmanager
def _quiet(app: App, *, formulas: bool) -> Iterator[None]:
    """Calculation, events and the screen stand still, each put back whatever happens."""
    with (
        app.properties(calculation="manual"),
        app.properties(enable_events=False),
        app.properties(screen_updating=False),
        _no_calculated_columns(app) if formulas else contextlib.nullcontext(),
    ):
        yield


@contextlib.contextmanager
def _no_calculated_columns(app: App) -> Iterator[None]:
    """Excel would fill a table's column with the first formula put into it."""
    options = app.api.AutoCorrect
    before = options.AutoFillFormulasInLists
    options.AutoFillFormulasInLists = False
    try:
        yield
    finally:
        options.AutoFillFormulasInLists = before
