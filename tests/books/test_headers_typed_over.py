"""A header that somebody typed into or cleared: the tool knows what it was, puts it back and says what stood there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import fakexl
import openpyxl
import pytest
from memory import HE, STAFF, visit

from xlcrm.books.excel.live import LiveSession
from xlcrm.books.hosted.copied import Copy
from xlcrm.books.hosted.wire import escaped, lines
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block
from xlcrm.errors import Refusal
from xlcrm.forms.headers import restored, typed_over
from xlcrm.forms.schema import CHECK_HEADER, Form
from xlcrm.forms.sheets import FORMS
from xlcrm.verbs import VERBS, Job, Outcome

DAY = dt.date(2026, 10, 5)
JOB = Job(DAY, dt.datetime.combine(DAY, dt.time(18)), "文员小吴")
VISIT = FORMS["来店登记"]


def typed_into(path: Path, cells: dict[str, str]) -> None:
    """Type into headers of 来店登记: a spreadsheet program gives the table's columns their new names."""
    work = openpyxl.load_workbook(path, keep_vba=True)
    sheet = work[VISIT.sheet]
    for cell, text in cells.items():
        sheet[cell] = text or None
        sheet.tables[VISIT.table].tableColumns[sheet[cell].column - 1].name = text or "列1"
    work.save(path)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("store") / "CRM.xlsm"
    fill_book(path, {"顾问": STAFF, "来店登记": [visit(DAY, HE, 注释=None)]})
    return path.read_bytes()


@pytest.fixture
def path(store: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "CRM.xlsm"
    path.write_bytes(store)
    return path


def decide(session: Any, verb: str = "validate") -> Outcome:
    return VERBS[verb](session.blocks, session.issues, Job(JOB.today, JOB.now, JOB.user, layout=session.layout))


def register(session: Any) -> Block:
    blocks: list[Block] = session.blocks
    return next(block for block in blocks if block.sheet == VISIT.sheet)


# ---------------------------------------------------------------- which header it was


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.table)
def test_any_one_header_is_recognised(form: Form) -> None:
    whole = form.headers
    assert typed_over(whole, form) is None
    for at, column in enumerate(form.columns_with()):
        for typed in ("", "张三", "2026-10-05"):
            headers = (*whole[:at], typed, *whole[at + 1 :])
            over = typed_over(headers, form)
            assert column.late or restored(headers, over) == whole


@pytest.mark.parametrize(
    "headers",
    [
        ("张三", "李四", *VISIT.headers[2:]),
        ("来店/来电", "张三", *VISIT.headers[2:]),
        VISIT.headers[1:],
        ("电话", *VISIT.headers[1:]),
        ("张三", "店内备注", *VISIT.headers[1:]),
        (CHECK_HEADER, *VISIT.headers[1:-1]),
    ],
    ids=["two", "moved", "deleted", "another's name", "a column before the first", "not what the tool fills"],
)
def test_what_is_not_clear_is_left_alone(headers: tuple[str, ...]) -> None:
    assert typed_over(headers, VISIT) is None


# ---------------------------------------------------------------- put back in each kind of book


@pytest.mark.parametrize(("typed", "words"), [("张三", "被打成了“张三”，已改回“日期”"), ("", "被清空了")])
def test_a_header_is_put_back_in_a_file_and_what_was_typed_is_said(path: Path, typed: str, words: str) -> None:
    typed_into(path, {"A1": typed})
    session = FileSession(path)
    outcome = decide(session)
    assert words in outcome.said[-1]
    session.apply(outcome.changes)
    work = openpyxl.load_workbook(path)
    assert work[VISIT.sheet]["A1"].value == "日期"
    assert work[VISIT.sheet].tables[VISIT.table].tableColumns[0].name == "日期"
    *_, line = work["操作日志"].iter_rows(values_only=True)
    assert line[4:8] == ("来店登记", "A1", typed or "列1", "日期")
    again = FileSession(path)
    assert register(again).over is None
    undone = decide(again, "undo")
    again.apply(undone.changes)
    assert openpyxl.load_workbook(path)[VISIT.sheet]["A1"].value == "日期"


def test_a_header_is_put_back_in_an_open_book(path: Path) -> None:
    typed_into(path, {"A1": "张三"})
    book = fakexl.opened(path)
    session = LiveSession(book)
    outcome = decide(session)
    assert "被打成了“张三”，已改回“日期”" in outcome.said[-1]
    session.apply(outcome.changes)
    assert book.sheets[VISIT.sheet].range("A1").raw_value == "日期"


def test_a_header_is_put_back_through_the_bridge(path: Path) -> None:
    typed_into(path, {"A1": "张三"})
    copy = Copy(path, path.name)
    outcome = decide(copy)
    orders = lines(copy.blocks, copy.issues, outcome.changes, "zh")
    at = orders.index(f"values\t{escaped(VISIT.sheet)}\tA1\t")
    assert orders[at + 1] == f"'{escaped('日期')}"


def test_a_verb_that_leaves_the_book_alone_reads_on_and_says_so(path: Path) -> None:
    typed_into(path, {"A1": "张三"})
    outcome = decide(FileSession(path), "mail")
    assert not outcome.changes
    assert "仍按“日期”读" in outcome.said[-1]


# ---------------------------------------------------------------- refused in words


def test_two_headers_are_refused_naming_where_they_stand(path: Path) -> None:
    typed_into(path, {"A1": "张三", "G1": "李四"})
    with pytest.raises(Refusal) as refused:
        decide(FileSession(path))
    words = explain(refused.value, "zh")
    assert refused.value.key == "form.headers_changed"
    assert all(part in words for part in ("日期、电话", "A1“张三”、G1“李四”"))


def test_formulas_that_name_the_column_by_what_was_typed_are_refused(path: Path) -> None:
    work = openpyxl.load_workbook(path, keep_vba=True)
    work.create_sheet("我的表")["A1"] = "=COUNTA(tblVisit[张三])"
    work.save(path)
    typed_into(path, {"A1": "张三"})
    session = FileSession(path)
    outcome = decide(session)
    before = path.read_bytes()
    with pytest.raises(Refusal) as refused:
        session.apply(outcome.changes)
    assert refused.value.key == "book.header_in_formulas"
    assert path.read_bytes() == before
