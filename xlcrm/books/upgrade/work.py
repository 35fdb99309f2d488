"""An upgrade under way: the shop's book, the template of its version, today's template, and what has become of the first."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from xlcrm.books.area import Area
from xlcrm.books.upgrade.formats import Formats, renumbered
from xlcrm.books.upgrade.rework import Rework
from xlcrm.books.xlsx.aside import Aside
from xlcrm.books.xlsx.cellxml import marked
from xlcrm.books.xlsx.looks import Looks
from xlcrm.books.xlsx.parts import Parts, TablePart
from xlcrm.books.xlsx.sheetxml import SheetXml
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.valuetext import with_attributes, with_texts
from xlcrm.forms.schema import Form

_TEXT_ITEM = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_SHARED_CELL = re.compile(r'<c ([^>]*?) t="s"><v>(\d+)</v></c>')
_MADE_CELLS = re.compile(r"(<f\b[^>]*>)([^<]*)(?=</f>)")


@dataclass(frozen=True, slots=True)
class Placed(Aside):
    """Where the columns of a template's sheet stand in the shop's; ``at`` maps column numbers."""

    at: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(column != place for column, place in self.at.items())

    def column(self, column: int) -> int:
        return self.at.get(column, column)

    def area(self, area: Area) -> Area | None:
        columns = [self.column(column) for column in range(area.left, area.right + 1)]
        return Area(area.top, min(columns), area.bottom, max(columns))


class Work(Rework):
    """``parts`` is the shop's book, ``base`` the template as released with its version, ``fresh`` today's.

    ``said`` is what else a person should know: keys of the catalogue with what fills their blanks. ``headers`` has by
    sheet the columns of the table as it will be: header, in the form's spelling and the shop's, → column number.
    """

    def __init__(self, own: Parts, base: Parts, fresh: Parts) -> None:
        super().__init__(own)
        self.base = base
        self.fresh = fresh
        self.said: list[tuple[str, dict[str, object]]] = []
        self.headers: dict[str, dict[str, int]] = {}
        self._sheets: dict[str, SheetXml] = {}

    @cached_property
    def formats(self) -> Formats:
        """The book's formats, taking over those of today's template."""
        return Formats(self.parts.package.read(self.styles_part).decode(), styles_of(self.fresh))

    @property
    def styles_part(self) -> str:
        """The member with the formats. Raises ``Refusal("book.resave")`` for a book without one."""
        found = self.parts.related(self.parts.workbook, "styles")
        if not found:
            raise self.unusual()
        return found[0]

    @cached_property
    def looks(self) -> tuple[Looks, Looks, Looks]:
        """What the formats of the three books look like: the shop's, its template's, today's."""
        own = self.parts.package.read(self.styles_part).decode()
        return Looks(own), Looks(styles_of(self.base)), Looks(styles_of(self.fresh))

    def sheet(self, name: str) -> SheetXml:
        """A worksheet of the shop's book, as it is now."""
        if name not in self._sheets:
            xml = self.parts.package.read(self.parts.sheets[name])
            self._sheets[name] = self.opened(xml, name)
        return self._sheets[name]

    def opened(self, xml: bytes, name: str) -> SheetXml:
        return SheetXml(xml, name, self.parts.package.name, self.parts.date1904, Styles(""))

    def settle(self) -> None:
        """Put every worksheet that was opened, and the formats, into the package."""
        for name, sheet in self._sheets.items():
            self.put(self.parts.sheets[name], sheet.xml().decode())
        self._sheets.clear()
        self.put(self.styles_part, self.formats.xml())

    def replace_sheet(self, name: str, sheet: SheetXml) -> None:
        self._sheets[name] = sheet

    def has(self, form: Form) -> bool:
        """Whether the book as it was read has the table of a form."""
        return any(table.name.lower() == form.table.lower() for table in self.parts.tables.values())

    def standing(self, sheet: str) -> TablePart:
        """The table of a form in the book as it was read."""
        return self.parts.table_of(sheet)

    def placed(self, parts: Parts, sheet: str) -> Placed:
        """Where the columns of a form's table in a template stand in the book as it will be."""
        table = parts.table_of(sheet)
        at = {
            table.area.left + i: self.headers[sheet][header]
            for i, header in enumerate(table.headers)
            if header in self.headers.get(sheet, {})
        }
        return Placed(sheet, 0, -1, at=at)

    @cached_property
    def _moves(self) -> list[Placed]:
        moves = (self.placed(self.fresh, sheet) for sheet in self.headers)
        return [move for move in moves if move]

    def here(self, formula: str, home: str) -> str:
        """A formula of today's template as it reads in the shop's book, whose columns may stand elsewhere."""
        for move in self._moves:
            formula = move.formula(formula, home)
        return formula

    def made(self, member: str) -> str:
        """A worksheet part of today's template for this book: its texts, its formats and what it refers to."""
        home = next(name for name, part in self.fresh.sheets.items() if part == member)
        xml = self.fresh.package.read(member).decode()

        def text(cell: re.Match[str]) -> str:
            return f'<c {cell[1]} t="inlineStr"><is>{self._texts_of_fresh[int(cell[2])]}</is></c>'

        xml = renumbered(_SHARED_CELL.sub(text, xml), self.formats.cell, self.formats.conditional)

        def formula(found: re.Match[str]) -> str:
            return found[1] + marked(self.here(html.unescape(found[2]), home))

        xml = _MADE_CELLS.sub(formula, xml)
        xml = with_texts(xml, "formula[12]?", lambda found: self.here(found, home))
        return with_attributes(xml, "hyperlink", "location", lambda found: self.here(found, home))

    @cached_property
    def _texts_of_fresh(self) -> list[str]:
        texts = self.fresh.related(self.fresh.workbook, "sharedStrings")
        return _TEXT_ITEM.findall(self.fresh.package.read(texts[0]).decode()) if texts else []

    def convert(self, member: str, kind: str) -> bytes:
        """What a part of today's template becomes in this book (``Rework.adopt``)."""
        if member in self.fresh.sheets.values():
            return self.made(member).encode()
        if kind == "table":
            return self._table(self.fresh.package.read(member).decode()).encode()
        return self.fresh.package.read(member)

    def _table(self, xml: str) -> str:
        """A new table, under a number that no other has."""
        return re.sub(r'(<table\b[^>]*?\sid=")\d+', lambda found: f"{found[1]}{self._next_table()}", xml, count=1)

    def _next_table(self) -> int:
        if not self._table_numbers:
            tables = [member for member, _ in self.parts.of_kind("table")]
            found = (re.search(r'<(?:\w+:)?table\b[^>]*?\sid="(\d+)', self.text(member)) for member in tables)
            self._table_numbers.extend(int(one[1]) for one in found if one)
        self._table_numbers.append(max(self._table_numbers, default=0) + 1)
        return self._table_numbers[-1]

    @cached_property
    def _table_numbers(self) -> list[int]:
        return []


def styles_of(parts: Parts) -> str:
    """The styles part of a template."""
    return parts.package.read(parts.related(parts.workbook, "styles")[0]).decode()
