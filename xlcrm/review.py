"""A ledger examined once: what its rows are found to be, and where its customers stand.

Every property is worked out when it is first asked for, and once. Rules, roll, cross-check, close, analysis and paper take a
review, so that a click judges its rows and replays its lives once. What a click leaves behind is examined by what it changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cached_property

from xlcrm.changes import Changes
from xlcrm.findings import Finding, Severity
from xlcrm.ledger.asof import as_of
from xlcrm.ledger.customers import Key
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import earliest_month, first_month, month_end
from xlcrm.ledger.reading import ledger_after
from xlcrm.timeline.balance import BalanceRow, balance
from xlcrm.timeline.held import as_rows_stand, astray, from_opening, is_blocked, off_opening
from xlcrm.timeline.life import Timeline
from xlcrm.timeline.replay import replay, replay_changed
from xlcrm.validate import blocked_rows, in_order, judged, judged_again, uncounted_rows, validate_logs

RowPlace = tuple[str, int]
"""Sheet and worksheet row."""


class Review:
    """A ledger as of ``today``. ``findings``: what the validation is known to find on it, where that is known already."""

    def __init__(self, ledger: Ledger, today: dt.date, findings: Sequence[Finding] | None = None) -> None:
        self.ledger = ledger
        self.today = today
        self._given = findings
        self._before: Review | None = None
        self._replays: dict[tuple[str, dt.date, frozenset[RowPlace]], Timeline] = {}
        self._standing: dict[tuple[frozenset[RowPlace], dt.date], Timeline] = {}

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What the validation finds, in the order of sheets, rows and columns."""
        if self._given is not None:
            return self._given
        return validate_logs(self.ledger, self.today, self._judged)

    @cached_property
    def errors(self) -> Sequence[Finding]:
        """Those of the findings that are errors; the rules that only warn are not asked for them."""
        found = self._given if self._given is not None else in_order(self.ledger, self._judged)
        return [finding for finding in found if finding.severity is Severity.ERROR]

    @cached_property
    def _judged(self) -> Sequence[Finding]:
        """What the rules find that may find an error."""
        before = self._before
        if before is not None and "_judged" in vars(before):
            return judged_again(before.ledger, before._judged, self.ledger, self.today, self._touched)
        return judged(self.ledger, self.today)

    @cached_property
    def blocked(self) -> frozenset[RowPlace]:
        """Rows in error: the roll and the cross-check leave them out."""
        return frozenset(blocked_rows(self.errors))

    @cached_property
    def uncounted(self) -> frozenset[RowPlace]:
        """Rows that no figure counts."""
        return frozenset(uncounted_rows(self.errors))

    @cached_property
    def open_month(self) -> str:
        """The first open month, YYYY-MM."""
        return first_month(self.ledger, self.today)

    @cached_property
    def earliest_month(self) -> str:
        """The earliest month whose opening stock is known, YYYY-MM."""
        return earliest_month(self.ledger, self.today)

    @cached_property
    def as_of_today(self) -> Review:
        """The review of the book as it stands at the end of the day: what lies later has not happened yet."""
        then = as_of(self.ledger, self.today)
        return self if then is self.ledger else Review(then, self.today)

    @cached_property
    def timeline(self) -> Timeline:
        """The lives from the opening of the open month to today, as the roll and the cross-check see them."""
        return self._replayed(self.open_month, self.today, self.blocked)

    def lives(self, month: str) -> Timeline:
        """The lives as figures count them, from as far back as the books reach to the end of a month, or to today."""
        since = min(month, self.earliest_month)
        return self._replayed(since, min(self.today, month_end(month)), self.uncounted)

    def counted(self, month: str) -> Timeline:
        """The same; of a month not closed, from the frozen opening stock on, and who is held back counts as his rows stand."""
        lives = self.lives(month)
        if month < self.open_month:
            return lives
        until = min(self.today, month_end(month))
        current = self._current(month)
        among = current.held
        if lives.start < current.start:
            among |= off_opening(lives, current, lives.lives.keys() | current.lives.keys())
        return from_opening(lives, current, among, until) if among else lives

    def held(self, month: str) -> frozenset[Key]:
        """The customers whom an error holds back in a month not closed: ``counted`` counts them as their rows stand."""
        return frozenset() if month < self.open_month else self._current(month).held

    def balance(self, month: str) -> list[BalanceRow]:
        """The balance of a month; that of the open one starts from the frozen stock."""
        return balance(self._current(month) if month == self.open_month else self.counted(month), month)

    def as_rows_stand(self, blocked: frozenset[RowPlace], until: dt.date) -> Timeline:
        """The lives from the frozen opening stock of the open month to today without some rows; who is held back by a day as his rows
        stand.

        An error holds him back: a log row in error, or months before that leave him elsewhere than the frozen stock has him.
        """
        key = blocked, until
        if key not in self._standing:
            lives = self._replayed(self.open_month, self.today, blocked)
            rows = astray(self.ledger, lives)
            off = self._off_opening(lives, rows, blocked)
            self._standing[key] = as_rows_stand(
                lives,
                rows,
                self.ledger.customers,
                lambda customer: customer.key in off or is_blocked(customer, blocked, until),
                until,
            )
        return self._standing[key]

    def _current(self, month: str) -> Timeline:
        return self.as_rows_stand(self.uncounted, min(self.today, month_end(month)))

    def _off_opening(self, lives: Timeline, among: Collection[Key], blocked: frozenset[RowPlace]) -> frozenset[Key]:
        if not among or self.earliest_month >= self.open_month:
            return frozenset()
        before = lives.start - dt.timedelta(days=1)
        past = replay(self.ledger, before, blocked, self.earliest_month, among)
        return off_opening(past, lives, among)

    def after(self, changes: Changes) -> Review:
        """The review of the book as the changes leave it: only what they touch is read and examined again."""
        ledger = ledger_after(self.ledger, changes, self.today)
        if ledger is self.ledger:
            return self
        left = Review(ledger, self.today)
        # who works in the shop and how it counts concerns every row
        if ledger.settings is self.ledger.settings and ledger.consultants == self.ledger.consultants:
            left._before = self
        return left

    def _replayed(self, month: str, until: dt.date, blocked: frozenset[RowPlace]) -> Timeline:
        key = month, until, blocked
        if key not in self._replays:
            self._replays[key] = self._replay(*key)
        return self._replays[key]

    def _replay(self, month: str, until: dt.date, blocked: frozenset[RowPlace]) -> Timeline:
        for (own, day, others), other in self._replays.items():
            if (own, day) == (month, until):
                return replay_changed(other, self.ledger, until, blocked, month, self._of_rows(blocked ^ others))
        before = self._before
        if before is not None and month == before.open_month:
            known = before._replays.get((month, until, before.blocked))
            if known is not None:
                touched = self._touched | self._of_rows(blocked ^ before.blocked)
                return replay_changed(known, self.ledger, until, blocked, month, touched)
        return replay(self.ledger, until, blocked, month)

    @cached_property
    def _touched(self) -> frozenset[Key]:
        """The customers of whom the changes of ``after`` touched a row, or of whom a row repeats another only since, or no longer."""
        before = (self._before or self).ledger
        now, then = self.ledger.customers, before.customers
        differing = {key for key in now.keys() | then.keys() if now.get(key) != then.get(key)}
        repeated = self.ledger.originals.keys() ^ before.originals.keys()
        owners = (customers.of(row) for row in repeated for customers in (now, then))
        return frozenset(differing | {customer.key for customer in owners if customer is not None})

    def _of_rows(self, places: Collection[RowPlace]) -> set[Key]:
        """The customers of rows at some places."""
        rows = (row for sheet in {sheet for sheet, _ in places} for row in self.ledger.records.get(sheet, ()))
        owners = (self.ledger.customers.of(row) for row in rows if (row.at.sheet, row.at.row) in places)
        return {customer.key for customer in owners if customer is not None}
