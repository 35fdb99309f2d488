"""``xlcrm upgrade``: a used book of 0.1.0 becomes what it would be had it always been new, and keeps all that is the shop's."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import ooxml
import openpyxl
import pytest
from memory import HE, QIAN, STAFF, SUN, report, visit
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import TableColumn

from xlcrm.books.upgrade.upgrade import Upgrade, released
from xlcrm.books.xlsx.properties import schema_of
from xlcrm.books.xlsx.read import BookReader, open_book
from xlcrm.books.xlsx.save import backups, place
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes, headers_of
from xlcrm.cli import main
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET, HOUSE_FORMS
from xlcrm.forms.workbook import SCHEMA
from xlcrm.template import blank_book
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 10, 5)
LAYOUTS = [
    int(path.name.partition(".")[0]) for path in resources.files("xlcrm.template").joinpath("released").iterdir()
]
ROWS: Mapping[str, Sequence[Mapping[str, Cell]]] = {
    "顾问": STAFF,
    "来店登记": [visit(DAY, HE, "H"), visit(DAY, QIAN, "A"), visit(DAY, SUN, "B")],
    "日报": [report(DAY, HE, "H"), report(DAY, QIAN, "A"), report(DAY, SUN, "B")],
}
JOURNAL, KEPT, LIST = "操作日志", "历月指标", "问题清单"
"""In the list, new columns stand beside those they follow; the former ones keep their order."""


def press(book: Path, *verbs: str, today: dt.date = dt.date(2026, 10, 31)) -> None:
    """The verbs one after another, a minute between two."""
    for minute, verb in enumerate(verbs):
        session = FileSession(book)
        job = Job(today, dt.datetime.combine(today, dt.time(20, minute)), "文员小吴", layout=session.layout)
        session.apply(VERBS[verb](session.blocks, session.issues, job).changes)


def fill(book: Path, template: bytes) -> Path:
    """A month's logs in a template, rolled and checked; October is closed, and November has begun."""
    book.write_bytes(template)
    changes = Changes()
    for sheet, rows in ROWS.items():
        for row in rows:
            changes.add(sheet, row)
    FileSession(book).apply(changes)
    press(book, "validate", "roll", "check")
    press(book, "close", today=dt.date(2026, 11, 2))
    more = Changes()
    more.add("来店登记", visit(dt.date(2026, 11, 2), HE, "H", **{"首次/再次": "再次"}))
    FileSession(book).apply(more)
    return book


def upgrade(book: Path) -> Upgrade:
    reader = open_book(book)
    made = Upgrade(reader, dt.datetime(2026, 11, 2, 21), "文员小吴", "zh")
    place(reader, lambda: made)
    return made


def held(book: Path, sheet: str) -> list[dict[str, Cell]]:
    """The rows of a table by header; settings and codes that a template brings are part of it."""
    block = open_book(book).read(FORMS[sheet])
    rows = (dict(zip(block.headers, row, strict=True)) for row in block.rows)
    return [row for row in rows if any(cell is not None for cell in row.values())]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("old") / "CRM.xlsm", released(1))


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("new") / "CRM.xlsm", blank_book())


@pytest.fixture(scope="module")
def upgraded(old: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = Path(shutil.copy(old, tmp_path_factory.mktemp("upgraded") / "CRM.xlsm"))
    upgrade(book)
    return book


@pytest.fixture
def book(old: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(old, tmp_path / "CRM.xlsm"))


# ---------------------------------------------------------------- as if it had always been new


def test_every_released_layout_is_kept() -> None:
    assert sorted(LAYOUTS) == list(range(1, SCHEMA)), "the template of the last release belongs into template/released"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_blank_book_of_every_released_layout_becomes_todays(layout: int, tmp_path: Path) -> None:
    book = tmp_path / "CRM.xlsm"
    book.write_bytes(released(layout))
    made = upgrade(book)
    ours, todays = openpyxl.load_workbook(book), openpyxl.load_workbook(io.BytesIO(blank_book()))
    assert ours.sheetnames == todays.sheetnames
    for sheet in todays:
        here = ours[sheet.title]
        if sheet.title == LIST:
            assert {cell.value for cell in here[1]} == {cell.value for cell in sheet[1]}
            continue
        assert [table.ref for table in here.tables.values()] == [table.ref for table in sheet.tables.values()] or (
            sheet.title in ("设置", "字典", JOURNAL)
        )
        if sheet.title not in made.done.columns:
            assert here.freeze_panes == sheet.freeze_panes
        assert (widths(here), drop_downs(here), print_setup(here)) == (
            widths(sheet),
            drop_downs(sheet),
            print_setup(sheet),
        )
        for row in sheet.iter_rows(max_row=1 if sheet.title in FORMS else 200):
            for cell in row:
                other = here[cell.coordinate]
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    assert other.value == cell.value
                assert (repr(other.font), repr(other.fill)) == (repr(cell.font), repr(cell.fill))
                assert (other.comment and other.comment.text) == (cell.comment and cell.comment.text)
    parts, fresh = raw_bytes(book.read_bytes()), raw_bytes(blank_book())
    for member in ("xl/vbaProject.bin", "customUI/customUI.xml"):
        assert parts[member] == fresh[member]


def widths(sheet: Any) -> dict[int, tuple[float, bool]]:
    """Column by column: how wide, and whether hidden."""
    spans = sheet.column_dimensions.values()
    return {at: (span.width, span.hidden) for span in spans for at in range(span.min, span.max + 1)}


def drop_downs(sheet: Any) -> set[tuple[str, str | None, str | None, str | None]]:
    """Where a drop-down begins, what it offers, and what it says."""
    return {
        (str(one.sqref).partition(":")[0], one.type, one.formula1, one.prompt)
        for one in sheet.data_validations.dataValidation
    }


def print_setup(sheet: Any) -> tuple[Any, ...]:
    setup = sheet.page_setup
    return setup.orientation, setup.paperSize, setup.fitToHeight, sheet.print_title_rows


def raw_bytes(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def known(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Rows without what only a press since fills: the customer's name and phone in the history of grades."""
    since = ("客户姓名", "电话")
    return [{header: cell for header, cell in row.items() if "依据" not in row or header not in since} for row in rows]


def test_a_used_half_closed_book_holds_what_a_new_one_would(upgraded: Path, new: Path) -> None:
    """Except for 历月指标, which the next close writes for months closed without it, and the list, which the next press writes."""
    for sheet in HOUSE_FORMS:
        if sheet not in (JOURNAL, KEPT, LIST):
            assert known(held(upgraded, sheet)) == known(held(new, sheet)), sheet


def test_and_goes_on_like_one(upgraded: Path, new: Path, tmp_path: Path) -> None:
    one, other = (Path(shutil.copy(book, tmp_path / name)) for book, name in ((upgraded, "a.xlsm"), (new, "b.xlsm")))
    for book in (one, other):
        press(book, "roll", "check", "plan", "undo", "month", today=dt.date(2026, 11, 3))
        press(book, "close", today=dt.date(2026, 12, 1))
    for sheet in HOUSE_FORMS:
        if sheet != JOURNAL:
            rows = ([row | {"结账日期": None} for row in known(held(book, sheet))] for book in (one, other))
            assert next(rows) == next(rows), sheet


def test_the_undo_history_and_the_seals_are_kept(upgraded: Path, old: Path) -> None:
    assert held(upgraded, JOURNAL)[:-1] == held(old, JOURNAL)
    press(upgraded, "undo", "undo", today=dt.date(2026, 11, 3))
    assert not [row for row in held(upgraded, "月初留存") if row["月份"] == "2026-11"], "the close was taken back"
    press(upgraded, "redo", "redo", today=dt.date(2026, 11, 3))


@pytest.mark.ooxml
def test_office_finds_nothing_wrong(upgraded: Path, book: Path) -> None:
    upgrade(dress(book))
    assert ooxml.faults(upgraded) == []


def test_a_second_upgrade_has_nothing_to_do(upgraded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = upgraded.read_bytes()
    assert main(["upgrade", str(upgraded)]) == 0
    assert upgraded.read_bytes() == before
    assert f"已经是最新的布局 {SCHEMA}" in capsys.readouterr().out


# ---------------------------------------------------------------- what is the shop's


def dress(book: Path) -> Path:
    """A book as another program saves it, with all that a shop adds: columns, a sheet, a name, rules, notes, print set-up."""
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    card = workbook["客户卡"]
    table = card.tables["tblCard"]
    width = len(table.tableColumns)
    name = openpyxl.utils.get_column_letter(width + 1)
    table.ref = table.ref.replace(openpyxl.utils.get_column_letter(width), name)
    table.autoFilter.ref = table.ref
    table.tableColumns.append(TableColumn(id=width + 1, name="店里的备注"))
    card[f"{name}1"] = "店里的备注"
    card[f"{name}2"] = "=H2&LEFT(E2,3)"
    card[f"{name}3"] = "老板的朋友"
    card.column_dimensions["H"].width = 33
    rule = DataValidation(type="list", formula1='"在跟,缓一缓"', sqref=f"{name}2:{name}500")
    card.add_data_validation(rule)
    card["Q3"] = "海淀路 8 号"
    card["Q3"].comment = openpyxl.comments.Comment("先打电话", "老板")
    card.print_options.gridLines = True
    card.oddFooter.center.text = "本店内部"
    own = workbook.create_sheet("老板看的", 3)
    own["A1"] = '=COUNTIF(客户卡!$H$2:$H$99,"在跟")'
    own["A2"] = '=SUMPRODUCT(--(客户卡!H:H="在跟"))'
    own["A3"] = "=客户卡!F2&客户卡!G2"
    workbook.defined_names["店_状态"] = openpyxl.workbook.defined_name.DefinedName(
        "店_状态", attr_text="客户卡!$G$2:$G$9"
    )
    workbook[HOME_SHEET]["K3"] = "周一例会 8:30"
    workbook[HOME_SHEET]["B2"] = "本店口号"
    workbook.save(book)
    return book


def test_what_is_the_shops_stays(book: Path) -> None:
    before = openpyxl.load_workbook(dress(book))
    made = upgrade(book)
    after = openpyxl.load_workbook(book)
    assert after.sheetnames[:4] == ["首页", "来店登记", "日报", "老板看的"]
    card = after["客户卡"]
    headers = [cell.value for cell in card[1]]
    assert headers.index("曾用电话") == headers.index("备用电话") + 1
    assert headers[-1] == "店里的备注"
    own = openpyxl.utils.get_column_letter(len(headers))
    assert card[f"{own}2"].value == "=I2&LEFT(E2,3)", "G is new: H became I, E stayed"
    assert card[f"{own}3"].value == "老板的朋友"
    assert card["R3"].comment.text == "先打电话"
    assert (card.print_options.gridLines, card.oddFooter.center.text) == (True, "本店内部")
    assert card.column_dimensions["I"].width == pytest.approx(33, abs=1)
    assert f"{own}2:{own}500" in [str(rule.sqref) for rule in card.data_validations.dataValidation]
    boss = after["老板看的"]
    assert boss["A1"].value == '=COUNTIF(客户卡!$I$2:$I$99,"在跟")'
    assert boss["A2"].value == '=SUMPRODUCT(--(客户卡!I:I="在跟"))'
    assert boss["A3"].value == "=客户卡!F2&客户卡!H2"
    assert after.defined_names["店_状态"].attr_text == "客户卡!$H$2:$H$9"
    assert (after[HOME_SHEET]["K3"].value, after[HOME_SHEET]["B2"].value) == ("周一例会 8:30", "本店口号")
    for sheet in HOUSE_FORMS:
        if sheet in before.sheetnames:
            assert set(before[sheet].tables) == set(after[sheet].tables)
    assert "customUI/customUI.xml" in raw_bytes(book.read_bytes()), "openpyxl had lost the ribbon"
    assert set(made.done.sheets) == set(after.sheetnames) - set(before.sheetnames)


def test_a_drop_down_that_the_shop_changed_is_left_alone(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    rules = workbook["客户卡"].data_validations.dataValidation
    changed = next(rule for rule in rules if rule.formula1 == "字典_状态")
    changed.formula1 = '"在跟,缓一缓"'
    workbook.save(book)
    upgrade(book)
    after = openpyxl.load_workbook(book)["客户卡"].data_validations.dataValidation
    on_state = [rule for rule in after if str(rule.sqref).startswith("H2")]
    assert [rule.formula1 for rule in on_state] == ['"在跟,缓一缓"']


def test_codes_and_settings_that_the_shop_took_out_stay_out(book: Path) -> None:
    changes = Changes()
    block = open_book(book).read(FORMS["字典"])
    gone = next(i for i, row in enumerate(block.rows) if row[1] == "抖音")
    changes.remove("字典", block.row + 1 + gone)
    FileSession(book).apply(changes)
    made = upgrade(book)
    assert "抖音" not in [row["代码"] for row in held(book, "字典")]
    assert "销售费用月份" in made.done.rows["设置"]


def test_the_shops_own_macros_are_kept(book: Path) -> None:
    from pyopenvba import ExcelFile, VBAModuleKind

    with ExcelFile(book) as opened:
        text = 'Attribute VB_Name = "Laoban"\r\nPublic Sub Hello()\r\n    MsgBox "hi"\r\nEnd Sub\r\n'
        opened.vba_project().add_module("Laoban", text, kind=VBAModuleKind.standard)
        opened.save()
    made = upgrade(book)
    with ExcelFile(book) as opened:
        assert "MsgBox" in opened.get_module("Laoban")
    assert ("modules", {"names": "Laoban"}) in made.done.said


def test_the_python_of_the_buttons_is_kept(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    workbook["xlwings.conf"]["B1"] = r"D:\xlcrm\python\python.exe"
    workbook.save(book)
    upgrade(book)
    assert openpyxl.load_workbook(book)["xlwings.conf"]["B1"].value == r"D:\xlcrm\python\python.exe"


def test_only_one_sheet_is_chosen(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    workbook.active = workbook.sheetnames.index(JOURNAL)
    for sheet in workbook:
        sheet.sheet_view.tabSelected = sheet.title == JOURNAL
    workbook.save(book)
    upgrade(book)
    after = openpyxl.load_workbook(book)
    assert [sheet.title for sheet in after if sheet.sheet_view.tabSelected] == [JOURNAL], (
        "two would be typed into at once"
    )
    assert after.active is not None
    assert after.active.title == JOURNAL


# ---------------------------------------------------------------- taken back, declined


def test_undo_puts_the_former_book_back_byte_for_byte(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert main(["upgrade", str(book)]) == 0
    assert backups(book)[-1].read_bytes() == before
    assert main(["undo", str(book)]) == 0
    assert book.read_bytes() == before
    assert "整本退回" in capsys.readouterr().out
    assert main(["undo", str(book), "--today", "2026-11-03"]) == 0, "what was done before the upgrade"
    assert not [row for row in held(book, "月初留存") if row["月份"] == "2026-11"]


def test_what_was_typed_since_keeps_the_upgrade(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["upgrade", str(book)])
    typed = Changes()
    typed.add("来店登记", visit(dt.date(2026, 11, 3), SUN, "B", **{"首次/再次": "再次"}))
    FileSession(book).apply(typed)
    assert main(["undo", str(book), "--today", "2026-11-03"]) == 0
    assert "升级没有退回" in capsys.readouterr().out
    assert schema_of(open_book(book).parts) == SCHEMA
    assert dt.date(2026, 11, 3) in [row["日期"] for row in held(book, "来店登记")]


def test_a_dry_run_writes_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert main(["upgrade", str(book), "--dry-run"]) == 0
    assert book.read_bytes() == before
    assert "历月指标" in capsys.readouterr().out


def test_selfcheck_says_when(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selfcheck", str(book)]) == 1
    assert f'xlcrm upgrade "{book.name}"' in capsys.readouterr().out


def edited(book: Path, member: str, pattern: str, new: str) -> None:
    parts = raw_bytes(book.read_bytes())
    parts[member] = re.sub(pattern, new, parts[member].decode(), count=1).encode()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


DECLINED = {
    "upgrade.newer": lambda book: edited(book, "docProps/custom.xml", "<vt:i4>1<", "<vt:i4>99<"),
    "upgrade.locked": lambda book: edited(
        book, "xl/workbook.xml", "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'
    ),
}


@pytest.mark.parametrize("key", DECLINED)
def test_what_cannot_be_done_is_said_and_nothing_is_written(key: str, book: Path) -> None:
    DECLINED[key](book)
    before = book.read_bytes()
    with pytest.raises(Refusal) as refused:
        upgrade(book)
    assert refused.value.key == key
    assert book.read_bytes() == before


def test_a_sheet_of_the_shops_under_a_name_that_is_needed(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    workbook.create_sheet("读入结果")["A1"] = "手工"
    workbook.save(book)
    with pytest.raises(Refusal) as refused:
        upgrade(book)
    assert refused.value.key == "upgrade.sheet_taken"


def test_comments_of_the_shops_on_a_layout_sheet(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    workbook[ANALYSIS_SHEET]["B5"].comment = openpyxl.comments.Comment("看这里", "老板")
    workbook.save(book)
    with pytest.raises(Refusal) as refused:
        upgrade(book)
    assert refused.value.key == "upgrade.notes"


def test_a_column_of_the_shops_under_a_name_that_is_needed_is_used(book: Path) -> None:
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    card = workbook["客户卡"]
    table = card.tables["tblCard"]
    width = len(table.tableColumns)
    table.ref = table.ref.replace(openpyxl.utils.get_column_letter(width), openpyxl.utils.get_column_letter(width + 1))
    table.autoFilter.ref = table.ref
    table.tableColumns.append(TableColumn(id=width + 1, name="曾用电话"))
    card.cell(1, width + 1, "曾用电话")
    workbook.save(book)
    made = upgrade(book)
    assert "客户卡" not in made.done.columns
    assert ("own_column", {"sheet": "客户卡", "names": "曾用电话"}) in made.done.said
    block = BookReader(book, book.read_bytes()).read(FORMS["客户卡"])
    assert headers_of(block)["曾用电话"] == "曾用电话"
