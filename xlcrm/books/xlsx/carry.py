"""What hangs on the cells of a row that moves goes along: formulas, pictures in cells, errors, formats, links.

It is taken up before anything is written, follows the rows that move meanwhile, and is put down with the new row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from xlcrm.books.area import letters
from xlcrm.books.xlsx.content import Content, elsewhere, follow_content, text_of
from xlcrm.books.xlsx.links import cell_links, linking, target_of, with_target, without_relation
from xlcrm.books.xlsx.parts import Parts, TablePart
from xlcrm.books.xlsx.sheetxml import SheetXml
from xlcrm.books.xlsx.shift import Shift
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.tablexml import header_columns
from xlcrm.changes import Changes, MovedRow, TableChange, Value

_AS_TEXT = ("formula", "error", "rich")


class Carrier:
    """The contents on their way. ``sheet`` gives a sheet's part, ``text`` and ``put`` read and write another member."""

    def __init__(
        self,
        parts: Parts,
        styles: Styles,
        sheet: Callable[[str], SheetXml],
        text: Callable[[str], str],
        put: Callable[[str, str], None],
    ) -> None:
        self._parts, self._styles = parts, styles
        self._sheet, self._text, self._put = sheet, text, put
        self._contents: dict[int, tuple[str, dict[int, Content]]] = {}
        self._freed: list[tuple[str, str]] = []

    def take_up(self, changes: Changes) -> None:
        """Take up what hangs on the rows that move."""
        for sheet, change in changes.tables.items():
            for row in _moved_rows(change):
                table = self._parts.table_of(sheet)
                kept, carried = self._restored(row, table), self._carried(row, table)
                for column in kept.keys() & carried.keys():
                    if (
                        kept[column].own and not carried[column].own
                    ):  # of a single row it cannot be seen what is its own
                        carried[column] = carried[column]._replace(style=kept[column].style, own=True)
                self._contents[id(row)] = sheet, kept | carried

    def contents(self, row: Mapping[str, Value]) -> Mapping[int, Content]:
        """What to put down with a new row, by column number."""
        return self._contents.get(id(row), ("", {}))[1]

    def follow(self, shift: Shift) -> None:
        """Let what is on its way follow the rows of a sheet."""
        for key, (home, contents) in self._contents.items():
            followed = {column: follow_content(content, shift, home) for column, content in contents.items()}
            self._contents[key] = home, followed

    def let_go(self) -> None:
        """Take out the relationships of links that went, where nothing else uses them."""
        for sheet, relation in self._freed:
            if f':id="{relation}"' not in self._sheet(sheet).tail:
                member = self._parts.relations_part(self._parts.sheets[sheet])
                self._put(member, without_relation(self._text(member), relation))

    def _carried(self, row: MovedRow, table: TablePart) -> dict[int, Content]:
        """What hangs on the cells of the origin. A cell's own format goes along even where its value does not."""
        if row.origin is None:
            return {}
        home, number = row.origin
        source, from_table = self._sheet(home), self._parts.table_of(home)
        to = header_columns(table)
        columns = {column: to[header] for header, column in header_columns(from_table).items() if header in to}
        named = {letters(column): letters(target) for column, target in columns.items()}
        values = {to[header]: value for header, value in row.items() if header in to}
        kept = set(row.kept.values())
        contents: dict[int, Content] = {}
        for column, cell in source.cells(number).items():
            if column not in columns:
                continue
            target, style = columns[column], source.style(number, column)
            is_own = style != self._usual_style(source, column, from_table, target, table)
            text = text_of(cell) if column in kept else None
            if text is not None:
                text = elsewhere(text, home, number, table.sheet, named, (from_table.name, table.name))
            if text is not None or is_own:
                contents[target] = Content(values.get(target), text, style, is_own)
        for link in cell_links(source.tail):
            if link.row == number and link.column in columns:
                target = columns[link.column]
                content = contents.get(target, Content(values.get(target)))
                contents[target] = content._replace(link=self._link(link.attributes, home, link.relation, table))
        return contents

    def _usual_style(self, source: SheetXml, column: int, from_table: TablePart, target: int, table: TablePart) -> str:
        """The style that is not a cell's own. Where the origin is the only row, what it will look like decides."""
        if from_table.data.top < from_table.data.bottom:
            return source.usual_style(column, from_table.data)
        there, looks = self._sheet(table.sheet).usual_style(target, table.data), self._styles.looks
        here = source.style(from_table.data.top, column)
        return here if looks.look(here).partition(" ")[2] == looks.look(there).partition(" ")[2] else there

    def _restored(self, row: MovedRow, table: TablePart) -> dict[int, Content]:
        """What the journal kept of the cells."""
        to = header_columns(table)
        contents: dict[int, Content] = {}
        for attached in row.restored:
            column = to.get(attached.header)
            if column is None:
                continue
            content = contents.get(column, Content(row.get(attached.header)))
            if attached.kind == "format":
                style = self._styles.looks.style(attached.text)
                content = content._replace(style=style, own=style is not None)
            elif attached.kind in _AS_TEXT:
                content = content._replace(text=attached.text)
            elif attached.kind == "link":
                attributes, target = json.loads(attached.text)
                content = content._replace(link=self._outward(attributes, target, "", table))
            contents[column] = content
        return contents

    def _link(self, attributes: str, home: str, relation: str | None, table: TablePart) -> str:
        """A cell's link for another sheet, whose relationships are its own."""
        if relation is None:
            return attributes
        if home == table.sheet:
            return linking(attributes, relation)
        self._freed.append((home, relation))
        target = target_of(self._text(self._parts.relations_part(self._parts.sheets[home])), relation)
        return self._outward(attributes, target, relation, table)

    def _outward(self, attributes: str, target: str | None, wish: str, table: TablePart) -> str:
        if target is None:
            return attributes
        member = self._parts.relations_part(table.sheet_part)
        relations, key = with_target(self._text(member), target, wish)
        self._put(member, relations)
        return linking(attributes, key)


def _moved_rows(change: TableChange) -> Iterator[MovedRow]:
    rows = [*change.added, *(row for new in change.inserted.values() for row in new), *(change.replaced or ())]
    return (row for row in rows if isinstance(row, MovedRow))
