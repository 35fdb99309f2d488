"""What an upgrade did, in words and as JSON."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcrm.catalogue import Lang
from xlcrm.catalogue import upgrade as words
from xlcrm.forms.workbook import SCHEMA

if TYPE_CHECKING:
    from xlcrm.books.upgrade.upgrade import Renewed


def sentences(done: Renewed, lang: Lang) -> list[str]:
    """Sentences for the user: what is new, what stayed, what to know besides."""
    lines = [
        words.DONE.say(lang, wanted=SCHEMA, found=words.UNVERSIONED.say(lang) if done.found is None else done.found)
    ]
    if done.sheets:
        lines.append(words.SHEETS.say(lang, names="、".join(done.sheets)))
    if done.dropped:
        lines.append(words.DROPPED.say(lang, names="、".join(done.dropped)))
    for template, found in ((words.COLUMNS, done.columns), (words.GONE, done.gone), (words.ROWS, done.rows)):
        lines += [template.say(lang, sheet=sheet, names="、".join(names)) for sheet, names in found.items()]
    return [*lines, words.RENEWED.say(lang), *(words.SAID[key].say(lang, **about) for key, about in done.said)]


def upgrade_json(done: Renewed, book: Path, today: dt.date) -> dict[str, Any]:
    """The common object of ``contract``, and what the upgrade did."""
    return {
        **{"verb": "upgrade", "book": str(book), "today": today.isoformat()},
        **{"findings": [], "moves": [], "figures": {}, "balance": [], "kept": []},
        "from": done.found,
        "to": SCHEMA,
        **{
            "sheets": done.sheets,
            "dropped": done.dropped,
            "columns": done.columns,
            "gone": done.gone,
            "rows": done.rows,
            "notes": [key for key, _ in done.said],
        },
    }
