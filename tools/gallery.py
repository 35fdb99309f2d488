"""Render the demo store's month into docs/gallery: LibreOffice prints it, poppler turns pages into PNG; needs both."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from rendering import converted, pictures, texts  # noqa: E402

from xlcrm.demo.tour import run_tour  # noqa: E402

GALLERY = ROOT / "docs" / "gallery"
DPI = 66
SHOWN = {
    "overview": "本月漏斗",
    "proof": "订单 ÷ 首次留档",
    "hours": "各时段忙闲",
    "grades": "客户从哪里来",
    "forecast": "能否完成目标",
    "honesty": "级别是否可信",
    "losses": "战败原因",
    "audit": "主观战败（各顾问）",
    "punctuality": "各顾问回访",
}
"""The pictures of the gallery, each the first page that holds a text."""


def main() -> None:
    """Print the month of the demo store, and keep the pages shown."""
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_tour(folder / "demo", "zh", lambda line: None)
        (report,) = (folder / "demo").glob("*.xlsx")
        month = report.rename(folder / "month.xlsx")
        [pdf] = converted([month], folder / "print", "pdf")
        pages = texts(pdf)
        for picture, text in SHOWN.items():
            page = next(number for number, own in enumerate(pages, start=1) if text in own)
            [made] = pictures(pdf, folder, DPI, [page])
            (GALLERY / f"{picture}.png").write_bytes(made.read_bytes())


if __name__ == "__main__":
    main()
