"""What a month's selling cost, and what it might: the rows of 销售费用 against the month's budget. SPEC section 14.

A shop without that sheet writes both into 设置.
"""

from __future__ import annotations

from collections.abc import Iterable

from xlcrm.forms.switched import Budget, Expense
from xlcrm.ledger.ledger import Ledger


class Costs:
    """The costs of a month (YYYY-MM) by the expenses that count, in yuan; ``budget`` is ``None`` where none is set."""

    def __init__(self, ledger: Ledger, month: str, expenses: Iterable[Expense]) -> None:
        rows = [row for row in expenses if row.date and f"{row.date:%Y-%m}" == month and row.amount is not None]
        self.has_rows = bool(rows)
        self.spent = sum(row.amount or 0 for row in rows)
        self.row = next((row for row in ledger.of(Budget) if row.month == month and row.amount is not None), None)
        self.budget = self.row.amount if self.row is not None else ledger.settings.budget

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.spent > self.budget
