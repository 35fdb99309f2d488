"""The rules V01–V24: every docstring example, every wording, and a book with everything wrong at once.

How an example is written stands in ``logexamples``.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections import Counter
from dataclasses import replace

import pytest
from books import Row, Sheets, ledger_of
from logexamples import ERROR, EXAMPLES, INFO, STAFF, TODAY, VALID, WARNING, cells, sheets_of

from xlcrm.catalogue.findings import FINDINGS
from xlcrm.changes import StructureIssue
from xlcrm.findings import LISTED_ONCE, Finding
from xlcrm.formrules import FORM_RULES
from xlcrm.validate import RULES as HOUSE_RULES
from xlcrm.validate import WARN_ONLY, Rule, blocked_rows, structure, validate_logs

RULES = (*HOUSE_RULES, *FORM_RULES)


def found_in(example: str, rule: Rule | None = None) -> list[Finding]:
    ledger = ledger_of(sheets_of(example), TODAY)
    return list(rule(ledger, TODAY)) if rule else validate_logs(ledger, TODAY)


# ---------------------------------------------------------------- the examples in the docstrings


def examples(rule: Rule, kind: str) -> list[str]:
    return re.findall(rf"^ *{kind}: (.+)$", inspect.getdoc(rule) or "", re.MULTILINE)


GOOD = [pytest.param(rule, text, id=text) for rule in RULES for text in examples(rule, "Good")]
BAD = [pytest.param(rule, *text.split(" → "), id=text) for rule in RULES for text in examples(rule, "Bad")]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_good_and_a_bad_example(rule: Rule) -> None:
    assert examples(rule, "Good")
    assert examples(rule, "Bad")


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_examples_pass(rule: Rule, example: str) -> None:
    assert found_in(example, rule) == []


@pytest.mark.parametrize(("rule", "example", "header"), BAD)
def test_bad_examples_are_reported_under_the_header_named(rule: Rule, example: str, header: str) -> None:
    found = found_in(example, rule)
    assert {finding.at.header for finding in found} == {header}
    assert {finding.code for finding in found} == {rule.__name__[:3].upper()}


@pytest.mark.parametrize("sheet", VALID)
def test_a_valid_row_passes_every_rule(sheet: str) -> None:
    assert found_in(sheet) == []


# ---------------------------------------------------------------- every wording

STRUCTURE = {
    **{"V00.formula": WARNING, "V00.merged": ERROR, "V00.filter": WARNING, "V00.error": ERROR},
    **{"V00.picture": ERROR, "V00.part": INFO, "V00.joined": ERROR, "V00.below": ERROR},
}


@pytest.mark.parametrize("wording", EXAMPLES)
def test_each_wording_has_its_case_and_is_gone_when_put_right(wording: str) -> None:
    example = EXAMPLES[wording]
    found = {(f.wording, f.at.header, f.severity) for f in found_in(example.wrong)}
    assert found == {(wording, example.header, example.severity)}
    assert found_in(example.right) == []


def test_no_wording_of_the_validation_is_without_a_case() -> None:
    grouped = {f"{wording}_many" for wording in LISTED_ONCE}
    assert {*EXAMPLES, *STRUCTURE, *grouped} == {wording for wording in FINDINGS if wording.startswith("V")}


@pytest.mark.parametrize("wording", STRUCTURE)
def test_structure_comes_first_and_names_its_cell(wording: str) -> None:
    issue = StructureIssue(wording.partition(".")[2], "日报", "C7:D7", "=A1")
    found = validate_logs(replace(ledger_of(sheets_of("来店登记 注释="), TODAY), issues=(issue,)), TODAY)
    assert [f.wording for f in found] == [wording, "V01.empty"]
    assert (found[0].at.sheet, found[0].at.cell, found[0].at.row) == ("日报", "C7:D7", 7)
    assert found[0].severity is STRUCTURE[wording]
    assert list(structure([])) == []


def test_rules_that_only_warn_find_no_error() -> None:
    """So that who asks which rows are in error need not ask them; every wording has its example."""
    in_error = {wording.partition(".")[0] for wording, example in EXAMPLES.items() if example.severity is ERROR}
    assert {wording.partition(".")[0] for wording in EXAMPLES} - in_error == WARN_ONLY


# ---------------------------------------------------------------- what the wordings do not say


@pytest.mark.parametrize(
    ("example", "wordings"),
    [
        # V01: a cell of blanks is empty, and what is not asked of every party is not asked
        ("来店登记 注释=__", ["V01.empty"]),
        ("来店登记 来店目的=维修 电话= 拟购车型= 意向级别= 来源=", []),
        ("来店登记 来店目的= 拟购车型=", ["V01.empty"]),
        ("来店登记 来店目的=维休 电话= 拟购车型= 意向级别= 来源=", ["V02.unknown"]),
        ("日报 类别=明日计划 执行日期=2026-10-06 现级别= 经过= 结果= 下次回访日期=", []),
        ("战败 原因=", ["V01.empty"]),
        # V02: the shop's own list replaces an open one, other spellings are read
        ("来店登记 来店目的=咨询新车 未留档原因=产品-价格", ["V06.reason"]),
        ("来店登记 来店/来电=到店", []),
        ("来店登记 意向级别=ａ级 试乘试驾=✓ 试驾保证书=1", ["V02.variant"]),
        # V03: a plan may lie in the future, a log may not
        ("日报 类别=明日计划 执行日期=2026-11-02 现级别= 经过= 结果= 下次回访日期=", []),
        ("日报 日期=2026-11-01 执行日期=2026-11-01 下次回访日期=2026-11-02", ["V03.future"]),
        ("日报 日期=2026.10.5 执行日期=46300", ["V03.text", "V03.text"]),
        # V04: in every sheet with phones; a consultant's own in 顾问 is right
        ("客户卡 备用电话=123", ["V04.short"]),
        ("来店登记 电话=021-61234567转8", ["V04.dirty"]),
        # V05
        ("来店登记 离去时间=10:02", []),
        ("来店登记 离去时间=18:00", []),
        # V06: a phone of one who came for service asks for nothing
        ("来店登记 来店目的=提车 意向级别= 未留档原因=客户-闲逛", []),
        # V07: a log from before somebody left stands; an old loss asks nobody to be handed over
        ("日报 日期=2026-09-30 执行日期=2026-09-30 下次回访日期=2026-10-07 销售顾问=钱走", []),
        ("客户卡 状态=战败 销售顾问=钱走", []),
        ("客户卡 销售顾问=钱走", ["V07.orphan"]),
        # V08: a spare phone is known too; whoever came the same day is seen as coming twice, whatever was ticked
        ("客户卡 电话=19900000124 备用电话=19900000123 初洽日期=2026-10-01 // 来店登记 首次/再次=再次", []),
        ("来店登记 // 来店登记 填写时间=", ["V08.known", "V08.twice"]),
        ("来店登记 日期=去年 填写时间= // 来店登记 首次/再次=再次", ["V03.unreadable"]),
        ("来店登记 日期=2026-10-07 填写时间= // 来店登记", ["V08.known"]),
        ("来店登记 来店目的=维修 // 来店登记 日期=2026-10-06 填写时间=", []),
        # V09: a customer handed over is not claimed twice
        ("客户卡 销售顾问=李强 前销售顾问=张敏 // 来店登记", []),
        ("客户卡 销售顾问=李强 // 来店登记", ["V09.clash"]),
        ("客户卡 销售顾问=李强 状态=重复 // 来店登记", []),
        # V10: rows of different days filled in one go
        (
            "来店登记 填写时间=2026-10-07_18:00:00 // 来店登记 日期=2026-10-07 电话=19900000124 填写时间=2026-10-07_18:00:00 "
            "// 来店登记 日期=2026-10-07 电话=19900000125 填写时间=2026-10-07_18:00:00",
            ["V10.later_day", "V10.together", "V10.together", "V10.together"],
        ),
        ("来店登记 填写时间=2026-10-05", []),
        ("设置 键=填写截止时间 值=18:00 // 来店登记 填写时间=2026-10-05_18:00:00", []),
        # V11: two rows on one customer are one customer
        ("日报 // 日报 结果=其他 // 日报 电话=19900000124", []),
        # V13: three grades in a few words; a plan cannot set O either
        ("日报 类别=明日计划 执行日期=2026-10-06 现级别=O 经过= 下次回访日期=", ["V13.not_by_follow_up"]),
        ("日报 原级别= 现级别=C 经过=想买", []),
        # V14: the interval is that of the grade held after the contact, of an ordered customer O's
        ("日报 现级别=H 下次回访日期=2026-10-07", []),
        ("日报 现级别= 原级别=O 下次回访日期=2026-10-13", ["V14.late"]),
        ("日报 原级别=H 现级别=H 结果=已订 下次回访日期=2026-10-12", []),
        # V15: a day of rest may lie between
        ("日报 类别=明日计划 执行日期=2026-10-07 现级别= 经过= 下次回访日期=", []),
        # V16: an order, a cancellation and a rejected loss explain a grade that changed between two reports
        ("日报 // 战败 // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=B 现级别=B 经过=又聊了", []),
        ("日报 // 订单 // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=H 现级别=A 经过=又聊了", []),
        ("日报 现级别= // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=B 现级别=B 经过=又聊了", []),
        # V17: a signed number is none
        ("来店登记 注释=-5%", []),
        ("来店登记 注释=-", []),
        ("来店登记 顾客名称==1+1", ["V17.formula"]),
        # V18: two equal settings are two settings, not a row copied
        ("设置 键=区号 值=021 // 设置 键=区号 值=021", ["V02.setting_twice"]),
        # V24: until the next working day the manager has time
        ("设置 键=选用表 值=经理审核 // 来店登记 日期=2026-10-31 填写时间=2026-10-31_10:50:00", []),
        # V25: of a lead without its time nothing can be early
        ("线索 日期= 邀约到店日期=2026-10-04", ["V01.empty"]),
    ],
)
def test_variants(example: str, wordings: list[str]) -> None:
    assert sorted(f.wording for f in found_in(example)) == wordings


CLOSED = "设置 键=店休日 值=2026-10-06、2026-10-07、2026-10-08 // "


@pytest.mark.parametrize(("next_on", "found"), [("2026-10-09", []), ("2026-10-10", ["V14.late"])])
def test_where_nobody_works_the_first_day_that_somebody_does_is_in_time(next_on: str, found: list[str]) -> None:
    findings = found_in(f"{CLOSED}日报 现级别=H 原级别=H 下次回访日期={next_on}")
    assert [f.wording for f in findings] == found


def test_an_upgrade_the_program_made_stands_between_two_contacts() -> None:
    contacts = (
        "H级 // 日报 // 日报 日期=2026-10-08 执行日期=2026-10-08 原级别=H 现级别=H 经过=又聊了 下次回访日期=2026-10-10"
    )
    sheets = sheets_of(contacts)
    assert [f.wording for f in validate_logs(ledger_of(sheets, TODAY), TODAY)] == ["V16.broken"]
    day = dt.date(2026, 10, 7)
    sheets["级别变更"] = [
        {"时间": day, "客户编号": "C00001", "从": "A", "到": "H", "依据": f"H级 {day} 预计购车日 2026-10-12"}
    ]
    assert validate_logs(ledger_of(sheets, TODAY), TODAY) == []


def test_the_nearest_value_of_the_list_is_named() -> None:
    (finding,) = found_in("来店登记 未留档原因=闲逛 电话= 意向级别=")
    assert finding.about["hint"] == "客户-闲逛"
    assert "公司-形象" in str(finding.about["values"])
    (finding,) = found_in("来店登记 意向级别=ａ级")
    assert finding.about["hint"] == "A"


def test_a_value_near_nothing_is_not_asked_whether_it_is_nothing() -> None:
    from xlcrm.catalogue.findings import remedy

    (finding,) = found_in("日报 目的=喝茶")
    assert "“”" not in remedy(finding, "zh") + remedy(finding, "en")
    (finding,) = found_in("来店登记 试乘试驾=下次")
    assert "“”" not in remedy(finding, "zh") + remedy(finding, "en")


def test_the_clash_names_who_was_first_and_who_spoke_last() -> None:
    (finding,) = found_in(
        "来店登记 // 来店登记 日期=2026-10-06 首次/再次=再次 填写时间= 销售顾问=李强 "
        "// 日报 日期=2026-10-06 执行日期=2026-10-06 销售顾问=李强 "
        "// 日报 日期=2026-10-07 执行日期=2026-10-07 结果=未接通 下次回访日期=2026-10-14 经过=没接电话"
    )
    assert finding.about == {"first": "张敏", "last": "李强"}
    assert finding.other is not None
    assert (finding.other.row, finding.at.row) == (2, 3)
    assert finding.person == "李强"


def test_findings_name_cell_header_value_and_person() -> None:
    (finding,) = found_in("来店登记 // 来店登记 电话=19900000124 离去时间=09:00")
    assert (finding.at.sheet, finding.at.cell, finding.at.row, finding.at.header) == ("来店登记", "I3", 3, "离去时间")
    assert (finding.found, finding.person) == ("09:00", "张敏")


def test_a_setting_that_cannot_be_read_falls_back_to_its_default() -> None:
    found = found_in("设置 键=最短停留 值=很久 // 来店登记 离去时间=10:01")
    assert [f.wording for f in found] == ["V05.short", "V02.setting_bad"]
    assert found[0].about["limit"] == 2


def test_the_dictionary_of_the_shop_replaces_an_open_list() -> None:
    sheets = sheets_of("来店登记 渠道=小红书")
    assert [f.wording for f in validate_logs(ledger_of(sheets, TODAY), TODAY)] == ["V02.unknown"]
    sheets["字典"] = [{"类别": "渠道", "代码": "小红书"}]
    assert validate_logs(ledger_of(sheets, TODAY), TODAY) == []
    sheets["来店登记"][0]["渠道"] = "店头"
    assert [f.wording for f in validate_logs(ledger_of(sheets, TODAY), TODAY)] == ["V02.unknown"]


def test_only_errors_hold_a_row_back() -> None:
    found = found_in("来店登记 注释= // 来店登记 电话=19900000124 试乘试驾=√ // 日报 电话=199_0000_0123")
    assert blocked_rows(found) == {("来店登记", 2)}


# ---------------------------------------------------------------- everything wrong at once

WRONG: dict[str, list[tuple[str, Row]]] = {
    "来店登记": [
        ("注释= 来店/来电=路过", {"注释": "看了外观", "来店/来电": "来店"}),
        ("电话=1990000012", {"电话": "19900000131"}),
        ("电话=19900000132 离去时间=09:00", {"离去时间": dt.time(11)}),
        ("电话= 意向级别=", {"未留档原因": "客户-闲逛"}),
        ("电话=19900000133 日期=2026-13-40", {"日期": dt.date(2026, 10, 5)}),
        ("电话=19900000133", {"首次/再次": "再次", "日期": dt.date(2026, 10, 6), "填写时间": None}),
        ("电话=19900000134 试乘试驾=√ 销售顾问=张敬", {"试驾保证书": "√", "销售顾问": "张敏"}),
        ("电话=19900000135 未留档原因=客户-闲逛 拟购车型=", {"未留档原因": None, "拟购车型": "远行X3"}),
    ],
    "日报": [
        ("现级别=O", {"现级别": "A"}),
        ("电话=19900000132 下次回访日期=2026-10-01 目的=喝茶", {"下次回访日期": dt.date(2026, 10, 8), "目的": "促进"}),
        ("电话=19900000133 类别=明日计划 执行日期=2026-10-01", {"执行日期": dt.date(2026, 10, 6)}),
        ("电话=19900000134 经过=", {"经过": "没接，晚上再打"}),
    ],
}


def wrong_book() -> dict[str, list[Row]]:
    rows = {
        sheet: [cells(sheet, VALID[sheet]) | {"填写时间": None} | cells(sheet, text) for text, _ in rows]
        if sheet == "来店登记"
        else [cells(sheet, VALID[sheet]) | cells(sheet, text) for text, _ in rows]
        for sheet, rows in WRONG.items()
    }
    return {"顾问": STAFF, **rows}


def errors(sheets: Sheets) -> Counter[tuple[str, str, int, str]]:
    found = validate_logs(ledger_of(sheets, TODAY), TODAY)
    return Counter((f.code, f.at.sheet, f.at.row, f.at.header) for f in found)


def test_everything_wrong_is_reported_in_one_run_and_after_repair_a_second_run_is_clean() -> None:
    sheets = wrong_book()
    found = errors(sheets)
    assert sorted(found) == sorted(
        [
            ("V01", "来店登记", 2, "注释"),
            ("V02", "来店登记", 2, "来店/来电"),
            ("V04", "来店登记", 3, "电话"),
            ("V05", "来店登记", 4, "离去时间"),
            ("V01", "来店登记", 5, "未留档原因"),
            ("V03", "来店登记", 6, "日期"),
            ("V08", "来店登记", 7, "首次/再次"),
            ("V07", "来店登记", 8, "销售顾问"),
            ("V12", "来店登记", 8, "试驾保证书"),
            ("V01", "来店登记", 9, "拟购车型"),
            ("V06", "来店登记", 9, "未留档原因"),
            ("V13", "日报", 2, "现级别"),
            ("V02", "日报", 3, "目的"),
            ("V14", "日报", 3, "下次回访日期"),
            ("V15", "日报", 4, "执行日期"),
            ("V01", "日报", 5, "经过"),
        ]
    )
    for sheet, rows in WRONG.items():
        for row, (_, repair) in zip(sheets[sheet], rows, strict=True):
            row |= repair
    assert errors(sheets) == Counter()
