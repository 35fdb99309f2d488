"""A verb reads the rows it asks for, when it asks for them; a book is written only where all of them can be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from workbooks import make_book, raw

from xlcrm.books.xlsx.read import BookReader, open_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.books.xlsx.values import Values
from xlcrm.cli import main
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 10, 9)
VISIT: dict[str, Cell] = {
    "日期": DAY,
    "来店/来电": "路过",
    "顾客姓名": "何一",
    "电话": "19900000001",
    "销售顾问": "顾问一",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book whose only row of 来店登记 has an error, and of which 校验日志 can be taken back."""
    path = make_book(tmp_path / "CRM.xlsx", {"来店登记": [VISIT]}, sheets=[f for f in FORMS if not FORMS[f].switch])
    assert pressed("validate", path) == 1
    return path


def pressed(verb: str, path: Path) -> int:
    return main([verb, str(path), "--today", str(DAY)])


def spoilt_zip(path: Path, sheet: str) -> None:
    """One bit of a sheet's part, as it is packed, is another."""
    data, part = bytearray(path.read_bytes()), part_of(path, sheet)
    packed = raw(bytes(data), part)
    data[data.find(packed) + len(packed) - 20] ^= 1
    path.write_bytes(data)


def part_of(path: Path, sheet: str) -> str:
    return open_book(path).parts.sheets[sheet]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sheets whose rows are asked for, in order; none is read merely because another is not parsed yet."""
    seen: list[str] = []
    rows_of = BookReader._rows_of

    def rows(self: BookReader, sheet: str) -> object:
        seen.append(sheet)
        return rows_of(self, sheet)

    monkeypatch.setattr(BookReader, "_rows_of", rows)
    monkeypatch.setattr(Values, "before", lambda *_: None)
    return seen


def decided(verb: str, session: FileSession) -> object:
    job = Job(DAY, dt.datetime(2026, 10, 9, 18), layout=session.layout)
    return VERBS[verb](session.blocks, session.issues, job)


def test_an_undo_is_decided_from_the_history_and_what_it_puts_back(book: Path, read: list[str]) -> None:
    decided("undo", FileSession(book))
    assert sorted(read) == sorted(["操作日志", "字典", "设置", "来店登记", "问题清单"])


def test_a_validation_reads_each_sheet_once_and_no_figures_of_closed_months(book: Path, read: list[str]) -> None:
    decided("validate", FileSession(book))
    assert len(read) == len(set(read))
    assert "日报" in read
    assert "历月指标" not in read


@pytest.mark.parametrize(
    ("verb", "sheet"), [("validate", "日报"), ("validate", "历月指标"), ("undo", "问题清单"), ("undo", "日报")]
)
def test_a_damaged_sheet_is_refused_by_verbs_that_do_not_ask_for_it_too(
    verb: str, sheet: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt_zip(book, sheet)
    before = book.read_bytes()
    assert pressed(verb, book) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert book.read_bytes() == before


def test_rows_that_cannot_be_read_are_refused_each_time_they_are_asked_for(book: Path) -> None:
    spoilt_zip(book, "日报")
    block = open_book(book).table(FORMS["日报"])
    for _ in range(2):
        with pytest.raises(Refusal, match=r"book\.damaged"):
            len(block.rows)
