"""Write docs/forms.md, docs/settings.md and docs/rules.md from the declarations; ``--check`` exits 1 when they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from xlcrm.catalogue.findings import FINDINGS
from xlcrm.catalogue.rules import RULES
from xlcrm.codes import CODES
from xlcrm.forms import FORMS, Kind, Privacy
from xlcrm.settings import DECLARED, Settings, as_written

DOCS = Path(__file__).resolve().parent.parent / "docs"
KINDS = {
    Kind.TEXT: "文字",
    Kind.DATE: "日期",
    Kind.TIME: "时间",
    Kind.MOMENT: "日期和时间",
    Kind.MONTH: "月份",
    Kind.PHONE: "电话",
    Kind.GRADE: "级别",
    Kind.CODE: "选一项",
    Kind.CODES: "选几项",
    Kind.TICK: "打勾",
    Kind.COUNT: "整数",
    Kind.MONEY: "金额",
    Kind.PERSON: "顾问姓名",
}
PRIVACY = {
    Privacy.NAME: "姓名",
    Privacy.PHONE: "电话",
    Privacy.PLATE: "车牌",
    Privacy.IDENTITY: "身份",
    Privacy.ADDRESS: "住址",
    Privacy.PROSE: "文字里可能有",
    Privacy.NUMBER: "编号",
}


def forms() -> Iterator[str]:
    """Every sheet, column by column."""
    yield "# 工作表\n\n由 `xlcrm/forms.py` 生成（`python tools/docs.py`）。`*` 为必填。\n"
    for form in FORMS.values():
        yield f"\n## {form.sheet}\n\n{form.title} · 表名 `{form.table}` · {form.filler.value}\n"
        yield "| 列 | 内容 | 必填 | 代码表 | 隐私 | 也认得的写法 |\n|---|---|---|---|---|---|"
        for column in form.columns:
            star = "*" if column.required.words == "必填" else ""
            by = "（工具填）" if column.by_tool else ""
            privacy = PRIVACY[column.privacy] if column.privacy else ""
            also = " · ".join(column.spellings)
            yield (
                f"| {column.header}{star} | {KINDS[column.kind]}{by} | {column.required.words} | "
                f"{column.codes or ''} | {privacy} | {also} |"
            )
    yield "\n## 代码表\n"
    for codes in CODES.values():
        yield f"- **{codes.name}**{'' if codes.closed else '（可在“字典”中增减）'}：{' · '.join(codes.values)}"


def settings() -> Iterator[str]:
    """Every setting with its default."""
    yield "# 设置\n\n由 `xlcrm/settings.py` 生成。[S] 方法本身，[P] 各店做法，[D] 本产品决定。\n"
    yield "| 键 | 默认值 | 说明 |\n|---|---|---|"
    house = Settings()
    for name, declared in DECLARED.items():
        yield f"| {declared.key} | {as_written(getattr(house, name))} | {declared.about} |"


def rules() -> Iterator[str]:
    """Every rule and relation, and what each finding says."""
    yield "# 规则与关系\n\n由 `xlcrm/catalogue/` 生成：V 查日志，R 核对各表，G 是级别推进时的建议。\n"
    yield "日志的一行有**错误**就不推进，改好再推；**警告**和**提示**照常推进。花括号里是当时的值。\n"
    for code, about in RULES.items():
        yield f"\n## {code}\n\n{about.zh}\n"
        yield "| 应为 | 处理办法 |\n|---|---|"
        for key, wording in FINDINGS.items():
            if key.partition(".")[0] == code:
                yield f"| {wording.expected.zh} | {wording.remedy.zh} |"


PAGES = {"forms.md": forms, "settings.md": settings, "rules.md": rules}


def main() -> None:
    """Write the pages, or compare them."""
    stale = []
    for name, page in PAGES.items():
        text = "\n".join(page()) + "\n"
        path = DOCS / name
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; run python tools/docs.py")


if __name__ == "__main__":
    main()
