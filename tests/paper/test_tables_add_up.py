"""The tables of the demo's month, computed again by LibreOffice from the lines of its facts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rendering import converted, without_values
from walks import Demo
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from xlcrm.analysis import Month, Ratio, Table
from xlcrm.analysis.facts import Fact, Measure
from xlcrm.analysis.kpis import kpis
from xlcrm.books.xlsx.session import FileSession
from xlcrm.catalogue import Words
from xlcrm.catalogue.labels import HOURS, LABELS, WEEKDAYS
from xlcrm.findings import Difference, Finding, Handling, Severity
from xlcrm.followup.warnings import WarningKind
from xlcrm.forms.sheets import Card, Loss, Report, Visit
from xlcrm.forms.states import GRADES
from xlcrm.ledger.ledger import Ledger
from xlcrm.ledger.reading import read_ledger
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


def _minutes(row: Visit) -> int | str:
    if not (row.entered and row.left) or row.channel == "来电":
        return NOBODY
    return (row.left.hour - row.entered.hour) * 60 + row.left.minute - row.entered.minute


def _visit(fact: Fact) -> dict[str, str | int]:
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
        "minutes": _minutes(row),
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
BESIDE = ("hour", "reason", "group", "kept", "won", "purpose", "item", "minutes")
ASPECTS: dict[str, Callable[[Card], str | None]] = {
    "性别": lambda card: card.gender,
    "个人/单位": lambda card: card.person_or_company,
    "购车类型": lambda card: card.purchase_kind,
    "年龄": lambda card: _band(card),
    "职业": lambda card: card.occupation,
    "现有车辆": lambda card: (card.present_car or "").partition(" ")[0],
}
"""What 客户背景 shows, and where the card says it."""
_BANDS = {25: "25 岁以下", 35: "26–35 岁", 45: "36–45 岁", 55: "46–55 岁", 200: "56 岁以上"}


def _band(card: Card) -> str:
    born = card.birthday
    if born is None:
        return ""
    years = DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))
    return next(band for last, band in _BANDS.items() if years <= last)


Line = Mapping[str, str | int | float]


def lines(month: Month, ledger: Ledger) -> Iterator[Line]:
    """Every fact on a line of its own, with all that a table sorts by."""
    for fact in month.facts:
        customer = ledger.customer_at(fact.record.at)
        card = customer.card if customer else None
        own: dict[str, Any] = {**_visit(fact), **_loss(fact)}
        own |= {aspect: of(card) if card else "" for aspect, of in ASPECTS.items()}
        own["purpose"] = fact.record.purpose if isinstance(fact.record, Report) else "接待"
        own["item"] = getattr(fact.record, "item", None)
        own |= {"measure": fact.measure.value, "day": f"{fact.on:%m-%d}", "week": _week(fact.on)}
        own |= {"weekday": WEEKDAYS[fact.on.weekday()].zh, "consultant": fact.consultant, "source": fact.source}
        own |= {"media": fact.media, "model": fact.model, "rival": fact.rival, "grade": fact.grade}
        texts = {name: str(own.get(name) or NOBODY) for name in (*COLUMNS, *BESIDE, *ASPECTS)}
        yield texts | {"minutes": own.get("minutes", NOBODY), "amount": fact.amount}


def behind(month: Month, ledger: Ledger, findings: list[Finding]) -> dict[str, list[Line]]:
    """What the tables are computed from: facts, findings, warnings, and the open rows of the books."""
    rows: dict[str, Iterator[Line]] = {
        "lines": lines(month, ledger),
        "findings": (
            {
                "code": f.code,
                "kind": f.kind.value if f.kind else NOBODY,
                "severity": _SEVERITY[f.severity],
                "person": f.person,
            }
            | {"handling": "confirmed" if f.confirmed else _HANDLED[f.handling]}
            for f in findings
        ),
        "warnings": (
            {"kind": own.kind.value, "person": own.person, "customer": own.customer} for own in month.warnings
        ),
        "pipeline": (
            {
                "grade": label(row[3]),
                "stage": label(row[5]),
                "probability": _number(row[6]),
                "month": _month(row[7], label(row[3])),
            }
            for row in month.table("pipeline").rows
        ),
        "outcomes": (
            {"consultant": label(row[0]), "grade": label(row[1]), "judged": _number(row[2]), "kept": _number(row[3])}
            for row in month.table("grade_outcomes").rows
        ),
        "doubtful": ({"consultant": label(row[2])} for row in month.table("subjective_losses").rows),
    }
    return {name: list(own) for name, own in rows.items()}


_SEVERITY = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "hints"}
_HANDLED = {Handling.FIX: "to_fix", Handling.CONFIRM: "to_confirm", Handling.RECORD: "on_record"}


def _number(cell: object) -> float:
    value = cell.value if isinstance(cell, Ratio) else cell
    assert isinstance(value, int | float)
    return value


_WINDOWS = {"H": 7, "A": 30, "B": 90}


def _month(day: object, grade: str) -> str:
    """The month of the expected day; without one, that of the end of the grade's window."""
    if not isinstance(day, dt.date):
        if grade not in _WINDOWS:
            return LABELS["later"].zh
        day = DAY + dt.timedelta(days=_WINDOWS[grade])
    return LABELS["overdue_month"].zh if day < DAY else f"{day:%Y-%m}"


class Sheet:
    """Formulas over the lines, each beside what the table shows."""

    def __init__(self, month: Month, ledger: Ledger, findings: list[Finding]) -> None:
        self.month = month
        self.behind = behind(month, ledger, findings)
        self.checks: list[tuple[str, str, float]] = []
        self.rates = RATES | {kpi.key: (kpi.numerators, kpi.denominators) for kpi in kpis(month.settings)}

    def sum_of(self, *measures: Measure, **where: str) -> str:
        """A sum over the lines of some measures, where attributes are what is said."""
        return "(" + "+".join(self._sum(measure.value, where) for measure in measures) + ")"

    def _sum(self, measure: str, where: dict[str, str]) -> str:
        criteria = {"measure": measure, **{name: text for name, text in where.items() if text != ANY}}
        return f"SUMIFS({self.range('lines', 'amount')},{self._tests('lines', criteria)})"

    def count(self, name: str, **where: str) -> str:
        """How many rows of what lies behind say so."""
        criteria = {column: text for column, text in where.items() if text != ANY}
        return f"COUNTIFS({self._tests(name, criteria)})" if criteria else str(len(self.behind[name]))

    def total(self, name: str, column: str, **where: str) -> str:
        """The sum of a column over the rows that say so."""
        criteria = {own: text for own, text in where.items() if text != ANY}
        tests = self._tests(name, criteria)
        return f"SUMIFS({self.range(name, column)},{tests})" if tests else f"SUM({self.range(name, column)})"

    def _tests(self, name: str, criteria: dict[str, str]) -> str:
        return ",".join(f'{self.range(name, column)},"{text}"' for column, text in criteria.items())

    def range(self, name: str, column: str) -> str:
        letter = xl_col_to_name([*self.behind[name][0]].index(column))
        return f"{name}!${letter}$1:${letter}${len(self.behind[name])}"

    def check(self, table: Table, header: str, formula: str, cell: object) -> None:
        value = cell.value if isinstance(cell, Ratio) else cell
        if isinstance(value, int | float):
            self.checks.append((f"{table.key}.{header}", formula, float(value)))

    def content(self) -> bytes:
        out = io.BytesIO()
        with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("checks")
            for name, own in self.behind.items():
                written = book.add_worksheet(name)
                for row, line in enumerate(own):
                    written.write_row(row, 0, line.values())
            for row, (name, formula, value) in enumerate(self.checks):
                sheet.write_string(row, 0, name)
                sheet.write_array_formula(row, 1, row, 1, f"{{={formula}}}")
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


def found(sheet: Sheet) -> None:
    """What the examination finds, the early warnings, and the lists of customers they name."""
    for key, attribute, columns in (
        ("findings_by_person", "person", {name: {"severity": name} for name in _SEVERITY.values()}),
        ("handling_by_person", "person", {name: {"handling": name} for name in (*_HANDLED.values(), "confirmed")}),
        ("differences_by_person", "person", {kind.value: {"kind": kind.value} for kind in Difference}),
        ("findings_by_code", "code", {name: {"severity": name} for name in _SEVERITY.values()}),
    ):
        table = sheet.month.table(key)
        for name, cells in rows(table):
            kind = label(cells["kind"]) if key == "findings_by_code" and name != ANY and cells["kind"] else ANY
            for header, own in columns.items():
                sheet.check(
                    table, header, sheet.count("findings", **{attribute: name, "kind": kind, **own}), cells[header]
                )
    table = sheet.month.table("warnings_by_kind")
    kinds = dict(zip(table.headers[1:], (kind.value for kind in WarningKind), strict=False))
    for name, cells in rows(table):
        for header, kind in kinds.items():
            sheet.check(table, header, sheet.count("warnings", person=name, kind=kind), cells[header])
    money = (WarningKind.RECEIVABLE, WarningKind.PROGRESS, WarningKind.COSTS)
    for keys, of in (
        (("stale_cards",), (WarningKind.STALE_CARD,)),
        (("warnings_of_money",), money),
        (("neglected", "owners_leaving"), (WarningKind.LEAVING,)),
    ):
        named = sum(len(sheet.month.table(key).rows) for key in keys)
        for key in keys:
            formula = "+".join(sheet.count("warnings", kind=kind.value) for kind in of)
            sheet.check(sheet.month.table(key), "customer", formula, named)
    doubtful = sheet.month.table("subjective_losses")
    for name, cells in rows(sheet.month.table("subjective_by_consultant")):
        sheet.check(doubtful, "customer", sheet.count("doubtful", consultant=name), cells["doubtful"])


def stays(sheet: Sheet) -> None:
    """How long parties stayed."""
    table, minutes = sheet.month.table("stays"), sheet.range("lines", "minutes")
    of = {"first": "visits_first", "repeat": "visits_repeat", "total": "visits*"}
    bands = ((0, 10), (10, 30), (30, 60), (60, 120), (120, 1500))
    for (low, high), row in zip(bands, table.rows, strict=False):
        for header, cell in zip(table.headers[1:], row[1:], strict=True):
            tests = f'{minutes},">={low}",{minutes},"<{high}",{sheet.range("lines", "measure")},"{m.BATCHES.value}"'
            sheet.check(table, header, f'COUNTIFS({tests},{sheet.range("lines", "kind")},"{of[header]}")', cell)
    came = f'({sheet.range("lines", "measure")}="{m.BATCHES.value}")*ISNUMBER({minutes})'
    for header, place in (("first", 1), ("repeat", 2)):
        own = f'IF({came}*({sheet.range("lines", "kind")}="{of[header]}"),{minutes})'
        sheet.check(table, header, f"AVERAGE({own})", table.rows[-2][place])
        sheet.check(table, header, f"MEDIAN({own})", table.rows[-1][place])


def grades(sheet: Sheet) -> None:
    """How long customers stay in a grade, how they moved, and whether the grades can be trusted."""
    days, moves = sheet.month.table("grade_days"), sheet.month.table("grade_moves")
    flows = dict(rows(sheet.month.table("balance")))
    away = ("out", "handed_out", "ordered", "lost", "frozen", "unreachable", "invalid")
    for name, cells in rows(days):
        sheet.check(days, "left_grade", "+".join(str(flows[name][key]) for key in away), cells["left_grade"])
        sheet.check(days, "in_grade", sheet.sum_of(m.CLOSING, grade=name), cells["in_grade"])
    for name, cells in rows(moves):
        sheet.check(moves, "customers", f"{flows[name]['opening']}+{flows[name]['new']}", cells["customers"])
        parts = "+".join(str(cells[key]) for key in ("promoted", "stayed", "demoted", "gone"))
        sheet.check(moves, "customers", parts, cells["customers"])
        for header in ("promoted", "demoted"):
            sheet.check(moves, f"{header}_share", f"{cells[header]}/{cells['customers']}", cells[f"{header}_share"])
    honesty, outcomes = sheet.month.table("grade_honesty"), sheet.month.table("grade_outcomes")
    for name, cells in rows(honesty):
        for header, column in (("judged", "judged"), ("kept_word", "kept")):
            sheet.check(honesty, header, sheet.total("outcomes", column, consultant=name), cells[header])
        for grade in "HAB":
            top, bottom = (sheet.total("outcomes", own, consultant=name, grade=grade) for own in ("kept", "judged"))
            sheet.check(honesty, f"kept_{grade.lower()}", f"{top}/{bottom}", cells[f"kept_{grade.lower()}"])
    for _, cells in rows(outcomes):
        parts = "+".join(str(cells[key]) for key in ("kept_word", "went_up", "stayed", "went_down", "gone"))
        sheet.check(outcomes, "judged", parts, cells["judged"])


def forecasts(sheet: Sheet) -> None:
    """This shop's conversion with its interval, what it and the stages promise, and whether the target will be met."""
    conversions, forecast = sheet.month.table("conversions"), sheet.month.table("forecast")
    z = "1.959963984540054"
    for _, cells in rows(conversions):
        k, n = cells["converted"], cells["opening_stock"]
        sheet.check(conversions, "conversion", f"{k}/{n}", cells["conversion"])
        for header, sign in (("share_low", "-"), ("share_high", "+")):
            root = f"{z}*SQRT({k}/{n}*(1-{k}/{n})/{n}+{z}^2/(4*{n}^2))"
            sheet.check(conversions, header, f"({k}/{n}+{z}^2/(2*{n}){sign}{root})/(1+{z}^2/{n})", cells[header])
    own = {name: cells for name, cells in rows(conversions) if name in GRADES}
    headers = {"by_conversion": "conversion", "low": "share_low", "high": "share_high"}
    for name, cells in rows(forecast):
        later = name == LABELS["later"].zh
        if not later:
            sheet.check(forecast, "customers", sheet.count("pipeline", month=name), cells["customers"])
            sheet.check(forecast, "by_stage", sheet.total("pipeline", "probability", month=name), cells["by_stage"])
        for header, share in headers.items() if not later else ():
            each = (f"{sheet.count('pipeline', month=name, grade=g)}*{_number(own[g][share])!r}" for g in GRADES)
            sheet.check(forecast, header, "+".join(each), cells[header])
    pipeline = sheet.month.table("pipeline")
    pending = next(row[1] for row in sheet.month.table("stages").rows if row[0] == LABELS["awaiting_loss"])
    sheet.check(pipeline, "customer", f"{sheet.sum_of(m.CLOSING)}-{pending}", len(pipeline.rows))
    sheet.check(pipeline, "probability", sheet.total("pipeline", "probability"), (forecast.total or ())[2])
    outlook = sheet.month.table("outlook")
    for header in ("customers", "expected_orders", "low", "high"):
        stock, new, both = (row[outlook.headers.index(header)] for row in outlook.rows)
        sheet.check(outlook, header, f"{stock}+{new}", both)


def backgrounds(sheet: Sheet) -> None:
    """Who the customers are, by what their cards say."""
    table = sheet.month.table("background")
    measures = {measure.value: measure for measure in Measure}
    for row in table.rows:
        cells = dict(zip(table.headers, row, strict=True))
        where = {label(cells["aspect"]): label(cells["background_value"])}
        for header in table.headers[2:]:
            if header in measures:
                sheet.check(table, header, sheet.sum_of(measures[header], **where), cells[header])
            else:
                top, bottom = (sheet.sum_of(*own, **where) for own in sheet.rates[header])
                sheet.check(table, header, f"{top}/{bottom}", cells[header])


CHECKS: tuple[Callable[[Sheet], None], ...] = (
    sums,
    counts,
    stocks,
    others,
    found,
    stays,
    grades,
    forecasts,
    backgrounds,
)
NOTHING_TO_ADD_UP = {"losses_returned", "changed_since_close", "care_calendar"}
"""A calendar that is not made of rows alone, and two lists that are empty in the demo (``test_closed_months``)."""


def test_the_tables_agree_with_formulas_over_the_lines(demo: Demo, tmp_path: Path) -> None:
    session = FileSession(demo.book)
    job = Job(DAY, dt.datetime.combine(DAY, dt.time(18)), month=f"{DAY:%Y-%m}")
    month = VERBS["mail"](session.blocks, session.issues, job).analysis
    assert month is not None
    findings = [f for verb in ("validate", "check") for f in VERBS[verb](session.blocks, session.issues, job).findings]
    sheet = Sheet(month, read_ledger(session.blocks, DAY), findings)
    for add in CHECKS:
        add(sheet)
    assert len(sheet.checks) > 2300
    checked = {name.partition(".")[0] for name, *_ in sheet.checks}
    assert {table.key for page in month.pages for table in page.tables} - checked == NOTHING_TO_ADD_UP
    (path := tmp_path / "checks.xlsx").write_bytes(without_values(sheet.content()))
    [made] = converted([path], tmp_path / "calculated", "xlsx")
    computed = list(openpyxl.load_workbook(made, data_only=True)["checks"].iter_rows(values_only=True))
    assert len(computed) == len(sheet.checks)
    wrong = [row for row in computed if not isinstance(row[1], int | float) or abs(row[1] - row[2]) > 0.051]
    assert wrong == []
