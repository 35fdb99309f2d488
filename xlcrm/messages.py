"""What the day's buttons say: what happened and what to do next. What did not happen is not said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue import verbs as words
from xlcrm.catalogue.findings import SEVERITIES, remedy
from xlcrm.changes import Changes
from xlcrm.findings import Finding, Handling, Severity
from xlcrm.forms.sheets import Card, Loss
from xlcrm.forms.states import GRADES
from xlcrm.safety.privacy import Veil
from xlcrm.timeline.life import Event


def validated(rows: int, lines: Collection[Finding], lang: Lang) -> str:
    """After the validation; ``lines`` are those of 问题清单, ``rows`` how many logs there are."""
    if not rows:
        return words.NO_LOGS.say(lang)
    errors = sum(line.severity is Severity.ERROR for line in lines)
    others = _list(_by_handling(line for line in lines if line.severity is not Severity.ERROR), lang)
    said = words.ERRORS.say(lang, rows=rows, errors=errors) if errors else words.MAY_ROLL.say(lang, rows=rows)
    return said + (words.BESIDES.say(lang, others=others) if others else "")


def rolled(steps: Iterable[tuple[Event, str, str]], held: int, lines: Collection[Finding], lang: Lang) -> str:
    """After a roll: ``steps`` are what moved each customer, from where and to where; ``held`` rows in error stayed."""
    moved = _list(Counter(_kind(*step) for step in steps), lang)
    said = words.ROLLED.say(lang, moved=moved) if moved else words.NOTHING_MOVED.say(lang)
    if held:
        said += words.HELD.say(lang, held=held)
    proposed = sum(line.code.startswith("G") and line.severity is Severity.INFO for line in lines)
    return said + (words.PROPOSED.say(lang, proposed=proposed) if proposed else "")


def checked(lines: Collection[Finding], recorded: int, lang: Lang) -> str:
    """After the cross-check; ``recorded`` differences are only counted."""
    counted = _list(_by_handling(lines), lang)
    said = words.DIFFERENCES.say(lang, counted=counted) if counted else words.AGREES.say(lang)
    return said + (words.ON_RECORD.say(lang, recorded=recorded) if recorded else "")


def followed(rulings: Changes, lang: Lang) -> list[str]:
    """After what people decided in 问题清单 was done: cards given to a consultant, and customers merged."""
    cards, losses = (rulings.tables.get(form.sheet) for form in (Card.form, Loss.form))
    counts = {words.ASSIGNED: len(cards.cells) if cards else 0, words.MERGED: len(losses.added) if losses else 0}
    return [said.say(lang, count=count) for said, count in counts.items() if count]


def in_one_line(line: Finding, veil: Veil, lang: Lang) -> str:
    """A line of the list for a terminal or a log file, names hidden: whom, when, where, what and what to do."""
    severity = SEVERITIES[line.severity] if lang == "zh" else line.severity.value
    whose = " ".join(filter(None, (str(line.date or ""), line.person, line.customer)))
    what = " ".join(filter(None, (line.at.header, line.found)))
    at = f"{line.at.sheet}!{line.at.cell}"
    text = f"{severity} {'、'.join(line.codes)} {whose} {at} {what}: {remedy(line, lang)}".replace("\n", " ")
    # a day looks like a number of eight digits
    return "".join(part if _DAY.fullmatch(part) else veil.over(part) for part in _DAY.split(text))


_DAY = re.compile(r"(\b20\d\d-\d\d-\d\d\b)")


def _by_handling(lines: Iterable[Finding]) -> Counter[Words]:
    counts = Counter(line.handling for line in lines)
    return Counter({words.TO_DO[handling]: counts[handling] for handling in Handling if counts[handling]})


def _list(counts: Counter[Words], lang: Lang) -> str:
    """The counts that are not 0, in the order of ``MOVED`` or as they come."""
    places = {what: place for place, what in enumerate(words.MOVED.values())}
    ordered = sorted(counts.items(), key=lambda one: places.get(one[0], len(places)))
    return words.AND.say(lang).join(what.say(lang, count=count) for what, count in ordered)


def _kind(event: Event, origin: str, target: str) -> Words:
    """What a step is called: a change of grade by its direction."""
    is_graded = origin in GRADES and target in GRADES
    if event in (Event.REGRADE, Event.UPGRADE, Event.CORRECT) and is_graded:
        return words.UPGRADED if GRADES.index(target) < GRADES.index(origin) else words.DOWNGRADED
    return words.MOVED[event.value]
