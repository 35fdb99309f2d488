"""Forms that a shop switches on: ``xlcrm upgrade`` adds their sheets and takes empty ones out; every channel reads them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import fakexl
import openpyxl
import pytest
from openpyxl.worksheet.table import Table
from shell import xlcrm
from switches import switch

from xlcrm.books.excel.live import LiveSession
from xlcrm.books.hosted.copied import Copy
from xlcrm.books.new import create_book, fill_book
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Block, Changes
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell
from xlcrm.forms.settings import DECLARED
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.switched import SHEETLESS, SWITCHES
from xlcrm.forms.workbook import SHEETS, sheets_with
from xlcrm.template import blank_book

SWITCHED = [sheet for sheet, form in FORMS.items() if form.switch]
LOAN: dict[str, Cell] = {
    **{"借阅日期": dt.date(2026, 10, 5), "借阅人": "王经理", "内容": "客户卡", "事由": "回访"},
    **{"客户姓名": "何一", "电话": "19900000101"},
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("blank") / "CRM.xlsm"
    create_book(path)
    return path.read_bytes()


@pytest.fixture
def book(blank: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "CRM.xlsm"
    path.write_bytes(blank)
    return path


def there(book: Path) -> list[str]:
    return [block.sheet for block in FileSession(book).blocks if block.sheet in SWITCHED]


def rows_of(blocks: list[Block], sheet: str) -> list[tuple[Cell, ...]]:
    return [row for block in blocks if block.sheet == sheet for row in block.rows if any(row)]


def test_a_book_with_nothing_switched_on_has_one_setting_more_and_nothing_else() -> None:
    assert not set(SHEETS) & set(SWITCHED)
    text = b"".join(parts_of(blank_book()).values()).decode("utf-8", "ignore")
    codes = [codes.name for codes in CODES.values() if codes.switch]
    settings = [declared.key for declared in DECLARED.values() if declared.switch]
    assert [word for word in (*codes, *settings, *(FORMS[sheet].table for sheet in SWITCHED)) if word in text] == []
    book = BookReader(Path("CRM.xlsm"), blank_book())
    widened = [form for form in FORMS.values() if form.switched]
    assert [book.parts.table_of(form.sheet).headers for form in widened] == [form.headers for form in widened]


def parts_of(book: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}


def test_every_switch_brings_its_sheets_and_only_those() -> None:
    for name in SWITCHES:
        own = [sheet for sheet in sheets_with([name]) if sheet not in SHEETS]
        assert own == [sheet for sheet in SWITCHED if FORMS[sheet].switch == name]
        columns = [form.sheet for form in FORMS.values() if name in form.switched]
        assert bool(own or columns) is (name not in SHEETLESS)


def test_an_upgrade_adds_what_is_switched_on_as_if_the_book_had_been_made_so(book: Path, tmp_path: Path) -> None:
    switch(book, "借阅", "销售费用")
    assert there(book) == ["销售费用", "费用预算", "借阅"]
    made = tmp_path / "new.xlsm"
    fill_book(made, {"设置": [{"键": "选用表", "值": "销售费用、借阅"}]})
    ours, theirs = FileSession(book), FileSession(made)
    names = openpyxl.load_workbook(book, read_only=True).sheetnames
    assert names == openpyxl.load_workbook(made, read_only=True).sheetnames
    for one, other in zip(ours.blocks, theirs.blocks, strict=True):
        if one.sheet not in ("操作日志", "设置"):
            assert (one.sheet, one.headers, one.rows) == (other.sheet, other.headers, other.rows)
    assert ours.issues == []


def test_an_empty_sheet_goes_when_it_is_switched_off_and_a_used_one_stays(book: Path) -> None:
    switch(book, "借阅", "销售费用", "试驾")
    session, changes = FileSession(book), Changes()
    changes.add("借阅", LOAN)
    session.apply(changes)
    switch(book, "试驾")
    assert there(book) == ["试驾", "借阅"]
    session, changes = FileSession(book), Changes()
    changes.remove("借阅", 2)
    session.apply(changes)
    switch(book)
    assert there(book) == []
    assert openpyxl.load_workbook(book, read_only=True).sheetnames == list(SHEETS)


def test_what_an_upgrade_switched_on_is_taken_back_whole(book: Path) -> None:
    switch(book, "借阅")
    before = next(path for path in sorted((book.parent / ".xlcrm-backup").iterdir(), reverse=True))
    taken = before.read_bytes()
    assert xlcrm("undo", book).code == 0
    assert book.read_bytes() == taken


def test_a_sheet_of_the_shops_own_by_that_name_is_left_alone(book: Path) -> None:
    opened = openpyxl.load_workbook(book, keep_vba=True)
    sheet = opened.create_sheet("借阅")
    sheet.append(["谁", "什么"])
    sheet.append(["老张", "车钥匙"])
    sheet.add_table(Table(displayName="自己的", ref="A1:B2"))
    opened.save(book)
    assert there(book) == []
    assert xlcrm("upgrade", book).code == 0
    assert there(book) == []
    refused = xlcrm("upgrade", with_switch(book, "借阅"))
    assert refused.code == 2
    assert "借阅" in refused.err


def with_switch(book: Path, name: str) -> Path:
    session, changes = FileSession(book), Changes()
    settings = next(block for block in session.blocks if block.sheet == "设置")
    at = next(i for i, cells in enumerate(settings.rows, settings.row + 1) if cells[0] == "选用表")
    changes.put("设置", at, "值", name)
    session.apply(changes)
    return book


def test_every_channel_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "CRM.xlsm"
    fill_book(path, {"借阅": [LOAN]})
    blocks = FileSession(path).blocks
    assert len(rows_of(blocks, "借阅")) == 1
    assert Copy(path, path.name).blocks == blocks
    live = LiveSession(fakexl.opened(path)).blocks
    assert rows_of(live, "借阅") == rows_of(blocks, "借阅")
    assert [block.sheet for block in live] == [block.sheet for block in blocks]


def test_a_click_imports_nothing_of_what_is_off() -> None:
    code = (
        "import datetime as dt, sys\n"
        "sys.path.insert(0, 'tests/support')\n"
        "from memory import STAFF, visit\n"
        "from books import blocks_of\n"
        "from xlcrm.verbs import VERBS, Job\n"
        "day = dt.date(2026, 10, 5)\n"
        "blocks = blocks_of({'顾问': STAFF, '来店登记': [visit(day)]})\n"
        "for verb in ('validate', 'roll', 'check', 'month', 'print'):\n"
        "    VERBS[verb](blocks, (), Job(day, dt.datetime(2026, 10, 5, 18)))\n"
        "print(*(name for name in sys.modules if name.startswith('xlcrm.') and 'switched' in name or 'formrules' in name))\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["xlcrm.forms.switched"]
