"""The list can be worked down: a clerk does what each line says, and the next run's list is empty."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from clerk import Clerk
from desk import Desk
from relation_faults import RELATION_FAULTS, plant_relations
from sizes import scaled

from xlcrm.demo import RULE_FAULTS, NoPlace, Sheets, Store, demo_store, plant, simulate
from xlcrm.forms.sheets import FORMS

START, END = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
NEEDS_A_CLOSED_MONTH = {"R10.chain", "R10.changed"}
NEEDS_A_LARGE_STORE = {"V07.gone"}


def test_the_list_of_the_demo_is_empty_once_each_line_was_settled() -> None:
    store, _ = demo_store()
    clerk = Clerk(Desk.holding(store.sheets), END)
    clerk.work_down()
    assert clerk.left() == []


def small(seed: int, *, diligent: bool) -> Store:
    return simulate(
        seed, start=START, end=END, consultants=2 + seed % 3, visits_a_month=30, opening=10, diligent=diligent
    )


def some(seed: int, kinds: list[str], plant_them: Callable[[list[str]], Sheets]) -> Sheets:
    """A store with some of the faults; one that has no place in it is left out."""
    chosen = random.Random(seed).sample(kinds, 6)
    while True:
        try:
            return plant_them(chosen)
        except NoPlace:
            chosen = chosen[:-1]


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(scaled(6, 60)))
def test_the_list_of_any_store_with_faults_in_its_logs_becomes_empty(seed: int) -> None:
    store = small(seed, diligent=False)
    kinds = [kind for kind in RULE_FAULTS if kind not in NEEDS_A_LARGE_STORE]
    sheets = some(seed, kinds, lambda chosen: plant(store, chosen, seed)[0].sheets)
    clerk = Clerk(Desk.holding(sheets), END)
    assert clerk.rounds(2) == []


@pytest.mark.sized
@pytest.mark.parametrize("seed", range(scaled(6, 60)))
def test_the_list_of_any_store_whose_forms_differ_becomes_empty(seed: int) -> None:
    desk = Desk.holding(small(seed, diligent=True).sheets)
    desk.press("roll", END)
    rolled: Sheets = {sheet: [dict(row) for row in desk.rows(sheet)] for sheet in FORMS}
    kinds = [kind for kind in RELATION_FAULTS if kind not in NEEDS_A_CLOSED_MONTH]
    sheets = some(seed, kinds, lambda chosen: plant_relations(rolled, chosen, seed, END)[0])
    clerk = Clerk(Desk.holding(sheets), END)
    assert clerk.rounds(2) == []
