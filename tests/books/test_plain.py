"""Rows as texts, straight from a sheet's XML: the same texts that the reader reads, or no answer."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from dirt import DIRTY
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, STAFF, order, report, visit
from shell import xlcrm
from sizes import scaled
from workbooks import edit_member, make_book

from xlcrm.books.xlsx.plain import PlainRows, Unusual
from xlcrm.books.xlsx.read import open_book
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import Form, as_text
from xlcrm.forms.sheets import FORMS, JournalRow, Visit
from xlcrm.ledger.reading import read_ledger

VISIT = Visit.form
SHEET = "xl/worksheets/sheet2.xml"
DAY = dt.date(2026, 10, 5)

CELLS = st.one_of(
    st.none(),
    st.sampled_from([text for text in DIRTY if len(text) < 100]),
    st.sampled_from(["H", "合计", " 王 ", "第一行\n第二行", "a&b<c>", "_x000D_", "√", "销售经理签字"]),
    st.booleans(),
    st.integers(-5, 10**17),
    st.floats(0, 80_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(dt.date(1900, 1, 1), dt.date(2300, 1, 1)),
    st.datetimes(dt.datetime(1995, 1, 1), dt.datetime(2030, 1, 1)),
    st.times(),
)


def read(path: Path, form: Form) -> list[tuple[str, ...]]:
    """The rows of a table as every other verb reads them, in words."""
    block = open_book(path).read(form)
    columns = columns_of(block.headers, form)
    places = [columns.get(column.name) for column in form.columns]
    rows = [tuple("" if at is None else as_text(cells[at]) for at in places) for cells in block.rows]
    return [row for row in rows if any(row) and not is_foot([text or None for text in row])]


def plain(path: Path, form: Form = VISIT) -> list[tuple[str, ...]]:
    return PlainRows(open_book(path)).of(form)


def as_written(path: Path) -> None:
    """The book as XlsxWriter writes it: texts apart from their cells."""


def through_openpyxl(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book.save(path)


@pytest.mark.sized
# openpyxl says so of numbers that are no day, and writes them all the same
@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date:UserWarning")
class TestTheSameAsTheReader:
    @pytest.mark.parametrize("saved", [as_written, through_openpyxl])
    @settings(max_examples=scaled(15, 500), deadline=None)
    @given(data=st.data())
    def test_of_whatever_is_typed(self, saved: Callable[[Path], None], data: st.DataObject) -> None:
        row = st.fixed_dictionaries(dict.fromkeys(VISIT.headers, CELLS))
        with tempfile.TemporaryDirectory() as folder:
            path = make_book(Path(folder) / "店.xlsx", {"来店登记": data.draw(st.lists(row, min_size=1, max_size=4))})
            saved(path)
            try:
                found = plain(path)
            except Unusual:
                return
            assert found == read(path, VISIT)


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that the program itself has written into."""
    rows = {"来店登记": [visit(DAY)], "日报": [report(DAY, HE, "A")], "订单": [order(DAY)], "顾问": STAFF}
    path = make_book(tmp_path_factory.mktemp("店") / "店.xlsm", rows, sheets=FORMS)
    assert xlcrm("roll", path, "--today", f"{DAY}").code == 0
    return path


@pytest.mark.parametrize("sheet", [sheet for sheet in FORMS if sheet != "问题清单"])
def test_what_programs_usually_write_is_understood(rolled: Path, sheet: str) -> None:
    assert plain(rolled, FORMS[sheet]) == read(rolled, FORMS[sheet])


def test_only_what_is_asked_for_is_looked_at(rolled: Path) -> None:
    wanted = PlainRows(open_book(rolled)).of(JournalRow.form, ("verb", "operation"))
    places = [JournalRow.form.index[name] for name in ("verb", "operation")]
    assert wanted == [tuple(row[at] for at in places) for row in read(rolled, JournalRow.form)]


def with_texts_apart(path: Path) -> None:
    """A text of 操作日志 kept apart from its cell."""
    parts = open_book(path).parts
    count = parts.package.read("xl/sharedStrings.xml").count(b"<si>")
    edit_member(path, "xl/sharedStrings.xml", "</sst>", "<si><t>级别推进</t></si></sst>")
    inline = 't="inlineStr"><is><t>级别推进</t></is>'
    edit_member(path, parts.sheets[JournalRow.form.sheet], inline, f't="s"><v>{count}</v>')


def by_numbers(path: Path) -> None:
    """The texts of 操作日志 as a writer that knows ASCII only writes them."""
    part = open_book(path).parts.sheets[JournalRow.form.sheet]
    edit_member(path, part, "级别推进", "".join(f"&#{ord(character)};" for character in "级别推进"))


@pytest.mark.parametrize("saved", [as_written, with_texts_apart, by_numbers])
def test_rows_holding_a_text_are_all_there(rolled: Path, tmp_path: Path, saved: Callable[[Path], None]) -> None:
    book = Path(shutil.copy(rolled, tmp_path))
    saved(book)
    verb = JournalRow.form.index["verb"]
    moves = [row for row in plain(book, JournalRow.form) if row[verb] == "级别推进"]
    held = PlainRows(open_book(book)).of(JournalRow.form, holding="级别推进")
    assert moves
    assert moves == [row for row in held if row[verb] == "级别推进"]


CELL = r'<c r="{}"[^>]*?(?:/>|>.*?</c>)'


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="E5"><f>1+1</f><v>2</v></c>',
        '<c r="E5" t="e"><v>#N/A</v></c>',
        '<c r="E5" t="inlineStr"><is><r><t>王</t></r></is></c>',
        '<c r="E5" t="inlineStr"><is><t> 王</t></is></c>',
        '<c r="E5" t="inlineStr"><is><t><![CDATA[王]]></t></is></c>',
        '<c r="E5" t="str"><v>_x000D_</v></c>',
        '<c r="E5" t="s"><v>9999</v></c>',
        '<c r="E5" t="d"><v>2026-10-05</v></c>',
        '<c r="E5"><v>1e999x</v></c>',
        '<c s="0" r="E5"><v>1</v></c>',
        "<c><v>1</v></c>",
        '<!-- --><c r="E5"><v>1</v></c>',
    ],
)
def test_what_is_written_otherwise_gives_no_answer(tmp_path: Path, xml: str) -> None:
    path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(DAY)]})
    edit_member(path, SHEET, CELL.format("E5"), xml, pattern=True)
    with pytest.raises(Unusual):
        plain(path)


@pytest.mark.parametrize("wanted", [None, ("date",)])
def test_a_cell_that_names_another_row_gives_no_answer(tmp_path: Path, wanted: tuple[str, ...] | None) -> None:
    path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(DAY), visit(DAY)]})
    edit_member(path, SHEET, 'r="E6"', 'r="E7"')
    with pytest.raises(Unusual):
        PlainRows(open_book(path)).of(VISIT, wanted)


def test_a_rows_number_may_stand_in_its_cells_too(tmp_path: Path) -> None:
    """As the number of a style, and in a text."""
    path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(DAY)] * 60})
    edit_member(path, SHEET, CELL.format("U20"), '<c r="U20" t="inlineStr"><is><t>20" 轮毂</t></is></c>', pattern=True)
    rows = plain(path)
    assert rows == read(path, VISIT)
    assert [row[VISIT.index["note"]] for row in rows].count('20" 轮毂') == 1


def test_a_block_of_texts_reads_like_the_table(rolled: Path) -> None:
    book = open_book(rolled)
    forms = [FORMS[sheet] for sheet in ("设置", "字典", "顾问", "订单")]
    texts, cells = (read_ledger([block(form) for form in forms], DAY) for block in (PlainRows(book).block, book.read))
    assert [(row.phone, row.date, row.model) for row in texts.orders] == [
        (row.phone, row.date, row.model) for row in cells.orders
    ]
    assert (texts.settings, texts.codes) == (cells.settings, cells.codes)
    assert [row.name for row in texts.consultants] == [row.name for row in cells.consultants]


def test_what_stands_below_a_table_is_not_in_its_block(tmp_path: Path) -> None:
    path = make_book(tmp_path / "店.xlsx", {"顾问": STAFF}, sheets=FORMS)
    book = openpyxl.load_workbook(path)
    book["顾问"].append(["店里的备注"])
    book.save(path)
    with pytest.raises(Unusual):
        PlainRows(open_book(path)).block(FORMS["顾问"])


def test_an_unknown_number_format_on_a_number_gives_no_answer(tmp_path: Path) -> None:
    path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(DAY)]})
    edit_member(path, "xl/styles.xml", "yyyy-mm-dd", "[$-804]yyyy年m月d日")
    with pytest.raises(Unusual):
        plain(path)


def test_of_columns_that_are_not_asked_for_nothing_has_to_be_understood(tmp_path: Path) -> None:
    path = make_book(tmp_path / "店.xlsx", {"来店登记": [visit(DAY)]})
    edit_member(path, SHEET, CELL.format("E5"), '<c r="E5"><f>1+1</f><v>2</v></c>', pattern=True)
    assert PlainRows(open_book(path)).of(VISIT, ("date",)) == [(f"{DAY}",)]
