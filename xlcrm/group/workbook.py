"""The workbook of a group's month: coverage and sums, who must settle what, the league, the pages of a month, each store's first."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from xlsxwriter import Workbook

from xlcrm.analysis.figures import NOTHING, Ratio, Unit
from xlcrm.analysis.kpis import Kpi
from xlcrm.catalogue import Lang, Words
from xlcrm.catalogue import group as words
from xlcrm.catalogue.findings import SEVERITIES
from xlcrm.catalogue.labels import LABELS
from xlcrm.forms.settings import Settings
from xlcrm.forms.states import FigureScope
from xlcrm.group.consolidate import SUMMED, Group, Rank
from xlcrm.group.store import StoreMonth, StoreState, compared
from xlcrm.group.totals import Sum
from xlcrm.report.look import AS_TYPED, PALE_BLUE, PALE_ORANGE, Formats, display_width
from xlcrm.report.quicksheet import Laid, QuickSheet
from xlcrm.report.settled import settled
from xlcrm.report.style import A4, FRAME, HEADER, LINK, NOTE, TITLE, UNIT_FORMATS, Shown, safe

MOST_SHEETS = 200
"""Stores that get a sheet of their own; with more, nobody finds one among the tabs. Our decision."""
HEADLINE = (
    "batches",
    "first_visits_with_phone",
    "kept_rate",
    "test_drive_rate",
    "orders",
    "closing_rate",
    "deliveries",
    "loss_rate",
    "on_time_rate",
    "target_rate",
)
"""What stores are ranked by side by side; every figure's rank stands on the store's own sheet."""
_PARTS = (
    "batches",
    "first_visits_with_phone",
    "kept_rate",
    "test_drives",
    "test_drive_rate",
    "new_cards",
    "orders",
    "cars",
    "closing_rate",
    "deliveries",
    "loss_rate",
    "on_time_rate",
)
_PAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "traffic": (
        ("batches", "first_visits", "repeat_visits", "repeat_rate", "return_rate", "test_drives", "test_drive_rate"),
        (FigureScope.SOURCE, FigureScope.MODEL),
    ),
    "contacts_kept": (
        ("first_visits", "first_visits_with_phone", "kept_rate", "visits_with_phone"),
        (FigureScope.SOURCE, FigureScope.MODEL),
    ),
    "grades": (
        ("opening_stock", "new_cards", "closing_stock", "prospect_rate", *(f"conversion_{g}" for g in "habc")),
        (FigureScope.GRADE,),
    ),
    "funnel": (
        (
            "batches",
            "first_visits_with_phone",
            "test_drives",
            "orders",
            "deliveries",
            "cars_not_delivered",
            "drive_closing_rate",
            "first_visit_closing_rate",
            "repeat_visit_closing_rate",
            "reserve_rate",
        ),
        (FigureScope.MODEL,),
    ),
    "market": (_PARTS, (FigureScope.SOURCE, FigureScope.MODEL, FigureScope.GRADE)),
    "consultants": (_PARTS, ()),
    "losses": (
        ("losses_applied", "losses_approved", "losses_rejected", "loss_rate", "frozen", "unreachable", "invalid"),
        (FigureScope.GRADE, FigureScope.MODEL, FigureScope.SOURCE),
    ),
    "punctuality": (
        ("due", "on_time", "on_time_rate", "contacts", "reached", "reached_rate", "contact_frequency"),
        (FigureScope.GRADE,),
    ),
    "audit": ((), ()),
    "owners": (
        ("deliveries", "delivery_rate", "delivery_mean", "care_due", "care_on_time", "owner_share", "referral_share"),
        (FigureScope.MODEL,),
    ),
}
"""The pages of a store's month behind 总览, in their order: the figures of each, and the scopes they are also shown by."""
_SWITCHED = "switched"
"""The page behind them, where a store has forms that others do without."""
_PAGE_KEYS = (*_PAGES, _SWITCHED)
_RANKED_BY = "closing_rate"
"""The figure by which the league is sorted."""
_CONSULTANTS = 200
"""Rows of the table of consultants."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST, _WIDEST = 31, 48
_SMALL = Settings().small_number

FormattedCell = tuple[Shown, str]
"""A value and its number format."""
_NONE: FormattedCell = (NOTHING, "@")
_FIRST, _LAST = '"▲"0', '"▼"0'
_QUARTERS = {_FIRST: {"bg_color": PALE_BLUE}, _LAST: {"bg_color": PALE_ORANGE}}
"""Number formats of a place in the best and in the last quarter: a mark, and a colour beside it."""


def workbook(group: Group, lang: Lang = "zh", *, quick: bool = False) -> bytes:
    """The workbook as .xlsx, the same bytes for the same group."""
    out = io.BytesIO()
    with Workbook(out, dict(AS_TYPED)) as book:
        made = dt.datetime.fromisoformat(f"{group.month}-01")
        book.set_properties({"title": words.TITLE.say(lang, month=group.month), "created": made})
        make = Formats(book)
        _Writer(book, make, group, lang, quick, _Shapes(make)).write()
    return settled(out.getvalue())


@dataclass(frozen=True)
class _Writer:
    book: Workbook
    make: Formats
    group: Group
    lang: Lang
    quick: bool
    shapes: _Shapes
    widths: dict[str, dict[int, int]] = field(default_factory=dict)
    """Width of the columns by sheet, as wide as the widest of its tables needs."""

    def write(self) -> None:
        own = len(self.group.counted) <= MOST_SHEETS
        taken = {name.say(self.lang) for name in words.SHEETS.values()} | {self._page_name(key) for key in _PAGE_KEYS}
        sheets = _sheet_names(self.group.counted, taken) if own else {}
        self._overview(own)
        self._troubles()
        self._league(sheets)
        if self.group.regions:
            self._regions()
        for key, (figures, scopes) in _PAGES.items():
            self._page(key, figures, scopes)
        if switched := [kpi.key for kpi in self.group.kpis if kpi.given is not None]:
            self._page(_SWITCHED, switched, ())
        figures_of = self._stores()
        for store in self.group.counted if own else ():
            sheet = self._sheet(
                sheets[store.book], f"{store.store}　{words.TITLE.say(self.lang, month=self.group.month)}"
            )
            sheet.write_url(1, 0, f"internal:'{self._name('league')}'!A1", self.make(**LINK), self._header("back"))
            known = store.shop(self.group.month)
            rows = [
                row
                for kpi, row in zip(self.group.kpis, figures_of[store.book], strict=True)
                if kpi.given is None or kpi.key in known
            ]
            headers = ("figure", "value", "numerator", "denominator", "last", "last_year", "rank", "quartile")
            self._grid(sheet, 3, [self._header(key) for key in headers], rows)

    # ------------------------------------------------------------ the sheets

    def _overview(self, own: bool) -> None:
        group = self.group
        states = [store.state for store in group.stores]
        counts = {state: states.count(state) for state in words.STATES}
        missing = sum(trouble.key == "missing" for trouble in group.troubles)
        notes = [words.COVERAGE.say(self.lang, books=len(states), missing=missing, **counts), words.SUMS.say(self.lang)]
        notes += [words.QUICK.say(self.lang)] if self.quick else []
        notes += [] if own else [words.MANY.say(self.lang, most=MOST_SHEETS, sheet=self._name("stores"))]
        sheet = self._sheet(self._name("overview"), words.TITLE.say(self.lang, month=group.month))
        for row, line in enumerate(notes, 1):
            sheet.write_string(row, 0, line, self.make(**NOTE))
        now, last, year = (group.sums(month) for month in (group.month, *compared(group.month)))
        rows = []
        for kpi in group.kpis:
            cells = [self._label(kpi), *self._sides(kpi, now.get(kpi.key))]
            for past in (last, year):
                cells += [self._value(kpi, _ratio(past.get(kpi.key))), _count(past.get(kpi.key))]
            rows.append([*cells, (kpi.formula.say(self.lang), "@")])
        headers = [
            "figure",
            "value",
            "numerator",
            "denominator",
            "stores",
            "last",
            "stores",
            "last_year",
            "stores",
            "formula",
        ]
        self._grid(sheet, len(notes) + 2, [self._header(key) for key in headers], rows)

    def _troubles(self) -> None:
        sheet = self._sheet(self._name("troubles"))
        rows: list[list[FormattedCell]] = [
            [
                (SEVERITIES[trouble.severity], "@"),
                (trouble.store, "@"),
                (self.group.regions[trouble.store].region if trouble.store in self.group.regions else "", "@"),
                (trouble.said.say(self.lang), "@"),
                (trouble.book, "@"),
            ]
            for trouble in self.group.troubles
        ]
        self._grid(sheet, 2, [self._header(key) for key in ("severity", "store", "region", "trouble", "book")], rows)

    def _league(self, sheets: Mapping[str, str]) -> None:
        """Stores × headline figures, each with the store's place; the store leads to its sheet."""
        sheet = self._sheet(self._name("league"))
        ranks, total = self.group.ranks, self.group.sums(self.group.month)
        kpis = [SUMMED[key] for key in HEADLINE]
        headers = [self._header("store"), self._header("region"), self._header("state")]
        for kpi in kpis:
            headers += [LABELS[kpi.key].say(self.lang), self._header("rank")]
        rows: list[list[FormattedCell]] = []
        stores = sorted(self.group.counted, key=lambda s: _place(ranks[s.book].get(_RANKED_BY)))
        for store in stores:
            row: list[FormattedCell] = [
                (store.store, "@"),
                (self.group.region(store).region, "@"),
                (self._state(store), "@"),
            ]
            for kpi in kpis:
                place = ranks[store.book].get(kpi.key)
                row.append(self._value(kpi, store.shop(self.group.month).get(kpi.key)))
                row.append(
                    (place.place, _FIRST if place.quartile == 1 else _LAST if place.quartile == 4 else "0")
                    if place
                    else _NONE
                )
            rows.append(row)
        foot: list[FormattedCell] = [(LABELS["total"].say(self.lang), "@"), (None, "@"), (len(rows), "0")]
        for kpi in kpis:
            foot += [self._value(kpi, _ratio(total.get(kpi.key))), (None, "@")]
        sheet.write_string(1, 0, words.QUARTERS.say(self.lang), self.make(**NOTE))
        top = self._grid(sheet, 2, headers, [*rows, foot])
        for at, store in enumerate(stores, top):
            if store.book in sheets:
                to = f"internal:'{sheets[store.book]}'!A1"
                sheet.write_url(at, 0, to, self.make(**safe({**FRAME, **LINK}, store.store)), store.store)
        sheet.freeze_panes(top, 1)

    def _regions(self) -> None:
        sheet, row = self._sheet(self._name("regions")), 2
        for attribute in ("region", "brand"):
            parts = {
                name: {key: sum_.ratio for key, sum_ in own.items()} for name, own in self.group.by(attribute).items()
            }
            row = self._parts(sheet, row, self._header(attribute), parts, HEADLINE, words.UNLISTED) + 1

    def _page_name(self, key: str) -> str:
        """The name of a page's sheet, with its number in the method's list."""
        return f"{_PAGE_KEYS.index(key) + 2} {LABELS[key].say(self.lang)}"

    def _page(self, key: str, figures: Sequence[str], scopes: Sequence[str]) -> None:
        """A page of a store's month for the group: its figures by store and in total, then by scope."""
        sheet, row = self._sheet(self._page_name(key)), 3
        sheet.write_string(1, 0, words.FROM_ROWS.say(self.lang), self.make(**NOTE))
        match key:
            case "consultants":
                self._consultants(sheet, row)
                return
            case "audit":
                self._audit(sheet, row)
                return
        kpis = [SUMMED[figure] for figure in figures]
        total = self.group.sums(self.group.month)
        stores = [
            [(store.store, "@"), *(self._value(kpi, store.shop(self.group.month).get(kpi.key)) for kpi in kpis)]
            for store in self.group.counted
        ]
        whole = [(LABELS["total"].say(self.lang), "@"), *(self._value(kpi, _ratio(total.get(kpi.key))) for kpi in kpis)]
        rows: list[list[FormattedCell]] = [*stores, whole]
        headers = [self._header("store"), *(LABELS[figure].say(self.lang) for figure in figures)]
        row = self._grid(sheet, row, headers, rows) + len(rows) + 1
        for scope in scopes:
            row = self._parts(sheet, row, scope, self.group.parts(scope), figures, words.OTHERS) + 1

    def _audit(self, sheet: QuickSheet, row: int) -> None:
        """How far the figures of each store can be trusted."""
        rows: list[list[FormattedCell]] = [
            [
                (store.store, "@"),
                (self._state(store), "@"),
                (f"{store.closed_on}" if store.closed_on else NOTHING, "@"),
                (self._seals(store), "@"),
                (store.unbalanced, "0"),
                (store.divisor or NOTHING, "@"),
                ("、".join(store.lacks) or NOTHING, "@"),
            ]
            for store in self.group.stores
        ]
        keys = ("store", "state", "closed_on", "seals", "unbalanced", "divisor", "lacks")
        self._grid(sheet, row, [self._header(key) for key in keys], rows)

    def _seals(self, store: StoreMonth) -> str:
        if store.broken is None:
            return words.NOT_ASKED.say(self.lang)
        return "、".join(store.broken) or (NOTHING if store.state == StoreState.UNREAD else words.HOLD.say(self.lang))

    def _consultants(self, sheet: QuickSheet, row: int) -> None:
        """The busiest consultants, each with the store: two of one name are two."""
        kpis = [SUMMED[key] for key in _PARTS]
        found = [
            (own["orders"].numerator if "orders" in own else 0, name, store.store, own)
            for store in self.group.counted
            for (scope, name), own in store.figures[self.group.month].items()
            if scope == FigureScope.CONSULTANT and name
        ]
        found.sort(key=lambda one: (-one[0], one[1], one[2]))
        rows: list[list[FormattedCell]] = [
            [(name, "@"), (store, "@"), *(self._value(kpi, own.get(kpi.key)) for kpi in kpis)]
            for _, name, store, own in found[:_CONSULTANTS]
        ]
        headers = [FigureScope.CONSULTANT, self._header("store"), *(LABELS[kpi.key].say(self.lang) for kpi in kpis)]
        self._grid(sheet, row, headers, rows)

    def _stores(self) -> dict[str, list[list[FormattedCell]]]:
        """Every figure of every store, one row each, for filters and pivots. Returns a store's rows by its book."""
        sheet = self._sheet(self._name("stores"))
        figures_of = {store.book: self._of_store(store) for store in self.group.counted}
        keys = ("store", "region", "brand", "state", "figure", "value", "numerator", "denominator", "last", "last_year")
        rows = []
        for store in self.group.counted:
            region = self.group.region(store)
            at: list[FormattedCell] = [
                (text, "@") for text in (store.store, region.region, region.brand, self._state(store))
            ]
            rows += [[*at, *row] for row in figures_of[store.book]]
        headers = [self._header(key) for key in (*keys, "rank", "quartile")]
        top = self._grid(sheet, 2, headers, rows)
        sheet.autofilter(top - 1, 0, top + max(len(rows), 1) - 1, len(headers) - 1)
        sheet.freeze_panes(top, 1)
        return figures_of

    # ------------------------------------------------------------ their parts

    def _of_store(self, store: StoreMonth) -> list[list[FormattedCell]]:
        """A row for each figure of a store: now with both sides, its past, its place."""
        now, last, year = (store.shop(month) for month in (self.group.month, *compared(self.group.month)))
        ranks = self.group.ranks[store.book]
        return [
            self._figure(kpi, now.get(kpi.key), (last.get(kpi.key), year.get(kpi.key)), ranks.get(kpi.key))
            for kpi in self.group.kpis
        ]

    def _figure(
        self, kpi: Kpi, now: Ratio | None, past: Iterable[Ratio | None], rank: Rank | None
    ) -> list[FormattedCell]:
        return [
            self._label(kpi),
            self._value(kpi, now),
            (now.numerator if now else NOTHING, "General"),
            (now.denominator if now else NOTHING, "General"),
            *(self._value(kpi, ratio) for ratio in past),
            (words.RANKED.say(self.lang, place=rank.place, of=rank.of) if rank else NOTHING, "@"),
            (rank.quartile if rank else NOTHING, "0"),
        ]

    def _parts(
        self,
        sheet: QuickSheet,
        row: int,
        title: str,
        parts: Mapping[str, Mapping[str, Ratio]],
        keys: Iterable[str],
        nameless: Words,
    ) -> int:
        """A table by name; returns the row below it."""
        kpis = [SUMMED[key] for key in keys]
        rows: list[list[FormattedCell]] = []
        for name, own in parts.items():
            values = [self._value(kpi, own.get(kpi.key)) for kpi in kpis]
            if values != [_NONE] * len(values):
                rows.append([(name or nameless.say(self.lang), "@"), *values])
        headers = [title, *(LABELS[kpi.key].say(self.lang) for kpi in kpis)]
        return self._grid(sheet, row, headers, rows) + len(rows)

    def _sides(self, kpi: Kpi, found: Sum | None) -> list[FormattedCell]:
        ratio = _ratio(found)
        sides = (ratio.numerator, ratio.denominator) if ratio else (NOTHING, NOTHING)
        return [self._value(kpi, ratio), *((side, "General") for side in sides), _count(found)]

    def _value(self, kpi: Kpi, ratio: Ratio | None) -> FormattedCell:
        """A figure as a store's month prints it: never a percentage of a few cases."""
        if ratio is None or ratio.value is None:
            return NOTHING, "@"
        shown = ratio.as_cell(_SMALL) if kpi.unit is Unit.PERCENT else round(ratio.value, 1)
        return shown, UNIT_FORMATS[kpi.unit]

    def _grid(
        self, sheet: QuickSheet, row: int, headers: Sequence[str], rows: Sequence[Sequence[FormattedCell]]
    ) -> int:
        """A table whose header stands in a row; returns the first row of its body. Columns grow to their widest cell."""
        for column, header in enumerate(headers):
            sheet.write_string(row, column, header, self.make(**HEADER, **FRAME))
        widest = [display_width(header) for header in headers]
        for at, cells in enumerate(rows, row + 1):
            shapes = [self.shapes[cell] for cell in cells]
            sheet.lay(at, [shape.cell for shape in shapes])
            widest = list(map(max, widest, [shape.width for shape in shapes]))
        widths = self.widths.setdefault(str(sheet.name), {})
        for column, width in enumerate(widest):
            widths[column] = max(widths.get(column, 0), min(width + 3, _WIDEST))
            sheet.set_column(column, column, widths[column])
        return row + 1

    def _sheet(self, name: str, title: str | None = None) -> QuickSheet:
        """A sheet ready to print: A4 landscape, one page wide, pages numbered."""
        sheet = cast(QuickSheet, self.book.add_worksheet(name, QuickSheet))
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.group.month}&R&P / &N")
        sheet.hide_gridlines(2)
        title = title or f"{words.TITLE.say(self.lang, month=self.group.month)}　{name}"
        sheet.write_string(0, 0, title, self.make(**safe(TITLE, title)))
        return sheet

    def _name(self, key: str) -> str:
        return words.SHEETS[key].say(self.lang)

    def _header(self, key: str) -> str:
        return words.HEADERS[key].say(self.lang)

    def _label(self, kpi: Kpi) -> FormattedCell:
        return LABELS[kpi.key].say(self.lang), "@"

    def _state(self, store: StoreMonth) -> str:
        return words.STATES[store.state].say(self.lang)


class _Shape(NamedTuple):
    cell: Laid
    width: int


class _Shapes(dict[FormattedCell, _Shape]):
    """Cells as they are written, and how wide they print; of the many cells of a book, few do not have that in common with others."""

    def __init__(self, make: Formats) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, cell: FormattedCell) -> _Shape:
        value, number = cell
        look = {**FRAME, "num_format": number, "align": "right", **_QUARTERS.get(number, {})}
        width = display_width(_printed(cell))
        if number == "@" and value != NOTHING:
            look = safe({**look, "align": "left", "indent": 1, "text_wrap": width > _WIDEST}, value)
        self[cell] = found = _Shape(Laid(value, self._make(**look)), width)
        return found


def _place(rank: Rank | None) -> tuple[bool, int]:
    """Sorts stores by their place, those without one last."""
    return rank is None, rank.place if rank else 0


def _ratio(found: Sum | None) -> Ratio | None:
    return found.ratio if found else None


def _count(found: Sum | None) -> FormattedCell:
    return (found.stores, "0") if found else _NONE


def _printed(cell: FormattedCell) -> str:
    value, number = cell
    if isinstance(value, int | float) and number.endswith("%"):
        return f"{value:.1%}"
    return "" if value is None else f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _sheet_names(stores: Iterable[StoreMonth], taken: set[str]) -> dict[str, str]:
    """A sheet's name for each book: the store's, within what Excel allows, with a number where it is taken."""
    found: dict[str, str] = {}
    used = {name.lower() for name in taken}
    for store in stores:
        stem = _FORBIDDEN.sub(" ", store.store).strip()[:_LONGEST] or StoreState.UNREAD
        name, number = stem, 2
        while name.lower() in used:
            name = f"{stem[: _LONGEST - len(str(number)) - 1]} {number}"
            number += 1
        used.add(name.lower())
        found[store.book] = name
    return found
