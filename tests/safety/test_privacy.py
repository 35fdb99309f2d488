"""What is shown of a customer to eyes that need not know him."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcrm.forms.schema import Privacy
from xlcrm.forms.sheets import FORMS
from xlcrm.safety.privacy import HIDDEN, Veil, masked


@pytest.mark.parametrize(
    ("text", "privacy", "shown"),
    [
        ("张三丰", Privacy.NAME, "张*"),
        (" 李先生", Privacy.NAME, "李*"),
        ("张", Privacy.NAME, "张*"),
        ("19912345678", Privacy.PHONE, "199****5678"),
        ("02161234567", Privacy.PHONE, "021****4567"),
        ("4001234567", Privacy.PHONE, "400****4567"),
        ("61234567", Privacy.PHONE, "****"),
        ("张三 19912345678", Privacy.PHONE, "****"),
        ("沪A12345", Privacy.PLATE, "沪A****"),
        ("沪A·D12345", Privacy.PLATE, "沪A****"),
        ("大仲 2018/6万公里", Privacy.PLATE, "****"),
        ("C00078", Privacy.NUMBER, "****78"),
        ("C12", Privacy.NUMBER, "****"),
        ("LSVAA4187E2123456", Privacy.IDENTITY, "****"),
        ("学院路 1 号", Privacy.ADDRESS, "****"),
        ("他爱人在银行", Privacy.PROSE, "****"),
    ],
)
def test_one_value(text: str, privacy: Privacy, shown: str) -> None:
    assert masked(text, privacy) == shown


@pytest.mark.parametrize("privacy", Privacy)
def test_nothing_stays_nothing(privacy: Privacy) -> None:
    assert masked(" ", privacy) == ""


SECRETS = [
    ("张三", Privacy.NAME),
    ("张三丰", Privacy.NAME),
    ("王芳", Privacy.NAME),
    ("王", Privacy.NAME),
    ("An", Privacy.NAME),
    ("其他", Privacy.NAME),
    ("C00078", Privacy.NUMBER),
    ("12", Privacy.NUMBER),
    ("教师", Privacy.IDENTITY),
]
VEIL = Veil(SECRETS, ["王芳芳", "其他", "H"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三丰的朋友张三来看车", "张*的朋友张*来看车"),
        ("C00078、C000781、AC00078", "****78、C000781、AC00078"),
        ("12 号客户，2012 款", "**** 号客户，2012 款"),
        ("An 来过，Andy 没有", "A* 来过，Andy 没有"),
        ("王芳芳接待王芳", "王芳芳接待王*"),
        ("王小姐，其他", "王小姐，其他"),
        ("电话 199 0000 0001 或 19900000002", "电话 **** 或 199****0002"),
        ("１９９００００００３３", "199****0033"),
        ("199.0000.0001、199—0000—0001、199·0000·0001", "****、****、****"),
        ("顶车沪a12345，教练车沪A1234学，车架lsvaa4187e2123456", "顶车沪A****，教练车沪A****，车架****"),
        ("沪AD12345，京B·12345", "沪A****，京B****"),
        ("车架号LSVAA4187E2123456。", "车架号****。"),
        ("远行X5 2026-10，订单 35/40", "远行X5 2026-10，订单 35/40"),
        ("张 三丰介绍，张　三 也来", "张*介绍，张* 也来"),
        ("199/0000/0001、(138)0000 * 1235", "****、(****"),
        ("138OOOO1235 或 一三九零零零零一二三四", "**** 或 ****"),
        ("WJ浙12345、使123456、浙A·7K9Q2、新A4L 40T", "****、****、浙A****、新A4L 40T"),
        ("微信heyi88，QQ：654321，heyi@example.com", "微信****，QQ****，****"),
        ("微信接待，加QQ好友", "微信接待，加QQ好友"),
        ("13:00、14:00 两批 35 人", "13:00、14:00 两批 35 人"),
        ("理想L9 2024 款 10:00，加V6发动机，3.0T V6", "理想L9 2024 款 10:00，加V6发动机，3.0T V6"),
        ("单价@1200，A4@15万，微信同号，抖音来的", "单价@1200，A4@15万，微信同号，抖音来的"),
        ("", ""),
    ],
)
def test_a_text(text: str, shown: str) -> None:
    assert VEIL.over(text) == shown


def test_a_known_plate_is_hidden_with_blanks_anywhere() -> None:
    veil = Veil([], plates=["大众 浙A·7K9Q2", "沪AD12345"])
    assert veil.over("浙A7K 9Q2 来了，浙 A 7 K 9 Q 2") == "**** 来了，****"
    assert veil.over("沪AD1 23 45；浙A7K 9Q2 3人") == "****；****人"
    assert veil.over("新A4L 40T、浙B7K 9Q2") == "新A4L 40T、浙B7K 9Q2"


def test_a_text_is_looked_at_once() -> None:
    veil = Veil(SECRETS)
    assert veil.over("张三的车") is veil.over("张三的车")


@given(st.lists(st.sampled_from(["张三", "张三丰", "王芳", "教师", "，", "x", "3", "王芳芳", " "])).map("".join))
def test_no_secret_outlives_the_veil(text: str) -> None:
    """But in the name of a colleague, which begins with one."""
    shown = VEIL.over(text).replace("王芳芳", "")
    assert not any(secret in shown for secret in ("张三", "王芳", "教师"))


def test_every_column_that_says_who_a_customer_is_is_declared() -> None:
    """By their headers: a new form cannot forget one."""
    telling = ("姓名", "顾客名称", "客户编号", "电话", "住址", "生日", "车牌", "VIN", "经过", "备注", "注释", "说明")
    open_columns = {("顾问", "姓名"), ("设置", "说明")}
    for form in FORMS.values():
        for column in form.columns:
            if column.header.endswith(telling) and (form.sheet, column.header) not in open_columns:
                assert column.privacy is not None, (form.sheet, column.header)


def test_what_is_hidden_is_not_counted() -> None:
    assert masked("甲", Privacy.ADDRESS) == masked("北京市海淀区学院路", Privacy.ADDRESS) == HIDDEN
