"""A workbook package as it will be after some changes: bytes in, bytes out, no file touched.

Only the parts that a change is about are rewritten; the rest goes into the new package as it came.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, TypeGuard

from xlcrm.books.area import Area, letters
from xlcrm.books.xlsx.blocks import is_large, rows_by_blocks
from xlcrm.books.xlsx.carry import Carrier
from xlcrm.books.xlsx.cellxml import Stored, marked, stored
from xlcrm.books.xlsx.content import Content
from xlcrm.books.xlsx.follow import PLACES, Mention, follow_comments
from xlcrm.books.xlsx.package import Package, Packed
from xlcrm.books.xlsx.parts import Parts, TablePart, is_whole
from xlcrm.books.xlsx.read import BookReader
from xlcrm.books.xlsx.sheetxml import Put, SheetXml
from xlcrm.books.xlsx.shift import Growth, Shift
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.tablexml import WrittenCells, change_table, offers_no_row, with_header
from xlcrm.books.xlsx.tagtext import set_attribute
from xlcrm.changes import Changes, TableChange, Value
from xlcrm.errors import Refusal
from xlcrm.forms.schema import Cell
from xlcrm.forms.sheets import HOME_SHEET, JournalRow
from xlcrm.patterns import lazy

if TYPE_CHECKING:
    from xlcrm.safety.erase import Erasure

_BOXES = ".vml"
"""How the parts end that draw the boxes of old comments: Excel itself writes them in a way of its own, not always as XML."""
_NOTED = (HOME_SHEET, JournalRow.form.sheet)
"""Where every press is noted, though it may change nothing else."""
_SAME_SERIAL = 1e-7
"""Days (9 ms): serials are binary fractions, and times come back rounded."""
_CALC = lazy(r"<(?:\w+:)?calcPr\b[^>]*?(?=/?>)")
_CELLS = lazy(rb"<(?:\w+:)?sheetData\b")
_BEFORE_CALC = lazy(r"</(\w+:)?(?:sheets|functionGroups|externalReferences|definedNames)>")
_CALCULATED = ("calcChain", "volatileDependencies")
_CACHE_RELATION = lazy(rf"""<Relationship\b[^>]*?/(?:{"|".join(_CALCULATED)})["'][^>]*?(?:/>|></Relationship>)""")
_OVERRIDE = lazy(r"""<Override\b[^>]*?\sPartName\s*=\s*["']/([^"']*)["'][^>]*?(?:/>|></Override>)""")
_SHARED_CELL = rb"""<(?:\w+:)?c\b(?=[^>]*\st\s*=\s*["']s["'])(?:[^>"'/]|"[^"]*"|'[^']*')*>"""
_SHARED_CELLS = lazy(_SHARED_CELL)
_SHARED_TEXT = lazy(_SHARED_CELL + rb"\s*<(?:\w+:)?v\b[^>]*>\s*(\d+)\s*<")
_TEXT_ITEM = lazy(r"<((\w+:)?si)\b[^>]*?(?:/>|>.*?</\1>)", re.DOTALL)


class Edition:
    """The package behind ``parts``, being changed; ``taken`` are the rows that tables take in from below, by sheet.

    Raises ``Refusal``: ``book.signed``, ``book.sheet_missing``, ``book.table_missing``, and those of ``SheetXml``, ``change_table`` and
    ``follow_comments``.
    """

    def __init__(self, parts: Parts, taken: Mapping[str, int] = {}) -> None:
        if parts.is_signed:
            raise Refusal("book.signed", name=parts.package.name)
        self._parts = parts
        self._taken = taken
        self._sheets: dict[str, SheetXml] = {}
        self._texts: dict[str, str] = {}
        self._written: dict[str, WrittenCells] = {}
        self._areas: dict[str, Area] = {}
        self._replaced: frozenset[str] = frozenset()
        self._many_new: frozenset[str] = frozenset()
        self._erasure: Erasure | None = None

    def apply(self, changes: Changes) -> None:
        """Layout cells first, then tables: all places are those of the book as it was read."""
        for sheet, cells in changes.layouts.items():
            if sheet not in self._parts.sheets:
                raise Refusal("book.sheet_missing", name=self._parts.package.name, sheet=sheet)
            self._lay(sheet, cells)
            self._put_back_header(sheet, cells)
        changed = {sheet: change for sheet, change in changes.tables.items() if change}
        tables = {sheet: self._grown(sheet) for sheet in (*self._taken, *changed)}
        self._carrier.take_up(changes)
        for sheet, change in changed.items():
            self._change(tables[sheet], change)
        self._carrier.let_go()

    def erase(self, erasure: Erasure) -> None:
        """Overwrite a customer in the parts that are no table, once the changes are applied.

        Shared texts that no cell shows any more are emptied; their places stay, for cells name texts by their number.
        Raises ``Refusal("book.resave")`` where not every cell's number can be read: its text would be lost.
        """
        package = self._parts.package
        used: set[int] = set()
        for name, part in self._parts.sheets.items():
            xml = self._sheets[name].xml() if name in self._sheets else package.read(part)
            numbers = _SHARED_TEXT.findall(xml)
            if len(numbers) != len(_SHARED_CELLS.findall(xml)):
                raise Refusal("book.resave", name=package.name)
            used.update(map(int, numbers))
        for part in self._parts.related(self._parts.workbook, "sharedStrings"):
            self._texts[part] = _TEXT_ITEM.sub(partial(_if_used, used, count()), self._text(part))
        self._erasure = erasure

    def content(self) -> bytes:
        """The bytes of the new package, to be asked for once: each part is packed, and dropped, as soon as it is made.

        Parts that came out the same are copied like the untouched ones.

        Formulas are to be calculated when the book is opened, for they may show what was changed. The order of
        calculation and the list of cells with live data, which spreadsheet programs take for damage when they name cells
        without formulas, are left to them.
        """
        package = self._parts.package
        self._texts[self._parts.workbook] = _calculating(self._text(self._parts.workbook))
        caches = [part for kind in _CALCULATED for part in self._parts.related(self._parts.workbook, kind)]
        types = self._parts.content_types
        dropped = caches if any(sheet.formulas_changed for sheet in self._sheets.values()) else []
        for part in dropped:
            relations = self._parts.relations_part(self._parts.workbook)
            self._texts[relations] = _CACHE_RELATION.sub("", self._text(relations))
            self._texts[types] = _without_type(self._text(types), package, part)
        self._texts |= dict.fromkeys(self._style_parts, self._styles.xml())
        changed: dict[str, Packed] = {}
        if self._erasure is None:
            self._many_new = frozenset(name for name, sheet in self._sheets.items() if sheet.has_many_new)
        for name in self._many_new:
            member = self._parts.sheets[name]
            changed[member] = package.packed(member, self._sheets.pop(name).pieces())
        for member, xml in self._made():
            if xml != package.read(member):
                changed[member] = package.packed(member, [xml])
            package.forget(member)
        self._replaced = frozenset(changed)
        return package.joined(changed, dropped)

    def _made(self) -> Iterator[tuple[str, bytes]]:
        """The parts that are to be written, each made when it is asked for."""
        if self._erasure is None:
            return self._edited()
        from xlcrm.books.xlsx.erasing import form_tables, overwritten

        parts, read = dict(self._edited()), self._parts.package.read
        areas = {table.sheet: self._areas.get(table.name, table.area) for table in form_tables(self._parts)}
        parts |= overwritten(self._parts, lambda part: parts.get(part) or read(part), areas, self._erasure)
        return iter(parts.items())

    def _edited(self) -> Iterator[tuple[str, bytes]]:
        for name in list(self._sheets):
            yield self._parts.sheets[name], self._sheets.pop(name).xml()
        for member, text in self._texts.items():
            yield member, text.encode()

    @property
    def is_only_noted(self) -> bool:
        """Whether nothing came out different but the note of the press itself, in 操作日志 and on 首页."""
        noted = {self._parts.workbook}
        noted |= {self._parts.sheets[sheet] for sheet in _NOTED if sheet in self._parts.sheets}
        noted |= {table.part for table in self._parts.tables.values() if table.sheet in _NOTED}
        return self._replaced <= noted

    def verify(self, reader: BookReader) -> None:
        """Compare every changed cell and range with the book as it was written: ``Refusal("book.not_verified")``.

        The parts written, the styles and the texts must be XML: ``Refusal("book.part_damaged")`` for one that was none before.
        """
        areas = {sheet: area for sheet, written in self._written.items() if (area := _around(written))}
        areas = dict(sorted(areas.items(), key=lambda own: -reader.parts.package.size(reader.parts.sheets[own[0]])))
        in_blocks = {sheet for sheet in areas if sheet in self._many_new and is_large(reader, sheet)}
        with reader.only([sheet for sheet in areas if sheet not in in_blocks]):
            self._compare(reader, areas, in_blocks)

    def _compare(self, reader: BookReader, areas: Mapping[str, Area], in_blocks: Collection[str]) -> None:
        reader.ahead(sheet for sheet in areas if sheet not in in_blocks)
        parts = {sheet: reader.parts.sheets[sheet] for sheet in areas}
        texts = self._parts.related(self._parts.workbook, "sharedStrings")
        found: dict[str, Iterator[list[Cell]]] = {}
        for member in sorted(self._replaced.union(parts.values(), self._style_parts, texts)):
            self._check_whole(member, reader.parts.package)
            for sheet in (sheet for sheet, part in parts.items() if part == member):
                read = rows_by_blocks if sheet in in_blocks else BookReader.rows
                found[sheet] = read(reader, sheet, areas[sheet])
            reader.parts.package.forget(member)
        for name, area in self._areas.items():
            table = reader.parts.tables.get(name)
            if table is None or table.area != area:
                raise self._not_verified(f"{name} {area}")
        for sheet, area in areas.items():
            for row, cells in enumerate(found[sheet], area.top):
                for column, value in self._written[sheet].get(row, {}).items():
                    stands = cells[column - area.left]
                    is_alike = type(value) is type(stands) and value == stands  # as nearly all are
                    if not is_alike and not self._same(value, stands):
                        raise self._not_verified(f"{sheet} {letters(column)}{row}")

    def _check_whole(self, member: str, written: Package) -> None:
        """Let a real parser read what other programs will: they repair a book by throwing away what is no XML."""
        if is_whole(written.pieces(member)):
            return
        if is_whole(self._parts.package.pieces(member)):
            raise self._not_verified(member)
        if not member.endswith(_BOXES):
            raise Refusal("book.part_damaged", name=self._parts.package.name, part=member)

    def _lay(self, sheet: str, cells: Mapping[str, Value]) -> None:
        rows: dict[int, dict[int, Value]] = {}
        for address, value in cells.items():
            cell = Area.parse(address)
            rows.setdefault(cell.top, {})[cell.left] = value
        for row, values in rows.items():
            self._sheet(sheet).put(row, values)
        self._written[sheet] = rows

    def _put_back_header(self, sheet: str, cells: Mapping[str, Value]) -> None:
        """Where a laid cell is a header that something was typed over, its table names the column so again.

        Raises ``Refusal("book.header_in_formulas")`` where formulas name the column by what was typed.
        """
        for table in self._parts.tables.values():
            over = table.over
            if table.sheet != sheet or over is None:
                continue
            cell = f"{letters(table.area.left + over.position)}{table.area.top}"
            if cell in cells:
                if over.typed and any(self._names_column(part, over.typed) for part in self._parts.sheets.values()):
                    raise Refusal("book.header_in_formulas", sheet=sheet, cell=cell, header=over.header)
                self._texts[table.part] = with_header(self._text(table.part), over)

    def _names_column(self, part: str, header: str) -> bool:
        """Whether a sheet's formulas name a column of a table."""
        return f"[{marked(header)}]".encode() in self._parts.package.read(part)

    def _grown(self, sheet: str) -> TablePart:
        """The table of a sheet, having taken in the rows that stand below it and belong to it."""
        table = self._parts.table_of(sheet)
        growth = Growth(sheet, table.data.top, table.data.bottom, added=self._taken.get(sheet, 0))
        if not growth:
            return table
        self._sheet(sheet).move(growth)
        self._follow(sheet, growth)
        grown = table._replace(area=replace(table.area, bottom=growth.end))
        self._areas[table.name] = grown.area
        return grown

    def _change(self, table: TablePart, change: TableChange) -> None:
        others = [
            other.area
            for other in self._parts.tables.values()
            if other.sheet == table.sheet and other.name != table.name
        ]
        edit = change_table(self._sheet(table.sheet), table, change, others, self._carrier.contents)
        written = dict(edit.written)
        for row, values in self._written.get(table.sheet, {}).items():
            place = edit.shift.row(row)
            if place:
                written[place] = {**values, **written.get(place, {})}
        self._written[table.sheet] = written
        self._areas[table.name] = edit.shift.area(table.area) or table.area
        self._texts[table.part] = offers_no_row(self._text(table.part))
        for kind in ("comments", "threadedComment"):
            for part in self._parts.related(table.sheet_part, kind):
                self._texts[part] = follow_comments(self._text(part), edit.shift, edit.emptied)
        if edit.shift:
            self._follow(table.sheet, edit.shift)

    def _follow(self, sheet: str, shift: Shift) -> None:
        """Let everything that points at a sheet's rows follow them."""
        self._carrier.follow(shift)
        mention = Mention(sheet)
        for name, part in self._parts.sheets.items():
            if name != sheet and (name in self._sheets or self._is_worksheet_with(mention, part)):
                self._sheet(name).follow(shift, mention)
        for place in PLACES:
            parts = self._parts.of_kind(place.kind)
            others = {part: self._text(part).encode() for part, home in parts if place.anywhere and home != sheet}
            naming = mention.among(others)
            for part, home in parts:
                if home == sheet or part in naming:
                    self._texts[part] = place.follow(self._text(part), shift, home)

    def _is_worksheet_with(self, mention: Mention, part: str) -> bool:
        """Whether a part has cells and names a sheet; a chart sheet has none."""
        xml = self._parts.referring(part)
        return _CELLS.search(xml) is not None and mention.is_in(xml)

    def _sheet(self, name: str) -> SheetXml:
        if name not in self._sheets:
            package = self._parts.package
            part = self._parts.sheets[name]
            self._sheets[name] = SheetXml(
                package.read(part),
                name,
                package.name,
                self._parts.date1904,
                self._styles,
                plain=part in self._parts.frames,
            )
        return self._sheets[name]

    @cached_property
    def _carrier(self) -> Carrier:
        return Carrier(self._parts, self._styles, self._sheet, self._text, self._texts.__setitem__)

    @cached_property
    def _styles(self) -> Styles:
        """The cell formats; a package without them has none to add to."""
        return Styles("".join(map(self._text, self._style_parts)))

    @property
    def _style_parts(self) -> list[str]:
        return self._parts.related(self._parts.workbook, "styles")[:1]

    def _text(self, member: str) -> str:
        if member not in self._texts:
            try:
                self._texts[member] = self._parts.package.read(member).decode("utf-8")
            except UnicodeDecodeError as error:
                raise Refusal("book.resave", name=self._parts.package.name) from error
        return self._texts[member]

    def _same(self, wanted: Put, found: Value) -> bool:
        value = wanted.value if isinstance(wanted, Content) else wanted
        one, two = stored(value, self._parts.date1904), stored(found, self._parts.date1904)
        if _is_number(one) and _is_number(two):
            return abs(one - two) <= _SAME_SERIAL
        return type(one) is type(two) and one == two

    def _not_verified(self, place: str) -> Refusal:
        return Refusal("book.not_verified", name=self._parts.package.name, place=place)


def _around(written: WrittenCells) -> Area | None:
    """The area of what was written into a sheet."""
    columns = {column for values in written.values() for column in values}
    return Area(min(written), min(columns), max(written), max(columns)) if columns else None


def _if_used(used: Collection[int], numbers: Iterator[int], item: re.Match[str]) -> str:
    """A shared text that is used, else an empty one."""
    return item[0] if next(numbers) in used else f"<{item[1]}><{item[2] or ''}t/></{item[1]}>"


def _is_number(value: Stored) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _calculating(workbook: str) -> str:
    """The workbook part, with the order to calculate everything when the book is opened."""
    calc = _CALC.search(workbook)
    if calc is None:
        *_, before = _BEFORE_CALC.finditer(workbook)
        return f'{workbook[: before.end()]}<{before[1] or ""}calcPr fullCalcOnLoad="1"/>{workbook[before.end() :]}'
    return workbook[: calc.start()] + set_attribute(calc[0], "fullCalcOnLoad", "1") + workbook[calc.end() :]


def _without_type(types: str, package: Package, member: str) -> str:
    """The content types without a member's."""
    return _OVERRIDE.sub(lambda found: "" if package.named(found[1]) == member else found[0], types)
