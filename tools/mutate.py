"""A sample of mutants of the core: how many the tests of their own wing notice.

python tools/mutate.py [--count N] [--seed N]

A mutant is one small mistake in one function: a comparison turned, a bound shifted, a condition negated, ``and`` for ``or``, a
result dropped. Each is made in a copy of the project and its tests are run until the first that fails. Prints those that
nobody noticed; whether they matter, a person decides. Exit code 0 whatever the score: it is a figure, not a gate.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "xlcrm/validate.py": ("tests/test_validate.py",),
    "xlcrm/findinglist.py": ("tests/test_findinglist.py",),
    "xlcrm/ledger": ("tests/ledger", "tests/test_validate.py", "tests/whole/test_small_books.py"),
    "xlcrm/timeline": ("tests/roll/test_roll.py", "tests/roll/test_close.py", "tests/whole/test_small_books.py"),
    "xlcrm/followup": ("tests/followup",),
    "xlcrm/roll": ("tests/roll/test_roll.py", "tests/roll/test_reassign.py", "tests/roll/test_taken_back.py"),
    "xlcrm/crosscheck": ("tests/crosscheck", "tests/whole/test_stock_is_rows.py"),
    "xlcrm/safety": ("tests/safety/test_undo.py", "tests/safety/test_privacy.py", "tests/safety/test_erase.py"),
}
"""A module or wing of the core, and the tests that ought to notice."""
MOST_SECONDS = 300
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


def main() -> None:
    """Try a sample, and print the score."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    survived, tried = [], 0
    with tempfile.TemporaryDirectory() as name:
        copied = Path(name, "project")
        shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns(".*", "__pycache__", "docs", "demo*"))
        for mutant in sample(copied, given.count, given.seed):
            tried += 1
            if not is_noticed(mutant, copied):
                survived.append(mutant)
                print(f"SURVIVED {mutant.path.as_posix()}:{mutant.line} {mutant.what}", flush=True)
    print(f"MUTATION: {tried - len(survived)} of {tried} noticed")


def sample(home: Path, count: int, seed: int) -> list[Mutant]:
    """The same mutants for the same seed, each wing with as many as another."""
    chance = random.Random(seed)
    wings = [list(_mutants(home, place)) for place in TESTS]
    for wing in wings:
        chance.shuffle(wing)
    rounds = [wing[turn] for turn in range(count) for wing in wings if turn < len(wing)]
    return rounds[:count]


def is_noticed(mutant: Mutant, copied: Path) -> bool:
    """Whether a test fails, or never ends, with the mutant in its place."""
    target = copied / mutant.path
    original = target.read_text("utf-8")
    target.write_text(mutant.put_into(original), "utf-8")
    tests = next(tests for place, tests in TESTS.items() if mutant.path.as_posix().startswith(place))
    # the copy is imported, not the project that is installed here
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copied, capture_output=True, timeout=MOST_SECONDS)
        return done.returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(original, "utf-8")


def _mutants(home: Path, place: str) -> Iterator[Mutant]:
    whole = home / place
    for path in [whole] if whole.is_file() else sorted(whole.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for number, node in enumerate(ast.walk(tree)):
            for mistake, (what, _) in enumerate(_mistakes(node)):
                yield Mutant(path.relative_to(home), getattr(node, "lineno", 0), what, number, mistake)


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
