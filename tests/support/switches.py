"""Forms and columns that a shop switches on in a book, as a person does it."""

from __future__ import annotations

from pathlib import Path

from shell import xlcrm

from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Block, Changes
from xlcrm.forms.schema import Cell


def block_of(book: Path, sheet: str) -> Block:
    return next(block for block in FileSession(book).blocks if block.sheet == sheet)


def put(book: Path, sheet: str, row: int, header: str, value: Cell) -> None:
    session, changes = FileSession(book), Changes()
    changes.put(sheet, row, header, value)
    session.apply(changes)


def switch(book: Path, *names: str) -> str:
    """Write into 设置 what is switched on, and upgrade the book; returns what that said."""
    settings = block_of(book, "设置")
    row = next(i for i, cells in enumerate(settings.rows, settings.row + 1) if cells[0] == "选用表")
    put(book, "设置", row, "值", "、".join(names) or None)
    done = xlcrm("upgrade", book)
    assert done.code == 0, done.err
    return done.out
