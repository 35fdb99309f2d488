"""The live book: what Excel holds is read as a file is, what is decided lands as decided, and what would not is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fakexl
import openpyxl
import pytest
import xlwings as xw
from dirt import DIRTY
from fakexl import BUSY, ENGINE, EXCELS, Call, ComError, entry, excel
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, QIAN, STAFF, SUN, ZHOU, card, order, prospect, report, visit
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.filters import FilterColumn, Filters
from workbooks import make_book

from xlcrm.books import area
from xlcrm.books.area import LAST_ROW, Area, rectangles
from xlcrm.books.excel import liveedit
from xlcrm.books.excel.excelvalue import cell_of, clock_of, formula_of, sent
from xlcrm.books.excel.live import LiveSession
from xlcrm.books.excel.liveedit import LiveTableEdit
from xlcrm.books.excel.livetable import LiveTable
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.refusals import REFUSALS, explain
from xlcrm.changes import Block, Changes, Link, TableChange, Value, applied
from xlcrm.errors import Refusal
from xlcrm.forms.schema import CHECK_HEADER, NUMBER_FORMATS, TEXT_FORMAT, Cell, Kind, letters
from xlcrm.forms.sheets import FORMS
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT
from xlcrm.verbs import VERBS, Job, Outcome

DAY = dt.date(2026, 10, 5)
TYPED = (*DIRTY, " 12 ", "第一行\n第二行 2")
"""What staff type, and Excel would make something else of."""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A filled template: four prospects, orders, logs with a time of day, a dirty phone."""
    path = tmp_path_factory.mktemp("store") / "CRM.xlsm"
    phones = (HE, QIAN, SUN, ZHOU)
    sheets = {
        "顾问": STAFF,
        "来店登记": [visit(DAY, phone) for phone in phones] + [visit(DAY) | {"电话": 19900138000, "注释": "=1+1"}],
        "日报": [report(DAY, phone) for phone in phones],
        "客户卡": [card(phone) for phone in phones],
        "H级": [prospect(phone, "H") for phone in phones],
        "A级": [prospect(HE)],
        "订单": [order(DAY, HE)],
    }
    fill_book(path, sheets)
    return path.read_bytes()


@pytest.fixture
def path(store: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "CRM.xlsm"
    file.write_bytes(store)
    return file


@pytest.fixture(params=EXCELS)
def app(request: pytest.FixtureRequest) -> Iterator[xw.App]:
    with excel(request.param) as app:
        yield app


def block(session: LiveSession | FileSession, sheet: str) -> Block:
    return next(block for block in session.blocks if block.sheet == sheet)


def value(session: LiveSession, sheet: str, row: int, header: str) -> Cell:
    """A cell by worksheet row."""
    found = block(session, sheet)
    return found.rows[row - found.row - 1][found.headers.index(header)]


# ---------------------------------------------------------------- reading


def typed_below(path: Path) -> int:
    """Three visits below the table by a script, one of them after a blank row; returns the table's last row."""
    work = openpyxl.load_workbook(path, keep_vba=True)
    sheet = work["来店登记"]
    bottom = Area.parse(sheet.tables["tblVisit"].ref).bottom
    for row, name in ((bottom + 1, "周五"), (bottom + 2, "吴六"), (bottom + 4, "郑七")):
        sheet.cell(row, 1, DAY).number_format = "yyyy-mm-dd"
        sheet.cell(row, FORMS["来店登记"].headers.index("顾客名称") + 1, name)
    work.save(path)
    return bottom


def test_rows_below_a_table_belong_to_it_open_and_in_a_file(app: xw.App, path: Path) -> None:
    bottom = typed_below(path)
    live, file = LiveSession(app.books.open(path)), FileSession(path)
    assert live.blocks == file.blocks
    assert block(live, "来店登记").taken == 2
    assert live.issues == file.issues
    assert [(issue.kind, issue.cell) for issue in live.issues] == [("below", f"A{bottom + 4}")]


@pytest.mark.parametrize("sheet", ["来店登记", "日报"])
def test_an_open_table_grows_over_them_when_the_book_is_written(app: xw.App, path: Path, sheet: str) -> None:
    bottom = typed_below(path)
    book = app.books.open(path)
    changes = Changes()
    changes.put(sheet, 2 if sheet == "日报" else bottom + 2, CHECK_HEADER, "好")
    LiveSession(book).apply(changes)
    assert Area.parse(book.sheets["来店登记"].tables["tblVisit"].range.address).bottom == bottom + 2
    again = LiveSession(book)
    assert block(again, "来店登记").taken == 0
    assert value(again, "来店登记", bottom + 2, "顾客名称") == "吴六"


def test_an_open_table_that_is_protected_and_not_written_to_stays_as_it_is(app: xw.App, path: Path) -> None:
    bottom = typed_below(path)
    book = app.books.open(path)
    book.sheets["来店登记"].api.Protect()
    changes = Changes()
    changes.put("日报", 2, CHECK_HEADER, "好")
    LiveSession(book).apply(changes)
    assert Area.parse(book.sheets["来店登记"].tables["tblVisit"].range.address).bottom == bottom


def test_a_book_reads_alike_open_and_as_a_file(app: xw.App, path: Path) -> None:
    live, file = LiveSession(app.books.open(path)), FileSession(path)
    assert live.blocks == file.blocks
    assert live.issues == file.issues == []
    assert not live.writing


def test_a_foreign_book_reads_alike_open_and_as_a_file(app: xw.App, tmp_path: Path) -> None:
    row: dict[str, Cell] = {
        "日期": DAY,
        "填写时间": dt.datetime(2026, 10, 5, 18, 30, 15),
        "进店时间": dt.time(9, 30),
        "离去时间": dt.time(10, 15, 30),
        "电话": 19900000001.0,
        "来店人数": 2,
        "拟购车型": 12.5,
        "试乘试驾": True,
        "注释": " =1+1\n第二行",
    }
    foreign = make_book(tmp_path / "旧.xlsx", {"来店登记": [row, {}, {"顾客名称": "王先生"}]}, sheets=FORMS, foot=True)
    live, file = LiveSession(app.books.open(foreign)), FileSession(foreign)
    assert live.blocks == file.blocks
    assert live.issues == file.issues


def test_formulas_errors_and_filters_are_reported_as_of_a_file(path: Path) -> None:
    book = openpyxl.load_workbook(path, keep_vba=True)
    sheet = book["来店登记"]
    top = sheet.tables["tblVisit"].ref.split(":")[0]
    first = int("".join(filter(str.isdigit, top))) + 1
    sheet.cell(first, 5).value = "=1+1"
    sheet.cell(first + 1, 6).value = "#N/A"
    sheet.tables["tblVisit"].autoFilter.filterColumn.append(FilterColumn(colId=1, filters=Filters(filter=["来店"])))
    book.save(path)
    live, file = LiveSession(fakexl.opened(path)), FileSession(path)
    assert live.issues == file.issues
    assert [issue.kind for issue in live.issues] == ["formula", "filter", "error"]
    assert value(live, "来店登记", first + 1, "性别") == "#N/A"


def test_a_totals_row_is_not_data(path: Path) -> None:
    book = fakexl.opened(path)
    rows = len(block(LiveSession(book), "A级").rows)
    book.sheets["A级"].tables["tblGradeA"].show_totals = True
    assert len(block(LiveSession(book), "A级").rows) == rows


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        ("", None),
        (3.0, 3),
        (0.5, 0.5),
        (1e15, 1e15),
        (True, True),
        (-2146826246, "#N/A"),
        (-2146826273, "#VALUE!"),
        (-2146826243, "#ERROR!"),
        (decimal.Decimal("1.2500"), 1.25),
        (decimal.Decimal("3"), 3),
        (dt.datetime(2026, 10, 5, tzinfo=dt.UTC), DAY),
        (dt.datetime(2026, 10, 5, 18, 30, tzinfo=dt.UTC), dt.datetime(2026, 10, 5, 18, 30)),
        (dt.datetime(1899, 12, 30, 9, 30, tzinfo=dt.UTC), dt.time(9, 30)),
    ],
)
def test_a_value_of_excel_is_a_cell_of_ours(given: object, meant: Cell) -> None:
    cell = cell_of(given)
    assert cell == meant
    assert type(cell) is type(meant)


def test_what_excel_never_gives_is_an_error() -> None:
    with pytest.raises(TypeError):
        cell_of(b"x")


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        (9.5 / 24, dt.time(9, 30)),
        (0, dt.time(0)),
        (1.5, dt.datetime(1899, 12, 31, 12)),
        (-1, -1),
        (19900000777, 19900000777),
        ("9:30", "9:30"),
        (True, True),
        (None, None),
    ],
)
def test_a_time_column_holds_times(cell: Cell, time: Cell) -> None:
    assert clock_of(cell) == time


@pytest.mark.parametrize(
    ("cell", "goes"),
    [
        (None, ""),
        (True, True),
        (3, 3.0),
        (DAY, dt.datetime(2026, 10, 5, tzinfo=dt.UTC)),
        (dt.datetime(2026, 10, 5, 18, 30), dt.datetime(2026, 10, 5, 18, 30, tzinfo=dt.UTC)),
        (dt.date(1899, 12, 31), "'1899-12-31"),
        (dt.time(12), 0.5),
        (dt.timedelta(hours=36), 1.5),
        ("001", "'001"),
        ("何一", "何一"),
        (formula_of(Link("日报", "A5", "5")), '=HYPERLINK("#\'日报\'!A5","5")'),
    ],
)
def test_a_cell_of_ours_is_a_value_excel_takes(cell: Cell, goes: object) -> None:
    value = sent(cell, quoted=True)
    assert value == goes
    assert isinstance(value, type(goes))


# ---------------------------------------------------------------- writing one table


def grade_sheet(rows: list[dict[str, Cell]]) -> LiveTable:
    """A table of a form with these rows, formatted as in the template, in an Excel of its own."""
    form = FORMS["H级"]
    sheet = fakexl.start().books.add().sheets[0]
    cells = sheet.api._cells
    kinds = [column.kind for column in form.columns_with()] + [Kind.TEXT] * form.checked
    for row in range(3, 60):
        for column, (header, kind) in enumerate(zip(form.headers, kinds, strict=True), 1):
            cell = cells.cell(row, column)
            cell.number_format = NUMBER_FORMATS.get(kind, TEXT_FORMAT)
            held = header if row == 3 else rows[row - 4].get(header) if row - 4 < len(rows) else None
            if held is not None:
                cell.value = held
                cell.data_type = "s" if isinstance(held, str) else cell.data_type
    last = Area(3, 1, 3 + max(1, len(rows)), len(form.headers))
    table = sheet.tables.add(source=sheet.range(str(last)), name=form.table)
    ENGINE.calls.clear()
    return LiveTable(sheet, table, form.table, form)


def written(table: LiveTable, change: TableChange) -> Block:
    """What the table holds after a change."""
    edit = LiveTableEdit(table, change, {})
    if edit:
        edit.check()
        table.sheet.book.app.api.AutoCorrect.AutoFillFormulasInLists = False
        edit.make_room()
        edit.write()
        edit.remove()
    return LiveTable(table.sheet, table.handle, table.block.table, FORMS["H级"]).block


def names(found: Block) -> list[Cell]:
    return [row[found.headers.index("客户姓名")] for row in found.rows]


ROWS = [prospect(phone, "H") for phone in (HE, QIAN, SUN, ZHOU)]


def test_rows_move_up_and_the_last_are_cut_off() -> None:
    table = grade_sheet(ROWS)
    found = written(table, TableChange(removed={4, 6}))
    assert names(found) == ["钱二", "周四"]
    assert table.handle.range.address == "$A$3:$U$5"
    assert [cell for row in table.sheet.range("A6:U9").raw_value for cell in row if cell] == []


def test_an_emptied_table_keeps_a_blank_row() -> None:
    table = grade_sheet(ROWS)
    found = written(table, TableChange(removed={4, 5, 6, 7}))
    assert found.rows == ((None,) * len(found.headers),)


def test_a_row_comes_and_another_goes() -> None:
    table = grade_sheet(ROWS)
    found = written(table, TableChange(added=[{"客户姓名": "吴五"}, {"客户姓名": "郑六"}], removed={5}))
    assert names(found) == ["何一", "孙三", "周四", "吴五", "郑六"]
    assert table.sheet.range("B9").raw_value is None


def test_added_rows_fill_the_blank_ones_first() -> None:
    table = grade_sheet([*ROWS, {}, {}])
    found = written(table, TableChange(added=[{"客户姓名": "吴五"}]))
    assert names(found) == ["何一", "钱二", "孙三", "周四", "吴五", None]
    assert not any(call.member == "Table.resize" for call in ENGINE.calls)


def test_only_what_differs_is_written() -> None:
    table = grade_sheet(ROWS)
    change = TableChange(cells={5: {"备注": "x", "客户姓名": "钱二"}, 6: {"销售顾问": "李强", CHECK_HEADER: "警告"}})
    written(table, change)
    writes = [call.target for call in ENGINE.calls if call.member == "Range.raw_value="]
    assert writes == ["Sheet1!$S$5:$T$6", "Sheet1!$U$6"]


def test_nothing_is_written_where_nothing_differs() -> None:
    table = grade_sheet(ROWS)
    assert not LiveTableEdit(table, TableChange(cells={5: {"客户姓名": "钱二"}}), {})


RED = PatternFill("solid", fgColor="FFFF0000")


def test_what_hangs_on_a_row_that_stays_goes_with_it() -> None:
    """When the row above it is taken out, and when one is put in: the new one does not look like its neighbour."""
    table = grade_sheet(ROWS)
    cells = table.sheet.api._cells
    cells["F5"].number_format = "m月d日"
    cells["B5"].fill, cells["F5"].fill = RED, RED
    cells["C5"].comment = Comment("周末来", "张敏")
    cells["D5"].hyperlink = "https://x.invalid/"
    cells["T6"].value = "=1+1"
    written(table, TableChange(removed={4}))
    assert (cells["F4"].number_format, cells["F5"].number_format) == ("m月d日", NUMBER_FORMATS[Kind.DATE])
    assert [cells[f"B{row}"].fill.fill_type for row in (4, 5)] == ["solid", None]
    assert (cells["C4"].comment.text, cells["D4"].hyperlink.target, cells["T5"].value) == (
        "周末来",
        "https://x.invalid/",
        "=1+1",
    )
    table = LiveTable(table.sheet, table.handle, table.block.table, FORMS["H级"])
    found = written(table, TableChange(inserted={5: [{"客户姓名": "吴五", "入级日期": DAY}]}))
    assert names(found) == ["钱二", "吴五", "孙三", "周四"]
    assert [cells[f"F{row}"].number_format for row in (4, 5)] == ["m月d日", NUMBER_FORMATS[Kind.DATE]]
    assert [cells[f"B{row}"].fill.fill_type for row in (4, 5)] == ["solid", None]
    assert cells["T6"].value == "=1+1"


@pytest.mark.parametrize("dirty", TYPED, ids=lambda text: text[:20])
@pytest.mark.parametrize("header", ["备注", "电话", "入级日期", "数量"])
def test_dirty_values_survive_unchanged(dirty: str, header: str) -> None:
    clean = DAY if header == "入级日期" else 3
    table = grade_sheet([ROWS[0], ROWS[1] | {header: dirty}, ROWS[2] | {header: clean}, ROWS[3]])
    found = written(table, TableChange(removed={4}, added=[{"客户姓名": "吴五", header: dirty}]))
    at = found.headers.index(header)
    assert [row[at] for row in found.rows] == [dirty, clean, ROWS[3].get(header), dirty]
    assert table.sheet.range("A4:U8").api.HasFormula is False
    text = header in ("备注", "电话")
    assert table.sheet.api._cells.cell(4, at + 1).number_format == (
        TEXT_FORMAT if text else NUMBER_FORMATS[Kind.DATE if header == "入级日期" else Kind.COUNT]
    )


@pytest.mark.parametrize("odd", [19900000001, 0.5, True, 19900138000.0, dt.time(9, 30)])
def test_what_is_not_text_stays_so_in_a_text_column(odd: Cell) -> None:
    table = grade_sheet([ROWS[0], ROWS[1] | {"电话": odd}, ROWS[2]])
    before = table.block.rows[1]
    assert written(table, TableChange(removed={4})).rows[0] == before


def test_a_day_in_a_text_column_stays_a_day() -> None:
    table = grade_sheet([ROWS[0], ROWS[1], ROWS[2]])
    cell = table.sheet.api._cells["C5"]
    cell.value, cell.number_format = dt.datetime(2026, 10, 5), "yyyy/m/d"
    table = LiveTable(table.sheet, table.handle, table.block.table, FORMS["H级"])
    assert written(table, TableChange(removed={4})).rows[0][2] == DAY


def test_a_row_below_the_last_of_the_sheet_is_refused() -> None:
    table = grade_sheet(ROWS)
    table.block = dataclasses.replace(table.block, row=LAST_ROW - len(table.block.rows))
    with pytest.raises(Refusal, match=r"book\.sheet_full"):
        LiveTableEdit(table, TableChange(added=[{"备注": "x"}] * (len(ROWS) + 1)), {})


def test_a_column_of_the_users_own_survives() -> None:
    form, own = FORMS["H级"], {"预算": 12.5, "车位号": "001"}
    table = grade_sheet(ROWS)
    cells = table.sheet.api._cells
    for column, (header, held) in enumerate(own.items(), len(form.headers) + 1):
        cells.cell(3, column).value = header
        cells.cell(5, column).value = held
        cells.cell(5, column).data_type = "s" if isinstance(held, str) else "n"
    table.handle.resize(table.sheet.range("A3:W7"))
    table = LiveTable(table.sheet, table.handle, form.table, form)
    found = written(table, TableChange(removed={4}))
    assert found.headers[-2:] == ("预算", "车位号")
    assert found.rows[0][-2:] == (12.5, "001")
    assert cells["V4"].number_format == "General"


def test_pieces_make_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveedit, "CELLS_A_WRITE", 50)
    monkeypatch.setattr(area, "LONGEST_ADDRESS", 12)
    table = grade_sheet(ROWS)
    change = TableChange(removed={4}, added=[{"客户姓名": f"吴{n}", "备注": "3-2"} for n in range(7)])
    assert written(table, change) == applied(table.block, change, table.headers)
    writes = [call for call in ENGINE.calls if call.member == "Range.raw_value="]
    assert len(writes) == 4, "of two rows each"
    formats = [call.target for call in ENGINE.calls if call.member == "Range.number_format="]
    assert len(formats) > 1
    assert all("," not in target for target in formats)


TEXTS = st.sampled_from((*DIRTY[:9], "何一", "H", "√", None))
NUMBERS = st.one_of(st.integers(-5, 10**11), st.sampled_from((0.5, -2.25, 1e-9, 1e15)), st.booleans())
DAYS = st.one_of(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), st.none(), st.sampled_from(("3月5日", "46300")))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "客户姓名": TEXTS,
    "电话": st.one_of(TEXTS, NUMBERS),
    "备注": TEXTS,
    "入级日期": DAYS,
    "数量": st.one_of(st.integers(0, 9), st.none(), st.sampled_from(("两", "1-2"))),
    CHECK_HEADER: TEXTS,
}
A_ROW = st.fixed_dictionaries({}, optional=VALUES)


@settings(deadline=None)
@given(st.data())
def test_a_change_means_what_it_means_everywhere(data: st.DataObject) -> None:
    rows = data.draw(st.lists(A_ROW, max_size=8))
    table = grade_sheet(rows)
    places = st.integers(4, 3 + max(1, len(rows)))
    filled = A_ROW.filter(lambda row: any(v is not None for v in row.values()))
    change = data.draw(
        st.one_of(
            st.builds(
                TableChange,
                cells=st.dictionaries(places, A_ROW, max_size=4),
                added=st.lists(filled, max_size=4),
                inserted=st.dictionaries(places, st.lists(filled, min_size=1, max_size=2), max_size=3),
                removed=st.sets(places, max_size=4),
            ),
            st.builds(TableChange, replaced=st.lists(A_ROW, max_size=10)),
        )
    )
    expected = applied(table.block, change, table.headers)
    found = written(table, change)
    assert found == expected
    assert [[type(cell) for cell in row] for row in found.rows] == [
        [type(cell) for cell in row] for row in expected.rows
    ]


def test_a_link_is_a_formula_and_plain_text_beside_it_is_not() -> None:
    table = grade_sheet(ROWS)
    link = Link("来店登记", "G5", "来店登记!G5")
    found = written(table, TableChange(cells={4: {"备注": link}, 5: {"备注": "=1+1"}}))
    assert [row[found.headers.index("备注")] for row in found.rows[:2]] == ["来店登记!G5", "=1+1"]
    assert table.sheet.range("T4").formula == '=HYPERLINK("#\'来店登记\'!G5","来店登记!G5")'
    assert table.sheet.range("T5").api.HasFormula is False


def test_quotes_in_a_link_are_doubled() -> None:
    assert formula_of(Link("王'表", "A1", 'a"b')) == '=HYPERLINK("#\'王\'\'表\'!A1","a""b")'


@given(st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_rectangles_hold_each_cell_once(cells: set[tuple[int, int]]) -> None:
    held = [
        (row, column)
        for area in rectangles(cells)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    ]
    assert sorted(held) == sorted(cells)


def test_rectangles_are_few() -> None:
    block_of_cells = {(row, column) for row in range(2, 6) for column in range(3, 8)}
    assert rectangles(block_of_cells | {(9, 1)}) == [Area(2, 3, 5, 7), Area(9, 1, 9, 1)]


# ---------------------------------------------------------------- writing a book


def move(live: LiveSession) -> Changes:
    """Two customers go from H to A, and one leaves A; a finding is listed; 首页 says so."""
    changes = Changes()
    first_h, first_a = block(live, "H级").row + 1, block(live, "A级").row + 1
    changes.remove("H级", first_h)
    changes.remove("H级", first_h + 2)
    changes.remove("A级", first_a)
    changes.add("A级", prospect(QIAN))
    changes.add("A级", prospect(SUN))
    changes.replace("问题清单", [{"代码": "V04", "位置": Link("来店登记", "G5", "来店登记!G5"), "发现": "=1+1"}])
    changes.lay(*HOME_LAST, "级别推进 2026-10-05 18:00")
    changes.lay(*HOME_RESULT, "3-2")
    return changes


def test_a_book_ends_alike_open_and_as_a_file(app: xw.App, path: Path, tmp_path: Path) -> None:
    file_path = Path(shutil.copy(path, tmp_path / "file.xlsm"))
    book, file = app.books.open(path), FileSession(file_path)
    live = LiveSession(book)
    changes = move(live)
    live.apply(changes)
    file.apply(changes)
    assert LiveSession(book).blocks == FileSession(file_path).blocks
    written = openpyxl.load_workbook(file_path)
    listed = block(live, "问题清单")
    finding = [("问题清单", f"{letters(listed.headers.index(h) + 1)}{listed.row + 1}") for h in ("发现", "位置")]
    for sheet, cell in (HOME_LAST, HOME_RESULT, *finding):
        assert book.sheets[sheet].range(cell).formula == written[sheet][cell].value


def test_a_saved_book_reads_as_decided(app: xw.App, path: Path) -> None:
    book = app.books.open(path)
    live = LiveSession(book)
    live.apply(move(live))
    shown = LiveSession(book).blocks
    book.save()
    saved = FileSession(path).blocks
    # the imitation calculates no links for the file it saves
    assert [b for b in saved if b.sheet != "问题清单"] == [b for b in shown if b.sheet != "问题清单"]


def test_dirty_values_survive_in_a_book(app: xw.App, path: Path) -> None:
    book = app.books.open(path)
    changes = Changes()
    for dirty in TYPED:
        changes.add("A级", prospect(HE) | {"备注": dirty, "竞品": dirty, "入级日期": dirty})
    LiveSession(book).apply(changes)
    changes = Changes()
    changes.remove("A级", block(LiveSession(book), "A级").row + 1)
    LiveSession(book).apply(changes)
    found = block(LiveSession(book), "A级")
    for header in ("备注", "竞品", "入级日期"):
        assert [row[found.headers.index(header)] for row in found.rows] == list(TYPED)


def test_rows_are_copied_before_any_is_removed_and_the_home_sheet_is_written_last(path: Path) -> None:
    live = LiveSession(fakexl.opened(path))
    ENGINE.calls.clear()
    live.apply(move(live))
    steps = [
        (call.member.partition(".")[2], call.target.partition("!")[0])
        for call in ENGINE.calls
        if call.member in ("Range.raw_value=", "Range.delete")
    ]
    assert steps == [
        ("raw_value=", "A级"),
        ("raw_value=", "问题清单"),
        ("delete", "H级"),
        ("delete", "H级"),
        ("delete", "A级"),
        ("raw_value=", "首页"),
    ]
    assert live.writing


QUIET = ("calculation", "enable_events", "screen_updating")


@pytest.mark.parametrize("breaking", [None, "Range.raw_value=", "Table.resize"])
def test_excel_is_quiet_while_written_and_itself_again_afterwards(path: Path, breaking: str | None) -> None:
    book = fakexl.opened(path)
    live = LiveSession(book)
    app = book.app
    seen: list[tuple[object, ...]] = []

    def watch(call: Call) -> None:
        if call.member == "Range.raw_value=":
            seen.append(tuple(app.impl.__dict__[name] for name in QUIET))
        if call.member == breaking:
            raise ComError("out of memory")

    changes = move(live)
    ENGINE.on_call = watch
    if breaking:
        with pytest.raises(ComError):
            live.apply(changes)
        assert live.writing
    else:
        live.apply(changes)
    assert set(seen) <= {("manual", False, False)}
    assert [getattr(app, name) for name in QUIET] == ["automatic", True, True]
    assert app.api.AutoCorrect.AutoFillFormulasInLists is True


def test_loose_cells_keep_their_formats_and_are_what_is_meant(path: Path) -> None:
    book: Any = fakexl.opened(path)
    front = book.api["首页"]
    cells: dict[str, Value] = {
        "J20": "3-2",
        "J21": 0.5,
        "J22": "推进 3 步",
        "J23": None,
        "K20": Link("日报", "A5", "5"),
    }
    changes = Changes()
    for cell, wanted in cells.items():
        front[cell].number_format = "0.0%"
        changes.lay("首页", cell, wanted)
    LiveSession(book).apply(changes)
    assert {cell: (front[cell].value, front[cell].number_format) for cell in cells} == {
        "J20": ("3-2", "0.0%"),
        "J21": (0.5, "0.0%"),
        "J22": ("推进 3 步", "0.0%"),
        "J23": (None, "0.0%"),
        "K20": ('=HYPERLINK("#\'日报\'!A5","5")', "0.0%"),
    }


@pytest.mark.parametrize(("between", "writes"), [("001", 1), (0.25, 1), ("=1+1", 5), ("#N/A", 5)])
def test_scattered_cells_leave_what_stands_between(path: Path, between: object, writes: int) -> None:
    """As one block where that gives back what stands between; formulas and errors are left untouched."""
    book: Any = fakexl.opened(path)
    front = book.api["首页"]
    front["K21"] = between
    changes = Changes()
    for cell in ("J20", "L20", "J22", "L22", "K24"):
        changes.lay("首页", cell, cell)
    live = LiveSession(book)
    ENGINE.calls.clear()
    live.apply(changes)
    assert sum(call.member == "Range.raw_value=" for call in ENGINE.calls) == writes
    assert front["K21"].value == between
    assert [front[cell].value for cell in ("J20", "L20", "J22", "L22", "K24")] == ["J20", "L20", "J22", "L22", "K24"]


# ---------------------------------------------------------------- refusals: in words, and nothing written


def protect(book: Any) -> None:
    book.sheets["A级"].api.Protect()


def protect_front_page(book: Any) -> None:
    book.sheets["首页"].api.Protect()


def filter_table(book: Any) -> None:
    book.sheets["H级"].tables["tblGradeH"].autofilter.apply_values(2, ["何一"])


def filter_sheet(book: Any) -> None:
    book.api["H级"].auto_filter.ref = "Z1:Z9"
    book.api["H级"].auto_filter.add_filter_column(0, ["x"])


def merge(book: Any) -> None:
    sheet = book.api["H级"]
    top = LiveSession(book).blocks[2].row + 1
    sheet.merge_cells(f"B{top}:C{top}")


def total(book: Any) -> None:
    book.sheets["A级"].tables["tblGradeA"].show_totals = True


def put_formula(book: Any) -> None:
    sheet = book.api["H级"]
    sheet.cell(block(LiveSession(book), "H级").row + 2, 20).value = "=1+1"


def write_below(book: Any) -> None:
    found = block(LiveSession(book), "A级")
    book.api["A级"].cell(found.row + len(found.rows) + 1, 3).value = "制表人"


def merge_below(book: Any) -> None:
    """Across the table's right edge, as a line to sign on."""
    found = block(LiveSession(book), "H级")
    row, edge = found.row + len(found.rows) + 2, len(found.headers)
    book.api["H级"].merge_cells(start_row=row, end_row=row, start_column=edge, end_column=edge + 1)
    book.api["H级"].cell(row, edge).value = "签字"


def put_table_below(book: Any) -> None:
    found = block(LiveSession(book), "H级")
    row = found.row + len(found.rows) + 3
    cells = book.sheets["H级"].range(f"C{row}:D{row + 1}")
    cells.raw_value = [["甲", "乙"], [1.0, 2.0]]
    book.sheets["H级"].tables.add(source=cells, name="表9")


def comment(book: Any) -> None:
    found = block(LiveSession(book), "H级")
    book.sheets["H级"].range(f"B{found.row + 2}").add_note("请再打一次电话")


@pytest.mark.parametrize(
    ("spoil", "key", "words"),
    [
        (protect, "live.protected", "工作表“A级”受保护"),
        (protect_front_page, "live.protected", "工作表“首页”受保护"),
        (filter_table, "live.filter", "工作表“H级”正在筛选"),
        (filter_sheet, "live.filter", "工作表“H级”正在筛选"),
        (merge, "live.merged", "工作表“H级”的表格里有合并单元格"),
        (total, "live.totals", "工作表“A级”的表格有汇总行"),
        (write_below, "live.below", "工作表“A级”的表格下面 C"),
        (merge_below, "live.merged", "工作表“H级”的表格里有合并单元格"),
        (put_table_below, "live.beneath", "工作表“H级”的表格下面 C"),
    ],
)
def test_what_would_go_wrong_is_refused(path: Path, spoil: Callable[[Any], None], key: str, words: str) -> None:
    book = fakexl.opened(path)
    spoil(book)
    live = LiveSession(book)
    before = fakexl.contents(book)
    with pytest.raises(Refusal) as caught:
        live.apply(move(live))
    assert caught.value.key == key
    assert explain(caught.value, "zh").startswith(words)
    assert fakexl.contents(book) == before
    assert not live.writing


def test_a_comment_on_a_row_that_goes_is_refused(path: Path) -> None:
    book = fakexl.opened(path)
    found = block(LiveSession(book), "H级")
    last = found.row + len(found.rows)
    book.sheets["H级"].range(f"B{last}").add_note("请再打一次电话")
    changes = Changes()
    changes.remove("H级", last)
    with pytest.raises(Refusal) as caught:
        LiveSession(book).apply(changes)
    assert (caught.value.key, caught.value.about["cell"]) == ("live.comment", f"B{last}")


def test_a_shape_on_a_row_that_goes_is_refused(path: Path) -> None:
    """One on a row that stays goes with it."""
    book = fakexl.opened(path)
    found = block(LiveSession(book), "H级")
    last = found.row + len(found.rows)
    cells = book.sheets["H级"].api._cells
    cells._images = [SimpleNamespace(anchor=SimpleNamespace(_from=SimpleNamespace(row=last - 1)))]
    before = fakexl.contents(book)
    changes = Changes()
    changes.remove("H级", last)
    with pytest.raises(Refusal) as caught:
        LiveSession(book).apply(changes)
    assert caught.value.key == "live.shape"
    assert fakexl.contents(book) == before
    changes = Changes()
    changes.remove("H级", last - 1)
    LiveSession(book).apply(changes)
    assert cells._images[0].anchor._from.row == last - 2


@pytest.mark.parametrize(
    ("key", "held", "kind"),
    [("live.formula", "=1+1", "f"), ("live.error", "#N/A", "e"), ("live.picture", '=_xlfn.DISPIMG("ID_1",1)', "f")],
)
def test_what_is_not_a_value_is_not_written_over(
    path: Path, key: str, held: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book: Any = fakexl.opened(path)
    monkeypatch.setitem(entry.KNOWN, '=_xlfn.DISPIMG("ID_1",1)', "")
    row = block(LiveSession(book), "H级").row + 2
    cell = book.api["H级"].cell(row, 20)
    cell.value, cell.data_type = held, kind
    before = fakexl.contents(book)
    changes = Changes()
    changes.put("H级", row, "备注", "先打电话")
    with pytest.raises(Refusal) as caught:
        LiveSession(book).apply(changes)
    assert (caught.value.key, caught.value.about["cell"]) == (key, f"T{row}")
    assert fakexl.contents(book) == before


JOB = Job(dt.date(2026, 10, 20), dt.datetime(2026, 10, 20, 20), "文员小吴")


def pressed(book: Any, verb: str) -> Outcome:
    live = LiveSession(book)
    outcome = VERBS[verb](live.blocks, live.issues, dataclasses.replace(JOB, layout=live.layout))
    live.apply(outcome.changes)
    return outcome


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    """何一 goes from H级 to A级, 孙三 orders, 钱二 stays; each grade sheet has a column of the shop's own and one that fills itself."""
    path = tmp_path / "店.xlsm"
    people = (HE, SUN, QIAN)
    logs = {"日报": [report(DAY, HE, "A")], "订单": [order(DAY, SUN)], "客户卡": [card(phone, "H") for phone in people]}
    fill_book(path, {"顾问": STAFF, "H级": [prospect(phone, "H") for phone in people], "A级": [prospect(ZHOU)], **logs})
    book = fakexl.opened(path)
    for name, rows in (("H级", (2, 3, 4)), ("A级", (2,))):
        cells = book.api[name]
        for row, header, filled_in in ((1, "车位", "天数"), *((row, None, "=1+2") for row in rows)):
            cells.cell(row, 22).value, cells.cell(row, 23).value = header, filled_in
        book.sheets[name].tables[0].resize(book.sheets[name].range(f"A1:W{rows[-1]}"))
        cells.tables[FORMS[name].table]._initialise_columns()
    return book


def looks(book: Any, sheet: str, name: str) -> dict[str, object]:
    """What hangs on the cells of a customer's row, by column."""
    cells = book.api[sheet]
    row = next(row for row in range(2, 9) if cells.cell(row, 2).value == name)
    found: dict[str, object] = {}
    for cell in cells[row]:
        hung = (
            cell.value if cell.data_type in "fe" else None,
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
            cell.number_format if cell.column_letter == "F" else None,
            cell.hyperlink.target if cell.hyperlink else None,
        )
        if any(hung):
            found[cell.column_letter] = hung
    return found


def test_what_hangs_on_a_row_goes_along_and_comes_back(shop: Any) -> None:
    """With who goes to another sheet, and from the journal with who leaves the grade sheets."""
    cells = shop.api["H级"]
    for row in (2, 3):
        cells.cell(row, 2).fill = cells.cell(row, 6).fill = RED
        cells.cell(row, 6).number_format = "m月d日"
        cells.cell(row, 4).hyperlink = "https://x.invalid/档案"
        cells.cell(row, 22).value = "=1+1"
    before = {name: looks(shop, "H级", name) for name in ("何一", "孙三", "钱二")}
    assert before["何一"] == before["孙三"] != before["钱二"]
    pressed(shop, "roll")
    assert looks(shop, "A级", "何一") == before["何一"]
    assert looks(shop, "H级", "钱二") == before["钱二"]
    for verb in ("undo", "redo", "undo"):
        assert pressed(shop, verb).kept == [], verb
    assert {name: looks(shop, "H级", name) for name in before} == before
    assert [cells.cell(row, 2).value for row in (2, 3, 4, 5)] == ["何一", "孙三", "钱二", None]


@pytest.mark.parametrize("hung", ["comment", "drawing"])
def test_who_cannot_go_stays_and_the_others_go(shop: Any, hung: str) -> None:
    cells = shop.api["H级"]
    if hung == "comment":
        cells["B2"].comment = Comment("周末来", "张敏")
    else:
        cells._images = [SimpleNamespace(anchor=SimpleNamespace(_from=SimpleNamespace(row=1)))]
    outcome = pressed(shop, "roll")
    assert [(f.wording, f.at.row) for f in outcome.findings if f.code == "G06"] == [(f"G06.{hung}", 2)]
    assert [cells.cell(row, 2).value for row in (2, 3, 4)] == ["何一", "钱二", None]


def test_a_column_that_fills_itself_fills_new_rows_and_holds_nothing_up(shop: Any) -> None:
    pressed(shop, "roll")
    assert [shop.api["A级"].cell(row, 23).value for row in (2, 3, 4)] == ["=1+2", "=1+2", None]
    assert [shop.api["H级"].cell(row, 23).value for row in (2, 3, 4)] == ["=1+2", None, None]
    pressed(shop, "undo")
    assert [shop.api["H级"].cell(row, 23).value for row in (2, 3, 4, 5)] == ["=1+2", "=1+2", "=1+2", None]


def test_a_formula_or_a_comment_that_stays_in_its_place_does_not_matter(path: Path) -> None:
    book = fakexl.opened(path)
    put_formula(book)
    comment(book)
    live = LiveSession(book)
    row = block(live, "H级").row + 2
    changes = Changes()
    changes.put("H级", row, CHECK_HEADER, "警告")
    live.apply(changes)
    after = LiveSession(book)
    assert value(after, "H级", row, CHECK_HEADER) == "警告"
    assert value(after, "H级", row, "备注") == 2
    assert [issue.text for issue in after.issues] == ["=1+1"]


def test_text_that_no_cell_can_hold_is_refused(path: Path) -> None:
    book = fakexl.opened(path)
    before = fakexl.contents(book)
    too_long = [Changes(), Changes()]
    too_long[0].add("A级", {"备注": "😀" * 16_384})
    too_long[1].lay(*HOME_RESULT, "字" * 32_768)
    for changes in too_long:
        with pytest.raises(Refusal) as caught:
            LiveSession(book).apply(changes)
        assert caught.value.key == "book.text_too_long"
        assert "32767" in explain(caught.value, "zh")
    assert fakexl.contents(book) == before


def test_a_column_that_is_not_there_is_refused(path: Path) -> None:
    book = fakexl.opened(path)
    changes = Changes()
    changes.add("A级", {"没有": "x"})
    with pytest.raises(Refusal) as caught:
        LiveSession(book).apply(changes)
    assert (caught.value.key, caught.value.about["header"]) == ("book.column_missing", "没有")


def test_a_layout_sheet_that_is_not_there_is_refused(path: Path) -> None:
    book = fakexl.opened(path)
    changes = Changes()
    changes.lay("没有", "A1", "x")
    with pytest.raises(Refusal) as caught:
        LiveSession(book).apply(changes)
    assert (caught.value.key, caught.value.about["sheet"]) == ("book.sheet_missing", "没有")


def delete_sheet(book: Any) -> None:
    del book.api["战败"]


def rename_sheet(book: Any) -> None:
    book.sheets["战败"].name = "战败表"


def delete_table(book: Any) -> None:
    del book.api["战败"].tables["tblLoss"]


def rename_register(book: Any) -> None:
    book.sheets["来店登记"].name = "十月登记"


def hide_header(book: Any) -> None:
    book.sheets["战败"].tables["tblLoss"].show_headers = False


def be_another_book(book: Any) -> None:
    for sheet in ("来店登记", "日报"):
        del book.api[sheet]


@pytest.mark.parametrize(
    ("spoil", "key", "words"),
    [
        (delete_sheet, "book.sheet_missing", "“CRM.xlsm”里没有工作表“战败”"),
        (rename_sheet, "book.sheet_renamed", "“CRM.xlsm”的工作表“战败”被改名为“战败表”"),
        (rename_register, "book.sheet_renamed", "“CRM.xlsm”的工作表“来店登记”被改名为“十月登记”"),
        (delete_table, "book.table_missing", "“CRM.xlsm”的工作表“战败”里找不到表格"),
        (hide_header, "book.header_hidden", "“CRM.xlsm”的工作表“战败”隐藏了表格的标题行"),
        (be_another_book, "book.not_crm", "“CRM.xlsm”不是三表一卡工作簿，缺少：来店登记、日报"),
    ],
)
def test_what_is_missing_is_named(path: Path, spoil: Callable[[Any], None], key: str, words: str) -> None:
    book = fakexl.opened(path)
    spoil(book)
    with pytest.raises(Refusal) as caught:
        LiveSession(book)
    assert caught.value.key == key
    assert explain(caught.value, "zh").startswith(words)


def test_a_table_of_another_name_is_found_where_it_is_the_only_one(path: Path) -> None:
    book = fakexl.opened(path)
    tables = book.api["战败"].tables
    table = tables.pop("tblLoss")
    table.displayName = table.name = "表1"
    tables.add(table)
    assert block(LiveSession(book), "战败").table == "表1"


@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5, 6, 8, 40, 150])
def test_an_excel_that_does_not_answer_is_a_refusal(path: Path, calls: int) -> None:
    """While a cell is edited Excel rejects every call; here from some call on."""
    book = fakexl.opened(path)
    before = fakexl.contents(book)
    first = len(ENGINE.calls)

    def reject(_call: Call) -> None:
        if len(ENGINE.calls) >= first + calls:
            raise ComError("Call was rejected by callee.", BUSY)

    ENGINE.on_call = reject
    with pytest.raises(Refusal) as caught:
        LiveSession(book)
    assert caught.value.key == "live.busy"
    assert "Excel 正忙" in explain(caught.value, "zh")
    ENGINE.on_call = lambda call: None
    assert fakexl.contents(book) == before


def test_an_excel_that_stops_answering_before_the_first_write_is_a_refusal(path: Path) -> None:
    book = fakexl.opened(path)
    live = LiveSession(book)
    before = fakexl.contents(book)
    changes = move(live)

    def reject(call: Call) -> None:
        if call.member == "Range.merge_cells":
            raise ComError("Call was rejected by callee.", BUSY)

    ENGINE.on_call = reject
    with pytest.raises(Refusal) as caught:
        live.apply(changes)
    assert caught.value.key == "live.busy"
    assert not live.writing
    ENGINE.on_call = lambda call: None
    assert fakexl.contents(book) == before


def test_an_excel_that_stops_answering_when_asked_for_comments_is_a_refusal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveSession(fakexl.opened(path))

    def reject(_cells: object, _kind: int) -> None:
        raise ComError("Call was rejected by callee.", BUSY)

    monkeypatch.setattr("fakexl.native.Range.SpecialCells", reject)
    with pytest.raises(Refusal) as caught:
        live.apply(move(live))
    assert caught.value.key == "live.busy"


def test_a_sheet_that_is_there_and_fails_is_not_called_missing(path: Path) -> None:
    book = fakexl.opened(path)

    def fail(call: Call) -> None:
        if call.member == "Sheets.__call__":
            raise ComError("something else")

    ENGINE.on_call = fail
    with pytest.raises(ComError):
        LiveSession(book)


def test_any_other_error_of_excel_is_passed_on(path: Path) -> None:
    book = fakexl.opened(path)

    def fail(_call: Call) -> None:
        raise ComError("something else")

    ENGINE.on_call = fail
    with pytest.raises(ComError):
        LiveSession(book)


def test_every_refusal_has_words_in_both_languages() -> None:
    for key in (
        "busy",
        "protected",
        "filter",
        "merged",
        "totals",
        "formula",
        "error",
        "below",
        "comment",
        "no_folder",
    ):
        assert all(REFUSALS[f"live.{key}"])
