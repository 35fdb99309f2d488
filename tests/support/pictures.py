"""The pictures of docs/analyse.md, drawn from what its code comes to; ``tools/pictures.py`` writes them.

A picture is an SVG of bars, the same bytes for the same figures, so that the page's test also tests its pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "analyse.md"
PICTURES = ROOT / "docs" / "pictures"
_COLOURS = ("#1f5f99", "#f0a030", "#8fb8de")
"""Blue, orange and pale blue: they differ in grey too."""
_LEFT, _WIDE, _BAR, _GAP, _TOP = 90, 520, 14, 10, 56


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    """Bars by label, one for each series, with their numbers at the end."""
    most = max(max(values) for values in series.values()) or 1
    step = _BAR * len(series) + _GAP
    height = _TOP + step * len(labels) + 10
    marks = [_text(10, 24, title, size=16)]
    for at, name in enumerate(series):
        marks.append(f'<rect x="{10 + at * 110}" y="34" width="12" height="12" fill="{_COLOURS[at]}"/>')
        marks.append(_text(28 + at * 110, 44, name))
    for row, label in enumerate(labels):
        top = _TOP + row * step
        marks.append(_text(_LEFT - 8, top + step / 2, label, anchor="end"))
        for at, values in enumerate(series.values()):
            width, y = values[row] / most * (_WIDE - _LEFT), top + at * _BAR
            marks.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 2}" fill="{_COLOURS[at]}"/>')
            marks.append(_text(_LEFT + width + 5, y + _BAR - 4, f"{values[row]:g}"))
    size = f'width="{_WIDE + 50}" height="{height}" viewBox="0 0 {_WIDE + 50} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *marks, "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'


def drawn(names: Mapping[str, Any]) -> dict[str, str]:
    """The pictures by file name, from the names that the page's code leaves behind."""
    kept, funnel, table = names["kept"], names["funnel"], names["table"]
    funnel = funnel.sort_values(["客户", "订车"], ascending=False).head(5)
    return {
        "weekdays.svg": bars("星期几：来了几批，留下几批", [*kept.index], _columns(kept, "批次", "留档")),
        "channels.svg": bars("渠道：客户、试驾、订车", [*funnel.index], _columns(funnel, "客户", "试驾", "订车")),
        "calls.svg": bars(
            "一位顾问：各周联系与联系上",
            [f"第{week}周" for week in table.index],
            {"联系": [*table["contacts"]], "联系上": [*table["reached"]]},
        ),
    }


def _columns(frame: Any, *names: str) -> dict[str, list[float]]:
    return {name: [*frame[name]] for name in names}
