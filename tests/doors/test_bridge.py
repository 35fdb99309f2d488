"""The way of a button where xlwings cannot run: a copy in, lines of ASCII out, and a host that only obeys them."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import nasty
import openpyxl
import pytest
from books import STORES, Sheets, blocks_of, read_csv_store
from columns import own_column
from dirt import DIRTY
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import drive
from memory import HE, NAMES, QIAN, STAFF, SUN, card, prospect, report, visit
from nasty import packed, table
from workbooks import edit_member, members

from xlcrm import bridge
from xlcrm.books.area import Area
from xlcrm.books.disk import write_new
from xlcrm.books.hosted.copied import COMPOUND_FILE, Copy
from xlcrm.books.hosted.wire import UNKNOWN, escaped, lines
from xlcrm.books.hosted.wire import Host as Asking
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.cellxml import Stored, stored
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.disk import reason
from xlcrm.catalogue.macros import MADE
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block, Changes, Link, StructureIssue, after
from xlcrm.computer import probe, selfcheck
from xlcrm.errors import Refusal
from xlcrm.forms.schema import CHECK_HEADER, letters
from xlcrm.forms.sheets import ANALYSIS_SHEET, FORMS, HOME_SHEET, HOUSE_FORMS
from xlcrm.forms.workbook import HOME_RESULT
from xlcrm.template.words import TROUBLES
from xlcrm.verbs import VERBS, Job, Outcome

DAY = dt.date(2026, 10, 5)
NOW = dt.datetime(2026, 10, 31, 18)
JOB = Job(NOW.date(), NOW, "文员小吴")
HINDRANCES = ("same", "protected", "merged", "formula", "comment", "link", "shape")

# ---------------------------------------------------------------- a host


@dataclass
class Host:
    """An open book that does what the lines say, as CrmBridge.bas does; nothing is in its way."""

    cells: dict[str, dict[tuple[int, int], Stored]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def holding(cls, blocks: list[Block]) -> Host:
        return cls({block.sheet: cells_of(block) for block in blocks})

    def obey(self, orders: list[str]) -> None:
        rest = iter(orders)
        for order in rest:
            what, sheet, address, about = order.split("\t")
            area = Area.parse(address)
            if what == "table":
                self.tables[read(about)] = address
            elif what in ("values", "formulas"):
                cells = self.cells.setdefault(read(sheet), {})
                for row in range(area.top, area.bottom + 1):
                    for column, cell in enumerate(whole_line(rest).split("\t"), area.left):
                        assert cell == "." or (cell[0] == "=") == (what == "formulas")
                        cells[row, column] = value_of(cell)
            else:
                assert what in HINDRANCES

    def standing(self, sheet: str) -> dict[tuple[int, int], Stored]:
        return {at: cell for at, cell in self.cells[sheet].items() if cell is not None}


def whole_line(rest: Iterator[str]) -> str:
    """A line and those that carry it on."""
    line = next(rest)
    assert len(line.encode()) < 65_534, "LibreOffice cuts it"
    return line[:-1] + whole_line(rest) if line.endswith("\\") else line


def opened(sheets: Sheets) -> list[Block]:
    """The blocks of an open book: a table without data has one blank row."""
    return blocks_of({sheet: sheets.get(sheet) or [{}] for sheet in HOUSE_FORMS})


def cells_of(block: Block) -> dict[tuple[int, int], Stored]:
    """What a block holds, by its place in the worksheet."""
    return {
        (row, column): stored(cell, False)
        for row, cells in enumerate(block.rows, block.row + 1)
        for column, cell in enumerate(cells, block.column)
        if cell is not None
    }


def value_of(cell: str) -> Stored:
    """A cell as a line has it; a link shows its text."""
    if cell in (".", "T", "F"):
        return {".": None, "T": True, "F": False}[cell]
    if cell[0] == "=":
        found = re.fullmatch(r'=HYPERLINK\("#.*"[,;]"(.*)"\)', read(cell))
        assert found
        return found[1]
    return read(cell[1:]) if cell[0] == "'" else float(cell)


def read(text: str) -> str:
    """Escaped text as VBA reads it: split at the backslashes, four digits a unit."""
    first, *others = text.split("\\")
    found = first.encode("utf-16-le")
    for other in others:
        found += int(other[:4], 16).to_bytes(2, "little") + other[4:].encode("utf-16-le")
    return found.decode("utf-16-le")


# ---------------------------------------------------------------- lines


@given(st.text())
def test_any_text_travels_as_printable_ascii(text: str) -> None:
    assert re.fullmatch("[ -~]*", escaped(text))
    assert read(escaped(text)) == text


def test_what_a_line_of_cells_holds() -> None:
    changes = Changes()
    changes.lay(HOME_SHEET, "B2", None)
    changes.lay(HOME_SHEET, "C2", DAY)
    changes.lay(HOME_SHEET, "D2", dt.time(18))
    changes.lay(HOME_SHEET, "E2", 1.5)
    changes.lay(HOME_SHEET, "F2", True)
    changes.lay(HOME_SHEET, "B3", "\\一\t")
    changes.lay(HOME_SHEET, "G4", Link("日报", "A2", "看"))
    same, asked, *orders = lines([], [], changes, "en")
    assert same.startswith("same\t\\9996\\9875\tA1\t")
    assert asked.startswith("protected\t\\9996\\9875\tA1\t")
    assert orders == [
        "values\t\\9996\\9875\tB2:F2\t",
        ".\t46300\t0.75\t1.5\tT",
        "values\t\\9996\\9875\tB3\t",
        "'\\005c\\4e00\\0009",
        "formulas\t\\9996\\9875\tG4\t",
        '=HYPERLINK("#\'\\65e5\\62a5\'!A2","\\770b")',
    ]


@pytest.mark.parametrize("text", DIRTY, ids=lambda text: text[:20])
def test_text_is_marked_as_text(text: str) -> None:
    changes = Changes()
    changes.lay(HOME_SHEET, "B2", text)
    assert lines([], [], changes, "zh")[-1] == f"'{escaped(text)}"


def test_what_libreoffice_gets_where_it_reads_utf8() -> None:
    changes = Changes()
    changes.lay(HOME_SHEET, "B3", "\\一\t\r\n二")
    changes.lay(HOME_SHEET, "G4", Link("日报", "A2", '看","二'))
    calc = Asking.asking("汉字\ncalc\n".encode())
    assert calc == Asking(reads_utf8=True, is_calc=True)
    assert lines([], [], changes, "zh", calc)[2:] == [
        "values\t首页\tB3\t",
        "'\\005c一\\0009\\000d\\000a二",
        "formulas\t首页\tG4\t",
        '=HYPERLINK("#\'日报\'!A2";"看"",""二")',
    ]


@pytest.mark.parametrize(
    ("question", "host"),
    [
        ("汉字\r\n".encode(), Asking(reads_utf8=True)),
        ("汉字\r\ncalc\r\n".encode("gbk"), Asking(is_calc=True)),
        (b"??\r\n", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_a_host_shows_how_it_writes_chinese(question: bytes, host: Asking) -> None:
    assert Asking.asking(question) == host


def test_rows_that_move_are_written_as_one_rectangle() -> None:
    blocks = opened({"H级": [prospect(phone, "H") for phone in (HE, SUN, QIAN, HE)]})
    changes = Changes()
    changes.remove("H级", 3)
    orders = lines(blocks, [], changes, "zh")
    placed: dict[str, list[str]] = {"values": [], "merged": [], "formula": []}
    for what, _, area, *_ in (order.split("\t") for order in orders if order.count("\t") == 3):
        placed.get(what, []).append(area)
    columns = [letters(number) for number in range(1, len(FORMS["H级"].headers) + 1)]
    whole = f"A3:{columns[-1]}5"
    assert placed == {"values": [whole], "merged": [whole], "formula": [f"{column}3:{column}5" for column in columns]}


@pytest.mark.parametrize("store", ["clean", "faulty"])
@pytest.mark.parametrize("asking", [UNKNOWN, Asking(reads_utf8=True, is_calc=True)], ids=["any host", "LibreOffice"])
def test_a_host_that_obeys_ends_where_every_other_writer_does(store: str, asking: Asking) -> None:
    blocks = opened(read_csv_store(STORES / store))
    for verb in ("validate", "roll", "check", "month", "undo", "undo", "undo", "redo"):
        changes = VERBS[verb](blocks, [], JOB).changes
        host = Host.holding(blocks)
        host.obey(lines(blocks, [], changes, "zh", asking))
        then = after(blocks, changes)
        for old, new in zip(blocks, then, strict=True):
            assert host.standing(new.sheet) == cells_of(new), f"{verb}: {new.sheet}"
            whole = f"A1:{letters(len(new.headers))}{len(new.rows) + 1}"
            assert host.tables.get(new.table) == (None if len(new.rows) == len(old.rows) else whole)
        for sheet, cells in changes.layouts.items():
            laid = {(Area.parse(at).top, Area.parse(at).left): stored(v, False) for at, v in cells.items()}
            assert {at: host.cells[sheet][at] for at in laid} == laid, f"{verb}: {sheet}"
        blocks = then


def test_everything_is_asked_before_anything_is_written() -> None:
    blocks = opened(read_csv_store(STORES / "faulty"))
    whats = [line.partition("\t")[0] for line in lines(blocks, [], VERBS["roll"](blocks, [], JOB).changes, "zh")]
    first = next(i for i, what in enumerate(whats) if what in ("values", "formulas", "table"))
    assert set(whats[:first]) == set(HINDRANCES)
    assert not set(whats[first:]) & set(HINDRANCES)


def changed(sheet: str, header: str, value: str) -> Changes:
    changes = Changes()
    changes.put(sheet, 2, header, value)
    return changes


def test_formulas_are_the_programs_own_in_its_own_tables() -> None:
    blocks = opened({})
    typed = lines(blocks, [], changed("客户卡", "住址", "东街"), "zh")
    own = lines(blocks, [], changed("问题清单", "发现", "东街"), "zh")
    assert [any(line.startswith("formula\t") for line in each) for each in (typed, own)] == [True, False]


def test_a_filtered_table_is_refused() -> None:
    issue = StructureIssue("filter", "客户卡", "A1", "客户编号")
    with pytest.raises(Refusal, match=r"live\.filter"):
        lines(opened({}), [issue], changed("客户卡", "住址", "东街"), "zh")


def test_a_column_the_table_lacks_is_refused() -> None:
    with pytest.raises(Refusal, match=r"book\.column_missing"):
        lines(opened({}), [], changed("客户卡", "星座", "白羊"), "zh")


@pytest.mark.parametrize("asking", [UNKNOWN, Asking(reads_utf8=True)])
@pytest.mark.parametrize("text", ["街" * 32_767, "𠮷" * 16_383], ids=["three bytes", "four bytes"])
def test_a_line_too_long_for_calc_goes_on_below(text: str, asking: Asking) -> None:
    host = Host()
    host.obey(lines(opened({}), [], changed("客户卡", "住址", text), "zh", asking))
    assert text in host.cells["客户卡"].values()


def test_a_text_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(Refusal, match=r"book\.text_too_long.*'[A-Z]+2'"):
        lines(opened({}), [], changed("客户卡", "住址", "街" * 32_768), "zh")


# ---------------------------------------------------------------- one press


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the VBA saves of an open book."""
    book = tmp_path / "店-1.xlsm"
    fill_book(book, {"顾问": STAFF, "来店登记": [visit(DAY, 销售顾问="王五")], "日报": [report(DAY)]})
    return Path(shutil.move(book, tmp_path / "~xlcrm-101500-店-1.xlsm.copy"))


def press(verb: str, copy: Path) -> tuple[str, list[str]]:
    """Run the bridge; its message and its lines."""
    bridge.main([verb, str(copy.with_suffix(""))])
    assert not copy.with_suffix(".begun").exists()
    message, *_ = copy.with_suffix(".done").read_text("ascii").splitlines()
    return read(message), copy.with_suffix(".changes").read_text("ascii").splitlines()


def result_of(orders: list[str]) -> Stored:
    host = Host()
    host.obey(orders)
    area = Area.parse(HOME_RESULT[1])
    return host.cells[HOME_SHEET][area.top, area.left]


def test_a_press_answers_with_words_and_lines(copy: Path) -> None:
    message, orders = press("validate", copy)
    assert message == result_of(orders) == "2 行日志里有 1 处错误，点“下一处”去改，改好再校验一次。"


def test_the_month_also_leaves_its_workbook_beside_the_book(copy: Path) -> None:
    message, orders = press("month", copy)
    workbook = copy.with_name("月度分析_2026-10.xlsx")
    assert openpyxl.load_workbook(workbook, read_only=True).sheetnames
    assert message.endswith(f"已写入 {workbook}\n请在工作簿所在的文件夹里打开它。")
    assert any(line.startswith(f"values\t{escaped(ANALYSIS_SHEET)}\t") for line in orders)


def test_the_mail_is_drafted_beside_the_book(copy: Path) -> None:
    message, orders = press("mail", copy)
    draft = copy.with_name("月度分析_2026-10.eml")
    assert draft.is_file()
    first, *_, last = message.splitlines()
    assert (first, last) == (result_of(orders), f"已写入 {draft}")
    assert {line.split("\t")[1] for line in orders if line.startswith("values\t")} == {escaped(HOME_SHEET)}


def test_the_forms_to_print_lie_beside_the_book(copy: Path) -> None:
    message, orders = press("print", copy)
    (workbook,) = copy.parent.glob("表卡_*.xlsx")
    assert "早会" in openpyxl.load_workbook(workbook, read_only=True).sheetnames
    first, last, where = message.splitlines()
    assert where == "请在工作簿所在的文件夹里打开它。"
    assert (first, last) == (result_of(orders), f"已写入 {workbook}")
    assert {line.split("\t")[1] for line in orders if line.startswith("values\t")} == {escaped(HOME_SHEET)}


def files_made(copy: Path) -> list[str]:
    """What the host adds to its words where it cannot write."""
    _, *made = copy.with_suffix(".done").read_text("ascii").splitlines()
    return [read(line) for line in made]


@pytest.mark.parametrize(
    ("verb", "file"), [("month", "月度分析_2026-10.xlsx"), ("mail", "月度分析_2026-10.eml"), ("print", "表卡_*.xlsx")]
)
def test_a_host_that_cannot_write_says_what_was_made_all_the_same(copy: Path, verb: str, file: str) -> None:
    press(verb, copy)
    (path,) = copy.parent.glob(file)
    (made,) = files_made(copy)
    _, first, *_, last = made.split("\n")
    assert (first, last) == (MADE.zh, f"已写入 {path}")


@pytest.mark.parametrize("verb", ["validate", "roll", "selfcheck"])
def test_nothing_is_said_of_files_where_none_was_made(copy: Path, verb: str) -> None:
    press(verb, copy)
    assert files_made(copy) == []


def test_nothing_is_said_of_a_file_that_could_not_be_made(copy: Path) -> None:
    copy.with_name("月度分析_2026-10.xlsx").mkdir()
    press("month", copy)
    assert files_made(copy) == []


@pytest.mark.parametrize(("beginning", "host"), [(b"PK", "Excel"), (COMPOUND_FILE, "LibreOffice")])
def test_the_self_check_looks_at_the_book_itself(copy: Path, beginning: bytes, host: probe.Host) -> None:
    book = Path(shutil.copy(copy, copy.with_name("店-1.xlsm")))
    copy.write_bytes(beginning)
    message, orders = press("selfcheck", copy)
    said = selfcheck.diagnose(book, host, "zh").lines
    assert (message, result_of(orders)) == ("\n".join(said), said[0])


def test_a_refusal_is_the_message_and_the_result(copy: Path) -> None:
    copy.write_bytes(b"PK\3\4")
    message, orders = press("validate", copy)
    assert message == result_of(orders) == explain(Refusal("book.damaged", name="店-1.xlsm"), "zh")


def test_a_book_with_dates_from_1904_is_a_refusal(copy: Path) -> None:
    edit_member(copy, "xl/workbook.xml", "<workbookPr ", '<workbookPr date1904="1" ')
    message, _ = press("validate", copy)
    assert message == explain(Refusal("live.date1904", name="店-1.xlsm"), "zh")


def test_a_report_that_is_open_is_a_refusal(copy: Path) -> None:
    folder = copy.with_name("月度分析_2026-10.xlsx")
    folder.mkdir()
    message, orders = press("month", copy)
    assert message == explain(
        Refusal("output.unwritable", name=folder.name, folder=copy.parent, reason=reason(errno.EISDIR)), "zh"
    )
    assert result_of(orders) == message


class PanicException(BaseException):
    """As a library written in Rust raises it: no Exception."""


@pytest.mark.parametrize("kind", [ZeroDivisionError, PanicException])
def test_a_failure_is_said_in_words_and_logged_without_names(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def fail(*_: object) -> Outcome:
        raise kind(f"{NAMES[HE]} {HE}")

    monkeypatch.setitem(VERBS, "validate", fail)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    message, orders = press("validate", copy)
    (log,) = (tmp_path / "xlcrm" / "log").iterdir()
    assert result_of(orders) == message
    assert str(log) in message
    assert f"{kind.__name__}: 何* 199****0101" in log.read_text("utf-8")


def answered(copy: Path) -> str:
    """What is said of a press that changes nothing."""
    bridge.main(["validate", str(copy.with_suffix(""))])
    assert copy.with_suffix(".changes").read_bytes() == b""
    assert not copy.with_suffix(".begun").exists()
    return read(copy.with_suffix(".done").read_text("ascii").rstrip("\n"))


def test_an_answer_that_cannot_be_made_is_said_and_logged(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bridge.Answer:
        raise PanicException

    monkeypatch.setattr(bridge, "answer", fail)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    said = answered(copy)
    (log,) = (tmp_path / "xlcrm" / "log").iterdir()
    assert str(log) in said
    assert "PanicException" in log.read_text("utf-8")


@pytest.mark.parametrize(("code", "said"), [(errno.ENOSPC, "磁盘空间不足"), (errno.EACCES, "changes”打不开或写不进去")])
def test_an_answer_that_cannot_be_written_is_said_and_logged(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    """Half of the lines have reached the disk: the host must not obey them."""

    def halfway(path: Path, content: bytes, rights: int = 0o600) -> None:
        write_new(path, content[:2000], rights)
        if len(content) > 2000:
            raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(bridge, "write_new", halfway)
    monkeypatch.setattr(bridge, "answer", lambda *_: bridge.Answer("好", ["values\t" * 999], "\n已写入 店.eml"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    found = answered(copy)
    assert said in found
    assert found.endswith("没有改动任何内容。\n已写入 店.eml")
    (log,) = (tmp_path / "xlcrm" / "log").iterdir()
    assert os.strerror(code) in log.read_text("utf-8")


def test_a_disk_that_takes_nothing_more_leaves_nothing_to_wait_for(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, rights: int = 0o600) -> None:
        if not path.name.endswith(".begun") or content:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_new(path, content, rights)

    monkeypatch.setattr(bridge, "write_new", full)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    bridge.main(["validate", str(copy.with_suffix(""))])
    assert list(copy.parent.glob("~xlcrm-*")) == [copy]
    assert list((tmp_path / "xlcrm" / "log").iterdir())


@pytest.mark.posix("links, and rights of owner, group and others")
def test_an_answer_is_a_new_file_and_goes_through_no_link(copy: Path, tmp_path: Path) -> None:
    """Who may write the folder could otherwise have any file of the user overwritten, or read the customers."""
    for ending in ("begun", "changes", "done"):
        (tmp_path / ending).write_text("mine")
        copy.with_suffix(f".{ending}").symlink_to(tmp_path / ending)
    Path(shutil.copy(copy, copy.with_name("店-1.xlsm"))).chmod(0o600)
    copy.chmod(0o644)
    message, orders = press("validate", copy)
    assert message == result_of(orders)
    for ending in ("begun", "changes", "done"):
        assert (tmp_path / ending).read_text() == "mine"
    for ending in ("copy", "changes", "done"):
        assert copy.with_suffix(f".{ending}").lstat().st_mode & 0o777 == 0o600


@pytest.mark.posix("links are made by administrators only")
def test_a_link_put_there_during_a_press_is_not_written_through(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = copy.with_suffix(".begun")

    def plant(_verb: str, _copy: Path) -> bridge.Answer:
        begun.unlink()
        begun.symlink_to(tmp_path / "mine")
        return bridge.Answer("好", [])

    (tmp_path / "mine").write_text("mine")
    monkeypatch.setattr(bridge, "answer", plant)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "log"))
    assert "没有改动任何内容" in answered(copy)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_copy_is_waited_for_while_it_is_asked_for(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, saving = copy.with_suffix(".asked"), Path(shutil.move(copy, copy.with_suffix(".saving")))
    asked.write_bytes("汉字\n".encode())
    meanwhile: Iterator[Callable[[], object]] = iter([str, partial(saving.rename, copy), str, asked.unlink])
    monkeypatch.setattr("time.sleep", lambda _: next(meanwhile)())
    bridge.main(["validate", str(copy.with_suffix(""))])
    assert "\t来店登记\t" in copy.with_suffix(".changes").read_text("utf-8")
    for ending in ("copy", "changes", "done"):
        copy.with_suffix(f".{ending}").unlink()
    bridge.main(["validate", str(copy.with_suffix(""))])
    assert not list(copy.parent.glob("~xlcrm-*"))


@pytest.mark.parametrize(("question", "host"), [(b"", "Excel"), (b"??\ncalc\n", "LibreOffice")])
def test_the_self_check_needs_no_copy(copy: Path, question: bytes, host: probe.Host) -> None:
    book = Path(shutil.move(copy, copy.with_name("店-1.xlsm")))
    copy.with_suffix(".asked").write_bytes(question)
    message, orders = press("selfcheck", copy)
    said = selfcheck.diagnose(book, host, "zh").lines
    assert (message, result_of(orders)) == ("\n".join(said), said[0])


def test_a_host_that_has_given_up_is_left_alone(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: str, copy: Path) -> bridge.Answer:
        for path in copy.parent.glob("~xlcrm-*"):
            path.unlink()
        return bridge.Answer("好", [])

    monkeypatch.setattr(bridge, "answer", slow)
    bridge.main(["validate", str(copy.with_suffix(""))])
    bridge.main(["validate", str(copy.with_suffix(""))])
    assert not list(copy.parent.glob("~xlcrm-*"))


def test_what_a_press_that_died_left_is_removed_by_the_next(copy: Path) -> None:
    def left(name: str, seconds: int) -> Path:
        path = copy.with_name(name)
        path.write_text("何一 19900000101", "utf-8")
        os.utime(path, (copy.stat().st_mtime - seconds,) * 2)
        return path

    old = [left(f"~xlcrm-0959{i:02}-别的店.xlsm.{ending}", 3601) for i, ending in enumerate(bridge.ENDINGS)]
    kept = [
        left("~xlcrm-100000-店-1.xlsm.copy", 3599),
        left("~xlcrm-店-1.xlsm", 9999),
        left("~xlcrm-店-1.xlsm.lock", 9999),
        left("备份.copy", 9999),
    ]
    os.utime(copy, (dt.datetime(2020, 1, 1).timestamp(),) * 2)
    press("validate", copy)
    assert [path for path in [*old, *kept] if path.exists()] == [*old, *kept]
    os.utime(copy, (kept[0].stat().st_mtime + 3599,) * 2)
    press("validate", copy)
    assert [path for path in [*old, *kept] if path.exists()] == kept


# ---------------------------------------------------------------- a copy


def test_a_copy_in_the_books_own_format_is_read_as_the_file_is(copy: Path) -> None:
    book = Path(shutil.copy(copy, copy.with_name("店-1.xlsm")))
    session, found = FileSession(book), Copy(copy, "店-1.xlsm")
    assert (found.blocks, found.issues) == (session.blocks, session.issues)


LOGS = 'book.Sheets.getByName("来店登记")'
MEANWHILE = {
    "typed over": 'Cell(book, "来店登记", "E3").String = "另一位"',
    "typed below": 'Cell(book, "来店登记", "E5").String = "又一位"',
    "a row put in": f"{LOGS}.Rows.insertByIndex(1, 1)",
    "a row taken out": f"{LOGS}.Rows.removeByIndex(1, 1)",
    "rows changing places": (
        f'one = {LOGS}.getCellRangeByName("A2:V2"): two = {LOGS}.getCellRangeByName("A3:V3"): '
        "held = one.getFormulaArray(): one.setFormulaArray(two.getFormulaArray()): two.setFormulaArray(held)"
    ),
    "the list of findings": 'Cell(book, "问题清单", "C2").String = "已核实"',
    "a sheet renamed": f'{LOGS}.Name = "来店"',
}
"""What a person does while Python is at work."""


@pytest.mark.libreoffice
def test_what_is_changed_during_a_press_in_calc_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = tmp_path / "店.xlsm"
    fill_book(path, {"顾问": STAFF, "来店登记": [visit(DAY), visit(DAY, QIAN, 离去时间=None), visit(DAY, SUN)]})
    lines = []
    for i in range(len(MEANWHILE)):
        lines += [
            f"Meanwhile({i})",
            'Run(book, "CrmButtons.BtnValidate")',
            f'Cell(book, "首页", "AA{i + 1}").String = Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}").String',
            'If book.Sheets.hasByName("来店") Then book.Sheets.getByName("来店").Name = "来店登记"',
            'seen = "": For row = 2 To 6: seen = seen & Cell(book, "来店登记", "X" & row).String: Next',
            f'Cell(book, "首页", "AB{i + 1}").String = seen',
        ]
    lines += [
        f"Meanwhile({len(MEANWHILE)})",
        'Run(book, "CrmButtons.BtnMonth")',
        f'Cell(book, "首页", "AA20").String = Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}").String',
        f"Meanwhile({len(MEANWHILE) + 1})",
        'Run(book, "CrmButtons.BtnValidate")',
    ]
    typed = f'Cell(book, "{ANALYSIS_SHEET}", "B3").String = "待核"'
    looked = f'Cell(book, "字典", "AA1").String = Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}").String'
    assert drive(path, lines, meanwhile=[*MEANWHILE.values(), typed, looked]) == "done"
    after = openpyxl.load_workbook(tmp_path / "after.xlsx")
    home = after[HOME_SHEET]
    answers = [home[f"AA{i + 1}"].value for i in range(len(MEANWHILE))]
    sheets = ("来店登记", "问题清单", ANALYSIS_SHEET)
    changed = {name: explain(Refusal("live.changed", sheet=name), "zh") for name in sheets}
    assert answers == [changed["来店登记"]] * 5 + [changed["问题清单"], TROUBLES["crm_changed"]]
    assert not any(home[f"AB{i + 1}"].value for i in range(len(MEANWHILE)))
    (workbook,) = tmp_path.glob("月度分析_*.xlsx")
    assert home["AA20"].value == f"{changed[ANALYSIS_SHEET]}\n{MADE.zh}\n已写入 {workbook}"
    assert after["字典"]["AA1"].value == TROUBLES["crm_working"]
    assert str(home[HOME_RESULT[1]].value).startswith("4 行日志")


@pytest.mark.libreoffice
def test_in_calc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies in the old format, what is in the way of writing, and text that stays text."""
    monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = tmp_path / "店.xlsm"
    phones = [f"199000002{i:02}" for i in range(len(DIRTY))]
    visits = [visit(DAY, 销售顾问="王五"), visit(DAY, QIAN, 离去时间=None)]
    visits += [visit(DAY, QIAN) | {"顾客名称": text, "电话": phone} for text, phone in zip(DIRTY, phones, strict=True)]
    fill_book(path, {"顾问": STAFF, "来店登记": visits, "日报": [report(DAY, 下次回访日期=NOW.date())]})
    lost = {
        "B": DIRTY[0],
        "C": phones[0],
        "D": "H",
        "E": "战败",
        "F": "他品牌-价格",
        "J": "张敏",
        "K": "同意",
        "L": "王五",
    }
    result = f'Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}")'
    logs, folder = 'book.Sheets.getByName("来店登记")', tmp_path.as_uri()
    lines = [
        "Dim old(0) As New com.sun.star.beans.PropertyValue",
        'old(0).Name = "FilterName": old(0).Value = "MS Excel 97"',
        f'book.storeToURL("{folder}/whole.copy", old())',
        f'{logs}.protect("")',
        'Run(book, "CrmButtons.BtnValidate")',
        f'Cell(book, "{HOME_SHEET}", "AA1").String = {result}.String',
        f'{logs}.unprotect("")',
        f'{logs}.getCellRangeByName("X3:X4").merge(True)',
        'Run(book, "CrmButtons.BtnValidate")',
        f'Cell(book, "{HOME_SHEET}", "AA2").String = {result}.String',
        f'{logs}.getCellRangeByName("X3:X4").merge(False)',
        f'{logs}.getCellRangeByName("W3:X3").merge(True)',
        'Run(book, "CrmButtons.BtnValidate")',
        f'Cell(book, "{HOME_SHEET}", "AA6").String = {result}.String',
        f'{logs}.getCellRangeByName("W3:X3").merge(False)',
        f'{logs}.getCellRangeByName("X3").Formula = "=1+1"',
        'Run(book, "CrmButtons.BtnValidate")',
        f'Cell(book, "{HOME_SHEET}", "AA3").String = {result}.String',
        f'{logs}.getCellRangeByName("X3").String = ""',
        f'{logs}.Annotations.insertNew({logs}.getCellRangeByName("X3").CellAddress, "问过了")',
        'Run(book, "CrmButtons.BtnValidate")',
        f'Cell(book, "{HOME_SHEET}", "AA4").String = {result}.String',
        'Run(book, "CrmButtons.BtnRoll")',
        'book.Sheets.getByName("H级").Annotations.insertNew(Cell(book, "H级", "T2").CellAddress, "老客户介绍")',
        *(f'Cell(book, "战败", "{column}2").String = "{text}"' for column, text in lost.items()),
        *(f'Cell(book, "战败", "{column}2").Value = {stored(DAY, False)}' for column in "IM"),
        'Run(book, "CrmButtons.BtnRoll")',
        f'Cell(book, "{HOME_SHEET}", "AA5").String = {result}.String',
        f'{logs}.getCellRangeByName("A1").String = ""',
        f'book.storeToURL("{folder}/cleared.copy", old())',
        f'{logs}.getCellRangeByName("A1").String = "日期"',
        'book.Sheets.removeByName("目标")',
        f'book.storeToURL("{folder}/less.copy", old())',
        f'{logs}.Name = "十月登记"',
        f'book.storeToURL("{folder}/renamed.copy", old())',
        'book.Sheets.getByName("十月登记").Name = "来店登记"',
    ]
    assert drive(path, lines) == "done"

    session, found = FileSession(path), Copy(tmp_path / "whole.copy", path.name)
    # the old format does not say where a table ends: every row of the copy may lie below it
    assert all(block.taken == len(block.rows) for block in found.blocks)
    assert (found.blocks, [*found.issues]) == (session.blocks, [])
    cleared = Copy(tmp_path / "cleared.copy", path.name).blocks[0]
    assert (cleared.cell_over, cleared.headers) == ("A1", FORMS["来店登记"].headers)
    with pytest.raises(Refusal, match=r"book\.sheet_missing.*目标"):
        Copy(tmp_path / "less.copy", path.name)
    with pytest.raises(Refusal, match=r"book\.sheet_renamed.*十月登记"):
        Copy(tmp_path / "renamed.copy", path.name)

    written = openpyxl.load_workbook(tmp_path / "after.xlsx", data_only=True)
    answers = [written[HOME_SHEET][f"AA{i}"].value for i in (1, 2, 6, 3, 4, 5)]
    refusals = [
        Refusal("live.protected", sheet="来店登记"),
        Refusal("live.merged", sheet="来店登记"),
        Refusal("live.merged", sheet="来店登记"),
        Refusal("live.formula", sheet="来店登记", cell="X2:X3"),
    ]
    assert answers[:4] == [explain(refusal, "zh") for refusal in refusals]
    assert str(answers[4]).startswith(f"{len(DIRTY) + 3} 行日志里有 2 处错误")
    assert answers[5] == explain(Refusal("live.comment", sheet="H级", cell=f"A2:U{len(DIRTY) + 1}"), "zh")
    rows = written["客户卡"].iter_rows(values_only=True, max_row=len(DIRTY) + 2)
    header, *cards, below = rows
    name, day = header.index("客户姓名"), header.index("初洽日期")
    assert [(row[name], row[day]) for row in cards] == [(text, dt.datetime(2026, 10, 5)) for text in DIRTY]
    assert not any(below)
    assert written["客户卡"].tables.items() == [(FORMS["客户卡"].table, f"A1:{letters(len(header))}{len(DIRTY) + 1}")]
    assert written["来店登记"]["X2"].value.startswith("错误")
    note = written["来店登记"]["X3"].comment
    assert note is not None
    assert note.text == "问过了"
    assert header[-1] == CHECK_HEADER
    assert not list(tmp_path.glob("~xlcrm-*"))


@pytest.mark.libreoffice
def test_a_dressed_book_in_calc_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed through with a link, a picture and a column of formulas on rows that move: refused in words until each is
    gone; validated meanwhile, rolled, undone and redone afterwards, with the shop's own column and texts of several lines,
    to which rows are fitted unless somebody has set their height.
    """
    monkeypatch.setenv("XLCRM_PYTHON", sys.executable)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = tmp_path / "店.xlsm"
    people = (HE, SUN, QIAN)
    remarks = {"备注": "先打电话\n再来店"}
    fill_book(
        path,
        {
            "顾问": STAFF,
            "客户卡": [card(phone, "H") for phone in people],
            "H级": [prospect(phone, "H", **remarks) for phone in people],
            "日报": [report(DAY, HE, "A")],
        },
    )
    parts = members(path)
    numbers = {row: f"><f>L{row}+{row}</f><v>{row}</v>" for row in (2, 3, 4)}
    own_column(parts, nasty.sheet("H级"), table("H级"), "编排", numbers)
    own_column(parts, nasty.sheet("A级"), table("A级"), "编排")
    link = '<hyperlinks><hyperlink ref="G3" location="首页!A1" display="档案"/></hyperlinks><pageMargins'
    parts[nasty.sheet("H级")] = parts[nasty.sheet("H级")].replace(b"<pageMargins", link.encode(), 1)
    path.write_bytes(packed(parts))
    h, result = 'book.Sheets.getByName("H级")', f'Cell(book, "{HOME_SHEET}", "{HOME_RESULT[1]}").String'
    steps = 0

    def press(button: str) -> list[str]:
        nonlocal steps
        steps += 1
        return [
            f'Run(book, "CrmButtons.Btn{button}")',
            f'Cell(book, "{HOME_SHEET}", "AA{steps}").String = {result}',
            'seen = "": For row = 2 To 4: seen = seen & Cell(book, "H级", "B" & row).String & Cell(book, "H级", "V" & row).String: Next',
            'seen = seen & "|" & Cell(book, "A级", "B2").String & Cell(book, "A级", "V2").String',
            f'Cell(book, "{HOME_SHEET}", "AB{steps}").String = seen',
            'seen = "": For row = 2 To 4: seen = seen & Cell(book, "H级", "A" & row).Rows.getByIndex(0).Height \\ 700: Next',
            f'Cell(book, "{HOME_SHEET}", "AC{steps}").String = seen & Cell(book, "A级", "A2").Rows.getByIndex(0).Height \\ 700',
        ]

    lines = [
        "Dim size As New com.sun.star.awt.Size, at As New com.sun.star.awt.Point, box",
        'box = book.createInstance("com.sun.star.drawing.RectangleShape"): size.Width = 900: size.Height = 300',
        f'at.X = 5000: at.Y = {h}.getCellRangeByName("E3").Position.Y + 50',
        'Cell(book, "H级", "A3").Rows.getByIndex(0).Height = 2200',
        f'{h}.DrawPage.add(box): box.setSize(size): box.Anchor = Cell(book, "H级", "E3"): box.setPosition(at)',
        *press("Validate"),
        *press("Roll"),
        *(f'Cell(book, "H级", "V{row}").Value = {row}' for row in (2, 3, 4)),
        *press("Roll"),
        'Cell(book, "H级", "G3").String = "H"',
        *press("Roll"),
        f"{h}.DrawPage.remove(box)",
        *(line for button in ("Roll", "Undo", "Redo") for line in press(button)),
    ]
    assert drive(path, lines) == "done"
    home = openpyxl.load_workbook(tmp_path / "after.xlsx", data_only=True)[HOME_SHEET]
    answers = [str(home[f"AA{step}"].value) for step in range(1, steps + 1)]
    found = [home[f"AB{step}"].value for step in range(1, steps + 1)]
    hindrances = [("live.formula", "V2:V4"), ("live.link", "A2:V4"), ("live.lying", "A2:V4")]
    assert answers[1:4] == [explain(Refusal(key, sheet="H级", cell=cell), "zh") for key, cell in hindrances]
    for step, beginning in {0: "1 行日志没有错误", 4: "降级 1 位", 5: "撤销", 6: "重做"}.items():
        assert answers[step].startswith(beginning)
    before, after = "何一2孙三3钱二4|", "孙三3钱二4|何一2"
    assert found == [found[0], found[0], before, before, after, before, after]
    heights = [home[f"AC{step}"].value for step in range(1, steps + 1)]
    # how many lines high, three set by hand: rows 2 to 4 of H级, and row 2 of A级
    assert heights == ["0300"] * 4 + ["1301", "1310", "1301"]
