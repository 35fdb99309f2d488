"""The tables of the demo's month, computed again by LibreOffice from the lines of its facts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rendering import converted, without_values
from walks import Demo
from xlsxwriter import Workbook

from xlcrm.analysis import Month, Ratio, Table
from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.kpis import kpis
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import HOURS, LABELS, WEEKDAYS
from xlcrm.forms.sheets import Loss, Report, Visit
from xlcrm.verbs import VERBS, Job

DAY = dt.date(2026, 10, 31)
NOBODY, ANY = "∅", "*"
"""What stands for a blank among the lines, and the criterion of a total."""

pytestmark = pytest.mark.libreoffice

m = Measure
RATES = {
    "achieved": ((m.CARS,), (m.TARGET,)),
    "not_on_time_rate": ((m.LATE, m.UNREACHED, m.UNDONE), (m.DUE,)),
    "reject_rate": ((m.REJECTED,), (m.APPROVED, m.REJECTED)),
    "care_rate": ((m.CARE_ON_TIME,), (m.CARE_DUE,)),
    "mean_days_late": ((m.DAYS_LATE,), (m.LATE,)),
}
"""Columns that divide sums, beside the KPIs."""
_KEPT = ((m.FIRST_WITH_PHONE,), (m.TARGET_CONTACTS,))
SUMS = {
    "targets": "consultant",
    "by_source": "source",
    "by_model": "model",
    "by_media": "media",
    "by_rival": "rival",
    "league": "consultant",
    "league_rates": "consultant",
    "losses_by_reason": "reason",
    "losses_by_rival": "rival",
    "losses_by_consultant": "consultant",
    "losses_by_grade": "grade",
    "punctuality_by_grade": "grade",
    "punctuality_by_consultant": "consultant",
    "contacts_by_purpose": "purpose",
    "care_by_item": "item",
    "kept_by_consultant": "consultant",
    "subjective_by_consultant": "consultant",
    "traffic_by_week": "week",
}
"""Tables of sums, and the attribute of the lines their rows are."""


def _visit(fact: Fact) -> dict[str, str]:
    """What the day, the hour and the kind of a party are, and why it left no phone."""
    row = fact.record
    if not isinstance(row, Visit):
        return {}
    kind = "calls" if row.channel == "来电" else "visits_repeat" if row.first == "再次" else "visits_first"
    hour = f"h{min(max(row.entered.hour, HOURS[0]), HOURS[-1]):02d}" if row.entered else ""
    reason = row.no_contact_reason or ""
    return {
        "kind": kind,
        "hour": hour,
        "reason": reason,
        "group": reason.partition("-")[0],
        "kept": str(bool(row.phone)),
    }


def _loss(fact: Fact) -> dict[str, str]:
    row = fact.record
    if not isinstance(row, Loss):
        return {}
    reason = row.reason or ""
    won = _WON.get(reason.partition("-")[2], "group_other")
    return {"reason": reason, "won": won if fact.rival or reason.startswith("他品牌") else ""}


_WON = {"价格": "price", "配置": "equipment", "喜好": "taste", "口碑": "reputation"}


def _week(day: dt.date) -> str:
    monday = day - dt.timedelta(days=day.weekday())
    ends = (max(monday, DAY.replace(day=1)), min(monday + dt.timedelta(days=6), DAY))
    return "–".join(f"{end:%m-%d}" for end in ends)


COLUMNS = ("measure", "day", "week", "weekday", "consultant", "source", "media", "model", "rival", "grade", "kind")
BESIDE = ("hour", "reason", "group", "kept", "won", "purpose", "item")


def lines(month: Month) -> Iterator[dict[str, str | int]]:
    """Every fact on a line of its own, with all that a table sorts by."""
    for fact in month.facts:
        own: dict[str, Any] = {**_visit(fact), **_loss(fact)}
        own["purpose"] = fact.record.purpose if isinstance(fact.record, Report) else "接待"
        own["item"] = getattr(fact.record, "item", None)
        own |= {"measure": fact.measure.value, "day": f"{fact.on:%m-%d}", "week": _week(fact.on)}
        own |= {"weekday": WEEKDAYS[fact.on.weekday()].zh, "consultant": fact.consultant, "source": fact.source}
        own |= {"media": fact.media, "model": fact.model, "rival": fact.rival, "grade": fact.grade}
        yield {name: str(own.get(name) or NOBODY) for name in (*COLUMNS, *BESIDE)} | {"amount": fact.amount}


class Sheet:
    """Formulas over the lines, each beside what the table shows."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.lines = list(lines(month))
        self.checks: list[tuple[str, str, float]] = []
        self.rates = RATES | {kpi.key: (kpi.numerators, kpi.denominators) for kpi in kpis(month.settings)}

    def sum_of(self, *measures: Measure, **where: str) -> str:
        """A sum over the lines of some measures, where attributes are what is said."""
        return "(" + "+".join(self._sum(measure.value, where) for measure in measures) + ")"

    def _sum(self, measure: str, where: dict[str, str]) -> str:
        criteria = {"measure": measure, **{name: text for name, text in where.items() if text != ANY}}
        tests = ",".join(f'{self._range(name)},"{text}"' for name, text in criteria.items())
        return f"SUMIFS({self._range('amount')},{tests})"

    def _range(self, column: str) -> str:
        letter = chr(ord("A") + (*COLUMNS, *BESIDE, "amount").index(column))
        return f"lines!${letter}$1:${letter}${len(self.lines)}"

    def check(self, table: Table, header: str, formula: str, cell: object) -> None:
        value = cell.value if isinstance(cell, Ratio) else cell
        if isinstance(value, int | float):
            self.checks.append((f"{table.key}.{header}", formula, float(value)))

    def content(self) -> bytes:
        out = io.BytesIO()
        with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet, behind = book.add_worksheet("checks"), book.add_worksheet("lines")
            for row, line in enumerate(self.lines):
                behind.write_row(row, 0, [line[name] for name in (*COLUMNS, *BESIDE, "amount")])
            for row, (name, formula, value) in enumerate(self.checks):
                sheet.write_string(row, 0, name)
                sheet.write_formula(row, 1, f"={formula}")
                sheet.write_number(row, 2, value)
        return out.getvalue()


def label(cell: object) -> str:
    """What a row of a table stands for among the lines."""
    if cell == LABELS["blank"]:
        return NOBODY
    if cell in (LABELS["total"], LABELS["shop"], None):
        return ANY
    return cell.zh if isinstance(cell, Words) else f"{cell:%m-%d}" if isinstance(cell, dt.date) else str(cell)


def rows(table: Table) -> Iterator[tuple[str, dict[str, object]]]:
    """Every row with its label, the total as ``ANY``."""
    at = 1 if table.headers[0] == "rank" else 0
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield label(row[at]), dict(zip(table.headers, row, strict=True))


def sums(sheet: Sheet) -> None:
    measures = {measure.value: measure for measure in Measure}
    for key, attribute in SUMS.items():
        table = sheet.month.table(key)
        for name, cells in rows(table):
            for header, cell in cells.items():
                if header in measures:
                    sheet.check(table, header, sheet.sum_of(measures[header], **{attribute: name}), cell)
                elif header in sheet.rates:
                    rate = _KEPT if (key, header) == ("kept_by_consultant", "achieved") else sheet.rates[header]
                    top, bottom = (sheet.sum_of(*own, **{attribute: name}) for own in rate)
                    sheet.check(table, header, f"{top}/{bottom}", cell)


def counts(sheet: Sheet) -> None:
    """Tables that count pairs: of parties by day, weekday and hour; of reasons."""
    kinds = {kind: {"kind": kind} for kind in ("visits_first", "visits_repeat", "calls")}
    groups = {
        f"group_{en}": {"group": zh}
        for zh, en in zip(
            ("公司", "产品", "客户", "顾问"), ("company", "product", "customer", "consultant"), strict=True
        )
    }
    hours = {f"h{hour:02d}": {"hour": f"h{hour:02d}"} for hour in HOURS}
    won = {key: {"won": key} for key in ("price", "equipment", "taste", "reputation")}
    every: dict[str, dict[str, str]] = {"total": {}}
    came, unkept = {"kind": "visits*"}, {"kept": "False"}
    for key, attribute, measure, columns, where in (
        ("traffic_by_day", "day", m.BATCHES, kinds | every, {}),
        ("traffic_by_weekday", "weekday", m.BATCHES, kinds | every, {}),
        ("visits_by_hour", "weekday", m.BATCHES, hours | every, came),
        ("calls_by_hour", "weekday", m.BATCHES, hours | every, {"kind": "calls"}),
        ("unkept_by_consultant", "consultant", m.FIRST, groups | every, unkept),
        ("unkept_reasons", "reason", m.FIRST, {"not_kept": {}}, unkept),
        ("kept_by_consultant", "consultant", m.FIRST, {"not_kept": {}}, unkept),
        ("rival_reasons", "rival", m.APPROVED, won, {}),
    ):
        table = sheet.month.table(key)
        for name, cells in rows(table):
            for header, own in columns.items():
                if header in cells:
                    formula = sheet.sum_of(measure, **{attribute: name, **where, **own})
                    sheet.check(table, header, formula, cells[header])


def stocks(sheet: Sheet) -> None:
    """The balance, by its own formula and by the facts of the stock; the stages and the matrix come to the same stock."""
    table = sheet.month.table("balance")
    into, out = ("opening", "new", "in", "revived", "returned", "handed_in"), ("out", "handed_out", "ordered", "lost")
    for name, cells in rows(table):
        away = (*out, "frozen", "unreachable", "invalid")
        formula = "+".join(str(cells[key]) for key in into) + "".join(f"-{cells[key]}" for key in away)
        sheet.check(table, "closing", formula, cells["closing"])
        sheet.check(table, "closing", sheet.sum_of(m.CLOSING, grade=name), cells["closing"])
        sheet.check(table, "opening", sheet.sum_of(m.OPENING, grade=name), cells["opening"])
    for key, header in (("stages", "customers"),):
        stages = sheet.month.table(key)
        sheet.check(stages, header, sheet.sum_of(m.CLOSING), (stages.total or ())[stages.headers.index(header)])
    matrix = sheet.month.table("grade_matrix")
    for grade in "HABC":
        sheet.check(
            matrix, grade, sheet.sum_of(m.CLOSING, grade=grade), (matrix.total or ())[matrix.headers.index(grade)]
        )
        [own] = [cells["total"] for name, cells in rows(matrix) if name == grade]
        sheet.check(matrix, "total", sheet.sum_of(m.OPENING, grade=grade), own)
    ages = sheet.month.table("not_delivered_by_age")
    sheet.check(ages, "cars", sheet.sum_of(m.NOT_DELIVERED), (ages.total or ())[-1])


def others(sheet: Sheet) -> None:
    """The funnel, this month in the line of twelve, crossed reasons, the busy hours, the balance by consultant, lists."""
    measures = {measure.value: measure for measure in Measure}
    funnel = sheet.month.table("month_funnel")
    steps = (m.BATCHES, m.FIRST, m.FIRST_WITH_PHONE, m.DRIVES, m.ORDERS, m.DELIVERIES)
    for measure, row in zip(steps, funnel.rows, strict=True):
        sheet.check(funnel, "count", sheet.sum_of(measure), row[1])
    twelve = sheet.month.table("twelve_months")
    for header, cell in zip(twelve.headers, twelve.rows[-1], strict=True):
        own = ((measures[header],), ()) if header in measures else sheet.rates.get(header, ((), ()))
        if own[0]:
            formula = "/".join(sheet.sum_of(*part) for part in own if part)
            sheet.check(twelve, header, formula, cell)
    crossed = sheet.month.table("losses_cross")
    for reason, rival, who, grade, number in crossed.rows:
        where = dict(
            zip(("reason", "rival", "consultant", "grade"), map(label, (reason, rival, who, grade)), strict=True)
        )
        sheet.check(crossed, "count", sheet.sum_of(m.APPROVED, **where), number)
    load, hours = sheet.month.table("hour_load"), {LABELS[f"h{hour:02d}"].zh: f"h{hour:02d}" for hour in HOURS}
    for name, cells in rows(load):
        for header, kind in (("visits", "visits*"), ("calls", "calls")):
            formula = sheet.sum_of(m.BATCHES, hour=hours.get(name, ANY), kind=kind)
            sheet.check(load, header, formula, cells[header])
    parts = sheet.month.table("balance_by_consultant")
    for who, cells in rows(parts):
        grade = label(cells["grade"])
        for header, measure in (("opening", m.OPENING), ("closing", m.CLOSING)):
            sheet.check(parts, header, sheet.sum_of(measure, consultant=who, grade=grade), cells[header])
    overdue, ways = sheet.month.table("overdue_customers"), sheet.month.table("stock_flow")
    sheet.check(overdue, "customer", sheet.sum_of(m.OVERDUE), len(overdue.rows))
    for measure, row in zip((m.OPENING, m.CLOSING), ways.rows, strict=True):
        sheet.check(ways, "stock", sheet.sum_of(measure), row[1])


CHECKS: tuple[Callable[[Sheet], None], ...] = (sums, counts, stocks, others)


def test_the_tables_agree_with_formulas_over_the_lines(demo: Demo, tmp_path: Path) -> None:
    session = FileSession(demo.book)
    job = Job(DAY, dt.datetime.combine(DAY, dt.time(18)))
    month = VERBS["mail"](session.blocks, session.issues, job).analysis
    assert month is not None
    sheet = Sheet(month)
    for add in CHECKS:
        add(sheet)
    assert len(sheet.checks) > 1600
    assert len({name.partition(".")[0] for name, *_ in sheet.checks}) >= 36
    (path := tmp_path / "checks.xlsx").write_bytes(without_values(sheet.content()))
    [made] = converted([path], tmp_path / "calculated", "xlsx")
    found = list(openpyxl.load_workbook(made, data_only=True)["checks"].iter_rows(values_only=True))
    assert len(found) == len(sheet.checks)
    wrong = [row for row in found if not isinstance(row[1], int | float) or abs(row[1] - row[2]) > 0.051]
    assert wrong == []
