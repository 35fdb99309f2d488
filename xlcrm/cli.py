"""The command line: the same verbs as the buttons, for shells, servers and outside checks.

Exit codes: 0 clean, 1 errors found, 2 the program declined (a message in words; nothing was changed).
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from xlcrm.catalogue import verbs as words
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.verbs import Job, Outcome

VERBS = ("validate", "roll", "check", "month", "close")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _speak_utf8()
    args = _parser().parse_args(argv)
    try:
        command = {"demo": _demo, "new": _new}.get(args.verb, _verb)
        return command(args)
    except Refusal as refusal:
        from xlcrm.catalogue.refusals import explain

        print(explain(refusal, args.lang), file=sys.stderr)
        return 2


def _speak_utf8() -> None:
    """A Windows console may be set to another code page; what it cannot show must not stop the work."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xlcrm", description="三表一卡：校验、推进、核对、月报。")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    demo = verbs.add_parser("demo", help="做一个示范店，并走完一个月")
    demo.add_argument("folder", type=Path, metavar="DIR")
    new = verbs.add_parser("new", help="新建工作簿，可载入一个 CSV 文件夹")
    new.add_argument("book", type=Path, metavar="BOOK")
    new.add_argument("--from", dest="source", type=Path, metavar="FOLDER")
    for verb in VERBS:
        one = verbs.add_parser(verb, help=words.LABELS[verb].zh)
        one.add_argument("book", type=Path, metavar="BOOK")
        one.add_argument("--month", metavar="YYYY-MM")
        one.add_argument("--today", type=_day, metavar="YYYY-MM-DD")
        one.add_argument(
            "-o", "--output", type=Path, metavar="PATH", help="写到另一个文件（month：分析工作簿的文件名）"
        )
        one.add_argument("--json", metavar="FILE", help="把结果写成 JSON；- 为标准输出")
        one.add_argument("--dry-run", action="store_true", help="只说会做什么，不写任何文件")
    for command in (demo, new, *verbs.choices.values()):
        if not any(action.dest == "lang" for action in command._actions):
            command.add_argument("--lang", choices=("zh", "en"), default="zh")
    return parser


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，请写成 2026-10-31 这样") from error


def _job(args: argparse.Namespace) -> Job:
    from xlcrm.verbs import Job

    now = dt.datetime.now().replace(microsecond=0)
    return Job(args.today or now.date(), now, getpass.getuser(), _month(args.month), args.lang)


def _month(text: str | None) -> str | None:
    if text is not None:
        try:
            dt.date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise Refusal("month.bad", month=text) from error
    return text


def _verb(args: argparse.Namespace) -> int:
    from xlcrm.books.session import FileSession
    from xlcrm.verbs import VERBS as RUN

    job = _job(args)
    session = FileSession(args.book)
    outcome = RUN[args.verb](session.blocks, session.issues, job)
    analysis = outcome.analysis
    if args.dry_run:
        _say(args, outcome, [_would_do(outcome, args.lang)])
    else:
        written = [session.apply(outcome.changes, None if analysis else args.output)]
        if analysis is not None:
            from xlcrm.report.workbook import write_workbook

            written.append(args.output or args.book.with_name(f"月度分析_{analysis.month}.xlsx"))
            write_workbook(analysis, written[-1])
        _say(args, outcome, [words.WRITTEN.say(args.lang, path=path) for path in written])
    if args.json:
        _write_json(args.json, outcome, args.book, job)
    return 1 if outcome.has_errors else 0


def _would_do(outcome: Outcome, lang: Any) -> str:
    sheets = [sheet for sheet, change in outcome.changes.tables.items() if change]
    sheets += [sheet for sheet, cells in outcome.changes.layouts.items() if cells]
    return words.DRY_RUN.say(lang, sheets="、".join(sheets)) if sheets else words.DRY_RUN_NOTHING.say(lang)


def _say(args: argparse.Namespace, outcome: Outcome, after: Sequence[str]) -> None:
    """The sentences of a verb; with ``--json -`` standard output belongs to the JSON, so they go to standard error."""
    stream = sys.stderr if args.json == "-" else sys.stdout
    for line in (*outcome.said, *after):
        print(line, file=stream)


def _write_json(target: str, outcome: Outcome, book: Path, job: Job) -> None:
    from xlcrm.contract import to_json

    text = json.dumps(to_json(outcome, book, job), ensure_ascii=False, indent=1)
    if target == "-":
        print(text)
    else:
        Path(target).write_text(text + "\n", encoding="utf-8")


def _new(args: argparse.Namespace) -> int:
    from xlcrm.books.new import create_book

    rows = create_book(args.book, args.source)
    print(words.CREATED.say(args.lang, book=args.book, rows=rows))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from xlcrm.demo.tour import run_tour

    return run_tour(args.folder, args.lang, lambda line: print(line, flush=True))


def run() -> NoReturn:
    """The command ``xlcrm``: a short-lived process, in which collecting garbage costs more than it frees."""
    gc.disable()
    sys.exit(main())


if __name__ == "__main__":
    run()
