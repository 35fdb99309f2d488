"""The macros: every button over an open book does what the command does to a file, and says what it did in words."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import comcount
import fakexl
import openpyxl
import pytest
import xlwings as xw
from fakexl import BUSY, ENGINE, Call, ComError
from memory import HE, NAMES, STAFF, report, visit
from sizes import scaled

from xlcrm import macros
from xlcrm.books.area import Area
from xlcrm.books.excel.live import LiveSession
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.read import open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue.refusals import explain
from xlcrm.changes import Block
from xlcrm.computer.supportlog import masked
from xlcrm.demo import Sheets, simulate
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET, HOME_SHEET, HOUSE_FORMS
from xlcrm.template.buttons import BUTTONS
from xlcrm.verbs import VERBS, Job

STORES, BUSY_STORES = scaled(6, 50), scaled(1, 8)
"""Random stores the buttons are tried on; a few customers in most, three consultants' month in the first."""
NOW = dt.datetime(2026, 10, 31, 18)
DAY = dt.date(2026, 10, 5)
USER = "文员小吴"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The last evening of October, at the clerk's computer."""
    monkeypatch.setattr(macros, "clock", lambda: NOW)
    monkeypatch.setattr("getpass.getuser", lambda: USER)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "AppData"))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("store") / "CRM.xlsm"
    fill_book(path, {"顾问": STAFF, "来店登记": [visit(DAY)], "日报": [report(DAY)]})
    return path.read_bytes()


@pytest.fixture
def path(store: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "CRM.xlsm"
    file.write_bytes(store)
    return file


@pytest.fixture
def book(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The book open in Excel, with its buttons."""
    return with_buttons(fakexl.opened(path), monkeypatch)


def with_buttons(book: xw.Book, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The book as the one whose buttons are pressed from now on."""
    monkeypatch.setattr(xw.Book, "_mock_caller", book, raising=False)
    return book


def said_in(book: Any) -> tuple[str, str, str]:
    """The one message shown: words, title, mode."""
    (message,) = book.app.impl.alerts
    book.app.impl.alerts.clear()
    return message[0], message[1], message[2]


# ---------------------------------------------------------------- the same as the command


def test_there_is_a_macro_for_each_button_that_asks_python_in_the_order_of_the_ribbon() -> None:
    assert list(macros.MACROS) == [button.verb for button in BUTTONS if button.verb != "next"]
    named = {name.rstrip("_"): made for name, made in vars(macros).items()}  # import is a word of Python's own
    assert [named[verb] for verb in macros.MACROS] == list(macros.MACROS.values())


@pytest.mark.parametrize(
    ("is_there", "opens", "says"),
    [(True, True, "在浏览器里打开"), (True, False, "请用浏览器打开"), (False, False, "docs 文件夹")],
)
def test_help_opens_the_manual_or_says_where_it_is(
    is_there: bool, opens: bool, says: str, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browse(to: str) -> bool:
        opened.append(to)
        return opens

    monkeypatch.setattr("webbrowser.open", browse)
    if not is_there:
        monkeypatch.setattr("xlcrm.computer.pages.manual", lambda: None)
    macros.run("help")
    text, title, mode = said_in(book)
    assert (says in text, title, mode) == (True, "帮助", "info")
    assert [to.rpartition("/")[2] for to in opened] == ["index.html"] * is_there


DIRT: tuple[Cell, ...] = ("=1+1", "+86 199-0000-0777", "001", "1-2", "TRUE", 19900000777, 1.5, "３月５日", "@x", None)


def dirtied(sheets: Sheets, seed: int) -> Sheets:
    """A store's logs with slips of the pen."""
    rng = random.Random(seed)
    for sheet in ("来店登记", "日报"):
        for row in sheets[sheet]:
            for header, held in row.items():
                if isinstance(held, str) and rng.random() < 0.03:
                    row[header] = rng.choice(DIRT)
    return sheets


ONCE_EACH = ("validate", "plan", "roll", "check", "month", "close", "undo", "redo")
BACK_AND_FORTH = (*ONCE_EACH[:-2], "validate", "undo", "undo", "redo", "undo", "undo")


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(STORES))
def test_a_month_ends_alike_in_excel_and_in_a_file(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_busy = seed < BUSY_STORES
    staff, visits, opening = (3, 30, 10) if is_busy else (2, 8, 4)
    start, end = dt.date(2026, 10, 1), NOW.date()
    sheets = simulate(seed, start=start, end=end, consultants=staff, visits_a_month=visits, opening=opening).sheets
    folder = tmp_path / "文件"
    folder.mkdir()
    path, live_path = folder / "CRM.xlsm", tmp_path / "CRM.xlsm"
    fill_book(path, dirtied(sheets, seed) if seed % 2 else sheets)
    live_path.write_bytes(path.read_bytes())
    book = with_buttons(fakexl.opened(live_path), monkeypatch)
    session = FileSession(path)
    for verb in BACK_AND_FORTH if is_busy else ONCE_EACH:
        macros.run(verb)
        words, _, mode = said_in(book)
        try:
            expected = "\n".join(on_file(session, verb))
        except Refusal as refusal:
            expected = explain(refusal, "zh")
        assert words.startswith(expected), verb
        assert (mode == "info") == (not expected.endswith("没有改动任何内容。"))
        session = FileSession(path)
        assert LiveSession(book).blocks == session.blocks, verb
    book.save(live_path)
    assert saved(live_path) == saved(path)
    assert (tmp_path / "月度分析_2026-10.xlsx").read_bytes()[:2] == b"PK"


def on_file(session: FileSession, verb: str) -> list[str]:
    """The verb on a workbook file; what it says."""
    outcome = VERBS[verb](session.blocks, session.issues, Job(NOW.date(), NOW, USER, layout=session.layout))
    session.apply(outcome.changes)
    return outcome.said


def saved(path: Path) -> list[Any]:
    """Every table of a file but the one whose links the imitation does not calculate, and what stands in the layouts."""
    reader = open_book(path)
    tables = [reader.read(form) for form in HOUSE_FORMS.values() if form.sheet != "问题清单"]
    laid = [reader.cells(sheet, Area.parse(cells)) for sheet, cells in LAYOUTS]
    # openpyxl saves numbers to 16 digits
    return tables + [[round(c, 9) if isinstance(c, float) else c for row in cells for c in row] for cells in laid]


LAYOUTS = ((HOME_SHEET, "D5:D6"), (ANALYSIS_SHEET, "A1:Z600"))


# ---------------------------------------------------------------- what a click says


def test_a_click_says_what_it_did_and_shows_its_stages(book: Any) -> None:
    macros.run("validate")
    words, title, mode = said_in(book)
    assert words.startswith("2 行日志")
    assert (title, mode) == ("校验日志", "info")
    stages = [call.target for call in ENGINE.calls if call.member == "App.status_bar="]
    assert stages == ["校验日志", "校验日志：正在读取各表…", "校验日志：正在计算…", "校验日志：正在写入…", "False"]


def test_a_refusal_is_shown_in_its_words(book: Any) -> None:
    book.sheets["问题清单"].api.Protect()
    before = fakexl.contents(book)
    macros.run("check")
    words, title, mode = said_in(book)
    assert words == "工作表“问题清单”受保护，无法写入。请点“审阅 → 撤消工作表保护”后重试。没有改动任何内容。"
    assert (title, mode) == ("交叉核对", "critical")
    assert fakexl.contents(book) == before
    assert book.app.status_bar is False


def test_another_book_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = with_buttons(fakexl.start().books.add(), monkeypatch)
    macros.run("roll")
    assert (
        said_in(other)[0]
        == "“Book1”不是三表一卡工作簿，缺少：来店登记、日报、客户卡。请打开正确的工作簿后重试。没有改动任何内容。"
    )


def test_a_busy_excel_is_reported_as_busy(book: Any) -> None:
    def reject(call: Call) -> None:
        if call.member.startswith(("App.status_bar", "Sheets")):
            raise ComError("Call was rejected by callee.", BUSY)

    ENGINE.on_call = reject
    macros.run("validate")
    assert said_in(book)[0].startswith("Excel 正忙")


def log_of(words: str) -> str:
    """The log that a message names in its last line."""
    return Path(words.splitlines()[-1]).read_text("utf-8")


def test_a_program_error_is_shown_without_a_traceback_and_logged_without_customers(
    book: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError(f"no such customer: {NAMES[HE]} {HE} / 0571-8888 6666")

    monkeypatch.setitem(VERBS, "validate", fail)
    macros.run("validate")
    words, _, mode = said_in(book)
    assert words.startswith("程序出错，没有改动任何内容。请把日志发给支持人员：\n")
    assert mode == "critical"
    log = log_of(words)
    named = Path(words.splitlines()[-1])
    assert named.parent == tmp_path / "AppData" / "xlcrm" / "log"
    assert named.name.startswith("20261031-180000-validate-")
    assert "RuntimeError: no such customer: 何* 199****0101 / ****" in log
    assert "Traceback" in log
    assert log.startswith("xlcrm ")
    assert capsys.readouterr() == ("", "")


def test_a_base_exception_is_shown_too(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As a library written in Rust raises it."""

    def panic(*_given: object) -> None:
        raise PanicException

    monkeypatch.setitem(VERBS, "validate", panic)
    macros.run("validate")
    assert said_in(book)[0].startswith("程序出错，没有改动任何内容。")


def test_an_error_while_writing_warns_not_to_save(book: Any) -> None:
    def fail(call: Call) -> None:
        if call.member == "Range.raw_value=":
            raise ComError("out of memory")

    ENGINE.on_call = fail
    macros.run("validate")
    words, _, _ = said_in(book)
    assert words.startswith("程序出错，工作簿可能只改了一部分。请不要保存，关闭后重新打开；")
    assert "out of memory" in log_of(words)
    assert book.app.status_bar is False


def test_what_is_masked() -> None:
    block = Block(
        "来店登记",
        "tblVisit",
        3,
        1,
        ("顾客名称", "电话", "拟购车型"),
        (("王", 19900000001, "远行X5"), ("王先生", None, None)),
    )
    text = "王先生 19900000001、1990 0000 002 远行X5 行 1234567"
    assert masked(text, [block]) == "王* 199****0001、**** 远行X5 行 ****"


# ---------------------------------------------------------------- the workbook to mail


def test_the_analysis_goes_beside_the_book(book: Any, path: Path) -> None:
    macros.run("month")
    words, _, mode = said_in(book)
    assert mode == "info"
    analysis = path.with_name("月度分析_2026-10.xlsx")
    assert words.splitlines()[-3:] == [f"已写入 {analysis}", "", "现在打开看看吗？"]
    assert openpyxl.load_workbook(analysis, read_only=True).sheetnames[0].startswith("1 ")


def test_an_analysis_that_is_open_leaves_the_book_as_it_was(book: Any, path: Path) -> None:
    path.with_name("月度分析_2026-10.xlsx").mkdir()
    before = fakexl.contents(book)
    macros.run("month")
    words, _, mode = said_in(book)
    assert "月度分析_2026-10.xlsx" in words
    assert words.endswith("没有改动任何内容。")
    assert mode == "critical"
    assert fakexl.contents(book) == before


def fullname(book: Any, value: object) -> None:
    """Let Excel name the place of the book differently."""
    book.impl._path = value


@pytest.mark.parametrize(
    "place", [Path("CRM1"), Path("https://cloud.example/CRM.xlsm"), Path("/no/such/folder/CRM.xlsm")]
)
def test_a_book_without_a_folder_is_refused(book: Any, place: Path) -> None:
    fullname(book, place)
    macros.run("month")
    assert said_in(book)[0].startswith(f"工作簿“{place.name}”还没有存在这台电脑的文件夹里")


def test_a_folder_that_onedrive_was_wrongly_resolved_to_is_not_believed(book: Any, tmp_path: Path) -> None:
    """xlwings guesses the folder of a book in OneDrive; in that of another account no such book lies."""
    other = tmp_path / "别人的 OneDrive"
    other.mkdir()
    fullname(book, other / "CRM.xlsm")
    macros.run("month")
    assert said_in(book)[0].startswith("工作簿“CRM.xlsm”还没有存在这台电脑的文件夹里")
    assert not list(other.iterdir())


def test_a_cloud_that_has_no_folder_here_is_refused(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_book: object) -> str:
        raise xw.XlwingsError("Couldn't find your local OneDrive file")

    monkeypatch.setattr(type(book.impl), "fullname", property(unknown))
    macros.run("month")
    assert said_in(book)[0].startswith("工作簿“CRM.xlsm”还没有存在这台电脑的文件夹里")


@pytest.mark.parametrize("is_on", [True, False])
def test_the_self_check_says_when_others_may_edit_the_book_at_the_same_time(book: Any, is_on: bool) -> None:
    book.api.AutoSaveOn = is_on
    macros.run("selfcheck")
    assert ("“自动保存”开着" in said_in(book)[0]) == is_on


# ---------------------------------------------------------------- without Excel, and Excel's neighbours


def test_without_excel_the_words_are_english_and_there_is_no_traceback() -> None:
    with pytest.raises(SystemExit) as caught:
        macros.run("validate")
    words = str(caught.value)
    assert words.isascii()
    assert words.startswith("The program failed; nothing was changed.")
    assert "Book.caller() must not be called directly" in log_of(words)


def test_an_excel_that_is_busy_from_the_start_is_reported_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def reject() -> None:
        raise ComError("Call was rejected by callee.", BUSY)

    monkeypatch.setattr(xw.Book, "caller", reject)
    with pytest.raises(SystemExit, match=r"^Excel is busy: .* Nothing was changed\.$"):
        macros.run("validate")


def test_xlwings_loses_its_habits(monkeypatch: pytest.MonkeyPatch) -> None:
    windows, dropped = comcount.ENGINE, list[object]()
    monkeypatch.setattr(xw, "_xlwindows", windows, raising=False)
    monkeypatch.setattr(windows, "N_COM_ATTEMPTS", 0)
    monkeypatch.setattr("atexit.unregister", dropped.append)
    assert macros.quiet_xlwings() is xw
    assert dropped == [windows.cleanup]
    assert windows.N_COM_ATTEMPTS == macros.PATIENCE


def test_a_busy_excel_is_not_asked_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = comcount.ENGINE
    monkeypatch.setattr(windows, "N_COM_ATTEMPTS", macros.PATIENCE)
    rejected = windows.pywintypes.com_error("Call was rejected by callee.")
    rejected.hresult = BUSY
    asked = []

    class Excel:
        def __getattr__(self, name: str) -> None:
            asked.append(name)
            raise rejected

    with pytest.raises(windows.pywintypes.com_error):
        _ = windows.COMRetryObjectWrapper(Excel()).Name
    assert len(asked) == macros.PATIENCE


def test_a_click_imports_nothing_it_does_not_need() -> None:
    script = """
import sys
from xlcrm import macros
macros.quiet_xlwings()
heavy = {"pandas", "numpy", "matplotlib", "PIL", "plotly", "openpyxl", "xlsxwriter", "pyopenvba"}
print(sorted(heavy & sys.modules.keys()))
import pandas
print(pandas.DataFrame({"a": [1]}).a.sum())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["[]", "1"]


# ---------------------------------------------------------------- what lies beside the book


def test_the_mail_is_drafted_beside_the_book_which_stays_as_it_was(
    book: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlcrm.delivery.shown_in_outlook", lambda mail: False)
    before = fakexl.contents(book)
    macros.run("mail")
    words, title, mode = said_in(book)
    draft = path.with_name("月度分析_2026-10.eml")
    assert (words.splitlines()[-1], title, mode) == (f"已写入 {draft}", "邮件草稿", "info")
    assert draft.read_bytes().startswith(b"Subject: ")
    assert fakexl.contents(book) == before


def test_the_forms_to_print_lie_beside_the_book_which_stays_as_it_was(book: Any, path: Path) -> None:
    before = fakexl.contents(book)
    macros.run("print")
    words, title, mode = said_in(book)
    forms = path.with_name("表卡_2026-10-31.xlsx")
    assert (words.splitlines()[-3:], title, mode) == ([f"已写入 {forms}", "", "现在打开看看吗？"], "打印表卡", "info")
    assert forms.read_bytes().startswith(b"PK")
    assert fakexl.contents(book) == before


def test_forms_that_are_open_are_named(book: Any, path: Path) -> None:
    path.with_name("表卡_2026-10-31.xlsx").mkdir()
    macros.run("print")
    words, _, mode = said_in(book)
    assert words.startswith("无法写入“表卡_2026-10-31.xlsx”")
    assert mode == "critical"


def test_a_draft_that_is_open_is_named(book: Any, path: Path) -> None:
    path.with_name("月度分析_2026-10.eml").mkdir()
    macros.run("mail")
    words, _, mode = said_in(book)
    assert words.startswith("无法写入“月度分析_2026-10.eml”")
    assert mode == "critical"
