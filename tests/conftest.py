"""What every test may use: the sample stores taken through their month, the demo, and the rules about skipping."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Collection, Generator, Iterator, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import Any

import ooxml
import pytest
from books import STORES
from hypothesis import settings
from shell import TODAY
from sizes import RELEASE
from walks import Demo, Walk, give_demo, walk_through

from xlcrm.demo import plant, simulate, write_csvs
from xlcrm.template import build as builder

# the same examples every time, so that red means changed; new ones are looked for with --hypothesis-profile=wander
settings.register_profile("same", derandomize=True)
settings.register_profile("wander", derandomize=False)
settings.register_profile(RELEASE, derandomize=True)  # as "same", and ``scaled`` tests take their large size
settings.load_profile("same")

NO_SKIPS = "XLCRM_NO_SKIPS"
"""Set to 1 where everything is installed (CI): there a test that was skipped did not test."""

MISTAKES = (
    "V01.note",
    "V02.near",
    "V03.dotted",
    "V04.short",
    "V06.grade",
    "V07.unknown",
    "V08.known",
    "V10.late",
    "V13.jump",
)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") and not shutil.which("soffice"):
        pytest.skip("LibreOffice Calc (soffice) is not installed")
    if item.get_closest_marker("ooxml") and not ooxml.is_installed():
        pytest.skip("the Open XML SDK validator is not installed in .ooxml; .ci/run tells how")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not item.get_closest_marker("live_excel") and not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: Any) -> None:
    if report.skipped and os.environ.get(NO_SKIPS) == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped, though {NO_SKIPS}=1 allows it for live_excel only: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def _built_once() -> Iterator[None]:
    """A blank book, which is the same bytes every time, is built once for each shop's name and switches: some hundred tests
    begin with one. That it is the same, tests/template shows, which builds each of its own.
    """
    once = cache(builder.build)

    @wraps(builder.build)
    def build(store: str, switched: Collection[str] = ()) -> bytes:
        return once(store, frozenset(switched))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "build", build)
        yield


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The sample store without a planted fault."""
    return walk_through(STORES / "clean", tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The sample store with 46 planted faults."""
    return walk_through(STORES / "faulty", tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Two consultants and one quiet month of people who forget nothing."""
    return _invented(tmp_path_factory.mktemp("small"), (), diligent=True)


@pytest.fixture(scope="session")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Two consultants and one quiet month of people who forget, and of some who err."""
    return _invented(tmp_path_factory.mktemp("careless"), MISTAKES, diligent=False)


def _invented(folder: Path, kinds: Sequence[str], *, diligent: bool) -> Walk:
    start, end = dt.date(2026, 10, 1), dt.date.fromisoformat(TODAY)
    store = simulate(4, start=start, end=end, consultants=2, visits_a_month=60, opening=20, diligent=diligent)
    write_csvs(plant(store, kinds, 4)[0].sheets, folder / "source")
    return walk_through(folder / "source", folder)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return give_demo(tmp_path_factory.mktemp("demo") / "店")


@pytest.fixture
def book(small: Walk, tmp_path: Path) -> Path:
    """A copy of the small store's book before any button was pressed, alone in a folder."""
    folder = tmp_path / "店"
    folder.mkdir()
    return Path(shutil.copy(small.after["new"], folder / "店.xlsm"))
