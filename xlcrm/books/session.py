"""A workbook file in the hands of one verb: read once, decided upon, written once."""

from __future__ import annotations

from pathlib import Path

from xlcrm.books import file
from xlcrm.books.read import open_book, require_crm_book
from xlcrm.changes import Block, Changes, StructureIssue
from xlcrm.forms import FORMS


class FileSession:
    """All tables of a CRM book as they were when it was opened; ``apply`` refuses when the file changed meanwhile.

    Raises ``Refusal`` when the file is no CRM book or lacks a sheet or a table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        reader = open_book(path)
        require_crm_book(reader)
        self._digest = reader.digest
        self.blocks: list[Block] = [reader.read(form) for form in FORMS.values()]
        self.issues: list[StructureIssue] = [issue for form in FORMS.values() for issue in reader.structure(form)]

    def apply(self, changes: Changes, output: Path | None = None) -> Path:
        """Write the changes into the book, or into a copy at ``output``; returns the file written."""
        return file.apply(self.path, changes, expected_digest=self._digest, out=output)
