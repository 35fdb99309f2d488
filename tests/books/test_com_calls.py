"""What a click costs: calls to Excel, counted through xlwings' own Windows engine."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from books import Sheets, blocks_of
from comcount import BOOK, Bill, Excel, bill
from memory import HE, STAFF, card, prospect, report, visit

from xlcrm import macros
from xlcrm.books import alone
from xlcrm.books.excel.liveedit import CELLS_A_WRITE
from xlcrm.books.handed import file_name, workbook
from xlcrm.books.inbox import FOLDERS
from xlcrm.changes import Block, Changes, Link, after
from xlcrm.forms.schema import CHECK_HEADER
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOUSE_FORMS
from xlcrm.template.buttons import BUTTONS
from xlcrm.verbs import VERBS, Job, Outcome

A_SHEET_READ, A_SHEET_WRITTEN, BESIDES = 12, 12, 30
A_SHEET_ASKED = 16
"""What hangs on rows is asked only of sheets some of whose rows go, while it is decided."""
A_RUN = 2
"""Each further run of neighbouring rows that goes: Excel takes them out as a person would."""
NOW = dt.datetime(2026, 10, 31, 18)
FEW, MANY = 10, 50_000


def click(monkeypatch: pytest.MonkeyPatch, blocks: list[Block], verb: str, folder: Path = Path()) -> Bill:
    """Press a button over a book that holds these blocks."""
    monkeypatch.setattr(macros, "clock", lambda: NOW)
    monkeypatch.setattr(os, "startfile", lambda path: None, raising=False)
    monkeypatch.setattr(alone, "_lock", lambda handle: None)  # the system says it is Windows, whose locks are not here
    excel = Excel(blocks, folder)
    with excel.clicked():
        macros.run(verb)
    assert excel.alerts == ["info"]
    return bill(excel.calls)


def writing(monkeypatch: pytest.MonkeyPatch, rows: int, changes: Changes) -> Bill:
    """Press a button that decides these changes, over a book with so many rows in the sheets they are about."""
    blocks = [
        replace(block, rows=(("x",) * len(block.headers),) * (rows if block.sheet in changes.tables else FEW))
        for block in blocks_of({})
    ]
    monkeypatch.setitem(VERBS, "validate", lambda *given: Outcome("validate", ["好"], changes=changes))
    return click(monkeypatch, blocks, "validate")


def small_store() -> Sheets:
    day = dt.date(2026, 10, 5)
    return {
        "顾问": STAFF,
        "来店登记": [visit(day)],
        "日报": [report(day), report(day + dt.timedelta(days=3), grade="A")],
        "客户卡": [card(phone="19900000104", grade="B")],
        "B级": [prospect(phone="19900000104", grade="B")],
    }


def then(blocks: list[Block], verb: str) -> list[Block]:
    """The blocks after a verb."""
    return after(blocks, VERBS[verb](blocks, (), Job(NOW.date(), NOW)).changes)


EARLIER = {
    "undo": ["roll", "check"],
    "redo": ["roll", "undo"],
    "close": ["roll"],
    "newyear": ["roll", "close"],
}


def ready_for(verb: str, blocks: list[Block], folder: Path) -> list[Block]:
    """A book on the disk to which a verb has something to do: a consultant left, files wait beside it."""
    (folder / BOOK).touch()
    changes = Changes()
    if verb == "handover":
        changes.put("顾问", 2, "状态", "离职")
    elif verb == "import":
        (folder / FOLDERS[verb]).mkdir()
        (folder / FOLDERS[verb] / "旧.csv").write_text(
            "日期,顾客名称,电话,销售顾问\n2026-10-05,何先生,19900000105,张敏\n"
        )
    elif verb == "collect":
        (folder / FOLDERS[verb]).mkdir()
        for out in VERBS["handout"](blocks, (), Job(NOW.date(), NOW)).handed:
            (folder / FOLDERS[verb] / file_name(out)).write_bytes(workbook(out))
    return after(blocks, changes)


@pytest.mark.parametrize("before", ["", "roll"])
@pytest.mark.parametrize("verb", [button.verb for button in BUTTONS if button.verb in VERBS])
def test_a_click_stays_within_its_bounds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, verb: str, before: str
) -> None:
    blocks = blocks_of(small_store())
    for earlier in filter(None, (before, *EARLIER.get(verb, []))):
        blocks = then(blocks, earlier)
    blocks = ready_for(verb, blocks, tmp_path)
    cost = click(monkeypatch, blocks, verb, tmp_path)
    assert cost.read.keys() - {ANALYSIS_SHEET} == HOUSE_FORMS.keys()
    assert max(cost.read.values()) <= A_SHEET_READ + A_SHEET_ASKED
    assert sorted(cost.read.values())[-4] <= A_SHEET_READ, "only sheets some of whose rows go are asked"
    assert max(cost.written.values(), default=0) <= A_SHEET_WRITTEN
    assert cost.besides <= BESIDES


def test_a_verb_costs_the_same_whatever_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    day = dt.date(2026, 10, 5)
    phones = [f"199{number:08d}" for number in range(3000)]
    costs = [
        click(
            monkeypatch,
            blocks_of({"顾问": STAFF, "来店登记": [visit(day) | {"电话": p} for p in phones[:rows]]}),
            "validate",
        )
        for rows in (10, 3000)
    ]
    assert costs[0] == costs[1]


def checked(rows: int) -> Changes:
    """检查结果 of every row."""
    changes = Changes()
    for row in range(2, rows + 2):
        changes.put("来店登记", row, CHECK_HEADER, "通过")
    return changes


def gained(rows: int) -> Changes:
    """A row more, and one at the end changed."""
    changes = Changes()
    changes.add("级别变更", {"客户编号": "C00001", "操作号": 3})
    changes.put("级别变更", rows + 1, "依据", "日报!A5")
    return changes


def lost(rows: int) -> Changes:
    changes = Changes()
    changes.remove("H级", rows - 3)
    return changes


def lost_apart(rows: int) -> Changes:
    """Two rows and one row, apart."""
    changes = lost(rows)
    changes.remove("H级", rows - 5)
    changes.remove("H级", rows - 6)
    return changes


def gained_and_lost(rows: int) -> Changes:
    changes = lost(rows)
    changes.add("H级", {"客户编号": "C00001", "电话": HE})
    return changes


def listed(rows: int) -> Changes:
    """问题清单 with a row more, and links."""
    changes = Changes()
    link = Link("来店登记", "G5", "来店登记!G5")
    changes.replace("问题清单", [{"代码": "V04", "位置": link}] * (rows + 1))
    return changes


def mixed(rows: int) -> Changes:
    """Text columns in which numbers stand, text in number columns: each needs its own care."""
    changes = Changes()
    for header, value in (("电话", 19900000101), ("拟购车型", "'x"), ("数量", "3月5日"), ("月初级别", "H")):
        changes.put("H级", rows + 1, header, value)
    changes.put("H级", rows + 1, CHECK_HEADER, "警告")
    return changes


@pytest.mark.parametrize(
    ("decide", "bound"),
    [
        (checked, A_SHEET_WRITTEN),
        (gained, A_SHEET_WRITTEN + 1),
        (lost, A_SHEET_ASKED + A_SHEET_WRITTEN),
        (lost_apart, A_SHEET_ASKED + A_SHEET_WRITTEN + A_RUN),
        (gained_and_lost, A_SHEET_ASKED + A_SHEET_WRITTEN),
        (mixed, A_SHEET_WRITTEN + 4),
    ],
)
def test_writing_costs_the_same_whatever_the_size(
    monkeypatch: pytest.MonkeyPatch, decide: Callable[[int], Changes], bound: int
) -> None:
    few, many = (writing(monkeypatch, rows, decide(rows)) for rows in (FEW, MANY))
    assert few == many
    assert max(few.written.values()) <= bound
    assert few.besides <= BESIDES


def test_a_large_block_is_written_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (writing(monkeypatch, rows, listed(rows)) for rows in (FEW, MANY))
    assert few.written["问题清单"] <= A_SHEET_WRITTEN
    width = len(FORMS["问题清单"].headers)
    pieces = math.ceil((MANY + 1) * width / CELLS_A_WRITE)
    assert many.total - few.total == 2 * (pieces - 1)
