"""Why visitors leave nothing: a month made by hand, recounted from its rows; the shop's own words where they are needed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from books import Row, ledger_of
from memory import HE, STAFF, visit

from xlcrm.analysis import Month, analyse, figures_json
from xlcrm.analysis.figures import Content, Ratio
from xlcrm.forms.codes import CODES
from xlcrm.forms.schema import Cell
from xlcrm.paper.model import PaperTable
from xlcrm.paper.press import papers
from xlcrm.report.style import shown
from xlcrm.review import Review

MONTH = "2026-10"
DAY = dt.date(2026, 10, 30)
BOTH_WORK = dt.date(2026, 10, 29)


def left(day: int, reason: str | None, consultant: str, source: str, hour: int, **other: Cell) -> Row:
    """A first visitor who left no phone."""
    row: Row = {"顾客名称": "某先生", "电话": None, "意向级别": None, "未留档原因": reason, "销售顾问": consultant}
    row |= {"来源": source, "进店时间": dt.time(hour, 10), "离去时间": dt.time(hour, 50)}
    return visit(dt.date(2026, 10, day), HE) | row | other


LEFT = [
    left(2, "客户-闲逛", "张敏", "来店/电", 9),
    left(3, "客户-闲逛", "张敏", "展示会", 10),
    left(4, "产品-价格", "李强", "来店/电", 10),
    left(5, "顾问-态度", "李强", "来店/电", 14),
    left(6, "客户-时机未到", "李强", "展示会", 14),
]
NOT_COUNTED = [
    visit(dt.date(2026, 10, 7), HE),  # left a phone
    left(8, "公司-环境", "张敏", "来店/电", 9, **{"首次/再次": "再次"}),  # no first visit
    left(9, "公司-环境", "张敏", "来店/电", 9, 进店时间="上午"),  # in error
    left(1, "公司-环境", "张敏", "来店/电", 9, 日期=dt.date(2026, 9, 30)),  # of another month
]
HINTS: list[Row] = [
    {"未留档原因": "客户-闲逛", "话术": "送一份车型资料，发到手机上"},
    {"未留档原因": "产品-价格", "话术": "月底有活动，留个电话第一时间通知"},
    {"未留档原因": "公司-管理", "话术": "请经理来"},
    {"未留档原因": "顾问-态度"},  # nothing written yet
]
SHEETS: dict[str, list[Row]] = {"顾问": STAFF, "来店登记": [*LEFT, *NOT_COUNTED], "未留档话术": HINTS}


def analysed(sheets: dict[str, list[Row]]) -> Month:
    return analyse(Review(ledger_of(sheets, DAY), DAY), MONTH)


@pytest.fixture(scope="module")
def month() -> Month:
    return analysed(SHEETS)


def spoken(rows: tuple[tuple[Content, ...], ...]) -> list[tuple[object, ...]]:
    """Rows with their labels in words; ratios as they are."""
    return [tuple(cell if isinstance(cell, Ratio) else shown(cell, 5, "zh", None) for cell in row) for row in rows]


def test_every_reason_of_the_list_stands_under_its_group(month: Month) -> None:
    counts = Counter(str(row["未留档原因"]) for row in LEFT)
    groups = Counter(reason.partition("-")[0] for reason in counts.elements())
    rows = spoken(month.table("reason_tree").rows)
    assert {f"{row[0]}-{row[1]}" for row in rows} == set(CODES["未留档原因"].values)
    for group, reason, count, of_group, share in rows:
        own = counts[f"{group}-{reason}"]
        assert (count, of_group, share) == (own, Ratio(own, groups[str(group)]), Ratio(own, len(LEFT)))
    assert [row[0] for row in rows] == ["公司"] * 3 + ["产品"] * 3 + ["客户"] * 4 + ["顾问"] * 4
    assert spoken(month.table("reason_groups").rows) == [
        (group, groups[group], Ratio(groups[group], len(LEFT))) for group in ("公司", "产品", "客户", "顾问")
    ]


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("reasons_by_consultant", lambda row: row["销售顾问"]),
        ("reasons_by_source", lambda row: row["来源"]),
        ("reasons_by_hour", lambda row: f"{row['进店时间']:%H}:00"),
    ],
)
def test_the_groups_by_consultant_source_and_hour(month: Month, key: str, label: Callable[[Row], Cell]) -> None:
    counts = Counter((label(row), str(row["未留档原因"]).partition("-")[0]) for row in LEFT)
    table = month.table(key)
    rows = {row[0]: row[1:5] for row in table.rows}
    assert rows == {own: tuple(counts[own, g] for g in ("公司", "产品", "客户", "顾问")) for own, _ in counts}
    assert table.total is not None
    assert table.total[-1] == len(LEFT)


def test_the_shops_own_words_stand_beside_the_reasons_of_the_month(month: Month) -> None:
    assert month.table("reason_hints").rows == (
        ("客户-闲逛", 2, HINTS[0]["话术"]),
        ("产品-价格", 1, HINTS[1]["话术"]),
    ), "not the words for what nobody said, nor a reason without words"


def test_a_consultants_list_has_what_to_say_to_his_own_visitors() -> None:
    def said(sheets: dict[str, list[Row]]) -> dict[str, tuple[tuple[object, ...], ...]]:
        made = papers(Review(ledger_of(sheets, DAY), BOTH_WORK), "today").papers
        tables = {paper.about: block for paper in made for block in paper.blocks if isinstance(block, PaperTable)}
        return {about: block.rows for about, block in tables.items() if block.title == "hints"}

    assert said(SHEETS) == {
        "张敏": (("客户-闲逛", 2, HINTS[0]["话术"]),),
        "李强": (("产品-价格", 1, HINTS[1]["话术"]),),
    }
    assert said(SHEETS | {"未留档话术": []}) == {}


def test_a_reason_of_the_shops_own_stands_with_the_others() -> None:
    codes: list[Row] = [{"类别": "未留档原因", "代码": code} for code in ("公司-停车", "客户-闲逛", "天气")]
    rows = [left(2, code, "张敏", "来店/电", 9) for code in ("公司-停车", "天气", "天气")]
    month = analysed(SHEETS | {"字典": codes, "来店登记": rows, "未留档话术": []})
    assert [row[:3] for row in spoken(month.table("reason_tree").rows)] == [
        ("公司", "停车", 1),
        ("客户", "闲逛", 0),
        ("其他", "天气", 2),
    ]


def test_a_shop_without_the_sheet_has_the_same_month() -> None:
    off = analysed({sheet: rows for sheet, rows in SHEETS.items() if sheet != "未留档话术"})
    on, without = figures_json(analysed(SHEETS)), figures_json(off)
    for key in [key for key in on["tables"] if key.startswith("reason")]:
        del on["tables"][key]
    assert on == without
