"""Files that a button takes: those in a folder beside the book, so that no host needs a dialog of its own.

Excel, WPS and LibreOffice have three ways to ask for files, a folder is the same in each. Our decision.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xlcrm.books.places import make_folder
from xlcrm.catalogue.verbs import LABELS
from xlcrm.errors import Refusal
from xlcrm.verbs import Job

FOLDERS = {"import": "旧表", "collect": "回收"}
"""Verbs that take files, and the folder in which the files wait."""


def with_files(job: Job, verb: str, book: Path) -> Job:
    """The job with the files that wait for a verb beside the book; of a verb that takes none, as it is.

    Old sheets are shown first as they are understood, and read in when the button is pressed again. Raises ``Refusal``:
    ``inbox.empty`` for a folder without files, which is made where it is missing, and those of the readers.
    """
    if verb not in FOLDERS:
        return job
    folder = book.parent / FOLDERS[verb]
    make_folder(folder)
    try:
        if verb == "import":
            from xlcrm.books.sources import read_sources

            return replace(job, grids=read_sources([folder]), book=book.name, looks_first=True)
        from xlcrm.books.returned import read_returned

        return replace(job, returned=read_returned([folder]), book=book.name)
    except Refusal as refusal:
        if refusal.key != "import.no_files":
            raise
        raise Refusal("inbox.empty", folder=folder.name, label=LABELS[verb].zh) from refusal
