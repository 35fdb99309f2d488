"""A workbook file in the hands of one verb: read once, decided upon, written once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xlcrm.books.area import loose_cells
from xlcrm.books.xlsx.read import open_book, read_bytes, require_crm_book
from xlcrm.changes import Block, Changes, StructureIssue
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell

if TYPE_CHECKING:
    from xlcrm.books.xlsx.leftover import Left
    from xlcrm.safety.erase import Erasure


class FileSession:
    """All tables of a CRM book as they were when it was opened; ``apply`` refuses when the file changed meanwhile.

    Raises ``Refusal`` when the file is not a CRM book or lacks a sheet or a table, and, where the rows of one are asked for,
    when they cannot be read. Until then they are parsed beside whatever else the program has to do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader = open_book(path)
        require_crm_book(self._reader)
        self._reader.ahead(form.sheet for form in self._reader.forms)
        from xlcrm.books.xlsx import save as file

        self._write = file.apply

    @property
    def issues(self) -> Sequence[StructureIssue]:
        """What in the tables is not a plain value, looked for when it is first asked for."""
        return self._reader.issues

    @cached_property
    def blocks(self) -> list[Block]:
        """The tables, in the order of the forms; the rows of each are read when they are first asked for."""
        return [self._reader.table(form) for form in self._reader.forms]

    @property
    def is_as_read(self) -> bool:
        """Whether the file still is what was read; one that cannot be read now is not known to be."""
        try:
            return read_bytes(self.path) == self._reader.data
        except Refusal:
            return False

    def layout(self, sheet: str, addresses: Collection[str]) -> dict[str, Cell]:
        """What loose cells of a sheet hold. Raises ``Refusal("book.sheet_missing")``."""
        if sheet not in self._reader.sheets:
            raise Refusal("book.sheet_missing", name=self.path.name, sheet=sheet)
        return loose_cells(addresses, lambda area: self._reader.cells(sheet, area))

    def apply(
        self, changes: Changes, output: Path | None = None, *, erases: Erasure | None = None, blank: bool = False
    ) -> Path:
        """Write the changes into the book, or into a copy at ``output``; returns the file written.

        A table that cannot be read is refused, whether or not the changes are of it. ``erases``: a customer is erased, and no
        copy of what was is left. ``blank``: the book is a blank one, its copy a new book.
        """
        for block in self.blocks:
            len(block.rows)
        return self._write(self._reader, changes, output, erases=erases, blank=blank)

    def left(self, changes: Changes, erases: Erasure) -> list[Left]:
        """Where outside the tables a customer who is erased by the changes will still stand; nothing is written."""
        from xlcrm.books.xlsx.edition import Edition
        from xlcrm.books.xlsx.leftover import left_in
        from xlcrm.books.xlsx.package import Package
        from xlcrm.books.xlsx.parts import Parts

        edition = Edition(self._reader.parts)
        edition.apply(changes)
        edition.erase(erases)
        return left_in(Parts(Package(edition.content(), self.path.name)), erases)
