"""What the relations look up again and again: rows by customer and day, and the days the reports cover."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from xlcrm.crosscheck.heldback import HeldBack
from xlcrm.forms.schema import Record
from xlcrm.forms.sheets import Card, FollowUp, Prospect, Report, Visit
from xlcrm.forms.states import TRACKED, Section
from xlcrm.ledger.customers import Customer, Key
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_start
from xlcrm.ledger.subjects import Asked
from xlcrm.review import Review
from xlcrm.timeline.life import Life, Timeline

K = TypeVar("K")
V = TypeVar("V")

Planned = tuple[dt.date, dt.date | None]
"""The day a contact is planned for, and the day it was made."""


@dataclass(frozen=True)
class Books:
    """The ledger with what the relations look up in it."""

    review: Review
    held: HeldBack
    asked: Asked

    @property
    def ledger(self) -> Ledger:
        return self.review.ledger

    @property
    def today(self) -> dt.date:
        return self.review.today

    @property
    def timeline(self) -> Timeline:
        return self.review.timeline

    @property
    def customers(self) -> Iterable[Customer]:
        return self.ledger.customers.values()

    def life(self, customer: Customer) -> Life | None:
        return self.timeline.lives.get(customer.key)

    @cached_property
    def off_stock(self) -> dict[Key, tuple[Record, str]]:
        """Customers whose rows stand elsewhere in the grade sheets than their lives: a row, and where the figures count them.

        By grade and consultant; C may stand on the card alone.
        """
        off: dict[Key, tuple[Record, str]] = {}
        for key, life in self.timeline.lives.items():
            customer, standing = self.ledger.customers[key], life.standing
            if self.is_ungraded(customer):
                continue
            card, rows = customer.card, list[Prospect | Card](customer.prospects)
            if not rows and card is not None and card.state in TRACKED and card.grade == "C":
                rows = [card]
            counted = [(standing.consultant or "", standing.grade or "")] if standing.tracked else []
            if [(row.consultant or "", row.grade or "") for row in rows] != counted:
                row = next(iter((*rows, *customer.cards, *(step.evidence for step in life.steps))), None)
                if row is not None:
                    off[key] = row, " ".join(*counted) if counted else standing.state
        return off

    def is_ungraded(self, customer: Customer) -> bool:
        """Whether a shop's own files brought somebody without a grade, who stands in no grade sheet yet. Our decision."""
        card = customer.card
        is_active = card is not None and card.state in TRACKED and card.grade is None
        return is_active and not customer.prospects and customer.key in self.ledger.read_in

    def visits(self) -> Iterator[tuple[Customer | None, Visit]]:
        """Register rows of parties that came to look at a car, each with its customer."""
        for customer in self.customers:
            yield from ((customer, visit) for visit in customer.visits if visit.may_be_looking)
        yield from ((None, visit) for visit in self._nameless_visits if visit.may_be_looking)

    def reports(self, section: str) -> Sequence[tuple[Customer | None, Report]]:
        """Reports of 当日总结 or 明日计划 that are asked for, each with its customer."""
        asked_for = self._days_asked_for
        return [(customer, report) for customer, report in self._reports.get(section, ()) if report.date in asked_for]

    def is_asked_for(self, report: Report) -> bool:
        """Whether anybody wants to know what is wrong with a report: of most days nobody does, and most rows are reports."""
        return report.date in self._days_asked_for

    @cached_property
    def _days_asked_for(self) -> frozenset[dt.date | None]:
        """The days of reports that are asked for; a report without a day always is."""
        days = {report.date for report in self.ledger.reports}
        return frozenset(day for day in days if day is None or self.asked.day(day))

    @cached_property
    def _reports(self) -> Mapping[str | None, list[tuple[Customer | None, Report]]]:
        """All reports by section."""
        reports: dict[str | None, list[tuple[Customer | None, Report]]] = defaultdict(list)
        for customer in self.customers:
            for report in customer.reports:
                reports[report.section].append((customer, report))
        for report in self._nameless_reports:
            reports[report.section].append((None, report))
        return reports

    @cached_property
    def _nameless_visits(self) -> tuple[Visit, ...]:
        """Register rows that no customer is known of."""
        known = {visit for customer in self.customers for visit in customer.visits}
        return tuple(visit for visit in self.ledger.visits if visit not in known)

    @cached_property
    def _nameless_reports(self) -> tuple[Report, ...]:
        known = {report for customer in self.customers for report in customer.reports}
        return tuple(report for report in self.ledger.reports if report not in known)

    @cached_property
    def nameless_arrivals(self) -> frozenset[tuple[str | None, dt.date | None]]:
        """Name and day of register rows without a phone; one that could not be read is none."""
        return frozenset((visit.name, visit.date) for visit in self.ledger.visits if visit.phone is None)

    @cached_property
    def first_visits_by_name(self) -> dict[str | None, dt.date]:
        """The day of the first register row of every name."""
        first: dict[str | None, dt.date] = {}
        for visit in self.ledger.visits:
            if visit.date:
                first[visit.name] = min(visit.date, first.get(visit.name, visit.date))
        return first

    @cached_property
    def done_reports(self) -> dict[tuple[Key | str | None, dt.date | None], list[Report]]:
        """当日总结 by customer (of one not known, the name) and day, rows in error included: they do mention it."""
        reports = self._reports.get(Section.DONE, ())
        return _group(((customer.key if customer else r.name, r.date), r) for customer, r in reports)

    @cached_property
    def planned_reports(self) -> dict[tuple[Key | str | None, dt.date | None], list[Report]]:
        """明日计划 by customer and the day planned, rows in error included."""
        reports = self._reports.get(Section.PLANNED, ())
        return _group(((customer.key if customer else r.name, r.on), r) for customer, r in reports)

    @cached_property
    def reported(self) -> tuple[dt.date, dt.date]:
        """First and last day of the open reports: what was planned outside them stands in an older report, or none yet."""
        days = [r.date for r in self.ledger.reports if r.date and self.timeline.start <= r.date <= self.today]
        return min(days, default=self.timeline.start), max(days, default=self.today)

    @property
    def logs_begin(self) -> dt.date:
        return self.reported[0]

    @cached_property
    def _register_begins(self) -> dt.date | None:
        begin = month_start(self.review.earliest_month)
        return min((v.date for v in self.ledger.visits if v.date and v.date >= begin), default=None)

    def known_before(self, customer: Customer, day: dt.date) -> bool:
        """Whether a card from before this book's register proves an older register row, or the stock the book began with.

        Whoever stood in that stock came before: his register row is in an older book.
        """
        begun = self.review.earliest_month
        if day < month_start(begun) and any(opening.month == begun for opening in customer.openings):
            return True
        card = customer.card
        first = min(filter(None, (self._register_begins, day)))
        return card is not None and card.first_contact is not None and card.first_contact < first

    @cached_property
    def _reporting(self) -> frozenset[tuple[str | None, dt.date | None]]:
        """Consultant and day of every report."""
        return frozenset((report.consultant, report.date) for report in self.ledger.reports)

    def is_history(self, customer: Customer | None, name: str | None, day: dt.date) -> bool:
        """Whether what happened on a day is as a shop's own files say it: they were read in later, or on that day."""
        read = self.ledger.read_in.get(customer.key if customer is not None else name or "")
        return read is not None and day <= read

    def is_unreported(self, customer: Customer | None, row: Visit | FollowUp, day: dt.date) -> bool:
        """Whether a row came from a shop's own files that hold no reports of its consultant and day. Our decision."""
        return self.is_history(customer, row.name, day) and (row.consultant, day) not in self._reporting

    def is_unregistered(self, customer: Customer | None, row: Report, day: dt.date) -> bool:
        """Whether a row came from a shop's own files that hold no register of its day. Our decision."""
        return self.is_history(customer, row.name, day) and day not in self._registering

    @cached_property
    def _registering(self) -> frozenset[dt.date | None]:
        """The days of the register."""
        return frozenset(visit.date for visit in self.ledger.visits)

    def made_by(self, customer: Customer, report: Report) -> list[Planned]:
        """The plan that stood when a report was written; an order without a contact has taken it off the card since."""
        life = self.life(customer)
        if life is None or report.date is None:
            return []
        planned = life.planned(report.date)
        return [(planned, None)] if planned else []


def contacts_by_day(customer: Customer) -> dict[dt.date, list[FollowUp]]:
    """Contacts on the back of the card by day."""
    return _group((row.done_on, row) for row in customer.follow_ups if row.done_on)


def _group(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
