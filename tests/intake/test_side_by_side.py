"""Tables side by side on one sheet: each is read for itself, and nothing of one gets into a row of the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from memory import Memory
from openpyxl import Workbook
from taking import answer_of, empty_book, grid, take

from xlcrm.books.sources import read_source
from xlcrm.forms.schema import Cell

DAY = dt.date(2026, 11, 3)
HEAD = ("姓名", "电话", "级别", "车型", "初洽日期", "顾问")
WANG, LI, ZHAO = (
    ("王伟明", "19900000201", "H", "途岳", DAY, "张敏"),
    ("李秀兰", "19900000202", "B", "朗逸", DAY, "张敏"),
    ("赵强生", "19900000203", "A", "帕萨特", DAY, "李强"),
)
Rows = Sequence[Sequence[Cell]]


class Page:
    """A worksheet on which tables are put at places."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.sheet = self.book.worksheets[0]

    def put(self, row: int, column: int, *rows: Sequence[Cell]) -> Page:
        for down, cells in enumerate(rows):
            for right, cell in enumerate(cells):
                self.sheet.cell(row + down, column + right, cell)
        return self

    def read(self, folder: Path) -> tuple[Memory, dict[str, Any]]:
        """An empty book after the import of the sheet, and the JSON of the import."""
        path = folder / "客户.xlsx"
        self.book.save(path)
        book = empty_book()
        return book, answer_of(take(book, read_source(path)))


def graded(book: Memory) -> dict[str, str]:
    """Customers by name, each with its grade, and their rows of the grade sheets must say the same."""
    sheets = {row["客户姓名"]: grade for grade in "HABC" for row in book.rows(f"{grade}级")}
    cards = {str(row["客户姓名"]): str(row["当前级别"]) for row in book.rows("客户卡")}
    assert sheets == cards
    return cards


def written(book: Memory) -> str:
    """Everything the import wrote of its customers, as one text."""
    return " ".join(
        str(cell) for name in ("客户卡", "H级", "A级", "B级", "C级") for row in book.rows(name) for cell in row.values()
    )


ALL = {"王伟明": "H", "李秀兰": "B", "赵强生": "A"}


@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("titled", [False, True])
def test_two_tables_of_one_form(gap: int, titled: bool, tmp_path: Path) -> None:
    page = Page().put(3, 1, HEAD, WANG, LI).put(3, 7 + gap, HEAD, ZHAO)
    if titled:
        page.put(2, 1, ["张敏的客户"]).put(2, 7 + gap, ["李强的客户"])
    book, found = page.read(tmp_path)
    assert graded(book) == ALL
    assert {row["客户姓名"]: row["销售顾问"] for row in book.rows("客户卡")} == {
        "王伟明": "张敏",
        "李秀兰": "张敏",
        "赵强生": "李强",
    }
    assert [(file["form"], file["header_row"], file["rows"]["imported"]) for file in found["files"]] == [
        ("级别表", 3, 2),
        ("级别表", 3, 1),
    ]
    for row in (row for grade in "HAB" for row in book.rows(f"{grade}级")):
        said = " ".join(map(str, row.values()))
        assert [name for name in ALL if name in said] == [row["客户姓名"]]


@pytest.mark.parametrize("gap", [0, 1])
def test_a_right_table_that_is_longer_and_one_that_is_shorter(gap: int, tmp_path: Path) -> None:
    for rows, others in ([(WANG,), (LI, ZHAO)], [(LI, ZHAO), (WANG,)]):
        book, found = Page().put(1, 1, HEAD, *rows).put(1, 7 + gap, HEAD, *others).read(tmp_path)
        assert graded(book) == ALL
        assert [row["outcome"] for row in found["rows"]] == ["imported"] * 3


def test_three_tables_and_other_columns_in_each(tmp_path: Path) -> None:
    short = ("序号", "姓名", "电话", "级别")
    page = (
        Page()
        .put(1, 1, short, (1, *WANG[:3]))
        .put(1, 5, short, (1, *LI[:3]))
        .put(1, 10, ("客户姓名", "手机", "意向级别"), ZHAO[:3])
    )
    assert graded(page.read(tmp_path)[0]) == ALL


def test_titles_above_each_name_the_grade_and_one_above_all_the_month(tmp_path: Path) -> None:
    head = ("姓名", "电话", "车型", "顾问")
    page = Page().put(1, 1, ["2026年10月客户级别表"]).put(2, 1, ["H级客户"]).put(2, 6, ["A级客户"])
    page.put(3, 1, head, ("王伟明", "19900000201", "途岳", "张敏")).put(
        3, 6, head, ("赵强生", "19900000203", "途岳", "张敏")
    )
    book, _ = page.read(tmp_path)
    assert graded(book) == {"王伟明": "H", "赵强生": "A"}


def test_a_title_merged_over_both_holds_for_both(tmp_path: Path) -> None:
    head = ("姓名", "电话", "级别", "车型")
    page = Page().put(1, 1, ["客户级别表 销售顾问：张敏"]).put(2, 1, head, WANG[:4]).put(2, 6, head, ZHAO[:4])
    page.sheet.merge_cells("A1:I1")
    book, _ = page.read(tmp_path)
    assert {row["销售顾问"] for row in book.rows("客户卡")} == {"张敏"}


def test_headers_in_different_rows(tmp_path: Path) -> None:
    page = Page().put(1, 1, HEAD, WANG, LI, LI).put(3, 8, HEAD, ZHAO)
    assert graded(page.read(tmp_path)[0]) == ALL


@pytest.mark.parametrize(
    "box",
    [
        (("级别", "数量", "目标"), ("H", 12, 20), ("A", 30, 40)),
        (("项目", "目标", "实际"), ("来店", 100, 80), ("订单", 20, 15)),
        (("车型", "库存"), ("途岳", 3), ("朗逸", 4)),
    ],
)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_table_that_is_not_a_form_stays_out_and_is_named(box: Rows, side: str, tmp_path: Path) -> None:
    width = len(box[0])
    mine, its = (1, 8) if side == "right" else (width + 2, 1)
    page = Page().put(
        1, mine, HEAD, WANG, LI, ZHAO, *((f"钱{n}明", f"1990000030{n}", "C", "途岳", DAY, "张敏") for n in range(3))
    )
    book, found = page.put(1, its, *box).read(tmp_path)
    assert graded(book) == {**ALL, "钱0明": "C", "钱1明": "C", "钱2明": "C"}
    assert not {str(cell) for row in box[1:] for cell in row if isinstance(cell, int)} & set(written(book).split())
    assert len(found["files"]) == 2
    listed = [row for row in found["rows"] if row["outcome"] == "listed"]
    assert {row["row"] for row in listed} >= {2, 3}
    assert all(row["reason"] for row in listed)


def test_a_tally_right_beside_a_list_stays_out(tmp_path: Path) -> None:
    page = Page().put(1, 1, HEAD, WANG, LI, ZHAO).put(1, 7, ("级别", "数量"), ("A", 12), ("H", 25))
    book, found = page.read(tmp_path)
    assert graded(book) == ALL
    assert not {"12", "25"} & set(written(book).split())
    assert [row["outcome"] for row in found["rows"]] == ["imported"] * 3 + ["listed"] * 2


def test_a_customer_in_both_is_one(tmp_path: Path) -> None:
    _, found = Page().put(1, 1, HEAD, WANG, LI).put(1, 8, HEAD, LI).read(tmp_path)
    assert sorted(row["outcome"] for row in found["rows"]) == ["duplicate", "imported", "imported"]


def test_two_forms_side_by_side(tmp_path: Path) -> None:
    orders = ("合同号", "订单日期", "客户姓名", "电话", "车型", "成交价", "顾问")
    page = (
        Page().put(1, 1, HEAD, WANG, LI).put(1, 8, orders, ("D1", DAY, "赵强生", "19900000203", "途岳", 150000, "张敏"))
    )
    book, found = page.read(tmp_path)
    assert [file["form"] for file in found["files"]] == ["级别表", "订单"]
    assert [row["客户姓名"] for row in book.rows("订单")] == ["赵强生"]


VISITS = ("日期", "进店时间", "离店时间", "客户姓名", "电话", "意向车型", "级别", "来源", "顾问")
QIAN = (DAY, "10:00", "10:40", "钱一明", "19900000301", "途岳", "H", "来店/电", "张敏")


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("order", ["above", "below"])
def test_a_table_as_wide_as_both_above_or_below_them(gap: int, order: str, tmp_path: Path) -> None:
    wide, pair = (1, 5) if order == "above" else (6, 1)
    page = Page().put(wide, 1, ["来店登记"], VISITS, QIAN)
    page.put(pair, 1, HEAD[:4], WANG[:4], LI[:4]).put(pair, 5 + gap, HEAD[:4], ZHAO[:4])
    book, found = page.read(tmp_path)
    assert {row["客户姓名"]: row["当前级别"] for row in book.rows("客户卡") if row["客户姓名"] in ALL} == ALL
    visit = book.row("来店登记")
    assert (visit["顾客名称"], visit["意向级别"], visit["拟购车型"]) == ("钱一明", "H", "途岳")
    assert len(found["files"]) == 3


def test_cards_beside_each_other(tmp_path: Path) -> None:
    def card(name: str, phone: str, grade: str) -> Rows:
        return ("姓名", name), ("电话", phone), ("意向车型", "途岳"), ("级别", grade), ("销售顾问", "张敏")

    page = Page().put(1, 1, *card("王伟明", "19900000201", "H")).put(1, 4, *card("李秀兰", "19900000202", "B"))
    book, _ = page.read(tmp_path)
    assert {row["客户姓名"]: row["当前级别"] for row in book.rows("客户卡")} == {"王伟明": "H", "李秀兰": "B"}


def test_a_table_that_ends_with_what_others_begin_with(tmp_path: Path) -> None:
    head = ("姓名", "电话", "级别", "顾问", "日期")
    rows = [(*row[:3], "张敏", DAY + dt.timedelta(n)) for n, row in enumerate((WANG, LI))]
    _, found = Page().put(1, 1, head, rows[0]).put(1, 6, head, rows[1]).read(tmp_path)
    assert [[column["at"] for column in file["columns"]] for file in found["files"]] == [list("ABCDE"), list("FGHIJ")]


LOSSES = ("申请日期", "客户姓名", "电话", "战败原因", "去向品牌", "审批", "顾问")
SUN = (dt.date(2026, 11, 9), "孙丽丽", "19900000401", "价格", "本田", "同意", "张敏")


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("rows", [(QIAN,), (QIAN, ("",) * 3 + ("周一明", "19900000302"))], ids=["as_high", "higher"])
def test_a_table_that_begins_with_another_column(gap: int, rows: Rows, tmp_path: Path) -> None:
    book, _ = Page().put(1, 1, VISITS, *rows).put(1, 10 + gap, LOSSES, SUN).read(tmp_path)
    loss = book.row("战败")
    assert (loss["客户姓名"], loss["申请日期"]) == ("孙丽丽", SUN[0])
    assert "2026-11-09" not in " ".join(map(str, book.row("来店登记", 顾客名称="钱一明").values()))


# ------------------------------------------------------------------------------------------------ what stays one table


def test_a_card_with_a_gap_is_one_card(tmp_path: Path) -> None:
    page = Page().put(1, 1, ("姓名", "王伟明"), ("意向车型", "途岳"), ("备注", "周末来"), ("级别", "H"))
    book, found = page.put(
        1, 4, ("电话", "19900000201"), ("销售顾问", "张敏"), ("备注", "要贷款"), ("颜色", "白")
    ).read(tmp_path)
    assert len(found["files"]) == 1
    assert book.row("客户卡")["电话"] == "19900000201"


def test_a_blank_column_within_a_table_cuts_nothing(tmp_path: Path) -> None:
    page = Page().put(1, 1, HEAD[:3], WANG[:3], LI[:3], ZHAO[:3]).put(1, 5, HEAD[3:], WANG[3:], LI[3:], ZHAO[3:])
    book, found = page.read(tmp_path)
    assert len(found["files"]) == 1
    assert graded(book) == ALL
    assert {row["销售顾问"] for row in book.rows("客户卡")} == {"张敏", "李强"}


def test_who_recommended_a_customer_is_not_a_second_table(tmp_path: Path) -> None:
    page = Page().put(1, 7, ["介绍人"]).put(2, 1, HEAD, WANG, LI).put(2, 7, ("姓名", "电话"), ("周介绍", "19900000299"))
    _, found = page.read(tmp_path)
    assert len(found["files"]) == 1


def test_follow_ups_beside_each_other_are_one_table(tmp_path: Path) -> None:
    page = Page().put(1, 7, ["第一次跟进"]).put(1, 10, ["第二次跟进"]).put(2, 1, HEAD, WANG, LI)
    page.put(2, 7, ("日期", "级别"), (DAY, "H"), (DAY, "B")).put(2, 10, ("日期", "级别"), (DAY, "H"))
    _, found = page.read(tmp_path)
    assert len(found["files"]) == 1


# ------------------------------------------------------------ cards


def _card(who: Sequence[Cell], across: bool) -> list[list[Cell]]:
    """A card of a customer, its labels two in a row or below each other; what is said of 来源 may be a label elsewhere."""
    pairs: list[list[Cell]] = [[label, cell] for label, cell in zip(HEAD, who, strict=True)]
    pairs[4:4] = [["来源", "来店/电"], ["性别", "男"]]
    return [[*pairs[i], *pairs[i + 1]] for i in range(0, len(pairs), 2)] if across else pairs


@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("gap", [0, 1])
def test_cards_right_beside_each_other_are_each_a_customer(tmp_path: Path, across: bool, gap: int) -> None:
    page, width = Page(), (4 if across else 2) + gap
    for number, who in enumerate((WANG, LI, ZHAO)):
        page.put(1, 1 + number % 2 * width, ("客户管理卡",)) if number < 2 else None
        page.put(2 if number < 2 else 12, 1 + number % 2 * width, *_card(who, across))
    book, found = page.read(tmp_path)
    assert graded(book) == {"王伟明": "H", "李秀兰": "B", "赵强生": "A"}
    assert [row["outcome"] for row in found["rows"]] == ["imported"] * 3
    assert [(row["来源"], row["性别"]) for row in book.rows("客户卡")] == [("来店/电", "男")] * 3


def test_a_second_name_on_a_card_makes_no_second_card(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        *_card(WANG, across=True),
        ["家庭成员姓名", "王小明", "生日", "5月1日"],
        ["备注", "姓名要核对", "爱好", "钓鱼"],
    ]
    book, _ = Page().put(1, 1, *rows).read(tmp_path)
    assert graded(book) == {"王伟明": "H"}
    assert "王小明" in written(book)


def test_a_column_for_each_customer(tmp_path: Path) -> None:
    columns: list[Sequence[Cell]] = [HEAD, WANG, LI, ZHAO]
    page = Page()
    for at, cells in enumerate(columns, start=1):
        page.put(1, at, *([cell] for cell in cells))
    book, found = page.read(tmp_path)
    assert graded(book) == {"王伟明": "H", "李秀兰": "B", "赵强生": "A"}
    assert [row["outcome"] for row in found["rows"]] == ["imported"] * 3


def test_what_stands_on_a_card_without_a_label_is_kept_beside() -> None:
    rows = (
        ("客户管理卡",),
        ("姓名", "何先生", "电话", "19900000001", "老客户介绍，爱讲价"),
        ("性别", "男", "意向车型", "朗逸"),
        ("住址", "人民路1号", "职业", "教师"),
        ("生日", dt.date(1980, 1, 2), "来源", "来店/电", "VIP"),
        ("每周三下午有空",),
        (),
        ("日期", "方式", "经过", "级别"),
        (dt.date(2026, 11, 1), "电话", "聊了价格", "A"),
    )
    book = empty_book()
    outcome = take(book, [grid(*rows, sheet="卡")])
    [card] = [row for row in book.rows("读入结果") if row["行"] == 2]
    assert card["其余内容"] == "；".join(
        f"没有栏名：{said}" for said in ("老客户介绍，爱讲价", "VIP", "每周三下午有空")
    )
    assert outcome.intake is not None
    shown = [(column.at, column.how) for column in outcome.intake.tables[0].columns if column.source == "没有栏名"]
    assert shown == [("E", "beside"), ("E", "beside"), ("A", "beside")]
