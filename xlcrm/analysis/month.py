"""The month as one object, and how it comes about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from xlcrm.analysis.collect import collect
from xlcrm.analysis.evidence import Evidence
from xlcrm.analysis.facts import Facts, Measure, of_consultant
from xlcrm.analysis.figures import Figure, Page, Table
from xlcrm.analysis.keeping import Changed, changed
from xlcrm.analysis.kpis import Kpi, Past, figure, known_kpis
from xlcrm.analysis.pages import (
    audit,
    consultants,
    contacts,
    funnel,
    grades,
    losses,
    market,
    overview,
    owners,
    punctuality,
    traffic,
    verdicts,
)
from xlcrm.analysis.scope import Scope
from xlcrm.catalogue import Words
from xlcrm.findinglist import with_confirmed
from xlcrm.findings import Finding, Handling
from xlcrm.followup.warnings import EarlyWarning, warnings
from xlcrm.forms.settings import Settings
from xlcrm.forms.switched import STEPS
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, month_start, next_month
from xlcrm.ledger.subjects import identified
from xlcrm.review import Review
from xlcrm.safety.privacy import Veil, veil_of
from xlcrm.timeline.balance import BalanceRow, balance

PAGES: tuple[Callable[[Scope], Page], ...] = (
    overview.page,
    traffic.page,
    contacts.page,
    grades.page,
    funnel.page,
    market.page,
    consultants.page,
    losses.page,
    punctuality.page,
    audit.page,
    owners.page,
)
"""The eleven pages, in the method's order. SPEC section 7."""
_MONTHS_BEFORE = 3


class Month(NamedTuple):
    """Every figure of a month (YYYY-MM), counted from its first day to ``until``.

    ``until`` is the month's last day, or today where it is not over; then the months before are counted up to the same
    day of the month. ``months_before`` (0–3) says how many of them the books hold. ``veil`` hides the customers of the
    book in whatever leaves the shop. ``logs_in_error`` are the month's log rows in error, which count nowhere.
    Figures of a closed month are those kept at its close; ``changed`` are those for which the rows give others by now.
    """

    month: str
    until: dt.date
    months_before: int
    settings: Settings
    kpis: tuple[Kpi, ...]
    figures: tuple[Figure, ...]
    """One for each KPI."""
    sentences: tuple[Words, ...]
    pages: tuple[Page, ...]
    balance: tuple[BalanceRow, ...]
    warnings: tuple[EarlyWarning, ...]
    facts: Facts
    veil: Veil
    logs_in_error: int
    changed: tuple[Changed, ...]
    held: int
    """Customers whom an error holds back: in the stocks they count as their rows stand."""

    @property
    def is_over(self) -> bool:
        return self.until == month_end(self.month)

    @property
    def closed_on(self) -> dt.date | None:
        """The day of the close whose figures these are, ``None`` of a month whose figures come from its rows."""
        return self.facts.kept.closed_on if self.facts.kept else None

    def figure(self, key: str) -> Figure:
        """A figure by its key."""
        return next(own for own in self.figures if own.key == key)

    def table(self, key: str) -> Table:
        """A table by its key, whichever page it stands on."""
        return next(table for page in self.pages for table in page.tables if table.key == key)


def analyse(review: Review, month: str, differences: Sequence[Finding] = ()) -> Month:
    """Every figure of a month that has begun by the day of the review.

    Rows in error count nowhere; the findings and the ``differences`` between the forms fill the page 稽核. Follow-ups due are
    read from 跟进记录: of a book that was not rolled, they are those of the last roll.
    """
    ledger, today, blocked = review.ledger, review.today, review.uncounted
    first, last = month_start(month), min(month_end(month), today)
    evidence = _evidence(review, month)
    facts = collect(evidence, first, last)
    past = _past(evidence, month, last)
    found = audit.of_period(ledger, (*review.findings, *differences), first, last)
    found = with_confirmed(ledger, _with_whom(ledger, found))
    early = warnings(ledger, today, month, facts.sums(Measure.CARS, of_consultant))
    has_rows = month >= review.earliest_month  # those of a month closed in the book before stayed there
    since = changed(facts.kept, facts, ledger.settings) if facts.kept and has_rows else []
    scope = Scope(evidence, month, first, last, facts, past, found, early, balance(evidence.timeline, month), since)
    kpis = known_kpis(ledger.settings, facts)
    figures = tuple(figure(kpi, facts, past, ledger.settings.small_number) for kpi in kpis)
    pages = tuple(_numbered(number, page) for number, page in enumerate(_pages(scope), start=1))
    return Month(
        month=month,
        until=last,
        months_before=past.months,
        settings=ledger.settings,
        kpis=kpis,
        figures=figures,
        sentences=verdicts.sentences(scope, figures, {table.key: table for page in pages for table in page.tables}),
        pages=pages,
        balance=tuple(scope.balance),
        warnings=tuple(scope.warnings),
        facts=Facts(facts, facts.kept),  # drawn whole: the books need not be kept for it
        veil=veil_of(ledger),
        logs_in_error=audit.logs_in_error(ledger, blocked, first, last),
        changed=tuple(since),
        held=len(evidence.timeline.held),
    )


def _pages(scope: Scope) -> Iterator[Page]:
    """The eleven pages, and one of the forms that were switched on where the month has something in them."""
    yield from (page(scope) for page in PAGES)
    if STEPS in scope.settings.switched or scope.ledger.has_switched:
        from xlcrm.analysis.pages import switched

        if (page := switched.page(scope)) is not None:
            yield page


def _with_whom(ledger: Ledger, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that somebody may have confirmed with the customer and day by which that is known."""
    for finding in findings:
        yield from identified(ledger, [finding]) if finding.handling is Handling.CONFIRM else [finding]


def facts_of_month(review: Review, month: str) -> Facts:
    """The facts of a month that has begun by the day of the review: those that ``analyse`` counts."""
    return collect(_evidence(review, month), month_start(month), min(month_end(month), review.today))


def _evidence(review: Review, month: str) -> Evidence:
    """What the facts of a month are drawn from: the books as they stood on its last day, or stand today."""
    return Evidence(review.ledger, review.counted(month), review.uncounted, review.today)


def _numbered(number: int, page: Page) -> Page:
    """A page whose tables bear the numbers they are printed with."""
    tables = (table._replace(number=f"{number}-{place}") for place, table in enumerate(page.tables, start=1))
    return page._replace(tables=tuple(tables))


def _past(evidence: Evidence, month: str, until: dt.date) -> Past:
    """The three months before, as far as the books reach; each up to the same day where the month is not over."""
    periods: list[Facts] = []
    whole: list[Facts] = []
    for by in range(1, _MONTHS_BEFORE + 1):
        before = next_month(month, -by)
        first, end = month_start(before), month_end(before)
        if first < evidence.timeline.start and before not in evidence.kept:
            break
        whole.append(collect(evidence, first, end))
        if until < month_end(month):
            end = min(end, first + dt.timedelta(days=until.day - 1))
        periods.append(whole[-1] if end == month_end(before) else collect(evidence, first, end))
    year = evidence.kept.get(next_month(month, -12)) if until == month_end(month) else None
    return Past(tuple(periods), tuple(whole), year)
