"""The owners' care calendar and the early warnings."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from books import Row, ledger_of

from xlcrm.catalogue.labels import WARNINGS
from xlcrm.followup.care import care_calendar, care_dates, overdue, owner_dates, unplanned
from xlcrm.followup.warnings import EarlyWarning, WarningKind, warnings
from xlcrm.forms.schema import Place
from xlcrm.forms.settings import Settings
from xlcrm.forms.sheets import Owner

DAY = dt.date(2026, 10, 31)
AT = Place("保有客户", 2, {})


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def dates(owner: Owner, first: str, last: str) -> list[tuple[str, str]]:
    found = care_dates(owner, Settings(), day(first), day(last))
    return [(item, on.isoformat()) for item, on in found]


def test_a_delivery_sets_first_service_and_insurance() -> None:
    # 5000 km at 40 km a day are 125 days: earlier than 180 days
    first = owner_dates(day("2026-10-11"), Settings())
    assert (first.first_service, first.insurance) == (day("2027-02-13"), day("2027-10-10"))
    slow_driver = Settings(km_a_day=20)
    assert owner_dates(day("2026-10-11"), slow_driver).first_service == day("2027-04-09")


def test_a_delivery_brings_the_first_years_care_with_one_regular_call() -> None:
    assert care_calendar(day("2026-10-11"), day("1990-12-24"), Settings()) == [
        ("交车当日", day("2026-10-11")),
        ("三日", day("2026-10-14")),
        ("七日", day("2026-10-18")),
        ("生日", day("2026-12-24")),
        ("定期", day("2027-01-09")),
        ("首保", day("2027-01-29")),
        ("保险", day("2027-08-26")),
        ("保险", day("2027-09-10")),
        ("保险", day("2027-09-25")),
    ]


def test_a_birthday_on_29_february_is_kept_on_the_28th_in_common_years() -> None:
    owner = Owner(at=AT, birthday=day("1992-02-29"))
    assert dates(owner, "2027-02-01", "2028-03-31") == [("生日", "2027-02-28"), ("生日", "2028-02-29")]


def test_regular_care_goes_on_every_90_days() -> None:
    owner = Owner(at=AT, delivered_on=day("2024-01-01"), first_service_on=day("2024-05-01"))
    assert dates(owner, "2025-12-01", "2026-03-31") == [("定期", "2025-12-21"), ("定期", "2026-03-21")]


def test_the_second_service_follows_the_visit_that_was_the_first() -> None:
    owner = Owner(at=AT, delivered_on=day("2026-01-01"), last_seen_on=day("2026-04-30"))
    # 2026-04-30 + 125 days - 15 days
    assert ("二保", "2026-08-18") in dates(owner, "2026-08-01", "2026-08-31")
    early = Owner(at=AT, delivered_on=day("2026-01-01"), last_seen_on=day("2026-01-20"))
    assert all(item != "二保" for item, _ in dates(early, "2026-01-01", "2026-12-31"))


def test_a_car_of_unknown_delivery_is_called_about_for_its_insurance_only() -> None:
    car: Row = {"客户编号": "C00001", "车主姓名": "何敏", "电话": "19900000123", "保险到期": day("2026-11-10")}
    undated: Row = {"客户编号": "C00001", "关怀项目": "保险", "销售顾问": "张敏"}
    ledger = ledger_of({"保有客户": [car], "关怀记录": [undated]}, DAY)
    assert [item for _, _, item, _ in overdue(ledger, DAY)] == ["保险"]
    assert [item for _, _, item, _ in unplanned(ledger, DAY, day("2026-12-31"))] == []


@pytest.mark.parametrize(("seen", "due"), [("2026-07-05", ["二保"]), ("2026-07-04", [])])
def test_a_visit_from_the_day_of_the_first_call_on_was_the_first_service(seen: str, due: list[str]) -> None:
    """The first service was due on 07-20, its call 15 days before; the second is due 125 days after the visit."""
    car: Row = {"客户编号": "C00001", "车主姓名": "何敏", "电话": "19900000123", "交车日期": day("2026-03-01")}
    car |= {"首保到期": day("2026-07-20"), "最近进厂": day(seen)}
    assert [item for _, _, item, _ in overdue(ledger_of({"保有客户": [car]}, DAY), DAY)] == due


def test_inspection_is_called_30_and_15_days_before() -> None:
    owner = Owner(at=AT, inspected_until=day("2026-11-30"))
    assert dates(owner, "2026-10-01", "2026-11-30") == [("年检", "2026-10-31"), ("年检", "2026-11-15")]


CARD: Row = {
    "客户编号": "C00001",
    "客户姓名": "何敏",
    "电话": "19900000123",
    "状态": "在跟",
    "当前级别": "A",
    "来源": "基盘",
    "初洽日期": day("2026-10-20"),
    "建卡日期": day("2026-10-20"),
    "销售顾问": "张敏",
}
PROSPECT: Row = {
    "客户编号": "C00001",
    "客户姓名": "何敏",
    "电话": "19900000123",
    "初洽日期": day("2026-09-01"),
    "最近回访": day("2026-10-16"),
    "销售顾问": "张敏",
}
OWNER: Row = {
    "客户编号": "C00001",
    "车主姓名": "何敏",
    "电话": "19900000123",
    "交车日期": day("2025-01-01"),
    "最近进厂": day("2026-05-04"),
    "销售顾问": "张敏",
}
CONTACT: Row = {
    "日期": day("2026-10-20"),
    "销售顾问": "张敏",
    "类别": "当日总结",
    "执行日期": day("2026-10-20"),
    "客户姓名": "何敏",
    "电话": "19900000123",
    "目的": "促进",
    "方式": "电话",
    "结果": "继续跟进",
}
ORDER: Row = {
    "订单号": "D1",
    "客户姓名": "何敏",
    "电话": "19900000123",
    "订单日期": day("2026-10-20"),
    "金额": 120000.0,
    "已收款": 70000.0,
    "销售顾问": "张敏",
}


def found(today: dt.date = DAY, **sheets: list[Row]) -> list[EarlyWarning]:
    return warnings(ledger_of(sheets, today), today, f"{today:%Y-%m}", orders_of(sheets))


def orders_of(sheets: dict[str, list[Row]]) -> Counter[str]:
    return Counter(str(row["销售顾问"]) for row in sheets.get("订单", ()))


def test_a_card_not_revised_for_a_quarter_is_stale() -> None:
    fresh = CARD | {"最近修订": DAY - dt.timedelta(days=90)}
    stale = CARD | {"最近修订": DAY - dt.timedelta(days=91)}
    assert found(客户卡=[fresh]) == []
    [warning] = found(客户卡=[stale])
    assert (warning.kind, warning.person, warning.about["days"]) == (WarningKind.STALE_CARD, "张敏", 91)
    assert found(客户卡=[stale | {"状态": "战败"}]) == []


def test_money_owed_over_the_limit() -> None:
    assert found(订单=[ORDER]) == []
    [warning] = found(订单=[ORDER | {"已收款": 69999.0}])
    assert (warning.kind, warning.about) == (WarningKind.RECEIVABLE, {"owed": "50,001"})
    assert found(订单=[ORDER | {"已收款": None, "退订日期": DAY}]) == []


def test_money_owed_says_whether_the_car_was_handed_over() -> None:
    owes = ORDER | {"已收款": None, "预计交车": day("2026-11-02")}
    texts = {None: "未收 120,000 元，预计 11-02 交车", day("2026-10-30"): "已交车，未收 120,000 元"}
    for delivered, text in texts.items():
        [warning] = found(订单=[owes | {"交车日期": delivered}])
        assert WARNINGS[warning.wording].say("zh", **warning.about) == text


def test_warnings_are_those_of_the_day() -> None:
    owes, month = ORDER | {"已收款": None}, "2026-10"
    target: Row = {"月份": month, "顾问": "张敏", "订单目标": 31}

    def on(date: str, **sheets: list[Row]) -> list[str]:
        return [w.wording for w in warnings(ledger_of(sheets, DAY), day(date), month, Counter())]

    assert on("2026-10-19", 订单=[owes]) == []
    assert on("2026-10-25", 订单=[owes | {"退订日期": day("2026-10-28")}]) == ["order.owed"]
    assert on("2026-10-25", 订单=[owes | {"交车日期": day("2026-10-28")}]) == ["order.owed"]
    assert on("2026-10-02", 目标=[target], 订单=[ORDER]) == ["target.behind", "target.shop_behind"]
    # reached on the 20th: on the 19th the last contact is that of 1 September
    early = PROSPECT | {"最近回访": day("2026-10-20")}
    assert on("2026-10-19", A级=[early], 日报=[CONTACT]) == ["prospect.neglected"]
    assert on("2026-10-20", A级=[early], 日报=[CONTACT]) == []


def test_behind_the_target_by_a_whole_order_pro_rata() -> None:
    targets: list[Row] = [{"月份": "2026-10", "顾问": "张敏", "订单目标": 31}]
    # 31 working days, one order expected a day: on the 2nd two are expected
    assert found(day("2026-10-02"), 目标=targets, 订单=[ORDER | {"订单日期": day("2026-10-01")}]) != []
    orders = [ORDER | {"订单日期": day("2026-10-01")}, ORDER | {"订单号": "D2", "订单日期": day("2026-10-02")}]
    assert found(day("2026-10-02"), 目标=targets, 订单=orders) == []
    behind = found(day("2026-10-04"), 目标=targets, 订单=orders)
    assert [(w.wording, w.person) for w in behind] == [("target.behind", "张敏"), ("target.shop_behind", "")]
    assert behind[0].about == {"cars": 2, "target": 31, "expected": "4.0"}


def test_days_off_do_not_count_against_the_target() -> None:
    targets: list[Row] = [{"月份": "2026-10", "顾问": "张敏", "订单目标": 27}]
    staff: list[Row] = [{"姓名": "张敏", "状态": "在岗", "休息日": "周四"}]
    # 1 October 2026 is a Thursday: 26 working days, none gone
    assert [w.person for w in found(day("2026-10-01"), 目标=targets, 顾问=staff)] == []


def test_costs_over_the_budget() -> None:
    within: list[Row] = [{"键": "销售费用预算", "值": "1000"}, {"键": "本月销售费用", "值": "1000"}]
    assert found(设置=within) == []
    [warning] = found(设置=[within[0], {"键": "本月销售费用", "值": "1001"}])
    assert warning.kind is WarningKind.COSTS


@pytest.mark.parametrize(
    ("named", "warned"),
    [(None, ["2026-10"]), ("2026-10", ["2026-10"]), ("2026-09", ["2026-09"]), ("2026-11", [])],
)
def test_costs_warn_in_the_month_they_are_of(named: str | None, warned: list[str]) -> None:
    rows: list[Row] = [
        {"键": "销售费用预算", "值": "1000"},
        {"键": "本月销售费用", "值": "1001"},
        {"键": "销售费用月份", "值": named},
    ]
    ledger = ledger_of({"设置": rows}, DAY)
    months = ("2026-08", "2026-09", "2026-10")
    assert [month for month in months if warnings(ledger, DAY, month, {})] == warned


def test_an_owner_not_seen_for_half_a_year() -> None:
    [risk] = found(保有客户=[OWNER])
    assert (risk.wording, risk.about["days"]) == ("owner.at_risk", 180)
    assert found(保有客户=[OWNER | {"最近进厂": day("2026-05-05")}]) == []
    [lost] = found(保有客户=[OWNER | {"最近进厂": day("2025-10-31")}])
    assert (lost.wording, lost.about["days"]) == ("owner.lost", 365)
    assert found(保有客户=[OWNER | {"最近进厂": None, "交车日期": None}]) == []


def test_a_prospect_nobody_reached_for_twice_the_interval() -> None:
    # A: 7 days, so 15 days are too many
    [warning] = found(A级=[PROSPECT])
    assert (warning.kind, warning.about) == (WarningKind.LEAVING, {"grade": "A", "days": 15})
    assert found(A级=[PROSPECT], 日报=[CONTACT]) == []
    assert found(A级=[PROSPECT | {"战败待审": "待审"}]) == []


def test_a_failed_call_is_not_a_contact() -> None:
    failed = CONTACT | {"结果": "未接通"}
    written_by_the_roll = PROSPECT | {"最近回访": day("2026-10-20")}
    [warning] = found(A级=[written_by_the_roll], 日报=[failed])
    assert warning.about["days"] == 60


def test_who_declined_contact_is_on_no_call_list() -> None:
    declined = CARD | {"同意联系": "否", "状态": "已交车", "最近修订": DAY}
    ledger = ledger_of({"客户卡": [declined]}, DAY)
    assert [customer.may_be_called for customer in ledger.customers.values()] == [False]
    assert found(客户卡=[declined], 保有客户=[OWNER], A级=[PROSPECT]) == []
