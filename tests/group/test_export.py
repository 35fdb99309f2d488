"""Books as data files: the same folders, columns and types every time, and nobody named unasked."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from books import Row
from memory import HE, QIAN, STAFF, order, visit
from workbooks import make_book

from xlcrm.books.copies import SCHEMA_FILE
from xlcrm.cli import main
from xlcrm.errors import Refusal
from xlcrm.forms.sheets import FORMS
from xlcrm.frames import REST, read
from xlcrm.group.export import FACTS, NO_MONTH, export, tables
from xlcrm.group.places import books_in
from xlcrm.verbs import Job

TODAY = dt.date(2026, 10, 31)
JOB = Job(TODAY, dt.datetime.combine(TODAY, dt.time(18)), "文员小吴")
DAY, BEFORE = dt.date(2026, 10, 5), dt.date(2026, 9, 5)


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stores, one of them almost empty, and a book that cannot be read."""
    folder = tmp_path_factory.mktemp("各店")
    rows: dict[str, list[Row]] = {
        "来店登记": [visit(BEFORE), visit(DAY, QIAN), visit(DAY, 日期="十月初五")],
        "订单": [order(DAY, QIAN)],
        "设置": [{"键": "店名", "值": "东城/一号店"}],
        "顾问": STAFF,
    }
    make_book(folder / "一号.xlsx", rows, sheets=FORMS)
    (folder / "西城").mkdir()
    make_book(folder / "西城" / "二号店.xlsx", {"来店登记": [visit(DAY, 来店人数=2, 试乘试驾=True)]}, sheets=FORMS)
    (folder / "坏的.xlsx").write_bytes(b"PK")
    return folder


@pytest.fixture(scope="module")
def exported(shops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("数据")
    assert main(["export", str(shops), str(folder), "--parquet", "--today", f"{TODAY}"]) == 1
    return folder


def test_what_happened_lies_by_store_and_month_what_stands_by_store(exported: Path) -> None:
    assert {str(path.parent.relative_to(exported)) for path in exported.glob("来店登记/*/*/*")} == {
        "来店登记/store=东城%2F一号店/month=2026-09",
        "来店登记/store=东城%2F一号店/month=2026-10",
        f"来店登记/store=东城%2F一号店/month={NO_MONTH}",
        "来店登记/store=二号店/month=2026-10",
    }
    assert [path.parent.name for path in exported.glob("顾问/*/*")] == ["store=东城%2F一号店"]


def test_a_table_is_read_back_over_all_stores_and_months(exported: Path) -> None:
    visits = pd.read_parquet(exported / "来店登记")

    found = sorted(zip(visits.store, visits.month, visits.电话, strict=True))
    assert found == [
        ("东城/一号店", "2026-09", "199****0101"),
        ("东城/一号店", "2026-10", "199****0102"),
        ("东城/一号店", NO_MONTH, "199****0101"),
        ("二号店", "2026-10", "199****0101"),
    ]


def test_dask_adds_the_facts_up_where_they_lie(exported: Path) -> None:
    facts = dd.read_parquet(exported / FACTS)

    sums = facts[facts.measure == "batches"].groupby(["store", "month"], observed=True).amount.sum().compute()

    assert sums[sums > 0].to_dict() == {
        ("东城/一号店", "2026-09"): 1,
        ("东城/一号店", "2026-10"): 1,
    }


def test_every_part_has_the_columns_and_types_of_the_schema(exported: Path) -> None:
    described = json.loads((exported / SCHEMA_FILE).read_text(encoding="utf-8"))
    assert list(described["tables"]) == [*FORMS, REST, FACTS]
    for name, table in described["tables"].items():
        parts = list((exported / name).rglob("*.parquet"))
        assert len({str(pq.read_schema(part).remove_metadata()) for part in parts}) <= 1
        for part in parts:
            frame = pd.read_parquet(part.open("rb"))
            assert [{"name": column, "type": str(kind)} for column, kind in frame.dtypes.items()] == [
                {"name": column["name"], "type": column["type"]} for column in table["columns"]
            ]


def test_a_book_that_cannot_be_read_is_named_and_the_others_are_written(
    shops: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(shops), str(tmp_path / "数据")]) == 1

    said = capsys.readouterr()
    assert "坏的.xlsx" in said.err
    assert said.out.startswith("已把 2 本")


@pytest.mark.parametrize("full", [False, True])
def test_names_and_phones_are_written_only_when_asked(shops: Path, tmp_path: Path, full: bool) -> None:
    book = tmp_path / "一号.xlsx"
    book.write_bytes((shops / "一号.xlsx").read_bytes())
    export([book], tmp_path / "数据", replace(JOB, in_full=full))

    text = "".join(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "数据").rglob("*.csv"))
    assert [secret in text for secret in ("何一", "钱二", HE, QIAN)] == [full] * 4
    lines = [(line.time, line.user, line.verb, line.new) for line in read(book, TODAY).journal]
    assert lines == [(JOB.now, "文员小吴", "导出数据", "导出了全部客户的姓名和电话")] * full


def test_of_a_book_that_cannot_say_so_nothing_is_taken_out_in_full(shops: Path, tmp_path: Path) -> None:
    book = tmp_path / "一号.xlsx"
    book.write_bytes((shops / "一号.xlsx").read_bytes())
    (tmp_path / "~$一号.xlsx").write_bytes(b"\0" * 165)

    ((left_out, refusal),) = export([book], tmp_path / "数据", replace(JOB, in_full=True))
    assert (left_out, refusal.key) == (book, "book.open_somewhere")
    assert list((tmp_path / "数据").rglob("*.csv")) == []


def test_times_are_times_of_day_in_csv(shops: Path, tmp_path: Path) -> None:
    export(books_in([shops / "一号.xlsx"]), tmp_path, JOB)

    part = next((tmp_path / "来店登记").glob("*/month=2026-09/*.csv"))
    row: dict[str, Any] = pd.read_csv(part).iloc[0].to_dict()
    assert (row["日期"], row["进店时间"], row["离去时间"]) == ("2026-09-05", "10:00:00", "10:40:00")


def test_a_folder_that_holds_something_is_left_alone(shops: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("在这里")

    with pytest.raises(Refusal, match=r"export\.not_empty"):
        export(books_in([shops]), tmp_path, JOB)
    assert [path.name for path in tmp_path.iterdir()] == ["别的.txt"]


def test_where_no_folder_can_be_made_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("在这里")
    with pytest.raises(Refusal, match=r"output\.unwritable"):
        export([], tmp_path / "别的.txt" / "数据", JOB)


class TestBooksIn:
    def test_a_folder_has_the_workbooks_below_it_and_not_what_is_made_beside_them(self, tmp_path: Path) -> None:
        names = (
            "一号.xlsm",
            "区/二号.xlsx",
            "~$一号.xlsm",
            "月度分析_2026-10.xlsx",
            ".xlcrm-backup/一号.xlsm",
            "说明.txt",
        )
        for name in names:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()

        assert [str(path.relative_to(tmp_path)) for path in books_in([tmp_path, tmp_path / "一号.xlsm"])] == list(
            names[:2]
        )

    def test_none_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Refusal, match=r"group\.no_books"):
            books_in([tmp_path])
        with pytest.raises(Refusal, match=r"book\.missing"):
            books_in([tmp_path / "没有"])


def test_the_tables_have_the_columns_of_the_frames() -> None:
    assert [name for name, _, _ in tables()] == [*FORMS, REST, FACTS]
