"""A sheet 月度分析 drawn by another version is left alone: values would stand below labels that are not theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from books import blocks_of
from memory import HE, STAFF, visit

from xlcrm.catalogue import verbs as words
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import ANALYSIS_SHEET
from xlcrm.report.analysis_sheet import headings
from xlcrm.verbs import Job, Outcome, month

NOW = dt.datetime(2026, 10, 31, 18)


def analysed(sheet: Mapping[str, Cell]) -> Outcome:
    """The month of a small store in a book whose 月度分析 holds these cells."""

    def layout(_: str, addresses: Collection[str]) -> Mapping[str, Cell]:
        return {address: sheet.get(address) for address in addresses}

    blocks = blocks_of({"顾问": STAFF, "来店登记": [visit(NOW.date(), HE)]})
    return month(blocks, (), Job(NOW.date(), NOW, layout=layout))


def test_a_sheet_of_this_layout_is_written() -> None:
    for sheet in (headings(), {}):
        outcome = analysed(sheet)
        assert "A1" in outcome.changes.layouts[ANALYSIS_SHEET]


def test_a_sheet_of_another_layout_is_left_alone_and_that_is_said() -> None:
    drawn = headings()
    address = next(iter(drawn))
    outcome = analysed(drawn | {address: "销售顾问"})
    assert ANALYSIS_SHEET not in outcome.changes.layouts
    assert words.OTHER_LAYOUT.say("zh", sheet=ANALYSIS_SHEET) in outcome.said
    assert outcome.analysis is not None
