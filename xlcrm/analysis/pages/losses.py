"""Page 8, 战败分析: approved losses by reason, rival, consultant and grade, the reject rate, and losses given up too early.

主观战败 is a loss by the consultant's own judgement. Our reading: of the applications of the month, those with
fewer contacts than the intervals of the grades held ask for, given up within one interval of the first contact, or without a sound
reason (none; another brand or dealer that is not named; the customer gave up, and no reason given), which the list names.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import NamedTuple

from xlcrm.analysis.facts import Fact, Measure, of_consultant, of_grade
from xlcrm.analysis.figures import Content, CustomerNumber, Name, Page, Ratio, Table
from xlcrm.analysis.scope import Rate, Scope, by, cross, named
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.sheets import Loss
from xlcrm.forms.states import REVIVED
from xlcrm.timeline.life import Life
from xlcrm.timeline.meetings import meetings

_WON_WITH = {"价格": "price", "配置": "equipment", "喜好": "taste", "口碑": "reputation"}
_UNSOUND = "unsound_reason"
_DOUBTS = ("too_few_contacts", "too_soon", _UNSOUND)
_AUDIT = (
    "customer",
    "name",
    "consultant",
    "grade",
    "applied_on",
    "decision",
    "reason",
    "days_tracked",
    "contacts_made",
    "contacts_due",
    "why",
)
_REJECT_RATE = Rate("reject_rate", (Measure.REJECTED,), (Measure.APPROVED, Measure.REJECTED))


def page(scope: Scope) -> Page:
    """The page's tables."""
    facts = scope.facts
    doubtful = _doubtful(scope)
    beside = (Measure.FROZEN, Measure.UNREACHABLE, Measure.INVALID)
    decided = (Measure.APPROVED, Measure.REJECTED, _REJECT_RATE, Measure.APPLIED, Measure.PENDING, *beside)
    return Page(
        "losses",
        (
            by("losses_by_reason", "reason", facts, _reason, (Measure.APPROVED, Measure.APPLIED)),
            _reasons_by_rival(facts.of(Measure.APPROVED)),
            by("losses_by_consultant", "consultant", facts, of_consultant, decided, order=scope.consultants),
            by("losses_by_grade", "grade", facts, of_grade, decided),
            _audit_by_consultant(scope, doubtful),
            _returned(scope),
            Table("subjective_losses", _AUDIT, tuple(doubt.row for doubt in doubtful)),
            by("losses_by_rival", "went_to", facts, lambda fact: fact.rival, (Measure.APPROVED, Measure.APPLIED)),
            _cross(facts.of(Measure.APPROVED)),
        ),
    )


def _reason(fact: Fact) -> str:
    return fact.record.reason or "" if isinstance(fact.record, Loss) else ""


def _cross(approved: list[Fact]) -> Table:
    counts = Counter((_reason(fact), fact.rival, fact.consultant, fact.grade) for fact in approved)
    rows = tuple((*map(named, combination), number) for combination, number in counts.most_common())
    total = (LABELS["total"], None, None, None, len(approved))
    return Table("losses_cross", ("reason", "went_to", "consultant", "grade", "count"), rows, total)


def _reasons_by_rival(approved: list[Fact]) -> Table:
    """What each rival won with: the sub-reasons of 他品牌, and all others together; a rival nobody named is one too."""

    def what(fact: Fact) -> str:
        _, _, own = _reason(fact).partition("-")
        return own if own in _WON_WITH else "其他"

    def is_won(fact: Fact) -> bool:
        return bool(fact.rival) or _reason(fact).startswith("他品牌")

    pairs = ((fact.rival, what(fact)) for fact in approved if is_won(fact))
    return cross("rival_reasons", "went_to", pairs, {**_WON_WITH, "其他": "group_other"})


class _Doubt(NamedTuple):
    """An application there is a doubt about: who made it, the keys of the doubts, and its row in the audit."""

    consultant: str
    why: tuple[str, ...]
    row: tuple[Content, ...]


def _doubtful(scope: Scope) -> list[_Doubt]:
    """The doubtful applications of the month, those with the most doubts first."""
    losses = [(f.record, f.on) for f in scope.facts.of(Measure.APPLIED) if isinstance(f.record, Loss)]
    found = [doubt for loss, applied in losses if (doubt := _doubt(scope, loss, applied))]
    return sorted(found, key=lambda doubt: -len(doubt.why))


def _audit_by_consultant(scope: Scope, doubtful: list[_Doubt]) -> Table:
    """How many of a consultant's applications are doubtful, and why."""
    sums = Counter(fact.consultant for fact in scope.facts.of(Measure.APPLIED))
    doubts = Counter(doubt.consultant for doubt in doubtful)
    reasons = Counter((doubt.consultant, why) for doubt in doubtful for why in doubt.why)

    def cells(*names: str) -> tuple[Content, ...]:
        every, doubted = (sum(found[name] for name in names) for found in (sums, doubts))
        return every, doubted, Ratio(doubted, every), *(sum(reasons[name, why] for name in names) for why in _DOUBTS)

    names = scope.in_order(sums)
    headers = ("consultant", Measure.APPLIED.value, "doubtful", "doubtful_share", *_DOUBTS)
    rows = tuple((named(name), *cells(name)) for name in names)
    return Table("subjective_by_consultant", headers, rows, (LABELS["total"], *cells(*names)))


def _doubt(scope: Scope, loss: Loss, applied: dt.date) -> _Doubt | None:
    """What speaks against a loss applied for on a day, if anything does."""
    customer = scope.ledger.customers.of(loss)
    interval = scope.settings.interval(loss.grade_before or "C")
    first_contact = scope.evidence.profile(customer).first_contact
    days = (applied - first_contact).days if first_contact else None
    since = max(first_contact or dt.date.min, scope.evidence.timeline.start)
    life = scope.evidence.timeline.of(customer)
    due = _contacts_due(scope, life, since, applied) if life else 0
    contacts = [c for c in meetings(life) if c.reached and since < c.on <= applied] if life else []
    missing = _missing(loss)
    holds = (len(contacts) < due, days is not None and days < interval, bool(missing))
    why = tuple(key for key, is_so in zip(_DOUBTS, holds, strict=True) if is_so)
    if not why:
        return None
    words = [LABELS[missing if key == _UNSOUND else key] for key in why]
    row = (
        CustomerNumber(customer.number if customer else ""),
        Name(loss.name or ""),
        named(loss.applicant or ""),
        named(loss.grade_before or ""),
        applied,
        loss.decision or LABELS["pending"],
        loss.reason,
        days,
        len(contacts),
        due,
        Words("、".join(own.zh for own in words), ", ".join(own.en for own in words)),
    )
    return _Doubt(loss.applicant or "", why, row)


def _returned(scope: Scope) -> Table:
    """Customers once lost, frozen or unreachable who came back or ordered in the month: they were not lost."""
    found: list[tuple[dt.date, tuple[Content, ...]]] = []
    for life in scope.evidence.timeline.lives.values():
        left = life.base.since if life.base else None
        for step in life.steps:
            if step.before and step.before.state in REVIVED and scope.first <= step.on <= scope.last:
                now = life.at(scope.last)
                who = (CustomerNumber(life.customer.number), Name(life.customer.name))
                row = (*who, named(step.before.consultant or ""), left, step.on, now.shown if now else None)
                found.append((step.on, row))
            left = step.on
    headers = ("customer", "name", "consultant", "left_on", "back_on", "standing")
    return Table("losses_returned", headers, tuple(row for _, row in sorted(found, key=lambda own: own[0])))


def _contacts_due(scope: Scope, life: Life, since: dt.date, until: dt.date) -> int:
    """The contacts the intervals ask for, each stay in a grade by that grade's own."""
    standing = life.at(since)
    turns, day, grade = 0.0, since, standing.grade if standing else None
    for step in life.steps:
        if since < step.on <= until:
            turns += (step.on - day).days / scope.settings.interval(grade or "C")
            day, grade = step.on, step.after.grade
    return int(turns + (until - day).days / scope.settings.interval(grade or "C"))


def _missing(loss: Loss) -> str:
    """The key of what a sound reason lacks, "" of a sound one."""
    group = (loss.reason or "").partition("-")[0]
    if not loss.reason:
        return "no_reason"
    if group in ("他店同品牌", "他品牌") and loss.rival is None:
        return "no_rival"
    return "no_story" if group == "放弃购买" and loss.story is None else ""
