"""From blocks of cells to records: headers, foot rows, places, what could not be read, and who is who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from books import Row, ledger_of
from memory import HE, NAMES, QIAN, SUN, ZHOU, card, loss, order, prospect, report, visit

from xlcrm.changes import Block
from xlcrm.errors import Refusal
from xlcrm.forms.codes import CODES
from xlcrm.forms.headers import columns_of, is_foot
from xlcrm.forms.schema import Cell, Filler, Record
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import FORMS, Consultant
from xlcrm.forms.switched import Company, DoorCount, Drive
from xlcrm.ledger.arrivals import Arrivals
from xlcrm.ledger.drives import Drives
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.normal import read_code
from xlcrm.ledger.reading import read_ledger

TODAY = dt.date(2026, 10, 31)
DAY = dt.date(2026, 10, 5)
VISITS = FORMS["来店登记"]


# ---------------------------------------------------------------- headers


def columns(*headers: str) -> dict[str, int]:
    return columns_of(headers, VISITS)


def test_every_spelling_of_every_form_leads_to_a_column() -> None:
    for form in FORMS.values():
        for column in form.columns:
            for spelling in column.spellings:
                assert len(columns_of([spelling], form)) == 1, f"{form.sheet} {spelling}"
            assert columns_of([column.header], form) == {column.name: 0}


def test_blanks_and_line_breaks_in_a_header_do_not_matter() -> None:
    assert columns(" 销售 顾问\n", "顾客名称　") == {"consultant": 0, "name": 1}


def test_a_mark_of_what_is_required_and_full_width_signs_in_a_header_do_not_matter() -> None:
    assert columns("*日期", "首次／再次*", "来店（电）", "＊客户姓名") == {
        "date": 0,
        "first": 1,
        "channel": 2,
        "name": 3,
    }


ANY_FORM = {
    "客户姓名": "顾客名称 顾客姓名 客户名称 姓名 车主",
    "电话": "联系电话 手机 手机号 手机号码 联系方式",
    "销售顾问": "销售员 业务员 接待顾问 顾问",
    "拟购车型": "意向车型 意向车系 车型 欲购车型",
    "来源": "信息来源 客户来源 线索来源",
}
"""SPEC section 9: these stand for the same column in whatever sheet has it."""


@pytest.mark.parametrize(("header", "others"), ANY_FORM.items())
def test_the_usual_other_headers_are_read_in_every_form(header: str, others: str) -> None:
    same = {header, *others.split()}
    forms = [form for form in FORMS.values() if form.filler is Filler.PERSON and form.sheet not in ("顾问", "目标")]
    read = 0
    for form in forms:
        for column in form.columns:
            if column.header in same:
                assert all(columns_of([other], form) == {column.name: 0} for other in same), form.sheet
                read += 1
    assert read >= 6


@pytest.mark.parametrize(
    ("cell", "read"), [("是", "首次"), ("否", "再次"), ("1", "首次"), (1, "首次"), (2.0, "再次"), ("3", "再次")]
)
def test_whether_first_and_how_often_are_read_as_first_or_again(cell: Cell, read: str) -> None:
    reading = read_code(cell, CODES["首次再次"])
    assert (reading.value, reading.trouble) == (read, "")


def test_a_header_given_twice_is_read_once_and_the_exact_one_wins() -> None:
    assert columns("电话", "电话") == {"phone": 0}
    assert columns("手机", "电话") == {"phone": 1}
    assert columns("手机", "联系电话") == {"phone": 0}


def block(sheet: str, headers: tuple[str, ...], *rows: tuple[Cell, ...]) -> Block:
    return Block(sheet, FORMS[sheet].table, 4, 2, headers, rows)


def test_a_block_without_a_column_of_its_form_is_refused_with_the_headers_missing() -> None:
    with pytest.raises(Refusal) as refused:
        read_ledger([block("顾问", ("姓名", "状态", "休息日", "入职日期"))], TODAY)
    assert refused.value.key == "form.columns_missing"
    assert refused.value.about == {"sheet": "顾问", "headers": "电话、离职日期"}


def test_columns_may_stand_in_any_order_and_beside_others() -> None:
    headers = ("备注", "离职日期", "入职日期", "电话", "休息日", "状态", "销售顾问")
    typed = block("顾问", headers, ("x", None, None, "19900000101", "周日、周一", "在岗", "张敏"))
    (consultant,) = read_ledger([typed], TODAY).consultants
    assert (consultant.name, consultant.phone, consultant.rest_days) == ("张敏", "19900000101", (0, 6))
    # the header stands in B4: the seventh column is H, the first row below it 5
    assert (consultant.at.row, consultant.at.cell("name"), consultant.at.cell("phone")) == (5, "H5", "E5")


def test_a_sheet_that_is_not_there_has_no_records() -> None:
    ledger = read_ledger([], TODAY)
    assert all(ledger.of(form.record) == () for form in FORMS.values())
    assert ledger.settings.interval_h == 2


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("first", "foot"),
    [
        ("合计", True),
        ("合　计：35", True),
        ("总计", True),
        ("制表人：张敏", True),
        ("销售经理签字：", True),
        ("审核：王经理", True),
        ("2026-10-05", False),
        ("何一", False),
        (dt.date(2026, 10, 5), False),
        (35, False),
    ],
)
def test_foot_rows(first: Cell, foot: bool) -> None:
    assert is_foot([None, first, "x"]) is foot


def test_a_blank_row_is_not_a_foot_row() -> None:
    assert is_foot([None, None]) is False


def test_blank_rows_and_foot_rows_are_not_records_and_rows_keep_their_numbers() -> None:
    rows: list[Row] = [visit(DAY), {}, {"注释": "  ", "性别": "　"}, visit(DAY, QIAN), {"日期": "合计", "来店人数": 2}]
    assert [(v.phone, v.at.row) for v in ledger_of({"来店登记": rows}, TODAY).visits] == [(HE, 2), (QIAN, 5)]


def test_a_cell_of_blanks_is_blank() -> None:
    (typed,) = ledger_of({"来店登记": [visit(DAY, 注释=" 　", 竞品=" 吉力 ")]}, TODAY).visits
    assert typed.is_blank("note")
    assert typed.note is None
    assert typed.rival == "吉力"
    assert not typed.is_blank("rival")


def test_what_cannot_be_read_is_kept_as_typed_beside_what_is_wrong() -> None:
    dirty = visit(DAY, 电话="1990000012", 意向级别="ａ级", 来店人数="两三个", 离去时间="９：３０")
    (typed,) = ledger_of({"来店登记": [dirty]}, TODAY).visits
    assert (typed.phone, typed.raw("phone"), typed.shown("phone")) == (None, "1990000012", "1990000012")
    assert (typed.grade, typed.people, typed.left) == ("A", None, dt.time(9, 30))
    troubles = {d.name: (d.trouble, d.readable) for d in typed.defects}
    assert troubles["phone"] == ("V04.short", False)
    assert troubles["grade"] == ("V02.variant", True)
    assert troubles["people"] == ("V02.number", False)


def test_phones_come_back_from_a_number_cell() -> None:
    (typed,) = ledger_of({"来店登记": [visit(DAY, 电话=19900000101.0)]}, TODAY).visits
    assert typed.phone == HE


def test_what_the_check_column_says_now_is_known_by_row() -> None:
    ledger = ledger_of({"来店登记": [visit(DAY), visit(DAY) | {"检查结果": "错误 V01"}]}, TODAY)
    assert ledger.checks["来店登记"] == {3: "错误 V01"}


# ---------------------------------------------------------------- settings and code lists


def test_settings_come_from_their_sheet_and_trouble_falls_back() -> None:
    rows: list[Row] = [
        {"键": "H级回访间隔", "值": 3},
        {"键": "退订回流级别", "值": "Z"},
        {"键": "店休日", "值": "2026-10-01、2026-10-02"},
    ]
    ledger = ledger_of({"设置": rows}, TODAY)
    assert (ledger.settings.interval_h, ledger.settings.return_grade) == (3, "A")
    assert ledger.settings.closed_days == (dt.date(2026, 10, 1), dt.date(2026, 10, 2))
    assert ledger.setting_troubles == {1: "bad"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("工作月", "0000-05"),
        ("填写截止时间", "18:00Z"),
        ("交车关怀", "99999999"),
        ("交车关怀", "0、-5"),
        ("保险提前", "4000000"),
        ("定期关怀", "99999999999"),
    ],
)
def test_a_setting_no_calendar_can_follow_falls_back(key: str, value: str) -> None:
    ledger = ledger_of({"设置": [{"键": key, "值": value}]}, TODAY)
    assert ledger.setting_troubles == {0: "bad"}
    assert ledger.settings == Settings()


def test_the_area_code_makes_local_numbers_readable() -> None:
    local = visit(DAY, 电话="61234567")
    assert ledger_of({"来店登记": [local]}, TODAY).visits[0].phone is None
    area: list[Row] = [{"键": "区号", "值": "021"}]
    assert ledger_of({"来店登记": [local], "设置": area}, TODAY).visits[0].phone == "02161234567"


def test_the_dictionary_extends_an_open_list_and_no_closed_one() -> None:
    rows: list[Row] = [{"类别": "渠道", "代码": "小红书"}, {"类别": "意向级别", "代码": "S"}]
    ledger = ledger_of({"字典": rows}, TODAY)
    assert ledger.codes["渠道"].values == ("小红书",)
    assert ledger.codes["意向级别"].values == ("H", "A", "B", "C")


def test_consultants_rest_on_their_days_and_the_shop_on_its_own() -> None:
    ledger = ledger_of({"顾问": [{"姓名": "张敏", "状态": "在岗", "休息日": "周二"}]}, TODAY)
    assert ledger.of(Consultant)[0].rest_days == (1,)
    assert ledger.workdays.next("张敏", DAY) == dt.date(2026, 10, 7)
    assert ledger.workdays.next("李强", DAY) == dt.date(2026, 10, 6)


# ---------------------------------------------------------------- who is who


def whose(ledger: Ledger, rows: Iterable[Record]) -> list[str | None]:
    """The keys of the rows' customers."""
    return [customer.key if (customer := ledger.customers.of(row)) else None for row in rows]


HIM: Row = {"客户姓名": NAMES[HE]}


def test_a_customer_is_known_by_phone_by_spare_phone_and_by_number() -> None:
    ledger = ledger_of(
        {
            "客户卡": [card(HE, 备用电话=QIAN)],
            "B级": [prospect(SUN, "B")],
            "日报": [report(DAY, QIAN) | HIM, report(DAY, ZHOU), report(DAY, ZHOU, 电话=None)],
            "跟进记录": [{"客户编号": "C00001"}, {"客户编号": "C00003"}, {"客户编号": "C09999"}],
            "订单": [order(DAY, HE), order(DAY, QIAN, 订单号="D2") | HIM],
            "战败": [loss(DAY, QIAN) | HIM],
        },
        TODAY,
    )
    assert whose(ledger, ledger.reports) == ["C00001", ZHOU, None]
    assert whose(ledger, ledger.follow_ups) == ["C00001", "C00003", "C09999"]
    he, sun, nobody = (ledger.customers.find(who) for who in (QIAN, "C00003", "C09999"))
    assert he is not None
    assert (he.phone, [o.number for o in he.orders], len(he.losses)) == (HE, ["D1005-1", "D2"], 1)
    assert sun is not None
    assert (sun.phone, [row.grade for row in sun.prospects]) == (SUN, ["B"])
    assert nobody is not None
    assert (nobody.phone, nobody.cards) == ("", ())
    assert ledger.customers.find("19900000999") is None


@pytest.mark.parametrize(
    ("changed", "phone"),
    [
        ({}, HE),
        ({"客户姓名": "何二"}, None),
        ({"车型": "远行X3"}, None),
        ({"车型": None}, None),
        # a party received may be anybody of that name that the day's register does not show; a phone that cannot be read is
        # no missing one
        ({"目的": "接待"}, None),
        ({"电话": "1990000"}, None),
    ],
)
def test_a_report_without_a_phone_is_known_by_name_and_model(changed: Row, phone: str | None) -> None:
    ledger = ledger_of({"A级": [prospect(HE)], "日报": [report(DAY, HE, 电话=None) | changed]}, TODAY)
    [customer] = map(ledger.customers.of, ledger.reports)
    assert (customer.phone if customer else None) == phone


@pytest.mark.parametrize(
    ("others", "phone"),
    [
        ([], HE),
        ([visit(DAY, QIAN, 顾客名称="何一")], None),
        ([visit(DAY, HE, None, 电话=None)], None),
        ([visit(DAY, QIAN)], HE),
        ([visit(DAY + dt.timedelta(days=1), QIAN, 顾客名称="何一")], HE),
    ],
)
def test_a_reception_without_a_phone_is_the_one_party_of_the_day_with_its_name_and_model(
    others: list[Row], phone: str | None
) -> None:
    received = report(DAY, HE, 电话=None, 目的="接待", 方式="来店")
    ledger = ledger_of({"来店登记": [visit(DAY, HE), *others], "日报": [received]}, TODAY)
    [customer] = map(ledger.customers.of, ledger.reports)
    assert (customer.phone if customer else None) == phone


def test_two_customers_of_one_name_and_model_are_not_guessed_between() -> None:
    other = order(DAY, QIAN, 客户姓名="何一")
    ledger = ledger_of({"A级": [prospect(HE)], "订单": [other], "日报": [report(DAY, HE, 电话=None)]}, TODAY)
    assert whose(ledger, ledger.reports) == [None]


def test_a_card_of_ones_own_is_stronger_than_anothers_spare_phone() -> None:
    ledger = ledger_of({"客户卡": [card(HE, 备用电话=QIAN), card(QIAN)]}, TODAY)
    assert whose(ledger, ledger.cards) == ["C00001", "C00002"]
    assert [customer.key for customer in ledger.customers.holding(QIAN)] == ["C00002", "C00001"]


def test_of_two_cards_with_one_phone_the_first_counts() -> None:
    ledger = ledger_of({"客户卡": [card(HE), card(HE, 客户编号="C00009")]}, TODAY)
    [customer] = ledger.customers.values()
    assert customer.cards == ledger.cards
    assert dict(ledger.customers.numbers) == {"C00001": customer.key, "C00009": customer.key}


def test_prospects_come_hottest_sheet_first_with_the_grade_of_their_sheet() -> None:
    ledger = ledger_of({"C级": [prospect(HE, "C")], "H级": [prospect(QIAN, "H")]}, TODAY)
    assert [(row.grade, row.phone) for row in ledger.prospects] == [("H", QIAN), ("C", HE)]


def test_a_row_of_a_switched_form_is_about_the_customer_of_its_number_or_of_its_phone_and_name() -> None:
    companies: list[Row] = [{"客户编号": "C00002"}, {"客户编号": "C00007"}]
    drives: list[Row] = [
        {"日期": DAY, "客户姓名": "何一", "电话": HE},
        {"日期": DAY, "电话": HE},
        {"日期": DAY, "客户姓名": "周四", "电话": HE},
    ]
    ledger = ledger_of({"客户卡": [card(HE), card(QIAN)], "单位客户": companies, "试驾": drives}, TODAY)
    meant = [ledger.customers.meant(row) for row in (*ledger.of(Company), *ledger.of(Drive))]
    assert [customer.number if customer else None for customer in meant] == ["C00002", None, "C00001", "C00001", None]


def test_a_drive_of_nobody_in_the_register_is_not_a_visitors_drive() -> None:
    nameless = visit(DAY, QIAN, **{"电话": None, "试乘试驾": "√"})
    drives: list[Row] = [{"日期": DAY, "客户姓名": "孙三", "电话": SUN}, {"日期": DAY, "客户姓名": "何一", "电话": HE}]
    ledger = ledger_of({"来店登记": [visit(DAY, HE), nameless], "试驾": drives}, TODAY)
    parties = [(row, ledger.customers.of(row)) for row in ledger.visits]
    known = Drives(ledger, ledger.of(Drive))
    assert [known.drove(*party) for party in parties] == [True, False]
    assert [row.phone for row, _ in known.without(parties)] == [SUN]


def test_nobody_arrives_in_a_row_of_the_counter_without_day_or_hours() -> None:
    counts: list[Row] = [{"日期": DAY, "时段": "10:00-11:00"}, {"时段": "10:00-11:00"}, {"日期": DAY, "时段": "上午"}]
    ledger = ledger_of({"来店登记": [visit(DAY, HE)], "客流计数": counts}, TODAY)
    assert [Arrivals(ledger.visits).during(row) for row in ledger.of(DoorCount)] == [1, 0, 0]


def test_every_sheet_of_the_book_has_its_records() -> None:
    ledger = ledger_of({"来店登记": [visit(DAY)]}, TODAY)
    assert len(ledger.records) == len(FORMS)
    assert {sheet: len(rows) for sheet, rows in ledger.records.items() if rows} == {"来店登记": 1}


def test_settings_are_the_defaults_except_for_those_that_a_shop_changed() -> None:
    changed = Settings(store="示范店")
    assert (changed.store, changed.undo_depth) == ("示范店", Settings().undo_depth)
    assert changed == Settings(store="示范店") != Settings()
    with pytest.raises(TypeError, match="depth"):
        Settings(depth=3)
