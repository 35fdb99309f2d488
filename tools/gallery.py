"""Render the demo store's month into docs/gallery: LibreOffice prints it, poppler turns pages into PNG; needs both."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from rendering import converted, pictures, texts

from xlcrm.cli import main as xlcrm
from xlcrm.demo.tour import run_tour

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
"""The pictures of the month, each the first page that holds a text."""
FORMS = {
    "today": "今日清单",
    "morning": "早会",
    "evening": "夕会",
    "register": "顾客登记表",
    "report": "销售活动日报表",
    "grid": "潜在顾客等级推进表",
    "card-front": "客户管理卡 正面",
    "card-back": "客户管理卡 反面",
}
"""The pictures of the printed forms, likewise."""
FORMS_OF = ("--today", "2026-10-31", "--customer", "19922821195")


def main() -> None:
    """Print the month and the last day's forms of the demo store, and keep the pages shown."""
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_tour(folder / "demo", "zh", lambda line: None)
        (report,) = (folder / "demo").glob("*.xlsx")
        (book,) = (folder / "demo").glob("*.xlsm")
        month, forms = report.rename(folder / "month.xlsx"), folder / "forms.xlsx"
        xlcrm(["plan", str(book), "--today", FORMS_OF[1]])
        xlcrm(["print", str(book), *FORMS_OF, "-o", str(forms)])
        for pdf, wanted in zip(converted([month, forms], folder / "print", "pdf"), (SHOWN, FORMS), strict=True):
            pages = [" ".join(text.split()) for text in texts(pdf)]
            for picture, text in wanted.items():
                page = next(number for number, own in enumerate(pages, start=1) if text in own)
                [made] = pictures(pdf, folder, DPI, [page])
                (GALLERY / f"{picture}.png").write_bytes(made.read_bytes())


if __name__ == "__main__":
    main()
