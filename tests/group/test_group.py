"""A group's month: sums over its stores, whatever becomes of single books, and no customer in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import pickle
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import fsspec
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from books import Row
from distributed import LocalCluster
from memory import HE, QIAN, STAFF, Memory, order, report, visit
from shell import Answer, xlcrm
from sizes import scaled
from workbooks import edit_member, make_book

from xlcrm.analysis import analyse, figures_json
from xlcrm.analysis.facts import Measure
from xlcrm.analysis.figures import Ratio
from xlcrm.analysis.kpis import SWITCHED_KPIS
from xlcrm.books.xlsx import read
from xlcrm.books.xlsx.read import open_book
from xlcrm.cli import main
from xlcrm.forms.sheets import FORMS, HOUSE_FORMS, MonthFigure
from xlcrm.group import run
from xlcrm.group import store as store_module
from xlcrm.group.consolidate import KPIS, Group, Rank, consolidate
from xlcrm.group.places import CACHE, addresses_in
from xlcrm.group.run import StoreTask, read_all, read_store
from xlcrm.group.store import SHOP, StoreMonth, StoreState, store_month
from xlcrm.group.totals import Sum, add_up
from xlcrm.group.workbook import workbook
from xlcrm.safety.seals import SEAL_VERB, digest

SEPTEMBER = "2026-09"
LAST, NEXT = dt.date(2026, 9, 30), dt.date(2026, 10, 20)


def forms_of(rng: random.Random, phones: list[str]) -> dict[str, list[Row]]:
    """A September in 线索, 渠道费用 and 客流计数, without one of them where it so falls out."""
    leads: list[Row] = []
    for phone in rng.choices(phones, k=rng.randint(3, 9)):
        given = dt.datetime(2026, 9, rng.randint(1, 28), rng.randint(9, 18))
        lead: Row = {"日期": given, "渠道": rng.choice(("抖音", "懂车帝")), "电话": phone}
        if rng.random() < 0.8:
            lead |= {"首次跟进时间": given + dt.timedelta(minutes=rng.randint(1, 900))}
        if rng.random() < 0.6:
            lead |= {"邀约到店日期": given.date() + dt.timedelta(days=1)}
        leads.append(lead | ({"结果": "无效"} if rng.random() < 0.2 else {}))
    costs: list[Row] = [{"月份": SEPTEMBER, "渠道": "抖音", "金额": rng.randint(100, 9000) + 0.4}]
    counts: list[Row] = [{"日期": dt.date(2026, 9, day), "批次": rng.randint(0, 4)} for day in range(1, 21)]
    forms = {"线索": leads, "渠道费用": costs, "客流计数": counts}
    return {sheet: rows for sheet, rows in forms.items() if rng.random() < 0.8}


def shop(seed: int, name: str, *, close: bool = True, forms: bool = False) -> Memory:
    """A store's September, rolled, and closed if ``close``; with some ``forms`` that other stores do without."""
    rng = random.Random(seed)
    people = [
        (f"199{seed:04d}{n:04d}", f"客户{chr(0x4E00 + seed * 20 + n)}{chr(0x5000 + n)}")
        for n in range(rng.randint(3, 7))
    ]
    rows: dict[str, list[Row]] = {"顾问": STAFF, "设置": [{"键": "店名", "值": name}], "来店登记": [], "订单": []}
    for phone, called in people:
        day = dt.date(2026, 9, rng.randint(1, 20))
        driven: Row = {"试乘试驾": "√", "试驾保证书": "√"} if rng.random() < 0.4 else {}
        who: Row = {"顾客名称": called, "电话": phone, "销售顾问": rng.choice(("张敏", "李强"))}
        about: Row = {"来源": rng.choice(("来店/电", "基盘")), "拟购车型": rng.choice(("远行X5", "远行A4"))}
        rows["来店登记"].append(visit(day, HE, rng.choice("HAB"), **who, **about, **driven))
        if rng.random() < 0.5:
            bought: Row = {"客户姓名": called, "电话": phone, "订单号": f"D{phone[-8:]}"}
            rows["订单"].append(order(day, HE, **bought, 数量=rng.randint(1, 2)))
    regular: Row = {"顾客名称": "常客", "电话": f"199{seed:04d}9999"}
    rows["来店登记"].append(visit(dt.date(2026, 9, 2), HE, "B", **regular, 销售顾问="张敏"))
    named: Row = {"客户姓名": "常客", "电话": regular["电话"], "销售顾问": "张敏"}
    rows["日报"] = [report(dt.date(2026, 9, 15), HE, "A", **named)]
    rows["来店登记"].append(visit(dt.date(2026, 9, 3), HE, None, 顾客名称="路人", 电话=None, 未留档原因="客户-闲逛"))
    if forms:
        rows |= forms_of(random.Random(seed), [phone for phone, _ in people])
    book = Memory.holding(rows)
    book.roll(LAST)
    if close:
        book.close(LAST)
    return book


def write(path: Path, book: Memory) -> Path:
    sheets = [block.sheet for block in book.blocks if block.sheet in HOUSE_FORMS or FORMS[block.sheet].switch]
    return make_book(path, {sheet: book.rows(sheet) for sheet in sheets}, sheets=sheets)


@pytest.fixture(scope="module")
def shops() -> dict[str, Memory]:
    """By file name; the last two are not closed, and every second has forms that the others do without."""
    count = scaled(6, 30)
    return {f"{n:02d}.xlsx": shop(n, f"{n:02d}号店", close=n < count - 2, forms=n % 2 == 1) for n in range(count)}


@pytest.fixture(scope="module")
def folder(shops: dict[str, Memory], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stores' books, and among them three that are none."""
    place = tmp_path_factory.mktemp("各店")
    for name, book in shops.items():
        write(place / name, book)
    (place / "坏.xlsx").write_bytes(b"PK\x03\x04")
    (place / "加密.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    make_book(place / "别的表.xlsx", sheets=["来店登记"])
    return place


def consolidated(*typed: object) -> Answer:
    return xlcrm("group", *typed, "--today", NEXT, "--json", "-", "--workers", 1)


@pytest.fixture(scope="module")
def answer(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    out = tmp_path_factory.mktemp("集团")
    answer = consolidated(folder, "-o", out)
    assert (out / "集团月报_2026-09.xlsx").exists()
    return answer


@pytest.fixture(scope="module")
def months(shops: dict[str, Memory]) -> list[dict[str, Any]]:
    """What ``xlcrm month --json`` says of each store."""
    return [figures_json(analyse(book.review(NEXT).as_of_today, SEPTEMBER)) for book in shops.values()]


@pytest.mark.sized
class TestSums:
    def test_every_kpi_is_the_sum_of_the_stores_sides(self, answer: Answer, months: list[dict[str, Any]]) -> None:
        of_no_store = {kpi.key for kpi in KPIS if kpi.given in (Measure.DEPOSITS, Measure.FIRM_ORDERS)}
        assert not answer.json["figures"]["kpis"].keys() & of_no_store
        for kpi in (kpi for kpi in KPIS if kpi.key not in of_no_store):
            sides = [month["kpis"][kpi.key] for month in months if kpi.key in month["kpis"]]
            found = answer.json["figures"]["kpis"][kpi.key]
            assert found["stores"] == len(sides) > 0, kpi.key
            assert (len(sides) < len(months)) == (kpi.given is not None), kpi.key
            assert found["numerator"] == pytest.approx(sum(side["numerator"] for side in sides)), kpi.key
            assert (found["denominator"] or 0) == pytest.approx(sum(side["denominator"] or 0 for side in sides)), (
                kpi.key
            )

    def test_forms_that_no_store_has_are_nowhere(self, folder: Path, tmp_path: Path) -> None:
        without, with_ = (
            consolidated(*(folder / name for name in names), "-o", tmp_path / "x.xlsx").json
            for names in (("00.xlsx", "02.xlsx"), ("00.xlsx", "01.xlsx"))
        )
        sheets = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True).sheetnames
        assert "12 选用表" in sheets
        own = {key for key in with_["figures"]["kpis"] if key in SWITCHED_KPIS}
        assert own
        assert without["figures"]["kpis"].keys() == with_["figures"]["kpis"].keys() - own
        assert without["stores"][0] == {**with_["stores"][0], "kpis": without["stores"][0]["kpis"]}
        assert not [store for store in without["stores"] if store["kpis"].keys() & SWITCHED_KPIS.keys()]
        consolidated(folder / "00.xlsx", folder / "02.xlsx", "-o", tmp_path / "x.xlsx")
        assert "12 选用表" not in openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True).sheetnames

    def test_counts_are_those_of_a_store_added_up(self, answer: Answer, months: list[dict[str, Any]]) -> None:
        counts = answer.json["figures"]["counts"]
        assert counts == {key: sum(month["counts"][key] for month in months) for key in months[0]["counts"]}

    def test_each_store_says_what_its_own_month_says(self, answer: Answer, months: list[dict[str, Any]]) -> None:
        stores = [store for store in answer.json["stores"] if store["kpis"]]
        for store, month in zip(stores, months, strict=True):
            for key, sides in store["kpis"].items():
                if key in month["kpis"]:
                    assert (sides["numerator"], sides["denominator"]) == tuple(
                        month["kpis"][key][side] for side in ("numerator", "denominator")
                    ), (store["store"], key)


def test_a_row_that_a_month_leaves_out_is_left_out(tmp_path: Path) -> None:
    """An error value in a remark: what is no plain value only the structure of the sheet says."""
    book = write(tmp_path / "店.xlsx", shop(3, "店", close=False))
    before = store_month(str(book), book.read_bytes(), SEPTEMBER, NEXT).shop(SEPTEMBER)["batches"]
    part = open_book(book).parts.sheets["来店登记"]
    edit_member(book, part, r'<c r="U5" [^>]*>.*?</c>', '<c r="U5" t="e"><v>#N/A</v></c>', pattern=True)
    after = store_month(str(book), book.read_bytes(), SEPTEMBER, NEXT).shop(SEPTEMBER)["batches"]
    assert after.numerator == before.numerator - 1


class TestWhatIsWrong:
    def test_a_book_that_is_none_is_a_line_and_stops_nothing(self, answer: Answer) -> None:
        unread = {
            store["store"]: store["why"] for store in answer.json["stores"] if store["state"] == StoreState.UNREAD
        }
        assert set(unread) == {"坏", "加密", "别的表"}
        assert all(unread.values())
        assert answer.code == 1

    def test_a_book_that_somebody_holds_is_a_line_too(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def content_of(path: Path) -> bytes:
            if path.name == "01.xlsx":
                raise PermissionError(13, "in use")
            return path.read_bytes()

        monkeypatch.setattr(read, "content_of", content_of)
        result = consolidated(folder / "00.xlsx", folder / "01.xlsx", "-o", tmp_path).json
        assert [(s["state"], bool(s["why"])) for s in result["stores"]] == [("closed", False), ("unread", True)]

    def test_who_has_not_closed_is_named(self, answer: Answer, shops: dict[str, Memory]) -> None:
        names = [f["person"] for f in answer.json["findings"] if f["code"] == "group.open"]
        assert names == [f"{name[:2]}号店" for name in list(shops)[-2:]]

    def test_who_did_not_report_is_named(self, tmp_path: Path, folder: Path) -> None:
        (tmp_path / "名单.csv").write_text("店名,区域,品牌\n00号店,东区,远行\n西郊店,西区,远行\n", encoding="gb18030")

        result = consolidated(folder / "00.xlsx", "-o", tmp_path, "--regions", tmp_path / "名单.csv").json

        assert [f["person"] for f in result["findings"] if f["code"] == "group.missing"] == ["西郊店"]
        assert [(s["region"], s["brand"]) for s in result["stores"]] == [("东区", "远行")]
        assert result["figures"]["regions"]["东区"]["batches"] == result["figures"]["brands"]["远行"]["batches"]

    def test_a_month_without_logs_was_not_reported(self, tmp_path: Path, folder: Path) -> None:
        result = consolidated(folder / "00.xlsx", "-o", tmp_path, "--month", "2026-08").json
        assert [(s["state"], s["kpis"]) for s in result["stores"]] == [(StoreState.NONE, {})]

    @pytest.mark.parametrize(
        ("sheet", "known", "changed"),
        [
            ("来店登记", {"电话": None}, {"注释": "后来改的"}),
            ("日报", {"类别": "当日总结"}, {"结果": "其他"}),
            ("订单", {}, {"车型": "远行A4L"}),
            ("历月指标", {"代码": "orders", "范围": "全店"}, {"分子": 99}),
        ],
    )
    def test_a_row_changed_after_the_close_is_named(self, tmp_path: Path, sheet: str, known: Row, changed: Row) -> None:
        book = shop(5, "五号店")
        intact = read_store(StoreTask(str(write(tmp_path / "三.xlsx", book)), SEPTEMBER, NEXT))
        row = next(row for row in book.rows(sheet) if all(row.get(header) == cell for header, cell in known.items()))
        book.edit(sheet, row, changed)

        store = read_store(StoreTask(str(write(tmp_path / "三.xlsx", book)), SEPTEMBER, NEXT))

        assert (intact.broken, store.broken) == ((), (SEPTEMBER,))

    @pytest.mark.parametrize("quick", [False, True])
    def test_the_texts_alone_come_to_what_all_rows_come_to(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, quick: bool
    ) -> None:
        tasks = [StoreTask(str(book), SEPTEMBER, NEXT, quick=quick) for book in sorted(folder.glob("0*.xlsx"))]
        found = [read_store(task) for task in tasks]
        monkeypatch.setattr(store_module, "closed_month", lambda *_, **__: None)
        assert [dataclasses.replace(store, broken=()) for store in found] == [read_store(task) for task in tasks]
        assert [store.state for store in found].count(StoreState.CLOSED) == len(tasks) - 2

    def test_a_closed_month_makes_no_record_of_its_rows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store_module, "_examined", None)
        store = read_store(StoreTask(str(write(tmp_path / "三.xlsx", shop(3, "三号店"))), SEPTEMBER, NEXT))
        assert (store.state, store.broken) == (StoreState.CLOSED, ())

    def test_nor_does_one_whose_seal_is_of_version_0_1(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It knew neither cars nor price."""
        book = shop(5, "五号店")
        sold = book.ledger(NEXT).orders
        of_0_1 = [digest([str(o.phone), str(o.placed_on), str(o.model), str(o.consultant), "", ""]) for o in sold]
        seal: Row = {"动作": SEAL_VERB, "工作表": "订单"}
        book.edit("操作日志", seal, {"新值": "".join(of_0_1)})
        path = write(tmp_path / "五.xlsx", book)
        monkeypatch.setattr(store_module, "_examined", None)
        store = read_store(StoreTask(str(path), SEPTEMBER, NEXT))
        assert (len(sold) > 0, store.state, store.broken) == (True, StoreState.CLOSED, ())

    @pytest.mark.parametrize("quick", [False, True])
    def test_what_was_changed_after_the_close_is_named_unless_in_a_hurry(self, tmp_path: Path, quick: bool) -> None:
        book = shop(3, "三号店")
        book.add("来店登记", visit(dt.date(2026, 9, 9), QIAN))
        path = write(tmp_path / "三.xlsx", book)

        store = read_store(StoreTask(str(path), SEPTEMBER, NEXT, quick=quick))

        assert store.broken == (None if quick else (SEPTEMBER,))
        assert store.state == StoreState.CLOSED

    def test_a_sealed_month_that_left_no_figure_and_no_row_was_not_reported(self, tmp_path: Path) -> None:
        book = shop(4, "四号店")
        for sheet in ("历月指标", "来店登记", "日报"):
            book.empty(sheet)
        result = consolidated(write(tmp_path / "四.xlsx", book), "-o", tmp_path / "out.xlsx").json
        assert [(s["state"], s["broken"]) for s in result["stores"]] == [(StoreState.NONE, [SEPTEMBER])]

    def test_a_book_without_todays_sheets_is_older(self, tmp_path: Path) -> None:
        sheets = [sheet for sheet in HOUSE_FORMS if sheet != MonthFigure.form.sheet]
        path = make_book(tmp_path / "旧.xlsx", {"来店登记": [visit(LAST)], "顾问": STAFF}, sheets=sheets)
        assert read_store(StoreTask(str(path), SEPTEMBER, NEXT)).lacks == (MonthFigure.form.sheet,)

    def test_a_process_that_dies_costs_its_own_book_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Pool:
            """A pool whose process dies of the second book."""

            def __init__(self, *_: object) -> None: ...
            def __enter__(self) -> Pool:
                return self

            def __exit__(self, *_: object) -> None: ...
            def submit(self, _: object, task: StoreTask) -> Future[StoreMonth]:
                future: Future[StoreMonth] = Future()
                if task.book == "b":
                    future.set_exception(BrokenProcessPool())
                else:
                    future.set_result(StoreMonth(task.book, task.book, SEPTEMBER, StoreState.NONE))
                return future

        monkeypatch.setattr(run, "ProcessPoolExecutor", Pool)
        found = read_all([StoreTask(book, SEPTEMBER, NEXT) for book in "abc"], lambda store: None, workers=2)
        assert sorted((store.book, store.state) for store in found) == [("a", "none"), ("b", "unread"), ("c", "none")]


class TestReadingAgain:
    def test_reads_only_what_changed(self, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        books = [Path(tmp_path / name) for name in ("00.xlsx", "01.xlsx")]
        for book in books:
            book.write_bytes((folder / book.name).read_bytes())
        first = consolidated(tmp_path, "-o", tmp_path / "x.xlsx")
        read: list[str] = []

        def reading(book: str, *rest: Any, **about: Any) -> StoreMonth:
            read.append(Path(book).name)
            return store_month(book, *rest, **about)

        monkeypatch.setattr(store_module, "store_month", reading)

        assert consolidated(tmp_path, "-o", tmp_path / "x.xlsx").out == first.out
        assert read == []
        write(books[1], shop(40, "新店"))
        consolidated(tmp_path, "-o", tmp_path / "x.xlsx")
        assert read == ["01.xlsx"]

    def test_does_not_trust_a_damaged_memory(self, tmp_path: Path, folder: Path) -> None:
        first = consolidated(folder / "00.xlsx", "-o", tmp_path / "x.xlsx")
        for kept in (tmp_path / CACHE).iterdir():
            kept.write_bytes(kept.read_bytes()[:-20])
        assert consolidated(folder / "00.xlsx", "-o", tmp_path / "x.xlsx").out == first.out

    def test_asks_an_open_month_again_the_next_day(
        self, tmp_path: Path, folder: Path, shops: dict[str, Memory]
    ) -> None:
        task = StoreTask(str(folder / list(shops)[-1]), SEPTEMBER, LAST, str(tmp_path))
        before = read_store(task)
        assert read_store(task) == before
        assert read_store(dataclasses.replace(task, today=NEXT)) is not None
        assert len(list(tmp_path.iterdir())) == 1


def test_a_process_that_reads_stores_imports_no_pandas(folder: Path, tmp_path: Path) -> None:
    """It takes as long as reading ten stores, and holds 50 MB."""
    reading = """
import datetime as dt, sys
from xlcrm.group.run import StoreTask, read_store
task = StoreTask(sys.argv[1], "2026-10", dt.date(2026, 11, 10), sys.argv[2])
assert read_store(task) == read_store(task), "kept the first time"
print(sorted({"pandas", "xlsxwriter", "openpyxl"} & sys.modules.keys()))
"""
    run_it = [sys.executable, "-c", reading, str(folder / "00.xlsx"), str(tmp_path)]
    assert subprocess.run(run_it, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_command_starts_its_processes_before_it_imports_what_reads_a_book() -> None:
    starting = (
        'import sys, xlcrm.group.run; print(sorted({"pyarrow", "numpy", "python_calamine"} & sys.modules.keys()))'
    )
    run_it = [sys.executable, "-c", starting]
    assert subprocess.run(run_it, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_processes_come_to_the_same_to_the_byte(folder: Path, answer: Answer, tmp_path: Path) -> None:
    typed = ("group", folder, "-o", tmp_path, "--today", NEXT, "--json", "-", "--workers", 2)
    assert xlcrm(*typed).out == answer.out


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_comes_to_the_same_to_the_byte(folder: Path, answer: Answer, tmp_path: Path, cluster: str) -> None:
    typed = ("group", folder, "-o", tmp_path, "--today", NEXT, "--json", "-", "--scheduler", cluster)
    assert xlcrm(*typed).out == answer.out
    assert xlcrm(*typed).out == answer.out, "written again where something stands"


def test_a_cluster_adds_up_what_its_workers_wrote(folder: Path, answer: Answer, tmp_path: Path, cluster: str) -> None:
    place = f"file://{tmp_path}/各店的数"
    xlcrm("group", folder, "-o", tmp_path, "--today", NEXT, "--scheduler", cluster, "--facts", place)

    written = pd.read_parquet(tmp_path / "各店的数")

    counted = [store for store in answer.json["stores"] if store["kpis"]]
    assert set(written["book"]) == {store["book"] for store in counted}
    shop = written[(written["month"] == SEPTEMBER) & (written["scope"] == "全店")].groupby("key")["numerator"].sum()
    kpis = answer.json["figures"]["kpis"]
    assert {key: shop[key] / 10_000 for key in kpis} == {key: kpi["numerator"] for key, kpi in kpis.items()}


def test_where_a_cluster_cannot_write_it_is_said(folder: Path, tmp_path: Path, cluster: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    typed = ("group", folder / "00.xlsx", "-o", tmp_path, "--scheduler", cluster, "--today", NEXT)
    result = xlcrm(*typed, "--facts", tmp_path / "file" / "facts")
    assert (result.code, "--facts" in result.err) == (2, True)


def test_sums_do_not_depend_on_the_order() -> None:
    stores = [
        StoreMonth(
            f"{n}", f"{n}", SEPTEMBER, StoreState.OPEN, figures={SEPTEMBER: {SHOP: {"amount": Ratio(0.1 * n, 3)}}}
        )
        for n in range(1, 30)
    ]
    forwards, backwards = add_up(stores), add_up(stores[::-1])
    assert forwards == backwards == {SEPTEMBER: {SHOP: {"amount": Sum(Ratio(43.5, 87), 29)}}}


@pytest.mark.parametrize("ratio", [Ratio(3, 10), Ratio(3, 0), Ratio(3)])
def test_a_figure_comes_back_from_a_process_as_it_went(ratio: Ratio) -> None:
    assert pickle.loads(pickle.dumps(ratio)) == ratio


def test_where_no_cluster_answers_it_is_said(folder: Path, tmp_path: Path) -> None:
    result = xlcrm("group", folder, "-o", tmp_path, "--scheduler", "nonsense://x")
    assert (result.code, "Dask" in result.err) == (2, True)


def test_killed_in_the_middle_and_begun_again_it_comes_to_the_same(
    folder: Path, answer: Answer, tmp_path: Path
) -> None:
    typed = ["group", str(folder), "-o", str(tmp_path), "--today", f"{NEXT}", "--json", "-", "--workers", "1"]
    process = subprocess.Popen([sys.executable, "-m", "xlcrm.cli", *typed], stdout=subprocess.DEVNULL)
    while process.poll() is None and not any((tmp_path / CACHE).glob("*.parquet")):
        time.sleep(0.01)
    process.kill()
    process.wait()

    assert xlcrm(*typed).out == answer.out


@pytest.mark.parametrize("at_a_terminal", [True, False])
def test_a_terminal_sees_how_far_it_is_and_a_pipe_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at_a_terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_a_terminal, raising=False)
    typed = ["group", *(str(folder / name) for name in ("00.xlsx", "01.xlsx")), "-o", str(tmp_path / "x.xlsx")]

    main([*typed, "--today", f"{NEXT}", "--workers", "1"])

    said = capsys.readouterr()
    assert ("1/2 店，每秒" in said.err, "2/2 店，每秒" in said.err) == (at_a_terminal, at_a_terminal)
    assert "每秒" not in said.out


@pytest.mark.parametrize("protocol", ["file", "memory"])
def test_books_behind_an_address_are_read_like_files(folder: Path, protocol: str) -> None:
    """``memory`` stands for object stores: nothing of it is a file of this computer."""
    place = f"{protocol}://{folder}"
    if protocol == "memory":
        fsspec.filesystem("memory").put(str(folder), str(folder), recursive=True)
    names = addresses_in([place])

    assert [Path(name).name for name in names] == sorted(path.name for path in folder.iterdir())
    local, remote = (read_store(StoreTask(book, SEPTEMBER, NEXT)) for book in (str(folder / "00.xlsx"), names[0]))
    assert remote == dataclasses.replace(local, book=names[0])


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(scaled(2, 40)))
def test_no_customer_leaves_the_store(tmp_path: Path, seed: int) -> None:
    """Three stores, one of them not closed, in which customers are named where a car should stand; every part is searched."""
    rng = random.Random(seed)
    books = [shop(60 + 3 * seed + n, f"{n}号店", close=False) for n in range(3)]
    for number, book in enumerate(books):
        for sheet, header in (("来店登记", "拟购车型"), ("订单", "车型")):
            for row in book.rows(sheet)[:2]:
                about = rng.choice(book.rows("客户卡"))
                named = rng.choice((about["客户姓名"], about["电话"], about["客户编号"], f"给{about['客户姓名']}的X5"))
                book.edit(sheet, row, {header: str(named)})
        book.roll(LAST)
        if number:
            book.close(LAST)
        write(tmp_path / f"{number}.xlsx", book)

    result = consolidated(tmp_path, "-o", tmp_path / "out.xlsx")

    assert result.json["figures"]["kpis"]["batches"]["stores"] == 3
    texts = [result.out, result.err]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        texts += [archive.read(part).decode() for part in archive.namelist()]
    for kept in (tmp_path / CACHE).iterdir():
        table = pq.read_table(kept)
        texts += [str(table.to_pylist()), str(table.schema.metadata)]
    for card in (row for book in books for row in book.rows("客户卡")):
        for secret in (card["客户姓名"], card["电话"], card["客户编号"]):
            assert not [text for text in texts if str(secret) in text], secret


class TestTheLeague:
    @staticmethod
    def store(book: str, **figures: Ratio) -> StoreMonth:
        return StoreMonth(book, book, SEPTEMBER, StoreState.OPEN, figures={SEPTEMBER: {SHOP: figures}})

    def test_equal_figures_share_a_place_and_quarters_follow_the_places(self) -> None:
        orders = {"a": 9, "b": 7, "c": 7, "d": 1}
        ranks = consolidate(SEPTEMBER, [self.store(book, orders=Ratio(n)) for book, n in orders.items()]).ranks
        assert {book: own["orders"] for book, own in ranks.items()} == {
            **{"a": Rank(1, 4), "b": Rank(2, 4), "c": Rank(2, 4), "d": Rank(4, 4)}
        }
        assert [ranks[book]["orders"].quartile for book in "abcd"] == [1, 2, 2, 4]

    def test_the_least_is_best_where_less_is_better_and_few_cases_have_no_place(self) -> None:
        group = consolidate(
            SEPTEMBER,
            [
                self.store("a", loss_rate=Ratio(3, 10)),
                self.store("b", loss_rate=Ratio(1, 10)),
                self.store("c", loss_rate=Ratio(0, 4)),
            ],
        )
        ranks = group.ranks
        assert [ranks[book].get("loss_rate") for book in "abc"] == [Rank(2, 2), Rank(1, 2), None]

    def test_last_month_and_last_year_are_of_the_stores_that_know_them(self) -> None:
        old = StoreMonth(
            "a",
            "a",
            SEPTEMBER,
            StoreState.CLOSED,
            figures={month: {SHOP: {"orders": Ratio(2)}} for month in (SEPTEMBER, "2026-08", "2025-09")},
        )
        group = consolidate(SEPTEMBER, [old, self.store("b", orders=Ratio(5))])
        sums = {month: group.sums(month)["orders"] for month in (SEPTEMBER, "2026-08", "2025-09")}
        assert {month: (own.ratio.numerator, own.stores) for month, own in sums.items()} == {
            **{SEPTEMBER: (7, 2), "2026-08": (2, 1), "2025-09": (2, 1)}
        }


class TestTheWorkbook:
    def test_has_the_sums_the_league_and_a_sheet_for_each_store(
        self, folder: Path, tmp_path: Path, shops: dict[str, Memory]
    ) -> None:
        result = consolidated(folder, "-o", tmp_path).json
        book = openpyxl.load_workbook(tmp_path / "集团月报_2026-09.xlsx")

        assert book.sheetnames == [
            "总览",
            "待处理",
            "各店排行",
            "2 客流规律",
            "3 留档",
            "4 级别推进",
            "5 漏斗与预测",
            "6 来源车型竞品",
            "7 顾问",
            "8 战败分析",
            "9 及时率",
            "10 稽核",
            "11 保有客户",
            "12 选用表",
            "各店指标",
            *(f"{name[:2]}号店" for name in shops),
        ]
        sums = {row[0].value: [cell.value for cell in row[2:4]] for row in book["总览"].iter_rows(min_row=5)}
        kept = result["figures"]["kpis"]["kept_rate"]
        assert sums["留档率"] == [kept["numerator"], kept["denominator"]]

    def test_every_page_of_a_month_has_the_stores_and_their_sum(
        self, folder: Path, tmp_path: Path, months: list[dict[str, Any]]
    ) -> None:
        consolidated(folder, "-o", tmp_path / "g.xlsx")
        book = openpyxl.load_workbook(tmp_path / "g.xlsx")

        def table(sheet: str, figure: str) -> list[Any]:
            rows = list(book[sheet].iter_rows(min_row=4, values_only=True))
            return [row[rows[0].index(figure)] for row in rows[1 : len(months) + 2]]

        for sheet, figure, key in (
            *(("2 客流规律", "批次", "batches"), ("8 战败分析", "战败申请", "losses_applied")),
            *(("4 级别推进", "期初存量", "opening_stock"), ("11 保有客户", "交车（台）", "deliveries")),
        ):
            own = [month["kpis"][key]["numerator"] for month in months]
            assert table(sheet, figure) == [*own, sum(own)], sheet
        grades = [cell.value for cell in book["4 级别推进"]["A"] if cell.value in ("H", "A", "B", "C")]
        assert grades == sorted(grades, key="HABC".index)
        assert len(grades) > 1
        states = [row[1] for row in book["10 稽核"].iter_rows(min_row=5, values_only=True)]
        assert (states.count("未结账"), states.count("读不出")) == (2, 3)

    def test_is_the_same_bytes_for_the_same_group_and_takes_any_store_name(self) -> None:
        names = ("一店/东[1]*", "一店 东 1  ", "=1+1", "店" * 40, "店" * 40, "总览", "")
        group = Group(
            SEPTEMBER,
            tuple(
                StoreMonth(str(n), name, SEPTEMBER, StoreState.OPEN, figures={SEPTEMBER: {SHOP: {"orders": Ratio(n)}}})
                for n, name in enumerate(names)
            ),
        )
        assert workbook(group) == workbook(group)


def test_json_has_the_common_shape(answer: Answer) -> None:
    assert list(answer.json) == ["verb", "book", "today", "findings", "moves", "figures", "balance", "kept", "stores"]
    assert json.dumps(answer.json)
