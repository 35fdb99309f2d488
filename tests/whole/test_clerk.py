"""The list can be worked down: a clerk does what each line says, and the next run's list is empty."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from books import STORES
from clerk import Clerk
from desk import Desk
from memory import Memory
from relation_faults import RELATION_FAULTS, plant_relations
from sizes import scaled

from xlcrm.demo import RULE_FAULTS, NoPlace, Sheets, Store, demo_store, plant, simulate
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import FORMS

START, END = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
NEEDS_A_CLOSED_MONTH = {"R10.chain", "R10.changed"}
NEEDS_A_LARGE_STORE = {"V07.gone"}


def test_the_list_of_the_demo_is_empty_once_each_line_was_settled() -> None:
    store, _ = demo_store()
    clerk = Clerk(Desk.holding(store.sheets), END)
    clerk.work_down()
    assert clerk.left() == []


@pytest.mark.parametrize("store", ["clean", "faulty"])
def test_the_list_of_a_sample_store_is_empty_once_each_line_was_settled(store: str) -> None:
    book = Memory.of_store(STORES / store)
    clerk = Clerk(Desk.holding({block.sheet: book.rows(block.sheet) for block in book.blocks}), END)
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


def test_what_was_changed_in_a_closed_month_is_one_line_until_it_is_put_back() -> None:
    store = simulate(3, start=dt.date(2026, 9, 1), end=END, consultants=2, visits_a_month=20, opening=8, diligent=True)
    desk = Desk.holding(store.sheets)
    for verb in ("roll", "close", "roll", "check"):
        desk.press(verb, END)
    assert desk.rows("问题清单") == []
    frozen = desk.rows("月初留存")[-1]
    other = "C" if frozen["级别"] != "C" else "B"
    slips: list[tuple[str, int, str, Cell]] = [
        ("来店登记", 0, "注释", "改过"),
        ("月初留存", len(desk.rows("月初留存")) - 1, "级别", other),
    ]
    for sheet, at, header, typed in slips:
        before = desk.rows(sheet)[at][header]
        desk.edit_row(sheet, at, {header: typed})
        desk.press("check", END)
        assert {str(line["代码"]).partition("、")[0] for line in desk.rows("问题清单")} == {"R10"}
        assert {line["类别"] for line in desk.rows("问题清单")} == {"要改"}
        desk.edit_row(sheet, at, {header: before})
        desk.press("check", END)
        assert desk.rows("问题清单") == []
