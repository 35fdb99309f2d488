"""What each button costs in calls to Excel, on the demo store.

    python bench/com_calls.py

Calls go through xlwings' own Windows engine to an imitation of COM that counts them. One takes 0.1 to 1 ms on Windows.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

from xlcrm import macros
from xlcrm.books.new import fill_book
from xlcrm.books.xlsx.session import FileSession
from xlcrm.demo.showcase import demo_store
from xlcrm.verbs import VERBS, Job

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))
from comcount import Excel, bill  # beside the tests that use it

NOW = dt.datetime(2026, 10, 31, 18)
LINE = "{:<10}{:>8}{:>8}{:>14}{:>10}{:>14}{:>10}"


def main() -> None:
    """Walk through the month on a file, and press each button over an imitation of what the file holds."""
    store, _ = demo_store()
    macros.clock = lambda: NOW
    print(LINE.format("button", "calls", "sheets", "most a sheet", "sheets", "most a sheet", "besides"))
    print(LINE.format("", "", "read", "", "written", "", ""))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "CRM.xlsm")
        fill_book(path, store.sheets)
        for verb in ("validate", "plan", "roll", "check", "month", "undo", "redo", "close"):
            session = FileSession(path)
            excel = Excel(session.blocks, path.parent)
            with excel.clicked():
                macros.run(verb)
            cost = bill(excel.calls)
            if excel.alerts == ["info"]:
                most_read, most_written = max(cost.read.values()), max(cost.written.values())
                columns = (cost.total, len(cost.read), most_read, len(cost.written), most_written, cost.besides)
                print(LINE.format(verb, *columns))
                session.apply(
                    VERBS[verb](session.blocks, session.issues, Job(NOW.date(), NOW, layout=session.layout)).changes
                )
            else:
                print(
                    LINE.format(verb, cost.total, len(cost.read), max(cost.read.values()), "declined", "", cost.besides)
                )


if __name__ == "__main__":
    main()
