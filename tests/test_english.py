"""Comments, docstrings and names of tests are plain modern English: the words engineers do not use are listed here."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AVOIDED = {
    r"tells?|told|telling": "say, mention, report, identify",
    r"eves?": "the day before",
    r"the doing of": "doing, execution",
    r"fruits": "results",
    r"nought|naught": "0, nothing",
    r"anew|afresh": "again, replaced",
    r"mend(?:s|ed|ing)?": "repair, correct",
    r"be it": "even if, whether",
    r"as good as gone": "gone",
    r"made good": "made up for",
    r"lets? go of": "release, discard",
    r"reckon\w*": "calculate",
    r"for ever": "forever",
    r"shall": "will, must",
    r"but for": "except for",
    r"known again": "recognised",
    r"(?:one|once|line|row|cell) a (?:row|line|consultant|customer|prospect|sheet|form|header|grade|kind|step|day)": (
        "one for each"
    ),
}
_FOUND = re.compile("|".join(rf"\b(?:{word})\b" for word in AVOIDED), re.IGNORECASE)
_TYPED = re.compile(r"``[^`]*``")
"""Names of the program stand between double backquotes."""


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Line numbers and texts of comments and docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for i, line in enumerate(node.value.value.splitlines()):
                yield node.lineno + i, _TYPED.sub("", line)


def names_of_tests(source: str) -> Iterator[tuple[int, str]]:
    """Line numbers of the tests, and their names as words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.lineno, node.name.removeprefix("test_").replace("_", " ")


def odd_words(source: str) -> list[str]:
    """``12: told`` for every avoided word in line 12."""
    texts = (*prose(source), *names_of_tests(source))
    return [f"{line}: {found[0]}" for line, text in texts for found in _FOUND.finditer(text)]


@pytest.mark.parametrize("place", ["xlcrm", "tests", "tools", "bench"])
def test_comments_docstrings_and_names_of_tests_are_plain_english(place: str) -> None:
    found = {
        str(path.relative_to(ROOT)): odd
        for path in sorted((ROOT / place).rglob("*.py"))
        if path != Path(__file__) and (odd := odd_words(path.read_text(encoding="utf-8")))
    }
    assert not found, f"say instead: {AVOIDED}"


def test_the_search_finds_comments_and_docstrings_only() -> None:
    source = '"""Is told of."""\nname = "told"  # its eve\n\n\ndef told() -> None:\n    """As ``told`` tells."""\n'
    assert odd_words(source) == ["2: eve", "1: told", "6: tells"]


_ODD_IN_SENTENCES = r"\b(?:(?<!there )is no [a-z]+|no whole|by own|parted by|comes? along|brings? along)\b"
_BLANK = re.compile(r"\{[^}]*\}")


def sentences() -> Iterator[str]:
    """The English of every sentence the catalogue holds, without its blanks."""
    for path in sorted((ROOT / "xlcrm" / "catalogue").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for arg in node.args if isinstance(node, ast.Call) else ():
                if (
                    isinstance(arg, ast.Constant)
                    and isinstance(arg.value, str)
                    and not re.search("[一-鿿]{4}", arg.value)
                ):
                    yield _BLANK.sub("", arg.value)


def test_what_people_read_in_english_is_plain_english_too() -> None:
    odd = re.compile(f"{_FOUND.pattern}|{_ODD_IN_SENTENCES}", re.IGNORECASE)
    assert [text for text in sentences() if odd.search(text)] == []
    assert sum(1 for _ in sentences()) > 1000
