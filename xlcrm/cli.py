"""The command line: the same verbs as the buttons, for shells, servers and outside checks.

Exit codes: 0 clean, 1 errors found, 2 the program declined (a message in words; nothing was changed)
or failed (a message in words that names the log for support, and whether the book was changed).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import getpass
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from xlcrm.catalogue import verbs as words
from xlcrm.computer.account import user_name
from xlcrm.computer.terminal import in_utf8, open_streams, print_whole, require_output, say
from xlcrm.computer.usage import Parser, require_command, signs_of_life, take_language, worded
from xlcrm.errors import Refusal
from xlcrm.paper.model import FORM_NAMES

if TYPE_CHECKING:
    from xlcrm.books.xlsx.session import FileSession
    from xlcrm.catalogue import Lang
    from xlcrm.changes import Block
    from xlcrm.delivery import Wanted
    from xlcrm.intake.take import Intake
    from xlcrm.safety.erase import Erasure
    from xlcrm.verbs import Job, Outcome

VERBS = ("validate", "tidy", "plan", "roll", "check", "month", "close", "reopen", "undo")
"""What writes into a book; mail and print only read one."""
ON_A_BOOK = (*VERBS, "collect", "erase", "handout", "handover", "import", "mail", "print")
"""What is done to a book or with it. ``redo`` is an option of ``undo``."""
BY = ("evenly", "model", "grade")
"""How ``handover`` shares customers: the keys of ``reassign.RULES``."""
STDOUT = "-"
"""What ``--json`` calls standard output."""
CENTURY = re.compile("20[0-9]{2}")
"""The years a shop keeps books in; farther off, the calendar itself ends."""
OUTPUT = {"month": "分析写到这个文件，工作簿不动", "mail": "草稿写到这个文件", "print": "表卡写到这个文件"}
"""What ``-o`` does where it does not name another book."""
SUFFIX = {"month": ".xlsx", "mail": ".eml", "print": ".xlsx"}
"""What ``-o`` must end in where it names no book."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    open_streams()
    given = list(sys.argv[1:] if argv is None else argv)
    lang = take_language(given)
    parser = worded(_parser(), lang)
    if not given:
        say(parser.format_help())
        return 0
    require_command(given, parser)
    args = parser.parse_args(given)
    args.lang = lang
    is_asking = getattr(args, "full", False) or getattr(args, "password", False)
    speaks = args.verb in ("demo", "group", "setup") or is_asking
    try:
        commands = {
            "demo": _demo,
            "export": _export,
            "group": _group,
            "new": _new,
            "newyear": _newyear,
            "selfcheck": _selfcheck,
            "setup": _setup,
            "upgrade": _upgrade,
        }
        with contextlib.nullcontext() if speaks else signs_of_life(lang):
            return commands.get(args.verb, _verb)(args)
    except Refusal as refusal:
        from xlcrm.catalogue.refusals import explain

        say(explain(refusal, args.lang), to=sys.stderr)
    except SystemExit:
        raise
    except (KeyboardInterrupt, EOFError):
        from xlcrm.catalogue.verbs import CANCELLED

        say(CANCELLED.say(args.lang), to=sys.stderr)
    except BaseException as error:  # a panic of a library's Rust is no Exception
        say(_crashed(args, error), to=sys.stderr)
    return 2


def _crashed(args: argparse.Namespace, error: BaseException) -> str:
    """What to say about an unexpected error; it is logged without the customers of the book that was read."""
    from xlcrm.catalogue import macros as failed
    from xlcrm.computer.supportlog import write_log

    session: FileSession | None = args.session
    blocks: Sequence[Block] = ()
    if session is not None:
        with contextlib.suppress(BaseException):  # to read them may be what failed
            blocks = session.blocks
    log = write_log(args.verb, error, dt.datetime.now(), blocks)
    is_unchanged = args.verb in (*ON_A_BOOK, "redo") and (session is None or session.is_as_read)
    state = failed.BOOK_UNCHANGED if is_unchanged else failed.NOT_DONE
    return state.say(args.lang, log=log)


def _parser() -> Parser:
    """What can be written after ``xlcrm``; in which words it is explained, ``worded`` says."""
    parser = Parser(prog="xlcrm")
    parser.set_defaults(session=None)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    demo = verbs.add_parser("demo", help="做一个示范店，并走完一个月")
    demo.add_argument("folder", type=Path, metavar="DIR")
    new = verbs.add_parser("new", help="新建工作簿，可载入一个 CSV 文件夹")
    new.add_argument("book", type=Path, metavar="BOOK")
    new.add_argument("--from", dest="source", type=Path, metavar="FOLDER")
    setup = verbs.add_parser("setup", help="给这台电脑的按钮装好 Python，放好或接好一本工作簿")
    setup.add_argument("--book", type=Path, metavar="PATH", help="工作簿；已有的只改它用的 Python")
    setup.add_argument("--env", type=Path, metavar="DIR", help="环境放在哪里")
    year = verbs.add_parser("newyear", help="换册：从结了账的工作簿开一本新的，旧册不动")
    year.add_argument("book", type=Path, metavar="BOOK")
    year.add_argument("new", type=Path, metavar="NEW")
    year.add_argument("--today", metavar="YYYY-MM-DD")
    data = verbs.add_parser("export", help="把一本或一批工作簿导出成数据文件（CSV 或 Parquet），客户资料隐去")
    data.add_argument("books", type=Path, metavar="BOOK|FOLDER")
    data.add_argument("folder", type=Path, metavar="DIR")
    data.add_argument("--parquet", action="store_true", help="写成 Parquet，不写就是 CSV")
    data.add_argument("--full", action="store_true", help="写明客户姓名和电话")
    data.add_argument("--today", metavar="YYYY-MM-DD")
    group = verbs.add_parser("group", help="把各店的月份汇总成一本集团月报")
    group.add_argument("books", metavar="FOLDER|BOOK", nargs="+")
    group.add_argument("-o", "--output", type=Path, metavar="OUT.xlsx", required=True)
    group.add_argument("--month", metavar="YYYY-MM", help="不写就是最近过完的一个月")
    group.add_argument("--today", metavar="YYYY-MM-DD")
    group.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
    group.add_argument("--regions", type=Path, metavar="CSV", help="各店的名单：店名、区域、品牌")
    group.add_argument("--quick", action="store_true", help="已结账的月份只读历月指标，不查封账是否完好")
    group.add_argument("--workers", type=int, metavar="N", help="几个进程；不写就是每个核一个")
    group.add_argument("--scheduler", default="", metavar="ADDRESS", help="交给这个 Dask 集群")
    for verb in (*ON_A_BOOK, "selfcheck"):
        one = verbs.add_parser(verb, help=words.LABELS[verb].zh)
        one.add_argument("book", type=Path, metavar="BOOK", nargs="?" if verb == "selfcheck" else None)
        one.add_argument("--month", metavar="YYYY-MM")
        one.add_argument("--today", metavar="YYYY-MM-DD")
        if verb == "handout":
            one.add_argument("output", type=Path, metavar="DIR", help="文件放在哪个文件夹；没有就新建")
        else:
            about = OUTPUT.get(verb, "结果写到另一个文件，工作簿不动")
            one.add_argument("-o", "--output", type=Path, metavar="PATH", help=about)
        one.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
        one.add_argument("--dry-run", action="store_true", help="只说会做什么，不写工作簿和分析文件")
    upgrade = verbs.add_parser("upgrade", help="把旧版的工作簿升级到这一版")
    upgrade.add_argument("book", type=Path, metavar="BOOK")
    upgrade.add_argument("-o", "--output", type=Path, metavar="PATH", help="升级后的另存一本，原来的不动")
    upgrade.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
    upgrade.add_argument("--dry-run", action="store_true", help="只说会做什么，不写工作簿")
    verbs.choices["undo"].add_argument(
        "--redo",
        dest="verb",
        action="store_const",
        const="redo",
        default=argparse.SUPPRESS,
        help="恢复上一次撤销拿走的",
    )
    files = verbs.choices["import"]
    files.add_argument("files", type=Path, metavar="FILE", nargs="+", help="旧表，或放着旧表的文件夹")
    mapped = "各列读作什么：有这个文件就照它读，没有就写一份出来供修改"
    files.add_argument("--map", dest="mapping", type=Path, metavar="FILE", help=mapped)
    home = verbs.choices["collect"]
    home.add_argument("files", type=Path, metavar="FILE", nargs="+", help="顾问交回的文件，或放着它们的文件夹")
    home.add_argument("--password", action="store_true", help="文件设了密码，当场输入")
    locked = "给每份文件设上当场输入的密码"
    verbs.choices["handout"].add_argument("--password", dest="full", action="store_true", help=locked)
    for verb in ("validate", "check"):
        listed = "问题一条一行全部列出，姓名隐去；不写时在终端上列前二十条"
        verbs.choices[verb].add_argument("--list", dest="lists", action="store_true", help=listed)
    verbs.choices["erase"].add_argument("--customer", metavar="客户编号或电话", required=True)
    handover = verbs.choices["handover"]
    handover.add_argument(
        "--from", dest="former", metavar="姓名", default="", help="谁的客户；不写就是已离职、还有客户的人"
    )
    handover.add_argument("--to", metavar="姓名", nargs="+", default=(), help="交给谁；不写就给其他所有在岗的顾问")
    shared = "都按人数平分：总数 evenly，每个车型 model，每个级别 grade"
    handover.add_argument("--by", choices=BY, default=BY[0], help=shared)
    forms = verbs.choices["print"]
    forms.add_argument("--form", choices=FORM_NAMES, default="", help="只印一种表；不写就印当天的全部")
    forms.add_argument("--customer", default="", metavar="客户编号或电话", help="印这位客户的客户管理卡")
    forms.add_argument("--consultant", default="", metavar="姓名", help="只印这位顾问的")
    printed = "再把分析印成 PDF，与分析文件同名"
    verbs.choices["month"].add_argument("--pdf", action="store_true", help=printed)
    full = "附件写明客户姓名，用当场输入的密码加密"
    verbs.choices["mail"].add_argument("--full", action="store_true", help=full)
    return parser


def _job(args: argparse.Namespace) -> Job:
    from xlcrm.verbs import Job

    now = dt.datetime.now().replace(microsecond=0)
    customer, consultant, form = (getattr(args, name, "") for name in ("customer", "consultant", "form"))
    job = Job(_day(args.today) or now.date(), now, user_name(), _month(args.month), args.lang)
    in_full = args.verb == "mail" and args.full
    return replace(job, customer=customer, consultant=consultant, form=form, in_full=in_full)


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("day.bad", day=text) from error
    if not CENTURY.match(text):
        raise Refusal("day.bad", day=text)
    return day


def _month(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(CENTURY.pattern + "-(0[1-9]|1[0-2])", text):
        raise Refusal("month.bad", month=text)
    return text


def _verb(args: argparse.Namespace) -> int:
    from xlcrm.books.xlsx.session import FileSession

    _check_places(args)
    session = args.session = FileSession(args.book)
    job = replace(_job(args), layout=session.layout)
    if args.verb == "import":
        job = _with_files(args, job)
    elif args.verb == "collect":
        job = _with_returned(args, job)
    elif args.verb == "handover":
        job = replace(job, former=args.former, to=tuple(args.to), by=args.by)
    from xlcrm.verbs import VERBS as RUN  # now, for the session's sheets are parsed meanwhile

    if args.verb == "undo" and _undo_upgrade(args, session, job):
        return 0
    is_finished = _finish_erase(args, session)
    try:
        outcome = RUN[args.verb](session.blocks, session.issues, job)
    except Refusal as refusal:
        if refusal.key != "erase.unknown" or not is_finished:
            raise
        return 0
    if outcome.intake is not None:
        _show_understood(args, outcome.intake)
    if outcome.erases is not None:  # this cannot be taken back: what it will do is said first
        _look_around(args, session, outcome, outcome.erases)
        _tell(args, outcome.said)

    def answer() -> dict[str, Any]:
        from xlcrm.contract import to_json

        return to_json(outcome, args.book, job)

    write = _write if outcome.erases is None else partial(_write_erased, erasure=outcome.erases)
    with _json(args, answer):
        after = _would_do(args, outcome, job) if args.dry_run else write(args, session, outcome, job)
        _tell(args, after if outcome.erases is not None else [*outcome.said, *_listed(args, outcome), *after])
    return 1 if outcome.has_errors or (outcome.erases is not None and outcome.kept) else 0


SHOWN = 20
"""So many lines of 问题清单 a terminal shows unasked."""


def _listed(args: argparse.Namespace, outcome: Outcome) -> list[str]:
    """The lines of 问题清单, names hidden: all where they are asked for, the first on a terminal, none in a pipe."""
    wants_all = getattr(args, "lists", False)
    if not outcome.lines or outcome.veil is None or not (wants_all or sys.stdout.isatty()):
        return []
    from xlcrm.messages import in_one_line

    veil = outcome.veil()
    shown = outcome.lines if wants_all else outcome.lines[:SHOWN]
    listed = [in_one_line(line, veil, args.lang) for line in shown]
    more = len(outcome.lines) - len(shown)
    return [*listed, words.MORE_LINES.say(args.lang, count=more)] if more else listed


def _with_files(args: argparse.Namespace, job: Job) -> Job:
    """The job with the files to be read in, and what people say of their columns."""
    from xlcrm.books.sources import read_mapping, read_sources
    from xlcrm.catalogue.intake import READING

    def progress(file: str, number: int, count: int) -> None:
        if sys.stderr.isatty():
            print(READING.say(args.lang, file=file, number=number, count=count), file=sys.stderr)

    mapping = read_mapping(args.mapping) if args.mapping is not None and args.mapping.exists() else []
    return replace(job, grids=read_sources(args.files, progress), mapping=mapping, book=args.book.name)


def _with_returned(args: argparse.Namespace, job: Job) -> Job:
    """The job with the files that consultants sent back."""
    from xlcrm.books.returned import read_returned
    from xlcrm.catalogue import hands as handing

    ask = (lambda: _typed_password(handing.PASSWORD.say(args.lang))) if args.password else None
    return replace(job, returned=read_returned(args.files, ask), book=args.book.name)


def _show_understood(args: argparse.Namespace, found: Intake) -> None:
    """How every sheet was understood, said before anything is written; ``--map`` gets it as a file to be edited."""
    from xlcrm.intake.said import understood

    if found.is_new:
        print(*understood(found, args.lang), sep="\n", file=sys.stderr if args.json == STDOUT else sys.stdout)
    if args.mapping is not None and not args.mapping.exists():
        from xlcrm.books.sources import write_mapping

        write_mapping(args.mapping, found.mapping)


def _check_places(args: argparse.Namespace) -> None:
    """Refuse places where the results cannot go, before anything is read."""
    if args.json == STDOUT:
        require_output()
    if args.output is None and args.json in (None, STDOUT):
        return
    from xlcrm.books.places import is_stream, placed, require_apart, require_other, require_suffix, require_writable

    if args.output is not None and args.verb != "handout":
        if args.verb not in SUFFIX:
            args.output = placed(args.output, args.book.name)
        if not args.output.is_dir():
            require_suffix(args.output, SUFFIX.get(args.verb, args.book.suffix))
        require_other(args.output, args.book)
    if args.json not in (None, STDOUT) and not is_stream(Path(args.json)):
        require_apart(Path(args.json), args.book, *filter(None, [args.output]))
        require_writable(Path(args.json))


def _wanted(args: argparse.Namespace, job: Job) -> Wanted:
    """Results go where ``-o`` says, if it says so of them; else beside the book that is written."""
    from xlcrm.delivery import Wanted

    ask = (lambda: _new_password(args.lang)) if getattr(args, "full", False) else None
    named = args.output if args.verb in (*SUFFIX, "handout") else None
    return Wanted(args.book if named else _target(args), args.lang, job.now, named, getattr(args, "pdf", False), ask)


def _would_do(args: argparse.Namespace, outcome: Outcome, job: Job) -> list[str]:
    sheets = [sheet for sheet, change in outcome.changes.tables.items() if change]
    sheets += [sheet for sheet, cells in outcome.changes.layouts.items() if cells]
    would = [words.DRY_RUN.say(args.lang, sheets="、".join(sheets) or "—")]
    if outcome.makes_files:
        from xlcrm.delivery import places

        would += [words.WOULD_WRITE.say(args.lang, path=path) for path in places(outcome, _wanted(args, job))]
    return would


def _target(args: argparse.Namespace) -> Path:
    """The file that is written: the book, or its copy."""
    target: Path = args.output or args.book
    return target.resolve()


def _finish_erase(args: argparse.Namespace, session: FileSession) -> bool:
    """Finish an erase that was killed after the book was written, whatever is pressed next.

    Returns whether it was of the customer asked for now, whom the book does not know any more.
    """
    from xlcrm.books.xlsx.save import BACKUPS, ERASING

    book = args.book.resolve()
    if not (book.parent / BACKUPS / f"{book.name}{ERASING}").exists():
        return False
    from xlcrm.books import copies
    from xlcrm.catalogue import erasing

    history = copies.history_of(session.blocks)
    if not copies.is_unfinished(book, history):
        return False
    is_asked = args.verb == "erase" and copies.was_marked(book, args.customer)
    going = copies.copies_of(book, history)
    about = {"count": len(going), "folder": book.parent / BACKUPS}
    if args.dry_run:
        _tell(args, [erasing.TO_FINISH.say(args.lang, **about)])
    else:
        held = copies.finish(book, going)
        _tell(args, [erasing.FINISHED.say(args.lang, **about | {"count": len(going) - len(held)}), *_held(args, held)])
    return is_asked


def _look_around(args: argparse.Namespace, session: FileSession, outcome: Outcome, erasure: Erasure) -> None:
    """Add to an erase where the customer is left outside the tables: in the book, and beside it."""
    from xlcrm.books import copies
    from xlcrm.books.xlsx.save import BACKUPS
    from xlcrm.catalogue import erasing
    from xlcrm.verbs import named

    target = _target(args)
    going = copies.copies_of(target, copies.history_of(session.blocks))
    left = [*session.left(outcome.changes, erasure), *copies.left_beside(target, erasure, going)]
    places = [erasing.KINDS[one.kind].say(args.lang, place=one.place) for one in left]
    if places:
        outcome.said.append(erasing.LEFT.say(args.lang, **named(places)))
        outcome.kept += places
    if args.dry_run:
        outcome.said.append(erasing.FORGOTTEN.say(args.lang, count=len(going), folder=target.parent / BACKUPS))


def _write_erased(
    args: argparse.Namespace, session: FileSession, outcome: Outcome, _job: Job, *, erasure: Erasure
) -> list[str]:
    """A marker, the book, its copies, in this order: what is killed in between, the next press finishes."""
    from xlcrm.books import copies
    from xlcrm.books.xlsx.save import BACKUPS
    from xlcrm.catalogue import erasing

    target = _target(args)
    going = copies.copies_of(target, copies.history_of(session.blocks))
    with copies.begun(target, outcome.changes, erasure):
        written = session.apply(outcome.changes, args.output, erases=erasure)
    held = copies.finish(target, going)
    gone = erasing.FORGOTTEN.say(args.lang, count=len(going) - len(held), folder=target.parent / BACKUPS)
    return [gone, *_held(args, held), words.WRITTEN.say(args.lang, path=written)]


def _held(args: argparse.Namespace, held: Sequence[Path]) -> list[str]:
    """What to say of copies that could not be removed."""
    from xlcrm.catalogue import erasing

    if not held:
        return []
    names = "、".join(copy.name for copy in held)
    return [erasing.NOT_FORGOTTEN.say(args.lang, names=names, folder=held[0].parent)]


def _tell(args: argparse.Namespace, lines: Sequence[str]) -> None:
    """Sentences for the user; with ``--json -`` standard output belongs to the JSON, so they go to standard error."""
    say(*lines, to=sys.stderr if args.json == STDOUT else sys.stdout)


def _write(args: argparse.Namespace, session: FileSession, outcome: Outcome, job: Job) -> list[str]:
    """Write the book or its copy, and what stands beside it; with ``-o`` for that, the book itself is left alone.

    What stands beside is made and its place tried first, so that nothing is left to fail once the book is written.
    """
    if not outcome.makes_files:
        written = session.apply(outcome.changes, args.output)
        return [words.WRITTEN.say(args.lang, path=written)]
    from xlcrm.books.places import staged
    from xlcrm.delivery import deliver, make

    wanted = _wanted(args, job)
    if not outcome.changes or (wanted.output is not None and args.verb == "month"):
        return deliver(outcome, wanted)
    results = make(outcome, wanted)
    with staged(results.files, args.book):
        written = session.apply(outcome.changes, None if wanted.output else args.output)
    return [words.WRITTEN.say(args.lang, path=written), *results.written(args.lang)]


def _typed_password(asked: str) -> str:
    """A password typed at the terminal, never shown; one that comes through a pipe is refused."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refusal("password.no_terminal")
    return getpass.getpass(f"{asked} > ")


def _new_password(lang: Lang) -> str:
    """A password typed twice at the terminal, never shown and never kept; one that comes through a pipe is refused."""
    from xlcrm.catalogue import mail as mail_words
    from xlcrm.report.encryption import require_strong

    password = _typed_password(mail_words.PASSWORD.say(lang))
    require_strong(password)
    if getpass.getpass(f"{mail_words.PASSWORD_AGAIN.say(lang)} > ") != password:
        raise Refusal("password.differs")
    return password


@contextlib.contextmanager
def _json(args: argparse.Namespace, answer: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """What ``--json`` asks for, made before the block in which the book is written, and whole in its place after it."""
    if not args.json:
        yield
        return
    text = json.dumps(answer(), ensure_ascii=False, indent=1) + "\n"
    if args.json == STDOUT:
        yield
        print_whole(text)
        return
    from xlcrm.books.places import is_stream, pour, staged

    path = Path(args.json)
    if is_stream(path):
        yield
        pour(path, text.encode())
    else:
        with staged({path: text.encode()}, getattr(args, "book", None)):
            yield


def _upgrade(args: argparse.Namespace) -> int:
    from xlcrm.books.upgrade.upgrade import Upgrade
    from xlcrm.books.upgrade.words import sentences, upgrade_json
    from xlcrm.books.xlsx.read import open_book
    from xlcrm.books.xlsx.save import place
    from xlcrm.catalogue import upgrade as upgrading
    from xlcrm.forms.workbook import SCHEMA

    _check_places(args)
    reader = open_book(args.book)
    now = dt.datetime.now().replace(microsecond=0)
    made = Upgrade(reader, now, user_name(), args.lang)
    lines = sentences(made.done, args.lang)
    if not made.is_due:
        lines = [upgrading.CURRENT.say(args.lang, name=args.book.name, wanted=SCHEMA)]
    with _json(args, lambda: upgrade_json(made.done, args.book, now.date())):
        if made.is_due and args.dry_run:
            lines.append(words.DRY_RUN.say(args.lang, sheets="、".join(made.sheets_changed) or "—"))
        elif made.is_due:
            written = place(reader, lambda: made, args.output)
            lines += [words.WRITTEN.say(args.lang, path=written), upgrading.HOW_BACK.say(args.lang)]
        _tell(args, lines)
    return 0


def _undo_upgrade(args: argparse.Namespace, session: FileSession, job: Job) -> bool:
    """Put the book back as it was before an upgrade, if that was the last that was done to it; returns whether it was."""
    from xlcrm.catalogue import upgrade as upgrading
    from xlcrm.ledger.reading import read_ledger
    from xlcrm.safety.journal import is_newest

    if args.output is not None or not is_newest(read_ledger(session.blocks, job.today), words.LABELS["upgrade"]):
        return False
    from xlcrm.books.upgrade.back import former, put_back

    found = former(args.book)
    if found is None:
        return False
    with _json(args, lambda: _undone_json(args, job)):
        if args.dry_run:
            _tell(args, [words.DRY_RUN.say(args.lang, sheets=args.book.name)])
        else:
            written = put_back(args.book, found)
            done = upgrading.UNDONE.say(args.lang, name=args.book.name)
            _tell(args, [done, words.WRITTEN.say(args.lang, path=written)])
    return True


def _undone_json(args: argparse.Namespace, job: Job) -> dict[str, Any]:
    from xlcrm.contract import to_json
    from xlcrm.verbs import Outcome

    return to_json(Outcome("undo", []), args.book, job)


def _new(args: argparse.Namespace) -> int:
    from xlcrm.books.new import create_book

    others = _recognised(args.source) if args.source is not None else []
    rows, unread = create_book(args.book, args.source, others)
    say(words.CREATED.say(args.lang, book=args.book, rows=rows))
    for file, columns in unread.items():
        say(words.UNREAD.say(args.lang, file=file, columns="、".join(columns)))
    return main(["import", *map(str, (args.book, *others)), "--lang", args.lang]) if others else 0


def _recognised(folder: Path) -> list[Path]:
    """The files of a folder that are no sheets of ours but tables of customers all the same; they are imported."""
    from xlcrm.books.csvfolder import other_files
    from xlcrm.books.sources import read_source
    from xlcrm.intake.corrections import corrections_of
    from xlcrm.intake.tables import tables_of

    known, _ = corrections_of([])
    today = dt.date.today()
    return [
        path
        for path in other_files(folder)
        if any(table.kind is not None for table in tables_of(read_source(path), (), today, known))
    ]


def _export(args: argparse.Namespace) -> int:
    _require_data()
    from xlcrm.catalogue.refusals import why
    from xlcrm.group.export import export
    from xlcrm.group.places import books_in
    from xlcrm.verbs import Job

    books = books_in([args.books])
    now = dt.datetime.now().replace(microsecond=0)
    job = Job(_day(args.today) or now.date(), now, user_name(), lang=args.lang, in_full=args.full)
    troubles = export(books, args.folder, job, parquet=args.parquet)
    for book, refusal in troubles:
        say(words.NOT_READ.say(args.lang, book=book, why=why(refusal, args.lang)), to=sys.stderr)
    done = words.EXPORTED_FULL if args.full else words.EXPORTED
    say(done.say(args.lang, count=len(books) - len(troubles), folder=args.folder))
    return 1 if troubles else 0


def _group(args: argparse.Namespace) -> int:
    _require_data()
    from xlcrm.books.places import placed, put, require_suffix, require_writable
    from xlcrm.catalogue import group as groups
    from xlcrm.findings import Severity
    from xlcrm.group.cache import FOLDER
    from xlcrm.group.consolidate import consolidate
    from xlcrm.group.jsonable import group_json
    from xlcrm.group.places import addresses_in
    from xlcrm.group.regions import read_regions
    from xlcrm.group.run import StoreTask, read_all
    from xlcrm.group.workbook import file_name, workbook

    today = _day(args.today) or dt.date.today()
    month = _month(args.month) or f"{(today + dt.timedelta(days=1)).replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    output = placed(args.output, file_name(month))
    require_suffix(output, ".xlsx")
    require_writable(output)
    if args.json == STDOUT:
        require_output()
    regions = read_regions(args.regions) if args.regions else []
    cache = str(output.resolve().parent / FOLDER)
    tasks = [StoreTask(book, month, today, cache, args.quick) for book in addresses_in(args.books, but=output)]
    stores = read_all(tasks, _progress(args, len(tasks)), args.workers, args.scheduler)
    group = consolidate(month, stores, regions)
    with _json(args, lambda: group_json(group, "、".join(args.books), today, args.lang)):
        put(output, workbook(group, args.lang, quick=args.quick))
    said = [groups.DONE.say(args.lang, month=month, counted=len(group.counted))]
    for trouble in group.troubles:
        at = trouble.store or "—"
        said.append(words.NOT_READ.say(args.lang, book=at, why=trouble.said.say(args.lang)))
    _tell(args, [*said, words.WRITTEN.say(args.lang, path=output)])
    return 1 if any(trouble.severity is Severity.ERROR for trouble in group.troubles) else 0


def _progress(args: argparse.Namespace, count: int) -> Callable[[object], None]:
    """Says on a terminal how many stores are done, how fast, and how long the others will take; nothing in a pipe."""
    from xlcrm.catalogue.group import PROGRESS

    started, done = time.monotonic(), 0

    def progress(_store: object) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            rate = done / max(time.monotonic() - started, 0.001)
            line = PROGRESS.say(
                args.lang, done=done, count=count, rate=f"{rate:.1f}", left=round((count - done) / rate)
            )
            print(f"\r{line}\033[K", end="\n" if done == count else "", file=sys.stderr, flush=True)

    return progress


def _require_data() -> None:
    """Refuse (``data.missing``) what needs pandas and pyarrow where they are not installed."""
    from importlib.util import find_spec

    if not (find_spec("pandas") and find_spec("pyarrow")):
        raise Refusal("data.missing")


def _newyear(args: argparse.Namespace) -> int:
    from xlcrm.books.xlsx.session import FileSession

    session = args.session = FileSession(args.book)
    from xlcrm.delivery import Wanted, deliver
    from xlcrm.verbs import VERBS as RUN
    from xlcrm.verbs import Job

    now = dt.datetime.now().replace(microsecond=0)
    job = Job(_day(args.today) or now.date(), now, lang=args.lang)
    outcome = RUN["newyear"](session.blocks, session.issues, job)
    say(*outcome.said, *deliver(outcome, Wanted(args.book, args.lang, now, args.new)))
    return 0


def _setup(args: argparse.Namespace) -> int:
    from xlcrm.computer.setup import setup

    return setup(args.book, args.env, args.lang, say)


def _selfcheck(args: argparse.Namespace) -> int:
    from xlcrm.computer.selfcheck import diagnose
    from xlcrm.contract import selfcheck_json

    if args.json == STDOUT:
        require_output()
    found = diagnose(args.book, None, args.lang)
    today = _day(args.today) or dt.date.today()
    with _json(args, lambda: selfcheck_json(found, args.book, today)):
        say(*found.lines, to=sys.stderr if args.json == STDOUT else sys.stdout)
    return 0 if found.ok else 1


def _demo(args: argparse.Namespace) -> int:
    from xlcrm.computer.setup import as_named, place
    from xlcrm.demo.tour import BOOK, run_tour

    code = run_tour(args.folder, args.lang, say)
    # its buttons work at once: the Python that made the book is the one behind them
    place(args.folder / BOOK, as_named(Path(sys.executable), os.environ.get("LOCALAPPDATA")))
    return code


def run() -> NoReturn:
    """The command ``xlcrm``: a short-lived process, in which collecting garbage costs more than it frees.

    It leaves without taking its memory apart, record by record: everything is written and closed by then.
    """
    gc.disable()
    in_utf8()
    try:
        code = main()
    except SystemExit as leaving:  # argparse's own way out
        code = int(leaving.code or 0)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read the words has gone
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
