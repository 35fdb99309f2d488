"""``applied``: the one meaning of a change that every writer must give it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcrm.changes import Block, Changes, Link, TableChange, applied
from xlcrm.forms.schema import Cell

HEADERS = ("姓名", "电话")
SAME = {header: header for header in HEADERS}


def block(*rows: tuple[Cell, ...], row: int = 3, column: int = 2) -> Block:
    """A table whose header stands in B3 of a sheet."""
    return Block("客户卡", "tblCard", row, column, HEADERS, rows)


def rows(change: TableChange, *before: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(applied(block(*before), change, SAME).rows)


HE, QIAN, SUN = ("何一", "101"), ("钱二", "102"), ("孙三", "103")
BLANK: tuple[Cell, ...] = (None, None)


def test_cells_are_set_by_their_worksheet_row() -> None:
    assert rows(TableChange(cells={5: {"电话": "202"}}), HE, QIAN) == (HE, ("钱二", "202"))


def test_a_cell_can_be_emptied() -> None:
    assert rows(TableChange(cells={4: {"电话": None}}), HE) == (("何一", None),)


def test_rows_are_added_at_the_end_and_missing_cells_are_blank() -> None:
    assert rows(TableChange(added=[{"姓名": "孙三"}]), HE) == (HE, ("孙三", None))


def test_rows_are_removed_after_everything_else() -> None:
    change = TableChange(cells={4: {"电话": "0"}, 6: {"电话": "303"}}, added=[{"姓名": "周四"}], removed={4})
    assert rows(change, HE, QIAN, SUN) == (QIAN, ("孙三", "303"), ("周四", None))


def test_rows_are_put_in_before_others_and_at_the_latest_after_the_last() -> None:
    one: TableChange = TableChange(inserted={4: [{"姓名": "孙三"}], 9: [{"姓名": "周四"}]}, removed={4})
    assert rows(one, HE, QIAN, BLANK) == (("孙三", None), QIAN, ("周四", None), BLANK)


def test_trailing_blank_rows_are_filled_first() -> None:
    one: TableChange = TableChange(added=[{"姓名": "孙三"}])
    assert rows(one, HE, BLANK, BLANK) == (HE, ("孙三", None), BLANK)
    three = TableChange(added=[{"姓名": str(n)} for n in range(3)])
    assert rows(three, HE, BLANK, BLANK) == (HE, ("0", None), ("1", None), ("2", None))


def test_a_blank_row_between_others_stays() -> None:
    assert rows(TableChange(added=[{"姓名": "孙三"}]), HE, BLANK, QIAN) == (HE, BLANK, QIAN, ("孙三", None))


def test_an_emptied_table_keeps_one_blank_row() -> None:
    assert rows(TableChange(removed={4, 5}), HE, QIAN) == (BLANK,)
    assert rows(TableChange(replaced=[]), HE, QIAN) == (BLANK,)


def test_a_table_is_replaced_whole() -> None:
    assert rows(TableChange(replaced=[{"电话": "9", "姓名": "周四"}]), HE, QIAN) == (("周四", "9"),)


def test_a_link_leaves_its_text() -> None:
    assert rows(TableChange(cells={4: {"姓名": Link("H级", "B2", "H级!B2")}}), HE) == (("H级!B2", "101"),)


def test_a_header_in_another_spelling_is_written_under() -> None:
    typed = Block("客户卡", "tblCard", 1, 1, ("手机", "顾客姓名"), (("101", "何一"),))
    change = TableChange(cells={2: {"电话": "202"}}, added=[{"姓名": "钱二"}])
    after = applied(typed, change, {"姓名": "顾客姓名", "电话": "手机"})
    assert after.rows == (("202", "何一"), (None, "钱二"))
    assert after.headers == typed.headers


def test_the_block_given_is_not_touched() -> None:
    before = block(HE)
    applied(before, TableChange(cells={4: {"电话": "202"}}, removed={4}), SAME)
    assert before == block(HE)


def test_nothing_decided_is_not_a_change() -> None:
    changes = Changes()
    assert not changes
    changes.table("客户卡")
    assert not changes
    changes.put("客户卡", 4, "电话", None)
    assert changes


@pytest.mark.parametrize(
    "decide",
    [
        lambda changes: changes.add("客户卡", {}),
        lambda changes: changes.insert("客户卡", 4, {}),
        lambda changes: changes.remove("客户卡", 4),
        lambda changes: changes.replace("客户卡", []),
        lambda changes: changes.lay("首页", "B2", None),
    ],
)
def test_every_decision_is_a_change(decide: object) -> None:
    changes = Changes()
    assert callable(decide)
    decide(changes)
    assert changes


CELLS = st.sampled_from((None, "", "何一", "19900000101"))
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=6)


@given(ROWS, st.lists(st.dictionaries(st.sampled_from(HEADERS), CELLS), max_size=4), st.sets(st.integers(4, 9)))
def test_what_is_not_removed_stays_in_its_order_with_what_is_added_below(
    before: list[tuple[Cell, ...]], added: list[dict[str, Cell]], removed: set[int]
) -> None:
    after = rows(TableChange(added=[dict(row) for row in added], removed=removed), *before)
    kept = [row for i, row in enumerate(before) if i + 4 not in removed and row != BLANK]
    new = [row for row in (tuple(values.get(h) for h in HEADERS) for values in added) if row != BLANK]
    assert [row for row in after if row != BLANK] == kept + new
