"""Render what the program looks like into docs/gallery: LibreOffice prints it, poppler turns pages into PNG; needs both.

python tools/gallery.py          everything: the book at work, the demo store's month and its printed forms
python tools/gallery.py book     the book at work alone
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from logexamples import STAFF, VALID, cells
from rendering import converted, edited, pictures, texts

from xlcrm.books.new import fill_book
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


VISITS = (
    "",
    "顾客名称=钱女士 性别=女 电话=1990000012 进店时间=10:20 离去时间=11:05 注释=带孩子来的，看了后排空间",
    "顾客名称=孙先生 电话=19900000125 进店时间=11:00 离去时间=10:15 意向级别=A 注释=问了置换，旧车开了六年",
    "顾客名称=周先生 电话= 意向级别= 进店时间=13:30 离去时间=13:50 注释=路过，看了看外观",
    "顾客名称=吴女士 性别=女 电话=19900000127 进店时间=14:10 离去时间=15:20 意向级别=H 试乘试驾=√ 注释=试驾满意，周末来定",
    "顾客名称=郑先生 电话=19900000128 进店时间=16:00 离去时间=16:40 意向级别=B 注释=年底才买，留了微信",
)
"""One morning of 来店登记, as changes to a valid row: four of its rows are wrong."""
OUT_OF_SIGHT = (4, 6, 10, 13, 14, 15, 18, 22, 23)
"""Columns of 来店登记 hidden in the picture, which would otherwise be too wide to read."""
SEEN = {
    "home": ("每天按这个顺序做", 96, (40, 50, 1175, 740)),
    "wrong-rows": ("来店(电)顾客登记表", 120, (40, 64, 1264, 122)),
    "issues": ("处理办法", 120, (40, 64, 1300, 122)),
}
"""The pictures of the book at work: a text of the page, dots per inch, and left, top, width and height of what is shown."""


def main() -> None:
    """Print everything and keep the pages shown."""
    GALLERY.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        book_at_work(Path(name, "book"))
        if sys.argv[1:] != ["book"]:
            month_and_forms(Path(name, "month"))


def book_at_work(folder: Path) -> None:
    """首页 with its buttons, rows that are wrong, and 问题清单, as after 校验日志."""
    book = folder / "CRM.xlsm"
    folder.mkdir()
    row = cells("来店登记", f"{VALID['来店登记']} 填写时间=")
    visits = [row | cells("来店登记", changed) for changed in VISITS]
    shop = [{"键": "店名", "值": "远行汽车示范店"}]
    fill_book(book, {"设置": shop, "顾问": STAFF, "来店登记": visits})
    xlcrm(["validate", str(book), "--today", "2026-10-05"])
    seen = folder / "seen.xlsx"
    seen.write_bytes(edited(book.read_bytes(), as_seen, ("xml", "vml")))
    [pdf] = converted([seen], folder / "print", "pdf")
    pages = texts(pdf)
    for picture, (text, dpi, (left, top, width, height)) in SEEN.items():
        page = next(str(number) for number, own in enumerate(pages, start=1) if text in own)
        crop = ["-x", left, "-y", top, "-W", width, "-H", height]
        command = ["pdftoppm", "-png", "-r", dpi, *crop, "-f", page, "-l", page, "-singlefile", pdf, GALLERY / picture]
        subprocess.run([str(part) for part in command], check=True)


def as_seen(name: str, text: str) -> str:
    """A part of the book changed so that paper shows what the screen does: with buttons, in their size."""
    if name.endswith(".vml"):
        return text.replace("<x:PrintObject>False</x:PrintObject>", "")
    if 'codeName="shHome"' in text:
        text = text.replace('<pageSetUpPr fitToPage="1"/>', "")
        return re.sub(r'<pageSetup paperSize="9"', '<pageSetup paperSize="8"', text)
    if 'codeName="shVisit"' in text:
        return re.sub(r"<cols>.*?</cols>", _columns, text, flags=re.DOTALL)
    return text


def _columns(found: re.Match[str]) -> str:
    """Each column by itself, those out of sight hidden."""
    spans = re.findall(r'<col min="(\d+)" max="(\d+)"([^>]*)/>', found[0])
    columns = ((number, rest) for low, high, rest in spans for number in range(int(low), int(high) + 1))
    hidden = dict.fromkeys(OUT_OF_SIGHT, ' hidden="1"')
    shown = (f'<col min="{n}" max="{n}"{rest}{hidden.get(n, "")}/>' for n, rest in columns)
    return f"<cols>{''.join(shown)}</cols>"


def month_and_forms(folder: Path) -> None:
    """The month and the last day's forms of the demo store."""
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
