"""A real program presses the shipped buttons: the open document then holds, cell for cell, what the command line writes."""

from __future__ import annotations

import datetime as dt
import getpass
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop import PROGRAMS, Calc, screen
from dirt import DIRTY

from xlcrm.books.area import Area
from xlcrm.books.inbox import with_files
from xlcrm.books.new import fill_book
from xlcrm.books.upgrade.upgrade import Upgrade, released
from xlcrm.books.xlsx.read import BookReader, open_book
from xlcrm.books.xlsx.save import place
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.mail import DRAFTED
from xlcrm.catalogue.refusals import explain
from xlcrm.catalogue.verbs import LABELS
from xlcrm.changes import Changes
from xlcrm.computer.selfcheck import diagnose
from xlcrm.demo import Sheets, plant, simulate
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET, HOUSE_FORMS
from xlcrm.forms.workbook import HOME_LAST, HOME_RESULT
from xlcrm.template.buttons import BUTTONS, Button
from xlcrm.verbs import VERBS, Job

WARNINGS = ("V10.late", "V11.copied", "V12.waiver", "V13.jump")
"""Mistakes that hold back no row, so that the month can be closed."""
STAMPED = ("操作日志", "级别变更")
"""Sheets that hold the second a button was pressed."""
VISIBLE = {HOME_SHEET: Area(1, 1, 45, 8), ANALYSIS_SHEET: Area(1, 1, 460, 16)}

MISSING = [program for program in PROGRAMS if not shutil.which(program)]

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


def odd_store() -> Sheets:
    """Last month of a small shop, with some mistakes and some odd names; it can be closed."""
    end = dt.date.today().replace(day=1) - dt.timedelta(days=1)
    made = simulate(7, start=end.replace(day=1), end=end, consultants=2, visits_a_month=60, opening=15)
    sheets = plant(made, WARNINGS, 7)[0].sheets
    new = [row for row in sheets["来店登记"] if row.get("电话") and row["首次/再次"] == "首次"]
    assert len(new) > len(DIRTY)
    for row, name in zip(new, DIRTY, strict=False):
        row["顾客名称"] = name
    return sheets


def large_store() -> Sheets:
    """A month of a shop as large as the demo's, which was rolled never before."""
    return simulate(7, start=dt.date(2026, 10, 1), end=dt.date(2026, 10, 31)).sheets


EVERY = frozenset(button.verb for button in BUTTONS if not button.in_vba)
AT_SIZE = frozenset({"validate", "roll", "check", "month", "undo", "close"})
"""What size may change: the buttons that read or write most rows."""


@pytest.mark.parametrize(("store", "verbs"), [(odd_store, EVERY), (large_store, AT_SIZE)])
def test_every_button_does_what_the_command_does(
    store: Callable[[], Sheets], verbs: frozenset[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
    book, expected = tmp_path / "店" / "CRM.xlsm", tmp_path / "expected.xlsm"
    book.parent.mkdir()
    fill_book(book, store())
    shutil.copy(book, expected)
    with screen() as display, Calc(book, display) as calc:
        assert set(calc.buttons) == {button.label for button in BUTTONS}
        asking = [button for button in BUTTONS if button.verb in verbs]
        for press, button in enumerate([*asking, *(b for b in asking if b.verb == "close")]):
            _press(calc, button, expected, tmp_path / f"pressed{press}.xlsx")
        calc.press("下一处")
        findings = open_book(expected).read(FORMS["问题清单"])
        assert calc.cursor() == findings.rows[0][findings.headers.index("位置")]


def test_an_upgraded_book_opens_and_is_pressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
    book, expected = tmp_path / "CRM.xlsm", tmp_path / "expected.xlsm"
    book.write_bytes(released(1))
    changes = Changes()
    for sheet in ("顾问", "来店登记", "日报"):
        for row in odd_store()[sheet]:
            changes.add(sheet, row)
    FileSession(book).apply(changes)
    reader = open_book(book)
    place(reader, lambda: Upgrade(reader, dt.datetime.now(), "", "zh"))
    shutil.copy(book, expected)
    with screen() as display, Calc(book, display) as calc:
        assert set(calc.buttons) == {button.label for button in BUTTONS}
        for press, button in enumerate(button for button in BUTTONS if button.verb in ("validate", "roll")):
            _press(calc, button, expected, tmp_path / f"pressed{press}.xlsx")


def _press(calc: Calc, button: Button, expected: Path, pressed: Path) -> None:
    """Press a button, and find in the book what the command makes of the expected one."""
    calc.click(button.label)
    calc.confirm()
    calc.save(pressed)
    found = open_book(pressed)
    _command(button.verb, expected, found)
    assert dict(_differences(open_book(expected), found)) == {}, button.label


def _command(verb: str, book: Path, pressed: BookReader) -> None:
    """What the command line does to a book, at the minute the button was pressed; a refusal is only said."""
    session = FileSession(book)
    *_, day, minute = str(_cell(pressed, *HOME_LAST)).split()
    now = dt.datetime.fromisoformat(f"{day} {minute}")
    try:
        if verb == "selfcheck":
            changes = Changes()
            changes.lay(*HOME_LAST, f"自检 {day} {minute}")
            changes.lay(*HOME_RESULT, diagnose(book, "LibreOffice", "zh").lines[0])
        else:
            job = with_files(Job(now.date(), now, getpass.getuser(), layout=session.layout), verb, book)
            outcome = VERBS[verb](session.blocks, session.issues, job)
            changes = outcome.changes
            if verb == "mail" and outcome.analysis is not None:
                changes.lay(*HOME_LAST, f"邮件草稿 {day} {minute}")
                changes.lay(*HOME_RESULT, DRAFTED.say("zh", month=outcome.analysis.month))
            if verb in ("print", "handout", "newyear"):
                changes.lay(*HOME_LAST, f"{LABELS[verb].zh} {day} {minute}")
                changes.lay(*HOME_RESULT, outcome.said[0])
    except Refusal as refusal:
        changes = Changes()
        changes.lay(*HOME_LAST, f"{LABELS[verb].zh} {day} {minute}")
        changes.lay(*HOME_RESULT, explain(refusal, "zh"))
    session.apply(changes)


def _differences(expected: BookReader, found: BookReader) -> Iterator[tuple[str, tuple[Cell, Cell]]]:
    """Cells and tables that differ: where, what should be, what is."""
    for form in HOUSE_FORMS.values():
        areas = [reader.parts.table_of(form.sheet).area for reader in (expected, found)]
        if areas[0] != areas[1]:
            yield form.sheet, (str(areas[0]), str(areas[1]))
        yield from _cells_differing(form.sheet, areas[0], expected, found)
    for sheet, area in VISIBLE.items():
        yield from _cells_differing(sheet, area, expected, found)


def _cells_differing(
    sheet: str, area: Area, expected: BookReader, found: BookReader
) -> Iterator[tuple[str, tuple[Cell, Cell]]]:
    pairs = zip(expected.cells(sheet, area), found.cells(sheet, area), strict=True)
    for row, (wanted, cells) in enumerate(pairs, area.top):
        for column, (one, two) in enumerate(zip(wanted, cells, strict=True), area.left):
            if _comparable(one, sheet) != _comparable(two, sheet):
                yield f"{sheet}!{Area(row, column, row, column)}", (one, two)


def _comparable(cell: Cell, sheet: str) -> tuple[type, Cell]:
    """A cell with its type; clocks to the second (where a press is stamped, to the minute), as serials are rounded."""
    if isinstance(cell, dt.datetime):
        rounded = (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
        return dt.datetime, rounded.replace(second=0) if sheet in STAMPED else rounded
    if isinstance(cell, dt.time):
        return dt.time, _comparable(dt.datetime.combine(dt.date.min, cell), sheet)[1]
    return (float, round(cell, 9)) if isinstance(cell, float) else (type(cell), cell)


def _cell(reader: BookReader, sheet: str, address: str) -> Cell:
    return reader.cells(sheet, Area.parse(address))[0][0]
