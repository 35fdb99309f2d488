"""Where everything is installed, a test that was skipped did not test: the rules of ``conftest`` about it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

def test_that_runs():
    pass

@pytest.mark.skip(reason="no time")
def test_that_is_skipped():
    raise AssertionError

def test_that_skips_itself():
    pytest.skip("no time")

@pytest.mark.libreoffice
def test_of_another_program():
    pass

@pytest.mark.ooxml
def test_of_a_validator():
    pass

@pytest.mark.live_excel
def test_of_excel():
    pytest.skip("no Excel")

@pytest.mark.xfail(reason="known", strict=True)
def test_known_to_fail():
    raise AssertionError
"""
MODULE = """
import pytest

pytest.importorskip("nothing_of_this_name")
"""
SETTINGS = """
[pytest]
markers =
    libreoffice: x
    ooxml: x
    live_excel: x
"""


@pytest.mark.parametrize(
    ("no_skips", "outcomes"),
    [("1", "1 failed, 1 passed, 1 skipped, 1 xfailed, 4 errors"), ("", "1 passed, 6 skipped, 1 xfailed")],
)
def test_a_skip_fails_where_nothing_may_be_skipped(tmp_path: Path, no_skips: str, outcomes: str) -> None:
    here = Path(__file__).parent
    (tmp_path / "conftest.py").write_bytes((here / "conftest.py").read_bytes())
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_module.py").write_text(MODULE)
    nothing_installed = os.environ | {
        "PYTHONPATH": str(here / "support"),
        "PATH": str(tmp_path),
        "XLCRM_NO_SKIPS": no_skips,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    done = subprocess.run(command, capture_output=True, text=True, env=nothing_installed, cwd=tmp_path, timeout=60)
    assert outcomes in done.stdout, done.stdout
