"""Months written YYYY-MM, and which of them a book is in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlcrm.forms.sheets import Report, Visit

if TYPE_CHECKING:
    from xlcrm.ledger.ledger import Ledger


def first_month(ledger: Ledger, today: dt.date) -> str:
    """The first open month: that of the newest 月初留存, else the month of the earliest log, else this month."""
    return max(_frozen(ledger), default="") or _earliest_log_month(ledger, today)


def earliest_month(ledger: Ledger, today: dt.date) -> str:
    """The earliest month whose opening stock is known."""
    return min(_frozen(ledger), default="") or _earliest_log_month(ledger, today)


def _frozen(ledger: Ledger) -> list[str]:
    """The months of 月初留存, once for each row."""
    return [opening.month for opening in ledger.openings if opening.month]


def _earliest_log_month(ledger: Ledger, today: dt.date) -> str:
    """The working month if the setting names one, else the first of the months with logs that lead up to the newest.

    A month apart from the others is a slip of the year: it must not become the opening of the books.
    """
    if ledger.settings.month:
        return ledger.settings.month
    logs: list[Visit | Report] = [*ledger.visits, *ledger.reports]
    days = {row.date for row in logs}
    months = {f"{day:%Y-%m}" for day in days if day and day <= today}
    month = max(months, default=f"{today:%Y-%m}")
    while next_month(month, -1) in months:
        month = next_month(month, -1)
    return month


def month_start(month: str) -> dt.date:
    """First day of a month written YYYY-MM."""
    return dt.date(int(month[:4]), int(month[5:7]), 1)


def month_end(month: str) -> dt.date:
    """Last day of a month written YYYY-MM."""
    return month_start(next_month(month)) - dt.timedelta(days=1)


def next_month(month: str, by: int = 1) -> str:
    """The month ``by`` months later (earlier, when negative)."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
