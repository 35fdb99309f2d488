"""A store in a folder, one CSV for each sheet: what ``xlcrm new BOOK --from FOLDER`` loads."""

from __future__ import annotations

import csv
from pathlib import Path

from xlcrm.demo.store import Row, Sheets
from xlcrm.forms.schema import CHECK_HEADER, as_text
from xlcrm.forms.sheets import FORMS


def write_csvs(sheets: Sheets, folder: Path) -> None:
    """Write every sheet as ``<sheet>.csv``: UTF-8 with BOM, the form's headers without 检查结果, blanks for absent cells.

    The folder is made where it is missing; files of other names in it are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for sheet, rows in sheets.items():
        _write(folder / f"{sheet}.csv", [h for h in FORMS[sheet].headers if h != CHECK_HEADER], rows)


def _write(path: Path, headers: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(headers)
        writer.writerows([as_text(row.get(header)) for header in headers] for row in rows)
