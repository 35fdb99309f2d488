"""What becomes of rows: who is the same, what a duplicate adds, what is remembered, what people may rule and correct."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from memory import HE, STAFF, Memory, card, order, prospect, visit
from taking import BOOK, TODAY, answer_of, empty_book, grid, take

from xlcrm.catalogue.intake import HOW, NOTES, REASONS
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.intake.corrections import VALUE, WHOLE_SHEET, MapLine
from xlcrm.intake.grid import Dress, Grid, Span
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 11, 3)
HEAD = ("日期", "进店时间", "离店时间", "客户姓名", "电话", "意向车型", "级别", "来源", "顾问", "备注")
WANG = (DAY, "10:00", "10:40", "王伟明", "19931079389", "途岳", "H", "来店/电", "张敏", "问置换")
PROSPECTS = ("客户姓名", "电话", "车型", "级别", "初洽日期", "来源", "顾问", "备注")


def register(
    *rows: tuple[Cell, ...], head: tuple[Cell, ...] = HEAD, file: str = "登记.xlsx", sheet: str = "11月"
) -> Grid:
    return grid(head, *rows, file=file, sheet=sheet)


def but(row: tuple[Cell, ...], **changed: Cell) -> tuple[Cell, ...]:
    """A row of the register with some cells changed, by header."""
    return tuple(changed.get(str(header), cell) for header, cell in zip(HEAD, row, strict=True))


def outcomes(found: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in found["rows"]]


# ------------------------------------------------------------------------------------------------ who is the same


def test_the_same_visit_in_two_lists_is_one_row_and_the_second_fills_blanks() -> None:
    book = empty_book()
    mine = register(but(WANG, 备注="看了实车"), file="张敏.xlsx")
    found = answer_of(take(book, [register(but(WANG, 备注=None)), mine]))
    assert outcomes(found) == ["imported", "duplicate"]
    assert found["rows"][1]["of"] == {"file": "登记.xlsx", "sheet": "11月", "row": 2}
    assert found["rows"][1]["filled"] == {"注释": "看了实车"}
    assert book.row("来店登记")["注释"] == "看了实车"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"进店时间": "15:00"}, "imported"),
        ({"日期": dt.date(2026, 11, 4)}, "imported"),
        ({"电话": "19931079380"}, "imported"),
        ({"电话": "199****9389"}, "imported"),
        ({"电话": None}, "imported"),
        ({"客户姓名": "李秀兰"}, "imported"),
        ({"客户姓名": "王先生"}, "duplicate"),
        ({"客户姓名": "王维明"}, "duplicate"),
        ({"进店时间": None}, "duplicate"),
    ],
)
def test_what_is_another_visit_and_what_is_not(changed: dict[str, Cell], outcome: str) -> None:
    found = answer_of(take(empty_book(), [register(WANG), register(but(WANG, **changed), file="另一份.xlsx")]))
    assert outcomes(found) == ["imported", outcome]


def test_one_phone_and_two_names_are_two_customers_who_share_a_number() -> None:
    book = empty_book()
    outcome = take(
        book,
        [
            grid(
                PROSPECTS,
                ("王伟明", "19931079389", "途岳", "H", DAY, "基盘", "张敏"),
                ("李秀兰", "19931079389", "途岳", "A", DAY, "基盘", "张敏"),
            )
        ],
    )
    found = answer_of(outcome)
    assert outcomes(found) == ["imported", "imported"]
    assert len({row["customer"] for row in found["rows"]}) == 2
    assert "王伟明/李秀兰" in "".join(outcome.said)


def test_a_consultants_phone_is_nobodys() -> None:
    head = ("线索ID", "线索创建时间", "客户姓名", "手机号", "跟进人", "跟进人手机")
    rows = [
        (str(n), DAY, name, phone, "张敏", "19912341234")
        for n, (name, phone) in enumerate((("王伟明", "19931079389"), ("李秀兰", "19912341234")))
    ]
    found = answer_of(take(empty_book(), [grid(head, *rows, file="懂车帝线索.xlsx")]))
    assert outcomes(found) == ["imported", "imported"]
    assert found["files"][0]["columns"][5]["target"] == ""


def test_name_and_plate_are_the_same_owner_however_written() -> None:
    owners = grid(
        ("车主姓名", "电话", "车型", "车牌号", "交车日期", "销售顾问"),
        ("王伟明", "19931079389", "途岳", "鲁B·X3186", DAY, "张敏"),
    )
    insured = grid(("姓名", "车牌", "保险到期"), ("王伟明", "鲁bx3186", dt.date(2027, 4, 11)), file="续保.xlsx")
    book = empty_book()
    found = answer_of(take(book, [owners, insured]))
    assert outcomes(found) == ["imported", "duplicate"]
    assert found["rows"][1]["filled"] == {"保险到期": "2027-04-11"}
    assert book.row("保有客户")["保险到期"] == dt.date(2027, 4, 11)


def test_name_and_model_are_not_enough() -> None:
    rows = [("王伟明", phone, "途岳", "H", DAY, "基盘", "张敏") for phone in ("19931079389", "19952856350")]
    assert outcomes(answer_of(take(empty_book(), [grid(PROSPECTS, *rows)]))) == ["imported", "imported"]


def test_the_newest_month_holds_whatever_the_order_of_the_sheets() -> None:
    def sheet(month: int, grade: str, **other: Any) -> Grid:
        return grid(
            PROSPECTS, ("王伟明", "19931079389", "途岳", grade, DAY, "基盘", "张敏"), sheet=f"{month}月", **other
        )

    for grids in ((sheet(10, "C"), sheet(11, "A")), (sheet(11, "A"), sheet(10, "C"))):
        book = empty_book()
        found = answer_of(take(book, grids))
        assert sorted(outcomes(found)) == ["duplicate", "imported"]
        assert [row["客户姓名"] for row in book.rows("A级")] == ["王伟明"]
        assert book.rows("C级") == []
        assert book.row("客户卡")["当前级别"] == "A"


# ------------------------------------------------------------------------------------------------ a book that holds customers


def test_what_the_book_holds_already_is_filled_and_named() -> None:
    book = empty_book()
    book.add("顾问", *STAFF)
    book.add("客户卡", card())
    rows = grid(
        ("客户姓名", "电话", "住址", "客户来源", "建档日期", "销售顾问"),
        ("何一", "19900000101", "人民路1号", "基盘", DAY, "张敏"),
        sheet="客户档案",
    )
    found = answer_of(take(book, [rows]))
    assert outcomes(found) == ["duplicate"]
    assert found["rows"][0]["of"] == {"file": BOOK, "sheet": "客户卡", "row": 2}
    assert book.row("客户卡")["住址"] == "人民路1号"
    assert book.row("客户卡")["来源"] == "来店/电"
    assert "来源：基盘" in str(book.row("读入结果")["其余内容"])


def test_a_visit_the_book_holds_is_a_duplicate_of_its_row() -> None:
    book = empty_book()
    book.add("来店登记", visit(DAY))
    same = but(WANG, 客户姓名="何一", 电话="19900000101", 进店时间="10:00")
    found = answer_of(take(book, [register(same)]))
    assert found["rows"][0]["of"] == {"file": BOOK, "sheet": "来店登记", "row": 2}


def test_a_lead_of_a_known_customer_makes_no_second_card() -> None:
    book = empty_book()
    book.add("客户卡", card())
    book.add("A级", prospect())
    head = ("线索ID", "线索时间", "姓名", "手机", "意向车型", "顾问")
    found = answer_of(
        take(book, [grid(head, ("75", DAY, "何一", "19900000101", "途岳", "张敏"), file="易车线索.xlsx")])
    )
    assert outcomes(found) == ["duplicate"]
    assert len(book.rows("客户卡")) == 1


def test_rows_of_a_sealed_month_are_listed() -> None:
    book = empty_book()
    book.add("顾问", *STAFF)
    book.add("来店登记", visit(dt.date(2026, 10, 5)))
    book.roll(dt.date(2026, 10, 31))
    book.close(dt.date(2026, 10, 31))
    found = answer_of(take(book, [register(but(WANG, 日期=dt.date(2026, 10, 6)), WANG)]))
    assert outcomes(found) == ["listed", "imported"]
    assert "2026-10" in found["rows"][0]["reason"]


# ------------------------------------------------------------------------------------------------ again


def test_the_same_file_again_adds_nothing() -> None:
    book = empty_book()
    files = [
        register(WANG, ("合计", None, None, "1批")),
        grid(PROSPECTS, ("李秀兰", "19952856350", "途岳", "B", DAY, "基盘", "张敏")),
    ]
    take(book, files)
    before = book.copy().blocks
    found = answer_of(take(book, files))
    assert book.blocks == before
    assert outcomes(found) == ["duplicate", "listed", "duplicate"]
    assert found["rows"][0]["of"] == {"file": "登记.xlsx", "sheet": "11月", "row": 2}


def test_the_file_under_another_name_and_with_a_new_row_adds_that_row() -> None:
    book = empty_book()
    take(book, [register(WANG)])
    found = answer_of(
        take(book, [register(WANG, but(WANG, 电话="19952856350", 客户姓名="李秀兰"), file="登记(2).xlsx")])
    )
    assert outcomes(found) == ["duplicate", "imported"]
    assert len(book.rows("来店登记")) == 2


def test_two_rows_alike_without_a_phone_are_two_parties_and_stay_two() -> None:
    book = empty_book()
    nobody = but(WANG, 客户姓名="某先生", 电话=None, 级别=None)
    assert outcomes(answer_of(take(book, [register(nobody, nobody)]))) == ["imported", "imported"]
    assert outcomes(answer_of(take(book, [register(nobody, nobody)]))) == ["duplicate", "duplicate"]
    assert len(book.rows("来店登记")) == 2


def test_not_a_duplicate_is_remembered() -> None:
    book = empty_book()
    files = [register(WANG), register(but(WANG, 备注="又来了一次"), file="另一份.xlsx")]
    assert outcomes(answer_of(take(book, files))) == ["imported", "duplicate"]
    book.edit("读入结果", {"结果": "重复"}, {"处理": "不是重复：下午又来"})
    assert outcomes(answer_of(take(book, files))) == ["duplicate", "imported"]
    assert len(book.rows("来店登记")) == 2
    assert [row["结果"] for row in book.rows("读入结果")] == ["已读入", "已读入"]
    assert outcomes(answer_of(take(book, files))) == ["duplicate", "duplicate"]


# ------------------------------------------------------------------------------------------------ what people correct


def test_a_corrected_column_is_read_so_and_remembered() -> None:
    book = empty_book()
    head = tuple("微联" if header == "电话" else header for header in HEAD)
    plain = but(WANG, 电话="wx_wang")
    take(book, [register(plain, head=head)])
    mapped = [MapLine(source="微联", instead="来店登记.竞品")]
    again = but(plain, 客户姓名="李秀兰", 电话="比亚迪宋")
    found = answer_of(take(book, [register(again, head=head)], mapped))
    assert found["files"][0]["columns"][4] == {"at": "E", "source": "微联", "target": "来店登记.竞品", "how": "person"}
    third = answer_of(take(book, [register(but(again, 客户姓名="孙丽"), head=head)]))
    assert third["files"][0]["columns"][4]["target"] == "来店登记.竞品", "it is kept in the book"


def test_a_column_that_people_do_not_want_is_used_nowhere() -> None:
    book = empty_book()
    found = answer_of(take(book, [register(WANG)], [MapLine(source="来源", instead="不用")]))
    assert found["files"][0]["columns"][7]["target"] == ""
    assert book.row("来店登记")["来源"] == "来店/电", "a party that came by itself"


def test_a_value_of_the_shops_own_is_read_as_people_say() -> None:
    head = ("客户姓名", "电话", "车型", "有望度", "初洽日期", "顾问")
    hot = grid(head, ("王伟明", "19931079389", "途岳", "Hot", DAY, "张敏"))
    book = empty_book()
    found = answer_of(take(book, [hot]))
    assert found["rows"][0]["values"]["当前级别"] == "Hot"
    assert found["files"][0]["notes"] == ["scale"]
    other = empty_book()
    found = answer_of(take(other, [hot], [MapLine(cell=VALUE, source="有望度", sample="hot", instead="H")]))
    assert found["rows"][0]["target"]["sheet"] == "H级"


def test_the_form_of_a_sheet_can_be_said() -> None:
    sheet = grid(("姓名", "电话", "车型", "顾问"), ("王伟明", "19931079389", "途岳", "张敏"), sheet="名单")
    found = answer_of(take(empty_book(), [sheet], [MapLine("旧表.xlsx", "名单", source=WHOLE_SHEET, instead="战败")]))
    assert found["files"][0]["form"] == "战败"


def test_what_people_write_must_be_a_column_of_ours() -> None:
    with pytest.raises(Refusal) as refused:
        take(empty_book(), [register(WANG)], [MapLine(source="电话", instead="来店登记.手机号")])
    assert refused.value.key == "import.unknown_target"


def test_on_a_button_the_first_press_only_shows() -> None:
    book = empty_book()
    files = [register(WANG)]
    first = take(book, files, looks_first=True)
    assert book.rows("来店登记") == []
    assert {row["原列名"]: row["读作"] for row in book.rows("读入对照")}["电话"] == "来店登记.电话"
    assert "再点一次" in first.said[0]
    take(book, files, looks_first=True)
    assert len(book.rows("来店登记")) == 1


# ------------------------------------------------------------------------------------------------ rows and what they make


def test_columns_without_a_home_are_never_dropped() -> None:
    head = (*HEAD, "是否加微信", "跟进人手机")
    book = empty_book()
    take(book, [register((*WANG, "是", "19912341234"), head=head)])
    assert "是否加微信：是" in str(book.row("来店登记")["注释"])
    assert book.row("读入结果")["其余内容"] == "跟进人手机：19912341234"


def test_hidden_coloured_and_commented_cells_are_data_and_said() -> None:
    rows = (
        HEAD,
        WANG,
        but(WANG, 电话="19952856350", 客户姓名="李秀兰"),
        but(WANG, 电话="19952856351", 客户姓名="孙丽"),
    )
    dressed = grid(
        *rows,
        hidden=True,
        hidden_rows=frozenset({3}),
        hidden_columns=frozenset({5}),
        dress={(2, 4): Dress("FFC7CE", "老客户转介绍"), (4, 1): Dress(struck=True)},
        sheet="登记",
    )
    book = empty_book()
    found = answer_of(take(book, [dressed]))
    assert outcomes(found) == ["imported"] * 3
    assert found["files"][0]["notes"] == [
        "hidden_sheet",
        "hidden_rows",
        "hidden_columns",
        "coloured",
        "struck",
        "comments",
    ]
    assert "批注：老客户转介绍" in str(book.row("来店登记", 顾客名称="王伟明")["注释"])


def test_a_visit_list_without_first_and_again_is_completed_by_who_was_known() -> None:
    book = empty_book()
    take(book, [register(but(WANG, 日期=dt.date(2026, 11, 9)), WANG)])
    assert {row["日期"]: row["首次/再次"] for row in book.rows("来店登记")} == {
        DAY: "首次",
        dt.date(2026, 11, 9): "再次",
    }


def test_an_empty_list_of_consultants_is_filled_and_a_filled_one_left_alone() -> None:
    book = empty_book()
    outcome = take(book, [register(WANG)])
    assert [row["姓名"] for row in book.rows("顾问")] == ["张敏"]
    assert "张敏" in outcome.said[1]
    take(book, [register(but(WANG, 电话="19952856350", 客户姓名="李秀兰", 顾问="无名氏"))])
    assert len(book.rows("顾问")) == 1


def test_an_order_with_a_small_deposit_only_is_none() -> None:
    head = ("合同号", "小定日期", "大定日期", "客户姓名", "电话", "车型", "成交价", "销售顾问")
    rows = [
        ("D1", DAY, None, "王伟明", "19931079389", "途岳", 180000, "张敏"),
        ("D2", DAY, DAY, "李秀兰", "19952856350", "途岳", 180000, "张敏"),
    ]
    found = answer_of(take(empty_book(), [grid(head, *rows)]))
    assert outcomes(found) == ["listed", "imported"]
    assert found["rows"][1]["values"]["订单日期"] == "2026-11-03"


def test_a_customer_in_two_rows_is_one_entry() -> None:
    head = ("客户姓名", "电话", "车型", "顾问", "项目", *range(1, 13))
    merged = [Span(2, column, 3, column) for column in range(1, 5)]
    rows = (head, ("王伟明", "19931079389", "途岳", "张敏", "计划", "√"), (None, None, None, None, "实际", "A"))
    found = answer_of(take(empty_book(), [grid(*rows, sheet="11月级别推进", merged=merged)]))
    assert [(row["row"], row["outcome"]) for row in found["rows"]] == [(2, "imported")]
    assert found["rows"][0]["target"]["sheet"] == "A级"


MOMENTS: dict[str, tuple[Cell, int, str, str | None]] = {
    "pointed": ("11.5 10:20", 5, "10:20", None),
    "padded": ("11.05　09：05", 5, "09:05", None),
    "in_words": ("11.6 14点半", 6, "14:30", None),
    "weekday": ("11.6（五）下午2:30", 6, "14:30", None),
    "full": ("2026-11-05 14:30", 5, "14:30", None),
    "seconds": ("2026.11.7 09:05:00", 7, "09:05", None),
    "half_of_day": ("11月7日上午9:05", 7, "09:05", None),
    "slashed": ("11/7 9:05", 7, "09:05", None),
    "excel": (dt.datetime(2026, 11, 5, 10, 20), 5, "10:20", None),
    "both_times": ("11.5 10:20-11:00", 5, "10:20", "11:00"),
    "both_times_of_a_full_day": ("2026-11-05 10:20～11:00", 5, "10:20", "11:00"),
}


@pytest.mark.parametrize("header", ["来店日期时间", "进店日期及时间", "日期", "来店时间", "到店日期/时间", "Date/Time"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_visit_whose_day_and_time_stand_in_one_cell(header: str, moment: str) -> None:
    typed, day, entered, left = MOMENTS[moment]
    head = (header, "客户姓名", "电话", "意向车型", "级别", "顾问", "首次/再次")
    row = (typed, "王伟明", "19931079389", "途岳", "H", "张敏", "首次")
    values = answer_of(take(empty_book(), [grid(head, row, sheet="来店登记")]))["rows"][0]["values"]
    assert (values["日期"], values["进店时间"], values.get("离去时间")) == (f"2026-11-{day:02}", entered, left)


def test_a_time_that_is_none_is_kept() -> None:
    head = ("来店日期时间", "客户姓名", "电话", "意向车型", "级别", "顾问", "首次/再次")
    book = empty_book()
    take(book, [grid(head, ("11.5 25:70", "王伟明", "19931079389", "途岳", "H", "张敏", "首次"), sheet="来店登记")])
    row = book.row("来店登记")
    assert "进店时间" not in row
    assert "25:70" in str(row["日期"]) + str(row["注释"])


# ------------------------------------------------------------------------------------------------ refusals and words


def test_a_book_of_an_older_version_is_declined_in_words() -> None:
    book = empty_book()
    book.blocks = [block for block in book.blocks if block.sheet != "读入结果"]
    with pytest.raises(Refusal) as refused:
        VERBS["import"](book.blocks, (), Job(TODAY, dt.datetime(2026, 11, 30), grids=[register(WANG)]))
    assert refused.value.key == "import.no_sheet"


def test_every_word_of_an_import_has_its_blanks_filled() -> None:
    about = {"of": "x", "month": "2026-10", "count": 1, "row": 1, "values": "x", "source": "x"}
    for words in (*REASONS.values(), *HOW.values(), *NOTES.values()):
        for lang in ("zh", "en"):
            assert words.say(lang, **about)


def test_orders_that_are_read_in_are_firm_where_deposits_have_a_column() -> None:
    book = Memory.holding(
        {"订单": [order(DAY, HE, 订单号="D0", 大定日期=DAY, 锁单日期=None, 退订日期=None, 退订原因=None)]}
    )
    head = ("订单号", "客户姓名", "电话", "订单日期", "车型", "金额", "预计交车日期", "销售顾问")
    take(book, [grid(head, ("D1", "钱二", "19900000102", DAY, "途岳", 150000, DAY, "张敏"), file="订单.xlsx")])
    assert [(row["订单号"], row["大定日期"]) for row in book.rows("订单")] == [("D0", DAY), ("D1", DAY)]
