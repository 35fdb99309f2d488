"""The invented stores: what they promise is checked on the typed rows, without the program they are made to test."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from books import ledger_of, read_csv_store
from memory import Memory
from relation_faults import RELATION_FAULTS, plant_relations

from xlcrm.crosscheck.relations import crosscheck
from xlcrm.demo import (
    RULE_FAULTS,
    NoPlace,
    Planted,
    Row,
    Sheets,
    Store,
    demo_store,
    plant,
    simulate,
    write_csvs,
)
from xlcrm.demo.completion import completed
from xlcrm.demo.showcase import OPEN_SINCE
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import ALWAYS, CHECK_HEADER, Kind
from xlcrm.forms.sheets import FORMS
from xlcrm.review import Review
from xlcrm.validate import validate_logs

DAY = dt.timedelta(days=1)
WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
INTERVALS = {"H": 2, "A": 7, "B": 14, "C": 30}
GRADES = "HABC"
OCTOBER = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


def small(seed: int, *, diligent: bool = True) -> Store:
    """A small store over five weeks; start and size change with the seed."""
    start = dt.date(2026, 1, 1) + 11 * seed * DAY
    return simulate(
        seed,
        start=start,
        end=start + 35 * DAY,
        consultants=1 + seed % 5,
        visits_a_month=30 + seed,
        opening=10 + seed % 20,
        diligent=diligent,
    )


@pytest.fixture(scope="module", params=range(50))
def store(request: pytest.FixtureRequest) -> Store:
    return small(request.param)


@pytest.fixture(scope="module")
def shown() -> tuple[Store, list[Planted]]:
    return demo_store()


def the_day(row: Row, header: str = "日期") -> dt.date:
    day = row[header]
    assert isinstance(day, dt.date)
    return day


def looking(store: Store) -> list[Row]:
    return [row for row in store.sheets["来店登记"] if row["来店目的"] == "看车"]


def summaries(store: Store) -> list[Row]:
    return [row for row in store.sheets["日报"] if row["类别"] == "当日总结"]


def plans(store: Store) -> list[Row]:
    return [row for row in store.sheets["日报"] if row["类别"] == "明日计划"]


class Staff:
    """Who works when, read from the sheet 顾问."""

    def __init__(self, store: Store) -> None:
        self.rest = {row["姓名"]: WEEK.index(str(row["休息日"])) for row in store.sheets["顾问"]}

    def works(self, name: object, day: dt.date) -> bool:
        return day.weekday() != self.rest[str(name)]

    def back(self, name: object, day: dt.date) -> dt.date:
        return day if self.works(name, day) else day - DAY

    def on(self, name: object, day: dt.date) -> dt.date:
        return day if self.works(name, day) else day + DAY


# ---------------------------------------------------------------- the same every time


def test_the_same_seed_gives_the_same_store() -> None:
    assert small(3) == small(3)
    assert small(3) != small(53)


def test_the_order_of_hashes_does_not_matter() -> None:
    """Strings hash differently in every process: nothing may depend on it."""
    code = "from xlcrm.demo import demo_store; print(repr(demo_store()))"

    def printed(hash_seed: str) -> str:
        run = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        )
        return hashlib.sha256(run.stdout).hexdigest()

    assert printed("1") == printed("2")


def test_an_empty_span_or_staff_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        simulate(1, start=OCTOBER[1], end=OCTOBER[0])
    with pytest.raises(ValueError, match="one consultant"):
        simulate(1, start=OCTOBER[0], end=OCTOBER[1], consultants=0)


# ---------------------------------------------------------------- as typed


def test_rows_have_the_exact_headers_and_what_is_required(store: Store) -> None:
    for sheet, rows in store.sheets.items():
        headers = set(FORMS[sheet].headers) - {CHECK_HEADER}
        required = {column.header for column in FORMS[sheet].columns if column.required is ALWAYS}
        for row in rows:
            assert row.keys() <= headers
            assert required <= row.keys()
            assert all(cell not in (None, "") for cell in row.values())


def test_codes_are_those_of_the_lists(store: Store) -> None:
    for sheet, rows in store.sheets.items():
        for column in FORMS[sheet].columns:
            if column.kind in (Kind.CODE, Kind.GRADE):
                assert {row[column.header] for row in rows if column.header in row} <= set(
                    CODES[column.codes or ""].values
                )


def test_cells_are_of_their_kind(store: Store) -> None:
    kinds: dict[Kind, type] = {Kind.DATE: dt.date, Kind.TIME: dt.time, Kind.MOMENT: dt.datetime, Kind.PHONE: str}
    for sheet, rows in store.sheets.items():
        for column in FORMS[sheet].columns:
            if column.kind in kinds:
                assert all(type(row[column.header]) is kinds[column.kind] for row in rows if column.header in row)


def test_phones_are_invented_and_distinct(store: Store) -> None:
    customers = [str(row["电话"]) for row in store.sheets["客户卡"]]
    customers += [str(row["电话"]) for row in looking(store) if row["首次/再次"] == "首次" and "电话" in row]
    phones = customers + [str(row["电话"]) for row in store.sheets["顾问"]]
    assert len(phones) == len(set(phones))
    for phone in phones:
        assert phone.startswith("199")
        assert len(phone) == 11
        assert int(phone) >= 19_900_000_000
        assert not any(run in phone for run in ("12345", "23456", "34567", "45678", "56789", "98765", "00000", "99999"))


def test_names_are_distinct(store: Store) -> None:
    names = Counter(standing.name for standing in store.truth.closing.values())
    names.update(str(row["姓名"]) for row in store.sheets["顾问"])
    assert max(names.values()) == 1


# ---------------------------------------------------------------- the oracle agrees with itself and with the rows


def in_month(rows: Iterable[Row], header: str, month: str) -> list[Row]:
    return [row for row in rows if header in row and f"{row[header]:%Y-%m}" == month]


def cars(orders: Iterable[Row]) -> int:
    return sum(int(str(order["数量"])) for order in orders)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("diligent", [True, False])
def test_the_figures_are_those_of_the_rows(seed: int, diligent: bool) -> None:
    store = small(seed, diligent=diligent)
    losses = [row for row in store.sheets["战败"] if row["类型"] == "战败"]
    approved = [row for row in losses if row["审批"] == "同意"]
    for month, truth in store.truth.by_month.items():
        visits = in_month(looking(store), "日期", month)
        first = [row for row in visits if row["首次/再次"] == "首次"]
        orders = in_month(store.sheets["订单"], "订单日期", month)
        assert asdict(truth.counts) == {
            "batches": len(visits),
            "first_visits": len(first),
            "first_visits_with_phone": sum("电话" in row for row in first),
            "repeat_visits": len(visits) - len(first),
            "test_drives": sum("试乘试驾" in row for row in visits),
            "new_cards": sum("电话" in row for row in first),
            "orders": len(orders),
            "cars": cars(orders),
            "deliveries": cars(in_month(store.sheets["订单"], "交车日期", month)),
            "cancellations": len(in_month(store.sheets["订单"], "退订日期", month)),
            "losses_applied": len(in_month(losses, "申请日期", month)),
            "losses_approved": len(in_month(approved, "审批日期", month)),
        }
        assert truth.orders_by_consultant == Counter(row["销售顾问"] for row in orders)


def test_stocks_carry_over(store: Store) -> None:
    months = list(store.truth.by_month.values())
    for before, after in pairwise(months):
        assert before.closing_stock == after.opening_stock
    assert months[0].opening_stock == {grade: len(store.sheets[f"{grade}级"]) for grade in GRADES}
    held = Counter(s.grade for s in store.truth.closing.values() if s.state in ("在跟", "战败待审"))
    assert store.truth.closing_stock == {grade: held[grade] for grade in GRADES}


def test_everybody_has_a_standing(store: Store) -> None:
    known = {row["电话"]: row.get("当前级别", "") for row in store.sheets["客户卡"]}
    came = {row["电话"] for row in looking(store) if "电话" in row}
    assert store.truth.closing.keys() == known.keys() | came
    for phone, standing in store.truth.closing.items():
        assert standing.opening == known.get(phone, "")


# ---------------------------------------------------------------- a diligent store is spotless


def test_nobody_works_on_a_day_off(store: Store) -> None:
    staff = Staff(store)
    for row in (*store.sheets["来店登记"], *store.sheets["日报"]):
        assert staff.works(row["销售顾问"], the_day(row))
    for row in plans(store):
        assert staff.works(row["销售顾问"], the_day(row, "执行日期"))
    for row in store.sheets["订单"]:
        assert all(staff.works(row["销售顾问"], the_day(row, h)) for h in ("订单日期", "交车日期") if h in row)


def test_every_visit_is_reported_once_the_same_day_by_its_consultant(store: Store) -> None:
    def key(row: Row, name: str) -> tuple[object, ...]:
        return row["日期"], row["销售顾问"], row.get("电话"), row[name], row.get("意向级别") or row.get("现级别")

    received = Counter(key(row, "顾客名称") for row in looking(store))
    reported = Counter(key(row, "客户姓名") for row in summaries(store) if row["目的"] == "接待")
    assert received == reported


def test_rows_are_filed_within_hours_and_never_together(store: Store) -> None:
    moments = []
    for row in store.sheets["来店登记"]:
        filed, entered, left = row["填写时间"], row["进店时间"], row["离去时间"]
        assert isinstance(filed, dt.datetime)
        assert isinstance(entered, dt.time)
        assert isinstance(left, dt.time)
        assert entered < left
        assert DAY * 0 < filed - dt.datetime.combine(the_day(row), left) < dt.timedelta(hours=2)
        assert filed.date() == row["日期"]
        moments.append(filed)
    assert max(Counter(moments).values(), default=0) < 3


def test_contact_grade_and_reason_go_together(store: Store) -> None:
    for row in looking(store):
        assert ("电话" in row) == ("意向级别" in row) == ("未留档原因" not in row)
        assert ("试乘试驾" in row) == ("试驾保证书" in row)


def test_no_story_is_used_twice_a_day_and_jumps_are_explained(store: Store) -> None:
    reported = Counter((row["日期"], row["经过"]) for row in summaries(store))
    assert max(reported.values(), default=1) == 1
    for row in summaries(store):
        before, after = row.get("原级别"), row.get("现级别")
        if before and after and abs(GRADES.index(str(before)) - GRADES.index(str(after))) >= 2:
            assert len(str(row["经过"])) >= 10


class Desk:
    """The life of every customer replayed from the typed rows, day by day, with what must hold in a diligent store."""

    def __init__(self, store: Store) -> None:
        self.store, self.staff = store, Staff(store)
        self.state: dict[object, str] = {row["电话"]: str(row["状态"]) for row in store.sheets["客户卡"]}
        self.grade: dict[object, str] = {row["电话"]: grade for grade in GRADES for row in store.sheets[f"{grade}级"]}
        numbers = {row["客户编号"]: row["电话"] for row in store.sheets["客户卡"]}
        self.plan: dict[object, dt.date] = {
            numbers[row["客户编号"]]: the_day(row, "计划日期") for row in store.sheets["跟进记录"]
        }
        self.seller: dict[object, object] = {row["电话"]: row["销售顾问"] for row in store.sheets["客户卡"]}

    def replay(self, day: dt.date) -> None:
        self.decide(day, earlier=True)
        for order in in_day(self.store.sheets["订单"], "退订日期", day):
            assert self.state[order["电话"]] == "已订"
            self.come_back(order["电话"], "A", day)
        for visit in in_day(looking(self.store), "日期", day):
            self.visit(visit)
        for report in in_day(summaries(self.store), "日期", day):
            if "电话" in report and report["目的"] in ("接待", "促进"):
                self.contact(report, day)
        self.decide(day, earlier=False)
        for order in in_day(self.store.sheets["订单"], "交车日期", day):
            assert self.state[order["电话"]] == "已订"
            self.leave(order["电话"], "已交车")
        self.evening(day)

    def visit(self, visit: Row) -> None:
        phone = visit.get("电话")
        if phone is None:
            return
        assert (visit["首次/再次"] == "首次") == (phone not in self.state)
        assert self.seller.setdefault(phone, visit["销售顾问"]) == visit["销售顾问"]
        self.state.setdefault(phone, "在跟")

    def contact(self, report: Row, day: dt.date) -> None:
        """Only with one who is followed up, and 促进 only as planned; the chain of grades is unbroken."""
        phone, after = report["电话"], str(report["现级别"])
        assert self.state[phone] == "在跟"
        assert report.get("原级别") == self.grade.get(phone)
        assert self.seller[phone] == report["销售顾问"]
        assert report["目的"] != "促进" or self.plan[phone] == day
        self.grade[phone] = after
        if report["结果"] in ("已订", "战败申请"):
            sheet, header = ("订单", "订单日期") if report["结果"] == "已订" else ("战败", "申请日期")
            assert any(row["电话"] == phone for row in in_day(self.store.sheets[sheet], header, day))
            assert "下次回访日期" not in report
            self.leave(phone, "已订" if sheet == "订单" else "战败待审")
        else:
            next_on = the_day(report, "下次回访日期")
            assert day < next_on <= day + INTERVALS[after] * DAY
            assert self.staff.works(report["销售顾问"], next_on)
            self.plan[phone] = next_on

    def leave(self, phone: object, state: str) -> None:
        self.state[phone] = state
        self.plan.pop(phone, None)

    def come_back(self, phone: object, grade: str, day: dt.date) -> None:
        self.state[phone], self.grade[phone] = "在跟", grade
        self.plan[phone] = self.staff.back(self.seller[phone], day + INTERVALS[grade] * DAY)

    def decide(self, day: dt.date, *, earlier: bool) -> None:
        for loss in in_day(self.store.sheets["战败"], "审批日期", day):
            if (the_day(loss, "申请日期") < day) == earlier:
                assert self.state[loss["电话"]] == "战败待审"
                if loss["审批"] == "同意":
                    self.leave(loss["电话"], str(loss["类型"]))
                else:
                    self.come_back(loss["电话"], str(loss["驳回后级别"]), day)

    def evening(self, day: dt.date) -> None:
        """Nothing due is left, and the plan of every consultant's next working day is written, no more and no less."""
        assert all(on > day for on in self.plan.values())
        written = Counter(
            (row["销售顾问"], row["执行日期"], row["电话"], row["原级别"])
            for row in in_day(plans(self.store), "日期", day)
            if row["目的"] == "促进"
        )
        wanted = Counter(
            (self.seller[phone], on, phone, self.grade[phone])
            for phone, on in self.plan.items()
            if self.staff.works(self.seller[phone], day) and on == self.staff.on(self.seller[phone], day + DAY)
        )
        assert written == wanted


def in_day(rows: Iterable[Row], header: str, day: dt.date) -> list[Row]:
    return [row for row in rows if row.get(header) == day]


def span(store: Store) -> list[dt.date]:
    today = store.truth.today
    return [today - n * DAY for n in range(35, -1, -1)]


def test_plans_contacts_and_grades_follow_the_method_and_end_where_the_oracle_says(store: Store) -> None:
    desk = Desk(store)
    for day in span(store):
        desk.replay(day)
    for phone, standing in store.truth.closing.items():
        assert desk.state[phone] == standing.state
        assert desk.seller[phone] == standing.consultant
        assert desk.plan.get(phone) == standing.next
        if standing.state in ("在跟", "战败待审"):
            assert desk.grade[phone] == standing.grade


def test_deliveries_and_care_are_planned_the_day_before_and_done_on_the_day(store: Store) -> None:
    staff, begin, today = Staff(store), span(store)[0], store.truth.today
    numbers = {row["客户编号"]: row["电话"] for row in store.sheets["客户卡"]}
    due = {(numbers[row["客户编号"]], the_day(row, "计划日期"), row["销售顾问"]) for row in store.sheets["关怀记录"]}
    for order in store.sheets["订单"]:
        if "交车日期" in order:
            day = the_day(order, "交车日期")
            assert 7 <= (day - the_day(order, "订单日期")).days <= 14
            errands = [row for row in in_day(summaries(store), "日期", day) if row["目的"] == "手续"]
            assert order["电话"] in {row["电话"] for row in errands}
            seller = order["销售顾问"]
            due |= {(order["电话"], staff.on(seller, day + after * DAY), seller) for after in (0, 3, 7)}
    calls = {(r["电话"], r["日期"], r["销售顾问"]) for r in summaries(store) if r["目的"] == "售后回访"}
    assert calls == {(phone, day, seller) for phone, day, seller in due if begin <= day <= today}
    eves = {(r["电话"], r["执行日期"], r["日期"]) for r in plans(store) if r["目的"] == "售后回访"}
    for phone, planned, seller in due:
        eve = staff.back(seller, planned - DAY)
        assert ((phone, planned, eve) in eves) == (begin <= eve <= today)


def test_the_opening_stock_has_one_open_plan_each_and_the_day_before_it_is_in_the_logs(store: Store) -> None:
    staff, begin = Staff(store), span(store)[0]
    stock = [row["客户编号"] for grade in GRADES for row in store.sheets[f"{grade}级"]]
    assert sorted(map(str, stock)) == sorted(str(row["客户编号"]) for row in store.sheets["跟进记录"])
    for row in store.sheets["跟进记录"]:
        day = the_day(row, "计划日期")
        assert staff.works(row["销售顾问"], day)
        assert begin <= staff.back(row["销售顾问"], day - DAY) < day <= begin + INTERVALS[str(row["回访前级别"])] * DAY


# ---------------------------------------------------------------- the demo store is believable


def test_the_demo_store_has_the_size_of_a_busy_shop(shown: tuple[Store, list[Planted]]) -> None:
    store, _ = shown
    assert 800 <= len(store.sheets["来店登记"]) <= 1000
    assert len(store.sheets["日报"]) >= 2500
    assert Counter(row["状态"] for row in store.sheets["顾问"]) == {"在岗": 8, "离职": 1}
    assert list(store.truth.by_month) == ["2026-08", "2026-09", "2026-10"]


def test_the_demo_store_looks_like_a_month_a_manager_knows(shown: tuple[Store, list[Planted]]) -> None:
    store, _ = shown
    counts = [truth.counts for truth in store.truth.by_month.values()]
    first, kept = sum(c.first_visits for c in counts), sum(c.first_visits_with_phone for c in counts)
    assert 0.70 <= kept / first <= 0.85
    assert 0.09 <= sum(c.orders for c in counts) / kept <= 0.16
    assert 1 <= sum(c.cancellations for c in counts) <= 10
    assert {standing.state for standing in store.truth.closing.values()} >= {
        "在跟",
        "已订",
        "已交车",
        "战败待审",
        "战败",
        "冻结",
    }


def test_customers_come_at_weekends_and_not_at_noon(shown: tuple[Store, list[Planted]]) -> None:
    visits = [row for row in looking(shown[0]) if row["来店/来电"] == "来店" and isinstance(row["日期"], dt.date)]
    weekend = sum(the_day(row).weekday() >= 5 for row in visits)
    assert 1.3 < (weekend / 2) / ((len(visits) - weekend) / 5) < 1.9
    hours = Counter(row["进店时间"].hour for row in visits if isinstance(row["进店时间"], dt.time))
    assert max(hours[12], hours[13]) < min(hours[h] for h in (10, 11, 14, 15, 16))


def test_people_differ(shown: tuple[Store, list[Planted]]) -> None:
    """Late entries are the habit of some: not of everybody, and nobody enters most rows late."""
    late: dict[object, list[bool]] = defaultdict(list)
    for row in shown[0].sheets["来店登记"]:
        if isinstance(row["填写时间"], dt.datetime) and isinstance(row["日期"], dt.date):
            late[row["销售顾问"]].append(row["填写时间"].date() > row["日期"])
    shares = sorted(sum(rows) / len(rows) for name, rows in late.items() if len(rows) > 20)
    assert shares[0] < 0.02 < shares[-1] < 0.15


# ---------------------------------------------------------------- planted faults


@pytest.fixture(scope="module")
def spotless() -> Store:
    """Large enough for every kind of fault."""
    return simulate(7, start=dt.date(2026, 9, 1), end=OCTOBER[1], visits_a_month=160, opening=40, diligent=True)


def places(planted: Iterable[Planted]) -> Counter[tuple[str, str, int, str]]:
    return Counter((p.code, p.sheet, p.row, p.header) for p in planted)


def test_every_rule_and_relation_can_be_broken() -> None:
    codes = {kind.partition(".")[0] for kind in (*RULE_FAULTS, *RELATION_FAULTS)}
    assert codes == {f"V{n:02d}" for n in range(1, 18)} | {f"R{n}" for n in range(1, 11)}


@pytest.mark.parametrize("kind", list(RULE_FAULTS))
def test_a_fault_of_the_logs_is_reported_where_it_was_planted_and_nowhere_else(kind: str, spotless: Store) -> None:
    faulty, planted = plant(spotless, [kind], seed=11)
    findings = validate_logs(ledger_of(faulty.sheets, faulty.truth.today), faulty.truth.today)
    assert planted
    assert places(planted) == Counter((f.code, f.at.sheet, f.at.row - 1, f.at.header) for f in findings)


def test_all_faults_of_the_logs_together_keep_apart(spotless: Store) -> None:
    kinds = list(RULE_FAULTS)
    faulty, planted = plant(spotless, kinds, seed=5)
    findings = validate_logs(ledger_of(faulty.sheets, faulty.truth.today), faulty.truth.today)
    assert places(planted) == Counter((f.code, f.at.sheet, f.at.row - 1, f.at.header) for f in findings)


def test_planting_leaves_the_store_alone_and_is_the_same_every_time(spotless: Store) -> None:
    before = repr(spotless)
    assert plant(spotless, ["V04.short", "V11.copied"], 1) == plant(spotless, ["V04.short", "V11.copied"], 1)
    assert repr(spotless) == before


def test_a_fault_changes_as_little_as_it_needs(spotless: Store) -> None:
    faulty, [fault] = plant(spotless, ["V05.order"], seed=2)
    changed = [
        (sheet, number, header)
        for sheet, rows in spotless.sheets.items()
        for number, (old, new) in enumerate(zip(rows, faulty.sheets[sheet], strict=True), start=1)
        for header in old.keys() | new.keys()
        if old.get(header) != new.get(header)
    ]
    assert changed == [(fault.sheet, fault.row, fault.header)]


def test_what_cannot_be_planted_is_refused() -> None:
    with pytest.raises(ValueError, match="V99"):
        plant(small(1), ["V99.nothing"], 1)
    with pytest.raises(NoPlace, match="nobody has left"):
        plant(small(1), ["V07.gone"], 1)
    with pytest.raises(ValueError, match="R0"):
        plant_relations(rolled(small(1)), ["R0.nothing"], 1, small(1).truth.today)
    with pytest.raises(NoPlace, match="no month is sealed"):
        plant_relations(rolled(small(1)), ["R10.changed"], 1, small(1).truth.today)


def test_the_faults_of_the_demo_store_lie_in_its_open_month(shown: tuple[Store, list[Planted]]) -> None:
    store, planted = shown
    days = [store.sheets[fault.sheet][fault.row - 1]["日期"] for fault in planted]
    assert min(str(day).replace(".", "-") for day in days) >= f"{OPEN_SINCE}"


def test_the_demo_store_shows_every_rule(shown: tuple[Store, list[Planted]]) -> None:
    store, planted = shown
    assert {p.code for p in planted} == {f"V{n:02d}" for n in range(1, 18)}
    findings = validate_logs(ledger_of(store.sheets, store.truth.today), store.truth.today)
    found = Counter((f.code, f.at.sheet, f.at.row - 1, f.at.header) for f in findings)
    assert not places(planted) - found
    assert {code for code, *_ in (found - places(planted))} == {"V10"}


# ---------------------------------------------------------------- planted differences


def rolled(store: Store, close: str | None = None) -> Sheets:
    """The sheets after the roll; with ``close``, after that month's close too."""
    book = Memory.holding(store.sheets)
    book.roll(store.truth.today)
    if close:
        book.close(store.truth.today, close)
        book.roll(store.truth.today)
    return {sheet: book.rows(sheet) for sheet in FORMS}


@pytest.fixture(scope="module")
def two_months() -> Store:
    return simulate(
        7, start=dt.date(2026, 9, 1), end=OCTOBER[1], consultants=4, visits_a_month=90, opening=30, diligent=True
    )


@pytest.fixture(scope="module")
def closed(two_months: Store) -> Sheets:
    return rolled(two_months, "2026-09")


def differences(sheets: Sheets, today: dt.date) -> Counter[tuple[str, str, int, str]]:
    review = Review(ledger_of(sheets, today), today)
    found = [*crosscheck(review), *review.findings]
    return Counter((f.code, f.at.sheet, f.at.row - 1, f.at.header) for f in found)


def test_a_diligent_store_has_no_differences(two_months: Store, closed: Sheets) -> None:
    assert not differences(rolled(two_months), two_months.truth.today)
    assert not differences(closed, two_months.truth.today)


@pytest.mark.parametrize("kind", list(RELATION_FAULTS))
def test_a_difference_is_reported_where_it_was_planted_and_nowhere_else(kind: str, closed: Sheets) -> None:
    sheets, planted = plant_relations(closed, [kind], 11, OCTOBER[1])
    assert planted
    assert places(planted) == differences(sheets, OCTOBER[1])


def test_all_differences_together_keep_apart(closed: Sheets) -> None:
    kinds = list(RELATION_FAULTS)
    sheets, planted = plant_relations(closed, kinds, 5, OCTOBER[1])
    assert places(planted) == differences(sheets, OCTOBER[1])


# ---------------------------------------------------------------- completed by hand


def test_prospects_are_completed_within_the_window_of_their_grade(two_months: Store) -> None:
    today = two_months.truth.today
    book = Memory.holding(rolled(two_months))
    before = {row.phone for row in book.ledger(today).prospects if row.expected_on and row.expected_on >= today}
    book.apply(completed(book.ledger(today), today))
    prospects = book.ledger(today).prospects
    windows = {"H": (1, 7), "A": (8, 30), "B": (31, 90), "C": (91, 150)}
    dated = [(row.grade, row.expected_on) for row in prospects if row.phone not in before and row.expected_on]
    days = [(grade, day) for grade, day in dated if day >= today]
    assert all(windows[grade][0] <= (day - today).days <= windows[grade][1] for grade, day in days)
    assert len(days) > 0.7 * (len(prospects) - len(before))
    assert len({row.stage for row in prospects}) == 5


# ---------------------------------------------------------------- as files


def test_a_store_written_as_csv_reads_back(tmp_path: Path) -> None:
    store = small(4)
    write_csvs(store.sheets, tmp_path / "store")
    back = read_csv_store(tmp_path / "store")
    assert {path.stem for path in (tmp_path / "store").iterdir()} == store.sheets.keys()
    for sheet, rows in store.sheets.items():
        assert [{h: cell for h, cell in row.items() if cell is not None} for row in back[sheet]] == rows


def test_a_csv_has_the_headers_in_order_and_a_mark_for_spreadsheets(tmp_path: Path) -> None:
    write_csvs(small(4).sheets, tmp_path)
    data = (tmp_path / "来店登记.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    headers = next(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert headers == [column.header for column in FORMS["来店登记"].columns]
