"""换册: in the next book everybody stands where he stood, and January goes on as if nothing had happened."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from books import Row
from memory import HE, STAFF, Memory, loss, order, report, visit
from shell import xlcrm
from sizes import scaled
from workbooks import make_book

from xlcrm.analysis import analyse, figures_json
from xlcrm.delivery import Wanted, deliver
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS, MonthFigure
from xlcrm.ledger.months import month_end, month_start, next_month
from xlcrm.roll.close import reopen_month
from xlcrm.roll.newyear import carried, differing, next_book
from xlcrm.safety.seals import broken_seals, sealed_months
from xlcrm.verbs import VERBS, Job, Outcome

FIRST = "2026-01"
NOW = dt.datetime(2027, 1, 2, 9)
MONTHS = scaled(6, 12)
STORES = scaled(3, 40)


@dataclass
class Shop:
    """A store over the months: new customers, follow-ups, orders, deliveries, losses, and some who come back."""

    rng: random.Random
    book: Memory
    active: dict[str, str] = field(default_factory=dict)
    """Phone → grade."""
    ordered: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    born: int = 0

    def who(self, phone: str) -> Row:
        return {"客户姓名": f"客{chr(0x4E00 + int(phone[-3:]))}户", "电话": phone}

    def live(self, month: str) -> None:
        """A month of what staff type, up to its last day, in sentences nobody repeats."""
        start, rng = month_start(month), self.rng
        rows: dict[str, list[Row]] = {"来店登记": [], "日报": [], "订单": [], "战败": []}
        seller = {"销售顾问": "张敏"}
        for phone in [*self.active, *rng.sample(self.gone, min(1, len(self.gone)))]:
            day = start + dt.timedelta(days=rng.randint(0, 9))
            story = {"经过": f"{phone}{month}说了近况，再约时间看车"}
            fate = rng.random()
            if phone in self.gone or fate < 0.5:
                self.active[phone] = grade = rng.choice("HABC")
                rows["日报"].append(report(day, HE, grade, **self.who(phone), **story, **seller))
                self.gone = [other for other in self.gone if other != phone]
            elif fate < 0.65:
                rows["订单"].append(order(day, HE, **self.who(phone), **seller, 订单号=f"D{month}{phone[-3:]}"))
                del self.active[phone]
                self.ordered.append(phone)
            elif fate < 0.8:
                is_open = rng.random() < 0.5
                decided: Row = {"审批": "同意", "审批人": "王经理", "审批日期": day}
                rows["战败"].append(loss(day, HE, **self.who(phone), **({} if is_open else decided)))
                del self.active[phone]
                (self.pending if is_open else self.gone).append(phone)
        for _ in range(2):
            self.born += 1
            phone, grade = f"19900{self.born:06d}", rng.choice("HAB")
            day = start + dt.timedelta(days=10 + rng.randint(0, 9))
            called: Row = {"顾客名称": self.who(phone)["客户姓名"], "电话": phone}
            rows["来店登记"].append(visit(day, HE, grade, **called, **seller))
            self.active[phone] = grade
        for sheet, added in rows.items():
            self.book.add(sheet, *added)

    def settle(self, month: str) -> None:
        """What is done in the month about orders and losses of before, in rows that stand already."""
        day = month_start(month) + dt.timedelta(days=self.rng.randint(0, 9))
        for phone in self.ordered[:1]:
            known: Row = {"电话": phone, "交车日期": None, "退订日期": None}
            self.edit("订单", known, {"交车日期": day})
            self.ordered.remove(phone)
        for phone in self.pending[:1]:
            self.edit("战败", {"电话": phone, "审批": "待审"}, {"审批": "同意", "审批人": "王经理", "审批日期": day})
            self.pending.remove(phone)
            self.gone.append(phone)

    def edit(self, sheet: str, known: Row, changed: Row) -> None:
        """Change the newest row that holds the known cells."""
        block = self.book.block(sheet)
        rows = [dict(zip(block.headers, cells, strict=True)) for cells in block.rows]
        found = [row for row in rows if all(row.get(header) == value for header, value in known.items())]
        self.book.edit(sheet, {header: cell for header, cell in found[-1].items() if cell is not None}, changed)

    def close(self, month: str) -> None:
        self.book.roll(month_end(month))
        self.book.close(month_end(month))


def a_year(seed: int) -> tuple[Shop, str]:
    """A store after its closes, and the month that is open then."""
    book = Memory.holding({"顾问": [row | {"休息日": None} for row in STAFF], "设置": [{"键": "店名", "值": "一号店"}]})
    shop, month = Shop(random.Random(seed), book), FIRST
    for _ in range(MONTHS):
        shop.settle(month)
        shop.live(month)
        shop.close(month)
        month = next_month(month)
    return shop, month


@pytest.fixture(scope="module", params=range(STORES))
def year(request: pytest.FixtureRequest) -> tuple[Shop, str]:
    return a_year(request.param)


def next_of(book: Memory, today: dt.date) -> Memory:
    return Memory.holding(next_book(book.review(today)).sheets)


@pytest.mark.sized
class TestTheNextBook:
    def test_has_everybody_as_he_stood_with_his_plans_and_care(self, year: tuple[Shop, str]) -> None:
        shop, month = year
        today = month_end(next_month(month, -1))
        new = next_of(shop.book, today)

        old = carried(shop.book.review(today))
        assert old
        assert carried(new.review(today)) == old
        assert differing(next_book(shop.book.review(today)).customers, carried(new.review(today))) == []

    @pytest.mark.parametrize("later", [False, True], ids=["on the last day", "in the middle of the month"])
    def test_goes_on_as_if_nothing_had_happened(self, year: tuple[Shop, str], later: bool) -> None:
        shop, month = year
        old = Shop(
            random.Random(1),
            shop.book.copy(),
            dict(shop.active),
            [*shop.ordered],
            [*shop.pending],
            [*shop.gone],
            shop.born,
        )
        last, end = month_end(next_month(month, -1)), month_end(month)
        if later:
            old.settle(month)
            old.live(month)
            new = next_of(old.book, end)
        else:
            new = next_of(old.book, last)
            other = Shop(
                random.Random(1), new, dict(shop.active), [*shop.ordered], [*shop.pending], [*shop.gone], shop.born
            )
            for branch in (old, other):
                branch.settle(month)
                branch.live(month)
        for book in (old.book, new):
            book.roll(end)

        before, after = (figures_json(analyse(book.review(end), month)) for book in (old.book, new))
        assert after["kpis"].keys() == before["kpis"].keys()
        differ = {
            k: (before["kpis"][k], after["kpis"][k]) for k in before["kpis"] if before["kpis"][k] != after["kpis"][k]
        }
        assert {key for key in differ if not key.endswith("_median")} == set()
        assert after["balance"] == before["balance"]
        assert after["opening_stock"] == before["opening_stock"]
        assert {(f.code, f.found) for f in new.crosscheck(end)} <= {(f.code, f.found) for f in old.book.crosscheck(end)}
        for book in (old.book, new):
            book.close(end)
        assert carried(new.review(end)) == carried(old.book.review(end))

    def test_holds_the_figures_of_the_closed_months_under_seal(self, year: tuple[Shop, str]) -> None:
        shop, month = year
        today = month_end(next_month(month, -1))
        new = next_of(shop.book, today).ledger(today)

        assert sealed_months(new) == sealed_months(shop.book.ledger(today))
        assert len(new.month_figures) == len(shop.book.rows(MonthFigure.form.sheet))
        assert broken_seals(new) == ([], {})

    def test_does_not_open_a_month_whose_rows_it_has_not(self, year: tuple[Shop, str]) -> None:
        shop, month = year
        today = month_end(next_month(month, -1))
        with pytest.raises(Refusal, match=r"reopen\.other_book"):
            reopen_month(next_of(shop.book, today).ledger(today))


def test_a_month_of_the_old_book_prints_its_figures_and_says_where_its_rows_are() -> None:
    shop, month = a_year(0)
    last = next_month(month, -1)
    old, new = shop.book, next_of(shop.book, month_end(last))

    before, after = (analyse(book.review(month_start(month)), last) for book in (old, new))
    assert [own.value for own in after.figures] == [own.value for own in before.figures]
    said = " ".join(sentence.zh for sentence in after.sentences)
    assert f"本月已在上一本工作簿结账（{month_end(last)}）" in said
    assert "本月没有来店登记" not in said
    assert not after.changed


def test_an_order_of_the_first_visit_has_its_register_row_in_the_old_book() -> None:
    day = dt.date(2026, 1, 20)
    book = Memory.holding({"顾问": STAFF, "来店登记": [visit(day)], "订单": [order(day)]})
    book.roll(month_end(FIRST))
    book.close(month_end(FIRST))

    assert [finding.code for finding in next_of(book, month_end(FIRST)).crosscheck(dt.date(2026, 2, 2))] == [
        finding.code for finding in book.crosscheck(dt.date(2026, 2, 2))
    ]


def test_no_form_is_forgotten() -> None:
    """A row without a day may be of any: it comes. Findings are found again, 冲突 is settled before."""
    shop, month = a_year(0)
    sheets = {block.sheet for block in shop.book.blocks} - {"冲突"}  # those switched off are not in the book
    added: dict[str, Row] = {sheet: {FORMS[sheet].columns[0].header: "某某"} for sheet in sheets}
    for sheet, row in added.items():
        shop.book.add(sheet, row)

    coming = next_book(shop.book.review(month_start(month))).sheets

    assert {sheet for sheet, row in added.items() if row not in coming[sheet]} == {"问题清单", "操作日志", "月初留存"}


def test_what_two_hands_changed_is_settled_first() -> None:
    shop, month = a_year(0)
    shop.book.add("冲突", {"文件": "张敏.xlsx", "工作表": "A级", "行": 7})

    with pytest.raises(Refusal, match=r"newyear\.conflicts"):
        next_book(shop.book.review(month_start(month)))


def test_who_comes_back_after_years_finds_his_card() -> None:
    shop, month = a_year(0)
    today = month_end(next_month(month, -1))
    book = shop.book
    lost = next(row for row in book.rows("客户卡") if row["状态"] in ("战败", "战败待审", "在跟"))
    new = next_of(next_of(book, today), today)
    back = month_start(month) + dt.timedelta(days=3)
    called: Row = {"顾客名称": lost["客户姓名"], "电话": lost["电话"], "首次/再次": "再次"}
    new.add("来店登记", visit(back, HE, "A", **called))
    new.roll(back)

    assert [row["客户编号"] for row in new.rows("客户卡") if row["电话"] == lost["电话"]] == [lost["客户编号"]]


class TestTheCommand:
    @pytest.fixture(scope="class")
    @staticmethod
    def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Memory]:
        shop, month = a_year(1)
        shop.book.add("字典", {"类别": "渠道", "代码": "本地论坛"})
        shop.book.widen("客户卡", "昵称", "老客户")
        folder = tmp_path_factory.mktemp("册")
        path = make_book(folder / "旧.xlsm", {sheet: shop.book.rows(sheet) for sheet in FORMS}, sheets=FORMS)
        return path, month, shop.book

    def test_writes_the_new_book_says_what_came_and_leaves_the_old_one(
        self, books: tuple[Path, str, Memory], tmp_path: Path
    ) -> None:
        path, month, book = books
        before = path.read_bytes()

        answer = xlcrm("newyear", path, tmp_path / "新.xlsm", "--today", month_end(next_month(month, -1)))

        assert answer.code == 0, answer.err
        assert path.read_bytes() == before
        stock = [row for row in book.rows("月初留存") if row["月份"] == month and row.get("客户编号")]
        assert f"从 {month} 开始，带来 {len(stock)} 位在册客户" in answer.out
        assert "逐位相同" in answer.out

    def test_is_refused_before_a_close_and_over_a_file(self, books: tuple[Path, str, Memory], tmp_path: Path) -> None:
        open_ = make_book(tmp_path / "开.xlsm", {"来店登记": [visit(dt.date(2026, 1, 5))], "顾问": STAFF}, sheets=FORMS)
        assert "还没有结账" in xlcrm("newyear", open_, tmp_path / "新.xlsm", "--today", "2026-01-31").err
        assert xlcrm("newyear", books[0], open_, "--today", "2026-12-31").code == 2

    def test_stands_beside_the_old_one_where_no_name_is_given(
        self, books: tuple[Path, str, Memory], tmp_path: Path
    ) -> None:
        _, month, _ = books
        made = deliver(self.pressed(books), Wanted(tmp_path / "CRM.xlsm", "zh", NOW))

        assert [path.name for path in tmp_path.iterdir()] == [f"CRM_{month}.xlsm"]
        assert "逐位相同" in made[0]

    def test_that_would_lose_somebody_is_not_written(self, books: tuple[Path, str, Memory], tmp_path: Path) -> None:
        outcome = self.pressed(books)
        assert outcome.next_book is not None
        outcome.next_book.sheets["月初留存"].clear()

        with pytest.raises(Refusal, match=r"newyear\.differs"):
            deliver(outcome, Wanted(tmp_path / "CRM.xlsm", "zh", NOW))
        assert [*tmp_path.iterdir()] == []

    @staticmethod
    def pressed(books: tuple[Path, str, Memory]) -> Outcome:
        _, month, book = books
        today = month_end(next_month(month, -1))
        return VERBS["newyear"](book.blocks, (), Job(today, NOW))


def test_of_forms_switched_on_comes_along_what_lasts_is_open_or_is_of_the_new_months() -> None:
    last, first = dt.date(2026, 10, 31), dt.date(2026, 11, 1)
    lent: Row = {"借阅日期": dt.date(2026, 10, 5), "借阅人": "小吴", "内容": "全部客户", "事由": "对账"}
    met = dt.date(2026, 10, 6)
    call: Row = {
        "计划日期": met,
        "执行日期": met,
        "预约日期": dt.date(2026, 10, 4),
        "销售顾问": "张敏",
        "目的": "送资料",
    }
    call |= {"客户姓名": "何一", "电话": HE, "达到预期": "是"}
    book = Memory.holding(
        {
            "顾问": STAFF,
            "来店登记": [visit(dt.date(2026, 10, 5), HE)],
            "日报": [report(dt.date(2026, 10, 5), HE, "H")],
            "借阅": [lent, lent | {"借阅人": "王经理", "归还日期": dt.date(2026, 10, 9)}],
            "销售费用": [{"日期": day, "类别": "广告", "金额": 100} for day in (last, first)],
            "费用预算": [{"月份": month, "预算": 100} for month in ("2026-10", "2026-11")],
            "单位客户": [{"客户编号": "C00001", "单位名称": "何一商行"}],
            "拜访计划": [{**call, "编号": "B1", "本次承诺": "送脚垫"}, {**call, "编号": "B2", "目的": "签约收款"}],
            "线索": [{"日期": dt.datetime.combine(day, dt.time(9)), "渠道": "抖音"} for day in (last, first)],
        }
    )
    book.roll(last)
    book.close(last)
    coming = next_book(book.review(first)).sheets
    assert [row["借阅人"] for row in coming["借阅"]] == ["小吴"]
    assert [row["日期"] for row in coming["销售费用"]] == [first]
    assert [row["月份"] for row in coming["费用预算"]] == ["2026-11"]
    assert len(coming["单位客户"]) == 1
    assert [row["编号"] for row in coming["拜访计划"]] == ["B1"], "a promise waits for its answer"
    assert [row["日期"] for row in coming["线索"]] == [dt.datetime.combine(first, dt.time(9))]
