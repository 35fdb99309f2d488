"""What a workbook's own properties say: the version of its layout."""

from __future__ import annotations

import re

from xlcrm.books.xlsx.parts import Parts, parsed
from xlcrm.forms.workbook import SCHEMA_PROPERTY


def schema_of(parts: Parts) -> int | None:
    """The version of the layout a book was made with; ``None`` where it bears none."""
    for member in parts.related("", "custom-properties"):
        for element in parsed(parts.package.read(member), parts.package.name):
            if element.get("name") == SCHEMA_PROPERTY:
                text = "".join(element.itertext())
                return int(float(text)) if re.fullmatch(r"\d+(\.0*)?", text) else None
    return None
