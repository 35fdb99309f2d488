"""Undo: what a button did is taken back exactly, in memory and in files, and what people did since is kept."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from books import Row
from desk import JOURNAL, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from memory import HE, LAST, SUN, ZHOU, october, report
from shell import TODAY, declines, xlcrm
from walks import Walk

from xlcrm.books.area import Area
from xlcrm.books.xlsx import save as file
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes, TableChange, Value, no_layout
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET
from xlcrm.safety.journal import record
from xlcrm.safety.journal_text import DETAIL, held_by, packed
from xlcrm.safety.undo import revert


def typed() -> Desk:
    return Desk.holding(october())


def rolled() -> Desk:
    book = typed()
    book.press("roll", LAST)
    return book


def undone(book: Desk) -> list[str]:
    """Take the last operation back; what was kept."""
    return book.press("undo", LAST).kept


# ---------------------------------------------------------------- back and forth


def test_everything_done_is_taken_back_last_first_and_put_back_again() -> None:
    book = typed()
    stages = [book.tables()]
    for verb in ("roll", "check", "close", "reopen"):
        book.press(verb, LAST)
        stages.append(book.tables())
    assert len({str(stage) for stage in stages[:-1]}) == 4
    for _ in range(2):
        for stage in reversed(stages[:-1]):
            assert undone(book) == []
            assert book.tables() == stage
        for stage in stages[1:]:
            assert book.press("redo", LAST).kept == []
            assert book.tables() == stage


def test_there_is_nothing_to_undo_in_a_new_book_and_nothing_to_redo_after_something_new() -> None:
    book = typed()
    with pytest.raises(Refusal, match=r"undo\.nothing"):
        book.press("undo", LAST)
    book.press("roll", LAST)
    undone(book)
    book.press("check", LAST)
    with pytest.raises(Refusal, match=r"redo\.nothing"):
        book.press("redo", LAST)


def test_a_button_that_changed_nothing_leaves_no_line_in_the_journal() -> None:
    book = rolled()
    before = book.rows(JOURNAL)
    book.press("roll", LAST)
    assert book.rows(JOURNAL) == before
    assert undone(book) == []
    assert book.tables() == typed().tables()


def test_the_words_name_what_was_first_done() -> None:
    book = rolled()
    assert book.press("undo", LAST).said == ["撤销“级别推进 2026-10-31 18:00”：27 处恢复原样。"]
    assert book.press("redo", LAST).said == ["重做“级别推进 2026-10-31 18:00”：27 处恢复。"]
    assert book.press("undo", LAST).said == ["撤销“级别推进 2026-10-31 18:00”：27 处恢复原样。"]


def test_taking_back_a_close_lifts_the_seal_and_the_frozen_stock() -> None:
    book = rolled()
    book.press("close", LAST)
    undone(book)
    assert [row for row in book.rows(JOURNAL) if row["动作"] == "封账"] == []
    assert {row["月份"] for row in book.rows("月初留存")} == {"2026-10"}
    book.press("redo", LAST)
    assert len([row for row in book.rows(JOURNAL) if row["动作"] == "封账"]) == 5
    assert book.crosscheck(LAST) == [f for f in book.crosscheck(LAST) if f.code != "R10"]


def test_the_analysis_shows_what_it_showed_before() -> None:
    book = rolled()
    book.press("month", LAST)
    first = dict(book.layouts[ANALYSIS_SHEET])
    book.add("日报", report(LAST, SUN, None))
    book.press("month", LAST)
    assert book.layouts[ANALYSIS_SHEET] != first
    undone(book)
    assert book.layouts[ANALYSIS_SHEET] == first
    undone(book)
    assert set(book.layouts[ANALYSIS_SHEET].values()) == {None}


# ---------------------------------------------------------------- what people did since


def test_a_customer_whose_row_was_edited_is_kept_whole_and_named() -> None:
    book = rolled()
    book.edit("H级", {"电话": HE}, {"备注": "周末带家人来"})
    outcome = book.press("undo", LAST)
    assert outcome.kept == ["H级!A2 C00001"]
    assert outcome.said[1] == "1 处之后有人改过，或别处正用着，同一客户的其他行一并保留，没有动：H级!A2 C00001"
    assert book.row("H级", 电话=HE)["备注"] == "周末带家人来"
    assert book.row("客户卡", 电话=HE)["当前级别"] == "H"
    assert [row["从"] for row in book.rows("级别变更")] == ["A"]
    assert (book.rows("A级"), book.row("B级")["电话"], book.row("C级")["电话"]) == ([], SUN, ZHOU)


def test_what_was_overwritten_and_not_put_back_stays_in_the_journal() -> None:
    book = typed()
    book.edit("B级", {"电话": SUN}, {"备注": "等年终奖"})
    book.press("roll", LAST)
    book.edit("客户卡", {"电话": SUN}, {"家庭": "两个孩子"})
    assert undone(book) == ["客户卡!A3 C00003"]
    book.press("check", LAST)
    assert "等年终奖" in str(book.rows(JOURNAL))


def test_what_was_typed_into_a_row_that_does_not_come_back_is_kept_for_good() -> None:
    book = typed()
    book.edit("B级", {"电话": SUN}, {"备注": "等年终奖"})
    book.press("roll", LAST)
    book.edit("客户卡", {"电话": SUN}, {"家庭": "两个孩子"})
    undone(book)
    assert [row["旧值"] for row in book.rows(JOURNAL) if row["动作"] == "移出"] == ["备注：等年终奖"]


def test_rows_sorted_and_put_in_since_are_found_all_the_same() -> None:
    book = rolled()
    rows = book.rows("客户卡")
    book.empty("客户卡")
    book.add("客户卡", {"客户姓名": "临时"}, *reversed(rows))
    assert undone(book) == []
    assert [row["客户姓名"] for row in book.rows("客户卡")] == ["临时", "周四", "孙三", "何一"]
    assert book.row("客户卡", 电话=HE)["当前级别"] == "A"


def test_a_row_deleted_since_is_named_and_does_not_come_back() -> None:
    book = rolled()
    book.delete("订单", {"电话": SUN})
    assert undone(book) == ["订单!A2 C00003"]
    assert book.rows("订单") == []
    assert book.row("客户卡", 电话=SUN)["状态"] == "已订"


def test_a_check_result_is_kept_where_the_row_was_put_right() -> None:
    book = typed()
    book.edit("日报", {"电话": SUN}, {"方式": None})
    book.edit("日报", {"电话": HE}, {"方式": None})
    book.press("validate", LAST)
    book.edit("日报", {"电话": HE}, {"方式": "电话"})
    assert undone(book) == ["日报!A4"]
    assert ["检查结果" in row for row in book.rows("日报")] == [False, False, True, False]


def test_a_column_taken_out_since_does_not_come_back() -> None:
    book = typed()
    a_sheet = book.blocks.index(book.block("A级"))
    block = book.blocks[a_sheet]
    book.blocks[a_sheet] = replace(block, headers=(*block.headers, "车位"), rows=((*block.rows[0], "3号"),))
    book.press("roll", LAST)
    book.blocks[a_sheet] = replace(block, rows=((None,) * len(block.headers),))
    assert undone(book) == []
    assert book.tables() == typed().tables()


def test_loose_cells_written_over_since_are_kept() -> None:
    book = rolled()
    book.press("month", LAST)
    at, _ = next((at, cell) for at, cell in book.layouts[ANALYSIS_SHEET].items() if cell is not None)
    book.layouts[ANALYSIS_SHEET][at] = "店长批注"
    assert undone(book) == [f"{ANALYSIS_SHEET}!{at}"]
    assert {cell for cell in book.layouts[ANALYSIS_SHEET].values() if cell is not None} == {"店长批注"}


# ---------------------------------------------------------------- the journal


def test_older_operations_keep_their_line_and_lose_what_they_overwrote() -> None:
    book = typed()
    book.add("设置", {"键": "可撤销次数", "值": "2"})
    for day in range(1, 6):
        book.edit("日报", {"电话": SUN}, {"方式": None if day % 2 else "电话"})
        book.press("validate", LAST)
    lines = [row for row in book.rows(JOURNAL) if "时间" in row]
    assert len(lines) == 5
    assert {row["操作号"] for row in book.rows(JOURNAL) if row["动作"] == DETAIL} == {4, 5}
    assert undone(book) == []
    assert undone(book) == ["日报!A3"]
    with pytest.raises(Refusal, match=r"undo\.nothing"):
        undone(book)
    held = {row["操作号"] for row in book.rows(JOURNAL) if row["动作"] == DETAIL}
    assert held == {4, 6, 7}, "4 was taken back in part only"


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[]", '{"rows":[1,1],"touched":[["x","","",null]]}', '{"rows":[1,1],"touched":[[2]]}']
)
def test_a_journal_somebody_edited_is_refused_in_words(text: str) -> None:
    book = rolled()
    book.edit(JOURNAL, {"动作": DETAIL, "工作表": "H级"}, {"新值": text or None})
    before = book.blocks
    with pytest.raises(Refusal, match=r"undo\.damaged"):
        book.decide("undo", LAST)
    assert book.blocks == before


@pytest.mark.parametrize(
    ("header", "text"),
    [("工作表", "没有这张表"), ("位置", "1/2 第3行"), ("位置", f"1/{'9' * 30}"), ("新值", '{"cells":{"Z":1}}')],
)
def test_a_journal_that_names_what_is_not_there_is_refused_in_words(header: str, text: str) -> None:
    book = rolled()
    book.edit(JOURNAL, {"动作": DETAIL, "工作表": "H级"}, {header: text})
    with pytest.raises(Refusal, match=r"undo\.damaged"):
        book.decide("undo", LAST)


def test_a_journal_whose_loose_cells_do_not_pair_is_refused_in_words() -> None:
    book = rolled()
    book.edit(JOURNAL, {"动作": DETAIL, "工作表": "H级"}, {"旧值": '{"A1":1}', "新值": '{"cells":{"B1":1}}'})
    with pytest.raises(Refusal, match=r"undo\.damaged"):
        book.decide("undo", LAST)


def test_what_no_cell_can_hold_does_not_get_into_the_journal() -> None:
    with pytest.raises(TypeError, match="no cell holds a set"):
        packed({"A1": {1}})


def test_a_column_that_is_no_longer_there_does_not_come_back() -> None:
    book = rolled()
    lines = [row for row in book.rows(JOURNAL) if row["动作"] == DETAIL and row["工作表"] == "客户卡"]
    [line] = lines
    book.edit(JOURNAL, line, {"旧值": str(line["旧值"]).replace("当前级别", "从前的列")})
    undone(book)
    assert all("从前的列" not in row for row in book.rows("客户卡"))


def test_a_line_of_the_journal_somebody_deleted_is_missed() -> None:
    book = rolled()
    for n in range(40):
        book.add("问题清单", {"代码": "V01", "发现": "很长" * 200, "应为": str(n)})
    book.press("validate", LAST)
    pieces = [row["位置"] for row in book.rows(JOURNAL) if row["操作号"] == 2 and row["动作"] == DETAIL]
    assert len(pieces) > 2
    book.delete(JOURNAL, {"位置": pieces[1]})
    with pytest.raises(Refusal, match=r"undo\.damaged"):
        book.press("undo", LAST)


CELL: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.text(max_size=4),
    st.sampled_from(("1", "=1+1", "19900000101", '"],[', "\n")),
    st.integers(-5, 5),
    st.booleans(),
    st.floats(-9, 9),
    st.dates(dt.date(1900, 3, 1)),
    st.times().map(lambda time: time.replace(microsecond=0)),
    st.datetimes(dt.datetime(1900, 3, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.timedeltas(dt.timedelta(0), dt.timedelta(9)),
)
HEADERS = ("客户编号", "客户姓名", "电话", "备注")
FULL = st.fixed_dictionaries({"客户姓名": st.text("王李张", min_size=1)}, optional=dict.fromkeys(HEADERS[2:], CELL))


@st.composite
def a_change(draw: st.DrawFn, rows: int, blanks: int) -> TableChange:
    numbers = st.integers(2, 1 + max(rows, 1))
    if draw(st.booleans()):
        return TableChange(replaced=draw(st.lists(FULL, max_size=6)))
    return TableChange(
        cells=draw(
            st.dictionaries(numbers, st.dictionaries(st.sampled_from(HEADERS[1:]), CELL), max_size=3 if rows else 0)
        ),
        added=draw(st.lists(FULL, max_size=3)),
        inserted=draw(
            st.dictionaries(st.integers(2, 2 + rows + blanks), st.lists(FULL, min_size=1, max_size=2), max_size=2)
        ),
        removed=draw(st.sets(numbers, max_size=rows)),
    )


@settings(deadline=None, max_examples=300)
@given(rows=st.lists(FULL, max_size=5), blanks=st.integers(0, 2), data=st.data())
def test_any_change_of_a_table_is_taken_back_exactly(rows: list[Row], blanks: int, data: st.DataObject) -> None:
    book = Desk.holding({"H级": [*rows, *({} for _ in range(blanks))]})
    before = book.block("H级").rows
    change = data.draw(a_change(len(rows), blanks))
    changes = Changes({"H级": change})
    record(book.ledger(LAST), changes, {"时间": dt.datetime(2026, 10, 31)}, no_layout)
    book.apply(changes)
    ledger = book.ledger(LAST)
    reverted = revert(ledger, held_by(ledger, 1), no_layout)
    assert reverted.kept == []
    book.apply(reverted.changes)
    assert shown(book.block("H级").rows) == shown(before)


def shown(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Rows without the blank ones at the end; empty text is blank."""
    cells = [tuple(cell if cell != "" else None for cell in row) for row in rows]
    while cells and not any(cell is not None for cell in cells[-1]):
        cells.pop()
    return cells


# ---------------------------------------------------------------- in files


@pytest.mark.parametrize(
    ("store", "verb"),
    [
        *(("careless", verb) for verb in ("validate", "roll", "check", "month")),
        *(("small", verb) for verb in ("close", "reopen")),
    ],
)
def test_a_file_is_as_before(book: Path, request: pytest.FixtureRequest, store: str, verb: str) -> None:
    walk: Walk = request.getfixturevalue(store)
    shutil.copy(walk.before(verb), book)
    before = held(book)
    assert xlcrm(verb, book, "--today", TODAY).code < 2
    done = held(book)
    assert done != before
    assert xlcrm("undo", book, "--today", TODAY).code == 0
    assert held(book) == before
    assert xlcrm("undo", "--redo", book, "--today", TODAY).code == 0
    assert held(book) == done


def held(path: Path) -> dict[str, object]:
    """All that people see in a book except for the journal, and for 首页, which says what was done."""
    session, reader = FileSession(path), open_book(path)
    links = reader.parts.package.read(reader.parts.sheets["问题清单"]).count(b"HYPERLINK(")
    analysis = reader.cells(ANALYSIS_SHEET, Area(1, 1, 700, 20))
    return {b.sheet: b.rows for b in session.blocks if b.sheet != JOURNAL} | {"links": links, "月度分析": analysis}


def test_a_dry_run_says_what_would_be_taken_back(book: Path, small: Walk) -> None:
    shutil.copy(small.after["close"], book)
    before = book.read_bytes()
    answer = xlcrm("undo", book, "--today", TODAY, "--dry-run", "--json", "-")
    assert answer.err.startswith("撤销“月末结转 ")
    assert "试运行：没有写入。将改动 月初留存" in answer.err
    assert (answer.json["verb"], answer.json["kept"]) == ("undo", [])
    assert book.read_bytes() == before


def test_a_row_edited_in_the_file_is_kept_and_named(book: Path, small: Walk) -> None:
    shutil.copy(small.before("roll"), book)
    xlcrm("roll", book, "--today", TODAY)
    session = FileSession(book)
    changes = Changes()
    row = next(b for b in session.blocks if b.sheet == "订单").row + 1
    changes.put("订单", row, "检查结果", "店长看过")
    file.apply(open_book(book), changes)
    answer = xlcrm("undo", book, "--today", TODAY, "--json", "-")
    assert len(answer.json["kept"]) == 1
    assert answer.json["kept"][0].startswith(f"订单!A{row} C")
    assert "店长看过" in str(held(book)["订单"])


def test_nothing_to_undo_is_declined(book: Path, small: Walk) -> None:
    shutil.copy(small.after["new"], book)
    before = book.read_bytes()
    assert declines(xlcrm("undo", book), "undo.nothing")
    assert declines(xlcrm("undo", book, "--redo", "--lang", "en"), "redo.nothing", "en")
    assert book.read_bytes() == before
