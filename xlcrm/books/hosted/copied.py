"""A copy of an open book, saved by its own program: WPS writes what the book is, LibreOffice the old BIFF format.

The old format has no tables: a form's block is found by the name of its sheet, and by the headers in the first row. Nor
can formulas be distinguished from values there; the one who writes into the open book asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from xlcrm.books.area import Area, loose_cells
from xlcrm.books.xlsx.read import (
    CRM_SHEETS,
    BookReader,
    read_bytes,
    require_crm_book,
)
from xlcrm.books.xlsx.values import Values, failing_row
from xlcrm.changes import Beside, Block, StructureIssue
from xlcrm.errors import Refusal
from xlcrm.forms.headers import columns_of, restored, typed_over
from xlcrm.forms.schema import Cell, Form
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.workbook import HEADER_ROW

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file in the old format begins; of the programs with our buttons only LibreOffice saves copies in it."""


class Copy:
    """All tables of a CRM book as they were in the copy at ``path``; ``name`` is what the book itself is called.

    Raises ``Refusal``: ``book.not_crm``, ``book.sheet_missing``, ``book.table_missing``, ``live.date1904`` (the dates that
    go back into the book are counted from 1900), and those of ``open_book``.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        data = read_bytes(path)
        self.issues: Sequence[StructureIssue] = ()
        self._cells: Callable[[str, Area], list[list[Cell]]]
        if data.startswith(COMPOUND_FILE):
            self.blocks = self._old_format(data)
        else:
            reader = BookReader(Path(name), data)
            require_crm_book(reader)
            if reader.parts.date1904:
                raise Refusal("live.date1904", name=name)
            self._sheets, self._cells = frozenset(reader.sheets), reader.cells
            reader.ahead(form.sheet for form in reader.forms)
            self.blocks = [reader.table(form) for form in reader.forms]
            self.issues = reader.issues

    def layout(self, sheet: str, addresses: Collection[str]) -> dict[str, Cell]:
        """What loose cells of a sheet hold. Raises ``Refusal("book.sheet_missing")``."""
        if sheet not in self._sheets:
            raise Refusal("book.sheet_missing", name=self._name, sheet=sheet)
        return loose_cells(addresses, lambda area: self._cells(sheet, area))

    def _old_format(self, data: bytes) -> list[Block]:
        book = Values(data, self._name, lambda sheet: failing_row(data, sheet))
        missing = [sheet for sheet in CRM_SHEETS if sheet not in book.names]
        if missing:
            renamed = (self._gone(book, FORMS[sheet]) for sheet in missing)
            named = next((refusal for refusal in renamed if refusal.key == "book.sheet_renamed"), None)
            raise named or Refusal("book.not_crm", name=self._name, missing="、".join(missing))
        self._sheets = frozenset(book.names)
        self._cells = book.cells
        forms = (form for form in FORMS.values() if not form.optional or form.sheet in book.names)
        return [self._block(book, form) for form in forms if not form.switch or self._is_of(book, form.sheet, form)]

    def _is_of(self, book: Values, sheet: str, form: Form) -> bool:
        """Whether a sheet has all headers of a form."""
        right = book.end(sheet)[1]
        top = book.cells(sheet, Area(HEADER_ROW, 1, HEADER_ROW, right))[0] if right else []
        known = columns_of(map(str, top), form)
        return all(column.name in known or column.late for column in form.columns)

    def _block(self, book: Values, form: Form) -> Block:
        """From the first row to the last that holds something, as far right as there are headers; one of the form's may be
        cleared.

        Where the table ends the format does not say: any of the rows may stand below it.
        """
        if form.sheet not in book.names:
            raise self._gone(book, form)
        bottom, right = book.end(form.sheet)
        top, *lines = book.cells(form.sheet, Area(HEADER_ROW, 1, max(bottom, HEADER_ROW + 1), max(right, 1)))
        texts = tuple("" if header is None else str(header) for header in top)
        known = max(columns_of(texts, form).values(), default=0)
        width = next((at for at, text in enumerate(texts) if not text and at > known), len(texts))
        if not any(texts[:width]):
            raise Refusal("book.table_missing", name=self._name, sheet=form.sheet)
        cut = [tuple(row[:width]) for row in lines]
        height = max((i for i, row in enumerate(cut, start=1) if any(cell is not None for cell in row)), default=1)
        rows, headers = tuple(cut[:height]), texts[:width]
        over = typed_over(headers, form)
        return Block(form.sheet, form.table, HEADER_ROW, 1, restored(headers, over), rows, over, Beside(len(rows)))

    def _gone(self, book: Values, form: Form) -> Refusal:
        """Where the sheet of a form went: to another name, if one that is not a form's has all its headers."""
        for name in book.names:
            if name not in FORMS and self._is_of(book, name, form):
                return Refusal("book.sheet_renamed", name=self._name, sheet=form.sheet, found=name)
        return Refusal("book.sheet_missing", name=self._name, sheet=form.sheet)
