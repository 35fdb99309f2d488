"""One worksheet part: cells written in place, rows taken out, moved and put in, everything else byte for byte.

The part is never made a tree. It is cut into rows, and only the rows that change are looked into.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xlcrm.books.area import LONGEST_TEXT, Area, column_number, letters
from xlcrm.books.xlsx.cellxml import after_name, cell_xml, marked
from xlcrm.books.xlsx.content import Content
from xlcrm.books.xlsx.follow import Mention
from xlcrm.books.xlsx.links import OFFICE
from xlcrm.books.xlsx.rules import follow_elsewhere, follow_own, with_links, without_links
from xlcrm.books.xlsx.shift import Shift, Watch, follow_formula, translated
from xlcrm.books.xlsx.stylexml import Styles
from xlcrm.books.xlsx.tagtext import is_usual, set_attribute
from xlcrm.books.xlsx.valuetext import with_attributes
from xlcrm.changes import Link, Value
from xlcrm.errors import Refusal
from xlcrm.patterns import lazy
from xlcrm.report.look import lines_in

if TYPE_CHECKING:
    from xlcrm.books.xlsx.aside import Aside, Away

_DATA = lazy(rb"<sheetData\b[^>]*?(?:/>|>(.*)</sheetData>)", re.DOTALL)
_WIDTH = lazy(r'<col\b(?=[^>]*\smin="(\d+)")(?=[^>]*\smax="(\d+)")[^>]*?\swidth="([\d.]+)"')
_USUAL_WIDTH, _LINE = 8.43, 15
"""Of a column, in characters, and of a line of text, in points, where nobody chose another."""
_COLUMN = lazy(r'<col\b(?=[^>]*\smin="(\d+)")(?=[^>]*\smax="(\d+)")[^>]*?\sstyle="(\d+)"')

_ROW_START = lazy(rb'<row\b[^>]*?\sr="(\d+)"[^>]*>')
_ROW_STYLE = lazy(r'\ss="\d+"(?=[^>]*\scustomFormat="(?:1|true)")|\scustomFormat="(?:1|true)"')
_ROW_HEIGHT = lazy(r'\s(?:ht|customHeight)="[^"]*"')
_SPANS = lazy(r'\sspans="[^"]*"')
_CELL_START = lazy(rb'<c (?:[^>]*?\s)??r="([A-Z]{1,3})(\d+)"')
_STYLED = lazy(rb'<c (?=(?:[^>]*?\s)??r="([A-Z]{1,3})\d+")(?:[^>]*?(\ss="\d+"))?')
_PREFIXED, _AFTER_PREFIX = lazy(rb"<\w+:(?:row|c)\b"), lazy(rb":(?:row|c)\b")
"""A prefixed row or cell; what is in every such tag, and found ten times as fast."""
_CELL_COLUMN = lazy(r'(?:[^>]*?\s)??r="([A-Z]+)')
_NUMBER = lazy(r'(<(?:row|c)\b[^>]*?\sr="[A-Z]*)\d+(?=")')
_STYLE = lazy(r'\ss="\d+"')
_CONTENT = lazy(r"<f\b|<v\b[^>]*>[^<]|<t\b[^>]*>[^<]")

_FORMULA = lazy(r"(<f\b[^>]*?)(?:/>|>([^<]*)</f>)")
_SHARED = lazy(r'<f\b(?=[^>]*\st="shared")(?=[^>]*\ssi="(\d+)")[^>]*?(?:/>|>([^<]*)</f>)')
_SHARED_OVER = lazy(r'<f\b(?=[^>]*\st="shared")(?=[^>]*\ssi="(\d+)")[^>]*?\sref="([^"]+)"')

_DIMENSION = lazy(r'(<dimension\s[^>]*?ref=")([A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?)(?=")')

_TYPED = lazy(r'[^>]*\st="(?!n")')
_ENOUGH_ROWS = 400
"""Of a table with more rows than these, every so many are asked for their styles."""
_REPEATED = 40
"""Characters of texts that stand in many cells; longer ones hardly come twice."""
_KEPT = (str, dt.date)
"""Types of values whose cells are made once for each style."""

_MANY = 2000
"""Rows put in together from which on they are kept packed until the part is made."""
_BLOCK = 500
"""Rows that are packed together."""
_ROW_END = b"</row>"

Put = Value | Content
"""What is put into a cell: a value, or what another cell held."""


class _Rows(Mapping[int, str]):
    """The XML of rows by their numbers, held as it is written: as Python's text, Chinese takes twice the room.

    Rows that were ``given`` are judged when they are looked at: most of a large sheet stay as they are. Raises ``resave``
    for one whose cells are not each named once, in its row.

    Very many that are put in together are packed, in a tenth of the room, unless somebody looks at one of them.
    """

    def __init__(self, resave: Refusal, given: Mapping[int, bytes] | None = None, *, plain: bool = False) -> None:
        self._resave = resave
        self._open = dict(given or {})
        self._packed: dict[range, bytes] = {}
        self._unread = set(self._open)
        self._computed = set() if plain else {number for number, row in self._open.items() if b"<f" in row}

    @property
    def _written(self) -> dict[int, bytes]:
        """All rows, none of them packed."""
        if self._packed:
            for numbers, packed in self._packed.items():
                rows = zlib.decompress(packed).split(_ROW_END)[:-1]
                self._open.update(zip(numbers, (row + _ROW_END for row in rows), strict=True))
            self._packed.clear()
        return self._open

    def __getitem__(self, number: int) -> str:
        row = self._open[number] if number in self._open else self._written[number]
        if number in self._unread:
            if not _is_known(number, row):
                raise self._resave
            self._unread.discard(number)
        return row.decode()

    def __setitem__(self, number: int, row: str) -> None:
        self._written[number] = row.encode()
        self._unread.discard(number)
        if "<f" in row:
            self._computed.add(number)
        else:
            self._computed.discard(number)

    def __contains__(self, number: object) -> bool:
        return number in self._open or any(number in numbers for numbers in self._packed)

    def __iter__(self) -> Iterator[int]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def put_in(self, first: int, rows: Sequence[str]) -> None:
        """Some rows where there are none, one below another."""
        numbers = range(first, first + len(rows))
        if any("<f" in row for row in rows):
            for number, row in zip(numbers, rows, strict=True):
                self[number] = row
        else:
            self._packed[numbers] = zlib.compress("".join(rows).encode(), 1)

    @property
    def are_packed(self) -> bool:
        return bool(self._packed)

    def ends(self) -> tuple[int, ...]:
        """The first and the last row, among others; nothing where there is none."""
        return (*self._open, *(at for numbers in self._packed for at in (numbers[0], numbers[-1])))

    def computed(self, mark: str = "") -> list[tuple[int, str]]:
        """The rows with a formula, of which a mark says what kind, with their numbers."""
        rows = ((number, self[number]) for number in sorted(self._computed))
        return [(number, row) for number, row in rows if mark in row]

    def within(self, area: Area) -> list[int]:
        """The numbers of some of the rows of an area, from all over it."""
        rows = [number for number in self._written if area.top <= number <= area.bottom]
        return rows[:: len(rows) // _ENOUGH_ROWS + 1]

    def tag(self, number: int) -> str:
        """The start tag of a row."""
        row = self._written[number]
        return row[: row.index(b">") + 1].decode()

    def styles(self, numbers: Iterable[int]) -> Counter[tuple[int, str]]:
        """How many cells of some rows are in a column and have a style attribute, in the order of the rows."""
        counted: Counter[tuple[bytes, bytes]] = Counter()
        written = self._written
        for number in numbers:
            counted.update(_STYLED.findall(written[number]))
        return Counter({(column_number(name.decode()), style.decode()): n for (name, style), n in counted.items()})

    def moved(self, place: Callable[[int], int | None], change: Callable[[int, str], str]) -> _Rows:
        """The rows at other places, ``None`` for those that go; ``change`` is made to those with a formula."""
        rows = _Rows(self._resave)
        for number in self._written:
            at, is_computed = place(number), number in self._computed
            changed = change(number, self[number]) if is_computed else ""
            if at is None:
                continue
            if at == number and not is_computed:
                rows._keep(self, number)
            else:
                text = changed or self[number]
                rows[at] = text if at == number else _renumbered(text, at)
        return rows

    def _keep(self, other: _Rows, number: int) -> None:
        """Take a row over as it stands among others."""
        self._written[number] = other._written[number]
        self._unread |= other._unread & {number}
        self._computed |= other._computed & {number}

    def written(self) -> Iterator[bytes]:
        """The rows from the top down, those that are packed together."""
        packed = {numbers[0]: rows for numbers, rows in self._packed.items()}
        for number in sorted((*self._open, *packed)):
            yield zlib.decompress(packed[number]) if number in packed else self._open[number]


class SheetXml:
    """The worksheet part of the sheet ``name``; ``book`` is the file's name, for the words of a refusal.

    Raises ``Refusal("book.resave")`` for XML that is valid but not written the way spreadsheet programs write it
    (``tagtext``; prefixed names, rows or cells unnumbered or numbered twice, another encoding): better declined than misread.
    Of rows that are ``plain`` (``guards.plain_frame``) it is known how they are written, and a row is looked into only
    where it changes.
    ``formulas_changed`` is whether a formula was written, overwritten or moved.
    """

    def __init__(
        self, xml: bytes, name: str, book: str, date1904: bool, styles: Styles, *, plain: bool = False
    ) -> None:
        self.name = name
        self._styles = styles
        self.date1904 = date1904
        self.formulas_changed = False
        self._resave = Refusal("book.resave", name=book)
        data = _DATA.search(xml)
        if data is None:
            raise self._resave
        has_rows = data[1] is not None
        start, end = data.span(1) if has_rows else data.span()
        try:
            head, tail = xml[:start].decode(), xml[end:].decode()
            is_written_as_usual = is_usual(head + tail if plain else xml.decode())
        except UnicodeDecodeError as error:
            raise self._resave from error
        if not is_written_as_usual:
            raise self._resave
        rows, blanks = self._cut(xml[start:end], plain) if has_rows else ({}, "")
        self._rows = _Rows(self._resave, rows, plain=plain)
        self._head = head + blanks if has_rows else f"{head}<sheetData>"
        self._tail = tail if has_rows else f"</sheetData>{tail}"
        self._columns_written: set[int] = set()
        self._links: list[str] = []
        self._usual_styles: dict[Area, dict[int, str]] = {}
        self._made: defaultdict[str, dict[Put, str]] = defaultdict(dict)

    def xml(self) -> bytes:
        """The part as it is now."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The same piece by piece: of a sheet ``has_many_new`` rows the whole takes much room."""
        self._tail = with_links(self._tail, self._links)
        self._links = []
        yield _DIMENSION.sub(lambda found: found[1] + self._extent(found[2]), self._head, count=1).encode()
        yield from self._rows.written()
        yield self._tail.encode()

    @property
    def has_many_new(self) -> bool:
        return self._rows.are_packed

    def put(self, row: int, values: Mapping[int, Put], near: Area | None = None, *, new: bool = False) -> None:
        """Write cells of a row by column number; a cell keeps its style, ``None`` empties it.

        A new cell, and any of a row that is ``new`` in the place of another, takes the usual style of its column in the
        rows of ``near``, else the row's own style, else the worksheet column's. Raises ``Refusal("book.text_too_long")``
        where Excel would cut a text.
        """
        self._own_formulas(row, values)
        old = self._rows.get(row, f'<row r="{row}"></row>')
        tag, cells, end = _taken_apart(old)
        for column, value in values.items():
            cell = cells.get(column)
            if cell is None and value is None:
                continue
            if cell is not None:
                self.formulas_changed |= "<f" in cell
            style = self._style(row, column, near) if new or cell is None else style_of(cell)
            cells[column] = self._cell(row, column, f"{letters(column)}{row}", style, value)
        self._rows[row] = "".join([_loosened(tag), *(cells[column] for column in sorted(cells)), end])

    def fit(self, row: int, values: Mapping[int, Put]) -> None:
        """Make a row just written, to which nobody gave a height, as high as its texts of several lines are.

        Excel and WPS fit such rows when they open a book; LibreOffice does not.
        """
        if row in self._rows:
            old = self._rows[row]
            tag, cells, _ = _taken_apart(old)
            tall = self._tall(tag, values, cells)
            if tall != tag:
                self._rows[row] = tall + old[len(tag) :]

    def _tall(self, tag: str, values: Mapping[int, Put], cells: Mapping[int, str]) -> str:
        """The start tag of a row as high as its values need, which stand in its cells."""
        if _fixed_height(tag):
            return tag
        lines = 1
        for column, value in values.items():
            text = value.value if isinstance(value, Content) else value
            if isinstance(text, str):
                width = _width(self._head, column)
                is_long = 2 * len(text) > width - 2 or "\n" in text
                if is_long and self._styles.wraps(style_of(cells.get(column, ""))):
                    lines = max(lines, lines_in(text, width))
        return set_attribute(tag, "ht", str(lines * _LINE)) if lines > 1 else tag

    def is_blank(self, row: int, columns: Area) -> bool:
        """Whether the cells of a row within some columns hold neither value nor formula."""
        return not any(columns.left <= column <= columns.right for column in self._filled(row))

    def filled_beside(self, row: int, columns: Area) -> int | None:
        """The first column outside some columns in which a row holds something."""
        return next((column for column in self._filled(row) if not columns.left <= column <= columns.right), None)

    def is_filled_below(self, row: int) -> bool:
        """Whether any row after a row holds something."""
        return any(number > row and any(self._filled(number)) for number in self._rows)

    def cells(self, row: int) -> dict[int, str]:
        """The XML of a row's cells by column number, each with a formula of its own."""
        if 't="shared"' in self._rows.get(row, ""):
            self._unshare(row)
        return _taken_apart(self._rows[row])[1] if row in self._rows else {}

    def style(self, row: int, column: int) -> str:
        """The style of a cell, "" where it has none or is not there."""
        return self._cell_style(row, column) or ""

    @property
    def tail(self) -> str:
        """What stands after the rows."""
        return self._tail

    def empty_links(self, row: int, columns: Area) -> None:
        """Take the hyperlinks off the cells of a row whose content goes."""
        self._tail = without_links(self._tail, row, columns)

    def watch(self, watch: Watch) -> None:
        """Show every formula to a watch. What a row says of itself goes with it."""
        for number, row in self._rows.computed():
            before = len(watch.seen)
            self._followed(row, watch)
            if self.name == watch.sheet:
                watch.seen[before:] = [at for at in watch.seen[before:] if not at.top == at.bottom == number]
        if self.name == watch.sheet:
            follow_own(self._tail, watch)
        else:
            follow_elsewhere(self._tail, watch, self.name)

    def move(self, shift: Shift) -> None:
        """Take rows out and let everything on the sheet follow; the place of the added rows is left empty."""
        self._tail = with_links(self._tail, self._links)
        self._links = []
        self._usual_styles = {}
        self._unshare(shift.first)

        def followed(number: int, row: str) -> str:
            self.formulas_changed |= number >= shift.first
            return self._followed(row, shift)

        self._rows = self._rows.moved(shift.row, followed)
        self._head, self._tail = follow_own(self._head, shift), follow_own(self._tail, shift)

    def aside(self, shift: Aside, widths: Sequence[str]) -> None:
        """Put columns in, with their ``<col>`` elements, and let everything on the sheet follow."""
        from xlcrm.books.xlsx.aside import anchors_aside, breaks_aside, cells_aside, filters_aside, head_aside

        self._unshare(1)
        for number, row in self._rows.items():
            if "<f" in row:
                self.formulas_changed = True
                row = self._followed(row, shift)
            tag, _, rest = row.partition(">")
            self._rows[number] = cells_aside(f"{_SPANS.sub('', tag)}>{rest}", shift)
        head = with_attributes(follow_own(self._head, shift), "dimension", "ref", shift.cells)
        self._head = head_aside(head, shift, widths)
        tail = follow_own(filters_aside(self._tail, shift), shift)
        self._tail = anchors_aside(breaks_aside(tail, shift), shift)
        self._usual_styles = {}

    def away(self, shift: Away, header: int) -> None:
        """Take columns out in which only the row ``header`` holds something. ``Pointed`` where that is not so."""
        from xlcrm.books.xlsx.aside import Pointed

        for number, row in self._rows.items():
            tag, cells, end = _taken_apart(row)
            gone = [cells.pop(column) for column in shift.gone if column in cells]
            if number != header and any("<" in cell.partition(">")[2].replace("</c>", "") for cell in gone):
                raise Pointed
            self._rows[number] = "".join([tag, *cells.values(), end])
        self._head = shift.without_widths(self._head)
        self.aside(shift, ())

    def edit(self, change: Callable[[str, str], tuple[str, str]]) -> None:
        """Change what stands before the rows and after them."""
        self._head, self._tail = change(self._head, self._tail)
        self._usual_styles = {}

    def graft(self, row: int, cells: Mapping[int, str]) -> None:
        """Put cells into a row as they stand in XML, by column number."""
        tag, standing, end = _taken_apart(self._rows.get(row, f'<row r="{row}"></row>'))
        standing |= cells
        self._rows[row] = "".join([_SPANS.sub("", tag), *(standing[at] for at in sorted(standing)), end])
        self._columns_written.update(cells)
        self._usual_styles = {}

    @property
    def numbers(self) -> tuple[int, ...]:
        """The rows that are there."""
        return tuple(self._rows)

    def restyle(self, row: int, column: int, style: str) -> None:
        """Give a cell that is there another style."""
        tag, cells, end = _taken_apart(self._rows[row])
        cells[column] = cells[column].replace(style_of(cells[column]), "", 1).replace("<c ", f"<c{style} ", 1)
        self._rows[row] = "".join([tag, *(cells[at] for at in sorted(cells)), end])
        self._usual_styles = {}

    def follow(self, shift: Shift, mention: Mention) -> None:
        """Let this sheet's formulas follow the rows of another sheet, in its cells, its rules and its sparklines."""
        rows = self._rows.computed()
        if mention.is_in("".join(row for _, row in rows).encode()):
            for number, row in rows:
                self._rows[number] = self._followed(row, shift)
        if mention.is_in(self._tail.encode()):
            self._tail = follow_elsewhere(self._tail, shift, self.name)

    def insert(self, first: int, rows: Sequence[Mapping[int, Put]], data: Area, *, fits: bool = False) -> None:
        """Put rows where there are none, from row ``first`` on, over the columns of the rows ``data``.

        Styles and height are the usual ones of these rows; what ``fits`` is as high as ``fit`` makes it.
        """
        form = self._usual_form(data)
        styles = {column: self.usual_style(column, data) for column in range(data.left, data.right + 1)}
        places = [(column, letters(column), style, self._made[style]) for column, style in styles.items()]

        def made(row: int, values: Mapping[int, Put]) -> str:
            cells = {}
            for column, name, style, known in places:
                value = values.get(column)
                if value is None:
                    if style:
                        cells[column] = f'<c r="{name}{row}"{style}/>'
                elif type(value) in _KEPT and value in known:
                    self._columns_written.add(column)
                    cells[column] = f'<c r="{name}{row}"{known[value]}'
                else:
                    cells[column] = self._cell(row, column, f"{name}{row}", style, value)
            tag = f'<row r="{row}"{form}>'
            if fits:
                tag = self._tall(tag, values, cells)
            return f"{tag}{''.join(cells.values())}</row>"

        if len(rows) < _MANY:
            for row, values in enumerate(rows, first):
                self._rows[row] = made(row, values)
        else:
            for at in range(0, len(rows), _BLOCK):
                block = enumerate(rows[at : at + _BLOCK], first + at)
                self._rows.put_in(first + at, [made(row, values) for row, values in block])
                for known in self._made.values():
                    known.clear()  # of very many rows most hold a name and a phone of their own

    def _cut(self, data: bytes, plain: bool) -> tuple[dict[int, bytes], str]:
        """Each row's XML by its number, with the blanks after it, and the blanks before the first."""
        starts = list(_ROW_START.finditer(data))
        numbers = [int(start[1]) for start in starts]
        if len(starts) != data.count(b"<row") or sorted(set(numbers)) != numbers:
            raise self._resave
        edges = [*(start.start() for start in starts), len(data)]
        rows = {number: data[start:end] for number, start, end in zip(numbers, edges, edges[1:], strict=False)}
        is_prefixed = not plain and _AFTER_PREFIX.search(data) and _PREFIXED.search(data)
        if is_prefixed or not (plain or all(_is_known(number, row) for number, row in rows.items())):
            raise self._resave
        return rows, data[: edges[0]].decode()

    def _cell(self, row: int, column: int, ref: str, style: str, value: Put) -> str:
        """A cell with a value, or with what another cell held. What short texts and days look like is kept: they repeat."""
        if isinstance(value, Content):
            return self._with_content(row, column, ref, style, value)
        self._columns_written.add(column)
        if type(value) is dt.date or (type(value) is str and len(value) <= _REPEATED):
            known = self._made[style]
            if value not in known:
                known[value] = after_name(self._styles.fitting(style, value), value, self.date1904)
            return f'<c r="{ref}"{known[value]}'
        if (
            isinstance(value, str)
            and len(value) > LONGEST_TEXT // 2
            and len(value.encode("utf-16-le")) > 2 * LONGEST_TEXT
        ):
            raise Refusal("book.text_too_long", sheet=self.name, cell=ref, limit=LONGEST_TEXT)
        self.formulas_changed |= isinstance(value, Link)
        return cell_xml(ref, self._styles.fitting(style, value), value, self.date1904)

    def _with_content(self, row: int, column: int, ref: str, style: str, content: Content) -> str:
        """A cell with what another held. Where its own number format is not that of its place, it keeps its style."""
        if content.link:
            declared = "" if "xmlns:r=" in self._head else f' xmlns:r="{OFFICE}"'
            self._links.append(f'<hyperlink{declared} ref="{ref}"{content.link}/>')
        chosen = style
        if content.style is not None and (content.own or self._is_number_of_another_format(content, style)):
            chosen = content.style
        if content.text is None:
            return self._cell(row, column, ref, chosen, content.value)
        self._columns_written.add(column)
        self.formulas_changed |= "<f" in content.text
        return content.at(ref, row, chosen)

    def _is_number_of_another_format(self, content: Content, style: str) -> bool:
        """Whether a cell would show another number than it showed."""
        is_number = content.text is not None and not _TYPED.match(content.text)
        looks = self._styles.looks
        return is_number and looks.number_format(style) != looks.number_format(content.style or "")

    def _filled(self, row: int) -> Iterator[int]:
        if row in self._rows:
            _, cells, _ = _taken_apart(self._rows[row])
            yield from (column for column, cell in cells.items() if _CONTENT.search(cell))

    def _style(self, row: int, column: int, near: Area | None) -> str:
        """The style attribute for a cell that is not there."""
        usual = self._usual(column, near) if near is not None else None
        if usual is not None:
            return usual
        of_row = _ROW_STYLE.search(_tag(self._rows[row])) if row in self._rows else None
        return of_row[0] if of_row else self._column_style(column)

    def usual_style(self, column: int, data: Area) -> str:
        """The style that most rows of a column have; where none has the cell, the worksheet column's."""
        usual = self._usual(column, data)
        return self._column_style(column) if usual is None else usual

    def _usual_form(self, data: Area) -> str:
        """The attributes of style and height that most rows have."""
        tags = [self._rows.tag(number) for number in self._rows.within(data)]
        forms = Counter("".join(found[0] for found in _ROW_STYLE.finditer(tag)) + _fixed_height(tag) for tag in tags)
        return max(forms, key=lambda form: (forms[form], not form), default="")

    def _usual(self, column: int, data: Area) -> str | None:
        """Rows without the cell have the worksheet column's own style, which counts as one row's besides: a single row does
        not decide against it. ``None`` where no row has the cell.
        """
        if data not in self._usual_styles:
            self._usual_styles[data] = self._counted(data)
        return self._usual_styles[data].get(column)

    def _counted(self, data: Area) -> dict[int, str]:
        """The usual style of each column that some row of a table has a cell of."""
        rows = self._rows.within(data)
        found: dict[int, Counter[str]] = {}
        for (column, style), count in self._rows.styles(rows).items():
            found.setdefault(column, Counter())[style] = count
        usual = {}
        for column, styles in found.items():
            own = self._column_style(column)
            counted = Counter({own: int(own != "") + len(rows) - styles.total()})
            counted.update(styles)
            usual[column] = counted.most_common(1)[0][0]
        return usual

    def _cell_style(self, row: int, column: int) -> str | None:
        """A cell's style attribute, "" for none; ``None`` where there is no cell."""
        cell = _find(self._rows.get(row, ""), f"{letters(column)}{row}")
        return None if cell is None else style_of(cell)

    def _column_style(self, column: int) -> str:
        found = _column_styles(self._head)
        return next((style for first, last, style in found if first <= column <= last), "")

    def _extent(self, dimension: str) -> str:
        area = Area.parse(dimension)
        rows, columns = self._rows.ends() or (area.top,), self._columns_written | {area.left, area.right}
        return str(Area(min(rows), min(columns), max(rows), max(columns)))

    def _own_formulas(self, row: int, columns: Iterable[int]) -> None:
        """Unshare formulas before a cell that shares one is overwritten."""
        if 't="shared"' in self._rows.get(row, ""):
            _, cells, _ = _taken_apart(self._rows[row])
            if any('t="shared"' in cells.get(column, "") for column in columns):
                self._unshare(row)

    def _unshare(self, first: int) -> None:
        """Write out every shared formula whose range reaches row ``first``, so that its cells can part."""
        sharing = dict(self._rows.computed('t="shared"'))
        ranges = (found for row in sharing.values() for found in _SHARED_OVER.findall(row))
        reaching = {index for index, over in ranges if Area.parse(over).bottom >= first}
        apart = {number: _taken_apart(row) for number, row in sharing.items()}
        masters: dict[str, tuple[str, int, int]] = {}
        for number, (_, cells, _) in apart.items():
            for column, cell in cells.items():
                shared = _SHARED.search(cell)
                if shared and shared[2]:
                    masters[shared[1]] = html.unescape(shared[2]), number, column

        def own(shared: re.Match[str], row: int, column: int) -> str:
            if shared[1] not in reaching:
                return shared[0]
            if shared[1] not in masters:
                raise self._resave
            formula, at_row, at_column = masters[shared[1]]
            return f"<f>{marked(translated(formula, row - at_row, column - at_column))}</f>"

        for number, (tag, cells, end) in apart.items():
            owned = (_SHARED.sub(partial(own, row=number, column=column), cell) for column, cell in cells.items())
            self._rows[number] = "".join([tag, *owned, end])

    def _followed(self, row: str, shift: Shift) -> str:
        """A row with its formulas following a shift; the cells of an array and of a data table are of this sheet."""

        def moved(formula: re.Match[str]) -> str:
            tag = formula[1]
            if self.name == shift.sheet:
                tag = with_attributes(f"{tag}>", "f", "ref|r1|r2", lambda cells: shift.cells(cells) or cells)[:-1]
            if formula[2] is None:
                return f"{tag}/>"
            return f"{tag}>{follow_formula(formula[2], shift, self.name)}</f>"

        return _FORMULA.sub(moved, row)


@lru_cache(maxsize=256)
def _width(head: str, column: int) -> float:
    """The width of a column in characters, by the ``<col>`` elements before a sheet's rows."""
    found = ((int(first), int(last), float(width)) for first, last, width in _WIDTH.findall(head))
    return next((width for first, last, width in found if first <= column <= last), _USUAL_WIDTH)


@lru_cache(maxsize=8)
def _column_styles(head: str) -> list[tuple[int, int, str]]:
    """The same with their style attributes."""
    return [(int(first), int(last), f' s="{style}"') for first, last, style in _COLUMN.findall(head)]


def _is_known(number: int, row: bytes) -> bool:
    """Whether a row ends, and all its cells name their column, each another, and the row."""
    names = _CELL_START.findall(row)
    whole = b"</row>" in row or row[: row.index(b">")].endswith(b"/")
    return whole and len(set(names)) == row.count(b"<c") and {place for _, place in names} <= {b"%d" % number}


def _tag(row: str) -> str:
    """The start tag of a row."""
    return row[: row.index(">") + 1]


def _loosened(tag: str) -> str:
    """Without what a program only remembers: which columns are filled, and a height that nobody chose."""
    fixed = _fixed_height(tag)
    return _ROW_HEIGHT.sub("", _SPANS.sub("", tag)) if not fixed else _SPANS.sub("", tag)


def _fixed_height(tag: str) -> str:
    """The attributes of a height that somebody chose."""
    return "".join(_ROW_HEIGHT.findall(tag)) if 'customHeight="1"' in tag or 'customHeight="true"' in tag else ""


def _taken_apart(row: str) -> tuple[str, dict[int, str], str]:
    """A row's start tag, its cells by column number, and its end; blanks stay with what they follow."""
    tag = _tag(row)
    if tag.endswith("/>"):
        return f"{tag[:-2]}>", {}, f"</row>{row[len(tag) :]}"
    first, *cells = row[: row.rindex("</row>")].split("<c ")
    named = ((_CELL_COLUMN.match(cell), cell) for cell in cells)
    return first, {column_number(name[1]): f"<c {cell}" for name, cell in named if name}, row[row.rindex("</row>") :]


def _find(row: str, ref: str) -> str | None:
    """The start tag of a cell within a row, without taking the row apart."""
    at = row.find(f' r="{ref}"')
    while at >= 0:
        start = row.rfind("<", 0, at)
        if row.startswith("<c ", start) and ">" not in row[start:at]:
            return row[start : row.index(">", at)]
        at = row.find(f' r="{ref}"', at + 1)
    return None


def style_of(cell: str) -> str:
    """The style attribute of a cell, "" for none."""
    style = _STYLE.search(cell, 0, cell.index(">") if ">" in cell else len(cell))
    return style[0] if style else ""


def _renumbered(row: str, number: int) -> str:
    """A row's XML under another number. It is cut at its numbers: a template for each of them takes three times as long."""
    first, *rest = _NUMBER.split(row)
    return first + "".join([f"{named}{number}{text}" for named, text in zip(rest[::2], rest[1::2], strict=True)])
