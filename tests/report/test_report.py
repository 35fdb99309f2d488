"""The sheet 月度分析 in the book, and the workbook to mail, as other programs read them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from books import STORES, Row, ledger_of, read_csv_store
from openpyxl.utils import coordinate_to_tuple
from rendering import opened
from walks import Demo
from xlsxwriter import Workbook

from xlcrm.analysis import Figure, Month, Percent, Ratio, Table, Unit, analyse
from xlcrm.analysis.kpis import kpis
from xlcrm.analysis.pages import firstten, reasons, steps, switched
from xlcrm.books.places import put
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS
from xlcrm.changes import Value
from xlcrm.forms.schema import Privacy
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS
from xlcrm.report.analysis_sheet import values
from xlcrm.report.charts import SKETCHES, luminance
from xlcrm.report.composer import PAGES, TITLE_ROWS, Composer, Flow, PageLayout, rows_a_page
from xlcrm.report.front import kpi_spans, trend
from xlcrm.report.look import SERIES, display_width
from xlcrm.report.settled import settled
from xlcrm.report.style import DATE, DECIMAL, HEADER_FORMATS, NUMBER, PERCENT, TEXT
from xlcrm.report.trace import Trace
from xlcrm.report.workbook import file_name, workbook
from xlcrm.review import Review
from xlcrm.template.analysis_sheet import lay_out
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 10, 31)


@cache
def clean() -> Month:
    return analyse(Review(ledger_of(read_csv_store(STORES / "clean"), DAY), DAY, ()), "2026-10")


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
    return analyse(Review(ledger_of({"来店登记": list(visits), **sheets}, DAY), DAY, ()), "2026-10")


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}


read = cache(opened)


# ---------------------------------------------------------------- formats


def test_every_column_has_the_format_of_its_cells() -> None:
    expected = {Ratio: {PERCENT}, Percent: {PERCENT}, dt.date: {DATE}, float: {DECIMAL, NUMBER}, int: {NUMBER, DECIMAL}}
    checked = 0
    for table in [table for page in clean().pages for table in page.tables]:
        for row in table.rows:
            for header, cell in zip(table.headers, row, strict=True):
                fits = {TEXT} if isinstance(cell, str | Words) else expected.get(type(cell))
                if fits is not None:
                    assert HEADER_FORMATS.get(header, NUMBER) in fits, (table.key, header, cell)
                    checked += 1
    assert checked > 1000


def test_every_named_column_exists() -> None:
    headers = {header for page in clean().pages for table in page.tables for header in table.headers}
    sources = [Path(own.__file__ or "").read_text(encoding="utf-8") for own in (switched, reasons, steps, firstten)]
    of_switched = set(re.findall(r'"(\w+)"', "".join(sources)))
    assert HEADER_FORMATS.keys() <= headers | of_switched
    tables = {table.key: table for page in clean().pages for table in page.tables}
    for key, sketch in SKETCHES.items():
        assert set(sketch.series) <= (set(tables[key].headers) if key in tables else headers | of_switched)


def test_a_chinese_character_is_two_wide() -> None:
    assert display_width("A级 成交") == 8


# ---------------------------------------------------------------- the sheet in the book


@cache
def shown() -> Mapping[str, Value]:
    """What 月度分析 says of the busy month, cell by cell."""
    return values(clean())


@cache
def drawn() -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        lay_out(book, book.add_worksheet(ANALYSIS_SHEET))
    return out.getvalue()


def test_values_cover_the_same_cells_whatever_the_month() -> None:
    quiet = values(month_of(visit("张敏")))
    assert quiet.keys() == shown().keys()
    # what the busy month wrote below the one row of the quiet one is blanked
    gone = [cell for cell, value in shown().items() if value is not None and quiet[cell] is None]
    assert len(gone) > 300


def test_values_stand_where_the_layout_drew_their_labels() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    written = shown()
    beside = {str(cell.value): cell for row in sheet.iter_rows(min_row=10, max_row=30) for cell in row if cell.value}
    for key in ("batches", "orders"):
        label = beside[LABELS[key].zh]
        assert written[f"B{label.row}"] == clean().figure(key).value
    label = beside[LABELS["kept_rate"].zh]
    figure = clean().figure("kept_rate")
    cells = [written[f"{column}{label.row}"] for column in "HIJ"]
    assert cells == [figure.value, figure.numerator, figure.denominator]
    assert written[f"N{label.row}"] == "首次留档 ÷ 首次批次"


def title_row(key: str) -> int:
    """Row of a table's title in the drawn sheet."""
    sheet = read(drawn())[ANALYSIS_SHEET]
    return next(int(cell.row) for (cell,) in sheet["A1:A500"] if str(cell.value).split("　")[1:2] == [LABELS[key].zh])


def test_values_stand_below_their_headers_total_first() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    written = shown()
    row = title_row("by_source") + 1
    headers = [cell.value for cell in sheet[row]]
    orders = sheet.cell(row, headers.index("订单") + 1).column_letter
    assert (written[f"A{row + 1}"], written[f"{orders}{row + 1}"]) == ("合计", 35)
    assert (written[f"A{row + 2}"], written[f"{orders}{row + 2}"]) == ("来店/电", 13)


def test_every_value_falls_on_a_cell_the_layout_formatted() -> None:
    sheet = read(drawn())[ANALYSIS_SHEET]
    for cell in shown():
        row, column = coordinate_to_tuple(cell)
        assert sheet.cell(row, column).has_style, cell


def test_a_rate_of_the_funnel_shows_both_its_sides() -> None:
    kept, row = clean().figure("kept_rate"), title_row("month_funnel") + 4
    line = [shown()[f"{column}{row}"] for column in "ABCE"]
    sides = f"{kept.numerator:g}/{kept.denominator:g}"
    assert line == ["首次留档", kept.numerator, "留档率", f"{kept.shown} ({sides})"]


def test_more_rows_than_room_are_summed_up_in_the_last() -> None:
    people = [f"顾问{n:02d}" for n in range(20)]
    month = month_of(*(visit(person, 1 + n) for n, person in enumerate(people)))
    written = values(month)
    last = title_row("kept_by_consultant") + 2 + 12
    # twelve rows: eleven consultants, then first visits, kept, not kept of the other nine, and the rate of nine cases
    assert [written[f"{column}{last}"] for column in "ABCDE"] == ["其余 9 项", 9, 0, 9, 0.0]


def test_charts_are_native_bound_to_the_sheet_and_described_in_words() -> None:
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
        "1 总览",
        "关键指标",
        *(f"{number} {page.title.zh}" for number, page in enumerate(clean().pages[1:], start=2)),
        "漏斗管理",
        "明细",
    ]
    assert len(clean().pages) == 11


def test_the_same_month_gives_the_same_bytes(tmp_path: Path) -> None:
    put(tmp_path / file_name(clean()), workbook(clean()))
    assert (tmp_path / "月度分析_2026-10.xlsx").read_bytes() == mailed()
    assert "2026-10-31T00:00:00Z" in parts(mailed())["docProps/core.xml"]


def test_every_sheet_prints_a4_landscape_one_page_wide_with_its_heading_repeated() -> None:
    book = read(mailed())
    for sheet in book.worksheets[:-2]:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, None if sheet.title == "关键指标" else 0)
        assert sheet.print_title_rows
        assert "&P" in str(sheet.oddFooter.right.text)
    assert book.worksheets[0]["A1"].value == "本店　2026-10 月度分析　1 总览"


def test_names_are_masked_until_asked_for_and_no_phone_leaves() -> None:
    name = next(str(row[3]) for row in clean().table("warnings_of_money").rows if row[3])
    masked, named = "".join(parts(mailed()).values()), "".join(parts(workbook(clean(), names=True)).values())
    assert name not in masked
    assert name in named
    assert not re.search(r"(?<![\d.])199\d{8}(?!\d)", named)


def test_nothing_that_leads_to_a_customer_of_the_demo_store_leaves_in_the_masked_workbook(demo: Demo) -> None:
    secret = {Privacy.NAME, Privacy.PHONE, Privacy.PLATE, Privacy.IDENTITY, Privacy.ADDRESS}
    known: set[str] = set()
    for block in FileSession(demo.book).blocks:
        columns = FORMS[block.sheet].columns if block.sheet in FORMS else ()
        hidden = {c.header for c in columns if c.privacy in secret or c.header == "客户编号"} & set(block.headers)
        places = [block.headers.index(header) for header in hidden] if block.sheet != "顾问" else []
        known |= {
            cell for row in block.rows for place in places if isinstance(cell := row[place], str) and len(cell) > 1
        }
    assert len(known) > 1500
    session = FileSession(demo.book)
    analysis = VERBS["mail"](session.blocks, session.issues, Job(DAY, dt.datetime.combine(DAY, dt.time(18)))).analysis
    assert analysis is not None
    files = parts(workbook(analysis))
    words = "".join(text for name, text in files.items() if not name.startswith("xl/worksheets"))
    assert [secret for secret in known if secret in words] == []
    assert not re.search(r"(?<![\d.])1\d{10}(?!\d)", "".join(files.values()))


def test_text_is_text_whatever_it_begins_with() -> None:
    content = workbook(month_of(visit("=1+1", 拟购车型='=HYPERLINK("x")', 来源="基盘")))
    formulas = re.findall(r"<f>([^<]+)</f>", "".join(t for n, t in parts(content).items() if "worksheets" in n))
    assert formulas
    # the live figures, their checks, and the count of those
    assert all(formula.startswith(("IF(", "SUMIFS(", "&quot;", '"')) for formula in formulas)
    assert not any("1+1" in formula or "HYPERLINK" in formula for formula in formulas)
    assert "=1+1" in parts(content)["xl/sharedStrings.xml"]


def test_no_chart_is_empty_and_each_is_described_in_words() -> None:
    files = parts(workbook(month_of(visit("张敏"))))
    charts = [name for name in files if name.startswith("xl/charts/chart")]
    # one visit: the funnel, its day, weekday and hour, who did not keep it and why, and the finding of nobody
    titles = sorted(re.findall(r"<a:t>([^<]+)</a:t>", "".join(files[name] for name in charts)))
    assert titles == sorted(
        LABELS[key].zh + (LABELS[SKETCHES[key].unit].zh if SKETCHES[key].unit else "")
        for key in (
            "month_funnel",
            "traffic_by_day",
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
    assert {"2-3  Parties by weekday", "Mon"} <= labels


def test_the_rows_behind_add_up_to_every_figure() -> None:
    trace = Trace("明细", kpis(clean().settings), clean().facts, "zh")
    sums = {measure: sum(fact.amount for fact in facts) for measure, facts in trace.lines.items()}
    assert sums == {measure: clean().facts.total(measure) for measure in trace.measures}
    labels = [LABELS[measure.value].zh for measure in trace.measures]
    assert len(set(labels)) == len(labels), "formulas add up by label"


def test_every_key_figure_links_to_the_rows_it_counts() -> None:
    book = read(mailed())
    front, rows = book["关键指标"], book["明细"]
    spans = list(kpi_spans(clean(), "zh").values())
    places = [1 + sum(spans[:at]) for at in (0, *(list(kpi_spans(clean(), "zh")).index(h) for h in SIDES))]
    lines = {line[0].value: line for line in front if line[0].hyperlink}
    counted = 0
    for kpi, figure in zip(kpis(clean().settings), clean().figures, strict=True):
        if not figure.numerator or kpi.less:
            continue
        for at, measures in zip(places, (kpi.numerators, kpi.numerators, kpi.denominators), strict=True):
            if not measures:
                continue
            sheet, _, cells = lines[figure.label.zh][at - 1].hyperlink.location.rpartition("!")
            assert sheet == "'明细'"
            own = list(rows[cells])
            assert {line[0].value for line in own} <= {LABELS[measure.value].zh for measure in measures}
            if kpi.grade:
                assert {line[8].value for line in own} == {kpi.grade}
            if not kpi.middle:
                averaged = len(measures) if kpi.of_mean and measures is kpi.denominators else 1
                total = (figure.denominator or 0) * averaged if measures is kpi.denominators else figure.numerator
                assert sum(line[9].value for line in own) == total, figure.key
            counted += 1
    assert counted > 60


SIDES = ("numerator", "denominator")


def test_every_page_leads_back_to_the_first() -> None:
    book = read(mailed())
    for sheet in book.worksheets[1:]:
        [back] = [cell for cell in sheet[1] if cell.hyperlink]
        assert (back.value, back.hyperlink.location) == ("← 1 总览", "'1 总览'!A1")
    assert not any(cell.hyperlink for cell in book.worksheets[0][1])


def chart_of(content: bytes, title: str) -> str:
    [chart] = [t for n, t in parts(content).items() if n.startswith("xl/charts/chart") and f"<a:t>{title}</a:t>" in t]
    return chart


def test_charts_speak_as_their_tables_do() -> None:
    # an order is whole, and so is the way from one line of the axis to the next
    for content in (mailed(), drawn()):
        assert re.search(r'<c:majorUnit val="\d"/>', chart_of(content, "顾问排行"))
    assert "c:majorUnit" not in chart_of(drawn(), "每日批次")
    forecast = chart_of(mailed(), "订单预测（按预计购车月）（单）")
    assert 'formatCode="0.0;;"' in forecast
    assert "0.##" not in "".join(parts(mailed()).values())
    assert chart_of(mailed(), "各顾问回访：未按时占比")


def test_what_the_sheet_is_for_gives_way_to_the_month() -> None:
    written = shown()
    assert written["A1"] == "本店　2026-10 月度分析"
    assert str(written["A2"]).startswith("统计到 2026-10-31")


def figure(
    now: Ratio, last: Ratio | None, unit: Unit = Unit.PERCENT, good: int = 1, three: Ratio | None = None
) -> Figure:
    return Figure("kept_rate", unit, now, last, three, (), Words("", ""), 5, good)


def test_money_is_said_in_whole_yuan() -> None:
    assert figure(Ratio(360001, 2), None, Unit.MONEY).shown == "180,001"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (figure(Ratio(90, 100), Ratio(50, 100)), ("▲ +40.0 点 好转", 1)),
        (figure(Ratio(50, 100), Ratio(90, 100)), ("▼ -40.0 点 变差", -1)),
        (figure(Ratio(90, 100), Ratio(50, 100), good=-1), ("▲ +40.0 点 变差", -1)),
        (figure(Ratio(51, 100), Ratio(50, 100)), ("▲ +1.0 点 波动之内", 0)),
        (figure(Ratio(9, 16), Ratio(8, 16)), ("▲ +6.3 点 波动之内", 0)),
        (figure(Ratio(50, 100), Ratio(5, 10)), ("＝ 持平", 0)),
        # a slide of some months: no more than chance since the last, more than chance since the three before
        (figure(Ratio(50, 100), Ratio(55, 100), three=Ratio(190, 300)), ("▼ -5.0 点 较前三月变差", -1)),
        (figure(Ratio(50, 100), Ratio(50, 100), three=Ratio(190, 300)), ("＝ 持平 较前三月变差", -1)),
        (figure(Ratio(50, 100), Ratio(55, 100), three=Ratio(160, 300)), ("▼ -5.0 点 波动之内", 0)),
        (figure(Ratio(60), Ratio(50), Unit.COUNT, three=Ratio(120, 3)), ("▲ +10 较前三月好转", 1)),
        (figure(Ratio(60), Ratio(50), Unit.COUNT, three=Ratio(150, 3)), ("▲ +10 波动之内", 0)),
        (figure(Ratio(3, 4), Ratio(50, 100)), ("例数太少，不比", 0)),
        (figure(Ratio(40), Ratio(10), Unit.COUNT), ("▲ +30 好转", 1)),
        (figure(Ratio(40), Ratio(10), Unit.COUNT, good=0), ("▲ +30", 0)),
        (figure(Ratio(30, 10), Ratio(50, 10), Unit.DAYS, good=-1), ("▼ -2.0 天", 0)),
        (figure(Ratio(3, 0), Ratio(50, 100)), ("", 0)),
        (figure(Ratio(3, 10), None), ("", 0)),
    ],
)
def test_a_trend_is_shown_by_arrow_amount_and_word(given: Figure, words: tuple[str, int]) -> None:
    assert trend(given, "zh") == words


def test_neighbours_in_a_chart_differ_in_grey() -> None:
    for one, other in pairwise(SERIES):
        assert abs(luminance(one) - luminance(other)) > 0.15, (one, other)


def test_long_lists_flow_through_columns_and_pages_and_lose_no_row() -> None:
    table = Table("care_calendar", ("day",), tuple((n,) for n in range(500)), (500,))
    composer = Composer({table.key: table}, {table.key: 20}, {table.key: 0}, top=TITLE_ROWS)
    plan = composer.compose(PageLayout((Flow(table.key, 2),)))
    parts = [spot for spot in plan.spots if isinstance(spot.what, Table)]
    assert [row[0] for spot in parts for row in spot.what.rows] == list(range(500))  # type: ignore[union-attr]
    assert [spot.what.total for spot in parts if spot.what.total] == [(500,)]  # type: ignore[union-attr]
    starts = [TITLE_ROWS, *plan.breaks]
    for spot in parts:
        start = max(row for row in starts if row <= spot.row)
        assert spot.row + spot.height <= start + rows_a_page(plan.columns)


def test_every_picture_the_documents_show_is_there() -> None:
    root = Path(__file__).parents[2]
    for document in (root / "README.md", *(root / "docs").glob("*.md")):
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", document.read_text("utf-8")):
            assert (document.parent / picture).exists(), (document.name, picture)


def test_every_table_of_the_month_has_its_place_on_a_page() -> None:
    for page in clean().pages:
        layout = PAGES[page.key]
        placed = [
            piece
            for strip in (*layout.printed, *layout.screen)
            for piece in ([strip.key] if isinstance(strip, Flow) else [own for lane in strip for own in lane])
            if isinstance(piece, str)
        ]
        # they are numbered as they stand on paper, those for the screen behind them
        assert placed == [table.key for table in page.tables], page.key
        assert [table.number.partition("-")[2] for table in page.tables] == [str(n + 1) for n in range(len(placed))]


def test_a_list_that_fits_ends_with_the_sheet_of_paper_and_stands_whole_below_it() -> None:
    table = Table("care_calendar", ("day",), tuple((n,) for n in range(500)))
    composer = Composer({table.key: table}, {table.key: 20}, {table.key: 0}, top=TITLE_ROWS)
    plan = composer.compose(PageLayout((Flow(table.key, 2, fits=True),)))
    parts = [
        (spot.row, spot.left_out, [row[0] for row in spot.what.rows])
        for spot in plan.spots
        if isinstance(spot.what, Table)
    ]
    printed = [n for row, _, own in parts if row < plan.printed for n in own]
    [left_out] = [count for _, count, _ in parts if count]
    assert printed == list(range(500 - left_out))
    assert plan.breaks == ()
    assert plan.printed <= TITLE_ROWS + rows_a_page(plan.columns)
    assert [n for row, _, own in parts if row > plan.printed for n in own] == list(range(500))


def test_a_made_workbook_says_the_same_of_its_system_everywhere() -> None:
    """Windows' zipfile marks its members with 0."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("a.xml", "月.xml"):
            member = zipfile.ZipInfo(name)
            member.create_system = 0
            archive.writestr(member, b"<a/>")
    with zipfile.ZipFile(io.BytesIO(settled(out.getvalue()))) as archive:
        assert {member.create_system for member in archive.infolist()} == {3}
        assert archive.testzip() is None
