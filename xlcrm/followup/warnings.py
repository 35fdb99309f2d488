"""Before it is too late: the early warnings.

Source: SPEC section 8. The warnings are the method's, limits are settings.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from xlcrm.findings import Spot, spot
from xlcrm.followup.costs import Costs
from xlcrm.forms.schema import Record
from xlcrm.forms.states import FAILED, STOCK, Section
from xlcrm.forms.switched import Company, Expense
from xlcrm.ledger.asof import as_of
from xlcrm.ledger.customers import Customer
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.months import month_end, month_start

LEFT_BEHIND = "staff.left"
"""The wording about customers whom nobody has since their consultant left; they are being lost too. Our decision."""


class WarningKind(Enum):
    """The method's early warnings. [S]"""

    STALE_CARD = "档案过期"
    RECEIVABLE = "外欠款"
    PROGRESS = "销售进度"
    COSTS = "销售费用"
    LEAVING = "客户流失"


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One warning. ``wording`` is a key of ``catalogue.labels.WARNINGS``, ``about`` fills its blanks.

    ``customer`` is 客户编号 and ``name`` the customer's name, both "" for a warning about the shop or a consultant;
    ``person`` is the consultant.
    """

    kind: WarningKind
    wording: str
    person: str = ""
    customer: str = ""
    name: str = ""
    at: Spot | None = None
    about: Mapping[str, str | int] = field(default_factory=dict)


class Pace(NamedTuple):
    """A consultant's month against the target, both in cars (台); working days gone and of the whole month."""

    cars: int
    target: int
    elapsed: int
    working: int

    @property
    def expected(self) -> float:
        """The target pro rata to the working days gone."""
        return self.target * self.elapsed / self.working if self.working else 0.0

    @property
    def behind(self) -> bool:
        """Behind by a whole car or more: parts of a car are no reason to worry. Our decision."""
        return self.expected - self.cars >= 1


def pace(ledger: Ledger, consultant: str, cars: int, target: int, month: str, today: dt.date) -> Pace:
    """The pace of a consultant, or of the shop with ``consultant`` "", whose working days are its open days."""
    first, last = month_start(month), month_end(month)
    days = ledger.workdays
    return Pace(cars, target, days.count(consultant, first, min(last, today)), days.count(consultant, first, last))


def warnings(ledger: Ledger, today: dt.date, month: str, cars: Mapping[str, int]) -> list[EarlyWarning]:
    """All early warnings of a month by kind, in the method's order, as of ``today`` or of its last day.

    What lies later has not happened yet. ``cars`` are those ordered in the month, by consultant, as the analysis counts them.
    """
    until = min(today, month_end(month))
    then = as_of(ledger, until)
    return [
        *_stale_cards(then, until),
        *_receivables(then),
        *_progress(then, until, month, Counter(cars)),
        *_costs(then, month, f"{today:%Y-%m}"),
        *_leaving_owners(then, until),
        *_neglected_prospects(then, until),
        *_left_behind(then),
    ]


def _stale_cards(ledger: Ledger, today: dt.date) -> Iterator[EarlyWarning]:
    """Cards of prospects and of buyers waiting for the car, not revised for a quarter; owners have their care calendar."""
    for card in ledger.cards:
        revised = card.revised_on or card.carded_on or card.first_contact
        if card.state not in STOCK or revised is None:
            continue
        days = (today - revised).days
        if days > ledger.settings.card_stale_days:
            yield _of_customer(WarningKind.STALE_CARD, "card.stale", card, "revised_on", days=days)


def _receivables(ledger: Ledger) -> Iterator[EarlyWarning]:
    """Orders not cancelled that owe more than the limit, a company's own where it has one; the wording depends on whether
    the car was handed over.
    """
    own = {row.customer: row.credit_limit for row in ledger.of(Company) if row.credit_limit is not None}
    for order in ledger.orders:
        owed = (order.amount or 0) - (order.received or 0)
        customer = ledger.customers.of(order) if own else None
        limit = own.get(customer.number if customer else "", ledger.settings.receivable_limit)
        if order.cancelled_on is not None or owed <= limit:
            continue
        wording, about = "order.owed", {"owed": f"{owed:,.0f}"}
        if order.delivered_on is not None:
            wording = "order.owed_delivered"
        elif order.due_on is not None:
            wording, about["due"] = "order.owed_until", f"{order.due_on:%m-%d}"
        yield _of_customer(WarningKind.RECEIVABLE, wording, order, "received", **about)


def _progress(ledger: Ledger, today: dt.date, month: str, cars: Counter[str]) -> Iterator[EarlyWarning]:
    targets = Counter[str]()
    rows: dict[str, Record] = {}
    for row in ledger.targets:
        if row.month == month and row.consultant and row.orders:
            targets[row.consultant] += row.orders
            rows[row.consultant] = row
    for consultant, target in targets.items():
        own = pace(ledger, consultant, cars[consultant], target, month, today)
        if own.behind:
            at = spot(rows[consultant], "orders")
            yield EarlyWarning(WarningKind.PROGRESS, "target.behind", consultant, at=at, about=_pace_words(own))
    shop = pace(ledger, "", cars.total(), targets.total(), month, today)
    if shop.behind:
        yield EarlyWarning(WarningKind.PROGRESS, "target.shop_behind", about=_pace_words(shop))


def _pace_words(own: Pace) -> dict[str, str | int]:
    return {"cars": own.cars, "target": own.target, "expected": f"{own.expected:.1f}"}


def _costs(ledger: Ledger, month: str, current: str) -> Iterator[EarlyWarning]:
    """The month's costs over its budget: the rows of 销售费用, else the amount in 设置; one without a month is the current's."""
    settings = ledger.settings
    if Expense.form.sheet in ledger.blocks:
        costs = Costs(ledger, month, ledger.of(Expense))
        if costs.is_over:
            at = spot(costs.row, "amount") if costs.row else None
            about = {"spent": f"{costs.spent:,.0f}", "budget": f"{costs.budget:,.0f}"}
            yield EarlyWarning(WarningKind.COSTS, "costs.over", at=at, about=about)
        return
    if month != (settings.spent_month or current):
        return
    budget, spent = settings.budget, settings.spent
    if budget is not None and spent is not None and spent > budget:
        about = {"spent": f"{spent:,.0f}", "budget": f"{budget:,.0f}"}
        yield EarlyWarning(WarningKind.COSTS, "costs.over", about=about)


def _leaving_owners(ledger: Ledger, today: dt.date) -> Iterator[EarlyWarning]:
    """Owners not seen in the shop for long, those gone longest first."""
    found = []
    for owner in (owner for c in ledger.customers.values() if c.may_be_called for owner in c.owners):
        seen = max(filter(None, (owner.last_seen_on, owner.delivered_on)), default=None)
        if seen is None:
            continue
        days = (today - seen).days
        if days >= ledger.settings.owner_risk_days:
            wording = "owner.lost" if days >= ledger.settings.owner_lost_days else "owner.at_risk"
            found.append((days, _of_customer(WarningKind.LEAVING, wording, owner, "last_seen_on", days=days)))
    yield from (warning for _, warning in sorted(found, key=lambda item: -item[0]))


def _neglected_prospects(ledger: Ledger, today: dt.date) -> Iterator[EarlyWarning]:
    """Prospects no contact reached for twice the interval of their grade, those left alone longest first."""
    found = []
    for customer in ledger.customers.values():
        if not customer.may_be_called or not customer.prospects:
            continue
        reached, failed = _contact_days(customer)
        for row in customer.prospects:
            written = row.last_contact if row.last_contact not in failed else None
            last = max(filter(None, (*reached, written, row.first_contact)), default=None)
            if row.loss_pending or last is None:
                continue
            days = (today - last).days
            if days > 2 * ledger.settings.interval(row.grade):
                about: dict[str, str | int] = {"grade": row.grade, "days": days}
                warning = _of_customer(WarningKind.LEAVING, "prospect.neglected", row, "next_on", **about)
                found.append((days, warning))
    yield from (warning for _, warning in sorted(found, key=lambda item: -item[0]))


def _left_behind(ledger: Ledger) -> Iterator[EarlyWarning]:
    """Consultants who left and still have customers: nobody calls them."""
    rows = {consultant.name: consultant for consultant in ledger.consultants}
    for name, count in ledger.left_behind.items():
        at = spot(rows[name], "status")
        yield EarlyWarning(WarningKind.LEAVING, LEFT_BEHIND, name, at=at, about={"count": count})


def _contact_days(customer: Customer) -> tuple[set[dt.date], set[dt.date]]:
    """Days of contacts that reached the customer, and of those that did not."""
    reports = [r for r in customer.reports if r.section == Section.DONE]
    failed = {r.date for r in reports if r.date and r.result in FAILED}
    reached = {r.date for r in reports if r.date and r.result not in FAILED}
    return reached | {v.date for v in customer.visits if v.date}, failed


def _of_customer(kind: WarningKind, wording: str, record: Record, name: str, **about: str | int) -> EarlyWarning:
    person, customer, known_as = (getattr(record, who) or "" for who in ("consultant", "customer", "name"))
    return EarlyWarning(kind, wording, person, customer, known_as, spot(record, name), about)
