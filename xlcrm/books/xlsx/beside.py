"""What a table of a file holds beside its values: what hangs on rows that are to be taken out, and what would be lost.

Looked for only where rows go: most verbs take none out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from xlcrm.books.area import Area, letters
from xlcrm.books.xlsx.anchors import objects, vml_objects
from xlcrm.books.xlsx.content import elsewhere, formula_of, kind_of, text_of
from xlcrm.books.xlsx.follow import COMMENT, PLACES, Mention
from xlcrm.books.xlsx.links import cell_links, target_of
from xlcrm.books.xlsx.parts import Parts, TablePart
from xlcrm.books.xlsx.rules import lone_rules
from xlcrm.books.xlsx.sheetxml import SheetXml, style_of
from xlcrm.books.xlsx.shift import Watch, translated
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.tablexml import filling
from xlcrm.changes import Attached, Beside
from xlcrm.patterns import lazy

_FORMULA = lazy(rb"<f[\s>/]")
_CELL_BEFORE = lazy(rb'\sr="([A-Z]{1,3})([1-9]\d{0,6})"')
_SHARED = lazy(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_RUN = lazy(r"<r[\s>]")
_INDEX = lazy(r"<v>(\d+)</v>")

_POINTING = {"name": "name", "chart": "chart", "chart.shape": "chart"}


class FileBeside(Beside):
    """Of a table in a package; ``grown`` gives it with the rows below that it takes in, as which it is looked at."""

    def __init__(self, parts: Parts, sheet: str, grown: Callable[[str], TablePart]) -> None:
        self._parts, self._name, self._grown = parts, sheet, grown
        self._on_row: dict[int, tuple[Attached, ...]] = {}

    @property
    def taken(self) -> int:
        return self._table.area.bottom - self._parts.table_of(self._name).area.bottom

    @cached_property
    def _table(self) -> TablePart:
        return self._grown(self._name)

    def calculated(self) -> frozenset[str]:
        return frozenset(self._table.headers[column - self._table.area.left] for column in self._calculated)

    def formulas(self) -> Collection[tuple[int, str]]:
        return self._formulas

    @cached_property
    def _formulas(self) -> frozenset[tuple[int, str]]:
        xml, table = self._parts.referring(self._table.sheet_part), self._table
        found = set()
        for formula in _FORMULA.finditer(xml):
            place = _CELL_BEFORE.search(xml, xml.rfind(b"<c", 0, formula.start()), formula.start())
            if place:
                area = Area.parse((place[1] + place[2]).decode())
                if (area.top, area.left) in table.data:
                    found.add((area.top, table.headers[area.left - table.area.left]))
        return frozenset(found)

    def on(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:
        for row in rows:
            if row not in self._on_row:  # a roll asks before it decides, and for the journal
                self._on_row[row] = tuple(self._in_cells(row))
        in_cells = ((row, attached) for row in sorted(rows) for attached in self._on_row[row])
        return _by_row([*in_cells, *self._over(rows)])

    def over(self, rows: Collection[int]) -> Mapping[int, tuple[Attached, ...]]:
        return _by_row(self._over(rows))

    def _over(self, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
        yield from self._links(rows)
        yield from self._lying(rows)
        for row, kind, what in lone_rules(self._sheet.tail, rows, self._table.data):
            yield row, Attached(kind, "", what)
        yield from self._referred_to(rows)

    def _in_cells(self, row: int) -> Iterator[Attached]:
        """What the cells of a row hold but plain values of the column's usual format."""
        sheet, table, data = self._sheet, self._table, self._table.data
        own = {letters(column): letters(column) for column in range(table.area.left, table.area.right + 1)}
        for column, cell in sheet.cells(row).items():
            ref = f"{letters(column)}{row}"
            text = text_of(cell)
            if not table.area.left <= column <= table.area.right:
                if text and (formula_of(cell) is not None or "<v>" in text or "<t" in text):
                    yield Attached("beside", "", ref)
                continue
            header = table.headers[column - table.area.left]
            kind = kind_of(cell, self._rich)
            if kind == "formula":
                of_column = translated(self._calculated.get(column, ("",))[0], row - data.top, 0)
                kind = None if of_column == formula_of(cell) else kind
            if kind == "picture":
                yield Attached(kind, header, ref)
            elif kind and text:
                kept = elsewhere(self._unshared(text), table.sheet, row, table.sheet, own, ("", ""))
                yield Attached(kind, header, ref, kept)
            style = style_of(cell)
            if style != sheet.usual_style(column, data):
                yield Attached("format", header, ref, self._styles.looks.look(style))

    def _links(self, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
        table, member = self._table, self._parts.relations_part(self._table.sheet_part)
        for link in cell_links(self._sheet.tail):
            if link.row in rows and table.area.left <= link.column <= table.area.right:
                target = target_of(self._text(member), link.relation) if link.relation else None
                header = table.headers[link.column - table.area.left]
                yield link.row, Attached("link", header, f"{letters(link.column)}{link.row}", link.text(target))

    def _lying(self, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
        """Comments on the rows, and drawings and controls that begin on them."""
        for member, kind in self._own_parts:
            text = self._text(member)
            if kind in ("comments", "threadedComment"):
                for found in COMMENT.finditer(text):
                    if int(found[3]) in rows:
                        yield (
                            int(found[3]),
                            Attached("comment" if kind == "comments" else "thread", "", f"{found[2]}{found[3]}"),
                        )
            elif kind in ("drawing", "vmlDrawing"):
                for thing in objects(text) if kind == "drawing" else vml_objects(text):
                    if thing.row in rows:
                        yield thing.row, Attached("drawing" if kind == "drawing" else "control", "", thing.name)
        for thing in objects(self._sheet.tail):
            if thing.row in rows:
                yield thing.row, Attached("control", "", thing.name)

    def _referred_to(self, rows: Collection[int]) -> Iterator[tuple[int, Attached]]:
        """References from elsewhere to nothing but the rows: they would be lost with them."""
        table = self._table
        is_only_row = table.data.top == table.data.bottom  # it stays, blank, and what points at it may mean the table
        gone = [] if is_only_row else sorted(rows)
        for kind, where, area in self._references:
            if bisect_left(gone, area.top) + area.bottom - area.top < bisect_left(gone, area.bottom + 1):
                for row in range(area.top, area.bottom + 1):
                    yield row, Attached(kind, "", where)

    @cached_property
    def _references(self) -> list[tuple[str, str, Area]]:
        """The cells of the table's rows that the book refers to: from what, and from which sheet."""
        table, mention = self._table, Mention(self._table.sheet)
        data = table.data
        watches: list[tuple[str, str, Watch]] = []

        def watched(kind: str, where: str) -> Watch:
            watch = Watch(table.sheet, data.top, data.bottom)
            watches.append((kind, where, watch))
            return watch

        for name, part in self._parts.sheets.items():
            xml = self._parts.referring(part)
            if name == table.sheet:
                self._sheet.watch(watched("reference", name))
            elif b"sheetData" in xml and mention.is_in(xml):
                SheetXml(xml, name, self._parts.package.name, self._parts.date1904, self._styles).watch(
                    watched("reference", name)
                )
        for place in PLACES:
            parts = self._parts.of_kind(place.kind) if place.anywhere else []
            naming = mention.among(
                {part: self._parts.package.read(part) for part, home in parts if home != table.sheet}
            )
            for part, home in parts:
                if home == table.sheet or part in naming:
                    place.follow(self._text(part), watched(_POINTING.get(place.key, "elsewhere"), home), home)
        return [
            (kind, where, area)
            for kind, where, watch in watches
            for area in watch.seen
            if data.top <= area.top and area.bottom <= data.bottom
        ]

    @cached_property
    def _calculated(self) -> dict[int, tuple[str, bool]]:
        return filling(self._table, lambda: self._sheet)

    @cached_property
    def _own_parts(self) -> list[tuple[str, str]]:
        kinds = ("comments", "threadedComment", "drawing", "vmlDrawing")
        return [(member, kind) for kind in kinds for member in self._parts.related(self._table.sheet_part, kind)]

    @cached_property
    def _sheet(self) -> SheetXml:
        package, part = self._parts.package, self._table.sheet_part
        return SheetXml(
            package.read(part),
            self._table.sheet,
            package.name,
            self._parts.date1904,
            self._styles,
            plain=part in self._parts.frames,
        )

    @cached_property
    def _styles(self) -> Styles:
        return Styles("".join(map(self._text, self._parts.related(self._parts.workbook, "styles")[:1])))

    @cached_property
    def _texts(self) -> list[str]:
        """The shared texts, as they stand."""
        members = self._parts.related(self._parts.workbook, "sharedStrings")
        return [item or "" for member in members for item in _SHARED.findall(self._text(member))]

    @cached_property
    def _rich(self) -> frozenset[int]:
        """The shared texts with formats inside."""
        return frozenset(number for number, text in enumerate(self._texts) if _RUN.search(text))

    def _unshared(self, text: str) -> str:
        """A cell's text with a shared text in its place: its number means nothing once a program has saved the book."""
        if ' t="s"' not in text.partition(">")[0]:
            return text
        index = _INDEX.search(text)
        return f' t="inlineStr"><is>{self._texts[int(index[1])]}</is>' if index else text

    def _text(self, member: str) -> str:
        return self._parts.package.read(member).decode("utf-8", "replace") if member in self._parts.package else ""


def _by_row(found: Iterable[tuple[int, Attached]]) -> dict[int, tuple[Attached, ...]]:
    rows: dict[int, tuple[Attached, ...]] = {}
    for row, attached in found:
        rows[row] = (*rows.get(row, ()), attached)
    return rows
