"""What stands where in a package: the workbook, its sheets, their tables and other parts, through the relationships."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from xlcrm.books.area import LAST_COLUMN, LAST_ROW, Area
from xlcrm.books.xlsx.package import Package
from xlcrm.errors import Refusal
from xlcrm.forms.headers import TypedOver, restored, typed_over
from xlcrm.forms.sheets import FORMS
from xlcrm.patterns import lazy

LARGEST_TREE = 4 << 20
"""Bytes of a part that is read as a tree, which takes twenty times as many; real ones have some thousands."""
_FILTER_COLUMN = lazy(rb'<(?:\w+:)?filterColumn\b[^>]*?\scolId="(\d+)"[^>]*(?<!/)>')
_AREA = lazy(r"[A-Z]{1,3}[1-9]\d{0,6}(:[A-Z]{1,3}[1-9]\d{0,6})?")
_PARTS = lazy(r"xl/.*\.(?:xml|rels|vml)|_rels/\.rels|\[content_types\]\.xml", re.IGNORECASE)
"""What is read here as text; the parts of other programs, outside of this, may be written as they like."""
_BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_ENCODING = lazy(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_HEAD = 200
"""Bytes within which a part says in which encoding it is written."""
_NO_XML = (ElementTree.ParseError, expat.ExpatError, LookupError, ValueError)
"""What parsers raise; the last two of encodings nobody knows."""
_ESCAPED = lazy(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


class TablePart(NamedTuple):
    """A table of a sheet; ``area`` is all of it, header and totals included, ``data`` what lies between.

    ``part`` and ``sheet_part`` are member names; ``headers`` have the one ``over`` which something was typed as it was.
    ``filtered`` are the 0-based columns an active filter hides rows by;
    ``calculated`` are the formulas of the columns that fill themselves, by column number, and whether they are arrays.
    """

    name: str
    sheet: str
    part: str
    sheet_part: str
    area: Area
    has_header: bool
    totals: int
    headers: tuple[str, ...]
    filtered: tuple[int, ...]
    calculated: Mapping[int, tuple[str, bool]]
    over: TypedOver | None = None

    @property
    def data(self) -> Area:
        area = self.area
        return Area(area.top + self.has_header, area.left, area.bottom - self.totals, area.right)

    @property
    def is_sound(self) -> bool:
        """Whether the table has data rows, all on the sheet, and a header for each of its columns."""
        data = self.data
        fits = data.top <= data.bottom <= LAST_ROW and data.right <= LAST_COLUMN
        return fits and data.right - data.left + 1 == len(self.headers)


class Relationship(NamedTuple):
    """Where a relationship leads: its ``kind`` is the last word of its type, ``target`` the member as it is written there."""

    kind: str
    member: str
    target: str


class Parts:
    """The parts of a workbook package. ``sheets`` maps the sheets to their members, ``ways`` to what leads there.

    Raises ``Refusal``: ``book.not_workbook``, ``book.binary``, ``book.damaged``, ``book.encoding``.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.frames: dict[str, bytes] = {}
        """The parts of sheets that are known to hold nothing but plain values, each without its rows."""
        self._looked_at: dict[str, bytes] = {}
        self._related: dict[str, Mapping[str, Relationship]] = {}
        self.content_types = package.named("[Content_Types].xml")
        if self.content_types not in package:
            raise Refusal("book.not_workbook", name=package.name)
        if other := next(
            (part for part in package.members if _PARTS.fullmatch(part) and not self._is_utf8(part)), None
        ):
            raise Refusal("book.encoding", name=package.name, part=other)
        books = self.related("", "officeDocument")
        if books and books[0].lower().endswith(".bin"):
            raise Refusal("book.binary", name=package.name)
        if not books or _local(self._tree(books[0])) != "workbook":
            raise Refusal("book.not_workbook", name=package.name)
        self.workbook = books[0]
        tree = self._tree(self.workbook)
        relations = self._relations(self.workbook)
        self.sheets: dict[str, str] = {}
        self.ways: dict[str, Relationship] = {}
        for sheet in _all(tree, "sheet"):
            key = next((value for name, value in sheet.items() if name.endswith("}id")), "")
            if sheet.get("name", "") in self.sheets:
                raise Refusal("book.damaged", name=package.name)
            way = relations.get(key, Relationship("", "", ""))
            self.ways[sheet.get("name", "")] = way
            self.sheets[sheet.get("name", "")] = way.member
        self.date1904 = any(_true(properties.get("date1904")) for properties in _all(tree, "workbookPr"))

    def _is_utf8(self, part: str) -> bool:
        """Whether a part is written in UTF-8, which is all that is read and written here, or in nothing that it names."""
        head = self.package.head(part, _HEAD)
        named = _ENCODING.match(head)
        return not head.startswith(_BYTE_ORDER) and (named is None or named[1].lower() in _UTF8)

    @property
    def is_signed(self) -> bool:
        """Whether somebody signed the package: with any part changed, the signature is void."""
        return bool(self.related("", "origin"))

    @cached_property
    def tables(self) -> dict[str, TablePart]:
        """Every table by its name, in the order of the sheets; two of one name are ``book.damaged``."""
        found = [
            self._table(sheet, sheet_part, part)
            for sheet, sheet_part in self.sheets.items()
            for part in self.related(sheet_part, "table")
        ]
        tables = {table.name: table for table in found}
        if len(tables) != len(found):
            raise Refusal("book.damaged", name=self.package.name)
        return tables

    def table_of(self, sheet: str) -> TablePart:
        """The table behind a form's sheet: by the form's table name, else the only table of the sheet.

        Raises ``Refusal``: ``book.sheet_missing``, ``book.sheet_renamed``, ``book.table_missing``, ``book.header_hidden``,
        ``book.damaged``.
        """
        form = FORMS.get(sheet)
        by_name = {table.name.lower(): table for table in self.tables.values()}
        found = by_name.get(form.table.lower()) if form else None
        if found is not None and found.sheet != sheet:
            raise Refusal("book.sheet_renamed", name=self.package.name, sheet=sheet, found=found.sheet)
        if found is None:
            if sheet not in self.sheets:
                raise Refusal("book.sheet_missing", name=self.package.name, sheet=sheet)
            standing = [table for table in self.tables.values() if table.sheet == sheet]
            if len(standing) != 1:
                raise Refusal("book.table_missing", name=self.package.name, sheet=sheet)
            found = standing[0]
        if not found.has_header:
            raise Refusal("book.header_hidden", name=self.package.name, sheet=sheet)
        if not found.is_sound:
            raise Refusal("book.damaged", name=self.package.name)
        return found

    def referring(self, part: str) -> bytes:
        """What of a sheet's part can hold a reference to a cell: a row of plain values holds none."""
        if part in self.frames:
            return self.frames[part]
        if part in self._looked_at:
            return self._looked_at[part]
        xml = self.package.glimpse(part)
        if len(xml) <= LARGEST_TREE:  # looked through for every sheet whose rows move
            self._looked_at[part] = xml
        return xml

    def of_kind(self, kind: str) -> list[tuple[str, str]]:
        """Members of a kind, with the sheet that each belongs to ("" for the book).

        The kind is the last word of the relationship type that leads there; of a part that holds relationships of a sheet
        or of what lies on it, ``relationships``.
        """
        return [(member, sheet) for member, (own, sheet) in self._reached.items() if own == kind]

    @cached_property
    def _reached(self) -> dict[str, tuple[str, str]]:
        """Every member that relationships lead to from the workbook → its kind and its sheet."""
        sheets = {part: sheet for sheet, part in self.sheets.items()}
        found = {self.workbook: ("workbook", "")}
        waiting = [self.workbook]
        while waiting:
            part = waiting.pop()
            sheet = found[part][1]
            if sheet and self.relations_part(part) in self.package:
                found[self.relations_part(part)] = ("relationships", sheet)
            for kind, member, _ in self._relations(part).values():
                if member in self.package and member not in found:
                    found[member] = (kind, sheets.get(member, sheet))
                    waiting.append(member)
        return found

    def kinds_of(self, part: str) -> list[str]:
        """The kinds of the members that ``part`` points to."""
        return [relation.kind for relation in self._relations(part).values()]

    def pivots_of(self, sheet_part: str) -> list[Area]:
        """Where the pivot tables of a sheet lie."""
        trees = (self._tree(part) for part in self.related(sheet_part, "pivotTable"))
        refs = (location.get("ref", "") for tree in trees for location in _all(tree, "location"))
        return [Area.parse(ref) for ref in refs if _AREA.fullmatch(ref)]

    def targets(self, part: str) -> list[tuple[str, str, str]]:
        """Id, type and member of every relationship of a part within the package."""
        tree = self._tree(self.relations_part(part))
        types = {one.get("Id", ""): one.get("Type", "") for one in _all(tree, "Relationship")}
        return [(key, types[key], relation.member) for key, relation in self._relations(part).items()]

    def related(self, part: str, kind: str) -> list[str]:
        """Members that ``part`` ("" for the package) points to with a relationship type ending in ``/kind``."""
        return [relation.member for relation in self._relations(part).values() if relation.kind == kind]

    def relations_part(self, part: str) -> str:
        """The member that holds the relationships of ``part``."""
        folder, name = posixpath.split(part)
        return self.package.named(posixpath.join(folder, "_rels", f"{name}.rels"))

    def _relations(self, part: str) -> Mapping[str, Relationship]:
        """Relationships by their id; targets outside the package are left out."""
        if part not in self._related:
            self._related[part] = dict(self._found_relations(part))
        return self._related[part]

    def _found_relations(self, part: str) -> Iterator[tuple[str, Relationship]]:
        member = self.relations_part(part)
        if member not in self.package:
            return
        try:
            found = _relationships(self.package.read(member), posixpath.dirname(part))
        except _NO_XML as error:
            raise Refusal("book.damaged", name=self.package.name) from error
        for key, kind, target in found:
            yield key, Relationship(kind, self.package.named(target), target)

    def _table(self, sheet: str, sheet_part: str, part: str) -> TablePart:
        xml = self.package.read(part)
        tree = parsed(xml, self.package.name)
        try:
            area = Area.parse(tree.get("ref", ""))
            header_rows, totals = int(tree.get("headerRowCount", "1")), int(tree.get("totalsRowCount", "0"))
        except ValueError as error:
            raise Refusal("book.damaged", name=self.package.name) from error
        columns = _all(tree, "tableColumn")
        headers = tuple(unescaped(column.get("name", "")) for column in columns)
        over = typed_over(headers, FORMS[sheet]) if sheet in FORMS else None
        return TablePart(
            name=tree.get("displayName", ""),
            sheet=sheet,
            part=part,
            sheet_part=sheet_part,
            area=area,
            has_header=header_rows > 0,
            totals=totals,
            headers=restored(headers, over),
            filtered=filtered_columns(xml),
            calculated=_calculated(columns, area) if b"calculatedColumnFormula" in xml else {},
            over=over,
        )

    def _tree(self, member: str) -> ElementTree.Element:
        return parsed(self.package.read(member), self.package.name)


def parsed(xml: bytes, name: str) -> ElementTree.Element:
    """The tree of a small part; one that is large, is not XML, or declares entities, is ``book.damaged``."""
    try:
        return _tree_of(xml)
    except _NO_XML as error:
        raise Refusal("book.damaged", name=name) from error


def _tree_of(xml: bytes) -> ElementTree.Element:
    """Raises ``_NO_XML``."""
    if len(xml) > LARGEST_TREE:
        raise ElementTree.ParseError("a part that is read as a tree is small")
    return ElementTree.fromstring(xml, ElementTree.XMLParser(target=_Undeclared()))


@lru_cache(256)
def _relationships(xml: bytes, folder: str) -> Sequence[tuple[str, str, str]]:
    """The relationships within the package of a part in ``folder``: id, kind and the member as it is written there.

    Raises ``_NO_XML``. The books of a group were made of one, and mostly have the same.
    """
    found = [one for one in _all(_tree_of(xml), "Relationship") if one.get("TargetMode") != "External"]
    return tuple(
        (one.get("Id", ""), one.get("Type", "").rpartition("/")[2], _resolved(folder, one.get("Target", "")))
        for one in found
    )


def broken_parts(package: Package) -> list[str]:
    """The members that should be XML and are none; Excel's boxes of old comments never had to be."""
    return [
        member
        for member in package.members
        if member.lower().endswith((".xml", ".rels")) and not is_whole(package.pieces(member))
    ]


def is_whole(pieces: Iterable[bytes]) -> bool:
    """Whether a part is XML to a real parser: every element ended, no attribute twice, nothing after the last."""
    parser = expat.ParserCreate()
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _NO_XML:
        return False
    return True


def _calculated(columns: Iterable[ElementTree.Element], area: Area) -> dict[int, tuple[str, bool]]:
    """The formulas of a table's columns."""
    found = {}
    for column, element in enumerate(columns, area.left):
        for formula in _all(element, "calculatedColumnFormula"):
            if formula.text:
                found[column] = formula.text, _true(formula.get("array"))
    return found


class _Undeclared(ElementTree.TreeBuilder):
    """Builds a tree of XML that declares nothing: entities are how a few bytes become gigabytes."""

    def doctype(self, *_: object) -> None:
        raise ElementTree.ParseError("a workbook's parts declare no document type")


def filtered_columns(xml: bytes) -> tuple[int, ...]:
    """0-based columns of an ``autoFilter`` that really filter; a column with only its button hidden does not."""
    return tuple(int(column) for column in _FILTER_COLUMN.findall(xml))


def unescaped(text: str) -> str:
    """``_x000a_`` in an attribute or a cell is the character it names (ECMA-376, ST_Xstring); half a character stays as it is."""
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)


def _all(tree: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    end = f"}}{name}"
    return [element for element in tree.iter() if element.tag == name or element.tag.endswith(end)]


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _true(flag: str | None) -> bool:
    return flag in ("1", "true")
