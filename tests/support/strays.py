"""Files that lie beside a book and are called as modules of Python are: whoever imports one runs it."""

from __future__ import annotations

from pathlib import Path

NAMES = ("json", "csv", "html", "zipfile", "datetime", "pip", "venv", "xlwings", "pydantic", "python_calamine", "xlcrm")


def plant(folder: Path) -> None:
    """Put the strays there; each leaves a mark when it is imported."""
    for name in NAMES:
        (folder / f"{name}.py").write_text("open(__file__ + '.imported', 'w').close()", "utf-8")


def imported(folder: Path) -> list[str]:
    """Which strays were."""
    return sorted(path.name for path in folder.glob("*.imported"))
