"""Set everything up in .venv and run the demo or the tests; needs Python 3.11 with pip, nothing else.

python tools/run.py demo [FOLDER]
python tools/run.py test [pytest arguments]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def call(*command: object) -> None:
    """Run a command in the project's folder; leave with its exit code if it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT)
    if code:
        sys.exit(code)


def install(extra: str) -> None:
    """Make the environment where it is missing. Debian's Python has no ensurepip: the outer pip installs into it."""
    if not PYTHON.exists():
        call(sys.executable, "-m", "venv", "--without-pip", VENV)
    pip = (sys.executable, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check", "install", "--quiet")
    call(*pip, "--editable", f".{extra}")
    # where Python may not write its caches (PYTHONDONTWRITEBYTECODE), every click would compile the program anew
    call(PYTHON, "-m", "compileall", "-q", "xlcrm")


def main() -> None:
    """Dispatch on the first argument."""
    task, *rest = sys.argv[1:] or [""]
    if task == "demo":
        install("")
        call(PYTHON, "-m", "xlcrm.cli", "demo", *(rest or ["demo"]))
    elif task == "test":
        install("[dev]")
        call(PYTHON, "-m", "ruff", "check", ".")
        call(PYTHON, "-m", "ruff", "format", "--check", ".")
        call(PYTHON, "-m", "mypy")
        call(PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
        call(PYTHON, "-m", "xlcrm.template", "--check")
        call(PYTHON, "tools/docs.py", "--check")
        call(PYTHON, "-m", "pytest", "-n", "auto", *rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
