"""What ``pyproject.toml`` cannot say: a wheel holds docs/*.md too, as pages for a browser."""

from __future__ import annotations

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent


class WithPages(build_py):
    """The package, and the manual beside its modules; in a source checkout the manual is read from docs/."""

    def run(self) -> None:
        """Build, then write the pages."""
        super().run()
        if not getattr(self, "editable_mode", False):
            pages = runpy.run_path(str(HERE / "xlcrm/computer/pages.py"))
            pages["write_pages"](HERE / "docs", Path(self.build_lib, "xlcrm", "pages"))


setup(cmdclass={"build_py": WithPages})
