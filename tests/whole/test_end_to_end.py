"""Whole months on the command line: two stores made elsewhere, with their answers, and the demo.

Where ``expected.json`` of the sample stores and SPEC disagree, SPEC is right: a loss that was decided on the day it was
applied for is decided, though the answers leave it 战败待审 (``amended``).
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import STORES
from python_calamine import CalamineWorkbook
from rendering import converted
from shell import TODAY, contents, declines, parsed, xlcrm
from walks import STEPS, Demo, Walk
from workbooks import raw

from xlcrm.books.xlsx.session import FileSession
from xlcrm.commands.arguments import VERBS
from xlcrm.demo import demo_store
from xlcrm.findings import Difference, Handling, Severity
from xlcrm.forms.schema import Cell, as_text, letters
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET, HOUSE_FORMS
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT, SHEETS
from xlcrm.timeline.balance import BalanceRow
from xlcrm.timeline.life import Event

Json = dict[str, Any]
GRADE_SHEETS = ("H级", "A级", "B级", "C级")


def expected(store: str) -> Json:
    found = parsed((STORES / store / "expected.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(params=["clean", "faulty"])
def walk(request: pytest.FixtureRequest) -> Walk:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Walk)
    return found


@cache
def opened(path: Path, values: bool = True) -> Any:
    """A book of ours in the hands of a library that the product does not use; with or without the values of formulas."""
    return openpyxl.load_workbook(path, read_only=True, data_only=values)


@cache
def rows_of(path: Path, sheet: str) -> list[dict[str, Cell]]:
    """The rows of a sheet as {header: cell}."""
    headers, *rows = opened(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows if any(cell is not None for cell in row)]


# ---------------------------------------------------------------- the clean store


def amended(answers: Json) -> Json:
    """The answers for the clean store with losses decided on their day of application decided, each order of one car."""
    closing = {phone: dict(customer) for phone, customer in answers["closing"].items()}
    stock, counts = dict(answers["closing_stock"]), {**answers["counts"], "cars": answers["counts"]["orders"]}
    with (STORES / "clean" / "战败.csv").open(encoding="utf-8-sig", newline="") as lines:
        losses = [row for row in csv.DictReader(lines) if row["审批日期"] == row["申请日期"]]
    for loss in losses:
        customer = closing[loss["电话"]]
        assert customer["state"] == "战败待审"
        stock[customer["grade"]] -= 1
        if loss["审批"] == "同意":
            customer.update(state="战败", grade="")
            counts["losses_approved"] += 1
        else:
            customer.update(state="在跟", grade=loss["驳回后级别"])
            stock[loss["驳回后级别"]] += 1
    assert losses
    return {**answers, "closing": closing, "closing_stock": stock, "counts": counts}


@pytest.fixture(scope="module")
def answers() -> Json:
    return amended(expected("clean"))


def test_the_clean_store_has_no_error(clean: Walk) -> None:
    assert [clean.answers[step].code for step in ("new", "validate", "roll", "roll again")] == [0, 0, 0, 0]
    for step in ("validate", "roll"):
        assert not [f for f in clean.json[step]["findings"] if f["severity"] == "error"]


def test_every_customer_of_the_clean_store_is_where_the_answers_say(clean: Walk, answers: Json) -> None:
    cards = {
        str(card["电话"]): (card["客户姓名"], card["状态"], card["当前级别"] or "", card["销售顾问"])
        for card in rows_of(clean.after["roll"], "客户卡")
    }
    assert cards == {
        phone: (c["name"], c["state"], c["grade"], c["consultant"]) for phone, c in answers["closing"].items()
    }


def test_the_grade_sheets_of_the_clean_store_hold_who_is_tracked(clean: Walk, answers: Json) -> None:
    standing = {
        str(row["电话"]): (sheet[0], row["销售顾问"], bool(row["战败待审"]))
        for sheet in GRADE_SHEETS
        for row in rows_of(clean.after["roll"], sheet)
    }
    assert standing == {
        phone: (c["grade"], c["consultant"], c["state"] == "战败待审")
        for phone, c in answers["closing"].items()
        if c["state"] in ("在跟", "战败待审")
    }


def test_the_next_contacts_of_the_clean_store(clean: Walk, answers: Json) -> None:
    found = {
        str(row["电话"]): as_text(row["下次回访"])[:10]
        for sheet in GRADE_SHEETS
        for row in rows_of(clean.after["roll"], sheet)
        if answers["closing"][str(row["电话"])] == expected("clean")["closing"][str(row["电话"])]
    }
    assert found == {phone: answers["closing"][phone]["next"] for phone in found}


def test_the_figures_of_the_clean_store(clean: Walk, answers: Json) -> None:
    figures = clean.json["month"]["figures"]
    for name in ("month", "counts", "opening_stock", "closing_stock", "orders_by_consultant"):
        assert figures[name] == answers[name], name


# ---------------------------------------------------------------- the faulty store


def test_every_fault_of_the_faulty_store_is_found_and_no_other_error(faulty: Walk) -> None:
    """Data row n is worksheet row n + 1: the header stands in row 1."""
    assert faulty.answers["validate"].code == 1
    faults = {(f["code"], f["sheet"], f["row"] + 1, f["field"]) for f in expected("faulty")["faults"]}
    assert len(faults) == 46
    findings = faulty.json["validate"]["findings"]
    assert faults <= {(f["code"], f["sheet"], f["row"], f["field"]) for f in findings}
    errors = {(f["code"], f["sheet"], f["row"], f["field"]) for f in findings if f["severity"] == "error"}
    assert errors <= faults


def test_a_customer_whose_first_row_is_in_error_waits(faulty: Walk) -> None:
    errors = [f for f in faulty.json["validate"]["findings"] if f["severity"] == "error"]
    held = {(f["sheet"], f["row"]) for f in errors}
    assert f"还有 {len(held)} 行有错误没有推进" in faulty.answers["roll"].out
    first: dict[str, int] = {}
    for row, visit in enumerate(rows_of(faulty.after["new"], "来店登记"), start=2):
        if visit["电话"]:
            first.setdefault(str(visit["电话"]), row)
    carded = {str(card["电话"]) for card in rows_of(faulty.after["new"], "客户卡")}
    waiting = {phone for phone, row in first.items() if ("来店登记", row) in held} - carded
    assert len(waiting) > 10
    assert not waiting & {str(card["电话"]) for card in rows_of(faulty.after["roll"], "客户卡")}
    assert not waiting & {move["phone"] for move in faulty.json["roll"]["moves"]}


def test_a_month_with_errors_is_not_closed(faulty: Walk) -> None:
    assert declines(faulty.answers["close"], "close.errors")
    assert faulty.after["close"].read_bytes() == faulty.before("close").read_bytes()


# ---------------------------------------------------------------- both


def test_the_balance_is_a_table_of_zeros(walk: Walk) -> None:
    for step in ("check", "month"):
        balance = walk.json[step]["balance"]
        assert balance
        assert {row["difference"] for row in balance} == {0}
    assert walk.json["month"]["figures"]["balance"] == walk.json["month"]["balance"]


def test_rolling_twice_changes_nothing_the_second_time(walk: Walk) -> None:
    assert walk.json["roll"]["moves"]
    assert walk.json["roll again"]["moves"] == []
    assert walk.json["roll again"]["findings"] == walk.json["roll"]["findings"]
    assert changed(walk.after["roll"], walk.after["roll again"]) <= {HOME_SHEET}
    once, twice = home(walk.after["roll"]), home(walk.after["roll again"])
    differing = {cell for _, cell in (HOME_LAST, HOME_RESULT)}
    assert {cell for cell in once.keys() | twice.keys() if once.get(cell) != twice.get(cell)} <= differing


def home(path: Path) -> dict[str, Cell]:
    """What stands on 首页, by address."""
    return {cell.coordinate: cell.value for row in opened(path)[HOME_SHEET] for cell in row if cell.value is not None}


def test_another_process_answers_the_same(clean: Walk) -> None:
    """In another order of hashes; the book is written as well."""
    book = clean.after["validate"].with_name("elsewhere.xlsm")
    book.write_bytes(clean.after["validate"].read_bytes())
    command = [sys.executable, "-m", "xlcrm.cli", "roll", str(book), "--today", TODAY, "--json", "-"]
    done = subprocess.run(command, capture_output=True, timeout=60, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert done.returncode == 0, done.stderr.decode()
    assert parsed(done.stdout.decode()) == clean.json["roll"] | {"book": str(book)}
    assert changed(clean.after["roll"], book) <= {HOME_SHEET, "操作日志"}


# ---------------------------------------------------------------- the JSON

TOP = {"verb": str, "book": str, "today": str, "findings": list, "moves": list, "figures": dict, "balance": list}
TOP |= {"kept": list}
FINDING = {
    **dict.fromkeys(("code", "severity", "sheet", "cell", "field", "found", "expected", "remedy", "person"), str),
    "row": int,
    "codes": list,
    "kind": str | None,
    **{"customer": str, "customer_id": str | None, "date": str | None, "class": str, "confirmed": bool},
    "other": dict | None,
}
MOVE = dict.fromkeys(("customer", "phone", "name", "from", "to", "evidence", "on", "event"), str)
FIGURES = {
    **{"month": str, "until": str, "balance": list, "closed_on": str | None, "cars_by_consultant": dict, "held": int},
    **dict.fromkeys(("counts", "opening_stock", "closing_stock", "orders_by_consultant", "kpis", "tables"), dict),
}
COUNTS = {
    "batches",
    "first_visits",
    "first_visits_with_phone",
    "repeat_visits",
    "test_drives",
    "new_cards",
    "orders",
    "cars",
    "deliveries",
    "cancellations",
    "losses_applied",
    "losses_approved",
}


def is_shaped(found: Json, shape: dict[str, Any]) -> bool:
    return found.keys() == shape.keys() and all(isinstance(found[key], kind) for key, kind in shape.items())


@pytest.mark.parametrize("step", STEPS)
def test_the_json_has_its_shape(walk: Walk, step: str) -> None:
    if step not in walk.json:
        assert walk.answers[step].code == 2
        return
    result = walk.json[step]
    assert is_shaped(result, TOP)
    assert (result["verb"], result["today"]) == (step.split()[0], TODAY)
    for finding in result["findings"]:
        assert is_shaped(finding, FINDING), finding
        assert re.fullmatch(r"V\d\d|R\d\d?|G\d\d", finding["code"])
        assert finding["codes"][0] == finding["code"]
        assert finding["class"] in {handling.value for handling in Handling}
        assert finding["class"] == "fix" or finding["severity"] != "error"
        assert finding["severity"] in {severity.value for severity in Severity}
        assert finding["sheet"] in FORMS
        assert re.fullmatch(rf"([A-Z]{{1,2}}{finding['row']})?", finding["cell"])
        assert finding["kind"] in {None, *(kind.value for kind in Difference)}
        assert (finding["kind"] is not None) == finding["code"].startswith("R")
        assert finding["other"] is None or is_shaped(finding["other"], {"sheet": str, "cell": str})
    for move in result["moves"]:
        assert is_shaped(move, MOVE), move
        assert dt.date.fromisoformat(move["on"]) <= dt.date.fromisoformat(TODAY)
        assert move["event"] in {event.value for event in Event}
    for row in result["balance"]:
        assert row.keys() == BalanceRow.__annotations__.keys()
    if step == "month":
        assert is_shaped(result["figures"], FIGURES)
        assert result["figures"]["counts"].keys() == COUNTS
        assert result["figures"]["opening_stock"].keys() == result["figures"]["closing_stock"].keys() == set("HABC")


def test_a_finding_says_what_stands_in_its_cell(faulty: Walk) -> None:
    for finding in faulty.json["validate"]["findings"]:
        row = rows_of(faulty.after["validate"], finding["sheet"])[finding["row"] - 2]
        assert as_text(whole_day(row[finding["field"]])) == finding["found"]
        assert finding["cell"] == letters(1 + list(row).index(finding["field"])) + str(finding["row"])


def whole_day(value: Any) -> Any:
    """openpyxl gives a day as its midnight."""
    return value.date() if isinstance(value, dt.datetime) and value.time() == dt.time(0) else value


# ---------------------------------------------------------------- the book

MAY_CHANGE: dict[str, tuple[set[str], set[str]]] = {
    "validate": ({sheet for sheet, form in HOUSE_FORMS.items() if form.checked}, {"问题清单", "操作日志"}),
    "tidy": ({sheet for sheet, form in HOUSE_FORMS.items() if form.checked}, {"问题清单", "操作日志"}),
    "roll": (
        set(),
        {
            "问题清单",
            "级别变更",
            "月初留存",
            "操作日志",
            "客户卡",
            "跟进记录",
            "订单",
            "保有客户",
            "关怀记录",
            "战败",
            *GRADE_SHEETS,
        },
    ),
    "roll again": (set(), set()),
    "check": (set(), {"问题清单", "操作日志"}),
    "month": ({ANALYSIS_SHEET}, {"操作日志"}),
    "plan": (set(), {"日报", "操作日志"}),
    "close": (set(GRADE_SHEETS), {"月初留存", "历月指标", "操作日志"}),
    "reopen": (set(GRADE_SHEETS), {"月初留存", "历月指标", "操作日志"}),
    "undo": ({ANALYSIS_SHEET, *GRADE_SHEETS}, {"日报", "月初留存", "历月指标", "操作日志"}),
}
"""Sheets of which a step may write cells, and sheets whose table may get more or fewer rows too; 首页 always changes."""


def sheet_part(sheet: str) -> str:
    return f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"


def table_part(sheet: str) -> str:
    return f"xl/tables/table{list(HOUSE_FORMS).index(sheet) + 1}.xml"


def changed(one: Path, two: Path) -> set[str]:
    """Sheets whose part differs between two books."""
    before, after = one.read_bytes(), two.read_bytes()
    return {sheet for sheet in SHEETS if raw(before, sheet_part(sheet)) != raw(after, sheet_part(sheet))}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_changes_its_own_parts_and_no_other_byte(walk: Walk, step: str) -> None:
    before, after = walk.before(step).read_bytes(), walk.after[step].read_bytes()
    names = member_names(walk.after[step])
    assert names == member_names(walk.before(step))
    cells, tables = MAY_CHANGE[step]
    allowed = {sheet_part(sheet) for sheet in (HOME_SHEET, *cells, *tables)} | {table_part(sheet) for sheet in tables}
    if step in ("validate", "reopen"):
        # what was found, or a piece of the journal, may begin like a formula, which takes a look of its own
        allowed.add("xl/styles.xml")
    assert {name for name in names if raw(before, name) != raw(after, name)} <= allowed


def member_names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_what_people_typed_in_the_logs_is_never_touched(walk: Walk) -> None:
    for sheet in ("来店登记", "日报", "顾问", "目标", "设置", "字典"):
        typed = [{h: cell for h, cell in row.items() if h != "检查结果"} for row in rows_of(walk.after["new"], sheet)]
        last = rows_of(walk.after["close"], sheet)
        assert [{h: cell for h, cell in row.items() if h != "检查结果"} for row in last[: len(typed)]] == typed
        assert all(row["类别"] == "明日计划" for row in last[len(typed) :])


def test_no_row_a_person_typed_is_lost(walk: Walk) -> None:
    """A prospect leaves his sheet and another plan is made; cards, orders and losses stay, and all that was typed in them."""
    for sheet in ("客户卡", "订单", "战败"):
        last = [typed_in(row) for row in rows_of(walk.after["close"], sheet)]
        first = [typed_in(row) for row in rows_of(walk.after["new"], sheet)]
        assert first
        assert [row for row in first if not any(row <= found for found in last)] == []


BY_TOOL = {"检查结果", "客户编号", "状态", "当前级别"}


def typed_in(row: dict[str, Cell]) -> set[tuple[str, Cell]]:
    return {(header, cell) for header, cell in row.items() if cell is not None and header not in BY_TOOL}


def test_links_jump_to_the_cell_of_their_finding(walk: Walk) -> None:
    listed = opened(walk.after["check"], values=False)["问题清单"]
    header, *lines = listed.iter_rows(values_only=True)
    at = [header.index(name) for name in ("位置", "对照位置")]
    links = [[re.findall(r"#'(.+)'!([A-Z]+\d+)\"", str(line[i])) for i in at] for line in lines]
    listable = [
        f for step in ("check", "roll") for f in walk.json[step]["findings"] if f["class"] != Handling.RECORD.value
    ]
    assert Counter(str(link) for link in links) == Counter(
        str([[(f["sheet"], f["cell"])], [(f["other"]["sheet"], f["other"]["cell"])] if f["other"] else []])
        for f in listable
    )


# ---------------------------------------------------------------- LibreOffice


SAVED_AGAIN = tuple(step for step in STEPS if step != "roll again")


@pytest.fixture(scope="module")
def saved_again(small: Walk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The book after each step, as another program saved it."""
    books = [small.after[step] for step in SAVED_AGAIN]
    return dict(zip(SAVED_AGAIN, converted(books, tmp_path_factory.mktemp("office") / "saved", "xlsx"), strict=True))


@pytest.mark.libreoffice
@pytest.mark.parametrize("step", SAVED_AGAIN)
def test_another_program_opens_the_book_and_comes_to_the_same_values(
    small: Walk, saved_again: dict[str, Path], step: str
) -> None:
    """All but the shop's name, a formula over 设置: it holds the template's name until a program calculates.

    And what the other program saved is read as ours is.
    """
    paths = small.after[step], saved_again[step]
    ours, theirs = map(CalamineWorkbook.from_path, paths)
    for sheet in SHEETS:
        assert cells_of(theirs, sheet) == cells_of(ours, sheet), sheet
    shop = next(value for key, value, *_ in ours.get_sheet_by_name("设置").to_python() if key == "店名")
    assert [row[2] for row in theirs.get_sheet_by_name(HOME_SHEET).to_python() if row[1] == "店名"] == [shop]
    first, again = (xlcrm("check", path, "--today", TODAY, "--dry-run", "--json", "-").json for path in paths)
    assert first | {"book": ""} == again | {"book": ""}


def cells_of(book: CalamineWorkbook, sheet: str) -> list[list[object]]:
    """The filled rows of a sheet, without the shop's name on 首页; LibreOffice writes fifteen digits of a number."""
    rows = [row for row in book.get_sheet_by_name(sheet).to_python() if any(cell != "" for cell in row)]
    return [
        [float(f"{cell:.13g}") if isinstance(cell, float) else cell for cell in row]
        for row in rows
        if "店名" not in row[:2]
    ]


# ---------------------------------------------------------------- the demo


def test_the_demo_shows_its_month(demo: Demo) -> None:
    assert (demo.answer.code, demo.answer.err) == (0, "")
    assert {path.name for path in demo.folder.iterdir()} == {
        "CRM-示范店.xlsm",
        "月度分析_2026-10.xlsx",
        ".xlcrm-backup",
    }
    for said in (
        "2026-08 已结转",
        "2026-09 已结转",
        "十月小结",
        "客流 ",
        "订单 ",
        "存量平衡",
        str(demo.book),
        str(demo.report),
    ):
        assert said in demo.answer.out


def test_the_list_of_the_demo_can_be_worked_down(demo: Demo) -> None:
    (block,) = [own for own in FileSession(demo.book).blocks if own.sheet == "问题清单"]
    lines = [dict(zip(block.headers, row, strict=True)) for row in block.rows]
    assert 40 < len(lines) <= 120
    assert [line for line in lines if not (line["客户"] and line["日期"] and line["当事人"])] == []
    assert {line["类别"] for line in lines if line["级别"] == "错误"} == {"要改"}
    assert sum(line["类别"] == "要核实" for line in lines) <= 0.15 * len(lines)


def test_the_first_sheet_shows_the_shops_name_before_anything_is_calculated(demo: Demo) -> None:
    rows = CalamineWorkbook.from_path(str(demo.book)).get_sheet_by_name("首页").to_python()
    assert ["店名", "远行汽车示范店"] in [[cell for cell in row if cell != ""] for row in rows]


def test_every_fault_planted_in_the_demo_is_found_where_it_was_planted(demo: Demo) -> None:
    _, planted = demo_store()
    findings = xlcrm("validate", demo.book, "--today", TODAY, "--dry-run", "--json", "-").json["findings"]
    found = Counter((f["code"], f["sheet"], f["row"], f["field"]) for f in findings)
    assert not Counter((p.code, p.sheet, p.row + 1, p.header) for p in planted) - found


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_tried_on_the_demo(demo: Demo, verb: str) -> None:
    before = contents(demo.folder)
    answer = xlcrm(verb, demo.book, "--today", TODAY, "--dry-run")
    if verb == "close":
        assert declines(answer, "close.errors")
    else:
        assert (answer.code, answer.err) == (0 if verb in ("month", "plan", "undo", "reopen") else 1, "")
        assert "试运行" in answer.out
    assert contents(demo.folder) == before


def test_the_analysis_of_the_demo_has_eleven_pages_what_is_long_and_the_rows_behind(demo: Demo) -> None:
    names = openpyxl.load_workbook(demo.report, read_only=True).sheetnames
    pages = map(str, range(2, 12))
    assert [name.split()[0] for name in names] == ["1", "关键指标", *pages, "漏斗管理", "明细"]
