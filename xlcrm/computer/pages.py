"""The manual as pages for a browser, so that 帮助 needs no network: ``docs/*.md`` when a wheel is built, beside the program then.

Imports nothing of the program: ``setup.py`` runs this file before the program is installed.
"""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Callable, Container, Iterator
from pathlib import Path

INDEX = "index.html"
_PACKAGE = Path(__file__).resolve().parents[1]
_HEAD = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.6 "Microsoft YaHei", "PingFang SC", sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }}
h1, h2, h3 {{ color: #1f4e79 }} a {{ color: #2e75b6 }} img {{ max-width: 100% }}
table {{ border-collapse: collapse; display: block; overflow-x: auto }}
th {{ white-space: nowrap }} td, th {{ border: 1px solid #ccc; padding: .3em .6em; vertical-align: top; text-align: left }}
code, pre {{ background: #f2f2f2; font-size: 90% }} pre {{ padding: .6em; overflow-x: auto }}
</style></head><body>
<p><a href="index.html">说明书</a></p>
"""


def manual(package: Path = _PACKAGE) -> Path | None:
    """The manual's first page on this computer; none where neither the pages nor their sources are there.

    In a source checkout the pages are made now, in the folder for temporary files.
    """
    made = package / "pages"
    sources = package.parent / "docs"
    if not made.is_dir() and (sources / "index.md").is_file():
        made = Path(tempfile.mkdtemp(prefix="xlcrm-pages-"))
        write_pages(sources, made)
    return made / INDEX if (made / INDEX).is_file() else None


def write_pages(sources: Path, target: Path) -> None:
    """A page for each text among the sources, with the pictures they show."""
    target.mkdir(parents=True, exist_ok=True)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(sources.glob("*.md"))}
    for name, text in texts.items():
        (target / f"{name}.html").write_text(page(text, texts.keys()), encoding="utf-8", newline="\n")
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            (target / picture).parent.mkdir(parents=True, exist_ok=True)
            (target / picture).write_bytes((sources / picture).read_bytes())


def page(text: str, others: Container[str] = ()) -> str:
    """One text of the manual as a page; a link to what is no other page of it keeps its words only."""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    head = _HEAD.format(title=html.escape(title[1] if title else "xlcrm"))
    blocks = "\n".join(_blocks(text.splitlines(), others))
    return f"{head}{blocks}\n</body></html>\n"


def _blocks(lines: list[str], others: Container[str]) -> Iterator[str]:
    """Headings, tables, lists, code and paragraphs: all the Markdown that the manual uses."""

    def inline(text: str) -> str:
        return _inline(text, others)

    at = 0
    while at < len(lines):
        first = at
        at += 1
        line = lines[first]
        if line.startswith("```"):
            at = next(number for number in range(at, len(lines)) if lines[number].startswith("```")) + 1
            yield f"<pre>{html.escape(chr(10).join(lines[first + 1 : at - 1]))}</pre>"
        elif heading := re.match(r"(#+) (.+)", line):
            level = len(heading[1])
            yield f"<h{level}>{inline(heading[2])}</h{level}>"
        elif kind := next((kind for kind in _KINDS if re.match(kind, line)), None):
            while at < len(lines) and (re.match(kind, lines[at]) or (kind != _ROW and lines[at][:1].strip("#|`"))):
                at += 1
            yield from _table(lines[first:at], inline) if kind == _ROW else _list(kind, lines[first:at], inline)
        elif line.strip():
            while at < len(lines) and lines[at].strip() and not re.match(_STARTS, lines[at]):
                at += 1
            yield f"<p>{inline(_joined(lines[first:at]))}</p>"


_ROW, _BULLET, _NUMBER = r"\|", r"- ", r"\d+\. "
_KINDS = (_ROW, _BULLET, _NUMBER)
_STARTS = rf"#+ |```|{_ROW}|{_BULLET}|{_NUMBER}"


def _table(lines: list[str], inline: Callable[[str], str]) -> Iterator[str]:
    yield "<table>"
    for number, line in enumerate(lines):
        if not re.fullmatch(r"[|:\s-]+", line):
            mark = "td" if number else "th"
            cells = (cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1]))
            yield f"<tr>{''.join(f'<{mark}>{inline(cell)}</{mark}>' for cell in cells)}</tr>"
    yield "</table>"


def _list(kind: str, lines: list[str], inline: Callable[[str], str]) -> Iterator[str]:
    mark = "ul" if kind == _BULLET else "ol"
    starts = [number for number, line in enumerate(lines) if re.match(kind, line)]
    items = (lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True))
    yield f"<{mark}>"
    for item in items:
        yield f"<li>{inline(_joined([re.sub(kind, '', item[0], count=1), *item[1:]]))}</li>"
    yield f"</{mark}>"


def _joined(lines: list[str]) -> str:
    """Lines as one: between two Chinese characters a line's end is not a blank."""
    return re.sub(r"(?<=[\u3000-\uffef])\n(?=[\u2018-\uffef])", "", "\n".join(line.strip() for line in lines))


def _inline(text: str, others: Container[str]) -> str:
    """Code, pictures, links and bold within a line."""

    def link(found: re.Match[str]) -> str:
        to = found[2].partition("#")[0]
        if to.startswith("http"):
            return f'<a href="{found[2]}">{found[1]}</a>'
        return f'<a href="{to[:-3]}.html">{found[1]}</a>' if to.endswith(".md") and to[:-3] in others else found[1]

    pieces = re.split(r"(`[^`]+`)", text)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = f"<code>{html.escape(piece[1:-1])}</code>"
        else:
            said = html.escape(piece, quote=False).replace("&lt;br&gt;", "<br>")
            said = re.sub(r"!\[([^\]]*)\]\(([^)]+)\)", r'<img src="\2" alt="\1">', said)
            said = re.sub(r"\[([^\]]*)\]\(([^)]+)\)", link, said)
            pieces[number] = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", said)
    return "".join(pieces)
