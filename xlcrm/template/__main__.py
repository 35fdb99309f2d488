"""``python -m xlcrm.template [--check] [-o PATH]``: write the workbook, or check that the written one is up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xlcrm.template import blank_book
from xlcrm.template.package import differences


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 1 when ``--check`` finds a part that differs from a fresh build."""
    parser = argparse.ArgumentParser(prog="python -m xlcrm.template", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with a fresh build, write nothing")
    parser.add_argument("-o", dest="path", type=Path, default=Path("workbook", "CRM.xlsm"), help="default: %(default)s")
    options = parser.parse_args(arguments)
    book = blank_book()
    if not options.check:
        options.path.write_bytes(book)
        return 0
    differing = differences(options.path.read_bytes(), book)
    for part in differing:
        print(f"{options.path}: {part} differs from a fresh build", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
