"""Erasing a customer: nothing personal is left anywhere in the file or beside it, and what is counted stays."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from desk import JOURNAL, Desk
from memory import HE, NAMES, QIAN, STAFF, SUN, ZHOU, Memory, card, loss, order, prospect, report, visit
from shell import TODAY, contents, declines, xlcrm
from walks import Walk
from workbooks import share_texts

from xlcrm.books.xlsx.package import Package
from xlcrm.books.xlsx.save import BACKUPS
from xlcrm.books.xlsx.session import FileSession
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell, Privacy, as_text, letters
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.reading import read_ledger

FIRST, MIDDLE, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 20), dt.date(2026, 10, 31)
NEXT = dt.date(2026, 11, 3)
TOLD_OF = f"客户卡!{letters(FORMS['客户卡'].headers.index('人际') + 1)}3"
"""Where another customer's card names 何一."""


def held(book: Memory) -> str:
    """Every text of the book."""
    return "\n".join(as_text(cell) for block in book.blocks for row in block.rows for cell in row)


def a_month(remark: str = "家在东街") -> Desk:
    """October of four customers, 何一 mentioned in every way; ``remark`` leaves the grade sheet with its row."""
    book = Desk.holding(
        {
            "顾问": STAFF,
            "客户卡": [
                card(HE, "A", 备用电话="19900000777", 住址="解放路7号", 生日=LAST.replace(year=1990), 家庭="两个孩子"),
                card(SUN, "B", 人际="何一的同学，电话19900000101"),
                card(ZHOU, "C"),
            ],
            "A级": [prospect(HE, "A", 备注="何一喜欢白色")],
            "B级": [prospect(SUN, "B")],
            "C级": [prospect(ZHOU, "C", 备注=remark)],
            "来店登记": [visit(FIRST, QIAN, "H"), visit(MIDDLE, HE, "A", **{"首次/再次": "再次"}, 注释="来看过一次")],
            "日报": [
                report(FIRST, QIAN, "H", 目的="接待", 方式="来店"),
                report(FIRST, SUN, "B"),
                report(MIDDLE, HE, "H", 主管批示="何一这单抓紧"),
                report(LAST, HE, "C", 经过="不急"),
                report(LAST, QIAN, "B"),
            ],
            "订单": [order(MIDDLE, SUN)],
            "战败": [loss(MIDDLE, ZHOU, 审批="同意", 审批日期=LAST)],
        }
    )
    for verb in ("validate", "roll", "check", "month", "close"):
        book.press(verb, LAST)
    return book


def erased(book: Desk, who: str) -> list[str]:
    """Erase; the places that still name the customer."""
    outcome = book.decide("erase", NEXT, customer=who)
    book.apply(outcome.changes)
    return outcome.kept


@pytest.mark.parametrize("who", ["C00001", HE, "+86 199-0000-0101", "19900000777"])
def test_nothing_personal_is_left(who: str) -> None:
    book = a_month()
    assert erased(book, who) == [TOLD_OF]
    left = held(book).replace("何一的同学，电话4000000001", "")
    for secret in (
        "何一",
        HE,
        "19900000777",
        "解放路",
        "两个孩子",
        "1990-10-31",
        "白色",
        "来看过一次",
        "10-20 与",
    ):
        assert secret not in left, secret
    assert book.row("客户卡", 客户编号="C00001")["客户姓名"] == "已删除C00001"


def figures(book: Desk) -> tuple[object, ...]:
    """What is counted and found, except the table of backgrounds: an age counted there would betray the birthday."""
    month = book.decide("month", NEXT)
    found = [
        (f.code, f.at.sheet, f.at.row, f.person)
        for verb in ("validate", "check")
        for f in book.decide(verb, NEXT).findings
    ]
    tables = {name: rows for name, rows in month.figures["tables"].items() if name != "background"}
    return month.figures | {"tables": tables}, month.balance, found, [m.event for m in book.decide("roll", NEXT).moves]


@pytest.mark.parametrize("phone", [HE, QIAN, SUN, ZHOU])
def test_every_figure_and_every_finding_stays(phone: str) -> None:
    book = a_month()
    before = figures(book)
    erased(book, phone)
    token = str(next(row["客户姓名"] for row in book.rows("客户卡") if str(row["客户姓名"]).startswith("已删除")))
    assert repr(figures(book)) == repr(before).replace(f"'name': '{NAMES[phone]}'", f"'name': '{token}'"), (
        "but for the name in the lists"
    )


def test_his_age_is_counted_no_more() -> None:
    def ages(book: Desk) -> dict[str, int]:
        rows = book.decide("month", NEXT).figures["tables"]["background"]
        return {row["background_value"]: row["opening_stock"] for row in rows if row["aspect"] == "年龄"}

    book = a_month()
    assert ages(book) == {"36–45 岁": 1, "未填": 2}
    erased(book, HE)
    assert ages(book) == {}, "no other card states a birthday"


def test_it_cannot_be_undone_nor_can_anything_before_it() -> None:
    book = a_month()
    erased(book, HE)
    with pytest.raises(Refusal, match=r"undo\.nothing"):
        book.press("undo", NEXT)
    lines = book.rows(JOURNAL)
    assert {row["动作"] for row in lines} == {
        "级别推进",
        "交叉核对",
        "月度分析",
        "月末结转",
        "封账",
        "移出",
        "删除客户资料",
    }
    assert str(lines[-1]["新值"]).startswith("删除一位客户的个人资料：")


def test_what_the_journal_keeps_of_a_row_taken_out_goes_too() -> None:
    book = a_month()
    assert [row["旧值"] for row in book.rows(JOURNAL) if row["动作"] == "移出"] == ["备注：家在东街"]
    erased(book, ZHOU)
    assert "东街" not in held(book)


def test_what_it_keeps_of_others_names_the_customer_no_more() -> None:
    book = a_month(remark=f"何一介绍，电话{HE}")
    places = erased(book, HE)
    line = next(i for i, row in enumerate(book.rows(JOURNAL), 2) if row["动作"] == "移出")
    assert places == [TOLD_OF, f"{JOURNAL}!G{line}"], "where the line stands now that the undo history is gone"
    assert HE not in held(book)


def test_the_shops_own_columns_go_and_the_car_in_the_rows_of_others() -> None:
    book = a_month()
    owner: dict[str, Cell] = {
        "客户编号": "C00001",
        "车主姓名": "何一",
        "电话": HE,
        "车型": "远行X5",
        "车牌": "沪A12345",
    }
    book.add("保有客户", owner | {"购买日期": FIRST, "交车日期": FIRST, "销售顾问": "张敏", "VIN": "LSVAA4187E2123456"})
    book.widen("客户卡", "微信", "heyi88")
    book.edit("客户卡", {"电话": SUN}, {"人际": "何一的车沪a12345，车架lsvaa4187e2123456，电话199 0000-0101"})
    erased(book, HE)
    kept = {row["电话"]: row.get("微信") for row in book.rows("客户卡")}
    assert (kept.pop("4000000001"), set(kept.values())) == (None, {"heyi88"})
    assert book.row("客户卡", 电话=SUN)["人际"] == "何一的车已删除C00001，车架已删除C00001，电话4000000001"


def test_his_number_in_the_shops_settings_is_left_and_named() -> None:
    book = a_month()
    book.add("设置", {"键": "门店电话", "值": HE})
    place = f"设置!B{len(book.rows('设置')) + 1}"
    assert place in erased(book, HE)
    assert book.row("设置", 键="门店电话")["值"] == HE


@pytest.mark.parametrize("spare", [SUN, "微信", "199", "无", f"{SUN}（爱人）", "19900000778、19900000779"])
def test_a_spare_phone_takes_nobody_along(spare: str) -> None:
    """The spouse's number, who has a card of her own; what is not a number; two numbers."""
    book = a_month()
    book.edit("客户卡", {"电话": HE}, {"备用电话": spare})
    book.edit("客户卡", {"电话": SUN}, {"人际": "微信联系，送199元保养，转19900000779"})
    others = [row for row in book.rows("日报") if row["电话"] != HE]
    erased(book, "C00001")
    assert [row for row in book.rows("日报") if row["电话"] in (QIAN, SUN, ZHOU)] == others
    assert book.row("客户卡", 电话=SUN)["人际"] == "微信联系，送199元保养，转" + (
        "4000000001" if spare.startswith("1990000077") else "19900000779"
    )


def test_a_former_phone_goes_too() -> None:
    book = a_month()
    book.edit("客户卡", {"电话": HE}, {"曾用电话": "19900000771、19900000772"})
    book.edit("客户卡", {"电话": SUN}, {"人际": "原号199 0000 0772"})
    erased(book, "C00001")
    assert book.row("客户卡", 电话=SUN)["人际"] == "原号4000000001"
    assert "0771" not in held(book)


def test_a_plate_that_is_none_or_two_have_stays_with_the_other() -> None:
    book = Desk.holding({"顾问": STAFF, "客户卡": [card(HE), card(SUN)], "保有客户": []})
    for phone in (HE, SUN):
        owner: dict[str, Cell] = {
            "客户编号": f"C0000{phone[-1]}",
            "车主姓名": NAMES[phone],
            "电话": phone,
            "车型": "远行X5",
        }
        book.add("保有客户", owner | {"车牌": "新车未上牌", "VIN": "LSVAA4187E2123456", "销售顾问": "张敏"})
    assert erased(book, HE) == ["保有客户!E3"], "the VIN is the other's too"
    assert book.row("保有客户", 电话=SUN)["车牌"] == "新车未上牌"
    assert book.row("保有客户", 电话=SUN)["VIN"] == "LSVAA4187E2123456"


def test_a_number_in_a_column_of_another_is_for_people_to_see_to() -> None:
    book = a_month()
    book.edit("客户卡", {"电话": SUN}, {"备用电话": HE})
    before = book.tables()
    with pytest.raises(Refusal, match=r"erase\.structured.*客户卡!F3"):
        erased(book, HE)
    assert book.tables() == before


def test_a_phone_of_two_customers_asks_for_the_number() -> None:
    book = a_month()
    book.add("客户卡", card(HE) | {"客户编号": "C00009", "客户姓名": "吴九"})
    with pytest.raises(Refusal, match=r"erase\.several.*何一 C00001、吴九 C00009"):
        erased(book, HE)
    erased(book, "C00009")
    assert book.row("客户卡", 客户编号="C00001")["客户姓名"] == "何一"


def test_a_name_that_another_bears_or_that_is_part_of_one_is_not_looked_for() -> None:
    book = a_month()
    book.edit("客户卡", {"电话": ZHOU}, {"客户姓名": "何一鸣", "人际": "何一鸣自己来的"})
    assert erased(book, HE) == []
    assert book.row("客户卡", 电话=SUN)["人际"] == "何一的同学，电话4000000001"


def test_a_row_without_a_number_is_his_by_phone_and_name() -> None:
    book = a_month()
    book.add("来店登记", visit(LAST, HE, "A", 顾客名称="何先生"), visit(LAST, HE, "A", 顾客名称="郑七"))
    assert erased(book, "C00001") == [TOLD_OF, "来店登记!G5"]
    assert [row["顾客名称"] for row in book.rows("来店登记")][-2:] == ["已删除C00001-2", "郑七"]


def test_a_phone_that_is_none_can_be_erased_as_it_was_typed() -> None:
    book = Desk.holding({"顾问": STAFF, "来店登记": [visit(FIRST, HE, "A", 电话="12345678901", 顾客名称="何小二")]})
    assert erased(book, "12345678901") == []
    assert "何小二" not in held(book)
    assert "12345678901" not in held(book)


def test_erased_twice_is_erased_once() -> None:
    book = a_month()
    erased(book, "C00001")
    before = book.tables()
    erased(book, "C00001")
    assert book.tables() == before


def test_two_erased_customers_stay_two() -> None:
    book = a_month()
    erased(book, HE)
    erased(book, SUN)
    cards = [(row["客户姓名"], row["电话"]) for row in book.rows("客户卡")[:2]]
    assert cards == [("已删除C00001", "4000000001"), ("已删除C00003", "4000000002")]


@pytest.mark.parametrize("who", ["C09999", "19900009999", "何一", ""])
def test_a_customer_nobody_knows(who: str) -> None:
    with pytest.raises(Refusal, match=r"erase\.unknown"):
        erased(a_month(), who)


# ---------------------------------------------------------------- in files


@pytest.mark.parametrize("saved_by", ["us", "another program"])
def test_no_byte_of_the_customer_is_left_in_the_file_or_beside_it(
    tmp_path: Path, careless: Walk, saved_by: str
) -> None:
    """Other programs keep texts apart from the cells, and a cell written over leaves its text behind."""
    book = tmp_path / "店.xlsx"
    shutil.copy(careless.after["month"], book)
    if saved_by != "us":
        share_texts(book)
    for verb in ("validate", "check"):
        xlcrm(verb, book, "--today", TODAY)
    assert list((book.parent / BACKUPS).iterdir())
    ledger = read_ledger(FileSession(book).blocks, LAST)
    card = next(c for c in ledger.cards if c.state == "在跟")
    stays = (None, Privacy.NAME, Privacy.NUMBER)  # others may have the name; the number stands for the customer
    private = [column.name for column in FORMS["客户卡"].columns if column.privacy not in stays]
    secrets = {card.shown(name) for name in private if len(card.shown(name)) > 4}
    assert card.phone in secrets
    figures = xlcrm("month", book, "--today", TODAY, "--dry-run", "--json", "-").json["figures"]
    answer = xlcrm("erase", book, "--customer", card.customer, "--today", TODAY)
    assert (answer.code, answer.err) == (0, "")
    assert "不能再撤销" in answer.out
    for name, data in contents(book.parent).items():
        if data and name.endswith(".xlsx"):
            package = Package(data, name)
            whole = b"".join(package.read(member) for member in package.members).decode("utf-8", "replace")
            assert [secret for secret in secrets if secret in whole] == [], name
    then = xlcrm("month", book, "--today", TODAY, "--dry-run", "--json", "-").json["figures"]
    assert repr(then) == repr(figures).replace(f"'name': '{card.name}'", f"'name': '已删除{card.customer}'")
    assert not list((book.parent / BACKUPS).iterdir())


def test_a_dry_run_says_that_it_cannot_be_undone(book: Path, small: Walk) -> None:
    shutil.copy(small.after["close"], book)
    before = contents(book.parent)
    answer = xlcrm("erase", book, "--customer", "C00001", "--today", TODAY, "--dry-run")
    assert answer.code == 0
    assert "不能再撤销" in answer.out
    assert contents(book.parent) == before
    assert declines(xlcrm("erase", book, "--customer", "C99999"), "erase.unknown")
