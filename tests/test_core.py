"""What counts as the core: its branches are measured, and none may be left out by a renaming."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"xlcrm.catalogue", "xlcrm.hands", "xlcrm.intake", "xlcrm.messages", "xlcrm.paper"}
"""Pure too, but they say, read or draw rather than decide: not measured."""


def test_the_core_that_is_measured_is_the_pure_one() -> None:
    tool: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    [pure] = [own for own in tool["importlinter"]["contracts"] if own["name"].startswith("The core is pure")]
    measured = set(tool["coverage"]["run"]["source_pkgs"])
    assert measured == {*pure["source_modules"], "xlcrm.patterns"} - BESIDE
    assert tool["coverage"]["report"]["fail_under"] == 100
    places = [ROOT / name.replace(".", "/") for name in measured]
    assert [place.name for place in places if not place.is_dir() and not place.with_suffix(".py").is_file()] == []
