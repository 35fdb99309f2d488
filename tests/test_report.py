"""The sheet 月度分析 in the book, and the workbook to mail, as other programs read them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from books import STORES, Row, ledger_of, read_csv_store
from openpyxl.utils import coordinate_to_tuple
from xlsxwriter import Workbook

from xlcrm.analysis import Month, Percent, Ratio, analyse
from xlcrm.analysis.kpis import kpis
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms import ANALYSIS_SHEET
from xlcrm.look import display_width
from xlcrm.report.charts import SKETCHES
from xlcrm.report.layout import lay_out, values
from xlcrm.report.style import DATE, DECIMAL, NUMBER, NUMBER_FORMATS, PERCENT, TEXT
from xlcrm.report.trace import Trace
from xlcrm.report.workbook import file_name, workbook, write_workbook

DAY = dt.date(2026, 10, 31)


@cache
def clean() -> Month:
    return analyse(ledger_of(read_csv_store(STORES / "clean"), DAY), DAY, "2026-10", ())


def visit(consultant: str, day: int = 5, **other: Any) -> Row:
    row: Row = {
        "日期": DAY.replace(day=day),
        "来店/来电": "来店",
        "首次/再次": "首次",
        "顾客名称": "何先生",
        "进店时间": dt.time(10),
        "离去时间": dt.time(11),
        "拟购车型": "远行A4",
        "来源": "来店/电",
        "未留档原因": "客户-闲逛",
        "销售顾问": consultant,
    }
    return row | other


def month_of(*visits: Row, **sheets: list[Row]) -> Month:
    return analyse(ledger_of({"来店登记": list(visits), **sheets}, DAY), DAY, "2026-10", ())


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


# ---------------------------------------------------------------- formats


def test_every_column_has_the_format_of_its_cells() -> None:
    expected = {Ratio: {PERCENT}, Percent: {PERCENT}, dt.date: {DATE}, float: {DECIMAL, NUMBER}, int: {NUMBER, DECIMAL}}
    checked = 0
    for table in [table for page in clean().pages for table in page.tables]:
        for row in table.rows:
            for header, cell in zip(table.headers, row, strict=True):
                fits = {TEXT} if isinstance(cell, str | Words) else expected.get(type(cell))
                if fits is not None:
                    assert NUMBER_FORMATS.get(header, NUMBER) in fits, (table.key, header, cell)
                    checked += 1
    assert checked > 1000


def test_every_named_column_exists() -> None:
    headers = {header for page in clean().pages for table in page.tables for header in table.headers}
    assert NUMBER_FORMATS.keys() <= headers
    tables = {table.key: table for page in clean().pages for table in page.tables}
    for key, sketch in SKETCHES.items():
        assert set(sketch.series) <= set(tables[key].headers)


def test_a_chinese_character_is_two_wide() -> None:
    assert display_width("A级 成交") == 8


# ---------------------------------------------------------------- the sheet in the book


@cache
def drawn() -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        lay_out(book, book.add_worksheet(ANALYSIS_SHEET))
    return out.getvalue()


def test_values_cover_the_same_cells_whatever_the_month() -> None:
    quiet = month_of(visit("张敏"))
    assert values(quiet).keys() == values(clean()).keys()
    # what the busy month wrote below the one row of the quiet one is blanked
    gone = [cell for cell, value in values(clean()).items() if value is not None and values(quiet)[cell] is None]
    assert len(gone) > 300


def test_values_stand_where_the_layout_drew_their_labels() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    written = values(clean())
    beside = {str(cell.value): cell for row in sheet.iter_rows(min_row=10, max_row=30) for cell in row if cell.value}
    for key in ("batches", "orders"):
        label = beside[LABELS[key].zh]
        assert written[f"B{label.row}"] == clean().figure(key).value
    label = beside[LABELS["kept_rate"].zh]
    figure = clean().figure("kept_rate")
    cells = [written[f"{column}{label.row}"] for column in "HIJ"]
    assert cells == [figure.value, figure.numerator, figure.denominator]
    assert written[f"M{label.row}"] == "首次留档 ÷ 首次批次"


def title_row(key: str) -> int:
    """Row of a table's title in the drawn sheet."""
    sheet = read(drawn())[ANALYSIS_SHEET]
    return next(int(cell.row) for (cell,) in sheet["A1:A500"] if cell.value == LABELS[key].zh)


def test_values_stand_below_their_headers_total_first() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    written = values(clean())
    row = title_row("by_source") + 1
    headers = [cell.value for cell in sheet[row]]
    orders = sheet.cell(row, headers.index("订单") + 1).column_letter
    assert (written[f"A{row + 1}"], written[f"{orders}{row + 1}"]) == ("合计", 35)
    assert (written[f"A{row + 2}"], written[f"{orders}{row + 2}"]) == ("来店/电", 13)


def test_every_value_falls_on_a_cell_the_layout_formatted() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    for cell in values(clean()):
        row, column = coordinate_to_tuple(cell)
        assert sheet.cell(row, column).has_style, cell


def test_more_rows_than_room_are_summed_up_in_the_last() -> None:
    people = [f"顾问{n:02d}" for n in range(20)]
    month = month_of(*(visit(person, 1 + n) for n, person in enumerate(people)))
    written = values(month)
    last = title_row("kept_by_consultant") + 2 + 12
    # twelve rows: eleven consultants, then first visits, kept, not kept of the other nine, and the rate of nine cases
    assert [written[f"{column}{last}"] for column in "ABCDE"] == ["其余 9 项", 9, 0, 9, 0.0]


def test_charts_are_native_bound_to_the_sheet_and_told_in_words() -> None:
    files = parts(drawn())
    charts = [text for name, text in files.items() if name.startswith("xl/charts/chart")]
    assert len(charts) >= 15
    for chart in charts:
        ranges = re.findall(r"<c:f>([^<]+)</c:f>", chart)
        assert ranges
        assert all(found.startswith(f"{ANALYSIS_SHEET}!$") for found in ranges)
    [drawing] = [text for name, text in files.items() if name.startswith("xl/drawings/drawing")]
    descriptions = re.findall(r'descr="([^"]+)"', drawing)
    assert len(descriptions) == len(charts)
    assert "每日批次：按日期画出来店首次、来店再次、来电" in descriptions


# ---------------------------------------------------------------- the workbook to mail


@cache
def mailed() -> bytes:
    return workbook(clean())


def test_a_sheet_a_page_and_the_rows_behind() -> None:
    assert read(mailed()).sheetnames == [
        *(f"{number} {page.title.zh}" for number, page in enumerate(clean().pages, start=1)),
        "明细",
    ]
    assert len(clean().pages) == 11


def test_the_same_month_gives_the_same_bytes(tmp_path: Path) -> None:
    write_workbook(clean(), tmp_path / file_name(clean()))
    assert (tmp_path / "月度分析_2026-10.xlsx").read_bytes() == mailed()
    assert "2026-10-31T00:00:00Z" in parts(mailed())["docProps/core.xml"]


def test_every_sheet_prints_a4_landscape_one_page_wide_with_its_heading_repeated() -> None:
    book = read(mailed())
    for sheet in book.worksheets[:-1]:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        assert "&P" in str(sheet.oddFooter.right.text)
    assert book.worksheets[0]["A1"].value == "本店　2026-10 月度分析　1 总览"


def test_names_are_masked_until_asked_for_and_no_phone_leaves() -> None:
    name = next(str(row[3]) for row in clean().table("warnings_of_money").rows if row[3])
    masked, told = "".join(parts(mailed()).values()), "".join(parts(workbook(clean(), names=True)).values())
    assert name not in masked
    assert name in told
    assert not re.search(r"(?<![\d.])199\d{8}(?!\d)", told)


def test_text_is_text_whatever_it_begins_with() -> None:
    content = workbook(month_of(visit("=1+1", 拟购车型='=HYPERLINK("x")', 来源="基盘")))
    formulas = re.findall(r"<f>([^<]+)</f>", "".join(t for n, t in parts(content).items() if "worksheets" in n))
    assert formulas
    # the live figures, their checks, and the count of those
    assert all(formula.startswith(("IF(", "SUMIFS(", "&quot;", '"')) for formula in formulas)
    assert not any("1+1" in formula or "HYPERLINK" in formula for formula in formulas)
    assert "=1+1" in parts(content)["xl/sharedStrings.xml"]


def test_no_chart_is_empty_and_each_is_told_in_words() -> None:
    files = parts(workbook(month_of(visit("张敏"))))
    charts = [name for name in files if name.startswith("xl/charts/chart")]
    # one visit: the funnel, its day, weekday and hour, who did not keep it and why, and the finding of nobody
    titles = sorted(re.findall(r"<a:t>([^<]+)</a:t>", "".join(files[name] for name in charts)))
    assert titles == sorted(
        LABELS[key].zh
        for key in (
            "month_funnel",
            "traffic_by_day",
            "traffic_by_weekday",
            "hour_load",
            "kept_by_consultant",
            "unkept_reasons",
        )
    )
    drawings = "".join(text for name, text in files.items() if name.startswith("xl/drawings/drawing"))
    assert len(re.findall(r'descr="[^"]+"', drawings)) == len(charts)


def test_few_cases_show_no_percentage_in_the_workbook() -> None:
    sheet = read(workbook(month_of(visit("张敏"), visit("张敏", 6))))["3 留档"]
    assert [cell.value for cell in sheet[6] if cell.value is not None][:5] == ["张敏", 2, 0, 2, "0/2"]


def test_the_workbook_speaks_english() -> None:
    book = read(workbook(clean(), lang="en"))
    assert book.sheetnames[0] == "1 Overview"
    labels = {cell.value for row in book["2 Traffic"] for cell in row}
    assert {"Parties by weekday", "Mon"} <= labels


def test_the_rows_behind_add_up_to_every_figure() -> None:
    trace = Trace("明细", kpis(clean().settings), clean().facts, "zh")
    sums = {measure: sum(fact.amount for fact in facts) for measure, facts in trace.lines.items()}
    assert sums == {measure: clean().facts.total(measure) for measure in trace.measures}
    labels = [LABELS[measure.value].zh for measure in trace.measures]
    assert len(set(labels)) == len(labels), "formulas add up by label"
