"""What the pages for engineers name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xlcrm.cli import _parser, main
from xlcrm.computer.usage import take_language

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = ("README.md", "README.en.md", "CONTRIBUTING.md", "SECURITY.md", *(f"docs/{page.name}" for page in DOCS))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:xlcrm|tests|tools|docs|bench|workbook)/[\w/.]+)`", text)
    linked = [(ROOT / page).parent / link for link in re.findall(r"\]\(((?!http)[\w/.-]+)\)", text)]
    assert [path for path in (*(ROOT / name for name in named), *linked) if not path.exists()] == []


def test_every_page_is_on_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [page.name for page in DOCS if page.name != "index.md" and f"({page.name})" not in index] == []


def commands(page: str) -> list[list[str]]:
    """The commands of a page that name a workbook, as they can be typed: those with a placeholder left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = re.findall(r"^xlcrm ([a-z].*)$|`xlcrm ([^`]*)`", text, re.MULTILINE)
    given = [(block or inline).split() for block, inline in lines]
    placeholder = re.compile(r"[\[\]|…]|\b(?:COMMAND|DIR|BOOK|PATH|FOLDER|NEW)\b|命令|各店|姓名|客户编号或电话")
    return [words for words in given if ".xlsm" in " ".join(words) and not placeholder.search(" ".join(words))]


@pytest.mark.parametrize("page", ["README.md", "README.en.md", *(f"docs/{page.name}" for page in DOCS)])
def test_every_command_on_a_page_can_be_read(page: str) -> None:
    for words in commands(page):
        given = list(words)
        take_language(given)
        assert _parser().parse_args(given).verb, " ".join(words)


def test_the_commands_of_the_readme_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = [
        words for words in commands("README.en.md") if "CRM.xlsm" in words and words[0] not in ("setup", "selfcheck")
    ]
    assert [words[0] for words in run] == ["new", "validate", "roll", "check", "plan", "upgrade"]
    assert [main(words) for words in run] == [0] * len(run)


def test_every_picture_is_made_by_a_script() -> None:
    made = (ROOT / "tools/gallery.py").read_text(encoding="utf-8")
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", ROOT / "README.en.md", *DOCS))
    shown = set(re.findall(r"gallery/([\w-]+)\.png", pages))
    assert shown
    assert [name for name in shown if name not in made] == []
