"""The manual as pages for a browser, without a network."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from xlcrm.computer.pages import manual, page, write_pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


class Reader(HTMLParser):
    """What a browser makes of a page: its words, and what it links to or shows; raises where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words, self.refers, self._open = "", list[str](), list[str]()
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.refers += [value for name, value in attrs if name in ("href", "src") and value]
        if tag not in ("meta", "br", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_pages(DOCS, folder)
    return folder


def test_every_page_of_the_manual_is_there_with_all_its_words(pages: Path) -> None:
    for source in DOCS.glob("*.md"):
        said = Reader((pages / f"{source.stem}.html").read_text("utf-8")).words
        text = re.sub(r"\]\([^)]*\)|<br>|^\d+\. |^```\w*", " ", source.read_text("utf-8"), flags=re.MULTILINE)
        text = re.sub(r"!\[[^\]]*", " ", text)  # a picture's name is shown where the picture cannot be
        assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", said)), source.name


def test_no_page_leads_anywhere_but_to_what_is_there(pages: Path) -> None:
    for made in pages.glob("*.html"):
        outside = [to for to in Reader(made.read_text("utf-8")).refers if not (pages / to).is_file()]
        assert outside == [], made.name


def test_what_is_written_in_the_manual_looks_as_meant() -> None:
    made = page(
        "# 页\n\n一行，\n接着。\n- `a<b` **粗**\n\n| 甲 | 乙 |\n|---|---|\n| 1<br>2 | [丙](b.md) [外](../X.md) |\n\n```\nx < y\n```\n",
        {"b"},
    )
    assert "<p>一行，接着。</p>" in made
    assert "<li><code>a&lt;b</code> <b>粗</b></li>" in made.replace("\n", "")
    assert '<tr><td>1<br>2</td><td><a href="b.html">丙</a> 外</td></tr>' in made
    assert "<pre>x &lt; y</pre>" in made


def test_where_no_manual_is_none_is_found(tmp_path: Path) -> None:
    package = tmp_path / "xlcrm"
    package.mkdir()
    assert manual(package) is None
    shutil.copytree(DOCS, tmp_path / "docs")
    from_sources = manual(package)
    assert from_sources is not None
    assert from_sources.read_text("utf-8").startswith("<!doctype html>")
    write_pages(DOCS, package / "pages")
    assert manual(package) == package / "pages" / "index.html"
