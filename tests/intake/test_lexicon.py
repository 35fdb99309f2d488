"""What headers mean: spellings of dealers, dealer systems and brands, and the noise around them."""

from __future__ import annotations

import pytest

from xlcrm.forms.sheets import FORMS
from xlcrm.intake.corrections import meaning_of_target
from xlcrm.intake.kinds import KINDS
from xlcrm.intake.lexicon import Means, care_of, meanings_of, round_of

M = Means


@pytest.mark.parametrize(
    ("header", "means"),
    [
        ("客户姓名", M.NAME),
        (" 电 话 ", M.PHONE),
        ("* 手机号码", M.PHONE),
        ("3、您的联系电话（必填）", M.PHONE),
        ("联系电话\nMobile No.", M.PHONE),
        ("Mobile/手机", M.PHONE),
        ("意向级别[单选题]", M.GRADE),
        ("意向級別(H/A/B/C)", M.GRADE),
        ("备用电话", M.SPARE_PHONE),
        ("家庭电话", M.SPARE_PHONE),
        ("跟进人手机", M.OTHERS_PHONE),
        ("介绍人电话", M.OTHERS_PHONE),
        ("推荐人手机号", M.OTHERS_PHONE),
        ("接待顾问", M.CONSULTANT),
        ("Sales Consultant", M.CONSULTANT),
        ("お客様名", M.NAME),
        ("電話番号", M.PHONE),
        ("退店時間", M.TIME_OUT),
        ("고객명", M.NAME),
        ("연락처", M.PHONE),
        ("예정일", M.PLANNED_ON),
        ("进店-离去时间", M.STAY),
        ("在店时段", M.STAY),
        ("前月确认度", M.OPENING_GRADE),
        ("成交价（万元）", M.AMOUNT),
        ("预计交车日期", M.DUE_ON),
        ("实际交车日期", M.DELIVERED_ON),
        ("交强险到期日", M.INSURED_UNTIL),
        ("竞争车型", M.RIVAL),
        ("现有车辆", M.PRESENT_CAR),
        ("战败前级别", M.GRADE_BEFORE),
        ("备注（客户特征、决策人）", M.NOTE),
        ("Q1.请问您的姓名", M.NAME),
        ("4、您几点到店", M.TIME_IN),
        ("Q8.您从何处得知本店", M.SOURCE),
        ("您是怎么了解到我们品牌的？", M.SOURCE),
    ],
)
def test_a_header(header: str, means: Means) -> None:
    assert meanings_of(header)[:1] == (means,)


@pytest.mark.parametrize("header", ["", "  ", "是否加微信", "报价单编制", "xyz", "电话回访"])
def test_a_header_nobody_knows(header: str) -> None:
    assert M.PHONE not in meanings_of(header)
    assert M.NAME not in meanings_of(header)


@pytest.mark.parametrize(
    ("header", "turn"),
    [
        ("第一次跟进", (1, "")),
        ("第2次回访日期", (2, "日期")),
        ("三次跟进内容", (3, "内容")),
        ("跟进2", (2, "")),
        ("9、洽谈情况", None),
        ("三日回访", None),
    ],
)
def test_one_of_several_follow_ups(header: str, turn: tuple[int, str] | None) -> None:
    assert round_of(header) == turn


@pytest.mark.parametrize(
    ("header", "care"),
    [("三日回访", ("三日", "")), ("7天回访结果", ("七日", "结果")), ("一周回访", ("七日", "")), ("回访结果", None)],
)
def test_a_care_call(header: str, care: tuple[str, str] | None) -> None:
    assert care_of(header) == care


def test_our_own_headers_are_known() -> None:
    """What a shop would copy from our forms is read as what it is."""
    kinds = {
        "来店登记": "来店登记",
        "日报": "日报",
        "H级": "级别表",
        "客户卡": "客户卡",
        "订单": "订单",
        "保有客户": "保有客户",
        "战败": "战败",
    }
    for sheet, kind in kinds.items():
        for column in FORMS[sheet].columns_with():
            if column.by_tool or column.header in _NOT_READ.get(sheet, ()):
                continue
            target = meanings_of(column.header)
            homes = {KINDS[kind].targets[means] for means in target if means in KINDS[kind].targets}
            assert any(name == column.name for _, name in homes), f"{sheet}.{column.header}: {target}"


_NOT_READ = {"H级": ("数量",), "客户卡": ("曾用电话",), "战败": ("驳回后级别",), "日报": ("执行日期",)}
"""Columns that no file of a shop's own holds."""


def test_every_target_is_a_column_of_ours() -> None:
    for kind in KINDS.values():
        for record, name in kind.targets.values():
            assert name in record.form.by_name
        assert kind.free is None or kind.free in (
            kind.record.form.by_name if kind.name != "线索" else kind.targets and kind.record.form.by_name
        )


@pytest.mark.parametrize(
    ("target", "means"),
    [
        ("来店登记.电话", M.PHONE),
        ("级别表.来源", M.SOURCE),
        ("H级.客户姓名", M.NAME),
        ("金额", M.AMOUNT),
        ("来店登记.金额", None),
        ("没有", None),
    ],
)
def test_a_target_that_a_person_names(target: str, means: Means | None) -> None:
    assert meaning_of_target(target) is means
