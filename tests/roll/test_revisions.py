"""修订记录: what people change on a card between two rolls is kept, with who pressed the roll and when."""

from __future__ import annotations

import datetime as dt

from books import Row, blocks_of, ledger_of
from memory import HE, STAFF, Memory, visit

from xlcrm.forms.schema import as_text
from xlcrm.forms.sheets import Card
from xlcrm.paper.model import PaperTable
from xlcrm.paper.press import papers
from xlcrm.review import Review
from xlcrm.roll.revisions import FIELDS
from xlcrm.verbs import VERBS, Job


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def press(book: Memory, day: int, user: str, verb: str = "roll", customer: str = "") -> None:
    job = Job(on(day), dt.datetime(2026, 10, day, 18), user, customer=customer)
    book.apply(VERBS[verb](book.blocks, (), job).changes)


def kept() -> Memory:
    """A book with 客户资料 on, in which one customer came and was rolled."""
    empty: Row = {column.header: None for column in Card.form.columns_with(("客户资料",))}
    book = Memory(blocks_of({"顾问": STAFF, "来店登记": [visit(on(5))], "客户卡": [empty], "修订记录": []}))
    press(book, 5, "小吴")
    return book


def revisions(book: Memory) -> list[tuple[object, ...]]:
    rows = [row for row in book.rows("修订记录") if row.get("日期")]
    return [tuple(row.get(h) for h in ("日期", "客户姓名", "栏目", "原内容", "新内容")) for row in rows]


def test_what_is_changed_between_two_rolls_is_kept_once() -> None:
    book = kept()
    assert revisions(book) == []
    book.edit("客户卡", {"电话": HE}, {"教育": "大专", "生日": dt.date(1990, 5, 1)})
    press(book, 6, "小吴")
    first = [(on(6), "何一", "教育", None, "大专"), (on(6), "何一", "生日", None, "1990-05-01")]
    assert sorted(revisions(book), key=str) == sorted(first, key=str)
    press(book, 6, "小吴")
    assert len(revisions(book)) == 2
    book.edit("客户卡", {"电话": HE}, {"教育": "本科"})
    press(book, 8, "王经理")
    assert revisions(book)[2:] == [(on(8), "何一", "教育", "大专", "本科")]


def test_the_printed_card_says_who_and_when() -> None:
    book = kept()
    book.edit("客户卡", {"电话": HE}, {"家庭": "两个孩子"})
    press(book, 7, "王经理")
    review = Review(book.ledger(on(7)), on(7))
    blocks = {block.title: block for paper in papers(review, "card", customer=HE).papers for block in paper.blocks}
    table = blocks["revisions"]
    assert isinstance(table, PaperTable)
    assert table.rows[-1] == (on(7), "家庭", None, "两个孩子", "王经理")
    assert table.rows[0][-1] == "小吴", "and who rolled the customer in"


def test_an_undo_takes_the_revision_back_and_the_next_roll_sees_it_again() -> None:
    book = kept()
    book.edit("客户卡", {"电话": HE}, {"家庭": "两个孩子"})
    press(book, 7, "小吴")
    press(book, 7, "小吴", "undo")
    assert revisions(book) == []
    press(book, 8, "小吴")
    assert [row[2] for row in revisions(book)] == ["家庭"]


def test_the_mark_hides_what_stands_there_and_knows_every_field_people_fill() -> None:
    book = kept()
    card = book.row("客户卡", 电话=HE)
    assert str(card["客户姓名"]) not in str(card["内容记号"])
    by_people = {column.name for column in Card.form.columns if not column.by_tool}
    assert by_people - set(FIELDS) == {
        "phone",
        "state",
        "grade",
        "first_contact",
        "carded_on",
        "consultant",
        "former_consultant",
        "revised_on",
    }


def test_an_erased_customer_leaves_no_revision() -> None:
    book = kept()
    book.edit("客户卡", {"电话": HE}, {"家庭": "何一有两个孩子"})
    press(book, 7, "小吴")
    press(book, 8, "小吴", "erase", customer=HE)
    assert [
        cell for row in book.rows("修订记录") for cell in row.values() if "何一" in as_text(cell) or cell == HE
    ] == []


def test_a_shop_without_it_keeps_nothing() -> None:
    book = Memory(blocks_of({"顾问": STAFF, "来店登记": [visit(on(5))]}))
    press(book, 5, "小吴")
    assert "内容记号" not in book.block("客户卡").headers
    assert ledger_of({"顾问": STAFF}, on(5)).columns_on == frozenset()
