"""How columns were understood, as a text table to be edited: what the sheet 读入对照 holds, outside the book."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from xlcrm.books.places import put
from xlcrm.books.sources.files import read_source
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.intake.corrections import HEADERS, MapLine
from xlcrm.intake.looks import text_of


def read_mapping(path: Path) -> list[MapLine]:
    """The lines of a file, whatever their order of columns.

    Raises ``Refusal``: those of ``read_source``, and ``import.no_mapping`` for a file without the columns.
    """
    rows = read_source(path)[0].rows
    headers = [text_of(cell) for cell in rows[0]] if rows else []
    if not {"原列名", "改为"} <= set(headers):
        raise Refusal("import.no_mapping", name=path.name, headers="、".join(HEADERS))
    at = {
        name: headers.index(header) for name, header in zip(MapLine._fields, HEADERS, strict=True) if header in headers
    }

    def line(row: Sequence[Cell]) -> MapLine:
        texts = {name: text_of(row[i]) for name, i in at.items() if i < len(row)}
        return MapLine._make(texts.get(name, "") for name in MapLine._fields)

    return [line(row) for row in rows[1:]]


def write_mapping(path: Path, lines: Iterable[MapLine]) -> None:
    """Write the lines as CSV that Excel opens. Raises ``Refusal`` as ``books.places.put`` does."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(lines)
    put(path, text.getvalue().encode("utf-8-sig"))
