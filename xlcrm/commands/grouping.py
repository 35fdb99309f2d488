"""Many books at once: ``group`` and ``export``."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xlcrm.catalogue import verbs as words
from xlcrm.commands.answers import STDOUT, json_answer, tell
from xlcrm.commands.arguments import day_of, month_of
from xlcrm.computer.account import user_name
from xlcrm.computer.terminal import require_output, say
from xlcrm.errors import Refusal

if TYPE_CHECKING:
    from xlcrm.group.consolidate import Region


def group(args: argparse.Namespace) -> int:
    """The month of many stores in one workbook; exit code 1 where one of them is not as it should be."""
    require_data()
    from xlcrm.books.places import placed, put, require_suffix, require_writable
    from xlcrm.catalogue import group as groups
    from xlcrm.findings import Severity
    from xlcrm.group.places import CACHE, addresses_in, file_name
    from xlcrm.group.run import StoreTask, read_all

    today = day_of(args.today) or dt.date.today()
    month = month_of(args.month) or f"{(today + dt.timedelta(days=1)).replace(day=1) - dt.timedelta(days=1):%Y-%m}"
    output = placed(args.output, file_name(month))
    require_suffix(output, ".xlsx")
    require_writable(output)
    if args.json == STDOUT:
        require_output()
    regions = _regions(args.regions) if args.regions else []
    cache = str(output.resolve().parent / CACHE)
    tasks = [StoreTask(book, month, today, cache, args.quick) for book in addresses_in(args.books, but=output)]
    progress, added = _progress(args, len(tasks)), None
    if args.scheduler:
        from xlcrm.group.cluster import read_clustered

        facts = args.facts or str(Path(cache, "facts"))
        stores, added = read_clustered(tasks, progress, args.scheduler, facts)
    else:
        stores = read_all(tasks, progress, args.workers)
    from xlcrm.group.consolidate import consolidate
    from xlcrm.group.jsonable import group_json
    from xlcrm.group.workbook import workbook

    group = consolidate(month, stores, regions, added)
    with json_answer(args, lambda: group_json(group, "、".join(args.books), today, args.lang)):
        put(output, workbook(group, args.lang, quick=args.quick))
    said = [groups.DONE.say(args.lang, month=month, counted=len(group.counted))]
    for trouble in group.troubles:
        at = trouble.store or "—"
        said.append(words.NOT_READ.say(args.lang, book=at, why=trouble.said.say(args.lang)))
    tell(args, [*said, words.WRITTEN.say(args.lang, path=output)])
    return 1 if any(trouble.severity is Severity.ERROR for trouble in group.troubles) else 0


def _regions(path: Path) -> list[Region]:
    """The group's own list; what reads a shop's files is not cheap to import."""
    from xlcrm.group.regions import read_regions

    return read_regions(path)


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


def require_data() -> None:
    """Refuse (``data.missing``) what needs pandas and pyarrow where they are not installed."""
    from importlib.util import find_spec

    if not (find_spec("pandas") and find_spec("pyarrow")):
        raise Refusal("data.missing")


def export_books(args: argparse.Namespace) -> int:
    """The tables of some books as data files; exit code 1 where one could not be read."""
    require_data()
    from xlcrm.catalogue.refusals import why
    from xlcrm.group.export import export
    from xlcrm.group.places import books_in
    from xlcrm.verbs import Job

    books = books_in([args.books])
    now = dt.datetime.now().replace(microsecond=0)
    job = Job(day_of(args.today) or now.date(), now, user_name(), lang=args.lang, in_full=args.full)
    troubles = export(books, args.folder, job, parquet=args.parquet)
    for book, refusal in troubles:
        say(words.NOT_READ.say(args.lang, book=book, why=why(refusal, args.lang)), to=sys.stderr)
    done = words.EXPORTED_FULL if args.full else words.EXPORTED
    say(done.say(args.lang, count=len(books) - len(troubles), folder=args.folder))
    return 1 if troubles else 0
