"""The month as LibreOffice prints and recalculates it: nothing cut, nothing empty, and every figure comes to its rows."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from books import STORES, ledger_of, read_csv_store
from rendering import converted, faults, papers_of, texts, without_values
from sizes import scaled
from walks import Demo
from xlsxwriter import Workbook

from xlcrm.analysis import Month, analyse
from xlcrm.analysis.kpis import DIVISORS
from xlcrm.crosscheck.relations import crosscheck
from xlcrm.demo import simulate
from xlcrm.report.workbook import workbook
from xlcrm.review import Review

DAY = dt.date(2026, 10, 31)
STORES_AT_RANDOM = scaled(4, 30)
DOCS = Path(__file__).parents[2] / "docs"
ELSEWHERE = {"python3 tools/run.py demo", "月度分析_2026-10.xlsx", "tools/gallery.py"}
"""What the tour quotes that is no figure."""

pytestmark = pytest.mark.libreoffice


@cache
def clean(day: int = 31) -> Month:
    today = DAY.replace(day=day)
    review = Review(ledger_of(read_csv_store(STORES / "clean"), today), today)
    return analyse(review, "2026-10", crosscheck(review))


def empty() -> Month:
    return analyse(Review(ledger_of({}, DAY), DAY, ()), "2026-10")


@cache
def any_store(seed: int) -> Month:
    """A small store of some weeks up to any day of October, with any divisor."""
    chance = random.Random(seed)
    today = DAY.replace(day=chance.randint(3, 31))
    start = dt.date(2026, chance.choice((8, 9, 10)), 1)
    store = simulate(
        seed, start=start, end=today, consultants=chance.randint(1, 3), visits_a_month=chance.randint(5, 60), opening=12
    )
    divisor = chance.choice(list(DIVISORS))
    sheets = {**store.sheets, "设置": [*store.sheets.get("设置", ()), {"键": "成交率分母", "值": divisor}]}
    return analyse(Review(ledger_of(sheets, today), today), "2026-10")


def test_nothing_on_the_printed_month_is_cut_empty_or_off_its_paper(demo: Demo, tmp_path: Path) -> None:
    books = {
        "demo": demo.report.read_bytes(),
        "english": workbook(clean(17), lang="en"),
        "empty": workbook(empty()),
    }
    assert faults(books, tmp_path) == {name: [] for name in books}
    # eleven pages on few sheets of paper, none of them wider than one: each begins with the heading; nothing of 明细
    pages = texts(tmp_path / "print" / "demo-whole.pdf")
    assert len(pages) <= 16
    assert all("2026-10 月度分析" in page for page in pages)
    # and every figure of the tour stands there
    quoted = set(re.findall(r"`([^`]+)`", (DOCS / "tour.md").read_text("utf-8"))) - ELSEWHERE
    whole = "".join("".join(page.split()) for page in pages)
    assert [text for text in quoted if "".join(text.split()) not in whole] == []


def test_what_an_eye_would_find_wrong_is_found(tmp_path: Path) -> None:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("错")
        sheet.set_portrait()
        sheet.set_paper(8)
        sheet.write_row(0, 0, ["这一格的文字太长，一定放不下", "邻居"])
        sheet.write_number(1, 0, 123456789012.5, book.add_format({"num_format": "0.00"}))
        sheet.write_column(2, 0, [0, 0])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["错", 2, 0, 3, 0]})
        chart.set_title({"name": "空图"})
        sheet.insert_chart(5, 0, chart)
    found = " ".join(faults({"wrong": out.getvalue()}, tmp_path)["wrong"])
    assert "page 1 shows ###" in found
    assert "page 1 is (842, 1191)" in found
    assert "错!A1 这一格的文字太长，一定放不下" in found
    assert "is empty: ['空图']" in found
    assert papers_of(tmp_path / "print" / "wrong-whole.pdf") == [(842, 1191)]


@pytest.mark.sized
def test_every_live_figure_agrees_with_its_value_on_the_demo_and_random_stores(demo: Demo, tmp_path: Path) -> None:
    """The values the workbooks carry are taken out, so that the spreadsheet must compute every formula itself."""
    books = {"demo": demo.report.read_bytes()}
    books |= {f"store{seed}": workbook(any_store(seed)) for seed in range(STORES_AT_RANDOM)}
    paths = []
    for name, content in books.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(_front_and_rows(without_values(content)))
    for path in converted(paths, tmp_path / "calculated", "xlsx"):
        front = openpyxl.load_workbook(path, data_only=True).worksheets[:2]
        cells = [cell.value for sheet in front for row in sheet.iter_rows() for cell in row]
        figures = len(empty().figures)
        assert (cells.count("✓"), cells.count("✗")) == (figures, 0), path.stem
        assert f"{figures} 项关键指标，{figures} 项与“明细”的公式复算一致。" in cells, path.stem


def _front_and_rows(content: bytes) -> bytes:
    """The first two sheets and 明细 as they are, the sheets between without their rows: they have no formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as lean:
        for name in book.namelist():
            data = book.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number and int(number[1]) in range(3, 14):
                assert b"<f>" not in data
                data = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", data, flags=re.DOTALL)
                data = re.sub(rb"<mergeCells .*?</mergeCells>|<drawing [^>]*/>", b"", data, flags=re.DOTALL)
            lean.writestr(name, data)
    return out.getvalue()


def test_a_wrong_figure_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    content = without_values(workbook(clean()))
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(path, "w") as wrong:
        for name in book.namelist():
            data = book.read(name)
            if name == "xl/worksheets/sheet14.xml":
                # one first visit more than there was
                data = data.replace(b"<v>1</v>", b"<v>2</v>", 1)
            wrong.writestr(name, data)
    [saved] = converted([path], tmp_path / "calculated", "xlsx")
    sheet = openpyxl.load_workbook(saved, data_only=True).worksheets[1]
    assert [cell.value for row in sheet.iter_rows() for cell in row].count("✗") == 1
