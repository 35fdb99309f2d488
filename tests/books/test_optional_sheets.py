"""A book older than a form lacks its sheet, and works without it, whatever the channel; the others it cannot do without."""

from __future__ import annotations

from pathlib import Path

import fakexl
import pytest
from workbooks import edit_member

from xlcrm.books.excel.live import LiveSession
from xlcrm.books.hosted.copied import Copy
from xlcrm.books.new import create_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS, MonthFigure

OLDER = MonthFigure.form.sheet


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "CRM.xlsm"
    create_book(path)
    return path


def without(path: Path, sheet: str) -> Path:
    edit_member(path, "xl/workbook.xml", f'<sheet name="{sheet}"[^>]*>', "", pattern=True)
    return path


def test_the_forms_a_book_may_lack_are_the_tools_own() -> None:
    assert [form.sheet for form in FORMS.values() if form.optional and form.checked and not form.switch] == []


def test_a_file_without_an_optional_sheet_is_read_without_it(book: Path) -> None:
    whole = FileSession(book).blocks
    older = FileSession(without(book, OLDER))
    assert older.blocks == [block for block in whole if block.sheet != OLDER]
    assert older.issues == []


def test_a_copy_without_an_optional_sheet_is_read_without_it(book: Path) -> None:
    whole = Copy(book, book.name).blocks
    assert Copy(without(book, OLDER), book.name).blocks == [block for block in whole if block.sheet != OLDER]


def test_an_open_book_without_an_optional_sheet_is_read_without_it(book: Path) -> None:
    opened = fakexl.opened(book)
    del opened.api[OLDER]
    assert {block.sheet for block in LiveSession(opened).blocks} == {
        sheet for sheet, form in FORMS.items() if not form.switch
    } - {OLDER}


def test_an_optional_sheet_under_another_name_is_named(book: Path) -> None:
    edit_member(book, "xl/workbook.xml", f'name="{OLDER}"', 'name="指标"')
    with pytest.raises(Refusal) as refused:
        FileSession(book)
    assert (refused.value.key, refused.value.about["found"]) == ("book.sheet_renamed", "指标")


def test_every_other_sheet_is_asked_for(book: Path) -> None:
    with pytest.raises(Refusal) as refused:
        FileSession(without(book, "战败"))
    assert (refused.value.key, refused.value.about["sheet"]) == ("book.sheet_missing", "战败")
