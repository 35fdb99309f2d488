"""The command line: what it declines and leaves untouched, what it promises of its options, how it loads a store."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from memory import visit
from shell import TODAY, Answer, contents, declines, parsed, xlcrm
from walks import Walk
from workbooks import edit_member, make_book, members

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Lang
from xlcrm.catalogue import macros as failed
from xlcrm.catalogue import verbs as words
from xlcrm.commands.arguments import BY, VERBS
from xlcrm.findings import Difference
from xlcrm.forms import workbook as layout
from xlcrm.forms.settings import DECLARED
from xlcrm.forms.sheets import FORMS, HOME_SHEET, HOUSE_FORMS
from xlcrm.roll.reassign import RULES
from xlcrm.template import blank_book
from xlcrm.template.package import parts
from xlcrm.verbs import VERBS as RUN
from xlcrm.verbs import Outcome

LANGS: tuple[Lang, Lang] = ("zh", "en")
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHINESE = re.compile(r"[一-鿿]+")


@pytest.fixture(scope="module")
def template() -> bytes:
    return blank_book()


@pytest.fixture
def blank(template: bytes, tmp_path: Path) -> Path:
    """A new book without a customer, alone in a folder."""
    folder = tmp_path / "空店"
    folder.mkdir()
    path = folder / "CRM.xlsm"
    path.write_bytes(template)
    return path


def part_of(sheet: str, kind: str = "worksheets/sheet") -> str:
    """The member that holds a sheet of our book, or its table."""
    number = layout.SHEETS.index(sheet) + 1
    if kind == "tables/table":
        number = list(HOUSE_FORMS).index(sheet) + 1
    return f"xl/{kind}{number}.xml"


def relations_of(sheet: str) -> str:
    """The member that says which parts belong to a sheet."""
    return part_of(sheet).replace("worksheets/", "worksheets/_rels/") + ".rels"


# ---------------------------------------------------------------- files that are not our books


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def is_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def is_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def is_endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def is_socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def is_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def is_not_there(path: Path) -> None:
    path.unlink()


def is_half_there(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50_000])


def is_anothers(path: Path) -> None:
    openpyxl.Workbook().save(path)


def has_other_bytes(path: Path) -> None:
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/workbook.xml").header_offset
    data[at + 60 : at + 200] = bytes(140)
    path.write_bytes(data)


def member_edited(member: str, old: str, new: str, *, pattern: bool = False) -> Callable[[Path], object]:
    return lambda path: edit_member(path, member, old, new, pattern=pattern)


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "text": ("book.not_workbook", written("三表一卡".encode())),
    "picture": ("book.not_workbook", written(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")),
    "empty": ("book.damaged", written(b"")),
    "folder": ("book.is_folder", is_folder),
    "pipe": ("book.not_a_file", is_pipe),
    "device without end": ("book.not_a_file", is_endless),
    "socket": ("book.not_a_file", is_socket),
    "link to itself": ("book.unreadable", is_circle),
    "missing": ("book.missing", is_not_there),
    "truncated": ("book.damaged", is_half_there),
    "garbled": ("book.damaged", has_other_bytes),
    "encrypted": ("book.encrypted", written(OLE2 + bytes(504) + "EncryptedPackage".encode("utf-16-le"))),
    "old format": ("book.old_format", written(OLE2 + bytes(504) + "Workbook".encode("utf-16-le"))),
    "another workbook": ("book.not_crm", is_anothers),
    "CRM sheets only": ("book.sheet_missing", make_book),
    "sheet missing": (
        "book.sheet_missing",
        member_edited("xl/workbook.xml", '<sheet name="战败"[^>]*>', "", pattern=True),
    ),
    "sheet renamed": ("book.sheet_renamed", member_edited("xl/workbook.xml", 'name="战败"', 'name="战败客户"')),
    "report renamed": ("book.sheet_renamed", member_edited("xl/workbook.xml", 'name="日报"', 'name="日报表"')),
    "table missing": (
        "book.table_missing",
        member_edited(relations_of("订单"), "/table", "/tableau"),
    ),
    "column missing": (
        "form.headers_changed",
        member_edited(
            part_of("订单", "tables/table"),
            'name="交车日期"(.*?)name="退订日期"',
            r'name="提车那天"\1name="退车那天"',
            pattern=True,
        ),
    ),
    "header hidden": (
        "book.header_hidden",
        member_edited(part_of("订单", "tables/table"), "<table ", '<table headerRowCount="0" '),
    ),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_not_our_book_is_declined_and_left_alone(blank: Path, case: str, lang: Lang) -> None:
    key, spoil = FILES[case]
    spoil(blank)
    before = contents(blank.parent)
    answer = xlcrm("roll", blank, "--lang", lang, "--today", TODAY)
    assert declines(answer, key, lang), answer
    assert contents(blank.parent) == before


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_declines_alike(blank: Path, verb: str) -> None:
    blank.write_bytes(b"PK")
    assert declines(xlcrm(verb, blank), "book.damaged")
    assert contents(blank.parent) == {"CRM.xlsm": b"PK"}


# ---------------------------------------------------------------- books that cannot be written


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("lock", "key"),
    [
        ("~$店.xlsm", "book.open_somewhere"),
        (".~lock.店.xlsm#", "book.open_elsewhere"),
    ],
)
def test_a_book_open_elsewhere(book: Path, small: Walk, verb: str, lock: str, key: str) -> None:
    shutil.copy(small.before(verb), book)
    (book.parent / lock).write_text(",王经理,PC-7,;" if "lock" in lock else "")
    before = contents(book.parent)
    assert declines(xlcrm(verb, book, "--today", TODAY), key)
    assert contents(book.parent) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_read_only_book(book: Path, small: Walk, verb: str) -> None:
    shutil.copy(small.before(verb), book)
    book.chmod(0o444)
    before = contents(book.parent)
    assert declines(xlcrm(verb, book, "--today", TODAY), "book.read_only")
    assert contents(book.parent) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_read_only_folder(book: Path, small: Walk, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder's refusal is feigned: who runs tests may be root, whom no folder refuses."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    shutil.copy(small.before(verb), book)
    before = contents(book.parent)
    with monkeypatch.context() as patch:
        patch.setattr("os.open", denied)
        answer = xlcrm(verb, book, "--today", TODAY)
    # the workbook to mail is the first to be written
    assert declines(answer, "output.unwritable" if verb == "month" else "book.read_only")
    assert contents(book.parent) == before


# ---------------------------------------------------------------- requests that make no sense

REQUESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "thirteenth month": ("month.bad", ("check", "店.xlsm", "--month", "2026-13")),
    "month in words": ("month.bad", ("month", "店.xlsm", "--month", "十月")),
    "month without zero": ("month.bad", ("month", "店.xlsm", "--month", "2026-1")),
    "week": ("month.bad", ("month", "店.xlsm", "--month", "2026-W4")),
    "first month of all": ("month.bad", ("check", "店.xlsm", "--month", "0001-01")),
    "last month of all": ("month.bad", ("close", "店.xlsm", "--month", "9999-12")),
    "empty month": ("month.empty", ("month", "店.xlsm", "--month", "2026-09")),
    "month to come": ("month.empty", ("month", "店.xlsm", "--month", "2027-01")),
    "month not open": ("close.not_open", ("close", "店.xlsm", "--month", "2026-09")),
    "month not over": ("close.early", ("close", "店.xlsm", "--today", "2026-10-30")),
    "month not rolled": ("close.not_rolled", ("close", "店.xlsm", "--today", TODAY)),
    "day in words": ("day.bad", ("validate", "店.xlsm", "--today", "昨天")),
    "day that is none": ("day.bad", ("roll", "店.xlsm", "--today", "2026-02-30")),
    "first day of all": ("day.bad", ("month", "店.xlsm", "--today", "0001-01-01")),
    "last day of all": ("day.bad", ("roll", "店.xlsm", "--today", "9999-12-31")),
    "copy into no folder": ("book.folder_missing", ("roll", "店.xlsm", "-o", "无/店.xlsm")),
    "copy below a file": ("book.folder_missing", ("roll", "店.xlsm", "-o", "店.xlsm/店.xlsm")),
    "copy under a name Excel does not open": ("output.suffix", ("roll", "店.xlsm", "-o", "店.xlsx")),
    "JSON into no folder": ("book.folder_missing", ("validate", "店.xlsm", "--json", "无/店.json")),
    "JSON over a folder": ("output.unwritable", ("validate", "店.xlsm", "--json", "来源")),
    "JSON over the book": ("output.same", ("validate", "店.xlsm", "--json", "店.xlsm")),
    "JSON over the copy": ("output.same", ("validate", "店.xlsm", "--json", "./新.xlsm", "-o", "新.xlsm")),
    "analysis into no folder": ("book.folder_missing", ("month", "店.xlsm", "-o", "无/月报.xlsx")),
    "copy over the book": ("output.is_book", ("roll", "店.xlsm", "-o", "./店.xlsm")),
    "copy into the book's own folder": ("output.is_book", ("roll", "店.xlsm", "-o", ".")),
    "copy through links in a circle": ("output.unwritable", ("roll", "店.xlsm", "-o", "圈.xlsm")),
    "JSON through links in a circle": ("output.unwritable", ("roll", "店.xlsm", "--json", "圈.xlsm")),
    "a folder for a book": ("book.is_folder", ("validate", ".")),
    "analysis over the book": ("output.suffix", ("month", "店.xlsm", "-o", "店.xlsm")),
    "new over a book": ("new.exists", ("new", "店.xlsm")),
    "new over a folder": ("new.exists", ("new", "来源")),
    "new into no folder": ("book.folder_missing", ("new", "无/新.xlsm")),
    "new below a file": ("book.folder_missing", ("new", "店.xlsm/新.xlsm")),
    "new under a name Excel does not open": ("output.suffix", ("new", "新.xlsx")),
    "new from no folder": ("new.no_folder", ("new", "新.xlsm", "--from", "无")),
    "new from a file": ("new.no_folder", ("new", "新.xlsm", "--from", "店.xlsm")),
    "new from an empty folder": ("new.no_sheets", ("new", "新.xlsm", "--from", "空.xlsx")),
    "new from something else": ("new.unknown_sheet", ("new", "新.xlsm", "--from", "来源")),
    "demo over a file": ("demo.no_folder", ("demo", "店.xlsm")),
    "demo below a file": ("demo.no_folder", ("demo", "店.xlsm/示范")),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_that_makes_no_sense_is_declined(
    book: Path, case: str, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, typed = REQUESTS[case]
    monkeypatch.chdir(book.parent)
    Path("来源").mkdir()
    Path("来源/客户.csv").write_text("a,b\n", "utf-8")
    Path("空.xlsx").mkdir()
    Path("圈.xlsm").symlink_to("圈.xlsm")
    before = contents(book.parent)
    answer = xlcrm(*typed, "--lang", lang)
    assert declines(answer, key, lang), answer
    assert contents(book.parent) == before


def test_an_analysis_that_is_open(book: Path) -> None:
    report = book.with_name("月度分析_2026-10.xlsx")
    report.write_bytes(b"as it was")
    report.with_name(f"~${report.name}").write_bytes(b"")
    before = contents(book.parent)
    assert declines(xlcrm("month", book, "--today", TODAY), "book.open_somewhere")
    assert contents(book.parent) == before


def test_a_demo_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "CRM-示范店.xlsm").write_bytes(b"mine")
    answer = xlcrm("demo", tmp_path)
    assert answer.code == 2
    assert contents(tmp_path) == {"CRM-示范店.xlsm": b"mine"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("推进",), "没有“推进”这个命令"),
        (("roll",), "用法：xlcrm roll"),
        (("roll", "店.xlsm", "--lang", "fr"), "--lang 只能是 zh 或 en"),
    ],
)
def test_a_mistyped_command_is_explained(typed: tuple[str, ...], says: str) -> None:
    answer = xlcrm(*typed)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(says)


@pytest.mark.parametrize("verb", ["new", "demo", *VERBS])
def test_help(verb: str) -> None:
    answer = xlcrm(verb, "--help")
    assert answer.code == 0
    assert f"xlcrm {verb}" in answer.out


# ---------------------------------------------------------------- --dry-run, -o, --json, --lang


def changed_sheets(one: Path, two: Path) -> set[str]:
    """The sheets whose parts differ between two books."""
    before, after = members(one), members(two)
    return {sheet for sheet in layout.SHEETS if before[part_of(sheet)] != after[part_of(sheet)]}


@pytest.mark.parametrize("verb", VERBS)
def test_a_dry_run_says_what_it_would_do_and_writes_nothing(book: Path, small: Walk, verb: str) -> None:
    shutil.copy(small.before(verb), book)
    before = contents(book.parent)
    answer = xlcrm(verb, book, "--today", TODAY, "--dry-run")
    assert (answer.code, answer.err) == (small.answers[verb].code, "")
    assert contents(book.parent) == before
    said, _, would = answer.out.partition("试运行：没有写入。")
    assert small.answers[verb].out.startswith(said)
    message = re.search("将改动 (.+?)。", would)
    assert message
    assert changed_sheets(small.before(verb), small.after[verb]) <= set(message[1].split("、"))
    assert ("月度分析_2026-10.xlsx" in would) == (verb == "month")


def test_a_dry_run_writes_the_json_it_is_asked_for(book: Path) -> None:
    before = contents(book.parent)
    xlcrm("validate", book, "--today", TODAY, "--dry-run", "--json", book.with_name("店.json"))
    assert contents(book.parent).keys() - before.keys() == {"店.json"}
    assert book.read_bytes() == before["店.xlsm"]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "month"])
def test_a_copy_is_written_and_the_book_left_alone(book: Path, small: Walk, verb: str) -> None:
    shutil.copy(small.before(verb), book)
    before = contents(book.parent)
    copy = book.with_name("新.xlsm")
    answer = xlcrm(verb, book, "--today", TODAY, "-o", copy)
    assert answer.out.splitlines()[-1] == words.WRITTEN.zh.format(path=copy)
    after = contents(book.parent)
    assert after.keys() - before.keys() == {"新.xlsm"}
    assert before.items() <= after.items()
    assert changed_sheets(small.after[verb], copy) <= {HOME_SHEET, "操作日志"}, "they show the time"


def test_an_analysis_under_another_name_leaves_the_book_alone(book: Path, small: Walk) -> None:
    shutil.copy(small.before("month"), book)
    before = contents(book.parent)
    report = book.with_name("十月.xlsx")
    answer = xlcrm("month", book, "--today", TODAY, "-o", report)
    assert answer.out.splitlines()[-1] == words.WRITTEN.zh.format(path=report)
    after = contents(book.parent)
    assert after.keys() - before.keys() == {"十月.xlsx"}
    assert before.items() <= after.items()
    assert openpyxl.load_workbook(report, read_only=True).sheetnames[0] == "1 总览"


@pytest.mark.parametrize("verb", VERBS)
def test_json_on_standard_output_stands_alone_and_is_that_of_a_file(book: Path, small: Walk, verb: str) -> None:
    shutil.copy(small.before(verb), book)
    answer = xlcrm(verb, book, "--today", TODAY, "--dry-run", "--json", "-")
    assert answer.json | {"book": ""} == small.json[verb] | {"book": ""}
    assert answer.json["book"] == str(book)
    assert answer.err.startswith(small.answers[verb].out.splitlines()[0])


def test_a_refusal_leaves_standard_output_to_the_json_that_is_not_there(book: Path) -> None:
    assert declines(xlcrm("month", book, "--month", "2026-09", "--json", "-"), "month.empty")


def test_a_consultants_customers_are_handed_over_by_name(book: Path, small: Walk) -> None:
    assert set(BY) == set(RULES)
    shutil.copy(small.before("check"), book)
    staff = [str(row[0]) for block in FileSession(book).blocks if block.sheet == "顾问" for row in block.rows]
    asked = ("handover", book, "--from", staff[0], "--to", *staff[1:3], "--by", "grade", "--today", TODAY)
    before = contents(book.parent)
    would = xlcrm(*asked, "--dry-run", "--lang", "en", "--json", "-")
    assert contents(book.parent) == before
    moves = would.json["moves"]
    assert {(m["from"], m["evidence"], m["event"]) for m in moves} == {(staff[0], "移交", "移交")}
    assert {m["to"] for m in moves} == set(staff[1:3])
    assert would.err.startswith(f"{len(moves)} customers of {staff[0]}")
    assert chinese_in(would.err, [*staff, "移交", str(book.parent)]) == set()
    assert xlcrm(*asked).code == 0
    assert {path.name for path in book.parent.glob("*.txt")} == {f"移交_{name}_{TODAY}.txt" for name in staff[1:3]}
    assert declines(xlcrm("handover", book, "--from", "无此人", "--today", TODAY), "handover.unknown")
    assert not xlcrm("handover", book, "--from", staff[0], "--today", TODAY, "--dry-run", "--json", "-").json["moves"]


ALLOWED = {*FORMS, HOME_SHEET, "月度分析", *(kind.value for kind in Difference), "经理"}
"""Chinese words an English answer may hold: names of sheets and kinds of differences are what the book calls them."""


def chinese_in(text: str, names: Iterable[str] = ()) -> set[str]:
    for name in sorted({*ALLOWED, *names}, key=len, reverse=True):
        text = text.replace(name, "")
    return set(re.findall("[一-鿿，。；：！？]+", text))


@pytest.mark.parametrize("verb", VERBS)
def test_english_is_english(tmp_path: Path, small: Walk, careless: Walk, verb: str) -> None:
    book = shutil.copy(
        small.before(verb) if verb in ("close", "reopen") else careless.before(verb), tmp_path / "book.xlsm"
    )
    staff = [str(row[0]) for block in FileSession(Path(book)).blocks if block.sheet == "顾问" for row in block.rows]
    would = xlcrm(verb, book, "--today", TODAY, "--lang", "en", "--dry-run")
    does = xlcrm(verb, book, "--today", TODAY, "--lang", "en")
    for answer in (would, does):
        assert (chinese_in(answer.out, staff), answer.err) == (set(), "")


def test_english_findings_speak_english(book: Path, careless: Walk) -> None:
    shutil.copy(careless.before("validate"), book)
    english = xlcrm("validate", book, "--today", TODAY, "--lang", "en", "--dry-run", "--json", "-").json["findings"]
    chinese = careless.json["validate"]["findings"]
    said = ("expected", "remedy")
    assert [{**finding, **dict.fromkeys(said)} for finding in english] == [
        {**finding, **dict.fromkeys(said)} for finding in chinese
    ]
    for finding in english:
        assert not re.search("[，。；：！？]", finding["expected"] + finding["remedy"])
        assert re.match("[A-Z0-9]", finding["remedy"])


def test_the_analysis_speaks_english(book: Path, small: Walk) -> None:
    shutil.copy(small.before("month"), book)
    report = book.with_name("october.xlsx")
    xlcrm("month", book, "--today", TODAY, "--lang", "en", "-o", report)
    assert not any(CHINESE.search(name) for name in openpyxl.load_workbook(report, read_only=True).sheetnames)


# ---------------------------------------------------------------- the process


def test_as_a_process_of_its_own_in_any_console(book: Path) -> None:
    """A console that knows no Chinese gets UTF-8, and exit codes and streams are those of ``main``."""
    console = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "xlcrm.cli", "validate", book.name, "--today", TODAY, "--json", "-"]
    done = subprocess.run(command, capture_output=True, cwd=book.parent, env=console, timeout=60)
    assert done.returncode == 0
    assert parsed(done.stdout.decode("utf-8"))["verb"] == "validate"
    assert "行日志没有错误，可以级别推进。" in done.stderr.decode("utf-8")
    declined = subprocess.run([*command[:4], "无.xlsm"], capture_output=True, env=console, timeout=60)
    assert declines(Answer(declined.returncode, declined.stdout.decode(), declined.stderr.decode()), "book.missing")


@pytest.mark.parametrize("trouble", [KeyError("uid"), OSError("uid"), ImportError("pwd")], ids=repr)
def test_an_account_without_a_name(book: Path, trouble: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services and containers run under accounts that nobody named; Python says so in three ways."""

    def nobody() -> str:
        raise trouble

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert xlcrm("validate", book, "--today", TODAY, "--dry-run").code == 0


# ---------------------------------------------------------------- errors nobody foresaw


def failing(_blocks: object, _issues: object, _job: object) -> Outcome:
    raise ZeroDivisionError("何一 19900000101")


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where logs for support go."""
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "AppData"))
    return tmp_path / "AppData" / "xlcrm" / "log"


@pytest.mark.parametrize("lang", LANGS)
def test_a_program_error_is_said_in_words_and_logged_without_customers(
    tmp_path: Path, logs: Path, lang: Lang, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "CRM.xlsm"
    fill_book(book, {"来店登记": [visit(dt.date(2026, 10, 5))]})
    before = book.read_bytes()
    monkeypatch.setitem(RUN, "validate", failing)
    answer = xlcrm("validate", book, "--json", "-", "--lang", lang)
    (log,) = logs.iterdir()
    assert answer == Answer(2, "", f"{failed.BOOK_UNCHANGED.say(lang, log=log)}\n")
    assert "ZeroDivisionError: 何* 199****0101" in log.read_text("utf-8")
    assert book.read_bytes() == before


@pytest.mark.parametrize("given_up", [KeyboardInterrupt, EOFError])
def test_an_interrupted_command_says_so(
    book: Path, given_up: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_blocks: object, _issues: object, _job: object) -> Outcome:
        raise given_up

    before = book.read_bytes()
    monkeypatch.setitem(RUN, "validate", stop)
    assert xlcrm("validate", book) == Answer(2, "", "已取消。\n")
    assert book.read_bytes() == before


class PanicException(BaseException):
    """As a library written in Rust raises it: no Exception."""


@pytest.mark.parametrize("kind", [ZeroDivisionError, PanicException])
def test_a_book_that_cannot_even_be_read_is_unchanged(
    book: Path, logs: Path, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_reader: BookReader, _form: object) -> None:
        raise kind

    monkeypatch.setattr(BookReader, "table", unreadable)
    answer = xlcrm("roll", book)
    (log,) = logs.iterdir()
    assert answer == Answer(2, "", f"{failed.BOOK_UNCHANGED.say('zh', log=log)}\n")


def test_an_error_after_the_book_is_written_does_not_claim_that_it_is_not(
    book: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("xlcrm.commands.answers.print_whole", fail)
    answer = xlcrm("validate", book, "--json", "-")
    (log,) = logs.iterdir()
    assert (answer.code, answer.err.splitlines()[-2:]) == (2, failed.NOT_DONE.say("zh", log=log).splitlines())


def test_an_error_without_a_book_and_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("xlcrm.demo.tour.run_tour", failing)
    answer = xlcrm("demo", tmp_path / "示范")
    (log,) = tmp_path.glob("xlcrm-*/*-demo-*.txt")
    assert answer == Answer(2, "", f"{failed.NOT_DONE.say('zh', log=log)}\n")


def test_an_analysis_that_comes_too_late_does_not_claim_that_nothing_was_changed(
    book: Path, small: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(small.before("month"), book)
    before, replace = book.read_bytes(), os.replace

    def held(source: Path, target: Path) -> None:
        if Path(target).suffix == ".xlsx":
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", held)
    answer = xlcrm("month", book, "--today", TODAY)
    assert (answer.code, answer.out) == (2, "")
    assert "工作簿已经写好" in answer.err
    assert "没有改动任何内容" not in answer.err
    assert book.read_bytes() != before
    assert not list(book.parent.glob("*月度分析*"))


def test_an_error_that_cannot_even_be_logged(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(RUN, "validate", failing)
    monkeypatch.setattr("tempfile.mkstemp", full)
    answer = xlcrm("validate", book)
    assert answer == Answer(2, "", f"{failed.BOOK_UNCHANGED.say('zh', log='ZeroDivisionError')}\n")


# ---------------------------------------------------------------- loading a folder of CSV files

VISITS = """来店(电)顾客登记表,,,,,,,,,,,
日期,来店/来电, 首次/再次 ,客户姓名,联系电话,进店-离去时间,来店人数,拟购车型,意向级别,来源,销售顾问,备注,填写时间
2026/10/5,来店,首次,王先生,19900000001,9：30～10:15,3,远行X5,A,来店/电,张敏,=1+1,2026-10-05 17:11:39
2026-10-05,来店,首次,"=HYPERLINK(""x"")",199 0000 0002,14:05-14:50,三,远行X5,H级,来店/电,张敏,"第一行
第二行，""原话""。",2026/10/5 9:05
10月5日,来店,首次,@sum,1.99E+10,9点-十点,2,远行X5,B,来店/电,张敏,-5+3,昨天
,,,,,,,,,,,,
合计,3,,,,,,,,,,,
"""
ORDERS = """订单号,客户姓名,电话,订单日期,车型,数量,金额,销售顾问
2026100001,王先生,019900000001,2026-10-06,远行X5,1,123456.50,张敏
000123,李女士,+8619900000002,2026-02-30,远行X5,1,12万,张敏
"""
STAFF = "姓名,状态,休息日,电话\n张敏,在岗,周二、周三,19900000009\n"
SETTINGS = "键,值\n店名,=远行店\n没有的键,1\n"
ENCODINGS = {"UTF-8": "utf-8", "with a mark": "utf-8-sig", "GBK": "gbk"}


def load(folder: Path, encoding: str = "utf-8", **sheets: str) -> Answer:
    """Write CSV files, and make a book of them beside their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, text in sheets.items():
        (folder / f"{sheet}.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return xlcrm("new", folder.parent / "新.xlsm", "--from", folder)


@pytest.fixture(scope="module", params=ENCODINGS)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    folder = tmp_path_factory.mktemp("csv")
    sheets = {"来店登记": VISITS, "订单": ORDERS, "顾问": STAFF, "设置": SETTINGS}
    answer = load(folder / "来源", ENCODINGS[request.param], **sheets)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == words.CREATED.zh.format(book=folder / "新.xlsm", rows=8) + "\n"
    assert contents(folder).keys() == {"来源", "新.xlsm", *(f"来源/{sheet}.csv" for sheet in sheets)}
    return openpyxl.load_workbook(folder / "新.xlsm")


def column(book: openpyxl.Workbook, sheet: str, header: str, rows: int) -> list[Any]:
    """The first cells below a header."""
    at = FORMS[sheet].headers.index(header) + 1
    return [book[sheet].cell(row, at) for row in range(2, 2 + rows)]


LOADED: dict[tuple[str, str], list[object]] = {
    ("来店登记", "日期"): [dt.datetime(2026, 10, 5), dt.datetime(2026, 10, 5), "10月5日", None],
    ("来店登记", "顾客名称"): ["王先生", '=HYPERLINK("x")', "@sum", None],
    ("来店登记", "电话"): ["19900000001", "199 0000 0002", "1.99E+10", None],
    ("来店登记", "进店时间"): [dt.time(9, 30), dt.time(14, 5), "9点", None],
    ("来店登记", "离去时间"): [dt.time(10, 15), dt.time(14, 50), "十点", None],
    ("来店登记", "来店人数"): [3, "三", 2, None],
    ("来店登记", "意向级别"): ["A", "H级", "B", None],
    ("来店登记", "注释"): ["=1+1", '第一行\n第二行，"原话"。', "-5+3", None],
    ("来店登记", "填写时间"): [dt.datetime(2026, 10, 5, 17, 11, 39), dt.datetime(2026, 10, 5, 9, 5), "昨天", None],
    ("来店登记", "检查结果"): [None, None, None, None],
    ("订单", "订单号"): ["2026100001", "000123", None],
    ("订单", "客户编号"): [None, None, None],
    ("订单", "电话"): ["019900000001", "+8619900000002", None],
    ("订单", "订单日期"): [dt.datetime(2026, 10, 6), "2026-02-30", None],
    ("订单", "金额"): [123456.5, "12万", None],
    ("顾问", "休息日"): ["周二、周三", None],
    ("顾问", "电话"): ["19900000009", None],
}


@pytest.mark.parametrize(("sheet", "header"), LOADED)
def test_every_value_is_stored_as_its_column_wants_it(loaded: openpyxl.Workbook, sheet: str, header: str) -> None:
    values = LOADED[sheet, header]
    cells = column(loaded, sheet, header, len(values))
    assert [cell.value for cell in cells] == values
    for cell, value in zip(cells, values, strict=True):
        assert cell.data_type == {str: "s", int: "n", float: "n", type(None): "n"}.get(type(value), "d")


def test_no_cell_of_a_loaded_sheet_is_a_formula(tmp_path: Path) -> None:
    load(tmp_path / "来源", 来店登记=VISITS, 顾问=STAFF)
    assert b"<f" not in members(tmp_path / "新.xlsm")[part_of("来店登记")].partition(b"</sheetData>")[0]


def test_settings_are_set_where_they_stand(loaded: openpyxl.Workbook) -> None:
    rows = {key: value for key, value, *_ in loaded["设置"].iter_rows(min_row=2, values_only=True) if key}
    assert rows["店名"] == "=远行店"
    assert rows["没有的键"] == "1"
    assert len(rows) == sum(not setting.switch for setting in DECLARED.values()) + 1


def test_a_new_book_is_the_template(template: bytes, tmp_path: Path) -> None:
    answer = xlcrm("new", tmp_path / "新.xlsm")
    assert answer.out == words.CREATED.zh.format(book=tmp_path / "新.xlsm", rows=0) + "\n"
    assert members(tmp_path / "新.xlsm") == parts(template)
    assert contents(tmp_path).keys() == {"新.xlsm"}


def test_what_no_form_has_a_place_for_is_named(tmp_path: Path) -> None:
    staff = (
        "姓名,状态,绰号,检查结果,电话,电话,空列\n张敏,在岗,小张,错误,19900000009,19900000008,,多出来\n李强,在岗,,,,\n"
    )
    answer = load(tmp_path / "来源", 顾问=staff)
    assert answer.code == 0
    assert answer.out.splitlines()[1:] == [words.UNREAD.zh.format(file="顾问.csv", columns="绰号、电话、H")]
    english = xlcrm("new", tmp_path / "two.xlsm", "--from", tmp_path / "来源", "--lang", "en").out
    assert english.splitlines()[1:] == [words.UNREAD.en.format(file="顾问.csv", columns="绰号、电话、H")]


def test_a_file_name_in_capitals_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "来源"
    folder.mkdir()
    (folder / "顾问.CSV").write_text(STAFF, "utf-8")
    assert load(folder).out == words.CREATED.zh.format(book=tmp_path / "新.xlsm", rows=1) + "\n"


SOURCES: dict[str, tuple[str, bytes | None]] = {
    "no header": ("new.no_header", "张敏,在岗\n".encode()),
    "nothing": ("new.no_header", b""),
    "bytes that are no text": ("source.encoding", b"\xff\xff\xfe"),
    "a folder": ("new.unreadable", None),
    "a cell larger than csv takes": ("book.text_too_long", f"姓名,状态\n{'长' * 200_000},在岗\n".encode()),
    "a quote never closed": ("source.bad_csv", '姓名,状态\n"张敏,在岗\n李强,在岗\n'.encode()),
    "a text no cell can hold": ("book.text_too_long", f"姓名,状态\n{'长' * 32_768},在岗\n".encode()),
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_source_that_cannot_be_loaded_leaves_no_book(tmp_path: Path, case: str) -> None:
    key, content = SOURCES[case]
    path = tmp_path / "来源" / "顾问.csv"
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    before = contents(tmp_path)
    answer = load(path.parent)
    assert declines(answer, key), answer
    assert contents(tmp_path) == before
