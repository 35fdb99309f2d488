"""What the pages for engineers name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from corner import MON, WED
from memory import HE, STAFF, report, visit

from xlcrm.books.new import fill_book
from xlcrm.catalogue.labels import RULES
from xlcrm.cli import main
from xlcrm.commands.arguments import parser
from xlcrm.computer.usage import take_language

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
ELSEWHERE = ("*.md", "bench/*.md", "tests/**/*.md")
PAGES = [page.relative_to(ROOT).as_posix() for page in (*DOCS, *(one for way in ELSEWHERE for one in ROOT.glob(way)))]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:xlcrm|tests|tools|docs|bench|workbook)/[\w/.]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
    links = [link.partition("#") for link in re.findall(r"\]\(((?!http)[^)\s]+)\)", text)]
    assert [to for to, _, _ in links if not ((ROOT / page).parent / to).exists()] == []
    places = [((ROOT / page).parent / to if to else ROOT / page, place) for to, _, place in links if place]
    assert [place for to, place in places if place not in headings(to)] == []


def headings(page: Path) -> set[str]:
    """What a link can name on a page, as code hosts make it of the headings."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in found}


def test_every_page_is_on_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    assert [page.name for page in DOCS if page.name != "index.md" and f"({page.name})" not in index] == []


COMPLAINTS = {
    "trouble.md": ("Store", "OneDrive", "自动保存", "共同编辑", "映射的网络盘", "苹果", "不许", "`^`", "32 位"),
    "english.md": (
        "Store",
        "OneDrive",
        "AutoSave",
        "several people",
        "mapped",
        "Mac",
        "may not start",
        "`^`",
        "32-bit",
    ),
}
"""What users of xlwings complain of, in a word each."""


@pytest.mark.parametrize("page", COMPLAINTS)
def test_the_page_of_troubles_speaks_of_every_known_complaint(page: str) -> None:
    rows = re.findall(r"^\|.*", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert [word for word in COMPLAINTS[page] if not any(word in row for row in rows)] == []


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
        assert parser().parse_args(given).verb, " ".join(words)


@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_commands_of_the_readme_do_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The day in commands is pressed in its order; what installs something is tried by ``tools/run.py fresh``."""
    monkeypatch.chdir(tmp_path)
    run = [words for words in commands(page) if words[0] != "setup"]
    assert [words[0] for words in run] == ["new", "validate", "roll", "check", "plan", "month", "undo", "selfcheck"]
    assert main(run[0]) == 0
    Path("CRM.xlsm").unlink()
    came = report(MON, HE, "H", 目的="接待", 方式="来店", 下次回访日期=WED)
    fill_book(Path("CRM.xlsm"), {"顾问": STAFF, "来店登记": [visit(MON)], "日报": [came]})  # as people fill it
    assert [main([*words, "--today", str(MON)]) for words in run[1:-1]] == [0] * len(run[1:-1])
    capsys.readouterr()
    main(run[-1])  # no computer but one that was set up is in order
    says = capsys.readouterr().out
    assert ("自检" in says) == (page == "README.md")
    assert [path.suffix for path in sorted(tmp_path.iterdir()) if path.is_file()] == [".xlsm", ".xlsx"]


def test_both_readmes_show_the_same() -> None:
    """The same pictures, commands, blocks and headings, in their order."""
    zh, en = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "README.en.md"))
    for pattern in (r"!\[.*?\]\((.*?)\)", r"^python3 .*$", r"^xlcrm \w+", r"^#+ "):
        assert re.findall(pattern, zh, re.MULTILINE) == re.findall(pattern, en, re.MULTILINE)
    assert abs(len(zh.splitlines()) - len(en.splitlines())) < 20


@pytest.mark.parametrize("page", ["README.md", "README.en.md"])
def test_the_readme_counts_all_rules_and_relations(page: str) -> None:
    rules, relations = (
        max((code for code in RULES if code[0] == kind), key=lambda code: int(code[1:])) for kind in "VR"
    )
    assert {f"V01–{rules}", f"R1–{relations}"} <= set(re.findall(r"[VR]\d+–[VR]\d+", (ROOT / page).read_text("utf-8")))


def test_every_picture_is_made_by_a_script() -> None:
    made = (ROOT / "tools/gallery.py").read_text(encoding="utf-8")
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", ROOT / "README.en.md", *DOCS))
    shown = set(re.findall(r"gallery/([\w-]+)\.png", pages))
    assert shown
    assert [name for name in shown if name not in made] == []
