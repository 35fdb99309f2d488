"""What can be written after ``xlcrm``, and what days, months and jobs come of it."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xlcrm.catalogue import verbs as words
from xlcrm.computer.account import user_name
from xlcrm.computer.usage import Parser
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.verbs import Job

VERBS = ("validate", "tidy", "plan", "roll", "check", "month", "close", "reopen", "undo")
"""What writes into a book; mail and print only read one."""
ON_A_BOOK = (*VERBS, "collect", "erase", "handout", "handover", "import", "mail", "print")
"""What is done to a book or with it. ``redo`` is an option of ``undo``."""
BY = ("evenly", "model", "grade")
"""How ``handover`` shares customers: the keys of ``reassign.RULES``."""
CENTURY = re.compile("20[0-9]{2}")
"""The years a shop keeps books in; farther off, the calendar itself ends."""
OUTPUT = {"month": "分析写到这个文件，工作簿不动", "mail": "草稿写到这个文件", "print": "表卡写到这个文件"}
"""What ``-o`` does where it does not name another book."""
SUFFIX = {"month": ".xlsx", "mail": ".eml", "print": ".xlsx"}
"""What ``-o`` must end in where it names no book."""


def parser(only: str = "") -> Parser:
    """What can be written after ``xlcrm``; in which words it is explained, ``worded`` says.

    ``only``: build one command alone, where it is known; building them all takes longer than reading a book.
    """
    parser = Parser(prog="xlcrm")
    parser.set_defaults(session=None)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (about, declare) in COMMANDS.items():
        if only in ("", verb):
            declare(verbs.add_parser(verb, help=about))
    return parser


def _demo(demo: Parser) -> None:
    demo.add_argument("folder", type=Path, metavar="DIR")


def _new(new: Parser) -> None:
    new.add_argument("book", type=Path, metavar="BOOK")
    new.add_argument("--from", dest="source", type=Path, metavar="FOLDER")


def _setup(setup: Parser) -> None:
    setup.add_argument("--book", type=Path, metavar="PATH", help="工作簿；已有的只改它用的 Python")
    setup.add_argument("--env", type=Path, metavar="DIR", help="环境放在哪里")


def _newyear(year: Parser) -> None:
    year.add_argument("book", type=Path, metavar="BOOK")
    year.add_argument("new", type=Path, metavar="NEW")
    year.add_argument("--today", metavar="YYYY-MM-DD")


def _export(data: Parser) -> None:
    data.add_argument("books", type=Path, metavar="BOOK|FOLDER")
    data.add_argument("folder", type=Path, metavar="DIR")
    data.add_argument("--parquet", action="store_true", help="写成 Parquet，不写就是 CSV")
    data.add_argument("--full", action="store_true", help="写明客户姓名和电话")
    data.add_argument("--today", metavar="YYYY-MM-DD")


def _group(group: Parser) -> None:
    group.add_argument("books", metavar="FOLDER|BOOK", nargs="+")
    group.add_argument("-o", "--output", type=Path, metavar="OUT.xlsx", required=True)
    group.add_argument("--month", metavar="YYYY-MM", help="不写就是最近过完的一个月")
    group.add_argument("--today", metavar="YYYY-MM-DD")
    group.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
    group.add_argument("--regions", type=Path, metavar="CSV", help="各店的名单：店名、区域、品牌")
    group.add_argument("--quick", action="store_true", help="已结账的月份只读历月指标，不查封账是否完好")
    group.add_argument("--workers", type=int, metavar="N", help="几个进程；不写就是每个核一个")
    group.add_argument("--scheduler", default="", metavar="ADDRESS", help="交给这个 Dask 集群")
    group.add_argument("--facts", default="", metavar="PLACE", help="集群把各店的数写到哪里，各台都要够得着")


def _on_a_book(one: Parser, about_output: str = "结果写到另一个文件，工作簿不动", *, needs_book: bool = True) -> None:
    _before_output(one, needs_book=needs_book)
    one.add_argument("-o", "--output", type=Path, metavar="PATH", help=about_output)
    _after_output(one)


def _before_output(one: Parser, *, needs_book: bool = True) -> None:
    one.add_argument("book", type=Path, metavar="BOOK", nargs=None if needs_book else "?")
    one.add_argument("--month", metavar="YYYY-MM")
    one.add_argument("--today", metavar="YYYY-MM-DD")


def _after_output(one: Parser) -> None:
    one.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
    one.add_argument("--dry-run", action="store_true", help="只说会做什么，不写工作簿和分析文件")


def _listing(one: Parser) -> None:
    _on_a_book(one)
    listed = "问题一条一行全部列出，姓名隐去；不写时在终端上列前二十条"
    one.add_argument("--list", dest="lists", action="store_true", help=listed)


def _month(month: Parser) -> None:
    _on_a_book(month, OUTPUT["month"])
    month.add_argument("--pdf", action="store_true", help="再把分析印成 PDF，与分析文件同名")


def _undo(undo: Parser) -> None:
    _on_a_book(undo)
    again = "恢复上一次撤销拿走的"
    undo.add_argument("--redo", dest="verb", action="store_const", const="redo", default=argparse.SUPPRESS, help=again)


def _collect(home: Parser) -> None:
    _on_a_book(home)
    home.add_argument("files", type=Path, metavar="FILE", nargs="+", help="顾问交回的文件，或放着它们的文件夹")
    home.add_argument("--password", action="store_true", help="文件设了密码，当场输入")


def _erase(erase: Parser) -> None:
    _on_a_book(erase)
    erase.add_argument("--customer", metavar="客户编号或电话", required=True)


def _handout(handout: Parser) -> None:
    _before_output(handout)
    handout.add_argument("output", type=Path, metavar="DIR", help="文件放在哪个文件夹；没有就新建")
    _after_output(handout)
    handout.add_argument("--password", action="store_true", help="给每份文件设上当场输入的密码")


def _handover(handover: Parser) -> None:
    _on_a_book(handover)
    whose = "谁的客户；不写就是已离职、还有客户的人"
    handover.add_argument("--from", dest="former", metavar="姓名", default="", help=whose)
    others = "交给谁；不写就给其他所有在岗的顾问"
    handover.add_argument("--to", metavar="姓名", nargs="+", default=(), help=others)
    shared = "都按人数平分：总数 evenly，每个车型 model，每个级别 grade"
    handover.add_argument("--by", choices=BY, default=BY[0], help=shared)


def _import(files: Parser) -> None:
    _on_a_book(files)
    files.add_argument("files", type=Path, metavar="FILE", nargs="+", help="旧表，或放着旧表的文件夹")
    mapped = "各列读作什么：有这个文件就照它读，没有就写一份出来供修改"
    files.add_argument("--map", dest="mapping", type=Path, metavar="FILE", help=mapped)


def _mail(mail: Parser) -> None:
    _on_a_book(mail, OUTPUT["mail"])
    mail.add_argument("--full", action="store_true", help="附件写明客户姓名，用当场输入的密码加密")


def _print(forms: Parser) -> None:
    from xlcrm.paper.model import FORM_NAMES

    _on_a_book(forms, OUTPUT["print"])
    forms.add_argument("--form", choices=FORM_NAMES, default="", help="只印一种表；不写就印当天的全部")
    forms.add_argument("--customer", default="", metavar="客户编号或电话", help="印这位客户的客户管理卡")
    forms.add_argument("--consultant", default="", metavar="姓名", help="只印这位顾问的")


def _upgrade(upgrade: Parser) -> None:
    upgrade.add_argument("book", type=Path, metavar="BOOK")
    upgrade.add_argument("-o", "--output", type=Path, metavar="PATH", help="升级后的另存一本，原来的不动")
    upgrade.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
    upgrade.add_argument("--dry-run", action="store_true", help="只说会做什么，不写工作簿")


_DECLARED: Mapping[str, Callable[[Parser], None]] = {
    "validate": _listing,
    "check": _listing,
    "month": _month,
    "undo": _undo,
    "collect": _collect,
    "erase": _erase,
    "handout": _handout,
    "handover": _handover,
    "import": _import,
    "mail": _mail,
    "print": _print,
}
"""The verbs on a book that take more than a book."""
COMMANDS: Mapping[str, tuple[str, Callable[[Parser], None]]] = {
    "demo": ("做一个示范店，并走完一个月", _demo),
    "new": ("新建工作簿，可载入一个 CSV 文件夹", _new),
    "setup": ("给这台电脑的按钮装好 Python，放好或接好一本工作簿", _setup),
    "newyear": ("换册：从结了账的工作簿开一本新的，旧册不动", _newyear),
    "export": ("把一本或一批工作簿导出成数据文件（CSV 或 Parquet），客户资料隐去", _export),
    "group": ("把各店的月份汇总成一本集团月报", _group),
    **{verb: (words.LABELS[verb].zh, _DECLARED.get(verb, _on_a_book)) for verb in ON_A_BOOK},
    "selfcheck": (words.LABELS["selfcheck"].zh, partial(_on_a_book, needs_book=False)),
    "upgrade": ("把旧版的工作簿升级到这一版", _upgrade),
}
"""Every command: what it is for, and what it takes."""


def job_of(args: argparse.Namespace) -> Job:
    """What a verb is asked to do, today by this user unless the arguments say otherwise."""
    from xlcrm.verbs import Job

    now = dt.datetime.now().replace(microsecond=0)
    customer, consultant, form = (getattr(args, name, "") for name in ("customer", "consultant", "form"))
    job = Job(day_of(args.today) or now.date(), now, user_name(), month_of(args.month), args.lang)
    in_full = args.verb == "mail" and args.full
    return replace(job, customer=customer, consultant=consultant, form=form, in_full=in_full)


def day_of(text: str | None) -> dt.date | None:
    """A day as it is written. Raises ``Refusal``: ``day.bad``."""
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("day.bad", day=text) from error
    if not CENTURY.match(text):
        raise Refusal("day.bad", day=text)
    return day


def month_of(text: str | None) -> str | None:
    """A month as it is written, YYYY-MM. Raises ``Refusal``: ``month.bad``."""
    if text is not None and not re.fullmatch(CENTURY.pattern + "-(0[1-9]|1[0-2])", text):
        raise Refusal("month.bad", month=text)
    return text
