"""Regular expressions are compiled when they are first used."""

from __future__ import annotations

import re
import subprocess
import sys

from xlcrm.patterns import lazy

COUNT = """
import re
made = []
compile = re._compiler.compile
def counted(pattern, *rest):
    made.append(pattern)
    return compile(pattern, *rest)
re._compiler.compile = counted
import xlcrm.cli, xlcrm.books.xlsx.session, xlcrm.verbs
print(len(made))
"""


def test_a_lazy_pattern_does_what_the_compiled_one_does() -> None:
    pattern = lazy("a(B)", re.IGNORECASE)
    assert pattern.pattern == "a(B)"
    assert "search" not in vars(pattern), "nothing is compiled yet"
    found = pattern.search("xab")
    assert found is not None
    assert found[1] == "b"
    assert "search" in vars(pattern)
    assert lazy(rb"\d").sub(b"#", b"a1") == b"a#"


def test_the_imports_of_a_click_compile_few_patterns() -> None:
    made = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    assert int(made.stdout) <= 60, "of some 190 that a click imports"
