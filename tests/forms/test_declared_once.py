"""Law 2: what a form declares is typed nowhere else. Rows are written by field, closed words are constants."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xlcrm.forms import states
from xlcrm.forms.schema import Place
from xlcrm.forms.settings import as_written
from xlcrm.forms.sheets import FORMS, Card
from xlcrm.forms.switched import SWITCHES

PACKAGE = Path(__file__).resolve().parents[2] / "xlcrm"
CORE = ("analysis", "crosscheck", "followup", "ledger", "paper", "roll", "safety", "timeline")
HEADERS = [set(form.headers) for form in FORMS.values()]
CLOSED = {
    word
    for group in (states.State, states.Section, states.Decision, states.Purpose, states.Visiting)
    for word in vars(group).values()
    if isinstance(word, str)
}
SOURCES = sorted(path for wing in CORE for path in (PACKAGE / wing).rglob("*.py")) + [
    PACKAGE / f"{name}.py" for name in ("findinglist", "validate", "verbs")
]


def header_keys(tree: ast.AST) -> Iterator[str]:
    """Headers of one form that are keys of a dictionary with several of them: a row written by header."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            found = max(([str(key) for key in keys if key in own] for own in HEADERS), key=len)
            yield from found if len(found) > 1 else ()


def compared_words(tree: ast.AST) -> Iterator[str]:
    """Closed words that something is compared with, or that stand in its place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.BoolOp | ast.IfExp | ast.keyword):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and part.value in CLOSED:
                    yield str(part.value)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_core_writes_by_field_and_names_closed_words(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [*header_keys(tree), *compared_words(tree)] == []


def test_a_field_the_form_lacks_is_refused() -> None:
    assert Card.cells(customer="C00001", grade="A") == {"客户编号": "C00001", "当前级别": "A"}
    with pytest.raises(TypeError, match="Card has no level"):
        Card.cells(level="A")


def test_the_searches_find_what_they_look_for() -> None:
    tree = ast.parse("row = {'客户编号': 1, '电话': 2}\nfound = [r for r in rows if r.state == '在跟']\n")
    assert list(header_keys(tree)) == ["客户编号", "电话"]
    assert list(header_keys(ast.parse("words = {'客户': 1, '顾问': 2}"))) == []
    assert set(compared_words(tree)) == {"在跟"}


def test_a_record_knows_the_fields_of_its_form_only() -> None:
    mistyped: dict[str, Any] = {"colour": "红"}
    with pytest.raises(TypeError, match="Card has no colour"):
        Card(at=Place("客户卡", 2, {}), **mistyped)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "是"),
        ((45, 30), "45、30"),
        (dt.time(18), "18:00"),
        (2.0, "2"),
        (dt.date(2026, 10, 1), "2026-10-01"),
    ],
)
def test_a_setting_is_written_as_a_person_writes_it(value: object, written: str) -> None:
    assert as_written(value) == written


def test_a_switch_is_named_once() -> None:
    assert len(SWITCHES) == len(set(SWITCHES))
