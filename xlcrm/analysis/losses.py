"""Page 8, 战败分析: approved losses by reason, rival, consultant and grade, the reject rate, and losses given up too early.

主观战败 is a loss by the consultant's own judgement. Our reading: of the applications of the month, those with
fewer contacts than the intervals of the grades held ask for, given up within one interval of the first contact, or without a sound
reason (none; another brand or dealer that is not named; the customer gave up, and nothing told).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.figures import Content, Name, Page, Table
from xlcrm.analysis.scope import Rate, Scope, by, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms import Loss
from xlcrm.timeline import Life

_REJECT_RATE = Rate("reject_rate", (Measure.REJECTED,), (Measure.APPROVED, Measure.REJECTED))


def page(scope: Scope) -> Page:
    """The page's tables."""
    facts = scope.facts
    decided = (Measure.APPROVED, Measure.REJECTED, _REJECT_RATE, Measure.APPLIED)
    return Page(
        "losses",
        (
            by("losses_by_reason", "reason", facts, _reason, (Measure.APPROVED, Measure.APPLIED)),
            by("losses_by_rival", "went_to", facts, lambda fact: fact.rival, (Measure.APPROVED, Measure.APPLIED)),
            by("losses_by_consultant", "consultant", facts, lambda fact: fact.consultant, decided),
            by("losses_by_grade", "grade", facts, lambda fact: fact.grade, decided),
            _cross(facts.of(Measure.APPROVED)),
            _subjective(scope),
        ),
    )


def _reason(fact: Fact) -> str:
    return fact.record.reason or "" if isinstance(fact.record, Loss) else ""


def _cross(approved: list[Fact]) -> Table:
    counts = Counter((_reason(fact), fact.rival, fact.consultant, fact.grade) for fact in approved)
    rows = tuple((*map(named, combination), number) for combination, number in counts.most_common())
    total = (LABELS["total"], None, None, None, len(approved))
    return Table("losses_cross", ("reason", "went_to", "consultant", "grade", "count"), rows, total)


def _subjective(scope: Scope) -> Table:
    rows = tuple(
        row
        for fact in scope.facts.of(Measure.APPLIED)
        if isinstance(fact.record, Loss)
        for row in _doubts(scope, fact.record)
    )
    headers = (
        *("customer", "name", "consultant", "grade", "applied_on", "decision", "reason"),
        *("days_tracked", "contacts_made", "contacts_due", "why"),
    )
    return Table("subjective_losses", headers, rows)


def _doubts(scope: Scope, loss: Loss) -> Iterator[tuple[Content, ...]]:
    """The loss as a row of the audit, where there is a doubt about it."""
    assert loss.applied_on is not None
    phone = scope.ledger.phone_of(loss)
    interval = scope.settings.interval(loss.grade_before or "C")
    first_contact = scope.evidence.profile(phone).first_contact
    days = (loss.applied_on - first_contact).days if first_contact else None
    since = max(first_contact or dt.date.min, scope.evidence.timeline.start)
    life = scope.evidence.timeline.lives.get(phone or "")
    due = _contacts_due(scope, life, since, loss.applied_on) if life else 0
    contacts = [c for c in life.contacts if c.reached and since < c.on <= loss.applied_on] if life else []
    why = [
        LABELS[key]
        for key, holds in (
            ("too_few_contacts", len(contacts) < due),
            ("too_soon", days is not None and days < interval),
            ("unsound_reason", not _is_sound(loss)),
        )
        if holds
    ]
    if why:
        told = Words("、".join(words.zh for words in why), ", ".join(words.en for words in why))
        head = (
            scope.evidence.customer(phone),
            Name(loss.name or ""),
            named(loss.applicant or ""),
            named(loss.grade_before or ""),
        )
        yield (*head, loss.applied_on, loss.decision or LABELS["pending"], loss.reason, days, len(contacts), due, told)


def _contacts_due(scope: Scope, life: Life, since: dt.date, until: dt.date) -> int:
    """The contacts the intervals ask for, each stay in a grade by that grade's own."""
    standing = life.at(since)
    turns, day, grade = 0.0, since, standing.grade if standing else None
    for step in life.steps:
        if since < step.on <= until:
            turns += (step.on - day).days / scope.settings.interval(grade or "C")
            day, grade = step.on, step.after.grade
    return int(turns + (until - day).days / scope.settings.interval(grade or "C"))


def _is_sound(loss: Loss) -> bool:
    group = (loss.reason or "").partition("-")[0]
    if group in ("他店同品牌", "他品牌"):
        return loss.rival is not None
    return bool(loss.reason) if group != "放弃购买" else loss.story is not None
