"""One month makes two workbooks: the shop's names whom it must call, the mailed one gives nobody away."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from pathlib import Path

import pytest
from books import blocks_of
from sizes import scaled

from xlcrm.changes import after
from xlcrm.delivery import Wanted, letter, make
from xlcrm.demo import simulate
from xlcrm.forms.schema import Privacy, as_text
from xlcrm.forms.sheets import FORMS
from xlcrm.ledger.reading import read_ledger
from xlcrm.verbs import VERBS, Blocks, Job

DAY = dt.date(2026, 10, 20)
JOB = Job(DAY, dt.datetime.combine(DAY, dt.time(18)))
PERSONAL = {Privacy.NAME, Privacy.PHONE, Privacy.PLATE, Privacy.NUMBER, Privacy.IDENTITY, Privacy.ADDRESS}
CALLED = {"overdue_customers": "name", "subjective_losses": "name", "warnings_of_money": "name", "pipeline": "name"}
"""Tables whose customers somebody must call, and the column that names them."""


def rolled(seed: int) -> Blocks:
    """The book of a small store of two months, after a roll."""
    store = simulate(seed, start=dt.date(2026, 9, 1), end=DAY, consultants=2, visits_a_month=25, opening=12)
    blocks = blocks_of(store.sheets)
    return after(blocks, VERBS["roll"](blocks, (), JOB).changes)


def secrets(blocks: Blocks) -> set[str]:
    """Every personal value of the book, but titles, one character, and what the staff is called."""
    ledger = read_ledger(blocks, DAY)
    staff = {row.name for row in ledger.consultants}
    found = {
        as_text(record.raw(column.name))
        for sheet, records in ledger.records.items()
        for column in FORMS[sheet].columns
        if column.privacy in PERSONAL
        for record in records
    }
    return {text for text in found if len(text) > 1 and not text.endswith(("先生", "女士"))} - staff


def text_of(content: bytes) -> str:
    """Every part of a package with its entities read, and once more without its markup."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = html.unescape("\n".join(package.read(name).decode("utf-8") for name in package.namelist()))
    return text + re.sub(r"<[^>]*>", "", text)


def made(verb: str, blocks: Blocks) -> bytes:
    """What a verb makes of a book, decided and delivered as every door does."""
    [content] = make(VERBS[verb](blocks, (), JOB), Wanted(Path("CRM.xlsm"), "zh", JOB.now)).files.values()
    return content


@pytest.mark.parametrize("seed", range(scaled(2, 30)))
def test_the_shops_workbook_names_whom_to_call_and_the_mailed_one_nobody(seed: int) -> None:
    blocks = rolled(seed)
    analysis = VERBS["mail"](blocks, (), JOB).analysis
    assert analysis is not None
    names = {
        str(row[table.headers.index(column)])
        for key, column in CALLED.items()
        for table in (analysis.table(key),)
        for row in table.rows
        if row[table.headers.index(column)]
    }
    shop = text_of(made("month", blocks))
    assert len(names) > 10
    assert [name for name in names if name not in shop] == []
    assert "含客户姓名，只在店内使用" in shop
    hidden = secrets(blocks)
    mail = letter(analysis, "zh")
    mailed = text_of(mail.content) + mail.text + mail.html + mail.subject
    assert len(hidden) > 50
    assert {secret for secret in hidden if secret in mailed} == set()
    assert "只在店内使用" not in mailed
