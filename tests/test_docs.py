"""What the pages for engineers name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:xlcrm|tests|tools|docs|bench|workbook)/[\w/.]+)`", text)
    linked = [(ROOT / page).parent / link for link in re.findall(r"\]\(((?!http)[\w/.-]+)\)", text)]
    assert [path for path in (*(ROOT / name for name in named), *linked) if not path.exists()] == []
