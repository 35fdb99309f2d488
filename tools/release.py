"""The check before a release: every step is run, whatever the others gave, and the figures stand together at the end.

Called by ``tools/run.py release``, with names of steps to run only those. Exit code 1 where a step failed or could not be run:
Wine and a newer Python must be here. The mutation score is a figure: nothing fails for it. ``test`` is the README's test command
with the branches of the core measured in the same run: one of its own would run every test once more. ``sizes`` takes hours and
is run when it is named.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from run import COVERAGE

from xlcrm import __version__

RUN = (sys.executable, "tools/run.py")
FIGURE = re.compile(
    r"^(?:Python 3.*|=* ?\d+ (?:passed|failed).*|TOTAL .*|MUTATION: .*|WINE.*|SAME: .*|FRESH: .*|.*NOT RUN.*)$",
    re.MULTILINE,
)
"""Lines of a step's output that are worth repeating."""
WHEN_NAMED = "sizes"


def main(python: Path, wanted: Sequence[str] = ()) -> int:
    """Run every step with the environment's Python, or those wanted; returns the exit code."""
    steps: dict[str, Callable[[], tuple[int, str]]] = {
        "test": lambda: _run(*RUN, "test", *COVERAGE),
        "oldest": lambda: _run(*RUN, "oldest"),
        "newest": _newest,
        "mutants": lambda: _run(python, "tools/mutate.py"),
        "wine": lambda: _run(*RUN, "wine"),
        "twice": lambda: _twice(python),
        "fresh": fresh,
        "pictures": lambda: _run(python, "tools/gallery.py"),
        WHEN_NAMED: lambda: _run(*RUN, WHEN_NAMED),
    }
    if unknown := set(wanted) - set(steps):
        print(f"No such step: {', '.join(sorted(unknown))}. There are: {', '.join(steps)}")
        return 2
    worst, lines = 0, []
    for name, step in steps.items():
        if name not in (wanted or steps.keys() - {WHEN_NAMED}):
            continue
        print(f"== {name}", flush=True)
        started = time.monotonic()
        code, said = step()
        worst = max(worst, min(code, 1))
        figures = "; ".join(figure.strip(" =") for figure in FIGURE.findall(said)[-4:])
        lines.append(f"{'ok    ' if code == 0 else 'FAILED'} {time.monotonic() - started:6.0f} s  {name}  {figures}")
        print(lines[-1], flush=True)
    print("\n".join(("", "RELEASE CHECK", *lines)))
    return worst


def _run(*command: object, folder: Path = ROOT) -> tuple[int, str]:
    """Run a command; its exit code and what it said, which is shown too."""
    line = [str(part) for part in command]
    with subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None, "it is a pipe"
        said = []
        for text in process.stdout:
            print(text, end="", flush=True)
            said.append(text)
    return process.returncode, "".join(said)


def _newest() -> tuple[int, str]:
    """The tests on the newest Python that is here; it fails where none is newer than the oldest that is supported."""
    python = newest_python()
    if python is None:
        said = f"NEWEST PYTHON NOT RUN: none newer than 3.{sys.version_info.minor} here\n"
        print(said, end="")
        return 1, said
    version = subprocess.run([python, "--version"], capture_output=True, text=True).stdout
    print(version, end="")
    code, said = _run(python, "tools/run.py", "newest")
    return code, version + said


def newest_python() -> str | None:
    """The newest Python here that is newer than this one. One on the path may be a stand-in of pyenv that runs nothing."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for minor in range(30, sys.version_info.minor, -1):
        found = [shutil.which(f"python3.{minor}"), *map(str, pyenv.glob(f"versions/3.{minor}.*/bin/python"))]
        for python in filter(None, found):
            if subprocess.run([python, "--version"], capture_output=True).returncode == 0:
                return python
    return None


def _twice(python: Path) -> tuple[int, str]:
    """A second zip from the same inputs, and every file of the two compared."""
    first = ROOT / ".windows" / "out"
    if not any(first.glob("*.zip")):
        _run(python, "tools/wine.py", "--build-only")
    with tempfile.TemporaryDirectory() as name:
        code, said = _run(python, "tools/wine.py", "--build-only", "--out", name)
        made = sorted(path.name for path in Path(name).iterdir() if path.is_file())
        differ = (
            [one for one in made if not filecmp.cmp(first / one, Path(name, one), shallow=False)] if not code else made
        )
    return code or len(differ), f"{said}SAME: {len(made) - len(differ)} of {len(made)} files\n"


def fresh() -> tuple[int, str]:
    """A clone, an environment of its own, and the commands of the READMEs; installed from a wheel as from an index."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bin_ = folder / "env" / "bin"
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        steps: list[tuple[object, ...]] = [
            ("git", "clone", "--quiet", ROOT, folder / "source"),
            (sys.executable, "-m", "venv", "--without-pip", folder / "env"),
            (*pip[:3], "wheel", "--no-deps", "-w", folder / "dist", folder / "source"),
            (*pip, "--python", bin_ / "python", "install", folder / "dist" / f"xlcrm-{__version__}-py3-none-any.whl"),
            (bin_ / "xlcrm", "--version"),
            (bin_ / "python", "-m", "xlcrm", "--lang", "en"),
            (bin_ / "xlcrm", "demo", folder / "店"),
            (bin_ / "xlcrm", "demo", folder / "shop", "--lang", "en"),
            (bin_ / "xlcrm", "new", folder / "CRM.xlsm"),
            (bin_ / "python", "-c", "from xlcrm.computer.pages import manual; print(manual().parts[-2:])"),
        ]
        started, heard = time.monotonic(), ""
        for step in steps:
            code, said = _run(*step, folder=folder)
            heard += said
            if code:
                return code, f"{heard}FRESH: {step[0]} gave {code}\n"
        months = sorted(path.name for path in folder.glob("*/月度分析_*.xlsx"))
        figure = f"FRESH: from the clone to {len(months)} monthly workbooks in {time.monotonic() - started:.0f} s\n"
        return 0 if len(months) == 2 else 1, heard + figure
