"""Styles met after the reader was written."""

from __future__ import annotations

import datetime as dt

from taking import empty_book, grid, take

from xlcrm.forms.schema import Cell
from xlcrm.intake.grid import Span

DAY = dt.date(2026, 11, 20)


def test_a_grade_may_be_a_column_to_be_ticked() -> None:
    headers = ("顾问", "客户名", "电话号码", "H", "A", "B", "C", "意向车", "下次联系")
    rows = (
        ("张敏", "褚一", "19900000111", "√", None, None, None, "朗逸", DAY),
        ("李强", "褚三", "19900000113", None, None, None, "√", "帕萨特", DAY),
    )
    book = empty_book()
    take(book, [grid(headers, *rows, sheet="11月", file="意向分级.xlsx")])
    assert (book.row("H级")["客户姓名"], book.row("H级")["拟购车型"]) == ("褚一", "朗逸")
    assert (book.row("C级")["客户姓名"], book.row("C级")["下次回访"]) == ("褚三", DAY)


def test_a_car_is_called_as_people_speak() -> None:
    headers = ("日期", "进店时间", "来访人", "联系方式", "看的车", "销售", "备注")
    book = empty_book()
    take(book, [grid(headers, (DAY, dt.time(10), "孙先生", "19900000051", "朗逸", "张敏", "首次"), sheet="前台")])
    assert book.row("来店登记")["拟购车型"] == "朗逸"


def test_the_grade_before_a_loss_is_called_so_too() -> None:
    headers = ("申请日", "客户", "手机", "原意向", "战败原因", "流向", "顾问", "经理意见")
    book = empty_book()
    take(book, [grid(headers, (DAY, "郑一", "19900000081", "B", "价格", "本田", "张敏", "同意"), sheet="战败")])
    assert book.row("战败")["战败前级别"] == "B"


def test_a_file_in_which_nothing_is_recognised_is_said_to_be_so() -> None:
    outcome = take(empty_book(), [grid(("甲", "乙"), (1, 2), file="别的.xlsx")])
    assert outcome.said == [
        "没有认出客户表，什么也没有读入：别的.xlsx Sheet1。表头改成常见的写法，例如客户姓名、电话、车型，再读一次。"
    ]


def test_a_model_may_be_a_column_to_be_ticked() -> None:
    head = ("日期", "客户姓名", "电话", "意向车型", None, "顾问")
    below = (None, None, None, "途岳", "朗逸", None)
    merged = [Span(1, 4, 1, 5)]
    rows = [(DAY, "王伟明", "19931079389", "√", None, "张敏"), (DAY, "李秀兰", "19952856350", None, "√", "张敏")]
    book = empty_book()
    take(book, [grid(head, below, *rows, sheet="来店登记", merged=merged)])
    assert [row["拟购车型"] for row in book.rows("来店登记")] == ["途岳", "朗逸"]


def test_a_consultants_list_is_called_as_he_is() -> None:
    head = ("客户", "手机", "意向", "级别")
    sheets = [
        grid(head, (f"孙{who}", phone, "途岳", "H"), sheet=who)
        for who, phone in (("张敏", "19900000061"), ("李强", "19900000062"))
    ]
    book = empty_book()
    take(book, sheets)
    assert [(row["销售顾问"], row["拟购车型"]) for row in book.rows("H级")] == [("张敏", "途岳"), ("李强", "途岳")]


def test_a_label_in_the_title_has_its_value_beside_it() -> None:
    title = ("销售顾问工作日报", None, "日期", "2026-11-03", "姓名", "张敏")
    rows = (
        ("客户姓名", "电话", "车型", "现级别", "方式", "经过"),
        ("王伟明", "19900000063", "途岳", "A", "电话", "报价"),
    )
    book = empty_book()
    take(book, [grid(title, *rows, sheet="日报")])
    assert (book.row("日报")["销售顾问"], book.row("日报")["日期"]) == ("张敏", dt.date(2026, 11, 3))


def test_reasons_may_be_ticked() -> None:
    head = ("登记日期", "客户", "电话", "原级别", "战败原因", None, "竞品", "顾问")
    below = (None, None, None, None, "价格", "竞品", None, None)
    rows = [
        (DAY, "王伟明", "19900000064", "A", "√", None, "CRV", "张敏"),
        (DAY, "李秀兰", "19900000065", "B", None, "√", "RAV4", "李强"),
    ]
    book = empty_book()
    take(book, [grid(head, below, *rows, sheet="战败", merged=[Span(1, 5, 1, 6)])])
    assert [(row["原因"], row["去向/竞品"]) for row in book.rows("战败")] == [("价格", "CRV"), ("竞品", "RAV4")]


def test_a_group_over_ticked_columns_leaves_the_other_headers_one_row_lower() -> None:
    rows = (
        (None, None, "级别", None, None, None, "来源", None, None, None),
        ("姓名", "电话", "H", "A", "B", "C", "来店", "来电", "网络", "转介绍"),
        ("何一", "19900000031", "√", None, None, None, "√", None, None, None),
        ("何二", "19900000032", None, None, "√", None, None, None, "√", None),
    )
    book = empty_book()
    take(book, [grid(*rows, merged=[Span(1, 3, 1, 6), Span(1, 7, 1, 10)], sheet="11月潜客")])
    assert [row["客户姓名"] for row in book.rows("H级")] == ["何一"]
    assert [row["客户姓名"] for row in book.rows("B级")] == ["何二"]


def test_the_days_of_a_grid_may_end_in_words() -> None:
    days = [f"{day}日" for day in range(1, 31)]
    title = ("2026年11月 A级客户推进表　销售顾问：张敏",)
    headers = ("序号", "客户姓名", "电话", "车型", "上月级别", *days)

    def row(number: int, name: str, **said: str) -> tuple[Cell, ...]:
        marks = {int(day.removeprefix("d")): text for day, text in said.items()}
        return (number, name, f"1990000006{number}", "朗逸", "A", *(marks.get(day) for day in range(1, 31)))

    rows = (
        row(1, "何一", d3="*", d5="A"),
        row(2, "何二", d9="订"),
        row(3, "何三", d4="战败"),
        row(4, "何四", d7="交车"),
    )
    book = empty_book()
    take(book, [grid(title, headers, *rows, sheet="A级")])
    assert [(card["客户姓名"], card["状态"]) for card in book.rows("客户卡")] == [
        ("何一", "在跟"),
        ("何二", "已订"),
        ("何三", "战败"),
        ("何四", "已交车"),
    ]
    assert [one["客户姓名"] for one in book.rows("A级")] == ["何一"]


def test_a_card_without_a_day_begins_with_the_first_contact_below_it() -> None:
    rows = (
        ("客户姓名", "何三", "联系电话", "19900000041"),
        ("意向车型", "朗逸", "意向级别", "B"),
        ("跟进日期", "跟进方式", "跟进内容"),
        (dt.date(2026, 11, 4), "微信", "发报价"),
        (dt.date(2026, 11, 2), "电话", "约周末"),
    )
    book = empty_book()
    take(book, [grid(*rows, sheet="张敏")])
    assert [card["初洽日期"] for card in book.rows("客户卡")] == [dt.date(2026, 11, 2)]


def test_a_change_of_grade_is_the_grade_it_leads_to() -> None:
    headers = ("日期", "顾问", "接待客户", "电话", "方式", "沟通内容", "级别变化")
    row = (dt.date(2026, 11, 2), "张敏", "何一", "19900000001", "来店", "看了朗逸", "B→A")
    book = empty_book()
    take(book, [grid(headers, row, sheet="周报")])
    assert [one["现级别"] for one in book.rows("日报")] == ["A"]
