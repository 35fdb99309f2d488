"""A process that dies while many hands come together: the book is the old or the new one, and the next press ends the work."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from books import Row
from desk import Desk
from hands import Copy, handed
from memory import HE, SUN, card, prospect, visit
from systemcalls import SystemCalls, die_at
from taking import grid

from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.save import BACKUPS
from xlcrm.books.xlsx.session import FileSession
from xlcrm.changes import Changes
from xlcrm.errors import Refusal
from xlcrm.verbs import VERBS, Job

TODAY = dt.date(2026, 10, 24)
JOB = Job(TODAY, dt.datetime.combine(TODAY, dt.time(18)), book="CRM.xlsm")
MOMENTS = (0.3, 0.6, 0.8, 0.95)
"""Shares of what a save asks of the system, after which a process is killed."""


def shop() -> Desk:
    """何一 is a prospect of 张敏, who has left; 李强 is at work, and had a visitor today."""
    staff: list[Row] = [{"姓名": "张敏", "状态": "离职", "离职日期": TODAY}, {"姓名": "李强", "状态": "在岗"}]
    cards = {"客户卡": [card(HE, "B")], "B级": [prospect(HE, "B")]}
    return Desk.holding({"顾问": staff, "来店登记": [visit(TODAY, SUN, 销售顾问="李强")], **cards})


def collecting() -> Job:
    """李强 changed a cell and added a row."""
    copy = next(Copy.of(out) for out in handed(shop(), TODAY))
    copy.put("来店登记", 0, "注释", "下周再来")
    copy.add("来店登记", {"日期": TODAY, "顾客名称": "孙女士", "电话": "19900000199", "来店/来电": "来店"})
    return replace(JOB, returned=[copy.home])


def importing() -> Job:
    """A sheet with two customers."""
    rows = [
        (name, phone, "远行X5", "B", TODAY, "基盘", "李强")
        for name, phone in (("周五", "19900000105"), ("吴六", "19900000106"))
    ]
    return replace(JOB, grids=[grid(("客户姓名", "电话", "车型", "级别", "初洽日期", "来源", "顾问"), *rows)])


def handing_over() -> Job:
    """Whatever 张敏 left."""
    return JOB


def pressed(verb: str, book: Path, job: Job) -> Changes:
    """What a verb would write; nothing where it has nothing left to do."""
    session = FileSession(book)
    try:
        return VERBS[verb](session.blocks, session.issues, job).changes
    except Refusal:
        return Changes()


def tables(book: Path) -> dict[str, object]:
    return {block.sheet: block.rows for block in FileSession(book).blocks}


@pytest.mark.posix("a process is forked")
@pytest.mark.parametrize(("verb", "made"), [("collect", collecting), ("import", importing), ("handover", handing_over)])
def test_killed_in_the_middle_it_is_old_or_new_and_pressed_again_it_is_new(
    verb: str, made: Callable[[], Job], tmp_path: Path
) -> None:
    book, job = tmp_path / "CRM.xlsm", made()
    fill_book(book, {block.sheet: rows for block in shop().blocks if (rows := shop().rows(block.sheet))})
    old, session, changes = book.read_bytes(), FileSession(book), pressed(verb, book, job)
    with SystemCalls(0, "c_call", lambda: None) as calls:
        session.apply(changes)
    new, standing = book.read_bytes(), tables(book)
    ends = set()
    for share in MOMENTS:
        shutil.rmtree(tmp_path / BACKUPS)
        book.write_bytes(old)
        die_at(int(share * calls.count), lambda: session.apply(changes))
        ends.add(book.read_bytes())
        assert ends <= {old, new}
        if again := pressed(verb, book, job):
            FileSession(book).apply(again)
        assert tables(book) == standing
    assert ends == {old, new}
