"""The list can be worked down: a clerk does what each line says, and the next run's list is empty."""

from __future__ import annotations

import datetime as dt

from clerk import Clerk
from desk import Desk

from xlcrm.demo import demo_store

START, END = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


def test_the_list_of_the_demo_is_empty_once_each_line_was_settled() -> None:
    store, _ = demo_store()
    clerk = Clerk(Desk.holding(store.sheets), END)
    clerk.work_down()
    assert clerk.left() == []
