"""The mail with the month: a draft that says what matters, and gives no customer away."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import sys
import time
import zipfile
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import quote

import msoffcrypto
import pytest
from books import Row, blocks_of, ledger_of
from msoffcrypto.exceptions import InvalidKeyError
from shell import contents, declines, xlcrm

from xlcrm import delivery
from xlcrm.analysis import Month, analyse
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import mail as words
from xlcrm.changes import after
from xlcrm.delivery import Wanted, deliver, draft_name, letter, shown_in_outlook
from xlcrm.demo import Sheets, simulate
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Privacy, as_text
from xlcrm.forms.settings import parse
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.reading import read_ledger
from xlcrm.report.encryption import encrypted, require_strong
from xlcrm.report.mail import draft
from xlcrm.report.pdf import pdf
from xlcrm.report.workbook import workbook
from xlcrm.review import Review
from xlcrm.verbs import VERBS, Job, Outcome

NOW = dt.datetime(2026, 10, 31, 18, 30)
PASSWORD = "月报-Oktober-26"
MAILS = {"收件人": "boss@example.com、wang.wu@example.com.cn", "抄送": "gm@example.com", "发件人": "me@example.com"}


def settings(**values: str) -> list[Row]:
    return [{"键": key, "值": value} for key, value in values.items()]


@cache
def store() -> Sheets:
    """A month of a shop, rolled and checked, so that every sheet holds customers; mails are set."""
    sheets = simulate(7, start=dt.date(2026, 8, 1), end=NOW.date(), consultants=4, visits_a_month=60, opening=25).sheets
    # a remark that names a customer in a column that is no customer's
    named = next(str(row["顾客名称"]) for row in sheets["来店登记"] if row.get("电话"))
    visits = (row for row in sheets["来店登记"] if str(row["日期"]) > "2026-10-10" and row.get("竞品"))
    next(visits)["竞品"] = f"{named}说的丰天 19900000077 沪A12345"
    return {**sheets, "设置": [*sheets.get("设置", []), *settings(**MAILS)]}


@cache
def blocks() -> list[Any]:
    job = Job(NOW.date(), NOW, "文员")
    return after(blocks_of(store()), VERBS["roll"](blocks_of(store()), (), job).changes)


@cache
def month() -> Month:
    found = VERBS["mail"](blocks(), (), Job(NOW.date(), NOW)).analysis
    assert found is not None
    return found


def month_with(**values: str) -> Month:
    ledger = ledger_of({**store(), "设置": settings(**values)}, NOW.date())
    return analyse(Review(ledger, NOW.date()), "2026-10")


def parsed(content: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(content)


def attachment_of(message: EmailMessage) -> tuple[str, bytes]:
    (found,) = message.iter_attachments()
    content = found.get_content()
    return str(found.get_filename()), content


def personal() -> set[str]:
    """Every name, phone, plate and number of the store, but a customer who is called as a colleague is.

    A colleague's name stays in the mail. Of titles (王先生) and of one character no one is known.
    """
    found: set[str] = set()
    staff: set[str] = set()
    kinds = {Privacy.NAME, Privacy.PHONE, Privacy.PLATE, Privacy.NUMBER, Privacy.IDENTITY, Privacy.ADDRESS}
    for block in blocks():
        form = FORMS[block.sheet]
        for at, header in enumerate(block.headers):
            column = next((c for c in form.columns if c.header == header), None)
            cells = {as_text(row[at]) for row in block.rows if row[at] is not None}
            if column is not None and column.privacy in kinds:
                found |= cells
            if (block.sheet, header) == ("顾问", "姓名"):
                staff = cells
    return {text for text in found if len(text) > 1 and not text.endswith(("先生", "女士"))} - staff


def unpacked(content: bytes) -> str:
    """Every part of a package with its name, entities read, and the text without its markup once more."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any(name.endswith((".bin", ".zip", ".xlsx")) for name in package.namelist())
        texts = [f"{name}\n{package.read(name).decode('utf-8')}" for name in package.namelist()]
    text = html.unescape("\n".join(texts))
    return text + "\n" + re.sub(r"<[^>]*>", "", text)


# ---------------------------------------------------------------- nobody is given away


def test_the_masked_mail_gives_no_customer_away() -> None:
    message = parsed(draft(letter(month(), "zh"), NOW))
    _, content = attachment_of(message)
    bodies = "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
    text = unpacked(content) + bodies + str(message["Subject"])
    secrets = personal()
    assert len(secrets) > 300
    assert {secret for secret in secrets if secret in text} == set()
    assert not re.search(r"(?<![\d.])1\d{10}(?!\d)", text)
    assert "19900000077" not in text
    assert "沪A12345" not in text
    assert "沪A****" in text, "the remark itself is there, masked"


def test_the_search_would_find_what_is_not_masked() -> None:
    full = unpacked(workbook(month(), names=True))
    assert sum(secret in full for secret in personal()) > 5
    assert "19900000077" in full


def test_consultants_keep_their_names() -> None:
    _, content = attachment_of(parsed(draft(letter(month(), "zh"), NOW)))
    text = unpacked(content)
    assert all(str(row["姓名"]) in text for row in store()["顾问"])


# ---------------------------------------------------------------- the draft


def test_a_draft_reads_back() -> None:
    mail = letter(month(), "zh")
    content = draft(mail, NOW)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    message = parsed(content)
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == mail.subject == f"{month().settings.store} 2026-10 月度分析"
    assert [a.addr_spec for a in message["To"].addresses] == ["boss@example.com", "wang.wu@example.com.cn"]
    assert [a.addr_spec for a in message["Cc"].addresses] == ["gm@example.com"]
    assert [a.addr_spec for a in message["From"].addresses] == ["me@example.com"]
    assert message["Date"].datetime == NOW.astimezone()
    assert not any(part.defects for part in message.walk())
    assert attachment_of(message) == ("月度分析_2026-10.xlsx", workbook(month()))
    plain, rich = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().splitlines() == mail.text.splitlines()
    assert re.findall("<li>(.*?)</li>", rich.get_content()) == [html.escape(thing) for thing in mail.things]


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_every_mail_program_finds_a_name_for_the_attachment(password: str | None) -> None:
    """One reads RFC 2231, one the encoded word, one ASCII alone; none of the names is in pieces."""
    mail = letter(month(), "zh", password)
    head = re.sub(r"\r\n +", " ", draft(mail, NOW).decode()).partition(
        "MIME-Version: 1.0\r\nContent-Type: application/"
    )[2]
    kind, disposition, *_ = head.splitlines()
    assert f"; filename*=utf-8''{quote(mail.name)}; " in disposition
    assert disposition.endswith(f'; filename="{mail.ascii_name}"')
    (word,) = re.findall(r' name="(=[?].*[?]=)"', kind)
    assert str(make_header(decode_header(word))) == mail.name
    assert mail.ascii_name == ("month-2026-10.xlsx" if password is None else "month-2026-10-full.xlsx")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set")
@pytest.mark.parametrize(("zone", "said"), [("Asia/Shanghai", "+0800"), ("Asia/Urumqi", "+0600"), ("UTC", "+0000")])
def test_the_date_is_that_of_the_clock(zone: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        date = parsed(draft(letter(month(), "zh"), NOW))["Date"]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert str(date) == f"Sat, 31 Oct 2026 18:30:00 {said}"


def test_it_greets_and_says_five_figures_and_three_things() -> None:
    mail = letter(month(), "zh")
    assert list(mail.things) == [sentence.zh for sentence in month().sentences[:3]]
    head, *rows = mail.figures
    assert head == ("指标", "本月", "上月", "前三月平均", "去年同月")
    assert [row[0] for row in rows] == ["订车（台）", "留档率", "试乘试驾率", "成交率", "回访及时率"]
    assert rows[1][1] == month().figure("kept_rate").shown
    assert {row[-1] for row in rows} == {"—"}
    assert mail.text.startswith("您好！\n")
    # every value of the plain text says what it is, and the tables are those of the attachment
    assert f"留档率: 本月 {rows[1][1]}, 上月 {rows[1][2]}, " in mail.text
    numbers = {table.number for page in month().pages for table in page.tables}
    assert set(re.findall(r"表 (\d+-\d+)", mail.text)) <= numbers
    assert mail.html.count("<tr>") == 6
    assert letter(month(), "en").text.startswith("Dear all,\n")


def test_the_same_month_and_time_give_the_same_bytes() -> None:
    first = draft(letter(month(), "zh"), NOW)
    assert draft(letter(month(), "zh"), NOW) == first
    assert draft(letter(month(), "zh"), NOW + dt.timedelta(seconds=1)) != first


@pytest.mark.parametrize(
    "name", ["店\r\nBcc: x@evil.cn", "店\nX: y", "店\u2028Bcc: x@evil.cn", "店\x85Bcc: a", "店\x00\u202e", "长" * 200]
)
def test_no_name_of_a_shop_is_a_header(name: str) -> None:
    message = parsed(draft(letter(month_with(店名=name), "zh"), NOW))
    assert sorted(message.keys()) == sorted(
        ["Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"]
    )
    assert message["Subject"].startswith(name[0])
    assert message["Subject"].endswith("2026-10 月度分析")


@pytest.mark.parametrize("key", MAILS)
@pytest.mark.parametrize(
    "value",
    [
        "a@b.cn\nBcc: x@evil.cn",
        "a@b.cn\r\n\r\nhallo",
        "王 <a@b.cn>",
        "a b@c.cn",
        "a@b",
        "@b.cn",
        "a@b.cn\u2028x",
        '"a"@b.cn',
    ],
)
def test_no_address_is_a_header(key: str, value: str) -> None:
    assert parse([(key, value)])[1] == {0: "bad"}


def test_an_address_that_cannot_be_read_is_refused_not_left_out() -> None:
    sheets = {**store(), "设置": settings(收件人="张经理")}
    with pytest.raises(Refusal, match=r"mail\.address") as caught:
        VERBS["mail"](blocks_of(sheets), (), Job(NOW.date(), NOW))
    assert caught.value.about == {"setting": "收件人", "cell": "B2"}


# ---------------------------------------------------------------- the full copy


def test_a_full_copy_opens_with_its_password_only() -> None:
    message = parsed(draft(letter(month(), "zh", PASSWORD), NOW))
    name, content = attachment_of(message)
    assert name == "月度分析_2026-10_完整.xlsx"
    assert not zipfile.is_zipfile(io.BytesIO(content))
    assert PASSWORD not in str(message)
    assert opened(content, PASSWORD) == workbook(month(), names=True)
    for wrong in (PASSWORD.lower(), PASSWORD + " ", PASSWORD[:-1]):
        with pytest.raises(InvalidKeyError):
            opened(content, wrong)


def opened(content: bytes, password: str) -> bytes:
    out = io.BytesIO()
    file = msoffcrypto.OfficeFile(io.BytesIO(content))
    file.load_key(password=password, verify_password=True)
    file.decrypt(out, verify_integrity=True)
    return out.getvalue()


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("", "password.short"),
        ("Ab1-xyz", "password.short"),
        ("1234567890", "password.plain"),
        ("9876543210a", "password.plain"),
        ("aaaaaaaaaa11", "password.plain"),
        ("abcdefghijkl", "password.plain"),
        ("          ", "password.plain"),
        ("a1" * 128, "password.long"),
    ],
)
def test_a_weak_password_is_refused(password: str, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        encrypted(b"", password)
    assert caught.value.key == key


def test_a_good_password_is_accepted() -> None:
    require_strong(PASSWORD)
    require_strong("correct horse 9")


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("store") / "CRM.xlsm"
    fill_book(path, store())
    return path.read_bytes()


@pytest.fixture
def book(template: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "店" / "CRM.xlsm"
    path.parent.mkdir()
    path.write_bytes(template)
    return path


TODAY = ("--today", f"{NOW:%Y-%m-%d}")


def test_the_draft_stands_beside_the_book_which_is_left_alone(book: Path) -> None:
    before = book.read_bytes()
    answer = xlcrm("mail", book, *TODAY)
    assert answer.code == 0
    assert answer.out.splitlines()[0] == words.DRAFTED.say("zh", month="2026-10")
    assert {path.name for path in book.parent.iterdir()} == {"CRM.xlsm", "月度分析_2026-10.eml"}
    assert book.read_bytes() == before
    message = parsed(book.with_name("月度分析_2026-10.eml").read_bytes())
    assert attachment_of(message)[0] == "月度分析_2026-10.xlsx"


@pytest.mark.parametrize("more", [("--dry-run",), ("--dry-run", "--full")])
def test_a_dry_run_writes_nothing(book: Path, more: tuple[str, ...]) -> None:
    before = contents(book.parent)
    answer = xlcrm("mail", book, *TODAY, *more)
    assert answer.code == 0
    assert ".eml" in answer.out
    assert contents(book.parent) == before


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (["", ""], "password.short"),
        ([PASSWORD, PASSWORD + "x"], "password.differs"),
        (["1234567890", "1234567890"], "password.plain"),
    ],
)
def test_a_password_that_will_not_do_leaves_everything(
    book: Path, typed: list[str], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, answers = contents(book.parent), iter(typed)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    answer = xlcrm("mail", book, *TODAY, "--full")
    declines(answer, key)
    assert contents(book.parent) == before


def test_a_password_is_taken_from_a_terminal_only(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(book.parent)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    declines(xlcrm("mail", book, *TODAY, "--full"), "password.no_terminal")
    assert contents(book.parent) == before


def test_a_full_draft_is_written(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    answer = xlcrm("mail", book, *TODAY, "--full")
    assert answer.code == 0
    assert PASSWORD not in answer.out + answer.err
    message = parsed(book.with_name("月度分析_2026-10_完整.eml").read_bytes())
    assert zipfile.is_zipfile(io.BytesIO(opened(attachment_of(message)[1], PASSWORD)))
    journal = read_ledger(FileSession(book).blocks, dt.date(2026, 10, 31)).journal
    assert [line.new for line in journal if line.verb == "邮件草稿"] == ["做了 2026-10 写明客户姓名的邮件草稿"]


# ---------------------------------------------------------------- Outlook


class Item:
    """A mail of Outlook: it knows these members and no other, and cannot be sent."""

    __slots__ = ("CC", "HTMLBody", "Subject", "To", "attached", "shown")
    To: str
    CC: str
    Subject: str
    HTMLBody: str

    def __init__(self) -> None:
        self.attached: list[tuple[str, bytes]] = []
        self.shown = 0

    @property
    def Attachments(self) -> SimpleNamespace:
        def add(path: str) -> None:
            self.attached.append((Path(path).name, Path(path).read_bytes()))

        return SimpleNamespace(Add=add)

    def Display(self) -> None:
        self.shown += 1


class ComError(Exception):
    """pywintypes.com_error."""


def with_outlook(monkeypatch: pytest.MonkeyPatch, item: Item | None) -> None:
    """Outlook as pywin32 shows it; without an ``item`` it is not installed."""

    def dispatch(name: str) -> SimpleNamespace:
        assert name == "Outlook.Application"
        if item is None:
            raise ComError("Invalid class string")
        return SimpleNamespace(CreateItem={0: item}.__getitem__)

    with_windows(monkeypatch, Dispatch=dispatch)


def with_windows(monkeypatch: pytest.MonkeyPatch, **members: object) -> None:
    """pywin32, with these members of ``win32com.client`` and no other."""
    client = ModuleType("win32com.client")
    client.__dict__.update(members)
    types = ModuleType("pywintypes")
    types.com_error = ComError  # type: ignore[attr-defined]
    for name, module in {"win32com": ModuleType("win32com"), "win32com.client": client, "pywintypes": types}.items():
        monkeypatch.setitem(sys.modules, name, module)


def test_outlook_shows_the_mail_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    item = Item()
    with_outlook(monkeypatch, item)
    mail = letter(month(), "zh")
    assert shown_in_outlook(mail)
    assert item.shown == 1
    assert item.To == "boss@example.com; wang.wu@example.com.cn"
    assert item.CC == "gm@example.com"
    assert (item.Subject, item.HTMLBody) == (mail.subject, mail.html)
    assert item.attached == [(mail.name, mail.content)]


def opened_beside(folder: Path, month: Month) -> list[str]:
    """What a button says that drafts the mail in a folder."""
    return deliver(Outcome("mail", [], analysis=month), Wanted(folder / "CRM.xlsm", "zh", NOW, opens_draft=True))


def test_without_outlook_the_draft_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_outlook(monkeypatch, None)
    opened_paths: list[Path] = []

    def opens(path: Path) -> bool:
        opened_paths.append(path)
        return True

    monkeypatch.setattr(delivery, "_opened", opens)
    said = opened_beside(tmp_path, month())
    path = tmp_path / draft_name(month(), full=False)
    assert opened_paths == [path]
    assert said == [words.DRAFTED.say("zh", month="2026-10"), words.OPENED.say("zh", path=path)]
    assert path.read_bytes() == draft(letter(month(), "zh"), NOW)


def test_a_missing_recipient_is_reported(tmp_path: Path) -> None:
    assert opened_beside(tmp_path, month_with())[1] == words.NO_RECIPIENT.zh


# ---------------------------------------------------------------- PDF


@pytest.mark.libreoffice
def test_the_month_is_printed(book: Path) -> None:
    answer = xlcrm("month", book, *TODAY, "--pdf")
    assert answer.code == 0
    printed = book.with_name("月度分析_2026-10.pdf")
    assert answer.out.splitlines()[-1] == f"已写入 {printed}"
    assert printed.read_bytes().startswith(b"%PDF-")


class Excel:
    """An Excel that prints a workbook and quits; with ``trouble`` it refuses to."""

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.did: list[str] = []
        self.Workbooks = SimpleNamespace(Open=self._open)

    def _open(self, path: str) -> SimpleNamespace:
        assert zipfile.is_zipfile(path)
        return SimpleNamespace(ExportAsFixedFormat=self._export, Close=lambda save: self.did.append(f"close {save}"))

    def _export(self, kind: int, path: str) -> None:
        if self.trouble:
            raise ComError(self.trouble)
        assert kind == 0
        Path(path).write_bytes(b"%PDF-excel")

    def Quit(self) -> None:
        self.did.append("quit")


def test_excel_prints_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    excel = Excel()
    with_windows(monkeypatch, DispatchEx={"Excel.Application": excel}.__getitem__)
    assert pdf(workbook(month())) == b"%PDF-excel"
    assert excel.did == ["close False", "quit"]


def test_an_excel_that_will_not_print_is_quit(monkeypatch: pytest.MonkeyPatch) -> None:
    excel = Excel("no printer")
    with_windows(monkeypatch, DispatchEx={"Excel.Application": excel}.__getitem__)
    monkeypatch.setattr("shutil.which", lambda program: None)
    with pytest.raises(Refusal, match=r"pdf\.no_program"):
        pdf(workbook(month()))
    assert excel.did == ["quit"]


def test_where_nothing_prints_everything_is_left(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda program: None)
    before = contents(book.parent)
    declines(xlcrm("month", book, *TODAY, "--pdf"), "pdf.no_program")
    assert contents(book.parent) == before


def test_a_printer_that_fails_leaves_everything(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda program: "/bin/false")
    before = contents(book.parent)
    declines(xlcrm("month", book, *TODAY, "--pdf"), "pdf.failed")
    assert contents(book.parent) == before


def test_a_dry_run_prints_nothing(book: Path) -> None:
    before = contents(book.parent)
    assert "月度分析_2026-10.pdf" in xlcrm("month", book, *TODAY, "--pdf", "--dry-run").out
    assert contents(book.parent) == before
