"""A sample of mutants of the core: how many the tests of their own wing notice.

python tools/mutate.py [--count N] [--seed N] [PLACE …]

A mutant is one small mistake in one function: a comparison turned, a bound shifted, a condition negated, ``and`` for ``or``. The
tests of a wing are run once to see which of them run which line; each mutant is then made in a copy of the project, and those
that run its line are run until the first that fails. Property tests in two sizes are left out: an example ought to notice.
Prints the mutants that nobody noticed; whether they matter, a person decides. Exit code 0 whatever the score: it is a figure,
not a gate. A PLACE is one of ``TESTS``; without one, all of them, as many at a time as there are processors.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from coverage import CoverageData

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "xlcrm/validate.py": ("tests/test_validate.py", "tests/test_review.py"),
    "xlcrm/formrules.py": ("tests/test_validate.py", "tests/followup/test_first_ten.py"),
    "xlcrm/findinglist.py": ("tests/test_findinglist.py", "tests/roll/test_rulings.py"),
    "xlcrm/forms": ("tests/forms", "tests/test_validate.py", "tests/books/test_headers_typed_over.py"),
    "xlcrm/ledger": (
        "tests/ledger",
        "tests/test_validate.py",
        "tests/whole/test_small_books.py",
        "tests/followup/test_first_ten.py",
    ),
    "xlcrm/timeline": ("tests/timeline", "tests/roll/test_roll.py", "tests/roll/test_close.py"),
    "xlcrm/followup": ("tests/followup",),
    "xlcrm/roll": ("tests/roll",),
    "xlcrm/crosscheck": ("tests/crosscheck", "tests/whole/test_stock_is_rows.py"),
    "xlcrm/analysis": ("tests/analysis",),
    "xlcrm/safety": ("tests/safety",),
}
"""A module or wing of the core, and the tests that ought to notice."""
MOST_SECONDS = 300
LEFT_OUT = ("-p", "no:cacheprovider", "-m", "not libreoffice and not sized")
TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class Mutant(NamedTuple):
    """One mistake: in which file and line, what, and which one of which node it is, in the order of ``ast.walk``."""

    path: Path
    line: int
    what: str
    node: int
    mistake: int

    def put_into(self, original: str) -> str:
        """The whole file with it."""
        tree = ast.parse(original)
        node = next(node for number, node in enumerate(ast.walk(tree)) if number == self.node)
        _, changed = list(_mistakes(node))[self.mistake]
        node.__class__ = changed.__class__
        vars(node).update(vars(changed))
        return ast.unparse(ast.fix_missing_locations(tree))


Runs = Mapping[tuple[str, int], frozenset[str]]
"""Which tests run each line of each file: node ids, or the whole file where the line is run for several of its tests."""


def main() -> None:
    """Try a sample, and print the score."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--count", type=int, default=44)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("places", nargs="*", metavar="PLACE")
    given = parser.parse_args()
    wanted = sample(given.places or list(TESTS), given.count, given.seed)
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(wanted, pool.map(partial(unnoticed, Path(name)), wanted, wanted.values()), strict=True))
    for place, survivors in found.items():
        print(f"{place}: {len(wanted[place]) - len(survivors)} of {len(wanted[place])}")
    tried, survived = (sum(map(len, one.values())) for one in (wanted, found))
    print(f"MUTATION: {tried - survived} of {tried} noticed")


def sample(places: Sequence[str], count: int, seed: int) -> dict[str, list[Mutant]]:
    """The same mutants for the same seed, each place with as many as another."""
    chance = random.Random(seed)
    wings = {place: list(_mutants(place)) for place in places}
    for wing in wings.values():
        chance.shuffle(wing)
    return {place: wing[: -(-count // len(wings))] for place, wing in wings.items()}


def unnoticed(folder: Path, place: str, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Those mutants of a place that its tests do not notice, tried in a copy of the project of their own."""
    copied = folder / place.replace("/", ".")
    shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(".*", "__pycache__", "docs", "demo*"))
    runs, survivors = lines_run(copied, place), []
    for mutant in mutants:
        if not is_noticed(mutant, copied, runs):
            survivors.append(mutant)
            print(f"SURVIVED {mutant.path.as_posix()}:{mutant.line} {mutant.what}", flush=True)
    return survivors


def lines_run(copied: Path, place: str) -> Runs:
    """Run the tests of a place once, and see which lines of it each of them runs. Raises where they fail by themselves."""
    data = copied / ".contexts"
    data.unlink(missing_ok=True)
    measured = ["--cov=xlcrm", "--cov-context=test", "--cov-report=", "--cov-config=/dev/null"]
    command = [sys.executable, "-m", "pytest", "-q", *LEFT_OUT, *measured, *TESTS[place]]
    subprocess.run(command, cwd=copied, check=True, capture_output=True, env=os.environ | {"COVERAGE_FILE": str(data)})
    found = CoverageData(str(data))
    found.read()
    runs: dict[tuple[str, int], frozenset[str]] = {}
    for file in found.measured_files():
        for line, contexts in found.contexts_by_lineno(file).items():
            runs[Path(file).relative_to(copied).as_posix(), line] = frozenset(map(_tests, contexts))
    return runs


def _tests(context: str) -> str:
    """What to run for a context of pytest-cov: what a fixture does may be done for other tests of the file too."""
    test, _, step = context.rpartition("|")
    return test if step == "run" else test.partition("::")[0]


def is_noticed(mutant: Mutant, copied: Path, runs: Runs) -> bool:
    """Whether a test fails, or never ends, with the mutant in its place; none does where none runs its line."""
    path = mutant.path.as_posix()
    # a constant on a line of its own is part of the statement that begins above it
    tests = next((runs[path, line] for line in range(mutant.line, 0, -1) if (path, line) in runs), frozenset())
    if "" in tests:  # run at the import: any test may notice
        tests = frozenset().union(*runs.values())
    files = {test for test in tests if "::" not in test} - {""}
    wanted = sorted(test for test in tests if test in files or (test and test.partition("::")[0] not in files))
    if not wanted:
        return False
    target = copied / mutant.path
    original = target.read_text("utf-8")
    target.write_text(mutant.put_into(original), "utf-8")
    # the copy is imported, not the project that is installed here
    command = [sys.executable, "-m", "pytest", "-q", "-x", *LEFT_OUT, *wanted]
    try:
        done = subprocess.run(command, cwd=copied, capture_output=True, timeout=MOST_SECONDS)
        return done.returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(original, "utf-8")


def _mutants(place: str) -> Iterator[Mutant]:
    whole = ROOT / place
    for path in [whole] if whole.is_file() else sorted(whole.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for number, node in enumerate(ast.walk(tree)):
            for mistake, (what, _) in enumerate(_mistakes(node)):
                yield Mutant(path.relative_to(ROOT), getattr(node, "lineno", 0), what, number, mistake)


def _mistakes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a tired programmer might have written instead."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        turned = TURNED[type(node.ops[0])]
        yield (
            f"{ast.unparse(node)} → {turned.__name__}",
            ast.Compare(node.left, [turned(), *node.ops[1:]], node.comparators),
        )
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{ast.unparse(node)} → {other.__name__}", ast.BoolOp(other(), node.values)
    elif isinstance(node, ast.If):
        yield f"if {ast.unparse(node.test)} → not", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield f"{ast.unparse(node)} → {other.__name__}", ast.BinOp(node.left, other(), node.right)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} → {node.value + 1}", ast.Constant(node.value + 1)


if __name__ == "__main__":
    main()
