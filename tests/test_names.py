"""One name, one meaning: what the whole program speaks of has its name for itself."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import xlcrm

CODE = Path(xlcrm.__file__).parent
COMMON = ("forms", "ledger", "timeline", "changes.py", "findings.py", "errors.py", "review.py")
"""Where the words stand that every wing uses."""
APART = ("demo", "intake")
"""The demo's own copies are a wall; intake speaks of tables that are not understood yet."""


def classes(path: Path) -> set[str]:
    """The public classes and type aliases of a module."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            found |= {name} if name[0].isupper() and not name.isupper() else set()
    return {name for name in found if not name.startswith("_")}


def test_a_word_that_all_wings_use_is_defined_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in CODE.rglob("*.py"):
        part = path.relative_to(CODE)
        if part.parts[0] not in APART:
            for name in classes(path):
                places[name].append(str(part))
    common = {name for name, own in places.items() if any(path.startswith(COMMON) for path in own)}
    assert {name: places[name] for name in common if len(places[name]) > 1} == {}
