"""Page 9, 及时率: follow-ups due, done on time, late, not done and overdue now, with whose they are; whom and which cards nobody looked after."""

from __future__ import annotations

from xlcrm.analysis.facts import Fact, Measure, of_consultant, of_grade
from xlcrm.analysis.figures import Content, CustomerNumber, Name, Page, Ratio, Table
from xlcrm.analysis.scope import ON_TIME_RATE, Mean, Rate, Scope, Summed, by, named
from xlcrm.forms.sheets import Report
from xlcrm.forms.states import GRADES, Purpose

_NOT_ON_TIME = Rate("not_on_time_rate", (Measure.LATE, Measure.UNREACHED, Measure.UNDONE), (Measure.DUE,))
_COLUMNS: tuple[Summed, ...] = (
    Measure.DUE,
    Measure.ON_TIME,
    ON_TIME_RATE,
    _NOT_ON_TIME,
    Measure.LATE,
    Mean("mean_days_late", Measure.DAYS_LATE, Measure.LATE),
    Measure.UNREACHED,
    Measure.UNDONE,
    Measure.DUE_TODAY,
    Measure.OVERDUE,
)
_REACHED: tuple[Summed, ...] = (
    Measure.CONTACTS,
    Measure.REACHED,
    Rate("reached_rate", (Measure.REACHED,), (Measure.CONTACTS,)),
)


def page(scope: Scope) -> Page:
    """The page's tables."""
    facts = scope.facts
    return Page(
        "punctuality",
        (
            by("punctuality_by_grade", "grade", facts, of_grade, _COLUMNS, GRADES),
            by("contacts_by_purpose", "purpose", facts, _purpose, _REACHED),
            _by_consultant(scope),
            _overdue(scope),
            _neglected(scope),
            _stale(scope),
        ),
    )


def _by_consultant(scope: Scope) -> Table:
    """Consultants by the share of their follow-ups not made on time, the largest first."""
    table = by("punctuality_by_consultant", "consultant", scope.facts, of_consultant, _COLUMNS, order=scope.consultants)
    place = table.headers.index(_NOT_ON_TIME.key)

    def share(row: tuple[Content, ...]) -> float:
        own = row[place]
        return own.value or 0.0 if isinstance(own, Ratio) else 0.0

    return table._replace(rows=tuple(sorted(table.rows, key=lambda row: -share(row))))


def _purpose(fact: Fact) -> str:
    """The purpose as reported; a register row nobody reported is a reception all the same."""
    return fact.record.purpose or "" if isinstance(fact.record, Report) else Purpose.RECEPTION


def _overdue(scope: Scope) -> Table:
    """Whom to call first: every follow-up overdue, the longest first."""
    rows = tuple(
        (
            CustomerNumber(_number(scope, fact)),
            Name(getattr(fact.record, "name", None) or ""),
            named(fact.consultant),
            named(fact.grade),
            fact.on,
            (scope.last - fact.on).days,
        )
        for fact in sorted(
            scope.facts.of(Measure.OVERDUE), key=lambda fact: (fact.on, fact.consultant, fact.record.at.row)
        )
    )
    return Table("overdue_customers", ("customer", "name", "consultant", "grade", "due_on", "days_overdue"), rows)


def _number(scope: Scope, fact: Fact) -> str:
    customer = scope.ledger.customers.of(fact.record)
    return customer.number if customer is not None else ""


def _neglected(scope: Scope) -> Table:
    rows = tuple(
        (
            CustomerNumber(warning.customer),
            Name(warning.name),
            named(warning.person),
            warning.about["grade"],
            warning.about["days"],
        )
        for warning in scope.warnings
        if warning.wording == "prospect.neglected"
    )
    return Table("neglected", ("customer", "name", "consultant", "grade", "days_alone"), rows)


def _stale(scope: Scope) -> Table:
    rows = [
        (CustomerNumber(warning.customer), Name(warning.name), named(warning.person), warning.about["days"])
        for warning in scope.warnings
        if warning.wording == "card.stale"
    ]
    stalest_first = sorted(rows, key=lambda row: -int(row[3]))
    return Table("stale_cards", ("customer", "name", "consultant", "days_unrevised"), tuple(stalest_first))
