"""What 问题清单 does not show because no edit undoes it is counted on page 10, and nothing else is."""

from __future__ import annotations

from collections import Counter

import pytest
from desk import Desk

from xlcrm.analysis.figures import Table
from xlcrm.catalogue.labels import LABELS
from xlcrm.demo import demo_store
from xlcrm.findings import Finding, Handling, recorded


@pytest.fixture(scope="module")
def pressed() -> tuple[Table, list[Finding]]:
    """Page 10's table of the demo once validated, rolled and checked; and what the list does not show then."""
    store, _ = demo_store()
    desk, today = Desk.holding(store.sheets), store.truth.today
    for verb in ("validate", "roll"):
        desk.press(verb, today)
    outcomes = [desk.press(verb, today, month=f"{today:%Y-%m}") for verb in ("validate", "check")]
    shown = [line for outcome in outcomes for line in outcome.lines]
    assert shown
    assert not recorded(shown)
    analysis = desk.decide("mail", today).analysis
    assert analysis is not None
    return analysis.table("handling_by_person"), [one for outcome in outcomes for one in outcome.findings]


def test_what_the_list_hides_is_what_page_10_counts_by_consultant(pressed: tuple[Table, list[Finding]]) -> None:
    table, findings = pressed
    at = table.headers.index("on_record")
    hidden = Counter(finding.person or LABELS["blank"] for finding in recorded(findings))
    assert hidden
    assert {row[0]: row[at] for row in table.rows if row[at]} == hidden
    assert table.total is not None
    assert table.total[at] == hidden.total()


def test_every_finding_of_the_month_stands_in_one_column(pressed: tuple[Table, list[Finding]]) -> None:
    table, findings = pressed
    assert table.total is not None
    columns = dict(zip(table.headers, table.total, strict=True))
    handled = Counter(finding.handling for finding in findings)
    assert columns["to_fix"] == handled[Handling.FIX]
    assert columns["to_confirm"] == handled[Handling.CONFIRM]
    assert columns["confirmed"] == 0
