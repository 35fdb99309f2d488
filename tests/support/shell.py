"""The command line as a person meets it: what is typed, what is answered, and what lies in the folder afterwards."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlcrm.catalogue import Lang
from xlcrm.catalogue.refusals import REFUSALS, UNCHANGED
from xlcrm.cli import main

TODAY = "2026-10-31"
"""The last day of the sample stores' month."""


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object and nothing else."""
        found = parsed(self.out)
        assert isinstance(found, dict)
        return found


def xlcrm(*typed: object) -> Answer:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(word) for word in typed])
        except SystemExit as leaving:  # argparse's own way out
            code = int(str(leaving.code))
    return Answer(code, out.getvalue(), err.getvalue())


def parsed(text: str) -> Any:
    """JSON by the letter: NaN and Infinity are none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes; a folder has none."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def declines(answer: Answer, key: str, lang: Lang = "zh") -> bool:
    """Whether a command declined in the words of one refusal, and said nothing else."""
    words = "".join(
        ".+" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w+\})", getattr(REFUSALS[key], lang))
    )
    said = re.compile(words + r"\s?" + re.escape(UNCHANGED.say(lang)) + "\n")
    return answer.code == 2 and answer.out == "" and said.fullmatch(answer.err) is not None
