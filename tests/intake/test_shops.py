"""Workbooks as shops keep them, in every style and with several seeds: nothing is lost, invented or wrongly made one."""

from __future__ import annotations

from pathlib import Path

import pytest
from shops import STYLES, Verdict, judge
from sizes import scaled
from taking import answer_of, empty_book, grids_of, take

SEEDS = range(1, scaled(4, 21))
ROWS = {"plain": 1.0, "dirty": 0.95, "nasty": 0.85}
COLUMNS = {"plain": 0.98, "dirty": 0.95, "nasty": 0.90}


def read(style: str, seed: int, folder: Path) -> Verdict:
    files = STYLES[style][1](seed)
    return judge(files, answer_of(take(empty_book(), grids_of(files, folder))))


@pytest.mark.sized
@pytest.mark.parametrize("style", STYLES)
def test_a_style(style: str, tmp_path: Path) -> None:
    rows = right = columns = columns_right = 0
    for seed in SEEDS:
        (folder := tmp_path / str(seed)).mkdir()
        verdict = read(style, seed, folder)
        notes = "\n".join(verdict.notes)
        assert (verdict.lost, verdict.invented, verdict.merged, verdict.missed) == (0, 0, 0, 0), notes
        assert (verdict.forms_right, verdict.headers_wrong) == (verdict.forms, 0), notes
        assert (verdict.more_right, verdict.soft_right) == (verdict.more, verdict.soft), notes
        rows, right = rows + verdict.rows, right + verdict.right
        columns, columns_right = columns + verdict.columns, columns_right + verdict.columns_right
    difficulty = STYLES[style][0]
    assert right >= ROWS[difficulty] * rows
    assert columns_right >= COLUMNS[difficulty] * columns


def test_there_are_enough_styles() -> None:
    assert len(STYLES) >= 20
