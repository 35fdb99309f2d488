"""Draw the pictures of docs/analyse.md: run its code over the sample store, write docs/pictures."""

from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from books import STORES, read_csv_store
from pictures import PAGE, PICTURES, drawn
from workbooks import make_book

from xlcrm.forms.sheets import FORMS


def main() -> None:
    """Run the page's code in order, and draw what it leaves behind."""
    names: dict[str, Any] = {}
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        make_book(Path(folder) / "CRM.xlsm", read_csv_store(STORES / "clean"), sheets=FORMS)
        for block in code:
            exec(block, names)
    PICTURES.mkdir(exist_ok=True)
    for name, picture in drawn(names).items():
        (PICTURES / name).write_text(picture, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
