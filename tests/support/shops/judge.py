"""How well an import read a shop's files: what was lost, invented or wrongly made one is counted by itself."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shops.paper import GRADE_SHEETS, File, Sheet, Want

_FREE = ("注释", "备注", "经过", "说明", "需求与预算", "家庭", "生活与爱好", "个性与忌讳", "人际")
"""Columns of free text, which may take what has no column of its own."""
_ALIKE = (
    ("顾客名称", "客户姓名", "车主姓名"),
    ("拟购车型", "车型", "需求与预算"),
    ("意向级别", "当前级别", "初始级别", "现级别", "回访后级别"),
    ("日期", "初洽日期", "建卡日期", "订单日期", "申请日期"),
    ("注释", "备注", "经过", "说明"),
    ("来源", "渠道"),
    ("销售顾问", "申请人"),
)
_TICKED = ("TRUE", "√", "✓", "是", "1")
_UNTICKED = ("FALSE", "", "否", "×", "0")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")


@dataclass
class Verdict:
    """Counts of one shop; ``notes`` say in words what went wrong."""

    rows: int = 0
    right: int = 0
    columns: int = 0
    columns_right: int = 0
    forms: int = 0
    forms_right: int = 0
    headers_wrong: int = 0
    lost: int = 0
    invented: int = 0
    merged: int = 0
    missed: int = 0
    more: int = 0
    more_right: int = 0
    soft: int = 0
    soft_right: int = 0
    notes: list[str] = field(default_factory=list)


def judge(files: Sequence[File], found: Mapping[str, Any]) -> Verdict:
    """Compare the answer of an import, in its JSON, with what the files say."""
    verdict = Verdict()
    rows: dict[tuple[str, str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in found["rows"]:
        rows[row["file"], row["sheet"], row["row"]].append(row)
    people: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, int] = defaultdict(int)
    wanted = {
        (file.name, _sheet(file, sheet), row): want
        for file in files
        for sheet in file.sheets
        for row, want in sheet.rows.items()
    }
    for file in files:
        for sheet in file.sheets:
            entries = [e for e in found["files"] if (e["file"], e["sheet"]) == (file.name, _sheet(file, sheet))]
            _judge_sheet(verdict, sheet, entries)
    for place, want in wanted.items():
        hits = rows.pop(place, [])
        _judge_row(verdict, place, want, hits, wanted)
        for hit in hits:
            if hit["outcome"] == "imported" and want.person and hit.get("customer"):
                people[hit["customer"]].add(want.person)
        if want.group:
            groups[want.group] += sum(hit["outcome"] == "imported" for hit in hits)
    strange = [place for place, hits in rows.items() if any(hit["outcome"] == "imported" for hit in hits)]
    verdict.invented += len(strange)
    verdict.notes += [f"INVENTED {place}" for place in strange]
    for customer, own in people.items():
        if len(own) > 1:
            verdict.merged += 1
            verdict.notes.append(f"MERGED {customer}: {sorted(own)}")
    for group, imported in groups.items():
        if imported > 1:
            verdict.missed += 1
            verdict.notes.append(f"missed: {group} {imported} times")
    return verdict


def _sheet(file: File, sheet: Sheet) -> str:
    if file.name.endswith(".xlsx"):
        return sheet.name
    return file.name.removesuffix(".xls") if file.name.endswith(".xls") else "csv"


def _judge_sheet(verdict: Verdict, sheet: Sheet, entries: Sequence[Mapping[str, Any]]) -> None:
    verdict.forms += 1
    entry = min(entries, key=lambda e: abs((e["header_row"] or 0) - (sheet.header_row or 0)), default=None)
    form = entry["form"] if entry else None
    if entry is not None and form in (sheet.form, *sheet.forms):
        verdict.forms_right += 1
    else:
        verdict.notes.append(f"form {sheet.name}: {form}, wanted {sheet.form}")
    if entry is None:
        return
    if sheet.header_row and entry["header_row"] != sheet.header_row:
        verdict.headers_wrong += 1
        verdict.notes.append(f"header {sheet.name}: {entry['header_row']}, wanted {sheet.header_row}")
    targets = {column["at"]: column["target"] for column in entry["columns"]}
    for at, options in sheet.columns.items():
        verdict.columns += 1
        got = targets.get(at) or None
        homeless = options[0] is None and got is not None and got.rpartition(".")[2] in _FREE
        if got in options or homeless or _grade_column(got) in options:
            verdict.columns_right += 1
        else:
            verdict.notes.append(f"column {sheet.name}!{at}: {got}, wanted {options}")


def _grade_column(target: str | None) -> str | None:
    sheet, _, header = (target or "").partition(".")
    return f"级别表.{header}" if sheet in (*GRADE_SHEETS, "级别表") else target


def _judge_row(
    verdict: Verdict,
    place: tuple[str, str, int],
    want: Want,
    hits: Sequence[Mapping[str, Any]],
    wanted: Mapping[tuple[str, str, int], Want],
) -> None:
    got = next((hit for hit in hits if hit["outcome"] == "imported"), hits[0] if hits else None)
    if want.person is None:
        if got is not None and got["outcome"] != "listed":
            verdict.invented += 1
            verdict.notes.append(f"INVENTED {place}")
        return
    verdict.rows += 1
    if got is None:
        verdict.lost += 1
        verdict.notes.append(f"LOST {place} {dict(want.values)}")
        return
    outcome = got["outcome"]
    allowed = {*want.outcomes, *(("imported", "duplicate") if want.group else ())}
    if outcome == "duplicate":
        of = got["of"]
        other = wanted.get((of["file"], of["sheet"], of["row"]))
        if outcome not in allowed or (other is not None and other.person != want.person):
            verdict.merged += 1
            verdict.notes.append(f"MERGED {place} into {of}")
            return
    wrong: list[str] = []
    if outcome == "imported":
        sheet = got["target"]["sheet"]
        values = {**got["values"], **({"当前级别": sheet[0]} if sheet in GRADE_SHEETS else {})}
        wrong = [
            f"{k}={_find(values, k)!r} wanted {v!r}" for k, v in want.values.items() if not _fits(v, _find(values, k))
        ]
        if sheet not in want.sheets:
            wrong.append(f"sheet {sheet} wanted {want.sheets}")
        _judge_rest(verdict, place, want, got)
    if outcome in allowed and not wrong:
        verdict.right += 1
    else:
        verdict.notes.append(f"row {place}: {outcome} {got.get('reason', '')} {'; '.join(wrong)}")


def _judge_rest(verdict: Verdict, place: object, want: Want, got: Mapping[str, Any]) -> None:
    more = got.get("more", [])
    imported = "\n".join(_text(v) for row in (got, *more) for v in row["values"].values()) + _text(got.get("rest"))
    for text in want.soft:
        verdict.soft += 1
        kept = _text(text) in imported
        verdict.soft_right += kept
        if not kept:
            verdict.notes.append(f"gone {place}: {text}")
    for sheet, values in want.more:
        verdict.more += 1
        made = any(
            row["sheet"] == sheet and all(_fits(v, _find(row["values"], k)) for k, v in values.items()) for row in more
        )
        verdict.more_right += made
        if not made:
            verdict.notes.append(f"more {place}: no {sheet} {dict(values)}")


def _find(values: Mapping[str, Any], header: str) -> Any:
    names = next((group for group in _ALIKE if header in group), (header,))
    return next((values[name] for name in (header, *names) if name in values), None)


def _text(value: Any) -> str:
    return re.sub(r"\s+|·", "", unicodedata.normalize("NFKC", "" if value is None else str(value))).upper()


def _fits(want: Any, got: Any) -> bool:
    """Whether a value is right; of a tuple any one."""
    if isinstance(want, tuple):
        return any(_fits(one, got) for one in want)
    if isinstance(want, bool):
        return _text(got) in (_TICKED if want else _UNTICKED)
    if isinstance(want, (int, float)):
        return got is not None and abs(float(got) - want) < 0.5
    if want is None:
        return _text(got) == ""
    if isinstance(got, str) and (time := _TIME.fullmatch(got)):
        got = f"{int(time[1]):02d}:{time[2]}"
    return _text(want) == _text(got)
