"""待办清单: what each consultant has to put right or confirm. SPEC section 11."""

from __future__ import annotations

from collections.abc import Iterator

from xlcrm.catalogue import Words
from xlcrm.catalogue.findings import expected, remedy
from xlcrm.findings import Finding
from xlcrm.paper.model import Paper, PaperCell, PaperTable
from xlcrm.paper.source import Source

_BOX = "☐"
_COLUMNS = ("no", "event_day", "subject", "found", "to_do", "place", "done")


def issues(source: Source) -> Iterator[Paper]:
    """One for each consultant with open lines; what is nobody's on duty stands on the shop's own, the last."""
    lines: dict[str, list[Finding]] = {name: [] for name in (*source.day.consultants, "")}
    for line in source.lines:
        lines[line.person if line.person in lines else ""].append(line)
    for consultant in source.consultants if source.only else lines:
        own = lines[consultant]
        if own:
            rows = tuple(_row(number, line) for number, line in enumerate(own, start=1))
            table = PaperTable("issues", _COLUMNS, rows)
            yield Paper("issues", consultant, source.head(consultant), (table,), ("consultant", "supervisor"))


def _row(number: int, line: Finding) -> tuple[PaperCell, ...]:
    at = f"{line.at.sheet}!{line.at.cell}"
    return number, line.date, line.customer or line.person, _found(line), _both(line), at, _BOX


def _found(line: Finding) -> Words:
    """What stands there, and what should: 离去时间 18:30，应为：停留不超过 480 分钟."""
    said = _plain(f"{line.at.header} {line.found}".strip())
    should = (_plain(expected(line, lang)) for lang in ("zh", "en"))
    return Words(*(f"{said}{link}{text}" for link, text in zip(("，应为：", "; expected: "), should, strict=True)))


def _both(line: Finding) -> Words:
    return Words(_plain(remedy(line, "zh")), _plain(remedy(line, "en")))


def _plain(text: str) -> str:
    """A text that has no blanks to be filled, whatever somebody typed."""
    return text.replace("{", "{{").replace("}", "}}")
